/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-store.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef sqlite3_stmt Statement;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Statement, sqlite3_finalize)

static Statement *
prepare (ChtDatabase *database, const char *sql, const char *path, GError **error)
{
  Statement *statement = NULL;
  int code = sqlite3_prepare_v2 (database, sql, -1, &statement, NULL);

  if (code != SQLITE_OK)
    cht_store_fail (path, code, error);
  return statement;
}

/* FALSE at the end of the rows, and where they cannot be read: then ERROR is set. */
static gboolean
next_row (Statement *statement, const char *path, GError **error)
{
  int code = sqlite3_step (statement);

  if (code != SQLITE_ROW && code != SQLITE_DONE)
    cht_store_fail (path, code, error);
  return code == SQLITE_ROW;
}

/* NULL where the cell is no blob of MIN to MAX bytes. (transfer full) (nullable) */
static GBytes *
take_blob (Statement *statement, int column, gsize min, gsize max)
{
  gsize size;

  if (sqlite3_column_type (statement, column) != SQLITE_BLOB)
    return NULL;
  size = sqlite3_column_bytes (statement, column);
  if (size < min || size > max)
    return NULL;
  return g_bytes_new (sqlite3_column_blob (statement, column), size);
}

static gboolean
take_number (Statement *statement, int column, gint64 min, gint64 max, gint64 *value)
{
  *value = sqlite3_column_int64 (statement, column);
  return sqlite3_column_type (statement, column) == SQLITE_INTEGER && *value >= min && *value <= max;
}

static gboolean
take_uuid (Statement *statement, int column, guint8 uuid[CHT_SEAL_UUID])
{
  g_autoptr (GBytes) blob = take_blob (statement, column, CHT_SEAL_UUID, CHT_SEAL_UUID);

  if (blob != NULL)
    memcpy (uuid, g_bytes_get_data (blob, NULL), CHT_SEAL_UUID);
  return blob != NULL;
}

/* Word for word: no view, trigger, index or generated column that somebody added can take part in a statement. */
static gboolean
check_schema (ChtDatabase *database, const char *path, GError **error)
{
  g_autoptr (Statement) statement =
      prepare (database, "SELECT sql FROM main.sqlite_schema ORDER BY rowid", path, error);
  g_autoptr (GError) local = NULL;
  guint i = 0;

  if (statement == NULL)
    return FALSE;
  while (next_row (statement, path, &local))
    {
      const char *sql = (const char *) sqlite3_column_text (statement, 0);

      if (i >= cht_store_n_schema || g_strcmp0 (sql, cht_store_schema[i]) != 0)
        return cht_store_damaged (path, error);
      i++;
    }
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  return i == cht_store_n_schema || cht_store_damaged (path, error);
}

static gboolean
read_slots (ChtDatabase *database, ChtHeader *header, const char *path, GError **error)
{
  g_autoptr (Statement) statement =
      prepare (database, "SELECT number,kind,parameters,wrapped FROM slot ORDER BY number", path, error);
  g_autoptr (GError) local = NULL;

  if (statement == NULL)
    return FALSE;
  while (next_row (statement, path, &local))
    {
      g_autoptr (ChtSlot) slot = g_new0 (ChtSlot, 1);
      gint64 number, kind;

      slot->parameters = take_blob (statement, 2, 0, CHT_SLOT_MAX_PARAMETERS);
      slot->wrapped = take_blob (statement, 3, CHT_SLOT_WRAPPED, CHT_SLOT_WRAPPED);
      if (slot->parameters == NULL || slot->wrapped == NULL || !take_number (statement, 0, 1, CHT_SLOT_MAX, &number)
          || !take_number (statement, 1, 1, G_MAXINT32, &kind))
        return cht_store_damaged (path, error);
      slot->number = number;
      slot->kind = kind;
      if (!cht_slot_check (slot, NULL))
        return cht_store_damaged (path, error);
      g_ptr_array_add (header->slots, g_steal_pointer (&slot));
    }
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  return header->slots->len > 0 || cht_store_damaged (path, error);
}

