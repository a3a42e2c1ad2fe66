/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-role.h"

#include <glib/gi18n-lib.h>

#define ADD CHT_OPERATION_ADD
#define EDIT CHT_OPERATION_EDIT
#define DOWNLOAD CHT_OPERATION_DOWNLOAD

/* Where the guide gives no bound of its own, the 31 days of the general rule stand; the roles that nobody uploads have
 * none, and for gRPC towards SR-PCE the life is the user's. */
static const ChtRole roles[] = {
  { .id = "internal-tls", .name = "Crosswork Internal TLS",
    .ui_names = { "CW-Internal-Communication", "Crosswork-Internal-Communication" },
    .purpose = N_ ("The controller's own services and its data gateways"),
    .category = CHT_ROLE_TRUST_CHAIN, .operations = DOWNLOAD, .system = TRUE },
  { .id = "web-server", .name = "Crosswork Web Server",
    .ui_names = { "CW-Web-Certificate Server Authentication", "CW-Web-Certificate", "Crosswork-Web-Cert" },
    .purpose = N_ ("The web page and the API of the controller"),
    .category = CHT_ROLE_TRUST_CHAIN_AND_KEY, .operations = EDIT | DOWNLOAD, .issues = TRUE, .issues_servers = TRUE,
    .min_days = 30 },
  { .id = "ztp-sudi", .name = "ZTP SUDI", .ui_names = { "CW-ZTP-Device-SUDI", "Crosswork-ZTP-Device-SUDI" },
    .purpose = N_ ("Devices that prove who they are by their maker's certificate"),
    .category = CHT_ROLE_TRUST_CHAIN, .operations = EDIT | DOWNLOAD, .min_days = 31 },
  { .id = "ztp-owner", .name = "Secure ZTP Provisioning", .ui_names = { "CW-ZTP-Owner", "Crosswork-ZTP-Owner" },
    .purpose = N_ ("The second layer of encryption while devices are set up"),
    .category = CHT_ROLE_TRUST_CHAIN_AND_KEY, .operations = EDIT | DOWNLOAD, .min_days = 31 },
  { .id = "device-syslog", .name = "Device Syslog Communication",
    .ui_names = { "CW-Device-Syslog", "Crosswork-Device-Syslog" },
    .purpose = N_ ("Devices that send their syslog to the data gateways"),
    .category = CHT_ROLE_TRUST_CHAIN, .operations = DOWNLOAD, .system = TRUE },
  { .id = "device-gnmi", .name = "Device gNMI Communication",
    .purpose = N_ ("Devices that the gateways ask over gNMI; any number of hierarchies"),
    .category = CHT_ROLE_TRUST_CHAIN, .operations = ADD | EDIT | DOWNLOAD,
    .several_hierarchies = TRUE, .min_days = 31 },
  { .id = "server-syslog", .name = "Server Syslog Communication",
    .purpose = N_ ("An external syslog server"),
    .category = CHT_ROLE_TRUST_CHAIN, .operations = ADD | EDIT | DOWNLOAD, .min_days = 31 },
  { .id = "external-destination", .name = "External Destination",
    .purpose = N_ ("Kafka or gRPC, mutual TLS"),
    .category = CHT_ROLE_TRUST_CHAIN_AND_KEY, .operations = ADD | EDIT | DOWNLOAD,
    .destinations = CHT_ROLE_TAKES_MUTUAL, .issues = TRUE, .min_days = 31 },
  { .id = "external-destination-server-auth", .name = "External Destination Server Auth",
    .purpose = N_ ("Kafka or gRPC, the server alone proves who it is"),
    .category = CHT_ROLE_TRUST_CHAIN, .operations = ADD | EDIT | DOWNLOAD,
    .destinations = CHT_ROLE_TAKES_SERVER, .root_only = TRUE, .min_days = 31 },
  { .id = "secure-ldap", .name = "Secure LDAP Communication",
    .purpose = N_ ("An LDAP server that people sign in with"),
    .category = CHT_ROLE_TRUST_CHAIN, .operations = ADD | EDIT | DOWNLOAD, .min_days = 31 },
  { .id = "application-external-destination", .name = "Application External Destination",
    .purpose = N_ ("An external Kafka that applications write to"),
    .category = CHT_ROLE_TRUST_CHAIN_AND_KEY, .operations = ADD, .issues = TRUE, .min_days = 31 },
  { .id = "secure-grpc", .name = "Secure gRPC Communication",
    .purpose = N_ ("The gRPC server of an SR-PCE"),
    .category = CHT_ROLE_TRUST_CHAIN, .operations = ADD | EDIT | DOWNLOAD },
  { .id = "accedian-provider", .name = "Accedian Provider Mutual Auth",
    .purpose = N_ ("An Accedian provider, mutual TLS"),
    .category = CHT_ROLE_TRUST_CHAIN_AND_KEY, .operations = ADD | EDIT | DOWNLOAD, .issues = TRUE, .min_days = 31 },
};

static char
fold (char c)
{
  return c == '-' || c == '_' ? ' ' : g_ascii_tolower (c);
}

/* Spaces, hyphens and underscores are one: the controller spells a role both ways. */
static gboolean
same_name (const char *a, const char *b)
{
  while (*a != '\0' && fold (*a) == fold (*b))
    a++, b++;
  return *a == *b;
}

const ChtRole *
cht_role_find (const char *name)
{
  if (name == NULL || *name == '\0')
    return NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (roles); i++)
    {
      if (same_name (roles[i].id, name) || same_name (roles[i].name, name))
        return &roles[i];
      for (const char *const *ui = roles[i].ui_names; *ui != NULL; ui++)
        if (same_name (*ui, name))
          return &roles[i];
    }
  return NULL;
}

const ChtRole *const *
cht_role_list (void)
{
  static const ChtRole *list[G_N_ELEMENTS (roles) + 1];
  static gsize once = 0;

  if (g_once_init_enter (&once))
    {
      for (gsize i = 0; i < G_N_ELEMENTS (roles); i++)
        list[i] = &roles[i];
      g_once_init_leave (&once, 1);
    }
  return list;
}

ChtOperations
cht_role_operations_from_display (const char *cert_display)
{
  static const struct { const char *word; ChtOperations operations; } words[] = {
    { "NO_OP", 0 },
    { "READONLY", DOWNLOAD },
    { "READWRITE", EDIT | DOWNLOAD },
    { "READWRITEADD", ADD | EDIT | DOWNLOAD },
  };

  if (cert_display == NULL || *cert_display == '\0')
    return 0; /* an absent enumeration is its first word */
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_ascii_strcasecmp (words[i].word, cert_display) == 0)
      return words[i].operations;
  return DOWNLOAD;
}
