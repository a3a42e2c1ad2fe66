/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Drafts: files read and judged off the main thread, findings that follow every change. */
#include "workflow-wait.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "cht-draft-private.h"
#include "cht-fixtures.h"
#include "cht-record-fields.h"
#include "cht-records-private.h"

typedef struct {
  ChtDraft *draft;
  char *folder;
  ChtFixture *root, *issuing;
  GListStore *certificates, *destinations;
  GAsyncResult *result;
  GError *error;
} Form;

static void
set_up (Form *form, gconstpointer data)
{
  form->folder = folder_new ();
  form->root = cht_fixture_new ("Root CA", NULL, NULL);
  form->issuing = cht_fixture_new ("Issuing CA", form->root,
                                   &(ChtFixtureOptions){ .path_length = CHT_FIXTURE_PATH (0), .to_day = 900 });
  form->certificates = g_list_store_new (CHT_TYPE_LISTED);
  form->destinations = g_list_store_new (CHT_TYPE_DESTINATION);
  form->draft =
      cht_draft_new (&CHT_CLOCK_SYSTEM, FALSE, G_LIST_MODEL (form->certificates), G_LIST_MODEL (form->destinations));
}

static gboolean
is_gone (gpointer data)
{
  return *(gpointer *) data == NULL;
}

static void
tear_down (Form *form, gconstpointer data)
{
  g_object_add_weak_pointer (G_OBJECT (form->draft), (gpointer *) &form->draft);
  g_object_unref (form->draft);
  /* A judgement that runs holds it to its end, and nothing does after that. */
  wait_until (is_gone, &form->draft);
  g_object_unref (form->certificates);
  g_object_unref (form->destinations);
  cht_fixture_free (form->issuing);
  cht_fixture_free (form->root);
  folder_free (form->folder);
  g_assert_no_error (form->error);
}

static gboolean
is_quiet (gpointer data)
{
  return !cht_draft_get_busy (data);
}

static gboolean
set_file (Form *form, ChtField field, const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GAsyncResult) result = NULL;

  cht_draft_set_file_async (form->draft, field, file, NULL, wait_done, &form->result);
  result = wait_for (&form->result);
  return cht_draft_set_file_finish (form->draft, result, &form->error);
}

static void
set_text (Form *form, ChtField field, const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (GAsyncResult) result = NULL;

  cht_draft_set_bytes_async (form->draft, field, bytes, "pasted.pem", NULL, wait_done, &form->result);
  result = wait_for (&form->result);
  cht_draft_set_bytes_finish (form->draft, result, &form->error);
  g_assert_no_error (form->error);
}

static void
set_role (Form *form, const char *role)
{
  g_autoptr (ChtRoleForm) made =
      cht_role_form_new (role, "", NULL, CHT_OPERATION_ADD | CHT_OPERATION_EDIT | CHT_OPERATION_DOWNLOAD);
  cht_draft_set_role_form (form->draft, made);
}

static gboolean
has_finding (Form *form, const char *id)
{
  GListModel *findings = cht_draft_get_findings (form->draft);

  wait_until (is_quiet, form->draft);
  for (guint i = 0; i < g_list_model_get_n_items (findings); i++)
    {
      g_autoptr (ChtFinding) finding = g_list_model_get_item (findings, i);
      if (g_str_equal (cht_finding_get_id (finding), id))
        return TRUE;
    }
  return FALSE;
}

static void
set_key (Form *form, ChtFixture *fixture, const char *passphrase)
{
  g_autoptr (ChtSecret) key = cht_fixture_key_to_pkcs8 (fixture, passphrase);
  set_text (form, CHT_FIELD_KEY, cht_secret_get_text (key));
}

static void
set_chain (Form *form)
{
  g_autofree char *chain = cht_fixtures_to_pem (form->root, form->issuing, NULL);
  set_text (form, CHT_FIELD_CHAIN, chain);
}

