/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A finding's repair, at its field: what would change stands there first, then what did change, with Undo. */
#include "cht-form-private.h"

#include "cht-notice.h"

#include <glib/gi18n-lib.h>

static void
hide_notices (ChtFormPage *self)
{
  for (guint i = 0; i < CHT_FORM_FIELDS; i++)
    if (self->repair_notices[i] != NULL)
      cht_notice_show (CHT_NOTICE (self->repair_notices[i]), CHT_NOTICE_INFO, NULL);
}

static void
dismiss_undo (ChtFormPage *self)
{
  AdwToast *undo = self->undo;

  g_clear_weak_pointer (&self->undo);
  if (undo != NULL)
    adw_toast_dismiss (undo);
}

void
cht_form_end_repair (ChtFormPage *self)
{
  hide_notices (self);
  dismiss_undo (self);
  g_clear_object (&self->repair);
  self->repaired = FALSE;
}

/* ---- Undo ---- */

static GtkWidget *
shown_notice (ChtFormPage *self)
{
  return self->repair != NULL ? self->repair_notices[cht_draft_repair_get_field (self->repair)] : NULL;
}

static void
tell (ChtFormPage *self, ChtNoticeKind kind, const char *text, const char *button)
{
  GtkWidget *notice = shown_notice (self);

  if (notice == NULL)
    return;
  g_object_set (notice, "button-label", button, NULL);
  cht_notice_show (CHT_NOTICE (notice), kind, text);
}

static void
undo (ChtFormPage *self)
{
  if (self->repair == NULL || !self->repaired)
    return;
  if (cht_draft_undo_repair (self->draft, self->repair))
    tell (self, CHT_NOTICE_INFO, _("Undone: the field holds the file as it came."), NULL);
  else
    tell (self, CHT_NOTICE_WARNING, _("The field holds another file by now. Nothing was undone."), NULL);
  dismiss_undo (self);
  g_clear_object (&self->repair);
  self->repaired = FALSE;
  cht_form_touch (self);
  cht_form_show_state (self);
}

static void
on_undo_clicked_cb (AdwToast *toast, ChtFormPage *self)
{
  /* It goes by itself. */
  g_clear_weak_pointer (&self->undo);
  undo (self);
}

static void
offer_undo (ChtFormPage *self, const char *text)
{
  AdwToast *toast = cht_page_toast (CHT_PAGE (self), text);

  dismiss_undo (self);
  if (toast == NULL)
    return;
  adw_toast_set_button_label (toast, _("Undo"));
  g_signal_connect_object (toast, "button-clicked", G_CALLBACK (on_undo_clicked_cb), self, 0);
  g_set_weak_pointer (&self->undo, toast);
}

/* ---- Repairing ---- */

static void
apply (ChtFormPage *self)
{
  g_autofree char *changes = cht_draft_repair_dup_text (self->repair);
  ChtField field = cht_draft_repair_get_field (self->repair);
  g_autofree char *text = NULL;

  if (!cht_draft_apply_repair (self->draft, self->repair))
    {
      tell (self, CHT_NOTICE_WARNING, _("The field holds another file by now. Nothing was changed."), NULL);
      g_clear_object (&self->repair);
      return;
    }
  self->repaired = TRUE;
  /* TRANSLATORS: the name of a file, and how it was mended. */
  text = g_strdup_printf (_("Mended: %s. Nothing was written to the disk."),
                          cht_draft_get_file_name (self->draft, field));
  offer_undo (self, text);
  g_free (text);
  text = g_strdup_printf (_("Mended. Nothing was written to the disk.\n%s"), changes);
  tell (self, CHT_NOTICE_SUCCESS, text, _("Undo"));
  cht_form_touch (self);
  cht_form_show_state (self);
}

static void
on_notice_activated_cb (ChtNotice *notice, ChtFormPage *self)
{
  if (self->repaired)
    undo (self);
  else if (self->repair != NULL)
    apply (self);
}

typedef struct
{
  ChtFormPage *page;
  ChtField field;
} Ask;

static void
on_planned_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Ask *ask = data;
  g_autoptr (ChtFormPage) self = ask->page;
  g_autoptr (GError) error = NULL;
  g_autoptr (ChtDraftRepair) repair = cht_draft_plan_repair_finish (CHT_DRAFT (source), result, &error);
  GtkWidget *notice = self->repair_notices[ask->field];
  g_autofree char *changes = NULL, *text = NULL;

  if (cht_page_is_closed (CHT_PAGE (self)) || self->uploading || notice == NULL)
    return;
  cht_form_end_repair (self);
  if (repair == NULL)
    {
      g_autoptr (ChtProblem) problem = cht_problem_from_error (error);

      g_object_set (notice, "button-label", NULL, NULL);
      cht_notice_show_problem (CHT_NOTICE (notice), problem);
      return;
    }
  self->repair = g_steal_pointer (&repair);
  changes = cht_draft_repair_dup_text (self->repair);
  text = g_strdup_printf (_("What would change here; the file itself stays as it is.\n%s"), changes);
  tell (self, CHT_NOTICE_INFO, text, cht_draft_repair_get_verb (self->repair));
  /* The button that was pressed goes with the next judgement: the way on is where the eye is. */
  gtk_widget_grab_focus (notice);
}

static void
on_repair_asked_cb (GtkWidget *list, ChtFinding *finding, ChtFormPage *self)
{
  ChtField field = cht_finding_get_field (finding);
  Ask *ask;

  if (!cht_draft_can_repair (self->draft, field, cht_finding_get_repair (finding)))
    return;
  ask = g_new0 (Ask, 1);
  ask->page = g_object_ref (self);
  ask->field = field;
  cht_draft_plan_repair_async (self->draft, field, cht_finding_get_repair (finding),
                               cht_page_get_cancellable (CHT_PAGE (self)), on_planned_cb, ask);
}

void
cht_form_add_repairs (ChtFormPage *self, GtkWidget *group, ChtField field)
{
  GtkWidget *notice = self->repair_notices[field] = cht_notice_new ();

  g_object_set (notice, "closable", TRUE, "margin-top", 6, NULL);
  gtk_widget_add_css_class (notice, "inset");
  g_signal_connect_object (notice, "activated", G_CALLBACK (on_notice_activated_cb), self, 0);
  g_signal_connect_object (self->lists[field], "repair-asked", G_CALLBACK (on_repair_asked_cb), self, 0);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), notice);
}
