/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A draft's files are mended, told in words, and brought back: every kind of repair that a draft knows. */
#include "workflow-wait.h"

#include <string.h>

#include "cht-draft-private.h"
#include "cht-fixtures.h"
#include "cht-records-private.h"
#include "cht-repair.h"

typedef struct {
  ChtDraft *draft;
  ChtFixture *root, *issuing, *leaf, *other;
  GAsyncResult *result;
} Form;

static void
set_up (Form *form, gconstpointer data)
{
  g_autoptr (ChtRoleForm) role = NULL;

  form->root = cht_fixture_new ("Root CA", NULL, NULL);
  form->issuing = cht_fixture_new ("Issuing CA", form->root, NULL);
  form->leaf = cht_fixture_new ("host.example", form->issuing, &(ChtFixtureOptions) { .is_leaf = TRUE });
  form->other = cht_fixture_new ("Other Root", NULL, NULL);
  form->draft = cht_draft_new (&CHT_CLOCK_SYSTEM, FALSE, NULL, NULL);
  role = cht_role_form_new (data, "", NULL, CHT_OPERATION_ADD);
  cht_draft_set_role_form (form->draft, role);
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
  wait_until (is_gone, &form->draft);
  cht_fixture_free (form->other);
  cht_fixture_free (form->leaf);
  cht_fixture_free (form->issuing);
  cht_fixture_free (form->root);
}

static gboolean
is_quiet (gpointer data)
{
  return !cht_draft_get_busy (data);
}

static void
set_bytes (Form *form, ChtField field, GBytes *bytes, const char *name)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  cht_draft_set_bytes_async (form->draft, field, bytes, name, NULL, wait_done, &form->result);
  result = wait_for (&form->result);
  cht_draft_set_bytes_finish (form->draft, result, &error);
  g_assert_no_error (error);
  wait_until (is_quiet, form->draft);
}

static void
set_text (Form *form, ChtField field, const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  set_bytes (form, field, bytes, "given.pem");
}

/* The repair that the finding of this id carries; NULL where there is no such finding. */
static const char *
repair_of (Form *form, const char *id)
{
  GListModel *findings = cht_draft_get_findings (form->draft);
  const char *repair = NULL;

  wait_until (is_quiet, form->draft);
  for (guint i = 0; i < g_list_model_get_n_items (findings); i++)
    {
      g_autoptr (ChtFinding) finding = g_list_model_get_item (findings, i);
      if (!g_str_equal (cht_finding_get_id (finding), id))
        continue;
      repair = g_intern_string (cht_finding_get_repair (finding));
      g_assert_true (cht_draft_can_repair (form->draft, cht_finding_get_field (finding), repair));
    }
  return repair;
}

static ChtDraftRepair *
plan (Form *form, ChtField field, const char *id, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  cht_draft_plan_repair_async (form->draft, field, id, NULL, wait_done, &form->result);
  result = wait_for (&form->result);
  return cht_draft_plan_repair_finish (form->draft, result, error);
}

/* The labels of what a field holds, in its order. */
static char *
labels (Form *form, ChtField field)
{
  GPtrArray *certificates = cht_bundle_get_certificates (cht_draft_get_bundle (form->draft, field));
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < certificates->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", cht_certificate_get_label (certificates->pdata[i]));
  return g_string_free (text, FALSE);
}

static void
assert_labels (Form *form, ChtField field, const char *wanted)
{
  g_autofree char *text = labels (form, field);

  g_assert_cmpstr (text, ==, wanted);
}

/* Mends what FINDING blames in the chain: AFTER stands there and WORDS (each) are told; an Undo brings back the very
 * bytes and the finding, a second repair mends again. */
