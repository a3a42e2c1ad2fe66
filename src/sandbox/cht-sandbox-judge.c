/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-sandbox-judge.h"

#include <gnutls/abstract.h>
#include <string.h>

#include "cht-clock.h"
#include "cht-sandbox-pem.h"

#define MOST_TRUST ((gsize) 16 * 1024 * 1024)
#define MOST_STORE ((gsize) 64 * 1024)
#define MOST_CHECKS 6000  /* signatures verified, and steps of a search: beyond, a set is refused as too tangled */
#define MOST_DEPTH 12

/* One certificate of the trust store; ISSUERS are those of the set whose key verifies it (itself included). */
typedef struct {
  gnutls_x509_crt_t certificate;
  GPtrArray *issuers;  /* of Node */
  gboolean root, issues, fresh;
} Node;

typedef struct { GPtrArray *nodes; GHashTable *by_subject; guint checks; gint64 now, until; } Judge;

static void
node_free (gpointer data)
{
  Node *self = data;

  g_ptr_array_unref (self->issuers);
  g_free (self);
}

static void
judge_clear (Judge *self)
{
  g_clear_pointer (&self->by_subject, g_hash_table_unref);
  g_clear_pointer (&self->nodes, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Judge, judge_clear)

static GBytes *
get_dn (gnutls_x509_crt_t certificate, int (*read) (gnutls_x509_crt_t, gnutls_datum_t *))
{
  gnutls_datum_t raw = { NULL, 0 };
  GBytes *bytes;

  if (read (certificate, &raw) < 0)
    return g_bytes_new (NULL, 0);
  bytes = g_bytes_new (raw.data, raw.size);
  gnutls_free (raw.data);
  return bytes;
}

static gboolean
is_same (gnutls_x509_crt_t a, gnutls_x509_crt_t b)
{
  return gnutls_x509_crt_equals (a, b) != 0;
}

/* The element at DATA: its whole size, and where its content begins; FALSE where it does not fit (X.690, definite
 * form). */
static gboolean
read_element (const guint8 *data, gsize size, gsize *header, gsize *whole)
{
  gsize length, octets;

  if (size < 2)
    return FALSE;
  *header = 2;
  length = data[1];
  if (length & 0x80)
    {
      octets = length & 0x7f;
      if (octets == 0 || octets > 4 || size < 2 + octets)
        return FALSE;
      length = 0;
      for (gsize i = 0; i < octets; i++)
        length = length << 8 | data[2 + i];
      *header += octets;
    }
  *whole = *header + length;
  return length <= size - *header;
}

/* Over the very bytes that were signed. MD2 and MD5 never hold here; SHA-1 does, since old chains need it. */
static gboolean
is_signed_by (Judge *self, gnutls_x509_crt_t child, gnutls_x509_crt_t issuer)
{
  int algorithm = gnutls_x509_crt_get_signature_algorithm (child);
  gnutls_datum_t der = { NULL, 0 }, signed_part, tag;
  guint8 signature[8192];
  size_t size = sizeof signature;
  gsize outer, inner, whole;
  gnutls_pubkey_t key = NULL;
  gboolean good = FALSE;

  self->checks++;
  if (algorithm <= GNUTLS_SIGN_UNKNOWN || gnutls_sign_get_hash_algorithm (algorithm) == GNUTLS_DIG_MD5
      || gnutls_sign_get_hash_algorithm (algorithm) == GNUTLS_DIG_MD2
      || gnutls_x509_crt_get_signature (child, (char *) signature, &size) < 0
      || gnutls_x509_crt_export2 (child, GNUTLS_X509_FMT_DER, &der) < 0)
    return FALSE;
  if (read_element (der.data, der.size, &outer, &whole)
      && read_element (der.data + outer, der.size - outer, &inner, &whole))
    {
      signed_part = (gnutls_datum_t) { der.data + outer, (guint) whole };
      tag = (gnutls_datum_t) { signature, (guint) size };
      good = gnutls_pubkey_init (&key) >= 0 && gnutls_pubkey_import_x509 (key, issuer, 0) >= 0
             && gnutls_pubkey_verify_data2 (key, algorithm, GNUTLS_VERIFY_ALLOW_SIGN_WITH_SHA1, &signed_part,
                                            &tag) >= 0;
      gnutls_pubkey_deinit (key);
    }
  gnutls_free (der.data);
  return good;
}

/* A CA that may sign certificates. Version 1 has no extensions to say so: taken for a root alone. */
static gboolean
may_issue (gnutls_x509_crt_t certificate, gboolean root)
{
  guint critical, usage = 0;
  int ca = gnutls_x509_crt_get_basic_constraints (certificate, &critical, NULL, NULL);

  if (ca == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE && root && gnutls_x509_crt_get_version (certificate) < 3)
    return TRUE;
  return ca > 0
         && (gnutls_x509_crt_get_key_usage (certificate, &usage, &critical) < 0
             || (usage & GNUTLS_KEY_KEY_CERT_SIGN) != 0);
}

static void
find_issuers (Judge *self, gnutls_x509_crt_t certificate, GPtrArray *issuers)
{
  g_autoptr (GBytes) dn = get_dn (certificate, gnutls_x509_crt_get_raw_issuer_dn);
  GPtrArray *candidates = g_hash_table_lookup (self->by_subject, dn);

  for (guint i = 0; candidates != NULL && i < candidates->len && self->checks < MOST_CHECKS; i++)
    {
      Node *candidate = g_ptr_array_index (candidates, i);

      if (is_signed_by (self, certificate, candidate->certificate))
        g_ptr_array_add (issuers, candidate);
    }
}

static void
add_node (Judge *self, gnutls_x509_crt_t certificate)
{
  Node *node;
  GBytes *dn = get_dn (certificate, gnutls_x509_crt_get_raw_dn);
  GPtrArray *same = g_hash_table_lookup (self->by_subject, dn);

  if (same == NULL)
    {
      same = g_ptr_array_new ();
      g_hash_table_insert (self->by_subject, g_bytes_ref (dn), same);
    }
  g_bytes_unref (dn);
  /* The same certificate twice is one. */
  for (guint i = 0; i < same->len; i++)
    if (is_same (((Node *) g_ptr_array_index (same, i))->certificate, certificate))
      return;
  node = g_new0 (Node, 1);
  node->certificate = certificate;
  node->issuers = g_ptr_array_new ();
  g_ptr_array_add (same, node);
  g_ptr_array_add (self->nodes, node);
}

static gboolean
is_live (Judge *self, gnutls_x509_crt_t certificate)
{
  return gnutls_x509_crt_get_activation_time (certificate) <= self->now
         && gnutls_x509_crt_get_expiration_time (certificate) >= self->until;
}

static const char *
build (Judge *self, GPtrArray *certificates)
{
  self->nodes = g_ptr_array_new_with_free_func (node_free);
  self->by_subject = g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify) g_bytes_unref,
                                            (GDestroyNotify) g_ptr_array_unref);
  for (guint i = 0; i < certificates->len; i++)
    add_node (self, g_ptr_array_index (certificates, i));
  for (guint i = 0; i < self->nodes->len; i++)
    {
      Node *node = g_ptr_array_index (self->nodes, i);

      find_issuers (self, node->certificate, node->issuers);
      node->root = g_ptr_array_find (node->issuers, node, NULL);
      node->fresh = is_live (self, node->certificate);
      /* Roots renewed with their key verify each other: that makes neither an issuer of anything. */
      for (guint j = 0; j < node->issuers->len && !node->root; j++)
        ((Node *) g_ptr_array_index (node->issuers, j))->issues = TRUE;
    }
  return self->checks < MOST_CHECKS ? NULL : "The trust chain file is too tangled to be checked.";
}

