/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "cht-chains.h"
#include "cht-fixtures.h"
#include "cht-repair.h"

/* What most cases are made of: a root, two intermediates below each other, a server below those, and another root. */
typedef struct
{
  ChtFixture *root, *middle, *low, *leaf, *other;
} Cast;

static Cast cast;

static void
make_cast (void)
{
  cast.root = cht_fixture_new ("root", NULL, NULL);
  cast.middle = cht_fixture_new ("middle", cast.root, NULL);
  cast.low = cht_fixture_new ("low", cast.middle, NULL);
  cast.leaf = cht_fixture_new ("leaf", cast.low, &(ChtFixtureOptions){ .is_leaf = TRUE, .dns = "host.example" });
  cast.other = cht_fixture_new ("other", NULL, NULL);
}

static void
free_cast (void)
{
  cht_fixture_free (cast.root);
  cht_fixture_free (cast.middle);
  cht_fixture_free (cast.low);
  cht_fixture_free (cast.leaf);
  cht_fixture_free (cast.other);
}

static ChtBundle *
read_bytes (GBytes *bytes, const char *passphrase)
{
  g_autoptr (ChtSecret) secret = passphrase != NULL ? cht_secret_new_text (passphrase) : NULL;
  g_autoptr (GError) error = NULL;
  ChtBundle *bundle = cht_bundle_new (bytes, secret, NULL, &error);
  g_assert_no_error (error);
  return bundle;
}

static void
add_text (GPtrArray *bundles, const char *text, const char *passphrase)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_ptr_array_add (bundles, read_bytes (bytes, passphrase));
}

static void
add_secret (GPtrArray *bundles, ChtSecret *secret, const char *passphrase)
{
  add_text (bundles, cht_secret_get_text (secret), passphrase);
}

static GPtrArray *
new_bundles (void)
{
  return g_ptr_array_new_with_free_func (g_object_unref);
}

static ChtRepair *
make (GPtrArray *bundles, ChtRepairWish wish)
{
  g_autoptr (GError) error = NULL;
  ChtRepair *repair = cht_repair_new (bundles, &wish, &error);
  g_assert_no_error (error);
  return repair;
}

/* A plan for one text; WISH's fields as given. */
#define REPAIR(text, ...) repair_text (text, (ChtRepairWish){ __VA_ARGS__ })
static ChtRepair *
repair_text (const char *text, ChtRepairWish wish)
{
  g_autoptr (GPtrArray) bundles = new_bundles ();
  add_text (bundles, text, NULL);
  return make (bundles, wish);
}

static void
join_labels (GString *out, GPtrArray *certificates)
{
  for (guint i = 0; i < certificates->len; i++)
    g_string_append_printf (out, "%s%s", i > 0 ? "," : "",
                            cht_certificate_get_label (g_ptr_array_index (certificates, i)));
}

/* "drop-leaf root,middle||leaf": kept, moved, dropped; one step a line. Each has a sentence and accounts for what was
 * there before. */
static void
assert_steps (ChtRepair *repair, const char *expected)
{
  GPtrArray *steps = cht_repair_get_steps (repair);
  g_autoptr (GString) out = g_string_new (NULL);
  guint before = 0;
  for (guint i = 0; i < steps->len; i++)
    {
      const ChtRepairStep *step = g_ptr_array_index (steps, i);
      guint n = step->kept->len + step->moved->len + step->dropped->len;
      g_assert_true (g_str_has_suffix (step->message, ".") && strlen (step->message) > 20);
      g_assert_true (i == 0 || n == before);
      before = n - step->dropped->len;
      g_string_append_printf (out, "%s%s ", i > 0 ? "\n" : "", step->id);
      join_labels (out, step->kept);
      g_string_append_c (out, '|');
      join_labels (out, step->moved);
      g_string_append_c (out, '|');
      join_labels (out, step->dropped);
    }
  g_assert_cmpstr (out->str, ==, expected);
}

static const ChtRepairFile *
find_file (ChtRepair *repair, const char *name)
{
  GPtrArray *files = cht_repair_get_files (repair);
  for (guint i = 0; i < files->len; i++)
    if (strcmp (((const ChtRepairFile *) g_ptr_array_index (files, i))->name, name) == 0)
      return g_ptr_array_index (files, i);
  return NULL;
}

