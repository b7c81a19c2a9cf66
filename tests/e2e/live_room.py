"""A live room on a real relay: what is said there is passed on and kept nowhere."""
import json
import os
import signal
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from programs import TERN, Program, environment, run, temporary_user  # noqa: E402
from relays import Relay  # noqa: E402


class LiveRoomTest(unittest.TestCase):
    def setUp(self):
        self.home = temporary_user()
        self.addCleanup(self.home.cleanup)
        self.data = os.path.join(self.home.name, "relay")
        self.relay = self.start_relay(0)
        self.stage = f"{self.relay.bare}/stage#{self.relay.key}"

    def start_relay(self, port):
        relay = Relay(self.home.name, port, "--data", self.data)
        self.addCleanup(relay.__exit__)
        return relay

    def environment_of(self, user):
        return environment(os.path.join(self.home.name, user), USER=user)

    def chat(self, user, *options):
        program = Program(TERN, "chat", "--plain", "--follow", "--name", user, *options, self.stage,
                          env=self.environment_of(user))
        self.addCleanup(program.__exit__)
        program.wait_for(rb"\* you are " + user.encode())
        return program

    def tern(self, user, *words):
        return run(TERN, *words, env=self.environment_of(user))

    def test_is_declared_and_passes_on(self):
        ann = self.chat("ann", "-v")
        ann.write(b"/room live\n")
        ann.wait_for(rb"stage: ann made the room a live one: what is said there is not kept\n")
        bo = self.chat("bo", "--transport", "tcp")  # notices at once when the relay is killed
        bo.wait_for(rb"\* stage is open, live: what is said there is not kept\n")
        ann.write(b"hello\n")
        bo.wait_for(rb"\[ann\] hello\n", "out")
        ann.wait_for(rb"relayed stage #1 in ")

        status, out, err = self.tern("cy", "send", "--json", self.stage, "once")
        self.assertEqual(status, 0, err)
        records = [json.loads(line) for line in out.splitlines()]
        self.assertEqual([record["type"] for record in records if record["type"] != "result"], ["relayed"])
        self.assertEqual(records[-1]["relayed"], 1)
        bo.wait_for(rb"\] once\n", "out")
        self.assertNotIn(b"once", ann.err)

        status, _, err = self.tern("cy", "history", self.stage)
        self.assertEqual(status, 7, err)
        self.assertIn(b"the relay refused the history of stage: a live room keeps nothing; join it to read along", err)

        # Killed and started again: still live, nothing of before, and those who are there go on.
        self.relay.kill()
        self.start_relay(self.relay.port)
        bo.wait_for(rb"connected again\n")
        ann.write(b"anyone?\n")
        bo.wait_for(rb"\[ann\] anyone\?\n", "out")
        self.assertEqual(bo.out.count(b"hello"), 1)

        # Nobody is told of what was said while they were away, or that the positions count anew.
        ann.end_input()
        bo.signal(signal.SIGINT)
        bo.finish()
        status, out, err = run(TERN, "chat", "--plain", self.stage, env=self.environment_of("bo"), stdin=b"back\n")
        self.assertEqual((status, out), (0, b""), err)
        self.assertNotRegex(err, rb"missing|another one")
        late = self.chat("late", "--backlog", "50")
        late.wait_for(rb"\* stage is open, live")
        self.assertNotIn(b"hello", late.out)


if __name__ == "__main__":
    unittest.main(verbosity=2)
