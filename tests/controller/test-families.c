/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each family of the API: what is asked, and what is made of answers that are whole, sparse or odd. */
#include "ask.h"

#include <string.h>

#include "cht-alarms-api.h"
#include "cht-certificates-api.h"
#include "cht-clock.h"
#include "cht-destinations-api.h"
#include "cht-platform-api.h"
#include "cht-process.h"
#include "cht-renewal-api.h"

#define V2 "/crosswork/platform/v2/"

typedef struct { BadServer *server; ChtClient *client; GAsyncResult *result; GError *error; } Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->server = bad_server_new (0);
  self->client = ask_client (self->server);
  bad_server_let_in (self->server);
  g_assert_true (ask_sign_in (self->client, "secret", &self->error));
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_clear_error (&self->error);
  g_clear_object (&self->result);
  g_clear_object (&self->client);
  g_clear_pointer (&self->server, bad_server_free);
}

/* The next call's result. */
static GAsyncResult *
wait (Fixture *self)
{
  return ask_wait (&self->result);
}

static void
next (Fixture *self)
{
  g_clear_object (&self->result);
  g_clear_error (&self->error);
}

static void
assert_asked (Fixture *self, const char *request, const char *body)
{
  g_autofree char *last = bad_server_last (self->server, request);
  const char *found;

  g_assert_nonnull (last);
  found = strstr (last, "\r\n\r\n");
  g_assert_nonnull (found);
  g_assert_cmpstr (found + 4, ==, body);
}

static void
assert_failed (Fixture *self, int code)
{
  ask_assert_words (self->error);
  g_assert_error (self->error, CHT_CONTROLLER_ERROR, code);
}

/* ---- Certificates ---- */

static void
test_roles (Fixture *self, gconstpointer data)
{
  const char *request = "GET " V2 "cert/role ";
  g_autoptr (GPtrArray) roles = NULL, uneven = NULL;
  ChtApiRole *role;

  bad_server_json (
      self->server, request, 200,
      "{\"role_name\":[\"A\",\"B\"],\"magnetic_role_name\":[\"Role A\",\"\"],\"new_field\":{\"x\":[1]}}");
  bad_server_json (self->server, request, 200, "{\"role_name\":[\"A\",\"B\"],\"magnetic_role_name\":[\"Role A\"]}");
  cht_api_list_roles_async (self->client, NULL, ask_done, &self->result);
  roles = cht_api_list_roles_finish (self->client, wait (self), &self->error);
  g_assert_no_error (self->error);
  g_assert_cmpuint (roles->len, ==, 2);
  role = g_ptr_array_index (roles, 0);
  g_assert_cmpstr (role->role_name, ==, "A");
  g_assert_cmpstr (role->display_name, ==, "Role A");
  role = g_ptr_array_index (roles, 1);
  g_assert_cmpstr (role->display_name, ==, "B");
  next (self);
  cht_api_list_roles_async (self->client, NULL, ask_done, &self->result);
  uneven = cht_api_list_roles_finish (self->client, wait (self), &self->error);
  role = g_ptr_array_index (uneven, 0);
  g_assert_cmpstr (role->display_name, ==, "A");
}

static void
test_labels (Fixture *self, gconstpointer data)
{
  g_autoptr (ChtApiLabels) labels = NULL;

  bad_server_json (self->server, "POST " V2 "cert/label ", 200,
                   "{\"role_name\":\"R\",\"trust_store_label\":{\"cert_label\":{\"present\":true,\"mandatory\":true,"
                   "\"name\":\"own\","
                   "\"magnetic_name\":\"Shown\"}},\"intermediate_key_store_label\":{\"key_label\":{\"present\":"
                   "\"true\",\"name\":\"Key\"}}}");
  cht_api_get_labels_async (self->client, "R \"x\"", NULL, ask_done, &self->result);
  labels = cht_api_get_labels_finish (self->client, wait (self), &self->error);
  g_assert_no_error (self->error);
  assert_asked (self, "POST " V2 "cert/label ", "{\"role_name\":\"R \\\"x\\\"\"}");
  g_assert_true (labels->trust.present && labels->trust.mandatory);
  g_assert_cmpstr (labels->trust.label, ==, "Shown");
  g_assert_true (labels->key.present && !labels->key.mandatory);
  g_assert_cmpstr (labels->key.label, ==, "Key");
  g_assert_false (labels->certificate.present);
  g_assert_cmpstr (labels->passphrase.label, ==, "");
}

