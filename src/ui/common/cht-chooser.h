/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Choosing files and folders with the desktop's own dialog. Cancelling CANCELLABLE takes the dialog away. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef enum
{
  CHT_CHOOSER_FILE,  /* one */
  CHT_CHOOSER_FILES,
  CHT_CHOOSER_FOLDER
} ChtChooserKind;

void cht_chooser_ask_async (GtkWidget *parent, ChtChooserKind kind, const char *title, const char *accept,
                            GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
/* NULL without an error where the person chose nothing. (transfer full) (nullable) (element-type GFile) */
GPtrArray *cht_chooser_ask_finish (GAsyncResult *result, GError **error);

/* The suffixes, without the dot, that the filter "Certificates and keys" knows; any case. NULL-terminated. */
const char *const *cht_chooser_list_suffixes (void);

G_END_DECLS
