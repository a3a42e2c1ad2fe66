/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every page is made from its template, with warnings fatal; what the pages say is proved word by word. */
#include "cht-activity-page.h"
#include "cht-certificate-page.h"
#include "cht-certificates-page.h"
#include "cht-chain-view.h"
#include "cht-connect-page.h"
#include "cht-file-page.h"
#include "cht-fixtures.h"
#include "cht-form-page.h"
#include "cht-page-stack.h"
#include "cht-records-private.h"
#include "cht-ui-test.h"
#include "cht-vault-gate.h"
#include "cht-vault-page.h"

#include <glib/gstdio.h>

#define NOW ((gint64) 1795608000) /* 25 November 2026, noon */

static ChtWorkspace *
new_workspace (void)
{
  return cht_workspace_new (NULL, (ChtClock){ NOW });
}

/* ---- Words ---- */

static void
test_updated (void)
{
  g_autofree char *both = cht_certificates_updated_text (NOW, "admin");
  g_autofree char *date = cht_certificates_updated_text (NOW, "");
  g_autofree char *who = cht_certificates_updated_text (CHT_TIME_UNKNOWN, "admin");
  g_autofree char *neither = cht_certificates_updated_text (CHT_TIME_UNKNOWN, NULL);

  g_assert_cmpstr (both, ==, "25 Nov 2026 by admin");
  g_assert_cmpstr (date, ==, "25 Nov 2026");
  g_assert_cmpstr (who, ==, "admin");
  g_assert_cmpstr (neither, ==, "");
}

static void
test_renewal_prompt (void)
{
  g_autofree char *due = cht_certificates_renewal_text (TRUE, "Crosswork-Internal-Communication", 51);
  g_autofree char *one = cht_certificates_renewal_text (TRUE, "", 1);
  g_autofree char *hostile = cht_certificates_renewal_text (TRUE, "a\nb", 3);

  g_assert_cmpstr (due, ==,
                   "Crosswork-Internal-Communication ends in 51 days. Renew it in a maintenance window.");
  g_assert_true (g_str_has_prefix (one, "An internal certificate of the controller ends in 1 day."));
  g_assert_null (strchr (hostile, '\n'));
  g_assert_null (cht_certificates_renewal_text (FALSE, "x", 51));
  g_assert_null (cht_certificates_renewal_text (TRUE, "x", -1));
}

static void
test_certificate_words (void)
{
  g_autofree char *some = cht_certificate_destinations_text ((const char *const[]){ "kafka-mutual", "a\nb", NULL });
  g_autofree char *none = cht_certificate_destinations_text ((const char *const[]){ NULL });

  g_assert_true (g_str_has_prefix (some, "kafka-mutual, a"));
  g_assert_null (strchr (some, '\n'));
  g_assert_cmpstr (none, ==, "none");
  g_assert_cmpint (cht_certificate_part_from_id ("root"), ==, CHT_PART_ROOT);
  g_assert_cmpint (cht_certificate_part_from_id ("intermediate"), ==, CHT_PART_INTERMEDIATE);
  g_assert_cmpint (cht_certificate_part_from_id ("key"), ==, CHT_PART_KEY);
  g_assert_cmpint (cht_certificate_part_from_id ("all"), ==, CHT_PART_ALL);
  g_assert_cmpint (cht_certificate_part_from_id ("else"), ==, 0);
}

