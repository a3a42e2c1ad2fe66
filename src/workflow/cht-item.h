/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ChtItem: one thing that the vault keeps. Lives in the workspace's model while the vault is open. */
#pragma once

#include "cht-bundle.h"

G_BEGIN_DECLS

#define CHT_TYPE_ITEM (cht_item_get_type ())
G_DECLARE_FINAL_TYPE (ChtItem, cht_item, CHT, ITEM, GObject)

const char *cht_item_get_id (ChtItem *self);
const char *cht_item_get_name (ChtItem *self);
const char *cht_item_get_kind (ChtItem *self); /* "trust-chain", "intermediate", "key", "request", "crl": stable */
char *cht_item_dup_kind_text (ChtItem *self);         /* translated (transfer full) */
const char *cht_item_get_role_id (ChtItem *self);     /* (nullable) */
const char *const *cht_item_get_sha256 (ChtItem *self);
gint64 cht_item_get_not_after (ChtItem *self);        /* the earliest, CHT_TIME_UNKNOWN without a certificate */
gint64 cht_item_get_added (ChtItem *self);
gboolean cht_item_get_has_key (ChtItem *self);
/* The lasting warning: a private key under the keyring alone. "" where there is none. */
const char *cht_item_get_warning (ChtItem *self);
/* Its certificates, parsed anew from the record's bytes; a key, where it has one, unopened. (transfer full) */
ChtBundle *cht_item_dup_bundle (ChtItem *self, GError **error);

G_END_DECLS
