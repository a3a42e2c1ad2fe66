/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE  /* memmem */
#include <string.h>

#include "cht-fixtures.h"

static void
test_columns (void)
{
  g_autoptr (ChtFixture) root = cht_fixture_new ("Root", NULL,
                                                 &(ChtFixtureOptions) { .path_length = CHT_FIXTURE_PATH (1) });
  g_autoptr (ChtFixture) leaf = cht_fixture_new ("host", root, &(ChtFixtureOptions) {
    .is_leaf = TRUE, .dns = "host.example", .from_day = -2, .to_day = 40, .serial = "0102ff" });
  ChtCertificate *top = cht_fixture_get_certificate (root);
  ChtCertificate *low = cht_fixture_get_certificate (leaf);

  g_assert_cmpstr (cht_certificate_get_subject (low), ==, "CN=host");
  g_assert_cmpstr (cht_certificate_get_issuer (low), ==, "CN=Root");
  g_assert_cmpstr (cht_certificate_get_label (low), ==, "host");
  g_assert_cmpstr (cht_certificate_get_serial (low), ==, "0102ff");
  g_assert_false (cht_certificate_has_odd_serial (low));
  g_assert_cmpint (cht_certificate_get_version (low), ==, 3);
  g_assert_cmpint (cht_certificate_get_not_after (low) - cht_certificate_get_not_before (low), ==, 42 * CHT_DAY);
  g_assert_false (cht_certificate_is_ca (low));
  g_assert_true (cht_certificate_is_ca (top));
  g_assert_cmpint (cht_certificate_get_path_length (top), ==, 1);
  g_assert_cmpint (cht_certificate_get_path_length (low), ==, -1);
  g_assert_cmpuint (cht_certificate_get_key_usage (low), ==, CHT_KEY_USAGE_DIGITAL_SIGNATURE);
  g_assert_cmpuint (cht_certificate_get_key_usage (top), ==, CHT_KEY_USAGE_KEY_CERT_SIGN | CHT_KEY_USAGE_CRL_SIGN);
  g_assert_null (cht_certificate_get_extended_key_usage (top));
  g_assert_cmpstr (cht_certificate_get_extended_key_usage (low)[0], ==, "1.3.6.1.5.5.7.3.1");
  g_assert_cmpstr (cht_certificate_get_alternative_names (low)[0], ==, "DNS:host.example");
  g_assert_null (cht_certificate_get_alternative_names (low)[1]);
  g_assert_nonnull (cht_certificate_get_alternative_names (top));
  g_assert_cmpstr (cht_certificate_get_authority_key_id (low), ==, cht_certificate_get_subject_key_id (top));
  g_assert_cmpstr (cht_certificate_get_key_algorithm (low), ==, "EC P-256");
  g_assert_cmpuint (cht_certificate_get_key_bits (low), ==, 256);
  g_assert_cmpstr (cht_certificate_get_signature_algorithm (low), ==, "ECDSA-SHA256");
  g_assert_true (cht_certificate_is_self_issued (top));
  g_assert_false (cht_certificate_is_self_issued (low));
}

static void
test_fingerprint (void)
{
  g_autoptr (ChtFixture) root = cht_fixture_new ("Root", NULL, NULL);
  ChtCertificate *certificate = cht_fixture_get_certificate (root);
  g_autofree char *sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, cht_fixture_get_der (root));
  g_autofree char *pin = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, cht_certificate_get_spki (certificate));
  g_assert_cmpstr (cht_certificate_get_sha256 (certificate), ==, sha256);
  g_assert_cmpstr (cht_certificate_get_spki_sha256 (certificate), ==, pin);
  g_assert_true (g_bytes_equal (cht_certificate_get_subject_der (certificate),
                                cht_certificate_get_issuer_der (certificate)));
}

static void
test_algorithms (void)
{
  static const struct { ChtFixtureOptions options; const char *key, *words, *signature; gboolean is_sha1; } cases[] = {
    { { .key_type = CHT_FIXTURE_RSA }, "RSA", "RSA 2048", "RSA-SHA256", FALSE },
    { { .key_type = CHT_FIXTURE_RSA, .digest = "SHA1", .rsa_bits = 1024 }, "RSA", "RSA 1024", "RSA-SHA1", TRUE },
    { { .key_type = CHT_FIXTURE_P384, .digest = "SHA384" }, "EC P-384", "EC P-384", "ECDSA-SHA384", FALSE },
    { { .key_type = CHT_FIXTURE_ED25519 }, "Ed25519", "Ed25519", "Ed25519", FALSE },
    { { .key_type = CHT_FIXTURE_RSA_PSS }, "RSA-PSS", "RSA-PSS 2048", "RSA-PSS-SHA256", FALSE },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (ChtFixture) root = cht_fixture_new ("Root", NULL, &cases[i].options);
      ChtCertificate *certificate = cht_fixture_get_certificate (root);
      g_autofree char *words = cht_certificate_describe_key (certificate);
      g_assert_cmpstr (cht_certificate_get_key_algorithm (certificate), ==, cases[i].key);
      g_assert_cmpstr (words, ==, cases[i].words);
      g_assert_cmpstr (cht_certificate_get_signature_algorithm (certificate), ==, cases[i].signature);
      g_assert_cmpint (cht_certificate_is_signed_with_sha1 (certificate), ==, cases[i].is_sha1);
      g_assert_true (cht_certificate_verify_signature (certificate, certificate, &error));
      g_assert_no_error (error);
    }
}

