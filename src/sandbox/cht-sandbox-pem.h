/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * PEM as the practice controller takes it (RFC 7468), read by its own code: every BEGIN has its END, the label is the
 * one that belongs there, the base64 is whole, the DER in it is one certificate or one key and nothing behind it. Text
 * outside the blocks is let by. Nothing is repaired and nothing skipped: one broken block refuses the file.
 */
#pragma once

#include <glib.h>
#include <gnutls/x509.h>

G_BEGIN_DECLS

#define CHT_SANDBOX_MAX_CERTIFICATES 2000  /* in one trust store: each costs a signature to verify */

typedef gnutls_x509_crt_t ChtGnutlsCertificate;
typedef gnutls_x509_privkey_t ChtGnutlsKey;
G_DEFINE_AUTO_CLEANUP_FREE_FUNC (ChtGnutlsCertificate, gnutls_x509_crt_deinit, NULL)
G_DEFINE_AUTO_CLEANUP_FREE_FUNC (ChtGnutlsKey, gnutls_x509_privkey_deinit, NULL)

/* NULL, and WHY (optional) a static sentence in the controller's own English, where TEXT is not one or more
 * certificates. COUNT (out) (optional). (transfer full) (element-type gnutls_x509_crt_t) (nullable) */
GPtrArray *cht_sandbox_read_certificates (GBytes *text, guint *count, const char **why);
/* PKCS#1, SEC 1, PKCS#8 and encrypted PKCS#8; also the older encryption by DEK-Info. PASSPHRASE NULL or empty: none.
 * (transfer full) (nullable) */
gnutls_x509_privkey_t cht_sandbox_read_key (GBytes *text, GBytes *passphrase, const char **why);

G_END_DECLS
