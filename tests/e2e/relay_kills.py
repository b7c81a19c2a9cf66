"""kill -9 of the relay again and again, under four writers. The oracle is the writers' own record of commits: each is
in the log once, at the position that was told, and nothing else is there. TERN_KILLS says how often (the soak: 500)."""
import json
import os
import random
import signal
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from programs import TERN, Program, environment, run, temporary_user  # noqa: E402
from relays import Relay  # noqa: E402

KILLS = int(os.environ.get("TERN_KILLS", "6"))
WRITERS = 4
MESSAGES = 100  # of a writer, a round
NO_RATES = ("--limit", "key-messages-rate=0", "--limit", "key-bytes-rate=0", "--limit", "room-messages-rate=0",
            "--limit", "history-messages=1000000", "--limit", "rooms-owned=100000")


class Writer:
    """A chat that says numbered lines; what it was told of their fate."""

    def __init__(self, name, address, env):
        self.name = name
        self.program = Program(TERN, "chat", "--plain", "--json", address, env=env)
        # Whoever never had a connection gives up where nothing listens.
        self.program.wait_for(rb"\* you are ")
        self.thread = threading.Thread(target=self.feed)
        self.thread.start()
        # Its output is read all the time: a pipe that is full would stop it.
        self.status = None
        self.reading = threading.Thread(target=self.read)
        self.reading.start()

    def read(self):
        self.status = self.program.finish(120)

    def feed(self):
        for index in range(MESSAGES):
            self.program.write(b"%s %d\n" % (self.name.encode(), index))
            time.sleep(0.002)
        self.program.end_input()

    def finish(self):
        self.thread.join()
        self.reading.join()
        records = [json.loads(line) for line in self.program.out.splitlines()]
        self.program.__exit__()
        return self.status, [record for record in records if record["type"] == "committed"]


class Kills(unittest.TestCase):
    def setUp(self):
        folder = temporary_user()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.relay = Relay(os.path.join(self.folder, "relay"), 0, *NO_RATES)
        self.addCleanup(lambda: self.relay.__exit__())
        self.seed = int(os.environ.get("TERN_E2E_SEED", "0")) or random.randrange(1, 1 << 30)
        self.source = random.Random(self.seed)
        print(f"seed {self.seed}", flush=True)

    def user(self, name):
        return environment(os.path.join(self.folder, name), USER=name)

    def log(self, room):
        status, out, err = run(TERN, "history", "--json", "--after", "0", self.address(room), env=self.user("judge"))
        self.assertEqual(status, 0, err)
        records = [json.loads(line) for line in out.splitlines()]
        return [record for record in records if record["type"] == "message"]

    def address(self, room):
        return f"{self.relay.bare}/{room}#{self.relay.key}"

    def kill_and_start(self):
        self.relay.program.signal(signal.SIGKILL)
        self.relay.program.process.wait()
        self.relay.program.__exit__()
        self.relay = Relay(self.relay.folder, self.relay.port, *NO_RATES)

    def test_what_was_committed_is_there_once(self):
        begun, total = time.monotonic(), 0
        for turn in range(KILLS):
            room = f"round{turn}"
            writers = [Writer(f"w{number}", self.address(room), self.user(f"w{number}")) for number in range(WRITERS)]
            time.sleep(self.source.uniform(0, 0.3))
            self.kill_and_start()
            told = {}
            for writer in writers:
                status, commits = writer.finish()
                self.assertEqual(status, 0, writer.program.err)
                self.assertEqual(len(commits), MESSAGES, f"round {turn}: all of {writer.name} are committed in the end")
                for record in commits:
                    self.assertNotIn(record["position"], told)
                    told[record["position"]] = writer.name
            entries = self.log(room)
            self.assertEqual([entry["position"] for entry in entries], sorted(told), f"round {turn}")
            for writer in writers:
                said = [entry["text"] for entry in entries if told[entry["position"]] == writer.name]
                self.assertEqual(said, [f"{writer.name} {index}" for index in range(MESSAGES)], f"round {turn}")
            total += len(entries)
        print(f"{KILLS} kills, {total} messages committed, each in the log once and in the order of its writer; "
              f"{time.monotonic() - begun:.0f} s", flush=True)


if __name__ == "__main__":
    unittest.main(verbosity=2)
