/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-notice.h"
#include "cht-text.h"

#include <glib/gi18n-lib.h>

struct _ChtNotice
{
  GtkWidget parent_instance;
  GtkWidget *box, *icon, *label, *button, *close;
  ChtNoticeKind kind;
  gboolean own_action;
};

G_DEFINE_FINAL_TYPE (ChtNotice, cht_notice, GTK_TYPE_WIDGET)

enum
{
  PROP_TEXT = 1,
  PROP_KIND,
  PROP_BUTTON_LABEL,
  PROP_ACTION_NAME,
  PROP_CLOSABLE,
  N_PROPS
};
static GParamSpec *props[N_PROPS];
enum
{
  ACTIVATED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static const struct
{
  const char *css, *icon;
} looks[] = {
  [CHT_NOTICE_INFO] = { "notice-info", "dialog-information-symbolic" },
  [CHT_NOTICE_SUCCESS] = { "notice-success", "emblem-ok-symbolic" },
  [CHT_NOTICE_WARNING] = { "notice-warning", "dialog-warning-symbolic" },
  [CHT_NOTICE_ERROR] = { "notice-error", "dialog-error-symbolic" },
};

static void
set_kind (ChtNotice *self, ChtNoticeKind kind)
{
  gtk_widget_remove_css_class (GTK_WIDGET (self), looks[self->kind].css);
  self->kind = kind;
  gtk_widget_add_css_class (GTK_WIDGET (self), looks[kind].css);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), looks[kind].icon);
}

const char *
cht_notice_get_text (ChtNotice *self)
{
  g_return_val_if_fail (CHT_IS_NOTICE (self), NULL);
  return gtk_label_get_label (GTK_LABEL (self->label));
}

void
cht_notice_show (ChtNotice *self, ChtNoticeKind kind, const char *text)
{
  g_autofree char *shown = NULL;

  g_return_if_fail (CHT_IS_NOTICE (self) && kind < G_N_ELEMENTS (looks));
  set_kind (self, kind);
  shown = cht_text_escape_controls (text != NULL ? text : "");
  gtk_label_set_label (GTK_LABEL (self->label), shown);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, shown, -1);
  gtk_widget_set_visible (GTK_WIDGET (self), *shown != '\0');
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TEXT]);
}

char *
cht_problem_dup_text (ChtProblem *problem)
{
  const char *advice;

  g_return_val_if_fail (CHT_IS_PROBLEM (problem), NULL);
  advice = cht_problem_get_advice (problem);
  return g_strconcat (cht_problem_get_message (problem), advice != NULL && *advice != '\0' ? " " : "", advice, NULL);
}

void
cht_notice_show_problem (ChtNotice *self, ChtProblem *problem)
{
  g_autofree char *text = NULL;

  g_return_if_fail (CHT_IS_NOTICE (self));
  if (problem != NULL && cht_problem_get_kind (problem) != CHT_PROBLEM_CANCELLED)
    text = cht_problem_dup_text (problem);
  cht_notice_show (self, CHT_NOTICE_ERROR, text);
}

static void
on_button_clicked_cb (GtkButton *button, ChtNotice *self)
{
  if (self->own_action)
    g_signal_emit (self, signals[ACTIVATED], 0);
}

static void
on_close_clicked_cb (GtkButton *button, ChtNotice *self)
{
  cht_notice_show (self, self->kind, NULL);
}

