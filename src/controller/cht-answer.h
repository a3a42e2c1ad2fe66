/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the controller's answer means before anybody reads it for its own. Private to this room. */
#pragma once

#include "cht-json.h"
#include "cht-transport.h"

G_BEGIN_DECLS

/* The session behind the bearer token is over: 403 in those words, a token that the gateway cannot read, or 401. */
gboolean cht_answer_is_session_end (ChtAnswer *self);
/* TRUE for 2xx; else what the status means, with the controller's own words. A write that may have been done is LOST.
 */
gboolean cht_answer_check (ChtAnswer *self, gboolean writes, GError **error);
/* The answer to a ticket's request: SIGN_IN, BLOCKED, SESSION_LIMIT and the above. */
gboolean cht_answer_check_sign_in (ChtAnswer *self, const char *username, GError **error);
/* The body as an object. (transfer full) */
JsonNode *cht_answer_parse (ChtAnswer *self, GError **error);
/* The body as a ticket or token: visible ASCII, no markup. (transfer full) */
ChtSecret *cht_answer_read_token (ChtAnswer *self, GError **error);

G_END_DECLS
