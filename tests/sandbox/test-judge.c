/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-sandbox-judge.h"

#include <string.h>

#include "sandbox-pki.h"

#define NOW (g_get_real_time () / G_USEC_PER_SEC)
#define TRUST "Server Syslog Communication"
#define BUNDLE "Device gNMI Communication"
#define KEY "External Destination"

typedef struct { Pki *root, *inter, *other; char *chain; } World;

static void
set_up (World *world, gconstpointer data)
{
  world->root = pki_new ("Root", NULL, PKI_CA);
  world->inter = pki_new ("Issuing", world->root, (PkiKind) { .days = 300, .path_length = 0 });
  world->other = pki_new ("Other", NULL, PKI_CA);
  world->chain = g_strconcat (world->root->pem, world->inter->pem, NULL);
}

static void
tear_down (World *world, gconstpointer data)
{
  pki_free (world->root);
  pki_free (world->inter);
  pki_free (world->other);
  g_free (world->chain);
}

static const char *
judge_at (const char *role, const char *trust, const char *certificate, const char *key, const char *passphrase,
          gint64 now)
{
  g_autoptr (GBytes) one = text_bytes (trust), two = text_bytes (certificate), three = text_bytes (key);
  g_autoptr (GBytes) four = text_bytes (passphrase);
  ChtSandboxUpload upload = { cht_sandbox_role_find (role), one, two, three, four };

  g_assert_nonnull (upload.role);
  return cht_sandbox_judge (&upload, now);
}

static const char *
judge (const char *role, const char *trust, const char *certificate, const char *key, const char *passphrase)
{
  return judge_at (role, trust, certificate, key, passphrase, NOW);
}

static void
assert_says (const char *why, const char *word)
{
  if (why == NULL || strstr (why, word) == NULL)
    g_error ("wanted a refusal with “%s”, got “%s”", word, why != NULL ? why : "taken");
}

static void
test_trust_taken (World *world, gconstpointer data)
{
  g_autofree char *lowest_first = g_strconcat (world->inter->pem, world->root->pem, NULL);
  g_autofree char *twice = g_strconcat (world->chain, world->root->pem, NULL);
  g_autoptr (Pki) old = pki_new ("Old style", NULL, (PkiKind) { .days = 400, .version = 1 });

  g_assert_null (judge (TRUST, world->root->pem, NULL, NULL, NULL));
  g_assert_null (judge (TRUST, world->chain, NULL, NULL, NULL));
  g_assert_null (judge (TRUST, lowest_first, NULL, NULL, NULL));
  g_assert_null (judge (TRUST, twice, NULL, NULL, NULL));
  g_assert_null (judge (TRUST, old->pem, NULL, NULL, NULL));
}

static void
test_trust_links (World *world, gconstpointer data)
{
  g_autoptr (Pki) twin = pki_new ("Root", NULL, PKI_CA);
  g_autofree char *forged = g_strconcat (twin->pem, world->inter->pem, NULL);
  g_autofree char *both = g_strconcat (world->chain, twin->pem, NULL);

  assert_says (judge (TRUST, forged, NULL, NULL, NULL), "not complete");
  assert_says (judge (TRUST, world->inter->pem, NULL, NULL, NULL), "not complete");
  /* A root of the same name with another key is another hierarchy. */
  assert_says (judge (TRUST, both, NULL, NULL, NULL), "several hierarchies");
  g_assert_null (judge (BUNDLE, both, NULL, NULL, NULL));
}

/* One bit of the signed part changed: the name is right, the signature is not. */
static void
test_trust_bit (World *world, gconstpointer data)
{
  gnutls_datum_t der;
  g_autofree char *base64 = NULL, *text = NULL;

  g_assert_cmpint (gnutls_x509_crt_export2 (world->inter->certificate, GNUTLS_X509_FMT_DER, &der), ==, 0);
  for (guint i = 0; i + 7 < der.size; i++)
    if (memcmp (der.data + i, "Issuing", 7) == 0)
      {
        der.data[i] ^= 1;
        break;
      }
  base64 = g_base64_encode (der.data, der.size);
  gnutls_free (der.data);
  text = g_strconcat (world->root->pem, "-----BEGIN CERTIFICATE-----\n", base64, "\n-----END CERTIFICATE-----\n", NULL);
  assert_says (judge (TRUST, text, NULL, NULL, NULL), "not complete");
}