static void
test_form_words (void)
{
  g_autoptr (GArray) conflicts = g_array_new (FALSE, FALSE, sizeof (ChtConflict));
  ChtConflict conflict = { (char *) "kafka-mutual", (char *) "kafka-old" };
  g_autofree char *has = cht_form_destination_text ("kafka", "mutual", "kafka-old");
  g_autofree char *new = cht_form_destination_text ("grpc", "server", NULL);
  g_autofree char *odd = cht_form_destination_text ("", "", NULL);
  g_autofree char *both = cht_form_count_text (2, 1);
  g_autofree char *nothing = cht_form_count_text (0, 0);
  g_autofree char *words = NULL;
  g_autofree char *one = cht_form_replace_text (1);
  g_autofree char *two = cht_form_replace_text (2);

  g_assert_cmpstr (has, ==, "Kafka · mutual TLS · has “kafka-old” now");
  g_assert_cmpstr (new, ==, "gRPC · server TLS · has no certificate yet");
  g_assert_cmpstr (odd, ==, "Destination · authentication unknown · has no certificate yet");
  g_assert_cmpstr (both, ==, "2 to mend, 1 warning");
  g_assert_cmpstr (nothing, ==, "");
  g_array_append_val (conflicts, conflict);
  words = cht_form_conflicts_text (conflicts);
  g_assert_cmpstr (words, ==, "kafka-mutual uses “kafka-old” now.\nUploading gives it this certificate instead.");
  g_assert_cmpstr (one, ==, "Replace on 1 destination");
  g_assert_cmpstr (two, ==, "Replace on 2 destinations");
}

static void
test_vault_words (void)
{
  g_autofree char *known = cht_vault_role_text ("external-destination");
  g_autofree char *unknown = cht_vault_role_text ("of-tomorrow");
  g_autofree char *none = cht_vault_role_text (NULL);
  g_autofree char *one = cht_vault_imported_text (1);

  g_assert_cmpstr (known, ==, "External Destination");
  g_assert_cmpstr (unknown, ==, "of-tomorrow");
  g_assert_cmpstr (none, ==, "");
  g_assert_cmpstr (one, ==, "1 item is in the vault now.");
  g_assert_cmpstr (cht_vault_gate_title (CHT_WORKSPACE_VAULT_ABSENT), ==, "Create your vault");
  g_assert_cmpstr (cht_vault_gate_title (CHT_WORKSPACE_VAULT_LOCKED), ==, "Locked");
}

static void
test_file_words (void)
{
  g_autofree char *all = cht_file_summary_text (2, 1, 1, 3);
  g_autofree char *one = cht_file_summary_text (1, 0, 0, 0);

  g_assert_cmpstr (all, ==, "2 certificates, 1 private key, 1 other object, 3 unreadable blocks");
  g_assert_cmpstr (one, ==, "1 certificate");
}

static void
test_activity_words (void)
{
  g_autofree char *running = cht_activity_progress_text (CHT_JOB_IN_PROGRESS, 64, "");
  g_autofree char *unknown = cht_activity_progress_text (CHT_JOB_CREATED, -1, NULL);
  g_autofree char *failed = cht_activity_progress_text (CHT_JOB_FAILED, 10, "disk full");
  g_autofree char *job = cht_activity_job_text ("AJ12", "admin", CHT_TIME_UNKNOWN, CHT_TIME_UNKNOWN);

  g_assert_true (g_str_has_prefix (running, "64 %"));
  g_assert_true (g_str_has_prefix (unknown, "Usually 30 to 60 minutes"));
  g_assert_nonnull (strstr (failed, "“disk full”"));
  g_assert_cmpstr (job, ==, "Job AJ12 · by admin");
  g_assert_cmpstr (cht_activity_job_icon (CHT_JOB_FAILED), !=, cht_activity_job_icon (CHT_JOB_COMPLETED));
  g_assert_cmpstr (cht_activity_job_words (CHT_JOB_UNKNOWN), ==, "Unknown state");
}

