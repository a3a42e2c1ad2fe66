/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The file: what a hostile or broken disk can do to it, without a keyring. */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cht-lock-file.h"
#include "cht-process.h"
#include "cht-store.h"

#define N_ROWS 8

typedef struct {
  char *folder, *path;
  ChtSecret *key;
  ChtSeal *seal;
  ChtImage *image;
} Box;

static ChtVaultAction *
action_put (const char *uuid, int kind, const char *text, char **made)
{
  g_autoptr (GBytes) payload = cht_vault_bytes_new_wiped (text, strlen (text));
  ChtVaultAction *action = cht_vault_action_new ("item.add", NULL, "done");
  const char *got = cht_vault_action_put (action, uuid, kind, payload);

  if (made != NULL)
    *made = g_strdup (got);
  return action;
}

/* Takes ACTION. What the next generation would be, and what it changes. */
static ChtImage *
next_of (Box *box, ChtVaultAction *action, ChtDelta *delta)
{
  g_autoptr (ChtVaultAction) owned = action;
  g_autoptr (GError) error = NULL;
  ChtImage *next = cht_image_apply (box->image, box->seal, owned, delta, &error);

  g_assert_no_error (error);
  return next;
}

static void
box_commit (Box *box, ChtVaultAction *action)
{
  g_autoptr (ChtDelta) delta = cht_delta_new ();
  g_autoptr (GError) error = NULL;
  ChtImage *next = next_of (box, action, delta);
  gboolean moved;

  g_assert_true (cht_store_write (box->path, box->image, next, delta, &moved, &error));
  g_assert_no_error (error);
  cht_image_unref (box->image);
  box->image = next;
}

static Box *
box_new (void)
{
  static const guint8 uuid[CHT_SEAL_UUID] = "vault-uuid-16-by";
  Box *box = g_new0 (Box, 1);
  g_autoptr (ChtSecret) master = cht_secret_new_random (CHT_SEAL_KEY);
  g_autoptr (GError) error = NULL;
  ChtHeader *header = cht_header_new (uuid, CHT_VAULT_MODE_KEYRING);

  box->folder = g_dir_make_tmp ("chatelaine-store-XXXXXX", &error);
  g_assert_no_error (error);
  box->path = g_build_filename (box->folder, "vault.db", NULL);
  box->key = cht_secret_new_random (CHT_SEAL_KEY);
  box->seal = cht_seal_new (master, uuid);
  g_ptr_array_add (header->slots, cht_slot_wrap (1, CHT_SLOT_KEYRING, uuid, master, box->key, NULL, NULL));
  box->image = cht_image_new (header);
  box->image->head.mode = CHT_VAULT_MODE_KEYRING;
  box->image->head.generation = 1;
  cht_slot_hash_all (header->slots, box->seal, box->image->head.slots);
  g_ptr_array_add (box->image->audit, cht_audit_append (&box->image->head, box->seal, 1, "someone",
                                                        "vault.create", NULL, "done"));
  box->image->head_sealed = cht_head_close (&box->image->head, box->seal);
  g_assert_true (cht_store_create (box->path, box->image, &error));
  g_assert_no_error (error);
  for (guint i = 0; i < N_ROWS; i++)
    {
      g_autofree char *text = g_strdup_printf ("record-%u", i);

      box_commit (box, action_put (NULL, 1 + i % 7, text, NULL));
    }
  return box;
}

static int
on_entry (const char *path, const struct stat *info, int kind, struct FTW *where)
{
  return remove (path);
}

static void
box_free (Box *box)
{
  cht_image_unref (box->image);
  cht_seal_unref (box->seal);
  cht_secret_unref (box->key);
  g_assert_cmpint (nftw (box->folder, on_entry, 8, FTW_DEPTH | FTW_PHYS), ==, 0);
  g_free (box->folder);
  g_free (box->path);
  g_free (box);
}

/* TRUE where IMAGE holds exactly what the box wrote. */
static gboolean
same (Box *box, ChtImage *image)
{
  gboolean equal = image->rows->len == box->image->rows->len && image->head.generation == box->image->head.generation;

  for (guint i = 0; equal && i < image->rows->len; i++)
    {
      g_autoptr (GBytes) a = cht_row_open (g_ptr_array_index (image->rows, i), box->seal);
      g_autoptr (GBytes) b = cht_row_open (g_ptr_array_index (box->image->rows, i), box->seal);

      equal = a != NULL && b != NULL && g_bytes_equal (a, b);
    }
  return equal;
}

