/* SPDX-License-Identifier: GPL-3.0-or-later */
/* repair and compare: files in, other files or differences out. No vault, no controller; what was given is never
 * touched. */
#include "cht-cli.h"
#include "cht-cli-output.h"
#include "cht-compare.h"
#include "cht-file.h"
#include "cht-preflight.h"
#include "cht-repair.h"
#include "cht-text.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

typedef struct
{
  char *role_id, *folder, *passphrase_file, *new_passphrase_file;
  gboolean plain_key, dry_run, overwrite;
  const ChtRole *role;
  char **paths;       /* (unowned) of the files that were given; ends with NULL */
  GPtrArray *bundles; /* of ChtBundle */
  ChtSecret *passphrase, *new_passphrase;
} Job;

static void
job_clear (Job *job)
{
  g_free (job->role_id);
  g_free (job->folder);
  g_free (job->passphrase_file);
  g_free (job->new_passphrase_file);
  g_clear_pointer (&job->bundles, g_ptr_array_unref);
  g_clear_pointer (&job->passphrase, cht_secret_unref);
  g_clear_pointer (&job->new_passphrase, cht_secret_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Job, job_clear)

/* ---- Findings ---- */

/* The passphrase that a written key wants, as far as it is known; an empty one protects nothing. */
static ChtSecret *
opening_passphrase (const Job *job)
{
  ChtSecret *passphrase = job->new_passphrase != NULL ? job->new_passphrase : job->plain_key ? NULL : job->passphrase;

  return passphrase != NULL && cht_secret_get_size (passphrase) > 0 ? passphrase : NULL;
}

static ChtBundle *
read_back (const Job *job, const ChtRepairFile *file)
{
  /* A key's bytes are not copied out of locked memory. */
  g_autoptr (GBytes) bytes =
      file->content != NULL
          ? g_bytes_ref (file->content)
          : g_bytes_new_with_free_func (cht_secret_get_data (file->secret), cht_secret_get_size (file->secret),
                                        (GDestroyNotify) cht_secret_unref, cht_secret_ref (file->secret));

  return cht_bundle_new (bytes, file->secret != NULL ? opening_passphrase (job) : NULL, NULL, NULL);
}

/* What could not be read is in none of the files: nobody is to miss it without a word. */
static void
add_left_behind (ChtCli *cli, const Job *job, GPtrArray *findings)
{
  for (guint i = 0; i < job->bundles->len; i++)
    {
      g_autoptr (GPtrArray) all =
          cht_preflight_inspect (g_ptr_array_index (job->bundles, i), job->paths[i], cht_clock_now (&cli->clock));

      for (guint k = 0; k < all->len; k++)
        {
          ChtFinding *finding = g_ptr_array_index (all, k);
          const char *id = cht_finding_get_id (finding);

          if (!g_str_equal (id, "file.broken-block") && !g_str_equal (id, "certificate.unreadable"))
            continue;
          g_ptr_array_add (
              findings, cht_finding_new (
                            id, CHT_SEVERITY_WARNING, CHT_FIELD_CHAIN, job->paths[i], cht_finding_get_message (finding),
                            _ ("It was left out of what was repaired. If it was needed, ask for the file again."),
                            cht_finding_get_source (finding), NULL, FALSE));
        }
    }
}

static char *
path_of (const Job *job, const ChtRepairFile *file)
{
  return g_build_filename (job->folder, file->name, NULL);
}

static void
judge_chain (const Job *job, ChtSnapshot *snapshot, const ChtRepairFile *file, GPtrArray *findings)
{
  g_autoptr (ChtBundle) chain = file != NULL ? read_back (job, file) : NULL;
  g_autofree char *path = file != NULL ? path_of (job, file) : NULL;

  snapshot->chain = chain;
  snapshot->chain_path = path;
  g_ptr_array_extend_and_steal (findings, cht_preflight_run (snapshot));
}

/* Every chain is judged as it would go up, with the pair where there is one. */
static GPtrArray *
judge_files (ChtCli *cli, const Job *job, GPtrArray *files)
{
  g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (ChtBundle) certificate = NULL, key = NULL;
  g_autofree char *certificate_path = NULL, *key_path = NULL;
  ChtSnapshot snapshot = { .role = job->role, .whole = TRUE, .allowed = job->role->operations };
  guint n_chains = 0;

  snapshot.now = cht_clock_now (&cli->clock);
  for (guint i = 0; i < files->len; i++)
    {
      const ChtRepairFile *file = g_ptr_array_index (files, i);

      n_chains += file->part == CHT_REPAIR_PART_CHAIN;
      if (file->part == CHT_REPAIR_PART_CERTIFICATE)
        {
          certificate = read_back (job, file);
          certificate_path = path_of (job, file);
        }
      else if (file->part == CHT_REPAIR_PART_KEY)
        {
          key = read_back (job, file);
          key_path = path_of (job, file);
        }
    }
  snapshot.certificate = certificate;
  snapshot.certificate_path = certificate_path;
  snapshot.key = key;
  snapshot.key_path = key_path;
  snapshot.passphrase_given = opening_passphrase (job) != NULL;
  for (guint i = 0; i < files->len; i++)
    if (((const ChtRepairFile *) g_ptr_array_index (files, i))->part == CHT_REPAIR_PART_CHAIN)
      judge_chain (job, &snapshot, g_ptr_array_index (files, i), findings);
  if (n_chains == 0)
    judge_chain (job, &snapshot, NULL, findings);
  add_left_behind (cli, job, findings);
  return g_steal_pointer (&findings);
}

/* A key that is to be protected anew, and cannot be opened: nothing is made; the rules say why of the key as it came.
 */
static GPtrArray *
judge_locked_key (ChtCli *cli, const Job *job)
{
  GPtrArray *findings = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < job->bundles->len; i++)
    {
      ChtBundle *bundle = g_ptr_array_index (job->bundles, i);
      ChtSnapshot snapshot = {
        .role = job->role, .allowed = job->role->operations, .key = bundle, .key_path = job->paths[i]
      };

      snapshot.now = cht_clock_now (&cli->clock);
      snapshot.passphrase_given = job->passphrase != NULL;
      if (cht_bundle_get_keys (bundle)->len > 0)
        g_ptr_array_extend_and_steal (findings, cht_preflight_run (&snapshot));
    }
  return findings;
}

