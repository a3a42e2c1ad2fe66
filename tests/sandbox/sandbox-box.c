/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox-box.h"

#include <glib/gstdio.h>
#include <gnutls/x509.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>

static const char *
program (void)
{
  const char *path = g_getenv ("CHATELAINE_SANDBOX");

  g_assert_nonnull (path);
  return path;
}

/* The pin is the proof here: the controller's CA is its own. */
static gboolean
on_accept_certificate_cb (SoupMessage *message, GTlsCertificate *certificate, GTlsCertificateFlags errors,
                          gpointer data)
{
  Box *self = data;
  g_autoptr (GByteArray) der = NULL;
  gnutls_x509_crt_t parsed;
  gnutls_datum_t datum;
  guint8 id[32];
  size_t size = sizeof id;
  g_autoptr (GString) hex = g_string_new (NULL);

  g_assert_cmpint (errors, ==, G_TLS_CERTIFICATE_UNKNOWN_CA);
  g_object_get (certificate, "certificate", &der, NULL);
  datum = (gnutls_datum_t) { der->data, der->len };
  g_assert_cmpint (gnutls_x509_crt_init (&parsed), ==, 0);
  g_assert_cmpint (gnutls_x509_crt_import (parsed, &datum, GNUTLS_X509_FMT_DER), ==, 0);
  g_assert_cmpint (gnutls_x509_crt_get_key_id (parsed, GNUTLS_KEYID_USE_SHA256, id, &size), ==, 0);
  gnutls_x509_crt_deinit (parsed);
  for (size_t i = 0; i < size; i++)
    g_string_append_printf (hex, "%02x", id[i]);
  g_assert_cmpstr (hex->str, ==, self->pin);
  return TRUE;
}

static void
read_facts (Box *self)
{
  g_autoptr (GDataInputStream) lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  g_autoptr (JsonNode) node = NULL;
  JsonObject *facts;

  g_free (self->facts);
  self->facts = g_data_input_stream_read_line (lines, NULL, NULL, NULL);
  g_assert_nonnull (self->facts);
  node = json_from_string (self->facts, NULL);
  g_assert_nonnull (node);
  facts = json_node_get_object (node);
  g_free (self->url);
  g_free (self->pin);
  g_free (self->username);
  g_free (self->password);
  self->url = g_strdup (json_object_get_string_member (facts, "url"));
  self->pin = g_strdup (json_object_get_string_member (facts, "pin"));
  self->username = g_strdup (json_object_get_string_member (facts, "username"));
  self->password = g_strdup (json_object_get_string_member (facts, "password"));
  g_assert_cmpstr (json_object_get_string_member (facts, "state"), ==, self->state);
}

/* A test that fails leaves no controller behind. */
static void
die_with_parent (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

void
box_start (Box *self, const char *seed, const char *seconds)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autoptr (GError) error = NULL;

  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  self->process = g_subprocess_launcher_spawn (launcher, &error, program (), "--state", self->state, "--port", "0",
                                               "--seed", seed,
                                               "--renewal-seconds", seconds, "--print-url", NULL);
  g_assert_no_error (error);
  read_facts (self);
  g_clear_object (&self->client);
  self->client = soup_session_new_with_options ("timeout", 20, NULL);
}

void
box_kill (Box *self)
{
  g_subprocess_force_exit (self->process);
  g_assert_true (g_subprocess_wait (self->process, NULL, NULL));
  g_clear_object (&self->process);
}

int
box_end (Box *self)
{
  int status;

  g_subprocess_send_signal (self->process, SIGTERM);
  g_assert_true (g_subprocess_wait (self->process, NULL, NULL));
  status = g_subprocess_get_if_exited (self->process) ? g_subprocess_get_exit_status (self->process) : -1;
  g_clear_object (&self->process);
  return status;
}

int
box_run (Box *self, char **err, const char *first, ...)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  va_list more;

  g_ptr_array_add (argv, (gpointer) program ());
  va_start (more, first);
  for (const char *at = first; at != NULL; at = va_arg (more, const char *))
    g_ptr_array_add (argv, (gpointer) at);
  va_end (more);
  g_ptr_array_add (argv, NULL);
  process = g_subprocess_newv ((const char *const *) argv->pdata,
                               G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_PIPE, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_communicate_utf8 (process, NULL, NULL, NULL, &text, NULL));
  if (err != NULL)
    *err = g_steal_pointer (&text);
  return g_subprocess_get_if_exited (process) ? g_subprocess_get_exit_status (process) : -1;
}

void
box_set_up (Box *self, gconstpointer data)
{
  self->folder = g_dir_make_tmp ("chatelaine-sandbox-XXXXXX", NULL);
  g_assert_nonnull (self->folder);
  self->state = g_build_filename (self->folder, "state", NULL);
  box_start (self, "demo", "0.5");
  box_log_in (self);
}

void
box_tear_down (Box *self, gconstpointer data)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;

  /* It ends by itself and cleanly: under a sanitizer, a leak in it is an exit code. */
  if (self->process != NULL)
    g_assert_cmpint (box_end (self), ==, 0);
  g_clear_object (&self->client);
  dir = g_dir_open (self->state, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (self->state, name, NULL);

      g_assert_cmpint (g_unlink (path), ==, 0);
    }
  g_rmdir (self->state);
  g_assert_cmpint (g_rmdir (self->folder), ==, 0);
  for (gsize i = 0; i < 9; i++)
    g_free ((char *[]) { self->folder, self->state, self->url, self->pin, self->username, self->password, self->ticket,
                         self->token, self->facts }[i]);
}

