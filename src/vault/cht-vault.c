/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-vault.h"
#include "cht-vault-private.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "cht-paths.h"
#include "cht-store.h"

G_DEFINE_FINAL_TYPE (ChtVault, cht_vault, G_TYPE_OBJECT)

enum { PROP_STATE = 1, PROP_KEYRING_STATE, PROP_WAITING_FOR_PROMPT, N_PROPS };
enum { UNLOCKED, LOCKED, CHANGED, N_SIGNALS };

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void
set_reason (ChtVault *self, const char *reason)
{
  g_free (self->reason);
  self->reason = g_strdup (reason);
}

static void
set_state (ChtVault *self, ChtVaultState state)
{
  if (self->state == state)
    return;
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

static void
set_keyring (ChtVault *self, ChtKeyringState state)
{
  if (state == CHT_KEYRING_UNASKED || self->keyring == state)
    return;
  self->keyring = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_KEYRING_STATE]);
}

static void
on_prompt (GObject *owner, gboolean waiting)
{
  ChtVault *self = CHT_VAULT (owner);

  if (self->waiting == waiting)
    return;
  self->waiting = waiting;
  g_object_notify_by_pspec (owner, properties[PROP_WAITING_FOR_PROMPT]);
}

static void on_job_done (ChtJob *job);

static const ChtWorkerCalls calls = { on_job_done, on_prompt };

static void
dispatch (ChtVault *self)
{
  if (self->running != NULL || g_queue_is_empty (&self->queue))
    return;
  if (self->worker == NULL)
    self->worker = cht_worker_new (self->context, &calls);
  self->running = g_queue_pop_head (&self->queue);
  if (self->open != NULL)
    self->running->open = cht_open_ref (self->open);
  cht_worker_push (self->worker, self->running);
}

static void
on_task_cancelled_cb (GCancellable *theirs, gpointer ours)
{
  g_cancellable_cancel (ours);
}

void
cht_vault_queue (ChtVault *self, ChtJobKind kind, ChtVaultAction *action, GTask *task)
{
  ChtJob *job = g_new0 (ChtJob, 1);

  job->kind = kind;
  job->path = g_strdup (self->path);
  job->action = action;
  /* A cancellable of its own, so that locking can end a walk that waits at a prompt. */
  job->cancellable = g_cancellable_new ();
  job->owner = G_OBJECT (g_object_ref (self));
  job->task = task;
  job->epoch = self->epoch;
  if (task != NULL && g_task_get_cancellable (task) != NULL)
    job->cancel_handler = g_cancellable_connect (g_task_get_cancellable (task), G_CALLBACK (on_task_cancelled_cb),
                                                 g_object_ref (job->cancellable), g_object_unref);
  g_queue_push_tail (&self->queue, job);
  dispatch (self);
}

static gboolean
fail_locked (GTask *task)
{
  if (task != NULL)
    g_task_return_new_error (task, CHT_VAULT_ERROR, CHT_VAULT_ERROR_LOCKED, "%s",
                             _("The vault is locked. Unlock it and try again."));
  return FALSE;
}

/* Drops the keys at once. What the worker still does with its own reference ends by itself. */
static void
close_vault (ChtVault *self, ChtVaultState state, const char *reason)
{
  GQueue waiting = self->queue;
  gboolean was_open = self->open != NULL;
  ChtJob *job;

  g_queue_init (&self->queue);
  self->epoch++;
  g_clear_pointer (&self->open, cht_open_unref);
  if (self->monitor != NULL)
    g_file_monitor_cancel (self->monitor);
  g_clear_object (&self->monitor);
  if (self->running != NULL && (self->running->kind == CHT_JOB_UNLOCK || self->running->kind == CHT_JOB_CREATE))
    g_cancellable_cancel (self->running->cancellable);
  if (self->worker != NULL)
    {
      ChtJob *forget = g_new0 (ChtJob, 1);

      forget->kind = CHT_JOB_FORGET;
      cht_worker_push (self->worker, forget);
    }
  set_reason (self, reason);
  set_state (self, state);
  if (was_open)
    g_signal_emit (self, signals[LOCKED], 0);
  while ((job = g_queue_pop_head (&waiting)) != NULL)
    {
      fail_locked (job->task);
      cht_job_free (job);
    }
}

void
cht_vault_lock (ChtVault *self)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;

  g_return_if_fail (CHT_IS_VAULT (self));

  if (self->open == NULL && self->running == NULL)
    return;
  if (self->open != NULL && self->state == CHT_VAULT_STATE_OPEN)
    g_array_append_val (self->lock_times, now);
  close_vault (self, self->open != NULL ? CHT_VAULT_STATE_LOCKED : self->state, NULL);
}

