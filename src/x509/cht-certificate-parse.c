/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From DER to columns (RFC 5280, 4.1 and 4.2). Strict about structure, tolerant about content: odd values are for the
 * rules to judge. */
#include "cht-certificate-private.h"

#include <arpa/inet.h>
#include <glib/gi18n-lib.h>

#include "cht-name.h"
#include "cht-text.h"

#define MAX_NAMES 10000

static void
read_serial (ChtDer content, ChtCertificateColumns *columns)
{
  gboolean negative = content.size > 0 && (content.data[0] & 0x80) != 0;
  columns->odd_serial = negative || content.size > 21 || (content.size == 21 && content.data[0] != 0);
  while (content.size > 1 && content.data[0] == 0)
    content = (ChtDer) { content.data + 1, content.size - 1 };
  columns->odd_serial |= content.size == 0 || (content.size == 1 && content.data[0] == 0);
  columns->serial = cht_text_hex (content.data, content.size);
}

static gboolean
read_validity (ChtDer validity, ChtCertificateColumns *columns)
{
  guint8 tag = 0;
  ChtDer content;
  return cht_der_read (&validity, &tag, &content, NULL) && cht_der_time (tag, content, &columns->not_before)
         && cht_der_read (&validity, &tag, &content, NULL) && cht_der_time (tag, content, &columns->not_after)
         && validity.size == 0;
}

static gboolean
read_basic_constraints (ChtDer value, ChtCertificateColumns *columns)
{
  ChtDer sequence, content;
  guint64 length = 0;
  if (!cht_der_expect (&value, CHT_DER_SEQUENCE, &sequence))
    return FALSE;
  if (cht_der_expect (&sequence, CHT_DER_BOOLEAN, &content))
    columns->is_ca = content.size == 1 && content.data[0] != 0;
  if (cht_der_expect (&sequence, CHT_DER_INTEGER, &content))
    {
      if (!cht_der_uint (content, &length))
        return FALSE;
      columns->path_length = MIN (length, G_MAXINT);
    }
  return sequence.size == 0;
}

static gboolean
read_key_usage (ChtDer value, ChtCertificateColumns *columns)
{
  ChtDer bits;
  if (!cht_der_expect (&value, CHT_DER_BIT_STRING, &bits) || bits.size < 1 || bits.data[0] > 7)
    return FALSE;
  columns->has_key_usage = TRUE;
  columns->key_usage = 0;
  for (guint bit = 0; bit < 9; bit++)
    if (bits.size > 1 + bit / 8 && (bits.data[1 + bit / 8] & 0x80 >> bit % 8) != 0)
      columns->key_usage |= 1u << bit;
  return TRUE;
}

static gboolean
read_extended_key_usage (ChtDer value, ChtCertificateColumns *columns)
{
  ChtDer sequence, content;
  if (!cht_der_expect (&value, CHT_DER_SEQUENCE, &sequence))
    return FALSE;
  g_autoptr (GStrvBuilder) oids = g_strv_builder_new ();
  for (guint i = 0; sequence.size > 0; i++)
    {
      if (i == MAX_NAMES || !cht_der_expect (&sequence, CHT_DER_OID, &content))
        return FALSE;
      g_autofree char *oid = cht_der_oid_to_text (content);
      if (oid == NULL)
        return FALSE;
      g_strv_builder_add (oids, oid);
    }
  g_strfreev (columns->extended_key_usage);
  columns->extended_key_usage = g_strv_builder_end (oids);
  return TRUE;
}

static char *
describe_address (ChtDer content)
{
  char text[INET6_ADDRSTRLEN];
  if ((content.size == 4 && inet_ntop (AF_INET, content.data, text, sizeof text) != NULL)
      || (content.size == 16 && inet_ntop (AF_INET6, content.data, text, sizeof text) != NULL))
    return g_strconcat ("IP:", text, NULL);
  g_autofree char *hex = cht_text_hex (content.data, content.size);
  return g_strconcat ("IP:#", hex, NULL);
}

static char *
describe_general_name (guint8 tag, ChtDer content)
{
  g_autofree char *text = NULL;
  ChtDer oid;
  switch (tag)
    {
    case 0x81:
      text = cht_name_string (CHT_DER_UTF8_STRING, content);
      return g_strconcat ("email:", text, NULL);
    case 0x82:
      text = cht_name_string (CHT_DER_UTF8_STRING, content);
      return g_strconcat ("DNS:", text, NULL);
    case 0x86:
      text = cht_name_string (CHT_DER_UTF8_STRING, content);
      return g_strconcat ("URI:", text, NULL);
    case 0x87:
      return describe_address (content);
    case 0xa4:
      text = cht_name_to_text (content);
      return text != NULL ? g_strconcat ("DirName:", text, NULL) : NULL;
    case 0x88:
      text = cht_der_oid_to_text (content);
      return text != NULL ? g_strconcat ("RID:", text, NULL) : NULL;
    case 0xa0:
      text = cht_der_expect (&content, CHT_DER_OID, &oid) ? cht_der_oid_to_text (oid) : NULL;
      return text != NULL ? g_strconcat ("othername:", text, NULL) : NULL;
    default:
      return g_strdup_printf ("other:%u", tag & 0x1fu);
    }
}

