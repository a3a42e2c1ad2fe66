# SPDX-License-Identifier: GPL-3.0-or-later
"""A desktop of its own for one test: X server, session bus, keyring, practice controller, app; ended by process id.

Everything lives in one temporary folder (HOME and all XDG folders), on a bus and a display of its own. Waiting is
always for a condition, with a deadline.
"""
import json
import os
import select
import shutil
import signal
import subprocess
import tempfile
import time

DEADLINE = 20.0


class Late(AssertionError):
    """What was waited for did not come in time."""


def wait_for(condition, what, deadline=DEADLINE):
    """Calls CONDITION until it answers something true, and answers that."""
    end = time.monotonic() + deadline
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > end:
            raise Late(f"{what}: not within {deadline:.0f} s")
        select.select([], [], [], 0.1)


class World:
    def __init__(self, app, sandbox):
        self.app_path, self.sandbox_path = app, sandbox
        self.folder = tempfile.mkdtemp(prefix="chatelaine-display-")
        self.processes = []
        home = self.path("home")
        self.env = {
            "PATH": os.environ["PATH"], "HOME": home, "LC_ALL": "C.UTF-8", "TZ": "UTC",
            "XDG_DATA_HOME": self.path("home/share"), "XDG_CONFIG_HOME": self.path("home/config"),
            "XDG_CACHE_HOME": self.path("home/cache"), "XDG_STATE_HOME": self.path("home/state"),
            "XDG_RUNTIME_DIR": self.path("run"), "GSK_RENDERER": "cairo", "GDK_BACKEND": "x11", "GTK_A11Y": "atspi",
            "GSETTINGS_BACKEND": "memory", "NO_AT_BRIDGE": "0", "G_DEBUG": "fatal-criticals",
        }
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "GSETTINGS_SCHEMA_DIR"):
            if name in os.environ:
                self.env[name] = os.environ[name]
        for folder in ("home", "home/share", "home/config/gtk-4.0", "home/cache", "home/state", "run"):
            os.makedirs(self.path(folder), mode=0o700)
        with open(self.path("home/config/gtk-4.0/settings.ini"), "w") as out:
            out.write("[Settings]\ngtk-font-name=Cantarell 11\ngtk-enable-animations=false\n")

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def start(self, argv, **options):
        log = open(self.path(os.path.basename(argv[0]) + ".log"), "ab")
        options.setdefault("stderr", log)
        options.setdefault("stdout", log)
        process = subprocess.Popen(argv, env=self.env, start_new_session=True, **options)
        log.close()
        self.processes.append(process)
        return process

    def log(self, name):
        try:
            with open(self.path(name + ".log"), errors="replace") as text:
                return text.read()
        except FileNotFoundError:
            return ""

    def first_line(self, process, what):
        ready, _, _ = select.select([process.stdout], [], [], DEADLINE)
        line = process.stdout.readline().decode().strip() if ready else ""
        if not line:
            raise Late(f"{what} said nothing: {self.log(os.path.basename(process.args[0]))[-400:]}")
        return line

    def start_desktop(self, size="1120x760"):
        display = self.start(["Xvfb", "-displayfd", "1", "-screen", "0", size + "x24", "-nolisten", "tcp", "-noreset"],
                             stdout=subprocess.PIPE)
        self.env["DISPLAY"] = ":" + self.first_line(display, "Xvfb")
        bus = self.start(["dbus-daemon", "--session", "--nofork", "--print-address=1"], stdout=subprocess.PIPE)
        self.env["DBUS_SESSION_BUS_ADDRESS"] = self.first_line(bus, "dbus-daemon")

    def start_keyring(self):
        keyring = self.start(["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"],
                             stdin=subprocess.PIPE)
        keyring.stdin.write(b"keyring of this test")
        keyring.stdin.close()
        subprocess.run(["gdbus", "wait", "--session", "--timeout", "15", "org.freedesktop.secrets"], env=self.env, check=True)
        return keyring

    def start_sandbox(self, *more):
        sandbox = self.start([self.sandbox_path, "--state", self.path("state"), "--port", "0", "--seed", "demo",
                              "--print-url", *more], stdout=subprocess.PIPE)
        self.facts = json.loads(self.first_line(sandbox, "the practice controller"))
        practice = {name: self.facts[name] for name in ("url", "pin", "username", "password")}
        with open(os.open(self.path("practice.json"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            json.dump(practice, out)
        return sandbox

    def start_app(self, *more):
        return self.start([self.app_path, "--vault", self.path("vault", "vault.db"), *more])

    def end(self, process, deadline=DEADLINE):
        """SIGTERM, then SIGKILL; only ever what this world started."""
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(deadline)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def close(self):
        for process in reversed(self.processes):
            self.end(process, 5)
            for stream in (process.stdout, process.stdin):
                if stream is not None:
                    stream.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def openssl(*argv):
    done = subprocess.run(["openssl", *argv], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


class Pki:
    """A small hierarchy in files, made with openssl(1)."""

    def __init__(self, folder):
        self.folder = folder
        os.makedirs(folder, mode=0o700)

    def path(self, name):
        return os.path.join(self.folder, name)

    def issue(self, name, common_name, issuer=None, days=None, key=("ec", "-pkeyopt", "ec_paramgen_curve:P-256")):
        days = days or (900 if issuer else 1000)
        with open(self.path(name + ".ext"), "w") as out:
            out.write("basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n")
            if issuer:
                out.write("authorityKeyIdentifier=keyid\n")
        openssl("req", "-new", "-newkey", *key, "-nodes", "-subj", "/O=Example/CN=" + common_name,
                "-keyout", self.path(name + ".key"), "-out", self.path(name + ".csr"))
        signer = (["-CA", self.path(issuer + ".pem"), "-CAkey", self.path(issuer + ".key"), "-CAcreateserial"] if issuer
                  else ["-signkey", self.path(name + ".key")])
        openssl("x509", "-req", "-in", self.path(name + ".csr"), "-days", str(days), "-extfile",
                self.path(name + ".ext"), "-out", self.path(name + ".pem"), *signer)

    def join(self, name, *parts):
        with open(self.path(name), "w") as out:
            for part in parts:
                with open(self.path(part)) as text:
                    out.write(text.read())

    def make(self):
        self.issue("root", "Example Root")
        self.issue("inter", "Example Issuing CA", "root")
        self.issue("other", "Example Other Root")
        self.issue("twin", "Example Root")  # the same name, another key
        self.issue("old", "Example Old Root", days=5)
        self.join("chain.pem", "root.pem", "inter.pem")
        self.join("bundle.pem", "root.pem", "other.pem")
        self.join("reversed.pem", "inter.pem", "root.pem")
        self.join("forged.pem", "twin.pem", "inter.pem")
        openssl("pkcs8", "-topk8", "-v2", "aes-256-cbc", "-passout", "pass:Zürich 1", "-in", self.path("inter.key"),
                "-out", self.path("inter.enc"))
        openssl("x509", "-in", self.path("root.pem"), "-outform", "DER", "-out", self.path("root.der"))
        open(self.path("empty.pem"), "w").close()
        os.mkdir(self.path("folder.pem"))
        with open(self.path("huge.pem"), "wb") as huge:
            huge.truncate(1 << 30)
        return self
