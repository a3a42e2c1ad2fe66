/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox-pki.h"

#include <string.h>

static guint16 serial = 0x0101;

static void
extend (Pki *self, const char *name, PkiKind kind)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  g_autofree char *dn = g_strdup_printf ("CN=%s,O=Test", name);

  gnutls_x509_crt_set_version (self->certificate, kind.version != 0 ? kind.version : 3);
  gnutls_x509_crt_set_serial (self->certificate, &serial, sizeof serial);
  serial += 0x0101;
  g_assert_cmpint (gnutls_x509_crt_set_dn (self->certificate, dn, NULL), ==, 0);
  gnutls_x509_crt_set_activation_time (self->certificate, now - 365 * 86400);
  gnutls_x509_crt_set_expiration_time (self->certificate, now + kind.days * 86400 + 60);
  gnutls_x509_crt_set_key (self->certificate, self->key);
  if (kind.version == 1)
    return;
  gnutls_x509_crt_set_basic_constraints (self->certificate, !kind.leaf, kind.leaf ? -1 : kind.path_length);
  gnutls_x509_crt_set_key_usage (self->certificate, kind.usage != 0 ? kind.usage
                                 : kind.leaf ? GNUTLS_KEY_DIGITAL_SIGNATURE : GNUTLS_KEY_KEY_CERT_SIGN);
}

/* KEY (nullable) is copied, else one is made. */
static Pki *
make (const char *name, Pki *issuer, gnutls_x509_privkey_t key, PkiKind kind)
{
  Pki *self = g_new0 (Pki, 1);
  Pki *by = issuer != NULL ? issuer : self;
  gnutls_pk_algorithm_t algorithm = kind.algorithm != 0 ? kind.algorithm : GNUTLS_PK_ECDSA;
  guint bits = kind.algorithm != 0 ? kind.bits : GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1);
  gnutls_datum_t text;

  gnutls_x509_privkey_init (&self->key);
  gnutls_x509_crt_init (&self->certificate);
  if (key != NULL)
    g_assert_cmpint (gnutls_x509_privkey_cpy (self->key, key), ==, 0);
  else
    g_assert_cmpint (gnutls_x509_privkey_generate (self->key, algorithm, bits, 0), ==, 0);
  extend (self, name, kind);
  g_assert_cmpint (gnutls_x509_crt_sign2 (self->certificate, by->certificate, by->key,
                                          kind.digest != 0 ? kind.digest : GNUTLS_DIG_SHA256, 0), >=, 0);
  g_assert_cmpint (gnutls_x509_crt_export2 (self->certificate, GNUTLS_X509_FMT_PEM, &text), ==, 0);
  self->name = g_strdup (name);
  self->pem = g_strndup ((char *) text.data, text.size);
  gnutls_free (text.data);
  return self;
}

Pki *
pki_new (const char *name, Pki *issuer, PkiKind kind)
{
  return make (name, issuer, NULL, kind);
}

Pki *
pki_renew (Pki *old, PkiKind kind)
{
  return make (old->name, NULL, old->key, kind);
}

void
pki_free (Pki *self)
{
  gnutls_x509_privkey_deinit (self->key);
  gnutls_x509_crt_deinit (self->certificate);
  g_free (self->name);
  g_free (self->pem);
  g_free (self);
}

char *
pki_key_pem (Pki *self)
{
  gnutls_datum_t text;
  char *pem;

  g_assert_cmpint (gnutls_x509_privkey_export2 (self->key, GNUTLS_X509_FMT_PEM, &text), ==, 0);
  pem = g_strndup ((char *) text.data, text.size);
  gnutls_free (text.data);
  return pem;
}

char *
pki_key_pkcs8 (Pki *self, const char *passphrase, guint flags)
{
  gnutls_datum_t text;
  char *pem;

  g_assert_cmpint (gnutls_x509_privkey_export2_pkcs8 (self->key, GNUTLS_X509_FMT_PEM, passphrase, flags, &text), ==, 0);
  pem = g_strndup ((char *) text.data, text.size);
  gnutls_free (text.data);
  return pem;
}

GBytes *
text_bytes (const char *text)
{
  return text != NULL ? g_bytes_new (text, strlen (text)) : NULL;
}
