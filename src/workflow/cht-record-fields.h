/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The plain records of this room are all alike: read-only properties over fields of their struct, and a merge that
 * tells what changed. One table a type says it once.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum {
  CHT_RECORD_STRING,   /* char *, owned */
  CHT_RECORD_STRINGS,  /* char **, owned, NULL-terminated */
  CHT_RECORD_INT,      /* int */
  CHT_RECORD_UINT,     /* guint, also flags and enums */
  CHT_RECORD_TIME,     /* gint64 */
  CHT_RECORD_BOOLEAN,  /* gboolean */
  CHT_RECORD_DOUBLE,
} ChtRecordKind;

typedef struct {
  const char *name;
  ChtRecordKind kind;
  gsize offset;
} ChtRecordField;

/* From class_init: properties, their getter and finalize. FIELDS is static and ends with a NULL name. */
void cht_record_class_install (gpointer klass, const ChtRecordField *fields);
/* Makes TARGET say what SOURCE, of the same type, says, and notifies of each property that changed. TRUE where one did.
 */
gboolean cht_record_merge (gpointer target, gpointer source);

/*
 * Makes STORE hold what FRESH does, in that order, by identity: an object with a key that is there stays and is merged,
 * so that a selection survives; the others come and go with the fewest items-changed. KEY names a STRING field.
 * KEEP_OTHERS: FRESH is a part, nothing is removed, and what is new goes to the front.
 */
void cht_record_merge_store (GListStore *store, GPtrArray *fresh, const char *key, gboolean keep_others);

G_END_DECLS