static void
check_chain (Form *form, const char *finding, const char *suffix, const char *after, const char *const *words)
{
  g_autofree char *before = labels (form, CHT_FIELD_CHAIN);
  ChtBundle *bundle = cht_draft_get_bundle (form->draft, CHT_FIELD_CHAIN);
  g_autoptr (GBytes) bytes = g_bytes_ref (form->draft->fields[0].bytes);
  const char *id = repair_of (form, finding);
  g_autoptr (ChtDraftRepair) repair = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (id);
  repair = plan (form, CHT_FIELD_CHAIN, id, &error);
  g_assert_no_error (error);
  g_assert_cmpint (cht_draft_repair_get_field (repair), ==, CHT_FIELD_CHAIN);
  g_assert_cmpstr (cht_draft_repair_get_verb (repair), ==, cht_draft_repair_verb (id));
  /* A plan alone changes nothing. */
  g_assert_true (cht_draft_get_bundle (form->draft, CHT_FIELD_CHAIN) == bundle);
  text = cht_draft_repair_dup_text (repair);
  for (const char *const *word = words; *word != NULL; word++)
    if (strstr (text, *word) == NULL)
      g_error ("“%s” is not in “%s”", *word, text);

  for (guint round = 0; round < 2; round++)
    {
      g_assert_true (cht_draft_apply_repair (form->draft, repair));
      g_assert_false (cht_draft_apply_repair (form->draft, repair));
      assert_labels (form, CHT_FIELD_CHAIN, after);
      g_assert_true (g_str_has_suffix (cht_draft_get_file_name (form->draft, CHT_FIELD_CHAIN), suffix));
      g_assert_null (repair_of (form, finding));
      if (round == 1)
        break;
      g_assert_true (cht_draft_undo_repair (form->draft, repair));
      g_assert_false (cht_draft_undo_repair (form->draft, repair));
      assert_labels (form, CHT_FIELD_CHAIN, before);
      g_assert_true (g_bytes_equal (form->draft->fields[0].bytes, bytes));
      g_assert_false (g_str_has_suffix (cht_draft_get_file_name (form->draft, CHT_FIELD_CHAIN), suffix));
      g_assert_cmpstr (repair_of (form, finding), ==, id);
    }
}

#define WORDS(...) ((const char *const[]) { __VA_ARGS__, NULL })

static void
test_order (Form *form, gconstpointer data)
{
  g_autofree char *chain = cht_fixtures_to_pem (form->issuing, form->root, NULL);

  set_text (form, CHT_FIELD_CHAIN, chain);
  check_chain (form, "chain.order", "given.pem, put in order", "Root CA, Issuing CA",
               WORDS ("Before: Issuing CA, Root CA\n", "After: Root CA, Issuing CA\n", "Moved: Root CA, Issuing CA"));
}

/* The order keeps what stands there twice: nothing goes but by its own repair. */
static void
test_order_with_duplicate (Form *form, gconstpointer data)
{
  g_autofree char *chain = cht_fixtures_to_pem (form->issuing, form->root, form->issuing, NULL);
  g_autoptr (ChtDraftRepair) repair = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  set_text (form, CHT_FIELD_CHAIN, chain);
  repair = plan (form, CHT_FIELD_CHAIN, CHT_REPAIR_ORDER, &error);
  g_assert_no_error (error);
  text = cht_draft_repair_dup_text (repair);
  g_assert_true (cht_draft_apply_repair (form->draft, repair));
  assert_labels (form, CHT_FIELD_CHAIN, "Root CA, Issuing CA, Issuing CA");
  g_assert_null (strstr (text, "Left out"));
  g_assert_nonnull (repair_of (form, "chain.duplicate"));
}

static void
test_duplicates (Form *form, gconstpointer data)
{
  g_autofree char *chain = cht_fixtures_to_pem (form->root, form->root, form->issuing, NULL);

  set_text (form, CHT_FIELD_CHAIN, chain);
  check_chain (form, "chain.duplicate", "without duplicates", "Root CA, Issuing CA",
               WORDS ("Kept: Root CA, Issuing CA\n", "Left out: Root CA"));
}

static void
test_leaf (Form *form, gconstpointer data)
{
  g_autofree char *chain = cht_fixtures_to_pem (form->root, form->issuing, form->leaf, NULL);

  set_text (form, CHT_FIELD_CHAIN, chain);
  check_chain (form, "chain.leaf", "CAs alone", "Root CA, Issuing CA",
               WORDS ("Kept: Root CA, Issuing CA\n", "Left out: host.example"));
}

