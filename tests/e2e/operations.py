"""A relay in service: restarts under live writers, clients that stall, and what its log tells."""
import base64
import fcntl
import json
import os
import re
import select
import signal
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from programs import BIN, TERN, Program, run  # noqa: E402
from relay_chat import NO_RATES, RELAY, RelayTest  # noqa: E402

# What a drain may take at most: 2 s for the store, 1 s for clients, and a busy machine.
BOUND = 8


class DrainTest(RelayTest):
    def stop_relay(self):
        begun = time.monotonic()
        self.relay.signal(signal.SIGTERM)
        self.assertEqual(self.relay.finish(), 0, self.relay.err)
        took = time.monotonic() - begun
        self.assertLess(took, BOUND)
        return took

    def test_nothing_is_lost_or_doubled_over_restarts_by_sigterm(self):
        count, rest = 400, 0.008
        self.start_relay(*NO_RATES)
        reader = self.chat("reader", "--follow")
        writers = {protocol: self.chat(protocol, "--transport", protocol) for protocol in ("udp", "tcp")}

        def feed(protocol, writer):
            for index in range(count):
                writer.write(b"%s line %d.\n" % (protocol.encode(), index))
                time.sleep(rest)
            writer.end_input()

        feeders = [threading.Thread(target=feed, args=item) for item in writers.items()]
        for feeder in feeders:
            feeder.start()
        for mark in (80, 200, 320):
            reader.wait_for(rb"udp line %d\." % mark, "out")
            took = self.stop_relay()
            self.start_relay(*NO_RATES)
            print(f"stopped after line {mark}, in {took:.2f} s", flush=True)
        for feeder in feeders:
            feeder.join()
        for protocol, writer in writers.items():
            self.assertEqual(writer.finish(60), 0, writer.err)
            reader.wait_for(rb"%s line %d\." % (protocol.encode(), count - 1), "out")
        texts = [entry["text"] for entry in self.history()]
        self.assertEqual(len(texts), 2 * count)
        for protocol in writers:
            wanted = list(range(count))
            self.assertEqual([int(line.split()[2][:-1]) for line in texts if line.startswith(protocol)], wanted)
            shown = re.findall(rb"%s line (\d+)\." % protocol.encode(), reader.out)
            self.assertEqual([int(number) for number in shown], wanted)

    def test_clients_that_stall_hold_it_up_no_longer_than_its_bound(self):
        self.start_relay(*NO_RATES)
        stalled = [self.chat("stalled" + protocol, "--follow", "--transport", protocol) for protocol in ("udp", "tcp")]
        self.send(self.address(), "hello", name="greeter")
        for chat in stalled:
            chat.wait_for(rb"hello", "out")
            chat.signal(signal.SIGSTOP)
        writer = self.chat("writer")
        writer.write((b"x" * 4000 + b"\n") * 500)
        writer.end_input()
        self.assertEqual(writer.finish(), 0, writer.err)
        print(f"stopped in {self.stop_relay():.2f} s with two clients that stall", flush=True)


class OutputTest(RelayTest):
    def test_what_cannot_be_printed_is_no_success(self):
        calls = [("tern-relay", words) for words in ("--help", "--version", "stats --help", "invite --help",
                                                     "roll-key --help")]
        for program, words in calls + [("tern-link", "--help"), ("tern-compare", "--help")]:
            for redirect in (">&-", ">/dev/full"):
                status, _, err = run("sh", "-c", f'exec "$0" {words} {redirect}', f"{BIN}/{program}", env=self.env)
                self.assertEqual(status, 1, (words, redirect, err))
                self.assertRegex(err.decode(), rf"\A{program}: cannot write to standard output: .*\n\Z")


