/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bad-server.h"

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MAX_REQUEST (4 * 1024 * 1024)

typedef enum { THEN_END, THEN_CUT, THEN_HANG, THEN_FLOOD } Then;

typedef struct {
  char *request, *bytes, *again;
  Then then;
  gboolean last;
} Rule;

struct _BadServer {
  BadServerFlags flags;
  GSocketService *service;
  guint16 port, tunnel;
  char *url, *pin, *pem;
  gnutls_certificate_credentials_t credentials;
  GMutex lock;
  GPtrArray *rules, *requests;
  gsize bytes, flooded;
  guint connections, running;
  int stop[2];  /* a pipe that is closed to end whatever hangs */
};

/* One end of a connection, with or without TLS. */
typedef struct {
  BadServer *server;
  int fd;
  gnutls_session_t tls;
} Wire;

static void
rule_free (Rule *self)
{
  g_free (self->request);
  g_free (self->bytes);
  g_free (self->again);
  g_free (self);
}

static Rule *
rule_new (const char *request, const char *bytes, const char *again, Then then)
{
  Rule *self = g_new0 (Rule, 1);

  self->request = g_strdup (request);
  self->bytes = g_strdup (bytes);
  self->again = g_strdup (again);
  self->then = then;
  return self;
}

/* FALSE when the server is to stop. */
static gboolean
wire_wait (Wire *self, short events)
{
  struct pollfd polled[] = { { self->fd, events, 0 }, { self->server->stop[0], POLLIN, 0 } };

  if (events == POLLIN && self->tls != NULL && gnutls_record_check_pending (self->tls) > 0)
    return TRUE;
  return poll (polled, 2, -1) > 0 && polled[1].revents == 0;
}

static gssize
wire_read (Wire *self, char *buffer, gsize size)
{
  gssize got;

  do
    {
      if (!wire_wait (self, POLLIN))
        return -1;
      got = self->tls != NULL ? gnutls_record_recv (self->tls, buffer, size) : recv (self->fd, buffer, size, 0);
    }
  while (self->tls != NULL && (got == GNUTLS_E_AGAIN || got == GNUTLS_E_INTERRUPTED));
  return got;
}

static gboolean
wire_write (Wire *self, const char *bytes, gsize size)
{
  while (size > 0)
    {
      gssize sent;
      if (!wire_wait (self, POLLOUT))
        return FALSE;
      sent = self->tls != NULL ? gnutls_record_send (self->tls, bytes, MIN (size, 16384))
                               : send (self->fd, bytes, size, MSG_NOSIGNAL);
      if (self->tls != NULL && (sent == GNUTLS_E_AGAIN || sent == GNUTLS_E_INTERRUPTED))
        continue;
      if (sent <= 0)
        return FALSE;
      bytes += sent;
      size -= sent;
    }
  return TRUE;
}

