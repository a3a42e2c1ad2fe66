/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys in every encoding that OpenSSL 3.0 writes: each is read, or refused by the name of its exact scheme or
 * algorithm. */
#include <string.h>

#include "cht-key.h"

enum { FILE_NAME, PASSWORD = 6, SPKI = 8, N_COLUMNS };

static ChtKey *
read_key (const char *folder, const char *name, const char *password)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *text = NULL;
  gsize size = 0;
  g_autoptr (GError) error = NULL;
  g_file_get_contents (path, &text, &size, &error);
  g_assert_no_error (error);
  g_autoptr (ChtSecret) secret = cht_secret_new (text, size);
  g_autoptr (ChtSecret) passphrase = cht_secret_new_text (password);
  return cht_key_new (secret, passphrase);
}

/* One public key has one identity, however the private one is wrapped. */
static void
check_identity (GHashTable *identities, const char *spki, ChtKey *key)
{
  const char *known = g_hash_table_lookup (identities, spki);
  if (known != NULL)
    g_assert_cmpstr (cht_key_get_identity (key), ==, known);
  else
    g_hash_table_insert (identities, g_strdup (spki), g_strdup (cht_key_get_identity (key)));
}

static void
check_wrong_passphrase (const char *folder, const char *name, const char *password)
{
  g_autofree char *other = g_strconcat (password, "x", NULL);
  g_autoptr (ChtKey) key = read_key (folder, name, other);
  g_assert_cmpint (cht_key_get_state (key), ==, CHT_KEY_STATE_PASSPHRASE_WRONG);
}

static void
test_keys (void)
{
  const char *suites = g_getenv ("CHATELAINE_SUITES");
  if (suites == NULL)
    {
      g_test_skip ("CHATELAINE_SUITES is not set");
      return;
    }
  g_autofree char *folder = g_build_filename (suites, "keys", NULL);
  g_autofree char *path = g_build_filename (folder, "manifest.tsv", NULL);
  g_autofree char *text = NULL;
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (GHashTable) identities = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  guint n_open = 0, n_refused = 0;
  for (guint i = 1; lines[i] != NULL && lines[i][0] != '\0'; i++)
    {
      g_auto (GStrv) columns = g_strsplit (lines[i], "\t", -1);
      g_assert_cmpuint (g_strv_length (columns), >=, N_COLUMNS);
      g_autofree char *password = g_strcompress (columns[PASSWORD]);
      g_autoptr (ChtKey) key = read_key (folder, columns[FILE_NAME], password);
      if (cht_key_get_state (key) == CHT_KEY_STATE_OPEN)
        {
          n_open++;
          check_identity (identities, columns[SPKI], key);
          if (cht_key_is_encrypted (key))
            check_wrong_passphrase (folder, columns[FILE_NAME], password);
          continue;
        }
      g_test_message ("%s: %s", columns[FILE_NAME], cht_key_get_reason (key));
      g_assert_cmpint (cht_key_get_state (key), ==, CHT_KEY_STATE_UNSUPPORTED);
      n_refused++;
    }
  g_test_message ("%u read, %u refused by name", n_open, n_refused);
  g_assert_cmpuint (n_open, >=, 120);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/x509/conformance/keys", test_keys);
  return g_test_run ();
}
