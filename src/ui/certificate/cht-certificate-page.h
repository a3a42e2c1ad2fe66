/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ChtCertificatePage: one certificate of the controller: its facts, its trust chain as the controller gives it, and the
 * way to the disk. */
#pragma once

#include "cht-page.h"
#include "cht-workspace.h"

G_BEGIN_DECLS

#define CHT_TYPE_CERTIFICATE_PAGE (cht_certificate_page_get_type ())
G_DECLARE_FINAL_TYPE (ChtCertificatePage, cht_certificate_page, CHT, CERTIFICATE_PAGE, ChtPage)

GtkWidget *cht_certificate_page_new (ChtWorkspace *workspace, ChtListed *listed);
/* What was just done with it, as text on the page. */
void cht_certificate_page_show_outcome (ChtCertificatePage *self, const char *text);

/* "kafka-mutual, kafka-west" or "none"; each fit to show. (transfer full) */
char *cht_certificate_destinations_text (const char *const *names);
/* The part behind a menu's word, or 0. */
ChtPart cht_certificate_part_from_id (const char *id);

G_END_DECLS
