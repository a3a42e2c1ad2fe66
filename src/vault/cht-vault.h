/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ChtVault: one sealed SQLite file of records, and the key to it.
 *
 * The room knows records, not what they mean: a record is a uuid, a kind, a generation and bytes. What is
 * promised (and what not) stands in README.md, "Threat model". Messages of CHT_VAULT_ERROR are whole
 * sentences for a person, translated, without a secret.
 *
 * Threads: a ChtVault belongs to the thread that made it (its main context). The asynchronous calls do SQLite
 * and the Secret Service off that thread and come back to it; the synchronous ones are short reads.
 */
#pragma once

#include <gio/gio.h>
#include "cht-secret.h"

G_BEGIN_DECLS

#define CHT_VAULT_ERROR (cht_vault_error_quark ())
GQuark cht_vault_error_quark (void);

typedef enum
{
  CHT_VAULT_ERROR_ABSENT, /* no vault file there */
  CHT_VAULT_ERROR_EXISTS, /* create: there is one already, nothing was touched */
  CHT_VAULT_ERROR_LOCKED, /* every call on a locked vault; also where the keyring does not give the key: see
                             keyring-state */
  CHT_VAULT_ERROR_NO_SERVICE, /* keyring mode and no Secret Service answers (NO_BUS, NO_SERVICE) */
  CHT_VAULT_ERROR_DAMAGED, /* not a vault, tampered, spliced, cut: nothing is shown that was not authenticated
                            */
  CHT_VAULT_ERROR_OLDER,   /* the file is older than its anchor says; opened read-only */
  CHT_VAULT_ERROR_NEWER,   /* a newer major format */
  CHT_VAULT_ERROR_WRONG_PASSPHRASE,
  CHT_VAULT_ERROR_MODE,      /* this mode is not available in this release, said in words */
  CHT_VAULT_ERROR_READ_ONLY, /* a write on a vault that is open read-only, or a file or folder without the
                                write right */
  CHT_VAULT_ERROR_UNKNOWN_RECORD,
  CHT_VAULT_ERROR_LIMIT, /* a record over CHT_VAULT_MAX_RECORD, too many records */
  CHT_VAULT_ERROR_IO,    /* disk full, I/O error: the old state stands */
  CHT_VAULT_ERROR_OWNER, /* sudo with another's HOME (cht_paths_home_is_ours) */
} ChtVaultError;

typedef enum
{
  CHT_VAULT_STATE_ABSENT,
  CHT_VAULT_STATE_LOCKED,
  CHT_VAULT_STATE_OPEN,
  CHT_VAULT_STATE_READ_ONLY,
  CHT_VAULT_STATE_DAMAGED
} ChtVaultState;
typedef enum
{
  CHT_VAULT_MODE_NONE,
  CHT_VAULT_MODE_KEYRING,
  CHT_VAULT_MODE_PASSPHRASE,
  CHT_VAULT_MODE_BOTH
} ChtVaultMode;

/* What the walk through the Secret Service found (security.md). */
typedef enum
{
  CHT_KEYRING_UNASKED,
  CHT_KEYRING_NO_BUS,
  CHT_KEYRING_NO_SERVICE,
  CHT_KEYRING_NO_COLLECTION,
  CHT_KEYRING_LOCKED,
  CHT_KEYRING_HUNG,
  CHT_KEYRING_ABSENT,
  CHT_KEYRING_PRESENT,
  CHT_KEYRING_MISMATCH,
  CHT_KEYRING_CANCELLED,
} ChtKeyringState;

/* "no-service", "present", …: stable, for --json. */
const char *cht_keyring_state_get_id (ChtKeyringState state);
/* A sentence and the way on, translated. (transfer none) */
const char *cht_keyring_state_get_words (ChtKeyringState state);
const char *cht_vault_state_get_id (ChtVaultState state);
const char *cht_vault_mode_get_id (ChtVaultMode mode);

/* Numbers are written into files: add at the end, never change one. */
typedef enum {
  CHT_VAULT_KIND_ITEM = 1,             /* trust chain, intermediate certificate with key, lone key, request, CRL */
  CHT_VAULT_KIND_KEY_PASSPHRASE = 2,
  CHT_VAULT_KIND_DRAFT = 3,
  CHT_VAULT_KIND_PROFILE = 4,
  CHT_VAULT_KIND_PASSWORD = 5,
  CHT_VAULT_KIND_SNAPSHOT = 6,
  CHT_VAULT_KIND_RECEIPT = 7,
} ChtVaultKind;

#define CHT_VAULT_MAX_RECORD ((gsize) 256 * 1024 * 1024)

/* One record, opened. PAYLOAD wipes itself when its last reference goes. */
typedef struct {
  char *uuid;
  ChtVaultKind kind;
  guint64 generation;
  GBytes *payload;
} ChtVaultRecord;

void cht_vault_record_free (ChtVaultRecord *record);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChtVaultRecord, cht_vault_record_free)
/* Bytes that are wiped when freed. Copies. (transfer full) */
GBytes *cht_vault_bytes_new_wiped (gconstpointer data, gsize size);

