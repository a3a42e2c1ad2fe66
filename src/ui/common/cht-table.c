/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-table.h"
#include "cht-text.h"

#include <glib/gi18n-lib.h>

/* What a cell shows at least, in a column that grows and in one that does not: in wide characters, of which a line of
 * words takes four for five. */
#define MIN_NAME 16
#define MIN_WORDS 20

struct _ChtTable
{
  GtkWidget parent_instance;
  GtkWidget *search_bar, *search_entry, *stack, *view, *spinner, *empty, *empty_button, *failed, *failed_button;
  const ChtTableColumn *columns;
  guint n_columns;
  gpointer data;
  GListModel *model;
  GtkFilterListModel *filtered;
  GtkSortListModel *sorted;
  GtkSingleSelection *selection;
  GtkFilter *filter;
  GSimpleActionGroup *actions;
  ChtTableState state;
  int sort_column;
  gboolean descending;
};

G_DEFINE_FINAL_TYPE (ChtTable, cht_table, GTK_TYPE_WIDGET)

enum
{
  PROP_SEARCH_MODE = 1,
  N_PROPS
};
static GParamSpec *props[N_PROPS];
enum
{
  ITEM_ACTIVATED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

/* ---- Words of an item ---- */

gboolean
cht_table_item_matches (const ChtTableColumn *columns, guint n_columns, gpointer data, gpointer item,
                        const char *needle)
{
  g_autoptr (GString) all = g_string_new (NULL);
  g_autofree char *folded = NULL;
  g_autofree char *folded_needle = NULL;
  g_auto (GStrv) words = NULL;

  for (guint i = 0; i < n_columns; i++)
    {
      g_autofree char *text = columns[i].text (item, data);

      g_string_append_printf (all, "%s\n", text);
    }
  folded = g_utf8_casefold (all->str, -1);
  folded_needle = g_utf8_casefold (needle, -1);
  words = g_strsplit (folded_needle, " ", 16);
  for (guint i = 0; words[i] != NULL; i++)
    if (strstr (folded, words[i]) == NULL)
      return FALSE;
  return TRUE;
}

static gboolean
filter_cb (gpointer item, gpointer data)
{
  ChtTable *self = data;
  const char *needle = gtk_editable_get_text (GTK_EDITABLE (self->search_entry));

  return *needle == '\0' || cht_table_item_matches (self->columns, self->n_columns, self->data, item, needle);
}

typedef struct
{
  ChtTable *table; /* (unowned): the view holds the sorter */
  const ChtTableColumn *column;
} ColumnData;

static int
compare_cb (gconstpointer a, gconstpointer b, gpointer data)
{
  ColumnData *column = data;
  g_autofree char *text_a = NULL;
  g_autofree char *text_b = NULL;

  if (column->column->compare != NULL)
    return column->column->compare (a, b, column->table->data);
  text_a = column->column->text ((gpointer) a, column->table->data);
  text_b = column->column->text ((gpointer) b, column->table->data);
  return g_utf8_collate (text_a, text_b);
}

/* ---- What is shown ---- */

/* The rows came after the page: where nothing has the focus, they take it. */
static void
take_lost_focus (ChtTable *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (root != NULL && gtk_root_get_focus (root) == NULL && gtk_widget_get_mapped (GTK_WIDGET (self)))
    gtk_widget_grab_focus (GTK_WIDGET (self));
}

static void
show_state (ChtTable *self)
{
  guint all = self->model != NULL ? g_list_model_get_n_items (self->model) : 0;
  const char *page = "table";

  if (all == 0)
    page = self->state == CHT_TABLE_LOADING ? "loading" : self->state == CHT_TABLE_FAILED ? "failed" : "empty";
  else if (g_list_model_get_n_items (G_LIST_MODEL (self->selection)) == 0)
    page = "nothing";
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), page);
  /* Nothing to search in: what is typed opens no search. */
  gtk_search_bar_set_key_capture_widget (GTK_SEARCH_BAR (self->search_bar), all > 0 ? GTK_WIDGET (self) : NULL);
  take_lost_focus (self);
  gtk_spinner_set_spinning (GTK_SPINNER (self->spinner), g_str_equal (page, "loading"));
}

