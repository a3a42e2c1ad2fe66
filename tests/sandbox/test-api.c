/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The operations that read, and the rules of the session, against the program over TLS. */
#include <string.h>

#include "sandbox-box.h"

#define TICKETS "/crosswork/sso/v1/tickets"
#define CERT "platform/v2/cert/"

static const char *
text_of (JsonObject *object, const char *member)
{
  return json_object_has_member (object, member) ? json_object_get_string_member (object, member) : "";
}

/* The element of ARRAY whose MEMBER is VALUE. */
static JsonObject *
find (JsonObject *answer, const char *array, const char *member, const char *value)
{
  JsonArray *all = json_object_get_array_member (answer, array);

  for (guint i = 0; i < json_array_get_length (all); i++)
    if (g_str_equal (text_of (json_array_get_object_element (all, i), member), value))
      return json_array_get_object_element (all, i);
  g_error ("%s has none whose %s is %s", array, member, value);
}

static void
assert_error (Box *box, const char *method, const char *path, const char *header, guint status, const char *error)
{
  g_autofree char *text = NULL, *wanted = g_strdup_printf ("{\"error\":\"%s\"}", error);

  g_assert_cmpuint (box_send (box, method, path, "application/json", g_str_equal (method, "GET") ? NULL : "{}", header,
                              &text),
                    ==, status);
  g_assert_cmpstr (text, ==, wanted);
}

static void
test_log_in (Box *box, gconstpointer data)
{
  g_autofree char *text = NULL, *again = NULL, *token_path = g_strconcat (TICKETS "/", box->ticket, NULL);
  g_autofree char *local = g_strdup_printf ("https://localhost:%s/app-dashboard", strrchr (box->url, ':') + 1);
  const char *foreign[] = { "", "https://127.0.0.1:1/app-dashboard", "https://example.net/app-dashboard",
                            "http://127.0.0.1/app-dashboard", "nonsense" };

  g_assert_cmpuint (box_send_form (box, token_path, NULL, "service", local, NULL), ==, 200);
  for (gsize i = 0; i < G_N_ELEMENTS (foreign); i++)
    g_assert_cmpuint (box_send_form (box, token_path, NULL, "service", foreign[i], NULL), ==, 500);
  g_assert_cmpuint (box_send_form (box, TICKETS "/TGT-none", NULL, "service", local, NULL), ==, 404);
  g_assert_cmpuint (box_send_form (box, TICKETS, NULL, "username", "admin", NULL), ==, 401);
  g_assert_cmpuint (box_send_form (box, TICKETS, &text, "username", "admin", "password", "wrong", NULL), ==, 401);
  g_assert_nonnull (strstr (text, "Invalid username or password"));
  /* The right password too, for three seconds; another user is not blocked, just unknown. */
  g_assert_cmpuint (box_send_form (box, TICKETS, &again, "username", "admin", "password", box->password, NULL), ==,
                    403);
  g_assert_nonnull (strstr (again, "blocked"));
  g_assert_cmpuint (box_send_form (box, TICKETS, NULL, "username", "other", "password", box->password, NULL), ==, 401);
}

static void
test_log_out (Box *box, gconstpointer data)
{
  g_autofree char *path = g_strconcat (TICKETS "/", box->ticket, NULL);
  g_autofree char *bearer = g_strconcat ("Bearer ", box->token, NULL);

  g_assert_cmpuint (box_send (box, "DELETE", path, NULL, NULL, NULL, NULL), ==, 400);
  g_assert_cmpuint (box_send (box, "DELETE", path, NULL, NULL, "Bearer nonsense", NULL), ==, 400);
  g_assert_cmpuint (box_send (box, "DELETE", TICKETS "/TGT-other", NULL, NULL, bearer, NULL), ==, 400);
  g_assert_cmpuint (box_send (box, "GET", "/crosswork/" CERT "role", NULL, NULL, bearer, NULL), ==, 200);
  g_assert_cmpuint (box_send (box, "DELETE", path, NULL, NULL, bearer, NULL), ==, 200);
  assert_error (box, "GET", "/crosswork/" CERT "role", bearer, 403,
                "Your session has ended. Log into the system again to continue.");
}

