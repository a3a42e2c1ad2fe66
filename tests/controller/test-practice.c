/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each family once against the practice controller, which was written from the same API by somebody else. */
#include "ask.h"

#include <glib/gstdio.h>
#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#include "cht-alarms-api.h"
#include "cht-certificates-api.h"
#include "cht-clock.h"
#include "cht-destinations-api.h"
#include "cht-platform-api.h"
#include "cht-process.h"
#include "cht-renewal-api.h"

typedef struct {
  GSubprocess *process;
  char *folder;
  ChtClient *client;
  JsonNode *facts;
  GAsyncResult *result;
  GError *error;
} Practice;

static const char *
get_fact (Practice *self, const char *name)
{
  return json_object_get_string_member (json_node_get_object (self->facts), name);
}

static void
read_facts (Practice *self)
{
  g_autoptr (GDataInputStream) lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char *line = NULL;

  g_data_input_stream_read_line_async (lines, G_PRIORITY_DEFAULT, NULL, ask_done, &result);
  line = g_data_input_stream_read_line_finish (lines, ask_wait (&result), NULL, &self->error);
  g_assert_no_error (self->error);
  self->facts = json_from_string (line, &self->error);
  g_assert_no_error (self->error);
}

static void
set_up (Practice *self, gconstpointer data)
{
  g_autofree char *state = NULL;

  self->folder = g_dir_make_tmp ("cht-practice-XXXXXX", &self->error);
  g_assert_no_error (self->error);
  state = g_build_filename (self->folder, "state", NULL);
  self->process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &self->error, g_getenv ("CHATELAINE_SANDBOX"),
                                    "--state", state, "--port", "0", "--seed", "demo", "--print-url", NULL);
  g_assert_no_error (self->error);
  read_facts (self);
  self->client =
      cht_client_new (get_fact (self, "url"), get_fact (self, "pin"), get_fact (self, "username"), &self->error);
  g_assert_no_error (self->error);
  ask_sign_in (self->client, get_fact (self, "password"), &self->error);
  g_assert_no_error (self->error);
}

static void
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      if (g_file_test (path, G_FILE_TEST_IS_DIR) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
        remove_folder (path);
      else
        g_unlink (path);
    }
  g_rmdir (folder);
}

static void
tear_down (Practice *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (ask_sign_out (self->client, &error));
  g_assert_no_error (error);
  g_subprocess_send_signal (self->process, SIGTERM);
  g_assert_true (g_subprocess_wait (self->process, NULL, &error));
  g_clear_object (&self->process);
  g_clear_object (&self->client);
  g_clear_object (&self->result);
  g_clear_error (&self->error);
  g_clear_pointer (&self->facts, json_node_unref);
  remove_folder (self->folder);
  g_free (self->folder);
}

static GAsyncResult *
wait (Practice *self)
{
  return ask_wait (&self->result);
}

static void
next (Practice *self)
{
  g_assert_no_error (self->error);
  g_clear_object (&self->result);
}

/* ---- A root and an issuing CA ---- */

typedef struct { gnutls_x509_crt_t certificate; gnutls_x509_privkey_t key; } Authority;

static void
authority_clear (Authority *self)
{
  gnutls_x509_crt_deinit (self->certificate);
  gnutls_x509_privkey_deinit (self->key);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Authority, authority_clear)

