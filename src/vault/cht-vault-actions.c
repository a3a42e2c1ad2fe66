/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-vault.h"
#include "cht-vault-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "cht-lock-file.h"
#include "cht-store.h"

void
cht_vault_record_free (ChtVaultRecord *record)
{
  g_free (record->uuid);
  g_clear_pointer (&record->payload, g_bytes_unref);
  g_free (record);
}

GBytes *
cht_vault_bytes_new_wiped (gconstpointer data, gsize size)
{
  return cht_seal_bytes_take (g_memdup2 (data, size), size);
}

/* NULL where the row does not open: memory that was authenticated at opening cannot, short of a fault of the
 * machine. */
static ChtVaultRecord *
open_record (ChtVault *self, ChtRow *row, GError **error)
{
  GBytes *payload = cht_row_open (row, self->open->seal);
  ChtVaultRecord *record;

  if (payload == NULL)
    {
      cht_store_damaged (self->path, error);
      return NULL;
    }
  record = g_new0 (ChtVaultRecord, 1);
  record->uuid = cht_uuid_to_text (row->uuid);
  record->kind = row->kind;
  record->generation = row->generation;
  record->payload = payload;
  return record;
}

GPtrArray *
cht_vault_list (ChtVault *self, ChtVaultKind kind, GError **error)
{
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify) cht_vault_record_free);

  g_return_val_if_fail (CHT_IS_VAULT (self), NULL);

  if (!cht_vault_check_open (self, error))
    return NULL;
  for (guint i = 0; i < self->open->image->rows->len; i++)
    {
      ChtRow *row = g_ptr_array_index (self->open->image->rows, i);
      ChtVaultRecord *record;

      if (kind != 0 && row->kind != (guint32) kind)
        continue;
      record = open_record (self, row, error);
      if (record == NULL)
        return NULL;
      g_ptr_array_add (records, record);
    }
  return g_steal_pointer (&records);
}

ChtVaultRecord *
cht_vault_get (ChtVault *self, const char *uuid, GError **error)
{
  guint8 raw[CHT_SEAL_UUID];
  ChtRow *row;

  g_return_val_if_fail (CHT_IS_VAULT (self) && uuid != NULL, NULL);

  if (!cht_vault_check_open (self, error))
    return NULL;
  row = cht_uuid_from_text (uuid, raw) ? g_hash_table_lookup (self->open->image->by_uuid, raw) : NULL;
  if (row == NULL)
    {
      g_set_error_literal (error, CHT_VAULT_ERROR, CHT_VAULT_ERROR_UNKNOWN_RECORD,
                           _("There is no such entry in the vault."));
      return NULL;
    }
  return open_record (self, row, error);
}

void
cht_vault_commit_async (ChtVault *self, ChtVaultAction *action, GCancellable *cancellable, GAsyncReadyCallback callback,
                        gpointer data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (ChtVaultAction) owned = action;
  g_autoptr (GError) error = NULL;

  g_return_if_fail (CHT_IS_VAULT (self) && action != NULL);

  task = g_task_new (self, cancellable, callback, data);
  g_task_set_source_tag (task, cht_vault_commit_async);
  /* What was written is told as written, even where the cancellation came in the same moment. */
  g_task_set_check_cancellable (task, FALSE);
  if (g_task_return_error_if_cancelled (task))
    return;
  if (!cht_vault_check_open (self, &error))
    g_task_return_error (task, g_steal_pointer (&error));
  else if (self->open->read_only != CHT_READ_ONLY_NO)
    g_task_return_new_error (task, CHT_VAULT_ERROR, CHT_VAULT_ERROR_READ_ONLY, "%s", self->reason);
  else
    cht_vault_queue (self, CHT_JOB_COMMIT, g_steal_pointer (&owned), g_steal_pointer (&task));
}

gboolean
cht_vault_commit_finish (ChtVault *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

GPtrArray *
cht_vault_read_audit (ChtVault *self, gboolean *chain_holds, GError **error)
{
  g_autoptr (GPtrArray) entries = NULL;
  guint64 break_index;

  g_return_val_if_fail (CHT_IS_VAULT (self), NULL);

  if (!cht_vault_check_open (self, error))
    return NULL;
  entries = cht_audit_open_all (self->open->seal, &self->open->image->head, self->open->image->audit, &break_index);
  if (chain_holds != NULL)
    *chain_holds = break_index == 0;
  return g_steal_pointer (&entries);
}

GPtrArray *
cht_vault_verify (ChtVault *self, GError **error)
{
  g_autoptr (GPtrArray) faults = g_ptr_array_new_with_free_func ((GDestroyNotify) cht_vault_fault_free);
  g_autoptr (ChtLockFile) lock = NULL;
  g_autoptr (ChtImage) image = NULL;
  g_autoptr (GError) local = NULL;

  g_return_val_if_fail (CHT_IS_VAULT (self), NULL);

  if (!cht_vault_check_open (self, error))
    return NULL;
  lock = cht_lock_file_take (self->open->path, FALSE, NULL, error);
  if (lock == NULL)
    return NULL;
  image = cht_store_load (self->open->path, self->open->seal, NULL, faults, &local);
  if (image == NULL)
    {
      if (!g_error_matches (local, CHT_VAULT_ERROR, CHT_VAULT_ERROR_DAMAGED))
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return NULL;
        }
      cht_fault_add (faults, "vault.damaged", NULL, local->message);
      return g_steal_pointer (&faults);
    }
  if (image->audit_break > 0)
    {
      g_autofree char *message = g_strdup_printf (
          _("The log was changed by something other than Chatelaine: it holds no further than "
             "before its row %" G_GUINT64_FORMAT "."),
          image->audit_break);

      cht_fault_add (faults, "audit.broken", NULL, message);
    }
  if (self->open->read_only == CHT_READ_ONLY_OLDER || self->open->read_only == CHT_READ_ONLY_OTHER)
    cht_fault_add (faults, "vault.older", NULL, cht_read_only_get_words (self->open->read_only));
  return g_steal_pointer (&faults);
}
