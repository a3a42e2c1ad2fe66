/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-out.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "cht-file.h"
#include "cht-key.h"
#include "cht-problems.h"

typedef struct {
  const char *part;
  char *path;
  GBytes *bytes;
  ChtSecret *key;
} Part;

struct _ChtOut {
  char *folder;
  gboolean overwrite;
  GPtrArray *parts;
};

static void
part_free (gpointer data)
{
  Part *part = data;

  g_free (part->path);
  g_clear_pointer (&part->bytes, g_bytes_unref);
  g_clear_pointer (&part->key, cht_secret_unref);
  g_free (part);
}

static void
exported_free (gpointer data)
{
  ChtExportedFile *file = data;

  g_free (file->part);
  g_free (file->path);
  g_free (file->sha256);
  g_free (file);
}

ChtOut *
cht_out_new (const char *folder, gboolean overwrite)
{
  ChtOut *self = g_new0 (ChtOut, 1);

  self->folder = g_canonicalize_filename (folder, NULL);
  self->overwrite = overwrite;
  self->parts = g_ptr_array_new_with_free_func (part_free);
  return self;
}

void
cht_out_free (ChtOut *self)
{
  g_free (self->folder);
  g_ptr_array_unref (self->parts);
  g_free (self);
}

static Part *
add (ChtOut *self, const char *part, const char *file_name)
{
  Part *added = g_new0 (Part, 1);

  added->part = part;
  added->path = g_build_filename (self->folder, file_name, NULL);
  g_ptr_array_add (self->parts, added);
  return added;
}

void
cht_out_add_bytes (ChtOut *self, const char *part, const char *file_name, GBytes *bytes)
{
  add (self, part, file_name)->bytes = g_bytes_ref (bytes);
}

void
cht_out_add_key (ChtOut *self, const char *part, const char *file_name, ChtSecret *key)
{
  add (self, part, file_name)->key = cht_secret_ref (key);
}

guint
cht_out_get_n_files (ChtOut *self)
{
  return self->parts->len;
}

gboolean
cht_out_check (const char *folder, const char *const *names, GError **error)
{
  for (; *names != NULL; names++)
    {
      g_autofree char *path = g_build_filename (folder, *names, NULL);
      GStatBuf facts;

      /* A link that leads nowhere is there too. */
      if (g_lstat (path, &facts) != 0)
        continue;
      g_autofree char *shown = g_filename_display_basename (path);
      g_propagate_error (error, cht_problems_new_error ("file.exists", CHT_PROBLEM_UNUSABLE,
        _("Choose another folder, or say that the files there may be replaced."),
        _("“%s” is there already, so nothing was written."), shown));
      return FALSE;
    }
  return TRUE;
}

/* Where a part is written first: beside its place where that is to be replaced, so that all are whole before one takes
 * its place. */
static char *
get_first_path (ChtOut *self, Part *part)
{
  return self->overwrite ? g_strdup_printf ("%s.%08x", part->path, g_random_int ()) : g_strdup (part->path);
}

static void
unlink_all (GPtrArray *paths)
{
  for (guint i = 0; i < paths->len; i++)
    g_unlink (paths->pdata[i]);
}

static gboolean
write_part (Part *part, const char *path, GPtrArray *files, GError **error)
{
  gconstpointer data = part->key != NULL ? cht_secret_get_data (part->key) : g_bytes_get_data (part->bytes, NULL);
  gsize size = part->key != NULL ? cht_secret_get_size (part->key) : g_bytes_get_size (part->bytes);
  ChtExportedFile *file;

  if (!cht_file_write (path, data, size, part->key != NULL ? CHT_FILE_WRITE_PRIVATE : CHT_FILE_WRITE_NONE, error))
    return FALSE;
  file = g_new0 (ChtExportedFile, 1);
  file->part = g_strdup (part->part);
  file->path = g_strdup (part->path);
  file->sha256 = g_compute_checksum_for_data (G_CHECKSUM_SHA256, data, size);
  g_ptr_array_add (files, file);
  return TRUE;
}

static gboolean
move_into_place (ChtOut *self, GPtrArray *paths, GError **error)
{
  for (guint i = 0; i < paths->len; i++)
    {
      Part *part = self->parts->pdata[i];
      g_autofree char *shown = g_filename_display_basename (part->path);

      if (g_rename (paths->pdata[i], part->path) == 0)
        continue;
      g_propagate_error (error,
                         cht_problems_new_error ("file.unwritable", CHT_PROBLEM_UNUSABLE, _("Choose another folder."),
                                                 _("“%s” could not be replaced."), shown));
      return FALSE;
    }
  return TRUE;
}

GPtrArray *
cht_out_write (ChtOut *self, GError **error)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (exported_free);
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);

  if (!cht_file_make_folder (self->folder, error))
    return NULL;
  for (guint i = 0; i < self->parts->len; i++)
    {
      g_autofree char *path = get_first_path (self, self->parts->pdata[i]);
      if (!write_part (self->parts->pdata[i], path, files, error))
        {
          unlink_all (paths);
          return NULL;
        }
      g_ptr_array_add (paths, g_steal_pointer (&path));
    }
  if (self->overwrite && !move_into_place (self, paths, error))
    {
      unlink_all (paths);
      return NULL;
    }
  return g_steal_pointer (&files);
}

ChtSecret *
cht_out_protect_key (ChtSecret *key, ChtKeyExport how, ChtSecret *passphrase, ChtSecret *new_passphrase, GError **error)
{
  g_autoptr (ChtKey) opened = NULL;

  if (how == CHT_KEY_EXPORT_NONE)
    return NULL;
  if (how == CHT_KEY_EXPORT_AS_GIVEN)
    return cht_secret_ref (key);
  opened = cht_key_new (key, passphrase);
  if (cht_key_get_state (opened) == CHT_KEY_STATE_PASSPHRASE_NEEDED)
    {
      g_propagate_error (error, cht_problems_new_error ("key.passphrase-needed", CHT_PROBLEM_UNUSABLE,
        _("Give the passphrase that opens it, or take it as it is."), "%s",
        _("The key is protected by a passphrase of its own.")));
      return NULL;
    }
  /* A key that has no passphrase opens with any. */
  return how == CHT_KEY_EXPORT_PLAIN ? cht_key_to_pkcs8 (opened, error)
                                     : cht_key_to_encrypted_pkcs8 (opened, new_passphrase, error);
}
