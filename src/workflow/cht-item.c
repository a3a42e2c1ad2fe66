/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-item-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "cht-record-fields.h"
#include "cht-vault.h"

struct _ChtItem {
  GObject parent_instance;
  char *id, *name, *kind, *role_id, *digest, *warning;
  char **sha256;
  gint64 not_after, added;
  gboolean has_key;
  GBytes *bytes;
  ChtSecret *key, *passphrase;
};

#define FIELD(name, kind, member) { name, CHT_RECORD_ ## kind, G_STRUCT_OFFSET (ChtItem, member) }
static const ChtRecordField fields[] = {
  FIELD ("id", STRING, id), FIELD ("name", STRING, name), FIELD ("kind", STRING, kind),
  FIELD ("role-id", STRING, role_id), FIELD ("sha256", STRINGS, sha256), FIELD ("not-after", TIME, not_after),
  FIELD ("added", TIME, added), FIELD ("has-key", BOOLEAN, has_key), FIELD ("warning", STRING, warning),
  FIELD ("digest", STRING, digest), { NULL },
};

G_DEFINE_FINAL_TYPE (ChtItem, cht_item, G_TYPE_OBJECT)

static void (*finalize_fields) (GObject *object);

static void
cht_item_finalize (GObject *object)
{
  ChtItem *self = CHT_ITEM (object);

  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_pointer (&self->key, cht_secret_unref);
  g_clear_pointer (&self->passphrase, cht_secret_unref);
  finalize_fields (object);
}

static void
cht_item_class_init (ChtItemClass *klass)
{
  cht_record_class_install (klass, fields);
  finalize_fields = G_OBJECT_CLASS (klass)->finalize;
  G_OBJECT_CLASS (klass)->finalize = cht_item_finalize;
}

static void
cht_item_init (ChtItem *self)
{
  self->warning = g_strdup ("");
}

ChtItem *
cht_item_new_from_parts (const char *id, const char *kind, const char *name, const char *role_id,
                         const char *const *sha256, gint64 not_after, gint64 added, const char *digest, GBytes *bytes,
                         ChtSecret *key, ChtSecret *passphrase)
{
  g_autoptr (ChtItem) self = g_object_new (CHT_TYPE_ITEM, NULL);

  self->id = g_strdup (id);
  self->kind = g_strdup (kind);
  self->name = g_strdup (name);
  self->role_id = g_strdup (role_id);
  self->sha256 = g_strdupv ((char **) sha256);
  self->not_after = not_after;
  self->added = added;
  self->digest = g_strdup (digest);
  self->bytes = bytes != NULL ? g_bytes_ref (bytes) : NULL;
  self->key = key != NULL ? cht_secret_ref (key) : NULL;
  self->passphrase = passphrase != NULL ? cht_secret_ref (passphrase) : NULL;
  self->has_key = key != NULL;
  return g_steal_pointer (&self);
}

static char *
digest_content (const char *kind, GBytes *bytes, ChtSecret *key)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  const guint64 sizes[] = { strlen (kind), bytes != NULL ? g_bytes_get_size (bytes) : 0,
                            key != NULL ? cht_secret_get_size (key) : 0 };

  g_checksum_update (sum, (const guchar *) sizes, sizeof sizes);
  g_checksum_update (sum, (const guchar *) kind, (gssize) sizes[0]);
  if (sizes[1] > 0)
    g_checksum_update (sum, g_bytes_get_data (bytes, NULL), (gssize) sizes[1]);
  if (sizes[2] > 0)
    g_checksum_update (sum, cht_secret_get_data (key), (gssize) sizes[2]);
  return g_strdup (g_checksum_get_string (sum));
}

ChtItem *
cht_item_new (const char *kind, const char *name, const char *role_id, ChtBundle *bundle, GBytes *bytes, ChtSecret *key,
              ChtSecret *passphrase, gint64 added)
{
  GPtrArray *certificates = cht_bundle_get_certificates (bundle);
  g_autoptr (GPtrArray) sha256 = g_ptr_array_new ();
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autofree char *digest = digest_content (kind, bytes, key);
  gint64 not_after = CHT_TIME_UNKNOWN;

  for (guint i = 0; i < certificates->len; i++)
    {
      const char *hex = cht_certificate_get_sha256 (certificates->pdata[i]);
      gint64 end = cht_certificate_get_not_after (certificates->pdata[i]);
      if (g_hash_table_add (seen, (gpointer) hex))
        g_ptr_array_add (sha256, (gpointer) hex);
      if (end != CHT_TIME_UNKNOWN && (not_after == CHT_TIME_UNKNOWN || end < not_after))
        not_after = end;
    }
  g_ptr_array_add (sha256, NULL);
  return cht_item_new_from_parts ("", kind, name, role_id, (const char *const *) sha256->pdata, not_after, added,
                                  digest, bytes, key, passphrase);
}

