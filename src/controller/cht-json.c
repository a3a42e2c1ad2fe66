/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-json.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "cht-client.h"
#include "cht-clock.h"
#include "cht-json-scan.h"
#include "cht-text.h"

#define LAST_SECOND G_GINT64_CONSTANT (253402300799)  /* 9999-12-31T23:59:59Z */

static gpointer
bad_answer (GError **error, const char *host, const char *why)
{
  g_set_error (error, CHT_CONTROLLER_ERROR, CHT_CONTROLLER_ERROR_BAD_ANSWER,
               _("The answer of %s cannot be read: %s. What stands at this address may not be the controller, or it "
                 "may be in trouble."),
               host, why);
  return NULL;
}

static const char *
describe_scan (const GError *scan, const char *text, gsize size)
{
  while (size > 0 && g_ascii_isspace (*text))
    text++, size--;
  if (size == 0)
    return _("it is empty");
  if (*text == '<')
    return _("it is a web page");
  if (g_error_matches (scan, CHT_JSON_ERROR, CHT_JSON_ERROR_DUPLICATE))
    return _("it says the same thing twice");
  if (g_error_matches (scan, CHT_JSON_ERROR, CHT_JSON_ERROR_LIMIT))
    return _("it is nested too deeply or holds a number that is too large");
  return _("it is broken or was cut off");
}

JsonNode *
cht_json_parse (const char *text, gsize size, const char *host, GError **error)
{
  g_autoptr (GError) scan = NULL;
  g_autoptr (JsonParser) parser = NULL;
  JsonNode *root;

  if (!cht_json_scan (text, size, &scan))
    return bad_answer (error, host, describe_scan (scan, text, size));
  parser = json_parser_new_immutable ();
  if (!json_parser_load_from_data (parser, text, size, NULL))
    return bad_answer (error, host, _("it is broken or was cut off"));
  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return bad_answer (error, host, _("it is not what this question is answered with"));
  return json_node_ref (root);
}

static char *
dup_scalar (JsonNode *node)
{
  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node))
    return g_strdup ("");
  switch (json_node_get_value_type (node))
    {
    case G_TYPE_STRING: return g_strdup (json_node_get_string (node));
    case G_TYPE_INT64: return g_strdup_printf ("%" G_GINT64_FORMAT, json_node_get_int (node));
    case G_TYPE_BOOLEAN: return g_strdup (json_node_get_boolean (node) ? "true" : "false");
    case G_TYPE_DOUBLE:
      {
        char text[G_ASCII_DTOSTR_BUF_SIZE];
        return g_strdup (g_ascii_dtostr (text, sizeof text, json_node_get_double (node)));
      }
    default: return g_strdup ("");
    }
}

static JsonNode *
get_member (JsonObject *object, const char *member)
{
  return object != NULL ? json_object_get_member (object, member) : NULL;
}

char *
cht_json_dup_string (JsonObject *object, const char *member)
{
  return dup_scalar (get_member (object, member));
}

char *
cht_json_dup_first (JsonObject *object, const char *const *members)
{
  for (gsize i = 0; members[i] != NULL; i++)
    {
      g_autofree char *text = cht_json_dup_string (object, members[i]);
      if (text[0] != '\0')
        return g_steal_pointer (&text);
    }
  return g_strdup ("");
}

char *
cht_json_shape_words (char *text)
{
  gsize size = strlen (g_strstrip (text));

  if (size > 1 && text[size - 1] == '.' && text[size - 2] != '.')
    text[size - 1] = '\0';
  return cht_text_for_display (text);
}

char *
cht_json_dup_words (JsonObject *object, const char *const *members)
{
  g_autofree char *text = cht_json_dup_first (object, members);

  return cht_json_shape_words (text);
}

gboolean
cht_json_get_boolean (JsonObject *object, const char *member)
{
  g_autofree char *text = cht_json_dup_string (object, member);

  if (text[0] == '\0' || g_ascii_strcasecmp (text, "false") == 0)
    return FALSE;
  return g_ascii_strcasecmp (text, "true") == 0 || cht_json_get_double (object, member, 0) != 0;
}

gint64
cht_json_get_int64 (JsonObject *object, const char *member, gint64 instead)
{
  g_autofree char *text = cht_json_dup_string (object, member);
  gint64 number;
  double real;

  if (g_ascii_string_to_signed (text, 10, G_MININT64, G_MAXINT64, &number, NULL))
    return number;
  /* 5.0 is 5; what no 64-bit number can hold is not there. */
  real = cht_json_get_double (object, member, G_MAXDOUBLE);
  return real > -9e18 && real < 9e18 ? (gint64) real : instead;
}

double
cht_json_get_double (JsonObject *object, const char *member, double instead)
{
  g_autofree char *text = cht_json_dup_string (object, member);
  char *end;
  double number = g_ascii_strtod (text, &end);

  /* "nan", "inf" and hexadecimal digits are words to strtod alone. */
  if (text[0] == '\0' || *end != '\0' || strspn (text, "+-.0123456789eE") != strlen (text))
    return instead;
  return number;
}

