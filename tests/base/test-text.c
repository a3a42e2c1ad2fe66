/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-text.h"

#include <locale.h>
#include <string.h>

static void
test_display (void)
{
  static const struct { const char *text, *shown; } cases[] = {
    { NULL, "" },
    { "", "" },
    { "A & B <b>", "A & B <b>" },
    { "Münchner Straße 日本 👍", "Münchner Straße 日本 👍" },
    { "a\nb\r\tc\x7f", "a\\x0ab\\x0d\\x09c\\x7f" },
    { "\xC2\x85", "\\u{0085}" },
    { "evil\xE2\x80\xAEgpj.exe", "evil\\u{202E}gpj.exe" },                        /* U+202E */
    { "\xE2\x81\xA6x\xE2\x81\xA9", "\\u{2066}x\\u{2069}" },                       /* U+2066, U+2069 */
    { "\xE2\x80\x8E\xE2\x80\x8F\xD8\x9C", "\\u{200E}\\u{200F}\\u{061C}" },
    { "a\xE2\x80\x8B\xE2\x80\x8D\xEF\xBB\xBF" "b", "a\\u{200B}\\u{200D}\\u{FEFF}b" },
    { "a\xE2\x80\xA8\xE2\x80\xA9" "b", "a\\u{2028}\\u{2029}b" },                  /* line, paragraph separator */
    { "\xF3\xA0\x81\x81", "\\u{E0041}" },                                         /* a tag character */
    { "a\xE3\x85\xA4\xEF\xB8\x8F", "a\\u{3164}\\u{FE0F}" },                       /* filler, variation selector */
    { "\xff\xc3(\xe2\x82", "\\xff\\xc3(\\xe2\\x82" },
    { "\xc0\xaf\xed\xa0\x80", "\\xc0\\xaf\\xed\\xa0\\x80" },                      /* overlong, surrogate */
    { "\x1b[31mred", "\\x1b[31mred" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *shown = cht_text_for_display (cases[i].text);
      g_assert_cmpstr (shown, ==, cases[i].shown);
    }
}

static void
test_limit (void)
{
  g_autofree char *exact = g_strnfill (CHT_TEXT_MAX, 'x');
  g_autofree char *longer = g_strnfill (CHT_TEXT_MAX + 1, 'x');
  g_autofree char *huge = g_strnfill (200 * 1024, 'y');
  g_autofree char *near_end = g_strnfill (CHT_TEXT_MAX - 2, 'z');
  g_autofree char *escape_last = g_strconcat (near_end, "\n", NULL);
  g_autofree char *shown_exact = cht_text_for_display (exact);
  g_autofree char *shown_longer = cht_text_for_display (longer);
  g_autofree char *shown_huge = cht_text_for_display (huge);
  g_autofree char *shown_escape = cht_text_for_display (escape_last);
  g_autofree char *cut_escape = g_strconcat (near_end, "…", NULL);

  g_assert_cmpstr (shown_exact, ==, exact);
  g_assert_cmpint (g_utf8_strlen (shown_longer, -1), ==, CHT_TEXT_MAX);
  g_assert_true (g_str_has_suffix (shown_longer, "x…"));
  g_assert_cmpint (g_utf8_strlen (shown_huge, -1), ==, CHT_TEXT_MAX);
  /* An escape is shown whole or not at all. */
  g_assert_cmpstr (shown_escape, ==, cut_escape);
}

/* Whatever comes in, one line of valid UTF-8 within the limit comes out. */
static void
test_noise (void)
{
  for (guint i = 0; i < 5000; i++)
    {
      char text[400] = { 0 };
      gsize size = (gsize) g_test_rand_int_range (0, sizeof text - 1);
      for (gsize at = 0; at < size; at++)
        text[at] = (char) g_test_rand_int_range (1, 256);
      g_autofree char *shown = cht_text_for_display (text);
      g_assert_true (g_utf8_validate (shown, -1, NULL));
      g_assert_cmpint (g_utf8_strlen (shown, -1), <=, CHT_TEXT_MAX);
      for (const char *at = shown; *at != '\0'; at = g_utf8_next_char (at))
        g_assert_false (g_unichar_iscntrl (g_utf8_get_char (at)));
    }
}

static void
test_escape_controls (void)
{
  g_autofree char *kept = cht_text_escape_controls ("one\ntwo\r\n\x1b[2J\xE2\x80\xAE");
  g_autofree char *none = cht_text_escape_controls (NULL);
  g_autofree char *huge = g_strnfill (100000, 'x');
  g_autofree char *whole = cht_text_escape_controls (huge);

  g_assert_cmpstr (kept, ==, "one\ntwo\\x0d\n\\x1b[2J\\u{202E}");
  g_assert_cmpstr (none, ==, "");
  g_assert_cmpstr (whole, ==, huge);
}

static void
test_hex (void)
{
  const guint8 bytes[] = { 0x00, 0x3f, 0xa0, 0xff };
  g_autofree char *hex = cht_text_hex (bytes, sizeof bytes);
  g_autofree char *empty = cht_text_hex (NULL, 0);
  g_autofree char *fingerprint = cht_text_fingerprint (hex);
  g_autofree char *none = cht_text_fingerprint ("");

  g_assert_cmpstr (hex, ==, "003fa0ff");
  g_assert_cmpstr (empty, ==, "");
  g_assert_cmpstr (fingerprint, ==, "00:3F:A0:FF");
  g_assert_cmpstr (none, ==, "");
}

static void
test_number (void)
{
  g_autofree char *plain = cht_text_number (2048);
  g_autofree char *largest = cht_text_number (G_MAXUINT64);

  g_assert_cmpstr (plain, ==, "2048");
  g_assert_cmpstr (largest, ==, "18446744073709551615");
  if (setlocale (LC_NUMERIC, "en_US.UTF-8") == NULL)
    {
      g_test_message ("no locale with grouping on this machine");
      return;
    }
  g_autofree char *grouped = cht_text_number (2048);
  setlocale (LC_NUMERIC, "C.UTF-8");
  g_assert_cmpstr (grouped, ==, "2,048");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/text/display", test_display);
  g_test_add_func ("/base/text/limit", test_limit);
  g_test_add_func ("/base/text/noise", test_noise);
  g_test_add_func ("/base/text/escape-controls", test_escape_controls);
  g_test_add_func ("/base/text/hex", test_hex);
  g_test_add_func ("/base/text/number", test_number);
  return g_test_run ();
}
