/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An item of the vault as files. */
#include "cht-workspace-private.h"

#include <glib/gi18n-lib.h>

#include "cht-item-private.h"
#include "cht-out.h"
#include "cht-problems.h"
#include "cht-task.h"

typedef struct {
  ChtItem *item;
  char *folder;
  ChtKeyExport how;
  ChtSecret *new_passphrase;
  gboolean overwrite;
  ChtOut *out;
  char *names[3];
} Export;

static void
export_free (gpointer data)
{
  Export *export = data;

  g_clear_object (&export->item);
  g_free (export->folder);
  g_clear_pointer (&export->new_passphrase, cht_secret_unref);
  g_clear_pointer (&export->out, cht_out_free);
  for (guint i = 0; i < G_N_ELEMENTS (export->names); i++)
    g_free (export->names[i]);
  g_free (export);
}

/* The part's id, which is its file's name too; the ending tells what the bytes are, since they leave as they came. */
static const char *
get_part (ChtItem *item)
{
  const char *kind = cht_item_get_kind (item);

  if (g_str_equal (kind, CHT_ITEM_INTERMEDIATE))
    return "certificate";
  return g_str_equal (kind, CHT_ITEM_TRUST_CHAIN) ? "chain" : g_str_equal (kind, CHT_ITEM_CRL) ? "crl" : "request";
}

static const char *
get_ending (GBytes *bytes)
{
  gsize size;
  const char *text = g_bytes_get_data (bytes, &size);
  return g_strstr_len (text, (gssize) MIN (size, G_MAXSSIZE), "-----BEGIN ") != NULL ? "pem" : "der";
}

static void
name_files (Export *export)
{
  GBytes *bytes = cht_item_get_bytes (export->item);
  guint n = 0;

  if (bytes != NULL)
    export->names[n++] = g_strdup_printf ("%s.%s", get_part (export->item), get_ending (bytes));
  if (cht_item_get_key (export->item) != NULL)
    export->names[n++] = g_strdup ("key.pem");
}

static void
write_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Export *export = data;
  GError *error = NULL;
  GPtrArray *files = cht_out_write (export->out, &error);

  if (files != NULL)
    g_task_return_pointer (task, files, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

static void
on_written_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  GPtrArray *files = g_task_propagate_pointer (G_TASK (result), &error);

  if (files != NULL)
    g_task_return_pointer (task, files, (GDestroyNotify) g_ptr_array_unref);
  else
    cht_problems_return (task, error);
}

static void
on_export_logged_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  if (cht_workspace_audit_finish (CHT_WORKSPACE (source), result, &error))
    cht_task_run (task, g_task_get_task_data (task), NULL, write_in_thread, on_written_cb);
  else
    cht_problems_return (task, error);
}

/* Making the key's new form takes a while, so it is done off the main thread, and before anything is logged or written.
 */
static void
protect_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Export *export = data;
  GBytes *bytes = cht_item_get_bytes (export->item);
  g_autoptr (ChtSecret) key = NULL;
  GError *error = NULL;

  if (!export->overwrite && !cht_out_check (export->folder, (const char *const *) export->names, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  export->out = cht_out_new (export->folder, export->overwrite);
  if (bytes != NULL)
    cht_out_add_bytes (export->out, get_part (export->item), export->names[0], bytes);
  if (cht_item_get_key (export->item) != NULL)
    {
      key = cht_out_protect_key (cht_item_get_key (export->item), export->how, cht_item_get_passphrase (export->item),
                                 export->new_passphrase, &error);
      if (key == NULL)
        {
          g_task_return_error (task, error);
          return;
        }
      cht_out_add_key (export->out, "key", "key.pem", key);
    }
  g_task_return_boolean (task, TRUE);
}

static void
on_protected_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  ChtWorkspace *self = g_task_get_source_object (task);
  Export *export = g_task_get_task_data (task);
  const char *objects[] = { cht_item_get_id (export->item), NULL };
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    cht_problems_return (task, error);
  /* A vault that cannot be written takes no row; what is in it must come out all the same. */
  else if (cht_workspace_get_vault_state (self) == CHT_WORKSPACE_VAULT_READ_ONLY)
    cht_task_run (task, g_task_get_task_data (task), NULL, write_in_thread, on_written_cb);
  else
    cht_workspace_audit_async (self, "item.export", objects,
                               cht_item_get_has_key (export->item) ? "done-with-key" : "done",
                               g_task_get_cancellable (task), on_export_logged_cb, g_object_ref (task));
}