/* Whether some path from NODE up to a root lives, with path lengths that hold for BELOW CA certificates beneath it. */
static gboolean
has_live_path (Judge *self, Node *node, int below, int depth)
{
  int length = -1;
  guint critical;

  if (++self->checks > MOST_CHECKS || depth > MOST_DEPTH || !node->fresh)
    return FALSE;
  if (below >= 0 && gnutls_x509_crt_get_basic_constraints (node->certificate, &critical, NULL, &length) > 0
      && length >= 0
      && length < below)
    return FALSE;
  if (node->root)
    return TRUE;
  for (guint i = 0; i < node->issuers->len; i++)
    if (has_live_path (self, g_ptr_array_index (node->issuers, i), below >= 0 ? below + 1 : -1, depth + 1))
      return TRUE;
  return FALSE;
}

static gboolean
is_same_authority (gnutls_x509_crt_t a, gnutls_x509_crt_t b)
{
  guint8 one[64], two[64];
  size_t one_size = sizeof one, two_size = sizeof two;

  return gnutls_x509_crt_get_key_id (a, GNUTLS_KEYID_USE_SHA256, one, &one_size) >= 0
         && gnutls_x509_crt_get_key_id (b, GNUTLS_KEYID_USE_SHA256, two, &two_size) >= 0 && one_size == two_size
         && memcmp (one, two, one_size) == 0;
}

