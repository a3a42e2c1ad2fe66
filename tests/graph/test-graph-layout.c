/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-graph-layout.h"

static const ChtGraphSpacing spacing = { 20, 60, 80, 0 };

typedef struct {
  ChtGraphSize *sizes;
  guint n_nodes;
  GArray *edges;
} Graph;

static Graph
graph_new (guint n)
{
  Graph graph = { g_new (ChtGraphSize, MAX (n, 1)), n, g_array_new (FALSE, FALSE, sizeof (ChtGraphEdge)) };

  for (guint i = 0; i < n; i++)
    graph.sizes[i] = (ChtGraphSize){ 200 + i % 3 * 10, 80 + i % 2 * 20 };
  return graph;
}

static void
graph_join (Graph *graph, guint upper, guint lower)
{
  g_array_append_vals (graph->edges, &(ChtGraphEdge){ upper, lower }, 1);
}

static void
graph_clear (Graph *graph)
{
  g_free (graph->sizes);
  g_array_unref (graph->edges);
}

static ChtGraphLayout *
graph_lay (const Graph *graph, const ChtGraphSpacing *with)
{
  return cht_graph_layout_new (graph->sizes, graph->n_nodes, (const ChtGraphEdge *) (gpointer) graph->edges->data,
                               graph->edges->len, with);
}

/* What must hold for every picture: inside the frame, no two cards overlap, an issuer above what it issued. */
static void
assert_sound (const Graph *graph, const ChtGraphLayout *layout, gboolean has_loops)
{
  const ChtGraphPlace *places = cht_graph_layout_get_places (layout);

  for (guint i = 0; i < graph->n_nodes; i++)
    {
      g_assert_cmpfloat (places[i].x, >=, -0.001);
      g_assert_cmpfloat (places[i].y, >=, -0.001);
      g_assert_cmpfloat (places[i].x + graph->sizes[i].width, <=, cht_graph_layout_get_width (layout) + 0.001);
      g_assert_cmpfloat (places[i].y + graph->sizes[i].height, <=, cht_graph_layout_get_height (layout) + 0.001);
      for (guint k = 0; k < i; k++)
        {
          gboolean apart = places[i].x + 0.001 >= places[k].x + graph->sizes[k].width ||
                           places[k].x + 0.001 >= places[i].x + graph->sizes[i].width ||
                           places[i].y + 0.001 >= places[k].y + graph->sizes[k].height ||
                           places[k].y + 0.001 >= places[i].y + graph->sizes[i].height;
          g_assert_true (apart);
        }
    }
  for (guint e = 0; e < graph->edges->len && !has_loops; e++)
    {
      ChtGraphEdge edge = g_array_index (graph->edges, ChtGraphEdge, e);
      g_assert_cmpuint (places[edge.upper].layer, <, places[edge.lower].layer);
      g_assert_cmpfloat (places[edge.upper].y, <, places[edge.lower].y);
      g_assert_cmpuint (places[edge.upper].group, ==, places[edge.lower].group);
    }
}

static void
test_empty (void)
{
  g_autoptr (ChtGraphLayout) layout = cht_graph_layout_new (NULL, 0, NULL, 0, &spacing);

  g_assert_cmpuint (cht_graph_layout_get_n_groups (layout), ==, 0);
  g_assert_cmpfloat (cht_graph_layout_get_width (layout), ==, 0);
  g_assert_cmpfloat (cht_graph_layout_get_height (layout), ==, 0);
}

static void
test_line (void)
{
  Graph graph = graph_new (3);

  for (guint i = 0; i < 3; i++)
    graph.sizes[i] = (ChtGraphSize){ 200, 80 };
  graph_join (&graph, 0, 1);
  graph_join (&graph, 1, 2);
  g_autoptr (ChtGraphLayout) layout = graph_lay (&graph, &spacing);
  const ChtGraphPlace *places = cht_graph_layout_get_places (layout);

  assert_sound (&graph, layout, FALSE);
  g_assert_cmpfloat (cht_graph_layout_get_width (layout), ==, 200);
  g_assert_cmpfloat (cht_graph_layout_get_height (layout), ==, 3 * 80 + 2 * 60);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpfloat_with_epsilon (places[i].x, 0, 0.001);
  graph_clear (&graph);
}

