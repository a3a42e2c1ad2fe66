/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Making objects; only this room does. */
#pragma once

#include "cht-bundle.h"
#include "cht-der.h"

G_BEGIN_DECLS

typedef struct {
  const char *encoding;  /* "PEM", "DER", "PKCS#7", "PKCS#12" */
  const char *label;     /* of the PEM block, or "" */
  guint line;
} ChtObjectPlace;

/* (transfer full) */
ChtObject *cht_object_new_key (ChtObjectPlace place, ChtKey *key);
ChtObject *cht_object_new_unknown (ChtObjectPlace place, GBytes *bytes, const char *reason);
/* Whatever KIND the shape of DER tells; UNKNOWN with its reason where it cannot be read. No keys: those are secrets. */
ChtObject *cht_object_new_from_der (ChtObjectPlace place, GBytes *der);

G_END_DECLS
