/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The audit log: one sealed row an action, each bound to the link before it, the last link kept in the head.
 * So a row that was edited, deleted, moved or cut off is found at its index. Not found: what a holder of the
 * master key writes anew.
 */
#pragma once

#include "cht-head.h"
#include "cht-vault.h"

G_BEGIN_DECLS

#define CHT_AUDIT_MAX_OBJECTS 200000u

/* Appends: seals a row as the head's next and moves the head's chain. (transfer full) */
GBytes *cht_audit_append (ChtHead *head, const ChtSeal *seal, gint64 time, const char *user, const char *action,
                          const char *const *objects, const char *outcome);
/* The link that SEALED makes after the link in LINK, which it replaces. */
void cht_audit_link (const ChtSeal *seal, GBytes *sealed, guint8 link[CHT_SEAL_HASH]);
/* Opens ROWS (element-type GBytes) from the first up to the first that does not hold. BREAK (out): 0 where
 * the whole log holds against HEAD, else the index, from 1, of the first row that does not. (transfer full)
 * (element-type ChtVaultAuditEntry) */
GPtrArray *cht_audit_open_all (const ChtSeal *seal, const ChtHead *head, GPtrArray *rows, guint64 *break_index);

G_END_DECLS
