/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-certificate-page.h"

#include "cht-bundle-view.h"
#include "cht-chooser.h"
#include "cht-expiry-label.h"
#include "cht-exported.h"
#include "cht-notice.h"
#include "cht-secret-entry.h"
#include "cht-text.h"

#include <glib/gi18n-lib.h>

struct _ChtCertificatePage
{
  ChtPage parent_instance;
  ChtWorkspace *workspace;
  ChtListed *listed;
  GtkWidget *download, *outcome, *problem, *role, *expiry, *updated, *destinations, *operations, *chain_stack,
      *chain_problem, *chain;
};

G_DEFINE_FINAL_TYPE (ChtCertificatePage, cht_certificate_page, CHT_TYPE_PAGE)

enum
{
  PROP_WORKSPACE = 1,
  PROP_LISTED,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

/* ---- Words ---- */

char *
cht_certificate_destinations_text (const char *const *names)
{
  g_autoptr (GPtrArray) shown = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    g_ptr_array_add (shown, cht_text_for_display (names[i]));
  if (shown->len == 0)
    return g_strdup (_("none"));
  g_ptr_array_add (shown, NULL);
  return g_strjoinv (", ", (char **) shown->pdata);
}

ChtPart
cht_certificate_part_from_id (const char *id)
{
  static const struct
  {
    const char *id;
    ChtPart part;
  } parts[] = {
    { "root", CHT_PART_ROOT },
    { "intermediate", CHT_PART_INTERMEDIATE },
    { "key", CHT_PART_KEY },
    { "all", CHT_PART_ALL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    if (g_strcmp0 (id, parts[i].id) == 0)
      return parts[i].part;
  return 0;
}

static gint64
get_now (ChtCertificatePage *self)
{
  return cht_clock_now (cht_workspace_get_clock (self->workspace));
}

static gboolean
has_key (ChtCertificatePage *self)
{
  const char *id = cht_listed_get_role_id (self->listed);
  const ChtRole *role = id != NULL ? cht_role_find (id) : NULL;

  /* Of a role that the table lacks the controller alone knows. */
  return role == NULL || role->category == CHT_ROLE_TRUST_CHAIN_AND_KEY;
}

static void
show_listed (ChtCertificatePage *self)
{
  g_autofree char *role = cht_text_for_display (cht_listed_get_display_name (self->listed));
  g_autofree char *who = cht_text_for_display (cht_listed_get_updated_by (self->listed));
  g_autofree char *moment = cht_time_describe_moment (cht_listed_get_updated (self->listed));
  g_autofree char *updated = *who != '\0' ? g_strdup_printf (_("%s by %s"), moment, who) : g_strdup (moment);
  g_autofree char *destinations = cht_certificate_destinations_text (cht_listed_get_destinations (self->listed));
  g_autofree char *operations = cht_listed_dup_operations_text (self->listed);
  gboolean may_download = (cht_listed_get_operations (self->listed) & CHT_OPERATION_DOWNLOAD) != 0;

  cht_page_set_title (CHT_PAGE (self), cht_listed_get_name (self->listed));
  gtk_label_set_label (GTK_LABEL (self->role), role);
  cht_expiry_label_set (CHT_EXPIRY_LABEL (self->expiry), cht_listed_get_expires (self->listed), get_now (self), TRUE);
  gtk_label_set_label (GTK_LABEL (self->updated), updated);
  gtk_label_set_label (GTK_LABEL (self->destinations), destinations);
  gtk_label_set_label (GTK_LABEL (self->operations), operations);
  gtk_widget_set_sensitive (self->download, may_download);
  gtk_widget_set_tooltip_text (self->download,
                               may_download ? NULL : _("The controller does not give this certificate away."));
}

void
cht_certificate_page_show_outcome (ChtCertificatePage *self, const char *text)
{
  g_return_if_fail (CHT_IS_CERTIFICATE_PAGE (self));
  cht_notice_show (CHT_NOTICE (self->outcome), CHT_NOTICE_SUCCESS, text);
}

/* ---- The chain ---- */

static void
on_chain_loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChtCertificatePage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (ChtBundle) bundle = cht_workspace_load_chain_finish (CHT_WORKSPACE (source), result, &error);

  if (cht_page_is_closed (CHT_PAGE (self)))
    return;
  if (bundle == NULL)
    {
      g_autoptr (ChtProblem) problem = cht_problem_from_error (error);

      cht_notice_show_problem (CHT_NOTICE (self->chain_problem), problem);
      gtk_stack_set_visible_child_name (GTK_STACK (self->chain_stack), "failed");
      return;
    }
  cht_bundle_view_set_bundle (CHT_BUNDLE_VIEW (self->chain), bundle, cht_listed_get_name (self->listed),
                              get_now (self));
  gtk_stack_set_visible_child_name (GTK_STACK (self->chain_stack), "chain");
}

static void
load_chain (ChtCertificatePage *self)
{
  gtk_stack_set_visible_child_name (GTK_STACK (self->chain_stack), "loading");
  cht_workspace_load_chain_async (self->workspace, cht_listed_get_name (self->listed),
                                  cht_page_get_cancellable (CHT_PAGE (self)), on_chain_loaded_cb, g_object_ref (self));
}

static void
on_try_again_cb (ChtNotice *notice, ChtCertificatePage *self)
{
  load_chain (self);
}

/* ---- Download ---- */

typedef struct
{
  ChtCertificatePage *page;
  ChtPart part;
  ChtKeyExport how;
  ChtSecret *passphrase;
  char *folder;
  gboolean overwrite;
} Download;

static void
download_free (Download *download)
{
  g_clear_pointer (&download->passphrase, cht_secret_unref);
  g_clear_object (&download->page);
  g_free (download->folder);
  g_free (download);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Download, download_free)

static void run_download (Download *download);

static void
on_replace_answered_cb (AdwMessageDialog *dialog, const char *response, gpointer data)
{
  Download *download = g_object_steal_data (G_OBJECT (dialog), "download");

  if (download == NULL)
    return;
  if (!g_str_equal (response, "replace"))
    {
      download_free (download);
      return;
    }
  download->overwrite = TRUE;
  run_download (download);
}

static void
close_dialog_cb (GCancellable *cancellable, GtkWindow *dialog)
{
  gtk_window_destroy (dialog);
}

/* Takes DOWNLOAD. */
static void
ask_replace (Download *download, const char *why)
{
  ChtPage *page = CHT_PAGE (download->page);
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (page))),
                                              _("Replace what is there?"), why);

  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "cancel", _("Cancel"));
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "replace", _("Replace the files"));
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "replace", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_object_set_data_full (G_OBJECT (dialog), "download", download, (GDestroyNotify) download_free);
  g_signal_connect (dialog, "response", G_CALLBACK (on_replace_answered_cb), NULL);
  g_signal_connect_object (cht_page_get_cancellable (page), "cancelled", G_CALLBACK (close_dialog_cb), dialog, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
on_downloaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Download) download = data;
  ChtCertificatePage *self = download->page;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) files = cht_workspace_download_finish (CHT_WORKSPACE (source), result, &error);
  g_autoptr (ChtProblem) problem = error != NULL ? cht_problem_from_error (error) : NULL;

  gtk_widget_set_sensitive (self->download, TRUE);
  if (cht_page_is_closed (CHT_PAGE (self)))
    return;
  if (files != NULL)
    {
      g_autofree char *text = cht_exported_dup_text (files);

      cht_certificate_page_show_outcome (self, text);
      cht_page_toast (CHT_PAGE (self), _("Downloaded and read back."));
    }
  else if (g_str_equal (cht_problem_get_id (problem), "file.exists") && !download->overwrite)
    ask_replace (g_steal_pointer (&download), cht_problem_get_message (problem));
  else
    cht_notice_show_problem (CHT_NOTICE (self->problem), problem);
}

