/* SPDX-License-Identifier: GPL-3.0-or-later */
/* controller upload: the files are read and judged here before the controller is asked for anything. */
#include "cht-cli.h"
#include "cht-cli-output.h"

#include <glib/gi18n-lib.h>

typedef struct {
  char *role, *name, *chain, *certificate, *key, *passphrase;
  char **destinations, **despite;
  gboolean force, dry_run;
  ChtDraft *draft;
} Upload;

static void
upload_clear (Upload *upload)
{
  g_free (upload->role);
  g_free (upload->name);
  g_free (upload->chain);
  g_free (upload->certificate);
  g_free (upload->key);
  g_free (upload->passphrase);
  g_strfreev (upload->destinations);
  g_strfreev (upload->despite);
  g_clear_object (&upload->draft);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Upload, upload_clear)

static gboolean
set_file (ChtCli *cli, ChtDraft *draft, ChtField field, const char *path, GError **error)
{
  g_autoptr (GFile) file = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *ready = NULL;

  if (path == NULL)
    return TRUE;
  if (strcmp (path, "-") == 0)
    {
      bytes = cht_cli_read_file (cli, path, error);
      if (bytes == NULL)
        return FALSE;
      cht_draft_set_bytes_async (draft, field, bytes, _ ("standard input"), cli->cancellable,
                                 cht_cli_on_ready_cb, &ready);
      result = cht_cli_wait (&ready);
      return cht_draft_set_bytes_finish (draft, result, error);
    }
  file = g_file_new_for_commandline_arg (path);
  cht_draft_set_file_async (draft, field, file, cli->cancellable, cht_cli_on_ready_cb, &ready);
  result = cht_cli_wait (&ready);
  return cht_draft_set_file_finish (draft, result, error);
}

/* By the table's id, the API's name or any name of the page. */
static ChtRoleForm *
find_form (ChtWorkspace *workspace, const char *wanted)
{
  GListModel *forms = cht_workspace_get_role_forms (workspace);
  const ChtRole *role = cht_role_find (wanted);

  for (guint i = 0; i < g_list_model_get_n_items (forms); i++)
    {
      g_autoptr (ChtRoleForm) form = g_list_model_get_item (forms, i);

      if ((role != NULL && cht_role_form_get_role (form) == role) ||
          g_ascii_strcasecmp (cht_role_form_get_name (form), wanted) == 0)
        return g_steal_pointer (&form);
    }
  return NULL;
}

static int
work_upload (ChtCli *cli, ChtWorkspace *workspace, gpointer data)
{
  Upload *upload = data;
  ChtUploadOptions options = { upload->dry_run, upload->force, TRUE, (const char *const *) upload->despite };
  g_autoptr (ChtRoleForm) form = NULL;
  g_autoptr (GAsyncResult) loaded = NULL, result = NULL;
  g_autoptr (ChtOutcome) outcome = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *ready = NULL;

  cht_workspace_load_role_forms_async (workspace, cli->cancellable, cht_cli_on_ready_cb, &ready);
  loaded = cht_cli_wait (&ready);
  if (!cht_workspace_load_role_forms_finish (workspace, loaded, &error))
    return cht_cli_fail_error (cli, error);
  form = find_form (workspace, upload->role);
  if (form == NULL)
    return cht_cli_fail (cli, cht_problem_new ("role.unknown", CHT_PROBLEM_UNUSABLE,
                                               _ ("“chatelainectl controller roles” lists those that exist."),
                                               _ ("The controller has no role “%s”."), upload->role));
  cht_draft_set_role_form (upload->draft, form);
  cht_draft_set_whole (upload->draft, TRUE);
  cht_workspace_upload_async (workspace, upload->draft, &options, cli->cancellable, cht_cli_on_ready_cb, &ready);
  result = cht_cli_wait (&ready);
  outcome = cht_workspace_upload_finish (workspace, result, &error);
  return outcome != NULL ? cht_cli_print_outcome (cli, outcome) : cht_cli_fail_error (cli, error);
}

