/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why all is judged here again, though GTls judges too: where one flag is set, GTls does not promise to set the
 * others, so whoever excuses an unknown CA has to look for name and dates by himself; and it asks nobody where a
 * public CA signed the certificate.
 */
#include "cht-handshake.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "cht-fault.h"
#include "cht-text.h"

#define MAX_CHAIN 32

void
cht_server_identity_free (ChtServerIdentity *identity)
{
  if (identity == NULL)
    return;
  g_free (identity->pin);
  g_clear_object (&identity->certificate);
  g_clear_pointer (&identity->chain, g_ptr_array_unref);
  g_free (identity);
}

static gboolean
take (GError **error, GError *fault)
{
  g_propagate_error (error, fault);
  return FALSE;
}

static ChtCertificate *
read_certificate (GTlsCertificate *tls)
{
  g_autoptr (GByteArray) array = NULL;
  g_autoptr (GBytes) der = NULL;

  g_object_get (tls, "certificate", &array, NULL);
  if (array == NULL)
    return NULL;
  der = g_byte_array_free_to_bytes (g_steal_pointer (&array));
  return cht_certificate_new_from_der (der, NULL);
}

static ChtServerIdentity *
read_identity (GTlsCertificate *peer, const ChtUrl *url, GError **error)
{
  g_autoptr (ChtServerIdentity) identity = g_new0 (ChtServerIdentity, 1);

  identity->chain = g_ptr_array_new_with_free_func (g_object_unref);
  for (GTlsCertificate *at = peer; at != NULL && identity->chain->len < MAX_CHAIN;
       at = g_tls_certificate_get_issuer (at))
    {
      g_autoptr (ChtCertificate) certificate = read_certificate (at);
      if (certificate == NULL)
        break;
      g_ptr_array_add (identity->chain, g_steal_pointer (&certificate));
    }
  if (identity->chain->len == 0)
    {
      take (error, cht_fault_new (CHT_CONTROLLER_ERROR_TLS,
                                  _("The certificate that %s shows cannot be read. Nothing was sent."), url->origin));
      return NULL;
    }
  identity->certificate = g_object_ref (g_ptr_array_index (identity->chain, 0));
  identity->pin = g_strdup (cht_certificate_get_spki_sha256 (identity->certificate));
  return g_steal_pointer (&identity);
}

static gboolean
judge_pin (const ChtServerIdentity *identity, const ChtUrl *url, const char *pin, GError **error)
{
  g_autofree char *kept = NULL, *shown = NULL;

  if (g_str_equal (identity->pin, pin))
    return TRUE;
  kept = cht_text_fingerprint (pin);
  shown = cht_text_fingerprint (identity->pin);
  return take (error, cht_fault_new (CHT_CONTROLLER_ERROR_PIN,
                                     _("%s shows another key than the one that is kept for it. Nothing was sent. "
                                       "Ask whether its web certificate was changed before you trust the new key. "
                                       "Kept: %s. Shown: %s."),
                                     url->origin, kept, shown));
}

static gboolean
judge_dates (const ChtServerIdentity *identity, const ChtUrl *url, GError **error)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  gint64 from = cht_certificate_get_not_before (identity->certificate),
         to = cht_certificate_get_not_after (identity->certificate);
  g_autofree char *date = cht_time_describe_date (now > to ? to : from);

  if (now > to)
    return take (error, cht_fault_new (CHT_CONTROLLER_ERROR_EXPIRED,
                                       _("The certificate of %s is the right one, but it expired on %s. Nothing was "
                                         "sent. Renew it, or check this machine's clock."),
                                       url->origin, date));
  if (now < from)
    return take (error, cht_fault_new (CHT_CONTROLLER_ERROR_EXPIRED,
                                       _("The certificate of %s is the right one, but it is valid only from %s on. "
                                         "Nothing was sent. Check this machine's clock."),
                                       url->origin, date));
  return TRUE;
}

static gboolean
refuse_name (const ChtServerIdentity *identity, const ChtUrl *url, GError **error)
{
  const char *const *names = cht_certificate_get_alternative_names (identity->certificate);
  g_autofree char *joined = names[0] != NULL ? g_strjoinv (", ", (char **) names)
                                             : g_strdup (cht_certificate_get_label (identity->certificate));
  g_autofree char *shown = cht_text_for_display (joined);

  return take (error, cht_fault_new (CHT_CONTROLLER_ERROR_NAME,
                                     _("The key of %s is the right one, but its certificate is made out to another "
                                       "name: %s. Nothing was sent. Use one of these names as the address."),
                                     url->origin, shown));
}

/* Without a CA to ask, this tells of the name alone. */
static gboolean
judge_name (GTlsCertificate *peer, const ChtServerIdentity *identity, const ChtUrl *url, GError **error)
{
  g_autoptr (GSocketConnectable) address = g_network_address_new (url->host, url->port);

  if (g_tls_certificate_verify (peer, address, NULL) & G_TLS_CERTIFICATE_BAD_IDENTITY)
    return refuse_name (identity, url, error);
  return TRUE;
}

ChtServerIdentity *
cht_handshake_judge (GTlsConnection *tls, const ChtUrl *url, const char *pin, GError **error)
{
  GTlsCertificate *peer = g_tls_connection_get_peer_certificate (tls);
  GTlsProtocolVersion version = g_tls_connection_get_protocol_version (tls);
  g_autoptr (ChtServerIdentity) identity = NULL;

  if (peer == NULL || (version != G_TLS_PROTOCOL_VERSION_TLS_1_2 && version != G_TLS_PROTOCOL_VERSION_TLS_1_3))
    {
      take (error, cht_fault_new (CHT_CONTROLLER_ERROR_TLS,
                                  _("%s offers neither TLS 1.2 nor 1.3. Nothing was sent."), url->origin));
      return NULL;
    }
  identity = read_identity (peer, url, error);
  if (identity == NULL)
    return NULL;
  if (pin != NULL && (!judge_pin (identity, url, pin, error) || !judge_dates (identity, url, error)
                      || !judge_name (peer, identity, url, error)))
    return NULL;
  return g_steal_pointer (&identity);
}

gboolean
cht_handshake_excuse (GTlsCertificate *peer, GTlsCertificateFlags errors, const ChtUrl *url, const char *pin,
                      GError **error)
{
  g_autoptr (ChtServerIdentity) identity = NULL;

  if (pin == NULL)
    return TRUE;
  identity = read_identity (peer, url, error);
  if (identity == NULL || !judge_pin (identity, url, pin, error) || !judge_dates (identity, url, error)
      || !judge_name (peer, identity, url, error))
    return FALSE;
  if ((errors & G_TLS_CERTIFICATE_BAD_IDENTITY) != 0)
    return refuse_name (identity, url, error);
  if ((errors & (G_TLS_CERTIFICATE_EXPIRED | G_TLS_CERTIFICATE_NOT_ACTIVATED)) != 0)
    return take (error, cht_fault_new (CHT_CONTROLLER_ERROR_EXPIRED,
                                       _("A certificate in the chain that %s shows is expired or not yet valid. "
                                         "Nothing was sent. Renew it, or check this machine's clock."),
                                       url->origin));
  if ((errors & ~G_TLS_CERTIFICATE_UNKNOWN_CA) != 0)
    return take (error, cht_fault_new (CHT_CONTROLLER_ERROR_TLS,
                                       _("The certificate of %s is revoked, too weak or not made for a web server. "
                                         "Nothing was sent."),
                                       url->origin));
  return TRUE;
}
