/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-certificates-api.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "cht-client-private.h"
#include "cht-clock.h"
#include "cht-fault.h"

#define CERT "/crosswork/platform/v2/cert/"

void
cht_api_role_free (ChtApiRole *self)
{
  g_free (self->role_name);
  g_free (self->display_name);
  g_free (self);
}

void
cht_api_labels_free (ChtApiLabels *self)
{
  g_free (self->trust.label);
  g_free (self->certificate.label);
  g_free (self->key.label);
  g_free (self->passphrase.label);
  g_free (self);
}

void
cht_api_summary_free (ChtApiSummary *self)
{
  g_free (self->name);
  g_free (self->role_name);
  g_free (self->role_display_name);
  g_free (self->expires_text);
  g_free (self->updated_text);
  g_free (self->updated_by);
  g_free (self->auth_type);
  g_free (self->display);
  g_free (self);
}

void
cht_api_detail_free (ChtApiDetail *self)
{
  g_free (self->type);
  g_free (self->description);
  g_free (self->issued_by);
  g_free (self->signed_on);
  g_free (self->installed);
  g_free (self->expires);
  g_free (self);
}

void
cht_api_node_free (ChtApiNode *self)
{
  g_free (self->name);
  g_free (self->uuid);
  g_free (self);
}

void
cht_api_associations_free (ChtApiAssociations *self)
{
  g_ptr_array_unref (self->devices);
  g_ptr_array_unref (self->destinations);
  g_free (self);
}

/* ---- Roles and labels ---- */

static gpointer
decode_roles (ChtAnswer *answer, GError **error)
{
  g_autoptr (JsonNode) root = cht_answer_parse (answer, error);
  g_autoptr (GPtrArray) names = NULL, shown = NULL;
  GPtrArray *roles;

  if (root == NULL)
    return NULL;
  names = cht_json_dup_strings (json_node_get_object (root), "role_name");
  shown = cht_json_dup_strings (json_node_get_object (root), "magnetic_role_name");
  roles = g_ptr_array_new_with_free_func ((GDestroyNotify) cht_api_role_free);
  for (guint i = 0; i < names->len; i++)
    {
      ChtApiRole *role = g_new0 (ChtApiRole, 1);
      const char *name = g_ptr_array_index (names, i);
      /* Display names go with the role names by their order, so only where there is one for each. */
      const char *display = shown->len == names->len ? g_ptr_array_index (shown, i) : "";
      role->role_name = g_strdup (name);
      role->display_name = g_strdup (display[0] != '\0' ? display : name);
      g_ptr_array_add (roles, role);
    }
  return roles;
}

static void
read_label (ChtApiLabel *label, JsonObject *store, const char *member)
{
  JsonObject *object = cht_json_get_object (store, member);

  label->present = cht_json_get_boolean (object, "present");
  label->mandatory = cht_json_get_boolean (object, "mandatory");
  label->label = cht_json_dup_first (object, (const char *const[]) { "magnetic_name", "name", NULL });
}

static gpointer
decode_labels (ChtAnswer *answer, GError **error)
{
  g_autoptr (JsonNode) root = cht_answer_parse (answer, error);
  JsonObject *trust, *store;
  ChtApiLabels *labels;

  if (root == NULL)
    return NULL;
  trust = cht_json_get_object (json_node_get_object (root), "trust_store_label");
  store = cht_json_get_object (json_node_get_object (root), "intermediate_key_store_label");
  labels = g_new0 (ChtApiLabels, 1);
  read_label (&labels->trust, trust, "cert_label");
  read_label (&labels->certificate, store, "cert_label");
  read_label (&labels->key, store, "key_label");
  read_label (&labels->passphrase, store, "passphrase_label");
  return labels;
}

/* ---- What is there ---- */

static gint64
read_time (const char *text)
{
  gint64 time;

  return cht_time_from_http_like (text, &time) ? time : CHT_TIME_UNKNOWN;
}

