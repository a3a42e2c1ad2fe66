/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every room's GError as a ChtProblem: the id of the command line, its kind, and what to do now in words. */
#pragma once

#include <gio/gio.h>
#include "cht-problem.h"

G_BEGIN_DECLS

/* Messages of the rooms are whole sentences and stay; what no room put into words becomes "internal". (transfer full)
 */
ChtProblem *cht_problems_from_error (const GError *error);
/* The same as an error of CHT_PROBLEM_ERROR. Takes ERROR. (transfer full) */
GError *cht_problems_translate (GError *error);
/* Ends TASK with ERROR in that form. Takes ERROR. */
void cht_problems_return (GTask *task, GError *error);
/* A new problem as an error. (transfer full) */
GError *cht_problems_new_error (const char *id, ChtProblemKind kind, const char *advice, const char *format, ...)
  G_GNUC_PRINTF (4, 5);
/* A file that was read and holds nothing that can be used: ERROR is x509's reason, which names no file. (transfer full)
 */
ChtProblem *cht_problems_from_file (const GError *error, const char *file_name);

G_END_DECLS
