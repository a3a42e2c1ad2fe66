/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signing in and out, and what happens when a session ends in the middle. */
#include "ask.h"

#include <string.h>

#include "cht-process.h"

#define API "/crosswork/platform/v2/thing"
#define TICKET "POST /crosswork/sso/v1/tickets "
#define TOKEN "POST /crosswork/sso/v1/tickets/TGT-1-practice-ticket "
#define GOODBYE "DELETE /crosswork/sso/v1/tickets/TGT-1-practice-ticket "
#define ENDED "{\"error\":\"Your session has ended. Log into the system again to continue.\"}"

typedef struct { BadServer *server; ChtClient *client; } Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->server = bad_server_new (0);
  self->client = ask_client (self->server);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_clear_object (&self->client);
  g_clear_pointer (&self->server, bad_server_free);
}

static void
sign_in (Fixture *self)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (ask_sign_in (self->client, "pass word&=+ü%", &error));
  g_assert_no_error (error);
  g_assert_true (cht_client_get_signed_in (self->client));
}

static void
test_in_and_out (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *ticket = NULL, *token = NULL, *goodbye = NULL, *service = NULL;

  bad_server_let_in (self->server);
  sign_in (self);
  ticket = bad_server_last (self->server, TICKET);
  g_assert_nonnull (strstr (ticket, "\r\n\r\nusername=admin&password=pass%20word%26%3D%2B%C3%BC%25"));
  g_assert_nonnull (strstr (ticket, "Content-Type: application/x-www-form-urlencoded\r\n"));
  g_assert_null (strstr (ticket, "Authorization"));
  token = bad_server_last (self->server, TOKEN);
  service = g_strdup_printf ("\r\n\r\nservice=https%%3A%%2F%%2F127.0.0.1%%3A%u%%2Fapp-dashboard",
                             bad_server_get_port (self->server));
  g_assert_true (g_str_has_suffix (token, service));
  g_assert_true (ask_sign_out (self->client, &error));
  g_assert_no_error (error);
  goodbye = bad_server_last (self->server, GOODBYE);
  g_assert_nonnull (strstr (goodbye, "Authorization: Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.c2ln\r\n"));
  g_assert_false (cht_client_get_signed_in (self->client));
  /* A second time there is nothing to do, and nothing is sent. */
  g_assert_true (ask_sign_out (self->client, &error));
  g_assert_cmpuint (bad_server_count (self->server, "DELETE"), ==, 1);
  g_assert_null (ask_get (self->client, API, &error));
  g_assert_error (error, CHT_CONTROLLER_ERROR, CHT_CONTROLLER_ERROR_SESSION_ENDED);
  g_assert_cmpuint (bad_server_count (self->server, "GET"), ==, 0);
}

