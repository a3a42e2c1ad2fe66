/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The renewal family: cert/renew, cert/renew/check-expiry, cert/jobs/query, cert/events/query. */
#pragma once

#include "cht-client.h"

G_BEGIN_DECLS

/* remaining_days -1 where nothing is due */
typedef struct { gboolean required; char *message, *certificate; gint64 remaining_days; } ChtApiExpiry;
/* status as the API spells it; reason "" where none; progress -1 unknown; times seconds or CHT_TIME_UNKNOWN */
typedef struct { char *id, *user, *type, *status, *reason; double progress; gint64 started, completed; } ChtApiJob;
typedef struct { char *job, *message; gint64 time; } ChtApiEvent;
typedef struct { gboolean accepted; char *job, *message; } ChtApiNewJob;

void cht_api_expiry_free (ChtApiExpiry *self);
void cht_api_job_free (ChtApiJob *self);
void cht_api_event_free (ChtApiEvent *self);
void cht_api_new_job_free (ChtApiNewJob *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChtApiExpiry, cht_api_expiry_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChtApiNewJob, cht_api_new_job_free)

typedef enum { CHT_API_RENEW_DUE, CHT_API_RENEW_LEAVES, CHT_API_RENEW_ALL } ChtApiRenew;

void cht_api_check_expiry_async (ChtClient *client, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
ChtApiExpiry *cht_api_check_expiry_finish (ChtClient *client, GAsyncResult *result, GError **error);
void cht_api_renew_async (ChtClient *client, ChtApiRenew what, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
ChtApiNewJob *cht_api_renew_finish (ChtClient *client, GAsyncResult *result, GError **error);
/* JOB (nullable): one job alone. */
void cht_api_list_jobs_async (ChtClient *client, const char *job, GCancellable *c, GAsyncReadyCallback cb,
                              gpointer data);
GPtrArray *cht_api_list_jobs_finish (ChtClient *client, GAsyncResult *result, GError **error);     /* of ChtApiJob */
void cht_api_list_events_async (ChtClient *client, const char *job, GCancellable *c, GAsyncReadyCallback cb,
                                gpointer data);
GPtrArray *cht_api_list_events_finish (ChtClient *client, GAsyncResult *result, GError **error);   /* of ChtApiEvent */

G_END_DECLS
