/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-page.h"
#include "cht-text.h"

typedef struct
{
  char *title;
  GtkWidget *actions;
  GCancellable *cancellable;
} ChtPagePrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (ChtPage, cht_page, ADW_TYPE_BIN)

enum
{
  PROP_TITLE = 1,
  PROP_ACTIONS,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

#define PRIVATE(self) ((ChtPagePrivate *) cht_page_get_instance_private (self))

const char *
cht_page_get_title (ChtPage *self)
{
  g_return_val_if_fail (CHT_IS_PAGE (self), NULL);
  return PRIVATE (self)->title;
}

void
cht_page_set_title (ChtPage *self, const char *title)
{
  g_autofree char *shown = NULL;

  g_return_if_fail (CHT_IS_PAGE (self));
  shown = cht_text_for_display (title);
  if (g_strcmp0 (PRIVATE (self)->title, shown) == 0)
    return;
  g_free (PRIVATE (self)->title);
  PRIVATE (self)->title = g_steal_pointer (&shown);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TITLE]);
}

GtkWidget *
cht_page_get_actions (ChtPage *self)
{
  g_return_val_if_fail (CHT_IS_PAGE (self), NULL);
  return PRIVATE (self)->actions;
}

void
cht_page_search (ChtPage *self)
{
  g_return_if_fail (CHT_IS_PAGE (self));
  if (CHT_PAGE_GET_CLASS (self)->search != NULL)
    CHT_PAGE_GET_CLASS (self)->search (self);
}

gboolean
cht_page_escape (ChtPage *self)
{
  g_return_val_if_fail (CHT_IS_PAGE (self), FALSE);
  return CHT_PAGE_GET_CLASS (self)->escape != NULL && CHT_PAGE_GET_CLASS (self)->escape (self);
}

gboolean
cht_page_leave (ChtPage *self)
{
  g_return_val_if_fail (CHT_IS_PAGE (self), TRUE);
  return CHT_PAGE_GET_CLASS (self)->leave == NULL || CHT_PAGE_GET_CLASS (self)->leave (self);
}

void
cht_page_close (ChtPage *self)
{
  g_return_if_fail (CHT_IS_PAGE (self));
  if (cht_page_is_closed (self))
    return;
  g_cancellable_cancel (PRIVATE (self)->cancellable);
  CHT_PAGE_GET_CLASS (self)->closed (self);
}

gboolean
cht_page_is_closed (ChtPage *self)
{
  g_return_val_if_fail (CHT_IS_PAGE (self), TRUE);
  return g_cancellable_is_cancelled (PRIVATE (self)->cancellable);
}

GCancellable *
cht_page_get_cancellable (ChtPage *self)
{
  g_return_val_if_fail (CHT_IS_PAGE (self), NULL);
  return PRIVATE (self)->cancellable;
}

AdwToast *
cht_page_toast (ChtPage *self, const char *text)
{
  g_autofree char *shown = cht_text_for_display (text);
  g_autofree char *markup = g_markup_escape_text (shown, -1);
  GtkWidget *overlay;
  AdwToast *toast;

  g_return_val_if_fail (CHT_IS_PAGE (self), NULL);
  overlay = gtk_widget_get_ancestor (GTK_WIDGET (self), ADW_TYPE_TOAST_OVERLAY);
  if (overlay == NULL)
    return NULL;
  toast = adw_toast_new (markup);
  adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (overlay), toast);
  return toast;
}

static void
cht_page_real_closed (ChtPage *self)
{
}

static gboolean
cht_page_grab_focus (GtkWidget *widget)
{
  GtkWidget *child = adw_bin_get_child (ADW_BIN (widget));
  GtkRoot *root = gtk_widget_get_root (widget);
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  /* It would go on to the next widget where the page has the focus already. */
  if (focus != NULL && gtk_widget_is_ancestor (focus, widget))
    return TRUE;
  return child != NULL && gtk_widget_child_focus (child, GTK_DIR_TAB_FORWARD);
}

static void
cht_page_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  ChtPage *self = CHT_PAGE (object);

  switch (id)
    {
    case PROP_TITLE:
      cht_page_set_title (self, g_value_get_string (value));
      break;
    case PROP_ACTIONS:
      g_set_object (&PRIVATE (self)->actions, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
cht_page_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ChtPage *self = CHT_PAGE (object);

  switch (id)
    {
    case PROP_TITLE:
      g_value_set_string (value, PRIVATE (self)->title);
      break;
    case PROP_ACTIONS:
      g_value_set_object (value, PRIVATE (self)->actions);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
cht_page_dispose (GObject *object)
{
  ChtPage *self = CHT_PAGE (object);

  g_cancellable_cancel (PRIVATE (self)->cancellable);
  g_clear_object (&PRIVATE (self)->actions);
  G_OBJECT_CLASS (cht_page_parent_class)->dispose (object);
}

static void
cht_page_finalize (GObject *object)
{
  ChtPage *self = CHT_PAGE (object);

  g_clear_pointer (&PRIVATE (self)->title, g_free);
  g_clear_object (&PRIVATE (self)->cancellable);
  G_OBJECT_CLASS (cht_page_parent_class)->finalize (object);
}

static void
cht_page_class_init (ChtPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->set_property = cht_page_set_property;
  object_class->get_property = cht_page_get_property;
  object_class->dispose = cht_page_dispose;
  object_class->finalize = cht_page_finalize;
  GTK_WIDGET_CLASS (klass)->grab_focus = cht_page_grab_focus;
  klass->closed = cht_page_real_closed;
  props[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL,
                                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  props[PROP_ACTIONS]
      = g_param_spec_object ("actions", NULL, NULL, GTK_TYPE_WIDGET, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
cht_page_init (ChtPage *self)
{
  PRIVATE (self)->cancellable = g_cancellable_new ();
}
