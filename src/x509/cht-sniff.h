/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What bytes are, by their content: the form, and which object stands in DER. */
#pragma once

#include "cht-bundle.h"
#include "cht-der.h"

G_BEGIN_DECLS

typedef enum {
  CHT_DER_KIND_NONE, CHT_DER_KIND_CERTIFICATE, CHT_DER_KIND_REQUEST, CHT_DER_KIND_CRL, CHT_DER_KIND_SPKI,
    CHT_DER_KIND_PKCS1_PUBLIC,
  CHT_DER_KIND_PKCS1, CHT_DER_KIND_SEC1, CHT_DER_KIND_PKCS8, CHT_DER_KIND_PKCS8_ENCRYPTED, CHT_DER_KIND_DSA,
    CHT_DER_KIND_PKCS7,
  CHT_DER_KIND_PKCS12,
} ChtDerKind;

/* By shape alone; a good shape is no proof that the rest can be read. Takes BER's indefinite length for PKCS#7 and
 * PKCS#12. */
ChtDerKind cht_sniff_der (ChtDer der);
gboolean cht_sniff_is_private_key (ChtDerKind kind);
/* What is neither PEM nor DER. */
ChtFormat cht_sniff_format (const guint8 *data, gsize size);
/* A sentence that says what FORMAT is and what to ask for instead. */
const char *cht_sniff_explain (ChtFormat format);

G_END_DECLS
