/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the store's files share: prepared statements with their values bound in one call. */
#pragma once

#include <sqlite3.h>
#include "cht-sandbox-store.h"

G_BEGIN_DECLS

struct _ChtSandboxStore { sqlite3 *db; };

/* KINDS has a letter for each value that follows: s text or NULL, b GBytes or NULL, i gint64, d double. Prepares, binds
 * copies. NULL (and ERROR set) where the database cannot. (transfer full) */
sqlite3_stmt *cht_sandbox_sql_prepare (ChtSandboxStore *self, GError **error, const char *sql, const char *kinds, ...);
/* The same, run to its end. */
gboolean cht_sandbox_sql_run (ChtSandboxStore *self, GError **error, const char *sql, const char *kinds, ...);

/* (transfer full) (nullable) */
char *cht_sandbox_sql_text (sqlite3_stmt *statement, int column);
GBytes *cht_sandbox_sql_bytes (sqlite3_stmt *statement, int column);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (sqlite3_stmt, sqlite3_finalize)

G_END_DECLS
