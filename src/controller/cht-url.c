/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A parser of our own: GUri takes a zone ("[fe80::1%eth0]") that libsoup then cannot send, keeps a trailing dot,
 * which fails identity, and reads "127.1" as a name that the resolver turns into an address. What browsers and
 * proxies read in different ways is refused, not guessed.
 */
#include "cht-url.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "cht-client.h"

#define MAX_TEXT 8192
#define MAX_HOST 253
#define MAX_LABEL 63

static gpointer
refuse (GError **error, const char *message)
{
  g_set_error_literal (error, CHT_CONTROLLER_ERROR, CHT_CONTROLLER_ERROR_USAGE, message);
  return NULL;
}

/* What stands behind the scheme, or NULL. */
static const char *
skip_scheme (const char *text, GError **error)
{
  const char *mark = strstr (text, "://");
  gsize before = strcspn (text, "/?#");

  if (mark == NULL || (gsize) (mark - text) + 1 != before)
    return g_str_has_prefix (text, "//") ? text + 2 : text;
  if (mark - text == 5 && g_ascii_strncasecmp (text, "https", 5) == 0)
    return mark + 3;
  if (mark - text == 4 && g_ascii_strncasecmp (text, "http", 4) == 0)
    return refuse (error, _("The address begins with http://, which is not encrypted. Write https:// instead."));
  return refuse (error, _("The address of a controller begins with https://."));
}

/* "" and NULL are the default. */
static gboolean
parse_port (const char *text, guint16 *port)
{
  guint64 number = CHT_URL_DEFAULT_PORT;

  if (text != NULL && text[0] != '\0'
      && (strlen (text) > 5 || !g_ascii_string_to_unsigned (text, 10, 1, 65535, &number, NULL)))
    return FALSE;
  *port = number;
  return TRUE;
}

static char *
parse_ipv6 (const char *text, GError **error)
{
  g_autoptr (GInetAddress) address = NULL;

  if (strchr (text, '%') != NULL)
    return refuse (error, _("The address names a network interface behind “%”, which cannot be sent to a "
                            "controller. Use its name or an address without an interface."));
  address = g_inet_address_new_from_string (text);
  if (address == NULL || g_inet_address_get_family (address) != G_SOCKET_FAMILY_IPV6)
    return refuse (error,
                   _("What stands in the address is no IPv6 address. Write it like https://[2001:db8::1]:30603."));
  return g_inet_address_to_string (address);
}

/* A name whose last label is a number is an IPv4 address to every resolver, in forms such as 127.1 and 0x7f000001. */
static gboolean
ends_in_number (const char *host)
{
  const char *label = strrchr (host, '.');

  label = label != NULL ? label + 1 : host;
  if (label[0] == '0' && label[1] == 'x')
    return TRUE;
  return label[0] != '\0' && strspn (label, "0123456789") == strlen (label);
}

static gboolean
is_ipv4 (const char *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);
  g_autofree char *again = NULL;

  if (address == NULL || g_inet_address_get_family (address) != G_SOCKET_FAMILY_IPV4)
    return FALSE;
  again = g_inet_address_to_string (address);
  return g_str_equal (again, host);
}

static gboolean
is_name (const char *host)
{
  g_auto (GStrv) labels = g_strsplit (host, ".", -1);

  if (host[0] == '\0' || strlen (host) > MAX_HOST)
    return FALSE;
  for (guint i = 0; labels[i] != NULL; i++)
    {
      gsize size = strlen (labels[i]);
      if (size == 0 || size > MAX_LABEL || labels[i][0] == '-' || labels[i][size - 1] == '-')
        return FALSE;
      for (gsize at = 0; at < size; at++)
        if (!g_ascii_isalnum (labels[i][at]) && labels[i][at] != '-' && labels[i][at] != '_')
          return FALSE;
    }
  return TRUE;
}

