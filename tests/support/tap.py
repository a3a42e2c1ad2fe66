# SPDX-License-Identifier: GPL-3.0-or-later
"""The smallest test runner that speaks TAP: functions in the order in which they stand, each one ok or not ok."""
import sys
import traceback


def run(prefix, tests, *arguments, stop_at_first=False, on_failure=None):
    """Calls each of TESTS with ARGUMENTS; answers the exit code. STOP_AT_FIRST for a journey, whose steps build on each other."""
    print(f"1..{len(tests)}", flush=True)
    failed = 0
    for number, test in enumerate(tests, 1):
        name = f"{prefix}/{test.__name__.replace('_', '-')}"
        if failed and stop_at_first:
            print(f"not ok {number} {name} # not reached", flush=True)
            continue
        try:
            test(*arguments)
            print(f"ok {number} {name}", flush=True)
        except Exception as fault:  # every fault of a test is that test's failure
            failed += 1
            print(f"not ok {number} {name}", flush=True)
            for line in (traceback.format_exc().splitlines()[-6:] + [str(fault)]):
                print(f"# {line}"[:600], flush=True)
            if on_failure is not None:
                on_failure(test.__name__)
    return 1 if failed else 0


def main(code):
    sys.stdout.flush()
    sys.exit(code)
