/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-vault-page.h"

#include "cht-chooser.h"
#include "cht-expiry-label.h"
#include "cht-notice.h"
#include "cht-table.h"
#include "cht-text.h"

#include <glib/gi18n-lib.h>

struct _ChtVaultPage
{
  ChtPage parent_instance;
  ChtWorkspace *workspace;
  GCancellable *choosing; /* (nullable): ends with the lock */
  guint importing;
  GtkWidget *spinner, *search_button, *sort_button, *warning, *outcome, *problem, *table;
};

G_DEFINE_FINAL_TYPE (ChtVaultPage, cht_vault_page, CHT_TYPE_PAGE)

enum
{
  PROP_WORKSPACE = 1,
  N_PROPS
};
static GParamSpec *props[N_PROPS];
enum
{
  ITEM_ACTIVATED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

/* ---- Words and columns ---- */

char *
cht_vault_role_text (const char *role_id)
{
  const ChtRole *role = role_id != NULL ? cht_role_find (role_id) : NULL;

  return g_strdup (role != NULL ? role->name : role_id != NULL ? role_id : "");
}

char *
cht_vault_imported_text (guint n)
{
  return g_strdup_printf (ngettext ("%u item is in the vault now.", "%u items are in the vault now.", n), n);
}

static gint64
get_now (gpointer workspace)
{
  return cht_clock_now (cht_workspace_get_clock (workspace));
}

static char *
name_text (gpointer item, gpointer data)
{
  return g_strdup (cht_item_get_name (item));
}

static char *
kind_text (gpointer item, gpointer data)
{
  return cht_item_dup_kind_text (item);
}

static char *
role_text (gpointer item, gpointer data)
{
  return cht_vault_role_text (cht_item_get_role_id (item));
}

static char *
expires_text (gpointer item, gpointer data)
{
  g_autofree char *distance = cht_time_describe_distance (cht_item_get_not_after (item), get_now (data));
  g_autofree char *date = cht_time_describe_date (cht_item_get_not_after (item));

  return g_strdup_printf ("%s %s", distance, date);
}

static char *
key_text (gpointer item, gpointer data)
{
  return g_strdup (!cht_item_get_has_key (item)           ? _("no key")
                   : *cht_item_get_warning (item) != '\0' ? _("keyring alone protects it")
                                                          : _("sealed"));
}

static int
compare_expires (gconstpointer a, gconstpointer b, gpointer data)
{
  gint64 time_a = cht_item_get_not_after ((gpointer) a), time_b = cht_item_get_not_after ((gpointer) b);

  return (time_a > time_b) - (time_a < time_b);
}

static void
bind_expires (GtkWidget *cell, gpointer item, gpointer data)
{
  cht_expiry_label_set_short (CHT_EXPIRY_LABEL (cell), cht_item_get_not_after (item), get_now (data));
}

static GtkWidget *
create_key_cell (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  gtk_box_append (GTK_BOX (box), gtk_image_new ());
  gtk_box_append (GTK_BOX (box), gtk_label_new (NULL));
  return box;
}

/* Icon, word and colour; the whole warning as the tooltip here and as text on the item's page. */
static void
bind_key (GtkWidget *cell, gpointer item, gpointer data)
{
  GtkWidget *icon = gtk_widget_get_first_child (cell), *label = gtk_widget_get_last_child (cell);
  gboolean warns = *cht_item_get_warning (item) != '\0', has_key = cht_item_get_has_key (item);
  g_autofree char *text = key_text (item, data);

  gtk_image_set_from_icon_name (GTK_IMAGE (icon), warns ? "dialog-warning-symbolic" : "dialog-password-symbolic");
  gtk_widget_set_visible (icon, has_key);
  gtk_label_set_label (GTK_LABEL (label), text);
  gtk_widget_set_tooltip_text (cell, warns ? cht_item_get_warning (item) : NULL);
  gtk_widget_set_css_classes (icon, (const char *[]){ warns ? "warning" : "key-at-hand", NULL });
  gtk_widget_set_css_classes (label, (const char *[]){ has_key ? "" : "dim-label", NULL });
}

static const ChtTableColumn columns[] = {
  { N_("Name"), name_text, NULL, NULL, NULL, TRUE },
  { N_("Kind"), kind_text, NULL, NULL, NULL, FALSE },
  { N_("Role"), role_text, NULL, NULL, NULL, TRUE },
  { N_("Expires"), expires_text, compare_expires, cht_expiry_label_new, bind_expires, FALSE },
  { N_("Key"), key_text, NULL, create_key_cell, bind_key, FALSE },
};

/* ---- Import ---- */

static void
show_busy (ChtVaultPage *self)
{
  gtk_widget_set_visible (self->spinner, self->importing > 0);
  gtk_spinner_set_spinning (GTK_SPINNER (self->spinner), self->importing > 0);
}

static void
on_imported_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChtVaultPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) items = cht_workspace_add_files_finish (CHT_WORKSPACE (source), result, &error);
  g_autoptr (ChtProblem) problem = error != NULL ? cht_problem_from_error (error) : NULL;

  self->importing--;
  show_busy (self);
  cht_notice_show_problem (CHT_NOTICE (self->problem), problem);
  if (items != NULL)
    {
      g_autofree char *text = cht_vault_imported_text (items->len);

      cht_notice_show (CHT_NOTICE (self->outcome), CHT_NOTICE_SUCCESS, text);
      cht_page_toast (CHT_PAGE (self), text);
      if (items->len > 0)
        cht_table_select (CHT_TABLE (self->table), g_ptr_array_index (items, items->len - 1));
      if (gtk_widget_get_mapped (self->table))
        gtk_widget_grab_focus (self->table);
    }
}

