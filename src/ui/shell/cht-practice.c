/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-practice.h"

#include "cht-file.h"
#include "cht-json-scan.h"
#include "cht-problem.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* The end of a JSON string that starts behind its quote: the closing quote. The text was scanned, so there is one. */
static const char *
find_quote (const char *text)
{
  while (*text != '"')
    text += *text == '\\' ? 2 : 1;
  return text;
}

static gsize
unescape_one (const char *text, char *out, gsize *used)
{
  static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
  const char *found = strchr (from, text[1]);
  gunichar c = 0;

  if (found != NULL)
    {
      *out = to[found - from];
      *used = 2;
      return 1;
    }
  for (guint i = 2; i < 6; i++)
    c = c * 16 + g_ascii_xdigit_value (text[i]);
  *used = 6;
  /* A surrogate has no place in a URL, a pin or a name that the practice controller makes. */
  return c == 0 || (c >= 0xd800 && c < 0xe000) ? 0 : g_unichar_to_utf8 (c, out);
}

/* Text between START and END without its escapes, never longer than before. */
static ChtSecret *
unescape (const char *start, const char *end)
{
  char *out = (char *) g_malloc0 (end - start + 8);
  ChtSecret *secret;
  gsize n = 0, used;

  for (const char *p = start; p < end; p += used)
    if (*p == '\\')
      n += unescape_one (p, out + n, &used);
    else
      {
        out[n++] = *p;
        used = 1;
      }
  secret = cht_secret_new (out, n);
  cht_wipe (out, end - start + 8);
  g_free (out);
  return secret;
}

/* The string that KEY has in the outermost object; NULL where it has none. TEXT was scanned: it is one JSON document.
 */
static ChtSecret *
get_member (const char *text, const char *key)
{
  guint depth = 0;
  gboolean is_key = FALSE;

  for (const char *p = text; *p != '\0'; p++)
    {
      if (is_key && *p != '"' && !g_ascii_isspace (*p))
        return NULL; /* no string */
      if (*p == '{' || *p == '[')
        depth++;
      else if (*p == '}' || *p == ']')
        depth--;
      else if (*p == '"')
        {
          const char *end = find_quote (p + 1);

          if (is_key)
            return unescape (p + 1, end);
          if (depth == 1 && (gsize) (end - p - 1) == strlen (key) && strncmp (p + 1, key, end - p - 1) == 0)
            {
              const char *colon = end + 1 + strspn (end + 1, " \t\r\n");

              is_key = *colon == ':';
              p = is_key ? colon : end;
              continue;
            }
          p = end;
        }
    }
  return NULL;
}

static gboolean
fail (GError **error, const char *message)
{
  g_propagate_error (error, cht_problem_to_error (cht_problem_new (
                                "usage", CHT_PROBLEM_UNUSABLE,
                                _("Start the practice controller again, or sign in by hand."), "%s", message)));
  return FALSE;
}

gboolean
cht_practice_parse (ChtSecret *text, ChtProfile **profile, ChtSecret **password, GError **error)
{
  g_autoptr (ChtSecret) url = NULL;
  g_autoptr (ChtSecret) pin = NULL;
  g_autoptr (ChtSecret) username = NULL;
  g_autoptr (ChtSecret) found = NULL;

  if (!cht_json_scan (cht_secret_get_text (text), cht_secret_get_size (text), NULL))
    return fail (error, _("The practice controller's file is not complete."));
  url = get_member (cht_secret_get_text (text), "url");
  pin = get_member (cht_secret_get_text (text), "pin");
  username = get_member (cht_secret_get_text (text), "username");
  found = get_member (cht_secret_get_text (text), "password");
  if (url == NULL || pin == NULL || username == NULL || found == NULL)
    return fail (error, _("The practice controller's file lacks its address, its key, its user or its password."));
  *profile = cht_profile_new (_("Practice controller"), cht_secret_get_text (url), cht_secret_get_text (username),
                              cht_secret_get_text (pin));
  *password = g_steal_pointer (&found);
  return TRUE;
}

gboolean
cht_practice_read (const char *path, ChtProfile **profile, ChtSecret **password, GError **error)
{
  gboolean others_may_read = FALSE;
  g_autoptr (GError) local = NULL;
  g_autoptr (ChtSecret) text = cht_file_read_secret (path, &others_may_read, &local);

  if (text == NULL)
    return fail (error, local->message);
  if (others_may_read)
    return fail (error, _("Others may read the practice controller's file, which holds a password."));
  return cht_practice_parse (text, profile, password, error);
}
