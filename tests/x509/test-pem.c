/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PEM in any clothing gives the same certificates. */
#include <string.h>

#include "cht-fixtures.h"

static ChtFixture *root, *inter;

static ChtBundle *
read_bytes (const char *data, gssize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new (data, size < 0 ? strlen (data) : (gsize) size);
  ChtBundle *bundle = cht_bundle_new (bytes, NULL, NULL, &error);
  g_assert_no_error (error);
  return bundle;
}

/* Root and intermediate, in this order, and nothing else. */
static void
assert_both (const char *data, gssize size, gboolean is_plain)
{
  g_autoptr (ChtBundle) bundle = read_bytes (data, size);
  GPtrArray *certificates = cht_bundle_get_certificates (bundle);
  g_assert_cmpuint (cht_bundle_get_objects (bundle)->len, ==, 2);
  g_assert_cmpuint (certificates->len, ==, 2);
  g_assert_true (cht_certificate_equal (g_ptr_array_index (certificates, 0), cht_fixture_get_certificate (root)));
  g_assert_true (cht_certificate_equal (g_ptr_array_index (certificates, 1), cht_fixture_get_certificate (inter)));
  g_assert_cmpint (cht_bundle_get_format (bundle), ==, CHT_FORMAT_PEM);
  g_assert_cmpint (cht_bundle_is_plain_pem (bundle), ==, is_plain);

  g_autofree char *plain = cht_fixtures_to_pem (root, inter, NULL);
  g_autoptr (GBytes) out = cht_bundle_to_plain_pem (bundle);
  g_assert_cmpmem (g_bytes_get_data (out, NULL), g_bytes_get_size (out), plain, strlen (plain));
}

static char *
replace (const char *text, const char *what, const char *by)
{
  g_auto (GStrv) parts = g_strsplit (text, what, -1);
  return g_strjoinv (by, parts);
}

static void
test_plain (void)
{
  g_autofree char *pem = cht_fixtures_to_pem (root, inter, NULL);
  g_autofree char *crlf = replace (pem, "\n", "\r\n");
  g_autofree char *blank = replace (pem, "-----\n-----BEGIN", "-----\n\n\n-----BEGIN");
  g_autofree char *no_end = g_strndup (pem, strlen (pem) - 1);
  assert_both (pem, -1, TRUE);
  assert_both (crlf, -1, TRUE);
  assert_both (blank, -1, TRUE);
  assert_both (no_end, -1, TRUE);
}

static void
test_odd_clothing (void)
{
  static const struct { const char *what, *by; } cases[] = {
    { "\n", "  \t\n" },                        /* white space at line ends */
    { "\n", "\n    " },                        /* indented */
    { "\n", "\r" },                            /* old Mac line ends */
    { "\n", "\\n" },                           /* JSON */
    { "\n", "\\r\\n" },
    { "\n", "\n> " },                          /* quoted mail */
    { "\n", "\n# " },                          /* a commented block */
    { "\n", "\\n\"\n\"" },                     /* string pieces of a program */
    { "-----BEGIN", "subject=CN = x\nissuer: y\n-----BEGIN" },
    { "-----BEGIN CERTIFICATE-----\n", "-----BEGIN CERTIFICATE-----\nComment: made by hand\nX-Serial: 1,\n 2\n\n" },
    { "E-----\n-----B", "E----------B" },      /* two files joined without a line break */
    { "N CERTIFICATE", "N X509 CERTIFICATE" },
  };
  g_autofree char *pem = cht_fixtures_to_pem (root, inter, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *changed = replace (pem, cases[i].what, cases[i].by);
      g_autofree char *dressed = i < 8 ? g_strconcat (cases[i].by, changed, NULL) : g_steal_pointer (&changed);
      g_autofree char *text = replace (dressed, "END CERTIFICATE", i == 11 ? "END X509 CERTIFICATE"
                                       : "END CERTIFICATE");
      g_test_message ("case %" G_GSIZE_FORMAT, i);
      assert_both (text, -1, FALSE);
    }
}

static void
test_one_line (void)
{
  g_autofree char *pem = cht_fixtures_to_pem (root, inter, NULL);
  g_autofree char *joined = replace (pem, "\n", "");
  g_autofree char *spaced = replace (pem, "\n", " ");
  assert_both (joined, -1, FALSE);
  assert_both (spaced, -1, FALSE);
}

