/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-json-scan.h"

#include <glib/gi18n-lib.h>
#include <sodium.h>
#include <string.h>

G_DEFINE_QUARK (cht-json-error-quark, cht_json_error)

/* What may come next. */
typedef enum {
  EXPECT_VALUE,
  EXPECT_VALUE_OR_END, /* behind '[' */
  EXPECT_KEY,          /* behind ',' in an object */
  EXPECT_KEY_OR_END,   /* behind '{' */
  EXPECT_MORE,         /* behind a value: ',' or the container's end */
} Expect;

typedef struct {
  const char *start;
  const char *at;
  const char *end;
  Expect expect;
  guint depth;
  gboolean is_object[CHT_JSON_MAX_DEPTH];
  GHashTable *keys[CHT_JSON_MAX_DEPTH]; /* of the object at each depth, from its first key on */
  GString *key;
  GError **error;
} Scan;

static gboolean
fail (Scan *scan, ChtJsonError code)
{
  gsize offset = (gsize) (scan->at - scan->start);

  switch (code)
    {
    case CHT_JSON_ERROR_DUPLICATE:
      g_set_error (scan->error, CHT_JSON_ERROR, code, _("The JSON text has a key twice in one object, at byte %zu."),
                   offset);
      break;
    case CHT_JSON_ERROR_LIMIT:
      g_set_error (scan->error, CHT_JSON_ERROR, code,
                   _("The JSON text is nested too deeply or has too large a number, at byte %zu."), offset);
      break;
    case CHT_JSON_ERROR_MALFORMED:
    default:
      g_set_error (scan->error, CHT_JSON_ERROR, CHT_JSON_ERROR_MALFORMED,
                   _("The text is not one complete JSON document: it goes wrong at byte %zu."), offset);
    }
  return FALSE;
}

/* The text comes from a server that may choose its keys so that a fixed hash collides; this one has a random key. */
static guint
hash_key (gconstpointer key)
{
  static guint8 secret[crypto_shorthash_KEYBYTES];
  static gsize ready;
  guint8 hash[crypto_shorthash_BYTES];
  guint result;

  if (g_once_init_enter (&ready))
    {
      randombytes_buf (secret, sizeof secret);
      g_once_init_leave (&ready, 1);
    }
  crypto_shorthash (hash, key, strlen (key), secret);
  memcpy (&result, hash, sizeof result);
  return result;
}

static gboolean
scan_hex4 (Scan *scan, gunichar *unit)
{
  if (scan->end - scan->at < 4)
    return FALSE;
  *unit = 0;
  for (guint i = 0; i < 4; i++, scan->at++)
    {
      int digit = g_ascii_xdigit_value (*scan->at);
      if (digit < 0)
        return FALSE;
      *unit = *unit * 16 + (gunichar) digit;
    }
  return TRUE;
}

/* Behind "\u": one character, or two halves of one. U+0000 is refused, since it would cut a C string short. */
static gboolean
scan_unicode_escape (Scan *scan, GString *into)
{
  gunichar c, low;

  if (!scan_hex4 (scan, &c) || c == 0 || (c >= 0xDC00 && c <= 0xDFFF))
    return FALSE;
  if (c >= 0xD800 && c <= 0xDBFF)
    {
      if (scan->end - scan->at < 6 || scan->at[0] != '\\' || scan->at[1] != 'u')
        return FALSE;
      scan->at += 2;
      if (!scan_hex4 (scan, &low) || low < 0xDC00 || low > 0xDFFF)
        return FALSE;
      c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
    }
  if (into != NULL)
    g_string_append_unichar (into, c);
  return TRUE;
}

/* Behind '\\'. */
static gboolean
scan_escape (Scan *scan, GString *into)
{
  static const char letters[] = "\"\\/bfnrt";
  static const char meanings[] = "\"\\/\b\f\n\r\t";

  if (scan->at == scan->end)
    return FALSE;
  char c = *scan->at++;
  if (c == 'u')
    return scan_unicode_escape (scan, into);
  const char *letter = strchr (letters, c); /* C is never NUL: the text was searched for it */
  if (letter == NULL)
    return FALSE;
  if (into != NULL)
    g_string_append_c (into, meanings[letter - letters]);
  return TRUE;
}

