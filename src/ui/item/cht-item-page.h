/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ChtItemPage: one thing of the vault: facts, findings, trust chain, and the way to the disk. */
#pragma once

#include "cht-page.h"
#include "cht-workspace.h"

G_BEGIN_DECLS

#define CHT_TYPE_ITEM_PAGE (cht_item_page_get_type ())
G_DECLARE_FINAL_TYPE (ChtItemPage, cht_item_page, CHT, ITEM_PAGE, ChtPage)

GtkWidget *cht_item_page_new (ChtWorkspace *workspace, ChtItem *item);

G_END_DECLS
