/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A request and an answer as HTTP. Private to this room. */
#pragma once

#include <libsoup/soup.h>

#include "cht-transport.h"

G_BEGIN_DECLS

/* REQUEST to ORIGIN; NULL where libsoup takes the address for none. (transfer full) (nullable) */
SoupMessage *cht_message_new (const char *origin, const ChtRequest *request);

/* What can be told from the head of an answer alone; NULL where its body is worth reading. (transfer full) (nullable)
 */
GError *cht_message_judge_headers (SoupMessage *message, const char *origin, gsize limit);
GError *cht_message_make_too_large (const char *origin, gsize limit);
/* Less came than its Content-Length said. */
gboolean cht_message_is_short (SoupMessage *message, gsize size);
/* 429, 502, 503 and 504, which a later try may find mended. */
gboolean cht_message_is_unavailable (SoupMessage *message);
/* Seconds from now; -1 where it has none. */
gint64 cht_message_get_retry_after (SoupMessage *message);
/* CHT_TIME_UNKNOWN where it has none. */
gint64 cht_message_get_date (SoupMessage *message);

G_END_DECLS
