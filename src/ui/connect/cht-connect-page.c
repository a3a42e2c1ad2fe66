/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-connect-page.h"

#include "cht-notice.h"
#include "cht-secret-entry.h"
#include "cht-text.h"

#include <glib/gi18n-lib.h>
#include <string.h>

struct _ChtConnectPage
{
  ChtPage parent_instance;
  ChtWorkspace *workspace;
  ChtProfile *profile;  /* (nullable) */
  ChtServerCard *shown; /* (nullable): what the address in the entry shows */
  gboolean busy;
  GtkWidget *problem, *url, *username, *password, *keep_row, *keep, *url_words, *card, *meeting, *trusted_title,
      *trusted, *pin, *subject, *issuer, *validity;
  GtkWidget *foot, *spinner, *go;
};

G_DEFINE_FINAL_TYPE (ChtConnectPage, cht_connect_page, CHT_TYPE_PAGE)

enum
{
  PROP_WORKSPACE = 1,
  PROP_PROFILE,
  N_PROPS
};
static GParamSpec *props[N_PROPS];
enum
{
  CONNECTED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

/* ---- Judgements ---- */

ChtKeyMeeting
cht_connect_judge_key (const char *trusted, const char *shown)
{
  if (trusted == NULL || *trusted == '\0')
    return CHT_KEY_FIRST_SEEN;
  return g_ascii_strcasecmp (trusted, shown) == 0 ? CHT_KEY_SAME : CHT_KEY_CHANGED;
}

const char *
cht_connect_judge_url (const char *url)
{
  if (*url == '\0' || g_str_has_prefix ("https://", url))
    return "";
  if (g_str_has_prefix (url, "http://"))
    return _("The address starts with http:, which anybody on the way can read. Use https:.");
  if (strchr (url, '@') != NULL)
    return _("Leave name and password out of the address; they have fields of their own.");
  if (strpbrk (url, " \t") != NULL)
    return _("The address holds a space. Take it out.");
  return NULL;
}

static const char *
get_text (GtkWidget *row)
{
  return gtk_editable_get_text (GTK_EDITABLE (row));
}

/* As people type it: without the scheme too. (transfer full) */
static char *
dup_url (ChtConnectPage *self)
{
  g_autofree char *typed = g_strstrip (g_strdup (get_text (self->url)));

  return strstr (typed, "://") == NULL && *typed != '\0' ? g_strconcat ("https://", typed, NULL)
                                                         : g_steal_pointer (&typed);
}

/* ---- What is shown ---- */

static void
show_state (ChtConnectPage *self)
{
  g_autofree char *url = dup_url (self);
  const char *fault = cht_connect_judge_url (url);
  gboolean have_who = *get_text (self->username) != '\0' && *get_text (self->password) != '\0';
  gboolean wrong = fault != NULL && *fault != '\0';

  gtk_label_set_label (GTK_LABEL (self->url_words), wrong ? fault : "");
  gtk_widget_set_visible (self->url_words, wrong);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->url), GTK_ACCESSIBLE_STATE_INVALID,
                               wrong ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);
  if (wrong)
    gtk_widget_add_css_class (self->url, "error");
  else
    gtk_widget_remove_css_class (self->url, "error");
  gtk_widget_set_visible (self->spinner, self->busy);
  gtk_spinner_set_spinning (GTK_SPINNER (self->spinner), self->busy);
  gtk_widget_set_visible (self->card, self->shown != NULL);
  if (self->shown == NULL)
    {
      gtk_button_set_label (GTK_BUTTON (self->go), _("Look at the controller"));
      gtk_label_set_label (GTK_LABEL (self->foot), fault == NULL ? "" : _("Enter the controller’s address."));
      gtk_widget_set_sensitive (self->go, !self->busy && fault == NULL);
      return;
    }
  gtk_button_set_label (
      GTK_BUTTON (self->go),
      cht_connect_judge_key (self->profile != NULL ? cht_profile_get_pin (self->profile) : NULL, self->shown->pin)
              == CHT_KEY_SAME
          ? _("Sign in")
          : _("Trust this key and sign in"));
  gtk_label_set_label (GTK_LABEL (self->foot), have_who ? "" : _("Enter user name and password to sign in."));
  gtk_widget_set_sensitive (self->go, !self->busy && have_who);
}

