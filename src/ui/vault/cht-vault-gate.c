/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-vault-gate.h"

#include "cht-notice.h"
#include "cht-text.h"

#include <glib/gi18n-lib.h>

struct _ChtVaultGate
{
  AdwBin parent_instance;
  ChtWorkspace *workspace;
  GCancellable *opening; /* (nullable): while an unlock or a creation runs */
  GtkWidget *menu_button, *problem, *status, *spinner, *create, *unlock, *cancel, *open_file;
};

G_DEFINE_FINAL_TYPE (ChtVaultGate, cht_vault_gate, ADW_TYPE_BIN)

enum
{
  PROP_WORKSPACE = 1,
  PROP_MENU_MODEL,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

const char *
cht_vault_gate_title (ChtWorkspaceVault state)
{
  switch (state)
    {
    case CHT_WORKSPACE_VAULT_ABSENT:
      return _("Create your vault");
    case CHT_WORKSPACE_VAULT_OPENING:
      return _("Opening the vault");
    case CHT_WORKSPACE_VAULT_DAMAGED:
      return _("The vault cannot be trusted");
    case CHT_WORKSPACE_VAULT_LOCKED:
      return _("Locked");
    case CHT_WORKSPACE_VAULT_NONE:
    case CHT_WORKSPACE_VAULT_OPEN:
    case CHT_WORKSPACE_VAULT_READ_ONLY:
    default:
      return _("The vault");
    }
}

static char *
dup_words (ChtVaultGate *self, ChtWorkspaceVault state, gboolean waiting)
{
  g_autofree char *words = NULL;

  g_object_get (self->workspace, "vault-words", &words, NULL);
  if (waiting)
    return g_strdup (
        _("The desktop’s keyring asks for its password in a window of its own. It may be behind this one."));
  if (state == CHT_WORKSPACE_VAULT_ABSENT)
    return g_strdup (
        _("Chatelaine keeps your trust chains, keys and drafts sealed in one file on this computer. The key to that "
           "file goes into the "
           "desktop’s keyring: the vault opens when you are signed in, and a stolen disk or backup shows nothing. "
           "A program that runs as you can read the keyring while it is open."));
  if (words == NULL || *words == '\0')
    return g_strdup (state == CHT_WORKSPACE_VAULT_LOCKED ? _("The vault is sealed. Unlock it to go on.") : "");
  return g_steal_pointer (&words);
}

static void
show_state (ChtVaultGate *self)
{
  ChtWorkspaceVault state = cht_workspace_get_vault_state (self->workspace);
  gboolean waiting = FALSE, opening;
  g_autofree char *words = NULL;
  g_autofree char *markup = NULL;

  g_object_get (self->workspace, "vault-waiting", &waiting, NULL);
  opening = self->opening != NULL || state == CHT_WORKSPACE_VAULT_OPENING;
  words = dup_words (self, state, waiting);
  markup = g_markup_escape_text (words, -1);
  adw_status_page_set_title (ADW_STATUS_PAGE (self->status), cht_vault_gate_title (state));
  adw_status_page_set_description (ADW_STATUS_PAGE (self->status), markup);
  gtk_widget_set_visible (self->spinner, opening);
  gtk_spinner_set_spinning (GTK_SPINNER (self->spinner), opening);
  gtk_widget_set_visible (self->create, !opening && state == CHT_WORKSPACE_VAULT_ABSENT);
  gtk_widget_set_visible (self->unlock,
                          !opening && (state == CHT_WORKSPACE_VAULT_LOCKED || state == CHT_WORKSPACE_VAULT_DAMAGED));
  gtk_button_set_label (GTK_BUTTON (self->unlock),
                        state == CHT_WORKSPACE_VAULT_DAMAGED ? _("Try again") : _("Unlock"));
  gtk_widget_set_visible (self->cancel, opening && waiting);
}

/* ---- Opening and creating ---- */

static void
done (ChtVaultGate *self, GError *error)
{
  g_autoptr (ChtProblem) problem = error != NULL ? cht_problem_from_error (error) : NULL;

  g_clear_object (&self->opening);
  /* The words of the state say the same, and are renewed with it. */
  if (problem != NULL && cht_workspace_get_vault_state (self->workspace) == CHT_WORKSPACE_VAULT_LOCKED)
    {
      g_autofree char *words = NULL;

      g_object_get (self->workspace, "vault-words", &words, NULL);
      if (words != NULL && *words != '\0')
        g_clear_object (&problem);
    }
  cht_notice_show_problem (CHT_NOTICE (self->problem), problem);
  show_state (self);
}

static void
on_unlocked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChtVaultGate) self = data;
  g_autoptr (GError) error = NULL;

  cht_workspace_unlock_vault_finish (CHT_WORKSPACE (source), result, &error);
  done (self, error);
}

