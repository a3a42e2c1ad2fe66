/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-case.h"

#include <string.h>

static void
test_good (void)
{
  g_autoptr (ChtFixture) root = cht_fixture_new ("Root", NULL, NULL);
  g_autoptr (ChtFixture) policy =
      cht_fixture_new ("Policy", root, &(ChtFixtureOptions){ .to_day = 3000, .from_day = -1 });
  g_autoptr (ChtFixture) area =
      cht_fixture_new ("Area", policy, &(ChtFixtureOptions){ .to_day = 2000, .from_day = -1 });

  for (const ChtRole *const *role = cht_role_list (); *role != NULL; role++)
    {
      g_autoptr (ChtCase) one = cht_case_new ((*role)->id);

      if ((*role)->system || (*role)->root_only)
        continue;
      cht_case_chain (one, root, policy, area, NULL);
      if ((*role)->category == CHT_ROLE_TRUST_CHAIN_AND_KEY)
        {
          cht_case_intermediate (one, area, NULL);
          cht_case_key (one, area);
        }
      cht_case_expect (one, NULL);
    }
}

static void
test_order (void)
{
  g_autoptr (ChtFixture) root = cht_fixture_new ("Root", NULL, NULL);
  g_autoptr (ChtFixture) policy = cht_fixture_new ("Policy", root, NULL);
  g_autoptr (ChtFixture) area = cht_fixture_new ("Area", policy, NULL);
  g_autoptr (ChtCase) lowest = cht_case_new ("server-syslog"), mixed = cht_case_new ("server-syslog");
  g_autoptr (ChtCase) beside = cht_case_new ("external-destination");

  cht_case_chain (lowest, area, policy, root, NULL);
  cht_case_expect (lowest, "info chain.order", NULL);
  cht_case_chain (mixed, root, area, policy, NULL);
  cht_case_expect (mixed, "warning chain.order", NULL);
  g_assert_cmpstr (cht_finding_get_repair (cht_case_finding (mixed, "chain.order")), ==, "order");
  cht_assert_says (cht_case_message (mixed, "chain.order"), "chain.pem");

  /* An intermediate that stands in its own file alone does not make an order wrong. */
  cht_case_chain (beside, policy, root, NULL);
  cht_case_intermediate (beside, area, NULL);
  cht_case_key (beside, area);
  cht_case_expect (beside, "warning chain.intermediate-absent", "info chain.order", NULL);
}

static void
test_duplicate (void)
{
  g_autoptr (ChtFixture) root = cht_fixture_new ("Root", NULL, NULL);
  g_autoptr (ChtFixture) area = cht_fixture_new ("Area", root, NULL);
  g_autoptr (ChtCase) one = cht_case_new ("server-syslog");

  cht_case_chain (one, root, area, root, area, root, NULL);
  cht_case_expect (one, "warning chain.duplicate", "warning chain.duplicate", NULL);
  cht_assert_says (cht_case_message (one, "chain.duplicate"), "“Root”");
  cht_assert_says (cht_case_message (one, "chain.duplicate"), "3 times");
  cht_case_expect_inspect (one, "warning chain.duplicate", "warning chain.duplicate", NULL);
}

static void
test_leaf (void)
{
  g_autoptr (ChtFixture) root = cht_fixture_new ("Root", NULL, NULL);
  g_autoptr (ChtFixture) area = cht_fixture_new ("Area", root, NULL);
  g_autoptr (ChtFixture) host =
      cht_fixture_new ("host", area, &(ChtFixtureOptions){ .is_leaf = TRUE, .dns = "h.example" });
  g_autoptr (ChtFixture) alone = cht_fixture_new ("alone", NULL, &(ChtFixtureOptions){ .is_leaf = TRUE });
  g_autoptr (ChtCase) inside = cht_case_new ("server-syslog"), self = cht_case_new ("server-syslog");

  cht_case_chain (inside, root, area, host, NULL);
  cht_case_expect (inside, "error chain.leaf", NULL);
  g_assert_cmpstr (cht_finding_get_object (cht_case_finding (inside, "chain.leaf")), ==,
                   cht_certificate_get_sha256 (cht_fixture_get_certificate (host)));
  cht_case_expect_inspect (inside, NULL); /* without a role a leaf is as good as any */

  cht_case_chain (self, alone, NULL);
  cht_case_expect (self, "error chain.leaf", NULL);
}