static ChtHeader *
read_header (ChtDatabase *database, const char *path, GError **error)
{
  g_autoptr (ChtHeader) header = NULL;
  g_autoptr (Statement) statement = NULL;
  g_autoptr (GError) local = NULL;
  guint8 uuid[CHT_SEAL_UUID];
  gint64 mode;

  if (!check_schema (database, path, error))
    return NULL;
  statement = prepare (database, "SELECT uuid,mode FROM header WHERE id=1", path, error);
  if (statement == NULL)
    return NULL;
  if (!next_row (statement, path, &local) || !take_uuid (statement, 0, uuid)
      || !take_number (statement, 1, CHT_VAULT_MODE_KEYRING, CHT_VAULT_MODE_BOTH, &mode))
    {
      if (local != NULL)
        g_propagate_error (error, g_steal_pointer (&local));
      else
        cht_store_damaged (path, error);
      return NULL;
    }
  header = cht_header_new (uuid, mode);
  return read_slots (database, header, path, error) ? g_steal_pointer (&header) : NULL;
}

ChtHeader *
cht_store_read_header (const char *path, GError **error)
{
  g_autoptr (ChtDatabase) database = NULL;

  if (!cht_store_probe (path, error))
    return NULL;
  /* Writing where it may, since a journal that a killed program left has to be rolled back first. */
  database = cht_store_open (path, cht_store_may_write (path), error);
  return database != NULL ? read_header (database, path, error) : NULL;
}

static gboolean
read_head (ChtDatabase *database, ChtImage *image, const ChtSeal *seal, const char *path, GError **error)
{
  g_autoptr (Statement) statement = prepare (database, "SELECT generation,sealed FROM head WHERE id=1", path, error);
  g_autoptr (GError) local = NULL;
  guint8 slots[CHT_SEAL_HASH];
  gint64 generation;

  if (statement == NULL)
    return FALSE;
  if (next_row (statement, path, &local) && take_number (statement, 0, 1, G_MAXINT64 - 1, &generation))
    image->head_sealed = take_blob (statement, 1, CHT_SEAL_OVERHEAD, 4096);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (image->head_sealed == NULL || !cht_head_open (&image->head, seal, generation, image->head_sealed))
    return cht_store_damaged (path, error);
  cht_slot_hash_all (image->header->slots, seal, slots);
  return (cht_seal_is_for (seal, image->header->uuid) && image->head.mode == image->header->mode
          && memcmp (slots, image->head.slots, sizeof slots) == 0)
      || cht_store_damaged (path, error);
}

/* A row of the file, proved: either the very one that OLD holds, or one that opens. */
static ChtRow *
take_row (Statement *statement, const ChtSeal *seal, ChtImage *old)
{
  g_autoptr (ChtRow) row = NULL;
  g_autoptr (GBytes) sealed = take_blob (statement, 3, CHT_SEAL_OVERHEAD, CHT_VAULT_MAX_RECORD + 4096);
  g_autoptr (GBytes) payload = NULL;
  ChtRow *known;
  guint8 uuid[CHT_SEAL_UUID];
  gint64 seq, generation;
  guint32 kind;

  if (sealed == NULL || !take_number (statement, 0, 1, G_MAXINT64 - 1, &seq) || !take_uuid (statement, 1, uuid)
      || !take_number (statement, 2, 1, G_MAXINT64 - 1, &generation) || !cht_seal_read_kind (seal, sealed, &kind)
      || kind == 0 || kind >= CHT_SEAL_KIND_RECORDS_END)
    return NULL;
  known = old != NULL ? g_hash_table_lookup (old->by_uuid, uuid) : NULL;
  if (known != NULL && known->seq == seq && known->generation == (guint64) generation &&
      g_bytes_equal (known->sealed, sealed))
    return cht_row_ref (known);
  row = cht_row_new (seq, uuid, kind, generation, g_steal_pointer (&sealed));
  payload = cht_row_open (row, seal);
  return payload != NULL ? g_steal_pointer (&row) : NULL;
}

void
cht_vault_fault_free (ChtVaultFault *fault)
{
  g_free (fault->id);
  g_free (fault->message);
  g_free (fault->record);
  g_free (fault);
}

