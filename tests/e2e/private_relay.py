"""Private relays, restarts and new keys with real processes: who is let in, what everyone else sees, who is back when."""
import json
import os
import socket
import stat
import struct
import subprocess
import tempfile
import time
import unittest

from programs import BIN, TERN, Program, environment
from relays import Relay

TERN_RELAY = os.path.join(BIN, "tern-relay")


class RelayCase(unittest.TestCase):
    def setUp(self):
        folders = tempfile.TemporaryDirectory(prefix="tern-e2e.")
        self.addCleanup(folders.cleanup)
        self.folder = folders.name
        self.relay_folder = self.folder + "/relay"
        os.makedirs(self.relay_folder)
        self.relay = None

    def start(self, *options):
        port = self.relay.port if self.relay else 0
        if self.relay:
            self.relay.kill()
        self.relay = Relay(self.relay_folder, port, *options)
        self.addCleanup(self.relay.__exit__)
        return self.relay

    def operate(self, *words, fails=False):
        status, out, err = self.run_here(environment(self.relay_folder), TERN_RELAY, *words)
        self.assertEqual(status != 0, fails, (words, out, err))
        return out

    def run_here(self, variables, *words):
        done = subprocess.run(words, env=variables, cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=20, check=False)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def user(self, name):
        folder = f"{self.folder}/{name}"
        os.makedirs(folder, exist_ok=True)
        return environment(folder, USER=name)

    def tern(self, name, *words):
        return self.run_here(self.user(name), TERN, *words)

    def send(self, name, text, *options, address=None):
        return self.tern(name, "send", "--timeout", "1500ms", *options, address or self.relay.bare, text)


class Private(RelayCase):
    def test_only_who_holds_an_invite_comes_in(self):
        self.assertEqual(self.operate("invite", "anna"), "anna.invite\n")
        mode = stat.S_IMODE(os.stat(self.folder + "/anna.invite").st_mode)
        self.assertEqual(mode, 0o600)
        self.operate("invite", "anna", fails=True)  # nothing is overwritten
        self.start("--private")
        for transport in ("udp", "tcp"):
            status, _, err = self.send("anna", "hello by " + transport, "--invite", "anna.invite", "--transport", transport)
            self.assertEqual(status, 0, err)

        # A stranger, who knows the key or does not, by either transport: silence, and one line that says so.
        for address in (self.relay.address, self.relay.bare):
            for transport in ("udp", "tcp"):
                status, _, err = self.send("eve", "let me in", "--transport", transport, "--timeout", "700ms",
                                           address=address)
                self.assertEqual(status, 4 if address == self.relay.bare else status, err)
                self.assertIn(status, (3, 4), err)
                self.assertEqual(len(err.strip().splitlines()), 1, err)

        # While it runs: one more, and one less.
        self.operate("invite", "--expires", "1h", "--host", f"127.0.0.1:{self.relay.port}", "ben")
        self.assertEqual(self.tern("ben", "trust", "import", "ben.invite")[0], 0)
        status, _, err = self.send("ben", "kept, so not named")
        self.assertEqual(status, 0, err)
        listed = self.operate("invite", "--list").splitlines()
        self.assertEqual([line.split()[-2:] for line in listed], [["good", "anna"], ["good", "ben"]])
        chat = Program(TERN, "chat", "--plain", "--follow", "--invite", self.folder + "/anna.invite",
                       self.relay.bare, env=self.user("anna"))
        self.addCleanup(chat.__exit__)
        time.sleep(0.5)
        self.operate("invite", "--revoke", "anna")
        self.assertEqual(chat.finish(), 7)
        status, _, err = self.send("anna", "again", "--invite", "anna.invite")
        self.assertIn(status, (3, 4), err)
        self.assertEqual(self.send("ben", "still here")[0], 0)

    def test_an_invite_for_two_lets_in_two_people_over_restarts(self):
        self.start("--private")
        self.operate("invite", "--uses", "2", "course")
        for name, status in (("anna", 0), ("ben", 0), ("carl", 7), ("anna", 0)):
            for transport in ("udp", "tcp"):
                found, _, err = self.send(name, "hello", "--invite", "course.invite", "--transport", transport)
                self.assertEqual(found, status, (name, transport, err))
                if status:
                    self.assertIn("refused the connection", err)
        self.assertEqual(self.operate("invite", "--list").split()[-3:], ["2/2", "good", "course"])
        self.start("--private")
        self.assertEqual(self.send("ben", "again", "--invite", "course.invite")[0], 0)
        self.assertEqual(self.send("carl", "again", "--invite", "course.invite")[0], 7)
        self.assertIn('"invites-used-up":1', self.operate("stats", "--json"))

        # A start with a damaged list does not make it good again.
        listed = self.relay_folder + "/data/tern-relay/invites"
        with open(listed, encoding="ascii") as file:
            text = file.read()
        for content in (text + "half a line", text):
            with open(listed, "w", encoding="ascii") as file:
                file.write(content)
            self.start("--private")
        self.assertEqual(self.send("carl", "again", "--invite", "course.invite")[0], 7)
        self.assertEqual(self.send("anna", "again", "--invite", "course.invite")[0], 0)

    def test_the_file_of_invites_is_watched(self):
        self.start("--private")
        self.operate("invite", "anna")
        self.assertEqual(self.send("anna", "hello", "--invite", "anna.invite")[0], 0)
        listed = self.relay_folder + "/data/tern-relay/invites"
        with open(listed, encoding="ascii") as file:
            text = file.read()
        with open(listed, "w", encoding="ascii") as file:
            file.write(text.splitlines()[0] + "\n")
        time.sleep(1.2)
        self.assertNotEqual(self.send("anna", "hello", "--invite", "anna.invite")[0], 0)

    def test_a_mistake_in_the_file_of_invites_changes_nothing(self):
        self.start("--private")
        self.operate("invite", "anna")
        self.assertEqual(self.send("anna", "hello", "--invite", "anna.invite")[0], 0)
        listed = self.relay_folder + "/data/tern-relay/invites"
        with open(listed, "a", encoding="ascii") as file:
            file.write("oops\n")
        self.relay.program.wait_for(rb"error invites .*invites")
        os.chmod(listed, 0o644)
        self.relay.program.wait_for(rb"error invites .*chmod 600")
        os.rename(listed, listed + ".mine")
        os.mkfifo(listed, 0o600)
        self.relay.program.wait_for(rb"error invites .*no regular file")
        self.assertEqual(self.send("anna", "again", "--invite", "anna.invite")[0], 0)

    def test_a_stranger_gets_no_octet(self):
        self.start("--private")
        hello = b"\xb0\x01" + bytes(8)
        preface = b"\xb8TRN"
        for greeting in (b"GET / HTTP/1.1\r\n\r\n", preface + struct.pack(">H", len(hello)) + hello,
                         preface + b"\x00\x40\xb2\x01\x01" + bytes(61)):
            with socket.create_connection(("127.0.0.1", self.relay.port), timeout=5) as stream:
                stream.sendall(greeting)
                try:
                    self.assertEqual(stream.recv(100), b"")
                except ConnectionResetError:
                    pass
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
            datagrams.settimeout(0.3)
            datagrams.connect(("127.0.0.1", self.relay.port))
            for packet in (hello + bytes(1190), b"\xb2\x01\x01" + bytes(1300), b"\xb2\x01\x02" + bytes(1300),
                           b"\x80" + bytes(60)):
                datagrams.send(packet)
            with self.assertRaises(socket.timeout):
                datagrams.recv(100)


