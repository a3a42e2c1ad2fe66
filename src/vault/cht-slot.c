/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-slot.h"

#include <sodium.h>
#include <string.h>

#include "cht-hkdf.h"
#include "cht-pack.h"

#define NONCE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define ARGON2ID13 2u

G_STATIC_ASSERT (crypto_pwhash_ALG_ARGON2ID13 == ARGON2ID13);
G_STATIC_ASSERT (crypto_pwhash_SALTBYTES == sizeof (((ChtSlotCost *) NULL)->salt));

void
cht_slot_free (ChtSlot *self)
{
  g_clear_pointer (&self->parameters, g_bytes_unref);
  g_clear_pointer (&self->wrapped, g_bytes_unref);
  g_free (self);
}

static gboolean
wants_passphrase (guint32 kind)
{
  return kind == CHT_SLOT_PASSPHRASE || kind == CHT_SLOT_BOTH;
}

static gboolean
cost_is_sane (const ChtSlotCost *cost)
{
  return cost->lanes == 1 && cost->kib >= CHT_SLOT_MIN_KIB && cost->kib <= CHT_SLOT_MAX_KIB
      && cost->passes >= CHT_SLOT_MIN_PASSES && cost->passes <= CHT_SLOT_MAX_PASSES;
}

static GBytes *
cost_pack (const ChtSlotCost *cost)
{
  GByteArray *out = g_byte_array_sized_new (32);

  cht_pack_u32 (out, ARGON2ID13);
  cht_pack_u32 (out, cost->passes);
  cht_pack_u32 (out, cost->kib);
  cht_pack_u32 (out, cost->lanes);
  cht_pack_raw (out, cost->salt, sizeof cost->salt);
  return g_byte_array_free_to_bytes (out);
}

gboolean
cht_slot_check (const ChtSlot *self, ChtSlotCost *cost)
{
  ChtSlotCost spare;
  ChtUnpack in;
  guint32 algorithm;

  if (self->number < 1 || self->number > CHT_SLOT_MAX || self->kind < CHT_SLOT_KEYRING || self->kind > CHT_SLOT_BOTH
      || g_bytes_get_size (self->wrapped) != CHT_SLOT_WRAPPED)
    return FALSE;
  if (!wants_passphrase (self->kind))
    return g_bytes_get_size (self->parameters) == 0;
  if (cost == NULL)
    cost = &spare;
  in.data = g_bytes_get_data (self->parameters, &in.size);
  return cht_unpack_u32 (&in, &algorithm) && algorithm == ARGON2ID13 && cht_unpack_u32 (&in, &cost->passes)
      && cht_unpack_u32 (&in, &cost->kib) && cht_unpack_u32 (&in, &cost->lanes)
      && cht_unpack_raw (&in, cost->salt, sizeof cost->salt) && in.size == 0 && cost_is_sane (cost);
}

static GByteArray *
associate (const ChtSlot *self, const guint8 *uuid)
{
  GByteArray *ad = g_byte_array_sized_new (160);

  cht_pack_part (ad, CHT_SEAL_FORMAT, strlen (CHT_SEAL_FORMAT));
  cht_pack_part (ad, uuid, CHT_SEAL_UUID);
  cht_pack_u32 (ad, self->number);
  cht_pack_u32 (ad, self->kind);
  cht_pack_part (ad, g_bytes_get_data (self->parameters, NULL), g_bytes_get_size (self->parameters));
  return ad;
}

/* The wrapping key. INPUT and OUT lie in locked memory: the first half is the keyring's or the code's, the second
 * Argon2id's. What a kind does not want is left out, not zeros, so that no two kinds share a key. */