static void
test_good (Form *form, gconstpointer data)
{
  g_autofree char *chain = NULL, *certificate = NULL, *key = NULL,
                  *empty = cht_draft_dup_summary (form->draft, CHT_FIELD_KEY);
  ChtApiDestination api = {
    .uuid = (char *) "u", .name = (char *) "kafka", .type = (char *) "kafka", .auth_type = (char *) "mutual"
  };
  g_autoptr (ChtDestination) kafka = cht_destination_new (&api, 0, NULL);

  g_list_store_append (form->destinations, kafka);
  set_role (form, "External Destination");
  cht_draft_set_name (form->draft, "kafka-east");
  set_chain (form);
  set_text (form, CHT_FIELD_CERTIFICATE, cht_fixture_get_pem (form->issuing));
  set_key (form, form->issuing, NULL);
  cht_draft_set_destinations (form->draft, (const char *[]) { "kafka", NULL });
  cht_draft_set_whole (form->draft, TRUE);
  wait_until (is_quiet, form->draft);
  g_assert_cmpuint (cht_draft_get_n_errors (form->draft), ==, 0);
  chain = cht_draft_dup_summary (form->draft, CHT_FIELD_CHAIN);
  certificate = cht_draft_dup_summary (form->draft, CHT_FIELD_CERTIFICATE);
  key = cht_draft_dup_summary (form->draft, CHT_FIELD_KEY);
  g_assert_true (g_str_has_prefix (chain, "2 certificates, 1 hierarchy, to 20"));
  g_assert_true (g_str_has_prefix (certificate, "Issuing CA, EC P-256, to 20"));
  g_assert_cmpstr (key, ==, "EC P-256, fits the intermediate");
  g_assert_cmpstr (empty, ==, "");
  g_assert_nonnull (cht_draft_get_chains (form->draft, CHT_FIELD_CHAIN));
  g_assert_cmpstr (cht_draft_get_file_name (form->draft, CHT_FIELD_CHAIN), ==, "pasted.pem");
}

/* The key of somebody else: the finding comes, and goes when the right key does. */
static void
test_mismatch (Form *form, gconstpointer data)
{
  g_autofree char *summary = NULL;

  set_role (form, "External Destination");
  set_chain (form);
  set_text (form, CHT_FIELD_CERTIFICATE, cht_fixture_get_pem (form->issuing));
  set_key (form, form->root, NULL);
  g_assert_true (has_finding (form, "key.mismatch"));
  summary = cht_draft_dup_summary (form->draft, CHT_FIELD_KEY);
  g_assert_cmpstr (summary, ==, "EC P-256, does not fit the intermediate");
  set_key (form, form->issuing, NULL);
  g_assert_false (has_finding (form, "key.mismatch"));
  cht_draft_clear_field (form->draft, CHT_FIELD_KEY);
  g_assert_null (cht_draft_get_bundle (form->draft, CHT_FIELD_KEY));
  g_assert_false (has_finding (form, "key.missing"));
  cht_draft_set_whole (form->draft, TRUE);
  g_assert_true (has_finding (form, "key.missing"));
}

static gboolean
is_wanted (ChtDraft *draft)
{
  gboolean wanted;

  g_object_get (draft, "passphrase-wanted", &wanted, NULL);
  return wanted;
}

static void
test_passphrase (Form *form, gconstpointer data)
{
  g_autoptr (ChtSecret) right = cht_secret_new_text ("Zürich 1"), wrong = cht_secret_new_text ("zurich 1");

  set_role (form, "External Destination");
  set_chain (form);
  set_text (form, CHT_FIELD_CERTIFICATE, cht_fixture_get_pem (form->issuing));
  g_assert_false (is_wanted (form->draft));
  set_key (form, form->issuing, "Zürich 1");
  g_assert_true (is_wanted (form->draft));
  g_assert_true (has_finding (form, "key.passphrase-needed"));
  cht_draft_set_passphrase (form->draft, wrong);
  g_assert_true (has_finding (form, "key.passphrase-wrong"));
  cht_draft_set_passphrase (form->draft, right);
  g_assert_false (has_finding (form, "key.passphrase-wrong"));
  g_assert_false (has_finding (form, "key.mismatch"));
  cht_draft_set_passphrase (form->draft, NULL);
  g_assert_true (has_finding (form, "key.passphrase-needed"));
  /* Given before the file is: the file is read with it. */
  cht_draft_clear_field (form->draft, CHT_FIELD_KEY);
  cht_draft_set_passphrase (form->draft, right);
  set_key (form, form->issuing, "Zürich 1");
  g_assert_false (has_finding (form, "key.passphrase-needed"));
}

