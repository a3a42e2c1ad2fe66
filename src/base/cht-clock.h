/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Time: a clock that can be handed in, and times as text. All times are whole seconds since 1970 UTC (gint64). */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Where a time is not known. */
#define CHT_TIME_UNKNOWN G_MININT64
#define CHT_DAY ((gint64) 86400)

/* A clock is one number: the moment that stands for now, or CHT_TIME_UNKNOWN for the system's clock. */
typedef struct { gint64 fixed; } ChtClock;
#define CHT_CLOCK_SYSTEM ((ChtClock) { CHT_TIME_UNKNOWN })

gint64 cht_clock_now (const ChtClock *self);

/* RFC 3339, UTC, "2027-01-05T08:00:00Z"; NULL for CHT_TIME_UNKNOWN. (transfer full) (nullable) */
char *cht_time_to_rfc3339 (gint64 time);
/* FALSE where TEXT is no RFC 3339 time with a zone. Years 0001 to 9999. */
gboolean cht_time_from_rfc3339 (const char *text, gint64 *time);
/* The controller's own text, "Sun, 16 Feb 2031 23:47:42 UTC"; also takes RFC 3339. FALSE where it is neither. */
gboolean cht_time_from_http_like (const char *text, gint64 *time);

/* Whole days from NOW to TIME, rounded down: 0 is "today, still", -1 "ended less than a day ago".
 * CHT_TIME_UNKNOWN where either is. */
gint64 cht_time_days_until (gint64 time, gint64 now);
/* For people, translated: "in 41 days", "in 4 y 2 mo", "today", "41 days ago"; "unknown". (transfer full) */
char *cht_time_describe_distance (gint64 time, gint64 now);
/* For people: "5 January 2027" in the local zone and language; "unknown". (transfer full) */
char *cht_time_describe_date (gint64 time);
/* For people: "5 January 2027, 10:42" in the local zone and language. (transfer full) */
char *cht_time_describe_moment (gint64 time);

G_END_DECLS
