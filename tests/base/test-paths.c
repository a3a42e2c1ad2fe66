/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-paths.h"

#include <glib/gstdio.h>
#include <unistd.h>

/* GLib reads HOME and XDG_DATA_HOME once a process, so every case runs in a child. */
static void
run_case (const char *home, const char *data_home)
{
  g_setenv ("CASE_HOME", home, TRUE);
  g_setenv ("CASE_DATA_HOME", data_home, TRUE);
  g_test_trap_subprocess (NULL, 5 * G_USEC_PER_SEC, 0);
  g_test_trap_assert_passed ();
}

static void
become_case (void)
{
  g_setenv ("HOME", g_getenv ("CASE_HOME"), TRUE);
  if (*g_getenv ("CASE_DATA_HOME") != '\0')
    g_setenv ("XDG_DATA_HOME", g_getenv ("CASE_DATA_HOME"), TRUE);
  else
    g_unsetenv ("XDG_DATA_HOME");
}

static void
test_vault (void)
{
  if (!g_test_subprocess ())
    {
      run_case ("/home/ann", "/data");
      g_test_trap_assert_stdout ("*is /data/chatelaine/vault.db*");
      run_case ("/home/ann", "");
      g_test_trap_assert_stdout ("*is /home/ann/.local/share/chatelaine/vault.db*");
      run_case ("/home/ann", "relative/path");
      g_test_trap_assert_stdout ("*is /home/ann/.local/share/chatelaine/vault.db*");
      return;
    }
  become_case ();
  g_autofree char *vault = cht_paths_get_default_vault ();
  g_print ("is %s\n", vault);
}

static void
test_home (void)
{
  if (!g_test_subprocess ())
    {
      g_autofree char *home = g_dir_make_tmp ("chatelaine-home-XXXXXX", NULL);
      run_case (home, "");
      g_test_trap_assert_stdout ("*ours 1*");
      if (geteuid () == 0)
        {
          g_assert_cmpint (chown (home, 12345, (gid_t) -1), ==, 0);
          run_case (home, "");
          g_test_trap_assert_stdout ("*ours 0, owner 12345*");
        }
      run_case ("/nonexistent", "");
      g_test_trap_assert_stdout ("*ours 1*");
      g_rmdir (home);
      return;
    }
  become_case ();
  guint owner = 0;
  gboolean ours = cht_paths_home_is_ours (&owner);
  g_assert_true (cht_paths_home_is_ours (NULL) == ours);
  g_print ("ours %d, owner %u\n", ours, owner);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/paths/vault", test_vault);
  g_test_add_func ("/base/paths/home", test_home);
  return g_test_run ();
}
