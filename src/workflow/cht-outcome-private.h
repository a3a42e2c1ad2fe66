/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cht-outcome.h"

G_BEGIN_DECLS

/* FINDINGS (nullable) is taken by reference. (transfer full) */
ChtOutcome *cht_outcome_new (ChtOutcomeKind kind, GPtrArray *findings, const char *job, const char *format, ...)
  G_GNUC_PRINTF (4, 5);
/* Before it is given out. */
void cht_outcome_add_conflict (ChtOutcome *self, const char *destination, const char *certificate);

G_END_DECLS
