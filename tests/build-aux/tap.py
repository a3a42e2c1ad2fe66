# SPDX-License-Identifier: GPL-3.0-or-later
"""The Test Anything Protocol, for the tests of this folder."""

import traceback


def report(cases):
    """Runs (name, function) pairs; a function passes by returning and fails by raising. Returns the exit code."""
    print(f"1..{len(cases)}")
    failed = 0
    for number, (name, function) in enumerate(cases, 1):
        try:
            function()
        except Exception:  # noqa: BLE001 - whatever it is, it is this test's failure
            failed += 1
            print(f"not ok {number} - {name}")
            for line in traceback.format_exc().splitlines():
                print(f"# {line}")
        else:
            print(f"ok {number} - {name}", flush=True)
    return 1 if failed else 0
