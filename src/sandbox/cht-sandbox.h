/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ChtSandbox: a practice controller. It opens its state, fills it where it is empty, and answers over TLS the API of
 * the network controller as far as the route table goes. Belongs to the main context that it was made in.
 *
 * It judges what is uploaded by its own code, apart from the program that uploads. It is for practice and tests: it has
 * one user, and its state holds what it is given in clear.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* ADDRESS: an IP address, NULL for 127.0.0.1. PORT 0: the one that it had before where that is free, else any.
 * RENEWAL_SECONDS: how long a renewal takes. */
typedef struct { const char *state, *address; guint port; gboolean demo; double renewal_seconds; } ChtSandboxOptions;

#define CHT_TYPE_SANDBOX (cht_sandbox_get_type ())
G_DECLARE_FINAL_TYPE (ChtSandbox, cht_sandbox, CHT, SANDBOX, GObject)

/* It listens when this returns. (transfer full) */
ChtSandbox *cht_sandbox_new (const ChtSandboxOptions *options, GError **error);

/* One JSON object on one line: url, pin, username, password, state. Holds the password. (transfer full) */
char *cht_sandbox_get_facts (ChtSandbox *self);
/* "https://127.0.0.1:30603" */
const char *cht_sandbox_get_url (ChtSandbox *self);
/* TRUE for the address of this controller's own page: https, one of its names, its port, /app-dashboard. */
gboolean cht_sandbox_is_own_service (ChtSandbox *self, const char *service);
/* A moment from now everybody is logged out, and the server comes back at the same address with the certificate that is
 * stored by then. */
void cht_sandbox_restart (ChtSandbox *self);
/* (transfer none) */
struct _ChtSandboxRenewal *cht_sandbox_get_renewal (ChtSandbox *self);

G_END_DECLS
