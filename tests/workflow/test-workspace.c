/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The main job without a screen: a real gnome-keyring on a bus of its own, a vault, and the practice controller as a
 * process of its own for every case.
 */
#include "workflow-wait.h"

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <signal.h>
#include <string.h>

#include "cht-draft-private.h"
#include "cht-fixtures.h"
#include "cht-item-private.h"
#include "cht-process.h"
#include "cht-workspace-private.h"
#include "vault-stage.h"

static Stage *stage;

typedef struct {
  char *folder, *vault;
  GSubprocess *process;
  JsonNode *facts;
  ChtWorkspace *workspace;
  ChtFixture *root, *issuing;
  char *chain;                 /* root and issuing, CR LF */
  ChtSecret *key, *passphrase; /* encrypted PKCS#8 */
  GAsyncResult *result;
  GError *error;
} Scene;

static const char *
get_fact (Scene *scene, const char *name)
{
  return json_object_get_string_member (json_node_get_object (scene->facts), name);
}

static void
start_controller (Scene *scene)
{
  g_autofree char *state = g_build_filename (scene->folder, "state", NULL);
  g_autoptr (GDataInputStream) lines = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char *line = NULL;

  scene->process =
      g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &scene->error, g_getenv ("CHATELAINE_SANDBOX"), "--state",
                        state, "--port", "0", "--seed", "demo", "--renewal-seconds", "1", "--print-url", NULL);
  g_assert_no_error (scene->error);
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (scene->process));
  g_data_input_stream_read_line_async (lines, G_PRIORITY_DEFAULT, NULL, wait_done, &scene->result);
  result = wait_for (&scene->result);
  line = g_data_input_stream_read_line_finish (lines, result, NULL, &scene->error);
  g_assert_no_error (scene->error);
  scene->facts = json_from_string (line, &scene->error);
  g_assert_no_error (scene->error);
}

static void
set_up (Scene *scene, gconstpointer data)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) parts = NULL;

  scene->folder = folder_new ();
  scene->vault = g_build_filename (scene->folder, "chatelaine", "vault.db", NULL);
  scene->workspace = cht_workspace_new (scene->vault, CHT_CLOCK_SYSTEM);
  scene->root = cht_fixture_new ("Example Root", NULL, NULL);
  scene->issuing = cht_fixture_new ("Example Issuing CA", scene->root,
                                    &(ChtFixtureOptions) { .path_length = CHT_FIXTURE_PATH (0), .to_day = 900 });
  text = cht_fixtures_to_pem (scene->root, scene->issuing, NULL);
  parts = g_strsplit (text, "\n", -1);
  scene->chain = g_strjoinv ("\r\n", parts);
  scene->passphrase = cht_secret_new_text ("Zürich 1");
  scene->key = cht_fixture_key_to_pkcs8 (scene->issuing, "Zürich 1");
}

static void
sign_out (Scene *scene)
{
  g_autoptr (GAsyncResult) result = NULL;

  cht_workspace_sign_out_async (scene->workspace, wait_done, &scene->result);
  result = wait_for (&scene->result);
  cht_workspace_sign_out_finish (scene->workspace, result);
}

static void
tear_down (Scene *scene, gconstpointer data)
{
  sign_out (scene);
  g_object_unref (scene->workspace);
  if (scene->process != NULL)
    {
      g_subprocess_send_signal (scene->process, SIGTERM);
      g_subprocess_wait (scene->process, NULL, NULL);
      g_object_unref (scene->process);
    }
  g_clear_pointer (&scene->facts, json_node_unref);
  cht_fixture_free (scene->issuing);
  cht_fixture_free (scene->root);
  cht_secret_unref (scene->key);
  cht_secret_unref (scene->passphrase);
  g_free (scene->chain);
  g_free (scene->vault);
  folder_free (scene->folder);
}

/* ---- Calls ---- */

#define CALL(scene, name, ...) \
  g_autoptr (GAsyncResult) name ## _result = NULL; \
  cht_workspace_ ## name ## _async ((scene)->workspace, __VA_ARGS__, wait_done, &(scene)->result); \
  name ## _result = wait_for (&(scene)->result)

static gboolean
create_vault (Scene *scene)
{
  CALL (scene, create_vault, "keyring", NULL);
  return cht_workspace_create_vault_finish (scene->workspace, create_vault_result, &scene->error);
}

/* Whoever hears that the vault is open finds its models filled: a window signs in with what it finds there. */
static void
on_vault_state_changed_cb (ChtWorkspace *workspace, GParamSpec *pspec, guint *n_seen)
{
  if (cht_workspace_get_vault_state (workspace) == CHT_WORKSPACE_VAULT_OPEN && *n_seen == G_MAXUINT)
    *n_seen = g_list_model_get_n_items (cht_workspace_get_items (workspace))
              + g_list_model_get_n_items (cht_workspace_get_profiles (workspace));
}

/* Quit and start again. */
static void
reopen (Scene *scene)
{
  guint n_seen = G_MAXUINT;

  g_object_unref (scene->workspace);
  scene->workspace = cht_workspace_new (scene->vault, CHT_CLOCK_SYSTEM);
  g_assert_cmpint (cht_workspace_get_vault_state (scene->workspace), ==, CHT_WORKSPACE_VAULT_LOCKED);
  g_assert_cmpuint (g_list_model_get_n_items (cht_workspace_get_items (scene->workspace)), ==, 0);
  gulong handler = g_signal_connect (scene->workspace, "notify::vault-state", G_CALLBACK (on_vault_state_changed_cb), &n_seen);
  CALL (scene, unlock_vault, NULL);
  cht_workspace_unlock_vault_finish (scene->workspace, unlock_vault_result, &scene->error);
  g_assert_no_error (scene->error);
  g_signal_handler_disconnect (scene->workspace, handler);
  g_assert_cmpuint (n_seen, ==, g_list_model_get_n_items (cht_workspace_get_items (scene->workspace))
                                    + g_list_model_get_n_items (cht_workspace_get_profiles (scene->workspace)));
}

