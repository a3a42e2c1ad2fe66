/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-renewal-api.h"

#include <glib/gi18n-lib.h>

#include "cht-client-private.h"
#include "cht-clock.h"
#include "cht-fault.h"

#define CERT "/crosswork/platform/v2/cert/"

void
cht_api_expiry_free (ChtApiExpiry *self)
{
  g_free (self->message);
  g_free (self->certificate);
  g_free (self);
}

void
cht_api_job_free (ChtApiJob *self)
{
  g_free (self->id);
  g_free (self->user);
  g_free (self->type);
  g_free (self->status);
  g_free (self->reason);
  g_free (self);
}

void
cht_api_event_free (ChtApiEvent *self)
{
  g_free (self->job);
  g_free (self->message);
  g_free (self);
}

void
cht_api_new_job_free (ChtApiNewJob *self)
{
  g_free (self->job);
  g_free (self->message);
  g_free (self);
}

static gpointer
decode_expiry (ChtAnswer *answer, GError **error)
{
  g_autoptr (JsonNode) root = cht_answer_parse (answer, error);
  JsonObject *object;
  ChtApiExpiry *self;

  if (root == NULL)
    return NULL;
  object = json_node_get_object (root);
  self = g_new0 (ChtApiExpiry, 1);
  self->required = cht_json_get_boolean (object, "cert_renewal_required");
  self->message = cht_json_dup_string (object, "message");
  self->certificate = cht_json_dup_string (object, "certificate_name");
  /* "0" where nothing is due is no number of days. */
  self->remaining_days = self->required ? cht_json_get_int64 (object, "remaining_days", 0) : -1;
  return self;
}

static gpointer
decode_new_job (ChtAnswer *answer, GError **error)
{
  g_autoptr (JsonNode) root = cht_answer_parse (answer, error);
  g_autofree char *verdict = NULL;
  JsonObject *object, *result;
  ChtApiNewJob *self;

  if (root == NULL)
    return NULL;
  object = json_node_get_object (root);
  result = cht_json_get_object (object, "result");
  verdict = cht_json_dup_string (result, "request_result");
  if (!g_str_equal (verdict, "ACCEPTED") && !g_str_equal (verdict, "REJECTED"))
    {
      g_propagate_error (error, cht_fault_lost (NULL, answer->origin));
      return NULL;
    }
  self = g_new0 (ChtApiNewJob, 1);
  self->accepted = g_str_equal (verdict, "ACCEPTED");
  self->job = cht_json_dup_string (object, "job_id");
  self->message =
      cht_json_dup_first (cht_json_get_object (result, "error"), (const char *const[]) { "message", "error", NULL });
  return self;
}

static ChtApiJob *
read_job (JsonObject *object)
{
  /* The published pages break off before the field that says why a job failed. */
  static const char *const reasons[] = { "reason", "failure_reason", "error_message",
                                         "error",  "message",        "description",
                                         NULL };
  ChtApiJob *self = g_new0 (ChtApiJob, 1);

  self->id = cht_json_dup_string (object, "job_id");
  self->user = cht_json_dup_string (object, "job_user");
  self->type = cht_json_dup_string (object, "job_type");
  self->status = cht_json_dup_string (object, "job_status");
  self->reason = cht_json_dup_words (object, reasons);
  self->progress = cht_json_get_double (object, "progress", -1);
  self->started = cht_json_get_milliseconds (object, "start_time");
  self->completed = cht_json_get_milliseconds (object, "completion_time");
  return self;
}

static gpointer
decode_jobs (ChtAnswer *answer, GError **error)
{
  g_autoptr (JsonNode) root = cht_answer_parse (answer, error);
  g_autoptr (GPtrArray) objects = NULL;
  GPtrArray *jobs;

  if (root == NULL)
    return NULL;
  objects = cht_json_get_objects (json_node_get_object (root), "jobs", answer->origin, error);
  if (objects == NULL)
    return NULL;
  jobs = g_ptr_array_new_with_free_func ((GDestroyNotify) cht_api_job_free);
  for (guint i = 0; i < objects->len; i++)
    g_ptr_array_add (jobs, read_job (g_ptr_array_index (objects, i)));
  return jobs;
}

