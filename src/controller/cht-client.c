/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The session. Ticket (201), token (200), then a bearer header; the ticket is deleted at the end, since sessions that
 * nobody closes fill the controller's cap. A refused password is forgotten at once: the controller blocks a user for
 * each further try.
 */
#include "cht-client-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "cht-clock.h"
#include "cht-fault.h"

#define TICKETS "/crosswork/sso/v1/tickets"
#define FORM "application/x-www-form-urlencoded"
#define SIGN_OUT_USEC (10 * G_USEC_PER_SEC)

struct _ChtClient {
  GObject parent_instance;
  ChtTransport *transport;
  char *username;
  ChtSecret *password, *ticket, *token;
  guint generation;
  gint64 skew;
  GCancellable *login;   /* of the sign-in under way */
  GPtrArray *waiting;    /* of GTask, for that sign-in to end; NULL: nobody renews */
};

G_DEFINE_FINAL_TYPE (ChtClient, cht_client, G_TYPE_OBJECT)

typedef struct {
  ChtSecret *password;
  gint64 deadline;
  GCancellable *stop, *caller;
  gulong handler;
} Login;

static void
login_free (Login *self)
{
  g_cancellable_disconnect (self->caller, self->handler);
  g_clear_object (&self->caller);
  g_clear_object (&self->stop);
  g_clear_pointer (&self->password, cht_secret_unref);
  g_free (self);
}

static void
forget (ChtClient *self)
{
  g_clear_pointer (&self->password, cht_secret_unref);
  g_clear_pointer (&self->ticket, cht_secret_unref);
  g_clear_pointer (&self->token, cht_secret_unref);
}

static char *
make_ticket_path (ChtSecret *ticket)
{
  char *escaped = g_uri_escape_string (cht_secret_get_text (ticket), NULL, FALSE);
  char *path = g_strconcat (TICKETS "/", escaped, NULL);

  cht_wipe_free (escaped);
  return path;
}

static void
ask_token (ChtClient *self, ChtSecret *ticket, gint64 deadline, GCancellable *c, GAsyncReadyCallback cb, gpointer data)
{
  char *path = make_ticket_path (ticket);
  g_autofree char *service = g_strconcat (cht_client_get_url (self), "/app-dashboard", NULL);
  ChtBody *form = cht_body_new ();
  g_autoptr (GBytes) body = NULL;

  cht_body_append_form (form, "service", service, strlen (service));
  body = cht_body_free_to_bytes (form);
  cht_transport_send_async (self->transport, &(ChtRequest) { "POST", path, FORM, body, .deadline = deadline }, c, cb,
                            data);
  cht_wipe_free (path);
}

/* A sign-out or another sign-in since then stopped this one: what it brings is no longer wanted. */
static gboolean
login_is_stale (ChtClient *self, Login *login, GError **error)
{
  if (login->stop == self->login)
    return FALSE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _("The sign-in was cancelled."));
  return TRUE;
}

static void
on_token_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  ChtClient *self = g_task_get_source_object (task);
  Login *login = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (ChtAnswer) answer = cht_transport_send_finish (CHT_TRANSPORT (source), result, &error);
  g_autoptr (ChtSecret) token = NULL;

  if (answer != NULL && !login_is_stale (self, login, &error))
    {
      cht_client_note_answer (self, answer);
      if (cht_answer_check (answer, FALSE, &error))
        token = cht_answer_read_token (answer, &error);
    }
  if (token == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  self->generation++;
  self->token = g_steal_pointer (&token);
  g_clear_pointer (&self->password, cht_secret_unref);
  self->password = cht_secret_ref (login->password);
  g_clear_object (&self->login);
  g_task_return_boolean (task, TRUE);
}

