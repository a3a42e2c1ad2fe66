/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ChtInstance: the place of the one app that works on a vault. The session bus makes an app single where there is a
 * bus; without one two instances would both run, so a lock on a file beside the vault decides. The kernel drops it with
 * the process, however that ends.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _ChtInstance ChtInstance;

/* PATH: the vault's file; the lock is PATH.app (0600, its folder made where missing). NULL with OTHER the process
 * that has the place (0 where it does not tell), or NULL with CHT_FILE_ERROR_UNWRITABLE where the file cannot be
 * made: then nothing decides, and the caller may go on. (transfer full) */
ChtInstance *cht_instance_take (const char *path, gint64 *other, GError **error);
void cht_instance_free (ChtInstance *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChtInstance, cht_instance_free)

G_END_DECLS
