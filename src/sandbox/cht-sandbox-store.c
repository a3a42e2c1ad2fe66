/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-sandbox-store.h"

#include "cht-sandbox-sql.h"

/* A database that cannot be read any more is as good as an empty one for a list; the next write says what is wrong. */
typedef gpointer (*ReadRow) (sqlite3_stmt *statement);

static GPtrArray *
read_rows (sqlite3_stmt *query, ReadRow read, GDestroyNotify destroy)
{
  g_autoptr (sqlite3_stmt) statement = query;
  GPtrArray *rows = g_ptr_array_new_with_free_func (destroy);

  while (statement != NULL && sqlite3_step (statement) == SQLITE_ROW)
    g_ptr_array_add (rows, read (statement));
  return rows;
}

static gpointer
read_one (sqlite3_stmt *query, ReadRow read)
{
  g_autoptr (sqlite3_stmt) statement = query;

  return statement != NULL && sqlite3_step (statement) == SQLITE_ROW ? read (statement) : NULL;
}

void
cht_sandbox_record_free (ChtSandboxRecord *self)
{
  g_free (self->name);
  g_free (self->role);
  g_free (self->updated_by);
  g_clear_pointer (&self->trust, g_bytes_unref);
  g_clear_pointer (&self->certificate, g_bytes_unref);
  g_clear_pointer (&self->key, g_bytes_unref);
  g_clear_pointer (&self->passphrase, g_bytes_unref);
  g_clear_pointer (&self->leaf, g_bytes_unref);
  g_clear_pointer (&self->leaf_key, g_bytes_unref);
  g_free (self);
}

#define RECORD "SELECT name, role, trust, certificate, key, passphrase, leaf, leaf_key, updated_by, updated, expires" \
               " FROM record"

static gpointer
read_record (sqlite3_stmt *statement)
{
  ChtSandboxRecord *self = g_new0 (ChtSandboxRecord, 1);

  self->name = cht_sandbox_sql_text (statement, 0);
  self->role = cht_sandbox_sql_text (statement, 1);
  self->trust = cht_sandbox_sql_bytes (statement, 2);
  self->certificate = cht_sandbox_sql_bytes (statement, 3);
  self->key = cht_sandbox_sql_bytes (statement, 4);
  self->passphrase = cht_sandbox_sql_bytes (statement, 5);
  self->leaf = cht_sandbox_sql_bytes (statement, 6);
  self->leaf_key = cht_sandbox_sql_bytes (statement, 7);
  self->updated_by = cht_sandbox_sql_text (statement, 8);
  self->updated = sqlite3_column_int64 (statement, 9);
  self->expires = sqlite3_column_int64 (statement, 10);
  return self;
}

ChtSandboxRecord *
cht_sandbox_store_get_record (ChtSandboxStore *self, const char *name)
{
  return read_one (cht_sandbox_sql_prepare (self, NULL, RECORD " WHERE name = ?", "s", name), read_record);
}

GPtrArray *
cht_sandbox_store_list_records (ChtSandboxStore *self, const char *role)
{
  return read_rows (cht_sandbox_sql_prepare (self, NULL, RECORD " WHERE ?1 IS NULL OR role = ?1 ORDER BY position", "s",
                                             role),
                    read_record, (GDestroyNotify) cht_sandbox_record_free);
}

/* The one number that QUERY answers. */
static gint64
read_number (sqlite3_stmt *query)
{
  g_autoptr (sqlite3_stmt) statement = query;

  return statement != NULL && sqlite3_step (statement) == SQLITE_ROW ? sqlite3_column_int64 (statement, 0) : 0;
}

gint64
cht_sandbox_store_count_records (ChtSandboxStore *self)
{
  return read_number (cht_sandbox_sql_prepare (self, NULL, "SELECT count(*) FROM record", ""));
}

gboolean
cht_sandbox_store_put_record (ChtSandboxStore *self, const ChtSandboxRecord *record, GError **error)
{
  return cht_sandbox_sql_run (self, error,
                              "INSERT INTO record (name, role, trust, certificate, key, passphrase, leaf, leaf_key,"
                              " updated_by, updated, expires) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                              " ON CONFLICT (name) DO UPDATE SET"
                              " role = excluded.role, trust = excluded.trust, certificate = excluded.certificate,"
                              " key = excluded.key, passphrase = excluded.passphrase, leaf = excluded.leaf,"
                              " leaf_key = excluded.leaf_key, updated_by = excluded.updated_by,"
                              " updated = excluded.updated, expires = excluded.expires",
                              "ssbbbbbbsii", record->name, record->role, record->trust, record->certificate,
                              record->key,
                              record->passphrase, record->leaf, record->leaf_key, record->updated_by, record->updated,
                              record->expires);
}

