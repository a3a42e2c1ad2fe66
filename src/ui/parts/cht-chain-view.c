/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-chain-view.h"
#include "cht-chain-card.h"
#include "cht-graph-layout.h"

#include <glib/gi18n-lib.h>

#define WRAP_CARDS 4
#define LINE 2
#define EDGE 4  /* around everything, so that a card's shadow and focus ring are not cut */
#define WORDS_GAP 8

/* Leaves room for the words of a link between two cards. */
static const ChtGraphSpacing SPACING = { 28, 64, 48, WRAP_CARDS * (CHT_CHAIN_CARD_WIDTH + 48) };

typedef struct {
  guint upper, lower;  /* indices of cards */
  ChtLinkState state;
  GtkWidget *words;    /* child of the view */
} Edge;

struct _ChtChainView {
  GtkWidget parent;
  ChtChains *chains;
  gint64 now;
  GPtrArray *cards;      /* of ChtChainCard, children of the view (unowned) */
  GHashTable *by_sha256; /* sha256 → index + 1 */
  GHashTable *ghosts;    /* issuer's name → index + 1 */
  GArray *edges;         /* of Edge */
  GtkWidget *left_out;   /* says how many cards are not drawn (nullable) */
  ChtCertificate *selected;
};

enum {
  PROP_SELECTED = 1,
  PROP_NOW,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (ChtChainView, cht_chain_view, GTK_TYPE_WIDGET)

static void
clear_cards (ChtChainView *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_ptr_array_set_size (self->cards, 0);
  g_array_set_size (self->edges, 0);
  g_hash_table_remove_all (self->by_sha256);
  g_hash_table_remove_all (self->ghosts);
  self->left_out = NULL;
  g_clear_object (&self->selected);
}

static void
on_card_toggled_cb (ChtChainCard *card, ChtChainView *self)
{
  ChtCertificate *certificate = cht_chain_card_get_certificate (card);

  if (!gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (card)))
    return;
  if (g_set_object (&self->selected, certificate))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SELECTED]);
}

static void
add_cards (ChtChainView *self)
{
  GPtrArray *certificates = cht_chains_get_certificates (self->chains);
  GtkToggleButton *group = NULL;

  for (guint i = 0; i < certificates->len && i < CHT_CHAIN_VIEW_MAX_CARDS; i++)
    {
      ChtCertificate *certificate = g_ptr_array_index (certificates, i);
      gboolean self_signed = cht_chains_is_self_signed (self->chains, certificate);
      GtkWidget *card = cht_chain_card_new (certificate, self_signed, self->now);

      g_signal_connect (card, "toggled", G_CALLBACK (on_card_toggled_cb), self);
      gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (card), group);
      group = GTK_TOGGLE_BUTTON (card);
      gtk_widget_set_parent (card, GTK_WIDGET (self));
      g_ptr_array_add (self->cards, card);
      g_hash_table_insert (self->by_sha256, (gpointer) cht_certificate_get_sha256 (certificate),
                           GUINT_TO_POINTER (self->cards->len));
    }
}

/* One ghost an issuer's name, however many certificates name it. */
static guint
find_ghost (ChtChainView *self, ChtCertificate *child)
{
  const char *issuer = cht_certificate_get_issuer (child);
  guint found = GPOINTER_TO_UINT (g_hash_table_lookup (self->ghosts, issuer));

  if (found == 0)
    {
      GtkWidget *ghost = cht_chain_card_new_ghost (issuer);

      gtk_widget_set_parent (ghost, GTK_WIDGET (self));
      g_ptr_array_add (self->cards, ghost);
      found = self->cards->len;
      g_hash_table_insert (self->ghosts, (gpointer) issuer, GUINT_TO_POINTER (found));
    }
  return found - 1;
}

static gboolean
link_is_good (ChtLinkState state)
{
  return state == CHT_LINK_HOLDS || state == CHT_LINK_KEY_IDS_DIFFER;
}

