/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ChtVaultGate: what stands in place of everything while the vault is not open: create it, unlock it, or the words why
 * it cannot be. */
#pragma once

#include <adwaita.h>
#include "cht-workspace.h"

G_BEGIN_DECLS

#define CHT_TYPE_VAULT_GATE (cht_vault_gate_get_type ())
G_DECLARE_FINAL_TYPE (ChtVaultGate, cht_vault_gate, CHT, VAULT_GATE, AdwBin)

GtkWidget *cht_vault_gate_new (ChtWorkspace *workspace);
/* One prompt a click: does nothing while the vault opens. */
void cht_vault_gate_unlock (ChtVaultGate *self);
void cht_vault_gate_create (ChtVaultGate *self);

/* The title for a state. */
const char *cht_vault_gate_title (ChtWorkspaceVault state);

G_END_DECLS
