/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-answer.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "cht-fault.h"

#define MAX_TOKEN 16384
#define MIN_TOKEN 8

static gboolean
take (GError **error, GError *fault)
{
  g_propagate_error (error, fault);
  return FALSE;
}

static gboolean
holds (const char *text, const char *part)
{
  g_autofree char *lower = g_ascii_strdown (text, -1);

  return strstr (lower, part) != NULL;
}

/* The controller's own words where it gave some. */
static char *
read_words (ChtAnswer *self)
{
  return cht_fault_read_words (cht_body_get_text (self->body), cht_body_get_size (self->body));
}

gboolean
cht_answer_is_session_end (ChtAnswer *self)
{
  g_autofree char *words = NULL;

  if (self->status == 401)
    return TRUE;
  if (self->status != 403 && self->status != 500)
    return FALSE;
  words = read_words (self);
  if (self->status == 500)
    return holds (words, "middleware error");
  return holds (words, "session has ended") || holds (words, "missing authorization header");
}

/* "The controller says: “…”." with a space before it; "" where it said nothing. */
static char *
quote (ChtAnswer *self)
{
  g_autofree char *words = read_words (self);

  return words[0] != '\0' ? g_strdup_printf (_(" It says: “%s”."), words) : g_strdup ("");
}

static GError *
make_unavailable (ChtAnswer *self, const char *said)
{
  g_autofree char *wait = NULL;

  if (self->retry_after <= 0)
    return cht_fault_new (CHT_CONTROLLER_ERROR_UNREACHABLE,
                          _("%s is not available at the moment (answer %u).%s Try again later."), self->origin,
                          self->status, said);
  wait = cht_fault_describe_wait (self->retry_after);
  return cht_fault_new (CHT_CONTROLLER_ERROR_UNREACHABLE,
                        _("%s is not available at the moment (answer %u).%s It asks to be tried again %s."),
                        self->origin, self->status, said, wait);
}

static GError *
make_error (ChtAnswer *self)
{
  g_autofree char *said = quote (self);

  switch (self->status)
    {
    case 401:
      return cht_fault_new (CHT_CONTROLLER_ERROR_SESSION_ENDED, _("The session on %s has ended.%s Sign in again."),
                            self->origin, said);
    case 403:
      return cht_fault_new (
          CHT_CONTROLLER_ERROR_RIGHT,
          _("This user may not do that on %s, or this release does not have it.%s Ask for the right, or sign in as "
            "another user."),
          self->origin, said);
    case 404: case 405: case 501:
      return cht_fault_new (CHT_CONTROLLER_ERROR_ABSENT_ABILITY,
                            _("The release on %s does not have this (answer %u).%s"), self->origin, self->status,
                            said);
    case 429: case 502: case 503: case 504:
      return make_unavailable (self, said);
    default:
      if (said[0] == '\0')
        return cht_fault_new (CHT_CONTROLLER_ERROR_BAD_ANSWER,
                              _("%s answers with an error (%u) and no word on it. Try again later."), self->origin,
                              self->status);
      return cht_fault_new (CHT_CONTROLLER_ERROR_REFUSED, _("%s refused this (answer %u).%s"), self->origin,
                            self->status, said);
    }
}

gboolean
cht_answer_check (ChtAnswer *self, gboolean writes, GError **error)
{
  g_autoptr (GError) fault = NULL;

  if (self->status >= 200 && self->status < 300)
    return TRUE;
  fault = make_error (self);
  /* A gateway's "no answer from behind" and a service's fall say nothing on what was done before. */
  if (writes && self->status >= 500 && self->status != 501)
    return take (error, cht_fault_lost (fault, self->origin));
  return take (error, g_steal_pointer (&fault));
}

gboolean
cht_answer_check_sign_in (ChtAnswer *self, const char *username, GError **error)
{
  g_autofree char *words = read_words (self);
  g_autofree char *said = NULL;

  if (self->status == 200 || self->status == 201)
    return TRUE;
  said = quote (self);
  if (self->status == 503 && holds (words, "session limit"))
    return take (error, cht_fault_new (CHT_CONTROLLER_ERROR_SESSION_LIMIT,
                                       _("%s lets no further session of %s in.%s Sign out elsewhere, or wait until "
                                         "idle sessions end."),
                                       self->origin, username, said));
  if (self->status == 423 || self->status == 429
      || ((self->status == 403 || self->status == 401) && holds (words, "block")))
    return take (error, cht_fault_new (CHT_CONTROLLER_ERROR_BLOCKED,
                                       _("%s blocks the user %s for some seconds after a failed sign-in.%s Wait, "
                                         "then try once more."),
                                       self->origin, username, said));
  if (self->status == 401 || self->status == 403)
    return take (error, cht_fault_new (CHT_CONTROLLER_ERROR_SIGN_IN,
                                       _("%s refused the user name %s or its password.%s Nothing was tried twice. "
                                         "Check both; the controller blocks a user for some seconds after a failed "
                                         "sign-in."),
                                       self->origin, username, said));
  if (self->status == 404)
    return take (error, cht_fault_new (
                            CHT_CONTROLLER_ERROR_BAD_ANSWER,
                            _("What answers at %s has no sign-in of a controller. Check the address and the port."),
                            self->origin));
  return take (error, make_error (self));
}

JsonNode *
cht_answer_parse (ChtAnswer *self, GError **error)
{
  return cht_json_parse (cht_body_get_text (self->body), cht_body_get_size (self->body), self->origin, error);
}

ChtSecret *
cht_answer_read_token (ChtAnswer *self, GError **error)
{
  const char *text = cht_body_get_text (self->body);
  gsize size = cht_body_get_size (self->body);
  gboolean good;

  while (size > 0 && g_ascii_isspace (text[0]))
    text++, size--;
  while (size > 0 && g_ascii_isspace (text[size - 1]))
    size--;
  good = size >= MIN_TOKEN && size <= MAX_TOKEN;
  /* It goes into a header line and a path: nothing that could end either. */
  for (gsize i = 0; good && i < size; i++)
    good = g_ascii_isgraph (text[i]) && strchr ("<>{}\"'\\", text[i]) == NULL;
  if (good)
    return cht_secret_new (text, size);
  take (error, cht_fault_new (CHT_CONTROLLER_ERROR_BAD_ANSWER,
                              _("%s answered to the sign-in with something that is no ticket. What stands at this "
                                "address may not be the controller."),
                              self->origin));
  return NULL;
}