static void
test_utf16 (void)
{
  static const char *const charsets[] = { "UTF-16LE", "UTF-16BE" };
  g_autofree char *pem = cht_fixtures_to_pem (root, inter, NULL);
  g_autofree char *marked = g_strconcat ("\xef\xbb\xbf", pem, NULL);
  assert_both (marked, -1, FALSE);
  for (gsize i = 0; i < G_N_ELEMENTS (charsets); i++)
    {
      gsize size = 0;
      g_autofree char *bare = g_convert (pem, -1, charsets[i], "UTF-8", NULL, &size, NULL);
      assert_both (bare, size, FALSE);
      g_autofree char *with_mark = g_convert (marked, -1, charsets[i], "UTF-8", NULL, &size, NULL);
      assert_both (with_mark, size, FALSE);
    }
}

static void
test_trust_data (void)
{
  gsize size = 0;
  const guint8 *der = g_bytes_get_data (cht_fixture_get_der (root), &size);
  /* CertAux: trusted for server authentication. */
  static const guint8 aux[] = { 0x30, 0x0c, 0x30, 0x0a, 0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01 };
  g_autoptr (GByteArray) both = g_byte_array_new ();
  g_byte_array_append (both, der, size);
  g_byte_array_append (both, aux, sizeof aux);
  g_autofree char *base64 = g_base64_encode (both->data, both->len);
  g_autofree char *text = g_strdup_printf ("-----BEGIN TRUSTED CERTIFICATE-----\n%s\n-----END TRUSTED CERTIFICATE-----\n%s",
                                           base64, cht_fixture_get_pem (inter));
  assert_both (text, -1, FALSE);
}

static void
test_broken_block (void)
{
  static const struct { const char *what, *by; guint line; } cases[] = {
    { "-----END CERTIFICATE-----\n", "", 0 },                              /* no END */
    { "-----END CERTIFICATE-----", "-----END CERTIFICATE REQUEST-----", 0 },
    { "MII", "M?!*(II", 0 },
    { "MII", "MIIC\nMII", 0 },
  };
  const char *good = cht_fixture_get_pem (root);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *bad = replace (cht_fixture_get_pem (inter), cases[i].what, cases[i].by);
      g_autofree char *text = g_strconcat (good, bad, good, NULL);
      g_autoptr (ChtBundle) bundle = read_bytes (text, -1);
      GPtrArray *objects = cht_bundle_get_objects (bundle);
      g_test_message ("case %" G_GSIZE_FORMAT, i);
      g_assert_cmpuint (objects->len, ==, 3);
      g_assert_cmpuint (cht_bundle_get_certificates (bundle)->len, ==, 2);
      g_assert_cmpuint (cht_bundle_get_n_unreadable (bundle), ==, 1);
      ChtObject *unknown = g_ptr_array_index (objects, 1);
      g_assert_cmpint (cht_object_get_kind (unknown), ==, CHT_OBJECT_UNKNOWN);
      g_assert_cmpstr (cht_object_get_reason (unknown), !=, "");
      g_assert_nonnull (cht_object_get_der (unknown));
      g_auto (GStrv) lines = g_strsplit (good, "\n", -1);
      g_assert_cmpuint (cht_object_get_line (unknown), ==, g_strv_length (lines));
      g_assert_false (cht_bundle_is_plain_pem (bundle));
    }
}

static void
test_wrong_label (void)
{
  g_autofree char *request = cht_fixture_to_request (inter);
  g_autofree char *text = replace (request, "CERTIFICATE REQUEST", "CERTIFICATE");
  g_autofree char *hidden = replace (cht_fixture_get_pem (root), "CERTIFICATE", "PRIVATE KEY");
  g_autofree char *both = g_strconcat (text, hidden, NULL);
  g_autoptr (ChtBundle) bundle = read_bytes (both, -1);
  g_assert_cmpint (cht_object_get_kind (g_ptr_array_index (cht_bundle_get_objects (bundle), 0)), ==,
                   CHT_OBJECT_REQUEST);
  g_assert_cmpint (cht_object_get_kind (g_ptr_array_index (cht_bundle_get_objects (bundle), 1)), ==,
                   CHT_OBJECT_CERTIFICATE);
}

