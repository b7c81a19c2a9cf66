"""tern against a real relay on loopback: receipts, refusals, keys, and nothing sent twice."""
import json
import os
import socket
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from programs import PATIENCE, TERN, Program, environment, run, temporary_user  # noqa: E402
from relays import Relay  # noqa: E402


class RelayTest(unittest.TestCase):
    def setUp(self):
        self.user = temporary_user()
        self.addCleanup(self.user.cleanup)
        self.env = environment(self.user.name)
        self.relay_folder = tempfile.TemporaryDirectory(prefix="tern-e2e-relay.")
        self.addCleanup(self.relay_folder.cleanup)
        self.relay = self.start_relay(self.relay_folder.name)

    def start_relay(self, folder, port=0, *more, words=()):
        relay = Relay(folder, port, *more, words=words)
        self.addCleanup(relay.__exit__)
        return relay

    def tern(self, *words, stdin=b"", seconds=PATIENCE, env=None):
        return run(TERN, *words, env=env or self.env, stdin=stdin, seconds=seconds)

    def start(self, *words, env=None):
        program = Program(TERN, *words, env=env or self.env)
        self.addCleanup(program.__exit__)
        return program

    def history(self, *more):
        status, out, err = self.tern("history", self.relay.bare, "--json", *more)
        self.assertEqual(status, 0, err)
        records = [json.loads(line) for line in out.splitlines()]
        return [record for record in records if record["type"] == "message"]

    def texts(self, *more):
        return [record["text"] for record in self.history(*more)]


class SendTest(RelayTest):
    def test_a_message_is_committed_and_in_the_history(self):
        status, out, err = self.tern("send", "-v", self.relay.address, "hello", "world")
        self.assertEqual((status, out), (0, b""))
        self.assertRegex(err, rb"committed lobby #1 in [\d.]+ [mu]?s \(\d+ packets?, udp\)\n$")
        self.assertEqual(self.texts(), ["hello world"])

    def test_a_known_relay_needs_one_packet_until_committed(self):
        # Without a disk, since the relay holds its first packet for the commit for 5 ms only.
        with tempfile.TemporaryDirectory() as folder:
            relay = self.start_relay(folder, 0, "--durability", "memory")
            packets = []
            for _ in range(10):
                _, out, _ = self.tern("send", relay.address, "next", "--json")
                packets.append(json.loads(out.splitlines()[0])["packets"])
            self.assertEqual(min(packets), 1, packets)
            relay.kill()

    def test_without_terminal_and_flags_it_is_silent(self):
        self.assertEqual(self.tern("send", self.relay.address, "hello"), (0, b"", b""))

    def test_standard_input_files_and_bytes(self):
        self.assertEqual(self.tern("send", self.relay.address, stdin="two\nlines ö\n\n".encode())[0], 0)
        path = self.user.name + "/message"
        with open(path, "wb") as file:
            file.write(b"from a file\n")
        self.assertEqual(self.tern("send", self.relay.address, "--file", path)[0], 0)
        self.assertEqual(self.tern("send", self.relay.address, "--bytes", stdin=b"\xff\0\n")[0], 0)
        history = self.history()
        self.assertEqual([h.get("text") for h in history], ["two\nlines ö\n", "from a file\n", None])
        self.assertEqual(history[2]["base64url"], "_wA")

    def test_lines_stay_in_order(self):
        with tempfile.TemporaryDirectory() as folder:
            self.relay = self.start_relay(folder, 0, "--limit", "key-messages-rate=0", "--limit",
                                          "prefix-guest-messages-rate=0")
            lines = [f"line {number}" for number in range(1000)]
            status, _, err = self.tern("send", self.relay.address, "--lines", stdin="\n".join(lines).encode(),
                                       seconds=60)
            self.assertEqual(status, 0, err)
            self.assertEqual(self.texts(), lines)
            self.relay.kill()

    def test_a_relay_that_asks_to_slow_down_gets_all_lines_in_order(self):
        lines = [f"line {number}" for number in range(150)]  # the burst is 100, then 20 a second
        status, _, err = self.tern("send", self.relay.address, "--lines", "--timeout", "5s",
                                   stdin="\n".join(lines).encode(), seconds=60)
        self.assertEqual(status, 0, err)
        self.assertEqual(self.texts(), lines)

    def test_what_is_refused_until_the_timeout_is_told_with_the_reason(self):
        with tempfile.TemporaryDirectory() as folder:
            self.relay = self.start_relay(folder, 0, "--limit", "key-messages-rate=1", "--limit", "key-messages-burst=1")
            self.assertEqual(self.tern("send", self.relay.address, "first")[0], 0)
            status, out, err = self.tern("send", self.relay.address, "second", "--timeout", "300ms", "--json")
            self.assertEqual((status, json.loads(out.splitlines()[-1])["reason"]), (7, "rate"), err)
            self.assertRegex(err, rb"\Atern send: the relay refused it: .*; tried for 300 ms\n\Z")
            lines = ["a", "b", "c", "d"]
            status, _, err = self.tern("send", self.relay.address, "--lines", "--timeout", "300ms",
                                       stdin="\n".join(lines).encode())
            self.assertEqual(status, 0, err)
            self.assertEqual(self.texts(), ["first", *lines])

    def test_a_full_disk_is_told_as_such(self):
        with tempfile.TemporaryDirectory() as folder:
            # A file that may not grow any more is as good as a full disk.
            self.relay = self.start_relay(folder, words=("bash", "-c", 'ulimit -f 300 && exec "$@"', "bash"))
            for words, stdin in ((["x" * 100_000], b""), (["--lines"], b"x" * 100_000)):
                for _ in range(8):
                    status, _, err = self.tern("send", self.relay.address, *words, "--timeout", "500ms", stdin=stdin)
                    if status:
                        break
                self.assertEqual(status, 7, err)
                self.assertRegex(err, rb"\Atern send: .*disk is full.*; tried for 500 ms\n\Z")

    def test_fifty_at_once_with_one_identity_are_fifty_messages(self):
        self.tern("send", self.relay.address, "zero")
        senders = [self.start("send", self.relay.bare, f"message {number}") for number in range(50)]
        statuses = [sender.finish(60) for sender in senders]
        self.assertEqual(statuses, [0] * 50, [sender.err for sender in senders if sender.process.returncode])
        self.assertEqual(sorted(self.texts()[1:]), sorted(f"message {number}" for number in range(50)))
        self.assertEqual(len({record["key"] for record in self.history()}), 1)

    def test_the_same_id_is_the_same_message(self):
        for _ in range(2):
            status, out, _ = self.tern("send", self.relay.address, "--id", "backup 1", "done", "--json")
            self.assertEqual((status, json.loads(out.splitlines()[0])["position"]), (0, 1))
        status, _, err = self.tern("send", self.relay.address, "--id", "backup 1", "something else")
        self.assertEqual(status, 7)
        self.assertIn(b"another message has the same id", err)
        self.assertEqual(self.texts(), ["done"])

    def test_what_cannot_be_sent_leaves_nothing_behind(self):
        for words, stdin, code, hint in ((["", ], b"", 2, b"empty"), ([], b"", 2, b"empty"),
                                         ([b"\xff"], b"", 1, b"UTF-8"), ([], b"x" * 300000, 1, b"more than")):
            status, out, err = self.tern("send", self.relay.address, *words, stdin=stdin)
            self.assertEqual((status, out), (code, b""), err)
            self.assertIn(hint, err)
            self.assertEqual(err.count(b"\n"), 1)
        status, _, err = run("sh", "-c", 'exec "$0" send "$1" <&-', TERN, self.relay.address, env=self.env)
        self.assertEqual(status, 1)
        self.assertIn(b"it is closed", err)
        self.assertEqual(self.texts(), [])

    def test_the_largest_message_fits(self):
        self.assertEqual(self.tern("send", self.relay.address, stdin=b"x" * 262144)[0], 0)
        self.assertEqual([len(text) for text in self.texts()], [262144])

    def test_names_that_cannot_be_are_refused(self):
        for address, code in ((self.relay.bare + "/not a room", 2), (self.relay.bare + "/@no!", 2),
                              (self.relay.bare + "/@nobody-has-this", 7)):
            status, _, err = self.tern("send", address, "hi")
            self.assertEqual(status, code, (address, err))
            self.assertEqual(err.count(b"\n"), 1, err)