/* FALSE where the file that is open is not the one that lies there any more. */
static gboolean
check_file (ChtVault *self, GError **error)
{
  ChtStamp stamp;
  const ChtStamp *known = &self->open->image->stamp;

  if (!cht_store_stamp (self->path, &stamp))
    {
      g_set_error (error, CHT_VAULT_ERROR, errno == ENOENT ? CHT_VAULT_ERROR_ABSENT : CHT_VAULT_ERROR_IO,
                   _("The vault's file “%s” is gone or cannot be reached, so the vault was locked. Put it "
                      "back and unlock again."),
                   self->path);
      return FALSE;
    }
  if (stamp.device != known->device || stamp.inode != known->inode)
    {
      g_set_error (error, CHT_VAULT_ERROR, CHT_VAULT_ERROR_LOCKED,
                   _("The vault's file “%s” was replaced by another one, so the vault was locked. Unlock it "
                      "again to see what the "
                      "new file holds."),
                   self->path);
      return FALSE;
    }
  if (!cht_stamp_equal (&stamp, known) && self->running == NULL && g_queue_is_empty (&self->queue))
    cht_vault_queue (self, CHT_JOB_RELOAD, NULL, NULL);
  return TRUE;
}

/* The states that an error about the file means; nothing for those that leave things as they are. */
static void
follow_error (ChtVault *self, const GError *error)
{
  if (g_error_matches (error, CHT_VAULT_ERROR, CHT_VAULT_ERROR_DAMAGED) ||
      g_error_matches (error, CHT_VAULT_ERROR, CHT_VAULT_ERROR_NEWER))
    close_vault (self, CHT_VAULT_STATE_DAMAGED, error->message);
  else if (g_error_matches (error, CHT_VAULT_ERROR, CHT_VAULT_ERROR_ABSENT))
    close_vault (self, CHT_VAULT_STATE_ABSENT, error->message);
  else if (self->open == NULL)
    {
      set_reason (self, error->message);
      if (self->state == CHT_VAULT_STATE_ABSENT && cht_store_probe (self->path, NULL))
        set_state (self, CHT_VAULT_STATE_LOCKED);
    }
}

