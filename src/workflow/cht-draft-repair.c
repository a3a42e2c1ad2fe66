/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mending what a draft holds: planned on a worker, told in words, swapped in and out again. The file that it came from
 * is never touched. */
#include "cht-draft-private.h"

#include <glib/gi18n-lib.h>

#include "cht-problems.h"
#include "cht-repair.h"
#include "cht-task.h"
#include "cht-text.h"

#define N_PLACES 3

typedef struct {
  const char *id;
  const char *verb;      /* on the button */
  const char *suffix;    /* behind the file's name */
  const char *words;     /* what is true once it is done */
} Row;

static const Row rows[] = {
  { CHT_REPAIR_TO_PEM, N_ ("Convert to PEM"), N_ ("as PEM"), N_ ("The same, as plain PEM.") },
  { CHT_REPAIR_DROP_KEY, N_ ("Take the key out"), N_ ("without the key"),
    N_ ("The certificates alone, as plain PEM.") },
  { CHT_REPAIR_DROP_DUPLICATES, N_ ("Drop duplicates"), N_ ("without duplicates"), N_ ("Each certificate once.") },
  { CHT_REPAIR_DROP_LEAF, N_ ("Drop the end-entity certificate"), N_ ("CAs alone"),
    N_ ("The CAs alone: a trust chain holds no others.") },
  { CHT_REPAIR_DROP_UNRELATED, N_ ("Drop what does not belong"), N_ ("without the rest"),
    N_ ("What this role takes, without the rest.") },
  { CHT_REPAIR_ORDER, N_ ("Put in order"), N_ ("put in order"),
    N_ ("The root first, each next certificate below the one that signed it.") },
  { CHT_REPAIR_SPLIT, N_ ("Keep the first hierarchy"), N_ ("the first hierarchy"),
    N_ ("The first hierarchy alone. Add a certificate for each of the others.") },
  { CHT_REPAIR_PKCS8, N_ ("Convert to PKCS#8"), N_ ("as PKCS#8"), N_ ("The same key as PKCS#8, protected as it was.") },
};

struct _ChtDraftRepair {
  GObject parent_instance;
  const Row *row;
  guint place;                                     /* the field that was blamed */
  ChtDraftField before[N_PLACES], after[N_PLACES];
  gboolean touches[N_PLACES];
};

G_DEFINE_FINAL_TYPE (ChtDraftRepair, cht_draft_repair, G_TYPE_OBJECT)

static void
cht_draft_repair_finalize (GObject *object)
{
  ChtDraftRepair *self = CHT_DRAFT_REPAIR (object);

  for (guint i = 0; i < N_PLACES; i++)
    {
      cht_draft_field_clear (&self->before[i]);
      cht_draft_field_clear (&self->after[i]);
    }
  G_OBJECT_CLASS (cht_draft_repair_parent_class)->finalize (object);
}

static void
cht_draft_repair_class_init (ChtDraftRepairClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cht_draft_repair_finalize;
}

static void
cht_draft_repair_init (ChtDraftRepair *self)
{
}

static const Row *
find_row (const char *id)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (g_strcmp0 (rows[i].id, id) == 0)
      return &rows[i];
  return NULL;
}

const char *
cht_draft_repair_verb (const char *id)
{
  const Row *row = find_row (id);

  return row != NULL ? _(row->verb) : NULL;
}

gboolean
cht_draft_can_repair (ChtDraft *self, ChtField field, const char *id)
{
  ChtDraftField *place = cht_draft_field (self, field);

  g_return_val_if_fail (CHT_IS_DRAFT (self), FALSE);

  if (place == NULL || place->bundle == NULL || find_row (id) == NULL)
    return FALSE;
  GPtrArray *keys = cht_bundle_get_keys (place->bundle);
  gboolean to_pem = g_str_equal (id, CHT_REPAIR_TO_PEM), to_pkcs8 = g_str_equal (id, CHT_REPAIR_PKCS8);
  /* What cannot be opened cannot be written anew either. */
  if (field == CHT_FIELD_KEY)
    return (to_pem || to_pkcs8) && keys->len > 0 && cht_key_get_state (keys->pdata[0]) == CHT_KEY_STATE_OPEN;
  if (cht_bundle_get_certificates (place->bundle)->len == 0 || to_pkcs8)
    return FALSE;
  return field == CHT_FIELD_CHAIN || to_pem || g_str_equal (id, CHT_REPAIR_DROP_KEY);
}

/* ---- Planning, on a worker ---- */

typedef struct {
  ChtDraftRepair *repair;
  GPtrArray *bundles;        /* the field's first, then those that tell which intermediate is meant */
  ChtRepairWish wish;
  ChtSecret *passphrase;     /* of WISH */
  gboolean fills;            /* the pair goes into its own fields, where those are empty */
} Plan;

