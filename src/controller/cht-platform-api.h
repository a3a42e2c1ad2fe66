/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The platform family: release and the health of the API gateway. */
#pragma once

#include "cht-client.h"

G_BEGIN_DECLS

/* "7.1.0"; "" where the controller does not tell. (transfer full) */
void cht_api_get_release_async (ChtClient *client, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
char *cht_api_get_release_finish (ChtClient *client, GAsyncResult *result, GError **error);
/* HealthState of the service whose name holds "tyk", as spelled; "" where there is none. (transfer full) */
void cht_api_get_gateway_health_async (ChtClient *client, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
char *cht_api_get_gateway_health_finish (ChtClient *client, GAsyncResult *result, GError **error);

G_END_DECLS
