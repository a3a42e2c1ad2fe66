/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-clock.h"

#include <string.h>

#define NOW G_GINT64_CONSTANT (1795617000) /* 2026-11-25T14:30:00Z */

static void
test_now (void)
{
  ChtClock fixed = { NOW };
  ChtClock system = CHT_CLOCK_SYSTEM;
  gint64 before = g_get_real_time () / G_USEC_PER_SEC;

  g_assert_cmpint (cht_clock_now (&fixed), ==, NOW);
  g_assert_cmpint (cht_clock_now (&system), >=, before);
  g_assert_cmpint (cht_clock_now (NULL), >=, before);
}

static void
test_rfc3339 (void)
{
  static const struct { const char *text; gint64 time; } good[] = {
    { "1970-01-01T00:00:00Z", 0 },
    { "2026-11-25T14:30:00Z", NOW },
    { "2026-11-25t14:30:00z", NOW },
    { "2026-11-25T14:30:00.999Z", NOW },
    { "2026-11-25T16:30:00+02:00", NOW },
    { "2026-11-25T09:00:00-05:30", NOW },
    { "2016-12-31T23:59:60Z", 1483228799 },
    { "2024-02-29T00:00:00Z", 1709164800 },
    { "0001-01-01T00:00:00Z", G_GINT64_CONSTANT (-62135596800) },
    { "9999-12-31T23:59:59Z", G_GINT64_CONSTANT (253402300799) },
  };
  static const char *const bad[] = {
    "", "2026-11-25", "2026-11-25T14:30:00", "2026-11-25 14:30:00Z", "2026-11-25T14:30Z", "2026-02-29T00:00:00Z",
    "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-11-25T24:00:00Z", "2026-11-25T14:60:00Z",
    "2026-11-25T14:30:00.Z", "2026-11-25T14:30:00Zz", "2026-11-25T14:30:00+0200", "2026-11-25T14:30:00+24:00",
    "0000-01-01T00:00:00Z", "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-00:01", "+026-11-25T14:30:00Z",
    "2026-11-25T14:30:61Z", "20261-11-25T14:30:00Z", " 2026-11-25T14:30:00Z",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      gint64 time = 7;
      g_assert_true (cht_time_from_rfc3339 (good[i].text, &time));
      g_assert_cmpint (time, ==, good[i].time);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      gint64 time = 7;
      g_test_message ("%s", bad[i]);
      g_assert_false (cht_time_from_rfc3339 (bad[i], &time));
      g_assert_cmpint (time, ==, 7);
    }
  gint64 time;
  g_assert_false (cht_time_from_rfc3339 (NULL, &time));
}

static void
test_rfc3339_out (void)
{
  static const gint64 times[] = { 0, NOW, G_GINT64_CONSTANT (-62135596800), G_GINT64_CONSTANT (253402300799) };

  for (gsize i = 0; i < G_N_ELEMENTS (times); i++)
    {
      g_autofree char *text = cht_time_to_rfc3339 (times[i]);
      gint64 back;
      g_assert_cmpuint (strlen (text), ==, 20);
      g_assert_true (cht_time_from_rfc3339 (text, &back));
      g_assert_cmpint (back, ==, times[i]);
    }
  g_assert_null (cht_time_to_rfc3339 (CHT_TIME_UNKNOWN));
  g_assert_null (cht_time_to_rfc3339 (G_MAXINT64));
  g_assert_null (cht_time_to_rfc3339 (G_MININT64 + 1));
}

static void
test_http_like (void)
{
  static const struct { const char *text; gint64 time; } good[] = {
    { "Sun, 16 Feb 2031 23:47:42 UTC", 1929052062 }, { "Sun, 16 Feb 2031 23:47:42 GMT", 1929052062 },
    { "16 Feb 2031 23:47:42 UTC", 1929052062 },      { "Sun, 2 Feb 2031 03:04:05 UTC", 1927767845 },
    { "Sun, 02 Feb 2031 03:04:05 UTC", 1927767845 }, { "sun, 02 FEB 2031 03:04:05 UTC", 1927767845 },
    { "2026-11-25T14:30:00Z", NOW },
  };
  static const char *const bad[] = {
    "", "Sun", "Sun,", "Sun, 16 Feb 2031 23:47:42", "Sun, 16 Feb 2031 23:47:42 CET", "Sun, 31 Feb 2031 23:47:42 UTC",
    "Sun, 16 Fex 2031 23:47:42 UTC", "Sun, 16 Feb 31 23:47:42 UTC", "Sun, 116 Feb 2031 23:47:42 UTC",
    "Sun, 16 Feb 2031 23:47:42 UTC+1", "Sun, 16 Feb 2031 25:47:42 UTC", "Sun, -6 Feb 2031 23:47:42 UTC",
    "yesterday", "16 Feb", "16 F",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      gint64 time = 7;
      g_test_message ("%s", good[i].text);
      g_assert_true (cht_time_from_http_like (good[i].text, &time));
      g_assert_cmpint (time, ==, good[i].time);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      gint64 time = 7;
      g_test_message ("%s", bad[i]);
      g_assert_false (cht_time_from_http_like (bad[i], &time));
      g_assert_cmpint (time, ==, 7);
    }
  gint64 time;
  g_assert_false (cht_time_from_http_like (NULL, &time));
}