static void
assert_damaged (Box *box)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChtImage) image = cht_store_load (box->path, box->seal, NULL, NULL, &error);

  g_assert_null (image);
  g_assert_error (error, CHT_VAULT_ERROR, CHT_VAULT_ERROR_DAMAGED);
  g_assert_nonnull (strstr (error->message, "vault.db"));
}

static void
assert_whole (Box *box)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChtImage) image = cht_store_load (box->path, box->seal, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (same (box, image));
  g_assert_cmpuint (image->audit_break, ==, 0);
}

static void
put_bytes (Box *box, const char *data, gsize size)
{
  int fd = g_open (box->path, O_WRONLY | O_TRUNC | O_CREAT | O_CLOEXEC, 0600);

  g_assert_cmpint (write (fd, data, size), ==, (gssize) size);
  close (fd);
}

static void
sql (Box *box, const char *text)
{
  sqlite3 *database;
  char *message = NULL;

  g_assert_cmpint (sqlite3_open (box->path, &database), ==, SQLITE_OK);
  sqlite3_exec (database, "PRAGMA synchronous=OFF", NULL, NULL, NULL);
  sqlite3_exec (database, text, NULL, NULL, &message);
  if (message != NULL)
    g_error ("%s: %s", text, message);
  sqlite3_close (database);
}

static void
test_life (void)
{
  Box *box = box_new ();
  ChtRow *first = g_ptr_array_index (box->image->rows, 0);
  g_autofree char *uuid = cht_uuid_to_text (first->uuid);
  g_autoptr (GError) error = NULL;
  g_autoptr (ChtImage) image = NULL;
  g_autoptr (ChtHeader) header = cht_store_read_header (box->path, &error);
  ChtVaultAction *action;

  g_assert_no_error (error);
  g_assert_cmpuint (header->mode, ==, CHT_VAULT_MODE_KEYRING);
  g_assert_cmpuint (header->slots->len, ==, 1);
  assert_whole (box);
  /* Replaced in its place, one removed, one new: in one generation. */
  action = action_put (uuid, 2, "replaced", NULL);
  first = g_ptr_array_index (box->image->rows, 3);
  g_free (uuid);
  uuid = cht_uuid_to_text (first->uuid);
  cht_vault_action_remove (action, uuid);
  {
    g_autoptr (GBytes) payload = g_bytes_new ("new", 3);

    g_assert_nonnull (cht_vault_action_put (action, NULL, 3, payload));
  }
  box_commit (box, action);
  assert_whole (box);
  g_assert_cmpuint (box->image->rows->len, ==, N_ROWS);
  g_assert_cmpuint (box->image->head.generation, ==, N_ROWS + 2);
  g_assert_cmpuint (((ChtRow *) g_ptr_array_index (box->image->rows, 0))->kind, ==, 2);
  /* Read again over what is known: the unchanged rows are the same objects. */
  image = cht_store_load (box->path, box->seal, box->image, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < image->rows->len; i++)
    g_assert_true (g_ptr_array_index (image->rows, i) == g_ptr_array_index (box->image->rows, i));
  box_free (box);
}

static void
test_refusals (void)
{
  Box *box = box_new ();
  g_autoptr (ChtDelta) delta = cht_delta_new ();
  g_autoptr (ChtVaultAction) unknown = cht_vault_action_new ("item.remove", NULL, "done");
  g_autoptr (ChtVaultAction) large = cht_vault_action_new ("item.add", NULL, "done");
  g_autoptr (GError) error = NULL;
  /* Never touched: the size alone is looked at. */
  g_autoptr (GBytes) huge = g_bytes_new_static ("", CHT_VAULT_MAX_RECORD + 1);

  cht_vault_action_remove (unknown, "01234567-89ab-4def-8123-456789abcdef");
  g_assert_null (cht_image_apply (box->image, box->seal, unknown, delta, &error));
  g_assert_error (error, CHT_VAULT_ERROR, CHT_VAULT_ERROR_UNKNOWN_RECORD);
  g_clear_error (&error);
  cht_vault_action_put (large, NULL, 1, huge);
  g_assert_null (cht_image_apply (box->image, box->seal, large, delta, &error));
  g_assert_error (error, CHT_VAULT_ERROR, CHT_VAULT_ERROR_LIMIT);
  assert_whole (box);
  box_free (box);
}

