# SPDX-License-Identifier: GPL-3.0-or-later
"""chatelainectl inspect and check: files alone, no bus, no display, no controller."""
import hashlib
import json
import os
import signal
import ssl
import subprocess
import sys
import tempfile

import tap
from ctl import Ctl, clean_env, ids, said
from world import Pki, openssl, wait_for


def inspects_a_chain(ctl, pki):
    answer = said(ctl("inspect", pki.path("chain.pem")), 0)["files"][0]
    shas = [hashlib.sha256(ssl.PEM_cert_to_DER_cert(open(pki.path(n)).read())).hexdigest() for n in ("root.pem", "inter.pem")]
    assert answer["format"] == "pem" and [o["sha256"] for o in answer["objects"]] == shas, answer
    assert [shas[1], shas[0]] in answer["chains"], answer["chains"]
    first = answer["objects"][0]
    assert first["subject"] == "CN=Example Root,O=Example" and first["is_ca"] and first["key"] == {"algorithm": "EC P-256", "bits": 256} or \
        first["key"]["bits"] == 256, first
    assert not [f for f in answer["findings"] if f["severity"] != "info"], answer["findings"]


def inspects_a_key_without_showing_it(ctl, pki):
    done = ctl("inspect", pki.path("inter.key"))
    key = said(done, 0)["files"][0]["objects"][0]
    assert key["kind"] == "private-key" and key["encrypted"] is False, key
    assert open(pki.path("inter.key")).read().splitlines()[1] not in done.stdout


def tells_what_a_key_wants(ctl, pki):
    key = said(ctl("inspect", pki.path("inter.enc")), 0)["files"][0]["objects"][0]
    assert key["encrypted"] and "passphrase" in key["reason"].lower(), key
    key = said(ctl("inspect", pki.path("inter.enc"), "--passphrase-file", pki.path("right")), 0)["files"][0]["objects"][0]
    assert key["encrypted"] and "reason" not in key and key["key"]["bits"] == 256, key


def reads_standard_input(ctl, pki):
    done = ctl("inspect", "-", given=open(pki.path("root.pem")).read())
    assert len(said(done, 0)["files"][0]["objects"]) == 1


def speaks_to_people_too(ctl, pki):
    done = ctl.text("inspect", pki.path("chain.pem"))
    assert done.returncode == 0 and "Example Issuing CA" in done.stdout and "SHA-256" in done.stdout, done.stdout
    done = ctl.text("check", "--role", "server-syslog", "--chain", pki.path("root.pem"))
    assert done.returncode == 0 and "passes" in done.stdout, done.stdout


def names_what_cannot_be_read(ctl, pki):
    for name, wanted in (("empty.pem", "file.empty"), ("folder.pem", "file.folder"), ("huge.pem", "file.too-large"),
                         ("none.pem", "file.missing"), ("page.html", "file.nothing-readable")):
        said(ctl("inspect", pki.path(name)), 2, wanted)
        said(ctl("check", "--role", "server-syslog", "--chain", pki.path(name)), 2, wanted)


def passes_a_good_upload(ctl, pki):
    for key, more in (("inter.key", []), ("inter.enc", ["--passphrase-file", pki.path("right")])):
        answer = said(ctl("check", "--role", "external-destination", "--chain", pki.path("chain.pem"), "--certificate", pki.path("inter.pem"),
                          "--key", pki.path(key), *more), 0)
        assert answer["verdict"] == "pass" and not [f for f in answer["findings"] if f["severity"] != "info"], answer


def refuses_with_one_reason(ctl, pki):
    def check(wanted, chain="chain.pem", certificate="inter.pem", key="inter.key", passphrase=None):
        argv = ["check", "--role", "external-destination", "--chain", pki.path(chain), "--certificate", pki.path(certificate), "--key", pki.path(key)]
        done = ctl(*argv, *(["--passphrase-file", pki.path(passphrase)] if passphrase else []))
        said(done, 1, wanted)
        assert done.json["verdict"] == "fail"
        return done
    check("key.mismatch", key="other.key")
    wrong = check("key.passphrase-wrong", key="inter.enc", passphrase="wrong")
    assert "key.mismatch" not in ids(wrong), ids(wrong)
    check("key.passphrase-needed", key="inter.enc")
    check("file.not-pem", chain="root.der")
    check("expiry.below-minimum", chain="old.pem", certificate="old.pem", key="old.key")
    check("chain.link-broken", chain="forged.pem")


def judges_at_another_time(ctl, pki):
    said(ctl("check", "--role", "server-syslog", "--chain", pki.path("root.pem"), "--at", "2099-01-01T00:00:00Z"), 1,
         "expiry.expired", "expiry.below-minimum")
    said(ctl("check", "--role", "server-syslog", "--chain", pki.path("root.pem"), "--at", "tomorrow"), 2, "usage")


def takes_a_bundle_where_the_role_does(ctl, pki):
    assert not said(ctl("check", "--role", "device-gnmi", "--chain", pki.path("bundle.pem")), 0)["findings"]
    found = said(ctl("check", "--role", "server-syslog", "--chain", pki.path("bundle.pem")), 0)["findings"]
    assert "chain.several" in [f["id"] for f in found], found


