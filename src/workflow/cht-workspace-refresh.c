/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Expiry, jobs and alarms, and all of it at once. */
#include "cht-workspace-private.h"

#include <glib/gi18n-lib.h>

#include "cht-alarms-api.h"
#include "cht-each.h"
#include "cht-problems.h"
#include "cht-records-private.h"
#include "cht-task.h"

/* A loader's client, so that an answer that comes after a sign-out is dropped. */
static GTask *
new_load (ChtWorkspace *self, gpointer tag, GCancellable *c, GAsyncReadyCallback cb, gpointer data)
{
  GTask *task = cht_task_new (self, tag, c, cb, data);

  if (cht_workspace_require_client (self, task) == NULL)
    {
      g_object_unref (task);
      return NULL;
    }
  g_task_set_task_data (task, g_object_ref (self->client), g_object_unref);
  return task;
}

static gboolean
is_current (GTask *task)
{
  return ((ChtWorkspace *) g_task_get_source_object (task))->client == g_task_get_task_data (task);
}

/* ---- Expiry ---- */

static void
on_expiry_ready_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  ChtWorkspace *self = g_task_get_source_object (task);
  GError *error = NULL;
  g_autoptr (ChtApiExpiry) told = cht_api_check_expiry_finish (CHT_CLIENT (source), result, &error);

  if (told == NULL)
    {
      cht_problems_return (task, error);
      return;
    }
  if (is_current (task))
    {
      g_autoptr (ChtExpiry) expiry = cht_expiry_new (told);
      if (self->expiry == NULL || cht_record_merge (self->expiry, expiry))
        {
          if (self->expiry == NULL)
            self->expiry = g_steal_pointer (&expiry);
          cht_workspace_notify (self, CHT_WORKSPACE_PROP_EXPIRY);
        }
    }
  g_task_return_boolean (task, TRUE);
}

void
cht_workspace_load_expiry_async (ChtWorkspace *self, GCancellable *c, GAsyncReadyCallback cb, gpointer data)
{
  g_return_if_fail (CHT_IS_WORKSPACE (self));

  GTask *task = new_load (self, cht_workspace_load_expiry_async, c, cb, data);
  if (task != NULL)
    cht_api_check_expiry_async (self->client, c, on_expiry_ready_cb, task);
}

gboolean
cht_workspace_load_expiry_finish (ChtWorkspace *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* ---- Jobs ---- */

static int
compare_jobs (gconstpointer a, gconstpointer b)
{
  gint64 first = cht_job_get_started (*(ChtJob *const *) a), second = cht_job_get_started (*(ChtJob *const *) b);
  return first < second ? 1 : first > second ? -1 : 0;
}

static void
take_jobs (GTask *task, ChtClient *client, GAsyncResult *result, gboolean one)
{
  ChtWorkspace *self = g_task_get_source_object (task);
  g_autoptr (GPtrArray) fresh = g_ptr_array_new_with_free_func (g_object_unref);
  GError *error = NULL;
  g_autoptr (GPtrArray) told = cht_api_list_jobs_finish (client, result, &error);

  if (told == NULL)
    {
      cht_problems_return (task, error);
      return;
    }
  for (guint i = 0; i < told->len; i++)
    g_ptr_array_add (fresh, cht_job_new (told->pdata[i]));
  g_ptr_array_sort (fresh, compare_jobs);
  if (is_current (task))
    cht_record_merge_store (self->jobs, fresh, "id", one);
  if (one && fresh->len == 0)
    g_task_return_error (task, cht_problems_new_error ("job.unknown", CHT_PROBLEM_NO,
                         _("Look at the list of jobs for those that there are."), "%s",
                         _("The controller has no such job.")));
  else
    g_task_return_boolean (task, TRUE);
}

static void
on_jobs_ready_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  take_jobs (task, CHT_CLIENT (source), result, FALSE);
}

static void
on_job_ready_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  take_jobs (task, CHT_CLIENT (source), result, TRUE);
}

void
cht_workspace_load_jobs_async (
    ChtWorkspace *self, const char *id, GCancellable *c, GAsyncReadyCallback cb, gpointer data)
{
  g_return_if_fail (CHT_IS_WORKSPACE (self));

  GTask *task = new_load (self, cht_workspace_load_jobs_async, c, cb, data);
  if (task != NULL)
    cht_api_list_jobs_async (self->client, id, c, id != NULL ? on_job_ready_cb : on_jobs_ready_cb, task);
}