static void
on_created_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChtVaultGate) self = data;
  g_autoptr (GError) error = NULL;

  cht_workspace_create_vault_finish (CHT_WORKSPACE (source), result, &error);
  done (self, error);
}

void
cht_vault_gate_unlock (ChtVaultGate *self)
{
  g_return_if_fail (CHT_IS_VAULT_GATE (self));
  if (self->opening != NULL)
    return;
  self->opening = g_cancellable_new ();
  cht_notice_show (CHT_NOTICE (self->problem), CHT_NOTICE_INFO, NULL);
  cht_workspace_unlock_vault_async (self->workspace, self->opening, on_unlocked_cb, g_object_ref (self));
  show_state (self);
}

void
cht_vault_gate_create (ChtVaultGate *self)
{
  g_return_if_fail (CHT_IS_VAULT_GATE (self));
  if (self->opening != NULL)
    return;
  self->opening = g_cancellable_new ();
  cht_notice_show (CHT_NOTICE (self->problem), CHT_NOTICE_INFO, NULL);
  cht_workspace_create_vault_async (self->workspace, "keyring", self->opening, on_created_cb, g_object_ref (self));
  show_state (self);
}

static void
on_unlock_clicked_cb (GtkButton *button, ChtVaultGate *self)
{
  cht_vault_gate_unlock (self);
}

static void
on_create_clicked_cb (GtkButton *button, ChtVaultGate *self)
{
  cht_vault_gate_create (self);
}

static void
on_cancel_clicked_cb (GtkButton *button, ChtVaultGate *self)
{
  if (self->opening != NULL)
    g_cancellable_cancel (self->opening);
}

static gboolean
cht_vault_gate_grab_focus (GtkWidget *widget)
{
  ChtVaultGate *self = CHT_VAULT_GATE (widget);
  GtkWidget *first = gtk_widget_get_visible (self->unlock)   ? self->unlock
                     : gtk_widget_get_visible (self->create) ? self->create
                                                             : self->open_file;

  return gtk_widget_grab_focus (first);
}

static void
cht_vault_gate_constructed (GObject *object)
{
  ChtVaultGate *self = CHT_VAULT_GATE (object);

  G_OBJECT_CLASS (cht_vault_gate_parent_class)->constructed (object);
  g_signal_connect_object (self->workspace, "notify::vault-state", G_CALLBACK (show_state), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->workspace, "notify::vault-words", G_CALLBACK (show_state), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->workspace, "notify::vault-waiting", G_CALLBACK (show_state), self, G_CONNECT_SWAPPED);
  show_state (self);
}

static void
cht_vault_gate_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  ChtVaultGate *self = CHT_VAULT_GATE (object);

  if (id == PROP_WORKSPACE)
    g_set_object (&self->workspace, g_value_get_object (value));
  else if (id == PROP_MENU_MODEL)
    gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (self->menu_button), g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
cht_vault_gate_finalize (GObject *object)
{
  ChtVaultGate *self = CHT_VAULT_GATE (object);

  g_clear_object (&self->opening);
  g_clear_object (&self->workspace);
  G_OBJECT_CLASS (cht_vault_gate_parent_class)->finalize (object);
}

#define BIND(child) gtk_widget_class_bind_template_child (widget_class, ChtVaultGate, child)

static void
cht_vault_gate_class_init (ChtVaultGateClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->constructed = cht_vault_gate_constructed;
  object_class->set_property = cht_vault_gate_set_property;
  object_class->finalize = cht_vault_gate_finalize;
  widget_class->grab_focus = cht_vault_gate_grab_focus;
  props[PROP_WORKSPACE] = g_param_spec_object ("workspace", NULL, NULL, CHT_TYPE_WORKSPACE,
                                               G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  props[PROP_MENU_MODEL]
      = g_param_spec_object ("menu-model", NULL, NULL, G_TYPE_MENU_MODEL, G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  g_type_ensure (CHT_TYPE_NOTICE);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/chatelaine/Chatelaine/vault/cht-vault-gate.ui");
  BIND (menu_button);
  BIND (problem);
  BIND (status);
  BIND (spinner);
  BIND (create);
  BIND (unlock);
  BIND (cancel);
  BIND (open_file);
  gtk_widget_class_bind_template_callback (widget_class, on_create_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_unlock_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_cancel_clicked_cb);
}

static void
cht_vault_gate_init (ChtVaultGate *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
cht_vault_gate_new (ChtWorkspace *workspace)
{
  return g_object_new (CHT_TYPE_VAULT_GATE, "workspace", workspace, NULL);
}
