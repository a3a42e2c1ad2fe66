/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A reader of DER (X.690) over borrowed bytes: no copies, no recursion, every length checked against what is there.
 * Only what X.509 needs: tags of one octet and definite lengths.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  const guint8 *data;
  gsize size;
} ChtDer;

enum {
  CHT_DER_BOOLEAN = 0x01, CHT_DER_INTEGER = 0x02, CHT_DER_BIT_STRING = 0x03, CHT_DER_OCTET_STRING = 0x04,
  CHT_DER_NULL = 0x05, CHT_DER_OID = 0x06, CHT_DER_UTF8_STRING = 0x0c, CHT_DER_SEQUENCE = 0x30, CHT_DER_SET = 0x31,
  CHT_DER_UTC_TIME = 0x17, CHT_DER_GENERALIZED_TIME = 0x18,
};

/* Takes one element off REST. TAG, CONTENT and WHOLE (out) (optional). FALSE, and REST as it was, at the end or where
 * it is malformed. */
gboolean cht_der_read (ChtDer *rest, guint8 *tag, ChtDer *content, ChtDer *whole);
/* The same for an element that must have TAG. */
gboolean cht_der_expect (ChtDer *rest, guint8 tag, ChtDer *content);
/* TRUE where the next element has TAG. */
gboolean cht_der_next_is (const ChtDer *rest, guint8 tag);
/* Dotted form; NULL where it is malformed. (transfer full) (nullable) */
char *cht_der_oid_to_text (ChtDer content);
/* A BIT STRING of whole octets. */
gboolean cht_der_bits (ChtDer content, ChtDer *octets);
/* A non-negative INTEGER that fits. */
gboolean cht_der_uint (ChtDer content, guint64 *value);
/* UTCTime or GeneralizedTime as RFC 5280, 4.1.2.5 has them; zones and absent seconds of older writers are taken too. */
gboolean cht_der_time (guint8 tag, ChtDer content, gint64 *time);
gboolean cht_der_equal (ChtDer a, ChtDer b);
/* (transfer full) */
GBytes *cht_der_to_bytes (ChtDer der);
/* Lower-case hex. (transfer full) */
char *cht_der_sha256 (ChtDer der);
/* Appends tag and length of an element with SIZE bytes of content. */
void cht_der_put_header (GByteArray *out, guint8 tag, gsize size);

G_END_DECLS
