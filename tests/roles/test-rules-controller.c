/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules on what the controller told. */
#include "cht-case.h"

#include <string.h>

typedef struct
{
  ChtFixture *root, *area;
  ChtCase *one;
} Fixture;

static void
set_up (Fixture *self, gconstpointer role)
{
  self->root = cht_fixture_new ("Root", NULL, NULL);
  self->area = cht_fixture_new ("Area", self->root, NULL);
  self->one = cht_case_new (role);
  cht_case_chain (self->one, self->root, self->area, NULL);
  if (self->one->snapshot.role->category == CHT_ROLE_TRUST_CHAIN_AND_KEY)
    {
      cht_case_intermediate (self->one, self->area, NULL);
      cht_case_key (self->one, self->area);
    }
  if (self->one->snapshot.role->root_only)
    cht_case_chain (self->one, self->root, NULL);
  self->one->snapshot.name = "kafka-east";
}

static void
tear_down (Fixture *self, gconstpointer role)
{
  cht_case_free (self->one);
  cht_fixture_free (self->area);
  cht_fixture_free (self->root);
}

static void
test_name (Fixture *self, gconstpointer role)
{
  static const char *const taken[] = { "Crosswork-Web-Cert", "kafka-east", NULL };
  g_autofree char *longest = g_strnfill (128, 'n'), *longer = g_strnfill (129, 'n');
  g_autoptr (GString) umlauts = g_string_new (NULL);
  ChtSnapshot *snapshot = &self->one->snapshot;

  for (int i = 0; i < 128; i++)
    g_string_append (umlauts, "ü");
  cht_case_expect (self->one, NULL);
  snapshot->name = "";
  cht_case_expect (self->one, "error name.empty", NULL);
  snapshot->name = " \t ";
  cht_case_expect (self->one, "error name.empty", NULL);
  snapshot->whole = FALSE;
  cht_case_expect (self->one, NULL);
  snapshot->whole = TRUE;
  snapshot->name = longest;
  cht_case_expect (self->one, NULL);
  snapshot->name = umlauts->str; /* characters count, not octets */
  cht_case_expect (self->one, NULL);
  snapshot->name = longer;
  cht_case_expect (self->one, "error name.too-long", NULL);
  snapshot->name = "kafka-east";
  snapshot->taken_names = taken;
  cht_case_expect (self->one, "error name.taken", NULL);
  snapshot->edit = TRUE; /* then it has to be there */
  cht_case_expect (self->one, NULL);
}

static void
test_operations (Fixture *self, gconstpointer role)
{
  ChtSnapshot *snapshot = &self->one->snapshot;

  snapshot->allowed = CHT_OPERATION_EDIT | CHT_OPERATION_DOWNLOAD;
  cht_case_expect (self->one, "error role.no-add", NULL);
  cht_assert_says (cht_case_message (self->one, "role.no-add"), "Update that one");
  snapshot->edit = TRUE;
  cht_case_expect (self->one, NULL);
  snapshot->allowed = CHT_OPERATION_DOWNLOAD;
  cht_case_expect (self->one, "error role.no-edit", NULL);
  snapshot->edit = FALSE;
  cht_case_expect (self->one, "error role.no-add", NULL);
  snapshot->name = NULL; /* files alone: nobody said which of the two it is to be */
  cht_case_expect (self->one, NULL);
}

static void
test_system (Fixture *self, gconstpointer role)
{
  self->one->snapshot.name = NULL;
  cht_case_expect (self->one, "error role.no-edit", NULL);
}

static ChtSnapshotDestination mutual = { "kafka-mutual", "u1", "mutual", 0, NULL };
static ChtSnapshotDestination server = { "kafka-server-auth", "u2", "server", 0, NULL };
static ChtSnapshotDestination busy = { "kafka-in-use", "u3", "mutual", 1, NULL };
static ChtSnapshotDestination vague = { "grpc", "u4", "", -1, NULL };
static ChtSnapshotDestination has_one = { "kafka-old", "u5", "mutual", 0, "old-certificate" };

static void
choose (Fixture *self, ...)
{
  GPtrArray *chosen = g_ptr_array_new ();
  va_list args;

  va_start (args, self);
  for (gpointer one = va_arg (args, gpointer); one != NULL; one = va_arg (args, gpointer))
    g_ptr_array_add (chosen, one);
  va_end (args);
  g_clear_pointer (&self->one->snapshot.chosen, g_ptr_array_unref);
  self->one->snapshot.chosen = chosen;
}

static void
test_destinations_mutual (Fixture *self, gconstpointer role)
{
  static const char *const nowhere[] = { "kafka-nowhere", "kafka-\nhere", NULL };
  g_autoptr (GHashTable) own = g_hash_table_new (g_str_hash, g_str_equal);

  choose (self, &mutual, &vague, NULL);
  cht_case_expect (self->one, NULL);
  choose (self, &mutual, &server, NULL);
  cht_case_expect (self->one, "error destination.auth-type", NULL);
  cht_assert_says (cht_case_message (self->one, "destination.auth-type"), "“kafka-server-auth”");
  choose (self, &busy, NULL);
  cht_case_expect (self->one, "error destination.in-use", NULL);
  choose (self, &has_one, NULL);
  cht_case_expect (self->one, "info destination.has-certificate", NULL);
  cht_assert_says (cht_case_message (self->one, "destination.has-certificate"),
                   "“kafka-old” uses “old-certificate” now");
  g_hash_table_add (own, (gpointer) "old-certificate");
  self->one->snapshot.own_certificates = own;
  cht_case_expect (self->one, NULL);
  choose (self, NULL);
  cht_case_expect (self->one, "warning destination.none", NULL);
  self->one->snapshot.unknown_destinations = nowhere;
  cht_case_expect (self->one, "error destination.unknown", "error destination.unknown", NULL);
  for (guint i = 0; i < 2; i++) /* a name from outside cannot break the line */
    g_assert_null (strchr (cht_finding_get_message (g_ptr_array_index (self->one->findings, i)), '\n'));
  choose (self, NULL);
  g_clear_pointer (&self->one->snapshot.chosen, g_ptr_array_unref);
}

