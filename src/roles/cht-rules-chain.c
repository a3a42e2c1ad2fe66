/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the certificates hang together. A link holds only where its signature was verified over the bytes. */
#include "cht-rules.h"
#include "cht-text.h"

#include <glib/gi18n-lib.h>

static gboolean
has_chain (const ChtJudgement *self)
{
  return self->snapshot->chain != NULL && cht_bundle_get_certificates (self->snapshot->chain)->len > 0;
}

static gboolean
holds_root (const ChtJudgement *self)
{
  for (guint i = 0; i < cht_judgement_get_n_positions (self); i++)
    {
      const ChtPosition *position = cht_judgement_get_position (self, i);

      if (position->in_file && position->self_signed)
        return TRUE;
    }
  return FALSE;
}

/* The best link of STATE above a certificate that has none that holds; NULL where it has one, is a root, or
 * has none of that state. */
static const ChtLink *
find_failed_link (const ChtJudgement *self, const ChtPosition *position, ChtLinkState state)
{
  GArray *links = cht_chains_get_links (self->chains, position->certificate);

  if (position->self_signed || position->n_issuers > 0)
    return NULL;
  for (guint i = 0; i < links->len; i++)
    if (g_array_index (links, ChtLink, i).state == state)
      return &g_array_index (links, ChtLink, i);
  return NULL;
}

/* Nothing to do with the intermediate, whose own path is whole. */
static gboolean
is_unrelated (const ChtJudgement *self, const ChtPosition *position)
{
  const ChtPosition *meant =
      self->intermediate != NULL ? cht_judgement_find (self, self->intermediate) : NULL;

  return meant != NULL && meant->reaches_root &&
         cht_chains_get_hierarchy (self->chains, meant->certificate) !=
             cht_chains_get_hierarchy (self->chains, position->certificate);
}

void
cht_rule_chain_leaf (ChtJudgement *self, const ChtRule *rule)
{
  g_autofree char *file = cht_judgement_file_name (self->snapshot->chain_path, CHT_FIELD_CHAIN);

  for (guint i = 0; i < cht_judgement_get_n_positions (self); i++)
    {
      const ChtPosition *position = cht_judgement_get_position (self, i);
      g_autofree char *name = NULL;

      /* Of the intermediate, ca.not-ca tells the same. */
      if (!position->in_file || position->certificate == self->intermediate ||
          !position->is_leaf)
        continue;
      name = cht_judgement_name (position->certificate);
      cht_judgement_add (self, rule, rule->severity, CHT_FIELD_CHAIN,
                         cht_certificate_get_sha256 (position->certificate),
                         _ ("“%s” is an end-entity certificate, not a CA. Leave it out of %s."), name, file);
    }
}

void
cht_rule_chain_link_broken (ChtJudgement *self, const ChtRule *rule)
{
  for (guint i = 0; i < cht_judgement_get_n_positions (self); i++)
    {
      const ChtPosition *position = cht_judgement_get_position (self, i);
      const ChtLink *broken = find_failed_link (self, position, CHT_LINK_SIGNATURE_BROKEN);
      const ChtLink *unproved = find_failed_link (self, position, CHT_LINK_UNCHECKABLE);
      g_autofree char *name = cht_judgement_name (position->certificate);
      const char *sha256 = cht_certificate_get_sha256 (position->certificate);

      if (unproved != NULL)
        cht_judgement_add (
            self, rule, rule->severity, cht_judgement_field_of (self, position), sha256,
            _ ("The signature on “%s” cannot be verified here: %s is not known to this program. It is not "
               "taken on trust."),
            name, cht_certificate_get_signature_algorithm (position->certificate));
      else if (broken != NULL && broken->issuer == position->certificate)
        cht_judgement_add (self, rule, rule->severity, cht_judgement_field_of (self, position), sha256,
                           _ ("The signature of “%s” on itself does not hold: the certificate was changed or "
                              "damaged. Ask the "
                              "CA for it again."),
                           name);
      else if (broken != NULL)
        {
          g_autofree char *issuer = cht_judgement_name (broken->issuer);

          cht_judgement_add (self, rule, rule->severity, cht_judgement_field_of (self, position), sha256,
                             _ ("The signature on “%s” was not made by the key of “%s”, though the issuer’s "
                                "name is the same. "
                                "Ask the CA for the issuer’s certificate with the right key."),
                             name, issuer);
        }
    }
}

