/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An upload, from a whole draft to its outcome: judge against what the controller has now, keep, log, send. */
#include <glib/gi18n-lib.h>

#include "cht-draft-private.h"
#include "cht-item-private.h"
#include "cht-platform-api.h"
#include "cht-preflight.h"
#include "cht-problems.h"
#include "cht-task.h"
#include "cht-text.h"
#include "cht-upload-private.h"

static void
upload_free (gpointer data)
{
  ChtUpload *upload = data;

  g_clear_object (&upload->client);
  g_clear_object (&upload->draft);
  g_strfreev (upload->despite);
  g_free (upload->name);
  g_free (upload->role_name);
  g_free (upload->gateway_health);
  g_clear_pointer (&upload->findings, g_ptr_array_unref);
  g_clear_pointer (&upload->objects, g_ptr_array_unref);
  g_clear_object (&upload->outcome);
  g_free (upload);
}

/* ---- Sending ---- */

static ChtOutcome *
make_confirmation (ChtWorkspace *self, ChtUpload *upload, ChtApiUpdateAnswer *answer)
{
  g_autofree char *words = cht_text_for_display (answer->message);
  g_autoptr (GString) text = g_string_new (NULL);
  ChtOutcome *outcome;

  for (guint i = 0; i < answer->conflicts->len; i++)
    {
      ChtApiConflict *conflict = answer->conflicts->pdata[i];
      g_autofree char *place = cht_text_for_display (conflict->destination);
      g_autofree char *has = cht_text_for_display (conflict->certificate);
      g_string_append_printf (text, _("%s uses “%s” now. "), place, has);
    }
  if (answer->conflicts->len > 0)
    g_string_append (text, ngettext ("Uploading gives it this certificate instead. Nothing was sent to it yet.",
                                     "Uploading gives them this certificate instead. Nothing was sent to them yet.",
                                     answer->conflicts->len));
  else
    g_string_append_printf (text, _("%s wants a confirmation before it takes this: “%s”"), self->controller_name,
                            words);
  outcome = cht_outcome_new (CHT_OUTCOME_NEEDS_CONFIRMATION, upload->findings, NULL, "%s", text->str);
  for (guint i = 0; i < answer->conflicts->len; i++)
    {
      ChtApiConflict *conflict = answer->conflicts->pdata[i];
      cht_outcome_add_conflict (outcome, conflict->destination, conflict->certificate);
    }
  return outcome;
}

static void
take_answer (GTask *task, ChtApiUpdateAnswer *answer)
{
  ChtWorkspace *self = g_task_get_source_object (task);
  ChtUpload *upload = g_task_get_task_data (task);
  g_autofree char *words = cht_text_for_display (answer->message);

  switch (answer->code)
    {
    case CHT_API_CONFIRM:
      cht_upload_end (task, make_confirmation (self, upload, answer));
      return;
    case CHT_API_FAILURE:
      cht_upload_end (task, *words != '\0'
                                ? cht_outcome_new (CHT_OUTCOME_REFUSED, upload->findings, NULL,
                                                   _("%s refused it: “%s”"), self->controller_name, words)
                                : cht_outcome_new (CHT_OUTCOME_REFUSED, upload->findings, NULL,
                                                   _("%s refused it and gave no reason."), self->controller_name));
      return;
    case CHT_API_SUCCESS:
      upload->answered = TRUE;
      cht_upload_reconcile (task);
      return;
    case CHT_API_UNKNOWN:
    default:
      cht_upload_reconcile (task);
    }
}

