/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "workflow-wait.h"

#include <ftw.h>
#include <glib/gstdio.h>
#include <string.h>

#define PATIENCE 60

void
wait_done (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static gboolean
on_late_cb (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

void
wait_until (gboolean (*check) (gpointer), gpointer data)
{
  gboolean late = FALSE;
  guint source = g_timeout_add_seconds (PATIENCE, on_late_cb, &late);

  while (!check (data) && !late)
    g_main_context_iteration (NULL, TRUE);
  if (late)
    g_error ("Waited %d s in vain", PATIENCE);
  g_source_remove (source);
}

static gboolean
is_there (gpointer data)
{
  return *(GAsyncResult **) data != NULL;
}

GAsyncResult *
wait_for (GAsyncResult **result)
{
  wait_until (is_there, result);
  return g_steal_pointer (result);
}

void
assert_words (const char *text)
{
  static const char *const raw[] = { "(null)", "GError", "GLib", "gnutls", "ASN1", "g_", "%s" };

  g_assert_nonnull (text);
  g_assert_cmpuint (strlen (text), >=, 10);
  for (guint i = 0; i < G_N_ELEMENTS (raw); i++)
    if (strstr (text, raw[i]) != NULL)
      g_error ("“%s” stands in “%s”", raw[i], text);
}

void
assert_problem (GError **error, const char *id, int exit_code)
{
  g_autoptr (ChtProblem) problem = NULL;

  g_assert_nonnull (*error);
  g_assert_cmpuint ((*error)->domain, ==, CHT_PROBLEM_ERROR);
  problem = cht_problem_from_error (*error);
  g_test_message ("%s: %s %s", cht_problem_get_id (problem), cht_problem_get_message (problem),
                  cht_problem_get_advice (problem));
  g_assert_cmpstr (cht_problem_get_id (problem), ==, id);
  g_assert_cmpint (cht_problem_get_exit_code (problem), ==, exit_code);
  assert_words (cht_problem_get_message (problem));
  g_clear_error (error);
}

char *
folder_new (void)
{
  g_autoptr (GError) error = NULL;
  char *folder = g_dir_make_tmp ("chatelaine-workflow-XXXXXX", &error);

  g_assert_no_error (error);
  return folder;
}

static int
on_entry (const char *path, const struct stat *info, int kind, struct FTW *where)
{
  return remove (path);
}

void
folder_free (char *folder)
{
  g_assert_cmpint (nftw (folder, on_entry, 8, FTW_DEPTH | FTW_PHYS), ==, 0);
  g_free (folder);
}

char *
folder_write (const char *folder, const char *name, gconstpointer content, gssize size)
{
  char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, content, size, &error);
  g_assert_no_error (error);
  return path;
}

GBytes *
read_file (const char *path)
{
  g_autoptr (GError) error = NULL;
  char *content;
  gsize size;

  g_file_get_contents (path, &content, &size, &error);
  g_assert_no_error (error);
  return g_bytes_new_take (content, size);
}

guint
count_files (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}