/* A root renewed with its own key is one hierarchy. */
static gboolean
has_several_hierarchies (Judge *self)
{
  Node *first = NULL;

  for (guint i = 0; i < self->nodes->len; i++)
    {
      Node *node = g_ptr_array_index (self->nodes, i);

      if (node->root && first != NULL && !is_same_authority (first->certificate, node->certificate))
        return TRUE;
      if (node->root && first == NULL)
        first = node;
    }
  return FALSE;
}

/* Whether one of the lowest certificates lives up to a root; where they sign in a circle, and none is lowest, any. */
static gboolean
lives (Judge *self)
{
  gboolean any_lowest = FALSE, found = FALSE;

  for (guint i = 0; i < self->nodes->len; i++)
    any_lowest |= !((Node *) g_ptr_array_index (self->nodes, i))->issues;
  for (guint i = 0; i < self->nodes->len && !found; i++)
    {
      Node *node = g_ptr_array_index (self->nodes, i);

      found = !(any_lowest && node->issues) && has_live_path (self, node, -1, 0);
    }
  return found;
}

static const char *
judge_trust (Judge *self, const ChtSandboxRole *role)
{
  for (guint i = 0; i < self->nodes->len; i++)
    {
      Node *node = g_ptr_array_index (self->nodes, i);

      if (node->issuers->len == 0)
        return "The trust chain is not complete: a certificate is not signed by any other in the file, up to a root.";
      if (!may_issue (node->certificate, node->root))
        return "The trust chain file holds a certificate that is not a CA's.";
      if (gnutls_x509_crt_get_expiration_time (node->certificate) >= self->now
          && gnutls_x509_crt_get_expiration_time (node->certificate) < self->until)
        return "A certificate of the trust chain expires too soon.";
    }
  if (!role->bundle && has_several_hierarchies (self))
    return "The trust chain file holds several hierarchies; this role takes one.";
  return lives (self) ? NULL : "The trust chain has expired, is not valid yet, or does not lead to a root.";
}

static const char *
judge_intermediate (Judge *self, gnutls_x509_crt_t certificate)
{
  Node node = { certificate, NULL, FALSE, FALSE, is_live (self, certificate) };
  g_autoptr (GPtrArray) issuers = g_ptr_array_new ();
  guint bits = 0;

  find_issuers (self, certificate, issuers);
  node.issuers = issuers;
  for (guint i = 0; i < issuers->len && !node.root; i++)
    node.root = is_same (((Node *) g_ptr_array_index (issuers, i))->certificate, certificate);
  if (issuers->len == 0)
    return "The intermediate certificate is not signed by a certificate of the trust chain.";
  if (!may_issue (certificate, FALSE))
    return "The intermediate certificate is not a CA's, or may not sign certificates.";
  if (gnutls_x509_crt_get_pk_algorithm (certificate, &bits) == GNUTLS_PK_RSA && bits < 2048)
    return "The intermediate certificate's RSA key is shorter than 2048 bits.";
  if (!node.fresh)
    return "The intermediate certificate has expired, is not valid yet, or expires too soon.";
  if (!has_live_path (self, &node, 0, 0))
    return "The trust chain above the intermediate certificate has expired or leaves it no path length.";
  return NULL;
}

