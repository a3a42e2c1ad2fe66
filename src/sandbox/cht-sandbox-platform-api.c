/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The platform family: the release and the health of services and applications. */
#include "cht-sandbox-call.h"

#define RELEASE "7.1.0"

static void
show_version (ChtSandboxCall *call)
{
  JsonObject *answer = json_object_new (), *map = json_object_new ();

  json_object_set_string_member (map, "VERSION", RELEASE);
  json_object_set_string_member (answer, "result", "R_SUCCESS");
  json_object_set_object_member (answer, "result_map", map);
  cht_sandbox_call_answer (call, answer);
}

static void
query_services (ChtSandboxCall *call)
{
  static const char *const names[] = { "robot-orch", "tyk", "cas", "nats", "dg-manager", "docker-registry" };
  const char *application = cht_sandbox_call_get_string (call, call->body, "req_id");
  JsonObject *answer = json_object_new ();
  JsonArray *services = json_array_new ();
  gint64 up = g_get_monotonic_time () / G_USEC_PER_SEC;

  for (gsize i = 0; i < G_N_ELEMENTS (names) && g_str_equal (application, "capp-infra"); i++)
    {
      JsonObject *service = json_object_new ();
      g_autofree char *up_time = g_strdup_printf ("%" G_GINT64_FORMAT "s", up);

      json_object_set_string_member (service, "Name", names[i]);
      json_object_set_string_member (service, "Version", RELEASE);
      json_object_set_string_member (service, "health_state", "Healthy");
      json_object_set_string_member (service, "up_time", up_time);
      json_array_add_object_element (services, service);
    }
  json_object_set_array_member (answer, "micro_service", services);
  cht_sandbox_call_answer (call, answer);
}

static void
list_health (ChtSandboxCall *call)
{
  static const char *const names[] = { "capp-infra", "capp-dg-manager", "capp-collection" };
  JsonObject *answer = json_object_new ();
  JsonArray *all = json_array_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      JsonObject *application = json_object_new (), *summary = json_object_new ();

      json_object_set_string_member (summary, "state", "Healthy");
      json_object_set_int_member (summary, "total", 6);
      json_object_set_int_member (summary, "healthy", 6);
      json_object_set_string_member (summary, "obj_name", names[i]);
      json_object_set_object_member (application, "health_summary", summary);
      json_array_add_object_element (all, application);
    }
  json_object_set_array_member (answer, "app_health_summary", all);
  cht_sandbox_call_answer (call, answer);
}

#define CLUSTER "/crosswork/platform/v2/cluster/"

const ChtSandboxRoute cht_sandbox_platform_routes[] = {
  { "GET", CLUSTER "version/show", CHT_SANDBOX_ROUTE_NONE, CHT_SANDBOX_ROUTE_BEARER, show_version },
  { "POST", CLUSTER "microservice/list/query", CHT_SANDBOX_ROUTE_JSON, CHT_SANDBOX_ROUTE_BEARER, query_services },
  { "GET", CLUSTER "app/health/list", CHT_SANDBOX_ROUTE_NONE, CHT_SANDBOX_ROUTE_BEARER, list_health },
  { NULL },
};