static void
blame_missing_issuer (ChtJudgement *self, const ChtRule *rule, const char *format)
{
  g_autofree char *file = cht_judgement_file_name (self->snapshot->chain_path, CHT_FIELD_CHAIN);

  for (guint i = 0; has_chain (self) && i < cht_judgement_get_n_positions (self); i++)
    {
      const ChtPosition *position = cht_judgement_get_position (self, i);
      g_autofree char *name = NULL, *issuer = NULL;

      if (find_failed_link (self, position, CHT_LINK_MISSING) == NULL ||
          find_failed_link (self, position, CHT_LINK_SIGNATURE_BROKEN) != NULL ||
          find_failed_link (self, position, CHT_LINK_UNCHECKABLE) != NULL || is_unrelated (self, position))
        continue;
      name = cht_judgement_name (position->certificate);
      issuer = cht_text_for_display (cht_certificate_get_issuer (position->certificate));
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
      cht_judgement_add (self, rule, rule->severity, CHT_FIELD_CHAIN,
                         cht_certificate_get_sha256 (position->certificate), format, file, issuer, name);
#pragma GCC diagnostic pop
    }
}

/* CAs that certify each other in a circle: each has an issuer, and none has a root. */
static void
blame_circle (ChtJudgement *self, const ChtRule *rule)
{
  for (guint i = 0; has_chain (self) && i < cht_judgement_get_n_positions (self); i++)
    {
      const ChtPosition *position = cht_judgement_get_position (self, i);
      g_autofree char *name = NULL;

      if (position->reaches_root || position->breaks_off || is_unrelated (self, position))
        continue;
      name = cht_judgement_name (position->certificate);
      cht_judgement_add (
          self, rule, rule->severity, CHT_FIELD_CHAIN, cht_certificate_get_sha256 (position->certificate),
          _ ("The root is missing above “%s”: the CAs of its chain certify each other, and none of them "
             "is a root. Add the root to the file."),
          name);
      return;
    }
}

void
cht_rule_chain_root_missing (ChtJudgement *self, const ChtRule *rule)
{
  const ChtPosition *meant =
      self->intermediate != NULL ? cht_judgement_find (self, self->intermediate) : NULL;

  if (has_chain (self) && meant != NULL && meant->self_signed && !meant->in_file)
    {
      g_autofree char *name = cht_judgement_name (meant->certificate);

      cht_judgement_add (
          self, rule, rule->severity, CHT_FIELD_CHAIN, cht_certificate_get_sha256 (meant->certificate),
          _ ("“%s” is a root, but it is missing in the trust chain. Choose the chain that it belongs to."),
          name);
    }
  else
    blame_circle (self, rule);
  if (!holds_root (self))
    blame_missing_issuer (self, rule,
                          _ ("The root is missing in %1$s: the path breaks off at “%3$s”, whose issuer "
                             "“%2$s” is not there. Add what is "
                             "missing up to the root."));
}

void
cht_rule_chain_issuer_missing (ChtJudgement *self, const ChtRule *rule)
{
  if (holds_root (self))
    blame_missing_issuer (self, rule,
                          _ ("An issuer is missing in %1$s: there is no certificate of “%2$s”, who issued "
                             "“%3$s”. Add it to the file."));
}

