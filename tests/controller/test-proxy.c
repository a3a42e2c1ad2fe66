/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A proxy between: what it says is never taken for the controller's word, and the controller's password is not for
 * it. */
#include "ask.h"

#include <string.h>

#include "cht-process.h"

/* A client of controller.test, which only the proxy knows the way to. */
static ChtClient *
make_client (BadServer *proxy, const char *pin)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *way = g_strdup_printf ("http://127.0.0.1:%u", bad_server_get_port (proxy));
  g_autoptr (GProxyResolver) resolver = g_simple_proxy_resolver_new (way, NULL);
  ChtClient *client = cht_client_new ("https://controller.test:30603", pin, "admin", &error);

  g_assert_no_error (error);
  ask_limits (client, 5000);
  cht_transport_set_proxy_resolver (cht_client_get_transport (client), resolver);
  return client;
}

static void
test_refusals (void)
{
  static const guint statuses[] = { 401, 403, 407, 502, 503, 302, 400 };

  for (gsize i = 0; i < G_N_ELEMENTS (statuses); i++)
    {
      g_autoptr (BadServer) proxy = bad_server_new (BAD_PLAIN);
      g_autoptr (ChtClient) client = make_client (proxy, bad_server_get_pin (proxy));
      g_autofree char *said =
          g_strdup_printf ("HTTP/1.1 %u No\r\nProxy-Authenticate: Basic realm=\"proxy\"\r\n"
                           "WWW-Authenticate: Basic realm=\"proxy\"\r\nLocation: http://elsewhere.test/\r\n"
                           "Content-Length: 2\r\n\r\n{}",
                           statuses[i]);
      g_autofree char *name = g_strdup_printf ("127.0.0.1:%u", bad_server_get_port (proxy)), *request = NULL;
      g_autoptr (GError) error = NULL;
      bad_server_say (proxy, "CONNECT controller.test:30603 ", said);
      g_assert_false (ask_sign_in (client, "not for a proxy", &error));
      ask_assert_words (error);
      g_assert_error (error, CHT_CONTROLLER_ERROR, CHT_CONTROLLER_ERROR_UNREACHABLE);
      if (strstr (error->message, "proxy") == NULL || strstr (error->message, name) == NULL)
        g_error ("%u does not name the proxy %s: %s", statuses[i], name, error->message);
      request = bad_server_last (proxy, "CONNECT");
      g_assert_null (strstr (request, "uthorization"));
      g_assert_null (strstr (request, "password"));
      g_assert_cmpuint (bad_server_count (proxy, ""), ==, 1);
    }
}

static void
test_through (void)
{
  g_autoptr (BadServer) proxy = bad_server_new (BAD_PLAIN), server = bad_server_new (0);
  g_autoptr (ChtClient) client = make_client (proxy, bad_server_get_pin (server));
  g_autoptr (GError) error = NULL;

  bad_server_let_in (server);
  bad_server_tunnel (proxy, bad_server_get_port (server));
  g_assert_true (ask_sign_in (client, "secret", &error));
  g_assert_no_error (error);
  g_assert_cmpuint (bad_server_count (server, "POST"), ==, 2);
}

/* The pin is judged behind the proxy as it is without one. */
static void
test_through_wrong_pin (void)
{
  g_autoptr (BadServer) proxy = bad_server_new (BAD_PLAIN), server = bad_server_new (0);
  g_autoptr (ChtClient) client = make_client (proxy, bad_server_get_pin (proxy));
  g_autoptr (GError) error = NULL;

  bad_server_let_in (server);
  bad_server_tunnel (proxy, bad_server_get_port (server));
  g_assert_false (ask_sign_in (client, "secret", &error));
  ask_assert_words (error);
  g_assert_error (error, CHT_CONTROLLER_ERROR, CHT_CONTROLLER_ERROR_PIN);
  g_assert_cmpuint (bad_server_get_connections (server), ==, 1);
  g_assert_cmpuint (bad_server_get_bytes (server), ==, 0);
}

static void
test_silent (void)
{
  g_autoptr (BadServer) proxy = bad_server_new (BAD_PLAIN);
  g_autoptr (ChtClient) client = make_client (proxy, bad_server_get_pin (proxy));
  g_autoptr (GError) error = NULL;

  bad_server_hang (proxy, "CONNECT", NULL);
  g_assert_false (ask_sign_in (client, "secret", &error));
  ask_assert_words (error);
  g_assert_error (error, CHT_CONTROLLER_ERROR, CHT_CONTROLLER_ERROR_TIMEOUT);
  g_assert_nonnull (strstr (error->message, "proxy"));
}

static void
test_hangs_up (void)
{
  g_autoptr (BadServer) proxy = bad_server_new (BAD_PLAIN);
  g_autoptr (ChtClient) client = make_client (proxy, bad_server_get_pin (proxy));
  g_autoptr (GError) error = NULL;

  bad_server_cut (proxy, "CONNECT", NULL);
  g_assert_false (ask_sign_in (client, "secret", &error));
  ask_assert_words (error);
  g_assert_error (error, CHT_CONTROLLER_ERROR, CHT_CONTROLLER_ERROR_UNREACHABLE);
  g_assert_nonnull (strstr (error->message, "proxy"));
}

/* Nothing of loopback goes to a proxy, whatever the desktop says. */
static void
test_loopback (void)
{
  g_autoptr (BadServer) server = bad_server_new (0);
  g_autoptr (ChtClient) client = ask_client (server);
  g_autoptr (GError) error = NULL;

  bad_server_let_in (server);
  g_assert_true (ask_sign_in (client, "secret", &error));
  g_assert_no_error (error);
}

int
main (int argc, char **argv)
{
  cht_process_start (CHT_PROCESS_NONE);
  /* Nobody listens there: what goes that way fails. */
  g_setenv ("https_proxy", "http://127.0.0.1:9", TRUE);
  g_setenv ("http_proxy", "http://127.0.0.1:9", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/controller/proxy/refusals", test_refusals);
  g_test_add_func ("/controller/proxy/through", test_through);
  g_test_add_func ("/controller/proxy/through-wrong-pin", test_through_wrong_pin);
  g_test_add_func ("/controller/proxy/silent", test_silent);
  g_test_add_func ("/controller/proxy/hangs-up", test_hangs_up);
  g_test_add_func ("/controller/proxy/loopback", test_loopback);
  return g_test_run ();
}
