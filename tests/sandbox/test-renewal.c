/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Renewals and the alarms that they raise, against the program over TLS. */
#include <string.h>

#include "sandbox-box.h"

#define CERT "platform/v2/cert/"
#define JOB_SHAPE "jobs[].job_id s !\njobs[].job_user s !\njobs[].job_type s !\njobs[].start_time s !\n" \
                  "jobs[].completion_time s\n" \
                  "jobs[].progress n\njobs[].job_status s !"
#define ALARM_SHAPE "state s !\nMessage s\nalarmId s\ntotal s\nalarms[].AlarmId s\nalarms[].State s\n" \
                    "alarms[].Description s\n" \
                    "alarms[].object_id s\nalarms[].object_description s\nalarms[].Created s\nalarms[].Updated s\n" \
                    "alarms[].Closed s\nalarms[].Acknowledge b\nalarms[].AcknowledeBy s\nalarms[].AlarmCategory s"
#define DEADLINE (20 * G_USEC_PER_SEC)

static const char *
text_of (JsonObject *object, const char *member)
{
  return json_object_has_member (object, member) ? json_object_get_string_member (object, member) : "";
}

/* The start of a renewal: its id, NULL where it is rejected. (transfer full) */
static char *
renew (Box *box, const char *body)
{
  g_autoptr (JsonObject) answer = box_call (box, "PUT", CERT "renew", body);
  JsonObject *result = json_object_get_object_member (answer, "result");

  assert_shape (answer, "job_id s\nresult.request_result s !\nresult.error.message s");
  if (g_str_equal (text_of (result, "request_result"), "ACCEPTED"))
    return g_strdup (text_of (answer, "job_id"));
  g_assert_cmpstr (text_of (result, "request_result"), ==, "REJECTED");
  g_assert_false (json_object_has_member (answer, "job_id"));
  g_assert_cmpuint (strlen (text_of (json_object_get_object_member (result, "error"), "message")), >, 20);
  return NULL;
}

/* The one job by that id. (transfer full) */
static JsonObject *
get_job (Box *box, const char *id)
{
  g_autofree char *body = g_strdup_printf ("{'job_id':'%s'}", id);
  g_autoptr (JsonObject) answer = box_call (box, "POST", CERT "jobs/query", body);
  JsonArray *jobs = json_object_get_array_member (answer, "jobs");

  assert_shape (answer, JOB_SHAPE);
  g_assert_cmpuint (json_array_get_length (jobs), ==, 1);
  return json_object_ref (json_array_get_object_element (jobs, 0));
}

/* Until the job's status is STATUS; what it was before that, in order, goes to SEEN (optional). */
static void
wait_for_job (Box *box, const char *id, const char *status, GPtrArray *seen)
{
  gint64 end = g_get_monotonic_time () + DEADLINE;

  while (TRUE)
    {
      g_autoptr (JsonObject) job = get_job (box, id);
      const char *now = text_of (job, "job_status");

      if (seen != NULL && !g_ptr_array_find_with_equal_func (seen, now, g_str_equal, NULL))
        g_ptr_array_add (seen, g_strdup (now));
      if (g_str_equal (now, status))
        return;
      g_assert_cmpstr (now, !=, "JOB_FAILED");
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      g_poll (NULL, 0, 20);
    }
}

static char *
export_trust (Box *box, const char *name)
{
  g_autofree char *body = g_strdup_printf ("{'cert_name':'%s'}", name);
  g_autoptr (JsonObject) answer = box_call (box, "POST", CERT "export/truststore", body);

  return g_strdup (text_of (json_object_get_object_member (answer, "trust_store"), "trust_store_cert"));
}

static char *
get_internal_end (Box *box)
{
  g_autoptr (JsonObject) answer = box_call (box, "POST", CERT "summary/listwithfilter",
                                            "{'cert_roles':['Crosswork Internal TLS']}");

  return g_strdup (text_of (json_array_get_object_element (json_object_get_array_member (answer, "cert_summary"), 0),
                            "expiration_date"));
}

