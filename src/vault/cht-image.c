/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-image.h"

#include <glib/gi18n-lib.h>
#include <string.h>

ChtHeader *
cht_header_new (const guint8 uuid[CHT_SEAL_UUID], guint32 mode)
{
  ChtHeader *self = g_atomic_rc_box_new0 (ChtHeader);

  memcpy (self->uuid, uuid, CHT_SEAL_UUID);
  self->mode = mode;
  self->slots = g_ptr_array_new_with_free_func ((GDestroyNotify) cht_slot_free);
  return self;
}

ChtHeader *
cht_header_ref (ChtHeader *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
header_clear (gpointer data)
{
  g_ptr_array_unref (((ChtHeader *) data)->slots);
}

void
cht_header_unref (ChtHeader *self)
{
  g_atomic_rc_box_release_full (self, header_clear);
}

ChtRow *
cht_row_new (gint64 seq, const guint8 uuid[CHT_SEAL_UUID], guint32 kind, guint64 generation, GBytes *sealed)
{
  ChtRow *self = g_atomic_rc_box_new0 (ChtRow);

  self->seq = seq;
  memcpy (self->uuid, uuid, CHT_SEAL_UUID);
  self->kind = kind;
  self->generation = generation;
  self->sealed = sealed;
  return self;
}

ChtRow *
cht_row_ref (ChtRow *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
row_clear (gpointer data)
{
  g_bytes_unref (((ChtRow *) data)->sealed);
}

void
cht_row_unref (ChtRow *self)
{
  g_atomic_rc_box_release_full (self, row_clear);
}

GBytes *
cht_row_open (const ChtRow *self, const ChtSeal *seal)
{
  return cht_seal_open (seal, &(ChtSealBond) { .uuid = self->uuid, .kind = self->kind, .generation = self->generation },
                        self->sealed);
}

/* Uuids are random, or a person with the key chose them: their first bytes hash well enough. */
static guint
uuid_hash (gconstpointer data)
{
  guint hash;

  memcpy (&hash, data, sizeof hash);
  return hash;
}

static gboolean
uuid_equal (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, CHT_SEAL_UUID) == 0;
}

ChtImage *
cht_image_new (ChtHeader *header)
{
  ChtImage *self = g_atomic_rc_box_new0 (ChtImage);

  self->header = header;
  self->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) cht_row_unref);
  self->by_uuid = g_hash_table_new (uuid_hash, uuid_equal);
  self->audit = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  return self;
}

ChtImage *
cht_image_ref (ChtImage *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
image_clear (gpointer data)
{
  ChtImage *self = data;

  g_clear_pointer (&self->head_sealed, g_bytes_unref);
  g_hash_table_unref (self->by_uuid);
  g_ptr_array_unref (self->rows);
  g_ptr_array_unref (self->audit);
  cht_header_unref (self->header);
}

void
cht_image_unref (ChtImage *self)
{
  g_atomic_rc_box_release_full (self, image_clear);
}

gboolean
cht_image_add (ChtImage *self, ChtRow *row)
{
  if (g_hash_table_contains (self->by_uuid, row->uuid))
    {
      cht_row_unref (row);
      return FALSE;
    }
  g_ptr_array_add (self->rows, row);
  g_hash_table_insert (self->by_uuid, row->uuid, row);
  self->bytes += g_bytes_get_size (row->sealed);
  return TRUE;
}

ChtDelta *
cht_delta_new (void)
{
  ChtDelta *self = g_new0 (ChtDelta, 1);

  self->puts = g_ptr_array_new_with_free_func ((GDestroyNotify) cht_row_unref);
  self->removals = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->audit = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  return self;
}

void
cht_delta_free (ChtDelta *self)
{
  g_ptr_array_unref (self->puts);
  g_array_unref (self->removals);
  g_ptr_array_unref (self->audit);
  g_free (self);
}

/* The last word on each uuid (borrowed): an action may name one twice. */
static GHashTable *
last_changes (ChtImage *self, const ChtVaultAction *action, GError **error)
{
  g_autoptr (GHashTable) last = g_hash_table_new (uuid_hash, uuid_equal);

  for (guint i = 0; i < action->changes->len; i++)
    {
      ChtChange *change = g_ptr_array_index (action->changes, i);

      if (change->removal && !g_hash_table_contains (self->by_uuid, change->uuid) &&
          !g_hash_table_contains (last, change->uuid))
        {
          g_set_error_literal (error, CHT_VAULT_ERROR, CHT_VAULT_ERROR_UNKNOWN_RECORD,
                               _("This entry is not in the vault any more. Nothing was changed."));
          return NULL;
        }
      if (!change->removal && g_bytes_get_size (change->payload) > CHT_VAULT_MAX_RECORD)
        {
          g_set_error_literal (error, CHT_VAULT_ERROR, CHT_VAULT_ERROR_LIMIT,
                               _("This is larger than the 256 MiB that one entry of the vault may have. "
                                  "Nothing was changed."));
          return NULL;
        }
      g_hash_table_replace (last, change->uuid, change);
    }
  return g_steal_pointer (&last);
}

static void
put (ChtImage *next, const ChtSeal *seal, const ChtChange *change, gint64 seq, ChtDelta *delta)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (change->payload, &size);
  ChtRow *row = cht_row_new (
      seq, change->uuid, change->kind, next->head.generation,
      cht_seal_close (seal, &(ChtSealBond){ change->uuid, change->kind, next->head.generation, NULL }, data,
                      size));

  cht_head_add (&next->head, seal, row->uuid, row->generation, row->sealed);
  g_ptr_array_add (delta->puts, cht_row_ref (row));
  cht_image_add (next, row);
}

