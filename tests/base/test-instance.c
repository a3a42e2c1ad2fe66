/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-file.h"
#include "cht-instance.h"

#include <glib/gstdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct {
  char *folder, *vault, *lock;
} Place;

static void
place_up (Place *place, gconstpointer data)
{
  place->folder = g_dir_make_tmp ("chatelaine-instance-XXXXXX", NULL);
  place->vault = g_build_filename (place->folder, "below", "vault.db", NULL);
  place->lock = g_strconcat (place->vault, ".app", NULL);
}

static void
place_down (Place *place, gconstpointer data)
{
  g_autofree char *below = g_path_get_dirname (place->vault);

  g_unlink (place->lock);
  g_rmdir (below);
  g_rmdir (place->folder);
  g_free (place->folder);
  g_free (place->vault);
  g_free (place->lock);
}

static void
test_alone (Place *place, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gint64 other = -1;
  struct stat facts;
  ChtInstance *first = cht_instance_take (place->vault, &other, &error), *again;

  g_assert_no_error (error);
  g_assert_nonnull (first);
  g_assert_cmpint (other, ==, 0);
  g_assert_cmpint (g_stat (place->lock, &facts), ==, 0);
  g_assert_cmpint (facts.st_mode & 0777, ==, 0600);
  cht_instance_free (first);
  again = cht_instance_take (place->vault, &other, &error);
  g_assert_nonnull (again);
  cht_instance_free (again);
}

/* Another process has it: its number is told; once that process is gone, however it went, the place is free. */
static void
test_taken (Place *place, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  ChtInstance *mine;
  int pipes[2], status;
  gint64 other = 0;
  char byte;
  pid_t child;

  g_assert_cmpint (pipe (pipes), ==, 0);
  child = fork ();
  if (child == 0)
    {
      gint64 none;
      if (cht_instance_take (place->vault, &none, NULL) == NULL || write (pipes[1], "x", 1) != 1)
        _exit (1);
      pause ();
      _exit (0);
    }
  close (pipes[1]);
  g_assert_cmpint (read (pipes[0], &byte, 1), ==, 1);
  mine = cht_instance_take (place->vault, &other, &error);
  g_assert_no_error (error);
  g_assert_null (mine);
  g_assert_cmpint (other, ==, child);
  g_assert_cmpint (kill (child, SIGKILL), ==, 0);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  mine = cht_instance_take (place->vault, &other, &error);
  g_assert_nonnull (mine);
  cht_instance_free (mine);
  close (pipes[0]);
}

/* A link laid in its way is not followed, and said. */
static void
test_link (Place *place, gconstpointer data)
{
  g_autofree char *below = g_path_get_dirname (place->vault);
  g_autoptr (GError) error = NULL;
  gint64 other = 0;

  g_assert_cmpint (g_mkdir (below, 0700), ==, 0);
  g_assert_cmpint (symlink ("/dev/null", place->lock), ==, 0);
  g_assert_null (cht_instance_take (place->vault, &other, &error));
  g_assert_error (error, CHT_FILE_ERROR, CHT_FILE_ERROR_UNWRITABLE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/base/instance/alone", Place, NULL, place_up, test_alone, place_down);
  g_test_add ("/base/instance/taken", Place, NULL, place_up, test_taken, place_down);
  g_test_add ("/base/instance/link", Place, NULL, place_up, test_link, place_down);
  return g_test_run ();
}
