/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One Try is one connection; an Operation is the tries that a caller waits for. An operation that is over (deadline,
 * cancelled) answers its caller at once and lives on only until libsoup lets go of it: a look-up that hangs holds
 * nobody up.
 */
#include "cht-transport.h"

#include <glib/gi18n-lib.h>
#include <libsoup/soup.h>
#include <string.h>

#include "cht-clock.h"
#include "cht-fault.h"
#include "cht-handshake.h"
#include "cht-message.h"

#define CHUNK ((gsize) 64 * 1024)
#define MAX_TRIES 5
#define MAX_CONNECTIONS 64

struct _ChtTransport {
  GObject parent_instance;
  ChtUrl *url;
  char *pin;
  SoupSession *session;
  ChtTransportLimits limits;
};

G_DEFINE_FINAL_TYPE (ChtTransport, cht_transport, G_TYPE_OBJECT)

/* Counted: the caller's hold ends with its answer, libsoup's with its last callback. */
typedef struct {
  ChtTransport *transport;
  GTask *task;                 /* NULL: it is over */
  ChtRequest request;
  gboolean probe;
  gint64 deadline;
  guint tries;
  GSource *total, *step, *cancelled;
  /* Of this try. */
  GCancellable *stop;
  SoupMessage *message;
  GInputStream *stream;
  ChtBody *body;
  ChtServerIdentity *identity;
  GError *verdict;             /* why we stopped it */
  ChtStage stage;
  char *proxy;
} Operation;

static void operation_try (Operation *self);
static void operation_read (Operation *self);

void
cht_answer_free (ChtAnswer *self)
{
  if (self == NULL)
    return;
  g_free (self->origin);
  cht_body_free (self->body);
  g_free (self);
}

static void
clear_source (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
set_source (Operation *self, GSource **slot, GSource *source, GSourceFunc func)
{
  clear_source (slot);
  g_source_set_callback (source, func, self, NULL);
  g_source_attach (source, g_main_context_get_thread_default ());
  *slot = source;
}

static void
operation_end_try (Operation *self)
{
  clear_source (&self->step);
  if (self->message != NULL)
    g_signal_handlers_disconnect_by_data (self->message, self);
  g_clear_object (&self->message);
  /* With a cancelled cancellable, since closing would read the rest first. */
  if (self->stream != NULL)
    {
      g_cancellable_cancel (self->stop);
      g_input_stream_close_async (self->stream, G_PRIORITY_DEFAULT, self->stop, NULL, NULL);
    }
  g_clear_object (&self->stream);
  g_clear_object (&self->stop);
  g_clear_error (&self->verdict);
  g_clear_pointer (&self->body, cht_body_free);
  g_clear_pointer (&self->identity, cht_server_identity_free);
  g_clear_pointer (&self->proxy, g_free);
}

static void
operation_clear (Operation *self)
{
  operation_end_try (self);
  clear_source (&self->total);
  clear_source (&self->cancelled);
  cht_wipe_free ((char *) self->request.path);
  g_clear_pointer (&self->request.body, g_bytes_unref);
  g_clear_pointer (&self->request.bearer, cht_secret_unref);
  g_clear_object (&self->transport);
}

static void
operation_unref (Operation *self)
{
  g_rc_box_release_full (self, (GDestroyNotify) operation_clear);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Operation, operation_unref)

static ChtFaultPlace
operation_get_place (Operation *self)
{
  return (ChtFaultPlace) { self->transport->url->origin, self->proxy, self->stage };
}

/* The caller's answer: takes ERROR or RESULT. */
static void
operation_conclude (Operation *self, gpointer result, GDestroyNotify free_result, GError *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->task);

  clear_source (&self->total);
  clear_source (&self->step);
  clear_source (&self->cancelled);
  if (self->message != NULL)
    g_signal_handlers_disconnect_by_data (self->message, self);
  if (self->stop != NULL)
    g_cancellable_cancel (self->stop);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, result, free_result);
  operation_unref (self);
}

/* ERROR (transfer full) becomes LOST where a write had left; what was judged before anything left stays what it is. */
static void
operation_fail (Operation *self, GError *error)
{
  g_autoptr (GError) cause = error;

  if (self->request.writes && self->stage == CHT_STAGE_SENT)
    {
      gboolean in_words = cause->domain == CHT_CONTROLLER_ERROR;
      operation_conclude (self, NULL, NULL, cht_fault_lost (in_words ? cause : NULL, self->transport->url->origin));
    }
  else
    operation_conclude (self, NULL, NULL, g_steal_pointer (&cause));
}

static gboolean
on_total_timeout_cb (gpointer data)
{
  Operation *self = data;
  ChtFaultPlace place = operation_get_place (self);

  operation_fail (self, cht_fault_from_silence (&place));
  return G_SOURCE_REMOVE;
}

