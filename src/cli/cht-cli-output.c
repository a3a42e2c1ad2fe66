/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-cli-output.h"
#include "cht-finding.h"
#include "cht-text.h"

#include <glib/gi18n-lib.h>

#define MAX_COLUMN 56

void
cht_cli_add_string (JsonBuilder *builder, const char *key, const char *value)
{
  g_autofree char *valid = value != NULL ? g_utf8_make_valid (value, -1) : NULL;

  json_builder_set_member_name (builder, key);
  if (valid == NULL)
    json_builder_add_null_value (builder);
  else
    json_builder_add_string_value (builder, valid);
}

void
cht_cli_add_time (JsonBuilder *builder, const char *key, gint64 time)
{
  g_autofree char *text = cht_time_to_rfc3339 (time);

  cht_cli_add_string (builder, key, text);
}

void
cht_cli_add_int (JsonBuilder *builder, const char *key, gint64 value)
{
  json_builder_set_member_name (builder, key);
  json_builder_add_int_value (builder, value);
}

void
cht_cli_add_bool (JsonBuilder *builder, const char *key, gboolean value)
{
  json_builder_set_member_name (builder, key);
  json_builder_add_boolean_value (builder, value);
}

void
cht_cli_add_strings (JsonBuilder *builder, const char *key, const char *const *values)
{
  json_builder_set_member_name (builder, key);
  json_builder_begin_array (builder);
  for (; values != NULL && *values != NULL; values++)
    {
      g_autofree char *valid = g_utf8_make_valid (*values, -1);
      json_builder_add_string_value (builder, valid);
    }
  json_builder_end_array (builder);
}

void
cht_cli_add_findings (JsonBuilder *builder, GPtrArray *findings)
{
  json_builder_set_member_name (builder, "findings");
  json_builder_begin_array (builder);
  for (guint i = 0; i < findings->len; i++)
    {
      ChtFinding *finding = g_ptr_array_index (findings, i);

      json_builder_begin_object (builder);
      cht_cli_add_string (builder, "id", cht_finding_get_id (finding));
      cht_cli_add_string (builder, "severity", cht_severity_get_id (cht_finding_get_severity (finding)));
      cht_cli_add_string (builder, "message", cht_finding_get_message (finding));
      cht_cli_add_string (builder, "explanation", cht_finding_get_explanation (finding));
      cht_cli_add_string (builder, "object", cht_finding_get_object (finding));
      cht_cli_add_string (builder, "source", cht_finding_get_source (finding));
      cht_cli_add_string (builder, "repair", cht_finding_get_repair (finding));
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

JsonNode *
cht_cli_build (JsonBuilder *builder)
{
  json_builder_end_object (builder);
  return json_builder_get_root (builder);
}

gboolean
cht_cli_print_json (ChtCli *cli, JsonNode *root)
{
  g_autofree char *text = NULL;

  if (!cli->json)
    return FALSE;
  text = json_to_string (root, TRUE);
  g_print ("%s\n", text);
  return TRUE;
}

void
cht_cli_print_problem (ChtCli *cli, ChtProblem *problem)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  const char *advice = cht_problem_get_advice (problem);

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "error");
  json_builder_begin_object (builder);
  cht_cli_add_string (builder, "id", cht_problem_get_id (problem));
  cht_cli_add_string (builder, "message", cht_problem_get_message (problem));
  cht_cli_add_string (builder, "advice", advice);
  json_builder_end_object (builder);
  root = cht_cli_build (builder);
  if (cht_cli_print_json (cli, root))
    return;
  g_printerr ("%s%s%s\n", cht_problem_get_message (problem), *advice != '\0' ? " " : "", advice);
}

/* One cell for people: lists with commas, null as a dash, times as dates. What an outsider named is made fit
 * to show. */
