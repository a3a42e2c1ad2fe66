/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-keyring.h"

#include <glib/gi18n-lib.h>
#include <sodium.h>
#include <string.h>

#include "cht-keyring-wait.h"
#include "cht-pack.h"

#define VERSION 1
#define RAW (1 + CHT_SEAL_KEY + 8 + CHT_SEAL_HASH)
#define LINE sodium_base64_ENCODED_LEN (RAW, sodium_base64_VARIANT_ORIGINAL)
#define SESSION_COLLECTION "/org/freedesktop/secrets/collection/session"

/* Names in other people's schemas do not matter to a search: some services drop them. */
static const SecretSchema schema = {
  "org.chatelaine.Vault", SECRET_SCHEMA_DONT_MATCH_NAME, { { "vault", SECRET_SCHEMA_ATTRIBUTE_STRING }, { NULL, 0 } },
};

struct _ChtKeyring {
  ChtWait *wait;
  ChtPromptService *service;
  SecretItem *item;
};

void
cht_keyring_content_clear (ChtKeyringContent *self)
{
  g_clear_pointer (&self->key, cht_secret_unref);
}

ChtSecret *
cht_keyring_content_to_line (const ChtKeyringContent *self)
{
  guint8 raw[RAW];
  char line[LINE];
  guint64 generation = GUINT64_TO_LE (self->generation);
  ChtSecret *secret;

  raw[0] = VERSION;
  memcpy (raw + 1, cht_secret_get_data (self->key), CHT_SEAL_KEY);
  memcpy (raw + 1 + CHT_SEAL_KEY, &generation, sizeof generation);
  memcpy (raw + 1 + CHT_SEAL_KEY + sizeof generation, self->hash, CHT_SEAL_HASH);
  sodium_bin2base64 (line, sizeof line, raw, sizeof raw, sodium_base64_VARIANT_ORIGINAL);
  secret = cht_secret_new_text (line);
  cht_wipe (raw, sizeof raw);
  cht_wipe (line, sizeof line);
  return secret;
}

gboolean
cht_keyring_content_from_line (ChtKeyringContent *self, const char *text, gsize size)
{
  guint8 raw[RAW];
  gsize used = 0;
  ChtUnpack in = { raw + 1 + CHT_SEAL_KEY, sizeof raw - 1 - CHT_SEAL_KEY };
  gboolean good = sodium_base642bin (raw, sizeof raw, text, size, NULL, &used, NULL,
                                     sodium_base64_VARIANT_ORIGINAL) == 0 &&
                  used == sizeof raw && raw[0] == VERSION && cht_unpack_u64 (&in, &self->generation) &&
                  cht_unpack_raw (&in, self->hash, CHT_SEAL_HASH);

  if (good)
    {
      cht_keyring_content_clear (self);
      self->key = cht_secret_new (raw + 1, CHT_SEAL_KEY);
    }
  cht_wipe (raw, sizeof raw);
  return good;
}

ChtKeyring *
cht_keyring_new (ChtKeyringPromptFunc on_prompt, gpointer data)
{
  ChtKeyring *self = g_new0 (ChtKeyring, 1);

  self->wait = cht_wait_new (on_prompt, data);
  return self;
}

void
cht_keyring_disconnect (ChtKeyring *self)
{
  if (self->service != NULL)
    cht_prompt_service_bind (self->service, NULL);
  g_clear_object (&self->item);
  g_clear_object (&self->service);
}

void
cht_keyring_free (ChtKeyring *self)
{
  cht_keyring_disconnect (self);
  cht_wait_free (self->wait);
  g_free (self);
}

/* What a step that failed means; FALLBACK where it is the service's own refusal. Takes ERROR. */
static ChtKeyringState
judge (ChtKeyring *self, GError *error, ChtKeyringState fallback)
{
  g_autoptr (GError) owned = error;

  if (cht_wait_is_late (self->wait))
    return CHT_KEYRING_HUNG;
  if (cht_wait_is_cancelled (self->wait) || owned == NULL)
    return CHT_KEYRING_CANCELLED;
  g_debug ("Secret Service: %s %d", g_quark_to_string (owned->domain), owned->code);
  if (g_error_matches (owned, SECRET_ERROR, SECRET_ERROR_IS_LOCKED))
    return CHT_KEYRING_LOCKED;
  if (g_error_matches (owned, G_IO_ERROR, G_IO_ERROR_CLOSED))
    return CHT_KEYRING_NO_BUS;
  if (g_error_matches (owned, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN)
      || g_error_matches (owned, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER)
      || g_error_matches (owned, G_DBUS_ERROR, G_DBUS_ERROR_NO_REPLY)
      || owned->domain == G_SPAWN_ERROR
      || (owned->domain == G_DBUS_ERROR && owned->code >= G_DBUS_ERROR_SPAWN_EXEC_FAILED
          && owned->code <= G_DBUS_ERROR_SPAWN_NO_MEMORY))
    return CHT_KEYRING_NO_SERVICE;
  return fallback;
}

