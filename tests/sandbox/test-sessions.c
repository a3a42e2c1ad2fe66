/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-sandbox-sessions.h"

#include <string.h>

#define KEY "0123456789abcdef0123456789abcdef"

static char *
open_session (ChtSandboxSessions *sessions, const char *user, gint64 now)
{
  char *ticket = NULL;

  g_assert_cmpint (cht_sandbox_sessions_open (sessions, user, now, &ticket), ==, CHT_SANDBOX_OPENED);
  g_assert_true (g_str_has_prefix (ticket, "TGT-"));
  g_assert_cmpuint (strlen (ticket), ==, 4 + 64);
  return ticket;
}

static ChtSandboxToken
check (ChtSandboxSessions *sessions, const char *token, gint64 now)
{
  const char *user = NULL;
  ChtSandboxToken state = cht_sandbox_sessions_check (sessions, token, now, &user);

  g_assert_cmpstr (user, ==, state == CHT_SANDBOX_TOKEN_GOOD ? "admin" : NULL);
  return state;
}

static void
test_token (void)
{
  g_autoptr (ChtSandboxSessions) sessions = cht_sandbox_sessions_new (KEY);
  g_autofree char *ticket = open_session (sessions, "admin", 0), *token = NULL, *second = NULL, *bent = NULL;
  g_auto (GStrv) parts = NULL;

  token = cht_sandbox_sessions_make_token (sessions, ticket, 0);
  second = cht_sandbox_sessions_make_token (sessions, ticket, 0);
  g_assert_cmpstr (token, !=, second);
  parts = g_strsplit (token, ".", -1);
  g_assert_cmpuint (g_strv_length (parts), ==, 3);
  g_assert_cmpstr (parts[0], ==, "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9");
  g_assert_null (strpbrk (token, "+/="));
  g_assert_cmpint (check (sessions, token, 1), ==, CHT_SANDBOX_TOKEN_GOOD);
  g_assert_cmpint (check (sessions, second, 1), ==, CHT_SANDBOX_TOKEN_GOOD);
  bent = g_strdup (token);
  bent[strlen (parts[0]) + 5] ^= 1;
  g_assert_cmpint (check (sessions, bent, 1), ==, CHT_SANDBOX_TOKEN_BROKEN);
  g_assert_cmpint (check (sessions, "", 1), ==, CHT_SANDBOX_TOKEN_BROKEN);
  g_assert_cmpint (check (sessions, "a.b", 1), ==, CHT_SANDBOX_TOKEN_BROKEN);
  g_assert_cmpint (check (sessions, "..", 1), ==, CHT_SANDBOX_TOKEN_BROKEN);
  g_assert_null (cht_sandbox_sessions_make_token (sessions, "TGT-unknown", 0));
}

/* A restart: the signature still holds, the session is gone. Another controller's token is broken here. */
static void
test_other_key (void)
{
  g_autoptr (ChtSandboxSessions) one = cht_sandbox_sessions_new (KEY);
  g_autoptr (ChtSandboxSessions) again = cht_sandbox_sessions_new (KEY);
  g_autoptr (ChtSandboxSessions) other = cht_sandbox_sessions_new ("another");
  g_autofree char *ticket = open_session (one, "admin", 0);
  g_autofree char *token = cht_sandbox_sessions_make_token (one, ticket, 0);

  g_assert_cmpint (check (again, token, 0), ==, CHT_SANDBOX_TOKEN_ENDED);
  g_assert_cmpint (check (other, token, 0), ==, CHT_SANDBOX_TOKEN_BROKEN);
}

static void
test_end (void)
{
  g_autoptr (ChtSandboxSessions) sessions = cht_sandbox_sessions_new (KEY);
  g_autofree char *ticket = open_session (sessions, "admin", 0),
      *token = cht_sandbox_sessions_make_token (sessions, ticket, 0);

  g_assert_false (cht_sandbox_sessions_end (sessions, ticket, "somebody"));
  g_assert_cmpint (check (sessions, token, 0), ==, CHT_SANDBOX_TOKEN_GOOD);
  g_assert_true (cht_sandbox_sessions_end (sessions, ticket, "admin"));
  g_assert_false (cht_sandbox_sessions_end (sessions, ticket, "admin"));
  g_assert_cmpint (check (sessions, token, 0), ==, CHT_SANDBOX_TOKEN_ENDED);
}

