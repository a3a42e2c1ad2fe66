/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-spoken.h"

#include <glib/gi18n-lib.h>

static gboolean
is_eye (GtkWidget *widget)
{
  const char *icon = GTK_IS_BUTTON (widget) ? gtk_button_get_icon_name (GTK_BUTTON (widget)) : NULL;

  return icon != NULL && (g_str_equal (icon, "view-reveal-symbolic") || g_str_equal (icon, "view-conceal-symbolic"));
}

void
cht_spoken_mend (GtkWidget *top)
{
  g_return_if_fail (GTK_IS_WIDGET (top));

  if (is_eye (top))
    gtk_accessible_update_property (GTK_ACCESSIBLE (top), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Show what is typed"), -1);
  for (GtkWidget *child = gtk_widget_get_first_child (top); child != NULL; child = gtk_widget_get_next_sibling (child))
    cht_spoken_mend (child);
}
