/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-record-fields.h"

static GQuark cht_record_fields_quark (void);
G_DEFINE_QUARK (cht-record-fields, cht_record_fields)

static const ChtRecordField *
get_fields (gpointer object)
{
  return g_type_get_qdata (G_OBJECT_TYPE (object), cht_record_fields_quark ());
}

static void
on_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  const ChtRecordField *field = &get_fields (object)[id - 1];
  gconstpointer place = G_STRUCT_MEMBER_P (object, field->offset);

  switch (field->kind)
    {
    case CHT_RECORD_STRING:
      g_value_set_string (value, *(char *const *) place);
      break;
    case CHT_RECORD_STRINGS:
      g_value_set_boxed (value, *(char **const *) place);
      break;
    case CHT_RECORD_INT:
      g_value_set_int (value, *(const int *) place);
      break;
    case CHT_RECORD_UINT:
      g_value_set_uint (value, *(const guint *) place);
      break;
    case CHT_RECORD_TIME:
      g_value_set_int64 (value, *(const gint64 *) place);
      break;
    case CHT_RECORD_BOOLEAN:
      g_value_set_boolean (value, *(const gboolean *) place);
      break;
    case CHT_RECORD_DOUBLE:
      g_value_set_double (value, *(const double *) place);
      break;
    default:
      g_assert_not_reached ();
    }
}

static void
on_finalize (GObject *object)
{
  for (const ChtRecordField *field = get_fields (object); field->name != NULL; field++)
    {
      gpointer place = G_STRUCT_MEMBER_P (object, field->offset);
      if (field->kind == CHT_RECORD_STRING)
        g_clear_pointer ((char **) place, g_free);
      else if (field->kind == CHT_RECORD_STRINGS)
        g_clear_pointer ((char ***) place, g_strfreev);
    }
  ((GObjectClass *) g_type_class_peek (G_TYPE_OBJECT))->finalize (object);
}

static GParamSpec *
make_pspec (const ChtRecordField *field)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  switch (field->kind)
    {
    case CHT_RECORD_STRING:
      return g_param_spec_string (field->name, NULL, NULL, NULL, flags);
    case CHT_RECORD_STRINGS:
      return g_param_spec_boxed (field->name, NULL, NULL, G_TYPE_STRV, flags);
    case CHT_RECORD_INT:
      return g_param_spec_int (field->name, NULL, NULL, G_MININT, G_MAXINT, 0, flags);
    case CHT_RECORD_UINT:
      return g_param_spec_uint (field->name, NULL, NULL, 0, G_MAXUINT, 0, flags);
    case CHT_RECORD_TIME:
      return g_param_spec_int64 (field->name, NULL, NULL, G_MININT64, G_MAXINT64, 0, flags);
    case CHT_RECORD_BOOLEAN:
      return g_param_spec_boolean (field->name, NULL, NULL, FALSE, flags);
    case CHT_RECORD_DOUBLE:
      return g_param_spec_double (field->name, NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, 0, flags);
    default:
      g_assert_not_reached ();
    }
}

void
cht_record_class_install (gpointer klass, const ChtRecordField *fields)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  g_type_set_qdata (G_TYPE_FROM_CLASS (klass), cht_record_fields_quark (), (gpointer) fields);
  object_class->get_property = on_get_property;
  object_class->finalize = on_finalize;
  for (guint i = 0; fields[i].name != NULL; i++)
    g_object_class_install_property (object_class, i + 1, make_pspec (&fields[i]));
}

static gboolean
merge_strings (char ***target, char **source)
{
  if (*target != NULL && source != NULL && g_strv_equal ((const char *const *) *target, (const char *const *) source))
    return FALSE;
  if (*target == source)
    return FALSE;
  g_strfreev (*target);
  *target = g_strdupv (source);
  return TRUE;
}

