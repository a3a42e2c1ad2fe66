/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-repair.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "cht-repair-private.h"

struct _ChtRepair
{
  GObject parent_instance;
  GPtrArray *steps, *files;
};

G_DEFINE_FINAL_TYPE (ChtRepair, cht_repair, G_TYPE_OBJECT)

/* While a plan is made. */
typedef struct
{
  GPtrArray *bundles;
  const ChtRepairWish *wish;
  GPtrArray *steps;
  GPtrArray *list;   /* the certificates that are left, in their order */
  ChtChains *chains; /* of all of them, each once */
  ChtRepairPair pair;
} Plan;

static void
step_free (gpointer data)
{
  ChtRepairStep *step = data;
  g_free (step->message);
  g_ptr_array_unref (step->kept);
  g_ptr_array_unref (step->moved);
  g_ptr_array_unref (step->dropped);
  g_free (step);
}

static void
file_free (gpointer data)
{
  ChtRepairFile *file = data;
  g_free (file->name);
  g_clear_pointer (&file->content, g_bytes_unref);
  g_clear_pointer (&file->secret, cht_secret_unref);
  g_free (file);
}

static void
cht_repair_finalize (GObject *object)
{
  ChtRepair *self = CHT_REPAIR (object);
  g_ptr_array_unref (self->steps);
  g_ptr_array_unref (self->files);
  G_OBJECT_CLASS (cht_repair_parent_class)->finalize (object);
}

static void
cht_repair_class_init (ChtRepairClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cht_repair_finalize;
}

static void
cht_repair_init (ChtRepair *self)
{
  self->steps = g_ptr_array_new_with_free_func (step_free);
  self->files = g_ptr_array_new_with_free_func (file_free);
}

static GPtrArray *
new_list (void)
{
  return g_ptr_array_new_with_free_func (g_object_unref);
}

static void
add_to (GPtrArray *list, ChtCertificate *certificate)
{
  g_ptr_array_add (list, g_object_ref (certificate));
}

static gboolean
is_wanted (Plan *plan, const char *id)
{
  return plan->wish->only == NULL || g_str_equal (plan->wish->only, id);
}

static ChtRepairStep *
new_step (const char *id)
{
  ChtRepairStep *step = g_new0 (ChtRepairStep, 1);
  step->id = id;
  step->kept = new_list ();
  step->moved = new_list ();
  step->dropped = new_list ();
  return step;
}

/* A step that leaves the certificates as they are. */
static ChtRepairStep *
add_step (Plan *plan, const char *id, const char *message)
{
  ChtRepairStep *step = new_step (id);
  step->message = g_strdup (message);
  for (guint i = 0; i < plan->list->len; i++)
    add_to (step->kept, g_ptr_array_index (plan->list, i));
  g_ptr_array_add (plan->steps, step);
  return step;
}

/* What STEP keeps is what is left; a step that drops nothing, or would leave nothing, is none. FORM has
 * one %u. */
static void
finish_drop (Plan *plan, ChtRepairStep *step, const char *form)
{
  guint n = step->dropped->len;
  if (n == 0 || step->kept->len == 0)
    {
      step_free (step);
      return;
    }
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  step->message = g_strdup_printf (form, n);
#pragma GCC diagnostic pop
  g_ptr_array_unref (plan->list);
  plan->list = g_ptr_array_ref (step->kept);
  g_ptr_array_add (plan->steps, step);
}

/* ---- The steps ---- */

static gboolean
is_odd (ChtBundle *bundle)
{
  return cht_bundle_get_certificates (bundle)->len > 0 && !cht_bundle_is_plain_pem (bundle);
}

