/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reading half of the certificate family: cert/role, cert/label, cert/summary, cert/detail, cert/assoc,
 * cert/export. */
#include <gnutls/x509.h>

#include "cht-sandbox-call.h"
#include "cht-sandbox-pem.h"
#include "cht-sandbox-roles.h"

static void
list_roles (ChtSandboxCall *call)
{
  JsonObject *answer = json_object_new ();
  JsonArray *names = json_array_new (), *display = json_array_new ();
  const ChtSandboxRole *role;

  for (gsize i = 0; (role = cht_sandbox_role_get (i)) != NULL; i++)
    if (role->add)
      {
        json_array_add_string_element (names, role->name);
        json_array_add_string_element (display, role->name);
      }
  json_object_set_array_member (answer, "role_name", names);
  json_object_set_array_member (answer, "magnetic_role_name", display);
  cht_sandbox_call_answer (call, answer);
}

static JsonObject *
make_label (gboolean mandatory, const char *name, const char *display)
{
  JsonObject *label = json_object_new ();

  json_object_set_boolean_member (label, "present", TRUE);
  cht_sandbox_set_boolean (label, "mandatory", mandatory);
  json_object_set_string_member (label, "name", name);
  json_object_set_string_member (label, "magnetic_name", display);
  return label;
}

static void
get_labels (ChtSandboxCall *call)
{
  const ChtSandboxRole *role = cht_sandbox_role_find (cht_sandbox_call_get_string (call, call->body, "role_name"));
  JsonObject *answer, *trust, *store;

  if (role == NULL)
    {
      cht_sandbox_call_answer_error (call, 400, "Unknown role");
      return;
    }
  answer = json_object_new ();
  trust = json_object_new ();
  json_object_set_string_member (answer, "role_name", role->name);
  json_object_set_object_member (trust, "cert_label",
                                 make_label (TRUE, "CA Certificate Trustchain", "CA certificate trust chain"));
  json_object_set_object_member (answer, "trust_store_label", trust);
  if (role->key)
    {
      store = json_object_new ();
      json_object_set_object_member (store, "cert_label", make_label (TRUE, "Intermediate Certificate",
                                                                      "Intermediate certificate"));
      json_object_set_object_member (store, "key_label", make_label (TRUE, "Intermediate Key", "Intermediate key"));
      json_object_set_object_member (store, "passphrase_label", make_label (FALSE, "Passphrase", "Passphrase"));
      json_object_set_object_member (answer, "intermediate_key_store_label", store);
    }
  cht_sandbox_call_answer (call, answer);
}

static JsonObject *
make_summary (const ChtSandboxRecord *record)
{
  JsonObject *summary = json_object_new (), *association = json_object_new ();
  const ChtSandboxRole *role = cht_sandbox_role_find (record->role);
  g_autofree char *expires = cht_sandbox_time_text (record->expires);
  g_autofree char *updated = cht_sandbox_time_text (record->updated / 1000);

  json_object_set_string_member (summary, "cert_name", record->name);
  json_object_set_string_member (summary, "role_name", record->role);
  json_object_set_string_member (summary, "magnetic_role_name", record->role);
  cht_sandbox_set_string (summary, "expiration_date", expires);
  json_object_set_string_member (summary, "last_updated_by", record->updated_by);
  json_object_set_string_member (summary, "last_update_time", updated);
  json_object_set_string_member (association, "role_name", record->role);
  json_object_set_string_member (association, "magnetic_role_name", record->role);
  json_object_set_object_member (summary, "assoc_summary", association);
  cht_sandbox_set_string (summary, "auth_type", role != NULL ? role->auth_type : "");
  json_object_set_string_member (summary, "cert_display", role != NULL ? cht_sandbox_role_get_display (role) : "NO_OP");
  return summary;
}

/* ROLES NULL: all. */
static void
answer_summaries (ChtSandboxCall *call, const char *const *wanted)
{
  g_autoptr (GPtrArray) records = cht_sandbox_store_list_records (call->store, NULL);
  JsonObject *answer = json_object_new ();
  JsonArray *summaries = json_array_new ();

  for (guint i = 0; i < records->len; i++)
    {
      const ChtSandboxRecord *record = g_ptr_array_index (records, i);

      if (wanted == NULL || g_strv_contains (wanted, record->role))
        json_array_add_object_element (summaries, make_summary (record));
    }
  json_object_set_array_member (answer, "cert_summary", summaries);
  cht_sandbox_call_answer (call, answer);
}

static void
list_summaries (ChtSandboxCall *call)
{
  answer_summaries (call, NULL);
}