/* The file is plain PEM of these certificates, "root,middle". */
static void
assert_file (ChtRepair *repair, const char *name, const char *expected)
{
  const ChtRepairFile *file = find_file (repair, name);
  g_autoptr (GString) out = g_string_new (NULL);
  g_assert_nonnull (file);
  g_assert_null (file->secret);
  g_autoptr (ChtBundle) bundle = read_bytes (file->content, NULL);
  g_assert_true (cht_bundle_is_plain_pem (bundle));
  join_labels (out, cht_bundle_get_certificates (bundle));
  g_assert_cmpstr (out->str, ==, expected);
}

/* The written key opens with PASSPHRASE, fits OWNER and begins with a PEM block of that LABEL. */
static void
assert_key (ChtRepair *repair, ChtFixture *owner, const char *passphrase, const char *label)
{
  const ChtRepairFile *file = find_file (repair, "key.pem");
  g_autofree char *begin = g_strdup_printf ("-----BEGIN %s-----\n", label);
  g_autoptr (ChtSecret) secret = passphrase != NULL ? cht_secret_new_text (passphrase) : NULL;
  g_assert_nonnull (file);
  g_assert_null (file->content);
  g_assert_cmpint (file->part, ==, CHT_REPAIR_PART_KEY);
  g_assert_true (g_str_has_prefix (cht_secret_get_text (file->secret), begin));
  g_assert_true (g_str_has_suffix (cht_secret_get_text (file->secret), "-----\n"));
  g_autoptr (ChtKey) key = cht_key_new (file->secret, secret);
  g_assert_cmpint (cht_key_get_state (key), ==, CHT_KEY_STATE_OPEN);
  g_assert_true (cht_key_fits (key, cht_fixture_get_certificate (owner)));
  g_assert_cmpint (cht_key_is_encrypted (key), ==, passphrase != NULL);
}

/* ---- Certificates ---- */

static void
test_nothing_to_mend (void)
{
  g_autofree char *chain = cht_fixtures_to_pem (cast.root, cast.middle, cast.low, NULL);
  g_autofree char *dressed = g_strconcat ("\r\n", chain, NULL);
  g_autoptr (ChtRepair) repair = REPAIR (dressed, 0);
  const ChtRepairFile *file = find_file (repair, "chain.pem");

  assert_steps (repair, "");
  assert_file (repair, "chain.pem", "root,middle,low");
  /* Byte for byte. */
  g_assert_cmpmem (g_bytes_get_data (file->content, NULL), g_bytes_get_size (file->content), dressed, strlen (dressed));
}

static void
test_jumbled (void)
{
  g_autofree char *chain = cht_fixtures_to_pem (cast.root, cast.low, cast.middle, cast.root, cast.leaf, NULL);
  g_autoptr (ChtRepair) repair = REPAIR (chain, 0);

  assert_steps (repair, "drop-duplicates root,low,middle,leaf||root\n"
                        "drop-leaf root,low,middle||leaf\n"
                        "order root|middle,low|");
  assert_file (repair, "chain.pem", "root,middle,low");
  g_assert_cmpuint (cht_repair_get_files (repair)->len, ==, 1);
}

static void
test_one_step_alone (void)
{
  g_autofree char *chain =
      cht_fixtures_to_pem (cast.low, cast.middle, cast.root, cast.root, cast.leaf, cast.other, NULL);
  g_autoptr (ChtRepair) leaf = REPAIR (chain, .only = CHT_REPAIR_DROP_LEAF);
  g_autoptr (ChtRepair) order = REPAIR (chain, .only = CHT_REPAIR_ORDER);
  g_autoptr (ChtRepair) duplicates = REPAIR (chain, .only = CHT_REPAIR_DROP_DUPLICATES);
  g_autoptr (ChtRepair) parts = REPAIR (chain, .only = CHT_REPAIR_SPLIT);

  assert_steps (leaf, "drop-leaf low,middle,root,root,other||leaf");
  assert_file (leaf, "chain.pem", "low,middle,root,root,other");
  assert_file (order, "chain.pem", "root,middle,low,leaf,root,other");
  assert_steps (duplicates, "drop-duplicates low,middle,root,leaf,other||root");
  assert_file (parts, "chain-1.pem", "low,middle,root,root,leaf");
  assert_file (parts, "chain-2.pem", "other");
}

