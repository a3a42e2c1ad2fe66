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

void
cht_task_run (GTask *task, gpointer data, GDestroyNotify free_data, GTaskThreadFunc func, GAsyncReadyCallback done)
{
  g_autoptr (GTask) worker = cht_task_new (NULL, func, g_task_get_cancellable (task), done, g_object_ref (task));

  g_task_set_task_data (worker, data, free_data);
  g_task_run_in_thread (worker, func);
}