static JsonObject *
open_alarms (Box *box)
{
  JsonObject *answer = box_call (box, "POST", "alarms/v1/query", "{'openAlarmsOnly':true}");

  assert_shape (answer, ALARM_SHAPE);
  return answer;
}

static void
test_expiry (Box *box, gconstpointer data)
{
  g_autoptr (JsonObject) before = box_call (box, "GET", CERT "renew/check-expiry", NULL), after = NULL;
  g_autofree char *id = NULL;

  assert_shape (before, "cert_renewal_required b !\nmessage s !\ncertificate_name s !\nremaining_days s !");
  g_assert_cmpstr (text_of (before, "certificate_name"), ==, "Crosswork-Internal-Communication");
  g_assert_cmpstr (text_of (before, "remaining_days"), ==, "52");
  id = renew (box, "{}");
  wait_for_job (box, id, "JOB_COMPLETED", NULL);
  after = box_call (box, "GET", CERT "renew/check-expiry", NULL);
  assert_shape (after, "remaining_days s !");
  g_assert_cmpstr (text_of (after, "remaining_days"), ==, "0");
}

static void
test_job (Box *box, gconstpointer data)
{
  g_autofree char *id = renew (box, "{}"), *rejected = renew (box, "{}"),
      *body = g_strdup_printf ("{'job_id':'%s'}", id);
  g_autofree char *again = NULL;
  g_autoptr (GPtrArray) seen = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (JsonObject) events = NULL, job = NULL, none = NULL;
  JsonArray *all;

  g_assert_nonnull (id);
  g_assert_null (rejected);
  wait_for_job (box, id, "JOB_COMPLETED", seen);
  g_assert_cmpstr (g_ptr_array_index (seen, 0), ==, "JOB_CREATED");
  g_assert_cmpstr (g_ptr_array_index (seen, 1), ==, "JOB_IN_PROGRESS");
  job = get_job (box, id);
  g_assert_cmpstr (text_of (job, "job_user"), ==, "admin");
  g_assert_cmpfloat (json_object_get_double_member (job, "progress"), ==, 100);
  g_assert_cmpint (g_ascii_strtoll (text_of (job, "completion_time"), NULL, 10), >=,
                   g_ascii_strtoll (text_of (job, "start_time"), NULL, 10) + 450);
  events = box_call (box, "POST", CERT "events/query", body);
  assert_shape (events,
                "events[].event_tags[].tag_type s !\nevents[].event_tags[].tag_value s !\nevents[].message s !\n"
                "events[].event_time s !");
  all = json_object_get_array_member (events, "events");
  g_assert_cmpuint (json_array_get_length (all), >=, 3);
  g_assert_nonnull (strstr (text_of (json_array_get_object_element (all, json_array_get_length (all) - 1), "message"),
                            "completed"));
  none = box_call (box, "POST", CERT "events/query", "{'job_id':'none'}");
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (none, "events")), ==, 0);
  /* Nothing is due any more, and nobody forces it. */
  again = renew (box, "{}");
  g_assert_null (again);
}

static void
test_forced (Box *box, gconstpointer data)
{
  g_autofree char *trust = export_trust (box, "Crosswork-Internal-Communication"), *first_end = get_internal_end (box);
  g_autofree char *syslog = export_trust (box, "Crosswork-Device-Syslog"), *leaf = renew (box, "{'force_leaf':true}");
  g_autofree char *after_leaf = NULL, *second_end = NULL, *all = NULL, *after_all = NULL, *syslog_after = NULL;

  wait_for_job (box, leaf, "JOB_COMPLETED", NULL);
  after_leaf = export_trust (box, "Crosswork-Internal-Communication");
  second_end = get_internal_end (box);
  g_assert_cmpstr (trust, ==, after_leaf);
  g_assert_cmpstr (first_end, !=, second_end);
  all = renew (box, "{'force_all':true}");
  wait_for_job (box, all, "JOB_COMPLETED", NULL);
  after_all = export_trust (box, "Crosswork-Internal-Communication");
  syslog_after = export_trust (box, "Crosswork-Device-Syslog");
  g_assert_cmpstr (trust, !=, after_all);
  g_assert_cmpstr (syslog, !=, syslog_after);
}

