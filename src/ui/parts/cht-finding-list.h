/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ChtFindingList: the findings of one field of a form, or all of them: a row each, with the severity as icon, word and colour, the message, and the
 * explanation and source to fold out. Hidden while it has none.
 *
 * Signal: "repair-asked" (ChtFinding): the button of a finding that the draft can mend. */
#pragma once

#include <gtk/gtk.h>
#include "cht-draft.h"

G_BEGIN_DECLS

#define CHT_TYPE_FINDING_LIST (cht_finding_list_get_type ())
G_DECLARE_FINAL_TYPE (ChtFindingList, cht_finding_list, CHT, FINDING_LIST, GtkWidget)

/* FIELD CHT_FIELD_NONE: all. */
GtkWidget *cht_finding_list_new (ChtField field);
/* FINDINGS: GListModel of ChtFinding (nullable). */
void cht_finding_list_set_model (ChtFindingList *self, GListModel *findings);
/* DRAFT (nullable): what the findings speak of; those that it can repair get a button. Set before the model. */
void cht_finding_list_set_draft (ChtFindingList *self, ChtDraft *draft);
/* The message of the worst finding, for a field's description; NULL where there is none. (transfer full) */
char *cht_finding_list_dup_worst (ChtFindingList *self);

G_END_DECLS
