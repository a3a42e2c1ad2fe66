/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-practice.h"
#include "cht-problem.h"
#include "cht-settings.h"

#include <glib/gstdio.h>

static gboolean
parse (const char *text, ChtProfile **profile, ChtSecret **password, GError **error)
{
  g_autoptr (ChtSecret) secret = cht_secret_new_text (text);

  return cht_practice_parse (secret, profile, password, error);
}

static void
test_good (void)
{
  g_autoptr (ChtProfile) profile = NULL;
  g_autoptr (ChtSecret) password = NULL;
  g_autoptr (GError) error = NULL;

  /* Other members, a member's name as a value, escapes, spaces. */
  g_assert_true (parse ("{ \"note\" : \"password\", \"more\": {\"password\": \"no\"}, \"n\": 4,\n"
                        "\"url\":\"https:\\/\\/127.0.0.1:1\" , \"pin\":\"ab\",\"username\" : \"admin\","
                        "\"password\":\"a\\\"b\\\\c\\u00fc\\n\"}",
                        &profile, &password, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (cht_profile_get_url (profile), ==, "https://127.0.0.1:1");
  g_assert_cmpstr (cht_profile_get_pin (profile), ==, "ab");
  g_assert_cmpstr (cht_profile_get_username (profile), ==, "admin");
  g_assert_cmpstr (cht_secret_get_text (password), ==, "a\"b\\cü\n");
}

static void
test_bad (void)
{
  static const char *const texts[] = {
    "", "{", "[]", "\"password\"", "not json", "{\"url\":\"u\",\"pin\":\"p\",\"username\":\"n\"}",
    "{\"url\":\"u\",\"pin\":\"p\",\"username\":\"n\",\"password\":7}",
    "{\"url\":\"u\",\"pin\":\"p\",\"username\":\"n\",\"password\":{\"x\":\"y\"}}",
    "{\"url\":\"u\",\"pin\":\"p\",\"username\":\"n\",\"password\":\"a\",\"password\":\"b\"}",
    "{\"a\":{\"url\":\"u\",\"pin\":\"p\",\"username\":\"n\",\"password\":\"x\"}}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (ChtProfile) profile = NULL;
      g_autoptr (ChtSecret) password = NULL;
      g_autoptr (GError) error = NULL;

      g_assert_false (parse (texts[i], &profile, &password, &error));
      g_assert_error (error, CHT_PROBLEM_ERROR, CHT_PROBLEM_UNUSABLE);
      g_assert_null (password);
      g_assert_null (profile);
    }
}

/* A file that others may read is not used: its password is no secret any more. */
static void
test_rights (void)
{
  static const char text[] = "{\"url\":\"https://127.0.0.1:1\",\"pin\":\"ab\",\"username\":\"n\",\"password\":\"x\"}";
  g_autofree char *folder = g_dir_make_tmp ("chatelaine-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "practice.json", NULL);
  g_autoptr (ChtProfile) profile = NULL;
  g_autoptr (ChtSecret) password = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) missing = NULL;

  g_assert_true (g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_NONE, 0644, NULL));
  g_chmod (path, 0644);
  g_assert_false (cht_practice_read (path, &profile, &password, &error));
  g_assert_nonnull (strstr (error->message, "Others may read"));
  g_chmod (path, 0600);
  g_assert_true (cht_practice_read (path, &profile, &password, NULL));
  g_unlink (path);
  g_clear_object (&profile);
  g_clear_pointer (&password, cht_secret_unref);
  g_assert_false (cht_practice_read (path, &profile, &password, &missing));
  g_assert_error (missing, CHT_PROBLEM_ERROR, CHT_PROBLEM_UNUSABLE);
  g_rmdir (folder);
}

/* A schema that is not installed aborts a program that does not look first. */
static void
test_settings_without_schema (void)
{
  g_autoptr (ChtSettings) settings = cht_settings_new ("org.chatelaine.Nowhere");
  g_autofree char *scheme = NULL;
  int width, height;
  gboolean maximized;

  cht_settings_get_window (settings, &width, &height, &maximized);
  g_assert_cmpint (width, ==, CHT_WINDOW_WIDTH);
  g_assert_cmpint (height, ==, CHT_WINDOW_HEIGHT);
  g_assert_false (maximized);
  cht_settings_set_window (settings, 500, 400, TRUE);
  cht_settings_set_colour_scheme (settings, "dark");
  scheme = cht_settings_dup_colour_scheme (settings);
  g_assert_cmpstr (scheme, ==, "follow");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/practice/good", test_good);
  g_test_add_func ("/ui/practice/bad", test_bad);
  g_test_add_func ("/ui/practice/rights", test_rights);
  g_test_add_func ("/ui/settings/without-schema", test_settings_without_schema);
  return g_test_run ();
}