static void
test_signature_broken (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChtFixture) root = cht_fixture_new ("Root", NULL, NULL);
  g_autoptr (ChtFixture) other = cht_fixture_new ("Root", NULL, NULL);
  g_autoptr (ChtFixture) rsa = cht_fixture_new ("Root", NULL, &(ChtFixtureOptions) { .key_type = CHT_FIXTURE_RSA });
  g_autoptr (ChtFixture) child = cht_fixture_new ("Child", root, NULL);
  ChtCertificate *low = cht_fixture_get_certificate (child);

  g_assert_true (cht_certificate_verify_signature (low, cht_fixture_get_certificate (root), NULL));
  g_assert_false (cht_certificate_verify_signature (low, cht_fixture_get_certificate (other), &error));
  g_assert_error (error, CHT_X509_ERROR, CHT_X509_ERROR_MALFORMED);
  g_clear_error (&error);
  g_assert_false (cht_certificate_verify_signature (low, cht_fixture_get_certificate (rsa), &error));
  g_assert_error (error, CHT_X509_ERROR, CHT_X509_ERROR_MALFORMED);

  g_autoptr (GBytes) forged_der = cht_fixture_forge (child);
  g_autoptr (ChtCertificate) forged = cht_certificate_new_from_der (forged_der, NULL);
  g_assert_nonnull (forged);
  g_assert_false (cht_certificate_verify_signature (forged, cht_fixture_get_certificate (root), NULL));
}

static void
test_names (void)
{
  static const struct { const char *given, *shown, *label; } cases[] = {
    { "CN=Ödön\\, Kft.,O=\\#1 \\+ more,C=HU", "CN=Ödön\\, Kft.,O=\\#1 \\+ more,C=HU", "Ödön, Kft." },
    { "O=Only Organisation", "O=Only Organisation", "Only Organisation" },
    { "CN=<b>bold</b> & plain", "CN=\\<b\\>bold\\</b\\> & plain", "<b>bold</b> & plain" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (ChtFixture) root = cht_fixture_new ("", NULL, &(ChtFixtureOptions) { .subject = cases[i].given });
      g_assert_cmpstr (cht_certificate_get_subject (cht_fixture_get_certificate (root)), ==, cases[i].shown);
      g_assert_cmpstr (cht_certificate_get_label (cht_fixture_get_certificate (root)), ==, cases[i].label);
    }
}

static void
test_version_1 (void)
{
  g_autoptr (ChtFixture) old = cht_fixture_new ("Old Root", NULL, &(ChtFixtureOptions) { .version = 1 });
  ChtCertificate *certificate = cht_fixture_get_certificate (old);
  g_assert_cmpint (cht_certificate_get_version (certificate), ==, 1);
  g_assert_false (cht_certificate_is_ca (certificate));
  g_assert_false (cht_certificate_has_key_usage (certificate));
  g_assert_cmpuint (cht_certificate_get_key_usage (certificate), ==, 0x1ff);
  g_assert_null (cht_certificate_get_subject_key_id (certificate));
}

static void
test_pem_round_trip (void)
{
  g_autoptr (ChtFixture) root = cht_fixture_new ("Root", NULL, NULL);
  const char *pem = cht_fixture_get_pem (root);
  g_assert_true (g_str_has_prefix (pem, "-----BEGIN CERTIFICATE-----\n"));
  g_assert_true (g_str_has_suffix (pem, "\n-----END CERTIFICATE-----\n"));
  g_auto (GStrv) lines = g_strsplit (pem, "\n", -1);
  guint n = g_strv_length (lines);
  for (guint i = 1; i + 3 < n; i++)
    g_assert_cmpuint (strlen (lines[i]), ==, 64);

  g_autoptr (GBytes) bytes = g_bytes_new_static (pem, strlen (pem));
  g_autoptr (ChtBundle) bundle = cht_bundle_new (bytes, NULL, NULL, NULL);
  g_assert_cmpuint (cht_bundle_get_certificates (bundle)->len, ==, 1);
  g_assert_true (cht_certificate_equal (g_ptr_array_index (cht_bundle_get_certificates (bundle), 0),
                                        cht_fixture_get_certificate (root)));
}

static void
test_odd_serial (void)
{
  g_autoptr (ChtFixture) negative = cht_fixture_new ("Root", NULL, &(ChtFixtureOptions) { .serial = "ee2b3d" });
  g_autoptr (ChtFixture) padded = cht_fixture_new ("Root", NULL, &(ChtFixtureOptions) { .serial = "00ee2b3d" });
  g_assert_true (cht_certificate_has_odd_serial (cht_fixture_get_certificate (negative)));
  g_assert_false (cht_certificate_has_odd_serial (cht_fixture_get_certificate (padded)));
  g_assert_cmpstr (cht_certificate_get_serial (cht_fixture_get_certificate (padded)), ==, "ee2b3d");
}

static void
test_bytes_behind (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChtFixture) root = cht_fixture_new ("Root", NULL, NULL);
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (cht_fixture_get_der (root), &size);
  g_autoptr (GByteArray) longer = g_byte_array_new ();
  g_byte_array_append (longer, data, size);
  g_byte_array_append (longer, (const guint8 *) "x", 1);
  g_autoptr (GBytes) bytes = g_byte_array_free_to_bytes (g_steal_pointer (&longer));
  g_assert_null (cht_certificate_new_from_der (bytes, &error));
  g_assert_error (error, CHT_X509_ERROR, CHT_X509_ERROR_MALFORMED);
}

