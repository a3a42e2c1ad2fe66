/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-key.h"

#include <glib/gi18n-lib.h>
#include <gnutls/abstract.h>
#include <gnutls/x509.h>

#include "cht-certificate-private.h"
#include "cht-key-envelope.h"
#include "cht-key-private.h"
#include "cht-sniff.h"

struct _ChtKey {
  GObject parent_instance;
  ChtKeyState state;
  char *reason;
  ChtKeyForm form;
  gboolean is_encrypted;
  gboolean has_unneeded_passphrase;
  ChtKeyFacts facts;
  ChtSecret *text;
  ChtSecret *pkcs8;  /* unencrypted DER; only where OPEN */
  char *identity;
};

G_DEFINE_FINAL_TYPE (ChtKey, cht_key, G_TYPE_OBJECT)

static void
cht_key_finalize (GObject *object)
{
  ChtKey *self = CHT_KEY (object);
  g_free (self->reason);
  g_free (self->facts.algorithm);
  g_clear_pointer (&self->text, cht_secret_unref);
  g_clear_pointer (&self->pkcs8, cht_secret_unref);
  g_free (self->identity);
  G_OBJECT_CLASS (cht_key_parent_class)->finalize (object);
}

static void
cht_key_class_init (ChtKeyClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cht_key_finalize;
}

static void
cht_key_init (ChtKey *self)
{
  self->form = CHT_KEY_FORM_OTHER;
}

static void
refuse (ChtKey *self, ChtKeyState state, const char *reason)
{
  self->state = state;
  g_free (self->reason);
  self->reason = g_strdup (reason);
}

static void
refuse_algorithm (ChtKey *self, const char *algorithm)
{
  g_autofree char *reason = g_strdup_printf (_("This key is of the kind %s, which cannot be used here."), algorithm);
  refuse (self, CHT_KEY_STATE_UNSUPPORTED, reason);
}

/* Algorithm and size out of clear DER, whether GnuTLS knows the algorithm or not. */
static gboolean
read_facts (ChtKey *self, ChtDerKind kind, ChtDer der)
{
  static const guint8 rsa[] = { 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01 };
  static const guint8 ec[] = { 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01 };
  ChtDer sequence, identifier, key = { NULL, 0 };
  g_clear_pointer (&self->facts.algorithm, g_free);
  if (kind == CHT_DER_KIND_PKCS1)
    return cht_algorithm_read_key ((ChtDer) { rsa, sizeof rsa }, der, &self->facts);
  if (kind == CHT_DER_KIND_DSA)
    {
      self->facts = (ChtKeyFacts) { g_strdup ("DSA"), 0 };
      return TRUE;
    }
  if (!cht_der_expect (&der, CHT_DER_SEQUENCE, &sequence) || !cht_der_expect (&sequence, CHT_DER_INTEGER, NULL))
    return FALSE;
  if (kind == CHT_DER_KIND_SEC1)
    {
      ChtDer parameters = { NULL, 0 };
      (void) cht_der_expect (&sequence, CHT_DER_OCTET_STRING, NULL);
      (void) cht_der_expect (&sequence, 0xa0, &parameters);
      g_autoptr (GByteArray) joined = g_byte_array_new ();
      g_byte_array_append (joined, ec, sizeof ec);
      if (parameters.size > 0)
        g_byte_array_append (joined, parameters.data, parameters.size);
      return cht_algorithm_read_key ((ChtDer) { joined->data, joined->len }, key, &self->facts);
    }
  return cht_der_expect (&sequence, CHT_DER_SEQUENCE, &identifier)
         && cht_der_expect (&sequence, CHT_DER_OCTET_STRING, &key)
         && cht_algorithm_read_key (identifier, key, &self->facts);
}

static ChtSecret *
take_datum (gnutls_datum_t *datum)
{
  ChtSecret *secret = cht_secret_new (datum->data, datum->size);
  cht_wipe (datum->data, datum->size);
  gnutls_free (datum->data);
  return secret;
}

