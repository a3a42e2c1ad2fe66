/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of a plan: which order, which intermediate and key, which form of the key. */
#pragma once

#include "cht-chains.h"
#include "cht-repair.h"

G_BEGIN_DECLS

typedef struct {
  ChtCertificate *certificate;  /* (nullable) (unowned) one of the chains */
  ChtKey *key;                  /* (nullable) (unowned) */
} ChtRepairPair;

/* The key that fits a certificate, and that certificate. Where none fits: a key that cannot be opened, else the
 * first one, and the one intermediate that can be meant. */
ChtRepairPair cht_repair_choose_pair (GPtrArray *bundles, ChtChains *chains);

/* Over links that hold. */
gboolean cht_repair_reaches_root (ChtChains *chains, ChtCertificate *certificate);

/* TRUE where each certificate of LIST that has an issuer there stands behind one. */
gboolean cht_repair_is_ordered (ChtChains *chains, GPtrArray *list);
/* LIST, root first, depth first, hierarchies in the order of their first certificate; LAST (nullable) as far behind
 * as it may. (transfer full) */
GPtrArray *cht_repair_order (ChtChains *chains, GPtrArray *list, ChtCertificate *last);

/* The key as PEM in the form that WISH asks for; IDS (of const char *) gets the steps taken. (transfer full) */
ChtSecret *cht_repair_shape_key (ChtKey *key, const ChtRepairWish *wish, GPtrArray *ids, GError **error);

G_END_DECLS