gint64
cht_json_get_milliseconds (JsonObject *object, const char *member)
{
  gint64 seconds = cht_json_get_int64 (object, member, 0) / 1000;

  return seconds > 0 && seconds <= LAST_SECOND ? seconds : CHT_TIME_UNKNOWN;
}

JsonObject *
cht_json_get_object (JsonObject *object, const char *member)
{
  JsonNode *node = get_member (object, member);

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

GPtrArray *
cht_json_get_objects (JsonObject *object, const char *member, const char *host, GError **error)
{
  g_autoptr (GPtrArray) objects = g_ptr_array_new ();
  JsonNode *node = get_member (object, member);
  JsonArray *array;

  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return g_steal_pointer (&objects);
  if (!JSON_NODE_HOLDS_ARRAY (node))
    return bad_answer (error, host, _("where a list belongs stands something else"));
  array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *element = json_array_get_element (array, i);
      if (!JSON_NODE_HOLDS_OBJECT (element))
        return bad_answer (error, host, _("a list in it holds something that does not belong there"));
      g_ptr_array_add (objects, json_node_get_object (element));
    }
  return g_steal_pointer (&objects);
}

GPtrArray *
cht_json_dup_strings (JsonObject *object, const char *member)
{
  GPtrArray *texts = g_ptr_array_new_with_free_func (g_free);
  JsonNode *node = get_member (object, member);
  JsonArray *array = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    g_ptr_array_add (texts, dup_scalar (json_array_get_element (array, i)));
  return texts;
}

/* ---- Secrets. TEXT has passed the scanner, so brackets and quotes match; every walk still stops at END. ---- */

static char *
skip_space (char *at, const char *end)
{
  while (at < end && strchr (" \t\r\n", *at) != NULL)
    at++;
  return at;
}

/* AT stands on the opening quote; what is given back stands behind the closing one. */
static char *
skip_string (char *at, const char *end)
{
  for (at++; at < end && *at != '"'; at++)
    if (*at == '\\' && at + 1 < end)
      at++;
  return at < end ? at + 1 : at;
}

static char *
skip_value (char *at, const char *end)
{
  guint depth = 0;

  while (at < end)
    {
      if (*at == '"')
        at = skip_string (at, end);
      else if (*at == '{' || *at == '[')
        depth++, at++;
      else if (depth > 0 && (*at == '}' || *at == ']'))
        depth--, at++;
      else if (depth == 0 && strchr (",}]", *at) != NULL)
        return at;
      else
        at++;
    }
  return at;
}

/* The value of NAME in the object that opens at AT. A name that is spelled with escapes is not found: its secret is
 * then not taken, and nobody else asks for it by that name either. */
static char *
find_member (char *at, const char *end, const char *name)
{
  if (at >= end || *at != '{')
    return NULL;
  at = skip_space (at + 1, end);
  while (at < end && *at == '"')
    {
      char *key = at + 1;
      at = skip_string (at, end);
      gboolean found = (gsize) (at - key) == strlen (name) + 1 && memcmp (key, name, strlen (name)) == 0;
      at = skip_space (at, end);
      if (at >= end || *at != ':')
        return NULL;
      at = skip_space (at + 1, end);
      if (found)
        return at;
      at = skip_value (at, end);
      if (at < end && *at == ',')
        at = skip_space (at + 1, end);
    }
  return NULL;
}

static gunichar
read_hex (const char *at)
{
  gunichar c = 0;

  for (guint i = 0; i < 4; i++)
    c = c << 4 | (gunichar) (g_ascii_xdigit_value (at[i]) & 15);
  return c;
}

/* Unescapes in place from AT up to the closing quote at END; what comes out is never longer. */
static gsize
unescape (char *at, const char *end)
{
  char *out = at;
  char *start = at;

  while (at < end)
    {
      gunichar c;
      if (*at != '\\')
        {
          *out++ = *at++;
          continue;
        }
      if (end - at < 2)
        break;
      at++;
      if (*at != 'u')
        {
          static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
          const char *found = strchr (from, *at);
          *out++ = found != NULL ? to[found - from] : *at;
          at++;
          continue;
        }
      if (end - at < 5)
        break;
      c = read_hex (at + 1);
      at += 5;
      if (c >= 0xd800 && c < 0xdc00 && end - at >= 6 && at[0] == '\\' && at[1] == 'u')
        {
          c = 0x10000 + ((c - 0xd800) << 10) + ((read_hex (at + 2) - 0xdc00) & 0x3ff);
          at += 6;
        }
      out += g_unichar_to_utf8 (c, out);
    }
  return out - start;
}

ChtSecret *
cht_json_cut_secret (char *text, gsize size, const char *const *path)
{
  g_autoptr (ChtSecret) secret = NULL;
  const char *end = text + size;
  char *at = skip_space (text, end), *close;
  gsize length;

  for (gsize i = 0; at != NULL && path[i] != NULL; i++)
    at = find_member (at, end, path[i]);
  if (at == NULL || at >= end || *at != '"')
    return NULL;
  close = skip_string (at, end) - 1;
  at++;
  length = unescape (at, close);
  secret = length > 0 ? cht_secret_new (at, length) : NULL;
  cht_wipe (at, close - at);
  memset (at, ' ', close - at);
  return g_steal_pointer (&secret);
}
