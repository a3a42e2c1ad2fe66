/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-sandbox-sql.h"

#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cht-file.h"
#include "cht-secret.h"

#define STATE_FILE "practice-controller.db"
#define VERSION 1

G_DEFINE_QUARK (cht-sandbox-error-quark, cht_sandbox_error)

static const char schema[] =
  "CREATE TABLE fact (key TEXT PRIMARY KEY, value TEXT NOT NULL);"
  "CREATE TABLE record (position INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, role TEXT NOT NULL,"
  " trust BLOB, certificate BLOB, key BLOB, passphrase BLOB, leaf BLOB, leaf_key BLOB, updated_by TEXT NOT NULL,"
  " updated INTEGER NOT NULL, expires INTEGER NOT NULL);"
  "CREATE TABLE destination (uuid TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, transport TEXT NOT NULL,"
  " auth_type TEXT NOT NULL, address TEXT NOT NULL, port INTEGER NOT NULL, in_use INTEGER NOT NULL,"
  " certificate TEXT REFERENCES record (name));"
  "CREATE TABLE job (position INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, user TEXT NOT NULL,"
  " status TEXT NOT NULL, started INTEGER NOT NULL, completed INTEGER NOT NULL, step INTEGER NOT NULL,"
  " kind INTEGER NOT NULL, progress REAL NOT NULL);"
  "CREATE TABLE event (position INTEGER PRIMARY KEY AUTOINCREMENT, job TEXT NOT NULL, message TEXT NOT NULL,"
  " time INTEGER NOT NULL);"
  "CREATE TABLE alarm (id INTEGER PRIMARY KEY AUTOINCREMENT, severity TEXT NOT NULL, description TEXT NOT NULL,"
  " object_id TEXT, object_description TEXT, created INTEGER NOT NULL, updated INTEGER NOT NULL,"
  " closed INTEGER NOT NULL, acknowledged INTEGER NOT NULL, acknowledged_by TEXT, category TEXT NOT NULL,"
  " ack_due INTEGER NOT NULL, ack_wanted INTEGER NOT NULL);"
  "PRAGMA user_version = 1;";

static gboolean
set_database_error (ChtSandboxStore *self, GError **error)
{
  if (sqlite3_errcode (self->db) == SQLITE_BUSY)
    g_set_error (error, CHT_SANDBOX_ERROR, CHT_SANDBOX_ERROR_BUSY,
                 _("Another practice controller has this state folder open. End it, or choose another folder."));
  else
    g_set_error (error, CHT_SANDBOX_ERROR, CHT_SANDBOX_ERROR_STATE,
                 _("The practice controller's state cannot be read or written. Check the disk and the rights on its "
                   "folder, or start with a new folder."));
  g_debug ("sandbox state: %s", sqlite3_errmsg (self->db));
  return FALSE;
}

static void
bind_value (sqlite3_stmt *statement, int index, char kind, va_list *values)
{
  GBytes *bytes;

  switch (kind)
    {
    case 's':
      sqlite3_bind_text (statement, index, va_arg (*values, const char *), -1, SQLITE_TRANSIENT);
      break;
    case 'i':
      sqlite3_bind_int64 (statement, index, va_arg (*values, gint64));
      break;
    case 'd':
      sqlite3_bind_double (statement, index, va_arg (*values, double));
      break;
    case 'b':
      bytes = va_arg (*values, GBytes *);
      /* A pointer that is not NULL: an empty passphrase is not a missing one. */
      if (bytes != NULL)
        sqlite3_bind_blob64 (statement, index, g_bytes_get_size (bytes) > 0 ? g_bytes_get_data (bytes, NULL) : "",
                             g_bytes_get_size (bytes), SQLITE_TRANSIENT);
      break;
    default:
      g_assert_not_reached ();
    }
}

static sqlite3_stmt *
prepare_with (ChtSandboxStore *self, GError **error, const char *sql, const char *kinds, va_list *values)
{
  g_autoptr (sqlite3_stmt) statement = NULL;

  if (sqlite3_prepare_v2 (self->db, sql, -1, &statement, NULL) != SQLITE_OK)
    {
      set_database_error (self, error);
      return NULL;
    }
  for (int i = 0; kinds[i] != '\0'; i++)
    bind_value (statement, i + 1, kinds[i], values);
  return g_steal_pointer (&statement);
}

sqlite3_stmt *
cht_sandbox_sql_prepare (ChtSandboxStore *self, GError **error, const char *sql, const char *kinds, ...)
{
  sqlite3_stmt *statement;
  va_list values;

  va_start (values, kinds);
  statement = prepare_with (self, error, sql, kinds, &values);
  va_end (values);
  return statement;
}

gboolean
cht_sandbox_sql_run (ChtSandboxStore *self, GError **error, const char *sql, const char *kinds, ...)
{
  g_autoptr (sqlite3_stmt) statement = NULL;
  va_list values;
  int result;

  va_start (values, kinds);
  statement = prepare_with (self, error, sql, kinds, &values);
  va_end (values);
  if (statement == NULL)
    return FALSE;
  while ((result = sqlite3_step (statement)) == SQLITE_ROW)
    ;
  return result == SQLITE_DONE || set_database_error (self, error);
}