static void
test_forms (void)
{
  g_autoptr (GBytes) pkcs7 = cht_fixtures_to_pkcs7 (cast.root, cast.middle, NULL);
  g_autofree char *chain = cht_fixtures_to_pem (cast.root, cast.middle, NULL);
  g_autofree char *bom = g_strconcat ("\xef\xbb\xbf", "Our CA:\n", chain, NULL);
  g_auto (GStrv) lines = g_strsplit (chain, "\n", -1);
  g_autofree char *joined = g_strjoinv ("\\n", lines);
  g_autofree char *json = g_strdup_printf ("{\"chain\": \"%s\"}", joined);
  gsize wide_size = 0;
  g_autofree char *wide = g_convert (chain, -1, "UTF-16LE", "UTF-8", NULL, &wide_size, NULL);
  GBytes *forms[] = { g_bytes_ref (cht_fixture_get_der (cast.root)), g_steal_pointer (&pkcs7),
                      g_bytes_new (bom, strlen (bom)), g_bytes_new (json, strlen (json)),
                      g_bytes_new (wide, wide_size) };

  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      g_autoptr (GPtrArray) bundles = new_bundles ();
      g_ptr_array_add (bundles, read_bytes (forms[i], NULL));
      g_autoptr (ChtRepair) repair = make (bundles, (ChtRepairWish){ 0 });
      const ChtRepairStep *first = g_ptr_array_index (cht_repair_get_steps (repair), 0);
      g_assert_cmpstr (first->id, ==, CHT_REPAIR_TO_PEM);
      g_assert_cmpuint (first->dropped->len, ==, 0);
      assert_file (repair, "chain.pem", i == 0 ? "root" : "root,middle");
      g_bytes_unref (forms[i]);
    }
}

static void
test_hierarchies (void)
{
  g_autoptr (ChtFixture) below = cht_fixture_new ("below", cast.other, NULL);
  g_autofree char *chain = cht_fixtures_to_pem (cast.root, below, cast.middle, cast.other, NULL);
  g_autoptr (ChtRepair) one = REPAIR (chain, 0);
  g_autoptr (ChtRepair) several = REPAIR (chain, .several_hierarchies = TRUE);
  g_autoptr (ChtRepair) roots = REPAIR (chain, .root_only = TRUE, .several_hierarchies = TRUE);

  assert_steps (one, "order root|middle,other,below|\nsplit root,middle|other,below|");
  assert_file (one, "chain-1.pem", "root,middle");
  assert_file (one, "chain-2.pem", "other,below");
  g_assert_null (find_file (one, "chain.pem"));
  assert_file (several, "chain.pem", "root,middle,other,below");
  assert_steps (roots, "drop-unrelated root,other||below,middle");
  assert_file (roots, "chain.pem", "root,other");
}

static void
test_what_cannot_be_mended (void)
{
  g_autofree char *gap = cht_fixtures_to_pem (cast.root, cast.low, NULL);
  g_autofree char *rootless = cht_fixtures_to_pem (cast.middle, cast.low, NULL);
  g_autoptr (ChtRepair) without_link = REPAIR (gap, 0);
  g_autoptr (ChtRepair) without_root = REPAIR (rootless, .root_only = TRUE);
  g_autoptr (ChtRepair) leaf_alone = REPAIR (cht_fixture_get_pem (cast.leaf), 0);

  /* A gap is not hidden by dropping what hangs below it. */
  assert_steps (without_link, "");
  assert_file (without_link, "chain.pem", "root,low");
  assert_steps (without_root, "");
  assert_file (without_root, "chain.pem", "middle,low");
  /* An empty file would be no repair. */
  assert_steps (leaf_alone, "");
  assert_file (leaf_alone, "chain.pem", "leaf");
}

static void
test_nothing (void)
{
  g_autoptr (ChtSecret) key = cht_fixture_key_to_pkcs8 (cast.low, NULL);
  g_autoptr (GPtrArray) bundles = new_bundles ();
  g_autoptr (GError) error = NULL;
  add_secret (bundles, key, NULL);
  g_autoptr (ChtRepair) repair = cht_repair_new (bundles, &(ChtRepairWish){ 0 }, &error);
  g_assert_null (repair);
  g_assert_error (error, CHT_X509_ERROR, CHT_X509_ERROR_NOTHING);
}