/* A request whole, or NULL. */
static char *
read_request (Wire *wire)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gsize wanted = G_MAXSIZE;
  char buffer[16384];

  while (text->len < wanted && text->len < MAX_REQUEST)
    {
      gssize got = wire_read (wire, buffer, sizeof buffer);
      const char *end, *length;
      if (got <= 0)
        return NULL;
      g_mutex_lock (&wire->server->lock);
      wire->server->bytes += got;
      g_mutex_unlock (&wire->server->lock);
      g_string_append_len (text, buffer, got);
      end = strstr (text->str, "\r\n\r\n");
      length = strstr (text->str, "Content-Length: ");
      if (end != NULL)
        wanted = end + 4 - text->str + (length != NULL && length < end ? g_ascii_strtoull (length + 16, NULL, 10) : 0);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* A copy of the rule whose turn it is; all but the last for a request are used once. */
static Rule *
find_rule (BadServer *self, const char *request)
{
  guint found = G_MAXUINT;
  Rule *rule;

  for (guint i = self->rules->len; i > 0; i--)
    {
      rule = g_ptr_array_index (self->rules, i - 1);
      if (g_str_has_prefix (request, rule->request))
        {
          if (found != G_MAXUINT
              && !g_str_equal (((Rule *) g_ptr_array_index (self->rules, found))->request, rule->request))
            continue;
          rule->last = found == G_MAXUINT;
          found = i - 1;
        }
    }
  if (found == G_MAXUINT)
    return NULL;
  rule = g_ptr_array_index (self->rules, found);
  if (!rule->last)
    return g_ptr_array_steal_index (self->rules, found);
  return rule_new (rule->request, rule->bytes, rule->again, rule->then);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Rule, rule_free)

static void
wait_for_end (Wire *wire)
{
  char buffer[256];

  while (wire_read (wire, buffer, sizeof buffer) > 0)
    continue;
}

static void
flood (Wire *wire, const char *again)
{
  gsize size = strlen (again), sent = 0;

  g_mutex_lock (&wire->server->lock);
  wire->server->flooded = G_MAXSIZE;
  g_mutex_unlock (&wire->server->lock);
  while (wire_write (wire, again, size))
    sent += size;
  g_mutex_lock (&wire->server->lock);
  wire->server->flooded = sent;
  g_mutex_unlock (&wire->server->lock);
}

/* TRUE where the TLS farewell belongs behind it. */
static gboolean
answer (Wire *wire, const char *request)
{
  BadServer *self = wire->server;
  g_autoptr (Rule) rule = NULL;

  g_mutex_lock (&self->lock);
  g_ptr_array_add (self->requests, g_strdup (request));
  rule = find_rule (self, request);
  g_mutex_unlock (&self->lock);
  if (rule == NULL)
    return wire_write (wire, "HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\n\r\nno rule\r\n", 53);
  if (rule->bytes != NULL && !wire_write (wire, rule->bytes, strlen (rule->bytes)))
    return FALSE;
  if (rule->then == THEN_HANG)
    wait_for_end (wire);
  else if (rule->then == THEN_FLOOD)
    flood (wire, rule->again);
  return rule->then == THEN_END;
}

static void
pass_through (Wire *wire)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) far = NULL;
  int other;
  char buffer[16384];

  g_socket_client_set_enable_proxy (client, FALSE);
  far = g_socket_client_connect_to_host (client, "127.0.0.1", wire->server->tunnel, NULL, NULL);
  if (far == NULL || !wire_write (wire, "HTTP/1.1 200 Through\r\n\r\n", 24))
    return;
  other = g_socket_get_fd (g_socket_connection_get_socket (far));
  for (;;)
    {
      struct pollfd polled[] = { { wire->fd, POLLIN, 0 }, { other, POLLIN, 0 }, { wire->server->stop[0], POLLIN, 0 } };
      int from;
      gssize got;
      if (poll (polled, 3, -1) <= 0 || polled[2].revents != 0)
        return;
      from = polled[0].revents != 0 ? wire->fd : other;
      got = recv (from, buffer, sizeof buffer, MSG_DONTWAIT);
      if (got < 0 && (errno == EAGAIN || errno == EINTR))
        continue;
      if (got <= 0 || send (from == other ? wire->fd : other, buffer, got, MSG_NOSIGNAL) != got)
        return;
    }
}

static gboolean
start_tls (Wire *wire)
{
  int code;

  g_assert_cmpint (gnutls_init (&wire->tls, GNUTLS_SERVER | GNUTLS_NO_SIGNAL), ==, 0);
  g_assert_cmpint (gnutls_priority_set_direct (
                       wire->tls,
                       (wire->server->flags & BAD_TLS_1_1) != 0 ? "NORMAL:-VERS-ALL:+VERS-TLS1.1:%COMPAT" : "NORMAL",
                       NULL),
                   ==, 0);
  g_assert_cmpint (gnutls_credentials_set (wire->tls, GNUTLS_CRD_CERTIFICATE, wire->server->credentials), ==, 0);
  gnutls_transport_set_int (wire->tls, wire->fd);
  do
    code = wire_wait (wire, POLLIN) ? gnutls_handshake (wire->tls) : GNUTLS_E_SESSION_EOF;
  while (code < 0 && !gnutls_error_is_fatal (code));
  return code == 0;
}

static gboolean
on_run_cb (GThreadedSocketService *service, GSocketConnection *connection, GObject *source, gpointer data)
{
  BadServer *self = data;
  Wire wire = { self, g_socket_get_fd (g_socket_connection_get_socket (connection)), NULL };
  gboolean polite = FALSE;

  g_mutex_lock (&self->lock);
  self->connections++;
  self->running++;
  g_mutex_unlock (&self->lock);
  g_socket_set_blocking (g_socket_connection_get_socket (connection), FALSE);
  if ((self->flags & BAD_MUTE) != 0)
    wait_for_end (&wire);
  else if ((self->flags & BAD_PLAIN) != 0 || start_tls (&wire))
    {
      g_autofree char *request = read_request (&wire);
      if (request != NULL && self->tunnel != 0)
        {
          g_mutex_lock (&self->lock);
          g_ptr_array_add (self->requests, g_strdup (request));
          g_mutex_unlock (&self->lock);
          pass_through (&wire);
        }
      else if (request != NULL)
        polite = answer (&wire, request);
    }
  if (wire.tls != NULL && polite)
    gnutls_bye (wire.tls, GNUTLS_SHUT_WR);
  if (wire.tls != NULL)
    gnutls_deinit (wire.tls);
  /* Whoever was answered in full goes by himself; a close with unread bytes would be a reset that eats the answer. */
  shutdown (wire.fd, SHUT_WR);
  wire.tls = NULL;
  if (polite)
    wait_for_end (&wire);
  g_mutex_lock (&self->lock);
  self->running--;
  g_mutex_unlock (&self->lock);
  return TRUE;
}

