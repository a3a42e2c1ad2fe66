/* SPDX-License-Identifier: GPL-3.0-or-later */
/* May they issue what they issue (RFC 5280, 4.2.1.3, 4.2.1.9, 4.2.1.12)? Trust anchors of the old kind are
 * certificate.old-form's. */
#include "cht-rules.h"

#include <glib/gi18n-lib.h>

/* It issued another certificate here, or is the intermediate that is to issue on the controller. */
static gboolean
has_to_issue (const ChtJudgement *self, const ChtPosition *position)
{
  return position->children != NULL || position->certificate == self->intermediate;
}

static ChtField
blamed_field (const ChtJudgement *self, const ChtPosition *position)
{
  return position->certificate == self->intermediate ? CHT_FIELD_CERTIFICATE
                                                     : cht_judgement_field_of (self, position);
}

void
cht_rule_ca_not_ca (ChtJudgement *self, const ChtRule *rule)
{
  for (guint i = 0; i < cht_judgement_get_n_positions (self); i++)
    {
      const ChtPosition *position = cht_judgement_get_position (self, i);
      g_autofree char *name = NULL;

      if (!has_to_issue (self, position) || cht_certificate_is_ca (position->certificate) ||
          position->is_old_root)
        continue;
      name = cht_judgement_name (position->certificate);
      cht_judgement_add (
          self, rule, rule->severity, blamed_field (self, position),
          cht_certificate_get_sha256 (position->certificate),
          position->certificate == self->intermediate
              ? _ ("“%s” is not a CA: its basic constraints do not say so. Choose the certificate of the CA "
                   "that is to issue.")
              : _ ("“%s” is not a CA: its basic constraints do not say so, yet it issued a certificate here. "
                   "Ask for a chain whose issuers are CAs."),
          name);
    }
}

void
cht_rule_ca_no_cert_sign (ChtJudgement *self, const ChtRule *rule)
{
  for (guint i = 0; i < cht_judgement_get_n_positions (self); i++)
    {
      const ChtPosition *position = cht_judgement_get_position (self, i);
      ChtCertificate *certificate = position->certificate;
      g_autofree char *name = NULL;

      if (!has_to_issue (self, position) || !cht_certificate_is_ca (certificate) ||
          !cht_certificate_has_key_usage (certificate) ||
          (cht_certificate_get_key_usage (certificate) & CHT_KEY_USAGE_KEY_CERT_SIGN) != 0)
        continue;
      name = cht_judgement_name (certificate);
      cht_judgement_add (self, rule, rule->severity, blamed_field (self, position),
                         cht_certificate_get_sha256 (certificate),
                         _ ("“%s” may not sign certificates: its key usage lacks keyCertSign. Ask the CA for "
                            "one with that use."),
                         name);
    }
}

void
cht_rule_ca_path_length (ChtJudgement *self, const ChtRule *rule)
{
  for (guint i = 0; i < cht_judgement_get_n_positions (self); i++)
    {
      const ChtPosition *position = cht_judgement_get_position (self, i);
      g_autofree char *name = NULL;

      /* Below zero though it hangs on a root: each CA above it allowed too few CAs below. */
      if (!position->reaches_root || position->budget >= 0 || !cht_certificate_is_ca (position->certificate))
        continue;
      name = cht_judgement_name (position->certificate);
      cht_judgement_add (self, rule, rule->severity, blamed_field (self, position),
                         cht_certificate_get_sha256 (position->certificate),
                         _ ("The path length of a CA above “%s” does not allow it to be a CA. Nothing that "
                            "it issues would be "
                            "valid; ask for one from a CA that may have another CA below it."),
                         name);
    }
}

static gboolean
allows (const char *const *purposes, const char *wanted)
{
  return g_strv_contains (purposes, wanted) || g_strv_contains (purposes, "2.5.29.37.0" /* any */);
}

void
cht_rule_ca_extended_usage (ChtJudgement *self, const ChtRule *rule)
{
  const ChtRole *role = self->snapshot->role;
  const char *const *purposes = NULL;
  g_autofree char *name = NULL;
  gboolean servers = role != NULL && role->issues_servers;

  if (self->intermediate != NULL && cht_certificate_is_ca (self->intermediate) && role != NULL && role->issues)
    purposes = cht_certificate_get_extended_key_usage (self->intermediate);
  if (purposes == NULL || allows (purposes, servers ? "1.3.6.1.5.5.7.3.1" : "1.3.6.1.5.5.7.3.2"))
    return;
  name = cht_judgement_name (self->intermediate);
  cht_judgement_add (
      self, rule, rule->severity, CHT_FIELD_CERTIFICATE, cht_certificate_get_sha256 (self->intermediate),
      servers
          ? _ ("“%s” is limited to purposes among which server authentication is not, and that is what this "
               "role issues. Ask the CA for one without that limit.")
          : _ ("“%s” is limited to purposes among which client authentication is not, and that is what this "
               "role issues. Ask the CA for one without that limit."),
      name);
}
