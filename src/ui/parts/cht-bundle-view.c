/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-bundle-view.h"

#include "cht-chain-panel.h"
#include "cht-finding-list.h"
#include "cht-preflight.h"

struct _ChtBundleView
{
  GtkWidget parent_instance;
  GtkWidget *findings, *panel;
  GCancellable *judging; /* (nullable) */
};

G_DEFINE_FINAL_TYPE (ChtBundleView, cht_bundle_view, GTK_TYPE_WIDGET)

typedef struct
{
  ChtBundle *bundle;
  char *name;
  gint64 now;
} Job;

static void
job_free (Job *job)
{
  g_clear_object (&job->bundle);
  g_free (job->name);
  g_free (job);
}

static void
judge_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;

  g_task_return_pointer (task, cht_preflight_inspect (job->bundle, job->name, job->now),
                         (GDestroyNotify) g_ptr_array_unref);
}

static void
on_judged_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  ChtBundleView *self = CHT_BUNDLE_VIEW (source);
  g_autoptr (GPtrArray) findings = g_task_propagate_pointer (G_TASK (result), NULL);
  g_autoptr (GListStore) store = g_list_store_new (CHT_TYPE_FINDING);

  if (findings == NULL || self->findings == NULL)
    return;
  g_list_store_splice (store, 0, 0, findings->pdata, findings->len);
  cht_finding_list_set_model (CHT_FINDING_LIST (self->findings), G_LIST_MODEL (store));
}

void
cht_bundle_view_set_bundle (ChtBundleView *self, ChtBundle *bundle, const char *name, gint64 now)
{
  g_autoptr (GTask) task = NULL;
  Job *job;

  g_return_if_fail (CHT_IS_BUNDLE_VIEW (self));
  if (self->judging != NULL)
    g_cancellable_cancel (self->judging);
  g_clear_object (&self->judging);
  cht_finding_list_set_model (CHT_FINDING_LIST (self->findings), NULL);
  cht_chain_panel_set_bundle (CHT_CHAIN_PANEL (self->panel), bundle, now);
  if (bundle == NULL)
    return;
  self->judging = g_cancellable_new ();
  job = g_new0 (Job, 1);
  job->bundle = g_object_ref (bundle);
  job->name = g_strdup (name);
  job->now = now;
  task = g_task_new (self, self->judging, on_judged_cb, NULL);
  g_task_set_source_tag (task, cht_bundle_view_set_bundle);
  g_task_set_task_data (task, job, (GDestroyNotify) job_free);
  g_task_run_in_thread (task, judge_thread);
}

static void
cht_bundle_view_dispose (GObject *object)
{
  ChtBundleView *self = CHT_BUNDLE_VIEW (object);

  if (self->judging != NULL)
    g_cancellable_cancel (self->judging);
  g_clear_object (&self->judging);
  g_clear_pointer (&self->findings, gtk_widget_unparent);
  g_clear_pointer (&self->panel, gtk_widget_unparent);
  G_OBJECT_CLASS (cht_bundle_view_parent_class)->dispose (object);
}

static void
cht_bundle_view_class_init (ChtBundleViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cht_bundle_view_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BOX_LAYOUT);
}

static void
cht_bundle_view_init (ChtBundleView *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (layout), 12);
  self->findings = cht_finding_list_new (CHT_FIELD_NONE);
  gtk_widget_set_parent (self->findings, GTK_WIDGET (self));
  self->panel = cht_chain_panel_new ();
  gtk_widget_set_vexpand (self->panel, TRUE);
  gtk_widget_set_parent (self->panel, GTK_WIDGET (self));
}

