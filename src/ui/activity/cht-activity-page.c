/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-activity-page.h"

#include "cht-notice.h"
#include "cht-text.h"

#include <glib/gi18n-lib.h>

struct _ChtActivityPage {
  ChtPage parent_instance;
  ChtWorkspace *workspace;
  GCancellable *following;  /* (nullable): while a job is followed */
  char *followed;           /* (nullable): the id of the job that the steps show */
  gboolean cleared;
  GtkFilter *open_filter;
  GtkWidget *problem, *outcome, *due, *renew, *renewal, *step_asked, *step_running, *step_running_icon, *progress;
  GtkWidget *step_alarm, *step_alarm_icon, *alarms, *jobs;
};

G_DEFINE_FINAL_TYPE (ChtActivityPage, cht_activity_page, CHT_TYPE_PAGE)

enum { PROP_WORKSPACE = 1, N_PROPS };
static GParamSpec *props[N_PROPS];

/* ---- Words ---- */

const char *
cht_activity_job_words (ChtJobStatus status)
{
  switch (status)
    {
    case CHT_JOB_CREATED:
      return _("Waiting to start");
    case CHT_JOB_IN_PROGRESS:
      return _("Renewing");
    case CHT_JOB_COMPLETED:
      return _("Renewed");
    case CHT_JOB_FAILED:
      return _("Not renewed");
    case CHT_JOB_UNKNOWN:
    default:
      return _("Unknown state");
    }
}

const char *
cht_activity_job_icon (ChtJobStatus status)
{
  switch (status)
    {
    case CHT_JOB_COMPLETED:
      return "emblem-ok-symbolic";
    case CHT_JOB_FAILED:
      return "dialog-error-symbolic";
    case CHT_JOB_CREATED:
    case CHT_JOB_IN_PROGRESS:
      return "emblem-synchronizing-symbolic";
    case CHT_JOB_UNKNOWN:
    default:
      return "dialog-question-symbolic";
    }
}

static const char *
job_css_class (ChtJobStatus status)
{
  return status == CHT_JOB_COMPLETED ? "success" : status == CHT_JOB_FAILED ? "error" : "accent";
}

char *
cht_activity_progress_text (ChtJobStatus status, double progress, const char *reason)
{
  g_autofree char *shown = cht_text_for_display (reason);

  if (status == CHT_JOB_COMPLETED)
    return g_strdup (_("The job has ended well."));
  if (status == CHT_JOB_FAILED && *shown != '\0')
    return g_strdup_printf (_("The controller says: “%s”. The renewal may be started again."), shown);
  if (status == CHT_JOB_FAILED)
    return g_strdup (_("The controller gives no reason. The renewal may be started again."));
  if (progress >= 0)
    /* TRANSLATORS: a percentage. */
    return g_strdup_printf (_("%.0f %%, usually 30 to 60 minutes; the controller may be away for a while"),
                            CLAMP (progress, 0, 100));
  return g_strdup (_("Usually 30 to 60 minutes; the controller may be away for a while"));
}