static void
test_summaries (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) list = NULL;
  ChtApiSummary *summary;

  bad_server_json (
      self->server, "GET " V2 "cert/summary/list ", 200,
      "{\"cert_summary\":[{\"cert_name\":\"One\",\"role_name\":\"R\",\"magnetic_role_name\":\"Role\",\"expiration_"
      "date\":"
      "\"Sun, 16 Feb 2031 23:47:42 "
      "UTC\",\"last_updated_by\":\"Crosswork\",\"last_update_time\":\"soon\",\"auth_type\":\"MUTUAL_AUTH\","
      "\"cert_display\":\"READWRITE\",\"later\":[]},{\"cert_name\":\"Two\",\"role_name\":\"Q\",\"assoc_summary\":{"
      "\"magnetic_role_name\":"
      "\"Quiet\"}},{\"cert_name\":null,\"role_name\":7}]}");
  cht_api_list_summaries_async (self->client, NULL, ask_done, &self->result);
  list = cht_api_list_summaries_finish (self->client, wait (self), &self->error);
  g_assert_no_error (self->error);
  g_assert_cmpuint (list->len, ==, 3);
  summary = g_ptr_array_index (list, 0);
  g_assert_cmpstr (summary->name, ==, "One");
  g_assert_cmpint (summary->expires, ==, 1929052062);
  g_assert_cmpint (summary->updated, ==, CHT_TIME_UNKNOWN);
  g_assert_cmpstr (summary->updated_text, ==, "soon");
  g_assert_cmpstr (summary->role_display_name, ==, "Role");
  g_assert_cmpstr (summary->display, ==, "READWRITE");
  g_assert_cmpstr (summary->auth_type, ==, "MUTUAL_AUTH");
  g_assert_cmpstr (summary->updated_by, ==, "Crosswork");
  summary = g_ptr_array_index (list, 1);
  g_assert_cmpstr (summary->role_display_name, ==, "Quiet");
  g_assert_cmpint (summary->expires, ==, CHT_TIME_UNKNOWN);
  summary = g_ptr_array_index (list, 2);
  g_assert_cmpstr (summary->name, ==, "");
  g_assert_cmpstr (summary->role_display_name, ==, "7");
}

static void
test_summaries_odd (Fixture *self, gconstpointer data)
{
  static const struct { const char *body; gboolean good;
  } cases[] = {
    { "{}", TRUE },
    { "{\"cert_summary\":null}", TRUE },
    { "{\"cert_summary\":[]}", TRUE },
    { "{\"cert_summary\":{}}", FALSE },
    { "{\"cert_summary\":[5]}", FALSE },
    { "{\"cert_summary\":\"none\"}", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GPtrArray) list = NULL;
      bad_server_json (self->server, "GET " V2 "cert/summary/list ", 200, cases[i].body);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GPtrArray) list = NULL;
      next (self);
      cht_api_list_summaries_async (self->client, NULL, ask_done, &self->result);
      list = cht_api_list_summaries_finish (self->client, wait (self), &self->error);
      g_assert_cmpint (list != NULL, ==, cases[i].good);
      if (!cases[i].good)
        assert_failed (self, CHT_CONTROLLER_ERROR_BAD_ANSWER);
      else
        g_assert_cmpuint (list->len, ==, 0);
    }
}

static void
test_details_and_associations (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) details = NULL;
  g_autoptr (ChtApiAssociations) associations = NULL;
  ChtApiDetail *detail;
  ChtApiNode *node;

  bad_server_json (self->server, "POST " V2 "cert/detail/list ", 200,
                   "{\"cert_detail\":[{\"_type\":\"root\",\"description\":\"d\",\"signed_by\":\"CA\",\"signed\":"
                   "\"s\",\"installed\":\"i\",\"expires\":\"e\"},{}]}");
  bad_server_json (self->server, "POST " V2 "cert/assoc ", 200,
                   "{\"device_details\":{\"device_nodes\":[{\"device_ip\":\"192.0.2.1\",\"device_uuid\":\"u\"}]},"
                   "\"destination_details\":"
                   "{\"destination_nodes\":[{\"destination_ip\":\"old\",\"destination_uuid\":\"v\"},{\"destination_"
                   "name\":\"new\",\"destination_ip\":\"old\"}]}}");
  cht_api_list_details_async (self->client, "N", NULL, ask_done, &self->result);
  details = cht_api_list_details_finish (self->client, wait (self), &self->error);
  g_assert_no_error (self->error);
  assert_asked (self, "POST " V2 "cert/detail/list ", "{\"cert_name\":\"N\"}");
  g_assert_cmpuint (details->len, ==, 2);
  detail = g_ptr_array_index (details, 0);
  g_assert_cmpstr (detail->type, ==, "root");
  g_assert_cmpstr (detail->issued_by, ==, "CA");
  g_assert_cmpstr (detail->signed_on, ==, "s");
  g_assert_cmpstr (detail->expires, ==, "e");
  next (self);
  cht_api_get_associations_async (self->client, "N", NULL, ask_done, &self->result);
  associations = cht_api_get_associations_finish (self->client, wait (self), &self->error);
  g_assert_no_error (self->error);
  node = g_ptr_array_index (associations->devices, 0);
  g_assert_cmpstr (node->name, ==, "192.0.2.1");
  node = g_ptr_array_index (associations->destinations, 0);
  g_assert_cmpstr (node->name, ==, "old");
  node = g_ptr_array_index (associations->destinations, 1);
  g_assert_cmpstr (node->name, ==, "new");
  g_assert_cmpstr (node->uuid, ==, "");
}

