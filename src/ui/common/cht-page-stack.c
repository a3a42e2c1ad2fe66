/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-page-stack.h"
#include "cht-spoken.h"

#include <glib/gi18n-lib.h>

typedef struct
{
  ChtPage *page;    /* (unowned): the stack holds it */
  GtkWidget *focus; /* (weak) (nullable): where the focus was when another page came on top */
} Level;

struct _ChtPageStack
{
  GtkBox parent_instance;
  GArray *levels; /* of Level * */
  GtkWidget *notice, *header, *back, *back_content, *sidebar_button, *menu_button, *title, *stack;
  GtkWidget *shown_actions;
  gulong title_handler;
  ChtPage *shown;
  gboolean folded;
};

G_DEFINE_FINAL_TYPE (ChtPageStack, cht_page_stack, GTK_TYPE_BOX)

enum
{
  PROP_FOLDED = 1,
  N_PROPS
};
static GParamSpec *props[N_PROPS];
enum
{
  PAGE_CHANGED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void
level_free (Level *level)
{
  g_clear_weak_pointer (&level->focus);
  g_free (level);
}

static Level *
get_level (ChtPageStack *self, guint i)
{
  return g_array_index (self->levels, Level *, i);
}

guint
cht_page_stack_get_depth (ChtPageStack *self)
{
  g_return_val_if_fail (CHT_IS_PAGE_STACK (self), 0);
  return self->levels->len;
}

ChtPage *
cht_page_stack_get_visible (ChtPageStack *self)
{
  g_return_val_if_fail (CHT_IS_PAGE_STACK (self), NULL);
  return self->levels->len > 0 ? get_level (self, self->levels->len - 1)->page : NULL;
}

ChtPage *
cht_page_stack_find (ChtPageStack *self, GType type)
{
  g_return_val_if_fail (CHT_IS_PAGE_STACK (self), NULL);
  for (guint i = self->levels->len; i > 0; i--)
    if (g_type_is_a (G_OBJECT_TYPE (get_level (self, i - 1)->page), type))
      return get_level (self, i - 1)->page;
  return NULL;
}

static void
on_page_title_changed_cb (ChtPage *page, GParamSpec *pspec, ChtPageStack *self)
{
  adw_window_title_set_title (ADW_WINDOW_TITLE (self->title), cht_page_get_title (page));
}

static void
show_back (ChtPageStack *self)
{
  guint depth = self->levels->len;
  const char *below = depth > 1 ? cht_page_get_title (get_level (self, depth - 2)->page) : NULL;

  gtk_widget_set_visible (self->back, below != NULL);
  gtk_widget_set_visible (self->sidebar_button, self->folded && below == NULL);
  if (below != NULL)
    {
      g_autofree char *words = g_strdup_printf (_("Back to %s"), below);

      adw_button_content_set_label (ADW_BUTTON_CONTENT (self->back_content), below);
      gtk_widget_set_tooltip_text (self->back, words);
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->back), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
    }
}

static void
show_top (ChtPageStack *self)
{
  ChtPage *page = cht_page_stack_get_visible (self);

  if (self->shown != NULL)
    g_signal_handler_disconnect (self->shown, self->title_handler);
  g_clear_object (&self->shown);
  if (self->shown_actions != NULL)
    adw_header_bar_remove (ADW_HEADER_BAR (self->header), self->shown_actions);
  self->shown_actions = NULL;
  if (page == NULL)
    return;
  self->shown = g_object_ref (page);
  self->title_handler = g_signal_connect (page, "notify::title", G_CALLBACK (on_page_title_changed_cb), self);
  on_page_title_changed_cb (page, NULL, self);
  self->shown_actions = cht_page_get_actions (page);
  if (self->shown_actions != NULL)
    adw_header_bar_pack_end (ADW_HEADER_BAR (self->header), self->shown_actions);
  gtk_stack_set_visible_child (GTK_STACK (self->stack), GTK_WIDGET (page));
  show_back (self);
  g_signal_emit (self, signals[PAGE_CHANGED], 0);
}

