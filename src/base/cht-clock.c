/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-clock.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Nearer than this is told in days, further in years and months. */
#define DAYS_TOLD (2 * 365)

gint64
cht_clock_now (const ChtClock *self)
{
  if (self != NULL && self->fixed != CHT_TIME_UNKNOWN)
    return self->fixed;
  return g_get_real_time () / G_USEC_PER_SEC;
}

char *
cht_time_to_rfc3339 (gint64 time)
{
  g_autoptr (GDateTime) moment = time != CHT_TIME_UNKNOWN ? g_date_time_new_from_unix_utc (time) : NULL;
  int year, month, day;

  if (moment == NULL)
    return NULL;
  g_date_time_get_ymd (moment, &year, &month, &day);
  return g_strdup_printf ("%04d-%02d-%02dT%02d:%02d:%02dZ", year, month, day, g_date_time_get_hour (moment),
                          g_date_time_get_minute (moment), g_date_time_get_second (moment));
}

/* Takes MIN to MAX digits at *TEXT and moves past them. */
static gboolean
take_number (const char **text, guint min, guint max, int *number)
{
  guint n = 0;

  *number = 0;
  while (n < max && g_ascii_isdigit (**text))
    {
      *number = *number * 10 + (**text - '0');
      (*text)++;
      n++;
    }
  return n >= min;
}

static gboolean
take_char (const char **text, char c)
{
  if (**text != c)
    return FALSE;
  (*text)++;
  return TRUE;
}

static gboolean
take_time (const char **text, int *hour, int *minute, int *second)
{
  return take_number (text, 2, 2, hour) && take_char (text, ':') && take_number (text, 2, 2, minute) &&
         take_char (text, ':') && take_number (text, 2, 2, second);
}

/* Z or an offset, in seconds east of UTC, and nothing behind it. */
static gboolean
take_zone (const char *text, int *offset)
{
  int hours, minutes;
  char sign = *text;

  *offset = 0;
  if (sign == 'Z' || sign == 'z')
    return text[1] == '\0';
  if (sign != '+' && sign != '-')
    return FALSE;
  text++;
  if (!take_number (&text, 2, 2, &hours) || !take_char (&text, ':') || !take_number (&text, 2, 2, &minutes) ||
      *text != '\0' || hours > 23 || minutes > 59)
    return FALSE;
  *offset = (hours * 60 + minutes) * 60 * (sign == '-' ? -1 : 1);
  return TRUE;
}

/* FALSE for a date that does not exist. A leap second counts as the second before it. */
static gboolean
to_unix (int year, int month, int day, int hour, int minute, int second, int offset, gint64 *time)
{
  g_autoptr (GDateTime) moment =
      g_date_time_new_utc (year, month, day, hour, minute, second == 60 ? 59 : second);
  g_autoptr (GDateTime) shifted = NULL;

  if (moment == NULL)
    return FALSE;
  gint64 unix_time = g_date_time_to_unix (moment) - offset;
  shifted = g_date_time_new_from_unix_utc (unix_time);
  if (shifted == NULL) /* the offset led out of the years 1 to 9999 */
    return FALSE;
  *time = unix_time;
  return TRUE;
}

gboolean
cht_time_from_rfc3339 (const char *text, gint64 *time)
{
  int year, month, day, hour, minute, second, offset;

  g_return_val_if_fail (time != NULL, FALSE);
  if (text == NULL)
    return FALSE;
  if (!take_number (&text, 4, 4, &year) || !take_char (&text, '-') || !take_number (&text, 2, 2, &month) ||
      !take_char (&text, '-') || !take_number (&text, 2, 2, &day))
    return FALSE;
  if (!take_char (&text, 'T') && !take_char (&text, 't'))
    return FALSE;
  if (!take_time (&text, &hour, &minute, &second))
    return FALSE;
  if (take_char (&text, '.'))
    {
      if (!g_ascii_isdigit (*text))
        return FALSE;
      while (g_ascii_isdigit (*text))
        text++;
    }
  return take_zone (text, &offset) && to_unix (year, month, day, hour, minute, second, offset, time);
}

static int
take_month (const char **text)
{
  static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";

  for (int month = 0; month < 12; month++)
    if (g_ascii_strncasecmp (*text, names + 3 * month, 3) == 0)
      {
        *text += 3;
        return month + 1;
      }
  return 0;
}

