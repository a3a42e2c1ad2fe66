/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ChtExpiryLabel: "in 41 days" with the icon and colour of its step, and the date in the tooltip. Four steps: fine,
 * soon (below 60 days), urgent (below 14), expired. */
#pragma once

#include <gtk/gtk.h>
#include "cht-clock.h"

G_BEGIN_DECLS

typedef enum {
  CHT_EXPIRY_UNKNOWN,
  CHT_EXPIRY_FINE,
  CHT_EXPIRY_SOON,
  CHT_EXPIRY_URGENT,
  CHT_EXPIRY_EXPIRED
} ChtExpiryStep;
ChtExpiryStep cht_expiry_step (gint64 time, gint64 now);
const char *cht_expiry_step_get_icon (ChtExpiryStep step);

#define CHT_TYPE_EXPIRY_LABEL (cht_expiry_label_get_type ())
G_DECLARE_FINAL_TYPE (ChtExpiryLabel, cht_expiry_label, CHT, EXPIRY_LABEL, GtkWidget)

GtkWidget *cht_expiry_label_new (void);
/* WITH_DATE: "in 41 days, on 5 January 2027". */
void cht_expiry_label_set (ChtExpiryLabel *self, gint64 time, gint64 now, gboolean with_date);
/* For a column: "in 41 days · 5 Jan 2027". */
void cht_expiry_label_set_short (ChtExpiryLabel *self, gint64 time, gint64 now);
/* "5 Jan 2027" in the local zone and language, for a column; "unknown". (transfer full) */
char *cht_expiry_describe_date_short (gint64 time);

G_END_DECLS
