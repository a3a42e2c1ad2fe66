/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose controller it is, and the session with it. */
#include "cht-workspace-private.h"

#include <glib/gi18n-lib.h>

#include "cht-platform-api.h"
#include "cht-problems.h"
#include "cht-records-private.h"
#include "cht-task.h"
#include "cht-text.h"

ChtClient *
cht_workspace_require_client (ChtWorkspace *self, GTask *task)
{
  if (self->client != NULL)
    return self->client;
  g_task_return_error (task, cht_problems_new_error ("controller.sign-in", CHT_PROBLEM_UNREACHABLE, _("Sign in first."),
                       "%s", _("You are not signed in to a controller.")));
  return NULL;
}

static void
set_state (ChtWorkspace *self, ChtWorkspaceController state, ChtProblem *problem)
{
  self->controller_state = state;
  g_set_object (&self->controller_problem, problem);
  cht_workspace_notify (self, CHT_WORKSPACE_PROP_CONTROLLER_STATE);
  cht_workspace_notify (self, CHT_WORKSPACE_PROP_CONTROLLER_PROBLEM);
}

static void
set_names (ChtWorkspace *self, const char *name, const char *release)
{
  g_autofree char *shown = cht_text_for_display (name);
  g_autofree char *shown_release = cht_text_for_display (release);

  g_free (self->controller_name);
  self->controller_name = g_steal_pointer (&shown);
  g_free (self->release);
  self->release = g_steal_pointer (&shown_release);
  cht_workspace_notify (self, CHT_WORKSPACE_PROP_CONTROLLER_NAME);
  cht_workspace_notify (self, CHT_WORKSPACE_PROP_RELEASE);
}

/* ---- Probe ---- */

void
cht_server_card_free (ChtServerCard *card)
{
  g_free (card->pin);
  g_free (card->subject);
  g_free (card->issuer);
  g_free (card->sha256);
  g_free (card);
}

static void
on_probed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  g_autoptr (ChtServerIdentity) identity = cht_client_probe_finish (result, &error);

  if (identity == NULL)
    {
      cht_problems_return (task, error);
      return;
    }
  ChtServerCard *card = g_new0 (ChtServerCard, 1);
  card->pin = g_strdup (identity->pin);
  card->subject = g_strdup (cht_certificate_get_subject (identity->certificate));
  card->issuer = g_strdup (cht_certificate_get_issuer (identity->certificate));
  card->sha256 = g_strdup (cht_certificate_get_sha256 (identity->certificate));
  card->not_before = cht_certificate_get_not_before (identity->certificate);
  card->not_after = cht_certificate_get_not_after (identity->certificate);
  g_task_return_pointer (task, card, (GDestroyNotify) cht_server_card_free);
}

void
cht_workspace_probe_async (ChtWorkspace *self, const char *url, GCancellable *cancellable, GAsyncReadyCallback callback,
                           gpointer data)
{
  g_return_if_fail (CHT_IS_WORKSPACE (self) && url != NULL);

  GTask *task = cht_task_new (self, cht_workspace_probe_async, cancellable, callback, data);
  cht_client_probe_async (url, cancellable, on_probed_cb, task);
}

ChtServerCard *
cht_workspace_probe_finish (ChtWorkspace *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* ---- Signing in ---- */

typedef struct {
  ChtClient *client;
  ChtProfile *profile;
  ChtSecret *password;
  gboolean keep;
} SignIn;

static void
sign_in_free (gpointer data)
{
  SignIn *sign_in = data;

  g_clear_object (&sign_in->client);
  g_clear_object (&sign_in->profile);
  g_clear_pointer (&sign_in->password, cht_secret_unref);
  g_free (sign_in);
}

/* Takes ERROR. */
static void
fail (GTask *task, GError *error)
{
  ChtWorkspace *self = g_task_get_source_object (task);
  g_autoptr (ChtProblem) problem = cht_problems_from_error (error);

  g_error_free (error);
  set_state (self, cht_problem_get_kind (problem) == CHT_PROBLEM_CANCELLED ? CHT_WORKSPACE_CONTROLLER_NONE
                                                                          : CHT_WORKSPACE_CONTROLLER_FAILED, problem);
  g_task_return_error (task, cht_problem_to_error (g_object_ref (problem)));
}

static void
on_kept_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  ChtWorkspace *self = g_task_get_source_object (task);
  SignIn *sign_in = g_task_get_task_data (task);
  GError *error = NULL;

  if (!cht_vault_commit_finish (CHT_VAULT (source), result, &error))
    {
      cht_problems_return (task, error);
      return;
    }
  cht_workspace_reload_records (self);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->profiles)); i++)
    {
      g_autoptr (ChtProfile) kept = g_list_model_get_item (G_LIST_MODEL (self->profiles), i);
      if (g_str_equal (cht_profile_get_url (kept), cht_profile_get_url (sign_in->profile))
          && g_str_equal (cht_profile_get_username (kept), cht_profile_get_username (sign_in->profile)))
        g_set_object (&self->profile, kept);
    }
  g_task_return_boolean (task, TRUE);
}

static void
on_sign_in_logged_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  ChtWorkspace *self = CHT_WORKSPACE (source);
  g_autoptr (GTask) task = data;
  SignIn *sign_in = g_task_get_task_data (task);
  const char *objects[] = { cht_profile_get_url (sign_in->profile), NULL };

  /* A vault that can be read alone must not keep anybody away from the controller; what changes something there is
   * logged or not done. */
  cht_workspace_audit_finish (self, result, NULL);
  if (!sign_in->keep)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  ChtVaultAction *action = cht_vault_action_new ("profile.add", objects, "done");
  cht_workspace_put_profile (self, action, sign_in->profile, sign_in->password);
  cht_vault_commit_async (self->vault, action, NULL, on_kept_cb, g_object_ref (task));
}