/* PRESENT stands for "go on" in the steps of a walk. */
static ChtKeyringState
connect_service (ChtKeyring *self)
{
  g_autoptr (GAsyncResult) got_bus = NULL;
  g_autoptr (GAsyncResult) got_service = NULL;
  g_autoptr (GDBusConnection) bus = NULL;
  g_autoptr (SecretService) service = NULL;
  g_autoptr (GError) error = NULL;

  if (self->service != NULL)
    return CHT_KEYRING_PRESENT;
  g_bus_get (G_BUS_TYPE_SESSION, cht_wait_get_cancellable (self->wait), cht_wait_on_ready_cb,
             cht_wait_expect (self->wait));
  got_bus = cht_wait_for (self->wait);
  bus = got_bus != NULL ? g_bus_get_finish (got_bus, &error) : NULL;
  if (bus == NULL)
    {
      ChtKeyringState state = judge (self, g_steal_pointer (&error), CHT_KEYRING_NO_BUS);

      return state == CHT_KEYRING_NO_SERVICE ? CHT_KEYRING_NO_BUS : state;
    }
  /* Collections are not loaded here: libsecret 0.20.5 answers once for each of them that fails, such as when
   * all are cancelled, and a second answer is a critical. The walk loads the one that it needs. */
  secret_service_open (CHT_TYPE_PROMPT_SERVICE, NULL, SECRET_SERVICE_OPEN_SESSION,
                       cht_wait_get_cancellable (self->wait), cht_wait_on_ready_cb, cht_wait_expect (self->wait));
  got_service = cht_wait_for (self->wait);
  service = got_service != NULL ? secret_service_open_finish (got_service, &error) : NULL;
  if (service == NULL)
    return judge (self, g_steal_pointer (&error), CHT_KEYRING_NO_SERVICE);
  self->service = CHT_PROMPT_SERVICE (g_steal_pointer (&service));
  cht_prompt_service_bind (self->service, self->wait);
  return CHT_KEYRING_PRESENT;
}

/* The collection that new items go to. The `session` collection dies with the login, and a key in it too:
 * never that one. */
static ChtKeyringState
find_default (ChtKeyring *self, SecretCollection **collection)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  secret_collection_for_alias (SECRET_SERVICE (self->service), SECRET_COLLECTION_DEFAULT,
                               SECRET_COLLECTION_NONE, cht_wait_get_cancellable (self->wait),
                               cht_wait_on_ready_cb, cht_wait_expect (self->wait));
  result = cht_wait_for (self->wait);
  *collection = result != NULL ? secret_collection_for_alias_finish (result, &error) : NULL;
  if (result == NULL || error != NULL)
    return judge (self, g_steal_pointer (&error), CHT_KEYRING_NO_COLLECTION);
  if (*collection != NULL &&
      g_str_equal (g_dbus_proxy_get_object_path (G_DBUS_PROXY (*collection)), SESSION_COLLECTION))
    g_clear_object (collection);
  return *collection != NULL ? CHT_KEYRING_PRESENT : CHT_KEYRING_NO_COLLECTION;
}

/* Where gnome-keyring finds no display to ask on, it says that its prompt was dismissed, at once: that was no
 * person. */
static gboolean
nobody_was_asked (ChtKeyring *self)
{
  GDBusConnection *bus = g_dbus_proxy_get_connection (G_DBUS_PROXY (self->service));
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GVariant) answer = NULL;
  gboolean is_gnome_keyring = FALSE;

  if (cht_prompt_service_get_last_time (self->service) > G_USEC_PER_SEC)
    return FALSE;
  g_dbus_connection_call (bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                          "NameHasOwner", g_variant_new ("(s)", "org.gnome.keyring"), G_VARIANT_TYPE ("(b)"),
                          G_DBUS_CALL_FLAGS_NONE, -1, cht_wait_get_cancellable (self->wait),
                          cht_wait_on_ready_cb, cht_wait_expect (self->wait));
  result = cht_wait_for (self->wait);
  answer = result != NULL ? g_dbus_connection_call_finish (bus, result, NULL) : NULL;
  if (answer != NULL)
    g_variant_get (answer, "(b)", &is_gnome_keyring);
  return is_gnome_keyring;
}

