/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ChtChainView: certificates drawn as they hang together: roots above, a card each (subject, key, expiry, fingerprint),
 * a line with words for every link, a ghost card for a missing issuer. Cards are real widgets: they take the focus,
 * arrow keys walk along the links, a screen reader reads them. It draws at most CHT_CHAIN_VIEW_MAX_CARDS and says what
 * it left out. Put it into a GtkScrolledWindow.
 *
 * Properties: "selected" (ChtCertificate, read-only, notify), "now" (int64, seconds; set before the chains).
 */
#pragma once

#include <gtk/gtk.h>
#include "cht-chains.h"

G_BEGIN_DECLS

#define CHT_CHAIN_VIEW_MAX_CARDS 400

#define CHT_TYPE_CHAIN_VIEW (cht_chain_view_get_type ())
G_DECLARE_FINAL_TYPE (ChtChainView, cht_chain_view, CHT, CHAIN_VIEW, GtkWidget)

GtkWidget *cht_chain_view_new (void);
/* NULL empties it. The lowest certificate of the first path is selected. */
void cht_chain_view_set_chains (ChtChainView *self, ChtChains *chains);
void cht_chain_view_set_now (ChtChainView *self, gint64 now);
ChtCertificate *cht_chain_view_get_selected (ChtChainView *self);

G_END_DECLS