static gboolean
sign_in_as (Scene *scene, const char *pin, const char *password, gboolean keep)
{
  g_autoptr (ChtProfile) profile = cht_profile_new ("lab", get_fact (scene, "url"), get_fact (scene, "username"), pin);
  g_autoptr (ChtSecret) secret = cht_secret_new_text (password);
  CALL (scene, sign_in, profile, secret, keep, NULL);
  return cht_workspace_sign_in_finish (scene->workspace, sign_in_result, &scene->error);
}

static void
sign_in (Scene *scene)
{
  if (scene->process == NULL)
    start_controller (scene);
  sign_in_as (scene, get_fact (scene, "pin"), get_fact (scene, "password"), FALSE);
  g_assert_no_error (scene->error);
}

static GPtrArray *
add_files (Scene *scene, const char *name, const char *first, const char *second)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_object_unref);

  g_ptr_array_add (files, g_file_new_for_path (first));
  if (second != NULL)
    g_ptr_array_add (files, g_file_new_for_path (second));
  CALL (scene, add_files, files, name, "external-destination", scene->passphrase, NULL);
  return cht_workspace_add_files_finish (scene->workspace, add_files_result, &scene->error);
}

static GPtrArray *
export_item (Scene *scene, const char *id, const char *folder, ChtKeyExport how)
{
  g_autoptr (ChtSecret) fresh = cht_secret_new_text ("Basel 77");
  CALL (scene, export_item, id, folder, how, fresh, FALSE, NULL);
  return cht_workspace_export_item_finish (scene->workspace, export_item_result, &scene->error);
}

static ChtRoleForm *
find_form (Scene *scene, const char *id)
{
  GListModel *forms = cht_workspace_get_role_forms (scene->workspace);

  CALL (scene, load_role_forms, NULL);
  cht_workspace_load_role_forms_finish (scene->workspace, load_role_forms_result, &scene->error);
  g_assert_no_error (scene->error);
  for (guint i = 0; i < g_list_model_get_n_items (forms); i++)
    {
      g_autoptr (ChtRoleForm) form = g_list_model_get_item (forms, i);
      if (g_strcmp0 (cht_role_form_get_id (form), id) == 0)
        return g_steal_pointer (&form);
    }
  g_error ("No form of the role %s", id);
}

static void
set_field (Scene *scene, ChtDraft *draft, ChtField field, gconstpointer data, gsize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GAsyncResult) result = NULL;

  cht_draft_set_bytes_async (draft, field, bytes, "file.pem", NULL, wait_done, &scene->result);
  result = wait_for (&scene->result);
  cht_draft_set_bytes_finish (draft, result, &scene->error);
  g_assert_no_error (scene->error);
}

static ChtDraft *
prepare (Scene *scene, const char *name, const char *destination)
{
  ChtDraft *draft = cht_workspace_new_draft (scene->workspace, NULL);
  g_autoptr (ChtRoleForm) form = find_form (scene, "external-destination");
  const char *places[] = { destination, NULL };

  cht_draft_set_role_form (draft, form);
  cht_draft_set_name (draft, name);
  cht_draft_set_destinations (draft, places);
  cht_draft_set_passphrase (draft, scene->passphrase);
  set_field (scene, draft, CHT_FIELD_CHAIN, scene->chain, strlen (scene->chain));
  set_field (scene, draft, CHT_FIELD_CERTIFICATE, cht_fixture_get_pem (scene->issuing),
             strlen (cht_fixture_get_pem (scene->issuing)));
  set_field (scene, draft, CHT_FIELD_KEY, cht_secret_get_data (scene->key), cht_secret_get_size (scene->key));
  return draft;
}

static ChtOutcome *
upload (Scene *scene, ChtDraft *draft, ChtUploadOptions options, ChtOutcomeKind kind)
{
  CALL (scene, upload, draft, &options, NULL);
  ChtOutcome *outcome = cht_workspace_upload_finish (scene->workspace, upload_result, &scene->error);
  g_assert_no_error (scene->error);
  g_test_message ("%s: %s", cht_outcome_get_id (outcome), cht_outcome_get_message (outcome));
  g_assert_cmpint (cht_outcome_get_kind (outcome), ==, kind);
  assert_words (cht_outcome_get_message (outcome));
  return outcome;
}

static GPtrArray *
download (Scene *scene, const char *name, ChtPart parts, const char *folder, ChtKeyExport how)
{
  g_autoptr (ChtSecret) fresh = cht_secret_new_text ("Basel 77");
  CALL (scene, download, name, parts, folder, how, scene->passphrase, fresh, FALSE, NULL);
  return cht_workspace_download_finish (scene->workspace, download_result, &scene->error);
}

static void
assert_file (GPtrArray *files, guint index, const char *part, gconstpointer content, gsize size)
{
  ChtExportedFile *file = files->pdata[index];
  g_autoptr (GBytes) bytes = read_file (file->path);
  g_autofree char *sum = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);

  g_assert_cmpstr (file->part, ==, part);
  g_assert_cmpstr (file->sha256, ==, sum);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), content, size);
}