static void
test_split (Form *form, gconstpointer data)
{
  g_autofree char *chain = cht_fixtures_to_pem (form->root, form->other, form->issuing, NULL);

  set_text (form, CHT_FIELD_CHAIN, chain);
  check_chain (form, "chain.several", "the first hierarchy", "Root CA, Issuing CA",
               WORDS ("Kept: Root CA, Issuing CA\n", "Left out: Other Root",
                      "Add a certificate for each of the others"));
}

static void
test_root_alone (Form *form, gconstpointer data)
{
  g_autofree char *chain = cht_fixtures_to_pem (form->root, form->issuing, NULL);

  set_text (form, CHT_FIELD_CHAIN, chain);
  check_chain (form, "chain.more-than-root", "without the rest", "Root CA",
               WORDS ("Kept: Root CA\n", "Left out: Issuing CA"));
}

static void
test_unrelated (Form *form, gconstpointer data)
{
  g_autofree char *chain = cht_fixtures_to_pem (form->root, form->other, form->issuing, NULL);
  g_autoptr (ChtSecret) key = cht_fixture_key_to_pkcs8 (form->issuing, NULL);

  set_text (form, CHT_FIELD_CHAIN, chain);
  set_text (form, CHT_FIELD_CERTIFICATE, cht_fixture_get_pem (form->issuing));
  set_text (form, CHT_FIELD_KEY, cht_secret_get_text (key));
  check_chain (form, "chain.unrelated", "without the rest", "Root CA, Issuing CA",
               WORDS ("Kept: Root CA, Issuing CA\n", "Left out: Other Root"));
  assert_labels (form, CHT_FIELD_CERTIFICATE, "Issuing CA");
  g_assert_cmpstr (cht_draft_get_file_name (form->draft, CHT_FIELD_CERTIFICATE), ==, "given.pem");
}

static void
test_to_pem (Form *form, gconstpointer data)
{
  set_bytes (form, CHT_FIELD_CHAIN, cht_fixture_get_der (form->root), "root.der");
  check_chain (form, "file.not-pem", "root.der, as PEM", "Root CA", WORDS ("Kept: Root CA"));
  g_assert_true (cht_bundle_is_plain_pem (cht_draft_get_bundle (form->draft, CHT_FIELD_CHAIN)));
}

static void
test_key_out (Form *form, gconstpointer data)
{
  g_autofree char *chain = cht_fixtures_to_pem (form->root, form->issuing, NULL), *whole = NULL;
  g_autoptr (ChtSecret) key = cht_fixture_key_to_pkcs8 (form->issuing, NULL);

  whole = g_strconcat (chain, cht_secret_get_text (key), NULL);
  set_text (form, CHT_FIELD_CHAIN, whole);
  check_chain (form, "file.private-key", "without the key", "Root CA, Issuing CA",
               WORDS ("Kept: Root CA, Issuing CA\n", "The private key is left out."));
  g_assert_cmpuint (cht_bundle_get_keys (cht_draft_get_bundle (form->draft, CHT_FIELD_CHAIN))->len, ==, 0);
}

