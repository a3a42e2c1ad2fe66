/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sealing, slots, the head, the log and the keyring's line: no file, no bus. */
#include <sodium.h>
#include <string.h>

#include "cht-audit.h"
#include "cht-hkdf.h"
#include "cht-keyring.h"
#include "cht-pack.h"
#include "cht-process.h"
#include "cht-slot.h"
#include "cht-vault.h"

static const guint8 vault_uuid[CHT_SEAL_UUID] = "vault-uuid-16-by";
static const guint8 record_uuid[CHT_SEAL_UUID] = "record-uuid-16-b";

static ChtSecret *
key_of (guint8 byte)
{
  guint8 raw[CHT_SEAL_KEY];

  memset (raw, byte, sizeof raw);
  return cht_secret_new (raw, sizeof raw);
}

static ChtSeal *
seal_of (guint8 byte, const guint8 *uuid)
{
  g_autoptr (ChtSecret) master = key_of (byte);

  return cht_seal_new (master, uuid);
}

static GBytes *
from_hex (const char *hex)
{
  gsize size = strlen (hex) / 2;
  guint8 *data = g_malloc (size + 1);

  g_assert_cmpint (sodium_hex2bin (data, size, hex, strlen (hex), NULL, &size, NULL), ==, 0);
  return g_bytes_new_take (data, size);
}

/* RFC 5869, appendix A, cases 1 to 3. */
static void
test_hkdf (void)
{
  static const struct { const char *input, *salt, *info, *output; } cases[] = {
    { "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "000102030405060708090a0b0c", "f0f1f2f3f4f5f6f7f8f9",
      "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865" },
    { "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f"
      "303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f",
      "606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f"
      "909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeaf",
      "b0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedf"
      "e0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
      "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09"
      "da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87" },
    { "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "", "",
      "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) input = from_hex (cases[i].input);
      g_autoptr (GBytes) salt = from_hex (cases[i].salt);
      g_autoptr (GBytes) info = from_hex (cases[i].info);
      g_autoptr (GBytes) wanted = from_hex (cases[i].output);
      gsize size = g_bytes_get_size (wanted);
      g_autofree guint8 *out = g_malloc (size);

      cht_hkdf (g_bytes_get_data (salt, NULL), g_bytes_get_size (salt), g_bytes_get_data (input, NULL),
                g_bytes_get_size (input), g_bytes_get_data (info, NULL), g_bytes_get_size (info), out, size);
      g_assert_cmpmem (out, size, g_bytes_get_data (wanted, NULL), size);
    }
}

static void
test_round_trip (void)
{
  static const gsize sizes[] = { 0, 1, 255, 256, 257, 4096, 1000003 };
  g_autoptr (ChtSeal) seal = seal_of (1, vault_uuid);
  const ChtSealBond bond = { record_uuid, CHT_VAULT_KIND_PASSWORD, 7, NULL };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autofree guint8 *text = g_malloc0 (sizes[i] + 1);
      g_autoptr (GBytes) sealed = NULL;
      g_autoptr (GBytes) again = NULL;
      g_autoptr (GBytes) opened = NULL;
      guint32 kind;

      memset (text, 0x80, sizes[i]);  /* the byte that padding begins with */
      sealed = cht_seal_close (seal, &bond, text, sizes[i]);
      again = cht_seal_close (seal, &bond, text, sizes[i]);
      g_assert_false (g_bytes_equal (sealed, again));
      g_assert_cmpuint (g_bytes_get_size (sealed), <=, sizes[i] + CHT_SEAL_OVERHEAD);
      g_assert_cmpuint ((g_bytes_get_size (sealed) - 24 - 4 - CHT_SEAL_TAG) % CHT_SEAL_BLOCK, ==, 0);
      g_assert_true (cht_seal_read_kind (seal, sealed, &kind));
      g_assert_cmpuint (kind, ==, CHT_VAULT_KIND_PASSWORD);
      opened = cht_seal_open (seal, &bond, sealed);
      g_assert_nonnull (opened);
      g_assert_cmpmem (g_bytes_get_data (opened, NULL), g_bytes_get_size (opened), text, sizes[i]);
    }
}

