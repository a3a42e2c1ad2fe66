/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-sandbox-sessions.h"

#include <gnutls/crypto.h>
#include <json-glib/json-glib.h>
#include <string.h>

typedef struct { char *ticket, *id, *user; gint64 opened, used; } Session;

struct _ChtSandboxSessions {
  GHashTable *by_ticket;  /* owns the sessions */
  GHashTable *by_id;
  GHashTable *blocked;    /* user to the second at which it is free again (gint64) */
  char *key;
};

static void
session_free (gpointer data)
{
  Session *self = data;

  g_free (self->ticket);
  g_free (self->id);
  g_free (self->user);
  g_free (self);
}

ChtSandboxSessions *
cht_sandbox_sessions_new (const char *key)
{
  ChtSandboxSessions *self = g_new0 (ChtSandboxSessions, 1);

  self->by_ticket = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, session_free);
  self->by_id = g_hash_table_new (g_str_hash, g_str_equal);
  self->blocked = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->key = g_strdup (key);
  return self;
}

void
cht_sandbox_sessions_free (ChtSandboxSessions *self)
{
  g_hash_table_unref (self->by_id);
  g_hash_table_unref (self->by_ticket);
  g_hash_table_unref (self->blocked);
  gnutls_memset (self->key, 0, strlen (self->key));
  g_free (self->key);
  g_free (self);
}

static void
forget (ChtSandboxSessions *self, Session *session)
{
  g_hash_table_remove (self->by_id, session->id);
  g_hash_table_remove (self->by_ticket, session->ticket);
}

static gboolean
is_over (const Session *session, gint64 now)
{
  return now - session->opened >= CHT_SANDBOX_SESSION_LIFE || now - session->used >= CHT_SANDBOX_SESSION_IDLE;
}

static Session *
find (ChtSandboxSessions *self, GHashTable *table, const char *key, gint64 now)
{
  Session *session = g_hash_table_lookup (table, key);

  if (session == NULL || !is_over (session, now))
    return session;
  forget (self, session);
  return NULL;
}

static char *
random_text (gsize size)
{
  guint8 bytes[32];
  GString *text = g_string_new (NULL);

  g_assert (size <= sizeof bytes);
  /* Without random numbers there is no session worth the name. */
  if (gnutls_rnd (GNUTLS_RND_KEY, bytes, size) < 0)
    g_error ("The system's random source failed.");
  for (gsize i = 0; i < size; i++)
    g_string_append_printf (text, "%02x", bytes[i]);
  return g_string_free (text, FALSE);
}

static gboolean
is_free_again (gpointer key, gpointer value, gpointer now)
{
  return *(gint64 *) value <= *(gint64 *) now;
}

void
cht_sandbox_sessions_block (ChtSandboxSessions *self, const char *user, gint64 now)
{
  gint64 until = now + CHT_SANDBOX_BLOCK;

  /* What is over goes first, so that made-up names do not pile up. */
  g_hash_table_foreach_remove (self->blocked, is_free_again, &now);
  g_hash_table_replace (self->blocked, g_strdup (user), g_memdup2 (&until, sizeof until));
}

gboolean
cht_sandbox_sessions_is_blocked (ChtSandboxSessions *self, const char *user, gint64 now)
{
  gint64 *until = g_hash_table_lookup (self->blocked, user);

  return until != NULL && *until > now;
}

ChtSandboxOpening
cht_sandbox_sessions_open (ChtSandboxSessions *self, const char *user, gint64 now, char **ticket)
{
  g_autoptr (GList) all = g_hash_table_get_values (self->by_ticket);
  g_autofree char *secret = random_text (32);
  guint of_user = 0;
  Session *session;

  for (GList *at = all; at != NULL; at = at->next)
    {
      session = at->data;
      if (is_over (session, now))
        forget (self, session);
      else if (g_str_equal (session->user, user))
        of_user++;
    }
  if (of_user >= CHT_SANDBOX_SESSIONS_OF_USER)
    return CHT_SANDBOX_USER_LIMIT;
  if (g_hash_table_size (self->by_ticket) >= CHT_SANDBOX_SESSIONS)
    return CHT_SANDBOX_TOTAL_LIMIT;
  session = g_new0 (Session, 1);
  session->ticket = g_strconcat ("TGT-", secret, NULL);
  session->id = random_text (16);
  session->user = g_strdup (user);
  session->opened = session->used = now;
  g_hash_table_insert (self->by_ticket, session->ticket, session);
  g_hash_table_insert (self->by_id, session->id, session);
  *ticket = g_strdup (session->ticket);
  return CHT_SANDBOX_OPENED;
}

