/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-seal.h"

#include <sodium.h>
#include <string.h>

#include "cht-pack.h"

#define NONCE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define MASK 4
#define CONTEXT "chtvault"

G_STATIC_ASSERT (crypto_aead_xchacha20poly1305_ietf_KEYBYTES == CHT_SEAL_KEY);
G_STATIC_ASSERT (crypto_aead_xchacha20poly1305_ietf_ABYTES == CHT_SEAL_TAG);
G_STATIC_ASSERT (NONCE + MASK + CHT_SEAL_BLOCK + CHT_SEAL_TAG == CHT_SEAL_OVERHEAD);

/* Numbers of the derived keys: part of the format. */
enum { KEY_RECORD, KEY_MASK, KEY_HASHES, N_KEYS = KEY_HASHES + CHT_SEAL_HASH_SLOTS + 1 };

typedef struct { guint8 keys[N_KEYS][CHT_SEAL_KEY]; } Keys;

struct _ChtSeal {
  guint8 uuid[CHT_SEAL_UUID];
  Keys *keys;  /* sodium_malloc'd, read-only */
};

ChtSeal *
cht_seal_new (const ChtSecret *master, const guint8 uuid[CHT_SEAL_UUID])
{
  ChtSeal *self;

  if (cht_secret_get_size (master) != crypto_kdf_KEYBYTES)
    g_error ("A master key of the wrong size");

  self = g_atomic_rc_box_new0 (ChtSeal);
  memcpy (self->uuid, uuid, CHT_SEAL_UUID);
  self->keys = sodium_malloc (sizeof (Keys));
  if (self->keys == NULL)
    g_error ("No memory for keys");
  for (guint i = 0; i < N_KEYS; i++)
    crypto_kdf_derive_from_key (self->keys->keys[i], CHT_SEAL_KEY, i + 1, CONTEXT, cht_secret_get_data (master));
  sodium_mprotect_readonly (self->keys);
  return self;
}

ChtSeal *
cht_seal_ref (ChtSeal *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
seal_clear (gpointer data)
{
  ChtSeal *self = data;

  sodium_free (self->keys);  /* wipes */
}

void
cht_seal_unref (ChtSeal *self)
{
  g_atomic_rc_box_release_full (self, seal_clear);
}

gboolean
cht_seal_is_for (const ChtSeal *self, const guint8 uuid[CHT_SEAL_UUID])
{
  return memcmp (self->uuid, uuid, CHT_SEAL_UUID) == 0;
}

static GByteArray *
associate (const ChtSeal *self, const ChtSealBond *bond)
{
  static const guint8 no_uuid[CHT_SEAL_UUID];
  GByteArray *ad = g_byte_array_sized_new (160);

  cht_pack_part (ad, CHT_SEAL_FORMAT, strlen (CHT_SEAL_FORMAT));
  cht_pack_part (ad, self->uuid, CHT_SEAL_UUID);
  cht_pack_part (ad, bond->uuid != NULL ? bond->uuid : no_uuid, CHT_SEAL_UUID);
  cht_pack_u32 (ad, sizeof (guint32));
  cht_pack_u32 (ad, bond->kind);
  cht_pack_u32 (ad, sizeof (guint64));
  cht_pack_u64 (ad, bond->generation);
  cht_pack_part (ad, bond->more, bond->more != NULL ? CHT_SEAL_HASH : 0);
  return ad;
}

/* The nonce is random and never used twice, so neither is the mask. */
static guint32
mask_for (const ChtSeal *self, const guint8 *nonce)
{
  guint8 hash[crypto_generichash_BYTES_MIN];
  guint32 mask;

  crypto_generichash (hash, sizeof hash, nonce, NONCE, self->keys->keys[KEY_MASK], CHT_SEAL_KEY);
  memcpy (&mask, hash, sizeof mask);
  return GUINT32_FROM_LE (mask);
}

GBytes *
cht_seal_close (const ChtSeal *self, const ChtSealBond *bond, gconstpointer data, gsize size)
{
  g_autoptr (GByteArray) ad = associate (self, bond);
  gsize padded = (size / CHT_SEAL_BLOCK + 1) * CHT_SEAL_BLOCK;
  gsize total = NONCE + MASK + padded + CHT_SEAL_TAG;
  guint8 *out = g_malloc (total), *text = out + NONCE + MASK;
  guint32 masked;

  randombytes_buf (out, NONCE);
  masked = GUINT32_TO_LE (bond->kind ^ mask_for (self, out));
  memcpy (out + NONCE, &masked, MASK);
  /* Sealed in place, so that no second copy of the plaintext is made. */
  if (size > 0)
    memcpy (text, data, size);
  text[size] = 0x80;
  memset (text + size + 1, 0, padded - size - 1);
  crypto_aead_xchacha20poly1305_ietf_encrypt (text, NULL, text, padded, ad->data, ad->len, NULL, out,
                                              self->keys->keys[KEY_RECORD]);
  return g_bytes_new_take (out, total);
}

gboolean
cht_seal_read_kind (const ChtSeal *self, GBytes *sealed, guint32 *kind)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (sealed, &size);
  guint32 masked;

  if (size < CHT_SEAL_OVERHEAD)
    return FALSE;
  memcpy (&masked, data + NONCE, MASK);
  *kind = GUINT32_FROM_LE (masked) ^ mask_for (self, data);
  return TRUE;
}

typedef struct { gpointer data; gsize size; } Wiped;

static void
wiped_free (gpointer data)
{
  Wiped *wiped = data;

  cht_wipe (wiped->data, wiped->size);
  g_free (wiped->data);
  g_free (wiped);
}

GBytes *
cht_seal_bytes_take (gpointer data, gsize size)
{
  Wiped *wiped = g_new (Wiped, 1);

  *wiped = (Wiped) { data, size };
  return g_bytes_new_with_free_func (data, size, wiped_free, wiped);
}

GBytes *
cht_seal_open (const ChtSeal *self, const ChtSealBond *bond, GBytes *sealed)
{
  g_autoptr (GByteArray) ad = NULL;
  g_autoptr (GBytes) whole = NULL;
  gsize size, padded, length;
  const guint8 *data = g_bytes_get_data (sealed, &size);
  guint8 *text;
  guint32 kind;

  if (!cht_seal_read_kind (self, sealed, &kind) || kind != bond->kind)
    return NULL;
  padded = size - NONCE - MASK - CHT_SEAL_TAG;
  if (padded % CHT_SEAL_BLOCK != 0)
    return NULL;
  ad = associate (self, bond);
  text = g_malloc (padded);
  whole = cht_seal_bytes_take (text, padded);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt (text, NULL, NULL, data + NONCE + MASK,
                                                  padded + CHT_SEAL_TAG, ad->data, ad->len, data,
                                                  self->keys->keys[KEY_RECORD]) != 0 ||
      sodium_unpad (&length, text, padded, CHT_SEAL_BLOCK) != 0)
    return NULL;
  return g_bytes_new_from_bytes (whole, 0, length);
}

void
cht_seal_hash (const ChtSeal *self, ChtSealPurpose purpose, gconstpointer data, gsize size, gconstpointer more,
               gsize more_size, guint8 out[CHT_SEAL_HASH])
{
  crypto_generichash_state state;

  crypto_generichash_init (&state, self->keys->keys[KEY_HASHES + purpose], CHT_SEAL_KEY, CHT_SEAL_HASH);
  crypto_generichash_update (&state, data, size);
  if (more_size > 0)
    crypto_generichash_update (&state, more, more_size);
  crypto_generichash_final (&state, out, CHT_SEAL_HASH);
}
