/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What GnuTLS hides of a PKCS#12 container (RFC 7292, 4): the parts that it cannot decrypt, and what stands in them. */
#pragma once

#include "cht-der.h"

G_BEGIN_DECLS

/* Part INDEX of the authenticated safe as an EncryptedPrivateKeyInfo, so that the envelope of keys opens it; NULL
 * where it is not encrypted or not in DER. (transfer full) (nullable) */
GBytes *cht_pkcs12_find_encrypted (ChtDer pfx, guint index);

typedef enum { CHT_SAFE_OTHER, CHT_SAFE_KEY, CHT_SAFE_ENCRYPTED_KEY, CHT_SAFE_CERTIFICATE } ChtSafeKind;
/* One SafeBag off REST (the content of SafeContents). FALSE at the end or where it is malformed. */
gboolean cht_pkcs12_next_bag (ChtDer *rest, ChtSafeKind *kind, ChtDer *content);

G_END_DECLS
