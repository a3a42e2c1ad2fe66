/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-sandbox-seed.h"

#include <gnutls/crypto.h>
#include <string.h>

#include "cht-clock.h"
#include "cht-sandbox-call.h"
#include "cht-sandbox-issue.h"

/* Root and intermediate as made together; the root's key is forgotten at once, a new intermediate comes with a new
 * root. */
typedef struct { GBytes *root, *ca, *ca_key; } Authority;

static void
authority_clear (Authority *self)
{
  g_clear_pointer (&self->root, g_bytes_unref);
  g_clear_pointer (&self->ca, g_bytes_unref);
  g_clear_pointer (&self->ca_key, g_bytes_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Authority, authority_clear)

static gboolean
make_authority (Authority *self, const char *name, gint64 from, gint64 to, GError **error)
{
  g_autofree char *root_name = g_strconcat (name, " Root CA", NULL);
  g_autofree char *ca_name = g_strconcat (name, " Issuing CA", NULL);
  ChtSandboxSpec root = { root_name, CHT_SANDBOX_CA, -1, NULL, from, to };
  ChtSandboxSpec ca = { ca_name, CHT_SANDBOX_CA, 0, NULL, from, to };
  g_autoptr (GBytes) root_key = cht_sandbox_make_key (error);

  if (root_key == NULL)
    return FALSE;
  self->root = cht_sandbox_issue (&root, root_key, NULL, NULL, NULL, error);
  self->ca_key = self->root != NULL ? cht_sandbox_make_key (error) : NULL;
  self->ca = self->ca_key != NULL ? cht_sandbox_issue (&ca, self->ca_key, self->root, root_key, NULL, error) : NULL;
  return self->ca != NULL;
}

static gboolean
set_bytes_fact (ChtSandboxStore *store, const char *key, GBytes *value, GError **error)
{
  g_autofree char *text = g_strndup (g_bytes_get_data (value, NULL), g_bytes_get_size (value));

  return cht_sandbox_store_set_fact (store, key, text, error);
}

static GBytes *
get_bytes_fact (ChtSandboxStore *store, const char *key)
{
  char *text = cht_sandbox_store_get_fact (store, key);

  return text != NULL ? g_bytes_new_take (text, strlen (text)) : NULL;
}

static gboolean
set_random_fact (ChtSandboxStore *store, const char *key, gsize size, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint8 bytes[32];

  g_assert (size <= sizeof bytes);
  if (gnutls_rnd (GNUTLS_RND_KEY, bytes, size) < 0)
    g_error ("The system's random source failed.");
  for (gsize i = 0; i < size; i++)
    g_string_append_printf (text, "%02x", bytes[i]);
  return cht_sandbox_store_set_fact (store, key, text->str, error);
}

gint64
cht_sandbox_get_record_end (const ChtSandboxRecord *record)
{
  gint64 end = cht_sandbox_get_first_end (record->trust);

  end = MIN (end, cht_sandbox_get_first_end (record->certificate));
  return MIN (end, cht_sandbox_get_first_end (record->leaf));
}

static gboolean
put_authority_record (ChtSandboxStore *store, const char *name, const char *role, const Authority *authority,
                      gboolean with_key, GError **error)
{
  g_autoptr (ChtSandboxRecord) record = g_new0 (ChtSandboxRecord, 1);

  record->name = g_strdup (name);
  record->role = g_strdup (role);
  record->trust = cht_sandbox_join (authority->root, authority->ca);
  record->certificate = with_key ? g_bytes_ref (authority->ca) : NULL;
  record->key = with_key ? g_bytes_ref (authority->ca_key) : NULL;
  record->updated_by = g_strdup (CHT_SANDBOX_ITSELF);
  record->updated = cht_sandbox_now ();
  record->expires = cht_sandbox_get_record_end (record);
  return cht_sandbox_store_put_record (store, record, error);
}

/* One leaf each for the controller and the data gateways: renewing one of a type renews all. */
static gboolean
issue_leaves (ChtSandboxStore *store, ChtSandboxRecord *record, gint64 from, gint64 to, GError **error)
{
  static const char *const names[] = { "Crosswork Controller", "Crosswork Data Gateway" };
  g_autoptr (GBytes) ca = get_bytes_fact (store, CHT_SANDBOX_FACT_INTERNAL_CA);
  g_autoptr (GBytes) ca_key = get_bytes_fact (store, CHT_SANDBOX_FACT_INTERNAL_CA_KEY);

  g_clear_pointer (&record->leaf, g_bytes_unref);
  g_clear_pointer (&record->leaf_key, g_bytes_unref);
  to = MIN (to, cht_sandbox_get_first_end (ca));
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      ChtSandboxSpec spec = { names[i], CHT_SANDBOX_PEER, -1, NULL, from, to };
      g_autoptr (GBytes) key = cht_sandbox_make_key (error);
      g_autoptr (GBytes) leaf = key != NULL ? cht_sandbox_issue (&spec, key, ca, ca_key, NULL, error) : NULL;
      g_autoptr (GBytes) leaves = record->leaf, keys = record->leaf_key;

      record->leaf = record->leaf_key = NULL;
      if (leaf == NULL)
        return FALSE;
      record->leaf = cht_sandbox_join (leaves, leaf);
      record->leaf_key = cht_sandbox_join (keys, key);
    }
  record->updated = cht_sandbox_now ();
  record->expires = cht_sandbox_get_record_end (record);
  return cht_sandbox_store_put_record (store, record, error);
}

