/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A flock on a file beside the vault ("vault.db.lock"), held for one transaction: what keeps two programs
 * apart, with or without a session bus. The kernel drops it when its holder dies.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _ChtLockFile ChtLockFile;

#define CHT_LOCK_FILE_PATIENCE 30  /* seconds that one waits for another program */

/* Worker threads only: waits. EXCLUSIVE for a write. A reader in a folder that takes no lock file gets a lock
 * of nothing: nobody can write there either. CHT_VAULT_ERROR_READ_ONLY, _IO, G_IO_ERROR_CANCELLED. (transfer
 * full) */
ChtLockFile *cht_lock_file_take (const char *vault, gboolean exclusive, GCancellable *cancellable, GError **error);
void cht_lock_file_release (ChtLockFile *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChtLockFile, cht_lock_file_release)

G_END_DECLS
