/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What chatelainectl prints: one JSON document, or the same for people. A command builds the document once; the text
 * is drawn from it, so that both always tell the same.
 */
#pragma once

#include <json-glib/json-glib.h>
#include "cht-cli.h"
#include "cht-outcome.h"

G_BEGIN_DECLS

typedef enum { CHT_COLUMN_TEXT, CHT_COLUMN_EXPIRY, CHT_COLUMN_MOMENT } ChtColumnKind;

/* A column of a table drawn from an array of objects. */
typedef struct {
  const char *key;    /* member of the object */
  const char *title;  /* N_() */
  ChtColumnKind kind;
} ChtColumn;

/* The document, in JSON or as the table of its member LIST; EMPTY is said where that has no rows. (transfer full
 * ROOT) */
void cht_cli_print_table (ChtCli *cli, JsonNode *root, const char *list, const ChtColumn *columns,
                          gsize n_columns, const char *empty);
/* The document, in JSON or as lines "title: value"; the columns' keys are members of the root. (transfer full ROOT) */
void cht_cli_print_facts (ChtCli *cli, JsonNode *root, const ChtColumn *columns, gsize n_columns);
/* With --json the document alone, and TRUE; else FALSE and nothing is printed. (transfer none) */
gboolean cht_cli_print_json (ChtCli *cli, JsonNode *root);
void cht_cli_print_problem (ChtCli *cli, ChtProblem *problem);
/* An outcome; MORE adds members to its object (nullable). Answers the exit code. */
int cht_cli_print_outcome (ChtCli *cli, ChtOutcome *outcome);
/* Files that were written. (element-type ChtExportedFile) */
void cht_cli_print_files (ChtCli *cli, GPtrArray *files);
/* For people: one line a finding with what to do. */
void cht_cli_print_findings_text (GPtrArray *findings);

/* ---- Building ---- */
void cht_cli_add_string (JsonBuilder *builder, const char *key, const char *value);  /* NULL is null */
void cht_cli_add_time (JsonBuilder *builder, const char *key, gint64 time);          /* unknown is null */
void cht_cli_add_int (JsonBuilder *builder, const char *key, gint64 value);
void cht_cli_add_bool (JsonBuilder *builder, const char *key, gboolean value);
void cht_cli_add_strings (JsonBuilder *builder, const char *key, const char *const *values);
void cht_cli_add_findings (JsonBuilder *builder, GPtrArray *findings);
JsonNode *cht_cli_build (JsonBuilder *builder);  /* (transfer full); ends the root object */

G_END_DECLS
