/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys and certificates that the practice controller makes by itself: ECDSA P-256, SHA-256, everything as PEM. */
#pragma once

#include "cht-sandbox-store.h"

G_BEGIN_DECLS

typedef enum { CHT_SANDBOX_CA, CHT_SANDBOX_SERVER, CHT_SANDBOX_PEER } ChtSandboxUse;  /* PEER: server and client */

/* NAME is a common name of the practice controller's own, never a person's input. PATH_LENGTH -1: no limit (CA alone).
 * ADDRESS (nullable): one more IP address for SERVER and PEER, beside 127.0.0.1 and localhost. Times in seconds. */
typedef struct {
  const char *name;
  ChtSandboxUse use;
  int path_length;
  const char *address;
  gint64 not_before, not_after;
} ChtSandboxSpec;

/* PEM (PKCS#8). (transfer full) */
GBytes *cht_sandbox_make_key (GError **error);
/* For the key in KEY; by the issuer whose first certificate and key are given, or by KEY itself where ISSUER is NULL.
 * PASSPHRASE (nullable) opens the issuer's key. (transfer full) */
GBytes *cht_sandbox_issue (const ChtSandboxSpec *spec, GBytes *key, GBytes *issuer, GBytes *issuer_key,
                           GBytes *passphrase, GError **error);
/* SHA-256 of KEY's SubjectPublicKeyInfo, lower-case hex. (transfer full) */
char *cht_sandbox_get_pin (GBytes *key, GError **error);
/* The end of the certificate in PEM that ends first, seconds; G_MAXINT64 where there is none. PEM may be NULL. */
gint64 cht_sandbox_get_first_end (GBytes *pem);
/* One after the other; what is NULL is left out. (transfer full) */
GBytes *cht_sandbox_join (GBytes *first, GBytes *second);

G_END_DECLS
