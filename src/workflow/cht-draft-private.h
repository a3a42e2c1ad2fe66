/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cht-clock.h"
#include "cht-draft.h"

G_BEGIN_DECLS

/* One field that takes a file. */
typedef struct {
  GBytes *bytes;
  ChtBundle *bundle;
  ChtChains *chains;
  ChtSecret *tried;            /* the passphrase that BUNDLE was read with (nullable) */
  char *file_name;
  ChtProblem *problem;
  GCancellable *cancellable;   /* of the read that runs */
} ChtDraftField;

struct _ChtDraft {
  GObject parent_instance;
  ChtClock clock;
  ChtRoleForm *form;
  char *role_name;             /* of a draft that was kept, until a form of that name comes */
  char *name;
  char *uuid;                  /* its record in the vault, "" while it has none */
  gboolean edit, whole, changed;
  ChtDraftField fields[3];     /* chain, certificate, key */
  ChtSecret *passphrase;
  char **destinations;
  GListModel *certificates;    /* what the controller has (nullable) */
  GListModel *known;           /* its destinations (nullable) */
  GListStore *findings;
  guint n_errors, n_warnings;
  guint n_reads;
  gboolean judging, stale;
  guint judge_source;
  GCancellable *judge_cancellable;
};

typedef enum {
  CHT_DRAFT_PROP_ROLE_FORM = 1, CHT_DRAFT_PROP_NAME, CHT_DRAFT_PROP_EDIT, CHT_DRAFT_PROP_BUSY, CHT_DRAFT_PROP_N_ERRORS,
  CHT_DRAFT_PROP_N_WARNINGS, CHT_DRAFT_PROP_PASSPHRASE_WANTED, CHT_DRAFT_PROP_CHANGED, CHT_DRAFT_N_PROPS,
} ChtDraftProp;

/* CERTIFICATES and DESTINATIONS (nullable): live models of what the controller has; an empty one is not judged against.
 * (transfer full) */
ChtDraft *cht_draft_new (const ChtClock *clock, gboolean edit, GListModel *certificates, GListModel *destinations);
ChtDraftField *cht_draft_field (ChtDraft *self, ChtField field);
/* Cancels its read, and lets go of what it holds. */
void cht_draft_field_clear (ChtDraftField *field);
/* FIELD holds what OTHER holds, and is not being read. */
void cht_draft_field_set (ChtDraftField *field, const ChtDraftField *other);
void cht_draft_notify (ChtDraft *self, ChtDraftProp prop);
/* Gives a draft that was kept the form of its role, once the controller has told the forms. No change of the person's.
 */
void cht_draft_adopt_form (ChtDraft *self, GListModel *forms);
/* Something that a person gave is another now. */
void cht_draft_set_changed (ChtDraft *self, gboolean changed);

/* cht-draft-judge.c: findings follow in a moment, once for many changes. */
void cht_draft_touch (ChtDraft *self);
/* Judges once, whole, with what the controller's models hold now; GATEWAY_HEALTH nullable. */
void cht_draft_judge_async (ChtDraft *self, gboolean whole, const char *gateway_health, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer data);
/* (transfer full) (element-type ChtFinding) */
GPtrArray *cht_draft_judge_finish (ChtDraft *self, GAsyncResult *result, GError **error);
/* Swaps FINDINGS in. */
void cht_draft_take_findings (ChtDraft *self, GPtrArray *findings);

/* cht-draft-read.c */
void cht_draft_reread_key (ChtDraft *self);

/* cht-draft-record.c: as a record of the vault; no path, and no passphrase. */
GBytes *cht_draft_pack (ChtDraft *self);
/* Its files are read anew, off this thread. */
ChtDraft *cht_draft_unpack (const char *uuid, GBytes *payload, const ChtClock *clock, GListModel *certificates,
                            GListModel *destinations, GError **error);

/* What goes up. NULL while the field is empty. (transfer full) (nullable) */
GBytes *cht_draft_dup_pem (ChtDraft *self, ChtField field);
ChtSecret *cht_draft_dup_key (ChtDraft *self);

G_END_DECLS