static gboolean
on_caller_cancelled_cb (GCancellable *cancellable, gpointer data)
{
  GError *error = NULL;

  g_cancellable_set_error_if_cancelled (cancellable, &error);
  operation_fail (data, error);
  return G_SOURCE_REMOVE;
}

static void
set_timer (Operation *self, GSource **slot, gint64 milliseconds, GSourceFunc func)
{
  set_source (self, slot, g_timeout_source_new (CLAMP (milliseconds, 0, G_MAXINT)), func);
}

/* Inside an emission of libsoup's, where nothing of the caller's may run: its own callback concludes. */
static void
operation_stop (Operation *self, GError *verdict)
{
  if (self->verdict == NULL)
    self->verdict = verdict;
  else
    g_error_free (verdict);
  g_cancellable_cancel (self->stop);
}

static void
note_proxy (Operation *self, GIOStream *connection)
{
  g_autoptr (GSocketAddress) address = NULL;

  if (!G_IS_SOCKET_CONNECTION (connection))
    return;
  address = g_socket_connection_get_remote_address (G_SOCKET_CONNECTION (connection), NULL);
  if (address != NULL && G_IS_PROXY_ADDRESS (address))
    {
      g_autofree char *host =
          g_inet_address_to_string (g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address)));
      g_free (self->proxy);
      self->proxy = g_strdup_printf ("%s:%u", host, g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address)));
    }
}

static void
on_network_event_cb (SoupMessage *message, GSocketClientEvent event, GIOStream *connection, Operation *self)
{
  GError *error = NULL;

  if (event == G_SOCKET_CLIENT_CONNECTING && self->stage < CHT_STAGE_CONNECTED)
    self->stage = CHT_STAGE_CONNECTING;
  else if (event == G_SOCKET_CLIENT_CONNECTED)
    {
      self->stage = CHT_STAGE_CONNECTED;
      note_proxy (self, connection);
      set_timer (self, &self->step, self->transport->limits.handshake, on_total_timeout_cb);
    }
  else if (event == G_SOCKET_CLIENT_TLS_HANDSHAKED && G_IS_TLS_CONNECTION (connection))
    {
      clear_source (&self->step);
      g_clear_pointer (&self->identity, cht_server_identity_free);
      self->identity =
          cht_handshake_judge (G_TLS_CONNECTION (connection), self->transport->url, self->transport->pin, &error);
      if (self->identity == NULL)
        operation_stop (self, error);
      else
        self->stage = CHT_STAGE_JUDGED;
    }
}

static gboolean
on_accept_certificate_cb (SoupMessage *message, GTlsCertificate *peer, GTlsCertificateFlags errors, Operation *self)
{
  GError *error = NULL;

  if (cht_handshake_excuse (peer, errors, self->transport->url, self->transport->pin, &error))
    return TRUE;
  operation_stop (self, error);
  return FALSE;
}

/* The last look before bytes leave, should a way to the wire ever not pass by the handshake's judgement. */
static void
on_starting_cb (SoupMessage *message, Operation *self)
{
  ChtFaultPlace place = operation_get_place (self);

  if (self->stage == CHT_STAGE_JUDGED && self->transport->pin != NULL)
    self->stage = CHT_STAGE_SENT;
  else if (self->stage != CHT_STAGE_SENT)
    operation_stop (self, cht_fault_from_proxy (0, &place));
}

static gboolean
on_pause_over_cb (gpointer data)
{
  operation_try (data);
  return G_SOURCE_REMOVE;
}

/* TRUE: it will be tried again, and nothing else is to be done. */
static gboolean
operation_repeat (Operation *self, gint64 retry_after)
{
  const ChtTransportLimits *limits = &self->transport->limits;
  gint64 pause = MIN ((gint64) limits->first_pause << (self->tries - 1), limits->max_pause);

  if (!g_str_equal (self->request.method, "GET") || self->tries >= MAX_TRIES)
    return FALSE;
  pause = pause / 2 + g_random_int_range (0, MAX (pause / 2, 1));
  if (retry_after >= 0)
    pause = MAX (pause, MIN (retry_after, G_MAXINT / 1000) * 1000);
  if (g_get_monotonic_time () + pause * 1000 >= self->deadline)
    return FALSE;
  operation_end_try (self);
  self->stage = CHT_STAGE_LOOKING;
  set_timer (self, &self->step, pause, on_pause_over_cb);
  return TRUE;
}

/* Of this try; IO is what libsoup said. */
static void
operation_fail_try (Operation *self, const GError *io)
{
  ChtFaultPlace place = operation_get_place (self);

  if (self->verdict != NULL)
    operation_fail (self, g_steal_pointer (&self->verdict));
  else if (self->stage != CHT_STAGE_SENT || !operation_repeat (self, -1))
    operation_fail (self, cht_fault_from_io (io, &place));
}

