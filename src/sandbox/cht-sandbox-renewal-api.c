/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The renewal family: cert/renew, cert/renew/check-expiry, cert/jobs/query, cert/events/query. */
#include "cht-sandbox-call.h"
#include "cht-sandbox-renewal.h"
#include "cht-sandbox-seed.h"
#include "cht-sandbox.h"

#define MOST_ROWS 100

static void
check_expiry (ChtSandboxCall *call)
{
  JsonObject *answer = json_object_new ();
  gint64 days = 0;
  gboolean due = cht_sandbox_renewal_is_due (cht_sandbox_get_renewal (call->sandbox), &days);
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, due ? days : 0);
  g_autofree char *message = NULL;

  if (due)
    {
      message = g_strdup_printf ("The certificate %s expires in %s days. Renew the internal certificates in a"
                                 " maintenance window.",
                                 CHT_SANDBOX_INTERNAL, text);
      json_object_set_boolean_member (answer, "cert_renewal_required", TRUE);
      json_object_set_string_member (answer, "message", message);
      json_object_set_string_member (answer, "certificate_name", CHT_SANDBOX_INTERNAL);
    }
  json_object_set_string_member (answer, "remaining_days", text);
  cht_sandbox_call_answer (call, answer);
}

static void
renew (ChtSandboxCall *call)
{
  gboolean all = cht_sandbox_call_get_boolean (call, call->body, "force_all");
  gboolean leaf = cht_sandbox_call_get_boolean (call, call->body, "force_leaf");
  ChtSandboxRenewKind kind = all ? CHT_SANDBOX_RENEW_ALL : leaf ? CHT_SANDBOX_RENEW_LEAVES : CHT_SANDBOX_RENEW_DUE;
  JsonObject *answer, *result, *error;
  g_autofree char *job = NULL;
  const char *why = NULL;

  if (call->malformed)
    return;
  job = cht_sandbox_renewal_start (cht_sandbox_get_renewal (call->sandbox), kind, call->user, &why);
  answer = json_object_new ();
  result = json_object_new ();
  json_object_set_string_member (result, "request_result", job != NULL ? "ACCEPTED" : "REJECTED");
  if (job == NULL)
    {
      error = json_object_new ();
      json_object_set_string_member (error, "message", why);
      json_object_set_object_member (result, "error", error);
    }
  cht_sandbox_set_string (answer, "job_id", job);
  json_object_set_object_member (answer, "result", result);
  cht_sandbox_call_answer (call, answer);
}

static JsonObject *
make_job (const ChtSandboxJob *job)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "job_id", job->id);
  json_object_set_string_member (object, "job_user", job->user);
  json_object_set_string_member (object, "job_type", "RENEW_CERTIFICATES");
  cht_sandbox_set_number (object, "start_time", job->started);
  cht_sandbox_set_number (object, "completion_time", job->completed);
  if (job->progress > 0)
    json_object_set_double_member (object, "progress", job->progress);
  json_object_set_string_member (object, "job_status", job->status);
  return object;
}

static JsonObject *
make_event (const ChtSandboxEvent *event)
{
  JsonObject *object = json_object_new (), *tag = json_object_new ();
  JsonArray *tags = json_array_new ();

  json_object_set_string_member (tag, "tag_type", "JOB_ID_EVENT");
  json_object_set_string_member (tag, "tag_value", event->job);
  json_array_add_object_element (tags, tag);
  json_object_set_array_member (object, "event_tags", tags);
  json_object_set_string_member (object, "message", event->message);
  cht_sandbox_set_number (object, "event_time", event->time);
  return object;
}

/* What of LENGTH rows a query asks for: query_options.pagination, the token being the first row's index as text. */
static void
read_page (ChtSandboxCall *call, guint length, guint *first, guint *end)
{
  JsonObject *options = cht_sandbox_call_get_object (call, call->body, "query_options");
  JsonObject *pagination = cht_sandbox_call_get_object (call, options, "pagination");
  const char *token = cht_sandbox_call_get_string (call, pagination, "page_token");
  gint64 size = cht_sandbox_call_get_integer (call, pagination, "page_size");
  gint64 at = 0;

  if (token[0] != '\0' && !g_ascii_string_to_signed (token, 10, 0, G_MAXINT32, &at, NULL))
    call->malformed = TRUE;
  if (size <= 0 || size > MOST_ROWS)
    size = MOST_ROWS;
  *first = (guint) MIN (at, length);
  *end = (guint) MIN (at + size, length);
}

/* NULL where the call asks for all. */
static const char *
get_job_id (ChtSandboxCall *call)
{
  const char *id = cht_sandbox_call_get_string (call, call->body, "job_id");

  return id[0] != '\0' ? id : NULL;
}

static void
query_jobs (ChtSandboxCall *call)
{
  g_autoptr (GPtrArray) jobs = cht_sandbox_store_list_jobs (call->store, get_job_id (call));
  JsonObject *answer = json_object_new ();
  JsonArray *rows = json_array_new ();
  guint first, end;

  read_page (call, jobs->len, &first, &end);
  for (guint i = first; i < end; i++)
    json_array_add_object_element (rows, make_job (g_ptr_array_index (jobs, i)));
  json_object_set_array_member (answer, "jobs", rows);
  cht_sandbox_call_answer (call, answer);
}

static void
query_events (ChtSandboxCall *call)
{
  g_autoptr (GPtrArray) events = cht_sandbox_store_list_events (call->store, get_job_id (call));
  JsonObject *answer = json_object_new ();
  JsonArray *rows = json_array_new ();
  guint first, end;

  read_page (call, events->len, &first, &end);
  for (guint i = first; i < end; i++)
    json_array_add_object_element (rows, make_event (g_ptr_array_index (events, i)));
  json_object_set_array_member (answer, "events", rows);
  cht_sandbox_call_answer (call, answer);
}

#define CERT "/crosswork/platform/v2/cert/"

const ChtSandboxRoute cht_sandbox_renewal_routes[] = {
  { "PUT", CERT "renew", CHT_SANDBOX_ROUTE_JSON, CHT_SANDBOX_ROUTE_BEARER, renew },
  { "GET", CERT "renew/check-expiry", CHT_SANDBOX_ROUTE_NONE, CHT_SANDBOX_ROUTE_BEARER, check_expiry },
  { "POST", CERT "jobs/query", CHT_SANDBOX_ROUTE_JSON, CHT_SANDBOX_ROUTE_BEARER, query_jobs },
  { "POST", CERT "events/query", CHT_SANDBOX_ROUTE_JSON, CHT_SANDBOX_ROUTE_BEARER, query_events },
  { NULL },
};