static void
on_items_changed_cb (GListModel *model, guint position, guint removed, guint added, ChtTable *self)
{
  show_state (self);
}

/* AdwStatusPage reads its description as markup. */
static void
set_description (GtkWidget *page, const char *text)
{
  g_autofree char *shown = cht_text_escape_controls (text != NULL ? text : "");
  g_autofree char *markup = g_markup_escape_text (shown, -1);

  adw_status_page_set_description (ADW_STATUS_PAGE (page), markup);
}

void
cht_table_set_state (ChtTable *self, ChtTableState state, ChtProblem *problem, const char *retry_action)
{
  g_return_if_fail (CHT_IS_TABLE (self));
  self->state = state;
  if (problem != NULL)
    {
      adw_status_page_set_title (ADW_STATUS_PAGE (self->failed), _("The list could not be loaded"));
      {
        const char *advice = cht_problem_get_advice (problem);
        g_autofree char *text = g_strconcat (cht_problem_get_message (problem),
                                             advice != NULL && *advice != '\0' ? " " : "", advice, NULL);

        set_description (self->failed, text);
      }
    }
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->failed_button), retry_action);
  gtk_widget_set_visible (self->failed_button, retry_action != NULL);
  show_state (self);
}

void
cht_table_set_empty (ChtTable *self, const char *icon, const char *title, const char *description, const char *button,
                     const char *action)
{
  g_return_if_fail (CHT_IS_TABLE (self));
  adw_status_page_set_icon_name (ADW_STATUS_PAGE (self->empty), icon);
  adw_status_page_set_title (ADW_STATUS_PAGE (self->empty), title);
  set_description (self->empty, description);
  if (button != NULL)
    gtk_button_set_label (GTK_BUTTON (self->empty_button), button);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->empty_button), action);
  gtk_widget_set_visible (self->empty_button, button != NULL);
  show_state (self);
}

/* ---- Cells ---- */

static void
show_cell (GtkListItem *list_item, ColumnData *column)
{
  gpointer item = gtk_list_item_get_item (list_item);
  GtkWidget *cell = gtk_list_item_get_child (list_item);

  if (item == NULL)
    return;
  if (column->column->bind_cell != NULL)
    column->column->bind_cell (cell, item, column->table->data);
  else
    {
      g_autofree char *text = column->column->text (item, column->table->data);
      g_autofree char *shown = cht_text_for_display (text);
      int length;

      gtk_label_set_label (GTK_LABEL (cell), shown);
      /* Short words stay whole when the window is narrow; long ones give way, and the tooltip has them. */
      length = g_utf8_strlen (shown, -1);
      gtk_label_set_width_chars (GTK_LABEL (cell), MIN (length * 4 / 5, column->column->expand ? MIN_NAME : MIN_WORDS));
      gtk_widget_set_tooltip_text (cell, length > MIN_NAME ? shown : NULL);
    }
}

static void
on_cell_setup_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, ColumnData *column)
{
  GtkWidget *cell;

  if (column->column->create_cell != NULL)
    cell = column->column->create_cell ();
  else
    {
      cell = gtk_label_new (NULL);
      gtk_label_set_xalign (GTK_LABEL (cell), 0);
      gtk_label_set_ellipsize (GTK_LABEL (cell), PANGO_ELLIPSIZE_END);
      if (column->column != column->table->columns)
        gtk_widget_add_css_class (cell, "secondary");
    }
  gtk_list_item_set_child (list_item, cell);
}

static void
on_item_notify_cb (GObject *item, GParamSpec *pspec, GtkListItem *list_item)
{
  show_cell (list_item, g_object_get_data (G_OBJECT (list_item), "column"));
}