static void
test_old_root (void)
{
  g_autoptr (ChtFixture) old =
      cht_fixture_new ("old", NULL, &(ChtFixtureOptions){ .version = 1, .without_basic_constraints = TRUE });
  g_autoptr (ChtFixture) server = cht_fixture_new ("server", NULL, &(ChtFixtureOptions){ .is_leaf = TRUE });
  g_autofree char *chain = cht_fixtures_to_pem (server, old, NULL);
  g_autoptr (ChtRepair) repair = REPAIR (chain, .several_hierarchies = TRUE);

  assert_steps (repair, "drop-leaf old||server");
}

/* CAs that certify each other, and a root that another one signed too: every certificate stays, once. */
static void
test_circles (void)
{
  g_autoptr (ChtFixture) crossed = cht_fixture_new ("root", cast.other, &(ChtFixtureOptions){ .same_key = cast.root });
  g_autoptr (ChtFixture) a = cht_fixture_new ("a", NULL, NULL);
  g_autoptr (ChtFixture) b = cht_fixture_new ("b", a, NULL);
  g_autoptr (ChtFixture) a_by_b = cht_fixture_new ("a", b, &(ChtFixtureOptions){ .same_key = a });
  g_autofree char *cross = cht_fixtures_to_pem (cast.middle, crossed, cast.root, cast.other, NULL);
  g_autofree char *circle = cht_fixtures_to_pem (b, a_by_b, NULL);
  g_autoptr (ChtRepair) crossing = REPAIR (cross, .several_hierarchies = TRUE);
  g_autoptr (ChtRepair) round = REPAIR (circle, 0);

  assert_file (crossing, "chain.pem", "root,middle,other,root");
  g_assert_cmpuint (cht_repair_get_files (round)->len, ==, 1);
  g_autoptr (ChtBundle) bundle = read_bytes (find_file (round, "chain.pem")->content, NULL);
  g_assert_cmpuint (cht_bundle_get_certificates (bundle)->len, ==, 2);
}

static void
test_long_chain (void)
{
  g_autoptr (GPtrArray) fixtures = g_ptr_array_new_with_free_func ((GDestroyNotify) cht_fixture_free);
  g_autoptr (GString) text = g_string_new (NULL);
  for (guint i = 0; i < 150; i++)
    {
      g_autofree char *name = g_strdup_printf ("ca %03u", i);
      ChtFixture *above = i > 0 ? g_ptr_array_index (fixtures, i - 1) : NULL;
      g_ptr_array_add (fixtures, cht_fixture_new (name, above, NULL));
      g_string_prepend (text, cht_fixture_get_pem (g_ptr_array_index (fixtures, i)));
    }
  g_autoptr (ChtRepair) repair = REPAIR (text->str, 0);
  g_autoptr (ChtBundle) bundle = read_bytes (find_file (repair, "chain.pem")->content, NULL);
  GPtrArray *certificates = cht_bundle_get_certificates (bundle);
  g_assert_cmpuint (certificates->len, ==, 150);
  for (guint i = 0; i < certificates->len; i++)
    {
      ChtFixture *fixture = g_ptr_array_index (fixtures, i);
      g_assert_true (
          cht_certificate_equal (g_ptr_array_index (certificates, i), cht_fixture_get_certificate (fixture)));
    }
}