static void
show_meeting (ChtConnectPage *self)
{
  const char *trusted = self->profile != NULL ? cht_profile_get_pin (self->profile) : NULL;
  g_autofree char *trusted_shown = NULL;

  switch (cht_connect_judge_key (trusted, self->shown->pin))
    {
    case CHT_KEY_FIRST_SEEN:
      cht_notice_show (CHT_NOTICE (self->meeting), CHT_NOTICE_INFO,
                       _("Compare this key with what the controller’s console shows, or ask whoever runs it. "
                          "Somebody on the way would show another one."));
      break;
    case CHT_KEY_SAME:
      cht_notice_show (CHT_NOTICE (self->meeting), CHT_NOTICE_SUCCESS, _("This is the key that you trusted before."));
      break;
    case CHT_KEY_CHANGED:
    default:
      cht_notice_show (CHT_NOTICE (self->meeting), CHT_NOTICE_WARNING,
                       _("This is not the key that you trusted before. Ask whoever runs the controller whether it has "
                          "a new one, and compare."));
      trusted_shown = cht_text_fingerprint (trusted);
      break;
    }
  gtk_widget_set_visible (self->trusted, trusted_shown != NULL);
  gtk_widget_set_visible (self->trusted_title, trusted_shown != NULL);
  gtk_label_set_label (GTK_LABEL (self->trusted), trusted_shown != NULL ? trusted_shown : "");
}

static void
show_card (ChtConnectPage *self)
{
  g_autofree char *pin = cht_text_fingerprint (self->shown->pin);
  g_autofree char *subject = cht_text_for_display (self->shown->subject);
  g_autofree char *issuer = cht_text_for_display (self->shown->issuer);
  g_autofree char *from = cht_time_describe_date (self->shown->not_before);
  g_autofree char *to = cht_time_describe_date (self->shown->not_after);
  g_autofree char *distance
      = cht_time_describe_distance (self->shown->not_after, cht_clock_now (cht_workspace_get_clock (self->workspace)));
  g_autofree char *validity = g_strdup_printf (_("from %s to %s (%s)"), from, to, distance);

  gtk_label_set_label (GTK_LABEL (self->pin), pin);
  gtk_label_set_label (GTK_LABEL (self->subject), subject);
  gtk_label_set_label (GTK_LABEL (self->issuer), issuer);
  gtk_label_set_label (GTK_LABEL (self->validity), validity);
  show_meeting (self);
}

static void
show_error (ChtConnectPage *self, const GError *error)
{
  g_autoptr (ChtProblem) problem = error != NULL ? cht_problem_from_error (error) : NULL;

  cht_notice_show_problem (CHT_NOTICE (self->problem), problem);
}

/* ---- Looking ---- */

static void
on_probed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChtConnectPage) self = data;
  g_autoptr (GError) error = NULL;
  ChtServerCard *card = cht_workspace_probe_finish (CHT_WORKSPACE (source), result, &error);

  self->busy = FALSE;
  g_clear_pointer (&self->shown, cht_server_card_free);
  self->shown = card;
  if (cht_page_is_closed (CHT_PAGE (self)))
    return;
  gtk_editable_set_editable (GTK_EDITABLE (self->url), TRUE);
  show_error (self, error);
  if (card != NULL)
    show_card (self);
  show_state (self);
  if (card != NULL && *get_text (self->username) == '\0')
    gtk_widget_grab_focus (self->username);
}

static void
look (ChtConnectPage *self)
{
  g_autofree char *url = dup_url (self);

  if (self->busy || cht_connect_judge_url (url) != NULL)
    return;
  self->busy = TRUE;
  gtk_editable_set_editable (GTK_EDITABLE (self->url), FALSE);
  show_error (self, NULL);
  show_state (self);
  cht_workspace_probe_async (self->workspace, url, cht_page_get_cancellable (CHT_PAGE (self)), on_probed_cb,
                             g_object_ref (self));
}

/* ---- Signing in ---- */

static void
on_signed_in_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChtConnectPage) self = data;
  g_autoptr (GError) error = NULL;
  gboolean good = cht_workspace_sign_in_finish (CHT_WORKSPACE (source), result, &error);

  self->busy = FALSE;
  if (cht_page_is_closed (CHT_PAGE (self)))
    return;
  show_error (self, error);
  show_state (self);
  if (good)
    g_signal_emit (self, signals[CONNECTED], 0);
}

/* What a person calls the controller while it has no name of its own: its host. (transfer full) */
static char *
dup_name (const char *url)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);

  return g_strdup (uri != NULL && g_uri_get_host (uri) != NULL ? g_uri_get_host (uri) : url);
}

static void
sign_in (ChtConnectPage *self)
{
  g_autofree char *url = dup_url (self);
  g_autofree char *name = dup_name (url);
  g_autoptr (ChtProfile) profile = NULL;
  g_autoptr (ChtSecret) password = NULL;
  gboolean keep = gtk_widget_get_sensitive (self->keep) && gtk_switch_get_active (GTK_SWITCH (self->keep));

  if (self->busy || self->shown == NULL || *get_text (self->username) == '\0' || *get_text (self->password) == '\0')
    return;
  password = cht_editable_take_secret (GTK_EDITABLE (self->password));
  profile = cht_profile_new (name, url, get_text (self->username), self->shown->pin);
  self->busy = TRUE;
  show_error (self, NULL);
  show_state (self);
  cht_workspace_sign_in_async (self->workspace, profile, password, keep, cht_page_get_cancellable (CHT_PAGE (self)),
                               on_signed_in_cb, g_object_ref (self));
}

