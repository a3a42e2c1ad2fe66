/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commands that ask a controller and change nothing: pin, login, certificates, roles, destinations. */
#include "cht-cli.h"
#include "cht-cli-output.h"
#include "cht-text.h"

#include <glib/gi18n-lib.h>

static int
run_pin (ChtCli *cli, int argc, char **argv)
{
  static const ChtColumn columns[] = {
    { "pin", N_ ("Pin (SPKI)") }, { "subject", N_ ("Subject") }, { "issuer", N_ ("Issuer") },
    { "not_before", N_ ("Valid from"), CHT_COLUMN_MOMENT }, { "not_after", N_ ("Valid to"), CHT_COLUMN_EXPIRY },
    { "sha256", N_ ("SHA-256") },
  };
  g_autofree char *url = NULL;
  const GOptionEntry entries[] = {
    { "url", 0, 0, G_OPTION_ARG_STRING, &url, N_ ("The controller's address"), N_ ("URL") }, G_OPTION_ENTRY_NULL
  };
  ChtProblem *problem = cht_cli_parse (cli, &argc, &argv, entries, 0, 0);
  g_autoptr (ChtWorkspace) workspace = cht_workspace_new (NULL, cli->clock);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (ChtServerCard) card = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *ready = NULL;

  if (problem == NULL && url == NULL)
    problem = cht_cli_missing ("--url");
  if (problem != NULL)
    return cht_cli_fail (cli, problem);
  cht_workspace_probe_async (workspace, url, cli->cancellable, cht_cli_on_ready_cb, &ready);
  result = cht_cli_wait (&ready);
  card = cht_workspace_probe_finish (workspace, result, &error);
  if (card == NULL)
    return cht_cli_fail_error (cli, error);
  json_builder_begin_object (builder);
  cht_cli_add_string (builder, "pin", card->pin);
  cht_cli_add_string (builder, "subject", card->subject);
  cht_cli_add_string (builder, "issuer", card->issuer);
  cht_cli_add_time (builder, "not_before", card->not_before);
  cht_cli_add_time (builder, "not_after", card->not_after);
  cht_cli_add_string (builder, "sha256", card->sha256);
  cht_cli_print_facts (cli, cht_cli_build (builder), columns, G_N_ELEMENTS (columns));
  return 0;
}

/* What every asking command does: options, sign in, WORK, sign out. */
static int
ask (ChtCli *cli, int argc, char **argv, const GOptionEntry *own, ChtCliWork work, gpointer data)
{
  g_auto (ChtCliWhere) where = { 0 };
  const GOptionEntry entries[] = { CHT_CLI_WHERE_ENTRIES (where),
                                   own != NULL ? *own : (GOptionEntry) G_OPTION_ENTRY_NULL,
                                   G_OPTION_ENTRY_NULL };
  ChtProblem *problem = cht_cli_parse (cli, &argc, &argv, entries, 0, 0);
  g_autoptr (ChtWorkspace) workspace = NULL;
  g_autoptr (GError) error = NULL;

  if (problem != NULL)
    return cht_cli_fail (cli, problem);
  workspace = cht_cli_new_workspace (cli, &where, &error);
  if (workspace == NULL)
    return cht_cli_fail_error (cli, error);
  return cht_cli_on_controller (cli, workspace, &where, work, data);
}

static int
work_login (ChtCli *cli, ChtWorkspace *workspace, gpointer data)
{
  static const ChtColumn columns[] = { { "username", N_ ("User") }, { "release", N_ ("Release") } };
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *release = NULL;

  g_object_get (workspace, "release", &release, NULL);
  json_builder_begin_object (builder);
  cht_cli_add_string (builder, "username", cht_profile_get_username (cht_workspace_get_profile (workspace)));
  cht_cli_add_string (builder, "release", release);
  cht_cli_print_facts (cli, cht_cli_build (builder), columns, G_N_ELEMENTS (columns));
  return 0;
}

static int
run_login (ChtCli *cli, int argc, char **argv)
{
  return ask (cli, argc, argv, NULL, work_login, NULL);
}

static void
add_operations (JsonBuilder *builder, ChtOperations operations)
{
  const char *names[4] = { NULL };
  guint n = 0;

  if ((operations & CHT_OPERATION_ADD) != 0)
    names[n++] = "add";
  if ((operations & CHT_OPERATION_EDIT) != 0)
    names[n++] = "edit";
  if ((operations & CHT_OPERATION_DOWNLOAD) != 0)
    names[n++] = "download";
  cht_cli_add_strings (builder, "operations", names);
}

