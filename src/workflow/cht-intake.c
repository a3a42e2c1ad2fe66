/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that a person adds to the vault: what each is, and which belong together. */
#include "cht-item-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "cht-file.h"
#include "cht-problems.h"

typedef struct {
  char *file_name, *name;
  GBytes *bytes;
  ChtBundle *bundle;
  gboolean used;
} Source;

static void
source_free (gpointer data)
{
  Source *source = data;

  g_free (source->file_name);
  g_free (source->name);
  g_clear_pointer (&source->bytes, g_bytes_unref);
  g_clear_object (&source->bundle);
  g_free (source);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Source, source_free)

/* "chain.pem" is called "chain". */
static char *
name_from_file (const char *file_name)
{
  const char *dot = strrchr (file_name, '.');
  g_autofree char *stem =
      dot != NULL && dot != file_name ? g_strndup (file_name, (gsize) (dot - file_name)) : g_strdup (file_name);
  return g_utf8_make_valid (stem, -1);
}

static Source *
read_source (GFile *file, ChtSecret *passphrase, GCancellable *cancellable, GError **error)
{
  g_autoptr (Source) source = g_new0 (Source, 1);
  g_autoptr (GError) fault = NULL;

  source->file_name = g_file_get_basename (file);
  source->name = name_from_file (source->file_name);
  source->bytes = cht_file_read (file, CHT_FILE_MAX_CERTIFICATES, cancellable, &fault);
  if (source->bytes != NULL)
    source->bundle = cht_bundle_new (source->bytes, passphrase, cancellable, &fault);
  if (source->bundle == NULL)
    {
      g_propagate_error (error, cht_problem_to_error (cht_problems_from_file (fault, source->file_name)));
      return NULL;
    }
  return g_steal_pointer (&source);
}

/* The one key of a file that holds nothing else. */
static ChtKey *
get_lone_key (Source *source)
{
  GPtrArray *keys = cht_bundle_get_keys (source->bundle);
  return keys->len == 1 && cht_bundle_get_certificates (source->bundle)->len == 0 ? keys->pdata[0] : NULL;
}

static gboolean
fits_one (ChtKey *key, GPtrArray *certificates)
{
  for (guint i = 0; i < certificates->len; i++)
    if (cht_key_fits (key, certificates->pdata[i]))
      return TRUE;
  return FALSE;
}

/* As it came: the whole file where it is nothing but the key, so that it comes out byte for byte. */
static ChtSecret *
dup_key_text (Source *source, ChtKey *key)
{
  if (get_lone_key (source) != NULL && cht_bundle_get_objects (source->bundle)->len == 1)
    return cht_secret_new (g_bytes_get_data (source->bytes, NULL), g_bytes_get_size (source->bytes));
  return cht_secret_ref (cht_key_get_text (key));
}

static gboolean
has_kind (Source *source, ChtObjectKind kind)
{
  GPtrArray *objects = cht_bundle_get_objects (source->bundle);

  for (guint i = 0; i < objects->len; i++)
    if (cht_object_get_kind (objects->pdata[i]) == kind)
      return TRUE;
  return FALSE;
}

/* PASSPHRASE where the key wants one and opened with it: without it nobody could take the key out in another form. */
static ChtSecret *
get_opener (ChtKey *key, ChtSecret *passphrase)
{
  return cht_key_is_encrypted (key) && cht_key_get_state (key) == CHT_KEY_STATE_OPEN ? passphrase : NULL;
}

/* One file alone. NULL where it holds nothing that the vault keeps. */
static ChtItem *
make_item (Source *source, const char *name, const char *role_id, ChtSecret *given, gint64 now)
{
  GPtrArray *keys = cht_bundle_get_keys (source->bundle);
  GPtrArray *certificates = cht_bundle_get_certificates (source->bundle);
  g_autoptr (ChtSecret) key = keys->len > 0 ? dup_key_text (source, keys->pdata[0]) : NULL;
  ChtSecret *passphrase = key != NULL ? get_opener (keys->pdata[0], given) : NULL;

  if (certificates->len > 0 && key != NULL)
    {
      /* A key must not lie in what is handled as a certificate, so the file is kept as its two parts. */
      g_autoptr (GBytes) pem = cht_bundle_to_plain_pem (source->bundle);
      return cht_item_new (CHT_ITEM_INTERMEDIATE, name, role_id, source->bundle, pem, key, passphrase, now);
    }
  if (certificates->len > 0)
    return cht_item_new (CHT_ITEM_TRUST_CHAIN, name, role_id, source->bundle, source->bytes, NULL, NULL, now);
  if (key != NULL)
    return cht_item_new (CHT_ITEM_KEY, name, role_id, source->bundle, NULL, key, passphrase, now);
  if (has_kind (source, CHT_OBJECT_REQUEST))
    return cht_item_new (CHT_ITEM_REQUEST, name, role_id, source->bundle, source->bytes, NULL, NULL, now);
  if (has_kind (source, CHT_OBJECT_CRL))
    return cht_item_new (CHT_ITEM_CRL, name, role_id, source->bundle, source->bytes, NULL, NULL, now);
  return NULL;
}

/* The file among SOURCES whose certificate the key of KEYED was made for: proved by the numbers, never by the names. */
static Source *
find_partner (GPtrArray *sources, Source *keyed)
{
  ChtKey *key = get_lone_key (keyed);

  for (guint i = 0; key != NULL && i < sources->len; i++)
    {
      Source *other = sources->pdata[i];
      if (other != keyed && !other->used && cht_bundle_get_keys (other->bundle)->len == 0
          && fits_one (key, cht_bundle_get_certificates (other->bundle)))
        return other;
    }
  return NULL;
}

static GPtrArray *
read_sources (GPtrArray *files, ChtSecret *passphrase, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) sources = g_ptr_array_new_with_free_func (source_free);

  for (guint i = 0; i < files->len; i++)
    {
      Source *source = read_source (files->pdata[i], passphrase, cancellable, error);
      if (source == NULL)
        return NULL;
      g_ptr_array_add (sources, source);
    }
  return g_steal_pointer (&sources);
}

GPtrArray *
cht_intake_read (GPtrArray *files, const char *name, const char *role_id, ChtSecret *passphrase, gint64 now,
                 GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) sources = read_sources (files, passphrase, cancellable, error);
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  if (sources == NULL)
    return NULL;
  for (guint i = 0; i < sources->len; i++)
    {
      Source *keyed = sources->pdata[i];
      Source *partner = keyed->used ? NULL : find_partner (sources, keyed);
      if (partner == NULL)
        continue;
      g_autoptr (ChtSecret) key = dup_key_text (keyed, get_lone_key (keyed));
      keyed->used = partner->used = TRUE;
      g_ptr_array_add (items, cht_item_new (CHT_ITEM_INTERMEDIATE, name != NULL ? name : partner->name, role_id,
                                            partner->bundle, partner->bytes, key,
                                            get_opener (get_lone_key (keyed), passphrase), now));
    }
  for (guint i = 0; i < sources->len; i++)
    {
      Source *source = sources->pdata[i];
      ChtItem *item =
          source->used ? NULL : make_item (source, name != NULL ? name : source->name, role_id, passphrase, now);
      if (item == NULL && !source->used)
        {
          g_propagate_error (error, cht_problems_new_error ("file.nothing-readable", CHT_PROBLEM_UNUSABLE,
            _("Choose a file of certificates, a key, a request or a revocation list."),
            _("“%s” holds nothing that the vault keeps."), source->file_name));
          return NULL;
        }
      if (item != NULL)
        g_ptr_array_add (items, item);
    }
  return g_steal_pointer (&items);
}
