/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Algorithm identifiers of keys and signatures by name, and public keys by their numbers. */
#pragma once

#include <gnutls/gnutls.h>

#include "cht-der.h"

G_BEGIN_DECLS

typedef struct {
  char *algorithm;  /* "RSA", "EC P-256", … or a dotted OID (owned) */
  guint bits;       /* 0 unknown */
} ChtKeyFacts;

/* Of an AlgorithmIdentifier's content (OID and parameters) and the key's BIT STRING or OCTET STRING content, which
 * may be empty. FALSE where malformed. */
gboolean cht_algorithm_read_key (ChtDer identifier, ChtDer key, ChtKeyFacts *facts);
/* Of a whole subjectPublicKeyInfo. */
gboolean cht_algorithm_read_spki (ChtDer spki, ChtKeyFacts *facts);
/* SHA-256 over algorithm family, domain and public numbers: RSA and RSA-PSS with the same numbers are the same key.
 * (transfer full) (nullable) */
char *cht_algorithm_get_identity (ChtDer spki);
/* TRUE where GnuTLS can work with a key of this name. */
gboolean cht_algorithm_is_supported_key (const char *algorithm);

/* "RSA-SHA256", …; a dotted OID where unknown; NULL where malformed. IDENTIFIER is an AlgorithmIdentifier's content.
 * (transfer full) (nullable) */
char *cht_algorithm_read_signature (ChtDer identifier);
/* What GnuTLS calls it; GNUTLS_SIGN_UNKNOWN where it cannot check it. For RSA-PSS the salt's length too (-1 for
 * others). */
gnutls_sign_algorithm_t cht_algorithm_get_sign (ChtDer identifier, gnutls_digest_algorithm_t *pss_hash,
                                                guint *pss_salt);

/* "SHA256", …; OID itself where unknown. */
const char *cht_algorithm_name_hash (const char *oid);
/* "RSA 2,048", "EC P-256". (transfer full) */
char *cht_algorithm_describe (const char *algorithm, guint bits);

G_END_DECLS
