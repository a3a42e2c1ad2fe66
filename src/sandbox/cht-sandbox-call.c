/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-sandbox-call.h"

void
cht_sandbox_call_clear (ChtSandboxCall *self)
{
  g_clear_pointer (&self->body, json_object_unref);
  g_clear_pointer (&self->form, g_hash_table_unref);
  g_clear_pointer (&self->text, g_free);
  g_clear_pointer (&self->location, g_free);
}

static JsonNode *
get_node (JsonObject *from, const char *member)
{
  JsonNode *node = from != NULL ? json_object_get_member (from, member) : NULL;

  return node != NULL && !JSON_NODE_HOLDS_NULL (node) ? node : NULL;
}

static JsonNode *
get_value (ChtSandboxCall *self, JsonObject *from, const char *member, GType type)
{
  JsonNode *node = get_node (from, member);

  if (node == NULL)
    return NULL;
  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == type)
    return node;
  self->malformed = TRUE;
  return NULL;
}

const char *
cht_sandbox_call_get_string (ChtSandboxCall *self, JsonObject *from, const char *member)
{
  JsonNode *node = get_value (self, from, member, G_TYPE_STRING);

  return node != NULL ? json_node_get_string (node) : "";
}

gboolean
cht_sandbox_call_get_boolean (ChtSandboxCall *self, JsonObject *from, const char *member)
{
  JsonNode *node = get_value (self, from, member, G_TYPE_BOOLEAN);

  return node != NULL && json_node_get_boolean (node);
}

gint64
cht_sandbox_call_get_integer (ChtSandboxCall *self, JsonObject *from, const char *member)
{
  JsonNode *node = get_node (from, member);
  gint64 number = 0;

  if (node == NULL)
    return 0;
  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_INT64)
    return json_node_get_int (node);
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING
      || !g_ascii_string_to_signed (json_node_get_string (node), 10, G_MININT64, G_MAXINT64, &number, NULL))
    self->malformed = TRUE;
  return number;
}

JsonObject *
cht_sandbox_call_get_object (ChtSandboxCall *self, JsonObject *from, const char *member)
{
  JsonNode *node = get_node (from, member);

  if (node != NULL && !JSON_NODE_HOLDS_OBJECT (node))
    self->malformed = TRUE;
  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

JsonArray *
cht_sandbox_call_get_array (ChtSandboxCall *self, JsonObject *from, const char *member)
{
  JsonNode *node = get_node (from, member);

  if (node != NULL && !JSON_NODE_HOLDS_ARRAY (node))
    self->malformed = TRUE;
  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

static void
set_answer (ChtSandboxCall *self, guint status, const char *content_type, char *text)
{
  g_assert (self->status == 0);
  self->status = status;
  self->content_type = content_type;
  self->text = text;
}

void
cht_sandbox_call_answer (ChtSandboxCall *self, JsonObject *object)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);

  json_node_take_object (node, object);
  set_answer (self, 200, "application/json", json_to_string (node, FALSE));
}

void
cht_sandbox_call_answer_text (ChtSandboxCall *self, guint status, const char *text)
{
  set_answer (self, status, "text/plain", g_strdup (text));
}

void
cht_sandbox_call_answer_error (ChtSandboxCall *self, guint status, const char *error)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "error", error);
  json_node_take_object (node, object);
  set_answer (self, status, "application/json", json_to_string (node, FALSE));
}

void
cht_sandbox_set_string (JsonObject *object, const char *member, const char *value)
{
  if (value != NULL && value[0] != '\0')
    json_object_set_string_member (object, member, value);
}

void
cht_sandbox_set_boolean (JsonObject *object, const char *member, gboolean value)
{
  if (value)
    json_object_set_boolean_member (object, member, TRUE);
}

void
cht_sandbox_set_number (JsonObject *object, const char *member, gint64 value)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, value);

  if (value != 0)
    json_object_set_string_member (object, member, text);
}

void
cht_sandbox_set_bytes (JsonObject *object, const char *member, GBytes *value)
{
  g_autofree char *text = NULL;
  gsize size;
  const char *data = value != NULL ? g_bytes_get_data (value, &size) : NULL;

  if (data == NULL)
    return;
  text = g_strndup (data, size);
  cht_sandbox_set_string (object, member, text);
}

char *
cht_sandbox_time_text (gint64 seconds)
{
  /* Not g_date_time_format(), whose names follow the locale. */
  static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
  static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov",
                                        "Dec" };
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (seconds);

  if (time == NULL)
    return g_strdup ("");
  return g_strdup_printf ("%s, %02d %s %04d %02d:%02d:%02d UTC", days[g_date_time_get_day_of_week (time) - 1],
                          g_date_time_get_day_of_month (time), months[g_date_time_get_month (time) - 1],
                          g_date_time_get_year (time), g_date_time_get_hour (time), g_date_time_get_minute (time),
                          g_date_time_get_second (time));
}

gint64
cht_sandbox_now (void)
{
  return g_get_real_time () / 1000;
}
