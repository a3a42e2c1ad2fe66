/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ChtCertificatesPage: what the controller lists, and the drafts that wait. Signals: "certificate-activated" (ChtListed
 * *), "draft-activated" (ChtDraft *). */
#pragma once

#include "cht-page.h"
#include "cht-workspace.h"

G_BEGIN_DECLS

#define CHT_TYPE_CERTIFICATES_PAGE (cht_certificates_page_get_type ())
G_DECLARE_FINAL_TYPE (ChtCertificatesPage, cht_certificates_page, CHT, CERTIFICATES_PAGE, ChtPage)

GtkWidget *cht_certificates_page_new (ChtWorkspace *workspace);
/* Selects the row of that name, where it is listed. */
void cht_certificates_page_select (ChtCertificatesPage *self, const char *name);

/* "3 Mar 2025 by admin"; either part alone where the other is unknown. (transfer full) */
char *cht_certificates_updated_text (gint64 updated, const char *who);
/* The prompt to renew, or NULL where nothing is due. (transfer full) (nullable) */
char *cht_certificates_renewal_text (gboolean required, const char *certificate, int days);

G_END_DECLS