class Restarted(RelayCase):
    def test_a_client_is_back_with_its_next_packet(self):
        self.start()
        chat = Program(TERN, "chat", "--plain", "--follow", "--json", "-v", self.relay.address, env=self.user("anna"))
        self.addCleanup(chat.__exit__)
        chat.wait_for(rb'"joined"', "out")
        self.start()
        time.sleep(0.2)
        begun = time.monotonic()
        chat.write(b"anyone there?\n")
        chat.wait_for(rb'"committed"', "out")
        took = time.monotonic() - begun
        print(f"relay killed and started again: committed {1000 * took:.0f} ms after the next line")
        self.assertLess(took, 1.0)


class NewKey(RelayCase):
    def test_old_and_new_clients_get_in_while_the_key_changes(self):
        old = self.start().key
        for name in ("anna", "ben", "carl"):
            self.assertEqual(self.send(name, "under the first key", address=self.relay.address)[0], 0)
        self.operate("roll-key", "switch", fails=True)
        self.operate("roll-key", "announce", "--data", f"{self.relay_folder}/data/tern-relay")
        self.assertEqual(self.start().key, old)
        status, _, err = self.send("anna", "announced")
        self.assertEqual(status, 0, err)
        self.assertIn("replaces its key", err)
        self.operate("roll-key", "switch")
        self.assertNotEqual(self.start().key, old)
        status, _, err = self.send("anna", "knows it already")
        self.assertEqual((status, "replaces" in err), (0, False), err)
        status, _, err = self.send("ben", "was away")
        self.assertEqual((status, "replaces its key" in err), (0, True), err)
        status, _, err = self.send("dora", "new here", address=self.relay.address)
        self.assertEqual(status, 0, err)
        self.operate("roll-key", "finish")
        self.start()
        for name in ("anna", "ben", "dora"):
            status, _, err = self.send(name, "under the second key")
            self.assertEqual(status, 0, err)
        status, _, err = self.send("anna", "by an old address", address=f"{self.relay.bare}/lobby#{old}")
        self.assertEqual(status, 0, err)
        status, _, err = self.tern("carl", "send", "--timeout", "6s", self.relay.bare, "missed it all")
        self.assertEqual(status, 5, err)


if __name__ == "__main__":
    unittest.main(verbosity=2)