char *
cht_activity_job_text (const char *id, const char *user, gint64 started, gint64 completed)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *shown_id = cht_text_for_display (id);
  g_autofree char *shown_user = cht_text_for_display (user);
  g_autofree char *start = cht_time_describe_moment (started);
  g_autofree char *end = cht_time_describe_moment (completed);

  g_string_append_printf (text, _("Job %s"), shown_id);
  if (*shown_user != '\0')
    {
      g_string_append (text, " · ");
      g_string_append_printf (text, _("by %s"), shown_user);
    }
  if (started != CHT_TIME_UNKNOWN)
    {
      g_string_append (text, " · ");
      g_string_append_printf (text, _("started %s"), start);
    }
  if (completed != CHT_TIME_UNKNOWN)
    {
      g_string_append (text, " · ");
      g_string_append_printf (text, _("ended %s"), end);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
show_error (ChtActivityPage *self, const GError *error)
{
  g_autoptr (ChtProblem) problem = error != NULL ? cht_problem_from_error (error) : NULL;

  cht_notice_show_problem (CHT_NOTICE (self->problem), problem);
}

/* ---- What is due ---- */

static gboolean
is_signed_in (ChtActivityPage *self)
{
  return cht_workspace_get_controller_state (self->workspace) == CHT_WORKSPACE_CONTROLLER_SIGNED_IN;
}

static gboolean
is_due (ChtActivityPage *self)
{
  ChtExpiry *expiry = cht_workspace_get_expiry (self->workspace);

  return is_signed_in (self) && expiry != NULL && cht_expiry_get_required (expiry);
}

static void
show_due (ChtActivityPage *self)
{
  ChtExpiry *expiry = cht_workspace_get_expiry (self->workspace);
  g_autofree char *name = expiry != NULL ? cht_text_for_display (cht_expiry_get_certificate (expiry)) : NULL;
  g_autofree char *message = expiry != NULL ? cht_text_for_display (cht_expiry_get_message (expiry)) : NULL;
  g_autofree char *title = NULL;
  int days = expiry != NULL ? MAX (cht_expiry_get_remaining_days (expiry), 0) : 0;

  if (!is_signed_in (self))
    title = g_strdup (_("Sign in to see what is due"));
  else if (expiry == NULL)
    title = g_strdup (_("The controller has not said what is due"));
  else if (!is_due (self))
    title = g_strdup (_("Nothing is due: the controller asks for a renewal below 60 days"));
  else
    title = g_strdup_printf (ngettext ("%s ends in %d day", "%s ends in %d days", days), name, days);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->due), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->due), is_due (self) ? message : "");
  gtk_widget_set_sensitive (self->renew, is_due (self) && self->following == NULL);
}

/* ---- The steps ---- */

static ChtJob *
find_followed (ChtActivityPage *self)
{
  GListModel *jobs = cht_workspace_get_jobs (self->workspace);

  for (guint i = 0; self->followed != NULL && i < g_list_model_get_n_items (jobs); i++)
    {
      g_autoptr (ChtJob) job = g_list_model_get_item (jobs, i);

      if (g_strcmp0 (cht_job_get_id (job), self->followed) == 0)
        return g_steal_pointer (&job);
    }
  return NULL;
}

static guint
count_open_alarms (ChtActivityPage *self)
{
  GListModel *alarms = cht_workspace_get_alarms (self->workspace);
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (alarms); i++)
    {
      g_autoptr (ChtAlarm) alarm = g_list_model_get_item (alarms, i);

      n += cht_alarm_get_open (alarm);
    }
  return n;
}

static void
show_alarm_step (ChtActivityPage *self, gboolean ended)
{
  guint n_open = count_open_alarms (self);
  const char *words = _("None is open");

  if (!ended)
    words = _("Comes when the renewal has ended; a person clears it");
  else if (n_open > 0)
    words = _("Waits below to be read and cleared");
  else if (self->cleared)
    words = _("Cleared by you");
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->step_alarm), words);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->step_alarm_icon), !ended        ? "content-loading-symbolic"
                                                                   : n_open == 0 ? "emblem-ok-symbolic"
                                                                                 : "dialog-information-symbolic");
  gtk_widget_set_css_classes (self->step_alarm_icon,
                              (const char *[]){ !ended ? "dim-label" : n_open == 0 ? "success" : "accent", NULL });
}

static void
show_steps (ChtActivityPage *self)
{
  g_autoptr (ChtJob) job = find_followed (self);
  g_autofree char *asked = NULL;
  g_autofree char *running = NULL;
  ChtJobStatus status;

  gtk_widget_set_visible (self->renewal, job != NULL);
  if (job == NULL)
    return;
  status = cht_job_get_status (job);
  asked = cht_activity_job_text (cht_job_get_id (job), cht_job_get_user (job), cht_job_get_started (job),
                                 CHT_TIME_UNKNOWN);
  running = cht_activity_progress_text (status, cht_job_get_progress (job), cht_job_get_reason (job));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->step_asked), asked);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->step_running), cht_activity_job_words (status));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->step_running), running);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->step_running_icon), cht_activity_job_icon (status));
  gtk_widget_set_css_classes (self->step_running_icon, (const char *[]){ job_css_class (status), NULL });
  gtk_widget_set_visible (self->progress, cht_job_get_running (job));
  gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (self->progress), CLAMP (cht_job_get_progress (job) / 100, 0, 1));
  show_alarm_step (self, !cht_job_get_running (job));
}

