/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A Secret Service of one collection and one item at most, for what a gnome-keyring without a display cannot
 * play: prompts that stand, are answered or dismissed. It serves whenever the test's main loop runs.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct {
  gboolean locked, no_alias, dismiss;
  guint delay;  /* milliseconds for which a prompt stands */
  guint n_prompts, n_dismissed, n_read, n_stored, n_created;
  /* Its own. */
  GDBusConnection *connection;
  GDBusNodeInfo *nodes;
  guint name, timer;
  GArray *objects;
  GVariant *secret, *attributes;
} FakeSecrets;

FakeSecrets *fake_secrets_new (GDBusConnection *connection);
void fake_secrets_free (FakeSecrets *self);

G_END_DECLS
