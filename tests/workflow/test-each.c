/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The same call for many things: a few at a time, all waited for, the first fault told. Tasks that outlive what they
 * work on. */
#include "workflow-wait.h"

#include "cht-each.h"
#include "cht-task.h"

typedef struct {
  guint n_started, n_running, n_most, n_finished;
  guint fails_at;      /* G_MAXUINT: none does */
  GString *order;
  GCancellable *cancels;
} Many;

static gboolean
on_later_cb (gpointer data)
{
  g_autoptr (GTask) task = data;

  if (g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "cancelled");
  else
    g_task_return_boolean (task, TRUE);
  return G_SOURCE_REMOVE;
}

static void
start (gpointer data, guint index, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer callback_data)
{
  Many *many = data;

  many->n_started++;
  many->n_running++;
  many->n_most = MAX (many->n_most, many->n_running);
  g_string_append_printf (many->order, "%u ", index);
  g_idle_add (on_later_cb, cht_task_new (NULL, start, cancellable, callback, callback_data));
}

static gboolean
finish (gpointer data, guint index, GAsyncResult *result, GError **error)
{
  Many *many = data;

  many->n_running--;
  many->n_finished++;
  if (many->cancels != NULL && index == 0)
    g_cancellable_cancel (many->cancels);
  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  if (index != many->fails_at)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "the one of %u", index);
  return FALSE;
}

static gboolean
run (Many *many, guint n, GCancellable *cancellable, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *got = NULL;

  cht_each_async (NULL, n, start, finish, many, cancellable, wait_done, &got);
  result = wait_for (&got);
  return cht_each_finish (result, error);
}

static void
test_all (void)
{
  Many many = { .fails_at = G_MAXUINT, .order = g_string_new (NULL) };
  g_autoptr (GError) error = NULL;

  g_assert_true (run (&many, 10, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (many.n_finished, ==, 10);
  g_assert_cmpuint (many.n_most, ==, CHT_EACH_AT_ONCE);
  g_assert_cmpstr (many.order->str, ==, "0 1 2 3 4 5 6 7 8 9 ");
  g_string_free (many.order, TRUE);
}

static void
test_none (void)
{
  Many many = { .fails_at = G_MAXUINT, .order = g_string_new (NULL) };
  g_autoptr (GError) error = NULL;

  g_assert_true (run (&many, 0, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (many.n_started, ==, 0);
  g_string_free (many.order, TRUE);
}

/* A fault ends it: nothing more is started, and what runs is waited for, since it writes to the same place. */
static void
test_fault (void)
{
  Many many = { .fails_at = 1, .order = g_string_new (NULL) };
  g_autoptr (GError) error = NULL;

  g_assert_false (run (&many, 100, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
  g_assert_cmpstr (error->message, ==, "the one of 1");
  g_assert_cmpuint (many.n_running, ==, 0);
  g_assert_cmpuint (many.n_started, ==, many.n_finished);
  g_assert_cmpuint (many.n_started, <, 10);
  g_string_free (many.order, TRUE);
}

static void
test_cancelled (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Many many = { .fails_at = G_MAXUINT, .order = g_string_new (NULL), .cancels = cancellable };
  g_autoptr (GError) error = NULL;

  g_assert_false (run (&many, 100, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (many.n_started, <, 10);
  g_assert_cmpuint (many.n_running, ==, 0);
  g_string_free (many.order, TRUE);
}

/* An answer that is there is not thrown away because somebody cancelled a moment later. */
static void
test_late_cancel (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *got = NULL;
  g_autoptr (GTask) task = cht_task_new (NULL, test_late_cancel, cancellable, wait_done, &got);

  g_task_return_boolean (task, TRUE);
  g_cancellable_cancel (cancellable);
  result = wait_for (&got);
  g_assert_true (g_task_propagate_boolean (G_TASK (result), &error));
  g_assert_no_error (error);
  g_assert_true (g_task_get_source_tag (task) == test_late_cancel);
}

typedef struct {
  GMutex lock;
  GCond cond;
  gboolean may_end;
} Gate;

static void
wait_at_gate (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Gate *gate = data;

  g_mutex_lock (&gate->lock);
  while (!gate->may_end)
    g_cond_wait (&gate->cond, &gate->lock);
  g_mutex_unlock (&gate->lock);
  g_task_return_boolean (task, TRUE);
}

static void
on_gate_passed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;

  g_assert_null (source);
  g_task_return_boolean (task, g_task_propagate_boolean (G_TASK (result), NULL));
}

static void
on_object_gone_cb (gpointer data, GObject *object)
{
  *(GThread **) data = g_thread_self ();
}

static gboolean
is_gone (gpointer data)
{
  return *(GThread **) data != NULL;
}

/* Everybody else lets go of the object while the worker runs: it still ends on this thread. */
static void
test_worker_holds_nothing (void)
{
  Gate gate = { .may_end = FALSE };
  GThread *gone_on = NULL;
  GAsyncResult *got = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  GObject *object = g_object_new (G_TYPE_OBJECT, NULL);
  GTask *task = cht_task_new (object, test_worker_holds_nothing, NULL, wait_done, &got);

  g_mutex_init (&gate.lock);
  g_cond_init (&gate.cond);
  g_object_weak_ref (object, on_object_gone_cb, &gone_on);
  cht_task_run (task, &gate, NULL, wait_at_gate, on_gate_passed_cb);
  g_object_unref (task);
  g_object_unref (object);
  g_assert_null (gone_on);
  g_mutex_lock (&gate.lock);
  gate.may_end = TRUE;
  g_cond_signal (&gate.cond);
  g_mutex_unlock (&gate.lock);
  result = wait_for (&got);
  g_assert_true (g_task_propagate_boolean (G_TASK (result), NULL));
  g_clear_object (&result);
  wait_until (is_gone, &gone_on);
  g_assert_true (gone_on == g_thread_self ());
  g_mutex_clear (&gate.lock);
  g_cond_clear (&gate.cond);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/workflow/each/all", test_all);
  g_test_add_func ("/workflow/each/none", test_none);
  g_test_add_func ("/workflow/each/fault", test_fault);
  g_test_add_func ("/workflow/each/cancelled", test_cancelled);
  g_test_add_func ("/workflow/task/late-cancel", test_late_cancel);
  g_test_add_func ("/workflow/task/worker-holds-nothing", test_worker_holds_nothing);
  return g_test_run ();
}
