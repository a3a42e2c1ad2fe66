/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "cht-fixtures.h"
#include "old-keys.h"

static ChtFixture *root, *inter, *leaf;

static ChtBundle *
read_with (GBytes *bytes, const char *passphrase, GError **error)
{
  g_autoptr (ChtSecret) secret = passphrase != NULL ? cht_secret_new_text (passphrase) : NULL;
  return cht_bundle_new (bytes, secret, NULL, error);
}

static ChtBundle *
read_text (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  ChtBundle *bundle = read_with (bytes, NULL, &error);
  g_assert_no_error (error);
  return bundle;
}

static ChtObject *
get_object (ChtBundle *bundle, guint index)
{
  g_assert_cmpuint (index, <, cht_bundle_get_objects (bundle)->len);
  return g_ptr_array_index (cht_bundle_get_objects (bundle), index);
}

static void
test_der (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChtBundle) bundle = read_with (cht_fixture_get_der (root), NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (cht_bundle_get_format (bundle), ==, CHT_FORMAT_DER);
  g_assert_cmpstr (cht_format_get_id (cht_bundle_get_format (bundle)), ==, "der");
  g_assert_cmpuint (cht_bundle_get_certificates (bundle)->len, ==, 1);
  g_assert_cmpstr (cht_object_get_encoding (get_object (bundle, 0)), ==, "DER");
  g_assert_false (cht_bundle_is_plain_pem (bundle));
  g_assert_true (g_bytes_equal (cht_bundle_get_bytes (bundle), cht_fixture_get_der (root)));
}

static void
test_der_joined (void)
{
  /* Several certificates one behind the other, and a line break at the end. */
  g_autoptr (GByteArray) joined = g_byte_array_new ();
  ChtFixture *fixtures[] = { root, inter, leaf };
  for (guint i = 0; i < G_N_ELEMENTS (fixtures); i++)
    {
      gsize size = 0;
      const guint8 *data = g_bytes_get_data (cht_fixture_get_der (fixtures[i]), &size);
      g_byte_array_append (joined, data, size);
    }
  g_byte_array_append (joined, (const guint8 *) "\n", 1);
  g_autoptr (GBytes) bytes = g_bytes_new (joined->data, joined->len);
  g_autoptr (ChtBundle) bundle = read_with (bytes, NULL, NULL);
  g_assert_cmpuint (cht_bundle_get_certificates (bundle)->len, ==, 3);
  g_assert_cmpuint (cht_bundle_get_n_unreadable (bundle), ==, 0);
}

static void
test_pkcs7 (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) der = cht_fixtures_to_pkcs7 (root, inter, NULL);
  g_autoptr (ChtBundle) bundle = read_with (der, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (cht_bundle_get_format (bundle), ==, CHT_FORMAT_PKCS7);
  g_assert_cmpuint (cht_bundle_get_certificates (bundle)->len, ==, 2);

  g_autofree char *base64 = g_base64_encode (g_bytes_get_data (der, NULL), g_bytes_get_size (der));
  g_autofree char *pem = g_strdup_printf ("-----BEGIN PKCS7-----\n%s\n-----END PKCS7-----\n", base64);
  g_autoptr (ChtBundle) armoured = read_text (pem);
  g_assert_cmpint (cht_bundle_get_format (armoured), ==, CHT_FORMAT_PKCS7);
  g_assert_cmpuint (cht_bundle_get_certificates (armoured)->len, ==, 2);
  g_assert_cmpstr (cht_object_get_label (get_object (armoured, 1)), ==, "PKCS7");

  g_autoptr (ChtBundle) bare = read_text (base64);
  g_assert_cmpint (cht_bundle_get_format (bare), ==, CHT_FORMAT_BASE64);
  g_assert_cmpuint (cht_bundle_get_certificates (bare)->len, ==, 2);
}