/* By a signature: the public half that stands in a key's file may be right where its secret half is not, and RSA-PSS
 * parameters change a key's id. */
static gboolean
key_fits (gnutls_x509_privkey_t key, gnutls_x509_crt_t certificate)
{
  const gnutls_datum_t text = { (unsigned char *) "practice", strlen ("practice") };
  gnutls_datum_t signature = { NULL, 0 };
  gnutls_privkey_t signer = NULL;
  gnutls_pubkey_t public = NULL;
  guint digest = GNUTLS_DIG_SHA256;
  gnutls_sign_algorithm_t algorithm;
  gboolean fits = FALSE;

  if (gnutls_privkey_init (&signer) >= 0 && gnutls_pubkey_init (&public) >= 0
      && gnutls_privkey_import_x509 (signer, key, 0) >= 0 && gnutls_pubkey_import_x509 (public, certificate, 0) >= 0
      && gnutls_pubkey_get_preferred_hash_algorithm (public, &digest, NULL) >= 0)
    {
      algorithm = gnutls_pk_to_sign (gnutls_pubkey_get_pk_algorithm (public, NULL), digest);
      fits = gnutls_privkey_sign_data2 (signer, algorithm, 0, &text, &signature) >= 0
             && gnutls_pubkey_verify_data2 (public, algorithm, 0, &text, &signature) >= 0;
    }
  gnutls_free (signature.data);
  gnutls_privkey_deinit (signer);
  gnutls_pubkey_deinit (public);
  return fits;
}

static const char *
judge_key_store (Judge *self, const ChtSandboxUpload *upload)
{
  const char *why = NULL;
  guint count = 0;
  g_autoptr (GPtrArray) certificates = cht_sandbox_read_certificates (upload->certificate, &count, &why);
  g_auto (ChtGnutlsKey) key = NULL;

  if (certificates == NULL)
    return why;
  if (count > 1)
    return "The intermediate certificate's file holds more than one certificate.";
  key = cht_sandbox_read_key (upload->key, upload->passphrase, &why);
  if (key == NULL)
    return why;
  if (!key_fits (key, g_ptr_array_index (certificates, 0)))
    return "The private key does not belong to the intermediate certificate.";
  return judge_intermediate (self, g_ptr_array_index (certificates, 0));
}

static gboolean
is_over (GBytes *bytes, gsize limit)
{
  return bytes != NULL && g_bytes_get_size (bytes) > limit;
}

const char *
cht_sandbox_judge (const ChtSandboxUpload *upload, gint64 now)
{
  g_auto (Judge) judge = { .now = now, .until = now + upload->role->days * CHT_DAY };
  g_autoptr (GPtrArray) certificates = NULL;
  const char *why = NULL;

  if (upload->trust == NULL)
    return "The trust chain is missing.";
  if (!upload->role->key && (upload->certificate != NULL || upload->key != NULL || upload->passphrase != NULL))
    return "This role takes no intermediate certificate and key.";
  if (upload->role->key && (upload->certificate == NULL || upload->key == NULL))
    return "The intermediate certificate or its key is missing.";
  if (is_over (upload->trust, MOST_TRUST) || is_over (upload->certificate, MOST_STORE)
      || is_over (upload->key, MOST_STORE)
      || is_over (upload->passphrase, MOST_STORE))
    return "A part is larger than this controller takes.";
  certificates = cht_sandbox_read_certificates (upload->trust, NULL, &why);
  if (certificates == NULL)
    return why;
  why = build (&judge, certificates);
  if (why == NULL)
    why = judge_trust (&judge, upload->role);
  return why == NULL && upload->role->key ? judge_key_store (&judge, upload) : why;
}
