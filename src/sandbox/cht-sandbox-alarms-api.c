/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The alarm family, alarms/v1: query in pages, acknowledge, clear. HTTP 200 always; the state tells. */
#include <string.h>

#include "cht-sandbox-call.h"

#define MOST_ROWS 100
#define ACK_DELAY_MS 1000  /* an acknowledgement takes effect that much later, and up to twice as much more */

static void
answer_state (ChtSandboxCall *call, const char *state, const char *message, const char *alarm)
{
  JsonObject *answer = json_object_new ();

  json_object_set_string_member (answer, "state", state);
  cht_sandbox_set_string (answer, "Message", message);
  cht_sandbox_set_string (answer, "alarmId", alarm);
  cht_sandbox_call_answer (call, answer);
}

static JsonObject *
make_alarm (const ChtSandboxAlarm *alarm)
{
  JsonObject *object = json_object_new ();
  gboolean acknowledged =
      alarm->ack_due != 0 && alarm->ack_due <= cht_sandbox_now () ? alarm->ack_wanted : alarm->acknowledged;

  cht_sandbox_set_number (object, "AlarmId", alarm->id);
  json_object_set_string_member (object, "State", alarm->closed != 0 ? "Clear" : alarm->severity);
  json_object_set_string_member (object, "Description", alarm->description);
  cht_sandbox_set_string (object, "object_id", alarm->object_id);
  cht_sandbox_set_string (object, "object_description", alarm->object_description);
  cht_sandbox_set_number (object, "Created", alarm->created);
  cht_sandbox_set_number (object, "Updated", alarm->updated);
  cht_sandbox_set_number (object, "Closed", alarm->closed);
  cht_sandbox_set_boolean (object, "Acknowledge", acknowledged);
  if (acknowledged)
    cht_sandbox_set_string (object, "AcknowledeBy", alarm->acknowledged_by);
  json_object_set_string_member (object, "AlarmCategory", alarm->category);
  return object;
}

/* The number behind WORD; FALSE where WORD is there and no number follows, VALUE is kept where it is not. */
static gboolean
read_word (const char *const *words, const char *word, gint64 *value)
{
  for (gsize i = 0; words[i] != NULL; i++)
    if (g_ascii_strcasecmp (words[i], word) == 0)
      return words[i + 1] != NULL && g_ascii_string_to_signed (words[i + 1], 10, 1, 1000000, value, NULL);
  return TRUE;
}

/* "select * from alarm [limit N] [page M]". FALSE: no such sentence; MATCHES: a where never matches. */
static gboolean
read_criteria (const char *criteria, gint64 *limit, gint64 *page, gboolean *matches)
{
  g_auto (GStrv) split = g_strsplit_set (criteria, " \t\n", -1);
  g_autoptr (GPtrArray) words = g_ptr_array_new ();
  const char *const wanted[] = { "select", "*", "from", "alarm" };
  const char *const *all;

  for (gsize i = 0; split[i] != NULL; i++)
    if (split[i][0] != '\0')
      g_ptr_array_add (words, split[i]);
  if (words->len == 0)
    return TRUE;
  g_ptr_array_add (words, NULL);
  all = (const char *const *) words->pdata;
  for (gsize i = 0; i < G_N_ELEMENTS (wanted); i++)
    if (all[i] == NULL || g_ascii_strcasecmp (all[i], wanted[i]) != 0)
      return FALSE;
  for (gsize i = G_N_ELEMENTS (wanted); all[i] != NULL; i++)
    *matches = *matches && g_ascii_strcasecmp (all[i], "where") != 0;
  return read_word (all, "limit", limit) && read_word (all, "page", page);
}

