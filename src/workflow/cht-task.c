/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-task.h"

GTask *
cht_task_new (gpointer source, gpointer tag, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  GTask *task = g_task_new (source, cancellable, callback, data);

  g_task_set_source_tag (task, tag);
  g_task_set_check_cancellable (task, FALSE);
  return task;
}
