/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ChtChainCard: one certificate of a chain view, or the ghost of an issuer that is not at hand. Of the chain view
 * alone. */
#pragma once

#include <gtk/gtk.h>
#include "cht-certificate.h"

G_BEGIN_DECLS

#define CHT_CHAIN_CARD_WIDTH 248

#define CHT_TYPE_CHAIN_CARD (cht_chain_card_get_type ())
G_DECLARE_FINAL_TYPE (ChtChainCard, cht_chain_card, CHT, CHAIN_CARD, GtkToggleButton)

/* SELF_SIGNED: its own key made its signature. */
GtkWidget *cht_chain_card_new (ChtCertificate *certificate, gboolean self_signed, gint64 now);
/* ISSUER: the name that was looked for, RFC 4514. A ghost takes the focus (a reader must find it) but cannot be
 * chosen. */
GtkWidget *cht_chain_card_new_ghost (const char *issuer);
/* NULL for a ghost. (transfer none) (nullable) */
ChtCertificate *cht_chain_card_get_certificate (ChtChainCard *self);

G_END_DECLS
