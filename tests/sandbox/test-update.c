/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Uploads against the program over TLS: what it takes, what it refuses, what it asks, and that bytes come down as
 * they went up. */
#include <gnutls/gnutls.h>
#include <string.h>

#include "sandbox-box.h"
#include "sandbox-pki.h"

#define CERT "platform/v2/cert/"
#define NOWHERE "00000000-0000-4000-8000-000000000000"

typedef struct { Box box; Pki *root, *inter; char *chain, *key; } World;

static void
set_up (World *world, gconstpointer data)
{
  box_set_up (&world->box, data);
  world->root = pki_new ("Root", NULL, PKI_CA);
  world->inter = pki_new ("Issuing", world->root, (PkiKind) { .days = 300, .path_length = 0 });
  world->chain = g_strconcat (world->root->pem, world->inter->pem, NULL);
  world->key = pki_key_pem (world->inter);
}

static void
tear_down (World *world, gconstpointer data)
{
  box_tear_down (&world->box, data);
  pki_free (world->root);
  pki_free (world->inter);
  g_free (world->chain);
  g_free (world->key);
}

/* One request, as its parts; what is NULL is not sent. DESTINATIONS: names with commas between, "" for an empty
 * list. */
typedef struct {
  const char *name, *role, *chain, *certificate, *key, *passphrase, *destinations;
  gboolean edit, keep, force, csr;
} Request;

static char *
uuid_of (Box *box, const char *name)
{
  g_autoptr (JsonObject) all = box_call (box, "POST", "dg-manager/v1/destinations/query", "{}");
  JsonArray *data = json_object_get_array_member (all, "data");

  for (guint i = 0; i < json_array_get_length (data); i++)
    if (g_str_equal (json_object_get_string_member (json_array_get_object_element (data, i), "name"), name))
      return g_strdup (json_object_get_string_member (json_array_get_object_element (data, i), "uuid"));
  return g_strdup (NOWHERE);
}

static void
set_text (JsonObject *object, const char *member, const char *value)
{
  if (value != NULL)
    json_object_set_string_member (object, member, value);
}

static JsonObject *
make_stores (const Request *request)
{
  JsonObject *stores = json_object_new (), *trust = json_object_new (), *keys = json_object_new ();

  set_text (trust, "trust_store_cert", request->chain);
  set_text (keys, "intermediate_key_store_cert", request->certificate);
  set_text (keys, "key", request->key);
  set_text (keys, "passphrase", request->passphrase);
  json_object_set_object_member (stores, "trust_store", trust);
  json_object_set_object_member (stores, "intermediate_key_store", keys);
  return stores;
}

static JsonObject *
make_destinations (Box *box, const char *names)
{
  JsonObject *details = json_object_new ();
  JsonArray *nodes = json_array_new ();
  g_auto (GStrv) all = g_strsplit (names, ",", -1);

  for (gsize i = 0; all[i] != NULL && names[0] != '\0'; i++)
    {
      g_autofree char *uuid = uuid_of (box, all[i]);
      JsonObject *node = json_object_new ();

      json_object_set_string_member (node, "destination_name", all[i]);
      json_object_set_string_member (node, "destination_uuid", uuid);
      json_array_add_object_element (nodes, node);
    }
  json_object_set_array_member (details, "destination_nodes", nodes);
  return details;
}

/* (transfer full) */
static JsonObject *
send (Box *box, Request request)
{
  g_autoptr (JsonObject) body = json_object_new ();
  JsonObject *options = json_object_new ();
  JsonObject *answer;

  set_text (body, "cert_name", request.name);
  set_text (body, "role_name", request.role);
  json_object_set_boolean_member (body, "isEdit", request.edit);
  json_object_set_object_member (body, "cert_store", make_stores (&request));
  if (request.destinations != NULL)
    json_object_set_object_member (body, "destination_details", make_destinations (box, request.destinations));
  json_object_set_boolean_member (options, "use_existing_cert", request.keep);
  json_object_set_boolean_member (options, "force_association", request.force);
  json_object_set_boolean_member (options, "is_csr", request.csr);
  json_object_set_object_member (body, "update_options", options);
  answer = box_call_object (box, "POST", CERT "update", body);
  assert_shape (answer, "response.resp_code s !\nresponse.message s !\ndestination_cert[].destination_name s\n"
                "destination_cert[].cert_name s");
  return answer;
}

