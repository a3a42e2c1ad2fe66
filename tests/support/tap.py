# SPDX-License-Identifier: GPL-3.0-or-later
"""The smallest test runner that speaks the Test Anything Protocol."""
import traceback


def report(cases, stop_at_first=False, on_failure=None):
    """Runs (name, function) pairs; a function passes by returning and fails by raising. Answers the exit code.
    STOP_AT_FIRST for a journey, whose steps build on each other; ON_FAILURE (name) may leave a picture."""
    print(f"1..{len(cases)}", flush=True)
    failed = 0
    for number, (name, function) in enumerate(cases, 1):
        if failed and stop_at_first:
            print(f"not ok {number} - {name} (not reached)", flush=True)
            continue
        try:
            function()
        except Exception:  # noqa: BLE001 - whatever it is, it is this test's failure
            failed += 1
            print(f"not ok {number} - {name}", flush=True)
            for line in traceback.format_exc().splitlines():
                print(f"# {line}"[:800], flush=True)
            if on_failure is not None:
                on_failure(name)
        else:
            print(f"ok {number} - {name}", flush=True)
    return 1 if failed else 0


def of(functions, *arguments):
    """Pairs for report() out of functions that all take ARGUMENTS; a function's name is its case's."""
    return [(function.__name__.replace("_", " "), lambda function=function: function(*arguments)) for function in functions]