/* The layout, worked out here by hand: what a later release must still read. */
static void
test_layout (void)
{
  g_autoptr (ChtSecret) master = key_of (3);
  g_autoptr (ChtSeal) seal = cht_seal_new (master, vault_uuid);
  g_autoptr (GBytes) sealed = cht_seal_close (seal, &(ChtSealBond) { record_uuid, 2, 9, NULL }, "text", 4);
  g_autoptr (GByteArray) ad = g_byte_array_new ();
  guint8 key[32], text[CHT_SEAL_BLOCK];
  gsize size;
  const guint8 *data = g_bytes_get_data (sealed, &size);

  g_byte_array_append (ad, (const guint8 *) "\x16\0\0\0org.chatelaine.Vault/1", 4 + 22);
  g_byte_array_append (ad, (const guint8 *) "\x10\0\0\0vault-uuid-16-by", 20);
  g_byte_array_append (ad, (const guint8 *) "\x10\0\0\0record-uuid-16-b", 20);
  g_byte_array_append (ad, (const guint8 *) "\x04\0\0\0\x02\0\0\0", 8);
  g_byte_array_append (ad, (const guint8 *) "\x08\0\0\0\x09\0\0\0\0\0\0\0", 12);
  g_byte_array_append (ad, (const guint8 *) "\0\0\0\0", 4);
  crypto_kdf_derive_from_key (key, sizeof key, 1, "chtvault", cht_secret_get_data (master));
  g_assert_cmpuint (size, ==, 24 + 4 + 256 + 16);
  g_assert_cmpint (crypto_aead_xchacha20poly1305_ietf_decrypt (text, NULL, NULL, data + 28, size - 28,
                                                               ad->data, ad->len, data, key),
                   ==, 0);
  g_assert_cmpmem (text, 6, "text\x80\0", 6);
}

static void
test_bonds (void)
{
  g_autoptr (ChtSeal) seal = seal_of (1, vault_uuid);
  g_autoptr (ChtSeal) other_vault = seal_of (1, record_uuid);
  g_autoptr (ChtSeal) other_key = seal_of (2, vault_uuid);
  guint8 link[CHT_SEAL_HASH] = { 1 };
  const ChtSealBond bond = { record_uuid, 1, 7, NULL };
  const ChtSealBond others[] = {
    { vault_uuid, 1, 7, NULL }, { NULL, 1, 7, NULL }, { record_uuid, 2, 7, NULL }, { record_uuid, 1, 8, NULL },
    { record_uuid, 1, 6, NULL }, { record_uuid, 1, 7, link },
  };
  g_autoptr (GBytes) sealed = cht_seal_close (seal, &bond, "text", 4);

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    g_assert_null (cht_seal_open (seal, &others[i], sealed));
  g_assert_null (cht_seal_open (other_vault, &bond, sealed));
  g_assert_null (cht_seal_open (other_key, &bond, sealed));
}

static void
test_flips (void)
{
  g_autoptr (ChtSeal) seal = seal_of (1, vault_uuid);
  const ChtSealBond bond = { record_uuid, 1, 7, NULL };
  g_autoptr (GBytes) sealed = cht_seal_close (seal, &bond, "text", 4);
  gsize size;
  const guint8 *data = g_bytes_get_data (sealed, &size);

  for (gsize i = 0; i < size; i++)
    {
      g_autofree guint8 *copy = g_memdup2 (data, size);
      g_autoptr (GBytes) flipped = NULL;
      g_autoptr (GBytes) cut = g_bytes_new (data, i);

      copy[i] ^= 1 << (i % 8);
      flipped = g_bytes_new (copy, size);
      g_assert_null (cht_seal_open (seal, &bond, flipped));
      g_assert_null (cht_seal_open (seal, &bond, cut));
    }
}

