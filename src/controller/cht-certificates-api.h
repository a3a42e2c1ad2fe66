/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The certificate family: cert/role, cert/label, cert/summary, cert/detail, cert/assoc, cert/export, cert/update,
 * cert/web/msg. Strings are the controller's own, UTF-8, not made fit to show; an absent field is "" (never NULL
 * unless said so). */
#pragma once

#include "cht-client.h"

G_BEGIN_DECLS

typedef struct { char *role_name, *display_name; } ChtApiRole;
typedef struct { gboolean present, mandatory; char *label; } ChtApiLabel;  /* label: magnetic_name, else name */
typedef struct { ChtApiLabel trust, certificate, key, passphrase; } ChtApiLabels;
typedef struct {
  char *name, *role_name, *role_display_name;
  char *expires_text, *updated_text;
  gint64 expires, updated;             /* CHT_TIME_UNKNOWN where the text was not understood */
  char *updated_by, *auth_type, *display;  /* display: cert_display as it stands */
} ChtApiSummary;
typedef struct { char *type, *description, *issued_by, *signed_on, *installed, *expires; } ChtApiDetail;
typedef struct { char *name, *uuid; } ChtApiNode;  /* a destination, or a device: name is its address */
typedef struct { GPtrArray *devices, *destinations; } ChtApiAssociations;  /* of ChtApiNode */

/* What an export answers; each NULL where the controller gave none. Key and passphrase never leave locked memory. */
typedef struct { GBytes *trust, *certificate; ChtSecret *key, *passphrase; } ChtApiStores;

typedef struct {
  const char *name, *role_name;
  gboolean edit, use_existing, force_association;
  GBytes *trust, *certificate;          /* PEM as it goes up; nullable */
  ChtSecret *key, *passphrase;          /* nullable */
  const ChtApiNode *destinations; gsize n_destinations;  /* n 0 and destinations NULL: the field is left out */
} ChtApiUpdate;

typedef enum { CHT_API_UNKNOWN, CHT_API_SUCCESS, CHT_API_FAILURE, CHT_API_CONFIRM } ChtApiCode;
typedef struct { char *destination, *certificate; } ChtApiConflict;
/* conflicts of ChtApiConflict */
typedef struct { ChtApiCode code; char *message; GPtrArray *conflicts; } ChtApiUpdateAnswer;

void cht_api_role_free (ChtApiRole *self);
void cht_api_labels_free (ChtApiLabels *self);
void cht_api_summary_free (ChtApiSummary *self);
void cht_api_detail_free (ChtApiDetail *self);
void cht_api_node_free (ChtApiNode *self);
void cht_api_associations_free (ChtApiAssociations *self);
void cht_api_stores_free (ChtApiStores *self);
void cht_api_update_answer_free (ChtApiUpdateAnswer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChtApiLabels, cht_api_labels_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChtApiAssociations, cht_api_associations_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChtApiStores, cht_api_stores_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChtApiUpdateAnswer, cht_api_update_answer_free)

void cht_api_list_roles_async (ChtClient *client, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
/* Of ChtApiRole */
GPtrArray *cht_api_list_roles_finish (ChtClient *client, GAsyncResult *result, GError **error);
void cht_api_get_labels_async (ChtClient *client, const char *role_name, GCancellable *c, GAsyncReadyCallback cb,
                               gpointer data);
ChtApiLabels *cht_api_get_labels_finish (ChtClient *client, GAsyncResult *result, GError **error);
void cht_api_list_summaries_async (ChtClient *client, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
/* Of ChtApiSummary */
GPtrArray *cht_api_list_summaries_finish (ChtClient *client, GAsyncResult *result, GError **error);
void cht_api_list_details_async (ChtClient *client, const char *name, GCancellable *c, GAsyncReadyCallback cb,
                                 gpointer data);
/* Of ChtApiDetail */
GPtrArray *cht_api_list_details_finish (ChtClient *client, GAsyncResult *result, GError **error);
void cht_api_get_associations_async (ChtClient *client, const char *name, GCancellable *c, GAsyncReadyCallback cb,
                                     gpointer data);
ChtApiAssociations *cht_api_get_associations_finish (ChtClient *client, GAsyncResult *result, GError **error);
typedef enum { CHT_API_EXPORT_ALL, CHT_API_EXPORT_TRUST, CHT_API_EXPORT_KEY_STORE } ChtApiExportPart;
void cht_api_export_async (ChtClient *client, const char *name, ChtApiExportPart part, GCancellable *c,
                           GAsyncReadyCallback cb, gpointer data);
ChtApiStores *cht_api_export_finish (ChtClient *client, GAsyncResult *result, GError **error);
/* UPDATE is copied (secrets by reference). FAILURE and CONFIRM are answers, not errors. */
void cht_api_update_async (ChtClient *client, const ChtApiUpdate *update, GCancellable *c, GAsyncReadyCallback cb,
                           gpointer data);
ChtApiUpdateAnswer *cht_api_update_finish (ChtClient *client, GAsyncResult *result, GError **error);
/* Minutes until restart (-1 unknown), its message, whether it logs out. */
void cht_api_get_web_message_async (ChtClient *client, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
char *cht_api_get_web_message_finish (ChtClient *client, GAsyncResult *result, int *minutes, gboolean *logs_out,
                                      GError **error);

G_END_DECLS
