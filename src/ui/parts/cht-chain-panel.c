/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-chain-panel.h"
#include "cht-certificate-facts.h"
#include "cht-chain-view.h"
#include "cht-text.h"

#include <glib/gi18n-lib.h>

#define SIDE_BY_SIDE 720  /* from this width on */
#define GAP 24
#define FACTS_LEAST 340

struct _ChtChainPanel {
  GtkWidget parent;
  GtkWidget *left;    /* the chain, and under it what is no certificate */
  GtkWidget *view, *facts, *others, *spinner;
  ChtBundle *bundle;
  gint64 now;
  GCancellable *building;
};

G_DEFINE_FINAL_TYPE (ChtChainPanel, cht_chain_panel, GTK_TYPE_WIDGET)

static void
on_view_selected_cb (ChtChainView *view, GParamSpec *pspec, ChtChainPanel *self)
{
  cht_certificate_facts_set_certificate (CHT_CERTIFICATE_FACTS (self->facts), cht_chain_view_get_selected (view),
                                         self->now);
}

static const char *
name_of_kind (ChtObjectKind kind)
{
  switch (kind)
    {
    case CHT_OBJECT_PRIVATE_KEY:
      return _ ("Private key");
    case CHT_OBJECT_PUBLIC_KEY:
      return _ ("Public key");
    case CHT_OBJECT_REQUEST:
      return _ ("Certificate request");
    case CHT_OBJECT_CRL:
      return _ ("Revocation list");
    case CHT_OBJECT_CERTIFICATE:
      return _ ("Certificate");
    case CHT_OBJECT_UNKNOWN:
    default:
      return _ ("Unreadable block");
    }
}

static char *
describe_other (ChtObject *object)
{
  ChtKey *key = cht_object_get_key (object);
  g_autofree char *described = NULL;

  if (*cht_object_get_reason (object) != '\0')
    return cht_text_for_display (cht_object_get_reason (object));
  if (key == NULL)
    return cht_text_for_display (cht_object_get_subject (object));
  if (*cht_key_get_reason (key) != '\0')
    return cht_text_for_display (cht_key_get_reason (key));
  described = cht_key_describe (key);
  return cht_text_for_display (described);
}

static void
add_other (ChtChainPanel *self, ChtObject *object)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9), *label;
  gboolean broken = cht_object_get_kind (object) == CHT_OBJECT_UNKNOWN;
  g_autofree char *words = describe_other (object);
  g_autofree char *line = NULL, *text = NULL;

  if (cht_object_get_line (object) > 0)
    line = g_strdup_printf (_ (", line %u"), cht_object_get_line (object));
  text = g_strdup_printf ("%s%s\n%s", name_of_kind (cht_object_get_kind (object)), line != NULL ? line : "", words);
  gtk_box_append (GTK_BOX (row), gtk_image_new_from_icon_name (broken ? "dialog-warning-symbolic"
                                                                      : "text-x-generic-symbolic"));
  label = gtk_label_new (text);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (row), label);
  gtk_widget_add_css_class (row, broken ? "object-broken" : "object-other");
  gtk_box_append (GTK_BOX (self->others), row);
}

static void
show_others (ChtChainPanel *self)
{
  GPtrArray *objects = self->bundle != NULL ? cht_bundle_get_objects (self->bundle) : NULL;
  GtkWidget *child;
  guint shown = 0;

  while ((child = gtk_widget_get_first_child (self->others)) != NULL)
    gtk_box_remove (GTK_BOX (self->others), child);
  for (guint i = 0; objects != NULL && i < objects->len && shown < CHT_CHAIN_VIEW_MAX_CARDS; i++)
    if (cht_object_get_kind (g_ptr_array_index (objects, i)) != CHT_OBJECT_CERTIFICATE)
      {
        add_other (self, g_ptr_array_index (objects, i));
        shown++;
      }
  gtk_widget_set_visible (self->others, shown > 0);
}

static void
build_chains (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_task_return_pointer (task, cht_chains_new (cht_bundle_get_certificates (data)), g_object_unref);
}

static void
on_chains_built_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  ChtChainPanel *self = CHT_CHAIN_PANEL (source);
  g_autoptr (ChtChains) chains = g_task_propagate_pointer (G_TASK (result), NULL);

  if (chains == NULL || self->view == NULL)
    return;
  gtk_spinner_stop (GTK_SPINNER (self->spinner));
  gtk_widget_set_visible (self->spinner, FALSE);
  cht_chain_view_set_now (CHT_CHAIN_VIEW (self->view), self->now);
  cht_chain_view_set_chains (CHT_CHAIN_VIEW (self->view), chains);
}

