/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Certificates and keys for tests, made on the spot with GnuTLS: nothing is stored as a loose binary. Any fault
 * aborts the test.
 *
 *   g_autoptr (ChtFixture) root = cht_fixture_new ("Root CA", NULL, NULL);
 * g_autoptr (ChtFixture) issuing = cht_fixture_new ("Issuing CA", root, &(ChtFixtureOptions) { .path_length =
 * CHT_FIXTURE_PATH (0) });
 * g_autoptr (ChtFixture) leaf = cht_fixture_new ("host", issuing, &(ChtFixtureOptions) { .is_leaf = TRUE, .dns =
 * "host.example" });
 */
#pragma once

#include "cht-bundle.h"

G_BEGIN_DECLS

typedef struct _ChtFixture ChtFixture;

#define CHT_FIXTURE_PATH(n) ((n) + 1)  /* so that an absent one is 0 */

typedef enum { CHT_FIXTURE_P256, CHT_FIXTURE_P384, CHT_FIXTURE_RSA, CHT_FIXTURE_ED25519,
  CHT_FIXTURE_RSA_PSS } ChtFixtureKeyType;

typedef struct {
  gboolean is_leaf;             /* CA:FALSE, digitalSignature, serverAuth; else CA:TRUE, keyCertSign, cRLSign */
  int path_length;              /* CHT_FIXTURE_PATH (n); 0: none */
  int from_day, to_day;         /* from today; both 0: -1 to 3,650 */
  ChtFixtureKeyType key_type;   /* P-256 where nothing is said: the fastest */
  guint rsa_bits;               /* 0: 2,048 */
  ChtFixture *same_key;         /* takes this one's key: cross-signed and renewed CAs */
  const char *subject;          /* whole name as RFC 4514 takes it, in place of CN=NAME */
  const char *digest;           /* "SHA1", "SHA256" (where NULL), "SHA384", "MD5": of the signature */
  const char *dns;              /* subject alternative name */
  const char *purpose;          /* the only extended key usage, an OID */
  guint key_usage;              /* ChtKeyUsage in place of the usual one */
  int version;                  /* 0: 3 */
  gboolean without_basic_constraints, without_key_usage, without_key_ids;
  const char *authority_key_id; /* text whose bytes stand for the AKI */
  const char *serial;           /* its octets in hex; NULL: 8 random octets */
} ChtFixtureOptions;

/* NAME is the common name, byte for byte. ISSUER NULL: signs itself. OPTIONS NULL: all as usual. (transfer full) */
ChtFixture *cht_fixture_new (const char *name, ChtFixture *issuer, const ChtFixtureOptions *options);
void cht_fixture_free (ChtFixture *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChtFixture, cht_fixture_free)

/* (transfer none) */
ChtCertificate *cht_fixture_get_certificate (ChtFixture *self);
const char *cht_fixture_get_pem (ChtFixture *self);
GBytes *cht_fixture_get_der (ChtFixture *self);
/* The key, as people hand it over; PASSPHRASE NULL: in clear. (transfer full) */
ChtSecret *cht_fixture_key_to_pkcs8 (ChtFixture *self, const char *passphrase);
/* PKCS#1 or SEC1. (transfer full) */
ChtSecret *cht_fixture_key_to_traditional (ChtFixture *self);
/* Certificates of all FIXTURES (NULL-terminated) one behind the other. (transfer full) */
char *cht_fixtures_to_pem (ChtFixture *first, ...) G_GNUC_NULL_TERMINATED;
/* (transfer full) (element-type ChtCertificate) */
GPtrArray *cht_fixtures_to_array (ChtFixture *first, ...) G_GNUC_NULL_TERMINATED;
/* A container with the certificates, and the key of the first. (transfer full) */
GBytes *cht_fixtures_to_pkcs12 (const char *passphrase, ChtFixture *first, ...) G_GNUC_NULL_TERMINATED;
/* DER of a certificates-only container. (transfer full) */
GBytes *cht_fixtures_to_pkcs7 (ChtFixture *first, ...) G_GNUC_NULL_TERMINATED;
/* PEM of a request for the fixture's key and name; DER of an empty CRL that it signed; PEM of its public key.
 * (transfer full) */
char *cht_fixture_to_request (ChtFixture *self);
GBytes *cht_fixture_to_crl (ChtFixture *self);
char *cht_fixture_to_public_key (ChtFixture *self);
/* A copy whose signature is broken by one flipped bit. (transfer full) */
GBytes *cht_fixture_forge (ChtFixture *self);

G_END_DECLS
