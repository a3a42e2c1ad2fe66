/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-sandbox-store.h"

#include <glib/gstdio.h>
#include <string.h>

#include "cht-sandbox-roles.h"

typedef struct { char *folder, *file; ChtSandboxStore *store; } World;

static void
reopen (World *world)
{
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&world->store, cht_sandbox_store_close);
  world->store = cht_sandbox_store_open (world->folder, &error);
  g_assert_no_error (error);
}

static void
set_up (World *world, gconstpointer data)
{
  world->folder = g_dir_make_tmp ("chatelaine-store-XXXXXX", NULL);
  world->file = g_build_filename (world->folder, "practice-controller.db", NULL);
  reopen (world);
}

static void
tear_down (World *world, gconstpointer data)
{
  g_clear_pointer (&world->store, cht_sandbox_store_close);
  g_unlink (world->file);
  g_assert_cmpint (g_rmdir (world->folder), ==, 0);
  g_free (world->file);
  g_free (world->folder);
}

static GBytes *
bytes_of (const char *text)
{
  return g_bytes_new (text, strlen (text));
}

static void
put (World *world, const char *name, const char *trust)
{
  g_autoptr (ChtSandboxRecord) record = g_new0 (ChtSandboxRecord, 1);
  g_autoptr (GError) error = NULL;

  record->name = g_strdup (name);
  record->role = g_strdup ("Server Syslog Communication");
  record->trust = bytes_of (trust);
  record->passphrase = bytes_of ("");
  record->updated_by = g_strdup ("admin");
  record->updated = 1795600000123;
  record->expires = 1895600000;
  cht_sandbox_store_put_record (world->store, record, &error);
  g_assert_no_error (error);
}

static void
test_record (World *world, gconstpointer data)
{
  g_autoptr (ChtSandboxRecord) record = NULL, none = NULL;
  g_autoptr (GPtrArray) all = NULL, other = NULL;

  put (world, "one", "first");
  put (world, "two", "second");
  put (world, "one", "third");
  reopen (world);
  record = cht_sandbox_store_get_record (world->store, "one");
  none = cht_sandbox_store_get_record (world->store, "ONE");
  all = cht_sandbox_store_list_records (world->store, NULL);
  other = cht_sandbox_store_list_records (world->store, "External Destination");
  g_assert_nonnull (record);
  g_assert_null (none);
  g_assert_cmpmem (g_bytes_get_data (record->trust, NULL), g_bytes_get_size (record->trust), "third", 5);
  /* Empty is not missing. */
  g_assert_nonnull (record->passphrase);
  g_assert_cmpuint (g_bytes_get_size (record->passphrase), ==, 0);
  g_assert_null (record->key);
  g_assert_cmpint (record->updated, ==, 1795600000123);
  g_assert_cmpint (record->expires, ==, 1895600000);
  g_assert_cmpuint (all->len, ==, 2);
  g_assert_cmpstr (((ChtSandboxRecord *) g_ptr_array_index (all, 0))->name, ==, "one");
  g_assert_cmpuint (other->len, ==, 0);
  g_assert_cmpint (cht_sandbox_store_count_records (world->store), ==, 2);
}

static void
test_transaction (World *world, gconstpointer data)
{
  g_autofree char *kept = NULL, *lost = NULL;

  g_assert_true (cht_sandbox_store_begin (world->store, NULL));
  g_assert_true (cht_sandbox_store_set_fact (world->store, "lost", "x", NULL));
  cht_sandbox_store_abort (world->store);
  g_assert_true (cht_sandbox_store_begin (world->store, NULL));
  g_assert_true (cht_sandbox_store_set_fact (world->store, "kept", "x", NULL));
  g_assert_true (cht_sandbox_store_set_fact (world->store, "kept", "y", NULL));
  g_assert_true (cht_sandbox_store_commit (world->store, NULL));
  reopen (world);
  kept = cht_sandbox_store_get_fact (world->store, "kept");
  lost = cht_sandbox_store_get_fact (world->store, "lost");
  g_assert_cmpstr (kept, ==, "y");
  g_assert_null (lost);
  /* Nothing to abort is no harm. */
  cht_sandbox_store_abort (world->store);
}

