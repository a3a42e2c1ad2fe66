/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-key-envelope.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "cht-key-derivation.h"

#define MAX_SALT 1024

/* A block or stream cipher, by OID in PBES2 and by name in DEK-Info. UNKNOWN: it has a name, but cannot be opened. */
typedef struct {
  const char *oid;
  const char *name;
  gnutls_cipher_algorithm_t cipher;
} Cipher;

static const Cipher ciphers[] = {
  { "2.16.840.1.101.3.4.1.2", "AES-128-CBC", GNUTLS_CIPHER_AES_128_CBC },
  { "2.16.840.1.101.3.4.1.22", "AES-192-CBC", GNUTLS_CIPHER_AES_192_CBC },
  { "2.16.840.1.101.3.4.1.42", "AES-256-CBC", GNUTLS_CIPHER_AES_256_CBC },
  { "2.16.840.1.101.3.4.1.1", "AES-128-ECB", GNUTLS_CIPHER_UNKNOWN },
  { "2.16.840.1.101.3.4.1.3", "AES-128-OFB", GNUTLS_CIPHER_UNKNOWN },
  { "2.16.840.1.101.3.4.1.4", "AES-128-CFB", GNUTLS_CIPHER_UNKNOWN },
  { "2.16.840.1.101.3.4.1.6", "AES-128-GCM", GNUTLS_CIPHER_UNKNOWN },
  { "2.16.840.1.101.3.4.1.23", "AES-192-OFB", GNUTLS_CIPHER_UNKNOWN },
  { "2.16.840.1.101.3.4.1.24", "AES-192-CFB", GNUTLS_CIPHER_UNKNOWN },
  { "2.16.840.1.101.3.4.1.26", "AES-192-GCM", GNUTLS_CIPHER_UNKNOWN },
  { "2.16.840.1.101.3.4.1.43", "AES-256-OFB", GNUTLS_CIPHER_UNKNOWN },
  { "2.16.840.1.101.3.4.1.44", "AES-256-CFB", GNUTLS_CIPHER_UNKNOWN },
  { "2.16.840.1.101.3.4.1.46", "AES-256-GCM", GNUTLS_CIPHER_UNKNOWN },
  { "1.2.840.113549.3.7", "DES-EDE3-CBC", GNUTLS_CIPHER_3DES_CBC },
  { "1.3.14.3.2.7", "DES-CBC", GNUTLS_CIPHER_DES_CBC },
  { "1.2.392.200011.61.1.1.1.2", "CAMELLIA-128-CBC", GNUTLS_CIPHER_CAMELLIA_128_CBC },
  { "1.2.392.200011.61.1.1.1.3", "CAMELLIA-192-CBC", GNUTLS_CIPHER_CAMELLIA_192_CBC },
  { "1.2.392.200011.61.1.1.1.4", "CAMELLIA-256-CBC", GNUTLS_CIPHER_CAMELLIA_256_CBC },
  { "1.2.410.200046.1.1.2", "ARIA-128-CBC", GNUTLS_CIPHER_UNKNOWN },
  { "1.2.410.200046.1.1.7", "ARIA-192-CBC", GNUTLS_CIPHER_UNKNOWN },
  { "1.2.410.200046.1.1.12", "ARIA-256-CBC", GNUTLS_CIPHER_UNKNOWN },
  { "1.2.156.10197.1.104.2", "SM4-CBC", GNUTLS_CIPHER_UNKNOWN },
  { "1.2.410.200004.1.4", "SEED-CBC", GNUTLS_CIPHER_UNKNOWN },
  { "1.2.840.113549.3.2", "RC2-CBC", GNUTLS_CIPHER_UNKNOWN },
  { "1.2.840.113549.3.4", "RC4", GNUTLS_CIPHER_UNKNOWN },
  { "1.2.840.113549.3.9", "RC5-CBC", GNUTLS_CIPHER_UNKNOWN },
  { "1.3.6.1.4.1.3029.1.2", "BF-CBC", GNUTLS_CIPHER_UNKNOWN },
  { "1.2.840.113533.7.66.10", "CAST5-CBC", GNUTLS_CIPHER_UNKNOWN },
  { "1.3.6.1.4.1.188.7.1.1.2", "IDEA-CBC", GNUTLS_CIPHER_UNKNOWN },
  { "1.2.643.2.2.21", "GOST 28147-89", GNUTLS_CIPHER_UNKNOWN },
};