class LogTest(RelayTest):
    def secrets(self):
        """Of the relay and of everyone's identity: as in the files, and the octets in hex."""
        found = []
        for folder, _, files in os.walk(self.home.name):
            for name in files:
                if name.endswith((".key", ".secret")):
                    with open(os.path.join(folder, name), "rb") as file:
                        text = file.read().split()[-1]
                    found.append(text)
                    found.append(base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4)).hex().encode())
        self.assertGreaterEqual(len(found), 4)
        return found

    def exercise(self, form):
        self.start_relay("--log-level", "debug", "--log-format", form, "--limit", "message-bytes=2000",
                         "--limit", "key-messages-burst=30", "--text", "127.0.0.1:0")
        text_port = int(self.relay.wait_for(rb"listening text \S+:(\d+)").group(1))
        anna, bob = self.chat("anna", "--follow"), self.chat("bob", "--follow")
        for chat, name in ((anna, b"anna"), (bob, b"bob")):
            chat.wait_for(rb"you are %s" % name)
        anna.write(b"secretbody of a room\n/topic secretbody in a topic\n/msg bob secretbody to bob\n")
        bob.wait_for(rb"secretbody to bob", "out")
        anna.write(b"secretbody " * 300 + b"\n")
        self.send(self.address(), "secretbody by a one-shot", name="carol")
        self.send(f"tern://127.0.0.1:{self.port}/lobby#{'A' * 42}E", "secretbody", "--timeout", "2s", name="dan")
        for index in range(40):
            bob.write(b"secretbody %d\n" % index)
        with subprocess.Popen(["nc", "-q", "1", "127.0.0.1", str(text_port)], stdin=subprocess.PIPE,
                              stdout=subprocess.DEVNULL) as telnet:
            telnet.communicate(b"secretbody by telnet\n\xff\xfe\nbye\n", timeout=20)
        bob.wait_for(rb"secretbody by telnet", "out")
        for chat in (anna, bob):
            chat.signal(signal.SIGTERM)
        self.relay.signal(signal.SIGTERM)
        self.assertEqual(self.relay.finish(), 0, self.relay.err)
        self.assertIn(b"accepted", self.relay.err)
        self.assertNotIn(b"secretbody", self.relay.err)
        for secret in self.secrets():
            self.assertNotIn(secret, self.relay.err + self.relay.out)
        return self.relay.err

    def test_neither_messages_nor_secrets_are_in_it_even_at_debug(self):
        self.exercise("text")

    def test_nor_are_they_in_json(self):
        for line in self.exercise("json").splitlines():
            if not line.startswith((b"listening ", b"tern-relay: ")):
                self.assertIn("event", json.loads(line))

    def test_a_log_that_nobody_reads_stops_nothing(self):
        ours, theirs = os.pipe()
        fcntl.fcntl(theirs, fcntl.F_SETPIPE_SZ, 4096)
        relay = subprocess.Popen([RELAY, "--listen", "127.0.0.1:0", "--data", self.data, "--log-level", "debug"],
                                 stdout=subprocess.PIPE, stderr=theirs, env=self.env)
        self.addCleanup(relay.wait)
        self.addCleanup(relay.kill)
        self.addCleanup(relay.stdout.close)
        address = re.search(r"tern://[^']*", relay.stdout.readline().decode()).group(0)
        # By a description of its own: the relay's is to stay one that would wait.
        filler = os.open(f"/proc/self/fd/{theirs}", os.O_WRONLY | os.O_NONBLOCK)
        os.close(theirs)
        while select.select([], [filler], [], 0)[1]:
            os.write(filler, b"x" * 100)
        for index in range(3):
            self.assertEqual(self.send(address, f"message {index}")[0], 0)
        os.read(ours, 65536)
        self.assertEqual(self.send(address, "last")[0], 0)
        self.assertRegex(os.read(ours, 65536), rb"error log lines-lost=\d+\n")
        while select.select([], [filler], [], 0)[1]:
            os.write(filler, b"x" * 100)
        relay.send_signal(signal.SIGTERM)
        self.assertEqual(relay.wait(20), 0)
        for end in (ours, filler):
            os.close(end)


if __name__ == "__main__":
    unittest.main(verbosity=2)