static void
test_bad_files (Form *form, gconstpointer data)
{
  g_autofree char *empty = folder_write (form->folder, "empty.pem", "", 0);
  g_autofree char *page = folder_write (form->folder, "page.pem", "<!doctype html><html></html>", -1);
  g_autofree char *huge = folder_write (form->folder, "huge.pem", "x", 1);
  const struct { const char *path, *id;
  } rows[] = {
    { empty, "file.empty" },    { page, "file.nothing-readable" },        { form->folder, "file.folder" },
    { huge, "file.too-large" }, { "/nowhere/chain.pem", "file.missing" },
  };

  g_assert_cmpint (truncate (huge, (off_t) 1 << 30), ==, 0);
  set_chain (form);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_assert_false (set_file (form, CHT_FIELD_CHAIN, rows[i].path));
      g_assert_cmpstr (cht_problem_get_id (cht_draft_get_problem (form->draft, CHT_FIELD_CHAIN)), ==, rows[i].id);
      g_assert_null (cht_draft_get_bundle (form->draft, CHT_FIELD_CHAIN));
      assert_problem (&form->error, rows[i].id, 2);
    }
  set_chain (form);
  g_assert_null (cht_draft_get_problem (form->draft, CHT_FIELD_CHAIN));
}

static void
test_der (Form *form, gconstpointer data)
{
  GBytes *der = cht_fixture_get_der (form->root);
  g_autofree char *path =
      folder_write (form->folder, "root.der", g_bytes_get_data (der, NULL), (gssize) g_bytes_get_size (der));

  set_role (form, "Server Syslog Communication");
  g_assert_true (set_file (form, CHT_FIELD_CHAIN, path));
  g_assert_cmpstr (cht_draft_get_file_name (form->draft, CHT_FIELD_CHAIN), ==, "root.der");
  g_assert_true (has_finding (form, "file.not-pem"));
}

/* A later file for the same field: the first call tells that it was given up, and what stands there is the second. */
static void
test_replaced (Form *form, gconstpointer data)
{
  g_autofree char *first = folder_write (form->folder, "first.pem", cht_fixture_get_pem (form->root), -1);
  g_autofree char *second = folder_write (form->folder, "second.pem", cht_fixture_get_pem (form->issuing), -1);
  g_autoptr (GFile) first_file = g_file_new_for_path (first), second_file = g_file_new_for_path (second);
  g_autoptr (GAsyncResult) first_result = NULL, second_result = NULL;
  GAsyncResult *other = NULL;

  cht_draft_set_file_async (form->draft, CHT_FIELD_CHAIN, first_file, NULL, wait_done, &other);
  cht_draft_set_file_async (form->draft, CHT_FIELD_CHAIN, second_file, NULL, wait_done, &form->result);
  g_assert_true (cht_draft_get_busy (form->draft));
  first_result = wait_for (&other);
  second_result = wait_for (&form->result);
  g_assert_true (cht_draft_set_file_finish (form->draft, second_result, &form->error));
  g_assert_false (cht_draft_set_file_finish (form->draft, first_result, &form->error));
  assert_problem (&form->error, "cancelled", 130);
  g_assert_cmpstr (cht_draft_get_file_name (form->draft, CHT_FIELD_CHAIN), ==, "second.pem");
  g_autofree char *summary = cht_draft_dup_summary (form->draft, CHT_FIELD_CERTIFICATE);
  g_assert_cmpstr (summary, ==, "");
}

static void
test_cancelled (Form *form, gconstpointer data)
{
  g_autofree char *path = folder_write (form->folder, "first.pem", cht_fixture_get_pem (form->root), -1);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;

  g_cancellable_cancel (cancellable);
  cht_draft_set_file_async (form->draft, CHT_FIELD_CHAIN, file, cancellable, wait_done, &form->result);
  result = wait_for (&form->result);
  g_assert_false (cht_draft_set_file_finish (form->draft, result, &form->error));
  assert_problem (&form->error, "cancelled", 130);
  g_assert_null (cht_draft_get_bundle (form->draft, CHT_FIELD_CHAIN));
  g_assert_null (cht_draft_get_problem (form->draft, CHT_FIELD_CHAIN));
}