static void
test_connect_judgement (void)
{
  g_assert_cmpint (cht_connect_judge_key (NULL, "ab"), ==, CHT_KEY_FIRST_SEEN);
  g_assert_cmpint (cht_connect_judge_key ("", "ab"), ==, CHT_KEY_FIRST_SEEN);
  g_assert_cmpint (cht_connect_judge_key ("AB", "ab"), ==, CHT_KEY_SAME);
  g_assert_cmpint (cht_connect_judge_key ("ab", "ac"), ==, CHT_KEY_CHANGED);
  g_assert_cmpint (cht_connect_judge_key ("ab", "abcd"), ==, CHT_KEY_CHANGED);
  g_assert_cmpstr (cht_connect_judge_url (""), ==, "");
  g_assert_cmpstr (cht_connect_judge_url ("https:"), ==, "");
  g_assert_null (cht_connect_judge_url ("https://cnc.example.com:30603"));
  g_assert_nonnull (strstr (cht_connect_judge_url ("http://cnc.example.com"), "https:"));
  g_assert_nonnull (strstr (cht_connect_judge_url ("https://admin:pw@cnc.example.com"), "fields of their own"));
  g_assert_nonnull (strstr (cht_connect_judge_url ("https://cnc example"), "space"));
}

/* ---- Pages ---- */

typedef struct
{
  ChtWorkspace *workspace;
  GtkWidget *window, *stack;
} Screen;

static void
set_up (Screen *screen, gconstpointer data)
{
  screen->workspace = new_workspace ();
  screen->window = gtk_window_new ();
  screen->stack = cht_page_stack_new ();
  gtk_window_set_default_size (GTK_WINDOW (screen->window), 900, 600);
  gtk_window_set_child (GTK_WINDOW (screen->window), screen->stack);
  gtk_window_present (GTK_WINDOW (screen->window));
  wait_until (gtk_widget_get_mapped (screen->stack));
}

static void
tear_down (Screen *screen, gconstpointer data)
{
  gpointer workspace = screen->workspace;

  gtk_window_destroy (GTK_WINDOW (screen->window));
  g_object_add_weak_pointer (G_OBJECT (screen->workspace), &workspace);
  g_object_unref (screen->workspace);
  /* No page, no callback and no signal holds what the window worked with. */
  wait_until (workspace == NULL);
}

static void
push (Screen *screen, GtkWidget *page)
{
  cht_page_stack_push (CHT_PAGE_STACK (screen->stack), CHT_PAGE (page));
}

static void
test_roots (Screen *screen, gconstpointer data)
{
  push (screen, cht_certificates_page_new (screen->workspace));
  g_assert_true (shows (screen->stack, "No controller yet"));
  g_assert_true (shows (screen->stack, "Connect to a controller"));
  push (screen, cht_vault_page_new (screen->workspace));
  g_assert_true (shows (screen->stack, "The vault is empty"));
  push (screen, cht_activity_page_new (screen->workspace));
  g_assert_true (shows (screen->stack, "Sign in to see what is due"));
  cht_activity_page_ask_renewal (
      CHT_ACTIVITY_PAGE (cht_page_stack_get_visible (CHT_PAGE_STACK (screen->stack)))); /* nothing due, no question */
  g_assert_cmpuint (g_list_model_get_n_items (gtk_window_get_toplevels ()), ==, 1);
}

static void
test_gate (Screen *screen, gconstpointer data)
{
  g_autofree char *folder = g_dir_make_tmp ("chatelaine-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "vault.db", NULL);
  g_autoptr (ChtWorkspace) workspace = cht_workspace_new (path, CHT_CLOCK_SYSTEM);
  GtkWidget *gate = cht_vault_gate_new (workspace);

  gtk_window_set_child (GTK_WINDOW (screen->window), gate);
  g_assert_true (shows (gate, "Create your vault"));
  g_assert_true (shows (gate, "Create _vault") || shows (gate, "Create vault"));
  g_assert_false (shows (gate, "Unlock"));
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_rmdir (folder);
}

static void
test_too_many_files (Screen *screen, gconstpointer data)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_object_unref);
  GtkWidget *page = cht_vault_page_new (screen->workspace);

  for (guint i = 0; i <= CHT_VAULT_MAX_FILES; i++)
    g_ptr_array_add (files, g_file_new_for_path ("/nowhere/x.pem"));
  push (screen, page);
  cht_vault_page_import (CHT_VAULT_PAGE (page), files);
  g_assert_true (shows (page, "These are 101 files; 100 can be imported at a time."));
}

