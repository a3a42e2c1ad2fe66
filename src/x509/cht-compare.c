/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-compare.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "cht-certificate-private.h"
#include "cht-text.h"

/* Certificates of one file that have no equal in the other yet, each once. */
typedef struct
{
  GPtrArray *certificates; /* of ChtCertificate, or NULL where it found its like (unowned) */
} Side;

static void
difference_free (gpointer data)
{
  ChtDifference *difference = data;
  g_free (difference->message);
  g_free (difference->a);
  g_free (difference->b);
  g_free (difference);
}

/* (transfer full MESSAGE) */
static void
add (GPtrArray *out, const char *kind, const char *a, const char *b, char *message)
{
  ChtDifference *difference = g_new0 (ChtDifference, 1);
  *difference = (ChtDifference){ kind, message, g_strdup (a), g_strdup (b) };
  g_ptr_array_add (out, difference);
}

static char *
name_of (ChtCertificate *certificate)
{
  return cht_text_for_display (cht_certificate_get_label (certificate));
}

static const char *
sha_of (ChtCertificate *certificate)
{
  return certificate != NULL ? cht_certificate_get_sha256 (certificate) : NULL;
}

/* ---- Two certificates of one subject and key ---- */

static gboolean
same_words (const char *const *a, const char *const *b)
{
  if (a == NULL || b == NULL)
    return a == b;
  return g_strv_equal (a, b);
}

static char *
describe_dates (ChtCertificate *a, ChtCertificate *b)
{
  g_autofree char *name = name_of (a);
  g_autofree char *from_a = cht_time_describe_date (cht_certificate_get_not_before (a));
  g_autofree char *from_b = cht_time_describe_date (cht_certificate_get_not_before (b));
  g_autofree char *to_a = cht_time_describe_date (cht_certificate_get_not_after (a));
  g_autofree char *to_b = cht_time_describe_date (cht_certificate_get_not_after (b));
  return g_strdup_printf (_ ("“%s” has the same key with new dates: %s – %s in the first, %s – %s in the second."),
                          name, from_a, to_a, from_b, to_b);
}

static char *
describe_issuer (ChtCertificate *a, ChtCertificate *b)
{
  g_autofree char *name = name_of (a);
  g_autofree char *issuer_a = cht_text_for_display (cht_certificate_get_issuer (a));
  g_autofree char *issuer_b = cht_text_for_display (cht_certificate_get_issuer (b));
  return g_strdup_printf (_ ("The issuer of “%s” changed: “%s” in the first, “%s” in the second."), name, issuer_a,
                          issuer_b);
}

static gboolean
same_issuer (ChtCertificate *a, ChtCertificate *b)
{
  g_autoptr (GBytes) one = cht_certificate_normalize_issuer (a);
  g_autoptr (GBytes) other = cht_certificate_normalize_issuer (b);
  return g_bytes_equal (one, other);
}

static gboolean
same_usage (ChtCertificate *a, ChtCertificate *b)
{
  return cht_certificate_is_ca (a) == cht_certificate_is_ca (b)
         && cht_certificate_get_path_length (a) == cht_certificate_get_path_length (b)
         && cht_certificate_has_key_usage (a) == cht_certificate_has_key_usage (b)
         && cht_certificate_get_key_usage (a) == cht_certificate_get_key_usage (b)
         && same_words (cht_certificate_get_extended_key_usage (a), cht_certificate_get_extended_key_usage (b));
}

static gboolean
same_key_ids (ChtCertificate *a, ChtCertificate *b)
{
  return g_strcmp0 (cht_certificate_get_subject_key_id (a), cht_certificate_get_subject_key_id (b)) == 0
         && g_strcmp0 (cht_certificate_get_authority_key_id (a), cht_certificate_get_authority_key_id (b)) == 0;
}

