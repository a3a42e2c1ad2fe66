/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commands on files: inspect and check. No vault, no controller. */
#include "cht-cli.h"
#include "cht-cli-output.h"
#include "cht-preflight.h"
#include "cht-text.h"

#include <glib/gi18n-lib.h>

static void
add_key (JsonBuilder *builder, const char *algorithm, guint bits)
{
  if (*algorithm == '\0')
    return;
  json_builder_set_member_name (builder, "key");
  json_builder_begin_object (builder);
  cht_cli_add_string (builder, "algorithm", algorithm);
  cht_cli_add_int (builder, "bits", bits);
  json_builder_end_object (builder);
}

static void
add_certificate (JsonBuilder *builder, ChtCertificate *certificate)
{
  cht_cli_add_string (builder, "subject", cht_certificate_get_subject (certificate));
  cht_cli_add_string (builder, "issuer", cht_certificate_get_issuer (certificate));
  cht_cli_add_string (builder, "serial", cht_certificate_get_serial (certificate));
  cht_cli_add_time (builder, "not_before", cht_certificate_get_not_before (certificate));
  cht_cli_add_time (builder, "not_after", cht_certificate_get_not_after (certificate));
  cht_cli_add_string (builder, "sha256", cht_certificate_get_sha256 (certificate));
  cht_cli_add_bool (builder, "is_ca", cht_certificate_is_ca (certificate));
  add_key (builder, cht_certificate_get_key_algorithm (certificate), cht_certificate_get_key_bits (certificate));
}

static void
add_object (JsonBuilder *builder, ChtObject *object)
{
  ChtKey *key = cht_object_get_key (object);
  const char *reason = key != NULL ? cht_key_get_reason (key) : cht_object_get_reason (object);

  json_builder_begin_object (builder);
  cht_cli_add_string (builder, "kind", cht_object_kind_get_id (cht_object_get_kind (object)));
  if (cht_object_get_certificate (object) != NULL)
    add_certificate (builder, cht_object_get_certificate (object));
  else if (key != NULL)
    {
      add_key (builder, cht_key_get_algorithm (key), cht_key_get_bits (key));
      cht_cli_add_bool (builder, "encrypted", cht_key_is_encrypted (key));
    }
  else
    {
      if (*cht_object_get_subject (object) != '\0')
        cht_cli_add_string (builder, "subject", cht_object_get_subject (object));
      add_key (builder, cht_object_get_key_algorithm (object), cht_object_get_key_bits (object));
    }
  cht_cli_add_string (builder, "encoding", cht_object_get_encoding (object));
  if (cht_object_get_line (object) > 0)
    cht_cli_add_int (builder, "line", cht_object_get_line (object));
  if (*reason != '\0')
    cht_cli_add_string (builder, "reason", reason);
  json_builder_end_object (builder);
}

static void
add_chains (JsonBuilder *builder, ChtBundle *bundle)
{
  g_autoptr (ChtChains) chains = cht_chains_new (cht_bundle_get_certificates (bundle));
  GPtrArray *paths = cht_chains_get_paths (chains);

  json_builder_set_member_name (builder, "chains");
  json_builder_begin_array (builder);
  for (guint i = 0; i < paths->len; i++)
    {
      GPtrArray *path = g_ptr_array_index (paths, i);

      json_builder_begin_array (builder);
      for (guint k = 0; k < path->len; k++)
        json_builder_add_string_value (builder, cht_certificate_get_sha256 (g_ptr_array_index (path, k)));
      json_builder_end_array (builder);
    }
  json_builder_end_array (builder);
}

static void
add_file (JsonBuilder *builder, const char *path, ChtBundle *bundle, GPtrArray *findings)
{
  GPtrArray *objects = cht_bundle_get_objects (bundle);

  json_builder_begin_object (builder);
  cht_cli_add_string (builder, "path", path);
  cht_cli_add_string (builder, "format", cht_format_get_id (cht_bundle_get_format (bundle)));
  json_builder_set_member_name (builder, "objects");
  json_builder_begin_array (builder);
  for (guint i = 0; i < objects->len; i++)
    add_object (builder, g_ptr_array_index (objects, i));
  json_builder_end_array (builder);
  add_chains (builder, bundle);
  cht_cli_add_findings (builder, findings);
  json_builder_end_object (builder);
}

