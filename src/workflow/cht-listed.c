/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-records-private.h"

#include <glib/gi18n-lib.h>

struct _ChtListed {
  GObject parent_instance;
  char *name, *role_id, *role_name, *display_name, *updated_by, *auth_type;
  gint64 expires, updated;
  guint operations;
  char **destinations;
  char *operations_text;
};

#define FIELD(name, kind, member) { name, CHT_RECORD_ ## kind, G_STRUCT_OFFSET (ChtListed, member) }
static const ChtRecordField fields[] = {
  FIELD ("name", STRING, name), FIELD ("role-id", STRING, role_id), FIELD ("role-name", STRING, role_name),
  FIELD ("display-name", STRING, display_name), FIELD ("updated-by", STRING, updated_by),
  FIELD ("auth-type", STRING, auth_type), FIELD ("expires", TIME, expires), FIELD ("updated", TIME, updated),
  FIELD ("operations", UINT, operations), FIELD ("destinations", STRINGS, destinations),
  FIELD ("operations-text", STRING, operations_text), { NULL },
};

G_DEFINE_FINAL_TYPE (ChtListed, cht_listed, G_TYPE_OBJECT)

static void
cht_listed_class_init (ChtListedClass *klass)
{
  cht_record_class_install (klass, fields);
}

static void
cht_listed_init (ChtListed *self)
{
}

static char *
describe_operations (ChtOperations operations)
{
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();

  if (operations == 0)
    return g_strdup (_("nothing: the controller keeps it itself"));
  if (operations & CHT_OPERATION_ADD)
    g_strv_builder_add (words, _("add"));
  if (operations & CHT_OPERATION_EDIT)
    g_strv_builder_add (words, _("edit"));
  if (operations & CHT_OPERATION_DOWNLOAD)
    g_strv_builder_add (words, _("download"));
  g_auto (GStrv) list = g_strv_builder_end (words);
  /* TRANSLATORS: between the words of a list, "edit, download" */
  return g_strjoinv (_(", "), list);
}

ChtListed *
cht_listed_new (const ChtApiSummary *summary, const char *const *destinations)
{
  static const char *const none[] = { NULL };
  g_autoptr (ChtListed) self = g_object_new (CHT_TYPE_LISTED, NULL);
  const ChtRole *role = cht_role_find (summary->role_name);

  if (role == NULL && *summary->role_display_name != '\0')
    role = cht_role_find (summary->role_display_name);
  self->name = g_strdup (summary->name);
  self->role_id = g_strdup (role != NULL ? role->id : NULL);
  self->role_name = g_strdup (summary->role_name);
  self->display_name = g_strdup (*summary->role_display_name != '\0' ? summary->role_display_name : summary->role_name);
  self->updated_by = g_strdup (summary->updated_by);
  self->auth_type = g_strdup (summary->auth_type);
  self->expires = summary->expires;
  self->updated = summary->updated;
  self->operations = cht_role_operations_from_display (summary->display);
  self->destinations = g_strdupv ((char **) (destinations != NULL ? destinations : none));
  self->operations_text = describe_operations (self->operations);
  return g_steal_pointer (&self);
}

const char *
cht_listed_get_name (ChtListed *self)
{
  g_return_val_if_fail (CHT_IS_LISTED (self), NULL);
  return self->name;
}

const char *
cht_listed_get_role_id (ChtListed *self)
{
  g_return_val_if_fail (CHT_IS_LISTED (self), NULL);
  return self->role_id;
}

const char *
cht_listed_get_role_name (ChtListed *self)
{
  g_return_val_if_fail (CHT_IS_LISTED (self), NULL);
  return self->role_name;
}

const char *
cht_listed_get_display_name (ChtListed *self)
{
  g_return_val_if_fail (CHT_IS_LISTED (self), NULL);
  return self->display_name;
}

gint64
cht_listed_get_expires (ChtListed *self)
{
  g_return_val_if_fail (CHT_IS_LISTED (self), CHT_TIME_UNKNOWN);
  return self->expires;
}

gint64
cht_listed_get_updated (ChtListed *self)
{
  g_return_val_if_fail (CHT_IS_LISTED (self), CHT_TIME_UNKNOWN);
  return self->updated;
}

const char *
cht_listed_get_updated_by (ChtListed *self)
{
  g_return_val_if_fail (CHT_IS_LISTED (self), NULL);
  return self->updated_by;
}

const char *
cht_listed_get_auth_type (ChtListed *self)
{
  g_return_val_if_fail (CHT_IS_LISTED (self), NULL);
  return self->auth_type;
}

ChtOperations
cht_listed_get_operations (ChtListed *self)
{
  g_return_val_if_fail (CHT_IS_LISTED (self), 0);
  return self->operations;
}

const char *const *
cht_listed_get_destinations (ChtListed *self)
{
  g_return_val_if_fail (CHT_IS_LISTED (self), NULL);
  return (const char *const *) self->destinations;
}

char *
cht_listed_dup_expires_text (ChtListed *self, gint64 now)
{
  g_return_val_if_fail (CHT_IS_LISTED (self), NULL);
  return cht_time_describe_distance (self->expires, now);
}

char *
cht_listed_dup_operations_text (ChtListed *self)
{
  g_return_val_if_fail (CHT_IS_LISTED (self), NULL);
  return g_strdup (self->operations_text);
}
