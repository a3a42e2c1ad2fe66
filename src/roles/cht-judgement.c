/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-judgement.h"

#include "cht-text.h"

#include <glib/gi18n-lib.h>

#define NO_LIMIT G_MAXINT
#define MAX_FINDINGS_OF_RULE 100
/* A budget only ever rises; on a graph made to hurt it would rise often. */
#define MAX_VISITS 64

/* ---- Which intermediate, which key ---- */

/* Of a key file the first key is sent, so it is the one that is judged; the intermediate is the certificate
 * that it fits, else the first. */
static void
choose_pair (ChtJudgement *self)
{
  ChtBundle *certificate = self->snapshot->certificate, *key = self->snapshot->key;
  GPtrArray *certificates = certificate != NULL ? cht_bundle_get_certificates (certificate) : NULL;

  if (key != NULL && cht_bundle_get_keys (key)->len > 0)
    self->key = g_ptr_array_index (cht_bundle_get_keys (key), 0);
  if (certificates == NULL || certificates->len == 0)
    return;
  self->intermediate = g_ptr_array_index (certificates, 0);
  for (guint i = 0; self->key != NULL && i < certificates->len; i++)
    if (cht_key_fits (self->key, g_ptr_array_index (certificates, i)))
      {
        self->intermediate = g_ptr_array_index (certificates, i);
        return;
      }
}

ChtCertificate *
cht_judgement_find_owner (const ChtJudgement *self, ChtKey *key)
{
  if (cht_key_get_state (key) != CHT_KEY_STATE_OPEN)
    return NULL;
  for (guint i = 0; i < self->positions->len; i++)
    {
      ChtCertificate *certificate = cht_judgement_get_position (self, i)->certificate;

      if (cht_key_fits (key, certificate))
        return certificate;
    }
  return NULL;
}

/* ---- Positions ---- */

static void
add_position (ChtJudgement *self, ChtCertificate *certificate, gboolean in_file)
{
  ChtPosition position = {
    .certificate = certificate,
    .self_signed = cht_chains_is_self_signed (self->chains, certificate),
    .is_old_root = cht_chains_is_old_root (self->chains, certificate),
    .is_leaf = cht_chains_is_leaf (self->chains, certificate),
    .in_file = in_file,
    .budget = -1,
  };

  g_hash_table_insert (self->by_certificate, certificate, GUINT_TO_POINTER (self->positions->len));
  g_array_append_val (self->positions, position);
}

static gboolean
link_holds (const ChtLink *link)
{
  return link->issuer != NULL && (link->state == CHT_LINK_HOLDS || link->state == CHT_LINK_KEY_IDS_DIFFER);
}

static void
connect (ChtJudgement *self, guint child)
{
  ChtPosition *below = cht_judgement_get_position (self, child);
  GArray *links = cht_chains_get_links (self->chains, below->certificate);

  for (guint i = 0; i < links->len; i++)
    {
      const ChtLink *link = &g_array_index (links, ChtLink, i);
      ChtPosition *above;

      if (!link_holds (link) || link->issuer == below->certificate)
        continue;
      above = cht_judgement_find (self, link->issuer);
      if (above == NULL)
        continue;
      if (above->children == NULL)
        above->children = g_array_new (FALSE, FALSE, sizeof (guint));
      g_array_append_val (above->children, child);
      below->n_issuers++;
      below->endless |= cht_certificate_get_not_after (above->certificate) >=
                        cht_certificate_get_not_after (below->certificate);
    }
}

static gboolean
is_valid_throughout (const ChtJudgement *self, ChtCertificate *certificate)
{
  return cht_certificate_get_not_before (certificate) <= self->snapshot->now &&
         cht_certificate_get_not_after (certificate) >= self->end;
}

typedef enum
{
  REACHES_ROOT,
  LIVES,
  BREAKS_OFF
} Mark;

static gboolean
begins_mark (const ChtPosition *position, Mark mark)
{
  return mark == BREAKS_OFF ? !position->self_signed && position->n_issuers == 0 : position->self_signed;
}

