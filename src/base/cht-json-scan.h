/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A strict look at JSON before any parser sees it (RFC 8259). json-glib crashes at 100,000 nested brackets and takes
 * duplicate keys, single quotes, comments and several roots: this refuses them first, iteratively and in one pass.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CHT_JSON_MAX_DEPTH 32

#define CHT_JSON_ERROR (cht_json_error_quark ())
GQuark cht_json_error_quark (void);

typedef enum {
  CHT_JSON_ERROR_MALFORMED,  /* not one complete JSON document: syntax, UTF-8, NUL, several roots, cut off */
  CHT_JSON_ERROR_DUPLICATE,  /* a key twice in one object (compared after unescaping) */
  CHT_JSON_ERROR_LIMIT,      /* deeper than CHT_JSON_MAX_DEPTH, or an integer outside 64 bits */
} ChtJsonError;

/* TRUE where TEXT is exactly one JSON document. Time linear in SIZE (but for hashing keys), no recursion. */
gboolean cht_json_scan (const char *text, gsize size, GError **error);

G_END_DECLS