gboolean
cht_sandbox_renew_leaves (ChtSandboxStore *store, GError **error)
{
  g_autoptr (ChtSandboxRecord) record = cht_sandbox_store_get_record (store, CHT_SANDBOX_INTERNAL);
  gint64 now = cht_sandbox_now () / 1000;

  return record == NULL || issue_leaves (store, record, now - 60, now + CHT_SANDBOX_LEAF_DAYS * CHT_DAY, error);
}

static gboolean
put_internal_authority (ChtSandboxStore *store, gint64 from, gint64 to, GError **error)
{
  g_auto (Authority) internal = { NULL }, syslog = { NULL };

  return make_authority (&internal, "Crosswork Internal", from, to, error)
         && set_bytes_fact (store, CHT_SANDBOX_FACT_INTERNAL_CA, internal.ca, error)
         && set_bytes_fact (store, CHT_SANDBOX_FACT_INTERNAL_CA_KEY, internal.ca_key, error)
         && put_authority_record (store, CHT_SANDBOX_INTERNAL, "Crosswork Internal TLS", &internal, FALSE, error)
         && make_authority (&syslog, "Crosswork Device Syslog", from, to, error)
         && put_authority_record (store, CHT_SANDBOX_DEVICE_SYSLOG, "Device Syslog Communication", &syslog, FALSE,
                                  error);
}

gboolean
cht_sandbox_renew_roots (ChtSandboxStore *store, GError **error)
{
  gint64 now = cht_sandbox_now () / 1000;

  return put_internal_authority (store, now - 60, now + CHT_SANDBOX_CA_DAYS * CHT_DAY, error);
}

static gboolean
seed_identity (ChtSandboxStore *store, const Authority *web, GError **error)
{
  g_autoptr (GBytes) key = cht_sandbox_make_key (error);

  return key != NULL && set_random_fact (store, CHT_SANDBOX_FACT_PASSWORD, 16, error)
         && set_random_fact (store, CHT_SANDBOX_FACT_TOKEN_KEY, 32, error)
         && set_bytes_fact (store, CHT_SANDBOX_FACT_WEB_CA, web->ca, error)
         && set_bytes_fact (store, CHT_SANDBOX_FACT_WEB_CA_KEY, web->ca_key, error)
         && set_bytes_fact (store, CHT_SANDBOX_FACT_LISTENER_KEY, key, error);
}