void
cht_sandbox_destination_free (ChtSandboxDestination *self)
{
  g_free (self->uuid);
  g_free (self->name);
  g_free (self->transport);
  g_free (self->auth_type);
  g_free (self->address);
  g_free (self->certificate);
  g_free (self);
}

#define DESTINATION "SELECT uuid, name, transport, auth_type, address, certificate, port, in_use FROM destination"

static gpointer
read_destination (sqlite3_stmt *statement)
{
  ChtSandboxDestination *self = g_new0 (ChtSandboxDestination, 1);

  self->uuid = cht_sandbox_sql_text (statement, 0);
  self->name = cht_sandbox_sql_text (statement, 1);
  self->transport = cht_sandbox_sql_text (statement, 2);
  self->auth_type = cht_sandbox_sql_text (statement, 3);
  self->address = cht_sandbox_sql_text (statement, 4);
  self->certificate = cht_sandbox_sql_text (statement, 5);
  self->port = sqlite3_column_int (statement, 6);
  self->in_use = sqlite3_column_int (statement, 7) != 0;
  return self;
}

ChtSandboxDestination *
cht_sandbox_store_get_destination (ChtSandboxStore *self, const char *uuid)
{
  return read_one (cht_sandbox_sql_prepare (self, NULL, DESTINATION " WHERE uuid = ?", "s", uuid), read_destination);
}

GPtrArray *
cht_sandbox_store_list_destinations (ChtSandboxStore *self)
{
  return read_rows (cht_sandbox_sql_prepare (self, NULL, DESTINATION " ORDER BY rowid", ""), read_destination,
                    (GDestroyNotify) cht_sandbox_destination_free);
}

gboolean
cht_sandbox_store_put_destination (ChtSandboxStore *self, const ChtSandboxDestination *destination, GError **error)
{
  return cht_sandbox_sql_run (self, error,
                              "INSERT OR REPLACE INTO destination (uuid, name, transport, auth_type, address,"
                              " certificate, port, in_use) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                              "ssssssii", destination->uuid, destination->name,
                              destination->transport, destination->auth_type, destination->address,
                              destination->certificate,
                              (gint64) destination->port, (gint64) destination->in_use);
}

gboolean
cht_sandbox_store_associate (ChtSandboxStore *self, const char *name, const char *const *uuids, GError **error)
{
  if (!cht_sandbox_sql_run (self, error, "UPDATE destination SET certificate = NULL WHERE certificate = ?", "s", name))
    return FALSE;
  for (gsize i = 0; uuids[i] != NULL; i++)
    if (!cht_sandbox_sql_run (self, error, "UPDATE destination SET certificate = ? WHERE uuid = ?", "ss", name,
                              uuids[i]))
      return FALSE;
  return TRUE;
}

void
cht_sandbox_job_free (ChtSandboxJob *self)
{
  g_free (self->id);
  g_free (self->user);
  g_free (self->status);
  g_free (self);
}

#define JOB "SELECT id, user, status, started, completed, step, kind, progress FROM job"

static gpointer
read_job (sqlite3_stmt *statement)
{
  ChtSandboxJob *self = g_new0 (ChtSandboxJob, 1);

  self->id = cht_sandbox_sql_text (statement, 0);
  self->user = cht_sandbox_sql_text (statement, 1);
  self->status = cht_sandbox_sql_text (statement, 2);
  self->started = sqlite3_column_int64 (statement, 3);
  self->completed = sqlite3_column_int64 (statement, 4);
  self->step = sqlite3_column_int (statement, 5);
  self->kind = sqlite3_column_int (statement, 6);
  self->progress = sqlite3_column_double (statement, 7);
  return self;
}

ChtSandboxJob *
cht_sandbox_store_get_running_job (ChtSandboxStore *self)
{
  return read_one (cht_sandbox_sql_prepare (self, NULL, JOB " WHERE completed = 0", ""), read_job);
}

GPtrArray *
cht_sandbox_store_list_jobs (ChtSandboxStore *self, const char *id)
{
  return read_rows (cht_sandbox_sql_prepare (self, NULL, JOB " WHERE ?1 IS NULL OR id = ?1 ORDER BY position DESC", "s",
                                             id),
                    read_job, (GDestroyNotify) cht_sandbox_job_free);
}

gboolean
cht_sandbox_store_put_job (ChtSandboxStore *self, const ChtSandboxJob *job, GError **error)
{
  return cht_sandbox_sql_run (self, error,
                              "INSERT INTO job (id, user, status, started, completed, step, kind, progress)"
                              " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
                              " status = excluded.status, completed = excluded.completed, step = excluded.step,"
                              " progress = excluded.progress",
                              "sssiiiid", job->id, job->user, job->status, job->started, job->completed,
                              (gint64) job->step,
                              (gint64) job->kind, job->progress);
}

