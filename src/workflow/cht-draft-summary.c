/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a draft's files are, in a line, and what of them goes up. */
#include "cht-draft-private.h"

#include <glib/gi18n-lib.h>

#include "cht-preflight.h"
#include "cht-text.h"

/* "2 certificates, 1 hierarchy, to 2029" */
static char *
describe_certificates (GPtrArray *certificates, ChtChains *chains)
{
  gint64 first = CHT_TIME_UNKNOWN;
  guint hierarchies = cht_chains_get_n_hierarchies (chains);
  g_autofree char *counted = g_strdup_printf (ngettext ("%u certificate", "%u certificates", certificates->len),
                                              certificates->len);
  g_autofree char *groups = g_strdup_printf (ngettext ("%u hierarchy", "%u hierarchies", hierarchies), hierarchies);

  for (guint i = 0; i < certificates->len; i++)
    {
      gint64 end = cht_certificate_get_not_after (certificates->pdata[i]);
      if (end != CHT_TIME_UNKNOWN && (first == CHT_TIME_UNKNOWN || end < first))
        first = end;
    }
  g_autoptr (GDateTime) date = first != CHT_TIME_UNKNOWN ? g_date_time_new_from_unix_utc (first) : NULL;
  if (date == NULL)
    return g_strdup_printf (_("%s, %s"), counted, groups);
  /* TRANSLATORS: "2 certificates, 1 hierarchy, to 2029" */
  return g_strdup_printf (_("%s, %s, to %d"), counted, groups, g_date_time_get_year (date));
}

static char *
describe_one (ChtCertificate *certificate)
{
  g_autofree char *label = cht_text_for_display (cht_certificate_get_label (certificate));
  g_autofree char *key = cht_certificate_describe_key (certificate);
  g_autoptr (GDateTime) date = cht_certificate_get_not_after (certificate) != CHT_TIME_UNKNOWN
                             ? g_date_time_new_from_unix_utc (cht_certificate_get_not_after (certificate)) : NULL;

  if (date == NULL)
    return g_strdup_printf ("%s, %s", label, key);
  /* TRANSLATORS: a certificate's name, its key, the year it ends: "Example CA, EC P-256, to 2029" */
  return g_strdup_printf (_("%s, %s, to %d"), label, key, g_date_time_get_year (date));
}

static char *
describe_key (ChtDraft *self, ChtKey *key)
{
  ChtBundle *certificates = self->fields[1].bundle;
  g_autofree char *kind = cht_key_describe (key);
  gboolean fits = FALSE;

  if (cht_key_get_state (key) != CHT_KEY_STATE_OPEN)
    return g_strdup (cht_key_get_reason (key));
  if (certificates == NULL || cht_bundle_get_certificates (certificates)->len == 0)
    return g_steal_pointer (&kind);
  for (guint i = 0; i < cht_bundle_get_certificates (certificates)->len; i++)
    fits |= cht_key_fits (key, cht_bundle_get_certificates (certificates)->pdata[i]);
  if (fits)
    return g_strdup_printf (_("%s, fits the intermediate"), kind);
  return g_strdup_printf (_("%s, does not fit the intermediate"), kind);
}

char *
cht_draft_dup_summary (ChtDraft *self, ChtField field)
{
  ChtDraftField *place = cht_draft_field (self, field);

  g_return_val_if_fail (CHT_IS_DRAFT (self) && place != NULL, NULL);

  if (place->bundle == NULL)
    return g_strdup ("");
  GPtrArray *certificates = cht_bundle_get_certificates (place->bundle);
  GPtrArray *keys = cht_bundle_get_keys (place->bundle);
  if (field == CHT_FIELD_KEY && keys->len > 0)
    return describe_key (self, keys->pdata[0]);
  if (field == CHT_FIELD_CERTIFICATE && certificates->len == 1)
    return describe_one (certificates->pdata[0]);
  if (certificates->len > 0 && place->chains != NULL)
    return describe_certificates (certificates, place->chains);
  if (keys->len > 0)
    return g_strdup (_("A private key, no certificate"));
  return g_strdup (_("No certificate that can be read"));
}

GBytes *
cht_draft_dup_pem (ChtDraft *self, ChtField field)
{
  ChtDraftField *place = cht_draft_field (self, field);
  return place->bundle != NULL ? cht_preflight_chain_to_send (place->bundle) : NULL;
}

ChtSecret *
cht_draft_dup_key (ChtDraft *self)
{
  ChtDraftField *place = cht_draft_field (self, CHT_FIELD_KEY);

  if (place->bundle == NULL || cht_bundle_get_keys (place->bundle)->len == 0)
    return NULL;
  /* The file as it is, where nothing but the key is in it: what went up comes down byte for byte. */
  if (cht_bundle_get_objects (place->bundle)->len == 1 && cht_bundle_get_format (place->bundle) == CHT_FORMAT_PEM)
    return cht_secret_new (g_bytes_get_data (place->bytes, NULL), g_bytes_get_size (place->bytes));
  return cht_secret_ref (cht_key_get_text (cht_bundle_get_keys (place->bundle)->pdata[0]));
}
