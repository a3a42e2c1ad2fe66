/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-chooser.h"
#include "cht-notice.h"
#include "cht-page-stack.h"
#include "cht-secret-entry.h"
#include "cht-table.h"
#include "cht-ui-test.h"

/* ---- A page that remembers what happened to it ---- */

#define TEST_TYPE_PAGE (test_page_get_type ())
G_DECLARE_FINAL_TYPE (TestPage, test_page, TEST, PAGE, ChtPage)
struct _TestPage
{
  ChtPage parent_instance;
  guint n_left, n_closed;
  gboolean stays, has_search;
};
G_DEFINE_FINAL_TYPE (TestPage, test_page, CHT_TYPE_PAGE)

static gboolean
test_page_leave (ChtPage *page)
{
  TEST_PAGE (page)->n_left++;
  return !TEST_PAGE (page)->stays;
}

static void
test_page_closed (ChtPage *page)
{
  TEST_PAGE (page)->n_closed++;
  CHT_PAGE_CLASS (test_page_parent_class)->closed (page);
}

static gboolean
test_page_escape (ChtPage *page)
{
  gboolean used = TEST_PAGE (page)->has_search;

  TEST_PAGE (page)->has_search = FALSE;
  return used;
}

static void
test_page_class_init (TestPageClass *klass)
{
  CHT_PAGE_CLASS (klass)->leave = test_page_leave;
  CHT_PAGE_CLASS (klass)->closed = test_page_closed;
  CHT_PAGE_CLASS (klass)->escape = test_page_escape;
}

static void
test_page_init (TestPage *self)
{
  adw_bin_set_child (ADW_BIN (self), gtk_entry_new ());
}

static TestPage *
new_page (const char *title)
{
  return g_object_new (TEST_TYPE_PAGE, "title", title, "actions", gtk_button_new_with_label (title), NULL);
}

static GtkWidget *
show_in_window (GtkWidget *child)
{
  GtkWidget *window = gtk_window_new ();

  gtk_window_set_child (GTK_WINDOW (window), child);
  gtk_window_present (GTK_WINDOW (window));
  wait_until (gtk_widget_get_mapped (child));
  return window;
}

/* ---- Page stack ---- */

