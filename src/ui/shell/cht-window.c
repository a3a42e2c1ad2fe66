/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-window-private.h"

#include "cht-activity-page.h"
#include "cht-certificate-page.h"
#include "cht-certificates-page.h"
#include "cht-connect-page.h"
#include "cht-file-page.h"
#include "cht-form-page.h"
#include "cht-item-page.h"
#include "cht-notice.h"
#include "cht-text.h"
#include "cht-vault-gate.h"
#include "cht-vault-page.h"

#include <glib/gi18n-lib.h>

G_DEFINE_FINAL_TYPE (ChtWindow, cht_window, ADW_TYPE_APPLICATION_WINDOW)

enum
{
  PROP_WORKSPACE = 1,
  PROP_SETTINGS,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

static const struct
{
  const char *name, *title, *icon;
} sections[CHT_N_SECTIONS] = {
  [CHT_SECTION_CERTIFICATES] = { "certificates", N_("Certificates"), "application-certificate-symbolic" },
  [CHT_SECTION_VAULT] = { "vault", N_("Vault"), "dialog-password-symbolic" },
  [CHT_SECTION_ACTIVITY] = { "activity", N_("Activity"), "emblem-synchronizing-symbolic" },
};

/* ---- Sections and pages ---- */

ChtPageStack *
cht_window_get_stack (ChtWindow *self)
{
  return CHT_PAGE_STACK (gtk_stack_get_visible_child (GTK_STACK (self->sections)));
}

/* The list selects whatever row the focus passes, by Tab too; a page is changed by choosing it alone. */
static void
on_page_row_selected_cb (GtkListBox *list, GtkListBoxRow *row, ChtWindow *self)
{
  GtkWidget *shown;

  /* The window goes, and its rows one by one. */
  if (row == NULL || gtk_widget_in_destruction (GTK_WIDGET (self)))
    return;
  shown = gtk_stack_get_visible_child (GTK_STACK (self->sections));
  for (guint i = 0; shown != NULL && i < CHT_N_SECTIONS; i++)
    if (self->stacks[i] == shown && gtk_list_box_row_get_index (row) != (int) i)
      gtk_list_box_select_row (list, gtk_list_box_get_row_at_index (list, (int) i));
}

void
cht_window_show_section (ChtWindow *self, ChtSection section)
{
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->page_list), section);

  if (self->stacks[section] != NULL)
    gtk_stack_set_visible_child (GTK_STACK (self->sections), self->stacks[section]);
  gtk_list_box_select_row (GTK_LIST_BOX (self->page_list), row);
  adw_leaflet_navigate (ADW_LEAFLET (self->leaflet), ADW_NAVIGATION_DIRECTION_FORWARD);
}

void
cht_window_push (ChtWindow *self, ChtSection section, GtkWidget *page)
{
  cht_window_show_section (self, section);
  cht_page_stack_push (CHT_PAGE_STACK (self->stacks[section]), CHT_PAGE (page));
}

static void
on_page_row_activated_cb (GtkListBox *list, GtkListBoxRow *row, ChtWindow *self)
{
  cht_window_show_section (self, gtk_list_box_row_get_index (row));
}

static void
on_folded_changed_cb (AdwLeaflet *leaflet, GParamSpec *pspec, ChtWindow *self)
{
  gboolean folded = adw_leaflet_get_folded (leaflet);

  if (folded)
    gtk_widget_set_visible (self->sidebar, TRUE);
  for (guint i = 0; i < CHT_N_SECTIONS; i++)
    if (self->stacks[i] != NULL)
      g_object_set (self->stacks[i], "folded", folded, NULL);
}

static void
on_uploaded_cb (ChtFormPage *form, const char *name, ChtWindow *self)
{
  cht_page_stack_remove (CHT_PAGE_STACK (self->stacks[CHT_SECTION_CERTIFICATES]), CHT_PAGE (form));
  cht_certificates_page_select (CHT_CERTIFICATES_PAGE (self->roots[CHT_SECTION_CERTIFICATES]), name);
  for (guint i = 0; i < g_list_model_get_n_items (cht_workspace_get_certificates (self->workspace)); i++)
    {
      g_autoptr (ChtListed) listed = g_list_model_get_item (cht_workspace_get_certificates (self->workspace), i);

      if (g_strcmp0 (cht_listed_get_name (listed), name) == 0)
        {
          GtkWidget *page = cht_certificate_page_new (self->workspace, listed);
          g_autofree char *shown = cht_text_for_display (name);
          g_autofree char *words = g_strdup_printf (_("%s is on the controller."), shown);

          cht_window_push (self, CHT_SECTION_CERTIFICATES, page);
          cht_certificate_page_show_outcome (CHT_CERTIFICATE_PAGE (page), words);
          cht_page_toast (CHT_PAGE (page), words);
          return;
        }
    }
}

