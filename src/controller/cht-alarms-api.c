/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-alarms-api.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "cht-client-private.h"
#include "cht-clock.h"
#include "cht-fault.h"

/* Rows a page; without a limit the service caps at 100. */
#define PAGE 100u
/* A controller that makes up new alarms for every page has to end somewhere. */
#define MAX_ALARMS 100000

void
cht_api_alarm_free (ChtApiAlarm *self)
{
  if (self == NULL)
    return;
  g_free (self->id);
  g_free (self->severity);
  g_free (self->description);
  g_free (self->category);
  g_free (self->acknowledged_by);
  g_free (self);
}

static ChtApiAlarm *
read_alarm (JsonObject *object)
{
  ChtApiAlarm *self = g_new0 (ChtApiAlarm, 1);

  self->id = cht_json_dup_string (object, "AlarmId");
  self->severity = cht_json_dup_string (object, "State");
  self->description = cht_json_dup_string (object, "Description");
  self->category = cht_json_dup_string (object, "AlarmCategory");
  /* The API spells it so; a later release may mend it. */
  self->acknowledged_by = cht_json_dup_first (object, (const char *const[]) { "AcknowledeBy", "AcknowledgeBy", NULL });
  self->acknowledged = cht_json_get_boolean (object, "Acknowledge");
  self->created = cht_json_get_milliseconds (object, "Created");
  self->updated = cht_json_get_milliseconds (object, "Updated");
  self->closed = cht_json_get_milliseconds (object, "Closed");
  return self;
}

static GError *
make_refusal (JsonObject *object, const char *origin)
{
  g_autofree char *words = cht_json_dup_words (object, (const char *const[]) { "Message", "message", NULL });

  if (words[0] == '\0')
    return cht_fault_new (CHT_CONTROLLER_ERROR_REFUSED, _("%s refused this for an alarm without a reason."), origin);
  return cht_fault_new (CHT_CONTROLLER_ERROR_REFUSED, _("%s refused this for an alarm. It says: “%s”."), origin, words);
}

static gpointer
decode_alarms (ChtAnswer *answer, GError **error)
{
  g_autoptr (JsonNode) root = cht_answer_parse (answer, error);
  g_autoptr (GPtrArray) objects = NULL;
  g_autofree char *state = NULL;
  GPtrArray *alarms;

  if (root == NULL)
    return NULL;
  state = cht_json_dup_string (json_node_get_object (root), "state");
  if (g_str_equal (state, "Fail"))
    {
      g_propagate_error (error, make_refusal (json_node_get_object (root), answer->origin));
      return NULL;
    }
  objects = cht_json_get_objects (json_node_get_object (root), "alarms", answer->origin, error);
  if (objects == NULL)
    return NULL;
  alarms = g_ptr_array_new_with_free_func ((GDestroyNotify) cht_api_alarm_free);
  for (guint i = 0; i < objects->len; i++)
    g_ptr_array_add (alarms, read_alarm (g_ptr_array_index (objects, i)));
  return alarms;
}

static gpointer
decode_clearing (ChtAnswer *answer, GError **error)
{
  g_autoptr (JsonNode) root = cht_answer_parse (answer, error);
  g_autofree char *state = NULL;

  if (root == NULL)
    return NULL;
  state = cht_json_dup_string (json_node_get_object (root), "state");
  if (g_str_equal (state, "Success"))
    return GINT_TO_POINTER (TRUE);
  g_propagate_error (error, g_str_equal (state, "Fail") ? make_refusal (json_node_get_object (root), answer->origin)
                                                       : cht_fault_lost (NULL, answer->origin));
  return NULL;
}

/* ---- All pages: from 1 on, until one brings no alarm that is new ---- */

typedef struct {
  gboolean open_only;
  guint page;
  gint64 deadline;
  GHashTable *seen;    /* AlarmId */
  GPtrArray *alarms;
} Pages;

static void
pages_free (Pages *self)
{
  g_hash_table_unref (self->seen);
  g_clear_pointer (&self->alarms, g_ptr_array_unref);
  g_free (self);
}

