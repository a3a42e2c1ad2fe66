# SPDX-License-Identifier: GPL-3.0-or-later
"""What chatelainectl asks a controller, as a relay before the practice controller sees it: nothing in spite of the pin, nothing in a dry
run, and a log-out for each log-in, however the command ends."""
import http.client
import http.server
import os
import signal
import ssl
import subprocess
import sys
import threading
import urllib.parse

import tap
from ctl import Ctl, clean_env, said
from world import Pki, World, openssl, wait_for

TICKETS = "/crosswork/sso/v1/tickets"
NOT_PASSED_ON = ("connection", "content-length", "transfer-encoding", "host")


class Relay(http.server.BaseHTTPRequestHandler):
    """Passes requests on and notes (method, path, has a bearer); holds back what its server's HOLD names."""
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def take_body(self):
        if "chunked" not in (self.headers.get("Transfer-Encoding") or ""):
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def pass_on(self):
        server, body = self.server, self.take_body()
        server.asked.append((self.command, self.path, (self.headers.get("Authorization") or "").startswith("Bearer ")))
        if server.hold and server.hold in self.path:
            server.held.set()
            server.released.wait(60)
        if TICKETS in self.path:  # a ticket is good for the address that it was asked for
            body = body.replace(b"%d" % server.server_port, b"%d" % server.target[1])
        real = http.client.HTTPSConnection(*server.target, timeout=60, context=ssl._create_unverified_context())
        real.request(self.command, self.path, body, {k: v for k, v in self.headers.items() if k.lower() not in NOT_PASSED_ON})
        answer = real.getresponse()
        data = answer.read()
        real.close()
        self.send_response(answer.status)
        if answer.headers.get("Content-Type"):
            self.send_header("Content-Type", answer.headers["Content-Type"])
        if answer.status != 204:
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PUT = do_DELETE = pass_on


class Bench:
    def __init__(self, ctl, sandbox):
        self.world = World("", sandbox)
        self.pki = Pki(self.world.path("pki")).make()
        self.world.start_sandbox()
        facts = self.world.facts
        with open(os.open(self.pki.path("password"), os.O_WRONLY | os.O_CREAT, 0o600), "w") as out:
            out.write(facts["password"])
        self.relay = self.start_relay(urllib.parse.urlsplit(facts["url"]))
        self.ctl = Ctl(ctl, clean_env(self.world.folder), [facts["password"]])
        url = f"https://127.0.0.1:{self.relay.server_port}"
        pin = self.ctl("controller", "pin", "--url", url).json["pin"]
        self.where = ["--url", url, "--username", facts["username"], "--password-file", self.pki.path("password"), "--pin", pin]
        self.files = ["--chain", self.pki.path("chain.pem"), "--certificate", self.pki.path("inter.pem"), "--key", self.pki.path("inter.key")]

    def start_relay(self, url):
        certificate, key = self.pki.path("relay.pem"), self.pki.path("relay.key")
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30", "-subj", "/CN=relay",
                "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate)
        relay = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Relay)
        relay.asked, relay.target, relay.hold = [], (url.hostname, url.port), None
        relay.held, relay.released = threading.Event(), threading.Event()
        relay.handle_error = lambda *_: None  # a client that goes away
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate, key)
        relay.socket = tls.wrap_socket(relay.socket, server_side=True)
        threading.Thread(target=relay.serve_forever, daemon=True).start()
        return relay

    def controller(self, *argv, where=None):
        self.relay.asked.clear()
        return self.ctl("controller", *argv, *(where or self.where))

    def upload(self, name, *more):
        return self.controller("upload", "--role", "external-destination", "--name", name, *self.files, *more)

    def assert_logged_out(self):
        ins = [a for a in self.relay.asked if a[:2] == ("POST", TICKETS)]
        outs = {a[1] for a in self.relay.asked if a[0] == "DELETE" and a[1].startswith(TICKETS + "/") and a[2]}
        assert len(ins) == len(outs) == 1, (ins, outs)

    def sent(self, part):
        return [a for a in self.relay.asked if part in a[1] and a[0] in ("POST", "PUT", "DELETE")]


