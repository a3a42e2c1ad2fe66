/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The key of the intermediate. A key that is still closed is blamed for that alone, never for not fitting. */
#include "cht-rules.h"
#include "cht-text.h"

#include <glib/gi18n-lib.h>

/* The keys that are judged: the chosen one, or without a role each one of the file. */
static guint
count_keys (const ChtJudgement *self)
{
  if (self->asked_for == CHT_RULE_FOR_INSPECT)
    return cht_bundle_get_keys (self->snapshot->chain)->len;
  return self->key != NULL ? 1 : 0;
}

static ChtKey *
get_key (const ChtJudgement *self, guint index)
{
  if (self->asked_for == CHT_RULE_FOR_INSPECT)
    return g_ptr_array_index (cht_bundle_get_keys (self->snapshot->chain), index);
  return self->key;
}

static const char *
key_path (const ChtJudgement *self)
{
  return self->asked_for == CHT_RULE_FOR_INSPECT ? self->snapshot->chain_path : self->snapshot->key_path;
}

/* The field holds a file without a private key in it. */
static gboolean
is_keyless (const ChtJudgement *self)
{
  return self->snapshot->key != NULL && self->key == NULL;
}

static gboolean
is_unreadable (const ChtJudgement *self)
{
  return is_keyless (self) && cht_bundle_get_n_unreadable (self->snapshot->key) > 0;
}

void
cht_rule_key_missing (ChtJudgement *self, const ChtRule *rule)
{
  const ChtSnapshot *snapshot = self->snapshot;

  if (is_keyless (self) && !is_unreadable (self))
    {
      g_autofree char *file = cht_judgement_file_name (snapshot->key_path, CHT_FIELD_KEY);
      g_autofree char *holds = cht_rules_describe_objects (snapshot->key, TRUE);

      cht_judgement_add (self, rule, rule->severity, CHT_FIELD_KEY, snapshot->key_path,
                         _ ("%s holds no private key but %s. Choose the file with the intermediate’s key."),
                         file, holds);
    }
  /* An edit keeps the pair that is there, but never half of it. */
  else if (snapshot->key == NULL && !snapshot->key_locked && snapshot->whole &&
           !(snapshot->edit && snapshot->certificate == NULL))
    cht_judgement_add (
        self, rule, rule->severity, CHT_FIELD_KEY, "",
        _ ("The intermediate’s key is missing; this role needs it. Choose the key that was made with the "
           "intermediate."));
}

void
cht_rule_key_passphrase_needed (ChtJudgement *self, const ChtRule *rule)
{
  g_autofree char *file = cht_judgement_file_name (key_path (self), CHT_FIELD_KEY);

  for (guint i = 0; i < count_keys (self); i++)
    if (cht_key_get_state (get_key (self, i)) == CHT_KEY_STATE_PASSPHRASE_NEEDED)
      cht_judgement_add (self, rule,
                         self->asked_for == CHT_RULE_FOR_INSPECT ? CHT_SEVERITY_INFO : rule->severity,
                         CHT_FIELD_PASSPHRASE, key_path (self),
                         _ ("The key in %s is encrypted, and its passphrase is needed. Give the passphrase "
                            "that it was saved with."),
                         file);
  if (self->snapshot->key_locked && !self->snapshot->passphrase_given)
    cht_judgement_add (self, rule, rule->severity, CHT_FIELD_PASSPHRASE, key_path (self),
                       _ ("%s is a locked container, and its passphrase is needed. Give the passphrase that it was "
                          "saved with."),
                       file);
}

void
cht_rule_key_passphrase_wrong (ChtJudgement *self, const ChtRule *rule)
{
  g_autofree char *file = cht_judgement_file_name (key_path (self), CHT_FIELD_KEY);

  for (guint i = 0; i < count_keys (self); i++)
    if (cht_key_get_state (get_key (self, i)) == CHT_KEY_STATE_PASSPHRASE_WRONG)
      cht_judgement_add (self, rule, rule->severity, CHT_FIELD_PASSPHRASE, key_path (self),
                         _ ("This passphrase does not open the key in %s: the passphrase is wrong, or the "
                            "file is damaged. Try the "
                            "passphrase again."),
                         file);
  if (self->snapshot->key_locked && self->snapshot->passphrase_given)
    cht_judgement_add (self, rule, rule->severity, CHT_FIELD_PASSPHRASE, key_path (self),
                       _ ("This passphrase does not open %s: the passphrase is wrong, or the file is damaged. Try the "
                          "passphrase again."),
                       file);
}

