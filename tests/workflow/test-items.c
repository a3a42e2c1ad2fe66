/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a person adds to the vault: which files belong together, and items as records. */
#include "workflow-wait.h"

#include <string.h>

#include "cht-fixtures.h"
#include "cht-item-private.h"
#include "cht-payload.h"
#include "cht-vault.h"

static ChtFixture *root, *issuing;

static GPtrArray *
intake (ChtSecret *passphrase, GError **error, const char *first, ...)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_object_unref);
  va_list args;

  va_start (args, first);
  for (const char *path = first; path != NULL; path = va_arg (args, const char *))
    g_ptr_array_add (files, g_file_new_for_path (path));
  va_end (args);
  return cht_intake_read (files, NULL, "external-destination", passphrase, 1234, NULL, error);
}

static char *
write_key (const char *folder, ChtFixture *fixture, const char *passphrase)
{
  g_autoptr (ChtSecret) key = cht_fixture_key_to_pkcs8 (fixture, passphrase);
  return folder_write (folder, "inter.key", cht_secret_get_data (key), (gssize) cht_secret_get_size (key));
}

static void
test_pair (void)
{
  char *folder = folder_new ();
  g_autofree char *certificate = folder_write (folder, "inter.pem", cht_fixture_get_pem (issuing), -1);
  g_autofree char *key = write_key (folder, issuing, NULL);
  g_autofree char *other = folder_write (folder, "root.pem", cht_fixture_get_pem (root), -1);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) items = intake (NULL, &error, key, certificate, other, NULL);

  g_assert_no_error (error);
  g_assert_cmpuint (items->len, ==, 2);
  ChtItem *pair = items->pdata[0];
  g_assert_cmpstr (cht_item_get_kind (pair), ==, "intermediate");
  g_assert_cmpstr (cht_item_get_name (pair), ==, "inter");
  g_assert_cmpstr (cht_item_get_role_id (pair), ==, "external-destination");
  g_assert_true (cht_item_get_has_key (pair));
  g_assert_null (cht_item_get_passphrase (pair));
  g_assert_cmpint (cht_item_get_added (pair), ==, 1234);
  g_assert_cmpstr (cht_item_get_sha256 (pair)[0], ==,
                   cht_certificate_get_sha256 (cht_fixture_get_certificate (issuing)));
  g_assert_cmpstr (cht_item_get_kind (items->pdata[1]), ==, "trust-chain");
  g_assert_false (cht_item_get_has_key (items->pdata[1]));
  g_autoptr (ChtBundle) bundle = cht_item_dup_bundle (pair, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (cht_bundle_get_certificates (bundle)->len, ==, 1);
  g_assert_cmpuint (cht_bundle_get_keys (bundle)->len, ==, 1);
  folder_free (folder);
}

static void
test_no_pair (void)
{
  char *folder = folder_new ();
  g_autofree char *certificate = folder_write (folder, "root.pem", cht_fixture_get_pem (root), -1);
  g_autofree char *key = write_key (folder, issuing, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) items = intake (NULL, &error, certificate, key, NULL);

  /* A key of another certificate is no pair, whatever the names say. */
  g_assert_no_error (error);
  g_assert_cmpuint (items->len, ==, 2);
  g_assert_cmpstr (cht_item_get_kind (items->pdata[0]), ==, "trust-chain");
  g_assert_cmpstr (cht_item_get_kind (items->pdata[1]), ==, "key");
  g_assert_cmpint (cht_item_get_not_after (items->pdata[1]), ==, CHT_TIME_UNKNOWN);
  folder_free (folder);
}

static void
test_passphrase (void)
{
  char *folder = folder_new ();
  g_autofree char *certificate = folder_write (folder, "inter.pem", cht_fixture_get_pem (issuing), -1);
  g_autofree char *key = write_key (folder, issuing, "Zürich 1");
  g_autoptr (ChtSecret) right = cht_secret_new_text ("Zürich 1"), wrong = cht_secret_new_text ("zurich 1");
  g_autoptr (GPtrArray) pair = intake (right, NULL, certificate, key, NULL);
  g_autoptr (GPtrArray) apart = intake (wrong, NULL, certificate, key, NULL);
  g_autoptr (GBytes) came = read_file (key);

  g_assert_cmpuint (pair->len, ==, 1);
  g_assert_true (cht_secret_equal (cht_item_get_passphrase (pair->pdata[0]), right));
  g_assert_cmpmem (cht_secret_get_data (cht_item_get_key (pair->pdata[0])),
                   cht_secret_get_size (cht_item_get_key (pair->pdata[0])), g_bytes_get_data (came, NULL),
                   g_bytes_get_size (came));
  g_assert_cmpuint (apart->len, ==, 2);
  g_assert_null (cht_item_get_passphrase (apart->pdata[1]));
  folder_free (folder);
}

