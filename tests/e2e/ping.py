"""tern ping: to a real relay, to tern echo, and to whom does not answer."""
import json
import os
import re
import signal
import socket
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from programs import PATIENCE, TERN, Program, environment, run, temporary_user  # noqa: E402
from relays import Relay  # noqa: E402


class OneWayStreet:
    """Carries datagrams between one client and a relay; each way can be closed."""

    def __init__(self, relay_port):
        self.inner = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.inner.connect(("127.0.0.1", relay_port))
        self.outer = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.outer.bind(("127.0.0.1", 0))
        self.port = self.outer.getsockname()[1]
        self.client = None
        self.dropped = {"there": 0, "back": 0}
        self.closed = set()
        for carry in (self.carry_there, self.carry_back):
            threading.Thread(target=carry, daemon=True).start()

    def passes(self, way):
        self.dropped[way] += way in self.closed
        return way not in self.closed

    def carry_there(self):
        while True:
            datagram, self.client = self.outer.recvfrom(2000)
            if self.passes("there"):
                self.inner.send(datagram)

    def carry_back(self):
        while True:
            datagram = self.inner.recv(2000)
            if self.passes("back"):
                self.outer.sendto(datagram, self.client)


class PingTest(unittest.TestCase):
    def setUp(self):
        self.user = temporary_user()
        self.addCleanup(self.user.cleanup)
        self.env = environment(self.user.name)

    def ping(self, *words):
        return run(TERN, "ping", *words, env=self.env, seconds=PATIENCE)

    def start(self, *words):
        program = Program(TERN, *words, env=self.env)
        self.addCleanup(program.__exit__)
        return program

    def relay(self):
        folder = tempfile.TemporaryDirectory(prefix="tern-e2e-relay.")
        self.addCleanup(folder.cleanup)
        relay = Relay(folder.name)
        self.addCleanup(relay.__exit__)
        return relay

    def silent_socket(self):
        silent = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.addCleanup(silent.close)
        silent.bind(("127.0.0.1", 0))
        silent.settimeout(PATIENCE)
        return silent

    def silent_port(self):
        return self.silent_socket().getsockname()[1]


