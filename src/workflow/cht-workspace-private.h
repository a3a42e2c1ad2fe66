/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of ChtWorkspace share. The vault and the controller's client stay inside this room. */
#pragma once

#include "cht-client.h"
#include "cht-vault.h"
#include "cht-workspace.h"

G_BEGIN_DECLS

struct _ChtWorkspace {
  GObject parent_instance;
  ChtClock clock;
  ChtVault *vault;             /* NULL: none is ever opened */
  gboolean opening;
  ChtClient *client;           /* NULL while not signed in */
  ChtProfile *profile;
  ChtWorkspaceController controller_state;
  ChtProblem *controller_problem, *refresh_problem;
  char *controller_name, *release;
  guint n_refreshes;
  gint64 refreshed;
  ChtExpiry *expiry;
  GListStore *items, *profiles, *drafts;
  GListStore *certificates, *destinations, *role_forms, *jobs, *alarms;
};

typedef enum {
  CHT_WORKSPACE_PROP_VAULT_STATE = 1, CHT_WORKSPACE_PROP_VAULT_WORDS, CHT_WORKSPACE_PROP_VAULT_WAITING,
  CHT_WORKSPACE_PROP_VAULT_WARNING, CHT_WORKSPACE_PROP_CONTROLLER_STATE, CHT_WORKSPACE_PROP_CONTROLLER_PROBLEM,
  CHT_WORKSPACE_PROP_CONTROLLER_NAME, CHT_WORKSPACE_PROP_RELEASE, CHT_WORKSPACE_PROP_BUSY, CHT_WORKSPACE_PROP_REFRESHED,
  CHT_WORKSPACE_PROP_REFRESH_PROBLEM, CHT_WORKSPACE_PROP_EXPIRY, CHT_WORKSPACE_PROP_CLOCK_SKEW, CHT_WORKSPACE_N_PROPS,
} ChtWorkspaceProp;

void cht_workspace_notify (ChtWorkspace *self, ChtWorkspaceProp prop);

/* ---- cht-workspace-vault.c ---- */

void cht_workspace_connect_vault (ChtWorkspace *self);
const char *cht_workspace_get_vault_words (ChtWorkspace *self);
const char *cht_workspace_get_vault_warning (ChtWorkspace *self);
/* Open and writable. */
gboolean cht_workspace_vault_is_open (ChtWorkspace *self);
/* One row of the log, before what it speaks of takes effect (or after, as its outcome). Where no vault is open it
 * succeeds at once. */
void cht_workspace_audit_async (ChtWorkspace *self, const char *action, const char *const *objects, const char *outcome,
                                GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
gboolean cht_workspace_audit_finish (ChtWorkspace *self, GAsyncResult *result, GError **error);
/* Logs that ACTION, which was "asked", came to nothing, and then ends TASK with ERROR. Takes ERROR. */
void cht_workspace_fail_logged (ChtWorkspace *self, GTask *task, const char *action, const char *const *objects,
                                GError *error);
/* Merges ITEMS (ChtItem, (element-type)) into the vault; returns by _finish those that stand for them, old or new. */
void cht_workspace_add_items_async (ChtWorkspace *self, GPtrArray *items, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer data);
GPtrArray *cht_workspace_add_items_finish (ChtWorkspace *self, GAsyncResult *result, GError **error);

/* ---- cht-workspace-records.c: what the vault's records say, as models ---- */

void cht_workspace_reload_records (ChtWorkspace *self);
void cht_workspace_clear_records (ChtWorkspace *self);
/* The sealed password of PROFILE. (transfer full) (nullable) */
ChtSecret *cht_workspace_dup_password (ChtWorkspace *self, ChtProfile *profile);
/* Puts PROFILE and its password into ACTION. */
void cht_workspace_put_profile (ChtWorkspace *self, ChtVaultAction *action, ChtProfile *profile, ChtSecret *password);

/* ---- cht-workspace-controller.c ---- */

/* The client, or NULL after TASK was ended with the problem. (transfer none) */
ChtClient *cht_workspace_require_client (ChtWorkspace *self, GTask *task);

/* ---- cht-workspace-lists.c ---- */

void cht_workspace_clear_lists (ChtWorkspace *self);
ChtListed *cht_workspace_find_certificate (ChtWorkspace *self, const char *name);    /* (transfer full) (nullable) */
ChtDestination *cht_workspace_find_destination (ChtWorkspace *self, const char *name);
ChtJob *cht_workspace_find_job (ChtWorkspace *self, const char *id);
ChtAlarm *cht_workspace_find_alarm (ChtWorkspace *self, const char *id);

G_END_DECLS
