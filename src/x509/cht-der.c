/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-der.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>

#include "cht-text.h"

gboolean
cht_der_read (ChtDer *rest, guint8 *tag, ChtDer *content, ChtDer *whole)
{
  if (rest->size < 2 || (rest->data[0] & 0x1f) == 0x1f)
    return FALSE;

  gsize header = 2;
  gsize length = rest->data[1];
  if (length >= 0x80)
    {
      gsize octets = length & 0x7f;
      if (octets == 0 || octets > 4 || rest->size - 2 < octets)
        return FALSE;
      length = 0;
      for (gsize i = 0; i < octets; i++)
        length = length << 8 | rest->data[2 + i];
      header += octets;
    }
  if (rest->size - header < length)
    return FALSE;

  if (tag != NULL)
    *tag = rest->data[0];
  if (content != NULL)
    *content = (ChtDer) { rest->data + header, length };
  if (whole != NULL)
    *whole = (ChtDer) { rest->data, header + length };
  *rest = (ChtDer) { rest->data + header + length, rest->size - header - length };
  return TRUE;
}

gboolean
cht_der_next_is (const ChtDer *rest, guint8 tag)
{
  return rest->size > 0 && rest->data[0] == tag;
}

gboolean
cht_der_expect (ChtDer *rest, guint8 tag, ChtDer *content)
{
  return cht_der_next_is (rest, tag) && cht_der_read (rest, NULL, content, NULL);
}

char *
cht_der_oid_to_text (ChtDer content)
{
  if (content.size == 0 || content.size > 128 || (content.data[content.size - 1] & 0x80) != 0)
    return NULL;

  g_autoptr (GString) text = g_string_new (NULL);
  guint64 arc = 0;
  for (gsize i = 0; i < content.size; i++)
    {
      if (arc > G_MAXUINT64 >> 7)
        return NULL;
      arc = arc << 7 | (content.data[i] & 0x7f);
      if ((content.data[i] & 0x80) != 0)
        continue;
      if (text->len == 0)
        {
          guint first = arc < 40 ? 0 : arc < 80 ? 1 : 2;
          g_string_append_printf (text, "%u.%" G_GUINT64_FORMAT, first, arc - first * 40);
        }
      else
        g_string_append_printf (text, ".%" G_GUINT64_FORMAT, arc);
      arc = 0;
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

gboolean
cht_der_bits (ChtDer content, ChtDer *octets)
{
  if (content.size == 0 || content.data[0] != 0)
    return FALSE;
  *octets = (ChtDer) { content.data + 1, content.size - 1 };
  return TRUE;
}

gboolean
cht_der_uint (ChtDer content, guint64 *value)
{
  if (content.size == 0 || (content.data[0] & 0x80) != 0 || content.size > 9
      || (content.size == 9 && content.data[0] != 0))
    return FALSE;
  *value = 0;
  for (gsize i = 0; i < content.size; i++)
    *value = *value << 8 | content.data[i];
  return TRUE;
}

/* COUNT digits off the front of TEXT as a number, or -1. */
static int
take_digits (ChtDer *text, gsize count)
{
  if (text->size < count)
    return -1;
  int value = 0;
  for (gsize i = 0; i < count; i++)
    {
      if (!g_ascii_isdigit (text->data[i]))
        return -1;
      value = value * 10 + text->data[i] - '0';
    }
  *text = (ChtDer) { text->data + count, text->size - count };
  return value;
}

/* The zone at the end: "Z", or "+hhmm". */
static gboolean
take_zone (ChtDer *text, gint64 *seconds)
{
  if (text->size == 1 && text->data[0] == 'Z')
    {
      *seconds = 0;
      return TRUE;
    }
  if (text->size != 5 || (text->data[0] != '+' && text->data[0] != '-'))
    return FALSE;
  int sign = text->data[0] == '+' ? 1 : -1;
  *text = (ChtDer) { text->data + 1, 4 };
  int hours = take_digits (text, 2);
  int minutes = take_digits (text, 2);
  *seconds = sign * (hours * 3600 + minutes * 60);
  return hours >= 0 && hours < 24 && minutes >= 0 && minutes < 60;
}

gboolean
cht_der_time (guint8 tag, ChtDer content, gint64 *time)
{
  int year = take_digits (&content, tag == CHT_DER_UTC_TIME ? 2 : 4);
  int month = take_digits (&content, 2);
  int day = take_digits (&content, 2);
  int hour = take_digits (&content, 2);
  int minute = take_digits (&content, 2);
  int second = content.size > 0 && g_ascii_isdigit (content.data[0]) ? take_digits (&content, 2) : 0;
  gint64 offset = 0;

  if ((tag != CHT_DER_UTC_TIME && tag != CHT_DER_GENERALIZED_TIME) || year < 0 || month < 0 || day < 0 || hour < 0
      || minute < 0 || second < 0)
    return FALSE;
  if (content.size > 1 && content.data[0] == '.' && tag == CHT_DER_GENERALIZED_TIME)
    do
      content = (ChtDer) { content.data + 1, content.size - 1 };
    while (content.size > 0 && g_ascii_isdigit (content.data[0]));
  if (!take_zone (&content, &offset))
    return FALSE;
  if (tag == CHT_DER_UTC_TIME)
    year += year < 50 ? 2000 : 1900;

  g_autoptr (GDateTime) moment = g_date_time_new_utc (year, month, day, hour, minute, second);
  if (moment == NULL)
    return FALSE;
  *time = g_date_time_to_unix (moment) - offset;
  return TRUE;
}

gboolean
cht_der_equal (ChtDer a, ChtDer b)
{
  return a.size == b.size && (a.size == 0 || memcmp (a.data, b.data, a.size) == 0);
}

GBytes *
cht_der_to_bytes (ChtDer der)
{
  return g_bytes_new (der.data, der.size);
}

char *
cht_der_sha256 (ChtDer der)
{
  guint8 digest[32] = { 0 };
  if (gnutls_hash_fast (GNUTLS_DIG_SHA256, der.data, der.size, digest) < 0)
    g_error ("SHA-256 is not available");
  return cht_text_hex (digest, sizeof digest);
}

void
cht_der_put_header (GByteArray *out, guint8 tag, gsize size)
{
  guint8 header[6] = { tag };
  guint used = 1;

  g_assert (size <= G_MAXUINT32);
  if (size >= 0x80)
    {
      guint octets = size > 0xffffff ? 4 : size > 0xffff ? 3 : size > 0xff ? 2 : 1;
      header[used++] = 0x80 | octets;
      for (guint i = octets; i-- > 0;)
        header[used++] = size >> (8 * i) & 0xff;
    }
  else
    header[used++] = size;
  g_byte_array_append (out, header, used);
}
