/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commands on the vault: init, status, add, list, export. */
#include "cht-cli.h"
#include "cht-cli-output.h"
#include "cht-paths.h"

#include <glib/gi18n-lib.h>

static int
print_status (ChtCli *cli, ChtWorkspace *workspace)
{
  static const ChtColumn columns[] = {
    { "state", N_ ("State") }, { "reason", N_ ("Keyring") }, { "mode", N_ ("Mode") }, { "records", N_ ("Records") },
    { "generation", N_ ("Generation") }, { "path", N_ ("File") },
  };
  g_autoptr (ChtVaultStatus) status = cht_workspace_get_vault_status (workspace);
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  cht_cli_add_string (builder, "state", status->state);
  cht_cli_add_string (builder, "reason", status->reason);
  cht_cli_add_string (builder, "mode", status->mode);
  cht_cli_add_int (builder, "records", status->records);
  cht_cli_add_int (builder, "generation", (gint64) status->generation);
  cht_cli_add_string (builder, "path", status->path);
  cht_cli_print_facts (cli, cht_cli_build (builder), columns, G_N_ELEMENTS (columns));
  if (!cli->json && *status->words != '\0')
    g_print ("%s\n", status->words);
  return 0;
}

static ChtWorkspace *
new_workspace (ChtCli *cli)
{
  g_autofree char *path =
      cli->vault != NULL ? g_canonicalize_filename (cli->vault, NULL) : cht_paths_get_default_vault ();

  return cht_workspace_new (path, cli->clock);
}

static int
run_init (ChtCli *cli, int argc, char **argv)
{
  g_autofree char *mode = NULL, *recovery = NULL;
  const GOptionEntry entries[] = {
    { "mode", 0, 0, G_OPTION_ARG_STRING, &mode, N_ ("What opens it: keyring"), N_ ("MODE") },
    { "recovery-out", 0, 0, G_OPTION_ARG_FILENAME, &recovery, N_ ("Where the recovery code goes"), N_ ("FILE") },
    G_OPTION_ENTRY_NULL
  };
  ChtProblem *problem = cht_cli_parse (cli, &argc, &argv, entries, 0, 0);
  g_autoptr (ChtWorkspace) workspace = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *ready = NULL;

  if (problem == NULL && recovery != NULL)
    problem = cht_cli_usage (_ ("This release makes no recovery code yet; leave --recovery-out away."));
  if (problem != NULL)
    return cht_cli_fail (cli, problem);
  workspace = new_workspace (cli);
  cht_workspace_create_vault_async (workspace, mode != NULL ? mode : "keyring", cli->cancellable,
                                    cht_cli_on_ready_cb, &ready);
  result = cht_cli_wait (&ready);
  if (!cht_workspace_create_vault_finish (workspace, result, &error))
    return cht_cli_fail_error (cli, error);
  return print_status (cli, workspace);
}

/* Tries to open it first: only then is "open" true. Why it does not open is the status, not a fault. */
static int
run_status (ChtCli *cli, int argc, char **argv)
{
  ChtProblem *problem = cht_cli_parse (cli, &argc, &argv, NULL, 0, 0);
  g_autoptr (ChtWorkspace) workspace = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *ready = NULL;

  if (problem != NULL)
    return cht_cli_fail (cli, problem);
  workspace = new_workspace (cli);
  cht_workspace_unlock_vault_async (workspace, cli->cancellable, cht_cli_on_ready_cb, &ready);
  result = cht_cli_wait (&ready);
  cht_workspace_unlock_vault_finish (workspace, result, NULL);
  return print_status (cli, workspace);
}

static void
add_item (JsonBuilder *builder, ChtItem *item)
{
  json_builder_begin_object (builder);
  cht_cli_add_string (builder, "id", cht_item_get_id (item));
  cht_cli_add_string (builder, "name", cht_item_get_name (item));
  cht_cli_add_string (builder, "kind", cht_item_get_kind (item));
  cht_cli_add_string (builder, "role", cht_item_get_role_id (item));
  cht_cli_add_strings (builder, "sha256", cht_item_get_sha256 (item));
  cht_cli_add_time (builder, "not_after", cht_item_get_not_after (item));
  if (*cht_item_get_warning (item) != '\0')
    cht_cli_add_string (builder, "warning", cht_item_get_warning (item));
  json_builder_end_object (builder);
}

static void
begin_items (JsonBuilder *builder)
{
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "items");
  json_builder_begin_array (builder);
}

static int
print_items (ChtCli *cli, JsonBuilder *builder)
{
  static const ChtColumn columns[] = {
    { "name", N_ ("NAME") }, { "kind", N_ ("KIND") }, { "role", N_ ("ROLE") },
    { "not_after", N_ ("ENDS"), CHT_COLUMN_EXPIRY }, { "id", N_ ("ID") },
  };

  json_builder_end_array (builder);
  cht_cli_print_table (cli, cht_cli_build (builder), "items", columns, G_N_ELEMENTS (columns),
                       _ ("The vault holds nothing yet."));
  return 0;
}

static int
run_list (ChtCli *cli, int argc, char **argv)
{
  ChtProblem *problem = cht_cli_parse (cli, &argc, &argv, NULL, 0, 0);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (ChtWorkspace) workspace = NULL;
  g_autoptr (GError) error = NULL;
  GListModel *items;

  if (problem != NULL)
    return cht_cli_fail (cli, problem);
  workspace = cht_cli_open_vault (cli, &error);
  if (workspace == NULL)
    return cht_cli_fail_error (cli, error);
  items = cht_workspace_get_items (workspace);
  begin_items (builder);
  for (guint i = 0; i < g_list_model_get_n_items (items); i++)
    {
      g_autoptr (ChtItem) item = g_list_model_get_item (items, i);
      add_item (builder, item);
    }
  return print_items (cli, builder);
}