static void
compare_pair (GPtrArray *out, ChtCertificate *a, ChtCertificate *b)
{
  g_autofree char *name = name_of (a);
  guint before = out->len;
  if (!same_issuer (a, b))
    add (out, "issuer", sha_of (a), sha_of (b), describe_issuer (a, b));
  if (cht_certificate_get_not_before (a) != cht_certificate_get_not_before (b)
      || cht_certificate_get_not_after (a) != cht_certificate_get_not_after (b))
    add (out, "dates", sha_of (a), sha_of (b), describe_dates (a, b));
  if (!same_words (cht_certificate_get_alternative_names (a), cht_certificate_get_alternative_names (b)))
    add (out, "names", sha_of (a), sha_of (b), g_strdup_printf (_ ("The alternative names of “%s” changed."), name));
  if (!same_usage (a, b))
    add (out, "usage", sha_of (a), sha_of (b),
         g_strdup_printf (_ ("What “%s” may be used for changed: its basic constraints or key usages are others."),
                          name));
  if (same_issuer (a, b) && !same_key_ids (a, b))
    add (out, "key-identifiers", sha_of (a), sha_of (b),
         g_strdup_printf (_ ("The key identifiers of “%s” changed."), name));
  if (strcmp (cht_certificate_get_signature_algorithm (a), cht_certificate_get_signature_algorithm (b)) != 0)
    add (out, "signature", sha_of (a), sha_of (b),
         g_strdup_printf (_ ("“%s” is signed with %s in the first and with %s in the second."), name,
                          cht_certificate_get_signature_algorithm (a), cht_certificate_get_signature_algorithm (b)));
  if (out->len == before)
    add (out, "reissued", sha_of (a), sha_of (b),
         g_strdup_printf (_ ("“%s” was issued again: same key, issuer and dates, yet another certificate."), name));
}

/* ---- Which belong together ---- */

static char *
hex_of (GBytes *bytes)
{
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  return cht_text_hex (data, size);
}

typedef enum
{
  BY_SUBJECT_AND_KEY,
  BY_SUBJECT,
  BY_KEY
} Way;

/* NULL where it has none; a nameless one is not like every other nameless one. */
static char *
mark_of (ChtCertificate *certificate, Way way)
{
  g_autoptr (GBytes) subject = cht_certificate_normalize_subject (certificate);
  g_autofree char *name = hex_of (subject);
  g_autofree char *key = cht_certificate_get_key_identity (certificate);
  gboolean is_nameless = *cht_certificate_get_subject (certificate) == '\0';
  if ((way != BY_SUBJECT && key == NULL) || (way == BY_SUBJECT && is_nameless))
    return NULL;
  return way == BY_SUBJECT ? g_steal_pointer (&name)
         : way == BY_KEY   ? g_steal_pointer (&key)
                           : g_strconcat (name, " ", key, NULL);
}

static void
tell_pair (GPtrArray *out, Way way, ChtCertificate *a, ChtCertificate *b)
{
  g_autofree char *name_a = name_of (a), *name_b = name_of (b);
  if (way == BY_SUBJECT_AND_KEY)
    compare_pair (out, a, b);
  else if (way == BY_SUBJECT)
    {
      g_autofree char *key_a = cht_certificate_describe_key (a), *key_b = cht_certificate_describe_key (b);
      add (out, "key", sha_of (a), sha_of (b),
           g_strdup_printf (_ ("“%s” has another key: %s in the first, %s in the second."), name_a, key_a, key_b));
    }
  else
    add (out, "subject", sha_of (a), sha_of (b),
         g_strdup_printf (_ ("The same key has another subject: “%s” in the first, “%s” in the second."), name_a,
                          name_b));
}

/* Pairs what is like by WAY, in the order of each file; both leave their sides. */
static void
pair_up (GPtrArray *out, Side *a, Side *b, Way way)
{
  g_autoptr (GHashTable) waiting =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_queue_free);
  for (guint i = 0; i < b->certificates->len; i++)
    {
      ChtCertificate *certificate = g_ptr_array_index (b->certificates, i);
      char *mark = certificate != NULL ? mark_of (certificate, way) : NULL;
      if (mark == NULL)
        continue;
      GQueue *queue = g_hash_table_lookup (waiting, mark);
      if (queue == NULL)
        {
          queue = g_queue_new ();
          g_hash_table_insert (waiting, g_strdup (mark), queue);
        }
      g_queue_push_tail (queue, GUINT_TO_POINTER (i));
      g_free (mark);
    }
  for (guint i = 0; i < a->certificates->len; i++)
    {
      ChtCertificate *certificate = g_ptr_array_index (a->certificates, i);
      g_autofree char *mark = certificate != NULL ? mark_of (certificate, way) : NULL;
      GQueue *queue = mark != NULL ? g_hash_table_lookup (waiting, mark) : NULL;
      if (queue == NULL || g_queue_is_empty (queue))
        continue;
      guint other = GPOINTER_TO_UINT (g_queue_pop_head (queue));
      tell_pair (out, way, certificate, g_ptr_array_index (b->certificates, other));
      a->certificates->pdata[i] = NULL;
      b->certificates->pdata[other] = NULL;
    }
}

