/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The layered way (Sugiyama): break loops, layer by longest path, order each layer by the mean of its neighbours, then
 * give x by least squares: within a layer the order is kept and every node is drawn to the mean of its neighbours,
 * which is isotonic regression and has an exact answer in linear time (pool adjacent violators).
 */
#include "cht-graph-layout.h"

#define SWEEPS 6

struct _ChtGraphLayout {
  guint n_nodes, n_groups;
  ChtGraphPlace *places;
  double width, height;
};

/* Neighbours in one array: those of node i stand at targets[first[i]] up to targets[first[i + 1] - 1]. */
typedef struct {
  guint *first, *targets;
} Neighbours;

typedef struct {
  const ChtGraphSize *sizes;
  const ChtGraphSpacing *spacing;
  guint n;
  ChtGraphPlace *places;
  Neighbours up, down;
  double *centre;  /* x of each node's middle, within its hierarchy */
  double *wish;    /* where a node wants to stand in this sweep */
} Work;

static void
neighbours_fill (Neighbours *self, guint n, const ChtGraphEdge *edges, guint n_edges, gboolean upwards)
{
  g_autofree guint *next = g_new0 (guint, n + 1);

  self->first = g_new0 (guint, n + 1);
  self->targets = g_new (guint, MAX (n_edges, 1));
  for (guint i = 0; i < n_edges; i++)
    self->first[(upwards ? edges[i].lower : edges[i].upper) + 1]++;
  for (guint i = 0; i < n; i++)
    self->first[i + 1] += self->first[i];
  memcpy (next, self->first, (n + 1) * sizeof *next);
  for (guint i = 0; i < n_edges; i++)
    {
      guint from = upwards ? edges[i].lower : edges[i].upper;
      self->targets[next[from]++] = upwards ? edges[i].upper : edges[i].lower;
    }
}

static void
neighbours_clear (Neighbours *self)
{
  g_clear_pointer (&self->first, g_free);
  g_clear_pointer (&self->targets, g_free);
}

/* Depth first without recursion; an edge to a node that is still being walked closes a loop and is left out. */
static GArray *
drop_loops (guint n, const ChtGraphEdge *edges, guint n_edges)
{
  enum { NEW, OPEN, DONE };
  GArray *kept = g_array_sized_new (FALSE, FALSE, sizeof (ChtGraphEdge), n_edges);
  g_autofree guint8 *state = g_new0 (guint8, n + 1);
  g_autofree guint *at = g_new0 (guint, n + 1), *stack = g_new (guint, n + 1);
  Neighbours down = { 0 };

  neighbours_fill (&down, n, edges, n_edges, FALSE);
  for (guint start = 0; start < n; start++)
    {
      guint depth = 0;

      if (state[start] != NEW)
        continue;
      stack[depth++] = start;
      state[start] = OPEN;
      at[start] = down.first[start];
      while (depth > 0)
        {
          guint node = stack[depth - 1];

          if (at[node] == down.first[node + 1])
            {
              state[node] = DONE;
              depth--;
              continue;
            }
          guint lower = down.targets[at[node]++];
          if (state[lower] == OPEN)
            continue;
          g_array_append_vals (kept, &(ChtGraphEdge){ node, lower }, 1);
          if (state[lower] == NEW)
            {
              state[lower] = OPEN;
              at[lower] = down.first[lower];
              stack[depth++] = lower;
            }
        }
    }
  neighbours_clear (&down);
  return kept;
}

/* Longest path from the top, by counting off the upper neighbours that have their layer already. */
static void
assign_layers (Work *work)
{
  g_autofree guint *missing = g_new0 (guint, work->n + 1), *queue = g_new (guint, work->n + 1);
  guint head = 0, tail = 0;

  for (guint i = 0; i < work->n; i++)
    {
      missing[i] = work->up.first[i + 1] - work->up.first[i];
      if (missing[i] == 0)
        queue[tail++] = i;
    }
  while (head < tail)
    {
      guint node = queue[head++];

      for (guint k = work->down.first[node]; k < work->down.first[node + 1]; k++)
        {
          guint lower = work->down.targets[k];
          work->places[lower].layer = MAX (work->places[lower].layer, work->places[node].layer + 1);
          if (--missing[lower] == 0)
            queue[tail++] = lower;
        }
    }
  g_assert (tail == work->n);
}

static guint
assign_groups (Work *work)
{
  g_autofree guint *stack = g_new (guint, work->n + 1);
  g_autofree guint8 *seen = g_new0 (guint8, work->n + 1);
  const Neighbours *both[] = { &work->up, &work->down };
  guint n_groups = 0;

  for (guint start = 0; start < work->n; start++)
    {
      guint depth = 0;

      if (seen[start])
        continue;
      seen[start] = 1;
      stack[depth++] = start;
      while (depth > 0)
        {
          guint node = stack[--depth];

          work->places[node].group = n_groups;
          for (guint b = 0; b < G_N_ELEMENTS (both); b++)
            for (guint k = both[b]->first[node]; k < both[b]->first[node + 1]; k++)
              if (!seen[both[b]->targets[k]])
                {
                  seen[both[b]->targets[k]] = 1;
                  stack[depth++] = both[b]->targets[k];
                }
        }
      n_groups++;
    }
  return n_groups;
}

