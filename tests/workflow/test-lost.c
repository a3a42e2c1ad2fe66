/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A controller that hangs up after a write: nothing is said before the list and the trust store were asked. */
#include "workflow-wait.h"

#include <string.h>

#include "bad-server.h"
#include "cht-draft-private.h"
#include "cht-fixtures.h"
#include "cht-process.h"
#include "cht-records-private.h"
#include "cht-workspace-private.h"

#define V2 "/crosswork/platform/v2/"
#define LIST "GET " V2 "cert/summary/list "
#define UPDATE "POST " V2 "cert/update "
#define EXPORT "POST " V2 "cert/export/truststore "
#define JOBS "POST " V2 "cert/jobs/query "
#define NOBODY "{\"cert_summary\":[]}"
#define LISTED "{\"cert_summary\":[{\"cert_name\":\"syslog\",\"role_name\":\"Server Syslog Communication\"," \
               "\"cert_display\":\"READWRITEADD\"}]}"

typedef struct {
  BadServer *server;
  ChtWorkspace *workspace;
  ChtFixture *root, *other;
  GAsyncResult *result;
  GError *error;
} Scene;

static void
set_up (Scene *scene, gconstpointer data)
{
  g_autoptr (ChtSecret) password = cht_secret_new_text ("secret");
  g_autoptr (ChtProfile) profile = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  scene->server = bad_server_new (0);
  bad_server_let_in (scene->server);
  bad_server_json (scene->server, "GET " V2 "cluster/version/show ", 200, "{}");
  bad_server_json (scene->server, "POST " V2 "cluster/microservice/list/query ", 200, "{}");
  bad_server_json (scene->server, "POST /crosswork/dg-manager/v1/destinations/query ", 200, "{}");
  scene->root = cht_fixture_new ("Syslog Root", NULL, NULL);
  scene->other = cht_fixture_new ("Another Root", NULL, NULL);
  scene->workspace = cht_workspace_new (NULL, CHT_CLOCK_SYSTEM);
  profile = cht_profile_new ("lab", bad_server_get_url (scene->server), "admin", bad_server_get_pin (scene->server));
  cht_workspace_sign_in_async (scene->workspace, profile, password, FALSE, NULL, wait_done, &scene->result);
  result = wait_for (&scene->result);
  cht_workspace_sign_in_finish (scene->workspace, result, &scene->error);
  g_assert_no_error (scene->error);
}

static void
tear_down (Scene *scene, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;

  cht_workspace_sign_out_async (scene->workspace, wait_done, &scene->result);
  result = wait_for (&scene->result);
  cht_workspace_sign_out_finish (scene->workspace, result);
  g_clear_object (&result);
  g_object_unref (scene->workspace);
  bad_server_free (scene->server);
  cht_fixture_free (scene->root);
  cht_fixture_free (scene->other);
}

/* The trust store as an answer that holds FIXTURE. */
static void
say_export (Scene *scene, ChtFixture *fixture)
{
  g_auto (GStrv) lines = g_strsplit (cht_fixture_get_pem (fixture), "\n", -1);
  g_autofree char *pem = g_strjoinv ("\\n", lines);
  g_autofree char *body = g_strdup_printf ("{\"trust_store\":{\"trust_store_cert\":\"%s\"}}", pem);

  bad_server_json (scene->server, EXPORT, 200, body);
}

static ChtOutcome *
upload (Scene *scene, gboolean edit)
{
  g_autoptr (ChtDraft) draft = cht_workspace_new_draft (scene->workspace, edit ? "syslog" : NULL);
  g_autoptr (ChtRoleForm) form = cht_role_form_new ("Server Syslog Communication", "", NULL,
                                                    CHT_OPERATION_ADD | CHT_OPERATION_EDIT | CHT_OPERATION_DOWNLOAD);
  g_autoptr (GBytes) bytes =
      g_bytes_new (cht_fixture_get_pem (scene->root), strlen (cht_fixture_get_pem (scene->root)));
  const ChtUploadOptions options = { .keep = TRUE };
  g_autoptr (GAsyncResult) result = NULL;

  cht_draft_set_role_form (draft, form);
  cht_draft_set_name (draft, "syslog");
  /* The upload waits for the file by itself. */
  cht_draft_set_bytes_async (draft, CHT_FIELD_CHAIN, bytes, "root.pem", NULL, NULL, NULL);
  cht_workspace_upload_async (scene->workspace, draft, &options, NULL, wait_done, &scene->result);
  result = wait_for (&scene->result);
  return cht_workspace_upload_finish (scene->workspace, result, &scene->error);
}

