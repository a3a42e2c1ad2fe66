/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Answers as JSON. The services speak protobuf behind the gateway: what is absent or null is "", 0, false or empty;
 * 64-bit numbers come as strings; unknown members are passed over. A wrong type is an error only where the meaning is
 * lost with it. Private to this room.
 */
#pragma once

#include <json-glib/json-glib.h>

#include "cht-secret.h"

G_BEGIN_DECLS

/* Scanned with cht_json_scan(), then parsed; the root is an object. CHT_CONTROLLER_ERROR_BAD_ANSWER, HOST in the
 * message. (transfer full) */
JsonNode *cht_json_parse (const char *text, gsize size, const char *host, GError **error);

/* Whatever scalar stands there, as text; "" for none, an object or an array. (transfer full) */
char *cht_json_dup_string (JsonObject *object, const char *member);
/* The same; the first of MEMBERS (NULL-terminated) that is not "". (transfer full) */
char *cht_json_dup_first (JsonObject *object, const char *const *members);
/* The same, made fit to show: for quoting what a controller says. (transfer full) */
/* What a server says, changed in place and fit to be quoted inside a sentence: one line, without a full stop of its
 * own. (transfer full) */
char *cht_json_shape_words (char *text);
char *cht_json_dup_words (JsonObject *object, const char *const *members);
/* true, "true", a number other than 0. */
gboolean cht_json_get_boolean (JsonObject *object, const char *member);
/* A number, or one as a string; INSTEAD where it is absent or neither. */
gint64 cht_json_get_int64 (JsonObject *object, const char *member, gint64 instead);
double cht_json_get_double (JsonObject *object, const char *member, double instead);
/* Epoch milliseconds as seconds; CHT_TIME_UNKNOWN for 0, absent, or beyond the year 9999. */
gint64 cht_json_get_milliseconds (JsonObject *object, const char *member);
/* NULL where it is absent or no object. OBJECT may be NULL, so that paths can be walked. (transfer none) (nullable) */
JsonObject *cht_json_get_object (JsonObject *object, const char *member);
/* The objects of an array, NULL-safe as above: absent is empty. A value that is no array, or an element that is no
 * object, is BAD_ANSWER: a list with holes is no list. (transfer container): of JsonObject, not owned */
GPtrArray *cht_json_get_objects (JsonObject *object, const char *member, const char *host, GError **error);
/* Scalars of an array as text; empty where there is none. (transfer full) */
GPtrArray *cht_json_dup_strings (JsonObject *object, const char *member);

/* Takes the string at PATH (NULL-terminated names of nested objects) out of TEXT into locked memory and blanks it in
 * TEXT, so that no parser copies it to the heap. TEXT must have passed cht_json_scan(). NULL where there is no such
 * string or it is empty. (transfer full) (nullable) */
ChtSecret *cht_json_cut_secret (char *text, gsize size, const char *const *path);

G_END_DECLS
