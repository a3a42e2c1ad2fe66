/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Root first. Without recursion: files are hostile until proved, and a chain may be 100,000 long. */
#include "cht-repair-private.h"

#include "cht-chains-private.h"

typedef struct
{
  GPtrArray *list;
  GHashTable *positions; /* ChtCertificate* → position + 1 */
  GArray **children;     /* of guint, in the list's order; NULL for none */
  guint8 *is_above_last;
  guint8 *is_taken;
  GPtrArray *out;
} Ordering;

static GHashTable *
index_list (GPtrArray *list)
{
  GHashTable *positions = g_hash_table_new (NULL, NULL);
  for (guint i = 0; i < list->len; i++)
    g_hash_table_insert (positions, g_ptr_array_index (list, i), GUINT_TO_POINTER (i + 1));
  return positions;
}

/* 0 where LINK leads to no other certificate of the list; else the issuer's position + 1. */
static guint
find_issuer (GHashTable *positions, const ChtLink *link)
{
  if (link->issuer == NULL || link->issuer == link->child)
    return 0;
  return GPOINTER_TO_UINT (g_hash_table_lookup (positions, link->issuer));
}

gboolean
cht_repair_is_ordered (ChtChains *chains, GPtrArray *list)
{
  g_autoptr (GHashTable) positions = index_list (list);
  for (guint i = 0; i < list->len; i++)
    {
      GArray *links = cht_chains_get_links (chains, g_ptr_array_index (list, i));
      gboolean some = FALSE, before = FALSE;
      for (guint k = 0; k < links->len; k++)
        {
          guint issuer = find_issuer (positions, &g_array_index (links, ChtLink, k));
          some |= issuer > 0;
          before |= issuer > 0 && issuer - 1 < i;
        }
      if (some && !before)
        return FALSE;
    }
  return TRUE;
}

static void
list_children (Ordering *ordering, ChtChains *chains)
{
  for (guint i = 0; i < ordering->list->len; i++)
    {
      GArray *links = cht_chains_get_links (chains, g_ptr_array_index (ordering->list, i));
      for (guint k = 0; k < links->len; k++)
        {
          guint issuer = find_issuer (ordering->positions, &g_array_index (links, ChtLink, k));
          if (issuer == 0)
            continue;
          GArray **children = &ordering->children[issuer - 1];
          if (*children == NULL)
            *children = g_array_new (FALSE, FALSE, sizeof (guint));
          g_array_append_val (*children, i);
        }
    }
}

static void
mark_above (Ordering *ordering, ChtChains *chains, guint last)
{
  g_autoptr (GArray) queue = g_array_new (FALSE, FALSE, sizeof (guint));
  g_array_append_val (queue, last);
  ordering->is_above_last[last] = TRUE;
  for (guint head = 0; head < queue->len; head++)
    {
      guint position = g_array_index (queue, guint, head);
      GArray *links = cht_chains_get_links (chains, g_ptr_array_index (ordering->list, position));
      for (guint k = 0; k < links->len; k++)
        {
          guint issuer = find_issuer (ordering->positions, &g_array_index (links, ChtLink, k));
          if (issuer == 0 || ordering->is_above_last[issuer - 1])
            continue;
          issuer--;
          ordering->is_above_last[issuer] = TRUE;
          g_array_append_val (queue, issuer);
        }
    }
}

/* Depth first from TOP; the branch that leads to the last one comes behind its siblings. */
static void
take_below (Ordering *ordering, guint top)
{
  g_autoptr (GArray) stack = g_array_new (FALSE, FALSE, sizeof (guint));
  g_array_append_val (stack, top);
  while (stack->len > 0)
    {
      guint position = g_array_index (stack, guint, stack->len - 1);
      g_array_set_size (stack, stack->len - 1);
      if (ordering->is_taken[position])
        continue;
      ordering->is_taken[position] = TRUE;
      g_ptr_array_add (ordering->out, g_object_ref (g_ptr_array_index (ordering->list, position)));
      GArray *children = ordering->children[position];
      for (int above = TRUE; above >= FALSE && children != NULL; above--)
        for (guint i = children->len; i > 0; i--)
          {
            guint child = g_array_index (children, guint, i - 1);
            if (ordering->is_above_last[child] == above && !ordering->is_taken[child])
              g_array_append_val (stack, child);
          }
    }
}

