/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-pkcs12-safe.h"

#include <string.h>

#define ENCRYPTED_DATA "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x06"
#define BAG "\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01"

static gboolean
enter (ChtDer *der, guint8 tag)
{
  ChtDer rest = *der;
  return cht_der_expect (&rest, tag, der);
}

/* ContentInfo number INDEX in the octets of the authenticated safe. */
static gboolean
find_part (ChtDer pfx, guint index, ChtDer *part)
{
  if (!enter (&pfx, CHT_DER_SEQUENCE) || !cht_der_expect (&pfx, CHT_DER_INTEGER, NULL)
      || !enter (&pfx, CHT_DER_SEQUENCE)
      || !cht_der_expect (&pfx, CHT_DER_OID, NULL) || !enter (&pfx, 0xa0) || !enter (&pfx, CHT_DER_OCTET_STRING)
      || !enter (&pfx, CHT_DER_SEQUENCE))
    return FALSE;
  for (guint i = 0; i <= index; i++)
    if (!cht_der_expect (&pfx, CHT_DER_SEQUENCE, part))
      return FALSE;
  return TRUE;
}

GBytes *
cht_pkcs12_find_encrypted (ChtDer pfx, guint index)
{
  ChtDer part, oid, identifier, body;
  if (!find_part (pfx, index, &part) || !cht_der_expect (&part, CHT_DER_OID, &oid) || oid.size != 9
      || memcmp (oid.data, ENCRYPTED_DATA, 9) != 0 || !enter (&part, 0xa0) || !enter (&part, CHT_DER_SEQUENCE)
      || !cht_der_expect (&part, CHT_DER_INTEGER, NULL) || !enter (&part, CHT_DER_SEQUENCE)
      || !cht_der_expect (&part, CHT_DER_OID, NULL) || !cht_der_next_is (&part, CHT_DER_SEQUENCE)
      || !cht_der_read (&part, NULL, NULL, &identifier) || !cht_der_expect (&part, 0x80, &body))
    return NULL;

  g_autoptr (GByteArray) content = g_byte_array_new ();
  g_byte_array_append (content, identifier.data, identifier.size);
  cht_der_put_header (content, CHT_DER_OCTET_STRING, body.size);
  if (body.size > 0)
    g_byte_array_append (content, body.data, body.size);
  g_autoptr (GByteArray) out = g_byte_array_new ();
  cht_der_put_header (out, CHT_DER_SEQUENCE, content->len);
  g_byte_array_append (out, content->data, content->len);
  return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}

gboolean
cht_pkcs12_next_bag (ChtDer *rest, ChtSafeKind *kind, ChtDer *content)
{
  ChtDer bag, oid, value;
  if (!cht_der_expect (rest, CHT_DER_SEQUENCE, &bag) || !cht_der_expect (&bag, CHT_DER_OID, &oid)
      || !cht_der_expect (&bag, 0xa0, &value))
    return FALSE;
  *kind = CHT_SAFE_OTHER;
  *content = value;
  if (oid.size != 11 || memcmp (oid.data, BAG, 10) != 0)
    return TRUE;
  if (oid.data[10] == 1 || oid.data[10] == 2)
    *kind = oid.data[10] == 1 ? CHT_SAFE_KEY : CHT_SAFE_ENCRYPTED_KEY;
  else if (oid.data[10] == 3)
    {
      /* CertBag: its type, then [0] OCTET STRING. */
      if (!enter (&value, CHT_DER_SEQUENCE) || !cht_der_expect (&value, CHT_DER_OID, NULL) || !enter (&value, 0xa0)
          || !enter (&value, CHT_DER_OCTET_STRING))
        return FALSE;
      *kind = CHT_SAFE_CERTIFICATE;
      *content = value;
    }
  return TRUE;
}