static void
assert_outcome (Scene *scene, ChtOutcome *outcome, ChtOutcomeKind kind)
{
  g_assert_no_error (scene->error);
  g_test_message ("%s: %s", cht_outcome_get_id (outcome), cht_outcome_get_message (outcome));
  g_assert_cmpint (cht_outcome_get_kind (outcome), ==, kind);
  assert_words (cht_outcome_get_message (outcome));
}

static void
test_done (Scene *scene, gconstpointer data)
{
  g_autoptr (ChtOutcome) outcome = NULL;

  bad_server_json (scene->server, LIST, 200, NOBODY);
  bad_server_json (scene->server, LIST, 200, LISTED);
  bad_server_cut (scene->server, UPDATE, NULL);
  say_export (scene, scene->root);
  outcome = upload (scene, FALSE);
  assert_outcome (scene, outcome, CHT_OUTCOME_DONE);
  g_assert_cmpuint (bad_server_count (scene->server, UPDATE), ==, 1);
  g_assert_nonnull (strstr (cht_outcome_get_message (outcome), "lab"));
}

static void
test_absent (Scene *scene, gconstpointer data)
{
  g_autoptr (ChtOutcome) outcome = NULL;

  bad_server_json (scene->server, LIST, 200, NOBODY);
  bad_server_cut (scene->server, UPDATE, NULL);
  outcome = upload (scene, FALSE);
  assert_outcome (scene, outcome, CHT_OUTCOME_REFUSED);
  g_assert_cmpuint (bad_server_count (scene->server, UPDATE), ==, 1);
  g_assert_cmpuint (bad_server_count (scene->server, LIST), ==, 2);
}

static void
test_unknown (Scene *scene, gconstpointer data)
{
  g_autoptr (ChtOutcome) outcome = NULL;

  bad_server_json (scene->server, LIST, 200, NOBODY);
  bad_server_json (scene->server, LIST, 200, "no JSON");
  bad_server_cut (scene->server, UPDATE, NULL);
  outcome = upload (scene, FALSE);
  assert_outcome (scene, outcome, CHT_OUTCOME_UNKNOWN);
  g_assert_cmpint (cht_outcome_get_exit_code (outcome), ==, 3);
}

static void
test_other (Scene *scene, gconstpointer data)
{
  g_autoptr (ChtOutcome) edited = NULL, added = NULL;

  bad_server_json (scene->server, LIST, 200, LISTED);
  bad_server_cut (scene->server, UPDATE, NULL);
  say_export (scene, scene->other);
  edited = upload (scene, TRUE);
  assert_outcome (scene, edited, CHT_OUTCOME_REFUSED);
  g_autofree char *sent = bad_server_last (scene->server, UPDATE);
  g_assert_nonnull (strstr (sent, "\"isEdit\":true"));
}

/* SUCCESS is the controller's word; what it holds is looked at all the same. */
static void
test_word_against_list (Scene *scene, gconstpointer data)
{
  g_autoptr (ChtOutcome) outcome = NULL;

  bad_server_json (scene->server, LIST, 200, NOBODY);
  bad_server_json (scene->server, LIST, 200, LISTED);
  bad_server_json (scene->server, UPDATE, 200, "{\"response\":{\"resp_code\":\"SUCCESS\"}}");
  say_export (scene, scene->other);
  outcome = upload (scene, FALSE);
  assert_outcome (scene, outcome, CHT_OUTCOME_UNKNOWN);
}

static void
test_own_words (Scene *scene, gconstpointer data)
{
  g_autoptr (ChtOutcome) outcome = NULL;

  bad_server_json (scene->server, LIST, 200, NOBODY);
  bad_server_json (scene->server, UPDATE, 200,
                   "{\"response\":{\"resp_code\":\"FAILURE\",\"message\":\"quota \\u202eexceeded\"}}");
  outcome = upload (scene, FALSE);
  assert_outcome (scene, outcome, CHT_OUTCOME_REFUSED);
  /* Its own words, in quotes, and nothing that would turn them round. */
  g_assert_nonnull (strstr (cht_outcome_get_message (outcome), "“quota "));
  g_assert_null (strstr (cht_outcome_get_message (outcome), "\u202e"));
}

