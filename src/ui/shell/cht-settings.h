/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ChtSettings: what the window remembers. A missing GSettings schema or key aborts a program, so both are looked up
 * first and the defaults stand where they are absent.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define CHT_WINDOW_WIDTH 1120
#define CHT_WINDOW_HEIGHT 760

#define CHT_TYPE_SETTINGS (cht_settings_get_type ())
G_DECLARE_FINAL_TYPE (ChtSettings, cht_settings, CHT, SETTINGS, GObject)

ChtSettings *cht_settings_new (const char *schema_id);

/* At least 360 by 240. */
void cht_settings_get_window (ChtSettings *self, int *width, int *height, gboolean *maximized);
void cht_settings_set_window (ChtSettings *self, int width, int height, gboolean maximized);
/* "follow", "light" or "dark"; never another word. (transfer full) */
char *cht_settings_dup_colour_scheme (ChtSettings *self);
void cht_settings_set_colour_scheme (ChtSettings *self, const char *scheme);

G_END_DECLS
