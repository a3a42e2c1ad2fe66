/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-process.h"

#include <glib/gi18n-lib.h>
#include <locale.h>
#include <sodium.h>
#include <sys/prctl.h>
#include <sys/resource.h>

/* Each of these can send a secret somewhere else: to another bus name, into a file, into a key log. */
static gboolean
redirects_secrets (const char *name)
{
  return g_str_equal (name, "SECRET_SERVICE_BUS_NAME") || g_str_equal (name, "SECRET_BACKEND") ||
         g_str_equal (name, "SSLKEYLOGFILE") || g_str_has_prefix (name, "SECRET_FILE_TEST_");
}

void
cht_process_start (ChtProcessFlags flags)
{
  const struct rlimit none = { 0, 0 };
  setrlimit (RLIMIT_CORE, &none);
  if (flags & CHT_PROCESS_UNDUMPABLE)
    prctl (PR_SET_DUMPABLE, 0, 0, 0, 0);

  g_auto (GStrv) names = g_listenv ();
  for (gsize i = 0; names[i] != NULL; i++)
    if (redirects_secrets (names[i]))
      g_unsetenv (names[i]);

  /* glib-networking's default still negotiates TLS 1.1, and a session ticket lets a later session skip verification. */
  g_setenv ("G_TLS_GNUTLS_PRIORITY", "SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:%NO_TICKETS", TRUE);
  g_setenv ("SOUP_FORCE_HTTP1", "1", TRUE);

  if (sodium_init () < 0)
    g_error ("libsodium cannot start");

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, CHATELAINE_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
}