static void
test_missing (void)
{
  g_autoptr (ChtFixture) root = cht_fixture_new ("Root", NULL, NULL);
  g_autoptr (ChtFixture) policy = cht_fixture_new ("Policy", root, NULL);
  g_autoptr (ChtFixture) area = cht_fixture_new ("Area", policy, NULL);
  g_autoptr (ChtCase) no_root = cht_case_new ("server-syslog"), gap = cht_case_new ("server-syslog");
  g_autoptr (ChtCase) pair_gap = cht_case_new ("external-destination"),
                      pair_alone = cht_case_new ("external-destination");

  cht_case_chain (no_root, policy, area, NULL);
  cht_case_expect (no_root, "error chain.root-missing", NULL);
  cht_assert_says (cht_case_message (no_root, "chain.root-missing"), "“CN=Root”");
  cht_case_expect_inspect (no_root, NULL);

  cht_case_chain (gap, root, area, NULL);
  cht_case_expect (gap, "error chain.issuer-missing", NULL);
  cht_assert_says (cht_case_message (gap, "chain.issuer-missing"), "“CN=Policy”");

  /* The root is not called unrelated only because what lies between is missing. */
  cht_case_chain (pair_gap, root, area, NULL);
  cht_case_intermediate (pair_gap, area, NULL);
  cht_case_key (pair_gap, area);
  cht_case_expect (pair_gap, "error chain.issuer-missing", NULL);

  cht_case_chain (pair_alone, area, NULL);
  cht_case_intermediate (pair_alone, area, NULL);
  cht_case_key (pair_alone, area);
  cht_case_expect (pair_alone, "error chain.root-missing", NULL);
}

static void
test_forged (void)
{
  g_autoptr (ChtFixture) root = cht_fixture_new ("Root", NULL, NULL),
                         twin = cht_fixture_new ("Root", NULL, NULL);
  g_autoptr (ChtFixture) area = cht_fixture_new ("Area", root, NULL);
  g_autoptr (GBytes) forged = cht_fixture_forge (area);
  g_autoptr (ChtCertificate) bad = cht_certificate_new_from_der (forged, NULL);
  g_autofree char *bad_pem = cht_certificate_to_pem (bad),
                  *pem = g_strconcat (cht_fixture_get_pem (root), bad_pem, NULL);
  g_autoptr (ChtCase) flipped = cht_case_new ("server-syslog"), other = cht_case_new ("server-syslog");

  cht_case_chain_bytes (flipped, pem, strlen (pem), "chain.pem");
  cht_case_expect (flipped, "error chain.link-broken", NULL);
  cht_case_expect_inspect (flipped, "error chain.link-broken", NULL);

  /* The name fits, the key does not. */
  cht_case_chain (other, twin, area, NULL);
  g_clear_pointer (&other->findings, g_ptr_array_unref);
  other->findings = cht_preflight_run (&other->snapshot);
  g_assert_true (cht_findings_refuse (other->findings, NULL));
  for (guint i = 0; i < other->findings->len; i++)
    g_assert_true (
        g_str_equal (cht_finding_get_id (g_ptr_array_index (other->findings, i)), "chain.link-broken") ||
        g_str_equal (cht_finding_get_id (g_ptr_array_index (other->findings, i)), "chain.issuer-missing"));
}

static void
test_several (void)
{
  g_autoptr (ChtFixture) east = cht_fixture_new ("East Root", NULL, NULL),
                         west = cht_fixture_new ("West Root", NULL, NULL);
  g_autoptr (ChtFixture) area = cht_fixture_new ("East Area", east, NULL);
  g_autoptr (ChtCase) syslog = cht_case_new ("server-syslog"), gnmi = cht_case_new ("device-gnmi");
  g_autoptr (ChtCase) kafka = cht_case_new ("external-destination");

  cht_case_chain (syslog, west, east, area, NULL);
  cht_case_expect (syslog, "warning chain.several", NULL);
  cht_assert_says (cht_case_message (syslog, "chain.several"), "2 separate hierarchies");
  cht_case_chain (gnmi, west, east, area, NULL);
  cht_case_expect (gnmi, NULL);

  cht_case_chain (kafka, west, east, area, NULL);
  cht_case_intermediate (kafka, area, NULL);
  cht_case_key (kafka, area);
  cht_case_expect (kafka, "warning chain.unrelated", NULL);
  cht_assert_says (cht_case_message (kafka, "chain.unrelated"), "“West Root”");
}

