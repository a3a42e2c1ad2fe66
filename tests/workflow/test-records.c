/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records out of the controller's words, and their merging by identity. */
#include <string.h>

#include "cht-outcome-private.h"
#include "cht-records-private.h"

static ChtListed *
make_listed (const char *name, const char *role, const char *display, const char *by)
{
  ChtApiSummary summary = {
    .name = (char *) name, .role_name = (char *) role, .role_display_name = (char *) "", .expires_text = (char *) "",
    .updated_text = (char *) "", .expires = 1000, .updated = CHT_TIME_UNKNOWN, .updated_by = (char *) by,
    .auth_type = (char *) "mutual", .display = (char *) display,
  };
  const char *const places[] = { "kafka", NULL };
  return cht_listed_new (&summary, places);
}

static void
test_listed (void)
{
  g_autoptr (ChtListed) listed = make_listed ("a", "External Destination", "READWRITE", "root");
  g_autoptr (ChtListed) system = make_listed ("b", "Crosswork Internal TLS", "NO_OP", "");
  g_autoptr (ChtListed) unknown = make_listed ("c", "Role Of Tomorrow", "READONLY", "");
  g_autofree char *words = cht_listed_dup_operations_text (listed);
  g_autofree char *nothing = cht_listed_dup_operations_text (system);
  g_autofree char *by = NULL;
  g_auto (GStrv) places = NULL;

  g_assert_cmpstr (cht_listed_get_role_id (listed), ==, "external-destination");
  g_assert_cmpstr (cht_listed_get_display_name (listed), ==, "External Destination");
  g_assert_cmpuint (cht_listed_get_operations (listed), ==, CHT_OPERATION_EDIT | CHT_OPERATION_DOWNLOAD);
  g_assert_cmpstr (words, ==, "edit, download");
  g_assert_cmpstr (nothing, ==, "nothing: the controller keeps it itself");
  g_assert_null (cht_listed_get_role_id (unknown));
  g_assert_cmpuint (cht_listed_get_operations (unknown), ==, CHT_OPERATION_DOWNLOAD);
  g_object_get (listed, "updated-by", &by, "destinations", &places, NULL);
  g_assert_cmpstr (by, ==, "root");
  g_assert_true (g_strv_contains ((const char *const *) places, "kafka"));
}

static void
on_notify_cb (GObject *object, GParamSpec *pspec, gpointer data)
{
  g_string_append_printf (data, "%s ", pspec->name);
}

static void
on_items_changed_cb (GListModel *model, guint position, guint removed, guint added, gpointer data)
{
  g_string_append_printf (data, "%u-%u+%u ", position, removed, added);
}

static GListStore *
make_store (const char *const *names)
{
  g_autoptr (GPtrArray) fresh = g_ptr_array_new_with_free_func (g_object_unref);
  GListStore *store = g_list_store_new (CHT_TYPE_LISTED);

  for (; *names != NULL; names++)
    g_ptr_array_add (fresh, make_listed (*names, "Server Syslog Communication", "READWRITEADD", "x"));
  cht_record_merge_store (store, fresh, "name", FALSE);
  return store;
}

static char *
list_names (GListStore *store)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (store)); i++)
    {
      g_autoptr (ChtListed) listed = g_list_model_get_item (G_LIST_MODEL (store), i);
      g_string_append (text, cht_listed_get_name (listed));
    }
  return g_string_free (text, FALSE);
}

static void
test_merge_same (void)
{
  g_autoptr (GListStore) store = make_store ((const char *[]) { "a", "b", "c", NULL });
  g_autoptr (GPtrArray) fresh = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (ChtListed) b = g_list_model_get_item (G_LIST_MODEL (store), 1);
  g_autoptr (ChtListed) still = NULL;
  g_autoptr (GString) notified = g_string_new (NULL), changed = g_string_new (NULL);

  g_ptr_array_add (fresh, make_listed ("a", "Server Syslog Communication", "READWRITEADD", "x"));
  g_ptr_array_add (fresh, make_listed ("b", "Server Syslog Communication", "READONLY", "y"));
  g_ptr_array_add (fresh, make_listed ("c", "Server Syslog Communication", "READWRITEADD", "x"));
  g_signal_connect (b, "notify", G_CALLBACK (on_notify_cb), notified);
  g_signal_connect (store, "items-changed", G_CALLBACK (on_items_changed_cb), changed);
  cht_record_merge_store (store, fresh, "name", FALSE);
  still = g_list_model_get_item (G_LIST_MODEL (store), 1);
  g_assert_true (still == b);
  g_assert_cmpstr (cht_listed_get_updated_by (b), ==, "y");
  g_assert_cmpstr (changed->str, ==, "");
  g_assert_nonnull (strstr (notified->str, "updated-by "));
  g_assert_nonnull (strstr (notified->str, "operations "));
  g_assert_null (strstr (notified->str, "destinations "));
}

