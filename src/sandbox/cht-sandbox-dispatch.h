/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a request to its family's handler and back: what the controller's gateway does before any service sees a
 * call. */
#pragma once

#include <libsoup/soup.h>
#include "cht-sandbox-call.h"

G_BEGIN_DECLS

#define CHT_SANDBOX_MAX_BODY ((goffset) 64 * 1024 * 1024)

/* Answers MESSAGE for PATH. CALL has sandbox, store and sessions set, the rest is filled in and cleared here. */
void cht_sandbox_dispatch (ChtSandboxCall *call, SoupServerMessage *message, const char *path);
/* At the request's headers: a body that is or grows too large ends the connection. */
void cht_sandbox_bound (SoupServerMessage *message);

G_END_DECLS