/* All certificates, file by file; what an earlier file has too counts once. */
static void
join_files (Plan *plan)
{
  g_autoptr (GHashTable) earlier = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) moved = new_list ();
  guint n_before = 0;

  for (guint i = 0; i < plan->bundles->len; i++)
    {
      GPtrArray *certificates = cht_bundle_get_certificates (g_ptr_array_index (plan->bundles, i));
      for (guint k = 0; k < certificates->len; k++)
        {
          ChtCertificate *certificate = g_ptr_array_index (certificates, k);
          if (g_hash_table_contains (earlier, cht_certificate_get_sha256 (certificate)))
            continue;
          add_to (plan->list, certificate);
          if (n_before > 0)
            add_to (moved, certificate);
        }
      for (guint k = 0; k < certificates->len; k++)
        g_hash_table_add (earlier, (gpointer) cht_certificate_get_sha256 (g_ptr_array_index (certificates, k)));
      n_before = plan->list->len;
    }
  if (moved->len == 0)
    return;
  ChtRepairStep *step =
      add_step (plan, CHT_REPAIR_JOIN, _ ("The certificates of several files were put into one chain."));
  g_ptr_array_set_size (step->kept, plan->list->len - moved->len);
  g_ptr_array_unref (step->moved);
  step->moved = g_steal_pointer (&moved);
}

static void
convert_to_pem (Plan *plan)
{
  gboolean any = FALSE;
  for (guint i = 0; i < plan->bundles->len; i++)
    any |= is_odd (g_ptr_array_index (plan->bundles, i));
  if (any && is_wanted (plan, CHT_REPAIR_TO_PEM))
    add_step (plan, CHT_REPAIR_TO_PEM,
              _ ("The certificates were written as plain PEM, without what stood around them."));
}

/* Keys beside certificates; a key in a file of its own stands where it should. */
static void
take_keys_out (Plan *plan)
{
  guint n = 0, n_all = 0;
  for (guint i = 0; i < plan->bundles->len; i++)
    {
      ChtBundle *bundle = g_ptr_array_index (plan->bundles, i);
      guint n_keys = cht_bundle_get_keys (bundle)->len;
      n_all += n_keys;
      n += cht_bundle_get_certificates (bundle)->len > 0 ? n_keys : 0;
    }
  if (!is_wanted (plan, CHT_REPAIR_DROP_KEY))
    return;
  if (!plan->wish->wants_key && n_all > 0)
    add_step (plan, CHT_REPAIR_DROP_KEY, _ ("The private key was left out: nothing but certificates goes up."));
  else if (plan->wish->wants_key && n_all > 1)
    add_step (plan, CHT_REPAIR_DROP_KEY,
              _ ("One private key was put into a file of its own, the others were left out."));
  else if (n > 0)
    add_step (plan, CHT_REPAIR_DROP_KEY, _ ("The private key was taken out of the chain into a file of its own."));
}

static void
drop_duplicates (Plan *plan)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  ChtRepairStep *step = new_step (CHT_REPAIR_DROP_DUPLICATES);
  for (guint i = 0; i < plan->list->len; i++)
    {
      ChtCertificate *certificate = g_ptr_array_index (plan->list, i);
      gboolean is_new = g_hash_table_add (seen, (gpointer) cht_certificate_get_sha256 (certificate));
      add_to (is_new || !is_wanted (plan, step->id) ? step->kept : step->dropped, certificate);
    }
  finish_drop (plan, step,
               g_dngettext (GETTEXT_PACKAGE, "%u certificate that stood there more than once was left out.",
                            "%u certificates that stood there more than once were left out.",
                            step->dropped->len));
}

static void
drop_leaves (Plan *plan)
{
  ChtRepairStep *step = new_step (CHT_REPAIR_DROP_LEAF);
  for (guint i = 0; i < plan->list->len; i++)
    {
      ChtCertificate *certificate = g_ptr_array_index (plan->list, i);
      gboolean is_meant = plan->pair.certificate != NULL && cht_certificate_equal (certificate, plan->pair.certificate);
      gboolean goes = !is_meant && cht_chains_is_leaf (plan->chains, certificate);
      add_to (goes ? step->dropped : step->kept, certificate);
    }
  finish_drop (plan, step,
               g_dngettext (GETTEXT_PACKAGE, "%u end-entity certificate was left out: a trust chain holds CAs.",
                            "%u end-entity certificates were left out: a trust chain holds CAs.",
                            step->dropped->len));
}