static void
plan_free (gpointer data)
{
  Plan *self = data;

  g_clear_object (&self->repair);
  g_clear_pointer (&self->bundles, g_ptr_array_unref);
  g_clear_pointer (&self->passphrase, cht_secret_unref);
  g_free (self);
}

static const ChtRepairFile *
find_file (ChtRepair *repair, ChtRepairPart part)
{
  GPtrArray *files = cht_repair_get_files (repair);

  for (guint i = 0; i < files->len; i++)
    if (((const ChtRepairFile *) files->pdata[i])->part == part)
      return files->pdata[i];
  return NULL;
}

/* A key's bytes are not copied out of locked memory. (transfer full) */
static GBytes *
file_bytes (const ChtRepairFile *file)
{
  if (file->content != NULL)
    return g_bytes_ref (file->content);
  return g_bytes_new_with_free_func (cht_secret_get_data (file->secret), cht_secret_get_size (file->secret),
                                     (GDestroyNotify) cht_secret_unref, cht_secret_ref (file->secret));
}

/* What PLACE is to hold: read back from the very bytes. */
static gboolean
put (Plan *plan, guint place, const ChtRepairFile *file, GCancellable *cancellable, GError **error)
{
  ChtDraftRepair *repair = plan->repair;
  ChtDraftField *after = &repair->after[place];
  const char *name = repair->before[repair->place].file_name;

  after->tried = place == 2 && plan->passphrase != NULL ? cht_secret_ref (plan->passphrase) : NULL;
  after->bytes = file_bytes (file);
  after->bundle = cht_bundle_new (after->bytes, after->tried, cancellable, error);
  if (after->bundle == NULL)
    return FALSE;
  if (cht_bundle_get_certificates (after->bundle)->len > 0)
    after->chains = cht_chains_new (cht_bundle_get_certificates (after->bundle));
  /* TRANSLATORS: a file's name, then how it was mended: "chain.pem, put in order" */
  after->file_name = place == repair->place ? g_strdup_printf (_ ("%s, %s"), name, _(repair->row->suffix))
                                            : g_strdup_printf (_ ("%s, taken out"), name);
  repair->touches[place] = TRUE;
  return TRUE;
}

static gboolean
fill_empty (Plan *plan, ChtRepair *made, guint place, ChtRepairPart part, GCancellable *cancellable, GError **error)
{
  const ChtRepairFile *file = find_file (made, part);

  if (!plan->fills || file == NULL || plan->repair->before[place].file_name != NULL)
    return TRUE;
  return put (plan, place, file, cancellable, error);
}

static void
plan_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Plan *plan = data;
  ChtDraftRepair *repair = plan->repair;
  GError *error = NULL;
  g_autoptr (ChtRepair) made = cht_repair_new (plan->bundles, &plan->wish, &error);
  const ChtRepairFile *file =
      made != NULL ? find_file (made, repair->place == 2 ? CHT_REPAIR_PART_KEY : CHT_REPAIR_PART_CHAIN) : NULL;
  g_autoptr (GBytes) bytes = file != NULL ? file_bytes (file) : NULL;

  if (made != NULL && (bytes == NULL || g_bytes_equal (bytes, repair->before[repair->place].bytes)))
    {
      g_autofree char *shown = cht_text_for_display (repair->before[repair->place].file_name);
      error = cht_problems_new_error ("repair.nothing", CHT_PROBLEM_NO, _ ("Choose another file."),
                                      _ ("%s stays as it is: there is nothing in it that this would mend."), shown);
    }
  if (error == NULL && put (plan, repair->place, file, cancellable, &error)
      && fill_empty (plan, made, 1, CHT_REPAIR_PART_CERTIFICATE, cancellable, &error))
    fill_empty (plan, made, 2, CHT_REPAIR_PART_KEY, cancellable, &error);
  if (error != NULL)
    cht_problems_return (task, error);
  else
    g_task_return_pointer (task, g_object_ref (repair), g_object_unref);
}

static gboolean
holds_all (ChtBundle *bundle, ChtBundle *other)
{
  GPtrArray *all = cht_bundle_get_certificates (bundle), *wanted = cht_bundle_get_certificates (other);

  for (guint i = 0; i < wanted->len; i++)
    if (!g_ptr_array_find_with_equal_func (all, wanted->pdata[i], (GEqualFunc) cht_certificate_equal, NULL))
      return FALSE;
  return wanted->len > 0;
}

/* Which intermediate is meant decides what belongs to it and what stands last. One that the chain lacks would be taken
 * into it, which is done only where nothing else tells what belongs. */
