/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The controller's own certificates: expiry, renew, jobs, alarms, clear. */
#include "cht-cli.h"
#include "cht-cli-output.h"

#include <glib/gi18n-lib.h>

/* The options of one of these commands; each takes what it needs. */
typedef struct {
  char *id, *note;
  const char *argument;
  gboolean leaf, all, wait, yes, open, dry_run;
} Renewal;

static void
renewal_clear (Renewal *renewal)
{
  g_free (renewal->id);
  g_free (renewal->note);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Renewal, renewal_clear)

static int
run (ChtCli *cli,
     int argc,
     char **argv,
     int n_arguments,
     const GOptionEntry *own,
     gsize n_own,
     ChtCliWork work,
     Renewal *renewal)
{
  g_auto (ChtCliWhere) where = { 0 };
  const GOptionEntry places[] = { CHT_CLI_WHERE_ENTRIES (where) };
  g_autoptr (GArray) entries = g_array_new (TRUE, FALSE, sizeof (GOptionEntry));
  g_autoptr (ChtWorkspace) workspace = NULL;
  g_autoptr (GError) error = NULL;
  ChtProblem *problem;

  g_array_append_vals (entries, places, G_N_ELEMENTS (places));
  if (n_own > 0)
    g_array_append_vals (entries, own, (guint) n_own);
  problem = cht_cli_parse (cli, &argc, &argv, (const GOptionEntry *) (gpointer) entries->data, n_arguments,
                           n_arguments);
  if (problem == NULL && renewal->leaf && renewal->all)
    problem = cht_cli_usage (_ ("Give --leaf or --all, not both."));
  if (problem != NULL)
    return cht_cli_fail (cli, problem);
  renewal->argument = n_arguments > 0 ? argv[1] : NULL;
  workspace = cht_cli_new_workspace (cli, &where, &error);
  if (workspace == NULL)
    return cht_cli_fail_error (cli, error);
  return cht_cli_on_controller (cli, workspace, &where, work, renewal);
}

static int
work_expiry (ChtCli *cli, ChtWorkspace *workspace, gpointer data)
{
  static const ChtColumn columns[] = {
    { "renewal_required", N_ ("Renewal needed") }, { "certificate", N_ ("Certificate") },
    { "remaining_days", N_ ("Days left") }, { "message", N_ ("The controller says") },
  };
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *ready = NULL;
  ChtExpiry *expiry;

  cht_workspace_load_expiry_async (workspace, cli->cancellable, cht_cli_on_ready_cb, &ready);
  result = cht_cli_wait (&ready);
  if (!cht_workspace_load_expiry_finish (workspace, result, &error))
    return cht_cli_fail_error (cli, error);
  expiry = cht_workspace_get_expiry (workspace);
  json_builder_begin_object (builder);
  cht_cli_add_bool (builder, "renewal_required", cht_expiry_get_required (expiry));
  cht_cli_add_string (builder, "certificate",
                      cht_expiry_get_required (expiry) ? cht_expiry_get_certificate (expiry) : NULL);
  if (cht_expiry_get_remaining_days (expiry) >= 0)
    cht_cli_add_int (builder, "remaining_days", cht_expiry_get_remaining_days (expiry));
  else
    cht_cli_add_string (builder, "remaining_days", NULL);
  cht_cli_add_string (builder, "message", cht_expiry_get_message (expiry));
  cht_cli_print_facts (cli, cht_cli_build (builder), columns, G_N_ELEMENTS (columns));
  return 0;
}

static int
run_expiry (ChtCli *cli, int argc, char **argv)
{
  g_auto (Renewal) renewal = { 0 };

  return run (cli, argc, argv, 0, NULL, 0, work_expiry, &renewal);
}

/* {"outcome", "message", "findings", "job"} in this command's own words. */
static int
print_renewal (ChtCli *cli, const char *outcome, const char *message, const char *job, int code)
{
  static const ChtColumn columns[] = { { "outcome", N_ ("Outcome") },
                                       { "message", N_ ("Message") },
                                       { "job", N_ ("Job") } };
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (GPtrArray) none = g_ptr_array_new ();

  json_builder_begin_object (builder);
  cht_cli_add_string (builder, "outcome", outcome);
  cht_cli_add_string (builder, "message", message);
  cht_cli_add_findings (builder, none);
  if (job != NULL)
    cht_cli_add_string (builder, "job", job);
  cht_cli_print_facts (cli, cht_cli_build (builder), columns, job != NULL ? 3 : 2);
  return code;
}