static void
test_life (void)
{
  g_autoptr (ChtSandboxSessions) sessions = cht_sandbox_sessions_new (KEY);
  g_autofree char *ticket = open_session (sessions, "admin", 100), *token = NULL, *idle = NULL, *idle_token = NULL;
  const gint64 step = CHT_SANDBOX_SESSION_IDLE - 1;

  token = cht_sandbox_sessions_make_token (sessions, ticket, 100);
  g_assert_cmpint (check (sessions, token, 100 + step), ==, CHT_SANDBOX_TOKEN_GOOD);
  /* Used all the time, it still ends with its life. */
  g_assert_cmpint (check (sessions, token, 100 + CHT_SANDBOX_SESSION_LIFE), ==, CHT_SANDBOX_TOKEN_ENDED);
  idle = open_session (sessions, "admin", 0);
  idle_token = cht_sandbox_sessions_make_token (sessions, idle, 0);
  g_assert_cmpint (check (sessions, idle_token, CHT_SANDBOX_SESSION_IDLE), ==, CHT_SANDBOX_TOKEN_ENDED);
  g_assert_null (cht_sandbox_sessions_make_token (sessions, idle, CHT_SANDBOX_SESSION_IDLE));
}

static void
test_caps (void)
{
  g_autoptr (ChtSandboxSessions) sessions = cht_sandbox_sessions_new (KEY);
  g_autofree char *none = NULL, *last = NULL;

  for (guint i = 0; i < CHT_SANDBOX_SESSIONS; i++)
    {
      g_autofree char *user = g_strdup_printf ("user-%u", i / CHT_SANDBOX_SESSIONS_OF_USER);

      g_free (last);
      last = open_session (sessions, user, 0);
    }
  g_assert_cmpint (cht_sandbox_sessions_open (sessions, "user-0", 1, &none), ==, CHT_SANDBOX_USER_LIMIT);
  g_assert_cmpint (cht_sandbox_sessions_open (sessions, "somebody", 1, &none), ==, CHT_SANDBOX_TOTAL_LIMIT);
  g_assert_null (none);
  g_assert_true (cht_sandbox_sessions_end (sessions, last, "user-3"));
  g_free (open_session (sessions, "somebody", 1));
  /* What is over makes room. */
  g_free (open_session (sessions, "user-0", CHT_SANDBOX_SESSION_LIFE));
  cht_sandbox_sessions_end_all (sessions);
  g_free (open_session (sessions, "user-0", 1));
}

static void
test_block (void)
{
  g_autoptr (ChtSandboxSessions) sessions = cht_sandbox_sessions_new (KEY);

  g_assert_false (cht_sandbox_sessions_is_blocked (sessions, "admin", 10));
  cht_sandbox_sessions_block (sessions, "admin", 10);
  g_assert_true (cht_sandbox_sessions_is_blocked (sessions, "admin", 10));
  g_assert_true (cht_sandbox_sessions_is_blocked (sessions, "admin", 12));
  g_assert_false (cht_sandbox_sessions_is_blocked (sessions, "admin", 13));
  g_assert_false (cht_sandbox_sessions_is_blocked (sessions, "somebody", 10));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sandbox/sessions/token", test_token);
  g_test_add_func ("/sandbox/sessions/other-key", test_other_key);
  g_test_add_func ("/sandbox/sessions/end", test_end);
  g_test_add_func ("/sandbox/sessions/life", test_life);
  g_test_add_func ("/sandbox/sessions/caps", test_caps);
  g_test_add_func ("/sandbox/sessions/block", test_block);
  return g_test_run ();
}