static void
test_one_file (void)
{
  char *folder = folder_new ();
  g_autoptr (ChtSecret) key = cht_fixture_key_to_pkcs8 (issuing, NULL);
  g_autofree char *both = g_strconcat (cht_fixture_get_pem (issuing), cht_secret_get_text (key), NULL);
  g_autofree char *path = folder_write (folder, "both.pem", both, -1);
  g_autofree char *request_text = cht_fixture_to_request (issuing);
  g_autofree char *request = folder_write (folder, "web.csr", request_text, -1);
  g_autoptr (GBytes) crl_der = cht_fixture_to_crl (root);
  g_autofree char *crl =
      folder_write (folder, "r.crl", g_bytes_get_data (crl_der, NULL), (gssize) g_bytes_get_size (crl_der));
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) items = intake (NULL, &error, path, request, crl, NULL);

  g_assert_no_error (error);
  g_assert_cmpuint (items->len, ==, 3);
  g_assert_cmpstr (cht_item_get_kind (items->pdata[0]), ==, "intermediate");
  /* The key lies in locked memory and nowhere else. */
  g_autoptr (GBytes) public = g_bytes_ref (cht_item_get_bytes (items->pdata[0]));
  g_assert_null (g_strstr_len (g_bytes_get_data (public, NULL), (gssize) g_bytes_get_size (public), "PRIVATE KEY"));
  g_assert_cmpstr (cht_item_get_kind (items->pdata[1]), ==, "request");
  g_assert_cmpstr (cht_item_get_kind (items->pdata[2]), ==, "crl");
  folder_free (folder);
}

static void
test_refused (void)
{
  char *folder = folder_new ();
  g_autofree char *good = folder_write (folder, "root.pem", cht_fixture_get_pem (root), -1);
  g_autofree char *page = folder_write (folder, "page.pem", "<html><body>no</body></html>", -1);
  g_autofree char *empty = folder_write (folder, "empty.pem", "", 0);
  g_autofree char *public_key = cht_fixture_to_public_key (root);
  g_autofree char *public_path = folder_write (folder, "public.pem", public_key, -1);
  g_autoptr (GError) error = NULL;

  g_assert_null (intake (NULL, &error, good, page, NULL));
  assert_problem (&error, "file.nothing-readable", 2);
  g_assert_null (intake (NULL, &error, empty, NULL));
  assert_problem (&error, "file.empty", 2);
  g_assert_null (intake (NULL, &error, folder, NULL));
  assert_problem (&error, "file.folder", 2);
  g_assert_null (intake (NULL, &error, public_path, NULL));
  assert_problem (&error, "file.nothing-readable", 2);
  g_assert_null (intake (NULL, &error, "/nowhere/at/all.pem", NULL));
  assert_problem (&error, "file.missing", 2);
  folder_free (folder);
}

static void
test_record (void)
{
  g_autofree char *text = cht_fixtures_to_pem (root, issuing, NULL);
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (ChtBundle) bundle = cht_bundle_new (bytes, NULL, NULL, NULL);
  g_autoptr (ChtSecret) key = cht_fixture_key_to_pkcs8 (issuing, NULL), passphrase = cht_secret_new_text ("p");
  g_autoptr (ChtItem) item = cht_item_new (CHT_ITEM_INTERMEDIATE, "A & B", NULL, bundle, bytes, key, passphrase, 77);
  g_autoptr (GBytes) payload = cht_item_pack (item);
  g_autoptr (GError) error = NULL;
  g_autoptr (ChtItem) back = cht_item_unpack ("uuid", payload, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (cht_item_get_id (back), ==, "uuid");
  g_assert_cmpstr (cht_item_get_name (back), ==, "A & B");
  g_assert_null (cht_item_get_role_id (back));
  g_assert_cmpstr (cht_item_get_digest (back), ==, cht_item_get_digest (item));
  g_assert_true (g_bytes_equal (cht_item_get_bytes (back), bytes));
  g_assert_true (cht_secret_equal (cht_item_get_key (back), key));
  g_assert_true (cht_secret_equal (cht_item_get_passphrase (back), passphrase));
  g_assert_cmpint (cht_item_get_not_after (back), ==, cht_item_get_not_after (item));
  g_assert_true (g_strv_equal (cht_item_get_sha256 (back), cht_item_get_sha256 (item)));
  g_assert_cmpstr (cht_item_get_warning (back), ==, "");
  cht_item_set_keyring_alone (back, TRUE);
  assert_words (cht_item_get_warning (back));
}

/* Whatever stands in a record: an item or an error, nothing else. The vault authenticates first, so this is the second
 * line. */
static void
test_hostile_record (void)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (cht_fixture_get_pem (root), strlen (cht_fixture_get_pem (root)));
  g_autoptr (ChtBundle) bundle = cht_bundle_new (bytes, NULL, NULL, NULL);
  g_autoptr (ChtItem) item = cht_item_new (CHT_ITEM_TRUST_CHAIN, "n", NULL, bundle, bytes, NULL, NULL, 1);
  g_autoptr (GBytes) payload = cht_item_pack (item);
  const gsize size = g_bytes_get_size (payload);

  for (gsize cut = 0; cut < size; cut += 7)
    {
      g_autoptr (GBytes) part = g_bytes_new_from_bytes (payload, 0, cut);
      g_autoptr (GError) error = NULL;
      g_autoptr (ChtItem) back = cht_item_unpack ("u", part, &error);
      g_assert_true ((back == NULL) == (error != NULL));
    }
  for (gsize flip = 0; flip < size; flip += 11)
    {
      g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (payload, NULL), size);
      copy[flip] ^= 0xff;
      g_autoptr (GBytes) turned = g_bytes_new (copy, size);
      g_autoptr (GError) error = NULL;
      g_autoptr (ChtItem) back = cht_item_unpack ("u", turned, &error);
      g_assert_true ((back == NULL) == (error != NULL));
    }
}

