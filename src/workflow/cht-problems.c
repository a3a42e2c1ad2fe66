/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-problems.h"

#include <glib/gi18n-lib.h>

#include "cht-client.h"
#include "cht-file.h"
#include "cht-text.h"
#include "cht-vault.h"

typedef struct {
  int code;
  const char *id;
  ChtProblemKind kind;
  const char *advice;  /* N_() */
} Row;

static const Row x509_rows[] = {
  { CHT_X509_ERROR_MALFORMED, "file.nothing-readable", CHT_PROBLEM_UNUSABLE, N_("Choose another file.") },
  { CHT_X509_ERROR_NOTHING, "file.nothing-readable", CHT_PROBLEM_UNUSABLE,
    N_("Choose a file of certificates or a key, in PEM form.") },
  { CHT_X509_ERROR_LIMIT, "file.too-large", CHT_PROBLEM_UNUSABLE, N_("Choose a smaller file.") },
  { CHT_X509_ERROR_PASSPHRASE_NEEDED, "key.passphrase-needed", CHT_PROBLEM_UNUSABLE, N_("Give the key's passphrase.") },
  { CHT_X509_ERROR_PASSPHRASE_WRONG, "key.passphrase-wrong", CHT_PROBLEM_UNUSABLE,
    N_("Give the passphrase that the key was protected with.") },
  { CHT_X509_ERROR_UNSUPPORTED, "key.unsupported", CHT_PROBLEM_UNUSABLE,
    N_("Use a key or certificate of another kind.") },
};

/* The sentences of vault and controller hold the way on already, most of them. */
static const Row vault_rows[] = {
  { CHT_VAULT_ERROR_ABSENT, "vault.absent", CHT_PROBLEM_UNREACHABLE, "" },
  { CHT_VAULT_ERROR_EXISTS, "vault.exists", CHT_PROBLEM_UNUSABLE,
    N_("Open the one that is there, or name another place.") },
  { CHT_VAULT_ERROR_LOCKED, "vault.locked", CHT_PROBLEM_UNREACHABLE, "" },
  { CHT_VAULT_ERROR_NO_SERVICE, "vault.no-service", CHT_PROBLEM_UNREACHABLE, "" },
  { CHT_VAULT_ERROR_DAMAGED, "vault.damaged", CHT_PROBLEM_UNREACHABLE, "" },
  { CHT_VAULT_ERROR_OLDER, "vault.older", CHT_PROBLEM_UNREACHABLE, "" },
  { CHT_VAULT_ERROR_NEWER, "vault.newer", CHT_PROBLEM_UNREACHABLE, "" },
  { CHT_VAULT_ERROR_WRONG_PASSPHRASE, "vault.wrong-passphrase", CHT_PROBLEM_UNREACHABLE, "" },
  { CHT_VAULT_ERROR_MODE, "usage", CHT_PROBLEM_UNUSABLE, "" },
  { CHT_VAULT_ERROR_READ_ONLY, "vault.read-only", CHT_PROBLEM_UNREACHABLE, "" },
  { CHT_VAULT_ERROR_UNKNOWN_RECORD, "item.unknown", CHT_PROBLEM_NO, N_("Look at the list for what the vault holds.") },
  { CHT_VAULT_ERROR_LIMIT, "file.too-large", CHT_PROBLEM_UNUSABLE, "" },
  { CHT_VAULT_ERROR_IO, "vault.io", CHT_PROBLEM_UNREACHABLE, "" },
  { CHT_VAULT_ERROR_OWNER, "vault.owner", CHT_PROBLEM_UNREACHABLE, "" },
};