gboolean
cht_vault_check_open (ChtVault *self, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (self->open == NULL)
    {
      g_set_error_literal (error, CHT_VAULT_ERROR, CHT_VAULT_ERROR_LOCKED,
                           _("The vault is locked. Unlock it and try again."));
      return FALSE;
    }
  if (check_file (self, &local))
    return TRUE;
  close_vault (self,
               g_error_matches (local, CHT_VAULT_ERROR, CHT_VAULT_ERROR_ABSENT) ? CHT_VAULT_STATE_ABSENT
                                                                                : CHT_VAULT_STATE_LOCKED,
               local->message);
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static void
on_monitor_changed_cb (GFileMonitor *monitor, GFile *file, GFile *other, GFileMonitorEvent event, ChtVault *self)
{
  /* Any name in the folder: a rename over the file tells of the other name only. One stat each. */
  if (self->open != NULL)
    cht_vault_check_open (self, NULL);
}

static void
watch (ChtVault *self)
{
  g_autofree char *folder = g_path_get_dirname (self->open->path);
  g_autoptr (GFile) file = g_file_new_for_path (folder);

  self->monitor = g_file_monitor_directory (file, G_FILE_MONITOR_WATCH_MOVES, NULL, NULL);
  if (self->monitor != NULL)
    g_signal_connect_object (self->monitor, "changed", G_CALLBACK (on_monitor_changed_cb), self, 0);
}

/* Locks told nobody on the disk: locking waits for no write, so their rows follow now. */
static void
write_lock_rows (ChtVault *self)
{
  g_autoptr (GArray) times = g_steal_pointer (&self->lock_times);

  self->lock_times = g_array_new (FALSE, FALSE, sizeof (gint64));
  for (guint i = 0; i < times->len; i++)
    {
      ChtVaultAction *action = cht_vault_action_new ("vault.lock", NULL, "done");

      action->time = g_array_index (times, gint64, i);
      cht_vault_queue (self, CHT_JOB_COMMIT, action, NULL);
    }
}

static void
swap_in (ChtVault *self, ChtJob *job)
{
  ChtOpen *old = self->open;
  gboolean changed = old != NULL && !g_bytes_equal (old->image->head_sealed, job->result->image->head_sealed);

  self->open = g_steal_pointer (&job->result);
  g_clear_pointer (&old, cht_open_unref);
  set_reason (self, cht_read_only_get_words (self->open->read_only));
  set_state (self, self->open->read_only == CHT_READ_ONLY_NO ? CHT_VAULT_STATE_OPEN : CHT_VAULT_STATE_READ_ONLY);
  if (job->kind == CHT_JOB_UNLOCK || job->kind == CHT_JOB_CREATE)
    {
      watch (self);
      g_signal_emit (self, signals[UNLOCKED], 0);
      if (self->open != NULL && self->state == CHT_VAULT_STATE_OPEN)
        write_lock_rows (self);
    }
  else if (changed)
    g_signal_emit (self, signals[CHANGED], 0);
}

static void
answer (ChtJob *job, gboolean current)
{
  if (job->task == NULL)
    return;
  if (job->error != NULL)
    g_task_return_error (job->task, g_steal_pointer (&job->error));
  else if (!current && job->kind != CHT_JOB_COMMIT)
    fail_locked (job->task);  /* locked while it ran; a commit that was written stays written */
  else
    g_task_return_boolean (job->task, TRUE);
}

static void
on_job_done (ChtJob *done)
{
  g_autoptr (ChtJob) job = done;
  ChtVault *self = CHT_VAULT (job->owner);
  gboolean current = job->epoch == self->epoch;

  self->running = NULL;
  if (current)
    {
      if (job->mode != CHT_VAULT_MODE_NONE)
        self->mode = job->mode;
      if (job->kind == CHT_JOB_CREATE || job->kind == CHT_JOB_UNLOCK)
        self->plain = job->plain;
      set_keyring (self, job->keyring);
      if (job->result != NULL)
        swap_in (self, job);
      if (job->error != NULL && job->epoch == self->epoch)
        follow_error (self, job->error);
    }
  answer (job, current);
  dispatch (self);
  /* Another program may have written while this one was busy with its own. */
  if (self->open != NULL)
    cht_vault_check_open (self, NULL);
}

static gboolean
refuse_other_home (GTask *task)
{
  guint owner;

  if (cht_paths_home_is_ours (&owner))
    return FALSE;
  g_task_return_new_error (task, CHT_VAULT_ERROR, CHT_VAULT_ERROR_OWNER, "%s",
                           _("This runs as root with the home folder of somebody else, such as under sudo: "
                              "files would become root's "
                              "and the next start would fail. Start it as yourself. Nothing was touched."));
  return TRUE;
}

/* A task of SELF, or NULL where it was answered already. */
static GTask *
begin (ChtVault *self, gpointer tag, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);
  gboolean busy = self->running != NULL &&
                  (self->running->kind == CHT_JOB_CREATE || self->running->kind == CHT_JOB_UNLOCK);

  g_task_set_source_tag (task, tag);
  g_task_set_check_cancellable (task, FALSE);
  if (refuse_other_home (task) || g_task_return_error_if_cancelled (task))
    return NULL;
  if (busy || !g_queue_is_empty (&self->queue))
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_PENDING, "%s",
                               _("The vault is being opened already. Wait for it."));
      return NULL;
    }
  return g_steal_pointer (&task);
}

void
cht_vault_create_async (ChtVault *self, ChtVaultMode mode, ChtSecret *passphrase, GCancellable *cancellable,
                        GAsyncReadyCallback callback, gpointer data)
{
  GTask *task;

  g_return_if_fail (CHT_IS_VAULT (self));

  task = begin (self, cht_vault_create_async, cancellable, callback, data);
  if (task == NULL)
    return;
  if (mode != CHT_VAULT_MODE_KEYRING)
    {
      g_task_return_new_error (task, CHT_VAULT_ERROR, CHT_VAULT_ERROR_MODE, "%s",
                               _("Vaults with a passphrase are not part of this release: it makes vaults "
                                  "whose key is in the desktop's "
                                  "keyring. Choose the mode “keyring”. Nothing was made."));
      g_object_unref (task);
      return;
    }
  if (self->open != NULL)
    {
      g_task_return_new_error (task, CHT_VAULT_ERROR, CHT_VAULT_ERROR_EXISTS,
                               _("There is a vault at “%s” already. It was not touched."), self->path);
      g_object_unref (task);
      return;
    }
  cht_vault_queue (self, CHT_JOB_CREATE, NULL, task);
}

