/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ask.h"

#include <string.h>

#define LONGEST_SECONDS 30

static gboolean
on_too_late_cb (gpointer data)
{
  g_error ("nothing came in %d s", LONGEST_SECONDS);
  return G_SOURCE_REMOVE;
}

void
ask_done (GObject *source, GAsyncResult *result, gpointer data)
{
  GAsyncResult **slot = data;

  g_assert_null (*slot);
  *slot = g_object_ref (result);
}

GAsyncResult *
ask_wait (GAsyncResult **result)
{
  guint timer = g_timeout_add_seconds (LONGEST_SECONDS, on_too_late_cb, NULL);

  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timer);
  return *result;
}

static gboolean
on_look_again_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

void
ask_until (gboolean (*check) (gpointer), gpointer data)
{
  guint timer = g_timeout_add_seconds (LONGEST_SECONDS, on_too_late_cb, NULL),
        again = g_timeout_add (5, on_look_again_cb, NULL);

  while (!check (data))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timer);
  g_source_remove (again);
}

void
ask_limits (ChtClient *client, guint total)
{
  cht_transport_set_limits (cht_client_get_transport (client), &(ChtTransportLimits) { 3000, 3000, total, 20, 100 });
}

ChtClient *
ask_client (BadServer *server)
{
  g_autoptr (GError) error = NULL;
  ChtClient *client = cht_client_new (bad_server_get_url (server), bad_server_get_pin (server), "admin", &error);

  g_assert_no_error (error);
  ask_limits (client, 5000);
  return client;
}

gboolean
ask_sign_in (ChtClient *client, const char *password, GError **error)
{
  g_autoptr (ChtSecret) secret = cht_secret_new_text (password);
  g_autoptr (GAsyncResult) result = NULL;

  cht_client_sign_in_async (client, secret, NULL, ask_done, &result);
  return cht_client_sign_in_finish (client, ask_wait (&result), error);
}

gboolean
ask_sign_out (ChtClient *client, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  cht_client_sign_out_async (client, NULL, ask_done, &result);
  return cht_client_sign_out_finish (client, ask_wait (&result), error);
}

static gpointer
decode_text (ChtAnswer *answer, GError **error)
{
  g_autoptr (JsonNode) root = cht_answer_parse (answer, error);

  return root != NULL ? json_to_string (root, FALSE) : NULL;
}

char *
ask_get (ChtClient *client, const char *path, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  cht_client_call_async (client, &(ChtCall){ "GET", path, .decode = decode_text, .free_result = g_free }, ask_get,
                         NULL, ask_done, &result);
  return cht_client_call_finish (client, ask_wait (&result), ask_get, error);
}

char *
ask_write (ChtClient *client, const char *method, const char *path, GCancellable *cancellable, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GBytes) body = cht_call_body (NULL, NULL);

  cht_client_call_async (
      client, &(ChtCall){ method, path, body, .writes = TRUE, .decode = decode_text, .free_result = g_free },
      ask_write, cancellable, ask_done, &result);
  return cht_client_call_finish (client, ask_wait (&result), ask_write, error);
}

void
ask_assert_words (const GError *error)
{
  static const char *const raw[] = { "GLib", "gnutls", "GnuTLS",     "libsoup", "(null)",
                                     "g_",   "JSON_",  "Socket I/O", "error:" };

  g_assert_nonnull (error);
  g_assert_true (error->domain == CHT_CONTROLLER_ERROR);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_assert_cmpuint (strlen (error->message), >, 20);
  for (gsize i = 0; i < G_N_ELEMENTS (raw); i++)
    g_assert_null (strstr (error->message, raw[i]));
}
