/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which intermediate and key are meant, and the form that the key leaves in. */
#include <string.h>

#include "cht-repair-private.h"

#include "cht-certificate-private.h"
#include "cht-chains-private.h"
#include "cht-pem.h"

/* ---- The pair ---- */

gboolean
cht_repair_reaches_root (ChtChains *chains, ChtCertificate *certificate)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  g_autoptr (GPtrArray) queue = g_ptr_array_new ();
  g_ptr_array_add (queue, certificate);
  g_hash_table_add (seen, certificate);
  for (guint head = 0; head < queue->len; head++)
    {
      ChtCertificate *at = g_ptr_array_index (queue, head);
      GArray *links = cht_chains_get_links (chains, at);
      if (cht_chains_is_self_signed (chains, at))
        return TRUE;
      for (guint i = 0; i < links->len; i++)
        {
          const ChtLink *link = &g_array_index (links, ChtLink, i);
          if (cht_link_holds (link) && g_hash_table_add (seen, link->issuer))
            g_ptr_array_add (queue, link->issuer);
        }
    }
  return FALSE;
}

/* Stands alone in a file beside others: then it was meant. */
static gboolean
stands_alone (GPtrArray *bundles, ChtCertificate *certificate)
{
  gboolean alone = FALSE;
  guint n = 0;
  for (guint i = 0; i < bundles->len; i++)
    {
      GPtrArray *certificates = cht_bundle_get_certificates (g_ptr_array_index (bundles, i));
      n += certificates->len > 0;
      alone |= certificates->len == 1 && cht_certificate_equal (g_ptr_array_index (certificates, 0), certificate);
    }
  return alone && n > 1;
}

/* Of several with one key (renewed, cross-signed): the one that stands alone, is proved up to a root, lives longest. */
static gboolean
is_better (GPtrArray *bundles, ChtChains *chains, ChtCertificate *a, ChtCertificate *b)
{
  gboolean alone_a = stands_alone (bundles, a), alone_b = stands_alone (bundles, b);
  if (alone_a != alone_b)
    return alone_a;
  gboolean rooted_a = cht_repair_reaches_root (chains, a), rooted_b = cht_repair_reaches_root (chains, b);
  if (rooted_a != rooted_b)
    return rooted_a;
  return cht_certificate_get_not_after (a) > cht_certificate_get_not_after (b);
}

/* Key identity → the certificates that have it. */
static GHashTable *
index_keys (ChtChains *chains)
{
  GHashTable *owners = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  GPtrArray *certificates = cht_chains_get_certificates (chains);
  for (guint i = 0; i < certificates->len; i++)
    {
      char *identity = cht_certificate_get_key_identity (g_ptr_array_index (certificates, i));
      GPtrArray *list = identity != NULL ? g_hash_table_lookup (owners, identity) : NULL;
      if (identity != NULL && list == NULL)
        {
          list = g_ptr_array_new ();
          g_hash_table_insert (owners, g_steal_pointer (&identity), list);
        }
      if (list != NULL && list->len < CHT_CHAINS_MAX_PATHS)
        g_ptr_array_add (list, g_ptr_array_index (certificates, i));
      g_free (identity);
    }
  return owners;
}

static ChtCertificate *
find_owner (GPtrArray *bundles, ChtChains *chains, GHashTable *owners, ChtKey *key)
{
  GPtrArray *list =
      cht_key_get_identity (key) != NULL ? g_hash_table_lookup (owners, cht_key_get_identity (key)) : NULL;
  ChtCertificate *best = NULL;
  for (guint i = 0; list != NULL && i < list->len; i++)
    if (best == NULL || is_better (bundles, chains, g_ptr_array_index (list, i), best))
      best = g_ptr_array_index (list, i);
  return best;
}

/* An issuing CA below a root. */
static gboolean
is_intermediate (ChtChains *chains, ChtCertificate *certificate)
{
  return cht_certificate_is_ca (certificate) && !cht_chains_is_self_signed (chains, certificate);
}

/* The one that stands alone in its file, else the lowest one; NULL where several can be meant. */
static ChtCertificate *
guess_intermediate (GPtrArray *bundles, ChtChains *chains)
{
  g_autoptr (GHashTable) above = g_hash_table_new (NULL, NULL);
  GPtrArray *certificates = cht_chains_get_certificates (chains);
  ChtCertificate *alone = NULL, *lowest = NULL;
  guint n_alone = 0, n_lowest = 0;
  for (guint i = 0; i < certificates->len; i++)
    {
      ChtCertificate *certificate = g_ptr_array_index (certificates, i);
      GArray *links = cht_chains_get_links (chains, certificate);
      for (guint k = 0; k < links->len && is_intermediate (chains, certificate); k++)
        if (g_array_index (links, ChtLink, k).issuer != NULL)
          g_hash_table_add (above, g_array_index (links, ChtLink, k).issuer);
    }
  for (guint i = 0; i < certificates->len; i++)
    {
      ChtCertificate *certificate = g_ptr_array_index (certificates, i);
      if (!is_intermediate (chains, certificate))
        continue;
      if (n_alone < 2 && stands_alone (bundles, certificate))
        {
          alone = certificate;
          n_alone++;
        }
      if (!g_hash_table_contains (above, certificate))
        {
          lowest = certificate;
          n_lowest++;
        }
    }
  return n_alone == 1 ? alone : n_lowest == 1 ? lowest : NULL;
}

