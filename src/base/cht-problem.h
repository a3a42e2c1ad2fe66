/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ChtProblem: the one form in which a fault reaches a person.
 *
 * MESSAGE says what happened to what, in a whole sentence; ADVICE says what to do now (may be ""). Both are
 * translated and hold no secret and no library's raw text. ID is stable (command-line.md). Immutable.
 */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

typedef enum {
  CHT_PROBLEM_NO,           /* the answer is no: exit 1 */
  CHT_PROBLEM_UNUSABLE,     /* input or usage: exit 2 */
  CHT_PROBLEM_UNREACHABLE,  /* vault or controller cannot be reached or opened, or the outcome is unknown: exit 3 */
  CHT_PROBLEM_CANCELLED,    /* exit 130 */
} ChtProblemKind;

#define CHT_TYPE_PROBLEM (cht_problem_get_type ())
G_DECLARE_FINAL_TYPE (ChtProblem, cht_problem, CHT, PROBLEM, GObject)

ChtProblem *cht_problem_new (const char *id, ChtProblemKind kind, const char *advice, const char *format,
                             ...) G_GNUC_PRINTF (4, 5);

const char *cht_problem_get_id (ChtProblem *self);
ChtProblemKind cht_problem_get_kind (ChtProblem *self);
const char *cht_problem_get_message (ChtProblem *self);
const char *cht_problem_get_advice (ChtProblem *self);
int cht_problem_get_exit_code (ChtProblem *self);

/* A problem inside a GError, so that GTask and GError carry it: domain CHT_PROBLEM_ERROR, code = kind, message =
 * the problem's message. What is not such an error becomes "internal" (or "cancelled" for G_IO_ERROR_CANCELLED). */
#define CHT_PROBLEM_ERROR (cht_problem_error_quark ())
GQuark cht_problem_error_quark (void);
/* Takes PROBLEM. (transfer full) */
GError *cht_problem_to_error (ChtProblem *problem);
/* (transfer full) */
ChtProblem *cht_problem_from_error (const GError *error);

G_END_DECLS
