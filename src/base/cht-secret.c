/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-secret.h"

#include <sodium.h>
#include <string.h>

struct _ChtSecret {
  gatomicrefcount count;
  gsize size;
  guint8 *data; /* sodium_malloc'd, size + 1 bytes, read-only once filled */
};

G_DEFINE_BOXED_TYPE (ChtSecret, cht_secret, cht_secret_ref, cht_secret_unref)

/* Room for SIZE bytes and their NUL, still writable. */
static ChtSecret *
secret_allocate (gsize size)
{
  /* Cheap when done before; without it the guard pages have no canary. */
  if (sodium_init () < 0)
    g_error ("libsodium cannot start");

  ChtSecret *self = g_new0 (ChtSecret, 1);
  g_atomic_ref_count_init (&self->count);
  self->size = size;
  self->data = size < G_MAXSIZE ? sodium_malloc (size + 1) : NULL;
  if (self->data == NULL)
    g_error ("No protected memory for %" G_GSIZE_FORMAT " bytes", size);
  self->data[size] = 0;
  return self;
}

/* From here on a stray write faults instead of changing a secret that threads share. */
static ChtSecret *
secret_seal (ChtSecret *self)
{
  sodium_mprotect_readonly (self->data);
  return self;
}

ChtSecret *
cht_secret_new (gconstpointer data, gsize size)
{
  g_return_val_if_fail (data != NULL || size == 0, NULL);

  ChtSecret *self = secret_allocate (size);
  if (size > 0)
    memcpy (self->data, data, size);
  return secret_seal (self);
}

ChtSecret *
cht_secret_new_text (const char *text)
{
  g_return_val_if_fail (text != NULL, NULL);
  return cht_secret_new (text, strlen (text));
}

ChtSecret *
cht_secret_new_random (gsize size)
{
  ChtSecret *self = secret_allocate (size);
  randombytes_buf (self->data, size);
  return secret_seal (self);
}

ChtSecret *
cht_secret_ref (ChtSecret *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_atomic_ref_count_inc (&self->count);
  return self;
}

void
cht_secret_unref (ChtSecret *self)
{
  g_return_if_fail (self != NULL);
  if (!g_atomic_ref_count_dec (&self->count))
    return;
  sodium_free (self->data); /* wipes */
  g_free (self);
}

const guint8 *
cht_secret_get_data (const ChtSecret *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->data;
}

const char *
cht_secret_get_text (const ChtSecret *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return (const char *) self->data;
}

gsize
cht_secret_get_size (const ChtSecret *self)
{
  g_return_val_if_fail (self != NULL, 0);
  return self->size;
}

gboolean
cht_secret_equal (const ChtSecret *a, const ChtSecret *b)
{
  g_return_val_if_fail (a != NULL && b != NULL, FALSE);
  return a->size == b->size && sodium_memcmp (a->data, b->data, a->size) == 0;
}

void
cht_wipe (gpointer data, gsize size)
{
  if (data != NULL)
    sodium_memzero (data, size);
}

void
cht_wipe_free (char *text)
{
  if (text == NULL)
    return;
  sodium_memzero (text, strlen (text));
  g_free (text);
}
