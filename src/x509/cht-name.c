/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-name.h"

#include <string.h>

#include "cht-text.h"

/* RFC 4519 and the descriptors that CAs use beside it. What is not here is shown as RFC 4514, 2.4 says: OID=#hex. */
static const struct {
  const char *oid;
  const char *word;
} attribute_words[] = {
  { "2.5.4.3", "CN" }, { "2.5.4.4", "SN" }, { "2.5.4.5", "serialNumber" }, { "2.5.4.6", "C" }, { "2.5.4.7", "L" },
  { "2.5.4.8", "ST" }, { "2.5.4.9", "STREET" }, { "2.5.4.10", "O" }, { "2.5.4.11", "OU" }, { "2.5.4.12", "title" },
  { "2.5.4.13", "description" }, { "2.5.4.15", "businessCategory" }, { "2.5.4.16", "postalAddress" },
  { "2.5.4.17", "postalCode" }, { "2.5.4.20", "telephoneNumber" }, { "2.5.4.41", "name" }, { "2.5.4.42", "givenName" },
  { "2.5.4.43", "initials" }, { "2.5.4.44", "generationQualifier" }, { "2.5.4.46", "dnQualifier" },
  { "2.5.4.65", "pseudonym" }, { "2.5.4.97", "organizationIdentifier" }, { "0.9.2342.19200300.100.1.1", "UID" },
  { "0.9.2342.19200300.100.1.3", "mail" }, { "0.9.2342.19200300.100.1.25", "DC" },
  { "1.2.840.113549.1.9.1", "emailAddress" }, { "1.2.840.113549.1.9.2", "unstructuredName" },
  { "1.2.840.113549.1.9.8", "unstructuredAddress" }, { "1.3.6.1.4.1.311.60.2.1.1", "jurisdictionL" },
  { "1.3.6.1.4.1.311.60.2.1.2", "jurisdictionST" }, { "1.3.6.1.4.1.311.60.2.1.3", "jurisdictionC" },
};

enum { NUMERIC = 0x12, PRINTABLE = 0x13, T61 = 0x14, IA5 = 0x16, VISIBLE = 0x1a, UNIVERSAL = 0x1c, BMP = 0x1e };

static const char *
find_word (const char *oid)
{
  for (gsize i = 0; i < G_N_ELEMENTS (attribute_words); i++)
    if (g_str_equal (attribute_words[i].oid, oid))
      return attribute_words[i].word;
  return NULL;
}

static void
append_code_point (GString *out, gunichar c, gboolean escape)
{
  if (c == 0)
    {
      g_string_append (out, "\\00");
      return;
    }
  if (escape && c < 0x80 && strchr ("\"+,;<>\\", c) != NULL)
    g_string_append_c (out, '\\');
  if (c < 0x80)
    g_string_append_c (out, c);
  else if (g_unichar_validate (c))
    g_string_append_unichar (out, c);
  else
    g_string_append (out, "\xef\xbf\xbd");
}

static void
append_utf8 (GString *out, ChtDer content, gboolean escape)
{
  const guint8 *data = content.data;
  const guint8 *end = data + content.size;
  while (data < end)
    {
      gunichar c = *data == 0 ? 0 : g_utf8_get_char_validated ((const char *) data, end - data);
      if (c == (gunichar) -1 || c == (gunichar) -2)
        {
          g_string_append_printf (out, "\\%02X", *data++);
          continue;
        }
      append_code_point (out, c, escape);
      data += c == 0 ? 1 : g_utf8_skip[*data];
    }
}

static void
append_utf16 (GString *out, ChtDer content, gboolean escape)
{
  for (gsize i = 0; i + 1 < content.size; i += 2)
    {
      gunichar c = content.data[i] << 8 | content.data[i + 1];
      if (c >= 0xd800 && c < 0xdc00 && i + 3 < content.size && (content.data[i + 2] & 0xfc) == 0xdc)
        {
          c = 0x10000 + ((c & 0x3ff) << 10) + ((content.data[i + 2] & 3) << 8 | content.data[i + 3]);
          i += 2;
        }
      append_code_point (out, c, escape);
    }
}

