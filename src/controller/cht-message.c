/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-message.h"

#include <glib/gi18n-lib.h>

#include "cht-clock.h"
#include "cht-fault.h"

SoupMessage *
cht_message_new (const char *origin, const ChtRequest *request)
{
  char *address = g_strconcat (origin, request->path, NULL);
  SoupMessage *message = soup_message_new (request->method, address);
  SoupMessageHeaders *headers;

  cht_wipe_free (address);
  if (message == NULL)
    return NULL;
  headers = soup_message_get_request_headers (message);
  soup_message_set_flags (message, SOUP_MESSAGE_NO_REDIRECT | SOUP_MESSAGE_NEW_CONNECTION
                                       | SOUP_MESSAGE_DO_NOT_USE_AUTH_CACHE);
  soup_message_headers_replace (headers, "Accept-Encoding", "identity");
  soup_message_headers_replace (headers, "Connection", "close");
  soup_message_headers_replace (headers, "Accept", "application/json, text/plain");
  if (request->bearer != NULL)
    {
      g_autoptr (ChtBody) line = cht_body_new ();
      cht_body_append (line, "Bearer ");
      cht_body_append (line, cht_secret_get_text (request->bearer));
      soup_message_headers_replace (headers, "Authorization", cht_body_get_text (line));
    }
  if (request->body != NULL)
    soup_message_set_request_body_from_bytes (message, request->content_type, request->body);
  return message;
}

GError *
cht_message_make_too_large (const char *origin, gsize limit)
{
  return cht_fault_new (CHT_CONTROLLER_ERROR_TOO_LARGE,
                        _("The answer of %s is larger than %u MiB and was not read to its end."), origin,
                        (guint) (limit / 1024 / 1024));
}

GError *
cht_message_judge_headers (SoupMessage *message, const char *origin, gsize limit)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);
  const char *encoding = soup_message_headers_get_list (headers, "Content-Encoding");
  guint status = soup_message_get_status (message);

  if (status >= 300 && status < 400)
    return cht_fault_new (CHT_CONTROLLER_ERROR_BAD_ANSWER,
                          _("%s answers with a way to another address, which is never followed. Use the controller's "
                            "own address and port."),
                          origin);
  if (encoding != NULL && g_ascii_strcasecmp (encoding, "identity") != 0)
    return cht_fault_new (CHT_CONTROLLER_ERROR_BAD_ANSWER,
                          _("%s sent a packed answer though a plain one was asked for."), origin);
  if (soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH
      && soup_message_headers_get_content_length (headers) > (goffset) limit)
    return cht_message_make_too_large (origin, limit);
  return NULL;
}

gboolean
cht_message_is_short (SoupMessage *message, gsize size)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);

  return soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH
         && soup_message_get_status (message) != SOUP_STATUS_NO_CONTENT
         && (guint64) soup_message_headers_get_content_length (headers) != size;
}

gboolean
cht_message_is_unavailable (SoupMessage *message)
{
  switch ((guint) soup_message_get_status (message))
    {
    case SOUP_STATUS_BAD_GATEWAY:
    case SOUP_STATUS_SERVICE_UNAVAILABLE:
    case SOUP_STATUS_GATEWAY_TIMEOUT:
    case 429:
      return TRUE;
    default:
      return FALSE;
    }
}

gint64
cht_message_get_retry_after (SoupMessage *message)
{
  const char *text = soup_message_headers_get_one (soup_message_get_response_headers (message), "Retry-After");
  guint64 seconds;
  gint64 date;

  if (text == NULL)
    return -1;
  if (g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT, &seconds, NULL))
    return (gint64) seconds;
  return cht_time_from_http_like (text, &date) ? MAX (date - g_get_real_time () / G_USEC_PER_SEC, 0) : -1;
}

gint64
cht_message_get_date (SoupMessage *message)
{
  const char *text = soup_message_headers_get_one (soup_message_get_response_headers (message), "Date");
  gint64 date;

  return cht_time_from_http_like (text, &date) ? date : CHT_TIME_UNKNOWN;
}