/* ---- The certificate ---- */

static char *
hash_spki (gnutls_x509_crt_t certificate)
{
  gnutls_pubkey_t key;
  gnutls_datum_t der = { NULL, 0 };
  char *hex;

  g_assert_cmpint (gnutls_pubkey_init (&key), ==, 0);
  g_assert_cmpint (gnutls_pubkey_import_x509 (key, certificate, 0), ==, 0);
  g_assert_cmpint (gnutls_pubkey_export2 (key, GNUTLS_X509_FMT_DER, &der), ==, 0);
  hex = g_compute_checksum_for_data (G_CHECKSUM_SHA256, der.data, der.size);
  gnutls_free (der.data);
  gnutls_pubkey_deinit (key);
  return hex;
}

static void
make_certificate (BadServer *self)
{
  gnutls_x509_privkey_t key;
  gnutls_x509_crt_t certificate;
  gnutls_datum_t pem = { NULL, 0 };
  time_t now = time (NULL);
  const guint8 serial[] = { 1, 2, 3, 4 }, loopback[] = { 127, 0, 0, 1 };
  const char *name = (self->flags & BAD_OTHER_NAME) != 0 ? "other.example" : "localhost";

  g_assert_cmpint (gnutls_x509_privkey_init (&key), ==, 0);
  g_assert_cmpint (
      gnutls_x509_privkey_generate (key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1), 0), ==,
      0);
  g_assert_cmpint (gnutls_x509_crt_init (&certificate), ==, 0);
  gnutls_x509_crt_set_version (certificate, 3);
  gnutls_x509_crt_set_serial (certificate, serial, sizeof serial);
  gnutls_x509_crt_set_dn (certificate, "CN=bad server", NULL);
  gnutls_x509_crt_set_issuer_dn (certificate, "CN=bad server", NULL);
  gnutls_x509_crt_set_activation_time (certificate, (self->flags & BAD_NOT_YET) != 0 ? now + 86400 : now - 10 * 86400);
  gnutls_x509_crt_set_expiration_time (certificate, (self->flags & BAD_EXPIRED) != 0 ? now - 86400 : now + 10 * 86400);
  gnutls_x509_crt_set_key (certificate, key);
  gnutls_x509_crt_set_subject_alt_name (certificate, GNUTLS_SAN_DNSNAME, name, strlen (name), GNUTLS_FSAN_SET);
  if ((self->flags & BAD_OTHER_NAME) == 0)
    {
      gnutls_x509_crt_set_subject_alt_name (certificate, GNUTLS_SAN_IPADDRESS, loopback, sizeof loopback,
                                            GNUTLS_FSAN_APPEND);
      gnutls_x509_crt_set_subject_alt_name (certificate, GNUTLS_SAN_DNSNAME, "controller.test", 15, GNUTLS_FSAN_APPEND);
    }
  g_assert_cmpint (gnutls_x509_crt_sign2 (certificate, certificate, key, GNUTLS_DIG_SHA256, 0), ==, 0);
  g_assert_cmpint (gnutls_certificate_allocate_credentials (&self->credentials), ==, 0);
  g_assert_cmpint (gnutls_certificate_set_x509_key (self->credentials, &certificate, 1, key), ==, 0);
  self->pin = hash_spki (certificate);
  g_assert_cmpint (gnutls_x509_crt_export2 (certificate, GNUTLS_X509_FMT_PEM, &pem), ==, 0);
  self->pem = g_strndup ((char *) pem.data, pem.size);
  gnutls_free (pem.data);
  gnutls_x509_crt_deinit (certificate);
  gnutls_x509_privkey_deinit (key);
}

/* ---- Towards the test ---- */

BadServer *
bad_server_new (BadServerFlags flags)
{
  BadServer *self = g_new0 (BadServer, 1);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) wanted = g_inet_socket_address_new (loopback, 0), got = NULL;

  self->flags = flags;
  g_mutex_init (&self->lock);
  self->rules = g_ptr_array_new_with_free_func ((GDestroyNotify) rule_free);
  self->requests = g_ptr_array_new_with_free_func (g_free);
  g_assert_cmpint (pipe (self->stop), ==, 0);
  make_certificate (self);
  self->service = g_threaded_socket_service_new (64);
  g_assert_true (g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), wanted, G_SOCKET_TYPE_STREAM,
                                                G_SOCKET_PROTOCOL_TCP, NULL, &got, NULL));
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (got));
  self->url = g_strdup_printf ("https://127.0.0.1:%u", self->port);
  g_signal_connect (self->service, "run", G_CALLBACK (on_run_cb), self);
  g_socket_service_start (self->service);
  return self;
}