static void
test_slots (void)
{
  static const ChtSlotKind kinds[] = { CHT_SLOT_KEYRING, CHT_SLOT_PASSPHRASE, CHT_SLOT_RECOVERY, CHT_SLOT_BOTH };
  const ChtSlotCost cost = { CHT_SLOT_MIN_PASSES, CHT_SLOT_MIN_KIB, 1, "salt of 16 bytes" };
  g_autoptr (ChtSecret) master = key_of (1);
  g_autoptr (ChtSecret) key = key_of (2);
  g_autoptr (ChtSecret) wrong_key = key_of (3);
  g_autoptr (ChtSecret) passphrase = cht_secret_new_text ("passphrase");
  g_autoptr (ChtSecret) wrong_passphrase = cht_secret_new_text ("Passphrase");

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      gboolean wants_key = kinds[i] != CHT_SLOT_PASSPHRASE,
               wants_passphrase = kinds[i] == CHT_SLOT_PASSPHRASE || kinds[i] == CHT_SLOT_BOTH;
      g_autoptr (ChtSlot) slot = cht_slot_wrap (i + 1, kinds[i], vault_uuid, master, key, passphrase, &cost);
      g_autoptr (ChtSecret) opened = cht_slot_unwrap (slot, vault_uuid, key, passphrase);

      g_assert_true (cht_secret_equal (opened, master));
      g_assert_null (cht_slot_unwrap (slot, record_uuid, key, passphrase));
      if (wants_key)
        {
          g_assert_null (cht_slot_unwrap (slot, vault_uuid, wrong_key, passphrase));
          g_assert_null (cht_slot_unwrap (slot, vault_uuid, NULL, passphrase));
        }
      if (wants_passphrase)
        {
          g_assert_null (cht_slot_unwrap (slot, vault_uuid, key, wrong_passphrase));
          g_assert_null (cht_slot_unwrap (slot, vault_uuid, key, NULL));
        }
      slot->number++;
      g_assert_null (cht_slot_unwrap (slot, vault_uuid, key, passphrase));
    }
}

static GBytes *
parameters (guint32 algorithm, guint32 passes, guint32 kib, guint32 lanes, gsize salt)
{
  GByteArray *out = g_byte_array_new ();
  guint8 zeros[64] = { 0 };

  cht_pack_u32 (out, algorithm);
  cht_pack_u32 (out, passes);
  cht_pack_u32 (out, kib);
  cht_pack_u32 (out, lanes);
  cht_pack_raw (out, zeros, salt);
  return g_byte_array_free_to_bytes (out);
}

/* Headers that would make the reader allocate or compute as much as their writer likes: refused by their
 * numbers alone. */
static void
test_bombs (void)
{
  static const struct { guint32 algorithm, passes, kib, lanes; gsize salt;
  } bombs[] = {
    { 2, 4, 1024 * 1024 + 1, 1, 16 },      { 2, 4, G_MAXUINT32, 1, 16 },
    { 2, 4, 64 * 1024 - 1, 1, 16 },        { 2, 4, 0, 1, 16 },
    { 2, 11, 256 * 1024, 1, 16 },          { 2, G_MAXUINT32, 256 * 1024, 1, 16 },
    { 2, 2, 256 * 1024, 1, 16 },           { 2, 0, 256 * 1024, 1, 16 },
    { 2, 4, 256 * 1024, 2, 16 },           { 2, 4, 256 * 1024, 0, 16 },
    { 2, 4, 256 * 1024, G_MAXUINT32, 16 }, { 1, 4, 256 * 1024, 1, 16 },
    { 3, 4, 256 * 1024, 1, 16 },           { 2, 4, 256 * 1024, 1, 15 },
    { 2, 4, 256 * 1024, 1, 17 },           { 2, 4, 256 * 1024, 1, 0 },
  };
  g_autoptr (ChtSecret) passphrase = cht_secret_new_text ("passphrase");
  gint64 begun = g_get_monotonic_time ();
  guint8 zeros[CHT_SLOT_WRAPPED + 1] = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (bombs); i++)
    {
      ChtSlot slot = { 1, CHT_SLOT_PASSPHRASE, NULL, NULL };
      g_autoptr (GBytes) cost =
          parameters (bombs[i].algorithm, bombs[i].passes, bombs[i].kib, bombs[i].lanes, bombs[i].salt);
      g_autoptr (GBytes) wrapped = g_bytes_new (zeros, CHT_SLOT_WRAPPED);

      slot.parameters = cost;
      slot.wrapped = wrapped;
      g_assert_false (cht_slot_check (&slot, NULL));
      g_assert_null (cht_slot_unwrap (&slot, vault_uuid, NULL, passphrase));
    }
  for (guint32 kind = 0; kind < 7; kind++)
    for (gsize size = CHT_SLOT_WRAPPED - 1; size <= CHT_SLOT_WRAPPED + 1; size++)
      {
        g_autoptr (GBytes) none = g_bytes_new (NULL, 0);
        g_autoptr (GBytes) wrapped = g_bytes_new (zeros, size);
        ChtSlot slot = { 1, kind, none, wrapped };

        g_assert_cmpint (cht_slot_check (&slot, NULL), ==,
                         size == CHT_SLOT_WRAPPED && (kind == CHT_SLOT_KEYRING || kind == CHT_SLOT_RECOVERY));
        slot.number = CHT_SLOT_MAX + 1;
        g_assert_false (cht_slot_check (&slot, NULL));
      }
  g_assert_cmpint (g_get_monotonic_time () - begun, <, G_USEC_PER_SEC);
}