static void
list_filtered (ChtSandboxCall *call)
{
  JsonArray *roles = cht_sandbox_call_get_array (call, call->body, "cert_roles");
  g_autoptr (GPtrArray) wanted = g_ptr_array_new ();

  for (guint i = 0; roles != NULL && i < json_array_get_length (roles); i++)
    {
      JsonNode *node = json_array_get_element (roles, i);

      if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
        {
          call->malformed = TRUE;
          return;
        }
      g_ptr_array_add (wanted, (gpointer) json_node_get_string (node));
    }
  g_ptr_array_add (wanted, NULL);
  answer_summaries (call, wanted->len > 1 ? (const char *const *) wanted->pdata : NULL);
}

/* The record that the call names; NULL where there is none, which is answered here. */
static ChtSandboxRecord *
get_named (ChtSandboxCall *call)
{
  ChtSandboxRecord *record =
      cht_sandbox_store_get_record (call->store, cht_sandbox_call_get_string (call, call->body, "cert_name"));

  if (record == NULL)
    cht_sandbox_call_answer_error (call, 400, "There is no certificate by that name");
  return record;
}

static char *
get_name (gnutls_x509_crt_t certificate, int (*read) (gnutls_x509_crt_t, gnutls_datum_t *, unsigned))
{
  gnutls_datum_t text = { NULL, 0 };
  char *name;

  if (read (certificate, &text, 0) < 0)
    return g_strdup ("");
  name = g_utf8_make_valid ((const char *) text.data, text.size);
  gnutls_free (text.data);
  return name;
}

static const char *
type_of (gnutls_x509_crt_t certificate)
{
  return gnutls_x509_crt_check_issuer (certificate, certificate) ? "Root Certificate" : "Intermediate Certificate";
}

/* TYPE NULL: root or intermediate, as each is. */
static void
add_details (JsonArray *details, GBytes *pem, const ChtSandboxRecord *record, const char *type, const char *export)
{
  g_autoptr (GPtrArray) certificates = pem != NULL ? cht_sandbox_read_certificates (pem, NULL, NULL) : NULL;

  for (guint i = 0; certificates != NULL && i < certificates->len; i++)
    {
      gnutls_x509_crt_t certificate = g_ptr_array_index (certificates, i);
      g_autofree char *subject = get_name (certificate, gnutls_x509_crt_get_dn3);
      g_autofree char *issuer = get_name (certificate, gnutls_x509_crt_get_issuer_dn3);
      g_autofree char *from = cht_sandbox_time_text (gnutls_x509_crt_get_activation_time (certificate));
      g_autofree char *to = cht_sandbox_time_text (gnutls_x509_crt_get_expiration_time (certificate));
      g_autofree char *installed = cht_sandbox_time_text (record->updated / 1000);
      JsonObject *detail = json_object_new ();

      cht_sandbox_set_string (detail, "description", subject);
      cht_sandbox_set_string (detail, "signed", from);
      cht_sandbox_set_string (detail, "installed", installed);
      cht_sandbox_set_string (detail, "signed_by", issuer);
      cht_sandbox_set_string (detail, "expires", to);
      json_object_set_string_member (detail, "_type", type != NULL ? type : type_of (certificate));
      cht_sandbox_set_boolean (detail, "_showExport", export != NULL);
      cht_sandbox_set_string (detail, "_exportUrlPath", export);
      json_array_add_object_element (details, detail);
    }
}

static void
list_details (ChtSandboxCall *call)
{
  g_autoptr (ChtSandboxRecord) record = get_named (call);
  const ChtSandboxRole *role;
  gboolean download;
  JsonObject *answer;
  JsonArray *details;

  if (record == NULL)
    return;
  role = cht_sandbox_role_find (record->role);
  download = role != NULL && role->download;
  answer = json_object_new ();
  details = json_array_new ();
  add_details (details, record->trust, record, NULL, download ? "/crosswork/platform/v2/cert/export/truststore" : NULL);
  add_details (details, record->certificate, record, "Intermediate Certificate",
               download ? "/crosswork/platform/v2/cert/export/intermediatekeystore" : NULL);
  add_details (details, record->leaf, record, "Leaf Certificate", NULL);
  json_object_set_string_member (answer, "cert_name", record->name);
  json_object_set_array_member (answer, "cert_detail", details);
  cht_sandbox_set_boolean (answer, "_exportAllTrustStore", download);
  cht_sandbox_set_boolean (answer, "_exportAllKeyStore", download && record->key != NULL);
  cht_sandbox_call_answer (call, answer);
}

