/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The vault's states as a person meets them, and what is put into it. */
#include "cht-workspace-private.h"

#include <glib/gi18n-lib.h>

#include "cht-item-private.h"
#include "cht-problems.h"
#include "cht-task.h"

/* A person's own things: more than this at once is a slip. */
#define MAX_FILES 100

static void
notify_vault (ChtWorkspace *self)
{
  cht_workspace_notify (self, CHT_WORKSPACE_PROP_VAULT_STATE);
  cht_workspace_notify (self, CHT_WORKSPACE_PROP_VAULT_WORDS);
  cht_workspace_notify (self, CHT_WORKSPACE_PROP_VAULT_WARNING);
}

/* Whoever hears that the vault is open looks into its models at once: they are filled before it is told. */
static void
on_vault_state_changed_cb (ChtWorkspace *self)
{
  ChtVaultState state = cht_vault_get_state (self->vault);

  if (state == CHT_VAULT_STATE_OPEN || state == CHT_VAULT_STATE_READ_ONLY)
    cht_workspace_reload_records (self);
  notify_vault (self);
}

static void
on_vault_waiting_changed_cb (ChtWorkspace *self)
{
  cht_workspace_notify (self, CHT_WORKSPACE_PROP_VAULT_WAITING);
}

static void
on_vault_locked_cb (ChtWorkspace *self)
{
  cht_workspace_clear_records (self);
  notify_vault (self);
}

void
cht_workspace_connect_vault (ChtWorkspace *self)
{
  cht_vault_probe (self->vault);
  g_signal_connect_swapped (self->vault, "notify::state", G_CALLBACK (on_vault_state_changed_cb), self);
  g_signal_connect_swapped (self->vault, "notify::keyring-state", G_CALLBACK (notify_vault), self);
  g_signal_connect_swapped (self->vault, "notify::waiting-for-prompt", G_CALLBACK (on_vault_waiting_changed_cb), self);
  g_signal_connect_swapped (self->vault, "changed", G_CALLBACK (cht_workspace_reload_records), self);
  g_signal_connect_swapped (self->vault, "locked", G_CALLBACK (on_vault_locked_cb), self);
}

ChtWorkspaceVault
cht_workspace_get_vault_state (ChtWorkspace *self)
{
  g_return_val_if_fail (CHT_IS_WORKSPACE (self), CHT_WORKSPACE_VAULT_NONE);

  if (self->vault == NULL)
    return CHT_WORKSPACE_VAULT_NONE;
  switch (cht_vault_get_state (self->vault))
    {
    case CHT_VAULT_STATE_ABSENT:
      return self->opening ? CHT_WORKSPACE_VAULT_OPENING : CHT_WORKSPACE_VAULT_ABSENT;
    case CHT_VAULT_STATE_OPEN:
      return CHT_WORKSPACE_VAULT_OPEN;
    case CHT_VAULT_STATE_READ_ONLY:
      return CHT_WORKSPACE_VAULT_READ_ONLY;
    case CHT_VAULT_STATE_DAMAGED:
      return CHT_WORKSPACE_VAULT_DAMAGED;
    case CHT_VAULT_STATE_LOCKED:
    default:
      return self->opening ? CHT_WORKSPACE_VAULT_OPENING : CHT_WORKSPACE_VAULT_LOCKED;
    }
}

gboolean
cht_workspace_vault_is_open (ChtWorkspace *self)
{
  return cht_workspace_get_vault_state (self) == CHT_WORKSPACE_VAULT_OPEN;
}

const char *
cht_workspace_get_vault_words (ChtWorkspace *self)
{
  ChtKeyringState keyring;

  switch (cht_workspace_get_vault_state (self))
    {
    case CHT_WORKSPACE_VAULT_ABSENT:
      return _("There is no vault here yet. Create one to keep certificates and keys.");
    case CHT_WORKSPACE_VAULT_LOCKED:
      keyring = cht_vault_get_keyring_state (self->vault);
      return keyring == CHT_KEYRING_UNASKED || keyring == CHT_KEYRING_PRESENT
                 ? _("The vault is locked. Unlock it to go on.")
                 : cht_keyring_state_get_words (keyring);
    case CHT_WORKSPACE_VAULT_OPENING:
      return _("The vault is being opened.");
    case CHT_WORKSPACE_VAULT_READ_ONLY:
      return _("The vault can be read, but not written: its file is older than the keyring remembers, or may not be "
               "written. Export what you need, then put the newest copy back.");
    case CHT_WORKSPACE_VAULT_DAMAGED:
      return _("The vault's file is damaged or was changed by something else, so nothing of it is shown. Put back the "
               "newest copy that you have, and keep the damaged one.");
    case CHT_WORKSPACE_VAULT_NONE:
    case CHT_WORKSPACE_VAULT_OPEN:
    default:
      return "";
    }
}