static int
run_add (ChtCli *cli, int argc, char **argv)
{
  g_autofree char *name = NULL, *role = NULL, *passphrase_file = NULL;
  const GOptionEntry entries[] = {
    { "name", 0, 0, G_OPTION_ARG_STRING, &name, N_ ("What to call it"), N_ ("NAME") },
    { "role", 0, 0, G_OPTION_ARG_STRING, &role, N_ ("What it is for"), N_ ("ID") },
    { "passphrase-file", 0, 0, G_OPTION_ARG_FILENAME, &passphrase_file, N_ ("Opens keys and containers"), N_ ("FILE") },
    G_OPTION_ENTRY_NULL
  };
  ChtProblem *problem = cht_cli_parse (cli, &argc, &argv, entries, 1, -1);
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_object_unref), items = NULL;
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (ChtWorkspace) workspace = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (ChtSecret) passphrase = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *ready = NULL;

  if (problem == NULL && role != NULL && cht_role_find (role) == NULL)
    problem = cht_problem_new ("role.unknown", CHT_PROBLEM_UNUSABLE, "", _ ("There is no role “%s”."), role);
  if (problem != NULL)
    return cht_cli_fail (cli, problem);
  passphrase = cht_cli_read_secret (cli, passphrase_file, &error);
  workspace = error == NULL ? cht_cli_open_vault (cli, &error) : NULL;
  if (workspace == NULL)
    return cht_cli_fail_error (cli, error);
  for (int i = 1; i < argc; i++)
    g_ptr_array_add (files, g_file_new_for_commandline_arg (argv[i]));
  cht_workspace_add_files_async (workspace, files, name, role != NULL ? cht_role_find (role)->id : NULL, passphrase,
                                 cli->cancellable, cht_cli_on_ready_cb, &ready);
  result = cht_cli_wait (&ready);
  items = cht_workspace_add_files_finish (workspace, result, &error);
  if (items == NULL)
    return cht_cli_fail_error (cli, error);
  begin_items (builder);
  for (guint i = 0; i < items->len; i++)
    add_item (builder, g_ptr_array_index (items, i));
  return print_items (cli, builder);
}

static int
run_export (ChtCli *cli, int argc, char **argv)
{
  g_autofree char *folder = NULL, *passphrase_file = NULL;
  gboolean plain = FALSE, overwrite = FALSE;
  const GOptionEntry entries[] = {
    { "output-dir", 0, 0, G_OPTION_ARG_FILENAME, &folder, N_ ("Where the files go"), N_ ("DIR") },
    { "key-passphrase-file", 0, 0, G_OPTION_ARG_FILENAME, &passphrase_file, N_ ("Protects the key"), N_ ("FILE") },
    { "plain-key", 0, 0, G_OPTION_ARG_NONE, &plain, N_ ("The key without protection"), NULL },
    { "overwrite", 0, 0, G_OPTION_ARG_NONE, &overwrite, N_ ("Replace files that are there"), NULL },
    G_OPTION_ENTRY_NULL
  };
  ChtProblem *problem = cht_cli_parse (cli, &argc, &argv, entries, 1, 1);
  ChtKeyExport how = plain                     ? CHT_KEY_EXPORT_PLAIN
                     : passphrase_file != NULL ? CHT_KEY_EXPORT_ENCRYPTED
                                               : CHT_KEY_EXPORT_NONE;
  g_autoptr (ChtWorkspace) workspace = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (ChtSecret) passphrase = NULL;
  g_autoptr (GPtrArray) files = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *ready = NULL;

  if (problem == NULL && folder == NULL)
    problem = cht_cli_missing ("--output-dir");
  if (problem == NULL && plain && passphrase_file != NULL)
    problem = cht_cli_usage (_ ("Give --plain-key or --key-passphrase-file, not both."));
  if (problem != NULL)
    return cht_cli_fail (cli, problem);
  passphrase = cht_cli_read_secret (cli, passphrase_file, &error);
  workspace = error == NULL ? cht_cli_open_vault (cli, &error) : NULL;
  if (workspace == NULL)
    return cht_cli_fail_error (cli, error);
  cht_workspace_export_item_async (workspace, argv[1], folder, how, passphrase, overwrite, cli->cancellable,
                                   cht_cli_on_ready_cb, &ready);
  result = cht_cli_wait (&ready);
  files = cht_workspace_export_item_finish (workspace, result, &error);
  if (files == NULL)
    return cht_cli_fail_error (cli, error);
  cht_cli_print_files (cli, files);
  return 0;
}

const ChtCliCommand cht_cli_vault_commands[] = {
  { "vault", "init", run_init, NULL, N_ ("Make a new vault") },
  { "vault", "status", run_status, NULL, N_ ("Say in which state the vault is") },
  { "vault", "add", run_add, N_ ("FILE…"), N_ ("Keep files in the vault") },
  { "vault", "list", run_list, NULL, N_ ("List what the vault keeps") },
  { "vault", "export", run_export, N_ ("ID"), N_ ("Write an item to files") },
  { NULL }
};
