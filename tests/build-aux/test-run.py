#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""build-aux/run with the real practice controller, a real bus and a real keyring.

A small program stands where the app is. That program writes down what it was given and ends, or waits to be ended. What run promises is looked at from outside:
modes, addresses, argument lists, and that nothing is left.

Usage: test-run.py SOURCE_ROOT CHATELAINE_SANDBOX
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

import tap

ROOT, SANDBOX = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
DEADLINE = 60
APP = r"""#!/usr/bin/env bash
{
  printf 'argument %s\n' "$@"
  printf 'bus %s\n' "$DBUS_SESSION_BUS_ADDRESS"
  printf 'schemas %s\n' "$GSETTINGS_SCHEMA_DIR"
  if [ "$1" = --practice ]; then
    cp "$2" "$NOTES.json"
    stat -c 'mode %a' "$2" "$(dirname "$2")" "$(dirname "$4")"
    collection=$(gdbus call --session --dest org.freedesktop.secrets --object-path /org/freedesktop/secrets \
      --method org.freedesktop.Secret.Service.ReadAlias default | sed "s/.*'\(.*\)'.*/\1/")
    printf 'collection %s\n' "$collection"
    printf 'locked %s\n' "$(gdbus call --session --dest org.freedesktop.secrets --object-path "$collection" \
      --method org.freedesktop.DBus.Properties.Get org.freedesktop.Secret.Collection Locked)"
  fi
} >"$NOTES"
: >"$NOTES.done"
[ -z "$STAY" ] || exec tail -f /dev/null
exit "${CODE:-0}"
"""


def signals_as_usual():
    """A shell cannot trap what was ignored when it began, and a runner in the background ignores some."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


class World:
    """A source tree of run's own scripts, with a build folder in which everything is built already."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.tmp = self.folder / "tmp"
        self.notes = self.folder / "notes"
        for name in ("tree/build-aux", "tree/build/src/ui/shell", "tree/build/src/sandbox", "tmp", "home", "runtime"):
            (self.folder / name).mkdir(parents=True, mode=0o700)
        for name in ("run", "common.sh", "dependencies"):
            shutil.copy(ROOT / "build-aux" / name, self.folder / "tree/build-aux")
        build = self.folder / "tree/build"
        (build / "build.ninja").write_text(
            "build src/ui/shell/chatelaine data/gschemas.compiled src/sandbox/chatelaine-sandbox: phony\n",
            encoding="utf-8")
        (build / "src/ui/shell/chatelaine").write_text(APP, encoding="utf-8")
        (build / "src/ui/shell/chatelaine").chmod(0o755)
        (build / "src/sandbox/chatelaine-sandbox").symlink_to(SANDBOX)
        self.display = socket.socket(socket.AF_UNIX)
        self.display.bind(str(self.folder / "wayland"))
        self.env = {"PATH": os.environ["PATH"], "HOME": str(self.folder / "home"), "TMPDIR": str(self.tmp),
                    "XDG_RUNTIME_DIR": str(self.folder / "runtime"), "WAYLAND_DISPLAY": str(self.folder / "wayland"),
                    "NOTES": str(self.notes), "STAY": "", "LC_ALL": "C.UTF-8"}

    def start(self, *arguments, **env):
        for name in self.folder.glob("notes*"):
            name.unlink()
        return subprocess.Popen([str(self.folder / "tree/build-aux/run"), *arguments], env={**self.env, **env},
                                text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                start_new_session=True, preexec_fn=signals_as_usual)

    def run(self, *arguments, **env):
        with self.start(*arguments, **env) as process:
            out, err = process.communicate(timeout=DEADLINE)
        return process.returncode, out, err

    def said(self, word):
        lines = self.notes.read_text(encoding="utf-8").splitlines()
        return [line.split(" ", 1)[1] for line in lines if line.startswith(word + " ")]

    def facts(self):
        return json.loads((self.folder / "notes.json").read_text(encoding="utf-8"))

    def processes(self):
        """Those whose environment or arguments speak of this world."""
        found = []
        for path in Path("/proc").glob("[0-9]*"):
            try:
                words = (path / "environ").read_bytes() + (path / "cmdline").read_bytes()
            except OSError:
                continue
            if str(self.folder).encode() in words and int(path.name) != os.getpid():
                found.append(words.split(b"\0")[-3:])
        return found


def wait_for(condition, what):
    end = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < end, f"{what} did not come"
        time.sleep(0.05)


def listens(url):
    with socket.socket() as probe:
        probe.settimeout(5)
        return probe.connect_ex(("127.0.0.1", urlsplit(url).port)) == 0


def in_world(check):
    def holds():
        with tempfile.TemporaryDirectory(prefix="chatelaine-run-") as folder:
            world = World(folder)
            try:
                check(world)
            finally:
                world.display.close()
    return holds