/* A form of the controller that asks for a key where the guide tells of none goes before the guide. */
static void
test_own_form (Form *form, gconstpointer data)
{
  ChtApiLabels labels = { .trust = { TRUE, TRUE, (char *) "" }, .certificate = { TRUE, TRUE, (char *) "" },
                          .key = { TRUE, TRUE, (char *) "" } };
  g_autoptr (ChtRoleForm) told =
      cht_role_form_new ("Server Syslog Communication", "", &labels, CHT_OPERATION_ADD);

  set_role (form, "Server Syslog Communication");
  set_chain (form);
  set_key (form, form->root, NULL);
  set_text (form, CHT_FIELD_CERTIFICATE, cht_fixture_get_pem (form->issuing));
  g_assert_true (has_finding (form, "key.not-taken"));
  g_assert_false (has_finding (form, "role.labels-differ"));
  cht_draft_set_role_form (form->draft, told);
  g_assert_true (has_finding (form, "role.labels-differ"));
  g_assert_true (has_finding (form, "key.mismatch"));
  g_assert_false (has_finding (form, "key.not-taken"));
}

/* What the controller has counts as soon as it is known. */
static void
test_against_controller (Form *form, gconstpointer data)
{
  ChtApiSummary summary = {
    .name = (char *) "taken", .role_name = (char *) "Server Syslog Communication", .role_display_name = (char *) "",
    .expires_text = (char *) "", .updated_text = (char *) "", .updated_by = (char *) "", .auth_type = (char *) "",
    .display = (char *) "READWRITEADD",
  };
  ChtApiDestination api = {
    .uuid = (char *) "u", .name = (char *) "kafka", .type = (char *) "kafka", .auth_type = (char *) "server"
  };
  g_autoptr (ChtListed) listed = cht_listed_new (&summary, NULL);
  g_autoptr (ChtDestination) kafka = cht_destination_new (&api, 1, "old");

  set_role (form, "External Destination");
  cht_draft_set_name (form->draft, "taken");
  cht_draft_set_destinations (form->draft, (const char *[]) { "kafka", "nowhere", NULL });
  g_assert_false (has_finding (form, "name.taken"));
  g_list_store_append (form->certificates, listed);
  g_list_store_append (form->destinations, kafka);
  g_assert_true (has_finding (form, "name.taken"));
  g_assert_true (has_finding (form, "destination.unknown"));
  g_assert_true (has_finding (form, "destination.auth-type"));
  g_assert_true (has_finding (form, "destination.in-use"));
  cht_draft_set_name (form->draft, "free");
  g_assert_false (has_finding (form, "name.taken"));
}

static void
test_bytes_that_go_up (Form *form, gconstpointer data)
{
  g_autofree char *unix_text = cht_fixtures_to_pem (form->root, form->issuing, NULL);
  g_auto (GStrv) lines = g_strsplit (unix_text, "\n", -1);
  g_autofree char *dos = g_strjoinv ("\r\n", lines);
  g_autofree char *noted = g_strconcat ("subject=Root\n", unix_text, NULL);
  g_autoptr (ChtSecret) key_text = cht_fixture_key_to_pkcs8 (form->issuing, "x");
  g_autoptr (GBytes) same = NULL, plain = NULL;
  g_autoptr (ChtSecret) key = NULL;

  set_text (form, CHT_FIELD_CHAIN, dos);
  same = cht_draft_dup_pem (form->draft, CHT_FIELD_CHAIN);
  g_assert_cmpmem (g_bytes_get_data (same, NULL), g_bytes_get_size (same), dos, strlen (dos));
  set_text (form, CHT_FIELD_CHAIN, noted);
  plain = cht_draft_dup_pem (form->draft, CHT_FIELD_CHAIN);
  g_assert_cmpmem (g_bytes_get_data (plain, NULL), g_bytes_get_size (plain), unix_text, strlen (unix_text));
  set_text (form, CHT_FIELD_KEY, cht_secret_get_text (key_text));
  key = cht_draft_dup_key (form->draft);
  g_assert_true (cht_secret_equal (key, key_text));
}

