/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-certificate-facts.h"
#include "cht-expiry-label.h"
#include "cht-text.h"

#include <glib/gi18n-lib.h>

struct _ChtCertificateFacts {
  GtkWidget parent;
  GtkWidget *grid;
  int row;
};

G_DEFINE_FINAL_TYPE (ChtCertificateFacts, cht_certificate_facts, GTK_TYPE_WIDGET)

static const struct { guint bit; const char *words; } KEY_USAGES[] = {
  { CHT_KEY_USAGE_DIGITAL_SIGNATURE, N_("digital signature") },
  { CHT_KEY_USAGE_NON_REPUDIATION, N_("non-repudiation") },
  { CHT_KEY_USAGE_KEY_ENCIPHERMENT, N_("key encipherment") },
  { CHT_KEY_USAGE_DATA_ENCIPHERMENT, N_("data encipherment") },
  { CHT_KEY_USAGE_KEY_AGREEMENT, N_("key agreement") },
  { CHT_KEY_USAGE_KEY_CERT_SIGN, N_("signing certificates") },
  { CHT_KEY_USAGE_CRL_SIGN, N_("signing CRLs") },
  { CHT_KEY_USAGE_ENCIPHER_ONLY, N_("encipher only") },
  { CHT_KEY_USAGE_DECIPHER_ONLY, N_("decipher only") },
};

static const struct { const char *oid, *words; } PURPOSES[] = {
  { "1.3.6.1.5.5.7.3.1", N_("TLS server") },
  { "1.3.6.1.5.5.7.3.2", N_("TLS client") },
  { "1.3.6.1.5.5.7.3.3", N_("code signing") },
  { "1.3.6.1.5.5.7.3.4", N_("e-mail") },
  { "1.3.6.1.5.5.7.3.8", N_("time stamping") },
  { "1.3.6.1.5.5.7.3.9", N_("OCSP signing") },
  { "2.5.29.37.0", N_("any purpose") },
};

static GtkWidget *
add_row (ChtCertificateFacts *self, const char *title, GtkWidget *value)
{
  GtkWidget *label = gtk_label_new (title);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_yalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "dim-label");
  gtk_widget_set_hexpand (value, TRUE);
  gtk_grid_attach (GTK_GRID (self->grid), label, 0, self->row, 1, 1);
  gtk_grid_attach (GTK_GRID (self->grid), value, 1, self->row++, 1, 1);
  gtk_accessible_update_relation (GTK_ACCESSIBLE (value), GTK_ACCESSIBLE_RELATION_LABELLED_BY, label, NULL, -1);
  return value;
}

/* A hyphen that Pango puts into a serial number reads as part of it. */
static void
forbid_hyphens (GtkLabel *label)
{
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_insert_hyphens_new (FALSE));
  gtk_label_set_attributes (label, attributes);
}

static GtkWidget *
new_text (const char *text)
{
  GtkWidget *value = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (value), 0);
  gtk_label_set_wrap (GTK_LABEL (value), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (value), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_natural_wrap_mode (GTK_LABEL (value), GTK_NATURAL_WRAP_NONE);
  gtk_label_set_max_width_chars (GTK_LABEL (value), 48);
  gtk_label_set_selectable (GTK_LABEL (value), TRUE);
  forbid_hyphens (GTK_LABEL (value));
  /* Selecting by mouse stays; Tab need not stop at every fact. */
  gtk_widget_set_focusable (value, FALSE);
  return value;
}

/* TEXT: of unknown origin. Where it is empty, OTHERWISE; where that is NULL, no row. */
static void
add_text (ChtCertificateFacts *self, const char *title, const char *text, const char *otherwise)
{
  g_autofree char *shown = cht_text_for_display (text);

  if (*shown != '\0' || otherwise != NULL)
    add_row (self, title, new_text (*shown != '\0' ? shown : otherwise));
}

static void
on_copy_clicked_cb (GtkButton *button, gpointer data)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (button)),
                          g_object_get_data (G_OBJECT (button), "text"));
  gtk_button_set_icon_name (button, "object-select-symbolic");
  gtk_widget_set_tooltip_text (GTK_WIDGET (button), _ ("Copied"));
}

static void
add_fingerprint (ChtCertificateFacts *self, const char *title, const char *hex, const char *copy_name)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6), *value, *copy;
  g_autofree char *fingerprint = hex != NULL ? cht_text_fingerprint (hex) : NULL;

  if (fingerprint == NULL)
    return;
  value = new_text (fingerprint);
  gtk_label_set_wrap_mode (GTK_LABEL (value), PANGO_WRAP_CHAR);
  gtk_widget_add_css_class (value, "chain-fingerprint");
  gtk_widget_set_hexpand (value, TRUE);
  gtk_box_append (GTK_BOX (box), value);
  copy = gtk_button_new_from_icon_name ("edit-copy-symbolic");
  gtk_widget_add_css_class (copy, "flat");
  gtk_widget_set_valign (copy, GTK_ALIGN_START);
  gtk_widget_set_tooltip_text (copy, copy_name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (copy), GTK_ACCESSIBLE_PROPERTY_LABEL, copy_name, -1);
  g_object_set_data_full (G_OBJECT (copy), "text", g_strdup (fingerprint), g_free);
  g_signal_connect (copy, "clicked", G_CALLBACK (on_copy_clicked_cb), NULL);
  gtk_box_append (GTK_BOX (box), copy);
  add_row (self, title, box);
}

