/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-sandbox-renewal.h"

#include "cht-clock.h"
#include "cht-sandbox-call.h"
#include "cht-sandbox-issue.h"
#include "cht-sandbox-seed.h"

struct _ChtSandboxRenewal {
  ChtSandboxStore *store;
  guint step_ms;
  guint timer;
};

typedef struct {
  double progress;
  const char *message;
  gboolean (*work) (ChtSandboxRenewal *self, ChtSandboxJob *job);
} Step;

static gboolean
prepare (ChtSandboxRenewal *self, ChtSandboxJob *job)
{
  return TRUE;
}

/* The listener's own certificate too, where it is due: it is shown from the next start on. */
static gboolean
renew (ChtSandboxRenewal *self, ChtSandboxJob *job)
{
  g_autofree char *address = cht_sandbox_store_get_fact (self->store, CHT_SANDBOX_FACT_LISTENER_ADDRESS);

  return cht_sandbox_ensure_listener (self->store, address, NULL)
         && (job->kind != CHT_SANDBOX_RENEW_ALL || cht_sandbox_renew_roots (self->store, NULL))
         && cht_sandbox_renew_leaves (self->store, NULL);
}

static gboolean
finish (ChtSandboxRenewal *self, ChtSandboxJob *job)
{
  ChtSandboxAlarm alarm = {
    .created = cht_sandbox_now (), .updated = cht_sandbox_now (), .severity = (char *) "Info",
    .description = (char *) "The internal certificates were renewed. Clear this alarm once the data gateways have"
                            " theirs.",
    .object_id = job->id, .object_description = (char *) "Certificate renewal", .category = (char *) "System",
  };

  return cht_sandbox_store_put_alarm (self->store, &alarm, NULL);
}

static const Step steps[] = {
  { 10, "Renewal of the internal certificates started.", prepare },
  { 35, "The internal certificate authority was checked.", prepare },
  { 70, "New leaf certificates were issued.", renew },
  { 90, "The new certificates were handed to the services and data gateways.", prepare },
  { 100, "Renewal of the internal certificates completed.", finish },
};

static void follow (ChtSandboxRenewal *self);

/* The step's work, its event and the job's state are one transaction: a kill leaves all of it or none. */
static gboolean
take_step (ChtSandboxRenewal *self, ChtSandboxJob *job)
{
  const Step *step = &steps[job->step];
  gboolean last = job->step + 1 == (int) G_N_ELEMENTS (steps);

  if (!cht_sandbox_store_begin (self->store, NULL))
    return FALSE;
  job->progress = step->progress;
  job->step++;
  g_free (job->status);
  job->status = g_strdup (last ? "JOB_COMPLETED" : "JOB_IN_PROGRESS");
  job->completed = last ? cht_sandbox_now () : 0;
  if (step->work (self, job) && cht_sandbox_store_put_job (self->store, job, NULL)
      && cht_sandbox_store_add_event (self->store, job->id, step->message, cht_sandbox_now (), NULL))
    return cht_sandbox_store_commit (self->store, NULL);
  cht_sandbox_store_abort (self->store);
  return FALSE;
}

static void
fail (ChtSandboxRenewal *self, ChtSandboxJob *job)
{
  g_free (job->status);
  job->status = g_strdup ("JOB_FAILED");
  job->completed = cht_sandbox_now ();
  cht_sandbox_store_put_job (self->store, job, NULL);
  cht_sandbox_store_add_event (self->store, job->id, "Renewal of the internal certificates failed. Start it again.",
                               cht_sandbox_now (), NULL);
}

static gboolean
on_step_due_cb (gpointer data)
{
  ChtSandboxRenewal *self = data;
  g_autoptr (ChtSandboxJob) job = cht_sandbox_store_get_running_job (self->store);

  self->timer = 0;
  if (job == NULL)
    return G_SOURCE_REMOVE;
  if (job->step < 0 || job->step >= (int) G_N_ELEMENTS (steps) || !take_step (self, job))
    fail (self, job);
  if (job->completed == 0)
    follow (self);
  return G_SOURCE_REMOVE;
}

static void
follow (ChtSandboxRenewal *self)
{
  if (self->timer == 0)
    self->timer = g_timeout_add (self->step_ms, on_step_due_cb, self);
}

ChtSandboxRenewal *
cht_sandbox_renewal_new (ChtSandboxStore *store, double seconds)
{
  ChtSandboxRenewal *self = g_new0 (ChtSandboxRenewal, 1);
  g_autoptr (ChtSandboxJob) left = cht_sandbox_store_get_running_job (store);

  self->store = store;
  self->step_ms = (guint) (seconds * 1000 / G_N_ELEMENTS (steps));
  if (left != NULL)
    follow (self);
  return self;
}

void
cht_sandbox_renewal_free (ChtSandboxRenewal *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  g_free (self);
}

gboolean
cht_sandbox_renewal_is_due (ChtSandboxRenewal *self, gint64 *days)
{
  g_autoptr (ChtSandboxRecord) internal = cht_sandbox_store_get_record (self->store, CHT_SANDBOX_INTERNAL);

  *days = 0;
  if (internal == NULL || internal->leaf == NULL)
    return FALSE;
  *days = cht_time_days_until (cht_sandbox_get_first_end (internal->leaf), cht_sandbox_now () / 1000);
  return *days < CHT_SANDBOX_DUE_DAYS;
}

char *
cht_sandbox_renewal_start (ChtSandboxRenewal *self, ChtSandboxRenewKind kind, const char *user, const char **why)
{
  g_autoptr (ChtSandboxJob) running = cht_sandbox_store_get_running_job (self->store);
  g_autoptr (ChtSandboxRecord) internal = cht_sandbox_store_get_record (self->store, CHT_SANDBOX_INTERNAL);
  g_autoptr (ChtSandboxJob) job = g_new0 (ChtSandboxJob, 1);
  gint64 days;

  if (running != NULL)
    *why = "A certificate renewal is already in progress.";
  else if (internal == NULL)
    *why = "There are no internal certificates to renew.";
  else if (kind == CHT_SANDBOX_RENEW_DUE && !cht_sandbox_renewal_is_due (self, &days))
    *why = "No internal certificate is due for renewal.";
  else
    {
      job->id = g_uuid_string_random ();
      job->user = g_strdup (user);
      job->status = g_strdup ("JOB_CREATED");
      job->started = cht_sandbox_now ();
      job->kind = kind;
      if (cht_sandbox_store_put_job (self->store, job, NULL))
        {
          follow (self);
          return g_steal_pointer (&job->id);
        }
      *why = "The renewal job could not be stored.";
    }
  return NULL;
}
