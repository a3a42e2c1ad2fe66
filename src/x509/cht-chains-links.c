/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who signed whom. Candidates come from an index by subject name and subject key identifier; a signature is checked
 * once for each key, not for each certificate that carries it, so that same-name same-key CAs cost one check. Budgets
 * bound what is left.
 */
#include "cht-certificate-private.h"
#include "cht-chains-private.h"

#define MAX_CANDIDATES 256  /* a child, from each index */
#define MAX_KEYS 16         /* a child: checks against different keys */
#define MAX_BROKEN 8        /* a child: links that do not hold, where none does */

typedef struct {
  ChtChainNode *nodes;
  GHashTable *by_name;    /* GBytes → GArray of guint */
  GHashTable *by_key_id;  /* GBytes (name and key identifier) → GArray of guint */
  guint budget;           /* signature checks left beyond the first two of each child */
} Index;

typedef struct {
  const char *spki_sha256;
  ChtLinkState state;
} Checked;

static void
index_add (GHashTable *table, GBytes *key, guint position)
{
  GArray *list = g_hash_table_lookup (table, key);
  if (list == NULL)
    {
      list = g_array_new (FALSE, FALSE, sizeof (guint));
      g_hash_table_insert (table, g_bytes_ref (key), list);
    }
  if (list->len < MAX_CANDIDATES)
    g_array_append_val (list, position);
}

static GBytes *
join_name_and_key_id (GBytes *name, const char *key_id)
{
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (name, &size);
  GByteArray *joined = g_byte_array_sized_new (size + strlen (key_id));
  if (size > 0)
    g_byte_array_append (joined, data, size);
  g_byte_array_append (joined, (const guint8 *) key_id, strlen (key_id));
  return g_byte_array_free_to_bytes (joined);
}

static GHashTable *
new_table (void)
{
  return g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify) g_bytes_unref,
                                (GDestroyNotify) g_array_unref);
}

static void
build_index (Index *index, guint n)
{
  index->by_name = new_table ();
  index->by_key_id = new_table ();
  for (guint i = 0; i < n; i++)
    {
      ChtCertificate *certificate = index->nodes[i].certificate;
      const char *key_id = cht_certificate_get_subject_key_id (certificate);
      g_autoptr (GBytes) name = cht_certificate_normalize_subject (certificate);
      index_add (index->by_name, name, i);
      if (key_id == NULL)
        continue;
      g_autoptr (GBytes) joined = join_name_and_key_id (name, key_id);
      index_add (index->by_key_id, joined, i);
    }
}

static gboolean
key_ids_differ (ChtCertificate *child, ChtCertificate *issuer)
{
  const char *wanted = cht_certificate_get_authority_key_id (child);
  const char *has = cht_certificate_get_subject_key_id (issuer);
  return wanted != NULL && has != NULL && !g_str_equal (wanted, has);
}

static ChtLinkState
check (Index *index, GArray *checked, ChtCertificate *child, ChtCertificate *issuer)
{
  const char *key = cht_certificate_get_spki_sha256 (issuer);
  for (guint i = 0; i < checked->len; i++)
    if (g_str_equal (g_array_index (checked, Checked, i).spki_sha256, key))
      return g_array_index (checked, Checked, i).state;
  if ((checked->len >= 2 && index->budget == 0) || checked->len == MAX_KEYS)
    return CHT_LINK_UNCHECKABLE;

  g_autoptr (GError) error = NULL;
  if (checked->len >= 2)
    index->budget--;
  ChtLinkState state = cht_certificate_verify_signature (child, issuer, &error) ? CHT_LINK_HOLDS
                       : g_error_matches (error, CHT_X509_ERROR, CHT_X509_ERROR_UNSUPPORTED) ? CHT_LINK_UNCHECKABLE
                       : CHT_LINK_SIGNATURE_BROKEN;
  g_array_append_val (checked, ((Checked) { key, state }));
  return state;
}

static void
add_link (ChtChainNode *node, Index *index, guint issuer, ChtLinkState state)
{
  ChtCertificate *certificate = index->nodes[issuer].certificate;
  if (state == CHT_LINK_HOLDS && key_ids_differ (node->certificate, certificate))
    state = CHT_LINK_KEY_IDS_DIFFER;
  ChtLink link = { node->certificate, certificate, state };
  g_array_append_val (node->links, link);
  g_array_append_val (node->issuers, issuer);
}

