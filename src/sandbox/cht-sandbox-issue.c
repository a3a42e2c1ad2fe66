/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-sandbox-issue.h"

#include <arpa/inet.h>
#include <glib/gi18n-lib.h>
#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <gnutls/x509.h>
#include <string.h>

#include "cht-sandbox-pem.h"

static gboolean
set_crypto_error (int code, GError **error)
{
  if (code >= 0)
    return TRUE;
  g_debug ("sandbox certificates: %s", gnutls_strerror (code));
  g_set_error (error, CHT_SANDBOX_ERROR, CHT_SANDBOX_ERROR_CRYPTO,
               _("The practice controller could not make a certificate of its own. Start it with a new state folder."));
  return FALSE;
}

GBytes *
cht_sandbox_make_key (GError **error)
{
  g_auto (ChtGnutlsKey) key = NULL;
  gnutls_datum_t text = { NULL, 0 };
  GBytes *pem;

  if (!set_crypto_error (gnutls_x509_privkey_init (&key), error)
      || !set_crypto_error (gnutls_x509_privkey_generate (key, GNUTLS_PK_ECDSA,
                                                          GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1), 0), error)
      || !set_crypto_error (gnutls_x509_privkey_export2_pkcs8 (key, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN,
                                                               &text),
                            error))
    return NULL;
  pem = g_bytes_new (text.data, text.size);
  gnutls_memset (text.data, 0, text.size);
  gnutls_free (text.data);
  return pem;
}

static int
set_names (gnutls_x509_crt_t certificate, const ChtSandboxSpec *spec)
{
  struct in_addr four;
  struct in6_addr six;
  int code = gnutls_x509_crt_set_subject_alt_name (certificate, GNUTLS_SAN_DNSNAME, "localhost", strlen ("localhost"),
                                                   GNUTLS_FSAN_SET);

  if (code >= 0 && inet_pton (AF_INET, "127.0.0.1", &four) == 1)
    code = gnutls_x509_crt_set_subject_alt_name (certificate, GNUTLS_SAN_IPADDRESS, &four, sizeof four,
                                                 GNUTLS_FSAN_APPEND);
  if (code < 0 || spec->address == NULL || g_str_equal (spec->address, "127.0.0.1"))
    return code;
  if (inet_pton (AF_INET, spec->address, &four) == 1)
    code = gnutls_x509_crt_set_subject_alt_name (certificate, GNUTLS_SAN_IPADDRESS, &four, sizeof four,
                                                 GNUTLS_FSAN_APPEND);
  else if (inet_pton (AF_INET6, spec->address, &six) == 1)
    code = gnutls_x509_crt_set_subject_alt_name (certificate, GNUTLS_SAN_IPADDRESS, &six, sizeof six,
                                                 GNUTLS_FSAN_APPEND);
  return code;
}

static int
set_extensions (gnutls_x509_crt_t certificate, const ChtSandboxSpec *spec)
{
  int code;

  if (spec->use == CHT_SANDBOX_CA)
    {
      code = gnutls_x509_crt_set_basic_constraints (certificate, 1, spec->path_length);
      return code < 0 ? code : gnutls_x509_crt_set_key_usage (certificate,
                                                              GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN);
    }
  code = gnutls_x509_crt_set_basic_constraints (certificate, 0, -1);
  if (code >= 0)
    code = gnutls_x509_crt_set_key_usage (certificate, GNUTLS_KEY_DIGITAL_SIGNATURE);
  if (code >= 0)
    code = gnutls_x509_crt_set_key_purpose_oid (certificate, GNUTLS_KP_TLS_WWW_SERVER, 0);
  if (code >= 0 && spec->use == CHT_SANDBOX_PEER)
    code = gnutls_x509_crt_set_key_purpose_oid (certificate, GNUTLS_KP_TLS_WWW_CLIENT, 0);
  return code < 0 ? code : set_names (certificate, spec);
}