/* Closed pages are gone, with what they hold. */
static void
test_form (Screen *screen, gconstpointer data)
{
  g_autoptr (ChtDraft) draft = cht_workspace_new_draft (screen->workspace, NULL);
  GtkWidget *page = cht_form_page_new (screen->workspace, draft);
  gpointer gone = page;

  push (screen, cht_certificates_page_new (screen->workspace));
  push (screen, page);
  g_object_add_weak_pointer (G_OBJECT (page), &gone);
  g_assert_true (shows (page, "What for"));
  g_assert_true (shows (page, "Sign in to the controller to upload."));
  /* Nobody is signed in: the roles cannot be asked for, and the page says so. */
  wait_until (shows (page, "You are not signed in to a controller."));
  cht_page_stack_go_back (CHT_PAGE_STACK (screen->stack));
  wait_until (gone == NULL);
}

static gboolean
press (GtkWidget *below, const char *label)
{
  for (GtkWidget *child = gtk_widget_get_first_child (below); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      if (!gtk_widget_get_visible (child))
        continue;
      if (GTK_IS_BUTTON (child) && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (child)), label) == 0)
        {
          g_signal_emit_by_name (child, "clicked");
          return TRUE;
        }
      if (press (child, label))
        return TRUE;
    }
  return FALSE;
}

static void
on_bytes_set_cb (GObject *draft, GAsyncResult *result, gpointer data)
{
  g_assert_true (cht_draft_set_bytes_finish (CHT_DRAFT (draft), result, NULL));
}

/* A finding's button shows first what would change, mends, and takes it back. */
static void
test_form_repair (Screen *screen, gconstpointer data)
{
  g_autoptr (ChtDraft) draft = cht_workspace_new_draft (screen->workspace, NULL);
  g_autoptr (ChtRoleForm) role = cht_role_form_new ("Device gNMI Communication", "", NULL, CHT_OPERATION_ADD);
  g_autoptr (ChtFixture) root = cht_fixture_new ("A & B <b>Root</b>", NULL, NULL);
  g_autoptr (ChtFixture) issuing = cht_fixture_new ("Issuing CA", root, NULL);
  g_autofree char *pem = cht_fixtures_to_pem (issuing, root, NULL);
  g_autoptr (GBytes) bytes = g_bytes_new (pem, strlen (pem));
  GtkWidget *page;

  cht_draft_set_role_form (draft, role);
  page = cht_form_page_new (screen->workspace, draft);
  push (screen, cht_certificates_page_new (screen->workspace));
  push (screen, page);
  wait_until (shows (page, "You are not signed in to a controller."));
  cht_draft_set_bytes_async (draft, CHT_FIELD_CHAIN, bytes, "chain.pem", NULL, on_bytes_set_cb, NULL);
  wait_until (press (page, "Put in order…"));
  wait_until (shows (page, "What would change here"));
  g_assert_true (shows (page, "Before: Issuing CA, A & B <b>Root</b>\nAfter: A & B <b>Root</b>, Issuing CA"));
  g_assert_true (shows (page, "chain.pem · "));
  for (guint round = 0; round < 2; round++)
    {
      g_assert_true (press (page, "Put in order"));
      g_assert_true (shows (page, "Mended. Nothing was written to the disk."));
      g_assert_true (shows (page, "chain.pem, put in order · "));
      wait_until (!shows (page, "Put in order…"));
      if (round == 1)
        break;
      g_assert_true (press (page, "Undo"));
      g_assert_true (shows (page, "Undone: the field holds the file as it came."));
      g_assert_false (shows (page, "put in order"));
      wait_until (press (page, "Put in order…"));
      wait_until (shows (page, "What would change here"));
    }
  /* What the field is emptied of has no Undo. */
  cht_draft_clear_field (draft, CHT_FIELD_CHAIN);
  g_assert_true (press (page, "Undo"));
  g_assert_true (shows (page, "Nothing was undone."));
  wait_until (!cht_draft_get_busy (draft));
  cht_page_stack_go_back (CHT_PAGE_STACK (screen->stack));
}

