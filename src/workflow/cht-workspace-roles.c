/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The forms of roles: those that the controller names, and those that its certificates have. */
#include "cht-workspace-private.h"

#include "cht-draft-private.h"
#include "cht-each.h"
#include "cht-problems.h"
#include "cht-records-private.h"
#include "cht-task.h"

/* Sooner or later a role that nobody meant: enough for any controller. */
#define MAX_ROLES 200

typedef struct {
  char *name, *display_name;
  ChtOperations operations;
  ChtApiLabels *labels;   /* (nullable) */
} Role;

typedef struct {
  ChtClient *client;
  GPtrArray *roles;
} Roles;

static void
role_free (gpointer data)
{
  Role *role = data;

  g_free (role->name);
  g_free (role->display_name);
  g_clear_pointer (&role->labels, cht_api_labels_free);
  g_free (role);
}

static void
roles_free (gpointer data)
{
  Roles *roles = data;

  g_clear_object (&roles->client);
  g_ptr_array_unref (roles->roles);
  g_free (roles);
}

static Role *
get_role (Roles *roles, const char *name, const char *display_name)
{
  for (guint i = 0; i < roles->roles->len; i++)
    if (g_str_equal (((Role *) roles->roles->pdata[i])->name, name))
      return roles->roles->pdata[i];
  if (*name == '\0' || roles->roles->len >= MAX_ROLES)
    return NULL;
  Role *role = g_new0 (Role, 1);
  role->name = g_strdup (name);
  role->display_name = g_strdup (display_name);
  g_ptr_array_add (roles->roles, role);
  return role;
}

static void
start_labels (
    gpointer data, guint index, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer callback_data)
{
  Roles *roles = data;
  cht_api_get_labels_async (roles->client, ((Role *) roles->roles->pdata[index])->name, cancellable, callback,
                            callback_data);
}

static gboolean
finish_labels (gpointer data, guint index, GAsyncResult *result, GError **error)
{
  Roles *roles = data;
  g_autoptr (GError) fault = NULL;

  ((Role *) roles->roles->pdata[index])->labels = cht_api_get_labels_finish (roles->client, result, &fault);
  /* A role without labels has the form of the table. */
  if (fault == NULL || g_error_matches (fault, CHT_CONTROLLER_ERROR, CHT_CONTROLLER_ERROR_REFUSED)
      || g_error_matches (fault, CHT_CONTROLLER_ERROR, CHT_CONTROLLER_ERROR_ABSENT_ABILITY)
      || g_error_matches (fault, CHT_CONTROLLER_ERROR, CHT_CONTROLLER_ERROR_RIGHT))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&fault));
  return FALSE;
}

static void
on_labels_ready_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  ChtWorkspace *self = CHT_WORKSPACE (source);
  g_autoptr (GTask) task = data;
  Roles *roles = g_task_get_task_data (task);
  g_autoptr (GPtrArray) fresh = g_ptr_array_new_with_free_func (g_object_unref);
  GError *error = NULL;

  if (!cht_each_finish (result, &error))
    {
      cht_problems_return (task, error);
      return;
    }
  for (guint i = 0; i < roles->roles->len; i++)
    {
      Role *role = roles->roles->pdata[i];
      g_ptr_array_add (fresh, cht_role_form_new (role->name, role->display_name, role->labels, role->operations));
    }
  if (self->client == roles->client)
    cht_record_merge_store (self->role_forms, fresh, "name", FALSE);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->drafts)); i++)
    {
      g_autoptr (ChtDraft) draft = g_list_model_get_item (G_LIST_MODEL (self->drafts), i);
      cht_draft_adopt_form (draft, G_LIST_MODEL (self->role_forms));
    }
  g_task_return_boolean (task, TRUE);
}

/* The roles that the controller names may be added: that is what it names them for. Certificates bring the rest. */
static void
on_certificates_ready_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  ChtWorkspace *self = CHT_WORKSPACE (source);
  g_autoptr (GTask) task = data;
  Roles *roles = g_task_get_task_data (task);
  GError *error = NULL;

  if (!cht_workspace_load_certificates_finish (self, result, &error))
    {
      cht_problems_return (task, error);
      return;
    }
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->certificates)); i++)
    {
      g_autoptr (ChtListed) listed = g_list_model_get_item (G_LIST_MODEL (self->certificates), i);
      Role *role = get_role (roles, cht_listed_get_role_name (listed), cht_listed_get_display_name (listed));
      if (role != NULL)
        role->operations |= cht_listed_get_operations (listed);
    }
  guint n_roles = roles->roles->len;
  cht_each_async (self, n_roles, start_labels, finish_labels, roles, g_task_get_cancellable (task), on_labels_ready_cb,
                  g_object_ref (task));
}

static void
on_roles_ready_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  ChtWorkspace *self = g_task_get_source_object (task);
  Roles *roles = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GPtrArray) named = cht_api_list_roles_finish (CHT_CLIENT (source), result, &error);

  if (named == NULL)
    {
      cht_problems_return (task, error);
      return;
    }
  for (guint i = 0; i < named->len; i++)
    {
      ChtApiRole *api = named->pdata[i];
      const ChtRole *table = cht_role_find (api->role_name);
      Role *role = get_role (roles, api->role_name, api->display_name);
      if (role != NULL)
        role->operations |=
            CHT_OPERATION_ADD | (table != NULL ? table->operations : CHT_OPERATION_EDIT | CHT_OPERATION_DOWNLOAD);
    }
  cht_workspace_load_certificates_async (self, FALSE, g_task_get_cancellable (task), on_certificates_ready_cb,
                                         g_object_ref (task));
}

void
cht_workspace_load_role_forms_async (ChtWorkspace *self, GCancellable *c, GAsyncReadyCallback cb, gpointer data)
{
  g_return_if_fail (CHT_IS_WORKSPACE (self));

  g_autoptr (GTask) task = cht_task_new (self, cht_workspace_load_role_forms_async, c, cb, data);
  ChtClient *client = cht_workspace_require_client (self, task);
  if (client == NULL)
    return;
  Roles *roles = g_new0 (Roles, 1);
  roles->client = g_object_ref (client);
  roles->roles = g_ptr_array_new_with_free_func (role_free);
  g_task_set_task_data (task, roles, roles_free);
  cht_api_list_roles_async (client, c, on_roles_ready_cb, g_object_ref (task));
}

gboolean
cht_workspace_load_role_forms_finish (ChtWorkspace *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}
