/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What two files differ in, certificate by certificate and key by key: aligned by subject and key, so that a renewed
 * certificate is told from another one. The form (PEM, DER, a container, text around) is no difference. It says what
 * stands there; that signatures hold is told by ChtChains.
 */
#pragma once

#include "cht-bundle.h"

G_BEGIN_DECLS

/*
 * KIND, of a certificate with the same subject and key: "dates", "issuer", "names", "usage", "key-identifiers",
 * "signature", "reissued" (none of these, and yet another certificate). Of others: "key" (the same subject under
 * another key), "subject" (the same key under another subject), "added", "dropped", "copies" (how often it stands
 * there), "order" (nothing but the order). Of private keys: "private-key-added", "private-key-dropped",
 * "private-key-protection". Of all else: "object-added", "object-dropped".
 */
typedef struct {
  const char *kind;
  char *message;  /* a sentence for a person, translated, fit to show */
  char *a, *b;    /* sha256 of what differs in A and in B; NULL where there is none, or it is a private key */
} ChtDifference;

/* (transfer full) (element-type ChtDifference) */
GPtrArray *cht_compare_bundles (ChtBundle *a, ChtBundle *b);

G_END_DECLS
