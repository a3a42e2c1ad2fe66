/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one scheme that keys are written in: PBES2, PBKDF2 with HMAC-SHA-256, AES-256-CBC (RFC 8018). */
#include <string.h>

#include "cht-key-derivation.h"
#include "cht-key-envelope.h"

#define SALT 16
#define IV 16

static void
put (GByteArray *out, guint8 tag, gconstpointer data, gsize size)
{
  cht_der_put_header (out, tag, size);
  if (size > 0)
    g_byte_array_append (out, data, size);
}

static void
put_nested (GByteArray *out, guint8 tag, GByteArray *content)
{
  put (out, tag, content->data, content->len);
}

/* AlgorithmIdentifier of PBES2 with these values. */
static GByteArray *
make_identifier (const guint8 *salt, const guint8 *iv)
{
  static const guint8 pbes2[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0d };
  static const guint8 pbkdf2[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0c };
  static const guint8 hmac_sha256[] = { 0x30, 0x0c, 0x06, 0x08, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x09, 0x05,
    0x00 };
  static const guint8 aes256[] = { 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2a };
  static const guint8 rounds[] = { CHT_KEY_ENVELOPE_ROUNDS >> 16, CHT_KEY_ENVELOPE_ROUNDS >> 8 & 0xff,
    CHT_KEY_ENVELOPE_ROUNDS & 0xff };

  g_autoptr (GByteArray) inner = g_byte_array_new ();
  put (inner, CHT_DER_OCTET_STRING, salt, SALT);
  put (inner, CHT_DER_INTEGER, rounds, sizeof rounds);
  g_byte_array_append (inner, hmac_sha256, sizeof hmac_sha256);
  g_autoptr (GByteArray) derivation = g_byte_array_new ();
  put (derivation, CHT_DER_OID, pbkdf2, sizeof pbkdf2);
  put_nested (derivation, CHT_DER_SEQUENCE, inner);
  g_autoptr (GByteArray) encryption = g_byte_array_new ();
  put (encryption, CHT_DER_OID, aes256, sizeof aes256);
  put (encryption, CHT_DER_OCTET_STRING, iv, IV);
  g_autoptr (GByteArray) parameters = g_byte_array_new ();
  put_nested (parameters, CHT_DER_SEQUENCE, derivation);
  put_nested (parameters, CHT_DER_SEQUENCE, encryption);

  GByteArray *identifier = g_byte_array_new ();
  put (identifier, CHT_DER_OID, pbes2, sizeof pbes2);
  put_nested (identifier, CHT_DER_SEQUENCE, parameters);
  return identifier;
}

/* CLEAR, padded and encrypted in place. (transfer full) (nullable) */
static GByteArray *
encrypt (ChtSecret *clear, ChtSecret *passphrase, const guint8 *salt, const guint8 *iv)
{
  guint8 key[32];
  gsize size = cht_secret_get_size (clear);
  guint8 padding = 16 - size % 16;
  guint8 *text = g_malloc (size + padding);
  memcpy (text, cht_secret_get_data (clear), size);
  memset (text + size, padding, padding);

  gnutls_cipher_hd_t state = NULL;
  gnutls_datum_t key_datum = { key, sizeof key };
  gnutls_datum_t iv_datum = { (guint8 *) iv, IV };
  gboolean good = cht_key_derive_pbkdf2 (GNUTLS_MAC_SHA256, passphrase, (ChtDer) { salt, SALT },
                                         CHT_KEY_ENVELOPE_ROUNDS, key,
                                         sizeof key)
                  && gnutls_cipher_init (&state, GNUTLS_CIPHER_AES_256_CBC, &key_datum, &iv_datum) >= 0;
  if (good)
    {
      good = gnutls_cipher_encrypt (state, text, size + padding) >= 0;
      gnutls_cipher_deinit (state);
    }
  cht_wipe (key, sizeof key);
  if (!good)
    {
      cht_wipe (text, size + padding);
      g_free (text);
      return NULL;
    }
  return g_byte_array_new_take (text, size + padding);
}

GBytes *
cht_key_envelope_seal (ChtSecret *clear, ChtSecret *passphrase)
{
  guint8 salt[SALT], iv[IV];
  if (gnutls_rnd (GNUTLS_RND_NONCE, salt, sizeof salt) < 0 || gnutls_rnd (GNUTLS_RND_NONCE, iv, sizeof iv) < 0)
    return NULL;
  g_autoptr (GByteArray) body = encrypt (clear, passphrase, salt, iv);
  if (body == NULL)
    return NULL;
  g_autoptr (GByteArray) identifier = make_identifier (salt, iv);
  g_autoptr (GByteArray) content = g_byte_array_new ();
  put_nested (content, CHT_DER_SEQUENCE, identifier);
  put_nested (content, CHT_DER_OCTET_STRING, body);
  g_autoptr (GByteArray) out = g_byte_array_new ();
  put_nested (out, CHT_DER_SEQUENCE, content);
  return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}
