/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "cht-fixtures.h"
#include "cht-key.h"
#include "old-keys.h"

static ChtKey *
read_key (ChtSecret *text, const char *passphrase)
{
  g_autoptr (ChtSecret) secret = passphrase != NULL ? cht_secret_new_text (passphrase) : NULL;
  return cht_key_new (text, secret);
}

static void
test_forms (void)
{
  static const ChtFixtureKeyType types[] = { CHT_FIXTURE_P256, CHT_FIXTURE_P384, CHT_FIXTURE_RSA, CHT_FIXTURE_ED25519,
    CHT_FIXTURE_RSA_PSS };
  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autoptr (ChtFixture) fixture = cht_fixture_new ("CA", NULL, &(ChtFixtureOptions) { .key_type = types[i] });
      g_autoptr (ChtFixture) other = cht_fixture_new ("CA", NULL, &(ChtFixtureOptions) { .key_type = types[i] });
      g_autoptr (ChtSecret) plain = cht_fixture_key_to_pkcs8 (fixture, NULL);
      g_autoptr (ChtSecret) locked = cht_fixture_key_to_pkcs8 (fixture, "Zürich 1");
      g_autoptr (ChtKey) clear_key = read_key (plain, NULL);
      g_autoptr (ChtKey) locked_key = read_key (locked, "Zürich 1");
      ChtCertificate *certificate = cht_fixture_get_certificate (fixture);

      g_assert_cmpint (cht_key_get_state (clear_key), ==, CHT_KEY_STATE_OPEN);
      g_assert_cmpstr (cht_key_get_reason (clear_key), ==, "");
      g_assert_cmpint (cht_key_get_form (clear_key), ==, CHT_KEY_FORM_PKCS8);
      g_assert_false (cht_key_is_encrypted (clear_key));
      g_assert_cmpint (cht_key_get_state (locked_key), ==, CHT_KEY_STATE_OPEN);
      g_assert_cmpint (cht_key_get_form (locked_key), ==, CHT_KEY_FORM_PKCS8_ENCRYPTED);
      g_assert_true (cht_key_is_encrypted (locked_key));
      g_assert_cmpstr (cht_key_get_identity (clear_key), ==, cht_key_get_identity (locked_key));
      g_assert_cmpstr (cht_key_get_algorithm (clear_key), ==, cht_certificate_get_key_algorithm (certificate));
      g_assert_cmpuint (cht_key_get_bits (clear_key), ==, cht_certificate_get_key_bits (certificate));
      g_assert_true (cht_key_fits (locked_key, certificate));
      g_assert_false (cht_key_fits (clear_key, cht_fixture_get_certificate (other)));
      g_assert_true (cht_secret_equal (cht_key_get_text (locked_key), locked));
    }
}

static void
test_traditional (void)
{
  static const struct { ChtFixtureKeyType type; ChtKeyForm form; } cases[] = {
    { CHT_FIXTURE_RSA, CHT_KEY_FORM_PKCS1 }, { CHT_FIXTURE_P256, CHT_KEY_FORM_SEC1 } };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (ChtFixture) fixture = cht_fixture_new ("CA", NULL, &(ChtFixtureOptions) { .key_type = cases[i].type });
      g_autoptr (ChtSecret) text = cht_fixture_key_to_traditional (fixture);
      g_autoptr (ChtKey) key = read_key (text, "not asked for");
      g_assert_cmpint (cht_key_get_state (key), ==, CHT_KEY_STATE_OPEN);
      g_assert_cmpint (cht_key_get_form (key), ==, cases[i].form);
      g_assert_true (cht_key_has_unneeded_passphrase (key));
      g_assert_true (cht_key_fits (key, cht_fixture_get_certificate (fixture)));
    }
}

static void
test_passphrase (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChtFixture) fixture = cht_fixture_new ("CA", NULL, NULL);
  g_autoptr (ChtSecret) locked = cht_fixture_key_to_pkcs8 (fixture, "right");
  g_autoptr (ChtKey) none = read_key (locked, NULL);
  g_autoptr (ChtKey) wrong = read_key (locked, "wrong");
  g_autoptr (ChtKey) empty = read_key (locked, "");

  g_assert_cmpint (cht_key_get_state (none), ==, CHT_KEY_STATE_PASSPHRASE_NEEDED);
  g_assert_cmpint (cht_key_get_state (wrong), ==, CHT_KEY_STATE_PASSPHRASE_WRONG);
  g_assert_cmpint (cht_key_get_state (empty), ==, CHT_KEY_STATE_PASSPHRASE_WRONG);
  g_assert_cmpstr (cht_key_get_reason (wrong), !=, "");
  g_assert_null (cht_key_get_identity (wrong));
  g_assert_false (cht_key_fits (wrong, cht_fixture_get_certificate (fixture)));
  g_assert_null (cht_key_to_pkcs8 (wrong, &error));
  g_assert_error (error, CHT_X509_ERROR, CHT_X509_ERROR_PASSPHRASE_WRONG);
  g_clear_error (&error);
  g_assert_null (cht_key_to_pkcs8 (none, &error));
  g_assert_error (error, CHT_X509_ERROR, CHT_X509_ERROR_PASSPHRASE_NEEDED);
}