static void
test_web_message (Fixture *self, gconstpointer data)
{
  int minutes = 0;
  gboolean logs_out = FALSE;
  g_autofree char *message = NULL, *bare = NULL;

  bad_server_json (self->server, "GET " V2 "cert/web/msg ", 200,
                   "{\"display_msg\":\"Restart\",\"time_before_restart\":\"5\",\"auto_logout\":true}");
  bad_server_json (self->server, "GET " V2 "cert/web/msg ", 200, "{}");
  cht_api_get_web_message_async (self->client, NULL, ask_done, &self->result);
  message = cht_api_get_web_message_finish (self->client, wait (self), &minutes, &logs_out, &self->error);
  g_assert_cmpstr (message, ==, "Restart");
  g_assert_cmpint (minutes, ==, 5);
  g_assert_true (logs_out);
  next (self);
  cht_api_get_web_message_async (self->client, NULL, ask_done, &self->result);
  bare = cht_api_get_web_message_finish (self->client, wait (self), &minutes, &logs_out, &self->error);
  g_assert_cmpstr (bare, ==, "");
  g_assert_cmpint (minutes, ==, -1);
  g_assert_false (logs_out);
}

/* ---- Stores ---- */

static void
export (Fixture *self, ChtApiExportPart part, const char *path, const char *body, ChtApiStores **stores)
{
  g_autofree char *request = g_strconcat ("POST " V2 "cert/export/", path, " ", NULL);

  next (self);
  bad_server_json (self->server, request, 200, body);
  cht_api_export_async (self->client, "N", part, NULL, ask_done, &self->result);
  *stores = cht_api_export_finish (self->client, wait (self), &self->error);
  assert_asked (self, request, "{\"cert_name\":\"N\"}");
}

static void
test_export (Fixture *self, gconstpointer data)
{
  g_autoptr (ChtApiStores) all = NULL, trust = NULL, key = NULL, bare = NULL;

  export(self, CHT_API_EXPORT_ALL, "all",
         "{\"cert_store\":{\"trust_store\":{\"trust_store_cert\":\"A\\r\\nB\"},\"intermediate_key_store\":{"
         "\"intermediate_key_store_cert\":\"C\","
         "\"key\":\"K\\nK\",\"passphrase\":\"p \\u00fc\"}},\"response\":{\"resp_code\":\"SUCCESS\"}}",
         &all);
  g_assert_no_error (self->error);
  g_assert_cmpmem (g_bytes_get_data (all->trust, NULL), g_bytes_get_size (all->trust), "A\r\nB", 4);
  g_assert_cmpmem (g_bytes_get_data (all->certificate, NULL), g_bytes_get_size (all->certificate), "C", 1);
  g_assert_cmpstr (cht_secret_get_text (all->key), ==, "K\nK");
  g_assert_cmpstr (cht_secret_get_text (all->passphrase), ==, "p ü");

  export (self, CHT_API_EXPORT_TRUST, "truststore", "{\"trust_store\":{\"trust_store_cert\":\"T\"}}", &trust);
  g_assert_cmpmem (g_bytes_get_data (trust->trust, NULL), g_bytes_get_size (trust->trust), "T", 1);
  g_assert_null (trust->key);
  g_assert_null (trust->certificate);

  export(self, CHT_API_EXPORT_KEY_STORE, "intermediatekeystore",
         "{\"intermediate_key_store\":{\"key\":\"K\",\"passphrase\":\"\"}}", &key);
  g_assert_cmpstr (cht_secret_get_text (key->key), ==, "K");
  g_assert_null (key->passphrase);
  g_assert_null (key->trust);
}

