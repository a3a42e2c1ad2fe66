/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules that look at one certificate and at what stands above it: rights, time, algorithms, forms. */
#include "cht-case.h"

#include <string.h>

#define CLIENT_AUTH "1.3.6.1.5.5.7.3.2"
#define SERVER_AUTH "1.3.6.1.5.5.7.3.1"

/* An intermediate made with OPTIONS below ROOT, judged with its key for ROLE. */
static ChtCase *
pair_for (const char *role, ChtFixture *root, ChtFixture *area)
{
  ChtCase *self = cht_case_new (role);

  cht_case_chain (self, root, area, NULL);
  cht_case_intermediate (self, area, NULL);
  cht_case_key (self, area);
  return self;
}

static void
test_ca (void)
{
  g_autoptr (ChtFixture) root = cht_fixture_new ("Root", NULL, NULL);
  static const struct
  {
    ChtFixtureOptions options;
    const char *wanted;
  } cases[] = {
    { { .without_basic_constraints = TRUE }, "error ca.not-ca" },
    { { .is_leaf = TRUE }, "error ca.not-ca" },
    { { .key_usage = CHT_KEY_USAGE_CRL_SIGN }, "error ca.no-cert-sign" },
    { { .without_key_usage = TRUE }, NULL },
    { { .path_length = CHT_FIXTURE_PATH (0) }, NULL }, /* it issues end entities only */
    { { .purpose = SERVER_AUTH }, "warning ca.extended-usage" },
    { { .purpose = CLIENT_AUTH }, NULL },
    { { .purpose = "2.5.29.37.0" }, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (ChtFixture) area = cht_fixture_new ("Area", root, &cases[i].options);
      g_autoptr (ChtCase) one = pair_for ("external-destination", root, area);

      cht_case_expect (one, cases[i].wanted, NULL);
      if (cases[i].wanted != NULL)
        g_assert_cmpint (cht_finding_get_field (g_ptr_array_index (one->findings, 0)), ==,
                         CHT_FIELD_CERTIFICATE);
    }
}

static void
test_ca_web_server (void)
{
  g_autoptr (ChtFixture) root = cht_fixture_new ("Root", NULL, NULL);
  g_autoptr (ChtFixture) client =
      cht_fixture_new ("Client", root, &(ChtFixtureOptions){ .purpose = CLIENT_AUTH });
  g_autoptr (ChtFixture) server =
      cht_fixture_new ("Server", root, &(ChtFixtureOptions){ .purpose = SERVER_AUTH });
  g_autoptr (ChtCase) wrong = pair_for ("web-server", root, client),
                      right = pair_for ("web-server", root, server);

  cht_case_expect (wrong, "warning ca.extended-usage", NULL);
  cht_case_expect (right, NULL);
}

static void
test_path_length (void)
{
  g_autoptr (ChtFixture) shallow =
      cht_fixture_new ("Shallow", NULL, &(ChtFixtureOptions){ .path_length = CHT_FIXTURE_PATH (0) });
  g_autoptr (ChtFixture) deep =
      cht_fixture_new ("Deep", NULL, &(ChtFixtureOptions){ .path_length = CHT_FIXTURE_PATH (1) });
  g_autoptr (ChtFixture) no_room = cht_fixture_new ("No room", shallow, NULL),
                         policy = cht_fixture_new ("Policy", deep, NULL);
  g_autoptr (ChtFixture) area = cht_fixture_new ("Area", policy, NULL);
  g_autoptr (ChtFixture) renewed =
      cht_fixture_new ("Shallow", shallow, &(ChtFixtureOptions){ .path_length = CHT_FIXTURE_PATH (0) });
  g_autoptr (ChtFixture) root = cht_fixture_new ("Root", NULL, NULL);
  g_autoptr (ChtFixture) cross = cht_fixture_new ("Deep", root, &(ChtFixtureOptions){ .same_key = deep });
  g_autoptr (ChtCase) direct = pair_for ("external-destination", shallow, no_room),
                      far = cht_case_new ("server-syslog");
  g_autoptr (ChtCase) self_issued = cht_case_new ("server-syslog"), two_ways = cht_case_new ("device-gnmi");

  cht_case_expect (direct, "error ca.path-length", NULL);
  cht_case_chain (far, deep, policy, area, NULL);
  cht_case_expect (far, "error ca.path-length", NULL);
  cht_assert_says (cht_case_message (far, "ca.path-length"), "“Area”");
  /* A CA that renews itself takes no step (RFC 5280, 4.2.1.9). */
  cht_case_chain (self_issued, shallow, renewed, NULL);
  cht_case_expect (self_issued, NULL);
  /* One path that allows it is enough. */
  cht_case_chain (two_ways, root, cross, deep, policy, area, NULL);
  cht_case_expect (two_ways, NULL);
}

static void
test_expiry (void)
{
  static const struct
  {
    int from, to;
    const char *wanted;
  } cases[] = {
    { -30, -3, "error expiry.expired" },       { -30, 10, "error expiry.below-minimum" },
    { -30, 30, "error expiry.below-minimum" }, { -30, 32, NULL },
    { 4, 300, "error expiry.not-yet-valid" },
  };
  g_autoptr (ChtFixture) root = cht_fixture_new ("Root", NULL, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (ChtFixture) area = cht_fixture_new (
          "Area", root, &(ChtFixtureOptions){ .from_day = cases[i].from, .to_day = cases[i].to });
      g_autoptr (ChtCase) trust = cht_case_new ("server-syslog"),
                          pair = pair_for ("external-destination", root, area);

      cht_case_chain (trust, root, area, NULL);
      cht_case_expect (trust, cases[i].wanted, NULL);
      cht_case_expect (pair, cases[i].wanted, NULL);
    }
}

/* Each role has its own bound, and the snapshot's moment stands for now. */
static void
test_expiry_bounds (void)
{
  g_autoptr (ChtFixture) root =
      cht_fixture_new ("Root", NULL, &(ChtFixtureOptions){ .from_day = -900, .to_day = 1000 });
  g_autoptr (ChtFixture) area =
      cht_fixture_new ("Area", root, &(ChtFixtureOptions){ .from_day = -900, .to_day = 900 });
  gint64 end = cht_certificate_get_not_after (cht_fixture_get_certificate (area));
  g_autoptr (ChtCase) web = pair_for ("web-server", root, area),
                      kafka = pair_for ("external-destination", root, area);
  g_autoptr (ChtCase) grpc = cht_case_new ("secure-grpc");

  cht_case_chain (grpc, root, area, NULL);
  web->snapshot.now = kafka->snapshot.now = grpc->snapshot.now = end - 30 * CHT_DAY;
  cht_case_expect (web, NULL);
  cht_case_expect (kafka, "error expiry.below-minimum", NULL);
  cht_assert_says (cht_case_message (kafka, "expiry.below-minimum"), "31 days");
  cht_case_expect (grpc, NULL);
  web->snapshot.now = end - 30 * CHT_DAY + 1;
  cht_case_expect (web, "error expiry.below-minimum", NULL);
  kafka->snapshot.now = end - 31 * CHT_DAY;
  cht_case_expect (kafka, NULL);
  grpc->snapshot.now = end + 1;
  cht_case_expect (grpc, "error expiry.expired", NULL);
  cht_case_expect_inspect (grpc, "warning expiry.expired", NULL);
}

/* What is over does no harm beside a path that lives. */
static void
test_expired_beside (void)
{
  g_autoptr (ChtFixture) root = cht_fixture_new ("Root", NULL, NULL),
                         area = cht_fixture_new ("Area", root, NULL);
  g_autoptr (ChtFixture) old =
      cht_fixture_new ("Old", NULL, &(ChtFixtureOptions){ .from_day = -900, .to_day = -20 });
  g_autoptr (ChtFixture) stale = cht_fixture_new (
      "Root", old, &(ChtFixtureOptions){ .same_key = root, .from_day = -800, .to_day = -20 });
  g_autoptr (ChtCase) trust = cht_case_new ("device-gnmi"), pair = cht_case_new ("external-destination");
  g_autoptr (ChtCase) root_over = cht_case_new ("server-syslog");
  g_autoptr (ChtFixture) young = cht_fixture_new ("Young", old, NULL);

  cht_case_chain (trust, old, stale, root, area, NULL);
  g_clear_pointer (&trust->findings, g_ptr_array_unref);
  trust->findings = cht_preflight_run (&trust->snapshot);
  g_assert_false (cht_findings_refuse (trust->findings, NULL));
  g_assert_nonnull (cht_case_finding (trust, "expiry.expired"));

  cht_case_chain (pair, old, root, area, NULL);
  cht_case_intermediate (pair, area, NULL);
  cht_case_key (pair, area);
  cht_case_expect (pair, "warning expiry.expired", "warning chain.unrelated", NULL);

  /* A root that is over ends what stands below it. */
  cht_case_chain (root_over, old, young, NULL);
  cht_case_expect (root_over, "error expiry.expired", "warning expiry.outlives-issuer", NULL);
}

static void
test_outlives (void)
{
  g_autoptr (ChtFixture) root =
      cht_fixture_new ("Root", NULL, &(ChtFixtureOptions){ .from_day = -1, .to_day = 500 });
  g_autoptr (ChtFixture) area =
      cht_fixture_new ("Area", root, &(ChtFixtureOptions){ .from_day = -1, .to_day = 900 });
  g_autoptr (ChtFixture) longer = cht_fixture_new ("Longer", NULL, NULL);
  g_autoptr (ChtFixture) cross = cht_fixture_new (
      "Root", longer, &(ChtFixtureOptions){ .same_key = root, .from_day = -1, .to_day = 2000 });
  g_autoptr (ChtCase) one = cht_case_new ("server-syslog"), two = cht_case_new ("device-gnmi");

  cht_case_chain (one, root, area, NULL);
  cht_case_expect (one, "warning expiry.outlives-issuer", NULL);
  /* Cross-signed by one that lasts, it has an issuer to its end. */
  cht_case_chain (two, longer, cross, root, area, NULL);
  cht_case_expect (two, NULL);
}

static void
test_algorithms (void)
{
  static const struct
  {
    ChtFixtureOptions options;
    const char *wanted, *inspected;
  } cases[] = {
    { { .digest = "SHA1" }, "warning algorithm.sha1", "warning algorithm.sha1" },
    { { .digest = "MD5" }, "error algorithm.md5", "error algorithm.md5" },
    { { .digest = "SHA384" }, NULL, NULL },
    { { .key_type = CHT_FIXTURE_ED25519 }, "warning algorithm.unpublished", NULL },
    { { .key_type = CHT_FIXTURE_RSA_PSS }, "warning algorithm.unpublished", NULL },
    { { .key_type = CHT_FIXTURE_RSA, .rsa_bits = 1024 }, "warning key.weak", "warning key.weak" },
    { { .serial = "9044" }, "warning certificate.serial", "warning certificate.serial" },
  };
  g_autoptr (ChtFixture) root =
      cht_fixture_new ("Root", NULL, &(ChtFixtureOptions){ .key_type = CHT_FIXTURE_RSA });

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (ChtFixture) area = cht_fixture_new ("Area", root, &cases[i].options);
      g_autoptr (ChtCase) one = cht_case_new ("server-syslog");

      cht_case_chain (one, root, area, NULL);
      cht_case_expect (one, cases[i].wanted, NULL);
      cht_case_expect_inspect (one, cases[i].inspected, NULL);
    }
}

