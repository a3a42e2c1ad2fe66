/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-pkcs12.h"

#include <glib/gi18n-lib.h>
#include <gnutls/pkcs12.h>

#include "cht-algorithm.h"
#include "cht-key-envelope.h"
#include "cht-key-private.h"
#include "cht-pkcs12-safe.h"

#define MAX_BAGS 1000
#define MAX_ROUNDS (4 * CHT_KEY_ENVELOPE_MAX_OLD_ROUNDS)  /* of the seal and all parts together */

typedef struct {
  GPtrArray *objects;
  ChtObjectPlace place;
  GBytes *der;
  guint64 rounds;         /* spent on derivations */
  guint n_keys;
  ChtSecret *passphrase;  /* that opens it; (nullable) */
  gboolean is_proved;     /* the MAC says that it is the right one */
} Reading;

static gboolean
fail_passphrase (gboolean was_given, GError **error)
{
  if (was_given)
    g_set_error_literal (error, CHT_X509_ERROR, CHT_X509_ERROR_PASSPHRASE_WRONG,
                         _("Wrong passphrase for this PKCS#12 container, or it is damaged."));
  else
    g_set_error_literal (error, CHT_X509_ERROR, CHT_X509_ERROR_PASSPHRASE_NEEDED,
                         _("This PKCS#12 container is encrypted. Give its passphrase."));
  return FALSE;
}

/* Counts ROUNDS of a derivation before it is made. */
static gboolean
spend_rounds (Reading *reading, guint rounds, GError **error)
{
  reading->rounds += rounds;
  if (reading->rounds <= MAX_ROUNDS)
    return TRUE;
  g_set_error (error, CHT_X509_ERROR, CHT_X509_ERROR_LIMIT,
               _("Opening this PKCS#12 container takes more than %d rounds of derivation, the limit."), MAX_ROUNDS);
  return FALSE;
}

static const char *
text_of (ChtSecret *passphrase)
{
  return passphrase != NULL ? cht_secret_get_text (passphrase) : NULL;
}

static GBytes *
datum_to_bytes (const gnutls_datum_t *datum)
{
  return g_bytes_new (datum->data, datum->size);
}

static gboolean
read_key (Reading *reading, const gnutls_datum_t *datum, gboolean is_encrypted, GError **error)
{
  if (++reading->n_keys > CHT_X509_MAX_KEYS)
    {
      g_set_error (error, CHT_X509_ERROR, CHT_X509_ERROR_LIMIT, _("This holds more than %d private keys, the limit."),
                   CHT_X509_MAX_KEYS);
      return FALSE;
    }
  g_autoptr (ChtSecret) der = cht_secret_new (datum->data, datum->size);
  g_autoptr (ChtSecret) clear = NULL;
  g_autofree char *reason = NULL;
  g_autoptr (ChtKey) key = NULL;
  if (!is_encrypted)
    key = cht_key_new_from_pkcs12 (der);
  else if (cht_key_envelope_open ((ChtDer) { datum->data, datum->size }, reading->passphrase, &clear,
                                  &reason) == CHT_KEY_STATE_OPEN)
    key = cht_key_new_from_pkcs12 (clear);
  else
    key = cht_key_new_from_der (der, reading->passphrase);
  g_ptr_array_add (reading->objects, cht_object_new_key (reading->place, key));
  return TRUE;
}

static gboolean
read_element (Reading *reading, gnutls_pkcs12_bag_t bag, int index, GError **error)
{
  gnutls_datum_t datum;
  int type = gnutls_pkcs12_bag_get_type (bag, index);
  if (type < 0 || gnutls_pkcs12_bag_get_data (bag, index, &datum) < 0)
    return TRUE;
  if (type == GNUTLS_BAG_PKCS8_KEY || type == GNUTLS_BAG_PKCS8_ENCRYPTED_KEY)
    return read_key (reading, &datum, type == GNUTLS_BAG_PKCS8_ENCRYPTED_KEY, error);
  if (type == GNUTLS_BAG_CERTIFICATE || type == GNUTLS_BAG_CRL)
    {
      g_autoptr (GBytes) der = datum_to_bytes (&datum);
      g_ptr_array_add (reading->objects, cht_object_new_from_der (reading->place, der));
    }
  return TRUE;
}