/* Always calls Unlock, then judges: some collections say that they are locked and open unasked. A dismissed
 * prompt gives a count of 0 and no error. */
static ChtKeyringState
unlock (ChtKeyring *self, GDBusProxy *object)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GList one = { object, NULL, NULL };
  guint prompts = cht_prompt_service_get_n_prompts (self->service);
  int n;

  secret_service_unlock (SECRET_SERVICE (self->service), &one, cht_wait_get_cancellable (self->wait),
                         cht_wait_on_ready_cb, cht_wait_expect (self->wait));
  result = cht_wait_for (self->wait);
  if (result == NULL)
    return judge (self, NULL, CHT_KEYRING_LOCKED);
  n = secret_service_unlock_finish (SECRET_SERVICE (self->service), result, NULL, &error);
  if (error != NULL)
    return judge (self, g_steal_pointer (&error), CHT_KEYRING_LOCKED);
  if (n > 0)
    return CHT_KEYRING_PRESENT;
  return cht_prompt_service_get_n_prompts (self->service) > prompts && !nobody_was_asked (self) ? CHT_KEYRING_CANCELLED
                                                                                              : CHT_KEYRING_LOCKED;
}

static ChtKeyringState
search (ChtKeyring *self, const char *uuid)
{
  g_autoptr (GHashTable) attributes = secret_attributes_build (&schema, "vault", uuid, NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GList *items;

  g_clear_object (&self->item);
  secret_service_search (SECRET_SERVICE (self->service), &schema, attributes, SECRET_SEARCH_ALL,
                         cht_wait_get_cancellable (self->wait), cht_wait_on_ready_cb, cht_wait_expect (self->wait));
  result = cht_wait_for (self->wait);
  items = result != NULL ? secret_service_search_finish (SECRET_SERVICE (self->service), result, &error) : NULL;
  if (result == NULL || error != NULL)
    return judge (self, g_steal_pointer (&error), CHT_KEYRING_HUNG);
  for (GList *l = items; l != NULL; l = l->next)
    /* Unlocked ones come first; the first that is not of the session stands. */
    if (self->item == NULL && !g_str_has_prefix (g_dbus_proxy_get_object_path (l->data), SESSION_COLLECTION "/"))
      self->item = g_object_ref (l->data);
  g_list_free_full (items, g_object_unref);
  return self->item != NULL ? CHT_KEYRING_PRESENT : CHT_KEYRING_ABSENT;
}

static ChtKeyringState
load (ChtKeyring *self, ChtKeyringContent *content)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (SecretValue) value = NULL;
  const char *text;
  gsize size;

  secret_item_load_secret (self->item, cht_wait_get_cancellable (self->wait), cht_wait_on_ready_cb,
                           cht_wait_expect (self->wait));
  result = cht_wait_for (self->wait);
  if (result == NULL || !secret_item_load_secret_finish (self->item, result, &error))
    return judge (self, g_steal_pointer (&error), CHT_KEYRING_LOCKED);
  value = secret_item_get_secret (self->item);
  if (value == NULL)
    return CHT_KEYRING_LOCKED;
  text = secret_value_get (value, &size);
  return cht_keyring_content_from_line (content, text, size) ? CHT_KEYRING_PRESENT : CHT_KEYRING_MISMATCH;
}

static ChtKeyringState
walk_steps (ChtKeyring *self, const char *uuid, ChtKeyringContent *content)
{
  g_autoptr (SecretCollection) collection = NULL;
  ChtKeyringState state = connect_service (self), alias;

  if (state != CHT_KEYRING_PRESENT)
    return state;
  alias = find_default (self, &collection);
  if (alias != CHT_KEYRING_PRESENT && alias != CHT_KEYRING_NO_COLLECTION)
    return alias;
  if (collection != NULL)
    {
      state = unlock (self, G_DBUS_PROXY (collection));
      if (state != CHT_KEYRING_PRESENT)
        return state;
    }
  state = search (self, uuid);
  if (state != CHT_KEYRING_PRESENT)
    return state == CHT_KEYRING_ABSENT && collection == NULL ? CHT_KEYRING_NO_COLLECTION : state;
  if (secret_item_get_locked (self->item))
    {
      state = unlock (self, G_DBUS_PROXY (self->item));
      if (state != CHT_KEYRING_PRESENT)
        return state;
    }
  return load (self, content);
}

