/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ChtOutcome: what came of a write: command-line.md's outcome. Immutable. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  CHT_OUTCOME_DONE,
  CHT_OUTCOME_REFUSED,
  CHT_OUTCOME_NEEDS_CONFIRMATION,
  CHT_OUTCOME_DRY_RUN,
  CHT_OUTCOME_UNKNOWN
} ChtOutcomeKind;

typedef struct { char *destination, *certificate; } ChtConflict;  /* this destination has that certificate now */

#define CHT_TYPE_OUTCOME (cht_outcome_get_type ())
G_DECLARE_FINAL_TYPE (ChtOutcome, cht_outcome, CHT, OUTCOME, GObject)

ChtOutcomeKind cht_outcome_get_kind (ChtOutcome *self);
const char *cht_outcome_get_id (ChtOutcome *self);          /* "done", "refused", … */
const char *cht_outcome_get_message (
    ChtOutcome *self); /* a sentence; holds the controller's own words in quotes where it gave some */
GPtrArray *cht_outcome_get_findings (ChtOutcome *self);     /* of ChtFinding (transfer none), never NULL */
GArray *cht_outcome_get_conflicts (ChtOutcome *self);       /* of ChtConflict (transfer none), never NULL */
const char *cht_outcome_get_job (ChtOutcome *self);         /* (nullable) */
/* 0, 1 or 3 (UNKNOWN) */
int cht_outcome_get_exit_code (ChtOutcome *self);

G_END_DECLS