/* ---- Following ---- */

static void
on_refreshed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChtActivityPage) self = data;
  g_autoptr (GError) error = NULL;

  if (!cht_workspace_refresh_finish (CHT_WORKSPACE (source), result, &error))
    show_error (self, error);
  show_steps (self);
}

static void
on_followed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChtActivityPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (ChtJob) job = cht_workspace_follow_job_finish (CHT_WORKSPACE (source), result, &error);

  g_clear_object (&self->following);
  if (error != NULL)
    show_error (self, error);
  if (job != NULL)
    {
      gboolean good = cht_job_get_status (job) == CHT_JOB_COMPLETED;

      cht_notice_show (CHT_NOTICE (self->outcome), good ? CHT_NOTICE_SUCCESS : CHT_NOTICE_ERROR,
                       good ? _("The internal certificates are renewed. Read the alarm, then clear it.")
                            : _("The renewal failed. What runs keeps its old certificates."));
      cht_workspace_refresh_async (self->workspace, NULL, on_refreshed_cb, g_object_ref (self));
    }
  show_steps (self);
  show_due (self);
}

static void
follow_job (ChtActivityPage *self, const char *id)
{
  if (self->following != NULL || id == NULL)
    return;
  g_free (self->followed);
  self->followed = g_strdup (id);
  self->cleared = FALSE;
  self->following = g_cancellable_new ();
  cht_workspace_follow_job_async (self->workspace, id, self->following, on_followed_cb, g_object_ref (self));
  show_steps (self);
  show_due (self);
}

/* A job that somebody started, here or elsewhere, is followed as soon as it is seen. */
static void
on_refreshed_changed_cb (ChtActivityPage *self)
{
  GListModel *jobs = cht_workspace_get_jobs (self->workspace);

  for (guint i = 0; i < g_list_model_get_n_items (jobs); i++)
    {
      g_autoptr (ChtJob) job = g_list_model_get_item (jobs, i);

      if (cht_job_get_running (job))
        {
          follow_job (self, cht_job_get_id (job));
          break;
        }
    }
  gtk_filter_changed (self->open_filter, GTK_FILTER_CHANGE_DIFFERENT);
  show_steps (self);
}

static void
on_controller_state_changed_cb (ChtActivityPage *self)
{
  if (cht_workspace_get_controller_state (self->workspace) == CHT_WORKSPACE_CONTROLLER_NONE)
    {
      if (self->following != NULL)
        g_cancellable_cancel (self->following);
      g_clear_pointer (&self->followed, g_free);
      show_error (self, NULL);
      cht_notice_show (CHT_NOTICE (self->outcome), CHT_NOTICE_INFO, NULL);
    }
  show_steps (self);
  show_due (self);
}

/* ---- Renewing ---- */

static void
on_renewed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChtActivityPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (ChtOutcome) outcome = cht_workspace_renew_finish (CHT_WORKSPACE (source), result, &error);
  gboolean good = outcome != NULL && cht_outcome_get_kind (outcome) == CHT_OUTCOME_DONE;

  show_error (self, error);
  if (outcome != NULL)
    cht_notice_show (CHT_NOTICE (self->outcome), good ? CHT_NOTICE_SUCCESS : CHT_NOTICE_ERROR,
                     cht_outcome_get_message (outcome));
  if (good)
    follow_job (self, cht_outcome_get_job (outcome));
}

