/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The alarm family, alarms/v1: query (all pages), ack, clear. */
#pragma once

#include "cht-client.h"

G_BEGIN_DECLS

/* severity as spelled, "Info"; closed CHT_TIME_UNKNOWN while open */
typedef struct {
  char *id, *severity, *description, *category, *acknowledged_by;
  gboolean acknowledged;
  gint64 created, updated, closed;
} ChtApiAlarm;
void cht_api_alarm_free (ChtApiAlarm *self);

void cht_api_list_alarms_async (ChtClient *client, gboolean open_only, GCancellable *c, GAsyncReadyCallback cb,
                                gpointer data);
/* Of ChtApiAlarm, newest first */
GPtrArray *cht_api_list_alarms_finish (ChtClient *client, GAsyncResult *result, GError **error);
/* The state that the answer names, not HTTP's: REFUSED with the controller's words otherwise. */
void cht_api_clear_alarm_async (ChtClient *client, const char *id, const char *note, GCancellable *c,
                                GAsyncReadyCallback cb, gpointer data);
gboolean cht_api_clear_alarm_finish (ChtClient *client, GAsyncResult *result, GError **error);

G_END_DECLS