gboolean
cht_vault_create_finish (ChtVault *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

void
cht_vault_unlock_async (ChtVault *self, ChtSecret *passphrase, GCancellable *cancellable, GAsyncReadyCallback callback,
                        gpointer data)
{
  GTask *task;

  g_return_if_fail (CHT_IS_VAULT (self));

  task = begin (self, cht_vault_unlock_async, cancellable, callback, data);
  if (task == NULL)
    return;
  if (self->open != NULL)
    {
      g_task_return_boolean (task, TRUE);
      g_object_unref (task);
      return;
    }
  cht_vault_queue (self, CHT_JOB_UNLOCK, NULL, task);
}

gboolean
cht_vault_unlock_finish (ChtVault *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

void
cht_vault_probe (ChtVault *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChtHeader) header = NULL;
  guint owner;

  g_return_if_fail (CHT_IS_VAULT (self));

  if (self->open != NULL)
    {
      cht_vault_check_open (self, NULL);
      return;
    }
  /* Reading the rows of the header may roll a journal back, which is a write: not in another's home. */
  header = cht_paths_home_is_ours (&owner) ? cht_store_read_header (self->path, &error) : NULL;
  if (header != NULL)
    self->mode = header->mode;
  if (header == NULL && (error != NULL || !cht_store_probe (self->path, &error)))
    follow_error (self, error);
  else
    set_state (self, CHT_VAULT_STATE_LOCKED);
}

const char *
cht_vault_get_path (ChtVault *self)
{
  g_return_val_if_fail (CHT_IS_VAULT (self), NULL);
  return self->path;
}

ChtVaultState
cht_vault_get_state (ChtVault *self)
{
  g_return_val_if_fail (CHT_IS_VAULT (self), CHT_VAULT_STATE_ABSENT);
  return self->state;
}

ChtKeyringState
cht_vault_get_keyring_state (ChtVault *self)
{
  g_return_val_if_fail (CHT_IS_VAULT (self), CHT_KEYRING_UNASKED);
  return self->keyring;
}

ChtVaultMode
cht_vault_get_mode (ChtVault *self)
{
  g_return_val_if_fail (CHT_IS_VAULT (self), CHT_VAULT_MODE_NONE);
  return self->mode;
}

guint64
cht_vault_get_generation (ChtVault *self)
{
  g_return_val_if_fail (CHT_IS_VAULT (self), 0);
  return self->open != NULL ? self->open->image->head.generation : 0;
}

guint
cht_vault_get_n_records (ChtVault *self)
{
  g_return_val_if_fail (CHT_IS_VAULT (self), 0);
  return self->open != NULL ? self->open->image->rows->len : 0;
}

gboolean
cht_vault_get_keyring_is_plain (ChtVault *self)
{
  g_return_val_if_fail (CHT_IS_VAULT (self), FALSE);
  return self->plain;
}

const char *
cht_vault_get_reason (ChtVault *self)
{
  g_return_val_if_fail (CHT_IS_VAULT (self), NULL);
  return self->reason;
}

ChtVault *
cht_vault_new (const char *path)
{
  ChtVault *self;

  g_return_val_if_fail (path != NULL && g_path_is_absolute (path), NULL);

  self = g_object_new (CHT_TYPE_VAULT, NULL);
  self->path = g_strdup (path);
  return self;
}

static void
cht_vault_finalize (GObject *object)
{
  ChtVault *self = CHT_VAULT (object);

  g_clear_pointer (&self->open, cht_open_unref);
  g_clear_object (&self->monitor);
  g_clear_pointer (&self->worker, cht_worker_free);  /* idle: each job holds a reference on this object */
  g_array_unref (self->lock_times);
  g_main_context_unref (self->context);
  g_free (self->path);
  g_free (self->reason);
  G_OBJECT_CLASS (cht_vault_parent_class)->finalize (object);
}

static void
cht_vault_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ChtVault *self = CHT_VAULT (object);

  switch (id)
    {
    case PROP_STATE: g_value_set_int (value, self->state); break;
    case PROP_KEYRING_STATE: g_value_set_int (value, self->keyring); break;
    case PROP_WAITING_FOR_PROMPT: g_value_set_boolean (value, self->waiting); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
cht_vault_class_init (ChtVaultClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->finalize = cht_vault_finalize;
  object_class->get_property = cht_vault_get_property;
  properties[PROP_STATE] = g_param_spec_int ("state", NULL, NULL, 0, CHT_VAULT_STATE_DAMAGED, 0, flags);
  properties[PROP_KEYRING_STATE] = g_param_spec_int ("keyring-state", NULL, NULL, 0, CHT_KEYRING_CANCELLED, 0, flags);
  properties[PROP_WAITING_FOR_PROMPT] = g_param_spec_boolean ("waiting-for-prompt", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[UNLOCKED] = g_signal_new ("unlocked", CHT_TYPE_VAULT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[LOCKED] = g_signal_new ("locked", CHT_TYPE_VAULT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[CHANGED] = g_signal_new ("changed", CHT_TYPE_VAULT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
cht_vault_init (ChtVault *self)
{
  self->context = g_main_context_ref_thread_default ();
  self->lock_times = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_queue_init (&self->queue);
}
