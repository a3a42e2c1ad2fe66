/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What went wrong on the way to a controller and back, in words. Private to this room. */
#pragma once

#include "cht-client.h"

G_BEGIN_DECLS

/* How far a try had come. */
typedef enum {
  CHT_STAGE_LOOKING,     /* proxy and name looked up */
  CHT_STAGE_CONNECTING,
  CHT_STAGE_CONNECTED,   /* to the controller or to a proxy, no TLS yet */
  CHT_STAGE_JUDGED,      /* TLS stands, and it is the right server */
  CHT_STAGE_SENT,        /* request bytes may have left */
} ChtStage;

typedef struct {
  const char *host;   /* "host:port" */
  const char *proxy;  /* nullable: the way goes through it */
  ChtStage stage;
} ChtFaultPlace;

GError *cht_fault_new (ChtControllerError code, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* An error of GIO's, GTls's or libsoup's. (transfer full) */
GError *cht_fault_from_io (const GError *io, const ChtFaultPlace *place);
/* Our own deadline ran out. (transfer full) */
GError *cht_fault_from_silence (const ChtFaultPlace *place);
/* An answer that came without TLS: STATUS is the proxy's, whatever it says. (transfer full) */
GError *cht_fault_from_proxy (guint status, const ChtFaultPlace *place);
/* A write had left when CAUSE (nullable) happened. (transfer full) */
GError *cht_fault_lost (const GError *cause, const char *host);

/* The controller's own words out of an error answer: error, message or detail of a JSON object, else one short line
 * of plain text;
 * "" where there are none. Fit to show. (transfer full) */
char *cht_fault_read_words (const char *text, gsize size);

/* "in 20 seconds", "in 3 minutes" (transfer full) */
char *cht_fault_describe_wait (gint64 seconds);

G_END_DECLS
