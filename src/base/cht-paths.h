/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where things lie on the disk, by the XDG rules; every path is absolute. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* $XDG_DATA_HOME/chatelaine/vault.db (transfer full) */
char *cht_paths_get_default_vault (void);
/* FALSE where this process runs as root with another person's HOME (sudo): files would become root's, and the
 * person's next start would fail. Ask before a file under HOME is touched. OWNER (out): the uid of HOME. */
gboolean cht_paths_home_is_ours (guint *owner);

G_END_DECLS
