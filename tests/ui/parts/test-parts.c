/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The shared parts, drawn for real: needs a display (xvfb-run) and makes its certificates itself. */
#include <adwaita.h>
#include "cht-certificate-facts.h"
#include "cht-chain-panel.h"
#include "cht-chain-view.h"
#include "cht-expiry-label.h"
#include "cht-file-row.h"
#include "cht-finding-list.h"
#include "cht-fixtures.h"

#define DEADLINE (10 * G_USEC_PER_SEC)

/* Runs the main context until CONDITION holds. */
#define wait_until(condition) \
  do { \
    gint64 end = g_get_monotonic_time () + DEADLINE; \
    while (!(condition)) \
      { \
        g_assert_cmpint (g_get_monotonic_time (), <, end); \
        g_main_context_iteration (NULL, FALSE); \
      } \
  } while (0)

static guint
count (GtkWidget *below, GType type, const char *css_class)
{
  guint n = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (below); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      n += g_type_is_a (G_OBJECT_TYPE (child), type) &&
           (css_class == NULL || gtk_widget_has_css_class (child, css_class));
      n += count (child, type, css_class);
    }
  return n;
}

static GtkWidget *
find (GtkWidget *below, GType type, const char *css_class)
{
  for (GtkWidget *child = gtk_widget_get_first_child (below); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *deeper;

      if (g_type_is_a (G_OBJECT_TYPE (child), type) &&
          (css_class == NULL || gtk_widget_has_css_class (child, css_class)))
        return child;
      if ((deeper = find (child, type, css_class)) != NULL)
        return deeper;
    }
  return NULL;
}

/* Every text of the labels below, joined. */
static void
collect (GtkWidget *below, GString *text)
{
  for (GtkWidget *child = gtk_widget_get_first_child (below); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      if (GTK_IS_LABEL (child))
        g_string_append_printf (text, "%s\n", gtk_label_get_text (GTK_LABEL (child)));
      collect (child, text);
    }
}

static void
assert_says (GtkWidget *widget, const char *part)
{
  g_autoptr (GString) text = g_string_new (NULL);

  collect (widget, text);
  if (strstr (text->str, part) == NULL)
    g_error ("“%s” is not in “%s”", part, text->str);
}

static GtkWindow *
show (GtkWidget *widget)
{
  GtkWindow *window = GTK_WINDOW (gtk_window_new ());

  gtk_window_set_default_size (window, 1000, 700);
  gtk_window_set_child (window, widget);
  gtk_window_present (window);
  wait_until (gtk_widget_get_mapped (widget) && gtk_widget_get_width (widget) > 0);
  return window;
}

static GtkWidget *
new_view (GPtrArray *certificates)
{
  GtkWidget *view = cht_chain_view_new ();
  g_autoptr (ChtChains) chains = cht_chains_new (certificates);

  cht_chain_view_set_now (CHT_CHAIN_VIEW (view), cht_clock_now (&CHT_CLOCK_SYSTEM));
  cht_chain_view_set_chains (CHT_CHAIN_VIEW (view), chains);
  return view;
}

static void
test_chain_whole (void)
{
  g_autoptr (ChtFixture) root = cht_fixture_new ("Root CA", NULL, NULL);
  g_autoptr (ChtFixture) issuing = cht_fixture_new ("Issuing CA", root, NULL);
  g_autoptr (GPtrArray) both = cht_fixtures_to_array (root, issuing, NULL);
  GtkWidget *view = new_view (both);
  GtkWindow *window = show (view);
  graphene_rect_t upper, lower;

  g_assert_cmpuint (count (view, GTK_TYPE_TOGGLE_BUTTON, "chain-card"), ==, 2);
  g_assert_cmpuint (count (view, GTK_TYPE_WIDGET, "link-holds"), ==, 1);
  g_assert_cmpuint (count (view, GTK_TYPE_WIDGET, "chain-ghost"), ==, 0);
  assert_says (view, "Root CA");
  assert_says (view, "signature holds");
  g_assert_true (cht_chain_view_get_selected (CHT_CHAIN_VIEW (view)) == cht_fixture_get_certificate (issuing));
  /* The root stands above. */
  g_assert_true (gtk_widget_compute_bounds (gtk_widget_get_first_child (view), view, &upper));
  g_assert_true (gtk_widget_compute_bounds (gtk_widget_get_next_sibling (gtk_widget_get_first_child (view)), view,
                                            &lower));
  g_assert_cmpfloat (upper.origin.y + upper.size.height, <=, lower.origin.y);
  gtk_window_destroy (window);
}

