/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What leaves the form: into the vault as a draft, or to the controller. */
#include "cht-form-private.h"

#include "cht-notice.h"
#include "cht-text.h"

#include <glib/gi18n-lib.h>

#define KEEP_AFTER 2 /* seconds of quiet */

/* ---- Keeping ---- */

typedef struct
{
  ChtFormPage *page;
  gboolean leaving;
} Keep;

static void
on_draft_kept_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Keep *keep = data;
  g_autoptr (ChtFormPage) self = keep->page;
  g_autoptr (GError) error = NULL;
  g_autoptr (ChtProblem) problem = NULL;
  gboolean kept = cht_workspace_keep_draft_finish (CHT_WORKSPACE (source), result, &error);

  self->keeping = FALSE;
  if (kept)
    self->kept = cht_clock_now (cht_workspace_get_clock (self->workspace));
  if (!keep->leaving)
    {
      cht_form_show_state (self);
      return;
    }
  problem = error != NULL ? cht_problem_from_error (error) : NULL;
  g_signal_emit_by_name (self, "draft-left", problem);
}

void
cht_form_keep_now (ChtFormPage *self, gboolean leaving)
{
  Keep *keep;

  g_clear_handle_id (&self->keep_source, g_source_remove);
  keep = g_new0 (Keep, 1);
  keep->page = g_object_ref (self);
  keep->leaving = leaving;
  self->keeping = TRUE;
  cht_workspace_keep_draft_async (self->workspace, self->draft, NULL, on_draft_kept_cb, keep);
}

static gboolean
on_quiet_cb (gpointer data)
{
  ChtFormPage *self = data;

  if (self->keeping || self->uploading || cht_draft_get_busy (self->draft))
    return G_SOURCE_CONTINUE;
  self->keep_source = 0;
  if (cht_workspace_get_vault_state (self->workspace) == CHT_WORKSPACE_VAULT_OPEN)
    cht_form_keep_now (self, FALSE);
  return G_SOURCE_REMOVE;
}

void
cht_form_touch (ChtFormPage *self)
{
  self->touched = TRUE;
  g_clear_handle_id (&self->keep_source, g_source_remove);
  self->keep_source = g_timeout_add_seconds (KEEP_AFTER, on_quiet_cb, self);
}

/* ---- Words ---- */

char *
cht_form_conflicts_text (GArray *conflicts)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < conflicts->len; i++)
    {
      const ChtConflict *conflict = &g_array_index (conflicts, ChtConflict, i);
      g_autofree char *destination = cht_text_for_display (conflict->destination);
      g_autofree char *certificate = cht_text_for_display (conflict->certificate);

      g_string_append_printf (text, _("%s uses “%s” now."), destination, certificate);
      g_string_append_c (text, '\n');
    }
  g_string_append (text, ngettext ("Uploading gives it this certificate instead.",
                                   "Uploading gives them this certificate instead.", conflicts->len));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

char *
cht_form_replace_text (guint n)
{
  return g_strdup_printf (ngettext ("Replace on %u destination", "Replace on %u destinations", n), n);
}

/* ---- Uploading ---- */

static void start_upload (ChtFormPage *self, gboolean force);

static void
on_confirmed_cb (AdwMessageDialog *dialog, const char *response, ChtFormPage *self)
{
  if (g_str_equal (response, "replace"))
    start_upload (self, TRUE);
  else
    cht_notice_show (CHT_NOTICE (self->outcome), CHT_NOTICE_INFO,
                     _("Nothing was sent. The destinations keep what they have."));
}

static void
close_dialog_cb (GCancellable *cancellable, GtkWindow *dialog)
{
  gtk_window_destroy (dialog);
}

