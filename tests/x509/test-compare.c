/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "cht-compare.h"
#include "cht-fixtures.h"

static ChtBundle *
read_text (const char *text, const char *passphrase)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (ChtSecret) secret = passphrase != NULL ? cht_secret_new_text (passphrase) : NULL;
  g_autoptr (GError) error = NULL;
  ChtBundle *bundle = cht_bundle_new (bytes, secret, NULL, &error);
  g_assert_no_error (error);
  return bundle;
}

/* "dates,added": the kinds in their order; each has a whole sentence, and the other way round there are as many. */
static GPtrArray *
compare (ChtBundle *a, ChtBundle *b, const char *expected)
{
  GPtrArray *differences = cht_compare_bundles (a, b);
  g_autoptr (GPtrArray) back = cht_compare_bundles (b, a);
  g_autoptr (GString) kinds = g_string_new (NULL);
  for (guint i = 0; i < differences->len; i++)
    {
      const ChtDifference *difference = g_ptr_array_index (differences, i);
      g_assert_true (g_str_has_suffix (difference->message, "."));
      g_assert_cmpuint (strlen (difference->message), >, 20);
      g_string_append_printf (kinds, "%s%s", i > 0 ? "," : "", difference->kind);
    }
  g_assert_cmpstr (kinds->str, ==, expected);
  g_assert_cmpuint (back->len, ==, differences->len);
  return differences;
}

static void
compare_texts (const char *a, const char *b, const char *expected)
{
  g_autoptr (ChtBundle) one = read_text (a, NULL), other = read_text (b, NULL);
  g_autoptr (GPtrArray) differences = compare (one, other, expected);
}

static void
test_same (void)
{
  g_autoptr (ChtFixture) root = cht_fixture_new ("root", NULL, NULL);
  g_autoptr (ChtFixture) inter = cht_fixture_new ("inter", root, NULL);
  g_autofree char *chain = cht_fixtures_to_pem (root, inter, NULL);
  g_autofree char *dressed = g_strconcat ("Our CA\r\n", chain, NULL);
  g_autoptr (GBytes) pkcs7 = cht_fixtures_to_pkcs7 (root, inter, NULL);
  g_autoptr (ChtBundle) plain = read_text (chain, NULL);
  g_autoptr (ChtBundle) container = cht_bundle_new (pkcs7, NULL, NULL, NULL);

  compare_texts (chain, chain, "");
  compare_texts (chain, dressed, "");
  g_autoptr (GPtrArray) differences = compare (plain, container, "");
}

static void
test_order_and_copies (void)
{
  g_autoptr (ChtFixture) root = cht_fixture_new ("root", NULL, NULL);
  g_autoptr (ChtFixture) inter = cht_fixture_new ("inter", root, NULL);
  g_autofree char *chain = cht_fixtures_to_pem (root, inter, NULL), *turned = cht_fixtures_to_pem (inter, root, NULL);
  g_autofree char *twice = cht_fixtures_to_pem (root, inter, root, NULL);
  g_autofree char *jumbled = cht_fixtures_to_pem (root, root, inter, NULL);

  compare_texts (chain, turned, "order");
  compare_texts (chain, twice, "copies");
  compare_texts (twice, jumbled, "order");
}

static void
test_added_and_dropped (void)
{
  g_autoptr (ChtFixture) root = cht_fixture_new ("root", NULL, NULL);
  g_autoptr (ChtFixture) inter = cht_fixture_new ("inter", root, NULL);
  g_autoptr (ChtFixture) other = cht_fixture_new ("other", NULL, NULL);
  g_autofree char *chain = cht_fixtures_to_pem (root, inter, NULL),
                  *exchanged = cht_fixtures_to_pem (root, other, NULL);
  g_autoptr (ChtBundle) a = read_text (chain, NULL), b = read_text (exchanged, NULL);
  g_autoptr (GPtrArray) differences = compare (a, b, "dropped,added");
  const ChtDifference *dropped = g_ptr_array_index (differences, 0), *added = g_ptr_array_index (differences, 1);

  g_assert_cmpstr (dropped->a, ==, cht_certificate_get_sha256 (cht_fixture_get_certificate (inter)));
  g_assert_null (dropped->b);
  g_assert_null (added->a);
  g_assert_cmpstr (added->b, ==, cht_certificate_get_sha256 (cht_fixture_get_certificate (other)));
  g_assert_nonnull (strstr (dropped->message, "inter"));
  compare_texts (chain, cht_fixture_get_pem (root), "dropped");
  compare_texts (cht_fixture_get_pem (root), chain, "added");
}