static void
on_cell_bind_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, ColumnData *column)
{
  g_object_set_data (G_OBJECT (list_item), "column", column);
  g_signal_connect (gtk_list_item_get_item (list_item), "notify", G_CALLBACK (on_item_notify_cb), list_item);
  show_cell (list_item, column);
}

static void
on_cell_unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, ColumnData *column)
{
  g_signal_handlers_disconnect_by_func (gtk_list_item_get_item (list_item), on_item_notify_cb, list_item);
}

static GtkColumnViewColumn *
get_column (ChtTable *self, int i)
{
  g_autoptr (GtkColumnViewColumn) column
      = g_list_model_get_item (gtk_column_view_get_columns (GTK_COLUMN_VIEW (self->view)), i);

  return column; /* the view holds it */
}

static void
sort_by (ChtTable *self, int column, gboolean descending)
{
  self->sort_column = column;
  self->descending = descending;
  gtk_column_view_sort_by_column (GTK_COLUMN_VIEW (self->view), get_column (self, column),
                                  descending ? GTK_SORT_DESCENDING : GTK_SORT_ASCENDING);
}

static void
add_column (ChtTable *self, const ChtTableColumn *table_column)
{
  ColumnData *column = g_new0 (ColumnData, 1);
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkColumnViewColumn) view_column = NULL;
  g_autoptr (GtkCustomSorter) sorter = NULL;

  column->table = self;
  column->column = table_column;
  g_signal_connect (factory, "setup", G_CALLBACK (on_cell_setup_cb), column);
  g_signal_connect (factory, "bind", G_CALLBACK (on_cell_bind_cb), column);
  g_signal_connect (factory, "unbind", G_CALLBACK (on_cell_unbind_cb), column);
  view_column = gtk_column_view_column_new (_(table_column->title), factory);
  gtk_column_view_column_set_expand (view_column, table_column->expand);
  gtk_column_view_column_set_resizable (view_column, TRUE);
  sorter = gtk_custom_sorter_new (compare_cb, column, g_free);
  gtk_column_view_column_set_sorter (view_column, GTK_SORTER (sorter));
  gtk_column_view_append_column (GTK_COLUMN_VIEW (self->view), view_column);
}

void
cht_table_set_columns (ChtTable *self, const char *name, const ChtTableColumn *columns, guint n_columns,
                       guint sorted_by, gpointer data)
{
  g_return_if_fail (CHT_IS_TABLE (self) && self->columns == NULL && sorted_by < n_columns && n_columns <= 7);
  self->columns = columns;
  self->n_columns = n_columns;
  self->data = data;
  for (guint i = 0; i < n_columns; i++)
    add_column (self, &columns[i]);
  gtk_sort_list_model_set_sorter (self->sorted, gtk_column_view_get_sorter (GTK_COLUMN_VIEW (self->view)));
  sort_by (self, sorted_by, FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

/* ---- Sorting by keys ---- */

static void
on_sort_activated_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  ChtTable *self = data;
  int column = g_variant_get_int32 (parameter);

  if (column >= 0 && (guint) column < self->n_columns)
    sort_by (self, column, FALSE);
}

static void
on_reverse_activated_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  ChtTable *self = data;

  sort_by (self, self->sort_column, !self->descending);
}

void
cht_table_fill_sort_button (ChtTable *self, GtkMenuButton *button)
{
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autoptr (GMenu) columns = g_menu_new ();
  g_autoptr (GMenu) order = g_menu_new ();

  g_return_if_fail (CHT_IS_TABLE (self) && GTK_IS_MENU_BUTTON (button));
  for (guint i = 0; i < self->n_columns; i++)
    {
      g_autofree char *action = g_strdup_printf ("table.sort(%u)", i);

      g_menu_append (columns, _(self->columns[i].title), action);
    }
  g_menu_append (order, _("Reverse the order"), "table.reverse");
  g_menu_append_section (menu, _("Sort by"), G_MENU_MODEL (columns));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (order));
  gtk_widget_insert_action_group (GTK_WIDGET (button), "table", G_ACTION_GROUP (self->actions));
  gtk_menu_button_set_menu_model (button, G_MENU_MODEL (menu));
}

