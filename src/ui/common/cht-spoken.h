/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a screen reader says of controls that the toolkit leaves without a name. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* For every such control below TOP: the eye of a password row, which libadwaita 1.2 does not name. */
void cht_spoken_mend (GtkWidget *top);

G_END_DECLS
