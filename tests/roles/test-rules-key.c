/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-case.h"

#include <string.h>

/* A case of root and intermediate whose key is still to be given. */
static ChtCase *
case_of (ChtFixture *root, ChtFixture *area)
{
  ChtCase *self = cht_case_new ("external-destination");

  cht_case_chain (self, root, area, NULL);
  cht_case_intermediate (self, area, NULL);
  return self;
}

static void
give_key (ChtCase *self, ChtSecret *pem, const char *passphrase)
{
  cht_case_key_bytes (self, cht_secret_get_data (pem), cht_secret_get_size (pem), passphrase);
}

static void
test_forms (void)
{
  static const ChtFixtureKeyType types[] = { CHT_FIXTURE_P256, CHT_FIXTURE_P384, CHT_FIXTURE_RSA };

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autoptr (ChtFixture) root = cht_fixture_new ("Root", NULL, NULL);
      g_autoptr (ChtFixture) area =
          cht_fixture_new ("Area", root, &(ChtFixtureOptions){ .key_type = types[i] });
      g_autoptr (ChtCase) one = case_of (root, area);
      g_autoptr (ChtSecret) pkcs8 = cht_fixture_key_to_pkcs8 (area, NULL),
                            old = cht_fixture_key_to_traditional (area);
      g_autoptr (ChtSecret) locked = cht_fixture_key_to_pkcs8 (area, "Zürich 1");

      give_key (one, pkcs8, NULL);
      cht_case_expect (one, NULL);
      give_key (one, old, NULL);
      cht_case_expect (one, NULL);
      give_key (one, locked, "Zürich 1");
      cht_case_expect (one, NULL);
    }
}

static void
test_mismatch (void)
{
  g_autoptr (ChtFixture) root = cht_fixture_new ("Root", NULL, NULL),
                         area = cht_fixture_new ("Area", root, NULL);
  g_autoptr (ChtFixture) other = cht_fixture_new ("Other", NULL, NULL);
  g_autoptr (ChtFixture) rsa =
      cht_fixture_new ("RSA", NULL, &(ChtFixtureOptions){ .key_type = CHT_FIXTURE_RSA });
  g_autoptr (ChtCase) one = case_of (root, area);

  cht_case_key (one, other);
  cht_case_expect (one, "error key.mismatch", NULL);
  cht_assert_says (cht_case_message (one, "key.mismatch"), "This key does not belong to the intermediate");
  cht_assert_says (cht_case_message (one, "key.mismatch"), "“Area”");

  cht_case_key (one, rsa);
  cht_case_expect (one, "error key.mismatch", NULL);
  cht_assert_says (cht_case_message (one, "key.mismatch"), "RSA 2");
  cht_assert_says (cht_case_message (one, "key.mismatch"), "EC P-256");

  /* The certificate that it does belong to is named. */
  cht_case_key (one, root);
  cht_case_expect (one, "error key.mismatch", NULL);
  cht_assert_says (cht_case_message (one, "key.mismatch"), "but to “Root”");
}

/* A key that is closed is blamed for that alone. */
static void
test_passphrase (void)
{
  g_autoptr (ChtFixture) root = cht_fixture_new ("Root", NULL, NULL),
                         area = cht_fixture_new ("Area", root, NULL);
  g_autoptr (ChtFixture) other = cht_fixture_new ("Other", NULL, NULL);
  g_autoptr (ChtSecret) locked = cht_fixture_key_to_pkcs8 (area, "right"),
                        open = cht_fixture_key_to_pkcs8 (area, NULL);
  g_autoptr (ChtSecret) strange = cht_fixture_key_to_pkcs8 (other, "right");
  g_autoptr (ChtCase) one = case_of (root, area);

  give_key (one, locked, NULL);
  cht_case_expect (one, "error key.passphrase-needed", NULL);
  g_assert_cmpint (cht_finding_get_field (cht_case_finding (one, "key.passphrase-needed")), ==,
                   CHT_FIELD_PASSPHRASE);
  give_key (one, locked, "wrong");
  cht_case_expect (one, "error key.passphrase-wrong", NULL);
  give_key (one, strange, NULL);
  cht_case_expect (one, "error key.passphrase-needed", NULL);
  give_key (one, strange, "right");
  cht_case_expect (one, "error key.mismatch", NULL);
  give_key (one, open, "any");
  cht_case_expect (one, "warning key.passphrase-unneeded", NULL);
}