/* What stands in a part that was opened without GnuTLS. */
static gboolean
read_safe (Reading *reading, ChtSecret *clear, GError **error)
{
  ChtDer all = { cht_secret_get_data (clear), cht_secret_get_size (clear) };
  ChtDer rest = { NULL, 0 }, content;
  ChtSafeKind kind;
  guint before = reading->objects->len;
  (void) cht_der_expect (&all, CHT_DER_SEQUENCE, &rest);
  for (guint i = 0; i < MAX_BAGS && cht_pkcs12_next_bag (&rest, &kind, &content); i++)
    {
      gnutls_datum_t datum = { (guint8 *) content.data, content.size };
      if (kind == CHT_SAFE_CERTIFICATE)
        {
          g_autoptr (GBytes) der = cht_der_to_bytes (content);
          g_ptr_array_add (reading->objects, cht_object_new_from_der (reading->place, der));
        }
      else if (kind != CHT_SAFE_OTHER && !read_key (reading, &datum, kind == CHT_SAFE_ENCRYPTED_KEY, error))
        return FALSE;
    }
  if (reading->objects->len == before)
    g_ptr_array_add (reading->objects, cht_object_new_unknown (reading->place, reading->der,
                                                                _("This part of the container is damaged or empty.")));
  return TRUE;
}

/* Encrypted in a way that GnuTLS does not open, or with another passphrase: the envelope tells which. */
static gboolean
open_part (Reading *reading, guint index, GError **error)
{
  ChtDer pfx = { g_bytes_get_data (reading->der, NULL), g_bytes_get_size (reading->der) };
  g_autoptr (GBytes) part = cht_pkcs12_find_encrypted (pfx, index);
  g_autoptr (ChtSecret) clear = NULL;
  g_autofree char *reason = NULL;
  if (part == NULL)
    return fail_passphrase (reading->passphrase != NULL, error);
  ChtDer envelope = { g_bytes_get_data (part, NULL), g_bytes_get_size (part) };
  ChtKeyState state = cht_key_envelope_open (envelope, reading->passphrase, &clear, &reason);
  if (state == CHT_KEY_STATE_OPEN)
    return read_safe (reading, clear, error);
  gboolean is_wrong = state == CHT_KEY_STATE_PASSPHRASE_NEEDED || state == CHT_KEY_STATE_PASSPHRASE_WRONG;
  if (is_wrong && !reading->is_proved)
    return fail_passphrase (reading->passphrase != NULL, error);
  g_ptr_array_add (reading->objects, cht_object_new_unknown (reading->place, reading->der, reason));
  return TRUE;
}

/* Decrypts BAG where it is encrypted; what only open_part can open is read there, and BAG stays as it is. */
static gboolean
open_bag (Reading *reading, gnutls_pkcs12_bag_t bag, guint index, GError **error)
{
  if (gnutls_pkcs12_bag_get_type (bag, 0) != GNUTLS_BAG_ENCRYPTED)
    return TRUE;
  unsigned int rounds = 0;
  if (gnutls_pkcs12_bag_enc_info (bag, NULL, NULL, NULL, NULL, &rounds, NULL) >= 0
      && !spend_rounds (reading, rounds, error))
    return FALSE;
  return gnutls_pkcs12_bag_decrypt (bag, text_of (reading->passphrase)) >= 0 || open_part (reading, index, error);
}

static gboolean
read_bag (Reading *reading, gnutls_pkcs12_t pkcs12, int index, gboolean *at_end, GError **error)
{
  gnutls_pkcs12_bag_t bag = NULL;
  *at_end = gnutls_pkcs12_bag_init (&bag) < 0;
  if (*at_end)
    return TRUE;
  int result = gnutls_pkcs12_get_bag (pkcs12, index, bag);
  *at_end = result == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE;
  gboolean good = result < 0 || open_bag (reading, bag, index, error);
  if (good && result < 0 && !*at_end)
    {
      g_ptr_array_add (reading->objects, cht_object_new_unknown (reading->place, reading->der,
          _("This part of the container is damaged.")));
      *at_end = TRUE;
    }
  int count = good && result >= 0 ? MIN (gnutls_pkcs12_bag_get_count (bag), MAX_BAGS) : 0;
  for (int i = 0; i < count && good; i++)
    good = read_element (reading, bag, i, error);
  gnutls_pkcs12_bag_deinit (bag);
  return good;
}

