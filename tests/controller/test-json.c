/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-json.h"

#include <string.h>

#include "cht-body.h"
#include "cht-client.h"
#include "cht-clock.h"
#include "cht-fault.h"
#include "cht-json-scan.h"
#include "cht-process.h"

static JsonNode *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  JsonNode *root = cht_json_parse (text, strlen (text), "c.example", &error);

  g_assert_no_error (error);
  return root;
}

static void
test_scalars (void)
{
  g_autoptr (JsonNode) root =
      parse ("{\"s\":\"text\",\"n\":42,\"m\":-9223372036854775808,\"q\":\"9223372036854775807\",\"f\":2.5,\"t\":true,"
             "\"T\":\"true\",\"F\":\"false\",\"z\":null,\"o\":{},\"a\":[1],\"e\":\"\",\"w\":\"1e400\",\"h\":\"0x10\","
             "\"x\":\"nan\",\"big\":1e300,\"one\":1}");
  JsonObject *object = json_node_get_object (root);
  static const struct { const char *member, *text; gint64 number; gboolean truth;
  } cases[] = {
    { "s", "text", 7, FALSE },
    { "n", "42", 42, TRUE },
    { "m", "-9223372036854775808", G_MININT64, TRUE },
    { "q", "9223372036854775807", G_MAXINT64, TRUE },
    { "f", "2.5", 2, TRUE },
    { "t", "true", 7, TRUE },
    { "T", "true", 7, TRUE },
    { "F", "false", 7, FALSE },
    { "z", "", 7, FALSE },
    { "o", "", 7, FALSE },
    { "a", "", 7, FALSE },
    { "e", "", 7, FALSE },
    { "absent", "", 7, FALSE },
    { "h", "0x10", 7, FALSE },
    { "x", "nan", 7, FALSE },
    { "one", "1", 1, TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = cht_json_dup_string (object, cases[i].member);
      g_assert_cmpstr (text, ==, cases[i].text);
      g_assert_cmpint (cht_json_get_int64 (object, cases[i].member, 7), ==, cases[i].number);
      g_assert_cmpint (cht_json_get_boolean (object, cases[i].member), ==, cases[i].truth);
    }
  g_assert_cmpint (cht_json_get_int64 (object, "big", 7), ==, 7);
  g_assert_cmpint (cht_json_get_int64 (object, "w", 7), ==, 7);
  g_assert_cmpfloat (cht_json_get_double (object, "f", -1), ==, 2.5);
  g_assert_cmpfloat (cht_json_get_double (object, "absent", -1), ==, -1);
  g_assert_cmpfloat (cht_json_get_double (NULL, "f", -1), ==, -1);
}

static void
test_times (void)
{
  g_autoptr (JsonNode) root = parse ("{\"a\":\"1764074415123\",\"b\":1764074415123,\"c\":\"0\",\"d\":\"\",\"e\":"
                                     "\"9223372036854775807\",\"f\":\"-5000\"}");
  JsonObject *object = json_node_get_object (root);

  g_assert_cmpint (cht_json_get_milliseconds (object, "a"), ==, 1764074415);
  g_assert_cmpint (cht_json_get_milliseconds (object, "b"), ==, 1764074415);
  g_assert_cmpint (cht_json_get_milliseconds (object, "c"), ==, CHT_TIME_UNKNOWN);
  g_assert_cmpint (cht_json_get_milliseconds (object, "d"), ==, CHT_TIME_UNKNOWN);
  g_assert_cmpint (cht_json_get_milliseconds (object, "e"), ==, CHT_TIME_UNKNOWN);
  g_assert_cmpint (cht_json_get_milliseconds (object, "f"), ==, CHT_TIME_UNKNOWN);
  g_assert_cmpint (cht_json_get_milliseconds (object, "absent"), ==, CHT_TIME_UNKNOWN);
}

static void
test_lists (void)
{
  g_autoptr (JsonNode) root = parse ("{\"l\":[{\"a\":1},{}],\"z\":null,\"o\":{},\"h\":[{},5],\"s\":[\"a\",2,null]}");
  JsonObject *object = json_node_get_object (root);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) list = cht_json_get_objects (object, "l", "c", &error),
                        none = cht_json_get_objects (object, "z", "c", &error);
  g_autoptr (GPtrArray) absent = cht_json_get_objects (NULL, "l", "c", &error),
                        texts = cht_json_dup_strings (object, "s");

  g_assert_no_error (error);
  g_assert_cmpuint (list->len, ==, 2);
  g_assert_cmpuint (none->len, ==, 0);
  g_assert_cmpuint (absent->len, ==, 0);
  g_assert_null (cht_json_get_objects (object, "o", "c", &error));
  g_assert_error (error, CHT_CONTROLLER_ERROR, CHT_CONTROLLER_ERROR_BAD_ANSWER);
  g_clear_error (&error);
  g_assert_null (cht_json_get_objects (object, "h", "c", &error));
  g_assert_error (error, CHT_CONTROLLER_ERROR, CHT_CONTROLLER_ERROR_BAD_ANSWER);
  g_assert_cmpuint (texts->len, ==, 3);
  g_assert_cmpstr (g_ptr_array_index (texts, 1), ==, "2");
  g_assert_cmpstr (g_ptr_array_index (texts, 2), ==, "");
  g_assert_null (cht_json_get_object (object, "l"));
  g_assert_null (cht_json_get_object (cht_json_get_object (object, "o"), "deeper"));
}

