/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who is logged in. A ticket (TGT) and its tokens name one session; both are random, at least 128 bits, and the token
 * is signed as a JWT is (RFC 7519, HS256), so that a broken one is told from one whose session ended. Sessions live in
 * memory alone and end with the program, as on a controller that restarts. Times are seconds of a clock that never goes
 * back.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CHT_SANDBOX_SESSION_LIFE (8 * 60 * 60)
#define CHT_SANDBOX_SESSION_IDLE (480 * 60)
#define CHT_SANDBOX_SESSIONS_OF_USER 50
#define CHT_SANDBOX_SESSIONS 200
#define CHT_SANDBOX_BLOCK 3  /* after a failed log-in */

typedef struct _ChtSandboxSessions ChtSandboxSessions;

/* KEY signs the tokens; the same key over restarts makes old tokens "ended" and not "broken". */
ChtSandboxSessions *cht_sandbox_sessions_new (const char *key);
void cht_sandbox_sessions_free (ChtSandboxSessions *self);

void cht_sandbox_sessions_block (ChtSandboxSessions *self, const char *user, gint64 now);
gboolean cht_sandbox_sessions_is_blocked (ChtSandboxSessions *self, const char *user, gint64 now);

typedef enum { CHT_SANDBOX_OPENED, CHT_SANDBOX_USER_LIMIT, CHT_SANDBOX_TOTAL_LIMIT } ChtSandboxOpening;

/* TICKET (out): "TGT-…" (transfer full) */
ChtSandboxOpening cht_sandbox_sessions_open (ChtSandboxSessions *self, const char *user, gint64 now, char **ticket);
/* NULL where there is no such session. (transfer full) (nullable) */
char *cht_sandbox_sessions_make_token (ChtSandboxSessions *self, const char *ticket, gint64 now);

typedef enum { CHT_SANDBOX_TOKEN_GOOD, CHT_SANDBOX_TOKEN_BROKEN, CHT_SANDBOX_TOKEN_ENDED } ChtSandboxToken;

/* USER (out): until the session ends (transfer none) */
ChtSandboxToken cht_sandbox_sessions_check (ChtSandboxSessions *self, const char *token, gint64 now, const char **user);
/* Ends a session of USER. FALSE where there is none by that ticket. */
gboolean cht_sandbox_sessions_end (ChtSandboxSessions *self, const char *ticket, const char *user);
void cht_sandbox_sessions_end_all (ChtSandboxSessions *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChtSandboxSessions, cht_sandbox_sessions_free)

G_END_DECLS
