/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is odd about one certificate by itself, and about the field of the intermediate. */
#include "cht-rules.h"

#include <glib/gi18n-lib.h>

void
cht_rule_certificate_missing (ChtJudgement *self, const ChtRule *rule)
{
  const ChtSnapshot *snapshot = self->snapshot;
  ChtCertificate *owner = self->key != NULL ? cht_judgement_find_owner (self, self->key) : NULL;

  /* An edit keeps the pair that is there, but never half of it. */
  if (!snapshot->whole || snapshot->certificate != NULL || snapshot->certificate_locked ||
      (snapshot->edit && snapshot->key == NULL && !snapshot->key_locked))
    return;
  if (owner != NULL)
    {
      g_autofree char *name = cht_judgement_name (owner);

      cht_judgement_add (self, rule, rule->severity, CHT_FIELD_CERTIFICATE,
                         cht_certificate_get_sha256 (owner),
                         _ ("The intermediate certificate is missing. The key belongs to “%s” of the chain: "
                            "give that one in a file "
                            "of its own."),
                         name);
    }
  else
    cht_judgement_add (self, rule, rule->severity, CHT_FIELD_CERTIFICATE, "",
                       _ ("The intermediate certificate is missing; this role needs it. Choose the "
                          "certificate of the CA that is "
                          "to issue."));
}

/* The controller is taken to read the first one: that is why another one that the key fits is an error. */
void
cht_rule_certificate_several (ChtJudgement *self, const ChtRule *rule)
{
  ChtBundle *bundle = self->snapshot->certificate;
  GPtrArray *certificates = bundle != NULL ? cht_bundle_get_certificates (bundle) : NULL;
  g_autofree char *file = cht_judgement_file_name (self->snapshot->certificate_path, CHT_FIELD_CERTIFICATE);
  g_autofree char *name = NULL;
  gboolean first;

  if (certificates == NULL || certificates->len < 2 || self->intermediate == NULL)
    return;
  first = cht_certificate_equal (g_ptr_array_index (certificates, 0), self->intermediate);
  name = cht_judgement_name (self->intermediate);
  cht_judgement_add (self, rule, first ? CHT_SEVERITY_WARNING : rule->severity, CHT_FIELD_CERTIFICATE,
                     self->snapshot->certificate_path,
                     first ? _ ("%s holds %u certificates, of which the first, “%s”, is taken as the "
                                "intermediate. Give it in a file "
                                "of its own.")
                           : _ ("%s holds %u certificates, and the key belongs to “%s”, which is not the "
                                "first. Give that one in a "
                                "file of its own."),
                     file, certificates->len, name);
}

void
cht_rule_certificate_serial (ChtJudgement *self, const ChtRule *rule)
{
  for (guint i = 0; i < cht_judgement_get_n_positions (self); i++)
    {
      const ChtPosition *position = cht_judgement_get_position (self, i);
      g_autofree char *name = NULL;

      if (!cht_certificate_has_odd_serial (position->certificate))
        continue;
      name = cht_judgement_name (position->certificate);
      cht_judgement_add (self, rule, rule->severity, cht_judgement_field_of (self, position),
                         cht_certificate_get_sha256 (position->certificate),
                         _ ("The serial number of “%s” is zero, negative or longer than 20 octets. Some "
                            "programs refuse it."),
                         name);
    }
}

void
cht_rule_certificate_old_form (ChtJudgement *self, const ChtRule *rule)
{
  for (guint i = 0; i < cht_judgement_get_n_positions (self); i++)
    {
      const ChtPosition *position = cht_judgement_get_position (self, i);
      ChtCertificate *certificate = position->certificate;
      gboolean md5 = position->self_signed && cht_certificate_is_signed_with_md5 (certificate);
      g_autofree char *name = NULL;

      if (!md5 && !position->is_old_root)
        continue;
      name = cht_judgement_name (certificate);
      cht_judgement_add (self, rule, rule->severity, cht_judgement_field_of (self, position),
                         cht_certificate_get_sha256 (certificate),
                         cht_certificate_get_version (certificate) < 3
                             ? _ ("“%s” is a root of the old form (X.509 version 1, without extensions). It "
                                  "is taken as a root; ask the "
                                  "CA whether there is a newer one.")
                         : md5 ? _ ("“%s” is a root of the old form (it signed itself with MD5). It is taken "
                                    "as a root; ask the CA "
                                    "whether there is a newer one.")
                               : _ ("“%s” is a root of the old form (no basic constraints). It is taken as a "
                                    "root; ask the CA whether "
                                    "there is a newer one."),
                         name);
    }
}

/* A root's own signature proves nothing and harms nothing. */
static void
blame_digest (ChtJudgement *self,
              const ChtRule *rule,
              gboolean (*weak) (ChtCertificate *),
              const char *format)
{
  for (guint i = 0; i < cht_judgement_get_n_positions (self); i++)
    {
      const ChtPosition *position = cht_judgement_get_position (self, i);
      g_autofree char *name = NULL;

      if (position->self_signed || !weak (position->certificate))
        continue;
      name = cht_judgement_name (position->certificate);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
      cht_judgement_add (self, rule, rule->severity, cht_judgement_field_of (self, position),
                         cht_certificate_get_sha256 (position->certificate), format, name);
#pragma GCC diagnostic pop
    }
}

void
cht_rule_algorithm_md5 (ChtJudgement *self, const ChtRule *rule)
{
  blame_digest (
      self, rule, cht_certificate_is_signed_with_md5,
      _ ("“%s” is signed with MD5, which can be forged. Ask the CA for one that is signed with SHA-256."));
}

void
cht_rule_algorithm_sha1 (ChtJudgement *self, const ChtRule *rule)
{
  blame_digest (
      self, rule, cht_certificate_is_signed_with_sha1,
      _ ("“%s” is signed with SHA-1, which is weak. Ask the CA for one that is signed with SHA-256."));
}

static gboolean
is_common (const char *algorithm)
{
  static const char *const common[] = { "RSA", "EC P-256", "EC P-384", "EC P-521", NULL };

  return g_strv_contains (common, algorithm);
}

void
cht_rule_algorithm_unpublished (ChtJudgement *self, const ChtRule *rule)
{
  for (guint i = 0; i < cht_judgement_get_n_positions (self); i++)
    {
      const ChtPosition *position = cht_judgement_get_position (self, i);
      ChtCertificate *certificate = position->certificate;
      const char *key = cht_certificate_get_key_algorithm (certificate);
      const char *signature = cht_certificate_get_signature_algorithm (certificate);
      gboolean pss = g_str_has_prefix (signature, "RSA-PSS");
      g_autofree char *name = NULL;

      if (is_common (key) && !pss)
        continue;
      name = cht_judgement_name (certificate);
      cht_judgement_add (self, rule, rule->severity, cht_judgement_field_of (self, position),
                         cht_certificate_get_sha256 (certificate),
                         _ ("“%s” uses %s, of which the controller’s documents say nothing. Try it on a "
                            "system that is not in use."),
                         name, is_common (key) ? signature : key);
    }
}
