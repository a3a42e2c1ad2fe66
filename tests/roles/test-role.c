/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-role.h"

static void
test_find (void)
{
  static const struct
  {
    const char *name, *id;
  } cases[] = {
    { "external-destination", "external-destination" },
    { "External Destination", "external-destination" },
    { "EXTERNAL destination", "external-destination" },
    { "External Destination Server Auth", "external-destination-server-auth" },
    { "Crosswork Web Server", "web-server" },
    { "CW-Web-Certificate Server Authentication", "web-server" },
    { "Crosswork-Web-Cert", "web-server" },
    { "crosswork web cert", "web-server" },
    { "CW-ZTP-Owner", "ztp-owner" },
    { "CW-Internal-Communication", "internal-tls" },
    { "Secure gRPC Communication", "secure-grpc" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const ChtRole *role = cht_role_find (cases[i].name);

      g_assert_nonnull (role);
      g_assert_cmpstr (role->id, ==, cases[i].id);
    }
}

static void
test_find_none (void)
{
  static const char *const names[] = { "",
                                       "kafka",
                                       "External",
                                       "External Destination ",
                                       "external-destination-server",
                                       "External  Destination",
                                       "Crosswork-Web-Certificate" };

  g_assert_null (cht_role_find (NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_null (cht_role_find (names[i]));
}

/* Each row by itself makes sense, and no two rows answer to one name. */
static void
test_table (void)
{
  guint n = 0;

  for (const ChtRole *const *role = cht_role_list (); *role != NULL; role++, n++)
    {
      g_assert_true (cht_role_find ((*role)->id) == *role);
      g_assert_true (cht_role_find ((*role)->name) == *role);
      for (const char *const *ui = (*role)->ui_names; *ui != NULL; ui++)
        g_assert_true (cht_role_find (*ui) == *role);
      g_assert_cmpstr ((*role)->purpose, !=, "");
      if ((*role)->system)
        g_assert_cmpint ((*role)->operations, ==, CHT_OPERATION_DOWNLOAD);
      else
        g_assert_true (((*role)->operations & (CHT_OPERATION_ADD | CHT_OPERATION_EDIT)) != 0);
      if ((*role)->issues)
        g_assert_cmpint ((*role)->category, ==, CHT_ROLE_TRUST_CHAIN_AND_KEY);
      if ((*role)->issues_servers)
        g_assert_true ((*role)->issues);
    }
  g_assert_cmpuint (n, ==, 13);
}

/* The rows on which an upload rests most, word for word. */
static void
test_rows (void)
{
  const ChtRole *web = cht_role_find ("web-server"), *gnmi = cht_role_find ("device-gnmi");
  const ChtRole *kafka = cht_role_find ("external-destination"),
                *application = cht_role_find ("application-external-destination");
  const ChtRole *server = cht_role_find ("external-destination-server-auth");

  g_assert_cmpint (web->operations, ==, CHT_OPERATION_EDIT | CHT_OPERATION_DOWNLOAD);
  g_assert_cmpint (web->min_days, ==, 30);
  g_assert_true (web->issues_servers);
  g_assert_cmpint (kafka->category, ==, CHT_ROLE_TRUST_CHAIN_AND_KEY);
  g_assert_cmpint (kafka->destinations, ==, CHT_ROLE_TAKES_MUTUAL);
  g_assert_cmpint (kafka->min_days, ==, 31);
  g_assert_cmpint (server->category, ==, CHT_ROLE_TRUST_CHAIN);
  g_assert_cmpint (server->destinations, ==, CHT_ROLE_TAKES_SERVER);
  g_assert_true (server->root_only);
  g_assert_true (gnmi->several_hierarchies);
  g_assert_cmpint (application->operations, ==, CHT_OPERATION_ADD);
  g_assert_cmpint (cht_role_find ("secure-grpc")->min_days, ==, 0);
}

static void
test_display (void)
{
  static const struct
  {
    const char *word;
    int operations;
  } cases[] = {
    { "NO_OP", 0 },
    { "READONLY", CHT_OPERATION_DOWNLOAD },
    { "READWRITE", CHT_OPERATION_EDIT | CHT_OPERATION_DOWNLOAD },
    { "READWRITEADD", CHT_OPERATION_ADD | CHT_OPERATION_EDIT | CHT_OPERATION_DOWNLOAD },
    { "readwrite", CHT_OPERATION_EDIT | CHT_OPERATION_DOWNLOAD },
    { "READWRITEDELETE", CHT_OPERATION_DOWNLOAD }, /* a word of a later release gives no more than reading */
    { "", 0 },
    { NULL, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (cht_role_operations_from_display (cases[i].word), ==, cases[i].operations);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/roles/role/find", test_find);
  g_test_add_func ("/roles/role/find-none", test_find_none);
  g_test_add_func ("/roles/role/table", test_table);
  g_test_add_func ("/roles/role/rows", test_rows);
  g_test_add_func ("/roles/role/operations-from-display", test_display);
  return g_test_run ();
}
