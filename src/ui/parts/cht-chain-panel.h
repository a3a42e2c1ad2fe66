/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ChtChainPanel: a chain view and the facts of the card selected in it, side by side (below each other where it is
 * narrow). The one picture of a chain for the certificate page, the item page and the file page. */
#pragma once

#include <gtk/gtk.h>
#include "cht-bundle.h"

G_BEGIN_DECLS

#define CHT_TYPE_CHAIN_PANEL (cht_chain_panel_get_type ())
G_DECLARE_FINAL_TYPE (ChtChainPanel, cht_chain_panel, CHT, CHAIN_PANEL, GtkWidget)

GtkWidget *cht_chain_panel_new (void);
/* Builds the chains on a worker and shows them; objects of the bundle that are no certificate are listed below,
 * unreadable ones with their reason. BUNDLE NULL empties it. */
void cht_chain_panel_set_bundle (ChtChainPanel *self, ChtBundle *bundle, gint64 now);

G_END_DECLS
