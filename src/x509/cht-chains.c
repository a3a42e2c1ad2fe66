/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-chains.h"

#include <glib/gi18n-lib.h>

#include "cht-certificate-private.h"
#include "cht-chains-private.h"

struct _ChtChains {
  GObject parent_instance;
  GPtrArray *certificates;
  GHashTable *positions;  /* SHA-256 → position + 1 */
  ChtChainNode *nodes;
  GPtrArray *paths;
  guint n_hierarchies;
};

G_DEFINE_FINAL_TYPE (ChtChains, cht_chains, G_TYPE_OBJECT)

static void
cht_chains_finalize (GObject *object)
{
  ChtChains *self = CHT_CHAINS (object);
  for (guint i = 0; i < self->certificates->len; i++)
    {
      g_array_unref (self->nodes[i].links);
      g_array_unref (self->nodes[i].issuers);
    }
  g_free (self->nodes);
  g_clear_pointer (&self->paths, g_ptr_array_unref);
  g_hash_table_unref (self->positions);
  g_ptr_array_unref (self->certificates);
  G_OBJECT_CLASS (cht_chains_parent_class)->finalize (object);
}

static void
cht_chains_class_init (ChtChainsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cht_chains_finalize;
}

static void
cht_chains_init (ChtChains *self)
{
  self->certificates = g_ptr_array_new_with_free_func (g_object_unref);
  self->positions = g_hash_table_new (g_str_hash, g_str_equal);
}

static guint
find_group (guint *parent, guint i)
{
  while (parent[i] != i)
    {
      parent[i] = parent[parent[i]];
      i = parent[i];
    }
  return i;
}

static void
join_groups (guint *parent, guint a, guint b)
{
  guint low = find_group (parent, a);
  guint high = find_group (parent, b);
  /* The first of the file leads, so that groups are numbered in its order. */
  parent[MAX (low, high)] = MIN (low, high);
}

/* A link of any state ties, and so does one issuer that is missing for both. */
static void
number_hierarchies (ChtChains *self)
{
  guint n = self->certificates->len;
  g_autofree guint *parent = g_new (guint, n + 1);
  g_autoptr (GHashTable) missing = g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify) g_bytes_unref,
                                                          NULL);
  for (guint i = 0; i < n; i++)
    parent[i] = i;
  for (guint i = 0; i < n; i++)
    {
      GArray *issuers = self->nodes[i].issuers;
      for (guint k = 0; k < issuers->len; k++)
        join_groups (parent, i, g_array_index (issuers, guint, k));
      if (issuers->len > 0)
        continue;
      GBytes *name = cht_certificate_normalize_issuer (self->nodes[i].certificate);
      gpointer other = g_hash_table_lookup (missing, name);
      if (other != NULL)
        join_groups (parent, i, GPOINTER_TO_UINT (other) - 1);
      g_hash_table_replace (missing, name, GUINT_TO_POINTER (i + 1));
    }
  for (guint i = 0; i < n; i++)
    {
      guint leader = find_group (parent, i);
      self->nodes[i].hierarchy = leader == i ? self->n_hierarchies++ : self->nodes[leader].hierarchy;
    }
}

ChtChains *
cht_chains_new (GPtrArray *certificates)
{
  g_return_val_if_fail (certificates != NULL, NULL);

  ChtChains *self = g_object_new (CHT_TYPE_CHAINS, NULL);
  for (guint i = 0; i < certificates->len; i++)
    {
      ChtCertificate *certificate = g_ptr_array_index (certificates, i);
      gpointer key = (gpointer) cht_certificate_get_sha256 (certificate);
      if (g_hash_table_contains (self->positions, key))
        continue;
      g_ptr_array_add (self->certificates, g_object_ref (certificate));
      g_hash_table_insert (self->positions, key, GUINT_TO_POINTER (self->certificates->len));
    }
  guint n = self->certificates->len;
  self->nodes = g_new0 (ChtChainNode, n + 1);
  for (guint i = 0; i < n; i++)
    self->nodes[i].certificate = g_ptr_array_index (self->certificates, i);
  cht_chains_find_links (self->nodes, n);
  self->paths = cht_chains_find_paths (self->nodes, n);
  number_hierarchies (self);
  return self;
}

static ChtChainNode *
find_node (ChtChains *self, ChtCertificate *certificate)
{
  guint position = GPOINTER_TO_UINT (g_hash_table_lookup (self->positions, cht_certificate_get_sha256 (certificate)));
  return position > 0 ? &self->nodes[position - 1] : NULL;
}

GPtrArray *
cht_chains_get_certificates (ChtChains *self)
{
  g_return_val_if_fail (CHT_IS_CHAINS (self), NULL);
  return self->certificates;
}

GPtrArray *
cht_chains_get_paths (ChtChains *self)
{
  g_return_val_if_fail (CHT_IS_CHAINS (self), NULL);
  return self->paths;
}

