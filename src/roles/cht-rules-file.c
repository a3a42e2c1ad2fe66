/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What kind of file it is, before anything in it is judged. */
#include "cht-rules.h"

#include <glib/gi18n-lib.h>

typedef struct
{
  ChtBundle *bundle;
  const char *path;
  ChtField field;
} Given;

/* The files that count here; where the role takes no key, the other two are key.not-taken's. */
static guint
list_given (const ChtJudgement *self, Given given[3])
{
  const ChtSnapshot *snapshot = self->snapshot;
  guint n = 0;

  if (snapshot->chain != NULL)
    given[n++] = (Given){ snapshot->chain, snapshot->chain_path, CHT_FIELD_CHAIN };
  if (cht_judgement_takes_key (self) && snapshot->certificate != NULL)
    given[n++] = (Given){ snapshot->certificate, snapshot->certificate_path, CHT_FIELD_CERTIFICATE };
  if (cht_judgement_takes_key (self) && snapshot->key != NULL)
    given[n++] = (Given){ snapshot->key, snapshot->key_path, CHT_FIELD_KEY };
  return n;
}

static const char *
kind_words (ChtObjectKind kind)
{
  switch (kind)
    {
    case CHT_OBJECT_CERTIFICATE:
      return _ ("a certificate");
    case CHT_OBJECT_PRIVATE_KEY:
      return _ ("a private key");
    case CHT_OBJECT_PUBLIC_KEY:
      return _ ("a public key");
    case CHT_OBJECT_REQUEST:
      return _ ("a certificate request (CSR)");
    case CHT_OBJECT_CRL:
      return _ ("a revocation list (CRL)");
    case CHT_OBJECT_UNKNOWN:
    default:
      return _ ("something that cannot be read");
    }
}

char *
cht_rules_describe_objects (ChtBundle *bundle, gboolean certificates)
{
  GPtrArray *objects = cht_bundle_get_objects (bundle);
  GString *words = g_string_new (NULL);
  guint seen = 0;

  for (guint i = 0; i < objects->len; i++)
    {
      ChtObjectKind kind = cht_object_get_kind (g_ptr_array_index (objects, i));

      if ((seen & (1u << kind)) != 0 || (kind == CHT_OBJECT_CERTIFICATE && !certificates))
        continue;
      seen |= 1u << kind;
      g_string_append_printf (words, "%s%s", words->len > 0 ? ", " : "", kind_words (kind));
    }
  return g_string_free (words, FALSE);
}

void
cht_rule_file_no_certificate (ChtJudgement *self, const ChtRule *rule)
{
  const ChtSnapshot *snapshot = self->snapshot;
  Given given[3];
  guint n = list_given (self, given);

  if (snapshot->chain == NULL && !snapshot->chain_locked && snapshot->whole && !snapshot->edit)
    cht_judgement_add (
        self, rule, rule->severity, CHT_FIELD_CHAIN, "",
        _ ("The trust chain is missing. Choose the file with the root and the intermediates."));
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = cht_judgement_file_name (given[i].path, given[i].field);
      g_autofree char *holds = cht_rules_describe_objects (given[i].bundle, FALSE);

      if (given[i].field == CHT_FIELD_KEY || cht_bundle_get_certificates (given[i].bundle)->len > 0 ||
          cht_bundle_get_n_unreadable (given[i].bundle) > 0)
        continue;
      cht_judgement_add (
          self, rule, rule->severity, given[i].field, given[i].path,
          given[i].field == CHT_FIELD_CHAIN
              ? _ ("%s holds no certificate but %s. Choose the file with the root and the intermediates.")
              : _ ("%s holds no certificate but %s. Choose the certificate that the CA signed."),
          name, holds);
    }
}

static void
blame_form (ChtJudgement *self, const ChtRule *rule, ChtFormat format, const char *path, ChtField field)
{
  g_autofree char *name = cht_judgement_file_name (path, field);

  if (format != CHT_FORMAT_PEM && format != CHT_FORMAT_OPENSSH)
    cht_judgement_add (self, rule, rule->severity, field, path,
                       _ ("%s is not PEM (%s); the controller takes PEM. Convert it to PEM first."), name,
                       cht_format_get_words (format));
}

