# SPDX-License-Identifier: GPL-3.0-or-later
"""The main job as a person does it: the real app on a display, a real keyring, a real practice controller.

journey.py CHATELAINE SANDBOX PICTURES: keys come from xdotool, what stands on the screen is read over AT-SPI, and a picture of
every screen is left in the folder PICTURES. A step builds on those before it.
"""
import os
import re
import subprocess
import sys

import tap
from screen import Screen
from world import Late, Pki, World, wait_for


CARD = ("toggle button", "radio button", "push button")  # of a chain: which it is depends on GTK


class Journey:
    def __init__(self, app, sandbox, shots):
        self.world = World(app, sandbox)
        self.shots = shots

    def begin(self):
        self.pki = Pki(self.world.path("pki")).make()
        self.world.start_desktop()
        self.world.start_keyring()
        self.sandbox = self.world.start_sandbox()
        self.screen = Screen(self.world, self.shots)
        self.start()

    def start(self, *arguments):
        self.app = self.world.start_app(*arguments)
        wait_for(lambda: self.app.poll() is not None or self.screen.app() is not None, "the window")
        assert self.app.poll() is None, self.world.log("chatelaine")[-2000:]

    def failed(self, name):
        self.screen.shot("failed-" + name.replace(" ", "-"))
        print("# on the screen: " + " | ".join(self.screen.texts())[:3000].replace("\n", " / "), flush=True)
        print("# the app said: " + self.world.log("chatelaine")[-1500:].replace("\n", " / "), flush=True)

    # ---- What several steps do ----

    def go(self, number, title):
        self.screen.keys("Escape")
        self.screen.keys(f"ctrl+{number}")
        return wait_for(lambda: title in self.screen.texts(), f"the page {title}")

    def answer_chooser(self, open_it, path):
        """The desktop's own file dialog, by the path typed: it takes that everywhere."""
        s = self.screen
        windows = set(s.windows())
        open_it()
        dialog = wait_for(lambda: set(s.windows()) - windows, "the file dialog").pop()
        s.keys("ctrl+l", window=dialog)
        s.type(path, window=dialog)
        # The dialog looks the folder up while one types, and takes Return only then. A second Return would fall on the page.
        for _ in range(10):
            s.keys("Return", window=dialog)
            try:
                wait_for(lambda: dialog not in s.windows(), "the end of the file dialog", 2)
                return
            except Late:
                continue
        raise Late("the file dialog never took the path")

    def choose_file(self, row, name):
        self.answer_chooser(lambda: self.screen.click("push button", part=("Choose a file", row)), self.pki.path(name))

    def open_form(self, role):
        s = self.screen
        self.go(1, "Certificates")
        s.keys("ctrl+n")
        s.find("combo box", name="What for")
        s.choose(role)
        s.find("push button", part="Choose a file")

    def assert_named(self):
        """Every control has a name; a toast has a button of libadwaita's own, without one, until it goes."""
        wait_for(lambda: not self.screen.nameless(), f"a name for {self.screen.nameless()}")

    def upload(self):
        self.screen.click("push button", name="Upload certificate")


def first_start_offers_a_vault(j):
    s = j.screen
    s.find("push button", name="Create vault")
    s.shot("01-first-start")
    assert not os.path.exists(j.world.path("vault", "vault.db")), "a vault was made unasked"
    s.click("push button", name="Create vault")
    s.find("list item", name="Certificates")
    assert os.stat(j.world.path("vault", "vault.db")).st_mode & 0o777 == 0o600


def first_contact_shows_what_to_compare(j):
    """The pin of the page is the one that the practice controller printed."""
    s = j.screen
    s.click("push button", part="Connect")
    s.fill(j.world.facts["url"], part="Address")
    s.fill(j.world.facts["username"], part="User")
    s.fill(j.world.facts["password"], part="Password")
    s.click("push button", part="Look at the controller")
    pin = j.world.facts["pin"].upper()
    s.says(":".join(pin[i:i + 2] for i in range(0, 64, 2)))
    s.shot("02-first-contact")
    j.assert_named()
    s.click("push button", part="Trust this key")
    s.says("Crosswork-Internal")


def the_list_tells_what_a_controller_has(j):
    s = j.screen
    texts = wait_for(lambda: [t for t in s.texts() if "Crosswork-Web" in t] and s.texts(), "the list")
    for words in ("Crosswork Internal TLS", "in 5", "download", "Updated", "Expires"):
        assert any(words in text for text in texts), (words, texts)
    s.shot("03-certificates")
    j.assert_named()


def the_renewal_prompt_is_there(j):
    j.screen.says("Renew it in a maintenance window")
    j.screen.find("push button", part="Renew internal certificate")


