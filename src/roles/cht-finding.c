/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-finding.h"

struct _ChtFinding {
  GObject parent_instance;
  const char *id; /* interned */
  ChtSeverity severity;
  ChtField field;
  char *object;
  char *message;
  char *explanation;
  char *source;
  char *repair; /* (nullable) */
  gboolean may_go_on;
};

G_DEFINE_FINAL_TYPE (ChtFinding, cht_finding, G_TYPE_OBJECT)

static void
cht_finding_finalize (GObject *object)
{
  ChtFinding *self = CHT_FINDING (object);

  g_free (self->object);
  g_free (self->message);
  g_free (self->explanation);
  g_free (self->source);
  g_free (self->repair);
  G_OBJECT_CLASS (cht_finding_parent_class)->finalize (object);
}

static void
cht_finding_class_init (ChtFindingClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cht_finding_finalize;
}

static void
cht_finding_init (ChtFinding *self)
{
}

const char *
cht_severity_get_id (ChtSeverity severity)
{
  switch (severity)
    {
    case CHT_SEVERITY_INFO:
      return "info";
    case CHT_SEVERITY_WARNING:
      return "warning";
    case CHT_SEVERITY_ERROR:
    default:
      return "error";
    }
}

ChtFinding *
cht_finding_new (const char *id, ChtSeverity severity, ChtField field, const char *object, const char *message,
                 const char *explanation, const char *source, const char *repair, gboolean may_go_on)
{
  g_return_val_if_fail (id != NULL && message != NULL, NULL);

  g_autoptr (ChtFinding) self = g_object_new (CHT_TYPE_FINDING, NULL);
  self->id = g_intern_string (id);
  self->severity = severity;
  self->field = field;
  self->object = g_strdup (object != NULL ? object : "");
  self->message = g_strdup (message);
  self->explanation = g_strdup (explanation != NULL ? explanation : "");
  self->source = g_strdup (source != NULL ? source : "");
  self->repair = g_strdup (repair);
  self->may_go_on = may_go_on;
  return g_steal_pointer (&self);
}

const char *
cht_finding_get_id (ChtFinding *self)
{
  g_return_val_if_fail (CHT_IS_FINDING (self), NULL);
  return self->id;
}

ChtSeverity
cht_finding_get_severity (ChtFinding *self)
{
  g_return_val_if_fail (CHT_IS_FINDING (self), CHT_SEVERITY_ERROR);
  return self->severity;
}

ChtField
cht_finding_get_field (ChtFinding *self)
{
  g_return_val_if_fail (CHT_IS_FINDING (self), CHT_FIELD_NONE);
  return self->field;
}

const char *
cht_finding_get_object (ChtFinding *self)
{
  g_return_val_if_fail (CHT_IS_FINDING (self), NULL);
  return self->object;
}

const char *
cht_finding_get_message (ChtFinding *self)
{
  g_return_val_if_fail (CHT_IS_FINDING (self), NULL);
  return self->message;
}

const char *
cht_finding_get_explanation (ChtFinding *self)
{
  g_return_val_if_fail (CHT_IS_FINDING (self), NULL);
  return self->explanation;
}

const char *
cht_finding_get_source (ChtFinding *self)
{
  g_return_val_if_fail (CHT_IS_FINDING (self), NULL);
  return self->source;
}

const char *
cht_finding_get_repair (ChtFinding *self)
{
  g_return_val_if_fail (CHT_IS_FINDING (self), NULL);
  return self->repair;
}

gboolean
cht_finding_get_may_go_on (ChtFinding *self)
{
  g_return_val_if_fail (CHT_IS_FINDING (self), FALSE);
  return self->may_go_on;
}
