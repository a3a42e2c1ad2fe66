/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a practice controller has before anybody uses it: its own identity, and for a demonstration the default
 * certificates and four destinations. Names of facts that several files use stand here. */
#pragma once

#include "cht-sandbox-store.h"

G_BEGIN_DECLS

#define CHT_SANDBOX_FACT_PASSWORD "password"
#define CHT_SANDBOX_FACT_TOKEN_KEY "token-key"
#define CHT_SANDBOX_FACT_PORT "port"
#define CHT_SANDBOX_FACT_WEB_CA "web-ca"            /* the intermediate that issues the listener's certificate */
#define CHT_SANDBOX_FACT_WEB_CA_KEY "web-ca-key"
#define CHT_SANDBOX_FACT_WEB_CA_PASSPHRASE "web-ca-passphrase"  /* "" where the key has none */
#define CHT_SANDBOX_FACT_LISTENER_KEY "listener-key"  /* never changes: the pin rests on it */
#define CHT_SANDBOX_FACT_LISTENER "listener"
#define CHT_SANDBOX_FACT_LISTENER_ADDRESS "listener-address"
#define CHT_SANDBOX_FACT_INTERNAL_CA "internal-ca"
#define CHT_SANDBOX_FACT_INTERNAL_CA_KEY "internal-ca-key"

#define CHT_SANDBOX_USER "admin"
#define CHT_SANDBOX_ITSELF "Crosswork"              /* last_updated_by of what the controller made */
#define CHT_SANDBOX_INTERNAL "Crosswork-Internal-Communication"
#define CHT_SANDBOX_WEB "Crosswork-Web-Cert"
#define CHT_SANDBOX_DEVICE_SYSLOG "Crosswork-Device-Syslog"
#define CHT_SANDBOX_LEAF_DAYS 730
#define CHT_SANDBOX_CA_DAYS (5 * 365)
#define CHT_SANDBOX_DUE_DAYS 60                     /* below this a renewal is due */

/* Fills an empty state, whole or not at all; one that was filled stays as it is. DEMO adds certificates and
 * destinations. */
gboolean cht_sandbox_seed (ChtSandboxStore *store, gboolean demo, GError **error);
/* The listener's certificate for ADDRESS, made anew where it is missing, due, or for another address. */
gboolean cht_sandbox_ensure_listener (ChtSandboxStore *store, const char *address, GError **error);
/* From now on the listener's certificate comes from RECORD's intermediate and key: made at once, FALSE where they
 * cannot issue one. */
gboolean cht_sandbox_adopt_web_ca (ChtSandboxStore *store, const ChtSandboxRecord *record, GError **error);

/* Replaces the leaves of the internal certificate, on the controller's own CA. */
gboolean cht_sandbox_renew_leaves (ChtSandboxStore *store, GError **error);
/* Replaces root and intermediate of internal TLS and device syslog; the leaves then need renewing. */
gboolean cht_sandbox_renew_roots (ChtSandboxStore *store, GError **error);
/* When the first certificate of RECORD ends, seconds. */
gint64 cht_sandbox_get_record_end (const ChtSandboxRecord *record);

G_END_DECLS