static void
add_validity (ChtCertificateFacts *self, ChtCertificate *certificate, gint64 now)
{
  gint64 not_before = cht_certificate_get_not_before (certificate);
  gint64 not_after = cht_certificate_get_not_after (certificate);
  g_autofree char *from = cht_time_describe_date (not_before), *to = cht_time_describe_date (not_after);
  /* Translators: from one date to another */
  g_autofree char *both = g_strdup_printf (_ ("%s – %s"), from, to);
  GtkWidget *expiry = cht_expiry_label_new ();

  add_row (self, _ ("Valid"), new_text (both));
  cht_expiry_label_set (CHT_EXPIRY_LABEL (expiry), not_after, now, FALSE);
  add_row (self, _ ("Ends"), expiry);
}

static char *
describe_usage (ChtCertificate *certificate)
{
  g_autoptr (GString) words = g_string_new (NULL);
  guint usage = cht_certificate_get_key_usage (certificate);

  if (!cht_certificate_has_key_usage (certificate))
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (KEY_USAGES); i++)
    if ((usage & KEY_USAGES[i].bit) != 0)
      g_string_append_printf (words, "%s%s", words->len > 0 ? ", " : "", _ (KEY_USAGES[i].words));
  return g_strdup (words->str);
}

static char *
describe_purposes (ChtCertificate *certificate)
{
  const char *const *oids = cht_certificate_get_extended_key_usage (certificate);
  g_autoptr (GString) words = g_string_new (NULL);

  for (; oids != NULL && *oids != NULL; oids++)
    {
      const char *name = *oids;

      for (guint i = 0; i < G_N_ELEMENTS (PURPOSES); i++)
        if (strcmp (*oids, PURPOSES[i].oid) == 0)
          name = _ (PURPOSES[i].words);
      g_string_append_printf (words, "%s%s", words->len > 0 ? ", " : "", name);
    }
  return g_strdup (words->str);
}

static char *
describe_authority (ChtCertificate *certificate)
{
  int length = cht_certificate_get_path_length (certificate);

  if (!cht_certificate_is_ca (certificate))
    return g_strdup (_ ("no"));
  if (length < 0)
    return g_strdup (_ ("yes"));
  return g_strdup_printf (ngettext ("yes, at most %d authority below it", "yes, at most %d authorities below it",
                                    (gulong) length),
                          length);
}

static void
add_all (ChtCertificateFacts *self, ChtCertificate *certificate, gint64 now)
{
  g_autofree char *key = cht_certificate_describe_key (certificate);
  g_autofree char *usage = describe_usage (certificate), *purposes = describe_purposes (certificate);
  g_autofree char *authority = describe_authority (certificate);
  g_autofree char *names =
      g_strjoinv (", ", (char **) cht_certificate_get_alternative_names (certificate));

  add_text (self, _ ("Subject"), cht_certificate_get_subject (certificate), _ ("no name"));
  add_text (self, _ ("Issuer"), cht_certificate_get_issuer (certificate), _ ("no name"));
  add_validity (self, certificate, now);
  add_text (self, _ ("Key"), key, NULL);
  add_text (self, _ ("Signed with"), cht_certificate_get_signature_algorithm (certificate), NULL);
  add_text (self, _ ("Authority"), authority, NULL);
  add_text (self, _ ("Key usage"), usage, NULL);
  add_text (self, _ ("Purposes"), purposes, NULL);
  add_text (self, _ ("Names"), names, NULL);
  add_text (self, _ ("Serial"), cht_certificate_get_serial (certificate), NULL);
  add_fingerprint (self, _ ("SHA-256"), cht_certificate_get_sha256 (certificate), _ ("Copy the SHA-256 fingerprint"));
  add_fingerprint (self, _ ("Subject key id"), cht_certificate_get_subject_key_id (certificate),
                   _ ("Copy the subject key identifier"));
  add_fingerprint (self, _ ("Authority key id"), cht_certificate_get_authority_key_id (certificate),
                   _ ("Copy the authority key identifier"));
}

void
cht_certificate_facts_set_certificate (ChtCertificateFacts *self, ChtCertificate *certificate, gint64 now)
{
  g_return_if_fail (CHT_IS_CERTIFICATE_FACTS (self));

  for (; self->row > 0; self->row--)
    gtk_grid_remove_row (GTK_GRID (self->grid), self->row - 1);
  if (certificate != NULL)
    add_all (self, certificate, now);
}

static void
cht_certificate_facts_dispose (GObject *object)
{
  g_clear_pointer (&CHT_CERTIFICATE_FACTS (object)->grid, gtk_widget_unparent);
  G_OBJECT_CLASS (cht_certificate_facts_parent_class)->dispose (object);
}

static void
cht_certificate_facts_class_init (ChtCertificateFactsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cht_certificate_facts_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
cht_certificate_facts_init (ChtCertificateFacts *self)
{
  self->grid = gtk_grid_new ();
  gtk_grid_set_column_spacing (GTK_GRID (self->grid), 18);
  gtk_grid_set_row_spacing (GTK_GRID (self->grid), 9);
  gtk_widget_set_parent (self->grid, GTK_WIDGET (self));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Certificate"), -1);
}

GtkWidget *
cht_certificate_facts_new (void)
{
  return g_object_new (CHT_TYPE_CERTIFICATE_FACTS, NULL);
}
