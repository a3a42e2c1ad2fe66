/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A practice controller as a process of its own, in a folder of its own, and a client that speaks to it over TLS. */
#pragma once

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

typedef struct {
  GSubprocess *process;
  SoupSession *client;
  char *folder, *state, *url, *pin, *username, *password, *ticket, *token;
  char *facts;       /* the line that it printed */
} Box;

/* For g_test_add (): a controller with the demo seed, renewals of 0.5 s, logged in. */
void box_set_up (Box *self, gconstpointer data);
void box_tear_down (Box *self, gconstpointer data);

/* Starts it on the state that is there, and waits for its line. SEED, SECONDS: the options' values. */
void box_start (Box *self, const char *seed, const char *seconds);
/* SIGKILL, or SIGTERM: then its exit code. */
void box_kill (Box *self);
int box_end (Box *self);
/* A run with other options, to its end. ERR (out) (optional) */
int box_run (Box *self, char **err, const char *first, ...) G_GNUC_NULL_TERMINATED;

void box_log_in (Box *self);

/* One request; HEADER is an Authorization's value, NULL for none. TEXT (out) (optional). The HTTP status, 0 where the
 * connection broke. */
guint box_send (Box *self, const char *method, const char *path, const char *type, const char *body, const char *header,
                char **text);
/* The same with the token, and JSON: the answer is 200 and an object. In BODY, ' stands for ". PATH is what follows
 * /crosswork/. (transfer full) */
JsonObject *box_call (Box *self, const char *method, const char *path, const char *body);
/* … and BODY as it is. */
JsonObject *box_call_object (Box *self, const char *method, const char *path, JsonObject *body);
/* A form; its status. */
guint box_send_form (Box *self, const char *path, char **text, const char *first, ...) G_GNUC_NULL_TERMINATED;

/* Every member of OBJECT stands in SHAPE, with its type: lines "cert_summary[].cert_name s" (s text, n number, b
 * boolean), and what is listed as "… !" must be there. */
void assert_shape (JsonObject *object, const char *shape);

