#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""check-rooms finds each way of breaking the rooms, in a small tree made for it, and nothing in the tree unbroken.

Usage: test-check-rooms.py CHECK_ROOMS
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import tap

TABLE = """# Rooms

| Room | What lives there | May include | Outside libraries |
|---|---|---|---|
| `base` | bytes | – | libsodium |
| `x509` | certificates | `base` | GnuTLS, libtasn1 |
| `vault` | records | `base` | SQLite, libsecret |
| `workflow` | work | `base` `x509` `vault` | – |
| `ui/common` | widgets | `base` | GTK, libadwaita |
| `ui/SCREEN` | screens | `base` `workflow` `ui/common` | GTK, libadwaita |
| `ui/shell` | the window | `base` `workflow` `ui/*` | GTK, libadwaita |

Text below the table.
"""
TREE = {
    "src/README.md": TABLE,
    "src/base/cht-bytes.h": "#include <glib.h>\n",
    "src/base/cht-bytes.c": '#include "cht-bytes.h"\n#include <sodium.h>\n#include <sys/stat.h>\n',
    "src/x509/cht-key.h": '#include "cht-bytes.h"\n',
    "src/x509/cht-key.c": '#include "cht-key.h"\n#include <gnutls/x509.h>\n#include <libtasn1.h>\n',
    "src/vault/cht-vault.h": '#include "cht-bytes.h"\n',
    "src/vault/cht-vault.c": '/* no secret_password_*: */\n#include "cht-vault.h"\n'
                             "# include <sqlite3.h>\n#include <libsecret/secret.h>\n",
    "src/workflow/cht-draft.h": '#include "cht-key.h"\n#include "cht-vault.h"\n',
    "src/ui/common/cht-row.h": "#include <adwaita.h>\n",
    "src/ui/list/cht-list-page.h": '#include "cht-draft.h"\n#include "cht-row.h"\n#include <gtk/gtk.h>\n',
    "src/ui/viewer/cht-viewer-page.h": '#include "cht-row.h"\n',
    "src/ui/shell/cht-window.c": '#include "cht-list-page.h"\n#include "cht-viewer-page.h"\n#include "cht-made.h"\n',
    "src/ui/shell/meson.build": "gnome.compile_resources('cht-made', 'x.xml')\n",
}


def row_without(room):
    return "".join(line for line in TABLE.splitlines(True) if not line.startswith(f"| `{room}`"))


# What is written over the tree, and what the answer must hold.
CASES = [
    ("room", {"src/x509/a.c": '#include "cht-vault.h"\n'}, "src/x509/a.c: x509 may not include vault"),
    ("room upward", {"src/base/a.c": '#include "cht-draft.h"\n'}, "base may not include workflow"),
    ("library", {"src/workflow/a.c": "#include <gtk/gtk.h>\n"}, "workflow may not use GTK"),
    ("library by its one header", {"src/base/a.c": "#include <sqlite3.h>\n"}, "base may not use SQLite"),
    ("library of another room", {"src/vault/a.c": "#include <gnutls/x509.h>\n"}, "vault may not use GnuTLS"),
    ("JSON in the window", {"src/ui/list/a.c": "#include <json-glib/json-glib.h>\n"}, "may not use json-glib"),
    ("unknown library", {"src/base/a.c": "#include <curl/curl.h>\n"}, "<curl/curl.h> belongs to no library"),
    ("spaces in the directive", {"src/base/a.c": "  #  include\t<libsoup/soup.h>\n"}, "base may not use libsoup"),
    ("folder upward", {"src/x509/a.c": '#include "../base/cht-bytes.h"\n'}, "names a folder"),
    ("folder down", {"src/x509/a.c": '#include "base/cht-bytes.h"\n'}, "names a folder"),
    ("header of nobody", {"src/x509/a.c": '#include "cht-none.h"\n'}, '"cht-none.h" is in no room'),
    ("made by another room", {"src/x509/a.c": '#include "cht-made.h"\n'}, '"cht-made.h" is in no room'),
    ("our header in brackets", {"src/x509/a.c": "#include <cht-bytes.h>\n"}, "<cht-bytes.h> is ours"),
    ("header name twice", {"src/vault/cht-key.h": "\n"}, "has a header of that name too"),
    ("circle", {"src/README.md": TABLE.replace("| bytes | – |", "| bytes | `workflow` |")}, "a circle between rooms"),
    ("circle seen", {"src/base/a.c": '#include "cht-key.h"\n'}, "circle between rooms: base → x509 → base"),
    ("folder without a row", {"src/extra/a.c": "\n"}, "src/extra: holds sources and has no row"),
    ("row taken out", {"src/README.md": row_without("vault")}, "src/vault: holds sources and has no row"),
    ("folder inside a room", {"src/x509/deep/a.c": "\n"}, "src/x509/deep: holds sources and has no row"),
    ("folder inside a screen", {"src/ui/list/deep/a.c": "\n"}, "src/ui/list/deep: holds sources and has no row"),
    ("source outside of rooms", {"src/a.c": "\n"}, "src: holds sources and has no row"),
    ("row without a folder", {"src/README.md": TABLE.replace("| `x509`", "| `y509` | x | `base` | – |\n| `x509`")},
     "has a row for y509, and src/y509 holds no source"),
    ("row twice", {"src/README.md": TABLE.replace("| `x509`", "| `vault` | x | `base` | – |\n| `x509`")},
     "room vault stands there twice"),
    ("no table", {"src/README.md": "# Rooms\n"}, "has no table of rooms"),
    ("row out of shape", {"src/README.md": TABLE.replace("| bytes | – | libsodium |", "| bytes | – |")},
     "row with 3 cells"),
    ("library unknown to the check", {"src/README.md": TABLE.replace("GnuTLS, libtasn1", "OpenSSL")},
     "library “OpenSSL” is unknown"),
    ("secret_password_", {"src/vault/a.c": "  secret_password_store_sync (NULL);\n"}, "calls secret_password_*"),
    ("screen in a screen", {"src/ui/list/a.c": '#include "cht-viewer-page.h"\n'}, "ui/list may not include ui/viewer"),
    ("shell in a screen", {"src/ui/shell/cht-shell.h": "\n", "src/ui/list/a.c": '#include "cht-shell.h"\n'},
     "ui/list may not include ui/shell"),
]


def run(check, changes):
    with tempfile.TemporaryDirectory(prefix="chatelaine-rooms-") as root:
        for name, text in {**TREE, **changes}.items():
            path = Path(root) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return subprocess.run([sys.executable, check, root], capture_output=True, text=True, timeout=30, check=False)


def case(check, changes, wanted, code):
    def holds():
        result = run(check, changes)
        assert wanted in result.stdout and not result.stderr and result.returncode == code, result
    return holds


if __name__ == "__main__":
    cases = [("unbroken", case(sys.argv[1], {}, "keep to src/README.md", 0))]
    cases += [(name, case(sys.argv[1], changes, wanted, 1)) for name, changes, wanted in CASES]
    sys.exit(tap.report(cases))