static void
on_draft_left_cb (ChtFormPage *form, ChtProblem *problem, ChtWindow *self)
{
  if (problem != NULL)
    cht_window_show_problem (self, problem);
  else
    cht_page_stack_show_notice (CHT_PAGE_STACK (self->stacks[CHT_SECTION_CERTIFICATES]), CHT_NOTICE_INFO,
                                _("What you prepared is kept as a draft. Nothing was sent."));
}

void
cht_window_open_draft (ChtWindow *self, ChtDraft *draft)
{
  ChtPageStack *stack = CHT_PAGE_STACK (self->stacks[CHT_SECTION_CERTIFICATES]);
  ChtPage *open = cht_page_stack_find (stack, CHT_TYPE_FORM_PAGE);
  GtkWidget *page;

  /* One form at a time: a second one would lie on the first. The first is kept as a draft by being left. */
  if (open != NULL)
    {
      if (!cht_page_leave (open))
        return;
      cht_page_stack_remove (stack, open);
    }
  page = cht_form_page_new (self->workspace, draft);
  g_signal_connect_object (page, "draft-left", G_CALLBACK (on_draft_left_cb), self, 0);
  g_signal_connect_object (page, "uploaded", G_CALLBACK (on_uploaded_cb), self, 0);
  cht_window_push (self, CHT_SECTION_CERTIFICATES, page);
}

static void
show_item (ChtWindow *self, ChtItem *item)
{
  cht_window_push (self, CHT_SECTION_VAULT, cht_item_page_new (self->workspace, item));
}

static void
on_certificate_activated_cb (ChtCertificatesPage *page, ChtListed *listed, ChtWindow *self)
{
  cht_window_push (self, CHT_SECTION_CERTIFICATES, cht_certificate_page_new (self->workspace, listed));
}

static void
on_draft_activated_cb (ChtCertificatesPage *page, ChtDraft *draft, ChtWindow *self)
{
  cht_window_open_draft (self, draft);
}

static void
on_item_activated_cb (ChtVaultPage *page, ChtItem *item, ChtWindow *self)
{
  show_item (self, item);
}

static void
on_file_kept_cb (ChtFilePage *page, ChtItem *item, ChtWindow *self)
{
  cht_window_show_section (self, CHT_SECTION_VAULT);
  cht_page_stack_remove (CHT_PAGE_STACK (self->stacks[CHT_SECTION_VAULT]), CHT_PAGE (page));
  show_item (self, item);
}

/* A file may be looked at while the vault is locked: in a window of its own, which knows no workspace. */
static void
open_inspector (ChtWindow *self, GFile *file)
{
  GtkWidget *window = adw_application_window_new (gtk_window_get_application (GTK_WINDOW (self)));
  GtkWidget *toasts = adw_toast_overlay_new ();
  GtkWidget *stack = cht_page_stack_new ();
  GtkWidget *page = cht_file_page_new (NULL, *cht_workspace_get_clock (self->workspace), file);

  g_object_bind_property (page, "title", window, "title", G_BINDING_SYNC_CREATE);
  cht_page_stack_push (CHT_PAGE_STACK (stack), CHT_PAGE (page));
  adw_toast_overlay_set_child (ADW_TOAST_OVERLAY (toasts), stack);
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (window), toasts);
  gtk_window_set_default_size (GTK_WINDOW (window), 900, 640);
  gtk_window_present (GTK_WINDOW (window));
}

void
cht_window_open_file (ChtWindow *self, GFile *file)
{
  GtkWidget *page;

  g_return_if_fail (CHT_IS_WINDOW (self));
  if (!self->inside)
    {
      open_inspector (self, file);
      return;
    }
  page = cht_file_page_new (self->workspace, *cht_workspace_get_clock (self->workspace), file);
  g_signal_connect_object (page, "kept", G_CALLBACK (on_file_kept_cb), self, 0);
  cht_window_push (self, CHT_SECTION_VAULT, page);
}

