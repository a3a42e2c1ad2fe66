/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-certificates-page.h"

#include "cht-expiry-label.h"
#include "cht-notice.h"
#include "cht-table.h"
#include "cht-text.h"

#include <glib/gi18n-lib.h>

#define MAX_SKEW 300 /* seconds; more is said beside the expiries */

struct _ChtCertificatesPage
{
  ChtPage parent_instance;
  ChtWorkspace *workspace;
  GtkWidget *spinner, *search_button, *sort_button, *renewal, *problem, *skew, *drafts, *draft_list, *table, *footer;
};

G_DEFINE_FINAL_TYPE (ChtCertificatesPage, cht_certificates_page, CHT_TYPE_PAGE)

enum
{
  PROP_WORKSPACE = 1,
  N_PROPS
};
static GParamSpec *props[N_PROPS];
enum
{
  CERTIFICATE_ACTIVATED,
  DRAFT_ACTIVATED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

/* ---- Columns: pure functions of an item and the workspace's clock ---- */

char *
cht_certificates_updated_text (gint64 updated, const char *who)
{
  g_autofree char *date = updated != CHT_TIME_UNKNOWN ? cht_expiry_describe_date_short (updated) : NULL;

  if (date != NULL && who != NULL && *who != '\0')
    /* TRANSLATORS: a date and the user who changed a certificate then. */
    return g_strdup_printf (_("%s by %s"), date, who);
  if (date != NULL)
    return g_steal_pointer (&date);
  return g_strdup (who != NULL ? who : "");
}

char *
cht_certificates_renewal_text (gboolean required, const char *certificate, int days)
{
  g_autofree char *shown = cht_text_for_display (certificate);

  if (!required || days < 0)
    return NULL;
  if (*shown == '\0')
    return g_strdup_printf (
        ngettext ("An internal certificate of the controller ends in %d day. Renew it in a maintenance window.",
                  "An internal certificate of the controller ends in %d days. Renew it in a maintenance window.", days),
        days);
  return g_strdup_printf (ngettext ("%s ends in %d day. Renew it in a maintenance window.",
                                    "%s ends in %d days. Renew it in a maintenance window.", days),
                          shown, days);
}

static gint64
get_now (gpointer workspace)
{
  return cht_clock_now (cht_workspace_get_clock (workspace));
}

static char *
name_text (gpointer item, gpointer data)
{
  return g_strdup (cht_listed_get_name (item));
}

static char *
role_text (gpointer item, gpointer data)
{
  return g_strdup (cht_listed_get_display_name (item));
}

static char *
expires_text (gpointer item, gpointer data)
{
  g_autofree char *distance = cht_listed_dup_expires_text (item, get_now (data));
  g_autofree char *date = cht_time_describe_date (cht_listed_get_expires (item));

  return g_strdup_printf ("%s %s", distance, date);
}

static char *
updated_text (gpointer item, gpointer data)
{
  return cht_certificates_updated_text (cht_listed_get_updated (item), cht_listed_get_updated_by (item));
}

static char *
operations_text (gpointer item, gpointer data)
{
  return cht_listed_dup_operations_text (item);
}

static int
compare_times (gint64 a, gint64 b)
{
  return (a > b) - (a < b);
}

static int
compare_expires (gconstpointer a, gconstpointer b, gpointer data)
{
  return compare_times (cht_listed_get_expires ((gpointer) a), cht_listed_get_expires ((gpointer) b));
}

static int
compare_updated (gconstpointer a, gconstpointer b, gpointer data)
{
  return compare_times (cht_listed_get_updated ((gpointer) a), cht_listed_get_updated ((gpointer) b));
}

static void
bind_expires (GtkWidget *cell, gpointer item, gpointer data)
{
  cht_expiry_label_set_short (CHT_EXPIRY_LABEL (cell), cht_listed_get_expires (item), get_now (data));
}

static const ChtTableColumn columns[] = {
  { N_("Name"), name_text, NULL, NULL, NULL, TRUE },
  { N_("Role"), role_text, NULL, NULL, NULL, TRUE },
  { N_("Expires"), expires_text, compare_expires, cht_expiry_label_new, bind_expires, FALSE },
  { N_("Updated"), updated_text, compare_updated, NULL, NULL, FALSE },
  { N_("May be"), operations_text, NULL, NULL, NULL, FALSE },
};

/* ---- States ---- */

static void
show_table_state (ChtCertificatesPage *self)
{
  ChtTable *table = CHT_TABLE (self->table);
  g_autoptr (ChtProblem) refresh_problem = NULL;
  g_autoptr (ChtProblem) controller_problem = NULL;
  gboolean busy = FALSE;

  g_object_get (self->workspace, "refresh-problem", &refresh_problem, "controller-problem", &controller_problem, "busy",
                &busy, NULL);
  gtk_widget_set_visible (self->spinner, busy);
  gtk_spinner_set_spinning (GTK_SPINNER (self->spinner), busy);
  switch (cht_workspace_get_controller_state (self->workspace))
    {
    case CHT_WORKSPACE_CONTROLLER_NONE:
      cht_table_set_empty (table, "network-server-symbolic", _("No controller yet"),
                           _("Sign in to a controller, and its certificates are listed here."),
                           _("Connect to a controller"), "win.connect");
      cht_table_set_state (table, CHT_TABLE_READY, NULL, NULL);
      break;
    case CHT_WORKSPACE_CONTROLLER_CONNECTING:
      cht_table_set_state (table, CHT_TABLE_LOADING, NULL, NULL);
      break;
    case CHT_WORKSPACE_CONTROLLER_FAILED:
      cht_table_set_state (table, CHT_TABLE_FAILED, controller_problem, "win.sign-in");
      break;
    case CHT_WORKSPACE_CONTROLLER_SIGNED_IN:
    default:
      cht_table_set_empty (table, "application-certificate-symbolic", _("No certificates"),
                           _("This controller lists no certificate. Add one, and it appears here."),
                           _("Add certificate"), "win.add-certificate");
      cht_table_set_state (table,
                           refresh_problem != NULL ? CHT_TABLE_FAILED
                           : busy                  ? CHT_TABLE_LOADING
                                                   : CHT_TABLE_READY,
                           refresh_problem, "win.refresh");
      break;
    }
  cht_notice_show_problem (
      CHT_NOTICE (self->problem),
      g_list_model_get_n_items (cht_workspace_get_certificates (self->workspace)) > 0 ? refresh_problem : NULL);
}

static void
show_expiry (ChtCertificatesPage *self)
{
  ChtExpiry *expiry = cht_workspace_get_expiry (self->workspace);
  g_autofree char *text = NULL;

  if (expiry != NULL)
    text = cht_certificates_renewal_text (cht_expiry_get_required (expiry), cht_expiry_get_certificate (expiry),
                                          cht_expiry_get_remaining_days (expiry));
  cht_notice_show (CHT_NOTICE (self->renewal), CHT_NOTICE_WARNING, text);
}

static void
show_refreshed (ChtCertificatesPage *self)
{
  gint64 refreshed = CHT_TIME_UNKNOWN, skew = 0;
  g_autofree char *text = NULL;

  g_object_get (self->workspace, "refreshed", &refreshed, "clock-skew", &skew, NULL);
  gtk_widget_set_visible (self->footer, refreshed != CHT_TIME_UNKNOWN);
  if (refreshed != CHT_TIME_UNKNOWN)
    {
      guint n = g_list_model_get_n_items (cht_workspace_get_certificates (self->workspace));
      g_autofree char *when = cht_time_describe_moment (refreshed);

      text = g_strdup_printf (ngettext ("%u certificate, asked for on %s", "%u certificates, asked for on %s", n), n,
                              when);
      gtk_label_set_label (GTK_LABEL (self->footer), text);
    }
  if (ABS (skew) > MAX_SKEW)
    {
      gint64 minutes = ABS (skew) / 60;
      g_autofree char *words = NULL;

      words = g_strdup_printf (ngettext ("The clocks of this computer and the controller are %d minute apart. What is "
                                         "said of expiry follows this computer's clock.",
                                         "The clocks of this computer and the controller are %d minutes apart. What is "
                                         "said of expiry follows this computer's clock.",
                                         (gulong) minutes),
                               (int) MIN (minutes, G_MAXINT));
      cht_notice_show (CHT_NOTICE (self->skew), CHT_NOTICE_WARNING, words);
    }
  else
    cht_notice_show (CHT_NOTICE (self->skew), CHT_NOTICE_INFO, NULL);
  cht_table_refresh (CHT_TABLE (self->table));
}

/* ---- Drafts ---- */

static void
on_draft_dropped_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChtCertificatesPage) self = data;
  g_autoptr (GError) error = NULL;

  if (cht_workspace_drop_draft_finish (CHT_WORKSPACE (source), result, &error))
    cht_page_toast (CHT_PAGE (self), _("The draft is gone."));
  else
    {
      g_autoptr (ChtProblem) problem = cht_problem_from_error (error);

      cht_notice_show_problem (CHT_NOTICE (self->problem), problem);
    }
}

