/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The session family: sso/v1/tickets. */
#include <gnutls/crypto.h>
#include <string.h>

#include "cht-sandbox-call.h"
#include "cht-sandbox-seed.h"
#include "cht-sandbox.h"

static const char *
get_field (ChtSandboxCall *call, const char *name)
{
  const char *value = g_hash_table_lookup (call->form, name);

  return value != NULL ? value : "";
}

static gint64
now_seconds (void)
{
  return g_get_monotonic_time () / G_USEC_PER_SEC;
}

/* Over digests, so that the time tells neither the bytes nor the length. */
static gboolean
is_password (ChtSandboxCall *call, const char *user, const char *given)
{
  g_autofree char *password = cht_sandbox_store_get_fact (call->store, CHT_SANDBOX_FACT_PASSWORD);
  guint8 a[32], b[32];
  gboolean same;

  if (password == NULL || gnutls_hash_fast (GNUTLS_DIG_SHA256, password, strlen (password), a) < 0
      || gnutls_hash_fast (GNUTLS_DIG_SHA256, given, strlen (given), b) < 0)
    return FALSE;
  same = gnutls_memcmp (a, b, sizeof a) == 0;
  gnutls_memset (password, 0, strlen (password));
  return same & g_str_equal (user, CHT_SANDBOX_USER);
}

static void
create_ticket (ChtSandboxCall *call)
{
  const char *user = get_field (call, "username"), *password = get_field (call, "password");
  g_autofree char *ticket = NULL;

  if (user[0] == '\0' || password[0] == '\0' || strlen (user) > 256)
    cht_sandbox_call_answer_error (call, 401, "Username and password are required");
  else if (cht_sandbox_sessions_is_blocked (call->sessions, user, now_seconds ()))
    cht_sandbox_call_answer_error (call, 403,
                                   "User is blocked for a few seconds after a failed login. Try again later.");
  else if (!is_password (call, user, password))
    {
      cht_sandbox_sessions_block (call->sessions, user, now_seconds ());
      cht_sandbox_call_answer_error (call, 401, "Invalid username or password");
    }
  else
    switch (cht_sandbox_sessions_open (call->sessions, user, now_seconds (), &ticket))
      {
      case CHT_SANDBOX_OPENED:
        call->location = g_strconcat ("https://127.0.0.1:5489/crosswork/sso/v1/tickets/", ticket, NULL);
        cht_sandbox_call_answer_text (call, 201, ticket);
        break;
      case CHT_SANDBOX_USER_LIMIT:
        cht_sandbox_call_answer_error (call, 503,
                                       "Per user session limit reached. Log out of another session and try again.");
        break;
      case CHT_SANDBOX_TOTAL_LIMIT:
        cht_sandbox_call_answer_error (call, 503, "Session limit reached. Try again later.");
        break;
      }
}

static void
create_token (ChtSandboxCall *call)
{
  g_autofree char *token = NULL;

  if (!cht_sandbox_is_own_service (call->sandbox, get_field (call, "service")))
    {
      cht_sandbox_call_answer_error (call, 500, "The service is not this controller's");
      return;
    }
  token = cht_sandbox_sessions_make_token (call->sessions, call->tail, now_seconds ());
  if (token == NULL)
    cht_sandbox_call_answer_error (call, 404, "The ticket could not be found");
  else
    cht_sandbox_call_answer_text (call, 200, token);
}

static void
delete_ticket (ChtSandboxCall *call)
{
  if (cht_sandbox_sessions_end (call->sessions, call->tail, call->user))
    cht_sandbox_call_answer_text (call, 200, "");
  else
    cht_sandbox_call_answer_error (call, 400, "The ticket could not be found");
}

const ChtSandboxRoute cht_sandbox_session_routes[] = {
  { "POST", "/crosswork/sso/v1/tickets", CHT_SANDBOX_ROUTE_FORM, CHT_SANDBOX_ROUTE_PUBLIC, create_ticket },
  { "POST", "/crosswork/sso/v1/tickets/", CHT_SANDBOX_ROUTE_FORM, CHT_SANDBOX_ROUTE_PUBLIC, create_token },
  { "DELETE", "/crosswork/sso/v1/tickets/", CHT_SANDBOX_ROUTE_NONE, CHT_SANDBOX_ROUTE_BEARER_OR_400, delete_ticket },
  { NULL },
};