static void
test_stack_back (void)
{
  GtkWidget *stack = cht_page_stack_new (), *window = show_in_window (stack);
  TestPage *root = new_page ("Certificates"), *second = new_page ("A & B <b>");
  gpointer gone = second;

  cht_page_stack_push (CHT_PAGE_STACK (stack), CHT_PAGE (root));
  g_assert_false (cht_page_stack_go_back (CHT_PAGE_STACK (stack)));
  gtk_widget_grab_focus (GTK_WIDGET (root));
  cht_page_stack_push (CHT_PAGE_STACK (stack), CHT_PAGE (second));
  g_object_add_weak_pointer (G_OBJECT (second), &gone);
  g_assert_cmpuint (cht_page_stack_get_depth (CHT_PAGE_STACK (stack)), ==, 2);
  /* Names are no markup, and Back says where it leads. */
  g_assert_true (shows (stack, "A & B <b>"));
  g_assert_true (shows (stack, "Certificates"));
  g_assert_true (cht_page_stack_find (CHT_PAGE_STACK (stack), TEST_TYPE_PAGE) == CHT_PAGE (second));
  g_assert_true (cht_page_stack_go_back (CHT_PAGE_STACK (stack)));
  g_assert_true (cht_page_stack_get_visible (CHT_PAGE_STACK (stack)) == CHT_PAGE (root));
  wait_until (gone == NULL);
  g_assert_true (gtk_widget_is_ancestor (gtk_root_get_focus (GTK_ROOT (window)), GTK_WIDGET (root)));
  g_assert_cmpuint (root->n_closed, ==, 0);
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_stack_leave (void)
{
  GtkWidget *stack = cht_page_stack_new (), *window = show_in_window (stack);
  TestPage *second = new_page ("two");
  g_autoptr (TestPage) kept = g_object_ref_sink (second);

  cht_page_stack_push (CHT_PAGE_STACK (stack), CHT_PAGE (new_page ("one")));
  cht_page_stack_push (CHT_PAGE_STACK (stack), CHT_PAGE (second));
  second->stays = TRUE;
  g_assert_true (cht_page_stack_go_back (CHT_PAGE_STACK (stack)));
  g_assert_cmpuint (cht_page_stack_get_depth (CHT_PAGE_STACK (stack)), ==, 2);
  g_assert_false (cht_page_is_closed (CHT_PAGE (second)));
  second->stays = FALSE;
  cht_page_stack_go_back (CHT_PAGE_STACK (stack));
  g_assert_cmpuint (second->n_left, ==, 2);
  g_assert_cmpuint (second->n_closed, ==, 1);
  g_assert_true (g_cancellable_is_cancelled (cht_page_get_cancellable (CHT_PAGE (second))));
  gtk_window_destroy (GTK_WINDOW (window));
}

/* A lock takes every page away without asking it. */
static void
test_stack_clear (void)
{
  GtkWidget *stack = cht_page_stack_new (), *window = show_in_window (stack);
  TestPage *second = new_page ("two"), *third = new_page ("three");
  gpointer second_gone = second, third_gone = third;

  cht_page_stack_push (CHT_PAGE_STACK (stack), CHT_PAGE (new_page ("one")));
  cht_page_stack_push (CHT_PAGE_STACK (stack), CHT_PAGE (second));
  cht_page_stack_push (CHT_PAGE_STACK (stack), CHT_PAGE (third));
  g_object_add_weak_pointer (G_OBJECT (second), &second_gone);
  g_object_add_weak_pointer (G_OBJECT (third), &third_gone);
  third->stays = TRUE;
  cht_page_stack_clear (CHT_PAGE_STACK (stack));
  wait_until (second_gone == NULL && third_gone == NULL);
  g_assert_cmpuint (cht_page_stack_get_depth (CHT_PAGE_STACK (stack)), ==, 1);
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_page_escape_first (void)
{
  g_autoptr (TestPage) page = g_object_ref_sink (new_page ("x"));

  page->has_search = TRUE;
  g_assert_true (cht_page_escape (CHT_PAGE (page)));
  g_assert_false (cht_page_escape (CHT_PAGE (page)));
  cht_page_set_title (CHT_PAGE (page), "line\nbreak");
  g_assert_null (strchr (cht_page_get_title (CHT_PAGE (page)), '\n'));
}

/* ---- Notice ---- */

static void
test_notice (void)
{
  GtkWidget *notice = g_object_ref_sink (cht_notice_new ());
  g_autoptr (ChtProblem) problem = cht_problem_new ("usage", CHT_PROBLEM_NO, "Try again.", "It is %s.", "<b>so</b>");
  g_autoptr (ChtProblem) cancelled = cht_problem_new ("cancelled", CHT_PROBLEM_CANCELLED, "", "Cancelled.");

  g_assert_false (gtk_widget_get_visible (notice));
  cht_notice_show_problem (CHT_NOTICE (notice), problem);
  g_assert_true (gtk_widget_get_visible (notice));
  g_assert_cmpstr (cht_notice_get_text (CHT_NOTICE (notice)), ==, "It is <b>so</b>. Try again.");
  g_assert_true (shows (notice, "<b>so</b>"));
  g_assert_true (gtk_widget_has_css_class (notice, "notice-error"));
  cht_notice_show (CHT_NOTICE (notice), CHT_NOTICE_SUCCESS, "Good.\nTwo lines.");
  g_assert_false (gtk_widget_has_css_class (notice, "notice-error"));
  g_assert_true (shows (notice, "Two lines."));
  cht_notice_show_problem (CHT_NOTICE (notice), cancelled);
  g_assert_false (gtk_widget_get_visible (notice));
  g_object_unref (notice);
}

/* ---- Secrets ---- */

static void
test_take_secret (void)
{
  GtkWidget *entry = g_object_ref_sink (adw_password_entry_row_new ());
  g_autoptr (ChtSecret) secret = NULL;

  g_assert_null (cht_editable_take_secret (GTK_EDITABLE (entry)));
  gtk_editable_set_text (GTK_EDITABLE (entry), "Zürich 1");
  secret = cht_editable_take_secret (GTK_EDITABLE (entry));
  g_assert_cmpstr (cht_secret_get_text (secret), ==, "Zürich 1");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, "");
  g_object_unref (entry);
}

static void
test_key_question (void)
{
  g_assert_null (cht_key_question_judge ("long enough", "long enough"));
  g_assert_cmpstr (cht_key_question_judge ("", ""), ==, "");
  g_assert_cmpstr (cht_key_question_judge ("long enough", ""), ==, "");
  g_assert_nonnull (strstr (cht_key_question_judge ("short", "short"), "too short"));
  g_assert_nonnull (strstr (cht_key_question_judge ("long enough", "long enougH"), "differ"));
  /* Characters, not bytes. */
  g_assert_nonnull (strstr (cht_key_question_judge ("üüüü", "üüüü"), "too short"));
}

/* ---- The question how a key is written, asked for real ---- */

typedef struct
{
  gboolean ended, good;
  ChtSecret *passphrase;
} Answer;

static void
on_answered_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Answer *answer = data;

  answer->good = cht_key_question_ask_finish (result, &answer->passphrase, NULL);
  answer->ended = TRUE;
}

