/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-form-private.h"

#include "cht-finding-list.h"
#include "cht-notice.h"
#include "cht-text.h"

#include <glib/gi18n-lib.h>

G_DEFINE_FINAL_TYPE (ChtFormPage, cht_form_page, CHT_TYPE_PAGE)

enum
{
  PROP_WORKSPACE = 1,
  PROP_DRAFT,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

/* ---- What is shown ---- */

char *
cht_form_count_text (guint n_errors, guint n_warnings)
{
  g_autofree char *errors = g_strdup_printf (ngettext ("%u to mend", "%u to mend", n_errors), n_errors);
  g_autofree char *warnings = g_strdup_printf (ngettext ("%u warning", "%u warnings", n_warnings), n_warnings);

  if (n_errors > 0 && n_warnings > 0)
    return g_strdup_printf ("%s, %s", errors, warnings);
  return g_strdup (n_errors > 0 ? errors : n_warnings > 0 ? warnings : "");
}

void
cht_form_show_error (ChtFormPage *self, const GError *error)
{
  g_autoptr (ChtProblem) problem = error != NULL ? cht_problem_from_error (error) : NULL;

  cht_notice_show_problem (CHT_NOTICE (self->problem), problem);
}

static char *
dup_state_text (ChtFormPage *self, guint n_warnings)
{
  g_autofree char *count = cht_form_count_text (cht_draft_get_n_errors (self->draft), n_warnings);
  g_autofree char *kept = NULL;

  if (self->uploading)
    return g_strdup (_("Uploading…"));
  if (self->kept != CHT_TIME_UNKNOWN)
    {
      g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (self->kept);

      /* TRANSLATORS: a time of the day. */
      kept = g_date_time_format (time, _("Draft kept %H:%M"));
    }
  if (kept != NULL && *count != '\0')
    return g_strdup_printf ("%s · %s", kept, count);
  if (kept != NULL)
    return g_steal_pointer (&kept);
  return *count != '\0' ? g_steal_pointer (&count) : g_strdup (_("Nothing is sent before you upload."));
}

static void
mark_field (ChtFormPage *self, ChtField field, gboolean wrong)
{
  GtkWidget *row = field == CHT_FIELD_ROLE         ? self->role
                   : field == CHT_FIELD_NAME       ? self->name
                   : field == CHT_FIELD_PASSPHRASE ? self->passphrase
                                                   : self->file_rows[field];

  if (row == NULL)
    return;
  gtk_accessible_update_state (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_STATE_INVALID,
                               wrong ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);
  if (self->lists[field] != NULL)
    gtk_accessible_update_relation (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_RELATION_DESCRIBED_BY, self->lists[field],
                                    NULL, -1);
  if (field == CHT_FIELD_NAME || field == CHT_FIELD_PASSPHRASE)
    {
      if (wrong)
        gtk_widget_add_css_class (row, "error");
      else
        gtk_widget_remove_css_class (row, "error");
    }
}

void
cht_form_show_state (ChtFormPage *self)
{
  GListModel *findings = cht_draft_get_findings (self->draft);
  gboolean wrong[CHT_FORM_FIELDS] = { FALSE };
  gboolean others = FALSE, busy = cht_draft_get_busy (self->draft) || self->reading > 0 || self->uploading;
  gboolean signed_in = cht_workspace_get_controller_state (self->workspace) == CHT_WORKSPACE_CONTROLLER_SIGNED_IN;
  g_autofree char *text = NULL;
  guint n_warnings = 0;

  for (guint i = 0; i < g_list_model_get_n_items (findings); i++)
    {
      g_autoptr (ChtFinding) finding = g_list_model_get_item (findings, i);
      ChtField field = cht_finding_get_field (finding);

      n_warnings += cht_finding_get_severity (finding) == CHT_SEVERITY_WARNING;
      others |= field == CHT_FIELD_NONE;
      if (field < CHT_FORM_FIELDS && cht_finding_get_severity (finding) == CHT_SEVERITY_ERROR)
        wrong[field] = TRUE;
    }
  for (guint i = CHT_FIELD_ROLE; i < CHT_FORM_FIELDS; i++)
    mark_field (self, i, wrong[i]);
  gtk_widget_set_visible (self->others, others);
  text = dup_state_text (self, n_warnings);
  gtk_label_set_label (GTK_LABEL (self->state),
                       signed_in ? text
                                 : _("Sign in to the controller to upload. What you prepare is kept as a draft."));
  gtk_widget_set_visible (self->spinner, busy);
  gtk_spinner_set_spinning (GTK_SPINNER (self->spinner), busy);
  gtk_widget_set_sensitive (self->upload, signed_in && !self->uploading && self->reading == 0
                                              && cht_draft_get_role_form (self->draft) != NULL);
  cht_form_show_files (self);
}

/* ---- What for ---- */

/* A line for the role, a quiet one for what it is there for. */
static void
on_role_setup_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, gpointer data)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);

  for (guint i = 0; i < 2; i++)
    {
      GtkWidget *label = gtk_label_new (NULL);

      gtk_label_set_xalign (GTK_LABEL (label), 0);
      gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
      gtk_label_set_max_width_chars (GTK_LABEL (label), 44);
      gtk_box_append (GTK_BOX (box), label);
    }
  gtk_widget_add_css_class (gtk_widget_get_last_child (box), "dim-label");
  gtk_widget_add_css_class (gtk_widget_get_last_child (box), "caption");
  gtk_list_item_set_child (list_item, box);
}