/* What was mended once needs no mending, and comes out byte for byte. */
static void
test_settles (void)
{
  g_autoptr (ChtSecret) key = cht_fixture_key_to_traditional (cast.middle);
  g_autofree char *chain = cht_fixtures_to_pem (cast.other, cast.low, cast.middle, cast.leaf, cast.root, cast.low,
                                                NULL);
  g_autofree char *all = g_strconcat (chain, cht_secret_get_text (key), NULL);
  const ChtRepairWish wishes[] = { { 0 }, { .several_hierarchies = TRUE }, { .root_only = TRUE },
                                   { .wants_key = TRUE } };

  for (guint i = 0; i < G_N_ELEMENTS (wishes); i++)
    {
      g_autoptr (ChtRepair) first = repair_text (all, wishes[i]);
      GPtrArray *files = cht_repair_get_files (first);
      g_autoptr (GPtrArray) bundles = new_bundles ();
      g_assert_cmpuint (cht_repair_get_steps (first)->len, >, 1);
      for (guint k = 0; k < files->len; k++)
        {
          const ChtRepairFile *file = g_ptr_array_index (files, k);
          if (k > 0 && !wishes[i].wants_key)
            break;
          if (file->secret != NULL)
            add_secret (bundles, file->secret, NULL);
          else
            g_ptr_array_add (bundles, read_bytes (file->content, NULL));
        }
      g_autoptr (ChtRepair) second = make (bundles, wishes[i]);
      const ChtRepairFile *before = g_ptr_array_index (files, 0);
      const ChtRepairFile *after = g_ptr_array_index (cht_repair_get_files (second), 0);
      assert_steps (second, "");
      g_assert_true (g_bytes_equal (before->content, after->content));
    }
}

/* ---- Pairs and keys ---- */

static void
test_pkcs12 (void)
{
  g_autoptr (GBytes) container = cht_fixtures_to_pkcs12 ("old and tired", cast.middle, cast.root, cast.other, NULL);
  g_autoptr (ChtSecret) old = cht_secret_new_text ("old and tired"), new = cht_secret_new_text ("new and rested");
  g_autoptr (GPtrArray) bundles = new_bundles ();
  g_ptr_array_add (bundles, read_bytes (container, "old and tired"));
  g_autoptr (ChtRepair) kept = make (bundles, (ChtRepairWish){ .wants_key = TRUE, .passphrase = old });
  g_autoptr (ChtRepair) renewed =
      make (bundles, (ChtRepairWish){ .wants_key = TRUE, .passphrase = old, .new_passphrase = new });
  g_autoptr (ChtRepair) plain =
      make (bundles, (ChtRepairWish){ .wants_key = TRUE, .passphrase = old, .plain_key = TRUE });
  g_autoptr (ChtRepair) trust = make (bundles, (ChtRepairWish){ .passphrase = old, .several_hierarchies = TRUE });

  assert_file (kept, "chain.pem", "root,middle");
  assert_file (kept, "certificate.pem", "middle");
  assert_key (kept, cast.middle, "old and tired", "ENCRYPTED PRIVATE KEY");
  assert_key (renewed, cast.middle, "new and rested", "ENCRYPTED PRIVATE KEY");
  assert_key (plain, cast.middle, NULL, "PRIVATE KEY");
  g_assert_null (find_file (trust, "key.pem"));
  g_assert_null (find_file (trust, "certificate.pem"));
  const ChtRepairStep *second = g_ptr_array_index (cht_repair_get_steps (trust), 1);
  g_assert_cmpstr (second->id, ==, CHT_REPAIR_DROP_KEY);
}

/* A container without protection leaves a key without. */
static void
test_pkcs12_bare (void)
{
  g_autoptr (GBytes) container = cht_fixtures_to_pkcs12 ("", cast.middle, cast.root, NULL);
  g_autoptr (GPtrArray) bundles = new_bundles ();
  g_ptr_array_add (bundles, read_bytes (container, NULL));
  g_autoptr (ChtRepair) repair = make (bundles, (ChtRepairWish){ .wants_key = TRUE });
  assert_key (repair, cast.middle, NULL, "PRIVATE KEY");
}

static void
test_three_files (void)
{
  g_autoptr (ChtSecret) key = cht_fixture_key_to_traditional (cast.middle);
  g_autoptr (GPtrArray) bundles = new_bundles ();
  add_secret (bundles, key, NULL);
  add_text (bundles, cht_fixture_get_pem (cast.middle), NULL);
  add_text (bundles, cht_fixture_get_pem (cast.root), NULL);
  g_autoptr (ChtRepair) repair = make (bundles, (ChtRepairWish){ .wants_key = TRUE });

  assert_steps (repair, "join middle|root|\norder |root,middle|\npkcs8 root,middle||");
  assert_file (repair, "chain.pem", "root,middle");
  assert_file (repair, "certificate.pem", "middle");
  assert_key (repair, cast.middle, NULL, "PRIVATE KEY");
}

