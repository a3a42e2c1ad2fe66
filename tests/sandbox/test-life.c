/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program itself: its start and end, its state folder, what it listens on, and what it lets nobody do. */
#include <glib/gstdio.h>
#include <gnutls/gnutls.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sandbox-box.h"

static guint
mode_of (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  GStatBuf about;

  g_assert_cmpint (g_stat (path, &about), ==, 0);
  return about.st_mode & 07777;
}

static void
test_state (Box *box, gconstpointer data)
{
  g_autofree char *facts = g_strdup (box->facts);
  g_autoptr (JsonObject) list = NULL, again = NULL;

  g_assert_cmpuint (mode_of (box->state, "."), ==, 0700);
  g_assert_cmpuint (mode_of (box->state, "practice-controller.db"), ==, 0600);
  g_assert_true (g_str_has_prefix (box->url, "https://127.0.0.1:"));
  g_assert_cmpstr (box->username, ==, "admin");
  g_assert_cmpuint (strlen (box->password), ==, 32);
  g_assert_cmpuint (strlen (box->pin), ==, 64);
  g_assert_cmpint (box_end (box), ==, 0);
  /* Another seed fills no folder that is filled. */
  box_start (box, "empty", "1");
  g_assert_cmpstr (facts, ==, box->facts);
  box_log_in (box);
  list = box_call (box, "GET", "platform/v2/cert/summary/list", NULL);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (list, "cert_summary")), ==, 5);
  box_kill (box);
  box_start (box, "demo", "1");
  g_assert_cmpstr (facts, ==, box->facts);
}

static void
test_empty (Box *box, gconstpointer data)
{
  g_autofree char *path = NULL, *password = g_strdup (box->password);
  g_autoptr (JsonObject) list = NULL, places = NULL, expiry = NULL, renewal = NULL;

  box_kill (box);
  path = g_build_filename (box->state, "practice-controller.db", NULL);
  g_assert_cmpint (g_unlink (path), ==, 0);
  box_start (box, "empty", "1");
  g_assert_cmpstr (password, !=, box->password);
  box_log_in (box);
  list = box_call (box, "GET", "platform/v2/cert/summary/list", NULL);
  places = box_call (box, "POST", "dg-manager/v1/destinations/query", "{}");
  expiry = box_call (box, "GET", "platform/v2/cert/renew/check-expiry", NULL);
  renewal = box_call (box, "PUT", "platform/v2/cert/renew", "{'force_all':true}");
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (list, "cert_summary")), ==, 0);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (places, "data")), ==, 0);
  g_assert_cmpstr (json_object_get_string_member (expiry, "remaining_days"), ==, "0");
  g_assert_cmpstr (json_object_get_string_member (json_object_get_object_member (renewal, "result"), "request_result"),
                   ==, "REJECTED");
}

/* A folder has one controller at a time, and a port too. */
static void
test_twice (Box *box, gconstpointer data)
{
  g_autofree char *err = NULL, *taken = NULL, *other = g_build_filename (box->folder, "other", NULL);
  const char *port = strrchr (box->url, ':') + 1;
  g_autofree char *file = g_build_filename (other, "practice-controller.db", NULL);

  g_assert_cmpint (box_run (box, &err, "--state", box->state, "--port", "0", NULL), ==, 3);
  g_assert_nonnull (strstr (err, "Another practice controller"));
  g_assert_cmpint (box_run (box, &taken, "--state", other, "--port", port, NULL), ==, 3);
  g_assert_nonnull (strstr (taken, port));
  g_unlink (file);
  g_rmdir (other);
}

