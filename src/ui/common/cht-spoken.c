/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-spoken.h"

#include <glib/gi18n-lib.h>

static gboolean
has_mnemonic (GtkWidget *widget)
{
  if (GTK_IS_BUTTON (widget))
    return gtk_button_get_use_underline (GTK_BUTTON (widget)) && gtk_button_get_label (GTK_BUTTON (widget)) != NULL;
  return FALSE;
}

/* libadwaita 1.2 leaves the eye of its password row without a name. */
static gboolean
is_reveal_toggle (GtkWidget *widget)
{
  const char *icon = GTK_IS_BUTTON (widget) ? gtk_button_get_icon_name (GTK_BUTTON (widget)) : NULL;

  return icon != NULL && (g_str_equal (icon, "view-reveal-symbolic") || g_str_equal (icon, "view-conceal-symbolic"));
}

void
cht_spoken_mend (GtkWidget *top)
{
  g_return_if_fail (GTK_IS_WIDGET (top));

  if (has_mnemonic (top))
    gtk_accessible_reset_property (GTK_ACCESSIBLE (top), GTK_ACCESSIBLE_PROPERTY_LABEL);
  else if (is_reveal_toggle (top))
    gtk_accessible_update_property (GTK_ACCESSIBLE (top), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Show what is typed"), -1);
  else if (GTK_IS_BUTTON (top) && gtk_button_get_icon_name (GTK_BUTTON (top)) != NULL &&
           gtk_widget_get_tooltip_text (top) != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (top), GTK_ACCESSIBLE_PROPERTY_LABEL, gtk_widget_get_tooltip_text (top), -1);
  for (GtkWidget *child = gtk_widget_get_first_child (top); child != NULL; child = gtk_widget_get_next_sibling (child))
    cht_spoken_mend (child);
}

static void
on_window_mapped_cb (GtkWidget *window, gpointer data)
{
  cht_spoken_mend (window);
}

static void
on_windows_changed_cb (GListModel *windows, guint position, guint removed, guint added, gpointer data)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

      g_signal_connect (window, "map", G_CALLBACK (on_window_mapped_cb), NULL);
    }
}

void
cht_spoken_mend_windows (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  g_signal_connect (windows, "items-changed", G_CALLBACK (on_windows_changed_cb), NULL);
  on_windows_changed_cb (windows, 0, 0, g_list_model_get_n_items (windows), NULL);
}