void
cht_fault_add (GPtrArray *faults, const char *id, const guint8 *record, const char *message)
{
  ChtVaultFault *fault = g_new0 (ChtVaultFault, 1);

  fault->id = g_strdup (id);
  fault->message = g_strdup (message);
  fault->record = record != NULL ? cht_uuid_to_text (record) : NULL;
  g_ptr_array_add (faults, fault);
}

/* FALSE where reading ends at what was found. */
static gboolean
go_on (GPtrArray *faults, const guint8 *uuid, const char *id, const char *message, const char *path, GError **error)
{
  if (faults == NULL)
    return cht_store_damaged (path, error);
  cht_fault_add (faults, id, uuid, message);
  return TRUE;
}

static gboolean
read_rows (ChtDatabase *database,
           ChtImage *image,
           const ChtSeal *seal,
           ChtImage *old,
           GPtrArray *faults,
           const char *path,
           GError **error)
{
  g_autoptr (Statement) statement =
      prepare (database, "SELECT seq,uuid,generation,sealed FROM record ORDER BY seq", path, error);
  g_autoptr (GError) local = NULL;
  ChtHead sum = { 0 };

  if (statement == NULL)
    return FALSE;
  while (next_row (statement, path, &local))
    {
      g_autoptr (ChtRow) row = take_row (statement, seal, old);
      guint8 uuid[CHT_SEAL_UUID];

      if (image->rows->len >= CHT_IMAGE_MAX_ROWS || image->bytes > CHT_IMAGE_MAX_BYTES)
        return cht_store_damaged (path, error);
      if (row == NULL)
        {
          if (!go_on (faults, take_uuid (statement, 1, uuid) ? uuid : NULL, "record.broken",
                      _("This entry was changed by something other than Chatelaine and does not open."), path, error))
            return FALSE;
          continue;
        }
      cht_head_add (&sum, seal, row->uuid, row->generation, row->sealed);
      if ((row->generation > image->head.generation || !cht_image_add (image, cht_row_ref (row))) &&
          !go_on (faults, row->uuid, "record.foreign",
                  _("This entry does not belong to this state of the vault."), path, error))
        return FALSE;
    }
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  return (sum.n_records == image->head.n_records && memcmp (sum.set, image->head.set, sizeof sum.set) == 0) ||
         go_on (faults, NULL, "records.set",
                _("Entries were taken away, put back or exchanged: the entries are not those that the "
                   "vault wrote last."),
                path, error);
}

/* A log that does not hold does not close the vault: it opens for reading only, and the log says where it breaks. */
static gboolean
read_audit (ChtDatabase *database, ChtImage *image, const ChtSeal *seal, const char *path, GError **error)
{
  g_autoptr (Statement) statement = prepare (database, "SELECT sealed FROM audit ORDER BY number", path, error);
  g_autoptr (GError) local = NULL;
  g_autoptr (GPtrArray) entries = NULL;
  guint8 link[CHT_SEAL_HASH] = { 0 };
  gsize bytes = 0;

  if (statement == NULL)
    return FALSE;
  while (next_row (statement, path, &local))
    {
      GBytes *sealed = take_blob (statement, 0, 0, CHT_IMAGE_MAX_BYTES);

      sealed = sealed != NULL ? sealed : g_bytes_new (NULL, 0);
      cht_audit_link (seal, sealed, link);
      g_ptr_array_add (image->audit, sealed);
      bytes += g_bytes_get_size (sealed);
      if (bytes > CHT_IMAGE_MAX_BYTES)
        return cht_store_damaged (path, error);
    }
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (image->audit->len != image->head.n_audit || memcmp (link, image->head.chain, sizeof link) != 0)
    entries = cht_audit_open_all (seal, &image->head, image->audit, &image->audit_break);
  return TRUE;
}

ChtImage *
cht_store_load (const char *path, const ChtSeal *seal, ChtImage *old, GPtrArray *faults, GError **error)
{
  g_autoptr (ChtDatabase) database = NULL;
  g_autoptr (ChtImage) image = NULL;
  ChtHeader *header;

  if (!cht_store_probe (path, error))
    return NULL;
  database = cht_store_open (path, cht_store_may_write (path), error);
  if (database == NULL || !cht_store_run (database, "BEGIN", path, error))
    return NULL;
  header = read_header (database, path, error);
  if (header == NULL)
    return NULL;
  image = cht_image_new (header);
  if (!read_head (database, image, seal, path, error) || !read_rows (database, image, seal, old, faults, path, error)
      || !read_audit (database, image, seal, path, error))
    return NULL;
  if (!cht_store_stamp (path, &image->stamp))
    {
      cht_store_fail (path, SQLITE_CANTOPEN, error);
      return NULL;
    }
  return g_steal_pointer (&image);
}