/* Public numbers and PKCS#8 of an imported key. */
static int
export_key (ChtKey *self, gnutls_x509_privkey_t key)
{
  gnutls_privkey_t private = NULL;
  gnutls_pubkey_t public = NULL;
  gnutls_datum_t spki = { NULL, 0 }, pkcs8 = { NULL, 0 };
  int result = gnutls_privkey_init (&private);
  if (result >= 0)
    result = gnutls_pubkey_init (&public);
  if (result >= 0)
    result = gnutls_privkey_import_x509 (private, key, 0);
  if (result >= 0)
    result = gnutls_pubkey_import_privkey (public, private, 0, 0);
  if (result >= 0)
    result = gnutls_pubkey_export2 (public, GNUTLS_X509_FMT_DER, &spki);
  if (result >= 0)
    result = gnutls_x509_privkey_export2_pkcs8 (key, GNUTLS_X509_FMT_DER, NULL, GNUTLS_PKCS_PLAIN, &pkcs8);
  if (result >= 0)
    {
      ChtDer der = { spki.data, spki.size };
      g_clear_pointer (&self->facts.algorithm, g_free);
      (void) cht_algorithm_read_spki (der, &self->facts);
      self->identity = cht_algorithm_get_identity (der);
      self->pkcs8 = take_datum (&pkcs8);
    }
  gnutls_free (spki.data);
  gnutls_pubkey_deinit (public);
  gnutls_privkey_deinit (private);
  return result;
}

/* GnuTLS reckons no public point, and takes none that is pressed together (SEC 1, 2.3.3). */
static gboolean
lacks_public_point (ChtDerKind kind, ChtDer der)
{
  ChtDer sequence, content, bits;
  if (!cht_der_expect (&der, CHT_DER_SEQUENCE, &sequence) || !cht_der_expect (&sequence, CHT_DER_INTEGER, NULL))
    return FALSE;
  if (kind == CHT_DER_KIND_PKCS8)
    return cht_der_expect (&sequence, CHT_DER_SEQUENCE, NULL)
           && cht_der_expect (&sequence, CHT_DER_OCTET_STRING, &content)
           && lacks_public_point (CHT_DER_KIND_SEC1, content);
  (void) cht_der_expect (&sequence, CHT_DER_OCTET_STRING, NULL);
  (void) cht_der_expect (&sequence, 0xa0, NULL);
  return !cht_der_expect (&sequence, 0xa1, &content) || !cht_der_expect (&content, CHT_DER_BIT_STRING, &bits)
         || bits.size < 2 || bits.data[1] == 2 || bits.data[1] == 3;
}

/* DER without encryption. WAS_ENCRYPTED: nonsense inside then means that the passphrase was wrong. */
static void
open_clear (ChtKey *self, ChtSecret *clear, gboolean was_encrypted)
{
  ChtDer der = { cht_secret_get_data (clear), cht_secret_get_size (clear) };
  ChtDerKind kind = cht_sniff_der (der);
  ChtDer rest = der;
  gboolean is_whole = cht_der_expect (&rest, CHT_DER_SEQUENCE, NULL) && rest.size == 0;
  gboolean is_key = kind == CHT_DER_KIND_PKCS1 || kind == CHT_DER_KIND_SEC1 || kind == CHT_DER_KIND_DSA
    || kind == CHT_DER_KIND_PKCS8;
  if (!is_key || !read_facts (self, kind, der) || (was_encrypted && !is_whole))
    {
      g_autofree char *wrong = was_encrypted ? cht_key_envelope_wrong () : NULL;
      refuse (self, was_encrypted ? CHT_KEY_STATE_PASSPHRASE_WRONG : CHT_KEY_STATE_DAMAGED,
              was_encrypted ? wrong : _("This private key is cut off or damaged."));
      return;
    }
  if (!cht_algorithm_is_supported_key (self->facts.algorithm))
    {
      refuse_algorithm (self, self->facts.algorithm);
      return;
    }

  if (g_str_has_prefix (self->facts.algorithm, "EC ") && lacks_public_point (kind, der))
    {
      refuse (self, CHT_KEY_STATE_UNSUPPORTED,
              _("This EC key leaves its public point out or compresses it, which cannot be "
                                                 "used here. Write it anew with: openssl ec -conv_form uncompressed"));
      return;
    }

  gnutls_x509_privkey_t key = NULL;
  gnutls_datum_t datum = { (guint8 *) der.data, der.size };
  int result = gnutls_x509_privkey_init (&key);
  if (result >= 0)
    result = kind == CHT_DER_KIND_PKCS8
               ? gnutls_x509_privkey_import_pkcs8 (key, &datum, GNUTLS_X509_FMT_DER, NULL, GNUTLS_PKCS_PLAIN)
               : gnutls_x509_privkey_import (key, &datum, GNUTLS_X509_FMT_DER);
  if (result >= 0)
    result = export_key (self, key);
  gnutls_x509_privkey_deinit (key);
  if (result >= 0)
    refuse (self, CHT_KEY_STATE_OPEN, "");
  else
    refuse (self, CHT_KEY_STATE_DAMAGED, _("This private key is damaged: its numbers do not fit together."));
}

