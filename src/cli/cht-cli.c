/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-cli.h"
#include "cht-cli-output.h"
#include "cht-file.h"
#include "cht-paths.h"
#include "cht-text.h"

#include <glib/gi18n-lib.h>

ChtProblem *
cht_cli_usage (const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  return cht_problem_new ("usage", CHT_PROBLEM_UNUSABLE, _ ("“chatelainectl --help” lists commands and options."), "%s",
                          message);
}

ChtProblem *
cht_cli_missing (const char *option)
{
  return cht_cli_usage (_ ("The option %s is missing; this command needs it."), option);
}

static ChtProblem *
parse_at (ChtCli *cli, const char *at)
{
  gint64 time;

  if (at == NULL)
    return NULL;
  if (!cht_time_from_rfc3339 (at, &time))
    return cht_cli_usage (_ ("--at wants a time such as 2027-01-05T08:00:00Z."));
  cli->clock.fixed = time;
  return NULL;
}

ChtProblem *
cht_cli_parse (ChtCli *cli, int *argc, char ***argv, const GOptionEntry *entries, int least, int most)
{
  const char *arguments = cli->command->arguments != NULL ? _ (cli->command->arguments) : NULL;
  g_autoptr (GOptionContext) context = g_option_context_new (arguments);
  g_autoptr (GError) error = NULL;
  g_autofree char *at = NULL;
  const GOptionEntry common[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &cli->json, N_ ("Print one JSON document"), NULL },
    { "at", 0, 0, G_OPTION_ARG_STRING, &at, N_ ("Judge validity at this time"), N_ ("TIME") },
    { "vault", 0, 0, G_OPTION_ARG_FILENAME, &cli->vault, N_ ("The vault's file"), N_ ("FILE") },
    { "vault-passphrase-file", 0, 0, G_OPTION_ARG_FILENAME, &cli->vault_passphrase,
      N_ ("A file with the vault's passphrase"), N_ ("FILE") },
    G_OPTION_ENTRY_NULL
  };

  g_option_context_set_translation_domain (context, GETTEXT_PACKAGE);
  g_option_context_set_summary (context, _ (cli->command->summary));
  if (entries != NULL)
    g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  g_option_context_add_main_entries (context, common, GETTEXT_PACKAGE);
  if (!g_option_context_parse (context, argc, argv, &error))
    return cht_cli_usage (_ ("The options cannot be understood: %s."), error->message);
  if (*argc > 1 && strcmp ((*argv)[1], "--") == 0)
    {
      (*argv)++;
      (*argc)--;
    }
  if (*argc - 1 < least)
    return cht_cli_usage (_ ("An argument is missing."));
  if (most >= 0 && *argc - 1 > most)
    return cht_cli_usage (_ ("“%s” is one argument too many."), (*argv)[most + 1]);
  return parse_at (cli, at);
}

int
cht_cli_fail (ChtCli *cli, ChtProblem *problem)
{
  int code = cht_problem_get_exit_code (problem);

  cht_cli_print_problem (cli, problem);
  g_object_unref (problem);
  return code;
}

int
cht_cli_fail_error (ChtCli *cli, GError *error)
{
  return cht_cli_fail (cli, cht_problem_from_error (error));
}

void
cht_cli_on_ready_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

GAsyncResult *
cht_cli_wait (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return g_steal_pointer (result);
}

/* A file's own words are a sentence already; the id comes with them. */
GError *
cht_cli_take_file_error (GError *error)
{
  g_autoptr (GError) taken = error;

  if (!g_error_matches (error, CHT_FILE_ERROR, error->code))
    return g_steal_pointer (&taken);
  return cht_problem_to_error (
      cht_problem_new (cht_file_error_get_id (error), CHT_PROBLEM_UNUSABLE, "", "%s", error->message));
}

typedef struct {
  char *path;
  ChtSecret *passphrase;  /* (nullable) */
} Reading;

static void
reading_free (Reading *reading)
{
  g_free (reading->path);
  g_clear_pointer (&reading->passphrase, cht_secret_unref);
  g_free (reading);
}

/* Reads on a thread, so that Ctrl-C is heard while a large file or a silent terminal is read; what is read
 * after that is dropped. */
