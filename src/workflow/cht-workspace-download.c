/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Out of the controller: trust chains to look at, and files. A private key comes down on a person's word alone. */
#include "cht-workspace-private.h"

#include <glib/gi18n-lib.h>

#include "cht-certificates-api.h"
#include "cht-out.h"
#include "cht-problems.h"
#include "cht-task.h"
#include "cht-text.h"

/* ---- A chain to look at ---- */

static void
parse_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  ChtBundle *bundle = cht_bundle_new (data, NULL, cancellable, &error);

  if (bundle != NULL)
    g_task_return_pointer (task, bundle, g_object_unref);
  else
    g_task_return_error (task, error);
}

static void
on_parsed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  ChtBundle *bundle = g_task_propagate_pointer (G_TASK (result), &error);

  if (bundle != NULL)
    g_task_return_pointer (task, bundle, g_object_unref);
  else
    cht_problems_return (task, error);
}

static void
on_trust_ready_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  g_autoptr (ChtApiStores) stores = cht_api_export_finish (CHT_CLIENT (source), result, &error);

  if (stores == NULL)
    {
      cht_problems_return (task, error);
      return;
    }
  if (stores->trust == NULL)
    {
      g_task_return_error (task, cht_problems_new_error ("controller.refused", CHT_PROBLEM_NO, "", "%s",
                           _("The controller gives no trust chain of this certificate.")));
      return;
    }
  cht_task_run (task, g_bytes_ref (stores->trust), (GDestroyNotify) g_bytes_unref, parse_in_thread, on_parsed_cb);
}

void
cht_workspace_load_chain_async (
    ChtWorkspace *self, const char *name, GCancellable *c, GAsyncReadyCallback cb, gpointer data)
{
  g_return_if_fail (CHT_IS_WORKSPACE (self) && name != NULL);

  g_autoptr (GTask) task = cht_task_new (self, cht_workspace_load_chain_async, c, cb, data);
  ChtClient *client = cht_workspace_require_client (self, task);
  if (client != NULL)
    cht_api_export_async (client, name, CHT_API_EXPORT_TRUST, c, on_trust_ready_cb, g_object_ref (task));
}

ChtBundle *
cht_workspace_load_chain_finish (ChtWorkspace *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* ---- Files ---- */

typedef struct {
  ChtClient *client;
  char *name, *folder;
  ChtPart parts;
  ChtKeyExport how;
  ChtSecret *key_passphrase, *new_passphrase;
  gboolean overwrite, keyed;
  ChtApiStores *stores;
  GPtrArray *files;     /* the result */
  GError *error;        /* or this */
} Download;

static void
download_free (gpointer data)
{
  Download *download = data;

  g_clear_object (&download->client);
  g_free (download->name);
  g_free (download->folder);
  g_clear_pointer (&download->key_passphrase, cht_secret_unref);
  g_clear_pointer (&download->new_passphrase, cht_secret_unref);
  g_clear_pointer (&download->stores, cht_api_stores_free);
  g_clear_pointer (&download->files, g_ptr_array_unref);
  g_clear_error (&download->error);
  g_free (download);
}

static gboolean
wants_key (Download *download)
{
  return (download->parts & CHT_PART_KEY) != 0 && download->how != CHT_KEY_EXPORT_NONE;
}

static void
on_download_logged_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Download *download = g_task_get_task_data (task);

  cht_workspace_audit_finish (CHT_WORKSPACE (source), result, NULL);
  if (download->files != NULL)
    g_task_return_pointer (task, g_steal_pointer (&download->files), (GDestroyNotify) g_ptr_array_unref);
  else
    cht_problems_return (task, g_steal_pointer (&download->error));
}

/* Takes ERROR, NULL where it worked. */
static void
finish_download (GTask *task, GError *error)
{
  ChtWorkspace *self = g_task_get_source_object (task);
  Download *download = g_task_get_task_data (task);
  const char *objects[] = { download->name, NULL };

  download->error = error;
  cht_workspace_audit_async (self, "controller.download", objects, error == NULL ? "done" : "refused", NULL,
                             on_download_logged_cb, g_object_ref (task));
}

