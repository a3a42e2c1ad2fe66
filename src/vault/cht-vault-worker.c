/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-vault-worker.h"

#include <glib/gi18n-lib.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>

#include "cht-file.h"
#include "cht-keyring.h"
#include "cht-lock-file.h"
#include "cht-store.h"

struct _ChtWorker {
  GThread *thread;
  GAsyncQueue *jobs;
  GMainContext *home;
  ChtWorkerCalls calls;
  /* The thread's own. */
  ChtKeyring *keyring;
  ChtJob *current;
};

const char *
cht_read_only_get_words (ChtReadOnly reason)
{
  switch (reason)
    {
    case CHT_READ_ONLY_OLDER:
      return _("This vault file is older than the one that was written last here, so it opened for reading "
                "only. Put back the "
                "newest copy. Nothing was changed.");
    case CHT_READ_ONLY_OTHER:
      return _("The desktop's keyring remembers another state than this vault file has: one of the two was "
                "restored from a copy. "
                "It opened for reading only. Put back the copies that belong together. Nothing was changed.");
    case CHT_READ_ONLY_AUDIT:
      return _("The log of this vault was changed by something other than Chatelaine, so it opened for "
                "reading only. Put back a "
                "copy that you know to be good. Nothing was changed.");
    case CHT_READ_ONLY_RIGHTS:
      return _("The vault's file or folder may not be written to, so it opened for reading only. Give "
                "yourself the right to write "
                "there and unlock it again. Nothing was changed.");
    case CHT_READ_ONLY_NO:
    default:
      return NULL;
    }
}

ChtOpen *
cht_open_ref (ChtOpen *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
open_clear (gpointer data)
{
  ChtOpen *self = data;

  g_free (self->path);
  g_free (self->uuid);
  g_clear_pointer (&self->seal, cht_seal_unref);
  g_clear_pointer (&self->key, cht_secret_unref);
  g_clear_pointer (&self->image, cht_image_unref);
}

void
cht_open_unref (ChtOpen *self)
{
  g_atomic_rc_box_release_full (self, open_clear);
}

/* Takes IMAGE. */
static ChtOpen *
open_new (const char *path, ChtSeal *seal, ChtSecret *key, ChtImage *image)
{
  ChtOpen *self = g_atomic_rc_box_new0 (ChtOpen);

  self->path = g_strdup (path);
  self->uuid = cht_uuid_to_text (image->header->uuid);
  self->seal = cht_seal_ref (seal);
  self->key = cht_secret_ref (key);
  self->image = image;
  if (image->audit_break > 0)
    self->read_only = CHT_READ_ONLY_AUDIT;
  else if (!cht_store_may_write (path))
    self->read_only = CHT_READ_ONLY_RIGHTS;
  return self;
}

void
cht_job_free (ChtJob *self)
{
  if (self->cancel_handler != 0)
    g_cancellable_disconnect (g_task_get_cancellable (self->task), self->cancel_handler);
  g_free (self->path);
  g_clear_pointer (&self->open, cht_open_unref);
  g_clear_pointer (&self->action, cht_vault_action_free);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->result, cht_open_unref);
  g_clear_error (&self->error);
  g_clear_object (&self->task);
  g_clear_object (&self->owner);
  g_free (self);
}

/* Always FALSE; says what the keyring answered, as the error of the job. */
static gboolean
keyring_fails (ChtJob *job, ChtKeyringState state)
{
  job->keyring = state;
  if (!g_cancellable_set_error_if_cancelled (job->cancellable, &job->error))
    g_set_error_literal (&job->error, CHT_VAULT_ERROR,
                         state == CHT_KEYRING_NO_BUS || state == CHT_KEYRING_NO_SERVICE ? CHT_VAULT_ERROR_NO_SERVICE
                                                                                       : CHT_VAULT_ERROR_LOCKED,
                         cht_keyring_state_get_words (state));
  return FALSE;
}