static Authority
make_authority (const char *name, guint8 number, int days, const Authority *issuer)
{
  Authority self = { NULL, NULL };
  time_t now = time (NULL);
  guint8 serial[] = { 0x11, number }, id[20];
  gsize id_size = sizeof id;

  g_assert_cmpint (gnutls_x509_privkey_init (&self.key), ==, 0);
  g_assert_cmpint (
      gnutls_x509_privkey_generate (self.key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1), 0),
      ==, 0);
  g_assert_cmpint (gnutls_x509_crt_init (&self.certificate), ==, 0);
  gnutls_x509_crt_set_version (self.certificate, 3);
  gnutls_x509_crt_set_serial (self.certificate, serial, sizeof serial);
  gnutls_x509_crt_set_dn (self.certificate, name, NULL);
  gnutls_x509_crt_set_activation_time (self.certificate, now - 60);
  gnutls_x509_crt_set_expiration_time (self.certificate, now + (time_t) days * 86400);
  gnutls_x509_crt_set_key (self.certificate, self.key);
  gnutls_x509_crt_set_basic_constraints (self.certificate, 1, -1);
  gnutls_x509_crt_set_key_usage (self.certificate, GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN);
  g_assert_cmpint (gnutls_x509_crt_get_key_id (self.certificate, GNUTLS_KEYID_USE_SHA1, id, &id_size), ==, 0);
  gnutls_x509_crt_set_subject_key_id (self.certificate, id, id_size);
  if (issuer != NULL)
    {
      id_size = sizeof id;
      g_assert_cmpint (gnutls_x509_crt_get_key_id (issuer->certificate, GNUTLS_KEYID_USE_SHA1, id, &id_size), ==, 0);
      gnutls_x509_crt_set_authority_key_id (self.certificate, id, id_size);
    }
  g_assert_cmpint (gnutls_x509_crt_sign2 (self.certificate, issuer != NULL ? issuer->certificate : self.certificate,
                                          issuer != NULL ? issuer->key : self.key, GNUTLS_DIG_SHA256, 0), ==, 0);
  return self;
}

static char *
to_pem (const Authority *authority)
{
  gnutls_datum_t pem = { NULL, 0 };
  char *text;

  g_assert_cmpint (gnutls_x509_crt_export2 (authority->certificate, GNUTLS_X509_FMT_PEM, &pem), ==, 0);
  text = g_strndup ((char *) pem.data, pem.size);
  gnutls_free (pem.data);
  return text;
}

static ChtSecret *
key_to_pem (const Authority *authority)
{
  gnutls_datum_t pem = { NULL, 0 };
  ChtSecret *secret;

  g_assert_cmpint (
      gnutls_x509_privkey_export2_pkcs8 (authority->key, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN, &pem), ==, 0);
  secret = cht_secret_new (pem.data, pem.size);
  gnutls_free (pem.data);
  return secret;
}

/* ---- The families ---- */

static const ChtApiSummary *
find_summary (GPtrArray *list, const char *name)
{
  for (guint i = 0; i < list->len; i++)
    {
      const ChtApiSummary *summary = g_ptr_array_index (list, i);
      if (g_str_equal (summary->name, name))
        return summary;
    }
  return NULL;
}

static GPtrArray *
list_summaries (Practice *self)
{
  GPtrArray *list;

  next (self);
  cht_api_list_summaries_async (self->client, NULL, ask_done, &self->result);
  list = cht_api_list_summaries_finish (self->client, wait (self), &self->error);
  g_assert_no_error (self->error);
  return list;
}

