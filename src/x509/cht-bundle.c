/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-bundle.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "cht-container.h"
#include "cht-key-private.h"
#include "cht-object-private.h"
#include "cht-sniff.h"

#define MAX_BYTES ((gsize) 256 * 1024 * 1024)

struct _ChtBundle {
  GObject parent_instance;
  GBytes *bytes;
  ChtFormat format;
  GPtrArray *objects, *certificates, *keys;
  guint n_unreadable;
  gboolean is_plain_pem;
};

G_DEFINE_FINAL_TYPE (ChtBundle, cht_bundle, G_TYPE_OBJECT)

static void
cht_bundle_finalize (GObject *object)
{
  ChtBundle *self = CHT_BUNDLE (object);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_ptr_array_unref (self->objects);
  g_ptr_array_unref (self->certificates);
  g_ptr_array_unref (self->keys);
  G_OBJECT_CLASS (cht_bundle_parent_class)->finalize (object);
}

static void
cht_bundle_class_init (ChtBundleClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cht_bundle_finalize;
}

static void
cht_bundle_init (ChtBundle *self)
{
  self->objects = g_ptr_array_new_with_free_func (g_object_unref);
  self->certificates = g_ptr_array_new_with_free_func (g_object_unref);
  self->keys = g_ptr_array_new_with_free_func (g_object_unref);
}

/* Behind a label for keys may stand anything; only what is no key is taken out of locked memory. */
static GBytes *
get_public_bytes (const ChtPemBlock *block)
{
  if (block->secret == NULL)
    return block->der != NULL ? g_bytes_ref (block->der) : NULL;
  ChtDer der = { cht_secret_get_data (block->secret), cht_secret_get_size (block->secret) };
  ChtDerKind kind = cht_sniff_der (der);
  return kind == CHT_DER_KIND_NONE || cht_sniff_is_private_key (kind) ? NULL : cht_der_to_bytes (der);
}

static gboolean
read_pem_block (ChtBundle *self, const char *text, const ChtPemBlock *block, ChtSecret *passphrase, GError **error)
{
  ChtObjectPlace place = { "PEM", block->label, block->line };
  g_autoptr (GBytes) der = get_public_bytes (block);
  if (der == NULL && (block->secret != NULL || cht_pem_label_is_private_key (block->label)))
    {
      g_autoptr (ChtSecret) slice = cht_secret_new (text + block->start, block->end - block->start);
      g_autoptr (ChtKey) key = cht_key_new_from_block (slice, block, passphrase);
      g_ptr_array_add (self->objects, cht_object_new_key (place, key));
      return TRUE;
    }
  if (der == NULL)
    {
      g_autoptr (GBytes) raw = g_bytes_new (text + block->start, block->end - block->start);
      g_ptr_array_add (self->objects, cht_object_new_unknown (place, raw, block->fault));
      return TRUE;
    }
  /* They tell the curve of the key behind them, which tells it too. */
  if (g_str_has_suffix (block->label, "PARAMETERS"))
    return TRUE;
  return cht_container_read (self->objects, place, der, passphrase, error);
}

/* PEM, but for armour around one container: that is no PEM for who wants certificates. */
static ChtFormat
judge_armour (GPtrArray *blocks)
{
  ChtFormat format = CHT_FORMAT_UNKNOWN;
  for (guint i = 0; i < blocks->len; i++)
    {
      const ChtPemBlock *block = g_ptr_array_index (blocks, i);
      ChtDer der = { NULL, 0 };
      if (block->der != NULL)
        der.data = g_bytes_get_data (block->der, &der.size);
      ChtDerKind kind = cht_sniff_der (der);
      format = kind == CHT_DER_KIND_PKCS7 ? CHT_FORMAT_PKCS7 : kind == CHT_DER_KIND_PKCS12 ? CHT_FORMAT_PKCS12
        : CHT_FORMAT_PEM;
      if (format == CHT_FORMAT_PEM)
        break;
    }
  return format;
}

static GPtrArray *
read_blocks (ChtBundle *self, const char *text, gsize size, ChtSecret *passphrase, GCancellable *cancellable,
             GError **error)
{
  g_autoptr (GPtrArray) blocks = cht_pem_scan (text, size, cancellable, error);
  for (guint i = 0; blocks != NULL && i < blocks->len; i++)
    if (g_cancellable_set_error_if_cancelled (cancellable, error)
        || !read_pem_block (self, text, g_ptr_array_index (blocks, i), passphrase, error))
      return NULL;
  return g_steal_pointer (&blocks);
}

static gboolean
read_pem (ChtBundle *self, ChtSecret *passphrase, GCancellable *cancellable, GError **error)
{
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (self->bytes, &size);
  g_autoptr (ChtSecret) unfolded = cht_pem_unfold (data, size);
  const char *text = unfolded != NULL ? cht_secret_get_text (unfolded) : (const char *) data;
  gsize length = unfolded != NULL ? cht_secret_get_size (unfolded) : size;

  g_autoptr (GPtrArray) blocks = read_blocks (self, text, length, passphrase, cancellable, error);
  if (blocks == NULL)
    return FALSE;
  self->format = judge_armour (blocks);
  self->is_plain_pem = unfolded == NULL && cht_pem_is_plain (text, length);
  return TRUE;
}