static void
write_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Download *download = data;
  ChtApiStores *stores = download->stores;
  g_autoptr (ChtOut) out = cht_out_new (download->folder, download->overwrite);
  g_autoptr (ChtSecret) key = NULL;
  GError *error = NULL;
  GPtrArray *files;

  if ((download->parts & CHT_PART_ROOT) && stores->trust != NULL)
    cht_out_add_bytes (out, "root", "root.pem", stores->trust);
  if ((download->parts & CHT_PART_INTERMEDIATE) && stores->certificate != NULL)
    cht_out_add_bytes (out, "intermediate", "intermediate.pem", stores->certificate);
  if (wants_key (download) && stores->key != NULL)
    {
      ChtSecret *opener = download->key_passphrase != NULL ? download->key_passphrase : stores->passphrase;
      key = cht_out_protect_key (stores->key, download->how, opener, download->new_passphrase, &error);
      if (key == NULL)
        {
          g_task_return_error (task, error);
          return;
        }
      cht_out_add_key (out, "key", "key.pem", key);
    }
  if (cht_out_get_n_files (out) == 0)
    {
      g_task_return_error (
          task, cht_problems_new_error ("controller.refused", CHT_PROBLEM_NO, _("Ask for another part of it."), "%s",
                                        _("The controller gave none of what was asked for, so nothing was written.")));
      return;
    }
  files = cht_out_write (out, &error);
  if (files != NULL)
    g_task_return_pointer (task, files, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

static void
on_written_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Download *download = g_task_get_task_data (task);
  GError *error = NULL;

  download->files = g_task_propagate_pointer (G_TASK (result), &error);
  finish_download (task, error);
}

static void
on_stores_ready_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Download *download = g_task_get_task_data (task);
  GError *error = NULL;

  download->stores = cht_api_export_finish (CHT_CLIENT (source), result, &error);
  if (download->stores == NULL)
    {
      finish_download (task, error);
      return;
    }
  /* The API hands out the intermediate with its key alone: what nobody gave their word for is wiped unseen. */
  if (!wants_key (download))
    g_clear_pointer (&download->stores->key, cht_secret_unref);
  cht_task_run (task, download, NULL, write_in_thread, on_written_cb);
}

static void
on_download_asked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Download *download = g_task_get_task_data (task);
  ChtApiExportPart part = CHT_API_EXPORT_ALL;
  GError *error = NULL;

  if (!cht_workspace_audit_finish (CHT_WORKSPACE (source), result, &error))
    {
      cht_problems_return (task, error);
      return;
    }
  if (!download->keyed || download->parts == CHT_PART_ROOT)
    part = CHT_API_EXPORT_TRUST;
  else if ((download->parts & CHT_PART_ROOT) == 0)
    part = CHT_API_EXPORT_KEY_STORE;
  cht_api_export_async (download->client, download->name, part, g_task_get_cancellable (task), on_stores_ready_cb,
                        g_object_ref (task));
}

/* Once it is known whether the certificate has a key. */
static void
go_on (GTask *task, gboolean keyed)
{
  ChtWorkspace *self = g_task_get_source_object (task);
  Download *download = g_task_get_task_data (task);
  const char *objects[] = { download->name, NULL };

  download->keyed = keyed;
  if (keyed && (download->parts & CHT_PART_KEY) && download->how == CHT_KEY_EXPORT_NONE)
    g_task_return_error (task, cht_problems_new_error ("usage", CHT_PROBLEM_UNUSABLE,
      _("Say how the key is to be protected, or leave the key out."), "%s",
      _("This certificate has a private key, and it is not said how the key may leave. Nothing was written.")));
  else
    cht_workspace_audit_async (self, "controller.download", objects, "asked", g_task_get_cancellable (task),
                               on_download_asked_cb, g_object_ref (task));
}

static void
on_labels_ready_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  g_autoptr (ChtApiLabels) labels = cht_api_get_labels_finish (CHT_CLIENT (source), result, &error);

  if (labels == NULL)
    cht_problems_return (task, error);
  else
    go_on (task, labels->key.present);
}

