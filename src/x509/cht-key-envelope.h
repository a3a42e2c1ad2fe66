/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Encrypted private keys: the scheme is read before anything is tried, so that a right passphrase on a scheme that
 * cannot be opened is never called wrong. PBES2 and PBES1 (RFC 8018), the PBEs of PKCS#12 (RFC 7292, appendix B), and
 * the traditional DEK-Info (RFC 1421 with OpenSSL's key derivation).
 */
#pragma once

#include "cht-der.h"
#include "cht-key.h"

G_BEGIN_DECLS

#define CHT_KEY_ENVELOPE_ROUNDS 600000
#define CHT_KEY_ENVELOPE_MAX_ROUNDS 10000000     /* a second or two */
#define CHT_KEY_ENVELOPE_MAX_OLD_ROUNDS 1000000  /* the same, of the derivations before PBKDF2 */

/*
 * Opens an EncryptedPrivateKeyInfo. PASSPHRASE nullable. OPEN and CLEAR (what was inside, not yet looked at) only
 * where the padding is right; else a state and REASON, a sentence.
 */
ChtKeyState cht_key_envelope_open (ChtDer der, ChtSecret *passphrase, ChtSecret **clear, char **reason);
/* The same for the body of a traditional PEM block with DEK_INFO ("AES-256-CBC,0123…"). */
ChtKeyState cht_key_envelope_open_traditional (const char *dek_info, ChtDer body, ChtSecret *passphrase,
                                               ChtSecret **clear,
                                               char **reason);
/* "wrong passphrase or damaged", as a sentence. (transfer full) */
char *cht_key_envelope_wrong (void);

/* An EncryptedPrivateKeyInfo around CLEAR: AES-256-CBC, PBKDF2-HMAC-SHA-256, CHT_KEY_ENVELOPE_ROUNDS. NULL where the
 * library refuses. (transfer full) (nullable) */
GBytes *cht_key_envelope_seal (ChtSecret *clear, ChtSecret *passphrase);

G_END_DECLS
