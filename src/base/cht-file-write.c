/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-file.h"
#include "cht-file-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What errno says about writing, with what to do. */
static const char *
reason_from_errno (int code)
{
  switch (code)
    {
    case ENOSPC:
    case EDQUOT:
      return _("The disk is full. Make room or choose another folder.");
    case ENOENT:
    case ENOTDIR:
      return _("Its folder does not exist. Choose another folder.");
    case EISDIR:
      return _("A folder has that name. Choose another name.");
    case EACCES:
    case EPERM:
    case EROFS:
      return _("You have no right to write there. Choose another folder.");
    case ENAMETOOLONG:
      return _("The name is too long. Choose a shorter one.");
    default:
      return _("Look at the disk, or choose another folder.");
    }
}

static gboolean
fail_from_errno (GError **error, const char *name, int code)
{
  if (code == EEXIST)
    g_set_error (error, CHT_FILE_ERROR, CHT_FILE_ERROR_EXISTS,
                 _("There is a file “%s” already. Choose another name."), name);
  else
    /* Translators: the file's name, then a sentence with the reason and what to do */
    g_set_error (error, CHT_FILE_ERROR, CHT_FILE_ERROR_UNWRITABLE, _("“%s” cannot be written. %s"), name,
                 reason_from_errno (code));
  return FALSE;
}

/* 0, or the errno. */
static int
write_whole (int fd, const guint8 *data, gsize size)
{
  while (size > 0)
    {
      gssize done = write (fd, data, size);
      if (done < 0 && errno == EINTR)
        continue;
      if (done <= 0)
        return done < 0 ? errno : EIO;
      data += done;
      size -= (gsize) done;
    }
  return fsync (fd) == 0 ? 0 : errno;
}

/* Whether the file says what was written: a quota or a broken network disk may swallow bytes in silence. */
static int
compare_whole (int fd, const guint8 *data, gsize size)
{
  guint8 chunk[16 * 1024];
  gsize at = 0;
  int result = 0;

  for (;;)
    {
      gssize got = pread (fd, chunk, sizeof chunk, (off_t) at);
      if (got < 0 && errno == EINTR)
        continue;
      if (got < 0)
        result = errno;
      else if ((gsize) got > size - at || (got == 0 && at < size) ||
               (got > 0 && memcmp (chunk, data + at, (gsize) got) != 0))
        result = EIO;
      if (got <= 0 || result != 0)
        break;
      at += (gsize) got;
    }
  cht_wipe (chunk, sizeof chunk);
  return result;
}

/* A folder's entry is on the disk only when the folder is synced; some file systems cannot, and say EINVAL. */
static int
sync_folder (int folder)
{
  return fsync (folder) == 0 || errno == EINVAL || errno == ENOTSUP ? 0 : errno;
}

/* Creates NAME in FOLDER, which must not be there, and takes it away again where anything fails. */
static int
create_in (int folder, const char *name, const guint8 *data, gsize size, ChtFileWriteFlags flags)
{
  mode_t mode = flags & CHT_FILE_WRITE_PRIVATE ? 0600 : 0666;
  int fd = openat (folder, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
  if (fd < 0)
    return errno;

  int result = write_whole (fd, data, size);
  if (result == 0)
    result = compare_whole (fd, data, size);
  if (close (fd) != 0 && result == 0 && errno != EINTR)
    result = errno;
  if (result != 0)
    unlinkat (folder, name, 0);
  return result;
}

static int
replace_in (int folder, const char *name, const guint8 *data, gsize size, ChtFileWriteFlags flags)
{
  g_autofree char *temporary = g_strdup_printf (".chatelaine-%08x%08x.tmp", g_random_int (), g_random_int ());
  int result = create_in (folder, temporary, data, size, flags);
  if (result != 0)
    return result == EEXIST ? EIO : result;

  if (renameat (folder, temporary, folder, name) == 0)
    return sync_folder (folder);
  result = errno;
  unlinkat (folder, temporary, 0);
  return result;
}

static int
create_and_sync (int folder, const char *name, const guint8 *data, gsize size, ChtFileWriteFlags flags)
{
  int result = create_in (folder, name, data, size, flags);
  if (result != 0)
    return result;

  result = sync_folder (folder);
  if (result != 0)
    unlinkat (folder, name, 0);
  return result;
}

gboolean
cht_file_write (const char *path, gconstpointer data, gsize size, ChtFileWriteFlags flags, GError **error)
{
  g_return_val_if_fail (path != NULL && (data != NULL || size == 0), FALSE);

  g_autofree char *folder_path = g_path_get_dirname (path);
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *display = cht_file_display_name (path);
  if (*path == '\0' || g_str_has_suffix (path, "/"))
    return fail_from_errno (error, display, EISDIR);
  /* Held open, so that the name, the check and the rename all speak of one folder. */
  int folder = open (folder_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0)
    return fail_from_errno (error, display, errno);
  int result = flags & CHT_FILE_WRITE_OVERWRITE ? replace_in (folder, name, data, size, flags)
                                                : create_and_sync (folder, name, data, size, flags);
  close (folder);
  return result == 0 || fail_from_errno (error, display, result);
}

gboolean
cht_file_make_folder (const char *path, GError **error)
{
  g_return_val_if_fail (path != NULL, FALSE);

  if (g_mkdir_with_parents (path, 0700) == 0)
    return TRUE;
  int code = errno;
  g_autofree char *name = cht_file_display_name (path);
  g_set_error (error, CHT_FILE_ERROR, CHT_FILE_ERROR_UNWRITABLE,
               code == EEXIST || code == ENOTDIR
                   ? _("The folder “%s” cannot be made: a file is in the way. Choose another folder.")
                   : _("The folder “%s” cannot be made: you have no right to write there, or the disk is full."),
               name);
  return FALSE;
}