/* Binds in order: 'i' gint64, 'u' uuid, 'b' GBytes; runs once. SQLite copies nothing: the data outlives the step. */
static gboolean
execute (ChtDatabase *database, const char *sql, const char *path, GError **error, const char *types, ...)
{
  g_autoptr (Statement) statement = prepare (database, sql, path, error);
  va_list arguments;
  int code;

  if (statement == NULL)
    return FALSE;
  va_start (arguments, types);
  for (int i = 0; types[i] != '\0'; i++)
    if (types[i] == 'i')
      sqlite3_bind_int64 (statement, i + 1, va_arg (arguments, gint64));
    else if (types[i] == 'u')
      sqlite3_bind_blob (statement, i + 1, va_arg (arguments, const guint8 *), CHT_SEAL_UUID, SQLITE_STATIC);
    else
      {
        GBytes *bytes = va_arg (arguments, GBytes *);
        gconstpointer data = g_bytes_get_data (bytes, NULL);

        sqlite3_bind_blob64 (statement, i + 1, data != NULL ? data : "", g_bytes_get_size (bytes), SQLITE_STATIC);
      }
  va_end (arguments);
  code = sqlite3_step (statement);
  return code == SQLITE_DONE || cht_store_fail (path, code, error);
}

static gboolean
insert_audit (ChtDatabase *database, GPtrArray *rows, guint64 first, const char *path, GError **error)
{
  for (guint i = 0; i < rows->len; i++)
    if (!execute (database, "INSERT INTO audit VALUES(?,?)", path, error, "ib", (gint64) (first + i),
                  g_ptr_array_index (rows, i)))
      return FALSE;
  return TRUE;
}

static gboolean
fill (ChtDatabase *database, ChtImage *image, const char *path, GError **error)
{
  g_autofree char *stamp = g_strdup_printf ("PRAGMA application_id=%d;PRAGMA user_version=%d;BEGIN IMMEDIATE",
                                            CHT_STORE_APPLICATION, CHT_STORE_MAJOR);

  if (!cht_store_run (database, stamp, path, error))
    return FALSE;
  for (guint i = 0; i < cht_store_n_schema; i++)
    if (!cht_store_run (database, cht_store_schema[i], path, error))
      return FALSE;
  if (!execute (database, "INSERT INTO header VALUES(1,?,?)", path, error, "ui", image->header->uuid,
                (gint64) image->header->mode))
    return FALSE;
  for (guint i = 0; i < image->header->slots->len; i++)
    {
      ChtSlot *slot = g_ptr_array_index (image->header->slots, i);

      if (!execute (database, "INSERT INTO slot VALUES(?,?,?,?)", path, error, "iibb", (gint64) slot->number,
                    (gint64) slot->kind, slot->parameters, slot->wrapped))
        return FALSE;
    }
  return execute (database, "INSERT INTO head VALUES(1,?,?)", path, error, "ib",
                  (gint64) image->head.generation, image->head_sealed) &&
         insert_audit (database, image->audit, 1, path, error) &&
         cht_store_run (database, "COMMIT", path, error);
}

/* Gives the finished file its name, never over another. */
static gboolean
place (const char *from, const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *shown = g_filename_display_name (path);
  int fd;

  if (renameat2 (AT_FDCWD, from, AT_FDCWD, path, RENAME_NOREPLACE) != 0
      /* Some file systems know no such rename; the lock keeps our own programs out meanwhile. */
      && ((errno != EINVAL && errno != ENOSYS) || g_file_test (path, G_FILE_TEST_EXISTS | G_FILE_TEST_IS_SYMLINK)
          || rename (from, path) != 0))
    {
      if (errno == EEXIST)
        g_set_error (error, CHT_VAULT_ERROR, CHT_VAULT_ERROR_EXISTS,
                     _("There is a vault at “%s” already. It was not touched."), shown);
      else
        cht_store_fail (path, SQLITE_IOERR, error);
      return FALSE;
    }
  fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd >= 0)
    {
      fsync (fd);
      close (fd);
    }
  return TRUE;
}