static void
test_record (Form *form, gconstpointer data)
{
  g_autoptr (ChtSecret) passphrase = cht_secret_new_text ("Zürich 1");
  g_autoptr (GListStore) forms = g_list_store_new (CHT_TYPE_ROLE_FORM);
  g_autoptr (ChtRoleForm) role = cht_role_form_new ("External Destination", "", NULL, CHT_OPERATION_ADD);
  g_autofree char *path = NULL;
  gboolean changed;

  path = folder_write (form->folder, "chain.pem", cht_fixture_get_pem (form->root), -1);
  set_role (form, "External Destination");
  cht_draft_set_name (form->draft, "kafka-east");
  cht_draft_set_destinations (form->draft, (const char *[]) { "kafka", NULL });
  g_assert_true (set_file (form, CHT_FIELD_CHAIN, path));
  cht_draft_set_passphrase (form->draft, passphrase);
  set_key (form, form->issuing, "Zürich 1");
  g_autoptr (GBytes) payload = cht_draft_pack (form->draft);
  /* Neither where the file came from nor what opens the key. */
  const char *stored = g_bytes_get_data (payload, NULL);
  g_assert_null (memmem (stored, g_bytes_get_size (payload), form->folder, strlen (form->folder)));
  g_assert_null (memmem (stored, g_bytes_get_size (payload), "Zürich 1", strlen ("Zürich 1")));
  g_autoptr (ChtDraft) back = cht_draft_unpack ("uuid", payload, &CHT_CLOCK_SYSTEM, NULL, NULL, &form->error);
  g_assert_no_error (form->error);
  wait_until (is_quiet, back);
  g_assert_cmpstr (cht_draft_get_name (back), ==, "kafka-east");
  g_assert_cmpstr (cht_draft_get_destinations (back)[0], ==, "kafka");
  g_assert_cmpstr (cht_draft_get_file_name (back, CHT_FIELD_CHAIN), ==, "chain.pem");
  g_assert_cmpuint (cht_bundle_get_keys (cht_draft_get_bundle (back, CHT_FIELD_KEY))->len, ==, 1);
  g_assert_null (cht_draft_get_role_form (back));
  g_list_store_append (forms, role);
  cht_draft_adopt_form (back, G_LIST_MODEL (forms));
  g_assert_true (cht_draft_get_role_form (back) == role);
  g_object_get (back, "changed", &changed, NULL);
  g_assert_false (changed);
  wait_until (is_quiet, back);
}

/* Given up in the middle of a read: nothing is touched that is gone. */
static void
test_dropped (Form *form, gconstpointer data)
{
  g_autofree char *path = folder_write (form->folder, "first.pem", cht_fixture_get_pem (form->root), -1);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GAsyncResult) result = NULL;
  ChtDraft *draft = cht_draft_new (&CHT_CLOCK_SYSTEM, FALSE, G_LIST_MODEL (form->certificates), NULL);

  cht_draft_set_file_async (draft, CHT_FIELD_CHAIN, file, NULL, wait_done, &form->result);
  cht_draft_set_name (draft, "x");
  g_object_unref (draft);
  result = wait_for (&form->result);
}

int
main (int argc, char **argv)
{
  static const struct { const char *path; void (*test) (Form *, gconstpointer); } tests[] = {
    { "/workflow/draft/good", test_good }, { "/workflow/draft/mismatch", test_mismatch },
    { "/workflow/draft/passphrase", test_passphrase }, { "/workflow/draft/bad-files", test_bad_files },
    { "/workflow/draft/der", test_der }, { "/workflow/draft/replaced", test_replaced },
    { "/workflow/draft/cancelled", test_cancelled }, { "/workflow/draft/against-controller", test_against_controller },
    { "/workflow/draft/own-form", test_own_form },
    { "/workflow/draft/bytes-that-go-up", test_bytes_that_go_up }, { "/workflow/draft/record", test_record },
    { "/workflow/draft/dropped", test_dropped },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Form, NULL, set_up, tests[i].test, tear_down);
  return g_test_run ();
}
