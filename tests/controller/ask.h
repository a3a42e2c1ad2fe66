/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Waiting for asynchronous calls, with a deadline. */
#pragma once

#include "bad-server.h"
#include "cht-client-private.h"

G_BEGIN_DECLS

/* A GAsyncReadyCallback whose data is a GAsyncResult **. */
void ask_done (GObject *source, GAsyncResult *result, gpointer data);
/* Runs the main context until *RESULT is there. */
GAsyncResult *ask_wait (GAsyncResult **result);
/* Runs the main context until CHECK says TRUE. */
void ask_until (gboolean (*check) (gpointer), gpointer data);

/* A client of SERVER whose deadlines are short: connect 3 s, handshake 3 s, whole operation 5 s, pauses of 20 ms. */
ChtClient *ask_client (BadServer *server);
void ask_limits (ChtClient *client, guint total);
gboolean ask_sign_in (ChtClient *client, const char *password, GError **error);
gboolean ask_sign_out (ChtClient *client, GError **error);
/* GET PATH through the session; the root object's JSON again, or NULL. */
char *ask_get (ChtClient *client, const char *path, GError **error);
/* The same as a write by METHOD. */
char *ask_write (ChtClient *client, const char *method, const char *path, GCancellable *cancellable, GError **error);
/* A sentence for people: no library's words in it. */
void ask_assert_words (const GError *error);

G_END_DECLS