/* What is cut out is whole, and what stays behind is blank and still JSON. */
static void
cut (const char *text, const char *expected)
{
  g_autofree char *copy = g_strdup (text);
  const char *const path[] = { "cert_store", "store", "key", NULL };
  g_autoptr (ChtSecret) secret = NULL;
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *left = NULL;

  g_assert_true (cht_json_scan (text, strlen (text), NULL));
  secret = cht_json_cut_secret (copy, strlen (copy), path);
  g_assert_cmpuint (strlen (copy), ==, strlen (text));
  root = parse (copy);
  if (expected == NULL)
    {
      g_assert_null (secret);
      return;
    }
  g_assert_nonnull (secret);
  g_assert_cmpstr (cht_secret_get_text (secret), ==, expected);
  left = cht_json_dup_string (
      cht_json_get_object (cht_json_get_object (json_node_get_object (root), "cert_store"), "store"), "key");
  g_assert_cmpuint (strspn (left, " "), ==, strlen (left));
  g_assert_null (strstr (copy, expected));
}

static void
test_cut (void)
{
  cut ("{\"cert_store\":{\"store\":{\"key\":\"secret\"}}}", "secret");
  cut (" {\n\"a\" : [1,{\"cert_store\":5},\"}\"] , \"cert_store\" : { \"x\":{\"key\":\"other\"},\"store\" : {\"key\" "
       ": \"line\\nline\\n\" } } } ",
       "line\nline\n");
  cut ("{\"cert_store\":{\"store\":{\"note\":\"\\\"key\\\":\\\"no\\\"\",\"key\":\"q\\\"b\\\\s\\/"
       "\\t\\u00e4\\ud83d\\ude00\"}}}",
       "q\"b\\s/\tä😀");
  cut ("{\"cert_store\":{\"store\":{\"key\":\"\"}}}", NULL);
  cut ("{\"cert_store\":{\"store\":{\"key\":null}}}", NULL);
  cut ("{\"cert_store\":{\"store\":{\"key\":{\"key\":\"x\"}}}}", NULL);
  cut ("{\"cert_store\":{\"store\":[\"key\",\"x\"]}}", NULL);
  cut ("{\"cert_store\":{\"store\":{}},\"store\":{\"key\":\"x\"}}", NULL);
  cut ("{}", NULL);
}