static char *
cell_text (ChtCli *cli, JsonObject *object, const ChtColumn *column)
{
  JsonNode *node = json_object_get_member (object, column->key);
  g_autoptr (GString) list = NULL;
  g_autofree char *escaped = NULL;
  gint64 time;

  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return g_strdup ("–");
  if (JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *array = json_node_get_array (node);

      list = g_string_new (NULL);
      for (guint i = 0; i < json_array_get_length (array); i++)
        g_string_append_printf (list, "%s%s", i > 0 ? ", " : "", json_array_get_string_element (array, i));
      return list->len > 0 ? cht_text_escape_controls (list->str) : g_strdup ("–");
    }
  if (json_node_get_value_type (node) == G_TYPE_BOOLEAN)
    return g_strdup (json_node_get_boolean (node) ? _ ("yes") : _ ("no"));
  if (json_node_get_value_type (node) == G_TYPE_INT64)
    return g_strdup_printf ("%" G_GINT64_FORMAT, json_node_get_int (node));
  if (json_node_get_value_type (node) == G_TYPE_DOUBLE)
    return g_strdup_printf ("%.0f", json_node_get_double (node));
  if (column->kind != CHT_COLUMN_TEXT && cht_time_from_rfc3339 (json_node_get_string (node), &time))
    {
      g_autofree char *date = cht_time_describe_date (time);
      g_autofree char *distance = cht_time_describe_distance (time, cht_clock_now (&cli->clock));
      return column->kind == CHT_COLUMN_MOMENT ? cht_time_describe_moment (time)
                                               : g_strdup_printf ("%s (%s)", date, distance);
    }
  escaped = cht_text_escape_controls (json_node_get_string (node));
  return *escaped != '\0' ? g_steal_pointer (&escaped) : g_strdup ("–");
}

static void
print_padded (const char *text, gsize width, gboolean last)
{
  gsize length = (gsize) g_utf8_strlen (text, -1);

  g_print ("%s", text);
  if (last)
    g_print ("\n");
  else
    g_print ("%*s", (int) (width > length ? width - length : 0) + 2, "");
}

static void
print_rows (ChtCli *cli, JsonArray *rows, const ChtColumn *columns, gsize n_columns)
{
  g_autoptr (GPtrArray) cells = g_ptr_array_new_with_free_func (g_free);
  g_autofree gsize *widths = g_new0 (gsize, n_columns);

  for (gsize c = 0; c < n_columns; c++)
    g_ptr_array_add (cells, g_strdup (_ (columns[c].title)));
  for (guint r = 0; r < json_array_get_length (rows); r++)
    for (gsize c = 0; c < n_columns; c++)
      g_ptr_array_add (cells, cell_text (cli, json_array_get_object_element (rows, r), &columns[c]));
  for (guint i = 0; i < cells->len; i++)
    widths[i % n_columns] = MIN (
        MAX (widths[i % n_columns], (gsize) g_utf8_strlen (g_ptr_array_index (cells, i), -1)), MAX_COLUMN);
  for (guint i = 0; i < cells->len; i++)
    print_padded (g_ptr_array_index (cells, i), widths[i % n_columns], (i + 1) % n_columns == 0);
}

void
cht_cli_print_table (ChtCli *cli,
                     JsonNode *root,
                     const char *list,
                     const ChtColumn *columns,
                     gsize n_columns,
                     const char *empty)
{
  g_autoptr (JsonNode) owned = root;
  JsonArray *rows = json_object_get_array_member (json_node_get_object (root), list);

  if (cht_cli_print_json (cli, root))
    return;
  if (json_array_get_length (rows) == 0)
    g_print ("%s\n", empty);
  else
    print_rows (cli, rows, columns, n_columns);
}

void
cht_cli_print_facts (ChtCli *cli, JsonNode *root, const ChtColumn *columns, gsize n_columns)
{
  g_autoptr (JsonNode) owned = root;
  gsize width = 0;

  if (cht_cli_print_json (cli, root))
    return;
  for (gsize c = 0; c < n_columns; c++)
    width = MAX (width, (gsize) g_utf8_strlen (_ (columns[c].title), -1));
  for (gsize c = 0; c < n_columns; c++)
    {
      g_autofree char *value = cell_text (cli, json_node_get_object (root), &columns[c]);

      print_padded (_ (columns[c].title), width, FALSE);
      g_print ("%s\n", value);
    }
}