static ChtApiSummary *
read_summary (JsonObject *object)
{
  ChtApiSummary *self = g_new0 (ChtApiSummary, 1);

  self->name = cht_json_dup_string (object, "cert_name");
  self->role_name = cht_json_dup_string (object, "role_name");
  self->role_display_name = cht_json_dup_string (object, "magnetic_role_name");
  if (self->role_display_name[0] == '\0')
    {
      g_free (self->role_display_name);
      self->role_display_name = cht_json_dup_first (cht_json_get_object (object, "assoc_summary"),
                                                    (const char *const[]) { "magnetic_role_name", "role_name", NULL });
    }
  if (self->role_display_name[0] == '\0')
    {
      g_free (self->role_display_name);
      self->role_display_name = g_strdup (self->role_name);
    }
  self->expires_text = cht_json_dup_string (object, "expiration_date");
  self->updated_text = cht_json_dup_string (object, "last_update_time");
  self->expires = read_time (self->expires_text);
  self->updated = read_time (self->updated_text);
  self->updated_by = cht_json_dup_string (object, "last_updated_by");
  self->auth_type = cht_json_dup_string (object, "auth_type");
  self->display = cht_json_dup_string (object, "cert_display");
  return self;
}

static ChtApiDetail *
read_detail (JsonObject *object)
{
  ChtApiDetail *self = g_new0 (ChtApiDetail, 1);

  self->type = cht_json_dup_string (object, "_type");
  self->description = cht_json_dup_string (object, "description");
  self->issued_by = cht_json_dup_string (object, "signed_by");
  self->signed_on = cht_json_dup_string (object, "signed");
  self->installed = cht_json_dup_string (object, "installed");
  self->expires = cht_json_dup_string (object, "expires");
  return self;
}

static ChtApiNode *
read_device (JsonObject *object)
{
  ChtApiNode *self = g_new0 (ChtApiNode, 1);

  self->name = cht_json_dup_string (object, "device_ip");
  self->uuid = cht_json_dup_string (object, "device_uuid");
  return self;
}

static ChtApiNode *
read_destination (JsonObject *object)
{
  ChtApiNode *self = g_new0 (ChtApiNode, 1);

  self->name = cht_json_dup_first (object, (const char *const[]) { "destination_name", "destination_ip", NULL });
  self->uuid = cht_json_dup_string (object, "destination_uuid");
  return self;
}

typedef gpointer (*ReadObject) (JsonObject *object);

static GPtrArray *
read_list (JsonObject *object, const char *member, const char *host, ReadObject read, GDestroyNotify free_one,
           GError **error)
{
  g_autoptr (GPtrArray) objects = cht_json_get_objects (object, member, host, error);
  GPtrArray *list;

  if (objects == NULL)
    return NULL;
  list = g_ptr_array_new_full (objects->len, free_one);
  for (guint i = 0; i < objects->len; i++)
    g_ptr_array_add (list, read (g_ptr_array_index (objects, i)));
  return list;
}

static gpointer
decode_summaries (ChtAnswer *answer, GError **error)
{
  g_autoptr (JsonNode) root = cht_answer_parse (answer, error);

  return root == NULL ? NULL
                      : read_list (json_node_get_object (root), "cert_summary", answer->origin,
                                   (ReadObject) read_summary, (GDestroyNotify) cht_api_summary_free, error);
}

static gpointer
decode_details (ChtAnswer *answer, GError **error)
{
  g_autoptr (JsonNode) root = cht_answer_parse (answer, error);

  return root == NULL ? NULL
                      : read_list (json_node_get_object (root), "cert_detail", answer->origin,
                                   (ReadObject) read_detail, (GDestroyNotify) cht_api_detail_free, error);
}

static gpointer
decode_associations (ChtAnswer *answer, GError **error)
{
  g_autoptr (JsonNode) root = cht_answer_parse (answer, error);
  g_autoptr (GPtrArray) devices = NULL, destinations = NULL;
  JsonObject *object;
  ChtApiAssociations *self;

  if (root == NULL)
    return NULL;
  object = json_node_get_object (root);
  devices = read_list (cht_json_get_object (object, "device_details"), "device_nodes", answer->origin,
                       (ReadObject) read_device, (GDestroyNotify) cht_api_node_free, error);
  if (devices == NULL)
    return NULL;
  destinations = read_list (cht_json_get_object (object, "destination_details"), "destination_nodes", answer->origin,
                            (ReadObject) read_destination, (GDestroyNotify) cht_api_node_free, error);
  if (destinations == NULL)
    return NULL;
  self = g_new0 (ChtApiAssociations, 1);
  self->devices = g_steal_pointer (&devices);
  self->destinations = g_steal_pointer (&destinations);
  return self;
}

static gpointer
decode_web_message (ChtAnswer *answer, GError **error)
{
  return cht_answer_parse (answer, error);
}

