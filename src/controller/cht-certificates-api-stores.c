/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What carries key material: cert/export and cert/update. */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "cht-certificates-api.h"
#include "cht-client-private.h"
#include "cht-fault.h"
#include "cht-json-scan.h"

#define CERT "/crosswork/platform/v2/cert/"

void
cht_api_stores_free (ChtApiStores *self)
{
  g_clear_pointer (&self->trust, g_bytes_unref);
  g_clear_pointer (&self->certificate, g_bytes_unref);
  g_clear_pointer (&self->key, cht_secret_unref);
  g_clear_pointer (&self->passphrase, cht_secret_unref);
  g_free (self);
}

static void
conflict_free (ChtApiConflict *self)
{
  g_free (self->destination);
  g_free (self->certificate);
  g_free (self);
}

void
cht_api_update_answer_free (ChtApiUpdateAnswer *self)
{
  g_free (self->message);
  g_ptr_array_unref (self->conflicts);
  g_free (self);
}

static ChtApiCode
read_code (JsonObject *response)
{
  g_autofree char *code = cht_json_dup_string (response, "resp_code");

  if (g_str_equal (code, "SUCCESS"))
    return CHT_API_SUCCESS;
  if (g_str_equal (code, "FAILURE"))
    return CHT_API_FAILURE;
  return g_str_equal (code, "CONFIRM") ? CHT_API_CONFIRM : CHT_API_UNKNOWN;
}

/* ---- Export ---- */

static GBytes *
read_bytes (JsonObject *object, const char *member)
{
  g_autofree char *text = cht_json_dup_string (object, member);
  gsize size = strlen (text);

  return size > 0 ? g_bytes_new_take (g_steal_pointer (&text), size) : NULL;
}

/* The key store stands in cert_store where both were asked for, else at the top. */
static ChtSecret *
cut (ChtAnswer *answer, const char *member)
{
  char *text = cht_body_get_text (answer->body);
  gsize size = cht_body_get_size (answer->body);
  const char *const inside[] = { "cert_store", "intermediate_key_store", member, NULL };
  ChtSecret *secret = cht_json_cut_secret (text, size, inside);

  return secret != NULL ? secret : cht_json_cut_secret (text, size, inside + 1);
}

static gboolean
is_refused (JsonObject *object, const char *origin, GError **error)
{
  JsonObject *response = cht_json_get_object (object, "response");
  g_autofree char *words = NULL;

  if (read_code (response) != CHT_API_FAILURE)
    return FALSE;
  words = cht_json_dup_words (response, (const char *const[]) { "message", NULL });
  g_propagate_error (
      error,
      words[0] != '\0'
          ? cht_fault_new (CHT_CONTROLLER_ERROR_REFUSED, _("%s refused the export. It says: “%s”."), origin, words)
          : cht_fault_new (CHT_CONTROLLER_ERROR_REFUSED, _("%s refused the export without a reason."), origin));
  return TRUE;
}

static gpointer
decode_stores (ChtAnswer *answer, GError **error)
{
  g_autoptr (ChtApiStores) self = g_new0 (ChtApiStores, 1);
  g_autoptr (JsonNode) root = NULL;
  JsonObject *object, *inside;

  /* Cutting relies on the scan; what is parsed then holds no secret any more. */
  if (cht_json_scan (cht_body_get_text (answer->body), cht_body_get_size (answer->body), NULL))
    {
      self->key = cut (answer, "key");
      self->passphrase = cut (answer, "passphrase");
    }
  root = cht_answer_parse (answer, error);
  if (root == NULL)
    return NULL;
  object = json_node_get_object (root);
  if (is_refused (object, answer->origin, error))
    return NULL;
  inside = cht_json_get_object (object, "cert_store");
  inside = inside != NULL ? inside : object;
  self->trust = read_bytes (cht_json_get_object (inside, "trust_store"), "trust_store_cert");
  self->certificate =
      read_bytes (cht_json_get_object (inside, "intermediate_key_store"), "intermediate_key_store_cert");
  return g_steal_pointer (&self);
}

void
cht_api_export_async (ChtClient *client, const char *name, ChtApiExportPart part, GCancellable *c,
                      GAsyncReadyCallback cb, gpointer data)
{
  static const char *const paths[] = { CERT "export/all", CERT "export/truststore",
                                       CERT "export/intermediatekeystore" };
  g_autoptr (GBytes) body = cht_call_body ("cert_name", name);

  g_return_if_fail (part < G_N_ELEMENTS (paths));
  cht_client_call_async (client,
                         &(ChtCall) { "POST", paths[part], body, .limit = CHT_TRANSPORT_EXPORT_LIMIT,
                                     .decode = decode_stores, .free_result = (GDestroyNotify) cht_api_stores_free },
                         cht_api_export_async, c, cb, data);
}

ChtApiStores *
cht_api_export_finish (ChtClient *client, GAsyncResult *result, GError **error)
{
  return cht_client_call_finish (client, result, cht_api_export_async, error);
}

/* ---- Update ---- */