static void
on_ticket_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  ChtClient *self = g_task_get_source_object (task);
  Login *login = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (ChtAnswer) answer = cht_transport_send_finish (CHT_TRANSPORT (source), result, &error);
  g_autoptr (ChtSecret) ticket = NULL;

  if (answer != NULL && !login_is_stale (self, login, &error))
    {
      cht_client_note_answer (self, answer);
      if (cht_answer_check_sign_in (answer, self->username, &error))
        ticket = cht_answer_read_token (answer, &error);
    }
  if (ticket == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  /* Kept before there is a token: from here on there is a session to close. */
  self->ticket = g_steal_pointer (&ticket);
  ask_token (self, self->ticket, login->deadline, login->stop, on_token_cb, g_steal_pointer (&task));
}

static void
on_login_caller_cancelled_cb (GCancellable *caller, gpointer stop)
{
  g_cancellable_cancel (stop);
}

/* Takes TASK. One sign-in at a time: a new one stops the one before. */
static void
login_start (ChtClient *self, ChtSecret *password, gint64 deadline, GTask *task)
{
  Login *login = g_new0 (Login, 1);
  GCancellable *caller = g_task_get_cancellable (task);
  ChtBody *form = cht_body_new ();
  g_autoptr (GBytes) body = NULL;

  if (self->login != NULL)
    g_cancellable_cancel (self->login);
  g_clear_object (&self->login);
  g_clear_pointer (&self->ticket, cht_secret_unref);
  g_clear_pointer (&self->token, cht_secret_unref);
  self->login = g_cancellable_new ();
  login->stop = g_object_ref (self->login);
  login->password = cht_secret_ref (password);
  login->deadline = deadline;
  if (caller != NULL)
    {
      login->caller = g_object_ref (caller);
      login->handler = g_cancellable_connect (caller, G_CALLBACK (on_login_caller_cancelled_cb),
                                              g_object_ref (login->stop), g_object_unref);
    }
  g_task_set_task_data (task, login, (GDestroyNotify) login_free);
  g_task_set_check_cancellable (task, FALSE);
  cht_body_append_form (form, "username", self->username, strlen (self->username));
  cht_body_append_form (form, "password", (const char *) cht_secret_get_data (password),
                        cht_secret_get_size (password));
  body = cht_body_free_to_bytes (form);
  cht_transport_send_async (self->transport, &(ChtRequest) { "POST", TICKETS, FORM, body, .deadline = deadline },
                            login->stop, on_ticket_cb, task);
}

void
cht_client_sign_in_async (ChtClient *self, ChtSecret *password, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer data)
{
  GTask *task = g_task_new (self, cancellable, callback, data);

  g_task_set_source_tag (task, cht_client_sign_in_async);
  /* The session before is closed in the background: it counts against the cap. */
  cht_client_sign_out_async (self, NULL, NULL, NULL);
  login_start (self, password, g_get_monotonic_time () + (gint64) CHT_TRANSPORT_LIMITS.total * 1000, task);
}

gboolean
cht_client_sign_in_finish (ChtClient *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* ---- Signing in again ---- */

static void
on_renewed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  ChtClient *self = CHT_CLIENT (source);
  g_autoptr (GPtrArray) waiting = g_steal_pointer (&self->waiting);
  g_autoptr (GError) error = NULL;

  /* Never with the same password again. */
  if (!g_task_propagate_boolean (G_TASK (result), &error)
      && g_error_matches (error, CHT_CONTROLLER_ERROR, CHT_CONTROLLER_ERROR_SIGN_IN))
    forget (self);
  for (guint i = 0; i < waiting->len; i++)
    {
      GTask *task = g_ptr_array_index (waiting, i);
      GSource *cancelled = g_task_get_task_data (task);
      if (cancelled != NULL)
        g_source_destroy (cancelled);
      if (error == NULL)
        g_task_return_boolean (task, TRUE);
      else
        g_task_return_error (task, g_error_copy (error));
    }
}

/* Whoever waits may go; the sign-in goes on for the others. */
static gboolean
on_waiter_cancelled_cb (GCancellable *cancellable, gpointer data)
{
  g_autoptr (GTask) task = g_object_ref (data);
  ChtClient *self = g_task_get_source_object (task);

  g_ptr_array_remove (self->waiting, task);
  g_task_return_error_if_cancelled (task);
  return G_SOURCE_REMOVE;
}