static void
open_der (ChtKey *self, ChtSecret *bytes, ChtSecret *passphrase)
{
  ChtDer der = { cht_secret_get_data (bytes), cht_secret_get_size (bytes) };
  ChtDerKind kind = cht_sniff_der (der);
  self->form = kind == CHT_DER_KIND_PKCS1 ? CHT_KEY_FORM_PKCS1 : kind == CHT_DER_KIND_SEC1 ? CHT_KEY_FORM_SEC1
               : kind == CHT_DER_KIND_PKCS8 ? CHT_KEY_FORM_PKCS8
               : kind == CHT_DER_KIND_PKCS8_ENCRYPTED ? CHT_KEY_FORM_PKCS8_ENCRYPTED : CHT_KEY_FORM_OTHER;
  if (kind != CHT_DER_KIND_PKCS8_ENCRYPTED)
    {
      self->has_unneeded_passphrase = passphrase != NULL;
      open_clear (self, bytes, FALSE);
      return;
    }
  g_autoptr (ChtSecret) clear = NULL;
  g_autofree char *reason = NULL;
  self->is_encrypted = TRUE;
  ChtKeyState state = cht_key_envelope_open (der, passphrase, &clear, &reason);
  if (state == CHT_KEY_STATE_OPEN)
    open_clear (self, clear, TRUE);
  else
    refuse (self, state, reason);
}

static void
open_traditional (ChtKey *self, const ChtPemBlock *block, ChtSecret *passphrase)
{
  g_autoptr (ChtSecret) clear = NULL;
  g_autofree char *reason = NULL;
  ChtDer body = { cht_secret_get_data (block->secret), cht_secret_get_size (block->secret) };
  self->form = CHT_KEY_FORM_TRADITIONAL_ENCRYPTED;
  self->is_encrypted = TRUE;
  ChtKeyState state = cht_key_envelope_open_traditional (block->dek_info, body, passphrase, &clear, &reason);
  if (state == CHT_KEY_STATE_OPEN)
    open_clear (self, clear, TRUE);
  else
    refuse (self, state, reason);
}

ChtKey *
cht_key_new_from_block (ChtSecret *text, const ChtPemBlock *block, ChtSecret *passphrase)
{
  ChtKey *self = g_object_new (CHT_TYPE_KEY, NULL);
  self->text = cht_secret_ref (text);
  if (block->fault != NULL)
    refuse (self, CHT_KEY_STATE_DAMAGED, block->fault);
  else if (g_str_has_prefix (block->label, "OPENSSH"))
    {
      self->form = CHT_KEY_FORM_OPENSSH;
      refuse (self, CHT_KEY_STATE_UNSUPPORTED,
              _("This is an OpenSSH key. Turn a copy of it into PKCS#8 with: ssh-keygen -p -m PKCS8 -f COPY"));
    }
  else if (block->dek_info != NULL)
    open_traditional (self, block, passphrase);
  else
    open_der (self, block->secret, passphrase);
  return self;
}

ChtKey *
cht_key_new_from_der (ChtSecret *der, ChtSecret *passphrase)
{
  ChtKey *self = g_object_new (CHT_TYPE_KEY, NULL);
  self->text = cht_secret_ref (der);
  open_der (self, der, passphrase);
  return self;
}

ChtKey *
cht_key_new_from_pkcs12 (ChtSecret *pkcs8)
{
  ChtKey *self = g_object_new (CHT_TYPE_KEY, NULL);
  self->text = cht_pem_encode_secret ("PRIVATE KEY", cht_secret_get_data (pkcs8), cht_secret_get_size (pkcs8));
  open_clear (self, pkcs8, FALSE);
  self->form = CHT_KEY_FORM_PKCS12;
  self->is_encrypted = TRUE;
  return self;
}

