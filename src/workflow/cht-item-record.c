/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An item as a record of the vault. No path of a source file is in it (the base name may be, as the item's name). */
#include "cht-item-private.h"

#include <glib/gi18n-lib.h>

#include "cht-payload.h"
#include "cht-vault.h"

GBytes *
cht_item_pack (ChtItem *self)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&dict, "kind", "s", cht_item_get_kind (self));
  g_variant_dict_insert (&dict, "name", "s", cht_item_get_name (self));
  if (cht_item_get_role_id (self) != NULL)
    g_variant_dict_insert (&dict, "role", "s", cht_item_get_role_id (self));
  g_variant_dict_insert (&dict, "sha256", "^as", cht_item_get_sha256 (self));
  g_variant_dict_insert (&dict, "not-after", "x", cht_item_get_not_after (self));
  g_variant_dict_insert (&dict, "added", "x", cht_item_get_added (self));
  g_variant_dict_insert (&dict, "digest", "s", cht_item_get_digest (self));
  if (cht_item_get_bytes (self) != NULL)
    g_variant_dict_insert_value (&dict, "bytes", cht_payload_new_bytes (cht_item_get_bytes (self)));
  if (cht_item_get_key (self) != NULL)
    g_variant_dict_insert_value (&dict, "key", cht_payload_new_secret (cht_item_get_key (self)));
  if (cht_item_get_passphrase (self) != NULL)
    g_variant_dict_insert_value (&dict, "passphrase", cht_payload_new_secret (cht_item_get_passphrase (self)));
  return cht_payload_pack (g_variant_dict_end (&dict));
}

static gboolean
is_known_kind (const char *kind)
{
  static const char *const known[] = { CHT_ITEM_TRUST_CHAIN, CHT_ITEM_INTERMEDIATE, CHT_ITEM_KEY, CHT_ITEM_REQUEST,
                                       CHT_ITEM_CRL, NULL };
  return kind != NULL && g_strv_contains (known, kind);
}

ChtItem *
cht_item_unpack (const char *id, GBytes *payload, GError **error)
{
  g_autoptr (GVariant) dict = cht_payload_unpack (payload, error);
  gint64 not_after = CHT_TIME_UNKNOWN, added = CHT_TIME_UNKNOWN;
  g_auto (GStrv) sha256 = NULL;

  if (dict == NULL)
    return NULL;
  g_autofree char *kind = cht_payload_dup_string (dict, "kind");
  g_autofree char *name = cht_payload_dup_string (dict, "name");
  g_autofree char *role = cht_payload_dup_string (dict, "role");
  g_autofree char *digest = cht_payload_dup_string (dict, "digest");
  g_autoptr (GBytes) bytes = cht_payload_dup_bytes (dict, "bytes");
  g_autoptr (ChtSecret) key = cht_payload_dup_secret (dict, "key");
  g_autoptr (ChtSecret) passphrase = cht_payload_dup_secret (dict, "passphrase");
  g_variant_lookup (dict, "sha256", "^as", &sha256);
  g_variant_lookup (dict, "not-after", "x", &not_after);
  g_variant_lookup (dict, "added", "x", &added);
  if (!is_known_kind (kind) || name == NULL || digest == NULL || sha256 == NULL || (bytes == NULL && key == NULL)
      || g_strv_length (sha256) > CHT_X509_MAX_CERTIFICATES)
    {
      g_set_error_literal (error, CHT_VAULT_ERROR, CHT_VAULT_ERROR_DAMAGED,
                           _("A record of the vault cannot be read."));
      return NULL;
    }
  return cht_item_new_from_parts (id, kind, name, role, (const char *const *) sha256, not_after, added, digest, bytes,
                                  key, passphrase);
}
