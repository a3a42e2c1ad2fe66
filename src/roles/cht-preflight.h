/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Preflight: a snapshot of what is prepared in, findings out. No I/O, no clock of its own; may run on a worker
 * (everything in the snapshot is immutable or a copy).
 */
#pragma once

#include "cht-bundle.h"
#include "cht-chains.h"
#include "cht-finding.h"
#include "cht-role.h"

G_BEGIN_DECLS

typedef struct {
  char *name, *uuid;
  char *auth_type;      /* "mutual", "server", "" unknown */
  int in_use;           /* 1, 0, -1 unknown */
  char *certificate;    /* the certificate it has now; NULL none */
} ChtSnapshotDestination;

/* What the controller's own form (cert/label) asks for. */
typedef enum { CHT_FORM_UNKNOWN, CHT_FORM_TRUST_CHAIN, CHT_FORM_TRUST_CHAIN_AND_KEY } ChtFormAsks;

/* Everything is borrowed for the length of the call. NULL where not (yet) given. */
typedef struct {
  const ChtRole *role;
  gint64 now;
  gboolean edit;                      /* then what is not given stays as it is on the controller */
  gboolean whole;                     /* FALSE while a form is being filled: what is missing is not blamed yet */
  const char *name;                   /* NULL: names are not judged (check on files alone) */
  const char *const *taken_names;     /* NULL where no controller was asked */
  ChtBundle *chain;     const char *chain_path;
  ChtBundle *certificate; const char *certificate_path;
  ChtBundle *key;       const char *key_path;      /* opened with the passphrase where one was given */
  gboolean passphrase_given;
  /* A container stands in the bundle's place: it needs a passphrase, or the one given (to the key alone) is wrong. */
  gboolean chain_locked, certificate_locked, key_locked;
  gint64 window_end;                  /* of a stated maintenance window; CHT_TIME_UNKNOWN, or past, where none */
  ChtFormAsks form;                   /* goes before the role's category */
  GPtrArray *chosen;                  /* of ChtSnapshotDestination; NULL: destinations are not judged */
  const char *const *unknown_destinations;  /* names that the controller does not have */
  const char *gateway_health;         /* "Healthy", …; NULL not asked */
  const char *aaa_mode;               /* "Local", "LDAP", …; NULL not asked */
  gboolean enables_client_auth;
  ChtOperations allowed;              /* the controller's word where known, else role->operations */
  GHashTable *own_certificates;       /* (nullable) names that a chosen destination may have now without a word */
} ChtSnapshot;

/* Findings, errors first, then in the order of the form. (transfer full) (element-type ChtFinding) */
GPtrArray *cht_preflight_run (const ChtSnapshot *snapshot);
/* The findings that need no role, for inspect. (transfer full) */
GPtrArray *cht_preflight_inspect (ChtBundle *bundle, const char *path, gint64 now);
/* TRUE where a finding of severity error is among them, but for those whose id stands in DESPITE (nullable) and that
 * may be gone over. */
gboolean cht_findings_refuse (GPtrArray *findings, const char *const *despite);
/* What goes up for the chain: byte for byte, or plain PEM of the same certificates (then file.made-plain is a finding).
 * (transfer full) */
GBytes *cht_preflight_chain_to_send (ChtBundle *chain);
/* The one rule table's ids, NULL-terminated, for documentation and tests. */
const char *const *cht_preflight_list_rules (void);

G_END_DECLS
