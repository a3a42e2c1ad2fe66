/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What came of an upload: the list and the trust store are asked before anything is said, after a lost answer as after
 * a good one. It does not show that a key arrived: the controller's word is all there is for that, since no key comes
 * down unasked.
 */
#include <glib/gi18n-lib.h>

#include "cht-draft-private.h"
#include "cht-payload.h"
#include "cht-problems.h"
#include "cht-text.h"
#include "cht-upload-private.h"

typedef enum { MATCH_UNTOLD, MATCH_SAME, MATCH_OTHER, MATCH_ABSENT } Match;

static void
on_lists_after_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  ChtUpload *upload = g_task_get_task_data (task);

  /* The outcome is known: a list that fails now is the next refresh's to tell. */
  g_task_propagate_boolean (G_TASK (result), NULL);
  g_task_return_pointer (task, g_steal_pointer (&upload->outcome), g_object_unref);
}

static void
after_log (GTask *task)
{
  ChtWorkspace *self = g_task_get_source_object (task);
  ChtUpload *upload = g_task_get_task_data (task);

  if (cht_outcome_get_kind (upload->outcome) == CHT_OUTCOME_DONE && self->client == upload->client)
    cht_workspace_load_destinations_async (self, NULL, on_lists_after_cb, g_object_ref (task));
  else
    g_task_return_pointer (task, g_steal_pointer (&upload->outcome), g_object_unref);
}

static void
on_receipt_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;

  cht_vault_commit_finish (CHT_VAULT (source), result, NULL);
  after_log (task);
}

/* What went where and when, by fingerprints: no path, no key. */
static GBytes *
make_receipt (ChtWorkspace *self, ChtUpload *upload)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&dict, "controller", "s", cht_client_get_url (upload->client));
  g_variant_dict_insert (&dict, "user", "s", cht_client_get_username (upload->client));
  g_variant_dict_insert (&dict, "name", "s", upload->name);
  g_variant_dict_insert (&dict, "role", "s", upload->role_name);
  g_variant_dict_insert (&dict, "edit", "b", upload->edit);
  g_variant_dict_insert (&dict, "time", "x", cht_clock_now (&self->clock));
  g_variant_dict_insert (&dict, "sha256", "^as", upload->objects->pdata + 1);
  g_variant_dict_insert (&dict, "destinations", "^as", cht_draft_get_destinations (upload->draft));
  return cht_payload_pack (g_variant_dict_end (&dict));
}

void
cht_upload_end (GTask *task, ChtOutcome *outcome)
{
  ChtWorkspace *self = g_task_get_source_object (task);
  ChtUpload *upload = g_task_get_task_data (task);
  ChtVaultAction *action;

  upload->outcome = outcome;
  if (!cht_workspace_vault_is_open (self))
    {
      after_log (task);
      return;
    }
  action = cht_vault_action_new (upload->edit ? "controller.edit" : "controller.upload",
                                 (const char *const *) upload->objects->pdata, cht_outcome_get_id (outcome));
  if (cht_outcome_get_kind (outcome) == CHT_OUTCOME_DONE)
    {
      g_autoptr (GBytes) receipt = make_receipt (self, upload);
      cht_vault_action_put (action, NULL, CHT_VAULT_KIND_RECEIPT, receipt);
    }
  cht_vault_commit_async (self->vault, action, NULL, on_receipt_cb, g_object_ref (task));
}