/* States in which an old connection may be to blame: the daemon that it knew is gone. */
static gboolean
is_stale (ChtKeyringState state)
{
  return state == CHT_KEYRING_NO_SERVICE || state == CHT_KEYRING_NO_BUS || state == CHT_KEYRING_LOCKED
      || state == CHT_KEYRING_NO_COLLECTION || state == CHT_KEYRING_ABSENT;
}

ChtKeyringState
cht_keyring_walk (ChtKeyring *self, const char *uuid, GCancellable *cancellable, ChtKeyringContent *content)
{
  ChtKeyringState state;

  /* A walk begins anew, so that no cached property of an earlier daemon is believed. */
  cht_keyring_disconnect (self);
  cht_wait_begin (self->wait, CHT_KEYRING_PATIENCE, cancellable);
  state = walk_steps (self, uuid, content);
  cht_wait_end (self->wait);
  if (state != CHT_KEYRING_PRESENT)
    cht_keyring_disconnect (self);
  return state;
}

static SecretValue *
value_new (const ChtKeyringContent *content)
{
  g_autoptr (ChtSecret) line = cht_keyring_content_to_line (content);
  gsize size = cht_secret_get_size (line);
  char *copy = g_malloc (size + 1);

  memcpy (copy, cht_secret_get_text (line), size + 1);
  return secret_value_new_full (copy, size, "text/plain", (GDestroyNotify) cht_wipe_free);
}

static ChtKeyringState
create_steps (ChtKeyring *self, const char *uuid, const ChtKeyringContent *content, gboolean *stored)
{
  g_autoptr (GHashTable) attributes = secret_attributes_build (&schema, "vault", uuid, NULL);
  g_autoptr (SecretCollection) collection = NULL;
  g_autoptr (SecretValue) value = value_new (content);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (SecretItem) made = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (ChtKeyringContent) back = { 0 };
  ChtKeyringState state = connect_service (self);

  if (state != CHT_KEYRING_PRESENT || (state = find_default (self, &collection)) != CHT_KEYRING_PRESENT
      || (state = unlock (self, G_DBUS_PROXY (collection))) != CHT_KEYRING_PRESENT)
    return state;
  *stored = TRUE;  /* from here on one may be there, whatever the answer */
  secret_item_create (collection, &schema, attributes, _("Key of the Chatelaine vault"), value,
                      SECRET_ITEM_CREATE_REPLACE, cht_wait_get_cancellable (self->wait), cht_wait_on_ready_cb,
                      cht_wait_expect (self->wait));
  result = cht_wait_for (self->wait);
  made = result != NULL ? secret_item_create_finish (result, &error) : NULL;
  if (made == NULL)
    return judge (self, g_steal_pointer (&error), CHT_KEYRING_LOCKED);
  state = search (self, uuid);
  if (state != CHT_KEYRING_PRESENT || (state = load (self, &back)) != CHT_KEYRING_PRESENT)
    return state;
  return cht_secret_equal (back.key, content->key) && back.generation == content->generation
                 && memcmp (back.hash, content->hash, sizeof back.hash) == 0
             ? CHT_KEYRING_PRESENT
             : CHT_KEYRING_MISMATCH;
}

ChtKeyringState
cht_keyring_create (ChtKeyring *self, const char *uuid, const ChtKeyringContent *content, GCancellable *cancellable)
{
  ChtKeyringState state;
  gboolean stored = FALSE;

  cht_keyring_disconnect (self);
  cht_wait_begin (self->wait, CHT_KEYRING_PATIENCE, cancellable);
  state = create_steps (self, uuid, content, &stored);
  cht_wait_end (self->wait);
  if (state != CHT_KEYRING_PRESENT)
    {
      if (stored && state != CHT_KEYRING_HUNG)
        cht_keyring_remove (self, uuid);
      cht_keyring_disconnect (self);
    }
  return state;
}