static void
test_export_refused (Fixture *self, gconstpointer data)
{
  g_autoptr (ChtApiStores) stores = NULL, bare = NULL, cut = NULL;

  export(self, CHT_API_EXPORT_ALL, "all", "{\"response\":{\"resp_code\":\"FAILURE\",\"message\":\"no such name\"}}",
         &stores);
  g_assert_null (stores);
  assert_failed (self, CHT_CONTROLLER_ERROR_REFUSED);
  g_assert_nonnull (strstr (self->error->message, "“no such name”"));
  export (self, CHT_API_EXPORT_TRUST, "truststore", "{}", &bare);
  g_assert_no_error (self->error);
  g_assert_null (bare->trust);
  export (self, CHT_API_EXPORT_KEY_STORE, "intermediatekeystore", "{\"intermediate_key_store\":{\"key\":\"K", &cut);
  g_assert_null (cut);
  assert_failed (self, CHT_CONTROLLER_ERROR_BAD_ANSWER);
}

static ChtApiUpdateAnswer *
update (Fixture *self, const ChtApiUpdate *what)
{
  next (self);
  cht_api_update_async (self->client, what, NULL, ask_done, &self->result);
  return cht_api_update_finish (self->client, wait (self), &self->error);
}

static void
test_update (Fixture *self, gconstpointer data)
{
  const char *request = "POST " V2 "cert/update ";
  g_autoptr (GBytes) trust = g_bytes_new_static ("T\r\n", 3), certificate = g_bytes_new_static ("C\n", 2);
  g_autoptr (ChtSecret) key = cht_secret_new_text ("K\"\n"), passphrase = cht_secret_new_text ("p");
  const ChtApiNode nodes[] = { { (char *) "d1", (char *) "u1" }, { (char *) "d2", (char *) "u2" } };
  g_autoptr (ChtApiUpdateAnswer) done = NULL, asks = NULL, no = NULL, unknown = NULL;
  ChtApiConflict *conflict;

  bad_server_json (self->server, request, 200, "{\"response\":{\"resp_code\":\"SUCCESS\",\"message\":\"ok\"}}");
  bad_server_json (self->server, request, 200,
                   "{\"response\":{\"resp_code\":\"CONFIRM\"},\"destination_cert\":[{\"destination_name\":\"d1\","
                   "\"cert_name\":\"other\"}]}");
  bad_server_json (self->server, request, 200,
                   "{\"response\":{\"resp_code\":\"FAILURE\",\"message\":\"key does not fit\"}}");
  bad_server_json (self->server, request, 200, "{\"response\":{\"resp_code\":\"LATER\"}}");
  done =
      update (self, &(ChtApiUpdate){ "N", "R", FALSE, FALSE, FALSE, trust, certificate, key, passphrase, nodes, 2 });
  g_assert_no_error (self->error);
  assert_asked (
      self, request,
      "{\"cert_name\":\"N\",\"role_name\":\"R\",\"isEdit\":false,\"cert_store\":{\"trust_store\":{\"trust_store_"
      "cert\":\"T\\r\\n\"},"
      "\"intermediate_key_store\":{\"intermediate_key_store_cert\":\"C\\n\",\"key\":\"K\\\"\\n\",\"passphrase\":"
      "\"p\"}},"
      "\"destination_details\":{\"destination_nodes\":[{\"destination_name\":\"d1\",\"destination_uuid\":\"u1\"},"
      "{\"destination_name\":\"d2\",\"destination_uuid\":\"u2\"}]}}");
  g_assert_cmpint (done->code, ==, CHT_API_SUCCESS);
  g_assert_cmpstr (done->message, ==, "ok");
  asks = update (self, &(ChtApiUpdate) { "N", "R", TRUE, TRUE, FALSE, trust });
  assert_asked (self, request,
                "{\"cert_name\":\"N\",\"role_name\":\"R\",\"isEdit\":true,\"cert_store\":{\"trust_store\":{\"trust_"
                "store_cert\":\"T\\r\\n\"}},"
                "\"update_options\":{\"use_existing_cert\":true,\"force_association\":false}}");
  g_assert_cmpint (asks->code, ==, CHT_API_CONFIRM);
  conflict = g_ptr_array_index (asks->conflicts, 0);
  g_assert_cmpstr (conflict->destination, ==, "d1");
  g_assert_cmpstr (conflict->certificate, ==, "other");
  no = update (self,
               &(ChtApiUpdate){ "N", "R", FALSE, FALSE, TRUE, trust, .destinations = nodes, .n_destinations = 0 });
  assert_asked (self, request,
                "{\"cert_name\":\"N\",\"role_name\":\"R\",\"isEdit\":false,\"cert_store\":{\"trust_store\":{\"trust_"
                "store_cert\":\"T\\r\\n\"}},"
                "\"destination_details\":{\"destination_nodes\":[]},"
                "\"update_options\":{\"use_existing_cert\":false,\"force_association\":true}}");
  g_assert_cmpint (no->code, ==, CHT_API_FAILURE);
  g_assert_cmpstr (no->message, ==, "key does not fit");
  unknown = update (self, &(ChtApiUpdate) { "N", "R" });
  g_assert_cmpint (unknown->code, ==, CHT_API_UNKNOWN);
}