static void
test_root_only (void)
{
  g_autoptr (ChtFixture) root = cht_fixture_new ("Root", NULL, NULL);
  g_autoptr (ChtFixture) area = cht_fixture_new ("Area", root, NULL);
  g_autoptr (ChtCase) more = cht_case_new ("external-destination-server-auth");
  g_autoptr (ChtCase) alone = cht_case_new ("external-destination-server-auth");

  cht_case_chain (more, root, area, NULL);
  cht_case_expect (more, "warning chain.more-than-root", NULL);
  cht_case_chain (alone, root, NULL);
  cht_case_expect (alone, NULL);
}

static void
test_intermediate_absent (void)
{
  g_autoptr (ChtFixture) root = cht_fixture_new ("Root", NULL, NULL),
                         stranger = cht_fixture_new ("Stranger", NULL, NULL);
  g_autoptr (ChtFixture) area = cht_fixture_new ("Area", root, NULL);
  g_autoptr (ChtCase) absent = cht_case_new ("external-destination"),
                      strange = cht_case_new ("external-destination");
  g_autoptr (ChtCase) rootless = cht_case_new ("external-destination");

  cht_case_chain (absent, root, NULL);
  cht_case_intermediate (absent, area, NULL);
  cht_case_key (absent, area);
  cht_case_expect (absent, "warning chain.intermediate-absent", NULL);

  /* A chain of somebody else: its issuer is what is missing. */
  cht_case_chain (strange, stranger, NULL);
  cht_case_intermediate (strange, area, NULL);
  cht_case_key (strange, area);
  cht_case_expect (strange, "error chain.issuer-missing", NULL);

  cht_case_chain (rootless, area, root, NULL);
  cht_case_intermediate (rootless, stranger, NULL);
  cht_case_key (rootless, stranger);
  cht_case_expect (rootless, "error chain.root-missing", "warning chain.unrelated", "warning chain.unrelated",
                   "info chain.order", NULL);
}

static void
test_key_ids (void)
{
  g_autoptr (ChtFixture) root = cht_fixture_new ("Root", NULL, NULL);
  g_autoptr (ChtFixture) area =
      cht_fixture_new ("Area", root, &(ChtFixtureOptions){ .authority_key_id = "another one" });
  g_autoptr (ChtCase) one = cht_case_new ("server-syslog");

  cht_case_chain (one, root, area, NULL);
  cht_case_expect (one, "warning chain.key-ids-differ", NULL);
}

/* Cross-signed both ways: two roots that also certify each other, and one intermediate. */
static void
test_cross_signed (void)
{
  g_autoptr (ChtFixture) east = cht_fixture_new ("East", NULL, NULL),
                         west = cht_fixture_new ("West", NULL, NULL);
  g_autoptr (ChtFixture) east_by_west =
      cht_fixture_new ("East", west, &(ChtFixtureOptions){ .same_key = east });
  g_autoptr (ChtFixture) west_by_east =
      cht_fixture_new ("West", east, &(ChtFixtureOptions){ .same_key = west });
  g_autoptr (ChtFixture) area = cht_fixture_new ("Area", east, NULL);
  g_autoptr (ChtCase) one = cht_case_new ("device-gnmi"), loop = cht_case_new ("device-gnmi");

  cht_case_chain (one, east, west, east_by_west, area, NULL);
  cht_case_expect (one, NULL);

  /* Without either root the two still certify each other: a circle proves nothing. */
  cht_case_chain (loop, east_by_west, west_by_east, area, NULL);
  g_clear_pointer (&loop->findings, g_ptr_array_unref);
  loop->findings = cht_preflight_run (&loop->snapshot);
  g_assert_true (cht_findings_refuse (loop->findings, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/roles/rules-chain/good", test_good);
  g_test_add_func ("/roles/rules-chain/order", test_order);
  g_test_add_func ("/roles/rules-chain/duplicate", test_duplicate);
  g_test_add_func ("/roles/rules-chain/leaf", test_leaf);
  g_test_add_func ("/roles/rules-chain/missing", test_missing);
  g_test_add_func ("/roles/rules-chain/forged", test_forged);
  g_test_add_func ("/roles/rules-chain/several", test_several);
  g_test_add_func ("/roles/rules-chain/root-only", test_root_only);
  g_test_add_func ("/roles/rules-chain/intermediate-absent", test_intermediate_absent);
  g_test_add_func ("/roles/rules-chain/key-ids", test_key_ids);
  g_test_add_func ("/roles/rules-chain/cross-signed", test_cross_signed);
  return g_test_run ();
}