static void
test_set (void)
{
  g_autoptr (ChtSeal) seal = seal_of (1, vault_uuid);
  g_autoptr (GBytes) a = cht_seal_close (seal, &(ChtSealBond) { record_uuid, 1, 1, NULL }, "a", 1);
  g_autoptr (GBytes) b = cht_seal_close (seal, &(ChtSealBond) { vault_uuid, 1, 2, NULL }, "b", 1);
  ChtHead one = { 0 }, two = { 0 }, empty = { 0 };

  cht_head_add (&one, seal, record_uuid, 1, a);
  cht_head_add (&one, seal, vault_uuid, 2, b);
  cht_head_add (&two, seal, vault_uuid, 2, b);
  cht_head_add (&two, seal, record_uuid, 1, a);
  g_assert_cmpmem (&one, sizeof one, &two, sizeof two);
  /* Twice the same does not vanish, as it would under XOR. */
  cht_head_add (&two, seal, record_uuid, 1, a);
  cht_head_add (&two, seal, record_uuid, 1, a);
  g_assert_true (memcmp (one.set, two.set, sizeof one.set) != 0);
  cht_head_subtract (&one, seal, record_uuid, 1, a);
  cht_head_subtract (&one, seal, vault_uuid, 2, b);
  g_assert_cmpmem (&one, sizeof one, &empty, sizeof empty);
  /* Another generation, uuid or tag is another term. */
  cht_head_add (&one, seal, record_uuid, 1, a);
  cht_head_subtract (&one, seal, record_uuid, 2, a);
  g_assert_true (memcmp (one.set, empty.set, sizeof one.set) != 0);
}

static void
test_anchor (void)
{
  g_autoptr (ChtSeal) seal = seal_of (1, vault_uuid);
  ChtHead first = { .mode = 1, .generation = 4 }, next, other, read = { 0 };
  guint8 hash_first[CHT_SEAL_HASH], hash_next[CHT_SEAL_HASH];
  g_autoptr (GBytes) sealed = cht_head_close (&first, seal);

  g_assert_true (cht_head_open (&read, seal, 4, sealed));
  g_assert_cmpmem (&read, sizeof read, &first, sizeof first);
  g_assert_false (cht_head_open (&read, seal, 5, sealed));

  cht_head_hash (&first, seal, hash_first);
  next = first;
  next.generation++;
  memcpy (next.predecessor, hash_first, sizeof hash_first);
  cht_head_hash (&next, seal, hash_next);
  g_assert_cmpint (cht_head_judge (&first, seal, 4, hash_first), ==, CHT_ANCHOR_SAME);
  g_assert_cmpint (cht_head_judge (&next, seal, 4, hash_first), ==, CHT_ANCHOR_NEXT);
  g_assert_cmpint (cht_head_judge (&first, seal, 5, hash_next), ==, CHT_ANCHOR_OLDER);
  g_assert_cmpint (cht_head_judge (&first, seal, 4, hash_next), ==, CHT_ANCHOR_OTHER);
  g_assert_cmpint (cht_head_judge (&next, seal, 3, hash_first), ==, CHT_ANCHOR_OTHER);
  other = next;
  other.predecessor[0] ^= 1;
  g_assert_cmpint (cht_head_judge (&other, seal, 4, hash_first), ==, CHT_ANCHOR_OTHER);
}