/* One subject under one key, issued again in all the ways in which that is done. */
static void
test_renewals (void)
{
  g_autoptr (ChtFixture) root = cht_fixture_new ("root", NULL, NULL);
  g_autoptr (ChtFixture) other = cht_fixture_new ("other", NULL, NULL);
  g_autoptr (ChtFixture) first = cht_fixture_new ("ca", root, NULL);
  const ChtFixtureOptions dates = { .same_key = first, .from_day = -1, .to_day = 100 };
  const ChtFixtureOptions usage = { .same_key = first, .path_length = CHT_FIXTURE_PATH (0) };
  const ChtFixtureOptions names = { .same_key = first, .dns = "ca.example" };
  const ChtFixtureOptions digest = { .same_key = first, .digest = "SHA384" };
  const ChtFixtureOptions bare = { .same_key = first, .without_key_ids = TRUE };
  const ChtFixtureOptions again = { .same_key = first };
  const struct
  {
    ChtFixture *issuer;
    const ChtFixtureOptions *options;
    const char *kinds;
  } cases[] = {
    { root, &dates, "dates" },      { root, &usage, "usage" },         { root, &names, "names" },
    { root, &digest, "signature" }, { root, &again, "reissued" },      { root, &bare, "key-identifiers" },
    { other, &again, "issuer" },    { other, &dates, "issuer,dates" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (ChtFixture) second = cht_fixture_new ("ca", cases[i].issuer, cases[i].options);
      g_autoptr (ChtBundle) a = read_text (cht_fixture_get_pem (first), NULL),
                            b = read_text (cht_fixture_get_pem (second), NULL);
      g_autoptr (GPtrArray) differences = compare (a, b, cases[i].kinds);
      const ChtDifference *difference = g_ptr_array_index (differences, 0);
      g_assert_cmpstr (difference->a, ==, cht_certificate_get_sha256 (cht_fixture_get_certificate (first)));
      g_assert_cmpstr (difference->b, ==, cht_certificate_get_sha256 (cht_fixture_get_certificate (second)));
      g_assert_nonnull (strstr (difference->message, "ca"));
    }
}

static void
test_keys_and_subjects (void)
{
  g_autoptr (ChtFixture) first = cht_fixture_new ("ca", NULL, NULL);
  g_autoptr (ChtFixture) rekeyed = cht_fixture_new ("ca", NULL, NULL);
  g_autoptr (ChtFixture) renamed = cht_fixture_new ("another ca", NULL, &(ChtFixtureOptions){ .same_key = first });
  g_autofree char *both = cht_fixtures_to_pem (renamed, rekeyed, NULL);

  compare_texts (cht_fixture_get_pem (first), cht_fixture_get_pem (rekeyed), "key");
  compare_texts (cht_fixture_get_pem (first), cht_fixture_get_pem (renamed), "subject");
  /* The name binds before the key. */
  compare_texts (cht_fixture_get_pem (first), both, "key,added");
}

/* Nameless certificates are not taken for one another. */
static void
test_nameless (void)
{
  g_autoptr (ChtFixture) a = cht_fixture_new ("", NULL, &(ChtFixtureOptions){ .subject = "", .dns = "a.example" });
  g_autoptr (ChtFixture) b = cht_fixture_new ("", NULL, &(ChtFixtureOptions){ .subject = "", .dns = "b.example" });

  g_assert_cmpstr (cht_certificate_get_subject (cht_fixture_get_certificate (a)), ==, "");
  compare_texts (cht_fixture_get_pem (a), cht_fixture_get_pem (b), "dropped,added");
}

static void
test_private_keys (void)
{
  g_autoptr (ChtFixture) first = cht_fixture_new ("ca", NULL, NULL);
  g_autoptr (ChtFixture) second = cht_fixture_new ("ca", NULL, NULL);
  g_autoptr (ChtSecret) plain = cht_fixture_key_to_pkcs8 (first, NULL),
                        old_form = cht_fixture_key_to_traditional (first);
  g_autoptr (ChtSecret) locked = cht_fixture_key_to_pkcs8 (first, "first one"),
                        other = cht_fixture_key_to_pkcs8 (second, NULL);
  g_autoptr (ChtBundle) a = read_text (cht_secret_get_text (plain), NULL);
  g_autoptr (ChtBundle) opened = read_text (cht_secret_get_text (locked), "first one");

  compare_texts (cht_secret_get_text (plain), cht_secret_get_text (old_form), "");
  compare_texts (cht_secret_get_text (plain), cht_secret_get_text (other), "private-key-dropped,private-key-added");
  /* Not opened, nobody can tell that it is the same; the very same bytes are. */
  compare_texts (cht_secret_get_text (plain), cht_secret_get_text (locked), "private-key-dropped,private-key-added");
  compare_texts (cht_secret_get_text (locked), cht_secret_get_text (locked), "");
  g_autoptr (GPtrArray) differences = compare (a, opened, "private-key-protection");
  const ChtDifference *difference = g_ptr_array_index (differences, 0);
  g_assert_nonnull (strstr (difference->message, "encrypted in the second"));
  g_assert_null (difference->a);
}

static void
test_other_objects (void)
{
  g_autoptr (ChtFixture) root = cht_fixture_new ("root", NULL, NULL);
  g_autofree char *request = cht_fixture_to_request (root), *public_key = cht_fixture_to_public_key (root);
  g_autofree char *with_request = g_strconcat (cht_fixture_get_pem (root), request, NULL);
  g_autofree char *with_both = g_strconcat (cht_fixture_get_pem (root), request, public_key, NULL);

  compare_texts (with_request, with_request, "");
  compare_texts (cht_fixture_get_pem (root), with_request, "object-added");
  compare_texts (with_both, cht_fixture_get_pem (root), "object-dropped,object-dropped");
}

/* A name may not drive the terminal of whoever compares. */
static void
test_hostile_names (void)
{
  g_autoptr (ChtFixture) evil = cht_fixture_new ("a\xe2\x80\xae\x1b[31m", NULL, NULL);
  g_autoptr (ChtFixture) plain = cht_fixture_new ("plain", NULL, NULL);
  g_autoptr (ChtBundle) a = read_text (cht_fixture_get_pem (evil), NULL),
                        b = read_text (cht_fixture_get_pem (plain), NULL);
  g_autoptr (GPtrArray) differences = compare (a, b, "dropped,added");
  const char *message = ((const ChtDifference *) g_ptr_array_index (differences, 0))->message;
  g_assert_null (strchr (message, '\x1b'));
  g_assert_null (strstr (message, "\xe2\x80\xae"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/x509/compare/same", test_same);
  g_test_add_func ("/x509/compare/order-and-copies", test_order_and_copies);
  g_test_add_func ("/x509/compare/added-and-dropped", test_added_and_dropped);
  g_test_add_func ("/x509/compare/renewals", test_renewals);
  g_test_add_func ("/x509/compare/keys-and-subjects", test_keys_and_subjects);
  g_test_add_func ("/x509/compare/nameless", test_nameless);
  g_test_add_func ("/x509/compare/private-keys", test_private_keys);
  g_test_add_func ("/x509/compare/other-objects", test_other_objects);
  g_test_add_func ("/x509/compare/hostile-names", test_hostile_names);
  return g_test_run ();
}