/* Takes DOWNLOAD. */
static void
run_download (Download *download)
{
  ChtCertificatePage *self = download->page;

  gtk_widget_set_sensitive (self->download, FALSE);
  cht_notice_show_problem (CHT_NOTICE (self->problem), NULL);
  cht_notice_show (CHT_NOTICE (self->outcome), CHT_NOTICE_SUCCESS, NULL);
  cht_workspace_download_async (self->workspace, cht_listed_get_name (self->listed), download->part, download->folder,
                                download->how, NULL, download->passphrase, download->overwrite,
                                cht_page_get_cancellable (CHT_PAGE (self)), on_downloaded_cb, download);
}

static void
on_folder_chosen_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Download) download = data;
  g_autoptr (GPtrArray) folders = cht_chooser_ask_finish (result, NULL);

  if (folders == NULL || cht_page_is_closed (CHT_PAGE (download->page)))
    return;
  download->folder = g_file_get_path (g_ptr_array_index (folders, 0));
  if (download->folder == NULL)
    {
      cht_notice_show (CHT_NOTICE (download->page->problem), CHT_NOTICE_ERROR,
                       _("This folder is not on this computer. Choose one that is."));
      return;
    }
  run_download (g_steal_pointer (&download));
}

/* Takes DOWNLOAD. */
static void
ask_folder (Download *download)
{
  cht_chooser_ask_async (GTK_WIDGET (download->page), CHT_CHOOSER_FOLDER, _("Download into a folder"),
                         _("Download here"), cht_page_get_cancellable (CHT_PAGE (download->page)),
                         on_folder_chosen_cb, download);
}