/* A controller that dies in the middle of a renewal takes it up again. */
static void
test_kill (Box *box, gconstpointer data)
{
  g_autofree char *id = NULL, *facts = NULL;

  box_kill (box);
  box_start (box, "demo", "3");
  box_log_in (box);
  facts = g_strdup (box->facts);
  id = renew (box, "{}");
  wait_for_job (box, id, "JOB_IN_PROGRESS", NULL);
  box_kill (box);
  box_start (box, "demo", "0.2");
  g_assert_cmpstr (facts, ==, box->facts);
  box_log_in (box);
  wait_for_job (box, id, "JOB_COMPLETED", NULL);
}

static void
test_jobs_pages (Box *box, gconstpointer data)
{
  g_autofree char *one = renew (box, "{'force_leaf':true}"), *two = NULL;
  g_autoptr (JsonObject) newest = NULL, second = NULL, all = NULL, beyond = NULL;
  JsonArray *rows;

  wait_for_job (box, one, "JOB_COMPLETED", NULL);
  two = renew (box, "{'force_leaf':true}");
  wait_for_job (box, two, "JOB_COMPLETED", NULL);
  all = box_call (box, "POST", CERT "jobs/query", "{}");
  newest = box_call (box, "POST", CERT "jobs/query", "{'query_options':{'pagination':{'page_size':1}}}");
  second = box_call (box, "POST", CERT "jobs/query",
                     "{'query_options':{'pagination':{'page_size':1,'page_token':'1'}}}");
  beyond = box_call (box, "POST", CERT "jobs/query", "{'query_options':{'pagination':{'page_token':'9'}}}");
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (all, "jobs")), ==, 2);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (beyond, "jobs")), ==, 0);
  rows = json_object_get_array_member (newest, "jobs");
  g_assert_cmpuint (json_array_get_length (rows), ==, 1);
  g_assert_cmpstr (text_of (json_array_get_object_element (rows, 0), "job_id"), ==, two);
  rows = json_object_get_array_member (second, "jobs");
  g_assert_cmpstr (text_of (json_array_get_object_element (rows, 0), "job_id"), ==, one);
}

/* One renewal's alarm: its id. (transfer full) */
static char *
raise_alarm (Box *box)
{
  g_autofree char *job = renew (box, "{'force_leaf':true}");
  g_autoptr (JsonObject) alarms = NULL;
  JsonObject *alarm;

  wait_for_job (box, job, "JOB_COMPLETED", NULL);
  alarms = open_alarms (box);
  alarm = json_array_get_object_element (json_object_get_array_member (alarms, "alarms"), 0);
  g_assert_cmpstr (text_of (alarm, "State"), ==, "Info");
  g_assert_cmpstr (text_of (alarm, "object_id"), ==, job);
  return g_strdup (text_of (alarm, "AlarmId"));
}

static void
assert_state (Box *box, const char *path, const char *body, const char *state, const char *message)
{
  g_autoptr (JsonObject) answer = box_call (box, "PUT", path, body);

  assert_shape (answer, "state s !\nMessage s\nalarmId s");
  g_assert_cmpstr (text_of (answer, "state"), ==, state);
  g_assert_cmpstr (text_of (answer, "Message"), ==, message);
}

