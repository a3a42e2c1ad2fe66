/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether the practice controller takes a trust store and a key store. Its own code on GnuTLS, which shares nothing
 * with the program that uploads, so that one mistake cannot hide in both. Path validation here is no more than a
 * controller of this kind does: signatures, dates, CA flags and path lengths; no names, no policies, no revocation.
 */
#pragma once

#include "cht-sandbox-roles.h"
#include "cht-sandbox-store.h"

G_BEGIN_DECLS

/* What is NULL was not sent. */
typedef struct { const ChtSandboxRole *role; GBytes *trust, *certificate, *key, *passphrase; } ChtSandboxUpload;

/* NULL where it is taken, else a static sentence in the controller's own English. NOW in seconds. */
const char *cht_sandbox_judge (const ChtSandboxUpload *upload, gint64 now);

G_END_DECLS