static void
add_listed (JsonBuilder *builder, ChtListed *listed)
{
  json_builder_begin_object (builder);
  cht_cli_add_string (builder, "name", cht_listed_get_name (listed));
  cht_cli_add_string (builder, "role", cht_listed_get_role_id (listed));
  cht_cli_add_string (builder, "role_name", cht_listed_get_role_name (listed));
  cht_cli_add_string (builder, "display_name", cht_listed_get_display_name (listed));
  cht_cli_add_time (builder, "expires", cht_listed_get_expires (listed));
  cht_cli_add_time (builder, "updated", cht_listed_get_updated (listed));
  cht_cli_add_string (builder, "updated_by", cht_listed_get_updated_by (listed));
  cht_cli_add_string (builder, "auth_type", cht_listed_get_auth_type (listed));
  add_operations (builder, cht_listed_get_operations (listed));
  cht_cli_add_strings (builder, "destinations", cht_listed_get_destinations (listed));
  json_builder_end_object (builder);
}

static int
work_certificates (ChtCli *cli, ChtWorkspace *workspace, gpointer data)
{
  static const ChtColumn columns[] = {
    { "name", N_ ("NAME") }, { "role_name", N_ ("ROLE") }, { "expires", N_ ("ENDS"), CHT_COLUMN_EXPIRY },
    { "updated", N_ ("UPDATED"), CHT_COLUMN_MOMENT }, { "updated_by", N_ ("BY") }, { "operations", N_ ("MAY BE") },
    { "destinations", N_ ("DESTINATIONS") },
  };
  const char *role = *(char **) data;
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GListModel *certificates = cht_workspace_get_certificates (workspace);
  GAsyncResult *ready = NULL;

  cht_workspace_load_certificates_async (workspace, TRUE, cli->cancellable, cht_cli_on_ready_cb, &ready);
  result = cht_cli_wait (&ready);
  if (!cht_workspace_load_certificates_finish (workspace, result, &error))
    return cht_cli_fail_error (cli, error);
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "certificates");
  json_builder_begin_array (builder);
  for (guint i = 0; i < g_list_model_get_n_items (certificates); i++)
    {
      g_autoptr (ChtListed) listed = g_list_model_get_item (certificates, i);
      if (role == NULL || g_strcmp0 (role, cht_listed_get_role_id (listed)) == 0)
        add_listed (builder, listed);
    }
  json_builder_end_array (builder);
  cht_cli_print_table (cli, cht_cli_build (builder), "certificates", columns, G_N_ELEMENTS (columns),
                       _ ("The controller lists no certificate."));
  return 0;
}

static int
run_certificates (ChtCli *cli, int argc, char **argv)
{
  g_autofree char *role = NULL;
  const GOptionEntry entry = { "role", 0, 0, G_OPTION_ARG_STRING, &role, N_ ("Of this role alone"), N_ ("ID") };

  return ask (cli, argc, argv, &entry, work_certificates, &role);
}

static void
add_field (JsonBuilder *builder, const char *id, ChtRoleField field)
{
  if (!field.present)
    return;
  json_builder_begin_object (builder);
  cht_cli_add_string (builder, "id", id);
  cht_cli_add_string (builder, "label", field.label);
  cht_cli_add_bool (builder, "mandatory", field.mandatory);
  json_builder_end_object (builder);
}

static void
add_form (JsonBuilder *builder, ChtRoleForm *form)
{
  json_builder_begin_object (builder);
  cht_cli_add_string (builder, "id", cht_role_form_get_id (form));
  cht_cli_add_string (builder, "name", cht_role_form_get_name (form));
  cht_cli_add_string (builder, "display_name", cht_role_form_get_display_name (form));
  cht_cli_add_string (builder, "category", cht_role_form_get_category (form) == CHT_ROLE_TRUST_CHAIN_AND_KEY
                                               ? "trust-chain-and-key" : "trust-chain");
  json_builder_set_member_name (builder, "fields");
  json_builder_begin_array (builder);
  add_field (builder, "trust-chain", cht_role_form_get_trust (form));
  add_field (builder, "certificate", cht_role_form_get_certificate (form));
  add_field (builder, "key", cht_role_form_get_key (form));
  add_field (builder, "passphrase", cht_role_form_get_passphrase (form));
  json_builder_end_array (builder);
  add_operations (builder, cht_role_form_get_operations (form));
  json_builder_end_object (builder);
}