static void
test_seal (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChtFixture) fixture = cht_fixture_new ("CA", NULL, &(ChtFixtureOptions) { .key_type = CHT_FIXTURE_RSA });
  g_autoptr (ChtSecret) text = cht_fixture_key_to_traditional (fixture);
  g_autoptr (ChtSecret) passphrase = cht_secret_new_text ("  new – passphrase  ");
  g_autoptr (ChtKey) key = read_key (text, NULL);
  g_autoptr (ChtSecret) sealed = cht_key_to_encrypted_pkcs8 (key, passphrase, &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (cht_secret_get_text (sealed), "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"));

  g_autoptr (ChtKey) again = cht_key_new (sealed, passphrase);
  g_assert_cmpint (cht_key_get_state (again), ==, CHT_KEY_STATE_OPEN);
  g_assert_cmpstr (cht_key_get_identity (again), ==, cht_key_get_identity (key));
  g_autoptr (ChtSecret) twice = cht_key_to_encrypted_pkcs8 (key, passphrase, NULL);
  g_assert_false (cht_secret_equal (sealed, twice));

  g_autoptr (ChtSecret) clear = cht_key_to_pkcs8 (again, &error);
  g_assert_no_error (error);
  g_autoptr (ChtKey) open = cht_key_new (clear, NULL);
  g_assert_cmpstr (cht_key_get_identity (open), ==, cht_key_get_identity (key));
}

/* An EncryptedPrivateKeyInfo with this AlgorithmIdentifier (hex, with its header) around 32 octets. */
static ChtSecret *
make_envelope (const char *identifier)
{
  g_autoptr (GByteArray) der = g_byte_array_new ();
  guint8 header[2] = { 0x30, 0 };
  g_byte_array_append (der, header, 2);
  for (const char *c = identifier; *c != '\0'; c += 2)
    {
      guint8 octet = g_ascii_xdigit_value (c[0]) << 4 | g_ascii_xdigit_value (c[1]);
      g_byte_array_append (der, &octet, 1);
    }
  guint8 body[34] = { 0x04, 32, 1, 2, 3 };
  g_byte_array_append (der, body, sizeof body);
  der->data[1] = der->len - 2;
  g_autofree char *base64 = g_base64_encode (der->data, der->len);
  g_autofree char *pem = g_strdup_printf ("-----BEGIN ENCRYPTED PRIVATE KEY-----\n%s\n"
                                           "-----END ENCRYPTED PRIVATE KEY-----\n", base64);
  return cht_secret_new_text (pem);
}

