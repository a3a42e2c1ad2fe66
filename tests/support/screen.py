# SPDX-License-Identifier: GPL-3.0-or-later
"""The app as a person has it: what stands on the screen (AT-SPI), the keyboard (xdotool), a picture (import)."""
import os
import subprocess

from world import DEADLINE, Late, wait_for

CONTROLS = {"push button", "toggle button", "check box", "radio button", "text", "password text", "combo box", "menu item",
            "menu", "link", "entry", "switch", "slider", "spin button"}


# A button's own label and the label inside it are joined by GTK 4.8, in libadwaita's dialogs too: "Replace Replace" is "Replace".
def holds(text, part):
    """Whether TEXT holds PART, or each of its parts; None is held by everything."""
    parts = (part,) if isinstance(part, str) else part or ()
    return all(each.lower() in text.lower() for each in parts)


class Screen:
    def __init__(self, world, shots):
        os.environ.update(world.env)  # before AT-SPI is loaded: it takes the bus from the environment
        import gi
        gi.require_version("Atspi", "2.0")
        from gi.repository import Atspi
        self.atspi, self.world, self.shots = Atspi, world, shots
        os.makedirs(shots, exist_ok=True)
        Atspi.init()

    # ---- What is there ----

    def app(self):
        desktop = self.atspi.get_desktop(0)
        for i in range(desktop.get_child_count()):
            child = desktop.get_child_at_index(i)
            if child is not None and "chatelaine" in (child.get_name() or "").lower():
                return child
        return None

    def size(self, node):
        """Width and height on the screen; None where it has none of its own (a page of a stack)."""
        try:
            box = node.get_extents(self.atspi.CoordType.WINDOW)
            return box.width, box.height
        except Exception:
            return None

    def is_at(self, frame, x, y, node):
        """Whether NODE, or something inside it, is what stands at this point of the window; None where nothing tells."""
        hit = frame.get_accessible_at_point(x, y, self.atspi.CoordType.WINDOW)
        if hit is None:
            return None
        while hit is not None and hit != node:
            hit = hit.get_parent()
        return hit is not None

    def is_turned_to(self, page):
        """Whether a stack shows this page. GTK 4.8 does not tell; what is found at points of its place does."""
        try:
            child = page.get_child_at_index(0)
            box = child.get_extents(self.atspi.CoordType.WINDOW)
            frame = child
            while self.role(frame) not in ("frame", "window", "dialog", "popup menu"):
                frame = frame.get_parent()
            outer = frame.get_extents(self.atspi.CoordType.WINDOW)
            points = [(box.x + box.width * i // 9, box.y + box.height * k // 9) for i in (4, 2, 6, 1, 8) for k in (4, 2, 6, 1, 8)]
            others = 0
            for x, y in points:
                found = self.is_at(frame, x, y, child) if 0 <= x < outer.width and 0 <= y < outer.height else None
                if found:
                    return True
                others += found is False
                if others == 3:
                    return False
            return box.width > 0 and box.height > 0 and others == 0
        except Exception:  # the object is gone
            return False

    def walk(self, node=None, depth=0):
        """Every accessible below NODE that shows, depth first. GTK 4.8 sets SHOWING on windows alone, and what a stack
        hides stays VISIBLE: what takes no room on the screen is not there. What went away meanwhile is passed over."""
        node = node or self.app()
        if node is None or depth > 60:
            return
        try:
            if depth > 1 and not node.get_state_set().contains(self.atspi.StateType.VISIBLE):
                return
            size = self.size(node) if depth > 1 else None
            if size is not None and (size[0] <= 0 or size[1] <= 0):
                return
            if self.name(node) == "GtkStackPage" and not self.is_turned_to(node):
                return
            yield node
            count = min(node.get_child_count(), 2000)
        except Exception:  # the object is gone
            return
        for i in range(count):
            try:
                child = node.get_child_at_index(i)
            except Exception:
                continue
            if child is not None:
                yield from self.walk(child, depth + 1)

    @staticmethod
    def role(node):
        try:
            return node.get_role_name()
        except Exception:
            return ""

    @staticmethod
    def name(node):
        try:
            return node.get_name() or ""
        except Exception:
            return ""

    def is_able(self, node):
        try:
            return node.get_state_set().contains(self.atspi.StateType.SENSITIVE) and node.get_n_actions() > 0
        except Exception:
            return False

    def look(self, role=None, name=None, part=None, below=None, able=False):
        """The first that shows with this role (one, or several) and this name, or with PART in its name; ABLE: that can be
        clicked. None where there is none."""
        roles = {role} if isinstance(role, str) else role
        for node in self.walk(below):
            own = self.name(node)
            if ((roles is None or self.role(node) in roles) and (name is None or own in (name, f"{name} {name}"))
                    and holds(own, part) and (not able or self.is_able(node))):
                return node
        return None

    def find(self, role=None, name=None, part=None, below=None, deadline=DEADLINE):
        return wait_for(lambda: self.look(role, name, part, below), f"{role or 'anything'} “{name or part}”", deadline)

    def says(self, part, deadline=DEADLINE):
        """Waits until some text on the screen holds PART."""
        return self.find(part=part, deadline=deadline)

    def texts(self):
        return [self.name(node) for node in self.walk() if self.name(node)]

    # ---- What a person does ----

    def click(self, role=None, name=None, part=None, below=None, deadline=DEADLINE):
        node = wait_for(lambda: self.look(role, name, part, below, able=True),
                        f"{role or 'anything'} “{name or part}” that can be clicked", deadline)
        node.do_action(0)
        return node

    def fill(self, text, role=None, name=None, part=None, below=None, deadline=DEADLINE):
        def editable():
            for node in self.walk(below):
                own = self.name(node)
                if ((role is None or self.role(node) == role) and (name is None or own in (name, f"{name} {name}"))
                        and holds(own, part)
                        and node.get_editable_text_iface() is not None):
                    return node
            return None
        node = wait_for(editable, f"entry “{name or part}”", deadline)
        node.set_text_contents(text)
        return node

    def xdotool(self, *argv):
        return subprocess.run(["xdotool", *argv], env=self.world.env, capture_output=True, text=True).stdout

    def windows(self):
        """The app's windows by their X ids, oldest first, dialogs of files among them. An open menu is none: it bears the
        program's name where a window has a title."""
        found = self.xdotool("search", "--onlyvisible", "--class", "chatelaine").split()
        return [window for window in found if self.xdotool("getwindowname", window).strip() not in ("", "chatelaine")]

    def focus(self, window=None):
        """There is no window manager: a window gets keys only when told."""
        window = window or (self.windows() or [None])[0]
        if window is not None:
            subprocess.run(["xdotool", "windowfocus", "--sync", window], env=self.world.env, check=False, timeout=10)

    def keys(self, *chords, window=None):
        self.focus(window)
        subprocess.run(["xdotool", "key", "--clearmodifiers", *chords], env=self.world.env, check=True, timeout=10)

    def type(self, text, window=None):
        self.focus(window)
        subprocess.run(["xdotool", "type", "--delay", "12", text], env=self.world.env, check=True, timeout=30)

    def reach(self, role, part):
        """Tab after Tab until the focus is on this control."""
        for _ in range(60):
            for node in self.walk():
                if (self.role(node) in role and holds(self.name(node), part)
                        and node.get_state_set().contains(self.atspi.StateType.FOCUSED)):
                    return
            self.keys("Tab")
        raise Late(f"the focus never came to “{part}”")

    def tick(self, part):
        """A check box, by the keyboard: GTK 4.8 gives it no action."""
        self.reach(("check box",), part)
        self.keys("space")
        wait_for(lambda: self.find("check box", part=part).get_state_set().contains(self.atspi.StateType.CHECKED),
                 f"a tick at “{part}”")

    def choose(self, exact):
        """One of the choices of the combo row that has the focus, by the keyboard alone."""
        def choices():
            items = [node for node in self.walk() if self.role(node) == "list item" and not self.name(node)]
            texts = [[self.name(n) for n in self.walk(item) if self.name(n)] for item in items]
            target = max((i for i, text in enumerate(texts) if exact in text), default=None)  # the first may be the row's own
            focused = next((i for i, item in enumerate(items)
                            if item.get_state_set().contains(self.atspi.StateType.FOCUSED)), None)
            return (target, focused) if target is not None and focused is not None else None
        self.keys("space")
        target, focused = wait_for(choices, f"the choice “{exact}”")
        # The list opens with the focus on its first choice and takes Return only after a move (libadwaita 1.2).
        steps = ["Down" if target > focused else "Up"] * abs(target - focused) or ["Down", "Up"]
        self.keys(*steps, "Return")

    def shot(self, name):
        subprocess.run(["import", "-window", "root", os.path.join(self.shots, name + ".png")], env=self.world.env,
                       check=True, timeout=20)

    # ---- What must hold on every screen ----

    def nameless(self):
        """Controls without a name of their own: a class name counts as none."""
        found = []
        for node in self.walk():
            own = self.name(node)
            if (self.role(node) in CONTROLS
                    and (not own.strip() or own.startswith(("Gtk", "Adw", "Cht")))):
                found.append(f"{self.role(node)} “{own}”")
        return found

    def dump(self):
        return "\n".join(f"{self.role(node)}: {self.name(node)}" for node in self.walk())
