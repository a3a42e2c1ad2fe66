/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-item-page.h"

#include "cht-bundle-view.h"
#include "cht-chooser.h"
#include "cht-expiry-label.h"
#include "cht-exported.h"
#include "cht-notice.h"
#include "cht-secret-entry.h"
#include "cht-text.h"

#include <glib/gi18n-lib.h>

struct _ChtItemPage
{
  ChtPage parent_instance;
  ChtWorkspace *workspace;
  ChtItem *item;
  ChtSecret *new_passphrase; /* (nullable): between the question and the end of the export */
  ChtKeyExport how;
  GtkWidget *export, *warning, *outcome, *problem, *kind, *role_title, *role, *expires_title, *expires, *added, *view;
};

G_DEFINE_FINAL_TYPE (ChtItemPage, cht_item_page, CHT_TYPE_PAGE)

enum
{
  PROP_WORKSPACE = 1,
  PROP_ITEM,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

static void
show_error (ChtItemPage *self, const GError *error)
{
  g_autoptr (ChtProblem) problem = error != NULL ? cht_problem_from_error (error) : NULL;

  cht_notice_show_problem (CHT_NOTICE (self->problem), problem);
}

static void
show_item (ChtItemPage *self)
{
  gint64 now = cht_clock_now (cht_workspace_get_clock (self->workspace)),
         not_after = cht_item_get_not_after (self->item);
  const ChtRole *role
      = cht_item_get_role_id (self->item) != NULL ? cht_role_find (cht_item_get_role_id (self->item)) : NULL;
  g_autofree char *kind = cht_item_dup_kind_text (self->item);
  g_autofree char *added = cht_time_describe_moment (cht_item_get_added (self->item));
  g_autoptr (GError) error = NULL;
  g_autoptr (ChtBundle) bundle = cht_item_dup_bundle (self->item, &error);

  cht_page_set_title (CHT_PAGE (self), cht_item_get_name (self->item));
  gtk_label_set_label (GTK_LABEL (self->kind), kind);
  gtk_widget_set_visible (self->role_title, role != NULL);
  gtk_widget_set_visible (self->role, role != NULL);
  gtk_label_set_label (GTK_LABEL (self->role), role != NULL ? role->name : "");
  gtk_widget_set_visible (self->expires_title, not_after != CHT_TIME_UNKNOWN);
  gtk_widget_set_visible (self->expires, not_after != CHT_TIME_UNKNOWN);
  cht_expiry_label_set (CHT_EXPIRY_LABEL (self->expires), not_after, now, TRUE);
  gtk_label_set_label (GTK_LABEL (self->added), added);
  cht_notice_show (CHT_NOTICE (self->warning), CHT_NOTICE_WARNING, cht_item_get_warning (self->item));
  show_error (self, error);
  cht_bundle_view_set_bundle (CHT_BUNDLE_VIEW (self->view), bundle, cht_item_get_name (self->item), now);
}

/* ---- Export ---- */

static void
on_exported_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChtItemPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) files = cht_workspace_export_item_finish (CHT_WORKSPACE (source), result, &error);

  if (cht_page_is_closed (CHT_PAGE (self)))
    return;
  gtk_widget_set_sensitive (self->export, TRUE);
  show_error (self, error);
  if (files != NULL)
    {
      g_autofree char *text = cht_exported_dup_text (files);

      cht_notice_show (CHT_NOTICE (self->outcome), CHT_NOTICE_SUCCESS, text);
      cht_page_toast (CHT_PAGE (self), _("Exported and read back."));
    }
}

static void
on_folder_chosen_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChtItemPage) self = data;
  g_autoptr (GPtrArray) folders = cht_chooser_ask_finish (result, NULL);
  g_autofree char *folder = folders != NULL ? g_file_get_path (g_ptr_array_index (folders, 0)) : NULL;
  g_autoptr (ChtSecret) passphrase = g_steal_pointer (&self->new_passphrase);

  if (folders == NULL || cht_page_is_closed (CHT_PAGE (self)))
    return;
  if (folder == NULL)
    {
      cht_notice_show (CHT_NOTICE (self->problem), CHT_NOTICE_ERROR,
                       _("This folder is not on this computer. Choose one that is."));
      return;
    }
  gtk_widget_set_sensitive (self->export, FALSE);
  cht_notice_show (CHT_NOTICE (self->outcome), CHT_NOTICE_SUCCESS, NULL);
  cht_workspace_export_item_async (self->workspace, cht_item_get_id (self->item), folder, self->how, passphrase, FALSE,
                                   cht_page_get_cancellable (CHT_PAGE (self)), on_exported_cb, g_object_ref (self));
}

