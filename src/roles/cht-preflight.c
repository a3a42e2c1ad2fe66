/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-preflight.h"

#include "cht-judgement.h"

static int
compare_findings (gconstpointer a, gconstpointer b)
{
  ChtFinding *left = *(ChtFinding *const *) a, *right = *(ChtFinding *const *) b;
  int by_severity = (int) cht_finding_get_severity (right) - (int) cht_finding_get_severity (left);

  return by_severity != 0 ? by_severity : (int) cht_finding_get_field (left) - (int) cht_finding_get_field (right);
}

static GPtrArray *
judge (const ChtSnapshot *snapshot, guint asked_for)
{
  g_auto (ChtJudgement) judgement = { 0 };

  cht_judgement_init (&judgement, snapshot, asked_for);
  for (gsize i = 0; i < cht_n_rules; i++)
    {
      if ((cht_rules[i].holds_for & asked_for) == 0)
        continue;
      judgement.n_of_rule = 0;
      cht_rules[i].judge (&judgement, &cht_rules[i]);
    }
  g_ptr_array_sort (judgement.findings, compare_findings); /* stable: within a field the table's order stays */
  return g_steal_pointer (&judgement.findings);
}

GPtrArray *
cht_preflight_run (const ChtSnapshot *snapshot)
{
  const ChtRole *role;
  gboolean key;

  g_return_val_if_fail (snapshot != NULL, NULL);
  role = snapshot->role;
  if (snapshot->form != CHT_FORM_UNKNOWN)
    key = snapshot->form == CHT_FORM_TRUST_CHAIN_AND_KEY;
  else
    key = role != NULL ? role->category == CHT_ROLE_TRUST_CHAIN_AND_KEY
                       : snapshot->certificate != NULL || snapshot->key != NULL;
  return judge (snapshot, key ? CHT_RULE_FOR_KEY : CHT_RULE_FOR_TRUST);
}

GPtrArray *
cht_preflight_inspect (ChtBundle *bundle, const char *path, gint64 now)
{
  const ChtSnapshot snapshot = { .now = now, .chain = bundle, .chain_path = path };

  g_return_val_if_fail (CHT_IS_BUNDLE (bundle), NULL);
  return judge (&snapshot, CHT_RULE_FOR_INSPECT);
}

gboolean
cht_findings_refuse (GPtrArray *findings, const char *const *despite)
{
  g_return_val_if_fail (findings != NULL, TRUE);

  for (guint i = 0; i < findings->len; i++)
    {
      ChtFinding *finding = g_ptr_array_index (findings, i);
      gboolean waved = despite != NULL && cht_finding_get_may_go_on (finding) &&
                       g_strv_contains (despite, cht_finding_get_id (finding));

      if (cht_finding_get_severity (finding) == CHT_SEVERITY_ERROR && !waved)
        return TRUE;
    }
  return FALSE;
}

GBytes *
cht_preflight_chain_to_send (ChtBundle *chain)
{
  g_return_val_if_fail (CHT_IS_BUNDLE (chain), NULL);

  return cht_bundle_is_plain_pem (chain) ? g_bytes_ref (cht_bundle_get_bytes (chain))
                                         : cht_bundle_to_plain_pem (chain);
}

const char *const *
cht_preflight_list_rules (void)
{
  static gsize once = 0;

  if (g_once_init_enter (&once))
    {
      const char **ids = g_new0 (const char *, cht_n_rules + 1);

      for (gsize i = 0; i < cht_n_rules; i++)
        ids[i] = cht_rules[i].id;
      g_once_init_leave (&once, (gsize) ids);
    }
  return (const char *const *) once;
}
