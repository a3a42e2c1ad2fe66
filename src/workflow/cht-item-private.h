/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How items are made, sealed and opened again. */
#pragma once

#include "cht-item.h"
#include "cht-role.h"

G_BEGIN_DECLS

#define CHT_ITEM_TRUST_CHAIN "trust-chain"
#define CHT_ITEM_INTERMEDIATE "intermediate"
#define CHT_ITEM_KEY "key"
#define CHT_ITEM_REQUEST "request"
#define CHT_ITEM_CRL "crl"

/* BYTES (nullable): the file as it came, for whatever is no key; BUNDLE is what was read in it. KEY (nullable),
 * PASSPHRASE (nullable) what opened it. It has no id until it is stored. (transfer full) */
ChtItem *cht_item_new (const char *kind, const char *name, const char *role_id, ChtBundle *bundle, GBytes *bytes,
                       ChtSecret *key, ChtSecret *passphrase, gint64 added);
GBytes *cht_item_get_bytes (ChtItem *self);      /* (nullable) */
ChtSecret *cht_item_get_key (ChtItem *self);     /* (nullable) */
ChtSecret *cht_item_get_passphrase (ChtItem *self);  /* (nullable) */
/* SHA-256 over kind and content: the same thing given twice has it twice. */
const char *cht_item_get_digest (ChtItem *self);
void cht_item_set_id (ChtItem *self, const char *id);
/* KEYRING_ALONE: nothing but the desktop's keyring protects the vault. */
void cht_item_set_keyring_alone (ChtItem *self, gboolean keyring_alone);

/* cht-item-record.c */
GBytes *cht_item_pack (ChtItem *self);
ChtItem *cht_item_unpack (const char *id, GBytes *payload, GError **error);
/* For both: TEXTs are copied. */
ChtItem *cht_item_new_from_parts (const char *id, const char *kind, const char *name, const char *role_id,
                                  const char *const *sha256, gint64 not_after, gint64 added, const char *digest,
                                  GBytes *bytes, ChtSecret *key, ChtSecret *passphrase);

/* Reads and judges FILES (GFile): cht_workspace_add_files(). For a worker. (transfer full) (element-type ChtItem) */
GPtrArray *cht_intake_read (GPtrArray *files, const char *name, const char *role_id, ChtSecret *passphrase, gint64 now,
                            GCancellable *cancellable, GError **error);

G_END_DECLS