static double
mean_centre (const Work *work, const Neighbours *side, guint node)
{
  guint count = side->first[node + 1] - side->first[node];
  double sum = 0;

  if (count == 0)
    return work->centre[node];
  for (guint k = side->first[node]; k < side->first[node + 1]; k++)
    sum += work->centre[side->targets[k]];
  return sum / count;
}

static int
compare_wish (gconstpointer a, gconstpointer b, gpointer data)
{
  const Work *work = data;
  guint left = *(const guint *) a, right = *(const guint *) b;

  if (work->wish[left] != work->wish[right])
    return work->wish[left] < work->wish[right] ? -1 : 1;
  return left < right ? -1 : 1;
}

/* The least squares answer for one layer in its present order: centres as near as may be to where they are wanted,
 * apart by their widths and the gap. Blocks of nodes that would overlap move as one, to the mean of what they want. */
static void
settle_layer (Work *work, const guint *nodes, guint count)
{
  typedef struct {
    double sum;
    guint count;
  } Block;
  g_autofree Block *blocks = g_new (Block, count + 1);
  g_autofree double *offset = g_new (double, count + 1);
  guint n_blocks = 0, at = 0;

  for (guint i = 0; i < count; i++)
    {
      offset[i] = i == 0 ? 0
                         : offset[i - 1] + work->spacing->node_gap +
                               (work->sizes[nodes[i - 1]].width + work->sizes[nodes[i]].width) / 2;
      blocks[n_blocks++] = (Block){ work->wish[nodes[i]] - offset[i], 1 };
      while (n_blocks > 1 && blocks[n_blocks - 2].sum * blocks[n_blocks - 1].count >=
                                 blocks[n_blocks - 1].sum * blocks[n_blocks - 2].count)
        {
          blocks[n_blocks - 2].sum += blocks[n_blocks - 1].sum;
          blocks[n_blocks - 2].count += blocks[n_blocks - 1].count;
          n_blocks--;
        }
    }
  for (guint b = 0; b < n_blocks; b++)
    for (guint k = 0; k < blocks[b].count; k++, at++)
      work->centre[nodes[at]] = blocks[b].sum / blocks[b].count + offset[at];
}

static void
sweep_layer (Work *work, guint *nodes, guint count, const Neighbours *side, gboolean sort)
{
  for (guint i = 0; i < count; i++)
    work->wish[nodes[i]] = mean_centre (work, side, nodes[i]);
  if (sort)
    g_qsort_with_data (nodes, (int) count, sizeof *nodes, compare_wish, work);
  settle_layer (work, nodes, count);
}

/* NODES by layer; FIRST: where each of the hierarchy's N_LAYERS begins in it, and where the last one ends. */
static void
place_group (Work *work, guint *nodes, const guint *first, guint n_layers)
{
  for (guint l = 0; l < n_layers; l++)
    settle_layer (work, nodes + first[l], first[l + 1] - first[l]);
  for (guint sweep = 0; sweep < SWEEPS; sweep++)
    {
      gboolean sort = sweep < SWEEPS - 2;

      for (guint l = 1; l < n_layers; l++)
        sweep_layer (work, nodes + first[l], first[l + 1] - first[l], &work->up, sort);
      for (guint l = n_layers - 1; l-- > 0;)
        sweep_layer (work, nodes + first[l], first[l + 1] - first[l], &work->down, sort);
    }
}

static int
compare_group_layer (gconstpointer a, gconstpointer b, gpointer data)
{
  const ChtGraphPlace *places = data;
  guint left = *(const guint *) a, right = *(const guint *) b;

  if (places[left].group != places[right].group)
    return places[left].group < places[right].group ? -1 : 1;
  if (places[left].layer != places[right].layer)
    return places[left].layer < places[right].layer ? -1 : 1;
  return left < right ? -1 : 1;
}

/* Gives the hierarchy's nodes their place, from 0, 0 on; answers its size. */
static ChtGraphSize
set_group (Work *work, const guint *nodes, const guint *first, guint n_layers)
{
  double left = G_MAXDOUBLE, right = -G_MAXDOUBLE, top = 0;

  for (guint k = first[0]; k < first[n_layers]; k++)
    {
      left = MIN (left, work->centre[nodes[k]] - work->sizes[nodes[k]].width / 2);
      right = MAX (right, work->centre[nodes[k]] + work->sizes[nodes[k]].width / 2);
    }
  for (guint l = 0; l < n_layers; l++)
    {
      double tallest = 0;

      for (guint k = first[l]; k < first[l + 1]; k++)
        {
          ChtGraphPlace *place = &work->places[nodes[k]];
          place->x = work->centre[nodes[k]] - work->sizes[nodes[k]].width / 2 - left;
          place->y = top;
          tallest = MAX (tallest, work->sizes[nodes[k]].height);
        }
      top += tallest + (l + 1 < n_layers ? work->spacing->layer_gap : 0);
    }
  return (ChtGraphSize){ right - left, top };
}