static void
on_answered_cb (AdwMessageDialog *dialog, const char *response, ChtActivityPage *self)
{
  if (!g_str_equal (response, "renew"))
    return;
  show_error (self, NULL);
  cht_workspace_renew_async (self->workspace, CHT_RENEW_DUE, NULL, on_renewed_cb, g_object_ref (self));
}

void
cht_activity_page_ask_renewal (ChtActivityPage *self)
{
  g_autofree char *impact = NULL;
  GtkWidget *dialog;

  g_return_if_fail (CHT_IS_ACTIVITY_PAGE (self));
  if (self->following != NULL || !is_due (self))
    return;
  impact = cht_workspace_dup_renewal_impact (self->workspace, CHT_RENEW_DUE);
  dialog = adw_message_dialog_new (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                                   _("Renew the internal certificates?"), impact);
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "cancel", _("Cancel"));
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "renew", _("Renew"));
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "renew", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_answered_cb), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
on_renew_clicked_cb (GtkButton *button, ChtActivityPage *self)
{
  cht_activity_page_ask_renewal (self);
}

/* ---- Alarms ---- */

static void
on_cleared_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChtActivityPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (ChtOutcome) outcome = cht_workspace_clear_alarm_finish (CHT_WORKSPACE (source), result, &error);

  show_error (self, error);
  if (outcome != NULL)
    {
      gboolean good = cht_outcome_get_kind (outcome) == CHT_OUTCOME_DONE;

      self->cleared |= good;
      cht_notice_show (CHT_NOTICE (self->outcome), good ? CHT_NOTICE_SUCCESS : CHT_NOTICE_ERROR,
                       cht_outcome_get_message (outcome));
    }
  /* Rows are built anew: a button that was pressed in vain can be pressed again. */
  gtk_filter_changed (self->open_filter, GTK_FILTER_CHANGE_DIFFERENT);
  show_steps (self);
}

static void
on_clear_clicked_cb (GtkButton *button, ChtActivityPage *self)
{
  cht_workspace_clear_alarm_async (self->workspace, g_object_get_data (G_OBJECT (button), "id"), NULL, NULL,
                                   on_cleared_cb, g_object_ref (self));
}

static GtkWidget *
create_alarm_row (gpointer item, gpointer data)
{
  ChtAlarm *alarm = item;
  g_autofree char *description = cht_text_for_display (cht_alarm_get_description (alarm));
  g_autofree char *severity = cht_text_for_display (cht_alarm_get_severity (alarm));
  g_autofree char *created = cht_time_describe_moment (cht_alarm_get_created (alarm));
  g_autofree char *subtitle = g_strdup_printf ("%s · %s", severity, created);
  g_autofree char *label = g_strdup_printf (_("Clear the alarm: %s"), description);
  gboolean info = g_ascii_strcasecmp (severity, "info") == 0;
  GtkWidget *icon = gtk_image_new_from_icon_name (info ? "dialog-information-symbolic" : "dialog-warning-symbolic");
  GtkWidget *row = adw_action_row_new (), *clear = gtk_button_new_with_label (_("Clear"));

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), description);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 0);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  gtk_widget_add_css_class (icon, info ? "accent" : "warning");
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), icon);
  gtk_widget_set_valign (clear, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (clear), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  g_object_set_data_full (G_OBJECT (clear), "id", g_strdup (cht_alarm_get_id (alarm)), g_free);
  g_signal_connect_object (clear, "clicked", G_CALLBACK (on_clear_clicked_cb), data, 0);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), clear);
  return row;
}

static gboolean
is_open (gpointer item, gpointer data)
{
  return cht_alarm_get_open (item);
}

/* ---- Jobs ---- */

static void
show_job (ChtJob *job, GParamSpec *pspec, GtkWidget *row)
{
  ChtJobStatus status = cht_job_get_status (job);
  GtkWidget *icon = g_object_get_data (G_OBJECT (row), "icon");
  g_autofree char *text = cht_activity_job_text (cht_job_get_id (job), cht_job_get_user (job),
                                                 cht_job_get_started (job), cht_job_get_completed (job));

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), cht_activity_job_words (status));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), text);
  gtk_image_set_from_icon_name (GTK_IMAGE (icon), cht_activity_job_icon (status));
  gtk_widget_set_css_classes (icon, (const char *[]){ job_css_class (status), NULL });
}

