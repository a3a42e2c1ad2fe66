/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct {
  char *folder;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  umask (022);
  fixture->folder = g_dir_make_tmp ("chatelaine-file-XXXXXX", NULL);
  g_assert_nonnull (fixture->folder);
}

/* Every test empties what it filled: what is left here is a file that the code under test forgot. */
static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->folder);
}

static char *
put (Fixture *fixture, const char *name, const char *text, gsize size)
{
  char *path = g_build_filename (fixture->folder, name, NULL);

  g_assert_true (g_file_set_contents (path, text, (gssize) size, NULL));
  return path;
}

static GBytes *
read_path (const char *path, gsize limit, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);

  return cht_file_read (file, limit, NULL, error);
}

static void
assert_read_fails (const char *path, gsize limit, ChtFileError code, const char *id)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *name = g_path_get_basename (path);

  g_assert_null (read_path (path, limit, &error));
  g_assert_error (error, CHT_FILE_ERROR, (int) code);
  g_assert_cmpstr (cht_file_error_get_id (error), ==, id);
  g_assert_nonnull (strstr (error->message, name));
  g_assert_null (strstr (error->message, "/"));
}

static void
test_read (Fixture *fixture, gconstpointer data)
{
  g_autofree char *big = g_strnfill (1000000, 'x');
  g_autofree char *path = put (fixture, "a", "a\0b", 3);
  g_autofree char *big_path = put (fixture, "b", big, 1000000);
  g_autoptr (GBytes) small = read_path (path, 3, NULL);
  g_autoptr (GBytes) large = read_path (big_path, CHT_FILE_MAX_CERTIFICATES, NULL);
  g_autoptr (GBytes) exact = read_path (big_path, 1000000, NULL);

  g_assert_cmpmem (g_bytes_get_data (small, NULL), g_bytes_get_size (small), "a\0b", 3);
  g_assert_cmpmem (g_bytes_get_data (large, NULL), g_bytes_get_size (large), big, 1000000);
  g_assert_true (g_bytes_equal (large, exact));
  g_unlink (path);
  g_unlink (big_path);
}

static void
test_read_proc (Fixture *fixture, gconstpointer data)
{
  /* Its size says 0, and it is not empty. */
  g_autoptr (GBytes) bytes = read_path ("/proc/self/status", 65536, NULL);

  g_assert_nonnull (bytes);
  assert_read_fails ("/proc/self/status", 10, CHT_FILE_ERROR_TOO_LARGE, "file.too-large");
}

static void
test_read_refused (Fixture *fixture, gconstpointer data)
{
  g_autofree char *empty = put (fixture, "empty.pem", "", 0);
  g_autofree char *four = put (fixture, "four.pem", "four", 4);
  g_autofree char *missing = g_build_filename (fixture->folder, "missing.pem", NULL);
  g_autofree char *below_file = g_build_filename (four, "below.pem", NULL);

  assert_read_fails (missing, 10, CHT_FILE_ERROR_MISSING, "file.missing");
  assert_read_fails (below_file, 10, CHT_FILE_ERROR_MISSING, "file.missing");
  assert_read_fails (empty, 10, CHT_FILE_ERROR_EMPTY, "file.empty");
  assert_read_fails (fixture->folder, 10, CHT_FILE_ERROR_FOLDER, "file.folder");
  assert_read_fails (four, 3, CHT_FILE_ERROR_TOO_LARGE, "file.too-large");
  assert_read_fails ("/dev/zero", 10, CHT_FILE_ERROR_UNREADABLE, "file.unreadable");
  g_unlink (empty);
  g_unlink (four);
}

/* Nobody writes to this FIFO: an open that blocks would hang until the suite's timeout. */
static void
test_read_fifo (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "fifo", NULL);

  g_assert_cmpint (mkfifo (path, 0600), ==, 0);
  assert_read_fails (path, 10, CHT_FILE_ERROR_UNREADABLE, "file.unreadable");
  g_autoptr (GError) error = NULL;
  g_assert_null (cht_file_read_secret (path, NULL, &error));
  g_assert_error (error, CHT_FILE_ERROR, CHT_FILE_ERROR_UNREADABLE);
  g_unlink (path);
}

