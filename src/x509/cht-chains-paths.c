/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every path from a lowest certificate upwards, depth first without recursion. Links that lead to a self-signed root
 * by the fewest steps are walked first, so that what a bound cuts off is what matters least.
 */
#include "cht-chains-private.h"

#define MAX_DEPTH 100
#define MAX_ENTRIES 1000000  /* certificates in all paths together; then one path a lowest certificate */
#define FAR G_MAXUINT

typedef struct {
  ChtChainNode *nodes;
  guint n;
  guint *distance;     /* steps to a self-signed root over links that hold; FAR without */
  guint *on_path;      /* of the walk under way: 1 where the node is on it */
  guint *covered;      /* 1 where some path holds the node */
  GPtrArray *paths;
  gsize entries;
} Walk;

typedef struct {
  guint node;
  guint next;        /* which link to try next */
  gboolean went_on;  /* some link led further */
} Step;

static void
measure_distances (Walk *walk)
{
  g_autofree guint *starts = g_new0 (guint, walk->n + 1);
  g_autofree guint *queue = g_new (guint, walk->n);
  guint edges = 0, head = 0, tail = 0;
  for (guint i = 0; i < walk->n; i++)
    for (guint k = 0; k < walk->nodes[i].issuers->len; k++, edges++)
      starts[g_array_index (walk->nodes[i].issuers, guint, k) + 1]++;
  for (guint i = 0; i < walk->n; i++)
    starts[i + 1] += starts[i];
  g_autofree guint *children = g_new (guint, edges + 1);
  g_autofree guint *fill = g_memdup2 (starts, walk->n * sizeof (guint));
  for (guint i = 0; i < walk->n; i++)
    for (guint k = 0; k < walk->nodes[i].issuers->len; k++)
      {
        guint issuer = g_array_index (walk->nodes[i].issuers, guint, k);
        children[fill[issuer]++] = cht_link_holds (&g_array_index (walk->nodes[i].links, ChtLink, k)) ? i : issuer;
      }

  for (guint i = 0; i < walk->n; i++)
    {
      walk->distance[i] = walk->nodes[i].is_self_signed ? 0 : FAR;
      if (walk->nodes[i].is_self_signed)
        queue[tail++] = i;
    }
  while (head < tail)
    {
      guint node = queue[head++];
      for (guint e = starts[node]; e < starts[node + 1]; e++)
        if (walk->distance[children[e]] == FAR)
          {
            walk->distance[children[e]] = walk->distance[node] + 1;
            queue[tail++] = children[e];
          }
    }
}

static guint
rank (const Walk *walk, guint node, guint link)
{
  const ChtLink *entry = &g_array_index (walk->nodes[node].links, ChtLink, link);
  guint distance = walk->distance[g_array_index (walk->nodes[node].issuers, guint, link)];
  return MIN (distance, G_MAXUINT / 8) + (guint) entry->state * (G_MAXUINT / 8);
}

/* Insertion sort: stable, and the lists are short. */
static void
sort_links (Walk *walk, guint node)
{
  GArray *links = walk->nodes[node].links;
  GArray *issuers = walk->nodes[node].issuers;
  for (guint i = 1; i < issuers->len; i++)
    for (guint k = i; k > 0 && rank (walk, node, k) < rank (walk, node, k - 1); k--)
      {
        ChtLink link = g_array_index (links, ChtLink, k);
        guint issuer = g_array_index (issuers, guint, k);
        g_array_index (links, ChtLink, k) = g_array_index (links, ChtLink, k - 1);
        g_array_index (issuers, guint, k) = g_array_index (issuers, guint, k - 1);
        g_array_index (links, ChtLink, k - 1) = link;
        g_array_index (issuers, guint, k - 1) = issuer;
      }
}

static void
emit (Walk *walk, GArray *steps)
{
  GPtrArray *path = g_ptr_array_sized_new (steps->len);
  for (guint i = 0; i < steps->len; i++)
    {
      guint node = g_array_index (steps, Step, i).node;
      g_ptr_array_add (path, walk->nodes[node].certificate);
      walk->covered[node] = 1;
    }
  g_ptr_array_add (walk->paths, path);
  walk->entries += steps->len;
}

/* Takes the next link of the last step that leads to a node not yet on the path. */
static gboolean
step_up (Walk *walk, GArray *steps)
{
  Step *last = &g_array_index (steps, Step, steps->len - 1);
  GArray *issuers = walk->nodes[last->node].issuers;
  while (steps->len < MAX_DEPTH && last->next < issuers->len)
    {
      guint issuer = g_array_index (issuers, guint, last->next++);
      if (walk->on_path[issuer])
        continue;
      last->went_on = TRUE;
      walk->on_path[issuer] = 1;
      Step step = { issuer, 0, FALSE };
      g_array_append_val (steps, step);
      return TRUE;
    }
  return FALSE;
}

static void
walk_from (Walk *walk, guint start)
{
  g_autoptr (GArray) steps = g_array_new (FALSE, FALSE, sizeof (Step));
  Step first = { start, 0, FALSE };
  guint found = 0;
  guint limit = walk->entries < MAX_ENTRIES ? CHT_CHAINS_MAX_PATHS : 1;
  g_array_append_val (steps, first);
  walk->on_path[start] = 1;
  while (steps->len > 0)
    {
      if (found < limit && step_up (walk, steps))
        continue;
      Step last = g_array_index (steps, Step, steps->len - 1);
      if (!last.went_on && found < limit)
        {
          emit (walk, steps);
          found++;
        }
      walk->on_path[last.node] = 0;
      g_array_set_size (steps, steps->len - 1);
    }
}

GPtrArray *
cht_chains_find_paths (ChtChainNode *nodes, guint n)
{
  Walk walk = { .nodes = nodes, .n = n };
  g_autofree guint *distance = walk.distance = g_new0 (guint, n + 1);
  g_autofree guint *on_path = walk.on_path = g_new0 (guint, n + 1);
  g_autofree guint *covered = walk.covered = g_new0 (guint, n + 1);
  walk.paths = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  measure_distances (&walk);
  for (guint i = 0; i < n; i++)
    sort_links (&walk, i);
  for (guint i = 0; i < n; i++)
    if (nodes[i].is_below_none)
      walk_from (&walk, i);
  /* Rings without a lowest one, and what the bounds left out. */
  for (guint i = 0; i < n; i++)
    if (!covered[i])
      walk_from (&walk, i);
  return walk.paths;
}