/* The log's rows, "action outcome", in their order. (transfer full) */
static char *
list_audit (Scene *scene)
{
  gboolean holds = FALSE;
  g_autoptr (GPtrArray) entries = cht_vault_read_audit (scene->workspace->vault, &holds, &scene->error);
  GString *text = g_string_new (NULL);

  g_assert_no_error (scene->error);
  g_assert_true (holds);
  for (guint i = 0; i < entries->len; i++)
    {
      ChtVaultAuditEntry *entry = entries->pdata[i];
      g_string_append_printf (text, "%s %s\n", entry->action, entry->outcome);
    }
  return g_string_free (text, FALSE);
}

/* ---- Cases ---- */

static void
test_vault (Scene *scene, gconstpointer data)
{
  g_autofree char *chain = folder_write (scene->folder, "chain.pem", scene->chain, -1);
  g_autofree char *certificate = folder_write (scene->folder, "inter.pem", cht_fixture_get_pem (scene->issuing), -1);
  g_autofree char *key = folder_write (scene->folder, "inter.key", cht_secret_get_data (scene->key),
                                       (gssize) cht_secret_get_size (scene->key));
  g_autofree char *out = g_build_filename (scene->folder, "out", NULL), *id = NULL, *audit = NULL;
  g_autoptr (GPtrArray) first = NULL, again = NULL, pair = NULL;

  g_assert_cmpint (cht_workspace_get_vault_state (scene->workspace), ==, CHT_WORKSPACE_VAULT_ABSENT);
  g_assert_null (add_files (scene, NULL, chain, NULL));
  assert_problem (&scene->error, "vault.locked", 3);
  g_assert_true (create_vault (scene));
  g_assert_false (create_vault (scene));
  assert_problem (&scene->error, "vault.exists", 2);
  first = add_files (scene, "check chain", chain, NULL);
  g_assert_no_error (scene->error);
  again = add_files (scene, "another name", chain, NULL);
  g_assert_true (first->pdata[0] == again->pdata[0]);
  pair = add_files (scene, NULL, key, certificate);
  g_assert_no_error (scene->error);
  g_assert_cmpuint (pair->len, ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (cht_workspace_get_items (scene->workspace)), ==, 2);
  assert_words (cht_item_get_warning (pair->pdata[0]));
  g_assert_cmpstr (cht_item_get_warning (first->pdata[0]), ==, "");
  id = g_strdup (cht_item_get_id (first->pdata[0]));
  reopen (scene);
  g_assert_cmpuint (g_list_model_get_n_items (cht_workspace_get_items (scene->workspace)), ==, 2);
  g_autoptr (GPtrArray) files = export_item (scene, id, out, CHT_KEY_EXPORT_NONE);
  g_assert_no_error (scene->error);
  assert_file (files, 0, "chain", scene->chain, strlen (scene->chain));
  g_assert_null (export_item (scene, id, out, CHT_KEY_EXPORT_NONE));
  assert_problem (&scene->error, "file.exists", 2);
  audit = list_audit (scene);
  g_assert_nonnull (strstr (audit, "item.add done\nitem.add done\nitem.export done\n"));
}

static void
test_export_key (Scene *scene, gconstpointer data)
{
  g_autofree char *certificate = folder_write (scene->folder, "inter.pem", cht_fixture_get_pem (scene->issuing), -1);
  g_autofree char *key = folder_write (scene->folder, "inter.key", cht_secret_get_data (scene->key),
                                       (gssize) cht_secret_get_size (scene->key));
  g_autofree char *none = g_build_filename (scene->folder, "none", NULL),
                  *plain = g_build_filename (scene->folder, "plain", NULL);
  g_autofree char *sealed = g_build_filename (scene->folder, "sealed", NULL),
                  *given = g_build_filename (scene->folder, "given", NULL);
  g_autoptr (GPtrArray) pair = NULL, files = NULL, again = NULL, as_given = NULL;
  g_autoptr (ChtSecret) fresh = cht_secret_new_text ("Basel 77");
  const char *id;

  create_vault (scene);
  pair = add_files (scene, NULL, key, certificate);
  id = cht_item_get_id (pair->pdata[0]);
  g_assert_null (export_item (scene, id, none, CHT_KEY_EXPORT_NONE));
  assert_problem (&scene->error, "usage", 2);
  g_assert_cmpuint (count_files (none), ==, 0);
  g_assert_null (export_item (scene, "no such", none, CHT_KEY_EXPORT_PLAIN));
  assert_problem (&scene->error, "item.unknown", 1);
  as_given = export_item (scene, id, given, CHT_KEY_EXPORT_AS_GIVEN);
  assert_file (as_given, 1, "key", cht_secret_get_data (scene->key), cht_secret_get_size (scene->key));
  files = export_item (scene, id, plain, CHT_KEY_EXPORT_PLAIN);
  again = export_item (scene, id, sealed, CHT_KEY_EXPORT_ENCRYPTED);
  g_assert_no_error (scene->error);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GBytes) bytes = read_file (((ChtExportedFile *) (i == 0 ? files : again)->pdata[1])->path);
      g_autoptr (ChtSecret) text = cht_secret_new (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
      g_autoptr (ChtKey) opened = cht_key_new (text, i == 0 ? NULL : fresh);
      g_assert_cmpint (cht_key_is_encrypted (opened), ==, i);
      g_assert_true (cht_key_fits (opened, cht_fixture_get_certificate (scene->issuing)));
    }
}

