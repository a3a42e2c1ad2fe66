/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-sniff.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* The DER kinds of a SEQUENCE that starts with an INTEGER. */
static ChtDerKind
sniff_versioned (ChtDer sequence)
{
  ChtDer integer, second;
  guint8 tag = 0;
  if (!cht_der_expect (&sequence, CHT_DER_INTEGER, &integer) || !cht_der_read (&sequence, &tag, &second, NULL))
    return CHT_DER_KIND_NONE;
  gboolean small = integer.size == 1;
  if (small && integer.data[0] == 3 && tag == CHT_DER_SEQUENCE)
    return CHT_DER_KIND_PKCS12;
  if (small && integer.data[0] == 1 && tag == CHT_DER_OCTET_STRING)
    return CHT_DER_KIND_SEC1;
  if (small && integer.data[0] <= 1 && tag == CHT_DER_SEQUENCE && cht_der_next_is (&second, CHT_DER_OID))
    return CHT_DER_KIND_PKCS8;
  if (tag != CHT_DER_INTEGER)
    return CHT_DER_KIND_NONE;
  if (sequence.size == 0)
    return integer.size > 16 ? CHT_DER_KIND_PKCS1_PUBLIC : CHT_DER_KIND_NONE;
  /* version, then eight numbers (RSA, perhaps more) or five (DSA). */
  guint numbers = 1;
  while (cht_der_expect (&sequence, CHT_DER_INTEGER, NULL))
    numbers++;
  return !small || integer.data[0] > 1 ? CHT_DER_KIND_NONE : numbers >= 8 ? CHT_DER_KIND_PKCS1
         : numbers == 5 ? CHT_DER_KIND_DSA : CHT_DER_KIND_NONE;
}

/* SEQUENCE { SEQUENCE { … } AlgorithmIdentifier BIT STRING }: what is signed tells which. */
static ChtDerKind
sniff_signed (ChtDer first)
{
  guint8 tag = 0;
  ChtDer content;
  if (cht_der_next_is (&first, 0xa0))
    return CHT_DER_KIND_CERTIFICATE;
  if (cht_der_next_is (&first, CHT_DER_SEQUENCE))
    return CHT_DER_KIND_CRL;
  if (!cht_der_expect (&first, CHT_DER_INTEGER, &content) || !cht_der_expect (&first, CHT_DER_SEQUENCE, &content)
      || !cht_der_read (&first, &tag, &content, NULL))
    return CHT_DER_KIND_NONE;
  if (tag != CHT_DER_SEQUENCE)
    return CHT_DER_KIND_CRL;
  if (cht_der_next_is (&first, 0xa0))
    return CHT_DER_KIND_REQUEST;
  if (!cht_der_read (&first, &tag, &content, NULL))
    return CHT_DER_KIND_REQUEST;
  return tag == CHT_DER_SEQUENCE ? CHT_DER_KIND_CERTIFICATE : CHT_DER_KIND_CRL;
}

/* BER with an indefinite length, as old writers make PKCS#7 and PKCS#12. */
static ChtDerKind
sniff_indefinite (ChtDer der)
{
  static const guint8 pkcs12[] = { 0x30, 0x80, 0x02, 0x01, 0x03 };
  static const guint8 pkcs7[] = { 0x30, 0x80, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07 };
  if (der.size > sizeof pkcs12 && memcmp (der.data, pkcs12, sizeof pkcs12) == 0)
    return CHT_DER_KIND_PKCS12;
  if (der.size > sizeof pkcs7 && memcmp (der.data, pkcs7, sizeof pkcs7) == 0)
    return CHT_DER_KIND_PKCS7;
  return CHT_DER_KIND_NONE;
}

ChtDerKind
cht_sniff_der (ChtDer der)
{
  static const guint8 pkcs7[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07 };
  ChtDer sequence, first, oid;
  guint8 tag = 0;
  if (!cht_der_expect (&der, CHT_DER_SEQUENCE, &sequence))
    return sniff_indefinite (der);
  if (cht_der_next_is (&sequence, CHT_DER_INTEGER))
    return sniff_versioned (sequence);
  if (cht_der_expect (&sequence, CHT_DER_OID, &oid))
    return oid.size == 9 && memcmp (oid.data, pkcs7, 8) == 0 ? CHT_DER_KIND_PKCS7 : CHT_DER_KIND_NONE;
  if (!cht_der_expect (&sequence, CHT_DER_SEQUENCE, &first) || !cht_der_read (&sequence, &tag, NULL, NULL))
    return CHT_DER_KIND_NONE;
  if (tag == CHT_DER_SEQUENCE && cht_der_next_is (&sequence, CHT_DER_BIT_STRING))
    return sniff_signed (first);
  if (!cht_der_next_is (&first, CHT_DER_OID))
    return CHT_DER_KIND_NONE;
  return tag == CHT_DER_BIT_STRING ? CHT_DER_KIND_SPKI : tag == CHT_DER_OCTET_STRING ? CHT_DER_KIND_PKCS8_ENCRYPTED
         : CHT_DER_KIND_NONE;
}

