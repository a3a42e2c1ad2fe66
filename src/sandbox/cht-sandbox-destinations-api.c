/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The destination family: dg-manager/v1/destinations/query and collection/v1/resource/inuse/query. */
#include "cht-sandbox-call.h"

static JsonObject *
make_connectivity (const ChtSandboxDestination *destination)
{
  JsonObject *connectivity = json_object_new (), *address = json_object_new ();
  JsonArray *addresses = json_array_new ();

  json_object_set_string_member (address, "inet_af", "ROBOT_INET_AF_IPV4");
  json_object_set_string_member (address, "inet_addr", destination->address);
  json_object_set_int_member (address, "mask", 32);
  json_array_add_object_element (addresses, address);
  json_object_set_string_member (connectivity, "type", destination->transport);
  json_object_set_array_member (connectivity, "ipaddrs", addresses);
  json_object_set_int_member (connectivity, "port", destination->port);
  return connectivity;
}

static JsonObject *
make_destination (const ChtSandboxDestination *destination)
{
  JsonObject *object = json_object_new (), *properties = json_object_new ();
  JsonArray *connectivity = json_array_new ();

  json_array_add_object_element (connectivity, make_connectivity (destination));
  json_object_set_string_member (properties, "AUTH_TYPE", destination->auth_type);
  json_object_set_string_member (properties, "IS_SECURITY_ENABLED", "true");
  json_object_set_string_member (properties, "ENCODING", "gpb");
  json_object_set_string_member (properties, "IS_SYSTEM_DEFINED", "false");
  json_object_set_string_member (object, "uuid", destination->uuid);
  json_object_set_string_member (object, "name", destination->name);
  json_object_set_string_member (object, "family", "ROBOT_PROVIDER_DESTINATION");
  json_object_set_array_member (object, "connectivity_info", connectivity);
  json_object_set_object_member (object, "properties", properties);
  return object;
}

static gboolean
has_other_fields (JsonObject *body)
{
  g_autoptr (GList) members = json_object_get_members (body);

  for (GList *at = members; at != NULL; at = at->next)
    if (!g_str_equal (at->data, "limit") && !g_str_equal (at->data, "filter"))
      return TRUE;
  return FALSE;
}

static void
query_destinations (ChtSandboxCall *call)
{
  g_autoptr (GPtrArray) destinations = cht_sandbox_store_list_destinations (call->store);
  gint64 limit = cht_sandbox_call_get_integer (call, call->body, "limit");
  JsonObject *answer;
  JsonArray *data;

  cht_sandbox_call_get_object (call, call->body, "filter");
  /* This service alone is strict. */
  if (call->malformed || has_other_fields (call->body) || limit < 0
      || (limit == 0 && json_object_has_member (call->body, "limit")))
    {
      call->malformed = FALSE;
      cht_sandbox_call_answer_error (call, 400, "Bad request: limit and filter are the fields of this query");
      return;
    }
  answer = json_object_new ();
  data = json_array_new ();
  for (guint i = 0; i < destinations->len && (limit == 0 || i < limit); i++)
    json_array_add_object_element (data, make_destination (g_ptr_array_index (destinations, i)));
  json_object_set_array_member (answer, "data", data);
  cht_sandbox_call_answer (call, answer);
}

static void
query_in_use (ChtSandboxCall *call)
{
  const char *uuid = cht_sandbox_call_get_string (call, call->body, "destination_id");
  g_autoptr (ChtSandboxDestination) destination = cht_sandbox_store_get_destination (call->store, uuid);
  JsonObject *answer = json_object_new (), *result = json_object_new (), *error;

  if (destination == NULL)
    {
      error = json_object_new ();
      json_object_set_string_member (error, "message", "There is no destination by that id.");
      json_object_set_object_member (result, "error", error);
    }
  json_object_set_string_member (result, "request_result", destination != NULL ? "ACCEPTED" : "REJECTED");
  cht_sandbox_set_boolean (answer, "is_in_use", destination != NULL && destination->in_use);
  json_object_set_object_member (answer, "result", result);
  cht_sandbox_call_answer (call, answer);
}

const ChtSandboxRoute cht_sandbox_destinations_routes[] = {
  { "POST", "/crosswork/dg-manager/v1/destinations/query", CHT_SANDBOX_ROUTE_JSON, CHT_SANDBOX_ROUTE_BEARER,
    query_destinations },
  { "POST", "/crosswork/collection/v1/resource/inuse/query", CHT_SANDBOX_ROUTE_JSON, CHT_SANDBOX_ROUTE_BEARER,
    query_in_use },
  { NULL },
};
