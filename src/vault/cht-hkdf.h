/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HKDF-SHA-256, RFC 5869, which libsodium 1.0.18 lacks: built on its crypto_auth_hmacsha256. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CHT_HKDF_MAX ((gsize) 255 * 32)

/* SIZE at most CHT_HKDF_MAX (section 2.3). Wipes what lay between. */
void cht_hkdf (const guint8 *salt, gsize salt_size, const guint8 *input, gsize input_size, const guint8 *info,
               gsize info_size, guint8 *out, gsize size);

G_END_DECLS