def asks_nothing_in_spite_of_the_pin(b):
    for pin, wanted in (("0" * 64, "controller.pin"), (b.world.facts["pin"], "controller.pin")):
        said(b.controller("certificates", where=[*b.where[:-1], pin]), 3, wanted)
        assert not b.relay.asked, b.relay.asked


def shows_the_pin_by_a_handshake_alone(b):
    b.relay.asked.clear()
    said(b.ctl("controller", "pin", "--url", b.where[1]), 0)
    assert not b.relay.asked, b.relay.asked


def logs_out_however_it_ends(b):
    for argv, code in ((["login"], 0), (["certificates"], 0), (["roles"], 0), (["destinations"], 0), (["expiry"], 0), (["jobs"], 0),
                       (["alarms", "--open"], 0), (["renew"], 1), (["clear", "no-such"], 1),
                       (["export", "--name", "no-such", "--output-dir", b.world.path("no"), "--key-as-given"], 1)):
        said(b.controller(*argv), code)
        b.assert_logged_out()
    said(b.upload("no", "--destination", "nowhere"), 1, "destination.unknown")
    b.assert_logged_out()


def sends_nothing_in_a_dry_run(b):
    answer = said(b.upload("dry", "--destination", "kafka-mutual", "--dry-run"), 0)
    assert answer["outcome"] == "dry-run" and not b.sent("cert/update"), b.relay.asked
    said(b.controller("renew", "--yes", "--dry-run"), 0)
    assert not [a for a in b.relay.asked if a[0] == "PUT"], b.relay.asked


def sends_nothing_that_it_would_refuse(b):
    said(b.upload("no", "--destination", "kafka-in-use"), 1, "destination.in-use")
    assert not b.sent("cert/update"), b.relay.asked
    told = b.ctl.text("controller", "upload", "--role", "external-destination", "--name", "no", "--chain", b.pki.path("chain.pem"),
                      "--certificate", b.pki.path("inter.pem"), "--key", b.pki.path("other.key"), *b.where)
    assert told.returncode == 1 and told.stdout.startswith("Nothing was sent") and told.stdout.count("does not belong") == 1, told.stdout
    assert said(b.upload("yes", "--destination", "kafka-mutual"), 0)["outcome"] == "done"
    assert len(b.sent("cert/update")) == 1, "a write was repeated"


def keeps_credentials_out_of_addresses(b):
    said(b.controller("certificates"), 0)
    for _, path, _ in b.relay.asked:
        assert "admin" not in path and b.world.facts["password"] not in path and "?" not in path.split(TICKETS)[-1], path


def logs_out_when_it_is_cancelled(b):
    b.relay.asked.clear()
    b.relay.hold = "cert/"
    argv = [b.ctl.binary, "controller", "certificates", *b.where, "--json"]
    running = subprocess.Popen(argv, env=b.ctl.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert b.relay.held.wait(30), b.relay.asked
    b.relay.hold = None
    running.send_signal(signal.SIGINT)
    out, _ = running.communicate(timeout=40)
    b.relay.released.set()
    assert running.returncode == 130 and '"cancelled"' in out, (running.returncode, out)
    wait_for(lambda: any(a[0] == "DELETE" for a in b.relay.asked), "the log-out")
    b.assert_logged_out()


TESTS = [asks_nothing_in_spite_of_the_pin, shows_the_pin_by_a_handshake_alone, logs_out_however_it_ends, sends_nothing_in_a_dry_run,
         sends_nothing_that_it_would_refuse, keeps_credentials_out_of_addresses, logs_out_when_it_is_cancelled]


def main():
    bench = Bench(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]))
    try:
        return tap.report(tap.of(TESTS, bench))
    finally:
        bench.world.close()


if __name__ == "__main__":
    sys.exit(main())
