/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What cht-window.c and cht-window-actions.c share. */
#pragma once

#include "cht-page-stack.h"
#include "cht-window.h"

G_BEGIN_DECLS

struct _ChtWindow
{
  AdwApplicationWindow parent_instance;
  ChtWorkspace *workspace;
  ChtSettings *settings;
  GCancellable *session;        /* cancelled when the vault closes: choosers and questions end with it */
  ChtProfile *practice;         /* (nullable) */
  ChtSecret *practice_password; /* (nullable) */
  GtkWidget *toasts, *root_stack, *leaflet, *sidebar, *sections, *page_list;
  GtkWidget *controller_name, *health_icon, *health_text, *sign_in, *sign_out, *activity_badge;
  GMenuModel *menu;
  GtkWidget *gate;
  GtkWidget *stacks[CHT_N_SECTIONS];
  GtkWidget *roots[CHT_N_SECTIONS];
  gboolean started, inside, signing_in;
};

ChtPageStack *cht_window_get_stack (ChtWindow *self);
void cht_window_show_section (ChtWindow *self, ChtSection section);
/* PAGE's signals are connected by the caller. */
void cht_window_push (ChtWindow *self, ChtSection section, GtkWidget *page);
void cht_window_open_draft (ChtWindow *self, ChtDraft *draft);
void cht_window_sign_in (ChtWindow *self);
void cht_window_show_controller (ChtWindow *self);
void cht_window_show_badge (ChtWindow *self);
void cht_window_add_actions (ChtWindow *self);
void cht_window_add_keys (GtkApplication *application);
void cht_window_update_actions (ChtWindow *self);

G_END_DECLS
