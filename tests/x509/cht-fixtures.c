/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-fixtures.h"

#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <gnutls/pkcs12.h>
#include <gnutls/pkcs7.h>
#include <gnutls/x509.h>
#include <string.h>
#include <time.h>

struct _ChtFixture {
  gnutls_x509_crt_t crt;
  gnutls_x509_privkey_t key;
  gboolean owns_key;
  ChtCertificate *certificate;
  GBytes *der;
  char *pem;
};

static void
must (int result)
{
  if (result < 0)
    g_error ("GnuTLS: %s", gnutls_strerror (result));
}

static GBytes *
take_datum (gnutls_datum_t *datum)
{
  GBytes *bytes = g_bytes_new (datum->data, datum->size);
  gnutls_free (datum->data);
  return bytes;
}

static char *
take_text (gnutls_datum_t *datum)
{
  char *text = g_strndup ((const char *) datum->data, datum->size);
  gnutls_free (datum->data);
  return text;
}

static void
make_key (ChtFixture *self, const ChtFixtureOptions *options)
{
  static const gnutls_pk_algorithm_t algorithms[] = { GNUTLS_PK_ECDSA, GNUTLS_PK_ECDSA, GNUTLS_PK_RSA,
    GNUTLS_PK_EDDSA_ED25519,
                                                      GNUTLS_PK_RSA_PSS };
  guint rsa_bits = options->rsa_bits != 0 ? options->rsa_bits : 2048;
  guint bits[] = { GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1),
    GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP384R1), rsa_bits,
                   GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_ED25519), rsa_bits };
  must (gnutls_x509_privkey_init (&self->key));
  must (gnutls_x509_privkey_generate (self->key, algorithms[options->key_type], bits[options->key_type], 0));
}

static void
set_serial (ChtFixture *self, const char *hex)
{
  guint8 serial[32] = { 0 };
  gsize size = 8;
  must (gnutls_rnd (GNUTLS_RND_NONCE, serial, 8));
  serial[0] = (serial[0] & 0x7f) | 0x40;
  if (hex != NULL)
    for (size = 0; hex[2 * size] != '\0' && size < sizeof serial; size++)
      serial[size] = g_ascii_xdigit_value (hex[2 * size]) << 4 | g_ascii_xdigit_value (hex[2 * size + 1]);
  must (gnutls_x509_crt_set_serial (self->crt, serial, size));
}

static void
set_key_ids (ChtFixture *self, ChtFixture *issuer, const ChtFixtureOptions *options)
{
  guint8 id[64];
  gsize size = sizeof id;
  must (gnutls_x509_crt_get_key_id (self->crt, 0, id, &size));
  must (gnutls_x509_crt_set_subject_key_id (self->crt, id, size));
  size = sizeof id;
  must (gnutls_x509_crt_get_key_id (issuer->crt, 0, id, &size));
  if (options->authority_key_id != NULL)
    must (gnutls_x509_crt_set_authority_key_id (self->crt, options->authority_key_id,
                                                strlen (options->authority_key_id)));
  else
    must (gnutls_x509_crt_set_authority_key_id (self->crt, id, size));
}

static void
set_extensions (ChtFixture *self, ChtFixture *issuer, const ChtFixtureOptions *options)
{
  guint usage = options->is_leaf ? GNUTLS_KEY_DIGITAL_SIGNATURE : GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN;
  /* GnuTLS counts the bits from the other end of the octet. */
  if (options->key_usage != 0)
    usage = 0;
  for (guint bit = 0; bit < 8; bit++)
    if ((options->key_usage & 1u << bit) != 0)
      usage |= 0x80 >> bit;
  if (!options->without_basic_constraints)
    must (gnutls_x509_crt_set_basic_constraints (self->crt, !options->is_leaf, options->path_length - 1));
  if (!options->without_key_usage)
    must (gnutls_x509_crt_set_key_usage (self->crt, usage));
  if (options->is_leaf && options->purpose == NULL)
    must (gnutls_x509_crt_set_key_purpose_oid (self->crt, GNUTLS_KP_TLS_WWW_SERVER, 0));
  if (options->purpose != NULL)
    must (gnutls_x509_crt_set_key_purpose_oid (self->crt, options->purpose, 0));
  if (options->dns != NULL)
    must (gnutls_x509_crt_set_subject_alt_name (self->crt, GNUTLS_SAN_DNSNAME, options->dns, strlen (options->dns), 0));
  if (!options->without_key_ids)
    set_key_ids (self, issuer, options);
}