/* ---- Writing: all files or none ---- */

typedef struct
{
  char *path;
  GBytes *before; /* (nullable) what stood there */
} Written;

static void
written_free (gpointer data)
{
  Written *written = data;

  g_free (written->path);
  g_clear_pointer (&written->before, g_bytes_unref);
  g_free (written);
}

static void
undo (GPtrArray *done)
{
  for (guint i = 0; i < done->len; i++)
    {
      const Written *written = g_ptr_array_index (done, i);

      if (written->before == NULL)
        g_unlink (written->path);
      else
        cht_file_write (written->path, g_bytes_get_data (written->before, NULL), g_bytes_get_size (written->before),
                        CHT_FILE_WRITE_OVERWRITE | CHT_FILE_WRITE_PRIVATE, NULL);
    }
}

static gboolean
is_one_file (const char *a, const char *b)
{
  GStatBuf one, other;

  return g_stat (a, &one) == 0 && g_stat (b, &other) == 0 && one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

/* Before the first byte: what would stop a later file stops all, and no input is its own output. */
static gboolean
check_target (const Job *job, const char *path, GError **error)
{
  g_autofree char *base = g_path_get_basename (path), *name = cht_text_for_display (base);

  for (char **given = job->paths; *given != NULL; given++)
    if (is_one_file (*given, path))
      {
        g_propagate_error (error,
                           cht_problem_to_error (cht_problem_new (
                               "file.exists", CHT_PROBLEM_UNUSABLE, _ ("Choose another folder with --output-dir."),
                               _ ("%s is one of the files that were given; a repair never changes those."), name)));
        return FALSE;
      }
  if (!job->overwrite && g_file_test (path, G_FILE_TEST_EXISTS | G_FILE_TEST_IS_SYMLINK))
    {
      g_propagate_error (error, cht_problem_to_error (cht_problem_new (
                                    "file.exists", CHT_PROBLEM_UNUSABLE,
                                    _ ("Choose another folder with --output-dir, or replace it with --overwrite."),
                                    _ ("%s exists already in the folder; nothing was written."), name)));
      return FALSE;
    }
  return TRUE;
}

static gboolean
write_file (ChtCli *cli, const Job *job, const ChtRepairFile *file, GPtrArray *done, GError **error)
{
  g_autofree char *path = path_of (job, file);
  g_autoptr (GFile) place = g_file_new_for_path (path);
  g_autoptr (GBytes) before = NULL;
  ChtFileWriteFlags flags =
      (file->secret != NULL ? CHT_FILE_WRITE_PRIVATE : 0) | (job->overwrite ? CHT_FILE_WRITE_OVERWRITE : 0);
  gconstpointer data =
      file->secret != NULL ? cht_secret_get_data (file->secret) : g_bytes_get_data (file->content, NULL);
  gsize size = file->secret != NULL ? cht_secret_get_size (file->secret) : g_bytes_get_size (file->content);
  Written *written;

  if (job->overwrite && g_file_test (path, G_FILE_TEST_IS_REGULAR))
    before = cht_file_read (place, CHT_FILE_MAX_CERTIFICATES, cli->cancellable, NULL);
  if (!cht_file_write (path, data, size, flags, error))
    return FALSE;
  written = g_new0 (Written, 1);
  written->path = g_steal_pointer (&path);
  written->before = g_steal_pointer (&before);
  g_ptr_array_add (done, written);
  return TRUE;
}

static gboolean
write_files (ChtCli *cli, const Job *job, GPtrArray *files, GError **error)
{
  g_autoptr (GPtrArray) done = g_ptr_array_new_with_free_func (written_free);
  gboolean was_there = g_file_test (job->folder, G_FILE_TEST_EXISTS);
  gboolean good = TRUE;

  for (guint i = 0; i < files->len; i++)
    {
      g_autofree char *path = path_of (job, g_ptr_array_index (files, i));
      if (!check_target (job, path, error))
        return FALSE;
    }
  if (!cht_file_make_folder (job->folder, error))
    return FALSE;
  for (guint i = 0; i < files->len && good; i++)
    good = !g_cancellable_set_error_if_cancelled (cli->cancellable, error)
           && write_file (cli, job, g_ptr_array_index (files, i), done, error);
  if (good)
    return TRUE;
  undo (done);
  if (!was_there)
    g_rmdir (job->folder);
  return FALSE;
}

/* ---- The answer ---- */

static void
add_certificates (JsonBuilder *builder, const char *key, GPtrArray *certificates)
{
  json_builder_set_member_name (builder, key);
  json_builder_begin_array (builder);
  for (guint i = 0; i < certificates->len; i++)
    json_builder_add_string_value (builder, cht_certificate_get_sha256 (g_ptr_array_index (certificates, i)));
  json_builder_end_array (builder);
}

static JsonNode *
build_answer (const Job *job, GPtrArray *steps, GPtrArray *files, GPtrArray *findings)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "steps");
  json_builder_begin_array (builder);
  for (guint i = 0; i < steps->len; i++)
    {
      const ChtRepairStep *step = g_ptr_array_index (steps, i);

      json_builder_begin_object (builder);
      cht_cli_add_string (builder, "id", step->id);
      cht_cli_add_string (builder, "message", step->message);
      add_certificates (builder, "kept", step->kept);
      add_certificates (builder, "moved", step->moved);
      add_certificates (builder, "dropped", step->dropped);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "files");
  json_builder_begin_array (builder);
  for (guint i = 0; i < files->len; i++)
    {
      const ChtRepairFile *file = g_ptr_array_index (files, i);
      g_autofree char *path = path_of (job, file);

      json_builder_begin_object (builder);
      cht_cli_add_string (builder, "part", cht_repair_part_get_id (file->part));
      cht_cli_add_string (builder, "path", path);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  cht_cli_add_bool (builder, "written", !job->dry_run && files->len > 0);
  cht_cli_add_findings (builder, findings);
  return cht_cli_build (builder);
}

