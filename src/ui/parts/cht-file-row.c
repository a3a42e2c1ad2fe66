/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-file-row.h"
#include "cht-chooser.h"
#include "cht-text.h"

#include <glib/gi18n-lib.h>

struct _ChtFileRow {
  AdwActionRow parent;
  gboolean secret;
  GtkWidget *choose, *clear, *spinner, *icon;
  gboolean choosing;      /* a dialog is up */
  GCancellable *waiting;  /* for a dialog or the clipboard, as long as the row is on a screen */
};

enum {
  FILE_CHOSEN,
  TEXT_PASTED,
  CLEARED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ChtFileRow, cht_file_row, ADW_TYPE_ACTION_ROW)

static void
on_chosen_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChtFileRow) self = CHT_FILE_ROW (data);
  g_autoptr (GPtrArray) files = cht_chooser_ask_finish (result, NULL);

  self->choosing = FALSE;
  if (gtk_widget_get_root (GTK_WIDGET (self)) == NULL)
    return;
  gtk_widget_grab_focus (self->choose);
  if (files != NULL && files->len == 1)
    g_signal_emit (self, signals[FILE_CHOSEN], 0, g_ptr_array_index (files, 0));
}

static void
on_choose_clicked_cb (GtkButton *button, ChtFileRow *self)
{
  if (self->choosing)
    return;
  self->choosing = TRUE;
  cht_chooser_ask_async (GTK_WIDGET (self), CHT_CHOOSER_FILE,
                         adw_preferences_row_get_title (ADW_PREFERENCES_ROW (self)), _ ("Choose"),
                         self->waiting, on_chosen_cb, g_object_ref (self));
}

static void
on_clear_clicked_cb (GtkButton *button, ChtFileRow *self)
{
  gtk_widget_grab_focus (self->choose);
  g_signal_emit (self, signals[CLEARED], 0);
}

static gboolean
on_drop_cb (GtkDropTarget *target, const GValue *value, double x, double y, ChtFileRow *self)
{
  GSList *files = g_value_get_boxed (value);

  if (files == NULL || files->next != NULL)
    return FALSE;
  g_signal_emit (self, signals[FILE_CHOSEN], 0, files->data);
  return TRUE;
}

static void
on_text_read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChtFileRow) self = CHT_FILE_ROW (data);
  g_autofree char *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, NULL);
  g_autoptr (GBytes) bytes = NULL;

  if (text == NULL || *text == '\0')
    return;
  bytes = g_bytes_new (text, strlen (text));
  g_signal_emit (self, signals[TEXT_PASTED], 0, bytes);
}

static void
on_files_read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChtFileRow) self = CHT_FILE_ROW (data);
  const GValue *value = gdk_clipboard_read_value_finish (GDK_CLIPBOARD (source), result, NULL);
  GSList *files = value != NULL ? g_value_get_boxed (value) : NULL;

  if (files != NULL && files->next == NULL)
    g_signal_emit (self, signals[FILE_CHOSEN], 0, files->data);
}

/* A key's text never comes by the clipboard: managers keep what passes there. */
static void
on_row_paste_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ChtFileRow *self = CHT_FILE_ROW (widget);
  GdkClipboard *clipboard = gtk_widget_get_clipboard (widget);

  if (gdk_content_formats_contain_gtype (gdk_clipboard_get_formats (clipboard), GDK_TYPE_FILE_LIST))
    gdk_clipboard_read_value_async (clipboard, GDK_TYPE_FILE_LIST, G_PRIORITY_DEFAULT, self->waiting, on_files_read_cb,
                                    g_object_ref (self));
  else if (!self->secret)
    gdk_clipboard_read_text_async (clipboard, self->waiting, on_text_read_cb, g_object_ref (self));
}

void
cht_file_row_show (ChtFileRow *self, const char *file_name, const char *summary, gboolean is_problem)
{
  g_autofree char *name = cht_text_for_display (file_name);
  g_autofree char *words = cht_text_for_display (summary);
  g_autofree char *subtitle = NULL;

  g_return_if_fail (CHT_IS_FILE_ROW (self));

  /* Translators: a file's name, then what was found in it: "chain.pem · 2 certificates, 1 hierarchy, to 2029" */
  subtitle = *name != '\0' && *words != '\0' ? g_strdup_printf (_ ("%s · %s"), name, words)
                                             : g_strconcat (name, words, NULL);
  if (*subtitle == '\0')
    {
      g_free (subtitle);
      subtitle = g_strdup (self->secret ? _ ("Choose a file or drop it here")
                                        : _ ("Choose a file, drop it here or paste it"));
    }
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), subtitle);
  gtk_widget_set_visible (self->clear, file_name != NULL);
  gtk_widget_set_visible (self->icon, is_problem);
  if (is_problem)
    gtk_widget_add_css_class (GTK_WIDGET (self), "file-problem");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "file-problem");
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->choose), GTK_ACCESSIBLE_STATE_INVALID,
                               is_problem ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->choose), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, subtitle, -1);
}

