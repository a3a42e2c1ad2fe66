/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-head.h"

#include <sodium.h>
#include <string.h>

#include "cht-pack.h"

#define LAYOUT 1

/*
 * The set hash is the sum, modulo 2^256, of a keyed BLAKE2b-256 of each row's (uuid, generation, tag).
 *
 * A sum, so that a write costs one addition and one subtraction however large the vault is. A sum of
 * *unkeyed* hashes would fall to Wagner's generalised birthday search, which finds rows whose terms add up as
 * wished; here the terms are a secret function of rows that only the key's holder can make, and the sum
 * itself is sealed, so there is nothing to search with. A sum and not XOR, since under XOR a row laid in
 * twice vanishes. The tag stands for the ciphertext: no other one opens under it, and reading a row proves
 * it. The number of rows stands beside it in the head.
 */
static void
term (const ChtSeal *seal, const guint8 *uuid, guint64 generation, GBytes *sealed, guint8 out[CHT_SEAL_HASH])
{
  guint64 little = GUINT64_TO_LE (generation);
  guint8 row[CHT_SEAL_UUID + sizeof little];
  gsize size;
  const guint8 *data = g_bytes_get_data (sealed, &size);

  g_assert (size >= CHT_SEAL_TAG);
  memcpy (row, uuid, CHT_SEAL_UUID);
  memcpy (row + CHT_SEAL_UUID, &little, sizeof little);
  cht_seal_hash (seal, CHT_SEAL_HASH_SET, row, sizeof row, data + size - CHT_SEAL_TAG, CHT_SEAL_TAG, out);
}

void
cht_head_add (ChtHead *self, const ChtSeal *seal, const guint8 uuid[CHT_SEAL_UUID], guint64 generation, GBytes *sealed)
{
  guint8 one[CHT_SEAL_HASH];

  term (seal, uuid, generation, sealed, one);
  sodium_add (self->set, one, sizeof one);
  self->n_records++;
}

void
cht_head_subtract (
    ChtHead *self, const ChtSeal *seal, const guint8 uuid[CHT_SEAL_UUID], guint64 generation, GBytes *sealed)
{
  guint8 one[CHT_SEAL_HASH];

  term (seal, uuid, generation, sealed, one);
  sodium_sub (self->set, one, sizeof one);
  self->n_records--;
}

static GByteArray *
pack (const ChtHead *self)
{
  GByteArray *out = g_byte_array_sized_new (160);

  cht_pack_u32 (out, LAYOUT);
  cht_pack_u32 (out, self->mode);
  cht_pack_u64 (out, self->generation);
  cht_pack_u64 (out, self->n_records);
  cht_pack_raw (out, self->set, CHT_SEAL_HASH);
  cht_pack_u64 (out, self->n_audit);
  cht_pack_raw (out, self->chain, CHT_SEAL_HASH);
  cht_pack_raw (out, self->slots, CHT_SEAL_HASH);
  cht_pack_raw (out, self->predecessor, CHT_SEAL_HASH);
  return out;
}

void
cht_head_hash (const ChtHead *self, const ChtSeal *seal, guint8 out[CHT_SEAL_HASH])
{
  g_autoptr (GByteArray) packed = pack (self);

  cht_seal_hash (seal, CHT_SEAL_HASH_HEAD, packed->data, packed->len, NULL, 0, out);
}

GBytes *
cht_head_close (const ChtHead *self, const ChtSeal *seal)
{
  g_autoptr (GByteArray) packed = pack (self);

  return cht_seal_close (seal, &(ChtSealBond) { .kind = CHT_SEAL_KIND_HEAD, .generation = self->generation },
                         packed->data, packed->len);
}

gboolean
cht_head_open (ChtHead *self, const ChtSeal *seal, guint64 generation, GBytes *sealed)
{
  g_autoptr (GBytes) text =
      cht_seal_open (seal, &(ChtSealBond){ .kind = CHT_SEAL_KIND_HEAD, .generation = generation }, sealed);
  ChtUnpack in;
  guint32 layout;

  if (text == NULL)
    return FALSE;
  in.data = g_bytes_get_data (text, &in.size);
  return cht_unpack_u32 (&in, &layout) && layout == LAYOUT && cht_unpack_u32 (&in, &self->mode)
      && cht_unpack_u64 (&in, &self->generation) && self->generation == generation
      && cht_unpack_u64 (&in, &self->n_records) && cht_unpack_raw (&in, self->set, CHT_SEAL_HASH)
      && cht_unpack_u64 (&in, &self->n_audit) && cht_unpack_raw (&in, self->chain, CHT_SEAL_HASH)
      && cht_unpack_raw (&in, self->slots, CHT_SEAL_HASH) && cht_unpack_raw (&in, self->predecessor, CHT_SEAL_HASH)
      && in.size == 0;
}

ChtAnchorVerdict
cht_head_judge (const ChtHead *self, const ChtSeal *seal, guint64 generation, const guint8 anchor[CHT_SEAL_HASH])
{
  guint8 hash[CHT_SEAL_HASH];

  if (self->generation < generation)
    return CHT_ANCHOR_OLDER;
  if (self->generation == generation)
    {
      cht_head_hash (self, seal, hash);
      return sodium_memcmp (hash, anchor, sizeof hash) == 0 ? CHT_ANCHOR_SAME : CHT_ANCHOR_OTHER;
    }
  if (self->generation == generation + 1 && sodium_memcmp (self->predecessor, anchor, CHT_SEAL_HASH) == 0)
    return CHT_ANCHOR_NEXT;
  return CHT_ANCHOR_OTHER;
}