static void
ask_folder (ChtItemPage *self)
{
  cht_chooser_ask_async (GTK_WIDGET (self), CHT_CHOOSER_FOLDER, _("Export into a folder"), _("Export here"),
                         cht_page_get_cancellable (CHT_PAGE (self)), on_folder_chosen_cb, g_object_ref (self));
}

static void
on_key_answered_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChtItemPage) self = data;
  g_autoptr (ChtSecret) passphrase = NULL;

  if (!cht_key_question_ask_finish (result, &passphrase, NULL) || cht_page_is_closed (CHT_PAGE (self)))
    return;
  self->how = passphrase != NULL ? CHT_KEY_EXPORT_ENCRYPTED : CHT_KEY_EXPORT_AS_GIVEN;
  g_clear_pointer (&self->new_passphrase, cht_secret_unref);
  self->new_passphrase = g_steal_pointer (&passphrase);
  ask_folder (self);
}

static void
on_export_clicked_cb (GtkButton *button, ChtItemPage *self)
{
  self->how = CHT_KEY_EXPORT_NONE;
  if (cht_item_get_has_key (self->item))
    cht_key_question_ask_async (GTK_WIDGET (self), _("How shall the private key be written?"),
                                _("As it came into the vault, which may be without protection"),
                                cht_page_get_cancellable (CHT_PAGE (self)), on_key_answered_cb, g_object_ref (self));
  else
    ask_folder (self);
}

/* ---- The page ---- */

static void
cht_item_page_constructed (GObject *object)
{
  ChtItemPage *self = CHT_ITEM_PAGE (object);

  G_OBJECT_CLASS (cht_item_page_parent_class)->constructed (object);
  show_item (self);
}

static void
cht_item_page_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  ChtItemPage *self = CHT_ITEM_PAGE (object);

  if (id == PROP_WORKSPACE)
    g_set_object (&self->workspace, g_value_get_object (value));
  else if (id == PROP_ITEM)
    g_set_object (&self->item, g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
cht_item_page_finalize (GObject *object)
{
  ChtItemPage *self = CHT_ITEM_PAGE (object);

  g_clear_pointer (&self->new_passphrase, cht_secret_unref);
  g_clear_object (&self->item);
  g_clear_object (&self->workspace);
  G_OBJECT_CLASS (cht_item_page_parent_class)->finalize (object);
}

#define BIND(child) gtk_widget_class_bind_template_child (widget_class, ChtItemPage, child)

static void
cht_item_page_class_init (ChtItemPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->constructed = cht_item_page_constructed;
  object_class->set_property = cht_item_page_set_property;
  object_class->finalize = cht_item_page_finalize;
  props[PROP_WORKSPACE] = g_param_spec_object ("workspace", NULL, NULL, CHT_TYPE_WORKSPACE,
                                               G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  props[PROP_ITEM] = g_param_spec_object ("item", NULL, NULL, CHT_TYPE_ITEM,
                                          G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  g_type_ensure (CHT_TYPE_NOTICE);
  g_type_ensure (CHT_TYPE_EXPIRY_LABEL);
  g_type_ensure (CHT_TYPE_BUNDLE_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/chatelaine/Chatelaine/item/cht-item-page.ui");
  BIND (export);
  BIND (warning);
  BIND (outcome);
  BIND (problem);
  BIND (kind);
  BIND (role_title);
  BIND (role);
  BIND (expires_title);
  BIND (expires);
  BIND (added);
  BIND (view);
  gtk_widget_class_bind_template_callback (widget_class, on_export_clicked_cb);
}

static void
cht_item_page_init (ChtItemPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
cht_item_page_new (ChtWorkspace *workspace, ChtItem *item)
{
  return g_object_new (CHT_TYPE_ITEM_PAGE, "workspace", workspace, "item", item, NULL);
}