static ChtItem *
find_item (ChtWorkspace *self, const char *id)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->items)); i++)
    {
      g_autoptr (ChtItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), i);
      if (g_str_equal (cht_item_get_id (item), id))
        return g_steal_pointer (&item);
    }
  return NULL;
}

/* NULL with ERROR where it may not be. */
static ChtItem *
check (ChtWorkspace *self, const char *id, ChtKeyExport how, ChtSecret *new_passphrase, GError **error)
{
  ChtWorkspaceVault state = cht_workspace_get_vault_state (self);
  g_autoptr (ChtItem) item = NULL;

  if (state != CHT_WORKSPACE_VAULT_OPEN && state != CHT_WORKSPACE_VAULT_READ_ONLY)
    {
      g_propagate_error (error, cht_problems_new_error ("vault.locked", CHT_PROBLEM_UNREACHABLE,
        _("Unlock the vault, then try again."), "%s", _("The vault is not open.")));
      return NULL;
    }
  item = find_item (self, id);
  if (item == NULL)
    g_propagate_error (error, cht_problems_new_error ("item.unknown", CHT_PROBLEM_NO,
      _("Look at the list for what the vault holds."), "%s", _("The vault holds nothing of this id.")));
  else if (cht_item_get_has_key (item) && how == CHT_KEY_EXPORT_NONE)
    g_propagate_error (error, cht_problems_new_error ("usage", CHT_PROBLEM_UNUSABLE,
      _("Say how the key is to be protected."), "%s",
      _("This item has a private key, and it is not said how the key may leave. Nothing was written.")));
  else if (cht_item_get_has_key (item) && how == CHT_KEY_EXPORT_ENCRYPTED
           && (new_passphrase == NULL || cht_secret_get_size (new_passphrase) == 0))
    g_propagate_error (error, cht_problems_new_error ("usage", CHT_PROBLEM_UNUSABLE,
                                                      _("Give a passphrase that is not empty."), "%s",
                                                      _("The key cannot be protected by an empty passphrase.")));
  else
    return g_steal_pointer (&item);
  return NULL;
}

void
cht_workspace_export_item_async (ChtWorkspace *self, const char *id, const char *folder, ChtKeyExport how,
                                 ChtSecret *new_passphrase, gboolean overwrite, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer data)
{
  g_return_if_fail (CHT_IS_WORKSPACE (self) && id != NULL && folder != NULL);

  g_autoptr (GTask) task = cht_task_new (self, cht_workspace_export_item_async, cancellable, callback, data);
  GError *error = NULL;

  g_autoptr (ChtItem) item = check (self, id, how, new_passphrase, &error);
  if (item == NULL)
    {
      cht_problems_return (task, error);
      return;
    }
  Export *export = g_new0 (Export, 1);
  export->item = g_steal_pointer (&item);
  export->folder = g_strdup (folder);
  export->how = how;
  export->new_passphrase = new_passphrase != NULL ? cht_secret_ref (new_passphrase) : NULL;
  export->overwrite = overwrite;
  name_files (export);
  g_task_set_task_data (task, export, export_free);
  cht_task_run (task, export, NULL, protect_in_thread, on_protected_cb);
}

GPtrArray *
cht_workspace_export_item_finish (ChtWorkspace *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
