/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-sandbox-roles.h"

static const ChtSandboxRole roles[] = {
  /* name, auth_type, destination, key, add, edit, download, bundle, days */
  { "Crosswork Internal TLS", "MUTUAL_AUTH", NULL, FALSE, FALSE, FALSE, TRUE, FALSE, 31 },
  { "Crosswork Web Server", "SERVER_AUTH", NULL, TRUE, FALSE, TRUE, TRUE, FALSE, 30 },
  { "ZTP SUDI", "", NULL, FALSE, FALSE, TRUE, TRUE, FALSE, 31 },
  { "Secure ZTP Provisioning", "", NULL, TRUE, FALSE, TRUE, TRUE, FALSE, 31 },
  { "Device Syslog Communication", "", NULL, FALSE, FALSE, FALSE, TRUE, FALSE, 31 },
  { "Device gNMI Communication", "", NULL, FALSE, TRUE, TRUE, TRUE, TRUE, 31 },
  { "Server Syslog Communication", "SERVER_AUTH", NULL, FALSE, TRUE, TRUE, TRUE, FALSE, 31 },
  { "External Destination", "MUTUAL_AUTH", "mutual", TRUE, TRUE, TRUE, TRUE, FALSE, 31 },
  { "External Destination Server Auth", "SERVER_AUTH", "server", FALSE, TRUE, TRUE, TRUE, FALSE, 31 },
  { "Secure LDAP Communication", "SERVER_AUTH", NULL, FALSE, TRUE, TRUE, TRUE, FALSE, 31 },
  { "Application External Destination", "MUTUAL_AUTH", NULL, TRUE, TRUE, FALSE, FALSE, FALSE, 31 },
  { "Secure gRPC Communication", "SERVER_AUTH", NULL, FALSE, TRUE, TRUE, TRUE, TRUE, 1 },
  { "Accedian Provider Mutual Auth", "MUTUAL_AUTH", NULL, TRUE, TRUE, TRUE, TRUE, FALSE, 31 },
};

const ChtSandboxRole *
cht_sandbox_role_get (gsize index)
{
  return index < G_N_ELEMENTS (roles) ? &roles[index] : NULL;
}

const ChtSandboxRole *
cht_sandbox_role_find (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (roles); i++)
    if (g_str_equal (roles[i].name, name))
      return &roles[i];
  return NULL;
}

const char *
cht_sandbox_role_get_display (const ChtSandboxRole *self)
{
  if (self->add && self->edit)
    return "READWRITEADD";
  if (self->edit)
    return "READWRITE";
  return self->download ? "READONLY" : "NO_OP";
}