static GPtrArray *
make_log (ChtHead *head, const ChtSeal *seal, guint n)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *object = g_strdup_printf ("object-%u", i);
      const char *objects[] = { object, "äöü", NULL };

      g_ptr_array_add (rows, cht_audit_append (head, seal, 1000 + i, "someone", "item.add", objects, "done"));
    }
  return rows;
}

static guint64
break_of (const ChtSeal *seal, const ChtHead *head, GPtrArray *rows, guint *n)
{
  guint64 index;
  g_autoptr (GPtrArray) entries = cht_audit_open_all (seal, head, rows, &index);

  *n = entries->len;
  return index;
}

static GPtrArray *
copy_log (GPtrArray *rows)
{
  GPtrArray *copy = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);

  for (guint i = 0; i < rows->len; i++)
    g_ptr_array_add (copy, g_bytes_ref (g_ptr_array_index (rows, i)));
  return copy;
}

static void
swap (GPtrArray *rows, guint a, guint b)
{
  gpointer kept = rows->pdata[a];

  rows->pdata[a] = rows->pdata[b];
  rows->pdata[b] = kept;
}

static void
test_audit (void)
{
  g_autoptr (ChtSeal) seal = seal_of (1, vault_uuid);
  ChtHead head = { 0 }, fork = { 0 };
  g_autoptr (GPtrArray) rows = make_log (&head, seal, 10);
  g_autoptr (GPtrArray) foreign = make_log (&fork, seal, 10);
  g_autoptr (GPtrArray) entries = NULL;
  ChtVaultAuditEntry *entry;
  guint64 index;
  guint n;

  entries = cht_audit_open_all (seal, &head, rows, &index);
  g_assert_cmpuint (index, ==, 0);
  g_assert_cmpuint (entries->len, ==, 10);
  entry = g_ptr_array_index (entries, 9);
  g_assert_cmpuint (entry->index, ==, 10);
  g_assert_cmpint (entry->time, ==, 1009);
  g_assert_cmpstr (entry->user, ==, "someone");
  g_assert_cmpstr (entry->outcome, ==, "done");
  g_assert_cmpstr (entry->objects[0], ==, "object-9");
  g_assert_cmpstr (entry->objects[1], ==, "äöü");

  for (guint i = 0; i < 10; i++)
    {
      g_autoptr (GPtrArray) deleted = copy_log (rows);
      g_autoptr (GPtrArray) edited = copy_log (rows);
      g_autoptr (GPtrArray) cut = copy_log (rows);
      gpointer kept = edited->pdata[i];

      g_ptr_array_remove_index (deleted, i);
      g_assert_cmpuint (break_of (seal, &head, deleted, &n), ==, i + 1);
      g_ptr_array_set_size (cut, i);
      g_assert_cmpuint (break_of (seal, &head, cut, &n), ==, i + 1);
      g_assert_cmpuint (n, ==, i);
      /* A row that was truly sealed at that very index, in another line of history. At the fork itself it fits
       * what stands before it, and the row after it shows that it is not the one. */
      edited->pdata[i] = g_bytes_ref (g_ptr_array_index (foreign, i));
      g_bytes_unref (kept);
      g_assert_cmpuint (break_of (seal, &head, edited, &n), ==, MAX (i + 1, 2));
      if (i < 9)
        {
          swap (rows, i, i + 1);
          g_assert_cmpuint (break_of (seal, &head, rows, &n), ==, i + 1);
          swap (rows, i, i + 1);
        }
    }
  g_ptr_array_add (rows, g_bytes_ref (g_ptr_array_index (rows, 9)));
  g_assert_cmpuint (break_of (seal, &head, rows, &n), ==, 11);
}

