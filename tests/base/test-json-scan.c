/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-json-scan.h"

#include <string.h>

#define BAD(text, code) { text, sizeof (text) - 1, CHT_JSON_ERROR_##code }

static void
test_good (void)
{
  static const char *const good[] = {
    "{}", "[]", " [ ] \r\n\t", "0", "-0", "-0.0e+00", "12.5E-3", "1e999", "true", "false", "null", "\"\"",
    "{\"a\":{\"a\":[{\"a\":1},{\"a\":2}]},\"b\":null}", "[1,2,[3,[4]],{}]", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\"",
    "\"\\ud83d\\ude00\"", "\"\xF0\x9F\x98\x80\"", "9223372036854775807", "-9223372036854775808",
    "18446744073709551615", "123456789012345678901234567890.0", "{\"\":1,\" \":2}", "\"\x7f\"",
    "{\"a\\u0041\":1,\"a\":2}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (GError) error = NULL;
      g_test_message ("%s", good[i]);
      g_assert_true (cht_json_scan (good[i], strlen (good[i]), &error));
      g_assert_no_error (error);
    }
}

static void
test_bad (void)
{
  static const struct { const char *text; gsize size; ChtJsonError code; } bad[] = {
    BAD ("", MALFORMED), BAD (" ", MALFORMED), BAD ("{", MALFORMED), BAD ("[", MALFORMED), BAD ("}", MALFORMED),
    BAD ("]", MALFORMED), BAD ("[}", MALFORMED), BAD ("{]", MALFORMED), BAD ("[1,]", MALFORMED),
    BAD ("[,1]", MALFORMED), BAD ("[1 2]", MALFORMED), BAD ("{\"a\":1,}", MALFORMED), BAD ("{,}", MALFORMED),
    BAD ("{\"a\"}", MALFORMED), BAD ("{\"a\":}", MALFORMED), BAD ("{\"a\" 1}", MALFORMED),
    BAD ("{a:1}", MALFORMED), BAD ("{'a':1}", MALFORMED), BAD ("{1:1}", MALFORMED), BAD ("[1:2]", MALFORMED),
    BAD ("{\"a\",\"b\"}", MALFORMED), BAD ("'a'", MALFORMED), BAD ("{}{}", MALFORMED), BAD ("{} {}", MALFORMED),
    BAD ("1 2", MALFORMED), BAD ("{},", MALFORMED), BAD ("[]]", MALFORMED), BAD ("// x\n{}", MALFORMED),
    BAD ("{}/* x */", MALFORMED), BAD ("nul", MALFORMED), BAD ("nulll", MALFORMED), BAD ("True", MALFORMED),
    BAD ("NaN", MALFORMED), BAD ("Infinity", MALFORMED), BAD ("-", MALFORMED), BAD ("+1", MALFORMED),
    BAD ("01", MALFORMED), BAD ("-01", MALFORMED), BAD ("1.", MALFORMED), BAD (".5", MALFORMED),
    BAD ("1e", MALFORMED), BAD ("1e+", MALFORMED), BAD ("0x10", MALFORMED), BAD ("1a", MALFORMED),
    BAD ("\"", MALFORMED), BAD ("\"a", MALFORMED), BAD ("\"\\\"", MALFORMED), BAD ("\"\\", MALFORMED),
    BAD ("\"\\x41\"", MALFORMED), BAD ("\"\\'\"", MALFORMED), BAD ("\"\\u12\"", MALFORMED),
    BAD ("\"\\u12", MALFORMED), BAD ("\"\\u12g4\"", MALFORMED), BAD ("\"a\nb\"", MALFORMED),
    BAD ("\"a\tb\"", MALFORMED), BAD ("\"\x1f\"", MALFORMED), BAD ("\"\\ud83d\"", MALFORMED),
    BAD ("\"\\ud83dx\"", MALFORMED), BAD ("\"\\ud83d\\n\"", MALFORMED), BAD ("\"\\ud83d\\ud83d\"", MALFORMED),
    BAD ("\"\\ude00\"", MALFORMED), BAD ("\"\\ud83d\\u", MALFORMED), BAD ("\"\\u0000\"", MALFORMED),
    BAD ("\"a\0b\"", MALFORMED), BAD ("{}\0", MALFORMED), BAD ("\0", MALFORMED), BAD ("\xEF\xBB\xBF{}", MALFORMED),
    BAD ("\"\xff\"", MALFORMED), BAD ("\"\xc0\xaf\"", MALFORMED), BAD ("\"\xed\xa0\x80\"", MALFORMED),
    BAD ("\"\xe2\x82\"", MALFORMED), BAD ("\x0b{}", MALFORMED), BAD ("\xC2\xA0{}", MALFORMED),
    BAD ("{\"a\":1,\"a\":1}", DUPLICATE), BAD ("{\"a\":1,\"\\u0061\":2}", DUPLICATE),
    BAD ("[{\"x\":{\"k\":1,\"b\":2,\"k\":3}}]", DUPLICATE), BAD ("{\"/\":1,\"\\/\":2}", DUPLICATE),
    BAD ("{\"\":1,\"\":2}", DUPLICATE), BAD ("{\"\xF0\x9F\x98\x80\":1,\"\\ud83d\\ude00\":2}", DUPLICATE),
    BAD ("18446744073709551616", LIMIT), BAD ("-9223372036854775809", LIMIT),
    BAD ("[99999999999999999999999999]", LIMIT),
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *shown = g_strescape (bad[i].text, NULL);
      g_test_message ("%s", shown);
      /* A copy of its very size, so that a sanitizer sees a read behind its end. */
      g_autofree char *copy = g_memdup2 (bad[i].text, bad[i].size);
      g_assert_false (cht_json_scan (copy, bad[i].size, &error));
      g_assert_error (error, CHT_JSON_ERROR, (int) bad[i].code);
    }
}