/* A sparse file of 1 GiB is refused by its size: the read of it would show as memory. */
static void
test_read_gigabyte (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = put (fixture, "huge.pem", "x", 1);
  struct rusage before, after;

  g_assert_cmpint (truncate (path, 1024 * 1024 * 1024), ==, 0);
  getrusage (RUSAGE_SELF, &before);
  assert_read_fails (path, CHT_FILE_MAX_CERTIFICATES, CHT_FILE_ERROR_TOO_LARGE, "file.too-large");
  getrusage (RUSAGE_SELF, &after);
  g_assert_cmpint (after.ru_maxrss - before.ru_maxrss, <, 16 * 1024);
  g_unlink (path);
}

static void
test_read_hostile_name (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "a\n\xff\xE2\x80\xAE<b>", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (read_path (path, 10, &error));
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_assert_null (strchr (error->message, '\n'));
  g_assert_nonnull (strstr (error->message, "<b>"));
}

static void
test_read_cancelled (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = put (fixture, "a", "a", 1);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (cht_file_read (file, 10, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_unlink (path);
}

/* A file without a path here: GIO's own resources behave as a remote place does. */
static void
test_read_remote (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GFile) missing = g_file_new_for_uri ("resource:///org/chatelaine/none.pem");
  g_autoptr (GFile) strange = g_file_new_for_uri ("nowhere://host/a.pem");
  g_autoptr (GError) error = NULL;

  g_assert_null (cht_file_read (missing, 10, NULL, &error));
  g_assert_error (error, CHT_FILE_ERROR, CHT_FILE_ERROR_MISSING);
  g_clear_error (&error);
  g_assert_null (cht_file_read (strange, 10, NULL, &error));
  g_assert_error (error, CHT_FILE_ERROR, CHT_FILE_ERROR_UNREADABLE);
}

/* Runs with standard input from PATH, and puts the old one back. */
static GBytes *
read_stdin_from (int fd, gsize limit, GError **error)
{
  int old = dup (STDIN_FILENO);

  g_assert_cmpint (dup2 (fd, STDIN_FILENO), ==, STDIN_FILENO);
  GBytes *bytes = cht_file_read_stdin (limit, error);
  dup2 (old, STDIN_FILENO);
  close (old);
  close (fd);
  return bytes;
}

static int
pipe_with (const char *text)
{
  int ends[2];

  g_assert_true (g_unix_open_pipe (ends, FD_CLOEXEC, NULL));
  g_assert_cmpint (write (ends[1], text, strlen (text)), ==, (gssize) strlen (text));
  close (ends[1]);
  return ends[0];
}

static gpointer
write_late (gpointer data)
{
  int fd = GPOINTER_TO_INT (data);

  g_assert_cmpint (write (fd, "late", 4), ==, 4);
  close (fd);
  return NULL;
}

static void
test_stdin (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = read_stdin_from (pipe_with ("piped"), 5, &error);

  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "piped", 5);
  g_assert_null (read_stdin_from (pipe_with ("piped"), 4, &error));
  g_assert_error (error, CHT_FILE_ERROR, CHT_FILE_ERROR_TOO_LARGE);
  g_clear_error (&error);
  g_assert_null (read_stdin_from (pipe_with (""), 4, &error));
  g_assert_error (error, CHT_FILE_ERROR, CHT_FILE_ERROR_EMPTY);
  g_clear_error (&error);
  g_assert_null (read_stdin_from (open (fixture->folder, O_RDONLY | O_CLOEXEC), 4, &error));
  g_assert_error (error, CHT_FILE_ERROR, CHT_FILE_ERROR_FOLDER);
  g_clear_error (&error);

  /* A terminal's program may have left it non-blocking. */
  int ends[2];
  g_assert_true (g_unix_open_pipe (ends, FD_CLOEXEC, NULL));
  g_assert_true (g_unix_set_fd_nonblocking (ends[0], TRUE, NULL));
  GThread *writer = g_thread_new ("writer", write_late, GINT_TO_POINTER (ends[1]));
  g_autoptr (GBytes) late = read_stdin_from (ends[0], 10, &error);
  g_thread_join (writer);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (late, NULL), g_bytes_get_size (late), "late", 4);
}

