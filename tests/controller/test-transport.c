/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A hostile network and a broken controller: nothing leaves for the wrong server, and every answer has an end. */
#include "ask.h"

#include <glib/gstdio.h>
#include <string.h>

#include "cht-handshake.h"
#include "cht-process.h"

#define API "/crosswork/platform/v2/thing"
#define GET "GET " API

static void
assert_code (const GError *error, int code)
{
  ask_assert_words (error);
  g_assert_error (error, CHT_CONTROLLER_ERROR, code);
}

/* ---- Before a byte leaves ---- */

static ChtServerIdentity *
probe (const char *url, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  cht_client_probe_async (url, NULL, ask_done, &result);
  return cht_client_probe_finish (ask_wait (&result), error);
}

static void
test_probe (void)
{
  g_autoptr (BadServer) server = bad_server_new (BAD_OTHER_NAME | BAD_EXPIRED);
  g_autoptr (GError) error = NULL;
  g_autofree char *page = g_strconcat (bad_server_get_url (server), "/#/admin/certificates?x=1", NULL);
  g_autoptr (ChtServerIdentity) identity = probe (page, &error);

  /* Whatever is wrong with it, a person is to see it. */
  g_assert_no_error (error);
  g_assert_cmpstr (identity->pin, ==, bad_server_get_pin (server));
  g_assert_cmpstr (cht_certificate_get_subject (identity->certificate), ==, "CN=bad server");
  g_assert_cmpuint (identity->chain->len, ==, 1);
  g_assert_cmpuint (bad_server_get_connections (server), ==, 1);
  g_assert_cmpuint (bad_server_get_bytes (server), ==, 0);
}

static void
test_probe_nobody (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *url = NULL;

  {
    g_autoptr (BadServer) server = bad_server_new (0);
    url = g_strdup (bad_server_get_url (server));
  }
  g_assert_null (probe (url, &error));
  assert_code (error, CHT_CONTROLLER_ERROR_UNREACHABLE);
  g_clear_error (&error);
  g_assert_null (probe ("http://127.0.0.1", &error));
  assert_code (error, CHT_CONTROLLER_ERROR_USAGE);
}

/* The password's request is the first there is: that it does not leave is counted in bytes. */
static void
refuse_before_sending (BadServerFlags flags, const char *pin, int code)
{
  g_autoptr (BadServer) server = bad_server_new (flags);
  g_autoptr (GError) error = NULL;
  g_autoptr (ChtClient) client =
      cht_client_new (bad_server_get_url (server), pin != NULL ? pin : bad_server_get_pin (server), "admin", &error);

  g_assert_no_error (error);
  ask_limits (client, 5000);
  bad_server_let_in (server);
  g_assert_false (ask_sign_in (client, "never to be seen", &error));
  assert_code (error, code);
  g_assert_null (strstr (error->message, "never to be seen"));
  g_assert_cmpuint (bad_server_get_connections (server), ==, 1);
  g_assert_cmpuint (bad_server_get_bytes (server), ==, 0);
  g_assert_false (cht_client_get_signed_in (client));
}

static void
test_wrong_pin (void)
{
  refuse_before_sending (
      0, "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF",
      CHT_CONTROLLER_ERROR_PIN);
}

/* With a wrong pin the pin is what is said, whatever else is wrong. */
static void
test_wrong_pin_and_name (void)
{
  refuse_before_sending (BAD_OTHER_NAME | BAD_EXPIRED,
                         "0011223344556677889900112233445566778899001122334455667788990011",
                         CHT_CONTROLLER_ERROR_PIN);
}

static void
test_other_name (void)
{
  refuse_before_sending (BAD_OTHER_NAME, NULL, CHT_CONTROLLER_ERROR_NAME);
}

static void
test_expired (void)
{
  refuse_before_sending (BAD_EXPIRED, NULL, CHT_CONTROLLER_ERROR_EXPIRED);
  refuse_before_sending (BAD_NOT_YET, NULL, CHT_CONTROLLER_ERROR_EXPIRED);
}

static void
test_old_tls (void)
{
  refuse_before_sending (BAD_TLS_1_1, NULL, CHT_CONTROLLER_ERROR_TLS);
}

