/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-certificate.h"

#include <glib/gi18n-lib.h>
#include <gnutls/abstract.h>
#include <gnutls/x509.h>
#include <string.h>

#include "cht-certificate-private.h"
#include "cht-name.h"
#include "cht-pem.h"

G_DEFINE_QUARK (cht-x509-error-quark, cht_x509_error)

struct _ChtCertificate {
  GObject parent_instance;
  GBytes *der;
  GBytes *subject_der, *issuer_der, *spki;  /* slices of der */
  char *sha256;
  char *spki_sha256;
  ChtCertificateColumns columns;
};

G_DEFINE_FINAL_TYPE (ChtCertificate, cht_certificate, G_TYPE_OBJECT)

static void
cht_certificate_finalize (GObject *object)
{
  ChtCertificate *self = CHT_CERTIFICATE (object);
  cht_certificate_columns_clear (&self->columns);
  g_clear_pointer (&self->subject_der, g_bytes_unref);
  g_clear_pointer (&self->issuer_der, g_bytes_unref);
  g_clear_pointer (&self->spki, g_bytes_unref);
  g_clear_pointer (&self->der, g_bytes_unref);
  g_free (self->sha256);
  g_free (self->spki_sha256);
  G_OBJECT_CLASS (cht_certificate_parent_class)->finalize (object);
}

static void
cht_certificate_class_init (ChtCertificateClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cht_certificate_finalize;
}

static void
cht_certificate_init (ChtCertificate *self)
{
}

static const char *
explain_refusal (int result)
{
  switch (result)
    {
    case GNUTLS_E_ASN1_DER_ERROR:
    case GNUTLS_E_ASN1_DER_OVERFLOW:
    case GNUTLS_E_ASN1_TAG_ERROR:
    case GNUTLS_E_ASN1_VALUE_NOT_VALID:
    case GNUTLS_E_ASN1_VALUE_NOT_FOUND:
    case GNUTLS_E_ASN1_ELEMENT_NOT_FOUND:
    case GNUTLS_E_ASN1_GENERIC_ERROR:
      return _("it is not encoded as DER asks for");
    case GNUTLS_E_X509_UNSUPPORTED_EXTENSION:
    case GNUTLS_E_X509_DUPLICATE_EXTENSION:
      return _("its extensions contradict each other");
    case GNUTLS_E_UNKNOWN_HASH_ALGORITHM:
    case GNUTLS_E_UNKNOWN_ALGORITHM:
    case GNUTLS_E_UNSUPPORTED_SIGNATURE_ALGORITHM:
    case GNUTLS_E_CERTIFICATE_ERROR:
      return _("the parameters of its signature make no sense");
    default:
      return _("it breaks a rule of its format");
    }
}

/* GnuTLS is the second judge: what it refuses could not be used with it later either. */
static gboolean
ask_gnutls (ChtDer der, GError **error)
{
  gnutls_x509_crt_t crt = NULL;
  gnutls_datum_t datum = { (guint8 *) der.data, der.size };
  int result = gnutls_x509_crt_init (&crt);
  if (result >= 0)
    result = gnutls_x509_crt_import (crt, &datum, GNUTLS_X509_FMT_DER);
  gnutls_x509_crt_deinit (crt);
  if (result >= 0)
    return TRUE;
  g_set_error (error, CHT_X509_ERROR, CHT_X509_ERROR_MALFORMED, _("This is no certificate that can be read: %s."),
               explain_refusal (result));
  return FALSE;
}

static GBytes *
slice (GBytes *bytes, ChtDer part)
{
  return g_bytes_new_from_bytes (bytes, part.data - (const guint8 *) g_bytes_get_data (bytes, NULL), part.size);
}

ChtCertificate *
cht_certificate_new_from_der (GBytes *der, GError **error)
{
  g_return_val_if_fail (der != NULL, NULL);

  ChtDer bytes = { g_bytes_get_data (der, NULL), g_bytes_get_size (der) };
  if (bytes.size > CHT_X509_MAX_OBJECT)
    {
      g_set_error_literal (error, CHT_X509_ERROR, CHT_X509_ERROR_LIMIT,
                           _("This certificate is larger than 1 MiB, the limit."));
      return NULL;
    }
  g_autoptr (ChtCertificate) self = g_object_new (CHT_TYPE_CERTIFICATE, NULL);
  if (!cht_certificate_parse (bytes, &self->columns, error) || !ask_gnutls (bytes, error))
    return NULL;
  self->der = g_bytes_ref (der);
  self->subject_der = slice (der, self->columns.subject_der);
  self->issuer_der = slice (der, self->columns.issuer_der);
  self->spki = slice (der, self->columns.spki_der);
  self->sha256 = cht_der_sha256 (bytes);
  self->spki_sha256 = cht_der_sha256 (self->columns.spki_der);
  return g_steal_pointer (&self);
}

