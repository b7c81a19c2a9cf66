"""tern send --delivered against a real relay: it ends when whom the message was for has it, and says so where nobody
is known to have."""
import json
import os
import signal
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from programs import TERN, Program, environment, run, temporary_user  # noqa: E402
from relays import Relay  # noqa: E402


class Delivered(unittest.TestCase):
    def setUp(self):
        self.folders = temporary_user()
        self.addCleanup(self.folders.cleanup)
        self.relay = self.start_relay()

    def start_relay(self, port=0):
        relay = Relay(self.folders.name + "/relay", port)
        self.addCleanup(relay.__exit__)
        return relay

    def address(self, place):
        return f"{self.relay.bare}/{place}#{self.relay.key}"

    def user(self, name):
        return environment(f"{self.folders.name}/{name}", USER=name)

    def start(self, name, *words):
        program = Program(TERN, *words, env=self.user(name))
        self.addCleanup(program.__exit__)
        return program

    def reader(self, name, room="lobby"):
        program = self.start(name, "chat", "--plain", "-v", self.address(room))
        program.wait_for(rb"\* joined ")
        program.wait_for(rb"\* you are ")
        return program

    def send(self, *words):
        return run(TERN, "send", "--delivered", *words, env=self.user("ann"))

    def test_a_room_has_it_when_everyone_else_there_has(self):
        self.reader("bo")
        self.reader("cy")
        status, out, err = self.send("--json", self.address("lobby"), "hello")
        self.assertEqual(status, 0, err)
        records = [json.loads(line) for line in out.splitlines()]
        self.assertEqual([record["type"] for record in records], ["committed", "delivered", "result"])
        self.assertEqual(records[1]["position"], records[0]["position"])
        self.assertGreaterEqual(records[1]["latency_ms"], records[0]["latency_ms"])

    def test_one_of_them_who_stands_still_has_not(self):
        self.reader("bo")
        cy = self.reader("cy")
        cy.signal(signal.SIGSTOP)
        status, out, err = self.send("--timeout", "700ms", "--json", self.address("lobby"), "hello")
        cy.signal(signal.SIGCONT)
        self.assertEqual(status, 3, err)
        result = json.loads(out.splitlines()[-1])
        self.assertEqual((result["reason"], result["exit"]), ("not_delivered", 3))
        self.assertIn(b"committed lobby #1, but not known to be delivered after 700 ms\n", err)

    def test_where_nobody_is_nobody_has_it(self):
        status, _, err = self.send("--timeout", "300ms", self.address("empty"), "hello")
        self.assertEqual(status, 3, err)
        self.assertIn(b"committed empty #1, but not known to be delivered", err)

    def test_who_is_away_has_it_when_they_are_back(self):
        bo = self.reader("bo")
        bo.end_input()
        self.assertEqual(bo.finish(), 0)
        sender = self.start("ann", "send", "-v", "--delivered", "--timeout", "60s", self.address("@bo"), "hello")
        sender.wait_for(rb"committed @bo #1 in ")
        self.reader("bo").wait_for(rb"privately: \[.*\] hello\n", "out")
        self.assertEqual(sender.finish(), 0)
        self.assertRegex(sender.err, rb"(?m)^delivered @bo #1 in ")

    def test_a_relay_that_restarts_in_between_is_reminded_and_keeps_one_message(self):
        bo = self.reader("bo")
        bo.end_input()
        self.assertEqual(bo.finish(), 0)
        sender = self.start("ann", "send", "-v", "--delivered", "--timeout", "60s", self.address("@bo"), "hello")
        sender.wait_for(rb"committed @bo #1 in ")
        self.relay.program.signal(signal.SIGTERM)
        self.relay.program.finish()
        self.relay = self.start_relay(self.relay.port)
        bo = self.reader("bo")
        bo.wait_for(rb"privately: \[.*\] hello\n", "out")
        self.assertEqual(sender.finish(), 0)
        bo.end_input()
        self.assertEqual(bo.finish(), 0)
        self.assertEqual(bo.out.count(b"hello"), 1)

    def test_a_deadline_is_for_its_being_sent(self):
        bo = self.reader("bo")
        bo.end_input()
        self.assertEqual(bo.finish(), 0)
        sender = self.start("ann", "send", "-v", "--delivered", "--deadline", "400ms", self.address("@bo"), "hello")
        sender.wait_for(rb"committed @bo #1 in ")
        time.sleep(0.6)
        self.reader("bo")
        self.assertEqual(sender.finish(), 0, sender.err)

    def test_it_is_about_one_message_to_a_relay(self):
        for words in (["--lines", self.address("lobby")], ["udp://127.0.0.1:9", "hello"]):
            with self.subTest(words=words):
                status, _, err = self.send(*words)
                self.assertEqual(status, 2, err)
                self.assertIn(b"--delivered", err)


if __name__ == "__main__":
    unittest.main(verbosity=2)