static void
on_discard_clicked_cb (GtkButton *button, ChtCertificatesPage *self)
{
  ChtDraft *draft = g_object_get_data (G_OBJECT (button), "draft");

  cht_workspace_drop_draft_async (self->workspace, draft, NULL, on_draft_dropped_cb, g_object_ref (self));
}

static void
show_draft (ChtDraft *draft, GParamSpec *pspec, GtkWidget *row)
{
  ChtRoleForm *form = cht_draft_get_role_form (draft);
  const char *given = cht_draft_get_name (draft);
  g_autofree char *name = cht_text_for_display (given != NULL && *given != '\0' ? given : _("Without a name"));
  g_autofree char *role = cht_text_for_display (form != NULL ? cht_role_form_get_display_name (form) : "");
  g_autofree char *label = g_strdup_printf (_("Discard the draft %s"), name);
  GtkWidget *discard = g_object_get_data (G_OBJECT (row), "discard");

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), name);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), role);
  gtk_accessible_update_property (GTK_ACCESSIBLE (discard), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

static GtkWidget *
create_draft_row (gpointer item, gpointer data)
{
  GtkWidget *row = adw_action_row_new (), *discard = gtk_button_new_from_icon_name ("user-trash-symbolic");

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), gtk_image_new_from_icon_name ("document-edit-symbolic"));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  gtk_widget_set_valign (discard, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (discard, "flat");
  gtk_widget_set_tooltip_text (discard, _("Discard this draft"));
  g_object_set_data_full (G_OBJECT (discard), "draft", g_object_ref (item), g_object_unref);
  g_signal_connect_object (discard, "clicked", G_CALLBACK (on_discard_clicked_cb), data, 0);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), discard);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), gtk_image_new_from_icon_name ("go-next-symbolic"));
  g_object_set_data (G_OBJECT (row), "discard", discard);
  g_signal_connect_object (item, "notify", G_CALLBACK (show_draft), row, 0);
  show_draft (item, NULL, row);
  return row;
}

