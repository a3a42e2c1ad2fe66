/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the vault's records say, as models: items, profiles, drafts. */
#include "cht-workspace-private.h"

#include "cht-draft-private.h"
#include "cht-item-private.h"
#include "cht-payload.h"
#include "cht-records-private.h"

static GPtrArray *
list_records (ChtWorkspace *self, ChtVaultKind kind)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *records = cht_vault_list (self->vault, kind, &error);

  if (records == NULL)
    {
      g_debug ("No records of kind %d: %s", (int) kind, error->message);
      return g_ptr_array_new ();
    }
  return records;
}

static void
reload_items (ChtWorkspace *self)
{
  g_autoptr (GPtrArray) records = list_records (self, CHT_VAULT_KIND_ITEM);
  g_autoptr (GPtrArray) fresh = g_ptr_array_new_with_free_func (g_object_unref);
  const gboolean alone = cht_vault_get_mode (self->vault) == CHT_VAULT_MODE_KEYRING;

  for (guint i = 0; i < records->len; i++)
    {
      ChtVaultRecord *record = records->pdata[i];
      g_autoptr (GError) error = NULL;
      ChtItem *item = cht_item_unpack (record->uuid, record->payload, &error);
      if (item == NULL)
        {
          g_debug ("Record %s: %s", record->uuid, error->message);
          continue;
        }
      cht_item_set_keyring_alone (item, alone);
      g_ptr_array_add (fresh, item);
    }
  cht_record_merge_store (self->items, fresh, "id", FALSE);
}

/* The uuids of profiles that have a sealed password. */
static GHashTable *
list_passwords (ChtWorkspace *self)
{
  g_autoptr (GPtrArray) records = list_records (self, CHT_VAULT_KIND_PASSWORD);
  GHashTable *profiles = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < records->len; i++)
    {
      g_autoptr (GVariant) dict = cht_payload_unpack (((ChtVaultRecord *) records->pdata[i])->payload, NULL);
      char *uuid = dict != NULL ? cht_payload_dup_string (dict, "profile") : NULL;
      if (uuid != NULL)
        g_hash_table_add (profiles, uuid);
    }
  return profiles;
}

static ChtProfile *
unpack_profile (ChtVaultRecord *record, GHashTable *with_password)
{
  g_autoptr (GVariant) dict = cht_payload_unpack (record->payload, NULL);

  if (dict == NULL)
    return NULL;
  g_autofree char *name = cht_payload_dup_string (dict, "name");
  g_autofree char *url = cht_payload_dup_string (dict, "url");
  g_autofree char *username = cht_payload_dup_string (dict, "username");
  g_autofree char *pin = cht_payload_dup_string (dict, "pin");
  if (name == NULL || url == NULL || username == NULL || pin == NULL)
    return NULL;
  return cht_profile_new_kept (record->uuid, name, url, username, pin,
                               g_hash_table_contains (with_password, record->uuid));
}

static void
reload_profiles (ChtWorkspace *self)
{
  g_autoptr (GPtrArray) records = list_records (self, CHT_VAULT_KIND_PROFILE);
  g_autoptr (GPtrArray) fresh = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GHashTable) with_password = list_passwords (self);

  for (guint i = 0; i < records->len; i++)
    {
      ChtProfile *profile = unpack_profile (records->pdata[i], with_password);
      if (profile != NULL)
        g_ptr_array_add (fresh, profile);
    }
  cht_record_merge_store (self->profiles, fresh, "uuid", FALSE);
}

static ChtDraft *
find_draft (ChtWorkspace *self, const char *uuid)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->drafts)); i++)
    {
      g_autoptr (ChtDraft) draft = g_list_model_get_item (G_LIST_MODEL (self->drafts), i);
      if (g_str_equal (draft->uuid, uuid))
        return g_steal_pointer (&draft);
    }
  return NULL;
}

/* A draft that is there stays the object that a form works on. */
static void
reload_drafts (ChtWorkspace *self)
{
  g_autoptr (GPtrArray) records = list_records (self, CHT_VAULT_KIND_DRAFT);
  g_autoptr (GHashTable) uuids = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < records->len; i++)
    {
      ChtVaultRecord *record = records->pdata[i];
      g_autoptr (ChtDraft) draft = find_draft (self, record->uuid);
      g_hash_table_add (uuids, record->uuid);
      if (draft != NULL)
        continue;
      draft = cht_draft_unpack (record->uuid, record->payload, &self->clock, G_LIST_MODEL (self->certificates),
                                G_LIST_MODEL (self->destinations), NULL);
      if (draft == NULL)
        continue;
      cht_draft_adopt_form (draft, G_LIST_MODEL (self->role_forms));
      g_list_store_append (self->drafts, draft);
    }
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (self->drafts)); i > 0; i--)
    {
      g_autoptr (ChtDraft) draft = g_list_model_get_item (G_LIST_MODEL (self->drafts), i - 1);
      if (!g_hash_table_contains (uuids, draft->uuid))
        g_list_store_remove (self->drafts, i - 1);
    }
}

