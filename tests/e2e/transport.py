"""Between UDP and TCP with real processes: a relay on loopback, clients behind emulated links that block UDP."""
import json
import os
import re
import tempfile
import time
import unittest

import links
from links import LINK
from programs import TERN, Program, environment, run
from relays import Relay

HERE = "$TERN_LINK_HOST"  # what a command behind a link calls this machine's 127.0.0.1
NO_LIMITS = ("--limit", "key-messages-rate=0", "--limit", "prefix-guest-messages-rate=0")


class TransportCase(unittest.TestCase):
    def setUp(self):
        folders = tempfile.TemporaryDirectory(prefix="tern-e2e.")
        self.addCleanup(folders.cleanup)
        self.folder = folders.name
        self.relay = Relay(self.folder + "/relay", 0, *NO_LIMITS)
        self.addCleanup(self.relay.__exit__)

    def user(self, name):
        folder = f"{self.folder}/{name}"
        os.makedirs(folder, exist_ok=True)
        return environment(folder, USER=name)

    def there(self, room="lobby"):
        """The relay's address as it is written behind a link."""
        return f'"tern://{HERE}:{self.relay.port}/{room}#{self.relay.key}"'

    def behind(self, name, options, command):
        """A program that is running behind a link."""
        program = Program(LINK, "-q", *options, "--", "sh", "-c", f"exec {TERN} {command}", env=self.user(name))
        self.addCleanup(program.__exit__)
        return program

    def ran_behind(self, name, options, command, stdin=b""):
        return run(LINK, "-q", *options, "--", "sh", "-c", f"exec {TERN} {command}", env=self.user(name), stdin=stdin)

    def history(self, count):
        status, out, err = run(TERN, "history", self.relay.address, "--limit", str(count), "--json",
                               env=self.user("judge"))
        self.assertEqual(status, 0, err)
        return [record["text"] for record in map(json.loads, out.splitlines()) if record["type"] == "message"]


class BlockedAtConnect(TransportCase):
    def test_a_message_goes_by_tcp(self):
        begun = time.monotonic()
        status, out, err = self.ran_behind("ann", ("--delay", "10ms", "--block-udp"), f"send --json {self.there()} hi")
        self.assertEqual(status, 0, err)
        receipt = next(each for each in map(json.loads, out.splitlines()) if each["type"] == "committed")
        self.assertEqual(receipt["transport"], "tcp")
        print(f"committed over TCP {receipt['latency_ms']:.0f} ms after it was said; "
              f"{time.monotonic() - begun:.1f} s with the link's begin and end")
        self.assertEqual(self.history(10), ["hi"])

    def test_the_receipt_names_what_carried_it(self):
        _, _, err = self.ran_behind("ann", ("--block-udp",), f"send -v {self.there()} hi")
        self.assertRegex(err, rb"committed lobby #1 in [\d.]+ ms \(tcp\)\n")
        # Somebody else: ann remembers that UDP failed here, and so races both.
        _, _, err = self.ran_behind("bo", (), f"send -v {self.there()} hi")
        self.assertRegex(err, rb"committed lobby #2 in [\d.]+ ms \(1 packet, udp\)\n")

    def test_one_transport_alone(self):
        status, _, err = self.ran_behind("ann", ("--block-udp",),
                                         f"send --transport udp --timeout 1s {self.there()} hi")
        self.assertEqual(status, 3, err)
        self.assertIn(b"may arrive", err)
        status, _, err = self.ran_behind("ann", (), f"send -v --transport tcp {self.there()} hi")
        self.assertEqual(status, 0, err)
        self.assertIn(b"(tcp)", err)
        status, _, err = run(TERN, "send", "--transport", "sctp", self.relay.address, "hi", env=self.user("ann"))
        self.assertEqual(status, 2)
        self.assertIn(b"none of auto|udp|tcp", err)

    def test_ping_names_it(self):
        status, out, err = self.ran_behind("ann", ("--block-udp",), f"ping --count 2 --interval 100ms {self.there()}")
        self.assertEqual(status, 0, err)
        self.assertIn(b"(tcp)", out + err)