/* Every short text of brackets, quotes and escapes: where the scanner takes it, cutting stays inside it. */
static void
test_cut_stays_inside (void)
{
  static const char letters[] = "{}[]\"\\:,k 1";
  const char *const path[] = { "k", NULL };
  guint taken = 0;

  for (guint number = 0; number < 11 * 11 * 11 * 11 * 11 * 11; number++)
    {
      g_autofree char *text = g_malloc (13);
      guint rest = number;
      memcpy (text, "{\"k\":", 5);
      for (guint i = 0; i < 6; i++, rest /= 11)
        text[5 + i] = letters[rest % 11];
      text[11] = '}';
      text[12] = '\0';
      if (cht_json_scan (text, 12, NULL))
        {
          g_autoptr (ChtSecret) secret = cht_json_cut_secret (text, 12, path);
          taken++;
          g_assert_true (cht_json_scan (text, 12, NULL));
        }
    }
  g_assert_cmpuint (taken, >, 100);
}

static void
test_body (void)
{
  g_autoptr (ChtBody) body = cht_body_new ();
  g_autoptr (ChtBody) form = cht_body_new ();
  static const char odd[] = "a\"b\\c\n\r\t\x01\x7fü\0z";
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *back = NULL;

  cht_body_append (body, "{");
  cht_body_append_name (body, "k");
  cht_body_append_json (body, odd, strlen (odd));
  cht_body_append_member (body, "n", "v");
  cht_body_append (body, "}");
  g_assert_true (cht_json_scan (cht_body_get_text (body), cht_body_get_size (body), NULL));
  root = parse (cht_body_get_text (body));
  back = cht_json_dup_string (json_node_get_object (root), "k");
  g_assert_cmpstr (back, ==, odd);
  cht_body_append_form (form, "a", "1&2=3", 5);
  cht_body_append_form (form, "b", "x\0y", 3);
  g_assert_cmpstr (cht_body_get_text (form), ==, "a=1%262%3D3&b=x%00y");
}

static void
test_body_grows (void)
{
  ChtBody *body = cht_body_new ();
  g_autofree char *block = g_strnfill (1000, 'x');
  g_autoptr (GBytes) bytes = NULL;

  for (guint i = 0; i < 1000; i++)
    cht_body_append (body, block);
  g_assert_cmpuint (cht_body_get_size (body), ==, 1000000);
  bytes = cht_body_free_to_bytes (body);
  g_assert_cmpuint (g_bytes_get_size (bytes), ==, 1000000);
}

static void
test_words (void)
{
  static const struct { const char *text, *words;
  } cases[] = {
    { "{\"error\":\"one\",\"message\":\"two\"}", "one" },
    { "{\"error\":{\"message\":\"deep\"}}", "deep" },
    { "plain words\n", "plain words" },
    { "{\"error\":\" A sentence. \"}", "A sentence" },
    { "Two. Sentences.\n", "Two. Sentences" },
    { "and so on...", "and so on..." },
    { ".", "." },
    { "<html>x</html>", "" },
    { "", "" },
    { "{broken", "" },
    { "{}", "" },
    { "[1]", "[1]" },
    { "\xff\xfe", "" },
    { "{\"error\":5}", "5" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *words = cht_fault_read_words (cases[i].text, strlen (cases[i].text));
      g_assert_cmpstr (words, ==, cases[i].words);
    }
}

static void
test_waits (void)
{
  static const struct { gint64 seconds; const char *words;
  } cases[] = {
    { 0, "in 1 second" },
    { 1, "in 1 second" },
    { 90, "in 90 seconds" },
    { 120, "in 2 minutes" },
    { 121, "in 3 minutes" },
    { 3600, "in 60 minutes" },
    { G_MAXINT64, "in 100000 minutes" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *words = cht_fault_describe_wait (cases[i].seconds);
      g_assert_cmpstr (words, ==, cases[i].words);
    }
}

int
main (int argc, char **argv)
{
  cht_process_start (CHT_PROCESS_NONE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/controller/json/scalars", test_scalars);
  g_test_add_func ("/controller/json/times", test_times);
  g_test_add_func ("/controller/json/lists", test_lists);
  g_test_add_func ("/controller/json/cut", test_cut);
  g_test_add_func ("/controller/json/cut-stays-inside", test_cut_stays_inside);
  g_test_add_func ("/controller/body/writing", test_body);
  g_test_add_func ("/controller/body/grows", test_body_grows);
  g_test_add_func ("/controller/fault/words", test_words);
  g_test_add_func ("/controller/fault/waits", test_waits);
  return g_test_run ();
}
