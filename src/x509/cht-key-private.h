/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys out of containers; only this room makes them. */
#pragma once

#include "cht-key.h"
#include "cht-pem.h"

G_BEGIN_DECLS

/* One block as cht_pem_scan found it, TEXT being what stands in the file. (transfer full) */
ChtKey *cht_key_new_from_block (ChtSecret *text, const ChtPemBlock *block, ChtSecret *passphrase);
/* DER of any key form; encrypted PKCS#8 is opened. TEXT stands for it. (transfer full) */
ChtKey *cht_key_new_from_der (ChtSecret *der, ChtSecret *passphrase);
/* A PKCS#8 key out of an opened PKCS#12 container. (transfer full) */
ChtKey *cht_key_new_from_pkcs12 (ChtSecret *pkcs8);

G_END_DECLS