/* ---- The questions ---- */

static void
ask_by (ChtClient *client, const char *path, const char *member, const char *value, ChtDecode decode,
        GDestroyNotify free_result, gpointer tag, GCancellable *c, GAsyncReadyCallback cb, gpointer data)
{
  g_autoptr (GBytes) body = cht_call_body (member, value);

  cht_client_call_async (client, &(ChtCall) { "POST", path, body, .decode = decode, .free_result = free_result }, tag,
                         c, cb, data);
}

void
cht_api_list_roles_async (ChtClient *client, GCancellable *c, GAsyncReadyCallback cb, gpointer data)
{
  cht_client_call_async (
      client,
      &(ChtCall) { "GET", CERT "role", .decode = decode_roles, .free_result = (GDestroyNotify) g_ptr_array_unref },
      cht_api_list_roles_async, c, cb, data);
}

GPtrArray *
cht_api_list_roles_finish (ChtClient *client, GAsyncResult *result, GError **error)
{
  return cht_client_call_finish (client, result, cht_api_list_roles_async, error);
}

void
cht_api_get_labels_async (ChtClient *client, const char *role_name, GCancellable *c, GAsyncReadyCallback cb,
                          gpointer data)
{
  ask_by (client, CERT "label", "role_name", role_name, decode_labels, (GDestroyNotify) cht_api_labels_free,
          cht_api_get_labels_async, c, cb, data);
}

ChtApiLabels *
cht_api_get_labels_finish (ChtClient *client, GAsyncResult *result, GError **error)
{
  return cht_client_call_finish (client, result, cht_api_get_labels_async, error);
}

void
cht_api_list_summaries_async (ChtClient *client, GCancellable *c, GAsyncReadyCallback cb, gpointer data)
{
  cht_client_call_async (client, &(ChtCall) { "GET", CERT "summary/list", .decode = decode_summaries,
                                              .free_result = (GDestroyNotify) g_ptr_array_unref },
                         cht_api_list_summaries_async, c, cb, data);
}

GPtrArray *
cht_api_list_summaries_finish (ChtClient *client, GAsyncResult *result, GError **error)
{
  return cht_client_call_finish (client, result, cht_api_list_summaries_async, error);
}

void
cht_api_list_details_async (ChtClient *client, const char *name, GCancellable *c, GAsyncReadyCallback cb, gpointer data)
{
  ask_by (client, CERT "detail/list", "cert_name", name, decode_details, (GDestroyNotify) g_ptr_array_unref,
          cht_api_list_details_async, c, cb, data);
}

GPtrArray *
cht_api_list_details_finish (ChtClient *client, GAsyncResult *result, GError **error)
{
  return cht_client_call_finish (client, result, cht_api_list_details_async, error);
}

void
cht_api_get_associations_async (ChtClient *client, const char *name, GCancellable *c, GAsyncReadyCallback cb,
                                gpointer data)
{
  ask_by (client, CERT "assoc", "cert_name", name, decode_associations, (GDestroyNotify) cht_api_associations_free,
          cht_api_get_associations_async, c, cb, data);
}

ChtApiAssociations *
cht_api_get_associations_finish (ChtClient *client, GAsyncResult *result, GError **error)
{
  return cht_client_call_finish (client, result, cht_api_get_associations_async, error);
}

void
cht_api_get_web_message_async (ChtClient *client, GCancellable *c, GAsyncReadyCallback cb, gpointer data)
{
  cht_client_call_async (client,
                         &(ChtCall) { "GET", CERT "web/msg", .decode = decode_web_message,
                                     .free_result = (GDestroyNotify) json_node_unref },
                         cht_api_get_web_message_async, c, cb, data);
}

char *
cht_api_get_web_message_finish (ChtClient *client, GAsyncResult *result, int *minutes, gboolean *logs_out,
                                GError **error)
{
  g_autoptr (JsonNode) root = cht_client_call_finish (client, result, cht_api_get_web_message_async, error);
  JsonObject *object = root != NULL ? json_node_get_object (root) : NULL;

  if (object == NULL)
    return NULL;
  if (minutes != NULL)
    *minutes = (int) CLAMP (cht_json_get_int64 (object, "time_before_restart", -1), -1, G_MAXINT);
  if (logs_out != NULL)
    *logs_out = cht_json_get_boolean (object, "auto_logout");
  return cht_json_dup_string (object, "display_msg");
}