static void
test_session_cap (Box *box, gconstpointer data)
{
  g_autofree char *text = NULL;

  for (guint i = 1; i < 50; i++)
    g_assert_cmpuint (box_send_form (box, TICKETS, NULL, "username", "admin", "password", box->password, NULL), ==,
                      201);
  g_assert_cmpuint (box_send_form (box, TICKETS, &text, "username", "admin", "password", box->password, NULL), ==, 503);
  g_assert_true (g_str_has_prefix (text, "{\"error\":\"Per user session limit reached"));
}

static void
test_gateway (Box *box, gconstpointer data)
{
  g_autofree char *bearer = g_strconcat ("Bearer ", box->token, NULL), *text = NULL;
  const char *bodies[] = { "", "{", "[]", "{\"role_name\":1}", "{'role_name':'x'}", "{\"a\":1,\"a\":2}", "{}{}",
                           "{\"role_name\":\"\\u0000\"}" };

  assert_error (box, "GET", "/crosswork/" CERT "role", NULL, 403, "Missing Authorization header");
  assert_error (box, "GET", "/crosswork/" CERT "role", "Basic YTpi", 403, "Unauthorized request");
  assert_error (box, "GET", "/crosswork/" CERT "role", "Bearer a.b.c", 500, "Middleware error");
  assert_error (box, "GET", "/crosswork/" CERT "nothing", bearer, 403, "Unauthorized request");
  assert_error (box, "POST", "/crosswork/" CERT "role", bearer, 403, "Unauthorized request");
  assert_error (box, "GET", "/crosswork/" CERT "nothing", NULL, 403, "Missing Authorization header");
  g_assert_cmpuint (box_send (box, "POST", "/crosswork/crosscluster/v1/operstatus/query", "application/json", "{}",
                              bearer, &text),
                    ==, 404);
  g_assert_cmpstr (text, ==, "404 page not found\n");
  g_assert_cmpuint (box_send (box, "GET", "/", NULL, NULL, bearer, NULL), ==, 404);
  for (gsize i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autofree char *answer = NULL;

      g_assert_cmpuint (box_send (box, "POST", "/crosswork/" CERT "label", "application/json", bodies[i], bearer,
                                  &answer), ==, 500);
      g_assert_cmpstr (answer, ==, "{\"error\":\"NATS request failed\"}");
    }
}

static void
test_roles (Box *box, gconstpointer data)
{
  g_autoptr (JsonObject) roles = box_call (box, "GET", CERT "role", NULL);
  JsonArray *names = json_object_get_array_member (roles, "role_name");
  gboolean found = FALSE;

  assert_shape (roles, "role_name[] s !\nmagnetic_role_name[] s !");
  g_assert_cmpuint (json_array_get_length (names), ==,
                    json_array_get_length (json_object_get_array_member (roles, "magnetic_role_name")));
  for (guint i = 0; i < json_array_get_length (names); i++)
    {
      found |= g_str_equal (json_array_get_string_element (names, i), "External Destination");
      /* Only what can be added. */
      g_assert_cmpstr (json_array_get_string_element (names, i), !=, "Crosswork Internal TLS");
    }
  g_assert_true (found);
}

#define LABEL(at) at ".present b\n" at ".mandatory b\n" at ".name s !\n" at ".magnetic_name s !\n"

static void
test_labels (Box *box, gconstpointer data)
{
  g_autoptr (JsonObject) both = box_call (box, "POST", CERT "label", "{'role_name':'External Destination'}");
  g_autoptr (JsonObject) trust = box_call (box, "POST", CERT "label", "{'role_name':'Secure LDAP Communication'}");
  g_autofree char *bearer = g_strconcat ("Bearer ", box->token, NULL);
  JsonObject *store = json_object_get_object_member (both, "intermediate_key_store_label");

  assert_shape (both,
                "role_name s !\n" LABEL ("trust_store_label.cert_label")
                LABEL ("intermediate_key_store_label.cert_label")
                LABEL ("intermediate_key_store_label.key_label")
                LABEL ("intermediate_key_store_label.passphrase_label"));
  assert_shape (trust, "role_name s !\n" LABEL ("trust_store_label.cert_label"));
  g_assert_true (json_object_get_boolean_member (json_object_get_object_member (store, "key_label"), "mandatory"));
  g_assert_false (json_object_has_member (json_object_get_object_member (store, "passphrase_label"), "mandatory"));
  assert_error (box, "POST", "/crosswork/" CERT "label", bearer, 400, "Unknown role");
}