void
cht_file_row_set_busy (ChtFileRow *self, gboolean busy)
{
  g_return_if_fail (CHT_IS_FILE_ROW (self));
  gtk_widget_set_visible (self->spinner, busy);
  gtk_spinner_set_spinning (GTK_SPINNER (self->spinner), busy);
}

/* A page that goes takes its dialog with it; the dialog's task would else keep the row alive. */
static void
cht_file_row_unroot (GtkWidget *widget)
{
  ChtFileRow *self = CHT_FILE_ROW (widget);

  g_cancellable_cancel (self->waiting);
  g_clear_object (&self->waiting);
  self->waiting = g_cancellable_new ();
  GTK_WIDGET_CLASS (cht_file_row_parent_class)->unroot (widget);
}

static void
cht_file_row_dispose (GObject *object)
{
  ChtFileRow *self = CHT_FILE_ROW (object);

  g_cancellable_cancel (self->waiting);
  g_clear_object (&self->waiting);
  G_OBJECT_CLASS (cht_file_row_parent_class)->dispose (object);
}

static void
cht_file_row_class_init (ChtFileRowClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cht_file_row_dispose;
  GTK_WIDGET_CLASS (klass)->unroot = cht_file_row_unroot;
  signals[FILE_CHOSEN] = g_signal_new ("file-chosen", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                       G_TYPE_FILE);
  signals[TEXT_PASTED] = g_signal_new ("text-pasted", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                       G_TYPE_BYTES);
  signals[CLEARED] = g_signal_new ("cleared", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "row.paste", NULL, on_row_paste_cb);
  gtk_widget_class_add_binding_action (GTK_WIDGET_CLASS (klass), GDK_KEY_v, GDK_CONTROL_MASK, "row.paste", NULL);
}

static void
cht_file_row_init (ChtFileRow *self)
{
  GtkDropTarget *drop = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  self->waiting = g_cancellable_new ();
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self), FALSE);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (self), 0);
  self->icon = gtk_image_new_from_icon_name ("dialog-error-symbolic");
  self->spinner = gtk_spinner_new ();
  self->clear = gtk_button_new_from_icon_name ("edit-clear-symbolic");
  self->choose = gtk_button_new_with_mnemonic (_ ("Choose…"));
  gtk_widget_add_css_class (self->clear, "flat");
  gtk_widget_set_valign (self->clear, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (self->choose, GTK_ALIGN_CENTER);
  gtk_widget_set_visible (self->spinner, FALSE);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), self->icon);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), self->spinner);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), self->clear);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), self->choose);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (self), self->choose);
  g_signal_connect (self->choose, "clicked", G_CALLBACK (on_choose_clicked_cb), self);
  g_signal_connect (self->clear, "clicked", G_CALLBACK (on_clear_clicked_cb), self);
  g_signal_connect (drop, "drop", G_CALLBACK (on_drop_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drop));
}

GtkWidget *
cht_file_row_new (const char *title, gboolean secret)
{
  ChtFileRow *self = g_object_new (CHT_TYPE_FILE_ROW, NULL);
  g_autofree char *shown = cht_text_for_display (title);
  /* Translators: names of buttons for a screen reader; %s is the field, "Trust chain" */
  g_autofree char *choose = g_strdup_printf (_ ("Choose a file: %s"), shown);
  g_autofree char *clear = g_strdup_printf (_ ("Take the file away: %s"), shown);

  self->secret = secret;
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), shown);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->choose), GTK_ACCESSIBLE_PROPERTY_LABEL, choose, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->clear), GTK_ACCESSIBLE_PROPERTY_LABEL, clear, -1);
  gtk_widget_set_tooltip_text (self->clear, clear);
  cht_file_row_show (self, NULL, NULL, FALSE);
  return GTK_WIDGET (self);
}
