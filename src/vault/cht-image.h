/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What one generation of a vault holds, in memory and still sealed: immutable, shared by threads. Lists are served from
 * it, so that no reader waits for the disk, and a commit is worked out on it before the file is touched.
 */
#pragma once

#include "cht-audit.h"
#include "cht-head.h"
#include "cht-slot.h"
#include "cht-vault.h"

G_BEGIN_DECLS

#define CHT_IMAGE_MAX_ROWS 1000000u
#define CHT_IMAGE_MAX_BYTES ((gsize) 1024 * 1024 * 1024)

typedef struct { guint8 uuid[CHT_SEAL_UUID]; guint32 mode; GPtrArray *slots; } ChtHeader;

/* (transfer full) */
ChtHeader *cht_header_new (const guint8 uuid[CHT_SEAL_UUID], guint32 mode);
ChtHeader *cht_header_ref (ChtHeader *self);
void cht_header_unref (ChtHeader *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChtHeader, cht_header_unref)

/* A sealed record. SEQ: its place in the order of creation. */
typedef struct { gint64 seq; guint8 uuid[CHT_SEAL_UUID]; guint32 kind; guint64 generation; GBytes *sealed; } ChtRow;

/* Takes SEALED. (transfer full) */
ChtRow *cht_row_new (gint64 seq, const guint8 uuid[CHT_SEAL_UUID], guint32 kind, guint64 generation, GBytes *sealed);
ChtRow *cht_row_ref (ChtRow *self);
void cht_row_unref (ChtRow *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChtRow, cht_row_unref)
/* NULL where the row does not hold. (transfer full) (nullable) */
GBytes *cht_row_open (const ChtRow *self, const ChtSeal *seal);

typedef struct { guint64 device, inode, size; gint64 seconds, nanoseconds; } ChtStamp;

typedef struct {
  ChtHeader *header;
  ChtHead head;
  GBytes *head_sealed;
  GPtrArray *rows;        /* ChtRow, by seq */
  GHashTable *by_uuid;    /* uuid bytes → ChtRow, borrowed */
  GPtrArray *audit;       /* GBytes, from index 1 */
  guint64 audit_break;    /* 0: the log holds; else the index of the first row that does not */
  gsize bytes;            /* of all sealed rows */
  ChtStamp stamp;         /* of the file, when this was read or written under the lock */
} ChtImage;

/* Takes HEADER. (transfer full) */
ChtImage *cht_image_new (ChtHeader *header);
ChtImage *cht_image_ref (ChtImage *self);
void cht_image_unref (ChtImage *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChtImage, cht_image_unref)
/* While an image is built: takes ROW. FALSE where its uuid is there already. */
gboolean cht_image_add (ChtImage *self, ChtRow *row);

/* What a commit changes in the file. */
typedef struct { GPtrArray *puts; GArray *removals; GPtrArray *audit; } ChtDelta;  /* ChtRow; gint64 seq; GBytes */
ChtDelta *cht_delta_new (void);
void cht_delta_free (ChtDelta *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChtDelta, cht_delta_free)

/* The next generation: ACTION on SELF. Nothing of SELF changes. CHT_VAULT_ERROR_UNKNOWN_RECORD, _LIMIT.
 * (transfer full) */
ChtImage *cht_image_apply (
    ChtImage *self, const ChtSeal *seal, const ChtVaultAction *action, ChtDelta *delta, GError **error);

/* One change of an action; the action itself. TIME 0: the moment of the commit. */
typedef struct { gboolean removal; guint8 uuid[CHT_SEAL_UUID]; guint32 kind; GBytes *payload; char *text; } ChtChange;
struct _ChtVaultAction { char *name, **objects, *outcome; gint64 time; GPtrArray *changes; };

/* "xxxxxxxx-xxxx-…" in lower case, and back; FALSE where TEXT is no uuid. (transfer full) */
char *cht_uuid_to_text (const guint8 uuid[CHT_SEAL_UUID]);
gboolean cht_uuid_from_text (const char *text, guint8 uuid[CHT_SEAL_UUID]);

G_END_DECLS