ChtRepairPair
cht_repair_choose_pair (GPtrArray *bundles, ChtChains *chains)
{
  g_autoptr (GHashTable) owners = index_keys (chains);
  ChtKey *first = NULL, *locked = NULL;
  for (guint i = 0; i < bundles->len; i++)
    {
      GPtrArray *keys = cht_bundle_get_keys (g_ptr_array_index (bundles, i));
      for (guint k = 0; k < keys->len; k++)
        {
          ChtKey *key = g_ptr_array_index (keys, k);
          ChtCertificate *owner = find_owner (bundles, chains, owners, key);
          if (owner != NULL)
            return (ChtRepairPair){ owner, key };
          if (first == NULL)
            first = key;
          if (locked == NULL && cht_key_get_state (key) != CHT_KEY_STATE_OPEN)
            locked = key;
        }
    }
  return (ChtRepairPair){ guess_intermediate (bundles, chains), locked != NULL ? locked : first };
}

/* ---- The form ---- */

/* As it came, in plain PEM: the same bytes, whatever they were dressed in. */
static ChtSecret *
dress_plainly (ChtKey *key, gboolean *was_odd)
{
  ChtSecret *text = cht_key_get_text (key);
  g_autoptr (GPtrArray) blocks = cht_pem_scan (cht_secret_get_text (text), cht_secret_get_size (text), NULL, NULL);
  const ChtPemBlock *block = blocks != NULL && blocks->len > 0 ? g_ptr_array_index (blocks, 0) : NULL;
  gboolean is_pkcs8 =
      cht_key_get_form (key) == CHT_KEY_FORM_PKCS8 || cht_key_get_form (key) == CHT_KEY_FORM_PKCS8_ENCRYPTED;
  *was_odd = TRUE;
  if (is_pkcs8)
    {
      ChtSecret *der = block != NULL && block->secret != NULL ? block->secret : text;
      const char *label = cht_key_is_encrypted (key) ? "ENCRYPTED PRIVATE KEY" : "PRIVATE KEY";
      ChtSecret *plain = cht_pem_encode_secret (label, cht_secret_get_data (der), cht_secret_get_size (der));
      gsize size = cht_secret_get_size (plain);
      /* A block comes without the line end behind it. */
      *was_odd = cht_secret_get_size (text) + 1 != size
                 || memcmp (cht_secret_get_data (text), cht_secret_get_data (plain), size - 1) != 0;
      return plain;
    }
  *was_odd = FALSE;
  if (block == NULL)
    return cht_secret_ref (text);
  gsize size = cht_secret_get_size (text);
  char *copy = g_malloc (size + 1);
  memcpy (copy, cht_secret_get_data (text), size);
  copy[size] = '\n';
  ChtSecret *ended = cht_secret_new (copy, size + 1);
  cht_wipe (copy, size + 1);
  g_free (copy);
  return ended;
}

static gboolean
is_wanted (const ChtRepairWish *wish, const char *id)
{
  return wish->only == NULL || g_str_equal (wish->only, id);
}

static ChtSecret *
protect (ChtKey *key, ChtSecret *passphrase, GError **error)
{
  if (passphrase == NULL || cht_secret_get_size (passphrase) == 0)
    return cht_key_to_pkcs8 (key, error);
  return cht_key_to_encrypted_pkcs8 (key, passphrase, error);
}

ChtSecret *
cht_repair_shape_key (ChtKey *key, const ChtRepairWish *wish, GPtrArray *ids, GError **error)
{
  ChtKeyForm form = cht_key_get_form (key);
  gboolean is_traditional =
      form == CHT_KEY_FORM_PKCS1 || form == CHT_KEY_FORM_SEC1 || form == CHT_KEY_FORM_TRADITIONAL_ENCRYPTED;
  gboolean is_open = cht_key_get_state (key) == CHT_KEY_STATE_OPEN;
  gboolean is_bare =
      form == CHT_KEY_FORM_PKCS12 && (wish->passphrase == NULL || cht_secret_get_size (wish->passphrase) == 0);
  gboolean is_odd = FALSE;

  if (is_traditional && is_open && is_wanted (wish, CHT_REPAIR_PKCS8))
    g_ptr_array_add (ids, (gpointer) CHT_REPAIR_PKCS8);
  if (wish->new_passphrase != NULL && is_wanted (wish, CHT_REPAIR_ENCRYPT_KEY))
    {
      g_ptr_array_add (ids, (gpointer) CHT_REPAIR_ENCRYPT_KEY);
      return protect (key, wish->new_passphrase, error);
    }
  if (wish->plain_key && cht_key_is_encrypted (key) && !is_bare && is_wanted (wish, CHT_REPAIR_DECRYPT_KEY))
    {
      g_ptr_array_add (ids, (gpointer) CHT_REPAIR_DECRYPT_KEY);
      return cht_key_to_pkcs8 (key, error);
    }
  if (form == CHT_KEY_FORM_PKCS12 && is_open)
    return protect (key, wish->passphrase, error);
  if (ids->len > 0)
    return protect (key, cht_key_is_encrypted (key) ? wish->passphrase : NULL, error);
  g_autoptr (ChtSecret) plain = dress_plainly (key, &is_odd);
  if (is_odd && is_wanted (wish, CHT_REPAIR_TO_PEM))
    g_ptr_array_add (ids, (gpointer) CHT_REPAIR_TO_PEM);
  return g_steal_pointer (&plain);
}