/* One container becomes chain, certificate and key; fields that hold something are left alone. */
static void
test_container (Form *form, gconstpointer data)
{
  g_autoptr (GBytes) container = cht_fixtures_to_pkcs12 ("", form->issuing, form->root, NULL);
  g_autoptr (ChtDraftRepair) repair = NULL, second = NULL;
  g_autofree char *text = NULL, *other = NULL;
  g_autoptr (GError) error = NULL;

  set_bytes (form, CHT_FIELD_CHAIN, container, "ca.p12");
  g_assert_cmpstr (repair_of (form, "file.not-pem"), ==, CHT_REPAIR_TO_PEM);
  repair = plan (form, CHT_FIELD_CHAIN, CHT_REPAIR_TO_PEM, &error);
  g_assert_no_error (error);
  text = cht_draft_repair_dup_text (repair);
  g_assert_nonnull (strstr (text, "The private key goes into its own field."));
  g_assert_nonnull (strstr (text, "The intermediate certificate goes into its own field, too."));
  g_assert_true (cht_draft_apply_repair (form->draft, repair));
  assert_labels (form, CHT_FIELD_CERTIFICATE, "Issuing CA");
  g_assert_cmpstr (cht_draft_get_file_name (form->draft, CHT_FIELD_KEY), ==, "ca.p12, taken out");
  other = cht_draft_dup_summary (form->draft, CHT_FIELD_KEY);
  g_assert_nonnull (strstr (other, "fits the intermediate"));
  g_assert_true (cht_draft_undo_repair (form->draft, repair));
  g_assert_null (cht_draft_get_bundle (form->draft, CHT_FIELD_CERTIFICATE));
  g_assert_null (cht_draft_get_bundle (form->draft, CHT_FIELD_KEY));
  wait_until (is_quiet, form->draft);

  set_text (form, CHT_FIELD_CERTIFICATE, cht_fixture_get_pem (form->other));
  second = plan (form, CHT_FIELD_CHAIN, CHT_REPAIR_TO_PEM, &error);
  g_assert_no_error (error);
  g_assert_true (cht_draft_apply_repair (form->draft, second));
  assert_labels (form, CHT_FIELD_CERTIFICATE, "Other Root");
  /* The first one was planned on what is no more. */
  g_assert_false (cht_draft_apply_repair (form->draft, repair));
}

static void
test_key_forms (Form *form, gconstpointer data)
{
  g_autoptr (ChtSecret) traditional = cht_fixture_key_to_traditional (form->issuing);
  g_autoptr (ChtDraftRepair) repair = NULL;
  g_autoptr (GError) error = NULL;
  ChtKey *key;

  set_text (form, CHT_FIELD_KEY, cht_secret_get_text (traditional));
  g_assert_true (cht_draft_can_repair (form->draft, CHT_FIELD_KEY, CHT_REPAIR_PKCS8));
  g_assert_false (cht_draft_can_repair (form->draft, CHT_FIELD_KEY, CHT_REPAIR_ORDER));
  repair = plan (form, CHT_FIELD_KEY, CHT_REPAIR_PKCS8, &error);
  g_assert_no_error (error);
  g_assert_true (cht_draft_apply_repair (form->draft, repair));
  key = cht_bundle_get_keys (cht_draft_get_bundle (form->draft, CHT_FIELD_KEY))->pdata[0];
  g_assert_cmpint (cht_key_get_form (key), ==, CHT_KEY_FORM_PKCS8);
  g_assert_true (cht_key_fits (key, cht_fixture_get_certificate (form->issuing)));
  g_assert_true (cht_draft_undo_repair (form->draft, repair));
  key = cht_bundle_get_keys (cht_draft_get_bundle (form->draft, CHT_FIELD_KEY))->pdata[0];
  g_assert_cmpint (cht_key_get_form (key), ==, CHT_KEY_FORM_SEC1);
}

/* A passphrase that changes between a repair and its Undo opens, or closes, what came back. */
static void
test_key_passphrase (Form *form, gconstpointer data)
{
  g_autoptr (ChtSecret) sealed = cht_fixture_key_to_pkcs8 (form->issuing, "open");
  g_autoptr (ChtSecret) passphrase = cht_secret_new_text ("open");
  g_autofree char *dressed = g_strconcat ("From the CA:\n", cht_secret_get_text (sealed), NULL);
  g_autoptr (ChtDraftRepair) repair = NULL;
  g_autoptr (GError) error = NULL;
  GPtrArray *keys;

  set_text (form, CHT_FIELD_KEY, dressed);
  /* What is not open cannot be written anew. */
  g_assert_false (cht_draft_can_repair (form->draft, CHT_FIELD_KEY, CHT_REPAIR_TO_PEM));
  cht_draft_set_passphrase (form->draft, passphrase);
  wait_until (is_quiet, form->draft);
  repair = plan (form, CHT_FIELD_KEY, CHT_REPAIR_TO_PEM, &error);
  g_assert_no_error (error);
  g_assert_true (cht_draft_apply_repair (form->draft, repair));
  keys = cht_bundle_get_keys (cht_draft_get_bundle (form->draft, CHT_FIELD_KEY));
  g_assert_cmpint (cht_key_get_state (keys->pdata[0]), ==, CHT_KEY_STATE_OPEN);
  g_assert_true (cht_key_is_encrypted (keys->pdata[0]));
  cht_draft_set_passphrase (form->draft, NULL);
  wait_until (is_quiet, form->draft);
  g_assert_true (cht_draft_undo_repair (form->draft, repair));
  wait_until (is_quiet, form->draft);
  keys = cht_bundle_get_keys (cht_draft_get_bundle (form->draft, CHT_FIELD_KEY));
  g_assert_cmpint (cht_key_get_state (keys->pdata[0]), ==, CHT_KEY_STATE_PASSPHRASE_NEEDED);
}