gboolean
cht_chains_path_is_complete (ChtChains *self, GPtrArray *path)
{
  g_return_val_if_fail (CHT_IS_CHAINS (self) && path != NULL && path->len > 0, FALSE);
  return cht_chains_is_self_signed (self, g_ptr_array_index (path, path->len - 1));
}

GArray *
cht_chains_get_links (ChtChains *self, ChtCertificate *child)
{
  g_return_val_if_fail (CHT_IS_CHAINS (self) && CHT_IS_CERTIFICATE (child), NULL);
  ChtChainNode *node = find_node (self, child);
  g_return_val_if_fail (node != NULL, NULL);
  return node->links;
}

const ChtLink *
cht_chains_get_link (ChtChains *self, ChtCertificate *child, ChtCertificate *issuer)
{
  GArray *links = cht_chains_get_links (self, child);
  for (guint i = 0; links != NULL && i < links->len; i++)
    {
      const ChtLink *link = &g_array_index (links, ChtLink, i);
      if (link->issuer != NULL && cht_certificate_equal (link->issuer, issuer))
        return link;
    }
  return NULL;
}

gboolean
cht_chains_is_self_signed (ChtChains *self, ChtCertificate *certificate)
{
  g_return_val_if_fail (CHT_IS_CHAINS (self) && CHT_IS_CERTIFICATE (certificate), FALSE);
  ChtChainNode *node = find_node (self, certificate);
  return node != NULL && node->is_self_signed;
}

gboolean
cht_chains_has_child (ChtChains *self, ChtCertificate *certificate)
{
  g_return_val_if_fail (CHT_IS_CHAINS (self) && CHT_IS_CERTIFICATE (certificate), FALSE);
  ChtChainNode *node = find_node (self, certificate);
  return node != NULL && node->has_child;
}

guint
cht_chains_get_n_hierarchies (ChtChains *self)
{
  g_return_val_if_fail (CHT_IS_CHAINS (self), 0);
  return self->n_hierarchies;
}

guint
cht_chains_get_hierarchy (ChtChains *self, ChtCertificate *certificate)
{
  g_return_val_if_fail (CHT_IS_CHAINS (self) && CHT_IS_CERTIFICATE (certificate), 0);
  ChtChainNode *node = find_node (self, certificate);
  g_return_val_if_fail (node != NULL, 0);
  return node->hierarchy;
}

ChtOrder
cht_chains_get_order (ChtChains *self, guint hierarchy)
{
  g_return_val_if_fail (CHT_IS_CHAINS (self), CHT_ORDER_MIXED);
  gboolean root_first = TRUE, lowest_first = TRUE;
  for (guint i = 0; i < self->certificates->len; i++)
    {
      GArray *issuers = self->nodes[i].issuers;
      gboolean some_before = FALSE, some_behind = FALSE;
      for (guint k = 0; k < issuers->len; k++)
        {
          some_before |= g_array_index (issuers, guint, k) < i;
          some_behind |= g_array_index (issuers, guint, k) > i;
        }
      if (self->nodes[i].hierarchy != hierarchy || (!some_before && !some_behind))
        continue;
      root_first &= some_before;
      lowest_first &= some_behind;
    }
  return root_first ? CHT_ORDER_ROOT_FIRST : lowest_first ? CHT_ORDER_LOWEST_FIRST : CHT_ORDER_MIXED;
}

char *
cht_link_describe (const ChtLink *link)
{
  g_return_val_if_fail (link != NULL, NULL);
  switch (link->state)
    {
    case CHT_LINK_HOLDS: return g_strdup (_("The signature holds."));
    case CHT_LINK_KEY_IDS_DIFFER: return g_strdup (_("The signature holds, though the key identifiers differ."));
    case CHT_LINK_SIGNATURE_BROKEN: return g_strdup (_("The name fits, but the signature does not hold."));
    case CHT_LINK_UNCHECKABLE: return g_strdup (_("The name fits; the signature cannot be checked here."));
    default: return g_strdup (_("The issuer's certificate is missing."));
    }
}

gboolean
cht_chains_is_old_root (ChtChains *self, ChtCertificate *certificate)
{
  if (cht_certificate_is_ca (certificate) || !cht_chains_is_self_signed (self, certificate))
    return FALSE;
  if (cht_certificate_get_version (certificate) < 3)
    return TRUE;
  if (cht_certificate_has_key_usage (certificate))
    return (cht_certificate_get_key_usage (certificate) & CHT_KEY_USAGE_KEY_CERT_SIGN) != 0;
  return cht_chains_has_child (self, certificate) && cht_certificate_get_extended_key_usage (certificate) == NULL;
}

gboolean
cht_chains_is_leaf (ChtChains *self, ChtCertificate *certificate)
{
  return !cht_certificate_is_ca (certificate) && !cht_chains_has_child (self, certificate)
         && !cht_chains_is_old_root (self, certificate);
}