static void
test_secret (Fixture *fixture, gconstpointer data)
{
  static const struct { const char *text; gsize size; const char *secret; } cases[] = {
    { "word", 4, "word" },       { "word\n", 5, "word" }, { "word\r\n", 6, "word" },
    { "word\n\n", 6, "word\n" }, { " word ", 6, " word " }, { "word\r", 5, "word\r" },
    { "\n", 1, "" },             { "\r\n", 2, "" },       { "", 0, "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = put (fixture, "word", cases[i].text, cases[i].size);
      g_autoptr (GError) error = NULL;
      gboolean others = FALSE;

      g_chmod (path, i % 2 ? 0600 : 0640);
      g_autoptr (ChtSecret) secret = cht_file_read_secret (path, &others, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (cht_secret_get_text (secret), ==, cases[i].secret);
      g_assert_cmpuint (cht_secret_get_size (secret), ==, strlen (cases[i].secret));
      g_assert_cmpint (others, ==, !(i % 2));
      g_unlink (path);
    }
}

static void
test_secret_bounds (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = g_strnfill (CHT_FILE_MAX_SECRET + 1, 'x');
  g_autofree char *path = put (fixture, "word", text, CHT_FILE_MAX_SECRET);
  g_autoptr (GError) error = NULL;
  g_autoptr (ChtSecret) largest = cht_file_read_secret (path, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (cht_secret_get_size (largest), ==, CHT_FILE_MAX_SECRET);
  g_unlink (path);
  g_free (put (fixture, "word", text, CHT_FILE_MAX_SECRET + 1));
  g_assert_null (cht_file_read_secret (path, NULL, &error));
  g_assert_error (error, CHT_FILE_ERROR, CHT_FILE_ERROR_TOO_LARGE);
  g_clear_error (&error);
  g_unlink (path);
  g_assert_null (cht_file_read_secret (path, NULL, &error));
  g_assert_error (error, CHT_FILE_ERROR, CHT_FILE_ERROR_MISSING);
  g_clear_error (&error);
  g_assert_null (cht_file_read_secret (fixture->folder, NULL, &error));
  g_assert_error (error, CHT_FILE_ERROR, CHT_FILE_ERROR_FOLDER);
}

static void
test_secret_stdin (Fixture *fixture, gconstpointer data)
{
  int old = dup (STDIN_FILENO);
  int fd = pipe_with ("from a pipe\n");
  gboolean others = TRUE;

  g_assert_cmpint (dup2 (fd, STDIN_FILENO), ==, STDIN_FILENO);
  g_autoptr (ChtSecret) secret = cht_file_read_secret ("-", &others, NULL);
  dup2 (old, STDIN_FILENO);
  close (old);
  close (fd);
  g_assert_cmpstr (cht_secret_get_text (secret), ==, "from a pipe");
  g_assert_false (others);
}

static void
assert_file (const char *path, const char *text, mode_t mode)
{
  g_autofree char *contents = NULL;
  struct stat facts;

  g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
  g_assert_cmpstr (contents, ==, text);
  g_assert_cmpint (lstat (path, &facts), ==, 0);
  g_assert_true (S_ISREG (facts.st_mode));
  g_assert_cmphex (facts.st_mode & 07777, ==, mode);
}

static void
test_write (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "out", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (cht_file_write (path, "one", 3, CHT_FILE_WRITE_PRIVATE, &error));
  assert_file (path, "one", 0600);
  g_assert_false (cht_file_write (path, "two", 3, CHT_FILE_WRITE_NONE, &error));
  g_assert_error (error, CHT_FILE_ERROR, CHT_FILE_ERROR_EXISTS);
  g_assert_cmpstr (cht_file_error_get_id (error), ==, "file.exists");
  assert_file (path, "one", 0600);
  g_assert_true (cht_file_write (path, "three", 5, CHT_FILE_WRITE_OVERWRITE, NULL));
  assert_file (path, "three", 0644);
  g_assert_true (cht_file_write (path, "four", 4, CHT_FILE_WRITE_OVERWRITE | CHT_FILE_WRITE_PRIVATE, NULL));
  assert_file (path, "four", 0600);
  g_unlink (path);
  g_assert_true (cht_file_write (path, "five", 4, CHT_FILE_WRITE_OVERWRITE, NULL));
  assert_file (path, "five", 0644);
  g_unlink (path);
  g_assert_true (cht_file_write (path, NULL, 0, CHT_FILE_WRITE_NONE, NULL));
  assert_file (path, "", 0644);
  g_unlink (path);
}

static void
test_write_large (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "out", NULL);
  g_autofree char *text = g_strnfill (5000000, 'k');

  g_assert_true (cht_file_write (path, text, 5000000, CHT_FILE_WRITE_NONE, NULL));
  assert_file (path, text, 0644);
  g_unlink (path);
}

static void
test_write_symlink (Fixture *fixture, gconstpointer data)
{
  g_autofree char *target = put (fixture, "target", "kept", 4);
  g_autofree char *absent = g_build_filename (fixture->folder, "absent", NULL);
  g_autofree char *link_path = g_build_filename (fixture->folder, "link", NULL);
  g_autoptr (GError) error = NULL;

  /* A dangling link is the trap: without O_EXCL the file would be made where it points. */
  g_assert_cmpint (symlink (absent, link_path), ==, 0);
  g_assert_false (cht_file_write (link_path, "x", 1, CHT_FILE_WRITE_NONE, &error));
  g_assert_error (error, CHT_FILE_ERROR, CHT_FILE_ERROR_EXISTS);
  g_assert_false (g_file_test (absent, G_FILE_TEST_EXISTS));
  g_unlink (link_path);

  g_assert_cmpint (symlink (target, link_path), ==, 0);
  g_assert_true (cht_file_write (link_path, "new", 3, CHT_FILE_WRITE_OVERWRITE | CHT_FILE_WRITE_PRIVATE, NULL));
  assert_file (link_path, "new", 0600);
  assert_file (target, "kept", 0644);
  g_unlink (link_path);
  g_unlink (target);
}

static void
assert_write_fails (const char *path, ChtFileWriteFlags flags)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (cht_file_write (path, "x", 1, flags, &error));
  g_assert_error (error, CHT_FILE_ERROR, CHT_FILE_ERROR_UNWRITABLE);
  g_assert_null (strstr (error->message, "/"));
}

static void
test_write_refused (Fixture *fixture, gconstpointer data)
{
  g_autofree char *no_folder = g_build_filename (fixture->folder, "none", "out", NULL);
  g_autofree char *slash = g_strconcat (fixture->folder, "/out/", NULL);
  g_autofree char *long_name = g_strnfill (300, 'n');
  g_autofree char *too_long = g_build_filename (fixture->folder, long_name, NULL);

  assert_write_fails (no_folder, CHT_FILE_WRITE_NONE);
  assert_write_fails (no_folder, CHT_FILE_WRITE_OVERWRITE);
  assert_write_fails (slash, CHT_FILE_WRITE_NONE);
  assert_write_fails ("", CHT_FILE_WRITE_NONE);
  assert_write_fails (too_long, CHT_FILE_WRITE_NONE);
  assert_write_fails (too_long, CHT_FILE_WRITE_OVERWRITE);
  assert_write_fails (fixture->folder, CHT_FILE_WRITE_OVERWRITE);
}

/* A file that may not grow stands for a full disk. What was there stays, and nothing new is left. */
static void
test_write_full (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = put (fixture, "kept", "kept", 4);
  g_autofree char *fresh = g_build_filename (fixture->folder, "fresh", NULL);
  g_autofree char *text = g_strnfill (100000, 'x');
  struct rlimit old, small;
  g_autoptr (GError) error = NULL;

  signal (SIGXFSZ, SIG_IGN);
  getrlimit (RLIMIT_FSIZE, &old);
  small = old;
  small.rlim_cur = 50000;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &small), ==, 0);
  gboolean written = cht_file_write (fresh, text, 100000, CHT_FILE_WRITE_NONE, &error);
  gboolean replaced = cht_file_write (path, text, 100000, CHT_FILE_WRITE_OVERWRITE, NULL);
  setrlimit (RLIMIT_FSIZE, &old);
  g_assert_false (written);
  g_assert_false (replaced);
  g_assert_error (error, CHT_FILE_ERROR, CHT_FILE_ERROR_UNWRITABLE);
  g_assert_false (g_file_test (fresh, G_FILE_TEST_EXISTS));
  assert_file (path, "kept", 0644);
  g_unlink (path);
}