/* Takes TASK. */
static void
wait (ChtClient *self, GTask *task)
{
  GCancellable *cancellable = g_task_get_cancellable (task);

  if (cancellable != NULL)
    {
      GSource *source = g_cancellable_source_new (cancellable);
      g_task_attach_source (task, source, G_SOURCE_FUNC (on_waiter_cancelled_cb));
      g_task_set_task_data (task, source, (GDestroyNotify) g_source_unref);
    }
  g_ptr_array_add (self->waiting, task);
}

void
cht_client_renew_async (ChtClient *self, gint64 deadline, GCancellable *c, GAsyncReadyCallback cb, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, c, cb, data);
  g_autoptr (ChtSecret) password = self->password != NULL ? cht_secret_ref (self->password) : NULL;

  g_task_set_source_tag (task, cht_client_renew_async);
  if (self->waiting != NULL)
    wait (self, g_steal_pointer (&task));
  else if (password == NULL)
    g_task_return_error (task, cht_fault_new (CHT_CONTROLLER_ERROR_SESSION_ENDED,
                                              _("The session on %s has ended. Sign in again."),
                                              cht_client_get_url (self)));
  else
    {
      self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
      wait (self, g_steal_pointer (&task));
      login_start (self, password, deadline, g_task_new (self, NULL, on_renewed_cb, NULL));
    }
}

gboolean
cht_client_renew_finish (ChtClient *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* ---- Signing out ---- */

typedef struct {
  ChtSecret *ticket, *token;
  gint64 deadline;
} Farewell;

static void
farewell_free (Farewell *self)
{
  g_clear_pointer (&self->ticket, cht_secret_unref);
  g_clear_pointer (&self->token, cht_secret_unref);
  g_free (self);
}

static void
on_ticket_deleted_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  g_autoptr (ChtAnswer) answer = cht_transport_send_finish (CHT_TRANSPORT (source), result, &error);

  /* A session that has ended by itself is as good. */
  if (answer != NULL
      && (cht_answer_is_session_end (answer) || answer->status == 404 || cht_answer_check (answer, FALSE, &error)))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* Takes TASK. */
static void
delete_ticket (GTask *task)
{
  ChtClient *self = g_task_get_source_object (task);
  Farewell *farewell = g_task_get_task_data (task);
  char *path = make_ticket_path (farewell->ticket);

  cht_transport_send_async (
      self->transport, &(ChtRequest) { "DELETE", path, .bearer = farewell->token, .deadline = farewell->deadline },
      g_task_get_cancellable (task), on_ticket_deleted_cb, task);
  cht_wipe_free (path);
}

static void
on_farewell_token_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Farewell *farewell = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (ChtAnswer) answer = cht_transport_send_finish (CHT_TRANSPORT (source), result, &error);

  if (answer != NULL && cht_answer_check (answer, FALSE, &error))
    farewell->token = cht_answer_read_token (answer, &error);
  if (farewell->token == NULL)
    g_task_return_error (task, error);
  else
    delete_ticket (g_steal_pointer (&task));
}

void
cht_client_sign_out_async (ChtClient *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);
  Farewell *farewell = g_new0 (Farewell, 1);

  if (self->login != NULL)
    g_cancellable_cancel (self->login);
  g_clear_object (&self->login);
  farewell->ticket = g_steal_pointer (&self->ticket);
  farewell->token = g_steal_pointer (&self->token);
  farewell->deadline = g_get_monotonic_time () + SIGN_OUT_USEC;
  forget (self);
  g_task_set_source_tag (task, cht_client_sign_out_async);
  g_task_set_task_data (task, farewell, (GDestroyNotify) farewell_free);
  if (farewell->ticket == NULL)
    g_task_return_boolean (task, TRUE);
  else if (farewell->token == NULL)
    /* Without the bearer header the session would stay open. */
    ask_token (self, farewell->ticket, farewell->deadline, cancellable, on_farewell_token_cb, g_steal_pointer (&task));
  else
    delete_ticket (g_steal_pointer (&task));
}

