/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-url.h"

#include <locale.h>
#include <string.h>

#include "cht-client.h"

static void
test_good (void)
{
  static const struct { const char *text, *origin, *host; guint port;
  } cases[] = {
    { "https://controller.example.com:30603", "https://controller.example.com:30603", "controller.example.com",
      30603 },
    { "https://controller.example.com", "https://controller.example.com:30603", "controller.example.com", 30603 },
    { "https://controller.example.com:", "https://controller.example.com:30603", "controller.example.com", 30603 },
    { "https://controller.example.com:443/", "https://controller.example.com:443", "controller.example.com", 443 },
    { "controller.example.com", "https://controller.example.com:30603", "controller.example.com", 30603 },
    { "controller.example.com:8443", "https://controller.example.com:8443", "controller.example.com", 8443 },
    { "//controller.example.com:8443", "https://controller.example.com:8443", "controller.example.com", 8443 },
    { "  https://controller.example.com:30603\n", "https://controller.example.com:30603", "controller.example.com",
      30603 },
    { "HTTPS://Controller.Example.COM:30603/#/admin", "https://controller.example.com:30603",
      "controller.example.com", 30603 },
    { "https://c.example:30603/crosswork/ui/#/certificates?tab=1", "https://c.example:30603", "c.example", 30603 },
    { "https://c.example?x=@y", "https://c.example:30603", "c.example", 30603 },
    { "https://c.example#a:b@c", "https://c.example:30603", "c.example", 30603 },
    { "c.example/login?back=https://d.example/", "https://c.example:30603", "c.example", 30603 },
    { "https://c.example./login", "https://c.example:30603", "c.example", 30603 },
    { "https://cnc", "https://cnc:30603", "cnc", 30603 },
    { "https://cnc_lab-1.example", "https://cnc_lab-1.example:30603", "cnc_lab-1.example", 30603 },
    { "https://192.0.2.10", "https://192.0.2.10:30603", "192.0.2.10", 30603 },
    { "192.0.2.10:30603/", "https://192.0.2.10:30603", "192.0.2.10", 30603 },
    { "https://[2001:db8::1]:30603/x", "https://[2001:db8::1]:30603", "2001:db8::1", 30603 },
    { "https://[2001:DB8:0:0:0:0:0:1]", "https://[2001:db8::1]:30603", "2001:db8::1", 30603 },
    { "[::1]:8443", "https://[::1]:8443", "::1", 8443 },
    { "2001:db8::1", "https://[2001:db8::1]:30603", "2001:db8::1", 30603 },
    { "https://bücher.example", "https://xn--bcher-kva.example:30603", "xn--bcher-kva.example", 30603 },
    { "https://localhost:30603", "https://localhost:30603", "localhost", 30603 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (ChtUrl) url = cht_url_parse (cases[i].text, &error);
      g_autoptr (ChtUrl) again = NULL;
      if (url == NULL)
        g_error ("%s: %s", cases[i].text, error->message);
      g_assert_cmpstr (url->origin, ==, cases[i].origin);
      g_assert_cmpstr (url->host, ==, cases[i].host);
      g_assert_cmpuint (url->port, ==, cases[i].port);
      /* What comes out goes in again. */
      again = cht_url_parse (url->origin, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (again->origin, ==, url->origin);
    }
}

static void
test_bad (void)
{
  static const struct { const char *text, *word; } cases[] = {
    { "", "empty" }, { "   ", "empty" }, { NULL, "empty" },
    { "http://c.example", "http://" }, { "HTTP://c.example:30603", "http://" },
    { "ftp://c.example", "https://" }, { "://c.example", "https://" },
    { "https://", "no host" }, { "https:///login", "no host" }, { "https://:30603", "no host" },
    { "https://admin:hunter2@c.example", "password" }, { "admin:hunter2@c.example", "password" },
    { "https://c.example@evil.example", "password" },
    { "https://c.example:0", "port" }, { "https://c.example:65536", "port" }, { "https://c.example:30603x", "port" },
    { "https://c.example:-1", "port" }, { "https://c.example:+1", "port" }, { "https:c.example", "port" },
    { "https://c.example:999999999999999999999", "port" },
    { "https://[2001:db8::1", "brackets" }, { "https://[2001:db8::1]30603", "brackets" },
    { "https://[fe80::1%eth0]:30603", "interface" }, { "fe80::1%25eth0", "interface" },
    { "https://[c.example]", "IPv6" }, { "https://[192.0.2.1]", "IPv6" }, { "a:b:c", "IPv6" },
    { "https://c.example\\@evil.example", "characters" }, { "https://c example", "characters" },
    { "https://c.example\r\nHost: evil", "characters" }, { "https://c\xe2\x80\xae.example", "characters" },
    { "https://c\xff.example", "characters" },
    { "https://c..example", "no host" }, { "https://.example", "no host" }, { "https://-c.example", "no host" },
    { "https://c%2eexample", "no host" }, { "https://c!example", "no host" },
    { "https://127.1", "no host" }, { "https://0x7f000001", "no host" }, { "https://2130706433", "no host" },
    { "https://192.0.2.256", "no host" }, { "https://010.0.0.1", "no host" }, { "https://192.0.2.1.5", "no host" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (ChtUrl) url = cht_url_parse (cases[i].text, &error);
      if (url != NULL)
        g_error ("%s was taken for %s", cases[i].text, url->origin);
      g_assert_error (error, CHT_CONTROLLER_ERROR, CHT_CONTROLLER_ERROR_USAGE);
      /* A password may stand in what was typed. */
      g_assert_null (strstr (error->message, "hunter2"));
      if (strstr (error->message, cases[i].word) == NULL)
        g_error ("no “%s” for %s: %s", cases[i].word, cases[i].text, error->message);
    }
}

static void
test_lengths (void)
{
  g_autofree char *label = g_strnfill (63, 'a'), *longer = g_strnfill (64, 'a'), *huge = g_strnfill (100000, 'a');
  g_autofree char *good = g_strconcat ("https://", label, ".example", NULL),
                  *bad = g_strconcat ("https://", longer, ".example", NULL);
  g_autofree char *page = g_strconcat ("https://c.example/", huge, NULL);
  g_autoptr (ChtUrl) url = cht_url_parse (good, NULL);

  g_assert_nonnull (url);
  g_assert_null (cht_url_parse (bad, NULL));
  g_assert_null (cht_url_parse (page, NULL));
  g_assert_null (cht_url_parse (huge, NULL));
}

static void
test_loopback (void)
{
  static const struct { const char *text; gboolean loopback; } cases[] = {
    { "localhost", TRUE }, { "a.localhost", TRUE }, { "127.0.0.1", TRUE }, { "127.9.9.9", TRUE }, { "[::1]", TRUE },
    { "localhost.example.com", FALSE }, { "mylocalhost", FALSE }, { "128.0.0.1", FALSE }, { "[::2]", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (ChtUrl) url = cht_url_parse (cases[i].text, NULL);
      g_assert_nonnull (url);
      g_assert_cmpint (cht_url_is_loopback (url), ==, cases[i].loopback);
    }
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/controller/url/good", test_good);
  g_test_add_func ("/controller/url/bad", test_bad);
  g_test_add_func ("/controller/url/lengths", test_lengths);
  g_test_add_func ("/controller/url/loopback", test_loopback);
  return g_test_run ();
}