static void
test_connect (Screen *screen, gconstpointer data)
{
  GtkWidget *page = cht_connect_page_new (screen->workspace, NULL);
  gpointer gone = page;

  push (screen, cht_certificates_page_new (screen->workspace));
  push (screen, page);
  g_object_add_weak_pointer (G_OBJECT (page), &gone);
  g_assert_true (shows (page, "Enter the controller’s address."));
  gtk_editable_set_text (GTK_EDITABLE (find_widget (page, ADW_TYPE_ENTRY_ROW, NULL)), "http://cnc.example.com");
  g_assert_true (shows (page, "Use https:"));
  cht_page_stack_go_back (CHT_PAGE_STACK (screen->stack));
  wait_until (gone == NULL);
}

static char *
write_chain (const char *folder)
{
  g_autoptr (ChtFixture) root = cht_fixture_new ("A & B <b>Root</b>", NULL, NULL);
  g_autoptr (ChtFixture) issuing = cht_fixture_new ("Issuing CA", root, NULL);
  g_autofree char *pem = cht_fixtures_to_pem (root, issuing, NULL);
  char *path = g_build_filename (folder, "chain & more.pem", NULL);

  g_assert_true (g_file_set_contents (path, pem, -1, NULL));
  return path;
}

static void
test_file (Screen *screen, gconstpointer data)
{
  g_autofree char *folder = g_dir_make_tmp ("chatelaine-XXXXXX", NULL);
  g_autofree char *path = write_chain (folder);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFile) as_folder = g_file_new_for_path (folder);
  GtkWidget *page = cht_file_page_new (NULL, CHT_CLOCK_SYSTEM, file);
  GtkWidget *failing = cht_file_page_new (screen->workspace, CHT_CLOCK_SYSTEM, as_folder);
  gpointer gone = page;

  push (screen, cht_vault_page_new (screen->workspace));
  push (screen, page);
  g_object_add_weak_pointer (G_OBJECT (page), &gone);
  wait_until (shows (page, "2 certificates"));
  wait_until (shows (page, "A & B <b>Root</b>"));
  g_assert_true (shows (screen->stack, "chain & more.pem"));
  push (screen, failing);
  wait_until (shows (failing, "Nothing to show"));
  wait_until (shows (failing, "folder"));
  cht_page_stack_clear (CHT_PAGE_STACK (screen->stack));
  wait_until (gone == NULL);
  g_unlink (path);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/ui/certificates/updated", test_updated);
  g_test_add_func ("/ui/certificates/renewal", test_renewal_prompt);
  g_test_add_func ("/ui/certificate/words", test_certificate_words);
  g_test_add_func ("/ui/form/words", test_form_words);
  g_test_add_func ("/ui/vault/words", test_vault_words);
  g_test_add_func ("/ui/file/words", test_file_words);
  g_test_add_func ("/ui/activity/words", test_activity_words);
  g_test_add_func ("/ui/connect/judgement", test_connect_judgement);
  g_test_add ("/ui/pages/roots", Screen, NULL, set_up, test_roots, tear_down);
  g_test_add ("/ui/pages/gate", Screen, NULL, set_up, test_gate, tear_down);
  g_test_add ("/ui/vault/too-many-files", Screen, NULL, set_up, test_too_many_files, tear_down);
  g_test_add ("/ui/pages/form", Screen, NULL, set_up, test_form, tear_down);
  g_test_add ("/ui/pages/form-repair", Screen, NULL, set_up, test_form_repair, tear_down);
  g_test_add ("/ui/pages/connect", Screen, NULL, set_up, test_connect, tear_down);
  g_test_add ("/ui/pages/file", Screen, NULL, set_up, test_file, tear_down);
  return g_test_run ();
}