static void
cht_notice_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  ChtNotice *self = CHT_NOTICE (object);

  switch (id)
    {
    case PROP_TEXT:
      cht_notice_show (self, self->kind, g_value_get_string (value));
      break;
    case PROP_KIND:
      set_kind (self, g_value_get_int (value));
      break;
    case PROP_BUTTON_LABEL:
      gtk_button_set_label (GTK_BUTTON (self->button), g_value_get_string (value));
      gtk_widget_set_visible (self->button, g_value_get_string (value) != NULL);
      break;
    case PROP_ACTION_NAME:
      self->own_action = g_value_get_string (value) == NULL;
      gtk_actionable_set_action_name (GTK_ACTIONABLE (self->button), g_value_get_string (value));
      break;
    case PROP_CLOSABLE:
      gtk_widget_set_visible (self->close, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
cht_notice_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ChtNotice *self = CHT_NOTICE (object);

  switch (id)
    {
    case PROP_TEXT:
      g_value_set_string (value, gtk_label_get_label (GTK_LABEL (self->label)));
      break;
    case PROP_KIND:
      g_value_set_int (value, self->kind);
      break;
    case PROP_BUTTON_LABEL:
      g_value_set_string (value, gtk_button_get_label (GTK_BUTTON (self->button)));
      break;
    case PROP_ACTION_NAME:
      g_value_set_string (value, gtk_actionable_get_action_name (GTK_ACTIONABLE (self->button)));
      break;
    case PROP_CLOSABLE:
      g_value_set_boolean (value, gtk_widget_get_visible (self->close));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
cht_notice_dispose (GObject *object)
{
  g_clear_pointer (&CHT_NOTICE (object)->box, gtk_widget_unparent);
  G_OBJECT_CLASS (cht_notice_parent_class)->dispose (object);
}

/* The button is the way on; the text beside it can be selected, and would take the focus first. */
static gboolean
cht_notice_grab_focus (GtkWidget *widget)
{
  GtkWidget *button = CHT_NOTICE (widget)->button;

  return gtk_widget_get_visible (button) && gtk_widget_grab_focus (button);
}

static void
cht_notice_class_init (ChtNoticeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object_class->set_property = cht_notice_set_property;
  object_class->get_property = cht_notice_get_property;
  object_class->dispose = cht_notice_dispose;
  widget_class->grab_focus = cht_notice_grab_focus;
  props[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, NULL, flags);
  props[PROP_KIND] = g_param_spec_int ("kind", NULL, NULL, 0, G_N_ELEMENTS (looks) - 1, CHT_NOTICE_INFO, flags);
  props[PROP_BUTTON_LABEL] = g_param_spec_string ("button-label", NULL, NULL, NULL, flags);
  props[PROP_ACTION_NAME] = g_param_spec_string ("action-name", NULL, NULL, NULL, flags);
  props[PROP_CLOSABLE] = g_param_spec_boolean ("closable", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[ACTIVATED]
      = g_signal_new ("activated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "notice");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_ALERT);
}

static void
cht_notice_init (ChtNotice *self)
{
  self->own_action = TRUE;
  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  self->icon = gtk_image_new ();
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->icon), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);
  gtk_box_append (GTK_BOX (self->box), self->icon);
  self->label = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (self->label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (self->label), 0);
  gtk_label_set_selectable (GTK_LABEL (self->label), TRUE);
  gtk_widget_set_hexpand (self->label, TRUE);
  gtk_box_append (GTK_BOX (self->box), self->label);
  self->button = gtk_button_new ();
  gtk_widget_set_valign (self->button, GTK_ALIGN_CENTER);
  gtk_widget_set_visible (self->button, FALSE);
  g_signal_connect (self->button, "clicked", G_CALLBACK (on_button_clicked_cb), self);
  gtk_box_append (GTK_BOX (self->box), self->button);
  self->close = gtk_button_new_from_icon_name ("window-close-symbolic");
  gtk_widget_add_css_class (self->close, "flat");
  gtk_widget_set_valign (self->close, GTK_ALIGN_CENTER);
  gtk_widget_set_visible (self->close, FALSE);
  gtk_widget_set_tooltip_text (self->close, _("Close this message"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->close), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Close this message"),
                                  -1);
  g_signal_connect (self->close, "clicked", G_CALLBACK (on_close_clicked_cb), self);
  gtk_box_append (GTK_BOX (self->box), self->close);
  set_kind (self, CHT_NOTICE_INFO);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
cht_notice_new (void)
{
  return g_object_new (CHT_TYPE_NOTICE, NULL);
}
