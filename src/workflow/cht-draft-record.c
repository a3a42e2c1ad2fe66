/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A draft as a record of the vault: its files' bytes, their base names, no path, no passphrase. */
#include "cht-draft-private.h"

#include <glib/gi18n-lib.h>

#include "cht-payload.h"
#include "cht-vault.h"

static const ChtField places[] = { CHT_FIELD_CHAIN, CHT_FIELD_CERTIFICATE, CHT_FIELD_KEY };
static const char *const names[] = { "chain", "certificate", "key" };
static const char *const file_names[] = { "chain-file", "certificate-file", "key-file" };

GBytes *
cht_draft_pack (ChtDraft *self)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&dict, "name", "s", self->name);
  g_variant_dict_insert (&dict, "edit", "b", self->edit);
  if (self->form != NULL || self->role_name != NULL)
    g_variant_dict_insert (&dict, "role-name", "s",
                           self->form != NULL ? cht_role_form_get_name (self->form) : self->role_name);
  g_variant_dict_insert (&dict, "destinations", "^as", self->destinations);
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    if (self->fields[i].bytes != NULL)
      {
        g_autofree char *valid = g_utf8_make_valid (self->fields[i].file_name, -1);
        g_variant_dict_insert_value (&dict, names[i], cht_payload_new_bytes (self->fields[i].bytes));
        g_variant_dict_insert (&dict, file_names[i], "s", valid);
      }
  return cht_payload_pack (g_variant_dict_end (&dict));
}

ChtDraft *
cht_draft_unpack (const char *uuid, GBytes *payload, const ChtClock *clock, GListModel *certificates,
                  GListModel *destinations, GError **error)
{
  g_autoptr (GVariant) dict = cht_payload_unpack (payload, error);
  g_auto (GStrv) chosen = NULL;
  gboolean edit = FALSE;

  if (dict == NULL)
    return NULL;
  g_autofree char *name = cht_payload_dup_string (dict, "name");
  g_autofree char *role_name = cht_payload_dup_string (dict, "role-name");
  g_variant_lookup (dict, "edit", "b", &edit);
  g_variant_lookup (dict, "destinations", "^as", &chosen);
  if (name == NULL || chosen == NULL)
    {
      g_set_error_literal (error, CHT_VAULT_ERROR, CHT_VAULT_ERROR_DAMAGED,
                           _("A record of the vault cannot be read."));
      return NULL;
    }
  g_autoptr (ChtDraft) self = cht_draft_new (clock, edit, certificates, destinations);
  g_free (self->uuid);
  self->uuid = g_strdup (uuid);
  self->role_name = g_strdup (role_name);
  cht_draft_set_name (self, name);
  cht_draft_set_destinations (self, (const char *const *) chosen);
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autoptr (GVariant) value = g_variant_lookup_value (dict, names[i], G_VARIANT_TYPE_BYTESTRING);
      g_autofree char *file_name = cht_payload_dup_string (dict, file_names[i]);
      if (value == NULL)
        continue;
      g_autoptr (GBytes) bytes = cht_vault_bytes_new_wiped (g_variant_get_data (value), g_variant_get_size (value));
      cht_draft_set_bytes_async (self, places[i], bytes, file_name != NULL ? file_name : names[i], NULL, NULL, NULL);
    }
  cht_draft_set_changed (self, FALSE);
  return g_steal_pointer (&self);
}

void
cht_draft_adopt_form (ChtDraft *self, GListModel *forms)
{
  const gboolean changed = self->changed;

  for (guint i = 0; self->form == NULL && self->role_name != NULL && i < g_list_model_get_n_items (forms); i++)
    {
      g_autoptr (ChtRoleForm) form = g_list_model_get_item (forms, i);
      if (g_str_equal (cht_role_form_get_name (form), self->role_name))
        cht_draft_set_role_form (self, form);
    }
  cht_draft_set_changed (self, changed);
}