static char *
read_job_of_event (JsonObject *event)
{
  g_autoptr (GPtrArray) tags = cht_json_get_objects (event, "event_tags", "", NULL);

  for (guint i = 0; tags != NULL && i < tags->len; i++)
    {
      g_autofree char *type = cht_json_dup_string (g_ptr_array_index (tags, i), "tag_type");
      if (g_str_equal (type, "JOB_ID_EVENT"))
        return cht_json_dup_string (g_ptr_array_index (tags, i), "tag_value");
    }
  return g_strdup ("");
}

static gpointer
decode_events (ChtAnswer *answer, GError **error)
{
  g_autoptr (JsonNode) root = cht_answer_parse (answer, error);
  g_autoptr (GPtrArray) objects = NULL;
  GPtrArray *events;

  if (root == NULL)
    return NULL;
  objects = cht_json_get_objects (json_node_get_object (root), "events", answer->origin, error);
  if (objects == NULL)
    return NULL;
  events = g_ptr_array_new_with_free_func ((GDestroyNotify) cht_api_event_free);
  for (guint i = 0; i < objects->len; i++)
    {
      ChtApiEvent *event = g_new0 (ChtApiEvent, 1);
      event->job = read_job_of_event (g_ptr_array_index (objects, i));
      event->message = cht_json_dup_string (g_ptr_array_index (objects, i), "message");
      event->time = cht_json_get_milliseconds (g_ptr_array_index (objects, i), "event_time");
      g_ptr_array_add (events, event);
    }
  return events;
}

void
cht_api_check_expiry_async (ChtClient *client, GCancellable *c, GAsyncReadyCallback cb, gpointer data)
{
  cht_client_call_async (client, &(ChtCall) { "GET", CERT "renew/check-expiry", .decode = decode_expiry,
                                              .free_result = (GDestroyNotify) cht_api_expiry_free },
                         cht_api_check_expiry_async, c, cb, data);
}

ChtApiExpiry *
cht_api_check_expiry_finish (ChtClient *client, GAsyncResult *result, GError **error)
{
  return cht_client_call_finish (client, result, cht_api_check_expiry_async, error);
}

void
cht_api_renew_async (ChtClient *client, ChtApiRenew what, GCancellable *c, GAsyncReadyCallback cb, gpointer data)
{
  static const char *const bodies[] = { "{}", "{\"force_leaf\":true}", "{\"force_all\":true}" };
  g_autoptr (GBytes) body = NULL;

  g_return_if_fail (what < G_N_ELEMENTS (bodies));
  body = g_bytes_new_static (bodies[what], strlen (bodies[what]));
  cht_client_call_async (client, &(ChtCall) { "PUT", CERT "renew", body, .writes = TRUE, .decode = decode_new_job,
                                              .free_result = (GDestroyNotify) cht_api_new_job_free },
                         cht_api_renew_async, c, cb, data);
}

ChtApiNewJob *
cht_api_renew_finish (ChtClient *client, GAsyncResult *result, GError **error)
{
  return cht_client_call_finish (client, result, cht_api_renew_async, error);
}

void
cht_api_list_jobs_async (ChtClient *client, const char *job, GCancellable *c, GAsyncReadyCallback cb, gpointer data)
{
  g_autoptr (GBytes) body = cht_call_body ("job_id", job);

  cht_client_call_async (client, &(ChtCall) { "POST", CERT "jobs/query", body, .decode = decode_jobs,
                                              .free_result = (GDestroyNotify) g_ptr_array_unref },
                         cht_api_list_jobs_async, c, cb, data);
}

GPtrArray *
cht_api_list_jobs_finish (ChtClient *client, GAsyncResult *result, GError **error)
{
  return cht_client_call_finish (client, result, cht_api_list_jobs_async, error);
}

void
cht_api_list_events_async (ChtClient *client, const char *job, GCancellable *c, GAsyncReadyCallback cb, gpointer data)
{
  g_autoptr (GBytes) body = cht_call_body ("job_id", job);

  cht_client_call_async (client, &(ChtCall) { "POST", CERT "events/query", body, .decode = decode_events,
                                              .free_result = (GDestroyNotify) g_ptr_array_unref },
                         cht_api_list_events_async, c, cb, data);
}

GPtrArray *
cht_api_list_events_finish (ChtClient *client, GAsyncResult *result, GError **error)
{
  return cht_client_call_finish (client, result, cht_api_list_events_async, error);
}
