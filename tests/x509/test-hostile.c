/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A file is hostile until proved: cut off at every length, one bit flipped at every byte, and a reader that never
 * crashes or hangs. */
#include <string.h>

#include "cht-chains.h"
#include "cht-fixtures.h"

/* Reads DATA and touches all that came out; whatever is refused has a sentence. */
static void
read_hostile (const guint8 *data, gsize size, const char *passphrase)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (ChtSecret) secret = passphrase != NULL ? cht_secret_new_text (passphrase) : NULL;
  g_autoptr (ChtBundle) bundle = cht_bundle_new (bytes, secret, NULL, &error);
  if (bundle == NULL)
    {
      g_assert_true (error->domain == CHT_X509_ERROR);
      g_assert_cmpstr (error->message, !=, "");
      return;
    }
  GPtrArray *objects = cht_bundle_get_objects (bundle);
  g_assert_cmpuint (objects->len, >, 0);
  for (guint i = 0; i < objects->len; i++)
    {
      ChtObject *object = g_ptr_array_index (objects, i);
      g_assert_true (g_utf8_validate (cht_object_get_subject (object), -1, NULL));
      if (cht_object_get_kind (object) == CHT_OBJECT_UNKNOWN)
        g_assert_cmpstr (cht_object_get_reason (object), !=, "");
      if (cht_object_get_key (object) != NULL && cht_key_get_state (cht_object_get_key (object)) != CHT_KEY_STATE_OPEN)
        g_assert_cmpstr (cht_object_get_reason (object), !=, "");
    }
  g_autoptr (ChtChains) chains = cht_chains_new (cht_bundle_get_certificates (bundle));
  g_assert_cmpuint (cht_chains_get_certificates (chains)->len, <=, objects->len);
}

/* STEP: between flipped bytes; 1 but where each reading costs a key derivation. */
static void
maul (const guint8 *data, gsize size, gsize step, const char *passphrase)
{
  for (gsize length = 0; length < size; length++)
    read_hostile (data, length, passphrase);
  g_autofree guint8 *copy = g_memdup2 (data, size);
  for (gsize i = 0; i < size; i += step)
    {
      copy[i] ^= 1u << i % 8;
      read_hostile (copy, size, passphrase);
      copy[i] = data[i];
    }
}

static void
maul_bytes (GBytes *bytes, const char *passphrase)
{
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  maul (data, size, passphrase != NULL ? 7 : 1, passphrase);
}

static void
test_certificate (void)
{
  g_autoptr (ChtFixture) root = cht_fixture_new ("Root", NULL, NULL);
  g_autoptr (ChtFixture) leaf = cht_fixture_new ("host", root,
                                                 &(ChtFixtureOptions) { .is_leaf = TRUE, .dns = "host.example" });
  maul_bytes (cht_fixture_get_der (leaf), NULL);
  maul ((const guint8 *) cht_fixture_get_pem (leaf), strlen (cht_fixture_get_pem (leaf)), 1, NULL);
}

static void
test_keys (void)
{
  g_autoptr (ChtFixture) root = cht_fixture_new ("Root", NULL, NULL);
  g_autoptr (ChtSecret) traditional = cht_fixture_key_to_traditional (root);
  g_autoptr (ChtSecret) clear = cht_fixture_key_to_pkcs8 (root, NULL);
  g_autoptr (ChtSecret) locked = cht_fixture_key_to_pkcs8 (root, "secret");
  maul (cht_secret_get_data (traditional), cht_secret_get_size (traditional), 1, NULL);
  maul (cht_secret_get_data (clear), cht_secret_get_size (clear), 1, NULL);
  maul (cht_secret_get_data (locked), cht_secret_get_size (locked), 7, "secret");
}

static void
test_containers (void)
{
  g_autoptr (ChtFixture) root = cht_fixture_new ("Root", NULL, NULL);
  g_autoptr (GBytes) pkcs7 = cht_fixtures_to_pkcs7 (root, NULL);
  g_autoptr (GBytes) crl = cht_fixture_to_crl (root);
  g_autofree char *request = cht_fixture_to_request (root);
  g_autofree char *public = cht_fixture_to_public_key (root);
  maul_bytes (pkcs7, NULL);
  maul_bytes (crl, NULL);
  maul ((const guint8 *) request, strlen (request), 1, NULL);
  maul ((const guint8 *) public, strlen (public), 1, NULL);
}

static void
test_pkcs12 (void)
{
  g_autoptr (ChtFixture) root = cht_fixture_new ("Root", NULL, NULL);
  g_autoptr (GBytes) pkcs12 = cht_fixtures_to_pkcs12 ("secret", root, NULL);
  maul_bytes (pkcs12, "secret");
}

static void
test_hostile_name (void)
{
  g_autoptr (GString) name = g_string_new ("A & B <b>\xe2\x80\xae" "txt.exe\xe2\x80\xac line\xe2\x80\xa8" "break\n, ");
  for (guint i = 0; i < 20000; i++)
    g_string_append (name, "Ünlimited ");
  g_string_append (name, "end");
  g_autoptr (ChtFixture) root = cht_fixture_new (name->str, NULL, NULL);
  ChtCertificate *certificate = cht_fixture_get_certificate (root);
  g_assert_true (g_utf8_validate (cht_certificate_get_subject (certificate), -1, NULL));
  g_assert_cmpuint (strlen (cht_certificate_get_subject (certificate)), >, 200000);
  g_assert_true (g_str_has_prefix (cht_certificate_get_label (certificate), "A & B <b>"));
}

static void
test_deep_nesting (void)
{
  /* A SEQUENCE in a SEQUENCE, a thousand deep, and one of indefinite length. */
  g_autoptr (GByteArray) der = g_byte_array_new ();
  for (guint i = 0; i < 1000; i++)
    {
      gsize left = (999 - i) * 4;
      guint8 header[] = { 0x30, 0x82, left >> 8, left & 0xff };
      g_byte_array_append (der, header, sizeof header);
    }
  read_hostile (der->data, der->len, NULL);
  for (guint i = 0; i < der->len; i++)
    der->data[i] = i % 2 == 0 ? 0x30 : 0x80;
  read_hostile (der->data, der->len, NULL);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/x509/hostile/certificate", test_certificate);
  g_test_add_func ("/x509/hostile/keys", test_keys);
  g_test_add_func ("/x509/hostile/containers", test_containers);
  g_test_add_func ("/x509/hostile/pkcs12", test_pkcs12);
  g_test_add_func ("/x509/hostile/name", test_hostile_name);
  g_test_add_func ("/x509/hostile/deep-nesting", test_deep_nesting);
  return g_test_run ();
}
