/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ChtWindow: the one window: the vault's gate, or sidebar and pages. It owns no workspace: the application hands it in.
 */
#pragma once

#include <adwaita.h>
#include "cht-settings.h"
#include "cht-workspace.h"

G_BEGIN_DECLS

typedef enum
{
  CHT_SECTION_CERTIFICATES,
  CHT_SECTION_VAULT,
  CHT_SECTION_ACTIVITY,
  CHT_N_SECTIONS
} ChtSection;

#define CHT_TYPE_WINDOW (cht_window_get_type ())
G_DECLARE_FINAL_TYPE (ChtWindow, cht_window, CHT, WINDOW, AdwApplicationWindow)

GtkWidget *cht_window_new (GtkApplication *application, ChtWorkspace *workspace, ChtSettings *settings);
/* Opens the vault and signs in; to be called once the window is on the screen. PROFILE and PASSWORD (both nullable):
 * the practice controller, signed in to whenever the vault opens and never kept. */
void cht_window_start (ChtWindow *self, ChtProfile *profile, ChtSecret *password);
/* Shows what a file holds. */
void cht_window_open_file (ChtWindow *self, GFile *file);
/* Words that belong to the start and to no page: a practice file that cannot be read. */
void cht_window_show_problem (ChtWindow *self, ChtProblem *problem);

/* Health of the controller in words, and its icon. (transfer full) */
char *cht_window_health_text (ChtWorkspaceController state, const char *release);
const char *cht_window_health_icon (ChtWorkspaceController state);

G_END_DECLS
