/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that leave: all or none, nothing overwritten unasked, keys for nobody else to read. */
#pragma once

#include <gio/gio.h>
#include "cht-secret.h"
#include "cht-workspace.h"

G_BEGIN_DECLS

/* NAMES: file names in FOLDER, NULL-terminated. "file.exists" (CHT_FILE_ERROR) where one is there. */
gboolean cht_out_check (const char *folder, const char *const *names, GError **error);

typedef struct _ChtOut ChtOut;

ChtOut *cht_out_new (const char *folder, gboolean overwrite);
void cht_out_free (ChtOut *self);
/* PART: a static id. */
void cht_out_add_bytes (ChtOut *self, const char *part, const char *file_name, GBytes *bytes);
void cht_out_add_key (ChtOut *self, const char *part, const char *file_name, ChtSecret *key);
guint cht_out_get_n_files (ChtOut *self);
/* For a worker. Each file is read back and compared (cht_file_write); where one fails, those written before it go.
 * (transfer full) (element-type ChtExportedFile) */
GPtrArray *cht_out_write (ChtOut *self, GError **error);

/* KEY in the form that HOW asks for (NONE gives NULL); PASSPHRASE (nullable) opens it. (transfer full) (nullable) */
ChtSecret *cht_out_protect_key (
    ChtSecret *key, ChtKeyExport how, ChtSecret *passphrase, ChtSecret *new_passphrase, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChtOut, cht_out_free)

G_END_DECLS
