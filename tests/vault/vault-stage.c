/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault-stage.h"

#include <ftw.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

#define PATIENCE 30  /* seconds for any one answer */

static void
bus_up (Stage *self)
{
  g_autoptr (GError) error = NULL;

  /* No service folder: nothing is started by asking for it. */
  self->bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (self->bus);
  self->connection = g_dbus_connection_new_for_address_sync (g_test_dbus_get_bus_address (self->bus),
                                                             G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT
                                                               | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                                             NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
bus_down (Stage *self)
{
  g_dbus_connection_close_sync (self->connection, NULL, NULL);
  g_clear_object (&self->connection);
  g_test_dbus_stop (self->bus);
  g_clear_object (&self->bus);
}

char *
stage_path (Stage *self, const char *name)
{
  return g_build_filename (self->home, name, NULL);
}

Stage *
stage_new (void)
{
  static const char *const folders[] = { "data", "config", "cache", "run" };
  static const char *const variables[] = { "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR" };
  Stage *self = g_new0 (Stage, 1);
  g_autoptr (GError) error = NULL;

  self->home = g_dir_make_tmp ("chatelaine-vault-XXXXXX", &error);
  g_assert_no_error (error);
  g_setenv ("HOME", self->home, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *folder = stage_path (self, folders[i]);

      g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
      g_setenv (variables[i], folder, TRUE);
    }
  g_unsetenv ("DISPLAY");
  g_unsetenv ("WAYLAND_DISPLAY");
  self->vault = stage_path (self, "data/chatelaine/vault.db");
  bus_up (self);
  return self;
}

void
stage_stop_keyring (Stage *self)
{
  if (self->daemon == NULL)
    return;
  g_subprocess_send_signal (self->daemon, SIGCONT);
  g_subprocess_send_signal (self->daemon, SIGTERM);
  g_subprocess_wait (self->daemon, NULL, NULL);
  g_clear_object (&self->daemon);
}

void
stage_new_bus (Stage *self)
{
  stage_stop_keyring (self);
  bus_down (self);
  bus_up (self);
}

static int
on_entry (const char *path, const struct stat *info, int kind, struct FTW *where)
{
  return remove (path);
}

void
stage_free (Stage *self)
{
  stage_stop_keyring (self);
  bus_down (self);
  g_assert_cmpint (nftw (self->home, on_entry, 8, FTW_DEPTH | FTW_PHYS), ==, 0);
  g_free (self->home);
  g_free (self->vault);
  g_free (self);
}

static gboolean
on_late_cb (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

static void
on_appeared_cb (GDBusConnection *connection, const char *name, const char *owner, gpointer data)
{
  *(gboolean *) data = TRUE;
}

static void
await (gboolean *condition, const char *what)
{
  gboolean late = FALSE;
  guint source = g_timeout_add_seconds (PATIENCE, on_late_cb, &late);

  while (!*condition && !late)
    g_main_context_iteration (NULL, TRUE);
  if (late)
    g_error ("Waited %d s for %s", PATIENCE, what);
  g_source_remove (source);
}

void
stage_start_keyring (Stage *self, const char *password)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (
      G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GError) error = NULL;
  GOutputStream *in;
  gboolean appeared = FALSE;
  guint watch;

  g_subprocess_launcher_setenv (launcher, "DBUS_SESSION_BUS_ADDRESS", g_test_dbus_get_bus_address (self->bus), TRUE);
  self->daemon = g_subprocess_launcher_spawn (launcher, &error, "gnome-keyring-daemon", "--foreground", "--unlock",
                                              "--components=secrets", NULL);
  g_assert_no_error (error);
  in = g_subprocess_get_stdin_pipe (self->daemon);
  g_assert_true (g_output_stream_write_all (in, password, strlen (password), NULL, NULL, NULL));
  g_assert_true (g_output_stream_close (in, NULL, NULL));
  watch = g_bus_watch_name_on_connection (self->connection, "org.freedesktop.secrets", G_BUS_NAME_WATCHER_FLAGS_NONE,
                                          on_appeared_cb, NULL, &appeared, NULL);
  await (&appeared, "the keyring");
  g_bus_unwatch_name (watch);
}

Player *
player_new (Stage *stage, const char *address)
{
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  Player *self = g_new0 (Player, 1);
  g_autoptr (GError) error = NULL;

  g_subprocess_launcher_setenv (launcher, "DBUS_SESSION_BUS_ADDRESS",
                                address != NULL ? address : g_test_dbus_get_bus_address (stage->bus), TRUE);
  self->process = g_subprocess_launcher_spawn (launcher, &error, g_getenv ("VAULT_PLAYER"), stage->vault, NULL);
  g_assert_no_error (error);
  self->out = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  return self;
}

void
player_free (Player *self)
{
  g_autoptr (GError) error = NULL;

  g_output_stream_close (g_subprocess_get_stdin_pipe (self->process), NULL, NULL);
  g_subprocess_wait_check (self->process, NULL, &error);
  g_assert_no_error (error);
  g_object_unref (self->out);
  g_object_unref (self->process);
  g_free (self);
}

static void
send_line (Player *self, const char *format, va_list arguments)
{
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  g_autofree char *line = g_strconcat (text, "\n", NULL);
  g_autoptr (GError) error = NULL;

  g_output_stream_write_all (g_subprocess_get_stdin_pipe (self->process), line, strlen (line), NULL, NULL, &error);
  g_assert_no_error (error);
}

void
player_send (Player *self, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  send_line (self, format, arguments);
  va_end (arguments);
}

typedef struct { GAsyncResult *result; gboolean done; } Reading;

static void
on_line_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Reading *reading = data;

  reading->result = g_object_ref (result);
  reading->done = TRUE;
}

char *
player_read (Player *self)
{
  Reading reading = { NULL, FALSE };
  g_autoptr (GError) error = NULL;
  char *line;

  g_data_input_stream_read_line_async (self->out, G_PRIORITY_DEFAULT, NULL, on_line_cb, &reading);
  await (&reading.done, "an answer of the player");
  line = g_data_input_stream_read_line_finish (self->out, reading.result, NULL, &error);
  g_object_unref (reading.result);
  g_assert_no_error (error);
  if (line == NULL)
    g_error ("The player ended without an answer");
  return line;
}

char *
player_ask (Player *self, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  send_line (self, format, arguments);
  va_end (arguments);
  return player_read (self);
}

char *
answer_get (const char *answer, const char *name)
{
  g_autofree char *start = g_strdup_printf (" %s=", name);
  const char *found = strstr (answer, start);

  if (found == NULL)
    g_error ("No %s in “%s”", name, answer);
  found += strlen (start);
  return g_strndup (found, strcspn (found, " "));
}
