/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One upload on its way: cht-workspace-upload.c judges and sends, cht-workspace-reconcile.c finds out what came of it.
 */
#pragma once

#include "cht-certificates-api.h"
#include "cht-outcome-private.h"
#include "cht-workspace-private.h"

G_BEGIN_DECLS

typedef struct {
  ChtClient *client;
  ChtDraft *draft;
  gboolean dry_run, force_association, keep;
  char **despite;
  char *name, *role_name, *gateway_health;
  GPtrArray *findings;     /* ChtFinding */
  GPtrArray *objects;      /* for the log: the name, then the fingerprints of the chain (char *, NULL-terminated) */
  gboolean edit, sends_chain;
  gboolean answered;       /* the controller said SUCCESS */
  gulong busy_handler;
  ChtOutcome *outcome;
} ChtUpload;

/* Asks the list and the trust store what the controller has now, then ends. */
void cht_upload_reconcile (GTask *task);
/* Writes receipt and log row, then ends TASK with OUTCOME. Takes OUTCOME. */
void cht_upload_end (GTask *task, ChtOutcome *outcome);

G_END_DECLS
