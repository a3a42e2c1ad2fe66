/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a passphrase to key and initialisation vector, the old ways too, which GnuTLS does not offer. They are for
 * reading only. */
#pragma once

#include <gnutls/crypto.h>

#include "cht-der.h"
#include "cht-secret.h"

G_BEGIN_DECLS

#define CHT_KEY_DERIVATION_MAX 64  /* octets of output */

/* RFC 8018, 5.2. */
gboolean cht_key_derive_pbkdf2 (gnutls_mac_algorithm_t mac, ChtSecret *passphrase, ChtDer salt, guint rounds,
                                guint8 *out, gsize size);
/* RFC 8018, 5.1; SIZE at most the hash's. */
gboolean cht_key_derive_pbkdf1 (gnutls_digest_algorithm_t hash, ChtSecret *passphrase, ChtDer salt, guint rounds,
                                guint8 *out, gsize size);
/* RFC 7292, B.2, with SHA-1; PURPOSE 1 is a key, 2 an initialisation vector. The passphrase goes in as UTF-16. */
gboolean cht_key_derive_pkcs12 (guint8 purpose, ChtSecret *passphrase, ChtDer salt, guint rounds, guint8 *out,
                                gsize size);
/* OpenSSL's EVP_BytesToKey with MD5 and one round. */
gboolean cht_key_derive_openssl (ChtSecret *passphrase, ChtDer salt, guint8 *out, gsize size);

G_END_DECLS