void
cht_rule_chain_unrelated (ChtJudgement *self, const ChtRule *rule)
{
  g_autofree char *wanted = self->intermediate != NULL ? cht_judgement_name (self->intermediate) : NULL;

  for (guint i = 0; i < cht_judgement_get_n_positions (self); i++)
    {
      const ChtPosition *position = cht_judgement_get_position (self, i);
      g_autofree char *name = NULL;

      if (!position->in_file || position->is_leaf || !is_unrelated (self, position))
        continue;
      name = cht_judgement_name (position->certificate);
      cht_judgement_add (self, rule, rule->severity, CHT_FIELD_CHAIN,
                         cht_certificate_get_sha256 (position->certificate),
                         _ ("“%s” does not belong to the hierarchy of the intermediate “%s”. Leave it out, "
                            "unless it is meant."),
                         name, wanted);
    }
}

void
cht_rule_chain_several (ChtJudgement *self, const ChtRule *rule)
{
  g_autoptr (GHashTable) whole = g_hash_table_new (NULL, NULL);
  g_autofree char *file = cht_judgement_file_name (self->snapshot->chain_path, CHT_FIELD_CHAIN);

  if (self->snapshot->role == NULL || self->snapshot->role->several_hierarchies)
    return;
  /* A part whose top is missing is another rule's. */
  for (guint i = 0; i < cht_judgement_get_n_positions (self); i++)
    {
      const ChtPosition *position = cht_judgement_get_position (self, i);

      if (position->in_file && position->reaches_root && !position->is_leaf)
        g_hash_table_add (whole,
                          GUINT_TO_POINTER (cht_chains_get_hierarchy (self->chains, position->certificate)));
    }
  if (g_hash_table_size (whole) > 1)
    cht_judgement_add (self, rule, rule->severity, CHT_FIELD_CHAIN, self->snapshot->chain_path,
                       _ ("%s holds %u separate hierarchies; this role takes one. Split the file, and add "
                          "one certificate for each."),
                       file, g_hash_table_size (whole));
}

void
cht_rule_chain_more_than_root (ChtJudgement *self, const ChtRule *rule)
{
  g_autofree char *file = cht_judgement_file_name (self->snapshot->chain_path, CHT_FIELD_CHAIN);
  guint below = 0;

  if (self->snapshot->role == NULL || !self->snapshot->role->root_only || !holds_root (self))
    return;
  for (guint i = 0; i < cht_judgement_get_n_positions (self); i++)
    {
      const ChtPosition *position = cht_judgement_get_position (self, i);

      if (position->in_file && !position->self_signed && !position->is_leaf)
        below++;
    }
  if (below > 0)
    cht_judgement_add (
        self, rule, rule->severity, CHT_FIELD_CHAIN, self->snapshot->chain_path,
        g_dngettext (GETTEXT_PACKAGE,
                     "%s holds more than a root: %u other CA. This role takes the root alone.",
                     "%s holds more than a root: %u other CAs. This role takes the root alone.", below),
        file, below);
}

void
cht_rule_chain_intermediate_absent (ChtJudgement *self, const ChtRule *rule)
{
  const ChtPosition *meant =
      self->intermediate != NULL ? cht_judgement_find (self, self->intermediate) : NULL;
  g_autofree char *file = cht_judgement_file_name (self->snapshot->chain_path, CHT_FIELD_CHAIN);
  g_autofree char *name = NULL;

  if (!has_chain (self) || meant == NULL || meant->in_file || meant->n_issuers == 0)
    return;
  name = cht_judgement_name (meant->certificate);
  cht_judgement_add (self, rule, rule->severity, CHT_FIELD_CHAIN,
                     cht_certificate_get_sha256 (meant->certificate),
                     _ ("The intermediate “%s” is not in %s, though its issuer is. Add it as the last "
                        "certificate of the file."),
                     name, file);
}