static gpointer
decode_update (ChtAnswer *answer, GError **error)
{
  g_autoptr (JsonNode) root = cht_answer_parse (answer, error);
  g_autoptr (GPtrArray) objects = NULL;
  JsonObject *object, *response;
  ChtApiUpdateAnswer *self;

  if (root == NULL)
    return NULL;
  object = json_node_get_object (root);
  objects = cht_json_get_objects (object, "destination_cert", answer->origin, error);
  if (objects == NULL)
    return NULL;
  response = cht_json_get_object (object, "response");
  self = g_new0 (ChtApiUpdateAnswer, 1);
  self->code = read_code (response);
  self->message = cht_json_dup_string (response, "message");
  self->conflicts = g_ptr_array_new_with_free_func ((GDestroyNotify) conflict_free);
  for (guint i = 0; i < objects->len; i++)
    {
      ChtApiConflict *conflict = g_new0 (ChtApiConflict, 1);
      conflict->destination = cht_json_dup_string (g_ptr_array_index (objects, i), "destination_name");
      conflict->certificate = cht_json_dup_string (g_ptr_array_index (objects, i), "cert_name");
      g_ptr_array_add (self->conflicts, conflict);
    }
  return self;
}

/* FALSE where it is no text, which JSON could not carry byte for byte. */
static gboolean
append_bytes (ChtBody *body, const char *name, GBytes *bytes)
{
  gsize size;
  const char *text = g_bytes_get_data (bytes, &size);

  if (!g_utf8_validate_len (text, size, NULL))
    return FALSE;
  cht_body_append_name (body, name);
  cht_body_append_json (body, text, size);
  return TRUE;
}

static gboolean
append_secret (ChtBody *body, const char *name, ChtSecret *secret)
{
  const char *text = (const char *) cht_secret_get_data (secret);

  if (!g_utf8_validate_len (text, cht_secret_get_size (secret), NULL))
    return FALSE;
  cht_body_append_name (body, name);
  cht_body_append_json (body, text, cht_secret_get_size (secret));
  return TRUE;
}

static gboolean
append_stores (ChtBody *body, const ChtApiUpdate *update)
{
  cht_body_append_name (body, "cert_store");
  cht_body_append (body, "{");
  if (update->trust != NULL)
    {
      cht_body_append_name (body, "trust_store");
      cht_body_append (body, "{");
      if (!append_bytes (body, "trust_store_cert", update->trust))
        return FALSE;
      cht_body_append (body, "}");
    }
  if (update->certificate != NULL || update->key != NULL || update->passphrase != NULL)
    {
      cht_body_append_name (body, "intermediate_key_store");
      cht_body_append (body, "{");
      if ((update->certificate != NULL && !append_bytes (body, "intermediate_key_store_cert", update->certificate))
          || (update->key != NULL && !append_secret (body, "key", update->key))
          || (update->passphrase != NULL && !append_secret (body, "passphrase", update->passphrase)))
        return FALSE;
      cht_body_append (body, "}");
    }
  cht_body_append (body, "}");
  return TRUE;
}

static void
append_destinations (ChtBody *body, const ChtApiUpdate *update)
{
  cht_body_append_name (body, "destination_details");
  cht_body_append (body, "{\"destination_nodes\":[");
  for (gsize i = 0; i < update->n_destinations; i++)
    {
      cht_body_append (body, i > 0 ? ",{" : "{");
      cht_body_append_member (body, "destination_name", update->destinations[i].name);
      cht_body_append_member (body, "destination_uuid", update->destinations[i].uuid);
      cht_body_append (body, "}");
    }
  cht_body_append (body, "]}");
}

static void
append_flag (ChtBody *body, const char *name, gboolean value)
{
  cht_body_append_name (body, name);
  cht_body_append (body, value ? "true" : "false");
}

static GBytes *
write_update (const ChtApiUpdate *update)
{
  g_autoptr (ChtBody) body = cht_body_new ();

  cht_body_append (body, "{");
  cht_body_append_member (body, "cert_name", update->name);
  cht_body_append_member (body, "role_name", update->role_name);
  append_flag (body, "isEdit", update->edit);
  if (!append_stores (body, update))
    return NULL;
  if (update->destinations != NULL)
    append_destinations (body, update);
  if (update->use_existing || update->force_association)
    {
      cht_body_append_name (body, "update_options");
      cht_body_append (body, "{");
      append_flag (body, "use_existing_cert", update->use_existing);
      append_flag (body, "force_association", update->force_association);
      cht_body_append (body, "}");
    }
  cht_body_append (body, "}");
  return cht_body_free_to_bytes (g_steal_pointer (&body));
}

void
cht_api_update_async (ChtClient *client, const ChtApiUpdate *update, GCancellable *c, GAsyncReadyCallback cb,
                      gpointer data)
{
  g_autoptr (GBytes) body = write_update (update);

  if (body == NULL)
    g_task_report_error (client, cb, data, cht_api_update_async,
                         cht_fault_new (CHT_CONTROLLER_ERROR_REFUSED,
                                        _("A certificate, key or passphrase holds bytes that are no text, which %s "
                                          "cannot be given. Nothing was sent."),
                                        cht_client_get_url (client)));
  else
    cht_client_call_async (client, &(ChtCall) { "POST", CERT "update", body, .writes = TRUE, .decode = decode_update,
                                                .free_result = (GDestroyNotify) cht_api_update_answer_free },
                           cht_api_update_async, c, cb, data);
}

ChtApiUpdateAnswer *
cht_api_update_finish (ChtClient *client, GAsyncResult *result, GError **error)
{
  return cht_client_call_finish (client, result, cht_api_update_async, error);
}
