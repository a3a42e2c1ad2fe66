/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-expiry-label.h"

#include <glib/gi18n-lib.h>

#define SOON_DAYS 60
#define URGENT_DAYS 14
#define MIN_CHARS 22  /* wide ones: room for some 28 characters of a proportional font, shown whole in a list */

struct _ChtExpiryLabel {
  GtkWidget parent;
  GtkWidget *icon, *label;
};

G_DEFINE_FINAL_TYPE (ChtExpiryLabel, cht_expiry_label, GTK_TYPE_WIDGET)

ChtExpiryStep
cht_expiry_step (gint64 time, gint64 now)
{
  if (time == CHT_TIME_UNKNOWN)
    return CHT_EXPIRY_UNKNOWN;
  if (time < now)
    return CHT_EXPIRY_EXPIRED;
  if (time - now < URGENT_DAYS * CHT_DAY)
    return CHT_EXPIRY_URGENT;
  return time - now < SOON_DAYS * CHT_DAY ? CHT_EXPIRY_SOON : CHT_EXPIRY_FINE;
}

/* A shape for each step: colour never says it alone. */
const char *
cht_expiry_step_get_icon (ChtExpiryStep step)
{
  switch (step)
    {
    case CHT_EXPIRY_FINE:
      return "emblem-ok-symbolic";
    case CHT_EXPIRY_SOON:
      return "alarm-symbolic";
    case CHT_EXPIRY_URGENT:
      return "dialog-warning-symbolic";
    case CHT_EXPIRY_EXPIRED:
      return "dialog-error-symbolic";
    case CHT_EXPIRY_UNKNOWN:
    default:
      return "dialog-question-symbolic";
    }
}

static const char *
get_css_class (ChtExpiryStep step)
{
  static const char *const classes[] = { "expiry-unknown", "expiry-fine", "expiry-soon", "expiry-urgent",
                                         "expiry-expired" };

  return classes[step];
}

char *
cht_expiry_describe_date_short (gint64 time)
{
  g_autoptr (GDateTime) local = time != CHT_TIME_UNKNOWN ? g_date_time_new_from_unix_local (time) : NULL;

  /* Translators: a date as short as a column wants it, for strftime: "5 Jan 2027" */
  return local != NULL ? g_date_time_format (local, _ ("%-e %b %Y")) : cht_time_describe_date (CHT_TIME_UNKNOWN);
}

static void
show (ChtExpiryLabel *self, gint64 time, gint64 now, const char *text)
{
  ChtExpiryStep step = cht_expiry_step (time, now);
  g_autofree char *date = cht_time_describe_date (time);
  g_autofree char *utc = cht_time_to_rfc3339 (time);
  g_autofree char *tooltip = utc != NULL ? g_strdup_printf ("%s\n%s", date, utc) : NULL;

  gtk_label_set_text (GTK_LABEL (self->label), text);
  gtk_label_set_width_chars (GTK_LABEL (self->label), MIN (g_utf8_strlen (text, -1) * 4 / 5, MIN_CHARS));
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), cht_expiry_step_get_icon (step));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), tooltip);
  gtk_widget_set_css_classes (GTK_WIDGET (self),
                              (const char *[]){ "expiry", get_css_class (step), NULL });
}

void
cht_expiry_label_set (ChtExpiryLabel *self, gint64 time, gint64 now, gboolean with_date)
{
  g_autofree char *words = cht_time_describe_distance (time, now);
  g_autofree char *date = cht_time_describe_date (time);
  g_autofree char *text = NULL;

  g_return_if_fail (CHT_IS_EXPIRY_LABEL (self));

  /* Translators: "in 41 days, on 5 January 2027" */
  text = with_date && time != CHT_TIME_UNKNOWN ? g_strdup_printf (_ ("%s, on %s"), words, date) : g_strdup (words);
  show (self, time, now, text);
}

void
cht_expiry_label_set_short (ChtExpiryLabel *self, gint64 time, gint64 now)
{
  g_autofree char *words = cht_time_describe_distance (time, now);
  g_autofree char *date = cht_expiry_describe_date_short (time);
  g_autofree char *text = NULL;

  g_return_if_fail (CHT_IS_EXPIRY_LABEL (self));

  /* Translators: how far off, and the date: "in 41 days · 5 Jan 2027" */
  text = time != CHT_TIME_UNKNOWN ? g_strdup_printf (_ ("%s · %s"), words, date) : g_strdup (words);
  show (self, time, now, text);
}

static void
cht_expiry_label_dispose (GObject *object)
{
  ChtExpiryLabel *self = CHT_EXPIRY_LABEL (object);

  g_clear_pointer (&self->icon, gtk_widget_unparent);
  g_clear_pointer (&self->label, gtk_widget_unparent);
  G_OBJECT_CLASS (cht_expiry_label_parent_class)->dispose (object);
}

static void
cht_expiry_label_class_init (ChtExpiryLabelClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cht_expiry_label_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
cht_expiry_label_init (ChtExpiryLabel *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (layout), 6);
  self->icon = gtk_image_new ();
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->icon), GTK_ACCESSIBLE_PROPERTY_LABEL, "", -1);
  self->label = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (self->label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_parent (self->icon, GTK_WIDGET (self));
  gtk_widget_set_parent (self->label, GTK_WIDGET (self));
}

GtkWidget *
cht_expiry_label_new (void)
{
  return g_object_new (CHT_TYPE_EXPIRY_LABEL, NULL);
}
