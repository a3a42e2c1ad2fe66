/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-records-private.h"

#include <glib/gi18n-lib.h>
#include "cht-text.h"

struct _ChtDestination {
  GObject parent_instance;
  char *name, *uuid, *kind, *auth_type, *certificate;
  char **addresses;
  int port, in_use;
};

#define FIELD(name, kind, member) { name, CHT_RECORD_ ## kind, G_STRUCT_OFFSET (ChtDestination, member) }
static const ChtRecordField fields[] = {
  FIELD ("name", STRING, name), FIELD ("uuid", STRING, uuid), FIELD ("kind", STRING, kind),
  FIELD ("auth-type", STRING, auth_type), FIELD ("certificate", STRING, certificate),
  FIELD ("addresses", STRINGS, addresses), FIELD ("port", INT, port), FIELD ("in-use", INT, in_use),
  { NULL },
};

G_DEFINE_FINAL_TYPE (ChtDestination, cht_destination, G_TYPE_OBJECT)

static void
cht_destination_class_init (ChtDestinationClass *klass)
{
  cht_record_class_install (klass, fields);
}

static void
cht_destination_init (ChtDestination *self)
{
}

ChtDestination *
cht_destination_new (const ChtApiDestination *destination, int in_use, const char *certificate)
{
  static const char *const none[] = { NULL };
  g_autoptr (ChtDestination) self = g_object_new (CHT_TYPE_DESTINATION, NULL);

  self->name = g_strdup (destination->name);
  self->uuid = g_strdup (destination->uuid);
  self->kind = g_strdup (destination->type);
  self->auth_type = g_strdup (destination->auth_type);
  self->addresses = g_strdupv (destination->addresses != NULL ? destination->addresses : (char **) none);
  self->port = destination->port;
  self->in_use = in_use;
  self->certificate = g_strdup (certificate);
  return g_steal_pointer (&self);
}

const char *
cht_destination_get_name (ChtDestination *self)
{
  g_return_val_if_fail (CHT_IS_DESTINATION (self), NULL);
  return self->name;
}

const char *
cht_destination_get_uuid (ChtDestination *self)
{
  g_return_val_if_fail (CHT_IS_DESTINATION (self), NULL);
  return self->uuid;
}

const char *
cht_destination_get_kind (ChtDestination *self)
{
  g_return_val_if_fail (CHT_IS_DESTINATION (self), NULL);
  return self->kind;
}

const char *
cht_destination_get_auth_type (ChtDestination *self)
{
  g_return_val_if_fail (CHT_IS_DESTINATION (self), NULL);
  return self->auth_type;
}

const char *const *
cht_destination_get_addresses (ChtDestination *self)
{
  g_return_val_if_fail (CHT_IS_DESTINATION (self), NULL);
  return (const char *const *) self->addresses;
}

int
cht_destination_get_port (ChtDestination *self)
{
  g_return_val_if_fail (CHT_IS_DESTINATION (self), 0);
  return self->port;
}

int
cht_destination_get_in_use (ChtDestination *self)
{
  g_return_val_if_fail (CHT_IS_DESTINATION (self), -1);
  return self->in_use;
}

const char *
cht_destination_get_certificate (ChtDestination *self)
{
  g_return_val_if_fail (CHT_IS_DESTINATION (self), NULL);
  return self->certificate;
}

char *
cht_destination_dup_why_not (ChtDestination *self, const ChtRole *role)
{
  g_return_val_if_fail (CHT_IS_DESTINATION (self), NULL);

  g_autofree char *name = cht_text_for_display (self->name);
  if (role != NULL && role->destinations == CHT_ROLE_TAKES_NONE)
    return g_strdup_printf (_("A certificate of the role %s goes to no destination."), role->name);
  if (role != NULL && role->destinations == CHT_ROLE_TAKES_MUTUAL && g_str_equal (self->auth_type, "server"))
    return g_strdup_printf (_("%s authenticates the server alone; this role is for mutual authentication."), name);
  if (role != NULL && role->destinations == CHT_ROLE_TAKES_SERVER && g_str_equal (self->auth_type, "mutual"))
    return g_strdup_printf (_("%s authenticates both sides; this role is for server authentication."), name);
  if (self->in_use == 1)
    return g_strdup_printf (_("A collection job uses %s now. Stop the job first."), name);
  return NULL;
}