/* ---- Search ---- */

static void
on_search_changed_cb (GtkSearchEntry *entry, ChtTable *self)
{
  gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_DIFFERENT);
  show_state (self);
}

static void
on_search_activated_cb (GtkSearchEntry *entry, ChtTable *self)
{
  gtk_widget_grab_focus (self->view);
}

static void
on_search_mode_changed_cb (GtkSearchBar *bar, GParamSpec *pspec, ChtTable *self)
{
  /* The focus would stay in the hidden entry: back to the row. */
  if (!gtk_search_bar_get_search_mode (bar))
    gtk_widget_grab_focus (self->view);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SEARCH_MODE]);
}

void
cht_table_search (ChtTable *self)
{
  g_return_if_fail (CHT_IS_TABLE (self));
  gtk_search_bar_set_search_mode (GTK_SEARCH_BAR (self->search_bar), TRUE);
  gtk_widget_grab_focus (self->search_entry);
}

gboolean
cht_table_escape (ChtTable *self)
{
  g_return_val_if_fail (CHT_IS_TABLE (self), FALSE);
  if (!gtk_search_bar_get_search_mode (GTK_SEARCH_BAR (self->search_bar)))
    return FALSE;
  gtk_search_bar_set_search_mode (GTK_SEARCH_BAR (self->search_bar), FALSE);
  return TRUE;
}

/* ---- Items ---- */

void
cht_table_set_model (ChtTable *self, GListModel *model)
{
  g_return_if_fail (CHT_IS_TABLE (self));
  g_set_object (&self->model, model);
  gtk_filter_list_model_set_model (self->filtered, model);
  show_state (self);
}

void
cht_table_refresh (ChtTable *self)
{
  GtkSorter *sorter;

  g_return_if_fail (CHT_IS_TABLE (self));
  sorter = gtk_column_view_get_sorter (GTK_COLUMN_VIEW (self->view));
  gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_DIFFERENT);
  gtk_sorter_changed (sorter, GTK_SORTER_CHANGE_DIFFERENT);
  show_state (self);
}

gpointer
cht_table_get_selected (ChtTable *self)
{
  g_return_val_if_fail (CHT_IS_TABLE (self), NULL);
  return gtk_single_selection_get_selected_item (self->selection);
}

void
cht_table_select (ChtTable *self, gpointer item)
{
  guint n;

  g_return_if_fail (CHT_IS_TABLE (self));
  n = g_list_model_get_n_items (G_LIST_MODEL (self->selection));
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GObject) other = g_list_model_get_item (G_LIST_MODEL (self->selection), i);

      if (other == item)
        {
          gtk_single_selection_set_selected (self->selection, i);
          /* On a GtkColumnView the action fails: its last child, the inner list, has it. */
          gtk_widget_activate_action (gtk_widget_get_last_child (self->view), "list.scroll-to-item", "u", i);
          return;
        }
    }
}

static void
on_view_activate_cb (GtkColumnView *view, guint position, ChtTable *self)
{
  g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (self->selection), position);

  if (item != NULL)
    g_signal_emit (self, signals[ITEM_ACTIVATED], 0, item);
}

/* The view would go to the row that had the focus last, which need not be the selected one. */
static gboolean
focus_selected_row (ChtTable *self)
{
  GtkWidget *list = gtk_widget_get_last_child (self->view);

  for (GtkWidget *row = gtk_widget_get_first_child (list); row != NULL; row = gtk_widget_get_next_sibling (row))
    if ((gtk_widget_get_state_flags (row) & GTK_STATE_FLAG_SELECTED) != 0)
      return gtk_widget_grab_focus (row);
  return gtk_widget_grab_focus (self->view);
}

