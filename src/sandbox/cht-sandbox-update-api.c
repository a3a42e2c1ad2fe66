/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The writing half of the certificate family: cert/update and cert/web/msg. HTTP 200 for a refusal too. The web
 * certificate is an intermediate CA and its key, out of which the controller issues its server's own; the server
 * restarts for it. */
#include <string.h>

#include "cht-sandbox-call.h"
#include "cht-sandbox-issue.h"
#include "cht-sandbox-judge.h"
#include "cht-sandbox-seed.h"
#include "cht-sandbox.h"

#define MOST_NAME 128
#define MOST_DESTINATIONS 1000
#define MOST_RECORDS 2000

/* What an update asks for, as read; UUIDS is NULL where the request is silent on destinations. */
typedef struct {
  const char *name;
  const ChtSandboxRole *role;
  gboolean edit, keep, force, csr;
  ChtSandboxUpload upload;
  ChtSandboxRecord *before;
  GPtrArray *uuids;
} Update;

static void
update_clear (Update *self)
{
  g_clear_pointer (&self->upload.trust, g_bytes_unref);
  g_clear_pointer (&self->upload.certificate, g_bytes_unref);
  g_clear_pointer (&self->upload.key, g_bytes_unref);
  g_clear_pointer (&self->upload.passphrase, g_bytes_unref);
  g_clear_pointer (&self->before, cht_sandbox_record_free);
  g_clear_pointer (&self->uuids, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Update, update_clear)

/* CONFLICTS (nullable) is taken. */
static void
answer_outcome (ChtSandboxCall *call, const char *code, const char *message, JsonArray *conflicts)
{
  JsonObject *answer = json_object_new (), *response = json_object_new ();

  json_object_set_string_member (response, "resp_code", code);
  json_object_set_string_member (response, "message", message);
  json_object_set_object_member (answer, "response", response);
  if (conflicts != NULL)
    json_object_set_array_member (answer, "destination_cert", conflicts);
  cht_sandbox_call_answer (call, answer);
}

/* "" is not there, as for any field. */
static GBytes *
get_part (ChtSandboxCall *call, JsonObject *from, const char *member)
{
  const char *text = cht_sandbox_call_get_string (call, from, member);

  return text[0] != '\0' ? g_bytes_new (text, strlen (text)) : NULL;
}

static void
read_parts (ChtSandboxCall *call, ChtSandboxUpload *upload)
{
  JsonObject *stores = cht_sandbox_call_get_object (call, call->body, "cert_store");
  JsonObject *trust = cht_sandbox_call_get_object (call, stores, "trust_store");
  JsonObject *keys = cht_sandbox_call_get_object (call, stores, "intermediate_key_store");

  upload->trust = get_part (call, trust, "trust_store_cert");
  upload->certificate = get_part (call, keys, "intermediate_key_store_cert");
  upload->key = get_part (call, keys, "key");
  upload->passphrase = get_part (call, keys, "passphrase");
}

/* What was not sent stays: certificate, key and passphrase each; a new key has a passphrase of its own or none. */
static void
keep_parts (ChtSandboxUpload *upload, const ChtSandboxRecord *before)
{
  if (upload->passphrase == NULL && upload->key == NULL && before->passphrase != NULL)
    upload->passphrase = g_bytes_ref (before->passphrase);
  if (upload->trust == NULL && before->trust != NULL)
    upload->trust = g_bytes_ref (before->trust);
  if (upload->certificate == NULL && before->certificate != NULL)
    upload->certificate = g_bytes_ref (before->certificate);
  if (upload->key == NULL && before->key != NULL)
    upload->key = g_bytes_ref (before->key);
}

static const char *
judge_name (const char *name)
{
  if (name[0] == '\0')
    return "The certificate name is missing.";
  if (g_utf8_strlen (name, -1) > MOST_NAME)
    return "The certificate name is longer than 128 characters.";
  for (const char *at = name; *at != '\0'; at = g_utf8_next_char (at))
    if (!g_unichar_isprint (g_utf8_get_char (at)))
      return "The certificate name holds a character that cannot be printed.";
  return g_ascii_isspace (name[0]) || g_ascii_isspace (name[strlen (name) - 1])
             ? "The certificate name begins or ends with a space." : NULL;
}

static const char *
judge_right (ChtSandboxStore *store, const Update *update)
{
  if (update->role == NULL)
    return "The role is not known.";
  if (update->csr)
    return "There is no certificate signing request for this certificate.";
  if (!update->edit && !update->role->add)
    return "Certificates cannot be added for this role.";
  if (!update->edit && update->before != NULL)
    return "A certificate by that name is there already.";
  if (!update->edit)
    return cht_sandbox_store_count_records (store) >= MOST_RECORDS ? "This controller holds no more certificates."
        : NULL;
  if (update->before == NULL)
    return "There is no certificate by that name.";
  if (!g_str_equal (update->before->role, update->role->name))
    return "The certificate has another role.";
  return update->role->edit ? NULL : "This certificate belongs to the system and cannot be edited.";
}

static const char *
read_destination (ChtSandboxCall *call, Update *update, JsonObject *node)
{
  const char *uuid = cht_sandbox_call_get_string (call, node, "destination_uuid");
  const char *name = cht_sandbox_call_get_string (call, node, "destination_name");
  g_autoptr (ChtSandboxDestination) destination = cht_sandbox_store_get_destination (call->store, uuid);

  if (destination == NULL)
    return "A destination is not known.";
  if (name[0] != '\0' && !g_str_equal (name, destination->name))
    return "A destination's name and id do not belong together.";
  if (g_strcmp0 (destination->auth_type, update->role->destination) != 0)
    return "A destination's authentication type does not fit the role.";
  if (destination->in_use)
    return "A destination is in use by a collection job.";
  g_ptr_array_add (update->uuids, g_steal_pointer (&destination->uuid));
  return NULL;
}

static const char *
read_destinations (ChtSandboxCall *call, Update *update)
{
  JsonObject *details = cht_sandbox_call_get_object (call, call->body, "destination_details");
  JsonArray *nodes = cht_sandbox_call_get_array (call, details, "destination_nodes");
  guint count = nodes != NULL ? json_array_get_length (nodes) : 0;
  const char *why = NULL;

  if (update->role->destination == NULL)
    return count > 0 ? "This role has no destinations." : NULL;
  if (details == NULL && update->edit && update->keep)
    return NULL;
  if (count == 0 && !update->edit)
    return "At least one destination is needed.";
  if (count > MOST_DESTINATIONS)
    return "There are more destinations than this controller takes.";
  update->uuids = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < count && why == NULL; i++)
    {
      JsonNode *node = json_array_get_element (nodes, i);

      if (JSON_NODE_HOLDS_OBJECT (node))
        why = read_destination (call, update, json_node_get_object (node));
      else
        call->malformed = TRUE;
    }
  g_ptr_array_add (update->uuids, NULL);
  return why;
}