static gboolean
read_binary (ChtBundle *self, ChtSecret *passphrase, GError **error)
{
  ChtDer der = { g_bytes_get_data (self->bytes, NULL), g_bytes_get_size (self->bytes) };
  ChtDerKind kind = cht_sniff_der (der);
  if (kind == CHT_DER_KIND_NONE)
    return TRUE;
  self->format = kind == CHT_DER_KIND_PKCS7 ? CHT_FORMAT_PKCS7 : kind == CHT_DER_KIND_PKCS12 ? CHT_FORMAT_PKCS12
    : CHT_FORMAT_DER;
  return cht_container_read (self->objects, (ChtObjectPlace) { "DER", "", 0 }, self->bytes, passphrase, error);
}

/* Base64 from end to end that holds DER, or PEM, as secrets of Kubernetes do. */
static gboolean
read_bare_base64 (ChtBundle *self, ChtSecret *passphrase, GCancellable *cancellable, GError **error)
{
  gsize size = 0, length = 0, bad = 0;
  const char *text = g_bytes_get_data (self->bytes, &size);
  guint8 *out = g_malloc (size / 4 * 3 + 4);
  gboolean good = TRUE;
  if (size >= 64 && cht_pem_decode (text, size, out, &length, &bad))
    {
      if (cht_sniff_der ((ChtDer) { out, length }) != CHT_DER_KIND_NONE)
        {
          g_autoptr (GBytes) der = g_bytes_new (out, length);
          good = cht_container_read (self->objects, (ChtObjectPlace) { "base64", "", 1 }, der, passphrase, error);
        }
      else
        {
          g_autoptr (GPtrArray) blocks = read_blocks (self, (char *) out, length, passphrase, cancellable, error);
          good = blocks != NULL;
        }
      if (self->objects->len > 0)
        self->format = CHT_FORMAT_BASE64;
    }
  cht_wipe (out, size / 4 * 3 + 4);
  g_free (out);
  return good;
}

static void
sort_objects (ChtBundle *self)
{
  for (guint i = 0; i < self->objects->len; i++)
    {
      ChtObject *object = g_ptr_array_index (self->objects, i);
      if (cht_object_get_certificate (object) != NULL)
        g_ptr_array_add (self->certificates, g_object_ref (cht_object_get_certificate (object)));
      else if (cht_object_get_key (object) != NULL)
        g_ptr_array_add (self->keys, g_object_ref (cht_object_get_key (object)));
      else if (cht_object_get_kind (object) == CHT_OBJECT_UNKNOWN)
        self->n_unreadable++;
    }
  self->is_plain_pem &= self->certificates->len == self->objects->len;
}

static gboolean
read_any (ChtBundle *self, ChtSecret *passphrase, GCancellable *cancellable, GError **error)
{
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (self->bytes, &size);
  if (size > MAX_BYTES)
    {
      g_set_error_literal (error, CHT_X509_ERROR, CHT_X509_ERROR_LIMIT, _("This is larger than 256 MiB, the limit."));
      return FALSE;
    }
  if (size == 0)
    {
      g_set_error_literal (error, CHT_X509_ERROR, CHT_X509_ERROR_NOTHING, _("This is empty."));
      return FALSE;
    }
  ChtFormat format = cht_sniff_format (data, size);
  gboolean is_archive = format == CHT_FORMAT_ZIP || format == CHT_FORMAT_JKS;
  self->format = CHT_FORMAT_UNKNOWN;
  if (!is_archive && !read_binary (self, passphrase, error))
    return FALSE;
  /* Blocks inside a web page count: some sites show certificates so. Those inside an archive do not. */
  if (!is_archive && self->format == CHT_FORMAT_UNKNOWN && !read_pem (self, passphrase, cancellable, error))
    return FALSE;
  if (!is_archive && self->format == CHT_FORMAT_UNKNOWN && !read_bare_base64 (self, passphrase, cancellable, error))
    return FALSE;
  if (self->objects->len > 0)
    return TRUE;
  g_set_error_literal (error, CHT_X509_ERROR, CHT_X509_ERROR_NOTHING, cht_sniff_explain (format));
  return FALSE;
}

ChtBundle *
cht_bundle_new (GBytes *bytes, ChtSecret *passphrase, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (bytes != NULL, NULL);

  g_autoptr (ChtBundle) self = g_object_new (CHT_TYPE_BUNDLE, NULL);
  self->bytes = g_bytes_ref (bytes);
  if (!read_any (self, passphrase, cancellable, error))
    return NULL;
  sort_objects (self);
  return g_steal_pointer (&self);
}

#define GETTER(type, name, value, otherwise) \
  type cht_bundle_##name (ChtBundle *self) \
  { \
    g_return_val_if_fail (CHT_IS_BUNDLE (self), otherwise); \
    return value; \
  }

GETTER (GBytes *, get_bytes, self->bytes, NULL)
GETTER (ChtFormat, get_format, self->format, CHT_FORMAT_UNKNOWN)
GETTER (GPtrArray *, get_objects, self->objects, NULL)
GETTER (GPtrArray *, get_certificates, self->certificates, NULL)
GETTER (GPtrArray *, get_keys, self->keys, NULL)
GETTER (guint, get_n_unreadable, self->n_unreadable, 0)
GETTER (gboolean, is_plain_pem, self->is_plain_pem, FALSE)

GBytes *
cht_bundle_to_plain_pem (ChtBundle *self)
{
  g_return_val_if_fail (CHT_IS_BUNDLE (self), NULL);
  g_autoptr (GByteArray) out = g_byte_array_new ();
  for (guint i = 0; i < self->certificates->len; i++)
    {
      g_autofree char *pem = cht_certificate_to_pem (g_ptr_array_index (self->certificates, i));
      g_byte_array_append (out, (const guint8 *) pem, strlen (pem));
    }
  return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}