static GtkWidget *
find_dialog (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

      if (ADW_IS_MESSAGE_DIALOG (window))
        return window;
    }
  return NULL;
}

static void
type_into (GtkWidget *dialog, const char *title, const char *text)
{
  g_autoptr (GPtrArray) waiting = g_ptr_array_new ();

  g_ptr_array_add (waiting, dialog);
  while (waiting->len > 0)
    {
      GtkWidget *widget = g_ptr_array_steal_index (waiting, 0);

      if (ADW_IS_ENTRY_ROW (widget)
          && strstr (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)), title) != NULL)
        gtk_editable_set_text (GTK_EDITABLE (widget), text);
      for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
           child = gtk_widget_get_next_sibling (child))
        g_ptr_array_add (waiting, child);
    }
}

static GtkWidget *
ask (GtkWidget *window, GCancellable *cancellable, Answer *answer)
{
  cht_key_question_ask_async (window, "How?", "As given", cancellable, on_answered_cb, answer);
  g_assert_nonnull (find_dialog ());
  return find_dialog ();
}

static void
test_key_question_protect (void)
{
  GtkWidget *window = show_in_window (gtk_label_new ("x"));
  Answer answer = { FALSE };
  GtkWidget *dialog = ask (window, NULL, &answer);

  g_assert_false (adw_message_dialog_get_response_enabled (ADW_MESSAGE_DIALOG (dialog), "go-on"));
  type_into (dialog, "New passphrase", "long enough 1");
  type_into (dialog, "The same again", "long enough 2");
  g_assert_false (adw_message_dialog_get_response_enabled (ADW_MESSAGE_DIALOG (dialog), "go-on"));
  type_into (dialog, "The same again", "long enough 1");
  g_assert_true (adw_message_dialog_get_response_enabled (ADW_MESSAGE_DIALOG (dialog), "go-on"));
  wait_until (gtk_widget_get_mapped (dialog));
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), "go-on");
  gtk_window_close (GTK_WINDOW (dialog));
  wait_until (answer.ended);
  g_assert_true (answer.good);
  g_assert_cmpstr (cht_secret_get_text (answer.passphrase), ==, "long enough 1");
  wait_until (find_dialog () == NULL);
  g_clear_pointer (&answer.passphrase, cht_secret_unref);
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_key_question_as_given (void)
{
  GtkWidget *window = show_in_window (gtk_label_new ("x"));
  Answer answer = { FALSE };
  GtkWidget *dialog = ask (window, NULL, &answer), *protect = find_widget (dialog, GTK_TYPE_CHECK_BUTTON, NULL);

  gtk_check_button_set_active (GTK_CHECK_BUTTON (gtk_widget_get_next_sibling (protect)), TRUE);
  g_assert_false (adw_message_dialog_get_response_enabled (ADW_MESSAGE_DIALOG (dialog), "go-on"));
  type_into (dialog, "to go on", "unprotected");
  g_assert_true (adw_message_dialog_get_response_enabled (ADW_MESSAGE_DIALOG (dialog), "go-on"));
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), "go-on");
  gtk_window_close (GTK_WINDOW (dialog));
  wait_until (answer.ended);
  g_assert_true (answer.good);
  g_assert_null (answer.passphrase);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* A lock cancels, and destroys what is left: nothing was answered. */