/* What somebody with the file and an SQLite shell can do. */
static void
test_tampering (void)
{
  static const char *const tricks[] = {
    "DELETE FROM record WHERE seq=3",
    "DELETE FROM record",
    "INSERT INTO record SELECT 99,uuid,generation,sealed FROM record WHERE seq=2",
    "INSERT INTO record SELECT 99,randomblob(16),generation,sealed FROM record WHERE seq=2",
    "UPDATE record SET sealed=(SELECT sealed FROM record WHERE seq=2) WHERE seq=1",
    "UPDATE record SET uuid=(SELECT uuid FROM record WHERE seq=2) WHERE seq=1",
    "CREATE TEMP TABLE t AS SELECT * FROM record;UPDATE record SET sealed=(SELECT sealed FROM t WHERE "
    "t.seq=3-record.seq) WHERE seq IN (1,2)",
    "UPDATE record SET generation=generation+1 WHERE seq=1",
    "UPDATE record SET generation=-1 WHERE seq=1",
    "UPDATE record SET generation='x' WHERE seq=1",
    "UPDATE record SET uuid=zeroblob(15) WHERE seq=1",
    "UPDATE record SET uuid='text' WHERE seq=1",
    "UPDATE record SET sealed='' WHERE seq=1",
    "UPDATE record SET sealed=zeroblob(length(sealed)) WHERE seq=1",
    "UPDATE record SET sealed=substr(sealed,1,length(sealed)-1) WHERE seq=1",
    "UPDATE record SET sealed=sealed||x'00' WHERE seq=1",
    "UPDATE head SET generation=generation-1",
    "UPDATE head SET sealed=zeroblob(length(sealed))",
    "DELETE FROM head",
    "UPDATE header SET mode=3",
    "UPDATE header SET mode=0",
    "UPDATE header SET uuid=randomblob(16)",
    "DELETE FROM header",
    "DELETE FROM slot",
    "UPDATE slot SET kind=3",
    "UPDATE slot SET kind=2,parameters=zeroblob(32)",
    "UPDATE slot SET parameters=zeroblob(33)",
    "UPDATE slot SET wrapped=randomblob(72)",
    "UPDATE slot SET wrapped=zeroblob(100000)",
    "INSERT INTO slot SELECT 2,kind,parameters,wrapped FROM slot",
    "INSERT INTO slot SELECT 9,kind,parameters,wrapped FROM slot",
    "CREATE TABLE more(x)",
    "CREATE VIEW v AS SELECT 1",
    "CREATE INDEX i ON record(uuid)",
    "CREATE TRIGGER t AFTER UPDATE ON head BEGIN DELETE FROM record; END",
    "DROP TABLE audit",
    "ALTER TABLE record ADD COLUMN more",
    "ALTER TABLE record RENAME COLUMN sealed TO sealed2",
    "PRAGMA user_version=0",
    "PRAGMA application_id=0",
    "PRAGMA journal_mode=WAL",
  };

  Box *box = box_new ();
  g_autofree char *data = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (box->path, &data, &size, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (tricks); i++)
    {
      g_test_message ("%s", tricks[i]);
      put_bytes (box, data, size);
      sql (box, tricks[i]);
      assert_damaged (box);
    }
  put_bytes (box, data, size);
  assert_whole (box);
  box_free (box);
}

