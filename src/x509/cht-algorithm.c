/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-algorithm.h"

#include <gnutls/crypto.h>
#include <string.h>

#include "cht-text.h"

typedef enum { RSA, EC, DSA, RAW, FOREIGN } Family;

static const struct {
  const char *oid;
  const char *name;
  Family family;
  guint bits;
  gboolean supported;
} key_algorithms[] = {
  { "1.2.840.113549.1.1.1", "RSA", RSA, 0, TRUE },
  { "1.2.840.113549.1.1.10", "RSA-PSS", RSA, 0, TRUE },
  { "1.2.840.113549.1.1.7", "RSA-OAEP", RSA, 0, FALSE },
  { "1.2.840.10045.2.1", "EC", EC, 0, TRUE },
  { "1.2.840.10040.4.1", "DSA", DSA, 0, TRUE },
  { "1.3.101.112", "Ed25519", RAW, 256, TRUE },
  { "1.3.101.113", "Ed448", RAW, 456, TRUE },
  { "1.3.101.110", "X25519", RAW, 256, FALSE },
  { "1.3.101.111", "X448", RAW, 448, FALSE },
  { "1.2.840.113549.1.3.1", "DH", FOREIGN, 0, FALSE },
  { "1.2.840.10046.2.1", "X9.42 DH", FOREIGN, 0, FALSE },
  { "2.16.840.1.101.3.4.3.17", "ML-DSA-44", FOREIGN, 0, FALSE },
  { "2.16.840.1.101.3.4.3.18", "ML-DSA-65", FOREIGN, 0, FALSE },
  { "2.16.840.1.101.3.4.3.19", "ML-DSA-87", FOREIGN, 0, FALSE },
  { "2.16.840.1.101.3.4.3.20", "SLH-DSA-SHA2-128s", FOREIGN, 0, FALSE },
  { "2.16.840.1.101.3.4.3.21", "SLH-DSA-SHA2-128f", FOREIGN, 0, FALSE },
  { "2.16.840.1.101.3.4.3.22", "SLH-DSA-SHA2-192s", FOREIGN, 0, FALSE },
  { "2.16.840.1.101.3.4.3.23", "SLH-DSA-SHA2-192f", FOREIGN, 0, FALSE },
  { "2.16.840.1.101.3.4.3.24", "SLH-DSA-SHA2-256s", FOREIGN, 0, FALSE },
  { "2.16.840.1.101.3.4.3.25", "SLH-DSA-SHA2-256f", FOREIGN, 0, FALSE },
  { "2.16.840.1.101.3.4.4.1", "ML-KEM-512", FOREIGN, 0, FALSE },
  { "2.16.840.1.101.3.4.4.2", "ML-KEM-768", FOREIGN, 0, FALSE },
  { "2.16.840.1.101.3.4.4.3", "ML-KEM-1024", FOREIGN, 0, FALSE },
  { "1.2.643.7.1.1.1.1", "GOST R 34.10-2012 256", FOREIGN, 0, FALSE },
  { "1.2.643.7.1.1.1.2", "GOST R 34.10-2012 512", FOREIGN, 0, FALSE },
  { "1.2.643.2.2.19", "GOST R 34.10-2001", FOREIGN, 0, FALSE },
};

