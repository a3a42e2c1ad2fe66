/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a record of the vault holds, as bytes: a version and a dictionary, GVariant "(ya{sv})", little endian. Key bytes
 * pass through memory that is wiped and through no other.
 */
#pragma once

#include <gio/gio.h>
#include "cht-secret.h"

G_BEGIN_DECLS

#define CHT_PAYLOAD_VERSION 1

/* Takes DICT ("a{sv}"). The bytes wipe themselves. (transfer full) */
GBytes *cht_payload_pack (GVariant *dict);
/* The dictionary; its children borrow from PAYLOAD. DAMAGED where it is none, NEWER where its version is
 * (CHT_VAULT_ERROR). (transfer full) */
GVariant *cht_payload_unpack (GBytes *payload, GError **error);

/* An "ay" over the very bytes, nothing copied. (transfer floating) */
GVariant *cht_payload_new_secret (ChtSecret *secret);
GVariant *cht_payload_new_bytes (GBytes *bytes);
/* Copies of what stands under NAME, NULL where nothing does. (transfer full) (nullable) */
ChtSecret *cht_payload_dup_secret (GVariant *dict, const char *name);
GBytes *cht_payload_dup_bytes (GVariant *dict, const char *name);
char *cht_payload_dup_string (GVariant *dict, const char *name);

G_END_DECLS
