/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Slots: the master key, wrapped once for each way to open the vault. They stand in the clear header, beside
 * the vault's uuid and mode, and the head seals a hash of them all.
 *
 * A slot: number (1 to CHT_SLOT_MAX), kind, parameters, the wrapped key (nonce 24 ‖ ciphertext 32 ‖ tag 16,
 * under a key from HKDF, bound to format, vault uuid, number, kind and parameters). Parameters of a slot with
 * a passphrase: algorithm (2 = Argon2id 1.3), passes, KiB, lanes, salt (16); of any other: none. Keys that go
 * into HKDF: the keyring's 32 bytes, then the passphrase's 32 from Argon2id, or the recovery code's 32.
 */
#pragma once

#include <gio/gio.h>
#include "cht-seal.h"

G_BEGIN_DECLS

#define CHT_SLOT_MAX 8
#define CHT_SLOT_MAX_PARAMETERS 64
#define CHT_SLOT_WRAPPED (24 + CHT_SEAL_KEY + CHT_SEAL_TAG)

/* Numbers are written into files. */
typedef enum { CHT_SLOT_KEYRING = 1, CHT_SLOT_PASSPHRASE = 2, CHT_SLOT_RECOVERY = 3, CHT_SLOT_BOTH = 4 } ChtSlotKind;

typedef struct { guint32 number, kind; GBytes *parameters, *wrapped; } ChtSlot;

void cht_slot_free (ChtSlot *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChtSlot, cht_slot_free)

typedef struct { guint32 passes, kib, lanes; guint8 salt[16]; } ChtSlotCost;

/* Bounds of Argon2id: at least 64 MiB and 3 passes, at most 1 GiB and 10, one lane. */
#define CHT_SLOT_MIN_KIB (64u * 1024)
#define CHT_SLOT_MAX_KIB (1024u * 1024)
#define CHT_SLOT_MIN_PASSES 3u
#define CHT_SLOT_MAX_PASSES 10u
#define CHT_SLOT_USUAL_KIB (256u * 1024)
#define CHT_SLOT_USUAL_PASSES 4u

/* FALSE where a slot that came out of a file is none, or asks for more work than the bounds allow: told
 * before anything is allocated for it. COST (out) (nullable) is filled for slots with a passphrase. */
gboolean cht_slot_check (const ChtSlot *self, ChtSlotCost *cost);

/* Wraps MASTER. What KIND does not want is NULL; KEY is the keyring's or the recovery code's 32 bytes. COST
 * (nullable): for kinds with a passphrase, salt included. (transfer full) (nullable): NULL where memory for
 * Argon2id is lacking. */
ChtSlot *cht_slot_wrap (guint32 number, ChtSlotKind kind, const guint8 uuid[CHT_SEAL_UUID], const ChtSecret *master,
                        const ChtSecret *key, const ChtSecret *passphrase, const ChtSlotCost *cost);
/* The master key, or NULL where KEY or PASSPHRASE is not the one, or the slot was altered. (transfer full)
 * (nullable) */
ChtSecret *cht_slot_unwrap (const ChtSlot *self,
                            const guint8 uuid[CHT_SEAL_UUID],
                            const ChtSecret *key,
                            const ChtSecret *passphrase);

/* What the head keeps of the slots (element-type ChtSlot). */
void cht_slot_hash_all (GPtrArray *slots, const ChtSeal *seal, guint8 out[CHT_SEAL_HASH]);

G_END_DECLS
