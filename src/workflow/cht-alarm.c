/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-records-private.h"

struct _ChtAlarm {
  GObject parent_instance;
  char *id, *severity, *description, *category, *acknowledged_by;
  gint64 created, cleared;
  gboolean acknowledged, open;
};

#define FIELD(name, kind, member) { name, CHT_RECORD_ ## kind, G_STRUCT_OFFSET (ChtAlarm, member) }
static const ChtRecordField fields[] = {
  FIELD ("id", STRING, id), FIELD ("severity", STRING, severity), FIELD ("description", STRING, description),
  FIELD ("category", STRING, category), FIELD ("acknowledged-by", STRING, acknowledged_by),
  FIELD ("created", TIME, created), FIELD ("cleared", TIME, cleared),
  FIELD ("acknowledged", BOOLEAN, acknowledged), FIELD ("open", BOOLEAN, open),
  { NULL },
};

G_DEFINE_FINAL_TYPE (ChtAlarm, cht_alarm, G_TYPE_OBJECT)

static void
cht_alarm_class_init (ChtAlarmClass *klass)
{
  cht_record_class_install (klass, fields);
}

static void
cht_alarm_init (ChtAlarm *self)
{
}

ChtAlarm *
cht_alarm_new (const ChtApiAlarm *alarm)
{
  g_autoptr (ChtAlarm) self = g_object_new (CHT_TYPE_ALARM, NULL);

  self->id = g_strdup (alarm->id);
  self->severity = g_strdup (alarm->severity);
  self->description = g_strdup (alarm->description);
  self->category = g_strdup (alarm->category);
  self->acknowledged = alarm->acknowledged;
  self->acknowledged_by = g_strdup (alarm->acknowledged_by);
  self->created = alarm->created;
  self->cleared = alarm->closed;
  self->open = alarm->closed == CHT_TIME_UNKNOWN;
  return g_steal_pointer (&self);
}

const char *
cht_alarm_get_id (ChtAlarm *self)
{
  g_return_val_if_fail (CHT_IS_ALARM (self), NULL);
  return self->id;
}

const char *
cht_alarm_get_severity (ChtAlarm *self)
{
  g_return_val_if_fail (CHT_IS_ALARM (self), NULL);
  return self->severity;
}

const char *
cht_alarm_get_description (ChtAlarm *self)
{
  g_return_val_if_fail (CHT_IS_ALARM (self), NULL);
  return self->description;
}

const char *
cht_alarm_get_category (ChtAlarm *self)
{
  g_return_val_if_fail (CHT_IS_ALARM (self), NULL);
  return self->category;
}

gint64
cht_alarm_get_created (ChtAlarm *self)
{
  g_return_val_if_fail (CHT_IS_ALARM (self), CHT_TIME_UNKNOWN);
  return self->created;
}

gint64
cht_alarm_get_cleared (ChtAlarm *self)
{
  g_return_val_if_fail (CHT_IS_ALARM (self), CHT_TIME_UNKNOWN);
  return self->cleared;
}

gboolean
cht_alarm_get_acknowledged (ChtAlarm *self)
{
  g_return_val_if_fail (CHT_IS_ALARM (self), FALSE);
  return self->acknowledged;
}

const char *
cht_alarm_get_acknowledged_by (ChtAlarm *self)
{
  g_return_val_if_fail (CHT_IS_ALARM (self), NULL);
  return self->acknowledged_by;
}

gboolean
cht_alarm_get_open (ChtAlarm *self)
{
  g_return_val_if_fail (CHT_IS_ALARM (self), FALSE);
  return self->open;
}
