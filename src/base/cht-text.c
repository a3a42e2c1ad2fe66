/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-text.h"

#include <string.h>

/* Letters and marks by their category, yet drawn as nothing (Unicode's Default_Ignorable_Code_Point less what is Cf):
 * two names that differ only in them would look the same. */
static gboolean
is_invisible (gunichar c)
{
  static const struct { gunichar from, to; } ranges[] = {
    { 0x034F, 0x034F }, { 0x115F, 0x1160 }, { 0x17B4, 0x17B5 }, { 0x180B, 0x180F }, { 0x2065, 0x2065 },
    { 0x3164, 0x3164 }, { 0xFE00, 0xFE0F }, { 0xFFA0, 0xFFA0 }, { 0xFFF0, 0xFFF8 }, { 0xE0000, 0xE0FFF },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (ranges); i++)
    if (c >= ranges[i].from && c <= ranges[i].to)
      return TRUE;
  return FALSE;
}

static gboolean
is_unfit (gunichar c)
{
  switch (g_unichar_type (c))
    {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT: /* bidirectional controls, zero-width characters, the byte order mark */
    case G_UNICODE_SURROGATE:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
      return TRUE;
    default:
      return is_invisible (c);
    }
}

/* Appends the escaped TEXT; FALSE where it was cut because it would pass MAX characters. Reads no further than that. */
static gboolean
append_escaped (GString *line, const char *text, gsize max, gboolean keep_breaks)
{
  gsize count = 0;
  gsize before_last = 0; /* where to cut so that "…" still fits */

  while (*text != '\0')
    {
      gunichar c = g_utf8_get_char_validated (text, -1);
      gboolean valid = c != (gunichar) -1 && c != (gunichar) -2;
      const char *next = valid ? g_utf8_next_char (text) : text + 1;
      char piece[16];
      gsize width = 1;

      if (valid && (!is_unfit (c) || (keep_breaks && c == '\n')))
        piece[g_unichar_to_utf8 (c, piece)] = '\0';
      else if (!valid || c < 0x80)
        width = (gsize) g_snprintf (piece, sizeof piece, "\\x%02x", (guint8) *text);
      else
        width = (gsize) g_snprintf (piece, sizeof piece, "\\u{%04X}", c);

      if (count + width > max)
        {
          g_string_truncate (line, before_last);
          return FALSE;
        }
      g_string_append (line, piece);
      count += width;
      if (count < max)
        before_last = line->len;
      text = next;
    }
  return TRUE;
}

char *
cht_text_for_display (const char *text)
{
  GString *line = g_string_new (NULL);

  if (text != NULL && !append_escaped (line, text, CHT_TEXT_MAX, FALSE))
    g_string_append (line, "…");
  return g_string_free (line, FALSE);
}

char *
cht_text_escape_controls (const char *text)
{
  GString *lines = g_string_new (NULL);

  if (text != NULL)
    append_escaped (lines, text, G_MAXSIZE, TRUE);
  return g_string_free (lines, FALSE);
}

char *
cht_text_hex (const guint8 *data, gsize size)
{
  g_return_val_if_fail (data != NULL || size == 0, NULL);
  g_return_val_if_fail (size < G_MAXSIZE / 2, NULL);

  static const char digits[] = "0123456789abcdef";
  char *hex = g_malloc (2 * size + 1);
  for (gsize i = 0; i < size; i++)
    {
      hex[2 * i] = digits[data[i] >> 4];
      hex[2 * i + 1] = digits[data[i] & 15];
    }
  hex[2 * size] = '\0';
  return hex;
}

char *
cht_text_fingerprint (const char *hex)
{
  g_return_val_if_fail (hex != NULL, NULL);

  GString *text = g_string_new (NULL);
  for (gsize i = 0; hex[i] != '\0'; i++)
    {
      if (i > 0 && i % 2 == 0)
        g_string_append_c (text, ':');
      g_string_append_c (text, g_ascii_toupper (hex[i]));
    }
  return g_string_free (text, FALSE);
}

char *
cht_text_number (guint64 number)
{
  return g_strdup_printf ("%'" G_GUINT64_FORMAT, number);
}
