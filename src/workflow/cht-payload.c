/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-payload.h"

#include <glib/gi18n-lib.h>

#include "cht-vault.h"

#define TYPE G_VARIANT_TYPE ("(ya{sv})")
#define MAX_FIELDS 64

typedef struct {
  gsize size;
  guint8 data[];
} Wiped;

static void
wiped_free (gpointer data)
{
  Wiped *wiped = data;

  cht_wipe (wiped->data, wiped->size);
  g_free (wiped);
}

GBytes *
cht_payload_pack (GVariant *dict)
{
  g_autoptr (GVariant) whole = g_variant_ref_sink (g_variant_new ("(y@a{sv})", (guchar) CHT_PAYLOAD_VERSION, dict));
#if G_BYTE_ORDER == G_BIG_ENDIAN
#error "records are little endian: swap here before this is built on such a machine"
#endif
  /* g_variant_store() writes the tree straight to this place; g_variant_get_data() would leave a copy behind that
   * nobody wipes. */
  const gsize size = g_variant_get_size (whole);
  Wiped *wiped = g_malloc (sizeof (Wiped) + size);

  wiped->size = size;
  g_variant_store (whole, wiped->data);
  return g_bytes_new_with_free_func (wiped->data, size, wiped_free, wiped);
}

GVariant *
cht_payload_unpack (GBytes *payload, GError **error)
{
  g_autoptr (GBytes) aligned = g_bytes_ref (payload);
  g_autoptr (GVariant) whole = NULL;
  guchar version;

  /* GVariant would make an aligned copy by itself, and not wipe it. */
  if ((guintptr) g_bytes_get_data (payload, NULL) % 8 != 0)
    {
      g_bytes_unref (aligned);
      aligned = cht_vault_bytes_new_wiped (g_bytes_get_data (payload, NULL), g_bytes_get_size (payload));
    }
  whole = g_variant_ref_sink (g_variant_new_from_bytes (TYPE, aligned, FALSE));
  g_variant_get_child (whole, 0, "y", &version);
  if (version > CHT_PAYLOAD_VERSION)
    {
      g_set_error_literal (error, CHT_VAULT_ERROR, CHT_VAULT_ERROR_NEWER,
                           _("A record of the vault was written by a newer release."));
      return NULL;
    }
  if (g_bytes_get_size (payload) == 0 || version == 0 || !g_variant_is_normal_form (whole))
    {
      g_set_error_literal (error, CHT_VAULT_ERROR, CHT_VAULT_ERROR_DAMAGED,
                           _("A record of the vault cannot be read."));
      return NULL;
    }
  g_autoptr (GVariant) dict = g_variant_get_child_value (whole, 1);
  if (g_variant_n_children (dict) > MAX_FIELDS)
    {
      g_set_error_literal (error, CHT_VAULT_ERROR, CHT_VAULT_ERROR_DAMAGED,
                           _("A record of the vault cannot be read."));
      return NULL;
    }
  return g_steal_pointer (&dict);
}

GVariant *
cht_payload_new_secret (ChtSecret *secret)
{
  g_autoptr (GBytes) bytes = g_bytes_new_with_free_func (cht_secret_get_data (secret), cht_secret_get_size (secret),
                                                         (GDestroyNotify) cht_secret_unref, cht_secret_ref (secret));
  return g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, bytes, TRUE);
}

GVariant *
cht_payload_new_bytes (GBytes *bytes)
{
  return g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, bytes, TRUE);
}

ChtSecret *
cht_payload_dup_secret (GVariant *dict, const char *name)
{
  g_autoptr (GVariant) value = g_variant_lookup_value (dict, name, G_VARIANT_TYPE_BYTESTRING);
  return value != NULL ? cht_secret_new (g_variant_get_data (value), g_variant_get_size (value)) : NULL;
}

GBytes *
cht_payload_dup_bytes (GVariant *dict, const char *name)
{
  g_autoptr (GVariant) value = g_variant_lookup_value (dict, name, G_VARIANT_TYPE_BYTESTRING);
  /* A copy, so that the record, which may hold a key too, goes as soon as it was read. */
  return value != NULL ? g_bytes_new (g_variant_get_data (value), g_variant_get_size (value)) : NULL;
}

char *
cht_payload_dup_string (GVariant *dict, const char *name)
{
  char *text = NULL;

  g_variant_lookup (dict, name, "s", &text);
  return text;
}
