/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ChtWorkspace: holds everything together that a person works with: the vault, the controller signed in to, what it
 * lists, drafts, jobs. No GTK.
 *
 * Every asynchronous call is cancellable, comes back to the main context it was made in, and fails with
 * CHT_PROBLEM_ERROR alone (cht_problem_from_error). Nothing is overwritten or sent unasked.
 *
 * Properties (read-only, notify): "vault-state" (int: ChtWorkspaceVault), "vault-words" (string: what the vault's state
 * means and the way on, "" while open), "vault-waiting" (boolean: the desktop's keyring asks the person),
 * "vault-warning" (string: a lasting warning that belongs to the whole vault, or ""), "controller-state" (int:
 * ChtWorkspaceController), "controller-problem" (ChtProblem or NULL: why it is not connected), "controller-name"
 * (string), "release" (string), "busy" (boolean: a refresh runs), "refreshed" (int64, seconds or CHT_TIME_UNKNOWN),
 * "refresh-problem" (ChtProblem or NULL: why the newest refresh failed; the old data stands), "expiry" (ChtExpiry or
 * NULL), "clock-skew" (int64 seconds).
 */
#pragma once

#include "cht-draft.h"
#include "cht-item.h"
#include "cht-outcome.h"
#include "cht-problem.h"
#include "cht-records.h"
#include "cht-secret.h"

G_BEGIN_DECLS

typedef enum
{
  CHT_WORKSPACE_VAULT_NONE,
  CHT_WORKSPACE_VAULT_ABSENT,
  CHT_WORKSPACE_VAULT_LOCKED,
  CHT_WORKSPACE_VAULT_OPENING,
  CHT_WORKSPACE_VAULT_OPEN,
  CHT_WORKSPACE_VAULT_READ_ONLY,
  CHT_WORKSPACE_VAULT_DAMAGED
} ChtWorkspaceVault;
typedef enum
{
  CHT_WORKSPACE_CONTROLLER_NONE,
  CHT_WORKSPACE_CONTROLLER_CONNECTING,
  CHT_WORKSPACE_CONTROLLER_SIGNED_IN,
  CHT_WORKSPACE_CONTROLLER_FAILED
} ChtWorkspaceController;

#define CHT_TYPE_WORKSPACE (cht_workspace_get_type ())
G_DECLARE_FINAL_TYPE (ChtWorkspace, cht_workspace, CHT, WORKSPACE, GObject)

/* VAULT_PATH NULL: no vault is ever opened and no audit row written. (transfer full) */
ChtWorkspace *cht_workspace_new (const char *vault_path, ChtClock clock);
const ChtClock *cht_workspace_get_clock (ChtWorkspace *self);

/* ---- The vault (cht-workspace-vault.c) ---- */

typedef struct {
  const char *state, *mode, *path;
  const char *reason;                        /* which Secret Service state, "" where it does not matter */
  char *words;                               /* for a person */
  guint records; guint64 generation;
} ChtVaultStatus;
ChtWorkspaceVault cht_workspace_get_vault_state (ChtWorkspace *self);
/* Looks without opening or asking. (transfer full) */
ChtVaultStatus *cht_workspace_get_vault_status (ChtWorkspace *self);
void cht_vault_status_free (ChtVaultStatus *status);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChtVaultStatus, cht_vault_status_free)
/* "keyring"; "passphrase" and "both" are refused in words ("usage") by this release. A vault that exists:
 * "vault.exists". */