void
cht_window_show_problem (ChtWindow *self, ChtProblem *problem)
{
  g_autofree char *text = problem != NULL ? cht_problem_dup_text (problem) : NULL;

  g_return_if_fail (CHT_IS_WINDOW (self));
  cht_page_stack_show_notice (cht_window_get_stack (self), CHT_NOTICE_ERROR, text);
}

/* ---- The vault ---- */

/* Dialogs, choosers, inspectors, About: nothing that was opened beside the window stays. */
static void
close_others (ChtWindow *self)
{
  GListModel *windows = gtk_window_get_toplevels ();
  g_autoptr (GPtrArray) others = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

      /* A chooser belongs to its GtkNativeDialog, which its cancellable ends. */
      if (window != GTK_WINDOW (self) && !GTK_IS_FILE_CHOOSER (window))
        g_ptr_array_add (others, g_steal_pointer (&window));
    }
  for (guint i = 0; i < others->len; i++)
    {
      /* Not with the focus in an entry row: libadwaita 1.2 reaches for the freed row then. */
      gtk_window_set_focus (g_ptr_array_index (others, i), NULL);
      gtk_window_destroy (g_ptr_array_index (others, i));
    }
  g_cancellable_cancel (self->session);
  g_clear_object (&self->session);
  self->session = g_cancellable_new ();
}

static void
close_everything (ChtWindow *self)
{
  for (guint i = 0; i < CHT_N_SECTIONS; i++)
    cht_page_stack_clear (CHT_PAGE_STACK (self->stacks[i]));
  close_others (self);
}

static void
show_vault (ChtWindow *self)
{
  ChtWorkspaceVault state = cht_workspace_get_vault_state (self->workspace);
  gboolean inside = state == CHT_WORKSPACE_VAULT_OPEN || state == CHT_WORKSPACE_VAULT_READ_ONLY
                    || state == CHT_WORKSPACE_VAULT_NONE;

  if (inside != self->inside)
    {
      self->inside = inside;
      gtk_stack_set_visible_child_name (GTK_STACK (self->root_stack), inside ? "main" : "gate");
      close_everything (self);
      if (inside)
        {
          /* A list that is still empty takes no focus; the first button of the window must not get it. */
          if (!gtk_widget_grab_focus (GTK_WIDGET (cht_page_stack_get_visible (cht_window_get_stack (self)))))
            gtk_widget_grab_focus (GTK_WIDGET (gtk_list_box_get_selected_row (GTK_LIST_BOX (self->page_list))));
          if (self->started)
            cht_window_sign_in (self);
        }
      else
        gtk_widget_grab_focus (self->gate);
    }
  cht_window_update_actions (self);
}

void
cht_window_start (ChtWindow *self, ChtProfile *profile, ChtSecret *password)
{
  ChtWorkspaceVault state;

  g_return_if_fail (CHT_IS_WINDOW (self));
  if (self->started)
    return;
  self->started = TRUE;
  g_set_object (&self->practice, profile);
  self->practice_password = password != NULL ? cht_secret_ref (password) : NULL;
  state = cht_workspace_get_vault_state (self->workspace);
  if (state == CHT_WORKSPACE_VAULT_LOCKED)
    cht_vault_gate_unlock (CHT_VAULT_GATE (self->gate));
  else if (state == CHT_WORKSPACE_VAULT_ABSENT && profile != NULL)
    cht_vault_gate_create (
        CHT_VAULT_GATE (self->gate)); /* a practice run has a vault of its own, which nobody has to be asked about */
  else if (self->inside)
    cht_window_sign_in (self);
}

/* ---- The window ---- */

static GtkWidget *
create_page_row (ChtWindow *self, ChtSection section)
{
  GtkWidget *row = gtk_list_box_row_new (), *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12),
            *label = gtk_label_new (_(sections[section].title));

  gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name (sections[section].icon));
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (box), label);
  if (section == CHT_SECTION_ACTIVITY)
    {
      self->activity_badge = gtk_label_new (NULL);
      gtk_widget_add_css_class (self->activity_badge, "badge");
      gtk_widget_set_valign (self->activity_badge, GTK_ALIGN_CENTER);
      gtk_widget_set_tooltip_text (self->activity_badge, _("Running jobs and open alarms"));
      gtk_box_append (GTK_BOX (box), self->activity_badge);
    }
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, _(sections[section].title), -1);
  return row;
}

