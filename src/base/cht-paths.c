/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-paths.h"

#include <sys/stat.h>
#include <unistd.h>

char *
cht_paths_get_default_vault (void)
{
  const char *data = g_get_user_data_dir ();
  /* The XDG rules have a relative path ignored; GLib takes it. */
  if (g_path_is_absolute (data))
    return g_build_filename (data, "chatelaine", "vault.db", NULL);
  return g_build_filename (g_get_home_dir (), ".local", "share", "chatelaine", "vault.db", NULL);
}

gboolean
cht_paths_home_is_ours (guint *owner)
{
  struct stat home;
  uid_t uid = geteuid ();

  if (stat (g_get_home_dir (), &home) == 0)
    uid = home.st_uid;
  if (owner != NULL)
    *owner = uid;
  return geteuid () != 0 || uid == 0;
}
