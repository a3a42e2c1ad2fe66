/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE  /* memmem */
#include "cht-pem.h"

#include <string.h>

#include "cht-pem-private.h"

gboolean
cht_pem_label_is_private_key (const char *label)
{
  return g_str_has_suffix (label, "PRIVATE KEY");
}

const char *
cht_pem_find (const char *text, const char *end, const char *what)
{
  return text != NULL && text < end ? memmem (text, end - text, what, strlen (what)) : NULL;
}

gboolean
cht_pem_is_space (char c)
{
  return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == '\v';
}

/* ── Base64 ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

int
cht_pem_digit_value (guint8 c)
{
  if (c >= 'A' && c <= 'Z')
    return c - 'A';
  if (c >= 'a' && c <= 'z')
    return c - 'a' + 26;
  if (c >= '0' && c <= '9')
    return c - '0' + 52;
  return c == '+' ? 62 : c == '/' ? 63 : -1;
}

gboolean
cht_pem_decode (const char *text, gsize size, guint8 *out, gsize *out_size, gsize *bad)
{
  guint32 group = 0;
  guint digits = 0, padding = 0;
  *out_size = 0;
  *bad = size;
  for (gsize i = 0; i < size; i++)
    {
      if (cht_pem_is_space (text[i]))
        continue;
      int value = cht_pem_digit_value (text[i]);
      if (text[i] == '=' && digits >= 2 && digits + padding < 4)
        {
          padding++;
          continue;
        }
      if (value < 0 || padding > 0)
        {
          *bad = i;
          return FALSE;
        }
      group = group << 6 | value;
      if (++digits == 4)
        {
          out[(*out_size)++] = group >> 16;
          out[(*out_size)++] = group >> 8;
          out[(*out_size)++] = group;
          group = digits = 0;
        }
    }
  /* Absent padding is forgiven: the number of digits tells the same. */
  if (digits == 1)
    return FALSE;
  if (digits >= 2)
    out[(*out_size)++] = group >> (digits == 2 ? 4 : 10);
  if (digits == 3)
    out[(*out_size)++] = group >> 2;
  return TRUE;
}

static void
encode_into (GString *out, const guint8 *der, gsize size)
{
  static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (gsize i = 0; i < size; i += 3)
    {
      gsize left = size - i;
      guint32 group = der[i] << 16 | (left > 1 ? der[i + 1] << 8 : 0) | (left > 2 ? der[i + 2] : 0);
      g_string_append_c (out, alphabet[group >> 18]);
      g_string_append_c (out, alphabet[group >> 12 & 63]);
      g_string_append_c (out, left > 1 ? alphabet[group >> 6 & 63] : '=');
      g_string_append_c (out, left > 2 ? alphabet[group & 63] : '=');
      if (i % 48 == 45 || left <= 3)
        g_string_append_c (out, '\n');
    }
}

static GString *
encode (const char *label, const guint8 *der, gsize size)
{
  /* Sized once, so that no piece of a key stays behind in freed memory. */
  GString *out = g_string_sized_new (size / 3 * 4 + size / 48 + 2 * strlen (label) + 64);
  g_string_append_printf (out, BEGIN "%s" DASHES "\n", label);
  encode_into (out, der, size);
  g_string_append_printf (out, END "%s" DASHES "\n", label);
  return out;
}

char *
cht_pem_encode (const char *label, GBytes *der)
{
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (der, &size);
  return g_string_free (encode (label, data, size), FALSE);
}

ChtSecret *
cht_pem_encode_secret (const char *label, const guint8 *der, gsize size)
{
  GString *text = encode (label, der, size);
  ChtSecret *secret = cht_secret_new (text->str, text->len);
  cht_wipe (text->str, text->allocated_len);
  g_string_free (text, TRUE);
  return secret;
}

/* ── Text in odd clothing ───────────────────────────────────────────────────────────────────────────────────────── */