static void
test_missing (void)
{
  g_autoptr (ChtFixture) root = cht_fixture_new ("Root", NULL, NULL),
                         area = cht_fixture_new ("Area", root, NULL);
  g_autofree char *public = cht_fixture_to_public_key (area);
  g_autoptr (ChtCase) one = case_of (root, area), pair = cht_case_new ("external-destination");

  cht_case_expect (one, "error key.missing", NULL);
  one->snapshot.edit = TRUE; /* half of a pair is no edit either */
  cht_case_expect (one, "error key.missing", NULL);
  one->snapshot.whole = FALSE;
  cht_case_expect (one, NULL);
  one->snapshot.whole = TRUE;
  cht_case_key_bytes (one, public, strlen (public), NULL);
  cht_case_expect (one, "error key.missing", NULL);
  cht_assert_says (cht_case_message (one, "key.missing"), "a public key");
  cht_case_key_bytes (one, cht_fixture_get_pem (area), strlen (cht_fixture_get_pem (area)), NULL);
  cht_case_expect (one, "error key.missing", NULL);
  cht_assert_says (cht_case_message (one, "key.missing"), "a certificate");

  cht_case_chain (pair, root, area, NULL);
  cht_case_expect (pair, "error certificate.missing", "error key.missing", NULL);
  pair->snapshot.edit = TRUE;
  cht_case_expect (pair, NULL);
  cht_case_key (pair, area); /* and where a key is there, whose it is */
  cht_case_expect (pair, "error certificate.missing", NULL);
  cht_assert_says (cht_case_message (pair, "certificate.missing"), "“Area”");
}

static void
test_unreadable (void)
{
  static const char openssh[] = "-----BEGIN OPENSSH PRIVATE KEY-----\n"
                                "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW\n"
                                "QyNTUxOQAAACB8ZmMwDJlRq3DjzSxhqzwHUsWrKAC6BwY9xJuFnJ0o/QAAAJgHL3DpBy9w\n"
                                "-----END OPENSSH PRIVATE KEY-----\n";
  static const char broken[] =
      "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49AgEGCCqGSM49\n-----END PRIVATE KEY-----\n";
  g_autoptr (ChtFixture) root = cht_fixture_new ("Root", NULL, NULL),
                         area = cht_fixture_new ("Area", root, NULL);
  g_autoptr (ChtCase) one = case_of (root, area);

  cht_case_key_bytes (one, openssh, strlen (openssh), NULL);
  cht_case_expect (one, "error key.unsupported", NULL);
  cht_assert_says (cht_case_message (one, "key.unsupported"), "OpenSSH");
  g_assert_null (cht_finding_get_repair (cht_case_finding (one, "key.unsupported"))); /* nothing here opens it */
  cht_case_key_bytes (one, broken, strlen (broken), NULL);
  cht_case_expect (one, "error key.damaged", NULL);
}

/* Out of several certificates the one that the key fits is meant; out of several keys the first is sent, and
 * judged. */
static void
test_pair_among_several (void)
{
  g_autoptr (ChtFixture) root = cht_fixture_new ("Root", NULL, NULL),
                         area = cht_fixture_new ("Area", root, NULL);
  g_autoptr (ChtSecret) first = cht_fixture_key_to_pkcs8 (root, NULL),
                        second = cht_fixture_key_to_pkcs8 (area, NULL);
  g_autofree char *keys = g_strconcat (cht_secret_get_text (first), cht_secret_get_text (second), NULL);
  g_autofree char *turned = g_strconcat (cht_secret_get_text (second), cht_secret_get_text (first), NULL);
  g_autoptr (ChtCase) behind = cht_case_new ("external-destination"),
                      before = cht_case_new ("external-destination");

  cht_case_chain (behind, root, area, NULL);
  cht_case_intermediate (behind, root, area, NULL);
  cht_case_key (behind, area);
  cht_case_expect (behind, "error certificate.several", NULL);
  cht_assert_says (cht_case_message (behind, "certificate.several"), "“Area”");

  cht_case_chain (before, root, area, NULL);
  cht_case_intermediate (before, area, root, NULL);
  cht_case_key (before, area);
  cht_case_expect (before, "warning certificate.several", NULL);
  cht_case_intermediate (before, area, NULL);
  cht_case_key_bytes (before, keys, strlen (keys), NULL);
  cht_case_expect (before, "error key.mismatch", NULL);
  cht_assert_says (cht_case_message (before, "key.mismatch"), "another one in that file does");
  cht_case_key_bytes (before, turned, strlen (turned), NULL);
  cht_case_expect (before, NULL);
}