static void
test_modes (Scene *scene, gconstpointer data)
{
  static const char *const modes[] = { "passphrase", "both", "none of these" };

  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      CALL (scene, create_vault, modes[i], NULL);
      g_assert_false (cht_workspace_create_vault_finish (scene->workspace, create_vault_result, &scene->error));
      assert_problem (&scene->error, "usage", 2);
      g_assert_false (g_file_test (scene->vault, G_FILE_TEST_EXISTS));
    }
  g_autoptr (ChtVaultStatus) absent = cht_workspace_get_vault_status (scene->workspace);
  g_assert_cmpstr (absent->state, ==, "absent");
  create_vault (scene);
  g_autoptr (ChtVaultStatus) open = cht_workspace_get_vault_status (scene->workspace);
  g_assert_cmpstr (open->state, ==, "open");
  g_assert_cmpstr (open->mode, ==, "keyring");
  g_assert_cmpstr (open->words, ==, "");
  cht_workspace_lock_vault (scene->workspace);
  g_autoptr (ChtVaultStatus) locked = cht_workspace_get_vault_status (scene->workspace);
  g_assert_cmpstr (locked->state, ==, "locked");
  assert_words (locked->words);
}

static void
test_sign_in (Scene *scene, gconstpointer data)
{
  g_autoptr (ChtProblem) problem = NULL;
  g_autofree char *release = NULL, *other_pin = g_strnfill (64, '0');

  start_controller (scene);
  create_vault (scene);
  g_assert_false (sign_in_as (scene, other_pin, get_fact (scene, "password"), TRUE));
  assert_problem (&scene->error, "controller.pin", 3);
  g_object_get (scene->workspace, "controller-problem", &problem, NULL);
  g_assert_cmpstr (cht_problem_get_id (problem), ==, "controller.pin");
  g_assert_cmpint (cht_workspace_get_controller_state (scene->workspace), ==, CHT_WORKSPACE_CONTROLLER_FAILED);
  g_assert_cmpuint (g_list_model_get_n_items (cht_workspace_get_profiles (scene->workspace)), ==, 0);
  for (guint i = 0; i < 2; i++)
    {
      g_assert_true (sign_in_as (scene, get_fact (scene, "pin"), get_fact (scene, "password"), TRUE));
      g_assert_false (sign_in_as (scene, get_fact (scene, "pin"), get_fact (scene, "password"), TRUE));
      assert_problem (&scene->error, "usage", 2);
      sign_out (scene);
    }
  reopen (scene);
  g_assert_cmpuint (g_list_model_get_n_items (cht_workspace_get_profiles (scene->workspace)), ==, 1);
  g_autoptr (ChtProfile) kept = g_list_model_get_item (cht_workspace_get_profiles (scene->workspace), 0);
  g_assert_true (cht_profile_get_has_password (kept));
  CALL (scene, sign_in, kept, NULL, FALSE, NULL);
  g_assert_true (cht_workspace_sign_in_finish (scene->workspace, sign_in_result, &scene->error));
  g_object_get (scene->workspace, "release", &release, NULL);
  g_assert_cmpstr (release, !=, "");
  g_autofree char *audit = list_audit (scene);
  g_assert_nonnull (strstr (audit, "profile.add done\n"));
}

static ChtListed *
find_listed (Scene *scene, const char *name)
{
  return cht_workspace_find_certificate (scene->workspace, name);
}

static void
test_upload (Scene *scene, gconstpointer data)
{
  g_autoptr (ChtDraft) draft = NULL, second = NULL;
  g_autofree char *audit = NULL;

  create_vault (scene);
  sign_in (scene);
  draft = prepare (scene, "kafka-east", "kafka-mutual");
  g_autoptr (ChtListed) before = g_list_model_get_item (cht_workspace_get_certificates (scene->workspace), 0);
  g_autoptr (ChtOutcome) dry =
      upload (scene, draft, (ChtUploadOptions){ .dry_run = TRUE, .keep = TRUE }, CHT_OUTCOME_DRY_RUN);
  g_assert_null (find_listed (scene, "kafka-east"));
  g_assert_cmpuint (g_list_model_get_n_items (cht_workspace_get_items (scene->workspace)), ==, 0);
  g_autoptr (ChtOutcome) done = upload (scene, draft, (ChtUploadOptions) { .keep = TRUE }, CHT_OUTCOME_DONE);
  g_assert_nonnull (strstr (cht_outcome_get_message (done), "2 certificates, the same as here"));
  g_autoptr (ChtListed) listed = find_listed (scene, "kafka-east");
  g_assert_cmpstr (cht_listed_get_role_id (listed), ==, "external-destination");
  g_assert_cmpstr (cht_listed_get_destinations (listed)[0], ==, "kafka-mutual");
  g_autoptr (ChtListed) still = find_listed (scene, cht_listed_get_name (before));
  g_assert_true (still == before);
  g_autoptr (ChtDestination) place = cht_workspace_find_destination (scene->workspace, "kafka-mutual");
  g_assert_cmpstr (cht_destination_get_certificate (place), ==, "kafka-east");
  g_assert_cmpuint (g_list_model_get_n_items (cht_workspace_get_items (scene->workspace)), ==, 2);

  /* The same name again, then the same place: the first is refused here, the second is asked about there. */
  g_autoptr (ChtOutcome) taken = upload (scene, draft, (ChtUploadOptions) { 0 }, CHT_OUTCOME_REFUSED);
  second = prepare (scene, "kafka-west", "kafka-mutual");
  g_autoptr (ChtOutcome) asked = upload (scene, second, (ChtUploadOptions) { 0 }, CHT_OUTCOME_NEEDS_CONFIRMATION);
  g_assert_cmpuint (cht_outcome_get_conflicts (asked)->len, ==, 1);
  g_assert_cmpstr (g_array_index (cht_outcome_get_conflicts (asked), ChtConflict, 0).certificate, ==, "kafka-east");
  g_assert_null (find_listed (scene, "kafka-west"));
  g_autoptr (ChtOutcome) forced =
      upload (scene, second, (ChtUploadOptions){ .force_association = TRUE }, CHT_OUTCOME_DONE);
  g_assert_cmpstr (cht_destination_get_certificate (place), ==, "kafka-west");
  audit = list_audit (scene);
  g_assert_nonnull (strstr (audit, "item.add done\ncontroller.upload asked\ncontroller.upload done\n"
                                   "controller.upload asked\ncontroller.upload needs-confirmation\n"
                                   "controller.upload asked\ncontroller.upload done\n"));
  g_autoptr (GPtrArray) receipts = cht_vault_list (scene->workspace->vault, CHT_VAULT_KIND_RECEIPT, NULL);
  g_assert_cmpuint (receipts->len, ==, 2);
}

