"""Whoever connects to a relay's TCP port and is none of ours: closed in time, told nothing, and nobody else notices."""
import os
import re
import resource
import selectors
import socket
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from programs import TERN, Program, environment, temporary_user  # noqa: E402
from relays import Relay  # noqa: E402

PREFACE = b"\xb8TRN"
HELLO = PREFACE + b"\x00\x0a\xb0\x01" + bytes(range(1, 9))
GREETINGS = {
    "http": b"GET / HTTP/1.1\r\nHost: relay\r\n\r\n",
    "tls": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500),
    "ssh": b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n",
    "zeros": bytes(100),
    "length 0": PREFACE + b"\x00\x00",
    "length 0xffff": PREFACE + b"\xff\xff",
    "longer than a handshake": PREFACE + b"\x05\xc1",
    "data before keys": PREFACE + b"\x00\x28" + b"\x80" * 40,
}
HANDSHAKE_MAX = 10  # seconds that a relay waits for one
MARGIN = 5          # for a busy machine


class Stranger:
    """A connection; notes what it hears, and when it was closed."""

    def __init__(self, port, what=b""):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.begun = time.monotonic()
        self.heard = b""
        self.lasted = None
        self.say(what)
        self.socket.setblocking(False)

    def say(self, what):
        try:
            self.socket.sendall(what)
        except OSError:
            pass  # hear() will notice

    def hear(self):
        try:
            data = self.socket.recv(65536)
        except BlockingIOError:
            return
        except ConnectionError:
            data = b""
        self.heard += data
        if not data:
            self.lasted = time.monotonic() - self.begun


class Crowd:
    """Many strangers, listened to until all were closed."""

    def __init__(self):
        self.all = []
        self.selector = selectors.DefaultSelector()

    def add(self, stranger):
        self.all.append(stranger)
        self.selector.register(stranger.socket, selectors.EVENT_READ, stranger)
        return stranger

    def listen(self, seconds):
        for key, _ in self.selector.select(seconds):
            key.data.hear()
            if key.data.lasted is not None:
                self.selector.unregister(key.fileobj)
                key.fileobj.close()

    def open_count(self):
        return len(self.selector.get_map())

    def listen_until(self, condition, seconds):
        end = time.monotonic() + seconds
        while not condition() and time.monotonic() < end:
            self.listen(0.05)
        return condition()


class HostileTcpTest(unittest.TestCase):
    said = 0

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="tern-e2e-relay.")
        self.addCleanup(folder.cleanup)
        self.relay = Relay(folder.name)
        self.addCleanup(self.relay.__exit__)
        self.crowd = Crowd()
        self.chats = [self.start_chat(transport) for transport in ("udp", "tcp")]
        self.assert_undisturbed("before")

    def start_chat(self, transport):
        user = temporary_user()
        self.addCleanup(user.cleanup)
        chat = Program(TERN, "chat", "-v", "--transport", transport, self.relay.address, env=environment(user.name))
        self.addCleanup(chat.__exit__)
        chat.wait_for(rb"joined")
        return chat

    def enter(self, what=b""):
        return self.crowd.add(Stranger(self.relay.port, what))

    def assert_undisturbed(self, text):
        for speaker, listener in (self.chats, reversed(self.chats)):
            self.said += 1
            line = f"{text} {self.said}."
            begun = time.monotonic()
            speaker.write(line.encode() + b"\n")
            listener.wait_for(re.escape(line.encode()), "out")
            self.assertLess(time.monotonic() - begun, MARGIN)

    def test_other_protocols_are_closed_at_once_and_told_nothing(self):
        for name, greeting in GREETINGS.items():
            for octet_by_octet in (False, True):
                with self.subTest(name, octet_by_octet=octet_by_octet):
                    one = self.enter(b"" if octet_by_octet else greeting)
                    if octet_by_octet:
                        for i in range(min(len(greeting), 60)):
                            one.say(greeting[i:i + 1])
                    self.assertTrue(self.crowd.listen_until(lambda: one.lasted is not None, MARGIN))
                    self.assertEqual(one.heard, b"")
        self.assert_undisturbed("after all of them")

    def test_a_hello_in_single_octets_is_answered_once(self):
        one = self.enter()
        for i in range(len(HELLO)):
            one.say(HELLO[i:i + 1])
        self.assertTrue(self.crowd.listen_until(lambda: one.heard, MARGIN))
        self.crowd.listen(0.1)
        self.assertEqual(one.heard[:4], b"\x00\x3b\xb1\x01")  # RETRY, without a token
        self.assertEqual(len(one.heard), 2 + 0x3b)
        one.say(HELLO[4:])
        self.assertTrue(self.crowd.listen_until(lambda: one.lasted is not None, MARGIN), "a second HELLO has no place")
        self.assertEqual(len(one.heard), 2 + 0x3b)

    def test_silence_and_a_crowd_of_a_thousand(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if hard < 1200:
            self.skipTest("a thousand sockets need more descriptors than this process may have")
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 1200), hard))
        begun = time.monotonic()
        for i in range(1000):
            self.enter(HELLO[:i % 5])  # some say nothing, some begin
            if i % 100 == 0:
                self.crowd.listen(0)
                self.assert_undisturbed(f"among {i}")
        # Of one address no more than a few handshakes wait; the oldest go for the newest.
        self.assertTrue(self.crowd.listen_until(lambda: self.crowd.open_count() <= 8, MARGIN), self.crowd.open_count())
        self.assertGreater(self.crowd.open_count(), 0)
        drip = self.enter()
        said = 0
        while self.crowd.open_count() and time.monotonic() - begun < 2 * HANDSHAKE_MAX:
            drip.say(HELLO[said:said + 1])
            said += 1
            self.assert_undisturbed("meanwhile")
            self.crowd.listen_until(lambda: not self.crowd.open_count(), 1)
        self.assertEqual(self.crowd.open_count(), 0)
        self.assertEqual({one.heard for one in self.crowd.all}, {b""})
        for patient in self.crowd.all[-2:]:
            self.assertGreater(patient.lasted, HANDSHAKE_MAX - 1)
        self.assertLess(max(one.lasted for one in self.crowd.all), HANDSHAKE_MAX + MARGIN)
        time.sleep(1)  # at most one line a second
        self.assert_undisturbed("afterwards")
        self.relay.program.wait_for(rb"limit what=streams-evicted")
        self.relay.program.wait_for(rb"limit what=streams-expired")


if __name__ == "__main__":
    unittest.main()