static void
on_jobs_changed_cb (ChtJob *job, GParamSpec *pspec, gpointer data)
{
  g_printerr ("\r%s %3.0f %%  ", cht_job_get_id (job), MAX (cht_job_get_progress (job), 0));
}

static void
on_jobs_items_changed_cb (GListModel *jobs, guint position, guint removed, guint added, gpointer data)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (ChtJob) job = g_list_model_get_item (jobs, i);
      g_signal_connect (job, "notify::progress", G_CALLBACK (on_jobs_changed_cb), NULL);
    }
}

static int
wait_for_job (ChtCli *cli, ChtWorkspace *workspace, const char *id)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (ChtJob) job = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *message = NULL;
  GAsyncResult *ready = NULL;
  gboolean terminal = isatty (STDERR_FILENO) && !cli->json;

  if (terminal)
    g_signal_connect (cht_workspace_get_jobs (workspace), "items-changed", G_CALLBACK (on_jobs_items_changed_cb), NULL);
  cht_workspace_follow_job_async (workspace, id, cli->cancellable, cht_cli_on_ready_cb, &ready);
  result = cht_cli_wait (&ready);
  job = cht_workspace_follow_job_finish (workspace, result, &error);
  if (terminal)
    g_printerr ("\n");
  if (error != NULL && cli->cancellable != NULL && g_cancellable_is_cancelled (cli->cancellable))
    return cht_cli_fail_error (cli, error);
  if (job == NULL || cht_job_get_status (job) == CHT_JOB_UNKNOWN)
    return print_renewal (cli, "unknown",
                          _ ("The renewal was asked for, but the controller does not tell how it ended. "
                             "“controller jobs” shows what it knows."),
                          id, 3);
  if (cht_job_get_status (job) == CHT_JOB_COMPLETED)
    {
      message = g_strdup_printf (_ ("The internal certificates are renewed; job %s is completed."), id);
      return print_renewal (cli, "done", message, id, 0);
    }
  message =
      *cht_job_get_reason (job) != '\0'
          ? g_strdup_printf (_ ("The renewal failed; job %s says “%s”. It may simply be started again."), id,
                             cht_job_get_reason (job))
          : g_strdup_printf (
                _ ("The renewal failed; job %s gives no reason. It may simply be started again."), id);
  return print_renewal (cli, "refused", message, id, 1);
}

static int
work_renew (ChtCli *cli, ChtWorkspace *workspace, gpointer data)
{
  Renewal *renewal = data;
  ChtRenew what = renewal->all ? CHT_RENEW_ALL : renewal->leaf ? CHT_RENEW_LEAVES : CHT_RENEW_DUE;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (ChtOutcome) outcome = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *ready = NULL;

  if (!renewal->yes || renewal->dry_run)
    {
      g_autofree char *impact = cht_workspace_dup_renewal_impact (workspace, what);
      g_autofree char *message = g_strdup_printf (renewal->dry_run ? _ ("%s Nothing was sent: this was a dry run.")
                                                                   : _ ("%s Nothing was sent; --yes goes on."),
                                                  impact);
      return print_renewal (cli, renewal->dry_run ? "dry-run" : "needs-confirmation", message, NULL,
                            renewal->dry_run ? 0 : 1);
    }
  cht_workspace_renew_async (workspace, what, cli->cancellable, cht_cli_on_ready_cb, &ready);
  result = cht_cli_wait (&ready);
  outcome = cht_workspace_renew_finish (workspace, result, &error);
  if (outcome == NULL)
    return cht_cli_fail_error (cli, error);
  if (!renewal->wait || cht_outcome_get_kind (outcome) != CHT_OUTCOME_DONE || cht_outcome_get_job (outcome) == NULL)
    return cht_cli_print_outcome (cli, outcome);
  return wait_for_job (cli, workspace, cht_outcome_get_job (outcome));
}

static int
run_renew (ChtCli *cli, int argc, char **argv)
{
  g_auto (Renewal) renewal = { 0 };
  const GOptionEntry own[] = {
    { "leaf", 0, 0, G_OPTION_ARG_NONE, &renewal.leaf, N_ ("Leaves whatever their validity"), NULL },
    { "all", 0, 0, G_OPTION_ARG_NONE, &renewal.all, N_ ("Leaves and roots whatever their validity"), NULL },
    { "wait", 0, 0, G_OPTION_ARG_NONE, &renewal.wait, N_ ("Until the job ends"), NULL },
    { "yes", 0, 0, G_OPTION_ARG_NONE, &renewal.yes, N_ ("Services may restart"), NULL },
    { "dry-run", 0, 0, G_OPTION_ARG_NONE, &renewal.dry_run, N_ ("Everything but the renewal"), NULL },
  };

  return run (cli, argc, argv, 0, own, G_N_ELEMENTS (own), work_renew, &renewal);
}

