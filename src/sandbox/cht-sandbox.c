/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-sandbox.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "cht-sandbox-dispatch.h"
#include "cht-sandbox-issue.h"
#include "cht-sandbox-renewal.h"
#include "cht-sandbox-seed.h"

#define RESTART_MS 1000     /* between a changed web certificate and the restart of the server */
#define IDLE_SECONDS 300  /* a connection that says nothing for so long is closed */

struct _ChtSandbox {
  GObject parent_instance;

  ChtSandboxStore *store;
  ChtSandboxSessions *sessions;
  ChtSandboxRenewal *renewal;
  SoupServer *server;
  char *state, *address, *url, *pin;
  guint port, restart;
};

G_DEFINE_FINAL_TYPE (ChtSandbox, cht_sandbox, G_TYPE_OBJECT)

static void
cht_sandbox_finalize (GObject *object)
{
  ChtSandbox *self = CHT_SANDBOX (object);

  g_clear_handle_id (&self->restart, g_source_remove);
  if (self->server != NULL)
    soup_server_disconnect (self->server);
  g_clear_object (&self->server);
  g_clear_pointer (&self->renewal, cht_sandbox_renewal_free);
  g_clear_pointer (&self->sessions, cht_sandbox_sessions_free);
  g_clear_pointer (&self->store, cht_sandbox_store_close);
  g_free (self->state);
  g_free (self->address);
  g_free (self->url);
  g_free (self->pin);
  G_OBJECT_CLASS (cht_sandbox_parent_class)->finalize (object);
}

static void
cht_sandbox_class_init (ChtSandboxClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cht_sandbox_finalize;
}

static void
cht_sandbox_init (ChtSandbox *self)
{
}

static void
on_request_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer data)
{
  ChtSandbox *self = data;
  ChtSandboxCall call = { .sandbox = self, .store = self->store, .sessions = self->sessions, .tail = "" };

  cht_sandbox_dispatch (&call, message, path);
}

static void
on_headers_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer data)
{
  cht_sandbox_bound (message);
}

static void
on_request_started_cb (SoupServer *server, SoupServerMessage *message, gpointer data)
{
  GSocket *socket = soup_server_message_get_socket (message);

  if (socket != NULL)
    g_socket_set_timeout (socket, IDLE_SECONDS);
}

static GTlsCertificate *
load_listener (ChtSandbox *self, GError **error)
{
  g_autofree char *leaf = cht_sandbox_store_get_fact (self->store, CHT_SANDBOX_FACT_LISTENER);
  g_autofree char *ca = cht_sandbox_store_get_fact (self->store, CHT_SANDBOX_FACT_WEB_CA);
  g_autofree char *key = cht_sandbox_store_get_fact (self->store, CHT_SANDBOX_FACT_LISTENER_KEY);
  g_autofree char *all = g_strconcat (leaf, ca, key, NULL);
  GTlsCertificate *certificate = g_tls_certificate_new_from_pem (all, -1, NULL);

  memset (key, 0, strlen (key));
  memset (all, 0, strlen (all));
  if (certificate == NULL)
    g_set_error (error, CHT_SANDBOX_ERROR, CHT_SANDBOX_ERROR_STATE,
                 _("The practice controller's own certificate cannot be read. Start it with a new state folder."));
  return certificate;
}

static gboolean
listen_on (ChtSandbox *self, guint port, GError **error)
{
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string (self->address, port);

  if (address == NULL)
    {
      g_set_error (error, CHT_SANDBOX_ERROR, CHT_SANDBOX_ERROR_LISTEN,
                   _("“%s” is no IP address. Give one of this machine, such as 127.0.0.1."), self->address);
      return FALSE;
    }
  if (soup_server_listen (self->server, address, SOUP_SERVER_LISTEN_HTTPS, NULL))
    return TRUE;
  g_set_error (error, CHT_SANDBOX_ERROR, CHT_SANDBOX_ERROR_LISTEN,
               _("Nothing can listen on port %u of %s: another program has it, or it takes more rights. Choose another "
                 "port, or 0 for a free one."), port, self->address);
  return FALSE;
}

static gboolean
listen_anywhere (ChtSandbox *self, guint port, GError **error)
{
  g_autofree char *before = cht_sandbox_store_get_fact (self->store, CHT_SANDBOX_FACT_PORT);
  g_autofree char *now = NULL;
  guint64 wanted = 0;
  GSList *uris;

  if (port == 0 && before != NULL && !g_ascii_string_to_unsigned (before, 10, 1, G_MAXUINT16, &wanted, NULL))
    wanted = 0;
  if (!(wanted != 0 && listen_on (self, (guint) wanted, NULL)) && !listen_on (self, port, error))
    return FALSE;
  uris = soup_server_get_uris (self->server);
  self->port = g_uri_get_port (uris->data);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  now = g_strdup_printf ("%u", self->port);
  return g_strcmp0 (now, before) == 0 || cht_sandbox_store_set_fact (self->store, CHT_SANDBOX_FACT_PORT, now, error);
}

