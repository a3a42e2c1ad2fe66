/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ChtJudgement: what the rules share while one snapshot is judged: the chains of what goes up, which intermediate and
 * key are meant, where each certificate stands. Private to this room; lives on one stack and one thread.
 */
#pragma once

#include "cht-preflight.h"

G_BEGIN_DECLS

/* Roles that a rule holds for, as a mask. */
typedef enum {
  CHT_RULE_FOR_TRUST = 1 << 0,    /* a trust chain alone */
  CHT_RULE_FOR_KEY = 1 << 1,      /* chain, intermediate and key */
  CHT_RULE_FOR_INSPECT = 1 << 2,  /* no role at all */
  CHT_RULE_FOR_ROLES = CHT_RULE_FOR_TRUST | CHT_RULE_FOR_KEY,
  CHT_RULE_FOR_ALL = CHT_RULE_FOR_ROLES | CHT_RULE_FOR_INSPECT,
} ChtRuleFor;

typedef struct _ChtJudgement ChtJudgement;
typedef struct _ChtRule ChtRule;

struct _ChtRule {
  const char *id;
  ChtSeverity severity;     /* the one it usually has; a rule may soften it */
  guint holds_for;          /* ChtRuleFor */
  gboolean may_go_on;       /* our reading and not a fact */
  void (*judge) (ChtJudgement *self, const ChtRule *rule);
  const char *explanation;  /* N_(): two sentences */
  const char *source;
  const char *repair;       /* (nullable) */
};

extern const ChtRule cht_rules[];
extern const gsize cht_n_rules;

/* Where one certificate stands among all that go up; indices are those of CERTIFICATES. */
typedef struct {
  ChtCertificate *certificate;  /* (unowned) */
  GArray *children;             /* of guint: those whose signature it made, itself left out; NULL for none */
  guint n_issuers;              /* other certificates that made its signature */
  gboolean self_signed;
  gboolean is_old_root, is_leaf;  /* as cht_chains_is_old_root and cht_chains_is_leaf tell */
  gboolean in_file;             /* stands in the chain file */
  gboolean reaches_root;        /* over links that hold */
  gboolean breaks_off;          /* somewhere above it an issuer is missing, or a signature does not hold */
  gboolean lives;               /* … that are valid now and to the end of the least life */
  gboolean endless;             /* some issuer that holds lives at least as long */
  int budget;                   /* how many CAs may still stand below it, on its best path; -1: not even itself */
} ChtPosition;

struct _ChtJudgement {
  const ChtSnapshot *snapshot;
  guint asked_for;               /* one ChtRuleFor */
  gint64 least_end;              /* until when the controller wants what goes up to live */
  gint64 end;                    /* the same, or the end of the maintenance window if that is later */
  GPtrArray *findings;
  guint n_of_rule;               /* findings of the rule that runs */

  ChtChains *chains;             /* (nullable) of the chain file and of the intermediate */
  GArray *positions;             /* of ChtPosition */
  GHashTable *by_certificate;    /* ChtCertificate* → index */
  gboolean some_path_lives;      /* of the intermediate where there is one, else of any lowest certificate */

  ChtCertificate *intermediate;  /* (nullable) (unowned): as POSITIONS knows it */
  gboolean intermediate_in_file;
  ChtKey *key;                   /* (nullable) (unowned) the one that is judged */
};

void cht_judgement_init (ChtJudgement *self, const ChtSnapshot *snapshot, guint asked_for);
void cht_judgement_clear (ChtJudgement *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ChtJudgement, cht_judgement_clear)

/* OBJECT: a sha256 or a path. Past a bound of findings for one rule the rest is told in one. */
void cht_judgement_add (ChtJudgement *self, const ChtRule *rule, ChtSeverity severity, ChtField field,
                        const char *object, const char *format, ...) G_GNUC_PRINTF (6, 7);

gboolean cht_judgement_takes_key (const ChtJudgement *self);
guint cht_judgement_get_n_positions (const ChtJudgement *self);
ChtPosition *cht_judgement_get_position (const ChtJudgement *self, guint index);
/* NULL where the certificate is none of those judged. */
ChtPosition *cht_judgement_find (const ChtJudgement *self, ChtCertificate *certificate);
/* The field at which a certificate is blamed: that of the chain file, else that of the intermediate. */
ChtField cht_judgement_field_of (const ChtJudgement *self, const ChtPosition *position);

/* A certificate's name, and a file's base name, fit to show. (transfer full) */
char *cht_judgement_name (ChtCertificate *certificate);
char *cht_judgement_file_name (const char *path, ChtField field);
/* The certificate, of the chain and the intermediate, that KEY fits. (transfer none) (nullable) */
ChtCertificate *cht_judgement_find_owner (const ChtJudgement *self, ChtKey *key);

G_END_DECLS
