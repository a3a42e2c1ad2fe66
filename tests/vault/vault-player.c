/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A program with one vault that does what it reads, a command a line, and answers with one line: so that
 * tests can play several programs on one file, and kill, stop or restart what stands around them.
 *
 *   create MODE · unlock · lock · probe · put KIND TEXT · replace UUID TEXT · remove UUID · list · get UUID ·
 * status · audit · verify · changed (waits for it) · many N (N commits at once) · lock-in-flight TEXT ·
 * cancel-unlock Answers begin with "ok" or "no DOMAIN-CODE"; " gap=MS" tells the longest time for which the
 * main loop stood still meanwhile.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cht-process.h"
#include "cht-vault.h"

typedef struct {
  ChtVault *vault;
  GString *answer;
  guint pending, n_changed, n_locked, n_prompts;
  gint64 last_tick, gap;
  char *made;
} Player;

static gboolean
on_tick_cb (gpointer data)
{
  Player *player = data;
  gint64 now = g_get_monotonic_time ();

  player->gap = MAX (player->gap, now - player->last_tick);
  player->last_tick = now;
  return G_SOURCE_CONTINUE;
}

static void
fail (Player *player, const GError *error)
{
  g_string_append_printf (player->answer, "no %s %d %s", g_quark_to_string (error->domain), error->code,
                          error->message);
}

static void
on_done_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Player *player = data;
  g_autoptr (GError) error = NULL;
  gboolean good;

  if (g_task_get_source_tag (G_TASK (result)) == cht_vault_create_async)
    good = cht_vault_create_finish (player->vault, result, &error);
  else if (g_task_get_source_tag (G_TASK (result)) == cht_vault_unlock_async)
    good = cht_vault_unlock_finish (player->vault, result, &error);
  else
    good = cht_vault_commit_finish (player->vault, result, &error);
  if (good)
    g_string_append (player->answer, "ok");
  else
    fail (player, error);
  player->pending--;
}

static void
wait_for (Player *player)
{
  player->last_tick = g_get_monotonic_time ();
  while (player->pending > 0)
    g_main_context_iteration (NULL, TRUE);
}

static void
commit (Player *player, const char *name, const char *uuid, int kind, const char *text)
{
  const char *objects[] = { text, NULL };
  ChtVaultAction *action = cht_vault_action_new (name, objects, "done");

  g_clear_pointer (&player->made, g_free);
  if (kind == 0)
    cht_vault_action_remove (action, uuid);
  else
    {
      g_autoptr (GBytes) payload = cht_vault_bytes_new_wiped (text, strlen (text));

      player->made = g_strdup (cht_vault_action_put (action, uuid, kind, payload));
    }
  player->pending++;
  cht_vault_commit_async (player->vault, action, NULL, on_done_cb, player);
}

static void
append_record (Player *player, ChtVaultRecord *record)
{
  gsize size;
  const char *text = g_bytes_get_data (record->payload, &size);

  g_string_append_printf (player->answer, " %s=%d:%.*s", record->uuid, record->kind, (int) MIN (size, 64), text);
}

static void
list (Player *player, const char *uuid)
{
  g_autoptr (GError) error = NULL;

  if (uuid != NULL)
    {
      g_autoptr (ChtVaultRecord) record = cht_vault_get (player->vault, uuid, &error);

      if (record != NULL)
        {
          g_string_append (player->answer, "ok");
          append_record (player, record);
        }
    }
  else
    {
      g_autoptr (GPtrArray) records = cht_vault_list (player->vault, 0, &error);

      if (records != NULL)
        g_string_append_printf (player->answer, "ok n=%u", records->len);
      for (guint i = 0; records != NULL && i < records->len; i++)
        append_record (player, g_ptr_array_index (records, i));
    }
  if (error != NULL)
    fail (player, error);
}

static void
audit (Player *player)
{
  g_autoptr (GError) error = NULL;
  gboolean holds;
  g_autoptr (GPtrArray) entries = cht_vault_read_audit (player->vault, &holds, &error);

  if (entries == NULL)
    {
      fail (player, error);
      return;
    }
  g_string_append_printf (player->answer, "ok holds=%d", holds);
  for (guint i = 0; i < entries->len; i++)
    g_string_append_printf (player->answer, " %s", ((ChtVaultAuditEntry *) g_ptr_array_index (entries, i))->action);
}

static void
verify (Player *player)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) faults = cht_vault_verify (player->vault, &error);

  if (faults == NULL)
    {
      fail (player, error);
      return;
    }
  g_string_append_printf (player->answer, "ok n=%u", faults->len);
  for (guint i = 0; i < faults->len; i++)
    g_string_append_printf (player->answer, " %s", ((ChtVaultFault *) g_ptr_array_index (faults, i))->id);
}