static void
test_merge_comes_and_goes (void)
{
  g_autoptr (GListStore) store = make_store ((const char *[]) { "a", "b", "c", "d", NULL });
  g_autoptr (GPtrArray) fresh = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (ChtListed) c = g_list_model_get_item (G_LIST_MODEL (store), 2);
  g_autoptr (GString) changed = g_string_new (NULL);
  g_autofree char *names = NULL;
  guint position;

  g_signal_connect (store, "items-changed", G_CALLBACK (on_items_changed_cb), changed);
  for (const char *name = "axcd"; *name != '\0'; name++)
    {
      const char one[] = { *name, '\0' };
      g_ptr_array_add (fresh, make_listed (one, "Server Syslog Communication", "READWRITEADD", "x"));
    }
  cht_record_merge_store (store, fresh, "name", FALSE);
  names = list_names (store);
  g_assert_cmpstr (names, ==, "axcd");
  g_assert_cmpstr (changed->str, ==, "1-1+0 1-0+1 ");
  g_assert_true (g_list_store_find (store, c, &position));
  g_assert_cmpuint (position, ==, 2);
}

static void
test_merge_order_and_doubles (void)
{
  g_autoptr (GListStore) store = make_store ((const char *[]) { "a", "b", "c", NULL });
  g_autoptr (GPtrArray) fresh = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (ChtListed) a = g_list_model_get_item (G_LIST_MODEL (store), 0);
  g_autofree char *names = NULL;

  for (const char *name = "cbacb"; *name != '\0'; name++)
    {
      const char one[] = { *name, '\0' };
      g_ptr_array_add (fresh, make_listed (one, "Server Syslog Communication", "READWRITEADD", "x"));
    }
  cht_record_merge_store (store, fresh, "name", FALSE);
  names = list_names (store);
  g_assert_cmpstr (names, ==, "cba");
  g_assert_true (g_list_store_find (store, a, NULL));
}

static ChtJob *
make_job (const char *id, const char *status, double progress)
{
  ChtApiJob job = { .id = (char *) id, .user = (char *) "admin", .type = (char *) "RENEW_CERTIFICATES",
                    .status = (char *) status, .reason = (char *) "", .progress = progress, .started = 5,
                    .completed = CHT_TIME_UNKNOWN };
  return cht_job_new (&job);
}

static void
test_job (void)
{
  g_autoptr (GListStore) store = g_list_store_new (CHT_TYPE_JOB);
  g_autoptr (GPtrArray) fresh = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) one = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (ChtJob) odd = make_job ("o", "JOB_PAUSED", -1);
  g_autoptr (ChtJob) job = NULL;

  g_ptr_array_add (fresh, make_job ("1", "JOB_CREATED", 0));
  g_ptr_array_add (fresh, make_job ("2", "JOB_FAILED", 10));
  cht_record_merge_store (store, fresh, "id", FALSE);
  job = g_list_model_get_item (G_LIST_MODEL (store), 0);
  g_assert_true (cht_job_get_running (job));
  /* One job alone, as follow asks for it: the others stay. */
  g_ptr_array_add (one, make_job ("1", "JOB_COMPLETED", 100));
  cht_record_merge_store (store, one, "id", TRUE);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (store)), ==, 2);
  g_assert_cmpstr (cht_job_get_status_id (job), ==, "completed");
  g_assert_cmpfloat (cht_job_get_progress (job), ==, 100);
  g_assert_false (cht_job_get_running (job));
  g_assert_cmpint (cht_job_get_status (odd), ==, CHT_JOB_UNKNOWN);
  g_assert_cmpstr (cht_job_get_status_id (odd), ==, "JOB_PAUSED");
  g_assert_false (cht_job_get_running (odd));
}

static void
test_expiry_and_alarm (void)
{
  ChtApiExpiry quiet = { FALSE, (char *) "", (char *) "", 0 }, due = { TRUE, (char *) "Renew.", (char *) "CW", 51 };
  ChtApiAlarm api = { .id = (char *) "7",
                      .severity = (char *) "Info",
                      .description = (char *) "done",
                      .category = (char *) "System",
                      .acknowledged_by = (char *) "",
                      .created = 9,
                      .closed = CHT_TIME_UNKNOWN };
  g_autoptr (ChtExpiry) a = cht_expiry_new (&quiet);
  g_autoptr (ChtExpiry) b = cht_expiry_new (&due);
  g_autoptr (ChtAlarm) open = cht_alarm_new (&api);
  g_autoptr (ChtAlarm) closed = NULL;

  g_assert_cmpint (cht_expiry_get_remaining_days (a), ==, -1);
  g_assert_cmpint (cht_expiry_get_remaining_days (b), ==, 51);
  g_assert_true (cht_alarm_get_open (open));
  api.closed = 12;
  closed = cht_alarm_new (&api);
  g_assert_true (cht_record_merge (open, closed));
  g_assert_false (cht_alarm_get_open (open));
  g_assert_false (cht_record_merge (open, closed));
}

