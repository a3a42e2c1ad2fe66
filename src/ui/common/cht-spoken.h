/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a screen reader says of a button. GTK 4.8 gives a button with a mnemonic its label as it is written, underline and all, and then the
 * text of the label inside it: "_Upload certificate Upload certificate". The text inside is enough.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* For every button below TOP that takes its name from a label with a mnemonic. */
void cht_spoken_mend (GtkWidget *top);
/* For every window that is shown from now on, dialogs too; once a program. */
void cht_spoken_mend_windows (void);

G_END_DECLS