class RelayPingTest(PingTest):
    def test_each_answer_has_a_line_and_the_end_a_summary(self):
        relay = self.relay()
        status, out, _ = self.ping(relay.address, "--count", "3", "--interval", "10ms")
        self.assertEqual(status, 0)
        answer = rb"reply from 127\.0\.0\.1:%d \(udp\): seq=%d time=[\d.]+ [mu]?s\n"
        self.assertRegex(out, b"^" + b"".join(answer % (relay.port, seq) for seq in (1, 2, 3)) +
                         rb"3 sent, 3 answered, 0 % lost\nrtt min/avg/max/mdev = [\d./]+ ms\n"
                         rb"connection \(udp\): smoothed rtt [\d.]+ [mu]s, 0 of \d+ packets sent were lost\n$")

    def test_quiet_is_the_summary_alone_and_an_unknown_relay_on_loopback_is_trusted(self):
        status, out, err = self.ping(self.relay().bare, "--count", "2", "--interval", "10ms", "-q")
        self.assertEqual((status, err), (0, b""))
        self.assertRegex(out, rb"^2 sent, 2 answered, 0 % lost\nrtt .*\nconnection .*\n$")

    def test_json_has_a_record_an_answer_and_a_result(self):
        status, out, _ = self.ping(self.relay().address, "--count", "2", "--interval", "10ms", "--json")
        records = [json.loads(line) for line in out.splitlines()]
        self.assertEqual((status, [r["type"] for r in records]), (0, ["reply", "reply", "result"]))
        self.assertEqual((records[-1]["sent"], records[-1]["lost_there"], records[-1]["lost_back"]), (2, 0, 0))
        self.assertLessEqual(records[-1]["rtt_ms"]["min"], records[-1]["rtt_ms"]["max"])
        self.assertEqual({r["schema"] for r in records}, {"tern.ping/1"})

    def test_ctrl_c_ends_it_with_the_summary(self):
        ping = self.start("ping", self.relay().address, "--interval", "20ms")
        ping.wait_for(rb"seq=3 ", "out")
        ping.signal(signal.SIGINT)
        self.assertEqual(ping.finish(), 0)
        self.assertRegex(ping.out, rb"\d+ sent, \d+ answered, 0 % lost.*\nrtt ")

    def test_each_way_of_loss_is_told(self):
        relay = self.relay()
        for way, other in (("there", "back"), ("back", "there")):
            street = OneWayStreet(relay.port)
            ping = self.start("ping", f"127.0.0.1:{street.port}#{relay.key}", "--interval", "50ms",
                              "--timeout", "3s", "--json")
            ping.wait_for(rb'"seq":3', "out")
            street.closed.add(way)
            before = street.dropped[way]
            # Five may all be acknowledgments, of which a busy machine sends several at once.
            end = time.monotonic() + 0.5
            while street.dropped[way] < before + 5 or time.monotonic() < end:
                time.sleep(0.01)
            street.closed.clear()
            ping.wait_for(rb'"type":"lost"', "out")
            ping.signal(signal.SIGINT)
            self.assertEqual(ping.finish(), 0)
            records = [json.loads(line) for line in ping.out.splitlines()]
            self.assertEqual({r["reached"] for r in records if r["type"] == "lost"}, {way == "back"}, way)
            self.assertGreater(records[-1]["lost_" + way], 0)
            self.assertEqual(records[-1]["lost_" + other], 0)

    def test_ctrl_c_ends_the_wait_for_a_silent_relay(self):
        silent = self.silent_socket()
        ping = self.start("ping", f"127.0.0.1:{silent.getsockname()[1]}", "--timeout", "1h", "--json")
        silent.recv(2000)
        ping.signal(signal.SIGINT)
        self.assertEqual(ping.finish(), 4)
        self.assertEqual(json.loads(ping.out)["reason"], "interrupted")
        self.assertRegex(ping.err, rb"^tern ping: stopped before the relay 127\.0\.0\.1:\d+ answered\n$")

    def test_a_closed_port_is_exit_4_in_one_line(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as closed:
            closed.bind(("127.0.0.1", 0))
            port = closed.getsockname()[1]
        status, out, err = self.ping(f"127.0.0.1:{port}", "--count", "1", "--json")
        self.assertEqual((status, json.loads(out)["reason"], err.count(b"\n")), (4, "refused", 1), err)

    def test_a_relay_that_dies_is_loss_and_its_return_is_not(self):
        relay = self.relay()
        ping = self.start("ping", relay.address, "--interval", "100ms", "--timeout", "300ms")
        ping.wait_for(rb"seq=2 ", "out")
        relay.kill()
        ping.wait_for(rb"no reply from 127\.0\.0\.1:\d+ \(udp\): seq=")
        back = Relay(relay.folder, relay.port)
        self.addCleanup(back.__exit__)
        answered = len(re.findall(rb"time=", ping.out))
        ping.wait_for(rb"(?s)(time=.*){%d}" % (answered + 1), "out")
        ping.signal(signal.SIGTERM)
        self.assertEqual(ping.finish(), 0)

    def test_who_does_not_answer_is_exit_4_and_another_key_exit_5(self):
        status, out, err = self.ping(f"127.0.0.1:{self.silent_port()}", "--count", "1", "--timeout", "300ms")
        self.assertEqual((status, out, err.count(b"\n")), (4, b"", 1), err)
        self.assertIn(b"no answer from the relay", err)
        wrong = self.relay().bare + "#" + "A" * 43
        self.assertEqual(self.ping(wrong, "--count", "1")[0], 5)


class PlainPingTest(PingTest):
    def test_an_echo_server_over_udp_and_tcp(self):
        echo = self.start("echo", "127.0.0.1:0")
        port = echo.port()
        echo.wait_for(rb"listening udp")
        for transport in ("udp", "tcp"):
            status, out, err = self.ping(f"{transport}://127.0.0.1:{port}", "--count", "3", "--interval", "5ms")
            self.assertEqual(status, 0, err)
            self.assertEqual(out.count(b"reply from 127.0.0.1:%d (%s): seq=" % (port, transport.encode())), 3)
            self.assertIn(b"3 sent, 3 answered, 0 % lost\n", out)

    def test_every_address_of_a_name_is_tried_in_turn(self):
        echo = self.start("echo", "127.0.0.1:0")
        port = echo.port()
        echo.wait_for(rb"listening udp")
        for transport in ("udp", "tcp"):
            status, out, err = self.ping(f"{transport}://localhost:{port}", "--count", "1")
            self.assertEqual(status, 0, err)
            self.assertIn(b"1 sent, 1 answered, 0 % lost\n", out)

    def test_json_is_valid_when_nothing_answers(self):
        status, out, _ = self.ping(f"udp://127.0.0.1:{self.silent_port()}", "--count", "1", "--timeout", "100ms",
                                   "--json")
        records = [json.loads(line) for line in out.splitlines()]
        self.assertEqual((status, [r["type"] for r in records]), (4, ["lost", "result"]))
        self.assertEqual((records[-1]["ok"], records[-1]["reason"]), (False, "no_answer"))

    def test_silence_is_loss_and_exit_4(self):
        status, out, err = self.ping(f"udp://127.0.0.1:{self.silent_port()}", "--count", "2", "--interval", "5ms",
                                     "--timeout", "200ms")
        self.assertEqual((status, out), (4, b"2 sent, 0 answered, 100 % lost\n"))
        self.assertEqual(err.count(b"no reply from "), 2)

    def test_a_closed_port_says_so(self):
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            port = closed.getsockname()[1]
            for transport in ("udp", "tcp"):
                status, _, err = self.ping(f"{transport}://127.0.0.1:{port}", "--count", "1")
                self.assertEqual(status, 4)
                self.assertIn(b"connection refused", err)

    def test_what_makes_no_sense_is_exit_2(self):
        for words in (("--count", "0"), ("--interval", "1us"), ("--interval", "5")):
            status, out, err = self.ping("udp://127.0.0.1:9", *words)
            self.assertEqual((status, out, err.count(b"\n")), (2, b"", 1), (words, err))


if __name__ == "__main__":
    unittest.main()