ChtKey *
cht_key_new (ChtSecret *text, ChtSecret *passphrase)
{
  g_return_val_if_fail (text != NULL, NULL);

  g_autoptr (ChtSecret) unfolded = cht_pem_unfold (cht_secret_get_data (text), cht_secret_get_size (text));
  ChtSecret *source = unfolded != NULL ? unfolded : text;
  g_autoptr (GPtrArray) blocks = cht_pem_scan (cht_secret_get_text (source), cht_secret_get_size (source), NULL, NULL);
  for (guint i = 0; blocks != NULL && i < blocks->len; i++)
    {
      const ChtPemBlock *block = g_ptr_array_index (blocks, i);
      if (cht_pem_label_is_private_key (block->label))
        return cht_key_new_from_block (text, block, passphrase);
    }
  ChtKey *self = cht_key_new_from_der (text, passphrase);
  if (self->form == CHT_KEY_FORM_OTHER && self->state == CHT_KEY_STATE_DAMAGED)
    refuse (self, CHT_KEY_STATE_DAMAGED, _("This holds no private key that can be read."));
  return self;
}

#define GETTER(type, name, value, otherwise) \
  type cht_key_##name (ChtKey *self) \
  { \
    g_return_val_if_fail (CHT_IS_KEY (self), otherwise); \
    return value; \
  }

GETTER (ChtKeyState, get_state, self->state, CHT_KEY_STATE_DAMAGED)
GETTER (const char *, get_reason, self->reason, "")
GETTER (ChtKeyForm, get_form, self->form, CHT_KEY_FORM_OTHER)
GETTER (gboolean, is_encrypted, self->is_encrypted, FALSE)
GETTER (gboolean, has_unneeded_passphrase, self->has_unneeded_passphrase, FALSE)
GETTER (const char *, get_algorithm, self->facts.algorithm != NULL ? self->facts.algorithm : "", "")
GETTER (guint, get_bits, self->facts.bits, 0)
GETTER (ChtSecret *, get_text, self->text, NULL)
GETTER (const char *, get_identity, self->identity, NULL)

char *
cht_key_describe (ChtKey *self)
{
  g_return_val_if_fail (CHT_IS_KEY (self), NULL);
  return self->facts.algorithm != NULL ? cht_algorithm_describe (self->facts.algorithm, self->facts.bits)
                                       : g_strdup (_("encrypted key"));
}

gboolean
cht_key_fits (ChtKey *self, ChtCertificate *certificate)
{
  g_return_val_if_fail (CHT_IS_KEY (self) && CHT_IS_CERTIFICATE (certificate), FALSE);
  g_autofree char *other = cht_certificate_get_key_identity (certificate);
  return self->identity != NULL && g_strcmp0 (self->identity, other) == 0;
}

static gboolean
check_open (ChtKey *self, GError **error)
{
  static const ChtX509Error codes[] = { 0, CHT_X509_ERROR_PASSPHRASE_NEEDED, CHT_X509_ERROR_PASSPHRASE_WRONG,
                                        CHT_X509_ERROR_UNSUPPORTED, CHT_X509_ERROR_MALFORMED };
  if (self->state == CHT_KEY_STATE_OPEN)
    return TRUE;
  g_set_error_literal (error, CHT_X509_ERROR, codes[self->state], self->reason);
  return FALSE;
}

ChtSecret *
cht_key_to_pkcs8 (ChtKey *self, GError **error)
{
  g_return_val_if_fail (CHT_IS_KEY (self), NULL);
  if (!check_open (self, error))
    return NULL;
  return cht_pem_encode_secret ("PRIVATE KEY", cht_secret_get_data (self->pkcs8), cht_secret_get_size (self->pkcs8));
}

ChtSecret *
cht_key_to_encrypted_pkcs8 (ChtKey *self, ChtSecret *passphrase, GError **error)
{
  g_return_val_if_fail (CHT_IS_KEY (self) && passphrase != NULL, NULL);
  if (!check_open (self, error))
    return NULL;
  g_autoptr (GBytes) sealed = cht_key_envelope_seal (self->pkcs8, passphrase);
  if (sealed == NULL)
    {
      g_set_error_literal (error, CHT_X509_ERROR, CHT_X509_ERROR_UNSUPPORTED,
                           _("The key could not be encrypted: AES-256-CBC is switched off on this system."));
      return NULL;
    }
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (sealed, &size);
  return cht_pem_encode_secret ("ENCRYPTED PRIVATE KEY", data, size);
}