/* The rows of SELF, changed where an action says so, in their order; then what is new. */
static void
carry_rows (ChtImage *self, ChtImage *next, const ChtSeal *seal, const ChtVaultAction *action, GHashTable *last,
            ChtDelta *delta)
{
  gint64 seq = 0;

  for (guint i = 0; i < self->rows->len; i++)
    {
      ChtRow *row = g_ptr_array_index (self->rows, i);
      const ChtChange *change = g_hash_table_lookup (last, row->uuid);

      seq = row->seq;
      if (change == NULL)
        {
          cht_image_add (next, cht_row_ref (row));
          continue;
        }
      cht_head_subtract (&next->head, seal, row->uuid, row->generation, row->sealed);
      if (change->removal)
        g_array_append_val (delta->removals, row->seq);
      else
        put (next, seal, change, row->seq, delta);
    }
  for (guint i = 0; i < action->changes->len; i++)
    {
      const ChtChange *change = g_ptr_array_index (action->changes, i);

      if (!change->removal && !g_hash_table_contains (self->by_uuid, change->uuid)
          && g_hash_table_lookup (last, change->uuid) == change)
        put (next, seal, change, ++seq, delta);
    }
}

ChtImage *
cht_image_apply (ChtImage *self, const ChtSeal *seal, const ChtVaultAction *action, ChtDelta *delta, GError **error)
{
  g_autoptr (ChtImage) next = NULL;
  g_autoptr (GHashTable) last = last_changes (self, action, error);
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;

  if (last == NULL)
    return NULL;
  next = cht_image_new (cht_header_ref (self->header));
  next->head = self->head;
  next->head.generation++;
  cht_head_hash (&self->head, seal, next->head.predecessor);
  carry_rows (self, next, seal, action, last, delta);
  if (next->rows->len > CHT_IMAGE_MAX_ROWS || next->bytes > CHT_IMAGE_MAX_BYTES)
    {
      g_set_error_literal (
          error, CHT_VAULT_ERROR, CHT_VAULT_ERROR_LIMIT,
          _("The vault is full: it holds at most a million entries and 1 GiB. Remove what is no longer "
             "needed and try again. Nothing was changed."));
      return NULL;
    }
  for (guint i = 0; i < self->audit->len; i++)
    g_ptr_array_add (next->audit, g_bytes_ref (g_ptr_array_index (self->audit, i)));
  g_ptr_array_add (next->audit, cht_audit_append (&next->head, seal, action->time != 0 ? action->time : now,
                                                  g_get_user_name (), action->name,
                                                  (const char *const *) action->objects, action->outcome));
  g_ptr_array_add (delta->audit, g_bytes_ref (g_ptr_array_index (next->audit, next->audit->len - 1)));
  next->head_sealed = cht_head_close (&next->head, seal);
  return g_steal_pointer (&next);
}