static void
operation_answer (Operation *self)
{
  guint status = soup_message_get_status (self->message);
  gint64 retry_after = cht_message_get_retry_after (self->message);
  ChtAnswer *answer;

  /* libsoup checks the end of a body with a length, but not where the other side says its farewell politely. */
  if (cht_message_is_short (self->message, cht_body_get_size (self->body)))
    {
      const GError cut = { G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT, (char *) "" };
      operation_fail_try (self, &cut);
      return;
    }
  if (cht_message_is_unavailable (self->message) && operation_repeat (self, retry_after))
    return;
  answer = g_new0 (ChtAnswer, 1);
  answer->origin = g_strdup (self->transport->url->origin);
  answer->status = status;
  answer->retry_after = retry_after;
  answer->date = cht_message_get_date (self->message);
  answer->body = g_steal_pointer (&self->body);
  operation_conclude (self, answer, (GDestroyNotify) cht_answer_free, NULL);
}

static gsize
get_limit (Operation *self)
{
  return self->request.limit != 0 ? self->request.limit : CHT_TRANSPORT_LIMIT;
}

static void
on_read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Operation) self = data;
  g_autoptr (GError) io = NULL;
  gssize size = g_input_stream_read_finish (G_INPUT_STREAM (source), result, &io);

  if (self->task == NULL)
    return;
  if (size < 0)
    {
      operation_fail_try (self, io);
      return;
    }
  cht_body_grow (self->body, size);
  if (cht_body_get_size (self->body) > get_limit (self))
    operation_fail (self, cht_message_make_too_large (self->transport->url->origin, get_limit (self)));
  else if (size == 0)
    operation_answer (self);
  else
    operation_read (self);
}

static void
operation_read (Operation *self)
{
  g_input_stream_read_async (self->stream, cht_body_reserve (self->body, CHUNK), CHUNK, G_PRIORITY_DEFAULT, self->stop,
                             on_read_cb, g_rc_box_acquire (self));
}

static void
on_sent_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Operation) self = data;
  g_autoptr (GError) io = NULL;
  g_autoptr (GInputStream) stream = soup_session_send_finish (SOUP_SESSION (source), result, &io);
  ChtFaultPlace place = operation_get_place (self);
  GError *fault;

  if (self->task == NULL)
    {
      if (stream != NULL)
        g_input_stream_close_async (stream, G_PRIORITY_DEFAULT, self->stop, NULL, NULL);
      return;
    }
  if (stream == NULL || self->verdict != NULL)
    {
      operation_fail_try (self, io);
      return;
    }
  self->stream = g_steal_pointer (&stream);
  /* Without TLS it is a proxy that speaks, whatever it says. */
  if (self->stage != CHT_STAGE_SENT || soup_message_get_tls_peer_certificate (self->message) == NULL)
    fault = cht_fault_from_proxy (soup_message_get_status (self->message), &place);
  else
    fault = cht_message_judge_headers (self->message, place.host, get_limit (self));
  if (fault != NULL)
    {
      operation_fail (self, fault);
      return;
    }
  self->body = cht_body_new ();
  operation_read (self);
}

static void
on_preconnected_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Operation) self = data;
  g_autoptr (GError) io = NULL;
  gboolean connected = soup_session_preconnect_finish (SOUP_SESSION (source), result, &io);

  if (self->task == NULL)
    return;
  if (connected && self->verdict == NULL && self->identity != NULL)
    operation_conclude (self, g_steal_pointer (&self->identity), (GDestroyNotify) cht_server_identity_free, NULL);
  else if (connected && self->verdict == NULL)
    {
      ChtFaultPlace place = operation_get_place (self);
      operation_fail (self, cht_fault_from_proxy (soup_message_get_status (self->message), &place));
    }
  else
    operation_fail_try (self, io);
}

static void
operation_try (Operation *self)
{
  ChtTransport *transport = self->transport;
  gint64 left = (self->deadline - g_get_monotonic_time ()) / 1000;

  self->tries++;
  self->stage = CHT_STAGE_LOOKING;
  self->stop = g_cancellable_new ();
  self->message = cht_message_new (transport->url->origin, &self->request);
  if (self->message == NULL)
    {
      operation_fail (self, cht_fault_new (CHT_CONTROLLER_ERROR_USAGE, _("%s is no address that could be asked."),
                                           transport->url->origin));
      return;
    }
  g_signal_connect (self->message, "network-event", G_CALLBACK (on_network_event_cb), self);
  g_signal_connect (self->message, "accept-certificate", G_CALLBACK (on_accept_certificate_cb), self);
  g_signal_connect (self->message, "starting", G_CALLBACK (on_starting_cb), self);
  set_timer (self, &self->step, MIN (left, transport->limits.connect), on_total_timeout_cb);
  if (self->probe)
    soup_session_preconnect_async (transport->session, self->message, G_PRIORITY_DEFAULT, self->stop,
                                   on_preconnected_cb, g_rc_box_acquire (self));
  else
    soup_session_send_async (transport->session, self->message, G_PRIORITY_DEFAULT, self->stop, on_sent_cb,
                             g_rc_box_acquire (self));
}

