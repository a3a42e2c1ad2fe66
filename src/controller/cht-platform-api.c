/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-platform-api.h"

#include <string.h>

#include "cht-client-private.h"

static gpointer
decode_release (ChtAnswer *answer, GError **error)
{
  g_autoptr (JsonNode) root = cht_answer_parse (answer, error);

  if (root == NULL)
    return NULL;
  return cht_json_dup_string (cht_json_get_object (json_node_get_object (root), "result_map"), "VERSION");
}

static gpointer
decode_health (ChtAnswer *answer, GError **error)
{
  g_autoptr (JsonNode) root = cht_answer_parse (answer, error);
  g_autoptr (GPtrArray) services = NULL;

  if (root == NULL)
    return NULL;
  services = cht_json_get_objects (json_node_get_object (root), "micro_service", answer->origin, error);
  for (guint i = 0; services != NULL && i < services->len; i++)
    {
      g_autofree char *name = cht_json_dup_string (g_ptr_array_index (services, i), "Name");
      g_autofree char *lower = g_ascii_strdown (name, -1);
      if (strstr (lower, "tyk") != NULL)
        return cht_json_dup_string (g_ptr_array_index (services, i), "health_state");
    }
  return services != NULL ? g_strdup ("") : NULL;
}

/* What a release does not have, it does not tell. */
static char *
finish (ChtClient *client, GAsyncResult *result, gpointer tag, GError **error)
{
  g_autoptr (GError) fault = NULL;
  char *text = cht_client_call_finish (client, result, tag, &fault);

  if (g_error_matches (fault, CHT_CONTROLLER_ERROR, CHT_CONTROLLER_ERROR_ABSENT_ABILITY))
    return g_strdup ("");
  if (fault != NULL)
    g_propagate_error (error, g_steal_pointer (&fault));
  return text;
}

void
cht_api_get_release_async (ChtClient *client, GCancellable *c, GAsyncReadyCallback cb, gpointer data)
{
  cht_client_call_async (client,
                         &(ChtCall) { "GET", "/crosswork/platform/v2/cluster/version/show", .decode = decode_release,
                                     .free_result = g_free },
                         cht_api_get_release_async, c, cb, data);
}

char *
cht_api_get_release_finish (ChtClient *client, GAsyncResult *result, GError **error)
{
  return finish (client, result, cht_api_get_release_async, error);
}

void
cht_api_get_gateway_health_async (ChtClient *client, GCancellable *c, GAsyncReadyCallback cb, gpointer data)
{
  g_autoptr (GBytes) body = cht_call_body ("req_id", "capp-infra");

  cht_client_call_async (client,
                         &(ChtCall) { "POST", "/crosswork/platform/v2/cluster/microservice/list/query", body,
                                     .decode = decode_health, .free_result = g_free },
                         cht_api_get_gateway_health_async, c, cb, data);
}

char *
cht_api_get_gateway_health_finish (ChtClient *client, GAsyncResult *result, GError **error)
{
  return finish (client, result, cht_api_get_gateway_health_async, error);
}