void
cht_sandbox_event_free (ChtSandboxEvent *self)
{
  g_free (self->job);
  g_free (self->message);
  g_free (self);
}

static gpointer
read_event (sqlite3_stmt *statement)
{
  ChtSandboxEvent *self = g_new0 (ChtSandboxEvent, 1);

  self->job = cht_sandbox_sql_text (statement, 0);
  self->message = cht_sandbox_sql_text (statement, 1);
  self->time = sqlite3_column_int64 (statement, 2);
  return self;
}

GPtrArray *
cht_sandbox_store_list_events (ChtSandboxStore *self, const char *job)
{
  return read_rows (cht_sandbox_sql_prepare (self, NULL,
                                             "SELECT job, message, time FROM event WHERE ?1 IS NULL OR job = ?1"
                                             " ORDER BY position", "s", job),
                    read_event, (GDestroyNotify) cht_sandbox_event_free);
}

gboolean
cht_sandbox_store_add_event (ChtSandboxStore *self, const char *job, const char *message, gint64 time, GError **error)
{
  return cht_sandbox_sql_run (self, error, "INSERT INTO event (job, message, time) VALUES (?, ?, ?)", "ssi", job,
                              message, time);
}

void
cht_sandbox_alarm_free (ChtSandboxAlarm *self)
{
  g_free (self->severity);
  g_free (self->description);
  g_free (self->object_id);
  g_free (self->object_description);
  g_free (self->acknowledged_by);
  g_free (self->category);
  g_free (self);
}

#define ALARM_COLUMNS "severity, description, object_id, object_description, acknowledged_by, category, created," \
                      " updated, closed, acknowledged, ack_due, ack_wanted"
#define ALARM "SELECT " ALARM_COLUMNS ", id FROM alarm"

static gpointer
read_alarm (sqlite3_stmt *statement)
{
  ChtSandboxAlarm *self = g_new0 (ChtSandboxAlarm, 1);

  self->severity = cht_sandbox_sql_text (statement, 0);
  self->description = cht_sandbox_sql_text (statement, 1);
  self->object_id = cht_sandbox_sql_text (statement, 2);
  self->object_description = cht_sandbox_sql_text (statement, 3);
  self->acknowledged_by = cht_sandbox_sql_text (statement, 4);
  self->category = cht_sandbox_sql_text (statement, 5);
  self->created = sqlite3_column_int64 (statement, 6);
  self->updated = sqlite3_column_int64 (statement, 7);
  self->closed = sqlite3_column_int64 (statement, 8);
  self->acknowledged = sqlite3_column_int (statement, 9) != 0;
  self->ack_due = sqlite3_column_int64 (statement, 10);
  self->ack_wanted = sqlite3_column_int (statement, 11) != 0;
  self->id = sqlite3_column_int64 (statement, 12);
  return self;
}

ChtSandboxAlarm *
cht_sandbox_store_get_alarm (ChtSandboxStore *self, gint64 id)
{
  return read_one (cht_sandbox_sql_prepare (self, NULL, ALARM " WHERE id = ?", "i", id), read_alarm);
}

GPtrArray *
cht_sandbox_store_list_alarms (ChtSandboxStore *self, gboolean open_only, gint64 limit, gint64 offset, gint64 *total)
{
  if (total != NULL)
    *total = read_number (cht_sandbox_sql_prepare (self, NULL, "SELECT count(*) FROM alarm WHERE NOT ? OR closed = 0",
                                                   "i",
                                                   (gint64) open_only));
  return read_rows (cht_sandbox_sql_prepare (self, NULL,
                                             ALARM " WHERE NOT ? OR closed = 0 ORDER BY id DESC LIMIT ? OFFSET ?",
                                             "iii", (gint64) open_only, limit, offset),
                    read_alarm, (GDestroyNotify) cht_sandbox_alarm_free);
}

gboolean
cht_sandbox_store_put_alarm (ChtSandboxStore *self, const ChtSandboxAlarm *alarm, GError **error)
{
  return cht_sandbox_sql_run (self, error,
                              "INSERT OR REPLACE INTO alarm (" ALARM_COLUMNS ", id)"
                              " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, nullif (?, 0))",
                              "ssssssiiiiiii", alarm->severity, alarm->description, alarm->object_id,
                              alarm->object_description,
                              alarm->acknowledged_by, alarm->category, alarm->created, alarm->updated, alarm->closed,
                              (gint64) alarm->acknowledged, alarm->ack_due, (gint64) alarm->ack_wanted, alarm->id);
}
