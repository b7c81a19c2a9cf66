"""relay/GUIDE.md: every command in its blocks is run, and must print what stands below it.

In a block marked `console`, `who$ command` is typed by who, each in a folder and with a home of their own; what
follows is what it prints, on standard output and error together. `…` stands for anything, on a line of its own for any
lines; KEY is the relay's key. The machine that is called chat.example.org is this one, its port a free one. There is no
systemd here, so `systemctl` and `journalctl` are played by this script, by the unit that was installed; `scp` is a copy.
"""
import http.client
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from programs import BIN, PATIENCE, environment, temporary_user  # noqa: E402
from free_port import free_port  # noqa: E402

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.dirname(BIN)
PROMPT = re.compile(r"(relay|anna|ben)\$ (.*)")


class Step:
    def __init__(self, line, who, command):
        self.line = line
        self.who = who
        self.command = command
        self.wanted = []


def steps_of(text):
    """What is typed in the blocks, in order."""
    steps, marked, until = [], False, None
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("```"):
            marked = line == "```console"
            continue
        if not marked:
            continue
        prompt = PROMPT.fullmatch(line)
        if until is not None:
            steps[-1].command += "\n" + line
            until = None if line == until else until
        elif prompt:
            steps.append(Step(number, *prompt.groups()))
            here = re.search(r"<<'(\w+)'", line)
            until = here.group(1) if here else None
        else:
            steps[-1].wanted.append(line)
    return steps