static ChtSecret *
derive (guint32 kind, const guint8 *uuid, const ChtSecret *key, const ChtSecret *passphrase, const ChtSlotCost *cost)
{
  guint8 *input = sodium_malloc (3 * CHT_SEAL_KEY), *out;
  ChtSecret *derived = NULL;
  g_autofree char *info = g_strdup_printf (CHT_SEAL_FORMAT "/slot/%u", kind);
  gsize used = 0;
  gboolean ready = TRUE;

  if (input == NULL)
    return NULL;
  out = input + 2 * CHT_SEAL_KEY;
  if (kind != CHT_SLOT_PASSPHRASE)
    {
      ready = key != NULL && cht_secret_get_size (key) == CHT_SEAL_KEY;
      if (ready)
        memcpy (input, cht_secret_get_data (key), CHT_SEAL_KEY);
      used += CHT_SEAL_KEY;
    }
  if (ready && wants_passphrase (kind))
    {
      ready = passphrase != NULL && cost_is_sane (cost) &&
              crypto_pwhash (input + used, CHT_SEAL_KEY, cht_secret_get_text (passphrase),
                             cht_secret_get_size (passphrase), cost->salt, cost->passes,
                             (gsize) cost->kib * 1024, ARGON2ID13) == 0;
      used += CHT_SEAL_KEY;
    }
  if (ready)
    {
      cht_hkdf (uuid, CHT_SEAL_UUID, input, used, (const guint8 *) info, strlen (info), out, CHT_SEAL_KEY);
      derived = cht_secret_new (out, CHT_SEAL_KEY);
    }
  sodium_free (input);
  return derived;
}

ChtSlot *
cht_slot_wrap (guint32 number, ChtSlotKind kind, const guint8 uuid[CHT_SEAL_UUID], const ChtSecret *master,
               const ChtSecret *key, const ChtSecret *passphrase, const ChtSlotCost *cost)
{
  g_autoptr (ChtSlot) self = g_new0 (ChtSlot, 1);
  g_autoptr (ChtSecret) wrapping = NULL;
  g_autoptr (GByteArray) ad = NULL;
  guint8 out[CHT_SLOT_WRAPPED];

  if (cht_secret_get_size (master) != CHT_SEAL_KEY)
    return NULL;
  g_return_val_if_fail (!wants_passphrase (kind) || cost != NULL, NULL);

  self->number = number;
  self->kind = kind;
  self->parameters = wants_passphrase (kind) ? cost_pack (cost) : g_bytes_new (NULL, 0);
  wrapping = derive (kind, uuid, key, passphrase, cost);
  if (wrapping == NULL)
    return NULL;
  ad = associate (self, uuid);
  randombytes_buf (out, NONCE);
  crypto_aead_xchacha20poly1305_ietf_encrypt (out + NONCE, NULL, cht_secret_get_data (master), CHT_SEAL_KEY, ad->data,
                                              ad->len, NULL, out, cht_secret_get_data (wrapping));
  self->wrapped = g_bytes_new (out, sizeof out);
  return g_steal_pointer (&self);
}

ChtSecret *
cht_slot_unwrap (const ChtSlot *self,
                 const guint8 uuid[CHT_SEAL_UUID],
                 const ChtSecret *key,
                 const ChtSecret *passphrase)
{
  g_autoptr (ChtSecret) wrapping = NULL;
  g_autoptr (GByteArray) ad = NULL;
  const guint8 *wrapped;
  guint8 master[CHT_SEAL_KEY];
  ChtSecret *result = NULL;
  ChtSlotCost cost = { 0 };

  if (!cht_slot_check (self, &cost))
    return NULL;
  wrapping = derive (self->kind, uuid, key, passphrase, &cost);
  if (wrapping == NULL)
    return NULL;
  ad = associate (self, uuid);
  wrapped = g_bytes_get_data (self->wrapped, NULL);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt (master, NULL, NULL, wrapped + NONCE,
                                                  CHT_SLOT_WRAPPED - NONCE, ad->data, ad->len, wrapped,
                                                  cht_secret_get_data (wrapping)) == 0)
    result = cht_secret_new (master, sizeof master);
  cht_wipe (master, sizeof master);
  return result;
}

void
cht_slot_hash_all (GPtrArray *slots, const ChtSeal *seal, guint8 out[CHT_SEAL_HASH])
{
  g_autoptr (GByteArray) all = g_byte_array_new ();

  cht_pack_u32 (all, slots->len);
  for (guint i = 0; i < slots->len; i++)
    {
      const ChtSlot *slot = g_ptr_array_index (slots, i);

      cht_pack_u32 (all, slot->number);
      cht_pack_u32 (all, slot->kind);
      cht_pack_part (all, g_bytes_get_data (slot->parameters, NULL), g_bytes_get_size (slot->parameters));
      cht_pack_part (all, g_bytes_get_data (slot->wrapped, NULL), g_bytes_get_size (slot->wrapped));
    }
  cht_seal_hash (seal, CHT_SEAL_HASH_SLOTS, all->data, all->len, NULL, 0, out);
}
