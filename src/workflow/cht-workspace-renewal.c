/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Renewing the controller's internal certificates: start, follow. */
#include "cht-workspace-private.h"

#include <glib/gi18n-lib.h>

#include "cht-outcome-private.h"
#include "cht-problems.h"
#include "cht-records-private.h"
#include "cht-task.h"
#include "cht-text.h"

#define POLL_SECONDS 2
#define POLL_SECONDS_MAX 30

char *
cht_workspace_dup_renewal_impact (ChtWorkspace *self, ChtRenew what)
{
  g_return_val_if_fail (CHT_IS_WORKSPACE (self), NULL);

  const char *which =
      what == CHT_RENEW_ALL ? _("This renews every internal certificate, leaves and roots, whatever their validity.")
      : what == CHT_RENEW_LEAVES ? _("This renews every internal leaf certificate, whatever its validity.")
                                 : _("This renews the internal certificates that are due.");
  const char *name = *self->controller_name != '\0' ? self->controller_name : _("the controller");
  /* TRANSLATORS: what renews, as a sentence; the controller's name */
  return g_strdup_printf (
      _("%s Renewing restarts services of %s for 30 to 60 minutes: data gateways, devices and everybody who "
         "works on it may lose their connection. Choose a maintenance window, and start it on the active "
         "cluster where there are two."),
      which, name);
}

/* ---- Starting ---- */

typedef struct {
  ChtRenew what;
  ChtClient *client;
  GHashTable *known;   /* ids of jobs from before */
  ChtOutcome *outcome;
} Renew;

static void
renew_free (gpointer data)
{
  Renew *renew = data;

  g_clear_object (&renew->client);
  g_clear_pointer (&renew->known, g_hash_table_unref);
  g_clear_object (&renew->outcome);
  g_free (renew);
}

static void
on_renew_logged_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Renew *renew = g_task_get_task_data (task);

  /* What happened, happened: that its row failed changes nothing of it. */
  cht_workspace_audit_finish (CHT_WORKSPACE (source), result, NULL);
  g_task_return_pointer (task, g_steal_pointer (&renew->outcome), g_object_unref);
}

/* Takes OUTCOME. */
static void
finish_renewal (GTask *task, ChtOutcome *outcome)
{
  ChtWorkspace *self = g_task_get_source_object (task);
  Renew *renew = g_task_get_task_data (task);
  const char *objects[] = { cht_outcome_get_job (outcome), NULL };

  renew->outcome = outcome;
  cht_workspace_audit_async (self, "controller.renew", objects, cht_outcome_get_id (outcome), NULL, on_renew_logged_cb,
                             g_object_ref (task));
}

/* The answer was lost: a job that was not there before is the one. */
static void
on_jobs_after_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  ChtWorkspace *self = CHT_WORKSPACE (source);
  g_autoptr (GTask) task = data;
  Renew *renew = g_task_get_task_data (task);
  gboolean told = cht_workspace_load_jobs_finish (self, result, NULL);

  for (guint i = 0; told && i < g_list_model_get_n_items (G_LIST_MODEL (self->jobs)); i++)
    {
      g_autoptr (ChtJob) job = g_list_model_get_item (G_LIST_MODEL (self->jobs), i);
      if (!g_hash_table_contains (renew->known, cht_job_get_id (job)))
        {
          finish_renewal (task,
                          cht_outcome_new (CHT_OUTCOME_DONE, NULL, cht_job_get_id (job),
                                           _("%s renews its certificates. Its answer was lost, but the job is there."),
                                           self->controller_name));
          return;
        }
    }
  if (told)
    finish_renewal (task, cht_outcome_new (
                              CHT_OUTCOME_REFUSED, NULL, NULL,
                              _("The answer of %s was lost, and no new job is there: nothing was started. Try again."),
                              self->controller_name));
  else
    finish_renewal (task, cht_outcome_new (CHT_OUTCOME_UNKNOWN, NULL, NULL,
                                           _("The answer of %s was lost, so it is not known whether the renewal runs. "
                                              "Look at its jobs before you start "
                                              "it again."),
                                           self->controller_name));
}