static gpointer
read_on_thread (ChtCli *cli, Reading *reading, GTaskThreadFunc function, GError **error)
{
  GAsyncResult *ready = NULL;
  g_autoptr (GTask) task = g_task_new (NULL, cli->cancellable, cht_cli_on_ready_cb, &ready);
  g_autoptr (GAsyncResult) result = NULL;

  g_task_set_source_tag (task, read_on_thread);
  g_task_set_task_data (task, reading, (GDestroyNotify) reading_free);
  g_task_set_return_on_cancel (task, TRUE);
  g_task_run_in_thread (task, function);
  result = cht_cli_wait (&ready);
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
read_secret_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Reading *reading = data;
  g_autoptr (GError) error = NULL;
  gboolean others = FALSE;
  ChtSecret *secret = cht_file_read_secret (reading->path, &others, &error);

  if (secret == NULL)
    g_task_return_error (task, cht_cli_take_file_error (g_steal_pointer (&error)));
  else
    {
      if (others)
        g_printerr (_ ("Warning: others may read %s. “chmod 600” keeps it to yourself.\n"), reading->path);
      g_task_return_pointer (task, secret, (GDestroyNotify) cht_secret_unref);
    }
}

ChtSecret *
cht_cli_read_secret (ChtCli *cli, const char *path, GError **error)
{
  Reading *reading;

  if (path == NULL)
    return NULL;
  reading = g_new0 (Reading, 1);
  reading->path = g_strdup (path);
  return read_on_thread (cli, reading, read_secret_in_thread, error);
}

static GBytes *
read_bytes (const char *path, GCancellable *cancellable, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (path);
  g_autoptr (GError) local = NULL;
  GBytes *bytes = strcmp (path, "-") == 0 ? cht_file_read_stdin (CHT_FILE_MAX_CERTIFICATES, &local)
                                         : cht_file_read (file, CHT_FILE_MAX_CERTIFICATES, cancellable, &local);

  if (bytes == NULL)
    g_propagate_error (error, cht_cli_take_file_error (g_steal_pointer (&local)));
  return bytes;
}

static void
read_file_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Reading *reading = data;
  g_autoptr (GError) error = NULL;
  GBytes *bytes = read_bytes (reading->path, cancellable, &error);

  if (bytes != NULL)
    g_task_return_pointer (task, bytes, (GDestroyNotify) g_bytes_unref);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

GBytes *
cht_cli_read_file (ChtCli *cli, const char *path, GError **error)
{
  Reading *reading = g_new0 (Reading, 1);

  reading->path = g_strdup (path);
  return read_on_thread (cli, reading, read_file_in_thread, error);
}

static void
read_bundle_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Reading *reading = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = read_bytes (reading->path, cancellable, &error);
  ChtBundle *bundle = bytes != NULL ? cht_bundle_new (bytes, reading->passphrase, cancellable, &error) : NULL;

  if (bundle != NULL)
    g_task_return_pointer (task, bundle, g_object_unref);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

