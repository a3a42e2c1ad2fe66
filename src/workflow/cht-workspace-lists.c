/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the controller lists: certificates, destinations, the forms of roles. Merged in place, so that a selection
 * survives. */
#include "cht-workspace-private.h"

#include "cht-each.h"
#include "cht-problems.h"
#include "cht-records-private.h"
#include "cht-task.h"

static gpointer
find (GListStore *store, const char *property, const char *value)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (store)); i++)
    {
      g_autoptr (GObject) object = g_list_model_get_item (G_LIST_MODEL (store), i);
      g_autofree char *text = NULL;
      g_object_get (object, property, &text, NULL);
      if (g_strcmp0 (text, value) == 0)
        return g_steal_pointer (&object);
    }
  return NULL;
}

ChtListed *
cht_workspace_find_certificate (ChtWorkspace *self, const char *name)
{
  return find (self->certificates, "name", name);
}

ChtDestination *
cht_workspace_find_destination (ChtWorkspace *self, const char *name)
{
  return find (self->destinations, "name", name);
}

ChtJob *
cht_workspace_find_job (ChtWorkspace *self, const char *id)
{
  return find (self->jobs, "id", id);
}

ChtAlarm *
cht_workspace_find_alarm (ChtWorkspace *self, const char *id)
{
  return find (self->alarms, "id", id);
}

void
cht_workspace_clear_lists (ChtWorkspace *self)
{
  g_list_store_remove_all (self->certificates);
  g_list_store_remove_all (self->destinations);
  g_list_store_remove_all (self->role_forms);
  g_list_store_remove_all (self->jobs);
  g_list_store_remove_all (self->alarms);
  g_clear_object (&self->expiry);
  g_clear_object (&self->refresh_problem);
  self->refreshed = CHT_TIME_UNKNOWN;
  cht_workspace_notify (self, CHT_WORKSPACE_PROP_EXPIRY);
  cht_workspace_notify (self, CHT_WORKSPACE_PROP_REFRESHED);
  cht_workspace_notify (self, CHT_WORKSPACE_PROP_REFRESH_PROBLEM);
}

/* What the controller does not tell is no reason to show nothing: the fact stays unknown. */
static gboolean
is_untold (const GError *error)
{
  return g_error_matches (error, CHT_CONTROLLER_ERROR, CHT_CONTROLLER_ERROR_ABSENT_ABILITY)
      || g_error_matches (error, CHT_CONTROLLER_ERROR, CHT_CONTROLLER_ERROR_RIGHT)
      || g_error_matches (error, CHT_CONTROLLER_ERROR, CHT_CONTROLLER_ERROR_REFUSED);
}

/* ---- Certificates ---- */

typedef struct {
  ChtClient *client;
  gboolean with_destinations;
  GPtrArray *summaries;   /* ChtApiSummary */
  GPtrArray *asked;       /* those whose destinations are asked for (unowned) */
  GHashTable *places;     /* certificate name -> char ** */
} Certificates;

static void
certificates_free (gpointer data)
{
  Certificates *load = data;

  g_clear_object (&load->client);
  g_clear_pointer (&load->asked, g_ptr_array_unref);
  g_clear_pointer (&load->summaries, g_ptr_array_unref);
  g_clear_pointer (&load->places, g_hash_table_unref);
  g_free (load);
}

/* The role may be unknown here; then asking is the way to know. */
static gboolean
takes_destinations (ChtApiSummary *summary)
{
  const ChtRole *role = cht_role_find (summary->role_name);
  return role == NULL || role->destinations != CHT_ROLE_TAKES_NONE;
}

