/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table as a whole, the order of findings, and what many or hostile certificates cost. */
#include "cht-case.h"

#include <string.h>

static void
test_table (void)
{
  const char *const *ids = cht_preflight_list_rules ();
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  static const char *const families[] = { "file.",        "chain.",        "ca.",          "expiry.",
                                          "key.",         "algorithm.",    "certificate.", "name.",
                                          "destination.", "prerequisite.", "role." };
  guint n = 0;

  for (; *ids != NULL; ids++, n++)
    {
      gboolean known = FALSE;

      g_assert_true (g_hash_table_add (seen, (gpointer) *ids));
      for (gsize i = 0; i < G_N_ELEMENTS (families); i++)
        known |= g_str_has_prefix (*ids, families[i]);
      g_assert_true (known);
    }
  g_assert_cmpuint (n, ==, 55);
}

/* Errors first, and among them the order of the form. */
static void
test_order (void)
{
  g_autoptr (ChtFixture) root = cht_fixture_new ("Root", NULL, NULL),
                         other = cht_fixture_new ("Other", NULL, NULL);
  g_autoptr (ChtFixture) area =
      cht_fixture_new ("Area", root, &(ChtFixtureOptions){ .from_day = -9, .to_day = -3 });
  g_autoptr (ChtCase) one = cht_case_new ("external-destination");
  ChtSnapshotDestination busy = { "kafka", "u", "mutual", 1, "old" };
  g_autoptr (GPtrArray) chosen = g_ptr_array_new ();

  g_ptr_array_add (chosen, &busy);
  cht_case_chain (one, area, root, root, NULL);
  cht_case_intermediate (one, area, NULL);
  cht_case_key (one, other);
  one->snapshot.name = "";
  one->snapshot.chosen = chosen;
  cht_case_expect (one, "error name.empty", "error expiry.expired", "error key.mismatch",
                   "error destination.in-use", "warning chain.duplicate", "info chain.order",
                   "info destination.has-certificate", NULL);
}

static void
test_refuse (void)
{
  g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func (g_object_unref);
  static const char *const both[] = { "chain.leaf", "key.mismatch", NULL };

  g_assert_false (cht_findings_refuse (findings, NULL));
  g_ptr_array_add (findings, cht_finding_new ("chain.order", CHT_SEVERITY_WARNING, CHT_FIELD_CHAIN, NULL, "m",
                                              "e", "s", NULL, FALSE));
  g_assert_false (cht_findings_refuse (findings, NULL));
  g_ptr_array_add (findings, cht_finding_new ("chain.leaf", CHT_SEVERITY_ERROR, CHT_FIELD_CHAIN, NULL, "m",
                                              "e", "s", NULL, TRUE));
  g_assert_true (cht_findings_refuse (findings, NULL));
  g_assert_false (cht_findings_refuse (findings, both));
  /* A fact stays one, whatever was named. */
  g_ptr_array_add (findings, cht_finding_new ("key.mismatch", CHT_SEVERITY_ERROR, CHT_FIELD_KEY, NULL, "m",
                                              "e", "s", NULL, FALSE));
  g_assert_true (cht_findings_refuse (findings, both));
}

static void
test_finding (void)
{
  g_autoptr (ChtFinding) full =
      cht_finding_new ("key.weak", CHT_SEVERITY_ERROR, CHT_FIELD_KEY, "ab", "m", "e", "s", "r", TRUE);
  g_autoptr (ChtFinding) bare =
      cht_finding_new ("key.weak", CHT_SEVERITY_INFO, CHT_FIELD_NONE, NULL, "m", NULL, NULL, NULL, FALSE);

  g_assert_cmpstr (cht_finding_get_id (full), ==, "key.weak");
  g_assert_cmpint (cht_finding_get_field (full), ==, CHT_FIELD_KEY);
  g_assert_cmpstr (cht_finding_get_object (full), ==, "ab");
  g_assert_cmpstr (cht_finding_get_repair (full), ==, "r");
  g_assert_true (cht_finding_get_may_go_on (full));
  g_assert_cmpstr (cht_finding_get_object (bare), ==, "");
  g_assert_cmpstr (cht_finding_get_explanation (bare), ==, "");
  g_assert_cmpstr (cht_finding_get_source (bare), ==, "");
  g_assert_null (cht_finding_get_repair (bare));
  g_assert_cmpstr (cht_severity_get_id (CHT_SEVERITY_INFO), ==, "info");
  g_assert_cmpstr (cht_severity_get_id (CHT_SEVERITY_WARNING), ==, "warning");
  g_assert_cmpstr (cht_severity_get_id (CHT_SEVERITY_ERROR), ==, "error");
}

/* A name is shown as it is, but for what would break or turn the line. */
static void
test_hostile_name (void)
{
  g_autoptr (ChtFixture) root = cht_fixture_new ("Root\xE2\x80\xAE%s%n\x1b[2J", NULL,
                                                 &(ChtFixtureOptions){ .from_day = -9, .to_day = -3 });
  g_autoptr (ChtCase) one = cht_case_new ("server-syslog");
  const char *message;

  cht_case_chain (one, root, NULL);
  cht_case_expect (one, "error expiry.expired", NULL);
  message = cht_case_message (one, "expiry.expired");
  cht_assert_says (message, "%s%n");
  g_assert_null (strstr (message, "\xE2\x80\xAE"));
  g_assert_null (strchr (message, '\x1b'));
}

