/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Validity, judged at the snapshot's moment. */
#include "cht-rules.h"

#include <glib/gi18n-lib.h>

/* A certificate that is of no use beside a path that lives does no harm; and where there is no role, nothing
 * goes up. */
static ChtSeverity
soften (const ChtJudgement *self, const ChtRule *rule)
{
  return self->some_path_lives || self->asked_for == CHT_RULE_FOR_INSPECT ? CHT_SEVERITY_WARNING
                                                                          : rule->severity;
}

void
cht_rule_expiry_expired (ChtJudgement *self, const ChtRule *rule)
{
  for (guint i = 0; i < cht_judgement_get_n_positions (self); i++)
    {
      const ChtPosition *position = cht_judgement_get_position (self, i);
      gint64 end = cht_certificate_get_not_after (position->certificate);

      if (end < self->snapshot->now)
        {
          g_autofree char *name = cht_judgement_name (position->certificate);
          g_autofree char *date = cht_time_describe_date (end);

          cht_judgement_add (self, rule, soften (self, rule), cht_judgement_field_of (self, position),
                             cht_certificate_get_sha256 (position->certificate),
                             _ ("“%s” expired on %s. Ask the CA for a new one."), name, date);
        }
    }
}

void
cht_rule_expiry_not_yet_valid (ChtJudgement *self, const ChtRule *rule)
{
  for (guint i = 0; i < cht_judgement_get_n_positions (self); i++)
    {
      const ChtPosition *position = cht_judgement_get_position (self, i);
      gint64 start = cht_certificate_get_not_before (position->certificate);

      if (start > self->snapshot->now)
        {
          g_autofree char *name = cht_judgement_name (position->certificate);
          g_autofree char *moment = cht_time_describe_moment (start);

          cht_judgement_add (
              self, rule, soften (self, rule), cht_judgement_field_of (self, position),
              cht_certificate_get_sha256 (position->certificate),
              _ ("“%s” is not yet valid: it begins on %s. Wait until then, or check this machine’s clock."),
              name, moment);
        }
    }
}

void
cht_rule_expiry_below_minimum (ChtJudgement *self, const ChtRule *rule)
{
  gint64 now = self->snapshot->now;

  for (guint i = 0; i < cht_judgement_get_n_positions (self); i++)
    {
      const ChtPosition *position = cht_judgement_get_position (self, i);
      gint64 end = cht_certificate_get_not_after (position->certificate);

      if (end >= now && end < self->least_end)
        {
          g_autofree char *name = cht_judgement_name (position->certificate);
          g_autofree char *date = cht_time_describe_date (end);
          g_autofree char *distance = cht_time_describe_distance (end, now);

          cht_judgement_add (
              self, rule, soften (self, rule), cht_judgement_field_of (self, position),
              cht_certificate_get_sha256 (position->certificate),
              _ ("“%s” ends %s, on %s; the controller takes what lives %d days or more. Ask the CA for one "
                 "that lasts longer."),
              name, distance, date, (int) ((self->least_end - now) / CHT_DAY));
        }
    }
}

void
cht_rule_expiry_in_window (ChtJudgement *self, const ChtRule *rule)
{
  const ChtSnapshot *snapshot = self->snapshot;

  for (guint i = 0; i < cht_judgement_get_n_positions (self); i++)
    {
      const ChtPosition *position = cht_judgement_get_position (self, i);
      gint64 end = cht_certificate_get_not_after (position->certificate);

      if (end >= snapshot->now && end < snapshot->window_end)
        {
          g_autofree char *name = cht_judgement_name (position->certificate);
          g_autofree char *ends = cht_time_describe_moment (end);
          g_autofree char *closes = cht_time_describe_moment (snapshot->window_end);

          cht_judgement_add (
              self, rule, soften (self, rule), cht_judgement_field_of (self, position),
              cht_certificate_get_sha256 (position->certificate),
              _ ("“%s” ends on %s, before the maintenance window closes on %s. Ask the CA for one that lasts longer."),
              name, ends, closes);
        }
    }
}

/* Of one that was cross-signed, the issuer that lasts longest counts. */
void
cht_rule_expiry_outlives_issuer (ChtJudgement *self, const ChtRule *rule)
{
  for (guint i = 0; i < cht_judgement_get_n_positions (self); i++)
    {
      const ChtPosition *position = cht_judgement_get_position (self, i);

      if (!position->self_signed && position->n_issuers > 0 && !position->endless)
        {
          g_autofree char *name = cht_judgement_name (position->certificate);
          g_autofree char *date =
              cht_time_describe_date (cht_certificate_get_not_after (position->certificate));

          cht_judgement_add (
              self, rule, rule->severity, cht_judgement_field_of (self, position),
              cht_certificate_get_sha256 (position->certificate),
              _ ("“%s” lasts until %s, but the certificate that it was issued with ends before it. It counts "
                 "no longer than its issuer."),
              name, date);
        }
    }
}
