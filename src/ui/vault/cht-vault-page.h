/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ChtVaultPage: the items of one's own, and how they come in. Signal: "item-activated" (ChtItem *). */
#pragma once

#include "cht-page.h"
#include "cht-workspace.h"

G_BEGIN_DECLS

#define CHT_VAULT_MAX_FILES 100 /* at a time */

#define CHT_TYPE_VAULT_PAGE (cht_vault_page_get_type ())
G_DECLARE_FINAL_TYPE (ChtVaultPage, cht_vault_page, CHT, VAULT_PAGE, ChtPage)

GtkWidget *cht_vault_page_new (ChtWorkspace *workspace);
/* With the file chooser. */
void cht_vault_page_choose (ChtVaultPage *self);
/* FILES: of GFile; at most CHT_VAULT_MAX_FILES, the rest is refused in words. */
void cht_vault_page_import (ChtVaultPage *self, GPtrArray *files);

/* The name of a role for a person, "" for NULL; an id that no table has stands as it is. (transfer full) */
char *cht_vault_role_text (const char *role_id);
/* "3 items are in the vault now." (transfer full) */
char *cht_vault_imported_text (guint n);

G_END_DECLS
