/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-secret.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void
test_bytes (void)
{
  g_autoptr (ChtSecret) secret = cht_secret_new ("a\0b", 3);
  g_autoptr (ChtSecret) none = cht_secret_new (NULL, 0);

  g_assert_cmpmem (cht_secret_get_data (secret), cht_secret_get_size (secret), "a\0b", 3);
  g_assert_cmpint (cht_secret_get_data (secret)[3], ==, 0);
  g_assert_cmpuint (cht_secret_get_size (none), ==, 0);
  g_assert_cmpstr (cht_secret_get_text (none), ==, "");
}

static void
test_text (void)
{
  g_autoptr (ChtSecret) secret = cht_secret_new_text ("pâss word");

  g_assert_cmpstr (cht_secret_get_text (secret), ==, "pâss word");
  g_assert_cmpuint (cht_secret_get_size (secret), ==, strlen ("pâss word"));
}

static void
test_random (void)
{
  g_autoptr (ChtSecret) a = cht_secret_new_random (32);
  g_autoptr (ChtSecret) b = cht_secret_new_random (32);
  const guint8 zeros[32] = { 0 };

  g_assert_cmpuint (cht_secret_get_size (a), ==, 32);
  g_assert_false (cht_secret_equal (a, b));
  g_assert_cmpint (memcmp (cht_secret_get_data (a), zeros, 32), !=, 0);
}

static void
test_equal (void)
{
  g_autoptr (ChtSecret) a = cht_secret_new_text ("abc");
  g_autoptr (ChtSecret) same = cht_secret_new_text ("abc");
  g_autoptr (ChtSecret) other = cht_secret_new_text ("abd");
  g_autoptr (ChtSecret) longer = cht_secret_new_text ("abcd");

  g_assert_true (cht_secret_equal (a, same));
  g_assert_false (cht_secret_equal (a, other));
  g_assert_false (cht_secret_equal (a, longer));
}

static void
test_boxed (void)
{
  g_auto (GValue) value = G_VALUE_INIT;
  ChtSecret *secret = cht_secret_new_text ("kept");

  g_value_init (&value, CHT_TYPE_SECRET);
  g_value_set_boxed (&value, secret);
  cht_secret_unref (secret);
  g_assert_cmpstr (cht_secret_get_text (g_value_get_boxed (&value)), ==, "kept");
}

static gpointer
take_and_drop (gpointer data)
{
  for (int i = 0; i < 10000; i++)
    cht_secret_unref (cht_secret_ref (data));
  return NULL;
}

static void
test_threads (void)
{
  g_autoptr (ChtSecret) secret = cht_secret_new_text ("shared");
  GThread *threads[4];

  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("secret", take_and_drop, secret);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  g_assert_cmpstr (cht_secret_get_text (secret), ==, "shared");
}

/* The memory of a secret takes no writing, and none behind it: the child dies of trying. */
static gboolean
child_survives_write (gssize offset)
{
  pid_t child = fork ();

  if (child == 0)
    {
      ChtSecret *secret = cht_secret_new_text ("fixed");
      ((volatile guint8 *) cht_secret_get_data (secret))[offset] = 'x';
      _exit (0);
    }
  int status = 0;
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  return WIFEXITED (status) && WEXITSTATUS (status) == 0;
}

static void
test_immutable (void)
{
  g_assert_false (child_survives_write (0));
  g_assert_false (child_survives_write (4096));
}

static void
test_wipe (void)
{
  char text[] = "secret";
  const char zeros[sizeof text] = { 0 };

  cht_wipe (text, sizeof text);
  g_assert_cmpmem (text, sizeof text, zeros, sizeof zeros);
  cht_wipe (NULL, 5);
  cht_wipe_free (g_strdup ("secret"));
  cht_wipe_free (NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/secret/bytes", test_bytes);
  g_test_add_func ("/base/secret/text", test_text);
  g_test_add_func ("/base/secret/random", test_random);
  g_test_add_func ("/base/secret/equal", test_equal);
  g_test_add_func ("/base/secret/boxed", test_boxed);
  g_test_add_func ("/base/secret/immutable", test_immutable);
  g_test_add_func ("/base/secret/threads", test_threads);
  g_test_add_func ("/base/secret/wipe", test_wipe);
  return g_test_run ();
}