static void
on_updated_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  ChtWorkspace *self = g_task_get_source_object (task);
  ChtUpload *upload = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (ChtApiUpdateAnswer) answer = cht_api_update_finish (CHT_CLIENT (source), result, &error);

  if (answer != NULL)
    take_answer (task, answer);
  else if (g_error_matches (error, CHT_CONTROLLER_ERROR, CHT_CONTROLLER_ERROR_LOST)
           || g_error_matches (error, CHT_CONTROLLER_ERROR, CHT_CONTROLLER_ERROR_BAD_ANSWER))
    cht_upload_reconcile (task);
  else
    {
      g_autoptr (ChtProblem) problem = cht_problems_from_error (error);
      if (cht_problem_get_kind (problem) == CHT_PROBLEM_NO)
        cht_upload_end (task, cht_outcome_new (CHT_OUTCOME_REFUSED, upload->findings, NULL, "%s",
                                               cht_problem_get_message (problem)));
      else
        cht_workspace_fail_logged (self, task, upload->edit ? "controller.edit" : "controller.upload",
                                   (const char *const *) upload->objects->pdata, g_steal_pointer (&error));
    }
}

static GArray *
make_nodes (ChtWorkspace *self, ChtUpload *upload)
{
  GArray *nodes = g_array_new (FALSE, FALSE, sizeof (ChtApiNode));

  for (const char *const *name = cht_draft_get_destinations (upload->draft); *name != NULL; name++)
    {
      g_autoptr (ChtDestination) destination = cht_workspace_find_destination (self, *name);
      /* An unknown one was refused before. The model holds what is borrowed here. */
      if (destination != NULL)
        {
          ChtApiNode node = { (char *) cht_destination_get_name (destination),
                              (char *) cht_destination_get_uuid (destination) };
          g_array_append_val (nodes, node);
        }
    }
  return nodes;
}

static void
send (GTask *task)
{
  ChtWorkspace *self = g_task_get_source_object (task);
  ChtUpload *upload = g_task_get_task_data (task);
  g_autoptr (GBytes) trust = cht_draft_dup_pem (upload->draft, CHT_FIELD_CHAIN);
  g_autoptr (GBytes) certificate = cht_draft_dup_pem (upload->draft, CHT_FIELD_CERTIFICATE);
  g_autoptr (ChtSecret) key = cht_draft_dup_key (upload->draft);
  g_autoptr (GArray) nodes = make_nodes (self, upload);
  const ChtApiUpdate update = {
    .name = upload->name, .role_name = upload->role_name, .edit = upload->edit, .use_existing = upload->edit,
    .force_association = upload->force_association, .trust = trust, .certificate = certificate, .key = key,
    .passphrase = key != NULL ? upload->draft->passphrase : NULL,
    .destinations = nodes->len > 0 ? (const ChtApiNode *) (gpointer) nodes->data : NULL, .n_destinations = nodes->len,
  };

  cht_api_update_async (upload->client, &update, g_task_get_cancellable (task), on_updated_cb, g_object_ref (task));
}

static void
on_upload_asked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  if (cht_workspace_audit_finish (CHT_WORKSPACE (source), result, &error))
    send (task);
  else
    cht_problems_return (task, error);
}

/* ---- Keeping ---- */

static void
log_and_send (GTask *task)
{
  ChtWorkspace *self = g_task_get_source_object (task);
  ChtUpload *upload = g_task_get_task_data (task);

  cht_workspace_audit_async (self, upload->edit ? "controller.edit" : "controller.upload",
                             (const char *const *) upload->objects->pdata, "asked", g_task_get_cancellable (task),
                             on_upload_asked_cb, g_object_ref (task));
}

static void
on_kept_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  g_autoptr (GPtrArray) kept = cht_workspace_add_items_finish (CHT_WORKSPACE (source), result, &error);

  if (kept != NULL)
    log_and_send (task);
  else
    cht_problems_return (task, error);
}