static char *
decode (guint8 tag, ChtDer content, gboolean escape)
{
  g_autoptr (GString) out = g_string_new (NULL);
  switch (tag)
    {
    case T61:
      /* Nobody writes real T.61: it is Latin-1 or UTF-8. */
      if (!g_utf8_validate_len ((const char *) content.data, content.size, NULL))
        {
          for (gsize i = 0; i < content.size; i++)
            append_code_point (out, content.data[i], escape);
          break;
        }
      G_GNUC_FALLTHROUGH;
    case CHT_DER_UTF8_STRING:
    case NUMERIC:
    case PRINTABLE:
    case IA5:
    case VISIBLE:
      append_utf8 (out, content, escape);
      break;
    case BMP:
      append_utf16 (out, content, escape);
      break;
    case UNIVERSAL:
      for (gsize i = 0; i + 3 < content.size; i += 4)
        append_code_point (out, (guint32) content.data[i] << 24 | content.data[i + 1] << 16 | content.data[i + 2] << 8
                                  | content.data[i + 3], escape);
      break;
    default:
      return NULL;
    }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

char *
cht_name_string (guint8 tag, ChtDer content)
{
  return decode (tag, content, FALSE);
}

static void
append_escaped (GString *out, guint8 tag, ChtDer content)
{
  g_autofree char *value = decode (tag, content, TRUE);
  gsize length = strlen (value);
  gboolean last_is_space = length > 1 && value[length - 1] == ' ';
  if (value[0] == ' ' || value[0] == '#')
    g_string_append_c (out, '\\');
  g_string_append_len (out, value, length - last_is_space);
  if (last_is_space)
    g_string_append (out, "\\ ");
}

/* One AttributeTypeAndValue off REST. */
static gboolean
read_attribute (ChtDer *rest, ChtDer *type, guint8 *tag, ChtDer *value, ChtDer *whole)
{
  ChtDer pair;
  return cht_der_expect (rest, CHT_DER_SEQUENCE, &pair) && cht_der_expect (&pair, CHT_DER_OID, type)
         && cht_der_read (&pair, tag, value, whole) && pair.size == 0;
}

static gboolean
append_rdn (GString *out, ChtDer set)
{
  gboolean first = TRUE;
  while (set.size > 0)
    {
      ChtDer type, value, whole;
      guint8 tag = 0;
      if (!read_attribute (&set, &type, &tag, &value, &whole))
        return FALSE;
      g_autofree char *oid = cht_der_oid_to_text (type);
      if (oid == NULL)
        return FALSE;
      const char *word = find_word (oid);
      g_autofree char *text = cht_name_string (tag, value);

      if (!first)
        g_string_append_c (out, '+');
      first = FALSE;
      g_string_append_printf (out, "%s=", word != NULL ? word : oid);
      if (word != NULL && text != NULL)
        append_escaped (out, tag, value);
      else
        {
          g_autofree char *hex = cht_text_hex (whole.data, whole.size);
          g_string_append_printf (out, "#%s", hex);
        }
    }
  return !first;
}

/* The RDNs of NAME, in their order. */
static GArray *
read_rdns (ChtDer name)
{
  ChtDer sequence;
  if (!cht_der_expect (&name, CHT_DER_SEQUENCE, &sequence) || name.size != 0)
    return NULL;
  g_autoptr (GArray) rdns = g_array_new (FALSE, FALSE, sizeof (ChtDer));
  while (sequence.size > 0)
    {
      ChtDer set;
      if (!cht_der_expect (&sequence, CHT_DER_SET, &set))
        return NULL;
      g_array_append_val (rdns, set);
    }
  return g_steal_pointer (&rdns);
}

char *
cht_name_to_text (ChtDer name)
{
  g_autoptr (GArray) rdns = read_rdns (name);
  if (rdns == NULL)
    return NULL;
  g_autoptr (GString) out = g_string_new (NULL);
  for (guint i = rdns->len; i-- > 0;)
    {
      if (i + 1 < rdns->len)
        g_string_append_c (out, ',');
      if (!append_rdn (out, g_array_index (rdns, ChtDer, i)))
        return NULL;
    }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

char *
cht_name_get_label (ChtDer name)
{
  static const guint8 wanted[] = { 3, 11, 10 };
  g_autoptr (GArray) rdns = read_rdns (name);
  if (rdns == NULL)
    return NULL;
  for (guint w = 0; w < G_N_ELEMENTS (wanted); w++)
    for (guint i = rdns->len; i-- > 0;)
      {
        ChtDer set = g_array_index (rdns, ChtDer, i);
        ChtDer type, value;
        guint8 tag = 0;
        while (read_attribute (&set, &type, &tag, &value, NULL))
          {
            if (type.size != 3 || type.data[0] != 0x55 || type.data[1] != 4 || type.data[2] != wanted[w])
              continue;
            g_autofree char *text = cht_name_string (tag, value);
            if (text != NULL && *g_strstrip (text) != '\0')
              return g_steal_pointer (&text);
          }
      }
  return NULL;
}

/* Folded case, one space between words, none at the ends. */
static char *
fold (const char *text)
{
  g_autofree char *nfkc = g_utf8_normalize (text, -1, G_NORMALIZE_NFKC);
  g_autofree char *folded = g_utf8_casefold (nfkc != NULL ? nfkc : text, -1);
  char *out = folded;
  gboolean pending = FALSE;
  for (const char *in = folded; *in != '\0'; in++)
    {
      if (g_ascii_isspace (*in))
        {
          pending = out != folded;
          continue;
        }
      if (pending)
        *out++ = ' ';
      pending = FALSE;
      *out++ = *in;
    }
  *out = '\0';
  return g_steal_pointer (&folded);
}

GBytes *
cht_name_normalize (ChtDer name)
{
  g_autoptr (GArray) rdns = read_rdns (name);
  if (rdns == NULL)
    return cht_der_to_bytes (name);

  g_autoptr (GByteArray) out = g_byte_array_sized_new (name.size);
  for (guint i = 0; i < rdns->len; i++)
    {
      ChtDer set = g_array_index (rdns, ChtDer, i);
      ChtDer type, value, whole;
      guint8 tag = 0;
      cht_der_put_header (out, CHT_DER_SET, 0);
      while (read_attribute (&set, &type, &tag, &value, &whole))
        {
          g_autofree char *text = cht_name_string (tag, value);
          g_autofree char *folded = text != NULL ? fold (text) : NULL;
          cht_der_put_header (out, CHT_DER_OID, type.size);
          g_byte_array_append (out, type.data, type.size);
          if (folded != NULL)
            {
              cht_der_put_header (out, CHT_DER_UTF8_STRING, strlen (folded));
              g_byte_array_append (out, (const guint8 *) folded, strlen (folded));
            }
          else
            g_byte_array_append (out, whole.data, whole.size);
        }
      if (set.size > 0)
        return cht_der_to_bytes (name);
    }
  return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}
