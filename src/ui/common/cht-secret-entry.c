/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-secret-entry.h"
#include "cht-spoken.h"
#include "cht-text.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MIN_PASSPHRASE 8 /* characters; the key derivation's 600,000 rounds cannot make up for less */

ChtSecret *
cht_editable_take_secret (GtkEditable *editable)
{
  const char *text;
  ChtSecret *secret = NULL;

  g_return_val_if_fail (GTK_IS_EDITABLE (editable), NULL);
  text = gtk_editable_get_text (editable);
  if (*text != '\0')
    secret = cht_secret_new_text (text);
  gtk_editable_set_text (editable, "");
  return secret;
}

const char *
cht_key_question_judge (const char *passphrase, const char *again)
{
  if (*passphrase == '\0')
    return "";
  if (g_utf8_strlen (passphrase, -1) < MIN_PASSPHRASE)
    return _("The passphrase is too short: use 8 characters or more.");
  if (*again != '\0' && strcmp (passphrase, again) != 0)
    return _("The two passphrases differ.");
  return *again == '\0' ? "" : NULL;
}

/* ---- The question ---- */

typedef struct
{
  GTask *task; /* (owned) */
  GtkWidget *dialog, *protect, *as_given, *passphrase, *again, *word, *words;
  ChtSecret *answer; /* (nullable) */
  gboolean gone;     /* the rows are */
} Question;

/* TRANSLATORS: the word a person types to have a private key written without protection. */
#define WORD _("unprotected")

static void
on_changed_cb (gpointer object, Question *question)
{
  gboolean protect = !question->gone && gtk_check_button_get_active (GTK_CHECK_BUTTON (question->protect));
  const char *fault = NULL;

  if (question->gone)
    return;
  gtk_widget_set_visible (question->passphrase, protect);
  gtk_widget_set_visible (question->again, protect);
  gtk_widget_set_visible (question->word, !protect);
  if (protect)
    fault = cht_key_question_judge (gtk_editable_get_text (GTK_EDITABLE (question->passphrase)),
                                    gtk_editable_get_text (GTK_EDITABLE (question->again)));
  else if (strcmp (gtk_editable_get_text (GTK_EDITABLE (question->word)), WORD) != 0)
    fault = "";
  /* Taken as it is typed: libadwaita 1.2 destroys the rows before it tells the answer. */
  g_clear_pointer (&question->answer, cht_secret_unref);
  if (protect && fault == NULL)
    question->answer = cht_secret_new_text (gtk_editable_get_text (GTK_EDITABLE (question->passphrase)));
  gtk_label_set_label (GTK_LABEL (question->words), fault != NULL ? fault : "");
  gtk_widget_set_visible (question->words, fault != NULL && *fault != '\0');
  adw_message_dialog_set_response_enabled (ADW_MESSAGE_DIALOG (question->dialog), "go-on", fault == NULL);
}

static void
on_toggled_cb (gpointer object, GParamSpec *pspec, Question *question)
{
  on_changed_cb (object, question);
}

static void
on_row_destroyed_cb (GtkWidget *row, Question *question)
{
  question->gone = TRUE;
}

/* libadwaita 1.2 reaches for a freed row where the focus is in an entry row of a window that goes. */
static gboolean
on_close_request_cb (GtkWindow *dialog, gpointer data)
{
  gtk_window_set_focus (dialog, NULL);
  return FALSE;
}

static gboolean
close_cb (gpointer data)
{
  gtk_window_close (data);
  return G_SOURCE_REMOVE;
}

static void
on_cancelled_cb (GCancellable *cancellable, GtkWidget *dialog)
{
  g_idle_add_full (G_PRIORITY_DEFAULT, close_cb, g_object_ref (dialog), g_object_unref);
}

static void
on_response_cb (AdwMessageDialog *dialog, const char *response, Question *question)
{
  g_autoptr (GTask) task = g_steal_pointer (&question->task);

  if (task == NULL)
    return;
  if (!g_str_equal (response, "go-on"))
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "declined");
      return;
    }
  if (question->answer != NULL)
    g_task_set_task_data (task, g_steal_pointer (&question->answer), (GDestroyNotify) cht_secret_unref);
  g_task_return_boolean (task, TRUE);
}

