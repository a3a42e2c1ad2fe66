/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-records-private.h"

#include <glib/gi18n-lib.h>

typedef struct { gboolean present, mandatory; char *label; } ChtOwnField;

struct _ChtRoleForm {
  GObject parent_instance;
  char *id, *name, *display_name;
  const ChtRole *role;
  guint category, operations;
  ChtOwnField trust, certificate, key, passphrase;
};

#define FIELD(name, kind, member) { name, CHT_RECORD_ ## kind, G_STRUCT_OFFSET (ChtRoleForm, member) }
static const ChtRecordField fields[] = {
  FIELD ("id", STRING, id), FIELD ("name", STRING, name), FIELD ("display-name", STRING, display_name),
  FIELD ("category", UINT, category), FIELD ("operations", UINT, operations),
  FIELD ("has-trust", BOOLEAN, trust.present), FIELD ("trust-mandatory", BOOLEAN, trust.mandatory),
  FIELD ("trust-label", STRING, trust.label),
  FIELD ("has-certificate", BOOLEAN, certificate.present),
  FIELD ("certificate-mandatory", BOOLEAN, certificate.mandatory),
  FIELD ("certificate-label", STRING, certificate.label),
  FIELD ("has-key", BOOLEAN, key.present), FIELD ("key-mandatory", BOOLEAN, key.mandatory),
  FIELD ("key-label", STRING, key.label),
  FIELD ("has-passphrase", BOOLEAN, passphrase.present),
  FIELD ("passphrase-mandatory", BOOLEAN, passphrase.mandatory),
  FIELD ("passphrase-label", STRING, passphrase.label),
  { NULL },
};

G_DEFINE_FINAL_TYPE (ChtRoleForm, cht_role_form, G_TYPE_OBJECT)

static void
cht_role_form_class_init (ChtRoleFormClass *klass)
{
  cht_record_class_install (klass, fields);
}

static void
cht_role_form_init (ChtRoleForm *self)
{
}

static ChtOwnField
make_field (const ChtApiLabel *label, gboolean table, gboolean mandatory, const char *name)
{
  ChtOwnField field = { table, mandatory, NULL };

  if (label != NULL)
    {
      field.present = label->present;
      field.mandatory = label->mandatory;
    }
  field.label = g_strdup (label != NULL && label->label != NULL && *label->label != '\0' ? label->label : name);
  return field;
}

ChtRoleForm *
cht_role_form_new (const char *role_name, const char *display_name, const ChtApiLabels *labels,
                   ChtOperations operations)
{
  g_autoptr (ChtRoleForm) self = g_object_new (CHT_TYPE_ROLE_FORM, NULL);
  gboolean keyed;

  self->role = cht_role_find (role_name);
  if (self->role == NULL && *display_name != '\0')
    self->role = cht_role_find (display_name);
  self->id = g_strdup (self->role != NULL ? self->role->id : NULL);
  self->name = g_strdup (role_name);
  self->display_name = g_strdup (*display_name != '\0' ? display_name : role_name);
  self->operations = operations;
  keyed = self->role != NULL && self->role->category == CHT_ROLE_TRUST_CHAIN_AND_KEY;
  self->trust = make_field (labels != NULL ? &labels->trust : NULL, TRUE, TRUE, _("Trust chain"));
  self->certificate = make_field (labels != NULL ? &labels->certificate : NULL, keyed, keyed,
                                  _("Intermediate certificate"));
  self->key = make_field (labels != NULL ? &labels->key : NULL, keyed, keyed, _("Key"));
  self->passphrase = make_field (labels != NULL ? &labels->passphrase : NULL, keyed, FALSE, _("Passphrase"));
  /* The controller's form overrides the table. */
  self->category = self->key.present ? CHT_ROLE_TRUST_CHAIN_AND_KEY : CHT_ROLE_TRUST_CHAIN;
  return g_steal_pointer (&self);
}

const char *
cht_role_form_get_id (ChtRoleForm *self)
{
  g_return_val_if_fail (CHT_IS_ROLE_FORM (self), NULL);
  return self->id;
}

const char *
cht_role_form_get_name (ChtRoleForm *self)
{
  g_return_val_if_fail (CHT_IS_ROLE_FORM (self), NULL);
  return self->name;
}

const char *
cht_role_form_get_display_name (ChtRoleForm *self)
{
  g_return_val_if_fail (CHT_IS_ROLE_FORM (self), NULL);
  return self->display_name;
}

const ChtRole *
cht_role_form_get_role (ChtRoleForm *self)
{
  g_return_val_if_fail (CHT_IS_ROLE_FORM (self), NULL);
  return self->role;
}

ChtRoleCategory
cht_role_form_get_category (ChtRoleForm *self)
{
  g_return_val_if_fail (CHT_IS_ROLE_FORM (self), CHT_ROLE_TRUST_CHAIN);
  return self->category;
}

ChtOperations
cht_role_form_get_operations (ChtRoleForm *self)
{
  g_return_val_if_fail (CHT_IS_ROLE_FORM (self), 0);
  return self->operations;
}

ChtRoleField
cht_role_form_get_trust (ChtRoleForm *self)
{
  g_return_val_if_fail (CHT_IS_ROLE_FORM (self), ((ChtRoleField) { 0 }));
  return (ChtRoleField) { self->trust.present, self->trust.mandatory, self->trust.label };
}

ChtRoleField
cht_role_form_get_certificate (ChtRoleForm *self)
{
  g_return_val_if_fail (CHT_IS_ROLE_FORM (self), ((ChtRoleField) { 0 }));
  return (ChtRoleField) { self->certificate.present, self->certificate.mandatory, self->certificate.label };
}

ChtRoleField
cht_role_form_get_key (ChtRoleForm *self)
{
  g_return_val_if_fail (CHT_IS_ROLE_FORM (self), ((ChtRoleField) { 0 }));
  return (ChtRoleField) { self->key.present, self->key.mandatory, self->key.label };
}

ChtRoleField
cht_role_form_get_passphrase (ChtRoleForm *self)
{
  g_return_val_if_fail (CHT_IS_ROLE_FORM (self), ((ChtRoleField) { 0 }));
  return (ChtRoleField) { self->passphrase.present, self->passphrase.mandatory, self->passphrase.label };
}