static void
on_role_bind_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, gpointer data)
{
  ChtRoleForm *form = gtk_list_item_get_item (list_item);
  GtkWidget *box = gtk_list_item_get_child (list_item), *purpose = gtk_widget_get_last_child (box);
  const ChtRole *role = cht_role_form_get_role (form);
  g_autofree char *name = cht_text_for_display (cht_role_form_get_display_name (form));

  gtk_label_set_label (GTK_LABEL (gtk_widget_get_first_child (box)), name);
  gtk_label_set_label (GTK_LABEL (purpose), role != NULL ? _(role->purpose) : "");
  gtk_widget_set_visible (purpose, role != NULL);
}

static void
set_role_list (ChtFormPage *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (on_role_setup_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (on_role_bind_cb), NULL);
  adw_combo_row_set_list_factory (ADW_COMBO_ROW (self->role), factory);
}

static char *
role_form_text (GObject *form)
{
  return cht_text_for_display (form != NULL ? cht_role_form_get_display_name (CHT_ROLE_FORM (form)) : "");
}

/* The row's own list cuts names at 20 characters, and roles differ in their last words. */
static void
on_choice_setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_list_item_set_child (item, label);
}

static void
on_choice_bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  g_autofree char *text = role_form_text (gtk_list_item_get_item (item));

  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (item)), text);
}

static void
set_choices (ChtFormPage *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (on_choice_setup_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (on_choice_bind_cb), NULL);
  adw_combo_row_set_list_factory (ADW_COMBO_ROW (self->role), factory);
}

static void
show_role (ChtFormPage *self)
{
  ChtRoleForm *form = cht_draft_get_role_form (self->draft);
  const ChtRole *role = form != NULL ? cht_role_form_get_role (form) : NULL;

  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->role), role != NULL && role->purpose != NULL ? _(role->purpose)
                                                            : form == NULL ? _("Choose what the certificate is for")
                                                                           : "");
  gtk_widget_set_visible (self->name_group, form != NULL);
  cht_form_build_files (self);
  cht_form_build_destinations (self);
  cht_form_show_state (self);
}

static void
on_role_selected_cb (AdwComboRow *row, GParamSpec *pspec, ChtFormPage *self)
{
  ChtRoleForm *form = adw_combo_row_get_selected_item (row);

  if (self->filling || form == cht_draft_get_role_form (self->draft))
    return;
  cht_draft_set_role_form (self->draft, form);
  cht_form_touch (self);
  show_role (self);
}