static const struct {
  const char *oid;
  const char *name;
  gnutls_mac_algorithm_t mac;
} prfs[] = {
  { "1.2.840.113549.2.7", "HMAC-SHA-1", GNUTLS_MAC_SHA1 },
  { "1.2.840.113549.2.8", "HMAC-SHA-224", GNUTLS_MAC_SHA224 },
  { "1.2.840.113549.2.9", "HMAC-SHA-256", GNUTLS_MAC_SHA256 },
  { "1.2.840.113549.2.10", "HMAC-SHA-384", GNUTLS_MAC_SHA384 },
  { "1.2.840.113549.2.11", "HMAC-SHA-512", GNUTLS_MAC_SHA512 },
  { "1.2.840.113549.2.6", "HMAC-MD5", GNUTLS_MAC_MD5 },
  { "1.2.840.113549.2.12", "HMAC-SHA-512/224", GNUTLS_MAC_UNKNOWN },
  { "1.2.840.113549.2.13", "HMAC-SHA-512/256", GNUTLS_MAC_UNKNOWN },
  { "1.2.156.10197.1.401.2", "HMAC-SM3", GNUTLS_MAC_UNKNOWN },
  { "1.2.643.7.1.1.4.1", "HMAC-GOST R 34.11-2012 256", GNUTLS_MAC_UNKNOWN },
  { "1.2.643.7.1.1.4.2", "HMAC-GOST R 34.11-2012 512", GNUTLS_MAC_UNKNOWN },
  { "1.2.643.2.2.10", "HMAC-GOST R 34.11-94", GNUTLS_MAC_UNKNOWN },
};

typedef enum { PBKDF1, PKCS12 } Old;

static const struct {
  const char *oid;
  const char *name;
  Old derivation;
  gnutls_digest_algorithm_t hash;
  gnutls_cipher_algorithm_t cipher;
  guint key_size;
} old_schemes[] = {
  { "1.2.840.113549.1.5.1", "PBE-MD2-DES", PBKDF1, GNUTLS_DIG_UNKNOWN, GNUTLS_CIPHER_UNKNOWN, 8 },
  { "1.2.840.113549.1.5.3", "PBE-MD5-DES", PBKDF1, GNUTLS_DIG_MD5, GNUTLS_CIPHER_DES_CBC, 8 },
  { "1.2.840.113549.1.5.4", "PBE-MD2-RC2-64", PBKDF1, GNUTLS_DIG_UNKNOWN, GNUTLS_CIPHER_UNKNOWN, 8 },
  { "1.2.840.113549.1.5.6", "PBE-MD5-RC2-64", PBKDF1, GNUTLS_DIG_MD5, GNUTLS_CIPHER_UNKNOWN, 8 },
  { "1.2.840.113549.1.5.10", "PBE-SHA1-DES", PBKDF1, GNUTLS_DIG_SHA1, GNUTLS_CIPHER_DES_CBC, 8 },
  { "1.2.840.113549.1.5.11", "PBE-SHA1-RC2-64", PBKDF1, GNUTLS_DIG_SHA1, GNUTLS_CIPHER_UNKNOWN, 8 },
  { "1.2.840.113549.1.12.1.1", "PBE-SHA1-RC4-128", PKCS12, GNUTLS_DIG_SHA1, GNUTLS_CIPHER_ARCFOUR_128, 16 },
  { "1.2.840.113549.1.12.1.2", "PBE-SHA1-RC4-40", PKCS12, GNUTLS_DIG_SHA1, GNUTLS_CIPHER_UNKNOWN, 5 },
  { "1.2.840.113549.1.12.1.3", "PBE-SHA1-3DES", PKCS12, GNUTLS_DIG_SHA1, GNUTLS_CIPHER_3DES_CBC, 24 },
  { "1.2.840.113549.1.12.1.4", "PBE-SHA1-2DES", PKCS12, GNUTLS_DIG_SHA1, GNUTLS_CIPHER_3DES_CBC, 16 },
  { "1.2.840.113549.1.12.1.5", "PBE-SHA1-RC2-128", PKCS12, GNUTLS_DIG_SHA1, GNUTLS_CIPHER_UNKNOWN, 16 },
  { "1.2.840.113549.1.12.1.6", "PBE-SHA1-RC2-40", PKCS12, GNUTLS_DIG_SHA1, GNUTLS_CIPHER_RC2_40_CBC, 5 },
};

