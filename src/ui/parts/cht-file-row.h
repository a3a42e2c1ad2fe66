/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ChtFileRow: a row of a form that takes a file: a chooser, a drop, a paste (Ctrl+V while it has the focus). It shows
 * what was found, not just a name; it reads nothing itself.
 *
 * Signals: "file-chosen" (GFile *), "text-pasted" (GBytes *), "cleared" ().
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define CHT_TYPE_FILE_ROW (cht_file_row_get_type ())
G_DECLARE_FINAL_TYPE (ChtFileRow, cht_file_row, CHT, FILE_ROW, AdwActionRow)

/* TITLE: the field's label, "Trust chain"; SECRET: never recently-used, never pasted text. */
GtkWidget *cht_file_row_new (const char *title, gboolean secret);
/* The name of the file (NULL: none yet), what was found in it (or ""), and whether that is a problem. Strings are
 * shown as plain text. */
void cht_file_row_show (ChtFileRow *self, const char *file_name, const char *summary, gboolean is_problem);
/* A file is being read. */
void cht_file_row_set_busy (ChtFileRow *self, gboolean busy);

G_END_DECLS