/* GTls asks nobody about a certificate whose CA it knows: the pin has to hold all the same. */
static void
test_known_ca (void)
{
  g_autoptr (BadServer) server = bad_server_new (0);
  g_autofree char *folder = g_dir_make_tmp ("cht-ca-XXXXXX", NULL), *path = g_build_filename (folder, "ca.pem", NULL);
  g_autofree char *other = g_strnfill (64, 'a');
  g_autoptr (GTlsDatabase) known = NULL;
  g_autoptr (ChtClient) right = NULL, wrong = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, bad_server_get_pem (server), -1, &error));
  known = g_tls_file_database_new (path, &error);
  g_assert_no_error (error);
  g_tls_backend_set_default_database (g_tls_backend_get_default (), known);
  bad_server_let_in (server);
  wrong = cht_client_new (bad_server_get_url (server), other, "admin", &error);
  g_assert_false (ask_sign_in (wrong, "secret", &error));
  assert_code (error, CHT_CONTROLLER_ERROR_PIN);
  g_clear_error (&error);
  g_assert_cmpuint (bad_server_get_connections (server), ==, 1);
  g_assert_cmpuint (bad_server_get_bytes (server), ==, 0);
  right = ask_client (server);
  g_assert_true (ask_sign_in (right, "secret", &error));
  g_assert_no_error (error);
  g_tls_backend_set_default_database (g_tls_backend_get_default (), NULL);
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

/* Where one flag is set, GTls may leave out the others: a pin excuses an unknown CA and nothing else. */
static void
test_excuses (void)
{
  static const struct { BadServerFlags flags; GTlsCertificateFlags errors; int code; } cases[] = {
    { 0, G_TLS_CERTIFICATE_UNKNOWN_CA, -1 },
    { BAD_OTHER_NAME, G_TLS_CERTIFICATE_UNKNOWN_CA, CHT_CONTROLLER_ERROR_NAME },
    { BAD_EXPIRED, G_TLS_CERTIFICATE_UNKNOWN_CA, CHT_CONTROLLER_ERROR_EXPIRED },
    { BAD_NOT_YET, G_TLS_CERTIFICATE_UNKNOWN_CA, CHT_CONTROLLER_ERROR_EXPIRED },
    { 0, G_TLS_CERTIFICATE_BAD_IDENTITY, CHT_CONTROLLER_ERROR_NAME },
    { 0, G_TLS_CERTIFICATE_EXPIRED | G_TLS_CERTIFICATE_UNKNOWN_CA, CHT_CONTROLLER_ERROR_EXPIRED },
    { 0, G_TLS_CERTIFICATE_NOT_ACTIVATED, CHT_CONTROLLER_ERROR_EXPIRED },
    { 0, G_TLS_CERTIFICATE_REVOKED, CHT_CONTROLLER_ERROR_TLS },
    { 0, G_TLS_CERTIFICATE_INSECURE | G_TLS_CERTIFICATE_UNKNOWN_CA, CHT_CONTROLLER_ERROR_TLS },
    { 0, G_TLS_CERTIFICATE_GENERIC_ERROR, CHT_CONTROLLER_ERROR_TLS },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (BadServer) server = bad_server_new (cases[i].flags);
      g_autoptr (ChtUrl) url = cht_url_parse (bad_server_get_url (server), NULL);
      g_autoptr (GTlsCertificate) peer = g_tls_certificate_new_from_pem (bad_server_get_pem (server), -1, NULL);
      g_autofree char *other = g_strnfill (64, 'a');
      g_autoptr (GError) error = NULL, pin_error = NULL;
      g_assert_cmpint (cht_handshake_excuse (peer, cases[i].errors, url, bad_server_get_pin (server), &error), ==,
                       cases[i].code < 0);
      if (cases[i].code >= 0)
        assert_code (error, cases[i].code);
      g_assert_false (cht_handshake_excuse (peer, cases[i].errors, url, other, &pin_error));
      assert_code (pin_error, CHT_CONTROLLER_ERROR_PIN);
    }
}

static void
test_mute (void)
{
  refuse_before_sending (BAD_MUTE, NULL, CHT_CONTROLLER_ERROR_TIMEOUT);
}

/* A resolver of proxies that never comes back and does not heed a cancel either (N4). */
#define TYPE_STALLED (stalled_get_type ())
G_DECLARE_FINAL_TYPE (Stalled, stalled, TEST, STALLED, GObject)
struct _Stalled { GObject parent_instance; GPtrArray *held; };

static gboolean
stalled_is_supported (GProxyResolver *resolver)
{
  return TRUE;
}

