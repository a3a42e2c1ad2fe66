/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A home, a session bus and a gnome-keyring of a test's own, and players (vault-player.c) on it. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct {
  char *home, *vault;
  GTestDBus *bus;
  GDBusConnection *connection;
  GSubprocess *daemon;
} Stage;

typedef struct { GSubprocess *process; GDataInputStream *out; } Player;

/* A bus, and no service on it. */
Stage *stage_new (void);
void stage_free (Stage *self);
/* The bus and all on it go, a new one comes. */
void stage_new_bus (Stage *self);
/* A gnome-keyring whose login keyring is opened with PASSWORD, as at a login. Waits until it answers. */
void stage_start_keyring (Stage *self, const char *password);
void stage_stop_keyring (Stage *self);
/* A path under the home. (transfer full) */
char *stage_path (Stage *self, const char *name);

/* ADDRESS (nullable): another bus address than the stage's. */
Player *player_new (Stage *stage, const char *address);
/* Closes its input and waits for its good end. */
void player_free (Player *self);
void player_send (Player *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* The next answer. (transfer full) */
char *player_read (Player *self);
/* Both. (transfer full) */
char *player_ask (Player *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* "X" out of " name=X" in ANSWER. (transfer full) */
char *answer_get (const char *answer, const char *name);

/* Asks and wants an answer that begins so. */
#define player_wants(self, start, ...) \
  G_STMT_START { \
    g_autofree char *answer__ = player_ask (self, __VA_ARGS__); \
    if (!g_str_has_prefix (answer__, start)) \
      g_error ("%s:%d: wanted “%s”, got “%s”", G_STRFUNC, __LINE__, start, answer__); \
  } G_STMT_END
/* … and one that holds PART. */
#define player_tells(self, part, ...) \
  G_STMT_START { \
    g_autofree char *answer__ = player_ask (self, __VA_ARGS__); \
    if (strstr (answer__, part) == NULL) \
      g_error ("%s:%d: wanted “%s” in “%s”", G_STRFUNC, __LINE__, part, answer__); \
  } G_STMT_END

G_END_DECLS
