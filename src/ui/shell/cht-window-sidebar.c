/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the sidebar tells: the controller's health, and what waits on the Activity page. */
#include "cht-window-private.h"

#include "cht-text.h"

#include <glib/gi18n-lib.h>

/* ---- Health ---- */

char *
cht_window_health_text (ChtWorkspaceController state, const char *release)
{
  switch (state)
    {
    case CHT_WORKSPACE_CONTROLLER_CONNECTING:
      return g_strdup (_("Signing in…"));
    case CHT_WORKSPACE_CONTROLLER_SIGNED_IN:
      /* TRANSLATORS: the release of the controller's software. */
      return release != NULL && *release != '\0' ? g_strdup_printf (_("Signed in, release %s"), release)
                                                 : g_strdup (_("Signed in"));
    case CHT_WORKSPACE_CONTROLLER_FAILED:
      return g_strdup (_("Not connected"));
    case CHT_WORKSPACE_CONTROLLER_NONE:
    default:
      return g_strdup (_("Not signed in"));
    }
}

const char *
cht_window_health_icon (ChtWorkspaceController state)
{
  switch (state)
    {
    case CHT_WORKSPACE_CONTROLLER_CONNECTING:
      return "content-loading-symbolic";
    case CHT_WORKSPACE_CONTROLLER_SIGNED_IN:
      return "emblem-ok-symbolic";
    case CHT_WORKSPACE_CONTROLLER_FAILED:
      return "dialog-warning-symbolic";
    case CHT_WORKSPACE_CONTROLLER_NONE:
    default:
      return "network-offline-symbolic";
    }
}

void
cht_window_show_controller (ChtWindow *self)
{
  ChtWorkspaceController state = cht_workspace_get_controller_state (self->workspace);
  g_autoptr (ChtProblem) problem = NULL;
  g_autofree char *name = NULL;
  g_autofree char *release = NULL;
  g_autofree char *shown = NULL;
  g_autofree char *shown_release = NULL;
  g_autofree char *health = NULL;
  g_autofree char *why = NULL;

  g_object_get (self->workspace, "controller-name", &name, "release", &release, "controller-problem", &problem, NULL);
  shown = cht_text_for_display (name != NULL && *name != '\0' ? name : _("No controller"));
  shown_release = cht_text_for_display (release);
  health = cht_window_health_text (state, shown_release);
  why = problem != NULL ? cht_problem_dup_text (problem) : NULL;
  gtk_label_set_label (GTK_LABEL (self->controller_name), shown);
  gtk_label_set_label (GTK_LABEL (self->health_text), health);
  gtk_widget_set_tooltip_text (self->health_text, why);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->health_icon), cht_window_health_icon (state));
  gtk_widget_set_css_classes (self->health_icon,
                              (const char *[]){ state == CHT_WORKSPACE_CONTROLLER_SIGNED_IN ? "health-good"
                                                : state == CHT_WORKSPACE_CONTROLLER_FAILED  ? "health-bad"
                                                                                            : "dim-label",
                                                NULL });
  gtk_widget_set_visible (self->sign_in,
                          state == CHT_WORKSPACE_CONTROLLER_NONE || state == CHT_WORKSPACE_CONTROLLER_FAILED);
  gtk_widget_set_visible (self->sign_out,
                          state == CHT_WORKSPACE_CONTROLLER_SIGNED_IN || state == CHT_WORKSPACE_CONTROLLER_CONNECTING);
  cht_window_update_actions (self);
}

/* Running jobs and open alarms: what waits on the Activity page. */
void
cht_window_show_badge (ChtWindow *self)
{
  GListModel *jobs = cht_workspace_get_jobs (self->workspace), *alarms = cht_workspace_get_alarms (self->workspace);
  g_autofree char *text = NULL;
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (jobs); i++)
    {
      g_autoptr (ChtJob) job = g_list_model_get_item (jobs, i);

      n += cht_job_get_running (job);
    }
  for (guint i = 0; i < g_list_model_get_n_items (alarms); i++)
    {
      g_autoptr (ChtAlarm) alarm = g_list_model_get_item (alarms, i);

      n += cht_alarm_get_open (alarm);
    }
  text = g_strdup_printf ("%u", n);
  gtk_label_set_label (GTK_LABEL (self->activity_badge), text);
  gtk_widget_set_visible (self->activity_badge, n > 0);
}
