/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between cht-vault.c and cht-vault-actions.c. */
#pragma once

#include "cht-vault-worker.h"

G_BEGIN_DECLS

struct _ChtVault {
  GObject parent_instance;

  char *path;
  GMainContext *context;
  ChtWorker *worker;        /* from the first job on */
  GQueue queue;             /* ChtJob: not yet handed to the worker */
  ChtJob *running;          /* borrowed: the worker has it */
  ChtOpen *open;            /* NULL: locked */
  guint epoch;              /* one more with each lock: a result from before is not swapped in */
  GFileMonitor *monitor;
  GArray *lock_times;       /* gint64: locks whose audit rows are still to be written */

  ChtVaultState state;
  ChtVaultMode mode;
  ChtKeyringState keyring;
  gboolean plain, waiting;
  char *reason;
};

/* FALSE, with LOCKED or another word for it, where nothing can be read; notices a file that was replaced or
 * written to. */
gboolean cht_vault_check_open (ChtVault *self, GError **error);
/* The owner, task and epoch are filled in. Takes JOB. */
void cht_vault_queue (ChtVault *self, ChtJobKind kind, ChtVaultAction *action, GTask *task);

G_END_DECLS
