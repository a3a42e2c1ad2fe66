/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "cht-chains.h"
#include "cht-fixtures.h"

/* Paths as labels, "leaf<inter<root", one a line. */
static char *
describe_paths (ChtChains *chains)
{
  GPtrArray *paths = cht_chains_get_paths (chains);
  GString *out = g_string_new (NULL);
  for (guint i = 0; i < paths->len; i++)
    {
      GPtrArray *path = g_ptr_array_index (paths, i);
      for (guint k = 0; k < path->len; k++)
        g_string_append_printf (out, "%s%s", k > 0 ? "<" : "", cht_certificate_get_label (g_ptr_array_index (path, k)));
      g_string_append (out, cht_chains_path_is_complete (chains, path) ? "\n" : "…\n");
    }
  return g_string_free (out, FALSE);
}

static void
assert_paths (ChtChains *chains, const char *expected)
{
  g_autofree char *paths = describe_paths (chains);
  g_assert_cmpstr (paths, ==, expected);
}

static ChtLinkState
get_state (ChtChains *chains, ChtFixture *child)
{
  GArray *links = cht_chains_get_links (chains, cht_fixture_get_certificate (child));
  g_assert_cmpuint (links->len, >, 0);
  return g_array_index (links, ChtLink, 0).state;
}

static void
test_plain (void)
{
  g_autoptr (ChtFixture) root = cht_fixture_new ("root", NULL, NULL);
  g_autoptr (ChtFixture) inter = cht_fixture_new ("inter", root, NULL);
  g_autoptr (ChtFixture) leaf = cht_fixture_new ("leaf", inter, &(ChtFixtureOptions) { .is_leaf = TRUE });
  g_autoptr (GPtrArray) jumbled = cht_fixtures_to_array (inter, leaf, root, leaf, NULL);
  g_autoptr (ChtChains) chains = cht_chains_new (jumbled);

  assert_paths (chains, "leaf<inter<root\n");
  g_assert_cmpuint (cht_chains_get_certificates (chains)->len, ==, 3);
  g_assert_cmpuint (cht_chains_get_n_hierarchies (chains), ==, 1);
  g_assert_cmpint (cht_chains_get_order (chains, 0), ==, CHT_ORDER_MIXED);
  g_assert_true (cht_chains_is_self_signed (chains, cht_fixture_get_certificate (root)));
  g_assert_false (cht_chains_is_self_signed (chains, cht_fixture_get_certificate (inter)));
  g_assert_true (cht_chains_has_child (chains, cht_fixture_get_certificate (root)));
  g_assert_false (cht_chains_has_child (chains, cht_fixture_get_certificate (leaf)));
  g_assert_cmpint (get_state (chains, leaf), ==, CHT_LINK_HOLDS);
  const ChtLink *link = cht_chains_get_link (chains, cht_fixture_get_certificate (leaf),
                                             cht_fixture_get_certificate (inter));
  g_autofree char *words = cht_link_describe (link);
  g_assert_cmpstr (words, ==, "The signature holds.");
  g_assert_null (cht_chains_get_link (chains, cht_fixture_get_certificate (leaf), cht_fixture_get_certificate (root)));
}

static void
test_order (void)
{
  g_autoptr (ChtFixture) root = cht_fixture_new ("root", NULL, NULL);
  g_autoptr (ChtFixture) inter = cht_fixture_new ("inter", root, NULL);
  g_autoptr (ChtFixture) low = cht_fixture_new ("low", inter, NULL);
  g_autoptr (ChtFixture) second = cht_fixture_new ("second", NULL, NULL);
  const struct { ChtFixture *order[4]; ChtOrder expected; } cases[] = {
    { { root, inter, low, second }, CHT_ORDER_ROOT_FIRST }, { { low, inter, root, second }, CHT_ORDER_LOWEST_FIRST },
    { { root, low, inter, second }, CHT_ORDER_MIXED }, { { inter, root, low, second }, CHT_ORDER_MIXED } };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GPtrArray) array = cht_fixtures_to_array (cases[i].order[0], cases[i].order[1], cases[i].order[2],
                                                           cases[i].order[3], NULL);
      g_autoptr (ChtChains) chains = cht_chains_new (array);
      g_assert_cmpuint (cht_chains_get_n_hierarchies (chains), ==, 2);
      g_assert_cmpint (cht_chains_get_order (chains, 0), ==, cases[i].expected);
      g_assert_cmpuint (cht_chains_get_hierarchy (chains, cht_fixture_get_certificate (second)), ==, 1);
      g_assert_cmpint (cht_chains_get_order (chains, 1), ==, CHT_ORDER_ROOT_FIRST);
    }
}

