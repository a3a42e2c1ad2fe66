/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The file of --practice: {"url","pin","username","password"}, strings alone, readable by its owner alone. */
#pragma once

#include "cht-records.h"
#include "cht-secret.h"

G_BEGIN_DECLS

/* Errors are CHT_PROBLEM_ERROR. */
gboolean cht_practice_read (const char *path, ChtProfile **profile, ChtSecret **password, GError **error);
/* The same on its text. */
gboolean cht_practice_parse (ChtSecret *text, ChtProfile **profile, ChtSecret **password, GError **error);

G_END_DECLS
