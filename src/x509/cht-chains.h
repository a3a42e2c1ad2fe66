/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ChtChains: how the certificates at hand hang together. Issuers are matched by name and key identifier (RFC 5280,
 * 4.2.1.1), and a link holds only after its signature was verified over the bytes. Immutable; near linear in the
 * number of certificates, bounded on adversarial graphs. It does *not* prove validity (times, usages, constraints):
 * the rules do.
 */
#pragma once

#include "cht-bundle.h"

G_BEGIN_DECLS

typedef enum {
  CHT_LINK_HOLDS,             /* the signature was verified */
  CHT_LINK_KEY_IDS_DIFFER,    /* it holds, though AKI and SKI differ */
  CHT_LINK_SIGNATURE_BROKEN,  /* name fits, signature does not */
  CHT_LINK_UNCHECKABLE,       /* name fits, the algorithm cannot be checked here */
  CHT_LINK_MISSING,           /* no certificate of the issuer's name at hand */
} ChtLinkState;

typedef struct {
  ChtCertificate *child;   /* (unowned) */
  ChtCertificate *issuer;  /* (unowned) (nullable): NULL for MISSING */
  ChtLinkState state;
} ChtLink;

/* A sentence for a person, translated: "The signature holds." (transfer full) */
char *cht_link_describe (const ChtLink *link);

#define CHT_TYPE_CHAINS (cht_chains_get_type ())
G_DECLARE_FINAL_TYPE (ChtChains, cht_chains, CHT, CHAINS, GObject)

#define CHT_CHAINS_MAX_PATHS 64  /* a lowest certificate */

/* CERTIFICATES: of ChtCertificate; duplicates (same DER) count once. (transfer full) */
ChtChains *cht_chains_new (GPtrArray *certificates);

/* Each certificate once, in the order of first appearance. (transfer none) */
GPtrArray *cht_chains_get_certificates (ChtChains *self);
/* Every path, lowest first: GPtrArray of GPtrArray of ChtCertificate; lone roots are paths of one; incomplete ones
 * too. (transfer none) */
GPtrArray *cht_chains_get_paths (ChtChains *self);
/* TRUE where PATH ends in a certificate that signed itself. */
gboolean cht_chains_path_is_complete (ChtChains *self, GPtrArray *path);
/* The links that leave CHILD upwards, best first (a self-signed root has one to itself); never empty. (transfer none)
 * (element-type ChtLink) */
GArray *cht_chains_get_links (ChtChains *self, ChtCertificate *child);
/* The link between two neighbours of a path. */
const ChtLink *cht_chains_get_link (ChtChains *self, ChtCertificate *child, ChtCertificate *issuer);
gboolean cht_chains_is_self_signed (ChtChains *self, ChtCertificate *certificate);  /* its own key made its signature */
/* Another one of these certificates was signed by it. */
gboolean cht_chains_has_child (ChtChains *self, ChtCertificate *certificate);
/* It lacks CA:TRUE and yet is a trust anchor of the old kind: version 1, or no word on what it may do. */
gboolean cht_chains_is_old_root (ChtChains *self, ChtCertificate *certificate);
/* An end-entity certificate: no CA, no root of the old kind, and nothing here was issued by it. */
gboolean cht_chains_is_leaf (ChtChains *self, ChtCertificate *certificate);
/* Groups of certificates that hang together; distinct tops. */
guint cht_chains_get_n_hierarchies (ChtChains *self);
/* Hierarchy of a certificate, 0 to n-1. */
guint cht_chains_get_hierarchy (ChtChains *self, ChtCertificate *certificate);

typedef enum { CHT_ORDER_ROOT_FIRST, CHT_ORDER_LOWEST_FIRST, CHT_ORDER_MIXED } ChtOrder;
/* Of one hierarchy's certificates as they came. Hierarchies may stand in any order; one certificate is ROOT_FIRST. */
ChtOrder cht_chains_get_order (ChtChains *self, guint hierarchy);

G_END_DECLS