static gboolean
holds_finding (ChtOutcome *outcome, const char *id)
{
  GPtrArray *findings = cht_outcome_get_findings (outcome);

  for (guint i = 0; i < findings->len; i++)
    if (g_str_equal (cht_finding_get_id (findings->pdata[i]), id))
      return TRUE;
  return FALSE;
}

/* Refused here, with nothing sent: the log has no row of an upload. */
static void
test_refused (Scene *scene, gconstpointer data)
{
  g_autoptr (ChtSecret) wrong = cht_secret_new_text ("zurich 1");
  g_autofree char *audit = NULL;

  create_vault (scene);
  sign_in (scene);
  g_autoptr (ChtDraft) draft = prepare (scene, "no", "kafka-nowhere");
  g_autoptr (ChtOutcome) nowhere = upload (scene, draft, (ChtUploadOptions) { .keep = TRUE }, CHT_OUTCOME_REFUSED);
  g_assert_true (holds_finding (nowhere, "destination.unknown"));
  cht_draft_set_destinations (draft, (const char *[]) { "kafka-in-use", NULL });
  g_autoptr (ChtOutcome) used = upload (scene, draft, (ChtUploadOptions) { 0 }, CHT_OUTCOME_REFUSED);
  g_assert_true (holds_finding (used, "destination.in-use"));
  cht_draft_set_destinations (draft, (const char *[]) { "kafka-mutual", NULL });
  cht_draft_set_passphrase (draft, wrong);
  g_autoptr (ChtOutcome) shut = upload (scene, draft, (ChtUploadOptions) { 0 }, CHT_OUTCOME_REFUSED);
  g_assert_true (holds_finding (shut, "key.passphrase-wrong"));
  g_assert_null (find_listed (scene, "no"));
  audit = list_audit (scene);
  g_assert_null (strstr (audit, "controller.upload"));
  g_assert_cmpuint (g_list_model_get_n_items (cht_workspace_get_items (scene->workspace)), ==, 0);
}