/* What is needed to derive and decrypt. */
typedef struct {
  gnutls_cipher_algorithm_t cipher;
  guint8 key[CHT_KEY_DERIVATION_MAX];
  gsize key_size;
  guint8 iv[32];
  gsize iv_size;
} Opening;

char *
cht_key_envelope_wrong (void)
{
  return g_strdup (_("Wrong passphrase, or the key is damaged."));
}

static ChtKeyState
unsupported (char **reason, const char *scheme)
{
  *reason = g_strdup_printf (_("This is encrypted with %s, which cannot be opened here. Encrypt it anew with "
                               "AES-256-CBC."), scheme);
  return CHT_KEY_STATE_UNSUPPORTED;
}

static ChtKeyState
damaged (char **reason)
{
  *reason = g_strdup (_("The encryption of this key is described in a way that makes no sense: the file is damaged."));
  return CHT_KEY_STATE_DAMAGED;
}

static ChtKeyState
passphrase_needed (char **reason)
{
  *reason = g_strdup (_("This key is encrypted. Enter its passphrase."));
  return CHT_KEY_STATE_PASSPHRASE_NEEDED;
}

/* Takes PKCS#7 padding off; 0 where it is wrong. */
static gsize
unpad (const guint8 *data, gsize size, gsize block)
{
  guint8 last = size > 0 ? data[size - 1] : 0;
  if (last == 0 || last > block || last > size)
    return 0;
  for (gsize i = size - last; i < size; i++)
    if (data[i] != last)
      return 0;
  return size - last;
}

static ChtKeyState
decrypt (const Opening *opening, ChtDer body, ChtSecret **clear, char **reason)
{
  gsize block = gnutls_cipher_get_block_size (opening->cipher);
  gboolean is_stream = block <= 1;
  if (body.size == 0 || body.size > CHT_X509_MAX_OBJECT || (!is_stream && body.size % block != 0))
    return damaged (reason);

  gnutls_cipher_hd_t state = NULL;
  gnutls_datum_t key = { (guint8 *) opening->key, opening->key_size };
  gnutls_datum_t iv = { (guint8 *) opening->iv, opening->iv_size };
  int result = gnutls_cipher_init (&state, opening->cipher, &key, is_stream ? NULL : &iv);
  guint8 *plain = g_malloc (body.size);
  if (result >= 0)
    {
      result = gnutls_cipher_decrypt2 (state, body.data, body.size, plain, body.size);
      gnutls_cipher_deinit (state);
    }
  gsize size = result < 0 ? 0 : is_stream ? body.size : unpad (plain, body.size, block);
  if (size > 0)
    *clear = cht_secret_new (plain, size);
  cht_wipe (plain, body.size);
  g_free (plain);
  if (result < 0)
    return unsupported (reason, gnutls_cipher_get_name (opening->cipher));
  if (size > 0)
    return CHT_KEY_STATE_OPEN;
  *reason = cht_key_envelope_wrong ();
  return CHT_KEY_STATE_PASSPHRASE_WRONG;
}