static void
test_refusals (Fixture *self, gconstpointer data)
{
  static const struct { guint status; const char *body; int code; const char *word;
  } cases[] = {
    { 401, "{\"error\":\"Invalid username or password\"}", CHT_CONTROLLER_ERROR_SIGN_IN,
      "“Invalid username or password”" },
    { 403, "{\"error\":\"User is blocked for a few seconds\"}", CHT_CONTROLLER_ERROR_BLOCKED,
      "blocks the user admin" },
    { 403, "", CHT_CONTROLLER_ERROR_SIGN_IN, "admin" },
    { 503, "{\"error\":\"Per user session limit reached\"}", CHT_CONTROLLER_ERROR_SESSION_LIMIT, "session" },
    { 503, "<html>starting</html>", CHT_CONTROLLER_ERROR_UNREACHABLE, "503" },
    { 404, "not found", CHT_CONTROLLER_ERROR_BAD_ANSWER, "no sign-in" },
    { 201, "<html><body>Welcome</body></html>", CHT_CONTROLLER_ERROR_BAD_ANSWER, "no ticket" },
    { 201, "", CHT_CONTROLLER_ERROR_BAD_ANSWER, "no ticket" },
    { 201, "TGT-1 two words", CHT_CONTROLLER_ERROR_BAD_ANSWER, "no ticket" },
    { 302, "", CHT_CONTROLLER_ERROR_BAD_ANSWER, "never followed" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (BadServer) server = bad_server_new (0);
      g_autoptr (ChtClient) client = ask_client (server);
      g_autoptr (GError) error = NULL;
      bad_server_json (server, TICKET, cases[i].status, cases[i].body);
      g_assert_false (ask_sign_in (client, "wrong-pw", &error));
      ask_assert_words (error);
      g_assert_error (error, CHT_CONTROLLER_ERROR, cases[i].code);
      g_assert_null (strstr (error->message, "wrong-pw"));
      if (strstr (error->message, cases[i].word) == NULL)
        g_error ("no “%s” in: %s", cases[i].word, error->message);
      g_assert_cmpuint (bad_server_count (server, "POST"), ==, 1);
      g_assert_false (cht_client_get_signed_in (client));
    }
}

/* The ticket is there, the token is not: there is a session to close all the same. */
static void
test_ticket_alone (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  bad_server_json (self->server, TICKET, 201, "TGT-1-practice-ticket");
  bad_server_json (self->server, TOKEN, 500, "{\"error\":\"not now\"}");
  bad_server_json (self->server, TOKEN, 200, "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.c2ln");
  bad_server_json (self->server, GOODBYE, 204, "");
  g_assert_false (ask_sign_in (self->client, "secret", &error));
  g_assert_error (error, CHT_CONTROLLER_ERROR, CHT_CONTROLLER_ERROR_REFUSED);
  g_clear_error (&error);
  g_assert_true (ask_sign_out (self->client, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (bad_server_count (self->server, TOKEN), ==, 2);
  g_assert_cmpuint (bad_server_count (self->server, GOODBYE), ==, 1);
}

static void
test_sign_out_fails (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  bad_server_json (self->server, TICKET, 201, "TGT-1-practice-ticket");
  bad_server_json (self->server, TOKEN, 200, "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.c2ln");
  bad_server_json (self->server, GOODBYE, 400, "{\"error\":\"no\"}");
  sign_in (self);
  g_assert_false (ask_sign_out (self->client, &error));
  ask_assert_words (error);
  g_assert_false (cht_client_get_signed_in (self->client));
}

static gboolean
said_goodbye (gpointer data)
{
  return bad_server_count (data, GOODBYE) == 1;
}

/* A second sign-in closes the session before, as that counts against the cap. */
static void
test_again (Fixture *self, gconstpointer data)
{
  bad_server_let_in (self->server);
  sign_in (self);
  sign_in (self);
  g_assert_cmpuint (bad_server_count (self->server, TICKET), ==, 2);
  ask_until (said_goodbye, self->server);
}

static void
ended_then_good (Fixture *self, guint status, const char *words)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  bad_server_let_in (self->server);
  bad_server_json (self->server, "GET " API, status, words);
  bad_server_json (self->server, "GET " API, 200, "{\"a\":1}");
  sign_in (self);
  text = ask_get (self->client, API, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, "{\"a\":1}");
  g_assert_cmpuint (bad_server_count (self->server, TICKET), ==, 2);
  g_assert_cmpuint (bad_server_count (self->server, "GET " API), ==, 2);
}

static void
test_ended (Fixture *self, gconstpointer data)
{
  ended_then_good (self, 403, ENDED);
}

static void
test_broken_token (Fixture *self, gconstpointer data)
{
  ended_then_good (self, 500, "{\"error\":\"Middleware error\"}");
}

/* The gateway refused it before any service saw it: a write is sent again too, once. */
static void
test_ended_write (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  bad_server_let_in (self->server);
  bad_server_json (self->server, "PUT " API, 403, ENDED);
  bad_server_json (self->server, "PUT " API, 200, "{}");
  sign_in (self);
  text = ask_write (self->client, "PUT", API, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (bad_server_count (self->server, "PUT " API), ==, 2);
}

static void
test_ended_for_good (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  bad_server_let_in (self->server);
  bad_server_json (self->server, "GET " API, 403, ENDED);
  sign_in (self);
  g_assert_null (ask_get (self->client, API, &error));
  ask_assert_words (error);
  g_assert_error (error, CHT_CONTROLLER_ERROR, CHT_CONTROLLER_ERROR_SESSION_ENDED);
  g_assert_cmpuint (bad_server_count (self->server, TICKET), ==, 2);
  g_assert_cmpuint (bad_server_count (self->server, "GET " API), ==, 2);
}

/* The password was changed meanwhile: tried once, then never again. */
static void
test_ended_and_refused (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  bad_server_json (self->server, TICKET, 201, "TGT-1-practice-ticket");
  bad_server_json (self->server, TICKET, 401, "{\"error\":\"Invalid username or password\"}");
  bad_server_json (self->server, TOKEN, 200, "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.c2ln");
  bad_server_json (self->server, "GET " API, 403, ENDED);
  sign_in (self);
  g_assert_null (ask_get (self->client, API, &error));
  g_assert_error (error, CHT_CONTROLLER_ERROR, CHT_CONTROLLER_ERROR_SIGN_IN);
  g_clear_error (&error);
  g_assert_null (ask_get (self->client, API, &error));
  g_assert_error (error, CHT_CONTROLLER_ERROR, CHT_CONTROLLER_ERROR_SESSION_ENDED);
  g_assert_cmpuint (bad_server_count (self->server, TICKET), ==, 2);
}

static gpointer
decode_nothing (ChtAnswer *answer, GError **error)
{
  return answer->origin;
}

/* Many at once find the session ended: one sign-in serves them all. */
static void
test_ended_for_many (Fixture *self, gconstpointer data)
{
  GAsyncResult *results[8] = { NULL };

  bad_server_let_in (self->server);
  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    {
      g_autofree char *request = g_strdup_printf ("GET " API "/%u ", i);
      bad_server_json (self->server, request, 403, ENDED);
      bad_server_json (self->server, request, 200, "{}");
    }
  sign_in (self);
  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    {
      g_autofree char *path = g_strdup_printf (API "/%u", i);
      cht_client_call_async (self->client, &(ChtCall){ "GET", path, .decode = decode_nothing }, sign_in, NULL,
                             ask_done, &results[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    {
      g_autoptr (GError) error = NULL;
      g_assert_nonnull (cht_client_call_finish (self->client, ask_wait (&results[i]), sign_in, &error));
      g_assert_no_error (error);
      g_object_unref (results[i]);
    }
  g_assert_cmpuint (bad_server_count (self->server, TICKET), ==, 2);
}

static gboolean
asks_for_a_ticket_again (gpointer data)
{
  return bad_server_count (data, TICKET) == 2;
}

/* One who waits for another's sign-in goes at once when he is cancelled; signing out ends it for the rest. */
static void
test_cancelled_while_waiting (Fixture *self, gconstpointer data)
{
  g_autoptr (GAsyncResult) first = NULL, second = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  bad_server_json (self->server, TICKET, 201, "TGT-1-practice-ticket");
  bad_server_hang (self->server, TICKET, NULL);
  bad_server_json (self->server, TOKEN, 200, "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.c2ln");
  bad_server_json (self->server, GOODBYE, 200, "");
  bad_server_json (self->server, "GET " API, 403, ENDED);
  sign_in (self);
  cht_client_call_async (self->client, &(ChtCall){ "GET", API, .decode = decode_nothing }, sign_in, cancellable,
                         ask_done, &first);
  cht_client_call_async (self->client, &(ChtCall){ "GET", API, .decode = decode_nothing }, sign_in, NULL, ask_done,
                         &second);
  ask_until (asks_for_a_ticket_again, self->server);
  g_cancellable_cancel (cancellable);
  g_assert_null (cht_client_call_finish (self->client, ask_wait (&first), sign_in, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_true (ask_sign_out (self->client, &error));
  g_assert_null (cht_client_call_finish (self->client, ask_wait (&second), sign_in, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_cancel_sign_in (Fixture *self, gconstpointer data)
{
  g_autoptr (ChtSecret) password = cht_secret_new_text ("secret");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  bad_server_hang (self->server, TICKET, NULL);
  cht_client_sign_in_async (self->client, password, cancellable, ask_done, &result);
  g_cancellable_cancel (cancellable);
  g_assert_false (cht_client_sign_in_finish (self->client, ask_wait (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (cht_client_get_signed_in (self->client));
}

static void
test_clock_skew (Fixture *self, gconstpointer data)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc (), ahead = g_date_time_add_hours (now, 2);
  g_autofree char *date = g_date_time_format (ahead, "%a, %d %b %Y %H:%M:%S GMT");
  g_autofree char *answer = g_strdup_printf ("HTTP/1.1 401 No\r\nDate: %s\r\nContent-Length: 0\r\n\r\n", date);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (cht_client_get_clock_skew (self->client), ==, 0);
  bad_server_say (self->server, TICKET, answer);
  g_assert_false (ask_sign_in (self->client, "secret", &error));
  g_assert_cmpint (ABS (cht_client_get_clock_skew (self->client) - 7200), <, 30);
}

static void
test_new (void)
{
  static const char *const bad_pins[] = { "", "abc", "zz", NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char *pin = g_strnfill (64, 'A'), *long_pin = g_strnfill (65, 'a');
  g_autoptr (ChtClient) client = cht_client_new ("Controller.Example./login", pin, "admin", &error);

  g_assert_no_error (error);
  g_assert_cmpstr (cht_client_get_url (client), ==, "https://controller.example:30603");
  g_assert_cmpstr (cht_client_get_host (client), ==, "controller.example");
  g_assert_cmpstr (cht_client_get_username (client), ==, "admin");
  for (gsize i = 0; i < G_N_ELEMENTS (bad_pins); i++)
    {
      g_assert_null (cht_client_new ("https://a", bad_pins[i], "admin", &error));
      g_assert_error (error, CHT_CONTROLLER_ERROR, CHT_CONTROLLER_ERROR_USAGE);
      g_clear_error (&error);
    }
  g_assert_null (cht_client_new ("https://a", long_pin, "admin", &error));
  g_assert_error (error, CHT_CONTROLLER_ERROR, CHT_CONTROLLER_ERROR_USAGE);
  g_clear_error (&error);
  g_assert_null (cht_client_new ("https://a", pin, "", &error));
  g_assert_error (error, CHT_CONTROLLER_ERROR, CHT_CONTROLLER_ERROR_USAGE);
}

int
main (int argc, char **argv)
{
  static const struct { const char *path; void (*test) (Fixture *, gconstpointer);
  } cases[] = {
    { "/controller/session/in-and-out", test_in_and_out },
    { "/controller/session/refusals", test_refusals },
    { "/controller/session/ticket-alone", test_ticket_alone },
    { "/controller/session/sign-out-fails", test_sign_out_fails },
    { "/controller/session/again", test_again },
    { "/controller/session/ended", test_ended },
    { "/controller/session/broken-token", test_broken_token },
    { "/controller/session/ended-write", test_ended_write },
    { "/controller/session/ended-for-good", test_ended_for_good },
    { "/controller/session/ended-and-refused", test_ended_and_refused },
    { "/controller/session/ended-for-many", test_ended_for_many },
    { "/controller/session/cancelled-while-waiting", test_cancelled_while_waiting },
    { "/controller/session/cancel-sign-in", test_cancel_sign_in },
    { "/controller/session/clock-skew", test_clock_skew },
  };

  cht_process_start (CHT_PROCESS_NONE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/controller/client/new", test_new);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_test_add (cases[i].path, Fixture, NULL, set_up, cases[i].test, tear_down);
  return g_test_run ();
}
