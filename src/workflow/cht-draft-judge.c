/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Judging a draft: a snapshot of copies and immutable objects goes to a worker, findings come back. */
#include "cht-draft-private.h"

#include <string.h>

#include "cht-preflight.h"
#include "cht-task.h"

#define DEBOUNCE_MS 40

typedef struct {
  ChtRole role;
  char *role_id, *role_name;
  gboolean has_role;
  char *name, *gateway_health;
  char **taken, **unknown;
  GPtrArray *chosen;
  GHashTable *own;
  ChtBundle *bundles[3];
  char *paths[3];
  gboolean edit, whole, passphrase_given, judge_destinations;
  ChtOperations allowed;
  ChtFormAsks form;
  gint64 now;
} Judgement;

static void
judgement_free (gpointer data)
{
  Judgement *self = data;

  g_free (self->role_id);
  g_free (self->role_name);
  g_free (self->name);
  g_free (self->gateway_health);
  g_strfreev (self->taken);
  g_strfreev (self->unknown);
  g_clear_pointer (&self->chosen, g_ptr_array_unref);
  g_clear_pointer (&self->own, g_hash_table_unref);
  for (guint i = 0; i < G_N_ELEMENTS (self->bundles); i++)
    {
      g_clear_object (&self->bundles[i]);
      g_free (self->paths[i]);
    }
  g_free (self);
}

static void
snapshot_destination_free (gpointer data)
{
  ChtSnapshotDestination *destination = data;

  g_free (destination->name);
  g_free (destination->uuid);
  g_free (destination->auth_type);
  g_free (destination->certificate);
  g_free (destination);
}

/* A role that the table lacks still works: what its form tells is enough. */
static void
set_role (Judgement *self, ChtRoleForm *form)
{
  /* A form that is being filled is not blamed for the role that it does not have yet. */
  if (form == NULL)
    {
      self->allowed = self->whole ? 0 : CHT_OPERATION_ADD | CHT_OPERATION_EDIT;
      return;
    }
  self->has_role = TRUE;
  self->allowed = cht_role_form_get_operations (form);
  self->form = cht_role_form_get_category (form) == CHT_ROLE_TRUST_CHAIN_AND_KEY ? CHT_FORM_TRUST_CHAIN_AND_KEY
                                                                                 : CHT_FORM_TRUST_CHAIN;
  if (cht_role_form_get_role (form) != NULL)
    {
      self->role = *cht_role_form_get_role (form);
      return;
    }
  self->role_id = g_strdup ("");
  self->role_name = g_strdup (cht_role_form_get_name (form));
  self->role = (ChtRole) {
    .id = self->role_id, .name = self->role_name, .purpose = "", .category = cht_role_form_get_category (form),
    .operations = cht_role_form_get_operations (form), .several_hierarchies = TRUE, .min_days = 31,
  };
}

static char **
list_names (GListModel *certificates)
{
  guint n = certificates != NULL ? g_list_model_get_n_items (certificates) : 0;
  char **names = n > 0 ? g_new0 (char *, n + 1) : NULL;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (ChtListed) listed = g_list_model_get_item (certificates, i);
      names[i] = g_strdup (cht_listed_get_name (listed));
    }
  return names;
}

/* The controller's word on the certificate that is edited goes before the role's. */
static void
set_allowed_by_certificate (Judgement *self, GListModel *certificates)
{
  for (guint i = 0; certificates != NULL && i < g_list_model_get_n_items (certificates); i++)
    {
      g_autoptr (ChtListed) listed = g_list_model_get_item (certificates, i);
      if (g_str_equal (cht_listed_get_name (listed), self->name))
        self->allowed = cht_listed_get_operations (listed);
    }
}

static ChtDestination *
find_destination (GListModel *known, const char *name)
{
  for (guint i = 0; i < g_list_model_get_n_items (known); i++)
    {
      g_autoptr (ChtDestination) destination = g_list_model_get_item (known, i);
      if (g_str_equal (cht_destination_get_name (destination), name))
        return g_steal_pointer (&destination);
    }
  return NULL;
}

static void
set_destinations (Judgement *self, GListModel *known, char **names)
{
  g_autoptr (GPtrArray) unknown = g_ptr_array_new_with_free_func (g_free);

  /* With no list from the controller there is nothing to judge against, but for a person's own names in a whole draft.
   */
  if (known == NULL || (g_list_model_get_n_items (known) == 0 && !self->whole))
    return;
  self->chosen = g_ptr_array_new_with_free_func (snapshot_destination_free);
  for (char **name = names; *name != NULL; name++)
    {
      g_autoptr (ChtDestination) found = find_destination (known, *name);
      ChtSnapshotDestination *copy;
      if (found == NULL)
        {
          g_ptr_array_add (unknown, g_strdup (*name));
          continue;
        }
      copy = g_new0 (ChtSnapshotDestination, 1);
      copy->name = g_strdup (*name);
      copy->uuid = g_strdup (cht_destination_get_uuid (found));
      copy->auth_type = g_strdup (cht_destination_get_auth_type (found));
      copy->in_use = cht_destination_get_in_use (found);
      copy->certificate = g_strdup (cht_destination_get_certificate (found));
      g_ptr_array_add (self->chosen, copy);
    }
  g_ptr_array_add (unknown, NULL);
  self->unknown = (char **) g_ptr_array_free (g_steal_pointer (&unknown), FALSE);
}

