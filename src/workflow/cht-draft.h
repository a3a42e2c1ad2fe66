/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ChtDraft: a certificate being prepared for a controller. Files are read and judged off the main thread; findings
 * follow every change. A draft sends nothing.
 *
 * Properties (notify): "role-form", "name", "edit" (construct-only), "busy" (boolean: a file is being read or judged),
 * "n-errors", "n-warnings" (uint), "passphrase-wanted" (boolean), "changed" (boolean).
 */
#pragma once

#include "cht-bundle.h"
#include "cht-chains.h"
#include "cht-finding.h"
#include "cht-problem.h"
#include "cht-records.h"

G_BEGIN_DECLS

#define CHT_TYPE_DRAFT (cht_draft_get_type ())
G_DECLARE_FINAL_TYPE (ChtDraft, cht_draft, CHT, DRAFT, GObject)

ChtRoleForm *cht_draft_get_role_form (ChtDraft *self);  /* (nullable) */
void cht_draft_set_role_form (ChtDraft *self, ChtRoleForm *form);
const char *cht_draft_get_name (ChtDraft *self);
void cht_draft_set_name (ChtDraft *self, const char *name);
gboolean cht_draft_get_edit (ChtDraft *self);
gboolean cht_draft_get_busy (ChtDraft *self);

/* FIELD: CHAIN, CERTIFICATE or KEY. A problem with the file (missing, folder, 1 GiB …) is the error (CHT_PROBLEM_ERROR)
 * and the field's problem; the field is empty then. A later call for the same field cancels the one before. */
void cht_draft_set_file_async (ChtDraft *self,
                               ChtField field,
                               GFile *file,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer data);
gboolean cht_draft_set_file_finish (ChtDraft *self, GAsyncResult *result, GError **error);
/* The same from bytes already at hand (standard input, a paste, a vault item). NAME stands for the file. */
void cht_draft_set_bytes_async (ChtDraft *self,
                                ChtField field,
                                GBytes *bytes,
                                const char *name,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer data);
gboolean cht_draft_set_bytes_finish (ChtDraft *self, GAsyncResult *result, GError **error);
void cht_draft_clear_field (ChtDraft *self, ChtField field);
/* NULL takes it back. The key is tried again. */
void cht_draft_set_passphrase (ChtDraft *self, ChtSecret *passphrase);

/* NULL while the field is empty. (transfer none) (nullable) */
ChtBundle *cht_draft_get_bundle (ChtDraft *self, ChtField field);
ChtChains *cht_draft_get_chains (ChtDraft *self, ChtField field);
const char *cht_draft_get_file_name (ChtDraft *self, ChtField field);   /* base name (nullable) */
ChtProblem *cht_draft_get_problem (ChtDraft *self, ChtField field);     /* (nullable) */
/* "2 certificates, 1 hierarchy, to 2029"; "EC P-256, fits the intermediate"; "" while empty. (transfer full) */
char *cht_draft_dup_summary (ChtDraft *self, ChtField field);

/* Names of destinations. */
void cht_draft_set_destinations (ChtDraft *self, const char *const *names);
const char *const *cht_draft_get_destinations (ChtDraft *self);
/* FALSE (default): what is missing is not blamed yet. Set TRUE before an upload. */
void cht_draft_set_whole (ChtDraft *self, gboolean whole);

/* A GListModel of ChtFinding, in the order of the form; items-changed after every judgement. (transfer none) */
GListModel *cht_draft_get_findings (ChtDraft *self);
guint cht_draft_get_n_errors (ChtDraft *self);

/*
 * ChtDraftRepair: what a repair makes of a draft's files, shown first, then swapped in, and out again. Immutable; made of
 * what the draft held when it was planned. The file on the disk stays as it is.
 */
#define CHT_TYPE_DRAFT_REPAIR (cht_draft_repair_get_type ())
G_DECLARE_FINAL_TYPE (ChtDraftRepair, cht_draft_repair, CHT, DRAFT_REPAIR, GObject)

/* A button's words for a repair, "Put in order"; NULL for one that a draft does not know. */
const char *cht_draft_repair_verb (const char *id);
/* ID (nullable): what a finding names. */
gboolean cht_draft_can_repair (ChtDraft *self, ChtField field, const char *id);
/* Where cht_draft_can_repair(). "repair.nothing" (CHT_PROBLEM_ERROR) where it would change nothing. */
void cht_draft_plan_repair_async (ChtDraft *self,
                                  ChtField field,
                                  const char *id,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer data);
ChtDraftRepair *cht_draft_plan_repair_finish (ChtDraft *self, GAsyncResult *result, GError **error);
ChtField cht_draft_repair_get_field (ChtDraftRepair *self);
const char *cht_draft_repair_get_verb (ChtDraftRepair *self);
/* What is true after it, then a line each for the certificates moved, kept, left out and taken in. (transfer full) */
char *cht_draft_repair_dup_text (ChtDraftRepair *self);
/* Findings follow. FALSE, and nothing done, where a field that it changes holds something else by now. */
gboolean cht_draft_apply_repair (ChtDraft *self, ChtDraftRepair *repair);
gboolean cht_draft_undo_repair (ChtDraft *self, ChtDraftRepair *repair);

G_END_DECLS