static void
sign (ChtFixture *self, ChtFixture *issuer, const ChtFixtureOptions *options)
{
  gnutls_digest_algorithm_t digest = gnutls_digest_get_id (options->digest != NULL ? options->digest : "SHA256");
  if (gnutls_x509_privkey_get_pk_algorithm (issuer->key) == GNUTLS_PK_EDDSA_ED25519)
    digest = GNUTLS_DIG_SHA512;
  must (gnutls_x509_crt_sign2 (self->crt, issuer->crt, issuer->key, digest, 0));
}

static void
export (ChtFixture *self)
{
  g_autoptr (GError) error = NULL;
  gnutls_datum_t datum;
  must (gnutls_x509_crt_export2 (self->crt, GNUTLS_X509_FMT_DER, &datum));
  self->der = take_datum (&datum);
  self->certificate = cht_certificate_new_from_der (self->der, &error);
  g_assert_no_error (error);
  self->pem = cht_certificate_to_pem (self->certificate);
}

ChtFixture *
cht_fixture_new (const char *name, ChtFixture *issuer, const ChtFixtureOptions *options)
{
  ChtFixtureOptions usual = { 0 };
  ChtFixture *self = g_new0 (ChtFixture, 1);
  static time_t now = 0; /* one for all, so that none outlives its issuer by the second between them */

  if (now == 0)
    now = time (NULL);
  if (options == NULL)
    options = &usual;
  if (issuer == NULL)
    issuer = self;

  gboolean is_usual = options->from_day == 0 && options->to_day == 0;
  self->owns_key = options->same_key == NULL;
  if (self->owns_key)
    make_key (self, options);
  else
    self->key = options->same_key->key;
  must (gnutls_x509_crt_init (&self->crt));
  must (gnutls_x509_crt_set_version (self->crt, options->version != 0 ? options->version : 3));
  if (options->subject != NULL)
    must (gnutls_x509_crt_set_dn (self->crt, options->subject, NULL));
  else
    must (gnutls_x509_crt_set_dn_by_oid (self->crt, GNUTLS_OID_X520_COMMON_NAME, 0, name, strlen (name)));
  must (gnutls_x509_crt_set_activation_time (self->crt, now + (is_usual ? -1 : options->from_day) * (time_t) 86400));
  must (gnutls_x509_crt_set_expiration_time (self->crt, now + (is_usual ? 3650 : options->to_day) * (time_t) 86400));
  must (gnutls_x509_crt_set_key (self->crt, self->key));
  set_serial (self, options->serial);
  if (options->version == 0 || options->version == 3)
    set_extensions (self, issuer, options);
  sign (self, issuer, options);
  export (self);
  return self;
}

void
cht_fixture_free (ChtFixture *self)
{
  gnutls_x509_crt_deinit (self->crt);
  if (self->owns_key)
    gnutls_x509_privkey_deinit (self->key);
  g_object_unref (self->certificate);
  g_bytes_unref (self->der);
  g_free (self->pem);
  g_free (self);
}

ChtCertificate *
cht_fixture_get_certificate (ChtFixture *self)
{
  return self->certificate;
}

const char *
cht_fixture_get_pem (ChtFixture *self)
{
  return self->pem;
}

GBytes *
cht_fixture_get_der (ChtFixture *self)
{
  return self->der;
}

static ChtSecret *
take_secret (gnutls_datum_t *datum)
{
  ChtSecret *secret = cht_secret_new (datum->data, datum->size);
  gnutls_free (datum->data);
  return secret;
}

ChtSecret *
cht_fixture_key_to_pkcs8 (ChtFixture *self, const char *passphrase)
{
  gnutls_datum_t datum;
  must (gnutls_x509_privkey_export2_pkcs8 (self->key, GNUTLS_X509_FMT_PEM, passphrase,
                                           passphrase != NULL ? GNUTLS_PKCS_PBES2_AES_256 : GNUTLS_PKCS_PLAIN, &datum));
  return take_secret (&datum);
}

ChtSecret *
cht_fixture_key_to_traditional (ChtFixture *self)
{
  gnutls_datum_t datum;
  must (gnutls_x509_privkey_export2 (self->key, GNUTLS_X509_FMT_PEM, &datum));
  return take_secret (&datum);
}

#define FOR_EACH(first, fixture) \
  va_list list; \
  va_start (list, first); \
  for (ChtFixture *fixture = first; fixture != NULL; fixture = va_arg (list, ChtFixture *))

char *
cht_fixtures_to_pem (ChtFixture *first, ...)
{
  GString *pem = g_string_new (NULL);
  FOR_EACH (first, fixture)
    g_string_append (pem, fixture->pem);
  va_end (list);
  return g_string_free (pem, FALSE);
}

GPtrArray *
cht_fixtures_to_array (ChtFixture *first, ...)
{
  GPtrArray *array = g_ptr_array_new_with_free_func (g_object_unref);
  FOR_EACH (first, fixture)
    g_ptr_array_add (array, g_object_ref (fixture->certificate));
  va_end (list);
  return array;
}