static char *
parse_name (const char *text, GError **error)
{
  g_autofree char *ascii = g_hostname_to_ascii (text);
  g_autofree char *host = ascii != NULL ? g_ascii_strdown (ascii, -1) : NULL;

  if (host != NULL && g_str_has_suffix (host, "."))
    host[strlen (host) - 1] = '\0';
  if (host == NULL || !is_name (host) || (ends_in_number (host) && !is_ipv4 (host)))
    return refuse (error, _("The address holds no host that could be reached. Write it like "
                            "https://controller.example.com:30603 or https://192.0.2.10:30603."));
  return g_steal_pointer (&host);
}

/* HOST and PORT (nullable) out of "host:port", "[v6]:port" or a bare v6. */
static gboolean
split_authority (const char *text, char **host, char **port, gboolean *ipv6)
{
  const char *colon = strchr (text, ':');

  *ipv6 = TRUE;
  if (text[0] == '[')
    {
      const char *end = strchr (text, ']');
      if (end == NULL || (end[1] != '\0' && end[1] != ':'))
        return FALSE;
      *host = g_strndup (text + 1, end - text - 1);
      *port = end[1] == ':' ? g_strdup (end + 2) : NULL;
      return TRUE;
    }
  if (colon != NULL && strchr (colon + 1, ':') != NULL)
    {
      *host = g_strdup (text);
      return TRUE;
    }
  *ipv6 = FALSE;
  *host = colon != NULL ? g_strndup (text, colon - text) : g_strdup (text);
  *port = colon != NULL ? g_strdup (colon + 1) : NULL;
  return TRUE;
}

static gboolean
is_clean (const char *text)
{
  if (strlen (text) > MAX_TEXT || !g_utf8_validate (text, -1, NULL))
    return FALSE;
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);
      if (c == '\\' || g_unichar_isspace (c) || g_unichar_iscntrl (c) || g_unichar_type (c) == G_UNICODE_FORMAT)
        return FALSE;
    }
  return TRUE;
}

ChtUrl *
cht_url_parse (const char *text, GError **error)
{
  g_autoptr (ChtUrl) self = g_new0 (ChtUrl, 1);
  g_autofree char *copy = g_strdup (text != NULL ? text : "");
  g_autofree char *authority = NULL, *host = NULL, *port = NULL;
  const char *rest;
  gboolean ipv6;

  g_strstrip (copy);
  if (copy[0] == '\0')
    return refuse (error,
                   _("The address of the controller is empty. Write it like https://controller.example.com:30603."));
  if (!is_clean (copy))
    return refuse (error, _("The address of the controller holds spaces or characters that no address has. Write it "
                            "like https://controller.example.com:30603."));
  rest = skip_scheme (copy, error);
  if (rest == NULL)
    return NULL;
  authority = g_strndup (rest, strcspn (rest, "/?#"));
  if (strchr (authority, '@') != NULL)
    return refuse (error, _("The address holds a user name or password before “@”. Leave them out: they are asked "
                            "for by themselves."));
  if (!split_authority (authority, &host, &port, &ipv6))
    return refuse (error, _("The brackets in the address do not match. Write it like https://[2001:db8::1]:30603."));
  if (!parse_port (port, &self->port))
    return refuse (error, _("The port in the address is not a number from 1 to 65535."));
  self->host = ipv6 ? parse_ipv6 (host, error) : parse_name (host, error);
  if (self->host == NULL)
    return NULL;
  self->origin = g_strdup_printf (ipv6 ? "https://[%s]:%u" : "https://%s:%u", self->host, self->port);
  return g_steal_pointer (&self);
}

void
cht_url_free (ChtUrl *self)
{
  if (self == NULL)
    return;
  g_free (self->host);
  g_free (self->origin);
  g_free (self);
}

gboolean
cht_url_is_loopback (const ChtUrl *self)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (self->host);

  if (address != NULL)
    return g_inet_address_get_is_loopback (address);
  return g_str_equal (self->host, "localhost") || g_str_has_suffix (self->host, ".localhost");
}