/* The key decides which is meant, wherever it stands; its own certificate goes last. */
static void
test_pair_among_many (void)
{
  g_autoptr (ChtFixture) sibling = cht_fixture_new ("sibling", cast.root, NULL);
  g_autoptr (ChtFixture) ending =
      cht_fixture_new ("middle", cast.root, &(ChtFixtureOptions){ .same_key = cast.middle, .to_day = 20 });
  g_autoptr (ChtSecret) other = cht_fixture_key_to_pkcs8 (cast.leaf, NULL),
                        own = cht_fixture_key_to_pkcs8 (cast.middle, NULL);
  g_autofree char *chain = cht_fixtures_to_pem (cast.root, cast.middle, ending, sibling, cast.other, NULL);
  g_autofree char *all = g_strconcat (cht_secret_get_text (other), chain, cht_secret_get_text (own), NULL);
  g_autoptr (ChtRepair) repair = REPAIR (all, .wants_key = TRUE);
  const ChtRepairFile *file = find_file (repair, "certificate.pem");

  assert_file (repair, "chain.pem", "root,middle,sibling,middle");
  g_autoptr (ChtBundle) bundle = read_bytes (file->content, NULL);
  g_assert_true (cht_certificate_equal (g_ptr_array_index (cht_bundle_get_certificates (bundle), 0),
                                        cht_fixture_get_certificate (cast.middle)));
  assert_key (repair, cast.middle, NULL, "PRIVATE KEY");
}

static void
test_key_that_fits_none (void)
{
  g_autoptr (ChtSecret) key = cht_fixture_key_to_pkcs8 (cast.other, NULL);
  g_autofree char *chain = cht_fixtures_to_pem (cast.root, cast.middle, cast.low, NULL);
  g_autofree char *all = g_strconcat (chain, cht_secret_get_text (key), NULL);
  g_autoptr (ChtRepair) repair = REPAIR (all, .wants_key = TRUE);

  assert_file (repair, "certificate.pem", "low");
  assert_key (repair, cast.other, NULL, "PRIVATE KEY");
}

static void
test_encrypted_keys (void)
{
  g_autoptr (ChtSecret) locked = cht_fixture_key_to_pkcs8 (cast.middle, "first one");
  g_autoptr (ChtSecret) right = cht_secret_new_text ("first one"), new = cht_secret_new_text ("second one");
  g_autofree char *chain = cht_fixtures_to_pem (cast.root, cast.middle, NULL);
  g_autoptr (GPtrArray) opened = new_bundles (), closed = new_bundles ();
  g_autoptr (GError) error = NULL;
  add_text (opened, chain, NULL);
  add_text (closed, chain, NULL);
  add_secret (opened, locked, "first one");
  add_secret (closed, locked, NULL);
  g_autoptr (ChtRepair) kept = make (opened, (ChtRepairWish){ .wants_key = TRUE, .passphrase = right });
  g_autoptr (ChtRepair) changed =
      make (opened, (ChtRepairWish){ .wants_key = TRUE, .passphrase = right, .new_passphrase = new });
  g_autoptr (ChtRepair) shut = make (closed, (ChtRepairWish){ .wants_key = TRUE });

  assert_steps (kept, "");
  assert_key (kept, cast.middle, "first one", "ENCRYPTED PRIVATE KEY");
  assert_steps (changed, "encrypt-key root,middle||");
  assert_key (changed, cast.middle, "second one", "ENCRYPTED PRIVATE KEY");
  /* What cannot be opened stays as it came. */
  assert_file (shut, "certificate.pem", "middle");
  assert_key (shut, cast.middle, "first one", "ENCRYPTED PRIVATE KEY");

  ChtRepairWish wish = { .wants_key = TRUE, .new_passphrase = new };
  g_assert_null (cht_repair_new (closed, &wish, &error));
  g_assert_error (error, CHT_X509_ERROR, CHT_X509_ERROR_PASSPHRASE_NEEDED);
  g_clear_error (&error);
  wish = (ChtRepairWish){ .wants_key = TRUE, .plain_key = TRUE };
  g_assert_null (cht_repair_new (closed, &wish, &error));
  g_assert_error (error, CHT_X509_ERROR, CHT_X509_ERROR_PASSPHRASE_NEEDED);
  g_clear_error (&error);

  /* An empty one would leave a key in the open that says it is protected. */
  g_autoptr (ChtSecret) empty = cht_secret_new (NULL, 0);
  wish = (ChtRepairWish){ .wants_key = TRUE, .passphrase = right, .new_passphrase = empty };
  g_assert_null (cht_repair_new (opened, &wish, &error));
  g_assert_error (error, CHT_X509_ERROR, CHT_X509_ERROR_PASSPHRASE_NEEDED);
}