const char *
cht_workspace_get_vault_warning (ChtWorkspace *self)
{
  ChtWorkspaceVault state = cht_workspace_get_vault_state (self);

  if ((state == CHT_WORKSPACE_VAULT_OPEN || state == CHT_WORKSPACE_VAULT_READ_ONLY)
      && cht_vault_get_keyring_is_plain (self->vault))
    return _("The desktop's keyring has no password of its own, so its file holds the vault's key in clear: whoever "
             "copies this disk can open the vault. Give the keyring a password.");
  return "";
}

ChtVaultStatus *
cht_workspace_get_vault_status (ChtWorkspace *self)
{
  g_return_val_if_fail (CHT_IS_WORKSPACE (self), NULL);

  ChtVaultStatus *status = g_new0 (ChtVaultStatus, 1);
  if (self->vault == NULL)
    {
      status->state = cht_vault_state_get_id (CHT_VAULT_STATE_ABSENT);
      status->mode = cht_vault_mode_get_id (CHT_VAULT_MODE_NONE);
      status->reason = status->path = "";
      status->words = g_strdup ("");
      return status;
    }
  cht_vault_probe (self->vault);
  ChtVaultState state = cht_vault_get_state (self->vault);
  ChtKeyringState keyring = cht_vault_get_keyring_state (self->vault);
  status->state = cht_vault_state_get_id (state);
  status->reason =
      keyring == CHT_KEYRING_UNASKED || state == CHT_VAULT_STATE_ABSENT ? "" : cht_keyring_state_get_id (keyring);
  status->mode = cht_vault_mode_get_id (cht_vault_get_mode (self->vault));
  status->path = cht_vault_get_path (self->vault);
  status->words = g_strdup (cht_workspace_get_vault_words (self));
  status->records = cht_vault_get_n_records (self->vault);
  status->generation = cht_vault_get_generation (self->vault);
  return status;
}

void
cht_vault_status_free (ChtVaultStatus *status)
{
  g_free (status->words);
  g_free (status);
}

/* FALSE after TASK was ended: no vault belongs to this run. */
static gboolean
require_vault (ChtWorkspace *self, GTask *task)
{
  if (self->vault != NULL)
    return TRUE;
  g_task_return_error (task, cht_problems_new_error ("vault.absent", CHT_PROBLEM_UNREACHABLE,
                       _("Name a vault to work with."), "%s", _("This run works without a vault.")));
  return FALSE;
}

static gboolean
begin_opening (ChtWorkspace *self, GTask *task)
{
  if (!require_vault (self, task))
    return FALSE;
  if (self->opening)
    {
      g_task_return_error (task, cht_problems_new_error ("vault.locked", CHT_PROBLEM_UNREACHABLE,
                           _("Wait for it, or answer the keyring's question."), "%s",
                           _("The vault is being opened already.")));
      return FALSE;
    }
  self->opening = TRUE;
  notify_vault (self);
  return TRUE;
}

static void
end_opening (ChtWorkspace *self)
{
  self->opening = FALSE;
  notify_vault (self);
}

static void
on_created_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  ChtWorkspace *self = g_task_get_source_object (task);
  GError *error = NULL;
  gboolean good = cht_vault_create_finish (CHT_VAULT (source), result, &error);

  end_opening (self);
  if (good)
    {
      cht_workspace_reload_records (self);
      g_task_return_boolean (task, TRUE);
    }
  else
    cht_problems_return (task, error);
}

void
cht_workspace_create_vault_async (ChtWorkspace *self, const char *mode, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer data)
{
  g_return_if_fail (CHT_IS_WORKSPACE (self) && mode != NULL);

  g_autoptr (GTask) task = cht_task_new (self, cht_workspace_create_vault_async, cancellable, callback, data);
  if (g_str_equal (mode, "passphrase") || g_str_equal (mode, "both"))
    {
      g_task_return_error (task, cht_problems_new_error ("usage", CHT_PROBLEM_UNUSABLE,
        _("Use the mode “keyring”. A vault made now can take a passphrase later."),
        _("The mode “%s” is not part of this release yet."), mode));
      return;
    }
  if (!g_str_equal (mode, "keyring"))
    {
      g_task_return_error (task, cht_problems_new_error ("usage", CHT_PROBLEM_UNUSABLE, _("Use the mode “keyring”."),
                                                         "%s", _("There is no such mode of a vault.")));
      return;
    }
  if (begin_opening (self, task))
    cht_vault_create_async (self->vault, CHT_VAULT_MODE_KEYRING, NULL, cancellable, on_created_cb, g_object_ref (task));
}

