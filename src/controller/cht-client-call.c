/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-client-private.h"

#include <glib/gi18n-lib.h>

#include "cht-fault.h"

typedef struct {
  ChtCall call;
  guint generation;
  gboolean renewed;
  ChtAnswer *answer;
} Call;

static void
call_free (Call *self)
{
  g_free ((char *) self->call.path);
  g_clear_pointer (&self->call.body, g_bytes_unref);
  g_clear_pointer (&self->answer, cht_answer_free);
  g_free (self);
}

GBytes *
cht_call_body (const char *name, const char *value)
{
  ChtBody *body = cht_body_new ();

  cht_body_append (body, "{");
  if (value != NULL)
    cht_body_append_member (body, name, value);
  cht_body_append (body, "}");
  return cht_body_free_to_bytes (body);
}

static void
decode_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Call *self = data;
  g_autoptr (GError) error = NULL;
  gpointer result = self->call.decode (self->answer, &error);

  if (result != NULL)
    g_task_return_pointer (task, result, self->call.free_result);
  else if (self->call.writes && g_error_matches (error, CHT_CONTROLLER_ERROR, CHT_CONTROLLER_ERROR_BAD_ANSWER))
    g_task_return_error (task, cht_fault_lost (error, self->answer->origin));
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void send (GTask *task);

static void
on_renewed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  if (cht_client_renew_finish (CHT_CLIENT (source), result, &error))
    send (g_steal_pointer (&task));
  else
    g_task_return_error (task, error);
}

static void
on_answer_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  ChtClient *client = g_task_get_source_object (task);
  Call *self = g_task_get_task_data (task);
  GError *error = NULL;

  self->answer = cht_transport_send_finish (CHT_TRANSPORT (source), result, &error);
  if (self->answer == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  cht_client_note_answer (client, self->answer);
  /* Such an answer comes from the gateway, before any service saw the request: asking again cannot do it twice. */
  if (cht_answer_is_session_end (self->answer) && !self->renewed)
    {
      GCancellable *cancellable = g_task_get_cancellable (task);
      self->renewed = TRUE;
      if (cht_client_get_generation (client) != self->generation)
        send (g_steal_pointer (&task));
      else
        cht_client_renew_async (client, self->call.deadline, cancellable, on_renewed_cb, g_steal_pointer (&task));
    }
  else if (cht_answer_is_session_end (self->answer))
    g_task_return_error (task, cht_fault_new (CHT_CONTROLLER_ERROR_SESSION_ENDED,
                                              _("The session on %s has ended, and signing in again did not help. "
                                                "Sign in once more, or look at the controller."),
                                              self->answer->origin));
  else if (!cht_answer_check (self->answer, self->call.writes, &error))
    g_task_return_error (task, error);
  else
    g_task_run_in_thread (task, decode_in_thread);
}

/* Takes TASK. */
static void
send (GTask *task)
{
  g_autoptr (GTask) hold = task;
  ChtClient *client = g_task_get_source_object (task);
  Call *self = g_task_get_task_data (task);
  ChtRequest request = {
    .method = self->call.method, .path = self->call.path, .body = self->call.body, .writes = self->call.writes,
    .content_type = self->call.body != NULL ? "application/json" : NULL,
    .limit = self->call.limit, .deadline = self->call.deadline, .bearer = cht_client_get_token (client),
  };

  g_clear_pointer (&self->answer, cht_answer_free);
  self->generation = cht_client_get_generation (client);
  if (request.bearer == NULL)
    g_task_return_error (task, cht_fault_new (CHT_CONTROLLER_ERROR_SESSION_ENDED,
                                              _("You are not signed in to %s. Sign in first."),
                                              cht_client_get_url (client)));
  else
    cht_transport_send_async (cht_client_get_transport (client), &request, g_task_get_cancellable (task),
                              on_answer_cb, g_steal_pointer (&hold));
}

void
cht_client_call_async (ChtClient *self, const ChtCall *call, gpointer tag, GCancellable *c, GAsyncReadyCallback cb,
                       gpointer data)
{
  GTask *task = g_task_new (self, c, cb, data);
  Call *copy = g_new0 (Call, 1);

  copy->call = *call;
  copy->call.path = g_strdup (call->path);
  copy->call.body = call->body != NULL ? g_bytes_ref (call->body) : NULL;
  if (copy->call.deadline == 0)
    copy->call.deadline = g_get_monotonic_time () + (gint64) CHT_TRANSPORT_LIMITS.total * 1000;
  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, copy, (GDestroyNotify) call_free);
  /* The transport heeds the cancellable; an answer that came is not thrown away for a cancel that came late. */
  g_task_set_check_cancellable (task, FALSE);
  send (task);
}

gpointer
cht_client_call_finish (ChtClient *self, GAsyncResult *result, gpointer tag, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, tag), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
