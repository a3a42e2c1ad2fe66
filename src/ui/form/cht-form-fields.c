/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rows that follow the role: its files with the controller's labels, and the destinations that it may go to. */
#include "cht-form-private.h"

#include "cht-file-row.h"
#include "cht-finding-list.h"
#include "cht-notice.h"
#include "cht-secret-entry.h"
#include "cht-spoken.h"
#include "cht-text.h"

#include <glib/gi18n-lib.h>

static const ChtField file_fields[] = { CHT_FIELD_CHAIN, CHT_FIELD_CERTIFICATE, CHT_FIELD_KEY };

/* ---- Files ---- */

void
cht_form_show_files (ChtFormPage *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (file_fields); i++)
    {
      ChtField field = file_fields[i];
      ChtProblem *problem = cht_draft_get_problem (self->draft, field);
      g_autofree char *summary = NULL;

      if (self->file_rows[field] == NULL)
        continue;
      summary = problem != NULL ? cht_problem_dup_text (problem) : cht_draft_dup_summary (self->draft, field);
      cht_file_row_show (CHT_FILE_ROW (self->file_rows[field]), cht_draft_get_file_name (self->draft, field), summary,
                         problem != NULL);
    }
}

static ChtField
get_field (ChtFormPage *self, gpointer row)
{
  for (guint i = 0; i < CHT_FORM_FIELDS; i++)
    if (self->file_rows[i] == row)
      return i;
  return CHT_FIELD_NONE;
}

/* The draft is the one place where a problem with a file lives: the row shows it. */
static void
end_reading (ChtFormPage *self)
{
  if (cht_page_is_closed (CHT_PAGE (self)))
    return;
  for (guint i = 0; i < CHT_FORM_FIELDS; i++)
    if (self->file_rows[i] != NULL)
      cht_file_row_set_busy (CHT_FILE_ROW (self->file_rows[i]), FALSE);
  cht_form_show_state (self);
}

static void
on_file_set_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChtFormPage) self = data;

  cht_draft_set_file_finish (CHT_DRAFT (source), result, NULL);
  end_reading (self);
}

static void
on_bytes_set_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChtFormPage) self = data;

  cht_draft_set_bytes_finish (CHT_DRAFT (source), result, NULL);
  end_reading (self);
}

static void
on_file_chosen_cb (ChtFileRow *row, GFile *file, ChtFormPage *self)
{
  cht_form_end_repair (self);
  cht_file_row_set_busy (row, TRUE);
  cht_draft_set_file_async (self->draft, get_field (self, row), file, cht_page_get_cancellable (CHT_PAGE (self)),
                            on_file_set_cb, g_object_ref (self));
  cht_form_touch (self);
}

static void
on_text_pasted_cb (ChtFileRow *row, GBytes *bytes, ChtFormPage *self)
{
  cht_form_end_repair (self);
  cht_file_row_set_busy (row, TRUE);
  cht_draft_set_bytes_async (self->draft, get_field (self, row), bytes, _("pasted text"),
                             cht_page_get_cancellable (CHT_PAGE (self)), on_bytes_set_cb, g_object_ref (self));
  cht_form_touch (self);
}

static void
on_cleared_cb (ChtFileRow *row, ChtFormPage *self)
{
  cht_form_end_repair (self);
  cht_draft_clear_field (self->draft, get_field (self, row));
  cht_form_touch (self);
  cht_form_show_state (self);
}

static GtkWidget *
add_group (ChtFormPage *self, const char *title)
{
  GtkWidget *group = adw_preferences_group_new ();

  if (title != NULL)
    adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), title);
  gtk_box_append (GTK_BOX (self->files), group);
  return group;
}

static void
add_findings (ChtFormPage *self, GtkWidget *group, ChtField field)
{
  self->lists[field] = cht_finding_list_new (field);
  gtk_widget_set_margin_top (self->lists[field], 6);
  cht_finding_list_set_draft (CHT_FINDING_LIST (self->lists[field]), self->draft);
  cht_finding_list_set_model (CHT_FINDING_LIST (self->lists[field]), cht_draft_get_findings (self->draft));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), self->lists[field]);
  if (field != CHT_FIELD_PASSPHRASE)
    cht_form_add_repairs (self, group, field);
}

/* (transfer full) */
static char *
dup_label (const ChtRoleField *field, const char *fallback)
{
  g_autofree char *label = cht_text_for_display (field->label);

  if (*label == '\0')
    return g_strdup (fallback);
  return g_steal_pointer (&label);
}