void
cht_rule_key_passphrase_unneeded (ChtJudgement *self, const ChtRule *rule)
{
  g_autofree char *file = cht_judgement_file_name (key_path (self), CHT_FIELD_KEY);

  if (self->key != NULL && self->snapshot->passphrase_given && cht_key_has_unneeded_passphrase (self->key))
    cht_judgement_add (
        self, rule, rule->severity, CHT_FIELD_PASSPHRASE, key_path (self),
        _ ("The key in %s is not encrypted, so its passphrase is not needed. Leave the passphrase out."),
        file);
}

void
cht_rule_key_unsupported (ChtJudgement *self, const ChtRule *rule)
{
  ChtSeverity severity = self->asked_for == CHT_RULE_FOR_INSPECT ? CHT_SEVERITY_WARNING : rule->severity;
  g_autofree char *file = cht_judgement_file_name (key_path (self), CHT_FIELD_KEY);

  for (guint i = 0; i < count_keys (self); i++)
    {
      ChtKey *key = get_key (self, i);

      if (cht_key_get_state (key) != CHT_KEY_STATE_UNSUPPORTED)
        continue;
      if (cht_key_get_form (key) == CHT_KEY_FORM_OPENSSH)
        cht_judgement_add (self, rule, severity, CHT_FIELD_KEY, key_path (self),
                           _ ("The key in %s is in OpenSSH’s own format; the controller takes PKCS#1 or "
                              "PKCS#8. Save it as PKCS#8."),
                           file);
      else
        cht_judgement_add (self, rule, severity, CHT_FIELD_KEY, key_path (self),
                           _ ("The key in %s cannot be used. %s"), file, cht_key_get_reason (key));
    }
  if (is_unreadable (self) && cht_bundle_get_format (self->snapshot->key) == CHT_FORMAT_OPENSSH)
    cht_judgement_add (self, rule, severity, CHT_FIELD_KEY, key_path (self),
                       _ ("The key in %s is in OpenSSH’s own format; the controller takes PKCS#1 or PKCS#8. "
                          "Save it as PKCS#8."),
                       file);
}

static const char *
first_reason (ChtBundle *bundle)
{
  GPtrArray *objects = cht_bundle_get_objects (bundle);

  for (guint i = 0; i < objects->len; i++)
    if (cht_object_get_kind (g_ptr_array_index (objects, i)) == CHT_OBJECT_UNKNOWN)
      return cht_object_get_reason (g_ptr_array_index (objects, i));
  return "";
}

void
cht_rule_key_damaged (ChtJudgement *self, const ChtRule *rule)
{
  g_autofree char *file = cht_judgement_file_name (key_path (self), CHT_FIELD_KEY);

  for (guint i = 0; i < count_keys (self); i++)
    if (cht_key_get_state (get_key (self, i)) == CHT_KEY_STATE_DAMAGED)
      cht_judgement_add (self, rule, rule->severity, CHT_FIELD_KEY, key_path (self),
                         _ ("The key in %s is damaged. %s"), file, cht_key_get_reason (get_key (self, i)));
  if (is_unreadable (self) && cht_bundle_get_format (self->snapshot->key) != CHT_FORMAT_OPENSSH)
    cht_judgement_add (self, rule, rule->severity, CHT_FIELD_KEY, key_path (self),
                       _ ("No key can be read out of %s. %s"), file, first_reason (self->snapshot->key));
}

/* Another key of the file is the right one; the first is the one that would be sent. */
static gboolean
fits_by_another (const ChtJudgement *self)
{
  GPtrArray *keys = cht_bundle_get_keys (self->snapshot->key);

  for (guint i = 1; i < keys->len; i++)
    if (cht_key_fits (g_ptr_array_index (keys, i), self->intermediate))
      return TRUE;
  return FALSE;
}