/* Destinations that have another certificate now; NULL where none has. (transfer full) (nullable) */
static JsonArray *
find_conflicts (ChtSandboxCall *call, const Update *update)
{
  g_autoptr (JsonArray) conflicts = json_array_new ();

  for (guint i = 0; update->uuids != NULL && i + 1 < update->uuids->len; i++)
    {
      g_autoptr (ChtSandboxDestination) destination =
          cht_sandbox_store_get_destination (call->store, g_ptr_array_index (update->uuids, i));
      JsonObject *conflict;

      if (destination == NULL || destination->certificate == NULL
          || g_str_equal (destination->certificate, update->name))
        continue;
      conflict = json_object_new ();
      json_object_set_string_member (conflict, "destination_name", destination->name);
      json_object_set_string_member (conflict, "cert_name", destination->certificate);
      json_array_add_object_element (conflicts, conflict);
    }
  return json_array_get_length (conflicts) > 0 ? g_steal_pointer (&conflicts) : NULL;
}

static gboolean
is_web (const Update *update)
{
  return g_str_equal (update->name, CHT_SANDBOX_WEB);
}

static gboolean
raise_restart_alarm (ChtSandboxStore *store)
{
  ChtSandboxAlarm alarm = {
    .created = cht_sandbox_now (), .updated = cht_sandbox_now (), .severity = (char *) "Warning",
    .description = (char *) "Crosswork Web Server Restart: the web certificate was changed.",
    .object_description = (char *) "Crosswork Web Server Restart", .category = (char *) "System",
  };

  return cht_sandbox_store_put_alarm (store, &alarm, NULL);
}

