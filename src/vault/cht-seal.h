/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sealing: XChaCha20-Poly1305 (libsodium) with a fresh random nonce for every sealing, under keys derived
 * from the vault's master key. It knows no store: what is sealed here can lie in a file, a backup or
 * elsewhere.
 *
 * A sealed record: nonce (24) ‖ masked kind (4) ‖ ciphertext ‖ tag (16). The plaintext is padded (ISO 7816-4)
 * to a whole number of CHT_SEAL_BLOCK bytes, so that the length of a password is not in the file. The kind,
 * which belongs to the associated data, is masked with a keyed hash of the nonce: the file does not tell a
 * certificate from a password. Associated data, each part with its length before it: format, vault uuid,
 * record uuid, kind, generation, more.
 */
#pragma once

#include "cht-secret.h"

G_BEGIN_DECLS

#define CHT_SEAL_FORMAT "org.chatelaine.Vault/1"
#define CHT_SEAL_KEY 32
#define CHT_SEAL_UUID 16
#define CHT_SEAL_HASH 32
#define CHT_SEAL_TAG 16
#define CHT_SEAL_BLOCK 256
/* The most that sealing adds to a plaintext. */
#define CHT_SEAL_OVERHEAD (24 + 4 + CHT_SEAL_BLOCK + CHT_SEAL_TAG)

/* Kinds of the room's own rows; a record's kind (ChtVaultKind) is always smaller. */
#define CHT_SEAL_KIND_RECORDS_END 0x10000u
#define CHT_SEAL_KIND_HEAD 0x10000u
#define CHT_SEAL_KIND_AUDIT 0x10001u

typedef struct _ChtSeal ChtSeal;

/* The keys of one vault, derived and held in locked memory. Immutable, atomically counted; wiped with the
 * last reference. (transfer full) */
ChtSeal *cht_seal_new (const ChtSecret *master, const guint8 uuid[CHT_SEAL_UUID]);
ChtSeal *cht_seal_ref (ChtSeal *self);
void cht_seal_unref (ChtSeal *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChtSeal, cht_seal_unref)

/* TRUE where these are the keys of the vault UUID. */
gboolean cht_seal_is_for (const ChtSeal *self, const guint8 uuid[CHT_SEAL_UUID]);

/* What a sealing is bound to. UUID NULL is sixteen zeros; MORE (nullable) is CHT_SEAL_HASH bytes. */
typedef struct { const guint8 *uuid; guint32 kind; guint64 generation; const guint8 *more; } ChtSealBond;

/* (transfer full) */
GBytes *cht_seal_close (const ChtSeal *self, const ChtSealBond *bond, gconstpointer data, gsize size);
/* The kind that SEALED claims; proved only by cht_seal_open. FALSE where SEALED is too short. */
gboolean cht_seal_read_kind (const ChtSeal *self, GBytes *sealed, guint32 *kind);
/* NULL where the bytes are not what was sealed under BOND. Bytes that wipe themselves. (transfer full) (nullable) */
GBytes *cht_seal_open (const ChtSeal *self, const ChtSealBond *bond, GBytes *sealed);

/* Keyed BLAKE2b-256 under the key for PURPOSE. */
typedef enum { CHT_SEAL_HASH_HEAD, CHT_SEAL_HASH_CHAIN, CHT_SEAL_HASH_SET, CHT_SEAL_HASH_SLOTS } ChtSealPurpose;
void cht_seal_hash (const ChtSeal *self, ChtSealPurpose purpose, gconstpointer data, gsize size,
                    gconstpointer more, gsize more_size, guint8 out[CHT_SEAL_HASH]);

/* Bytes that are wiped when the last reference goes; takes DATA, which g_malloc gave. (transfer full) */
GBytes *cht_seal_bytes_take (gpointer data, gsize size);

G_END_DECLS