static int
work_roles (ChtCli *cli, ChtWorkspace *workspace, gpointer data)
{
  static const ChtColumn columns[] = {
    { "id", N_ ("ID") }, { "name", N_ ("NAME") }, { "category", N_ ("TAKES") }, { "operations", N_ ("MAY BE") },
  };
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GListModel *forms = cht_workspace_get_role_forms (workspace);
  GAsyncResult *ready = NULL;

  cht_workspace_load_role_forms_async (workspace, cli->cancellable, cht_cli_on_ready_cb, &ready);
  result = cht_cli_wait (&ready);
  if (!cht_workspace_load_role_forms_finish (workspace, result, &error))
    return cht_cli_fail_error (cli, error);
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "roles");
  json_builder_begin_array (builder);
  for (guint i = 0; i < g_list_model_get_n_items (forms); i++)
    {
      g_autoptr (ChtRoleForm) form = g_list_model_get_item (forms, i);
      add_form (builder, form);
    }
  json_builder_end_array (builder);
  cht_cli_print_table (cli, cht_cli_build (builder), "roles", columns, G_N_ELEMENTS (columns),
                       _ ("The controller names no role."));
  return 0;
}

static int
run_roles (ChtCli *cli, int argc, char **argv)
{
  return ask (cli, argc, argv, NULL, work_roles, NULL);
}

static const char *
or_null (const char *text)
{
  return *text != '\0' ? text : NULL;
}

static void
add_destination (JsonBuilder *builder, ChtDestination *destination)
{
  int in_use = cht_destination_get_in_use (destination);

  json_builder_begin_object (builder);
  cht_cli_add_string (builder, "name", cht_destination_get_name (destination));
  cht_cli_add_string (builder, "uuid", cht_destination_get_uuid (destination));
  cht_cli_add_string (builder, "type", or_null (cht_destination_get_kind (destination)));
  cht_cli_add_string (builder, "auth_type", or_null (cht_destination_get_auth_type (destination)));
  cht_cli_add_strings (builder, "addresses", cht_destination_get_addresses (destination));
  cht_cli_add_int (builder, "port", cht_destination_get_port (destination));
  if (in_use < 0)
    cht_cli_add_string (builder, "in_use", NULL);
  else
    cht_cli_add_bool (builder, "in_use", in_use > 0);
  cht_cli_add_string (builder, "certificate", cht_destination_get_certificate (destination));
  json_builder_end_object (builder);
}

static int
work_destinations (ChtCli *cli, ChtWorkspace *workspace, gpointer data)
{
  static const ChtColumn columns[] = {
    { "name", N_ ("NAME") },
    { "type", N_ ("TYPE") },
    { "auth_type", N_ ("AUTHENTICATION") },
    { "addresses", N_ ("ADDRESSES") },
    { "port", N_ ("PORT") },
    { "in_use", N_ ("IN USE") },
    { "certificate", N_ ("CERTIFICATE") },
  };
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GListModel *destinations = cht_workspace_get_destinations (workspace);
  GAsyncResult *ready = NULL;

  cht_workspace_load_destinations_async (workspace, cli->cancellable, cht_cli_on_ready_cb, &ready);
  result = cht_cli_wait (&ready);
  if (!cht_workspace_load_destinations_finish (workspace, result, &error))
    return cht_cli_fail_error (cli, error);
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "destinations");
  json_builder_begin_array (builder);
  for (guint i = 0; i < g_list_model_get_n_items (destinations); i++)
    {
      g_autoptr (ChtDestination) destination = g_list_model_get_item (destinations, i);
      add_destination (builder, destination);
    }
  json_builder_end_array (builder);
  cht_cli_print_table (cli, cht_cli_build (builder), "destinations", columns, G_N_ELEMENTS (columns),
                       _ ("The controller has no destination."));
  return 0;
}

static int
run_destinations (ChtCli *cli, int argc, char **argv)
{
  return ask (cli, argc, argv, NULL, work_destinations, NULL);
}

const ChtCliCommand cht_cli_controller_commands[] = {
  { "controller", "pin", run_pin, NULL, N_ ("Show the server's key by a handshake alone") },
  { "controller", "login", run_login, NULL, N_ ("Try to sign in") },
  { "controller", "certificates", run_certificates, NULL, N_ ("List the controller's certificates") },
  { "controller", "roles", run_roles, NULL, N_ ("List certificate roles and their fields") },
  { "controller", "destinations", run_destinations, NULL, N_ ("List destinations") },
  { NULL }
};