static void
question_free (Question *question)
{
  if (question->task != NULL)
    g_task_return_new_error (question->task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "closed");
  g_clear_object (&question->task);
  g_clear_pointer (&question->answer, cht_secret_unref);
  g_free (question);
}

static GtkWidget *
build_choice (Question *question, const char *as_given_words)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *group = adw_preferences_group_new ();
  g_autofree char *word = g_strdup_printf (_("Type “%s” to go on"), WORD);

  question->protect = gtk_check_button_new_with_label (_("Protect the key with a new passphrase"));
  question->as_given = gtk_check_button_new_with_label (as_given_words);
  gtk_check_button_set_group (GTK_CHECK_BUTTON (question->as_given), GTK_CHECK_BUTTON (question->protect));
  gtk_check_button_set_active (GTK_CHECK_BUTTON (question->protect), TRUE);
  question->passphrase = adw_password_entry_row_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (question->passphrase), _("New passphrase"));
  question->again = adw_password_entry_row_new ();
  cht_spoken_mend (question->passphrase);
  cht_spoken_mend (question->again);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (question->again), _("The same again"));
  question->word = adw_entry_row_new ();
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (question->word), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (question->word), word);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), question->passphrase);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), question->again);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), question->word);
  g_object_set (question->passphrase, "activates-default", TRUE, NULL);
  g_object_set (question->again, "activates-default", TRUE, NULL);
  g_object_set (question->word, "activates-default", TRUE, NULL);
  question->words = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (question->words), TRUE);
  gtk_label_set_xalign (GTK_LABEL (question->words), 0);
  gtk_widget_add_css_class (question->words, "error");
  gtk_box_append (GTK_BOX (box), question->protect);
  gtk_box_append (GTK_BOX (box), question->as_given);
  gtk_box_append (GTK_BOX (box), group);
  gtk_box_append (GTK_BOX (box), question->words);
  g_signal_connect (question->passphrase, "changed", G_CALLBACK (on_changed_cb), question);
  g_signal_connect (question->again, "changed", G_CALLBACK (on_changed_cb), question);
  g_signal_connect (question->word, "changed", G_CALLBACK (on_changed_cb), question);
  g_signal_connect (question->protect, "notify::active", G_CALLBACK (on_toggled_cb), question);
  return box;
}

void
cht_key_question_ask_async (GtkWidget *parent, const char *heading, const char *as_given_words,
                            GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  Question *question = g_new0 (Question, 1);
  GtkRoot *root = gtk_widget_get_root (parent);

  question->task = g_task_new (parent, cancellable, callback, data);
  g_task_set_source_tag (question->task, cht_key_question_ask_async);
  question->dialog = adw_message_dialog_new (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, heading,
                                             _("A private key lets its holder act as this authority. Whoever reads "
                                                "the file can use it, unless a passphrase protects it."));
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (question->dialog), build_choice (question, as_given_words));
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (question->dialog), "cancel", _("Cancel"));
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (question->dialog), "go-on", _("Write the key"));
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (question->dialog), "go-on", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (question->dialog), "go-on");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (question->dialog), "cancel");
  g_signal_connect (question->dialog, "close-request", G_CALLBACK (on_close_request_cb), NULL);
  g_signal_connect (question->passphrase, "destroy", G_CALLBACK (on_row_destroyed_cb), question);
  g_signal_connect (question->dialog, "response", G_CALLBACK (on_response_cb), question);
  g_object_set_data_full (G_OBJECT (question->dialog), "question", question, (GDestroyNotify) question_free);
  if (cancellable != NULL)
    g_signal_connect_object (cancellable, "cancelled", G_CALLBACK (on_cancelled_cb), question->dialog, 0);
  on_changed_cb (NULL, question);
  gtk_widget_grab_focus (question->passphrase);
  gtk_window_present (GTK_WINDOW (question->dialog));
}

gboolean
cht_key_question_ask_finish (GAsyncResult *result, ChtSecret **passphrase, GError **error)
{
  ChtSecret *answer;

  g_return_val_if_fail (g_async_result_is_tagged (result, cht_key_question_ask_async), FALSE);
  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  answer = g_task_get_task_data (G_TASK (result));
  if (passphrase != NULL)
    *passphrase = answer != NULL ? cht_secret_ref (answer) : NULL;
  return TRUE;
}