gboolean
cht_store_create (const char *path, ChtImage *image, GError **error)
{
  g_autofree char *draft = g_strconcat (path, ".new-XXXXXX", NULL);
  g_autofree char *journal = NULL;
  ChtDatabase *database;
  gboolean made;
  int fd = g_mkstemp_full (draft, O_RDWR | O_CLOEXEC, 0600);

  if (fd < 0)
    return cht_store_fail (path,
                           errno == ENOSPC || errno == EDQUOT  ? SQLITE_FULL
                           : errno == EACCES || errno == EROFS ? SQLITE_READONLY
                                                               : SQLITE_IOERR,
                           error);
  close (fd);
  database = cht_store_open (draft, TRUE, error);
  made = database != NULL && fill (database, image, path, error);
  cht_store_close (database);
  made = made && place (draft, path, error);
  if (made)
    return cht_store_stamp (path, &image->stamp) || cht_store_fail (path, SQLITE_IOERR, error);
  journal = g_strconcat (draft, "-journal", NULL);
  g_unlink (draft);
  g_unlink (journal);
  return FALSE;
}

/* TRUE where the file's head is SEALED, byte for byte. */
static gboolean
head_is (ChtDatabase *database, GBytes *sealed, const char *path, GError **error)
{
  g_autoptr (Statement) statement = prepare (database, "SELECT sealed FROM head WHERE id=1", path, error);
  g_autoptr (GBytes) found = NULL;

  if (statement != NULL && next_row (statement, path, error))
    found = take_blob (statement, 0, 0, 4096);
  return found != NULL && g_bytes_equal (found, sealed);
}

static gboolean
apply (ChtDatabase *database, ChtImage *next, const ChtDelta *delta, const char *path, GError **error)
{
  for (guint i = 0; i < delta->removals->len; i++)
    if (!execute (database, "DELETE FROM record WHERE seq=?", path, error, "i",
                  g_array_index (delta->removals, gint64, i)))
      return FALSE;
  for (guint i = 0; i < delta->puts->len; i++)
    {
      ChtRow *row = g_ptr_array_index (delta->puts, i);

      if (!execute (database, "INSERT OR REPLACE INTO record VALUES(?,?,?,?)", path, error, "iuib", row->seq, row->uuid,
                    (gint64) row->generation, row->sealed))
        return FALSE;
    }
  return insert_audit (database, delta->audit, next->head.n_audit - delta->audit->len + 1, path, error) &&
         execute (database, "UPDATE head SET generation=?,sealed=? WHERE id=1", path, error, "ib",
                  (gint64) next->head.generation, next->head_sealed) &&
         cht_store_run (database, "COMMIT", path, error);
}

/* After an error at the very end the file may hold either state: it is asked, and what stands there is the outcome. */
static gboolean
holds (const char *path, ChtImage *image)
{
  g_autoptr (ChtDatabase) database = cht_store_open (path, TRUE, NULL);

  return database != NULL && head_is (database, image->head_sealed, path, NULL);
}

gboolean
cht_store_write (
    const char *path, ChtImage *old, ChtImage *next, const ChtDelta *delta, gboolean *moved, GError **error)
{
  ChtDatabase *database;
  g_autoptr (GError) local = NULL;
  gboolean written = FALSE;

  *moved = FALSE;
  if (!cht_store_probe (path, error))
    return FALSE;
  database = cht_store_open (path, TRUE, error);
  if (database == NULL)
    return FALSE;
  if (cht_store_run (database, "BEGIN IMMEDIATE", path, &local))
    {
      *moved = !head_is (database, old->head_sealed, path, &local) && local == NULL;
      written = !*moved && local == NULL && check_schema (database, path, &local) &&
                apply (database, next, delta, path, &local);
    }
  cht_store_close (database);  /* rolls back what is not committed */
  if (*moved)
    return FALSE;
  if (!written && !holds (path, next))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  cht_store_stamp (path, &next->stamp);
  return TRUE;
}