static GtkWidget *
add_file (ChtFormPage *self, ChtField field, const ChtRoleField *role_field, const char *fallback,
          const char *group_title)
{
  GtkWidget *group = add_group (self, group_title);
  g_autofree char *label = dup_label (role_field, fallback);

  self->file_rows[field] = cht_file_row_new (label, field == CHT_FIELD_KEY);
  g_signal_connect_object (self->file_rows[field], "file-chosen", G_CALLBACK (on_file_chosen_cb), self, 0);
  g_signal_connect_object (self->file_rows[field], "text-pasted", G_CALLBACK (on_text_pasted_cb), self, 0);
  g_signal_connect_object (self->file_rows[field], "cleared", G_CALLBACK (on_cleared_cb), self, 0);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), self->file_rows[field]);
  return group;
}

/* ---- Passphrase ---- */

void
cht_form_take_passphrase (ChtFormPage *self)
{
  g_autoptr (ChtSecret) secret = NULL;
  const char *text;

  if (self->passphrase == NULL || self->filling)
    return;
  text = gtk_editable_get_text (GTK_EDITABLE (self->passphrase));
  if (*text != '\0')
    secret = cht_secret_new_text (text);
  cht_draft_set_passphrase (self->draft, secret);
}

static void
on_passphrase_left_cb (GtkEventControllerFocus *controller, ChtFormPage *self)
{
  if (!gtk_event_controller_focus_contains_focus (controller))
    cht_form_take_passphrase (self);
}

static void
on_passphrase_activated_cb (AdwEntryRow *row, ChtFormPage *self)
{
  cht_form_take_passphrase (self);
}

static void
add_passphrase (ChtFormPage *self, GtkWidget *group, const ChtRoleField *role_field)
{
  GtkEventController *focus = gtk_event_controller_focus_new ();
  g_autofree char *label = dup_label (role_field, _("Passphrase of the key"));
  g_autofree char *title
      = role_field->mandatory ? g_strdup (label) : g_strdup_printf (_("%s, if the key has one"), label);

  self->passphrase = adw_password_entry_row_new ();
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self->passphrase), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->passphrase), title);
  g_signal_connect_object (self->passphrase, "entry-activated", G_CALLBACK (on_passphrase_activated_cb), self, 0);
  g_signal_connect_object (focus, "leave", G_CALLBACK (on_passphrase_left_cb), self, 0);
  gtk_widget_add_controller (self->passphrase, focus);
  cht_spoken_mend (self->passphrase);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), self->passphrase);
}

static void
clear_files (ChtFormPage *self)
{
  GtkWidget *child;

  if (self->passphrase != NULL)
    gtk_editable_set_text (GTK_EDITABLE (self->passphrase), "");
  self->passphrase = NULL;
  cht_form_end_repair (self);
  for (guint i = 0; i < CHT_FORM_FIELDS; i++)
    self->file_rows[i] = self->repair_notices[i] = NULL;
  self->lists[CHT_FIELD_CHAIN] = self->lists[CHT_FIELD_CERTIFICATE] = self->lists[CHT_FIELD_KEY]
      = self->lists[CHT_FIELD_PASSPHRASE] = NULL;
  while ((child = gtk_widget_get_first_child (self->files)) != NULL)
    gtk_box_remove (GTK_BOX (self->files), child);
}

void
cht_form_build_files (ChtFormPage *self)
{
  ChtRoleForm *form = cht_draft_get_role_form (self->draft);
  ChtRoleField trust, certificate, key, passphrase;
  GtkWidget *group;

  clear_files (self);
  if (form == NULL)
    return;
  trust = cht_role_form_get_trust (form);
  certificate = cht_role_form_get_certificate (form);
  key = cht_role_form_get_key (form);
  passphrase = cht_role_form_get_passphrase (form);
  if (trust.present)
    {
      group = add_file (self, CHT_FIELD_CHAIN, &trust, _("Trust chain"), _("Files"));
      add_findings (self, group, CHT_FIELD_CHAIN);
    }
  if (certificate.present)
    {
      group = add_file (self, CHT_FIELD_CERTIFICATE, &certificate, _("Intermediate certificate"), NULL);
      add_findings (self, group, CHT_FIELD_CERTIFICATE);
    }
  if (key.present)
    {
      group = add_file (self, CHT_FIELD_KEY, &key, _("Private key"), NULL);
      if (passphrase.present)
        add_passphrase (self, group, &passphrase);
      add_findings (self, group, CHT_FIELD_KEY);
      add_findings (self, group, CHT_FIELD_PASSPHRASE);
    }
}

