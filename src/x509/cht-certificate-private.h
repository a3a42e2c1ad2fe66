/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parsed columns of a certificate; only this room sees them. */
#pragma once

#include "cht-algorithm.h"
#include "cht-certificate.h"

G_BEGIN_DECLS

typedef struct {
  /* Into the DER that the certificate keeps. */
  ChtDer tbs, subject_der, issuer_der, spki_der, signature_identifier, signature;

  char *subject, *issuer, *label, *serial;
  gboolean odd_serial;
  gint64 not_before, not_after;
  int version;
  gboolean is_ca;
  int path_length;
  gboolean has_key_usage;
  guint key_usage;
  char **extended_key_usage;
  char **alternative_names;
  char *subject_key_id, *authority_key_id;
  ChtKeyFacts key;
  char *signature_algorithm;
} ChtCertificateColumns;

/* FALSE with MALFORMED where DER is no certificate; COLUMNS must be cleared in both cases. */
gboolean cht_certificate_parse (ChtDer der, ChtCertificateColumns *columns, GError **error);
void cht_certificate_columns_clear (ChtCertificateColumns *columns);

/* Of the names, so that the equal ones of RFC 5280, 7.1 are the same bytes. Computed at each call. (transfer full) */
GBytes *cht_certificate_normalize_subject (ChtCertificate *self);
GBytes *cht_certificate_normalize_issuer (ChtCertificate *self);
/* See cht_algorithm_get_identity. (transfer full) (nullable) */
char *cht_certificate_get_key_identity (ChtCertificate *self);

G_END_DECLS
