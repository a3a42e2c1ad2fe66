/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The vault's own thread: the disk, the lock file and the keyring, one job at a time. A job gets what it
 * needs by reference and its result is swapped in by the thread that owns the vault, so locking there waits
 * for nothing here: the job holds the keys for its own end and wipes them with its last reference.
 */
#pragma once

#include "cht-image.h"
#include "cht-vault.h"

G_BEGIN_DECLS

typedef enum {
  CHT_READ_ONLY_NO,
  CHT_READ_ONLY_OLDER,   /* older than its anchor */
  CHT_READ_ONLY_OTHER,   /* not the line of history that the anchor knows */
  CHT_READ_ONLY_AUDIT,   /* the audit log does not hold */
  CHT_READ_ONLY_RIGHTS,  /* file or folder without the write right */
} ChtReadOnly;

/* The words for it, translated; NULL for NO. */
const char *cht_read_only_get_words (ChtReadOnly reason);

/* An open vault, at one generation: immutable. */
typedef struct {
  char *path, *uuid;    /* PATH resolved */
  ChtSeal *seal;
  ChtSecret *key;       /* the keyring's: its item is written whole with every anchor */
  ChtImage *image;
  gboolean anchored;    /* the keyring is known to hold this generation */
  ChtReadOnly read_only;
} ChtOpen;

ChtOpen *cht_open_ref (ChtOpen *self);
void cht_open_unref (ChtOpen *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChtOpen, cht_open_unref)

typedef enum
{
  CHT_JOB_CREATE,
  CHT_JOB_UNLOCK,
  CHT_JOB_COMMIT,
  CHT_JOB_RELOAD,
  CHT_JOB_FORGET,
  CHT_JOB_QUIT
} ChtJobKind;

typedef struct {
  ChtJobKind kind;
  /* What it works on. */
  char *path;
  ChtOpen *open;
  ChtVaultAction *action;
  GCancellable *cancellable;
  /* What came of it. */
  ChtOpen *result;
  GError *error;
  guint32 mode;               /* CHT_VAULT_MODE_NONE: not read */
  ChtKeyringState keyring;
  gboolean plain;
  /* The owner's. */
  GObject *owner;
  GTask *task;
  gulong cancel_handler;      /* from the task's cancellable to this one */
  guint epoch;
} ChtJob;

void cht_job_free (ChtJob *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChtJob, cht_job_free)

typedef struct _ChtWorker ChtWorker;

/* Both are called in HOME: DONE with the job, which it takes; PROMPT while a job's prompt is up. */
typedef struct { void (*done) (ChtJob *job); void (*prompt) (GObject *owner, gboolean waiting); } ChtWorkerCalls;

ChtWorker *cht_worker_new (GMainContext *home, const ChtWorkerCalls *calls);
/* Takes JOB. */
void cht_worker_push (ChtWorker *self, ChtJob *job);
/* Ends and joins the thread; no job with an owner may be under way. */
void cht_worker_free (ChtWorker *self);

G_END_DECLS
