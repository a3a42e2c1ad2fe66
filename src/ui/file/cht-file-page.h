/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ChtFilePage: what a file holds, read off the main thread and sent nowhere. Signal: "kept" (ChtItem *). */
#pragma once

#include "cht-page.h"
#include "cht-workspace.h"

G_BEGIN_DECLS

#define CHT_TYPE_FILE_PAGE (cht_file_page_get_type ())
G_DECLARE_FINAL_TYPE (ChtFilePage, cht_file_page, CHT, FILE_PAGE, ChtPage)

/* WORKSPACE NULL: a look alone, nothing can be kept. */
GtkWidget *cht_file_page_new (ChtWorkspace *workspace, ChtClock clock, GFile *file);

/* "2 certificates, 1 private key, 1 unreadable block; PEM". (transfer full) */
char *cht_file_summary_text (guint certificates, guint keys, guint others, guint unreadable);

G_END_DECLS