static void
test_update_no_text (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) der = g_bytes_new_static ("\x30\x82\x00", 3);

  g_assert_null (update (self, &(ChtApiUpdate) { "N", "R", .trust = der }));
  assert_failed (self, CHT_CONTROLLER_ERROR_REFUSED);
  g_assert_cmpuint (bad_server_count (self->server, "POST " V2), ==, 0);
}

static void
test_update_lost (Fixture *self, gconstpointer data)
{
  g_autoptr (ChtSecret) key = cht_secret_new_text ("the key");

  bad_server_cut (self->server, "POST " V2 "cert/update ", "HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{\"resp");
  g_assert_null (update (self, &(ChtApiUpdate) { "N", "R", .key = key }));
  assert_failed (self, CHT_CONTROLLER_ERROR_LOST);
  g_assert_cmpuint (bad_server_count (self->server, "POST " V2 "cert/update "), ==, 1);
  g_assert_null (strstr (self->error->message, "the key"));
}

/* ---- Renewal ---- */

static void
test_expiry (Fixture *self, gconstpointer data)
{
  const char *request = "GET " V2 "cert/renew/check-expiry ";
  g_autoptr (ChtApiExpiry) due = NULL, none = NULL;

  bad_server_json (
      self->server, request, 200,
      "{\"cert_renewal_required\":true,\"message\":\"m\",\"certificate_name\":\"c\",\"remaining_days\":\"51\"}");
  bad_server_json (self->server, request, 200, "{\"remaining_days\":\"0\"}");
  cht_api_check_expiry_async (self->client, NULL, ask_done, &self->result);
  due = cht_api_check_expiry_finish (self->client, wait (self), &self->error);
  g_assert_no_error (self->error);
  g_assert_true (due->required);
  g_assert_cmpint (due->remaining_days, ==, 51);
  g_assert_cmpstr (due->certificate, ==, "c");
  next (self);
  cht_api_check_expiry_async (self->client, NULL, ask_done, &self->result);
  none = cht_api_check_expiry_finish (self->client, wait (self), &self->error);
  g_assert_false (none->required);
  g_assert_cmpint (none->remaining_days, ==, -1);
}

static ChtApiNewJob *
renew (Fixture *self, ChtApiRenew what, const char *answer)
{
  next (self);
  bad_server_json (self->server, "PUT " V2 "cert/renew ", 200, answer);
  cht_api_renew_async (self->client, what, NULL, ask_done, &self->result);
  return cht_api_renew_finish (self->client, wait (self), &self->error);
}

static void
test_renew (Fixture *self, gconstpointer data)
{
  g_autoptr (ChtApiNewJob) yes =
      renew (self, CHT_API_RENEW_DUE, "{\"job_id\":\"j1\",\"result\":{\"request_result\":\"ACCEPTED\"}}");

  g_assert_no_error (self->error);
  assert_asked (self, "PUT " V2 "cert/renew ", "{}");
  g_assert_true (yes->accepted);
  g_assert_cmpstr (yes->job, ==, "j1");
}

static void
test_renew_refused (Fixture *self, gconstpointer data)
{
  g_autoptr (ChtApiNewJob) no =
      renew (self, CHT_API_RENEW_LEAVES,
             "{\"result\":{\"request_result\":\"REJECTED\",\"error\":{\"message\":\"one runs\"}}}");

  assert_asked (self, "PUT " V2 "cert/renew ", "{\"force_leaf\":true}");
  g_assert_false (no->accepted);
  g_assert_cmpstr (no->message, ==, "one runs");
}

/* Neither yes nor no: it may run. */
static void
test_renew_unclear (Fixture *self, gconstpointer data)
{
  g_assert_null (renew (self, CHT_API_RENEW_ALL, "{\"job_id\":\"j\"}"));
  assert_asked (self, "PUT " V2 "cert/renew ", "{\"force_all\":true}");
  assert_failed (self, CHT_CONTROLLER_ERROR_LOST);
}