static GtkWidget *
create_job_row (gpointer item, gpointer data)
{
  GtkWidget *row = adw_action_row_new (), *icon = gtk_image_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), icon);
  g_object_set_data (G_OBJECT (row), "icon", icon);
  g_signal_connect_object (item, "notify", G_CALLBACK (show_job), row, 0);
  g_signal_connect_object (item, "notify", G_CALLBACK (show_steps), data, G_CONNECT_SWAPPED);
  show_job (item, NULL, row);
  return row;
}

/* ---- The page ---- */

static void
cht_activity_page_constructed (GObject *object)
{
  ChtActivityPage *self = CHT_ACTIVITY_PAGE (object);
  GListModel *jobs = cht_workspace_get_jobs (self->workspace), *alarms = cht_workspace_get_alarms (self->workspace);
  g_autoptr (GtkFilterListModel) open = NULL;

  G_OBJECT_CLASS (cht_activity_page_parent_class)->constructed (object);
  self->open_filter = GTK_FILTER (gtk_custom_filter_new (is_open, NULL, NULL));
  open = gtk_filter_list_model_new (g_object_ref (alarms), g_object_ref (self->open_filter));
  gtk_list_box_bind_model (GTK_LIST_BOX (self->alarms), G_LIST_MODEL (open), create_alarm_row, self, NULL);
  gtk_list_box_bind_model (GTK_LIST_BOX (self->jobs), jobs, create_job_row, self, NULL);
  g_signal_connect_object (self->workspace, "notify::controller-state", G_CALLBACK (on_controller_state_changed_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->workspace, "notify::expiry", G_CALLBACK (show_due), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->workspace, "notify::refreshed", G_CALLBACK (on_refreshed_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (jobs, "items-changed", G_CALLBACK (show_steps), self, G_CONNECT_SWAPPED);
  show_due (self);
  show_steps (self);
}

static void
cht_activity_page_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_WORKSPACE)
    g_set_object (&CHT_ACTIVITY_PAGE (object)->workspace, g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
cht_activity_page_finalize (GObject *object)
{
  ChtActivityPage *self = CHT_ACTIVITY_PAGE (object);

  g_clear_object (&self->following);
  g_clear_object (&self->open_filter);
  g_clear_pointer (&self->followed, g_free);
  g_clear_object (&self->workspace);
  G_OBJECT_CLASS (cht_activity_page_parent_class)->finalize (object);
}

#define BIND(child) gtk_widget_class_bind_template_child (widget_class, ChtActivityPage, child)

static void
cht_activity_page_class_init (ChtActivityPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->constructed = cht_activity_page_constructed;
  object_class->set_property = cht_activity_page_set_property;
  object_class->finalize = cht_activity_page_finalize;
  props[PROP_WORKSPACE] = g_param_spec_object ("workspace", NULL, NULL, CHT_TYPE_WORKSPACE,
                                               G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  g_type_ensure (CHT_TYPE_NOTICE);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/chatelaine/Chatelaine/activity/cht-activity-page.ui");
  BIND (problem);
  BIND (outcome);
  BIND (due);
  BIND (renew);
  BIND (renewal);
  BIND (step_asked);
  BIND (step_running);
  BIND (step_running_icon);
  BIND (progress);
  BIND (step_alarm);
  BIND (step_alarm_icon);
  BIND (alarms);
  BIND (jobs);
  gtk_widget_class_bind_template_callback (widget_class, on_renew_clicked_cb);
}

static void
cht_activity_page_init (ChtActivityPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
cht_activity_page_new (ChtWorkspace *workspace)
{
  return g_object_new (CHT_TYPE_ACTIVITY_PAGE, "workspace", workspace, NULL);
}
