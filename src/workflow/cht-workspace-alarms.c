/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Clearing an alarm; what is said of it is what the alarm itself says afterwards. */
#include "cht-workspace-private.h"

#include <glib/gi18n-lib.h>

#include "cht-outcome-private.h"
#include "cht-problems.h"
#include "cht-records-private.h"
#include "cht-task.h"

typedef struct {
  ChtClient *client;
  char *id, *note;
  ChtProblem *problem;   /* what the controller said against it (nullable) */
  ChtOutcome *outcome;
} Clear;

static void
clear_free (gpointer data)
{
  Clear *clear = data;

  g_clear_object (&clear->client);
  g_free (clear->id);
  g_free (clear->note);
  g_clear_object (&clear->problem);
  g_clear_object (&clear->outcome);
  g_free (clear);
}

static void
on_clear_logged_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Clear *clear = g_task_get_task_data (task);

  cht_workspace_audit_finish (CHT_WORKSPACE (source), result, NULL);
  g_task_return_pointer (task, g_steal_pointer (&clear->outcome), g_object_unref);
}

/* Only this alarm's row changes: the model may show the open ones alone, or all. */
static void
merge_alarm (ChtWorkspace *self, ChtApiAlarm *told)
{
  g_autoptr (ChtAlarm) fresh = cht_alarm_new (told);
  g_autoptr (ChtAlarm) there = cht_workspace_find_alarm (self, told->id);

  if (there != NULL)
    cht_record_merge (there, fresh);
}

static ChtOutcome *
judge (ChtWorkspace *self, Clear *clear, GPtrArray *told)
{
  for (guint i = 0; told != NULL && i < told->len; i++)
    {
      ChtApiAlarm *alarm = told->pdata[i];
      if (!g_str_equal (alarm->id, clear->id))
        continue;
      merge_alarm (self, alarm);
      if (alarm->closed != CHT_TIME_UNKNOWN)
        return cht_outcome_new (CHT_OUTCOME_DONE, NULL, NULL, "%s", _("The alarm is cleared."));
      if (clear->problem != NULL)
        return cht_outcome_new (CHT_OUTCOME_REFUSED, NULL, NULL, "%s", cht_problem_get_message (clear->problem));
      return cht_outcome_new (CHT_OUTCOME_REFUSED, NULL, NULL,
                              _("%s took the request, yet the alarm is still open. Try again, or "
                                 "clear it in the controller's own window."),
                              self->controller_name);
    }
  if (told != NULL)
    return cht_outcome_new (CHT_OUTCOME_REFUSED, NULL, NULL, "%s", clear->problem != NULL
                            ? cht_problem_get_message (clear->problem) : _("The controller has no alarm of this id."));
  return cht_outcome_new (CHT_OUTCOME_UNKNOWN, NULL, NULL,
                          _("%s did not tell whether the alarm is cleared. Look at its alarms "
                             "before you try again."),
                          self->controller_name);
}

static void
on_read_back_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  ChtWorkspace *self = g_task_get_source_object (task);
  Clear *clear = g_task_get_task_data (task);
  g_autoptr (GPtrArray) told = cht_api_list_alarms_finish (CHT_CLIENT (source), result, NULL);
  const char *objects[] = { clear->id, NULL };

  clear->outcome = judge (self, clear, told);
  cht_workspace_audit_async (self, "alarm.clear", objects, cht_outcome_get_id (clear->outcome), NULL,
                             on_clear_logged_cb, g_object_ref (task));
}

static void
on_cleared_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Clear *clear = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (!cht_api_clear_alarm_finish (CHT_CLIENT (source), result, &error))
    {
      gboolean lost = g_error_matches (error, CHT_CONTROLLER_ERROR, CHT_CONTROLLER_ERROR_LOST)
                   || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_autoptr (ChtProblem) problem = cht_problems_from_error (error);
      if (!lost && cht_problem_get_kind (problem) != CHT_PROBLEM_NO)
        {
          const char *objects[] = { clear->id, NULL };
          cht_workspace_fail_logged (g_task_get_source_object (task), task, "alarm.clear", objects,
                                     g_steal_pointer (&error));
          return;
        }
      if (!lost)
        clear->problem = g_object_ref (problem);
    }
  cht_api_list_alarms_async (clear->client, FALSE, NULL, on_read_back_cb, g_object_ref (task));
}

static void
on_clear_asked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Clear *clear = g_task_get_task_data (task);
  GError *error = NULL;

  if (cht_workspace_audit_finish (CHT_WORKSPACE (source), result, &error))
    cht_api_clear_alarm_async (clear->client, clear->id, clear->note, g_task_get_cancellable (task), on_cleared_cb,
                               g_object_ref (task));
  else
    cht_problems_return (task, error);
}

void
cht_workspace_clear_alarm_async (
    ChtWorkspace *self, const char *id, const char *note, GCancellable *c, GAsyncReadyCallback cb, gpointer data)
{
  g_return_if_fail (CHT_IS_WORKSPACE (self) && id != NULL);

  g_autoptr (GTask) task = cht_task_new (self, cht_workspace_clear_alarm_async, c, cb, data);
  const char *objects[] = { id, NULL };

  ChtClient *client = cht_workspace_require_client (self, task);
  if (client == NULL)
    return;
  Clear *clear = g_new0 (Clear, 1);
  clear->client = g_object_ref (client);
  clear->id = g_strdup (id);
  clear->note = g_strdup (note != NULL ? note : "");
  g_task_set_task_data (task, clear, clear_free);
  cht_workspace_audit_async (self, "alarm.clear", objects, "asked", c, on_clear_asked_cb, g_object_ref (task));
}

ChtOutcome *
cht_workspace_clear_alarm_finish (ChtWorkspace *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