void cht_workspace_create_vault_async (
    ChtWorkspace *self, const char *mode, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
gboolean cht_workspace_create_vault_finish (ChtWorkspace *self, GAsyncResult *result, GError **error);
void cht_workspace_unlock_vault_async (ChtWorkspace *self,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer data);
gboolean cht_workspace_unlock_vault_finish (ChtWorkspace *self, GAsyncResult *result, GError **error);
void cht_workspace_lock_vault (ChtWorkspace *self);

/* GListModel of ChtItem, empty while locked; merged in place by id. (transfer none) */
GListModel *cht_workspace_get_items (ChtWorkspace *self);
/* A certificate and its key given together become one item, anything else one item a file; what is there already is
 * found and not doubled. NAME (nullable) names each, else the file's base name without its suffix. (element-type GFile)
 */
void cht_workspace_add_files_async (ChtWorkspace *self,
                                    GPtrArray *files,
                                    const char *name,
                                    const char *role_id,
                                    ChtSecret *passphrase,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer data);
/* (transfer full) (element-type ChtItem) */
GPtrArray *cht_workspace_add_files_finish (ChtWorkspace *self, GAsyncResult *result, GError **error);

typedef struct
{
  char *part, *path, *sha256;
} ChtExportedFile; /* part: "root", "intermediate", "key", "chain", "certificate"; sha256 of the file's bytes */
typedef enum
{
  CHT_KEY_EXPORT_NONE,
  CHT_KEY_EXPORT_AS_GIVEN,
  CHT_KEY_EXPORT_ENCRYPTED,
  CHT_KEY_EXPORT_PLAIN
} ChtKeyExport;
/* NONE on an item with a key: "usage", nothing is written. ENCRYPTED wants NEW_PASSPHRASE. Files are new (O_EXCL)
 * unless OVERWRITE; keys 0600. All files or none. */
void cht_workspace_export_item_async (ChtWorkspace *self,
                                      const char *id,
                                      const char *folder,
                                      ChtKeyExport how,
                                      ChtSecret *new_passphrase,
                                      gboolean overwrite,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer data);
/* (transfer full) (element-type ChtExportedFile, free function set) */
GPtrArray *cht_workspace_export_item_finish (ChtWorkspace *self, GAsyncResult *result, GError **error);

/* ---- The controller (cht-workspace-controller.c) ---- */

/* What a server showed at the handshake; no request was sent. */
typedef struct { char *pin, *subject, *issuer, *sha256; gint64 not_before, not_after; } ChtServerCard;
void cht_server_card_free (ChtServerCard *card);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChtServerCard, cht_server_card_free)
void cht_workspace_probe_async (
    ChtWorkspace *self, const char *url, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
ChtServerCard *cht_workspace_probe_finish (ChtWorkspace *self, GAsyncResult *result, GError **error);

/* GListModel of ChtProfile: those of the vault, empty while locked. (transfer none) */
GListModel *cht_workspace_get_profiles (ChtWorkspace *self);
ChtProfile *cht_workspace_get_profile (ChtWorkspace *self);  /* the one in use (nullable) (transfer none) */
/* PASSWORD NULL: the sealed one. KEEP: profile and password become records of the vault (which must be open), after the
 * sign-in worked. */
void cht_workspace_sign_in_async (ChtWorkspace *self,
                                  ChtProfile *profile,
                                  ChtSecret *password,
                                  gboolean keep,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer data);
gboolean cht_workspace_sign_in_finish (ChtWorkspace *self, GAsyncResult *result, GError **error);
/* Always succeeds for the caller; 10 s at most. */
void cht_workspace_sign_out_async (ChtWorkspace *self, GAsyncReadyCallback callback, gpointer data);
void cht_workspace_sign_out_finish (ChtWorkspace *self, GAsyncResult *result);
ChtWorkspaceController cht_workspace_get_controller_state (ChtWorkspace *self);

/* Lists certificates, expiry, jobs and open alarms anew; what one of them lacks does not hide the others. */
void cht_workspace_refresh_async (ChtWorkspace *self,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer data);
gboolean cht_workspace_refresh_finish (ChtWorkspace *self, GAsyncResult *result, GError **error);
GListModel *cht_workspace_get_certificates (ChtWorkspace *self);  /* of ChtListed */
GListModel *cht_workspace_get_destinations (ChtWorkspace *self);  /* of ChtDestination: filled by load_destinations */
GListModel *cht_workspace_get_role_forms (ChtWorkspace *self);    /* of ChtRoleForm: filled by load_role_forms */
GListModel *cht_workspace_get_jobs (ChtWorkspace *self);          /* of ChtJob, newest first */
GListModel *cht_workspace_get_alarms (ChtWorkspace *self);        /* of ChtAlarm, newest first */
ChtExpiry *cht_workspace_get_expiry (ChtWorkspace *self);         /* (nullable) */

/* One family alone, for the command line: certificates with or without their associations. */
void cht_workspace_load_certificates_async (
    ChtWorkspace *self, gboolean with_destinations, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
gboolean cht_workspace_load_certificates_finish (ChtWorkspace *self, GAsyncResult *result, GError **error);
void cht_workspace_load_destinations_async (ChtWorkspace *self, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
gboolean cht_workspace_load_destinations_finish (ChtWorkspace *self, GAsyncResult *result, GError **error);
/* Every role that the controller names and those that its certificates have, with labels. */
void cht_workspace_load_role_forms_async (ChtWorkspace *self, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
gboolean cht_workspace_load_role_forms_finish (ChtWorkspace *self, GAsyncResult *result, GError **error);

/* The trust chain of a listed certificate, as the controller gives it; no key comes down. */
void cht_workspace_load_chain_async (
    ChtWorkspace *self, const char *name, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
ChtBundle *cht_workspace_load_chain_finish (ChtWorkspace *self, GAsyncResult *result, GError **error);

typedef enum
{
  CHT_PART_ROOT = 1 << 0,
  CHT_PART_INTERMEDIATE = 1 << 1,
  CHT_PART_KEY = 1 << 2,
  CHT_PART_ALL = 7
} ChtPart;
/* root.pem (the whole trust store), intermediate.pem, key.pem into FOLDER (made where it is missing). A key is asked
 * for only where PARTS holds KEY and HOW is not NONE; PARTS with KEY and HOW NONE on a certificate that has a key:
 * "usage", nothing is written. ENCRYPTED: KEY_PASSPHRASE (nullable) opens it first, NEW_PASSPHRASE protects it. All
 * files or none. */
void cht_workspace_download_async (ChtWorkspace *self,
                                   const char *name,
                                   ChtPart parts,
                                   const char *folder,
                                   ChtKeyExport how,
                                   ChtSecret *key_passphrase,
                                   ChtSecret *new_passphrase,
                                   gboolean overwrite,
                                   GCancellable *c,
                                   GAsyncReadyCallback cb,
                                   gpointer data);
GPtrArray *
cht_workspace_download_finish (ChtWorkspace *self, GAsyncResult *result, GError **error); /* of ChtExportedFile */

/* ---- Preparing and uploading (cht-workspace-upload.c) ---- */

/* EDIT_NAME: the certificate to update, or NULL to add one. (transfer full) */
ChtDraft *cht_workspace_new_draft (ChtWorkspace *self, const char *edit_name);

typedef struct {
  gboolean dry_run;             /* everything but the write */
  gboolean force_association;
  gboolean keep;                /* keep what goes up in the vault first (where one is open) */
  const char *const *despite;   /* ids of findings to go over (nullable) */
} ChtUploadOptions;
/* Judges the whole draft against what the controller has now; errors refuse and nothing is sent. CONFIRM becomes
 * NEEDS_CONFIRMATION with the conflicts. A lost answer is reconciled (list, export, fingerprints) before anything is
 * said. After DONE the model has the new row. */
void cht_workspace_upload_async (ChtWorkspace *self,
                                 ChtDraft *draft,
                                 const ChtUploadOptions *options,
                                 GCancellable *c,
                                 GAsyncReadyCallback cb,
                                 gpointer data);
ChtOutcome *cht_workspace_upload_finish (ChtWorkspace *self, GAsyncResult *result, GError **error);

/* Drafts kept in the vault: sealed as they are left, found again at the next start. */
void cht_workspace_keep_draft_async (
    ChtWorkspace *self, ChtDraft *draft, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
gboolean cht_workspace_keep_draft_finish (ChtWorkspace *self, GAsyncResult *result, GError **error);
GListModel *cht_workspace_get_drafts (ChtWorkspace *self);  /* of ChtDraft, empty while locked */
void cht_workspace_drop_draft_async (
    ChtWorkspace *self, ChtDraft *draft, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
gboolean cht_workspace_drop_draft_finish (ChtWorkspace *self, GAsyncResult *result, GError **error);

/* ---- Renewal (cht-workspace-renewal.c) ---- */

typedef enum { CHT_RENEW_DUE, CHT_RENEW_LEAVES, CHT_RENEW_ALL } ChtRenew;
/* What a confirmation must say: what renews, the downtime, who is disturbed. (transfer full) */
char *cht_workspace_dup_renewal_impact (ChtWorkspace *self, ChtRenew what);
/* DONE means that the job exists. The caller has asked the person. */
void
cht_workspace_renew_async (ChtWorkspace *self, ChtRenew what, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
ChtOutcome *cht_workspace_renew_finish (ChtWorkspace *self, GAsyncResult *result, GError **error);
/* Until the job ends, however long; asks every 2 s and merges it into the jobs' model; bears with a controller that is
 * away for a while. Cancelling leaves the job alone. ID NULL: follow whichever runs (G_IO_ERROR_NOT_FOUND never: ends
 * at once where none does, with NULL). */
void cht_workspace_follow_job_async (
    ChtWorkspace *self, const char *id, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
ChtJob *cht_workspace_follow_job_finish (ChtWorkspace *self,
                                         GAsyncResult *result,
                                         GError **error); /* (transfer full) (nullable) */
void cht_workspace_load_expiry_async (ChtWorkspace *self, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
gboolean cht_workspace_load_expiry_finish (ChtWorkspace *self, GAsyncResult *result, GError **error);
void cht_workspace_load_jobs_async (
    ChtWorkspace *self, const char *id, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
gboolean cht_workspace_load_jobs_finish (ChtWorkspace *self, GAsyncResult *result, GError **error);
void cht_workspace_load_alarms_async (
    ChtWorkspace *self, gboolean open_only, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
gboolean cht_workspace_load_alarms_finish (ChtWorkspace *self, GAsyncResult *result, GError **error);
/* The outcome as read back from the alarm. */
void cht_workspace_clear_alarm_async (
    ChtWorkspace *self, const char *id, const char *note, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
ChtOutcome *cht_workspace_clear_alarm_finish (ChtWorkspace *self, GAsyncResult *result, GError **error);

G_END_DECLS