static void
test_pkcs12 (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) der = cht_fixtures_to_pkcs12 ("Zürich 1", inter, root, NULL);
  g_assert_null (read_with (der, NULL, &error));
  g_assert_error (error, CHT_X509_ERROR, CHT_X509_ERROR_PASSPHRASE_NEEDED);
  g_clear_error (&error);
  g_assert_null (read_with (der, "Zurich 1", &error));
  g_assert_error (error, CHT_X509_ERROR, CHT_X509_ERROR_PASSPHRASE_WRONG);
  g_clear_error (&error);

  g_autoptr (ChtBundle) bundle = read_with (der, "Zürich 1", &error);
  g_assert_no_error (error);
  g_assert_cmpint (cht_bundle_get_format (bundle), ==, CHT_FORMAT_PKCS12);
  g_assert_cmpuint (cht_bundle_get_certificates (bundle)->len, ==, 2);
  g_assert_cmpuint (cht_bundle_get_keys (bundle)->len, ==, 1);
  ChtKey *key = g_ptr_array_index (cht_bundle_get_keys (bundle), 0);
  g_assert_cmpint (cht_key_get_state (key), ==, CHT_KEY_STATE_OPEN);
  g_assert_cmpint (cht_key_get_form (key), ==, CHT_KEY_FORM_PKCS12);
  g_assert_true (cht_key_fits (key, cht_fixture_get_certificate (inter)));
}

static ChtBundle *
read_base64 (const char *base64, const char *passphrase, GError **error)
{
  gsize size = 0;
  guchar *data = g_base64_decode (base64, &size);
  g_autoptr (GBytes) bytes = g_bytes_new_take (data, size);
  return read_with (bytes, passphrase, error);
}

static void
test_pkcs12_schemes (void)
{
  static const char *const readable[] = { camellia_container, unsealed_container };
  for (gsize i = 0; i < G_N_ELEMENTS (readable); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (ChtBundle) bundle = read_base64 (readable[i], "secret", &error);
      g_assert_no_error (error);
      g_assert_cmpuint (cht_bundle_get_certificates (bundle)->len, ==, 1);
      g_assert_cmpuint (cht_bundle_get_keys (bundle)->len, ==, 1);
      g_assert_true (cht_key_fits (g_ptr_array_index (cht_bundle_get_keys (bundle), 0),
                                   g_ptr_array_index (cht_bundle_get_certificates (bundle), 0)));
      g_assert_null (read_base64 (readable[i], "Secret", &error));
      g_assert_error (error, CHT_X509_ERROR, CHT_X509_ERROR_PASSPHRASE_WRONG);
      g_clear_error (&error);
      g_assert_null (read_base64 (readable[i], NULL, &error));
      g_assert_error (error, CHT_X509_ERROR, CHT_X509_ERROR_PASSPHRASE_NEEDED);
    }
  /* The right passphrase is never called wrong: the scheme is named. */
  g_autoptr (GError) error = NULL;
  g_assert_null (read_base64 (md5_container, "secret", &error));
  g_assert_error (error, CHT_X509_ERROR, CHT_X509_ERROR_UNSUPPORTED);
  g_assert_nonnull (strstr (error->message, "MD5"));
  g_autoptr (ChtBundle) aria = read_base64 (aria_container, "secret", NULL);
  g_assert_cmpuint (cht_bundle_get_n_unreadable (aria), ==, 1);
  g_assert_nonnull (strstr (cht_object_get_reason (get_object (aria, 0)), "ARIA-256-CBC"));
  g_assert_cmpint (cht_key_get_state (g_ptr_array_index (cht_bundle_get_keys (aria), 0)), ==,
                   CHT_KEY_STATE_UNSUPPORTED);
}

