/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-application.h"

#include "cht-instance.h"
#include "cht-paths.h"
#include "cht-practice.h"
#include "cht-window.h"
#include "cht-workspace.h"

#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <signal.h>

#define APP_ID "org.chatelaine.Chatelaine"

struct _ChtApplication
{
  AdwApplication parent_instance;
  char *vault_path, *practice_path;
  ChtWorkspace *workspace;
  ChtInstance *instance; /* (nullable): no lock could be had, or another app has the vault */
  ChtSettings *settings;
  GtkWidget *window; /* (weak) */
  guint signal_sources[2];
  gboolean signing_out;
};

G_DEFINE_FINAL_TYPE (ChtApplication, cht_application, ADW_TYPE_APPLICATION)

/* ---- The end ---- */

static void
on_signed_out_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  cht_workspace_sign_out_finish (CHT_WORKSPACE (source), result);
  g_application_release (data);
}

/* A session that is left open counts against the controller's cap: signed out before the program ends, 10 s at most. */
static void
cht_application_window_removed (GtkApplication *application, GtkWindow *window)
{
  ChtApplication *self = CHT_APPLICATION (application);

  GTK_APPLICATION_CLASS (cht_application_parent_class)->window_removed (application, window);
  if (gtk_application_get_windows (application) != NULL || self->workspace == NULL || self->signing_out)
    return;
  self->signing_out = TRUE;
  g_application_hold (G_APPLICATION (self));
  cht_workspace_sign_out_async (self->workspace, on_signed_out_cb, self);
}

static void
on_quit_activated_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  g_autoptr (GPtrArray) windows = g_ptr_array_new_with_free_func (g_object_unref);

  for (GList *l = gtk_application_get_windows (data); l != NULL; l = l->next)
    g_ptr_array_add (windows, g_object_ref (l->data));
  for (guint i = 0; i < windows->len; i++)
    gtk_window_close (g_ptr_array_index (windows, i));
}

static gboolean
on_signal_cb (gpointer data)
{
  on_quit_activated_cb (NULL, NULL, data);
  return G_SOURCE_CONTINUE;
}

/* ---- Actions ---- */

static void
on_about_activated_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  ChtApplication *self = data;

  adw_show_about_window (GTK_WINDOW (self->window), "application-name", "Chatelaine", "application-icon", APP_ID,
                         "version", CHATELAINE_VERSION, "developer-name", _("The Chatelaine project"), "license-type",
                         GTK_LICENSE_GPL_3_0, "comments",
                         _("Keeps trust chains and keys sealed, proves uploads before they are sent, and renews a "
                            "network controller’s certificates."),
                         NULL);
}

static void
apply_colour_scheme (const char *scheme)
{
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                      g_strcmp0 (scheme, "light") == 0  ? ADW_COLOR_SCHEME_FORCE_LIGHT
                                      : g_strcmp0 (scheme, "dark") == 0 ? ADW_COLOR_SCHEME_FORCE_DARK
                                                                        : ADW_COLOR_SCHEME_DEFAULT);
}

static void
on_colour_scheme_changed_cb (GSimpleAction *action, GVariant *state, gpointer data)
{
  ChtApplication *self = data;

  g_simple_action_set_state (action, state);
  apply_colour_scheme (g_variant_get_string (state, NULL));
  cht_settings_set_colour_scheme (self->settings, g_variant_get_string (state, NULL));
}

static const GActionEntry entries[] = {
  { .name = "quit", .activate = on_quit_activated_cb },
  { .name = "about", .activate = on_about_activated_cb },
  { .name = "colour-scheme", .parameter_type = "s", .state = "'follow'", .change_state = on_colour_scheme_changed_cb },
};

/* ---- The start ---- */

/* Without a session bus nothing else keeps two apps off one vault. Where no lock can be had nothing decides, and the
 * person goes on. */
static ChtProblem *
take_place (ChtApplication *self, const char *path)
{
  g_autoptr (GError) error = NULL;
  gint64 other = 0;
  ChtProblem *problem;

  self->instance = cht_instance_take (path, &other, &error);
  if (error != NULL)
    g_debug ("%s", error->message);
  if (self->instance != NULL || error != NULL)
    return NULL;
  problem
      = other > 0
            ? cht_problem_new ("vault.locked", CHT_PROBLEM_UNREACHABLE, _("Go on in its window, or close it first."),
                               _("Another Chatelaine has this vault open: process %" G_GINT64_FORMAT "."), other)
            : cht_problem_new ("vault.locked", CHT_PROBLEM_UNREACHABLE, _("Go on in its window, or close it first."),
                               _("Another Chatelaine has this vault open."));
  g_printerr ("%s %s\n", cht_problem_get_message (problem), cht_problem_get_advice (problem));
  return problem;
}

static ChtWorkspace *
create_workspace (ChtApplication *self, ChtProblem **problem)
{
  g_autofree char *path = self->vault_path != NULL ? g_strdup (self->vault_path) : cht_paths_get_default_vault ();
  guint owner = 0;

  /* Under sudo files would become root's, and the person's next start would fail. */
  if (self->vault_path == NULL && !cht_paths_home_is_ours (&owner))
    {
      *problem = cht_problem_new (
          "vault.locked", CHT_PROBLEM_UNREACHABLE, _("Start it as yourself, without sudo."),
          _("Chatelaine runs as root with another person’s home folder, so it leaves the vault there alone."));
      g_clear_pointer (&path, g_free);
    }
  if (path != NULL && (*problem = take_place (self, path)) != NULL)
    g_clear_pointer (&path, g_free);
  return cht_workspace_new (path, CHT_CLOCK_SYSTEM);
}