static char *
list (Box *box)
{
  g_autoptr (JsonObject) all = box_call (box, "GET", CERT "summary/list", NULL);
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);

  json_node_set_object (node, all);
  return json_to_string (node, FALSE);
}

static void
assert_answer (Box *box, Request request, const char *code, const char *words)
{
  g_autofree char *before = list (box), *after = NULL;
  g_autoptr (JsonObject) answer = send (box, request);
  JsonObject *response = json_object_get_object_member (answer, "response");
  const char *message = json_object_get_string_member (response, "message");

  if (strstr (message, words) == NULL)
    g_error ("wanted “%s”, got “%s”", words, message);
  g_assert_cmpstr (json_object_get_string_member (response, "resp_code"), ==, code);
  after = list (box);
  /* A refusal and a question change nothing. */
  g_assert_true (g_str_equal (code, "SUCCESS") || g_str_equal (before, after));
}

/* What a destination request looks like when nothing is wrong with it. */
static Request
destination_request (World *world)
{
  return (Request) { .name = "one", .role = "External Destination", .chain = world->chain,
                     .certificate = world->inter->pem,
                     .key = world->key, .destinations = "kafka-mutual" };
}

static Request
syslog_request (World *world)
{
  return (Request) { .name = "one", .role = "Server Syslog Communication", .chain = world->chain };
}

static void
assert_export (Box *box, const Request *request)
{
  g_autofree char *body = g_strdup_printf ("{'cert_name':'%s'}", request->name);
  g_autoptr (JsonObject) answer = box_call (box, "POST", CERT "export/all", body);
  JsonObject *stores = json_object_get_object_member (answer, "cert_store");
  JsonObject *keys = json_object_has_member (stores, "intermediate_key_store")
                         ? json_object_get_object_member (stores, "intermediate_key_store") : NULL;
  const char *members[] = { "intermediate_key_store_cert", "key", "passphrase" };
  const char *wanted[] = { request->certificate, request->key, request->passphrase };

  g_assert_cmpstr (json_object_get_string_member (json_object_get_object_member (stores, "trust_store"),
                                                  "trust_store_cert"), ==,
                   request->chain);
  g_assert_true ((keys != NULL) == (request->key != NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (members) && keys != NULL; i++)
    g_assert_cmpstr (json_object_has_member (keys, members[i]) ? json_object_get_string_member (keys, members[i])
                     : NULL, ==,
                     wanted[i]);
}

/* CR LF, text between, blank lines, a passphrase beyond ASCII: all of it comes down as it went up. */
static void
test_bytes (World *world, gconstpointer data)
{
  g_autofree char *sealed = pki_key_pkcs8 (world->inter, "Zürich 1", GNUTLS_PKCS_PBES2_AES_256);
  g_autofree char *mixed = g_strconcat ("\n  the root\n", world->root->pem, "\n\n\n", world->inter->pem, " \t\n", NULL);
  g_auto (GStrv) lines = g_strsplit (world->chain, "\n", -1);
  g_autofree char *crlf = g_strjoinv ("\r\n", lines);
  Request first = destination_request (world), second = syslog_request (world);

  first.chain = crlf;
  first.key = sealed;
  first.passphrase = "Zürich 1";
  second.name = "two";
  second.chain = mixed;
  assert_answer (&world->box, first, "SUCCESS", "added");
  assert_answer (&world->box, second, "SUCCESS", "added");
  assert_export (&world->box, &first);
  assert_export (&world->box, &second);
  /* And after the controller was killed in its tracks. */
  box_kill (&world->box);
  box_start (&world->box, "demo", "0.5");
  box_log_in (&world->box);
  assert_export (&world->box, &first);
  assert_export (&world->box, &second);
}

static void
test_associations (World *world, gconstpointer data)
{
  Request request = destination_request (world);
  g_autoptr (JsonObject) one = NULL, answer = NULL, gone = NULL;
  JsonArray *conflicts, *nodes;

  request.destinations = "kafka-mutual,grpc-mutual";
  assert_answer (&world->box, request, "SUCCESS", "added");
  one = box_call (&world->box, "POST", CERT "assoc", "{'cert_name':'one'}");
  assert_shape (one, "cert_name s !\nrole_name s !\nmagnetic_role_name s !\n"
                "destination_details.destination_nodes[].destination_name s !\n"
                "destination_details.destination_nodes[].destination_uuid s !");
  nodes = json_object_get_array_member (json_object_get_object_member (one, "destination_details"),
                                        "destination_nodes");
  g_assert_cmpuint (json_array_get_length (nodes), ==, 2);

  request.name = "two";
  request.destinations = "kafka-mutual";
  assert_answer (&world->box, request, "CONFIRM", "another certificate");
  answer = send (&world->box, request);
  conflicts = json_object_get_array_member (answer, "destination_cert");
  g_assert_cmpuint (json_array_get_length (conflicts), ==, 1);
  g_assert_cmpstr (json_object_get_string_member (json_array_get_object_element (conflicts, 0), "cert_name"), ==,
                   "one");
  /* What refuses comes before what asks. */
  request.key = "no key";
  assert_answer (&world->box, request, "FAILURE", "PEM");
  request.key = world->key;
  request.force = TRUE;
  assert_answer (&world->box, request, "SUCCESS", "added");
  request.edit = TRUE;
  request.keep = TRUE;
  request.destinations = "";
  request.chain = request.certificate = request.key = NULL;
  assert_answer (&world->box, request, "SUCCESS", "updated");
  gone = box_call (&world->box, "POST", CERT "assoc", "{'cert_name':'two'}");
  g_assert_false (json_object_has_member (gone, "destination_details"));
}

static void
test_destinations_refused (World *world, gconstpointer data)
{
  static const char *const cases[][2] = {
    { "kafka-nowhere", "not known" }, { "kafka-server-auth", "authentication type" }, { "kafka-in-use", "in use" },
    { "kafka-mutual,kafka-in-use", "in use" }, { "", "At least one" }, { NULL, "At least one" },
  };
  Request request = destination_request (world);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      request.destinations = cases[i][0];
      assert_answer (&world->box, request, "FAILURE", cases[i][1]);
    }
  request = syslog_request (world);
  request.destinations = "kafka-mutual";
  assert_answer (&world->box, request, "FAILURE", "no destinations");
}