static void
test_associate (World *world, gconstpointer data)
{
  ChtSandboxDestination first = { (char *) "u1", (char *) "d1", (char *) "kafka", (char *) "mutual",
                                  (char *) "192.0.2.1", NULL, 1, FALSE };
  ChtSandboxDestination second = { (char *) "u2", (char *) "d2", (char *) "kafka", (char *) "mutual",
                                   (char *) "192.0.2.2", NULL, 2, TRUE };
  const char *both[] = { "u1", "u2", NULL }, *one[] = { "u2", NULL };
  g_autoptr (ChtSandboxDestination) a = NULL, b = NULL;

  put (world, "one", "x");
  put (world, "two", "x");
  g_assert_true (cht_sandbox_store_put_destination (world->store, &first, NULL));
  g_assert_true (cht_sandbox_store_put_destination (world->store, &second, NULL));
  g_assert_true (cht_sandbox_store_associate (world->store, "one", both, NULL));
  g_assert_true (cht_sandbox_store_associate (world->store, "two", one, NULL));
  a = cht_sandbox_store_get_destination (world->store, "u1");
  b = cht_sandbox_store_get_destination (world->store, "u2");
  g_assert_cmpstr (a->certificate, ==, "one");
  g_assert_cmpstr (b->certificate, ==, "two");
  g_assert_true (b->in_use);
  /* A certificate that is not there is nobody's. */
  g_assert_false (cht_sandbox_store_associate (world->store, "none", one, NULL));
}

static void
test_busy (World *world, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (cht_sandbox_store_open (world->folder, &error));
  g_assert_error (error, CHT_SANDBOX_ERROR, CHT_SANDBOX_ERROR_BUSY);
}

static void
assert_unusable (World *world)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (cht_sandbox_store_open (world->folder, &error));
  g_assert_error (error, CHT_SANDBOX_ERROR, CHT_SANDBOX_ERROR_STATE);
  g_assert_cmpuint (strlen (error->message), >, 40);
}

static void
test_damaged (World *world, gconstpointer data)
{
  g_clear_pointer (&world->store, cht_sandbox_store_close);
  g_assert_true (g_file_set_contents (world->file, "This is no database, and it is long enough to be looked at.", -1,
                                      NULL));
  assert_unusable (world);
  g_assert_cmpint (g_unlink (world->file), ==, 0);
  g_assert_cmpint (g_mkdir (world->file, 0700), ==, 0);
  assert_unusable (world);
  g_assert_cmpint (g_rmdir (world->file), ==, 0);
}

static void
test_roles (void)
{
  const ChtSandboxRole *role;
  gsize count = 0;

  for (; (role = cht_sandbox_role_get (count)) != NULL; count++)
    {
      g_assert_true (cht_sandbox_role_find (role->name) == role);
      g_assert_cmpstr (cht_sandbox_role_get_display (role), ==,
                       role->add && role->edit ? "READWRITEADD" : role->edit ? "READWRITE" : role->download
                       ? "READONLY" : "NO_OP");
      /* What takes destinations can be added; what can be edited can be downloaded. */
      g_assert_true (role->destination == NULL || role->add);
      g_assert_true (!role->edit || role->download);
    }
  g_assert_cmpuint (count, ==, 13);
  g_assert_null (cht_sandbox_role_find ("external destination"));
}

#define ADD(path, function) g_test_add ("/sandbox/store/" path, World, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("record", test_record);
  ADD ("transaction", test_transaction);
  ADD ("associate", test_associate);
  ADD ("busy", test_busy);
  ADD ("damaged", test_damaged);
  g_test_add_func ("/sandbox/roles/table", test_roles);
  return g_test_run ();
}
