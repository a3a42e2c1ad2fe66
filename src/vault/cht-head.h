/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The head: one sealed row that says what the whole file holds, so that a record or a log row that was swapped,
 * deleted, replayed or added is found at opening, though each by itself was once truly sealed.
 */
#pragma once

#include "cht-seal.h"

G_BEGIN_DECLS

typedef struct {
  guint32 mode; /* ChtVaultMode: also clear in the header, which nobody may turn down to a weaker one */
  guint64 generation;
  guint64 n_records;
  guint8 set[CHT_SEAL_HASH];             /* see cht_head_add */
  guint64 n_audit;
  guint8 chain[CHT_SEAL_HASH];           /* the last link of the audit log */
  guint8 slots[CHT_SEAL_HASH];           /* of the header's slots */
  guint8 predecessor[CHT_SEAL_HASH];     /* hash of the head before this one; zeros in the first */
} ChtHead;

/* Adds a record to the set, or takes it out: O(1) a write. SEALED is the whole sealed row, TAG its end. */
void cht_head_add (
    ChtHead *self, const ChtSeal *seal, const guint8 uuid[CHT_SEAL_UUID], guint64 generation, GBytes *sealed);
void cht_head_subtract (
    ChtHead *self, const ChtSeal *seal, const guint8 uuid[CHT_SEAL_UUID], guint64 generation, GBytes *sealed);

void cht_head_hash (const ChtHead *self, const ChtSeal *seal, guint8 out[CHT_SEAL_HASH]);
/* (transfer full) */
GBytes *cht_head_close (const ChtHead *self, const ChtSeal *seal);
/* GENERATION: what the row says in clear; FALSE where it is not the one that was sealed. */
gboolean cht_head_open (ChtHead *self, const ChtSeal *seal, guint64 generation, GBytes *sealed);

/* How a file stands to the anchor (generation, head hash) that the keyring remembers. */
typedef enum {
  CHT_ANCHOR_SAME,    /* the file is the one that was last anchored */
  CHT_ANCHOR_NEXT,    /* one commit further, whose anchor was not stored any more: the anchor follows */
  CHT_ANCHOR_OLDER,   /* an older file was put back */
  CHT_ANCHOR_OTHER,   /* another line of history: the anchor does not know what this file came from */
} ChtAnchorVerdict;

ChtAnchorVerdict cht_head_judge (const ChtHead *self,
                                 const ChtSeal *seal,
                                 guint64 generation,
                                 const guint8 anchor[CHT_SEAL_HASH]);

G_END_DECLS
