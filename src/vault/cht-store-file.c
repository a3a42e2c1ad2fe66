/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-store.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEADER 100  /* of an SQLite file: https://www.sqlite.org/fileformat2.html, 1.3 */

const char *const cht_store_schema[] = {
  "CREATE TABLE header(id INTEGER PRIMARY KEY CHECK(id=1),uuid BLOB NOT NULL,mode INTEGER NOT NULL)",
  "CREATE TABLE slot(number INTEGER PRIMARY KEY,kind INTEGER NOT NULL,parameters BLOB NOT NULL,wrapped BLOB NOT NULL)",
  "CREATE TABLE head(id INTEGER PRIMARY KEY CHECK(id=1),generation INTEGER NOT NULL,sealed BLOB NOT NULL)",
  "CREATE TABLE record(seq INTEGER PRIMARY KEY,uuid BLOB NOT NULL,generation INTEGER NOT NULL,sealed BLOB NOT NULL)",
  "CREATE TABLE audit(number INTEGER PRIMARY KEY,sealed BLOB NOT NULL)",
};
const guint cht_store_n_schema = G_N_ELEMENTS (cht_store_schema);

char *
cht_store_resolve (const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *shown = g_filename_display_name (path);
  char *real = realpath (path, NULL);
  struct stat info;

  if (real == NULL && errno == ENOENT && lstat (path, &info) != 0)
    {
      g_autofree char *real_folder = realpath (folder, NULL);

      if (real_folder != NULL || errno == ENOENT)
        return g_build_filename (real_folder != NULL ? real_folder : folder, base, NULL);
    }
  if (real == NULL)
    g_set_error (error, CHT_VAULT_ERROR, CHT_VAULT_ERROR_IO,
                 _("The place “%s” cannot be reached: it is a broken link, or a folder on the way may not "
                    "be entered."),
                 shown);
  return real;
}

gboolean
cht_store_stamp (const char *path, ChtStamp *stamp)
{
  struct stat info;

  if (stat (path, &info) != 0)
    return FALSE;
  *stamp = (ChtStamp) { info.st_dev, info.st_ino, info.st_size, info.st_mtim.tv_sec, info.st_mtim.tv_nsec };
  return TRUE;
}

gboolean
cht_stamp_equal (const ChtStamp *a, const ChtStamp *b)
{
  return a->device == b->device && a->inode == b->inode && a->size == b->size && a->seconds == b->seconds
      && a->nanoseconds == b->nanoseconds;
}

gboolean
cht_store_may_write (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);

  return access (path, W_OK) == 0 && access (folder, W_OK | X_OK) == 0;
}

gboolean
cht_store_damaged (const char *path, GError **error)
{
  g_autofree char *shown = g_filename_display_name (path);

  g_set_error (error, CHT_VAULT_ERROR, CHT_VAULT_ERROR_DAMAGED,
               _("“%s” is no vault, or it was damaged or changed by something other than Chatelaine. "
                  "Nothing of it is shown. "
                  "Put back a copy that you know to be good."),
               shown);
  return FALSE;
}

gboolean
cht_store_fail (const char *path, int code, GError **error)
{
  g_autofree char *shown = g_filename_display_name (path);

  switch (code & 0xff)
    {
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
    case SQLITE_FORMAT:
    case SQLITE_MISMATCH:
    case SQLITE_TOOBIG:
    case SQLITE_ERROR:
      return cht_store_damaged (path, error);
    case SQLITE_READONLY:
      g_set_error (error, CHT_VAULT_ERROR, CHT_VAULT_ERROR_READ_ONLY,
                   _("The vault “%s” or its folder may not be written to. Give yourself the right to write "
                      "there and try "
                      "again. Nothing was changed."),
                   shown);
      return FALSE;
    case SQLITE_FULL:
      g_set_error (error, CHT_VAULT_ERROR, CHT_VAULT_ERROR_IO,
                   _("The disk that holds the vault “%s” is full. Free some space and try again. Nothing "
                      "was changed."),
                   shown);
      return FALSE;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      g_set_error (
          error, CHT_VAULT_ERROR, CHT_VAULT_ERROR_IO,
          _("Another program keeps the vault “%s” busy. Close it and try again. Nothing was changed."),
          shown);
      return FALSE;
    default:
      g_set_error (error, CHT_VAULT_ERROR, CHT_VAULT_ERROR_IO,
                   _("The vault “%s” cannot be read or written: the disk or the system refuses. Check the "
                      "disk and your right "
                      "to read the file. Nothing was changed."),
                   shown);
      return FALSE;
    }
}