/* At '"'. Unescapes INTO where that is given. */
static gboolean
scan_string (Scan *scan, GString *into)
{
  scan->at++;
  while (scan->at < scan->end)
    {
      const char *run = scan->at;
      while (scan->at < scan->end && *scan->at != '"' && *scan->at != '\\' && (guint8) *scan->at >= 0x20)
        scan->at++;
      if (into != NULL)
        g_string_append_len (into, run, scan->at - run);
      if (scan->at == scan->end || (guint8) *scan->at < 0x20)
        return FALSE;
      if (*scan->at++ == '"')
        return TRUE;
      if (!scan_escape (scan, into))
        return FALSE;
    }
  return FALSE;
}

static gboolean
scan_digits (Scan *scan)
{
  const char *first = scan->at;

  while (scan->at < scan->end && g_ascii_isdigit (*scan->at))
    scan->at++;
  return scan->at > first;
}

/* FROM to TO are digits. */
static gboolean
fits_64_bits (const char *from, const char *to, gboolean negative)
{
  guint64 limit = negative ? (guint64) G_MAXINT64 + 1 : G_MAXUINT64;
  guint64 number = 0;

  for (const char *at = from; at < to; at++)
    {
      guint64 digit = (guint64) (*at - '0');
      if (number > (limit - digit) / 10)
        return FALSE;
      number = number * 10 + digit;
    }
  return TRUE;
}

static gboolean
scan_number (Scan *scan)
{
  gboolean negative = *scan->at == '-';
  gboolean whole = TRUE;

  if (negative)
    scan->at++;
  const char *first = scan->at;
  if (!scan_digits (scan) || (*first == '0' && scan->at > first + 1))
    return fail (scan, CHT_JSON_ERROR_MALFORMED);
  const char *behind = scan->at;
  if (scan->at < scan->end && *scan->at == '.')
    {
      whole = FALSE;
      scan->at++;
      if (!scan_digits (scan))
        return fail (scan, CHT_JSON_ERROR_MALFORMED);
    }
  if (scan->at < scan->end && (*scan->at == 'e' || *scan->at == 'E'))
    {
      whole = FALSE;
      scan->at++;
      if (scan->at < scan->end && (*scan->at == '+' || *scan->at == '-'))
        scan->at++;
      if (!scan_digits (scan))
        return fail (scan, CHT_JSON_ERROR_MALFORMED);
    }
  if (whole && !fits_64_bits (first, behind, negative))
    return fail (scan, CHT_JSON_ERROR_LIMIT);
  return TRUE;
}

static gboolean
scan_word (Scan *scan)
{
  static const char *const words[] = { "true", "false", "null" };

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    {
      gsize length = strlen (words[i]);
      if ((gsize) (scan->end - scan->at) >= length && memcmp (scan->at, words[i], length) == 0)
        {
          scan->at += length;
          return TRUE;
        }
    }
  return fail (scan, CHT_JSON_ERROR_MALFORMED);
}

static void
skip_space (Scan *scan)
{
  while (scan->at < scan->end && (*scan->at == ' ' || *scan->at == '\t' || *scan->at == '\n' || *scan->at == '\r'))
    scan->at++;
}

static gboolean
open_container (Scan *scan, gboolean is_object)
{
  if (scan->depth == CHT_JSON_MAX_DEPTH)
    return fail (scan, CHT_JSON_ERROR_LIMIT);
  scan->is_object[scan->depth++] = is_object;
  scan->expect = is_object ? EXPECT_KEY_OR_END : EXPECT_VALUE_OR_END;
  scan->at++;
  return TRUE;
}

