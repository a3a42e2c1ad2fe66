/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-workspace-private.h"

#include "cht-draft-private.h"

G_DEFINE_FINAL_TYPE (ChtWorkspace, cht_workspace, G_TYPE_OBJECT)

static GParamSpec *props[CHT_WORKSPACE_N_PROPS];

static void
cht_workspace_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ChtWorkspace *self = CHT_WORKSPACE (object);

  switch ((ChtWorkspaceProp) id)
    {
    case CHT_WORKSPACE_PROP_VAULT_STATE:
      g_value_set_int (value, cht_workspace_get_vault_state (self));
      break;
    case CHT_WORKSPACE_PROP_VAULT_WORDS:
      g_value_set_string (value, cht_workspace_get_vault_words (self));
      break;
    case CHT_WORKSPACE_PROP_VAULT_WAITING:
      if (self->vault != NULL)
        g_object_get_property (G_OBJECT (self->vault), "waiting-for-prompt", value);
      break;
    case CHT_WORKSPACE_PROP_VAULT_WARNING:
      g_value_set_string (value, cht_workspace_get_vault_warning (self));
      break;
    case CHT_WORKSPACE_PROP_CONTROLLER_STATE:
      g_value_set_int (value, self->controller_state);
      break;
    case CHT_WORKSPACE_PROP_CONTROLLER_PROBLEM:
      g_value_set_object (value, self->controller_problem);
      break;
    case CHT_WORKSPACE_PROP_CONTROLLER_NAME:
      g_value_set_string (value, self->controller_name);
      break;
    case CHT_WORKSPACE_PROP_RELEASE:
      g_value_set_string (value, self->release);
      break;
    case CHT_WORKSPACE_PROP_BUSY:
      g_value_set_boolean (value, self->n_refreshes > 0);
      break;
    case CHT_WORKSPACE_PROP_REFRESHED:
      g_value_set_int64 (value, self->refreshed);
      break;
    case CHT_WORKSPACE_PROP_REFRESH_PROBLEM:
      g_value_set_object (value, self->refresh_problem);
      break;
    case CHT_WORKSPACE_PROP_EXPIRY:
      g_value_set_object (value, self->expiry);
      break;
    case CHT_WORKSPACE_PROP_CLOCK_SKEW:
      g_value_set_int64 (value, self->client != NULL ? cht_client_get_clock_skew (self->client) : 0);
      break;
    case CHT_WORKSPACE_N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
cht_workspace_dispose (GObject *object)
{
  ChtWorkspace *self = CHT_WORKSPACE (object);

  if (self->vault != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->vault, self);
      cht_vault_lock (self->vault);
    }
  g_clear_object (&self->vault);
  g_clear_object (&self->client);
  g_clear_object (&self->profile);
  g_clear_object (&self->controller_problem);
  g_clear_object (&self->refresh_problem);
  g_clear_object (&self->expiry);
  G_OBJECT_CLASS (cht_workspace_parent_class)->dispose (object);
}

static void
cht_workspace_finalize (GObject *object)
{
  ChtWorkspace *self = CHT_WORKSPACE (object);

  g_free (self->controller_name);
  g_free (self->release);
  g_object_unref (self->items);
  g_object_unref (self->profiles);
  g_object_unref (self->drafts);
  g_object_unref (self->certificates);
  g_object_unref (self->destinations);
  g_object_unref (self->role_forms);
  g_object_unref (self->jobs);
  g_object_unref (self->alarms);
  G_OBJECT_CLASS (cht_workspace_parent_class)->finalize (object);
}

static void
cht_workspace_class_init (ChtWorkspaceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags read = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = cht_workspace_get_property;
  object_class->dispose = cht_workspace_dispose;
  object_class->finalize = cht_workspace_finalize;
  props[CHT_WORKSPACE_PROP_VAULT_STATE] = g_param_spec_int ("vault-state", NULL, NULL, 0, G_MAXINT, 0, read);
  props[CHT_WORKSPACE_PROP_VAULT_WORDS] = g_param_spec_string ("vault-words", NULL, NULL, "", read);
  props[CHT_WORKSPACE_PROP_VAULT_WAITING] = g_param_spec_boolean ("vault-waiting", NULL, NULL, FALSE, read);
  props[CHT_WORKSPACE_PROP_VAULT_WARNING] = g_param_spec_string ("vault-warning", NULL, NULL, "", read);
  props[CHT_WORKSPACE_PROP_CONTROLLER_STATE] = g_param_spec_int ("controller-state", NULL, NULL, 0, G_MAXINT, 0, read);
  props[CHT_WORKSPACE_PROP_CONTROLLER_PROBLEM] =
      g_param_spec_object ("controller-problem", NULL, NULL, CHT_TYPE_PROBLEM, read);
  props[CHT_WORKSPACE_PROP_CONTROLLER_NAME] = g_param_spec_string ("controller-name", NULL, NULL, "", read);
  props[CHT_WORKSPACE_PROP_RELEASE] = g_param_spec_string ("release", NULL, NULL, "", read);
  props[CHT_WORKSPACE_PROP_BUSY] = g_param_spec_boolean ("busy", NULL, NULL, FALSE, read);
  props[CHT_WORKSPACE_PROP_REFRESHED] = g_param_spec_int64 ("refreshed", NULL, NULL, G_MININT64, G_MAXINT64,
                                                            CHT_TIME_UNKNOWN, read);
  props[CHT_WORKSPACE_PROP_REFRESH_PROBLEM] =
      g_param_spec_object ("refresh-problem", NULL, NULL, CHT_TYPE_PROBLEM, read);
  props[CHT_WORKSPACE_PROP_EXPIRY] = g_param_spec_object ("expiry", NULL, NULL, CHT_TYPE_EXPIRY, read);
  props[CHT_WORKSPACE_PROP_CLOCK_SKEW] = g_param_spec_int64 ("clock-skew", NULL, NULL, G_MININT64, G_MAXINT64, 0, read);
  g_object_class_install_properties (object_class, CHT_WORKSPACE_N_PROPS, props);
}

