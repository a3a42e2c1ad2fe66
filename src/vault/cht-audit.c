/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-audit.h"

#include <sodium.h>
#include <string.h>

#include "cht-pack.h"

void
cht_vault_audit_entry_free (ChtVaultAuditEntry *entry)
{
  g_free (entry->user);
  g_free (entry->action);
  g_strfreev (entry->objects);
  g_free (entry->outcome);
  g_free (entry);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChtVaultAuditEntry, cht_vault_audit_entry_free)

static void
pack_text (GByteArray *out, const char *text)
{
  cht_pack_part (out, text, strlen (text));
}

void
cht_audit_link (const ChtSeal *seal, GBytes *sealed, guint8 link[CHT_SEAL_HASH])
{
  gsize size;
  const guint8 *data = g_bytes_get_data (sealed, &size);
  guint8 next[CHT_SEAL_HASH];

  cht_seal_hash (seal, CHT_SEAL_HASH_CHAIN, link, CHT_SEAL_HASH, data, size, next);
  memcpy (link, next, sizeof next);
}

GBytes *
cht_audit_append (ChtHead *head, const ChtSeal *seal, gint64 time, const char *user, const char *action,
                  const char *const *objects, const char *outcome)
{
  static const char *const none[] = { NULL };
  g_autoptr (GByteArray) text = g_byte_array_new ();
  GBytes *sealed;
  guint n;

  if (objects == NULL)
    objects = none;
  n = MIN (g_strv_length ((char **) objects), CHT_AUDIT_MAX_OBJECTS);
  cht_pack_u64 (text, time);
  pack_text (text, user);
  pack_text (text, action);
  pack_text (text, outcome);
  cht_pack_u32 (text, n);
  for (guint i = 0; i < n; i++)
    pack_text (text, objects[i]);

  head->n_audit++;
  sealed = cht_seal_close (
      seal, &(ChtSealBond){ .kind = CHT_SEAL_KIND_AUDIT, .generation = head->n_audit, .more = head->chain },
      text->data, text->len);
  cht_audit_link (seal, sealed, head->chain);
  cht_wipe (text->data, text->len);
  return sealed;
}

static gboolean
unpack_objects (ChtUnpack *in, char ***objects)
{
  g_auto (GStrv) list = NULL;
  guint32 n;

  if (!cht_unpack_u32 (in, &n) || n > CHT_AUDIT_MAX_OBJECTS)
    return FALSE;
  list = g_new0 (char *, n + 1);
  for (guint i = 0; i < n; i++)
    if (!cht_unpack_text (in, &list[i]))
      return FALSE;
  *objects = g_steal_pointer (&list);
  return TRUE;
}

/* NULL where the row is not the one that was sealed at INDEX after LINK. */
static ChtVaultAuditEntry *
open_row (const ChtSeal *seal, guint64 index, const guint8 link[CHT_SEAL_HASH], GBytes *sealed)
{
  g_autoptr (GBytes) text = cht_seal_open (
      seal, &(ChtSealBond){ .kind = CHT_SEAL_KIND_AUDIT, .generation = index, .more = link }, sealed);
  g_autoptr (ChtVaultAuditEntry) entry = NULL;
  ChtUnpack in;
  guint64 time;

  if (text == NULL)
    return NULL;
  entry = g_new0 (ChtVaultAuditEntry, 1);
  in.data = g_bytes_get_data (text, &in.size);
  if (!cht_unpack_u64 (&in, &time) || !cht_unpack_text (&in, &entry->user) || !cht_unpack_text (&in, &entry->action)
      || !cht_unpack_text (&in, &entry->outcome) || !unpack_objects (&in, &entry->objects) || in.size != 0)
    return NULL;
  entry->index = index;
  entry->time = (gint64) time;
  return g_steal_pointer (&entry);
}

GPtrArray *
cht_audit_open_all (const ChtSeal *seal, const ChtHead *head, GPtrArray *rows, guint64 *break_index)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) cht_vault_audit_entry_free);
  guint8 link[CHT_SEAL_HASH] = { 0 };

  *break_index = 0;
  for (guint i = 0; i < rows->len; i++)
    {
      GBytes *sealed = g_ptr_array_index (rows, i);
      ChtVaultAuditEntry *entry = i < head->n_audit ? open_row (seal, (guint64) i + 1, link, sealed) : NULL;

      if (entry == NULL)
        {
          *break_index = (guint64) i + 1;
          return g_steal_pointer (&entries);
        }
      g_ptr_array_add (entries, entry);
      cht_audit_link (seal, sealed, link);
    }
  /* Cut off at the end, or the last row is a true one of another line of history. */
  if (rows->len < head->n_audit)
    *break_index = (guint64) rows->len + 1;
  else if (sodium_memcmp (link, head->chain, sizeof link) != 0)
    *break_index = rows->len;
  return g_steal_pointer (&entries);
}