#define SUMMARY "cert_summary[].cert_name s !\ncert_summary[].role_name s !\ncert_summary[].magnetic_role_name s !\n" \
                "cert_summary[].expiration_date s !\ncert_summary[].last_updated_by s !\n" \
                "cert_summary[].last_update_time s !\n" \
                "cert_summary[].assoc_summary.role_name s\ncert_summary[].assoc_summary.magnetic_role_name s\n" \
                "cert_summary[].auth_type s\ncert_summary[].cert_display s !"

static void
test_summaries (Box *box, gconstpointer data)
{
  static const char *const wanted[][3] = {
    { "Crosswork-Internal-Communication", "Crosswork Internal TLS", "READONLY" },
    { "Crosswork-Web-Cert", "Crosswork Web Server", "READWRITE" },
    { "Crosswork-ZTP-Device-SUDI", "ZTP SUDI", "READWRITE" },
    { "Crosswork-ZTP-Owner", "Secure ZTP Provisioning", "READWRITE" },
    { "Crosswork-Device-Syslog", "Device Syslog Communication", "READONLY" },
  };
  g_autoptr (JsonObject) all = box_call (box, "GET", CERT "summary/list", NULL);
  g_autoptr (JsonObject) some = box_call (box, "POST", CERT "summary/listwithfilter",
                                          "{'cert_roles':['ZTP SUDI','x']}");
  g_autoptr (JsonObject) unfiltered = box_call (box, "POST", CERT "summary/listwithfilter", "{}");
  g_autoptr (GRegex) date = g_regex_new ("^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-3][0-9] (Jan|Feb|Mar|Apr|May|Jun|Jul|"
                                         "Aug|Sep|Oct|Nov|Dec) 20[0-9][0-9] [0-2][0-9]:[0-5][0-9]:[0-5][0-9] UTC$",
                                         0, 0, NULL);

  assert_shape (all, SUMMARY);
  for (gsize i = 0; i < G_N_ELEMENTS (wanted); i++)
    {
      JsonObject *row = find (all, "cert_summary", "cert_name", wanted[i][0]);

      g_assert_cmpstr (text_of (row, "role_name"), ==, wanted[i][1]);
      g_assert_cmpstr (text_of (row, "cert_display"), ==, wanted[i][2]);
      g_assert_cmpstr (text_of (row, "last_updated_by"), ==, "Crosswork");
      g_assert_true (g_regex_match (date, text_of (row, "expiration_date"), 0, NULL));
      g_assert_true (g_regex_match (date, text_of (row, "last_update_time"), 0, NULL));
    }
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (some, "cert_summary")), ==, 1);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (unfiltered, "cert_summary")), ==,
                    G_N_ELEMENTS (wanted));
}

static void
test_details (Box *box, gconstpointer data)
{
  g_autoptr (JsonObject) internal =
      box_call (box, "POST", CERT "detail/list", "{'cert_name':'Crosswork-Internal-Communication'}");
  g_autoptr (JsonObject) web = box_call (box, "POST", CERT "detail/list", "{'cert_name':'Crosswork-Web-Cert'}");
  g_autofree char *bearer = g_strconcat ("Bearer ", box->token, NULL);
  const char *shape = "cert_name s !\n_exportAllTrustStore b\n_exportAllKeyStore b\ncert_detail[].description s !\n"
                      "cert_detail[].signed s !\ncert_detail[].installed s !\ncert_detail[].signed_by s !\n"
                      "cert_detail[].expires s !\ncert_detail[]._type s !\ncert_detail[]._showExport b\n"
                      "cert_detail[]._exportUrlPath s";
  JsonObject *leaf = find (internal, "cert_detail", "_type", "Leaf Certificate");

  assert_shape (internal, shape);
  assert_shape (web, shape);
  /* Root, intermediate and the two leaves; a leaf does not come down. */
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (internal, "cert_detail")), ==, 4);
  g_assert_false (json_object_has_member (leaf, "_showExport"));
  g_assert_nonnull (strstr (text_of (leaf, "signed_by"), "Crosswork Internal Issuing CA"));
  g_assert_false (json_object_has_member (internal, "_exportAllKeyStore"));
  g_assert_true (json_object_get_boolean_member (web, "_exportAllKeyStore"));
  assert_error (box, "POST", "/crosswork/" CERT "detail/list", bearer, 400, "There is no certificate by that name");
  assert_error (box, "POST", "/crosswork/" CERT "assoc", bearer, 400, "There is no certificate by that name");
}

