/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-keyring-wait.h"

/* One step. It outlives the wait where an answer never comes. */
typedef struct { GAsyncResult *result; gboolean done; } Step;

struct _ChtWait {
  GMainContext *context;
  GCancellable *cancellable, *person;
  gulong person_handler;
  gint64 deadline, left;  /* monotonic; left: while a prompt is up */
  guint prompts;
  gboolean late;
  Step *step;
  void (*on_prompt) (gboolean waiting, gpointer data);
  gpointer data;
};

static void
step_clear (gpointer data)
{
  g_clear_object (&((Step *) data)->result);
}

ChtWait *
cht_wait_new (void (*on_prompt) (gboolean waiting, gpointer data), gpointer data)
{
  ChtWait *self = g_new0 (ChtWait, 1);

  self->context = g_main_context_new ();
  self->on_prompt = on_prompt;
  self->data = data;
  g_main_context_push_thread_default (self->context);
  return self;
}

/* What came in since the last call: signals of the daemon, answers that nobody waits for any more. */
static void
drain (ChtWait *self)
{
  while (g_main_context_iteration (self->context, FALSE))
    ;
}

void
cht_wait_free (ChtWait *self)
{
  drain (self);  /* GDBus frees what its subscriptions held in here */
  g_main_context_pop_thread_default (self->context);
  g_main_context_unref (self->context);
  g_free (self);
}

static void
on_person_cancelled_cb (GCancellable *person, gpointer data)
{
  g_cancellable_cancel (data);
}

void
cht_wait_begin (ChtWait *self, guint seconds, GCancellable *cancellable)
{
  drain (self);
  self->cancellable = g_cancellable_new ();
  self->deadline = g_get_monotonic_time () + seconds * G_USEC_PER_SEC;
  self->late = FALSE;
  g_set_object (&self->person, cancellable);
  if (cancellable != NULL)
    self->person_handler = g_cancellable_connect (cancellable, G_CALLBACK (on_person_cancelled_cb),
                                                  g_object_ref (self->cancellable), g_object_unref);
}

void
cht_wait_end (ChtWait *self)
{
  if (self->person != NULL)
    g_cancellable_disconnect (self->person, self->person_handler);
  g_clear_object (&self->person);
  g_clear_object (&self->cancellable);
}

GCancellable *
cht_wait_get_cancellable (ChtWait *self)
{
  return self->cancellable;
}

gpointer
cht_wait_expect (ChtWait *self)
{
  g_assert (self->step == NULL);
  self->step = g_rc_box_new0 (Step);
  return g_rc_box_acquire (self->step);
}

void
cht_wait_on_ready_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Step *step = data;

  g_set_object (&step->result, result);
  step->done = TRUE;
  g_rc_box_release_full (step, step_clear);
}

static gboolean
on_tick_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;  /* wakes the loop, which looks at the clock itself */
}

GAsyncResult *
cht_wait_for (ChtWait *self)
{
  g_autoptr (GSource) tick = g_timeout_source_new (100);
  Step *step = g_steal_pointer (&self->step);
  GAsyncResult *result;
  gint64 give_up = 0;

  g_source_set_callback (tick, on_tick_cb, NULL, NULL);
  g_source_attach (tick, self->context);
  /* A cancelled call still answers, at once as a rule; a second is enough for those that do. */
  while (!step->done && (give_up == 0 || g_get_monotonic_time () < give_up))
    {
      g_main_context_iteration (self->context, TRUE);
      if (self->prompts == 0 && !self->late && g_get_monotonic_time () >= self->deadline)
        {
          self->late = !g_cancellable_is_cancelled (self->cancellable);
          g_cancellable_cancel (self->cancellable);
        }
      if (give_up == 0 && g_cancellable_is_cancelled (self->cancellable))
        give_up = g_get_monotonic_time () + G_USEC_PER_SEC;
    }
  g_source_destroy (tick);
  result = g_steal_pointer (&step->result);
  g_rc_box_release_full (step, step_clear);
  return result;
}

gboolean
cht_wait_is_late (ChtWait *self)
{
  return self->late;
}

gboolean
cht_wait_is_cancelled (ChtWait *self)
{
  return self->person != NULL && g_cancellable_is_cancelled (self->person);
}

static void
count_prompt (ChtWait *self, gboolean begins)
{
  if (begins && self->prompts++ == 0)
    {
      self->left = self->deadline - g_get_monotonic_time ();
      self->on_prompt (TRUE, self->data);
    }
  else if (!begins && self->prompts > 0 && --self->prompts == 0)
    {
      self->deadline = g_get_monotonic_time () + self->left;
      self->on_prompt (FALSE, self->data);
    }
}

struct _ChtPromptService {
  SecretService parent_instance;
  ChtWait *wait;
  guint n_prompts;
  gint64 begun, last_time;
};

G_DEFINE_FINAL_TYPE (ChtPromptService, cht_prompt_service, SECRET_TYPE_SERVICE)

static void
cht_prompt_service_prompt_async (SecretService *service, SecretPrompt *prompt, const GVariantType *return_type,
                                 GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  ChtPromptService *self = CHT_PROMPT_SERVICE (service);

  self->n_prompts++;
  self->begun = g_get_monotonic_time ();
  if (self->wait != NULL)
    count_prompt (self->wait, TRUE);
  SECRET_SERVICE_CLASS (cht_prompt_service_parent_class)
      ->prompt_async (service, prompt, return_type, cancellable, callback, data);
}

static GVariant *
cht_prompt_service_prompt_finish (SecretService *service, GAsyncResult *result, GError **error)
{
  ChtPromptService *self = CHT_PROMPT_SERVICE (service);

  self->last_time = g_get_monotonic_time () - self->begun;
  if (self->wait != NULL)
    count_prompt (self->wait, FALSE);
  return SECRET_SERVICE_CLASS (cht_prompt_service_parent_class)->prompt_finish (service, result, error);
}

static void
cht_prompt_service_class_init (ChtPromptServiceClass *klass)
{
  SecretServiceClass *service_class = SECRET_SERVICE_CLASS (klass);

  service_class->prompt_async = cht_prompt_service_prompt_async;
  service_class->prompt_finish = cht_prompt_service_prompt_finish;
}

static void
cht_prompt_service_init (ChtPromptService *self)
{
}

void
cht_prompt_service_bind (ChtPromptService *self, ChtWait *wait)
{
  self->wait = wait;
}

guint
cht_prompt_service_get_n_prompts (ChtPromptService *self)
{
  return self->n_prompts;
}

gint64
cht_prompt_service_get_last_time (ChtPromptService *self)
{
  return self->last_time;
}
