/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ChtPage: one page of a ChtPageStack. A subclass gives it a title, its content as the bin's child and the widgets that
 * stand at the end of the header bar
 * ("actions").
 *
 * gtk_widget_grab_focus() on a page leads to its content. Properties: "title" (string, shown as plain text), "actions"
 * (GtkWidget, nullable).
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define CHT_TYPE_PAGE (cht_page_get_type ())
G_DECLARE_DERIVABLE_TYPE (ChtPage, cht_page, CHT, PAGE, AdwBin)

struct _ChtPageClass
{
  AdwBinClass parent_class;
  /* Ctrl+F. */
  void (*search) (ChtPage *self);
  /* Escape: TRUE where the page used it up (a search that closed). */
  gboolean (*escape) (ChtPage *self);
  /* The person leaves by Back or Escape. FALSE where it must stay, and says why. */
  gboolean (*leave) (ChtPage *self);
  /* It is taken off the stack for good: secrets in entries are emptied here. Chain up. */
  void (*closed) (ChtPage *self);
};

const char *cht_page_get_title (ChtPage *self);
void cht_page_set_title (ChtPage *self, const char *title);
GtkWidget *cht_page_get_actions (ChtPage *self);

void cht_page_search (ChtPage *self);
gboolean cht_page_escape (ChtPage *self);
gboolean cht_page_leave (ChtPage *self);
/* Cancels what the page has under way. A callback that comes after it finds cht_page_is_closed. */
void cht_page_close (ChtPage *self);
gboolean cht_page_is_closed (ChtPage *self);
/* Cancelled when the page is closed. (transfer none) */
GCancellable *cht_page_get_cancellable (ChtPage *self);

/* A toast with TEXT as plain text. Not spoken by screen readers: the page must say the same in text. For a
 * button of its own. (transfer none) (nullable) */
AdwToast *cht_page_toast (ChtPage *self, const char *text);

G_END_DECLS