static void
test_reading (Practice *self, gconstpointer data)
{
  g_autoptr (GPtrArray) list = list_summaries (self), roles = NULL, details = NULL;
  g_autoptr (ChtApiLabels) labels = NULL;
  g_autoptr (ChtApiStores) trust = NULL;
  g_autofree char *release = NULL, *health = NULL, *message = NULL;
  const ChtApiSummary *first = g_ptr_array_index (list, 0);
  int minutes;
  gboolean logs_out;

  g_assert_cmpuint (list->len, >, 3);
  for (guint i = 0; i < list->len; i++)
    {
      const ChtApiSummary *summary = g_ptr_array_index (list, i);
      g_assert_cmpint (summary->expires, !=, CHT_TIME_UNKNOWN);
      g_assert_cmpstr (summary->name, !=, "");
      g_assert_cmpstr (summary->display, !=, "");
    }
  next (self);
  cht_api_list_roles_async (self->client, NULL, ask_done, &self->result);
  roles = cht_api_list_roles_finish (self->client, wait (self), &self->error);
  g_assert_no_error (self->error);
  g_assert_cmpuint (roles->len, >, 3);
  next (self);
  cht_api_get_labels_async (self->client, "External Destination", NULL, ask_done, &self->result);
  labels = cht_api_get_labels_finish (self->client, wait (self), &self->error);
  g_assert_true (labels->trust.mandatory && labels->key.mandatory && labels->passphrase.present
                 && !labels->passphrase.mandatory);
  next (self);
  cht_api_list_details_async (self->client, first->name, NULL, ask_done, &self->result);
  details = cht_api_list_details_finish (self->client, wait (self), &self->error);
  g_assert_cmpuint (details->len, >, 0);
  next (self);
  cht_api_export_async (self->client, first->name, CHT_API_EXPORT_TRUST, NULL, ask_done, &self->result);
  trust = cht_api_export_finish (self->client, wait (self), &self->error);
  g_assert_no_error (self->error);
  g_assert_nonnull (
      g_strstr_len (g_bytes_get_data (trust->trust, NULL), g_bytes_get_size (trust->trust), "BEGIN CERTIFICATE"));
  g_assert_null (trust->key);
  next (self);
  cht_api_get_release_async (self->client, NULL, ask_done, &self->result);
  release = cht_api_get_release_finish (self->client, wait (self), &self->error);
  g_assert_true (g_str_has_prefix (release, "7."));
  next (self);
  cht_api_get_gateway_health_async (self->client, NULL, ask_done, &self->result);
  health = cht_api_get_gateway_health_finish (self->client, wait (self), &self->error);
  g_assert_cmpstr (health, ==, "Healthy");
  next (self);
  cht_api_get_web_message_async (self->client, NULL, ask_done, &self->result);
  message = cht_api_get_web_message_finish (self->client, wait (self), &minutes, &logs_out, &self->error);
  g_assert_cmpint (minutes, >=, 0);
  g_assert_cmpint (cht_client_get_clock_skew (self->client), <=, 2);
}

static const ChtApiDestination *
find_destination (GPtrArray *list, const char *name)
{
  for (guint i = 0; i < list->len; i++)
    {
      const ChtApiDestination *destination = g_ptr_array_index (list, i);
      if (g_str_equal (destination->name, name))
        return destination;
    }
  g_assert_not_reached ();
}

static int
query_in_use (Practice *self, const char *uuid)
{
  int answer;

  next (self);
  cht_api_query_in_use_async (self->client, uuid, NULL, ask_done, &self->result);
  answer = cht_api_query_in_use_finish (self->client, wait (self), &self->error);
  g_assert_no_error (self->error);
  return answer;
}

static GPtrArray *
list_destinations (Practice *self)
{
  GPtrArray *list;

  next (self);
  cht_api_list_destinations_async (self->client, NULL, ask_done, &self->result);
  list = cht_api_list_destinations_finish (self->client, wait (self), &self->error);
  g_assert_no_error (self->error);
  return list;
}

static void
test_destinations (Practice *self, gconstpointer data)
{
  g_autoptr (GPtrArray) list = list_destinations (self);

  g_assert_cmpuint (list->len, ==, 4);
  g_assert_cmpstr (find_destination (list, "kafka-mutual")->type, ==, "kafka");
  g_assert_cmpstr (find_destination (list, "kafka-mutual")->auth_type, ==, "mutual");
  g_assert_cmpstr (find_destination (list, "kafka-server-auth")->auth_type, ==, "server");
  g_assert_cmpstr (find_destination (list, "grpc-mutual")->type, ==, "grpc");
  g_assert_cmpint (query_in_use (self, find_destination (list, "kafka-in-use")->uuid), ==, 1);
  g_assert_cmpint (query_in_use (self, find_destination (list, "kafka-mutual")->uuid), ==, 0);
}

static ChtApiCode
update (Practice *self, const ChtApiUpdate *what, char **words)
{
  g_autoptr (ChtApiUpdateAnswer) answer = NULL;

  next (self);
  cht_api_update_async (self->client, what, NULL, ask_done, &self->result);
  answer = cht_api_update_finish (self->client, wait (self), &self->error);
  g_assert_no_error (self->error);
  g_free (*words);
  *words = g_steal_pointer (&answer->message);
  return answer->code;
}

