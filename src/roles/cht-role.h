/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The role catalogue: one row a role (cht-role.c), from the guides of releases 7.0 and 7.1. The controller's own words
 * (cert_display, cert/label) override it. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum { CHT_ROLE_TRUST_CHAIN, CHT_ROLE_TRUST_CHAIN_AND_KEY } ChtRoleCategory;
typedef enum { CHT_OPERATION_ADD = 1 << 0, CHT_OPERATION_EDIT = 1 << 1, CHT_OPERATION_DOWNLOAD = 1 << 2 } ChtOperations;
typedef enum { CHT_ROLE_TAKES_NONE, CHT_ROLE_TAKES_MUTUAL, CHT_ROLE_TAKES_SERVER } ChtRoleDestinations;

typedef struct {
  const char *id;             /* "external-destination" */
  const char *name;           /* the API's role_name, "External Destination" */
  const char *ui_names[4];    /* of releases, "Crosswork-Web-Cert", NULL-terminated */
  const char *purpose;        /* N_(): one line for the form, "Kafka or gRPC, mutual TLS" */
  ChtRoleCategory category;
  ChtOperations operations;
  ChtRoleDestinations destinations;
  gboolean several_hierarchies;  /* a bundle of hierarchies in one file is fine */
  gboolean root_only;            /* takes a root; more gets a warning */
  gboolean issues;               /* the intermediate's key signs certificates on the controller */
  gboolean issues_servers;       /* … server certificates (web server) */
  gboolean system;               /* never editable */
  int min_days;                  /* that what goes up must still live */
} ChtRole;

/* By id, API name or UI name of any release (case is ignored, so are spaces against hyphens); NULL where the table has
 * none. */
const ChtRole *cht_role_find (const char *name);
/* NULL-terminated. */
const ChtRole *const *cht_role_list (void);
/* What cert_display allows: NO_OP (and an absent word) 0, READONLY download, READWRITE edit and download, READWRITEADD
 * add too; an unknown word: download. */
ChtOperations cht_role_operations_from_display (const char *cert_display);

G_END_DECLS