static GtkWidget *
new_link_words (const ChtLink *link)
{
  static const char *const classes[] = { "link-holds", "link-warns", "link-broken", "link-warns", "link-missing" };
  static const char *const icons[] = { "emblem-ok-symbolic", "dialog-warning-symbolic", "dialog-error-symbolic",
                                       "dialog-question-symbolic", "dialog-question-symbolic" };
  const char *const words[] = { _ ("signature holds"), _ ("signature holds, key ids differ"),
                                _ ("signature does not hold"), _ ("signature not checkable"), _ ("missing") };
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);
  g_autofree char *sentence = cht_link_describe (link);

  gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name (icons[link->state]));
  gtk_box_append (GTK_BOX (box), gtk_label_new (words[link->state]));
  gtk_widget_add_css_class (box, "link-words");
  gtk_widget_add_css_class (box, classes[link->state]);
  gtk_widget_set_tooltip_text (box, sentence);
  return box;
}

static void
add_edge (ChtChainView *self, guint upper, guint lower, const ChtLink *link)
{
  Edge edge = { upper, lower, link->state, new_link_words (link) };

  gtk_widget_set_parent (edge.words, GTK_WIDGET (self));
  g_array_append_val (self->edges, edge);
}

/* Every link that holds; where none does, the best that there is, so that a break is seen. */
static void
add_links (ChtChainView *self, guint lower, ChtCertificate *child)
{
  GArray *links = cht_chains_get_links (self->chains, child);
  gboolean any_good = FALSE;

  for (guint i = 0; i < links->len; i++)
    any_good |= link_is_good (g_array_index (links, ChtLink, i).state);
  for (guint i = 0; i < links->len; i++)
    {
      const ChtLink *link = &g_array_index (links, ChtLink, i);
      guint upper;

      if (link->issuer == child || (any_good && !link_is_good (link->state)))
        continue;
      if (link->issuer == NULL)
        {
          add_edge (self, find_ghost (self, child), lower, link);
          break;
        }
      upper = GPOINTER_TO_UINT (
          g_hash_table_lookup (self->by_sha256, cht_certificate_get_sha256 (link->issuer)));
      if (upper > 0)
        add_edge (self, upper - 1, lower, link);
    }
}

static void
say_what_is_left_out (ChtChainView *self)
{
  guint n = cht_chains_get_certificates (self->chains)->len;
  g_autofree char *words = NULL;

  if (n <= CHT_CHAIN_VIEW_MAX_CARDS)
    return;
  words = g_strdup_printf (_ ("The first %d of %u certificates are drawn."), CHT_CHAIN_VIEW_MAX_CARDS, n);
  self->left_out = gtk_label_new (words);
  gtk_widget_add_css_class (self->left_out, "dim-label");
  gtk_widget_set_parent (self->left_out, GTK_WIDGET (self));
}

void
cht_chain_view_set_chains (ChtChainView *self, ChtChains *chains)
{
  GPtrArray *paths;
  guint shown;

  g_return_if_fail (CHT_IS_CHAIN_VIEW (self));

  clear_cards (self);
  g_set_object (&self->chains, chains);
  if (chains != NULL)
    {
      add_cards (self);
      shown = self->cards->len;
      for (guint i = 0; i < shown; i++)
        add_links (self, i, cht_chain_card_get_certificate (g_ptr_array_index (self->cards, i)));
      say_what_is_left_out (self);
      paths = cht_chains_get_paths (chains);
      if (paths->len > 0)
        {
          ChtCertificate *lowest = g_ptr_array_index (((GPtrArray *) g_ptr_array_index (paths, 0)), 0);
          guint at = GPOINTER_TO_UINT (
              g_hash_table_lookup (self->by_sha256, cht_certificate_get_sha256 (lowest)));
          if (at > 0)
            gtk_toggle_button_set_active (g_ptr_array_index (self->cards, at - 1), TRUE);
        }
    }
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SELECTED]);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

void
cht_chain_view_set_now (ChtChainView *self, gint64 now)
{
  g_return_if_fail (CHT_IS_CHAIN_VIEW (self));
  if (self->now == now)
    return;
  self->now = now;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_NOW]);
}

