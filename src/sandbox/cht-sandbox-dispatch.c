/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-sandbox-dispatch.h"

#include <string.h>
#include <sys/socket.h>

#include "cht-json-scan.h"

static const ChtSandboxRoute *const families[] = {
  cht_sandbox_session_routes, cht_sandbox_certificates_routes, cht_sandbox_update_routes, cht_sandbox_renewal_routes,
  cht_sandbox_destinations_routes, cht_sandbox_alarms_routes, cht_sandbox_platform_routes,
};

/* Length of "/crosswork/SERVICE/", 0 where PATH has no such beginning. */
static gsize
service_length (const char *path)
{
  const char *service = g_str_has_prefix (path, "/crosswork/") ? path + strlen ("/crosswork/") : NULL;
  const char *end = service != NULL ? strchr (service, '/') : NULL;

  return end != NULL && end > service ? (gsize) (end + 1 - path) : 0;
}

/* The route, or NULL; ROUTED: its service is one that this controller has. */
static const ChtSandboxRoute *
find_route (const char *method, const char *path, const char **tail, gboolean *routed)
{
  gsize length = service_length (path);

  *routed = FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (families) && length > 0; i++)
    for (const ChtSandboxRoute *route = families[i]; route->path != NULL; route++)
      {
        gsize size = strlen (route->path);
        gboolean with_tail = route->path[size - 1] == '/';

        *routed |= service_length (route->path) == length && strncmp (route->path, path, length) == 0;
        if (!g_str_equal (route->method, method) || strncmp (route->path, path, size) != 0)
          continue;
        if (with_tail ? path[size] != '\0' && strchr (path + size, '/') == NULL : path[size] == '\0')
          {
            *tail = path + size;
            return route;
          }
      }
  return NULL;
}

/* FALSE where the call is answered: it may not go on. */
static gboolean
judge_bearer (ChtSandboxCall *call, SoupServerMessage *message, guint status)
{
  const char *header =
      soup_message_headers_get_one (soup_server_message_get_request_headers (message), "Authorization");

  if (header == NULL)
    cht_sandbox_call_answer_error (call, status, "Missing Authorization header");
  else if (g_ascii_strncasecmp (header, "Bearer ", strlen ("Bearer ")) != 0)
    cht_sandbox_call_answer_error (call, status, "Unauthorized request");
  else
    switch (cht_sandbox_sessions_check (call->sessions, header + strlen ("Bearer "),
                                        g_get_monotonic_time () / G_USEC_PER_SEC, &call->user))
      {
      case CHT_SANDBOX_TOKEN_GOOD:
        return TRUE;
      case CHT_SANDBOX_TOKEN_BROKEN:
        cht_sandbox_call_answer_error (call, status == 403 ? 500 : status, "Middleware error");
        break;
      case CHT_SANDBOX_TOKEN_ENDED:
        cht_sandbox_call_answer_error (call, status, "Your session has ended. Log into the system again to continue.");
        break;
      }
  return FALSE;
}

static gboolean
read_json (ChtSandboxCall *call, GBytes *bytes)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  gsize size;
  const char *text = g_bytes_get_data (bytes, &size);
  JsonNode *root;

  if (text == NULL || !cht_json_scan (text, size, NULL) || !json_parser_load_from_data (parser, text, size, NULL))
    return FALSE;
  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return FALSE;
  call->body = json_node_dup_object (root);
  return TRUE;
}

static gboolean
read_form (ChtSandboxCall *call, GBytes *bytes)
{
  gsize size;
  const char *text = g_bytes_get_data (bytes, &size);
  g_autofree char *copy = NULL;

  if (text == NULL || size > 16 * 1024 || memchr (text, '\0', size) != NULL)
    return FALSE;
  copy = g_strndup (text, size);
  call->form = soup_form_decode (copy);
  memset (copy, 0, size);
  return call->form != NULL;
}

static void
handle (ChtSandboxCall *call, const ChtSandboxRoute *route, SoupServerMessage *message)
{
  g_autoptr (GBytes) bytes = soup_message_body_flatten (soup_server_message_get_request_body (message));

  if (route->body == CHT_SANDBOX_ROUTE_JSON && !read_json (call, bytes))
    cht_sandbox_call_answer_error (call, 500, "NATS request failed");
  else if (route->body == CHT_SANDBOX_ROUTE_FORM && !read_form (call, bytes))
    cht_sandbox_call_answer_error (call, 400, "Bad request");
  else
    route->handle (call);
  if (call->malformed)
    {
      g_clear_pointer (&call->text, g_free);
      call->status = 0;
      cht_sandbox_call_answer_error (call, 500, "NATS request failed");
    }
}

void
cht_sandbox_dispatch (ChtSandboxCall *call, SoupServerMessage *message, const char *path)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  const char *text;
  gboolean routed;
  const ChtSandboxRoute *route = find_route (soup_server_message_get_method (message), path, &call->tail, &routed);

  if (!routed)
    cht_sandbox_call_answer_text (call, 404, "404 page not found\n");
  else if (route == NULL)
    {
      if (judge_bearer (call, message, 403))
        cht_sandbox_call_answer_error (call, 403, "Unauthorized request");
    }
  else if (route->right == CHT_SANDBOX_ROUTE_PUBLIC
           || judge_bearer (call, message, route->right == CHT_SANDBOX_ROUTE_BEARER ? 403 : 400))
    handle (call, route, message);
  soup_server_message_set_status (message, call->status != 0 ? call->status : 500, NULL);
  soup_message_headers_replace (headers, "Cache-Control", "no-store");
  text = call->text != NULL ? call->text : "";
  if (call->location != NULL)
    soup_message_headers_replace (headers, "Location", call->location);
  if (call->status != 204)
    soup_server_message_set_response (message, call->content_type != NULL ? call->content_type : "text/plain",
                                      SOUP_MEMORY_COPY,
                                      text, strlen (text));
  cht_sandbox_call_clear (call);
}

/* libsoup reads a body to its end before anything is answered: what is too large ends with its connection, and at once,
 * since a client that is still sending would wait for a window that nobody opens. */
static void
hang_up (SoupServerMessage *message)
{
  GSocket *connection = soup_server_message_get_socket (message);
  const struct linger at_once = { .l_onoff = 1, .l_linger = 0 };

  soup_server_message_set_status (message, SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE, NULL);
  if (connection == NULL)
    return;
  setsockopt (g_socket_get_fd (connection), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  g_socket_shutdown (connection, TRUE, TRUE, NULL);
}

static void
on_got_chunk_cb (SoupServerMessage *message, GBytes *chunk, gpointer data)
{
  SoupMessageBody *body = soup_server_message_get_request_body (message);

  if (body->length <= CHT_SANDBOX_MAX_BODY)
    return;
  soup_message_body_set_accumulate (body, FALSE);
  soup_message_body_truncate (body);
  hang_up (message);
}

void
cht_sandbox_bound (SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);

  if (soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH
      && soup_message_headers_get_content_length (headers) > CHT_SANDBOX_MAX_BODY)
    hang_up (message);
  g_signal_connect (message, "got-chunk", G_CALLBACK (on_got_chunk_cb), NULL);
}
