/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Waiting for one asynchronous answer at a time, in a thread and main context of one's own, with a deadline
 * that stands still while a prompt is up. */
#pragma once

#include <libsecret/secret.h>

G_BEGIN_DECLS

typedef struct _ChtWait ChtWait;

/* ON_PROMPT as in cht-keyring.h. Pushes a new thread-default main context. (transfer full) */
ChtWait *cht_wait_new (void (*on_prompt) (gboolean waiting, gpointer data), gpointer data);
/* Pops the context. */
void cht_wait_free (ChtWait *self);

/* Begins a call of several steps: SECONDS for all answers together; CANCELLABLE (nullable) is the person's. */
void cht_wait_begin (ChtWait *self, guint seconds, GCancellable *cancellable);
void cht_wait_end (ChtWait *self);
/* For each step: hand cht_wait_get_cancellable, cht_wait_on_ready_cb and cht_wait_expect () to the
 * asynchronous function, then ask cht_wait_for: its result, or NULL where time ran out or the person
 * cancelled. (transfer full) (nullable) */
GCancellable *cht_wait_get_cancellable (ChtWait *self);
gpointer cht_wait_expect (ChtWait *self);
void cht_wait_on_ready_cb (GObject *source, GAsyncResult *result, gpointer data);
GAsyncResult *cht_wait_for (ChtWait *self);
gboolean cht_wait_is_late (ChtWait *self);
gboolean cht_wait_is_cancelled (ChtWait *self);

/* A SecretService whose prompts stop the clock of the wait it is bound to. */
#define CHT_TYPE_PROMPT_SERVICE (cht_prompt_service_get_type ())
G_DECLARE_FINAL_TYPE (ChtPromptService, cht_prompt_service, CHT, PROMPT_SERVICE, SecretService)
void cht_prompt_service_bind (ChtPromptService *self, ChtWait *wait);
/* How many prompts it put up, and how long the last one stood, in microseconds. */
guint cht_prompt_service_get_n_prompts (ChtPromptService *self);
gint64 cht_prompt_service_get_last_time (ChtPromptService *self);

G_END_DECLS