static void
on_draft_row_activated_cb (GtkListBox *list, GtkListBoxRow *row, ChtCertificatesPage *self)
{
  g_autoptr (GObject) draft
      = g_list_model_get_item (cht_workspace_get_drafts (self->workspace), gtk_list_box_row_get_index (row));

  if (draft != NULL)
    g_signal_emit (self, signals[DRAFT_ACTIVATED], 0, draft);
}

static void
show_drafts (ChtCertificatesPage *self)
{
  gtk_widget_set_visible (self->drafts, g_list_model_get_n_items (cht_workspace_get_drafts (self->workspace)) > 0);
}

/* ---- The page ---- */

static void
on_item_activated_cb (ChtTable *table, gpointer item, ChtCertificatesPage *self)
{
  g_signal_emit (self, signals[CERTIFICATE_ACTIVATED], 0, item);
}

void
cht_certificates_page_select (ChtCertificatesPage *self, const char *name)
{
  GListModel *model;

  g_return_if_fail (CHT_IS_CERTIFICATES_PAGE (self));
  model = cht_workspace_get_certificates (self->workspace);
  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (ChtListed) listed = g_list_model_get_item (model, i);

      if (g_strcmp0 (cht_listed_get_name (listed), name) == 0)
        cht_table_select (CHT_TABLE (self->table), listed);
    }
}

static gboolean
cht_certificates_page_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (CHT_CERTIFICATES_PAGE (widget)->table);
}

static void
cht_certificates_page_search (ChtPage *page)
{
  cht_table_search (CHT_TABLE (CHT_CERTIFICATES_PAGE (page)->table));
}

static gboolean
cht_certificates_page_escape (ChtPage *page)
{
  return cht_table_escape (CHT_TABLE (CHT_CERTIFICATES_PAGE (page)->table));
}

static void
follow (ChtCertificatesPage *self, const char *property, GCallback callback)
{
  g_autofree char *signal = g_strdup_printf ("notify::%s", property);

  g_signal_connect_object (self->workspace, signal, callback, self, G_CONNECT_SWAPPED);
}