static void
print_certificates (const char *format, GPtrArray *certificates)
{
  for (guint i = 0; i < certificates->len; i++)
    {
      ChtCertificate *certificate = g_ptr_array_index (certificates, i);
      g_autofree char *name = cht_text_for_display (cht_certificate_get_label (certificate));

      g_print ("    %s %s  %s\n", format, cht_certificate_get_sha256 (certificate), name);
    }
}

static void
print_text (const Job *job, GPtrArray *steps, GPtrArray *files, GPtrArray *findings)
{
  if (steps->len == 0 && files->len > 0)
    g_print ("%s\n", _ ("There is nothing to mend here."));
  for (guint i = 0; i < steps->len; i++)
    {
      const ChtRepairStep *step = g_ptr_array_index (steps, i);

      g_print ("%s [%s]\n", step->message, step->id);
      print_certificates (_ ("kept   "), step->kept);
      print_certificates (_ ("moved  "), step->moved);
      print_certificates (_ ("dropped"), step->dropped);
    }
  for (guint i = 0; i < files->len; i++)
    {
      g_autofree char *path = path_of (job, g_ptr_array_index (files, i)), *shown = cht_text_escape_controls (path);

      g_print (job->dry_run ? _ ("Would write %s\n") : _ ("Wrote %s\n"), shown);
    }
  if (files->len == 0)
    g_print ("%s\n", _ ("Nothing was written."));
  else if (cht_findings_refuse (findings, NULL))
    g_print (_ ("A controller would still not take this as %s.\n"), job->role->name);
  else
    g_print (_ ("This passes as %s.\n"), job->role->name);
  cht_cli_print_findings_text (findings);
}

