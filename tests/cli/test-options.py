# SPDX-License-Identifier: GPL-3.0-or-later
"""chatelainectl's options, secrets and manners: what holds for every command, with no bus, display or controller."""
import json
import os
import subprocess
import sys
import tempfile

import tap
from ctl import Ctl, clean_env, ids, said
from world import Pki

COMMANDS = ["inspect", "check", "vault init", "vault status", "vault add", "vault list", "vault export", "controller pin", "controller login",
            "controller certificates", "controller roles", "controller destinations", "controller upload", "controller export",
            "controller expiry", "controller renew", "controller jobs", "controller alarms", "controller clear"]
ON_A_CONTROLLER = [c for c in COMMANDS if c.startswith("controller") and not c.endswith("pin")]
NOWHERE = ["--url", "https://127.0.0.1:9", "--username", "admin", "--pin", "0" * 64]


def explains_every_command(ctl, pki):
    overview = ctl.text("--help").stdout
    for command in COMMANDS:
        assert f"  {command} " in overview, command
        done = ctl.text(*command.split(), "--help")
        assert done.returncode == 0 and f"chatelainectl {command} [OPTION…]" in done.stdout and "--json" in done.stdout, done.stdout


def refuses_what_it_does_not_know(ctl, pki):
    for command in COMMANDS:
        answer = said(ctl(*command.split(), "--no-such-option"), 2, "usage")
        assert "--no-such-option" in answer["error"]["message"] and answer["error"]["advice"], answer
    said(ctl("check", "--role", "server-syslog", "--chain", pki.path("root.pem"), "one-more"), 2, "usage")
    said(ctl("controller", "clear", "one", "two", *NOWHERE), 2, "usage")
    said(ctl("vault", "export", "--output-dir", pki.path("out")), 2, "usage")


def wants_to_know_which_controller(ctl, pki):
    for command in ON_A_CONTROLLER:
        more = ["an-alarm"] if command.endswith("clear") else []
        if command.endswith("upload"):
            more = ["--role", "server-syslog", "--name", "n", "--chain", pki.path("root.pem")]
        if command.endswith("export"):
            more = ["--name", "n", "--output-dir", pki.path("out")]
        said(ctl(*command.split(), *more), 2, "usage")
        answer = said(ctl(*command.split(), *more, *NOWHERE), 2, "usage")
        assert "--password-file" in answer["error"]["message"], answer
        answer = said(ctl(*command.split(), *more, *NOWHERE, "--password-file", pki.path("none")), 2, "file.missing")
    assert not os.path.exists(pki.path("out")), "a folder was made for nothing"


def wants_both_halves_of_an_upload(ctl, pki):
    whole = {"--role": "server-syslog", "--name": "n", "--chain": pki.path("root.pem")}
    for missing in whole:
        argv = [word for pair in whole.items() if pair[0] != missing for word in pair]
        answer = said(ctl("controller", "upload", *argv, *NOWHERE, "--password-file", pki.path("right")), 2, "usage")
        assert missing in answer["error"]["message"], answer
    for missing in ("--role", "--chain"):
        argv = [word for pair in whole.items() if pair[0] not in (missing, "--name") for word in pair]
        said(ctl("check", *argv), 2, "usage")


def does_not_take_what_contradicts_itself(ctl, pki):
    password = ["--password-file", pki.path("right")]
    said(ctl("controller", "export", "--name", "n", "--output-dir", pki.path("out"), "--key-as-given", "--key-passphrase-file", pki.path("right"),
             *NOWHERE, *password), 2, "usage")
    said(ctl("controller", "export", "--name", "n", "--output-dir", pki.path("out"), "--part", "half", *NOWHERE, *password), 2, "usage")
    said(ctl("controller", "renew", "--leaf", "--all", "--yes", *NOWHERE, *password), 2, "usage")
    said(ctl("controller", "login", "--profile", "lab", *NOWHERE, *password), 2, "usage")
    said(ctl("vault", "export", "id", "--output-dir", pki.path("out"), "--plain-key", "--key-passphrase-file", pki.path("right")), 2, "usage")


def takes_options_anywhere(ctl, pki):
    role, chain = ["--role", "server-syslog"], ["--chain", pki.path("root.pem")]
    at = ["--at", "2099-01-01T00:00:00Z"]
    for argv in ([*at, *role, *chain], [*chain, *at, *role], ["--role=server-syslog", "--chain=" + pki.path("root.pem"), *at]):
        assert "expiry.expired" in ids(ctl("check", *argv)), argv
    answer = said(ctl("inspect", pki.path("root.pem"), *at, pki.path("inter.pem")), 0)
    assert [len(f["objects"]) for f in answer["files"]] == [1, 1]
    assert any(f["id"] == "expiry.expired" for f in answer["files"][0]["findings"]), answer
    said(ctl("--vault", pki.path("elsewhere.db"), "vault", "list"), 3, "vault.absent")
    assert said(ctl("vault", "status", "--vault", pki.path("elsewhere.db")), 0)["path"] == pki.path("elsewhere.db")


