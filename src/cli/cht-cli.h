/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What every command of chatelainectl shares: the options, the wait for an asynchronous call, the way a fault ends
 * it. The contract of the commands (options, JSON, ids, exit codes) is stable: fields may be added, none renamed or
 * dropped.
 */
#pragma once

#include <gio/gio.h>
#include "cht-bundle.h"
#include "cht-clock.h"
#include "cht-problem.h"
#include "cht-secret.h"
#include "cht-workspace.h"

G_BEGIN_DECLS

typedef struct _ChtCliCommand ChtCliCommand;

typedef struct {
  const ChtCliCommand *command;
  gboolean json;
  ChtClock clock;             /* --at */
  char *vault;                /* --vault (nullable) */
  char *vault_passphrase;     /* --vault-passphrase-file (nullable) */
  GCancellable *cancellable;  /* SIGINT and SIGTERM */
} ChtCli;

/* ARGV without the command's own words. Answers the exit code. */
typedef int (*ChtCliRun) (ChtCli *cli, int argc, char **argv);

struct _ChtCliCommand {
  const char *group;      /* "vault", "controller" or NULL */
  const char *name;       /* NULL ends a table */
  ChtCliRun run;
  const char *arguments;  /* N_() "FILE…" */
  const char *summary;    /* N_() */
};

extern const ChtCliCommand cht_cli_file_commands[];
extern const ChtCliCommand cht_cli_vault_commands[];
extern const ChtCliCommand cht_cli_controller_commands[];
extern const ChtCliCommand cht_cli_export_commands[];
extern const ChtCliCommand cht_cli_renewal_commands[];
extern const ChtCliCommand cht_cli_repair_commands[];
extern const ChtCliCommand cht_cli_upload_commands[];

/* Takes the options of ENTRIES (nullable) and those that every command has out of ARGV; what stays there from index 1
 * on are the arguments, of which there must be LEAST to MOST. NULL, or what is wrong ("usage"). (transfer full)
 * (nullable) */
ChtProblem *cht_cli_parse (ChtCli *cli, int *argc, char ***argv, const GOptionEntry *entries, int least, int most);
ChtProblem *cht_cli_usage (const char *format, ...) G_GNUC_PRINTF (1, 2);
ChtProblem *cht_cli_missing (const char *option);
/* Lists those that exist. (transfer full) */
ChtProblem *cht_cli_unknown_role (const char *id);

/* Tells PROBLEM in the form that was asked for and answers its exit code. (transfer full PROBLEM) */
int cht_cli_fail (ChtCli *cli, ChtProblem *problem);
int cht_cli_fail_error (ChtCli *cli, GError *error);

/* A file's fault with its id as a problem; any other as it is. (transfer full) */
GError *cht_cli_take_file_error (GError *error);

/* A callback that hands its result to cht_cli_wait; DATA is a GAsyncResult **, NULL before the call. */
void cht_cli_on_ready_cb (GObject *source, GAsyncResult *result, gpointer data);
/* Runs the main context until *RESULT is there. (transfer full) */
GAsyncResult *cht_cli_wait (GAsyncResult **result);

/* One secret out of a file; a warning on stderr where others may read it. PATH NULL: NULL and no error. (transfer
 * full) (nullable) */
ChtSecret *cht_cli_read_secret (ChtCli *cli, const char *path, GError **error);
/* "-" is standard input. Errors are CHT_PROBLEM_ERROR. (transfer full) */
GBytes *cht_cli_read_file (ChtCli *cli, const char *path, GError **error);
/* LOCKED (nullable, out): a container that PASSPHRASE does not open; then there is no error. Without LOCKED it is
 * one. */
ChtBundle *cht_cli_read_bundle (ChtCli *cli, const char *path, ChtSecret *passphrase, gboolean *locked, GError **error);

/* The vault opened, or why not. (transfer full) */
ChtWorkspace *cht_cli_open_vault (ChtCli *cli, GError **error);

/* ---- On a controller ---- */

typedef struct {
  char *profile, *url, *username, *password_file, *pin;
} ChtCliWhere;
void cht_cli_where_clear (ChtCliWhere *where);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ChtCliWhere, cht_cli_where_clear)

#define CHT_CLI_WHERE_ENTRIES(where) \
  { "profile", 0, 0, G_OPTION_ARG_STRING, &(where).profile, N_("A controller that the vault knows"), N_("NAME") }, \
  { "url", 0, 0, G_OPTION_ARG_STRING, &(where).url, N_("The controller's address"), N_("URL") }, \
  { "username", 0, 0, G_OPTION_ARG_STRING, &(where).username, N_("Who signs in"), N_("NAME") }, \
  { "password-file", 0, 0, G_OPTION_ARG_FILENAME, &(where).password_file, \
    N_("A file with the password"), N_("FILE") }, \
  { "pin", 0, 0, G_OPTION_ARG_STRING, &(where).pin, N_("SHA-256 of the server's public key (SPKI)"), N_("HEX") }

/* The workspace that commands on a controller work in: with --url and no --vault, one without a vault. (transfer
 * full) */
ChtWorkspace *cht_cli_new_workspace (ChtCli *cli, const ChtCliWhere *where, GError **error);
/* Signs in, runs WORK, signs out, whatever came of it. Answers WORK's exit code. */
typedef int (*ChtCliWork) (ChtCli *cli, ChtWorkspace *workspace, gpointer data);
int cht_cli_on_controller (ChtCli *cli, ChtWorkspace *workspace, const ChtCliWhere *where, ChtCliWork work,
                           gpointer data);

G_END_DECLS