static gboolean
on_late_cb (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

static void
await_changed (Player *player)
{
  gboolean late = FALSE;
  guint source = g_timeout_add_seconds (10, on_late_cb, &late);

  while (player->n_changed == 0 && !late)
    g_main_context_iteration (NULL, TRUE);
  g_string_append (player->answer, late ? "no change" : "ok");
  if (!late)
    g_source_remove (source);
  player->n_changed = 0;
}

static void
status (Player *player)
{
  g_string_append_printf (player->answer,
                          "ok state=%s mode=%s keyring=%s generation=%" G_GUINT64_FORMAT
                          " records=%u plain=%d locked=%u prompts=%u",
                          cht_vault_state_get_id (cht_vault_get_state (player->vault)),
                          cht_vault_mode_get_id (cht_vault_get_mode (player->vault)),
                          cht_keyring_state_get_id (cht_vault_get_keyring_state (player->vault)),
                          cht_vault_get_generation (player->vault), cht_vault_get_n_records (player->vault),
                          cht_vault_get_keyring_is_plain (player->vault), player->n_locked,
                          player->n_prompts);
  if (cht_vault_get_reason (player->vault) != NULL)
    g_string_append_printf (player->answer, " reason=%s", cht_vault_get_reason (player->vault));
}

static gboolean
on_cancel_cb (gpointer data)
{
  g_cancellable_cancel (data);
  return G_SOURCE_REMOVE;
}

static void
cancel_unlock (Player *player)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  player->pending++;
  cht_vault_unlock_async (player->vault, NULL, cancellable, on_done_cb, player);
  g_timeout_add (300, on_cancel_cb, cancellable);
  wait_for (player);
}

static gboolean
play_writing (Player *player, char **words)
{
  const char *command = words[0], *first = words[1];

  if (g_str_equal (command, "put"))
    commit (player, "item.add", NULL, atoi (first), words[2]);
  else if (g_str_equal (command, "replace"))
    commit (player, "item.edit", first, CHT_VAULT_KIND_ITEM, words[2]);
  else if (g_str_equal (command, "remove"))
    commit (player, "item.remove", first, 0, NULL);
  else if (g_str_equal (command, "many"))
    for (int i = 0; i < atoi (first); i++)
      commit (player, "item.add", NULL, CHT_VAULT_KIND_ITEM, words[2]);
  else if (g_str_equal (command, "lock-in-flight"))
    {
      commit (player, "item.add", NULL, CHT_VAULT_KIND_ITEM, first);
      cht_vault_lock (player->vault);
    }
  else
    return FALSE;
  wait_for (player);
  if (player->made != NULL && g_str_equal (command, "put"))
    g_string_append_printf (player->answer, " %s", player->made);
  return TRUE;
}

static void
play (Player *player, char **words)
{
  const char *command = words[0], *first = words[1];

  player->gap = 0;
  if (g_str_equal (command, "create"))
    {
      player->pending++;
      cht_vault_create_async (player->vault, atoi (first), NULL, NULL, on_done_cb, player);
    }
  else if (g_str_equal (command, "unlock"))
    {
      player->pending++;
      cht_vault_unlock_async (player->vault, NULL, NULL, on_done_cb, player);
    }
  else if (g_str_equal (command, "cancel-unlock"))
    cancel_unlock (player);
  else if (g_str_equal (command, "lock"))
    cht_vault_lock (player->vault);
  else if (g_str_equal (command, "probe"))
    cht_vault_probe (player->vault);
  else if (g_str_equal (command, "list"))
    list (player, NULL);
  else if (g_str_equal (command, "get"))
    list (player, first);
  else if (g_str_equal (command, "status"))
    status (player);
  else if (g_str_equal (command, "audit"))
    audit (player);
  else if (g_str_equal (command, "verify"))
    verify (player);
  else if (g_str_equal (command, "changed"))
    await_changed (player);
  else if (!play_writing (player, words))
    g_error ("Unknown command “%s”", command);
  wait_for (player);
}

static void
on_changed_cb (ChtVault *vault, Player *player)
{
  player->n_changed++;
}

static void
on_locked_cb (ChtVault *vault, Player *player)
{
  player->n_locked++;
}

static void
on_waiting_cb (ChtVault *vault, GParamSpec *pspec, Player *player)
{
  gboolean waiting;

  g_object_get (vault, "waiting-for-prompt", &waiting, NULL);
  player->n_prompts += waiting;
}

static void
on_vault_gone_cb (gpointer data, GObject *where)
{
  *(gboolean *) data = TRUE;
}

int
main (int argc, char **argv)
{
  Player player = { 0 };
  char line[4096];
  gboolean gone = FALSE;
  guint tick;

  cht_process_start (CHT_PROCESS_NONE);
  g_assert_cmpint (argc, ==, 2);
  player.vault = cht_vault_new (argv[1]);
  g_signal_connect (player.vault, "changed", G_CALLBACK (on_changed_cb), &player);
  g_signal_connect (player.vault, "locked", G_CALLBACK (on_locked_cb), &player);
  g_signal_connect (player.vault, "notify::waiting-for-prompt", G_CALLBACK (on_waiting_cb), &player);
  tick = g_timeout_add (5, on_tick_cb, &player);
  while (fgets (line, sizeof line, stdin) != NULL)
    {
      g_auto (GStrv) words = g_strsplit (g_strchomp (line), " ", 3);

      player.answer = g_string_new (NULL);
      play (&player, words);
      if (player.answer->len == 0)
        g_string_append (player.answer, "ok");
      printf ("%s gap=%" G_GINT64_FORMAT "\n", player.answer->str, player.gap / 1000);
      fflush (stdout);
      g_string_free (player.answer, TRUE);
    }
  g_source_remove (tick);
  g_free (player.made);
  /* Jobs that are under way hold a reference; with the last of them the vault must go. */
  g_object_weak_ref (G_OBJECT (player.vault), on_vault_gone_cb, &gone);
  g_object_unref (player.vault);
  while (!gone)
    g_main_context_iteration (NULL, TRUE);
  return 0;
}