static void
test_replay (void)
{
  Box *box = box_new ();
  ChtRow *row = g_ptr_array_index (box->image->rows, 0);
  g_autofree char *uuid = cht_uuid_to_text (row->uuid);
  g_autofree char *old = g_build_filename (box->folder, "old.db", NULL);
  g_autofree char *attach = NULL;
  g_autofree char *data = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (ChtImage) before = cht_image_ref (box->image);
  gsize size;

  g_assert_true (g_file_get_contents (box->path, &data, &size, NULL));
  g_assert_true (g_file_set_contents (old, data, size, NULL));
  box_commit (box, action_put (uuid, 1, "newer", NULL));
  /* A true row of an earlier generation, in the place of its successor. */
  attach = g_strdup_printf (
      "ATTACH '%s' AS o;UPDATE record SET generation=(SELECT generation FROM o.record WHERE seq=1),"
      "sealed=(SELECT sealed FROM o.record WHERE seq=1) WHERE seq=1",
      old);
  sql (box, attach);
  assert_damaged (box);
  /* The whole earlier file opens by itself: only the anchor can tell. */
  g_assert_true (g_file_set_contents (box->path, data, size, NULL));
  g_clear_pointer (&box->image, cht_image_unref);
  box->image = cht_store_load (box->path, box->seal, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (same (box, before));
  box_free (box);
}

static void
test_audit (void)
{
  static const struct { const char *trick; guint64 index; } tricks[] = {
    { "DELETE FROM audit WHERE number=4", 4 },
    { "UPDATE audit SET sealed=zeroblob(length(sealed)) WHERE number=5", 5 },
    { "UPDATE audit SET sealed='' WHERE number=1", 1 },
    { "UPDATE audit SET number=-number WHERE number IN (2,3);UPDATE audit SET number=5+number WHERE number<0", 2 },
    { "DELETE FROM audit WHERE number>7", 8 },
    { "DELETE FROM audit", 1 },
    { "INSERT INTO audit SELECT 10,sealed FROM audit WHERE number=9", 10 },
  };

  Box *box = box_new ();
  g_autofree char *data = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (box->path, &data, &size, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (tricks); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (ChtImage) image = NULL;

      put_bytes (box, data, size);
      sql (box, tricks[i].trick);
      image = cht_store_load (box->path, box->seal, NULL, NULL, &error);
      g_assert_no_error (error);
      g_assert_true (same (box, image));
      g_assert_cmpuint (image->audit_break, ==, tricks[i].index);
    }
  box_free (box);
}

static void
test_faults (void)
{
  Box *box = box_new ();
  ChtRow *row = g_ptr_array_index (box->image->rows, 2);
  g_autofree char *uuid = cht_uuid_to_text (row->uuid);
  g_autoptr (GPtrArray) faults = g_ptr_array_new_with_free_func ((GDestroyNotify) cht_vault_fault_free);
  g_autoptr (GError) error = NULL;
  g_autoptr (ChtImage) image = NULL;
  ChtVaultFault *fault;

  sql (box, "UPDATE record SET sealed=zeroblob(length(sealed)) WHERE seq=3");
  image = cht_store_load (box->path, box->seal, NULL, faults, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (faults->len, ==, 2);
  fault = g_ptr_array_index (faults, 0);
  g_assert_cmpstr (fault->id, ==, "record.broken");
  g_assert_cmpstr (fault->record, ==, uuid);
  fault = g_ptr_array_index (faults, 1);
  g_assert_cmpstr (fault->id, ==, "records.set");
  g_assert_null (fault->record);
  box_free (box);
}

/* Whatever a bit or a cut does, what opens is what was written, or nothing is. The stride keeps this short;
 * its phase moves from run to run with the test's seed. */
static void
test_bytes (void)
{
  Box *box = box_new ();
  g_autofree char *data = NULL;
  gsize size;
  guint n_whole = 0, n_refused = 0, n_audit = 0;

  g_assert_true (g_file_get_contents (box->path, &data, &size, NULL));
  for (gsize at = g_test_rand_int_range (0, 37); at < size * 2; at += 37)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (ChtImage) image = NULL;
      gsize length = at < size ? size : at - size;

      if (at < size)
        data[at] ^= 1 << (at % 8);
      put_bytes (box, data, length);
      if (at < size)
        data[at] ^= 1 << (at % 8);
      image = cht_store_load (box->path, box->seal, NULL, NULL, &error);
      if (image == NULL)
        {
          g_assert_true (g_error_matches (error, CHT_VAULT_ERROR, CHT_VAULT_ERROR_DAMAGED)
                         || g_error_matches (error, CHT_VAULT_ERROR, CHT_VAULT_ERROR_NEWER)
                         || g_error_matches (error, CHT_VAULT_ERROR, CHT_VAULT_ERROR_IO));
          n_refused++;
        }
      else
        {
          g_assert_true (same (box, image));
          n_audit += image->audit_break > 0;
          n_whole += image->audit_break == 0;
        }
    }
  g_test_message ("%u refused, %u with a broken log, %u whole (unused bytes)", n_refused, n_audit, n_whole);
  g_assert_cmpuint (n_refused, >, 100);
  g_assert_cmpuint (n_audit, >, 0);
  box_free (box);
}

static void
test_not_a_vault (void)
{
  static const char *const texts[] = { "", "x", "SQLite format 3", "-----BEGIN CERTIFICATE-----\n" };
  Box *box = box_new ();
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_assert_true (g_file_set_contents (box->path, texts[i], -1, NULL));
      assert_damaged (box);
    }
  g_assert_cmpint (g_unlink (box->path), ==, 0);
  g_assert_false (cht_store_probe (box->path, &error));
  g_assert_error (error, CHT_VAULT_ERROR, CHT_VAULT_ERROR_ABSENT);
  g_clear_error (&error);
  /* A pipe would hold the reader for ever, a folder is no file. */
  g_assert_cmpint (mkfifo (box->path, 0600), ==, 0);
  assert_damaged (box);
  g_assert_cmpint (g_unlink (box->path), ==, 0);
  g_assert_cmpint (g_mkdir (box->path, 0700), ==, 0);
  assert_damaged (box);
  box_free (box);
}

