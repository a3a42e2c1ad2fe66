/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-each.h"

#include "cht-task.h"

typedef struct {
  guint n, next, running;
  ChtEachStart start;
  ChtEachFinish finish;
  gpointer data;
  GError *error;
} Each;

typedef struct {
  GTask *task;
  guint index;
} One;

static void
each_free (gpointer data)
{
  Each *each = data;

  g_clear_error (&each->error);
  g_free (each);
}

static void go_on (GTask *task);

static void
on_one_ready_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree One *one = data;
  g_autoptr (GTask) task = one->task;
  Each *each = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (!each->finish (each->data, one->index, result, &error) && each->error == NULL)
    each->error = g_steal_pointer (&error);
  each->running--;
  go_on (task);
}

static void
go_on (GTask *task)
{
  Each *each = g_task_get_task_data (task);

  while (each->error == NULL && each->next < each->n && each->running < CHT_EACH_AT_ONCE)
    {
      One *one = g_new0 (One, 1);
      one->task = g_object_ref (task);
      one->index = each->next++;
      each->running++;
      each->start (each->data, one->index, g_task_get_cancellable (task), on_one_ready_cb, one);
    }
  if (each->running > 0)
    return;
  if (each->error != NULL)
    g_task_return_error (task, g_steal_pointer (&each->error));
  else
    g_task_return_boolean (task, TRUE);
}

void
cht_each_async (gpointer source, guint n, ChtEachStart start, ChtEachFinish finish, gpointer data,
                GCancellable *cancellable, GAsyncReadyCallback callback, gpointer callback_data)
{
  g_autoptr (GTask) task = cht_task_new (source, cht_each_async, cancellable, callback, callback_data);
  Each *each = g_new0 (Each, 1);

    each->n = n;
  each->start = start;
  each->finish = finish;
  each->data = data;
  g_task_set_task_data (task, each, each_free);
  go_on (task);
}

gboolean
cht_each_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