static int
answer (ChtCli *cli, const Job *job, GPtrArray *steps, GPtrArray *files, GPtrArray *findings)
{
  g_autoptr (JsonNode) root = build_answer (job, steps, files, findings);

  if (!cht_cli_print_json (cli, root))
    print_text (job, steps, files, findings);
  return cht_findings_refuse (findings, NULL) ? 1 : 0;
}

/* ---- repair ---- */

static ChtProblem *
judge_options (Job *job)
{
  if (job->role_id == NULL)
    return cht_cli_usage (_ ("--role is missing: what is the file to be repaired for?"));
  if (job->folder == NULL)
    return cht_cli_usage (_ ("--output-dir is missing: a repair is never made in place."));
  if (job->plain_key && job->new_passphrase_file != NULL)
    return cht_cli_usage (_ ("Give --key-passphrase-file or --plain-key, not both."));
  job->role = cht_role_find (job->role_id);
  return job->role == NULL ? cht_cli_unknown_role (job->role_id) : NULL;
}

static gboolean
read_all (ChtCli *cli, Job *job, GError **error)
{
  g_autoptr (GError) local = NULL;

  job->passphrase = cht_cli_read_secret (cli, job->passphrase_file, &local);
  if (local == NULL)
    job->new_passphrase = cht_cli_read_secret (cli, job->new_passphrase_file, &local);
  if (local == NULL && job->new_passphrase != NULL && cht_secret_get_size (job->new_passphrase) == 0)
    local = cht_problem_to_error (
        cht_cli_usage (_ ("The new passphrase is empty. Say --plain-key if the key is to have none.")));
  for (char **path = job->paths; *path != NULL && local == NULL; path++)
    {
      ChtBundle *bundle = cht_cli_read_bundle (cli, *path, job->passphrase, NULL, &local);

      if (bundle != NULL)
        g_ptr_array_add (job->bundles, bundle);
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* The reason of the first thing that could not be read, else MESSAGE. */
static ChtProblem *
nothing_to_repair (const Job *job, const char *message)
{
  for (guint i = 0; i < job->bundles->len; i++)
    {
      GPtrArray *objects = cht_bundle_get_objects (g_ptr_array_index (job->bundles, i));
      g_autofree char *base = g_path_get_basename (job->paths[i]), *name = cht_text_for_display (base);

      for (guint k = 0; k < objects->len; k++)
        if (cht_object_get_kind (g_ptr_array_index (objects, k)) == CHT_OBJECT_UNKNOWN)
          return cht_problem_new ("file.nothing-readable", CHT_PROBLEM_UNUSABLE, "", "%s: %s", name,
                                  cht_object_get_reason (g_ptr_array_index (objects, k)));
    }
  return cht_problem_new ("file.nothing-readable", CHT_PROBLEM_UNUSABLE,
                          _ ("Choose the file with the root and the intermediates."), "%s", message);
}

static int
repair (ChtCli *cli, Job *job)
{
  const ChtRepairWish wish = {
    .several_hierarchies = job->role->several_hierarchies,
    .root_only = job->role->root_only,
    .wants_key = job->role->category == CHT_ROLE_TRUST_CHAIN_AND_KEY,
    .passphrase = job->passphrase,
    .new_passphrase = job->new_passphrase,
    .plain_key = job->plain_key,
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (ChtRepair) plan = cht_repair_new (job->bundles, &wish, &error);
  g_autoptr (GPtrArray) findings = NULL, none = g_ptr_array_new ();

  if (plan == NULL && g_error_matches (error, CHT_X509_ERROR, CHT_X509_ERROR_LIMIT))
    return cht_cli_fail (cli, cht_problem_new ("file.too-large", CHT_PROBLEM_UNUSABLE, "", "%s", error->message));
  if (plan == NULL && g_error_matches (error, CHT_X509_ERROR, CHT_X509_ERROR_NOTHING))
    return cht_cli_fail (cli, nothing_to_repair (job, error->message));
  if (plan == NULL)
    {
      findings = judge_locked_key (cli, job);
      return answer (cli, job, none, none, findings);
    }
  if (!job->dry_run && !write_files (cli, job, cht_repair_get_files (plan), &error))
    {
      error = cht_cli_take_file_error (g_steal_pointer (&error));
      return cht_cli_fail_error (cli, error);
    }
  findings = judge_files (cli, job, cht_repair_get_files (plan));
  return answer (cli, job, cht_repair_get_steps (plan), cht_repair_get_files (plan), findings);
}

static int
run_repair (ChtCli *cli, int argc, char **argv)
{
  g_auto (Job) job = { 0 };
  const GOptionEntry entries[] = {
    { "role", 0, 0, G_OPTION_ARG_STRING, &job.role_id, N_ ("What it is for"), N_ ("ID") },
    { "output-dir", 0, 0, G_OPTION_ARG_FILENAME, &job.folder, N_ ("Where the repaired files go"), N_ ("DIR") },
    { "passphrase-file", 0, 0, G_OPTION_ARG_FILENAME, &job.passphrase_file, N_ ("Opens keys and containers"),
      N_ ("FILE") },
    { "key-passphrase-file", 0, 0, G_OPTION_ARG_FILENAME, &job.new_passphrase_file, N_ ("Protects the key anew"),
      N_ ("FILE") },
    { "plain-key", 0, 0, G_OPTION_ARG_NONE, &job.plain_key, N_ ("Take the key's passphrase away"), NULL },
    { "dry-run", 0, 0, G_OPTION_ARG_NONE, &job.dry_run, N_ ("Say what would be done, write nothing"), NULL },
    { "overwrite", 0, 0, G_OPTION_ARG_NONE, &job.overwrite, N_ ("Replace files that are there"), NULL },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (GError) error = NULL;
  ChtProblem *problem = cht_cli_parse (cli, &argc, &argv, entries, 1, -1);

  if (problem == NULL)
    problem = judge_options (&job);
  if (problem != NULL)
    return cht_cli_fail (cli, problem);
  job.paths = argv + 1;
  job.bundles = g_ptr_array_new_with_free_func (g_object_unref);
  if (!read_all (cli, &job, &error))
    return cht_cli_fail_error (cli, error);
  return repair (cli, &job);
}

/* ---- compare ---- */

static JsonNode *
build_differences (GPtrArray *differences)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  cht_cli_add_bool (builder, "same", differences->len == 0);
  json_builder_set_member_name (builder, "differences");
  json_builder_begin_array (builder);
  for (guint i = 0; i < differences->len; i++)
    {
      const ChtDifference *difference = g_ptr_array_index (differences, i);

      json_builder_begin_object (builder);
      cht_cli_add_string (builder, "kind", difference->kind);
      cht_cli_add_string (builder, "message", difference->message);
      cht_cli_add_string (builder, "a", difference->a);
      cht_cli_add_string (builder, "b", difference->b);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  return cht_cli_build (builder);
}

static int
run_compare (ChtCli *cli, int argc, char **argv)
{
  g_autofree char *passphrase_file = NULL;
  const GOptionEntry entries[] = { { "passphrase-file", 0, 0, G_OPTION_ARG_FILENAME, &passphrase_file,
                                     N_ ("Opens keys and containers"), N_ ("FILE") },
                                   G_OPTION_ENTRY_NULL };
  g_autoptr (ChtSecret) passphrase = NULL;
  g_autoptr (ChtBundle) a = NULL, b = NULL;
  g_autoptr (GPtrArray) differences = NULL;
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (GError) error = NULL;
  ChtProblem *problem = cht_cli_parse (cli, &argc, &argv, entries, 2, 2);

  if (problem != NULL)
    return cht_cli_fail (cli, problem);
  passphrase = cht_cli_read_secret (cli, passphrase_file, &error);
  if (error == NULL)
    a = cht_cli_read_bundle (cli, argv[1], passphrase, NULL, &error);
  if (error == NULL)
    b = cht_cli_read_bundle (cli, argv[2], passphrase, NULL, &error);
  if (error != NULL)
    return cht_cli_fail_error (cli, error);
  differences = cht_compare_bundles (a, b);
  root = build_differences (differences);
  if (!cht_cli_print_json (cli, root))
    {
      if (differences->len == 0)
        g_print ("%s\n", _ ("Both hold the same."));
      for (guint i = 0; i < differences->len; i++)
        g_print ("%s\n", ((const ChtDifference *) g_ptr_array_index (differences, i))->message);
    }
  return differences->len == 0 ? 0 : 1;
}

const ChtCliCommand cht_cli_repair_commands[] = {
  { NULL, "repair", run_repair, N_ ("FILE…"), N_ ("Write what a controller takes, out of what it would not take") },
  { NULL, "compare", run_compare, N_ ("A B"), N_ ("Say in which certificates and keys two files differ") },
  { NULL }
};
