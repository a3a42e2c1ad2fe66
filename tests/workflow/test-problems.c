/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every room's error codes have an id, a kind and words. */
#include "workflow-wait.h"

#include <string.h>

#include "cht-client.h"
#include "cht-file.h"
#include "cht-problems.h"
#include "cht-vault.h"

typedef struct {
  GQuark domain;
  int first, last;
} Domain;

/* The exit codes that the ids stand for on a command line. */
static int
exit_code_of (const char *id)
{
  static const char *const no[] = { "controller.right", "controller.refused", "controller.absent-ability",
                                    "item.unknown", NULL };
  static const char *const unusable[] = { "usage", "vault.exists", "key.passphrase-needed", "key.passphrase-wrong",
                                          "key.unsupported", NULL };

  if (g_strv_contains (no, id))
    return 1;
  return g_strv_contains (unusable, id) || g_str_has_prefix (id, "file.") ? 2 : 3;
}

static void
test_complete (void)
{
  const Domain domains[] = {
    { CHT_FILE_ERROR, CHT_FILE_ERROR_MISSING, CHT_FILE_ERROR_UNWRITABLE },
    { CHT_X509_ERROR, CHT_X509_ERROR_MALFORMED, CHT_X509_ERROR_UNSUPPORTED },
    { CHT_VAULT_ERROR, CHT_VAULT_ERROR_ABSENT, CHT_VAULT_ERROR_OWNER },
    { CHT_CONTROLLER_ERROR, CHT_CONTROLLER_ERROR_USAGE, CHT_CONTROLLER_ERROR_LOST },
  };

  for (guint d = 0; d < G_N_ELEMENTS (domains); d++)
    for (int code = domains[d].first; code <= domains[d].last; code++)
      {
        g_autoptr (GError) error = g_error_new_literal (domains[d].domain, code, "A whole sentence of that room.");
        g_autoptr (ChtProblem) problem = cht_problems_from_error (error);
        const char *id = cht_problem_get_id (problem);

        g_assert_cmpstr (id, !=, "internal");
        g_assert_nonnull (strchr (cht_problem_get_message (problem), ' '));
        g_assert_cmpstr (cht_problem_get_message (problem), ==, "A whole sentence of that room.");
        g_assert_cmpint (cht_problem_get_exit_code (problem), ==, exit_code_of (id));
        /* Most sentences say themselves what to do; those of x509 cannot know what the bytes were for. */
        if (domains[d].domain == CHT_X509_ERROR || *cht_problem_get_advice (problem) != '\0')
          assert_words (cht_problem_get_advice (problem));
      }
}

static void
test_ids (void)
{
  static const struct { int code; const char *id;
  } rows[] = {
    { CHT_CONTROLLER_ERROR_PIN, "controller.pin" },
    { CHT_CONTROLLER_ERROR_NAME, "controller.name" },
    { CHT_CONTROLLER_ERROR_EXPIRED, "controller.expired" },
    { CHT_CONTROLLER_ERROR_TLS, "controller.tls" },
    { CHT_CONTROLLER_ERROR_SIGN_IN, "controller.sign-in" },
    { CHT_CONTROLLER_ERROR_BLOCKED, "controller.blocked" },
    { CHT_CONTROLLER_ERROR_SESSION_LIMIT, "controller.session-limit" },
    { CHT_CONTROLLER_ERROR_LOST, "outcome.unknown" },
    { CHT_CONTROLLER_ERROR_TIMEOUT, "controller.timeout" },
    { CHT_CONTROLLER_ERROR_UNREACHABLE, "controller.unreachable" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      GError *error =
          cht_problems_translate (g_error_new_literal (CHT_CONTROLLER_ERROR, rows[i].code, "What happened there."));
      assert_problem (&error, rows[i].id, 3);
    }
}

static void
test_cancelled_and_internal (void)
{
  GError *error = cht_problems_translate (g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "raw"));

  assert_problem (&error, "cancelled", 130);
  error = cht_problems_translate (g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "raw text of a library"));
  g_assert_null (strstr (error->message, "raw text"));
  assert_problem (&error, "internal", 3);
}

static void
test_once (void)
{
  GError *error = cht_problems_new_error ("usage", CHT_PROBLEM_UNUSABLE, "Do this.", "No %s was given here.", "name");

  /* A problem that passes two borders stays what it is. */
  error = cht_problems_translate (cht_problems_translate (error));
  g_assert_cmpstr (error->message, ==, "No name was given here.");
  assert_problem (&error, "usage", 2);
}

static void
test_file (void)
{
  g_autoptr (GError) nothing = g_error_new_literal (CHT_X509_ERROR, CHT_X509_ERROR_NOTHING, "It is a web page.");
  g_autoptr (ChtProblem) problem = cht_problems_from_file (nothing, "chain\x1b[31m.pem");

  g_assert_cmpstr (cht_problem_get_id (problem), ==, "file.nothing-readable");
  g_assert_nonnull (strstr (cht_problem_get_message (problem), "It is a web page."));
  g_assert_nonnull (strstr (cht_problem_get_message (problem), "chain"));
  g_assert_null (strchr (cht_problem_get_message (problem), '\x1b'));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/workflow/problems/complete", test_complete);
  g_test_add_func ("/workflow/problems/ids", test_ids);
  g_test_add_func ("/workflow/problems/cancelled-and-internal", test_cancelled_and_internal);
  g_test_add_func ("/workflow/problems/once", test_once);
  g_test_add_func ("/workflow/problems/file", test_file);
  return g_test_run ();
}
