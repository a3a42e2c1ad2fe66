/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One request on its way: what a family's handler reads and answers. Absent fields of a request are "", FALSE, 0 or
 * NULL (protobuf behind the gateway); one of a wrong type makes the call malformed, as the gateway does. Fields that
 * are false, 0 or empty are left out of answers.
 */
#pragma once

#include <json-glib/json-glib.h>
#include "cht-sandbox-sessions.h"
#include "cht-sandbox-store.h"

G_BEGIN_DECLS

typedef struct _ChtSandbox ChtSandbox;

typedef struct {
  ChtSandbox *sandbox;
  ChtSandboxStore *store;
  ChtSandboxSessions *sessions;
  const char *user;        /* NULL on a public route */
  const char *tail;        /* the part of the path behind the route's; "" where none */
  JsonObject *body;        /* of a JSON route, never NULL there */
  GHashTable *form;        /* of a form route, never NULL there */
  gboolean malformed;
  guint status;            /* the answer: 0 until there is one */
  const char *content_type;
  char *text, *location;
} ChtSandboxCall;

void cht_sandbox_call_clear (ChtSandboxCall *self);

/* FROM may be NULL. The string belongs to FROM. */
const char *cht_sandbox_call_get_string (ChtSandboxCall *self, JsonObject *from, const char *member);
gboolean cht_sandbox_call_get_boolean (ChtSandboxCall *self, JsonObject *from, const char *member);
/* A number, or a string that holds one (64-bit numbers are strings). */
gint64 cht_sandbox_call_get_integer (ChtSandboxCall *self, JsonObject *from, const char *member);
/* NULL where it is absent. */
JsonObject *cht_sandbox_call_get_object (ChtSandboxCall *self, JsonObject *from, const char *member);
JsonArray *cht_sandbox_call_get_array (ChtSandboxCall *self, JsonObject *from, const char *member);

/* Each call has exactly one answer. */
void cht_sandbox_call_answer (ChtSandboxCall *self, JsonObject *object);  /* 200; takes OBJECT */
void cht_sandbox_call_answer_text (ChtSandboxCall *self, guint status, const char *text);
void cht_sandbox_call_answer_error (ChtSandboxCall *self, guint status, const char *error);  /* {"error": …} */

/* For answers: nothing is set where VALUE is empty, FALSE or 0. Objects and arrays are taken; empty ones are set. */
void cht_sandbox_set_string (JsonObject *object, const char *member, const char *value);
void cht_sandbox_set_boolean (JsonObject *object, const char *member, gboolean value);
void cht_sandbox_set_number (JsonObject *object, const char *member, gint64 value);  /* a 64-bit number: as text */
void cht_sandbox_set_bytes (JsonObject *object, const char *member, GBytes *value);  /* text that came as JSON: UTF-8 */
/* "Sun, 16 Feb 2031 23:47:42 UTC" (transfer full) */
char *cht_sandbox_time_text (gint64 seconds);
gint64 cht_sandbox_now (void);  /* milliseconds since 1970 */

typedef enum { CHT_SANDBOX_ROUTE_JSON, CHT_SANDBOX_ROUTE_NONE, CHT_SANDBOX_ROUTE_FORM } ChtSandboxRouteBody;
typedef enum {
  CHT_SANDBOX_ROUTE_BEARER,
  CHT_SANDBOX_ROUTE_PUBLIC,
  CHT_SANDBOX_ROUTE_BEARER_OR_400,  /* 400 instead of 403 */
} ChtSandboxRouteRight;

/* PATH ends with a slash where one more part follows (the tail). A family is an array of these that ends with
 * { NULL }. */
typedef struct {
  const char *method, *path;
  ChtSandboxRouteBody body;
  ChtSandboxRouteRight right;
  void (*handle) (ChtSandboxCall *call);
} ChtSandboxRoute;

extern const ChtSandboxRoute cht_sandbox_session_routes[];
extern const ChtSandboxRoute cht_sandbox_certificates_routes[];
extern const ChtSandboxRoute cht_sandbox_update_routes[];
extern const ChtSandboxRoute cht_sandbox_renewal_routes[];
extern const ChtSandboxRoute cht_sandbox_destinations_routes[];
extern const ChtSandboxRoute cht_sandbox_alarms_routes[];
extern const ChtSandboxRoute cht_sandbox_platform_routes[];

G_END_DECLS