ChtCertificate *
cht_chain_view_get_selected (ChtChainView *self)
{
  g_return_val_if_fail (CHT_IS_CHAIN_VIEW (self), NULL);
  return self->selected;
}

/* A card's size as it will be given; cards with long names may be up to twice as wide. */
static ChtGraphSize
card_size (GtkWidget *card)
{
  int width, height;

  gtk_widget_measure (card, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &width, NULL, NULL);
  width = CLAMP (width, CHT_CHAIN_CARD_WIDTH, 2 * CHT_CHAIN_CARD_WIDTH);
  gtk_widget_measure (card, GTK_ORIENTATION_VERTICAL, width, &height, NULL, NULL, NULL);
  return (ChtGraphSize){ width, height };
}

/* Words stand right above the card that the link leaves upwards, beside the line. */
static GtkAllocation
words_box (const Edge *edge, const ChtGraphPlace *place, double card_width)
{
  int width, height;

  gtk_widget_measure (edge->words, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &width, NULL, NULL);
  gtk_widget_measure (edge->words, GTK_ORIENTATION_VERTICAL, width, NULL, &height, NULL, NULL);
  return (GtkAllocation){ EDGE + (int) (place->x + card_width / 2) + LINE + WORDS_GAP,
                          EDGE + (int) place->y - height - WORDS_GAP, width, height };
}

/* SIZES (out): of the cards. (transfer full) */
static ChtGraphLayout *
lay_out (ChtChainView *self, ChtGraphSize **sizes)
{
  g_autofree ChtGraphEdge *edges = g_new (ChtGraphEdge, self->edges->len + 1);

  *sizes = g_new (ChtGraphSize, self->cards->len + 1);
  for (guint i = 0; i < self->cards->len; i++)
    (*sizes)[i] = card_size (g_ptr_array_index (self->cards, i));
  for (guint i = 0; i < self->edges->len; i++)
    {
      const Edge *edge = &g_array_index (self->edges, Edge, i);
      edges[i] = (ChtGraphEdge){ edge->upper, edge->lower };
    }
  return cht_graph_layout_new (*sizes, self->cards->len, edges, self->edges->len, &SPACING);
}

static void
cht_chain_view_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                        int *minimum_baseline, int *natural_baseline)
{
  ChtChainView *self = CHT_CHAIN_VIEW (widget);
  g_autofree ChtGraphSize *sizes = NULL;
  g_autoptr (ChtGraphLayout) layout = lay_out (self, &sizes);
  const ChtGraphPlace *places = cht_graph_layout_get_places (layout);
  int width = (int) cht_graph_layout_get_width (layout) + 2 * EDGE, line = 0;

  if (orientation == GTK_ORIENTATION_VERTICAL)
    {
      if (self->left_out != NULL)
        gtk_widget_measure (self->left_out, orientation, -1, NULL, &line, NULL, NULL);
      *minimum = *natural = (int) cht_graph_layout_get_height (layout) + 2 * EDGE + line;
      return;
    }
  for (guint i = 0; i < self->edges->len; i++)
    {
      const Edge *edge = &g_array_index (self->edges, Edge, i);
      GtkAllocation box = words_box (edge, &places[edge->lower], sizes[edge->lower].width);
      width = MAX (width, box.x + box.width + EDGE);
    }
  if (self->left_out != NULL)
    gtk_widget_measure (self->left_out, orientation, -1, NULL, &line, NULL, NULL);
  *minimum = *natural = MAX (width, line);
}