class UnreachableTest(RelayTest):
    def test_a_closed_port_is_exit_4(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        started = time.monotonic()
        status, _, err = self.tern("send", f"127.0.0.1:{port}", "hi")
        self.assertEqual(status, 4)
        self.assertIn(b"refused", err)
        self.assertEqual(err.count(b"\n"), 1)
        self.assertLess(time.monotonic() - started, 5)

    def test_silence_is_exit_4_or_3_if_a_message_left(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
            silent.bind(("127.0.0.1", 0))
            address = f"tern://127.0.0.1:{silent.getsockname()[1]}"
            status, out, err = self.tern("send", address, "hi", "--timeout", "500ms", "--json")
            self.assertEqual((status, json.loads(out.splitlines()[-1])["exit"]), (4, 4), err)
            keyed = address + "#" + self.relay.key
            status, out, err = self.tern("send", keyed, "hi", "--timeout", "500ms", "--json")
            self.assertEqual((status, json.loads(out.splitlines()[-1])["reason"]), (3, "unconfirmed"), err)
            status, _, err = self.tern("send", keyed, "hi", "--timeout", "500ms", "--no-early-data")
            self.assertEqual(status, 4, err)

    def test_a_killed_relay_is_reported_and_what_was_committed_is_kept(self):
        self.tern("send", self.relay.address, "kept")
        self.relay.kill()
        self.assertEqual(self.tern("send", self.relay.bare, "lost", "--timeout", "1s")[0], 4)
        self.relay = self.start_relay(self.relay_folder.name, self.relay.port)
        self.assertEqual(self.tern("send", self.relay.bare, "after")[0], 0)
        self.assertEqual(self.texts(), ["kept", "after"])


class TrustTest(RelayTest):
    def known(self):
        return self.tern("trust", "list")[1].decode().splitlines()

    def test_loopback_is_remembered_as_new(self):
        self.assertEqual(self.known(), [])
        self.assertEqual(self.tern("send", self.relay.bare, "hi")[0], 0)
        self.assertEqual(len(self.known()), 1)
        self.assertIn("loopback", self.known()[0])

    def test_another_key_in_the_address_is_exit_5_and_nothing_is_sent(self):
        wrong = self.relay.bare + "#" + "A" * 43
        for more in ([], ["--trust", "accept-new"], ["--no-early-data"]):
            status, out, err = self.tern("send", wrong, "secret", "--json", "--timeout", "8s", *more)
            self.assertEqual(status, 5, err)
            self.assertEqual(json.loads(out.splitlines()[-1])["reason"], "key_changed")
            self.assertEqual(err.count(b"SHA256:"), 2, err)
        self.assertEqual(self.known(), [])
        self.assertEqual(self.texts(), [])

    def test_a_changed_key_is_a_hard_stop_until_forgotten(self):
        self.assertEqual(self.tern("send", self.relay.bare, "hi")[0], 0)
        port = self.relay.port
        self.relay.kill()
        with tempfile.TemporaryDirectory() as other:
            impostor = self.start_relay(other, port)
            self.assertNotEqual(impostor.key, self.relay.key)
            for more in ([], ["--trust", "accept-new"]):
                status, _, err = self.tern("send", self.relay.bare, "secret", *more)
                self.assertEqual(status, 5, err)
                self.assertIn(f"tern trust forget '127.0.0.1:{port}'".encode(), err)
                self.assertEqual(err.count(b"SHA256:"), 2)
            self.assertEqual(self.tern("send", impostor.address, "secret")[0], 5)
            self.assertEqual(self.tern("trust", "forget", f"127.0.0.1:{port}")[0], 0)
            self.assertEqual(self.tern("send", self.relay.bare, "hello again")[0], 0)
            self.relay = impostor
            self.assertEqual(self.texts(), ["hello again"])
            impostor.kill()

    def test_a_file_that_names_no_relay_is_not_imported(self):
        self.assertEqual(self.tern("trust", "import", "/dev/null"),
                         (1, b"", b"tern trust: /dev/null names no relay\n"))


class HistoryTest(RelayTest):
    def test_after_and_limit(self):
        self.tern("send", self.relay.address, "--lines", stdin=b"1\n2\n3\n4\n5\n")
        self.assertEqual(self.texts(), ["1", "2", "3", "4", "5"])
        self.assertEqual(self.texts("--limit", "2"), ["4", "5"])
        self.assertEqual(self.texts("--after", "2"), ["3", "4", "5"])
        self.assertEqual(self.texts("--after", "1", "--limit", "2"), ["2", "3"])
        self.assertEqual(self.texts("--after", "5"), [])
        status, out, _ = self.tern("history", self.relay.bare, "--limit", "1")
        self.assertEqual(status, 0)
        self.assertRegex(out, rb"^#5 \d\d:\d\d:\d\d \[guest-\w+\] 5\n$")

    def test_positions_end_where_the_protocol_s_numbers_do(self):
        for after, status in ((2**62 - 1, 0), (2**62, 2), (2**64 - 1, 2)):
            self.assertEqual(self.tern("history", self.relay.bare, "--after", str(after))[:2], (status, b""))

    def test_a_relay_that_is_not_there(self):
        self.relay.kill()
        self.assertEqual(self.tern("history", self.relay.bare, "--timeout", "2s")[0], 4)


class ListenTest(RelayTest):
    def test_committed_means_printed(self):
        listener = self.start("listen", "127.0.0.1:0", "--count", "2")
        port = listener.port()
        status, _, err = self.tern("send", "-v", f"127.0.0.1:{port}", "hello")
        self.assertEqual(status, 0, err)
        self.assertIn(b"committed", err)
        self.assertRegex(listener.wait_for(rb".*\n", "out").group(0), rb"^\d\d:\d\d:\d\d [\w-]{8} hello\n$")
        self.assertEqual(self.tern("send", f"127.0.0.1:{port}", "a\x1b[2J\nb")[0], 0)
        self.assertEqual(listener.finish(), 0)
        self.assertTrue(listener.out.endswith(b" a\\x1b[2J\n    | b\n"), listener.out)

    def test_its_key_stays_the_same(self):
        keys = set()
        for _ in range(2):
            listener = self.start("listen", "127.0.0.1:0", "--timeout", "50ms")
            self.assertEqual(listener.finish(), 1)
            keys.add(listener.err.split(b"#")[1].split()[0])
        self.assertEqual(len(keys), 1)

    def test_the_port_in_use(self):
        status, _, err = self.tern("listen", f"127.0.0.1:{self.relay.port}")
        self.assertEqual(status, 1)
        self.assertIn(b"in use", err)


if __name__ == "__main__":
    unittest.main(verbosity=2)