static void
test_names (World *world, gconstpointer data)
{
  Request request = syslog_request (world);
  g_autofree char *most = g_strnfill (128, 'n'), *more = g_strnfill (129, 'n');
  static const char *const bad[][2] = { { "", "missing" }, { NULL, "missing" }, { "a\nb", "printed" },
                                        { "a\xe2\x80\xae", "printed" },
                                        { " a", "space" }, { "a ", "space" } };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      request.name = bad[i][0];
      assert_answer (&world->box, request, "FAILURE", bad[i][1]);
    }
  request.name = more;
  assert_answer (&world->box, request, "FAILURE", "128");
  request.name = most;
  assert_answer (&world->box, request, "SUCCESS", "added");
  assert_answer (&world->box, request, "FAILURE", "there already");
  request.name = "Zürich' OR 1=1; --";
  assert_answer (&world->box, request, "SUCCESS", "added");
}

static void
test_roles (World *world, gconstpointer data)
{
  Request request = syslog_request (world);

  request.role = "No Such Role";
  assert_answer (&world->box, request, "FAILURE", "role is not known");
  request.role = NULL;
  assert_answer (&world->box, request, "FAILURE", "role is not known");
  request.role = "ZTP SUDI";
  assert_answer (&world->box, request, "FAILURE", "cannot be added");
  request.role = "Crosswork Web Server";
  request.certificate = world->inter->pem;
  request.key = world->key;
  assert_answer (&world->box, request, "FAILURE", "cannot be added");
  request.role = "Server Syslog Communication";
  assert_answer (&world->box, request, "FAILURE", "takes no intermediate");
  request = destination_request (world);
  request.csr = TRUE;
  assert_answer (&world->box, request, "FAILURE", "signing request");
}