void
cht_chain_panel_set_bundle (ChtChainPanel *self, ChtBundle *bundle, gint64 now)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (CHT_IS_CHAIN_PANEL (self));

  g_cancellable_cancel (self->building);
  g_clear_object (&self->building);
  g_set_object (&self->bundle, bundle);
  self->now = now;
  show_others (self);
  if (bundle == NULL || cht_bundle_get_certificates (bundle)->len == 0)
    {
      cht_chain_view_set_chains (CHT_CHAIN_VIEW (self->view), NULL);
      return;
    }
  self->building = g_cancellable_new ();
  task = g_task_new (self, self->building, on_chains_built_cb, NULL);
  g_task_set_source_tag (task, cht_chain_panel_set_bundle);
  g_task_set_task_data (task, g_object_ref (bundle), g_object_unref);
  gtk_widget_set_visible (self->spinner, TRUE);
  gtk_spinner_start (GTK_SPINNER (self->spinner));
  g_task_run_in_thread (task, build_chains);
}

static int
natural (GtkWidget *widget, GtkOrientation orientation, int for_size)
{
  int size;

  gtk_widget_measure (widget, orientation, for_size, NULL, &size, NULL, NULL);
  return size;
}

/* The chain gets what it wants, as long as the facts keep their least width. */
static int
left_width (ChtChainPanel *self, int width)
{
  return MIN (natural (self->left, GTK_ORIENTATION_HORIZONTAL, -1), width - FACTS_LEAST - GAP);
}

static void
cht_chain_panel_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural_size,
                         int *minimum_baseline, int *natural_baseline)
{
  ChtChainPanel *self = CHT_CHAIN_PANEL (widget);
  int left_least, facts_least;

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      gtk_widget_measure (self->left, orientation, -1, &left_least, NULL, NULL, NULL);
      gtk_widget_measure (self->facts, orientation, -1, &facts_least, NULL, NULL, NULL);
      *minimum = MAX (left_least, facts_least);
      *natural_size = MAX (*minimum, natural (self->left, orientation, -1) + GAP +
                                             natural (self->facts, orientation, -1));
    }
  else if (for_size >= SIDE_BY_SIDE)
    {
      int left = left_width (self, for_size);
      *minimum = *natural_size = MAX (natural (self->left, orientation, left),
                                      natural (self->facts, orientation, for_size - left - GAP));
    }
  else
    {
      *minimum = *natural_size = natural (self->left, orientation, for_size) + GAP +
                                 natural (self->facts, orientation, for_size);
    }
}

static void
cht_chain_panel_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  ChtChainPanel *self = CHT_CHAIN_PANEL (widget);
  gboolean right_to_left = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;

  if (width >= SIDE_BY_SIDE)
    {
      int left = left_width (self, width), rest = width - left - GAP;
      gtk_widget_size_allocate (self->left, &(GtkAllocation){ right_to_left ? rest + GAP : 0, 0, left, height }, -1);
      gtk_widget_size_allocate (self->facts, &(GtkAllocation){ right_to_left ? 0 : left + GAP, 0, rest, height }, -1);
    }
  else
    {
      int top = natural (self->left, GTK_ORIENTATION_VERTICAL, width);
      gtk_widget_size_allocate (self->left, &(GtkAllocation){ 0, 0, width, top }, -1);
      gtk_widget_size_allocate (self->facts, &(GtkAllocation){ 0, top + GAP, width, MAX (height - top - GAP, 0) }, -1);
    }
}

static GtkSizeRequestMode
cht_chain_panel_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
cht_chain_panel_dispose (GObject *object)
{
  ChtChainPanel *self = CHT_CHAIN_PANEL (object);

  g_cancellable_cancel (self->building);
  g_clear_object (&self->building);
  g_clear_object (&self->bundle);
  self->view = NULL;
  g_clear_pointer (&self->left, gtk_widget_unparent);
  g_clear_pointer (&self->facts, gtk_widget_unparent);
  G_OBJECT_CLASS (cht_chain_panel_parent_class)->dispose (object);
}

static void
cht_chain_panel_class_init (ChtChainPanelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cht_chain_panel_dispose;
  widget_class->measure = cht_chain_panel_measure;
  widget_class->size_allocate = cht_chain_panel_size_allocate;
  widget_class->get_request_mode = cht_chain_panel_get_request_mode;
}

static void
cht_chain_panel_init (ChtChainPanel *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->left = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);
  self->spinner = gtk_spinner_new ();
  gtk_widget_set_visible (self->spinner, FALSE);
  self->view = cht_chain_view_new ();
  gtk_widget_set_valign (self->view, GTK_ALIGN_START);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_AUTOMATIC, GTK_POLICY_NEVER);
  gtk_scrolled_window_set_propagate_natural_width (GTK_SCROLLED_WINDOW (scroller), TRUE);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->view);
  self->others = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);
  gtk_box_append (GTK_BOX (self->left), self->spinner);
  gtk_box_append (GTK_BOX (self->left), scroller);
  gtk_box_append (GTK_BOX (self->left), self->others);
  gtk_widget_set_parent (self->left, GTK_WIDGET (self));
  self->facts = cht_certificate_facts_new ();
  gtk_widget_set_valign (self->facts, GTK_ALIGN_START);
  gtk_widget_set_parent (self->facts, GTK_WIDGET (self));
  g_signal_connect (self->view, "notify::selected", G_CALLBACK (on_view_selected_cb), self);
}

GtkWidget *
cht_chain_panel_new (void)
{
  return g_object_new (CHT_TYPE_CHAIN_PANEL, NULL);
}
