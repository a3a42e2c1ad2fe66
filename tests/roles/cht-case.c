/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-case.h"

#include <string.h>

ChtCase *
cht_case_new (const char *role)
{
  ChtCase *self = g_new0 (ChtCase, 1);

  self->owned = g_ptr_array_new_with_free_func (g_object_unref);
  self->snapshot.role = role != NULL ? cht_role_find (role) : NULL;
  g_assert_true (role == NULL || self->snapshot.role != NULL);
  self->snapshot.allowed = role != NULL ? self->snapshot.role->operations : 0;
  self->snapshot.now = cht_clock_now (&CHT_CLOCK_SYSTEM);
  self->snapshot.whole = TRUE;
  return self;
}

void
cht_case_free (ChtCase *self)
{
  g_clear_pointer (&self->findings, g_ptr_array_unref);
  g_ptr_array_unref (self->owned);
  g_free (self);
}

static ChtBundle *
read_bundle (ChtCase *self, gconstpointer data, gsize size, const char *passphrase)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (ChtSecret) secret = passphrase != NULL ? cht_secret_new_text (passphrase) : NULL;
  g_autoptr (GError) error = NULL;
  ChtBundle *bundle = cht_bundle_new (bytes, secret, NULL, &error);

  g_assert_no_error (error);
  g_ptr_array_add (self->owned, bundle);
  return bundle;
}

static char *
to_pem (ChtFixture *first, va_list args)
{
  g_autoptr (GString) pem = g_string_new (NULL);

  for (ChtFixture *fixture = first; fixture != NULL; fixture = va_arg (args, ChtFixture *))
    g_string_append (pem, cht_fixture_get_pem (fixture));
  return g_strdup (pem->str);
}

void
cht_case_chain_bytes (ChtCase *self, gconstpointer data, gsize size, const char *path)
{
  self->snapshot.chain = read_bundle (self, data, size, NULL);
  self->snapshot.chain_path = path;
}

void
cht_case_chain (ChtCase *self, ChtFixture *first, ...)
{
  g_autofree char *pem = NULL;
  va_list args;

  va_start (args, first);
  pem = to_pem (first, args);
  va_end (args);
  cht_case_chain_bytes (self, pem, strlen (pem), "/tmp/chain.pem");
}

void
cht_case_intermediate_text (ChtCase *self, const char *text)
{
  self->snapshot.certificate = read_bundle (self, text, strlen (text), NULL);
  self->snapshot.certificate_path = "/tmp/intermediate.pem";
}

void
cht_case_intermediate (ChtCase *self, ChtFixture *first, ...)
{
  g_autofree char *pem = NULL;
  va_list args;

  va_start (args, first);
  pem = to_pem (first, args);
  va_end (args);
  cht_case_intermediate_text (self, pem);
}

void
cht_case_key_bytes (ChtCase *self, gconstpointer data, gsize size, const char *passphrase)
{
  self->snapshot.key = read_bundle (self, data, size, passphrase);
  self->snapshot.key_path = "/tmp/key.pem";
  self->snapshot.passphrase_given = passphrase != NULL;
}

void
cht_case_key (ChtCase *self, ChtFixture *fixture)
{
  g_autoptr (ChtSecret) pem = cht_fixture_key_to_pkcs8 (fixture, NULL);

  cht_case_key_bytes (self, cht_secret_get_data (pem), cht_secret_get_size (pem), NULL);
}

/* What every finding owes to a person, whatever it says. */
static void
assert_manners (ChtFinding *finding)
{
  const char *message = cht_finding_get_message (finding);
  const char *explanation = cht_finding_get_explanation (finding);

  g_assert_true (g_utf8_validate (message, -1, NULL) && g_utf8_validate (explanation, -1, NULL));
  g_assert_true (g_str_has_suffix (message, ".") || g_str_has_suffix (message, "”."));
  g_assert_nonnull (strchr (message, ' '));
  g_assert_nonnull (strstr (explanation, ". "));
  g_assert_null (strstr (message, "(null)"));
  g_assert_cmpstr (cht_finding_get_source (finding), !=, "");
  g_assert_nonnull (cht_finding_get_object (finding));
}

static void
compare (ChtCase *self, va_list args)
{
  g_autoptr (GString) wanted = g_string_new (NULL), found = g_string_new (NULL);

  for (const char *one = va_arg (args, const char *); one != NULL; one = va_arg (args, const char *))
    g_string_append_printf (wanted, "%s\n", one);
  for (guint i = 0; i < self->findings->len; i++)
    {
      ChtFinding *finding = g_ptr_array_index (self->findings, i);

      assert_manners (finding);
      g_string_append_printf (found, "%s %s\n", cht_severity_get_id (cht_finding_get_severity (finding)),
                              cht_finding_get_id (finding));
    }
  g_assert_cmpstr (found->str, ==, wanted->str);
}

void
cht_case_expect (ChtCase *self, ...)
{
  va_list args;

  g_clear_pointer (&self->findings, g_ptr_array_unref);
  self->findings = cht_preflight_run (&self->snapshot);
  va_start (args, self);
  compare (self, args);
  va_end (args);
}

void
cht_case_expect_inspect (ChtCase *self, ...)
{
  va_list args;

  g_clear_pointer (&self->findings, g_ptr_array_unref);
  self->findings =
      cht_preflight_inspect (self->snapshot.chain, self->snapshot.chain_path, self->snapshot.now);
  va_start (args, self);
  compare (self, args);
  va_end (args);
}

ChtFinding *
cht_case_finding (ChtCase *self, const char *id)
{
  for (guint i = 0; i < self->findings->len; i++)
    if (g_str_equal (cht_finding_get_id (g_ptr_array_index (self->findings, i)), id))
      return g_ptr_array_index (self->findings, i);
  g_assert_not_reached ();
}

const char *
cht_case_message (ChtCase *self, const char *id)
{
  return cht_finding_get_message (cht_case_finding (self, id));
}