static Judgement *
judgement_new (ChtDraft *draft, gboolean whole, const char *gateway_health)
{
  Judgement *self = g_new0 (Judgement, 1);

  self->now = cht_clock_now (&draft->clock);
  self->edit = draft->edit;
  self->whole = whole;
  self->name = g_strdup (draft->name);
  self->gateway_health = g_strdup (gateway_health);
  self->passphrase_given = draft->passphrase != NULL;
  self->taken = list_names (draft->certificates);
  set_role (self, draft->form);
  if (draft->edit)
    {
      set_allowed_by_certificate (self, draft->certificates);
      self->own = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      g_hash_table_add (self->own, g_strdup (draft->name));
    }
  set_destinations (self, draft->known, draft->destinations);
  for (guint i = 0; i < G_N_ELEMENTS (self->bundles); i++)
    {
      g_set_object (&self->bundles[i], draft->fields[i].bundle);
      self->paths[i] = g_strdup (draft->fields[i].file_name);
    }
  return self;
}

static void
judge_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Judgement *self = data;
  const ChtSnapshot snapshot = {
    .role = self->has_role ? &self->role : NULL, .now = self->now, .edit = self->edit, .whole = self->whole,
    .name = self->name, .taken_names = (const char *const *) self->taken,
    .chain = self->bundles[0], .chain_path = self->paths[0],
    .certificate = self->bundles[1], .certificate_path = self->paths[1],
    .key = self->bundles[2], .key_path = self->paths[2], .passphrase_given = self->passphrase_given,
    .chosen = self->chosen, .unknown_destinations = (const char *const *) self->unknown,
    .gateway_health = self->gateway_health, .allowed = self->allowed, .own_certificates = self->own,
    .form = self->form, .window_end = CHT_TIME_UNKNOWN,
  };

  GError *error = NULL;

  if (g_cancellable_set_error_if_cancelled (cancellable, &error))
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, cht_preflight_run (&snapshot), (GDestroyNotify) g_ptr_array_unref);
}

static void
on_judged_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  GPtrArray *findings = g_task_propagate_pointer (G_TASK (result), &error);

  if (findings != NULL)
    g_task_return_pointer (task, findings, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

void
cht_draft_judge_async (ChtDraft *self, gboolean whole, const char *gateway_health, GCancellable *cancellable,
                       GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = cht_task_new (self, cht_draft_judge_async, cancellable, callback, data);

  cht_task_run (task, judgement_new (self, whole, gateway_health), judgement_free, judge_in_thread, on_judged_cb);
}

GPtrArray *
cht_draft_judge_finish (ChtDraft *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
cht_draft_take_findings (ChtDraft *self, GPtrArray *findings)
{
  guint counts[3] = { 0 };

  for (guint i = 0; i < findings->len; i++)
    counts[cht_finding_get_severity (findings->pdata[i])]++;
  self->n_errors = counts[CHT_SEVERITY_ERROR];
  self->n_warnings = counts[CHT_SEVERITY_WARNING];
  g_list_store_splice (self->findings, 0, g_list_model_get_n_items (G_LIST_MODEL (self->findings)), findings->pdata,
                       findings->len);
  cht_draft_notify (self, CHT_DRAFT_PROP_N_ERRORS);
  cht_draft_notify (self, CHT_DRAFT_PROP_N_WARNINGS);
}

static void start_judging (ChtDraft *self);

static void
on_judge_ready_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  ChtDraft *self = CHT_DRAFT (source);
  g_autoptr (GPtrArray) findings = cht_draft_judge_finish (self, result, NULL);

  self->judging = FALSE;
  if (self->stale)
    start_judging (self);
  else if (findings != NULL)
    cht_draft_take_findings (self, findings);
  cht_draft_notify (self, CHT_DRAFT_PROP_BUSY);
}

static void
start_judging (ChtDraft *self)
{
  self->stale = FALSE;
  self->judging = TRUE;
  g_clear_object (&self->judge_cancellable);
  self->judge_cancellable = g_cancellable_new ();
  cht_draft_judge_async (self, self->whole, NULL, self->judge_cancellable, on_judge_ready_cb, NULL);
}

static gboolean
on_debounced_cb (gpointer data)
{
  ChtDraft *self = data;

  self->judge_source = 0;
  if (self->judging)
    self->stale = TRUE;
  else
    start_judging (self);
  return G_SOURCE_REMOVE;
}

void
cht_draft_touch (ChtDraft *self)
{
  if (self->judge_source != 0)
    return;
  self->judge_source = g_timeout_add (DEBOUNCE_MS, on_debounced_cb, self);
  cht_draft_notify (self, CHT_DRAFT_PROP_BUSY);
}