static gboolean
read_alternative_names (ChtDer value, ChtCertificateColumns *columns)
{
  ChtDer sequence, content;
  guint8 tag = 0;
  if (!cht_der_expect (&value, CHT_DER_SEQUENCE, &sequence))
    return FALSE;
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  for (guint i = 0; sequence.size > 0; i++)
    {
      if (i == MAX_NAMES || !cht_der_read (&sequence, &tag, &content, NULL))
        return FALSE;
      g_autofree char *name = describe_general_name (tag, content);
      if (name == NULL)
        return FALSE;
      g_strv_builder_add (names, name);
    }
  g_strfreev (columns->alternative_names);
  columns->alternative_names = g_strv_builder_end (names);
  return TRUE;
}

static gboolean
read_key_id (ChtDer value, gboolean is_authority, char **id)
{
  ChtDer sequence, content;
  if (is_authority)
    {
      if (!cht_der_expect (&value, CHT_DER_SEQUENCE, &sequence))
        return FALSE;
      if (!cht_der_expect (&sequence, 0x80, &content))
        return TRUE;
    }
  else if (!cht_der_expect (&value, CHT_DER_OCTET_STRING, &content))
    return FALSE;
  g_free (*id);
  *id = cht_text_hex (content.data, content.size);
  return TRUE;
}

/* id-ce is 2.5.29; the others are not needed here. */
static gboolean
read_extension (ChtDer extension, ChtCertificateColumns *columns)
{
  ChtDer oid, value;
  if (!cht_der_expect (&extension, CHT_DER_OID, &oid) || oid.size == 0 || oid.data[oid.size - 1] >= 0x80)
    return FALSE;
  (void) cht_der_expect (&extension, CHT_DER_BOOLEAN, NULL);
  if (!cht_der_expect (&extension, CHT_DER_OCTET_STRING, &value) || extension.size != 0)
    return FALSE;
  if (oid.size != 3 || oid.data[0] != 0x55 || oid.data[1] != 0x1d)
    return TRUE;
  switch (oid.data[2])
    {
    case 14: return read_key_id (value, FALSE, &columns->subject_key_id);
    case 15: return read_key_usage (value, columns);
    case 17: return read_alternative_names (value, columns);
    case 19: return read_basic_constraints (value, columns);
    case 35: return read_key_id (value, TRUE, &columns->authority_key_id);
    case 37: return read_extended_key_usage (value, columns);
    default: return TRUE;
    }
}

/* What is wrong with the extensions, or NULL. An extension that stands twice has no meaning (RFC 5280, 4.2). */
static const char *
read_extensions (ChtDer tagged, ChtCertificateColumns *columns)
{
  ChtDer sequence, extension, oid;
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (!cht_der_expect (&tagged, CHT_DER_SEQUENCE, &sequence) || tagged.size != 0)
    return _("its extensions cannot be read");
  if (columns->version < 3)
    return _("it holds extensions, which only version 3 may, and says that it is older");
  while (sequence.size > 0)
    {
      if (!cht_der_expect (&sequence, CHT_DER_SEQUENCE, &extension) || !read_extension (extension, columns)
          || !cht_der_expect (&extension, CHT_DER_OID, &oid))
        return _("one of its extensions cannot be read");
      if (!g_hash_table_add (seen, cht_der_oid_to_text (oid)))
        return _("it holds one extension twice");
    }
  if (columns->alternative_names != NULL && columns->alternative_names[0] == NULL)
    return _("its list of alternative names is empty");
  return NULL;
}

static gboolean
read_whole (ChtDer *rest, guint8 tag, ChtDer *whole)
{
  return cht_der_next_is (rest, tag) && cht_der_read (rest, NULL, NULL, whole);
}