static void
test_many_begin_lines (void)
{
  /* Linear, however many blocks have no end. */
  g_autoptr (GString) text = g_string_new (NULL);
  for (guint i = 0; i < 50000; i++)
    g_string_append (text, "-----BEGIN CERTIFICATE-----\n");
  gint64 start = g_get_monotonic_time ();
  g_autoptr (ChtBundle) bundle = read_bytes (text->str, text->len);
  g_assert_cmpuint (cht_bundle_get_n_unreadable (bundle), ==, 50000);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 5 * G_USEC_PER_SEC);
}

/* Cut off at every length, a block is there or it is told that one is broken; nothing goes in silence. */
static void
test_cut_anywhere (void)
{
  g_autofree char *pem = cht_fixtures_to_pem (root, inter, NULL);
  gsize first = strlen (cht_fixture_get_pem (root));
  for (gsize size = first + 1; size < strlen (pem) - 1; size++)
    {
      g_autoptr (ChtBundle) bundle = read_bytes (pem, size);
      g_assert_cmpuint (cht_bundle_get_certificates (bundle)->len, ==, 1);
      g_assert_cmpuint (cht_bundle_get_n_unreadable (bundle), ==, 1);
      g_assert_false (cht_bundle_is_plain_pem (bundle));
    }
  for (gsize from = 1; from < first - 26; from++)
    {
      g_autoptr (ChtBundle) bundle = read_bytes (pem + from, -1);
      g_assert_cmpuint (cht_bundle_get_certificates (bundle)->len, ==, 1);
      g_assert_cmpuint (cht_bundle_get_n_unreadable (bundle), ==, 1);
      g_assert_cmpuint (cht_object_get_line (g_ptr_array_index (cht_bundle_get_objects (bundle), 0)), >=, 1);
    }
}

static void
test_cut_line (void)
{
  static const struct { const char *by; guint unreadable; } cases[] = {
    { "-----BEGIN CERTIFICATE--", 1 }, { "-----BEGIN CERTIF", 1 }, { "-----BEGIN ", 1 }, { "> -----BEGIN CERT", 1 },
    /* Words and rulers are no blocks. */
    { "See -----BEGIN and so on.\n-----", 1 }, { "-----BEGIN is how a block starts", 1 }, { "-----\n=====", 1 },
  };
  g_autofree char *pem = cht_fixtures_to_pem (root, inter, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *one = g_strconcat (cht_fixture_get_pem (inter), cases[i].by,
                                          cht_fixture_get_pem (root) + strlen ("-----BEGIN CERTIFICATE-----"),
                                          cht_fixture_get_pem (inter), NULL);
      g_autoptr (ChtBundle) bundle = read_bytes (one, -1);
      g_assert_cmpuint (cht_bundle_get_certificates (bundle)->len, ==, 2);
      g_assert_cmpuint (cht_bundle_get_n_unreadable (bundle), ==, cases[i].unreadable);
    }
  g_autofree char *ruled = g_strconcat ("-----\n", pem, "-----\nAll between -----BEGIN CERTIFICATE----- and "
                                        "-----END CERTIFICATE----- counts.\n-----BEGIN is a word\n-----", NULL);
  assert_both (ruled, -1, FALSE);
}