/* What fits by name, those with the wanted key identifier first. */
static GArray *
list_candidates (Index *index, ChtCertificate *child)
{
  GArray *candidates = g_array_new (FALSE, FALSE, sizeof (guint));
  const char *wanted = cht_certificate_get_authority_key_id (child);
  g_autoptr (GBytes) name = cht_certificate_normalize_issuer (child);
  g_autoptr (GBytes) joined = wanted != NULL ? join_name_and_key_id (name, wanted) : NULL;
  GArray *exact = joined != NULL ? g_hash_table_lookup (index->by_key_id, joined) : NULL;
  GArray *same_name = g_hash_table_lookup (index->by_name, name);
  if (exact != NULL)
    g_array_append_vals (candidates, exact->data, exact->len);
  for (guint i = 0; same_name != NULL && i < same_name->len; i++)
    {
      guint position = g_array_index (same_name, guint, i);
      const char *has = cht_certificate_get_subject_key_id (index->nodes[position].certificate);
      if (exact == NULL || has == NULL || !g_str_equal (has, wanted))
        g_array_append_val (candidates, position);
    }
  return candidates;
}

/* TRUE where one of the links holds. Only what could not have been meant otherwise is checked once something holds. */
static gboolean
link_to_holding (Index *index, ChtChainNode *node, GArray *candidates, GArray *checked)
{
  gboolean any = FALSE;
  for (guint i = 0; i < candidates->len; i++)
    {
      guint position = g_array_index (candidates, guint, i);
      ChtCertificate *issuer = index->nodes[position].certificate;
      if (issuer == node->certificate)
        continue;
      guint keys = checked->len;
      gboolean is_unlikely = any && key_ids_differ (node->certificate, issuer);
      ChtLinkState state = CHT_LINK_SIGNATURE_BROKEN;
      if (!is_unlikely)
        state = check (index, checked, node->certificate, issuer);
      else
        for (guint k = 0; k < keys; k++)
          if (g_str_equal (g_array_index (checked, Checked, k).spki_sha256, cht_certificate_get_spki_sha256 (issuer)))
            state = g_array_index (checked, Checked, k).state;
      if (state != CHT_LINK_HOLDS)
        continue;
      add_link (node, index, position, state);
      any = TRUE;
    }
  return any;
}

static void
link_to_broken (Index *index, ChtChainNode *node, GArray *candidates, GArray *checked)
{
  guint limit = MIN (candidates->len, MAX_BROKEN);
  for (guint i = 0; i < limit; i++)
    {
      guint position = g_array_index (candidates, guint, i);
      ChtCertificate *issuer = index->nodes[position].certificate;
      /* Self-issued under another key: its issuer is a namesake that is not here. */
      if (issuer == node->certificate && key_ids_differ (issuer, issuer))
        continue;
      add_link (node, index, position, check (index, checked, node->certificate, issuer));
    }
}

static void
link_node (Index *index, guint position)
{
  ChtChainNode *node = &index->nodes[position];
  ChtCertificate *certificate = node->certificate;
  g_autoptr (GArray) candidates = list_candidates (index, certificate);
  g_autoptr (GArray) checked = g_array_new (FALSE, FALSE, sizeof (Checked));
  node->links = g_array_new (FALSE, TRUE, sizeof (ChtLink));
  node->issuers = g_array_new (FALSE, FALSE, sizeof (guint));

  node->is_self_signed = cht_certificate_is_self_issued (certificate)
                         && check (index, checked, certificate, certificate) == CHT_LINK_HOLDS;
  if (node->is_self_signed)
    {
      add_link (node, index, position, CHT_LINK_HOLDS);
      return;
    }
  if (!link_to_holding (index, node, candidates, checked))
    link_to_broken (index, node, candidates, checked);
  if (node->links->len == 0)
    {
      ChtLink missing = { certificate, NULL, CHT_LINK_MISSING };
      g_array_append_val (node->links, missing);
    }
}

void
cht_chains_find_links (ChtChainNode *nodes, guint n)
{
  Index index = { .nodes = nodes, .budget = n + 1024 };
  build_index (&index, n);
  for (guint i = 0; i < n; i++)
    link_node (&index, i);
  for (guint i = 0; i < n; i++)
    nodes[i].is_below_none = TRUE;
  for (guint i = 0; i < n; i++)
    for (guint k = 0; k < nodes[i].issuers->len; k++)
      {
        guint issuer = g_array_index (nodes[i].issuers, guint, k);
        if (issuer == i)
          continue;
        nodes[issuer].is_below_none = FALSE;
        nodes[issuer].has_child |= cht_link_holds (&g_array_index (nodes[i].links, ChtLink, k));
      }
  g_hash_table_unref (index.by_name);
  g_hash_table_unref (index.by_key_id);
}
