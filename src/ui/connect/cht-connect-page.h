/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ChtConnectPage: meeting a controller. First its key is looked at, with a handshake alone; a person compares it; only
 * then a password is sent. Signal: "connected" ().
 */
#pragma once

#include "cht-page.h"
#include "cht-workspace.h"

G_BEGIN_DECLS

#define CHT_TYPE_CONNECT_PAGE (cht_connect_page_get_type ())
G_DECLARE_FINAL_TYPE (ChtConnectPage, cht_connect_page, CHT, CONNECT_PAGE, ChtPage)

/* PROFILE (nullable): a controller that was met before; its pin is the one to compare with. */
GtkWidget *cht_connect_page_new (ChtWorkspace *workspace, ChtProfile *profile);

/* What to make of the key that is shown, given the one that was trusted ("" none). */
typedef enum
{
  CHT_KEY_FIRST_SEEN,
  CHT_KEY_SAME,
  CHT_KEY_CHANGED
} ChtKeyMeeting;
ChtKeyMeeting cht_connect_judge_key (const char *trusted, const char *shown);
/* What is wrong with an address as typed, translated; NULL where it can be tried. "" while there is nothing. */
const char *cht_connect_judge_url (const char *url);

G_END_DECLS