void
cht_page_stack_push (ChtPageStack *self, ChtPage *page)
{
  Level *level = g_new0 (Level, 1);
  GtkRoot *root;

  g_return_if_fail (CHT_IS_PAGE_STACK (self) && CHT_IS_PAGE (page));
  root = gtk_widget_get_root (GTK_WIDGET (self));
  if (root != NULL && self->levels->len > 0)
    {
      GtkWidget *focus = gtk_root_get_focus (root);

      if (focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (self->stack)))
        g_set_weak_pointer (&get_level (self, self->levels->len - 1)->focus, focus);
    }
  level->page = page;
  g_array_append_val (self->levels, level);
  cht_page_stack_show_notice (self, CHT_NOTICE_INFO, NULL);
  gtk_stack_add_child (GTK_STACK (self->stack), GTK_WIDGET (page));
  cht_spoken_mend (GTK_WIDGET (page));
  show_top (self);
  if (root != NULL && self->levels->len > 1)
    gtk_widget_grab_focus (GTK_WIDGET (page));
}

static void
drop_to (ChtPageStack *self, guint depth)
{
  g_autoptr (GPtrArray) gone = g_ptr_array_new_with_free_func (g_object_unref);
  GtkWidget *focus;

  if (self->levels->len <= depth)
    return;
  for (guint i = self->levels->len; i > depth; i--)
    g_ptr_array_add (gone, g_object_ref (get_level (self, i - 1)->page));
  g_array_set_size (self->levels, depth);
  show_top (self);
  for (guint i = 0; i < gone->len; i++)
    {
      cht_page_close (g_ptr_array_index (gone, i));
      gtk_stack_remove (GTK_STACK (self->stack), g_ptr_array_index (gone, i));
    }
  focus = depth > 0 ? get_level (self, depth - 1)->focus : NULL;
  if (focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (self)) && gtk_widget_get_mapped (focus))
    gtk_widget_grab_focus (focus);
  else if (depth > 0 && gtk_widget_get_mapped (GTK_WIDGET (self)))
    gtk_widget_grab_focus (GTK_WIDGET (get_level (self, depth - 1)->page));
}

gboolean
cht_page_stack_go_back (ChtPageStack *self)
{
  g_return_val_if_fail (CHT_IS_PAGE_STACK (self), FALSE);
  if (self->levels->len <= 1)
    return FALSE;
  if (cht_page_leave (cht_page_stack_get_visible (self)))
    drop_to (self, self->levels->len - 1);
  return TRUE;
}

void
cht_page_stack_remove (ChtPageStack *self, ChtPage *page)
{
  g_return_if_fail (CHT_IS_PAGE_STACK (self));
  for (guint i = 1; i < self->levels->len; i++)
    if (get_level (self, i)->page == page)
      {
        drop_to (self, i);
        return;
      }
}

void
cht_page_stack_clear (ChtPageStack *self)
{
  g_return_if_fail (CHT_IS_PAGE_STACK (self));
  drop_to (self, 1);
}

void
cht_page_stack_show_notice (ChtPageStack *self, ChtNoticeKind kind, const char *text)
{
  g_return_if_fail (CHT_IS_PAGE_STACK (self));
  cht_notice_show (CHT_NOTICE (self->notice), kind, text);
}

void
cht_page_stack_set_menu (ChtPageStack *self, GMenuModel *menu)
{
  g_return_if_fail (CHT_IS_PAGE_STACK (self));
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (self->menu_button), menu);
  gtk_widget_set_visible (self->menu_button, menu != NULL);
}

void
cht_page_stack_open_menu (ChtPageStack *self)
{
  g_return_if_fail (CHT_IS_PAGE_STACK (self));
  if (gtk_widget_get_visible (self->menu_button))
    gtk_menu_button_popup (GTK_MENU_BUTTON (self->menu_button));
}

static void
on_back_clicked_cb (GtkButton *button, ChtPageStack *self)
{
  cht_page_stack_go_back (self);
}

