/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-key-derivation.h"

#include <string.h>

#define SHA1_BLOCK 64
#define SHA1_SIZE 20

gboolean
cht_key_derive_pbkdf2 (gnutls_mac_algorithm_t mac, ChtSecret *passphrase, ChtDer salt, guint rounds, guint8 *out,
                       gsize size)
{
  gnutls_datum_t password = { (guint8 *) cht_secret_get_data (passphrase), cht_secret_get_size (passphrase) };
  gnutls_datum_t spice = { (guint8 *) salt.data, salt.size };
  return gnutls_pbkdf2 (mac, &password, &spice, rounds, out, size) >= 0;
}

/* DIGEST = H^(ROUNDS - 1) (DIGEST). */
static gboolean
rehash (gnutls_digest_algorithm_t hash, guint8 *digest, gsize size, guint rounds)
{
  guint8 next[64];
  gboolean good = TRUE;
  for (guint i = 1; i < rounds && good; i++)
    {
      good = gnutls_hash_fast (hash, digest, size, next) >= 0;
      memcpy (digest, next, size);
    }
  cht_wipe (next, sizeof next);
  return good;
}

gboolean
cht_key_derive_pbkdf1 (gnutls_digest_algorithm_t hash, ChtSecret *passphrase, ChtDer salt, guint rounds, guint8 *out,
                       gsize size)
{
  guint8 digest[64] = { 0 };
  gsize length = gnutls_hash_get_len (hash);
  gnutls_hash_hd_t state = NULL;
  if (size > length || gnutls_hash_init (&state, hash) < 0)
    return FALSE;
  gboolean good = gnutls_hash (state, cht_secret_get_data (passphrase), cht_secret_get_size (passphrase)) >= 0
                  && gnutls_hash (state, salt.data, salt.size) >= 0;
  gnutls_hash_deinit (state, digest);
  good = good && rehash (hash, digest, length, rounds);
  memcpy (out, digest, size);
  cht_wipe (digest, sizeof digest);
  return good;
}

gboolean
cht_key_derive_openssl (ChtSecret *passphrase, ChtDer salt, guint8 *out, gsize size)
{
  guint8 digest[16] = { 0 };
  gboolean good = TRUE;
  for (gsize have = 0; have < size && good; have += sizeof digest)
    {
      gnutls_hash_hd_t state = NULL;
      if (gnutls_hash_init (&state, GNUTLS_DIG_MD5) < 0)
        return FALSE;
      good = (have == 0 || gnutls_hash (state, digest, sizeof digest) >= 0)
             && gnutls_hash (state, cht_secret_get_data (passphrase), cht_secret_get_size (passphrase)) >= 0
             && gnutls_hash (state, salt.data, salt.size) >= 0;
      gnutls_hash_deinit (state, digest);
      memcpy (out + have, digest, MIN (size - have, sizeof digest));
    }
  cht_wipe (digest, sizeof digest);
  return good;
}

/* The passphrase as UTF-16, big-endian, with its two zeros, repeated up to whole blocks. Latin-1 where it is no
 * UTF-8. */
static guint8 *
spread_passphrase (ChtSecret *passphrase, gsize *size)
{
  const char *text = cht_secret_get_text (passphrase);
  gsize length = cht_secret_get_size (passphrase);
  gboolean is_utf8 = g_utf8_validate_len (text, length, NULL);
  gsize room = 2 * length + 2;
  guint8 *wide = g_malloc (room);
  gsize used = 0;
  for (gsize i = 0; i < length; i += is_utf8 ? (gsize) g_utf8_skip[(guint8) text[i]] : 1)
    {
      gunichar c = is_utf8 ? g_utf8_get_char (text + i) : (guint8) text[i];
      if (c > 0xffff)
        {
          guint high = 0xd800 + ((c - 0x10000) >> 10);
          wide[used++] = high >> 8;
          wide[used++] = high;
          c = 0xdc00 + ((c - 0x10000) & 0x3ff);
        }
      wide[used++] = c >> 8;
      wide[used++] = c;
    }
  wide[used++] = 0;
  wide[used++] = 0;

  *size = (used + SHA1_BLOCK - 1) / SHA1_BLOCK * SHA1_BLOCK;
  guint8 *spread = g_malloc (*size);
  for (gsize i = 0; i < *size; i++)
    spread[i] = wide[i % used];
  cht_wipe (wide, room);
  g_free (wide);
  return spread;
}

/* I_j = I_j + B + 1 for each block of INPUT. */
static void
add_to_blocks (guint8 *input, gsize size, const guint8 *digest)
{
  for (gsize block = 0; block < size; block += SHA1_BLOCK)
    {
      guint carry = 1;
      for (gsize i = SHA1_BLOCK; i-- > 0;)
        {
          carry += input[block + i] + digest[i % SHA1_SIZE];
          input[block + i] = carry;
          carry >>= 8;
        }
    }
}

gboolean
cht_key_derive_pkcs12 (guint8 purpose, ChtSecret *passphrase, ChtDer salt, guint rounds, guint8 *out, gsize size)
{
  gsize password_size = 0;
  guint8 *password = spread_passphrase (passphrase, &password_size);
  gsize salt_size = (salt.size + SHA1_BLOCK - 1) / SHA1_BLOCK * SHA1_BLOCK;
  gsize total = SHA1_BLOCK + salt_size + password_size;
  guint8 *input = g_malloc (total);
  guint8 digest[SHA1_SIZE];
  gboolean good = TRUE;

  memset (input, purpose, SHA1_BLOCK);
  for (gsize i = 0; i < salt_size; i++)
    input[SHA1_BLOCK + i] = salt.data[i % salt.size];
  memcpy (input + SHA1_BLOCK + salt_size, password, password_size);
  for (gsize have = 0; have < size && good; have += SHA1_SIZE)
    {
      good = gnutls_hash_fast (GNUTLS_DIG_SHA1, input, total, digest) >= 0
             && rehash (GNUTLS_DIG_SHA1, digest, SHA1_SIZE, rounds);
      memcpy (out + have, digest, MIN (size - have, SHA1_SIZE));
      add_to_blocks (input + SHA1_BLOCK, total - SHA1_BLOCK, digest);
    }
  cht_wipe (password, password_size);
  cht_wipe (input, total);
  cht_wipe (digest, sizeof digest);
  g_free (password);
  g_free (input);
  return good;
}
