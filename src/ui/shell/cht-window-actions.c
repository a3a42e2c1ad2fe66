/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The window's actions: one row each, with its keys and when it can be done. */
#include "cht-window-private.h"

#include "cht-activity-page.h"
#include "cht-chooser.h"
#include "cht-connect-page.h"
#include "cht-form-page.h"
#include "cht-text.h"
#include "cht-vault-page.h"

#include <glib/gi18n-lib.h>

static void
report (ChtWindow *self, const GError *error)
{
  g_autoptr (ChtProblem) problem = cht_problem_from_error (error);

  cht_window_show_problem (self, problem);
}

/* ---- Controller ---- */

static void
on_refreshed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChtWindow) self = data;
  g_autoptr (GError) error = NULL;

  /* The pages show "refresh-problem" where they show the data. */
  cht_workspace_refresh_finish (CHT_WORKSPACE (source), result, &error);
}

static void
on_refresh_activated_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  ChtWindow *self = data;

  cht_workspace_refresh_async (self->workspace, NULL, on_refreshed_cb, g_object_ref (self));
}

static void
on_connected_cb (ChtConnectPage *page, ChtWindow *self)
{
  cht_page_stack_remove (CHT_PAGE_STACK (self->stacks[CHT_SECTION_CERTIFICATES]), CHT_PAGE (page));
  cht_workspace_refresh_async (self->workspace, NULL, on_refreshed_cb, g_object_ref (self));
}

static void
push_connect (ChtWindow *self, ChtProfile *profile)
{
  ChtPageStack *stack = CHT_PAGE_STACK (self->stacks[CHT_SECTION_CERTIFICATES]);
  ChtPage *open = cht_page_stack_find (stack, CHT_TYPE_CONNECT_PAGE);
  GtkWidget *page;

  if (open != NULL)
    cht_page_stack_remove (stack, open);
  page = cht_connect_page_new (self->workspace, profile);
  g_signal_connect_object (page, "connected", G_CALLBACK (on_connected_cb), self, 0);
  cht_window_push (self, CHT_SECTION_CERTIFICATES, page);
}

static void
on_pin_answered_cb (AdwMessageDialog *dialog, const char *response, ChtWindow *self)
{
  ChtProfile *profile = g_object_get_data (G_OBJECT (dialog), "profile");

  /* Trusting goes through the page that shows the key, its holder and its validity, and asks for the password again. */
  if (g_str_equal (response, "look"))
    push_connect (self, profile);
}

static void
on_changed_pin_probed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChtWindow) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (ChtServerCard) card = cht_workspace_probe_finish (CHT_WORKSPACE (source), result, &error);
  ChtProfile *profile = cht_workspace_get_profile (self->workspace);
  g_autofree char *name = NULL;
  g_autofree char *kept = NULL;
  g_autofree char *shown = NULL;
  g_autofree char *body = NULL;
  GtkWidget *dialog;

  if (card == NULL)
    {
      report (self, error);
      return;
    }
  if (profile == NULL || !self->inside)
    return;
  name = cht_text_for_display (cht_profile_get_name (profile));
  kept = cht_text_fingerprint (cht_profile_get_pin (profile));
  shown = cht_text_fingerprint (card->pin);
  body = g_strdup_printf (_("The key that you trusted for %s:\n%s\n\nThe key that it shows now:\n%s\n\nThat happens "
                             "after its web certificate was renewed with a "
                             "new key, and it happens when somebody stands between you and it. Nothing was sent. Ask "
                             "whoever runs the controller before you trust the new key."),
                          name, kept, shown);
  dialog = adw_message_dialog_new (GTK_WINDOW (self), _("The controller shows another key"), body);
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "stay", _("Stay signed out"));
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "look", _("Look at the new key"));
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "look", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "stay");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "stay");
  g_object_set_data_full (G_OBJECT (dialog), "profile", g_object_ref (profile), g_object_unref);
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_pin_answered_cb), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* The question that a changed key is: both sides shown, nothing sent before the answer. */
static void
ask_changed_pin (ChtWindow *self, ChtProfile *profile)
{
  cht_workspace_probe_async (self->workspace, cht_profile_get_url (profile), NULL, on_changed_pin_probed_cb,
                             g_object_ref (self));
}

