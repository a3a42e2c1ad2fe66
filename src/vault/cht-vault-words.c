/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cht-vault.h"

#include <glib/gi18n-lib.h>

G_DEFINE_QUARK (cht-vault-error-quark, cht_vault_error)

const char *
cht_keyring_state_get_id (ChtKeyringState state)
{
  switch (state)
    {
    case CHT_KEYRING_UNASKED: return "unasked";
    case CHT_KEYRING_NO_BUS: return "no-bus";
    case CHT_KEYRING_NO_SERVICE: return "no-service";
    case CHT_KEYRING_NO_COLLECTION: return "no-collection";
    case CHT_KEYRING_LOCKED: return "locked";
    case CHT_KEYRING_HUNG: return "hung";
    case CHT_KEYRING_ABSENT: return "absent";
    case CHT_KEYRING_PRESENT: return "present";
    case CHT_KEYRING_MISMATCH: return "mismatch";
    case CHT_KEYRING_CANCELLED: return "cancelled";
    default: g_return_val_if_reached ("unasked");
    }
}

const char *
cht_keyring_state_get_words (ChtKeyringState state)
{
  switch (state)
    {
    case CHT_KEYRING_UNASKED:
      return _("The desktop's keyring was not asked yet.");
    case CHT_KEYRING_NO_BUS:
      return _("There is no session bus here, so the desktop's keyring, which holds the vault's key, cannot "
                "be reached. Start "
                "Chatelaine in a desktop session.");
    case CHT_KEYRING_NO_SERVICE:
      return _("No keyring service answers in this session, and it holds the vault's key. Install or start "
                "one, such as GNOME "
                "Keyring or KeePassXC, and try again.");
    case CHT_KEYRING_NO_COLLECTION:
      return _("The desktop's keyring service has no default keyring to keep a key in. Make one in its own "
                "program, such as "
                "Passwords and Keys, and try again.");
    case CHT_KEYRING_LOCKED:
      return _("The desktop's keyring is locked and did not open. If your login password was changed "
                "elsewhere, the keyring "
                "still has the old one: unlock it in its own program and try again.");
    case CHT_KEYRING_HUNG:
      return _("The desktop's keyring service did not answer within 10 seconds. Restart it, or log in "
                "again, and try again.");
    case CHT_KEYRING_ABSENT:
      return _ (
          "The desktop's keyring is open but does not hold the key of this vault. The vault was not touched "
          "and no new key "
          "was made. If the keyring was restored or replaced, put back the one that belongs to this vault.");
    case CHT_KEYRING_PRESENT:
      return _("The desktop's keyring holds the key of this vault.");
    case CHT_KEYRING_MISMATCH:
      return _("The entry in the desktop's keyring does not open this vault: the entry or the file was "
                "changed. Put back the "
                "copies that belong together.");
    case CHT_KEYRING_CANCELLED:
      return _("The question for the keyring's password was closed, so the vault stays locked. Unlock it to "
                "be asked again. A "
                "keyring that does not take your login password may still have an older one.");
    default:
      g_return_val_if_reached ("");
    }
}

const char *
cht_vault_state_get_id (ChtVaultState state)
{
  switch (state)
    {
    case CHT_VAULT_STATE_ABSENT: return "absent";
    case CHT_VAULT_STATE_LOCKED: return "locked";
    case CHT_VAULT_STATE_OPEN: return "open";
    case CHT_VAULT_STATE_READ_ONLY: return "read-only";
    case CHT_VAULT_STATE_DAMAGED: return "damaged";
    default: g_return_val_if_reached ("locked");
    }
}

const char *
cht_vault_mode_get_id (ChtVaultMode mode)
{
  switch (mode)
    {
    case CHT_VAULT_MODE_NONE: return "none";
    case CHT_VAULT_MODE_KEYRING: return "keyring";
    case CHT_VAULT_MODE_PASSPHRASE: return "passphrase";
    case CHT_VAULT_MODE_BOTH: return "both";
    default: g_return_val_if_reached ("none");
    }
}