static void
cht_chain_view_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  ChtChainView *self = CHT_CHAIN_VIEW (widget);
  g_autofree ChtGraphSize *sizes = NULL;
  g_autoptr (ChtGraphLayout) layout = lay_out (self, &sizes);
  const ChtGraphPlace *places = cht_graph_layout_get_places (layout);

  for (guint i = 0; i < self->cards->len; i++)
    gtk_widget_size_allocate (g_ptr_array_index (self->cards, i),
                              &(GtkAllocation){ EDGE + (int) places[i].x, EDGE + (int) places[i].y,
                                                (int) sizes[i].width, (int) sizes[i].height }, -1);
  for (guint i = 0; i < self->edges->len; i++)
    {
      const Edge *edge = &g_array_index (self->edges, Edge, i);
      GtkAllocation box = words_box (edge, &places[edge->lower], sizes[edge->lower].width);
      gtk_widget_size_allocate (edge->words, &box, -1);
    }
  if (self->left_out != NULL)
    {
      int line;

      gtk_widget_measure (self->left_out, GTK_ORIENTATION_VERTICAL, -1, NULL, &line, NULL, NULL);
      gtk_widget_size_allocate (self->left_out, &(GtkAllocation){ 0, height - line, width, line }, -1);
    }
}

/* Down from the issuer, across, down to the child: rectangles stay sharp at every scale. A missing link is dashed. */
static void
draw_edge (ChtChainView *self, GtkSnapshot *snapshot, const Edge *edge)
{
  graphene_rect_t upper, lower;
  GtkStyleContext *style = gtk_widget_get_style_context (edge->words);
  gboolean dashed = edge->state == CHT_LINK_MISSING;
  float x1, x2, top, middle, bottom;
  GdkRGBA colour;

  if (!gtk_widget_compute_bounds (g_ptr_array_index (self->cards, edge->upper), GTK_WIDGET (self), &upper) ||
      !gtk_widget_compute_bounds (g_ptr_array_index (self->cards, edge->lower), GTK_WIDGET (self), &lower))
    return;
  gtk_style_context_get_color (style, &colour);
  x1 = (float) (int) (upper.origin.x + upper.size.width / 2);
  x2 = (float) (int) (lower.origin.x + lower.size.width / 2);
  top = upper.origin.y + upper.size.height;
  bottom = lower.origin.y;
  middle = (float) (int) (top + 16);
  if (bottom < top) /* a loop's closing edge: from side to side would cross the cards; the words say it */
    return;
  gtk_snapshot_append_color (snapshot, &colour, &GRAPHENE_RECT_INIT (x1, top, LINE, middle - top));
  gtk_snapshot_append_color (snapshot, &colour, &GRAPHENE_RECT_INIT (MIN (x1, x2), middle, ABS (x2 - x1) + LINE, LINE));
  for (float y = middle; y < bottom; y += dashed ? 8 : bottom - middle)
    {
      float length = dashed ? MIN (5, bottom - y) : bottom - middle;
      gtk_snapshot_append_color (snapshot, &colour, &GRAPHENE_RECT_INIT (x2, y, LINE, length));
    }
}

static void
cht_chain_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  ChtChainView *self = CHT_CHAIN_VIEW (widget);

  for (guint i = 0; i < self->edges->len; i++)
    draw_edge (self, snapshot, &g_array_index (self->edges, Edge, i));
  GTK_WIDGET_CLASS (cht_chain_view_parent_class)->snapshot (widget, snapshot);
}

/* Up and down along the links, left and right to the nearest card on that side. */
static GtkWidget *
find_neighbour (ChtChainView *self, GtkWidget *from, GtkDirectionType direction)
{
  GtkWidget *best = NULL;
  double best_cost = G_MAXDOUBLE;
  graphene_rect_t here, there;
  guint at;

  if (!g_ptr_array_find (self->cards, from, &at) || !gtk_widget_compute_bounds (from, GTK_WIDGET (self), &here))
    return NULL;
  for (guint i = 0; i < self->edges->len; i++)
    {
      const Edge *edge = &g_array_index (self->edges, Edge, i);
      if (direction == GTK_DIR_UP && edge->lower == at)
        return g_ptr_array_index (self->cards, edge->upper);
      if (direction == GTK_DIR_DOWN && edge->upper == at)
        return g_ptr_array_index (self->cards, edge->lower);
    }
  for (guint i = 0; i < self->cards->len; i++)
    {
      double dx, dy;

      if (i == at || !gtk_widget_compute_bounds (g_ptr_array_index (self->cards, i), GTK_WIDGET (self), &there))
        continue;
      dx = there.origin.x - here.origin.x;
      dy = there.origin.y - here.origin.y;
      if ((direction == GTK_DIR_LEFT && dx >= 0) || (direction == GTK_DIR_RIGHT && dx <= 0) ||
          (direction == GTK_DIR_UP && dy >= 0) || (direction == GTK_DIR_DOWN && dy <= 0))
        continue;
      if (ABS (dx) + 2 * ABS (dy) < best_cost)
        {
          best_cost = ABS (dx) + 2 * ABS (dy);
          best = g_ptr_array_index (self->cards, i);
        }
    }
  return best;
}