static void
test_no_right (Scene *scene, gconstpointer data)
{
  g_autoptr (ChtOutcome) outcome = NULL;

  bad_server_json (scene->server, LIST, 200, NOBODY);
  bad_server_json (scene->server, UPDATE, 403, "{\"error\":\"Permission denied\"}");
  outcome = upload (scene, FALSE);
  assert_outcome (scene, outcome, CHT_OUTCOME_REFUSED);
  g_assert_nonnull (strstr (cht_outcome_get_message (outcome), "“Permission denied”"));
}

static ChtOutcome *
renew (Scene *scene)
{
  g_autoptr (GAsyncResult) result = NULL;

  cht_workspace_renew_async (scene->workspace, CHT_RENEW_DUE, NULL, wait_done, &scene->result);
  result = wait_for (&scene->result);
  return cht_workspace_renew_finish (scene->workspace, result, &scene->error);
}

static void
test_renewal (Scene *scene, gconstpointer data)
{
  g_autoptr (ChtOutcome) found = NULL;

  bad_server_json (scene->server, JOBS, 200, "{\"jobs\":[{\"job_id\":\"old\",\"job_status\":\"JOB_COMPLETED\"}]}");
  bad_server_json (scene->server, JOBS, 200, "{\"jobs\":[{\"job_id\":\"new\",\"job_status\":\"JOB_IN_PROGRESS\"},"
                                             "{\"job_id\":\"old\",\"job_status\":\"JOB_COMPLETED\"}]}");
  bad_server_cut (scene->server, "PUT " V2 "cert/renew ", NULL);
  found = renew (scene);
  assert_outcome (scene, found, CHT_OUTCOME_DONE);
  g_assert_cmpstr (cht_outcome_get_job (found), ==, "new");
}

static void
test_renewal_not_started (Scene *scene, gconstpointer data)
{
  g_autoptr (ChtOutcome) none = NULL;

  bad_server_json (scene->server, JOBS, 200, "{\"jobs\":[{\"job_id\":\"old\",\"job_status\":\"JOB_COMPLETED\"}]}");
  bad_server_cut (scene->server, "PUT " V2 "cert/renew ", NULL);
  none = renew (scene);
  assert_outcome (scene, none, CHT_OUTCOME_REFUSED);
  g_assert_null (cht_outcome_get_job (none));
}

static void
test_renewal_rejected (Scene *scene, gconstpointer data)
{
  g_autoptr (ChtOutcome) outcome = NULL;

  bad_server_json (scene->server, JOBS, 200, "{}");
  bad_server_json (scene->server, "PUT " V2 "cert/renew ", 200,
                   "{\"result\":{\"request_result\":\"REJECTED\",\"error\":{\"message\":\"one runs\"}}}");
  outcome = renew (scene);
  assert_outcome (scene, outcome, CHT_OUTCOME_REFUSED);
  g_assert_nonnull (strstr (cht_outcome_get_message (outcome), "“one runs”"));
}

/* A controller that is away for a while is waited for; its job's end is told when it is back. */
static void
test_follow_through_silence (Scene *scene, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (ChtJob) job = NULL;

  bad_server_json (scene->server, JOBS, 200,
                   "{\"jobs\":[{\"job_id\":\"j\",\"job_status\":\"JOB_IN_PROGRESS\",\"progress\":10}]}");
  bad_server_json (scene->server, JOBS, 200, "<html>restarting</html>");
  bad_server_json (scene->server, JOBS, 200,
                   "{\"jobs\":[{\"job_id\":\"j\",\"job_status\":\"JOB_FAILED\",\"progress\":40}]}");
  cht_workspace_follow_job_async (scene->workspace, "j", NULL, wait_done, &scene->result);
  result = wait_for (&scene->result);
  job = cht_workspace_follow_job_finish (scene->workspace, result, &scene->error);
  g_assert_no_error (scene->error);
  g_assert_cmpint (cht_job_get_status (job), ==, CHT_JOB_FAILED);
}

static gboolean
has_job (gpointer data)
{
  return g_list_model_get_n_items (data) > 0;
}

