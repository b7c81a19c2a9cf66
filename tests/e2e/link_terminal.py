"""tern-link on a terminal: Ctrl-C, Ctrl-Z and `fg` do what they do without it."""
import os
import pty
import re
import select
import shutil
import time
import unittest

from links import LINK, main
from programs import PATIENCE


class Terminal:
    """A program on a terminal of its own."""

    def __init__(self, *words):
        self.pid, self.descriptor = pty.fork()
        if self.pid == 0:
            os.environ.update(PS1="$ ", TERM="dumb", LC_ALL="C.UTF-8")
            os.execvp(words[0], words)
        self.shown = b""

    def type(self, data):
        os.write(self.descriptor, data)

    def wait_for(self, pattern):
        end = time.monotonic() + PATIENCE
        while not re.search(pattern, self.shown):
            if time.monotonic() > end:
                raise AssertionError(f"no {pattern!r} in {self.shown!r}")
            if select.select([self.descriptor], [], [], 0.1)[0]:
                try:
                    self.shown += os.read(self.descriptor, 4096)
                except OSError as problem:  # the other side is gone
                    raise AssertionError(f"no {pattern!r} in {self.shown!r}") from problem
        self.shown = self.shown[re.search(pattern, self.shown).end():]

    def finish(self):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                os.close(self.descriptor)
                return os.waitstatus_to_exitcode(status)
            if select.select([self.descriptor], [], [], 0.02)[0]:
                try:
                    self.shown += os.read(self.descriptor, 4096)
                except OSError:
                    pass
        raise AssertionError(f"it did not end: {self.shown!r}")


class OnATerminal(unittest.TestCase):
    def test_control_c_is_for_the_command(self):
        screen = Terminal(LINK, "-q", "--", "sh", "-c", "trap 'echo heard; exit 4' INT; echo ready; while :; do sleep 0.05; done")
        screen.wait_for(rb"ready")
        screen.type(b"\x03")
        screen.wait_for(rb"heard")
        self.assertEqual(screen.finish(), 4)

    def test_a_shell_inside_has_the_terminal(self):
        screen = Terminal(LINK, "-q", "--", "sh", "-i")
        screen.wait_for(rb"[$#] ")
        screen.type(b"echo $((6 * 7)) $TERN_LINK_HOST\n")
        screen.wait_for(rb"42 100\.64\.1\.1")
        screen.type(b"sleep 100\n")
        time.sleep(0.2)
        screen.type(b"\x03")
        screen.type(b"exit 3\n")
        self.assertEqual(screen.finish(), 3)

    @unittest.skipUnless(shutil.which("bash"), "no bash here")
    def test_it_stops_and_goes_on_as_one_job_of_the_shell(self):
        screen = Terminal("bash", "--norc", "--noprofile", "-i")
        screen.wait_for(rb"\$ ")
        cat = f"{LINK} -q -- sh -c 'echo rea''dy; exec cat'"
        screen.type(f"{cat}\n".encode())
        screen.wait_for(rb"ready")
        screen.type(b"one\n")
        screen.wait_for(rb"one\r\none\r\n")
        screen.type(b"\x1a")
        screen.wait_for(rb"Stopped")
        screen.type(b"echo shell $((1 + 1))\n")
        screen.wait_for(rb"shell 2")
        screen.type(b"fg\n")
        screen.wait_for(rb"exec cat'\r\n")
        screen.type(b"two\n")
        screen.wait_for(rb"two\r\ntwo\r\n")
        screen.type(b"\x04")
        screen.wait_for(rb"\$ ")
        screen.type(b"echo status $?\n")
        screen.wait_for(rb"status 0")
        screen.type(f"{cat} &\n".encode())
        screen.wait_for(rb"ready")
        screen.type(b"fg\n")
        screen.wait_for(rb"exec cat'\r\n")
        screen.type(b"three\n")
        screen.wait_for(rb"three\r\nthree\r\n")
        screen.type(b"\x04exit 5\n")
        self.assertEqual(screen.finish(), 5)


if __name__ == "__main__":
    main()