static void
print_object_text (ChtObject *object, gint64 now)
{
  ChtCertificate *certificate = cht_object_get_certificate (object);
  ChtKey *key = cht_object_get_key (object);
  const char *reason = key != NULL ? cht_key_get_reason (key) : cht_object_get_reason (object);
  g_autofree char *subject = NULL, *described = NULL;

  if (certificate != NULL)
    {
      g_autofree char *issuer = cht_text_escape_controls (cht_certificate_get_issuer (certificate));
      g_autofree char *from = cht_time_describe_date (cht_certificate_get_not_before (certificate));
      g_autofree char *to = cht_time_describe_date (cht_certificate_get_not_after (certificate));
      g_autofree char *distance = cht_time_describe_distance (cht_certificate_get_not_after (certificate), now);
      g_autofree char *fingerprint = cht_text_fingerprint (cht_certificate_get_sha256 (certificate));

      subject = cht_text_escape_controls (cht_certificate_get_subject (certificate));
      described = cht_certificate_describe_key (certificate);
      g_print (_ ("  certificate  %s\n"), *subject != '\0' ? subject : _ ("no name"));
      g_print (_ ("    issuer     %s\n"), cht_certificate_is_self_issued (certificate) ? _ ("itself") : issuer);
      g_print (_ ("    valid      %s – %s (%s)\n"), from, to, distance);
      g_print (_ ("    key        %s, %s\n"), described,
               cht_certificate_is_ca (certificate) ? _ ("may issue certificates") : _ ("issues no certificates"));
      g_print (_ ("    SHA-256    %s\n"), fingerprint);
      return;
    }
  subject = cht_text_escape_controls (cht_object_get_subject (object));
  described = key != NULL ? cht_key_describe (key) : g_strdup (cht_object_get_key_algorithm (object));
  g_print ("  %-12s %s%s%s\n", cht_object_kind_get_id (cht_object_get_kind (object)), subject,
           *subject != '\0' && *described != '\0' ? ", " : "", described);
  if (*reason != '\0')
    g_print ("    %s\n", reason);
}

static void
print_file_text (const char *path, ChtBundle *bundle, GPtrArray *findings, gint64 now)
{
  GPtrArray *objects = cht_bundle_get_objects (bundle);
  g_autofree char *shown = cht_text_for_display (path);

  g_print ("%s: %s\n", shown, cht_format_get_words (cht_bundle_get_format (bundle)));
  for (guint i = 0; i < objects->len; i++)
    print_object_text (g_ptr_array_index (objects, i), now);
  cht_cli_print_findings_text (findings);
}

static gboolean
holds_something (ChtBundle *bundle)
{
  return cht_bundle_get_objects (bundle)->len > cht_bundle_get_n_unreadable (bundle);
}

/* One unreadable file among readable ones is a word on stderr; where nothing could be read at all, the first
 * fault is the answer. */
static int
run_inspect (ChtCli *cli, int argc, char **argv)
{
  g_autofree char *passphrase_file = NULL;
  const GOptionEntry entries[] = {
    { "passphrase-file", 0, 0, G_OPTION_ARG_FILENAME, &passphrase_file, N_ ("Opens keys and containers"), N_ ("FILE") },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (ChtSecret) passphrase = NULL;
  g_autoptr (GError) error = NULL, first = NULL;
  g_autoptr (JsonNode) root = NULL;
  ChtProblem *problem = cht_cli_parse (cli, &argc, &argv, entries, 1, -1);
  gint64 now = cht_clock_now (&cli->clock);
  gboolean any = FALSE;

  if (problem != NULL)
    return cht_cli_fail (cli, problem);
  passphrase = cht_cli_read_secret (cli, passphrase_file, &error);
  if (error != NULL)
    return cht_cli_fail_error (cli, error);
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "files");
  json_builder_begin_array (builder);
  for (int i = 1; i < argc; i++)
    {
      g_autoptr (GError) fault = NULL;
      g_autoptr (ChtBundle) bundle = cht_cli_read_bundle (cli, argv[i], passphrase, NULL, &fault);
      g_autofree char *name = cht_text_for_display (argv[i]);
      g_autoptr (GPtrArray) findings = NULL;

      if (g_cancellable_is_cancelled (cli->cancellable) && fault != NULL)
        return cht_cli_fail_error (cli, fault);
      if (bundle == NULL)
        {
          if (argc > 2)
            g_printerr ("%s\n", fault->message);
          if (first == NULL)
            first = g_steal_pointer (&fault);
          continue;
        }
      findings = cht_preflight_inspect (bundle, argv[i], now);
      any |= holds_something (bundle);
      add_file (builder, argv[i], bundle, findings);
      if (!cli->json)
        print_file_text (argv[i], bundle, findings, now);
      if (!holds_something (bundle) && first == NULL)
        first = cht_problem_to_error (cht_problem_new (
            "file.nothing-readable", CHT_PROBLEM_UNUSABLE, "", "%s: %s", name,
            cht_object_get_reason (g_ptr_array_index (cht_bundle_get_objects (bundle), 0))));
    }
  json_builder_end_array (builder);
  if (!any)
    return cht_cli_fail_error (cli, first);
  root = cht_cli_build (builder);
  cht_cli_print_json (cli, root);
  return 0;
}

ChtProblem *
cht_cli_unknown_role (const char *id)
{
  g_autoptr (GString) known = g_string_new (NULL);

  for (const ChtRole *const *role = cht_role_list (); *role != NULL; role++)
    g_string_append_printf (known, "%s%s", known->len > 0 ? ", " : "", (*role)->id);
  return cht_problem_new ("role.unknown", CHT_PROBLEM_UNUSABLE, _ ("Choose one of those that exist."),
                          _ ("There is no role “%s”. Those that exist: %s."), id, known->str);
}

typedef struct {
  char *role, *chain, *certificate, *key, *passphrase, *window_end;
} CheckOptions;