/* The address that a person can open: a wildcard is none. */
static char *
make_url (ChtSandbox *self)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (self->address);
  gboolean any = g_inet_address_get_is_any (address);

  if (g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6)
    return g_strdup_printf ("https://[%s]:%u", any ? "::1" : self->address, self->port);
  return g_strdup_printf ("https://%s:%u", any ? "127.0.0.1" : self->address, self->port);
}

static gboolean
start_server (ChtSandbox *self, guint port, GError **error)
{
  g_autoptr (GTlsCertificate) certificate = load_listener (self, error);

  if (certificate == NULL)
    return FALSE;
  self->server = soup_server_new ("tls-certificate", certificate, NULL);
  soup_server_add_early_handler (self->server, NULL, on_headers_cb, self, NULL);
  soup_server_add_handler (self->server, NULL, on_request_cb, self, NULL);
  g_signal_connect (self->server, "request-started", G_CALLBACK (on_request_started_cb), self);
  if (!listen_anywhere (self, port, error))
    return FALSE;
  g_free (self->url);
  self->url = make_url (self);
  return TRUE;
}

static gboolean
on_restart_due_cb (gpointer data)
{
  ChtSandbox *self = data;
  g_autoptr (GError) error = NULL;

  cht_sandbox_sessions_end_all (self->sessions);
  if (self->server != NULL)
    soup_server_disconnect (self->server);
  g_clear_object (&self->server);
  if (start_server (self, self->port, &error))
    {
      self->restart = 0;
      return G_SOURCE_REMOVE;
    }
  /* Somebody took the port in between: it is tried again until it is free. */
  g_debug ("sandbox: %s", error->message);
  return G_SOURCE_CONTINUE;
}

void
cht_sandbox_restart (ChtSandbox *self)
{
  if (self->restart == 0)
    self->restart = g_timeout_add (RESTART_MS, on_restart_due_cb, self);
}

ChtSandbox *
cht_sandbox_new (const ChtSandboxOptions *options, GError **error)
{
  g_autoptr (ChtSandbox) self = g_object_new (CHT_TYPE_SANDBOX, NULL);
  g_autofree char *token_key = NULL, *listener_key = NULL;
  g_autoptr (GBytes) key = NULL;

  self->state = g_canonicalize_filename (options->state, NULL);
  self->address = g_strdup (options->address != NULL ? options->address : "127.0.0.1");
  self->store = cht_sandbox_store_open (self->state, error);
  if (self->store == NULL || !cht_sandbox_seed (self->store, options->demo, error)
      || !cht_sandbox_ensure_listener (self->store, self->address, error))
    return NULL;
  token_key = cht_sandbox_store_get_fact (self->store, CHT_SANDBOX_FACT_TOKEN_KEY);
  listener_key = cht_sandbox_store_get_fact (self->store, CHT_SANDBOX_FACT_LISTENER_KEY);
  key = g_bytes_new (listener_key, strlen (listener_key));
  self->sessions = cht_sandbox_sessions_new (token_key);
  self->pin = cht_sandbox_get_pin (key, error);
  if (self->pin == NULL || !start_server (self, options->port, error))
    return NULL;
  self->renewal = cht_sandbox_renewal_new (self->store, options->renewal_seconds);
  return g_steal_pointer (&self);
}

char *
cht_sandbox_get_facts (ChtSandbox *self)
{
  g_autofree char *password = cht_sandbox_store_get_fact (self->store, CHT_SANDBOX_FACT_PASSWORD);
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *facts = json_object_new ();

  json_object_set_string_member (facts, "url", self->url);
  json_object_set_string_member (facts, "pin", self->pin);
  json_object_set_string_member (facts, "username", CHT_SANDBOX_USER);
  json_object_set_string_member (facts, "password", password);
  json_object_set_string_member (facts, "state", self->state);
  json_node_take_object (node, facts);
  return json_to_string (node, FALSE);
}

const char *
cht_sandbox_get_url (ChtSandbox *self)
{
  return self->url;
}

ChtSandboxRenewal *
cht_sandbox_get_renewal (ChtSandbox *self)
{
  return self->renewal;
}

gboolean
cht_sandbox_is_own_service (ChtSandbox *self, const char *service)
{
  g_autoptr (GUri) uri = g_uri_parse (service, G_URI_FLAGS_NONE, NULL);
  g_autoptr (GUri) own = g_uri_parse (self->url, G_URI_FLAGS_NONE, NULL);
  const char *names[] = { "127.0.0.1", "localhost", "::1", self->address, g_uri_get_host (own), NULL };

  return uri != NULL && g_str_equal (g_uri_get_scheme (uri), "https") && g_uri_get_userinfo (uri) == NULL
         && g_uri_get_host (uri) != NULL && g_strv_contains (names, g_uri_get_host (uri))
         && g_uri_get_port (uri) == (int) self->port && g_str_equal (g_uri_get_path (uri), "/app-dashboard");
}