/* NULL where all of it is stored, else a static sentence. */
static const char *
store_update (ChtSandboxCall *call, const Update *update)
{
  const ChtSandboxUpload *upload = &update->upload;
  ChtSandboxRecord record = {
    .name = (char *) update->name, .role = (char *) update->role->name, .trust = upload->trust,
    .certificate = upload->certificate, .key = upload->key, .passphrase = upload->passphrase,
    .updated_by = (char *) call->user, .updated = cht_sandbox_now (),
  };
  const char *why = "The certificate could not be stored.";

  record.expires = cht_sandbox_get_record_end (&record);
  if (!cht_sandbox_store_begin (call->store, NULL))
    return why;
  if (is_web (update) && !cht_sandbox_adopt_web_ca (call->store, &record, NULL))
    why = "A web server certificate cannot be issued with this intermediate certificate and key.";
  else if (cht_sandbox_store_put_record (call->store, &record, NULL)
           && (!is_web (update) || raise_restart_alarm (call->store))
           && (update->uuids == NULL
               || cht_sandbox_store_associate (call->store, update->name, (const char *const *) update->uuids->pdata,
                                               NULL)))
    return cht_sandbox_store_commit (call->store, NULL) ? NULL : why;
  cht_sandbox_store_abort (call->store);
  return why;
}

/* First all that refuses, so that CONFIRM is asked only for what would otherwise succeed. */
static const char *
judge (ChtSandboxCall *call, Update *update)
{
  const char *why = judge_name (update->name);

  if (why == NULL)
    why = judge_right (call->store, update);
  if (why == NULL)
    why = read_destinations (call, update);
  if (why != NULL || call->malformed)
    return why;
  if (update->edit && update->keep)
    keep_parts (&update->upload, update->before);
  update->upload.role = update->role;
  return cht_sandbox_judge (&update->upload, cht_sandbox_now () / 1000);
}

static void
update_certificate (ChtSandboxCall *call)
{
  JsonObject *options = cht_sandbox_call_get_object (call, call->body, "update_options");
  g_auto (Update) update = {
    .name = cht_sandbox_call_get_string (call, call->body, "cert_name"),
    .role = cht_sandbox_role_find (cht_sandbox_call_get_string (call, call->body, "role_name")),
    .edit = cht_sandbox_call_get_boolean (call, call->body, "isEdit"),
    .keep = cht_sandbox_call_get_boolean (call, options, "use_existing_cert"),
    .force = cht_sandbox_call_get_boolean (call, options, "force_association"),
    .csr = cht_sandbox_call_get_boolean (call, options, "is_csr"),
  };
  JsonArray *conflicts;
  const char *why;

  cht_sandbox_call_get_object (call, call->body, "device_details");
  read_parts (call, &update.upload);
  update.before = cht_sandbox_store_get_record (call->store, update.name);
  why = judge (call, &update);
  if (call->malformed)
    return;
  conflicts = why == NULL && !update.force ? find_conflicts (call, &update) : NULL;
  if (why == NULL && conflicts == NULL)
    why = store_update (call, &update);
  if (why != NULL)
    answer_outcome (call, "FAILURE", why, NULL);
  else if (conflicts != NULL)
    answer_outcome (call, "CONFIRM", "Some destinations have another certificate. It will be replaced.", conflicts);
  else
    {
      answer_outcome (call, "SUCCESS", update.edit ? "The certificate was updated." : "The certificate was added.",
                      NULL);
      if (is_web (&update))
        cht_sandbox_restart (call->sandbox);
    }
}

static void
get_web_message (ChtSandboxCall *call)
{
  JsonObject *answer = json_object_new ();

  json_object_set_string_member (answer, "display_msg",
                                 "Updating the web certificate restarts the server. All users are logged out.");
  json_object_set_string_member (answer, "time_before_restart", "1");
  json_object_set_boolean_member (answer, "auto_logout", TRUE);
  cht_sandbox_call_answer (call, answer);
}

const ChtSandboxRoute cht_sandbox_update_routes[] = {
  { "POST", "/crosswork/platform/v2/cert/update", CHT_SANDBOX_ROUTE_JSON, CHT_SANDBOX_ROUTE_BEARER,
    update_certificate },
  { "GET", "/crosswork/platform/v2/cert/web/msg", CHT_SANDBOX_ROUTE_NONE, CHT_SANDBOX_ROUTE_BEARER, get_web_message },
  { NULL },
};