/* What stands before the extensions; returns what is wrong, or NULL. */
static const char *
read_fixed_fields (ChtDer *tbs, ChtCertificateColumns *columns, ChtDer *inner)
{
  ChtDer content, tagged;
  guint64 version = 0;
  columns->version = 1;
  if (cht_der_expect (tbs, 0xa0, &tagged))
    {
      if (!cht_der_expect (&tagged, CHT_DER_INTEGER, &content) || !cht_der_uint (content, &version) || version > 2)
        return _("its version is none of 1, 2 and 3");
      columns->version = version + 1;
    }
  if (!cht_der_expect (tbs, CHT_DER_INTEGER, &content))
    return _("its serial number cannot be read");
  read_serial (content, columns);
  if (!read_whole (tbs, CHT_DER_SEQUENCE, inner))
    return _("its signature algorithm cannot be read");
  if (!read_whole (tbs, CHT_DER_SEQUENCE, &columns->issuer_der)
      || (columns->issuer = cht_name_to_text (columns->issuer_der)) == NULL)
    return _("the name of its issuer cannot be read");
  if (!cht_der_expect (tbs, CHT_DER_SEQUENCE, &content) || !read_validity (content, columns))
    return _("its dates cannot be read");
  if (!read_whole (tbs, CHT_DER_SEQUENCE, &columns->subject_der)
      || (columns->subject = cht_name_to_text (columns->subject_der)) == NULL)
    return _("the name of its subject cannot be read");
  if (!read_whole (tbs, CHT_DER_SEQUENCE, &columns->spki_der)
      || !cht_algorithm_read_spki (columns->spki_der, &columns->key))
    return _("its public key cannot be read");
  return NULL;
}

static const char *
read_certificate (ChtDer der, ChtCertificateColumns *columns)
{
  ChtDer certificate, tbs, inner, outer, bits;
  if (!cht_der_expect (&der, CHT_DER_SEQUENCE, &certificate))
    return _("it is cut off or damaged");
  if (der.size != 0)
    return _("other bytes follow it");
  ChtDer peek = certificate;
  if (!read_whole (&certificate, CHT_DER_SEQUENCE, &columns->tbs) || !cht_der_expect (&peek, CHT_DER_SEQUENCE, &tbs))
    return _("it is cut off or damaged");
  if (!read_whole (&certificate, CHT_DER_SEQUENCE, &outer) || !cht_der_expect (&certificate, CHT_DER_BIT_STRING, &bits)
      || !cht_der_bits (bits, &columns->signature) || certificate.size != 0)
    return _("its signature cannot be read");

  const char *fault = read_fixed_fields (&tbs, columns, &inner);
  if (fault != NULL)
    return fault;
  if (!cht_der_equal (inner, outer))
    return _("it names one signature algorithm inside and another one outside");
  (void) cht_der_expect (&outer, CHT_DER_SEQUENCE, &columns->signature_identifier);
  columns->signature_algorithm = cht_algorithm_read_signature (columns->signature_identifier);
  if (columns->signature_algorithm == NULL)
    return _("its signature algorithm cannot be read");
  (void) cht_der_expect (&tbs, 0x81, NULL);
  (void) cht_der_expect (&tbs, 0x82, NULL);
  ChtDer extensions;
  if (cht_der_expect (&tbs, 0xa3, &extensions))
    fault = read_extensions (extensions, columns);
  if (fault != NULL)
    return fault;
  if (tbs.size != 0)
    return _("it holds fields that no certificate has");
  return NULL;
}

static void
choose_label (ChtCertificateColumns *columns)
{
  columns->label = cht_name_get_label (columns->subject_der);
  if (columns->label != NULL)
    return;
  if (columns->alternative_names[0] != NULL)
    columns->label = g_strdup (columns->alternative_names[0]);
  else if (columns->subject[0] != '\0')
    columns->label = g_strdup (columns->subject);
  else
    columns->label = g_strdup (columns->serial[0] != '\0' ? columns->serial : "?");
}

gboolean
cht_certificate_parse (ChtDer der, ChtCertificateColumns *columns, GError **error)
{
  *columns = (ChtCertificateColumns) { .path_length = -1, .key_usage = 0x1ff };
  const char *fault = read_certificate (der, columns);
  if (fault != NULL)
    {
      /* Translators: the placeholder is a clause like "its dates cannot be read". */
      g_set_error (error, CHT_X509_ERROR, CHT_X509_ERROR_MALFORMED, _("This is no certificate that can be read: %s."),
                   fault);
      return FALSE;
    }
  if (columns->alternative_names == NULL)
    columns->alternative_names = g_new0 (char *, 1);
  choose_label (columns);
  return TRUE;
}

void
cht_certificate_columns_clear (ChtCertificateColumns *columns)
{
  g_free (columns->subject);
  g_free (columns->issuer);
  g_free (columns->label);
  g_free (columns->serial);
  g_strfreev (columns->extended_key_usage);
  g_strfreev (columns->alternative_names);
  g_free (columns->subject_key_id);
  g_free (columns->authority_key_id);
  g_free (columns->key.algorithm);
  g_free (columns->signature_algorithm);
}