static void
test_missing (void)
{
  g_autoptr (ChtFixture) root = cht_fixture_new ("root", NULL, NULL);
  g_autoptr (ChtFixture) inter = cht_fixture_new ("inter", root, NULL);
  g_autoptr (ChtFixture) a = cht_fixture_new ("a", inter, NULL);
  g_autoptr (ChtFixture) b = cht_fixture_new ("b", inter, NULL);
  g_autoptr (GPtrArray) array = cht_fixtures_to_array (root, a, b, NULL);
  g_autoptr (ChtChains) chains = cht_chains_new (array);
  assert_paths (chains, "root\na…\nb…\n");
  g_assert_cmpint (get_state (chains, a), ==, CHT_LINK_MISSING);
  /* a and b lack the same issuer: they belong together. */
  g_assert_cmpuint (cht_chains_get_n_hierarchies (chains), ==, 2);
}

static void
test_forged (void)
{
  g_autoptr (ChtFixture) root = cht_fixture_new ("root", NULL, NULL);
  g_autoptr (ChtFixture) twin = cht_fixture_new ("root", NULL, NULL);
  g_autoptr (ChtFixture) inter = cht_fixture_new ("inter", root, NULL);
  g_autoptr (GPtrArray) array = cht_fixtures_to_array (twin, inter, NULL);
  g_autoptr (ChtChains) chains = cht_chains_new (array);
  g_assert_cmpint (get_state (chains, inter), ==, CHT_LINK_SIGNATURE_BROKEN);
  g_assert_false (cht_chains_has_child (chains, cht_fixture_get_certificate (twin)));
  assert_paths (chains, "inter<root\n");

  /* With the true root beside it, the namesake plays no part. */
  g_autoptr (GPtrArray) both = cht_fixtures_to_array (twin, root, inter, NULL);
  g_autoptr (ChtChains) right = cht_chains_new (both);
  g_assert_cmpint (get_state (right, inter), ==, CHT_LINK_HOLDS);
  g_assert_nonnull (cht_chains_get_link (right, cht_fixture_get_certificate (inter),
                                         cht_fixture_get_certificate (root)));
  g_assert_null (cht_chains_get_link (right, cht_fixture_get_certificate (inter), cht_fixture_get_certificate (twin)));
  g_assert_cmpuint (cht_chains_get_paths (right)->len, ==, 2);
}

static void
test_flipped_bit (void)
{
  g_autoptr (ChtFixture) root = cht_fixture_new ("root", NULL, NULL);
  g_autoptr (GBytes) der = cht_fixture_forge (root);
  g_autoptr (ChtCertificate) forged = cht_certificate_new_from_der (der, NULL);
  g_autoptr (GPtrArray) array = g_ptr_array_new ();
  g_ptr_array_add (array, forged);
  g_autoptr (ChtChains) chains = cht_chains_new (array);
  g_assert_false (cht_chains_is_self_signed (chains, forged));
  GArray *links = cht_chains_get_links (chains, forged);
  g_assert_cmpint (g_array_index (links, ChtLink, 0).state, ==, CHT_LINK_SIGNATURE_BROKEN);
  assert_paths (chains, "root…\n");
}

static void
test_key_ids_differ (void)
{
  g_autoptr (ChtFixture) root = cht_fixture_new ("root", NULL, NULL);
  g_autoptr (ChtFixture) stray = cht_fixture_new ("stray", root,
                                                  &(ChtFixtureOptions) { .authority_key_id = "another key" });
  g_autoptr (GPtrArray) array = cht_fixtures_to_array (root, stray, NULL);
  g_autoptr (ChtChains) chains = cht_chains_new (array);
  g_assert_cmpint (get_state (chains, stray), ==, CHT_LINK_KEY_IDS_DIFFER);
  assert_paths (chains, "stray<root\n");
}

static void
test_cross_signed (void)
{
  g_autoptr (ChtFixture) old = cht_fixture_new ("old", NULL, NULL);
  g_autoptr (ChtFixture) new_root = cht_fixture_new ("new", NULL, NULL);
  g_autoptr (ChtFixture) cross = cht_fixture_new ("new", old, &(ChtFixtureOptions) { .same_key = new_root });
  g_autoptr (ChtFixture) inter = cht_fixture_new ("inter", new_root, NULL);
  g_autoptr (GPtrArray) array = cht_fixtures_to_array (cross, old, new_root, inter, NULL);
  g_autoptr (ChtChains) chains = cht_chains_new (array);
  assert_paths (chains, "inter<new\ninter<new<old\n");
  g_assert_cmpuint (cht_chains_get_n_hierarchies (chains), ==, 1);
  g_assert_cmpuint (cht_chains_get_links (chains, cht_fixture_get_certificate (inter))->len, ==, 2);
}