static void
on_renewed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  ChtWorkspace *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (ChtApiNewJob) job = cht_api_renew_finish (CHT_CLIENT (source), result, &error);

  if (job != NULL && job->accepted)
    finish_renewal (task, cht_outcome_new (CHT_OUTCOME_DONE, NULL, *job->job != '\0' ? job->job : NULL,
                    _("%s renews its certificates now. It takes 30 to 60 minutes."), self->controller_name));
  else if (job != NULL)
    {
      g_autofree char *words = cht_text_for_display (job->message);
      finish_renewal (
          task, *words != '\0'
                    ? cht_outcome_new (CHT_OUTCOME_REFUSED, NULL, NULL, _("%s did not start the renewal: “%s”"),
                                       self->controller_name, words)
                    : cht_outcome_new (CHT_OUTCOME_REFUSED, NULL, NULL,
                                       _("%s did not start the renewal and gave no reason."), self->controller_name));
    }
  else if (g_error_matches (error, CHT_CONTROLLER_ERROR, CHT_CONTROLLER_ERROR_LOST)
           || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    cht_workspace_load_jobs_async (self, NULL, NULL, on_jobs_after_cb, g_object_ref (task));
  else
    {
      g_autoptr (ChtProblem) problem = cht_problems_from_error (error);
      if (cht_problem_get_kind (problem) == CHT_PROBLEM_NO)
        finish_renewal (task,
                        cht_outcome_new (CHT_OUTCOME_REFUSED, NULL, NULL, "%s", cht_problem_get_message (problem)));
      else
        cht_workspace_fail_logged (self, task, "controller.renew", NULL, g_steal_pointer (&error));
    }
}

static void
on_renew_asked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Renew *renew = g_task_get_task_data (task);
  static const ChtApiRenew kinds[] = {
    [CHT_RENEW_DUE] = CHT_API_RENEW_DUE, [CHT_RENEW_LEAVES] = CHT_API_RENEW_LEAVES, [CHT_RENEW_ALL] = CHT_API_RENEW_ALL,
  };
  GError *error = NULL;

  if (cht_workspace_audit_finish (CHT_WORKSPACE (source), result, &error))
    cht_api_renew_async (renew->client, kinds[renew->what], g_task_get_cancellable (task), on_renewed_cb,
                         g_object_ref (task));
  else
    cht_problems_return (task, error);
}

static void
on_jobs_before_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  ChtWorkspace *self = CHT_WORKSPACE (source);
  g_autoptr (GTask) task = data;
  Renew *renew = g_task_get_task_data (task);
  GError *error = NULL;

  if (!cht_workspace_load_jobs_finish (self, result, &error))
    {
      cht_problems_return (task, error);
      return;
    }
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->jobs)); i++)
    {
      g_autoptr (ChtJob) job = g_list_model_get_item (G_LIST_MODEL (self->jobs), i);
      g_hash_table_add (renew->known, g_strdup (cht_job_get_id (job)));
    }
  cht_workspace_audit_async (self, "controller.renew", NULL, "asked", g_task_get_cancellable (task), on_renew_asked_cb,
                             g_object_ref (task));
}

void
cht_workspace_renew_async (ChtWorkspace *self, ChtRenew what, GCancellable *c, GAsyncReadyCallback cb, gpointer data)
{
  g_return_if_fail (CHT_IS_WORKSPACE (self));

  g_autoptr (GTask) task = cht_task_new (self, cht_workspace_renew_async, c, cb, data);
  ChtClient *client = cht_workspace_require_client (self, task);
  if (client == NULL)
    return;
  Renew *renew = g_new0 (Renew, 1);
  renew->what = what;
  renew->client = g_object_ref (client);
  renew->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_task_set_task_data (task, renew, renew_free);
  cht_workspace_load_jobs_async (self, NULL, c, on_jobs_before_cb, g_object_ref (task));
}

