/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-records-private.h"

struct _ChtExpiry {
  GObject parent_instance;
  gboolean required;
  char *certificate, *message;
  int remaining_days;
};

#define FIELD(name, kind, member) { name, CHT_RECORD_ ## kind, G_STRUCT_OFFSET (ChtExpiry, member) }
static const ChtRecordField fields[] = {
  FIELD ("required", BOOLEAN, required), FIELD ("certificate", STRING, certificate),
  FIELD ("message", STRING, message), FIELD ("remaining-days", INT, remaining_days),
  { NULL },
};

G_DEFINE_FINAL_TYPE (ChtExpiry, cht_expiry, G_TYPE_OBJECT)

static void
cht_expiry_class_init (ChtExpiryClass *klass)
{
  cht_record_class_install (klass, fields);
}

static void
cht_expiry_init (ChtExpiry *self)
{
}

ChtExpiry *
cht_expiry_new (const ChtApiExpiry *expiry)
{
  g_autoptr (ChtExpiry) self = g_object_new (CHT_TYPE_EXPIRY, NULL);

  self->required = expiry->required;
  self->certificate = g_strdup (expiry->certificate);
  self->message = g_strdup (expiry->message);
  /* Where nothing is due the controller answers "0" days, which is no number to show. */
  self->remaining_days = expiry->required ? (int) CLAMP (expiry->remaining_days, -1, G_MAXINT) : -1;
  return g_steal_pointer (&self);
}

gboolean
cht_expiry_get_required (ChtExpiry *self)
{
  g_return_val_if_fail (CHT_IS_EXPIRY (self), FALSE);
  return self->required;
}

const char *
cht_expiry_get_certificate (ChtExpiry *self)
{
  g_return_val_if_fail (CHT_IS_EXPIRY (self), NULL);
  return self->certificate;
}

int
cht_expiry_get_remaining_days (ChtExpiry *self)
{
  g_return_val_if_fail (CHT_IS_EXPIRY (self), -1);
  return self->remaining_days;
}

const char *
cht_expiry_get_message (ChtExpiry *self)
{
  g_return_val_if_fail (CHT_IS_EXPIRY (self), NULL);
  return self->message;
}