static const Cipher *
find_cipher (const char *oid)
{
  for (gsize i = 0; i < G_N_ELEMENTS (ciphers); i++)
    if (g_str_equal (ciphers[i].oid, oid))
      return &ciphers[i];
  return NULL;
}

static char *
describe_pbes2 (const char *derivation, const char *cipher)
{
  return g_strdup_printf ("PBES2 (%s, %s)", derivation, cipher);
}

typedef struct {
  ChtDer salt;
  guint64 rounds;
  char *prf_oid;
} Pbkdf2;

static gboolean
read_pbkdf2 (ChtDer parameters, Pbkdf2 *out)
{
  ChtDer sequence, content, identifier;
  guint8 tag = 0;
  if (!cht_der_expect (&parameters, CHT_DER_SEQUENCE, &sequence)
      || !cht_der_expect (&sequence, CHT_DER_OCTET_STRING, &out->salt)
      || out->salt.size > MAX_SALT || !cht_der_expect (&sequence, CHT_DER_INTEGER, &content)
      || !cht_der_uint (content, &out->rounds) || out->rounds == 0)
    return FALSE;
  (void) cht_der_expect (&sequence, CHT_DER_INTEGER, NULL);
  if (sequence.size == 0)
    {
      out->prf_oid = g_strdup (prfs[0].oid);
      return TRUE;
    }
  if (!cht_der_read (&sequence, &tag, &identifier, NULL) || tag != CHT_DER_SEQUENCE
      || !cht_der_expect (&identifier, CHT_DER_OID, &content))
    return FALSE;
  out->prf_oid = cht_der_oid_to_text (content);
  return out->prf_oid != NULL;
}

/* Rounds without end would hang whoever opens the file. */
static ChtKeyState
too_many_rounds (char **reason, guint64 rounds, int limit)
{
  *reason = g_strdup_printf (_("Opening this key takes %" G_GUINT64_FORMAT " rounds of derivation; the limit is %d."),
                             rounds, limit);
  return CHT_KEY_STATE_UNSUPPORTED;
}

static ChtKeyState
open_pbkdf2 (ChtDer parameters, const char *cipher_oid, ChtDer iv, ChtDer body, ChtSecret *passphrase,
             ChtSecret **clear,
             char **reason)
{
  Pbkdf2 kdf = { 0 };
  gboolean read = read_pbkdf2 (parameters, &kdf);
  g_autofree char *prf_oid = kdf.prf_oid;
  if (!read)
    return damaged (reason);
  const Cipher *cipher = find_cipher (cipher_oid);
  gssize prf = -1;
  for (gsize i = 0; i < G_N_ELEMENTS (prfs); i++)
    if (g_str_equal (prfs[i].oid, prf_oid))
      prf = i;
  if (cipher == NULL || cipher->cipher == GNUTLS_CIPHER_UNKNOWN || prf < 0 || prfs[prf].mac == GNUTLS_MAC_UNKNOWN)
    {
      g_autofree char *derivation = g_strconcat ("PBKDF2 ", prf >= 0 ? prfs[prf].name : prf_oid, NULL);
      g_autofree char *scheme = describe_pbes2 (derivation, cipher != NULL ? cipher->name : cipher_oid);
      return unsupported (reason, scheme);
    }
  if (kdf.rounds > CHT_KEY_ENVELOPE_MAX_ROUNDS)
    return too_many_rounds (reason, kdf.rounds, CHT_KEY_ENVELOPE_MAX_ROUNDS);
  if (iv.size != gnutls_cipher_get_iv_size (cipher->cipher) || iv.size > sizeof ((Opening *) 0)->iv)
    return damaged (reason);
  if (passphrase == NULL)
    return passphrase_needed (reason);

  Opening opening = { .cipher = cipher->cipher, .key_size = gnutls_cipher_get_key_size (cipher->cipher),
    .iv_size = iv.size };
  memcpy (opening.iv, iv.data, iv.size);
  ChtKeyState state;
  if (cht_key_derive_pbkdf2 (prfs[prf].mac, passphrase, kdf.salt, kdf.rounds, opening.key, opening.key_size))
    state = decrypt (&opening, body, clear, reason);
  else
    state = unsupported (reason, prfs[prf].name);
  cht_wipe (&opening, sizeof opening);
  return state;
}

