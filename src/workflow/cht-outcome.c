/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-outcome-private.h"

struct _ChtOutcome {
  GObject parent_instance;
  ChtOutcomeKind kind;
  char *message;
  GPtrArray *findings;
  GArray *conflicts;
  char *job;
};

G_DEFINE_FINAL_TYPE (ChtOutcome, cht_outcome, G_TYPE_OBJECT)

static void
clear_conflict (gpointer data)
{
  ChtConflict *conflict = data;

  g_free (conflict->destination);
  g_free (conflict->certificate);
}

static void
cht_outcome_finalize (GObject *object)
{
  ChtOutcome *self = CHT_OUTCOME (object);

  g_free (self->message);
  g_ptr_array_unref (self->findings);
  g_array_unref (self->conflicts);
  g_free (self->job);
  G_OBJECT_CLASS (cht_outcome_parent_class)->finalize (object);
}

static void
cht_outcome_class_init (ChtOutcomeClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cht_outcome_finalize;
}

static void
cht_outcome_init (ChtOutcome *self)
{
  self->conflicts = g_array_new (FALSE, FALSE, sizeof (ChtConflict));
  g_array_set_clear_func (self->conflicts, clear_conflict);
}

ChtOutcome *
cht_outcome_new (ChtOutcomeKind kind, GPtrArray *findings, const char *job, const char *format, ...)
{
  g_autoptr (ChtOutcome) self = g_object_new (CHT_TYPE_OUTCOME, NULL);
  va_list args;

  self->kind = kind;
  self->findings = findings != NULL ? g_ptr_array_ref (findings) : g_ptr_array_new_with_free_func (g_object_unref);
  self->job = g_strdup (job);
  va_start (args, format);
  self->message = g_strdup_vprintf (format, args);
  va_end (args);
  return g_steal_pointer (&self);
}

void
cht_outcome_add_conflict (ChtOutcome *self, const char *destination, const char *certificate)
{
  ChtConflict conflict = { g_strdup (destination), g_strdup (certificate) };
  g_array_append_val (self->conflicts, conflict);
}

ChtOutcomeKind
cht_outcome_get_kind (ChtOutcome *self)
{
  g_return_val_if_fail (CHT_IS_OUTCOME (self), CHT_OUTCOME_UNKNOWN);
  return self->kind;
}

const char *
cht_outcome_get_id (ChtOutcome *self)
{
  static const char *const ids[] = {
    [CHT_OUTCOME_DONE] = "done", [CHT_OUTCOME_REFUSED] = "refused",
    [CHT_OUTCOME_NEEDS_CONFIRMATION] = "needs-confirmation", [CHT_OUTCOME_DRY_RUN] = "dry-run",
    [CHT_OUTCOME_UNKNOWN] = "unknown",
  };
  g_return_val_if_fail (CHT_IS_OUTCOME (self), "unknown");
  return ids[self->kind];
}

const char *
cht_outcome_get_message (ChtOutcome *self)
{
  g_return_val_if_fail (CHT_IS_OUTCOME (self), NULL);
  return self->message;
}

GPtrArray *
cht_outcome_get_findings (ChtOutcome *self)
{
  g_return_val_if_fail (CHT_IS_OUTCOME (self), NULL);
  return self->findings;
}

GArray *
cht_outcome_get_conflicts (ChtOutcome *self)
{
  g_return_val_if_fail (CHT_IS_OUTCOME (self), NULL);
  return self->conflicts;
}

const char *
cht_outcome_get_job (ChtOutcome *self)
{
  g_return_val_if_fail (CHT_IS_OUTCOME (self), NULL);
  return self->job;
}

int
cht_outcome_get_exit_code (ChtOutcome *self)
{
  g_return_val_if_fail (CHT_IS_OUTCOME (self), 3);

  switch (self->kind)
    {
    case CHT_OUTCOME_DONE:
    case CHT_OUTCOME_DRY_RUN:
      return 0;
    case CHT_OUTCOME_REFUSED:
    case CHT_OUTCOME_NEEDS_CONFIRMATION:
      return 1;
    case CHT_OUTCOME_UNKNOWN:
    default:
      return 3;
    }
}
