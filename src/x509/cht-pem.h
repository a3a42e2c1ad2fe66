/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A tolerant reader of PEM (RFC 7468, and what people make of it): text between blocks, indentation, any line ends,
 * trailing white space, no line ends at all, RFC 1421 headers, "\n" written out, UTF-16 and a byte order mark. It
 * keeps a broken block as one, with the reason: it is never dropped in silence.
 */
#pragma once

#include <gio/gio.h>

#include "cht-secret.h"

G_BEGIN_DECLS

typedef struct {
  char *label;        /* "CERTIFICATE" (owned) */
  guint line;         /* of the BEGIN line, from 1 */
  gsize start, end;   /* BEGIN line to END line in the text, line end behind it left out */
  GBytes *der;        /* NULL for private keys and for broken blocks (owned) */
  ChtSecret *secret;  /* the decoded bytes of a private key; NULL else (owned) */
  char *proc_type;    /* of an RFC 1421 header; NULL without (owned) */
  char *dek_info;     /* (owned) */
  char *fault;        /* a sentence where it is broken, else NULL (owned) */
} ChtPemBlock;

void cht_pem_block_free (ChtPemBlock *block);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChtPemBlock, cht_pem_block_free)

/* SIZE bytes as text in which blocks can be looked for: NULL where they are that already; else a copy without BOM,
 * out of UTF-16, with written-out line ends made real. May hold keys, hence a secret. (transfer full) (nullable) */
ChtSecret *cht_pem_unfold (const guint8 *data, gsize size);

/* Every block of TEXT, in order. NULL with LIMIT or G_IO_ERROR_CANCELLED. (transfer full) (element-type ChtPemBlock) */
GPtrArray *cht_pem_scan (const char *text, gsize size, GCancellable *cancellable, GError **error);

gboolean cht_pem_label_is_private_key (const char *label);
/* Only CERTIFICATE blocks in ASCII, LF or CR LF, and blank lines between. */
gboolean cht_pem_is_plain (const char *text, gsize size);

/* LF, 64 columns, last newline. (transfer full) */
char *cht_pem_encode (const char *label, GBytes *der);
/* The same for a private key. (transfer full) */
ChtSecret *cht_pem_encode_secret (const char *label, const guint8 *der, gsize size);
/* Decodes base64 with any white space between. BAD (out): where a foreign character stands, else SIZE. OUT holds SIZE
 * * 3 / 4 bytes. FALSE where it is cut off or foreign. */
gboolean cht_pem_decode (const char *text, gsize size, guint8 *out, gsize *out_size, gsize *bad);

G_END_DECLS
