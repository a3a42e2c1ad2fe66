/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys and certificates for tests, made on the spot. */
#pragma once

#include <gio/gio.h>
#include <gnutls/x509.h>

typedef struct { gnutls_x509_privkey_t key; gnutls_x509_crt_t certificate; char *name, *pem; } Pki;

/* What a certificate is like beside its name: days from now to its end (begun a year ago), CA, path length,
 * signature. */
typedef struct {
  int days;
  gboolean leaf;
  int path_length;
  guint usage;
  gnutls_digest_algorithm_t digest;
  gnutls_pk_algorithm_t algorithm;  /* unset: ECDSA on P-256 */
  guint bits;
  int version;
} PkiKind;
#define PKI_CA ((PkiKind) { .days = 400, .path_length = -1 })

/* ISSUER NULL: self-signed. */
Pki *pki_new (const char *name, Pki *issuer, PkiKind kind);
/* OLD's name and key, self-signed once more. */
Pki *pki_renew (Pki *old, PkiKind kind);
void pki_free (Pki *self);
/* Traditional (PKCS#1 or SEC 1), and PKCS#8. */
char *pki_key_pem (Pki *self);
char *pki_key_pkcs8 (Pki *self, const char *passphrase, guint flags);
GBytes *text_bytes (const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Pki, pki_free)
