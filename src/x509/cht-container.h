/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one piece of DER holds: an object, or a container of several (PKCS#7, PKCS#12, trust data behind a
 * certificate). */
#pragma once

#include "cht-object-private.h"

G_BEGIN_DECLS

/* Appends the objects of DER to OBJECTS, at least one. FALSE with LIMIT over a bound. */
gboolean cht_container_read (GPtrArray *objects, ChtObjectPlace place, GBytes *der, ChtSecret *passphrase,
                             GError **error);

G_END_DECLS
