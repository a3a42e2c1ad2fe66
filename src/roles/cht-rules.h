/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rules, one function each, by family; cht-rules-table.c says for whom each holds. Private to this room. */
#pragma once

#include "cht-judgement.h"

G_BEGIN_DECLS

/* What a bundle holds, in words: "a certificate request, a public key"; "" for nothing. CERTIFICATES: count those too.
 * (transfer full) */
char *cht_rules_describe_objects (ChtBundle *bundle, gboolean certificates);

void cht_rule_file_no_certificate (ChtJudgement *self, const ChtRule *rule);
void cht_rule_file_not_pem (ChtJudgement *self, const ChtRule *rule);
void cht_rule_file_broken_block (ChtJudgement *self, const ChtRule *rule);
void cht_rule_file_private_key (ChtJudgement *self, const ChtRule *rule);
void cht_rule_file_made_plain (ChtJudgement *self, const ChtRule *rule);
void cht_rule_certificate_unreadable (ChtJudgement *self, const ChtRule *rule);

void cht_rule_chain_leaf (ChtJudgement *self, const ChtRule *rule);
void cht_rule_chain_link_broken (ChtJudgement *self, const ChtRule *rule);
void cht_rule_chain_root_missing (ChtJudgement *self, const ChtRule *rule);
void cht_rule_chain_issuer_missing (ChtJudgement *self, const ChtRule *rule);
void cht_rule_chain_unrelated (ChtJudgement *self, const ChtRule *rule);
void cht_rule_chain_several (ChtJudgement *self, const ChtRule *rule);
void cht_rule_chain_more_than_root (ChtJudgement *self, const ChtRule *rule);
void cht_rule_chain_intermediate_absent (ChtJudgement *self, const ChtRule *rule);
void cht_rule_chain_duplicate (ChtJudgement *self, const ChtRule *rule);
void cht_rule_chain_order (ChtJudgement *self, const ChtRule *rule);
void cht_rule_chain_key_ids_differ (ChtJudgement *self, const ChtRule *rule);

void cht_rule_ca_not_ca (ChtJudgement *self, const ChtRule *rule);
void cht_rule_ca_no_cert_sign (ChtJudgement *self, const ChtRule *rule);
void cht_rule_ca_path_length (ChtJudgement *self, const ChtRule *rule);
void cht_rule_ca_extended_usage (ChtJudgement *self, const ChtRule *rule);

void cht_rule_expiry_expired (ChtJudgement *self, const ChtRule *rule);
void cht_rule_expiry_not_yet_valid (ChtJudgement *self, const ChtRule *rule);
void cht_rule_expiry_below_minimum (ChtJudgement *self, const ChtRule *rule);
void cht_rule_expiry_in_window (ChtJudgement *self, const ChtRule *rule);
void cht_rule_expiry_outlives_issuer (ChtJudgement *self, const ChtRule *rule);

void cht_rule_certificate_missing (ChtJudgement *self, const ChtRule *rule);
void cht_rule_certificate_several (ChtJudgement *self, const ChtRule *rule);
void cht_rule_certificate_serial (ChtJudgement *self, const ChtRule *rule);
void cht_rule_certificate_old_form (ChtJudgement *self, const ChtRule *rule);
void cht_rule_algorithm_md5 (ChtJudgement *self, const ChtRule *rule);
void cht_rule_algorithm_sha1 (ChtJudgement *self, const ChtRule *rule);
void cht_rule_algorithm_unpublished (ChtJudgement *self, const ChtRule *rule);

void cht_rule_key_missing (ChtJudgement *self, const ChtRule *rule);
void cht_rule_key_passphrase_needed (ChtJudgement *self, const ChtRule *rule);
void cht_rule_key_passphrase_wrong (ChtJudgement *self, const ChtRule *rule);
void cht_rule_key_passphrase_unneeded (ChtJudgement *self, const ChtRule *rule);
void cht_rule_key_unsupported (ChtJudgement *self, const ChtRule *rule);
void cht_rule_key_damaged (ChtJudgement *self, const ChtRule *rule);
void cht_rule_key_mismatch (ChtJudgement *self, const ChtRule *rule);
void cht_rule_key_weak (ChtJudgement *self, const ChtRule *rule);
void cht_rule_key_not_taken (ChtJudgement *self, const ChtRule *rule);

void cht_rule_name_empty (ChtJudgement *self, const ChtRule *rule);
void cht_rule_name_too_long (ChtJudgement *self, const ChtRule *rule);
void cht_rule_name_taken (ChtJudgement *self, const ChtRule *rule);
void cht_rule_role_no_add (ChtJudgement *self, const ChtRule *rule);
void cht_rule_role_no_edit (ChtJudgement *self, const ChtRule *rule);
void cht_rule_destination_unknown (ChtJudgement *self, const ChtRule *rule);
void cht_rule_destination_auth_type (ChtJudgement *self, const ChtRule *rule);
void cht_rule_destination_in_use (ChtJudgement *self, const ChtRule *rule);
void cht_rule_destination_none (ChtJudgement *self, const ChtRule *rule);
void cht_rule_destination_has_certificate (ChtJudgement *self, const ChtRule *rule);
void cht_rule_prerequisite_gateway (ChtJudgement *self, const ChtRule *rule);
void cht_rule_prerequisite_aaa_mode (ChtJudgement *self, const ChtRule *rule);
void cht_rule_role_labels_differ (ChtJudgement *self, const ChtRule *rule);

G_END_DECLS
