/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ChtTransport: HTTPS to one controller under one pin, a request and its answer at a time. Private to this room.
 *
 * Every request has a connection of its own. libsoup sends a request again by itself where a kept connection turns
 * out dead, PUT and DELETE too, and dead sockets hang after sleep; a handshake each costs a few milliseconds and
 * rules both out.
 */
#pragma once

#include "cht-body.h"
#include "cht-client.h"
#include "cht-url.h"

G_BEGIN_DECLS

#define CHT_TRANSPORT_LIMIT ((gsize) 8 * 1024 * 1024)
#define CHT_TRANSPORT_EXPORT_LIMIT ((gsize) 64 * 1024 * 1024)

/* Milliseconds. */
typedef struct {
  guint connect;      /* look-up and TCP */
  guint handshake;    /* from there to TLS */
  guint total;        /* the operation with its repeats */
  guint first_pause;  /* before the first repeat; doubles, at most max_pause */
  guint max_pause;
} ChtTransportLimits;
#define CHT_TRANSPORT_LIMITS ((ChtTransportLimits) { 10000, 20000, 60000, 1000, 30000 })

typedef struct {
  const char *method;        /* a literal; GET alone is repeated */
  const char *path;          /* from "/" on, escaped; the copy is wiped, since a ticket may stand in it */
  const char *content_type;  /* a literal; nullable */
  GBytes *body;              /* nullable */
  ChtSecret *bearer;         /* nullable */
  gboolean writes;           /* once it has left, an error is LOST */
  gsize limit;               /* bytes of an answer; 0: CHT_TRANSPORT_LIMIT */
  gint64 deadline;           /* g_get_monotonic_time(); 0: the limits' total from now */
} ChtRequest;

typedef struct {
  char *origin;
  guint status;
  ChtBody *body;
  gint64 retry_after;  /* seconds; -1 none */
  gint64 date;         /* of the Date header; CHT_TIME_UNKNOWN */
} ChtAnswer;
void cht_answer_free (ChtAnswer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChtAnswer, cht_answer_free)

#define CHT_TYPE_TRANSPORT (cht_transport_get_type ())
G_DECLARE_FINAL_TYPE (ChtTransport, cht_transport, CHT, TRANSPORT, GObject)

/* PIN (nullable): without one only probe() works. */
ChtTransport *cht_transport_new (const ChtUrl *url, const char *pin);
const ChtUrl *cht_transport_get_url (ChtTransport *self);
/* NULL is the straight way. From the start: the desktop's, and the straight way for loopback. */
void cht_transport_set_proxy_resolver (ChtTransport *self, GProxyResolver *resolver);
void cht_transport_set_limits (ChtTransport *self, const ChtTransportLimits *limits);

/* REQUEST is copied. Any status of the controller's is an answer; errors are CHT_CONTROLLER_ERROR or
 * G_IO_ERROR_CANCELLED. */
void cht_transport_send_async (ChtTransport *self, const ChtRequest *request, GCancellable *c, GAsyncReadyCallback cb,
                               gpointer data);
ChtAnswer *cht_transport_send_finish (ChtTransport *self, GAsyncResult *result, GError **error);
/* The handshake alone. */
void cht_transport_probe_async (ChtTransport *self, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
ChtServerIdentity *cht_transport_probe_finish (ChtTransport *self, GAsyncResult *result, GError **error);

G_END_DECLS
