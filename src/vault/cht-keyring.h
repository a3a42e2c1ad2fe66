/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The vault's one item in the desktop's keyring, over the Secret Service.
 *
 * A look-up there answers nothing, without an error, where the item is absent, the collection locked, the
 * daemon never unlocked or its file corrupt: so this walks, and each step has its own answer. No function
 * here makes a key.
 *
 * One thread uses a ChtKeyring: it waits, in a main context of its own, at most 10 s in all for the daemon's
 * answers of one call, and as long as a person takes at a prompt. Only secret_service_*, secret_collection_*
 * and secret_item_*: secret_password_* may turn to a file.
 *
 * The item: schema org.chatelaine.Vault, one attribute "vault" (the uuid: attributes are unsalted MD5 on
 * disk), its content one line of base64 (a line break would destroy a keyring without a password at the
 * daemon's next start): version 1 ‖ key (32) ‖ generation (8, little-endian) ‖ head hash (32).
 */
#pragma once

#include "cht-seal.h"
#include "cht-vault.h"

G_BEGIN_DECLS

#define CHT_KEYRING_PATIENCE 10  /* seconds for the daemon, never for a person */

/* What the item holds. GENERATION and HASH are the anchor. */
typedef struct { ChtSecret *key; guint64 generation; guint8 hash[CHT_SEAL_HASH]; } ChtKeyringContent;
void cht_keyring_content_clear (ChtKeyringContent *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ChtKeyringContent, cht_keyring_content_clear)

/* The line, in memory that wipes itself, and back: FALSE where TEXT is no such line. (transfer full) */
ChtSecret *cht_keyring_content_to_line (const ChtKeyringContent *self);
gboolean cht_keyring_content_from_line (ChtKeyringContent *self, const char *text, gsize size);

typedef struct _ChtKeyring ChtKeyring;
/* Called in the keyring's thread when a prompt comes up and goes. */
typedef void (*ChtKeyringPromptFunc) (gboolean waiting, gpointer data);

/* In the thread that will use it. (transfer full) */
ChtKeyring *cht_keyring_new (ChtKeyringPromptFunc on_prompt, gpointer data);
void cht_keyring_free (ChtKeyring *self);

/* The whole walk, with at most one prompt a collection. CONTENT (out) is filled where the answer is PRESENT. */
ChtKeyringState
cht_keyring_walk (ChtKeyring *self, const char *uuid, GCancellable *cancellable, ChtKeyringContent *content);
/* Stores CONTENT as a new item in the default collection, and reads it back: PRESENT, or nothing is there. */
ChtKeyringState cht_keyring_create (ChtKeyring *self,
                                    const char *uuid,
                                    const ChtKeyringContent *content,
                                    GCancellable *cancellable);
/* Reads and replaces the item that a walk or a creation found. Neither prompts; a restarted daemon is met once anew. */
ChtKeyringState cht_keyring_read (ChtKeyring *self, const char *uuid, ChtKeyringContent *content);
ChtKeyringState cht_keyring_store (ChtKeyring *self, const char *uuid, const ChtKeyringContent *content);
/* Takes back an item whose vault was never made. */
void cht_keyring_remove (ChtKeyring *self, const char *uuid);
/* Forgets connection and item: the session's keys go with them. */
void cht_keyring_disconnect (ChtKeyring *self);
/* TRUE where the item lies in a gnome-keyring file without a password. */
gboolean cht_keyring_is_plain (ChtKeyring *self);

G_END_DECLS