static void
on_signed_in_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChtWindow) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (ChtProblem) problem = NULL;

  self->signing_in = FALSE;
  if (cht_workspace_sign_in_finish (CHT_WORKSPACE (source), result, &error))
    {
      cht_workspace_refresh_async (self->workspace, NULL, on_refreshed_cb, g_object_ref (self));
      return;
    }
  problem = cht_problem_from_error (error);
  if (g_str_equal (cht_problem_get_id (problem), "controller.pin")
      && cht_workspace_get_profile (self->workspace) != NULL)
    ask_changed_pin (self, cht_workspace_get_profile (self->workspace));
}

/* The practice controller, else the first that the vault knows with its password; where there is none, a person is
 * asked by a click alone. */
static ChtProfile *
find_profile (ChtWindow *self)
{
  GListModel *profiles = cht_workspace_get_profiles (self->workspace);

  if (self->practice != NULL)
    return g_object_ref (self->practice);
  if (cht_workspace_get_profile (self->workspace) != NULL)
    return g_object_ref (cht_workspace_get_profile (self->workspace));
  return g_list_model_get_item (profiles, 0);
}

void
cht_window_sign_in (ChtWindow *self)
{
  g_autoptr (ChtProfile) profile = find_profile (self);
  gboolean is_practice = profile != NULL && profile == self->practice;

  if (profile == NULL || self->signing_in || (!is_practice && !cht_profile_get_has_password (profile)))
    return;
  self->signing_in = TRUE;
  cht_workspace_sign_in_async (self->workspace, profile, is_practice ? self->practice_password : NULL, FALSE, NULL,
                               on_signed_in_cb, g_object_ref (self));
}

static void
on_sign_in_activated_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  ChtWindow *self = data;
  g_autoptr (ChtProfile) profile = find_profile (self);

  if (profile != NULL && (profile == self->practice || cht_profile_get_has_password (profile)))
    cht_window_sign_in (self);
  else
    push_connect (self, profile);
}

static void
on_connect_activated_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  push_connect (data, NULL);
}

static void
on_signed_out_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  cht_workspace_sign_out_finish (CHT_WORKSPACE (source), result);
}

static void
on_sign_out_activated_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  ChtWindow *self = data;

  cht_workspace_sign_out_async (self->workspace, on_signed_out_cb, NULL);
}

/* ---- A changed key ---- */

/* ---- Pages ---- */

static void
on_page_activated_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  int section = g_variant_get_int32 (parameter);

  if (section < 0 || section >= CHT_N_SECTIONS)
    return;
  cht_window_show_section (data, section);
  gtk_widget_grab_focus (GTK_WIDGET (cht_page_stack_get_visible (cht_window_get_stack (data))));
}

static void
on_show_sidebar_activated_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  ChtWindow *self = data;

  if (adw_leaflet_get_folded (ADW_LEAFLET (self->leaflet)))
    {
      adw_leaflet_navigate (ADW_LEAFLET (self->leaflet), ADW_NAVIGATION_DIRECTION_BACK);
      gtk_widget_grab_focus (GTK_WIDGET (gtk_list_box_get_selected_row (GTK_LIST_BOX (self->page_list))));
    }
  else
    gtk_widget_set_visible (self->sidebar, !gtk_widget_get_visible (self->sidebar));
}

static void
on_menu_activated_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  cht_page_stack_open_menu (cht_window_get_stack (data));
}

static void
on_search_activated_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  ChtPage *page = cht_page_stack_get_visible (cht_window_get_stack (data));

  if (page != NULL)
    cht_page_search (page);
}

static void
on_add_certificate_activated_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  ChtWindow *self = data;
  g_autoptr (ChtDraft) draft = cht_workspace_new_draft (self->workspace, NULL);

  cht_window_open_draft (self, draft);
}

static void
on_import_activated_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  ChtWindow *self = data;

  cht_window_show_section (self, CHT_SECTION_VAULT);
  cht_page_stack_clear (cht_window_get_stack (self));
  cht_vault_page_choose (CHT_VAULT_PAGE (self->roots[CHT_SECTION_VAULT]));
}