static gsize
get_size (ChtRecordKind kind)
{
  switch (kind)
    {
    case CHT_RECORD_TIME:
      return sizeof (gint64);
    case CHT_RECORD_DOUBLE:
      return sizeof (double);
    case CHT_RECORD_STRING:
    case CHT_RECORD_STRINGS:
    case CHT_RECORD_INT:
    case CHT_RECORD_UINT:
    case CHT_RECORD_BOOLEAN:
    default:
      return sizeof (int);
    }
}

static gboolean
merge_field (const ChtRecordField *field, gpointer target, gconstpointer source)
{
  if (field->kind == CHT_RECORD_STRING)
    {
      char **text = target;
      if (g_strcmp0 (*text, *(char *const *) source) == 0)
        return FALSE;
      g_free (*text);
      *text = g_strdup (*(char *const *) source);
      return TRUE;
    }
  if (field->kind == CHT_RECORD_STRINGS)
    return merge_strings (target, *(char **const *) source);
  if (memcmp (target, source, get_size (field->kind)) == 0)
    return FALSE;
  memcpy (target, source, get_size (field->kind));
  return TRUE;
}

gboolean
cht_record_merge (gpointer target, gpointer source)
{
  g_return_val_if_fail (G_OBJECT_TYPE (target) == G_OBJECT_TYPE (source), FALSE);

  gboolean changed = FALSE;
  g_object_freeze_notify (target);
  for (const ChtRecordField *field = get_fields (target); field->name != NULL; field++)
    if (merge_field (field, G_STRUCT_MEMBER_P (target, field->offset), G_STRUCT_MEMBER_P (source, field->offset)))
      {
        changed = TRUE;
        g_object_notify (target, field->name);
      }
  g_object_thaw_notify (target);
  return changed;
}

static const char *
get_key (gpointer object, const char *key)
{
  for (const ChtRecordField *field = get_fields (object); field->name != NULL; field++)
    if (g_str_equal (field->name, key))
      return G_STRUCT_MEMBER (char *, object, field->offset);
  g_assert_not_reached ();
}

/* Objects of STORE by key; the keys are theirs. */
static GHashTable *
index_store (GListStore *store, const char *key)
{
  GHashTable *known = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (store)); i++)
    {
      GObject *object = g_list_model_get_item (G_LIST_MODEL (store), i);
      g_hash_table_replace (known, (gpointer) get_key (object, key), object);
    }
  return known;
}

static void
remove_gone (GListStore *store, GPtrArray *fresh, const char *key)
{
  g_autoptr (GHashTable) wanted = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < fresh->len; i++)
    g_hash_table_add (wanted, (gpointer) get_key (fresh->pdata[i], key));
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (store)); i > 0; i--)
    {
      g_autoptr (GObject) object = g_list_model_get_item (G_LIST_MODEL (store), i - 1);
      if (!g_hash_table_contains (wanted, get_key (object, key)))
        g_list_store_remove (store, i - 1);
    }
}

void
cht_record_merge_store (GListStore *store, GPtrArray *fresh, const char *key, gboolean keep_others)
{
  g_return_if_fail (G_IS_LIST_STORE (store) && fresh != NULL && key != NULL);

  if (!keep_others)
    remove_gone (store, fresh, key);
  g_autoptr (GHashTable) known = index_store (store, key);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  guint position = 0;
  for (guint i = 0; i < fresh->len; i++)
    {
      const char *name = get_key (fresh->pdata[i], key);
      GObject *there = g_hash_table_lookup (known, name);
      g_autoptr (GObject) at = g_list_model_get_item (G_LIST_MODEL (store), position);

      if (!g_hash_table_add (seen, (gpointer) name))
        continue;  /* the first of one name counts */
      if (there == NULL)
        {
          g_list_store_insert (store, position++, fresh->pdata[i]);
          continue;
        }
      cht_record_merge (there, fresh->pdata[i]);
      if (keep_others)
        continue;
      if (there != at)
        {
          guint old;
          if (g_list_store_find (store, there, &old))
            g_list_store_remove (store, old);
          g_list_store_insert (store, position, there);
        }
      position++;
    }
}