static const struct {
  const char *oid;
  const char *name;
  guint bits;
  gboolean supported;
} curves[] = {
  { "1.2.840.10045.3.1.1", "P-192", 192, TRUE },
  { "1.3.132.0.33", "P-224", 224, TRUE },
  { "1.2.840.10045.3.1.7", "P-256", 256, TRUE },
  { "1.3.132.0.34", "P-384", 384, TRUE },
  { "1.3.132.0.35", "P-521", 521, TRUE },
  { "1.3.132.0.10", "secp256k1", 256, FALSE },
  { "1.3.36.3.3.2.8.1.1.1", "brainpoolP160r1", 160, FALSE },
  { "1.3.36.3.3.2.8.1.1.3", "brainpoolP192r1", 192, FALSE },
  { "1.3.36.3.3.2.8.1.1.5", "brainpoolP224r1", 224, FALSE },
  { "1.3.36.3.3.2.8.1.1.7", "brainpoolP256r1", 256, FALSE },
  { "1.3.36.3.3.2.8.1.1.9", "brainpoolP320r1", 320, FALSE },
  { "1.3.36.3.3.2.8.1.1.11", "brainpoolP384r1", 384, FALSE },
  { "1.3.36.3.3.2.8.1.1.13", "brainpoolP512r1", 512, FALSE },
  { "1.3.36.3.3.2.8.1.1.8", "brainpoolP256t1", 256, FALSE },
  { "1.3.36.3.3.2.8.1.1.12", "brainpoolP384t1", 384, FALSE },
  { "1.3.36.3.3.2.8.1.1.14", "brainpoolP512t1", 512, FALSE },
  { "1.2.156.10197.1.301", "SM2", 256, FALSE },
};

static const struct {
  const char *oid;
  const char *name;
  gnutls_sign_algorithm_t sign;
} signatures[] = {
  { "1.2.840.113549.1.1.2", "RSA-MD2", GNUTLS_SIGN_UNKNOWN },
  { "1.2.840.113549.1.1.3", "RSA-MD4", GNUTLS_SIGN_UNKNOWN },
  { "1.2.840.113549.1.1.4", "RSA-MD5", GNUTLS_SIGN_RSA_MD5 },
  { "1.2.840.113549.1.1.5", "RSA-SHA1", GNUTLS_SIGN_RSA_SHA1 },
  { "1.3.14.3.2.29", "RSA-SHA1", GNUTLS_SIGN_RSA_SHA1 },
  { "1.2.840.113549.1.1.14", "RSA-SHA224", GNUTLS_SIGN_RSA_SHA224 },
  { "1.2.840.113549.1.1.11", "RSA-SHA256", GNUTLS_SIGN_RSA_SHA256 },
  { "1.2.840.113549.1.1.12", "RSA-SHA384", GNUTLS_SIGN_RSA_SHA384 },
  { "1.2.840.113549.1.1.13", "RSA-SHA512", GNUTLS_SIGN_RSA_SHA512 },
  { "1.2.840.113549.1.1.15", "RSA-SHA512/224", GNUTLS_SIGN_UNKNOWN },
  { "1.2.840.113549.1.1.16", "RSA-SHA512/256", GNUTLS_SIGN_UNKNOWN },
  { "2.16.840.1.101.3.4.3.13", "RSA-SHA3-224", GNUTLS_SIGN_RSA_SHA3_224 },
  { "2.16.840.1.101.3.4.3.14", "RSA-SHA3-256", GNUTLS_SIGN_RSA_SHA3_256 },
  { "2.16.840.1.101.3.4.3.15", "RSA-SHA3-384", GNUTLS_SIGN_RSA_SHA3_384 },
  { "2.16.840.1.101.3.4.3.16", "RSA-SHA3-512", GNUTLS_SIGN_RSA_SHA3_512 },
  { "1.3.36.3.3.1.2", "RSA-RMD160", GNUTLS_SIGN_RSA_RMD160 },
  { "1.2.840.10045.4.1", "ECDSA-SHA1", GNUTLS_SIGN_ECDSA_SHA1 },
  { "1.2.840.10045.4.3.1", "ECDSA-SHA224", GNUTLS_SIGN_ECDSA_SHA224 },
  { "1.2.840.10045.4.3.2", "ECDSA-SHA256", GNUTLS_SIGN_ECDSA_SHA256 },
  { "1.2.840.10045.4.3.3", "ECDSA-SHA384", GNUTLS_SIGN_ECDSA_SHA384 },
  { "1.2.840.10045.4.3.4", "ECDSA-SHA512", GNUTLS_SIGN_ECDSA_SHA512 },
  { "2.16.840.1.101.3.4.3.9", "ECDSA-SHA3-224", GNUTLS_SIGN_ECDSA_SHA3_224 },
  { "2.16.840.1.101.3.4.3.10", "ECDSA-SHA3-256", GNUTLS_SIGN_ECDSA_SHA3_256 },
  { "2.16.840.1.101.3.4.3.11", "ECDSA-SHA3-384", GNUTLS_SIGN_ECDSA_SHA3_384 },
  { "2.16.840.1.101.3.4.3.12", "ECDSA-SHA3-512", GNUTLS_SIGN_ECDSA_SHA3_512 },
  { "1.2.840.10040.4.3", "DSA-SHA1", GNUTLS_SIGN_DSA_SHA1 },
  { "2.16.840.1.101.3.4.3.1", "DSA-SHA224", GNUTLS_SIGN_DSA_SHA224 },
  { "2.16.840.1.101.3.4.3.2", "DSA-SHA256", GNUTLS_SIGN_DSA_SHA256 },
  { "1.3.101.112", "Ed25519", GNUTLS_SIGN_EDDSA_ED25519 },
  { "1.3.101.113", "Ed448", GNUTLS_SIGN_EDDSA_ED448 },
  { "1.2.156.10197.1.501", "SM2-SM3", GNUTLS_SIGN_UNKNOWN },
};