static ChtKeyState
open_pbes2 (ChtDer parameters, ChtDer body, ChtSecret *passphrase, ChtSecret **clear, char **reason)
{
  ChtDer sequence, derivation, encryption, oid, iv = { NULL, 0 };
  if (!cht_der_expect (&parameters, CHT_DER_SEQUENCE, &sequence)
      || !cht_der_expect (&sequence, CHT_DER_SEQUENCE, &derivation)
      || !cht_der_expect (&sequence, CHT_DER_SEQUENCE, &encryption) || !cht_der_expect (&derivation, CHT_DER_OID, &oid))
    return damaged (reason);
  g_autofree char *derivation_oid = cht_der_oid_to_text (oid);
  g_autofree char *cipher_oid = cht_der_expect (&encryption, CHT_DER_OID, &oid) ? cht_der_oid_to_text (oid) : NULL;
  if (derivation_oid == NULL || cipher_oid == NULL)
    return damaged (reason);
  (void) cht_der_expect (&encryption, CHT_DER_OCTET_STRING, &iv);
  if (g_str_equal (derivation_oid, "1.2.840.113549.1.5.12"))
    return open_pbkdf2 (derivation, cipher_oid, iv, body, passphrase, clear, reason);

  gboolean is_scrypt = g_str_equal (derivation_oid, "1.3.6.1.4.1.11591.4.11");
  const Cipher *cipher = find_cipher (cipher_oid);
  g_autofree char *scheme = describe_pbes2 (is_scrypt ? "scrypt" : derivation_oid, cipher != NULL ? cipher->name
                                            : cipher_oid);
  return unsupported (reason, scheme);
}

static gboolean
derive_old (gsize scheme, ChtSecret *passphrase, ChtDer salt, guint rounds, Opening *opening)
{
  gboolean good;
  gsize size = old_schemes[scheme].key_size;
  opening->key_size = size;
  opening->iv_size = gnutls_cipher_get_iv_size (opening->cipher);
  if (old_schemes[scheme].derivation == PBKDF1)
    {
      good = cht_key_derive_pbkdf1 (old_schemes[scheme].hash, passphrase, salt, rounds, opening->key, 16);
      memcpy (opening->iv, opening->key + 8, 8);
      return good;
    }
  good = cht_key_derive_pkcs12 (1, passphrase, salt, rounds, opening->key, size)
         && (opening->iv_size == 0
             || cht_key_derive_pkcs12 (2, passphrase, salt, rounds, opening->iv, opening->iv_size));
  if (opening->cipher == GNUTLS_CIPHER_3DES_CBC && size == 16)
    {
      /* Two keys: the first once more as the third. */
      memcpy (opening->key + 16, opening->key, 8);
      opening->key_size = 24;
    }
  return good;
}

static ChtKeyState
open_old (gsize scheme, ChtDer parameters, ChtDer body, ChtSecret *passphrase, ChtSecret **clear, char **reason)
{
  ChtDer sequence, salt, content;
  guint64 rounds = 0;
  if (old_schemes[scheme].cipher == GNUTLS_CIPHER_UNKNOWN || old_schemes[scheme].hash == GNUTLS_DIG_UNKNOWN)
    return unsupported (reason, old_schemes[scheme].name);
  if (!cht_der_expect (&parameters, CHT_DER_SEQUENCE, &sequence)
      || !cht_der_expect (&sequence, CHT_DER_OCTET_STRING, &salt)
      || salt.size == 0 || salt.size > MAX_SALT || !cht_der_expect (&sequence, CHT_DER_INTEGER, &content)
      || !cht_der_uint (content, &rounds) || rounds == 0)
    return damaged (reason);
  if (rounds > CHT_KEY_ENVELOPE_MAX_OLD_ROUNDS)
    return too_many_rounds (reason, rounds, CHT_KEY_ENVELOPE_MAX_OLD_ROUNDS);
  if (passphrase == NULL)
    return passphrase_needed (reason);

  Opening opening = { .cipher = old_schemes[scheme].cipher };
  ChtKeyState state = derive_old (scheme, passphrase, salt, rounds, &opening)
                        ? decrypt (&opening, body, clear, reason) : unsupported (reason, old_schemes[scheme].name);
  cht_wipe (&opening, sizeof opening);
  return state;
}