static guint
find_form (ChtFormPage *self, ChtRoleForm *form)
{
  guint position = GTK_INVALID_LIST_POSITION;

  for (guint i = 0; form != NULL && i < g_list_model_get_n_items (G_LIST_MODEL (self->forms)); i++)
    {
      g_autoptr (ChtRoleForm) other = g_list_model_get_item (G_LIST_MODEL (self->forms), i);

      if (other == form || g_strcmp0 (cht_role_form_get_name (other), cht_role_form_get_name (form)) == 0)
        position = i;
    }
  return position;
}

/* A combo row with nothing chosen cannot be given its first choice by the keyboard (libadwaita 1.2: Return on it is lost), so one stands
 * there from the start: the role that most uploads are for, where the controller has it. Nobody has touched the draft by that. */
static void
choose_first (ChtFormPage *self)
{
  g_autoptr (ChtRoleForm) chosen = g_list_model_get_item (G_LIST_MODEL (self->forms), 0);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->forms)); i++)
    {
      g_autoptr (ChtRoleForm) form = g_list_model_get_item (G_LIST_MODEL (self->forms), i);

      if (g_strcmp0 (cht_role_form_get_id (form), "external-destination") == 0)
        g_set_object (&chosen, form);
    }
  cht_draft_set_role_form (self->draft, chosen);
}

static gboolean
has_same_forms (ChtFormPage *self, GPtrArray *forms)
{
  if (g_list_model_get_n_items (G_LIST_MODEL (self->forms)) != forms->len)
    return FALSE;
  for (guint i = 0; i < forms->len; i++)
    {
      g_autoptr (ChtRoleForm) mine = g_list_model_get_item (G_LIST_MODEL (self->forms), i);

      if (mine != g_ptr_array_index (forms, i))
        return FALSE;
    }
  return TRUE;
}

/* What is the same is left alone: a list that is filled anew under an open choice would lose it. */
static void
fill_forms (ChtFormPage *self)
{
  GListModel *all = cht_workspace_get_role_forms (self->workspace);
  g_autoptr (GPtrArray) forms = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (all); i++)
    {
      g_autoptr (ChtRoleForm) form = g_list_model_get_item (all, i);

      if ((cht_role_form_get_operations (form) & CHT_OPERATION_ADD) != 0)
        g_ptr_array_add (forms, g_steal_pointer (&form));
    }
  self->filling = TRUE;
  if (!has_same_forms (self, forms))
    g_list_store_splice (self->forms, 0, g_list_model_get_n_items (G_LIST_MODEL (self->forms)), forms->pdata, forms->len);
  if (cht_draft_get_role_form (self->draft) == NULL)
    choose_first (self);
  adw_combo_row_set_selected (ADW_COMBO_ROW (self->role), find_form (self, cht_draft_get_role_form (self->draft)));
  self->filling = FALSE;
  show_role (self);
}

/* ---- Asking the controller ---- */

static void
on_forms_loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChtFormPage) self = data;
  g_autoptr (GError) error = NULL;

  self->reading--;
  if (cht_page_is_closed (CHT_PAGE (self)))
    return;
  if (!cht_workspace_load_role_forms_finish (CHT_WORKSPACE (source), result, &error))
    cht_form_show_error (self, error);
  fill_forms (self);
  /* An empty choice takes no focus: it is given now that there is something to choose. */
  if (!self->touched)
    gtk_widget_grab_focus (self->role);
}

static void
on_destinations_loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChtFormPage) self = data;
  g_autoptr (GError) error = NULL;

  self->reading--;
  if (cht_page_is_closed (CHT_PAGE (self)))
    return;
  if (!cht_workspace_load_destinations_finish (CHT_WORKSPACE (source), result, &error))
    cht_form_show_error (self, error);
  cht_form_build_destinations (self);
  cht_form_show_state (self);
}