/* Indented, as out of a YAML file: the same key in plain PEM, its protection untouched. */
static void
test_key_in_odd_clothing (void)
{
  g_autoptr (ChtSecret) locked = cht_fixture_key_to_pkcs8 (cast.middle, "first one");
  g_auto (GStrv) lines = g_strsplit (cht_secret_get_text (locked), "\n", -1);
  g_autofree char *indented = g_strjoinv ("\n    ", lines);
  g_autofree char *yaml = g_strconcat ("key: |\n    ", indented, NULL);
  g_autoptr (GPtrArray) bundles = new_bundles ();
  add_text (bundles, yaml, NULL);
  g_autoptr (ChtRepair) repair = make (bundles, (ChtRepairWish){ .wants_key = TRUE });

  assert_steps (repair, "to-pem ||");
  g_assert_true (cht_secret_equal (find_file (repair, "key.pem")->secret, locked));
}

/* Cut off anywhere, a file gives a plan that holds together or a typed error. */
static void
test_truncated (void)
{
  g_autoptr (ChtSecret) key = cht_fixture_key_to_pkcs8 (cast.middle, NULL);
  g_autofree char *chain = cht_fixtures_to_pem (cast.middle, cast.root, cast.leaf, NULL);
  g_autofree char *all = g_strconcat (chain, cht_secret_get_text (key), NULL);
  for (gsize size = strlen (all); size > 0; size -= MIN (size, 37))
    {
      g_autoptr (GBytes) bytes = g_bytes_new (all, size);
      g_autoptr (ChtBundle) bundle = cht_bundle_new (bytes, NULL, NULL, NULL);
      g_autoptr (GPtrArray) bundles = g_ptr_array_new ();
      g_autoptr (GError) error = NULL;
      if (bundle == NULL)
        continue;
      g_ptr_array_add (bundles, bundle);
      g_autoptr (ChtRepair) repair = cht_repair_new (bundles, &(ChtRepairWish){ .wants_key = TRUE }, &error);
      g_assert_true ((repair == NULL) == (error != NULL && error->domain == CHT_X509_ERROR));
      g_assert_true (repair == NULL || cht_repair_get_files (repair)->len > 0);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  make_cast ();
  g_test_add_func ("/x509/repair/nothing-to-mend", test_nothing_to_mend);
  g_test_add_func ("/x509/repair/jumbled", test_jumbled);
  g_test_add_func ("/x509/repair/one-step-alone", test_one_step_alone);
  g_test_add_func ("/x509/repair/forms", test_forms);
  g_test_add_func ("/x509/repair/hierarchies", test_hierarchies);
  g_test_add_func ("/x509/repair/what-cannot-be-mended", test_what_cannot_be_mended);
  g_test_add_func ("/x509/repair/nothing", test_nothing);
  g_test_add_func ("/x509/repair/old-root", test_old_root);
  g_test_add_func ("/x509/repair/circles", test_circles);
  g_test_add_func ("/x509/repair/long-chain", test_long_chain);
  g_test_add_func ("/x509/repair/settles", test_settles);
  g_test_add_func ("/x509/repair/pkcs12", test_pkcs12);
  g_test_add_func ("/x509/repair/pkcs12-bare", test_pkcs12_bare);
  g_test_add_func ("/x509/repair/three-files", test_three_files);
  g_test_add_func ("/x509/repair/pair-among-many", test_pair_among_many);
  g_test_add_func ("/x509/repair/key-that-fits-none", test_key_that_fits_none);
  g_test_add_func ("/x509/repair/encrypted-keys", test_encrypted_keys);
  g_test_add_func ("/x509/repair/key-in-odd-clothing", test_key_in_odd_clothing);
  g_test_add_func ("/x509/repair/truncated", test_truncated);
  int result = g_test_run ();
  free_cast ();
  return result;
}