static void
test_days (void)
{
  g_assert_cmpint (cht_time_days_until (NOW, NOW), ==, 0);
  g_assert_cmpint (cht_time_days_until (NOW + CHT_DAY - 1, NOW), ==, 0);
  g_assert_cmpint (cht_time_days_until (NOW + CHT_DAY, NOW), ==, 1);
  g_assert_cmpint (cht_time_days_until (NOW - 1, NOW), ==, -1);
  g_assert_cmpint (cht_time_days_until (NOW - CHT_DAY, NOW), ==, -1);
  g_assert_cmpint (cht_time_days_until (NOW - CHT_DAY - 1, NOW), ==, -2);
  g_assert_cmpint (cht_time_days_until (G_MAXINT64, G_MININT64 + 1), ==, G_MAXINT64 / CHT_DAY);
  g_assert_cmpint (cht_time_days_until (CHT_TIME_UNKNOWN, NOW), ==, CHT_TIME_UNKNOWN);
}

static void
test_distance (void)
{
  static const struct { gint64 seconds; const char *text; } cases[] = {
    { 0, "today" },
    { CHT_DAY - 1, "today" },
    { -CHT_DAY + 1, "today" },
    { CHT_DAY, "in 1 day" },
    { -CHT_DAY, "1 day ago" },
    { 41 * CHT_DAY + 5, "in 41 days" },
    { -41 * CHT_DAY, "41 days ago" },
    { 729 * CHT_DAY, "in 729 days" },
    { 731 * CHT_DAY, "in 2 y" },
    { 1544 * CHT_DAY, "in 4 y 2 mo" }, /* 2031-02-16 */
    { -1544 * CHT_DAY, "4 y 2 mo ago" },
    { -731 * CHT_DAY, "2 y ago" },
    { G_MAXINT64 - NOW, "unknown" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = cht_time_describe_distance (NOW + cases[i].seconds, NOW);
      g_assert_cmpstr (text, ==, cases[i].text);
    }
  g_autofree char *unknown = cht_time_describe_distance (CHT_TIME_UNKNOWN, NOW);
  g_assert_cmpstr (unknown, ==, "unknown");
}

static void
test_dates (void)
{
  gint64 time;
  g_assert_true (cht_time_from_rfc3339 ("2027-01-05T22:42:00Z", &time));
  g_autofree char *date = cht_time_describe_date (time);
  g_autofree char *moment = cht_time_describe_moment (time);
  g_autofree char *unknown = cht_time_describe_date (CHT_TIME_UNKNOWN);
  g_autofree char *never = cht_time_describe_moment (G_MAXINT64);

  /* The zone is the person's: main() set one in which this is the next day. */
  g_assert_cmpstr (date, ==, "6 January 2027");
  g_assert_cmpstr (moment, ==, "6 January 2027, 07:42");
  g_assert_cmpstr (unknown, ==, "unknown");
  g_assert_cmpstr (never, ==, "unknown");
}

int
main (int argc, char **argv)
{
  g_setenv ("TZ", "XST-9", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/clock/now", test_now);
  g_test_add_func ("/base/clock/rfc3339", test_rfc3339);
  g_test_add_func ("/base/clock/rfc3339-out", test_rfc3339_out);
  g_test_add_func ("/base/clock/http-like", test_http_like);
  g_test_add_func ("/base/clock/days", test_days);
  g_test_add_func ("/base/clock/distance", test_distance);
  g_test_add_func ("/base/clock/dates", test_dates);
  return g_test_run ();
}