static char *
nested (const char *open, const char *close, guint depth)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < depth; i++)
    g_string_append (text, open);
  g_string_append (text, "1");
  for (guint i = 0; i < depth; i++)
    g_string_append (text, close);
  return g_string_free (text, FALSE);
}

static void
test_depth (void)
{
  g_autofree char *deep_enough = nested ("[", "]", CHT_JSON_MAX_DEPTH);
  g_autofree char *objects = nested ("{\"a\":", "}", CHT_JSON_MAX_DEPTH);
  g_autofree char *too_deep = nested ("{\"a\":", "}", CHT_JSON_MAX_DEPTH + 1);
  g_autofree char *hostile = nested ("[", "]", 1000000);
  g_autoptr (GError) error = NULL;

  g_assert_true (cht_json_scan (deep_enough, strlen (deep_enough), NULL));
  g_assert_true (cht_json_scan (objects, strlen (objects), NULL));
  g_assert_false (cht_json_scan (too_deep, strlen (too_deep), &error));
  g_assert_error (error, CHT_JSON_ERROR, CHT_JSON_ERROR_LIMIT);
  g_clear_error (&error);
  g_assert_false (cht_json_scan (hostile, strlen (hostile), &error));
  g_assert_error (error, CHT_JSON_ERROR, CHT_JSON_ERROR_LIMIT);
}

/* Every proper beginning of a document is refused, and none is read past its end. */
static void
test_cut (void)
{
  static const char whole[] = "{\"k\\u00e9\":[1,-2.5e3,true,null,\"\\ud83d\\ude00\"],\"b\":{\"c\":\"d\"}}";

  for (gsize size = 0; size < sizeof whole - 1; size++)
    {
      g_autofree char *copy = g_memdup2 (whole, size);
      g_autoptr (GError) error = NULL;
      g_assert_false (cht_json_scan (copy, size, &error));
      g_assert_error (error, CHT_JSON_ERROR, CHT_JSON_ERROR_MALFORMED);
    }
  g_assert_true (cht_json_scan (whole, sizeof whole - 1, NULL));
}

static double
seconds_for_keys (guint count)
{
  GString *text = g_string_new ("{");

  for (guint i = 0; i < count; i++)
    g_string_append_printf (text, "%s\"key-%u\":%u", i > 0 ? "," : "", i, i);
  g_string_append_c (text, '}');
  gint64 start = g_get_monotonic_time ();
  g_assert_true (cht_json_scan (text->str, text->len, NULL));
  double seconds = (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC;
  g_string_free (text, TRUE);
  return seconds;
}

/* A quadratic scan of these would take a minute and more. */
static void
test_linear (void)
{
  double seconds = seconds_for_keys (400000);

  g_test_message ("400,000 keys: %.3f s", seconds);
  g_assert_cmpfloat (seconds, <, 10);
}

/* Keys that all fall together under GLib's own string hash (33 * h + c): "Aa"-like pairs, 2^14 of them. */
static void
test_colliding_keys (void)
{
  GString *text = g_string_new ("{");

  for (guint i = 0; i < 1 << 14; i++)
    {
      g_string_append (text, i > 0 ? ",\"" : "\"");
      for (guint bit = 0; bit < 14; bit++)
        g_string_append (text, i >> bit & 1 ? "Bb" : "CA");
      g_string_append (text, "\":0");
    }
  g_string_append_c (text, '}');
  g_assert_cmpuint (g_str_hash ("BbCA"), ==, g_str_hash ("CABb"));
  gint64 start = g_get_monotonic_time ();
  g_assert_true (cht_json_scan (text->str, text->len, NULL));
  /* 2^27 comparisons of 28 bytes would be seconds even without a sanitizer. */
  g_test_message ("16,384 colliding keys: %" G_GINT64_FORMAT " µs", g_get_monotonic_time () - start);
  g_assert_cmpint (g_get_monotonic_time () - start, <, G_USEC_PER_SEC);
  g_string_free (text, TRUE);
}

/* Any bytes end in an answer; what is taken is UTF-8. */
static void
test_noise (void)
{
  static const char alphabet[] = "{}[]\",:\\u0dD8a1-.eE tfn\xF0\x9F\x98\x80\0";

  for (guint i = 0; i < 20000; i++)
    {
      gsize size = (gsize) g_test_rand_int_range (0, 24);
      g_autofree char *text = g_malloc (size + 1);
      for (gsize at = 0; at < size; at++)
        text[at] = alphabet[g_test_rand_int_range (0, sizeof alphabet)];
      g_autoptr (GError) error = NULL;
      gboolean good = cht_json_scan (text, size, &error);
      g_assert_true (good == (error == NULL));
      if (good)
        g_assert_true (g_utf8_validate_len (text, size, NULL));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/json-scan/good", test_good);
  g_test_add_func ("/base/json-scan/bad", test_bad);
  g_test_add_func ("/base/json-scan/depth", test_depth);
  g_test_add_func ("/base/json-scan/cut", test_cut);
  g_test_add_func ("/base/json-scan/linear", test_linear);
  g_test_add_func ("/base/json-scan/colliding-keys", test_colliding_keys);
  g_test_add_func ("/base/json-scan/noise", test_noise);
  return g_test_run ();
}