static void
keep (GTask *task)
{
  ChtWorkspace *self = g_task_get_source_object (task);
  ChtUpload *upload = g_task_get_task_data (task);
  ChtDraft *draft = upload->draft;
  const gint64 now = cht_clock_now (&self->clock);
  const char *role_id = cht_role_form_get_id (draft->form);
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (ChtSecret) key = cht_draft_dup_key (draft);
  const gboolean needed = key != NULL && cht_key_is_encrypted (cht_bundle_get_keys (draft->fields[2].bundle)->pdata[0]);

  if (draft->fields[0].bundle != NULL)
    g_ptr_array_add (items, cht_item_new (CHT_ITEM_TRUST_CHAIN, upload->name, role_id, draft->fields[0].bundle,
                                          draft->fields[0].bytes, NULL, NULL, now));
  if (draft->fields[1].bundle != NULL && key != NULL)
    g_ptr_array_add (items, cht_item_new (CHT_ITEM_INTERMEDIATE, upload->name, role_id, draft->fields[1].bundle,
                                          draft->fields[1].bytes, key, needed ? draft->passphrase : NULL, now));
  cht_workspace_add_items_async (self, items, g_task_get_cancellable (task), on_kept_cb, g_object_ref (task));
}

/* ---- Judging ---- */

static ChtOutcome *
make_refusal (ChtUpload *upload)
{
  const char *first = NULL;
  guint n = 0;

  for (guint i = 0; i < upload->findings->len; i++)
    if (cht_finding_get_severity (upload->findings->pdata[i]) == CHT_SEVERITY_ERROR)
      {
        n++;
        first = first != NULL ? first : cht_finding_get_message (upload->findings->pdata[i]);
      }
  if (n < 2)
    return cht_outcome_new (CHT_OUTCOME_REFUSED, upload->findings, NULL, _("Nothing was sent. %s"),
                            first != NULL ? first : "");
  return cht_outcome_new (
      CHT_OUTCOME_REFUSED, upload->findings, NULL,
      ngettext ("Nothing was sent. %s And %u more error.", "Nothing was sent. %s And %u more errors.", n - 1), first,
      n - 1);
}

static void
on_judged_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  ChtWorkspace *self = g_task_get_source_object (task);
  ChtUpload *upload = g_task_get_task_data (task);
  GError *error = NULL;

  upload->findings = cht_draft_judge_finish (upload->draft, result, &error);
  if (upload->findings == NULL)
    {
      cht_problems_return (task, error);
      return;
    }
  cht_draft_take_findings (upload->draft, upload->findings);
  if (cht_findings_refuse (upload->findings, (const char *const *) upload->despite))
    {
      g_task_return_pointer (task, make_refusal (upload), g_object_unref);
      return;
    }
  if (upload->dry_run)
    {
      g_autofree char *name = cht_text_for_display (upload->name);
      g_task_return_pointer (task,
                             cht_outcome_new (CHT_OUTCOME_DRY_RUN, upload->findings, NULL,
                                              _("Nothing speaks against uploading “%s” to %s. Nothing was sent."),
                                              name, self->controller_name),
                             g_object_unref);
      return;
    }
  if (upload->keep && cht_workspace_vault_is_open (self))
    keep (task);
  else
    log_and_send (task);
}

static void
on_health_ready_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  ChtUpload *upload = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  /* What the controller does not tell is not held against anybody. */
  upload->gateway_health = cht_api_get_gateway_health_finish (CHT_CLIENT (source), result, &error);
  if (upload->gateway_health != NULL && *upload->gateway_health == '\0')
    g_clear_pointer (&upload->gateway_health, g_free);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    cht_problems_return (task, g_steal_pointer (&error));
  else
    cht_draft_judge_async (upload->draft, TRUE, upload->gateway_health, g_task_get_cancellable (task), on_judged_cb,
                           g_object_ref (task));
}

static void
on_snapshot_ready_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  ChtUpload *upload = g_task_get_task_data (task);
  GError *error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    cht_api_get_gateway_health_async (upload->client, g_task_get_cancellable (task), on_health_ready_cb,
                                      g_object_ref (task));
  else
    cht_problems_return (task, error);
}