static void
test_chain_ghost (void)
{
  g_autoptr (ChtFixture) root = cht_fixture_new ("Root CA", NULL, NULL);
  g_autoptr (ChtFixture) one = cht_fixture_new ("One", root, NULL);
  g_autoptr (ChtFixture) two = cht_fixture_new ("Two", root, NULL);
  g_autoptr (GPtrArray) both = cht_fixtures_to_array (one, two, NULL);
  GtkWidget *view = new_view (both), *ghost;
  GtkWindow *window = show (view);

  /* One ghost for the issuer that both name; it cannot be chosen. */
  g_assert_cmpuint (count (view, GTK_TYPE_WIDGET, "chain-ghost"), ==, 1);
  g_assert_cmpuint (count (view, GTK_TYPE_WIDGET, "link-missing"), ==, 2);
  assert_says (view, "CN=Root CA");
  ghost = find (view, GTK_TYPE_WIDGET, "chain-ghost");
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (ghost), TRUE);
  g_assert_false (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (ghost)));
  g_assert_nonnull (cht_chain_view_get_selected (CHT_CHAIN_VIEW (view)));
  gtk_window_destroy (window);
}

/* The issuer's name is there, its key is not the one: a broken link, and no word of a good one. */
static void
test_chain_broken (void)
{
  g_autoptr (ChtFixture) root = cht_fixture_new ("Root CA", NULL, NULL);
  g_autoptr (ChtFixture) twin = cht_fixture_new ("Root CA", NULL, NULL);
  g_autoptr (ChtFixture) issuing = cht_fixture_new ("Issuing CA", root, NULL);
  g_autoptr (GPtrArray) both = cht_fixtures_to_array (twin, issuing, NULL);
  GtkWidget *view = new_view (both);
  GtkWindow *window = show (view);

  g_assert_cmpuint (count (view, GTK_TYPE_WIDGET, "link-holds"), ==, 0);
  g_assert_cmpuint (count (view, GTK_TYPE_WIDGET, "link-broken") +
                        count (view, GTK_TYPE_WIDGET, "link-missing"), ==, 1);
  gtk_window_destroy (window);
}

static void
test_chain_many (void)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) fixtures = g_ptr_array_new_with_free_func ((GDestroyNotify) cht_fixture_free);
  GtkWidget *view;
  GtkWindow *window;

  for (guint i = 0; i < CHT_CHAIN_VIEW_MAX_CARDS + 5; i++)
    {
      g_autofree char *name = g_strdup_printf ("Root %u", i);
      ChtFixture *fixture = cht_fixture_new (name, NULL, NULL);

      g_ptr_array_add (fixtures, fixture);
      g_ptr_array_add (all, g_object_ref (cht_fixture_get_certificate (fixture)));
    }
  view = new_view (all);
  window = show (view);
  g_assert_cmpuint (count (view, GTK_TYPE_TOGGLE_BUTTON, "chain-card"), ==, CHT_CHAIN_VIEW_MAX_CARDS);
  assert_says (view, "400 of 405");
  gtk_window_destroy (window);
}

static void
test_facts_hostile (void)
{
  g_autoptr (ChtFixture) hostile = cht_fixture_new ("A & B <b>\342\200\256x", NULL, NULL);
  GtkWidget *facts = cht_certificate_facts_new ();
  GtkWindow *window = show (facts);

  cht_certificate_facts_set_certificate (CHT_CERTIFICATE_FACTS (facts), cht_fixture_get_certificate (hostile),
                                         cht_clock_now (&CHT_CLOCK_SYSTEM));
  assert_says (facts, "A & B \\<b\\>\\u{202E}x");
  cht_certificate_facts_set_certificate (CHT_CERTIFICATE_FACTS (facts), NULL, 0);
  g_assert_cmpuint (count (facts, GTK_TYPE_LABEL, NULL), ==, 0);
  gtk_window_destroy (window);
}

static void
test_panel_objects (void)
{
  g_autoptr (ChtFixture) root = cht_fixture_new ("Root CA", NULL, NULL);
  g_autofree char *text = g_strconcat (cht_fixture_get_pem (root),
                                       "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", NULL);
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;
  g_autoptr (ChtBundle) bundle = cht_bundle_new (bytes, NULL, NULL, &error);
  GtkWidget *panel = cht_chain_panel_new ();
  GtkWindow *window = show (panel);

  g_assert_no_error (error);
  cht_chain_panel_set_bundle (CHT_CHAIN_PANEL (panel), bundle, cht_clock_now (&CHT_CLOCK_SYSTEM));
  wait_until (count (panel, GTK_TYPE_TOGGLE_BUTTON, "chain-card") == 1);
  g_assert_cmpuint (count (panel, GTK_TYPE_WIDGET, "object-broken"), ==, 1);
  assert_says (panel, "Unreadable block");
  assert_says (panel, "Root CA");
  /* Gone before its chains are built: nothing is drawn into what is no more. */
  cht_chain_panel_set_bundle (CHT_CHAIN_PANEL (panel), bundle, 0);
  g_object_add_weak_pointer (G_OBJECT (panel), (gpointer *) &panel);
  gtk_window_destroy (window);
  wait_until (panel == NULL);
}