ChtOutcome *
cht_workspace_renew_finish (ChtWorkspace *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* ---- Following ---- */

typedef struct {
  char *id;          /* (nullable) until one is found that runs */
  guint wait;        /* seconds to the next question */
  ChtJob *job;
} Follow;

static void
follow_free (gpointer data)
{
  Follow *follow = data;

  g_free (follow->id);
  g_clear_object (&follow->job);
  g_free (follow);
}

static void ask (GTask *task);

static gboolean
on_time_cb (gpointer data)
{
  ask (data);
  return G_SOURCE_REMOVE;
}

/* A timer that a cancellation cuts short. */
static void
wait_and_ask (GTask *task)
{
  Follow *follow = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  g_autoptr (GSource) timer = g_timeout_source_new_seconds (follow->wait);

  g_source_set_callback (timer, on_time_cb, g_object_ref (task), g_object_unref);
  if (cancellable != NULL)
    {
      g_autoptr (GSource) cut = g_cancellable_source_new (cancellable);
      g_source_set_dummy_callback (cut);
      g_source_add_child_source (timer, cut);
    }
  g_source_attach (timer, g_task_get_context (task));
}

static void
on_lists_after_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Follow *follow = g_task_get_task_data (task);

  /* The job's end stands, whatever the lists say. */
  cht_workspace_refresh_finish (CHT_WORKSPACE (source), result, NULL);
  g_task_return_pointer (task, g_steal_pointer (&follow->job), g_object_unref);
}

static ChtJob *
find_running (ChtWorkspace *self)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->jobs)); i++)
    {
      g_autoptr (ChtJob) job = g_list_model_get_item (G_LIST_MODEL (self->jobs), i);
      if (cht_job_get_running (job))
        return g_steal_pointer (&job);
    }
  return NULL;
}

/* A controller that renews its certificates is away for a while; what another try cannot mend ends it. */
static gboolean
may_come_back (ChtProblem *problem)
{
  static const char *const ids[] = { "controller.unreachable", "controller.timeout", "controller.tls",
                                     "controller.bad-answer",  "controller.blocked", "controller.session-limit",
                                     "controller.refused",     "outcome.unknown",    NULL };
  return g_strv_contains (ids, cht_problem_get_id (problem));
}

static void
on_job_asked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  ChtWorkspace *self = CHT_WORKSPACE (source);
  g_autoptr (GTask) task = data;
  Follow *follow = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (!cht_workspace_load_jobs_finish (self, result, &error))
    {
      g_autoptr (ChtProblem) problem = cht_problems_from_error (error);
      if (!may_come_back (problem) || self->client == NULL)
        {
          g_task_return_error (task, g_steal_pointer (&error));
          return;
        }
      follow->wait = MIN (follow->wait * 2, POLL_SECONDS_MAX);
      wait_and_ask (task);
      return;
    }
  follow->wait = POLL_SECONDS;
  g_clear_object (&follow->job);
  follow->job = follow->id != NULL ? cht_workspace_find_job (self, follow->id) : find_running (self);
  if (follow->job == NULL)
    {
      g_task_return_pointer (task, NULL, NULL);
      return;
    }
  if (follow->id == NULL)
    follow->id = g_strdup (cht_job_get_id (follow->job));
  if (cht_job_get_running (follow->job))
    wait_and_ask (task);
  else
    cht_workspace_refresh_async (self, g_task_get_cancellable (task), on_lists_after_cb, g_object_ref (task));
}

static void
ask (GTask *task)
{
  Follow *follow = g_task_get_task_data (task);

  if (g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    g_task_return_error (task, cht_problems_new_error ("cancelled", CHT_PROBLEM_CANCELLED, "", "%s",
                         _("Stopped watching. The job runs on.")));
  else
    cht_workspace_load_jobs_async (g_task_get_source_object (task), follow->id, g_task_get_cancellable (task),
                                   on_job_asked_cb, g_object_ref (task));
}

void
cht_workspace_follow_job_async (
    ChtWorkspace *self, const char *id, GCancellable *c, GAsyncReadyCallback cb, gpointer data)
{
  g_return_if_fail (CHT_IS_WORKSPACE (self));

  g_autoptr (GTask) task = cht_task_new (self, cht_workspace_follow_job_async, c, cb, data);
  Follow *follow = g_new0 (Follow, 1);

  follow->id = g_strdup (id);
  follow->wait = POLL_SECONDS;
  g_task_set_task_data (task, follow, follow_free);
  ask (task);
}

ChtJob *
cht_workspace_follow_job_finish (ChtWorkspace *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
