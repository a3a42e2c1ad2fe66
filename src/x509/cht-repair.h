/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ChtRepair: how what was given becomes what a controller takes: the steps, and the files that come of them. A plan
 * alone: it writes nothing and changes nothing, so that it can be shown first. Immutable. Each step accounts for every
 * certificate that it had before it: kept, moved or dropped. What cannot be mended stays as it is, for the rules to
 * name.
 */
#pragma once

#include "cht-bundle.h"

G_BEGIN_DECLS

#define CHT_REPAIR_MAX_FILES 1000  /* hierarchies that one file is split into */

/* Ids of steps; findings name those that mend them by the same words. */
#define CHT_REPAIR_TO_PEM "to-pem"                    /* DER, containers, PEM in odd clothing → plain PEM */
#define CHT_REPAIR_JOIN "join"                        /* several files → one chain */
#define CHT_REPAIR_DROP_KEY "drop-key"                /* private keys out of the chain: into a file, or left out */
#define CHT_REPAIR_DROP_DUPLICATES "drop-duplicates"
#define CHT_REPAIR_DROP_LEAF "drop-leaf"
#define CHT_REPAIR_DROP_UNRELATED "drop-unrelated"
#define CHT_REPAIR_ORDER "order"                      /* root first, each next one below the one that signed it */
#define CHT_REPAIR_SPLIT "split"                      /* a file for each hierarchy */
#define CHT_REPAIR_PKCS8 "pkcs8"                      /* a traditional key → PKCS#8, protected as it was */
#define CHT_REPAIR_ENCRYPT_KEY "encrypt-key"          /* under a new passphrase */
#define CHT_REPAIR_DECRYPT_KEY "decrypt-key"

/* What is wanted; everything is borrowed for the length of the call. */
typedef struct {
  gboolean several_hierarchies;  /* may stand in one file */
  gboolean root_only;
  gboolean wants_key;            /* chain, intermediate and key; else a chain alone */
  const char *only;              /* (nullable) the one step to take; NULL: all */
  ChtSecret *passphrase;         /* (nullable) that opened the key and the container; it goes on protecting the key */
  ChtSecret *new_passphrase;     /* (nullable) of at least one byte */
  gboolean plain_key;            /* no protection */
} ChtRepairWish;

typedef struct {
  const char *id;
  char *message;                          /* a sentence for a person, translated */
  GPtrArray *kept, *moved, *dropped;      /* of ChtCertificate; DROPPED holds one for each time it stood there */
} ChtRepairStep;

typedef enum { CHT_REPAIR_PART_CHAIN, CHT_REPAIR_PART_CERTIFICATE, CHT_REPAIR_PART_KEY } ChtRepairPart;
const char *cht_repair_part_get_id (ChtRepairPart part);

typedef struct {
  ChtRepairPart part;
  char *name;         /* "chain.pem", "chain-1.pem", "certificate.pem", "key.pem" */
  GBytes *content;    /* of a chain or a certificate; NULL for a key */
  ChtSecret *secret;  /* of a key; NULL else */
} ChtRepairFile;

#define CHT_TYPE_REPAIR (cht_repair_get_type ())
G_DECLARE_FINAL_TYPE (ChtRepair, cht_repair, CHT, REPAIR, GObject)

/* BUNDLES (of ChtBundle): what was given, in that order; keys in them were opened with the wish's passphrase.
 * NOTHING where there is neither a certificate nor a wanted key. LIMIT where there are too many hierarchies to
 * split. Where a key is to be protected anew and cannot be opened: the key's own code; PASSPHRASE_NEEDED where the
 * new passphrase is empty. May run on a worker. (transfer full) */
ChtRepair *cht_repair_new (GPtrArray *bundles, const ChtRepairWish *wish, GError **error);

/* Of ChtRepairStep, as they are taken; none where nothing is to mend. (transfer none) */
GPtrArray *cht_repair_get_steps (ChtRepair *self);
/* Of ChtRepairFile, chains first. (transfer none) */
GPtrArray *cht_repair_get_files (ChtRepair *self);

G_END_DECLS