static void
test_upload_only (World *world, gconstpointer data)
{
  Request request = destination_request (world);
  g_autoptr (JsonObject) answer = NULL;

  request.role = "Application External Destination";
  request.destinations = NULL;
  assert_answer (&world->box, request, "SUCCESS", "added");
  answer = box_call (&world->box, "POST", CERT "export/all", "{'cert_name':'one'}");
  g_assert_cmpstr (json_object_get_string_member (json_object_get_object_member (answer, "response"), "resp_code"), ==,
                   "FAILURE");
  request.edit = TRUE;
  assert_answer (&world->box, request, "FAILURE", "cannot be edited");
}

static void
test_bundle (World *world, gconstpointer data)
{
  g_autoptr (Pki) other = pki_new ("Other", NULL, PKI_CA);
  g_autofree char *bundle = g_strconcat (world->chain, other->pem, NULL);
  Request request = { .name = "gnmi", .role = "Device gNMI Communication", .chain = bundle };

  assert_answer (&world->box, request, "SUCCESS", "added");
  assert_export (&world->box, &request);
  request.name = "syslog";
  request.role = "Server Syslog Communication";
  assert_answer (&world->box, request, "FAILURE", "several hierarchies");
}

static void
test_system (World *world, gconstpointer data)
{
  Request request = { .name = "Crosswork-Internal-Communication", .role = "Crosswork Internal TLS",
                      .chain = world->chain,
                      .edit = TRUE };

  assert_answer (&world->box, request, "FAILURE", "belongs to the system");
  request.name = "Crosswork-Device-Syslog";
  request.role = "Device Syslog Communication";
  assert_answer (&world->box, request, "FAILURE", "belongs to the system");
  request.role = "ZTP SUDI";
  assert_answer (&world->box, request, "FAILURE", "another role");
  request.name = "nobody";
  assert_answer (&world->box, request, "FAILURE", "no certificate by that name");
}

static void
test_edit (World *world, gconstpointer data)
{
  g_autoptr (Pki) next = pki_new ("Next", world->root, (PkiKind) { .days = 300, .path_length = 0 });
  g_autofree char *key = pki_key_pkcs8 (next, "second", GNUTLS_PKCS_PBES2_AES_256);
  Request request = destination_request (world), whole;

  assert_answer (&world->box, request, "SUCCESS", "added");
  whole = request;
  request.edit = TRUE;
  /* Without use_existing_cert everything is mandatory. */
  request.chain = NULL;
  assert_answer (&world->box, request, "FAILURE", "trust chain is missing");
  request.keep = TRUE;
  request.key = key;
  request.passphrase = "second";
  assert_answer (&world->box, request, "FAILURE", "does not belong");
  request.certificate = next->pem;
  assert_answer (&world->box, request, "SUCCESS", "updated");
  whole.certificate = next->pem;
  whole.key = key;
  whole.passphrase = "second";
  assert_export (&world->box, &whole);
  /* Nothing but the chain: key and passphrase stay. */
  request.certificate = request.key = request.passphrase = request.destinations = NULL;
  request.chain = whole.chain = world->root->pem;
  assert_answer (&world->box, request, "SUCCESS", "updated");
  assert_export (&world->box, &whole);
}

