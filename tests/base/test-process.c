/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-process.h"

#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

static void
test_start (void)
{
  struct rlimit core;

  g_assert_cmpint (getrlimit (RLIMIT_CORE, &core), ==, 0);
  g_assert_cmpuint (core.rlim_cur, ==, 0);
  g_assert_cmpuint (core.rlim_max, ==, 0);
  g_assert_cmpint (prctl (PR_GET_DUMPABLE), ==, 1);
}

static void
test_undumpable (void)
{
  cht_process_start (CHT_PROCESS_UNDUMPABLE);
  g_assert_cmpint (prctl (PR_GET_DUMPABLE), ==, 0);
}

static void
test_environment (void)
{
  g_assert_null (g_getenv ("SECRET_SERVICE_BUS_NAME"));
  g_assert_null (g_getenv ("SECRET_BACKEND"));
  g_assert_null (g_getenv ("SECRET_FILE_TEST_PATH"));
  g_assert_null (g_getenv ("SECRET_FILE_TEST_PASSWORD"));
  g_assert_null (g_getenv ("SSLKEYLOGFILE"));
  g_assert_cmpstr (g_getenv ("SECRETIVE"), ==, "stays");
  g_assert_cmpstr (g_getenv ("SOUP_FORCE_HTTP1"), ==, "1");
  const char *priority = g_getenv ("G_TLS_GNUTLS_PRIORITY");
  g_assert_nonnull (strstr (priority, "-VERS-ALL"));
  g_assert_nonnull (strstr (priority, "%NO_TICKETS"));
}

int
main (int argc, char **argv)
{
  static const char *const hostile[] = {
    "SECRET_SERVICE_BUS_NAME", "SECRET_BACKEND", "SECRET_FILE_TEST_PATH", "SECRET_FILE_TEST_PASSWORD", "SSLKEYLOGFILE",
    "G_TLS_GNUTLS_PRIORITY",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (hostile); i++)
    g_setenv (hostile[i], "elsewhere", TRUE);
  g_setenv ("SECRETIVE", "stays", TRUE);
  cht_process_start (CHT_PROCESS_NONE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/process/start", test_start);
  g_test_add_func ("/base/process/environment", test_environment);
  g_test_add_func ("/base/process/undumpable", test_undumpable); /* last: it cannot be taken back here */
  return g_test_run ();
}
