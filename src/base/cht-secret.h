/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ChtSecret: bytes that nobody else may see.
 *
 * The memory is sodium_malloc'd: locked, left out of core dumps, between guard pages, wiped when the last
 * reference goes. There is always one NUL after the last byte, which is not part of the size, so that text can be
 * handed to a C interface. Immutable and atomically counted: threads may share one.
 * Never put one in a GObject string property, a GVariant that outlives sealing, a log line or an argument list.
 */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define CHT_TYPE_SECRET (cht_secret_get_type ())
typedef struct _ChtSecret ChtSecret;

GType cht_secret_get_type (void);

/* Copies SIZE bytes. The caller wipes its own copy (cht_wipe). DATA may be NULL where SIZE is 0. (transfer full) */
ChtSecret *cht_secret_new (gconstpointer data, gsize size);
/* Copies TEXT, which must not be NULL, without its NUL. (transfer full) */
ChtSecret *cht_secret_new_text (const char *text);
/* SIZE bytes from the system's random source. (transfer full) */
ChtSecret *cht_secret_new_random (gsize size);

ChtSecret *cht_secret_ref (ChtSecret *self);
void cht_secret_unref (ChtSecret *self);

const guint8 *cht_secret_get_data (const ChtSecret *self);
/* The same bytes as text; what holds a NUL inside ends there for C. */
const char *cht_secret_get_text (const ChtSecret *self);
gsize cht_secret_get_size (const ChtSecret *self);
/* In constant time for secrets of one size. */
gboolean cht_secret_equal (const ChtSecret *a, const ChtSecret *b);

/* Overwrites memory in a way that the compiler may not leave out. */
void cht_wipe (gpointer data, gsize size);
/* Wipes and g_free()s a string of the heap, for what a library returned; NULL is fine. */
void cht_wipe_free (char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChtSecret, cht_secret_unref)

G_END_DECLS