static void
test_newer (void)
{
  Box *box = box_new ();
  g_autoptr (GError) error = NULL;

  sql (box, "PRAGMA user_version=2");
  g_assert_null (cht_store_load (box->path, box->seal, NULL, NULL, &error));
  g_assert_error (error, CHT_VAULT_ERROR, CHT_VAULT_ERROR_NEWER);
  box_free (box);
}

static void
test_never_over (void)
{
  Box *box = box_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) folder = NULL;
  const char *name;

  g_assert_false (cht_store_create (box->path, box->image, &error));
  g_assert_error (error, CHT_VAULT_ERROR, CHT_VAULT_ERROR_EXISTS);
  assert_whole (box);
  folder = g_dir_open (box->folder, 0, NULL);
  while ((name = g_dir_read_name (folder)) != NULL)
    g_assert_cmpstr (name, ==, "vault.db");
  box_free (box);
}

static void
test_moved (void)
{
  Box *box = box_new ();
  g_autoptr (ChtImage) stale = cht_image_ref (box->image);
  g_autoptr (ChtImage) next = NULL;
  g_autoptr (ChtDelta) delta = cht_delta_new ();
  g_autoptr (ChtVaultAction) action = action_put (NULL, 1, "mine", NULL);
  g_autoptr (GError) error = NULL;
  gboolean moved = FALSE;

  box_commit (box, action_put (NULL, 1, "theirs", NULL));
  next = cht_image_apply (stale, box->seal, action, delta, &error);
  g_assert_false (cht_store_write (box->path, stale, next, delta, &moved, &error));
  g_assert_no_error (error);
  g_assert_true (moved);
  assert_whole (box);
  box_free (box);
}

/* In a child, so that its limits are its own. */
static void
in_child (void (*function) (Box *box), Box *box)
{
  pid_t child = fork ();
  int status;

  if (child == 0)
    {
      function (box);
      _exit (0);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, 0);
}

/* Any write past a size of the file fails, wherever in the transaction that is: the old state stands, in
 * clear words. */
static void
write_within_limits (Box *box)
{
  struct stat info;

  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (g_stat (box->path, &info), ==, 0);
  for (rlim_t limit = 0; limit <= (rlim_t) info.st_size + 8192; limit += 512)
    {
      g_autofree char *text = g_strnfill (20000, 'x');
      g_autoptr (ChtDelta) delta = cht_delta_new ();
      g_autoptr (ChtImage) next = next_of (box, action_put (NULL, 1, text, NULL), delta);
      g_autoptr (GError) error = NULL;
      struct rlimit small = { limit, RLIM_INFINITY }, none = { RLIM_INFINITY, RLIM_INFINITY };
      gboolean moved, written;

      g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &small), ==, 0);
      written = cht_store_write (box->path, box->image, next, delta, &moved, &error);
      g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &none), ==, 0);
      g_assert_false (written);
      g_assert_true (g_error_matches (error, CHT_VAULT_ERROR, CHT_VAULT_ERROR_IO));
      g_assert_nonnull (strstr (error->message, "Nothing was changed"));
      assert_whole (box);
    }
}