void
cht_vault_page_import (ChtVaultPage *self, GPtrArray *files)
{
  g_return_if_fail (CHT_IS_VAULT_PAGE (self) && files != NULL);
  cht_notice_show (CHT_NOTICE (self->outcome), CHT_NOTICE_SUCCESS, NULL);
  cht_notice_show (CHT_NOTICE (self->problem), CHT_NOTICE_ERROR, NULL);
  if (files->len == 0)
    return;
  if (files->len > CHT_VAULT_MAX_FILES)
    {
      g_autofree char *text = g_strdup_printf (
          _("These are %u files; %d can be imported at a time. Nothing was imported: choose fewer."), files->len,
          CHT_VAULT_MAX_FILES);

      cht_notice_show (CHT_NOTICE (self->problem), CHT_NOTICE_ERROR, text);
      return;
    }
  self->importing++;
  show_busy (self);
  cht_workspace_add_files_async (self->workspace, files, NULL, NULL, NULL, NULL, on_imported_cb, g_object_ref (self));
}

static void
on_files_chosen_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChtVaultPage) self = data;
  g_autoptr (GPtrArray) files = cht_chooser_ask_finish (result, NULL);

  if (files != NULL)
    cht_vault_page_import (self, files);
}

void
cht_vault_page_choose (ChtVaultPage *self)
{
  g_return_if_fail (CHT_IS_VAULT_PAGE (self));
  g_clear_object (&self->choosing);
  self->choosing = g_cancellable_new ();
  cht_chooser_ask_async (GTK_WIDGET (self), CHT_CHOOSER_FILES, _("Import into the vault"), _("Import"),
                         self->choosing, on_files_chosen_cb, g_object_ref (self));
}

/* ---- The page ---- */

static void
on_item_activated_cb (ChtTable *table, gpointer item, ChtVaultPage *self)
{
  g_signal_emit (self, signals[ITEM_ACTIVATED], 0, item);
}

static gboolean
cht_vault_page_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (CHT_VAULT_PAGE (widget)->table);
}

static void
cht_vault_page_search (ChtPage *page)
{
  cht_table_search (CHT_TABLE (CHT_VAULT_PAGE (page)->table));
}

static gboolean
cht_vault_page_escape (ChtPage *page)
{
  return cht_table_escape (CHT_TABLE (CHT_VAULT_PAGE (page)->table));
}