def no_display(world):
    shutil.rmtree(world.folder / "tree/build")
    for display in ("", ":4242"):
        code, out, err = world.run(WAYLAND_DISPLAY="", DISPLAY=display)
        assert code == 1 and out == "" and len(err.splitlines()) == 1 and "no display" in err, (code, out, err)
    assert not (world.folder / "tree/build").exists()


def wrong_arguments(world):
    both = [["--no-sandbox", "--private-keyring"], ["--no-sandbox", "--state", "x"]]
    for arguments in [["--nonsense"], ["--state"], *both]:
        code, _, err = world.run(*arguments)
        assert code == 1 and "run: " in err, (arguments, code, err)
    assert not world.notes.exists()


def whole_run(world):
    code, _, err = world.run("--", "--more", "a b", CODE="7")
    assert code == 7, (code, err)
    assert "No Secret Service answers here" in err, err
    arguments = world.said("argument")
    state = Path(arguments[1]).parent
    assert arguments == ["--practice", f"{state}/practice.json", "--vault", f"{state}/vault/vault.db", "--more", "a b"]
    assert state.parent == world.tmp and world.said("mode") == ["600", "700", "700"], world.said("mode")
    facts = world.facts()
    assert set(facts) >= {"url", "pin", "username", "password"} and facts["url"].startswith("https://127.0.0.1:"), facts
    assert world.said("collection") != ["/"] and world.said("locked") == ["(<false>,)"], world.notes.read_text()
    assert facts["password"] not in err
    assert world.said("schemas") == [f"{world.folder}/tree/build/data"]
    nothing_left(world, facts)


def assert_untold(secret):
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            assert secret.encode() not in path.read_bytes(), "a secret stands in an argument list"
        except OSError:
            pass  # it ended meanwhile


def nothing_left(world, facts):
    assert list(world.tmp.iterdir()) == [], list(world.tmp.iterdir())
    assert not listens(facts["url"])
    wait_for(lambda: not world.processes(), f"the end of {world.processes()}")
    assert list((world.folder / "home").iterdir()) == [], "something was written into the home folder"


def ended_by(number, code):
    def check(world):
        with world.start(STAY="yes") as process:
            try:
                wait_for((world.folder / "notes.done").exists, "the app")
                facts = world.facts()
                assert listens(facts["url"])
                assert_untold(facts["password"])
                assert_untold(next(world.tmp.glob("*/keyring/unlock")).read_text(encoding="utf-8"))
                # As a terminal does: to the whole group.
                os.killpg(process.pid, number)
                _, err = process.communicate(timeout=DEADLINE)
            finally:
                process.kill()
        assert process.returncode == code, (process.returncode, err)
        nothing_left(world, facts)
    return check


def kept_state(world):
    state = world.folder / "kept"
    seen = []
    for _ in range(2):
        code, _, err = world.run("--state", str(state))
        assert code == 0 and world.said("locked") == ["(<false>,)"], (code, err)
        seen.append(world.facts())
    for name in ("url", "pin", "username", "password"):
        assert seen[0][name] == seen[1][name], name
    assert (state.stat().st_mode & 0o777, (state / "keyring/unlock").stat().st_mode & 0o777) == (0o700, 0o600)
    wait_for(lambda: not world.processes(), f"the end of {world.processes()}")


def alone(world):
    code, _, err = world.run("--no-sandbox", "--", "file.pem", DBUS_SESSION_BUS_ADDRESS="unix:path=/nonexistent")
    assert code == 0 and world.said("argument") == ["file.pem"], (code, err)
    # A keyring that goes with the run must not hold the key of the person's vault.
    assert world.said("bus") == ["unix:path=/nonexistent"] and list(world.tmp.iterdir()) == []


def sandbox_fails(world):
    broken = world.folder / "tree/build/src/sandbox/chatelaine-sandbox"
    broken.unlink()
    broken.write_text("#!/bin/sh\necho reason >&2\nexit 1\n", encoding="utf-8")
    broken.chmod(0o755)
    code, _, err = world.run()
    assert code == 1 and "reason" in err and "did not start" in err and not world.notes.exists(), (code, err)
    assert list(world.tmp.iterdir()) == []
    wait_for(lambda: not world.processes(), "the end of the keyring")


if __name__ == "__main__":
    sys.exit(tap.report([
        ("no display: one line, nothing built", in_world(no_display)),
        ("wrong arguments start nothing", in_world(wrong_arguments)),
        ("a whole run", in_world(whole_run)),
        ("Ctrl-C ends both", in_world(ended_by(signal.SIGINT, 130))),
        ("a closed terminal ends both", in_world(ended_by(signal.SIGHUP, 143))),
        ("a kept state keeps address, pin, password and keyring", in_world(kept_state)),
        ("--no-sandbox opens the app alone", in_world(alone)),
        ("a practice controller that fails is said", in_world(sandbox_fails)),
    ]))