/* What programs for text do to hyphens; a heading is no block. */
static void
test_mangled_line (void)
{
  static const struct { const char *what, *by; } cases[] = {
    { "-----", "\xe2\x80\x93\xe2\x80\x93\xe2\x80\x93" }, { "-----", "\x96\x96-" }, { "-----BEGIN", "----BEGIN" },
    { "BEGIN CERTIFICATE", "begin certificate" }, { "-----BEGIN", "- - - - -BEGIN" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *odd = replace (cht_fixture_get_pem (inter), cases[i].what, cases[i].by);
      g_autofree char *text = g_strconcat (odd, cht_fixture_get_pem (root), odd,
                                           "--- BEGIN CERTIFICATE ---\nof text\n", NULL);
      g_autoptr (ChtBundle) bundle = read_bytes (text, -1);
      g_assert_cmpuint (cht_bundle_get_certificates (bundle)->len, ==, 1);
      g_assert_cmpuint (cht_bundle_get_n_unreadable (bundle), ==, 2);
      g_assert_cmpuint (cht_object_get_line (g_ptr_array_index (cht_bundle_get_objects (bundle), 0)), ==, 1);
    }
}

/* As a secret of Kubernetes holds it. */
static void
test_base64_of_pem (void)
{
  g_autofree char *pem = cht_fixtures_to_pem (root, inter, NULL);
  g_autofree char *twice = g_base64_encode ((const guchar *) pem, strlen (pem));
  g_autoptr (ChtBundle) bundle = read_bytes (twice, -1);
  g_assert_cmpuint (cht_bundle_get_certificates (bundle)->len, ==, 2);
  g_assert_cmpuint (cht_bundle_get_n_unreadable (bundle), ==, 0);
  g_assert_cmpint (cht_bundle_get_format (bundle), ==, CHT_FORMAT_BASE64);
  g_assert_false (cht_bundle_is_plain_pem (bundle));
}

static void
test_many_damaged_lines (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  for (guint i = 0; i < 200000; i++)
    g_string_append (text, "-----END CERTIFICATE-----\n");
  g_autoptr (GBytes) bytes = g_bytes_new (text->str, text->len);
  g_autoptr (GError) error = NULL;
  gint64 start = g_get_monotonic_time ();
  g_assert_null (cht_bundle_new (bytes, NULL, NULL, &error));
  g_assert_error (error, CHT_X509_ERROR, CHT_X509_ERROR_LIMIT);
  g_string_truncate (text, 0);
  for (guint i = 0; i < 50000; i++)
    g_string_append (text, "--BEGIN CERTIFICATE--\nMIIBMIIBMIIBMIIBMIIBMIIBMIIBMIIBMIIBMIIBMIIB\n");
  g_autoptr (ChtBundle) bundle = read_bytes (text->str, text->len);
  g_assert_cmpuint (cht_bundle_get_n_unreadable (bundle), ==, 50000);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 20 * G_USEC_PER_SEC);
}

/* Of a key behind a line that is cut, nothing leaves locked memory. */
static void
test_cut_key (void)
{
  g_autoptr (ChtSecret) key = cht_fixture_key_to_pkcs8 (root, NULL);
  g_autofree char *text = g_strconcat ("-----BEGIN PRIVATE", strchr (cht_secret_get_text (key), '\n'), NULL);
  g_autoptr (ChtBundle) bundle = read_bytes (text, -1);
  GPtrArray *objects = cht_bundle_get_objects (bundle);
  g_assert_cmpuint (objects->len, ==, 1);
  GBytes *raw = cht_object_get_der (g_ptr_array_index (objects, 0));
  g_assert_cmpmem (g_bytes_get_data (raw, NULL), g_bytes_get_size (raw), "-----BEGIN PRIVATE", 18);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  root = cht_fixture_new ("Root", NULL, NULL);
  inter = cht_fixture_new ("Intermediate", root, NULL);
  g_test_add_func ("/x509/pem/plain", test_plain);
  g_test_add_func ("/x509/pem/odd-clothing", test_odd_clothing);
  g_test_add_func ("/x509/pem/one-line", test_one_line);
  g_test_add_func ("/x509/pem/utf16", test_utf16);
  g_test_add_func ("/x509/pem/trust-data", test_trust_data);
  g_test_add_func ("/x509/pem/broken-block", test_broken_block);
  g_test_add_func ("/x509/pem/wrong-label", test_wrong_label);
  g_test_add_func ("/x509/pem/cut-anywhere", test_cut_anywhere);
  g_test_add_func ("/x509/pem/cut-line", test_cut_line);
  g_test_add_func ("/x509/pem/mangled-line", test_mangled_line);
  g_test_add_func ("/x509/pem/base64-of-pem", test_base64_of_pem);
  g_test_add_func ("/x509/pem/many-damaged-lines", test_many_damaged_lines);
  g_test_add_func ("/x509/pem/cut-key", test_cut_key);
  g_test_add_func ("/x509/pem/many-begin-lines", test_many_begin_lines);
  int result = g_test_run ();
  cht_fixture_free (inter);
  cht_fixture_free (root);
  return result;
}