static void
operation_start (ChtTransport *transport, const ChtRequest *request, gboolean probe, GTask *task)
{
  Operation *self = g_rc_box_new0 (Operation);
  GCancellable *cancellable = g_task_get_cancellable (task);
  gint64 now = g_get_monotonic_time (), most = now + (gint64) transport->limits.total * 1000;

  self->transport = g_object_ref (transport);
  self->task = task;
  self->probe = probe;
  self->request = *request;
  self->request.path = g_strdup (request->path);
  self->request.body = request->body != NULL ? g_bytes_ref (request->body) : NULL;
  self->request.bearer = request->bearer != NULL ? cht_secret_ref (request->bearer) : NULL;
  self->deadline = request->deadline != 0 ? MIN (request->deadline, most) : most;
  set_timer (self, &self->total, (self->deadline - now) / 1000, on_total_timeout_cb);
  if (cancellable != NULL)
    set_source (self, &self->cancelled, g_cancellable_source_new (cancellable), G_SOURCE_FUNC (on_caller_cancelled_cb));
  operation_try (self);
}

void
cht_transport_send_async (ChtTransport *self, const ChtRequest *request, GCancellable *c, GAsyncReadyCallback cb,
                          gpointer data)
{
  GTask *task = g_task_new (self, c, cb, data);

  g_task_set_source_tag (task, cht_transport_send_async);
  /* An answer that came is never thrown away for a cancel that came late: a write's would be lost. */
  g_task_set_check_cancellable (task, FALSE);
  operation_start (self, request, FALSE, task);
}

ChtAnswer *
cht_transport_send_finish (ChtTransport *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
cht_transport_probe_async (ChtTransport *self, GCancellable *c, GAsyncReadyCallback cb, gpointer data)
{
  GTask *task = g_task_new (self, c, cb, data);

  g_task_set_source_tag (task, cht_transport_probe_async);
  operation_start (self, &(ChtRequest) { "GET", "/" }, TRUE, task);
}

ChtServerIdentity *
cht_transport_probe_finish (ChtTransport *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
cht_transport_finalize (GObject *object)
{
  ChtTransport *self = CHT_TRANSPORT (object);

  g_clear_object (&self->session);
  g_clear_pointer (&self->url, cht_url_free);
  g_free (self->pin);
  G_OBJECT_CLASS (cht_transport_parent_class)->finalize (object);
}

static void
cht_transport_class_init (ChtTransportClass *class)
{
  G_OBJECT_CLASS (class)->finalize = cht_transport_finalize;
}

static void
cht_transport_init (ChtTransport *self)
{
  self->limits = CHT_TRANSPORT_LIMITS;
  /* Timeouts are our own: libsoup's is for each read, so a drip would hold it for ever. */
  self->session =
      soup_session_new_with_options ("timeout", 0, "idle-timeout", 1, "max-conns", MAX_CONNECTIONS,
                                     "max-conns-per-host", MAX_CONNECTIONS, "user-agent", "Chatelaine", NULL);
  /* Nothing unpacks, guesses, remembers or signs in by itself: the last would hand a person's Kerberos ticket to
   * whoever asks. */
  soup_session_remove_feature_by_type (self->session, SOUP_TYPE_CONTENT_DECODER);
  soup_session_remove_feature_by_type (self->session, SOUP_TYPE_CONTENT_SNIFFER);
  soup_session_remove_feature_by_type (self->session, SOUP_TYPE_COOKIE_JAR);
  soup_session_remove_feature_by_type (self->session, SOUP_TYPE_AUTH_MANAGER);
  soup_session_remove_feature_by_type (self->session, SOUP_TYPE_HSTS_ENFORCER);
}

ChtTransport *
cht_transport_new (const ChtUrl *url, const char *pin)
{
  ChtTransport *self = g_object_new (CHT_TYPE_TRANSPORT, NULL);

  self->url = cht_url_parse (url->origin, NULL);
  self->pin = g_strdup (pin);
  if (cht_url_is_loopback (self->url))
    soup_session_set_proxy_resolver (self->session, NULL);
  return self;
}

const ChtUrl *
cht_transport_get_url (ChtTransport *self)
{
  return self->url;
}

void
cht_transport_set_proxy_resolver (ChtTransport *self, GProxyResolver *resolver)
{
  soup_session_set_proxy_resolver (self->session, resolver);
}

void
cht_transport_set_limits (ChtTransport *self, const ChtTransportLimits *limits)
{
  self->limits = *limits;
}
