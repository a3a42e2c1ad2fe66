/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A server on loopback that says word for word what a test tells it to, over real TLS by GnuTLS: its certificate, its
 * versions, its bytes and when it hangs up. It notes what it was asked. Each connection has a thread.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _BadServer BadServer;

typedef enum {
  BAD_PLAIN = 1 << 0,       /* no TLS: a proxy */
  BAD_MUTE = 1 << 1,        /* takes the connection and says nothing at all */
  BAD_OTHER_NAME = 1 << 2,  /* a certificate for other.example */
  BAD_EXPIRED = 1 << 3,
  BAD_NOT_YET = 1 << 4,
  BAD_TLS_1_1 = 1 << 5,
} BadServerFlags;

BadServer *bad_server_new (BadServerFlags flags);
void bad_server_free (BadServer *self);
guint16 bad_server_get_port (BadServer *self);
const char *bad_server_get_url (BadServer *self);
const char *bad_server_get_pin (BadServer *self);
/* Its certificate. */
const char *bad_server_get_pem (BadServer *self);

/* What PATH (its beginning, "METHOD /path") is answered with; several for one path are given in turn, the last for
 * ever. */
void bad_server_say (BadServer *self, const char *request, const char *bytes);
/* The same, and no TLS farewell behind it: the wire is cut. NULL bytes: hangs up at once. */
void bad_server_cut (BadServer *self, const char *request, const char *bytes);
/* The same, and then silence until the other side goes. */
void bad_server_hang (BadServer *self, const char *request, const char *bytes);
/* BYTES first, then AGAIN without an end. */
void bad_server_flood (BadServer *self, const char *request, const char *bytes, const char *again);
/* A proxy's CONNECT goes through to PORT. */
void bad_server_tunnel (BadServer *self, guint16 port);
/* HTTP with a status, a kind and a length; the usual sign-in, ticket and token. */
void bad_server_json (BadServer *self, const char *request, guint status, const char *body);
void bad_server_let_in (BadServer *self);

/* Whole requests so far that begin so. */
guint bad_server_count (BadServer *self, const char *request);
/* The newest of them (transfer full). */
char *bad_server_last (BadServer *self, const char *request);
/* Bytes that came over all connections, handshakes apart. */
gsize bad_server_get_bytes (BadServer *self);
guint bad_server_get_connections (BadServer *self);
/* Bytes that a flood could send before the other side hung up; G_MAXSIZE while it runs. */
gsize bad_server_get_flooded (BadServer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BadServer, bad_server_free)

G_END_DECLS
