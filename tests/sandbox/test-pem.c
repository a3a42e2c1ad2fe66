/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-sandbox-pem.h"

#include <string.h>

#include "sandbox-pki.h"

static Pki *root, *other;

static guint
count_of (const char *text, const char **why)
{
  g_autoptr (GBytes) bytes = text_bytes (text);
  g_autoptr (GPtrArray) all = NULL;
  guint count = 0;

  *why = NULL;
  all = cht_sandbox_read_certificates (bytes, &count, why);
  g_assert_true ((all == NULL) == (*why != NULL));
  g_assert_cmpuint (all != NULL ? all->len : 0, ==, count);
  return count;
}

static void
assert_refused (const char *text, const char *word)
{
  const char *why;

  g_assert_cmpuint (count_of (text, &why), ==, 0);
  g_assert_nonnull (strstr (why, word));
}

static void
test_certificates_read (void)
{
  g_autofree char *two = g_strconcat (root->pem, other->pem, NULL);
  g_autofree char *between = g_strconcat ("subject: a root\n", root->pem, "\nand another\n", other->pem, "end", NULL);
  g_auto (GStrv) lines = g_strsplit (two, "\n", -1);
  g_autofree char *crlf = g_strjoinv ("\r\n", lines);
  const char *why;

  g_assert_cmpuint (count_of (root->pem, &why), ==, 1);
  g_assert_cmpuint (count_of (two, &why), ==, 2);
  g_assert_cmpuint (count_of (crlf, &why), ==, 2);
  g_assert_cmpuint (count_of (between, &why), ==, 2);
}

static void
test_certificates_refused (void)
{
  g_autofree char *cut = g_strndup (root->pem, strlen (root->pem) / 2);
  g_autofree char *headless = g_strdup (strchr (root->pem, '\n') + 1);
  g_autofree char *key = pki_key_pem (root);
  g_autofree char *with_key = g_strconcat (root->pem, key, NULL);
  g_autofree char *broken = g_strdup (root->pem), *strange = g_strdup (root->pem), *nested = NULL;
  g_autofree char *flipped = g_strdup (root->pem);

  assert_refused ("", "PEM");
  assert_refused ("<html>no</html>", "PEM");
  assert_refused (cut, "not complete");
  assert_refused (headless, "not complete");
  assert_refused (with_key, "private key");
  *strchr (strchr (broken, '\n'), 'A') = '*';
  assert_refused (broken, "decoded");
  memcpy (strstr (strange, "CERTIFICATE"), "CERTIFICATX", 11);
  assert_refused (strange, "not complete");
  nested = g_strconcat ("-----BEGIN CERTIFICATE-----\n", root->pem, NULL);
  assert_refused (nested, "not complete");
  /* The first octets are the outer sequence: another tag is no certificate. */
  strchr (flipped, '\n')[1] = 'B';
  assert_refused (flipped, "decoded");
  assert_refused ("-----BEGIN CERTIFICATE-----\nAAAA=\n-----END CERTIFICATE-----\n", "decoded");
  assert_refused ("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n", "decoded");
  assert_refused ("-----BEGIN TRUSTED CERTIFICATE-----\nAAAA\n-----END TRUSTED CERTIFICATE-----\n", "no certificate");
}

static void
test_certificates_nul (void)
{
  g_autofree char *copy = g_strconcat (root->pem, "x", NULL);
  gsize size = strlen (copy);
  g_autoptr (GBytes) bytes = NULL;
  const char *why = NULL;

  copy[size - 1] = '\0';
  bytes = g_bytes_new (copy, size);
  g_assert_null (cht_sandbox_read_certificates (bytes, NULL, &why));
  g_assert_nonnull (why);
}

static void
test_certificates_bound (void)
{
  g_autoptr (GString) many = g_string_new (NULL);

  for (guint i = 0; i <= CHT_SANDBOX_MAX_CERTIFICATES; i++)
    g_string_append (many, other->pem);
  assert_refused (many->str, "more certificates");
}

/* NULL where it opens, else why it does not. */
static const char *
open_key (const char *text, const char *passphrase)
{
  g_autoptr (GBytes) bytes = text_bytes (text), secret = text_bytes (passphrase);
  const char *why = NULL;
  gnutls_x509_privkey_t key = cht_sandbox_read_key (bytes, secret, &why);

  g_assert_true ((key == NULL) == (why != NULL));
  if (key != NULL)
    gnutls_x509_privkey_deinit (key);
  return why;
}

static void
test_keys_opened (void)
{
  g_autoptr (Pki) rsa = pki_new ("RSA", NULL, (PkiKind) { .days = 9, .algorithm = GNUTLS_PK_RSA, .bits = 2048 });
  g_autofree char *pkcs1 = pki_key_pem (rsa), *sec1 = pki_key_pem (root);
  g_autofree char *plain = pki_key_pkcs8 (root, NULL, GNUTLS_PKCS_PLAIN);
  g_autofree char *sealed = pki_key_pkcs8 (root, "Zürich 1", GNUTLS_PKCS_PBES2_AES_256);
  g_autofree char *with_parameters =
      g_strconcat ("-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n", sec1, NULL);

  g_assert_nonnull (strstr (pkcs1, "BEGIN RSA PRIVATE KEY"));
  g_assert_nonnull (strstr (sealed, "BEGIN ENCRYPTED PRIVATE KEY"));
  g_assert_null (open_key (pkcs1, NULL));
  g_assert_null (open_key (sec1, NULL));
  g_assert_null (open_key (with_parameters, NULL));
  g_assert_null (open_key (plain, NULL));
  g_assert_null (open_key (plain, "not needed"));
  g_assert_null (open_key (sealed, "Zürich 1"));
}

