/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-draft-private.h"

#include <string.h>

G_DEFINE_FINAL_TYPE (ChtDraft, cht_draft, G_TYPE_OBJECT)

static GParamSpec *props[CHT_DRAFT_N_PROPS];

static void on_model_items_changed_cb (ChtDraft *self);

static gboolean
wants_passphrase (ChtDraft *self)
{
  ChtBundle *bundle = self->fields[2].bundle;
  GPtrArray *keys = bundle != NULL ? cht_bundle_get_keys (bundle) : NULL;
  return keys != NULL && keys->len > 0 && cht_key_is_encrypted (keys->pdata[0]);
}

static void
cht_draft_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ChtDraft *self = CHT_DRAFT (object);

  switch ((ChtDraftProp) id)
    {
    case CHT_DRAFT_PROP_ROLE_FORM:
      g_value_set_object (value, self->form);
      break;
    case CHT_DRAFT_PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case CHT_DRAFT_PROP_EDIT:
      g_value_set_boolean (value, self->edit);
      break;
    case CHT_DRAFT_PROP_BUSY:
      g_value_set_boolean (value, cht_draft_get_busy (self));
      break;
    case CHT_DRAFT_PROP_N_ERRORS:
      g_value_set_uint (value, self->n_errors);
      break;
    case CHT_DRAFT_PROP_N_WARNINGS:
      g_value_set_uint (value, self->n_warnings);
      break;
    case CHT_DRAFT_PROP_PASSPHRASE_WANTED:
      g_value_set_boolean (value, wants_passphrase (self));
      break;
    case CHT_DRAFT_PROP_CHANGED:
      g_value_set_boolean (value, self->changed);
      break;
    case CHT_DRAFT_N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
cht_draft_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  ChtDraft *self = CHT_DRAFT (object);

  switch (id)
    {
    case CHT_DRAFT_PROP_ROLE_FORM:
      cht_draft_set_role_form (self, g_value_get_object (value));
      break;
    case CHT_DRAFT_PROP_NAME:
      cht_draft_set_name (self, g_value_get_string (value));
      break;
    case CHT_DRAFT_PROP_EDIT:
      self->edit = g_value_get_boolean (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

void
cht_draft_field_clear (ChtDraftField *field)
{
  if (field->cancellable != NULL)
    g_cancellable_cancel (field->cancellable);
  g_clear_object (&field->cancellable);
  g_clear_object (&field->chains);
  g_clear_object (&field->bundle);
  g_clear_pointer (&field->bytes, g_bytes_unref);
  g_clear_pointer (&field->tried, cht_secret_unref);
  g_clear_pointer (&field->file_name, g_free);
  g_clear_object (&field->problem);
}

void
cht_draft_field_set (ChtDraftField *field, const ChtDraftField *other)
{
  cht_draft_field_clear (field);
  field->bytes = other->bytes != NULL ? g_bytes_ref (other->bytes) : NULL;
  g_set_object (&field->bundle, other->bundle);
  g_set_object (&field->chains, other->chains);
  field->tried = other->tried != NULL ? cht_secret_ref (other->tried) : NULL;
  field->file_name = g_strdup (other->file_name);
  g_set_object (&field->problem, other->problem);
}

static void
cht_draft_dispose (GObject *object)
{
  ChtDraft *self = CHT_DRAFT (object);

  g_clear_handle_id (&self->judge_source, g_source_remove);
  if (self->judge_cancellable != NULL)
    g_cancellable_cancel (self->judge_cancellable);
  g_clear_object (&self->judge_cancellable);
  for (guint i = 0; i < G_N_ELEMENTS (self->fields); i++)
    cht_draft_field_clear (&self->fields[i]);
  g_clear_object (&self->form);
  g_clear_object (&self->certificates);
  g_clear_object (&self->known);
  g_clear_pointer (&self->passphrase, cht_secret_unref);
  G_OBJECT_CLASS (cht_draft_parent_class)->dispose (object);
}

static void
cht_draft_finalize (GObject *object)
{
  ChtDraft *self = CHT_DRAFT (object);

  g_free (self->name);
  g_free (self->role_name);
  g_free (self->uuid);
  g_strfreev (self->destinations);
  g_object_unref (self->findings);
  G_OBJECT_CLASS (cht_draft_parent_class)->finalize (object);
}

static void
cht_draft_class_init (ChtDraftClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags read = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  const GParamFlags write = read | G_PARAM_WRITABLE;

  object_class->get_property = cht_draft_get_property;
  object_class->set_property = cht_draft_set_property;
  object_class->dispose = cht_draft_dispose;
  object_class->finalize = cht_draft_finalize;
  props[CHT_DRAFT_PROP_ROLE_FORM] = g_param_spec_object ("role-form", NULL, NULL, CHT_TYPE_ROLE_FORM, write);
  props[CHT_DRAFT_PROP_NAME] = g_param_spec_string ("name", NULL, NULL, "", write);
  props[CHT_DRAFT_PROP_EDIT] = g_param_spec_boolean ("edit", NULL, NULL, FALSE, write | G_PARAM_CONSTRUCT_ONLY);
  props[CHT_DRAFT_PROP_BUSY] = g_param_spec_boolean ("busy", NULL, NULL, FALSE, read);
  props[CHT_DRAFT_PROP_N_ERRORS] = g_param_spec_uint ("n-errors", NULL, NULL, 0, G_MAXUINT, 0, read);
  props[CHT_DRAFT_PROP_N_WARNINGS] = g_param_spec_uint ("n-warnings", NULL, NULL, 0, G_MAXUINT, 0, read);
  props[CHT_DRAFT_PROP_PASSPHRASE_WANTED] = g_param_spec_boolean ("passphrase-wanted", NULL, NULL, FALSE, read);
  props[CHT_DRAFT_PROP_CHANGED] = g_param_spec_boolean ("changed", NULL, NULL, FALSE, read);
  g_object_class_install_properties (object_class, CHT_DRAFT_N_PROPS, props);
}

static void
cht_draft_init (ChtDraft *self)
{
  self->clock = CHT_CLOCK_SYSTEM;
  self->name = g_strdup ("");
  self->uuid = g_strdup ("");
  self->destinations = g_new0 (char *, 1);
  self->findings = g_list_store_new (CHT_TYPE_FINDING);
}

ChtDraft *
cht_draft_new (const ChtClock *clock, gboolean edit, GListModel *certificates, GListModel *destinations)
{
  ChtDraft *self = g_object_new (CHT_TYPE_DRAFT, "edit", edit, NULL);

  self->clock = *clock;
  g_set_object (&self->certificates, certificates);
  g_set_object (&self->known, destinations);
  if (certificates != NULL)
    g_signal_connect_object (certificates, "items-changed", G_CALLBACK (on_model_items_changed_cb), self,
                             G_CONNECT_SWAPPED);
  if (destinations != NULL)
    g_signal_connect_object (destinations, "items-changed", G_CALLBACK (on_model_items_changed_cb), self,
                             G_CONNECT_SWAPPED);
  return self;
}

static void
on_model_items_changed_cb (ChtDraft *self)
{
  cht_draft_touch (self);
}

void
cht_draft_notify (ChtDraft *self, ChtDraftProp prop)
{
  g_object_notify_by_pspec (G_OBJECT (self), props[prop]);
}

void
cht_draft_set_changed (ChtDraft *self, gboolean changed)
{
  if (self->changed == changed)
    return;
  self->changed = changed;
  cht_draft_notify (self, CHT_DRAFT_PROP_CHANGED);
}

/* A person's own change: it counts as one, and is judged. */
static void
change (ChtDraft *self)
{
  cht_draft_set_changed (self, TRUE);
  cht_draft_touch (self);
}

ChtDraftField *
cht_draft_field (ChtDraft *self, ChtField field)
{
  switch (field)
    {
    case CHT_FIELD_CHAIN:
      return &self->fields[0];
    case CHT_FIELD_CERTIFICATE:
      return &self->fields[1];
    case CHT_FIELD_KEY:
      return &self->fields[2];
    case CHT_FIELD_NONE:
    case CHT_FIELD_ROLE:
    case CHT_FIELD_NAME:
    case CHT_FIELD_PASSPHRASE:
    case CHT_FIELD_DESTINATIONS:
    default:
      return NULL;
    }
}

ChtRoleForm *
cht_draft_get_role_form (ChtDraft *self)
{
  g_return_val_if_fail (CHT_IS_DRAFT (self), NULL);
  return self->form;
}

void
cht_draft_set_role_form (ChtDraft *self, ChtRoleForm *form)
{
  g_return_if_fail (CHT_IS_DRAFT (self));

  if (!g_set_object (&self->form, form))
    return;
  cht_draft_notify (self, CHT_DRAFT_PROP_ROLE_FORM);
  change (self);
}

const char *
cht_draft_get_name (ChtDraft *self)
{
  g_return_val_if_fail (CHT_IS_DRAFT (self), NULL);
  return self->name;
}

void
cht_draft_set_name (ChtDraft *self, const char *name)
{
  g_return_if_fail (CHT_IS_DRAFT (self));

  name = name != NULL ? name : "";
  if (g_str_equal (self->name, name))
    return;
  g_free (self->name);
  self->name = g_strdup (name);
  cht_draft_notify (self, CHT_DRAFT_PROP_NAME);
  change (self);
}

gboolean
cht_draft_get_edit (ChtDraft *self)
{
  g_return_val_if_fail (CHT_IS_DRAFT (self), FALSE);
  return self->edit;
}

gboolean
cht_draft_get_busy (ChtDraft *self)
{
  g_return_val_if_fail (CHT_IS_DRAFT (self), FALSE);
  return self->n_reads > 0 || self->judging || self->judge_source != 0;
}

void
cht_draft_clear_field (ChtDraft *self, ChtField field)
{
  g_return_if_fail (CHT_IS_DRAFT (self) && cht_draft_field (self, field) != NULL);

  cht_draft_field_clear (cht_draft_field (self, field));
  cht_draft_notify (self, CHT_DRAFT_PROP_PASSPHRASE_WANTED);
  change (self);
}

void
cht_draft_set_passphrase (ChtDraft *self, ChtSecret *passphrase)
{
  g_return_if_fail (CHT_IS_DRAFT (self));

  if (passphrase == self->passphrase
      || (passphrase != NULL && self->passphrase != NULL && cht_secret_equal (passphrase, self->passphrase)))
    return;
  g_clear_pointer (&self->passphrase, cht_secret_unref);
  self->passphrase = passphrase != NULL ? cht_secret_ref (passphrase) : NULL;
  cht_draft_reread_key (self);
  change (self);
}

ChtBundle *
cht_draft_get_bundle (ChtDraft *self, ChtField field)
{
  g_return_val_if_fail (CHT_IS_DRAFT (self) && cht_draft_field (self, field) != NULL, NULL);
  return cht_draft_field (self, field)->bundle;
}

ChtChains *
cht_draft_get_chains (ChtDraft *self, ChtField field)
{
  g_return_val_if_fail (CHT_IS_DRAFT (self) && cht_draft_field (self, field) != NULL, NULL);
  return cht_draft_field (self, field)->chains;
}

const char *
cht_draft_get_file_name (ChtDraft *self, ChtField field)
{
  g_return_val_if_fail (CHT_IS_DRAFT (self) && cht_draft_field (self, field) != NULL, NULL);
  return cht_draft_field (self, field)->file_name;
}

ChtProblem *
cht_draft_get_problem (ChtDraft *self, ChtField field)
{
  g_return_val_if_fail (CHT_IS_DRAFT (self) && cht_draft_field (self, field) != NULL, NULL);
  return cht_draft_field (self, field)->problem;
}

void
cht_draft_set_destinations (ChtDraft *self, const char *const *names)
{
  static const char *const none[] = { NULL };
  g_return_if_fail (CHT_IS_DRAFT (self));

  names = names != NULL ? names : none;
  if (g_strv_equal ((const char *const *) self->destinations, names))
    return;
  g_strfreev (self->destinations);
  self->destinations = g_strdupv ((char **) names);
  change (self);
}

const char *const *
cht_draft_get_destinations (ChtDraft *self)
{
  g_return_val_if_fail (CHT_IS_DRAFT (self), NULL);
  return (const char *const *) self->destinations;
}

void
cht_draft_set_whole (ChtDraft *self, gboolean whole)
{
  g_return_if_fail (CHT_IS_DRAFT (self));

  if (self->whole == whole)
    return;
  self->whole = whole;
  cht_draft_touch (self);
}

GListModel *
cht_draft_get_findings (ChtDraft *self)
{
  g_return_val_if_fail (CHT_IS_DRAFT (self), NULL);
  return G_LIST_MODEL (self->findings);
}

guint
cht_draft_get_n_errors (ChtDraft *self)
{
  g_return_val_if_fail (CHT_IS_DRAFT (self), 0);
  return self->n_errors;
}