void
cht_rule_file_not_pem (ChtJudgement *self, const ChtRule *rule)
{
  const ChtSnapshot *snapshot = self->snapshot;
  Given given[3];
  guint n = list_given (self, given);

  if (snapshot->chain_locked)
    blame_form (self, rule, CHT_FORMAT_PKCS12, snapshot->chain_path, CHT_FIELD_CHAIN);
  if (snapshot->certificate_locked && cht_judgement_takes_key (self))
    blame_form (self, rule, CHT_FORMAT_PKCS12, snapshot->certificate_path, CHT_FIELD_CERTIFICATE);
  if (snapshot->key_locked && cht_judgement_takes_key (self))
    blame_form (self, rule, CHT_FORMAT_PKCS12, snapshot->key_path, CHT_FIELD_KEY);
  for (guint i = 0; i < n; i++)
    blame_form (self, rule, cht_bundle_get_format (given[i].bundle), given[i].path, given[i].field);
}

/* Blocks of PEM and what stands in other forms read alike but are two rules: one is mended with an editor,
 * the other is not. */
static void
blame_unreadable (ChtJudgement *self, const ChtRule *rule, gboolean pem)
{
  Given given[3];
  guint n = list_given (self, given);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = cht_judgement_file_name (given[i].path, given[i].field);
      GPtrArray *objects = cht_bundle_get_objects (given[i].bundle);

      if (given[i].field == CHT_FIELD_KEY ||
          (cht_bundle_get_format (given[i].bundle) == CHT_FORMAT_PEM) != pem)
        continue;
      for (guint k = 0; k < objects->len; k++)
        {
          ChtObject *object = g_ptr_array_index (objects, k);

          if (cht_object_get_kind (object) != CHT_OBJECT_UNKNOWN)
            continue;
          if (pem && cht_object_get_line (object) > 0)
            cht_judgement_add (self, rule, rule->severity, given[i].field, given[i].path,
                               _ ("%s: the block that begins at line %u is broken. %s"), name,
                               cht_object_get_line (object), cht_object_get_reason (object));
          else
            cht_judgement_add (self, rule, rule->severity, given[i].field, given[i].path,
                               _ ("%s: a part of it cannot be read. %s"), name,
                               cht_object_get_reason (object));
        }
    }
}

void
cht_rule_file_broken_block (ChtJudgement *self, const ChtRule *rule)
{
  blame_unreadable (self, rule, TRUE);
}

void
cht_rule_certificate_unreadable (ChtJudgement *self, const ChtRule *rule)
{
  blame_unreadable (self, rule, FALSE);
}

void
cht_rule_file_private_key (ChtJudgement *self, const ChtRule *rule)
{
  Given given[3];
  guint n = list_given (self, given);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = cht_judgement_file_name (given[i].path, given[i].field);

      if (given[i].field == CHT_FIELD_KEY || cht_bundle_get_keys (given[i].bundle)->len == 0)
        continue;
      if (given[i].field == CHT_FIELD_CHAIN)
        cht_judgement_add (self, rule, rule->severity, given[i].field, given[i].path,
                           _ ("%s holds a private key. A trust chain has none: take the key out, and keep "
                              "the file to yourself."),
                           name);
      else if (cht_bundle_get_certificates (given[i].bundle)->len > 0) /* which alone is sent */
        cht_judgement_add (
            self, rule, CHT_SEVERITY_WARNING, given[i].field, given[i].path,
            _ ("%s holds a private key beside the certificate. Only the certificate of this file is sent."),
            name);
    }
}

void
cht_rule_file_made_plain (ChtJudgement *self, const ChtRule *rule)
{
  Given given[3];
  guint n = list_given (self, given);

  for (guint i = 0; i < n; i++)
    {
      ChtBundle *bundle = given[i].bundle;
      guint count = cht_bundle_get_certificates (bundle)->len;
      g_autofree char *name = cht_judgement_file_name (given[i].path, given[i].field);
      g_autofree char *left = cht_rules_describe_objects (bundle, FALSE);

      if (given[i].field == CHT_FIELD_KEY || cht_bundle_get_format (bundle) != CHT_FORMAT_PEM ||
          cht_bundle_is_plain_pem (bundle) || count == 0 || cht_bundle_get_n_unreadable (bundle) > 0)
        continue;
      if (*left != '\0')
        cht_judgement_add (
            self, rule, rule->severity, given[i].field, given[i].path,
            g_dngettext (
                GETTEXT_PACKAGE,
                "%s holds more than certificates (%s). It is sent as plain PEM of its %u certificate.",
                "%s holds more than certificates (%s). It is sent as plain PEM of its %u certificates.",
                count),
            name, left, count);
      else
        cht_judgement_add (
            self, rule, rule->severity, given[i].field, given[i].path,
            g_dngettext (GETTEXT_PACKAGE,
                         "%s is more than plain PEM blocks. It is sent as plain PEM of its %u certificate.",
                         "%s is more than plain PEM blocks. It is sent as plain PEM of its %u certificates.",
                         count),
            name, count);
    }
}