static void
test_malformed (World *world, gconstpointer data)
{
  g_autofree char *bearer = g_strconcat ("Bearer ", world->box.token, NULL), *before = list (&world->box),
      *after = NULL;
  const char *const bodies[] = {
    "{\"cert_name\":1}", "{\"cert_name\":\"a\",\"role_name\":\"External Destination\",\"isEdit\":\"no\"}",
    "{\"cert_store\":[]}", "{\"cert_store\":{\"trust_store\":\"x\"}}", "{\"update_options\":true}",
    "{\"cert_name\":\"a\",\"role_name\":\"External Destination\",\"destination_details\":{\"destination_nodes\":[1]}}",
    "{\"cert_name\":\"a\",\"role_name\":\"External Destination\",\"destination_details\":{\"destination_nodes\":{}}}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bodies); i++)
    g_assert_cmpuint (box_send (&world->box, "POST", "/crosswork/" CERT "update", "application/json", bodies[i], bearer,
                                NULL), ==,
                      500);
  after = list (&world->box);
  g_assert_cmpstr (before, ==, after);
}

/* The subject of the issuer of what the listener shows. (transfer full) */
static char *
get_listener_issuer (Box *box)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) plain = g_socket_client_connect_to_uri (client, box->url, 443, NULL, NULL);
  gnutls_certificate_credentials_t none;
  gnutls_session_t session;
  gnutls_x509_crt_t leaf;
  const gnutls_datum_t *shown;
  guint count;
  char issuer[256];
  size_t size = sizeof issuer;

  if (plain == NULL)
    return NULL;
  g_socket_set_blocking (g_socket_connection_get_socket (plain), TRUE);
  g_assert_cmpint (gnutls_certificate_allocate_credentials (&none), ==, 0);
  g_assert_cmpint (gnutls_init (&session, GNUTLS_CLIENT), ==, 0);
  gnutls_set_default_priority (session);
  gnutls_credentials_set (session, GNUTLS_CRD_CERTIFICATE, none);
  gnutls_transport_set_int (session, g_socket_get_fd (g_socket_connection_get_socket (plain)));
  gnutls_handshake_set_timeout (session, 10000);
  if (gnutls_handshake (session) == 0 && (shown = gnutls_certificate_get_peers (session, &count)) != NULL)
    {
      g_assert_cmpint (gnutls_x509_crt_init (&leaf), ==, 0);
      g_assert_cmpint (gnutls_x509_crt_import (leaf, shown, GNUTLS_X509_FMT_DER), ==, 0);
      g_assert_cmpint (gnutls_x509_crt_get_issuer_dn (leaf, issuer, &size), ==, 0);
      gnutls_x509_crt_deinit (leaf);
    }
  else
    issuer[0] = '\0';
  gnutls_deinit (session);
  gnutls_certificate_free_credentials (none);
  return g_strdup (issuer);
}

/* The controller issues its own certificate out of what went up: same key, so the same pin; everybody is logged out. */
static void
test_web (World *world, gconstpointer data)
{
  g_autofree char *sealed = pki_key_pkcs8 (world->inter, "web", GNUTLS_PKCS_PBES2_AES_256);
  g_autofree char *bearer = g_strconcat ("Bearer ", world->box.token, NULL), *first = get_listener_issuer (&world->box);
  g_autofree char *kept = NULL, *text = NULL;
  g_autoptr (JsonObject) alarms = NULL;
  Request request = { .name = "Crosswork-Web-Cert", .role = "Crosswork Web Server", .chain = world->chain,
                      .certificate = world->inter->pem, .key = sealed, .passphrase = "web", .edit = TRUE };
  gint64 end = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;
  gboolean changed = FALSE;

  g_assert_nonnull (strstr (first, "Crosswork Web Issuing CA"));
  assert_answer (&world->box, request, "SUCCESS", "updated");
  while (!changed)
    {
      g_autofree char *issuer = get_listener_issuer (&world->box);

      changed = g_strcmp0 (issuer, "O=Test,CN=Issuing") == 0 || g_strcmp0 (issuer, "CN=Issuing,O=Test") == 0;
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      g_poll (NULL, 0, 50);
    }
  g_clear_object (&world->box.client);
  world->box.client = soup_session_new_with_options ("timeout", 20, NULL);
  g_assert_cmpuint (box_send (&world->box, "GET", "/crosswork/" CERT "role", NULL, NULL, bearer, &text), ==, 403);
  g_assert_nonnull (strstr (text, "Your session has ended"));
  box_log_in (&world->box);
  assert_export (&world->box, &request);
  alarms = box_call (&world->box, "POST", "alarms/v1/query", "{'openAlarmsOnly':true}");
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (alarms, "alarms")), ==, 1);
  /* It is the same after a start. */
  box_kill (&world->box);
  box_start (&world->box, "demo", "0.5");
  box_log_in (&world->box);
  kept = get_listener_issuer (&world->box);
  g_assert_nonnull (strstr (kept, "CN=Issuing"));
}

#define ADD(path, function) g_test_add ("/sandbox/update/" path, World, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("bytes", test_bytes);
  ADD ("associations", test_associations);
  ADD ("destinations-refused", test_destinations_refused);
  ADD ("names", test_names);
  ADD ("roles", test_roles);
  ADD ("upload-only", test_upload_only);
  ADD ("bundle", test_bundle);
  ADD ("system", test_system);
  ADD ("edit", test_edit);
  ADD ("web", test_web);
  ADD ("malformed", test_malformed);
  return g_test_run ();
}
