/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the controller told: names, roles, destinations, its own health. */
#include "cht-rules.h"
#include "cht-text.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#define MAX_NAME 128

void
cht_rule_name_empty (ChtJudgement *self, const ChtRule *rule)
{
  const char *name = self->snapshot->name;

  if (name == NULL || !self->snapshot->whole || name[strspn (name, " \t")] != '\0')
    return;
  cht_judgement_add (self, rule, rule->severity, CHT_FIELD_NAME, "",
                     _ ("The certificate has no name yet. Give it one that the controller does not have."));
}

void
cht_rule_name_too_long (ChtJudgement *self, const ChtRule *rule)
{
  const char *name = self->snapshot->name;
  glong length = name != NULL ? g_utf8_strlen (name, -1) : 0;

  if (length > MAX_NAME)
    cht_judgement_add (self, rule, rule->severity, CHT_FIELD_NAME, "",
                       _ ("The name has %ld characters; %d is the most. Choose a shorter one."), length,
                       MAX_NAME);
}

void
cht_rule_name_taken (ChtJudgement *self, const ChtRule *rule)
{
  const ChtSnapshot *snapshot = self->snapshot;
  g_autofree char *shown = NULL;

  if (snapshot->edit || snapshot->name == NULL || snapshot->taken_names == NULL ||
      !g_strv_contains (snapshot->taken_names, snapshot->name))
    return;
  shown = cht_text_for_display (snapshot->name);
  cht_judgement_add (
      self, rule, rule->severity, CHT_FIELD_NAME, "",
      _ ("The controller has a certificate “%s” already. Choose another name, or update that certificate."),
      shown);
}

static const char *
role_words (const ChtSnapshot *snapshot)
{
  return snapshot->role != NULL ? snapshot->role->name : _ ("this role");
}

/* Where files alone are checked there is no name, and nobody has said whether it is to be added or edited; before a
 * role is chosen there is nothing to refuse. */
void
cht_rule_role_no_add (ChtJudgement *self, const ChtRule *rule)
{
  const ChtSnapshot *snapshot = self->snapshot;

  if (snapshot->role == NULL || snapshot->name == NULL || snapshot->edit ||
      (snapshot->allowed & CHT_OPERATION_ADD) != 0)
    return;
  cht_judgement_add (
      self, rule, rule->severity, CHT_FIELD_ROLE, "",
      (snapshot->allowed & CHT_OPERATION_EDIT) != 0
          ? _ ("No certificate can be added for %s: the controller has its one. Update that one.")
          : _ ("No certificate can be added for %s: the controller keeps it itself."),
      role_words (snapshot));
}

void
cht_rule_role_no_edit (ChtJudgement *self, const ChtRule *rule)
{
  const ChtSnapshot *snapshot = self->snapshot;
  gboolean files_alone =
      snapshot->name == NULL && !snapshot->edit && snapshot->role != NULL && snapshot->role->system;

  if (files_alone || (snapshot->edit && (snapshot->allowed & CHT_OPERATION_EDIT) == 0))
    cht_judgement_add (
        self, rule, rule->severity, CHT_FIELD_ROLE, "",
        _ ("The certificate for %s cannot be changed: the controller keeps it itself. It can be downloaded."),
        role_words (snapshot));
}

void
cht_rule_destination_unknown (ChtJudgement *self, const ChtRule *rule)
{
  const char *const *names = self->snapshot->unknown_destinations;

  for (; names != NULL && *names != NULL; names++)
    {
      g_autofree char *shown = cht_text_for_display (*names);

      cht_judgement_add (
          self, rule, rule->severity, CHT_FIELD_DESTINATIONS, "",
          _ ("The controller has no destination “%s”. Create it there first, or choose another one."), shown);
    }
}

static guint
count_chosen (const ChtJudgement *self)
{
  return self->snapshot->chosen != NULL ? self->snapshot->chosen->len : 0;
}

static const ChtSnapshotDestination *
get_chosen (const ChtJudgement *self, guint index)
{
  return g_ptr_array_index (self->snapshot->chosen, index);
}

void
cht_rule_destination_auth_type (ChtJudgement *self, const ChtRule *rule)
{
  const ChtRole *role = self->snapshot->role;

  for (guint i = 0; role != NULL && i < count_chosen (self); i++)
    {
      const ChtSnapshotDestination *destination = get_chosen (self, i);
      g_autofree char *shown = cht_text_for_display (destination->name);
      const char *type = destination->auth_type != NULL ? destination->auth_type : "";

      /* Of a role that the table lacks nobody knows; it has no id. */
      if (role->destinations == CHT_ROLE_TAKES_NONE && *role->id != '\0')
        cht_judgement_add (self, rule, rule->severity, CHT_FIELD_DESTINATIONS, "",
                           _ ("A certificate for %s goes to no destination. Take “%s” out."), role->name,
                           shown);
      else if (role->destinations == CHT_ROLE_TAKES_MUTUAL && g_str_equal (type, "server"))
        cht_judgement_add (self, rule, rule->severity, CHT_FIELD_DESTINATIONS, "",
                           _ ("“%s” authenticates the server alone (Server-Auth); %s is for destinations "
                              "with Mutual-Auth. Choose another "
                              "destination, or the role for server authentication."),
                           shown, role->name);
      else if (role->destinations == CHT_ROLE_TAKES_SERVER && g_str_equal (type, "mutual"))
        cht_judgement_add (self, rule, rule->severity, CHT_FIELD_DESTINATIONS, "",
                           _ ("“%s” authenticates both sides (Mutual-Auth); %s is for destinations with "
                              "Server-Auth. Choose another "
                              "destination, or the role for mutual authentication."),
                           shown, role->name);
    }
}

