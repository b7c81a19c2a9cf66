"""A relay that may open 32 files: who comes by TCP is turned away, everyone else is served, and nothing spins."""
import http.client
import os
import re
import socket
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from programs import TERN, Program, environment, run, temporary_user  # noqa: E402
from relays import Relay  # noqa: E402

LIMIT = 32
CROWD = 60


class DescriptorTest(unittest.TestCase):
    said = 0

    def setUp(self):
        self.user = temporary_user()
        self.addCleanup(self.user.cleanup)
        self.env = environment(self.user.name)
        self.crowd = []
        self.addCleanup(self.disperse)

    def start(self, *options):
        self.relay = Relay(self.user.name, 0, "--limit", "prefix-half-open-streams=100", "--metrics", "127.0.0.1:0",
                           *options, words=("bash", "-c", f'ulimit -n {LIMIT} && exec "$@"', "bash"))
        self.addCleanup(self.relay.__exit__)
        self.watched = self.port_of(b"metrics")
        self.chats = [self.start_chat(transport) for transport in ("udp", "tcp")]
        self.assert_served("before")

    def port_of(self, what):
        return int(self.relay.program.wait_for(rb"listening %s 127\.0\.0\.1:(\d+)\n" % what).group(1))

    def start_chat(self, transport):
        folder = f"{self.user.name}/{transport}"
        os.mkdir(folder)
        chat = Program(TERN, "chat", "-v", "--transport", transport, self.relay.address, env=environment(folder))
        self.addCleanup(chat.__exit__)
        chat.wait_for(rb"joined")
        return chat

    def assert_served(self, text):
        """Those who are there go on, and whoever comes by UDP comes in."""
        for speaker, listener in (self.chats, reversed(self.chats)):
            self.said += 1
            line = f"{text} {self.said}."
            speaker.write(line.encode() + b"\n")
            listener.wait_for(re.escape(line.encode()), "out")
        self.assertEqual(self.send("udp"), 0)

    def send(self, transport, *more):
        return run(TERN, "send", "--transport", transport, *more, self.relay.address, "hello", env=self.env)[0]

    def gather(self, port, count=CROWD):
        for _ in range(count):
            self.crowd.append(socket.create_connection(("127.0.0.1", port), 5))

    def disperse(self):
        for one in self.crowd:
            one.close()
        self.crowd.clear()

    def assert_idle(self):
        before = self.relay.cpu_seconds()
        time.sleep(1)
        self.assertLess(self.relay.cpu_seconds() - before, 0.2)

    def turned_away(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.watched, timeout=5)
        connection.request("GET", "/metrics")
        page = connection.getresponse().read().decode()
        connection.close()
        counts = re.findall(r'refusals_total\{limit="(?:streams-refused|accept-failed)"\} (\d+)', page)
        return sum(int(count) for count in counts)

    def wait_until_tcp_is_back(self):
        end = time.monotonic() + 10
        while self.send("tcp", "--timeout", "1s") != 0:
            self.assertLess(time.monotonic(), end)

    def test_clients_by_tcp_are_turned_away_and_come_in_when_others_leave(self):
        self.start()
        self.gather(self.relay.port)
        self.assert_served("with a crowd")
        self.assertEqual(self.send("auto"), 0)
        self.assertNotEqual(self.send("tcp", "--timeout", "1s"), 0)
        self.assert_idle()
        self.assertGreater(self.turned_away(), CROWD - LIMIT)
        self.relay.program.wait_for(rb"limit what=streams-refused")
        self.disperse()
        self.wait_until_tcp_is_back()
        self.assert_served("afterwards")

    def test_crowds_at_every_port_at_once_leave_those_who_are_there_alone(self):
        self.start("--text", "127.0.0.1:0")
        places = (self.relay.port, self.port_of(b"text"), self.watched)
        for port in places:
            self.gather(port)
        self.assert_served("with crowds")
        self.assert_idle()
        self.disperse()
        self.wait_until_tcp_is_back()
        self.assertGreater(self.turned_away(), 0)
        self.assert_served("afterwards")


if __name__ == "__main__":
    unittest.main(verbosity=2)
