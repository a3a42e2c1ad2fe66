/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ChtApplication: options, the one workspace, the one window; signs the controller out before the program ends. */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define CHT_TYPE_APPLICATION (cht_application_get_type ())
G_DECLARE_FINAL_TYPE (ChtApplication, cht_application, CHT, APPLICATION, AdwApplication)

ChtApplication *cht_application_new (void);

G_END_DECLS