static void
add_sections (ChtWindow *self)
{
  self->roots[CHT_SECTION_CERTIFICATES] = cht_certificates_page_new (self->workspace);
  self->roots[CHT_SECTION_VAULT] = cht_vault_page_new (self->workspace);
  self->roots[CHT_SECTION_ACTIVITY] = cht_activity_page_new (self->workspace);
  for (guint i = 0; i < CHT_N_SECTIONS; i++)
    {
      self->stacks[i] = cht_page_stack_new ();
      cht_page_stack_set_menu (CHT_PAGE_STACK (self->stacks[i]), self->menu);
      cht_page_stack_push (CHT_PAGE_STACK (self->stacks[i]), CHT_PAGE (self->roots[i]));
      gtk_stack_add_named (GTK_STACK (self->sections), self->stacks[i], sections[i].name);
      gtk_list_box_append (GTK_LIST_BOX (self->page_list), create_page_row (self, i));
    }
  g_signal_connect_object (self->roots[CHT_SECTION_CERTIFICATES], "certificate-activated",
                           G_CALLBACK (on_certificate_activated_cb), self, 0);
  g_signal_connect_object (self->roots[CHT_SECTION_CERTIFICATES], "draft-activated", G_CALLBACK (on_draft_activated_cb),
                           self, 0);
  g_signal_connect_object (self->roots[CHT_SECTION_VAULT], "item-activated", G_CALLBACK (on_item_activated_cb), self,
                           0);
}

static void
follow (ChtWindow *self, const char *property, GCallback callback)
{
  g_autofree char *signal = g_strdup_printf ("notify::%s", property);

  g_signal_connect_object (self->workspace, signal, callback, self, G_CONNECT_SWAPPED);
}

static gboolean
on_drop_cb (GtkDropTarget *target, const GValue *value, double x, double y, ChtWindow *self)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_object_unref);
  GSList *list = g_value_get_boxed (value);

  for (GSList *l = list; l != NULL; l = l->next)
    g_ptr_array_add (files, g_object_ref (l->data));
  if (files->len == 0)
    return FALSE;
  if (!self->inside || cht_workspace_get_vault_state (self->workspace) != CHT_WORKSPACE_VAULT_OPEN)
    cht_window_open_file (self, g_ptr_array_index (files, 0));
  else
    {
      cht_window_show_section (self, CHT_SECTION_VAULT);
      cht_page_stack_clear (cht_window_get_stack (self));
      cht_vault_page_import (CHT_VAULT_PAGE (self->roots[CHT_SECTION_VAULT]), files);
    }
  return TRUE;
}

/* The size that was, cut to the screen: Save must be within reach. */
static void
restore_size (ChtWindow *self)
{
  g_autoptr (GdkMonitor) monitor
      = g_list_model_get_item (gdk_display_get_monitors (gtk_widget_get_display (GTK_WIDGET (self))), 0);
  int width, height;
  gboolean maximized;

  cht_settings_get_window (self->settings, &width, &height, &maximized);
  if (monitor != NULL)
    {
      GdkRectangle area;

      gdk_monitor_get_geometry (monitor, &area);
      width = MIN (width, MAX (area.width - 16, 360));
      height = MIN (height, MAX (area.height - 48, 240));
    }
  gtk_window_set_default_size (GTK_WINDOW (self), width, height);
  if (maximized)
    gtk_window_maximize (GTK_WINDOW (self));
}

static gboolean
cht_window_close_request (GtkWindow *window)
{
  ChtWindow *self = CHT_WINDOW (window);
  ChtPage *form = cht_page_stack_find (CHT_PAGE_STACK (self->stacks[CHT_SECTION_CERTIFICATES]), CHT_TYPE_FORM_PAGE);
  int width, height;

  /* A form becomes a draft; an upload that is on its way is waited for, and says so. */
  if (form != NULL && !cht_page_leave (form))
    {
      cht_window_show_section (self, CHT_SECTION_CERTIFICATES);
      return TRUE;
    }
  close_others (self);

  gtk_window_get_default_size (window, &width, &height);
  cht_settings_set_window (self->settings, width, height, gtk_window_is_maximized (window));
  gtk_window_set_focus (window, NULL);
  return GTK_WINDOW_CLASS (cht_window_parent_class)->close_request (window);
}