/* On a key that is to issue, weakness is more than a word. */
static void
test_weak_intermediate (void)
{
  g_autoptr (ChtFixture) root = cht_fixture_new ("Root", NULL, NULL);
  g_autoptr (ChtFixture) area =
      cht_fixture_new ("Area", root, &(ChtFixtureOptions){ .key_type = CHT_FIXTURE_RSA, .rsa_bits = 1024 });
  g_autoptr (ChtCase) one = pair_for ("external-destination", root, area);
  static const char *const despite[] = { "key.weak", NULL };

  cht_case_expect (one, "error key.weak", NULL);
  g_assert_true (cht_findings_refuse (one->findings, NULL));
  g_assert_false (
      cht_findings_refuse (one->findings, despite)); /* our reading: nothing published forbids it */
}

/* A root's own signature proves nothing and harms nothing; its form may still be told. */
static void
test_old_roots (void)
{
  static const struct
  {
    ChtFixtureOptions options;
    const char *wanted;
  } cases[] = {
    { { .key_type = CHT_FIXTURE_RSA, .digest = "SHA1" }, NULL },
    { { .key_type = CHT_FIXTURE_RSA, .digest = "MD5" }, "warning certificate.old-form" },
    { { .version = 1, .without_basic_constraints = TRUE, .without_key_usage = TRUE, .without_key_ids = TRUE },
      "warning certificate.old-form" },
    { { .without_basic_constraints = TRUE }, "warning certificate.old-form" },
    { { .without_basic_constraints = TRUE, .without_key_usage = TRUE }, "warning certificate.old-form" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (ChtFixture) root = cht_fixture_new ("Root", NULL, &cases[i].options);
      g_autoptr (ChtFixture) area = cht_fixture_new ("Area", root, NULL);
      g_autoptr (ChtCase) one = cht_case_new ("server-syslog");

      cht_case_chain (one, root, area, NULL);
      cht_case_expect (one, cases[i].wanted, NULL);
    }
}

/* The window may close before, within and behind the life of what goes up. */
static void
test_in_window (void)
{
  g_autoptr (ChtFixture) root = cht_fixture_new ("Root", NULL, NULL);
  g_autoptr (ChtFixture) area =
      cht_fixture_new ("Area", root, &(ChtFixtureOptions){ .from_day = -9, .to_day = 60 });
  g_autoptr (ChtFixture) again =
      cht_fixture_new ("Area", root, &(ChtFixtureOptions){ .same_key = area });
  gint64 end = cht_certificate_get_not_after (cht_fixture_get_certificate (area));
  g_autoptr (ChtCase) trust = cht_case_new ("server-syslog"), grpc = cht_case_new ("secure-grpc"),
                      pair = pair_for ("external-destination", root, area),
                      beside = pair_for ("external-destination", root, again);

  cht_case_chain (trust, root, area, NULL);
  cht_case_chain (grpc, root, area, NULL);
  trust->snapshot.window_end = CHT_TIME_UNKNOWN;
  cht_case_expect (trust, NULL);
  trust->snapshot.window_end = end;
  cht_case_expect (trust, NULL);
  trust->snapshot.window_end = pair->snapshot.window_end = beside->snapshot.window_end = end + 1;
  cht_case_expect (trust, "error expiry.in-window", NULL);
  cht_assert_says (cht_case_message (trust, "expiry.in-window"), "“Area” ends on");
  cht_case_expect (pair, "error expiry.in-window", NULL);
  /* The bound of the role is told by itself, and counts its own days. */
  trust->snapshot.now = grpc->snapshot.now = end - 10 * CHT_DAY;
  grpc->snapshot.window_end = end + 1;
  cht_case_expect (trust, "error expiry.below-minimum", "error expiry.in-window", NULL);
  cht_assert_says (cht_case_message (trust, "expiry.below-minimum"), "lives 31 days");
  cht_case_expect (grpc, "error expiry.in-window", NULL);
  trust->snapshot.now = end + 1; /* then it is simply over */
  cht_case_expect (trust, "error expiry.expired", NULL);
  cht_case_chain (beside, root, area, again, NULL); /* beside a path that lives */
  cht_case_expect (beside, "warning expiry.in-window", NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/roles/rules-single/ca", test_ca);
  g_test_add_func ("/roles/rules-single/ca-web-server", test_ca_web_server);
  g_test_add_func ("/roles/rules-single/path-length", test_path_length);
  g_test_add_func ("/roles/rules-single/expiry", test_expiry);
  g_test_add_func ("/roles/rules-single/expiry-bounds", test_expiry_bounds);
  g_test_add_func ("/roles/rules-single/in-window", test_in_window);
  g_test_add_func ("/roles/rules-single/expired-beside", test_expired_beside);
  g_test_add_func ("/roles/rules-single/outlives", test_outlives);
  g_test_add_func ("/roles/rules-single/algorithms", test_algorithms);
  g_test_add_func ("/roles/rules-single/weak-intermediate", test_weak_intermediate);
  g_test_add_func ("/roles/rules-single/old-roots", test_old_roots);
  return g_test_run ();
}
