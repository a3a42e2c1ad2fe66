/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-file.h"
#include "cht-file-private.h"

#include "cht-text.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <poll.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHUNK ((gsize) 256 * 1024)

G_DEFINE_QUARK (cht-file-error-quark, cht_file_error)

const char *
cht_file_error_get_id (const GError *error)
{
  g_return_val_if_fail (error != NULL && error->domain == CHT_FILE_ERROR, "internal");

  switch ((ChtFileError) error->code)
    {
    case CHT_FILE_ERROR_MISSING:
      return "file.missing";
    case CHT_FILE_ERROR_EMPTY:
      return "file.empty";
    case CHT_FILE_ERROR_FOLDER:
      return "file.folder";
    case CHT_FILE_ERROR_TOO_LARGE:
      return "file.too-large";
    case CHT_FILE_ERROR_EXISTS:
      return "file.exists";
    case CHT_FILE_ERROR_UNWRITABLE:
      return "file.unwritable";
    case CHT_FILE_ERROR_UNREADABLE:
    default:
      return "file.unreadable";
    }
}

char *
cht_file_display_name (const char *path)
{
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *utf8 = g_filename_to_utf8 (name, -1, NULL, NULL, NULL);

  return cht_text_for_display (utf8 != NULL ? utf8 : name);
}

static void
set_empty (GError **error, const char *name)
{
  g_set_error (error, CHT_FILE_ERROR, CHT_FILE_ERROR_EMPTY, _("“%s” is empty. Choose a file that has something in it."),
               name);
}

static void
set_too_large (GError **error, const char *name, gsize limit)
{
  g_autofree char *size = g_format_size_full (limit, G_FORMAT_SIZE_IEC_UNITS);

  g_set_error (error, CHT_FILE_ERROR, CHT_FILE_ERROR_TOO_LARGE,
               _("“%s” is larger than %s, which is the most that is read. Choose a smaller file."), name, size);
}

static void
set_unreadable (GError **error, const char *name)
{
  g_set_error (error, CHT_FILE_ERROR, CHT_FILE_ERROR_UNREADABLE,
               _("“%s” cannot be read. Look at its rights and at the disk that it is on."), name);
}

/* What errno says about opening or reading. */
static void
set_from_errno (GError **error, const char *name, int code)
{
  if (code == ENOENT || code == ENOTDIR)
    g_set_error (error, CHT_FILE_ERROR, CHT_FILE_ERROR_MISSING,
                 _("There is no file “%s”. Look at its name and its folder."), name);
  else if (code == EISDIR)
    g_set_error (error, CHT_FILE_ERROR, CHT_FILE_ERROR_FOLDER, _("“%s” is a folder. Choose a file."), name);
  else
    set_unreadable (error, name);
}

/* An open regular file of at most LIMIT bytes, or -1. A FIFO or a device is never waited for. */
static int
open_regular (const char *path, const char *name, gsize limit, struct stat *facts, GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

  if (fd < 0)
    {
      set_from_errno (error, name, errno);
      return -1;
    }
  if (fstat (fd, facts) != 0)
    set_unreadable (error, name);
  else if (S_ISDIR (facts->st_mode))
    set_from_errno (error, name, EISDIR);
  else if (!S_ISREG (facts->st_mode))
    g_set_error (error, CHT_FILE_ERROR, CHT_FILE_ERROR_UNREADABLE,
                 _("“%s” is a device or a pipe. Choose an ordinary file."), name);
  else if (facts->st_size > 0 && (guint64) facts->st_size > limit)
    set_too_large (error, name, limit);
  else
    return fd;
  close (fd);
  return -1;
}

/* read(), again where a signal came between, and waiting where standard input does not block. */
static gssize
read_some (int fd, gpointer into, gsize size)
{
  for (;;)
    {
      gssize got = read (fd, into, size);
      if (got >= 0 || (errno != EINTR && errno != EAGAIN))
        return got;
      if (errno == EAGAIN)
        {
          struct pollfd wait = { .fd = fd, .events = POLLIN };
          poll (&wait, 1, -1);
        }
    }
}

/* What was read may be a private key: the memory is wiped when it is given up, here and in the GBytes that takes it
 * on. */
typedef struct {
  guint8 *data;
  gsize capacity;
} Wiped;

static void
wiped_free (gpointer data)
{
  Wiped *self = data;

  cht_wipe (self->data, self->capacity);
  g_free (self->data);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Wiped, wiped_free)

/* realloc() would leave a copy behind. FALSE where there is no memory. */
static gboolean
wiped_grow (Wiped *self, gsize capacity)
{
  guint8 *larger = g_try_malloc (capacity);

  if (larger == NULL)
    return FALSE;
  if (self->data != NULL)
    {
      memcpy (larger, self->data, self->capacity);
      cht_wipe (self->data, self->capacity);
      g_free (self->data);
    }
  self->data = larger;
  self->capacity = capacity;
  return TRUE;
}

static GBytes *
wiped_to_bytes (Wiped *self, gsize size)
{
  return g_bytes_new_with_free_func (self->data, size, wiped_free, self);
}

