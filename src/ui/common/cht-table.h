/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ChtTable: a list of things in columns, with all that a list needs: search as you type (Ctrl+F, or just type; Escape
 * returns to the row), sorting by header and by a menu, a selection that outlives a refresh, and words for empty,
 * nothing found, failed and loading.
 *
 * Signals: "item-activated" (GObject *): Enter or a double click.
 * Properties: "search-mode" (boolean).
 */
#pragma once

#include <adwaita.h>
#include "cht-problem.h"

G_BEGIN_DECLS

/* Pure functions of an item: what its cell says (transfer full), and the order where it is not that text's. */
typedef char *(*ChtTableText) (gpointer item, gpointer data);

typedef struct
{
  const char *title;                /* N_() */
  ChtTableText text;                /* searched too */
  GCompareDataFunc compare;         /* (nullable): the order of the text */
  GtkWidget *(*create_cell) (void); /* (nullable): a label */
  void (*bind_cell) (GtkWidget *cell, gpointer item, gpointer data);
  gboolean expand;
} ChtTableColumn;

typedef enum
{
  CHT_TABLE_READY,
  CHT_TABLE_LOADING,
  CHT_TABLE_FAILED
} ChtTableState;

#define CHT_TYPE_TABLE (cht_table_get_type ())
G_DECLARE_FINAL_TYPE (ChtTable, cht_table, CHT, TABLE, GtkWidget)

GtkWidget *cht_table_new (void);
/* COLUMNS must outlive the table, DATA too. Once. */
void cht_table_set_columns (ChtTable *self, const char *name, const ChtTableColumn *columns, guint n_columns,
                            guint sorted_by, gpointer data);
void cht_table_set_model (ChtTable *self, GListModel *model);
/* Items changed in place: sort and filter anew. */
void cht_table_refresh (ChtTable *self);
/* While items are at hand they are shown whatever the state: old data stands. PROBLEM for FAILED, with an action "Try
 * again". */
void cht_table_set_state (ChtTable *self, ChtTableState state, ChtProblem *problem, const char *retry_action);
void cht_table_set_empty (ChtTable *self, const char *icon, const char *title, const char *description,
                          const char *button, const char *action);
/* Fills a menu button with "Sort by"; needs the columns. */
void cht_table_fill_sort_button (ChtTable *self, GtkMenuButton *button);
void cht_table_search (ChtTable *self);
/* TRUE where a search was open and is closed now. */
gboolean cht_table_escape (ChtTable *self);
/* Selects ITEM and brings it into view. */
void cht_table_select (ChtTable *self, gpointer item);
gpointer cht_table_get_selected (ChtTable *self); /* (transfer none) (nullable) */
/* The columns' texts of ITEM hold every word of NEEDLE; case does not matter. */
gboolean cht_table_item_matches (const ChtTableColumn *columns, guint n_columns, gpointer data, gpointer item,
                                 const char *needle);

G_END_DECLS
