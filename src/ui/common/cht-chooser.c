/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-chooser.h"

#include <glib/gi18n-lib.h>

static const char *const suffixes[]
    = { "pem", "crt", "cer", "der", "key", "p12", "pfx", "p7b", "p7c", "p8", "csr", "crl", "txt", NULL };

const char *const *
cht_chooser_list_suffixes (void)
{
  return suffixes;
}

static GPtrArray *
dup_files (GtkFileChooser *chooser)
{
  g_autoptr (GListModel) model = gtk_file_chooser_get_files (chooser);
  GPtrArray *files = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    g_ptr_array_add (files, g_list_model_get_item (model, i));
  return files;
}

static void
on_response_cb (GtkNativeDialog *dialog, int response, GTask *data)
{
  g_autoptr (GTask) task = g_object_ref (data);
  g_autoptr (GPtrArray) files = NULL;

  /* Once only: it also ends the circle of task and dialog. */
  g_signal_handlers_disconnect_by_func (dialog, on_response_cb, data);
  if (response == GTK_RESPONSE_ACCEPT)
    files = dup_files (GTK_FILE_CHOOSER (dialog));
  gtk_native_dialog_destroy (dialog);
  g_task_return_pointer (task, files != NULL && files->len > 0 ? g_steal_pointer (&files) : NULL,
                         (GDestroyNotify) g_ptr_array_unref);
}

/* In an idle: a handler of "cancelled" may not disconnect itself, and destroying the dialog ends in a response. */
static gboolean
close_dialog_cb (gpointer data)
{
  gtk_native_dialog_hide (data);
  g_signal_emit_by_name (data, "response", GTK_RESPONSE_CANCEL);
  return G_SOURCE_REMOVE;
}

static void
on_cancelled_cb (GCancellable *cancellable, GtkNativeDialog *dialog)
{
  g_idle_add_full (G_PRIORITY_DEFAULT, close_dialog_cb, g_object_ref (dialog), g_object_unref);
}

/* A suffix and not a pattern: "*.pem" would miss CHAIN.PEM. "All files" stands beside, since files have odd names. */
static void
add_filters (GtkFileChooser *chooser)
{
  g_autoptr (GtkFileFilter) known = gtk_file_filter_new ();
  g_autoptr (GtkFileFilter) all = gtk_file_filter_new ();

  gtk_file_filter_set_name (known, _("Certificates and keys"));
  for (guint i = 0; suffixes[i] != NULL; i++)
    gtk_file_filter_add_suffix (known, suffixes[i]);
  gtk_file_chooser_add_filter (chooser, known);
  gtk_file_filter_set_name (all, _("All files"));
  gtk_file_filter_add_pattern (all, "*");
  gtk_file_chooser_add_filter (chooser, all);
}

void
cht_chooser_ask_async (GtkWidget *parent, ChtChooserKind kind, const char *title, const char *accept,
                       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  GtkRoot *root = gtk_widget_get_root (parent);
  g_autoptr (GTask) task = g_task_new (parent, cancellable, callback, data);
  GtkFileChooserAction action
      = kind == CHT_CHOOSER_FOLDER ? GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER : GTK_FILE_CHOOSER_ACTION_OPEN;
  GtkFileChooserNative *dialog;

  g_task_set_source_tag (task, cht_chooser_ask_async);
  dialog = gtk_file_chooser_native_new (title, GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, action, accept,
                                        _("Cancel"));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  if (kind != CHT_CHOOSER_FOLDER)
    {
      gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (dialog), kind == CHT_CHOOSER_FILES);
      add_filters (GTK_FILE_CHOOSER (dialog));
    }
  else
    gtk_file_chooser_set_create_folders (GTK_FILE_CHOOSER (dialog), TRUE);
  g_task_set_task_data (task, dialog, g_object_unref);
  g_signal_connect_data (dialog, "response", G_CALLBACK (on_response_cb), g_object_ref (task),
                         (GClosureNotify) (void (*) (void)) g_object_unref, 0);
  if (cancellable != NULL)
    g_signal_connect_object (cancellable, "cancelled", G_CALLBACK (on_cancelled_cb), dialog, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

GPtrArray *
cht_chooser_ask_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, cht_chooser_ask_async), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
