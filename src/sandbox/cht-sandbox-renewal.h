/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The renewal of the controller's internal certificates, as a job: a few steps, each on the disk before the next
 * begins, so that a job whose controller was killed goes on at the next start and always comes to an end.
 */
#pragma once

#include "cht-sandbox-store.h"

G_BEGIN_DECLS

typedef enum { CHT_SANDBOX_RENEW_DUE, CHT_SANDBOX_RENEW_LEAVES, CHT_SANDBOX_RENEW_ALL } ChtSandboxRenewKind;

typedef struct _ChtSandboxRenewal ChtSandboxRenewal;

/* SECONDS: how long a job takes. A job that was left running goes on. */
ChtSandboxRenewal *cht_sandbox_renewal_new (ChtSandboxStore *store, double seconds);
void cht_sandbox_renewal_free (ChtSandboxRenewal *self);

/* Days to the end of the leaf that ends first, rounded down; FALSE where that is no less than CHT_SANDBOX_DUE_DAYS,
 * or there is none. */
gboolean cht_sandbox_renewal_is_due (ChtSandboxRenewal *self, gint64 *days);
/* The job's id. NULL and WHY, a static sentence, where it does not start. (transfer full) (nullable) */
char *cht_sandbox_renewal_start (ChtSandboxRenewal *self, ChtSandboxRenewKind kind, const char *user, const char **why);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChtSandboxRenewal, cht_sandbox_renewal_free)

G_END_DECLS