static void
stalled_lookup_async (GProxyResolver *resolver, const char *uri, GCancellable *c, GAsyncReadyCallback cb, gpointer data)
{
  g_ptr_array_add (TEST_STALLED (resolver)->held, g_task_new (resolver, NULL, cb, data));
}

static char **
stalled_lookup_finish (GProxyResolver *resolver, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
stalled_iface_init (GProxyResolverInterface *iface)
{
  iface->is_supported = stalled_is_supported;
  iface->lookup_async = stalled_lookup_async;
  iface->lookup_finish = stalled_lookup_finish;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (Stalled, stalled, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_PROXY_RESOLVER, stalled_iface_init))

static void
stalled_class_init (StalledClass *class)
{
}

static void
stalled_init (Stalled *self)
{
  self->held = g_ptr_array_new_with_free_func (g_object_unref);
}

static gboolean
has_come (gpointer data)
{
  return ((GPtrArray *) data)->len > 0;
}

static void
test_stalled_resolver (void)
{
  g_autoptr (BadServer) server = bad_server_new (0);
  g_autoptr (ChtClient) client = ask_client (server);
  g_autoptr (GError) error = NULL;
  Stalled *stalled = g_object_new (TYPE_STALLED, NULL);
  g_autoptr (GPtrArray) held = g_ptr_array_ref (stalled->held);

  cht_transport_set_proxy_resolver (cht_client_get_transport (client), G_PROXY_RESOLVER (stalled));
  g_assert_false (ask_sign_in (client, "secret", &error));
  assert_code (error, CHT_CONTROLLER_ERROR_UNREACHABLE);
  g_assert_nonnull (strstr (error->message, "proxy"));
  g_assert_cmpuint (bad_server_get_connections (server), ==, 0);
  /* It comes back after all: nobody is there any more, and nothing breaks. */
  ask_until (has_come, held);
  for (guint i = 0; i < held->len; i++)
    g_task_return_new_error (g_ptr_array_index (held, i), G_IO_ERROR, G_IO_ERROR_FAILED, "late");
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_ptr_array_set_size (held, 0);
  g_object_unref (stalled);
}

/* ---- Answers ---- */

typedef struct { BadServer *server; ChtClient *client; } Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->server = bad_server_new (0);
  self->client = ask_client (self->server);
  bad_server_let_in (self->server);
  ask_sign_in (self->client, "secret", &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_clear_object (&self->client);
  g_clear_pointer (&self->server, bad_server_free);
}

static void
expect (Fixture *self, int code, const char *word)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = ask_get (self->client, API, &error);

  g_assert_null (text);
  assert_code (error, code);
  if (word != NULL && strstr (error->message, word) == NULL)
    g_error ("no “%s” in: %s", word, error->message);
}

static void
test_good (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL, *request = NULL;

  bad_server_json (self->server, GET, 200, "{\"a\":1}");
  text = ask_get (self->client, API, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, "{\"a\":1}");
  request = bad_server_last (self->server, GET);
  g_assert_nonnull (strstr (request, "Authorization: Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.c2ln\r\n"));
  g_assert_nonnull (strstr (request, "Accept-Encoding: identity\r\n"));
  g_assert_null (strstr (request, "Cookie"));
}

/* libsoup sends a PUT again by itself where a kept connection is dead: so none is kept, even where the server would. */
static void
test_connection_each (Fixture *self, gconstpointer data)
{
  guint before = bad_server_get_connections (self->server);

  bad_server_hang (self->server, "PUT " API,
                   "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\n{}");
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *text = ask_write (self->client, "PUT", API, NULL, &error);
      g_assert_no_error (error);
    }
  g_assert_cmpuint (bad_server_get_connections (self->server) - before, ==, 3);
}