gboolean
cht_workspace_load_jobs_finish (ChtWorkspace *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* ---- Alarms ---- */

static void
on_alarms_ready_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  ChtWorkspace *self = g_task_get_source_object (task);
  g_autoptr (GPtrArray) fresh = g_ptr_array_new_with_free_func (g_object_unref);
  GError *error = NULL;
  g_autoptr (GPtrArray) told = cht_api_list_alarms_finish (CHT_CLIENT (source), result, &error);

  if (told == NULL)
    {
      cht_problems_return (task, error);
      return;
    }
  for (guint i = 0; i < told->len; i++)
    g_ptr_array_add (fresh, cht_alarm_new (told->pdata[i]));
  if (is_current (task))
    cht_record_merge_store (self->alarms, fresh, "id", FALSE);
  g_task_return_boolean (task, TRUE);
}

void
cht_workspace_load_alarms_async (ChtWorkspace *self, gboolean open_only, GCancellable *c, GAsyncReadyCallback cb,
                                 gpointer data)
{
  g_return_if_fail (CHT_IS_WORKSPACE (self));

  GTask *task = new_load (self, cht_workspace_load_alarms_async, c, cb, data);
  if (task != NULL)
    cht_api_list_alarms_async (self->client, open_only, c, on_alarms_ready_cb, task);
}

gboolean
cht_workspace_load_alarms_finish (ChtWorkspace *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* ---- All at once ---- */

enum { CERTIFICATES, EXPIRY, JOBS, ALARMS, N_FAMILIES };

typedef struct {
  ChtWorkspace *self;
  ChtClient *client;
  GError *errors[N_FAMILIES];
} Refresh;

static void
refresh_free (gpointer data)
{
  Refresh *refresh = data;

  for (guint i = 0; i < N_FAMILIES; i++)
    g_clear_error (&refresh->errors[i]);
  g_clear_object (&refresh->client);
  g_free (refresh);
}

static void
start_family (gpointer data, guint index, GCancellable *c, GAsyncReadyCallback cb, gpointer callback_data)
{
  ChtWorkspace *self = ((Refresh *) data)->self;

  if (index == CERTIFICATES)
    cht_workspace_load_certificates_async (self, TRUE, c, cb, callback_data);
  else if (index == EXPIRY)
    cht_workspace_load_expiry_async (self, c, cb, callback_data);
  else if (index == JOBS)
    cht_workspace_load_jobs_async (self, NULL, c, cb, callback_data);
  else
    cht_workspace_load_alarms_async (self, TRUE, c, cb, callback_data);
}

/* What one of them lacks must not hide the others, so none of them ends the whole. */
static gboolean
finish_family (gpointer data, guint index, GAsyncResult *result, GError **error)
{
  g_task_propagate_boolean (G_TASK (result), &((Refresh *) data)->errors[index]);
  return TRUE;
}

static void
on_refreshed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  ChtWorkspace *self = CHT_WORKSPACE (source);
  g_autoptr (GTask) task = data;
  Refresh *refresh = g_task_get_task_data (task);
  GError *first = NULL;

  cht_each_finish (result, NULL);
  self->n_refreshes--;
  cht_workspace_notify (self, CHT_WORKSPACE_PROP_BUSY);
  for (guint i = 0; i < N_FAMILIES && first == NULL; i++)
    first = g_steal_pointer (&refresh->errors[i]);
  if (self->client == refresh->client)
    {
      g_autoptr (ChtProblem) problem = first != NULL ? cht_problems_from_error (first) : NULL;
      gboolean cancelled = problem != NULL && cht_problem_get_kind (problem) == CHT_PROBLEM_CANCELLED;
      if (!cancelled && g_set_object (&self->refresh_problem, problem))
        cht_workspace_notify (self, CHT_WORKSPACE_PROP_REFRESH_PROBLEM);
      if (problem == NULL)
        {
          /* When this was true, by this machine's clock: a fixed one is for judging, not for this. */
          self->refreshed = g_get_real_time () / G_USEC_PER_SEC;
          cht_workspace_notify (self, CHT_WORKSPACE_PROP_REFRESHED);
        }
    }
  if (first != NULL)
    cht_problems_return (task, first);
  else
    g_task_return_boolean (task, TRUE);
}

void
cht_workspace_refresh_async (ChtWorkspace *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  g_return_if_fail (CHT_IS_WORKSPACE (self));

  g_autoptr (GTask) task = cht_task_new (self, cht_workspace_refresh_async, cancellable, callback, data);
  ChtClient *client = cht_workspace_require_client (self, task);
  if (client == NULL)
    return;
  Refresh *refresh = g_new0 (Refresh, 1);
  refresh->self = self;  /* the task holds it */
  refresh->client = g_object_ref (client);
  g_task_set_task_data (task, refresh, refresh_free);
  self->n_refreshes++;
  cht_workspace_notify (self, CHT_WORKSPACE_PROP_BUSY);
  cht_each_async (self, N_FAMILIES, start_family, finish_family, refresh, cancellable, on_refreshed_cb,
                  g_object_ref (task));
}

gboolean
cht_workspace_refresh_finish (ChtWorkspace *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}