gboolean
cht_workspace_create_vault_finish (ChtWorkspace *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
on_unlocked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  ChtWorkspace *self = g_task_get_source_object (task);
  GError *error = NULL;
  gboolean good = cht_vault_unlock_finish (CHT_VAULT (source), result, &error);

  end_opening (self);
  if (good)
    {
      cht_workspace_reload_records (self);
      g_task_return_boolean (task, TRUE);
    }
  else
    cht_problems_return (task, error);
}

void
cht_workspace_unlock_vault_async (ChtWorkspace *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                  gpointer data)
{
  g_return_if_fail (CHT_IS_WORKSPACE (self));

  g_autoptr (GTask) task = cht_task_new (self, cht_workspace_unlock_vault_async, cancellable, callback, data);
  if (cht_workspace_get_vault_state (self) == CHT_WORKSPACE_VAULT_OPEN)
    g_task_return_boolean (task, TRUE);
  else if (begin_opening (self, task))
    cht_vault_unlock_async (self->vault, NULL, cancellable, on_unlocked_cb, g_object_ref (task));
}

gboolean
cht_workspace_unlock_vault_finish (ChtWorkspace *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
cht_workspace_lock_vault (ChtWorkspace *self)
{
  g_return_if_fail (CHT_IS_WORKSPACE (self));

  if (self->vault != NULL)
    cht_vault_lock (self->vault);
}

/* ---- The log ---- */

static void
on_audited_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  if (cht_vault_commit_finish (CHT_VAULT (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    cht_problems_return (task, error);
}

void
cht_workspace_audit_async (ChtWorkspace *self, const char *action, const char *const *objects, const char *outcome,
                           GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = cht_task_new (self, cht_workspace_audit_async, cancellable, callback, data);
  ChtWorkspaceVault state = cht_workspace_get_vault_state (self);

  /* A vault that can be read and not written makes this fail, and with it what was to be logged. */
  if (state == CHT_WORKSPACE_VAULT_OPEN || state == CHT_WORKSPACE_VAULT_READ_ONLY)
    cht_vault_commit_async (self->vault, cht_vault_action_new (action, objects, outcome), cancellable, on_audited_cb,
                            g_object_ref (task));
  else
    g_task_return_boolean (task, TRUE);
}

gboolean
cht_workspace_audit_finish (ChtWorkspace *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

typedef struct {
  GTask *task;
  GError *error;
} Failure;

static void
on_failure_logged_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Failure *failure = data;
  g_autoptr (GTask) task = failure->task;

  cht_workspace_audit_finish (CHT_WORKSPACE (source), result, NULL);
  cht_problems_return (task, failure->error);
}

void
cht_workspace_fail_logged (
    ChtWorkspace *self, GTask *task, const char *action, const char *const *objects, GError *error)
{
  Failure *failure = g_new0 (Failure, 1);

  failure->task = g_object_ref (task);
  failure->error = error;
  cht_workspace_audit_async (self, action, objects, "failed", NULL, on_failure_logged_cb, failure);
}

/* ---- Adding ---- */

static ChtItem *
find_by_digest (ChtWorkspace *self, GPtrArray *fresh, const char *digest)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->items)); i++)
    {
      g_autoptr (ChtItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), i);
      if (g_str_equal (cht_item_get_digest (item), digest))
        return g_steal_pointer (&item);
    }
  for (guint i = 0; i < fresh->len; i++)
    if (g_str_equal (cht_item_get_digest (fresh->pdata[i]), digest))
      return g_object_ref (fresh->pdata[i]);
  return NULL;
}

static void
on_items_stored_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  ChtWorkspace *self = g_task_get_source_object (task);
  GPtrArray *mine = g_task_get_task_data (task);
  g_autoptr (GPtrArray) stored = g_ptr_array_new_with_free_func (g_object_unref);
  GError *error = NULL;

  if (!cht_vault_commit_finish (CHT_VAULT (source), result, &error))
    {
      cht_problems_return (task, error);
      return;
    }
  cht_workspace_reload_records (self);
  /* The model's own objects, which live on. */
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  for (guint i = 0; i < mine->len; i++)
    {
      ChtItem *there = find_by_digest (self, none, cht_item_get_digest (mine->pdata[i]));
      g_ptr_array_add (stored, there != NULL ? there : g_object_ref (mine->pdata[i]));
    }
  g_task_return_pointer (task, g_steal_pointer (&stored), (GDestroyNotify) g_ptr_array_unref);
}

