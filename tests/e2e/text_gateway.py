"""The text gateway of a real relay, with the real telnet and nc, and a tern client in the same room."""
import os
import random
import re
import signal
import socket
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from programs import PATIENCE, TERN, Program, Terminal, environment, run, temporary_user  # noqa: E402
from relays import Relay  # noqa: E402


class Visitor:
    """A TCP connection that is read to a buffer when asked."""

    def __init__(self, port, host="127.0.0.1"):
        self.socket = socket.create_connection((host, port), PATIENCE)
        self.seen = b""

    def write(self, data):
        self.socket.sendall(data)

    def wait_for(self, pattern):
        end = time.monotonic() + PATIENCE
        while not re.search(pattern, self.seen):
            self.socket.settimeout(max(0.01, end - time.monotonic()))
            data = self.socket.recv(65536)
            if not data:
                raise AssertionError(f"closed without {pattern!r}: {self.seen!r}")
            self.seen += data
        return re.search(pattern, self.seen)

    def read_to_the_end(self):
        self.socket.settimeout(PATIENCE)
        while data := self.socket.recv(65536):
            self.seen += data
        return self.seen

    def close(self):
        self.socket.close()


class TextGatewayTest(unittest.TestCase):
    def setUp(self):
        self.home = temporary_user()
        self.addCleanup(self.home.cleanup)
        self.env = environment(self.home.name, TERM="vt100")

    def start(self, *options):
        relay = Relay(self.home.name, 0, "--text", "127.0.0.1:0", *options)
        self.addCleanup(relay.__exit__)
        self.port = int(relay.program.wait_for(rb"listening text 127\.0\.0\.1:(\d+)\n").group(1))
        return relay

    def visitor(self):
        visitor = Visitor(self.port)
        self.addCleanup(visitor.close)
        visitor.wait_for(rb"\* you are in lobby\r\n")
        return visitor

    def program(self, kind, *words):
        program = kind(*words, env=self.env)
        self.addCleanup(program.__exit__)
        return program

    def test_telnet_nc_and_tern_talk_to_each_other(self):
        relay = self.start()
        telnet = self.program(Terminal, "telnet", "127.0.0.1", str(self.port))
        telnet.wait_for(rb"Welcome guest-[0-9a-f]{4} \(127\.0\.0\.1:\d+\)")
        telnet.wait_for(rb"you are in lobby")
        nc = self.program(Program, "nc", "127.0.0.1", str(self.port))
        nc.wait_for(rb"you are in lobby", "out")
        telnet.wait_for(rb"guest-[0-9a-f]{4} joined|here: guest")
        anna = self.program(Program, TERN, "chat", "--plain", "--name", "anna", "--follow", relay.address)
        telnet.wait_for(rb"anna joined")

        telnet.write(b"/nick tel\n")
        telnet.wait_for(rb"you are guest-tel")
        telnet.write(b"hello from telnet\n")
        nc.wait_for(rb"\[guest-tel\] hello from telnet\r\n", "out")
        anna.wait_for(rb"guest-tel.*hello from telnet", "out")
        nc.write(b"hello from nc\n")
        telnet.wait_for(rb"\[guest-[0-9a-f]{4}\] hello from nc")
        anna.wait_for(rb"hello from nc", "out")
        anna.write(b"hello from tern\n")
        telnet.wait_for(rb"\[anna\] hello from tern")
        nc.wait_for(rb"\[anna\] hello from tern\r\n", "out")

        telnet.write(b"bye\n")
        telnet.finish()
        self.assertIn(b"goodbye", telnet.out)
        self.assertIn(b"Connection closed by foreign host", telnet.out)
        nc.wait_for(rb"\* guest-tel left\r\n", "out")

        status, out, err = run(TERN, "history", relay.address, env=self.env)
        self.assertEqual(status, 0, err)
        self.assertRegex(out, rb"(?s)hello from telnet.*hello from nc.*hello from tern")

    def test_telnets_interrupt_is_answered_and_the_conversation_goes_on(self):
        self.start()
        other = self.visitor()
        telnet = self.program(Terminal, "telnet", "127.0.0.1", str(self.port))
        telnet.wait_for(rb"you are in lobby")
        telnet.write(b"\x1d")
        telnet.wait_for(rb"telnet> ")
        telnet.write(b"send ip do 6 ayt\n")
        telnet.wait_for(rb"\[yes\]")
        telnet.write(b"still here\n")
        other.wait_for(rb"still here\r\n")
        other.write(b"so am I\n")
        telnet.wait_for(rb"so am I")

    def test_hanging_up_is_noticed(self):
        self.start()
        watcher = self.visitor()
        nc = self.program(Program, "nc", "127.0.0.1", str(self.port))
        nc.write(b"/nick nc\n")
        nc.wait_for(rb"you are guest-nc", "out")
        watcher.wait_for(rb"guest-\w+ is now guest-nc|guest-nc joined|here: guest-nc")
        nc.signal(signal.SIGKILL)
        watcher.wait_for(rb"\* guest-nc left\r\n")

    def test_what_is_piped_into_nc_is_said_down_to_half_a_line(self):
        self.start()
        watcher = self.visitor()
        status, out, _ = run("nc", "-N", "127.0.0.1", str(self.port), env=self.env,
                             stdin=b"/nick pipe\none\r\ntwo\nhalf a line")
        self.assertEqual(status, 0)
        self.assertTrue(out.endswith(b"* goodbye\r\n"), out)
        watcher.wait_for(rb"(?s)\[guest-pipe\] one\r\n.*\[guest-pipe\] two\r\n.*\[guest-pipe\] half a line\r\n")

    def test_junk_and_lines_too_long_are_refused_and_others_see_nothing_of_them(self):
        self.start()
        watcher, junk = self.visitor(), self.visitor()
        junk.write(b"\x80\x81\xfe\n" + b"x" * 100_000 + b"\nshow \x1b[31m\n")
        junk.wait_for(rb"(?s)text must be UTF-8\r\n.*at most 4096 bytes\r\n")
        watcher.wait_for(rb"\] show \\x1b\[31m\r\n")
        self.assertNotIn(b"xxx", watcher.seen)
        end_of_telnet_commands = b"\xff\xf0\xff\xf0"
        junk.write(random.Random(7).randbytes(300_000) + end_of_telnet_commands + b"\nafter all that\n")
        watcher.wait_for(rb"after all that")
        self.assertFalse(set(watcher.seen) & set(range(0x20)) - set(b"\r\n\t"), watcher.seen)

    def test_a_hundred_at_once_see_each_others_lines(self):
        self.start()
        visitors = [self.visitor() for _ in range(100)]
        for index, visitor in enumerate(visitors):
            visitor.write(b"line %d.\r\n" % index)
        for index, visitor in enumerate(visitors):
            for speaker in (0, 37, 99):
                if speaker != index:
                    visitor.wait_for(rb"\] line %d\.\r\n" % speaker)
        for visitor in visitors:
            visitor.close()
        late = self.visitor()
        late.write(b"/who\n")
        late.wait_for(rb"\* \d+ in lobby:")

    def test_who_stops_reading_hurts_nobody_and_gets_everything(self):
        self.start("--limit", "key-messages-rate=0", "--limit", "text-prefix-messages-rate=0", "--limit",
                   "prefix-guest-messages-rate=0")
        stopped, speaker, reader = self.visitor(), self.visitor(), self.visitor()
        count = 3000
        for index in range(count):
            speaker.write(b"%d %s\n" % (index, b"x" * 2000))
            if index % 100 == 99:
                reader.wait_for(rb"\] %d x" % index)
                reader.seen = reader.seen[-4000:]
        stopped.wait_for(rb"\] %d x" % (count - 1))
        numbers = [int(each) for each in re.findall(rb"\] (\d+) x", stopped.seen)]
        self.assertEqual(numbers, list(range(count)))

    def test_who_has_to_wait_costs_the_relay_nothing(self):
        relay = self.start("--limit", "text-prefix-messages-rate=1", "--limit", "text-prefix-messages-burst=1")
        visitor = self.visitor()
        visitor.write(b"x\n" * 40)
        time.sleep(0.2)
        before = relay.cpu_seconds()
        time.sleep(1)
        self.assertLess(relay.cpu_seconds() - before, 0.1)

    def test_too_many_of_one_address_are_refused_with_a_line(self):
        self.start("--limit", "text-prefix-connections=2")
        self.visitor()
        second = self.visitor()
        third = Visitor(self.port)
        self.addCleanup(third.close)
        self.assertEqual(third.read_to_the_end(), b"* too many connections from your address\r\n")
        second.write(b"bye\n")
        second.read_to_the_end()
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            again = Visitor(self.port)
            self.addCleanup(again.close)
            if again.wait_for(rb"\r\n") and again.seen.startswith(b"Welcome"):
                return
        self.fail("the place of who left was not free again")

    def test_a_datagram_is_a_one_shot_and_is_answered(self):
        self.start()
        watcher = self.visitor()
        nc = self.program(Program, "nc", "-u", "127.0.0.1", str(self.port))
        nc.write(b"by datagram\n")
        nc.wait_for(rb"^ok\n$", "out")
        watcher.wait_for(rb"\[guest-udp\] by datagram\r\n")
        status, out, err = run(TERN, "send", f"udp://127.0.0.1:{self.port}", "from tern", "--wait", "5s", env=self.env)
        self.assertEqual((status, out), (0, b"ok\n"), err)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.settimeout(PATIENCE)
            sender.sendto(b"\xff\xfe\xfd", ("127.0.0.1", self.port))
            self.assertEqual(sender.recv(100), b"no:", "never longer than what it answers")
            sender.sendto(b"x" * 5000, ("127.0.0.1", self.port))
            self.assertEqual(sender.recv(100), b"no: the text is too long\n")

    def test_everyone_is_told_when_the_relay_ends(self):
        relay = self.start()
        telnet = self.program(Terminal, "telnet", "127.0.0.1", str(self.port))
        telnet.wait_for(rb"you are in lobby")
        relay.program.signal(signal.SIGTERM)
        telnet.wait_for(rb"\* the relay is shutting down")
        telnet.wait_for(rb"Connection closed by foreign host")
        self.assertEqual(relay.program.finish(), 0)

    def test_it_is_off_unless_asked_for_and_warns_where_others_could_listen(self):
        with Relay(self.home.name + "/off") as relay:
            self.assertNotIn(b"listening text", relay.program.err)
        with Relay(self.home.name + "/open", 0, "--text", "0.0.0.0:0") as relay:
            relay.program.wait_for(rb"text at 0\.0\.0\.0:\d+ is neither encrypted nor authenticated")
        status, _, err = run(os.path.join(os.environ["TERN_BIN_DIR"], "tern-relay"), "--text", "no:such:port",
                             env=self.env)
        self.assertEqual(status, 2)
        self.assertIn(b"--text no:such:port", err)


if __name__ == "__main__":
    unittest.main(verbosity=2)