static int
work_jobs (ChtCli *cli, ChtWorkspace *workspace, gpointer data)
{
  static const ChtColumn columns[] = {
    { "id", N_ ("ID") },
    { "type", N_ ("TYPE") },
    { "user", N_ ("USER") },
    { "status", N_ ("STATUS") },
    { "progress", N_ ("%") },
    { "started", N_ ("STARTED"), CHT_COLUMN_MOMENT },
    { "completed", N_ ("ENDED"), CHT_COLUMN_MOMENT },
  };
  Renewal *renewal = data;
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GListModel *jobs = cht_workspace_get_jobs (workspace);
  GAsyncResult *ready = NULL;

  cht_workspace_load_jobs_async (workspace, renewal->id, cli->cancellable, cht_cli_on_ready_cb, &ready);
  result = cht_cli_wait (&ready);
  if (!cht_workspace_load_jobs_finish (workspace, result, &error))
    return cht_cli_fail_error (cli, error);
  if (renewal->id != NULL && g_list_model_get_n_items (jobs) == 0)
    return cht_cli_fail (cli, cht_problem_new ("job.unknown", CHT_PROBLEM_NO, "",
                                               _ ("The controller has no job “%s”."), renewal->id));
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "jobs");
  json_builder_begin_array (builder);
  for (guint i = 0; i < g_list_model_get_n_items (jobs); i++)
    {
      g_autoptr (ChtJob) job = g_list_model_get_item (jobs, i);

      json_builder_begin_object (builder);
      cht_cli_add_string (builder, "id", cht_job_get_id (job));
      cht_cli_add_string (builder, "type", cht_job_get_kind (job));
      cht_cli_add_string (builder, "user", cht_job_get_user (job));
      cht_cli_add_string (builder, "status", cht_job_get_status_id (job));
      json_builder_set_member_name (builder, "progress");
      if (cht_job_get_progress (job) >= 0)
        json_builder_add_double_value (builder, cht_job_get_progress (job));
      else
        json_builder_add_null_value (builder);
      cht_cli_add_time (builder, "started", cht_job_get_started (job));
      cht_cli_add_time (builder, "completed", cht_job_get_completed (job));
      if (*cht_job_get_reason (job) != '\0')
        cht_cli_add_string (builder, "reason", cht_job_get_reason (job));
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  cht_cli_print_table (cli, cht_cli_build (builder), "jobs", columns, G_N_ELEMENTS (columns),
                       _ ("There was no renewal yet."));
  return 0;
}

static int
run_jobs (ChtCli *cli, int argc, char **argv)
{
  g_auto (Renewal) renewal = { 0 };
  const GOptionEntry own[] = { { "id", 0, 0, G_OPTION_ARG_STRING, &renewal.id, N_ ("One job alone"), N_ ("ID") } };

  return run (cli, argc, argv, 0, own, G_N_ELEMENTS (own), work_jobs, &renewal);
}

static int
work_alarms (ChtCli *cli, ChtWorkspace *workspace, gpointer data)
{
  static const ChtColumn columns[] = {
    { "id", N_ ("ID") }, { "severity", N_ ("SEVERITY") }, { "created", N_ ("SINCE"), CHT_COLUMN_MOMENT },
    { "cleared", N_ ("CLEARED"), CHT_COLUMN_MOMENT }, { "description", N_ ("DESCRIPTION") },
  };
  Renewal *renewal = data;
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GListModel *alarms = cht_workspace_get_alarms (workspace);
  GAsyncResult *ready = NULL;

  cht_workspace_load_alarms_async (workspace, renewal->open, cli->cancellable, cht_cli_on_ready_cb, &ready);
  result = cht_cli_wait (&ready);
  if (!cht_workspace_load_alarms_finish (workspace, result, &error))
    return cht_cli_fail_error (cli, error);
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "alarms");
  json_builder_begin_array (builder);
  for (guint i = 0; i < g_list_model_get_n_items (alarms); i++)
    {
      g_autoptr (ChtAlarm) alarm = g_list_model_get_item (alarms, i);

      json_builder_begin_object (builder);
      cht_cli_add_string (builder, "id", cht_alarm_get_id (alarm));
      cht_cli_add_string (builder, "severity", cht_alarm_get_severity (alarm));
      cht_cli_add_string (builder, "description", cht_alarm_get_description (alarm));
      cht_cli_add_string (builder, "category", cht_alarm_get_category (alarm));
      cht_cli_add_time (builder, "created", cht_alarm_get_created (alarm));
      cht_cli_add_bool (builder, "acknowledged", cht_alarm_get_acknowledged (alarm));
      cht_cli_add_string (
          builder, "acknowledged_by",
          *cht_alarm_get_acknowledged_by (alarm) != '\0' ? cht_alarm_get_acknowledged_by (alarm) : NULL);
      cht_cli_add_time (builder, "cleared", cht_alarm_get_cleared (alarm));
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  cht_cli_print_table (cli, cht_cli_build (builder), "alarms", columns, G_N_ELEMENTS (columns),
                       renewal->open ? _ ("No alarm is open.") : _ ("There is no alarm."));
  return 0;
}