static void
add_pair (Plan *plan, ChtDraft *draft)
{
  ChtBundle *chain = draft->fields[0].bundle, *certificate = draft->fields[1].bundle, *key = draft->fields[2].bundle;

  if (certificate == NULL)
    return;
  if (!holds_all (chain, certificate) && !g_str_equal (plan->wish.only, CHT_REPAIR_DROP_UNRELATED))
    return;
  g_ptr_array_add (plan->bundles, g_object_ref (certificate));
  if (key != NULL && cht_bundle_get_certificates (key)->len == 0)
    g_ptr_array_add (plan->bundles, g_object_ref (key));
}

static void
set_wish (Plan *plan, ChtDraft *draft, ChtField field)
{
  const ChtRole *role = draft->form != NULL ? cht_role_form_get_role (draft->form) : NULL;

  plan->wish.only = plan->repair->row->id;
  plan->wish.several_hierarchies = field != CHT_FIELD_CHAIN || role == NULL || role->several_hierarchies;
  plan->wish.wants_key = field == CHT_FIELD_KEY;
  plan->passphrase = draft->passphrase != NULL ? cht_secret_ref (draft->passphrase) : NULL;
  plan->wish.passphrase = plan->passphrase;
  if (field != CHT_FIELD_CHAIN || draft->form == NULL)
    return;
  plan->wish.root_only = role != NULL && role->root_only;
  plan->wish.wants_key = cht_role_form_get_category (draft->form) == CHT_ROLE_TRUST_CHAIN_AND_KEY;
  plan->fills = plan->wish.wants_key && (g_str_equal (plan->wish.only, CHT_REPAIR_TO_PEM)
                                         || g_str_equal (plan->wish.only, CHT_REPAIR_DROP_KEY));
  if (plan->wish.wants_key && !plan->fills)
    add_pair (plan, draft);
}

static void
on_planned_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  ChtDraftRepair *repair = g_task_propagate_pointer (G_TASK (result), &error);

  if (repair != NULL)
    g_task_return_pointer (task, repair, g_object_unref);
  else
    g_task_return_error (task, error);
}

void
cht_draft_plan_repair_async (ChtDraft *self, ChtField field, const char *id, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer data)
{
  g_return_if_fail (cht_draft_can_repair (self, field, id));

  g_autoptr (GTask) task = cht_task_new (self, cht_draft_plan_repair_async, cancellable, callback, data);
  Plan *plan = g_new0 (Plan, 1);
  ChtDraftRepair *repair = plan->repair = g_object_new (CHT_TYPE_DRAFT_REPAIR, NULL);
  repair->row = find_row (id);
  repair->place = cht_draft_field (self, field) - self->fields;
  for (guint i = 0; i < N_PLACES; i++)
    cht_draft_field_set (&repair->before[i], &self->fields[i]);
  plan->bundles = g_ptr_array_new_with_free_func (g_object_unref);
  g_ptr_array_add (plan->bundles, g_object_ref (self->fields[repair->place].bundle));
  set_wish (plan, self, field);
  cht_task_run (task, plan, plan_free, plan_in_thread, on_planned_cb);
}

ChtDraftRepair *
cht_draft_plan_repair_finish (ChtDraft *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* ---- In words ---- */

typedef struct {
  GPtrArray *kept, *moved, *dropped, *added;   /* (unowned) ChtCertificate */
} Changes;

/* Told from what stands in the bytes before and after, so that nothing goes without a word. */
static void
compare (Changes *changes, GPtrArray *before, GPtrArray *after)
{
  g_autoptr (GHashTable) left = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) old = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) stays = g_ptr_array_new ();

  *changes = (Changes) { g_ptr_array_new (), g_ptr_array_new (), g_ptr_array_new (), g_ptr_array_new () };
  for (guint i = 0; i < after->len; i++)
    {
      gpointer sha256 = (gpointer) cht_certificate_get_sha256 (after->pdata[i]);
      g_hash_table_insert (left, sha256, GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (left, sha256)) + 1));
    }
  for (guint i = 0; i < before->len; i++)
    {
      gpointer sha256 = (gpointer) cht_certificate_get_sha256 (before->pdata[i]);
      guint n = GPOINTER_TO_UINT (g_hash_table_lookup (left, sha256));
      if (n > 0)
        g_hash_table_insert (left, sha256, GUINT_TO_POINTER (n - 1));
      g_hash_table_add (old, sha256);
      g_ptr_array_add (n > 0 ? stays : changes->dropped, before->pdata[i]);
    }
  for (guint i = 0, at = 0; i < after->len; i++)
    {
      gpointer sha256 = (gpointer) cht_certificate_get_sha256 (after->pdata[i]);
      gboolean is_old = g_hash_table_contains (old, sha256);
      gboolean in_place = at < stays->len && g_str_equal (cht_certificate_get_sha256 (stays->pdata[at]), sha256);
      g_ptr_array_add (!is_old ? changes->added : in_place ? changes->kept : changes->moved, after->pdata[i]);
      at += is_old;
    }
}