static void
test_export (Box *box, gconstpointer data)
{
  g_autoptr (JsonObject) all = box_call (box, "POST", CERT "export/all", "{'cert_name':'Crosswork-Web-Cert'}");
  g_autoptr (JsonObject) trust = box_call (box, "POST", CERT "export/truststore",
                                           "{'cert_name':'Crosswork-Device-Syslog'}");
  g_autoptr (JsonObject) key = box_call (box, "POST", CERT "export/intermediatekeystore",
                                         "{'cert_name':'Crosswork-Web-Cert'}");
  g_autoptr (JsonObject) without = box_call (box, "POST", CERT "export/all", "{'cert_name':'Crosswork-Device-Syslog'}");
  g_autoptr (JsonObject) no_key =
      box_call (box, "POST", CERT "export/intermediatekeystore", "{'cert_name':'Crosswork-Device-Syslog'}");
  g_autoptr (JsonObject) nobody = box_call (box, "POST", CERT "export/all", "{'cert_name':'nobody'}");
  JsonObject *stores = json_object_get_object_member (all, "cert_store");

  assert_shape (all, "cert_store.trust_store.trust_store_cert s !\nresponse.resp_code s !\n"
                "cert_store.intermediate_key_store.intermediate_key_store_cert s !\n"
                "cert_store.intermediate_key_store.key s !");
  assert_shape (trust, "trust_store.trust_store_cert s !\nresponse.resp_code s !");
  assert_shape (key,
                "intermediate_key_store.intermediate_key_store_cert s !\nintermediate_key_store.key s !\n"
                "response.resp_code s !");
  assert_shape (without, "cert_store.trust_store.trust_store_cert s !\nresponse.resp_code s !");
  assert_shape (no_key, "response.resp_code s !\nresponse.message s !");
  assert_shape (nobody, "response.resp_code s !\nresponse.message s !");
  g_assert_cmpstr (text_of (json_object_get_object_member (nobody, "response"), "resp_code"), ==, "FAILURE");
  g_assert_cmpstr (text_of (json_object_get_object_member (no_key, "response"), "resp_code"), ==, "FAILURE");
  g_assert_cmpstr (text_of (json_object_get_object_member (stores, "intermediate_key_store"), "key"), ==,
                   text_of (json_object_get_object_member (key, "intermediate_key_store"), "key"));
}