static void
test_usage (Box *box, gconstpointer data)
{
  const char *state = box->state;
  g_autofree char *err = NULL, *link = g_build_filename (box->folder, "link", NULL);
  g_autofree char *inside = g_build_filename (link, "practice-controller.db", NULL);

  g_assert_cmpint (box_run (box, &err, "--port", "0", NULL), ==, 2);
  g_assert_nonnull (strstr (err, "--state"));
  g_assert_cmpint (box_run (box, NULL, "--state", state, "--port", "65536", NULL), ==, 2);
  g_assert_cmpint (box_run (box, NULL, "--state", state, "--port", "x", NULL), ==, 2);
  g_assert_cmpint (box_run (box, NULL, "--state", state, "--seed", "other", NULL), ==, 2);
  g_assert_cmpint (box_run (box, NULL, "--state", state, "--renewal-seconds", "-1", NULL), ==, 2);
  g_assert_cmpint (box_run (box, NULL, "--state", state, "--nonsense", NULL), ==, 2);
  g_assert_cmpint (box_run (box, NULL, "--state", state, "word", NULL), ==, 2);
  g_assert_cmpint (box_run (box, NULL, "--state", "/proc/none", "--port", "0", NULL), ==, 3);
  /* A link where the file should be is followed by nobody. */
  g_assert_cmpint (g_mkdir (link, 0700), ==, 0);
  g_assert_cmpint (symlink ("/dev/null", inside), ==, 0);
  g_assert_cmpint (box_run (box, NULL, "--state", link, "--port", "0", NULL), ==, 3);
  g_assert_cmpint (g_unlink (inside), ==, 0);
  g_assert_cmpint (g_rmdir (link), ==, 0);
}

static void
test_address (Box *box, gconstpointer data)
{
  g_autofree char *err = NULL, *other = g_build_filename (box->folder, "other", NULL);
  g_autofree char *file = g_build_filename (other, "practice-controller.db", NULL);

  /* Of the block for documentation (RFC 5737): no machine has it. */
  g_assert_cmpint (box_run (box, &err, "--state", other, "--port", "0", "--listen", "192.0.2.1", NULL), ==, 3);
  g_assert_nonnull (strstr (err, "192.0.2.1"));
  g_assert_cmpint (box_run (box, NULL, "--state", other, "--port", "0", "--listen", "localhost", NULL), ==, 3);
  g_unlink (file);
  g_rmdir (other);
}

typedef struct { GSocketConnection *plain; GIOStream *tls; } Wire;

static gboolean
on_accept_any_cb (GTlsConnection *connection, GTlsCertificate *certificate, GTlsCertificateFlags errors, gpointer data)
{
  return TRUE;
}

/* A connection by hand. */
static void
wire_open (Wire *wire, Box *box)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GError) error = NULL;

  wire->plain = g_socket_client_connect_to_uri (client, box->url, 443, NULL, &error);
  g_assert_no_error (error);
  wire->tls = g_tls_client_connection_new (G_IO_STREAM (wire->plain), NULL, &error);
  g_assert_no_error (error);
  g_signal_connect (wire->tls, "accept-certificate", G_CALLBACK (on_accept_any_cb), NULL);
}

static void
wire_close (Wire *wire)
{
  g_clear_object (&wire->tls);
  g_clear_object (&wire->plain);
}

/* Whether all of TEXT, COUNT times, went out before the other side hung up. */
static gboolean
wire_write (Wire *wire, const char *text, gsize size, guint count)
{
  for (guint i = 0; i < count; i++)
    if (!g_output_stream_write_all (g_io_stream_get_output_stream (wire->tls), text, size, NULL, NULL, NULL))
      return FALSE;
  return TRUE;
}

#define HEAD "POST /crosswork/platform/v2/cert/label HTTP/1.1\r\nHost: controller\r\n"

static void
test_too_large (Box *box, gconstpointer data)
{
  const char *told = HEAD "Content-Length: 99999999999\r\n\r\n", *untold = HEAD "Transfer-Encoding: chunked\r\n\r\n";
  g_autoptr (GString) chunk = g_string_new ("100000\r\n");
  g_autoptr (JsonObject) still = NULL;
  Wire wire = { NULL };
  char answer;

  for (guint i = 0; i < 0x100000; i++)
    g_string_append_c (chunk, 'x');
  g_string_append (chunk, "\r\n");
  wire_open (&wire, box);
  g_assert_true (wire_write (&wire, told, strlen (told), 1));
  g_assert_cmpint (g_input_stream_read (g_io_stream_get_input_stream (wire.tls), &answer, 1, NULL, NULL), <=, 0);
  wire_close (&wire);
  wire_open (&wire, box);
  g_assert_true (wire_write (&wire, untold, strlen (untold), 1));
  g_assert_false (wire_write (&wire, chunk->str, chunk->len, 200));
  wire_close (&wire);
  still = box_call (box, "GET", "platform/v2/cert/role", NULL);
}