static ChtKeyringState
store_anchor (ChtWorker *self,
              ChtOpen *open,
              ChtKeyringState (*store) (ChtKeyring *, const char *, const ChtKeyringContent *))
{
  g_auto (ChtKeyringContent) content = { cht_secret_ref (open->key), open->image->head.generation, { 0 } };

  cht_head_hash (&open->image->head, open->seal, content.hash);
  return store (self->keyring, open->uuid, &content);
}

/* Holds the file against the anchor, under the lock: the keyring may have been read before another program
 * wrote, so a bad answer is asked for once more. An anchor one behind, by a program that died between file
 * and keyring, follows. */
static void
settle (ChtWorker *self, ChtOpen *open, ChtKeyringContent *content)
{
  const ChtHead *head = &open->image->head;
  ChtAnchorVerdict verdict = cht_head_judge (head, open->seal, content->generation, content->hash);

  if ((verdict == CHT_ANCHOR_OLDER || verdict == CHT_ANCHOR_OTHER)
      && cht_keyring_read (self->keyring, open->uuid, content) == CHT_KEYRING_PRESENT)
    verdict = cht_head_judge (head, open->seal, content->generation, content->hash);
  if (verdict == CHT_ANCHOR_OLDER)
    open->read_only = CHT_READ_ONLY_OLDER;
  else if (verdict == CHT_ANCHOR_OTHER || !cht_secret_equal (content->key, open->key))
    open->read_only = CHT_READ_ONLY_OTHER;
  open->anchored = verdict == CHT_ANCHOR_SAME;
  if (verdict == CHT_ANCHOR_NEXT && open->read_only == CHT_READ_ONLY_NO)
    open->anchored = store_anchor (self, open, cht_keyring_store) == CHT_KEYRING_PRESENT;
}

static ChtSecret *
unwrap (ChtHeader *header, ChtSecret *key)
{
  for (guint i = 0; i < header->slots->len; i++)
    {
      ChtSlot *slot = g_ptr_array_index (header->slots, i);

      if (slot->kind == CHT_SLOT_KEYRING)
        return cht_slot_unwrap (slot, header->uuid, key, NULL);
    }
  return NULL;
}

static gboolean
refuse_mode (GError **error)
{
  g_set_error_literal (error, CHT_VAULT_ERROR, CHT_VAULT_ERROR_MODE,
                       _("Vaults with a passphrase are not part of this release: it opens and makes vaults "
                          "whose key is in the "
                          "desktop's keyring. Choose the mode “keyring”."));
  return FALSE;
}

static gboolean
run_unlock (ChtWorker *self, ChtJob *job)
{
  g_autofree char *path = cht_store_resolve (job->path, &job->error);
  g_autoptr (ChtHeader) header = path != NULL ? cht_store_read_header (path, &job->error) : NULL;
  g_autofree char *uuid = header != NULL ? cht_uuid_to_text (header->uuid) : NULL;
  g_auto (ChtKeyringContent) content = { 0 };
  g_autoptr (ChtSecret) master = NULL;
  g_autoptr (ChtSeal) seal = NULL;
  g_autoptr (ChtLockFile) lock = NULL;
  ChtImage *image;

  if (header == NULL)
    return FALSE;
  job->mode = header->mode;
  if (header->mode != CHT_VAULT_MODE_KEYRING)
    return refuse_mode (&job->error);
  job->keyring = cht_keyring_walk (self->keyring, uuid, job->cancellable, &content);
  if (job->keyring != CHT_KEYRING_PRESENT)
    return keyring_fails (job, job->keyring);
  job->plain = cht_keyring_is_plain (self->keyring);
  master = unwrap (header, content.key);
  if (master == NULL)
    return keyring_fails (job, CHT_KEYRING_MISMATCH);
  seal = cht_seal_new (master, header->uuid);
  lock = cht_lock_file_take (path, cht_store_may_write (path), job->cancellable, &job->error);
  image = lock != NULL ? cht_store_load (path, seal, NULL, NULL, &job->error) : NULL;
  if (image == NULL)
    return FALSE;
  job->result = open_new (path, seal, content.key, image);
  settle (self, job->result, &content);
  return TRUE;
}

