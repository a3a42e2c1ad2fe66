# SPDX-License-Identifier: GPL-3.0-or-later
"""chatelainectl inspect, check, repair and compare: files alone, no bus, no display, no controller."""
import hashlib
import json
import os
import re
import signal
import ssl
import stat
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta, timezone

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


def judges_at_the_end_of_a_window(ctl, pki):
    def check(window):
        return ctl("check", "--role", "server-syslog", "--chain", pki.path("root.pem"), "--window-end", window)
    said(check((datetime.now(timezone.utc) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")), 0)
    said(check("2099-01-01T00:00:00Z"), 1, "expiry.in-window")
    said(check("2020-01-01T00:00:00Z"), 2, "usage")
    said(check("soon"), 2, "usage")


def asks_for_the_passphrase_of_a_container(ctl, pki):
    openssl("pkcs12", "-export", "-inkey", pki.path("inter.key"), "-in", pki.path("inter.pem"), "-passout", "pass:Zürich 1", "-out", pki.path("locked.p12"))
    pair = ["check", "--role", "external-destination", "--chain", pki.path("chain.pem"), "--certificate", pki.path("inter.pem"), "--key", pki.path("locked.p12")]
    assert ids(ctl(*pair)) == ["file.not-pem", "key.passphrase-needed"]
    assert ids(ctl(*pair, "--passphrase-file", pki.path("wrong"))) == ["file.not-pem", "key.passphrase-wrong"]
    assert ids(ctl(*pair, "--passphrase-file", pki.path("right"))) == ["file.not-pem"]
    done = ctl("check", "--role", "server-syslog", "--chain", pki.path("locked.p12"))
    said(done, 1, "file.not-pem")
    assert ids(done) == ["file.not-pem"], ids(done)


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


def shas(path):
    with open(path) as text:
        blocks = re.findall("-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", text.read(), re.S)
    return [hashlib.sha256(ssl.PEM_cert_to_DER_cert(block)).hexdigest() for block in blocks]


def state_of(folder):
    return sorted((e.name, e.stat().st_mtime_ns, e.stat().st_size) for e in os.scandir(folder))


def repair(ctl, pki, name, role, *argv):
    """The answer into a folder of its own; what was given is the same before and after."""
    before = state_of(pki.folder)
    done = ctl("repair", "--role", role, *argv, "--output-dir", os.path.join(pki.folder, "..", "out", name))
    assert state_of(pki.folder) == before, "an input was touched"
    return done


def out(pki, *names):
    return os.path.join(pki.folder, "..", "out", *names)


def repairs_a_jumbled_chain(ctl, pki):
    root, inter = shas(pki.path("root.pem")) + shas(pki.path("inter.pem"))
    pki.join("jumbled.pem", "inter.pem", "root.pem", "inter.pem")
    answer = said(repair(ctl, pki, "jumbled", "server-syslog", pki.path("jumbled.pem")), 0)
    steps = {step["id"]: step for step in answer["steps"]}
    assert set(steps) == {"drop-duplicates", "order"}, answer
    assert steps["drop-duplicates"]["dropped"] == [inter] and set(steps["order"]["moved"]) == {root, inter}, answer
    assert [f["part"] for f in answer["files"]] == ["chain"] and answer["written"], answer
    assert shas(answer["files"][0]["path"]) == [root, inter] == shas(out(pki, "jumbled", "chain.pem"))
    said(ctl("check", "--role", "server-syslog", "--chain", answer["files"][0]["path"]), 0)
    done = ctl.text("repair", "--role", "server-syslog", pki.path("jumbled.pem"), "--output-dir", out(pki, "jumbled2"))
    assert done.returncode == 0 and "order" in done.stdout and root in done.stdout and "passes" in done.stdout, done.stdout


def takes_a_container_apart(ctl, pki):
    openssl("pkcs12", "-export", "-inkey", pki.path("inter.key"), "-in", pki.path("inter.pem"), "-certfile", pki.path("root.pem"),
            "-passout", "pass:Zürich 1", "-out", pki.path("all.p12"))
    opened = [pki.path("all.p12"), "--passphrase-file", pki.path("right")]
    for name, more, begins, opens in (("kept", [], "ENCRYPTED ", "right"), ("plain", ["--plain-key"], "", None),
                                      ("new", ["--key-passphrase-file", pki.path("wrong")], "ENCRYPTED ", "wrong")):
        answer = said(repair(ctl, pki, name, "external-destination", *opened, *more), 0)
        assert [f["part"] for f in answer["files"]] == ["chain", "certificate", "key"] and not answer["findings"], answer
        key = out(pki, name, "key.pem")
        assert stat.S_IMODE(os.stat(key).st_mode) == 0o600, oct(os.stat(key).st_mode)
        assert open(key).read().startswith(f"-----BEGIN {begins}PRIVATE KEY-----\n")
        said(ctl("check", "--role", "external-destination", "--chain", out(pki, name, "chain.pem"), "--certificate",
                 out(pki, name, "certificate.pem"), "--key", key, *(["--passphrase-file", pki.path(opens)] if opens else [])), 0)
    assert shas(out(pki, "new", "certificate.pem")) == shas(pki.path("inter.pem"))
    said(repair(ctl, pki, "shut", "external-destination", pki.path("all.p12"), "--passphrase-file", pki.path("wrong")), 2,
         "file.nothing-readable")
    assert not os.path.exists(out(pki, "shut"))


def splits_hierarchies(ctl, pki):
    answer = said(repair(ctl, pki, "split", "server-syslog", pki.path("bundle.pem")), 0)
    assert [os.path.basename(f["path"]) for f in answer["files"]] == ["chain-1.pem", "chain-2.pem"], answer
    assert [shas(f["path"]) for f in answer["files"]] == [shas(pki.path("root.pem")), shas(pki.path("other.pem"))]
    answer = said(repair(ctl, pki, "whole", "device-gnmi", pki.path("bundle.pem")), 0)
    assert not answer["steps"] and open(out(pki, "whole", "chain.pem")).read() == open(pki.path("bundle.pem")).read()


def says_what_no_repair_mends(ctl, pki):
    said(repair(ctl, pki, "rootless", "server-syslog", pki.path("inter.pem")), 1, "chain.root-missing")
    said(repair(ctl, pki, "mismatch", "external-destination", pki.path("chain.pem"), pki.path("other.key")), 1, "key.mismatch")
    with open(pki.path("broken.pem"), "w") as text:
        root = open(pki.path("root.pem")).read()
        text.write(root + root.replace("MII", "!!!", 1) + open(pki.path("inter.pem")).read())
    answer = said(repair(ctl, pki, "broken", "server-syslog", pki.path("broken.pem")), 0)
    assert [f["id"] for f in answer["findings"]] == ["file.broken-block"] and "line" in answer["findings"][0]["message"], answer
    for name, wanted in (("empty.pem", "file.empty"), ("folder.pem", "file.folder"), ("none.pem", "file.missing"),
                         ("page.html", "file.nothing-readable"), ("inter.key", "file.nothing-readable")):
        said(repair(ctl, pki, "none", "server-syslog", pki.path(name)), 2, wanted)
    assert not os.path.exists(out(pki, "none"))


def protects_no_key_that_stays_shut(ctl, pki):
    for more, wanted in (([], "key.passphrase-needed"), (["--passphrase-file", pki.path("wrong")], "key.passphrase-wrong")):
        answer = said(repair(ctl, pki, "locked", "external-destination", pki.path("chain.pem"), pki.path("inter.enc"), "--plain-key", *more),
                      1, wanted)
        assert not answer["files"] and not answer["written"], answer
    assert not os.path.exists(out(pki, "locked"))
    said(repair(ctl, pki, "both", "external-destination", pki.path("chain.pem"), "--plain-key", "--key-passphrase-file", pki.path("right")),
         2, "usage")
    with open(pki.path("nothing"), "w"):
        pass
    said(repair(ctl, pki, "blank", "external-destination", pki.path("chain.pem"), "--key-passphrase-file", pki.path("nothing")), 2)


def writes_all_or_nothing(ctl, pki):
    dry = said(repair(ctl, pki, "dry", "server-syslog", pki.path("chain.pem"), "--dry-run"), 0)
    assert not os.path.exists(out(pki, "dry")) and not dry["written"] and dry["files"], dry
    argv = ["external-destination", pki.path("chain.pem"), pki.path("inter.key")]
    os.makedirs(out(pki, "taken"))
    with open(out(pki, "taken", "key.pem"), "w") as text:
        text.write("mine\n")
    said(repair(ctl, pki, "taken", *argv), 2, "file.exists")
    assert os.listdir(out(pki, "taken")) == ["key.pem"] and open(out(pki, "taken", "key.pem")).read() == "mine\n"
    said(repair(ctl, pki, "taken", *argv, "--overwrite"), 0)
    assert "PRIVATE KEY" in open(out(pki, "taken", "key.pem")).read()
    assert stat.S_IMODE(os.stat(out(pki, "taken", "key.pem")).st_mode) == 0o600
    # The last of three cannot be written: the two before it are taken back, also where they replaced something.
    os.makedirs(out(pki, "stuck", "key.pem", "inside"))
    with open(out(pki, "stuck", "chain.pem"), "w") as text:
        text.write("before\n")
    assert repair(ctl, pki, "stuck", *argv, "--overwrite").returncode == 2
    assert sorted(os.listdir(out(pki, "stuck"))) == ["chain.pem", "key.pem"]
    assert open(out(pki, "stuck", "chain.pem")).read() == "before\n"
    # Never in place.
    os.rename(out(pki, "taken", "chain.pem"), out(pki, "taken", "old.pem"))
    os.link(out(pki, "taken", "old.pem"), out(pki, "taken", "chain.pem"))
    said(repair(ctl, pki, "taken", "server-syslog", out(pki, "taken", "old.pem"), "--overwrite"), 2, "file.exists")
    said(ctl("repair", "--role", "server-syslog", pki.path("chain.pem")), 2, "usage")
    said(ctl("repair", pki.path("chain.pem"), "--output-dir", out(pki, "x")), 2, "usage")
    said(repair(ctl, pki, "x", "no-such", pki.path("chain.pem")), 2, "role.unknown")


def compares_two_files(ctl, pki):
    def compare(a, b, *more):
        done = ctl("compare", pki.path(a), pki.path(b), *more)
        assert (done.returncode, done.json["same"]) in ((0, True), (1, False)), done.stdout
        return [d["kind"] for d in done.json["differences"]]
    pki.join("turned.pem", "inter.pem", "root.pem")
    assert compare("chain.pem", "chain.pem") == [] == compare("root.pem", "root.der")
    assert compare("chain.pem", "turned.pem") == ["order"]
    assert compare("chain.pem", "root.pem") == ["dropped"] and compare("root.pem", "chain.pem") == ["added"]
    assert compare("root.pem", "twin.pem") == ["key"]
    assert compare("inter.key", "inter.enc", "--passphrase-file", pki.path("right")) == ["private-key-protection"]
    done = ctl.text("compare", pki.path("chain.pem"), pki.path("root.pem"))
    assert done.returncode == 1 and "Example Issuing CA" in done.stdout, done.stdout
    done = ctl.text("compare", pki.path("root.pem"), pki.path("root.der"))
    assert done.returncode == 0 and "same" in done.stdout, done.stdout
    said(ctl("compare", pki.path("chain.pem"), pki.path("none.pem")), 2, "file.missing")
    said(ctl("compare", pki.path("chain.pem")), 2, "usage")


def vault_without_a_bus_says_so(ctl, pki):
    said(ctl("vault", "init", "--mode", "keyring"), 3, "vault.no-service", "vault.locked")
    said(ctl("vault", "init", "--mode", "both"), 2, "usage")
    assert not os.path.exists(os.path.join(ctl.env["XDG_DATA_HOME"], "chatelaine", "vault.db")), "a vault was made all the same"
    assert said(ctl("vault", "status"), 0)["state"] == "absent"
    said(ctl("vault", "list"), 3, "vault.absent")


TESTS = [inspects_a_chain, inspects_a_key_without_showing_it, tells_what_a_key_wants, reads_standard_input, speaks_to_people_too,
         names_what_cannot_be_read, passes_a_good_upload, refuses_with_one_reason, judges_at_another_time,
         judges_at_the_end_of_a_window, asks_for_the_passphrase_of_a_container,
         takes_a_bundle_where_the_role_does, knows_its_commands, shows_hostile_names_harmlessly, reads_real_authorities,
         can_be_cancelled, can_be_cancelled_while_nobody_types, vault_without_a_bus_says_so,
         repairs_a_jumbled_chain, takes_a_container_apart, splits_hierarchies, says_what_no_repair_mends,
         protects_no_key_that_stays_shut, writes_all_or_nothing, compares_two_files]


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
