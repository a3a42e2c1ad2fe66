/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PKCS#12 containers (RFC 7292). */
#pragma once

#include "cht-object-private.h"

G_BEGIN_DECLS

/* Appends what the container holds; one UNKNOWN with its reason where it cannot be opened. FALSE with a passphrase's
 * code or LIMIT. */
gboolean cht_pkcs12_read (GPtrArray *objects, ChtObjectPlace place, GBytes *der, ChtSecret *passphrase, GError **error);

G_END_DECLS