static const Row controller_rows[] = {
  { CHT_CONTROLLER_ERROR_USAGE, "usage", CHT_PROBLEM_UNUSABLE,
    N_("Give an address such as https://controller.example:30603 and the pin that its administrator gave you.") },
  { CHT_CONTROLLER_ERROR_UNREACHABLE, "controller.unreachable", CHT_PROBLEM_UNREACHABLE, "" },
  { CHT_CONTROLLER_ERROR_TIMEOUT, "controller.timeout", CHT_PROBLEM_UNREACHABLE, "" },
  { CHT_CONTROLLER_ERROR_TLS, "controller.tls", CHT_PROBLEM_UNREACHABLE, "" },
  { CHT_CONTROLLER_ERROR_PIN, "controller.pin", CHT_PROBLEM_UNREACHABLE, "" },
  { CHT_CONTROLLER_ERROR_NAME, "controller.name", CHT_PROBLEM_UNREACHABLE, "" },
  { CHT_CONTROLLER_ERROR_EXPIRED, "controller.expired", CHT_PROBLEM_UNREACHABLE, "" },
  { CHT_CONTROLLER_ERROR_SIGN_IN, "controller.sign-in", CHT_PROBLEM_UNREACHABLE, "" },
  { CHT_CONTROLLER_ERROR_BLOCKED, "controller.blocked", CHT_PROBLEM_UNREACHABLE, "" },
  { CHT_CONTROLLER_ERROR_SESSION_LIMIT, "controller.session-limit", CHT_PROBLEM_UNREACHABLE, "" },
  { CHT_CONTROLLER_ERROR_SESSION_ENDED, "controller.sign-in", CHT_PROBLEM_UNREACHABLE, "" },
  { CHT_CONTROLLER_ERROR_RIGHT, "controller.right", CHT_PROBLEM_NO, "" },
  { CHT_CONTROLLER_ERROR_BAD_ANSWER, "controller.bad-answer", CHT_PROBLEM_UNREACHABLE, "" },
  { CHT_CONTROLLER_ERROR_TOO_LARGE, "controller.too-large", CHT_PROBLEM_UNREACHABLE,
    N_("See whether the address is that of the controller.") },
  { CHT_CONTROLLER_ERROR_REFUSED, "controller.refused", CHT_PROBLEM_NO, "" },
  { CHT_CONTROLLER_ERROR_ABSENT_ABILITY, "controller.absent-ability", CHT_PROBLEM_NO, "" },
  { CHT_CONTROLLER_ERROR_LOST, "outcome.unknown", CHT_PROBLEM_UNREACHABLE,
    N_("Look at what the controller lists before you try again.") },
};

static const Row *
find_row (const Row *rows, gsize n_rows, int code)
{
  for (gsize i = 0; i < n_rows; i++)
    if (rows[i].code == code)
      return &rows[i];
  return NULL;
}

static const Row *
find_row_for (const GError *error)
{
  if (error->domain == CHT_X509_ERROR)
    return find_row (x509_rows, G_N_ELEMENTS (x509_rows), error->code);
  if (error->domain == CHT_VAULT_ERROR)
    return find_row (vault_rows, G_N_ELEMENTS (vault_rows), error->code);
  if (error->domain == CHT_CONTROLLER_ERROR)
    return find_row (controller_rows, G_N_ELEMENTS (controller_rows), error->code);
  return NULL;
}

ChtProblem *
cht_problems_from_error (const GError *error)
{
  g_return_val_if_fail (error != NULL, NULL);

  const Row *row = find_row_for (error);
  if (row != NULL)
    return cht_problem_new (row->id, row->kind, *row->advice != '\0' ? _(row->advice) : "", "%s", error->message);
  /* Its sentences say themselves what to do. */
  if (error->domain == CHT_FILE_ERROR)
    return cht_problem_new (cht_file_error_get_id (error), CHT_PROBLEM_UNUSABLE, "", "%s", error->message);
  return cht_problem_from_error (error);
}

GError *
cht_problems_translate (GError *error)
{
  g_return_val_if_fail (error != NULL, NULL);

  g_autoptr (GError) old = error;
  return cht_problem_to_error (cht_problems_from_error (old));
}

void
cht_problems_return (GTask *task, GError *error)
{
  g_return_if_fail (G_IS_TASK (task) && error != NULL);
  g_task_return_error (task, cht_problems_translate (error));
}

GError *
cht_problems_new_error (const char *id, ChtProblemKind kind, const char *advice, const char *format, ...)
{
  va_list args;
  va_start (args, format);
  g_autofree char *message = g_strdup_vprintf (format, args);
  va_end (args);
  return cht_problem_to_error (cht_problem_new (id, kind, advice, "%s", message));
}

ChtProblem *
cht_problems_from_file (const GError *error, const char *file_name)
{
  g_return_val_if_fail (error != NULL && file_name != NULL, NULL);

  if (error->domain != CHT_X509_ERROR)
    return cht_problems_from_error (error);
  const Row *row = find_row_for (error);
  g_autofree char *shown = cht_text_for_display (file_name);
  /* TRANSLATORS: a file's name, then the reason as a sentence. */
  return cht_problem_new (row != NULL ? row->id : "file.nothing-readable", CHT_PROBLEM_UNUSABLE,
                          row != NULL ? _(row->advice) : "", _("“%s” cannot be used. %s"), shown, error->message);
}