static void
test_destinations (Box *box, gconstpointer data)
{
  static const char *const wanted[][3] = {
    { "kafka-mutual", "mutual", "ROBOT_MSVC_TRANS_KAFKA" }, { "kafka-server-auth", "server", "ROBOT_MSVC_TRANS_KAFKA" },
    { "grpc-mutual", "mutual", "ROBOT_MSVC_TRANS_GRPC" }, { "kafka-in-use", "mutual", "ROBOT_MSVC_TRANS_KAFKA" },
  };
  g_autoptr (JsonObject) all = box_call (box, "POST", "dg-manager/v1/destinations/query", "{}");
  g_autoptr (JsonObject) two = box_call (box, "POST", "dg-manager/v1/destinations/query", "{'limit':2,'filter':{}}");
  g_autofree char *bearer = g_strconcat ("Bearer ", box->token, NULL);
  const char *bad[] = { "{\"limit\":0}", "{\"limit\":-1}", "{\"query\":\"x\"}", "{\"limit\":\"x\"}",
                        "{\"filter\":[]}" };

  assert_shape (all, "data[].uuid s !\ndata[].name s !\ndata[].family s !\ndata[].connectivity_info[].type s !\n"
                "data[].connectivity_info[].ipaddrs[].inet_af s\ndata[].connectivity_info[].ipaddrs[].inet_addr s !\n"
                "data[].connectivity_info[].ipaddrs[].mask n\ndata[].connectivity_info[].port n !\n"
                "data[].properties.AUTH_TYPE s !\ndata[].properties.IS_SECURITY_ENABLED s\n"
                "data[].properties.ENCODING s\n"
                "data[].properties.IS_SYSTEM_DEFINED s");
  for (gsize i = 0; i < G_N_ELEMENTS (wanted); i++)
    {
      JsonObject *row = find (all, "data", "name", wanted[i][0]);
      g_autofree char *body = g_strdup_printf ("{'destination_id':'%s'}", text_of (row, "uuid"));
      g_autoptr (JsonObject) use = box_call (box, "POST", "collection/v1/resource/inuse/query", body);
      JsonObject *link = json_array_get_object_element (json_object_get_array_member (row, "connectivity_info"), 0);

      g_assert_cmpstr (text_of (json_object_get_object_member (row, "properties"), "AUTH_TYPE"), ==, wanted[i][1]);
      g_assert_cmpstr (text_of (link, "type"), ==, wanted[i][2]);
      assert_shape (use, "is_in_use b\nresult.request_result s !");
      g_assert_true (json_object_has_member (use, "is_in_use") == g_str_equal (wanted[i][0], "kafka-in-use"));
    }
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (two, "data")), ==, 2);
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_cmpuint (box_send (box, "POST", "/crosswork/dg-manager/v1/destinations/query", "application/json", bad[i],
                                bearer,
                                NULL), ==, 400);
}

static void
test_in_use_unknown (Box *box, gconstpointer data)
{
  g_autoptr (JsonObject) use = box_call (box, "POST", "collection/v1/resource/inuse/query",
                                         "{'destination_id':'none'}");

  assert_shape (use, "result.request_result s !\nresult.error.message s !");
  g_assert_cmpstr (text_of (json_object_get_object_member (use, "result"), "request_result"), ==, "REJECTED");
}

static void
test_platform (Box *box, gconstpointer data)
{
  g_autoptr (JsonObject) version = box_call (box, "GET", "platform/v2/cluster/version/show", NULL);
  g_autoptr (JsonObject) services =
      box_call (box, "POST", "platform/v2/cluster/microservice/list/query", "{'req_id':'capp-infra'}");
  g_autoptr (JsonObject) none = box_call (box, "POST", "platform/v2/cluster/microservice/list/query",
                                          "{'req_id':'other'}");
  g_autoptr (JsonObject) health = box_call (box, "GET", "platform/v2/cluster/app/health/list", NULL);
  g_autoptr (JsonObject) message = box_call (box, "GET", CERT "web/msg", NULL);

  assert_shape (version, "result s !\nresult_map.VERSION s !");
  assert_shape (services, "micro_service[].Name s !\nmicro_service[].Version s\nmicro_service[].health_state s !\n"
                "micro_service[].up_time s");
  g_assert_cmpstr (text_of (find (services, "micro_service", "Name", "tyk"), "health_state"), ==, "Healthy");
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (none, "micro_service")), ==, 0);
  assert_shape (health, "app_health_summary[].health_summary.state s !\napp_health_summary[].health_summary.total n\n"
                "app_health_summary[].health_summary.healthy n\napp_health_summary[].health_summary.obj_name s !");
  assert_shape (message, "display_msg s !\ntime_before_restart s !\nauto_logout b !");
}

#define ADD(path, function) g_test_add ("/sandbox/api/" path, Box, NULL, box_set_up, function, box_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("log-in", test_log_in);
  ADD ("log-out", test_log_out);
  ADD ("session-cap", test_session_cap);
  ADD ("gateway", test_gateway);
  ADD ("roles", test_roles);
  ADD ("labels", test_labels);
  ADD ("summaries", test_summaries);
  ADD ("details", test_details);
  ADD ("export", test_export);
  ADD ("destinations", test_destinations);
  ADD ("in-use-unknown", test_in_use_unknown);
  ADD ("platform", test_platform);
  return g_test_run ();
}