static void
test_unsupported_scheme (void)
{
  static const struct { const char *identifier, *name; } cases[] = {
    /* PBES2: PBKDF2 with SHA-256, ARIA-256-CBC */
    { "305106092a864886f70d01050d3044302306092a864886f70d01050c3016040401020304020207d0300a06082a864886f70d0209301d06092a831a8c9a6e01010c"
      "041000000000000000000000000000000000", "ARIA-256-CBC" },
    { "300f06092a864886f70d01050430020600", "PBE-MD2-RC2-64" },
    { "301c060a2a864886f70d010c0105300e0408010203040506070802020800", "PBE-SHA1-RC2-128" },
    { "3009060562030405060500", "2.18.3.4.5.6" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (ChtSecret) text = make_envelope (cases[i].identifier);
      g_autoptr (ChtKey) key = read_key (text, "any");
      g_test_message ("%s: %s", cases[i].name, cht_key_get_reason (key));
      g_assert_cmpint (cht_key_get_state (key), ==, CHT_KEY_STATE_UNSUPPORTED);
      g_assert_nonnull (strstr (cht_key_get_reason (key), cases[i].name));
    }
}

static void
test_dek_info (void)
{
  static const struct { const char *info, *name; ChtKeyState state; } cases[] = {
    { "IDEA-CBC,0123456789ABCDEF", "IDEA-CBC", CHT_KEY_STATE_UNSUPPORTED },
    { "<b>ROT13,00", "?b?ROT13", CHT_KEY_STATE_UNSUPPORTED },
    { "AES-256-CBC,00", "", CHT_KEY_STATE_DAMAGED },
    { "AES-256-CBC,000102030405060708090A0B0C0D0E0F", "", CHT_KEY_STATE_PASSPHRASE_WRONG },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *pem = g_strdup_printf ("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: %s\n\n"
                                              "AAECAwQFBgcICQoLDA0ODw==\n-----END RSA PRIVATE KEY-----\n",
                                                cases[i].info);
      g_autoptr (ChtSecret) text = cht_secret_new_text (pem);
      g_autoptr (ChtKey) key = read_key (text, "any");
      g_assert_cmpint (cht_key_get_state (key), ==, cases[i].state);
      g_assert_nonnull (strstr (cht_key_get_reason (key), cases[i].name));
      g_assert_cmpint (cht_key_get_form (key), ==, CHT_KEY_FORM_TRADITIONAL_ENCRYPTED);
      g_assert_true (cht_key_is_encrypted (key));
    }
}

static void
test_old_schemes (void)
{
  const char *identity = NULL;
  g_autoptr (GPtrArray) keys = g_ptr_array_new_with_free_func (g_object_unref);
  for (gsize i = 0; i < G_N_ELEMENTS (old_keys); i++)
    {
      g_autoptr (ChtSecret) text = cht_secret_new_text (old_keys[i]);
      ChtKey *key = read_key (text, "secret");
      g_ptr_array_add (keys, key);
      g_test_message ("key %" G_GSIZE_FORMAT ": %s", i, cht_key_get_reason (key));
      g_assert_cmpint (cht_key_get_state (key), ==, CHT_KEY_STATE_OPEN);
      if (identity == NULL)
        identity = cht_key_get_identity (key);
      g_assert_cmpstr (cht_key_get_identity (key), ==, identity);
      g_autoptr (ChtKey) wrong = read_key (text, "Secret");
      g_assert_cmpint (cht_key_get_state (wrong), ==, CHT_KEY_STATE_PASSPHRASE_WRONG);
    }
}

static void
test_endless_rounds (void)
{
  /* PBKDF2 with 2^31 - 1 rounds must be refused, not computed. */
  g_autoptr (ChtSecret) text = make_envelope ("305306092a864886f70d01050d3046302506092a864886f70d01050c301804040102030402047fffffff"
                                              "300a06082a864886f70d0209301d060960864801650304012a041000000000000000000000000000000000");
  g_autoptr (ChtKey) key = read_key (text, "any");
  g_assert_cmpint (cht_key_get_state (key), ==, CHT_KEY_STATE_UNSUPPORTED);
  g_assert_nonnull (strstr (cht_key_get_reason (key), "2147483647"));
}

static void
test_no_public_point (void)
{
  /* OpenSSL's -conv_form compressed and -no_public: good keys, so nobody may call them damaged. */
  static const char *const keys[] = {
    "-----BEGIN EC PRIVATE KEY-----\n"
    "MFcCAQEEIDMhsUKHH8xnHUb0tZxknkuXyOYttmRoXW8wyfqT/NZqoAoGCCqGSM49\n"
    "AwEHoSQDIgAD2fNgFYtJDL85PIKEDkUE50AxLV95mhTmKVnY4mqFF3Y=\n"
    "-----END EC PRIVATE KEY-----\n",
    "-----BEGIN PRIVATE KEY-----\n"
    "MEECAQAwEwYHKoZIzj0CAQYIKoZIzj0DAQcEJzAlAgEBBCAzIbFChx/MZx1G9LWc\n"
    "ZJ5Ll8jmLbZkaF1vMMn6k/zWag==\n"
    "-----END PRIVATE KEY-----\n" };
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autoptr (ChtSecret) text = cht_secret_new_text (keys[i]);
      g_autoptr (ChtKey) key = read_key (text, NULL);
      g_assert_cmpint (cht_key_get_state (key), ==, CHT_KEY_STATE_UNSUPPORTED);
      g_assert_cmpstr (cht_key_get_algorithm (key), ==, "EC P-256");
      g_assert_nonnull (strstr (cht_key_get_reason (key), "public point"));
    }
}

static void
test_no_key (void)
{
  static const char *const texts[] = { "", "hello", "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n",
    "-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n", "-----BEGIN PRIVATE KEY-----\nMAA=\n" };
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (ChtSecret) text = cht_secret_new_text (texts[i]);
      g_autoptr (ChtKey) key = read_key (text, NULL);
      g_assert_cmpint (cht_key_get_state (key), ==, CHT_KEY_STATE_DAMAGED);
      g_assert_cmpstr (cht_key_get_reason (key), !=, "");
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/x509/key/forms", test_forms);
  g_test_add_func ("/x509/key/traditional", test_traditional);
  g_test_add_func ("/x509/key/passphrase", test_passphrase);
  g_test_add_func ("/x509/key/seal", test_seal);
  g_test_add_func ("/x509/key/unsupported-scheme", test_unsupported_scheme);
  g_test_add_func ("/x509/key/dek-info", test_dek_info);
  g_test_add_func ("/x509/key/old-schemes", test_old_schemes);
  g_test_add_func ("/x509/key/endless-rounds", test_endless_rounds);
  g_test_add_func ("/x509/key/no-public-point", test_no_public_point);
  g_test_add_func ("/x509/key/no-key", test_no_key);
  return g_test_run ();
}