/* base64url without padding (RFC 7515) */
static char *
encode_url (gconstpointer data, gsize size)
{
  char *text = g_base64_encode (data, size);
  gsize used = 0;

  for (gsize i = 0; text[i] != '\0'; i++)
    if (text[i] != '=')
      text[used++] = text[i] == '+' ? '-' : text[i] == '/' ? '_' : text[i];
  text[used] = '\0';
  return text;
}

static char *
decode_url (const char *text, gsize size)
{
  g_autoptr (GString) digits = g_string_sized_new (size + 4);
  g_autofree guchar *data = NULL;
  gsize length;

  for (gsize i = 0; i < size; i++)
    g_string_append_c (digits, text[i] == '-' ? '+' : text[i] == '_' ? '/' : text[i]);
  while (digits->len % 4 != 0)
    g_string_append_c (digits, '=');
  data = g_base64_decode (digits->str, &length);
  return g_strndup ((const char *) data, length);
}

static char *
sign (ChtSandboxSessions *self, const char *text, gsize size)
{
  guint8 tag[32];

  if (gnutls_hmac_fast (GNUTLS_MAC_SHA256, self->key, strlen (self->key), text, size, tag) < 0)
    g_error ("HMAC with SHA-256 failed.");
  return encode_url (tag, sizeof tag);
}

char *
cht_sandbox_sessions_make_token (ChtSandboxSessions *self, const char *ticket, gint64 now)
{
  Session *session = find (self, self->by_ticket, ticket, now);
  g_autoptr (JsonObject) claims = NULL;
  g_autoptr (JsonNode) node = NULL;
  g_autofree char *json = NULL, *head = NULL, *body = NULL, *text = NULL, *tag = NULL, *nonce = NULL;
  gint64 issued = g_get_real_time () / G_USEC_PER_SEC;

  if (session == NULL)
    return NULL;
  session->used = now;
  nonce = random_text (16);
  claims = json_object_new ();
  json_object_set_string_member (claims, "iss", "practice-controller");
  json_object_set_string_member (claims, "sub", session->user);
  json_object_set_string_member (claims, "sid", session->id);
  json_object_set_string_member (claims, "jti", nonce);
  json_object_set_int_member (claims, "iat", issued);
  json_object_set_int_member (claims, "exp", issued + CHT_SANDBOX_SESSION_LIFE - (now - session->opened));
  node = json_node_init_object (json_node_alloc (), claims);
  json = json_to_string (node, FALSE);
  head = encode_url ("{\"alg\":\"HS256\",\"typ\":\"JWT\"}", strlen ("{\"alg\":\"HS256\",\"typ\":\"JWT\"}"));
  body = encode_url (json, strlen (json));
  text = g_strconcat (head, ".", body, NULL);
  tag = sign (self, text, strlen (text));
  return g_strconcat (text, ".", tag, NULL);
}

/* The session's id out of a token that this controller signed; NULL for any other. */
static char *
read_session_id (ChtSandboxSessions *self, const char *token)
{
  const char *dot = strchr (token, '.'), *last = strrchr (token, '.');
  g_autofree char *tag = NULL, *json = NULL;
  g_autoptr (JsonNode) node = NULL;

  if (dot == NULL || dot == last)
    return NULL;
  tag = sign (self, token, last - token);
  if (strlen (last + 1) != strlen (tag) || gnutls_memcmp (last + 1, tag, strlen (tag)) != 0)
    return NULL;
  json = decode_url (dot + 1, last - dot - 1);
  node = json_from_string (json, NULL);  /* our own text: the signature holds */
  return node != NULL ? g_strdup (json_object_get_string_member (json_node_get_object (node), "sid")) : NULL;
}

ChtSandboxToken
cht_sandbox_sessions_check (ChtSandboxSessions *self, const char *token, gint64 now, const char **user)
{
  g_autofree char *id = read_session_id (self, token);
  Session *session;

  if (id == NULL)
    return CHT_SANDBOX_TOKEN_BROKEN;
  session = find (self, self->by_id, id, now);
  if (session == NULL)
    return CHT_SANDBOX_TOKEN_ENDED;
  session->used = now;
  *user = session->user;
  return CHT_SANDBOX_TOKEN_GOOD;
}

gboolean
cht_sandbox_sessions_end (ChtSandboxSessions *self, const char *ticket, const char *user)
{
  Session *session = g_hash_table_lookup (self->by_ticket, ticket);

  if (session == NULL || !g_str_equal (session->user, user))
    return FALSE;
  forget (self, session);
  return TRUE;
}

void
cht_sandbox_sessions_end_all (ChtSandboxSessions *self)
{
  g_hash_table_remove_all (self->by_id);
  g_hash_table_remove_all (self->by_ticket);
}