static void
test_follow_cancelled (Scene *scene, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  gint64 before;

  bad_server_json (scene->server, JOBS, 200, "{\"jobs\":[{\"job_id\":\"j\",\"job_status\":\"JOB_IN_PROGRESS\"}]}");
  cht_workspace_follow_job_async (scene->workspace, "j", cancellable, wait_done, &scene->result);
  wait_until (has_job, cht_workspace_get_jobs (scene->workspace));
  before = g_get_monotonic_time ();
  g_cancellable_cancel (cancellable);
  result = wait_for (&scene->result);
  g_assert_cmpint (g_get_monotonic_time () - before, <, 1 * G_USEC_PER_SEC);
  g_assert_null (cht_workspace_follow_job_finish (scene->workspace, result, &scene->error));
  assert_problem (&scene->error, "cancelled", 130);
}

/* The controller says that the alarm is cleared, and the alarm says that it is not. */
static void
test_alarm_read_back (Scene *scene, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (ChtOutcome) outcome = NULL;

  bad_server_json (scene->server, "PUT /crosswork/alarms/v1/clear ", 200, "{\"state\":\"Success\"}");
  bad_server_json (
      scene->server, "POST /crosswork/alarms/v1/query ", 200,
      "{\"state\":\"Success\",\"alarms\":[{\"AlarmId\":\"7\",\"State\":\"Info\",\"Created\":\"1000000\"}]}");
  cht_workspace_clear_alarm_async (scene->workspace, "7", NULL, NULL, wait_done, &scene->result);
  result = wait_for (&scene->result);
  outcome = cht_workspace_clear_alarm_finish (scene->workspace, result, &scene->error);
  assert_outcome (scene, outcome, CHT_OUTCOME_REFUSED);
}

/* What one family lacks does not hide the others, and the old data stands. */
static void
test_refresh_in_part (Scene *scene, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (ChtProblem) problem = NULL;

  bad_server_json (scene->server, LIST, 200, LISTED);
  bad_server_json (scene->server, "POST /crosswork/alarms/v1/query ", 404, "404 page not found");
  bad_server_json (scene->server, JOBS, 200, "{\"jobs\":[{\"job_id\":\"j\",\"job_status\":\"JOB_COMPLETED\"}]}");
  bad_server_json (scene->server, "GET " V2 "cert/renew/check-expiry ", 200,
                   "{\"cert_renewal_required\":true,\"remaining_days\":\"9\"}");
  cht_workspace_refresh_async (scene->workspace, NULL, wait_done, &scene->result);
  result = wait_for (&scene->result);
  g_assert_false (cht_workspace_refresh_finish (scene->workspace, result, &scene->error));
  assert_problem (&scene->error, "controller.absent-ability", 1);
  g_object_get (scene->workspace, "refresh-problem", &problem, NULL);
  g_assert_cmpstr (cht_problem_get_id (problem), ==, "controller.absent-ability");
  g_assert_cmpuint (g_list_model_get_n_items (cht_workspace_get_certificates (scene->workspace)), ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (cht_workspace_get_jobs (scene->workspace)), ==, 1);
  g_assert_cmpint (cht_expiry_get_remaining_days (cht_workspace_get_expiry (scene->workspace)), ==, 9);
}

int
main (int argc, char **argv)
{
  static const struct { const char *path; void (*test) (Scene *, gconstpointer); } tests[] = {
    { "/workflow/lost/done", test_done }, { "/workflow/lost/absent", test_absent },
    { "/workflow/lost/unknown", test_unknown }, { "/workflow/lost/other", test_other },
    { "/workflow/lost/word-against-list", test_word_against_list }, { "/workflow/lost/own-words", test_own_words },
    { "/workflow/lost/no-right", test_no_right }, { "/workflow/lost/renewal", test_renewal },
    { "/workflow/lost/renewal-not-started", test_renewal_not_started },
    { "/workflow/lost/renewal-rejected", test_renewal_rejected },
    { "/workflow/lost/follow-through-silence", test_follow_through_silence },
    { "/workflow/lost/follow-cancelled", test_follow_cancelled },
    { "/workflow/lost/alarm-read-back", test_alarm_read_back },
    { "/workflow/lost/refresh-in-part", test_refresh_in_part },
  };

  cht_process_start (CHT_PROCESS_NONE);
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Scene, NULL, set_up, tests[i].test, tear_down);
  return g_test_run ();
}