/* Two children stand evenly below their issuer. */
static void
test_fork (void)
{
  Graph graph = graph_new (3);

  for (guint i = 0; i < 3; i++)
    graph.sizes[i] = (ChtGraphSize){ 100, 50 };
  graph_join (&graph, 0, 1);
  graph_join (&graph, 0, 2);
  g_autoptr (ChtGraphLayout) layout = graph_lay (&graph, &spacing);
  const ChtGraphPlace *places = cht_graph_layout_get_places (layout);

  assert_sound (&graph, layout, FALSE);
  g_assert_cmpfloat_with_epsilon (places[0].x, (places[1].x + places[2].x) / 2, 0.001);
  g_assert_cmpfloat_with_epsilon (places[1].y, places[2].y, 0.001);
  graph_clear (&graph);
}

/* Two roots sign one intermediate: one graph, the intermediate once, between them. */
static void
test_cross_signed (void)
{
  Graph graph = graph_new (4);

  graph_join (&graph, 0, 2);
  graph_join (&graph, 1, 2);
  graph_join (&graph, 2, 3);
  g_autoptr (ChtGraphLayout) layout = graph_lay (&graph, &spacing);

  assert_sound (&graph, layout, FALSE);
  g_assert_cmpuint (cht_graph_layout_get_n_groups (layout), ==, 1);
  graph_clear (&graph);
}

static void
test_loop (void)
{
  Graph graph = graph_new (4);

  graph_join (&graph, 0, 1);
  graph_join (&graph, 1, 2);
  graph_join (&graph, 2, 0);
  graph_join (&graph, 2, 2);
  graph_join (&graph, 2, 9);
  graph_join (&graph, 2, 3);
  g_autoptr (ChtGraphLayout) layout = graph_lay (&graph, &spacing);

  assert_sound (&graph, layout, TRUE);
  g_assert_cmpuint (cht_graph_layout_get_n_groups (layout), ==, 1);
  g_assert_cmpuint (cht_graph_layout_get_places (layout)[3].layer, ==, 3);
  graph_clear (&graph);
}

static void
test_wraps (void)
{
  Graph graph = graph_new (40);
  ChtGraphSpacing wrapped = { 20, 60, 80, 1000 };
  g_autoptr (ChtGraphLayout) layout = graph_lay (&graph, &wrapped);

  assert_sound (&graph, layout, FALSE);
  g_assert_cmpuint (cht_graph_layout_get_n_groups (layout), ==, 40);
  g_assert_cmpfloat (cht_graph_layout_get_width (layout), <=, 1000);
  graph_clear (&graph);
}

/* Two children that were listed the wrong way round do not cross: each stands below its own issuer. */
static void
test_uncrosses (void)
{
  Graph graph = graph_new (5);

  graph_join (&graph, 0, 1);
  graph_join (&graph, 0, 2);
  graph_join (&graph, 1, 4);
  graph_join (&graph, 2, 3);
  g_autoptr (ChtGraphLayout) layout = graph_lay (&graph, &spacing);
  const ChtGraphPlace *places = cht_graph_layout_get_places (layout);

  assert_sound (&graph, layout, FALSE);
  g_assert_true ((places[1].x < places[2].x) == (places[4].x < places[3].x));
  graph_clear (&graph);
}

static void
test_random (void)
{
  for (guint round = 0; round < 60; round++)
    {
      guint n = (guint) g_test_rand_int_range (1, 60);
      Graph graph = graph_new (n);
      gboolean loops = round % 3 == 0;

      for (guint e = 0; n > 1 && e < n * 3 / 2; e++)
        {
          guint a = (guint) g_test_rand_int_range (0, (int) n), b = (guint) g_test_rand_int_range (0, (int) n);
          if (loops)
            graph_join (&graph, a, b);
          else if (a != b)
            graph_join (&graph, MIN (a, b), MAX (a, b));
        }
      g_autoptr (ChtGraphLayout) layout = graph_lay (&graph, &spacing);
      g_autoptr (ChtGraphLayout) again = graph_lay (&graph, &spacing);
      assert_sound (&graph, layout, loops);
      for (guint i = 0; i < n; i++)
        {
          g_assert_cmpfloat (cht_graph_layout_get_places (layout)[i].x, ==, cht_graph_layout_get_places (again)[i].x);
          g_assert_cmpfloat (cht_graph_layout_get_places (layout)[i].y, ==, cht_graph_layout_get_places (again)[i].y);
        }
      graph_clear (&graph);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/graph/layout/empty", test_empty);
  g_test_add_func ("/graph/layout/line", test_line);
  g_test_add_func ("/graph/layout/fork", test_fork);
  g_test_add_func ("/graph/layout/cross-signed", test_cross_signed);
  g_test_add_func ("/graph/layout/loop", test_loop);
  g_test_add_func ("/graph/layout/wraps", test_wraps);
  g_test_add_func ("/graph/layout/uncrosses", test_uncrosses);
  g_test_add_func ("/graph/layout/random", test_random);
  return g_test_run ();
}
