/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-records-private.h"

struct _ChtProfile {
  GObject parent_instance;
  char *uuid, *name, *url, *username, *pin;
  gboolean has_password;
};

#define FIELD(name, kind, member) { name, CHT_RECORD_ ## kind, G_STRUCT_OFFSET (ChtProfile, member) }
static const ChtRecordField fields[] = {
  FIELD ("uuid", STRING, uuid), FIELD ("name", STRING, name), FIELD ("url", STRING, url),
  FIELD ("username", STRING, username), FIELD ("pin", STRING, pin),
  FIELD ("has-password", BOOLEAN, has_password),
  { NULL },
};

G_DEFINE_FINAL_TYPE (ChtProfile, cht_profile, G_TYPE_OBJECT)

static void
cht_profile_class_init (ChtProfileClass *klass)
{
  cht_record_class_install (klass, fields);
}

static void
cht_profile_init (ChtProfile *self)
{
}

ChtProfile *
cht_profile_new_kept (const char *uuid, const char *name, const char *url, const char *username, const char *pin,
                      gboolean has_password)
{
  g_autoptr (ChtProfile) self = g_object_new (CHT_TYPE_PROFILE, NULL);

  self->uuid = g_strdup (uuid);
  self->name = g_strdup (name);
  self->url = g_strdup (url);
  self->username = g_strdup (username);
  self->pin = g_strdup (pin);
  self->has_password = has_password;
  return g_steal_pointer (&self);
}

ChtProfile *
cht_profile_new (const char *name, const char *url, const char *username, const char *pin)
{
  g_return_val_if_fail (url != NULL && username != NULL && pin != NULL, NULL);
  return cht_profile_new_kept ("", name != NULL ? name : "", url, username, pin, FALSE);
}

const char *
cht_profile_get_uuid (ChtProfile *self)
{
  g_return_val_if_fail (CHT_IS_PROFILE (self), NULL);
  return self->uuid;
}

const char *
cht_profile_get_name (ChtProfile *self)
{
  g_return_val_if_fail (CHT_IS_PROFILE (self), NULL);
  return self->name;
}

const char *
cht_profile_get_url (ChtProfile *self)
{
  g_return_val_if_fail (CHT_IS_PROFILE (self), NULL);
  return self->url;
}

const char *
cht_profile_get_username (ChtProfile *self)
{
  g_return_val_if_fail (CHT_IS_PROFILE (self), NULL);
  return self->username;
}

const char *
cht_profile_get_pin (ChtProfile *self)
{
  g_return_val_if_fail (CHT_IS_PROFILE (self), NULL);
  return self->pin;
}

gboolean
cht_profile_get_has_password (ChtProfile *self)
{
  g_return_val_if_fail (CHT_IS_PROFILE (self), FALSE);
  return self->has_password;
}
