/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a process does before anything else: first statement of main, before any thread, any GLib I/O module, any
 * library. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  CHT_PROCESS_NONE = 0,
  CHT_PROCESS_UNDUMPABLE = 1 << 0,  /* PR_SET_DUMPABLE 0: not for the app, portals refuse such a process */
} ChtProcessFlags;

/* Core limit zero; SECRET_SERVICE_BUS_NAME, SECRET_BACKEND, SECRET_FILE_TEST_* and SSLKEYLOGFILE out of the
 * environment (they redirect secrets); G_TLS_GNUTLS_PRIORITY to TLS 1.2 and 1.3 without tickets; SOUP_FORCE_HTTP1=1;
 * sodium_init(); locale and gettext (domain "chatelaine", LOCALE_DIR from CHATELAINE_LOCALEDIR at build time).
 * Aborts only where libsodium cannot start. */
void cht_process_start (ChtProcessFlags flags);

G_END_DECLS