ChtKeyState
cht_key_envelope_open (ChtDer der, ChtSecret *passphrase, ChtSecret **clear, char **reason)
{
  ChtDer sequence, identifier, oid, body;
  if (!cht_der_expect (&der, CHT_DER_SEQUENCE, &sequence) || !cht_der_expect (&sequence, CHT_DER_SEQUENCE, &identifier)
      || !cht_der_expect (&sequence, CHT_DER_OCTET_STRING, &body) || !cht_der_expect (&identifier, CHT_DER_OID, &oid))
    return damaged (reason);
  g_autofree char *scheme = cht_der_oid_to_text (oid);
  if (scheme == NULL)
    return damaged (reason);
  if (g_str_equal (scheme, "1.2.840.113549.1.5.13"))
    return open_pbes2 (identifier, body, passphrase, clear, reason);
  for (gsize i = 0; i < G_N_ELEMENTS (old_schemes); i++)
    if (g_str_equal (old_schemes[i].oid, scheme))
      return open_old (i, identifier, body, passphrase, clear, reason);
  return unsupported (reason, scheme);
}

static gboolean
read_hex (const char *text, guint8 *out, gsize room, gsize *size)
{
  for (*size = 0; g_ascii_isxdigit (text[0]) && g_ascii_isxdigit (text[1]); text += 2)
    {
      if (*size == room)
        return FALSE;
      out[(*size)++] = g_ascii_xdigit_value (text[0]) << 4 | g_ascii_xdigit_value (text[1]);
    }
  return *text == '\0';
}

ChtKeyState
cht_key_envelope_open_traditional (const char *dek_info, ChtDer body, ChtSecret *passphrase, ChtSecret **clear,
                                   char **reason)
{
  g_auto (GStrv) parts = g_strsplit (dek_info, ",", 2);
  if (parts[0] == NULL || parts[1] == NULL)
    return damaged (reason);
  const char *name = g_strstrip (parts[0]);
  const Cipher *cipher = NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (ciphers); i++)
    if (g_ascii_strcasecmp (ciphers[i].name, name) == 0)
      cipher = &ciphers[i];
  if (cipher == NULL || cipher->cipher == GNUTLS_CIPHER_UNKNOWN)
    {
      g_autofree char *shown = g_strdup (cipher != NULL ? cipher->name : name);
      g_strcanon (shown, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-", '?');
      shown[MIN (strlen (shown), 40)] = '\0';
      return unsupported (reason, shown);
    }
  Opening opening = { .cipher = cipher->cipher, .key_size = gnutls_cipher_get_key_size (cipher->cipher) };
  if (!read_hex (g_strstrip (parts[1]), opening.iv, sizeof opening.iv, &opening.iv_size)
      || opening.iv_size != gnutls_cipher_get_iv_size (cipher->cipher))
    return damaged (reason);
  if (passphrase == NULL)
    return passphrase_needed (reason);
  ChtKeyState state = cht_key_derive_openssl (passphrase, (ChtDer) { opening.iv, 8 }, opening.key, opening.key_size)
                        ? decrypt (&opening, body, clear, reason) : unsupported (reason, cipher->name);
  cht_wipe (&opening, sizeof opening);
  return state;
}