static void
on_key_answered_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Download) download = data;

  if (!cht_key_question_ask_finish (result, &download->passphrase, NULL)
      || cht_page_is_closed (CHT_PAGE (download->page)))
    return;
  download->how = download->passphrase != NULL ? CHT_KEY_EXPORT_ENCRYPTED : CHT_KEY_EXPORT_AS_GIVEN;
  ask_folder (g_steal_pointer (&download));
}

static void
on_download_activated_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  ChtCertificatePage *self = data;
  Download *download = g_new0 (Download, 1);

  download->page = g_object_ref (self);
  download->part = cht_certificate_part_from_id (g_variant_get_string (parameter, NULL));
  if ((download->part & CHT_PART_KEY) != 0 && has_key (self))
    cht_key_question_ask_async (GTK_WIDGET (self), _("How shall the private key be written?"),
                                _("As the controller gives it, which may be without protection"),
                                cht_page_get_cancellable (CHT_PAGE (self)), on_key_answered_cb, download);
  else
    ask_folder (download);
}

/* The button stands in the header bar, outside of the page: it carries the action itself. */
static void
add_menu (ChtCertificatePage *self)
{
  static const GActionEntry entries[]
      = { { .name = "download", .activate = on_download_activated_cb, .parameter_type = "s" } };
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();
  g_autoptr (GMenu) menu = g_menu_new ();

  g_action_map_add_action_entries (G_ACTION_MAP (group), entries, G_N_ELEMENTS (entries), self);
  gtk_widget_insert_action_group (self->download, "certificate", G_ACTION_GROUP (group));
  g_menu_append (menu, _("_Root certificates…"), "certificate.download::root");
  g_menu_append (menu, _("_Intermediate certificate…"), "certificate.download::intermediate");
  if (has_key (self))
    g_menu_append (menu, _("Private _key…"), "certificate.download::key");
  g_menu_append (menu, _("_Everything…"), "certificate.download::all");
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (self->download), G_MENU_MODEL (menu));
}

/* ---- The page ---- */

static void
cht_certificate_page_constructed (GObject *object)
{
  ChtCertificatePage *self = CHT_CERTIFICATE_PAGE (object);

  G_OBJECT_CLASS (cht_certificate_page_parent_class)->constructed (object);
  add_menu (self);
  g_signal_connect_object (self->listed, "notify", G_CALLBACK (show_listed), self, G_CONNECT_SWAPPED);
  show_listed (self);
  load_chain (self);
}

static void
cht_certificate_page_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  ChtCertificatePage *self = CHT_CERTIFICATE_PAGE (object);

  if (id == PROP_WORKSPACE)
    g_set_object (&self->workspace, g_value_get_object (value));
  else if (id == PROP_LISTED)
    g_set_object (&self->listed, g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
cht_certificate_page_finalize (GObject *object)
{
  ChtCertificatePage *self = CHT_CERTIFICATE_PAGE (object);

  g_clear_object (&self->listed);
  g_clear_object (&self->workspace);
  G_OBJECT_CLASS (cht_certificate_page_parent_class)->finalize (object);
}

#define BIND(child) gtk_widget_class_bind_template_child (widget_class, ChtCertificatePage, child)

static void
cht_certificate_page_class_init (ChtCertificatePageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->constructed = cht_certificate_page_constructed;
  object_class->set_property = cht_certificate_page_set_property;
  object_class->finalize = cht_certificate_page_finalize;
  props[PROP_WORKSPACE] = g_param_spec_object ("workspace", NULL, NULL, CHT_TYPE_WORKSPACE,
                                               G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  props[PROP_LISTED] = g_param_spec_object ("listed", NULL, NULL, CHT_TYPE_LISTED,
                                            G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  g_type_ensure (CHT_TYPE_NOTICE);
  g_type_ensure (CHT_TYPE_EXPIRY_LABEL);
  g_type_ensure (CHT_TYPE_BUNDLE_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/chatelaine/Chatelaine/certificate/cht-certificate-page.ui");
  BIND (download);
  BIND (outcome);
  BIND (problem);
  BIND (role);
  BIND (expiry);
  BIND (updated);
  BIND (destinations);
  BIND (operations);
  BIND (chain_stack);
  BIND (chain_problem);
  BIND (chain);
  gtk_widget_class_bind_template_callback (widget_class, on_try_again_cb);
}

static void
cht_certificate_page_init (ChtCertificatePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
cht_certificate_page_new (ChtWorkspace *workspace, ChtListed *listed)
{
  return g_object_new (CHT_TYPE_CERTIFICATE_PAGE, "workspace", workspace, "listed", listed, NULL);
}
