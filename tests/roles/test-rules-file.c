/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-case.h"

#include <string.h>

static void
chain_text (ChtCase *self, const char *text)
{
  cht_case_chain_bytes (self, text, strlen (text), "/tmp/chain.pem");
}

static void
test_plain (void)
{
  g_autoptr (ChtFixture) root = cht_fixture_new ("Root", NULL, NULL),
                         area = cht_fixture_new ("Area", root, NULL);
  g_autofree char *pem = cht_fixtures_to_pem (root, area, NULL);
  g_auto (GStrv) lines = g_strsplit (pem, "\n", -1);
  g_autofree char *crlf = g_strjoinv ("\r\n", lines), *text = g_strconcat ("The chain of today\n", pem, NULL);
  const char *const plain[] = { pem, crlf };

  for (gsize i = 0; i < G_N_ELEMENTS (plain); i++)
    {
      g_autoptr (ChtCase) one = cht_case_new ("server-syslog");
      g_autoptr (GBytes) sent = NULL;

      chain_text (one, plain[i]);
      cht_case_expect (one, NULL);
      sent = cht_preflight_chain_to_send (one->snapshot.chain);
      g_assert_cmpmem (g_bytes_get_data (sent, NULL), g_bytes_get_size (sent), plain[i], strlen (plain[i]));
    }
  {
    g_autoptr (ChtCase) one = cht_case_new ("server-syslog");
    g_autoptr (GBytes) sent = NULL;

    chain_text (one, text);
    cht_case_expect (one, "info file.made-plain", NULL);
    cht_assert_says (cht_case_message (one, "file.made-plain"), "2 certificates");
    g_assert_cmpstr (cht_finding_get_repair (cht_case_finding (one, "file.made-plain")), ==, "to-pem");
    sent = cht_preflight_chain_to_send (one->snapshot.chain);
    g_assert_cmpmem (g_bytes_get_data (sent, NULL), g_bytes_get_size (sent), pem, strlen (pem));
  }
}

/* What else stands in the file is named, not dropped in silence. */
static void
test_more_than_certificates (void)
{
  g_autoptr (ChtFixture) root = cht_fixture_new ("Root", NULL, NULL);
  g_autofree char *request = cht_fixture_to_request (root), *public = cht_fixture_to_public_key (root);
  g_autofree char *text = g_strconcat (cht_fixture_get_pem (root), request, public, NULL);
  g_autoptr (ChtCase) one = cht_case_new ("server-syslog");

  chain_text (one, text);
  cht_case_expect (one, "info file.made-plain", NULL);
  cht_assert_says (cht_case_message (one, "file.made-plain"), "a certificate request (CSR), a public key");
}

static void
test_not_pem (void)
{
  g_autoptr (ChtFixture) root = cht_fixture_new ("Root", NULL, NULL),
                         area = cht_fixture_new ("Area", root, NULL);
  g_autoptr (GBytes) pkcs7 = cht_fixtures_to_pkcs7 (root, area, NULL);
  GBytes *const forms[] = { cht_fixture_get_der (root), pkcs7 };

  for (gsize i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      g_autoptr (ChtCase) one = cht_case_new ("server-syslog");

      cht_case_chain_bytes (one, g_bytes_get_data (forms[i], NULL), g_bytes_get_size (forms[i]),
                            "/tmp/chain.cer");
      cht_case_expect (one, "error file.not-pem", NULL);
      cht_assert_says (cht_case_message (one, "file.not-pem"), "chain.cer");
      cht_assert_says (cht_case_message (one, "file.not-pem"),
                       cht_format_get_words (cht_bundle_get_format (one->snapshot.chain)));
      g_assert_cmpstr (cht_finding_get_repair (cht_case_finding (one, "file.not-pem")), ==, "to-pem");
      cht_case_expect_inspect (one, NULL);
    }
}