/* Which passphrase fits the MAC: the one given; where none was, the two kinds of empty ones. */
static gboolean
prove_passphrase (Reading *reading, gnutls_pkcs12_t pkcs12, ChtSecret *passphrase, GError **error)
{
  g_autoptr (ChtSecret) empty = cht_secret_new ("", 0);
  char *oid = NULL;
  unsigned int rounds = 0;
  int has_mac = gnutls_pkcs12_mac_info (pkcs12, NULL, NULL, NULL, &rounds, &oid);
  reading->passphrase = passphrase != NULL ? cht_secret_ref (passphrase) : NULL;
  g_autofree char *hash = g_strdup (oid);
  gnutls_free (oid);
  /* Without a seal nothing proves the passphrase, and nothing needs to. */
  if (has_mac < 0 && has_mac != GNUTLS_E_UNKNOWN_HASH_ALGORITHM)
    return TRUE;
  int result = has_mac;
  if (has_mac >= 0 && !spend_rounds (reading, rounds, error))
    return FALSE;
  if (has_mac >= 0)
    result = gnutls_pkcs12_verify_mac (pkcs12, text_of (passphrase));
  if (result == GNUTLS_E_UNKNOWN_HASH_ALGORITHM || result == GNUTLS_E_UNIMPLEMENTED_FEATURE)
    {
      g_set_error (error, CHT_X509_ERROR, CHT_X509_ERROR_UNSUPPORTED,
                   _("The seal of this PKCS#12 container uses %s, which cannot be checked here."),
                     cht_algorithm_name_hash (hash != NULL ? hash : "?"));
      return FALSE;
    }
  reading->is_proved = result >= 0;
  if (!reading->is_proved && passphrase == NULL && gnutls_pkcs12_verify_mac (pkcs12, "") >= 0)
    {
      reading->passphrase = g_steal_pointer (&empty);
      reading->is_proved = TRUE;
    }
  return reading->is_proved || fail_passphrase (passphrase != NULL, error);
}

static gboolean
read_bags (Reading *reading, gnutls_pkcs12_t pkcs12, ChtSecret *passphrase, GError **error)
{
  if (!prove_passphrase (reading, pkcs12, passphrase, error))
    return FALSE;
  gboolean at_end = FALSE;
  for (int i = 0; i < MAX_BAGS && !at_end; i++)
    if (!read_bag (reading, pkcs12, i, &at_end, error))
      return FALSE;
  return TRUE;
}

gboolean
cht_pkcs12_read (GPtrArray *objects, ChtObjectPlace place, GBytes *der, ChtSecret *passphrase, GError **error)
{
  gnutls_pkcs12_t pkcs12 = NULL;
  gnutls_datum_t datum = { (guint8 *) g_bytes_get_data (der, NULL), g_bytes_get_size (der) };
  guint before = objects->len;
  place.encoding = "PKCS#12";
  Reading reading = { .objects = objects, .place = place, .der = der };
  int result = gnutls_pkcs12_init (&pkcs12);
  if (result >= 0)
    result = gnutls_pkcs12_import (pkcs12, &datum, GNUTLS_X509_FMT_DER, 0);
  gboolean good = result < 0 || read_bags (&reading, pkcs12, passphrase, error);
  gnutls_pkcs12_deinit (pkcs12);
  g_clear_pointer (&reading.passphrase, cht_secret_unref);
  if (good && objects->len == before)
    g_ptr_array_add (objects, cht_object_new_unknown (place, der, result < 0
                                                        ? _("This PKCS#12 container is cut off or damaged.")
                                                        : _("This PKCS#12 container is empty.")));
  return good;
}
