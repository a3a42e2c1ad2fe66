/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-file-page.h"

#include "cht-bundle-view.h"
#include "cht-file.h"
#include "cht-notice.h"
#include "cht-text.h"

#include <glib/gi18n-lib.h>

struct _ChtFilePage
{
  ChtPage parent_instance;
  ChtWorkspace *workspace; /* (nullable) */
  GFile *file;
  ChtClock clock;
  GtkWidget *keep, *problem, *stack, *failed, *summary, *view;
};

G_DEFINE_FINAL_TYPE (ChtFilePage, cht_file_page, CHT_TYPE_PAGE)

enum
{
  KEPT,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void
append_count (GString *text, guint n, const char *words)
{
  if (n > 0)
    g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", words);
}

char *
cht_file_summary_text (guint certificates, guint keys, guint others, guint unreadable)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *c = g_strdup_printf (ngettext ("%u certificate", "%u certificates", certificates), certificates);
  g_autofree char *k = g_strdup_printf (ngettext ("%u private key", "%u private keys", keys), keys);
  g_autofree char *o = g_strdup_printf (ngettext ("%u other object", "%u other objects", others), others);
  g_autofree char *u
      = g_strdup_printf (ngettext ("%u unreadable block", "%u unreadable blocks", unreadable), unreadable);

  append_count (text, certificates, c);
  append_count (text, keys, k);
  append_count (text, others, o);
  append_count (text, unreadable, u);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* ---- Reading, on a worker ---- */

static void
read_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = cht_file_read (data, CHT_FILE_MAX_CERTIFICATES, cancellable, &error);
  ChtBundle *bundle = bytes != NULL ? cht_bundle_new (bytes, NULL, cancellable, &error) : NULL;

  if (bundle != NULL)
    g_task_return_pointer (task, bundle, g_object_unref);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
show_failure (ChtFilePage *self, const GError *error)
{
  /* Messages of both domains are whole sentences for a person. */
  gboolean ours = error->domain == CHT_FILE_ERROR || error->domain == CHT_X509_ERROR;
  g_autofree char *shown
      = cht_text_escape_controls (ours ? error->message : _("The file could not be read. Choose it again."));
  g_autofree char *markup = g_markup_escape_text (shown, -1);

  adw_status_page_set_description (ADW_STATUS_PAGE (self->failed), markup);
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "failed");
}

static void
on_read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  ChtFilePage *self = CHT_FILE_PAGE (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (ChtBundle) bundle = g_task_propagate_pointer (G_TASK (result), &error);
  g_autofree char *name = NULL;
  g_autofree char *text = NULL;
  guint certificates, keys, unreadable;

  if (cht_page_is_closed (CHT_PAGE (self)))
    return;
  if (bundle == NULL)
    {
      show_failure (self, error);
      return;
    }
  name = g_file_get_basename (self->file);
  certificates = cht_bundle_get_certificates (bundle)->len;
  keys = cht_bundle_get_keys (bundle)->len;
  unreadable = cht_bundle_get_n_unreadable (bundle);
  text = cht_file_summary_text (certificates, keys,
                                cht_bundle_get_objects (bundle)->len - certificates - keys - unreadable, unreadable);
  gtk_label_set_label (GTK_LABEL (self->summary), text);
  cht_bundle_view_set_bundle (CHT_BUNDLE_VIEW (self->view), bundle, name, cht_clock_now (&self->clock));
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "content");
  gtk_widget_set_sensitive (self->keep,
                            self->workspace != NULL
                                && cht_workspace_get_vault_state (self->workspace) == CHT_WORKSPACE_VAULT_OPEN);
}

static void
read_file (ChtFilePage *self)
{
  g_autoptr (GTask) task = g_task_new (self, cht_page_get_cancellable (CHT_PAGE (self)), on_read_cb, NULL);

  g_task_set_source_tag (task, read_file);
  g_task_set_task_data (task, g_object_ref (self->file), g_object_unref);
  g_task_run_in_thread (task, read_thread);
}

/* ---- Keeping ---- */

static void
on_kept_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChtFilePage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) items = cht_workspace_add_files_finish (CHT_WORKSPACE (source), result, &error);

  if (cht_page_is_closed (CHT_PAGE (self)))
    return;
  gtk_widget_set_sensitive (self->keep, TRUE);
  if (items == NULL || items->len == 0)
    {
      g_autoptr (ChtProblem) problem = cht_problem_from_error (error);

      cht_notice_show_problem (CHT_NOTICE (self->problem), problem);
      return;
    }
  cht_page_toast (CHT_PAGE (self), _("Kept in the vault."));
  g_signal_emit (self, signals[KEPT], 0, g_ptr_array_index (items, 0));
}

static void
on_keep_clicked_cb (GtkButton *button, ChtFilePage *self)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_object_unref);

  g_ptr_array_add (files, g_object_ref (self->file));
  gtk_widget_set_sensitive (self->keep, FALSE);
  cht_notice_show_problem (CHT_NOTICE (self->problem), NULL);
  cht_workspace_add_files_async (self->workspace, files, NULL, NULL, NULL, cht_page_get_cancellable (CHT_PAGE (self)),
                                 on_kept_cb, g_object_ref (self));
}

/* ---- The page ---- */

static void
cht_file_page_finalize (GObject *object)
{
  ChtFilePage *self = CHT_FILE_PAGE (object);

  g_clear_object (&self->file);
  g_clear_object (&self->workspace);
  G_OBJECT_CLASS (cht_file_page_parent_class)->finalize (object);
}

#define BIND(child) gtk_widget_class_bind_template_child (widget_class, ChtFilePage, child)

static void
cht_file_page_class_init (ChtFilePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = cht_file_page_finalize;
  signals[KEPT] = g_signal_new ("kept", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                1, CHT_TYPE_ITEM);
  g_type_ensure (CHT_TYPE_NOTICE);
  g_type_ensure (CHT_TYPE_BUNDLE_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/chatelaine/Chatelaine/file/cht-file-page.ui");
  BIND (keep);
  BIND (problem);
  BIND (stack);
  BIND (failed);
  BIND (summary);
  BIND (view);
  gtk_widget_class_bind_template_callback (widget_class, on_keep_clicked_cb);
}

static void
cht_file_page_init (ChtFilePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
cht_file_page_new (ChtWorkspace *workspace, ChtClock clock, GFile *file)
{
  ChtFilePage *self = g_object_new (CHT_TYPE_FILE_PAGE, NULL);
  g_autofree char *name = g_file_get_basename (file);

  g_set_object (&self->workspace, workspace);
  g_set_object (&self->file, file);
  self->clock = clock;
  cht_page_set_title (CHT_PAGE (self), name);
  gtk_widget_set_visible (self->keep, workspace != NULL);
  read_file (self);
  return GTK_WIDGET (self);
}
