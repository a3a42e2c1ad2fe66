/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What tests that draw have in common: waiting for a condition, and reading what stands on the screen. */
#pragma once

#include <adwaita.h>
#include <string.h>

#define DEADLINE (20 * G_USEC_PER_SEC)

/* Runs the main context until CONDITION holds. */
#define wait_until(condition) \
  do \
    { \
      gint64 end = g_get_monotonic_time () + DEADLINE; \
      while (!(condition)) \
        { \
          g_assert_cmpint (g_get_monotonic_time (), <, end); \
          g_main_context_iteration (NULL, FALSE); \
        } \
    } \
  while (0)

/* The texts of every visible label below, a line each. (transfer full) */
static inline void
collect_texts (GtkWidget *below, GString *text)
{
  for (GtkWidget *child = gtk_widget_get_first_child (below); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      if (!gtk_widget_get_child_visible (child) || !gtk_widget_get_visible (child))
        continue;
      if (GTK_IS_LABEL (child))
        g_string_append_printf (text, "%s\n", gtk_label_get_text (GTK_LABEL (child)));
      collect_texts (child, text);
    }
}

static inline gboolean
shows (GtkWidget *widget, const char *words)
{
  g_autoptr (GString) text = g_string_new (NULL);

  collect_texts (widget, text);
  return strstr (text->str, words) != NULL;
}

static inline GtkWidget *
find_widget (GtkWidget *below, GType type, const char *css_class)
{
  for (GtkWidget *child = gtk_widget_get_first_child (below); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *deeper;

      if (g_type_is_a (G_OBJECT_TYPE (child), type) &&
          (css_class == NULL || gtk_widget_has_css_class (child, css_class)))
        return child;
      if ((deeper = find_widget (child, type, css_class)) != NULL)
        return deeper;
    }
  return NULL;
}