char *
cht_sandbox_sql_text (sqlite3_stmt *statement, int column)
{
  return g_strdup ((const char *) sqlite3_column_text (statement, column));
}

typedef struct { gsize size; guint8 data[]; } Wiped;

static void
wiped_free (gpointer data)
{
  Wiped *wiped = data;

  cht_wipe (wiped->data, wiped->size);
  g_free (wiped);
}

GBytes *
cht_sandbox_sql_bytes (sqlite3_stmt *statement, int column)
{
  const void *data;
  Wiped *wiped;
  gsize size;

  if (sqlite3_column_type (statement, column) == SQLITE_NULL)
    return NULL;
  data = sqlite3_column_blob (statement, column);
  size = sqlite3_column_bytes (statement, column);
  wiped = g_malloc (sizeof (Wiped) + size);
  wiped->size = size;
  if (size > 0)
    memcpy (wiped->data, data, size);
  return g_bytes_new_with_free_func (wiped->data, size, wiped_free, wiped);
}

/* The file exists before SQLite opens it, so that it is private from its first byte; its journal gets the same
 * rights. */
static gboolean
make_private_file (const char *path, GError **error)
{
  struct stat about;
  int fd = open (path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  gboolean good = fd >= 0 && fstat (fd, &about) == 0 && S_ISREG (about.st_mode) && about.st_uid == geteuid ()
                  && fchmod (fd, 0600) == 0;

  if (fd >= 0)
    close (fd);
  if (!good)
    g_set_error (error, CHT_SANDBOX_ERROR, CHT_SANDBOX_ERROR_STATE,
                 _("The state file “%s” cannot be used: it must be a plain file of your own. Choose another "
                   "folder."),
                 path);
  return good;
}

static gboolean
check_version (ChtSandboxStore *self, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = cht_sandbox_sql_prepare (self, error, "PRAGMA user_version", "");
  int version;

  if (statement == NULL)
    return FALSE;
  if (sqlite3_step (statement) != SQLITE_ROW)
    return set_database_error (self, error);
  version = sqlite3_column_int (statement, 0);
  g_clear_pointer (&statement, sqlite3_finalize);
  if (version == VERSION)
    return TRUE;
  if (version != 0)
    {
      g_set_error (error, CHT_SANDBOX_ERROR, CHT_SANDBOX_ERROR_STATE,
                   _("The state folder was written by another version of the practice controller. Choose another "
                     "folder."));
      return FALSE;
    }
  return cht_sandbox_store_begin (self, error)
         && (sqlite3_exec (self->db, schema, NULL, NULL, NULL) == SQLITE_OK || set_database_error (self, error))
         && cht_sandbox_store_commit (self, error);
}

ChtSandboxStore *
cht_sandbox_store_open (const char *folder, GError **error)
{
  g_autoptr (ChtSandboxStore) self = g_new0 (ChtSandboxStore, 1);
  g_autofree char *path = g_build_filename (folder, STATE_FILE, NULL);
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_NOMUTEX;
  /* secure_delete: a key that was replaced leaves the file too. EXCLUSIVE: one controller a folder, until it ends or
   * dies. */
  const char *pragmas = "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=DELETE; PRAGMA synchronous=FULL;"
                        "PRAGMA mmap_size=0; PRAGMA secure_delete=ON; PRAGMA trusted_schema=OFF;"
                        "PRAGMA foreign_keys=ON; BEGIN EXCLUSIVE; COMMIT;";

  if (!cht_file_make_folder (folder, error) || !make_private_file (path, error))
    return NULL;
  if (sqlite3_open_v2 (path, &self->db, flags, NULL) != SQLITE_OK
      || sqlite3_exec (self->db, pragmas, NULL, NULL, NULL) != SQLITE_OK)
    {
      set_database_error (self, error);
      return NULL;
    }
  if (!check_version (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
cht_sandbox_store_close (ChtSandboxStore *self)
{
  sqlite3_close (self->db);
  g_free (self);
}

gboolean
cht_sandbox_store_begin (ChtSandboxStore *self, GError **error)
{
  return cht_sandbox_sql_run (self, error, "BEGIN IMMEDIATE", "");
}

gboolean
cht_sandbox_store_commit (ChtSandboxStore *self, GError **error)
{
  if (cht_sandbox_sql_run (self, error, "COMMIT", ""))
    return TRUE;
  cht_sandbox_store_abort (self);
  return FALSE;
}

void
cht_sandbox_store_abort (ChtSandboxStore *self)
{
  /* A failed statement may have ended the transaction already. */
  if (!sqlite3_get_autocommit (self->db))
    cht_sandbox_sql_run (self, NULL, "ROLLBACK", "");
}

char *
cht_sandbox_store_get_fact (ChtSandboxStore *self, const char *key)
{
  g_autoptr (sqlite3_stmt) statement =
      cht_sandbox_sql_prepare (self, NULL, "SELECT value FROM fact WHERE key = ?", "s", key);

  return statement != NULL && sqlite3_step (statement) == SQLITE_ROW ? cht_sandbox_sql_text (statement, 0) : NULL;
}

gboolean
cht_sandbox_store_set_fact (ChtSandboxStore *self, const char *key, const char *value, GError **error)
{
  return cht_sandbox_sql_run (self, error,
                              "INSERT INTO fact VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
                              "ss", key, value);
}