static void
test_destination (void)
{
  ChtApiDestination api = {
    .uuid = (char *) "u", .name = (char *) "kafka", .type = (char *) "kafka", .auth_type = (char *) "server"
  };
  g_autoptr (ChtDestination) server = cht_destination_new (&api, 0, NULL);
  g_autoptr (ChtDestination) used = NULL;
  g_autofree char *no = cht_destination_dup_why_not (server, cht_role_find ("external-destination"));
  g_autofree char *yes = cht_destination_dup_why_not (server, cht_role_find ("external-destination-server-auth"));
  g_autofree char *never = cht_destination_dup_why_not (server, cht_role_find ("server-syslog"));
  g_autofree char *busy = NULL;

  api.auth_type = (char *) "mutual";
  used = cht_destination_new (&api, 1, "old");
  busy = cht_destination_dup_why_not (used, cht_role_find ("external-destination"));
  g_assert_nonnull (strstr (no, "mutual"));
  g_assert_null (yes);
  g_assert_nonnull (never);
  g_assert_nonnull (strstr (busy, "collection job"));
  g_assert_cmpstr (cht_destination_get_certificate (used), ==, "old");
}

static void
test_role_form (void)
{
  ChtApiLabels labels = { .trust = { TRUE, TRUE, (char *) "CA Chain" }, .key = { TRUE, FALSE, (char *) "" } };
  g_autoptr (ChtRoleForm) told = cht_role_form_new ("Role Of Tomorrow", "Tomorrow", &labels, CHT_OPERATION_ADD);
  g_autoptr (ChtRoleForm) table = cht_role_form_new ("External Destination", "", NULL, CHT_OPERATION_ADD);

  g_assert_null (cht_role_form_get_role (told));
  g_assert_cmpstr (cht_role_form_get_trust (told).label, ==, "CA Chain");
  g_assert_cmpstr (cht_role_form_get_key (told).label, ==, "Key");
  g_assert_false (cht_role_form_get_certificate (told).present);
  g_assert_cmpint (cht_role_form_get_category (told), ==, CHT_ROLE_TRUST_CHAIN_AND_KEY);
  g_assert_true (cht_role_form_get_key (table).mandatory);
  g_assert_false (cht_role_form_get_passphrase (table).mandatory);
  g_assert_cmpstr (cht_role_form_get_id (table), ==, "external-destination");
}

static void
test_outcome (void)
{
  static const struct { ChtOutcomeKind kind; const char *id; int code; } rows[] = {
    { CHT_OUTCOME_DONE, "done", 0 }, { CHT_OUTCOME_DRY_RUN, "dry-run", 0 }, { CHT_OUTCOME_REFUSED, "refused", 1 },
    { CHT_OUTCOME_NEEDS_CONFIRMATION, "needs-confirmation", 1 }, { CHT_OUTCOME_UNKNOWN, "unknown", 3 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (ChtOutcome) outcome = cht_outcome_new (rows[i].kind, NULL, "job", "%d words", 2);
      cht_outcome_add_conflict (outcome, "kafka", "old");
      g_assert_cmpstr (cht_outcome_get_id (outcome), ==, rows[i].id);
      g_assert_cmpint (cht_outcome_get_exit_code (outcome), ==, rows[i].code);
      g_assert_cmpuint (cht_outcome_get_findings (outcome)->len, ==, 0);
      g_assert_cmpuint (cht_outcome_get_conflicts (outcome)->len, ==, 1);
      g_assert_cmpstr (cht_outcome_get_message (outcome), ==, "2 words");
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/workflow/listed/words", test_listed);
  g_test_add_func ("/workflow/merge/same", test_merge_same);
  g_test_add_func ("/workflow/merge/comes-and-goes", test_merge_comes_and_goes);
  g_test_add_func ("/workflow/merge/order-and-doubles", test_merge_order_and_doubles);
  g_test_add_func ("/workflow/job/states", test_job);
  g_test_add_func ("/workflow/alarm/expiry-and-alarm", test_expiry_and_alarm);
  g_test_add_func ("/workflow/destination/why-not", test_destination);
  g_test_add_func ("/workflow/role-form/labels", test_role_form);
  g_test_add_func ("/workflow/outcome/kinds", test_outcome);
  return g_test_run ();
}
