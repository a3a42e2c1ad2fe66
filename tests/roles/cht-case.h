/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One snapshot for a test of the rules, filled from fixtures; and what is expected of it: every finding, as
 * "severity id", in order, so that a false alarm fails a test as a miss does.
 */
#pragma once

#include "cht-fixtures.h"
#include "cht-preflight.h"

G_BEGIN_DECLS

typedef struct
{
  ChtSnapshot snapshot;
  GPtrArray *owned;    /* of GObject */
  GPtrArray *findings; /* of the last judgement */
} ChtCase;

/* A role's id; "now" is this moment, the form is whole, names and destinations are not judged. */
ChtCase *cht_case_new (const char *role);
void cht_case_free (ChtCase *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChtCase, cht_case_free)

/* Files as they would come in: chain.pem, intermediate.pem, key.pem. */
void cht_case_chain (ChtCase *self, ChtFixture *first, ...) G_GNUC_NULL_TERMINATED;
void cht_case_chain_bytes (ChtCase *self, gconstpointer data, gsize size, const char *path);
void cht_case_intermediate (ChtCase *self, ChtFixture *first, ...) G_GNUC_NULL_TERMINATED;
void cht_case_intermediate_text (ChtCase *self, const char *text);
void cht_case_key (ChtCase *self, ChtFixture *fixture);
void cht_case_key_bytes (ChtCase *self, gconstpointer data, gsize size, const char *passphrase);

/* Judges and compares all: WANTED are "error key.mismatch", …, in order. */
void cht_case_expect (ChtCase *self, ...) G_GNUC_NULL_TERMINATED;
/* The same, of what needs no role in the chain file. */
void cht_case_expect_inspect (ChtCase *self, ...) G_GNUC_NULL_TERMINATED;
/* The message of the finding ID of the last judgement. */
const char *cht_case_message (ChtCase *self, const char *id);
ChtFinding *cht_case_finding (ChtCase *self, const char *id);
#define cht_assert_says(message, part)                                                                       \
  g_assert_cmpstr (strstr ((message), (part)) != NULL ? (part) : (message), ==, (part))

G_END_DECLS
