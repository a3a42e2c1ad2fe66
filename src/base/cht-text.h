/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text of unknown origin, made fit to show: names out of certificates and answers of a server are hostile until
 * proved. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CHT_TEXT_MAX 300  /* characters of one shown name */

/* One line of valid UTF-8 of at most CHT_TEXT_MAX characters ("…" behind what was cut): control characters, line
 * breaks, bidirectional controls (U+202A to U+202E, U+2066 to U+2069, U+200E, U+200F, U+061C), zero-width and other
 * format characters and bytes that are no UTF-8 become \xNN or \u{NNNN}. NULL gives "". Markup is untouched: widgets
 * must not parse it. (transfer full) */
char *cht_text_for_display (const char *text);
/* The same without the limit of length, line breaks kept, for the command line's long values. (transfer full) */
char *cht_text_escape_controls (const char *text);
/* Lower-case hex, no separators. (transfer full) */
char *cht_text_hex (const guint8 *data, gsize size);
/* A fingerprint in hex as people compare it: "3F:A0:…:91", upper case, colons, whole. (transfer full) */
char *cht_text_fingerprint (const char *hex);
/* A whole number with the locale's grouping: "2,048". (transfer full) */
char *cht_text_number (guint64 number);

G_END_DECLS