guint
box_send (Box *self, const char *method, const char *path, const char *type, const char *body, const char *header,
          char **text)
{
  g_autofree char *url = g_strconcat (self->url, path, NULL);
  g_autoptr (SoupMessage) message = soup_message_new (method, url);
  g_autoptr (GBytes) bytes = body != NULL ? g_bytes_new_static (body, strlen (body)) : NULL, answer = NULL;
  gsize size;

  g_assert_nonnull (message);
  g_signal_connect (message, "accept-certificate", G_CALLBACK (on_accept_certificate_cb), self);
  if (bytes != NULL)
    soup_message_set_request_body_from_bytes (message, type, bytes);
  if (header != NULL)
    soup_message_headers_replace (soup_message_get_request_headers (message), "Authorization", header);
  answer = soup_session_send_and_read (self->client, message, NULL, NULL);
  if (text != NULL && answer != NULL)
    {
      const char *data = g_bytes_get_data (answer, &size);

      *text = g_strndup (data != NULL ? data : "", size);
    }
  return answer != NULL ? soup_message_get_status (message) : 0;
}

guint
box_send_form (Box *self, const char *path, char **text, const char *first, ...)
{
  g_autoptr (GHashTable) form = g_hash_table_new (g_str_hash, g_str_equal);
  g_autofree char *body = NULL;
  va_list more;

  va_start (more, first);
  for (const char *name = first; name != NULL; name = va_arg (more, const char *))
    g_hash_table_insert (form, (gpointer) name, va_arg (more, char *));
  va_end (more);
  body = soup_form_encode_hash (form);
  return box_send (self, "POST", path, SOUP_FORM_MIME_TYPE_URLENCODED, body, NULL, text);
}

void
box_log_in (Box *self)
{
  g_autofree char *path = NULL, *service = g_strconcat (self->url, "/app-dashboard", NULL);

  g_clear_pointer (&self->ticket, g_free);
  g_clear_pointer (&self->token, g_free);
  g_assert_cmpuint (box_send_form (self, "/crosswork/sso/v1/tickets", &self->ticket, "username", self->username,
                                   "password",
                                   self->password, NULL), ==, 201);
  path = g_strconcat ("/crosswork/sso/v1/tickets/", self->ticket, NULL);
  g_assert_cmpuint (box_send_form (self, path, &self->token, "service", service, NULL), ==, 200);
}

static JsonObject *
call_text (Box *self, const char *method, const char *path, const char *body)
{
  g_autofree char *bearer = g_strconcat ("Bearer ", self->token, NULL);
  g_autofree char *whole = g_strconcat ("/crosswork/", path, NULL), *text = NULL;
  g_autoptr (JsonNode) node = NULL;

  g_assert_cmpuint (box_send (self, method, whole, "application/json", body, bearer, &text), ==, 200);
  node = json_from_string (text, NULL);
  g_assert_nonnull (node);
  g_assert_true (JSON_NODE_HOLDS_OBJECT (node));
  return json_node_dup_object (node);
}

JsonObject *
box_call (Box *self, const char *method, const char *path, const char *body)
{
  g_autofree char *text = body != NULL ? g_strdelimit (g_strdup (body), "'", '"') : NULL;

  return call_text (self, method, path, text);
}

JsonObject *
box_call_object (Box *self, const char *method, const char *path, JsonObject *body)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autofree char *text = NULL;

  json_node_set_object (node, body);
  text = json_to_string (node, FALSE);
  return call_text (self, method, path, text);
}

static void
walk (JsonNode *node, const char *path, GPtrArray *found)
{
  if (JSON_NODE_HOLDS_OBJECT (node))
    {
      JsonObjectIter iter;
      const char *name;
      JsonNode *member;

      json_object_iter_init (&iter, json_node_get_object (node));
      while (json_object_iter_next (&iter, &name, &member))
        {
          g_autofree char *deeper = path[0] != '\0' ? g_strconcat (path, ".", name, NULL) : g_strdup (name);

          walk (member, deeper, found);
        }
    }
  else if (JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *array = json_node_get_array (node);
      g_autofree char *deeper = g_strconcat (path, "[]", NULL);

      for (guint i = 0; i < json_array_get_length (array); i++)
        walk (json_array_get_element (array, i), deeper, found);
    }
  else
    {
      GType type = json_node_get_value_type (node);

      g_assert_true (JSON_NODE_HOLDS_VALUE (node));
      g_ptr_array_add (found, g_strconcat (path, type == G_TYPE_STRING ? " s" : type == G_TYPE_BOOLEAN ? " b" : " n",
                                           NULL));
    }
}

void
assert_shape (JsonObject *object, const char *shape)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) lines = g_strsplit (shape, "\n", -1);

  json_node_set_object (node, object);
  walk (node, "", found);
  for (guint i = 0; i < found->len; i++)
    {
      const char *wanted = g_ptr_array_index (found, i);
      g_autofree char *needed = g_strconcat (wanted, " !", NULL);

      if (!g_strv_contains ((const char *const *) lines, wanted)
          && !g_strv_contains ((const char *const *) lines, needed))
        g_error ("the shape has no “%s”", wanted);
    }
  for (gsize i = 0; lines[i] != NULL; i++)
    if (g_str_has_suffix (lines[i], " !"))
      {
        lines[i][strlen (lines[i]) - 2] = '\0';
        if (!g_ptr_array_find_with_equal_func (found, lines[i], g_str_equal, NULL))
          g_error ("“%s” is missing", lines[i]);
      }
}
