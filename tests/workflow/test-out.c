/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that leave: all or none, nothing overwritten, keys for their owner alone. */
#include "workflow-wait.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "cht-file.h"
#include "cht-fixtures.h"
#include "cht-out.h"
#include "cht-problems.h"

static void
assert_content (const char *folder, const char *name, const char *content)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GBytes) bytes = read_file (path);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), content, strlen (content));
}

static guint
get_mode (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  GStatBuf facts;

  g_assert_cmpint (g_stat (path, &facts), ==, 0);
  return facts.st_mode & 0777;
}

static ChtOut *
make_out (const char *folder, gboolean overwrite, const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr (ChtSecret) key = cht_secret_new_text ("the key");
  ChtOut *out = cht_out_new (folder, overwrite);

  cht_out_add_bytes (out, "root", "root.pem", bytes);
  cht_out_add_key (out, "key", "key.pem", key);
  return out;
}

static void
test_written (void)
{
  char *folder = folder_new ();
  g_autofree char *inner = g_build_filename (folder, "new", "deep", NULL);
  g_autoptr (ChtOut) out = make_out (inner, FALSE, "the root");
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) files = cht_out_write (out, &error);
  g_autofree char *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, "the root", -1);

  g_assert_no_error (error);
  g_assert_cmpuint (files->len, ==, 2);
  g_assert_cmpstr (((ChtExportedFile *) files->pdata[0])->part, ==, "root");
  g_assert_cmpstr (((ChtExportedFile *) files->pdata[0])->sha256, ==, sum);
  g_assert_true (g_path_is_absolute (((ChtExportedFile *) files->pdata[1])->path));
  assert_content (inner, "root.pem", "the root");
  assert_content (inner, "key.pem", "the key");
  g_assert_cmpuint (get_mode (inner, "key.pem"), ==, 0600);
  folder_free (folder);
}

static void
test_none (void)
{
  char *folder = folder_new ();
  g_autofree char *there = folder_write (folder, "key.pem", "mine", -1);
  g_autoptr (ChtOut) out = make_out (folder, FALSE, "the root");
  g_autoptr (GError) error = NULL;

  /* The second file cannot be made, so the first goes again. */
  g_assert_null (cht_out_write (out, &error));
  g_assert_error (error, CHT_FILE_ERROR, CHT_FILE_ERROR_EXISTS);
  g_assert_cmpuint (count_files (folder), ==, 1);
  assert_content (folder, "key.pem", "mine");
  folder_free (folder);
}

static void
test_overwrite (void)
{
  char *folder = folder_new ();
  g_autofree char *there = folder_write (folder, "key.pem", "mine", -1);
  g_autoptr (ChtOut) out = make_out (folder, TRUE, "the root");
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) files = NULL;

  g_assert_cmpint (g_chmod (there, 0644), ==, 0);
  files = cht_out_write (out, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (count_files (folder), ==, 2);
  assert_content (folder, "key.pem", "the key");
  g_assert_cmpuint (get_mode (folder, "key.pem"), ==, 0600);
  folder_free (folder);
}

static void
test_overwrite_fails (void)
{
  char *folder = folder_new ();
  g_autofree char *there = folder_write (folder, "root.pem", "mine", -1);
  g_autofree char *in_the_way = g_build_filename (folder, "key.pem", NULL);
  g_autoptr (ChtOut) out = make_out (folder, TRUE, "the root");
  g_autoptr (GError) error = NULL;

  /* A folder of that name cannot be replaced; nothing half-made stays beside it. */
  g_assert_cmpint (g_mkdir (in_the_way, 0700), ==, 0);
  g_assert_null (cht_out_write (out, &error));
  g_assert_nonnull (error);
  g_assert_cmpuint (count_files (folder), ==, 2);
  folder_free (folder);
}

static void
test_check (void)
{
  char *folder = folder_new ();
  g_autofree char *link = g_build_filename (folder, "key.pem", NULL);
  const char *names[] = { "root.pem", "key.pem", NULL };
  g_autoptr (GError) error = NULL;

  g_assert_true (cht_out_check (folder, names, &error));
  /* A link that leads nowhere would be followed by a careless write. */
  g_assert_cmpint (symlink ("/nowhere/key", link), ==, 0);
  g_assert_false (cht_out_check (folder, names, &error));
  assert_problem (&error, "file.exists", 2);
  folder_free (folder);
}

static void
test_key (void)
{
  g_autoptr (ChtFixture) fixture = cht_fixture_new ("Issuing CA", NULL, NULL);
  g_autoptr (ChtSecret) plain = cht_fixture_key_to_pkcs8 (fixture, NULL);
  g_autoptr (ChtSecret) sealed = cht_fixture_key_to_pkcs8 (fixture, "old");
  g_autoptr (ChtSecret) old = cht_secret_new_text ("old"), fresh = cht_secret_new_text ("new");
  g_autoptr (GError) error = NULL;
  g_autoptr (ChtSecret) out = cht_out_protect_key (plain, CHT_KEY_EXPORT_ENCRYPTED, NULL, fresh, &error);
  g_autoptr (ChtSecret) given = cht_out_protect_key (sealed, CHT_KEY_EXPORT_AS_GIVEN, NULL, NULL, &error);
  g_autoptr (ChtSecret) again = cht_out_protect_key (sealed, CHT_KEY_EXPORT_ENCRYPTED, old, fresh, &error);
  g_autoptr (ChtSecret) opened = cht_out_protect_key (sealed, CHT_KEY_EXPORT_PLAIN, old, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (cht_secret_equal (given, sealed));
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (ChtKey) key = cht_key_new (i == 0 ? out : again, fresh);
      g_assert_true (cht_key_is_encrypted (key));
      g_assert_true (cht_key_fits (key, cht_fixture_get_certificate (fixture)));
    }
  g_autoptr (ChtKey) key = cht_key_new (opened, NULL);
  g_assert_false (cht_key_is_encrypted (key));
  g_assert_true (cht_key_fits (key, cht_fixture_get_certificate (fixture)));
  g_assert_null (cht_out_protect_key (sealed, CHT_KEY_EXPORT_PLAIN, NULL, NULL, &error));
  assert_problem (&error, "key.passphrase-needed", 2);
  g_assert_null (cht_out_protect_key (sealed, CHT_KEY_EXPORT_PLAIN, fresh, NULL, &error));
  error = cht_problems_translate (g_steal_pointer (&error));
  assert_problem (&error, "key.passphrase-wrong", 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/workflow/out/written", test_written);
  g_test_add_func ("/workflow/out/none", test_none);
  g_test_add_func ("/workflow/out/overwrite", test_overwrite);
  g_test_add_func ("/workflow/out/overwrite-fails", test_overwrite_fails);
  g_test_add_func ("/workflow/out/check", test_check);
  g_test_add_func ("/workflow/out/key", test_key);
  return g_test_run ();
}
