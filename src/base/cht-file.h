/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files in and out, with bounds.
 *
 * Messages of CHT_FILE_ERROR are whole sentences for a person, name the file by its base name and say what to do;
 * they can be shown as they are.
 */
#pragma once

#include <gio/gio.h>
#include "cht-secret.h"

G_BEGIN_DECLS

#define CHT_FILE_ERROR (cht_file_error_quark ())
GQuark cht_file_error_quark (void);

typedef enum {
  CHT_FILE_ERROR_MISSING,     /* nothing by that name */
  CHT_FILE_ERROR_EMPTY,       /* 0 bytes */
  CHT_FILE_ERROR_FOLDER,      /* a folder */
  CHT_FILE_ERROR_TOO_LARGE,   /* over the limit; told before it is read where the size is known */
  CHT_FILE_ERROR_UNREADABLE,  /* rights, a device, a broken disk */
  CHT_FILE_ERROR_EXISTS,      /* writing: something is there already */
  CHT_FILE_ERROR_UNWRITABLE,  /* writing: rights, full, no such folder */
} ChtFileError;

/* The id of command-line.md for ERROR's code: "file.missing", "file.folder", …; ERROR must be CHT_FILE_ERROR. */
const char *cht_file_error_get_id (const GError *error);

#define CHT_FILE_MAX_CERTIFICATES ((gsize) 256 * 1024 * 1024)  /* a file of certificates */
#define CHT_FILE_MAX_SECRET ((gsize) 64 * 1024)                /* a password or passphrase file */

/* Reads at most LIMIT bytes of a file given as path or URI-backed GFile. Never blocks on a FIFO or device: those are
 * UNREADABLE. An empty file is EMPTY. May be called from a worker thread. The bytes of a local file are wiped when
 * the last reference goes, since they may be a key. (transfer full) */
GBytes *cht_file_read (GFile *file, gsize limit, GCancellable *cancellable, GError **error);
/* Standard input, to its end. NAME stands in the messages. (transfer full) */
GBytes *cht_file_read_stdin (gsize limit, GError **error);

/* A password or passphrase: one trailing LF or CR LF is dropped, nothing else; an empty one is a secret of size 0
 * and no error. PATH "-" is standard input. OTHERS_MAY_READ (out) (optional): group or others have the read right.
 * The bytes are read straight into locked memory. (transfer full) */
ChtSecret *cht_file_read_secret (const char *path, gboolean *others_may_read, GError **error);

typedef enum {
  CHT_FILE_WRITE_NONE = 0,
  CHT_FILE_WRITE_PRIVATE = 1 << 0,    /* 0600, else 0666 less the umask */
  CHT_FILE_WRITE_OVERWRITE = 1 << 1,  /* replace what is there: new file beside it, fsync, rename */
} ChtFileWriteFlags;

/* Creates PATH whole or not at all: O_EXCL (a symbolic link is never followed), written, synced, read back and
 * compared. On failure nothing is left behind and what was there stays. The folder must exist. */
gboolean cht_file_write (const char *path, gconstpointer data, gsize size, ChtFileWriteFlags flags, GError **error);
/* Makes a folder with its parents, 0700 where new. */
gboolean cht_file_make_folder (const char *path, GError **error);
/* A file name out of a certificate's name: A-Z a-z 0-9 . _ - stay, any other byte becomes _; never "", "." or "..".
 * (transfer full) */
char *cht_file_name_from (const char *name);

G_END_DECLS