static gboolean
fill_draft (ChtCli *cli, ChtWorkspace *workspace, Upload *upload, GError **error)
{
  g_autoptr (ChtSecret) passphrase = NULL;
  g_autoptr (GError) local = NULL;

  passphrase = cht_cli_read_secret (cli, upload->passphrase, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  upload->draft = cht_workspace_new_draft (workspace, NULL);
  cht_draft_set_name (upload->draft, upload->name);
  cht_draft_set_passphrase (upload->draft, passphrase);
  if (upload->destinations != NULL)
    cht_draft_set_destinations (upload->draft, (const char *const *) upload->destinations);
  return set_file (cli, upload->draft, CHT_FIELD_CHAIN, upload->chain, error) &&
         set_file (cli, upload->draft, CHT_FIELD_CERTIFICATE, upload->certificate, error) &&
         set_file (cli, upload->draft, CHT_FIELD_KEY, upload->key, error);
}

static ChtProblem *
judge_options (const Upload *upload)
{
  if (upload->role == NULL)
    return cht_cli_missing ("--role");
  if (upload->name == NULL)
    return cht_cli_missing ("--name");
  if (upload->chain == NULL)
    return cht_cli_missing ("--chain");
  if (upload->passphrase != NULL && upload->key == NULL)
    return cht_cli_usage (_ ("--passphrase-file opens a key; --key is missing."));
  return NULL;
}

static int
run_upload (ChtCli *cli, int argc, char **argv)
{
  g_auto (Upload) upload = { 0 };
  g_auto (ChtCliWhere) where = { 0 };
  const GOptionEntry entries[] = {
    CHT_CLI_WHERE_ENTRIES (where),
    { "role", 0, 0, G_OPTION_ARG_STRING, &upload.role, N_ ("What it is for"), N_ ("ID-OR-NAME") },
    { "name", 0, 0, G_OPTION_ARG_STRING, &upload.name, N_ ("What to call it on the controller"),
      N_ ("NAME") },
    { "chain", 0, 0, G_OPTION_ARG_FILENAME, &upload.chain, N_ ("The trust chain"), N_ ("FILE") },
    { "certificate", 0, 0, G_OPTION_ARG_FILENAME, &upload.certificate, N_ ("The intermediate certificate"),
      N_ ("FILE") },
    { "key", 0, 0, G_OPTION_ARG_FILENAME, &upload.key, N_ ("Its key"), N_ ("FILE") },
    { "passphrase-file", 0, 0, G_OPTION_ARG_FILENAME, &upload.passphrase, N_ ("The key's passphrase"),
      N_ ("FILE") },
    { "destination", 0, 0, G_OPTION_ARG_STRING_ARRAY, &upload.destinations,
      N_ ("Where it goes; may be repeated"), N_ ("NAME") },
    { "force-association", 0, 0, G_OPTION_ARG_NONE, &upload.force,
      N_ ("Replace the certificate that a destination has"), NULL },
    { "despite", 0, 0, G_OPTION_ARG_STRING_ARRAY, &upload.despite, N_ ("Go on over this finding"),
      N_ ("ID") },
    { "dry-run", 0, 0, G_OPTION_ARG_NONE, &upload.dry_run, N_ ("Everything but the upload"), NULL },
    G_OPTION_ENTRY_NULL
  };
  ChtProblem *problem = cht_cli_parse (cli, &argc, &argv, entries, 0, 0);
  g_autoptr (ChtWorkspace) workspace = NULL;
  g_autoptr (GError) error = NULL;

  if (problem == NULL)
    problem = judge_options (&upload);
  if (problem != NULL)
    return cht_cli_fail (cli, problem);
  workspace = cht_cli_new_workspace (cli, &where, &error);
  if (workspace == NULL || !fill_draft (cli, workspace, &upload, &error))
    return cht_cli_fail_error (cli, error);
  return cht_cli_on_controller (cli, workspace, &where, work_upload, &upload);
}

const ChtCliCommand cht_cli_upload_commands[] = {
  { "controller", "upload", run_upload, NULL, N_ ("Check files and add them as a certificate") },
  { NULL }
};
