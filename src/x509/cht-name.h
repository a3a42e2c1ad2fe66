/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Distinguished names (RFC 5280, 4.1.2.4) as text and for matching, from their DER. */
#pragma once

#include "cht-der.h"

G_BEGIN_DECLS

/* RFC 4514 with UTF-8 unescaped; NULL where NAME (a whole Name) is malformed, "" where it is empty. (transfer full)
 * (nullable) */
char *cht_name_to_text (ChtDer name);
/* The value of the common name, else the organisational unit, else the organisation, unescaped; NULL where it has
 * none. (transfer full) (nullable) */
char *cht_name_get_label (ChtDer name);
/* The same bytes for names that RFC 5280, 7.1 holds to be equal: strings of any type as UTF-8, case folded, white space
 * pressed together. What is malformed stays as it is. (transfer full) */
GBytes *cht_name_normalize (ChtDer name);
/* A string of any ASN.1 type as UTF-8; NULL where TAG is no string. Bytes that fit no encoding are escaped as \XX.
 * (transfer full) (nullable) */
char *cht_name_string (guint8 tag, ChtDer content);

G_END_DECLS