static void
test_make_folder (Fixture *fixture, gconstpointer data)
{
  g_autofree char *upper = g_build_filename (fixture->folder, "a", NULL);
  g_autofree char *lower = g_build_filename (upper, "b", NULL);
  g_autofree char *file = g_build_filename (lower, "file", NULL);
  struct stat facts;
  g_autoptr (GError) error = NULL;

  g_assert_true (cht_file_make_folder (lower, NULL));
  g_assert_true (cht_file_make_folder (lower, NULL));
  g_assert_cmpint (stat (upper, &facts), ==, 0);
  g_assert_cmphex (facts.st_mode & 07777, ==, 0700);
  g_assert_cmpint (stat (lower, &facts), ==, 0);
  g_assert_cmphex (facts.st_mode & 07777, ==, 0700);
  g_assert_true (cht_file_write (file, "x", 1, CHT_FILE_WRITE_NONE, NULL));
  g_assert_false (cht_file_make_folder (file, &error));
  g_assert_error (error, CHT_FILE_ERROR, CHT_FILE_ERROR_UNWRITABLE);
  g_unlink (file);
  g_rmdir (lower);
  g_rmdir (upper);
}

static void
test_name_from (void)
{
  static const struct { const char *name, *file; } cases[] = {
    { "kafka-east_1.2", "kafka-east_1.2" }, { "", "_" }, { ".", "_" }, { "..", "_" }, { "...", "..." },
    { "../../etc/passwd", ".._.._etc_passwd" }, { "a b\nc", "a_b_c" }, { "ü", "__" }, { "a\"b'c$d", "a_b_c_d" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *file = cht_file_name_from (cases[i].name);
      g_assert_cmpstr (file, ==, cases[i].file);
    }
  g_autofree char *long_name = g_strnfill (5000, 'n');
  g_autofree char *file = cht_file_name_from (long_name);
  g_assert_cmpuint (strlen (file), ==, 200);
}

#define ADD(path, func) g_test_add ("/base/file/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("read", test_read);
  ADD ("read-proc", test_read_proc);
  ADD ("read-refused", test_read_refused);
  ADD ("read-fifo", test_read_fifo);
  ADD ("read-gigabyte", test_read_gigabyte);
  ADD ("read-hostile-name", test_read_hostile_name);
  ADD ("read-cancelled", test_read_cancelled);
  ADD ("read-remote", test_read_remote);
  ADD ("stdin", test_stdin);
  ADD ("secret", test_secret);
  ADD ("secret-bounds", test_secret_bounds);
  ADD ("secret-stdin", test_secret_stdin);
  ADD ("write", test_write);
  ADD ("write-large", test_write_large);
  ADD ("write-symlink", test_write_symlink);
  ADD ("write-refused", test_write_refused);
  ADD ("write-full", test_write_full);
  ADD ("make-folder", test_make_folder);
  g_test_add_func ("/base/file/name-from", test_name_from);
  return g_test_run ();
}