/* Downwards, breadth first and without recursion: from the roots, over living certificates alone, from where
 * a path breaks off. */
static void
spread_mark (ChtJudgement *self, Mark mark)
{
  g_autoptr (GArray) queue = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; i < self->positions->len; i++)
    if (begins_mark (cht_judgement_get_position (self, i), mark))
      g_array_append_val (queue, i);
  for (guint head = 0; head < queue->len; head++)
    {
      ChtPosition *position = cht_judgement_get_position (self, g_array_index (queue, guint, head));
      gboolean *marked = mark == LIVES          ? &position->lives
                         : mark == REACHES_ROOT ? &position->reaches_root
                                                : &position->breaks_off;

      if (*marked || (mark == LIVES && !is_valid_throughout (self, position->certificate)))
        continue;
      *marked = TRUE;
      if (position->children != NULL)
        g_array_append_vals (queue, position->children->data, position->children->len);
    }
}

static int
budget_below (ChtCertificate *certificate, int above)
{
  int own = cht_certificate_get_path_length (certificate);
  int left = above == NO_LIMIT || cht_certificate_is_self_issued (certificate) ? above : above - 1;

  return own >= 0 && own < left ? own : left;
}

static void
spread_budget (ChtJudgement *self)
{
  g_autoptr (GArray) queue = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autofree guint8 *visits = g_new0 (guint8, self->positions->len + 1);

  for (guint i = 0; i < self->positions->len; i++)
    {
      ChtPosition *position = cht_judgement_get_position (self, i);

      if (!position->self_signed)
        continue;
      position->budget = cht_certificate_get_path_length (position->certificate);
      if (position->budget < 0)
        position->budget = NO_LIMIT;
      g_array_append_val (queue, i);
    }
  for (guint head = 0; head < queue->len; head++)
    {
      const ChtPosition *position = cht_judgement_get_position (self, g_array_index (queue, guint, head));

      for (guint i = 0; position->children != NULL && i < position->children->len; i++)
        {
          guint child = g_array_index (position->children, guint, i);
          ChtPosition *below = cht_judgement_get_position (self, child);
          int budget = budget_below (below->certificate, position->budget);

          if (below->self_signed || budget <= below->budget || visits[child] == MAX_VISITS)
            continue;
          below->budget = budget;
          visits[child]++;
          g_array_append_val (queue, child);
        }
    }
}

static void
find_living_path (ChtJudgement *self)
{
  ChtPosition *meant = self->intermediate != NULL ? cht_judgement_find (self, self->intermediate) : NULL;

  if (meant != NULL)
    {
      self->some_path_lives = meant->lives;
      return;
    }
  for (guint i = 0; i < self->positions->len && !self->some_path_lives; i++)
    {
      const ChtPosition *position = cht_judgement_get_position (self, i);

      self->some_path_lives = position->children == NULL && position->lives;
    }
}

static void
take_positions (ChtJudgement *self)
{
  GPtrArray *given =
      self->snapshot->chain != NULL ? cht_bundle_get_certificates (self->snapshot->chain) : NULL;
  g_autoptr (GPtrArray) together = g_ptr_array_new ();
  GPtrArray *once;
  gboolean found = FALSE;

  for (guint i = 0; given != NULL && i < given->len; i++)
    {
      g_ptr_array_add (together, g_ptr_array_index (given, i));
      found = found || (self->intermediate != NULL &&
                        cht_certificate_equal (g_ptr_array_index (given, i), self->intermediate));
    }
  self->intermediate_in_file = found;
  if (self->intermediate != NULL && !found)
    g_ptr_array_add (together, self->intermediate);
  if (together->len == 0)
    return;
  self->chains = cht_chains_new (together);
  once = cht_chains_get_certificates (self->chains);
  for (guint i = 0; i < once->len; i++)
    {
      ChtCertificate *certificate = g_ptr_array_index (once, i);
      gboolean meant = self->intermediate != NULL && cht_certificate_equal (certificate, self->intermediate);

      if (meant)
        self->intermediate = certificate;
      add_position (self, certificate, !meant || found);
    }
  for (guint i = 0; i < self->positions->len; i++)
    connect (self, i);
  spread_mark (self, REACHES_ROOT);
  spread_mark (self, LIVES);
  spread_mark (self, BREAKS_OFF);
  spread_budget (self);
  find_living_path (self);
}