/* 'l' or 'b' for UTF-16, 0 for none: a byte order mark, or dashes with zeros between. */
static char
sniff_utf16 (const guint8 *data, gsize size)
{
  if (size >= 4 && data[0] == 0xff && data[1] == 0xfe)
    return 'l';
  if (size >= 4 && data[0] == 0xfe && data[1] == 0xff)
    return 'b';
  gsize look = MIN (size, 4096);
  const guint8 *hit = memmem (data, look, "-\0-\0-\0-\0-", 9);
  if (hit == NULL)
    return 0;
  return (hit - data) % 2 == 0 ? 'l' : 'b';
}

static ChtSecret *
narrow_utf16 (const guint8 *data, gsize size, char order)
{
  g_autofree char *text = g_malloc (size / 2 + 1);
  gsize length = 0;
  for (gsize i = 0; i + 1 < size; i += 2)
    {
      guint high = order == 'l' ? data[i + 1] : data[i];
      guint low = order == 'l' ? data[i] : data[i + 1];
      /* PEM is ASCII; what is not stands between the blocks, or breaks one. */
      if (high != 0xfe || low != 0xff)
        text[length++] = high == 0 && low < 0x80 ? (char) low : '?';
    }
  ChtSecret *secret = cht_secret_new (text, length);
  cht_wipe (text, size / 2 + 1);
  return secret;
}

static gboolean
has_written_line_ends (const char *text, const char *end)
{
  const char *begin = cht_pem_find (text, end, BEGIN);
  const char *close =
      begin != NULL ? cht_pem_find (begin + strlen (BEGIN), MIN (end, begin + MAX_LABEL + 32), DASHES) : NULL;
  if (close == NULL)
    return FALSE;
  close += strlen (DASHES);
  return end - close >= 2 && close[0] == '\\' && (close[1] == 'n' || close[1] == 'r' || close[1] == '\\');
}

/* As JSON and shells write them: \n, \r\n, \\n, and \/ for a slash. */
static ChtSecret *
unescape (const char *text, gsize size)
{
  g_autofree char *out = g_malloc (size + 1);
  gsize length = 0;
  for (gsize i = 0; i < size; i++)
    {
      if (text[i] != '\\')
        {
          out[length++] = text[i];
          continue;
        }
      while (i + 1 < size && text[i + 1] == '\\')
        i++;
      if (i + 1 == size)
        break;
      i++;
      out[length++] = text[i] == 'n' ? '\n' : text[i] == 'r' ? '\r' : text[i] == 't' ? '\t' : text[i];
    }
  ChtSecret *secret = cht_secret_new (out, length);
  cht_wipe (out, size + 1);
  return secret;
}

ChtSecret *
cht_pem_unfold (const guint8 *data, gsize size)
{
  char order = sniff_utf16 (data, size);
  g_autoptr (ChtSecret) narrow = order != 0 ? narrow_utf16 (data, size, order) : NULL;
  const char *text = narrow != NULL ? cht_secret_get_text (narrow) : (const char *) data;
  gsize length = narrow != NULL ? cht_secret_get_size (narrow) : size;
  if (has_written_line_ends (text, text + length))
    return unescape (text, length);
  return g_steal_pointer (&narrow);
}

/* ── Plain ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

gboolean
cht_pem_is_plain (const char *text, gsize size)
{
  gboolean inside = FALSE;
  guint blocks = 0;
  for (const char *line = text, *end = text + size; line < end;)
    {
      const char *stop = memchr (line, '\n', end - line);
      const char *next = stop != NULL ? stop + 1 : end;
      if (stop == NULL)
        stop = end;
      if (stop > line && stop[-1] == '\r')
        stop--;
      gsize length = stop - line;
      if (length == 27 && memcmp (line, "-----BEGIN CERTIFICATE-----", 27) == 0 && !inside)
        inside = TRUE;
      else if (length == 25 && memcmp (line, "-----END CERTIFICATE-----", 25) == 0 && inside)
        {
          inside = FALSE;
          blocks++;
        }
      else if (length > 0)
        for (const char *c = line; c < stop; c++)
          if (!inside || (cht_pem_digit_value (*c) < 0 && *c != '='))
            return FALSE;
      line = next;
    }
  return !inside && blocks > 0;
}