static void
ask_replace (ChtFormPage *self, ChtOutcome *outcome)
{
  GArray *conflicts = cht_outcome_get_conflicts (outcome);
  g_autofree char *body
      = conflicts->len > 0 ? cht_form_conflicts_text (conflicts) : g_strdup (cht_outcome_get_message (outcome));
  g_autofree char *words = cht_form_replace_text (conflicts->len);
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                                              _("Replace a certificate that is in use?"), body);

  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "cancel", _("Cancel"));
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "replace", words);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "replace", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_confirmed_cb), self, 0);
  g_signal_connect_object (cht_page_get_cancellable (CHT_PAGE (self)), "cancelled", G_CALLBACK (close_dialog_cb),
                           dialog, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
on_draft_dropped_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  /* What went up is kept as an item: a draft that could not be dropped shows in the list, where it can be discarded. */
  cht_workspace_drop_draft_finish (CHT_WORKSPACE (source), result, NULL);
}

static void
drop_draft (ChtFormPage *self)
{
  GListModel *drafts = cht_workspace_get_drafts (self->workspace);

  for (guint i = 0; i < g_list_model_get_n_items (drafts); i++)
    {
      g_autoptr (ChtDraft) draft = g_list_model_get_item (drafts, i);

      if (draft == self->draft)
        {
          cht_workspace_drop_draft_async (self->workspace, draft, NULL, on_draft_dropped_cb, NULL);
          return;
        }
    }
}

static void
show_outcome (ChtFormPage *self, ChtOutcome *outcome)
{
  g_autofree char *name = g_strdup (cht_draft_get_name (self->draft));

  switch (cht_outcome_get_kind (outcome))
    {
    case CHT_OUTCOME_DONE:
      self->touched = FALSE;
      drop_draft (self);
      g_signal_emit_by_name (self, "uploaded", name);
      break;
    case CHT_OUTCOME_NEEDS_CONFIRMATION:
      ask_replace (self, outcome);
      break;
    case CHT_OUTCOME_UNKNOWN:
      cht_notice_show (CHT_NOTICE (self->outcome), CHT_NOTICE_WARNING, cht_outcome_get_message (outcome));
      break;
    case CHT_OUTCOME_REFUSED:
    case CHT_OUTCOME_DRY_RUN:
    default:
      cht_notice_show (CHT_NOTICE (self->outcome), CHT_NOTICE_ERROR, cht_outcome_get_message (outcome));
      break;
    }
}

static void
on_uploaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChtFormPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (ChtOutcome) outcome = cht_workspace_upload_finish (CHT_WORKSPACE (source), result, &error);

  self->uploading = FALSE;
  if (cht_page_is_closed (CHT_PAGE (self)))
    return;
  gtk_widget_set_sensitive (self->scroller, TRUE);
  if (outcome != NULL)
    show_outcome (self, outcome);
  else
    {
      g_autoptr (ChtProblem) problem = cht_problem_from_error (error);

      cht_notice_show_problem (CHT_NOTICE (self->outcome), problem);
    }
  if (cht_page_is_closed (CHT_PAGE (self)))
    return;
  cht_form_show_state (self);
  gtk_widget_grab_focus (self->upload);
}

/* Not cancelled with the page: what is on its way is reconciled, not left in doubt. */
static void
start_upload (ChtFormPage *self, gboolean force)
{
  ChtUploadOptions options = { .force_association = force, .keep = TRUE };

  if (self->uploading)
    return;
  g_clear_handle_id (&self->keep_source, g_source_remove);
  self->uploading = TRUE;
  /* What is on its way is not changed any more. */
  cht_form_end_repair (self);
  /* An entry that turns insensitive with the focus in it never hears that the focus left. */
  if (gtk_widget_get_root (GTK_WIDGET (self)) != NULL)
    gtk_root_set_focus (gtk_widget_get_root (GTK_WIDGET (self)), NULL);
  gtk_widget_set_sensitive (self->scroller, FALSE);
  cht_notice_show (CHT_NOTICE (self->outcome), CHT_NOTICE_INFO, NULL);
  cht_form_show_state (self);
  cht_workspace_upload_async (self->workspace, self->draft, &options, NULL, on_uploaded_cb, g_object_ref (self));
}

void
cht_form_upload (ChtFormPage *self)
{
  cht_form_take_passphrase (self);
  cht_draft_set_whole (self->draft, TRUE);
  start_upload (self, FALSE);
}