static void
position_clear (gpointer data)
{
  ChtPosition *position = data;

  g_clear_pointer (&position->children, g_array_unref);
}

void
cht_judgement_init (ChtJudgement *self, const ChtSnapshot *snapshot, guint asked_for)
{
  int least = asked_for == CHT_RULE_FOR_INSPECT ? 0 : snapshot->role != NULL ? snapshot->role->min_days : 31;

  *self = (ChtJudgement){ .snapshot = snapshot, .asked_for = asked_for };
  self->least_end = snapshot->now + least * CHT_DAY;
  self->end = MAX (self->least_end, snapshot->window_end);
  self->findings = g_ptr_array_new_with_free_func (g_object_unref);
  self->positions = g_array_new (FALSE, TRUE, sizeof (ChtPosition));
  g_array_set_clear_func (self->positions, position_clear);
  self->by_certificate = g_hash_table_new (NULL, NULL);
  if (cht_judgement_takes_key (self))
    choose_pair (self);
  take_positions (self);
}

void
cht_judgement_clear (ChtJudgement *self)
{
  g_clear_pointer (&self->findings, g_ptr_array_unref);
  g_clear_pointer (&self->positions, g_array_unref);
  g_clear_pointer (&self->by_certificate, g_hash_table_unref);
  g_clear_object (&self->chains);
}

/* ---- For the rules ---- */

void
cht_judgement_add (ChtJudgement *self,
                   const ChtRule *rule,
                   ChtSeverity severity,
                   ChtField field,
                   const char *object,
                   const char *format,
                   ...)
{
  g_autofree char *message = NULL;
  va_list args;

  if (self->n_of_rule > MAX_FINDINGS_OF_RULE)
    return;
  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  if (++self->n_of_rule > MAX_FINDINGS_OF_RULE)
    {
      g_free (message);
      message = g_strdup (
          _ ("There are more of these than are listed here. Mend those that are, then check again."));
      object = "";
    }
  g_ptr_array_add (self->findings,
                   cht_finding_new (rule->id, severity, field, object, message, _ (rule->explanation),
                                    rule->source, rule->repair, rule->may_go_on));
}

gboolean
cht_judgement_takes_key (const ChtJudgement *self)
{
  return self->asked_for == CHT_RULE_FOR_KEY;
}

guint
cht_judgement_get_n_positions (const ChtJudgement *self)
{
  return self->positions->len;
}

ChtPosition *
cht_judgement_get_position (const ChtJudgement *self, guint index)
{
  return &g_array_index (self->positions, ChtPosition, index);
}

ChtPosition *
cht_judgement_find (const ChtJudgement *self, ChtCertificate *certificate)
{
  gpointer index;

  if (!g_hash_table_lookup_extended (self->by_certificate, certificate, NULL, &index))
    return NULL;
  return cht_judgement_get_position (self, GPOINTER_TO_UINT (index));
}

ChtField
cht_judgement_field_of (const ChtJudgement *self, const ChtPosition *position)
{
  return position->in_file ? CHT_FIELD_CHAIN : CHT_FIELD_CERTIFICATE;
}

char *
cht_judgement_name (ChtCertificate *certificate)
{
  return cht_text_for_display (cht_certificate_get_label (certificate));
}

char *
cht_judgement_file_name (const char *path, ChtField field)
{
  g_autofree char *base = path != NULL && *path != '\0' ? g_path_get_basename (path) : NULL;

  if (base != NULL)
    return cht_text_for_display (base);
  return g_strdup (field == CHT_FIELD_KEY           ? _ ("The key file")
                   : field == CHT_FIELD_CERTIFICATE ? _ ("The intermediate's file")
                                                    : _ ("The chain file"));
}
