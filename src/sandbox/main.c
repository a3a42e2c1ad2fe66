/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chatelaine-sandbox: the practice controller as a program. */
#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <sys/stat.h>

#include "cht-process.h"
#include "cht-sandbox.h"

#define DEFAULT_PORT 30603
#define DEFAULT_RENEWAL_SECONDS 4.0

static gboolean
on_signal_cb (gpointer data)
{
  g_main_loop_quit (data);
  return G_SOURCE_CONTINUE;
}

static int
serve (const ChtSandboxOptions *options, gboolean print_url)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (ChtSandbox) sandbox = NULL;
  g_autoptr (GError) error = NULL;

  g_unix_signal_add (SIGTERM, on_signal_cb, loop);
  g_unix_signal_add (SIGINT, on_signal_cb, loop);
  sandbox = cht_sandbox_new (options, &error);
  if (sandbox == NULL)
    {
      g_printerr ("chatelaine-sandbox: %s\n", error->message);
      return 3;
    }
  if (print_url)
    {
      g_autofree char *facts = cht_sandbox_get_facts (sandbox);

      g_print ("%s\n", facts);
      fflush (stdout);
    }
  else
    g_printerr (_("The practice controller listens at %s. With --print-url it also prints how to log in.\n"),
                cht_sandbox_get_url (sandbox));
  g_main_loop_run (loop);
  return 0;
}

/* NULL where all is well, else a sentence. */
static const char *
judge_options (const ChtSandboxOptions *options, int port, const char *seed, int argc)
{
  if (argc > 1)
    return _("There is a word too many: every value stands behind its option. See --help.");
  if (options->state == NULL)
    return _("Say where the state goes: --state FOLDER.");
  if (port < 0 || port > G_MAXUINT16)
    return _("A port is a number from 1 to 65535, or 0 for a free one.");
  if (g_strcmp0 (seed, "demo") != 0 && g_strcmp0 (seed, "empty") != 0)
    return _("--seed takes “demo” or “empty”.");
  if (!(options->renewal_seconds >= 0 && options->renewal_seconds <= 3600))
    return _("--renewal-seconds takes a number from 0 to 3600.");
  return NULL;
}

int
main (int argc, char **argv)
{
  g_autofree char *state = NULL, *seed = NULL, *address = NULL;
  int port = DEFAULT_PORT;
  gboolean print_url = FALSE;
  double seconds = DEFAULT_RENEWAL_SECONDS;
  g_autoptr (GOptionContext) context = NULL;
  g_autoptr (GError) error = NULL;
  ChtSandboxOptions options;
  const char *fault;
  const GOptionEntry entries[] = {
    { "state", 0, 0, G_OPTION_ARG_FILENAME, &state, N_("Folder for the state; made where it is missing"),
      N_("FOLDER") },
    { "port", 0, 0, G_OPTION_ARG_INT, &port, N_("Port to listen on, 0 for a free one (default 30603)"), N_("N") },
    { "listen", 0, 0, G_OPTION_ARG_STRING, &address, N_("IP address to listen on (default 127.0.0.1)"), N_("ADDRESS") },
    { "seed", 0, 0, G_OPTION_ARG_STRING, &seed, N_("What an empty folder is filled with (default demo)"),
      "demo|empty" },
    { "renewal-seconds", 0, 0, G_OPTION_ARG_DOUBLE, &seconds, N_("How long a renewal takes (default 4)"), N_("N") },
    { "print-url", 0, 0, G_OPTION_ARG_NONE, &print_url, N_("Print address, pin, user name and password as JSON"),
      NULL },
    { NULL }
  };

  cht_process_start (CHT_PROCESS_NONE);
  umask (0077);
  context = g_option_context_new (NULL);
  g_option_context_set_summary (context,
                                _("A practice controller: for demonstrations, training and tests. Do not give it keys "
                                  "that matter."));
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("chatelaine-sandbox: %s\n", _("An option is not known, or its value does not fit. See --help."));
      return 2;
    }
  options = (ChtSandboxOptions) { state, address, (guint) port, g_strcmp0 (seed, "empty") != 0, seconds };
  fault = judge_options (&options, port, seed != NULL ? seed : "demo", argc);
  if (fault != NULL)
    {
      g_printerr ("chatelaine-sandbox: %s\n", fault);
      return 2;
    }
  return serve (&options, print_url);
}
