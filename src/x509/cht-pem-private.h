/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the two halves of the reader of PEM share: text and base64 (cht-pem.c), blocks (cht-pem-scan.c). */
#pragma once

#include "cht-pem.h"

G_BEGIN_DECLS

#define BEGIN "-----BEGIN "
#define END "-----END "
#define DASHES "-----"
#define MAX_LABEL 64

/* The first WHAT in [TEXT, END); NULL for none, and where TEXT is NULL. */
const char *cht_pem_find (const char *text, const char *end, const char *what);
gboolean cht_pem_is_space (char c);
/* -1 for what is no digit of base64; the padding is none. */
int cht_pem_digit_value (guint8 c);

G_END_DECLS