/* ---- Signals ---- */

static void
on_url_changed_cb (GtkEditable *editable, ChtConnectPage *self)
{
  /* What was shown belongs to another address. */
  g_clear_pointer (&self->shown, cht_server_card_free);
  show_state (self);
}

static void
on_entry_changed_cb (GtkEditable *editable, ChtConnectPage *self)
{
  show_state (self);
}

static void
on_look_cb (AdwEntryRow *row, ChtConnectPage *self)
{
  look (self);
}

static void
on_go_cb (AdwEntryRow *row, ChtConnectPage *self)
{
  if (self->shown != NULL)
    sign_in (self);
  else
    look (self);
}

static void
on_go_clicked_cb (GtkButton *button, ChtConnectPage *self)
{
  on_go_cb (NULL, self);
}

/* ---- The page ---- */

static void
cht_connect_page_closed (ChtPage *page)
{
  ChtConnectPage *self = CHT_CONNECT_PAGE (page);

  gtk_editable_set_text (GTK_EDITABLE (self->password), "");
  CHT_PAGE_CLASS (cht_connect_page_parent_class)->closed (page);
}

static void
cht_connect_page_constructed (GObject *object)
{
  ChtConnectPage *self = CHT_CONNECT_PAGE (object);
  gboolean open = cht_workspace_get_vault_state (self->workspace) == CHT_WORKSPACE_VAULT_OPEN;

  G_OBJECT_CLASS (cht_connect_page_parent_class)->constructed (object);
  gtk_widget_set_sensitive (self->keep, open);
  if (!open)
    {
      gtk_switch_set_active (GTK_SWITCH (self->keep), FALSE);
      adw_action_row_set_subtitle (ADW_ACTION_ROW (self->keep_row),
                                   _("The vault cannot be written now, so nothing is kept"));
    }
  if (self->profile != NULL)
    {
      gtk_editable_set_text (GTK_EDITABLE (self->url), cht_profile_get_url (self->profile));
      gtk_editable_set_text (GTK_EDITABLE (self->username), cht_profile_get_username (self->profile));
      look (self);
    }
  show_state (self);
}

static void
cht_connect_page_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  ChtConnectPage *self = CHT_CONNECT_PAGE (object);

  if (id == PROP_WORKSPACE)
    g_set_object (&self->workspace, g_value_get_object (value));
  else if (id == PROP_PROFILE)
    g_set_object (&self->profile, g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
cht_connect_page_finalize (GObject *object)
{
  ChtConnectPage *self = CHT_CONNECT_PAGE (object);

  g_clear_pointer (&self->shown, cht_server_card_free);
  g_clear_object (&self->profile);
  g_clear_object (&self->workspace);
  G_OBJECT_CLASS (cht_connect_page_parent_class)->finalize (object);
}

#define BIND(child) gtk_widget_class_bind_template_child (widget_class, ChtConnectPage, child)

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, "/org/chatelaine/Chatelaine/connect/cht-connect-page.ui");
  BIND (problem);
  BIND (url);
  BIND (username);
  BIND (password);
  BIND (keep_row);
  BIND (keep);
  BIND (url_words);
  BIND (card);
  BIND (meeting);
  BIND (trusted_title);
  BIND (trusted);
  BIND (pin);
  BIND (subject);
  BIND (issuer);
  BIND (validity);
  BIND (foot);
  BIND (spinner);
  BIND (go);
  gtk_widget_class_bind_template_callback (widget_class, on_url_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_entry_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_look_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_go_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_go_clicked_cb);
}

static void
cht_connect_page_class_init (ChtConnectPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = cht_connect_page_constructed;
  object_class->set_property = cht_connect_page_set_property;
  object_class->finalize = cht_connect_page_finalize;
  CHT_PAGE_CLASS (klass)->closed = cht_connect_page_closed;
  props[PROP_WORKSPACE] = g_param_spec_object ("workspace", NULL, NULL, CHT_TYPE_WORKSPACE,
                                               G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  props[PROP_PROFILE] = g_param_spec_object ("profile", NULL, NULL, CHT_TYPE_PROFILE,
                                             G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[CONNECTED]
      = g_signal_new ("connected", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  g_type_ensure (CHT_TYPE_NOTICE);
  bind_template (GTK_WIDGET_CLASS (klass));
}

static void
cht_connect_page_init (ChtConnectPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
cht_connect_page_new (ChtWorkspace *workspace, ChtProfile *profile)
{
  return g_object_new (CHT_TYPE_CONNECT_PAGE, "workspace", workspace, "profile", profile, NULL);
}
