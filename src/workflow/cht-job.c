/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-records-private.h"

struct _ChtJob {
  GObject parent_instance;
  char *id, *kind, *user, *status_id, *reason;
  guint status;
  double progress;
  gint64 started, completed;
  gboolean running;
};

#define FIELD(name, kind, member) { name, CHT_RECORD_ ## kind, G_STRUCT_OFFSET (ChtJob, member) }
static const ChtRecordField fields[] = {
  FIELD ("id", STRING, id), FIELD ("kind", STRING, kind), FIELD ("user", STRING, user),
  FIELD ("status-id", STRING, status_id), FIELD ("reason", STRING, reason), FIELD ("status", UINT, status),
  FIELD ("progress", DOUBLE, progress), FIELD ("started", TIME, started), FIELD ("completed", TIME, completed),
  FIELD ("running", BOOLEAN, running),
  { NULL },
};

G_DEFINE_FINAL_TYPE (ChtJob, cht_job, G_TYPE_OBJECT)

static void
cht_job_class_init (ChtJobClass *klass)
{
  cht_record_class_install (klass, fields);
}

static void
cht_job_init (ChtJob *self)
{
}

static const struct {
  const char *word, *id;
  ChtJobStatus status;
} states[] = {
  { "JOB_CREATED", "created", CHT_JOB_CREATED },
  { "JOB_IN_PROGRESS", "in-progress", CHT_JOB_IN_PROGRESS },
  { "JOB_COMPLETED", "completed", CHT_JOB_COMPLETED },
  { "JOB_FAILED", "failed", CHT_JOB_FAILED },
};

ChtJob *
cht_job_new (const ChtApiJob *job)
{
  g_autoptr (ChtJob) self = g_object_new (CHT_TYPE_JOB, NULL);

  self->id = g_strdup (job->id);
  self->kind = g_strdup (job->type);
  self->user = g_strdup (job->user);
  self->reason = g_strdup (job->reason);
  self->progress = job->progress;
  self->started = job->started;
  self->completed = job->completed;
  self->status = CHT_JOB_UNKNOWN;
  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    if (g_str_equal (states[i].word, job->status))
      {
        self->status = states[i].status;
        self->status_id = g_strdup (states[i].id);
      }
  if (self->status_id == NULL)
    self->status_id = g_strdup (job->status);
  self->running = self->status == CHT_JOB_CREATED || self->status == CHT_JOB_IN_PROGRESS;
  return g_steal_pointer (&self);
}

const char *
cht_job_get_id (ChtJob *self)
{
  g_return_val_if_fail (CHT_IS_JOB (self), NULL);
  return self->id;
}

const char *
cht_job_get_kind (ChtJob *self)
{
  g_return_val_if_fail (CHT_IS_JOB (self), NULL);
  return self->kind;
}

const char *
cht_job_get_user (ChtJob *self)
{
  g_return_val_if_fail (CHT_IS_JOB (self), NULL);
  return self->user;
}

ChtJobStatus
cht_job_get_status (ChtJob *self)
{
  g_return_val_if_fail (CHT_IS_JOB (self), CHT_JOB_UNKNOWN);
  return self->status;
}

const char *
cht_job_get_status_id (ChtJob *self)
{
  g_return_val_if_fail (CHT_IS_JOB (self), NULL);
  return self->status_id;
}

const char *
cht_job_get_reason (ChtJob *self)
{
  g_return_val_if_fail (CHT_IS_JOB (self), NULL);
  return self->reason;
}

double
cht_job_get_progress (ChtJob *self)
{
  g_return_val_if_fail (CHT_IS_JOB (self), -1);
  return self->progress;
}

gint64
cht_job_get_started (ChtJob *self)
{
  g_return_val_if_fail (CHT_IS_JOB (self), CHT_TIME_UNKNOWN);
  return self->started;
}

gint64
cht_job_get_completed (ChtJob *self)
{
  g_return_val_if_fail (CHT_IS_JOB (self), CHT_TIME_UNKNOWN);
  return self->completed;
}

gboolean
cht_job_get_running (ChtJob *self)
{
  g_return_val_if_fail (CHT_IS_JOB (self), FALSE);
  return self->running;
}
