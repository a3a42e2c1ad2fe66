/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-fault.h"

#include <glib/gi18n-lib.h>
#include <libsoup/soup.h>
#include <string.h>

#include "cht-json.h"
#include "cht-json-scan.h"
#include "cht-text.h"

G_DEFINE_QUARK (cht-controller-error-quark, cht_controller_error)

GError *
cht_fault_new (ChtControllerError code, const char *format, ...)
{
  va_list arguments;
  GError *error;

  va_start (arguments, format);
  error = g_error_new_valist (CHT_CONTROLLER_ERROR, code, format, arguments);
  va_end (arguments);
  return error;
}

static GError *
unreachable (const GError *io, const ChtFaultPlace *place)
{
  const char *host = place->host;

  if (place->proxy != NULL)
    return cht_fault_new (
        CHT_CONTROLLER_ERROR_UNREACHABLE,
        _("%s could not be reached through the proxy %s. Check the proxy in the network settings, or whether this "
          "controller needs one."),
        host, place->proxy);
  if (io->domain == G_RESOLVER_ERROR || g_error_matches (io, G_IO_ERROR, G_IO_ERROR_HOST_NOT_FOUND))
    return cht_fault_new (
        CHT_CONTROLLER_ERROR_UNREACHABLE,
        _("The name of %s was not found from this machine. Check its spelling, or use the controller's address."),
        host);
  if (g_error_matches (io, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
    return cht_fault_new (CHT_CONTROLLER_ERROR_UNREACHABLE,
                          _("%s refused the connection: nothing listens at this port. Check the port and whether "
                            "the controller runs."),
                          host);
  if (g_error_matches (io, G_IO_ERROR, G_IO_ERROR_HOST_UNREACHABLE)
      || g_error_matches (io, G_IO_ERROR, G_IO_ERROR_NETWORK_UNREACHABLE))
    return cht_fault_new (CHT_CONTROLLER_ERROR_UNREACHABLE,
                          _("No way leads from this machine to %s. Check the network connection or the VPN."), host);
  return cht_fault_new (
      CHT_CONTROLLER_ERROR_UNREACHABLE,
      _("No connection to %s could be made. Check the address, the network and whether the controller runs."), host);
}

static gboolean
is_proxy_error (const GError *io)
{
  return io->domain == G_IO_ERROR
         && (io->code == G_IO_ERROR_PROXY_FAILED || io->code == G_IO_ERROR_PROXY_AUTH_FAILED
             || io->code == G_IO_ERROR_PROXY_NEED_AUTH || io->code == G_IO_ERROR_PROXY_NOT_ALLOWED);
}

GError *
cht_fault_from_io (const GError *io, const ChtFaultPlace *place)
{
  if (place->stage == CHT_STAGE_SENT)
    {
      if (io->domain == SOUP_SESSION_ERROR || io->domain == G_CONVERT_ERROR)
        return cht_fault_new (CHT_CONTROLLER_ERROR_BAD_ANSWER,
                              _("%s does not answer as a web server does. Check the address and the port."),
                              place->host);
      return cht_fault_new (CHT_CONTROLLER_ERROR_BAD_ANSWER,
                            _("The connection to %s ended before its answer was complete. Try again."), place->host);
    }
  if (is_proxy_error (io))
    return unreachable (io, place);
  if (place->stage < CHT_STAGE_CONNECTED && io->domain != G_TLS_ERROR)
    return unreachable (io, place);
  if (place->proxy != NULL && io->domain != G_TLS_ERROR)
    return unreachable (io, place);
  return cht_fault_new (
      CHT_CONTROLLER_ERROR_TLS,
      _("No encrypted connection to %s could be made: it offers neither TLS 1.2 nor 1.3, or what answers there does "
        "not speak TLS. Check the port."),
      place->host);
}

GError *
cht_fault_from_silence (const ChtFaultPlace *place)
{
  if (place->stage < CHT_STAGE_CONNECTED)
    return cht_fault_new (
        CHT_CONTROLLER_ERROR_UNREACHABLE,
        place->stage == CHT_STAGE_LOOKING
            ? _("The name of %s, or the proxy for it, was not found in time. Check the address, the name service "
                "and the proxy settings.")
            : _("%s does not answer to connections. Check the address, the port and the network between."),
        place->host);
  if (place->proxy != NULL && place->stage == CHT_STAGE_CONNECTED)
    return cht_fault_new (
        CHT_CONTROLLER_ERROR_TIMEOUT,
        _("The proxy %s took the connection to %s and stays silent. Check the proxy, or try again later."),
        place->proxy, place->host);
  return cht_fault_new (
      CHT_CONTROLLER_ERROR_TIMEOUT,
      _("%s took the connection and stays silent. It may be starting or overloaded: try again later."), place->host);
}

GError *
cht_fault_from_proxy (guint status, const ChtFaultPlace *place)
{
  const char *proxy = place->proxy != NULL ? place->proxy : _("of this network");

  if (status == SOUP_STATUS_PROXY_AUTHENTICATION_REQUIRED || status == SOUP_STATUS_UNAUTHORIZED)
    return cht_fault_new (
        CHT_CONTROLLER_ERROR_UNREACHABLE,
        _("The proxy %s wants a user name and password of its own before it lets anybody through to %s. The "
          "controller's password was not given to it."),
        proxy, place->host);
  if (status == SOUP_STATUS_FORBIDDEN)
    return cht_fault_new (CHT_CONTROLLER_ERROR_UNREACHABLE,
                          _("The proxy %s does not let anybody through to %s. Ask for a way past it."), proxy,
                          place->host);
  return cht_fault_new (CHT_CONTROLLER_ERROR_UNREACHABLE,
                        _("The proxy %s could not reach %s (answer %u). The controller itself said nothing."), proxy,
                        place->host, status);
}

GError *
cht_fault_lost (const GError *cause, const char *host)
{
  if (cause == NULL)
    return cht_fault_new (CHT_CONTROLLER_ERROR_LOST,
                          _("What was sent to %s may have taken effect: its answer is not known."), host);
  return cht_fault_new (CHT_CONTROLLER_ERROR_LOST,
                        _("What was sent to %s may have taken effect: its answer is not known. %s"), host,
                        cause->message);
}

/* NULL where it is no JSON object. Some services put their words a level down. */
static char *
read_json_words (const char *text, gsize size)
{
  static const char *const names[] = { "error", "message", "Message", "detail", "error_description", NULL };
  g_autoptr (JsonNode) root = cht_json_parse (text, size, "", NULL);
  JsonObject *object = root != NULL ? json_node_get_object (root) : NULL;
  JsonObject *places[] = { object, cht_json_get_object (object, "response"), cht_json_get_object (object, "error") };

  if (object == NULL)
    return NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autofree char *words = cht_json_dup_words (places[i], names);
      if (words[0] != '\0')
        return g_steal_pointer (&words);
    }
  return g_strdup ("");
}

char *
cht_fault_read_words (const char *text, gsize size)
{
  g_autofree char *plain = read_json_words (text, size);

  if (plain != NULL)
    return g_steal_pointer (&plain);
  /* A web page or a dump helps nobody. */
  if (size == 0 || size > 1000 || memchr (text, '<', size) != NULL || memchr (text, '{', size) != NULL
      || !g_utf8_validate_len (text, size, NULL))
    return g_strdup ("");
  plain = g_strndup (text, size);
  return cht_json_shape_words (plain);
}

char *
cht_fault_describe_wait (gint64 seconds)
{
  if (seconds < 120)
    return g_strdup_printf (ngettext ("in %d second", "in %d seconds", (gulong) MAX (seconds, 1)),
                            (int) MAX (seconds, 1));
  seconds = MIN (seconds / 60 + (seconds % 60 != 0), 100000);
  return g_strdup_printf (ngettext ("in %d minute", "in %d minutes", (gulong) seconds), (int) seconds);
}