gboolean
cht_time_from_http_like (const char *text, gint64 *time)
{
  int year, month, day, hour, minute, second;

  g_return_val_if_fail (time != NULL, FALSE);
  if (text == NULL)
    return FALSE;
  if (cht_time_from_rfc3339 (text, time))
    return TRUE;

  /* The day of the week says nothing that the date does not. */
  if (g_ascii_isalpha (text[0]) && g_ascii_isalpha (text[1]) && g_ascii_isalpha (text[2]))
    {
      text += 3;
      take_char (&text, ',');
      if (!take_char (&text, ' '))
        return FALSE;
    }
  if (!take_number (&text, 1, 2, &day) || !take_char (&text, ' '))
    return FALSE;
  month = take_month (&text);
  if (month == 0 || !take_char (&text, ' ') || !take_number (&text, 4, 4, &year) || !take_char (&text, ' '))
    return FALSE;
  if (!take_time (&text, &hour, &minute, &second) || !take_char (&text, ' '))
    return FALSE;
  if (strcmp (text, "UTC") != 0 && strcmp (text, "GMT") != 0)
    return FALSE;
  return to_unix (year, month, day, hour, minute, second, 0, time);
}

/* LATER - EARLIER without overflow; both known, LATER not before EARLIER. */
static gint64
seconds_between (gint64 earlier, gint64 later)
{
  gint64 seconds;

  return __builtin_sub_overflow (later, earlier, &seconds) ? G_MAXINT64 : seconds;
}

gint64
cht_time_days_until (gint64 time, gint64 now)
{
  if (time == CHT_TIME_UNKNOWN || now == CHT_TIME_UNKNOWN)
    return CHT_TIME_UNKNOWN;
  if (time >= now)
    return seconds_between (now, time) / CHT_DAY;
  gint64 seconds = seconds_between (time, now);
  return -(seconds / CHT_DAY) - (seconds % CHT_DAY != 0 ? 1 : 0);
}

/* Whole calendar months from EARLIER to LATER. */
static int
months_between (gint64 earlier, gint64 later)
{
  g_autoptr (GDateTime) from = g_date_time_new_from_unix_utc (earlier);
  g_autoptr (GDateTime) to = g_date_time_new_from_unix_utc (later);
  if (from == NULL || to == NULL)
    return -1;

  int months = (g_date_time_get_year (to) - g_date_time_get_year (from)) * 12 + g_date_time_get_month (to) -
               g_date_time_get_month (from);
  /* g_date_time_add_months() stops at the end of a short month, as people count. */
  g_autoptr (GDateTime) reached = g_date_time_add_months (from, months);
  return reached == NULL || g_date_time_compare (reached, to) > 0 ? months - 1 : months;
}

static char *
describe_long (int months, gboolean past)
{
  int years = months / 12;
  int rest = months % 12;

  if (past)
    return rest > 0 ? g_strdup_printf (_("%d y %d mo ago"), years, rest) : g_strdup_printf (_("%d y ago"), years);
  return rest > 0 ? g_strdup_printf (_("in %d y %d mo"), years, rest) : g_strdup_printf (_("in %d y"), years);
}

char *
cht_time_describe_distance (gint64 time, gint64 now)
{
  if (time == CHT_TIME_UNKNOWN || now == CHT_TIME_UNKNOWN)
    return g_strdup (_("unknown"));

  gboolean past = time < now;
  gint64 days = past ? seconds_between (time, now) / CHT_DAY : seconds_between (now, time) / CHT_DAY;
  if (days == 0)
    return g_strdup (_("today"));
  if (days >= DAYS_TOLD)
    {
      int months = past ? months_between (time, now) : months_between (now, time);
      return months < 0 ? g_strdup (_("unknown")) : describe_long (months, past);
    }
  if (past)
    return g_strdup_printf (ngettext ("%d day ago", "%d days ago", (gulong) days), (int) days);
  return g_strdup_printf (ngettext ("in %d day", "in %d days", (gulong) days), (int) days);
}

static char *
format_local (gint64 time, const char *format)
{
  g_autoptr (GDateTime) moment = time != CHT_TIME_UNKNOWN ? g_date_time_new_from_unix_local (time) : NULL;
  g_autofree char *text = moment != NULL ? g_date_time_format (moment, format) : NULL;

  return text != NULL ? g_steal_pointer (&text) : g_strdup (_("unknown"));
}

char *
cht_time_describe_date (gint64 time)
{
  /* Translators: day, month, year of a date, in the form of g_date_time_format() */
  return format_local (time, _("%-d %B %Y"));
}

char *
cht_time_describe_moment (gint64 time)
{
  /* Translators: a date and a time of day, in the form of g_date_time_format() */
  return format_local (time, _("%-d %B %Y, %H:%M"));
}