/* The first generation, worked out in memory. */
static ChtOpen *
draft_vault (const char *path)
{
  guint8 uuid[CHT_SEAL_UUID];
  g_autoptr (ChtSecret) master = cht_secret_new_random (CHT_SEAL_KEY);
  g_autoptr (ChtSecret) key = cht_secret_new_random (CHT_SEAL_KEY);
  g_autoptr (ChtSeal) seal = NULL;
  ChtHeader *header;
  ChtImage *image;

  randombytes_buf (uuid, sizeof uuid);
  uuid[6] = (uuid[6] & 0x0f) | 0x40;
  uuid[8] = (uuid[8] & 0x3f) | 0x80;
  seal = cht_seal_new (master, uuid);
  header = cht_header_new (uuid, CHT_VAULT_MODE_KEYRING);
  g_ptr_array_add (header->slots, cht_slot_wrap (1, CHT_SLOT_KEYRING, uuid, master, key, NULL, NULL));
  image = cht_image_new (header);
  image->head.mode = CHT_VAULT_MODE_KEYRING;
  image->head.generation = 1;
  cht_slot_hash_all (header->slots, seal, image->head.slots);
  g_ptr_array_add (image->audit, cht_audit_append (&image->head, seal, g_get_real_time () / G_USEC_PER_SEC,
                                                   g_get_user_name (), "vault.create", NULL, "done"));
  image->head_sealed = cht_head_close (&image->head, seal);
  return open_new (path, seal, key, image);
}

static gboolean
make_folder (ChtJob *job)
{
  g_autofree char *folder = g_path_get_dirname (job->path);
  g_autoptr (GError) error = NULL;

  if (cht_file_make_folder (folder, &error))
    return TRUE;
  g_set_error_literal (&job->error, CHT_VAULT_ERROR, CHT_VAULT_ERROR_IO, error->message);
  return FALSE;
}

static gboolean
run_create (ChtWorker *self, ChtJob *job)
{
  g_autofree char *path = NULL;
  g_autoptr (ChtLockFile) lock = NULL;
  g_autoptr (ChtOpen) open = NULL;
  g_auto (ChtKeyringContent) content = { 0 };
  struct stat info;

  if (!make_folder (job))
    return FALSE;
  path = cht_store_resolve (job->path, &job->error);
  lock = path != NULL ? cht_lock_file_take (path, TRUE, job->cancellable, &job->error) : NULL;
  if (lock == NULL)
    return FALSE;
  if (lstat (path, &info) == 0)
    {
      g_autofree char *shown = g_filename_display_name (path);

      g_set_error (&job->error, CHT_VAULT_ERROR, CHT_VAULT_ERROR_EXISTS,
                   _("There is something at “%s” already. It was not touched."), shown);
      return FALSE;
    }
  open = draft_vault (path);
  content = (ChtKeyringContent) { cht_secret_ref (open->key), 1, { 0 } };
  cht_head_hash (&open->image->head, open->seal, content.hash);
  /* Stored, read back, and only then a file that depends on it. */
  job->keyring = cht_keyring_create (self->keyring, open->uuid, &content, job->cancellable);
  if (job->keyring != CHT_KEYRING_PRESENT)
    return keyring_fails (job, job->keyring);
  if (!cht_store_create (path, open->image, &job->error))
    {
      cht_keyring_remove (self->keyring, open->uuid);
      return FALSE;
    }
  job->plain = cht_keyring_is_plain (self->keyring);
  job->mode = CHT_VAULT_MODE_KEYRING;
  open->anchored = TRUE;
  open->read_only = CHT_READ_ONLY_NO;
  job->result = g_steal_pointer (&open);
  return TRUE;
}