/* Hierarchies that the intermediate, whose own path is whole, has nothing to do with. */
static void
drop_unrelated (Plan *plan)
{
  ChtCertificate *meant = plan->pair.certificate;
  if (!plan->wish->wants_key || meant == NULL || !cht_repair_reaches_root (plan->chains, meant))
    return;
  guint hierarchy = cht_chains_get_hierarchy (plan->chains, meant);
  ChtRepairStep *step = new_step (CHT_REPAIR_DROP_UNRELATED);
  for (guint i = 0; i < plan->list->len; i++)
    {
      ChtCertificate *certificate = g_ptr_array_index (plan->list, i);
      gboolean stays = cht_chains_get_hierarchy (plan->chains, certificate) == hierarchy;
      add_to (stays ? step->kept : step->dropped, certificate);
    }
  finish_drop (plan, step,
               g_dngettext (GETTEXT_PACKAGE,
                            "%u certificate of another hierarchy than the intermediate’s was left out.",
                            "%u certificates of another hierarchy than the intermediate’s were left out.",
                            step->dropped->len));
}

static void
drop_below_root (Plan *plan)
{
  ChtRepairStep *step = new_step (CHT_REPAIR_DROP_UNRELATED);
  for (guint i = 0; i < plan->list->len; i++)
    {
      ChtCertificate *certificate = g_ptr_array_index (plan->list, i);
      add_to (cht_chains_is_self_signed (plan->chains, certificate) ? step->kept : step->dropped, certificate);
    }
  finish_drop (plan, step,
               g_dngettext (GETTEXT_PACKAGE, "%u certificate below the root was left out: this takes the root alone.",
                            "%u certificates below the root were left out: this takes the root alone.",
                            step->dropped->len));
}

static void
put_in_order (Plan *plan)
{
  ChtCertificate *last = plan->pair.certificate;
  gboolean last_is_last =
      last == NULL || plan->list->len == 0 || g_ptr_array_index (plan->list, plan->list->len - 1) == last;
  if (last_is_last && cht_repair_is_ordered (plan->chains, plan->list))
    return;
  GPtrArray *ordered = cht_repair_order (plan->chains, plan->list, last);
  ChtRepairStep *step = new_step (CHT_REPAIR_ORDER);
  for (guint i = 0; i < ordered->len; i++)
    {
      ChtCertificate *certificate = g_ptr_array_index (ordered, i);
      add_to (certificate == g_ptr_array_index (plan->list, i) ? step->kept : step->moved, certificate);
    }
  g_ptr_array_unref (plan->list);
  plan->list = ordered;
  if (step->moved->len == 0)
    {
      step_free (step);
      return;
    }
  step->message =
      g_strdup (_ ("The certificates were put in order: the root first, each next one below the one that signed it."));
  g_ptr_array_add (plan->steps, step);
}