static void
get_associations (ChtSandboxCall *call)
{
  g_autoptr (ChtSandboxRecord) record = get_named (call);
  g_autoptr (GPtrArray) destinations = cht_sandbox_store_list_destinations (call->store);
  JsonObject *answer, *details;
  JsonArray *nodes;

  if (record == NULL)
    return;
  answer = json_object_new ();
  nodes = json_array_new ();
  json_object_set_string_member (answer, "cert_name", record->name);
  json_object_set_string_member (answer, "role_name", record->role);
  json_object_set_string_member (answer, "magnetic_role_name", record->role);
  for (guint i = 0; i < destinations->len; i++)
    {
      const ChtSandboxDestination *destination = g_ptr_array_index (destinations, i);
      JsonObject *node;

      if (g_strcmp0 (destination->certificate, record->name) != 0)
        continue;
      node = json_object_new ();
      json_object_set_string_member (node, "destination_name", destination->name);
      json_object_set_string_member (node, "destination_uuid", destination->uuid);
      json_array_add_object_element (nodes, node);
    }
  if (json_array_get_length (nodes) > 0)
    {
      details = json_object_new ();
      json_object_set_array_member (details, "destination_nodes", json_array_ref (nodes));
      json_object_set_object_member (answer, "destination_details", details);
    }
  json_array_unref (nodes);
  cht_sandbox_call_answer (call, answer);
}

static JsonObject *
make_response (const char *code, const char *message)
{
  JsonObject *response = json_object_new ();

  json_object_set_string_member (response, "resp_code", code);
  cht_sandbox_set_string (response, "message", message);
  return response;
}

static JsonObject *
make_trust_store (const ChtSandboxRecord *record)
{
  JsonObject *store = json_object_new ();

  cht_sandbox_set_bytes (store, "trust_store_cert", record->trust);
  return store;
}

static JsonObject *
make_key_store (const ChtSandboxRecord *record)
{
  JsonObject *store = json_object_new ();

  cht_sandbox_set_bytes (store, "intermediate_key_store_cert", record->certificate);
  cht_sandbox_set_bytes (store, "key", record->key);
  cht_sandbox_set_bytes (store, "passphrase", record->passphrase);
  return store;
}

static void
export_parts (ChtSandboxCall *call, gboolean trust, gboolean key)
{
  g_autoptr (ChtSandboxRecord) record =
      cht_sandbox_store_get_record (call->store, cht_sandbox_call_get_string (call, call->body, "cert_name"));
  const ChtSandboxRole *role = record != NULL ? cht_sandbox_role_find (record->role) : NULL;
  JsonObject *answer = json_object_new (), *stores = answer;
  const char *why = NULL;

  if (record == NULL)
    why = "There is no certificate by that name.";
  else if (role == NULL || !role->download)
    why = "Certificates of this role cannot be downloaded.";
  else if (!trust && record->key == NULL)
    why = "This certificate has no intermediate key store.";
  json_object_set_object_member (answer, "response", make_response (why == NULL ? "SUCCESS" : "FAILURE", why));
  if (why == NULL && trust && key)
    {
      stores = json_object_new ();
      json_object_set_object_member (answer, "cert_store", stores);
    }
  if (why == NULL && trust)
    json_object_set_object_member (stores, "trust_store", make_trust_store (record));
  if (why == NULL && key && record->key != NULL)
    json_object_set_object_member (stores, "intermediate_key_store", make_key_store (record));
  cht_sandbox_call_answer (call, answer);
}

static void
export_all (ChtSandboxCall *call)
{
  export_parts (call, TRUE, TRUE);
}

static void
export_trust_store (ChtSandboxCall *call)
{
  export_parts (call, TRUE, FALSE);
}

static void
export_key_store (ChtSandboxCall *call)
{
  export_parts (call, FALSE, TRUE);
}

#define CERT "/crosswork/platform/v2/cert/"

const ChtSandboxRoute cht_sandbox_certificates_routes[] = {
  { "GET", CERT "role", CHT_SANDBOX_ROUTE_NONE, CHT_SANDBOX_ROUTE_BEARER, list_roles },
  { "POST", CERT "label", CHT_SANDBOX_ROUTE_JSON, CHT_SANDBOX_ROUTE_BEARER, get_labels },
  { "GET", CERT "summary/list", CHT_SANDBOX_ROUTE_NONE, CHT_SANDBOX_ROUTE_BEARER, list_summaries },
  { "POST", CERT "summary/listwithfilter", CHT_SANDBOX_ROUTE_JSON, CHT_SANDBOX_ROUTE_BEARER, list_filtered },
  { "POST", CERT "detail/list", CHT_SANDBOX_ROUTE_JSON, CHT_SANDBOX_ROUTE_BEARER, list_details },
  { "POST", CERT "assoc", CHT_SANDBOX_ROUTE_JSON, CHT_SANDBOX_ROUTE_BEARER, get_associations },
  { "POST", CERT "export/all", CHT_SANDBOX_ROUTE_JSON, CHT_SANDBOX_ROUTE_BEARER, export_all },
  { "POST", CERT "export/truststore", CHT_SANDBOX_ROUTE_JSON, CHT_SANDBOX_ROUTE_BEARER, export_trust_store },
  { "POST", CERT "export/intermediatekeystore", CHT_SANDBOX_ROUTE_JSON, CHT_SANDBOX_ROUTE_BEARER, export_key_store },
  { NULL },
};