def takes_a_file_that_looks_like_an_option(ctl, pki):
    os.symlink(pki.path("root.pem"), os.path.join(pki.folder, "--json.pem"))
    done = subprocess.run([ctl.binary, "inspect", "--json", "--", "--json.pem"], capture_output=True, text=True, env=ctl.env, cwd=pki.folder)
    assert done.returncode == 0 and len(json.loads(done.stdout)["files"][0]["objects"]) == 1, done.stdout + done.stderr


def reads_a_passphrase_from_standard_input(ctl, pki):
    argv = ["check", "--role", "external-destination", "--chain", pki.path("chain.pem"), "--certificate", pki.path("inter.pem"), "--key",
            pki.path("inter.enc"), "--passphrase-file", "-"]
    for given in ("Zürich 1", "Zürich 1\n", "Zürich 1\r\n"):
        said(ctl(*argv, given=given), 0)
    for given in ("Zürich 1 \n", " Zürich 1\n", "Zürich 1\n\n"):  # nothing else is dropped
        said(ctl(*argv, given=given), 1, "key.passphrase-wrong")


def warns_of_secrets_that_others_may_read(ctl, pki):
    argv = ["inspect", pki.path("inter.enc"), "--passphrase-file", pki.path("right")]
    assert ctl(*argv).stderr == ""
    os.chmod(pki.path("right"), 0o644)
    done = ctl(*argv)
    os.chmod(pki.path("right"), 0o600)
    assert done.returncode == 0 and "others may read" in done.stderr, done.stderr


def tells_people_and_scripts_the_same(ctl, pki):
    """The same exit code with and without --json; the document alone on standard output, the fault for people on the other."""
    for argv in (["inspect", pki.path("chain.pem")], ["inspect", pki.path("empty.pem")], ["inspect"],
                 ["check", "--role", "server-syslog", "--chain", pki.path("old.pem")],
                 ["check", "--role", "no-such", "--chain", pki.path("old.pem")], ["vault", "list"]):
        done, people = ctl(*argv), ctl.text(*argv)
        assert done.returncode == people.returncode, argv
        if "error" in done.json:
            assert done.stderr == "" and people.stdout == "" and done.json["error"]["message"] in people.stderr, people
        for finding in done.json.get("findings", []):
            assert f"{finding['severity'].replace('info', 'note')}: {finding['message']} [{finding['id']}]" in people.stdout, people.stdout


def goes_on_where_one_file_fails(ctl, pki):
    done = ctl("inspect", pki.path("none.pem"), pki.path("root.pem"), pki.path("empty.pem"))
    assert [f["path"] for f in said(done, 0)["files"]] == [pki.path("root.pem")]
    assert "none.pem" in done.stderr and "empty.pem" in done.stderr, done.stderr
    said(ctl("inspect", pki.path("none.pem"), pki.path("empty.pem")), 2, "file.missing")


def stands_hostile_file_names(ctl, pki):
    for name in (b"new\nline\x1b[2J.pem", b"\xff\xfe.pem", "\u202egnp.pem".encode(), b"%s%n.pem"):
        path = os.path.join(os.fsencode(pki.folder), name)
        os.symlink(pki.path("old.pem"), path)
        for argv in (["inspect", path], ["check", "--role", "server-syslog", "--chain", path]):
            scripts = subprocess.run([os.fsencode(ctl.binary), *argv, "--json"], capture_output=True, env=ctl.env)
            people = subprocess.run([os.fsencode(ctl.binary), *argv], capture_output=True, env=ctl.env)
            json.loads(scripts.stdout.decode())  # UTF-8, whatever the name was
            out = (people.stdout + people.stderr).decode()
            assert "\x1b" not in out and "\u202e" not in out and "new\nline" not in out, out
            assert scripts.returncode == people.returncode == (0 if argv[0] == "inspect" else 1), out


TESTS = [explains_every_command, refuses_what_it_does_not_know, wants_to_know_which_controller, wants_both_halves_of_an_upload,
         does_not_take_what_contradicts_itself, takes_options_anywhere, takes_a_file_that_looks_like_an_option,
         reads_a_passphrase_from_standard_input, warns_of_secrets_that_others_may_read, tells_people_and_scripts_the_same,
         goes_on_where_one_file_fails, stands_hostile_file_names]


def main():
    with tempfile.TemporaryDirectory(prefix="chatelaine-cli-") as folder:
        pki = Pki(os.path.join(folder, "pki")).make()
        with open(os.open(pki.path("right"), os.O_WRONLY | os.O_CREAT, 0o600), "w") as out:
            out.write("Zürich 1\n")
        ctl = Ctl(os.path.abspath(sys.argv[1]), clean_env(folder), ["Zürich 1"])
        return tap.report(tap.of(TESTS, ctl, pki))


if __name__ == "__main__":
    sys.exit(main())