/* What stands in the file now, where another program wrote: MOVED (out) where it is not what job->open holds. */
static ChtOpen *
refresh (ChtWorker *self, ChtJob *job, ChtOpen *open, gboolean force, GError **error)
{
  ChtImage *image = open->image;
  ChtStamp stamp;
  ChtOpen *fresh;

  if (!cht_store_stamp (open->path, &stamp))
    {
      cht_store_probe (open->path, error);
      return NULL;
    }
  if (stamp.device != image->stamp.device || stamp.inode != image->stamp.inode)
    {
      g_set_error_literal (
          error, CHT_VAULT_ERROR, CHT_VAULT_ERROR_LOCKED,
          _("The vault's file was replaced by another one, so the vault was locked. Unlock it again to see "
             "what the new file holds."));
      return NULL;
    }
  if (!force && cht_stamp_equal (&stamp, &image->stamp))
    return cht_open_ref (open);
  image = cht_store_load (open->path, open->seal, open->image, NULL, error);
  if (image == NULL)
    return NULL;
  fresh = open_new (open->path, open->seal, open->key, image);
  /* The same content under a newer stamp, such as after a copy of rights: nothing to settle. */
  if (g_bytes_equal (image->head_sealed, open->image->head_sealed) && open->anchored)
    {
      fresh->anchored = open->anchored;
      fresh->read_only = open->read_only;
      return fresh;
    }
  if (image->head.generation < open->image->head.generation)
    fresh->read_only = CHT_READ_ONLY_OLDER;
  else
    {
      g_auto (ChtKeyringContent) content = { 0 };
      ChtKeyringState state = cht_keyring_read (self->keyring, open->uuid, &content);

      if (state == CHT_KEYRING_PRESENT)
        settle (self, fresh, &content);
      else
        job->keyring = state;
    }
  return fresh;
}

static gboolean
refuse_read_only (ChtJob *job, ChtReadOnly reason)
{
  g_set_error_literal (&job->error, CHT_VAULT_ERROR, CHT_VAULT_ERROR_READ_ONLY, cht_read_only_get_words (reason));
  return FALSE;
}

/* File first, then anchor. An anchor that could not be stored is one behind, which the next opening accepts; a second
 * commit on top of it would not be, so that one begins with the keyring. */
static gboolean
write_generation (ChtWorker *self, ChtJob *job, ChtOpen *open, gboolean *moved)
{
  g_autoptr (ChtDelta) delta = cht_delta_new ();
  ChtImage *next = cht_image_apply (open->image, open->seal, job->action, delta, &job->error);
  g_autoptr (ChtOpen) result = NULL;

  if (next == NULL)
    return FALSE;
  result = open_new (open->path, open->seal, open->key, next);
  if (!cht_store_write (open->path, open->image, next, delta, moved, &job->error))
    return FALSE;
  job->keyring = store_anchor (self, result, cht_keyring_store);
  result->anchored = job->keyring == CHT_KEYRING_PRESENT;
  g_clear_pointer (&job->result, cht_open_unref);
  job->result = g_steal_pointer (&result);
  return TRUE;
}

static gboolean
run_commit (ChtWorker *self, ChtJob *job)
{
  g_autoptr (ChtLockFile) lock = NULL;

  if (!job->open->anchored)
    {
      g_auto (ChtKeyringContent) content = { 0 };

      /* Before the lock is taken, since it may ask the person. */
      job->keyring = cht_keyring_walk (self->keyring, job->open->uuid, job->cancellable, &content);
      if (job->keyring != CHT_KEYRING_PRESENT)
        return keyring_fails (job, job->keyring);
    }
  lock = cht_lock_file_take (job->open->path, TRUE, job->cancellable, &job->error);
  if (lock == NULL)
    return FALSE;
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (ChtOpen) open = refresh (self, job, job->open, i > 0 || !job->open->anchored, &job->error);
      gboolean moved = FALSE;

      if (open == NULL)
        return FALSE;
      g_clear_pointer (&job->result, cht_open_unref);
      job->result = cht_open_ref (open);
      if (open->read_only != CHT_READ_ONLY_NO)
        return refuse_read_only (job, open->read_only);
      if (!open->anchored)
        return keyring_fails (job, job->keyring != CHT_KEYRING_PRESENT ? job->keyring : CHT_KEYRING_LOCKED);
      if (write_generation (self, job, open, &moved))
        return TRUE;
      if (!moved)
        return FALSE;
    }
  return cht_store_damaged (job->open->path, &job->error);
}