static void
on_file_chosen_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChtWindow) self = data;
  g_autoptr (GPtrArray) files = cht_chooser_ask_finish (result, NULL);

  for (guint i = 0; files != NULL && i < MIN (files->len, 8); i++)
    cht_window_open_file (self, g_ptr_array_index (files, i));
}

static void
on_open_file_activated_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  ChtWindow *self = data;

  cht_chooser_ask_async (data, CHT_CHOOSER_FILES, _("Look at a file"), _("Open"), self->session, on_file_chosen_cb,
                         g_object_ref (data));
}

static void
on_renew_activated_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  ChtWindow *self = data;

  cht_window_show_section (self, CHT_SECTION_ACTIVITY);
  cht_activity_page_ask_renewal (CHT_ACTIVITY_PAGE (self->roots[CHT_SECTION_ACTIVITY]));
}

static void
on_lock_activated_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  ChtWindow *self = data;

  cht_workspace_sign_out_async (self->workspace, on_signed_out_cb, NULL);
  cht_workspace_lock_vault (self->workspace);
}

/* ---- The table ---- */

static const GActionEntry entries[] = {
  { .name = "page", .activate = on_page_activated_cb, .parameter_type = "i" },
  { .name = "show-sidebar", .activate = on_show_sidebar_activated_cb },
  { .name = "menu", .activate = on_menu_activated_cb },
  { .name = "search", .activate = on_search_activated_cb },
  { .name = "refresh", .activate = on_refresh_activated_cb },
  { .name = "sign-in", .activate = on_sign_in_activated_cb },
  { .name = "sign-out", .activate = on_sign_out_activated_cb },
  { .name = "connect", .activate = on_connect_activated_cb },
  { .name = "add-certificate", .activate = on_add_certificate_activated_cb },
  { .name = "import", .activate = on_import_activated_cb },
  { .name = "open-file", .activate = on_open_file_activated_cb },
  { .name = "renew", .activate = on_renew_activated_cb },
  { .name = "lock", .activate = on_lock_activated_cb },
};

/* What an action needs before it can be done. */
static const struct
{
  const char *name;
  gboolean inside, signed_in, open_vault;
} needs[] = {
  { "page", TRUE, FALSE, FALSE },    { "show-sidebar", TRUE, FALSE, FALSE },   { "search", TRUE, FALSE, FALSE },
  { "refresh", TRUE, TRUE, FALSE },  { "sign-in", TRUE, FALSE, FALSE },        { "sign-out", TRUE, FALSE, FALSE },
  { "connect", TRUE, FALSE, FALSE }, { "add-certificate", TRUE, TRUE, FALSE }, { "import", TRUE, FALSE, TRUE },
  { "renew", TRUE, TRUE, FALSE },    { "lock", TRUE, FALSE, FALSE },
};

void
cht_window_update_actions (ChtWindow *self)
{
  gboolean signed_in = cht_workspace_get_controller_state (self->workspace) == CHT_WORKSPACE_CONTROLLER_SIGNED_IN;
  gboolean open = cht_workspace_get_vault_state (self->workspace) == CHT_WORKSPACE_VAULT_OPEN;

  for (guint i = 0; i < G_N_ELEMENTS (needs); i++)
    {
      GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), needs[i].name);

      g_simple_action_set_enabled (G_SIMPLE_ACTION (action), (self->inside || !needs[i].inside)
                                                                 && (signed_in || !needs[i].signed_in)
                                                                 && (open || !needs[i].open_vault));
    }
}

static const struct
{
  const char *action, *keys[3];
} keys[] = {
  { "win.page(0)", { "<Control>1" } },
  { "win.page(1)", { "<Control>2" } },
  { "win.page(2)", { "<Control>3" } },
  { "win.search", { "<Control>f" } },
  { "win.add-certificate", { "<Control>n" } },
  { "win.import", { "<Control>i" } },
  { "win.open-file", { "<Control>o" } },
  { "win.refresh", { "<Control>r", "F5" } },
  { "win.lock", { "<Control>l" } },
  { "win.show-sidebar", { "F9" } },
  { "win.menu", { "F10" } },
};

void
cht_window_add_actions (ChtWindow *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
}

void
cht_window_add_keys (GtkApplication *application)
{
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_application_set_accels_for_action (application, keys[i].action, keys[i].keys);
}