static void
on_names_ready_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  ChtWorkspace *self = CHT_WORKSPACE (source);
  g_autoptr (GTask) task = data;
  Download *download = g_task_get_task_data (task);
  GError *error = NULL;

  if (!cht_workspace_load_certificates_finish (self, result, &error))
    {
      cht_problems_return (task, error);
      return;
    }
  g_autoptr (ChtListed) listed = cht_workspace_find_certificate (self, download->name);
  if (listed == NULL)
    {
      g_autofree char *shown = cht_text_for_display (download->name);
      g_task_return_error (task, cht_problems_new_error ("certificate.unknown", CHT_PROBLEM_NO,
        _("Look at the list of certificates for the names that there are."), _("%s has no certificate named “%s”."),
        self->controller_name, shown));
      return;
    }
  const ChtRole *role =
      cht_listed_get_role_id (listed) != NULL ? cht_role_find (cht_listed_get_role_id (listed)) : NULL;
  if (role != NULL)
    go_on (task, role->category == CHT_ROLE_TRUST_CHAIN_AND_KEY);
  else
    cht_api_get_labels_async (download->client, cht_listed_get_role_name (listed), g_task_get_cancellable (task),
                              on_labels_ready_cb, g_object_ref (task));
}

/* What can be said before anything is asked. */
static gboolean
check (
    ChtPart parts, const char *folder, ChtKeyExport how, ChtSecret *new_passphrase, gboolean overwrite, GError **error)
{
  const char *names[4] = { NULL };
  guint n = 0;

  if ((parts & CHT_PART_ALL) == 0)
    {
      g_propagate_error (error, cht_problems_new_error ("usage", CHT_PROBLEM_UNUSABLE,
                                                        _("Ask for root, intermediate, key or all."), "%s",
                                                        _("It is not said what to download.")));
      return FALSE;
    }
  if (how == CHT_KEY_EXPORT_ENCRYPTED && (new_passphrase == NULL || cht_secret_get_size (new_passphrase) == 0))
    {
      g_propagate_error (error, cht_problems_new_error ("usage", CHT_PROBLEM_UNUSABLE,
                                                        _("Give a passphrase that is not empty."), "%s",
                                                        _("The key cannot be protected by an empty passphrase.")));
      return FALSE;
    }
  if (parts & CHT_PART_ROOT)
    names[n++] = "root.pem";
  if (parts & CHT_PART_INTERMEDIATE)
    names[n++] = "intermediate.pem";
  if ((parts & CHT_PART_KEY) && how != CHT_KEY_EXPORT_NONE)
    names[n++] = "key.pem";
  return overwrite || cht_out_check (folder, names, error);
}

void
cht_workspace_download_async (ChtWorkspace *self, const char *name, ChtPart parts, const char *folder, ChtKeyExport how,
                              ChtSecret *key_passphrase, ChtSecret *new_passphrase, gboolean overwrite, GCancellable *c,
                              GAsyncReadyCallback cb, gpointer data)
{
  g_return_if_fail (CHT_IS_WORKSPACE (self) && name != NULL && folder != NULL);

  g_autoptr (GTask) task = cht_task_new (self, cht_workspace_download_async, c, cb, data);
  GError *error = NULL;

  ChtClient *client = cht_workspace_require_client (self, task);
  if (client == NULL)
    return;
  if (!check (parts, folder, how, new_passphrase, overwrite, &error))
    {
      cht_problems_return (task, error);
      return;
    }
  Download *download = g_new0 (Download, 1);
  download->client = g_object_ref (client);
  download->name = g_strdup (name);
  download->folder = g_strdup (folder);
  download->parts = parts;
  download->how = how;
  download->key_passphrase = key_passphrase != NULL ? cht_secret_ref (key_passphrase) : NULL;
  download->new_passphrase = new_passphrase != NULL ? cht_secret_ref (new_passphrase) : NULL;
  download->overwrite = overwrite;
  g_task_set_task_data (task, download, download_free);
  cht_workspace_load_certificates_async (self, FALSE, c, on_names_ready_cb, g_object_ref (task));
}

GPtrArray *
cht_workspace_download_finish (ChtWorkspace *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