static void
cht_window_constructed (GObject *object)
{
  ChtWindow *self = CHT_WINDOW (object);
  GtkDropTarget *drop = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  G_OBJECT_CLASS (cht_window_parent_class)->constructed (object);
  self->gate = cht_vault_gate_new (self->workspace);
  g_object_set (self->gate, "menu-model", self->menu, NULL);
  gtk_stack_add_named (GTK_STACK (self->root_stack), self->gate, "gate");
  gtk_stack_set_visible_child_name (GTK_STACK (self->root_stack), "gate");
  cht_window_add_actions (self);
  add_sections (self);
  on_folded_changed_cb (ADW_LEAFLET (self->leaflet), NULL, self);
  follow (self, "controller-state", G_CALLBACK (cht_window_show_controller));
  follow (self, "controller-problem", G_CALLBACK (cht_window_show_controller));
  follow (self, "controller-name", G_CALLBACK (cht_window_show_controller));
  follow (self, "release", G_CALLBACK (cht_window_show_controller));
  follow (self, "vault-state", G_CALLBACK (show_vault));
  follow (self, "refreshed", G_CALLBACK (cht_window_show_badge));
  g_signal_connect_object (cht_workspace_get_jobs (self->workspace), "items-changed",
                           G_CALLBACK (cht_window_show_badge), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (cht_workspace_get_alarms (self->workspace), "items-changed",
                           G_CALLBACK (cht_window_show_badge), self, G_CONNECT_SWAPPED);
  g_signal_connect (drop, "drop", G_CALLBACK (on_drop_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drop));
  restore_size (self);
  cht_window_show_section (self, CHT_SECTION_CERTIFICATES);
  cht_window_show_controller (self);
  cht_window_show_badge (self);
  show_vault (self);
}

static void
cht_window_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  ChtWindow *self = CHT_WINDOW (object);

  if (id == PROP_WORKSPACE)
    g_set_object (&self->workspace, g_value_get_object (value));
  else if (id == PROP_SETTINGS)
    g_set_object (&self->settings, g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
cht_window_finalize (GObject *object)
{
  ChtWindow *self = CHT_WINDOW (object);

  g_clear_object (&self->session);
  g_clear_pointer (&self->practice_password, cht_secret_unref);
  g_clear_object (&self->practice);
  g_clear_object (&self->settings);
  g_clear_object (&self->workspace);
  G_OBJECT_CLASS (cht_window_parent_class)->finalize (object);
}

#define BIND(child) gtk_widget_class_bind_template_child (widget_class, ChtWindow, child)

static void
cht_window_class_init (ChtWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->constructed = cht_window_constructed;
  object_class->set_property = cht_window_set_property;
  object_class->finalize = cht_window_finalize;
  GTK_WINDOW_CLASS (klass)->close_request = cht_window_close_request;
  props[PROP_WORKSPACE] = g_param_spec_object ("workspace", NULL, NULL, CHT_TYPE_WORKSPACE,
                                               G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  props[PROP_SETTINGS] = g_param_spec_object ("settings", NULL, NULL, CHT_TYPE_SETTINGS,
                                              G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/chatelaine/Chatelaine/shell/cht-window.ui");
  BIND (toasts);
  BIND (root_stack);
  BIND (leaflet);
  BIND (sidebar);
  BIND (sections);
  BIND (page_list);
  BIND (controller_name);
  BIND (health_icon);
  BIND (health_text);
  BIND (sign_in);
  BIND (sign_out);
  BIND (menu);
  gtk_widget_class_bind_template_callback (widget_class, on_folded_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_page_row_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_page_row_activated_cb);
}

static void
cht_window_init (ChtWindow *self)
{
  self->session = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
cht_window_new (GtkApplication *application, ChtWorkspace *workspace, ChtSettings *settings)
{
  cht_window_add_keys (application);
  return g_object_new (CHT_TYPE_WINDOW, "application", application, "workspace", workspace, "settings", settings, NULL);
}