static int
run_alarms (ChtCli *cli, int argc, char **argv)
{
  g_auto (Renewal) renewal = { 0 };
  const GOptionEntry own[] = { { "open", 0, 0, G_OPTION_ARG_NONE, &renewal.open, N_ ("Open ones alone"), NULL } };

  return run (cli, argc, argv, 0, own, G_N_ELEMENTS (own), work_alarms, &renewal);
}

/* Everything but the request: is there such an alarm, and is it still open? */
static int
try_clear (ChtCli *cli, ChtWorkspace *workspace, const char *id)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GListModel *alarms = cht_workspace_get_alarms (workspace);
  GAsyncResult *ready = NULL;

  cht_workspace_load_alarms_async (workspace, FALSE, cli->cancellable, cht_cli_on_ready_cb, &ready);
  result = cht_cli_wait (&ready);
  if (!cht_workspace_load_alarms_finish (workspace, result, &error))
    return cht_cli_fail_error (cli, error);
  for (guint i = 0; i < g_list_model_get_n_items (alarms); i++)
    {
      g_autoptr (ChtAlarm) alarm = g_list_model_get_item (alarms, i);

      if (g_str_equal (cht_alarm_get_id (alarm), id))
        return print_renewal (cli, "dry-run",
                              cht_alarm_get_open (alarm)
                                  ? _ ("The alarm would be cleared. Nothing was sent: this was a dry run.")
                                  : _ ("The alarm is cleared already. Nothing was sent: this was a dry run."),
                              NULL, 0);
    }
  return print_renewal (cli, "refused", _ ("The controller has no alarm of this id."), NULL, 1);
}

static int
work_clear (ChtCli *cli, ChtWorkspace *workspace, gpointer data)
{
  Renewal *renewal = data;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (ChtOutcome) outcome = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *ready = NULL;

  if (renewal->dry_run)
    return try_clear (cli, workspace, renewal->argument);
  cht_workspace_clear_alarm_async (workspace, renewal->argument, renewal->note, cli->cancellable,
                                   cht_cli_on_ready_cb, &ready);
  result = cht_cli_wait (&ready);
  outcome = cht_workspace_clear_alarm_finish (workspace, result, &error);
  return outcome != NULL ? cht_cli_print_outcome (cli, outcome) : cht_cli_fail_error (cli, error);
}

static int
run_clear (ChtCli *cli, int argc, char **argv)
{
  g_auto (Renewal) renewal = { 0 };
  const GOptionEntry own[] = {
    { "note", 0, 0, G_OPTION_ARG_STRING, &renewal.note, N_ ("A note beside it"), N_ ("TEXT") },
    { "dry-run", 0, 0, G_OPTION_ARG_NONE, &renewal.dry_run, N_ ("Everything but the request"), NULL }
  };

  return run (cli, argc, argv, 1, own, G_N_ELEMENTS (own), work_clear, &renewal);
}

const ChtCliCommand cht_cli_renewal_commands[] = {
  { "controller", "expiry", run_expiry, NULL, N_ ("Say whether the internal certificates must be renewed") },
  { "controller", "renew", run_renew, NULL, N_ ("Start the renewal of the internal certificates") },
  { "controller", "jobs", run_jobs, NULL, N_ ("List renewal jobs") },
  { "controller", "alarms", run_alarms, NULL, N_ ("List alarms") },
  { "controller", "clear", run_clear, N_ ("ID"), N_ ("Clear an alarm") },
  { NULL }
};
