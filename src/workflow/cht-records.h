/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the workflow shows outward of a controller: small read-only objects for list models. Every string is as the
 * controller gave it; widgets make it fit to show (cht_text_for_display) or use the "…-text" properties, which are.
 * Never NULL unless said so. Each getter is a read-only property of the same name too ("updated-by"), so that .ui files
 * can <lookup> it.
 */
#pragma once

#include <gio/gio.h>
#include "cht-clock.h"
#include "cht-role.h"

G_BEGIN_DECLS

/* One certificate that the controller lists. Merged in place by name on refresh, so that a selection survives. */
#define CHT_TYPE_LISTED (cht_listed_get_type ())
G_DECLARE_FINAL_TYPE (ChtListed, cht_listed, CHT, LISTED, GObject)
const char *cht_listed_get_name (ChtListed *self);
const char *cht_listed_get_role_id (ChtListed *self);       /* (nullable): NULL where the table has no such role */
const char *cht_listed_get_role_name (ChtListed *self);     /* the API's */
const char *
cht_listed_get_display_name (ChtListed *self); /* the controller's display name of the role, else role_name */
gint64 cht_listed_get_expires (ChtListed *self);            /* seconds or CHT_TIME_UNKNOWN */
gint64 cht_listed_get_updated (ChtListed *self);
const char *cht_listed_get_updated_by (ChtListed *self);
const char *cht_listed_get_auth_type (ChtListed *self);     /* "mutual", "server" or "" */
ChtOperations cht_listed_get_operations (ChtListed *self);  /* flags, from cert_display */
const char *const *cht_listed_get_destinations (ChtListed *self);  /* names, from cert/assoc; never NULL */
char *cht_listed_dup_expires_text (ChtListed *self, gint64 now);   /* "in 41 days" (transfer full) */
/* "add, edit, download" in words, or "nothing: the controller keeps it itself". (transfer full) */
char *cht_listed_dup_operations_text (ChtListed *self);

/* One destination. */
#define CHT_TYPE_DESTINATION (cht_destination_get_type ())
G_DECLARE_FINAL_TYPE (ChtDestination, cht_destination, CHT, DESTINATION, GObject)
const char *cht_destination_get_name (ChtDestination *self);
const char *cht_destination_get_uuid (ChtDestination *self);
const char *cht_destination_get_kind (ChtDestination *self);         /* "kafka", "grpc" or "" */
const char *cht_destination_get_auth_type (ChtDestination *self);    /* "mutual", "server" or "" */
const char *const *cht_destination_get_addresses (ChtDestination *self);
int cht_destination_get_port (ChtDestination *self);                 /* 0 unknown */
int cht_destination_get_in_use (ChtDestination *self);               /* 1, 0, -1 unknown */
const char *cht_destination_get_certificate (ChtDestination *self);  /* (nullable) */
/* NULL where a certificate of ROLE may go to it; else why not, one sentence. (transfer full) (nullable) */
char *cht_destination_dup_why_not (ChtDestination *self, const ChtRole *role);

/* What check-expiry said. */
#define CHT_TYPE_EXPIRY (cht_expiry_get_type ())
G_DECLARE_FINAL_TYPE (ChtExpiry, cht_expiry, CHT, EXPIRY, GObject)
gboolean cht_expiry_get_required (ChtExpiry *self);
const char *cht_expiry_get_certificate (ChtExpiry *self);
int cht_expiry_get_remaining_days (ChtExpiry *self);  /* -1 where nothing is due */
const char *cht_expiry_get_message (ChtExpiry *self);

/* One renewal job; merged in place by id. */
typedef enum { CHT_JOB_CREATED, CHT_JOB_IN_PROGRESS, CHT_JOB_COMPLETED, CHT_JOB_FAILED, CHT_JOB_UNKNOWN } ChtJobStatus;
#define CHT_TYPE_JOB (cht_job_get_type ())
G_DECLARE_FINAL_TYPE (ChtJob, cht_job, CHT, JOB, GObject)
const char *cht_job_get_id (ChtJob *self);
const char *cht_job_get_kind (ChtJob *self);      /* job_type as spelled */
const char *cht_job_get_user (ChtJob *self);
ChtJobStatus cht_job_get_status (ChtJob *self);
const char *cht_job_get_status_id (ChtJob *self); /* "created", "in-progress", "completed", "failed", or as spelled */
const char *cht_job_get_reason (ChtJob *self);    /* why it failed, the controller's words, or "" */
double cht_job_get_progress (ChtJob *self);       /* 0 to 100, -1 unknown */
gint64 cht_job_get_started (ChtJob *self);
gint64 cht_job_get_completed (ChtJob *self);
gboolean cht_job_get_running (ChtJob *self);

/* One alarm; merged in place by id. */
#define CHT_TYPE_ALARM (cht_alarm_get_type ())
G_DECLARE_FINAL_TYPE (ChtAlarm, cht_alarm, CHT, ALARM, GObject)
const char *cht_alarm_get_id (ChtAlarm *self);
const char *cht_alarm_get_severity (ChtAlarm *self);  /* as spelled, "Info" */
const char *cht_alarm_get_description (ChtAlarm *self);
const char *cht_alarm_get_category (ChtAlarm *self);
gint64 cht_alarm_get_created (ChtAlarm *self);
gint64 cht_alarm_get_cleared (ChtAlarm *self);        /* CHT_TIME_UNKNOWN while open */
gboolean cht_alarm_get_acknowledged (ChtAlarm *self);
const char *cht_alarm_get_acknowledged_by (ChtAlarm *self);
gboolean cht_alarm_get_open (ChtAlarm *self);

/* A role as this controller has it: what a form needs. */
typedef struct { gboolean present, mandatory; const char *label; } ChtRoleField;
#define CHT_TYPE_ROLE_FORM (cht_role_form_get_type ())
G_DECLARE_FINAL_TYPE (ChtRoleForm, cht_role_form, CHT, ROLE_FORM, GObject)
const char *cht_role_form_get_id (ChtRoleForm *self);            /* (nullable) */
const char *cht_role_form_get_name (ChtRoleForm *self);          /* role_name */
const char *cht_role_form_get_display_name (ChtRoleForm *self);
const ChtRole *cht_role_form_get_role (ChtRoleForm *self);       /* (nullable) */
ChtRoleCategory cht_role_form_get_category (ChtRoleForm *self);
ChtOperations cht_role_form_get_operations (ChtRoleForm *self);
ChtRoleField cht_role_form_get_trust (ChtRoleForm *self);
ChtRoleField cht_role_form_get_certificate (ChtRoleForm *self);
ChtRoleField cht_role_form_get_key (ChtRoleForm *self);
ChtRoleField cht_role_form_get_passphrase (ChtRoleForm *self);

/* A controller that the vault knows, or the one of this run. */
#define CHT_TYPE_PROFILE (cht_profile_get_type ())
G_DECLARE_FINAL_TYPE (ChtProfile, cht_profile, CHT, PROFILE, GObject)
ChtProfile *cht_profile_new (const char *name, const char *url, const char *username, const char *pin);
const char *cht_profile_get_uuid (ChtProfile *self);  /* "" while it is not in the vault */
const char *cht_profile_get_name (ChtProfile *self);
const char *cht_profile_get_url (ChtProfile *self);
const char *cht_profile_get_username (ChtProfile *self);
const char *cht_profile_get_pin (ChtProfile *self);
gboolean cht_profile_get_has_password (ChtProfile *self);  /* a sealed record holds its password */

G_END_DECLS
