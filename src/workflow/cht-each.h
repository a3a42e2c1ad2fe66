/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The same asynchronous call for each of N things, a few at a time. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define CHT_EACH_AT_ONCE 4

typedef void (*ChtEachStart) (gpointer data, guint index, GCancellable *cancellable, GAsyncReadyCallback callback,
                              gpointer callback_data);
/* FALSE with ERROR ends the whole: what runs is waited for, nothing more is started. */
typedef gboolean (*ChtEachFinish) (gpointer data, guint index, GAsyncResult *result, GError **error);

/* DATA must live until the callback. */
void cht_each_async (gpointer source, guint n, ChtEachStart start, ChtEachFinish finish, gpointer data,
                     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer callback_data);
gboolean cht_each_finish (GAsyncResult *result, GError **error);

G_END_DECLS