ChtBundle *
cht_cli_read_bundle (ChtCli *cli, const char *path, ChtSecret *passphrase, gboolean *locked, GError **error)
{
  Reading *reading = g_new0 (Reading, 1);
  g_autoptr (GError) local = NULL;
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *name = cht_text_for_display (base);
  ChtBundle *bundle;

  reading->path = g_strdup (path);
  reading->passphrase = passphrase != NULL ? cht_secret_ref (passphrase) : NULL;
  bundle = read_on_thread (cli, reading, read_bundle_in_thread, &local);
  if (locked != NULL)
    *locked = g_error_matches (local, CHT_X509_ERROR, CHT_X509_ERROR_PASSPHRASE_NEEDED) ||
              g_error_matches (local, CHT_X509_ERROR, CHT_X509_ERROR_PASSPHRASE_WRONG);
  if (locked != NULL && *locked)
    return NULL;
  if (bundle == NULL && local->domain == CHT_X509_ERROR)
    g_propagate_error (error, cht_problem_to_error (cht_problem_new (local->code == CHT_X509_ERROR_LIMIT
                                                                         ? "file.too-large" : "file.nothing-readable",
                                                                     CHT_PROBLEM_UNUSABLE, "", "%s: %s", name,
                                                                     local->message)));
  else if (bundle == NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return bundle;
}

static char *
vault_path (ChtCli *cli)
{
  return cli->vault != NULL ? g_canonicalize_filename (cli->vault, NULL) : cht_paths_get_default_vault ();
}

ChtWorkspace *
cht_cli_open_vault (ChtCli *cli, GError **error)
{
  g_autofree char *path = vault_path (cli);
  g_autoptr (ChtWorkspace) workspace = cht_workspace_new (path, cli->clock);
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *ready = NULL;

  if (cli->vault_passphrase != NULL)
    {
      g_propagate_error (
          error,
          cht_problem_to_error (cht_cli_usage (
              _ ("This release opens a vault through the keyring alone; a passphrase cannot be used yet."))));
      return NULL;
    }
  cht_workspace_unlock_vault_async (workspace, cli->cancellable, cht_cli_on_ready_cb, &ready);
  result = cht_cli_wait (&ready);
  if (!cht_workspace_unlock_vault_finish (workspace, result, error))
    return NULL;
  return g_steal_pointer (&workspace);
}

void
cht_cli_where_clear (ChtCliWhere *where)
{
  g_clear_pointer (&where->profile, g_free);
  g_clear_pointer (&where->url, g_free);
  g_clear_pointer (&where->username, g_free);
  g_clear_pointer (&where->password_file, g_free);
  g_clear_pointer (&where->pin, g_free);
}

static ChtProblem *
judge_where (const ChtCliWhere *where)
{
  if (where->profile != NULL)
    return where->url == NULL ? NULL : cht_cli_usage (_ ("Give --profile or --url, not both."));
  if (where->url == NULL)
    return cht_cli_usage (_ ("Which controller? Give --profile, or --url with --username, --password-file and --pin."));
  if (where->username == NULL)
    return cht_cli_missing ("--username");
  if (where->password_file == NULL)
    return cht_cli_missing ("--password-file");
  if (where->pin == NULL)
    return cht_cli_usage (
        _ ("--pin is missing. “chatelainectl controller pin --url URL” shows what the server has now."));
  return NULL;
}

ChtWorkspace *
cht_cli_new_workspace (ChtCli *cli, const ChtCliWhere *where, GError **error)
{
  ChtProblem *problem = judge_where (where);

  if (problem != NULL)
    {
      g_propagate_error (error, cht_problem_to_error (problem));
      return NULL;
    }
  if (where->profile != NULL || cli->vault != NULL)
    return cht_cli_open_vault (cli, error);
  return cht_workspace_new (NULL, cli->clock);
}

static ChtProfile *
find_profile (ChtWorkspace *workspace, const ChtCliWhere *where)
{
  GListModel *profiles = cht_workspace_get_profiles (workspace);

  if (where->profile == NULL)
    return cht_profile_new (where->url, where->url, where->username, where->pin);
  for (guint i = 0; i < g_list_model_get_n_items (profiles); i++)
    {
      g_autoptr (ChtProfile) profile = g_list_model_get_item (profiles, i);
      if (strcmp (cht_profile_get_name (profile), where->profile) == 0)
        return g_steal_pointer (&profile);
    }
  return NULL;
}

int
cht_cli_on_controller (ChtCli *cli, ChtWorkspace *workspace, const ChtCliWhere *where, ChtCliWork work, gpointer data)
{
  g_autoptr (ChtProfile) profile = find_profile (workspace, where);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (ChtSecret) password = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *ready = NULL;
  int code;

  if (profile == NULL)
    return cht_cli_fail (cli, cht_cli_usage (_ ("The vault knows no controller named “%s”."), where->profile));
  password = cht_cli_read_secret (cli, where->password_file, &error);
  if (error != NULL)
    return cht_cli_fail_error (cli, error);
  cht_workspace_sign_in_async (workspace, profile, password, FALSE, cli->cancellable, cht_cli_on_ready_cb, &ready);
  result = cht_cli_wait (&ready);
  if (!cht_workspace_sign_in_finish (workspace, result, &error))
    return cht_cli_fail_error (cli, error);
  code = work (cli, workspace, data);
  g_clear_object (&result);
  cht_workspace_sign_out_async (workspace, cht_cli_on_ready_cb, &ready);
  result = cht_cli_wait (&ready);
  cht_workspace_sign_out_finish (workspace, result);
  return code;
}
