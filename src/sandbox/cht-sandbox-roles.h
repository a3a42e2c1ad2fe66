/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The roles as the practice controller knows them: a table of its own, apart from the program's catalogue. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  const char *name;          /* role_name of the API; also the display name */
  const char *auth_type;     /* as a summary tells it, "" where it does not */
  const char *destination;   /* AUTH_TYPE that its destinations need, NULL where it takes none */
  gboolean key;              /* takes an intermediate certificate and key */
  gboolean add, edit, download;
  gboolean bundle;           /* any number of hierarchies in one file */
  int days;                  /* that what goes up must still live */
} ChtSandboxRole;

/* NULL where there is none by that name. */
const ChtSandboxRole *cht_sandbox_role_find (const char *name);
/* NULL behind the last. */
const ChtSandboxRole *cht_sandbox_role_get (gsize index);
/* "READWRITE", as cert_display spells it. */
const char *cht_sandbox_role_get_display (const ChtSandboxRole *self);

G_END_DECLS