/* A file of many faulty certificates is told in a bounded number of sentences, and in bounded time. */
static void
test_many (void)
{
  g_autoptr (ChtFixture) old =
      cht_fixture_new ("Old", NULL, &(ChtFixtureOptions){ .from_day = -900, .to_day = -20 });
  g_autoptr (GString) pem = g_string_new (NULL);
  g_autoptr (ChtCase) one = cht_case_new ("device-gnmi");
  guint expired = 0;

  for (int i = 0; i < 300; i++)
    {
      g_autofree char *name = g_strdup_printf ("Old %d", i);
      g_autoptr (ChtFixture) next = cht_fixture_new (
          name, NULL, &(ChtFixtureOptions){ .same_key = old, .from_day = -900, .to_day = -20 });

      g_string_append (pem, cht_fixture_get_pem (next));
    }
  cht_case_chain_bytes (one, pem->str, pem->len, "chain.pem");
  one->findings = cht_preflight_run (&one->snapshot);
  for (guint i = 0; i < one->findings->len; i++)
    expired += g_str_equal (cht_finding_get_id (g_ptr_array_index (one->findings, i)), "expiry.expired");
  g_assert_cmpuint (expired, ==, 101);
  cht_assert_says (cht_finding_get_message (g_ptr_array_index (one->findings, 100)), "more of these");
}

/* A role that the table lacks is judged by what its form asked for. */
static void
test_unknown_role (void)
{
  g_autoptr (ChtFixture) root = cht_fixture_new ("Root", NULL, NULL),
                         area = cht_fixture_new ("Area", root, NULL);
  g_autoptr (ChtCase) trust = cht_case_new (NULL), pair = cht_case_new (NULL);

  trust->snapshot.name = pair->snapshot.name = "new";
  trust->snapshot.allowed = pair->snapshot.allowed = CHT_OPERATION_ADD;
  cht_case_chain (trust, root, area, NULL);
  cht_case_expect (trust, NULL);
  cht_case_chain (pair, root, area, NULL);
  cht_case_intermediate (pair, area, NULL);
  cht_case_key (pair, root);
  cht_case_expect (pair, "error key.mismatch", NULL);
}

/* Whatever single bit changes in a certificate, the chain does not pass. */
static void
assert_no_flip_passes (ChtFixture *root, ChtFixture *area, gboolean flip_root)
{
  GBytes *der = cht_fixture_get_der (flip_root ? root : area);
  gsize size = g_bytes_get_size (der);

  for (gsize i = 0; i < size; i++)
    {
      g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (der, NULL), size);
      g_autofree char *base64 = NULL, *text = NULL;
      g_autoptr (ChtCase) one = cht_case_new ("server-syslog");

      copy[i] ^= (guint8) (1u << (i % 8));
      base64 = g_base64_encode (copy, size);
      text =
          g_strconcat (flip_root ? "" : cht_fixture_get_pem (root), "-----BEGIN CERTIFICATE-----\n", base64,
                       "\n-----END CERTIFICATE-----\n", flip_root ? cht_fixture_get_pem (area) : "", NULL);
      cht_case_chain_bytes (one, text, strlen (text), "chain.pem");
      one->findings = cht_preflight_run (&one->snapshot);
      g_assert_true (cht_findings_refuse (one->findings, NULL));
    }
}

static void
test_flipped_bits (void)
{
  g_autoptr (ChtFixture) root = cht_fixture_new ("Root", NULL, NULL),
                         area = cht_fixture_new ("Area", root, NULL);

  assert_no_flip_passes (root, area, FALSE);
  assert_no_flip_passes (root, area, TRUE);
}

/* Nor does a chain that is cut off within a block; the last dashes and the line end do not count. */
static void
test_truncated (void)
{
  g_autoptr (ChtFixture) root = cht_fixture_new ("Root", NULL, NULL),
                         area = cht_fixture_new ("Area", root, NULL);
  g_autofree char *pem = cht_fixtures_to_pem (root, area, NULL);
  gsize size = strlen (pem),
        begun = strlen (cht_fixture_get_pem (root)) + strlen ("-----BEGIN CERTIFICATE-----");

  for (gsize length = begun - 20; length < size; length++)
    {
      g_autoptr (ChtCase) one = cht_case_new ("server-syslog");

      cht_case_chain_bytes (one, pem, length, "chain.pem");
      one->findings = cht_preflight_run (&one->snapshot);
      if (length > begun && length + strlen ("-----\n") <= size)
        g_assert_true (cht_findings_refuse (one->findings, NULL));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/roles/preflight/table", test_table);
  g_test_add_func ("/roles/preflight/order", test_order);
  g_test_add_func ("/roles/preflight/refuse", test_refuse);
  g_test_add_func ("/roles/preflight/finding", test_finding);
  g_test_add_func ("/roles/preflight/hostile-name", test_hostile_name);
  g_test_add_func ("/roles/preflight/many", test_many);
  g_test_add_func ("/roles/preflight/unknown-role", test_unknown_role);
  g_test_add_func ("/roles/preflight/flipped-bits", test_flipped_bits);
  g_test_add_func ("/roles/preflight/truncated", test_truncated);
  return g_test_run ();
}
