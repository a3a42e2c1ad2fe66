/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A GTask as this room wants it: with its tag, and without GTask's own look at the cancellable, which would throw away
 * what is known already and answer in an error that is no problem. The parts judge the cancellable. (transfer full) */
GTask *
cht_task_new (gpointer source, gpointer tag, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);

G_END_DECLS
