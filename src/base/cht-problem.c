/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-problem.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>

struct _ChtProblem {
  GObject parent_instance;
  char *id;
  ChtProblemKind kind;
  char *message;
  char *advice;
};

G_DEFINE_FINAL_TYPE (ChtProblem, cht_problem, G_TYPE_OBJECT)

static void
cht_problem_finalize (GObject *object)
{
  ChtProblem *self = CHT_PROBLEM (object);

  g_free (self->id);
  g_free (self->message);
  g_free (self->advice);
  G_OBJECT_CLASS (cht_problem_parent_class)->finalize (object);
}

static void
cht_problem_class_init (ChtProblemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cht_problem_finalize;
}

static void
cht_problem_init (ChtProblem *self)
{
}

ChtProblem *
cht_problem_new (const char *id, ChtProblemKind kind, const char *advice, const char *format, ...)
{
  g_return_val_if_fail (id != NULL && format != NULL, NULL);

  va_list args;
  va_start (args, format);
  g_autoptr (ChtProblem) self = g_object_new (CHT_TYPE_PROBLEM, NULL);
  self->id = g_strdup (id);
  self->kind = kind;
  self->advice = g_strdup (advice != NULL ? advice : "");
  self->message = g_strdup_vprintf (format, args);
  va_end (args);
  return g_steal_pointer (&self);
}

const char *
cht_problem_get_id (ChtProblem *self)
{
  g_return_val_if_fail (CHT_IS_PROBLEM (self), NULL);
  return self->id;
}

ChtProblemKind
cht_problem_get_kind (ChtProblem *self)
{
  g_return_val_if_fail (CHT_IS_PROBLEM (self), CHT_PROBLEM_UNREACHABLE);
  return self->kind;
}

const char *
cht_problem_get_message (ChtProblem *self)
{
  g_return_val_if_fail (CHT_IS_PROBLEM (self), NULL);
  return self->message;
}

const char *
cht_problem_get_advice (ChtProblem *self)
{
  g_return_val_if_fail (CHT_IS_PROBLEM (self), NULL);
  return self->advice;
}

int
cht_problem_get_exit_code (ChtProblem *self)
{
  g_return_val_if_fail (CHT_IS_PROBLEM (self), 3);

  switch (self->kind)
    {
    case CHT_PROBLEM_NO:
      return 1;
    case CHT_PROBLEM_UNUSABLE:
      return 2;
    case CHT_PROBLEM_CANCELLED:
      return 130;
    case CHT_PROBLEM_UNREACHABLE:
    default:
      return 3;
    }
}

/* The problem travels inside the GError, so that its id and advice survive g_propagate_error() and g_error_copy(). */
typedef struct {
  ChtProblem *problem;
} ChtProblemErrorPrivate;

static void
cht_problem_error_private_init (ChtProblemErrorPrivate *priv)
{
}

static void
cht_problem_error_private_copy (const ChtProblemErrorPrivate *source, ChtProblemErrorPrivate *target)
{
  g_set_object (&target->problem, source->problem);
}

static void
cht_problem_error_private_clear (ChtProblemErrorPrivate *priv)
{
  g_clear_object (&priv->problem);
}

G_DEFINE_EXTENDED_ERROR (ChtProblemError, cht_problem_error)

GError *
cht_problem_to_error (ChtProblem *problem)
{
  g_return_val_if_fail (CHT_IS_PROBLEM (problem), NULL);

  GError *error = g_error_new_literal (CHT_PROBLEM_ERROR, (int) problem->kind, problem->message);
  cht_problem_error_get_private (error)->problem = problem;
  return error;
}

ChtProblem *
cht_problem_from_error (const GError *error)
{
  g_return_val_if_fail (error != NULL, NULL);

  if (error->domain == CHT_PROBLEM_ERROR && cht_problem_error_get_private (error)->problem != NULL)
    return g_object_ref (cht_problem_error_get_private (error)->problem);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return cht_problem_new ("cancelled", CHT_PROBLEM_CANCELLED, "", "%s", _("Cancelled. Nothing more was done."));

  /* The message of an error that no room put into words may hold anything, so its place in the source must do. */
  g_debug ("No words for error %s %d", g_quark_to_string (error->domain), error->code);
  return cht_problem_new ("internal", CHT_PROBLEM_UNREACHABLE,
                          _("Try again. If it comes back, please report it with what you did."), "%s",
                          _("Something went wrong inside Chatelaine."));
}