/* The chains that come of it, one for each file. (transfer full) (element-type GPtrArray) */
static GPtrArray *
split (Plan *plan, GError **error)
{
  GPtrArray *chains = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  g_autoptr (GHashTable) places = g_hash_table_new (NULL, NULL);
  g_autoptr (GHashTable) whole = g_hash_table_new (NULL, NULL); /* those that have a root */

  for (guint i = 0; i < plan->list->len; i++)
    {
      ChtCertificate *certificate = g_ptr_array_index (plan->list, i);
      gpointer hierarchy = GUINT_TO_POINTER (cht_chains_get_hierarchy (plan->chains, certificate));
      GPtrArray *chain = g_hash_table_lookup (places, hierarchy);
      if (chain == NULL)
        {
          chain = new_list ();
          g_hash_table_insert (places, hierarchy, chain);
          g_ptr_array_add (chains, chain);
        }
      if (cht_chains_is_self_signed (plan->chains, certificate))
        g_hash_table_add (whole, hierarchy);
      add_to (chain, certificate);
    }
  if (plan->wish->several_hierarchies || plan->wish->wants_key || g_hash_table_size (whole) < 2
      || !is_wanted (plan, CHT_REPAIR_SPLIT))
    {
      g_ptr_array_set_size (chains, 0);
      if (plan->list->len > 0)
        g_ptr_array_add (chains, g_ptr_array_ref (plan->list));
      return chains;
    }
  if (chains->len > CHT_REPAIR_MAX_FILES)
    {
      g_set_error (error, CHT_X509_ERROR, CHT_X509_ERROR_LIMIT,
                   _ ("This holds %u hierarchies; a file is split into %d at most. Take out what is not needed first."),
                   chains->len, CHT_REPAIR_MAX_FILES);
      g_ptr_array_unref (chains);
      return NULL;
    }
  ChtRepairStep *step = new_step (CHT_REPAIR_SPLIT);
  guint first = cht_chains_get_hierarchy (plan->chains, g_ptr_array_index (plan->list, 0));
  for (guint i = 0; i < plan->list->len; i++)
    {
      ChtCertificate *certificate = g_ptr_array_index (plan->list, i);
      add_to (cht_chains_get_hierarchy (plan->chains, certificate) == first ? step->kept : step->moved, certificate);
    }
  step->message = g_strdup_printf (_ ("The %u hierarchies were put into a file each."), chains->len);
  g_ptr_array_add (plan->steps, step);
  return chains;
}

/* ---- The files ---- */

static gboolean
same_certificates (GPtrArray *a, GPtrArray *b)
{
  gboolean same = a->len == b->len;
  for (guint i = 0; i < a->len && same; i++)
    same = cht_certificate_equal (g_ptr_array_index (a, i), g_ptr_array_index (b, i));
  return same;
}

/* Byte for byte where a file has just these already. (transfer full) */
static GBytes *
write_certificates (Plan *plan, GPtrArray *list)
{
  for (guint i = 0; i < plan->bundles->len; i++)
    {
      ChtBundle *bundle = g_ptr_array_index (plan->bundles, i);
      if (cht_bundle_is_plain_pem (bundle) && same_certificates (cht_bundle_get_certificates (bundle), list))
        return g_bytes_ref (cht_bundle_get_bytes (bundle));
    }
  g_autoptr (GByteArray) out = g_byte_array_new ();
  for (guint i = 0; i < list->len; i++)
    {
      g_autofree char *pem = cht_certificate_to_pem (g_ptr_array_index (list, i));
      g_byte_array_append (out, (const guint8 *) pem, strlen (pem));
    }
  return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}

static void
add_file (ChtRepair *self, ChtRepairPart part, char *name, GBytes *content, ChtSecret *secret)
{
  ChtRepairFile *file = g_new0 (ChtRepairFile, 1);
  *file = (ChtRepairFile){ part, name, content, secret };
  g_ptr_array_add (self->files, file);
}

static void
add_chains (ChtRepair *self, Plan *plan, GPtrArray *chains)
{
  for (guint i = 0; i < chains->len; i++)
    add_file (self, CHT_REPAIR_PART_CHAIN,
              chains->len == 1 ? g_strdup ("chain.pem") : g_strdup_printf ("chain-%u.pem", i + 1),
              write_certificates (plan, g_ptr_array_index (chains, i)), NULL);
}

static const char *
describe_key_step (const char *id)
{
  if (g_str_equal (id, CHT_REPAIR_PKCS8))
    return _ ("The private key was turned into PKCS#8.");
  if (g_str_equal (id, CHT_REPAIR_ENCRYPT_KEY))
    return _ ("The private key was encrypted under the new passphrase.");
  if (g_str_equal (id, CHT_REPAIR_DECRYPT_KEY))
    return _ ("The private key’s passphrase was taken away: whoever can read the file has the key.");
  return _ ("The private key was written as plain PEM.");
}