static void
run_reload (ChtWorker *self, ChtJob *job)
{
  g_autoptr (ChtLockFile) lock = cht_lock_file_take (job->open->path, cht_store_may_write (job->open->path),
                                                     job->cancellable, &job->error);

  if (lock != NULL)
    job->result = refresh (self, job, job->open, FALSE, &job->error);
}

/* Always by a source: g_main_context_invoke would call FUNCTION right here whenever nobody is iterating that
 * context. */
static void
send_home (ChtWorker *self, GSourceFunc function, gpointer data, GDestroyNotify destroy)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, function, data, destroy);
  g_source_attach (source, self->home);
}

typedef struct { ChtWorker *worker; GObject *owner; gboolean waiting; } PromptNote;

static gboolean
on_prompt_note_cb (gpointer data)
{
  PromptNote *note = data;

  note->worker->calls.prompt (note->owner, note->waiting);
  return G_SOURCE_REMOVE;
}

static void
prompt_note_free (gpointer data)
{
  g_object_unref (((PromptNote *) data)->owner);
  g_free (data);
}

static void
on_prompt (gboolean waiting, gpointer data)
{
  ChtWorker *self = data;
  PromptNote *note = g_new (PromptNote, 1);

  *note = (PromptNote) { self, g_object_ref (self->current->owner), waiting };
  send_home (self, on_prompt_note_cb, note, prompt_note_free);
}

typedef struct { ChtWorker *worker; ChtJob *job; } DoneNote;

static gboolean
on_done_cb (gpointer data)
{
  DoneNote *note = data;

  note->worker->calls.done (note->job);
  return G_SOURCE_REMOVE;
}

static gpointer
run (gpointer data)
{
  ChtWorker *self = data;
  gboolean quit = FALSE;

  self->keyring = cht_keyring_new (on_prompt, self);
  while (!quit)
    {
      ChtJob *job = g_async_queue_pop (self->jobs);
      DoneNote *note;

      self->current = job;
      switch (job->kind)
        {
        case CHT_JOB_CREATE: run_create (self, job); break;
        case CHT_JOB_UNLOCK: run_unlock (self, job); break;
        case CHT_JOB_COMMIT: run_commit (self, job); break;
        case CHT_JOB_RELOAD: run_reload (self, job); break;
        case CHT_JOB_FORGET: cht_keyring_disconnect (self->keyring); break;
        case CHT_JOB_QUIT:
        default: quit = TRUE; break;
        }
      self->current = NULL;
      if (job->owner == NULL)
        {
          cht_job_free (job);
          continue;
        }
      note = g_new (DoneNote, 1);
      *note = (DoneNote) { self, job };
      send_home (self, on_done_cb, note, g_free);
    }
  cht_keyring_free (self->keyring);
  return NULL;
}

ChtWorker *
cht_worker_new (GMainContext *home, const ChtWorkerCalls *calls)
{
  ChtWorker *self = g_new0 (ChtWorker, 1);

  self->home = g_main_context_ref (home);
  self->calls = *calls;
  self->jobs = g_async_queue_new ();
  self->thread = g_thread_new ("vault", run, self);
  return self;
}

void
cht_worker_push (ChtWorker *self, ChtJob *job)
{
  g_async_queue_push (self->jobs, job);
}

void
cht_worker_free (ChtWorker *self)
{
  ChtJob *quit = g_new0 (ChtJob, 1);

  quit->kind = CHT_JOB_QUIT;
  cht_worker_push (self, quit);
  g_thread_join (self->thread);
  g_async_queue_unref (self->jobs);
  g_main_context_unref (self->home);
  g_free (self);
}
