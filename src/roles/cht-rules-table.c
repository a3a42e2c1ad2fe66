/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one table of rules. Errors first, then the order in which a person would mend things; a rule whose finding makes
 * another one plain stands above it. "Guide" is the vendor's guide of releases 7.0 and 7.1.
 */
#include "cht-rules.h"

#include <glib/gi18n-lib.h>

#define ERROR CHT_SEVERITY_ERROR
#define WARNING CHT_SEVERITY_WARNING
#define INFO CHT_SEVERITY_INFO
#define ROLES CHT_RULE_FOR_ROLES
#define TRUST CHT_RULE_FOR_TRUST
#define KEY CHT_RULE_FOR_KEY
#define INSPECT CHT_RULE_FOR_INSPECT
#define ALL CHT_RULE_FOR_ALL

const ChtRule cht_rules[] = {
  { "role.no-add", ERROR, ROLES, FALSE, cht_rule_role_no_add,
    N_ ("The controller decides for each role what may be done. Some roles have exactly one certificate, "
        "which is updated and never added to; some it keeps itself."),
    "Guide, roles", NULL },
  { "role.no-edit", ERROR, ROLES, FALSE, cht_rule_role_no_edit,
    N_ ("The controller decides for each certificate what may be done. What its own services use among each"
        " other it keeps itself."),
    "Guide, roles", NULL },
  { "name.empty", ERROR, ROLES, FALSE, cht_rule_name_empty,
    N_ ("A certificate is known by its name on the controller. It cannot be changed later."),
    "Guide, before you begin", NULL },
  { "name.too-long", ERROR, ROLES, TRUE, cht_rule_name_too_long,
    N_ ("The controller keeps names of a limited length. Its documents do not tell the limit; this one is "
        "taken to be safe."),
    "Guide", NULL },
  { "name.taken", ERROR, ROLES, FALSE, cht_rule_name_taken,
    N_ ("Names are unique on a controller. A second certificate of one name would be refused, or would "
        "replace the first."),
    "Guide, before you begin", NULL },
  { "file.no-certificate", ERROR, ROLES, FALSE, cht_rule_file_no_certificate,
    N_ ("A trust chain holds the root and the intermediates, and the intermediate goes up a second time by "
        "itself. A request, a public key or a revocation list is no certificate."),
    "Guide, before you begin", NULL },
  { "file.not-pem", ERROR, ROLES, FALSE, cht_rule_file_not_pem,
    N_ ("The controller reads PEM alone: text between BEGIN and END lines. Nothing is converted in silence,"
        " so that what goes up is what was chosen."),
    "Guide, before you begin", "to-pem" },
  { "file.broken-block", ERROR, ALL, FALSE, cht_rule_file_broken_block,
    N_ ("A block that cannot be read would be lost in silence, or the whole file refused. It may have been "
        "cut off or changed on its way."),
    "RFC 7468, 2", NULL },
  { "certificate.unreadable", ERROR, ALL, FALSE, cht_rule_certificate_unreadable,
    N_ ("A part that cannot be read would be lost in silence, or the whole file refused. It may be damaged,"
        " or locked with a passphrase."),
    "RFC 5280, 4.1", NULL },
  { "file.private-key", ERROR, ROLES, FALSE, cht_rule_file_private_key,
    N_ ("A trust chain is shown to everybody who connects, and a CA’s private key must be shown to nobody. "
        "Whoever has the key can issue in the CA’s name."),
    "Guide, before you begin", "drop-key" },
  { "file.made-plain", INFO, ROLES, FALSE, cht_rule_file_made_plain,
    N_ ("The file holds text, other objects or an encoding beside the plain blocks of certificates. The "
        "same certificates are sent, without what stands around them."),
    "RFC 7468, 5.2", "to-pem" },
  { "chain.link-broken", ERROR, ALL, FALSE, cht_rule_chain_link_broken,
    N_ ("A certificate counts because its issuer’s key signed it, not because the names agree. This link "
        "does not hold, so nothing that rests on it would be trusted."),
    "RFC 5280, 6.1.3", NULL },
  { "chain.root-missing", ERROR, ROLES, TRUE, cht_rule_chain_root_missing,
    N_ ("Whoever checks a certificate follows the chain up to a root that signed itself. Without the root "
        "in the file the controller has nothing to trust."),
    "Guide, before you begin", NULL },
  { "chain.issuer-missing", ERROR, ROLES, TRUE, cht_rule_chain_issuer_missing,
    N_ ("Each certificate needs the one that issued it, up to a root. Where one is missing in between, the "
        "path breaks off."),
    "RFC 5280, 6.1", NULL },
  { "chain.leaf", ERROR, ROLES, TRUE, cht_rule_chain_leaf,
    N_ ("A trust chain holds CAs: a root and intermediates. The certificate of a server or a person is "
        "proved by the chain and does not belong into it."),
    "Guide, before you begin", "drop-leaf" },
  { "ca.not-ca", ERROR, ALL, FALSE, cht_rule_ca_not_ca,
    N_ ("Only a certificate whose basic constraints say CA may issue others. What another one issues is "
        "refused by everybody who checks."),
    "RFC 5280, 4.2.1.9", NULL },
  { "ca.no-cert-sign", ERROR, ALL, FALSE, cht_rule_ca_no_cert_sign,
    N_ ("A key usage names all that a key may do. Without keyCertSign, what it issues is refused by "
        "everybody who checks."),
    "RFC 5280, 4.2.1.3", NULL },
  { "ca.path-length", ERROR, ALL, FALSE, cht_rule_ca_path_length,
    N_ ("A CA may limit how many CAs stand below it. What stands deeper is refused by everybody who checks."),
    "RFC 5280, 4.2.1.9", NULL },
  { "algorithm.md5", ERROR, ALL, TRUE, cht_rule_algorithm_md5,
    N_ ("Two certificates with one MD5 digest can be made on purpose, so such a signature proves nothing. "
        "Current programs refuse it."),
    "RFC 6151", NULL },
  { "key.weak", ERROR, ALL, TRUE, cht_rule_key_weak,
    N_ ("Keys of this size can be broken with enough effort. Current programs refuse them."),
    "NIST SP 800-57, part 1", NULL },
  { "expiry.expired", ERROR, ALL, FALSE, cht_rule_expiry_expired,
    N_ ("Past its end, a certificate is refused by everybody who checks. The end of one certificate ends "
        "every path over it."),
    "RFC 5280, 4.1.2.5", NULL },
  { "expiry.not-yet-valid", ERROR, ALL, FALSE, cht_rule_expiry_not_yet_valid,
    N_ ("Before its beginning, a certificate is refused by everybody who checks. A machine whose clock is "
        "wrong sees the same."),
    "RFC 5280, 4.1.2.5", NULL },
  { "expiry.below-minimum", ERROR, ROLES, FALSE, cht_rule_expiry_below_minimum,
    N_ ("The controller takes only what still lives for a while, so that nothing ends soon after it was put"
        " to use. The bound holds for every certificate that goes up."),
    "Guide, roles", NULL },
  { "expiry.in-window", ERROR, ROLES, FALSE, cht_rule_expiry_in_window,
    N_ ("What goes up in a maintenance window must still be valid when the window closes. Services that start anew at "
        "its end would refuse it."),
    "RFC 5280, 4.1.2.5", NULL },
  { "chain.unrelated", WARNING, KEY, FALSE, cht_rule_chain_unrelated,
    N_ ("The chain file is there to prove the intermediate. What does not belong to its hierarchy is "
        "trusted all the same, which is more than is needed."),
    "Guide", "drop-unrelated" },
  { "chain.several", WARNING, TRUST, FALSE, cht_rule_chain_several,
    N_ ("One certificate of this role stands for one hierarchy. Only the role for gNMI takes a bundle of "
        "several."),
    "Guide, roles", "split" },
  { "chain.more-than-root", WARNING, TRUST, FALSE, cht_rule_chain_more_than_root,
    N_ ("This role is meant for the root CA of the destination. Intermediates beside it are sent by the "
        "destination itself."),
    "Guide, roles", "drop-unrelated" },
  { "chain.intermediate-absent", WARNING, KEY, FALSE, cht_rule_chain_intermediate_absent,
    N_ ("The guide puts the intermediate both at the end of the chain file and into its own field. Some "
        "programs do not find it otherwise."),
    "Guide, before you begin", NULL },
  { "chain.duplicate", WARNING, ALL, FALSE, cht_rule_chain_duplicate,
    N_ ("A certificate that stands there twice says nothing new. Some programs refuse such a file."),
    "Guide", "drop-duplicates" },
  { "chain.order", WARNING, ROLES, FALSE, cht_rule_chain_order,
    N_ ("The guide asks for the root first, and each next certificate signed by the one before. Programs "
        "that do not sort may break off at the first that does not follow."),
    "Guide, before you begin", "order" },
  { "chain.key-ids-differ", WARNING, ALL, FALSE, cht_rule_chain_key_ids_differ,
    N_ ("The authority key identifier helps to find the issuer, the signature proves it. Some programs look"
        " at the identifier first, and find none."),
    "RFC 5280, 4.2.1.1", NULL },
  { "ca.extended-usage", WARNING, KEY, FALSE, cht_rule_ca_extended_usage,
    N_ ("An extended key usage on a CA limits what its certificates may be used for, in many programs. What"
        " the controller issues with it might be refused."),
    "RFC 5280, 4.2.1.12", NULL },
  { "algorithm.sha1", WARNING, ALL, FALSE, cht_rule_algorithm_sha1,
    N_ ("Two certificates with one SHA-1 digest can be made on purpose at some cost. Many programs refuse "
        "such signatures below a root."),
    "RFC 6194", NULL },
  { "algorithm.unpublished", WARNING, ROLES, FALSE, cht_rule_algorithm_unpublished,
    N_ ("The controller’s documents name RSA and say nothing of this algorithm. It may be taken and fail "
        "later, when a gateway or a destination uses it."),
    "Guide", NULL },
  { "expiry.outlives-issuer", WARNING, ROLES, FALSE, cht_rule_expiry_outlives_issuer,
    N_ ("A path ends when the first certificate on it ends. The later end of the lower one can mislead "
        "whoever plans the next renewal."),
    "RFC 5280, 6.1.3", NULL },
  { "certificate.old-form", WARNING, ALL, FALSE, cht_rule_certificate_old_form,
    N_ ("Current roots are of version 3 and say that they are CAs. Some programs refuse roots that do not."),
    "RFC 5280, 4.1.2.1", NULL },
  { "certificate.serial", WARNING, ALL, FALSE, cht_rule_certificate_serial,
    N_ ("A serial number is a positive whole number of at most 20 octets. Revocation by serial number may "
        "miss one that is not."),
    "RFC 5280, 4.1.2.2", NULL },
  { "certificate.missing", ERROR, KEY, FALSE, cht_rule_certificate_missing,
    N_ ("The controller issues certificates with the intermediate and its key. They go up as a pair, "
        "besides the chain."),
    "Guide, before you begin", NULL },
  { "certificate.several", ERROR, KEY, TRUE, cht_rule_certificate_several,
    N_ ("The field takes the one certificate that the key belongs to. Which of several the controller would"
        " take is not published; it is likely the first."),
    "Guide, before you begin", NULL },
  { "key.missing", ERROR, KEY, FALSE, cht_rule_key_missing,
    N_ ("The controller issues certificates with the intermediate and its key. They go up as a pair, "
        "besides the chain."),
    "Guide, before you begin", NULL },
  { "key.unsupported", ERROR, KEY | INSPECT, FALSE, cht_rule_key_unsupported,
    N_ ("The controller takes PKCS#1 or PKCS#8. What cannot be opened here cannot be proved to belong to "
        "the certificate either."),
    "Guide, before you begin", NULL },
  { "key.damaged", ERROR, KEY | INSPECT, FALSE, cht_rule_key_damaged,
    N_ ("The key’s parts do not agree, or a part of it is missing. A key that cannot be read here will not "
        "be read there."),
    "RFC 5958", NULL },
  { "key.mismatch", ERROR, KEY, FALSE, cht_rule_key_mismatch,
    N_ ("A certificate and its key are two halves of one pair, which the public numbers prove. With another"
        " key, nothing that is signed would hold."),
    "RFC 5280, 4.1.2.7", NULL },
  { "key.not-taken", WARNING, TRUST, FALSE, cht_rule_key_not_taken,
    N_ ("A CA’s private key should be in as few places as possible. For this role the controller proves "
        "others and issues nothing itself."),
    "Guide, roles", NULL },
  { "key.passphrase-needed", ERROR, KEY | INSPECT, FALSE, cht_rule_key_passphrase_needed,
    N_ ("The key was saved under a passphrase. Without it nobody can tell whether the key belongs to the "
        "certificate, and the controller cannot use it."),
    "Guide, before you begin", NULL },
  { "key.passphrase-wrong", ERROR, KEY | INSPECT, FALSE, cht_rule_key_passphrase_wrong,
    N_ ("Upper and lower case, spaces and accents all count. With some forms of keys a wrong passphrase and"
        " a damaged file look the same."),
    "Guide, before you begin", NULL },
  { "key.passphrase-unneeded", WARNING, KEY, FALSE, cht_rule_key_passphrase_unneeded,
    N_ ("The guide asks for a passphrase only where the key has one. Whether another one is ignored is not "
        "published."),
    "Guide, before you begin", NULL },
  { "destination.unknown", ERROR, ROLES, FALSE, cht_rule_destination_unknown,
    N_ ("A destination must exist before its certificate. The controller refuses names that it does not "
        "know."),
    "Guide, before you begin", NULL },
  { "destination.auth-type", ERROR, ROLES, FALSE, cht_rule_destination_auth_type,
    N_ ("Each role serves destinations of one authentication type. With another type the connection would "
        "not come about."),
    "Guide, before you begin", NULL },
  { "destination.in-use", ERROR, ROLES, FALSE, cht_rule_destination_in_use,
    N_ ("While a collection job writes to a destination, its certificate must not change. The job would "
        "break off."),
    "Guide, before you begin", NULL },
  { "destination.none", WARNING, ROLES, FALSE, cht_rule_destination_none,
    N_ ("A certificate of this role takes effect through its destinations. Without one it only lies there."),
    "Guide, roles", NULL },
  { "destination.has-certificate", INFO, ROLES, FALSE, cht_rule_destination_has_certificate,
    N_ ("A destination has one certificate at a time. The controller asks before it replaces one."),
    "Guide, external destinations", NULL },
  { "prerequisite.gateway", ERROR, ROLES, TRUE, cht_rule_prerequisite_gateway,
    N_ ("The guide asks for a healthy API gateway before a certificate is uploaded. While it is not, an "
        "upload may be taken and not arrive."),
    "Guide, before you begin", NULL },
  { "prerequisite.aaa-mode", ERROR, ROLES, TRUE, cht_rule_prerequisite_aaa_mode,
    N_ ("The guide asks for the AAA mode Local before client authentication is enabled. With accounts on another "
        "server nobody may be able to sign in afterwards."),
    "Guide, before you begin", NULL },
  { "role.labels-differ", INFO, ROLES, FALSE, cht_rule_role_labels_differ,
    N_ ("What a role takes may change from one release of the controller to the next. The controller’s own form is "
        "followed, not the guide’s."),
    "Guide, roles", NULL },
};
const gsize cht_n_rules = G_N_ELEMENTS (cht_rules);
