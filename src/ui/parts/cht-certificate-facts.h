/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ChtCertificateFacts: what one certificate says: subject, issuer, validity, key, usage, serial, key identifiers,
 * fingerprints with a copy button. */
#pragma once

#include <gtk/gtk.h>
#include "cht-certificate.h"

G_BEGIN_DECLS

#define CHT_TYPE_CERTIFICATE_FACTS (cht_certificate_facts_get_type ())
G_DECLARE_FINAL_TYPE (ChtCertificateFacts, cht_certificate_facts, CHT, CERTIFICATE_FACTS, GtkWidget)

GtkWidget *cht_certificate_facts_new (void);
/* CERTIFICATE NULL empties it. */
void cht_certificate_facts_set_certificate (ChtCertificateFacts *self, ChtCertificate *certificate, gint64 now);

G_END_DECLS