void
cht_rule_chain_duplicate (ChtJudgement *self, const ChtRule *rule)
{
  GPtrArray *certificates = has_chain (self) ? cht_bundle_get_certificates (self->snapshot->chain) : NULL;
  g_autoptr (GHashTable) times = g_hash_table_new (g_str_hash, g_str_equal);
  g_autofree char *file = cht_judgement_file_name (self->snapshot->chain_path, CHT_FIELD_CHAIN);

  for (guint i = 0; certificates != NULL && i < certificates->len; i++)
    {
      gpointer sha256 = (gpointer) cht_certificate_get_sha256 (g_ptr_array_index (certificates, i));

      g_hash_table_insert (times, sha256,
                           GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (times, sha256)) + 1));
    }
  for (guint i = 0; i < cht_judgement_get_n_positions (self); i++)
    {
      const ChtPosition *position = cht_judgement_get_position (self, i);
      const char *sha256 = cht_certificate_get_sha256 (position->certificate);
      guint n = GPOINTER_TO_UINT (g_hash_table_lookup (times, sha256));
      g_autofree char *name = NULL;

      if (n < 2)
        continue;
      name = cht_judgement_name (position->certificate);
      cht_judgement_add (self, rule, rule->severity, CHT_FIELD_CHAIN, sha256,
                         _ ("“%s” stands in %s more than once (%u times). Once is enough."), name, file, n);
    }
}

/* An intermediate that is in no file of the chain stands behind it here, and would spoil an order that is
 * right. */
static ChtChains *
chains_of_file (const ChtJudgement *self)
{
  if (self->intermediate == NULL || self->intermediate_in_file)
    return g_object_ref (self->chains);
  return cht_chains_new (cht_bundle_get_certificates (self->snapshot->chain));
}

/* Only text has an order that somebody chose; a container holds a set, and to-pem puts it in order. */
void
cht_rule_chain_order (ChtJudgement *self, const ChtRule *rule)
{
  gboolean ordered = has_chain (self) && cht_bundle_get_format (self->snapshot->chain) == CHT_FORMAT_PEM;
  g_autoptr (ChtChains) chains = ordered ? chains_of_file (self) : NULL;
  g_autofree char *file = cht_judgement_file_name (self->snapshot->chain_path, CHT_FIELD_CHAIN);
  ChtOrder worst = CHT_ORDER_ROOT_FIRST;

  for (guint i = 0; chains != NULL && i < cht_chains_get_n_hierarchies (chains); i++)
    worst = MAX (worst, cht_chains_get_order (chains, i));
  if (worst == CHT_ORDER_MIXED)
    cht_judgement_add (
        self, rule, rule->severity, CHT_FIELD_CHAIN, self->snapshot->chain_path,
        _ ("The certificates in %s are out of order. Put the root first and each next one below the one that "
           "signed it."),
        file);
  else if (worst == CHT_ORDER_LOWEST_FIRST)
    cht_judgement_add (
        self, rule, CHT_SEVERITY_INFO, CHT_FIELD_CHAIN, self->snapshot->chain_path,
        _ ("%s begins with the lowest certificate. The guide’s order is root first; this one passes too."),
        file);
}

void
cht_rule_chain_key_ids_differ (ChtJudgement *self, const ChtRule *rule)
{
  for (guint i = 0; i < cht_judgement_get_n_positions (self); i++)
    {
      const ChtPosition *position = cht_judgement_get_position (self, i);
      GArray *links = cht_chains_get_links (self->chains, position->certificate);
      const ChtLink *odd = NULL;
      gboolean sound = position->self_signed;
      g_autofree char *name = NULL, *issuer = NULL;

      for (guint k = 0; k < links->len; k++)
        {
          const ChtLink *link = &g_array_index (links, ChtLink, k);

          sound |= link->state == CHT_LINK_HOLDS;
          if (link->state == CHT_LINK_KEY_IDS_DIFFER && odd == NULL)
            odd = link;
        }
      if (sound || odd == NULL)
        continue;
      name = cht_judgement_name (position->certificate);
      issuer = cht_judgement_name (odd->issuer);
      cht_judgement_add (self, rule, rule->severity, cht_judgement_field_of (self, position),
                         cht_certificate_get_sha256 (position->certificate),
                         _ ("“%s” names another key identifier than its issuer “%s” has, though the "
                            "signature holds. Some programs "
                            "will not find the issuer."),
                         name, issuer);
    }
}