static void
test_trust_authorities (World *world, gconstpointer data)
{
  g_autoptr (Pki) leaf = pki_new ("leaf", world->root, (PkiKind) { .days = 300, .leaf = TRUE });
  g_autoptr (Pki) mute = pki_new ("mute", world->root, (PkiKind) { .days = 300, .path_length = -1,
                                                                   .usage = GNUTLS_KEY_CRL_SIGN });
  g_autofree char *with_leaf = g_strconcat (world->root->pem, leaf->pem, NULL);
  g_autofree char *with_mute = g_strconcat (world->root->pem, mute->pem, NULL);

  assert_says (judge (TRUST, with_leaf, NULL, NULL, NULL), "not a CA");
  assert_says (judge (TRUST, with_mute, NULL, NULL, NULL), "not a CA");
}

static void
test_trust_dates (World *world, gconstpointer data)
{
  g_autoptr (Pki) soon = pki_new ("soon", NULL, (PkiKind) { .days = 30, .path_length = -1 });
  g_autoptr (Pki) enough = pki_new ("enough", NULL, (PkiKind) { .days = 32, .path_length = -1 });
  g_autoptr (Pki) past = pki_new ("past", NULL, (PkiKind) { .days = -1, .path_length = -1 });
  g_autofree char *beside = g_strconcat (past->pem, world->other->pem, NULL);

  assert_says (judge (TRUST, soon->pem, NULL, NULL, NULL), "too soon");
  g_assert_null (judge (TRUST, enough->pem, NULL, NULL, NULL));
  assert_says (judge (TRUST, past->pem, NULL, NULL, NULL), "expired");
  /* An expired one beside one that lives does no harm in a bundle. */
  g_assert_null (judge (BUNDLE, beside, NULL, NULL, NULL));
  assert_says (judge_at (TRUST, world->root->pem, NULL, NULL, NULL, NOW - 500 * 86400), "not valid yet");
  assert_says (judge_at (TRUST, world->root->pem, NULL, NULL, NULL, NOW + 500 * 86400), "expired");
}

/* A root renewed with its key is the same hierarchy, and the old one beside it does no harm. */
static void
test_trust_renewed (World *world, gconstpointer data)
{
  g_autoptr (Pki) old = pki_new ("Renewed", NULL, (PkiKind) { .days = -1, .path_length = -1 });
  g_autoptr (Pki) again = pki_renew (old, PKI_CA);
  g_autoptr (Pki) below = pki_new ("below", again, (PkiKind) { .days = 300, .path_length = 0 });
  g_autoptr (Pki) ended = pki_new ("ended", again, (PkiKind) { .days = -1, .path_length = 0 });
  g_autofree char *roots = g_strconcat (old->pem, again->pem, NULL), *all = g_strconcat (roots, below->pem, NULL);
  g_autofree char *without = g_strconcat (old->pem, below->pem, NULL),
      *dead = g_strconcat (again->pem, ended->pem, NULL);

  g_assert_null (judge (TRUST, roots, NULL, NULL, NULL));
  g_assert_null (judge (TRUST, all, NULL, NULL, NULL));
  assert_says (judge (TRUST, without, NULL, NULL, NULL), "expired");
  /* A living root over nothing but what ended is a dead chain. */
  assert_says (judge (TRUST, dead, NULL, NULL, NULL), "expired");
}

static void
test_trust_parts (World *world, gconstpointer data)
{
  g_autofree char *key = pki_key_pem (world->inter);
  g_autofree char *huge = g_strnfill (17 * 1024 * 1024, 'A');

  assert_says (judge (TRUST, NULL, NULL, NULL, NULL), "missing");
  assert_says (judge (TRUST, "no PEM", NULL, NULL, NULL), "PEM");
  assert_says (judge (TRUST, huge, NULL, NULL, NULL), "larger");
  assert_says (judge (TRUST, world->chain, world->inter->pem, key, NULL), "takes no intermediate");
  assert_says (judge (TRUST, world->chain, NULL, NULL, "secret"), "takes no intermediate");
}

