/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The window over a real workspace: without a vault it opens at once, with an absent one the gate stands before it. */
#include "cht-page-stack.h"
#include "cht-ui-test.h"
#include "cht-window.h"

#include <glib/gstdio.h>

static AdwApplication *application;

typedef struct
{
  ChtWorkspace *workspace;
  GtkWidget *window;
  char *folder;
} Shell;

static void
open_window (Shell *shell, const char *vault)
{
  g_autoptr (ChtSettings) settings = cht_settings_new ("org.chatelaine.Nowhere");

  shell->workspace = cht_workspace_new (vault, CHT_CLOCK_SYSTEM);
  shell->window = cht_window_new (GTK_APPLICATION (application), shell->workspace, settings);
  gtk_window_present (GTK_WINDOW (shell->window));
  wait_until (gtk_widget_get_mapped (shell->window));
}

static void
set_up (Shell *shell, gconstpointer with_vault)
{
  g_autofree char *path = NULL;

  shell->folder = g_dir_make_tmp ("chatelaine-XXXXXX", NULL);
  path = g_build_filename (shell->folder, "vault.db", NULL);
  open_window (shell, with_vault != NULL ? path : NULL);
}

static void
tear_down (Shell *shell, gconstpointer data)
{
  gpointer workspace = shell->workspace;

  gtk_window_destroy (GTK_WINDOW (shell->window));
  g_object_add_weak_pointer (G_OBJECT (shell->workspace), &workspace);
  g_object_unref (shell->workspace);
  wait_until (workspace == NULL);
  g_rmdir (shell->folder);
  g_free (shell->folder);
}

static gboolean
is_enabled (Shell *shell, const char *action)
{
  return g_action_group_get_action_enabled (G_ACTION_GROUP (shell->window), action);
}

static void
test_open (Shell *shell, gconstpointer data)
{
  g_assert_true (shows (shell->window, "Certificates"));
  g_assert_true (shows (shell->window, "Not signed in"));
  g_assert_true (is_enabled (shell, "page"));
  g_assert_true (is_enabled (shell, "connect"));
  g_assert_true (is_enabled (shell, "open-file"));
  /* What cannot be done is not offered. */
  g_assert_false (is_enabled (shell, "refresh"));
  g_assert_false (is_enabled (shell, "add-certificate"));
  g_assert_false (is_enabled (shell, "renew"));
  g_assert_false (is_enabled (shell, "import"));
}

static void
test_pages (Shell *shell, gconstpointer data)
{
  GtkWidget *list = NULL;

  g_action_group_activate_action (G_ACTION_GROUP (shell->window), "page", g_variant_new_int32 (CHT_SECTION_ACTIVITY));
  g_assert_true (shows (shell->window, "Renewal jobs"));
  g_action_group_activate_action (G_ACTION_GROUP (shell->window), "page", g_variant_new_int32 (CHT_SECTION_VAULT));
  g_assert_true (shows (shell->window, "The vault is empty"));
  /* Out of bounds is no page. */
  g_action_group_activate_action (G_ACTION_GROUP (shell->window), "page", g_variant_new_int32 (99));
  g_action_group_activate_action (G_ACTION_GROUP (shell->window), "page", g_variant_new_int32 (-1));
  list = find_widget (shell->window, GTK_TYPE_LIST_BOX, "navigation-sidebar");
  g_assert_cmpint (gtk_list_box_row_get_index (gtk_list_box_get_selected_row (GTK_LIST_BOX (list))), ==,
                   CHT_SECTION_VAULT);
  g_action_group_activate_action (G_ACTION_GROUP (shell->window), "show-sidebar", NULL);
  g_assert_false (gtk_widget_get_mapped (list));
  g_action_group_activate_action (G_ACTION_GROUP (shell->window), "show-sidebar", NULL);
  wait_until (gtk_widget_get_mapped (list));
}

static void
test_gate (Shell *shell, gconstpointer data)
{
  g_autofree char *path = g_build_filename (shell->folder, "chain.pem", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  GListModel *windows = gtk_window_get_toplevels ();

  g_assert_true (shows (shell->window, "Create your vault"));
  g_assert_false (is_enabled (shell, "page"));
  g_assert_false (is_enabled (shell, "lock"));
  g_assert_false (is_enabled (shell, "connect"));
  /* A file may be looked at all the same: in a window of its own. */
  g_assert_cmpuint (g_list_model_get_n_items (windows), ==, 1);
  cht_window_open_file (CHT_WINDOW (shell->window), file);
  g_assert_cmpuint (g_list_model_get_n_items (windows), ==, 2);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

      if (GTK_WIDGET (window) != shell->window)
        {
          wait_until (shows (GTK_WIDGET (window), "Nothing to show"));
          gtk_window_destroy (window);
          break;
        }
    }
}

static void
test_file (Shell *shell, gconstpointer data)
{
  g_autofree char *path = g_build_filename (shell->folder, "absent.pem", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);

  cht_window_open_file (CHT_WINDOW (shell->window), file);
  wait_until (shows (shell->window, "absent.pem"));
  wait_until (shows (shell->window, "Nothing to show"));
  g_assert_cmpuint (g_list_model_get_n_items (gtk_window_get_toplevels ()), ==, 1);
}

static void
test_health (void)
{
  g_autofree char *good = cht_window_health_text (CHT_WORKSPACE_CONTROLLER_SIGNED_IN, "7.1.0");
  g_autofree char *plain = cht_window_health_text (CHT_WORKSPACE_CONTROLLER_SIGNED_IN, "");
  g_autofree char *none = cht_window_health_text (CHT_WORKSPACE_CONTROLLER_NONE, NULL);
  ChtWorkspaceController states[] = { CHT_WORKSPACE_CONTROLLER_NONE, CHT_WORKSPACE_CONTROLLER_CONNECTING,
                                      CHT_WORKSPACE_CONTROLLER_SIGNED_IN, CHT_WORKSPACE_CONTROLLER_FAILED };

  g_assert_cmpstr (good, ==, "Signed in, release 7.1.0");
  g_assert_cmpstr (plain, ==, "Signed in");
  g_assert_cmpstr (none, ==, "Not signed in");
  /* A shape for each: colour never says it alone. */
  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    for (guint j = 0; j < i; j++)
      g_assert_cmpstr (cht_window_health_icon (states[i]), !=, cht_window_health_icon (states[j]));
}

int
main (int argc, char **argv)
{
  int code;

  gtk_test_init (&argc, &argv, NULL);
  application = adw_application_new ("org.chatelaine.Test", G_APPLICATION_NON_UNIQUE);
  g_assert_true (g_application_register (G_APPLICATION (application), NULL, NULL));
  g_test_add_func ("/ui/window/health", test_health);
  g_test_add ("/ui/window/open", Shell, NULL, set_up, test_open, tear_down);
  g_test_add ("/ui/window/pages", Shell, NULL, set_up, test_pages, tear_down);
  g_test_add ("/ui/window/gate", Shell, "vault", set_up, test_gate, tear_down);
  g_test_add ("/ui/window/file", Shell, NULL, set_up, test_file, tear_down);
  code = g_test_run ();
  g_clear_object (&application);
  return code;
}
