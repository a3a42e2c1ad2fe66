/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ChtBundle: everything that a run of bytes holds: certificates, keys, requests, CRLs and what could not be read, in
 * the order in which it stands there. Sniffed by content, never by name. Immutable. One broken block never hides the
 * good ones: it is an object of kind UNKNOWN with the reason.
 */
#pragma once

#include "cht-certificate.h"
#include "cht-key.h"

G_BEGIN_DECLS

typedef enum { CHT_OBJECT_CERTIFICATE, CHT_OBJECT_PRIVATE_KEY, CHT_OBJECT_PUBLIC_KEY, CHT_OBJECT_REQUEST,
  CHT_OBJECT_CRL, CHT_OBJECT_UNKNOWN } ChtObjectKind;
/* "certificate", "private-key", …: stable. */
const char *cht_object_kind_get_id (ChtObjectKind kind);

#define CHT_TYPE_OBJECT (cht_object_get_type ())
G_DECLARE_FINAL_TYPE (ChtObject, cht_object, CHT, OBJECT, GObject)

ChtObjectKind cht_object_get_kind (ChtObject *self);
ChtCertificate *cht_object_get_certificate (ChtObject *self);  /* (nullable) */
ChtKey *cht_object_get_key (ChtObject *self);                  /* (nullable) */
/* Why it could not be read, a sentence; "" where it could. */
const char *cht_object_get_reason (ChtObject *self);
/* "PEM", "DER", …; the label of the PEM block ("" for others); its first line in the file, from 1 (0 unknown). */
const char *cht_object_get_encoding (ChtObject *self);
const char *cht_object_get_label (ChtObject *self);
guint cht_object_get_line (ChtObject *self);
/* A request's, CRL's or public key's own words: subject or issuer "" where it has none; algorithm and bits. */
const char *cht_object_get_subject (ChtObject *self);
const char *cht_object_get_key_algorithm (ChtObject *self);
guint cht_object_get_key_bits (ChtObject *self);
/* DER, or for what could not be read the raw bytes; NULL for a private key (it stays in its ChtKey). */
GBytes *cht_object_get_der (ChtObject *self);

typedef enum { CHT_FORMAT_PEM, CHT_FORMAT_DER, CHT_FORMAT_PKCS7, CHT_FORMAT_PKCS12, CHT_FORMAT_OPENSSH, CHT_FORMAT_JKS,
  CHT_FORMAT_ZIP, CHT_FORMAT_HTML, CHT_FORMAT_BASE64, CHT_FORMAT_UNKNOWN } ChtFormat;
/* "pem", "der", "pkcs7", …: stable. ZIP stands for every archive, JKS for every Java keystore. PEM armour around one
 * PKCS#7 or PKCS#12 is that container. */
const char *cht_format_get_id (ChtFormat format);
/* "DER form", "a PKCS#12 container": for a sentence, translated. */
const char *cht_format_get_words (ChtFormat format);

#define CHT_TYPE_BUNDLE (cht_bundle_get_type ())
G_DECLARE_FINAL_TYPE (ChtBundle, cht_bundle, CHT, BUNDLE, GObject)

/* NOTHING where not one object could be recognised, LIMIT over a bound. A file that holds something recognised but
 * unreadable alone (a broken certificate block) is a bundle with UNKNOWN objects. PASSPHRASE (nullable) opens keys
 * and PKCS#12. May run on a worker; checks CANCELLABLE. (transfer full) */
ChtBundle *cht_bundle_new (GBytes *bytes, ChtSecret *passphrase, GCancellable *cancellable, GError **error);

GBytes *cht_bundle_get_bytes (ChtBundle *self);
ChtFormat cht_bundle_get_format (ChtBundle *self);
GPtrArray *cht_bundle_get_objects (ChtBundle *self);       /* of ChtObject (transfer none) */
GPtrArray *cht_bundle_get_certificates (ChtBundle *self);  /* of ChtCertificate, duplicates kept (transfer none) */
GPtrArray *cht_bundle_get_keys (ChtBundle *self);          /* of ChtKey (transfer none) */
guint cht_bundle_get_n_unreadable (ChtBundle *self);
/* Only CERTIFICATE blocks in ASCII with LF or CR LF and blank lines: may go up byte for byte. */
gboolean cht_bundle_is_plain_pem (ChtBundle *self);
/* Plain PEM of the certificates in their order. (transfer full) */
GBytes *cht_bundle_to_plain_pem (ChtBundle *self);

G_END_DECLS