static void
load (ChtFormPage *self)
{
  GCancellable *cancellable = cht_page_get_cancellable (CHT_PAGE (self));

  self->reading += 2;
  cht_form_show_error (self, NULL);
  cht_workspace_load_role_forms_async (self->workspace, cancellable, on_forms_loaded_cb, g_object_ref (self));
  cht_workspace_load_destinations_async (self->workspace, cancellable, on_destinations_loaded_cb, g_object_ref (self));
  cht_form_show_state (self);
}

static void
on_try_again_cb (ChtNotice *notice, ChtFormPage *self)
{
  load (self);
}

/* ---- The page ---- */

static void
on_name_changed_cb (GtkEditable *editable, ChtFormPage *self)
{
  if (self->filling)
    return;
  cht_draft_set_name (self->draft, gtk_editable_get_text (editable));
  cht_form_touch (self);
}

static void
on_upload_clicked_cb (GtkButton *button, ChtFormPage *self)
{
  cht_form_upload (self);
}

static gboolean
cht_form_page_leave (ChtPage *page)
{
  ChtFormPage *self = CHT_FORM_PAGE (page);

  if (self->uploading)
    {
      cht_notice_show (CHT_NOTICE (self->outcome), CHT_NOTICE_INFO,
                       _("The upload is on its way. This page stays until the controller has answered."));
      return FALSE;
    }
  cht_form_take_passphrase (self);
  if (self->touched)
    cht_form_keep_now (self, TRUE);
  return TRUE;
}

static void
cht_form_page_closed (ChtPage *page)
{
  ChtFormPage *self = CHT_FORM_PAGE (page);

  g_clear_handle_id (&self->keep_source, g_source_remove);
  cht_form_end_repair (self);
  if (self->passphrase != NULL)
    {
      self->filling = TRUE; /* an entry that is emptied takes nothing from the draft */
      gtk_editable_set_text (GTK_EDITABLE (self->passphrase), "");
    }
  CHT_PAGE_CLASS (cht_form_page_parent_class)->closed (page);
}

static gboolean
has_no_field (gpointer finding, gpointer data)
{
  return cht_finding_get_field (finding) == CHT_FIELD_NONE;
}

static void
add_finding_lists (ChtFormPage *self)
{
  GListModel *findings = cht_draft_get_findings (self->draft);
  g_autoptr (GtkFilterListModel) others = gtk_filter_list_model_new (
      g_object_ref (findings), GTK_FILTER (gtk_custom_filter_new (has_no_field, NULL, NULL)));

  self->lists[CHT_FIELD_ROLE] = cht_finding_list_new (CHT_FIELD_ROLE);
  self->lists[CHT_FIELD_NAME] = cht_finding_list_new (CHT_FIELD_NAME);
  self->lists[CHT_FIELD_NONE] = cht_finding_list_new (CHT_FIELD_NONE);
  self->lists[CHT_FIELD_DESTINATIONS] = cht_finding_list_new (CHT_FIELD_DESTINATIONS);
  cht_finding_list_set_model (CHT_FINDING_LIST (self->lists[CHT_FIELD_ROLE]), findings);
  cht_finding_list_set_model (CHT_FINDING_LIST (self->lists[CHT_FIELD_NAME]), findings);
  cht_finding_list_set_model (CHT_FINDING_LIST (self->lists[CHT_FIELD_NONE]), G_LIST_MODEL (others));
  cht_finding_list_set_model (CHT_FINDING_LIST (self->lists[CHT_FIELD_DESTINATIONS]), findings);
  gtk_widget_set_margin_top (self->lists[CHT_FIELD_ROLE], 6);
  gtk_widget_set_margin_top (self->lists[CHT_FIELD_NAME], 6);
  gtk_widget_set_margin_top (self->lists[CHT_FIELD_DESTINATIONS], 6);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->role_group), self->lists[CHT_FIELD_ROLE]);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->name_group), self->lists[CHT_FIELD_NAME]);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->others), self->lists[CHT_FIELD_NONE]);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->destinations), self->lists[CHT_FIELD_DESTINATIONS]);
}

