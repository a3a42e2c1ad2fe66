/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-lock-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <sys/file.h>
#include <unistd.h>

#include "cht-vault.h"

#define PAUSE (20 * 1000)  /* microseconds between two tries: flock itself cannot be cancelled */

struct _ChtLockFile { int fd; };

static int
open_side_file (const char *vault, gboolean exclusive, GError **error)
{
  g_autofree char *path = g_strconcat (vault, ".lock", NULL);
  g_autofree char *name = g_filename_display_name (vault);
  int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK, 0600);

  if (fd < 0 && !exclusive)
    fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK);
  if (fd >= 0 || (!exclusive && errno == ENOENT))
    return fd;
  if (!exclusive && (errno == EACCES || errno == EROFS || errno == EPERM))
    return -1;
  if (errno == EACCES || errno == EROFS || errno == EPERM)
    g_set_error (error, CHT_VAULT_ERROR, CHT_VAULT_ERROR_READ_ONLY,
                 _("The folder of the vault “%s” may not be written to. Give yourself the right to write "
                    "there, or choose "
                    "another place. Nothing was changed."),
                 name);
  else if (errno == ENOSPC || errno == EDQUOT)
    g_set_error (
        error, CHT_VAULT_ERROR, CHT_VAULT_ERROR_IO,
        _("The disk that holds the vault “%s” is full. Free some space and try again. Nothing was changed."),
        name);
  else
    g_set_error (error, CHT_VAULT_ERROR, CHT_VAULT_ERROR_IO,
                 _("The file that keeps two programs from writing to the vault “%s” at once cannot be "
                    "opened. Nothing was "
                    "changed."),
                 name);
  return -1;
}

ChtLockFile *
cht_lock_file_take (const char *vault, gboolean exclusive, GCancellable *cancellable, GError **error)
{
  g_autoptr (ChtLockFile) self = g_new0 (ChtLockFile, 1);
  g_autoptr (GError) local = NULL;
  gint64 deadline = g_get_monotonic_time () + CHT_LOCK_FILE_PATIENCE * G_USEC_PER_SEC;

  self->fd = open_side_file (vault, exclusive, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  while (self->fd >= 0 && flock (self->fd, (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB) != 0)
    {
      if (errno != EWOULDBLOCK && errno != EINTR)
        {
          g_set_error_literal (error, CHT_VAULT_ERROR, CHT_VAULT_ERROR_IO,
                               _("The place of the vault knows no file locks, so two programs could spoil "
                                  "it. Keep the vault on "
                                  "a local disk; “--vault” names another place. Nothing was changed."));
          return NULL;
        }
      if (g_get_monotonic_time () > deadline)
        {
          g_set_error_literal (error, CHT_VAULT_ERROR, CHT_VAULT_ERROR_IO,
                               _("Another program keeps the vault busy. Close it, or wait, and try again. "
                                  "Nothing was changed."));
          return NULL;
        }
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return NULL;
      g_usleep (PAUSE);
    }
  return g_steal_pointer (&self);
}

void
cht_lock_file_release (ChtLockFile *self)
{
  if (self->fd >= 0)
    close (self->fd);
  g_free (self);
}
