/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A GTask as this room wants it: with its tag, and without GTask's own look at the cancellable, which would throw away
 * what is known already and answer in an error that is no problem. The parts judge the cancellable. (transfer full) */
GTask *
cht_task_new (gpointer source, gpointer tag, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);

/*
 * FUNC on a worker, then DONE on the thread of TASK, with no source object and a reference to TASK as its data. The
 * worker itself holds neither TASK nor its source: GTask's thread may be the last to let go of what it holds, and a
 * live object must not be disposed there.
 */
void
cht_task_run (GTask *task, gpointer data, GDestroyNotify free_data, GTaskThreadFunc func, GAsyncReadyCallback done);

G_END_DECLS