static const struct {
  const char *oid;
  const char *name;
  gnutls_digest_algorithm_t hash;
  gnutls_sign_algorithm_t pss;
} hashes[] = {
  { "1.3.14.3.2.26", "SHA1", GNUTLS_DIG_SHA1, GNUTLS_SIGN_UNKNOWN },
  { "2.16.840.1.101.3.4.2.4", "SHA224", GNUTLS_DIG_SHA224, GNUTLS_SIGN_UNKNOWN },
  { "2.16.840.1.101.3.4.2.1", "SHA256", GNUTLS_DIG_SHA256, GNUTLS_SIGN_RSA_PSS_SHA256 },
  { "2.16.840.1.101.3.4.2.2", "SHA384", GNUTLS_DIG_SHA384, GNUTLS_SIGN_RSA_PSS_SHA384 },
  { "2.16.840.1.101.3.4.2.3", "SHA512", GNUTLS_DIG_SHA512, GNUTLS_SIGN_RSA_PSS_SHA512 },
  { "1.2.840.113549.2.2", "MD2", GNUTLS_DIG_UNKNOWN, GNUTLS_SIGN_UNKNOWN },
  { "1.2.840.113549.2.5", "MD5", GNUTLS_DIG_UNKNOWN, GNUTLS_SIGN_UNKNOWN },
  { "2.16.840.1.101.3.4.2.6", "SHA512/256", GNUTLS_DIG_UNKNOWN, GNUTLS_SIGN_UNKNOWN },
  { "1.2.156.10197.1.401", "SM3", GNUTLS_DIG_UNKNOWN, GNUTLS_SIGN_UNKNOWN },
};

#define PSS_OID "1.2.840.113549.1.1.10"

static guint
count_bits (ChtDer integer)
{
  while (integer.size > 0 && integer.data[0] == 0)
    integer = (ChtDer) { integer.data + 1, integer.size - 1 };
  return integer.size == 0 ? 0 : (integer.size - 1) * 8 + g_bit_storage (integer.data[0]);
}

static guint
rsa_bits (ChtDer key)
{
  ChtDer sequence, modulus;
  if (!cht_der_expect (&key, CHT_DER_SEQUENCE, &sequence) || !cht_der_expect (&sequence, CHT_DER_INTEGER, &modulus))
    return 0;
  /* A private key starts with its version, 0. */
  if (count_bits (modulus) < 8 && !cht_der_expect (&sequence, CHT_DER_INTEGER, &modulus))
    return 0;
  return count_bits (modulus);
}

static gboolean
read_curve (ChtDer parameters, ChtKeyFacts *facts)
{
  ChtDer content;
  if (!cht_der_expect (&parameters, CHT_DER_OID, &content))
    {
      facts->algorithm = g_strdup (cht_der_next_is (&parameters, CHT_DER_SEQUENCE) ? "EC explicit parameters" : "EC");
      return TRUE;
    }
  g_autofree char *oid = cht_der_oid_to_text (content);
  if (oid == NULL)
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (curves); i++)
    if (g_str_equal (curves[i].oid, oid))
      {
        facts->algorithm = g_strconcat ("EC ", curves[i].name, NULL);
        facts->bits = curves[i].bits;
        return TRUE;
      }
  facts->algorithm = g_strconcat ("EC ", oid, NULL);
  return TRUE;
}

