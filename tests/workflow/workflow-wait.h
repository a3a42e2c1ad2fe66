/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Waiting for asynchronous calls with a deadline, and folders of a test's own. */
#pragma once

#include <gio/gio.h>
#include "cht-problem.h"

G_BEGIN_DECLS

/* A GAsyncReadyCallback whose data is a GAsyncResult **. */
void wait_done (GObject *source, GAsyncResult *result, gpointer data);
/* Runs the main context until *RESULT is there; takes it. (transfer full) */
GAsyncResult *wait_for (GAsyncResult **result);
/* Runs the main context until CHECK says TRUE. */
void wait_until (gboolean (*check) (gpointer), gpointer data);

/* ERROR is a problem of this id and exit code, in a sentence that holds no library's words. Clears ERROR. */
void assert_problem (GError **error, const char *id, int exit_code);
void assert_words (const char *text);

/* (transfer full) */
char *folder_new (void);
void folder_free (char *folder);
/* Writes CONTENT to NAME in FOLDER. (transfer full) */
char *folder_write (const char *folder, const char *name, gconstpointer content, gssize size);
GBytes *read_file (const char *path);
guint count_files (const char *folder);

G_END_DECLS
