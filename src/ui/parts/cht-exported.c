/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-exported.h"

#include "cht-text.h"

#include <glib/gi18n-lib.h>

char *
cht_exported_dup_text (GPtrArray *files)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_return_val_if_fail (files != NULL, NULL);
  g_string_append_printf (
      text, ngettext ("%u file was written and read back.", "%u files were written and read back.", files->len),
      files->len);
  for (guint i = 0; i < files->len; i++)
    {
      const ChtExportedFile *file = g_ptr_array_index (files, i);
      g_autofree char *path = cht_text_for_display (file->path);
      g_autofree char *fingerprint = cht_text_fingerprint (file->sha256);

      g_string_append_printf (text, "\n%s\nSHA-256 %s", path, fingerprint);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}