static guint
dsa_bits (ChtDer parameters)
{
  ChtDer sequence, prime;
  return cht_der_expect (&parameters, CHT_DER_SEQUENCE, &sequence)
         && cht_der_expect (&sequence, CHT_DER_INTEGER, &prime)
           ? count_bits (prime) : 0;
}

static gssize
find_key_algorithm (const char *oid)
{
  for (gsize i = 0; i < G_N_ELEMENTS (key_algorithms); i++)
    if (g_str_equal (key_algorithms[i].oid, oid))
      return i;
  return -1;
}

gboolean
cht_algorithm_read_key (ChtDer identifier, ChtDer key, ChtKeyFacts *facts)
{
  ChtDer content;
  if (!cht_der_expect (&identifier, CHT_DER_OID, &content))
    return FALSE;
  g_autofree char *oid = cht_der_oid_to_text (content);
  if (oid == NULL)
    return FALSE;

  *facts = (ChtKeyFacts) { NULL, 0 };
  gssize found = find_key_algorithm (oid);
  if (found < 0)
    {
      facts->algorithm = g_steal_pointer (&oid);
      return TRUE;
    }
  if (key_algorithms[found].family == EC)
    return read_curve (identifier, facts);
  facts->algorithm = g_strdup (key_algorithms[found].name);
  facts->bits = key_algorithms[found].family == RSA ? rsa_bits (key)
                : key_algorithms[found].family == DSA ? dsa_bits (identifier) : key_algorithms[found].bits;
  return TRUE;
}

static gboolean
split_spki (ChtDer spki, ChtDer *identifier, ChtDer *key)
{
  ChtDer sequence, bits;
  return cht_der_expect (&spki, CHT_DER_SEQUENCE, &sequence) && spki.size == 0
         && cht_der_expect (&sequence, CHT_DER_SEQUENCE, identifier)
         && cht_der_expect (&sequence, CHT_DER_BIT_STRING, &bits)
         && sequence.size == 0 && cht_der_bits (bits, key);
}

gboolean
cht_algorithm_read_spki (ChtDer spki, ChtKeyFacts *facts)
{
  ChtDer identifier, key;
  return split_spki (spki, &identifier, &key) && cht_algorithm_read_key (identifier, key, facts);
}

char *
cht_algorithm_get_identity (ChtDer spki)
{
  ChtDer identifier, key, content;
  if (!split_spki (spki, &identifier, &key) || !cht_der_expect (&identifier, CHT_DER_OID, &content))
    return NULL;
  g_autofree char *oid = cht_der_oid_to_text (content);
  if (oid == NULL)
    return NULL;

  gssize found = find_key_algorithm (oid);
  gboolean is_rsa = found >= 0 && key_algorithms[found].family == RSA;
  const char *family = is_rsa ? "RSA" : oid;
  g_autoptr (GByteArray) input = g_byte_array_new ();
  g_byte_array_append (input, (const guint8 *) family, strlen (family) + 1);
  if (!is_rsa)
    {
      cht_der_put_header (input, CHT_DER_OCTET_STRING, identifier.size);
      if (identifier.size > 0)
        g_byte_array_append (input, identifier.data, identifier.size);
    }
  g_byte_array_append (input, key.data, key.size);
  return cht_der_sha256 ((ChtDer) { input->data, input->len });
}

gboolean
cht_algorithm_is_supported_key (const char *algorithm)
{
  if (g_str_has_prefix (algorithm, "EC"))
    {
      for (gsize i = 0; i < G_N_ELEMENTS (curves); i++)
        if (g_str_has_prefix (algorithm, "EC ") && g_str_equal (algorithm + 3, curves[i].name))
          return curves[i].supported;
      return g_str_equal (algorithm, "EC");
    }
  for (gsize i = 0; i < G_N_ELEMENTS (key_algorithms); i++)
    if (g_str_equal (algorithm, key_algorithms[i].name))
      return key_algorithms[i].supported;
  return FALSE;
}

