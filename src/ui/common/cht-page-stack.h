/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ChtPageStack: pages that lie on each other, with one header bar: Back with the name of the page below, the title, the
 * page's own actions, the window's menu. Escape and Alt+Left go back; the focus returns to where it was.
 * (libadwaita 1.2 has no AdwNavigationView.)
 *
 * Properties: "folded" (boolean: shows the sidebar's button at the root). Signal: "page-changed" ().
 */
#pragma once

#include "cht-notice.h"
#include "cht-page.h"

G_BEGIN_DECLS

#define CHT_TYPE_PAGE_STACK (cht_page_stack_get_type ())
G_DECLARE_FINAL_TYPE (ChtPageStack, cht_page_stack, CHT, PAGE_STACK, GtkBox)

GtkWidget *cht_page_stack_new (void);
void cht_page_stack_set_menu (ChtPageStack *self, GMenuModel *menu);
/* Opens the window's menu (F10). */
void cht_page_stack_open_menu (ChtPageStack *self);
void cht_page_stack_push (ChtPageStack *self, ChtPage *page);
/* As Back does: tells the page that it is left. FALSE at the root. */
gboolean cht_page_stack_go_back (ChtPageStack *self);
/* Takes PAGE and what lies on it off, without asking it; the root stays. */
void cht_page_stack_remove (ChtPageStack *self, ChtPage *page);
/* Closes every page but the root. */
void cht_page_stack_clear (ChtPageStack *self);
ChtPage *cht_page_stack_get_visible (ChtPageStack *self); /* (nullable) */
/* The topmost page of TYPE, or NULL. */
ChtPage *cht_page_stack_find (ChtPageStack *self, GType type);
guint cht_page_stack_get_depth (ChtPageStack *self);

/* Words that belong to no page, under the header bar until they are closed or another page comes. NULL takes them
 * away. */
void cht_page_stack_show_notice (ChtPageStack *self, ChtNoticeKind kind, const char *text);

G_END_DECLS