static void
test_newer_record (void)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GBytes) payload = cht_payload_pack (g_variant_dict_end (&dict));
  g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (payload, NULL), g_bytes_get_size (payload));
  g_autoptr (GError) error = NULL;

  copy[0] = CHT_PAYLOAD_VERSION + 1;
  g_autoptr (GBytes) newer = g_bytes_new (copy, g_bytes_get_size (payload));
  g_assert_null (cht_payload_unpack (newer, &error));
  g_assert_error (error, CHT_VAULT_ERROR, CHT_VAULT_ERROR_NEWER);
}

static void
test_unaligned (void)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  g_variant_dict_insert (&dict, "a", "s", "text");
  g_variant_dict_insert (&dict, "n", "x", (gint64) 42);
  g_autoptr (GBytes) payload = cht_payload_pack (g_variant_dict_end (&dict));
  const gsize size = g_bytes_get_size (payload);
  g_autofree guint8 *shifted = g_malloc (size + 1);

  memcpy (shifted + 1, g_bytes_get_data (payload, NULL), size);
  g_autoptr (GBytes) odd = g_bytes_new_static (shifted + 1, size);
  g_autoptr (GVariant) back = cht_payload_unpack (odd, NULL);
  g_autofree char *text = cht_payload_dup_string (back, "a");
  gint64 number = 0;
  g_assert_cmpstr (text, ==, "text");
  g_assert_true (g_variant_lookup (back, "n", "x", &number));
  g_assert_cmpint (number, ==, 42);
}

static void
test_digest (void)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (cht_fixture_get_pem (root), strlen (cht_fixture_get_pem (root)));
  g_autoptr (ChtBundle) bundle = cht_bundle_new (bytes, NULL, NULL, NULL);
  g_autoptr (ChtSecret) key = cht_fixture_key_to_pkcs8 (root, NULL);
  g_autoptr (ChtItem) a = cht_item_new (CHT_ITEM_TRUST_CHAIN, "a", NULL, bundle, bytes, NULL, NULL, 1);
  g_autoptr (ChtItem) b = cht_item_new (CHT_ITEM_TRUST_CHAIN, "b", "server-syslog", bundle, bytes, NULL, NULL, 2);
  g_autoptr (ChtItem) c = cht_item_new (CHT_ITEM_INTERMEDIATE, "a", NULL, bundle, bytes, key, NULL, 1);

  g_assert_cmpstr (cht_item_get_digest (a), ==, cht_item_get_digest (b));
  g_assert_cmpstr (cht_item_get_digest (a), !=, cht_item_get_digest (c));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  root = cht_fixture_new ("Root CA", NULL, NULL);
  issuing = cht_fixture_new ("Issuing CA", root, &(ChtFixtureOptions) { .path_length = CHT_FIXTURE_PATH (0) });
  g_test_add_func ("/workflow/intake/pair", test_pair);
  g_test_add_func ("/workflow/intake/no-pair", test_no_pair);
  g_test_add_func ("/workflow/intake/passphrase", test_passphrase);
  g_test_add_func ("/workflow/intake/one-file", test_one_file);
  g_test_add_func ("/workflow/intake/refused", test_refused);
  g_test_add_func ("/workflow/item/record", test_record);
  g_test_add_func ("/workflow/item/hostile-record", test_hostile_record);
  g_test_add_func ("/workflow/item/digest", test_digest);
  g_test_add_func ("/workflow/payload/newer", test_newer_record);
  g_test_add_func ("/workflow/payload/unaligned", test_unaligned);
  int code = g_test_run ();
  cht_fixture_free (issuing);
  cht_fixture_free (root);
  return code;
}