static void
test_jobs (Fixture *self, gconstpointer data)
{
  const char *request = "POST " V2 "cert/jobs/query ";
  g_autoptr (GPtrArray) jobs = NULL, events = NULL;
  ChtApiJob *job;
  ChtApiEvent *event;

  bad_server_json (self->server, request, 200,
                   "{\"jobs\":[{\"job_id\":\"j\",\"job_user\":\"u\",\"job_type\":\"RENEW_CERTIFICATES\",\"start_"
                   "time\":\"1764074415000\",\"progress\":40,"
                   "\"job_status\":\"JOB_IN_PROGRESS\"},{\"job_id\":7,\"job_status\":\"JOB_FAILED\",\"completion_"
                   "time\":1764074415000,\"message\":\"disk\"}]}");
  bad_server_json (self->server, "POST " V2 "cert/events/query ", 200,
                   "{\"events\":[{\"event_tags\":[{\"tag_type\":\"OTHER\",\"tag_value\":\"x\"},{\"tag_type\":\"JOB_"
                   "ID_EVENT\",\"tag_value\":\"j\"}],"
                   "\"message\":\"m\",\"event_time\":\"1764074415000\"},{\"event_tags\":5}]}");
  cht_api_list_jobs_async (self->client, NULL, NULL, ask_done, &self->result);
  jobs = cht_api_list_jobs_finish (self->client, wait (self), &self->error);
  g_assert_no_error (self->error);
  assert_asked (self, request, "{}");
  job = g_ptr_array_index (jobs, 0);
  g_assert_cmpstr (job->status, ==, "JOB_IN_PROGRESS");
  g_assert_cmpfloat (job->progress, ==, 40);
  g_assert_cmpint (job->started, ==, 1764074415);
  g_assert_cmpint (job->completed, ==, CHT_TIME_UNKNOWN);
  g_assert_cmpstr (job->reason, ==, "");
  job = g_ptr_array_index (jobs, 1);
  g_assert_cmpstr (job->id, ==, "7");
  g_assert_cmpstr (job->reason, ==, "disk");
  g_assert_cmpfloat (job->progress, ==, -1);
  next (self);
  cht_api_list_events_async (self->client, "j", NULL, ask_done, &self->result);
  events = cht_api_list_events_finish (self->client, wait (self), &self->error);
  g_assert_no_error (self->error);
  assert_asked (self, "POST " V2 "cert/events/query ", "{\"job_id\":\"j\"}");
  event = g_ptr_array_index (events, 0);
  g_assert_cmpstr (event->job, ==, "j");
  g_assert_cmpint (event->time, ==, 1764074415);
  event = g_ptr_array_index (events, 1);
  g_assert_cmpstr (event->job, ==, "");
}

/* ---- Destinations ---- */

static void
test_destinations (Fixture *self, gconstpointer data)
{
  const char *request = "POST /crosswork/dg-manager/v1/destinations/query ";
  g_autoptr (GPtrArray) list = NULL;
  ChtApiDestination *destination;

  bad_server_json (self->server, request, 200,
                   "{\"data\":[{\"uuid\":\"u\",\"name\":\"n\",\"connectivity_info\":[{\"type\":\"ROBOT_MSVC_TRANS_"
                   "KAFKA\",\"ipaddrs\":[{\"inet_addr\":"
                   "\"192.0.2.1\",\"mask\":24},{\"inet_addr\":\"192.0.2.2\"}],\"port\":9093}],\"properties\":{\"AUTH_"
                   "TYPE\":\"MUTUAL\"}},"
                   "{\"name\":\"m\",\"connectivity_info\":[{\"type\":\"ROBOT_MSVC_TRANS_GRPC\",\"port\":\"70000\"}],"
                   "\"properties\":{\"AUTH_TYPE\":"
                   "\"server-auth\"}},{}]}");
  cht_api_list_destinations_async (self->client, NULL, ask_done, &self->result);
  list = cht_api_list_destinations_finish (self->client, wait (self), &self->error);
  g_assert_no_error (self->error);
  destination = g_ptr_array_index (list, 0);
  g_assert_cmpstr (destination->type, ==, "kafka");
  g_assert_cmpstr (destination->auth_type, ==, "mutual");
  g_assert_cmpuint (g_strv_length (destination->addresses), ==, 2);
  g_assert_cmpint (destination->port, ==, 9093);
  destination = g_ptr_array_index (list, 1);
  g_assert_cmpstr (destination->type, ==, "grpc");
  g_assert_cmpstr (destination->auth_type, ==, "server");
  g_assert_cmpint (destination->port, ==, 0);
  destination = g_ptr_array_index (list, 2);
  g_assert_cmpstr (destination->type, ==, "");
  g_assert_cmpstr (destination->auth_type, ==, "");
  g_assert_cmpuint (g_strv_length (destination->addresses), ==, 0);
}