static void
test_chunked (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  bad_server_say (self->server, GET,
                  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{\"a\"\r\n3\r\n:1}\r\n0\r\n\r\n");
  text = ask_get (self->client, API, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, "{\"a\":1}");
}

static void
test_redirect (Fixture *self, gconstpointer data)
{
  g_autofree char *moved = g_strdup_printf (
      "HTTP/1.1 302 Found\r\nLocation: %s/elsewhere\r\nContent-Length: 0\r\n\r\n", bad_server_get_url (self->server));

  bad_server_say (self->server, GET, moved);
  expect (self, CHT_CONTROLLER_ERROR_BAD_ANSWER, "never followed");
  g_assert_cmpuint (bad_server_count (self->server, "GET /elsewhere"), ==, 0);
}

/* Cut off: again, as it is a GET; five times, then it is said. */
static void
test_cut (Fixture *self, gconstpointer data)
{
  bad_server_cut (self->server, GET, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"a\":1");
  expect (self, CHT_CONTROLLER_ERROR_BAD_ANSWER, "before its answer was complete");
  g_assert_cmpuint (bad_server_count (self->server, GET), ==, 5);
}

static void
test_cut_then_good (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  bad_server_cut (self->server, GET, NULL);
  bad_server_json (self->server, GET, 503, "{\"message\":\"starting\"}");
  bad_server_json (self->server, GET, 200, "{}");
  text = ask_get (self->client, API, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (bad_server_count (self->server, GET), ==, 3);
}

/* A farewell that is polite, and yet less than the length said. */
static void
test_short (Fixture *self, gconstpointer data)
{
  bad_server_say (self->server, GET, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}");
  expect (self, CHT_CONTROLLER_ERROR_BAD_ANSWER, NULL);
}

static void
test_chunks_without_end (Fixture *self, gconstpointer data)
{
  bad_server_say (self->server, GET, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n{\"list\":\r\n");
  expect (self, CHT_CONTROLLER_ERROR_BAD_ANSWER, NULL);
}

static void
test_packed (Fixture *self, gconstpointer data)
{
  bad_server_say (self->server, GET, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}");
  expect (self, CHT_CONTROLLER_ERROR_BAD_ANSWER, "packed");
}

static void
test_page (Fixture *self, gconstpointer data)
{
  bad_server_json (self->server, GET, 200, "  <!DOCTYPE html><html><body>Sign in</body></html>");
  expect (self, CHT_CONTROLLER_ERROR_BAD_ANSWER, "web page");
}

static void
test_odd_json (Fixture *self, gconstpointer data)
{
  g_autofree char *deep = g_strnfill (100000, '[');
  const char *const bodies[] = {
    "", "{", "[]", "\"text\"", "{} {}", "{'a':1}", "{\"a\":1,\"a\":2}", "{\"a\":/* */1}", deep
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autofree char *path = g_strdup_printf (API "/%" G_GSIZE_FORMAT, i),
                      *request = g_strconcat ("GET ", path, " ", NULL);
      g_autoptr (GError) error = NULL;
      bad_server_json (self->server, request, 200, bodies[i]);
      g_assert_null (ask_get (self->client, path, &error));
      assert_code (error, CHT_CONTROLLER_ERROR_BAD_ANSWER);
    }
}

static void
test_no_http (Fixture *self, gconstpointer data)
{
  bad_server_say (self->server, GET, "SSH-2.0-OpenSSH_9.2\r\n\r\n");
  expect (self, CHT_CONTROLLER_ERROR_BAD_ANSWER, NULL);
}

static void
test_too_large (Fixture *self, gconstpointer data)
{
  bad_server_say (self->server, GET, "HTTP/1.1 200 OK\r\nContent-Length: 9000000000\r\n\r\n");
  expect (self, CHT_CONTROLLER_ERROR_TOO_LARGE, "8 MiB");
}

static gboolean
flood_is_over (gpointer data)
{
  gsize sent = bad_server_get_flooded (data);

  return sent > 0 && sent != G_MAXSIZE;
}

static void
test_flood (Fixture *self, gconstpointer data)
{
  g_autofree char *chunk = g_strnfill (60000, 'x'), *again = g_strdup_printf ("%x\r\n%s\r\n", 60000, chunk);

  bad_server_flood (self->server, GET, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", again);
  expect (self, CHT_CONTROLLER_ERROR_TOO_LARGE, NULL);
  /* It hung up rather than let the rest come. */
  ask_until (flood_is_over, self->server);
  g_assert_cmpuint (bad_server_get_flooded (self->server), <, 40 * 1024 * 1024);
}

static void
test_flood_of_headers (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  bad_server_flood (self->server, GET, "HTTP/1.1 200 OK\r\n",
                    "X-Again: and again and again and again and again and again and again\r\n");
  ask_limits (self->client, 1500);
  g_assert_null (ask_get (self->client, API, &error));
  ask_assert_words (error);
  ask_until (flood_is_over, self->server);
  g_test_message ("%" G_GSIZE_FORMAT " bytes of header lines", bad_server_get_flooded (self->server));
}

static void
test_silent (Fixture *self, gconstpointer data)
{
  gint64 begun = g_get_monotonic_time ();

  ask_limits (self->client, 700);
  bad_server_hang (self->server, GET, NULL);
  expect (self, CHT_CONTROLLER_ERROR_TIMEOUT, "silent");
  g_assert_cmpint (g_get_monotonic_time () - begun, <, 3 * G_USEC_PER_SEC);
}

/* Half an answer, then nothing. */
static void
test_half (Fixture *self, gconstpointer data)
{
  ask_limits (self->client, 700);
  bad_server_hang (self->server, GET, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"a\":");
  expect (self, CHT_CONTROLLER_ERROR_TIMEOUT, NULL);
}

static void
test_retry_after (Fixture *self, gconstpointer data)
{
  bad_server_say (self->server, GET, "HTTP/1.1 503 Busy\r\nRetry-After: 3600\r\nContent-Length: 0\r\n\r\n");
  expect (self, CHT_CONTROLLER_ERROR_UNREACHABLE, "in 60 minutes");
  g_assert_cmpuint (bad_server_count (self->server, GET), ==, 1);
}

static void
test_statuses (Fixture *self, gconstpointer data)
{
  static const struct { guint status; const char *body; int code; const char *word; } cases[] = {
    { 400, "{\"code\":3,\"message\":\"bad thing\"}", CHT_CONTROLLER_ERROR_REFUSED, "“bad thing”" },
    { 403, "{\"error\":\"Unauthorized request\"}", CHT_CONTROLLER_ERROR_RIGHT, "“Unauthorized request”" },
    { 404, "404 page not found\n", CHT_CONTROLLER_ERROR_ABSENT_ABILITY, "“404 page not found”" },
    { 409, "{\"response\":{\"message\":\"taken\"}}", CHT_CONTROLLER_ERROR_REFUSED, "“taken”" },
    { 500, "", CHT_CONTROLLER_ERROR_BAD_ANSWER, "500" },
    { 500, "{\"error\":\"NATS request failed\"}", CHT_CONTROLLER_ERROR_REFUSED, "“NATS request failed”" },
    { 418, "<html>teapot</html>", CHT_CONTROLLER_ERROR_BAD_ANSWER, "418" },
    { 400, "{\"error\":\"a\\u202eb\\nc\"}", CHT_CONTROLLER_ERROR_REFUSED, "a\\u{202E}b" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf (API "/%" G_GSIZE_FORMAT, i),
                      *request = g_strconcat ("GET ", path, " ", NULL);
      g_autoptr (GError) error = NULL;
      bad_server_json (self->server, request, cases[i].status, cases[i].body);
      g_assert_null (ask_get (self->client, path, &error));
      assert_code (error, cases[i].code);
      if (strstr (error->message, cases[i].word) == NULL)
        g_error ("no “%s” in: %s", cases[i].word, error->message);
    }
}

/* ---- Writes ---- */

static void
expect_lost (Fixture *self, const char *method, const char *word)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *request = g_strconcat (method, " " API, NULL);

  g_assert_null (ask_write (self->client, method, API, NULL, &error));
  assert_code (error, CHT_CONTROLLER_ERROR_LOST);
  g_assert_cmpuint (bad_server_count (self->server, request), ==, 1);
  if (word != NULL)
    g_assert_nonnull (strstr (error->message, word));
}

/* PUT and DELETE are what libsoup would send again by itself. */
static void
test_lost (Fixture *self, gconstpointer data)
{
  static const char *const methods[] = { "POST", "PUT", "DELETE" };

  for (gsize i = 0; i < G_N_ELEMENTS (methods); i++)
    {
      g_autofree char *request = g_strconcat (methods[i], " " API, NULL);
      bad_server_cut (self->server, request, NULL);
      expect_lost (self, methods[i], NULL);
    }
}

static void
test_lost_by_silence (Fixture *self, gconstpointer data)
{
  ask_limits (self->client, 700);
  bad_server_hang (self->server, "POST " API, NULL);
  expect_lost (self, "POST", "silent");
}

static void
test_lost_by_answer (Fixture *self, gconstpointer data)
{
  bad_server_json (self->server, "POST " API, 504, "{\"error\":\"upstream timed out\"}");
  expect_lost (self, "POST", "“upstream timed out”");
  bad_server_json (self->server, "PUT " API, 200, "{\"result\":");
  expect_lost (self, "PUT", NULL);
}

/* A refusal is a refusal, in writing too. */
static void
test_write_refused (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  bad_server_json (self->server, "POST " API, 400, "{\"message\":\"no\"}");
  g_assert_null (ask_write (self->client, "POST", API, NULL, &error));
  assert_code (error, CHT_CONTROLLER_ERROR_REFUSED);
}

/* ---- Cancelling ---- */

static gboolean
was_asked (gpointer data)
{
  return bad_server_count (data, GET) > 0 || bad_server_count (data, "POST " API) > 0;
}

static gpointer
decode_nothing (ChtAnswer *answer, GError **error)
{
  return answer->origin;
}

static void
cancel_while_silent (Fixture *self, gboolean writes, GQuark domain, int code)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  bad_server_hang (self->server, writes ? "POST " API : GET, NULL);
  cht_client_call_async (self->client,
                         &(ChtCall){ writes ? "POST" : "GET", API, .writes = writes, .decode = decode_nothing },
                         cancel_while_silent, cancellable, ask_done, &result);
  ask_until (was_asked, self->server);
  gint64 begun = g_get_monotonic_time ();
  g_cancellable_cancel (cancellable);
  g_assert_null (cht_client_call_finish (self->client, ask_wait (&result), cancel_while_silent, &error));
  g_assert_error (error, domain, code);
  g_assert_cmpint (g_get_monotonic_time () - begun, <, G_USEC_PER_SEC / 2);
}

static void
test_cancel (Fixture *self, gconstpointer data)
{
  cancel_while_silent (self, FALSE, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* What had left may have been done: that is not "cancelled". */
static void
test_cancel_write (Fixture *self, gconstpointer data)
{
  cancel_while_silent (self, TRUE, CHT_CONTROLLER_ERROR, CHT_CONTROLLER_ERROR_LOST);
}

int
main (int argc, char **argv)
{
  static const struct { const char *path; void (*test) (Fixture *, gconstpointer);
  } cases[] = {
    { "/controller/transport/good", test_good },
    { "/controller/transport/chunked", test_chunked },
    { "/controller/transport/connection-each", test_connection_each },
    { "/controller/transport/redirect", test_redirect },
    { "/controller/transport/cut", test_cut },
    { "/controller/transport/cut-then-good", test_cut_then_good },
    { "/controller/transport/short", test_short },
    { "/controller/transport/chunks-without-end", test_chunks_without_end },
    { "/controller/transport/packed", test_packed },
    { "/controller/transport/page", test_page },
    { "/controller/transport/odd-json", test_odd_json },
    { "/controller/transport/no-http", test_no_http },
    { "/controller/transport/too-large", test_too_large },
    { "/controller/transport/flood", test_flood },
    { "/controller/transport/flood-of-headers", test_flood_of_headers },
    { "/controller/transport/silent", test_silent },
    { "/controller/transport/half", test_half },
    { "/controller/transport/retry-after", test_retry_after },
    { "/controller/transport/statuses", test_statuses },
    { "/controller/transport/lost", test_lost },
    { "/controller/transport/lost-by-silence", test_lost_by_silence },
    { "/controller/transport/lost-by-answer", test_lost_by_answer },
    { "/controller/transport/write-refused", test_write_refused },
    { "/controller/transport/cancel", test_cancel },
    { "/controller/transport/cancel-write", test_cancel_write },
  };

  cht_process_start (CHT_PROCESS_NONE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/controller/handshake/probe", test_probe);
  g_test_add_func ("/controller/handshake/probe-nobody", test_probe_nobody);
  g_test_add_func ("/controller/handshake/wrong-pin", test_wrong_pin);
  g_test_add_func ("/controller/handshake/wrong-pin-and-name", test_wrong_pin_and_name);
  g_test_add_func ("/controller/handshake/other-name", test_other_name);
  g_test_add_func ("/controller/handshake/expired", test_expired);
  g_test_add_func ("/controller/handshake/old-tls", test_old_tls);
  g_test_add_func ("/controller/handshake/known-ca", test_known_ca);
  g_test_add_func ("/controller/handshake/excuses", test_excuses);
  g_test_add_func ("/controller/handshake/mute", test_mute);
  g_test_add_func ("/controller/handshake/stalled-resolver", test_stalled_resolver);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_test_add (cases[i].path, Fixture, NULL, set_up, cases[i].test, tear_down);
  return g_test_run ();
}
