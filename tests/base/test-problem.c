/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-problem.h"

#include <gio/gio.h>
#include <string.h>

static void
test_parts (void)
{
  g_autoptr (ChtProblem) problem =
      cht_problem_new ("file.missing", CHT_PROBLEM_UNUSABLE, "Look again.", "There is no “%s”.", "a%s.pem");
  g_autoptr (ChtProblem) bare = cht_problem_new ("x", CHT_PROBLEM_NO, NULL, "No.");

  g_assert_cmpstr (cht_problem_get_id (problem), ==, "file.missing");
  g_assert_cmpstr (cht_problem_get_message (problem), ==, "There is no “a%s.pem”.");
  g_assert_cmpstr (cht_problem_get_advice (problem), ==, "Look again.");
  g_assert_cmpint (cht_problem_get_kind (problem), ==, CHT_PROBLEM_UNUSABLE);
  g_assert_cmpstr (cht_problem_get_advice (bare), ==, "");
}

static void
test_exit_codes (void)
{
  static const struct { ChtProblemKind kind; int code; } cases[] = {
    { CHT_PROBLEM_NO, 1 }, { CHT_PROBLEM_UNUSABLE, 2 }, { CHT_PROBLEM_UNREACHABLE, 3 }, { CHT_PROBLEM_CANCELLED, 130 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (ChtProblem) problem = cht_problem_new ("x", cases[i].kind, "", "X.");
      g_assert_cmpint (cht_problem_get_exit_code (problem), ==, cases[i].code);
    }
}

/* The id and the advice survive the ways that a GError goes: copied, prefixed, through a GTask. */
static void
test_round_trip (void)
{
  g_autoptr (ChtProblem) problem = cht_problem_new ("vault.locked", CHT_PROBLEM_UNREACHABLE, "Unlock it.", "Locked.");
  g_autoptr (GError) error = cht_problem_to_error (g_object_ref (problem));
  g_autoptr (GError) copy = g_error_copy (error);

  g_assert_error (error, CHT_PROBLEM_ERROR, CHT_PROBLEM_UNREACHABLE);
  g_assert_cmpstr (error->message, ==, "Locked.");
  g_clear_error (&error);
  g_autoptr (ChtProblem) back = cht_problem_from_error (copy);
  g_assert_true (back == problem);

  g_autoptr (GTask) task = g_task_new (NULL, NULL, NULL, NULL);
  g_task_return_error (task, g_steal_pointer (&copy));
  g_assert_null (g_task_propagate_pointer (task, &error));
  g_autoptr (ChtProblem) from_task = cht_problem_from_error (error);
  g_assert_cmpstr (cht_problem_get_id (from_task), ==, "vault.locked");
  g_assert_cmpstr (cht_problem_get_advice (from_task), ==, "Unlock it.");
}

static void
test_foreign (void)
{
  g_autoptr (GError) cancelled = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "Operation was cancelled");
  g_autoptr (GError) raw = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "0xDEAD: gnutls said hunter2");
  g_autoptr (GError) empty = g_error_new_literal (CHT_PROBLEM_ERROR, CHT_PROBLEM_NO, "made by hand");
  g_autoptr (ChtProblem) a = cht_problem_from_error (cancelled);
  g_autoptr (ChtProblem) b = cht_problem_from_error (raw);
  g_autoptr (ChtProblem) c = cht_problem_from_error (empty);

  g_assert_cmpstr (cht_problem_get_id (a), ==, "cancelled");
  g_assert_cmpint (cht_problem_get_exit_code (a), ==, 130);
  g_assert_cmpstr (cht_problem_get_id (b), ==, "internal");
  g_assert_cmpint (cht_problem_get_exit_code (b), ==, 3);
  g_assert_null (strstr (cht_problem_get_message (b), "hunter2"));
  g_assert_null (strstr (cht_problem_get_advice (b), "hunter2"));
  g_assert_cmpstr (cht_problem_get_id (c), ==, "internal");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/problem/parts", test_parts);
  g_test_add_func ("/base/problem/exit-codes", test_exit_codes);
  g_test_add_func ("/base/problem/round-trip", test_round_trip);
  g_test_add_func ("/base/problem/foreign", test_foreign);
  return g_test_run ();
}
