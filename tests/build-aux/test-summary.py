#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test-summary counts what ran, and takes neither silence nor a crash for success.

Usage: test-summary.py TEST_SUMMARY
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import tap


def entry(result, stdout="", stderr="", returncode=0):
    return {"name": "some-test", "result": result, "stdout": stdout, "stderr": stderr, "returncode": returncode,
            "duration": 0.5}


TWO = "1..2\n# Start of tests\nok 1 /a/b\nok 2 /a/c\n"
CASES = [
    ("points of a program", [entry("OK", TWO)], "2 passed, 0 failed", 0),
    ("a program without points", [entry("OK"), entry("OK", "hello\n")], "2 passed, 0 failed", 0),
    ("one point failed", [entry("FAIL", "1..2\nok 1 /a/b\nnot ok 2 /a/c\n", returncode=1)], "1 passed, 1 failed", 1),
    ("a program failed", [entry("FAIL", returncode=3), entry("OK", TWO)], "2 passed, 1 failed", 1),
    ("died in the middle", [entry("ERROR", "1..2\nok 1 /a/b\n", returncode=-11)], "1 passed, 1 failed", 1),
    ("out of time", [entry("TIMEOUT", "1..2\nok 1 /a/b\n", returncode=-15)], "1 passed, 1 failed", 1),
    ("skipped is neither", [entry("OK", "1..2\nok 1 /a/b # SKIP no bus\nok 2 /a/c\n")], "1 passed, 0 failed", 0),
    ("all skipped is no success", [entry("SKIP", "1..1\nok 1 /a/b # SKIP no bus\n")], "0 passed, 0 failed", 1),
    ("nothing ran", [], "0 passed, 0 failed", 1),
    ("no log at all", None, "0 passed, 0 failed", 1),
]


def run(program, entries):
    with tempfile.TemporaryDirectory(prefix="chatelaine-summary-") as folder:
        log = Path(folder) / "testlog.json"
        if entries is not None:
            log.write_text("".join(json.dumps(one) + "\n" for one in entries), encoding="utf-8")
        return subprocess.run([sys.executable, program, log], capture_output=True, text=True, timeout=30, check=False)


def case(program, entries, last, code):
    def holds():
        result = run(program, entries)
        assert result.stdout.splitlines()[-1] == last and result.returncode == code and not result.stderr, result
    return holds


def shows_the_tail(program):
    def holds():
        words = "".join(f"line {number}\n" for number in range(100))
        shown = run(program, [entry("FAIL", "1..1\nnot ok 1 - /a/wrong\n", words, 1)]).stdout
        assert "failed: /a/wrong" in shown and "line 99" in shown and "line 10\n" not in shown, shown
    return holds


if __name__ == "__main__":
    cases = [(name, case(sys.argv[1], entries, last, code)) for name, entries, last, code in CASES]
    sys.exit(tap.report(cases + [("a failure is shown with the end of its log", shows_the_tail(sys.argv[1]))]))