static void
test_key_question_cancelled (void)
{
  GtkWidget *window = show_in_window (gtk_label_new ("x"));
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Answer by_lock = { FALSE }, by_destroy = { FALSE };
  GtkWidget *dialog = ask (window, cancellable, &by_lock);

  type_into (dialog, "New passphrase", "long enough 1");
  type_into (dialog, "The same again", "long enough 1");
  g_cancellable_cancel (cancellable);
  wait_until (by_lock.ended);
  g_assert_false (by_lock.good);
  wait_until (find_dialog () == NULL);
  dialog = ask (window, NULL, &by_destroy);
  type_into (dialog, "New passphrase", "long enough 1");
  wait_until (gtk_widget_get_mapped (dialog));
  gtk_window_set_focus (GTK_WINDOW (dialog), NULL);
  gtk_window_destroy (GTK_WINDOW (dialog));
  wait_until (by_destroy.ended);
  g_assert_false (by_destroy.good);
  g_assert_null (by_destroy.passphrase);
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_chooser_suffixes (void)
{
  const char *const *suffixes = cht_chooser_list_suffixes ();

  g_assert_true (g_strv_contains (suffixes, "pem") && g_strv_contains (suffixes, "p12"));
  for (guint i = 0; suffixes[i] != NULL; i++)
    g_assert_null (strpbrk (suffixes[i], ".*"));
}

/* ---- Table ---- */

static char *
string_text (gpointer item, gpointer data)
{
  return g_strdup (gtk_string_object_get_string (item));
}

static char *
length_text (gpointer item, gpointer data)
{
  return g_strdup_printf ("%zu bytes", strlen (gtk_string_object_get_string (item)));
}

static int
compare_length (gconstpointer a, gconstpointer b, gpointer data)
{
  gsize length_a = strlen (gtk_string_object_get_string ((gpointer) a));
  gsize length_b = strlen (gtk_string_object_get_string ((gpointer) b));

  return (length_a > length_b) - (length_a < length_b);
}

static const ChtTableColumn columns[] = {
  { "Name", string_text, NULL, NULL, NULL, TRUE },
  { "Length", length_text, compare_length, NULL, NULL, FALSE },
};

static void
test_table_matches (void)
{
  g_autoptr (GtkStringObject) item = gtk_string_object_new ("Kafka-East");

  g_assert_true (cht_table_item_matches (columns, 2, NULL, item, "kafka"));
  g_assert_true (cht_table_item_matches (columns, 2, NULL, item, "10 EAST"));
  g_assert_true (cht_table_item_matches (columns, 2, NULL, item, ""));
  g_assert_false (cht_table_item_matches (columns, 2, NULL, item, "kafka west"));
  /* Words of two columns do not run into each other. */
  g_assert_false (cht_table_item_matches (columns, 2, NULL, item, "east10"));
}

static GtkWidget *
new_table (GtkStringList *list)
{
  GtkWidget *table = cht_table_new ();

  cht_table_set_columns (CHT_TABLE (table), "Test", columns, G_N_ELEMENTS (columns), 0, NULL);
  cht_table_set_empty (CHT_TABLE (table), "folder-symbolic", "Empty here", "Make <one>", "Make", "win.make");
  cht_table_set_model (CHT_TABLE (table), G_LIST_MODEL (list));
  return table;
}

static void
test_table_states (void)
{
  g_autoptr (GtkStringList) list = gtk_string_list_new (NULL);
  GtkWidget *table = new_table (list), *window = show_in_window (table);
  g_autoptr (ChtProblem) problem = cht_problem_new ("x", CHT_PROBLEM_NO, "Do <b>that</b>.", "No answer.");

  g_assert_true (shows (table, "Empty here"));
  cht_table_set_state (CHT_TABLE (table), CHT_TABLE_LOADING, NULL, NULL);
  g_assert_true (gtk_spinner_get_spinning (GTK_SPINNER (find_widget (table, GTK_TYPE_SPINNER, NULL))));
  cht_table_set_state (CHT_TABLE (table), CHT_TABLE_FAILED, problem, "win.again");
  g_assert_true (shows (table, "No answer. Do <b>that</b>."));
  /* What is at hand stays in sight, whatever the newest refresh said. */
  gtk_string_list_append (list, "A & B <b>x</b>");
  wait_until (shows (table, "A & B <b>x</b>"));
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_table_selection (void)
{
  g_autoptr (GtkStringList) list = gtk_string_list_new ((const char *[]){ "ccc", "a", "bb", NULL });
  GtkWidget *table = new_table (list), *window = show_in_window (table);
  g_autoptr (GObject) wanted = g_list_model_get_item (G_LIST_MODEL (list), 2);

  cht_table_select (CHT_TABLE (table), wanted);
  g_assert_true (cht_table_get_selected (CHT_TABLE (table)) == wanted);
  gtk_string_list_append (list, "aa");
  cht_table_refresh (CHT_TABLE (table));
  g_assert_true (cht_table_get_selected (CHT_TABLE (table)) == wanted);
  /* The selected row goes: another one is selected. */
  gtk_string_list_remove (list, 2);
  g_assert_nonnull (cht_table_get_selected (CHT_TABLE (table)));
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_table_search (void)
{
  g_autoptr (GtkStringList) list = gtk_string_list_new ((const char *[]){ "kafka", "web", NULL });
  GtkWidget *table = new_table (list), *window = show_in_window (table);
  GtkWidget *entry = find_widget (table, GTK_TYPE_SEARCH_ENTRY, NULL);

  g_assert_false (cht_table_escape (CHT_TABLE (table)));
  cht_table_search (CHT_TABLE (table));
  gtk_editable_set_text (GTK_EDITABLE (entry), "zzz");
  wait_until (shows (table, "Nothing found"));
  gtk_editable_set_text (GTK_EDITABLE (entry), "kaf");
  wait_until (!shows (table, "Nothing found"));
  g_assert_true (shows (table, "kafka"));
  g_assert_true (cht_table_escape (CHT_TABLE (table)));
  wait_until (shows (table, "web"));
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/ui/page-stack/back", test_stack_back);
  g_test_add_func ("/ui/page-stack/leave", test_stack_leave);
  g_test_add_func ("/ui/page-stack/clear", test_stack_clear);
  g_test_add_func ("/ui/page/escape", test_page_escape_first);
  g_test_add_func ("/ui/notice/kinds", test_notice);
  g_test_add_func ("/ui/secret-entry/take", test_take_secret);
  g_test_add_func ("/ui/secret-entry/judge", test_key_question);
  g_test_add_func ("/ui/key-question/protect", test_key_question_protect);
  g_test_add_func ("/ui/key-question/as-given", test_key_question_as_given);
  g_test_add_func ("/ui/key-question/cancelled", test_key_question_cancelled);
  g_test_add_func ("/ui/chooser/suffixes", test_chooser_suffixes);
  g_test_add_func ("/ui/table/matches", test_table_matches);
  g_test_add_func ("/ui/table/states", test_table_states);
  g_test_add_func ("/ui/table/selection", test_table_selection);
  g_test_add_func ("/ui/table/search", test_table_search);
  return g_test_run ();
}