static void
test_destinations_server (Fixture *self, gconstpointer role)
{
  choose (self, &server, &vague, NULL);
  cht_case_expect (self->one, NULL);
  choose (self, &server, &mutual, NULL);
  cht_case_expect (self->one, "error destination.auth-type", NULL);
  g_clear_pointer (&self->one->snapshot.chosen, g_ptr_array_unref);
}

static void
test_destinations_none (Fixture *self, gconstpointer role)
{
  static const ChtRole strange = { .id = "", .name = "Of a later release", .category = CHT_ROLE_TRUST_CHAIN };

  choose (self, NULL);
  cht_case_expect (self->one, NULL);
  choose (self, &mutual, NULL);
  cht_case_expect (self->one, "error destination.auth-type", NULL);
  /* Of a role that only this controller knows, where it goes is the controller's to judge. */
  self->one->snapshot.role = &strange;
  cht_case_expect (self->one, NULL);
  g_clear_pointer (&self->one->snapshot.chosen, g_ptr_array_unref);
}

static void
test_gateway (Fixture *self, gconstpointer role)
{
  static const struct
  {
    const char *health, *wanted;
  } cases[] = {
    { NULL, NULL },
    { "Healthy", NULL },
    { "healthy", NULL },
    { "Degraded", "error prerequisite.gateway" },
    { "", "error prerequisite.gateway" },
    { "Down", "error prerequisite.gateway" },
  };
  static const char *const despite[] = { "chain.leaf", "prerequisite.gateway", NULL };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      self->one->snapshot.gateway_health = cases[i].health;
      cht_case_expect (self->one, cases[i].wanted, NULL);
    }
  g_assert_true (cht_findings_refuse (self->one->findings, NULL));
  g_assert_false (cht_findings_refuse (self->one->findings, despite));
}

static void
test_aaa_mode (Fixture *self, gconstpointer role)
{
  ChtSnapshot *snapshot = &self->one->snapshot;

  snapshot->edit = TRUE;
  snapshot->aaa_mode = "TACACS+";
  cht_case_expect (self->one, NULL); /* an upload alone does not mind */
  snapshot->enables_client_auth = TRUE;
  cht_case_expect (self->one, "error prerequisite.aaa-mode", NULL);
  cht_assert_says (cht_case_message (self->one, "prerequisite.aaa-mode"), "“TACACS+”");
  snapshot->aaa_mode = "local";
  cht_case_expect (self->one, NULL);
  snapshot->aaa_mode = NULL;
  cht_case_expect (self->one, NULL);
  snapshot->aaa_mode = "";
  cht_case_expect (self->one, "error prerequisite.aaa-mode", NULL);
}

/* The controller's form goes before the table: what it asks for is judged, and the difference is told. */
static void
test_labels (Fixture *self, gconstpointer role)
{
  static const ChtRole strange = { .id = "", .name = "Of a later release", .category = CHT_ROLE_TRUST_CHAIN };
  ChtSnapshot *snapshot = &self->one->snapshot;

  snapshot->form = CHT_FORM_TRUST_CHAIN_AND_KEY;
  cht_case_expect (self->one, NULL);
  snapshot->form = CHT_FORM_TRUST_CHAIN;
  cht_case_expect (self->one, "warning key.not-taken", "info role.labels-differ", NULL);
  cht_assert_says (cht_case_message (self->one, "role.labels-differ"), "a trust chain alone");
  snapshot->certificate = snapshot->key = NULL;
  cht_case_expect (self->one, "info role.labels-differ", NULL);
  snapshot->role = cht_role_find ("server-syslog");
  cht_case_expect (self->one, NULL);
  snapshot->form = CHT_FORM_TRUST_CHAIN_AND_KEY;
  cht_case_expect (self->one, "error certificate.missing", "error key.missing", "info role.labels-differ", NULL);
  cht_assert_says (cht_case_message (self->one, "role.labels-differ"), "its key too");
  snapshot->role = &strange; /* nothing to differ from */
  snapshot->form = CHT_FORM_TRUST_CHAIN;
  cht_case_expect (self->one, NULL);
}

#define ADD(path, role, function) g_test_add (path, Fixture, role, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/roles/rules-controller/name", "server-syslog", test_name);
  ADD ("/roles/rules-controller/operations", "server-syslog", test_operations);
  ADD ("/roles/rules-controller/system", "device-syslog", test_system);
  ADD ("/roles/rules-controller/destinations-mutual", "external-destination", test_destinations_mutual);
  ADD ("/roles/rules-controller/destinations-server", "external-destination-server-auth",
       test_destinations_server);
  ADD ("/roles/rules-controller/destinations-none", "server-syslog", test_destinations_none);
  ADD ("/roles/rules-controller/aaa-mode", "web-server", test_aaa_mode);
  ADD ("/roles/rules-controller/labels", "external-destination", test_labels);
  ADD ("/roles/rules-controller/gateway", "external-destination", test_gateway);
  return g_test_run ();
}
