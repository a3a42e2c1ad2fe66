/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-image.h"

#include <sodium.h>
#include <string.h>

char *
cht_uuid_to_text (const guint8 uuid[CHT_SEAL_UUID])
{
  GString *text = g_string_sized_new (37);

  for (guint i = 0; i < CHT_SEAL_UUID; i++)
    g_string_append_printf (text, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", uuid[i]);
  return g_string_free (text, FALSE);
}

gboolean
cht_uuid_from_text (const char *text, guint8 uuid[CHT_SEAL_UUID])
{
  gsize used;

  return g_uuid_string_is_valid (text)
      && sodium_hex2bin (uuid, CHT_SEAL_UUID, text, strlen (text), "-", &used, NULL) == 0 && used == CHT_SEAL_UUID;
}

static void
change_free (gpointer data)
{
  ChtChange *change = data;

  g_clear_pointer (&change->payload, g_bytes_unref);
  g_free (change->text);
  g_free (change);
}

ChtVaultAction *
cht_vault_action_new (const char *name, const char *const *objects, const char *outcome)
{
  ChtVaultAction *action;

  g_return_val_if_fail (name != NULL && outcome != NULL, NULL);

  action = g_new0 (ChtVaultAction, 1);
  action->name = g_strdup (name);
  action->objects = g_strdupv ((char **) objects);
  action->outcome = g_strdup (outcome);
  action->changes = g_ptr_array_new_with_free_func (change_free);
  return action;
}

void
cht_vault_action_free (ChtVaultAction *action)
{
  g_free (action->name);
  g_strfreev (action->objects);
  g_free (action->outcome);
  g_ptr_array_unref (action->changes);
  g_free (action);
}

static ChtChange *
add_change (ChtVaultAction *action, const guint8 *uuid)
{
  ChtChange *change = g_new0 (ChtChange, 1);

  memcpy (change->uuid, uuid, CHT_SEAL_UUID);
  change->text = cht_uuid_to_text (uuid);
  g_ptr_array_add (action->changes, change);
  return change;
}

const char *
cht_vault_action_put (ChtVaultAction *action, const char *uuid, ChtVaultKind kind, GBytes *payload)
{
  guint8 raw[CHT_SEAL_UUID];
  ChtChange *change;

  g_return_val_if_fail (action != NULL && payload != NULL, NULL);
  g_return_val_if_fail (kind > 0 && (guint) kind < CHT_SEAL_KIND_RECORDS_END, NULL);

  if (uuid == NULL)
    {
      randombytes_buf (raw, sizeof raw);
      raw[6] = (raw[6] & 0x0f) | 0x40;  /* RFC 9562, version 4 */
      raw[8] = (raw[8] & 0x3f) | 0x80;
    }
  else if (!cht_uuid_from_text (uuid, raw))
    {
      g_critical ("A record cannot be put under a name that is no UUID");
      return NULL;
    }
  change = add_change (action, raw);
  change->kind = kind;
  change->payload = g_bytes_ref (payload);
  return change->text;
}

void
cht_vault_action_remove (ChtVaultAction *action, const char *uuid)
{
  guint8 raw[CHT_SEAL_UUID];

  g_return_if_fail (action != NULL && uuid != NULL);

  if (cht_uuid_from_text (uuid, raw))
    add_change (action, raw)->removal = TRUE;
  else
    g_critical ("A record cannot be removed under a name that is no UUID");
}
