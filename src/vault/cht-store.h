/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The file: sealed rows in SQLite, and nothing else. It never sees a key or a plaintext; what it reads is
 * checked against ChtSeal by the one who hands it in. Each call opens the file, does one transaction and
 * closes it: no handle stays on a file that somebody moved away. Worker threads only, under the lock file.
 *
 * Rollback journal (3.40's WAL can lose commits), synchronous=EXTRA, no memory map, cells checked, schema
 * compared word for word.
 */
#pragma once

#include "cht-image.h"

G_BEGIN_DECLS

#define CHT_STORE_APPLICATION 0x43687456  /* "ChtV" */
#define CHT_STORE_MAJOR 1

/* Where PATH really lies, symbolic links followed; the folder must exist, the file need not.
 * CHT_VAULT_ERROR_IO. (transfer full) */
char *cht_store_resolve (const char *path, GError **error);
/* FALSE where there is no file. */
gboolean cht_store_stamp (const char *path, ChtStamp *stamp);
gboolean cht_stamp_equal (const ChtStamp *a, const ChtStamp *b);
/* The first hundred bytes: ABSENT, DAMAGED, NEWER, IO. Opens no database; any thread. */
gboolean cht_store_probe (const char *path, GError **error);
/* FALSE where file or folder lack the write right. */
gboolean cht_store_may_write (const char *path);

/* uuid, mode and slots: in clear and proved only by cht_store_load. (transfer full) */
ChtHeader *cht_store_read_header (const char *path, GError **error);
/* Everything, each row authenticated, head and set checked; rows that OLD (nullable) holds unchanged are
 * shared. With FAULTS (nullable) (element-type ChtVaultFault) it goes on after a row that does not hold and
 * adds what it found. (transfer full) */
ChtImage *cht_store_load (const char *path, const ChtSeal *seal, ChtImage *old, GPtrArray *faults, GError **error);
/* "record.broken", …: takes nothing; RECORD nullable. */
void cht_fault_add (GPtrArray *faults, const char *id, const guint8 *record, const char *message);
/* A new file, whole or not at all: never over one that is there. Fills IMAGE's stamp. */
gboolean cht_store_create (const char *path, ChtImage *image, GError **error);
/* OLD becomes NEXT. MOVED (out): TRUE, with no error set, where the file does not hold OLD any more. Fills
 * NEXT's stamp. */
gboolean cht_store_write (
    const char *path, ChtImage *old, ChtImage *next, const ChtDelta *delta, gboolean *moved, GError **error);

/* Between the two halves: an open database, and words for what SQLite says. */
typedef struct sqlite3 sqlite3;
typedef sqlite3 ChtDatabase;
ChtDatabase *cht_store_open (const char *path, gboolean writing, GError **error);
void cht_store_close (ChtDatabase *database);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChtDatabase, cht_store_close)
gboolean cht_store_run (ChtDatabase *database, const char *sql, const char *path, GError **error);
/* Always FALSE. */
gboolean cht_store_fail (const char *path, int code, GError **error);
gboolean cht_store_damaged (const char *path, GError **error);
extern const char *const cht_store_schema[];
extern const guint cht_store_n_schema;

G_END_DECLS