static void
test_disk_fails (void)
{
  Box *box = box_new ();

  in_child (write_within_limits, box);
  assert_whole (box);
  box_commit (box, action_put (NULL, 1, "goes on", NULL));
  assert_whole (box);
  box_free (box);
}

static void
write_without_right (Box *box)
{
  g_autoptr (ChtDelta) delta = cht_delta_new ();
  g_autoptr (ChtImage) next = next_of (box, action_put (NULL, 1, "text", NULL), delta);
  g_autoptr (ChtLockFile) reading = NULL;
  g_autoptr (GError) error = NULL;
  gboolean moved;

  if (geteuid () == 0)
    {
      g_assert_cmpint (chown (box->folder, 65534, 65534), ==, 0);
      g_assert_cmpint (chown (box->path, 65534, 65534), ==, 0);
      g_assert_cmpint (setresuid (65534, 65534, 65534), ==, 0);
    }
  /* A file for reading only. */
  g_assert_cmpint (g_chmod (box->path, 0400), ==, 0);
  g_assert_false (cht_store_may_write (box->path));
  assert_whole (box);
  g_assert_false (cht_store_write (box->path, box->image, next, delta, &moved, &error));
  g_assert_error (error, CHT_VAULT_ERROR, CHT_VAULT_ERROR_READ_ONLY);
  g_clear_error (&error);
  /* A folder for reading only: no journal and no lock file can be made there. */
  g_assert_cmpint (g_chmod (box->path, 0600), ==, 0);
  g_assert_cmpint (g_chmod (box->folder, 0500), ==, 0);
  g_assert_false (cht_store_may_write (box->path));
  assert_whole (box);
  reading = cht_lock_file_take (box->path, FALSE, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (reading);
  g_assert_null (cht_lock_file_take (box->path, TRUE, NULL, &error));
  g_assert_error (error, CHT_VAULT_ERROR, CHT_VAULT_ERROR_READ_ONLY);
  g_assert_cmpint (g_chmod (box->folder, 0700), ==, 0);
}

static void
test_no_right (void)
{
  Box *box = box_new ();

  in_child (write_without_right, box);
  box_free (box);
}

static gboolean
on_soon_cb (gpointer data)
{
  g_cancellable_cancel (data);
  return G_SOURCE_REMOVE;
}

static gpointer
cancel_soon (gpointer data)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GSource) source = g_timeout_source_new (100);

  g_source_set_callback (source, on_soon_cb, data, NULL);
  g_source_attach (source, context);
  g_main_context_iteration (context, TRUE);
  return NULL;
}

static void
test_lock_file (void)
{
  Box *box = box_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (ChtLockFile) first = cht_lock_file_take (box->path, TRUE, NULL, &error);
  g_autoptr (ChtLockFile) second = NULL;
  GThread *thread;

  g_assert_no_error (error);
  thread = g_thread_new ("cancel", cancel_soon, cancellable);
  g_assert_null (cht_lock_file_take (box->path, TRUE, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_thread_join (thread);
  g_clear_error (&error);
  g_clear_pointer (&first, cht_lock_file_release);
  second = cht_lock_file_take (box->path, TRUE, NULL, &error);
  g_assert_no_error (error);
  box_free (box);
}

int
main (int argc, char **argv)
{
  cht_process_start (CHT_PROCESS_NONE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vault/store/life", test_life);
  g_test_add_func ("/vault/store/refusals", test_refusals);
  g_test_add_func ("/vault/store/tampering", test_tampering);
  g_test_add_func ("/vault/store/replay", test_replay);
  g_test_add_func ("/vault/store/audit", test_audit);
  g_test_add_func ("/vault/store/faults", test_faults);
  g_test_add_func ("/vault/store/bytes", test_bytes);
  g_test_add_func ("/vault/store/not-a-vault", test_not_a_vault);
  g_test_add_func ("/vault/store/newer", test_newer);
  g_test_add_func ("/vault/store/never-over", test_never_over);
  g_test_add_func ("/vault/store/moved", test_moved);
  g_test_add_func ("/vault/store/disk-fails", test_disk_fails);
  g_test_add_func ("/vault/store/no-right", test_no_right);
  g_test_add_func ("/vault/lock-file/cancel", test_lock_file);
  return g_test_run ();
}