/* How often each certificate stands there. (element-type utf8 guint) */
static GHashTable *
count (GPtrArray *certificates)
{
  GHashTable *times = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < certificates->len; i++)
    {
      gpointer sha256 = (gpointer) sha_of (g_ptr_array_index (certificates, i));
      g_hash_table_insert (times, sha256,
                           GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (times, sha256)) + 1));
    }
  return times;
}

/* Those of LIST that OTHERS lack, each once. */
static GPtrArray *
list_missing (GPtrArray *list, GHashTable *others)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  GPtrArray *missing = g_ptr_array_new ();
  for (guint i = 0; i < list->len; i++)
    {
      gpointer sha256 = (gpointer) sha_of (g_ptr_array_index (list, i));
      if (!g_hash_table_contains (others, sha256) && g_hash_table_add (seen, sha256))
        g_ptr_array_add (missing, g_ptr_array_index (list, i));
    }
  return missing;
}

static void
tell_rest (GPtrArray *out, Side *side, gboolean is_first)
{
  for (guint i = 0; i < side->certificates->len; i++)
    {
      ChtCertificate *certificate = g_ptr_array_index (side->certificates, i);
      if (certificate == NULL)
        continue;
      g_autofree char *name = name_of (certificate);
      add (out, is_first ? "dropped" : "added", is_first ? sha_of (certificate) : NULL,
           is_first ? NULL : sha_of (certificate),
           g_strdup_printf (is_first ? _ ("“%s” is in the first file alone.") : _ ("“%s” is in the second file alone."),
                            name));
    }
}

static void
tell_copies (GPtrArray *out, GPtrArray *list, GHashTable *times_a, GHashTable *times_b)
{
  g_autoptr (GHashTable) told = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < list->len; i++)
    {
      ChtCertificate *certificate = g_ptr_array_index (list, i);
      guint n_a = GPOINTER_TO_UINT (g_hash_table_lookup (times_a, sha_of (certificate)));
      guint n_b = GPOINTER_TO_UINT (g_hash_table_lookup (times_b, sha_of (certificate)));
      if (n_b == 0 || n_a == n_b || !g_hash_table_add (told, (gpointer) sha_of (certificate)))
        continue;
      g_autofree char *name = name_of (certificate);
      add (out, "copies", sha_of (certificate), sha_of (certificate),
           g_strdup_printf (_ ("How often “%s” stands there differs: %u in the first file, %u in the second."), name,
                            n_a, n_b));
    }
}

static void
compare_certificates (GPtrArray *out, GPtrArray *list_a, GPtrArray *list_b)
{
  g_autoptr (GHashTable) times_a = count (list_a), times_b = count (list_b);
  g_autoptr (GPtrArray) only_a = list_missing (list_a, times_b), only_b = list_missing (list_b, times_a);
  Side a = { only_a }, b = { only_b };
  guint before = out->len;
  gboolean same_order = list_a->len == list_b->len;

  pair_up (out, &a, &b, BY_SUBJECT_AND_KEY);
  pair_up (out, &a, &b, BY_SUBJECT);
  pair_up (out, &a, &b, BY_KEY);
  tell_rest (out, &a, TRUE);
  tell_rest (out, &b, FALSE);
  tell_copies (out, list_a, times_a, times_b);
  if (out->len > before)
    return;
  for (guint i = 0; i < list_a->len && same_order; i++)
    same_order = cht_certificate_equal (g_ptr_array_index (list_a, i), g_ptr_array_index (list_b, i));
  if (!same_order)
    add (out, "order", NULL, NULL, g_strdup (_ ("Both hold the same certificates; only the order changed.")));
}

/* ---- Keys and all else ---- */

/* By public numbers where both are open; else only the very same text is the same key. */
static gboolean
same_key (ChtKey *a, ChtKey *b)
{
  const char *one = cht_key_get_identity (a), *other = cht_key_get_identity (b);
  return one != NULL && other != NULL ? strcmp (one, other) == 0
                                      : cht_secret_equal (cht_key_get_text (a), cht_key_get_text (b));
}