static void
changes_clear (Changes *changes)
{
  g_ptr_array_unref (changes->kept);
  g_ptr_array_unref (changes->moved);
  g_ptr_array_unref (changes->dropped);
  g_ptr_array_unref (changes->added);
}

static void
add_names (GString *text, const char *title, GPtrArray *certificates)
{
  for (guint i = 0; i < certificates->len; i++)
    {
      g_autofree char *name = cht_text_for_display (cht_certificate_get_label (certificates->pdata[i]));
      g_string_append_printf (text, "%s%s%s", i == 0 ? "\n" : ", ", i == 0 ? title : "", name);
    }
}

static guint
count_others (ChtBundle *bundle)
{
  return cht_bundle_get_objects (bundle)->len - cht_bundle_get_certificates (bundle)->len
         - cht_bundle_get_keys (bundle)->len;
}

static void
add_rest (GString *text, ChtDraftRepair *self, ChtBundle *before, ChtBundle *after)
{
  guint n_keys = cht_bundle_get_keys (before)->len, n_others = count_others (before);

  if (self->place != 2 && self->touches[1])
    g_string_append_printf (text, "\n%s", _ ("The intermediate certificate goes into its own field, too."));
  if (self->place != 2 && self->touches[2])
    g_string_append_printf (text, "\n%s", _ ("The private key goes into its own field."));
  else if (n_keys > cht_bundle_get_keys (after)->len)
    g_string_append_printf (text, "\n%s",
                            ngettext ("The private key is left out.", "Private keys are left out.", n_keys));
  if (n_others > count_others (after))
    g_string_append_printf (text, "\n%s", ngettext ("One part that is no certificate is left out.",
                                                    "Parts that are no certificates are left out.", n_others));
}

char *
cht_draft_repair_dup_text (ChtDraftRepair *self)
{
  g_return_val_if_fail (CHT_IS_DRAFT_REPAIR (self), NULL);

  ChtBundle *old = self->before[self->place].bundle, *new = self->after[self->place].bundle;
  GPtrArray *before = cht_bundle_get_certificates (old), *after = cht_bundle_get_certificates (new);
  GString *text = g_string_new (_(self->row->words));
  Changes changes;
  compare (&changes, before, after);
  if (changes.moved->len > 0)
    {
      add_names (text, _ ("Before: "), before);
      add_names (text, _ ("After: "), after);
    }
  add_names (text, _ ("Moved: "), changes.moved);
  add_names (text, _ ("Kept: "), changes.kept);
  add_names (text, _ ("Left out: "), changes.dropped);
  add_names (text, _ ("Taken in: "), changes.added);
  changes_clear (&changes);
  add_rest (text, self, old, new);
  return g_string_free (text, FALSE);
}

ChtField
cht_draft_repair_get_field (ChtDraftRepair *self)
{
  static const ChtField fields[N_PLACES] = { CHT_FIELD_CHAIN, CHT_FIELD_CERTIFICATE, CHT_FIELD_KEY };

  g_return_val_if_fail (CHT_IS_DRAFT_REPAIR (self), CHT_FIELD_NONE);
  return fields[self->place];
}

const char *
cht_draft_repair_get_verb (ChtDraftRepair *self)
{
  g_return_val_if_fail (CHT_IS_DRAFT_REPAIR (self), NULL);
  return _(self->row->verb);
}

/* ---- In and out again ---- */

/* FALSE where a field holds something else by now, or is being read. */
static gboolean
swap (ChtDraft *draft, ChtDraftRepair *self, const ChtDraftField *from, const ChtDraftField *to)
{
  for (guint i = 0; i < N_PLACES; i++)
    if (self->touches[i] && (draft->fields[i].bytes != from[i].bytes || draft->fields[i].cancellable != NULL))
      return FALSE;
  for (guint i = 0; i < N_PLACES; i++)
    if (self->touches[i])
      cht_draft_field_set (&draft->fields[i], &to[i]);
  cht_draft_notify (draft, CHT_DRAFT_PROP_PASSPHRASE_WANTED);
  cht_draft_reread_key (draft);
  cht_draft_set_changed (draft, TRUE);
  cht_draft_touch (draft);
  return TRUE;
}

gboolean
cht_draft_apply_repair (ChtDraft *self, ChtDraftRepair *repair)
{
  g_return_val_if_fail (CHT_IS_DRAFT (self) && CHT_IS_DRAFT_REPAIR (repair), FALSE);
  return swap (self, repair, repair->before, repair->after);
}

gboolean
cht_draft_undo_repair (ChtDraft *self, ChtDraftRepair *repair)
{
  g_return_val_if_fail (CHT_IS_DRAFT (self) && CHT_IS_DRAFT_REPAIR (repair), FALSE);
  return swap (self, repair, repair->after, repair->before);
}
