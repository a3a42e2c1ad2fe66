/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-body.h"

#include <string.h>

struct _ChtBody {
  char *data;
  gsize size, room;
};

ChtBody *
cht_body_new (void)
{
  ChtBody *self = g_new0 (ChtBody, 1);

  self->room = 256;
  self->data = g_malloc0 (self->room);
  return self;
}

void
cht_body_free (ChtBody *self)
{
  if (self == NULL)
    return;
  cht_wipe (self->data, self->room);
  g_free (self->data);
  g_free (self);
}

char *
cht_body_get_text (ChtBody *self)
{
  return self->data;
}

gsize
cht_body_get_size (ChtBody *self)
{
  return self->size;
}

/* Never realloc(), which would leave the old bytes on the heap. */
char *
cht_body_reserve (ChtBody *self, gsize size)
{
  gsize wanted;
  char *data;

  g_assert (size < G_MAXSIZE / 4 && self->size < G_MAXSIZE / 4);
  wanted = self->size + size + 1;
  if (wanted > self->room)
    {
      wanted = MAX (wanted, self->room * 2);
      data = g_malloc (wanted);
      memcpy (data, self->data, self->size);
      cht_wipe (self->data, self->room);
      g_free (self->data);
      self->data = data;
      self->room = wanted;
    }
  self->data[self->size] = '\0';
  return self->data + self->size;
}

void
cht_body_grow (ChtBody *self, gsize size)
{
  g_assert (self->size + size < self->room);
  self->size += size;
  self->data[self->size] = '\0';
}

static void
append (ChtBody *self, const char *text, gsize size)
{
  memcpy (cht_body_reserve (self, size), text, size);
  cht_body_grow (self, size);
}

void
cht_body_append (ChtBody *self, const char *text)
{
  append (self, text, strlen (text));
}

void
cht_body_append_json (ChtBody *self, const char *text, gsize size)
{
  static const char hex[] = "0123456789abcdef";

  /* Room at once for the worst case, so that it moves at most once. */
  cht_body_reserve (self, size * 6 + 2);
  append (self, "\"", 1);
  for (gsize i = 0; i < size; i++)
    {
      guchar c = text[i];
      if (c == '"' || c == '\\')
        append (self, (char[]) { '\\', c }, 2);
      else if (c == '\n')
        append (self, "\\n", 2);
      else if (c == '\r')
        append (self, "\\r", 2);
      else if (c < 0x20 || c == 0x7f)
        append (self, (char[]) { '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15] }, 6);
      else
        append (self, (char *) &c, 1);
    }
  append (self, "\"", 1);
}

void
cht_body_append_name (ChtBody *self, const char *name)
{
  if (self->size > 0 && self->data[self->size - 1] != '{')
    append (self, ",", 1);
  cht_body_append_json (self, name, strlen (name));
  append (self, ":", 1);
}

void
cht_body_append_member (ChtBody *self, const char *name, const char *value)
{
  cht_body_append_name (self, name);
  cht_body_append_json (self, value, strlen (value));
}

void
cht_body_append_form (ChtBody *self, const char *name, const char *value, gsize size)
{
  static const char hex[] = "0123456789ABCDEF";

  cht_body_reserve (self, strlen (name) + size * 3 + 2);
  if (self->size > 0)
    append (self, "&", 1);
  cht_body_append (self, name);
  append (self, "=", 1);
  for (gsize i = 0; i < size; i++)
    {
      guchar c = value[i];
      if (g_ascii_isalnum (c) || (c != 0 && strchr ("-._~", c) != NULL))
        append (self, (char *) &c, 1);
      else
        append (self, (char[]) { '%', hex[c >> 4], hex[c & 15] }, 3);
    }
}

GBytes *
cht_body_free_to_bytes (ChtBody *self)
{
  return g_bytes_new_with_free_func (self->data, self->size, (GDestroyNotify) cht_body_free, self);
}