void
cht_item_set_id (ChtItem *self, const char *id)
{
  g_free (self->id);
  self->id = g_strdup (id);
  g_object_notify (G_OBJECT (self), "id");
}

void
cht_item_set_keyring_alone (ChtItem *self, gboolean keyring_alone)
{
  const char *warning = "";

  if (keyring_alone && self->key != NULL)
    warning = _("This private key is protected by the desktop's keyring alone: any program that you run can read it "
                "while the keyring is open.");
  if (g_str_equal (warning, self->warning))
    return;
  g_free (self->warning);
  self->warning = g_strdup (warning);
  g_object_notify (G_OBJECT (self), "warning");
}

const char *
cht_item_get_id (ChtItem *self)
{
  g_return_val_if_fail (CHT_IS_ITEM (self), NULL);
  return self->id;
}

const char *
cht_item_get_name (ChtItem *self)
{
  g_return_val_if_fail (CHT_IS_ITEM (self), NULL);
  return self->name;
}

const char *
cht_item_get_kind (ChtItem *self)
{
  g_return_val_if_fail (CHT_IS_ITEM (self), NULL);
  return self->kind;
}

char *
cht_item_dup_kind_text (ChtItem *self)
{
  static const struct { const char *kind, *words; } table[] = {
    { CHT_ITEM_TRUST_CHAIN, N_("Trust chain") }, { CHT_ITEM_INTERMEDIATE, N_("Intermediate certificate with key") },
    { CHT_ITEM_KEY, N_("Private key") }, { CHT_ITEM_REQUEST, N_("Certificate request") },
    { CHT_ITEM_CRL, N_("Revocation list") },
  };
  g_return_val_if_fail (CHT_IS_ITEM (self), NULL);

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    if (g_str_equal (table[i].kind, self->kind))
      return g_strdup (_(table[i].words));
  return g_strdup (self->kind);
}

const char *
cht_item_get_role_id (ChtItem *self)
{
  g_return_val_if_fail (CHT_IS_ITEM (self), NULL);
  return self->role_id;
}

const char *const *
cht_item_get_sha256 (ChtItem *self)
{
  g_return_val_if_fail (CHT_IS_ITEM (self), NULL);
  return (const char *const *) self->sha256;
}

gint64
cht_item_get_not_after (ChtItem *self)
{
  g_return_val_if_fail (CHT_IS_ITEM (self), CHT_TIME_UNKNOWN);
  return self->not_after;
}

gint64
cht_item_get_added (ChtItem *self)
{
  g_return_val_if_fail (CHT_IS_ITEM (self), CHT_TIME_UNKNOWN);
  return self->added;
}

gboolean
cht_item_get_has_key (ChtItem *self)
{
  g_return_val_if_fail (CHT_IS_ITEM (self), FALSE);
  return self->has_key;
}

const char *
cht_item_get_warning (ChtItem *self)
{
  g_return_val_if_fail (CHT_IS_ITEM (self), NULL);
  return self->warning;
}

GBytes *
cht_item_get_bytes (ChtItem *self)
{
  return self->bytes;
}

ChtSecret *
cht_item_get_key (ChtItem *self)
{
  return self->key;
}

ChtSecret *
cht_item_get_passphrase (ChtItem *self)
{
  return self->passphrase;
}

const char *
cht_item_get_digest (ChtItem *self)
{
  return self->digest;
}

ChtBundle *
cht_item_dup_bundle (ChtItem *self, GError **error)
{
  g_autoptr (GError) fault = NULL;
  g_autoptr (GByteArray) text = NULL;
  g_autoptr (ChtBundle) bundle = NULL;
  g_autoptr (GBytes) pem = NULL, whole = NULL;

  g_return_val_if_fail (CHT_IS_ITEM (self), NULL);

  if (self->bytes != NULL)
    {
      bundle = cht_bundle_new (self->bytes, NULL, NULL, error);
      if (bundle == NULL || self->key == NULL)
        return g_steal_pointer (&bundle);
      pem = cht_bundle_to_plain_pem (bundle);
    }
  const gsize head = pem != NULL ? g_bytes_get_size (pem) : 0;
  const gsize size = head + cht_secret_get_size (self->key);
  g_autofree guint8 *joined = g_malloc (size + 1);
  if (head > 0)
    memcpy (joined, g_bytes_get_data (pem, NULL), head);
  memcpy (joined + head, cht_secret_get_data (self->key), size - head);
  whole = cht_vault_bytes_new_wiped (joined, size);
  cht_wipe (joined, size);
  g_autoptr (ChtBundle) both = cht_bundle_new (whole, NULL, NULL, &fault);
  /* A key in DER cannot stand behind PEM: then the certificates alone are shown. */
  if (both != NULL && (bundle == NULL || cht_bundle_get_keys (both)->len > 0))
    return g_steal_pointer (&both);
  if (bundle == NULL)
    g_propagate_error (error, g_steal_pointer (&fault));
  return g_steal_pointer (&bundle);
}