/* Hash and salt of RSASSA-PSS-params (RFC 4055, 3.1): SHA-1 and 20 where nothing is said. Index into hashes, or -1. */
static int
read_pss (ChtDer parameters, guint *salt)
{
  ChtDer sequence, tagged, identifier, content;
  g_autofree char *oid = NULL;
  *salt = 20;
  if (!cht_der_expect (&parameters, CHT_DER_SEQUENCE, &sequence))
    return -1;
  if (cht_der_expect (&sequence, 0xa0, &tagged))
    {
      if (!cht_der_expect (&tagged, CHT_DER_SEQUENCE, &identifier)
          || !cht_der_expect (&identifier, CHT_DER_OID, &content))
        return -1;
      oid = cht_der_oid_to_text (content);
    }
  (void) cht_der_expect (&sequence, 0xa1, NULL);
  if (cht_der_expect (&sequence, 0xa2, &tagged))
    {
      guint64 value = 0;
      if (!cht_der_expect (&tagged, CHT_DER_INTEGER, &content) || !cht_der_uint (content, &value) || value > 4096)
        return -1;
      *salt = value;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (hashes); i++)
    if (g_strcmp0 (oid != NULL ? oid : hashes[0].oid, hashes[i].oid) == 0)
      return i;
  return -1;
}

char *
cht_algorithm_read_signature (ChtDer identifier)
{
  ChtDer content;
  if (!cht_der_expect (&identifier, CHT_DER_OID, &content))
    return NULL;
  g_autofree char *oid = cht_der_oid_to_text (content);
  if (oid == NULL)
    return NULL;
  if (g_str_equal (oid, PSS_OID))
    {
      guint salt = 0;
      int hash = read_pss (identifier, &salt);
      return g_strconcat ("RSA-PSS", hash >= 0 ? "-" : NULL, hash >= 0 ? hashes[hash].name : NULL, NULL);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (signatures); i++)
    if (g_str_equal (signatures[i].oid, oid))
      return g_strdup (signatures[i].name);
  gssize found = find_key_algorithm (oid);
  return found >= 0 ? g_strdup (key_algorithms[found].name) : g_steal_pointer (&oid);
}

gnutls_sign_algorithm_t
cht_algorithm_get_sign (ChtDer identifier, gnutls_digest_algorithm_t *pss_hash, guint *pss_salt)
{
  ChtDer content;
  *pss_hash = GNUTLS_DIG_UNKNOWN;
  *pss_salt = 0;
  if (!cht_der_expect (&identifier, CHT_DER_OID, &content))
    return GNUTLS_SIGN_UNKNOWN;
  g_autofree char *oid = cht_der_oid_to_text (content);
  if (g_strcmp0 (oid, PSS_OID) == 0)
    {
      int hash = read_pss (identifier, pss_salt);
      if (hash < 0)
        return GNUTLS_SIGN_UNKNOWN;
      *pss_hash = hashes[hash].hash;
      return hashes[hash].pss;
    }
  for (gsize i = 0; oid != NULL && i < G_N_ELEMENTS (signatures); i++)
    if (g_str_equal (signatures[i].oid, oid))
      return signatures[i].sign;
  return GNUTLS_SIGN_UNKNOWN;
}

const char *
cht_algorithm_name_hash (const char *oid)
{
  for (gsize i = 0; i < G_N_ELEMENTS (hashes); i++)
    if (g_str_equal (hashes[i].oid, oid))
      return hashes[i].name;
  return oid;
}

char *
cht_algorithm_describe (const char *algorithm, guint bits)
{
  if (bits == 0 || g_str_has_prefix (algorithm, "EC ") || g_str_has_prefix (algorithm, "Ed")
      || g_str_has_prefix (algorithm, "X"))
    return g_strdup (algorithm);
  g_autofree char *number = cht_text_number (bits);
  return g_strdup_printf ("%s %s", algorithm, number);
}