/* What went up comes down byte for byte, and the controller asks before it takes a destination from another
 * certificate. */
static void
test_uploading (Practice *self, gconstpointer data)
{
  g_auto (Authority) root = make_authority ("CN=Practice Root", 1, 1000, NULL),
                     issuing = make_authority ("CN=Practice Issuing", 2, 900, &root);
  g_autofree char *root_pem = to_pem (&root), *issuing_pem = to_pem (&issuing),
                  *chain = g_strconcat (root_pem, issuing_pem, NULL);
  g_auto (GStrv) lines = g_strsplit (chain, "\n", -1);
  g_autofree char *dos = g_strjoinv ("\r\n", lines), *words = NULL;
  g_autoptr (GBytes) trust = g_bytes_new (dos, strlen (dos)),
                     certificate = g_bytes_new (issuing_pem, strlen (issuing_pem));
  g_autoptr (ChtSecret) key = key_to_pem (&issuing), wrong = key_to_pem (&root);
  g_autoptr (GPtrArray) destinations = list_destinations (self), after = NULL;
  const ChtApiDestination *kafka = find_destination (destinations, "kafka-mutual");
  const ChtApiNode node = { kafka->name, kafka->uuid };
  ChtApiUpdate what = { "Practice", "External Destination", FALSE, FALSE, FALSE, trust, certificate, key, NULL, &node,
                        1 };
  g_autoptr (ChtApiStores) stores = NULL;
  g_autoptr (ChtApiAssociations) associations = NULL;

  what.key = wrong;
  g_assert_cmpint (update (self, &what, &words), ==, CHT_API_FAILURE);
  g_assert_cmpstr (words, !=, "");
  what.key = key;
  g_assert_cmpint (update (self, &what, &words), ==, CHT_API_SUCCESS);
  after = list_summaries (self);
  g_assert_cmpstr (find_summary (after, "Practice")->role_name, ==, "External Destination");
  next (self);
  cht_api_export_async (self->client, "Practice", CHT_API_EXPORT_ALL, NULL, ask_done, &self->result);
  stores = cht_api_export_finish (self->client, wait (self), &self->error);
  g_assert_no_error (self->error);
  g_assert_true (g_bytes_equal (stores->trust, trust));
  g_assert_true (g_bytes_equal (stores->certificate, certificate));
  g_assert_true (cht_secret_equal (stores->key, key));
  g_assert_null (stores->passphrase);
  next (self);
  cht_api_get_associations_async (self->client, "Practice", NULL, ask_done, &self->result);
  associations = cht_api_get_associations_finish (self->client, wait (self), &self->error);
  g_assert_cmpuint (associations->destinations->len, ==, 1);
  g_assert_cmpstr (((ChtApiNode *) g_ptr_array_index (associations->destinations, 0))->name, ==, "kafka-mutual");
  what.name = "Practice two";
  g_assert_cmpint (update (self, &what, &words), ==, CHT_API_CONFIRM);
  what.force_association = TRUE;
  g_assert_cmpint (update (self, &what, &words), ==, CHT_API_SUCCESS);
}

static char *
get_job_status (Practice *self, const char *id)
{
  g_autoptr (GPtrArray) jobs = NULL;
  ChtApiJob *job;

  next (self);
  cht_api_list_jobs_async (self->client, id, NULL, ask_done, &self->result);
  jobs = cht_api_list_jobs_finish (self->client, wait (self), &self->error);
  g_assert_no_error (self->error);
  g_assert_cmpuint (jobs->len, ==, 1);
  job = g_ptr_array_index (jobs, 0);
  g_assert_cmpint (job->started, !=, CHT_TIME_UNKNOWN);
  return g_steal_pointer (&job->status);
}

static gboolean
is_completed (gpointer data)
{
  g_autofree char *status = get_job_status (data, g_object_get_data (G_OBJECT (((Practice *) data)->client), "job"));

  g_assert_cmpstr (status, !=, "JOB_FAILED");
  return g_str_equal (status, "JOB_COMPLETED");
}