/*
 * An action is what takes effect together: one audit row and any number of puts and removals, one transaction, one new
 * generation, one anchor store.
 */
typedef struct _ChtVaultAction ChtVaultAction;
/* NAME as in the audit log, "item.add", "controller.upload", …; OBJECTS (nullable): NULL-terminated
 * fingerprints or uuids; OUTCOME such as "done", "refused". (transfer full) */
ChtVaultAction *cht_vault_action_new (const char *name, const char *const *objects, const char *outcome);
void cht_vault_action_free (ChtVaultAction *action);
/* UUID NULL makes a new record, otherwise the record is replaced (or made under that uuid). Returns the
 * record's uuid, owned by ACTION. */
const char *cht_vault_action_put (ChtVaultAction *action, const char *uuid, ChtVaultKind kind, GBytes *payload);
void cht_vault_action_remove (ChtVaultAction *action, const char *uuid);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChtVaultAction, cht_vault_action_free)

typedef struct { guint64 index; gint64 time; char *user, *action, **objects, *outcome; } ChtVaultAuditEntry;
void cht_vault_audit_entry_free (ChtVaultAuditEntry *entry);
typedef struct { char *id, *message, *record; } ChtVaultFault;  /* what verify found; record (nullable): a uuid */
void cht_vault_fault_free (ChtVaultFault *fault);

#define CHT_TYPE_VAULT (cht_vault_get_type ())
G_DECLARE_FINAL_TYPE (ChtVault, cht_vault, CHT, VAULT, GObject)

/*
 * Properties (read-only, notify): "state" (int: ChtVaultState), "keyring-state" (int), "waiting-for-prompt"
 * (boolean: the desktop's keyring asks the person right now; the 10 s deadline does not run). Signals:
 * "unlocked" (), "locked" () after the keys are wiped, "changed" () after records changed, here or by another
 * process.
 */
/* PATH absolute; opens nothing. (transfer full) */
ChtVault *cht_vault_new (const char *path);
const char *cht_vault_get_path (ChtVault *self);
ChtVaultState cht_vault_get_state (ChtVault *self);
ChtKeyringState cht_vault_get_keyring_state (ChtVault *self);
ChtVaultMode cht_vault_get_mode (ChtVault *self);
guint64 cht_vault_get_generation (ChtVault *self);
guint cht_vault_get_n_records (ChtVault *self);
/* TRUE where the keyring holds the key in a collection without a password (K1), as far as can be told. */
gboolean cht_vault_get_keyring_is_plain (ChtVault *self);

/* Why the state is READ_ONLY, DAMAGED, or LOCKED after an unlock that failed or a file that was replaced: a
 * sentence, translated. (nullable) */
const char *cht_vault_get_reason (ChtVault *self);

/* Reads the clear header alone: ABSENT, LOCKED or DAMAGED (or stays OPEN). Cheap. */
void cht_vault_probe (ChtVault *self);

/* Makes the file (0600 in a 0700 folder) and opens it. The keyring item is stored and read back before the
 * header is written. MODE other than KEYRING: CHT_VAULT_ERROR_MODE, nothing made. */
void cht_vault_create_async (ChtVault *self,
                             ChtVaultMode mode,
                             ChtSecret *passphrase,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer data);
gboolean cht_vault_create_finish (ChtVault *self, GAsyncResult *result, GError **error);

/* The walk, then every row authenticated, the head and the anchor checked. OLDER leaves it open READ_ONLY and
 * returns TRUE (see cht_vault_get_state). PASSPHRASE (nullable) for the modes that want one. A second call
 * while one runs: G_IO_ERROR_PENDING. */
void cht_vault_unlock_async (ChtVault *self,
                             ChtSecret *passphrase,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer data);
gboolean cht_vault_unlock_finish (ChtVault *self, GAsyncResult *result, GError **error);
/* Wipes the keys at once; never fails, waits for no write. */
void cht_vault_lock (ChtVault *self);

/* Every record of KIND (0: all), ordered by creation. (transfer full) (element-type ChtVaultRecord) */
GPtrArray *cht_vault_list (ChtVault *self, ChtVaultKind kind, GError **error);
/* (transfer full) */
ChtVaultRecord *cht_vault_get (ChtVault *self, const char *uuid, GError **error);

/* Takes ACTION. Serialised: commits run in the order of their calls. On failure nothing changed. (transfer
 * full ACTION) */
void cht_vault_commit_async (ChtVault *self,
                             ChtVaultAction *action,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer data);
gboolean cht_vault_commit_finish (ChtVault *self, GAsyncResult *result, GError **error);

/* (transfer full) (element-type ChtVaultAuditEntry); CHAIN_HOLDS (out): FALSE where the log was edited, cut
 * or reordered. */
GPtrArray *cht_vault_read_audit (ChtVault *self, gboolean *chain_holds, GError **error);
/* Reads every row again. (transfer full) (element-type ChtVaultFault): empty where all holds. */
GPtrArray *cht_vault_verify (ChtVault *self, GError **error);

G_END_DECLS
