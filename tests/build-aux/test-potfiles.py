#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every file with words to translate stands in po/POTFILES, and every line of it is a file with such words.

Usage: test-potfiles.py SOURCE_ROOT
"""

import re
import sys
from pathlib import Path

import tap

CALLS = re.compile(r'(?<![A-Za-z0-9_])(_|N_|C_|NC_|Q_|ngettext|dgettext|g_dngettext|g_dpgettext2)\s*\(\s*N?_?\(?"')
IN_XML = re.compile(r'translatable="(yes|true|1)"')


def has_words(path):
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ui":
        return IN_XML.search(text) is not None
    return CALLS.search(text) is not None


def wanted(root):
    names = [path for suffix in (".c", ".h", ".ui") for path in (root / "src").rglob("*" + suffix)]
    found = [path.relative_to(root).as_posix() for path in names if has_words(path)]
    data = [path.relative_to(root).as_posix() for path in (root / "data").iterdir()
            if path.name.endswith((".desktop.in", ".metainfo.xml.in", ".gschema.xml"))]
    return set(found + data)


def none(names):
    def holds():
        assert not names, names
    return holds


def main(root):
    lines = (root / "po" / "POTFILES").read_text(encoding="utf-8").splitlines()
    listed = [line for line in lines if line and not line.startswith("#")]
    want = wanted(root)
    return tap.report([
        ("every file with words is listed", none(sorted(want - set(listed)))),
        ("every listed file has words", none(sorted(set(listed) - want))),
        ("each is listed once", none(sorted({name for name in listed if listed.count(name) > 1}))),
    ])


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