static gboolean
on_key_pressed_cb (GtkEventControllerKey *controller, guint keyval, guint keycode, GdkModifierType state,
                   ChtPageStack *self)
{
  guint modifiers = state & gtk_accelerator_get_default_mod_mask ();
  gboolean alt_back
      = modifiers == GDK_ALT_MASK
        && keyval == (gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL ? GDK_KEY_Right : GDK_KEY_Left);
  ChtPage *page = cht_page_stack_get_visible (self);

  if (page == NULL)
    return FALSE;
  if (alt_back)
    return cht_page_stack_go_back (self);
  if (keyval != GDK_KEY_Escape || modifiers != 0)
    return FALSE;
  return cht_page_escape (page) || cht_page_stack_go_back (self);
}

static void
cht_page_stack_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  ChtPageStack *self = CHT_PAGE_STACK (object);

  if (id != PROP_FOLDED)
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      return;
    }
  self->folded = g_value_get_boolean (value);
  show_back (self);
}

static void
cht_page_stack_dispose (GObject *object)
{
  ChtPageStack *self = CHT_PAGE_STACK (object);

  if (self->shown != NULL)
    g_signal_handler_disconnect (self->shown, self->title_handler);
  g_clear_object (&self->shown);
  for (guint i = 0; self->levels != NULL && i < self->levels->len; i++)
    cht_page_close (get_level (self, i)->page);
  g_clear_pointer (&self->levels, g_array_unref);
  G_OBJECT_CLASS (cht_page_stack_parent_class)->dispose (object);
}

static void
clear_level (gpointer data)
{
  level_free (*(Level **) data);
}

static void
cht_page_stack_class_init (ChtPageStackClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->set_property = cht_page_stack_set_property;
  object_class->dispose = cht_page_stack_dispose;
  props[PROP_FOLDED] = g_param_spec_boolean ("folded", NULL, NULL, FALSE, G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[PAGE_CHANGED] = g_signal_new ("page-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                        NULL, G_TYPE_NONE, 0);
}

static void
init_header (ChtPageStack *self)
{
  self->header = adw_header_bar_new ();
  self->title = adw_window_title_new ("", NULL);
  adw_header_bar_set_title_widget (ADW_HEADER_BAR (self->header), self->title);
  self->sidebar_button = gtk_button_new_from_icon_name ("sidebar-show-symbolic");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->sidebar_button), "win.show-sidebar");
  gtk_widget_set_tooltip_text (self->sidebar_button, _("Show sidebar"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->sidebar_button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Show sidebar"), -1);
  gtk_widget_set_visible (self->sidebar_button, FALSE);
  adw_header_bar_pack_start (ADW_HEADER_BAR (self->header), self->sidebar_button);
  self->back = gtk_button_new ();
  self->back_content = adw_button_content_new ();
  adw_button_content_set_icon_name (ADW_BUTTON_CONTENT (self->back_content), "go-previous-symbolic");
  gtk_button_set_child (GTK_BUTTON (self->back), self->back_content);
  gtk_widget_set_visible (self->back, FALSE);
  g_signal_connect (self->back, "clicked", G_CALLBACK (on_back_clicked_cb), self);
  adw_header_bar_pack_start (ADW_HEADER_BAR (self->header), self->back);
  self->menu_button = gtk_menu_button_new ();
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (self->menu_button), "open-menu-symbolic");
  gtk_widget_set_tooltip_text (self->menu_button, _("Main menu"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->menu_button), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Main menu"),
                                  -1);
  gtk_widget_set_visible (self->menu_button, FALSE);
  adw_header_bar_pack_end (ADW_HEADER_BAR (self->header), self->menu_button);
}

static void
cht_page_stack_init (ChtPageStack *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->levels = g_array_new (FALSE, FALSE, sizeof (Level *));
  g_array_set_clear_func (self->levels, clear_level);
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  init_header (self);
  gtk_box_append (GTK_BOX (self), self->header);
  self->notice = cht_notice_new ();
  g_object_set (self->notice, "closable", TRUE, NULL);
  gtk_box_append (GTK_BOX (self), self->notice);
  self->stack = gtk_stack_new ();
  gtk_widget_set_vexpand (self->stack, TRUE);
  gtk_widget_set_hexpand (self->stack, TRUE);
  gtk_box_append (GTK_BOX (self), self->stack);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

GtkWidget *
cht_page_stack_new (void)
{
  return g_object_new (CHT_TYPE_PAGE_STACK, NULL);
}