static void
merge_certificates (ChtWorkspace *self, Certificates *load)
{
  g_autoptr (GPtrArray) fresh = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < load->summaries->len; i++)
    {
      ChtApiSummary *summary = load->summaries->pdata[i];
      const char *const *places = g_hash_table_lookup (load->places, summary->name);
      g_autoptr (ChtListed) old = load->with_destinations ? NULL : cht_workspace_find_certificate (self, summary->name);
      if (old != NULL)
        places = cht_listed_get_destinations (old);
      g_ptr_array_add (fresh, cht_listed_new (summary, places));
    }
  cht_record_merge_store (self->certificates, fresh, "name", FALSE);
  cht_workspace_notify (self, CHT_WORKSPACE_PROP_CLOCK_SKEW);
}

static void
start_places (
    gpointer data, guint index, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer callback_data)
{
  Certificates *load = data;
  ChtApiSummary *summary = load->asked->pdata[index];

  cht_api_get_associations_async (load->client, summary->name, cancellable, callback, callback_data);
}

static gboolean
finish_places (gpointer data, guint index, GAsyncResult *result, GError **error)
{
  Certificates *load = data;
  ChtApiSummary *summary = load->asked->pdata[index];
  g_autoptr (GError) fault = NULL;
  g_autoptr (ChtApiAssociations) found = cht_api_get_associations_finish (load->client, result, &fault);

  if (found == NULL)
    {
      if (is_untold (fault))
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&fault));
      return FALSE;
    }
  char **names = g_new0 (char *, found->destinations->len + 1);
  for (guint i = 0; i < found->destinations->len; i++)
    names[i] = g_strdup (((ChtApiNode *) found->destinations->pdata[i])->name);
  g_hash_table_replace (load->places, g_strdup (summary->name), names);
  return TRUE;
}

static void
on_places_ready_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  ChtWorkspace *self = CHT_WORKSPACE (source);
  g_autoptr (GTask) task = data;
  Certificates *load = g_task_get_task_data (task);
  GError *error = NULL;

  if (!cht_each_finish (result, &error))
    {
      cht_problems_return (task, error);
      return;
    }
  if (self->client == load->client)
    merge_certificates (self, load);
  g_task_return_boolean (task, TRUE);
}

static void
on_summaries_ready_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  ChtWorkspace *self = g_task_get_source_object (task);
  Certificates *load = g_task_get_task_data (task);
  GError *error = NULL;

  load->summaries = cht_api_list_summaries_finish (CHT_CLIENT (source), result, &error);
  if (load->summaries == NULL)
    {
      cht_problems_return (task, error);
      return;
    }
  load->asked = g_ptr_array_new ();
  for (guint i = 0; load->with_destinations && i < load->summaries->len; i++)
    if (takes_destinations (load->summaries->pdata[i]))
      g_ptr_array_add (load->asked, load->summaries->pdata[i]);
  guint n_asked = load->asked->len;
  cht_each_async (self, n_asked, start_places, finish_places, load, g_task_get_cancellable (task), on_places_ready_cb,
                  g_object_ref (task));
}

void
cht_workspace_load_certificates_async (ChtWorkspace *self, gboolean with_destinations, GCancellable *c,
                                       GAsyncReadyCallback cb, gpointer data)
{
  g_return_if_fail (CHT_IS_WORKSPACE (self));

  g_autoptr (GTask) task = cht_task_new (self, cht_workspace_load_certificates_async, c, cb, data);
  ChtClient *client = cht_workspace_require_client (self, task);
  if (client == NULL)
    return;
  Certificates *load = g_new0 (Certificates, 1);
  load->client = g_object_ref (client);
  load->with_destinations = with_destinations;
  load->places = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_strfreev);
  g_task_set_task_data (task, load, certificates_free);
  cht_api_list_summaries_async (client, c, on_summaries_ready_cb, g_object_ref (task));
}