char *
cht_certificate_to_pem (ChtCertificate *self)
{
  g_return_val_if_fail (CHT_IS_CERTIFICATE (self), NULL);
  return cht_pem_encode ("CERTIFICATE", self->der);
}

#define GETTER(type, name, value, otherwise) \
  type cht_certificate_##name (ChtCertificate *self) \
  { \
    g_return_val_if_fail (CHT_IS_CERTIFICATE (self), otherwise); \
    return value; \
  }

GETTER (GBytes *, get_der, self->der, NULL)
GETTER (const char *, get_sha256, self->sha256, "")
GETTER (const char *, get_subject, self->columns.subject, "")
GETTER (const char *, get_issuer, self->columns.issuer, "")
GETTER (GBytes *, get_subject_der, self->subject_der, NULL)
GETTER (GBytes *, get_issuer_der, self->issuer_der, NULL)
GETTER (const char *, get_label, self->columns.label, "")
GETTER (const char *, get_serial, self->columns.serial, "")
GETTER (gboolean, has_odd_serial, self->columns.odd_serial, FALSE)
GETTER (gint64, get_not_before, self->columns.not_before, CHT_TIME_UNKNOWN)
GETTER (gint64, get_not_after, self->columns.not_after, CHT_TIME_UNKNOWN)
GETTER (int, get_version, self->columns.version, 0)
GETTER (gboolean, is_ca, self->columns.is_ca, FALSE)
GETTER (int, get_path_length, self->columns.path_length, -1)
GETTER (gboolean, has_key_usage, self->columns.has_key_usage, FALSE)
GETTER (guint, get_key_usage, self->columns.key_usage, 0)
GETTER (const char *const *, get_extended_key_usage, (const char *const *) self->columns.extended_key_usage, NULL)
GETTER (const char *const *, get_alternative_names, (const char *const *) self->columns.alternative_names, NULL)
GETTER (const char *, get_subject_key_id, self->columns.subject_key_id, NULL)
GETTER (const char *, get_authority_key_id, self->columns.authority_key_id, NULL)
GETTER (const char *, get_key_algorithm, self->columns.key.algorithm, "")
GETTER (guint, get_key_bits, self->columns.key.bits, 0)
GETTER (char *, describe_key, cht_algorithm_describe (self->columns.key.algorithm, self->columns.key.bits), NULL)
GETTER (const char *, get_signature_algorithm, self->columns.signature_algorithm, "")
GETTER (gboolean, is_signed_with_md5, g_str_has_suffix (self->columns.signature_algorithm, "-MD5"), FALSE)
GETTER (gboolean, is_signed_with_sha1, g_str_has_suffix (self->columns.signature_algorithm, "-SHA1"), FALSE)
GETTER (GBytes *, get_spki, self->spki, NULL)
GETTER (const char *, get_spki_sha256, self->spki_sha256, "")
GETTER (GBytes *, normalize_subject, cht_name_normalize (self->columns.subject_der), NULL)
GETTER (GBytes *, normalize_issuer, cht_name_normalize (self->columns.issuer_der), NULL)
GETTER (char *, get_key_identity, cht_algorithm_get_identity (self->columns.spki_der), NULL)

gboolean
cht_certificate_is_self_issued (ChtCertificate *self)
{
  g_return_val_if_fail (CHT_IS_CERTIFICATE (self), FALSE);
  if (cht_der_equal (self->columns.subject_der, self->columns.issuer_der))
    return TRUE;
  g_autoptr (GBytes) subject = cht_name_normalize (self->columns.subject_der);
  g_autoptr (GBytes) issuer = cht_name_normalize (self->columns.issuer_der);
  return g_bytes_equal (subject, issuer);
}

