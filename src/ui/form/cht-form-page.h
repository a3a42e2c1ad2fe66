/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ChtFormPage: preparing a certificate, in the order in which a person thinks: what for, name, files, destinations,
 * upload. What is entered lives in a ChtDraft and is kept in the vault as it is left; nothing is sent before "Upload
 * certificate".
 *
 * Signals: "uploaded" (char *name); "draft-left" (ChtProblem *, nullable): the page was left with a draft, which is
 * kept, or why it could not be.
 */
#pragma once

#include "cht-page.h"
#include "cht-workspace.h"

G_BEGIN_DECLS

#define CHT_TYPE_FORM_PAGE (cht_form_page_get_type ())
G_DECLARE_FINAL_TYPE (ChtFormPage, cht_form_page, CHT, FORM_PAGE, ChtPage)

GtkWidget *cht_form_page_new (ChtWorkspace *workspace, ChtDraft *draft);

/* "Kafka, mutual TLS, has no certificate yet" (transfer full) */
char *cht_form_destination_text (const char *kind, const char *auth_type, const char *certificate);
/* "2 to mend, 1 warning" or "" (transfer full) */
char *cht_form_count_text (guint n_errors, guint n_warnings);
/* One line for each conflict, and the button's words. (transfer full) */
char *cht_form_conflicts_text (GArray *conflicts);
char *cht_form_replace_text (guint n);

G_END_DECLS
