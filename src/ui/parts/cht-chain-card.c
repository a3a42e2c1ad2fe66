/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-chain-card.h"
#include "cht-expiry-label.h"
#include "cht-text.h"

#include <glib/gi18n-lib.h>

struct _ChtChainCard {
  GtkToggleButton parent;
  ChtCertificate *certificate;
};

G_DEFINE_FINAL_TYPE (ChtChainCard, cht_chain_card, GTK_TYPE_TOGGLE_BUTTON)

static GtkWidget *
add_label (GtkWidget *box, const char *text, const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_single_line_mode (GTK_LABEL (label), TRUE);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  gtk_box_append (GTK_BOX (box), label);
  return label;
}

/* "3F:A0:12:…:91:7C": enough to compare two cards; the whole one stands among the facts. */
static char *
short_fingerprint (const char *sha256)
{
  g_autofree char *whole = cht_text_fingerprint (sha256);
  gsize size = strlen (whole);

  if (size < 16)
    return g_steal_pointer (&whole);
  return g_strdup_printf ("%.8s:…:%s", whole, whole + size - 5);
}

static const char *
kind_of (ChtCertificate *certificate, gboolean self_signed)
{
  if (self_signed)
    return cht_certificate_is_ca (certificate) || cht_certificate_get_version (certificate) < 3
               ? _ ("Root")
               : _ ("Self-signed");
  return cht_certificate_is_ca (certificate) ? _ ("Intermediate") : _ ("End entity");
}

static void
fill (ChtChainCard *self, gboolean self_signed, gint64 now)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2), *expiry = cht_expiry_label_new (), *label;
  g_autofree char *name = cht_text_for_display (cht_certificate_get_label (self->certificate));
  g_autofree char *key = cht_certificate_describe_key (self->certificate);
  g_autofree char *shown_key = cht_text_for_display (key);
  g_autofree char *sha256 = short_fingerprint (cht_certificate_get_sha256 (self->certificate));
  g_autofree char *distance = cht_time_describe_distance (cht_certificate_get_not_after (self->certificate), now);
  g_autofree char *detail = NULL, *spoken = NULL, *tooltip = NULL;

  detail = g_strdup_printf ("%s · %s", kind_of (self->certificate, self_signed), shown_key);
  label = add_label (box, name, "heading");
  add_label (box, detail, "dim-label");
  cht_expiry_label_set (CHT_EXPIRY_LABEL (expiry), cht_certificate_get_not_after (self->certificate), now, FALSE);
  gtk_box_append (GTK_BOX (box), expiry);
  gtk_widget_set_tooltip_text (add_label (box, sha256, "chain-fingerprint"), _ ("SHA-256 of the certificate"));
  gtk_button_set_child (GTK_BUTTON (self), box);
  tooltip = cht_text_for_display (cht_certificate_get_subject (self->certificate));
  gtk_widget_set_tooltip_text (label, tooltip);
  /* Translators: what a screen reader says of a card: name, kind and key, when it ends, fingerprint. */
  spoken = g_strdup_printf (_ ("%s, %s, ends %s, SHA-256 %s"), name, detail, distance, sha256);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
}

static void
cht_chain_card_dispose (GObject *object)
{
  g_clear_object (&CHT_CHAIN_CARD (object)->certificate);
  G_OBJECT_CLASS (cht_chain_card_parent_class)->dispose (object);
}

static void
cht_chain_card_class_init (ChtChainCardClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cht_chain_card_dispose;
}

static void
cht_chain_card_init (ChtChainCard *self)
{
  gtk_widget_add_css_class (GTK_WIDGET (self), "chain-card");
  gtk_widget_set_size_request (GTK_WIDGET (self), CHT_CHAIN_CARD_WIDTH, -1);
}

GtkWidget *
cht_chain_card_new (ChtCertificate *certificate, gboolean self_signed, gint64 now)
{
  ChtChainCard *self = g_object_new (CHT_TYPE_CHAIN_CARD, NULL);

  self->certificate = g_object_ref (certificate);
  fill (self, self_signed, now);
  return GTK_WIDGET (self);
}

static void
on_ghost_toggled_cb (GtkToggleButton *button, gpointer data)
{
  if (gtk_toggle_button_get_active (button))
    gtk_toggle_button_set_active (button, FALSE);
}

GtkWidget *
cht_chain_card_new_ghost (const char *issuer)
{
  GtkWidget *self = g_object_new (CHT_TYPE_CHAIN_CARD, NULL), *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  g_autofree char *name = cht_text_for_display (issuer);
  g_autofree char *spoken = NULL;

  if (*name == '\0')
    {
      g_free (name);
      name = g_strdup (_ ("no name"));
    }
  gtk_widget_add_css_class (self, "chain-ghost");
  add_label (box, _ ("Issuer not at hand"), "heading");
  gtk_label_set_single_line_mode (GTK_LABEL (add_label (box, name, "dim-label")), FALSE);
  gtk_label_set_wrap (GTK_LABEL (gtk_widget_get_last_child (box)), TRUE);
  gtk_label_set_lines (GTK_LABEL (gtk_widget_get_last_child (box)), 2);
  gtk_widget_set_tooltip_text (self, name);
  gtk_button_set_child (GTK_BUTTON (self), box);
  spoken = g_strdup_printf (_ ("Issuer not at hand: %s"), name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
  g_signal_connect (self, "toggled", G_CALLBACK (on_ghost_toggled_cb), NULL);
  return self;
}

ChtCertificate *
cht_chain_card_get_certificate (ChtChainCard *self)
{
  g_return_val_if_fail (CHT_IS_CHAIN_CARD (self), NULL);
  return self->certificate;
}