/* The item, without a prompt: the one that is known, or searched for over a fresh connection. */
static ChtKeyringState
reach (ChtKeyring *self, const char *uuid)
{
  ChtKeyringState state = connect_service (self);

  if (state == CHT_KEYRING_PRESENT && self->item == NULL)
    state = search (self, uuid);
  return state;
}

ChtKeyringState
cht_keyring_read (ChtKeyring *self, const char *uuid, ChtKeyringContent *content)
{
  ChtKeyringState state = CHT_KEYRING_ABSENT;

  cht_wait_begin (self->wait, CHT_KEYRING_PATIENCE, NULL);
  for (guint i = 0; i < 2 && state != CHT_KEYRING_PRESENT && is_stale (state); i++)
    {
      if (i > 0)
        cht_keyring_disconnect (self);
      state = reach (self, uuid);
      if (state == CHT_KEYRING_PRESENT)
        state = load (self, content);
    }
  cht_wait_end (self->wait);
  return state;
}

static ChtKeyringState
set_secret (ChtKeyring *self, const ChtKeyringContent *content)
{
  g_autoptr (SecretValue) value = value_new (content);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  secret_item_set_secret (self->item, value, cht_wait_get_cancellable (self->wait), cht_wait_on_ready_cb,
                          cht_wait_expect (self->wait));
  result = cht_wait_for (self->wait);
  if (result == NULL || !secret_item_set_secret_finish (self->item, result, &error))
    return judge (self, g_steal_pointer (&error), CHT_KEYRING_LOCKED);
  return CHT_KEYRING_PRESENT;
}

ChtKeyringState
cht_keyring_store (ChtKeyring *self, const char *uuid, const ChtKeyringContent *content)
{
  ChtKeyringState state = CHT_KEYRING_ABSENT;

  cht_wait_begin (self->wait, CHT_KEYRING_PATIENCE, NULL);
  for (guint i = 0; i < 2 && state != CHT_KEYRING_PRESENT && is_stale (state); i++)
    {
      if (i > 0)
        cht_keyring_disconnect (self);
      state = reach (self, uuid);
      if (state == CHT_KEYRING_PRESENT)
        state = set_secret (self, content);
    }
  cht_wait_end (self->wait);
  return state;
}

void
cht_keyring_remove (ChtKeyring *self, const char *uuid)
{
  g_autoptr (GAsyncResult) result = NULL;

  cht_wait_begin (self->wait, CHT_KEYRING_PATIENCE, NULL);
  if (reach (self, uuid) == CHT_KEYRING_PRESENT)
    {
      secret_item_delete (self->item, cht_wait_get_cancellable (self->wait), cht_wait_on_ready_cb,
                          cht_wait_expect (self->wait));
      result = cht_wait_for (self->wait);
      if (result != NULL && !secret_item_delete_finish (self->item, result, NULL))
        g_debug ("An item without a vault stays in the keyring");
    }
  cht_wait_end (self->wait);
  g_clear_object (&self->item);
}

gboolean
cht_keyring_is_plain (ChtKeyring *self)
{
  static const char prefix[] = "/org/freedesktop/secrets/collection/", plain[] = "[keyring]";
  const char *path = self->item != NULL ? g_dbus_proxy_get_object_path (G_DBUS_PROXY (self->item)) : NULL;
  g_auto (GStrv) parts = NULL;
  g_autofree char *escaped = NULL;
  g_autofree char *name = NULL;
  g_autofree char *file = NULL;
  g_autoptr (GFileInputStream) stream = NULL;
  g_autoptr (GFile) location = NULL;
  char first[sizeof plain] = { 0 };

  if (path == NULL || !g_str_has_prefix (path, prefix))
    return FALSE;
  parts = g_strsplit (path + strlen (prefix), "/", 2);
  /* gnome-keyring names the object after the file; what an object path may not hold is _xx, two hex digits. */
  escaped = g_strdelimit (g_strdup (parts[0]), "_", '%');
  name = g_uri_unescape_string (escaped, "/");
  if (name == NULL)
    return FALSE;
  file = g_strdup_printf ("%s/keyrings/%s.keyring", g_get_user_data_dir (), name);
  location = g_file_new_for_path (file);
  stream = g_file_read (location, NULL, NULL);
  return stream != NULL &&
         g_input_stream_read (G_INPUT_STREAM (stream), first, strlen (plain), NULL, NULL) ==
             (gssize) strlen (plain) &&
         g_str_equal (first, plain);
}
