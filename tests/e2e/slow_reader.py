"""One reader is stopped while the others go on: the relay's memory stays bounded, nobody waits for it, and
afterwards it gets everything. TERN_MESSAGES says how many messages it misses (the soak: 100,000)."""
import json
import os
import signal
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from programs import TERN, Program, environment, temporary_user  # noqa: E402
from relays import Relay  # noqa: E402

MESSAGES = int(os.environ.get("TERN_MESSAGES", "4000"))
WARM_UP = 1000
RATE = 2000  # a second
MIB = 1024 * 1024
TAIL = 4 * MIB  # relay.md, section 4; and what a connection may have queued:
QUEUES = (256 + 320) * 1024
NO_RATES = ("--limit", "key-messages-rate=0", "--limit", "key-bytes-rate=0", "--limit", "room-messages-rate=0",
            "--limit", "history-messages=1000000", "--limit", "prefix-guest-messages-rate=0", "--limit",
            "prefix-guest-bytes-rate=0")


def resident(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        for line in status:
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
    raise AssertionError("no VmRSS")


def p99(values):
    return sorted(values)[len(values) * 99 // 100]


class Reader:
    """tern chat --json; when each line came, and its text."""

    def __init__(self, address, env):
        self.program = Program(TERN, "chat", "--plain", "--follow", "--json", address, env=env)
        self.program.wait_for(rb'"joined"|"live"', "out")
        os.set_blocking(self.program.process.stdout.fileno(), True)
        self.seen = []  # (text, when)
        for line in self.program.out.splitlines():
            self.take(line)
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    def read(self):
        for line in self.program.process.stdout:
            self.take(line)

    def take(self, line):
        record = json.loads(line)
        if record.get("type") == "message":
            self.seen.append((record["text"], time.monotonic()))

    def wait_for(self, count, seconds):
        end = time.monotonic() + seconds
        while len(self.seen) < count and time.monotonic() < end:
            time.sleep(0.02)

    def latencies(self, first):
        return [when - float(text.split()[1]) for text, when in self.seen[first:]]


class SlowReader(unittest.TestCase):
    def setUp(self):
        folder = temporary_user()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.relay = Relay(os.path.join(self.folder, "relay"), 0, *NO_RATES)
        self.addCleanup(self.relay.__exit__)

    def user(self, name):
        return environment(os.path.join(self.folder, name), USER=name)

    def say(self, writer, first, count):
        begin = time.monotonic()
        for index in range(count):
            wait = begin + index / RATE - time.monotonic()
            if wait > 0:
                time.sleep(wait)
            writer.write(f"{first + index} {time.monotonic():.6f} {'x' * 80}\n".encode())

    def test_a_stopped_reader_hurts_nobody_and_misses_nothing(self):
        quick = Reader(self.relay.address, self.user("quick"))
        self.addCleanup(quick.program.__exit__)
        slow = Reader(self.relay.address, self.user("slow"))
        self.addCleanup(slow.program.__exit__)
        writer = Program(TERN, "chat", "--plain", self.relay.address, env=self.user("writer"))
        self.addCleanup(writer.__exit__)
        writer.wait_for(rb"\* you are ")

        relay = self.relay.program.process.pid
        self.say(writer, 0, WARM_UP)
        quick.wait_for(WARM_UP, 30)
        before = resident(relay)
        # What the relay grows by anyway, such as the cache of the log.
        stopped_at = WARM_UP + MESSAGES
        self.say(writer, WARM_UP, MESSAGES)
        quick.wait_for(stopped_at, 60)
        slow.wait_for(stopped_at, 60)
        self.assertEqual([len(quick.seen), len(slow.seen)], [stopped_at, stopped_at])
        grown_anyway = resident(relay) - before

        slow.program.signal(signal.SIGSTOP)
        total = stopped_at + MESSAGES
        self.say(writer, stopped_at, MESSAGES)
        quick.wait_for(total, 60)
        grown = resident(relay) - before - grown_anyway
        slow.program.signal(signal.SIGCONT)
        slow.wait_for(total, 60 + MESSAGES / 1000)

        latencies = quick.latencies(WARM_UP)
        alone, beside = p99(latencies[:MESSAGES]), p99(latencies[MESSAGES:])
        print(f"{MESSAGES} messages at {RATE}/s: the relay grew by {grown_anyway / MIB:.2f} MiB while all read, by "
              f"{grown / MIB:.2f} MiB while one was stopped; p99 of the other reader {1e3 * alone:.1f} ms and "
              f"{1e3 * beside:.1f} ms", file=sys.stderr)
        wanted = list(range(total))
        self.assertEqual([int(text.split()[0]) for text, _ in quick.seen], wanted)
        self.assertEqual([int(text.split()[0]) for text, _ in slow.seen], wanted)
        self.assertLessEqual(grown, TAIL + QUEUES + MIB)


if __name__ == "__main__":
    unittest.main(verbosity=2)
