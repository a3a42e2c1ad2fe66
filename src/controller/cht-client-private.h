/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the API families ask through a client. Private to this room. */
#pragma once

#include "cht-answer.h"
#include "cht-client.h"

G_BEGIN_DECLS

/* Turns a good answer into the family's own type; NULL with an error. Runs on a worker thread, so that a long list
 * never holds the window up. */
typedef gpointer (*ChtDecode) (ChtAnswer *answer, GError **error);

typedef struct {
  const char *method;         /* a literal */
  const char *path;           /* copied */
  GBytes *body;               /* JSON; nullable; a reference is taken */
  gboolean writes;
  gsize limit;                /* 0: CHT_TRANSPORT_LIMIT */
  gint64 deadline;            /* g_get_monotonic_time(); 0: 60 s from now. For what takes several questions */
  ChtDecode decode;
  GDestroyNotify free_result;
} ChtCall;

/* Asks with the session's token; where the session has ended, signs in again once and asks again. CALL is copied. */
void cht_client_call_async (ChtClient *self, const ChtCall *call, gpointer tag, GCancellable *c,
                            GAsyncReadyCallback cb, gpointer data);
gpointer cht_client_call_finish (ChtClient *self, GAsyncResult *result, gpointer tag, GError **error);

/* `{"name":"value"}`; VALUE NULL: `{}`. (transfer full) */
GBytes *cht_call_body (const char *name, const char *value);

/* ---- Between cht-client.c and cht-client-call.c ---- */

ChtTransport *cht_client_get_transport (ChtClient *self);
/* NULL where not signed in. */
ChtSecret *cht_client_get_token (ChtClient *self);
/* Counts the sign-ins, so that a call knows whether the token it was refused with is still the newest. */
guint cht_client_get_generation (ChtClient *self);
void cht_client_note_answer (ChtClient *self, ChtAnswer *answer);
/* Signs in again with the kept password; calls that ask meanwhile share one sign-in. */
void cht_client_renew_async (ChtClient *self, gint64 deadline, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
gboolean cht_client_renew_finish (ChtClient *self, GAsyncResult *result, GError **error);

G_END_DECLS