void
cht_rule_key_mismatch (ChtJudgement *self, const ChtRule *rule)
{
  const char *sha256 = self->intermediate != NULL ? cht_certificate_get_sha256 (self->intermediate) : NULL;
  g_autofree char *key = NULL, *holds = NULL, *name = NULL;
  ChtCertificate *owner;

  if (self->key == NULL || self->intermediate == NULL ||
      cht_key_get_state (self->key) != CHT_KEY_STATE_OPEN || cht_key_fits (self->key, self->intermediate))
    return;
  key = cht_key_describe (self->key);
  holds = cht_certificate_describe_key (self->intermediate);
  name = cht_judgement_name (self->intermediate);
  owner = cht_judgement_find_owner (self, self->key);
  if (fits_by_another (self))
    {
      g_autofree char *file = cht_judgement_file_name (key_path (self), CHT_FIELD_KEY);

      cht_judgement_add (
          self, rule, rule->severity, CHT_FIELD_KEY, sha256,
          _ ("The first key in %s does not belong to the intermediate “%s”, another one in that file does. "
             "Give the right key in a file of its own."),
          file, name);
    }
  else if (owner != NULL)
    {
      g_autofree char *other = cht_judgement_name (owner);

      cht_judgement_add (self, rule, rule->severity, CHT_FIELD_KEY, sha256,
                         _ ("This key does not belong to the intermediate “%s” but to “%s” of the chain. "
                            "Give “%s” as the intermediate, "
                            "or choose the key that was made with “%s”."),
                         name, other, other, name);
    }
  else if (g_strcmp0 (key, holds) == 0)
    cht_judgement_add (
        self, rule, rule->severity, CHT_FIELD_KEY, sha256,
        _ ("This key does not belong to the intermediate. Both are %s, but the certificate “%s” "
           "holds another key. Choose the key that was made with it."),
        key, name);
  else
    cht_judgement_add (self, rule, rule->severity, CHT_FIELD_KEY, sha256,
                       _ ("This key does not belong to the intermediate. The key is %s; that of the "
                          "certificate “%s” is %s. Choose the "
                          "key that was made with it."),
                       key, name, holds);
}

static gboolean
is_weak (ChtCertificate *certificate)
{
  const char *algorithm = cht_certificate_get_key_algorithm (certificate);
  guint bits = cht_certificate_get_key_bits (certificate);

  if (bits == 0)
    return FALSE;
  return g_str_has_prefix (algorithm, "EC ")                                     ? bits < 224
         : g_str_has_prefix (algorithm, "RSA") || g_str_equal (algorithm, "DSA") ? bits < 2048
                                                                                 : FALSE;
}

void
cht_rule_key_weak (ChtJudgement *self, const ChtRule *rule)
{
  for (guint i = 0; i < cht_judgement_get_n_positions (self); i++)
    {
      const ChtPosition *position = cht_judgement_get_position (self, i);
      gboolean meant = position->certificate == self->intermediate;
      g_autofree char *name = NULL, *key = NULL;

      if (!is_weak (position->certificate))
        continue;
      name = cht_judgement_name (position->certificate);
      key = cht_certificate_describe_key (position->certificate);
      cht_judgement_add (
          self, rule, meant ? rule->severity : CHT_SEVERITY_WARNING,
          meant ? CHT_FIELD_CERTIFICATE : cht_judgement_field_of (self, position),
          cht_certificate_get_sha256 (position->certificate),
          _ ("The key of “%s” is weak (%s). Ask the CA for one with RSA 2,048 or EC P-256 at least."), name,
          key);
    }
}

void
cht_rule_key_not_taken (ChtJudgement *self, const ChtRule *rule)
{
  const ChtSnapshot *snapshot = self->snapshot;

  gboolean key = snapshot->key != NULL || snapshot->key_locked;

  if (key || snapshot->certificate != NULL || snapshot->certificate_locked || snapshot->passphrase_given)
    cht_judgement_add (self, rule, rule->severity, key ? CHT_FIELD_KEY : CHT_FIELD_CERTIFICATE,
                       key ? snapshot->key_path : snapshot->certificate_path,
                       _ ("This role takes a trust chain only; an intermediate, its key and a passphrase are "
                          "not needed. They are not "
                          "sent."));
}