static void
test_in_use (Fixture *self, gconstpointer data)
{
  static const struct { guint status; const char *body; int answer, code;
  } cases[] = {
    { 200, "{\"is_in_use\":true}", 1, -1 },
    { 200, "{\"is_in_use\":false}", 0, -1 },
    { 200, "{}", 0, -1 },
    { 200, "{\"result\":{\"request_result\":\"REJECTED\",\"error\":{\"error\":\"no such\"}}}", -1,
      CHT_CONTROLLER_ERROR_REFUSED },
    { 404, "404 page not found", -1, CHT_CONTROLLER_ERROR_ABSENT_ABILITY },
    { 403, "{\"error\":\"Unauthorized request\"}", -1, CHT_CONTROLLER_ERROR_ABSENT_ABILITY },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    bad_server_json (self->server, "POST /crosswork/collection/v1/resource/inuse/query ", cases[i].status,
                     cases[i].body);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      next (self);
      cht_api_query_in_use_async (self->client, "u", NULL, ask_done, &self->result);
      g_assert_cmpint (cht_api_query_in_use_finish (self->client, wait (self), &self->error), ==, cases[i].answer);
      if (cases[i].code >= 0)
        assert_failed (self, cases[i].code);
      else
        g_assert_no_error (self->error);
    }
  assert_asked (self, "POST /crosswork/collection/v1/resource/inuse/query ", "{\"destination_id\":\"u\"}");
}

/* ---- Alarms ---- */

static void
test_alarms (Fixture *self, gconstpointer data)
{
  const char *request = "POST /crosswork/alarms/v1/query ";
  g_autoptr (GPtrArray) alarms = NULL;
  ChtApiAlarm *alarm;

  bad_server_json (self->server, request, 200,
                   "{\"state\":\"Success\",\"alarms\":[{\"AlarmId\":\"1\",\"State\":\"Info\",\"Created\":\"1000000\","
                   "\"Closed\":\"0\"},"
                   "{\"AlarmId\":\"2\",\"State\":\"Major\",\"Created\":\"3000000\",\"Acknowledge\":true,"
                   "\"AcknowledeBy\":\"a\"}]}");
  bad_server_json (
      self->server, request, 200,
      "{\"alarms\":[{\"AlarmId\":\"2\"},{\"AlarmId\":\"3\",\"Created\":2000000,\"Closed\":\"4000000\"}]}");
  bad_server_json (self->server, request, 200, "{\"alarms\":[{\"AlarmId\":\"3\"}]}");
  cht_api_list_alarms_async (self->client, TRUE, NULL, ask_done, &self->result);
  alarms = cht_api_list_alarms_finish (self->client, wait (self), &self->error);
  g_assert_no_error (self->error);
  g_assert_cmpuint (bad_server_count (self->server, request), ==, 3);
  assert_asked (self, request, "{\"openAlarmsOnly\":true,\"criteria\":\"select * from alarm limit 100 page 3\"}");
  g_assert_cmpuint (alarms->len, ==, 3);
  alarm = g_ptr_array_index (alarms, 0);
  g_assert_cmpstr (alarm->id, ==, "2");
  g_assert_true (alarm->acknowledged);
  g_assert_cmpstr (alarm->acknowledged_by, ==, "a");
  alarm = g_ptr_array_index (alarms, 1);
  g_assert_cmpstr (alarm->id, ==, "3");
  g_assert_cmpint (alarm->closed, ==, 4000);
  alarm = g_ptr_array_index (alarms, 2);
  g_assert_cmpstr (alarm->severity, ==, "Info");
  g_assert_cmpint (alarm->closed, ==, CHT_TIME_UNKNOWN);
}

static void
test_alarms_gone (Fixture *self, gconstpointer data)
{
  bad_server_json (self->server, "POST /crosswork/alarms/v1/query ", 404, "404 page not found");
  cht_api_list_alarms_async (self->client, FALSE, NULL, ask_done, &self->result);
  g_assert_null (cht_api_list_alarms_finish (self->client, wait (self), &self->error));
  assert_failed (self, CHT_CONTROLLER_ERROR_ABSENT_ABILITY);
}

