/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Judges what a server shows at the handshake. Private to this room. */
#pragma once

#include "cht-client.h"
#include "cht-url.h"

G_BEGIN_DECLS

/* At TLS_HANDSHAKED, before a request byte leaves: the version, the pin, the dates and the name. PIN NULL: only the
 * version is judged, since a person is to see what is there. (transfer full) */
ChtServerIdentity *cht_handshake_judge (GTlsConnection *tls, const ChtUrl *url, const char *pin, GError **error);
/* In accept-certificate: FALSE unless ERRORS are excused by the pin, which excuses an unknown CA and nothing else. */
gboolean cht_handshake_excuse (GTlsCertificate *peer, GTlsCertificateFlags errors, const ChtUrl *url, const char *pin,
                               GError **error);

G_END_DECLS
