/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-cli.h"
#include "cht-process.h"

#include <glib-unix.h>
#include <glib/gi18n-lib.h>

static const ChtCliCommand *const TABLES[] = {
  cht_cli_file_commands, cht_cli_repair_commands, cht_cli_vault_commands, cht_cli_controller_commands,
  cht_cli_upload_commands, cht_cli_export_commands, cht_cli_renewal_commands,
};

static gboolean
on_signal_cb (gpointer data)
{
  g_cancellable_cancel (data);
  return G_SOURCE_CONTINUE;
}

static void
print_help (void)
{
  g_print ("%s\n\n", _ ("Usage: chatelainectl [--vault FILE] COMMAND [OPTION…]"));
  for (guint t = 0; t < G_N_ELEMENTS (TABLES); t++)
    for (const ChtCliCommand *command = TABLES[t]; command->name != NULL; command++)
      {
        g_autofree char *words = g_strjoin (" ", command->group != NULL ? command->group : command->name,
                                            command->group != NULL ? command->name : NULL, NULL);
        g_print ("  %-26s %s\n", words, _ (command->summary));
      }
  g_print ("\n%s\n", _ ("Every command takes --json, --at TIME and --help."));
}

static const ChtCliCommand *
find_command (const char *group, const char *name)
{
  for (guint t = 0; t < G_N_ELEMENTS (TABLES); t++)
    for (const ChtCliCommand *command = TABLES[t]; command->name != NULL; command++)
      if (g_strcmp0 (command->group, group) == 0 && g_strcmp0 (command->name, name) == 0)
        return command;
  return NULL;
}

/* The index of the command's first word: what stands before it are options of all commands. 0 where there is none. */
static int
find_first_word (int argc, char **argv)
{
  for (int i = 1; i < argc; i++)
    {
      if (g_str_equal (argv[i], "--vault") || g_str_equal (argv[i], "--vault-passphrase-file"))
        i++;
      else if (*argv[i] != '-')
        return i;
    }
  return 0;
}

static gboolean
is_group (const char *word)
{
  return g_str_equal (word, "vault") || g_str_equal (word, "controller");
}

/* The command's own words leave ARGV; the program's name takes them on, so that --help tells which command it
 * is for. */
static int
dispatch (ChtCli *cli, int argc, char **argv)
{
  int first = find_first_word (argc, argv), words;
  g_autoptr (GPtrArray) rest = g_ptr_array_new ();
  const ChtCliCommand *command;
  g_autofree char *name = NULL;
  gboolean group;

  for (int i = 1; i < argc; i++)
    cli->json |= g_str_equal (argv[i], "--json");
  if (first == 0)
    {
      if (argc > 1 && (g_str_equal (argv[1], "--help") || g_str_equal (argv[1], "-h")))
        {
          print_help ();
          return 0;
        }
      if (argc > 1 && g_str_equal (argv[1], "--version"))
        {
          g_print ("chatelainectl %s\n", CHATELAINE_VERSION);
          return 0;
        }
      return cht_cli_fail (cli, cht_cli_usage (_ ("A command is missing.")));
    }
  group = is_group (argv[first]);
  words = group && first + 1 < argc ? 2 : 1;
  command = group ? find_command (argv[first], first + 1 < argc ? argv[first + 1] : NULL)
                  : find_command (NULL, argv[first]);
  if (command == NULL && group && words == 1)
    return cht_cli_fail (cli, cht_cli_usage (_ ("Which command of “%s”?"), argv[first]));
  if (command == NULL && group)
    return cht_cli_fail (cli, cht_cli_usage (_ ("“%s” has no such command."), argv[first]));
  if (command == NULL)
    return cht_cli_fail (cli, cht_cli_usage (_ ("There is no command “%s”."), argv[first]));
  for (int i = 0; i < argc; i++)
    if (i < first || i >= first + words)
      g_ptr_array_add (rest, argv[i]);
  argc = (int) rest->len;
  g_ptr_array_add (rest, NULL);
  name = g_strjoin (" ", "chatelainectl", argv[first], group ? argv[first + 1] : NULL, NULL);
  g_set_prgname (name);
  cli->command = command;
  return command->run (cli, argc, (char **) rest->pdata);
}

int
main (int argc, char **argv)
{
  ChtCli cli = { .clock = CHT_CLOCK_SYSTEM };
  int code;

  cht_process_start (CHT_PROCESS_UNDUMPABLE);
  cli.cancellable = g_cancellable_new ();
  g_unix_signal_add (SIGINT, on_signal_cb, cli.cancellable);
  g_unix_signal_add (SIGTERM, on_signal_cb, cli.cancellable);
  code = dispatch (&cli, argc, argv);
  g_free (cli.vault);
  g_free (cli.vault_passphrase);
  g_object_unref (cli.cancellable);
  return code;
}