static void
query_alarms (ChtSandboxCall *call)
{
  gboolean open_only = cht_sandbox_call_get_boolean (call, call->body, "openAlarmsOnly"), matches = TRUE;
  const char *criteria = cht_sandbox_call_get_string (call, call->body, "criteria");
  gint64 limit = MOST_ROWS, page = 1, total = 0;
  g_autoptr (GPtrArray) alarms = NULL;
  JsonObject *answer;
  JsonArray *rows;

  if (strlen (criteria) > 1000 || !read_criteria (criteria, &limit, &page, &matches))
    {
      answer_state (call, "Fail", "The criteria cannot be read.", NULL);
      return;
    }
  limit = MIN (limit, MOST_ROWS);
  alarms = cht_sandbox_store_list_alarms (call->store, open_only, matches ? limit : 0, (page - 1) * limit, &total);
  answer = json_object_new ();
  rows = json_array_new ();
  for (guint i = 0; i < alarms->len; i++)
    json_array_add_object_element (rows, make_alarm (g_ptr_array_index (alarms, i)));
  json_object_set_string_member (answer, "state", "Success");
  json_object_set_array_member (answer, "alarms", rows);
  cht_sandbox_set_number (answer, "total", matches ? total : 0);
  cht_sandbox_call_answer (call, answer);
}

/* The alarm that the call names; NULL where there is none, which is answered here. */
static ChtSandboxAlarm *
get_named (ChtSandboxCall *call)
{
  const char *text = cht_sandbox_call_get_string (call, call->body, "alarmId");
  ChtSandboxAlarm *alarm = NULL;
  gint64 id;

  if (g_ascii_string_to_signed (text, 10, 1, G_MAXINT64, &id, NULL))
    alarm = cht_sandbox_store_get_alarm (call->store, id);
  if (alarm == NULL)
    answer_state (call, "Fail", "There is no alarm by that id.", NULL);
  return alarm;
}

static void
acknowledge (ChtSandboxCall *call)
{
  g_autoptr (ChtSandboxAlarm) alarm = get_named (call);
  gboolean wanted = cht_sandbox_call_get_boolean (call, call->body, "ack");
  gint64 now = cht_sandbox_now ();

  if (alarm == NULL || call->malformed)
    return;
  /* What was due before this call is the state that this call changes. */
  if (alarm->ack_due != 0 && alarm->ack_due <= now)
    alarm->acknowledged = alarm->ack_wanted;
  alarm->ack_wanted = wanted;
  alarm->ack_due = now + ACK_DELAY_MS + g_random_int_range (0, 2 * ACK_DELAY_MS);
  alarm->updated = now;
  g_free (alarm->acknowledged_by);
  alarm->acknowledged_by = g_strdup (call->user);
  if (cht_sandbox_store_put_alarm (call->store, alarm, NULL))
    answer_state (call, "Success", NULL, cht_sandbox_call_get_string (call, call->body, "alarmId"));
}

static void
clear (ChtSandboxCall *call)
{
  g_autoptr (ChtSandboxAlarm) alarm = get_named (call);

  if (alarm == NULL || call->malformed)
    return;
  if (alarm->closed != 0)
    {
      answer_state (call, "Fail", "Alarm is already cleared.", NULL);
      return;
    }
  alarm->closed = alarm->updated = cht_sandbox_now ();
  if (cht_sandbox_store_put_alarm (call->store, alarm, NULL))
    answer_state (call, "Success", NULL, cht_sandbox_call_get_string (call, call->body, "alarmId"));
}

const ChtSandboxRoute cht_sandbox_alarms_routes[] = {
  { "POST", "/crosswork/alarms/v1/query", CHT_SANDBOX_ROUTE_JSON, CHT_SANDBOX_ROUTE_BEARER, query_alarms },
  { "PUT", "/crosswork/alarms/v1/ack", CHT_SANDBOX_ROUTE_JSON, CHT_SANDBOX_ROUTE_BEARER, acknowledge },
  { "PUT", "/crosswork/alarms/v1/clear", CHT_SANDBOX_ROUTE_JSON, CHT_SANDBOX_ROUTE_BEARER, clear },
  { NULL },
};