static guint32
big_endian (const guint8 *data)
{
  return (guint32) data[0] << 24 | (guint32) data[1] << 16 | (guint32) data[2] << 8 | data[3];
}

static gboolean
check_first_bytes (const char *path, const guint8 *data, gssize size, GError **error)
{
  g_autofree char *shown = g_filename_display_name (path);

  /* Bytes 18 and 19: 1 is the rollback journal. A file that says WAL would bring shared memory and a second file. */
  if (size < HEADER || memcmp (data, "SQLite format 3", 16) != 0 || data[18] != 1 || data[19] != 1
      || big_endian (data + 68) != CHT_STORE_APPLICATION || big_endian (data + 60) == 0)
    return cht_store_damaged (path, error);
  if (big_endian (data + 60) > CHT_STORE_MAJOR)
    {
      g_set_error (error, CHT_VAULT_ERROR, CHT_VAULT_ERROR_NEWER,
                   _("The vault “%s” was written by a newer Chatelaine, and this one does not know its "
                      "form. Install the newer "
                      "one. The file was not touched."),
                   shown);
      return FALSE;
    }
  return TRUE;
}

gboolean
cht_store_probe (const char *path, GError **error)
{
  g_autofree char *shown = g_filename_display_name (path);
  guint8 data[HEADER];
  struct stat info;
  gssize size = -1;
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

  if (fd < 0 && errno == ENOENT)
    {
      g_set_error (error, CHT_VAULT_ERROR, CHT_VAULT_ERROR_ABSENT,
                   _("There is no vault at “%s” yet. Make one to begin."), shown);
      return FALSE;
    }
  if (fd < 0)
    return cht_store_fail (path, SQLITE_CANTOPEN, error);
  if (fstat (fd, &info) == 0 && S_ISREG (info.st_mode))
    size = pread (fd, data, sizeof data, 0);
  close (fd);
  return check_first_bytes (path, data, size, error);
}

void
cht_store_close (ChtDatabase *database)
{
  sqlite3_close_v2 (database);
}

gboolean
cht_store_run (ChtDatabase *database, const char *sql, const char *path, GError **error)
{
  int code = sqlite3_exec (database, sql, NULL, NULL, NULL);

  return code == SQLITE_OK || cht_store_fail (path, code, error);
}

/* What a hostile file could use against the reader is off, and every length has a bound. */
static void
restrict_database (ChtDatabase *database)
{
  sqlite3_extended_result_codes (database, 1);
  sqlite3_busy_timeout (database, 5000);
  sqlite3_db_config (database, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config (database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  sqlite3_db_config (database, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
  sqlite3_db_config (database, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
  sqlite3_db_config (database, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
  sqlite3_db_config (database, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
  sqlite3_limit (database, SQLITE_LIMIT_LENGTH, CHT_VAULT_MAX_RECORD + 4096);
  sqlite3_limit (database, SQLITE_LIMIT_SQL_LENGTH, 4096);
  sqlite3_limit (database, SQLITE_LIMIT_COLUMN, 8);
  sqlite3_limit (database, SQLITE_LIMIT_EXPR_DEPTH, 16);
  sqlite3_limit (database, SQLITE_LIMIT_ATTACHED, 0);
  sqlite3_limit (database, SQLITE_LIMIT_TRIGGER_DEPTH, 1);
  sqlite3_limit (database, SQLITE_LIMIT_WORKER_THREADS, 0);
}

ChtDatabase *
cht_store_open (const char *path, gboolean writing, GError **error)
{
  ChtDatabase *database = NULL;
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_NOFOLLOW;
  int code = sqlite3_open_v2 (path, &database, flags | (writing ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY), NULL);

  if (code == SQLITE_OK)
    {
      restrict_database (database);
      if (cht_store_run (database,
                         "PRAGMA cell_size_check=ON;PRAGMA mmap_size=0;PRAGMA temp_store=MEMORY;PRAGMA "
                         "synchronous=EXTRA;"
                         "PRAGMA secure_delete=ON",
                         path, error) &&
          (!writing || cht_store_run (database, "PRAGMA journal_mode=DELETE", path, error)))
        return database;
    }
  else
    cht_store_fail (path, code, error);
  sqlite3_close_v2 (database);
  return NULL;
}
