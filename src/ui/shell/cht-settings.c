/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-settings.h"

struct _ChtSettings
{
  GObject parent_instance;
  GSettings *settings;     /* (nullable) */
  GSettingsSchema *schema; /* (nullable) */
};

G_DEFINE_FINAL_TYPE (ChtSettings, cht_settings, G_TYPE_OBJECT)

/* The key is there and has this type: an older schema may lack it. */
static gboolean
has_key (ChtSettings *self, const char *key, const char *type)
{
  g_autoptr (GSettingsSchemaKey) schema_key = NULL;

  if (self->schema == NULL || !g_settings_schema_has_key (self->schema, key))
    return FALSE;
  schema_key = g_settings_schema_get_key (self->schema, key);
  return g_variant_type_equal (g_settings_schema_key_get_value_type (schema_key), G_VARIANT_TYPE (type));
}

static int
get_int (ChtSettings *self, const char *key, int fallback)
{
  return has_key (self, key, "i") ? g_settings_get_int (self->settings, key) : fallback;
}

void
cht_settings_get_window (ChtSettings *self, int *width, int *height, gboolean *maximized)
{
  g_return_if_fail (CHT_IS_SETTINGS (self));
  *width = MAX (get_int (self, "window-width", CHT_WINDOW_WIDTH), 360);
  *height = MAX (get_int (self, "window-height", CHT_WINDOW_HEIGHT), 240);
  *maximized = has_key (self, "maximized", "b") && g_settings_get_boolean (self->settings, "maximized");
}

void
cht_settings_set_window (ChtSettings *self, int width, int height, gboolean maximized)
{
  g_return_if_fail (CHT_IS_SETTINGS (self));
  if (has_key (self, "maximized", "b"))
    g_settings_set_boolean (self->settings, "maximized", maximized);
  if (maximized)
    return;
  if (has_key (self, "window-width", "i"))
    g_settings_set_int (self->settings, "window-width", width);
  if (has_key (self, "window-height", "i"))
    g_settings_set_int (self->settings, "window-height", height);
}

char *
cht_settings_dup_colour_scheme (ChtSettings *self)
{
  g_autofree char *scheme = NULL;

  g_return_val_if_fail (CHT_IS_SETTINGS (self), NULL);
  if (has_key (self, "colour-scheme", "s"))
    scheme = g_settings_get_string (self->settings, "colour-scheme");
  if (g_strcmp0 (scheme, "light") != 0 && g_strcmp0 (scheme, "dark") != 0)
    return g_strdup ("follow");
  return g_steal_pointer (&scheme);
}

void
cht_settings_set_colour_scheme (ChtSettings *self, const char *scheme)
{
  g_return_if_fail (CHT_IS_SETTINGS (self));
  if (has_key (self, "colour-scheme", "s"))
    g_settings_set_string (self->settings, "colour-scheme", scheme);
}

static void
cht_settings_finalize (GObject *object)
{
  ChtSettings *self = CHT_SETTINGS (object);

  g_clear_object (&self->settings);
  g_clear_pointer (&self->schema, g_settings_schema_unref);
  G_OBJECT_CLASS (cht_settings_parent_class)->finalize (object);
}

static void
cht_settings_class_init (ChtSettingsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cht_settings_finalize;
}

static void
cht_settings_init (ChtSettings *self)
{
}

ChtSettings *
cht_settings_new (const char *schema_id)
{
  ChtSettings *self = g_object_new (CHT_TYPE_SETTINGS, NULL);
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();

  if (source != NULL)
    self->schema = g_settings_schema_source_lookup (source, schema_id, TRUE);
  if (self->schema != NULL)
    self->settings = g_settings_new_full (self->schema, NULL, NULL);
  return self;
}