class ChosenByHand(TransportCase):
    def test_slash_transport(self):
        with Program(TERN, "chat", "--plain", "-v", self.relay.address, env=self.user("ann")) as ann:
            ann.wait_for(rb"\* joined ")
            ann.write(b"/transport\n")
            ann.wait_for(rb"\* messages go over udp\n")
            ann.write(b"one\n/transport tcp\n")
            ann.wait_for(rb"\* messages go over tcp\n")
            ann.write(b"two\n/stats\n/transport\n")
            ann.wait_for(rb"\* tcp, round trip ")
            ann.write(b"/transport auto\n")
            ann.wait_for(rb"\* messages go over udp again\n")
            ann.write(b"three\n")
            ann.end_input()
            self.assertEqual(ann.finish(), 0, ann.err)
        self.assertEqual(self.history(10), ["one", "two", "three"])


class BlockedInTheMiddle(TransportCase):
    def test_a_thousand_messages_over_both(self):
        """UDP is dropped 4 s after the link began, for 14 s; the writer says 50 lines a second throughout."""
        reader = Program(TERN, "chat", "--plain", "--follow", "--json", self.relay.address, env=self.user("bo"))
        self.addCleanup(reader.__exit__)
        reader.wait_for(rb'"live"|"joined"', "out")
        begun = time.monotonic()
        ann = self.behind("ann", ("--delay", "10ms", "--block-udp=4s,14s"), f"chat --plain -v {self.there()}")
        ann.wait_for(rb"\* joined ")
        told = {}
        for number in range(1000):
            ann.write(b"line %d\n" % number)
            while time.monotonic() < begun + 2 + 0.02 * number:
                ann._pump(0.01)
                for what in (b"over tcp", b"over udp again"):
                    if what in ann.err and what not in told:
                        told[what] = time.monotonic() - begun
        ann.wait_for(rb"over udp again")
        told.setdefault(b"over udp again", time.monotonic() - begun)
        ann.end_input()
        self.assertEqual(ann.finish(60), 0, ann.err)
        print(f"UDP blocked from 4 s to 18 s after the link began; over TCP at {told[b'over tcp']:.1f} s, "
              f"over UDP again at {told[b'over udp again']:.1f} s")
        lines = [f"line {number}" for number in range(1000)]
        self.assertEqual(self.history(1100), lines)
        reader.wait_for(rb'"line 999"', "out")
        shown = [each["text"] for each in map(json.loads, reader.out.splitlines()) if each["type"] == "message"]
        self.assertEqual(shown, lines)
        with open(self.folder + "/ann/data/tern/udp_failures", encoding="utf-8") as file:
            self.assertEqual(file.read(), "", "that UDP works again took the failure back")


class Remembered(TransportCase):
    def test_a_network_without_udp_is_remembered(self):
        options = ("--delay", "10ms", "--block-udp")
        ann = self.behind("ann", options, f"chat --plain -v --follow {self.there()}")
        ann.wait_for(rb"\* messages go over tcp\n")
        kept = self.folder + "/ann/data/tern/udp_failures"
        end = time.monotonic() + 20
        while not os.path.exists(kept) and time.monotonic() < end:
            time.sleep(0.1)
        with open(kept, encoding="utf-8") as file:
            self.assertRegex(file.read(), r"^\d+ \S+ [\d.]+/\d+\n$")
        latency = self.latency(options)
        os.remove(kept)
        self.assertLess(latency + 100, self.latency(options), "TCP had no head start to wait for")

    def latency(self, options):
        _, out, err = self.ran_behind("ann", options, f"send --json {self.there()} hi")
        found = re.search(rb'"latency_ms":([\d.]+)', out)
        self.assertTrue(found, out + err)
        return float(found.group(1))


if __name__ == "__main__":
    links.main()