/* A lasting warning, or why nothing can be written. */
static void
show_warning (ChtVaultPage *self)
{
  gboolean read_only = cht_workspace_get_vault_state (self->workspace) == CHT_WORKSPACE_VAULT_READ_ONLY;
  g_autofree char *text = NULL;

  g_object_get (self->workspace, read_only ? "vault-words" : "vault-warning", &text, NULL);
  cht_notice_show (CHT_NOTICE (self->warning), CHT_NOTICE_WARNING, text);
}

static void
on_vault_state_changed_cb (ChtVaultPage *self)
{
  show_warning (self);
  if (cht_workspace_get_vault_state (self->workspace) != CHT_WORKSPACE_VAULT_LOCKED)
    return;
  if (self->choosing != NULL)
    g_cancellable_cancel (self->choosing);
  cht_notice_show (CHT_NOTICE (self->outcome), CHT_NOTICE_SUCCESS, NULL);
  cht_notice_show (CHT_NOTICE (self->problem), CHT_NOTICE_ERROR, NULL);
}

static void
cht_vault_page_constructed (GObject *object)
{
  ChtVaultPage *self = CHT_VAULT_PAGE (object);

  G_OBJECT_CLASS (cht_vault_page_parent_class)->constructed (object);
  cht_table_set_columns (CHT_TABLE (self->table), _("Items of the vault"), columns, G_N_ELEMENTS (columns), 0,
                         self->workspace);
  cht_table_set_empty (CHT_TABLE (self->table), "folder-drag-accept-symbolic", _("The vault is empty"),
                       _("Drop trust chains, certificates and keys anywhere into this window, or choose them."),
                       _("Import files"), "win.import");
  cht_table_set_model (CHT_TABLE (self->table), cht_workspace_get_items (self->workspace));
  cht_table_fill_sort_button (CHT_TABLE (self->table), GTK_MENU_BUTTON (self->sort_button));
  g_object_bind_property (self->table, "search-mode", self->search_button, "active",
                          G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);
  g_signal_connect_object (self->workspace, "notify::vault-warning", G_CALLBACK (show_warning), self,
                           G_CONNECT_SWAPPED);
  show_warning (self);
  g_signal_connect_object (self->workspace, "notify::vault-state", G_CALLBACK (on_vault_state_changed_cb), self,
                           G_CONNECT_SWAPPED);
}

static void
cht_vault_page_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_WORKSPACE)
    g_set_object (&CHT_VAULT_PAGE (object)->workspace, g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
cht_vault_page_finalize (GObject *object)
{
  g_clear_object (&CHT_VAULT_PAGE (object)->choosing);
  g_clear_object (&CHT_VAULT_PAGE (object)->workspace);
  G_OBJECT_CLASS (cht_vault_page_parent_class)->finalize (object);
}

#define BIND(child) gtk_widget_class_bind_template_child (widget_class, ChtVaultPage, child)

static void
cht_vault_page_class_init (ChtVaultPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->constructed = cht_vault_page_constructed;
  object_class->set_property = cht_vault_page_set_property;
  object_class->finalize = cht_vault_page_finalize;
  widget_class->grab_focus = cht_vault_page_grab_focus;
  CHT_PAGE_CLASS (klass)->search = cht_vault_page_search;
  CHT_PAGE_CLASS (klass)->escape = cht_vault_page_escape;
  props[PROP_WORKSPACE] = g_param_spec_object ("workspace", NULL, NULL, CHT_TYPE_WORKSPACE,
                                               G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[ITEM_ACTIVATED] = g_signal_new ("item-activated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                          NULL, G_TYPE_NONE, 1, CHT_TYPE_ITEM);
  g_type_ensure (CHT_TYPE_NOTICE);
  g_type_ensure (CHT_TYPE_TABLE);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/chatelaine/Chatelaine/vault/cht-vault-page.ui");
  BIND (spinner);
  BIND (search_button);
  BIND (sort_button);
  BIND (warning);
  BIND (outcome);
  BIND (problem);
  BIND (table);
  gtk_widget_class_bind_template_callback (widget_class, on_item_activated_cb);
}

static void
cht_vault_page_init (ChtVaultPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
cht_vault_page_new (ChtWorkspace *workspace)
{
  return g_object_new (CHT_TYPE_VAULT_PAGE, "workspace", workspace, NULL);
}