void
cht_workspace_add_items_async (ChtWorkspace *self, GPtrArray *items, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = cht_task_new (self, cht_workspace_add_items_async, cancellable, callback, data);
  g_autoptr (GPtrArray) mine = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) fresh = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) objects = g_ptr_array_new ();

  for (guint i = 0; i < items->len; i++)
    {
      ChtItem *there = find_by_digest (self, fresh, cht_item_get_digest (items->pdata[i]));
      if (there == NULL)
        {
          g_ptr_array_add (fresh, g_object_ref (items->pdata[i]));
          for (const char *const *hex = cht_item_get_sha256 (items->pdata[i]); *hex != NULL; hex++)
            g_ptr_array_add (objects, (gpointer) *hex);
        }
      g_ptr_array_add (mine, there != NULL ? there : g_object_ref (items->pdata[i]));
    }
  if (fresh->len == 0)
    {
      g_task_return_pointer (task, g_steal_pointer (&mine), (GDestroyNotify) g_ptr_array_unref);
      return;
    }
  g_ptr_array_add (objects, NULL);
  ChtVaultAction *action = cht_vault_action_new ("item.add", (const char *const *) objects->pdata, "done");
  for (guint i = 0; i < fresh->len; i++)
    {
      g_autoptr (GBytes) payload = cht_item_pack (fresh->pdata[i]);
      cht_item_set_id (fresh->pdata[i], cht_vault_action_put (action, NULL, CHT_VAULT_KIND_ITEM, payload));
    }
  g_task_set_task_data (task, g_steal_pointer (&mine), (GDestroyNotify) g_ptr_array_unref);
  cht_vault_commit_async (self->vault, action, cancellable, on_items_stored_cb, g_object_ref (task));
}

GPtrArray *
cht_workspace_add_items_finish (ChtWorkspace *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

typedef struct {
  GPtrArray *files;
  char *name, *role_id;
  ChtSecret *passphrase;
  gint64 now;
} Add;

static void
add_free (gpointer data)
{
  Add *add = data;

  g_ptr_array_unref (add->files);
  g_free (add->name);
  g_free (add->role_id);
  g_clear_pointer (&add->passphrase, cht_secret_unref);
  g_free (add);
}

static void
read_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Add *add = data;
  GError *error = NULL;
  GPtrArray *items =
      cht_intake_read (add->files, add->name, add->role_id, add->passphrase, add->now, cancellable, &error);

  if (items != NULL)
    g_task_return_pointer (task, items, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

static void
on_items_added_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  GPtrArray *items = cht_workspace_add_items_finish (CHT_WORKSPACE (source), result, &error);

  if (items != NULL)
    g_task_return_pointer (task, items, (GDestroyNotify) g_ptr_array_unref);
  else
    cht_problems_return (task, error);
}

static void
on_files_read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  g_autoptr (GPtrArray) items = g_task_propagate_pointer (G_TASK (result), &error);

  if (items != NULL)
    cht_workspace_add_items_async (g_task_get_source_object (task), items, g_task_get_cancellable (task),
                                   on_items_added_cb, g_object_ref (task));
  else
    cht_problems_return (task, error);
}

void
cht_workspace_add_files_async (ChtWorkspace *self, GPtrArray *files, const char *name, const char *role_id,
                               ChtSecret *passphrase, GCancellable *cancellable, GAsyncReadyCallback callback,
                               gpointer data)
{
  g_return_if_fail (CHT_IS_WORKSPACE (self) && files != NULL);

  g_autoptr (GTask) task = cht_task_new (self, cht_workspace_add_files_async, cancellable, callback, data);
  if (!require_vault (self, task))
    return;
  if (!cht_workspace_vault_is_open (self))
    {
      g_task_return_error (task, cht_problems_new_error ("vault.locked", CHT_PROBLEM_UNREACHABLE,
                           _("Unlock the vault, then try again."), "%s", _("The vault is not open.")));
      return;
    }
  if (files->len == 0 || files->len > MAX_FILES)
    {
      g_task_return_error (task, cht_problems_new_error ("usage", CHT_PROBLEM_UNUSABLE, "",
                           _("Give between 1 and %d files at once."), MAX_FILES));
      return;
    }
  Add *add = g_new0 (Add, 1);
  add->files = g_ptr_array_copy (files, (GCopyFunc) (void (*) (void)) g_object_ref, NULL);
  g_ptr_array_set_free_func (add->files, g_object_unref);
  add->name = g_strdup (name);
  add->role_id = g_strdup (role_id);
  add->passphrase = passphrase != NULL ? cht_secret_ref (passphrase) : NULL;
  add->now = cht_clock_now (&self->clock);
  cht_task_run (task, add, add_free, read_in_thread, on_files_read_cb);
}

GPtrArray *
cht_workspace_add_files_finish (ChtWorkspace *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
