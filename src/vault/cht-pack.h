/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fixed-width little-endian numbers and length-prefixed parts, for associated data, the head and the slots: one
 * meaning for each sequence of bytes, on every machine.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void cht_pack_u32 (GByteArray *out, guint32 value);
void cht_pack_u64 (GByteArray *out, guint64 value);
void cht_pack_raw (GByteArray *out, gconstpointer data, gsize size);
/* A 32-bit length before the bytes. */
void cht_pack_part (GByteArray *out, gconstpointer data, gsize size);

/* What is left to read. Each taker answers FALSE, and takes nothing, where too little is left. */
typedef struct { const guint8 *data; gsize size; } ChtUnpack;

gboolean cht_unpack_u32 (ChtUnpack *in, guint32 *value);
gboolean cht_unpack_u64 (ChtUnpack *in, guint64 *value);
gboolean cht_unpack_raw (ChtUnpack *in, gpointer out, gsize size);
/* A part as text: FALSE also where it holds a NUL or is no UTF-8. (transfer full) */
gboolean cht_unpack_text (ChtUnpack *in, char **text);

G_END_DECLS