void
cht_cli_print_findings_text (GPtrArray *findings)
{
  for (guint i = 0; i < findings->len; i++)
    {
      ChtFinding *finding = g_ptr_array_index (findings, i);
      const char *const severities[] = { _ ("note"), _ ("warning"), _ ("error") };
      const char *explanation = cht_finding_get_explanation (finding);

      g_print ("%s: %s [%s]\n", severities[cht_finding_get_severity (finding)], cht_finding_get_message (finding),
               cht_finding_get_id (finding));
      if (*explanation != '\0')
        g_print ("    %s\n", explanation);
      if (cht_finding_get_repair (finding) != NULL)
        g_print (_ ("    What mends it: %s\n"), cht_finding_get_repair (finding));
    }
}

static void
add_conflicts (JsonBuilder *builder, GArray *conflicts)
{
  json_builder_set_member_name (builder, "destinations");
  json_builder_begin_array (builder);
  for (guint i = 0; i < conflicts->len; i++)
    {
      const ChtConflict *conflict = &g_array_index (conflicts, ChtConflict, i);

      json_builder_begin_object (builder);
      cht_cli_add_string (builder, "name", conflict->destination);
      cht_cli_add_string (builder, "certificate", conflict->certificate);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

/* The outcome's sentence holds a finding that is listed below it. */
static gboolean
quotes_finding (ChtOutcome *outcome)
{
  GPtrArray *findings = cht_outcome_get_findings (outcome);

  for (guint i = 0; i < findings->len; i++)
    if (strstr (cht_outcome_get_message (outcome), cht_finding_get_message (g_ptr_array_index (findings, i))) != NULL)
      return TRUE;
  return FALSE;
}

int
cht_cli_print_outcome (ChtCli *cli, ChtOutcome *outcome)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  GArray *conflicts = cht_outcome_get_conflicts (outcome);
  GPtrArray *findings = cht_outcome_get_findings (outcome);
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (builder);
  cht_cli_add_string (builder, "outcome", cht_outcome_get_id (outcome));
  cht_cli_add_string (builder, "message", cht_outcome_get_message (outcome));
  cht_cli_add_findings (builder, findings);
  if (conflicts->len > 0)
    add_conflicts (builder, conflicts);
  if (cht_outcome_get_job (outcome) != NULL)
    cht_cli_add_string (builder, "job", cht_outcome_get_job (outcome));
  root = cht_cli_build (builder);
  if (!cht_cli_print_json (cli, root))
    {
      g_print ("%s\n", quotes_finding (outcome) ? _ ("Nothing was sent, for these reasons:")
                                                : cht_outcome_get_message (outcome));
      cht_cli_print_findings_text (findings);
      for (guint i = 0; i < conflicts->len; i++)
        g_print (_ ("    %s has “%s” now\n"), g_array_index (conflicts, ChtConflict, i).destination,
                 g_array_index (conflicts, ChtConflict, i).certificate);
    }
  return cht_outcome_get_exit_code (outcome);
}

void
cht_cli_print_files (ChtCli *cli, GPtrArray *files)
{
  static const ChtColumn columns[] = { { "part", N_ ("PART") },
                                       { "path", N_ ("FILE") },
                                       { "sha256", N_ ("SHA-256 OF THE FILE") } };
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "files");
  json_builder_begin_array (builder);
  for (guint i = 0; i < files->len; i++)
    {
      const ChtExportedFile *file = g_ptr_array_index (files, i);

      json_builder_begin_object (builder);
      cht_cli_add_string (builder, "part", file->part);
      cht_cli_add_string (builder, "path", file->path);
      cht_cli_add_string (builder, "sha256", file->sha256);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  cht_cli_print_table (cli, cht_cli_build (builder), "files", columns, G_N_ELEMENTS (columns),
                       _ ("Nothing was written."));
}
