/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the form's files share. */
#pragma once

#include "cht-form-page.h"

G_BEGIN_DECLS

#define CHT_FORM_FIELDS (CHT_FIELD_DESTINATIONS + 1)

struct _ChtFormPage
{
  ChtPage parent_instance;
  ChtWorkspace *workspace;
  ChtDraft *draft;
  GListStore *forms; /* of ChtRoleForm: those that can be added */
  GtkWidget *problem, *outcome, *role_group, *name_group, *files, *destinations, *others, *role, *name, *state,
      *spinner, *upload, *scroller;
  GtkWidget *file_rows[CHT_FORM_FIELDS]; /* (nullable) ChtFileRow */
  GtkWidget *passphrase;                 /* (nullable) */
  GtkWidget *lists[CHT_FORM_FIELDS];     /* ChtFindingList of each field */
  GtkWidget *repair_notices[CHT_FORM_FIELDS]; /* (nullable) ChtNotice: what a repair would change, or did */
  ChtDraftRepair *repair;                /* (nullable): the one that is shown */
  AdwToast *undo;                        /* (nullable) (weak) */
  gboolean repaired;                     /* REPAIR is in the draft */
  GPtrArray *destination_rows;           /* (unowned) */
  gint64 kept;                           /* when the draft was kept, or CHT_TIME_UNKNOWN */
  guint keep_source;
  guint reading;
  gboolean filling, uploading, keeping, touched;
};

/* cht-form-fields.c: rows that follow the role. */
void cht_form_build_files (ChtFormPage *self);
void cht_form_build_destinations (ChtFormPage *self);
void cht_form_show_files (ChtFormPage *self);
/* The passphrase entry's text goes to the draft as it stands. */
void cht_form_take_passphrase (ChtFormPage *self);

/* cht-form-repair.c: what mends a finding, at its field. */
void cht_form_add_repairs (ChtFormPage *self, GtkWidget *group, ChtField field);
/* The files are others now: what was shown, and its Undo, hold no more. */
void cht_form_end_repair (ChtFormPage *self);

/* cht-form-upload.c */
void cht_form_upload (ChtFormPage *self);
/* Something was changed by the person: keep the draft soon. */
void cht_form_touch (ChtFormPage *self);
void cht_form_keep_now (ChtFormPage *self, gboolean leaving);

/* cht-form-page.c */
void cht_form_show_state (ChtFormPage *self);
void cht_form_show_error (ChtFormPage *self, const GError *error);

G_END_DECLS