static gboolean
add_pair (ChtRepair *self, Plan *plan, GError **error)
{
  if (plan->pair.certificate != NULL)
    {
      g_autoptr (GPtrArray) one = new_list ();
      add_to (one, plan->pair.certificate);
      add_file (self, CHT_REPAIR_PART_CERTIFICATE, g_strdup ("certificate.pem"), write_certificates (plan, one), NULL);
    }
  if (plan->pair.key == NULL)
    return TRUE;
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();
  ChtSecret *secret = cht_repair_shape_key (plan->pair.key, plan->wish, ids, error);
  if (secret == NULL)
    return FALSE;
  for (guint i = 0; i < ids->len; i++)
    add_step (plan, g_ptr_array_index (ids, i), describe_key_step (g_ptr_array_index (ids, i)));
  add_file (self, CHT_REPAIR_PART_KEY, g_strdup ("key.pem"), NULL, secret);
  return TRUE;
}

static void
mend_certificates (Plan *plan)
{
  join_files (plan);
  convert_to_pem (plan);
  take_keys_out (plan);
  plan->chains = cht_chains_new (plan->list);
  /* The instances that the chains know stand first, hence stay. */
  drop_duplicates (plan);
  if (plan->wish->wants_key)
    plan->pair = cht_repair_choose_pair (plan->bundles, plan->chains);
  if (is_wanted (plan, CHT_REPAIR_DROP_LEAF))
    drop_leaves (plan);
  if (is_wanted (plan, CHT_REPAIR_DROP_UNRELATED))
    drop_unrelated (plan);
  if (plan->wish->root_only && is_wanted (plan, CHT_REPAIR_DROP_UNRELATED))
    drop_below_root (plan);
  if (is_wanted (plan, CHT_REPAIR_ORDER))
    put_in_order (plan);
}

ChtRepair *
cht_repair_new (GPtrArray *bundles, const ChtRepairWish *wish, GError **error)
{
  g_return_val_if_fail (bundles != NULL && wish != NULL, NULL);
  if (wish->new_passphrase != NULL && cht_secret_get_size (wish->new_passphrase) == 0)
    {
      g_set_error_literal (error, CHT_X509_ERROR, CHT_X509_ERROR_PASSPHRASE_NEEDED,
                           _ ("An empty passphrase protects nothing. Give one with at least one character."));
      return NULL;
    }

  g_autoptr (ChtRepair) self = g_object_new (CHT_TYPE_REPAIR, NULL);
  Plan plan = { .bundles = bundles, .wish = wish, .steps = self->steps, .list = new_list () };
  mend_certificates (&plan);
  g_autoptr (GPtrArray) chains = split (&plan, error);
  gboolean good = chains != NULL;
  if (good)
    add_chains (self, &plan, chains);
  good = good && add_pair (self, &plan, error);
  g_ptr_array_unref (plan.list);
  g_object_unref (plan.chains);
  if (good && self->files->len == 0)
    g_set_error_literal (error, CHT_X509_ERROR, CHT_X509_ERROR_NOTHING,
                         wish->wants_key ? _ ("There is no certificate and no private key here to repair.")
                                         : _ ("There is no certificate here to repair."));
  return good && self->files->len > 0 ? g_steal_pointer (&self) : NULL;
}

const char *
cht_repair_part_get_id (ChtRepairPart part)
{
  static const char *const ids[] = { "chain", "certificate", "key" };
  g_return_val_if_fail (part < G_N_ELEMENTS (ids), "");
  return ids[part];
}

GPtrArray *
cht_repair_get_steps (ChtRepair *self)
{
  g_return_val_if_fail (CHT_IS_REPAIR (self), NULL);
  return self->steps;
}

GPtrArray *
cht_repair_get_files (ChtRepair *self)
{
  g_return_val_if_fail (CHT_IS_REPAIR (self), NULL);
  return self->files;
}
