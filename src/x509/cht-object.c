/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>

#include "cht-algorithm.h"
#include "cht-name.h"
#include "cht-object-private.h"
#include "cht-sniff.h"

struct _ChtObject {
  GObject parent_instance;
  ChtObjectKind kind;
  ChtCertificate *certificate;
  ChtKey *key;
  GBytes *der;
  char *reason;
  char *encoding;
  char *label;
  guint line;
  char *subject;
  ChtKeyFacts facts;
};

G_DEFINE_FINAL_TYPE (ChtObject, cht_object, G_TYPE_OBJECT)

static void
cht_object_finalize (GObject *object)
{
  ChtObject *self = CHT_OBJECT (object);
  g_clear_object (&self->certificate);
  g_clear_object (&self->key);
  g_clear_pointer (&self->der, g_bytes_unref);
  g_free (self->reason);
  g_free (self->encoding);
  g_free (self->label);
  g_free (self->subject);
  g_free (self->facts.algorithm);
  G_OBJECT_CLASS (cht_object_parent_class)->finalize (object);
}

static void
cht_object_class_init (ChtObjectClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cht_object_finalize;
}

static void
cht_object_init (ChtObject *self)
{
}

const char *
cht_object_kind_get_id (ChtObjectKind kind)
{
  static const char *const ids[] = { "certificate", "private-key", "public-key", "request", "crl", "unknown" };
  g_return_val_if_fail (kind < G_N_ELEMENTS (ids), "unknown");
  return ids[kind];
}

static ChtObject *
object_new (ChtObjectPlace place, ChtObjectKind kind, GBytes *der, const char *reason)
{
  ChtObject *self = g_object_new (CHT_TYPE_OBJECT, NULL);
  self->kind = kind;
  self->encoding = g_strdup (place.encoding);
  self->label = g_strdup (place.label);
  self->line = place.line;
  self->der = der != NULL ? g_bytes_ref (der) : NULL;
  self->reason = g_strdup (reason);
  return self;
}

static ChtObject *
new_certificate (ChtObjectPlace place, ChtCertificate *certificate)
{
  ChtObject *self = object_new (place, CHT_OBJECT_CERTIFICATE, cht_certificate_get_der (certificate), "");
  self->certificate = g_object_ref (certificate);
  return self;
}

ChtObject *
cht_object_new_key (ChtObjectPlace place, ChtKey *key)
{
  ChtObject *self = object_new (place, CHT_OBJECT_PRIVATE_KEY, NULL, cht_key_get_reason (key));
  self->key = g_object_ref (key);
  return self;
}

ChtObject *
cht_object_new_unknown (ChtObjectPlace place, GBytes *bytes, const char *reason)
{
  return object_new (place, CHT_OBJECT_UNKNOWN, bytes, reason);
}

/* CertificationRequestInfo (RFC 2986): version, subject, spki. */
static gboolean
read_request (ChtDer der, ChtObject *self)
{
  ChtDer outer, info, name, spki;
  if (!cht_der_expect (&der, CHT_DER_SEQUENCE, &outer) || der.size != 0
      || !cht_der_expect (&outer, CHT_DER_SEQUENCE, &info)
      || !cht_der_expect (&info, CHT_DER_INTEGER, NULL) || !cht_der_read (&info, NULL, NULL, &name)
      || !cht_der_read (&info, NULL, NULL, &spki))
    return FALSE;
  self->subject = cht_name_to_text (name);
  return self->subject != NULL && cht_algorithm_read_spki (spki, &self->facts);
}

