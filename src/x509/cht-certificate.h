/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ChtCertificate: one X.509 certificate (RFC 5280), immutable. It keeps the DER and the parsed columns; a GnuTLS
 * object (23 KB each) is made only while one is needed. Threads may share it.
 *
 * Strings are UTF-8 of unknown origin: names may hold controls and markup; make them fit to show with
 * cht_text_for_display. What this type tells is what the certificate *says*; that its signature holds is told by
 * ChtChains.
 */
#pragma once

#include <gio/gio.h>
#include "cht-clock.h"

G_BEGIN_DECLS

#define CHT_X509_ERROR (cht_x509_error_quark ())
GQuark cht_x509_error_quark (void);

/* Messages are whole sentences for a person, translated; they name no file (the caller knows it). */
typedef enum {
  CHT_X509_ERROR_MALFORMED,          /* not what it says it is, or GnuTLS refuses it: the reason in words */
  /* nothing readable in the bytes; says what they are where known (HTML, ZIP, JKS …) */
  CHT_X509_ERROR_NOTHING,
  CHT_X509_ERROR_LIMIT,              /* over a limit; says which */
  CHT_X509_ERROR_PASSPHRASE_NEEDED,
  CHT_X509_ERROR_PASSPHRASE_WRONG,   /* "wrong passphrase or damaged" where both give the same */
  CHT_X509_ERROR_UNSUPPORTED,        /* names the exact algorithm or scheme */
} ChtX509Error;

#define CHT_X509_MAX_CERTIFICATES 100000
#define CHT_X509_MAX_KEYS 256  /* private keys in one file: each costs locked memory, and perhaps a derivation */
#define CHT_X509_MAX_OBJECT ((gsize) 1024 * 1024)

typedef enum {
  CHT_KEY_USAGE_DIGITAL_SIGNATURE = 1 << 0, CHT_KEY_USAGE_NON_REPUDIATION = 1 << 1,
    CHT_KEY_USAGE_KEY_ENCIPHERMENT = 1 << 2,
  CHT_KEY_USAGE_DATA_ENCIPHERMENT = 1 << 3, CHT_KEY_USAGE_KEY_AGREEMENT = 1 << 4, CHT_KEY_USAGE_KEY_CERT_SIGN = 1 << 5,
  CHT_KEY_USAGE_CRL_SIGN = 1 << 6, CHT_KEY_USAGE_ENCIPHER_ONLY = 1 << 7, CHT_KEY_USAGE_DECIPHER_ONLY = 1 << 8,
} ChtKeyUsage;

#define CHT_TYPE_CERTIFICATE (cht_certificate_get_type ())
G_DECLARE_FINAL_TYPE (ChtCertificate, cht_certificate, CHT, CERTIFICATE, GObject)

/* DER of one certificate, nothing behind it. (transfer full) */
ChtCertificate *cht_certificate_new_from_der (GBytes *der, GError **error);

GBytes *cht_certificate_get_der (ChtCertificate *self);
/* Plain PEM, LF, 64 columns, last newline. (transfer full) */
char *cht_certificate_to_pem (ChtCertificate *self);
/* SHA-256 of the DER, lower-case hex: its identity everywhere. */
const char *cht_certificate_get_sha256 (ChtCertificate *self);
/* RFC 4514 with UTF-8 unescaped; "" for an empty name. */
const char *cht_certificate_get_subject (ChtCertificate *self);
const char *cht_certificate_get_issuer (ChtCertificate *self);
/* DER of the names, for matching. */
GBytes *cht_certificate_get_subject_der (ChtCertificate *self);
GBytes *cht_certificate_get_issuer_der (ChtCertificate *self);
/* What a person calls it: the common name, else the organisational unit or organisation, else a subject alternative
 * name, else the serial. Never "". */
const char *cht_certificate_get_label (ChtCertificate *self);
/* Lower-case hex without leading "0x" or sign octet; "" where it has none. */
const char *cht_certificate_get_serial (ChtCertificate *self);
/* zero, negative, over 20 octets (RFC 5280, 4.1.2.2) */
gboolean cht_certificate_has_odd_serial (ChtCertificate *self);
gint64 cht_certificate_get_not_before (ChtCertificate *self);
gint64 cht_certificate_get_not_after (ChtCertificate *self);
int cht_certificate_get_version (ChtCertificate *self);          /* 1 to 3 */
gboolean cht_certificate_is_ca (ChtCertificate *self);           /* basicConstraints CA:TRUE; for version 1: FALSE */
int cht_certificate_get_path_length (ChtCertificate *self);      /* -1: no limit */
gboolean cht_certificate_has_key_usage (ChtCertificate *self);
/* ChtKeyUsage; all bits where it has no such extension */
guint cht_certificate_get_key_usage (ChtCertificate *self);
/* OIDs in dotted form, NULL-terminated; NULL where it has no such extension. */
const char *const *cht_certificate_get_extended_key_usage (ChtCertificate *self);
/* "DNS:…", "IP:…", "email:…", "URI:…", NULL-terminated, never NULL. */
const char *const *cht_certificate_get_alternative_names (ChtCertificate *self);
/* Lower-case hex; NULL where absent. */
const char *cht_certificate_get_subject_key_id (ChtCertificate *self);
const char *cht_certificate_get_authority_key_id (ChtCertificate *self);
/* "RSA", "EC P-256", "EC secp256k1", "Ed25519", "RSA-PSS", "ML-DSA-44", or a dotted OID. */
const char *cht_certificate_get_key_algorithm (ChtCertificate *self);
guint cht_certificate_get_key_bits (ChtCertificate *self);       /* 0 unknown */
/* "RSA 2,048", "EC P-256": for people. (transfer full) */
char *cht_certificate_describe_key (ChtCertificate *self);
/* "RSA-SHA256", "ECDSA-SHA256", "Ed25519", …, or a dotted OID. */
const char *cht_certificate_get_signature_algorithm (ChtCertificate *self);
gboolean cht_certificate_is_signed_with_md5 (ChtCertificate *self);
gboolean cht_certificate_is_signed_with_sha1 (ChtCertificate *self);
/* Subject and issuer are the same name. Not that it signed itself: that is ChtChains. */
gboolean cht_certificate_is_self_issued (ChtCertificate *self);
/* DER of the subjectPublicKeyInfo, and its SHA-256 in lower-case hex (a pin). */
GBytes *cht_certificate_get_spki (ChtCertificate *self);
const char *cht_certificate_get_spki_sha256 (ChtCertificate *self);
gboolean cht_certificate_equal (ChtCertificate *a, ChtCertificate *b);  /* same DER */

/* Did the key of ISSUER make SELF's signature over its bytes? Costs one signature check. UNSUPPORTED in ERROR where
 * the algorithm cannot be checked here. */
gboolean cht_certificate_verify_signature (ChtCertificate *self, ChtCertificate *issuer, GError **error);

G_END_DECLS