/* The window is on the screen: keyring and network may take their time now. */
static gboolean
start_cb (gpointer data)
{
  g_autoptr (ChtProfile) profile = NULL;
  g_autoptr (ChtSecret) password = NULL;
  g_autoptr (GError) error = NULL;
  ChtApplication *self = data;

  if (self->window == NULL)
    return G_SOURCE_REMOVE;
  if (self->practice_path != NULL && !cht_practice_read (self->practice_path, &profile, &password, &error))
    {
      g_autoptr (ChtProblem) problem = cht_problem_from_error (error);

      cht_window_show_problem (CHT_WINDOW (self->window), problem);
    }
  cht_window_start (CHT_WINDOW (self->window), profile, password);
  return G_SOURCE_REMOVE;
}

static void
cht_application_activate (GApplication *application)
{
  ChtApplication *self = CHT_APPLICATION (application);
  g_autoptr (ChtProblem) problem = NULL;

  if (self->window == NULL)
    {
      self->workspace = create_workspace (self, &problem);
      g_set_weak_pointer (&self->window, cht_window_new (GTK_APPLICATION (self), self->workspace, self->settings));
      if (problem != NULL)
        cht_window_show_problem (CHT_WINDOW (self->window), problem);
      g_idle_add_full (G_PRIORITY_LOW, start_cb, g_object_ref (self), g_object_unref);
    }
  gtk_window_present (GTK_WINDOW (self->window));
}

static void
cht_application_open (GApplication *application, GFile **files, int n_files, const char *hint)
{
  ChtApplication *self = CHT_APPLICATION (application);

  cht_application_activate (application);
  for (int i = 0; i < MIN (n_files, 8); i++)
    cht_window_open_file (CHT_WINDOW (self->window), files[i]);
}

static void
cht_application_startup (GApplication *application)
{
  ChtApplication *self = CHT_APPLICATION (application);
  g_autofree char *scheme = NULL;

  G_APPLICATION_CLASS (cht_application_parent_class)->startup (application);
  /* The chooser would write the path of a key to recently-used.xbel. */
  g_object_set (gtk_settings_get_default (), "gtk-recent-files-enabled", FALSE, NULL);
  gtk_window_set_default_icon_name (APP_ID);
  self->settings = cht_settings_new (APP_ID);
  scheme = cht_settings_dup_colour_scheme (self->settings);
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  g_simple_action_set_state (G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self), "colour-scheme")),
                             g_variant_new_string (scheme));
  apply_colour_scheme (scheme);
  gtk_application_set_accels_for_action (GTK_APPLICATION (self), "app.quit", (const char *[]){ "<Control>q", NULL });
  self->signal_sources[0] = g_unix_signal_add (SIGINT, on_signal_cb, self);
  self->signal_sources[1] = g_unix_signal_add (SIGTERM, on_signal_cb, self);
}

static int
cht_application_handle_local_options (GApplication *application, GVariantDict *options)
{
  ChtApplication *self = CHT_APPLICATION (application);

  if (g_variant_dict_contains (options, "version"))
    {
      g_print ("Chatelaine %s\n", CHATELAINE_VERSION);
      return 0;
    }
  g_variant_dict_lookup (options, "vault", "^ay", &self->vault_path);
  g_variant_dict_lookup (options, "practice", "^ay", &self->practice_path);
  /* Another vault or a practice run is another program: it must not raise the person's own window. */
  if (self->vault_path != NULL || self->practice_path != NULL)
    g_application_set_flags (application, g_application_get_flags (application) | G_APPLICATION_NON_UNIQUE);
  if (self->vault_path != NULL && !g_path_is_absolute (self->vault_path))
    {
      char *absolute = g_canonicalize_filename (self->vault_path, NULL);

      g_free (self->vault_path);
      self->vault_path = absolute;
    }
  return -1;
}

static const GOptionEntry options[] = {
  { "vault", 0, 0, G_OPTION_ARG_FILENAME, NULL, N_("Use this vault"), N_("FILE") },
  { "practice", 0, 0, G_OPTION_ARG_FILENAME, NULL, N_("Sign in to the practice controller that this file tells of"),
    N_("FILE") },
  { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Show the version"), NULL },
  { NULL },
};

static void
cht_application_finalize (GObject *object)
{
  ChtApplication *self = CHT_APPLICATION (object);

  for (guint i = 0; i < G_N_ELEMENTS (self->signal_sources); i++)
    if (self->signal_sources[i] != 0)
      g_source_remove (self->signal_sources[i]);
  g_clear_weak_pointer (&self->window);
  g_clear_object (&self->workspace);
  g_clear_pointer (&self->instance, cht_instance_free);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->vault_path, g_free);
  g_clear_pointer (&self->practice_path, g_free);
  G_OBJECT_CLASS (cht_application_parent_class)->finalize (object);
}

static void
cht_application_class_init (ChtApplicationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  object_class->finalize = cht_application_finalize;
  application_class->startup = cht_application_startup;
  application_class->activate = cht_application_activate;
  application_class->open = cht_application_open;
  application_class->handle_local_options = cht_application_handle_local_options;
  GTK_APPLICATION_CLASS (klass)->window_removed = cht_application_window_removed;
}

static void
cht_application_init (ChtApplication *self)
{
  g_application_add_main_option_entries (G_APPLICATION (self), options);
}

ChtApplication *
cht_application_new (void)
{
  return g_object_new (CHT_TYPE_APPLICATION, "application-id", APP_ID, "flags", G_APPLICATION_HANDLES_OPEN,
                       "resource-base-path", "/org/chatelaine/Chatelaine", NULL);
}