static void
test_download (Scene *scene, gconstpointer data)
{
  g_autofree char *out = g_build_filename (scene->folder, "out", NULL),
                  *other = g_build_filename (scene->folder, "other", NULL);
  g_autofree char *sealed = g_build_filename (scene->folder, "sealed", NULL);
  g_autoptr (ChtSecret) fresh = cht_secret_new_text ("Basel 77");
  const char *certificate = cht_fixture_get_pem (scene->issuing);

  sign_in (scene);
  g_autoptr (ChtDraft) draft = prepare (scene, "kafka-east", "kafka-mutual");
  g_autoptr (ChtOutcome) done = upload (scene, draft, (ChtUploadOptions) { 0 }, CHT_OUTCOME_DONE);
  g_assert_null (download (scene, "kafka-east", CHT_PART_ALL, other, CHT_KEY_EXPORT_NONE));
  assert_problem (&scene->error, "usage", 2);
  g_assert_null (download (scene, "no-such", CHT_PART_ALL, other, CHT_KEY_EXPORT_AS_GIVEN));
  assert_problem (&scene->error, "certificate.unknown", 1);
  g_assert_cmpuint (count_files (other), ==, 0);
  g_autoptr (GPtrArray) files = download (scene, "kafka-east", CHT_PART_ALL, out, CHT_KEY_EXPORT_AS_GIVEN);
  g_assert_no_error (scene->error);
  g_assert_cmpuint (files->len, ==, 3);
  assert_file (files, 0, "root", scene->chain, strlen (scene->chain));
  assert_file (files, 1, "intermediate", certificate, strlen (certificate));
  assert_file (files, 2, "key", cht_secret_get_data (scene->key), cht_secret_get_size (scene->key));
  g_assert_null (download (scene, "kafka-east", CHT_PART_ALL, out, CHT_KEY_EXPORT_AS_GIVEN));
  assert_problem (&scene->error, "file.exists", 2);
  g_autoptr (GPtrArray) part =
      download (scene, "kafka-east", CHT_PART_ROOT | CHT_PART_INTERMEDIATE, other, CHT_KEY_EXPORT_NONE);
  g_assert_no_error (scene->error);
  g_assert_cmpuint (part->len, ==, 2);
  g_autoptr (GPtrArray) key = download (scene, "kafka-east", CHT_PART_KEY, sealed, CHT_KEY_EXPORT_ENCRYPTED);
  g_assert_no_error (scene->error);
  g_autoptr (GBytes) bytes = read_file (((ChtExportedFile *) key->pdata[0])->path);
  g_autoptr (ChtSecret) text = cht_secret_new (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_autoptr (ChtKey) opened = cht_key_new (text, fresh);
  g_assert_true (cht_key_fits (opened, cht_fixture_get_certificate (scene->issuing)));

  CALL (scene, load_chain, "kafka-east", NULL);
  g_autoptr (ChtBundle) chain = cht_workspace_load_chain_finish (scene->workspace, load_chain_result, &scene->error);
  g_assert_no_error (scene->error);
  g_assert_cmpuint (cht_bundle_get_certificates (chain)->len, ==, 2);
  g_assert_cmpuint (cht_bundle_get_keys (chain)->len, ==, 0);
}

static void
refresh (Scene *scene)
{
  CALL (scene, refresh, NULL);
  cht_workspace_refresh_finish (scene->workspace, refresh_result, &scene->error);
  g_assert_no_error (scene->error);
}

static void
test_renewal (Scene *scene, gconstpointer data)
{
  g_autofree char *impact = NULL, *audit = NULL;
  gint64 refreshed;

  create_vault (scene);
  sign_in (scene);
  refresh (scene);
  g_object_get (scene->workspace, "refreshed", &refreshed, NULL);
  g_assert_cmpint (refreshed, !=, CHT_TIME_UNKNOWN);
  g_autoptr (ChtExpiry) expiry = g_object_ref (cht_workspace_get_expiry (scene->workspace));
  g_assert_true (cht_expiry_get_required (expiry));
  impact = cht_workspace_dup_renewal_impact (scene->workspace, CHT_RENEW_DUE);
  g_assert_nonnull (strstr (impact, "30 to 60 minutes"));
  g_assert_nonnull (strstr (impact, "lab"));
  CALL (scene, follow_job, NULL, NULL);
  g_assert_null (cht_workspace_follow_job_finish (scene->workspace, follow_job_result, &scene->error));
  g_assert_no_error (scene->error);
  CALL (scene, renew, CHT_RENEW_DUE, NULL);
  g_autoptr (ChtOutcome) outcome = cht_workspace_renew_finish (scene->workspace, renew_result, &scene->error);
  g_assert_no_error (scene->error);
  g_assert_cmpint (cht_outcome_get_kind (outcome), ==, CHT_OUTCOME_DONE);
  g_autoptr (GAsyncResult) followed = NULL;
  cht_workspace_follow_job_async (scene->workspace, cht_outcome_get_job (outcome), NULL, wait_done, &scene->result);
  followed = wait_for (&scene->result);
  g_autoptr (ChtJob) job = cht_workspace_follow_job_finish (scene->workspace, followed, &scene->error);
  g_assert_no_error (scene->error);
  g_assert_cmpstr (cht_job_get_id (job), ==, cht_outcome_get_job (outcome));
  g_assert_cmpint (cht_job_get_status (job), ==, CHT_JOB_COMPLETED);
  /* The lists were asked again at the job's end, and the objects are the ones from before. */
  g_assert_false (cht_expiry_get_required (expiry));
  g_assert_true (expiry == cht_workspace_get_expiry (scene->workspace));
  g_autoptr (ChtJob) model_job = cht_workspace_find_job (scene->workspace, cht_job_get_id (job));
  g_assert_true (model_job == job);
  g_assert_cmpuint (g_list_model_get_n_items (cht_workspace_get_alarms (scene->workspace)), >, 0);
  g_autoptr (ChtAlarm) alarm = g_list_model_get_item (cht_workspace_get_alarms (scene->workspace), 0);
  CALL (scene, clear_alarm, cht_alarm_get_id (alarm), "seen", NULL);
  g_autoptr (ChtOutcome) cleared =
      cht_workspace_clear_alarm_finish (scene->workspace, clear_alarm_result, &scene->error);
  g_assert_no_error (scene->error);
  g_assert_cmpint (cht_outcome_get_kind (cleared), ==, CHT_OUTCOME_DONE);
  g_assert_false (cht_alarm_get_open (alarm));
  audit = list_audit (scene);
  g_assert_nonnull (
      strstr (audit, "controller.renew asked\ncontroller.renew done\nalarm.clear asked\nalarm.clear done\n"));
}

static void
test_unknown_names (Scene *scene, gconstpointer data)
{
  sign_in (scene);
  CALL (scene, load_jobs, "no-such-job", NULL);
  g_assert_false (cht_workspace_load_jobs_finish (scene->workspace, load_jobs_result, &scene->error));
  assert_problem (&scene->error, "job.unknown", 1);
  CALL (scene, clear_alarm, "no-such-alarm", NULL, NULL);
  g_autoptr (ChtOutcome) outcome =
      cht_workspace_clear_alarm_finish (scene->workspace, clear_alarm_result, &scene->error);
  g_assert_no_error (scene->error);
  g_assert_cmpint (cht_outcome_get_kind (outcome), ==, CHT_OUTCOME_REFUSED);
}

static gboolean
is_read (gpointer data)
{
  return !cht_draft_get_busy (data);
}

/* A trust chain alone, for the roles that take no key. */
static ChtDraft *
prepare_chain (Scene *scene, const char *role, const char *name, ChtFixture *fixture, const char *edits)
{
  ChtDraft *draft = cht_workspace_new_draft (scene->workspace, edits);
  g_autoptr (ChtRoleForm) form = find_form (scene, role);
  const char *pem = cht_fixture_get_pem (fixture);

  cht_draft_set_role_form (draft, form);
  if (edits == NULL)
    cht_draft_set_name (draft, name);
  set_field (scene, draft, CHT_FIELD_CHAIN, pem, strlen (pem));
  return draft;
}

/* Server Syslog: up, changed in place, down again; there is no key, so none is asked about. */
static void
test_edit (Scene *scene, gconstpointer data)
{
  g_autoptr (ChtFixture) newer = cht_fixture_new ("Newer Syslog Root", NULL, NULL);
  g_autofree char *out = g_build_filename (scene->folder, "out", NULL), *audit = NULL;

  create_vault (scene);
  sign_in (scene);
  g_autoptr (ChtDraft) first = prepare_chain (scene, "server-syslog", "syslog-one", scene->root, NULL);
  g_autoptr (ChtOutcome) added = upload (scene, first, (ChtUploadOptions) { .keep = TRUE }, CHT_OUTCOME_DONE);
  g_assert_nonnull (strstr (cht_outcome_get_message (added), "1 certificate, the same as here"));
  g_autoptr (ChtListed) listed = find_listed (scene, "syslog-one");
  g_assert_cmpuint (cht_listed_get_operations (listed) & CHT_OPERATION_EDIT, !=, 0);

  g_autoptr (ChtDraft) second = prepare_chain (scene, "server-syslog", NULL, newer, "syslog-one");
  g_assert_true (cht_draft_get_edit (second));
  g_assert_cmpstr (cht_draft_get_name (second), ==, "syslog-one");
  g_autoptr (ChtOutcome) edited = upload (scene, second, (ChtUploadOptions) { .keep = TRUE }, CHT_OUTCOME_DONE);
  g_autoptr (ChtListed) still = find_listed (scene, "syslog-one");
  g_assert_true (still == listed);

  g_autoptr (GPtrArray) files = download (scene, "syslog-one", CHT_PART_ALL, out, CHT_KEY_EXPORT_NONE);
  g_assert_no_error (scene->error);
  g_assert_cmpuint (files->len, ==, 1);
  assert_file (files, 0, "root", cht_fixture_get_pem (newer), strlen (cht_fixture_get_pem (newer)));
  g_assert_cmpuint (g_list_model_get_n_items (cht_workspace_get_items (scene->workspace)), ==, 2);
  audit = list_audit (scene);
  g_assert_nonnull (strstr (audit, "controller.edit asked\ncontroller.edit done\n"));
  g_assert_nonnull (strstr (audit, "controller.download asked\ncontroller.download done\n"));
}

/* Device gNMI takes several hierarchies in one file; what the controller keeps to itself is refused here. */
static void
test_roles (Scene *scene, gconstpointer data)
{
  g_autoptr (ChtFixture) other = cht_fixture_new ("Other Root", NULL, NULL);
  g_autofree char *bundle = cht_fixtures_to_pem (scene->root, other, NULL);

  sign_in (scene);
  g_autoptr (ChtDraft) gnmi = prepare_chain (scene, "device-gnmi", "gnmi-all", scene->root, NULL);
  set_field (scene, gnmi, CHT_FIELD_CHAIN, bundle, strlen (bundle));
  g_autofree char *summary = cht_draft_dup_summary (gnmi, CHT_FIELD_CHAIN);
  g_assert_true (g_str_has_prefix (summary, "2 certificates, 2 hierarchies, to 20"));
  g_autoptr (ChtOutcome) done = upload (scene, gnmi, (ChtUploadOptions) { 0 }, CHT_OUTCOME_DONE);
  g_autoptr (ChtDraft) system = prepare_chain (scene, "internal-tls", "mine", scene->root, NULL);
  g_autoptr (ChtOutcome) never = upload (scene, system, (ChtUploadOptions) { 0 }, CHT_OUTCOME_REFUSED);
  g_assert_true (holds_finding (never, "role.no-add"));
  g_autoptr (ChtRoleForm) form = find_form (scene, "external-destination");
  g_assert_true (cht_role_form_get_key (form).mandatory);
  g_assert_false (cht_role_form_get_passphrase (form).mandatory);
  g_assert_cmpstr (cht_role_form_get_trust (form).label, !=, "");
}

/* A draft without a role asks for one, and nothing is sent. */
static void
test_no_role (Scene *scene, gconstpointer data)
{
  const ChtUploadOptions options = { 0 };

  sign_in (scene);
  g_autoptr (ChtDraft) draft = cht_workspace_new_draft (scene->workspace, NULL);
  cht_draft_set_name (draft, "nameless");
  CALL (scene, upload, draft, &options, NULL);
  g_assert_null (cht_workspace_upload_finish (scene->workspace, upload_result, &scene->error));
  assert_problem (&scene->error, "role.unknown", 2);
  wait_until (is_read, draft);
}

/* Two programs on one vault: what one adds, the other shows. */
static void
test_two_at_once (Scene *scene, gconstpointer data)
{
  g_autofree char *chain = folder_write (scene->folder, "chain.pem", scene->chain, -1);
  g_autofree char *root = folder_write (scene->folder, "root.pem", cht_fixture_get_pem (scene->root), -1);
  ChtWorkspace *first = scene->workspace;

  create_vault (scene);
  g_autoptr (GPtrArray) mine = add_files (scene, NULL, chain, NULL);
  g_assert_no_error (scene->error);
  scene->workspace = cht_workspace_new (scene->vault, CHT_CLOCK_SYSTEM);
  CALL (scene, unlock_vault, NULL);
  g_assert_true (cht_workspace_unlock_vault_finish (scene->workspace, unlock_vault_result, &scene->error));
  g_autoptr (GPtrArray) theirs = add_files (scene, NULL, root, NULL);
  g_assert_no_error (scene->error);
  g_assert_cmpuint (g_list_model_get_n_items (cht_workspace_get_items (scene->workspace)), ==, 2);
  g_object_unref (scene->workspace);
  scene->workspace = first;
  /* The next write of the first one finds the newer state and goes on from there. */
  g_autoptr (GPtrArray) again = add_files (scene, "twice", root, NULL);
  g_assert_no_error (scene->error);
  g_assert_cmpuint (again->len, ==, 1);
  g_autoptr (ChtItem) kept = g_list_model_get_item (cht_workspace_get_items (first), 0);
  g_assert_true (kept == mine->pdata[0]);
  g_assert_cmpuint (g_list_model_get_n_items (cht_workspace_get_items (first)), >=, 2);
}

static gboolean
has_draft (gpointer data)
{
  return g_list_model_get_n_items (data) == 1;
}

static void
test_draft (Scene *scene, gconstpointer data)
{
  create_vault (scene);
  sign_in (scene);
  g_autoptr (ChtDraft) draft = prepare (scene, "kafka-east", "kafka-mutual");
  CALL (scene, keep_draft, draft, NULL);
  g_assert_true (cht_workspace_keep_draft_finish (scene->workspace, keep_draft_result, &scene->error));
  g_autoptr (ChtDraft) listed = g_list_model_get_item (cht_workspace_get_drafts (scene->workspace), 0);
  g_assert_true (listed == draft);
  /* Kept again it is the same record. */
  cht_draft_set_name (draft, "kafka-north");
  g_autoptr (GAsyncResult) again = NULL;
  cht_workspace_keep_draft_async (scene->workspace, draft, NULL, wait_done, &scene->result);
  again = wait_for (&scene->result);
  g_assert_true (cht_workspace_keep_draft_finish (scene->workspace, again, &scene->error));
  wait_until (is_read, draft);
  reopen (scene);
  wait_until (has_draft, cht_workspace_get_drafts (scene->workspace));
  g_autoptr (ChtDraft) found = g_list_model_get_item (cht_workspace_get_drafts (scene->workspace), 0);
  wait_until (is_read, found);
  g_assert_cmpstr (cht_draft_get_name (found), ==, "kafka-north");
  g_assert_cmpuint (cht_bundle_get_certificates (cht_draft_get_bundle (found, CHT_FIELD_CHAIN))->len, ==, 2);
  sign_in (scene);
  g_autoptr (ChtRoleForm) form = find_form (scene, "external-destination");
  g_assert_true (cht_draft_get_role_form (found) == form);
  cht_draft_set_passphrase (found, scene->passphrase);
  g_autoptr (ChtOutcome) outcome = upload (scene, found, (ChtUploadOptions) { 0 }, CHT_OUTCOME_DONE);
  CALL (scene, drop_draft, found, NULL);
  g_assert_true (cht_workspace_drop_draft_finish (scene->workspace, drop_draft_result, &scene->error));
  g_assert_cmpuint (g_list_model_get_n_items (cht_workspace_get_drafts (scene->workspace)), ==, 0);
  wait_until (is_read, found);
}

static void
test_cancelled_and_out (Scene *scene, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  sign_in (scene);
  refresh (scene);
  g_assert_cmpuint (g_list_model_get_n_items (cht_workspace_get_certificates (scene->workspace)), >, 3);
  g_cancellable_cancel (cancellable);
  {
    CALL (scene, refresh, cancellable);
    g_assert_false (cht_workspace_refresh_finish (scene->workspace, refresh_result, &scene->error));
    assert_problem (&scene->error, "cancelled", 130);
  }
  {
    CALL (scene, load_destinations, cancellable);
    g_assert_false (cht_workspace_load_destinations_finish (scene->workspace, load_destinations_result, &scene->error));
    assert_problem (&scene->error, "cancelled", 130);
  }
  g_assert_cmpuint (g_list_model_get_n_items (cht_workspace_get_certificates (scene->workspace)), >, 3);
  sign_out (scene);
  g_assert_cmpuint (g_list_model_get_n_items (cht_workspace_get_certificates (scene->workspace)), ==, 0);
  CALL (scene, refresh, NULL);
  g_assert_false (cht_workspace_refresh_finish (scene->workspace, refresh_result, &scene->error));
  assert_problem (&scene->error, "controller.sign-in", 3);
}

static void
test_probe (Scene *scene, gconstpointer data)
{
  start_controller (scene);
  g_autoptr (GAsyncResult) no = NULL;
  cht_workspace_probe_async (scene->workspace, "http://127.0.0.1/", NULL, wait_done, &scene->result);
  no = wait_for (&scene->result);
  g_assert_null (cht_workspace_probe_finish (scene->workspace, no, &scene->error));
  assert_problem (&scene->error, "usage", 2);
  CALL (scene, probe, get_fact (scene, "url"), NULL);
  g_autoptr (ChtServerCard) card = cht_workspace_probe_finish (scene->workspace, probe_result, &scene->error);
  g_assert_no_error (scene->error);
  g_assert_cmpstr (card->pin, ==, get_fact (scene, "pin"));
  g_assert_cmpuint (strlen (card->sha256), ==, 64);
  g_assert_cmpint (card->not_after, >, card->not_before);
}

int
main (int argc, char **argv)
{
  static const struct { const char *path; void (*test) (Scene *, gconstpointer); } tests[] = {
    { "/workflow/workspace/vault", test_vault }, { "/workflow/workspace/export-key", test_export_key },
    { "/workflow/workspace/modes", test_modes }, { "/workflow/workspace/probe", test_probe },
    { "/workflow/workspace/sign-in", test_sign_in }, { "/workflow/workspace/upload", test_upload },
    { "/workflow/workspace/refused", test_refused }, { "/workflow/workspace/download", test_download },
    { "/workflow/workspace/renewal", test_renewal }, { "/workflow/workspace/unknown-names", test_unknown_names },
    { "/workflow/workspace/edit", test_edit }, { "/workflow/workspace/roles", test_roles },
    { "/workflow/workspace/no-role", test_no_role }, { "/workflow/workspace/two-at-once", test_two_at_once },
    { "/workflow/workspace/draft", test_draft }, { "/workflow/workspace/cancelled-and-out", test_cancelled_and_out },
  };
  int code;

  cht_process_start (CHT_PROCESS_NONE);
  g_test_init (&argc, &argv, NULL);
  stage = stage_new ();
  stage_start_keyring (stage, "keyring-pw");
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Scene, NULL, set_up, tests[i].test, tear_down);
  code = g_test_run ();
  stage_free (stage);
  return code;
}