static void
test_keys_among_certificates (void)
{
  g_autoptr (ChtSecret) clear = cht_fixture_key_to_traditional (inter);
  g_autoptr (ChtSecret) locked = cht_fixture_key_to_pkcs8 (inter, "secret");
  g_autofree char *text = g_strconcat (cht_secret_get_text (clear), cht_fixture_get_pem (inter),
                                       cht_secret_get_text (locked),
                                       cht_fixture_get_pem (root), NULL);
  g_autoptr (ChtBundle) bundle = read_text (text);
  g_assert_cmpuint (cht_bundle_get_certificates (bundle)->len, ==, 2);
  g_assert_cmpuint (cht_bundle_get_keys (bundle)->len, ==, 2);
  ChtObject *first = get_object (bundle, 0);
  g_assert_cmpint (cht_object_get_kind (first), ==, CHT_OBJECT_PRIVATE_KEY);
  g_assert_null (cht_object_get_der (first));
  g_assert_cmpstr (cht_object_get_key_algorithm (first), ==, "EC P-256");
  g_assert_cmpint (cht_key_get_state (cht_object_get_key (get_object (bundle, 2))), ==,
                   CHT_KEY_STATE_PASSPHRASE_NEEDED);
  g_assert_false (cht_bundle_is_plain_pem (bundle));
  /* The key's text is its own block alone: it may be shown to nobody, but handed on. */
  const char *own = cht_secret_get_text (cht_key_get_text (cht_object_get_key (first)));
  g_assert_null (strstr (own, "BEGIN CERTIFICATE"));
  g_assert_nonnull (strstr (cht_secret_get_text (clear), own));
}

static void
test_other_objects (void)
{
  g_autofree char *request = cht_fixture_to_request (inter);
  g_autofree char *public = cht_fixture_to_public_key (inter);
  g_autoptr (GBytes) crl = cht_fixture_to_crl (root);
  g_autofree char *crl_base64 = g_base64_encode (g_bytes_get_data (crl, NULL), g_bytes_get_size (crl));
  g_autofree char *text = g_strdup_printf ("%s%s-----BEGIN X509 CRL-----\n%s\n-----END X509 CRL-----\n", request,
                                           public, crl_base64);
  g_autoptr (ChtBundle) bundle = read_text (text);
  static const char *const kinds[] = { "request", "public-key", "crl" };
  static const char *const subjects[] = { "CN=Intermediate", "", "CN=Root" };
  for (guint i = 0; i < 3; i++)
    {
      g_assert_cmpstr (cht_object_kind_get_id (cht_object_get_kind (get_object (bundle, i))), ==, kinds[i]);
      g_assert_cmpstr (cht_object_get_subject (get_object (bundle, i)), ==, subjects[i]);
      g_assert_cmpstr (cht_object_get_key_algorithm (get_object (bundle, i)), ==, i < 2 ? "EC P-256" : "");
    }
  g_assert_cmpuint (cht_bundle_get_n_unreadable (bundle), ==, 0);
}

static void
test_strangers (void)
{
  static const struct { const char *data; gsize size; const char *word; } cases[] = {
    { "", 0, "empty" },
    { "PK\3\4rest", 8, "ZIP" },
    { "\xfe\xed\xfe\xed\0\0\0\2", 8, "Java" },
    { "<!DOCTYPE html><html><body>Sign in</body></html>", 48, "web page" },
    { "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQ== me", 43, "SSH" },
    { "hello", 5, "no certificate" },
    { "0\x82", 2, "no certificate" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) bytes = g_bytes_new_static (cases[i].data, cases[i].size);
      g_assert_null (cht_bundle_new (bytes, NULL, NULL, &error));
      g_assert_error (error, CHT_X509_ERROR, CHT_X509_ERROR_NOTHING);
      g_assert_nonnull (strstr (error->message, cases[i].word));
    }
}

