/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A controller's address as people type and paste it. Private to this room. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define CHT_URL_DEFAULT_PORT 30603

typedef struct {
  char *host;    /* lower case, ASCII (IDNA), no brackets, no trailing dot */
  guint16 port;
  char *origin;  /* "https://host:port", brackets around IPv6 */
} ChtUrl;

/* CHT_CONTROLLER_ERROR_USAGE where TEXT is no https address with a host; TEXT itself is never quoted, as a password may
 * stand in it. A whole page's address is cut to scheme, host and port. (transfer full) */
ChtUrl *cht_url_parse (const char *text, GError **error);
void cht_url_free (ChtUrl *self);
/* By its spelling, without a look-up: localhost and the addresses of the loopback network. */
gboolean cht_url_is_loopback (const ChtUrl *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChtUrl, cht_url_free)

G_END_DECLS