gboolean
cht_certificate_equal (ChtCertificate *a, ChtCertificate *b)
{
  g_return_val_if_fail (CHT_IS_CERTIFICATE (a) && CHT_IS_CERTIFICATE (b), FALSE);
  return a == b || g_bytes_equal (a->der, b->der);
}

static int
set_pss_parameters (gnutls_pubkey_t key, gnutls_digest_algorithm_t hash, guint salt)
{
  gnutls_x509_spki_t spki = NULL;
  int result = gnutls_x509_spki_init (&spki);
  if (result < 0)
    return result;
  gnutls_x509_spki_set_rsa_pss_params (spki, hash, salt);
  result = gnutls_pubkey_set_spki (key, spki, 0);
  gnutls_x509_spki_deinit (spki);
  return result;
}

typedef enum { VERDICT_HOLDS, VERDICT_BROKEN, VERDICT_UNCHECKABLE } Verdict;

static Verdict
judge (int result)
{
  switch (result)
    {
    case GNUTLS_E_UNKNOWN_PK_ALGORITHM:
    case GNUTLS_E_UNSUPPORTED_SIGNATURE_ALGORITHM:
    case GNUTLS_E_UNKNOWN_HASH_ALGORITHM:
    case GNUTLS_E_UNKNOWN_ALGORITHM:
    case GNUTLS_E_UNIMPLEMENTED_FEATURE:
    case GNUTLS_E_ECC_UNSUPPORTED_CURVE:
    case GNUTLS_E_INSUFFICIENT_SECURITY:
    case GNUTLS_E_MEMORY_ERROR:
      return VERDICT_UNCHECKABLE;
    default:
      return result >= 0 ? VERDICT_HOLDS : VERDICT_BROKEN;
    }
}

static Verdict
verify (ChtCertificate *self, ChtCertificate *issuer)
{
  gnutls_digest_algorithm_t hash = GNUTLS_DIG_UNKNOWN;
  guint salt = 0;
  gnutls_sign_algorithm_t sign = cht_algorithm_get_sign (self->columns.signature_identifier, &hash, &salt);
  if (sign == GNUTLS_SIGN_UNKNOWN)
    return VERDICT_UNCHECKABLE;

  gnutls_pubkey_t key = NULL;
  gnutls_datum_t spki = { (guint8 *) issuer->columns.spki_der.data, issuer->columns.spki_der.size };
  gnutls_datum_t tbs = { (guint8 *) self->columns.tbs.data, self->columns.tbs.size };
  gnutls_datum_t signature = { (guint8 *) self->columns.signature.data, self->columns.signature.size };
  /* A key that cannot be loaded (another curve, a compressed point) says nothing about the signature. */
  Verdict verdict = VERDICT_UNCHECKABLE;
  if (gnutls_pubkey_init (&key) >= 0 && gnutls_pubkey_import (key, &spki, GNUTLS_X509_FMT_DER) >= 0)
    {
      int result = hash != GNUTLS_DIG_UNKNOWN ? set_pss_parameters (key, hash, salt) : 0;
      /* Weak hashes are told by the rules; here only the mathematics counts. */
      if (result >= 0)
        result = gnutls_pubkey_verify_data2 (key, sign, GNUTLS_VERIFY_ALLOW_BROKEN | GNUTLS_VERIFY_ALLOW_SIGN_WITH_SHA1,
                                             &tbs, &signature);
      verdict = judge (result);
    }
  gnutls_pubkey_deinit (key);
  return verdict;
}

gboolean
cht_certificate_verify_signature (ChtCertificate *self, ChtCertificate *issuer, GError **error)
{
  g_return_val_if_fail (CHT_IS_CERTIFICATE (self) && CHT_IS_CERTIFICATE (issuer), FALSE);

  switch (verify (self, issuer))
    {
    case VERDICT_HOLDS:
      return TRUE;
    case VERDICT_BROKEN:
      g_set_error_literal (error, CHT_X509_ERROR, CHT_X509_ERROR_MALFORMED,
                           _("The signature does not hold: another key made it, or the certificate was changed."));
      return FALSE;
    default:
      g_set_error (error, CHT_X509_ERROR, CHT_X509_ERROR_UNSUPPORTED,
                   _("The signature cannot be checked here: %s with a key of the kind %s is not supported."),
                   self->columns.signature_algorithm, issuer->columns.key.algorithm);
      return FALSE;
    }
}
