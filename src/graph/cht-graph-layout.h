/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ChtGraphLayout: where the nodes of a layered graph stand. Sizes and edges in, coordinates out; it knows neither
 * certificates nor screens. Units are whatever the sizes are in (pixels). Nodes that hang together are laid out as a
 * hierarchy; hierarchies stand side by side and wrap. Loops are broken at the edge that closes them. Equal input gives
 * equal output.
 *
 * Time: linear in nodes and edges but for sorting; the number of sweeps is fixed.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  double width, height;
} ChtGraphSize;

/* UPPER stands above LOWER: the issuer above what it issued. Edges to oneself are ignored. */
typedef struct {
  guint upper, lower;
} ChtGraphEdge;

typedef struct {
  double node_gap;   /* between neighbours of a layer */
  double layer_gap;  /* between layers */
  double group_gap;  /* between hierarchies, both ways */
  double wrap;       /* a row of hierarchies wider than this goes on below; 0: never */
} ChtGraphSpacing;

typedef struct {
  double x, y;   /* top left corner */
  guint layer;   /* 0 is the top */
  guint group;   /* hierarchy, from 0 in the order of first appearance */
} ChtGraphPlace;

typedef struct _ChtGraphLayout ChtGraphLayout;

/* Edges with an end outside N_NODES are ignored. (transfer full) */
ChtGraphLayout *cht_graph_layout_new (const ChtGraphSize *sizes, guint n_nodes, const ChtGraphEdge *edges,
                                      guint n_edges, const ChtGraphSpacing *spacing);
void cht_graph_layout_free (ChtGraphLayout *self);

/* N_NODES of them, in the order of the sizes. (transfer none) */
const ChtGraphPlace *cht_graph_layout_get_places (const ChtGraphLayout *self);
guint cht_graph_layout_get_n_groups (const ChtGraphLayout *self);
/* Of the whole picture, from 0, 0. */
double cht_graph_layout_get_width (const ChtGraphLayout *self);
double cht_graph_layout_get_height (const ChtGraphLayout *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChtGraphLayout, cht_graph_layout_free)

G_END_DECLS
