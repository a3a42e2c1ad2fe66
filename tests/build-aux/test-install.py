#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""install_missing asks apt for what is missing and for nothing else, with sudo only where it must.

The package tools are small programs of the test that write down how they were called.

Usage: test-install.py SOURCE_ROOT
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import tap

ROOT = Path(sys.argv[1]).resolve()
TOOLS = ["awk", "grep", "cat", "bash", "env"]


class World:
    """A PATH with nothing on it but what the case needs."""

    def __init__(self, folder, installed, uid, sudo=True, apt=True, works=True):
        self.folder = Path(folder)
        self.calls = self.folder / "calls"
        for tool in TOOLS:
            found = subprocess.run(["which", tool], capture_output=True, text=True, check=True).stdout.strip()
            (self.folder / tool).symlink_to(found)
        self.program("id", f"echo {uid}")
        self.program("dpkg-query", "".join(f"echo 'installed {name}'\n" for name in installed) + "exit 1")
        if apt:
            self.program("apt-get", f"echo apt-get \"$@\" >>{self.calls}\n"
                         f"[ \"$2\" = update ] || exit {0 if works else 100}")
        if sudo:
            self.program("sudo", f"echo sudo >>{self.calls}; exec \"$@\"")

    def program(self, name, text):
        path = self.folder / name
        path.write_text("#!/bin/sh\n" + text + "\n", encoding="utf-8")
        path.chmod(0o755)

    def install(self, who):
        script = f"set -euo pipefail; root={ROOT}; . {ROOT}/build-aux/common.sh; install_missing {who}; echo went on"
        return subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=30, check=False,
                              env={"PATH": str(self.folder)})

    def called(self):
        return self.calls.read_text(encoding="utf-8").splitlines() if self.calls.exists() else []


def packages(*who):
    lines = (ROOT / "build-aux" / "dependencies").read_text(encoding="utf-8").splitlines()
    words = [line.split() for line in lines if line and not line.startswith("#")]
    assert all(len(line) == 2 and line[0] in ("run", "test") for line in words), words
    return [line[1] for line in words if line[0] in who]


def with_world(check, **facts):
    def holds():
        with tempfile.TemporaryDirectory(prefix="chatelaine-install-") as folder:
            check(World(folder, **facts))
    return holds


def nothing_missing(world):
    result = world.install("run")
    assert result.returncode == 0 and result.stderr == "" and world.called() == [], result


def two_missing_root(world):
    result = world.install("run test")
    assert result.returncode == 0 and "went on" in result.stdout, result
    assert world.called() == ["apt-get -q update",
                              "apt-get -q install --yes --no-install-recommends meson xvfb"], world.called()
    assert "meson xvfb" in result.stderr, result


def missing_user(world):
    result = world.install("run")
    assert result.returncode == 0 and world.called()[0] == "sudo" and world.called().count("sudo") == 2, world.called()
    assert "sudo may ask for your password" in result.stderr, result


def missing_without_sudo(world):
    result = world.install("run")
    assert result.returncode == 1 and "apt-get install meson" in result.stderr and world.called() == [], result


def apt_fails(world):
    result = world.install("run")
    assert result.returncode == 1 and "went on" not in result.stdout and "could not install" in result.stderr, result


def no_debian(world):
    result = world.install("run")
    assert result.returncode == 0 and "no Debian" in result.stderr and "libsodium-dev" in result.stderr, result


def main():
    every = packages("run", "test")
    assert len(every) == len(set(every)), "a package stands twice in build-aux/dependencies"
    less = [name for name in every if name not in ("meson", "xvfb")]
    return tap.report([
        ("nothing missing: apt is not asked", with_world(nothing_missing, installed=packages("run"), uid=1000)),
        ("as root: without sudo, by name", with_world(two_missing_root, installed=less, uid=0)),
        ("as a user: with sudo, and said", with_world(missing_user, installed=less, uid=1000)),
        ("no sudo: one line with what to do", with_world(missing_without_sudo, installed=less, uid=1000, sudo=False)),
        ("apt fails: nothing is built", with_world(apt_fails, installed=less, uid=0, works=False)),
        ("no Debian: said, and on", with_world(no_debian, installed=[], uid=1000, apt=False)),
    ])


if __name__ == "__main__":
    sys.exit(main())
