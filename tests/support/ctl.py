# SPDX-License-Identifier: GPL-3.0-or-later
"""chatelainectl, called as a script calls it: always with --json, always judged for what no answer may hold."""
import json
import os
import re
import subprocess

RAW = re.compile(r"\(null\)|\bg_[a-z]+_|GError|GLib-|CRITICAL \*\*|gnutls_|ASN1|Sanitizer|runtime error:|\x1b|‮")


class Ctl:
    def __init__(self, binary, env, secrets=()):
        self.binary, self.env, self.secrets = binary, env, list(secrets)

    def __call__(self, *argv, before=(), given=None, timeout=90):
        done = subprocess.run([*before, self.binary, *argv, "--json"], capture_output=True, text=True, env=self.env,
                              input=given, timeout=timeout)
        self.judge(done)
        return done

    def text(self, *argv):
        """The same command for people: the exit code and what it printed."""
        done = subprocess.run([self.binary, *argv], capture_output=True, text=True, env=self.env, timeout=90)
        assert not RAW.search(done.stdout + done.stderr), done.stdout + done.stderr
        return done

    def judge(self, done):
        out = done.stdout + done.stderr
        assert not RAW.search(out), f"a library's own text: {out[-400:]}"
        for secret in self.secrets:
            assert secret not in out, "a secret was printed"
        done.json = json.loads(done.stdout)
        assert done.returncode in (0, 1, 2, 3, 130), done.returncode


def ids(done):
    """The error's id and those of the findings of severity error."""
    found = [done.json["error"]["id"]] if "error" in done.json else []
    return found + [f["id"] for f in done.json.get("findings", []) if f["severity"] == "error"]


def said(done, code, *wanted):
    assert done.returncode == code, f"exit {done.returncode}, wanted {code}: {done.stdout[-300:]}{done.stderr[-300:]}"
    if wanted:
        assert set(wanted) & set(ids(done)), f"none of {wanted} in {ids(done)}"
        words = [done.json.get("message") or ""] + [x["message"] for x in [done.json.get("error")] + done.json.get("findings", []) if x]
        assert max(len(word) for word in words) > 20, f"no sentence in {words}"
    return done.json


def clean_env(folder):
    """An environment that knows nothing of the person's: no bus, no display, a HOME of its own."""
    env = {name: os.environ[name] for name in ("PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS") if name in os.environ}
    for name, below in (("HOME", "home"), ("XDG_DATA_HOME", "home/share"), ("XDG_CONFIG_HOME", "home/config"),
                        ("XDG_RUNTIME_DIR", "run")):
        env[name] = os.path.join(folder, below)
        os.makedirs(env[name], mode=0o700, exist_ok=True)
    env.update(LC_ALL="C.UTF-8", TZ="UTC", DBUS_SESSION_BUS_ADDRESS="unix:path=" + os.path.join(folder, "no-bus"))
    return env
