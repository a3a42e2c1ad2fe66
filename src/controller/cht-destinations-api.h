/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The destination family: dg-manager destinations, and whether a collection job uses one. */
#pragma once

#include "cht-client.h"

G_BEGIN_DECLS

/* type "kafka", "grpc" or ""; auth_type "mutual", "server" or ""; port 0 unknown */
typedef struct { char *uuid, *name, *type, *auth_type; char **addresses; int port; } ChtApiDestination;
void cht_api_destination_free (ChtApiDestination *self);

void cht_api_list_destinations_async (ChtClient *client, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
/* Of ChtApiDestination */
GPtrArray *cht_api_list_destinations_finish (ChtClient *client, GAsyncResult *result, GError **error);
/* 1 in use, 0 not, -1 error; ABSENT_ABILITY where the release does not tell. */
void cht_api_query_in_use_async (ChtClient *client, const char *uuid, GCancellable *c, GAsyncReadyCallback cb,
                                 gpointer data);
int cht_api_query_in_use_finish (ChtClient *client, GAsyncResult *result, GError **error);

G_END_DECLS
