/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-finding-list.h"

#include <glib/gi18n-lib.h>

struct _ChtFindingList {
  GtkWidget parent;
  GtkWidget *box;
  ChtField field;
  ChtDraft *draft; /* (nullable) */
  GListModel *model;
  gulong changed;
};

G_DEFINE_FINAL_TYPE (ChtFindingList, cht_finding_list, GTK_TYPE_WIDGET)

enum
{
  REPAIR_ASKED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static const char *
severity_icon (ChtSeverity severity)
{
  static const char *const icons[] = { "dialog-information-symbolic", "dialog-warning-symbolic", "dialog-error-symbolic" };
  return icons[severity];
}

static const char *
severity_word (ChtSeverity severity)
{
  const char *const words[] = { _ ("Note"), _ ("Warning"), _ ("To mend") };
  return words[severity];
}

static GtkWidget *
new_label (const char *text, const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_widget_set_hexpand (label, TRUE);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  return label;
}

static GtkWidget *
new_why (ChtFinding *finding)
{
  GtkWidget *why = gtk_expander_new (_ ("Why")), *inside = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  const char *source = cht_finding_get_source (finding);

  gtk_box_append (GTK_BOX (inside), new_label (cht_finding_get_explanation (finding), NULL));
  if (source != NULL && *source != '\0')
    gtk_box_append (GTK_BOX (inside), new_label (source, "dim-label"));
  gtk_expander_set_child (GTK_EXPANDER (why), inside);
  gtk_widget_add_css_class (why, "caption");
  gtk_accessible_update_property (GTK_ACCESSIBLE (why), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Why"), -1);
  return why;
}

static void
on_repair_clicked_cb (GtkButton *button, ChtFindingList *self)
{
  g_autoptr (ChtFinding) finding = g_object_ref (g_object_get_data (G_OBJECT (button), "finding"));

  g_signal_emit (self, signals[REPAIR_ASKED], 0, finding);
}

static GtkWidget *
new_repair (ChtFindingList *self, ChtFinding *finding)
{
  /* TRANSLATORS: a verb on a button that shows first what it would do: "Put in order…" */
  g_autofree char *label = g_strdup_printf (_ ("%s…"), cht_draft_repair_verb (cht_finding_get_repair (finding)));
  GtkWidget *button = gtk_button_new_with_label (label);

  gtk_widget_set_valign (button, GTK_ALIGN_START);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  cht_finding_get_message (finding), -1);
  g_object_set_data_full (G_OBJECT (button), "finding", g_object_ref (finding), g_object_unref);
  g_signal_connect_object (button, "clicked", G_CALLBACK (on_repair_clicked_cb), self, 0);
  return button;
}

static GtkWidget *
new_row (ChtFindingList *self, ChtFinding *finding)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9), *text = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *icon = gtk_image_new_from_icon_name (severity_icon (cht_finding_get_severity (finding)));
  const char *explanation = cht_finding_get_explanation (finding);
  g_autofree char *words = NULL, *css_class = NULL;

  /* Translators: the severity, then the message: "Warning: Two certificates are out of order." */
  words = g_strdup_printf (_ ("%s: %s"), severity_word (cht_finding_get_severity (finding)),
                           cht_finding_get_message (finding));
  css_class = g_strdup_printf ("finding-%s", cht_severity_get_id (cht_finding_get_severity (finding)));
  gtk_widget_add_css_class (row, "finding");
  gtk_widget_add_css_class (row, css_class);
  gtk_widget_set_valign (icon, GTK_ALIGN_START);
  gtk_box_append (GTK_BOX (row), icon);
  gtk_box_append (GTK_BOX (text), new_label (words, NULL));
  if (explanation != NULL && *explanation != '\0')
    gtk_box_append (GTK_BOX (text), new_why (finding));
  gtk_widget_set_hexpand (text, TRUE);
  gtk_box_append (GTK_BOX (row), text);
  if (self->draft != NULL
      && cht_draft_can_repair (self->draft, cht_finding_get_field (finding), cht_finding_get_repair (finding)))
    gtk_box_append (GTK_BOX (row), new_repair (self, finding));
  return row;
}

static gboolean
belongs (ChtFindingList *self, ChtFinding *finding)
{
  ChtField field = cht_finding_get_field (finding);

  return self->field == CHT_FIELD_NONE || field == self->field;
}

static void
fill (ChtFindingList *self)
{
  guint n = self->model != NULL ? g_list_model_get_n_items (self->model) : 0;
  gboolean any = FALSE;
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (self->box)) != NULL)
    gtk_box_remove (GTK_BOX (self->box), child);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (ChtFinding) finding = g_list_model_get_item (self->model, i);

      if (!belongs (self, finding))
        continue;
      gtk_box_append (GTK_BOX (self->box), new_row (self, finding));
      any = TRUE;
    }
  gtk_widget_set_visible (GTK_WIDGET (self), any);
}

static void
on_model_items_changed_cb (GListModel *model, guint position, guint removed, guint added, ChtFindingList *self)
{
  fill (self);
}

void
cht_finding_list_set_model (ChtFindingList *self, GListModel *findings)
{
  g_return_if_fail (CHT_IS_FINDING_LIST (self));

  if (self->model != NULL)
    g_clear_signal_handler (&self->changed, self->model);
  g_set_object (&self->model, findings);
  if (findings != NULL)
    self->changed = g_signal_connect (findings, "items-changed", G_CALLBACK (on_model_items_changed_cb), self);
  fill (self);
}

void
cht_finding_list_set_draft (ChtFindingList *self, ChtDraft *draft)
{
  g_return_if_fail (CHT_IS_FINDING_LIST (self));
  g_set_object (&self->draft, draft);
}

char *
cht_finding_list_dup_worst (ChtFindingList *self)
{
  g_autoptr (ChtFinding) worst = NULL;
  guint n;

  g_return_val_if_fail (CHT_IS_FINDING_LIST (self), NULL);

  n = self->model != NULL ? g_list_model_get_n_items (self->model) : 0;
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (ChtFinding) finding = g_list_model_get_item (self->model, i);

      if (belongs (self, finding) &&
          (worst == NULL || cht_finding_get_severity (finding) > cht_finding_get_severity (worst)))
        g_set_object (&worst, finding);
    }
  return worst != NULL ? g_strdup (cht_finding_get_message (worst)) : NULL;
}

static void
cht_finding_list_dispose (GObject *object)
{
  ChtFindingList *self = CHT_FINDING_LIST (object);

  if (self->model != NULL)
    g_clear_signal_handler (&self->changed, self->model);
  g_clear_object (&self->model);
  g_clear_object (&self->draft);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (cht_finding_list_parent_class)->dispose (object);
}

static void
cht_finding_list_class_init (ChtFindingListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cht_finding_list_dispose;
  signals[REPAIR_ASKED] = g_signal_new ("repair-asked", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                        NULL, G_TYPE_NONE, 1, CHT_TYPE_FINDING);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
cht_finding_list_init (ChtFindingList *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Findings"), -1);
}

GtkWidget *
cht_finding_list_new (ChtField field)
{
  ChtFindingList *self = g_object_new (CHT_TYPE_FINDING_LIST, NULL);

  self->field = field;
  return GTK_WIDGET (self);
}