static gboolean
on_key_pressed_cb (GtkEventControllerKey *controller, guint keyval, guint keycode, GdkModifierType modifiers,
                   ChtChainView *self)
{
  static const struct { guint key; GtkDirectionType direction; } keys[] = {
    { GDK_KEY_Up, GTK_DIR_UP }, { GDK_KEY_Down, GTK_DIR_DOWN }, { GDK_KEY_Left, GTK_DIR_LEFT },
    { GDK_KEY_Right, GTK_DIR_RIGHT },
  };
  GtkWidget *focus = gtk_widget_get_focus_child (GTK_WIDGET (self)), *next = NULL;

  if (focus == NULL || (modifiers & gtk_accelerator_get_default_mod_mask ()) != 0)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (keys[i].key == keyval)
      next = find_neighbour (self, focus, keys[i].direction);
  if (next == NULL)
    return FALSE;
  gtk_widget_grab_focus (next);
  if (cht_chain_card_get_certificate (CHT_CHAIN_CARD (next)) != NULL)
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (next), TRUE);
  return TRUE;
}

static void
cht_chain_view_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ChtChainView *self = CHT_CHAIN_VIEW (object);

  if (id == PROP_SELECTED)
    g_value_set_object (value, self->selected);
  else
    g_value_set_int64 (value, self->now);
}

static void
cht_chain_view_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  cht_chain_view_set_now (CHT_CHAIN_VIEW (object), g_value_get_int64 (value));
}

static void
cht_chain_view_dispose (GObject *object)
{
  ChtChainView *self = CHT_CHAIN_VIEW (object);

  clear_cards (self);
  g_clear_object (&self->chains);
  G_OBJECT_CLASS (cht_chain_view_parent_class)->dispose (object);
}

static void
cht_chain_view_finalize (GObject *object)
{
  ChtChainView *self = CHT_CHAIN_VIEW (object);

  g_ptr_array_unref (self->cards);
  g_array_unref (self->edges);
  g_hash_table_unref (self->by_sha256);
  g_hash_table_unref (self->ghosts);
  G_OBJECT_CLASS (cht_chain_view_parent_class)->finalize (object);
}

static void
cht_chain_view_class_init (ChtChainViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = cht_chain_view_get_property;
  object_class->set_property = cht_chain_view_set_property;
  object_class->dispose = cht_chain_view_dispose;
  object_class->finalize = cht_chain_view_finalize;
  widget_class->measure = cht_chain_view_measure;
  widget_class->size_allocate = cht_chain_view_size_allocate;
  widget_class->snapshot = cht_chain_view_snapshot;
  props[PROP_SELECTED] = g_param_spec_object ("selected", NULL, NULL, CHT_TYPE_CERTIFICATE,
                                              G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  props[PROP_NOW] = g_param_spec_int64 ("now", NULL, NULL, G_MININT64, G_MAXINT64, 0,
                                        G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  gtk_widget_class_set_css_name (widget_class, "chainview");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
cht_chain_view_init (ChtChainView *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->cards = g_ptr_array_new ();
  self->edges = g_array_new (FALSE, FALSE, sizeof (Edge));
  self->by_sha256 = g_hash_table_new (g_str_hash, g_str_equal);
  self->ghosts = g_hash_table_new (g_str_hash, g_str_equal);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Trust chain"), -1);
}

GtkWidget *
cht_chain_view_new (void)
{
  return g_object_new (CHT_TYPE_CHAIN_VIEW, NULL);
}
