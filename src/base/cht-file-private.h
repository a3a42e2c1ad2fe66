/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between cht-file.c and cht-file-write.c. */
#pragma once

#include "cht-file.h"

G_BEGIN_DECLS

/* The base name of PATH, fit to show. (transfer full) */
char *cht_file_display_name (const char *path);

G_END_DECLS