static void
test_line (void)
{
  g_auto (ChtKeyringContent) content = { key_of (7), G_MAXUINT64 - 1, { 5 } };
  g_auto (ChtKeyringContent) back = { 0 };
  g_autoptr (ChtSecret) line = cht_keyring_content_to_line (&content);
  const char *text = cht_secret_get_text (line);
  gsize size = cht_secret_get_size (line);

  g_assert_cmpuint (size, ==, 100);
  g_assert_null (strpbrk (text, "\r\n \t"));
  g_assert_true (cht_keyring_content_from_line (&back, text, size));
  g_assert_true (cht_secret_equal (back.key, content.key));
  g_assert_cmpuint (back.generation, ==, content.generation);
  g_assert_cmpmem (back.hash, sizeof back.hash, content.hash, sizeof content.hash);
  for (gsize cut = 0; cut < size; cut++)
    g_assert_false (cht_keyring_content_from_line (&back, text, cut));
  for (gsize i = 0; i < size; i++)
    {
      g_autofree char *copy = g_strndup (text, size);

      copy[i] = '\n';
      g_assert_false (cht_keyring_content_from_line (&back, copy, size));
    }
  {
    g_autofree char *longer = g_strconcat (text, "AAAA", NULL);
    g_autofree char *other = g_strdup (text);

    g_assert_false (cht_keyring_content_from_line (&back, longer, size + 4));
    other[0] = 'B';  /* another version */
    g_assert_false (cht_keyring_content_from_line (&back, other, size));
  }
}

static void
test_words (void)
{
  for (ChtKeyringState state = CHT_KEYRING_UNASKED; state <= CHT_KEYRING_CANCELLED; state++)
    {
      g_assert_cmpuint (strlen (cht_keyring_state_get_words (state)), >, 20);
      for (ChtKeyringState other = CHT_KEYRING_UNASKED; other < state; other++)
        {
          g_assert_cmpstr (cht_keyring_state_get_words (state), !=, cht_keyring_state_get_words (other));
          g_assert_cmpstr (cht_keyring_state_get_id (state), !=, cht_keyring_state_get_id (other));
        }
    }
}

static void
test_wiped_bytes (void)
{
  char text[] = "payload";
  g_autoptr (GBytes) bytes = cht_vault_bytes_new_wiped (text, sizeof text);
  g_autoptr (GBytes) empty = cht_vault_bytes_new_wiped (NULL, 0);

  text[0] = 'P';
  g_assert_cmpstr (g_bytes_get_data (bytes, NULL), ==, "payload");
  g_assert_cmpuint (g_bytes_get_size (empty), ==, 0);
}

int
main (int argc, char **argv)
{
  cht_process_start (CHT_PROCESS_NONE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vault/hkdf/rfc-5869", test_hkdf);
  g_test_add_func ("/vault/seal/round-trip", test_round_trip);
  g_test_add_func ("/vault/seal/layout", test_layout);
  g_test_add_func ("/vault/seal/bonds", test_bonds);
  g_test_add_func ("/vault/seal/flips", test_flips);
  g_test_add_func ("/vault/slot/kinds", test_slots);
  g_test_add_func ("/vault/slot/bombs", test_bombs);
  g_test_add_func ("/vault/head/set", test_set);
  g_test_add_func ("/vault/head/anchor", test_anchor);
  g_test_add_func ("/vault/audit/tampering", test_audit);
  g_test_add_func ("/vault/keyring/line", test_line);
  g_test_add_func ("/vault/keyring/words", test_words);
  g_test_add_func ("/vault/bytes/wiped", test_wiped_bytes);
  return g_test_run ();
}