void
cht_workspace_reload_records (ChtWorkspace *self)
{
  reload_items (self);
  reload_profiles (self);
  reload_drafts (self);
}

void
cht_workspace_clear_records (ChtWorkspace *self)
{
  g_list_store_remove_all (self->items);
  g_list_store_remove_all (self->profiles);
  g_list_store_remove_all (self->drafts);
}

ChtSecret *
cht_workspace_dup_password (ChtWorkspace *self, ChtProfile *profile)
{
  g_autoptr (GPtrArray) records =
      self->vault != NULL ? list_records (self, CHT_VAULT_KIND_PASSWORD) : g_ptr_array_new ();

  for (guint i = 0; i < records->len; i++)
    {
      g_autoptr (GVariant) dict = cht_payload_unpack (((ChtVaultRecord *) records->pdata[i])->payload, NULL);
      g_autofree char *uuid = dict != NULL ? cht_payload_dup_string (dict, "profile") : NULL;
      if (uuid != NULL && g_str_equal (uuid, cht_profile_get_uuid (profile)))
        return cht_payload_dup_secret (dict, "password");
    }
  return NULL;
}

/* The record that holds PROFILE's address and user already, so that keeping it twice makes no second one. */
static char *
find_profile_uuid (ChtWorkspace *self, ChtProfile *profile)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->profiles)); i++)
    {
      g_autoptr (ChtProfile) kept = g_list_model_get_item (G_LIST_MODEL (self->profiles), i);
      if (g_str_equal (cht_profile_get_uuid (kept), cht_profile_get_uuid (profile))
          || (g_str_equal (cht_profile_get_url (kept), cht_profile_get_url (profile))
              && g_str_equal (cht_profile_get_username (kept), cht_profile_get_username (profile))))
        return g_strdup (cht_profile_get_uuid (kept));
    }
  return NULL;
}

static char *
find_password_uuid (ChtWorkspace *self, const char *profile)
{
  g_autoptr (GPtrArray) records = list_records (self, CHT_VAULT_KIND_PASSWORD);

  for (guint i = 0; i < records->len; i++)
    {
      ChtVaultRecord *record = records->pdata[i];
      g_autoptr (GVariant) dict = cht_payload_unpack (record->payload, NULL);
      g_autofree char *uuid = dict != NULL ? cht_payload_dup_string (dict, "profile") : NULL;
      if (g_strcmp0 (uuid, profile) == 0)
        return g_strdup (record->uuid);
    }
  return NULL;
}

void
cht_workspace_put_profile (ChtWorkspace *self, ChtVaultAction *action, ChtProfile *profile, ChtSecret *password)
{
  g_auto (GVariantDict) facts = G_VARIANT_DICT_INIT (NULL);
  g_auto (GVariantDict) secret = G_VARIANT_DICT_INIT (NULL);
  g_autofree char *known = find_profile_uuid (self, profile);
  g_autofree char *known_password = known != NULL ? find_password_uuid (self, known) : NULL;
  const char *uuid;

  g_variant_dict_insert (&facts, "name", "s", cht_profile_get_name (profile));
  g_variant_dict_insert (&facts, "url", "s", cht_profile_get_url (profile));
  g_variant_dict_insert (&facts, "username", "s", cht_profile_get_username (profile));
  g_variant_dict_insert (&facts, "pin", "s", cht_profile_get_pin (profile));
  g_autoptr (GBytes) profile_bytes = cht_payload_pack (g_variant_dict_end (&facts));
  uuid = cht_vault_action_put (action, known, CHT_VAULT_KIND_PROFILE, profile_bytes);
  g_variant_dict_insert (&secret, "profile", "s", uuid);
  g_variant_dict_insert_value (&secret, "password", cht_payload_new_secret (password));
  g_autoptr (GBytes) password_bytes = cht_payload_pack (g_variant_dict_end (&secret));
  cht_vault_action_put (action, known_password, CHT_VAULT_KIND_PASSWORD, password_bytes);
}