static void
cht_workspace_init (ChtWorkspace *self)
{
  self->clock = CHT_CLOCK_SYSTEM;
  self->refreshed = CHT_TIME_UNKNOWN;
  self->controller_name = g_strdup ("");
  self->release = g_strdup ("");
  self->items = g_list_store_new (CHT_TYPE_ITEM);
  self->profiles = g_list_store_new (CHT_TYPE_PROFILE);
  self->drafts = g_list_store_new (CHT_TYPE_DRAFT);
  self->certificates = g_list_store_new (CHT_TYPE_LISTED);
  self->destinations = g_list_store_new (CHT_TYPE_DESTINATION);
  self->role_forms = g_list_store_new (CHT_TYPE_ROLE_FORM);
  self->jobs = g_list_store_new (CHT_TYPE_JOB);
  self->alarms = g_list_store_new (CHT_TYPE_ALARM);
}

ChtWorkspace *
cht_workspace_new (const char *vault_path, ChtClock clock)
{
  ChtWorkspace *self = g_object_new (CHT_TYPE_WORKSPACE, NULL);

  self->clock = clock;
  if (vault_path != NULL)
    {
      g_autofree char *absolute = g_canonicalize_filename (vault_path, NULL);
      self->vault = cht_vault_new (absolute);
      cht_workspace_connect_vault (self);
    }
  return self;
}

void
cht_workspace_notify (ChtWorkspace *self, ChtWorkspaceProp prop)
{
  g_object_notify_by_pspec (G_OBJECT (self), props[prop]);
}

const ChtClock *
cht_workspace_get_clock (ChtWorkspace *self)
{
  g_return_val_if_fail (CHT_IS_WORKSPACE (self), NULL);
  return &self->clock;
}

GListModel *
cht_workspace_get_items (ChtWorkspace *self)
{
  g_return_val_if_fail (CHT_IS_WORKSPACE (self), NULL);
  return G_LIST_MODEL (self->items);
}

GListModel *
cht_workspace_get_profiles (ChtWorkspace *self)
{
  g_return_val_if_fail (CHT_IS_WORKSPACE (self), NULL);
  return G_LIST_MODEL (self->profiles);
}

GListModel *
cht_workspace_get_drafts (ChtWorkspace *self)
{
  g_return_val_if_fail (CHT_IS_WORKSPACE (self), NULL);
  return G_LIST_MODEL (self->drafts);
}

GListModel *
cht_workspace_get_certificates (ChtWorkspace *self)
{
  g_return_val_if_fail (CHT_IS_WORKSPACE (self), NULL);
  return G_LIST_MODEL (self->certificates);
}

GListModel *
cht_workspace_get_destinations (ChtWorkspace *self)
{
  g_return_val_if_fail (CHT_IS_WORKSPACE (self), NULL);
  return G_LIST_MODEL (self->destinations);
}

GListModel *
cht_workspace_get_role_forms (ChtWorkspace *self)
{
  g_return_val_if_fail (CHT_IS_WORKSPACE (self), NULL);
  return G_LIST_MODEL (self->role_forms);
}

GListModel *
cht_workspace_get_jobs (ChtWorkspace *self)
{
  g_return_val_if_fail (CHT_IS_WORKSPACE (self), NULL);
  return G_LIST_MODEL (self->jobs);
}

GListModel *
cht_workspace_get_alarms (ChtWorkspace *self)
{
  g_return_val_if_fail (CHT_IS_WORKSPACE (self), NULL);
  return G_LIST_MODEL (self->alarms);
}

ChtExpiry *
cht_workspace_get_expiry (ChtWorkspace *self)
{
  g_return_val_if_fail (CHT_IS_WORKSPACE (self), NULL);
  return self->expiry;
}

ChtProfile *
cht_workspace_get_profile (ChtWorkspace *self)
{
  g_return_val_if_fail (CHT_IS_WORKSPACE (self), NULL);
  return self->profile;
}

ChtWorkspaceController
cht_workspace_get_controller_state (ChtWorkspace *self)
{
  g_return_val_if_fail (CHT_IS_WORKSPACE (self), CHT_WORKSPACE_CONTROLLER_NONE);
  return self->controller_state;
}

ChtDraft *
cht_workspace_new_draft (ChtWorkspace *self, const char *edit_name)
{
  g_return_val_if_fail (CHT_IS_WORKSPACE (self), NULL);

  ChtDraft *draft = cht_draft_new (&self->clock, edit_name != NULL, G_LIST_MODEL (self->certificates),
                                   G_LIST_MODEL (self->destinations));
  if (edit_name != NULL)
    {
      cht_draft_set_name (draft, edit_name);
      cht_draft_set_changed (draft, FALSE);
    }
  return draft;
}
