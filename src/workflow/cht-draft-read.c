/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a draft's files, off the main thread: a file may be slow, and trying a passphrase takes hundreds of
 * milliseconds. */
#include "cht-draft-private.h"

#include "cht-file.h"
#include "cht-problems.h"
#include "cht-task.h"

typedef struct {
  ChtField field;
  GFile *file;               /* (nullable): BYTES are there already */
  GBytes *bytes;
  char *name;
  ChtSecret *passphrase;
  GCancellable *caller;      /* (nullable) */
  gulong caller_handler;
  ChtBundle *bundle;         /* the result */
  ChtChains *chains;
} Read;

static void
read_free (gpointer data)
{
  Read *read = data;

  g_clear_object (&read->file);
  g_clear_pointer (&read->bytes, g_bytes_unref);
  g_free (read->name);
  g_clear_pointer (&read->passphrase, cht_secret_unref);
  g_clear_object (&read->caller);
  g_clear_object (&read->bundle);
  g_clear_object (&read->chains);
  g_free (read);
}

static void
read_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Read *read = data;
  GError *error = NULL;

  if (read->bytes == NULL)
    read->bytes = cht_file_read (read->file, CHT_FILE_MAX_CERTIFICATES, cancellable, &error);
  if (read->bytes != NULL)
    read->bundle = cht_bundle_new (read->bytes, read->passphrase, cancellable, &error);
  if (read->bundle == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  if (cht_bundle_get_certificates (read->bundle)->len > 0)
    read->chains = cht_chains_new (cht_bundle_get_certificates (read->bundle));
  g_task_return_boolean (task, TRUE);
}

/* The newest read of the field it was for. */
static void
take (ChtDraft *self, Read *read, const GError *error)
{
  ChtDraftField *field = cht_draft_field (self, read->field);

  g_clear_object (&field->cancellable);
  g_clear_object (&field->bundle);
  g_clear_object (&field->chains);
  g_clear_object (&field->problem);
  g_clear_pointer (&field->bytes, g_bytes_unref);
  g_clear_pointer (&field->tried, cht_secret_unref);
  g_free (field->file_name);
  field->file_name = g_strdup (read->name);
  if (error != NULL)
    {
      field->problem = cht_problems_from_file (error, read->name);
      return;
    }
  field->bytes = g_bytes_ref (read->bytes);
  field->bundle = g_object_ref (read->bundle);
  field->chains = read->chains != NULL ? g_object_ref (read->chains) : NULL;
  field->tried = read->passphrase != NULL ? cht_secret_ref (read->passphrase) : NULL;
}

static void
on_read_ready_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  ChtDraft *self = g_task_get_source_object (task);
  Read *read = g_task_get_task_data (G_TASK (result));
  ChtDraftField *field = cht_draft_field (self, read->field);
  GCancellable *cancellable = g_task_get_cancellable (G_TASK (result));
  g_autoptr (GError) error = NULL;

  g_task_propagate_boolean (G_TASK (result), &error);
  if (read->caller_handler != 0)
    g_cancellable_disconnect (read->caller, read->caller_handler);
  self->n_reads--;
  if (field->cancellable != cancellable)
    {
      /* Another file came, or the field was cleared: whatever this read found is of no use. */
      g_clear_error (&error);
      g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "replaced");
    }
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_clear_object (&field->cancellable);
  else
    {
      take (self, read, error);
      if (read->field == CHT_FIELD_KEY)
        {
          cht_draft_notify (self, CHT_DRAFT_PROP_PASSPHRASE_WANTED);
          cht_draft_reread_key (self);
        }
    }
  cht_draft_touch (self);
  cht_draft_notify (self, CHT_DRAFT_PROP_BUSY);
  if (error == NULL)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, cht_problem_to_error (cht_problems_from_file (error, read->name)));
}

static void
on_caller_cancelled_cb (GCancellable *caller, gpointer data)
{
  g_cancellable_cancel (data);
}

/* Takes READ. */
static void
start (ChtDraft *self, Read *read, GCancellable *caller, gpointer tag, GAsyncReadyCallback callback, gpointer data)
{
  ChtDraftField *field = cht_draft_field (self, read->field);
  GTask *task = cht_task_new (self, tag, NULL, callback, data);
  g_autoptr (GTask) worker = NULL;

  if (field->cancellable != NULL)
    g_cancellable_cancel (field->cancellable);
  g_clear_object (&field->cancellable);
  field->cancellable = g_cancellable_new ();
  read->passphrase =
      read->field == CHT_FIELD_KEY && self->passphrase != NULL ? cht_secret_ref (self->passphrase) : NULL;
  if (caller != NULL)
    {
      read->caller = g_object_ref (caller);
      read->caller_handler = g_cancellable_connect (caller, G_CALLBACK (on_caller_cancelled_cb),
                                                    g_object_ref (field->cancellable), g_object_unref);
    }
  /* Without the draft as its source: GTask's thread may be the last to let go of that, and would dispose of it there.
   */
  worker = cht_task_new (NULL, start, field->cancellable, on_read_ready_cb, task);
  g_task_set_task_data (worker, read, read_free);
  self->n_reads++;
  cht_draft_notify (self, CHT_DRAFT_PROP_BUSY);
  g_task_run_in_thread (worker, read_in_thread);
}

void
cht_draft_set_file_async (ChtDraft *self, ChtField field, GFile *file, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer data)
{
  g_return_if_fail (CHT_IS_DRAFT (self) && G_IS_FILE (file) && cht_draft_field (self, field) != NULL);

  Read *read = g_new0 (Read, 1);
  read->field = field;
  read->file = g_object_ref (file);
  read->name = g_file_get_basename (file);
  cht_draft_set_changed (self, TRUE);
  start (self, read, cancellable, cht_draft_set_file_async, callback, data);
}

gboolean
cht_draft_set_file_finish (ChtDraft *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
cht_draft_set_bytes_async (ChtDraft *self, ChtField field, GBytes *bytes, const char *name, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer data)
{
  g_return_if_fail (CHT_IS_DRAFT (self) && bytes != NULL && name != NULL && cht_draft_field (self, field) != NULL);

  Read *read = g_new0 (Read, 1);
  read->field = field;
  read->bytes = g_bytes_ref (bytes);
  read->name = g_strdup (name);
  cht_draft_set_changed (self, TRUE);
  start (self, read, cancellable, cht_draft_set_bytes_async, callback, data);
}

gboolean
cht_draft_set_bytes_finish (ChtDraft *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Where the key at hand was read with another passphrase than the one given now. A read that runs comes by here when it
 * ends. */
void
cht_draft_reread_key (ChtDraft *self)
{
  ChtDraftField *field = cht_draft_field (self, CHT_FIELD_KEY);
  gboolean same = field->tried == self->passphrase || (field->tried != NULL && self->passphrase != NULL &&
                                                       cht_secret_equal (field->tried, self->passphrase));

  if (field->bytes == NULL || field->cancellable != NULL || same)
    return;
  Read *read = g_new0 (Read, 1);
  read->field = CHT_FIELD_KEY;
  read->bytes = g_bytes_ref (field->bytes);
  read->name = g_strdup (field->file_name);
  start (self, read, NULL, cht_draft_reread_key, NULL, NULL);
}