/* The DER of a fixture with WHAT put in place of the one stretch of bytes FROM. */
static GBytes *
substitute (ChtFixture *fixture, const char *from, const char *what, gsize size)
{
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (cht_fixture_get_der (fixture), &length);
  guint8 *copy = g_memdup2 (data, length);
  for (gsize i = 0; i + size <= length; i++)
    if (memcmp (copy + i, from, size) == 0)
      {
        memcpy (copy + i, what, size);
        return g_bytes_new_take (copy, length);
      }
  g_assert_not_reached ();
}

static void
test_refused (void)
{
  static const struct { const char *from, *what; gsize size; const char *words; } cases[] = {
    { "\xa0\3\2\1\2", "\xa0\3\2\1\1", 5, "only version 3" },
    { "\xa0\3\2\1\2", "\xa0\3\2\1\7", 5, "version" },
    { "\6\3\x55\x1d\x0f", "\6\3\x55\x1d\x23", 5, "extension" },
    { "\6\3\x55\x1d\x0e", "\6\3\x55\x1d\x63", 5, "twice" },
    { "\6\x08\x2a\x86\x48\xce\x3d\4\3\2", "\6\x08\x2a\x86\x48\xce\x3d\4\3\3", 10, "inside" },
    { "\6\7\x2a\x86\x48\xce\x3d\2\1", "\6\7\x2a\x86\x48\xce\x3d\2\xff", 9, "public key" },
  };
  g_autoptr (ChtFixture) root = cht_fixture_new ("Root", NULL, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) der = substitute (root, cases[i].from, cases[i].what, cases[i].size);
      if (i == 3)
        {
          /* The authority key identifier's OID becomes the same made-up one. */
          guint8 *data = (guint8 *) g_bytes_get_data (der, NULL);
          guint8 *aki = memmem (data, g_bytes_get_size (der), "\6\3\x55\x1d\x23", 5);
          aki[4] = 0x63;
        }
      g_assert_null (cht_certificate_new_from_der (der, &error));
      g_assert_error (error, CHT_X509_ERROR, CHT_X509_ERROR_MALFORMED);
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, cases[i].words));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/x509/certificate/columns", test_columns);
  g_test_add_func ("/x509/certificate/fingerprint", test_fingerprint);
  g_test_add_func ("/x509/certificate/algorithms", test_algorithms);
  g_test_add_func ("/x509/certificate/signature-broken", test_signature_broken);
  g_test_add_func ("/x509/certificate/names", test_names);
  g_test_add_func ("/x509/certificate/version-1", test_version_1);
  g_test_add_func ("/x509/certificate/pem-round-trip", test_pem_round_trip);
  g_test_add_func ("/x509/certificate/odd-serial", test_odd_serial);
  g_test_add_func ("/x509/certificate/bytes-behind", test_bytes_behind);
  g_test_add_func ("/x509/certificate/refused", test_refused);
  return g_test_run ();
}
