/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-instance.h"
#include "cht-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <sys/file.h>
#include <unistd.h>

struct _ChtInstance {
  int fd;
};

static gint64
read_pid (int fd)
{
  char text[24] = "";
  gssize got = pread (fd, text, sizeof text - 1, 0);

  return got > 0 ? MAX (g_ascii_strtoll (text, NULL, 10), 0) : 0;
}

/* Best effort: the lock holds without it, the number only helps a person to find the other one. */
static void
write_pid (int fd)
{
  g_autofree char *text = g_strdup_printf ("%ld\n", (long) getpid ());

  if (ftruncate (fd, 0) != 0 || pwrite (fd, text, strlen (text), 0) < 0)
    g_debug ("The instance's number was not written");
}

ChtInstance *
cht_instance_take (const char *path, gint64 *other, GError **error)
{
  g_autofree char *lock = NULL, *folder = NULL;
  ChtInstance *self;
  int fd;

  g_return_val_if_fail (path != NULL && other != NULL, NULL);

  *other = 0;
  lock = g_strconcat (path, ".app", NULL);
  folder = g_path_get_dirname (path);
  if (!cht_file_make_folder (folder, error))
    return NULL;
  fd = open (lock, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0)
    {
      g_set_error (error, CHT_FILE_ERROR, CHT_FILE_ERROR_UNWRITABLE,
                   _ ("Beside the vault no file can be made, so two windows on it would not know of each other."));
      return NULL;
    }
  if (flock (fd, LOCK_EX | LOCK_NB) != 0)
    {
      gboolean taken = errno == EWOULDBLOCK;

      *other = taken ? read_pid (fd) : 0;
      close (fd);
      if (!taken)
        g_set_error (error, CHT_FILE_ERROR, CHT_FILE_ERROR_UNWRITABLE,
                     _ ("The file system of the vault takes no locks, so two windows on it would not know of each "
                        "other."));
      return NULL;
    }
  write_pid (fd);
  self = g_new0 (ChtInstance, 1);
  self->fd = fd;
  return self;
}

void
cht_instance_free (ChtInstance *self)
{
  if (self == NULL)
    return;
  /* The file stays: unlinking it would let two processes hold locks on two files of one name. */
  close (self->fd);
  g_free (self);
}