static void
test_clear (Box *box, gconstpointer data)
{
  g_autofree char *id = raise_alarm (box), *body = g_strdup_printf ("{'alarmId':'%s','note':'seen'}", id);
  g_autoptr (JsonObject) open = NULL, all = NULL;
  JsonObject *alarm;

  assert_state (box, "alarms/v1/clear", "{'alarmId':'999'}", "Fail", "There is no alarm by that id.");
  assert_state (box, "alarms/v1/clear", "{'alarmId':'1 OR 1'}", "Fail", "There is no alarm by that id.");
  assert_state (box, "alarms/v1/clear", body, "Success", "");
  assert_state (box, "alarms/v1/clear", body, "Fail", "Alarm is already cleared.");
  open = open_alarms (box);
  all = box_call (box, "POST", "alarms/v1/query", "{}");
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (open, "alarms")), ==, 0);
  alarm = json_array_get_object_element (json_object_get_array_member (all, "alarms"), 0);
  g_assert_cmpstr (text_of (alarm, "State"), ==, "Clear");
  g_assert_cmpstr (text_of (alarm, "Closed"), !=, "");
}

static void
test_acknowledge (Box *box, gconstpointer data)
{
  g_autofree char *id = raise_alarm (box), *body = g_strdup_printf ("{'alarmId':'%s','ack':true}", id);
  gint64 start = g_get_monotonic_time (), end = start + DEADLINE;
  gboolean acknowledged = FALSE;

  assert_state (box, "alarms/v1/ack", "{'alarmId':'','ack':true}", "Fail", "There is no alarm by that id.");
  assert_state (box, "alarms/v1/ack", body, "Success", "");
  while (!acknowledged)
    {
      g_autoptr (JsonObject) alarms = open_alarms (box);
      JsonObject *alarm = json_array_get_object_element (json_object_get_array_member (alarms, "alarms"), 0);

      acknowledged = json_object_has_member (alarm, "Acknowledge");
      g_assert_cmpstr (text_of (alarm, "AcknowledeBy"), ==, acknowledged ? "admin" : "");
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      g_poll (NULL, 0, 20);
    }
  g_assert_cmpint (g_get_monotonic_time () - start, >=, G_USEC_PER_SEC * 9 / 10);
}

static guint
count_alarms (Box *box, const char *criteria, const char *state)
{
  g_autofree char *body = g_strdup_printf ("{'criteria':'%s'}", criteria);
  g_autoptr (JsonObject) answer = box_call (box, "POST", "alarms/v1/query", body);

  assert_shape (answer, ALARM_SHAPE);
  g_assert_cmpstr (text_of (answer, "state"), ==, state);
  return json_object_has_member (answer, "alarms") ? json_array_get_length (json_object_get_array_member (answer,
                                                                                                          "alarms"))
                                                                                                          : 0;
}

static void
test_alarm_pages (Box *box, gconstpointer data)
{
  for (guint i = 0; i < 3; i++)
    g_free (raise_alarm (box));
  g_assert_cmpuint (count_alarms (box, "select * from alarm", "Success"), ==, 3);
  g_assert_cmpuint (count_alarms (box, "SELECT * FROM alarm LIMIT 2 PAGE 1", "Success"), ==, 2);
  g_assert_cmpuint (count_alarms (box, "select * from alarm limit 2 page 2", "Success"), ==, 1);
  g_assert_cmpuint (count_alarms (box, "select * from alarm limit 2 page 3", "Success"), ==, 0);
  g_assert_cmpuint (count_alarms (box, "select * from alarm where State = 1", "Success"), ==, 0);
  g_assert_cmpuint (count_alarms (box, "", "Success"), ==, 3);
  g_assert_cmpuint (count_alarms (box, "drop table alarm", "Fail"), ==, 0);
  g_assert_cmpuint (count_alarms (box, "select * from alarm limit x", "Fail"), ==, 0);
  g_assert_cmpuint (count_alarms (box, "select * from alarm limit 2 page 0", "Fail"), ==, 0);
}

#define ADD(path, function) g_test_add ("/sandbox/renewal/" path, Box, NULL, box_set_up, function, box_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("expiry", test_expiry);
  ADD ("job", test_job);
  ADD ("forced", test_forced);
  ADD ("kill", test_kill);
  ADD ("jobs-pages", test_jobs_pages);
  ADD ("clear", test_clear);
  ADD ("acknowledge", test_acknowledge);
  ADD ("alarm-pages", test_alarm_pages);
  return g_test_run ();
}
