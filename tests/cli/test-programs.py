# SPDX-License-Identifier: GPL-3.0-or-later
"""chatelainectl against a real practice controller and a real keyring."""
import hashlib
import os
import re
import signal
import subprocess
import sys
import time

import tap
from ctl import Ctl, clean_env, said
from world import Pki, World, wait_for

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


class Bench:
    def __init__(self, ctl, sandbox):
        self.world = World("", sandbox)
        self.binary = ctl

    def begin(self):
        self.pki = Pki(self.world.path("pki")).make()
        self.write("right", "Zürich 1\n")
        self.sandbox = self.world.start_sandbox()
        facts = self.world.facts
        self.write("password", facts["password"] + "\n")
        self.where = ["--url", facts["url"], "--username", facts["username"], "--password-file", self.pki.path("password"), "--pin", facts["pin"]]
        self.ctl = Ctl(self.binary, clean_env(self.world.folder), [facts["password"], "Zürich 1"])

    def write(self, name, text):
        with open(os.open(self.pki.path(name), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            out.write(text)

    def controller(self, *argv, **more):
        return self.ctl("controller", *argv, *self.where, **more)

    def names(self):
        return {row["name"]: row for row in said(self.controller("certificates"), 0)["certificates"]}

    def upload(self, name, *more, destination="kafka-mutual", key="inter.key"):
        return self.controller("upload", "--role", "external-destination", "--name", name, "--destination", destination, "--chain",
                               self.pki.path("chain.pem"), "--certificate", self.pki.path("inter.pem"), "--key", self.pki.path(key), *more)


def shows_the_pin(b):
    answer = said(b.ctl("controller", "pin", "--url", b.world.facts["url"]), 0)
    assert answer["pin"] == b.world.facts["pin"] and TIME.fullmatch(answer["not_after"]), answer


def refuses_another_pin(b):
    where = b.where[:-1] + ["0" * 64]
    said(b.ctl("controller", "certificates", *where), 3, "controller.pin")


def signs_in(b):
    answer = said(b.controller("login"), 0)
    assert answer["username"] == "admin" and answer["release"], answer


def lists_certificates(b):
    rows = b.names()
    internal = next(row for row in rows.values() if row["role"] == "internal-tls")
    assert internal["operations"] == ["download"] and TIME.fullmatch(internal["expires"]), internal
    done = b.ctl.text("controller", "certificates", *b.where)
    assert internal["name"] in done.stdout and "in 5" in done.stdout, done.stdout


def lists_roles_and_destinations(b):
    roles = {role["id"]: role for role in said(b.controller("roles"), 0)["roles"]}
    fields = {field["id"]: field for field in roles["external-destination"]["fields"]}
    assert fields["key"]["mandatory"] and not fields["passphrase"]["mandatory"], fields
    places = {place["name"]: place for place in said(b.controller("destinations"), 0)["destinations"]}
    assert places["kafka-in-use"]["in_use"] and places["kafka-server-auth"]["auth_type"] == "server", places


def uploads_and_downloads_byte_for_byte(b):
    assert said(b.upload("east", "--dry-run"), 0)["outcome"] == "dry-run" and "east" not in b.names()
    assert said(b.upload("east", "--passphrase-file", b.pki.path("right"), key="inter.enc"), 0)["outcome"] == "done"
    assert b.names()["east"]["destinations"] == ["kafka-mutual"]
    out = b.world.path("out")
    files = said(b.controller("export", "--name", "east", "--output-dir", out, "--key-as-given"), 0)["files"]
    sources = {"root": "chain.pem", "intermediate": "inter.pem", "key": "inter.enc"}
    assert {f["part"] for f in files} == set(sources), files
    for f in files:
        data = open(f["path"], "rb").read()
        assert data == open(b.pki.path(sources[f["part"]]), "rb").read() and hashlib.sha256(data).hexdigest() == f["sha256"], f
    assert os.stat(os.path.join(out, "key.pem")).st_mode & 0o777 == 0o600
    said(b.controller("export", "--name", "east", "--output-dir", out, "--key-as-given"), 2, "file.exists")
    said(b.controller("export", "--name", "nobody", "--output-dir", out + "2", "--key-as-given"), 1, "certificate.unknown")


def downloads_the_key_under_a_new_passphrase(b):
    out = b.world.path("out-encrypted")
    said(b.controller("export", "--name", "east", "--output-dir", out), 2, "usage")
    assert not os.path.isdir(out) or not os.listdir(out)
    b.write("new", "a new passphrase\n")
    files = said(b.controller("export", "--name", "east", "--output-dir", out, "--part", "key", "--passphrase-file", b.pki.path("right"),
                              "--key-passphrase-file", b.pki.path("new")), 0)["files"]
    opened = subprocess.run(["openssl", "pkey", "-in", files[0]["path"], "-passin", "pass:a new passphrase", "-pubout"],
                            capture_output=True, text=True)
    plain = subprocess.run(["openssl", "pkey", "-in", b.pki.path("inter.key"), "-pubout"], capture_output=True, text=True)
    assert opened.stdout == plain.stdout != "", opened.stderr


def passes_the_controllers_question_on(b):
    done = b.upload("west")
    answer = said(done, 1)
    assert answer["outcome"] == "needs-confirmation" and answer["destinations"] == [{"name": "kafka-mutual", "certificate": "east"}], answer
    assert "west" not in b.names()
    assert said(b.upload("west", "--force-association"), 0)["outcome"] == "done"
    places = {place["name"]: place for place in said(b.controller("destinations"), 0)["destinations"]}
    assert places["kafka-mutual"]["certificate"] == "west", places


def refuses_before_it_asks(b):
    before = b.names()
    said(b.upload("no", key="other.key"), 1, "key.mismatch")
    said(b.upload("no", destination="nowhere"), 1, "destination.unknown")
    said(b.upload("no", destination="kafka-server-auth"), 1, "destination.auth-type")
    said(b.upload("no", destination="kafka-in-use"), 1, "destination.in-use")
    said(b.upload("east", destination="grpc-mutual"), 1, "name.taken")
    assert b.names() == before


def renews_and_clears_the_alarm(b):
    assert said(b.controller("expiry"), 0)["renewal_required"] is True
    assert said(b.controller("renew"), 1)["outcome"] == "needs-confirmation" and not said(b.controller("jobs"), 0)["jobs"]
    dry = said(b.controller("renew", "--yes", "--dry-run"), 0)
    assert dry["outcome"] == "dry-run" and "30 to 60 minutes" in dry["message"] and not said(b.controller("jobs"), 0)["jobs"], dry
    assert "No alarm is open" in b.ctl.text("controller", "alarms", "--open", *b.where).stdout
    answer = said(b.controller("renew", "--yes", "--wait", timeout=120), 0)
    assert answer["outcome"] == "done", answer
    assert said(b.controller("jobs", "--id", answer["job"]), 0)["jobs"][0]["status"] == "completed"
    assert said(b.controller("expiry"), 0) ["remaining_days"] is None
    alarm = next(a for a in said(b.controller("alarms", "--open"), 0)["alarms"] if a["severity"].lower() == "info")
    assert said(b.controller("clear", alarm["id"], "--dry-run"), 0)["outcome"] == "dry-run"
    assert alarm["id"] in [a["id"] for a in said(b.controller("alarms", "--open"), 0)["alarms"]], "a dry run cleared it"
    said(b.controller("clear", "no-such", "--dry-run"), 1)
    assert said(b.controller("clear", alarm["id"]), 0)["outcome"] == "done"
    assert alarm["id"] not in [a["id"] for a in said(b.controller("alarms", "--open"), 0)["alarms"]]
    said(b.controller("clear", "no-such"), 1)


def cancelling_a_wait_leaves_the_job(b):
    """SIGINT: exit 130, and the session is closed all the same."""
    argv = [b.ctl.binary, "controller", "renew", "--leaf", "--yes", "--wait", *b.where, "--json"]
    running = subprocess.Popen(argv, env=b.ctl.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    wait_for(lambda: [j for j in said(b.controller("jobs"), 0)["jobs"] if j["status"] in ("created", "in-progress")], "a running job")
    running.send_signal(signal.SIGINT)
    out, _ = running.communicate(timeout=30)
    assert running.returncode == 130, (running.returncode, out)
    wait_for(lambda: all(j["status"] == "completed" for j in said(b.controller("jobs"), 0)["jobs"]), "the job's end")


def keeps_a_vault_over_restarts(b):
    """Each command has a new bus and a new keyring daemon: nothing lives in memory alone."""
    line = ('printf pw | gnome-keyring-daemon --foreground --unlock --components=secrets >/dev/null 2>&1 & daemon=$!; '
            'gdbus wait --session --timeout 15 org.freedesktop.secrets; "$0" "$@" 2>&3; code=$?; kill $daemon; exit $code')
    env = {name: value for name, value in b.ctl.env.items() if name != "DBUS_SESSION_BUS_ADDRESS"}
    ctl = Ctl(b.ctl.binary, env, b.ctl.secrets)

    def vault(*argv, code=0, wanted=()):
        done = ctl("vault", *argv, before=("sh", "-c", 'exec dbus-run-session -- sh -c "$0" "$@" 3>&2 2>/dev/null', line))
        return said(done, code, *wanted)
    assert vault("init")["state"] == "open"
    vault("init", code=2, wanted=["vault.exists"])
    assert [i["kind"] for i in vault("add", b.pki.path("chain.pem"), "--name", "a chain", "--role", "external-destination")["items"]] == ["trust-chain"]
    pair = vault("add", b.pki.path("inter.pem"), b.pki.path("inter.key"), "--name", "a pair")["items"]
    assert [i["kind"] for i in pair] == ["intermediate"] and pair[0]["warning"], pair
    vault("add", b.pki.path("chain.pem"), "--name", "a chain")
    items = {i["name"]: i for i in vault("list")["items"]}
    assert set(items) == {"a chain", "a pair"}, items
    files = vault("export", items["a chain"]["id"], "--output-dir", b.world.path("vault-out"))["files"]
    assert open(files[0]["path"], "rb").read() == open(b.pki.path("chain.pem"), "rb").read()
    vault("export", items["a pair"]["id"], "--output-dir", b.world.path("vault-pair"), code=2, wanted=["usage"])
    files = vault("export", items["a pair"]["id"], "--output-dir", b.world.path("vault-pair"), "--plain-key")["files"]
    key = next(f["path"] for f in files if f["part"] == "key")
    assert os.stat(key).st_mode & 0o777 == 0o600


def says_what_is_not_there(b):
    b.world.end(b.sandbox)
    started = time.monotonic()
    said(b.controller("certificates"), 3, "controller.unreachable")
    assert time.monotonic() - started < 20


TESTS = [shows_the_pin, refuses_another_pin, signs_in, lists_certificates, lists_roles_and_destinations,
         uploads_and_downloads_byte_for_byte, downloads_the_key_under_a_new_passphrase, passes_the_controllers_question_on,
         refuses_before_it_asks, renews_and_clears_the_alarm, cancelling_a_wait_leaves_the_job, keeps_a_vault_over_restarts,
         says_what_is_not_there]


def main():
    bench = Bench(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]))
    try:
        bench.begin()
        return tap.report(tap.of(TESTS, bench))
    finally:
        bench.world.close()


if __name__ == "__main__":
    sys.exit(main())