void
cht_rule_destination_in_use (ChtJudgement *self, const ChtRule *rule)
{
  for (guint i = 0; i < count_chosen (self); i++)
    {
      g_autofree char *shown = cht_text_for_display (get_chosen (self, i)->name);

      if (get_chosen (self, i)->in_use == 1)
        cht_judgement_add (
            self, rule, rule->severity, CHT_FIELD_DESTINATIONS, "",
            _ ("“%s” is used by a collection job. Stop the job first, or choose another destination."),
            shown);
    }
}

void
cht_rule_destination_none (ChtJudgement *self, const ChtRule *rule)
{
  const ChtSnapshot *snapshot = self->snapshot;
  gboolean unknown = snapshot->unknown_destinations != NULL && *snapshot->unknown_destinations != NULL;

  if (snapshot->role == NULL || snapshot->role->destinations == CHT_ROLE_TAKES_NONE ||
      snapshot->chosen == NULL || snapshot->chosen->len > 0 || unknown || snapshot->edit || !snapshot->whole)
    return;
  cht_judgement_add (self, rule, rule->severity, CHT_FIELD_DESTINATIONS, "",
                     _ ("No destination is chosen, so nothing will use this certificate yet. Choose one, or "
                        "add it later by an update."));
}

void
cht_rule_destination_has_certificate (ChtJudgement *self, const ChtRule *rule)
{
  GHashTable *own = self->snapshot->own_certificates;

  for (guint i = 0; i < count_chosen (self); i++)
    {
      const ChtSnapshotDestination *destination = get_chosen (self, i);
      g_autofree char *shown = cht_text_for_display (destination->name);
      g_autofree char *now = cht_text_for_display (destination->certificate);

      if (*now == '\0' || (own != NULL && g_hash_table_contains (own, destination->certificate)))
        continue;
      cht_judgement_add (self, rule, rule->severity, CHT_FIELD_DESTINATIONS, "",
                         _ ("“%s” uses “%s” now. Uploading gives it this certificate instead."), shown, now);
    }
}

void
cht_rule_prerequisite_gateway (ChtJudgement *self, const ChtRule *rule)
{
  const char *health = self->snapshot->gateway_health;
  g_autofree char *shown = NULL;

  if (health == NULL || g_ascii_strcasecmp (health, "Healthy") == 0)
    return;
  shown = cht_text_for_display (*health != '\0' ? health : _ ("unknown"));
  cht_judgement_add (
      self, rule, rule->severity, CHT_FIELD_NONE, "",
      _ ("The controller’s API gateway (tyk) is not healthy: “%s”. Wait until it is, then try again."),
      shown);
}

void
cht_rule_prerequisite_aaa_mode (ChtJudgement *self, const ChtRule *rule)
{
  const char *mode = self->snapshot->aaa_mode;
  g_autofree char *shown = NULL;

  if (mode == NULL || !self->snapshot->enables_client_auth || g_ascii_strcasecmp (mode, "Local") == 0)
    return;
  shown = cht_text_for_display (*mode != '\0' ? mode : _ ("unknown"));
  cht_judgement_add (self, rule, rule->severity, CHT_FIELD_NONE, "",
                     _ ("The controller’s AAA mode is “%s”. Set it to Local before client authentication is enabled."),
                     shown);
}

void
cht_rule_role_labels_differ (ChtJudgement *self, const ChtRule *rule)
{
  const ChtSnapshot *snapshot = self->snapshot;
  gboolean table;

  /* A role of this controller alone has its form from the controller and from nowhere else. */
  if (snapshot->role == NULL || snapshot->form == CHT_FORM_UNKNOWN || *snapshot->role->id == '\0')
    return;
  table = snapshot->role->category == CHT_ROLE_TRUST_CHAIN_AND_KEY;
  if (table == (snapshot->form == CHT_FORM_TRUST_CHAIN_AND_KEY))
    return;
  cht_judgement_add (
      self, rule, rule->severity, CHT_FIELD_ROLE, "",
      table ? _ ("The guide asks for an intermediate and its key for %s, but this controller asks for a trust chain "
                 "alone. The controller is followed.")
            : _ ("The guide asks for a trust chain alone for %s, but this controller asks for an intermediate and "
                 "its key too. The controller is followed."),
      snapshot->role->name);
}