static gboolean
cht_table_grab_focus (GtkWidget *widget)
{
  ChtTable *self = CHT_TABLE (widget);
  const char *page = gtk_stack_get_visible_child_name (GTK_STACK (self->stack));

  if (g_str_equal (page, "table"))
    return focus_selected_row (self);
  if (g_str_equal (page, "empty"))
    return gtk_widget_grab_focus (self->empty_button);
  return g_str_equal (page, "failed") && gtk_widget_grab_focus (self->failed_button);
}

static void
cht_table_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  ChtTable *self = CHT_TABLE (object);

  if (id != PROP_SEARCH_MODE)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  else if (g_value_get_boolean (value) != gtk_search_bar_get_search_mode (GTK_SEARCH_BAR (self->search_bar)))
    {
      if (g_value_get_boolean (value))
        cht_table_search (self);
      else
        cht_table_escape (self);
    }
}

static void
cht_table_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_SEARCH_MODE)
    g_value_set_boolean (value, gtk_search_bar_get_search_mode (GTK_SEARCH_BAR (CHT_TABLE (object)->search_bar)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
cht_table_dispose (GObject *object)
{
  ChtTable *self = CHT_TABLE (object);
  GtkWidget *child;

  if (self->selection != NULL)
    g_signal_handlers_disconnect_by_data (self->selection, self);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->model);
  g_clear_object (&self->filtered);
  g_clear_object (&self->sorted);
  g_clear_object (&self->selection);
  g_clear_object (&self->filter);
  g_clear_object (&self->actions);
  G_OBJECT_CLASS (cht_table_parent_class)->dispose (object);
}

static void
cht_table_class_init (ChtTableClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->set_property = cht_table_set_property;
  object_class->get_property = cht_table_get_property;
  object_class->dispose = cht_table_dispose;
  widget_class->grab_focus = cht_table_grab_focus;
  props[PROP_SEARCH_MODE] = g_param_spec_boolean ("search-mode", NULL, NULL, FALSE,
                                                  G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[ITEM_ACTIVATED] = g_signal_new ("item-activated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                          NULL, G_TYPE_NONE, 1, G_TYPE_OBJECT);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/chatelaine/Chatelaine/common/cht-table.ui");
  gtk_widget_class_bind_template_child (widget_class, ChtTable, search_bar);
  gtk_widget_class_bind_template_child (widget_class, ChtTable, search_entry);
  gtk_widget_class_bind_template_child (widget_class, ChtTable, stack);
  gtk_widget_class_bind_template_child (widget_class, ChtTable, view);
  gtk_widget_class_bind_template_child (widget_class, ChtTable, spinner);
  gtk_widget_class_bind_template_child (widget_class, ChtTable, empty);
  gtk_widget_class_bind_template_child (widget_class, ChtTable, empty_button);
  gtk_widget_class_bind_template_child (widget_class, ChtTable, failed);
  gtk_widget_class_bind_template_child (widget_class, ChtTable, failed_button);
  gtk_widget_class_bind_template_callback (widget_class, on_search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_search_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_search_mode_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_view_activate_cb);
}

static const GActionEntry entries[] = {
  { .name = "sort", .activate = on_sort_activated_cb, .parameter_type = "i" },
  { .name = "reverse", .activate = on_reverse_activated_cb },
};

static void
cht_table_init (ChtTable *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->filter = GTK_FILTER (gtk_custom_filter_new (filter_cb, self, NULL));
  self->filtered = gtk_filter_list_model_new (NULL, g_object_ref (self->filter));
  self->sorted = gtk_sort_list_model_new (g_object_ref (G_LIST_MODEL (self->filtered)), NULL);
  self->selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->sorted)));
  g_signal_connect (self->selection, "items-changed", G_CALLBACK (on_items_changed_cb), self);
  gtk_column_view_set_model (GTK_COLUMN_VIEW (self->view), GTK_SELECTION_MODEL (self->selection));
  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries), self);
  show_state (self);
}

GtkWidget *
cht_table_new (void)
{
  return g_object_new (CHT_TYPE_TABLE, NULL);
}