static void
cht_certificates_page_constructed (GObject *object)
{
  ChtCertificatesPage *self = CHT_CERTIFICATES_PAGE (object);

  G_OBJECT_CLASS (cht_certificates_page_parent_class)->constructed (object);
  cht_table_set_columns (CHT_TABLE (self->table), _("Certificates of the controller"), columns, G_N_ELEMENTS (columns),
                         2, self->workspace);
  cht_table_set_model (CHT_TABLE (self->table), cht_workspace_get_certificates (self->workspace));
  cht_table_fill_sort_button (CHT_TABLE (self->table), GTK_MENU_BUTTON (self->sort_button));
  g_object_bind_property (self->table, "search-mode", self->search_button, "active",
                          G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);
  follow (self, "controller-state", G_CALLBACK (show_table_state));
  follow (self, "controller-problem", G_CALLBACK (show_table_state));
  follow (self, "refresh-problem", G_CALLBACK (show_table_state));
  follow (self, "busy", G_CALLBACK (show_table_state));
  follow (self, "expiry", G_CALLBACK (show_expiry));
  follow (self, "refreshed", G_CALLBACK (show_refreshed));
  follow (self, "clock-skew", G_CALLBACK (show_refreshed));
  g_signal_connect_object (cht_workspace_get_drafts (self->workspace), "items-changed", G_CALLBACK (show_drafts), self,
                           G_CONNECT_SWAPPED);
  gtk_list_box_bind_model (GTK_LIST_BOX (self->draft_list), cht_workspace_get_drafts (self->workspace),
                           create_draft_row, self, NULL);
  show_table_state (self);
  show_expiry (self);
  show_refreshed (self);
  show_drafts (self);
}

static void
cht_certificates_page_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_WORKSPACE)
    g_set_object (&CHT_CERTIFICATES_PAGE (object)->workspace, g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
cht_certificates_page_finalize (GObject *object)
{
  g_clear_object (&CHT_CERTIFICATES_PAGE (object)->workspace);
  G_OBJECT_CLASS (cht_certificates_page_parent_class)->finalize (object);
}

static void
cht_certificates_page_class_init (ChtCertificatesPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->constructed = cht_certificates_page_constructed;
  object_class->set_property = cht_certificates_page_set_property;
  object_class->finalize = cht_certificates_page_finalize;
  widget_class->grab_focus = cht_certificates_page_grab_focus;
  CHT_PAGE_CLASS (klass)->search = cht_certificates_page_search;
  CHT_PAGE_CLASS (klass)->escape = cht_certificates_page_escape;
  props[PROP_WORKSPACE] = g_param_spec_object ("workspace", NULL, NULL, CHT_TYPE_WORKSPACE,
                                               G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[CERTIFICATE_ACTIVATED] = g_signal_new ("certificate-activated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                                 0, NULL, NULL, NULL, G_TYPE_NONE, 1, CHT_TYPE_LISTED);
  signals[DRAFT_ACTIVATED] = g_signal_new ("draft-activated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                           NULL, NULL, G_TYPE_NONE, 1, CHT_TYPE_DRAFT);
  g_type_ensure (CHT_TYPE_NOTICE);
  g_type_ensure (CHT_TYPE_TABLE);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/chatelaine/Chatelaine/certificates/cht-certificates-page.ui");
  gtk_widget_class_bind_template_child (widget_class, ChtCertificatesPage, spinner);
  gtk_widget_class_bind_template_child (widget_class, ChtCertificatesPage, search_button);
  gtk_widget_class_bind_template_child (widget_class, ChtCertificatesPage, sort_button);
  gtk_widget_class_bind_template_child (widget_class, ChtCertificatesPage, renewal);
  gtk_widget_class_bind_template_child (widget_class, ChtCertificatesPage, problem);
  gtk_widget_class_bind_template_child (widget_class, ChtCertificatesPage, skew);
  gtk_widget_class_bind_template_child (widget_class, ChtCertificatesPage, drafts);
  gtk_widget_class_bind_template_child (widget_class, ChtCertificatesPage, draft_list);
  gtk_widget_class_bind_template_child (widget_class, ChtCertificatesPage, table);
  gtk_widget_class_bind_template_child (widget_class, ChtCertificatesPage, footer);
  gtk_widget_class_bind_template_callback (widget_class, on_draft_row_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_item_activated_cb);
}

static void
cht_certificates_page_init (ChtCertificatesPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
cht_certificates_page_new (ChtWorkspace *workspace)
{
  return g_object_new (CHT_TYPE_CERTIFICATES_PAGE, "workspace", workspace, NULL);
}