/* Neither TLS 1.1 nor plain HTTP gets an answer; what is no HTTP inside TLS takes nothing down. */
static void
test_transport (Box *box, gconstpointer data)
{
  g_autoptr (JsonObject) still = NULL;
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) plain = g_socket_client_connect_to_uri (client, box->url, 443, NULL, NULL);
  g_autoptr (GSocketConnection) old = g_socket_client_connect_to_uri (client, box->url, 443, NULL, NULL);
  Wire wire = { NULL };
  gnutls_session_t session;
  guint8 answer[512];
  gssize size;

  g_assert_true (g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (plain)), HEAD "\r\n",
                                            strlen (HEAD) + 2, NULL,
                                            NULL, NULL));
  size = g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (plain)), answer, sizeof answer, NULL, NULL);
  g_assert_true (size <= 0 || memcmp (answer, "HTTP", MIN (size, 4)) != 0);
  g_assert_cmpint (gnutls_init (&session, GNUTLS_CLIENT), ==, 0);
  g_assert_cmpint (gnutls_priority_set_direct (session, "NORMAL:-VERS-ALL:+VERS-TLS1.1:%COMPAT", NULL), ==, 0);
  g_socket_set_blocking (g_socket_connection_get_socket (old), TRUE);
  gnutls_transport_set_int (session, g_socket_get_fd (g_socket_connection_get_socket (old)));
  gnutls_handshake_set_timeout (session, 10000);
  g_assert_cmpint (gnutls_handshake (session), <, 0);
  gnutls_deinit (session);
  wire_open (&wire, box);
  wire_write (&wire, "\0\1\2\3\r\n\r\n", 8, 1);
  wire_close (&wire);
  still = box_call (box, "GET", "platform/v2/cert/role", NULL);
}

/* The chain that the listener shows leads to the root of its web certificate, for its address and its name. */
static void
test_own_certificate (Box *box, gconstpointer data)
{
  g_autoptr (JsonObject) export = box_call (box, "POST", "platform/v2/cert/export/truststore",
                                            "{'cert_name':'Crosswork-Web-Cert'}");
  const char *pem = json_object_get_string_member (json_object_get_object_member (export, "trust_store"),
                                                   "trust_store_cert");
  g_autofree char *anchors = g_build_filename (box->state, "anchors.pem", NULL);
  g_autofree char *by_name = g_strconcat ("https://localhost:", strrchr (box->url, ':') + 1, "/", NULL);
  g_autofree char *by_address = g_strconcat (box->url, "/", NULL);
  g_autoptr (GTlsDatabase) database = NULL;
  g_autoptr (SoupSession) client = NULL;

  g_assert_true (g_file_set_contents (anchors, pem, -1, NULL));
  database = g_tls_file_database_new (anchors, NULL);
  client = soup_session_new_with_options ("tls-database", database, "timeout", 20, NULL);
  for (gsize i = 0; i < 2; i++)
    {
      g_autoptr (SoupMessage) message = soup_message_new ("GET", i == 0 ? by_name : by_address);
      g_autoptr (GBytes) answer = soup_session_send_and_read (client, message, NULL, NULL);

      /* No accept-certificate handler: what does not verify is not answered. */
      g_assert_nonnull (answer);
      g_assert_cmpuint (soup_message_get_status (message), ==, 404);
    }
}

#define ADD(path, function) g_test_add ("/sandbox/life/" path, Box, NULL, box_set_up, function, box_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("state", test_state);
  ADD ("empty", test_empty);
  ADD ("twice", test_twice);
  ADD ("usage", test_usage);
  ADD ("address", test_address);
  ADD ("too-large", test_too_large);
  ADD ("transport", test_transport);
  ADD ("own-certificate", test_own_certificate);
  return g_test_run ();
}