static void
test_nothing (Form *form, gconstpointer data)
{
  g_autofree char *chain = cht_fixtures_to_pem (form->root, form->issuing, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (cht_draft_can_repair (form->draft, CHT_FIELD_CHAIN, CHT_REPAIR_ORDER));
  set_text (form, CHT_FIELD_CHAIN, chain);
  g_assert_false (cht_draft_can_repair (form->draft, CHT_FIELD_CHAIN, NULL));
  g_assert_false (cht_draft_can_repair (form->draft, CHT_FIELD_CHAIN, "of-tomorrow"));
  g_assert_false (cht_draft_can_repair (form->draft, CHT_FIELD_PASSPHRASE, CHT_REPAIR_ORDER));
  g_assert_null (cht_draft_repair_verb ("of-tomorrow"));
  g_assert_null (plan (form, CHT_FIELD_CHAIN, CHT_REPAIR_ORDER, &error));
  assert_problem (&error, "repair.nothing", 1);
  assert_labels (form, CHT_FIELD_CHAIN, "Root CA, Issuing CA");
}

/* A repair never falls on a file that came meanwhile. */
static void
test_overtaken (Form *form, gconstpointer data)
{
  g_autofree char *chain = cht_fixtures_to_pem (form->issuing, form->root, NULL);
  g_autoptr (ChtDraftRepair) repair = NULL;
  g_autoptr (GError) error = NULL;

  set_text (form, CHT_FIELD_CHAIN, chain);
  repair = plan (form, CHT_FIELD_CHAIN, CHT_REPAIR_ORDER, &error);
  g_assert_no_error (error);
  set_text (form, CHT_FIELD_CHAIN, cht_fixture_get_pem (form->other));
  g_assert_false (cht_draft_apply_repair (form->draft, repair));
  assert_labels (form, CHT_FIELD_CHAIN, "Other Root");
  cht_draft_clear_field (form->draft, CHT_FIELD_CHAIN);
  g_assert_false (cht_draft_undo_repair (form->draft, repair));
  g_assert_null (cht_draft_get_bundle (form->draft, CHT_FIELD_CHAIN));
}

#define TRUST "Device gNMI Communication"
#define ONE "Server Syslog Communication"
#define ROOT "External Destination Server Auth"
#define KEY "External Destination"

#define ADD(path, role, test) g_test_add ("/workflow/draft-repair/" path, Form, role, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("order", TRUST, test_order);
  ADD ("order-with-duplicate", TRUST, test_order_with_duplicate);
  ADD ("duplicates", TRUST, test_duplicates);
  ADD ("leaf", TRUST, test_leaf);
  ADD ("split", ONE, test_split);
  ADD ("root-alone", ROOT, test_root_alone);
  ADD ("unrelated", KEY, test_unrelated);
  ADD ("to-pem", TRUST, test_to_pem);
  ADD ("key-out", TRUST, test_key_out);
  ADD ("container", KEY, test_container);
  ADD ("key-forms", KEY, test_key_forms);
  ADD ("key-passphrase", KEY, test_key_passphrase);
  ADD ("nothing", TRUST, test_nothing);
  ADD ("overtaken", TRUST, test_overtaken);
  return g_test_run ();
}