def searching_as_one_types(j):
    s = j.screen
    s.keys("ctrl+f")
    s.type("syslog")
    wait_for(lambda: not s.look(part="Crosswork-Web"), "the others to go")
    assert s.look(part="Syslog")
    s.shot("04-search")
    # An entry's own keys stay its own: none of these leaves the page or deletes anything.
    for chord in ("Delete", "ctrl+z", "ctrl+a", "ctrl+c", "BackSpace", "Home", "End", "ctrl+v"):
        s.keys(chord)
    s.keys("Escape")
    s.says("Crosswork-Web")


def refusals_stand_at_their_field(j):
    s = j.screen
    j.open_form("External Destination")
    s.shot("05-form-empty")
    for name, words in (("empty.pem", "empty"), ("huge.pem", "larger than"), ("root.der", "DER"), ("old.pem", "31 days")):
        j.choose_file("Trust chain", name)
        s.says(words)
    s.shot("06-form-refused")
    s.fill("kafka-east", part="Name")
    j.choose_file("Trust chain", "chain.pem")
    s.says("2 certificates")
    j.choose_file("Intermediate certificate", "inter.pem")
    s.says("Example Issuing CA")
    j.choose_file("Intermediate key", "other.key")
    s.says("does not belong to")
    s.shot("07-form-wrong-key")
    j.choose_file("Intermediate key", "inter.enc")
    s.fill("zurich 1", part="assphrase")
    s.keys("Tab")
    s.says("assphrase")
    j.upload()
    s.says("wrong")
    s.shot("08-form-wrong-passphrase")


def a_certificate_goes_up(j):
    s = j.screen
    s.fill("Zürich 1", part="assphrase")
    s.tick("kafka-mutual")
    s.shot("09-form-ready")
    j.upload()
    s.says("kafka-east is on", deadline=60)
    s.shot("10-uploaded")
    j.go(1, "Certificates")
    s.says("kafka-east")


def a_used_destination_asks_first(j):
    s = j.screen
    j.open_form("External Destination")
    s.fill("kafka-west", part="Name")
    j.choose_file("Trust chain", "chain.pem")
    j.choose_file("Intermediate certificate", "inter.pem")
    j.choose_file("Intermediate key", "inter.key")
    s.says("fits the intermediate")
    s.tick("kafka-mutual")
    j.upload()
    s.says("kafka-mutual uses “kafka-east” now", deadline=60)
    s.shot("11-replace")
    s.click("push button", name="Replace on 1 destination")
    s.says("kafka-west is on", deadline=60)


def odd_names_are_shown_as_they_are(j):
    s = j.screen
    j.open_form("Server Syslog Communication")
    s.fill("A & B <b>", part="Name")
    j.choose_file("Trust chain", "root.pem")
    s.says("1 certificate")
    j.upload()
    s.says("A & B <b> is on", deadline=60)
    j.go(1, "Certificates")
    s.find(name="A & B <b>")


def a_bundle_for_devices(j):
    s = j.screen
    j.open_form("Device gNMI Communication")
    s.fill("devices", part="Name")
    j.choose_file("Trust chain", "bundle.pem")
    s.says("2 hierarchies")
    j.upload()
    s.says("devices is on", deadline=60)


def a_repair_mends_and_is_undone(j):
    """A finding's button shows what would change, mends, takes it back, and mends again; what went up is the mended one."""
    s = j.screen
    j.open_form("Server Syslog Communication")
    s.fill("syslog-mended", part="Name")
    j.choose_file("Trust chain", "reversed.pem")
    s.click("push button", part="Put in order…")
    s.says("After: Example Root, Example Issuing CA")
    s.shot("27-repair-planned")
    j.assert_named()
    s.click("push button", name="Put in order")
    s.says("reversed.pem, put in order")
    s.shot("28-repaired")
    s.click("push button", name="Undo")
    s.says("the field holds the file as it came")
    assert not s.look(part="reversed.pem, put in order"), s.texts()
    s.click("push button", part="Put in order…")
    s.click("push button", name="Put in order")
    s.says("reversed.pem, put in order")
    wait_for(lambda: not s.look(part="Put in order…"), "the finding to go")
    j.upload()
    s.says("syslog-mended is on", deadline=60)
    with open(j.pki.path("reversed.pem")) as now, open(j.pki.path("inter.pem")) as first:
        assert now.read().startswith(first.read()), "the file on the disk was changed"


def a_chain_is_drawn(j):
    s = j.screen
    j.go(1, "Certificates")
    s.keys("ctrl+f")
    s.type("kafka-west")
    wait_for(lambda: not s.look(part="Crosswork-Web"), "the others to go")
    s.keys("Down", "Return")
    card = s.find(CARD, part="Example Issuing CA")
    assert "SHA-256" in s.name(card), s.name(card)
    s.find(CARD, part="Example Root")
    s.says("signature holds")
    s.shot("12-certificate")
    j.assert_named()