static void
cht_form_page_constructed (GObject *object)
{
  ChtFormPage *self = CHT_FORM_PAGE (object);
  g_autoptr (GtkExpression) words
      = gtk_cclosure_expression_new (G_TYPE_STRING, NULL, 0, NULL, G_CALLBACK (role_form_text), NULL, NULL);

  G_OBJECT_CLASS (cht_form_page_parent_class)->constructed (object);
  adw_combo_row_set_expression (ADW_COMBO_ROW (self->role), words);
  set_choices (self);
  set_role_list (self);
  self->filling = TRUE;
  adw_combo_row_set_model (ADW_COMBO_ROW (self->role), G_LIST_MODEL (self->forms));
  if (cht_draft_get_name (self->draft) != NULL)
    gtk_editable_set_text (GTK_EDITABLE (self->name), cht_draft_get_name (self->draft));
  self->filling = FALSE;
  add_finding_lists (self);
  g_signal_connect_object (self->draft, "notify::busy", G_CALLBACK (cht_form_show_state), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (cht_draft_get_findings (self->draft), "items-changed", G_CALLBACK (cht_form_show_state),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->workspace, "notify::controller-state", G_CALLBACK (cht_form_show_state), self,
                           G_CONNECT_SWAPPED);
  fill_forms (self);
  load (self);
}

static void
cht_form_page_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  ChtFormPage *self = CHT_FORM_PAGE (object);

  if (id == PROP_WORKSPACE)
    g_set_object (&self->workspace, g_value_get_object (value));
  else if (id == PROP_DRAFT)
    g_set_object (&self->draft, g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
cht_form_page_finalize (GObject *object)
{
  ChtFormPage *self = CHT_FORM_PAGE (object);

  g_clear_handle_id (&self->keep_source, g_source_remove);
  g_clear_weak_pointer (&self->undo);
  g_clear_object (&self->repair);
  g_clear_pointer (&self->destination_rows, g_ptr_array_unref);
  g_clear_object (&self->forms);
  g_clear_object (&self->draft);
  g_clear_object (&self->workspace);
  G_OBJECT_CLASS (cht_form_page_parent_class)->finalize (object);
}

#define BIND(child) gtk_widget_class_bind_template_child (widget_class, ChtFormPage, child)

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, "/org/chatelaine/Chatelaine/form/cht-form-page.ui");
  BIND (problem);
  BIND (outcome);
  BIND (role_group);
  BIND (name_group);
  BIND (files);
  BIND (destinations);
  BIND (others);
  BIND (role);
  BIND (name);
  BIND (state);
  BIND (spinner);
  BIND (upload);
  BIND (scroller);
  gtk_widget_class_bind_template_callback (widget_class, on_try_again_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_role_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_name_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_upload_clicked_cb);
}

static void
cht_form_page_class_init (ChtFormPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  object_class->constructed = cht_form_page_constructed;
  object_class->set_property = cht_form_page_set_property;
  object_class->finalize = cht_form_page_finalize;
  CHT_PAGE_CLASS (klass)->leave = cht_form_page_leave;
  CHT_PAGE_CLASS (klass)->closed = cht_form_page_closed;
  props[PROP_WORKSPACE] = g_param_spec_object ("workspace", NULL, NULL, CHT_TYPE_WORKSPACE,
                                               G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  props[PROP_DRAFT] = g_param_spec_object ("draft", NULL, NULL, CHT_TYPE_DRAFT,
                                           G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  g_signal_new ("uploaded", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  g_signal_new ("draft-left", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, CHT_TYPE_PROBLEM);
  g_type_ensure (CHT_TYPE_NOTICE);
  bind_template (GTK_WIDGET_CLASS (klass));
}

static void
cht_form_page_init (ChtFormPage *self)
{
  self->forms = g_list_store_new (CHT_TYPE_ROLE_FORM);
  self->destination_rows = g_ptr_array_new ();
  self->kept = CHT_TIME_UNKNOWN;
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
cht_form_page_new (ChtWorkspace *workspace, ChtDraft *draft)
{
  return g_object_new (CHT_TYPE_FORM_PAGE, "workspace", workspace, "draft", draft, NULL);
}