static void
test_ring (void)
{
  g_autoptr (ChtFixture) a = cht_fixture_new ("a", NULL, NULL);
  g_autoptr (ChtFixture) b = cht_fixture_new ("b", NULL, NULL);
  g_autoptr (ChtFixture) a_by_b = cht_fixture_new ("a", b, &(ChtFixtureOptions) { .same_key = a });
  g_autoptr (ChtFixture) b_by_a = cht_fixture_new ("b", a, &(ChtFixtureOptions) { .same_key = b });
  g_autoptr (GPtrArray) ring = cht_fixtures_to_array (a_by_b, b_by_a, NULL);
  g_autoptr (ChtChains) chains = cht_chains_new (ring);
  assert_paths (chains, "a<b…\n");

  g_autoptr (ChtFixture) leaf = cht_fixture_new ("leaf", a, &(ChtFixtureOptions) { .is_leaf = TRUE });
  g_autoptr (GPtrArray) all = cht_fixtures_to_array (a_by_b, b_by_a, leaf, a, NULL);
  g_autoptr (ChtChains) with_root = cht_chains_new (all);
  g_autofree char *paths = describe_paths (with_root);
  g_assert_true (g_str_has_prefix (paths, "leaf<a\n"));
}

static void
test_same_name_same_key (void)
{
  /* Twenty CAs of one name and key that twenty roots signed and that sign each other. */
  g_autoptr (GPtrArray) fixtures = g_ptr_array_new_with_free_func ((GDestroyNotify) cht_fixture_free);
  g_autoptr (GPtrArray) certificates = g_ptr_array_new ();
  ChtFixture *first = cht_fixture_new ("ca", NULL, NULL);
  g_ptr_array_add (fixtures, first);
  g_autoptr (ChtFixture) other = cht_fixture_new ("other", NULL, NULL);
  for (guint i = 0; i < 20; i++)
    {
      g_ptr_array_add (fixtures, cht_fixture_new ("ca", other, &(ChtFixtureOptions) { .same_key = first }));
      g_ptr_array_add (fixtures, cht_fixture_new ("other", first, &(ChtFixtureOptions) { .same_key = other }));
    }
  g_ptr_array_add (fixtures, cht_fixture_new ("leaf", first, &(ChtFixtureOptions) { .is_leaf = TRUE }));
  for (guint i = 0; i < fixtures->len; i++)
    g_ptr_array_add (certificates, cht_fixture_get_certificate (g_ptr_array_index (fixtures, i)));

  gint64 start = g_get_monotonic_time ();
  g_autoptr (ChtChains) chains = cht_chains_new (certificates);
  gint64 spent = g_get_monotonic_time () - start;
  g_test_message ("%" G_GINT64_FORMAT " µs", spent);
  g_assert_cmpint (spent, <, G_USEC_PER_SEC);
  GPtrArray *paths = cht_chains_get_paths (chains);
  g_assert_cmpuint (paths->len, <=, CHT_CHAINS_MAX_PATHS);
  g_assert_true (cht_chains_path_is_complete (chains, g_ptr_array_index (paths, 0)));
  while (fixtures->len > 1)
    g_ptr_array_remove_index (fixtures, fixtures->len - 1);
}

static void
test_many_hierarchies (void)
{
  /* Near linear: a few hundred hierarchies of a root, an intermediate and eight leaves each. */
  const guint n = 100;
  g_autoptr (GPtrArray) fixtures = g_ptr_array_new_with_free_func ((GDestroyNotify) cht_fixture_free);
  g_autoptr (GPtrArray) certificates = g_ptr_array_new ();
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = g_strdup_printf ("root %u", i);
      ChtFixture *root = cht_fixture_new (name, NULL, NULL);
      ChtFixture *inter = cht_fixture_new ("inter", root, NULL);
      g_ptr_array_add (fixtures, root);
      g_ptr_array_add (fixtures, inter);
      for (guint k = 0; k < 8; k++)
        g_ptr_array_add (fixtures, cht_fixture_new ("leaf", inter,
                                                    &(ChtFixtureOptions) { .is_leaf = TRUE, .same_key = root }));
    }
  for (guint i = 0; i < fixtures->len; i++)
    g_ptr_array_add (certificates, cht_fixture_get_certificate (g_ptr_array_index (fixtures, i)));
  gint64 start = g_get_monotonic_time ();
  g_autoptr (ChtChains) chains = cht_chains_new (certificates);
  g_test_message ("%u certificates: %" G_GINT64_FORMAT " µs", certificates->len, g_get_monotonic_time () - start);
  g_assert_cmpuint (cht_chains_get_n_hierarchies (chains), ==, n);
  GPtrArray *paths = cht_chains_get_paths (chains);
  g_assert_cmpuint (paths->len, ==, 8 * n);
  for (guint i = 0; i < paths->len; i++)
    {
      g_assert_cmpuint (((GPtrArray *) g_ptr_array_index (paths, i))->len, ==, 3);
      g_assert_true (cht_chains_path_is_complete (chains, g_ptr_array_index (paths, i)));
    }
  while (fixtures->len > 0)
    g_ptr_array_remove_index (fixtures, fixtures->len - 1);
}