class Machine:
    """Where it all happens: folders, names for places, and the service that the unit describes."""

    def __init__(self, home):
        self.home = home
        self.places = {"chat.example.org": "127.0.0.1", "[::]": "127.0.0.1", "127.0.0.1": "127.0.0.1",
                       "7777": str(free_port()), "9464": str(free_port()),
                       "/usr/local": home + "/usr", "/var/lib": home + "/var", "/srv": home + "/srv"}
        self.key = None
        self.service = None
        self.log = home + "/journal"
        for who in ("relay", "anna", "ben", "usr/bin", "var", "srv"):
            os.makedirs(os.path.join(home, who))
        os.symlink(os.path.join(BIN, "tern-relay"), home + "/usr/bin/tern-relay")

    def here(self, text):
        """As the guide's text reads on this machine."""
        text = re.sub("|".join(map(re.escape, self.places)), lambda found: self.places[found.group()], text)
        return text.replace("KEY", self.key) if self.key else text

    def pattern_of(self, lines):
        parts = []
        for line in lines:
            if line == "…":
                parts.append(r"(?:.*\n)*?")
                continue
            part = re.escape(self.here(line)).replace("…", ".*")
            parts.append(part.replace("KEY", r"(?P<key>[\w-]{43})", 1) + r"\n")
        return re.compile("".join(parts))

    def played(self, words):
        """What a program that is not there would have done; None: it is not one of those."""
        if words[:2] == ["cmake", "--install"]:
            subprocess.run(["cmake", f"-DCMAKE_INSTALL_PREFIX={self.home}/usr", "-P",
                            BUILD + "/relay/systemd/cmake_install.cmake"], check=True, stdout=subprocess.DEVNULL)
            return ""
        if words[0] == "systemctl":
            return self.systemctl([word for word in words[1:] if not word.startswith("--")])
        if words[0] == "journalctl":
            with open(self.log, encoding="utf-8") as log:
                return log.read()
        if words[0] == "scp":
            shutil.copy(f"{self.home}/relay/{words[1]}", f"{self.home}/{words[2].split('@')[0]}")
            return ""
        if words[0] == "curl":
            place, path = re.fullmatch(r"http://([^/]+)(/.*)", words[-1]).groups()
            connection = http.client.HTTPConnection(place, timeout=PATIENCE)
            connection.request("GET", path)
            return connection.getresponse().read().decode()
        return None

    def unit(self):
        with open(self.home + "/usr/lib/systemd/system/tern-relay.service", encoding="utf-8") as unit:
            return dict(line.rstrip("\n").split("=", 1) for line in unit if re.match(r"\w+=", line))

    def systemctl(self, words):
        assert words[1:] == ["tern-relay"], words
        if words[0] in ("stop", "restart"):
            self.service.send_signal(signal.SIGTERM)
            assert self.service.wait(PATIENCE) == 0
        if words[0] in ("enable", "start", "restart"):
            command = shlex.split(self.unit()["ExecStart"].replace("%S", self.home + "/var"))
            before = self.journal()
            with open(self.log, "ab") as log:
                self.service = subprocess.Popen(command, stdout=log, stderr=log, env=environment(self.home))
            self.wait_for_journal(before, "/lobby#")
        if words[0] == "reload":
            before = self.journal()
            command = self.unit()["ExecReload"].replace("$MAINPID", str(self.service.pid))
            subprocess.run(shlex.split(command), check=True)
            self.wait_for_journal(before, "reload")
        return ""

    def journal(self):
        if not os.path.exists(self.log):
            return 0
        return os.path.getsize(self.log)

    def wait_for_journal(self, before, text):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            with open(self.log, encoding="utf-8") as log:
                log.seek(before)
                if text in log.read():
                    return
            assert self.service.poll() is None, open(self.log, encoding="utf-8").read()
            time.sleep(0.02)
        raise AssertionError(f"no {text!r} in the journal")

    def run(self, step):
        command = self.here(step.command)
        played = self.played(shlex.split(command.split("<<")[0]))
        if played is not None:
            return played
        env = environment(f"{self.home}/{step.who}", USER=step.who)
        env["PATH"] = BIN + ":" + env["PATH"]
        done = subprocess.run(["bash", "-c", command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, env=env, cwd=f"{self.home}/{step.who}", timeout=60, check=False)
        return done.stdout.decode()

    def end(self):
        if self.service and self.service.poll() is None:
            self.service.kill()
            self.service.wait()


class GuideTest(unittest.TestCase):
    def test_every_command_prints_what_the_guide_says(self):
        home = temporary_user()
        self.addCleanup(home.cleanup)
        machine = Machine(home.name)
        self.addCleanup(machine.end)
        with open(SOURCE + "/relay/GUIDE.md", encoding="utf-8") as guide:
            steps = steps_of(guide.read())
        self.assertGreater(len(steps), 10)
        for step in steps:
            said = machine.run(step)
            found = machine.pattern_of(step.wanted).fullmatch(said)
            self.assertTrue(found, f"GUIDE.md:{step.line}: {step.command}\nprinted:\n{said}\nwanted:\n"
                            + "\n".join(step.wanted) + f"\njournal:\n{self.journal_of(machine)}")
            machine.key = machine.key or found.groupdict().get("key")
        print(f"{len(steps)} commands", flush=True)

    @staticmethod
    def journal_of(machine):
        if not os.path.exists(machine.log):
            return ""
        with open(machine.log, encoding="utf-8") as log:
            return log.read()[-3000:]


class ReadingTest(unittest.TestCase):
    """What would make the test above say yes to everything."""

    def test_a_block_is_taken_apart(self):
        steps = steps_of("```console\nanna$ one\nout\nben$ two <<'END'\nin\nEND\n```\n```\nanna$ not\n```\n")
        self.assertEqual([(step.who, step.command, step.wanted) for step in steps],
                         [("anna", "one", ["out"]), ("ben", "two <<'END'\nin\nEND", [])])

    def test_another_output_does_not_match(self):
        home = temporary_user()
        self.addCleanup(home.cleanup)
        machine = Machine(home.name)
        wanted = machine.pattern_of(["a … b", "…", "end"])
        self.assertTrue(wanted.fullmatch("a x b\nmore\nend\n"))
        self.assertTrue(wanted.fullmatch("a x b\nend\n"))
        self.assertFalse(wanted.fullmatch("a x c\nend\n"))
        self.assertFalse(wanted.fullmatch("a x b\nend\nmore\n"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
