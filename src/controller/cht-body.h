/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ChtBody: a growing piece of memory for requests and answers, wiped whenever it moves and when it goes; and the
 * writing of JSON and form text into it, so that a key or password is never in a string that nobody wipes.
 *
 * What it cannot reach: libsoup and GnuTLS copy what they send and receive through buffers of their own (some
 * kilobytes at a time), which go back to the heap unwiped, and header lines (the bearer token) are plain strings of
 * libsoup's.
 *
 * Private to this room.
 */
#pragma once

#include "cht-secret.h"

G_BEGIN_DECLS

typedef struct _ChtBody ChtBody;

ChtBody *cht_body_new (void);
void cht_body_free (ChtBody *self);
/* The bytes, always with one NUL behind them. They may be changed in place, not their number. */
char *cht_body_get_text (ChtBody *self);
gsize cht_body_get_size (ChtBody *self);
/* SIZE bytes of room behind the end, to be filled and then counted with grow(). */
char *cht_body_reserve (ChtBody *self, gsize size);
void cht_body_grow (ChtBody *self, gsize size);

void cht_body_append (ChtBody *self, const char *text);
/* SIZE bytes of UTF-8 as a JSON string, quotes included. */
void cht_body_append_json (ChtBody *self, const char *text, gsize size);
/* `"name":"value"`, with a comma before it where something stands there already. */
void cht_body_append_member (ChtBody *self, const char *name, const char *value);
/* The same without the value, for what follows. */
void cht_body_append_name (ChtBody *self, const char *name);
/* name=value of application/x-www-form-urlencoded, with & where needed. */
void cht_body_append_form (ChtBody *self, const char *name, const char *value, gsize size);

/* Takes SELF; the bytes wipe themselves. (transfer full) */
GBytes *cht_body_free_to_bytes (ChtBody *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChtBody, cht_body_free)

G_END_DECLS
