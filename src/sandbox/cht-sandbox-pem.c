/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-sandbox-pem.h"

#include <gnutls/gnutls.h>
#include <string.h>

#define BEGIN "-----BEGIN "
#define END "-----END "
#define DASHES "-----"

typedef struct {
  char *label;          /* "CERTIFICATE" */
  const char *body;     /* between the two lines */
  gsize body_size;
  const char *start;    /* the whole block */
  gsize size;
} Block;

static void
block_clear (Block *self)
{
  g_clear_pointer (&self->label, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Block, block_clear)

/* Text at the beginning of a line alone, so that a word in prose opens no block. */
static const char *
find_line (const char *at, const char *text, const char *wanted)
{
  while ((at = strstr (at, wanted)) != NULL)
    {
      if (at == text || at[-1] == '\n' || at[-1] == '\r')
        return at;
      at += strlen (wanted);
    }
  return NULL;
}

/* 1: a block, and *AT behind it; 0: none is left; -1: one that is broken. TEXT ends with a NUL. */
static int
next_block (const char *text, const char **at, Block *block)
{
  const char *begin = find_line (*at, text, BEGIN), *label, *label_end, *end;
  g_autofree char *end_line = NULL;

  if (begin == NULL)
    return find_line (*at, text, END) != NULL ? -1 : 0;
  label = begin + strlen (BEGIN);
  label_end = strstr (label, DASHES);
  if (label_end == NULL || label_end - label > 64 || memchr (label, '\n', label_end - label) != NULL)
    return -1;
  block->label = g_strndup (label, label_end - label);
  end_line = g_strconcat (END, block->label, DASHES, NULL);
  block->body = label_end + strlen (DASHES);
  end = find_line (block->body, text, end_line);
  if (end == NULL || g_strstr_len (block->body, end - block->body, BEGIN) != NULL)
    return -1;
  block->body_size = end - block->body;
  block->start = begin;
  *at = end + strlen (end_line);
  block->size = *at - begin;
  return 1;
}

/* Base64 with its padding and line breaks, nothing else: g_base64_decode() would skip what it does not know. */
static GBytes *
decode (const char *body, gsize size)
{
  g_autoptr (GString) digits = g_string_sized_new (size);
  gsize padding = 0, length;
  guchar *data;

  for (gsize i = 0; i < size; i++)
    {
      if (g_ascii_isspace (body[i]))
        continue;
      if (body[i] == '=')
        padding++;
      else if (padding > 0 || !(g_ascii_isalnum (body[i]) || body[i] == '+' || body[i] == '/'))
        return NULL;
      g_string_append_c (digits, body[i]);
    }
  if (digits->len == 0 || digits->len % 4 != 0 || padding > 2)
    return NULL;
  data = g_base64_decode (digits->str, &length);
  return g_bytes_new_take (data, length);
}

static gnutls_x509_crt_t
read_certificate (const Block *block)
{
  g_auto (ChtGnutlsCertificate) certificate = NULL;
  g_autoptr (GBytes) der = decode (block->body, block->body_size);
  gnutls_datum_t datum;
  gsize size;

  if (der == NULL || gnutls_x509_crt_init (&certificate) < 0)
    return NULL;
  datum.data = (unsigned char *) g_bytes_get_data (der, &size);
  datum.size = size;
  if (gnutls_x509_crt_import (certificate, &datum, GNUTLS_X509_FMT_DER) < 0)
    return NULL;
  return g_steal_pointer (&certificate);
}

/* A copy that ends with a NUL, or NULL where one stands inside. */
static char *
as_text (GBytes *bytes)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);

  return size == 0 || memchr (data, '\0', size) == NULL ? g_strndup (data != NULL ? data : "", size) : NULL;
}

static gpointer
fail (const char **why, const char *sentence)
{
  if (why != NULL)
    *why = sentence;
  return NULL;
}

GPtrArray *
cht_sandbox_read_certificates (GBytes *bytes, guint *count, const char **why)
{
  g_autofree char *text = as_text (bytes);
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func ((GDestroyNotify) gnutls_x509_crt_deinit);
  const char *at = text;
  int found = 0;

  while (text != NULL)
    {
      g_auto (Block) block = { NULL };
      gnutls_x509_crt_t certificate;

      found = next_block (text, &at, &block);
      if (found <= 0)
        break;
      if (!g_str_equal (block.label, "CERTIFICATE"))
        return fail (why, strstr (block.label, "PRIVATE KEY") != NULL ? "A private key stands among the certificates."
                                                                      : "A PEM block is no certificate.");
      if (all->len == CHT_SANDBOX_MAX_CERTIFICATES)
        return fail (why, "There are more certificates than this controller takes.");
      certificate = read_certificate (&block);
      if (certificate == NULL)
        return fail (why, "A certificate in PEM cannot be decoded.");
      g_ptr_array_add (all, certificate);
    }
  if (found < 0)
    return fail (why, "A PEM block is not complete.");
  if (all->len == 0)
    return fail (why, "Certificates must be in PEM format.");
  if (count != NULL)
    *count = all->len;
  return g_steal_pointer (&all);
}

/* The one key block of TEXT; EC PARAMETERS, which openssl(1) writes before a SEC 1 key, are passed over. */
static gboolean
find_key (const char *text, Block *key, const char **why)
{
  const char *at = text;
  int found;

  for (;;)
    {
      g_auto (Block) block = { NULL };

      found = next_block (text, &at, &block);
      if (found <= 0)
        break;
      if (g_str_equal (block.label, "EC PARAMETERS"))
        continue;
      if (!g_str_has_suffix (block.label, "PRIVATE KEY"))
        return fail (why, "The key's PEM block is no private key.") != NULL;
      if (key->label != NULL)
        return fail (why, "There is more than one private key.") != NULL;
      *key = block;
      block.label = NULL;
    }
  if (found < 0)
    return fail (why, "The private key's PEM block is not complete.") != NULL;
  return key->label != NULL || fail (why, "The private key must be in PEM format.") != NULL;
}

gnutls_x509_privkey_t
cht_sandbox_read_key (GBytes *bytes, GBytes *passphrase, const char **why)
{
  g_autofree char *text = as_text (bytes);
  g_autofree char *secret = passphrase != NULL && g_bytes_get_size (passphrase) > 0 ? as_text (passphrase) : NULL;
  g_auto (ChtGnutlsKey) key = NULL;
  g_auto (Block) block = { NULL };
  gnutls_datum_t datum;
  gboolean encrypted, good = FALSE;

  if (text == NULL)
    return fail (why, "The private key must be in PEM format.");
  if (find_key (text, &block, why))
    {
      encrypted = g_str_equal (block.label, "ENCRYPTED PRIVATE KEY")
                  || g_strstr_len (block.body, block.body_size, "ENCRYPTED") != NULL;
      datum.data = (unsigned char *) block.start;
      datum.size = block.size;
      if (encrypted && secret == NULL)
        fail (why, "The private key is encrypted and no passphrase came with it.");
      else if (gnutls_x509_privkey_init (&key) >= 0
               && gnutls_x509_privkey_import2 (key, &datum, GNUTLS_X509_FMT_PEM, encrypted ? secret : NULL, 0) >= 0)
        good = TRUE;
      else
        fail (why, encrypted ? "The private key cannot be opened: wrong passphrase, or damaged."
                             : "The private key cannot be decoded.");
    }
  gnutls_memset (text, 0, strlen (text));
  if (secret != NULL)
    gnutls_memset (secret, 0, strlen (secret));
  return good ? g_steal_pointer (&key) : NULL;
}
