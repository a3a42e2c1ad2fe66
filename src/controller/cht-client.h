/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ChtClient: one signed-in (or not yet signed-in) connection to one controller, over HTTPS, pinned.
 *
 * Transport as README.md's threat model wants it: the pin is judged at the handshake before a request byte leaves; no
 * redirects, no cookies; answers are capped, complete and strict JSON; connect within 10 s, an operation with its
 * repeats within 60 s; only GET is ever repeated. Messages of CHT_CONTROLLER_ERROR are whole sentences for a person,
 * translated, naming the host; they may quote the controller's own words in quotes. An answer without a peer
 * certificate (a proxy's) is never believed.
 *
 * Threads: belongs to the main context it was made in; all calls are asynchronous and cancellable
 * (G_IO_ERROR_CANCELLED, but LOST where a write had left when it was cancelled).
 */
#pragma once

#include <gio/gio.h>
#include "cht-certificate.h"
#include "cht-secret.h"

G_BEGIN_DECLS

#define CHT_CONTROLLER_ERROR (cht_controller_error_quark ())
GQuark cht_controller_error_quark (void);

typedef enum {
  CHT_CONTROLLER_ERROR_USAGE,          /* the address is not an https URL with a host */
  CHT_CONTROLLER_ERROR_UNREACHABLE,    /* no connection within 10 s, refused, name not found, proxy says no */
  CHT_CONTROLLER_ERROR_TIMEOUT,        /* connected and silent */
  CHT_CONTROLLER_ERROR_TLS,            /* no TLS 1.2 or 1.3, broken handshake */
  CHT_CONTROLLER_ERROR_PIN,            /* another key than the pinned one: nothing was sent */
  CHT_CONTROLLER_ERROR_NAME,           /* the right key, but a certificate for another name */
  CHT_CONTROLLER_ERROR_EXPIRED,        /* the right key, but the certificate is expired or not yet valid */
  CHT_CONTROLLER_ERROR_SIGN_IN,        /* user name or password refused */
  CHT_CONTROLLER_ERROR_BLOCKED,        /* this user is blocked for some seconds */
  CHT_CONTROLLER_ERROR_SESSION_LIMIT,
  CHT_CONTROLLER_ERROR_SESSION_ENDED,  /* and signing in again did not help */
  CHT_CONTROLLER_ERROR_RIGHT,          /* this user may not */
  CHT_CONTROLLER_ERROR_BAD_ANSWER,     /* not JSON, cut off, wrong shape */
  CHT_CONTROLLER_ERROR_TOO_LARGE,
  CHT_CONTROLLER_ERROR_REFUSED,        /* the controller said no, in words */
  CHT_CONTROLLER_ERROR_ABSENT_ABILITY, /* this release does not have the operation (404) */
  CHT_CONTROLLER_ERROR_LOST,           /* a write was sent and its answer lost: reconcile before saying anything */
} ChtControllerError;

/* What a server showed at the handshake. */
/* pin: SHA-256 of SPKI, hex; chain: ChtCertificate as sent */
typedef struct { char *pin; ChtCertificate *certificate; GPtrArray *chain; } ChtServerIdentity;
void cht_server_identity_free (ChtServerIdentity *identity);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChtServerIdentity, cht_server_identity_free)

/* Handshake alone: no request byte is sent. */
void cht_client_probe_async (const char *url, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
ChtServerIdentity *cht_client_probe_finish (GAsyncResult *result, GError **error);

#define CHT_TYPE_CLIENT (cht_client_get_type ())
G_DECLARE_FINAL_TYPE (ChtClient, cht_client, CHT, CLIENT, GObject)

/* URL as people paste it (a whole page's address is cut to scheme, host, port; port 30603 where none stands); PIN 64
 * hex digits, colons and case ignored. (transfer full) */
ChtClient *cht_client_new (const char *url, const char *pin, const char *username, GError **error);
/* "https://host:port" */
const char *cht_client_get_url (ChtClient *self);
const char *cht_client_get_host (ChtClient *self);
const char *cht_client_get_username (ChtClient *self);
/* The Date header of the newest answer less this machine's clock then, seconds; 0 where unknown. */
gint64 cht_client_get_clock_skew (ChtClient *self);
gboolean cht_client_get_signed_in (ChtClient *self);

/* Ticket, then token. The password is kept in locked memory for one re-login when the session ends; sign_out wipes
 * it. */
void cht_client_sign_in_async (ChtClient *self, ChtSecret *password, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer data);
gboolean cht_client_sign_in_finish (ChtClient *self, GAsyncResult *result, GError **error);
/* DELETE of the ticket with the bearer header; where not signed in, succeeds. 10 s at most. Call it with a
 * cancellable of its own. */
void cht_client_sign_out_async (ChtClient *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer data);
gboolean cht_client_sign_out_finish (ChtClient *self, GAsyncResult *result, GError **error);

G_END_DECLS
