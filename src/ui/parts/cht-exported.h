/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was written to the disk, in words. */
#pragma once

#include "cht-workspace.h"

G_BEGIN_DECLS

/* FILES: of ChtExportedFile. A line that counts them, then two lines a file: where it is, the SHA-256 of its bytes.
 * (transfer full) */
char *cht_exported_dup_text (GPtrArray *files);

G_END_DECLS
