/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The two halves of chain building: links between certificates, then paths along the links. */
#pragma once

#include "cht-chains.h"

G_BEGIN_DECLS

typedef struct {
  ChtCertificate *certificate;  /* (unowned) */
  GArray *links;                /* of ChtLink, best first, never empty */
  GArray *issuers;              /* of guint: the index of each link's issuer; as long as links but for a MISSING one */
  gboolean is_self_signed;
  gboolean has_child;           /* a link that holds comes from another one */
  gboolean is_below_none;       /* no link of any state comes from another one */
  guint hierarchy;
} ChtChainNode;

static inline gboolean
cht_link_holds (const ChtLink *link)
{
  return link->state == CHT_LINK_HOLDS || link->state == CHT_LINK_KEY_IDS_DIFFER;
}

/* Fills links, issuers, is_self_signed and has_child of N NODES whose certificate is set. */
void cht_chains_find_links (ChtChainNode *nodes, guint n);
/* (transfer full) (element-type GPtrArray) */
GPtrArray *cht_chains_find_paths (ChtChainNode *nodes, guint n);

G_END_DECLS
