/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A password out of an entry, and the question how a private key shall be written. */
#pragma once

#include <adwaita.h>
#include "cht-secret.h"

G_BEGIN_DECLS

/* What the entry holds, straight into locked memory; the entry is emptied. NULL where it is empty. (transfer full)
 * (nullable) */
ChtSecret *cht_editable_take_secret (GtkEditable *editable);

/* Asks how to write a private key: under a new passphrase, typed twice, or as it is after a word is typed. */
void cht_key_question_ask_async (GtkWidget *parent, const char *heading, const char *as_given_words,
                                 GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
/* TRUE: go on; PASSPHRASE (out) (nullable) (transfer full): the new one, or NULL for "as it is". FALSE with
 * G_IO_ERROR_CANCELLED where the person declined. */
gboolean cht_key_question_ask_finish (GAsyncResult *result, ChtSecret **passphrase, GError **error);

/* Why these two answers cannot be taken, translated; NULL where they can. */
const char *cht_key_question_judge (const char *passphrase, const char *again);

G_END_DECLS
