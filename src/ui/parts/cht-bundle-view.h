/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ChtBundleView: what a run of bytes holds: the findings that need no role, and under them the chain panel. For the
 * certificate, item and file pages. */
#pragma once

#include <gtk/gtk.h>
#include "cht-bundle.h"

G_BEGIN_DECLS

#define CHT_TYPE_BUNDLE_VIEW (cht_bundle_view_get_type ())
G_DECLARE_FINAL_TYPE (ChtBundleView, cht_bundle_view, CHT, BUNDLE_VIEW, GtkWidget)

/* Judged on a worker. NAME stands in the findings. BUNDLE NULL empties it. */
void cht_bundle_view_set_bundle (ChtBundleView *self, ChtBundle *bundle, const char *name, gint64 now);

G_END_DECLS