static void
test_expiry_steps (void)
{
  static const struct { gint64 days; ChtExpiryStep step; } cases[] = {
    { -1, CHT_EXPIRY_EXPIRED }, { 1, CHT_EXPIRY_URGENT }, { 13, CHT_EXPIRY_URGENT }, { 14, CHT_EXPIRY_SOON },
    { 59, CHT_EXPIRY_SOON }, { 60, CHT_EXPIRY_FINE }, { 4000, CHT_EXPIRY_FINE },
  };
  g_autoptr (GHashTable) icons = g_hash_table_new (g_str_hash, g_str_equal);
  const gint64 now = 1800000000;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_assert_cmpint (cht_expiry_step (now + cases[i].days * CHT_DAY, now), ==, cases[i].step);
      g_hash_table_add (icons, (gpointer) cht_expiry_step_get_icon (cases[i].step));
    }
  g_assert_cmpint (cht_expiry_step (CHT_TIME_UNKNOWN, now), ==, CHT_EXPIRY_UNKNOWN);
  g_hash_table_add (icons, (gpointer) cht_expiry_step_get_icon (CHT_EXPIRY_UNKNOWN));
  g_assert_cmpuint (g_hash_table_size (icons), ==, 5);
}

static void
on_text_pasted_cb (ChtFileRow *row, GBytes *bytes, GBytes **pasted)
{
  g_clear_pointer (pasted, g_bytes_unref);
  *pasted = g_bytes_ref (bytes);
}

/* Text may be pasted into a chain's row, never into a key's. */
static void
test_file_row_paste (void)
{
  GtkWidget *box = gtk_list_box_new (), *chain = cht_file_row_new ("Trust chain", FALSE);
  GtkWidget *key = cht_file_row_new ("Key & <b>", TRUE);
  g_autoptr (GBytes) pasted = NULL;
  g_autoptr (GBytes) from_key = NULL;
  GtkWindow *window;

  gtk_list_box_append (GTK_LIST_BOX (box), chain);
  gtk_list_box_append (GTK_LIST_BOX (box), key);
  window = show (box);
  g_signal_connect (chain, "text-pasted", G_CALLBACK (on_text_pasted_cb), &pasted);
  g_signal_connect (key, "text-pasted", G_CALLBACK (on_text_pasted_cb), &from_key);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (chain), "pasted");
  gtk_widget_activate_action (key, "row.paste", NULL);
  gtk_widget_activate_action (chain, "row.paste", NULL);
  wait_until (pasted != NULL);
  g_assert_null (from_key);
  assert_says (key, "Key & <b>");
  gtk_window_destroy (window);
}

static void
test_file_row_problem (void)
{
  GtkWidget *box = gtk_list_box_new (), *row = cht_file_row_new ("Trust chain", FALSE);
  GtkWindow *window;

  gtk_list_box_append (GTK_LIST_BOX (box), row);
  window = show (box);
  assert_says (row, "Choose a file");
  cht_file_row_show (CHT_FILE_ROW (row), "a <b> & c.pem", "in DER form", TRUE);
  assert_says (row, "a <b> & c.pem · in DER form");
  g_assert_true (gtk_widget_has_css_class (row, "file-problem"));
  cht_file_row_show (CHT_FILE_ROW (row), NULL, NULL, FALSE);
  g_assert_false (gtk_widget_has_css_class (row, "file-problem"));
  gtk_window_destroy (window);
}