static void
test_digest (World *world, gconstpointer data)
{
  g_autoptr (Pki) sha1 = pki_new ("sha1", world->root, (PkiKind) { .days = 300, .path_length = 0,
                                                                   .digest = GNUTLS_DIG_SHA1 });
  g_autofree char *chain = g_strconcat (world->root->pem, sha1->pem, NULL);
  g_autoptr (Pki) md5 = pki_new ("md5", NULL, (PkiKind) { .days = 300, .path_length = -1, .digest = GNUTLS_DIG_MD5,
                                                          .algorithm = GNUTLS_PK_RSA, .bits = 2048 });

  g_assert_null (judge (TRUST, chain, NULL, NULL, NULL));
  assert_says (judge (TRUST, md5->pem, NULL, NULL, NULL), "not complete");
}

static void
test_key_taken (World *world, gconstpointer data)
{
  g_autofree char *sec1 = pki_key_pem (world->inter);
  g_autofree char *sealed = pki_key_pkcs8 (world->inter, "Zürich 1", GNUTLS_PKCS_PBES2_AES_256);
  g_autoptr (Pki) rsa_root = pki_new ("RSA root", NULL, (PkiKind) { .days = 400, .path_length = -1,
                                                                    .algorithm = GNUTLS_PK_RSA, .bits = 2048 });
  g_autoptr (Pki) rsa = pki_new ("RSA", rsa_root, (PkiKind) { .days = 400, .path_length = 0, .algorithm = GNUTLS_PK_RSA,
                                                              .bits = 2048 });
  g_autofree char *pkcs1 = pki_key_pem (rsa);

  g_assert_null (judge (KEY, world->chain, world->inter->pem, sec1, NULL));
  g_assert_null (judge (KEY, world->chain, world->inter->pem, sealed, "Zürich 1"));
  /* The intermediate need not stand in the chain file; its issuer must. */
  g_assert_null (judge (KEY, world->root->pem, world->inter->pem, sec1, NULL));
  g_assert_null (judge (KEY, rsa_root->pem, rsa->pem, pkcs1, NULL));
}

/* Every kind of key that a certificate may have proves itself. */
static void
test_key_kinds (World *world, gconstpointer data)
{
  static const gnutls_pk_algorithm_t kinds[] = { GNUTLS_PK_ECDSA, GNUTLS_PK_RSA, GNUTLS_PK_RSA_PSS,
                                                 GNUTLS_PK_EDDSA_ED25519,
                                                 GNUTLS_PK_EDDSA_ED448 };
  static const guint bits[] = { GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP521R1), 3072, 2048, 0, 0 };

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autoptr (Pki) pki = pki_new ("kind", world->root, (PkiKind) { .days = 300, .algorithm = kinds[i],
                                                                      .bits = bits[i] });
      g_autofree char *key = pki_key_pkcs8 (pki, NULL, GNUTLS_PKCS_PLAIN), *foreign = pki_key_pem (world->root);

      g_assert_null (judge (KEY, world->root->pem, pki->pem, key, NULL));
      assert_says (judge (KEY, world->root->pem, pki->pem, foreign, NULL), "does not belong");
    }
}

/* The public half in the file is the right one, the secret half is not: the certificate's name on another key. */
static void
test_key_half (World *world, gconstpointer data)
{
  g_autofree char *pem = pki_key_pkcs8 (world->inter, NULL, GNUTLS_PKCS_PLAIN), *base64 = NULL, *bent = NULL;
  g_auto (GStrv) lines = g_strsplit (pem, "\n", -1);
  g_autoptr (GString) digits = g_string_new (NULL);
  g_autofree guchar *der = NULL;
  gsize size;

  for (gsize i = 1; lines[i] != NULL && lines[i][0] != '-'; i++)
    g_string_append (digits, lines[i]);
  der = g_base64_decode (digits->str, &size);
  /* The secret of a P-256 key in PKCS#8 lies in bytes 36 to 67. */
  der[60] ^= 1;
  base64 = g_base64_encode (der, size);
  bent = g_strconcat (lines[0], "\n", base64, "\n-----END PRIVATE KEY-----\n", NULL);
  g_assert_null (judge (KEY, world->chain, world->inter->pem, pem, NULL));
  g_assert_nonnull (judge (KEY, world->chain, world->inter->pem, bent, NULL));
}

