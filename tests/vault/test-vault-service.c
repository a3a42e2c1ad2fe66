/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The vault with a real gnome-keyring on a bus of the test's own. */
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fake-secrets.h"
#include "vault-stage.h"
#include "cht-vault.h"

/* "no DOMAIN CODE": how a refusal of the vault begins. */
static char *
refusal (ChtVaultError code)
{
  return g_strdup_printf ("no cht-vault-error-quark %d ", code);
}

static void
refuses (Player *player, ChtVaultError code, const char *command)
{
  g_autofree char *start = refusal (code);

  player_wants (player, start, "%s", command);
}

static char *
contents (const char *path, gsize *size)
{
  g_autoptr (GError) error = NULL;
  char *data;

  g_file_get_contents (path, &data, size, &error);
  g_assert_no_error (error);
  return data;
}

static void
test_life (void)
{
  Stage *stage = stage_new ();
  Player *player;
  g_autofree char *made = NULL;
  g_autofree char *got = NULL;
  g_autofree char *folder = g_path_get_dirname (stage->vault);
  g_autofree char *data = NULL;
  struct stat info;
  gsize size;

  stage_start_keyring (stage, "pw");
  player = player_new (stage, NULL);
  player_wants (player, "ok", "probe");
  player_tells (player, "state=absent", "status");
  refuses (player, CHT_VAULT_ERROR_ABSENT, "unlock");
  player_wants (player, "ok", "create %d", CHT_VAULT_MODE_KEYRING);
  player_tells (player, "state=open mode=keyring keyring=present generation=1 records=0 plain=0", "status");
  made = player_ask (player, "put 5 controller.example.net-and-password");
  g_assert_true (g_str_has_prefix (made, "ok "));
  player_wants (player, "ok n=1", "list");
  refuses (player, CHT_VAULT_ERROR_EXISTS, "create 1");

  /* Another program, which has nothing but the file and the keyring. */
  player_free (player);
  player = player_new (stage, NULL);
  player_wants (player, "ok", "probe");
  player_tells (player, "state=locked mode=keyring keyring=unasked generation=0 records=0", "status");
  refuses (player, CHT_VAULT_ERROR_LOCKED, "list");
  refuses (player, CHT_VAULT_ERROR_LOCKED, "put 1 text");
  refuses (player, CHT_VAULT_ERROR_LOCKED, "audit");
  refuses (player, CHT_VAULT_ERROR_LOCKED, "verify");
  refuses (player, CHT_VAULT_ERROR_EXISTS, "create 1");
  player_wants (player, "ok", "unlock");
  got = player_ask (player, "get %.36s", made + 3);
  g_assert_nonnull (strstr (got, "=5:controller.example.net-and-password"));
  player_wants (player, "ok holds=1 vault.create item.add gap", "audit");
  player_wants (player, "ok n=0", "verify");
  player_free (player);

  g_assert_cmpint (g_stat (stage->vault, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
  g_assert_cmpint (g_stat (folder, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0700);
  data = contents (stage->vault, &size);
  g_assert_null (memmem (data, size, "controller", 10));
  g_assert_null (memmem (data, size, "item.add", 8));
  stage_free (stage);
}

static void
test_lock (void)
{
  Stage *stage = stage_new ();
  Player *player;

  stage_start_keyring (stage, "pw");
  player = player_new (stage, NULL);
  player_wants (player, "ok", "create 1");
  /* Locking in the midst of a write waits for nothing; what was begun ends whole. */
  player_wants (player, "ok", "lock-in-flight first");
  player_tells (player, "state=locked", "status");
  player_tells (player, "locked=1", "status");
  refuses (player, CHT_VAULT_ERROR_LOCKED, "list");
  player_wants (player, "ok", "unlock");
  player_tells (player, "=1:first", "list");
  /* The lock's own row follows at the next unlock. */
  player_wants (player, "ok", "put 1 second");
  player_wants (player, "ok holds=1 vault.create item.add vault.lock item.add gap", "audit");
  player_wants (player, "ok", "lock");
  player_tells (player, "locked=2", "status");
  player_free (player);
  stage_free (stage);
}

/* What an unlock answers in each state of the keyring, and that none of them makes a new key or touches the file. */
static void
test_states (void)
{
  Stage *stage = stage_new ();
  g_autofree char *keyrings = stage_path (stage, "data/keyrings");
  g_autofree char *aside = stage_path (stage, "keyrings");
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  gsize size, size_after;
  Player *player;

  stage_start_keyring (stage, "pw");
  player = player_new (stage, NULL);
  player_wants (player, "ok", "create 1");
  player_wants (player, "ok", "put 1 text");
  player_free (player);
  before = contents (stage->vault, &size);

  stage_stop_keyring (stage);
  player = player_new (stage, NULL);
  refuses (player, CHT_VAULT_ERROR_NO_SERVICE, "unlock");
  player_tells (player, "state=locked mode=keyring keyring=no-service", "status");
  player_free (player);

  player = player_new (stage, "unix:path=/nonexistent/bus");
  refuses (player, CHT_VAULT_ERROR_NO_SERVICE, "unlock");
  player_tells (player, "keyring=no-bus", "status");
  player_free (player);

  stage_new_bus (stage);
  stage_start_keyring (stage, "another");
  player = player_new (stage, NULL);
  refuses (player, CHT_VAULT_ERROR_LOCKED, "unlock");
  player_tells (player, "state=locked mode=keyring keyring=locked", "status");
  player_free (player);

  stage_new_bus (stage);
  g_assert_cmpint (g_rename (keyrings, aside), ==, 0);
  stage_start_keyring (stage, "pw");
  player = player_new (stage, NULL);
  refuses (player, CHT_VAULT_ERROR_LOCKED, "unlock");
  player_tells (player, "keyring=absent", "status");
  player_free (player);

  after = contents (stage->vault, &size_after);
  g_assert_cmpmem (before, size, after, size_after);

  stage_free (stage);
}

static void
test_restart (void)
{
  Stage *stage = stage_new ();
  Player *player;

  stage_start_keyring (stage, "pw");
  player = player_new (stage, NULL);
  player_wants (player, "ok", "create 1");
  /* A daemon that comes back: met anew, both for storing and for reading. */
  stage_stop_keyring (stage);
  stage_start_keyring (stage, "pw");
  player_wants (player, "ok", "put 1 after");
  player_tells (player, "keyring=present generation=2", "status");
  player_wants (player, "ok", "lock");
  player_wants (player, "ok", "unlock");
  player_free (player);

  /* And one on a new bus, with the item as it lies on the disk. */
  stage_new_bus (stage);
  stage_start_keyring (stage, "pw");
  player = player_new (stage, NULL);
  player_wants (player, "ok", "unlock");
  player_tells (player, "state=open", "status");
  player_tells (player, "=1:after", "list");
  player_free (player);
  stage_free (stage);
}

/* While the keyring is away one commit goes through, anchored later; a second on top of it would leave the anchor two
 * behind, so it is refused until the keyring is back. */
static void
test_anchor_follows (void)
{
  Stage *stage = stage_new ();
  Player *player;

  stage_start_keyring (stage, "pw");
  player = player_new (stage, NULL);
  player_wants (player, "ok", "create 1");
  stage_stop_keyring (stage);
  player_wants (player, "ok", "put 1 first");
  player_tells (player, "state=open mode=keyring keyring=no-service generation=2", "status");
  refuses (player, CHT_VAULT_ERROR_NO_SERVICE, "put 1 second");
  player_tells (player, "state=open mode=keyring keyring=no-service generation=2", "status");
  player_wants (player, "ok n=1", "list");
  player_free (player);

  stage_start_keyring (stage, "pw");
  player = player_new (stage, NULL);
  player_wants (player, "ok", "unlock");
  player_tells (player, "state=open mode=keyring keyring=present generation=2", "status");
  player_wants (player, "ok", "put 1 second");
  stage_stop_keyring (stage);
  player_wants (player, "ok", "put 1 third");
  stage_start_keyring (stage, "pw");
  player_wants (player, "ok", "put 1 fourth");
  player_tells (player, "keyring=present generation=5", "status");
  player_free (player);
  stage_free (stage);
}

static void
copy_file (const char *from, const char *to)
{
  g_autoptr (GFile) source = g_file_new_for_path (from);
  g_autoptr (GFile) target = g_file_new_for_path (to);
  g_autoptr (GError) error = NULL;

  g_file_copy (source, target, G_FILE_COPY_NONE, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
test_older (void)
{
  Stage *stage = stage_new ();
  g_autofree char *old = stage_path (stage, "old.db");
  g_autofree char *newest = stage_path (stage, "newest.db");
  Player *player;

  stage_start_keyring (stage, "pw");
  player = player_new (stage, NULL);
  player_wants (player, "ok", "create 1");
  copy_file (stage->vault, old);
  player_wants (player, "ok", "put 1 text");
  copy_file (stage->vault, newest);

  /* The file that is open is exchanged under the program: locked, not served from what is gone. */
  g_assert_cmpint (g_rename (old, stage->vault), ==, 0);
  refuses (player, CHT_VAULT_ERROR_LOCKED, "list");
  player_tells (player, "state=locked", "status");
  player_tells (player, "replaced", "status");

  player_wants (player, "ok", "unlock");
  player_tells (player, "state=read-only mode=keyring keyring=present generation=1", "status");
  player_tells (player, "older", "status");
  player_wants (player, "ok n=0", "list");
  refuses (player, CHT_VAULT_ERROR_READ_ONLY, "put 1 text");
  player_wants (player, "ok n=1 vault.older", "verify");

  g_assert_cmpint (g_rename (newest, stage->vault), ==, 0);
  refuses (player, CHT_VAULT_ERROR_LOCKED, "list");
  player_wants (player, "ok", "unlock");
  player_tells (player, "state=open mode=keyring keyring=present generation=2 records=1", "status");
  player_wants (player, "ok", "put 1 more");
  player_free (player);
  stage_free (stage);
}

static void
test_hung (void)
{
  Stage *stage = stage_new ();
  Player *player;
  g_autofree char *answer = NULL;
  g_autofree char *start = refusal (CHT_VAULT_ERROR_LOCKED);
  g_autofree char *gap = NULL;
  gint64 begun, taken;

  stage_start_keyring (stage, "pw");
  player = player_new (stage, NULL);
  player_wants (player, "ok", "create 1");
  player_wants (player, "ok", "lock");

  g_subprocess_send_signal (stage->daemon, SIGSTOP);
  begun = g_get_monotonic_time ();
  answer = player_ask (player, "unlock");
  taken = (g_get_monotonic_time () - begun) / G_USEC_PER_SEC;
  g_assert_true (g_str_has_prefix (answer, start));
  g_assert_cmpint (taken, >=, 9);
  g_assert_cmpint (taken, <=, 13);
  gap = answer_get (answer, "gap");
  g_test_message ("hung after %" G_GINT64_FORMAT " s, main loop stood still for %s ms at most", taken, gap);
  g_assert_cmpint (g_ascii_strtoll (gap, NULL, 10), <, 1000);
  player_tells (player, "keyring=hung", "status");

  /* A person's Cancel ends the waiting at once. */
  begun = g_get_monotonic_time ();
  player_wants (player, "no g-io-error-quark 19 ", "cancel-unlock");
  g_assert_cmpint ((g_get_monotonic_time () - begun) / G_USEC_PER_SEC, <=, 3);

  g_subprocess_send_signal (stage->daemon, SIGCONT);
  player_wants (player, "ok", "unlock");
  player_free (player);
  stage_free (stage);
}

static GVariant *
call_service (Stage *stage, const char *interface, const char *method, GVariant *arguments)
{
  g_autoptr (GError) error = NULL;
  GVariant *answer = g_dbus_connection_call_sync (stage->connection, "org.freedesktop.secrets",
                                                  "/org/freedesktop/secrets", interface, method, arguments,
                                                  NULL, G_DBUS_CALL_FLAGS_NONE, 10000, NULL, &error);

  g_assert_no_error (error);
  return answer;
}

/* What an automatic login leads to: a default keyring whose password is empty. */
static void
make_blank_keyring (Stage *stage)
{
  static const char service[] = "org.freedesktop.Secret.Service";
  g_autoptr (GVariant) session = call_service (stage, service, "OpenSession",
                                               g_variant_new ("(sv)", "plain", g_variant_new_string ("")));
  g_autoptr (GVariant) made = NULL;
  g_autoptr (GVariant) aliased = NULL;
  const char *session_path, *path;
  GVariantBuilder properties;

  g_variant_get_child (session, 1, "&o", &session_path);
  g_variant_builder_init (&properties, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&properties, "{sv}", "org.freedesktop.Secret.Collection.Label",
                         g_variant_new_string ("Default keyring"));
  made = call_service (
      stage, "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface", "CreateWithMasterPassword",
      g_variant_new ("(a{sv}(o@ay@ays))", &properties, session_path,
                     g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, NULL, 0, 1),
                     g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, NULL, 0, 1), "text/plain"));
  g_variant_get_child (made, 0, "&o", &path);
  aliased = call_service (stage, service, "SetAlias", g_variant_new ("(so)", "default", path));
  g_assert_nonnull (aliased);
}

/* A keyring with an empty password is a plain file: said, and the vault's one line of base64 outlives a
 * restart there. */
static void
test_plain (void)
{
  Stage *stage = stage_new ();
  Player *player;

  stage_start_keyring (stage, "");
  player = player_new (stage, NULL);
  /* Nothing there to keep a key in: said, and none is made unasked. */
  refuses (player, CHT_VAULT_ERROR_LOCKED, "create 1");
  player_tells (player, "state=absent mode=none keyring=no-collection", "status");
  g_assert_false (g_file_test (stage->vault, G_FILE_TEST_EXISTS));
  make_blank_keyring (stage);
  player_wants (player, "ok", "create 1");
  player_tells (player, "plain=1", "status");
  player_wants (player, "ok", "put 1 text");
  player_free (player);
  stage_new_bus (stage);
  stage_start_keyring (stage, "");
  player = player_new (stage, NULL);
  player_wants (player, "ok", "unlock");
  player_tells (player,
                "state=open mode=keyring keyring=present generation=2 records=1 plain=1 locked=0 prompts=0",
                "status");
  player_free (player);
  stage_free (stage);
}

/* Two programs write at once, each 60 commits; neither loses one, and each sees the other's. */
static void
test_two (void)
{
  Stage *stage = stage_new ();
  Player *a, *b;
  g_autofree char *answer_a = NULL;
  g_autofree char *answer_b = NULL;

  stage_start_keyring (stage, "pw");
  a = player_new (stage, NULL);
  player_wants (a, "ok", "create 1");
  b = player_new (stage, NULL);
  player_wants (b, "ok", "unlock");

  player_wants (b, "ok", "put 1 seen");
  player_wants (a, "ok", "changed");
  player_tells (a, "=1:seen", "list");

  player_send (a, "many 60 from-a");
  player_send (b, "many 60 from-b");
  answer_a = player_read (a);
  answer_b = player_read (b);
  g_assert_null (strstr (answer_a, "no "));
  g_assert_null (strstr (answer_b, "no "));
  player_free (b);
  player_wants (a, "ok", "put 1 last");
  player_tells (a, "state=open mode=keyring keyring=present generation=123 records=122", "status");
  player_wants (a, "ok holds=1 vault.create item.add", "audit");
  player_wants (a, "ok n=0", "verify");
  player_free (a);
  stage_free (stage);
}

/* Killed between any two of its steps, a program leaves a file that opens, whole. */
static void
test_killed (void)
{
  Stage *stage = stage_new ();
  Player *player;

  stage_start_keyring (stage, "pw");
  player = player_new (stage, NULL);
  player_wants (player, "ok", "create 1");
  player_free (player);
  for (guint i = 0; i < 12; i++)
    {
      g_autofree char *answer = NULL;

      player = player_new (stage, NULL);
      player_wants (player, "ok", "unlock");
      answer = player_ask (player, "status");
      g_assert_nonnull (strstr (answer, "state=open"));
      player_send (player, "many 200 text");
      g_usleep (2000 * i);  /* waits for nothing: the moment of the blow is what varies */
      g_subprocess_force_exit (player->process);
      g_subprocess_wait (player->process, NULL, NULL);
      g_object_unref (player->out);
      g_object_unref (player->process);
      g_free (player);
    }
  player = player_new (stage, NULL);
  player_wants (player, "ok", "unlock");
  player_tells (player, "state=open", "status");
  player_wants (player, "ok holds=1", "audit");
  player_wants (player, "ok n=0", "verify");
  player_wants (player, "ok", "put 1 text");
  player_free (player);
  stage_free (stage);
}

static void
test_places (void)
{
  Stage *stage = stage_new ();
  g_autofree char *folder = g_path_get_dirname (stage->vault);
  g_autofree char *elsewhere = stage_path (stage, "elsewhere");
  g_autofree char *moved = stage_path (stage, "elsewhere/moved.db");
  g_autofree char *moved_lock = stage_path (stage, "elsewhere/moved.db.lock");
  Player *player;
  GStatBuf info;

  stage_start_keyring (stage, "pw");
  g_assert_cmpint (g_mkdir (elsewhere, 0700), ==, 0);
  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  /* A link to nowhere is neither followed nor replaced. */
  g_assert_cmpint (symlink (moved, stage->vault), ==, 0);
  player = player_new (stage, NULL);
  refuses (player, CHT_VAULT_ERROR_IO, "create 1");
  g_assert_cmpint (g_lstat (moved, &info), !=, 0);
  g_assert_cmpint (g_unlink (stage->vault), ==, 0);

  /* A vault that its owner moved and linked: its lock and journal lie where the file lies. */
  player_wants (player, "ok", "create 1");
  player_wants (player, "ok", "lock");
  g_assert_cmpint (g_rename (stage->vault, moved), ==, 0);
  g_assert_cmpint (symlink (moved, stage->vault), ==, 0);
  player_wants (player, "ok", "unlock");
  player_wants (player, "ok", "put 1 text");
  g_assert_cmpint (g_stat (moved_lock, &info), ==, 0);
  g_assert_cmpint (g_lstat (stage->vault, &info), ==, 0);
  g_assert_true (S_ISLNK (info.st_mode));

  g_assert_cmpint (g_unlink (moved), ==, 0);
  refuses (player, CHT_VAULT_ERROR_ABSENT, "list");
  player_tells (player, "state=absent", "status");
  player_free (player);
  stage_free (stage);
}

static void
test_modes (void)
{
  Stage *stage = stage_new ();
  Player *player;

  stage_start_keyring (stage, "pw");
  player = player_new (stage, NULL);
  refuses (player, CHT_VAULT_ERROR_MODE, "create 2");
  refuses (player, CHT_VAULT_ERROR_MODE, "create 3");
  g_assert_false (g_file_test (stage->vault, G_FILE_TEST_EXISTS));
  player_free (player);
  stage_free (stage);
}

static void
test_prompt (void)
{
  Stage *stage = stage_new ();
  FakeSecrets *fake = fake_secrets_new (stage->connection);
  Player *player = player_new (stage, NULL);
  gint64 begun;

  /* No default keyring: said, and none is made unasked. */
  fake->no_alias = TRUE;
  refuses (player, CHT_VAULT_ERROR_LOCKED, "create 1");
  player_tells (player, "keyring=no-collection", "status");
  g_assert_cmpuint (fake->n_created, ==, 0);
  fake->no_alias = FALSE;
  player_wants (player, "ok", "create 1");
  player_wants (player, "ok", "lock");

  /* A person closes the question: that is no absence, and it is not asked twice. */
  fake->locked = fake->dismiss = TRUE;
  fake->delay = 200;
  refuses (player, CHT_VAULT_ERROR_LOCKED, "unlock");
  player_tells (player, "keyring=cancelled generation=0 records=0 plain=0 locked=1 prompts=1", "status");
  g_assert_cmpuint (fake->n_prompts, ==, 1);
  g_assert_cmpuint (fake->n_created, ==, 1);

  /* Cancel takes the question away. */
  fake->delay = 60000;
  begun = g_get_monotonic_time ();
  player_wants (player, "no g-io-error-quark 19 ", "cancel-unlock");
  g_assert_cmpint (g_get_monotonic_time () - begun, <, 3 * G_USEC_PER_SEC);
  g_assert_cmpuint (fake->n_prompts, ==, 2);
  g_assert_cmpuint (fake->n_dismissed, ==, 1);

  /* A person who takes longer than a daemon may. One read an unlock, one store a commit. */
  fake->dismiss = FALSE;
  fake->delay = 11000;
  fake->n_read = fake->n_stored = 0;
  player_wants (player, "ok", "unlock");
  g_assert_cmpuint (fake->n_prompts, ==, 3);
  player_wants (player, "ok", "put 1 text");
  player_tells (player, "state=open mode=keyring keyring=present generation=3", "status");
  g_assert_cmpuint (fake->n_read, ==, 1);
  g_assert_cmpuint (fake->n_stored, ==, 2);  /* the row of the lock above, then the put */
  player_free (player);
  fake_secrets_free (fake);
  stage_free (stage);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vault/service/life", test_life);
  g_test_add_func ("/vault/service/lock", test_lock);
  g_test_add_func ("/vault/service/states", test_states);
  g_test_add_func ("/vault/service/restart", test_restart);
  g_test_add_func ("/vault/service/anchor-follows", test_anchor_follows);
  g_test_add_func ("/vault/service/older", test_older);
  g_test_add_func ("/vault/service/hung", test_hung);
  g_test_add_func ("/vault/service/plain", test_plain);
  g_test_add_func ("/vault/service/two", test_two);
  g_test_add_func ("/vault/service/killed", test_killed);
  g_test_add_func ("/vault/service/places", test_places);
  g_test_add_func ("/vault/service/modes", test_modes);
  g_test_add_func ("/vault/service/prompt", test_prompt);
  return g_test_run ();
}
