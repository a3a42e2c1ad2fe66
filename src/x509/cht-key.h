/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ChtKey: one private key, immutable. The secret stays as it came (PEM or DER, perhaps encrypted) in locked memory;
 * algorithm, size and public numbers are parsed columns, known only where the key could be opened (or where its clear
 * parts tell).
 */
#pragma once

#include "cht-certificate.h"
#include "cht-secret.h"

G_BEGIN_DECLS

typedef enum {
  CHT_KEY_STATE_OPEN,               /* read, numbers known */
  CHT_KEY_STATE_PASSPHRASE_NEEDED,  /* encrypted, no passphrase was given */
  CHT_KEY_STATE_PASSPHRASE_WRONG,   /* wrong passphrase or damaged */
  CHT_KEY_STATE_UNSUPPORTED,        /* scheme or algorithm that cannot be opened: see cht_key_get_reason */
  CHT_KEY_STATE_DAMAGED,
} ChtKeyState;

typedef enum {
  CHT_KEY_FORM_PKCS1, CHT_KEY_FORM_SEC1, CHT_KEY_FORM_PKCS8, CHT_KEY_FORM_PKCS8_ENCRYPTED,
    CHT_KEY_FORM_TRADITIONAL_ENCRYPTED /* DEK-Info */,
  CHT_KEY_FORM_PKCS12, CHT_KEY_FORM_OPENSSH, CHT_KEY_FORM_OTHER,
} ChtKeyForm;

#define CHT_TYPE_KEY (cht_key_get_type ())
G_DECLARE_FINAL_TYPE (ChtKey, cht_key, CHT, KEY, GObject)

/* TEXT is one key in PEM (whole file or one block) or DER; PASSPHRASE nullable. Never fails: a key that cannot be
 * opened has a state and a reason. (transfer full) */
ChtKey *cht_key_new (ChtSecret *text, ChtSecret *passphrase);

ChtKeyState cht_key_get_state (ChtKey *self);
/* A sentence for a person where the state is not OPEN; else "". */
const char *cht_key_get_reason (ChtKey *self);
ChtKeyForm cht_key_get_form (ChtKey *self);
gboolean cht_key_is_encrypted (ChtKey *self);
/* A passphrase was given, and the key has none. */
gboolean cht_key_has_unneeded_passphrase (ChtKey *self);
/* "" and 0 where unknown. */
const char *cht_key_get_algorithm (ChtKey *self);
guint cht_key_get_bits (ChtKey *self);
/* (transfer full) */
char *cht_key_describe (ChtKey *self);
/* As it came. */
ChtSecret *cht_key_get_text (ChtKey *self);
/* SHA-256 over the public numbers (not over SPKI: RSA-PSS parameters change that hash); NULL unless OPEN. */
const char *cht_key_get_identity (ChtKey *self);
/* By public numbers; FALSE unless OPEN. */
gboolean cht_key_fits (ChtKey *self, ChtCertificate *certificate);
/* Unencrypted PKCS#8 PEM; error where the state is not OPEN. (transfer full) */
ChtSecret *cht_key_to_pkcs8 (ChtKey *self, GError **error);
/* Encrypted PKCS#8 PEM: AES-256-CBC, PBKDF2-HMAC-SHA-256 with 600,000 rounds. (transfer full) */
ChtSecret *cht_key_to_encrypted_pkcs8 (ChtKey *self, ChtSecret *passphrase, GError **error);

G_END_DECLS