static void
test_nothing (void)
{
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  g_autoptr (ChtChains) chains = cht_chains_new (none);
  g_assert_cmpuint (cht_chains_get_paths (chains)->len, ==, 0);
  g_assert_cmpuint (cht_chains_get_n_hierarchies (chains), ==, 0);
}

static void
test_names_of_rfc_5280 (void)
{
  g_autoptr (ChtFixture) loud = cht_fixture_new ("", NULL,
                                                 &(ChtFixtureOptions) { .subject = "CN=EXAMPLE  Root,O=Networks" });
  g_autoptr (ChtFixture) quiet = cht_fixture_new ("", NULL,
                                                  &(ChtFixtureOptions) { .subject = "CN=Example root,O=networks",
                                                    .same_key = loud });
  g_autoptr (ChtFixture) child = cht_fixture_new ("child", quiet, NULL);
  g_autoptr (GPtrArray) array = cht_fixtures_to_array (loud, child, NULL);
  g_autoptr (ChtChains) chains = cht_chains_new (array);
  g_assert_cmpint (get_state (chains, child), ==, CHT_LINK_HOLDS);
  g_assert_cmpuint (cht_chains_get_n_hierarchies (chains), ==, 1);
}

static void
test_leaves (void)
{
  static const struct { ChtFixtureOptions options; gboolean is_root, is_leaf, is_old_root; } cases[] = {
    { { .is_leaf = TRUE }, FALSE, TRUE, FALSE },
    { { .without_basic_constraints = TRUE }, FALSE, TRUE, FALSE },
    { { .path_length = 0 }, FALSE, FALSE, FALSE },
    { { .version = 1 }, TRUE, FALSE, TRUE },
    { { .is_leaf = TRUE }, TRUE, TRUE, FALSE },  /* a server's own, signed by itself */
    { { .path_length = 0 }, TRUE, FALSE, FALSE },
  };
  g_autoptr (ChtFixture) above = cht_fixture_new ("Above", NULL, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (ChtFixture) one = cht_fixture_new ("One", cases[i].is_root ? NULL : above, &cases[i].options);
      g_autoptr (GPtrArray) array = cht_fixtures_to_array (above, one, NULL);
      g_autoptr (ChtChains) chains = cht_chains_new (array);
      ChtCertificate *certificate = cht_fixture_get_certificate (one);
      g_assert_cmpint (cht_chains_is_leaf (chains, certificate), ==, cases[i].is_leaf);
      g_assert_cmpint (cht_chains_is_old_root (chains, certificate), ==, cases[i].is_old_root);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/x509/chains/plain", test_plain);
  g_test_add_func ("/x509/chains/leaves", test_leaves);
  g_test_add_func ("/x509/chains/order", test_order);
  g_test_add_func ("/x509/chains/missing", test_missing);
  g_test_add_func ("/x509/chains/forged", test_forged);
  g_test_add_func ("/x509/chains/flipped-bit", test_flipped_bit);
  g_test_add_func ("/x509/chains/key-ids-differ", test_key_ids_differ);
  g_test_add_func ("/x509/chains/cross-signed", test_cross_signed);
  g_test_add_func ("/x509/chains/ring", test_ring);
  g_test_add_func ("/x509/chains/same-name-same-key", test_same_name_same_key);
  g_test_add_func ("/x509/chains/many-hierarchies", test_many_hierarchies);
  g_test_add_func ("/x509/chains/nothing", test_nothing);
  g_test_add_func ("/x509/chains/names-of-rfc-5280", test_names_of_rfc_5280);
  return g_test_run ();
}