static void
test_not_taken (void)
{
  g_autoptr (ChtFixture) root = cht_fixture_new ("Root", NULL, NULL),
                         area = cht_fixture_new ("Area", root, NULL);
  g_autoptr (ChtCase) one = cht_case_new ("server-syslog");

  cht_case_chain (one, root, area, NULL);
  cht_case_intermediate (one, area, NULL);
  cht_case_key (one, root); /* nobody looks whether it fits: it is not sent */
  cht_case_expect (one, "warning key.not-taken", NULL);
}

static void
test_inspect (void)
{
  g_autoptr (ChtFixture) area = cht_fixture_new ("Area", NULL, NULL);
  g_autoptr (ChtSecret) locked = cht_fixture_key_to_pkcs8 (area, "right"),
                        open = cht_fixture_key_to_pkcs8 (area, NULL);
  g_autoptr (ChtCase) one = cht_case_new (NULL);

  cht_case_chain_bytes (one, cht_secret_get_data (locked), cht_secret_get_size (locked), "key.pem");
  cht_case_expect_inspect (one, "info key.passphrase-needed", NULL);
  cht_case_chain_bytes (one, cht_secret_get_data (open), cht_secret_get_size (open), "key.pem");
  cht_case_expect_inspect (one, NULL);
}

/* A container that no passphrase opened holds nothing to judge, and is still no PEM. */
static void
test_locked (void)
{
  g_autoptr (ChtFixture) root = cht_fixture_new ("Root", NULL, NULL),
                         area = cht_fixture_new ("Area", root, NULL);
  g_autoptr (ChtCase) one = case_of (root, area), trust = cht_case_new ("server-syslog");
  ChtSnapshot *snapshot = &one->snapshot;

  snapshot->key = NULL;
  snapshot->key_path = "/tmp/all.p12";
  snapshot->key_locked = TRUE;
  cht_case_expect (one, "error file.not-pem", "error key.passphrase-needed", NULL);
  cht_assert_says (cht_case_message (one, "file.not-pem"), "PKCS#12");
  snapshot->passphrase_given = TRUE;
  cht_case_expect (one, "error file.not-pem", "error key.passphrase-wrong", NULL);
  snapshot->key_locked = snapshot->passphrase_given = FALSE;
  cht_case_key (one, area);
  snapshot->certificate = NULL;
  snapshot->certificate_locked = TRUE;
  cht_case_expect (one, "error file.not-pem", NULL);
  trust->snapshot.chain_locked = TRUE;
  trust->snapshot.chain_path = "/tmp/all.p12";
  cht_case_expect (trust, "error file.not-pem", NULL);
  g_assert_cmpstr (cht_finding_get_repair (cht_case_finding (trust, "file.not-pem")), ==, "to-pem");
  trust->snapshot.key_locked = TRUE; /* what the role does not take is told, not opened */
  cht_case_expect (trust, "error file.not-pem", "warning key.not-taken", NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/roles/rules-key/forms", test_forms);
  g_test_add_func ("/roles/rules-key/mismatch", test_mismatch);
  g_test_add_func ("/roles/rules-key/passphrase", test_passphrase);
  g_test_add_func ("/roles/rules-key/missing", test_missing);
  g_test_add_func ("/roles/rules-key/locked", test_locked);
  g_test_add_func ("/roles/rules-key/unreadable", test_unreadable);
  g_test_add_func ("/roles/rules-key/pair-among-several", test_pair_among_several);
  g_test_add_func ("/roles/rules-key/not-taken", test_not_taken);
  g_test_add_func ("/roles/rules-key/inspect", test_inspect);
  return g_test_run ();
}