static void
tell_key (GPtrArray *out, ChtKey *key, gboolean is_first)
{
  g_autofree char *words = cht_key_describe (key);
  add (out, is_first ? "private-key-dropped" : "private-key-added", NULL, NULL,
       g_strdup_printf (is_first ? _ ("A private key (%s) is in the first file alone.")
                                 : _ ("A private key (%s) is in the second file alone."),
                        words));
}

static void
compare_keys (GPtrArray *out, GPtrArray *a, GPtrArray *b)
{
  g_autofree guint8 *found = g_new0 (guint8, b->len + 1);
  for (guint i = 0; i < a->len; i++)
    {
      guint k = 0;
      ChtKey *key = g_ptr_array_index (a, i);
      while (k < b->len && (found[k] || !same_key (key, g_ptr_array_index (b, k))))
        k++;
      if (k == b->len)
        {
          tell_key (out, key, TRUE);
          continue;
        }
      found[k] = TRUE;
      if (cht_key_is_encrypted (key) != cht_key_is_encrypted (g_ptr_array_index (b, k)))
        add (out, "private-key-protection", NULL, NULL,
             g_strdup (cht_key_is_encrypted (key)
                           ? _ ("The private key is the same, encrypted in the first file and not in the second.")
                           : _ ("The private key is the same, encrypted in the second file and not in the first.")));
    }
  for (guint k = 0; k < b->len; k++)
    if (!found[k])
      tell_key (out, g_ptr_array_index (b, k), FALSE);
}

/* Requests, CRLs, public keys and what could not be read, by their bytes. (element-type utf8 ChtObject) */
static GHashTable *
index_others (GPtrArray *objects)
{
  GHashTable *others = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < objects->len; i++)
    {
      ChtObject *object = g_ptr_array_index (objects, i);
      GBytes *der = cht_object_get_der (object);
      if (cht_object_get_certificate (object) == NULL && cht_object_get_key (object) == NULL && der != NULL)
        g_hash_table_insert (others, g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, der), object);
    }
  return others;
}

static const char *
describe_object (ChtObject *object)
{
  switch (cht_object_get_kind (object))
    {
    case CHT_OBJECT_REQUEST:
      return _ ("a certificate request");
    case CHT_OBJECT_CRL:
      return _ ("a revocation list");
    case CHT_OBJECT_PUBLIC_KEY:
      return _ ("a public key");
    default:
      return _ ("something that could not be read");
    }
}

static void
compare_others (GPtrArray *out, GPtrArray *list, GHashTable *mine, GHashTable *theirs, gboolean is_first)
{
  for (guint i = 0; i < list->len; i++)
    {
      ChtObject *object = g_ptr_array_index (list, i);
      GBytes *der = cht_object_get_der (object);
      g_autofree char *sha256 = der != NULL ? g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, der) : NULL;
      if (sha256 == NULL || g_hash_table_lookup (mine, sha256) != object || g_hash_table_contains (theirs, sha256))
        continue;
      add (out, is_first ? "object-dropped" : "object-added", is_first ? sha256 : NULL, is_first ? NULL : sha256,
           g_strdup_printf (is_first ? _ ("Only the first file holds %s.") : _ ("Only the second file holds %s."),
                            describe_object (object)));
    }
}

GPtrArray *
cht_compare_bundles (ChtBundle *a, ChtBundle *b)
{
  g_return_val_if_fail (CHT_IS_BUNDLE (a) && CHT_IS_BUNDLE (b), NULL);

  GPtrArray *out = g_ptr_array_new_with_free_func (difference_free);
  g_autoptr (GHashTable) others_a = index_others (cht_bundle_get_objects (a));
  g_autoptr (GHashTable) others_b = index_others (cht_bundle_get_objects (b));
  compare_certificates (out, cht_bundle_get_certificates (a), cht_bundle_get_certificates (b));
  compare_keys (out, cht_bundle_get_keys (a), cht_bundle_get_keys (b));
  compare_others (out, cht_bundle_get_objects (a), others_a, others_b, TRUE);
  compare_others (out, cht_bundle_get_objects (b), others_b, others_a, FALSE);
  return out;
}
