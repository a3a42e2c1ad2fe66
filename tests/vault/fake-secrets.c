/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-secrets.h"

#define ROOT "/org/freedesktop/secrets"
#define COLLECTION ROOT "/collection/fake"
#define ITEM COLLECTION "/1"
#define PROMPT ROOT "/prompt/1"
#define SESSION ROOT "/session/1"

static const char xml[] =
    "<node>"
    "<interface name='org.freedesktop.Secret.Service'>"
    "<method name='OpenSession'><arg type='s' direction='in'/><arg type='v' direction='in'/>"
    "<arg type='v' direction='out'/><arg type='o' direction='out'/></method>"
    "<method name='ReadAlias'><arg type='s' direction='in'/><arg type='o' direction='out'/></method>"
    "<method name='Unlock'><arg type='ao' direction='in'/><arg type='ao' direction='out'/><arg type='o' "
    "direction='out'/></method>"
    "<method name='SearchItems'><arg type='a{ss}' direction='in'/><arg type='ao' direction='out'/>"
    "<arg type='ao' direction='out'/></method>"
    "<property name='Collections' type='ao' access='read'/>"
    "</interface>"
    "<interface name='org.freedesktop.Secret.Collection'>"
    "<method name='CreateItem'><arg type='a{sv}' direction='in'/><arg type='(oayays)' direction='in'/>"
    "<arg type='b' direction='in'/><arg type='o' direction='out'/><arg type='o' direction='out'/></method>"
    "<property name='Items' type='ao' access='read'/><property name='Label' type='s' access='read'/>"
    "<property name='Locked' type='b' access='read'/><property name='Created' type='t' access='read'/>"
    "<property name='Modified' type='t' access='read'/>"
    "</interface>"
    "<interface name='org.freedesktop.Secret.Item'>"
    "<method name='GetSecret'><arg type='o' direction='in'/><arg type='(oayays)' direction='out'/></method>"
    "<method name='SetSecret'><arg type='(oayays)' direction='in'/></method>"
    "<property name='Attributes' type='a{ss}' access='read'/><property name='Label' type='s' access='read'/>"
    "<property name='Locked' type='b' access='read'/><property name='Created' type='t' access='read'/>"
    "<property name='Modified' type='t' access='read'/>"
    "</interface>"
    "<interface name='org.freedesktop.Secret.Prompt'>"
    "<method name='Prompt'><arg type='s' direction='in'/></method><method name='Dismiss'/>"
    "<signal name='Completed'><arg type='b'/><arg type='v'/></signal>"
    "</interface>"
    "</node>";

static void
complete (FakeSecrets *self, gboolean dismissed)
{
  const char *unlocked[] = { COLLECTION, NULL };

  self->locked = self->locked && dismissed;
  g_dbus_connection_emit_signal (
      self->connection, NULL, PROMPT, "org.freedesktop.Secret.Prompt", "Completed",
      g_variant_new ("(bv)", dismissed, g_variant_new_objv (unlocked, dismissed ? 0 : 1)), NULL);
}

static gboolean
on_answer_cb (gpointer data)
{
  FakeSecrets *self = data;

  self->timer = 0;
  complete (self, self->dismiss);
  return G_SOURCE_REMOVE;
}

static GVariant *
unlock (FakeSecrets *self)
{
  const char *one[] = { COLLECTION, NULL };

  return g_variant_new ("(@aoo)", g_variant_new_objv (one, self->locked ? 0 : 1), self->locked ? PROMPT : "/");
}

static GVariant *
search (FakeSecrets *self)
{
  const char *one[] = { ITEM, NULL };
  gssize found = self->secret != NULL;

  return g_variant_new ("(@ao@ao)", g_variant_new_objv (one, self->locked ? 0 : found),
                        g_variant_new_objv (one, self->locked ? found : 0));
}

/* The secret as it came, whatever session it names: there is one. */
static void
keep (FakeSecrets *self, GVariant *parameters, guint child)
{
  g_clear_pointer (&self->secret, g_variant_unref);
  self->secret = g_variant_get_child_value (parameters, child);
}

static GVariant *
create (FakeSecrets *self, GVariant *parameters)
{
  g_autoptr (GVariant) properties = g_variant_get_child_value (parameters, 0);

  self->n_created++;
  keep (self, parameters, 1);
  g_clear_pointer (&self->attributes, g_variant_unref);
  self->attributes =
      g_variant_lookup_value (properties, "org.freedesktop.Secret.Item.Attributes", G_VARIANT_TYPE ("a{ss}"));
  return g_variant_new ("(oo)", ITEM, "/");
}