void
bad_server_free (BadServer *self)
{
  guint running;

  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  close (self->stop[1]);
  do
    {
      g_main_context_iteration (NULL, FALSE);
      g_thread_yield ();
      g_mutex_lock (&self->lock);
      running = self->running;
      g_mutex_unlock (&self->lock);
    }
  while (running > 0);
  close (self->stop[0]);
  g_clear_object (&self->service);
  gnutls_certificate_free_credentials (self->credentials);
  g_ptr_array_unref (self->rules);
  g_ptr_array_unref (self->requests);
  g_mutex_clear (&self->lock);
  g_free (self->url);
  g_free (self->pin);
  g_free (self->pem);
  g_free (self);
}

guint16
bad_server_get_port (BadServer *self)
{
  return self->port;
}

const char *
bad_server_get_url (BadServer *self)
{
  return self->url;
}

const char *
bad_server_get_pin (BadServer *self)
{
  return self->pin;
}

const char *
bad_server_get_pem (BadServer *self)
{
  return self->pem;
}

static void
add_rule (BadServer *self, const char *request, const char *bytes, const char *again, Then then)
{
  Rule *rule = rule_new (request, bytes, again, then);

  g_mutex_lock (&self->lock);
  g_ptr_array_add (self->rules, rule);
  g_mutex_unlock (&self->lock);
}

void
bad_server_say (BadServer *self, const char *request, const char *bytes)
{
  add_rule (self, request, bytes, NULL, THEN_END);
}

void
bad_server_cut (BadServer *self, const char *request, const char *bytes)
{
  add_rule (self, request, bytes, NULL, THEN_CUT);
}

void
bad_server_hang (BadServer *self, const char *request, const char *bytes)
{
  add_rule (self, request, bytes, NULL, THEN_HANG);
}

void
bad_server_flood (BadServer *self, const char *request, const char *bytes, const char *again)
{
  add_rule (self, request, bytes, again, THEN_FLOOD);
}

void
bad_server_tunnel (BadServer *self, guint16 port)
{
  self->tunnel = port;
}

void
bad_server_json (BadServer *self, const char *request, guint status, const char *body)
{
  g_autofree char *bytes =
      g_strdup_printf ("HTTP/1.1 %u Said\r\nContent-Type: application/json\r\nContent-Length: %" G_GSIZE_FORMAT
                       "\r\nConnection: close\r\n\r\n%s",
                       status, strlen (body), body);
  bad_server_say (self, request, bytes);
}

void
bad_server_let_in (BadServer *self)
{
  bad_server_json (self, "POST /crosswork/sso/v1/tickets ", 201, "TGT-1-practice-ticket\n");
  bad_server_json (self, "POST /crosswork/sso/v1/tickets/TGT-1-practice-ticket ", 200,
                   "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.c2ln");
  bad_server_json (self, "DELETE /crosswork/sso/v1/tickets/TGT-1-practice-ticket ", 200, "");
}

guint
bad_server_count (BadServer *self, const char *request)
{
  guint count = 0;

  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->requests->len; i++)
    count += g_str_has_prefix (g_ptr_array_index (self->requests, i), request);
  g_mutex_unlock (&self->lock);
  return count;
}

char *
bad_server_last (BadServer *self, const char *request)
{
  char *last = NULL;

  g_mutex_lock (&self->lock);
  for (guint i = self->requests->len; i > 0 && last == NULL; i--)
    if (g_str_has_prefix (g_ptr_array_index (self->requests, i - 1), request))
      last = g_strdup (g_ptr_array_index (self->requests, i - 1));
  g_mutex_unlock (&self->lock);
  return last;
}

gsize
bad_server_get_bytes (BadServer *self)
{
  gsize bytes;

  g_mutex_lock (&self->lock);
  bytes = self->bytes;
  g_mutex_unlock (&self->lock);
  return bytes;
}

guint
bad_server_get_connections (BadServer *self)
{
  guint connections;

  g_mutex_lock (&self->lock);
  connections = self->connections;
  g_mutex_unlock (&self->lock);
  return connections;
}

gsize
bad_server_get_flooded (BadServer *self)
{
  gsize flooded;

  g_mutex_lock (&self->lock);
  flooded = self->flooded;
  g_mutex_unlock (&self->lock);
  return flooded;
}
