/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-hkdf.h"

#include <sodium.h>
#include <string.h>

void
cht_hkdf (const guint8 *salt, gsize salt_size, const guint8 *input, gsize input_size, const guint8 *info,
          gsize info_size, guint8 *out, gsize size)
{
  guint8 prk[crypto_auth_hmacsha256_BYTES], block[crypto_auth_hmacsha256_BYTES];
  crypto_auth_hmacsha256_state state;
  gsize done = 0;

  /* No caller may go on with a key that was never written. */
  if (size > CHT_HKDF_MAX)
    g_error ("HKDF gives %u bytes at most", (guint) CHT_HKDF_MAX);

  /* An absent salt is HashLen zeros; HMAC pads a short key with zeros, so an empty one is the same. */
  crypto_auth_hmacsha256_init (&state, salt_size > 0 ? salt : (const guint8 *) "", salt_size);
  crypto_auth_hmacsha256_update (&state, input, input_size);
  crypto_auth_hmacsha256_final (&state, prk);

  for (guint8 counter = 1; done < size; counter++)
    {
      gsize step = MIN (size - done, sizeof block);

      crypto_auth_hmacsha256_init (&state, prk, sizeof prk);
      if (counter > 1)
        crypto_auth_hmacsha256_update (&state, block, sizeof block);
      if (info_size > 0)
        crypto_auth_hmacsha256_update (&state, info, info_size);
      crypto_auth_hmacsha256_update (&state, &counter, 1);
      crypto_auth_hmacsha256_final (&state, block);
      memcpy (out + done, block, step);
      done += step;
    }
  sodium_memzero (prk, sizeof prk);
  sodium_memzero (block, sizeof block);
  sodium_memzero (&state, sizeof state);
}
