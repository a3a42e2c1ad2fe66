/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-pack.h"

#include <string.h>

void
cht_pack_raw (GByteArray *out, gconstpointer data, gsize size)
{
  if (size > 0)
    g_byte_array_append (out, data, size);
}

void
cht_pack_u32 (GByteArray *out, guint32 value)
{
  guint32 little = GUINT32_TO_LE (value);

  cht_pack_raw (out, &little, sizeof little);
}

void
cht_pack_u64 (GByteArray *out, guint64 value)
{
  guint64 little = GUINT64_TO_LE (value);

  cht_pack_raw (out, &little, sizeof little);
}

void
cht_pack_part (GByteArray *out, gconstpointer data, gsize size)
{
  g_assert (size <= G_MAXUINT32);
  cht_pack_u32 (out, size);
  cht_pack_raw (out, data, size);
}

gboolean
cht_unpack_raw (ChtUnpack *in, gpointer out, gsize size)
{
  if (in->size < size)
    return FALSE;
  memcpy (out, in->data, size);
  in->data += size;
  in->size -= size;
  return TRUE;
}

gboolean
cht_unpack_u32 (ChtUnpack *in, guint32 *value)
{
  guint32 little;

  if (!cht_unpack_raw (in, &little, sizeof little))
    return FALSE;
  *value = GUINT32_FROM_LE (little);
  return TRUE;
}

gboolean
cht_unpack_u64 (ChtUnpack *in, guint64 *value)
{
  guint64 little;

  if (!cht_unpack_raw (in, &little, sizeof little))
    return FALSE;
  *value = GUINT64_FROM_LE (little);
  return TRUE;
}

gboolean
cht_unpack_text (ChtUnpack *in, char **text)
{
  guint32 size;

  if (!cht_unpack_u32 (in, &size) || size > in->size || !g_utf8_validate_len ((const char *) in->data, size, NULL))
    return FALSE;
  *text = g_strndup ((const char *) in->data, size);
  in->data += size;
  in->size -= size;
  return TRUE;
}