def knows_its_commands(ctl, pki):
    said(ctl("frobnicate"), 2, "usage")
    said(ctl("inspect"), 2, "usage")
    said(ctl("inspect", "--frobnicate", pki.path("root.pem")), 2, "usage")
    said(ctl("controller", "frobnicate"), 2, "usage")
    said(ctl("controller", "certificates"), 2, "usage")
    answer = said(ctl("check", "--role", "no-such", "--chain", pki.path("chain.pem")), 2, "role.unknown")
    assert "external-destination" in answer["error"]["message"], answer
    said(ctl("controller"), 2, "usage")
    for argv, wanted in ((["--version"], "chatelainectl 0."), (["inspect", "--help"], "chatelainectl inspect [OPTION…] FILE…"),
                         (["controller", "upload", "--help"], "chatelainectl controller upload [OPTION…]")):
        done = ctl.text(*argv)
        assert done.returncode == 0 and wanted in done.stdout, done.stdout
    done = ctl.text("--help")
    assert done.returncode == 0 and "controller upload" in done.stdout, done.stdout


def shows_hostile_names_harmlessly(ctl, pki):
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "100", "-utf8",
            "-subj", "/CN=A & B <b>\u202eevil\u200b", "-keyout", pki.path("hostile.key"), "-out", pki.path("hostile.pem"))
    done = ctl.text("inspect", pki.path("hostile.pem"))
    assert done.returncode == 0 and "A & B \\<b\\>" in done.stdout and "\u202e" not in done.stdout, done.stdout


def reads_real_authorities(ctl, pki):
    path = "/etc/ssl/certs/ca-certificates.crt"
    if not os.path.exists(path):
        return
    objects = said(ctl("inspect", path), 0)["files"][0]["objects"]
    text = open(path).read()
    assert len(objects) == text.count("BEGIN CERTIFICATE"), len(objects)
    assert all(o["kind"] == "certificate" and "=" in o["subject"] for o in objects)


def can_be_cancelled(ctl, pki):
    """Ctrl-C is heard while a file is read: one document, exit 130."""
    program = subprocess.Popen([ctl.binary, "inspect", "-", "--json"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=ctl.env)
    program.stdin.write(open(pki.path("root.pem")).read() * 20000)
    program.stdin.close()
    program.stdin = None
    program.send_signal(signal.SIGINT)
    out, _ = program.communicate(timeout=60)
    assert program.returncode == 130 and json.loads(out)["error"]["id"] == "cancelled", (program.returncode, out[:200])


def hears_sigint(pid):
    caught = next(line for line in open(f"/proc/{pid}/status") if line.startswith("SigCgt:"))
    return int(caught.split()[1], 16) & 1 << signal.SIGINT - 1


def can_be_cancelled_while_nobody_types(ctl, pki):
    for argv in (["inspect", "-"], ["inspect", pki.path("inter.enc"), "--passphrase-file", "-"]):
        program = subprocess.Popen([ctl.binary, *argv, "--json"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=ctl.env)
        wait_for(lambda: hears_sigint(program.pid), "the signal's handler")
        program.send_signal(signal.SIGINT)
        program.wait(60)  # while its standard input is still open
        out = program.stdout.read()
        program.stdin.close()
        program.stdout.close()
        assert program.returncode == 130 and json.loads(out)["error"]["id"] == "cancelled", (program.returncode, out[:200])


def vault_without_a_bus_says_so(ctl, pki):
    said(ctl("vault", "init", "--mode", "keyring"), 3, "vault.no-service", "vault.locked")
    said(ctl("vault", "init", "--mode", "both"), 2, "usage")
    assert not os.path.exists(os.path.join(ctl.env["XDG_DATA_HOME"], "chatelaine", "vault.db")), "a vault was made all the same"
    assert said(ctl("vault", "status"), 0)["state"] == "absent"
    said(ctl("vault", "list"), 3, "vault.absent")


TESTS = [inspects_a_chain, inspects_a_key_without_showing_it, tells_what_a_key_wants, reads_standard_input, speaks_to_people_too,
         names_what_cannot_be_read, passes_a_good_upload, refuses_with_one_reason, judges_at_another_time,
         takes_a_bundle_where_the_role_does, knows_its_commands, shows_hostile_names_harmlessly, reads_real_authorities,
         can_be_cancelled, can_be_cancelled_while_nobody_types, vault_without_a_bus_says_so]


def main():
    with tempfile.TemporaryDirectory(prefix="chatelaine-cli-") as folder:
        pki = Pki(os.path.join(folder, "pki")).make()
        for name, text in (("right", "Zürich 1\n"), ("wrong", "zurich 1\n"), ("page.html", "<!DOCTYPE html><title>No</title>")):
            with open(os.open(pki.path(name), os.O_WRONLY | os.O_CREAT, 0o600), "w") as out:
                out.write(text)
        ctl = Ctl(os.path.abspath(sys.argv[1]), clean_env(folder), ["Zürich 1", "zurich 1"])
        return tap.report(tap.of(TESTS, ctl, pki))


if __name__ == "__main__":
    sys.exit(main())