static void
check_options_clear (CheckOptions *options)
{
  g_free (options->role);
  g_free (options->chain);
  g_free (options->certificate);
  g_free (options->key);
  g_free (options->passphrase);
  g_free (options->window_end);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CheckOptions, check_options_clear)

/* PATH NULL: NULL and no error. A locked container is a finding here. */
static ChtBundle *
read_part (ChtCli *cli, const char *path, ChtSecret *passphrase, gboolean *locked, GError **error)
{
  return path != NULL ? cht_cli_read_bundle (cli, path, passphrase, locked, error) : NULL;
}

/* Of a window that is over nothing can be said. */
static ChtProblem *
parse_window (ChtCli *cli, const char *text, gint64 *end)
{
  *end = CHT_TIME_UNKNOWN;
  if (text == NULL)
    return NULL;
  if (!cht_time_from_rfc3339 (text, end))
    return cht_cli_usage (_ ("--window-end wants a time such as 2027-01-05T08:00:00Z."));
  return *end > cht_clock_now (&cli->clock) ? NULL : cht_cli_usage (_ ("--window-end has passed already."));
}

static int
print_verdict (ChtCli *cli, const ChtRole *role, GPtrArray *findings)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  gboolean fails = cht_findings_refuse (findings, NULL);

  json_builder_begin_object (builder);
  cht_cli_add_string (builder, "role", role->id);
  cht_cli_add_string (builder, "verdict", fails ? "fail" : "pass");
  cht_cli_add_findings (builder, findings);
  root = cht_cli_build (builder);
  if (!cht_cli_print_json (cli, root))
    {
      g_print (fails ? _ ("A controller would not take this as %s.\n") : _ ("This passes as %s.\n"), role->name);
      cht_cli_print_findings_text (findings);
    }
  return fails ? 1 : 0;
}

static int
run_check (ChtCli *cli, int argc, char **argv)
{
  g_auto (CheckOptions) options = { 0 };
  const GOptionEntry entries[] = {
    { "role", 0, 0, G_OPTION_ARG_STRING, &options.role, N_ ("What it is for"), N_ ("ID") },
    { "chain", 0, 0, G_OPTION_ARG_FILENAME, &options.chain, N_ ("The trust chain"), N_ ("FILE") },
    { "certificate", 0, 0, G_OPTION_ARG_FILENAME, &options.certificate, N_ ("The intermediate certificate"),
      N_ ("FILE") },
    { "key", 0, 0, G_OPTION_ARG_FILENAME, &options.key, N_ ("Its key"), N_ ("FILE") },
    { "passphrase-file", 0, 0, G_OPTION_ARG_FILENAME, &options.passphrase, N_ ("The key's passphrase"),
      N_ ("FILE") },
    { "window-end", 0, 0, G_OPTION_ARG_STRING, &options.window_end,
      N_ ("When the maintenance window closes that it goes up in"), N_ ("TIME") },
    G_OPTION_ENTRY_NULL
  };
  ChtProblem *problem = cht_cli_parse (cli, &argc, &argv, entries, 0, 0);
  g_autoptr (ChtBundle) chain = NULL, certificate = NULL, key = NULL;
  g_autoptr (ChtSecret) passphrase = NULL;
  g_autoptr (GPtrArray) findings = NULL;
  g_autoptr (GError) error = NULL;
  ChtSnapshot snapshot = { .whole = TRUE };

  if (problem == NULL && (options.role == NULL || options.chain == NULL))
    problem = cht_cli_usage (_ ("--role and --chain are needed."));
  if (problem == NULL)
    problem = parse_window (cli, options.window_end, &snapshot.window_end);
  if (problem != NULL)
    return cht_cli_fail (cli, problem);
  snapshot.role = cht_role_find (options.role);
  if (snapshot.role == NULL)
    return cht_cli_fail (cli, cht_cli_unknown_role (options.role));
  passphrase = cht_cli_read_secret (cli, options.passphrase, &error);
  if (error == NULL)
    chain = read_part (cli, options.chain, NULL, &snapshot.chain_locked, &error);
  if (error == NULL)
    certificate = read_part (cli, options.certificate, NULL, &snapshot.certificate_locked, &error);
  if (error == NULL)
    key = read_part (cli, options.key, passphrase, &snapshot.key_locked, &error);
  if (error != NULL)
    return cht_cli_fail_error (cli, error);
  snapshot.now = cht_clock_now (&cli->clock);
  snapshot.allowed = snapshot.role->operations;
  snapshot.chain = chain;
  snapshot.chain_path = options.chain;
  snapshot.certificate = certificate;
  snapshot.certificate_path = options.certificate;
  snapshot.key = key;
  snapshot.key_path = options.key;
  snapshot.passphrase_given = passphrase != NULL;
  findings = cht_preflight_run (&snapshot);
  return print_verdict (cli, snapshot.role, findings);
}

const ChtCliCommand cht_cli_file_commands[] = {
  { NULL, "inspect", run_inspect, N_ ("FILE…"), N_ ("Say what files hold and how it hangs together") },
  { NULL, "check", run_check, NULL, N_ ("Say whether a controller would take files for a role") },
  { NULL }
};
