/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ChtSandboxStore: the state of a practice controller, one SQLite file in its own folder (0700, the file 0600).
 *
 * Every write is on the disk when its function returns (synchronous=FULL), so a killed controller comes back with
 * all that it answered for. The file is locked as long as the store lives: two controllers never share a folder.
 * Keys stand in it in clear: this is a practice controller, not a vault. Times are milliseconds since 1970 UTC.
 * Belongs to one thread. The store judges nothing; what may be stored is for the families to decide.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define CHT_SANDBOX_ERROR (cht_sandbox_error_quark ())
GQuark cht_sandbox_error_quark (void);

typedef enum {
  CHT_SANDBOX_ERROR_STATE,   /* the folder or the file in it cannot be used */
  CHT_SANDBOX_ERROR_BUSY,    /* another practice controller has it open */
  CHT_SANDBOX_ERROR_CRYPTO,  /* a key or certificate could not be made or read */
  CHT_SANDBOX_ERROR_LISTEN,  /* the address or port cannot be had */
} ChtSandboxError;

typedef struct _ChtSandboxStore ChtSandboxStore;

/* Makes FOLDER and the file where they are missing. (transfer full) */
ChtSandboxStore *cht_sandbox_store_open (const char *folder, GError **error);
void cht_sandbox_store_close (ChtSandboxStore *self);

/* Several writes as one: all of them or, after a kill or an abort, none. Not nested. */
gboolean cht_sandbox_store_begin (ChtSandboxStore *self, GError **error);
gboolean cht_sandbox_store_commit (ChtSandboxStore *self, GError **error);
void cht_sandbox_store_abort (ChtSandboxStore *self);

/* Facts about the controller itself: its password, its keys, its port. NULL where there is none. (transfer full)
 * (nullable) */
char *cht_sandbox_store_get_fact (ChtSandboxStore *self, const char *key);
gboolean cht_sandbox_store_set_fact (ChtSandboxStore *self, const char *key, const char *value, GError **error);

/* A certificate of the list. Bytes are as they came in; NULL where there are none. LEAF and its key are what the
 * controller issued by itself (internal TLS). */
typedef struct {
  char *name, *role;
  GBytes *trust, *certificate, *key, *passphrase, *leaf, *leaf_key;
  char *updated_by;
  gint64 updated, expires;
} ChtSandboxRecord;

void cht_sandbox_record_free (ChtSandboxRecord *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChtSandboxRecord, cht_sandbox_record_free)

/* (transfer full) (nullable) */
ChtSandboxRecord *cht_sandbox_store_get_record (ChtSandboxStore *self, const char *name);
/* In the order in which they came. ROLE (nullable): of that role alone. (transfer full) (element-type
 * ChtSandboxRecord) */
GPtrArray *cht_sandbox_store_list_records (ChtSandboxStore *self, const char *role);
gint64 cht_sandbox_store_count_records (ChtSandboxStore *self);
/* Adds, or replaces the one of that name. */
gboolean cht_sandbox_store_put_record (ChtSandboxStore *self, const ChtSandboxRecord *record, GError **error);

/* CERTIFICATE names the one that it has now, NULL where none. */
typedef struct {
  char *uuid, *name, *transport, *auth_type, *address, *certificate;
  int port;
  gboolean in_use;
} ChtSandboxDestination;

void cht_sandbox_destination_free (ChtSandboxDestination *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChtSandboxDestination, cht_sandbox_destination_free)

ChtSandboxDestination *cht_sandbox_store_get_destination (ChtSandboxStore *self, const char *uuid);
/* (transfer full) (element-type ChtSandboxDestination) */
GPtrArray *cht_sandbox_store_list_destinations (ChtSandboxStore *self);
gboolean cht_sandbox_store_put_destination (ChtSandboxStore *self, const ChtSandboxDestination *destination,
                                            GError **error);
/* The certificate of the destinations in UUIDS (NULL-terminated) becomes NAME; other destinations that had NAME have
 * none. */
gboolean cht_sandbox_store_associate (ChtSandboxStore *self, const char *name, const char *const *uuids,
                                      GError **error);

/* COMPLETED is 0 while it runs; STEP counts what of it is done. */
typedef struct { char *id, *user, *status; gint64 started, completed; int step, kind; double progress; } ChtSandboxJob;

void cht_sandbox_job_free (ChtSandboxJob *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChtSandboxJob, cht_sandbox_job_free)

ChtSandboxJob *cht_sandbox_store_get_running_job (ChtSandboxStore *self);
/* Newest first. ID (nullable): that one alone. (transfer full) (element-type ChtSandboxJob) */
GPtrArray *cht_sandbox_store_list_jobs (ChtSandboxStore *self, const char *id);
gboolean cht_sandbox_store_put_job (ChtSandboxStore *self, const ChtSandboxJob *job, GError **error);

typedef struct { char *job, *message; gint64 time; } ChtSandboxEvent;

void cht_sandbox_event_free (ChtSandboxEvent *self);

/* In the order of time. JOB (nullable): of that one alone. (transfer full) (element-type ChtSandboxEvent) */
GPtrArray *cht_sandbox_store_list_events (ChtSandboxStore *self, const char *job);
gboolean cht_sandbox_store_add_event (ChtSandboxStore *self, const char *job, const char *message, gint64 time,
                                      GError **error);

/* CLOSED is 0 while it is open. ACK_DUE: when ACK_WANTED becomes the state (0: nothing is due). */
typedef struct {
  gint64 id, created, updated, closed, ack_due;
  gboolean acknowledged, ack_wanted;
  char *severity, *description, *object_id, *object_description, *acknowledged_by, *category;
} ChtSandboxAlarm;

void cht_sandbox_alarm_free (ChtSandboxAlarm *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChtSandboxAlarm, cht_sandbox_alarm_free)

ChtSandboxAlarm *cht_sandbox_store_get_alarm (ChtSandboxStore *self, gint64 id);
/* Newest first, OFFSET skipped, at most LIMIT. TOTAL (out) (optional) counts all. (transfer full) (element-type
 * ChtSandboxAlarm) */
GPtrArray *cht_sandbox_store_list_alarms (ChtSandboxStore *self, gboolean open_only, gint64 limit, gint64 offset,
                                          gint64 *total);
/* Adds it where its id is 0, else replaces it. */
gboolean cht_sandbox_store_put_alarm (ChtSandboxStore *self, const ChtSandboxAlarm *alarm, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChtSandboxStore, cht_sandbox_store_close)

G_END_DECLS