/* The fingerprints that go up, for the log and to be compared with what the controller says it has. */
static GPtrArray *
list_objects (ChtUpload *upload)
{
  GPtrArray *objects = g_ptr_array_new_with_free_func (g_free);
  ChtBundle *chain = upload->draft->fields[0].bundle;

  g_ptr_array_add (objects, g_strdup (upload->name));
  for (guint i = 0; chain != NULL && i < cht_bundle_get_certificates (chain)->len; i++)
    g_ptr_array_add (objects, g_strdup (cht_certificate_get_sha256 (cht_bundle_get_certificates (chain)->pdata[i])));
  g_ptr_array_add (objects, NULL);
  return objects;
}

/* The files are read: from here on the draft is as it goes up. */
static void
take_snapshot (GTask *task)
{
  ChtWorkspace *self = g_task_get_source_object (task);
  ChtUpload *upload = g_task_get_task_data (task);
  ChtRoleForm *form = cht_draft_get_role_form (upload->draft);
  GCancellable *cancellable = g_task_get_cancellable (task);

  if (form == NULL)
    {
      g_task_return_error (task, cht_problems_new_error ("role.unknown", CHT_PROBLEM_UNUSABLE, _("Choose a role."),
                                                         "%s", _("It is not said what role the certificate has.")));
      return;
    }
  upload->name = g_strdup (cht_draft_get_name (upload->draft));
  upload->role_name = g_strdup (cht_role_form_get_name (form));
  upload->edit = cht_draft_get_edit (upload->draft);
  upload->sends_chain = upload->draft->fields[0].bundle != NULL;
  upload->objects = list_objects (upload);
  const ChtRole *role = cht_role_form_get_role (form);
  if (role == NULL || role->destinations != CHT_ROLE_TAKES_NONE || *cht_draft_get_destinations (upload->draft) != NULL)
    cht_workspace_load_destinations_async (self, cancellable, on_snapshot_ready_cb, g_object_ref (task));
  else
    cht_workspace_load_certificates_async (self, FALSE, cancellable, on_snapshot_ready_cb, g_object_ref (task));
}

static void
on_draft_busy_changed_cb (ChtDraft *draft, GParamSpec *pspec, gpointer data)
{
  GTask *task = data;
  ChtUpload *upload = g_task_get_task_data (task);

  if (draft->n_reads > 0)
    return;
  g_autoptr (GTask) mine = g_object_ref (task);
  g_signal_handler_disconnect (draft, upload->busy_handler);
  take_snapshot (mine);
}

static void
unref_task (gpointer data, GClosure *closure)
{
  g_object_unref (data);
}

void
cht_workspace_upload_async (ChtWorkspace *self, ChtDraft *draft, const ChtUploadOptions *options, GCancellable *c,
                            GAsyncReadyCallback cb, gpointer data)
{
  g_return_if_fail (CHT_IS_WORKSPACE (self) && CHT_IS_DRAFT (draft) && options != NULL);

  g_autoptr (GTask) task = cht_task_new (self, cht_workspace_upload_async, c, cb, data);
  ChtClient *client = cht_workspace_require_client (self, task);
  if (client == NULL)
    return;
  ChtUpload *upload = g_new0 (ChtUpload, 1);
  upload->client = g_object_ref (client);
  upload->draft = g_object_ref (draft);
  upload->dry_run = options->dry_run;
  upload->force_association = options->force_association;
  upload->keep = options->keep;
  upload->despite = g_strdupv ((char **) options->despite);
  g_task_set_task_data (task, upload, upload_free);
  cht_draft_set_whole (draft, TRUE);
  if (draft->n_reads == 0)
    take_snapshot (task);
  else
    upload->busy_handler = g_signal_connect_data (draft, "notify::busy", G_CALLBACK (on_draft_busy_changed_cb),
                                                  g_object_ref (task), unref_task, 0);
}

ChtOutcome *
cht_workspace_upload_finish (ChtWorkspace *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