/* HTTP says 200 in each case. */
static void
test_clear (Fixture *self, gconstpointer data)
{
  static const struct { const char *body; int code;
  } cases[] = {
    { "{\"state\":\"Success\"}", -1 },
    { "{\"state\":\"Fail\",\"Message\":\"Alarm is already cleared.\"}", CHT_CONTROLLER_ERROR_REFUSED },
    { "{}", CHT_CONTROLLER_ERROR_LOST },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    bad_server_json (self->server, "PUT /crosswork/alarms/v1/clear ", 200, cases[i].body);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      next (self);
      cht_api_clear_alarm_async (self->client, "7", i == 0 ? "seen" : NULL, NULL, ask_done, &self->result);
      g_assert_cmpint (cht_api_clear_alarm_finish (self->client, wait (self), &self->error), ==, cases[i].code < 0);
      assert_asked (self, "PUT /crosswork/alarms/v1/clear ",
                    i == 0 ? "{\"alarmId\":\"7\",\"note\":\"seen\"}" : "{\"alarmId\":\"7\"}");
      if (cases[i].code >= 0)
        assert_failed (self, cases[i].code);
    }
}

/* ---- Platform ---- */

static void
test_platform (Fixture *self, gconstpointer data)
{
  const char *version = "GET " V2 "cluster/version/show ", *services = "POST " V2 "cluster/microservice/list/query ";
  g_autofree char *release = NULL, *none = NULL, *health = NULL, *no_service = NULL;

  bad_server_json (self->server, version, 200, "{\"result_map\":{\"VERSION\":\"7.1.0\"}}");
  bad_server_json (self->server, version, 404, "404 page not found");
  bad_server_json (self->server, services, 200,
                   "{\"micro_service\":[{\"Name\":\"other\",\"health_state\":\"Down\"},{\"Name\":\"robot-Tyk-0\","
                   "\"health_state\":\"Degraded\"}]}");
  bad_server_json (self->server, services, 200, "{}");
  cht_api_get_release_async (self->client, NULL, ask_done, &self->result);
  release = cht_api_get_release_finish (self->client, wait (self), &self->error);
  g_assert_cmpstr (release, ==, "7.1.0");
  next (self);
  cht_api_get_release_async (self->client, NULL, ask_done, &self->result);
  none = cht_api_get_release_finish (self->client, wait (self), &self->error);
  g_assert_no_error (self->error);
  g_assert_cmpstr (none, ==, "");
  next (self);
  cht_api_get_gateway_health_async (self->client, NULL, ask_done, &self->result);
  health = cht_api_get_gateway_health_finish (self->client, wait (self), &self->error);
  g_assert_cmpstr (health, ==, "Degraded");
  next (self);
  cht_api_get_gateway_health_async (self->client, NULL, ask_done, &self->result);
  no_service = cht_api_get_gateway_health_finish (self->client, wait (self), &self->error);
  g_assert_cmpstr (no_service, ==, "");
}

int
main (int argc, char **argv)
{
  static const struct { const char *path; void (*test) (Fixture *, gconstpointer);
  } cases[] = {
    { "/controller/certificates/roles", test_roles },
    { "/controller/certificates/labels", test_labels },
    { "/controller/certificates/summaries", test_summaries },
    { "/controller/certificates/summaries-odd", test_summaries_odd },
    { "/controller/certificates/details-and-associations", test_details_and_associations },
    { "/controller/certificates/web-message", test_web_message },
    { "/controller/certificates/export", test_export },
    { "/controller/certificates/export-refused", test_export_refused },
    { "/controller/certificates/update", test_update },
    { "/controller/certificates/update-no-text", test_update_no_text },
    { "/controller/certificates/update-lost", test_update_lost },
    { "/controller/renewal/expiry", test_expiry },
    { "/controller/renewal/renew", test_renew },
    { "/controller/renewal/renew-refused", test_renew_refused },
    { "/controller/renewal/renew-unclear", test_renew_unclear },
    { "/controller/renewal/jobs", test_jobs },
    { "/controller/destinations/list", test_destinations },
    { "/controller/destinations/in-use", test_in_use },
    { "/controller/alarms/pages", test_alarms },
    { "/controller/alarms/gone", test_alarms_gone },
    { "/controller/alarms/clear", test_clear },
    { "/controller/platform/release-and-health", test_platform },
  };

  cht_process_start (CHT_PROCESS_NONE);
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_test_add (cases[i].path, Fixture, NULL, set_up, cases[i].test, tear_down);
  return g_test_run ();
}