/* To the end of FD, a chunk at a time: a file may have grown since, and /proc tells no sizes. */
static GBytes *
read_whole (int fd, const char *name, gsize expected, gsize limit, GCancellable *cancellable, GError **error)
{
  g_autoptr (Wiped) read = g_new0 (Wiped, 1);
  gsize size = 0;

  for (;;)
    {
      /* One byte more than expected or allowed shows that there is more, without a second round. */
      if (size == read->capacity &&
          !wiped_grow (read, size == 0 ? MAX (MIN (expected, limit) + 1, 4096) : size + MAX (size / 2, CHUNK)))
        {
          g_set_error (error, CHT_FILE_ERROR, CHT_FILE_ERROR_TOO_LARGE,
                       _("There is not enough memory to read “%s”. Close other programs and try again."), name);
          return NULL;
        }
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return NULL;
      gssize got = read_some (fd, read->data + size, MIN (read->capacity - size, CHUNK));
      if (got < 0)
        {
          set_from_errno (error, name, errno);
          return NULL;
        }
      if (got == 0)
        break;
      size += (gsize) got;
      if (size > limit)
        {
          set_too_large (error, name, limit);
          return NULL;
        }
    }
  if (size == 0)
    {
      set_empty (error, name);
      return NULL;
    }
  return wiped_to_bytes (g_steal_pointer (&read), size);
}

static void
set_from_gio (GError **error, const char *name, const GError *cause)
{
  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_propagate_error (error, g_error_copy (cause));
  else if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    set_from_errno (error, name, ENOENT);
  else if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_IS_DIRECTORY))
    set_from_errno (error, name, EISDIR);
  else
    set_unreadable (error, name);
}

/* A file that has no path here, as a file manager's network places hand over. */
static GBytes *
read_remote (GFile *file, gsize limit, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autofree char *base = g_file_get_basename (file);
  g_autofree char *name = cht_file_display_name (base != NULL ? base : "?");
  g_autoptr (GFileInputStream) stream = g_file_read (file, cancellable, &cause);
  g_autoptr (GByteArray) data = g_byte_array_new ();
  g_autofree guint8 *chunk = g_malloc (CHUNK);
  gssize got = 0;

  while (stream != NULL && data->len <= limit &&
         (got = g_input_stream_read (G_INPUT_STREAM (stream), chunk, CHUNK, cancellable, &cause)) > 0)
    g_byte_array_append (data, chunk, (guint) got);
  if (cause != NULL)
    set_from_gio (error, name, cause);
  else if (data->len > limit)
    set_too_large (error, name, limit);
  else if (data->len == 0)
    set_empty (error, name);
  else
    return g_byte_array_free_to_bytes (g_steal_pointer (&data));
  return NULL;
}

GBytes *
cht_file_read (GFile *file, gsize limit, GCancellable *cancellable, GError **error)
{
  struct stat facts;

  g_return_val_if_fail (G_IS_FILE (file), NULL);
  g_return_val_if_fail (limit < G_MAXUINT32 - CHUNK, NULL);

  const char *path = g_file_peek_path (file);
  if (path == NULL)
    return read_remote (file, limit, cancellable, error);
  g_autofree char *name = cht_file_display_name (path);
  int fd = open_regular (path, name, limit, &facts, error);
  if (fd < 0)
    return NULL;
  GBytes *bytes = read_whole (fd, name, (gsize) facts.st_size, limit, cancellable, error);
  close (fd);
  return bytes;
}

GBytes *
cht_file_read_stdin (gsize limit, GError **error)
{
  g_return_val_if_fail (limit < G_MAXUINT32 - CHUNK, NULL);
  return read_whole (STDIN_FILENO, _("standard input"), 0, limit, NULL, error);
}

/* Reads FD into sodium's memory; nothing of it ever lies on the heap or in a stream's buffer. */
static ChtSecret *
read_secret_fd (int fd, const char *name, GError **error)
{
  guint8 *data = sodium_init () >= 0 ? sodium_malloc (CHT_FILE_MAX_SECRET + 1) : NULL;
  ChtSecret *secret = NULL;
  gsize size = 0;
  gssize got = 0;

  if (data == NULL)
    {
      set_unreadable (error, name);
      return NULL;
    }
  while (size <= CHT_FILE_MAX_SECRET && (got = read_some (fd, data + size, CHT_FILE_MAX_SECRET + 1 - size)) > 0)
    size += (gsize) got;
  if (got < 0)
    set_from_errno (error, name, errno);
  else if (size > CHT_FILE_MAX_SECRET)
    set_too_large (error, name, CHT_FILE_MAX_SECRET);
  else
    {
      if (size > 0 && data[size - 1] == '\n')
        size -= size > 1 && data[size - 2] == '\r' ? 2 : 1;
      secret = cht_secret_new (data, size);
    }
  sodium_free (data);
  return secret;
}

ChtSecret *
cht_file_read_secret (const char *path, gboolean *others_may_read, GError **error)
{
  gboolean is_stdin = g_strcmp0 (path, "-") == 0;
  g_autofree char *name = NULL;
  struct stat facts = { 0 };
  int fd = STDIN_FILENO;

  g_return_val_if_fail (path != NULL, NULL);

  name = is_stdin ? g_strdup (_("standard input")) : cht_file_display_name (path);
  if (!is_stdin && (fd = open_regular (path, name, CHT_FILE_MAX_SECRET + 2, &facts, error)) < 0)
    return NULL;
  if (is_stdin && fstat (fd, &facts) != 0)
    facts.st_mode = 0;
  ChtSecret *secret = read_secret_fd (fd, name, error);
  if (!is_stdin)
    close (fd);
  if (others_may_read != NULL)
    *others_may_read = S_ISREG (facts.st_mode) && (facts.st_mode & (S_IRGRP | S_IROTH)) != 0;
  return secret;
}

char *
cht_file_name_from (const char *name)
{
  g_return_val_if_fail (name != NULL, NULL);

  /* Leaves room under the 255 bytes of a name for a suffix. */
  char *safe = g_strndup (name, 200);
  for (char *at = safe; *at != '\0'; at++)
    if (!g_ascii_isalnum (*at) && strchr ("._-", *at) == NULL)
      *at = '_';
  if (*safe != '\0' && strcmp (safe, ".") != 0 && strcmp (safe, "..") != 0)
    return safe;
  g_free (safe);
  return g_strdup ("_");
}