gboolean
cht_client_sign_out_finish (ChtClient *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* ---- The object ---- */

/* 64 hex digits, colons and case ignored. (transfer full) */
static char *
read_pin (const char *text, GError **error)
{
  GString *pin = g_string_new (NULL);

  for (; text != NULL && *text != '\0' && pin->len <= 64; text++)
    if (*text != ':' && !g_ascii_isspace (*text))
      g_string_append_c (pin, g_ascii_tolower (*text));
  if (pin->len == 64 && strspn (pin->str, "0123456789abcdef") == 64)
    return g_string_free (pin, FALSE);
  g_string_free (pin, TRUE);
  g_set_error_literal (error, CHT_CONTROLLER_ERROR, CHT_CONTROLLER_ERROR_USAGE,
                       _("The pin is not a SHA-256 hash: 64 hexadecimal digits, with or without colons."));
  return NULL;
}

ChtClient *
cht_client_new (const char *url, const char *pin, const char *username, GError **error)
{
  g_autoptr (ChtUrl) parsed = cht_url_parse (url, error);
  g_autofree char *hex = parsed != NULL ? read_pin (pin, error) : NULL;
  ChtClient *self;

  if (hex == NULL)
    return NULL;
  if (username == NULL || username[0] == '\0' || !g_utf8_validate (username, -1, NULL))
    {
      g_set_error_literal (error, CHT_CONTROLLER_ERROR, CHT_CONTROLLER_ERROR_USAGE,
                           _("The user name for the controller is empty or no text."));
      return NULL;
    }
  self = g_object_new (CHT_TYPE_CLIENT, NULL);
  self->transport = cht_transport_new (parsed, hex);
  self->username = g_strdup (username);
  return self;
}

static void
cht_client_finalize (GObject *object)
{
  ChtClient *self = CHT_CLIENT (object);

  forget (self);
  g_clear_object (&self->login);
  g_clear_object (&self->transport);
  g_free (self->username);
  G_OBJECT_CLASS (cht_client_parent_class)->finalize (object);
}

static void
cht_client_class_init (ChtClientClass *class)
{
  G_OBJECT_CLASS (class)->finalize = cht_client_finalize;
}

static void
cht_client_init (ChtClient *self)
{
}

const char *
cht_client_get_url (ChtClient *self)
{
  return cht_transport_get_url (self->transport)->origin;
}

const char *
cht_client_get_host (ChtClient *self)
{
  return cht_transport_get_url (self->transport)->host;
}

const char *
cht_client_get_username (ChtClient *self)
{
  return self->username;
}

gint64
cht_client_get_clock_skew (ChtClient *self)
{
  return self->skew;
}

gboolean
cht_client_get_signed_in (ChtClient *self)
{
  return self->token != NULL;
}

ChtTransport *
cht_client_get_transport (ChtClient *self)
{
  return self->transport;
}

ChtSecret *
cht_client_get_token (ChtClient *self)
{
  return self->token;
}

guint
cht_client_get_generation (ChtClient *self)
{
  return self->generation;
}

void
cht_client_note_answer (ChtClient *self, ChtAnswer *answer)
{
  if (answer->date != CHT_TIME_UNKNOWN)
    self->skew = answer->date - g_get_real_time () / G_USEC_PER_SEC;
}

/* ---- First contact ---- */

static void
on_probed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  ChtServerIdentity *identity = cht_transport_probe_finish (CHT_TRANSPORT (source), result, &error);

  if (identity != NULL)
    g_task_return_pointer (task, identity, (GDestroyNotify) cht_server_identity_free);
  else
    g_task_return_error (task, error);
}

void
cht_client_probe_async (const char *url, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, data);
  GError *error = NULL;
  g_autoptr (ChtUrl) parsed = cht_url_parse (url, &error);
  g_autoptr (ChtTransport) transport = NULL;

  g_task_set_source_tag (task, cht_client_probe_async);
  if (parsed == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  transport = cht_transport_new (parsed, NULL);
  cht_transport_probe_async (transport, cancellable, on_probed_cb, g_steal_pointer (&task));
}

ChtServerIdentity *
cht_client_probe_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