/* ---- Destinations ---- */

char *
cht_form_destination_text (const char *kind, const char *auth_type, const char *certificate)
{
  g_autofree char *shown_kind = cht_text_for_display (kind != NULL ? kind : "");
  g_autofree char *shown = cht_text_for_display (certificate);
  const char *kind_words = g_strcmp0 (kind, "kafka") == 0  ? _("Kafka")
                           : g_strcmp0 (kind, "grpc") == 0 ? _("gRPC")
                           : *shown_kind != '\0'           ? shown_kind
                                                           : _("Destination");
  const char *auth_words = g_strcmp0 (auth_type, "mutual") == 0   ? _("mutual TLS")
                           : g_strcmp0 (auth_type, "server") == 0 ? _("server TLS")
                                                                  : _("authentication unknown");
  g_autofree char *now
      = *shown != '\0' ? g_strdup_printf (_("has “%s” now"), shown) : g_strdup (_("has no certificate yet"));

  return g_strdup_printf ("%s · %s · %s", kind_words, auth_words, now);
}

static void
on_destination_toggled_cb (GtkCheckButton *check, ChtFormPage *self)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  g_auto (GStrv) chosen = NULL;

  if (self->filling)
    return;
  for (guint i = 0; i < self->destination_rows->len; i++)
    {
      GtkWidget *row = g_ptr_array_index (self->destination_rows, i);
      GtkWidget *button = g_object_get_data (G_OBJECT (row), "check");

      if (gtk_check_button_get_active (GTK_CHECK_BUTTON (button)))
        g_strv_builder_add (names, g_object_get_data (G_OBJECT (row), "name"));
    }
  chosen = g_strv_builder_end (names);
  cht_draft_set_destinations (self->draft, (const char *const *) chosen);
  cht_form_touch (self);
}

static void
add_destination (ChtFormPage *self, ChtDestination *destination, const ChtRole *role)
{
  const char *const *chosen = cht_draft_get_destinations (self->draft);
  const char *raw = cht_destination_get_name (destination);
  g_autofree char *name = cht_text_for_display (raw);
  g_autofree char *why_not = cht_destination_dup_why_not (destination, role);
  g_autofree char *text
      = cht_form_destination_text (cht_destination_get_kind (destination), cht_destination_get_auth_type (destination),
                                   cht_destination_get_certificate (destination));
  GtkWidget *row = adw_action_row_new (), *check = gtk_check_button_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), name);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), why_not != NULL ? why_not : text);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check), chosen != NULL && g_strv_contains (chosen, raw));
  gtk_widget_set_valign (check, GTK_ALIGN_CENTER);
  gtk_widget_set_sensitive (check, why_not == NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (check), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, why_not != NULL ? why_not : text, -1);
  g_signal_connect_object (check, "toggled", G_CALLBACK (on_destination_toggled_cb), self, 0);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), check);
  if (why_not == NULL)
    adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), check);
  g_object_set_data (G_OBJECT (row), "check", check);
  g_object_set_data_full (G_OBJECT (row), "name", g_strdup (raw), g_free);
  g_ptr_array_add (self->destination_rows, row);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->destinations), row);
}

void
cht_form_build_destinations (ChtFormPage *self)
{
  ChtRoleForm *form = cht_draft_get_role_form (self->draft);
  const ChtRole *role = form != NULL ? cht_role_form_get_role (form) : NULL;
  GListModel *all = cht_workspace_get_destinations (self->workspace);
  gboolean takes = role != NULL && role->destinations != CHT_ROLE_TAKES_NONE;

  for (guint i = 0; i < self->destination_rows->len; i++)
    adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self->destinations),
                                  g_ptr_array_index (self->destination_rows, i));
  g_ptr_array_set_size (self->destination_rows, 0);
  gtk_widget_set_visible (self->destinations, takes);
  if (!takes)
    return;
  adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (self->destinations),
                                         g_list_model_get_n_items (all) > 0
                                             ? _("Where the data gateways present this certificate.")
                                             : _("The controller lists no destination. Make one there first."));
  self->filling = TRUE;
  for (guint i = 0; i < g_list_model_get_n_items (all); i++)
    {
      g_autoptr (ChtDestination) destination = g_list_model_get_item (all, i);

      add_destination (self, destination, role);
    }
  self->filling = FALSE;
}