gboolean
cht_sniff_is_private_key (ChtDerKind kind)
{
  return kind == CHT_DER_KIND_PKCS1 || kind == CHT_DER_KIND_SEC1 || kind == CHT_DER_KIND_DSA
         || kind == CHT_DER_KIND_PKCS8
         || kind == CHT_DER_KIND_PKCS8_ENCRYPTED;
}

static gboolean
looks_like_html (const guint8 *data, gsize size)
{
  static const char *const marks[] = { "<!doctype html", "<html", "<head", "<body" };
  g_autofree char *start = g_ascii_strdown ((const char *) data, MIN (size, 1024));
  for (gsize i = 0; i < G_N_ELEMENTS (marks); i++)
    if (strstr (start, marks[i]) != NULL)
      return TRUE;
  return FALSE;
}

static gboolean
starts_with (const guint8 *data, gsize size, const char *magic, gsize length)
{
  return size >= length && memcmp (data, magic, length) == 0;
}

ChtFormat
cht_sniff_format (const guint8 *data, gsize size)
{
  if (starts_with (data, size, "PK\x03\x04", 4) || starts_with (data, size, "PK\x05\x06", 4)
      || starts_with (data, size, "\x1f\x8b", 2) || starts_with (data, size, "7z\xbc\xaf\x27\x1c", 6)
      || starts_with (data, size, "\xfd" "7zXZ", 5) || starts_with (data, size, "BZh", 3)
        || starts_with (data, size, "Rar!", 4)
      || (size > 262 && memcmp (data + 257, "ustar", 5) == 0))
    return CHT_FORMAT_ZIP;
  if (starts_with (data, size, "\xfe\xed\xfe\xed", 4) || starts_with (data, size, "\xce\xce\xce\xce", 4)
      || starts_with (data, size, "\0\0\0\2\0\0\0\x14", 8))
    return CHT_FORMAT_JKS;
  if (starts_with (data, size, "ssh-", 4) || starts_with (data, size, "ecdsa-sha2-", 11)
      || starts_with (data, size, "---- BEGIN SSH2", 15) || starts_with (data, size, "PuTTY-User-Key-File", 19))
    return CHT_FORMAT_OPENSSH;
  if (looks_like_html (data, size))
    return CHT_FORMAT_HTML;
  return CHT_FORMAT_UNKNOWN;
}

const char *
cht_format_get_id (ChtFormat format)
{
  static const char *const ids[] = { "pem", "der", "pkcs7", "pkcs12", "openssh", "jks", "zip", "html", "base64",
    "unknown" };
  g_return_val_if_fail (format < G_N_ELEMENTS (ids), "unknown");
  return ids[format];
}

const char *
cht_format_get_words (ChtFormat format)
{
  switch (format)
    {
    case CHT_FORMAT_PEM: return _("PEM form");
    case CHT_FORMAT_DER: return _("DER form");
    case CHT_FORMAT_PKCS7: return _("a PKCS#7 container");
    case CHT_FORMAT_PKCS12: return _("a PKCS#12 container");
    case CHT_FORMAT_OPENSSH: return _("an OpenSSH key");
    case CHT_FORMAT_JKS: return _("a Java keystore");
    case CHT_FORMAT_ZIP: return _("an archive");
    case CHT_FORMAT_HTML: return _("a web page");
    case CHT_FORMAT_BASE64: return _("base64 without its BEGIN and END lines");
    default: return _("an unknown form");
    }
}

const char *
cht_sniff_explain (ChtFormat format)
{
  switch (format)
    {
    case CHT_FORMAT_OPENSSH:
      return _("This is an SSH key, and SSH keys are no certificates. Ask for the certificate or key in PEM form.");
    case CHT_FORMAT_JKS:
      return _("This is a Java keystore. Export what it holds with Java's keytool as PEM (-exportcert -rfc) or as "
               "PKCS#12.");
    case CHT_FORMAT_ZIP:
      return _("This is an archive (ZIP, tar or the like). Unpack it first and choose the certificate file inside.");
    case CHT_FORMAT_HTML:
      return _("This is a web page, not a certificate: a sign-in or error page was saved in its place. Download it "
               "again.");
    default:
      return _("This holds no certificate or key in any known form. Choose the file that the CA sent, in PEM form.");
    }
}
