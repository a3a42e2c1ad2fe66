/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ChtNotice: a bar of plain text with an icon and at most one button: what stands on the page, for the eye and for a
 * screen reader, as long as it is true. Hidden while its text is empty.
 *
 * Properties: "text" (string), "kind" (ChtNoticeKind as int), "button-label" (string), "action-name" (string),
 * "closable" (boolean). Signal: "activated" (): the button, where there is no action-name.
 */
#pragma once

#include <gtk/gtk.h>
#include "cht-problem.h"

G_BEGIN_DECLS

typedef enum
{
  CHT_NOTICE_INFO,
  CHT_NOTICE_SUCCESS,
  CHT_NOTICE_WARNING,
  CHT_NOTICE_ERROR
} ChtNoticeKind;

#define CHT_TYPE_NOTICE (cht_notice_get_type ())
G_DECLARE_FINAL_TYPE (ChtNotice, cht_notice, CHT, NOTICE, GtkWidget)

GtkWidget *cht_notice_new (void);
/* NULL or "" hides it. */
void cht_notice_show (ChtNotice *self, ChtNoticeKind kind, const char *text);
/* Message and advice; NULL hides it. A cancelled one is no news: hidden too. */
void cht_notice_show_problem (ChtNotice *self, ChtProblem *problem);
const char *cht_notice_get_text (ChtNotice *self);

/* "message advice" in one line of speech. (transfer full) */
char *cht_problem_dup_text (ChtProblem *problem);

G_END_DECLS
