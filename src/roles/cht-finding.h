/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ChtFinding: one thing that a rule says of what is prepared. Immutable; strings translated and fit to show. */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

typedef enum { CHT_SEVERITY_INFO, CHT_SEVERITY_WARNING, CHT_SEVERITY_ERROR } ChtSeverity;
const char *cht_severity_get_id (ChtSeverity severity);

/* The field of a form it stands at. */
typedef enum {
  CHT_FIELD_NONE, CHT_FIELD_ROLE, CHT_FIELD_NAME, CHT_FIELD_CHAIN, CHT_FIELD_CERTIFICATE, CHT_FIELD_KEY,
  CHT_FIELD_PASSPHRASE, CHT_FIELD_DESTINATIONS
} ChtField;

#define CHT_TYPE_FINDING (cht_finding_get_type ())
G_DECLARE_FINAL_TYPE (ChtFinding, cht_finding, CHT, FINDING, GObject)

/* OBJECT: a certificate's sha256 or a file's path or "" . SOURCE: "RFC 5280, 4.2.1.9" or "Guide". REPAIR: id
 * or NULL. */
ChtFinding *cht_finding_new (const char *id, ChtSeverity severity, ChtField field, const char *object,
                             const char *message, const char *explanation, const char *source, const char *repair,
                             gboolean may_go_on);

const char *cht_finding_get_id (ChtFinding *self);               /* "key.mismatch" */
ChtSeverity cht_finding_get_severity (ChtFinding *self);
ChtField cht_finding_get_field (ChtFinding *self);
const char *cht_finding_get_object (ChtFinding *self);
const char *cht_finding_get_message (ChtFinding *self);          /* one sentence: thing, fact, way on */
const char *cht_finding_get_explanation (ChtFinding *self);      /* two sentences */
const char *cht_finding_get_source (ChtFinding *self);
const char *cht_finding_get_repair (ChtFinding *self);           /* (nullable) */
/* The rule is our reading and not a fact: --despite ID may go on over it. */
gboolean cht_finding_get_may_go_on (ChtFinding *self);

G_END_DECLS