gboolean
cht_workspace_load_certificates_finish (ChtWorkspace *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* ---- Destinations ---- */

typedef struct {
  ChtClient *client;
  GPtrArray *found;   /* ChtApiDestination */
  int *in_use;
} Destinations;

static void
destinations_free (gpointer data)
{
  Destinations *load = data;

  g_clear_object (&load->client);
  g_clear_pointer (&load->found, g_ptr_array_unref);
  g_free (load->in_use);
  g_free (load);
}

static void
start_in_use (
    gpointer data, guint index, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer callback_data)
{
  Destinations *load = data;
  cht_api_query_in_use_async (load->client, ((ChtApiDestination *) load->found->pdata[index])->uuid, cancellable,
                              callback, callback_data);
}

static gboolean
finish_in_use (gpointer data, guint index, GAsyncResult *result, GError **error)
{
  Destinations *load = data;
  g_autoptr (GError) fault = NULL;

  load->in_use[index] = cht_api_query_in_use_finish (load->client, result, &fault);
  if (fault == NULL || is_untold (fault))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&fault));
  return FALSE;
}

/* The certificate that stands at DESTINATION now: what cert/assoc said of the certificates, the other way round. */
static char *
find_certificate_at (ChtWorkspace *self, const char *destination)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->certificates)); i++)
    {
      g_autoptr (ChtListed) listed = g_list_model_get_item (G_LIST_MODEL (self->certificates), i);
      if (g_strv_contains (cht_listed_get_destinations (listed), destination))
        return g_strdup (cht_listed_get_name (listed));
    }
  return NULL;
}

static void
on_in_use_ready_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  ChtWorkspace *self = CHT_WORKSPACE (source);
  g_autoptr (GTask) task = data;
  Destinations *load = g_task_get_task_data (task);
  g_autoptr (GPtrArray) fresh = g_ptr_array_new_with_free_func (g_object_unref);
  GError *error = NULL;

  if (!cht_each_finish (result, &error))
    {
      cht_problems_return (task, error);
      return;
    }
  for (guint i = 0; i < load->found->len; i++)
    {
      ChtApiDestination *found = load->found->pdata[i];
      g_autofree char *certificate = find_certificate_at (self, found->name);
      g_ptr_array_add (fresh, cht_destination_new (found, load->in_use[i], certificate));
    }
  if (self->client == load->client)
    cht_record_merge_store (self->destinations, fresh, "uuid", FALSE);
  g_task_return_boolean (task, TRUE);
}

static void
on_destinations_ready_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  ChtWorkspace *self = g_task_get_source_object (task);
  Destinations *load = g_task_get_task_data (task);
  GError *error = NULL;

  load->found = cht_api_list_destinations_finish (CHT_CLIENT (source), result, &error);
  if (load->found == NULL)
    {
      cht_problems_return (task, error);
      return;
    }
  load->in_use = g_new0 (int, load->found->len + 1);
  for (guint i = 0; i < load->found->len; i++)
    load->in_use[i] = -1;
  guint n_found = load->found->len;
  cht_each_async (self, n_found, start_in_use, finish_in_use, load, g_task_get_cancellable (task), on_in_use_ready_cb,
                  g_object_ref (task));
}

static void
on_certificates_first_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Destinations *load = g_task_get_task_data (task);
  GError *error = NULL;

  if (!cht_workspace_load_certificates_finish (CHT_WORKSPACE (source), result, &error))
    cht_problems_return (task, error);
  else
    cht_api_list_destinations_async (load->client, g_task_get_cancellable (task), on_destinations_ready_cb,
                                     g_object_ref (task));
}

void
cht_workspace_load_destinations_async (ChtWorkspace *self, GCancellable *c, GAsyncReadyCallback cb, gpointer data)
{
  g_return_if_fail (CHT_IS_WORKSPACE (self));

  g_autoptr (GTask) task = cht_task_new (self, cht_workspace_load_destinations_async, c, cb, data);
  ChtClient *client = cht_workspace_require_client (self, task);
  if (client == NULL)
    return;
  Destinations *load = g_new0 (Destinations, 1);
  load->client = g_object_ref (client);
  g_task_set_task_data (task, load, destinations_free);
  cht_workspace_load_certificates_async (self, TRUE, c, on_certificates_first_cb, g_object_ref (task));
}

gboolean
cht_workspace_load_destinations_finish (ChtWorkspace *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}