static int
set_identity (gnutls_x509_crt_t certificate, const ChtSandboxSpec *spec, gnutls_x509_privkey_t key,
              gnutls_x509_crt_t issuer)
{
  g_autofree char *name = g_strdup_printf ("CN=%s,O=Practice Controller", spec->name);
  guint8 serial[16], id[64];
  gsize size = sizeof id;
  int code = gnutls_rnd (GNUTLS_RND_NONCE, serial, sizeof serial);

  serial[0] = (serial[0] & 0x7f) | 0x40;  /* positive and never short (RFC 5280 4.1.2.2) */
  if (code >= 0)
    code = gnutls_x509_crt_set_version (certificate, 3);
  if (code >= 0)
    code = gnutls_x509_crt_set_serial (certificate, serial, sizeof serial);
  if (code >= 0)
    code = gnutls_x509_crt_set_dn (certificate, name, NULL);
  if (code >= 0)
    code = gnutls_x509_crt_set_activation_time (certificate, spec->not_before);
  if (code >= 0)
    code = gnutls_x509_crt_set_expiration_time (certificate, spec->not_after);
  if (code >= 0)
    code = gnutls_x509_crt_set_key (certificate, key);
  if (code >= 0)
    code = gnutls_x509_crt_get_key_id (certificate, 0, id, &size);
  if (code >= 0)
    code = gnutls_x509_crt_set_subject_key_id (certificate, id, size);
  size = sizeof id;
  if (code >= 0 && issuer != NULL && gnutls_x509_crt_get_subject_key_id (issuer, id, &size, NULL) >= 0)
    code = gnutls_x509_crt_set_authority_key_id (certificate, id, size);
  return code;
}

/* SHA-256, but for keys that prescribe another digest (Ed25519). */
static int
sign (gnutls_x509_crt_t certificate, gnutls_x509_crt_t issuer, gnutls_x509_privkey_t key)
{
  int code = gnutls_x509_crt_sign2 (certificate, issuer, key, GNUTLS_DIG_SHA256, 0);

  return code >= 0 ? code : gnutls_x509_crt_sign2 (certificate, issuer, key, GNUTLS_DIG_SHA512, 0);
}

GBytes *
cht_sandbox_issue (const ChtSandboxSpec *spec, GBytes *key, GBytes *issuer, GBytes *issuer_key, GBytes *passphrase,
                   GError **error)
{
  g_auto (ChtGnutlsCertificate) certificate = NULL;
  g_auto (ChtGnutlsKey) own = cht_sandbox_read_key (key, NULL, NULL);
  g_auto (ChtGnutlsKey) signer = issuer != NULL ? cht_sandbox_read_key (issuer_key, passphrase, NULL) : NULL;
  g_autoptr (GPtrArray) issuers = issuer != NULL ? cht_sandbox_read_certificates (issuer, NULL, NULL) : NULL;
  gnutls_x509_crt_t by = issuers != NULL && issuers->len > 0 ? g_ptr_array_index (issuers, 0) : NULL;
  gnutls_datum_t text = { NULL, 0 };
  GBytes *pem;

  if (own == NULL || (issuer != NULL && (signer == NULL || by == NULL)))
    {
      set_crypto_error (GNUTLS_E_INVALID_REQUEST, error);
      return NULL;
    }
  if (!set_crypto_error (gnutls_x509_crt_init (&certificate), error)
      || !set_crypto_error (set_identity (certificate, spec, own, by), error)
      || !set_crypto_error (set_extensions (certificate, spec), error)
      || !set_crypto_error (sign (certificate, by != NULL ? by : certificate, signer != NULL ? signer : own), error)
      || !set_crypto_error (gnutls_x509_crt_export2 (certificate, GNUTLS_X509_FMT_PEM, &text), error))
    return NULL;
  pem = g_bytes_new (text.data, text.size);
  gnutls_free (text.data);
  return pem;
}

char *
cht_sandbox_get_pin (GBytes *key, GError **error)
{
  g_auto (ChtGnutlsKey) own = cht_sandbox_read_key (key, NULL, NULL);
  unsigned char id[32];
  size_t size = sizeof id;
  GString *hex;

  if (own == NULL || gnutls_x509_privkey_get_key_id (own, GNUTLS_KEYID_USE_SHA256, id, &size) < 0)
    {
      set_crypto_error (GNUTLS_E_INVALID_REQUEST, error);
      return NULL;
    }
  hex = g_string_new (NULL);
  for (size_t i = 0; i < size; i++)
    g_string_append_printf (hex, "%02x", id[i]);
  return g_string_free (hex, FALSE);
}

gint64
cht_sandbox_get_first_end (GBytes *pem)
{
  g_autoptr (GPtrArray) certificates = pem != NULL ? cht_sandbox_read_certificates (pem, NULL, NULL) : NULL;
  gint64 first = G_MAXINT64;

  for (guint i = 0; certificates != NULL && i < certificates->len; i++)
    first = MIN (first, (gint64) gnutls_x509_crt_get_expiration_time (g_ptr_array_index (certificates, i)));
  return first;
}

GBytes *
cht_sandbox_join (GBytes *first, GBytes *second)
{
  GByteArray *all = g_byte_array_new ();

  if (first != NULL)
    g_byte_array_append (all, g_bytes_get_data (first, NULL), g_bytes_get_size (first));
  if (second != NULL)
    g_byte_array_append (all, g_bytes_get_data (second, NULL), g_bytes_get_size (second));
  return g_byte_array_free_to_bytes (all);
}