static void
on_release_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  ChtWorkspace *self = g_task_get_source_object (task);
  SignIn *sign_in = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autofree char *release = cht_api_get_release_finish (CHT_CLIENT (source), result, &error);
  const char *name = cht_profile_get_name (sign_in->profile);
  const char *objects[] = { cht_profile_get_url (sign_in->profile), NULL };

  /* A controller that does not tell its release is one all the same. */
  set_names (self, *name != '\0' ? name : cht_client_get_host (sign_in->client), release != NULL ? release : "");
  g_set_object (&self->client, sign_in->client);
  g_set_object (&self->profile, sign_in->profile);
  cht_workspace_notify (self, CHT_WORKSPACE_PROP_CLOCK_SKEW);
  set_state (self, CHT_WORKSPACE_CONTROLLER_SIGNED_IN, NULL);
  cht_workspace_audit_async (self, "controller.sign-in", objects, "done", NULL, on_sign_in_logged_cb,
                             g_object_ref (task));
}

static void
on_signed_in_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  if (!cht_client_sign_in_finish (CHT_CLIENT (source), result, &error))
    fail (task, error);
  else
    cht_api_get_release_async (CHT_CLIENT (source), g_task_get_cancellable (task), on_release_cb, g_object_ref (task));
}

/* NULL with ERROR where something is missing. */
static SignIn *
prepare (ChtWorkspace *self, ChtProfile *profile, ChtSecret *password, gboolean keep, GError **error)
{
  g_autoptr (ChtSecret) sealed =
      password != NULL ? cht_secret_ref (password) : cht_workspace_dup_password (self, profile);
  g_autoptr (ChtClient) client = NULL;
  SignIn *sign_in;

  if (sealed == NULL)
    {
      g_propagate_error (error, cht_problems_new_error ("usage", CHT_PROBLEM_UNUSABLE, _("Give the password."), "%s",
                                                        _("No password of this controller is kept.")));
      return NULL;
    }
  if (keep && !cht_workspace_vault_is_open (self))
    {
      g_propagate_error (error, cht_problems_new_error ("vault.locked", CHT_PROBLEM_UNREACHABLE,
        _("Unlock the vault, or sign in without keeping the password."), "%s",
        _("The password cannot be kept: the vault is not open.")));
      return NULL;
    }
  client = cht_client_new (cht_profile_get_url (profile), cht_profile_get_pin (profile),
                           cht_profile_get_username (profile), error);
  if (client == NULL)
    return NULL;
  sign_in = g_new0 (SignIn, 1);
  sign_in->client = g_steal_pointer (&client);
  sign_in->profile = g_object_ref (profile);
  sign_in->password = g_steal_pointer (&sealed);
  sign_in->keep = keep;
  return sign_in;
}

void
cht_workspace_sign_in_async (ChtWorkspace *self, ChtProfile *profile, ChtSecret *password, gboolean keep,
                             GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  g_return_if_fail (CHT_IS_WORKSPACE (self) && CHT_IS_PROFILE (profile));

  g_autoptr (GTask) task = cht_task_new (self, cht_workspace_sign_in_async, cancellable, callback, data);
  g_autoptr (GError) error = NULL;
  SignIn *sign_in;

  if (self->client != NULL || self->controller_state == CHT_WORKSPACE_CONTROLLER_CONNECTING)
    {
      g_task_return_error (task, cht_problems_new_error ("usage", CHT_PROBLEM_UNUSABLE, _("Sign out first."), "%s",
                           _("You are signed in to a controller already.")));
      return;
    }
  sign_in = prepare (self, profile, password, keep, &error);
  if (sign_in == NULL)
    {
      fail (task, g_steal_pointer (&error));
      return;
    }
  g_task_set_task_data (task, sign_in, sign_in_free);
  set_state (self, CHT_WORKSPACE_CONTROLLER_CONNECTING, NULL);
  cht_client_sign_in_async (sign_in->client, sign_in->password, cancellable, on_signed_in_cb, g_object_ref (task));
}

gboolean
cht_workspace_sign_in_finish (ChtWorkspace *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* ---- Signing out ---- */

static void
on_signed_out_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;

  cht_client_sign_out_finish (CHT_CLIENT (source), result, NULL);
  g_task_return_boolean (task, TRUE);
}

void
cht_workspace_sign_out_async (ChtWorkspace *self, GAsyncReadyCallback callback, gpointer data)
{
  g_return_if_fail (CHT_IS_WORKSPACE (self));

  g_autoptr (GTask) task = cht_task_new (self, cht_workspace_sign_out_async, NULL, callback, data);
  g_autoptr (ChtClient) client = g_steal_pointer (&self->client);
  g_autoptr (GCancellable) own = g_cancellable_new ();

  if (client == NULL)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  g_clear_object (&self->profile);
  cht_workspace_clear_lists (self);
  set_names (self, "", "");
  set_state (self, CHT_WORKSPACE_CONTROLLER_NONE, NULL);
  cht_client_sign_out_async (client, own, on_signed_out_cb, g_object_ref (task));
}

void
cht_workspace_sign_out_finish (ChtWorkspace *self, GAsyncResult *result)
{
  g_return_if_fail (g_task_is_valid (result, self));
  g_task_propagate_boolean (G_TASK (result), NULL);
}