static void
test_limits (void)
{
  g_autoptr (GError) error = NULL;
  /* One object over 1 MiB: a SEQUENCE of that length in base64. */
  gsize size = CHT_X509_MAX_OBJECT + 100;
  guint8 *data = g_malloc0 (size);
  guint8 header[] = { 0x30, 0x84, (size - 6) >> 24, (size - 6) >> 16, (size - 6) >> 8, (size - 6) & 0xff };
  memcpy (data, header, sizeof header);
  g_autofree char *base64 = g_base64_encode (data, size);
  g_free (data);
  g_autofree char *text = g_strdup_printf ("-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n", base64);
  g_autoptr (GBytes) large = g_bytes_new (text, strlen (text));
  g_assert_null (cht_bundle_new (large, NULL, NULL, &error));
  g_assert_error (error, CHT_X509_ERROR, CHT_X509_ERROR_LIMIT);
  g_assert_nonnull (strstr (error->message, "1 MiB"));
  g_clear_error (&error);

  g_autoptr (GString) many = g_string_new (NULL);
  for (guint i = 0; i <= CHT_X509_MAX_CERTIFICATES; i++)
    g_string_append (many, "-----BEGIN CERTIFICATE-----\n");
  g_autoptr (GBytes) crowd = g_bytes_new (many->str, many->len);
  g_assert_null (cht_bundle_new (crowd, NULL, NULL, &error));
  g_assert_error (error, CHT_X509_ERROR, CHT_X509_ERROR_LIMIT);
}

static void
test_cancelled (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GBytes) bytes = g_bytes_new (cht_fixture_get_pem (root), strlen (cht_fixture_get_pem (root)));
  g_cancellable_cancel (cancellable);
  g_assert_null (cht_bundle_new (bytes, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_system_certificates (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  gsize size = 0;
  if (!g_file_get_contents ("/etc/ssl/certs/ca-certificates.crt", &text, &size, NULL))
    {
      g_test_skip ("this machine has no CA certificates");
      return;
    }
  guint blocks = 0;
  for (const char *at = text; (at = strstr (at, "-----BEGIN CERTIFICATE-----")) != NULL; at++)
    blocks++;
  g_autoptr (GBytes) bytes = g_bytes_new (text, size);
  g_autoptr (ChtBundle) bundle = cht_bundle_new (bytes, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (cht_bundle_get_certificates (bundle)->len, ==, blocks);
  g_assert_cmpuint (cht_bundle_get_n_unreadable (bundle), ==, 0);
  for (guint i = 0; i < blocks; i++)
    {
      ChtCertificate *certificate = g_ptr_array_index (cht_bundle_get_certificates (bundle), i);
      g_autofree char *sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, cht_certificate_get_der (certificate));
      g_assert_cmpstr (cht_certificate_get_sha256 (certificate), ==, sha256);
      g_assert_cmpstr (cht_certificate_get_subject (certificate), !=, "");
      g_assert_true (g_utf8_validate (cht_certificate_get_label (certificate), -1, NULL));
      g_assert_true (cht_certificate_verify_signature (certificate, certificate, NULL));
    }
  g_autoptr (GBytes) plain = cht_bundle_to_plain_pem (bundle);
  g_assert_true (g_bytes_equal (plain, bytes));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  root = cht_fixture_new ("Root", NULL, NULL);
  inter = cht_fixture_new ("Intermediate", root, NULL);
  leaf = cht_fixture_new ("host", inter, &(ChtFixtureOptions) { .is_leaf = TRUE, .dns = "host.example" });
  g_test_add_func ("/x509/bundle/der", test_der);
  g_test_add_func ("/x509/bundle/der-joined", test_der_joined);
  g_test_add_func ("/x509/bundle/pkcs7", test_pkcs7);
  g_test_add_func ("/x509/bundle/pkcs12", test_pkcs12);
  g_test_add_func ("/x509/bundle/pkcs12-schemes", test_pkcs12_schemes);
  g_test_add_func ("/x509/bundle/keys-among-certificates", test_keys_among_certificates);
  g_test_add_func ("/x509/bundle/other-objects", test_other_objects);
  g_test_add_func ("/x509/bundle/strangers", test_strangers);
  g_test_add_func ("/x509/bundle/limits", test_limits);
  g_test_add_func ("/x509/bundle/cancelled", test_cancelled);
  g_test_add_func ("/x509/bundle/system-certificates", test_system_certificates);
  int result = g_test_run ();
  cht_fixture_free (leaf);
  cht_fixture_free (inter);
  cht_fixture_free (root);
  return result;
}
