/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-container.h"

#include <glib/gi18n-lib.h>
#include <gnutls/pkcs7.h>

#include "cht-key-private.h"
#include "cht-pkcs12.h"
#include "cht-sniff.h"

static gboolean
check_room (GPtrArray *objects, GError **error)
{
  if (objects->len < CHT_X509_MAX_CERTIFICATES)
    return TRUE;
  g_set_error (error, CHT_X509_ERROR, CHT_X509_ERROR_LIMIT, _("This holds more than %d objects, the limit."),
               CHT_X509_MAX_CERTIFICATES);
  return FALSE;
}

static GBytes *
take_datum (gnutls_datum_t *datum)
{
  GBytes *bytes = g_bytes_new (datum->data, datum->size);
  gnutls_free (datum->data);
  datum->data = NULL;
  return bytes;
}

static gboolean
read_pkcs7_members (GPtrArray *objects, ChtObjectPlace place, gnutls_pkcs7_t pkcs7, GError **error)
{
  gnutls_datum_t datum;
  int certificates = MAX (gnutls_pkcs7_get_crt_count (pkcs7), 0);
  int crls = MAX (gnutls_pkcs7_get_crl_count (pkcs7), 0);
  for (int i = 0; i < certificates + crls; i++)
    {
      int result = i < certificates ? gnutls_pkcs7_get_crt_raw2 (pkcs7, i, &datum)
                                    : gnutls_pkcs7_get_crl_raw2 (pkcs7, i - certificates, &datum);
      if (result < 0)
        continue;
      g_autoptr (GBytes) der = take_datum (&datum);
      if (!check_room (objects, error))
        return FALSE;
      g_ptr_array_add (objects, cht_object_new_from_der (place, der));
    }
  return TRUE;
}

static gboolean
read_pkcs7 (GPtrArray *objects, ChtObjectPlace place, GBytes *der, GError **error)
{
  gnutls_pkcs7_t pkcs7 = NULL;
  gsize size = 0;
  gnutls_datum_t datum = { (guint8 *) g_bytes_get_data (der, &size), 0 };
  datum.size = size;
  guint before = objects->len;
  int result = gnutls_pkcs7_init (&pkcs7);
  if (result >= 0)
    result = gnutls_pkcs7_import (pkcs7, &datum, GNUTLS_X509_FMT_DER);
  place.encoding = "PKCS#7";
  gboolean good = result < 0 || read_pkcs7_members (objects, place, pkcs7, error);
  gnutls_pkcs7_deinit (pkcs7);
  if (good && objects->len == before)
    {
      const char *words = result < 0 ? _("This PKCS#7 container is damaged or holds no certificates.")
                                     : _("This PKCS#7 container is empty: there is no certificate in it.");

      g_ptr_array_add (objects, cht_object_new_unknown (place, der, words));
    }
  return good;
}

static void
read_key (GPtrArray *objects, ChtObjectPlace place, GBytes *der, ChtSecret *passphrase)
{
  g_autoptr (ChtSecret) secret = cht_secret_new (g_bytes_get_data (der, NULL), g_bytes_get_size (der));
  g_autoptr (ChtKey) key = cht_key_new_from_der (secret, passphrase);
  g_ptr_array_add (objects, cht_object_new_key (place, key));
}

static gboolean
is_blank (ChtDer bytes)
{
  for (gsize i = 0; i < bytes.size; i++)
    if (bytes.data[i] != 0 && !g_ascii_isspace (bytes.data[i]))
      return FALSE;
  return TRUE;
}

/* Bytes behind the first element: OpenSSL's trust data, or the next certificate of a file that was put together. */
static GBytes *
split_first (GBytes *der, GBytes **behind)
{
  ChtDer rest = { g_bytes_get_data (der, NULL), g_bytes_get_size (der) };
  ChtDer whole;
  *behind = NULL;
  if (!cht_der_read (&rest, NULL, NULL, &whole))
    return g_bytes_ref (der);
  if (is_blank (rest))
    return g_bytes_new_from_bytes (der, 0, whole.size);
  *behind = g_bytes_new_from_bytes (der, whole.size, rest.size);
  return g_bytes_new_from_bytes (der, 0, whole.size);
}

static gboolean
read_one (GPtrArray *objects, ChtObjectPlace place, GBytes *der, ChtSecret *passphrase, GError **error)
{
  ChtDerKind kind = cht_sniff_der ((ChtDer) { g_bytes_get_data (der, NULL), g_bytes_get_size (der) });
  if (!check_room (objects, error))
    return FALSE;
  if (kind == CHT_DER_KIND_PKCS7)
    return read_pkcs7 (objects, place, der, error);
  if (kind == CHT_DER_KIND_PKCS12)
    return cht_pkcs12_read (objects, place, der, passphrase, error);
  if (g_bytes_get_size (der) > CHT_X509_MAX_OBJECT)
    {
      g_set_error_literal (error, CHT_X509_ERROR, CHT_X509_ERROR_LIMIT,
                           _("One of the objects is larger than 1 MiB, the limit."));
      return FALSE;
    }
  if (cht_sniff_is_private_key (kind))
    read_key (objects, place, der, passphrase);
  else
    g_ptr_array_add (objects, cht_object_new_from_der (place, der));
  return TRUE;
}

gboolean
cht_container_read (GPtrArray *objects, ChtObjectPlace place, GBytes *der, ChtSecret *passphrase, GError **error)
{
  gboolean has_trust_data = g_str_has_prefix (place.label, "TRUSTED");
  g_autoptr (GBytes) rest = g_bytes_ref (der);
  while (rest != NULL)
    {
      g_autoptr (GBytes) behind = NULL;
      g_autoptr (GBytes) first = split_first (rest, &behind);
      gboolean more = behind != NULL && !has_trust_data
                      && cht_sniff_der ((ChtDer) { g_bytes_get_data (behind, NULL),
                                                  g_bytes_get_size (behind) }) != CHT_DER_KIND_NONE;
      /* What follows and is nothing that can be read makes the whole unreadable, so that nobody overlooks it. */
      if (!read_one (objects, place, has_trust_data || more || behind == NULL ? first : rest, passphrase, error))
        return FALSE;
      g_clear_pointer (&rest, g_bytes_unref);
      if (more)
        rest = g_steal_pointer (&behind);
    }
  return TRUE;
}