def what_went_up_comes_down(j):
    """The chain alone: a key wants its own word."""
    s = j.screen
    out = j.world.path("home", "down")
    os.mkdir(out)
    s.reach(("toggle button", "push button"), "Download")
    s.keys("space")
    s.shot("13-download-menu")
    j.answer_chooser(lambda: s.keys("Return"), out)  # the menu's first: the root
    wait_for(lambda: os.path.exists(os.path.join(out, "root.pem")), "root.pem")
    with open(os.path.join(out, "root.pem"), "rb") as down, open(j.pki.path("chain.pem"), "rb") as up:
        assert down.read() == up.read(), "other bytes came down"
    s.says("root.pem")
    s.shot("14-downloaded")


def the_vault_keeps_it(j):
    s = j.screen
    j.go(2, "Vault")
    s.says("kafka-east")
    s.says("keyring alone protects it")
    s.shot("15-vault")
    j.assert_named()
    s.keys("ctrl+f")
    s.type("kafka-east")
    s.keys("Down", "Return")
    s.find(CARD, part="Example")
    s.shot("16-item")


def any_file_can_be_looked_at(j):
    s = j.screen
    j.go(2, "Vault")
    j.answer_chooser(lambda: s.keys("ctrl+o"), j.pki.path("inter.pem"))
    s.says("Issuer not at hand")
    s.shot("17-file")


def a_renewal_is_followed_to_its_end(j):
    s = j.screen
    j.go(3, "Activity")
    s.click("push button", part="Renew internal certificate")
    s.says("30")
    s.shot("18-renew-confirm")
    s.click("push button", name="Renew")
    s.says("Asked to renew")
    s.shot("19-renewing")
    s.click("push button", part="Clear", deadline=90)
    # The list's word for nothing is no proof: GTK leaves it its old place while rows stand there.
    wait_for(lambda: not s.look("push button", part="Clear"), "the alarm to go")
    s.shot("20-renewed")
    assert not s.look(part="Renew it in a maintenance window")


def locking_hides_everything(j):
    s = j.screen
    j.go(1, "Certificates")
    s.keys("ctrl+l")
    s.find("push button", part="nlock")
    assert not s.look(part="kafka-east") and not s.look(part="Example"), s.texts()
    s.shot("21-locked")
    s.click("push button", part="nlock")
    s.says("Vault")


def a_new_start_finds_it_again(j):
    s = j.screen
    s.keys("ctrl+q")
    wait_for(lambda: j.app.poll() is not None, "the end of the app")
    assert j.app.returncode == 0, (j.app.returncode, j.world.log("chatelaine")[-800:])
    recent = j.world.path("home", "share", "recently-used.xbel")
    assert not os.path.exists(recent) or "inter" not in open(recent).read(), "the chooser wrote the key's path down"
    j.start()
    s.says("kafka-west", deadline=60)
    j.go(2, "Vault")
    s.says("kafka-east")
    s.shot("22-started-again")


def a_second_app_says_where_the_first_is(j):
    """With no bus that could make the app single, the lock beside the vault does."""
    env = dict(j.world.env, DBUS_SESSION_BUS_ADDRESS="unix:path=" + j.world.path("no-bus"))
    with open(j.world.path("second.log"), "wb") as log:
        second = subprocess.Popen([j.world.app_path, "--vault", j.world.path("vault", "vault.db")], env=env, stdout=log, stderr=log)
    j.world.processes.append(second)
    wait_for(lambda: f"process {j.app.pid}" in j.world.log("second"), "the word on the first app")
    assert j.app.poll() is None
    j.world.end(second)


def it_is_fit_for_the_dark(j):
    s = j.screen
    for number, title in ((1, "Certificates"), (2, "Vault"), (3, "Activity")):
        j.go(number, title)
    j.world.end(j.app)
    j.world.env["ADW_DEBUG_COLOR_SCHEME"] = "prefer-dark"
    j.start("--practice", j.world.path("practice.json"))
    s.says("kafka-west", deadline=60)
    s.shot("23-dark-certificates")
    j.go(2, "Vault")
    s.shot("24-dark-vault")
    j.go(3, "Activity")
    s.shot("25-dark-activity")
    j.open_form("External Destination")
    s.shot("26-dark-form")


STEPS = [first_start_offers_a_vault, first_contact_shows_what_to_compare, the_list_tells_what_a_controller_has, the_renewal_prompt_is_there, searching_as_one_types,
         refusals_stand_at_their_field, a_certificate_goes_up, a_used_destination_asks_first, odd_names_are_shown_as_they_are,
         a_bundle_for_devices, a_repair_mends_and_is_undone, a_chain_is_drawn, what_went_up_comes_down, the_vault_keeps_it, any_file_can_be_looked_at,
         a_renewal_is_followed_to_its_end, locking_hides_everything, a_new_start_finds_it_again, a_second_app_says_where_the_first_is, it_is_fit_for_the_dark]


def main():
    journey = Journey(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]), os.path.abspath(sys.argv[3]))
    try:
        journey.begin()
        return tap.report(tap.of(STEPS, journey), stop_at_first=True, on_failure=journey.failed)
    finally:
        journey.world.close()


if __name__ == "__main__":
    sys.exit(main())