static gboolean
seed_destinations (ChtSandboxStore *store, GError **error)
{
  static const ChtSandboxDestination all[] = {
    { NULL, "kafka-mutual", "ROBOT_MSVC_TRANS_KAFKA", "mutual", "192.0.2.11", NULL, 9093, FALSE },
    { NULL, "kafka-server-auth", "ROBOT_MSVC_TRANS_KAFKA", "server", "192.0.2.12", NULL, 9093, FALSE },
    { NULL, "grpc-mutual", "ROBOT_MSVC_TRANS_GRPC", "mutual", "192.0.2.13", NULL, 57400, FALSE },
    { NULL, "kafka-in-use", "ROBOT_MSVC_TRANS_KAFKA", "mutual", "192.0.2.14", NULL, 9093, TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (all); i++)
    {
      g_autofree char *uuid = g_uuid_string_random ();
      ChtSandboxDestination one = all[i];

      one.uuid = uuid;
      if (!cht_sandbox_store_put_destination (store, &one, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
seed_demo (ChtSandboxStore *store, const Authority *web, gint64 now, GError **error)
{
  g_auto (Authority) sudi = { NULL }, owner = { NULL };
  g_autoptr (ChtSandboxRecord) internal = NULL;
  /* An hour more than 52 days, so that the whole days are 52 for as long. The CA is as old as its leaves. */
  gint64 end = now + 52 * CHT_DAY + 3600, begin = end - CHT_SANDBOX_LEAF_DAYS * CHT_DAY;

  if (!put_internal_authority (store, begin, begin + CHT_SANDBOX_CA_DAYS * CHT_DAY, error))
    return FALSE;
  internal = cht_sandbox_store_get_record (store, CHT_SANDBOX_INTERNAL);
  return internal != NULL && issue_leaves (store, internal, begin, end, error)
         && put_authority_record (store, CHT_SANDBOX_WEB, "Crosswork Web Server", web, TRUE, error)
         && make_authority (&sudi, "Practice Device Vendor", now - CHT_DAY, now + 99 * CHT_DAY, error)
         && put_authority_record (store, "Crosswork-ZTP-Device-SUDI", "ZTP SUDI", &sudi, FALSE, error)
         && make_authority (&owner, "Crosswork ZTP Owner", now - CHT_DAY, now + CHT_SANDBOX_CA_DAYS * CHT_DAY, error)
         && put_authority_record (store, "Crosswork-ZTP-Owner", "Secure ZTP Provisioning", &owner, TRUE, error)
         && seed_destinations (store, error);
}

gboolean
cht_sandbox_seed (ChtSandboxStore *store, gboolean demo, GError **error)
{
  g_autofree char *filled = cht_sandbox_store_get_fact (store, CHT_SANDBOX_FACT_LISTENER_KEY);
  g_auto (Authority) web = { NULL };
  gint64 now = cht_sandbox_now () / 1000;

  if (filled != NULL)
    return TRUE;
  if (!make_authority (&web, "Crosswork Web", now - CHT_DAY, now + CHT_SANDBOX_CA_DAYS * CHT_DAY, error)
      || !cht_sandbox_store_begin (store, error))
    return FALSE;
  if (seed_identity (store, &web, error) && (!demo || seed_demo (store, &web, now, error)))
    return cht_sandbox_store_commit (store, error);
  cht_sandbox_store_abort (store);
  return FALSE;
}

gboolean
cht_sandbox_ensure_listener (ChtSandboxStore *store, const char *address, GError **error)
{
  g_autoptr (GBytes) now_there = get_bytes_fact (store, CHT_SANDBOX_FACT_LISTENER);
  g_autofree char *for_address = cht_sandbox_store_get_fact (store, CHT_SANDBOX_FACT_LISTENER_ADDRESS);
  g_autoptr (GBytes) key = get_bytes_fact (store, CHT_SANDBOX_FACT_LISTENER_KEY);
  g_autoptr (GBytes) ca = get_bytes_fact (store, CHT_SANDBOX_FACT_WEB_CA);
  g_autoptr (GBytes) ca_key = get_bytes_fact (store, CHT_SANDBOX_FACT_WEB_CA_KEY);
  g_autoptr (GBytes) passphrase = get_bytes_fact (store, CHT_SANDBOX_FACT_WEB_CA_PASSPHRASE);
  g_autoptr (GBytes) leaf = NULL;
  gint64 now = cht_sandbox_now () / 1000;
  ChtSandboxSpec spec = { "Practice Controller", CHT_SANDBOX_SERVER, -1, address, now - 60,
                          MIN (now + CHT_SANDBOX_LEAF_DAYS * CHT_DAY, cht_sandbox_get_first_end (ca)) };

  if (now_there != NULL && cht_sandbox_get_first_end (now_there) >= now + CHT_SANDBOX_DUE_DAYS * CHT_DAY
      && g_strcmp0 (for_address, address) == 0)
    return TRUE;
  leaf = cht_sandbox_issue (&spec, key, ca, ca_key, passphrase, error);
  return leaf != NULL && set_bytes_fact (store, CHT_SANDBOX_FACT_LISTENER, leaf, error)
         && cht_sandbox_store_set_fact (store, CHT_SANDBOX_FACT_LISTENER_ADDRESS, address, error);
}

gboolean
cht_sandbox_adopt_web_ca (ChtSandboxStore *store, const ChtSandboxRecord *record, GError **error)
{
  g_autofree char *address = cht_sandbox_store_get_fact (store, CHT_SANDBOX_FACT_LISTENER_ADDRESS);
  g_autoptr (GBytes) passphrase = cht_sandbox_join (record->passphrase, NULL);

  return set_bytes_fact (store, CHT_SANDBOX_FACT_WEB_CA, record->certificate, error)
         && set_bytes_fact (store, CHT_SANDBOX_FACT_WEB_CA_KEY, record->key, error)
         && set_bytes_fact (store, CHT_SANDBOX_FACT_WEB_CA_PASSPHRASE, passphrase, error)
         && cht_sandbox_store_set_fact (store, CHT_SANDBOX_FACT_LISTENER_ADDRESS, "", error)
         && cht_sandbox_ensure_listener (store, address, error);
}