static void
on_method_cb (GDBusConnection *connection,
              const char *sender,
              const char *path,
              const char *interface,
              const char *method,
              GVariant *parameters,
              GDBusMethodInvocation *invocation,
              gpointer data)
{
  FakeSecrets *self = data;
  g_autofree char *algorithm = NULL;
  GVariant *answer = NULL;

  if (g_str_equal (method, "OpenSession"))
    {
      g_variant_get_child (parameters, 0, "s", &algorithm);
      if (!g_str_equal (algorithm, "plain"))
        {
          g_dbus_method_invocation_return_error_literal (invocation, G_DBUS_ERROR, G_DBUS_ERROR_NOT_SUPPORTED,
                                                         "plain only");
          return;
        }
      answer = g_variant_new ("(vo)", g_variant_new_string (""), SESSION);
    }
  else if (g_str_equal (method, "ReadAlias"))
    answer = g_variant_new ("(o)", self->no_alias ? "/" : COLLECTION);
  else if (g_str_equal (method, "Unlock"))
    answer = unlock (self);
  else if (g_str_equal (method, "SearchItems"))
    answer = search (self);
  else if (g_str_equal (method, "CreateItem"))
    answer = create (self, parameters);
  else if (g_str_equal (method, "GetSecret") && ++self->n_read > 0)
    answer = g_variant_new ("(@(oayays))", self->secret);
  else if (g_str_equal (method, "SetSecret") && ++self->n_stored > 0)
    keep (self, parameters, 0);
  else if (g_str_equal (method, "Prompt") && ++self->n_prompts > 0)
    self->timer = g_timeout_add (self->delay, on_answer_cb, self);
  else if (g_str_equal (method, "Dismiss") && ++self->n_dismissed > 0)
    {
      g_clear_handle_id (&self->timer, g_source_remove);
      complete (self, TRUE);
    }
  g_dbus_method_invocation_return_value (invocation, answer);
}

static GVariant *
on_property_cb (GDBusConnection *connection,
                const char *sender,
                const char *path,
                const char *interface,
                const char *name,
                GError **error,
                gpointer data)
{
  FakeSecrets *self = data;
  const char *collection[] = { COLLECTION, NULL }, *item[] = { ITEM, NULL };

  if (g_str_equal (name, "Collections"))
    return g_variant_new_objv (collection, 1);
  if (g_str_equal (name, "Items"))
    return g_variant_new_objv (item, self->secret != NULL);
  if (g_str_equal (name, "Attributes"))
    return g_variant_ref (self->attributes);
  if (g_str_equal (name, "Locked"))
    return g_variant_new_boolean (self->locked);
  if (g_str_equal (name, "Label"))
    return g_variant_new_string ("Fake");
  return g_variant_new_uint64 (1);
}

static void
on_owned_cb (GDBusConnection *connection, const char *name, gpointer data)
{
  *(gboolean *) data = TRUE;
}

FakeSecrets *
fake_secrets_new (GDBusConnection *connection)
{
  static const char *const paths[] = { ROOT, COLLECTION, ITEM, PROMPT };
  static const GDBusInterfaceVTable table = { on_method_cb, on_property_cb, NULL, { 0 } };
  FakeSecrets *self = g_new0 (FakeSecrets, 1);
  gboolean owned = FALSE;

  self->connection = g_object_ref (connection);
  self->nodes = g_dbus_node_info_new_for_xml (xml, NULL);
  self->objects = g_array_new (FALSE, FALSE, sizeof (guint));
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      guint id = g_dbus_connection_register_object (connection, paths[i], self->nodes->interfaces[i], &table,
                                                    self, NULL, NULL);

      g_assert_cmpuint (id, >, 0);
      g_array_append_val (self->objects, id);
    }
  self->name = g_bus_own_name_on_connection (connection, "org.freedesktop.secrets",
                                             G_BUS_NAME_OWNER_FLAGS_NONE, on_owned_cb, NULL, &owned, NULL);
  while (!owned)
    g_main_context_iteration (NULL, TRUE);
  return self;
}

void
fake_secrets_free (FakeSecrets *self)
{
  g_bus_unown_name (self->name);
  for (guint i = 0; i < self->objects->len; i++)
    g_dbus_connection_unregister_object (self->connection, g_array_index (self->objects, guint, i));
  g_clear_handle_id (&self->timer, g_source_remove);
  g_array_unref (self->objects);
  g_dbus_node_info_unref (self->nodes);
  g_clear_pointer (&self->secret, g_variant_unref);
  g_clear_pointer (&self->attributes, g_variant_unref);
  g_object_unref (self->connection);
  g_free (self);
}