static void
test_keys_refused (void)
{
  g_autofree char *plain = pki_key_pem (root), *two = g_strconcat (plain, plain, NULL);
  g_autofree char *sealed = pki_key_pkcs8 (root, "Zürich 1", GNUTLS_PKCS_PBES2_AES_256);
  g_autofree char *cut = g_strndup (plain, strlen (plain) / 2);
  g_autofree char *broken = g_strdup (plain);

  memcpy (strchr (broken, '\n') + 1, "AAAA", 4);
  g_assert_nonnull (strstr (open_key (sealed, NULL), "no passphrase"));
  g_assert_nonnull (strstr (open_key (sealed, ""), "no passphrase"));
  g_assert_nonnull (strstr (open_key (sealed, "Zürich 2"), "wrong passphrase"));
  g_assert_nonnull (strstr (open_key (two, NULL), "more than one"));
  g_assert_nonnull (strstr (open_key (root->pem, NULL), "no private key"));
  g_assert_nonnull (strstr (open_key ("nothing", NULL), "PEM"));
  g_assert_nonnull (strstr (open_key (cut, NULL), "not complete"));
  g_assert_nonnull (strstr (open_key (broken, NULL), "cannot be decoded"));
}

/* One element, in the short form of its length. */
static GByteArray *
der (guint8 tag, const void *data, gsize size)
{
  GByteArray *element = g_byte_array_new ();
  guint8 head[] = { tag, (guint8) size };

  g_assert_cmpuint (size, <, 128);
  g_byte_array_append (element, head, sizeof head);
  g_byte_array_append (element, data, size);
  return element;
}

static GByteArray *
sequence (GByteArray *first, GByteArray *second)
{
  GByteArray *all = first, *whole;

  if (second != NULL)
    {
      g_byte_array_append (all, second->data, second->len);
      g_byte_array_unref (second);
    }
  whole = der (0x30, all->data, all->len);
  g_byte_array_unref (all);
  return whole;
}

static GByteArray *
join (GByteArray *first, GByteArray *second)
{
  g_byte_array_append (first, second->data, second->len);
  g_byte_array_unref (second);
  return first;
}

/* PBES2 with PBKDF2 and AES-256-CBC (RFC 8018) that asks for ROUNDS; the secret inside is none. */
static char *
pbes2_pem (guint32 rounds)
{
  const guint8 pbes2[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0d };
  const guint8 pbkdf2[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0c };
  const guint8 aes[] = { 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2a };
  const guint8 zero[32] = { 0 }, count[] = { rounds >> 24, rounds >> 16, rounds >> 8, rounds };
  GByteArray *kdf = sequence (der (0x06, pbkdf2, sizeof pbkdf2), sequence (der (0x04, zero, 8), der (0x02, count, 4)));
  GByteArray *cipher = sequence (der (0x06, aes, sizeof aes), der (0x04, zero, 16));
  GByteArray *scheme = sequence (der (0x06, pbes2, sizeof pbes2), sequence (kdf, cipher));
  GByteArray *whole = sequence (join (scheme, der (0x04, zero, 32)), NULL);
  g_autofree char *base64 = g_base64_encode (whole->data, whole->len);

  g_byte_array_unref (whole);
  return g_strconcat ("-----BEGIN ENCRYPTED PRIVATE KEY-----\n", base64, "\n-----END ENCRYPTED PRIVATE KEY-----\n",
                      NULL);
}

/* The number of rounds stands in the file: one that asks for two thousand million is refused before any work is done
 * (GnuTLS takes ten million at most, which is seconds). */
static void
test_keys_expensive (void)
{
  g_autofree char *cheap = pbes2_pem (0x00001000), *dear = pbes2_pem (0x7ffffff0);

  g_test_timer_start ();
  g_assert_nonnull (strstr (open_key (cheap, "secret"), "wrong passphrase"));
  g_assert_nonnull (strstr (open_key (dear, "secret"), "cannot be opened"));
  g_assert_cmpfloat (g_test_timer_elapsed (), <, 20);
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  root = pki_new ("Root", NULL, PKI_CA);
  other = pki_new ("Other", NULL, PKI_CA);
  g_test_add_func ("/sandbox/pem/certificates-read", test_certificates_read);
  g_test_add_func ("/sandbox/pem/certificates-refused", test_certificates_refused);
  g_test_add_func ("/sandbox/pem/certificates-nul", test_certificates_nul);
  g_test_add_func ("/sandbox/pem/certificates-bound", test_certificates_bound);
  g_test_add_func ("/sandbox/pem/keys-opened", test_keys_opened);
  g_test_add_func ("/sandbox/pem/keys-refused", test_keys_refused);
  g_test_add_func ("/sandbox/pem/keys-expensive", test_keys_expensive);
  result = g_test_run ();
  pki_free (root);
  pki_free (other);
  return result;
}
