/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Drafts that are left and found again: sealed in the vault. */
#include "cht-workspace-private.h"

#include <glib/gi18n-lib.h>

#include "cht-draft-private.h"
#include "cht-problems.h"
#include "cht-task.h"

static gboolean
require_open (ChtWorkspace *self, GTask *task)
{
  if (cht_workspace_vault_is_open (self))
    return TRUE;
  g_task_return_error (task, cht_problems_new_error ("vault.locked", CHT_PROBLEM_UNREACHABLE,
                                                     _("Unlock the vault, then try again."), "%s",
                                                     _("The draft cannot be kept: the vault is not open.")));
  return FALSE;
}

static gboolean
is_listed (ChtWorkspace *self, ChtDraft *draft)
{
  return g_list_store_find (self->drafts, draft, NULL);
}

static void
on_draft_kept_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  ChtDraft *draft = g_task_get_task_data (task);
  GError *error = NULL;

  if (!cht_vault_commit_finish (CHT_VAULT (source), result, &error))
    {
      cht_problems_return (task, error);
      return;
    }
  cht_draft_set_changed (draft, FALSE);
  g_task_return_boolean (task, TRUE);
}

void
cht_workspace_keep_draft_async (
    ChtWorkspace *self, ChtDraft *draft, GCancellable *c, GAsyncReadyCallback cb, gpointer data)
{
  g_return_if_fail (CHT_IS_WORKSPACE (self) && CHT_IS_DRAFT (draft));

  g_autoptr (GTask) task = cht_task_new (self, cht_workspace_keep_draft_async, c, cb, data);
  if (!require_open (self, task))
    return;
  ChtVaultAction *action = cht_vault_action_new ("draft.keep", NULL, "done");
  g_autoptr (GBytes) payload = cht_draft_pack (draft);
  const char *uuid =
      cht_vault_action_put (action, *draft->uuid != '\0' ? draft->uuid : NULL, CHT_VAULT_KIND_DRAFT, payload);
  if (*draft->uuid == '\0')
    {
      g_free (draft->uuid);
      draft->uuid = g_strdup (uuid);
    }
  /* Before the vault tells of its change, so that the record is known to be this very object. */
  if (!is_listed (self, draft))
    g_list_store_append (self->drafts, draft);
  g_task_set_task_data (task, g_object_ref (draft), g_object_unref);
  cht_vault_commit_async (self->vault, action, c, on_draft_kept_cb, g_object_ref (task));
}

gboolean
cht_workspace_keep_draft_finish (ChtWorkspace *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
on_draft_dropped_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  ChtWorkspace *self = g_task_get_source_object (task);
  ChtDraft *draft = g_task_get_task_data (task);
  GError *error = NULL;
  guint position;

  if (!cht_vault_commit_finish (CHT_VAULT (source), result, &error))
    {
      cht_problems_return (task, error);
      return;
    }
  if (g_list_store_find (self->drafts, draft, &position))
    g_list_store_remove (self->drafts, position);
  g_free (draft->uuid);
  draft->uuid = g_strdup ("");
  g_task_return_boolean (task, TRUE);
}

void
cht_workspace_drop_draft_async (
    ChtWorkspace *self, ChtDraft *draft, GCancellable *c, GAsyncReadyCallback cb, gpointer data)
{
  g_return_if_fail (CHT_IS_WORKSPACE (self) && CHT_IS_DRAFT (draft));

  g_autoptr (GTask) task = cht_task_new (self, cht_workspace_drop_draft_async, c, cb, data);
  if (*draft->uuid == '\0')
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  if (!require_open (self, task))
    return;
  ChtVaultAction *action = cht_vault_action_new ("draft.drop", NULL, "done");
  cht_vault_action_remove (action, draft->uuid);
  g_task_set_task_data (task, g_object_ref (draft), g_object_unref);
  cht_vault_commit_async (self->vault, action, c, on_draft_dropped_cb, g_object_ref (task));
}

gboolean
cht_workspace_drop_draft_finish (ChtWorkspace *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}