GBytes *
cht_fixtures_to_pkcs7 (ChtFixture *first, ...)
{
  gnutls_pkcs7_t pkcs7;
  gnutls_datum_t datum;
  must (gnutls_pkcs7_init (&pkcs7));
  FOR_EACH (first, fixture)
    must (gnutls_pkcs7_set_crt (pkcs7, fixture->crt));
  va_end (list);
  must (gnutls_pkcs7_export2 (pkcs7, GNUTLS_X509_FMT_DER, &datum));
  gnutls_pkcs7_deinit (pkcs7);
  return take_datum (&datum);
}

static void
add_bag (gnutls_pkcs12_t pkcs12, gnutls_pkcs12_bag_t bag, const char *passphrase)
{
  if (passphrase != NULL)
    must (gnutls_pkcs12_bag_encrypt (bag, passphrase, GNUTLS_PKCS_PBES2_AES_256));
  must (gnutls_pkcs12_set_bag (pkcs12, bag));
  gnutls_pkcs12_bag_deinit (bag);
}

GBytes *
cht_fixtures_to_pkcs12 (const char *passphrase, ChtFixture *first, ...)
{
  gnutls_pkcs12_t pkcs12;
  gnutls_pkcs12_bag_t certificates, keys;
  gnutls_datum_t datum, key;
  must (gnutls_pkcs12_init (&pkcs12));
  must (gnutls_pkcs12_bag_init (&certificates));
  must (gnutls_pkcs12_bag_init (&keys));
  FOR_EACH (first, fixture)
    must (gnutls_pkcs12_bag_set_crt (certificates, fixture->crt));
  va_end (list);
  add_bag (pkcs12, certificates, passphrase);
  must (gnutls_x509_privkey_export2_pkcs8 (first->key, GNUTLS_X509_FMT_DER, passphrase, GNUTLS_PKCS_PBES2_AES_256,
                                           &key));
  must (gnutls_pkcs12_bag_set_data (keys, GNUTLS_BAG_PKCS8_ENCRYPTED_KEY, &key));
  gnutls_free (key.data);
  add_bag (pkcs12, keys, NULL);
  must (gnutls_pkcs12_generate_mac (pkcs12, passphrase));
  must (gnutls_pkcs12_export2 (pkcs12, GNUTLS_X509_FMT_DER, &datum));
  gnutls_pkcs12_deinit (pkcs12);
  return take_datum (&datum);
}

char *
cht_fixture_to_request (ChtFixture *self)
{
  gnutls_x509_crq_t request;
  gnutls_datum_t dn, datum;
  must (gnutls_x509_crq_init (&request));
  must (gnutls_x509_crt_get_dn3 (self->crt, &dn, 0));
  must (gnutls_x509_crq_set_version (request, 1));
  must (gnutls_x509_crq_set_dn (request, (const char *) dn.data, NULL));
  must (gnutls_x509_crq_set_key (request, self->key));
  must (gnutls_x509_crq_sign2 (request, self->key, GNUTLS_DIG_SHA256, 0));
  must (gnutls_x509_crq_export2 (request, GNUTLS_X509_FMT_PEM, &datum));
  gnutls_free (dn.data);
  gnutls_x509_crq_deinit (request);
  return take_text (&datum);
}

GBytes *
cht_fixture_to_crl (ChtFixture *self)
{
  gnutls_x509_crl_t crl;
  gnutls_datum_t datum;
  must (gnutls_x509_crl_init (&crl));
  must (gnutls_x509_crl_set_version (crl, 2));
  must (gnutls_x509_crl_set_this_update (crl, time (NULL)));
  must (gnutls_x509_crl_set_next_update (crl, time (NULL) + 86400));
  must (gnutls_x509_crl_set_number (crl, "\1", 1));
  must (gnutls_x509_crl_sign2 (crl, self->crt, self->key, GNUTLS_DIG_SHA256, 0));
  must (gnutls_x509_crl_export2 (crl, GNUTLS_X509_FMT_DER, &datum));
  gnutls_x509_crl_deinit (crl);
  return take_datum (&datum);
}

char *
cht_fixture_to_public_key (ChtFixture *self)
{
  gnutls_pubkey_t key;
  gnutls_datum_t datum;
  must (gnutls_pubkey_init (&key));
  must (gnutls_pubkey_import_x509 (key, self->crt, 0));
  must (gnutls_pubkey_export2 (key, GNUTLS_X509_FMT_PEM, &datum));
  gnutls_pubkey_deinit (key);
  return take_text (&datum);
}

GBytes *
cht_fixture_forge (ChtFixture *self)
{
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (self->der, &size);
  guint8 *copy = g_memdup2 (data, size);
  copy[size - 1] ^= 1;
  return g_bytes_new_take (copy, size);
}