static GPtrArray *
list_alarms (Practice *self)
{
  GPtrArray *alarms;

  next (self);
  cht_api_list_alarms_async (self->client, TRUE, NULL, ask_done, &self->result);
  alarms = cht_api_list_alarms_finish (self->client, wait (self), &self->error);
  g_assert_no_error (self->error);
  return alarms;
}

/* An open alarm that people clear by hand: "Info". */
static char *
find_info (GPtrArray *alarms)
{
  for (guint i = 0; i < alarms->len; i++)
    {
      ChtApiAlarm *alarm = g_ptr_array_index (alarms, i);
      if (g_str_equal (alarm->severity, "Info"))
        return g_strdup (alarm->id);
    }
  return NULL;
}

static gboolean
has_info (gpointer data)
{
  g_autoptr (GPtrArray) alarms = list_alarms (data);
  g_autofree char *id = find_info (alarms);

  return id != NULL;
}

static void
test_renewing (Practice *self, gconstpointer data)
{
  g_autoptr (ChtApiExpiry) before = NULL, after = NULL;
  g_autoptr (ChtApiNewJob) job = NULL;
  g_autoptr (GPtrArray) events = NULL, alarms = NULL;
  g_autofree char *id = NULL;

  cht_api_check_expiry_async (self->client, NULL, ask_done, &self->result);
  before = cht_api_check_expiry_finish (self->client, wait (self), &self->error);
  g_assert_true (before->required);
  g_assert_cmpint (before->remaining_days, >=, 51);
  next (self);
  cht_api_renew_async (self->client, CHT_API_RENEW_DUE, NULL, ask_done, &self->result);
  job = cht_api_renew_finish (self->client, wait (self), &self->error);
  g_assert_true (job->accepted);
  g_object_set_data_full (G_OBJECT (self->client), "job", g_strdup (job->job), g_free);
  ask_until (is_completed, self);
  next (self);
  cht_api_check_expiry_async (self->client, NULL, ask_done, &self->result);
  after = cht_api_check_expiry_finish (self->client, wait (self), &self->error);
  g_assert_false (after->required);
  next (self);
  cht_api_list_events_async (self->client, job->job, NULL, ask_done, &self->result);
  events = cht_api_list_events_finish (self->client, wait (self), &self->error);
  g_assert_cmpuint (events->len, >, 0);
  ask_until (has_info, self);
  alarms = list_alarms (self);
  id = find_info (alarms);
  next (self);
  cht_api_clear_alarm_async (self->client, id, "seen", NULL, ask_done, &self->result);
  g_assert_true (cht_api_clear_alarm_finish (self->client, wait (self), &self->error));
  g_assert_no_error (self->error);
}

static void
test_wrong_password (Practice *self, gconstpointer data)
{
  g_autoptr (ChtClient) other = cht_client_new (get_fact (self, "url"), get_fact (self, "pin"), "nobody", &self->error);

  g_assert_false (ask_sign_in (other, "wrong", &self->error));
  ask_assert_words (self->error);
  g_assert_error (self->error, CHT_CONTROLLER_ERROR, CHT_CONTROLLER_ERROR_SIGN_IN);
  g_clear_error (&self->error);
  g_assert_false (ask_sign_in (other, "wrong", &self->error));
  g_assert_error (self->error, CHT_CONTROLLER_ERROR, CHT_CONTROLLER_ERROR_BLOCKED);
}

int
main (int argc, char **argv)
{
  cht_process_start (CHT_PROCESS_NONE);
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/controller/practice/reading", Practice, NULL, set_up, test_reading, tear_down);
  g_test_add ("/controller/practice/destinations", Practice, NULL, set_up, test_destinations, tear_down);
  g_test_add ("/controller/practice/uploading", Practice, NULL, set_up, test_uploading, tear_down);
  g_test_add ("/controller/practice/renewing", Practice, NULL, set_up, test_renewing, tear_down);
  g_test_add ("/controller/practice/wrong-password", Practice, NULL, set_up, test_wrong_password, tear_down);
  return g_test_run ();
}
