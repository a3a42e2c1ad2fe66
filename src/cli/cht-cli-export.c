/* SPDX-License-Identifier: GPL-3.0-or-later */
/* controller export: a certificate's root, intermediate and key into files. */
#include "cht-cli.h"
#include "cht-cli-output.h"

#include <glib/gi18n-lib.h>

typedef struct {
  char *name, *folder, *part, *new_passphrase, *passphrase;
  gboolean as_given, overwrite;
  ChtPart parts;
  ChtSecret *opens, *protects;
} Export;

static void
export_clear (Export *export)
{
  g_free (export->name);
  g_free (export->folder);
  g_free (export->part);
  g_free (export->new_passphrase);
  g_free (export->passphrase);
  g_clear_pointer (&export->opens, cht_secret_unref);
  g_clear_pointer (&export->protects, cht_secret_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Export, export_clear)

static ChtProblem *
judge_options (Export *export)
{
  static const struct { const char *id; ChtPart part; } parts[] = {
    { "all", CHT_PART_ALL },
    { "root", CHT_PART_ROOT },
    { "intermediate", CHT_PART_INTERMEDIATE },
    { "key", CHT_PART_KEY },
  };

  if (export->name == NULL)
    return cht_cli_missing ("--name");
  if (export->folder == NULL)
    return cht_cli_missing ("--output-dir");
  if (export->as_given && export->new_passphrase != NULL)
    return cht_cli_usage (_ ("Give --key-as-given or --key-passphrase-file, not both."));
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    if (export->part == NULL || strcmp (export->part, parts[i].id) == 0)
      {
        export->parts = parts[i].part;
        return NULL;
      }
  return cht_cli_usage (_ ("--part is root, intermediate, key or all."));
}

static int
work_export (ChtCli *cli, ChtWorkspace *workspace, gpointer data)
{
  Export *export = data;
  ChtKeyExport how = export->as_given ? CHT_KEY_EXPORT_AS_GIVEN
                     : export->protects != NULL ? CHT_KEY_EXPORT_ENCRYPTED : CHT_KEY_EXPORT_NONE;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) files = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *ready = NULL;

  cht_workspace_download_async (workspace, export->name, export->parts, export->folder, how, export->opens,
                                export->protects, export->overwrite, cli->cancellable, cht_cli_on_ready_cb,
                                &ready);
  result = cht_cli_wait (&ready);
  files = cht_workspace_download_finish (workspace, result, &error);
  if (files == NULL)
    return cht_cli_fail_error (cli, error);
  cht_cli_print_files (cli, files);
  return 0;
}

static int
run_export (ChtCli *cli, int argc, char **argv)
{
  g_auto (Export) export = { 0 };
  g_auto (ChtCliWhere) where = { 0 };
  const GOptionEntry entries[] = {
    CHT_CLI_WHERE_ENTRIES (where),
    { "name", 0, 0, G_OPTION_ARG_STRING, &export.name, N_ ("The certificate"), N_ ("NAME") },
    { "output-dir", 0, 0, G_OPTION_ARG_FILENAME, &export.folder, N_ ("Where the files go"), N_ ("DIR") },
    { "part", 0, 0, G_OPTION_ARG_STRING, &export.part, N_ ("root, intermediate, key or all"), N_ ("PART") },
    { "key-passphrase-file", 0, 0, G_OPTION_ARG_FILENAME, &export.new_passphrase, N_ ("Protects the key"),
      N_ ("FILE") },
    { "key-as-given", 0, 0, G_OPTION_ARG_NONE, &export.as_given, N_ ("The key as the controller has it"),
      NULL },
    { "passphrase-file", 0, 0, G_OPTION_ARG_FILENAME, &export.passphrase, N_ ("Opens the key first"),
      N_ ("FILE") },
    { "overwrite", 0, 0, G_OPTION_ARG_NONE, &export.overwrite, N_ ("Replace files that are there"), NULL },
    G_OPTION_ENTRY_NULL
  };
  ChtProblem *problem = cht_cli_parse (cli, &argc, &argv, entries, 0, 0);
  g_autoptr (ChtWorkspace) workspace = NULL;
  g_autoptr (GError) error = NULL;

  if (problem == NULL)
    problem = judge_options (&export);
  if (problem != NULL)
    return cht_cli_fail (cli, problem);
  export.opens = cht_cli_read_secret (cli, export.passphrase, &error);
  if (error == NULL)
    export.protects = cht_cli_read_secret (cli, export.new_passphrase, &error);
  workspace = error == NULL ? cht_cli_new_workspace (cli, &where, &error) : NULL;
  if (workspace == NULL)
    return cht_cli_fail_error (cli, error);
  return cht_cli_on_controller (cli, workspace, &where, work_export, &export);
}

const ChtCliCommand cht_cli_export_commands[] = {
  { "controller", "export", run_export, NULL, N_ ("Download a certificate's root, intermediate and key") },
  { NULL }
};