static void
test_findings_follow (void)
{
  g_autoptr (GListStore) store = g_list_store_new (CHT_TYPE_FINDING);
  g_autoptr (ChtFinding) key = cht_finding_new ("key.mismatch", CHT_SEVERITY_ERROR, CHT_FIELD_KEY, "",
                                                "The key <b> & fits not.",
                                                "One. Two.", "Guide", NULL, FALSE);
  g_autoptr (ChtFinding) chain = cht_finding_new ("chain.order", CHT_SEVERITY_WARNING, CHT_FIELD_CHAIN, "",
                                                  "Out of order.",
                                                  "", "", NULL, FALSE);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), *list = cht_finding_list_new (CHT_FIELD_KEY);
  g_autofree char *worst = NULL;
  GtkWindow *window;

  gtk_box_append (GTK_BOX (box), list);
  window = show (box);
  cht_finding_list_set_model (CHT_FINDING_LIST (list), G_LIST_MODEL (store));
  g_assert_false (gtk_widget_get_visible (list));
  g_list_store_append (store, chain);
  g_assert_false (gtk_widget_get_visible (list));
  g_list_store_append (store, key);
  g_assert_true (gtk_widget_get_visible (list));
  assert_says (list, "The key <b> & fits not.");
  worst = cht_finding_list_dup_worst (CHT_FINDING_LIST (list));
  g_assert_cmpstr (worst, ==, "The key <b> & fits not.");
  g_list_store_remove_all (store);
  g_assert_false (gtk_widget_get_visible (list));
  gtk_window_destroy (window);
}

static void
on_bytes_set_cb (GObject *draft, GAsyncResult *result, gpointer data)
{
  g_assert_true (cht_draft_set_bytes_finish (CHT_DRAFT (draft), result, NULL));
  *(gboolean *) data = TRUE;
}

static void
on_repair_asked_cb (ChtFindingList *list, ChtFinding *finding, ChtFinding **asked)
{
  g_set_object (asked, finding);
}

/* A button where the draft can mend it, and none where it cannot. */
static void
test_findings_repair (void)
{
  g_autoptr (ChtFixture) root = cht_fixture_new ("Root CA", NULL, NULL);
  g_autoptr (ChtDraft) draft = g_object_new (CHT_TYPE_DRAFT, NULL);
  g_autoptr (GListStore) store = g_list_store_new (CHT_TYPE_FINDING);
  g_autoptr (ChtFinding) mends = cht_finding_new ("file.not-pem", CHT_SEVERITY_ERROR, CHT_FIELD_CHAIN, "", "Not PEM.", "", "",
                                                  "to-pem", FALSE);
  g_autoptr (ChtFinding) unknown = cht_finding_new ("a.b", CHT_SEVERITY_ERROR, CHT_FIELD_CHAIN, "", "Else.", "", "",
                                                    "of-tomorrow", FALSE);
  g_autoptr (ChtFinding) asked = NULL;
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), *list = cht_finding_list_new (CHT_FIELD_CHAIN);
  gboolean done = FALSE;
  GtkWindow *window;

  gtk_box_append (GTK_BOX (box), list);
  window = show (box);
  g_signal_connect (list, "repair-asked", G_CALLBACK (on_repair_asked_cb), &asked);
  cht_draft_set_bytes_async (draft, CHT_FIELD_CHAIN, cht_fixture_get_der (root), "root.der", NULL, on_bytes_set_cb, &done);
  wait_until (done);
  g_list_store_append (store, mends);
  g_list_store_append (store, unknown);
  cht_finding_list_set_model (CHT_FINDING_LIST (list), G_LIST_MODEL (store));
  g_assert_null (find (list, GTK_TYPE_BUTTON, NULL));
  cht_finding_list_set_draft (CHT_FINDING_LIST (list), draft);
  cht_finding_list_set_model (CHT_FINDING_LIST (list), G_LIST_MODEL (store));
  g_assert_cmpuint (count (list, GTK_TYPE_BUTTON, NULL), ==, 1);
  assert_says (list, "Convert to PEM…");
  g_signal_emit_by_name (find (list, GTK_TYPE_BUTTON, NULL), "clicked");
  g_assert_true (asked == mends);
  gtk_window_destroy (window);
  wait_until (!cht_draft_get_busy (draft));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/ui-parts/chain-view/whole", test_chain_whole);
  g_test_add_func ("/ui-parts/chain-view/ghost", test_chain_ghost);
  g_test_add_func ("/ui-parts/chain-view/broken", test_chain_broken);
  g_test_add_func ("/ui-parts/chain-view/many", test_chain_many);
  g_test_add_func ("/ui-parts/certificate-facts/hostile", test_facts_hostile);
  g_test_add_func ("/ui-parts/chain-panel/objects", test_panel_objects);
  g_test_add_func ("/ui-parts/expiry-label/steps", test_expiry_steps);
  g_test_add_func ("/ui-parts/file-row/paste", test_file_row_paste);
  g_test_add_func ("/ui-parts/file-row/problem", test_file_row_problem);
  g_test_add_func ("/ui-parts/finding-list/follow", test_findings_follow);
  g_test_add_func ("/ui-parts/finding-list/repair", test_findings_repair);
  return g_test_run ();
}