static void
close_container (Scan *scan)
{
  scan->depth--;
  g_clear_pointer (&scan->keys[scan->depth], g_hash_table_unref);
  scan->expect = EXPECT_MORE;
  scan->at++;
}

/* A key and its colon. */
static gboolean
scan_key (Scan *scan)
{
  GHashTable **keys = &scan->keys[scan->depth - 1];
  const char *first = scan->at;

  g_string_truncate (scan->key, 0);
  if (*scan->at != '"' || !scan_string (scan, scan->key))
    return fail (scan, CHT_JSON_ERROR_MALFORMED);
  if (*keys == NULL)
    *keys = g_hash_table_new_full (hash_key, g_str_equal, g_free, NULL);
  if (!g_hash_table_add (*keys, g_strdup (scan->key->str)))
    {
      scan->at = first;
      return fail (scan, CHT_JSON_ERROR_DUPLICATE);
    }
  skip_space (scan);
  if (scan->at == scan->end || *scan->at != ':')
    return fail (scan, CHT_JSON_ERROR_MALFORMED);
  scan->at++;
  scan->expect = EXPECT_VALUE;
  return TRUE;
}

static gboolean
scan_value (Scan *scan)
{
  if (*scan->at == '{' || *scan->at == '[')
    return open_container (scan, *scan->at == '{');
  scan->expect = EXPECT_MORE;
  if (*scan->at == '"')
    return scan_string (scan, NULL) || fail (scan, CHT_JSON_ERROR_MALFORMED);
  if (*scan->at == '-' || g_ascii_isdigit (*scan->at))
    return scan_number (scan);
  return scan_word (scan);
}

/* One token; AT is no white space and not the end. */
static gboolean
scan_step (Scan *scan)
{
  char c = *scan->at;

  switch (scan->expect)
    {
    case EXPECT_VALUE_OR_END:
      if (c == ']')
        {
          close_container (scan);
          return TRUE;
        }
      return scan_value (scan);
    case EXPECT_KEY_OR_END:
      if (c == '}')
        {
          close_container (scan);
          return TRUE;
        }
      return scan_key (scan);
    case EXPECT_KEY:
      return scan_key (scan);
    case EXPECT_MORE:
      if (scan->depth == 0) /* a second root */
        return fail (scan, CHT_JSON_ERROR_MALFORMED);
      if (c == (scan->is_object[scan->depth - 1] ? '}' : ']'))
        {
          close_container (scan);
          return TRUE;
        }
      if (c != ',')
        return fail (scan, CHT_JSON_ERROR_MALFORMED);
      scan->at++;
      scan->expect = scan->is_object[scan->depth - 1] ? EXPECT_KEY : EXPECT_VALUE;
      return TRUE;
    case EXPECT_VALUE:
    default:
      return scan_value (scan);
    }
}

static gboolean
scan_document (Scan *scan)
{
  const char *bad;

  /* Also finds a NUL. */
  if (!g_utf8_validate_len (scan->start, (gsize) (scan->end - scan->start), &bad))
    {
      scan->at = bad;
      return fail (scan, CHT_JSON_ERROR_MALFORMED);
    }
  for (skip_space (scan); scan->at < scan->end; skip_space (scan))
    if (!scan_step (scan))
      return FALSE;
  if (scan->depth > 0 || scan->expect != EXPECT_MORE)
    return fail (scan, CHT_JSON_ERROR_MALFORMED);
  return TRUE;
}

gboolean
cht_json_scan (const char *text, gsize size, GError **error)
{
  g_return_val_if_fail (text != NULL || size == 0, FALSE);

  if (text == NULL)
    text = "";
  Scan scan = { .start = text, .at = text, .end = text + size, .expect = EXPECT_VALUE, .error = error };
  scan.key = g_string_new (NULL);
  gboolean good = scan_document (&scan);
  for (guint i = 0; i < CHT_JSON_MAX_DEPTH; i++)
    g_clear_pointer (&scan.keys[i], g_hash_table_unref);
  g_string_free (scan.key, TRUE);
  return good;
}