/* TBSCertList (RFC 5280, 5.1): version where it is 2, signature, issuer, thisUpdate. */
static gboolean
read_crl (ChtDer der, ChtObject *self)
{
  ChtDer outer, list, name;
  guint8 tag = 0;
  ChtDer content;
  gint64 time = 0;
  if (!cht_der_expect (&der, CHT_DER_SEQUENCE, &outer) || der.size != 0
      || !cht_der_expect (&outer, CHT_DER_SEQUENCE, &list))
    return FALSE;
  (void) cht_der_expect (&list, CHT_DER_INTEGER, NULL);
  if (!cht_der_expect (&list, CHT_DER_SEQUENCE, NULL) || !cht_der_read (&list, NULL, NULL, &name)
      || !cht_der_read (&list, &tag, &content, NULL) || !cht_der_time (tag, content, &time))
    return FALSE;
  self->subject = cht_name_to_text (name);
  return self->subject != NULL;
}

static gboolean
read_public_key (ChtDer der, ChtDerKind kind, ChtObject *self)
{
  static const guint8 rsa[] = { 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01 };
  gboolean read = kind == CHT_DER_KIND_SPKI ? cht_algorithm_read_spki (der, &self->facts)
                                            : cht_algorithm_read_key ((ChtDer) { rsa, sizeof rsa }, der, &self->facts);
  return read && self->facts.algorithm != NULL;
}

ChtObject *
cht_object_new_from_der (ChtObjectPlace place, GBytes *der)
{
  ChtDer bytes = { g_bytes_get_data (der, NULL), g_bytes_get_size (der) };
  ChtDerKind kind = cht_sniff_der (bytes);
  g_autoptr (ChtObject) self = object_new (place, CHT_OBJECT_UNKNOWN, der, "");

  if (kind == CHT_DER_KIND_REQUEST && read_request (bytes, self))
    self->kind = CHT_OBJECT_REQUEST;
  else if (kind == CHT_DER_KIND_CRL && read_crl (bytes, self))
    self->kind = CHT_OBJECT_CRL;
  else if ((kind == CHT_DER_KIND_SPKI || kind == CHT_DER_KIND_PKCS1_PUBLIC) && read_public_key (bytes, kind, self))
    self->kind = CHT_OBJECT_PUBLIC_KEY;
  else
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (ChtCertificate) certificate = cht_certificate_new_from_der (der, &error);
      if (certificate != NULL)
        return new_certificate (place, certificate);
      g_free (self->reason);
      self->reason = g_strdup (error->message);
    }
  return g_steal_pointer (&self);
}

#define GETTER(type, name, value, otherwise) \
  type cht_object_##name (ChtObject *self) \
  { \
    g_return_val_if_fail (CHT_IS_OBJECT (self), otherwise); \
    return value; \
  }

GETTER (ChtObjectKind, get_kind, self->kind, CHT_OBJECT_UNKNOWN)
GETTER (ChtCertificate *, get_certificate, self->certificate, NULL)
GETTER (ChtKey *, get_key, self->key, NULL)
GETTER (const char *, get_reason, self->reason, "")
GETTER (const char *, get_encoding, self->encoding, "")
GETTER (const char *, get_label, self->label, "")
GETTER (guint, get_line, self->line, 0)
GETTER (GBytes *, get_der, self->der, NULL)

const char *
cht_object_get_subject (ChtObject *self)
{
  g_return_val_if_fail (CHT_IS_OBJECT (self), "");
  if (self->certificate != NULL)
    return cht_certificate_get_subject (self->certificate);
  return self->subject != NULL ? self->subject : "";
}

const char *
cht_object_get_key_algorithm (ChtObject *self)
{
  g_return_val_if_fail (CHT_IS_OBJECT (self), "");
  if (self->certificate != NULL)
    return cht_certificate_get_key_algorithm (self->certificate);
  if (self->key != NULL)
    return cht_key_get_algorithm (self->key);
  return self->facts.algorithm != NULL ? self->facts.algorithm : "";
}

guint
cht_object_get_key_bits (ChtObject *self)
{
  g_return_val_if_fail (CHT_IS_OBJECT (self), 0);
  if (self->certificate != NULL)
    return cht_certificate_get_key_bits (self->certificate);
  return self->key != NULL ? cht_key_get_bits (self->key) : self->facts.bits;
}
