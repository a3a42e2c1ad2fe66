/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-destinations-api.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "cht-client-private.h"
#include "cht-fault.h"

/* Where none is said, the service answers as many as it likes. */
#define ALL "{\"limit\":10000}"

void
cht_api_destination_free (ChtApiDestination *self)
{
  g_free (self->uuid);
  g_free (self->name);
  g_free (self->type);
  g_free (self->auth_type);
  g_strfreev (self->addresses);
  g_free (self);
}

/* The first of WORDS that stands in TEXT, in any case; "" for none. The API's own spellings differ by release. */
static char *
find_word (JsonObject *object, const char *member, const char *const *words)
{
  g_autofree char *text = cht_json_dup_string (object, member);
  g_autofree char *lower = g_ascii_strdown (text, -1);

  for (gsize i = 0; words[i] != NULL; i++)
    if (strstr (lower, words[i]) != NULL)
      return g_strdup (words[i]);
  return g_strdup ("");
}

static gboolean
read_connectivity (ChtApiDestination *self, JsonObject *object, const char *host, GError **error)
{
  g_autoptr (GPtrArray) ways = cht_json_get_objects (object, "connectivity_info", host, error);
  g_autoptr (GStrvBuilder) addresses = g_strv_builder_new ();

  if (ways == NULL)
    return FALSE;
  self->type = find_word (ways->len > 0 ? g_ptr_array_index (ways, 0) : NULL, "type",
                          (const char *const[]) { "kafka", "grpc", NULL });
  for (guint i = 0; i < ways->len; i++)
    {
      g_autoptr (GPtrArray) places = cht_json_get_objects (g_ptr_array_index (ways, i), "ipaddrs", host, error);
      gint64 port = cht_json_get_int64 (g_ptr_array_index (ways, i), "port", 0);
      if (places == NULL)
        return FALSE;
      if (self->port == 0 && port > 0 && port <= 65535)
        self->port = (int) port;
      for (guint at = 0; at < places->len; at++)
        {
          g_autofree char *address = cht_json_dup_string (g_ptr_array_index (places, at), "inet_addr");
          if (address[0] != '\0')
            g_strv_builder_add (addresses, address);
        }
    }
  self->addresses = g_strv_builder_end (addresses);
  return TRUE;
}

static ChtApiDestination *
read_destination (JsonObject *object, const char *host, GError **error)
{
  ChtApiDestination *self = g_new0 (ChtApiDestination, 1);

  self->uuid = cht_json_dup_string (object, "uuid");
  self->name = cht_json_dup_string (object, "name");
  self->auth_type = find_word (cht_json_get_object (object, "properties"), "AUTH_TYPE",
                               (const char *const[]) { "mutual", "server", NULL });
  if (read_connectivity (self, object, host, error))
    return self;
  cht_api_destination_free (self);
  return NULL;
}

static gpointer
decode_destinations (ChtAnswer *answer, GError **error)
{
  g_autoptr (JsonNode) root = cht_answer_parse (answer, error);
  g_autoptr (GPtrArray) objects = NULL;
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) cht_api_destination_free);

  if (root == NULL)
    return NULL;
  objects = cht_json_get_objects (json_node_get_object (root), "data", answer->origin, error);
  if (objects == NULL)
    return NULL;
  for (guint i = 0; i < objects->len; i++)
    {
      ChtApiDestination *destination = read_destination (g_ptr_array_index (objects, i), answer->origin, error);
      if (destination == NULL)
        return NULL;
      g_ptr_array_add (list, destination);
    }
  return g_steal_pointer (&list);
}

/* 0 and 1 as 1 and 2, since a task's NULL is an error. */
static gpointer
decode_in_use (ChtAnswer *answer, GError **error)
{
  g_autoptr (JsonNode) root = cht_answer_parse (answer, error);
  g_autofree char *verdict = NULL, *words = NULL;
  JsonObject *object, *result;

  if (root == NULL)
    return NULL;
  object = json_node_get_object (root);
  result = cht_json_get_object (object, "result");
  verdict = cht_json_dup_string (result, "request_result");
  if (!g_str_equal (verdict, "REJECTED"))
    return GINT_TO_POINTER (cht_json_get_boolean (object, "is_in_use") ? 2 : 1);
  words =
      cht_json_dup_words (cht_json_get_object (result, "error"), (const char *const[]) { "message", "error", NULL });
  g_propagate_error (error, cht_fault_new (CHT_CONTROLLER_ERROR_REFUSED,
                                           _("%s does not tell whether the destination is in use. It says: “%s”."),
                                           answer->origin, words));
  return NULL;
}

void
cht_api_list_destinations_async (ChtClient *client, GCancellable *c, GAsyncReadyCallback cb, gpointer data)
{
  g_autoptr (GBytes) body = g_bytes_new_static (ALL, strlen (ALL));

  cht_client_call_async (client,
                         &(ChtCall) { "POST", "/crosswork/dg-manager/v1/destinations/query", body,
                                     .decode = decode_destinations,
                                     .free_result = (GDestroyNotify) g_ptr_array_unref },
                         cht_api_list_destinations_async, c, cb, data);
}

GPtrArray *
cht_api_list_destinations_finish (ChtClient *client, GAsyncResult *result, GError **error)
{
  return cht_client_call_finish (client, result, cht_api_list_destinations_async, error);
}

void
cht_api_query_in_use_async (ChtClient *client, const char *uuid, GCancellable *c, GAsyncReadyCallback cb, gpointer data)
{
  g_autoptr (GBytes) body = cht_call_body ("destination_id", uuid);

  cht_client_call_async (
      client, &(ChtCall) { "POST", "/crosswork/collection/v1/resource/inuse/query", body, .decode = decode_in_use },
      cht_api_query_in_use_async, c, cb, data);
}

int
cht_api_query_in_use_finish (ChtClient *client, GAsyncResult *result, GError **error)
{
  g_autoptr (GError) fault = NULL;
  gpointer answer = cht_client_call_finish (client, result, cht_api_query_in_use_async, &fault);

  if (answer != NULL)
    return GPOINTER_TO_INT (answer) - 1;
  /* An unknown path is refused in the same words as a missing right. */
  if (g_error_matches (fault, CHT_CONTROLLER_ERROR, CHT_CONTROLLER_ERROR_RIGHT))
    fault->code = CHT_CONTROLLER_ERROR_ABSENT_ABILITY;
  g_propagate_error (error, g_steal_pointer (&fault));
  return -1;
}