static gboolean
is_top (Ordering *ordering, ChtChains *chains, guint position, gboolean self_signed)
{
  ChtCertificate *certificate = g_ptr_array_index (ordering->list, position);
  if (self_signed)
    return cht_chains_is_self_signed (chains, certificate);
  GArray *links = cht_chains_get_links (chains, certificate);
  for (guint k = 0; k < links->len; k++)
    if (find_issuer (ordering->positions, &g_array_index (links, ChtLink, k)) > 0)
      return FALSE;
  return TRUE;
}

/* Roots, then what has no issuer here, then circles, of one hierarchy. */
static void
take_hierarchy (Ordering *ordering, ChtChains *chains, GArray *members)
{
  for (int above = FALSE; above <= TRUE; above++)
    for (int self_signed = TRUE; self_signed >= FALSE; self_signed--)
      for (guint i = 0; i < members->len; i++)
        {
          guint position = g_array_index (members, guint, i);
          if (ordering->is_above_last[position] == above && is_top (ordering, chains, position, self_signed))
            take_below (ordering, position);
        }
}

static void
take_rest (Ordering *ordering, GArray *members)
{
  for (guint i = 0; i < members->len; i++)
    take_below (ordering, g_array_index (members, guint, i));
}

/* Positions of each hierarchy, hierarchies as they first appear. (element-type GArray) */
static GPtrArray *
group_list (ChtChains *chains, GPtrArray *list)
{
  GPtrArray *groups = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  g_autofree guint *places = g_new0 (guint, cht_chains_get_n_hierarchies (chains) + 1);
  for (guint i = 0; i < list->len; i++)
    {
      guint hierarchy = cht_chains_get_hierarchy (chains, g_ptr_array_index (list, i));
      if (places[hierarchy] == 0)
        {
          g_ptr_array_add (groups, g_array_new (FALSE, FALSE, sizeof (guint)));
          places[hierarchy] = groups->len;
        }
      g_array_append_val ((GArray *) g_ptr_array_index (groups, places[hierarchy] - 1), i);
    }
  return groups;
}

GPtrArray *
cht_repair_order (ChtChains *chains, GPtrArray *list, ChtCertificate *last)
{
  guint n = list->len;
  g_autoptr (GHashTable) positions = index_list (list);
  g_autofree guint8 *marks = g_new0 (guint8, n + 1);
  g_autofree guint8 *taken = g_new0 (guint8, n + 1);
  g_autofree GArray **children = g_new0 (GArray *, n + 1);
  g_autoptr (GPtrArray) groups = group_list (chains, list);
  GPtrArray *out = g_ptr_array_new_with_free_func (g_object_unref);
  Ordering ordering = { list, positions, children, marks, taken, out };

  list_children (&ordering, chains);
  guint place = last != NULL ? GPOINTER_TO_UINT (g_hash_table_lookup (positions, last)) : 0;
  if (place > 0)
    {
      mark_above (&ordering, chains, place - 1);
      taken[place - 1] = TRUE; /* until everything else of its hierarchy stands there */
    }
  for (guint i = 0; i < groups->len; i++)
    {
      GArray *members = g_ptr_array_index (groups, i);
      take_hierarchy (&ordering, chains, members);
      if (place > 0
          && cht_chains_get_hierarchy (chains, last)
                 == cht_chains_get_hierarchy (chains, g_ptr_array_index (list, g_array_index (members, guint, 0))))
        {
          taken[place - 1] = FALSE;
          take_below (&ordering, place - 1);
        }
      take_rest (&ordering, members);
    }
  for (guint i = 0; i < n; i++)
    g_clear_pointer (&children[i], g_array_unref);
  return out;
}