static int
compare_newest_first (gconstpointer a, gconstpointer b)
{
  const ChtApiAlarm *first = *(ChtApiAlarm *const *) a, *second = *(ChtApiAlarm *const *) b;

  if (first->created != second->created)
    return first->created < second->created ? 1 : -1;
  return g_strcmp0 (first->id, second->id);
}

/* How many were new. */
static guint
take_page (Pages *self, GPtrArray *page)
{
  guint before = self->alarms->len;

  for (guint i = 0; i < page->len; i++)
    {
      ChtApiAlarm *alarm = g_ptr_array_index (page, i);
      if (self->alarms->len < MAX_ALARMS && g_hash_table_add (self->seen, g_strdup (alarm->id)))
        g_ptr_array_add (self->alarms, g_steal_pointer (&g_ptr_array_index (page, i)));
    }
  return self->alarms->len - before;
}

static void ask_page (GTask *task);

static void
on_page_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Pages *self = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GPtrArray) page = cht_client_call_finish (CHT_CLIENT (source), result, ask_page, &error);

  if (page == NULL)
    g_task_return_error (task, error);
  else if (take_page (self, page) > 0)
    {
      self->page++;
      ask_page (g_steal_pointer (&task));
    }
  else
    {
      g_ptr_array_sort (self->alarms, compare_newest_first);
      g_task_return_pointer (task, g_steal_pointer (&self->alarms), (GDestroyNotify) g_ptr_array_unref);
    }
}

/* Takes TASK. */
static void
ask_page (GTask *task)
{
  Pages *self = g_task_get_task_data (task);
  g_autofree char *criteria = g_strdup_printf ("select * from alarm limit %u page %u", PAGE, self->page);
  ChtBody *text = cht_body_new ();
  g_autoptr (GBytes) body = NULL;

  cht_body_append (text, self->open_only ? "{\"openAlarmsOnly\":true" : "{\"openAlarmsOnly\":false");
  cht_body_append_member (text, "criteria", criteria);
  cht_body_append (text, "}");
  body = cht_body_free_to_bytes (text);
  cht_client_call_async (g_task_get_source_object (task),
                         &(ChtCall) { "POST", "/crosswork/alarms/v1/query", body, .deadline = self->deadline,
                                     .decode = decode_alarms, .free_result = (GDestroyNotify) g_ptr_array_unref },
                         ask_page, g_task_get_cancellable (task), on_page_cb, task);
}

void
cht_api_list_alarms_async (ChtClient *client, gboolean open_only, GCancellable *c, GAsyncReadyCallback cb,
                           gpointer data)
{
  GTask *task = g_task_new (client, c, cb, data);
  Pages *pages = g_new0 (Pages, 1);

  pages->open_only = open_only;
  pages->page = 1;
  pages->deadline = g_get_monotonic_time () + (gint64) CHT_TRANSPORT_LIMITS.total * 1000;
  pages->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  pages->alarms = g_ptr_array_new_with_free_func ((GDestroyNotify) cht_api_alarm_free);
  g_task_set_source_tag (task, cht_api_list_alarms_async);
  g_task_set_task_data (task, pages, (GDestroyNotify) pages_free);
  ask_page (task);
}

GPtrArray *
cht_api_list_alarms_finish (ChtClient *client, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
cht_api_clear_alarm_async (ChtClient *client, const char *id, const char *note, GCancellable *c,
                           GAsyncReadyCallback cb, gpointer data)
{
  ChtBody *text = cht_body_new ();
  g_autoptr (GBytes) body = NULL;

  cht_body_append (text, "{");
  cht_body_append_member (text, "alarmId", id);
  if (note != NULL && note[0] != '\0')
    cht_body_append_member (text, "note", note);
  cht_body_append (text, "}");
  body = cht_body_free_to_bytes (text);
  cht_client_call_async (
      client, &(ChtCall) { "PUT", "/crosswork/alarms/v1/clear", body, .writes = TRUE, .decode = decode_clearing },
      cht_api_clear_alarm_async, c, cb, data);
}

gboolean
cht_api_clear_alarm_finish (ChtClient *client, GAsyncResult *result, GError **error)
{
  return cht_client_call_finish (client, result, cht_api_clear_alarm_async, error) != NULL;
}