static void
test_no_certificate (void)
{
  g_autoptr (ChtFixture) root = cht_fixture_new ("Root", NULL, NULL),
                         area = cht_fixture_new ("Area", root, NULL);
  g_autofree char *request = cht_fixture_to_request (area);
  g_autoptr (ChtCase) chain = cht_case_new ("server-syslog"),
                      certificate = cht_case_new ("external-destination");
  g_autoptr (ChtCase) nothing = cht_case_new ("server-syslog");

  chain_text (chain, request);
  cht_case_expect (chain, "error file.no-certificate", NULL);
  cht_assert_says (cht_case_message (chain, "file.no-certificate"), "a certificate request (CSR)");

  cht_case_chain (certificate, root, area, NULL);
  cht_case_intermediate_text (certificate, request);
  cht_case_key (certificate, area);
  cht_case_expect (certificate, "error file.no-certificate", NULL);
  g_assert_cmpint (cht_finding_get_field (cht_case_finding (certificate, "file.no-certificate")), ==,
                   CHT_FIELD_CERTIFICATE);

  cht_case_expect (nothing, "error file.no-certificate", NULL);
  nothing->snapshot.whole = FALSE; /* a form that is being filled is not blamed for what is still to come */
  cht_case_expect (nothing, NULL);
  nothing->snapshot.whole = nothing->snapshot.edit = TRUE; /* what is not given stays */
  cht_case_expect (nothing, NULL);
}

static void
test_broken_block (void)
{
  g_autoptr (ChtFixture) root = cht_fixture_new ("Root", NULL, NULL),
                         area = cht_fixture_new ("Area", root, NULL);
  g_autofree char *text = g_strconcat (cht_fixture_get_pem (root),
                                       "-----BEGIN CERTIFICATE-----\nMIIB%%%\n-----END CERTIFICATE-----\n",
                                       cht_fixture_get_pem (area), NULL);
  g_autoptr (ChtCase) one = cht_case_new ("server-syslog");

  chain_text (one, text);
  cht_case_expect (one, "error file.broken-block", NULL);
  cht_assert_says (cht_case_message (one, "file.broken-block"), "line ");
  cht_case_expect_inspect (one, "error file.broken-block", NULL);
}

static void
test_private_key (void)
{
  g_autoptr (ChtFixture) root = cht_fixture_new ("Root", NULL, NULL),
                         area = cht_fixture_new ("Area", root, NULL);
  g_autoptr (ChtSecret) key = cht_fixture_key_to_pkcs8 (area, NULL),
                        locked = cht_fixture_key_to_pkcs8 (area, "sesame");
  g_autofree char *chain = g_strconcat (cht_fixture_get_pem (root), cht_secret_get_text (key), NULL);
  g_autofree char *both = g_strconcat (cht_fixture_get_pem (area), cht_secret_get_text (locked), NULL);
  g_autoptr (ChtCase) trust = cht_case_new ("server-syslog"), pair = cht_case_new ("external-destination");
  g_autoptr (GBytes) sent = NULL;

  chain_text (trust, chain);
  cht_case_expect (trust, "error file.private-key", "info file.made-plain", NULL);
  sent = cht_preflight_chain_to_send (trust->snapshot.chain);
  g_assert_null (g_strstr_len (g_bytes_get_data (sent, NULL), (gssize) g_bytes_get_size (sent), "PRIVATE"));

  cht_case_chain (pair, root, area, NULL);
  cht_case_intermediate_text (pair, both);
  cht_case_key (pair, area);
  cht_case_expect (pair, "warning file.private-key", "info file.made-plain", NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/roles/rules-file/plain", test_plain);
  g_test_add_func ("/roles/rules-file/more-than-certificates", test_more_than_certificates);
  g_test_add_func ("/roles/rules-file/not-pem", test_not_pem);
  g_test_add_func ("/roles/rules-file/no-certificate", test_no_certificate);
  g_test_add_func ("/roles/rules-file/broken-block", test_broken_block);
  g_test_add_func ("/roles/rules-file/private-key", test_private_key);
  return g_test_run ();
}