static void
move_nodes (Work *work, const guint *nodes, guint from, guint to, double dx, double dy)
{
  for (guint k = from; k < to; k++)
    {
      work->places[nodes[k]].x += dx;
      work->places[nodes[k]].y += dy;
    }
}

static void
place_all (ChtGraphLayout *self, Work *work)
{
  g_autofree guint *nodes = g_new (guint, work->n + 1), *first = g_new (guint, work->n + 2);
  double x = 0, y = 0, row = 0;

  for (guint i = 0; i < work->n; i++)
    nodes[i] = i;
  g_qsort_with_data (nodes, (int) work->n, sizeof *nodes, compare_group_layer, work->places);
  for (guint begin = 0, end; begin < work->n; begin = end)
    {
      guint n_layers = 0;
      ChtGraphSize size;

      for (end = begin; end < work->n && work->places[nodes[end]].group == work->places[nodes[begin]].group; end++)
        if (end == begin || work->places[nodes[end]].layer != work->places[nodes[end - 1]].layer)
          first[n_layers++] = end;
      first[n_layers] = end;
      place_group (work, nodes, first, n_layers);
      size = set_group (work, nodes, first, n_layers);
      if (x > 0 && work->spacing->wrap > 0 && x + size.width > work->spacing->wrap)
        {
          y += row + work->spacing->group_gap;
          x = row = 0;
        }
      move_nodes (work, nodes, begin, end, x, y);
      row = MAX (row, size.height);
      self->width = MAX (self->width, x + size.width);
      self->height = MAX (self->height, y + size.height);
      x += size.width + work->spacing->group_gap;
    }
}

static GArray *
usable_edges (guint n, const ChtGraphEdge *edges, guint n_edges)
{
  GArray *usable = g_array_sized_new (FALSE, FALSE, sizeof (ChtGraphEdge), n_edges);

  for (guint i = 0; i < n_edges; i++)
    if (edges[i].upper < n && edges[i].lower < n && edges[i].upper != edges[i].lower)
      g_array_append_vals (usable, &edges[i], 1);
  return usable;
}

ChtGraphLayout *
cht_graph_layout_new (const ChtGraphSize *sizes, guint n_nodes, const ChtGraphEdge *edges, guint n_edges,
                      const ChtGraphSpacing *spacing)
{
  g_autoptr (ChtGraphLayout) self = g_new0 (ChtGraphLayout, 1);
  g_autoptr (GArray) usable = NULL, tree = NULL;
  Work work = { sizes, spacing, n_nodes };

  g_return_val_if_fail (n_nodes == 0 || sizes != NULL, NULL);
  g_return_val_if_fail (spacing != NULL, NULL);

  self->n_nodes = n_nodes;
  self->places = work.places = g_new0 (ChtGraphPlace, n_nodes + 1);
  usable = usable_edges (n_nodes, edges, n_edges);
  tree = drop_loops (n_nodes, (const ChtGraphEdge *) (gpointer) usable->data, usable->len);
  neighbours_fill (&work.up, n_nodes, (const ChtGraphEdge *) (gpointer) tree->data, tree->len, TRUE);
  neighbours_fill (&work.down, n_nodes, (const ChtGraphEdge *) (gpointer) tree->data, tree->len, FALSE);
  work.centre = g_new0 (double, n_nodes + 1);
  work.wish = g_new0 (double, n_nodes + 1);
  assign_layers (&work);
  self->n_groups = assign_groups (&work);
  place_all (self, &work);
  neighbours_clear (&work.up);
  neighbours_clear (&work.down);
  g_free (work.centre);
  g_free (work.wish);
  return g_steal_pointer (&self);
}

void
cht_graph_layout_free (ChtGraphLayout *self)
{
  if (self == NULL)
    return;
  g_free (self->places);
  g_free (self);
}

const ChtGraphPlace *
cht_graph_layout_get_places (const ChtGraphLayout *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->places;
}

guint
cht_graph_layout_get_n_groups (const ChtGraphLayout *self)
{
  g_return_val_if_fail (self != NULL, 0);
  return self->n_groups;
}

double
cht_graph_layout_get_width (const ChtGraphLayout *self)
{
  g_return_val_if_fail (self != NULL, 0);
  return self->width;
}

double
cht_graph_layout_get_height (const ChtGraphLayout *self)
{
  g_return_val_if_fail (self != NULL, 0);
  return self->height;
}