static void
test_key_refused (World *world, gconstpointer data)
{
  g_autofree char *key = pki_key_pem (world->inter), *foreign = pki_key_pem (world->other);
  g_autofree char *sealed = pki_key_pkcs8 (world->inter, "Zürich 1", GNUTLS_PKCS_PBES2_AES_256);
  g_autoptr (Pki) rsa = pki_new ("RSA", world->root, (PkiKind) { .days = 300, .path_length = 0,
                                                                 .algorithm = GNUTLS_PK_RSA, .bits = 2048 });
  g_autofree char *rsa_key = pki_key_pem (rsa);

  assert_says (judge (KEY, world->chain, world->inter->pem, foreign, NULL), "does not belong");
  assert_says (judge (KEY, world->chain, world->inter->pem, rsa_key, NULL), "does not belong");
  assert_says (judge (KEY, world->chain, rsa->pem, key, NULL), "does not belong");
  assert_says (judge (KEY, world->chain, world->inter->pem, sealed, "zurich 1"), "wrong passphrase");
  assert_says (judge (KEY, world->chain, world->inter->pem, sealed, NULL), "no passphrase");
  assert_says (judge (KEY, world->chain, world->inter->pem, NULL, NULL), "missing");
  assert_says (judge (KEY, world->chain, NULL, key, NULL), "missing");
  assert_says (judge (KEY, world->chain, world->chain, key, NULL), "more than one");
  assert_says (judge (KEY, world->other->pem, world->inter->pem, key, NULL), "not signed by");
}

static void
test_intermediate_refused (World *world, gconstpointer data)
{
  g_autoptr (Pki) leaf = pki_new ("leaf", world->root, (PkiKind) { .days = 300, .leaf = TRUE });
  g_autoptr (Pki) weak = pki_new ("weak", world->root, (PkiKind) { .days = 300, .path_length = 0,
                                                                   .algorithm = GNUTLS_PK_RSA, .bits = 1024 });
  g_autoptr (Pki) soon = pki_new ("soon", world->root, (PkiKind) { .days = 20, .path_length = 0 });
  g_autoptr (Pki) below = pki_new ("below", world->inter, (PkiKind) { .days = 200, .path_length = 0 });
  g_autofree char *leaf_key = pki_key_pem (leaf), *weak_key = pki_key_pem (weak);
  g_autofree char *soon_key = pki_key_pem (soon), *below_key = pki_key_pem (below);

  assert_says (judge (KEY, world->root->pem, leaf->pem, leaf_key, NULL), "not a CA");
  assert_says (judge (KEY, world->root->pem, weak->pem, weak_key, NULL), "2048");
  assert_says (judge (KEY, world->root->pem, soon->pem, soon_key, NULL), "too soon");
  /* The issuer's path length is 0: it leaves no CA beneath it. */
  assert_says (judge (KEY, world->chain, below->pem, below_key, NULL), "path length");
}

static void
test_web_server (World *world, gconstpointer data)
{
  g_autoptr (Pki) month = pki_new ("month", world->root, (PkiKind) { .days = 30, .path_length = 0 });
  g_autofree char *key = pki_key_pem (month);

  g_assert_null (judge ("Crosswork Web Server", world->root->pem, month->pem, key, NULL));
  assert_says (judge (KEY, world->root->pem, month->pem, key, NULL), "too soon");
}

/* Certificates that sign each other in a circle, and many of one name: an end is found, and soon. */
static void
test_tangled (World *world, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const char *why;

  for (guint i = 0; i < 90; i++)
    {
      g_autoptr (Pki) same = pki_new ("Same", NULL, PKI_CA);

      g_string_append (text, same->pem);
    }
  g_test_timer_start ();
  why = judge (BUNDLE, text->str, NULL, NULL, NULL);
  assert_says (why, "tangled");
  g_assert_cmpfloat (g_test_timer_elapsed (), <, 30);
}

#define ADD(path, function) g_test_add ("/sandbox/judge/" path, World, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("trust-taken", test_trust_taken);
  ADD ("trust-links", test_trust_links);
  ADD ("trust-bit", test_trust_bit);
  ADD ("trust-authorities", test_trust_authorities);
  ADD ("trust-dates", test_trust_dates);
  ADD ("trust-renewed", test_trust_renewed);
  ADD ("trust-parts", test_trust_parts);
  ADD ("digest", test_digest);
  ADD ("key-taken", test_key_taken);
  ADD ("key-kinds", test_key_kinds);
  ADD ("key-half", test_key_half);
  ADD ("key-refused", test_key_refused);
  ADD ("intermediate-refused", test_intermediate_refused);
  ADD ("web-server", test_web_server);
  ADD ("tangled", test_tangled);
  return g_test_run ();
}