static void
end_with (GTask *task, Match match)
{
  ChtWorkspace *self = g_task_get_source_object (task);
  ChtUpload *upload = g_task_get_task_data (task);
  g_autofree char *name = cht_text_for_display (upload->name);
  const char *where = self->controller_name;
  const guint n = upload->objects->len - 2;
  ChtOutcome *outcome;

  if (match == MATCH_SAME)
    outcome = cht_outcome_new (CHT_OUTCOME_DONE, upload->findings, NULL,
                               ngettext ("%s is on %s: %u certificate, the same as here.",
                                         "%s is on %s: %u certificates, the same as here.", n),
                               name, where, n);
  else if (upload->answered && match == MATCH_UNTOLD)
    outcome = cht_outcome_new (CHT_OUTCOME_DONE, upload->findings, NULL,
                               _("%s took %s. It does not show the chain, so it was not compared."), where, name);
  else if (match == MATCH_OTHER && !upload->answered && upload->edit)
    outcome = cht_outcome_new (
        CHT_OUTCOME_REFUSED, upload->findings, NULL,
        _("The answer of %s was lost, and %s still holds another chain: the change was not made. Try again."), where,
        name);
  else if (match == MATCH_OTHER)
    outcome = cht_outcome_new (
        CHT_OUTCOME_UNKNOWN, upload->findings, NULL,
        _("%s is on %s, but with other certificates than those here. Look at what it holds before you try again."),
        name, where);
  else if (match == MATCH_ABSENT && upload->answered)
    outcome = cht_outcome_new (CHT_OUTCOME_UNKNOWN, upload->findings, NULL,
      _("%s said that it took %s, yet does not list it. Refresh in a minute before you try again."), where, name);
  else if (match == MATCH_ABSENT)
    outcome = cht_outcome_new (CHT_OUTCOME_REFUSED, upload->findings, NULL,
      _("The answer of %s was lost, and %s is not there: nothing was changed. Try again."), where, name);
  else
    outcome = cht_outcome_new (
        CHT_OUTCOME_UNKNOWN, upload->findings, NULL,
        _("The answer of %s was lost, and it does not tell what it holds now. Look at %s there before you try again."),
        where, name);
  cht_upload_end (task, outcome);
}

/* The set of fingerprints: neither order nor doubles matter to what is trusted. */
static GHashTable *
make_set (GPtrArray *certificates)
{
  GHashTable *set = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < certificates->len; i++)
    g_hash_table_add (set, g_strdup (cht_certificate_get_sha256 (certificates->pdata[i])));
  return set;
}

static gboolean
is_same_set (GHashTable *a, GHashTable *b)
{
  GHashTableIter iter;
  gpointer key;

  if (g_hash_table_size (a) != g_hash_table_size (b))
    return FALSE;
  g_hash_table_iter_init (&iter, a);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    if (!g_hash_table_contains (b, key))
      return FALSE;
  return TRUE;
}

static void
on_chain_ready_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  ChtWorkspace *self = CHT_WORKSPACE (source);
  g_autoptr (GTask) task = data;
  ChtUpload *upload = g_task_get_task_data (task);
  g_autoptr (ChtBundle) there = cht_workspace_load_chain_finish (self, result, NULL);

  if (there == NULL)
    {
      end_with (task, MATCH_UNTOLD);
      return;
    }
  g_autoptr (GHashTable) sent = make_set (cht_bundle_get_certificates (upload->draft->fields[0].bundle));
  g_autoptr (GHashTable) has = make_set (cht_bundle_get_certificates (there));
  end_with (task, is_same_set (sent, has) ? MATCH_SAME : MATCH_OTHER);
}

static void
on_names_ready_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  ChtWorkspace *self = CHT_WORKSPACE (source);
  g_autoptr (GTask) task = data;
  ChtUpload *upload = g_task_get_task_data (task);

  if (!cht_workspace_load_certificates_finish (self, result, NULL))
    {
      end_with (task, MATCH_UNTOLD);
      return;
    }
  g_autoptr (ChtListed) listed = cht_workspace_find_certificate (self, upload->name);
  if (listed == NULL)
    end_with (task, MATCH_ABSENT);
  /* An edit without a chain changed none: there is nothing to compare. */
  else if (!upload->sends_chain)
    end_with (task, MATCH_UNTOLD);
  else
    cht_workspace_load_chain_async (self, upload->name, NULL, on_chain_ready_cb, g_object_ref (task));
}

void
cht_upload_reconcile (GTask *task)
{
  ChtWorkspace *self = g_task_get_source_object (task);

  /* What was sent cannot be called back, so a cancelled upload is looked into all the same. */
  cht_workspace_load_certificates_async (self, FALSE, NULL, on_names_ready_cb, g_object_ref (task));
}
