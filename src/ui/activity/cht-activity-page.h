/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ChtActivityPage: the renewal of the controller's internal certificates while it runs, jobs, and alarms that wait for
 * a person. */
#pragma once

#include "cht-page.h"
#include "cht-workspace.h"

G_BEGIN_DECLS

#define CHT_TYPE_ACTIVITY_PAGE (cht_activity_page_get_type ())
G_DECLARE_FINAL_TYPE (ChtActivityPage, cht_activity_page, CHT, ACTIVITY_PAGE, ChtPage)

GtkWidget *cht_activity_page_new (ChtWorkspace *workspace);
/* Asks whether to renew, and does it on a yes. */
void cht_activity_page_ask_renewal (ChtActivityPage *self);

/* "64 %, usually 30 to 60 minutes" (transfer full) */
char *cht_activity_progress_text (ChtJobStatus status, double progress, const char *reason);
/* "AJ12 · by admin · started 3 March 2025, 10:02" (transfer full) */
char *cht_activity_job_text (const char *id, const char *user, gint64 started, gint64 completed);
const char *cht_activity_job_icon (ChtJobStatus status);
const char *cht_activity_job_words (ChtJobStatus status);

G_END_DECLS
