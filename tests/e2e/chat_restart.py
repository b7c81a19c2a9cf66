"""A chat that is killed and started again: what it had taken is committed once and in order, what it had not shown is
shown. TERN_KILLS says how often a writing one is killed (the soak: 200).

Taken means: the chat has said `pending` of it (--json). Then it is on the disk, and this chat or the next one sends it.
What was fed and is not pending when the chat is killed may be there or not, at most once."""
import json
import os
import random
import re
import signal
import stat
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from programs import PATIENCE, TERN, Program, environment, run, temporary_user  # noqa: E402
from relays import Relay  # noqa: E402

NO_LIMITS = tuple(word for name in ("key-messages", "key-bytes", "room-messages", "prefix-guest-messages", "prefix-guest-bytes")
                  for word in ("--limit", f"{name}-rate=0"))
KILLS = int(os.environ.get("TERN_KILLS", "10"))


class ChatRestart(unittest.TestCase):
    def setUp(self):
        self.folders = temporary_user()
        self.addCleanup(self.folders.cleanup)
        self.start_relay()

    def start_relay(self, port=0):
        self.relay = Relay(self.folders.name + "/relay", port, *NO_LIMITS)
        self.addCleanup(self.relay.__exit__)

    def user(self, name):
        folder = f"{self.folders.name}/{name}"
        os.makedirs(folder, exist_ok=True)
        return environment(folder, USER=name)

    def chat(self, name, *words):
        program = Program(TERN, "chat", "--plain", *words, self.relay.address, env=self.user(name))
        self.addCleanup(program.__exit__)
        return program

    def piped(self, name, stdin=b"", *words):
        """A whole chat: (status, lines on standard output, standard error)."""
        status, out, err = run(TERN, "chat", "--plain", *words, self.relay.address, env=self.user(name), stdin=stdin,
                               seconds=60)
        return status, out.decode().splitlines(), err

    def history(self):
        entries, after = [], 0
        while True:
            status, out, err = run(TERN, "history", "--json", "--after", str(after), "--limit", "200",
                                   self.relay.address, env=self.user("judge"))
            self.assertEqual(status, 0, err)
            page = [record for record in map(json.loads, out.splitlines()) if record.get("type") == "message"]
            if not page:
                return [entry["text"] for entry in entries]
            entries += page
            after = page[-1]["position"]

    def file_of(self, name):
        return f"{self.folders.name}/{name}/data/tern/client.db"

    def kill(self, program):
        program.process.kill()
        self.assertEqual(program.finish(), -signal.SIGKILL)

    # Writing.

    def test_a_writing_chat_is_killed(self):
        seed = int(os.environ.get("TERN_SEED", random.randrange(1 << 32)))
        print(f"seed {seed}, {KILLS} kills", flush=True)
        dice = random.Random(seed)
        said, taken = 0, []
        for _ in range(KILLS):
            chat = self.chat("writer", "--json", "--follow")
            chat.wait_for(rb'"type":"joined"', "out")
            # Anywhere: while it still sends what the one before left, at the first line, in the middle of a burst.
            lines = dice.randrange(1, 200)
            chat.write(b"".join(b"line %d\n" % (said + index) for index in range(lines)))
            said += lines
            wanted = dice.choice((0, dice.randrange(lines), lines))
            end = time.monotonic() + PATIENCE
            while chat.out.count(b'"pending"') < wanted and time.monotonic() < end:
                chat._pump(0.05)
            time.sleep(dice.choice((0, 0.002, 0.01)))
            self.kill(chat)
            taken += [json.loads(line)["text"] for line in chat.out.splitlines()
                      if line.endswith(b"}") and b'"pending"' in line]
        status, _, err = self.piped("writer", b"the end\n")
        self.assertEqual(status, 0, err)
        there = self.history()
        print(f"{said} lines fed, {len(taken)} taken, {len(there) - 1} committed", flush=True)
        self.assertEqual(len(there), len(set(there)), "twice")
        self.assertEqual(there[-1], "the end", "said later, and committed later")
        numbers = [int(text.split()[1]) for text in there[:-1]]
        self.assertEqual(numbers, sorted(numbers), "in order")
        self.assertLessEqual(set(taken), set(there), "taken and not committed")
        self.assertGreater(len(taken), KILLS, "the chats had time to take something")

    def test_what_was_said_without_a_relay_is_sent_by_the_next_chat(self):
        chat = self.chat("ann", "--json", "--follow")
        chat.wait_for(rb'"type":"joined"', "out")
        port = self.relay.port
        self.relay.kill()
        chat.write(b"one\ntwo\n")
        chat.wait_for(rb'"pending".*"two"', "out")
        self.kill(chat)
        self.start_relay(port)
        # A one-shot leaves them alone.
        status, _, err = run(TERN, "send", self.relay.address, "zero", env=self.user("ann"))
        self.assertEqual(status, 0, err)
        self.assertEqual(self.history(), ["zero"])
        status, _, err = self.piped("ann", b"three\n", "-v")
        self.assertEqual(status, 0, err)
        self.assertIn(b"* 2 messages that an earlier chat left are sent now\n", err)
        self.assertRegex(err, rb"\* committed lobby #3, said at \S+ in an earlier chat\n")
        self.assertEqual(self.history(), ["zero", "one", "two", "three"])
        status, _, err = self.piped("ann", b"four\n", "-v")
        self.assertNotIn(b"earlier chat", err)
        self.assertEqual(self.history(), ["zero", "one", "two", "three", "four"])

    def test_a_living_chat_keeps_what_is_its_own(self):
        chat = self.chat("ann", "--json", "--follow")
        chat.wait_for(rb'"type":"joined"', "out")
        chat.write(b"first\n")
        chat.wait_for(rb'"committed"', "out")
        time.sleep(0.3)  # not in the middle of a transaction, for which the other one would wait
        chat.signal(signal.SIGSTOP)
        chat.write(b"second\n")
        status, _, err = self.piped("ann", b"third\n", "-v")
        self.assertEqual(status, 0, err)
        self.assertNotIn(b"earlier chat", err)
        chat.signal(signal.SIGCONT)
        chat.end_input()
        chat.wait_for(rb'"committed"[^\n]*\n(.*\n)*.*"committed"', "out")
        self.assertEqual(self.history(), ["first", "third", "second"])

    # Reading.

    def test_what_was_missed_is_shown_once_and_then_what_comes(self):
        self.assertEqual(self.piped("bo")[1], [])
        self.piped("ann", b"one\ntwo\n")
        self.assertEqual(self.piped("bo")[1], ["[ann] one", "[ann] two"])
        self.assertEqual(self.piped("bo")[1], [])
        self.piped("ann", b"three\n")
        bo = self.chat("bo", "--follow", "-v")
        bo.wait_for(rb"three\n", "out")
        self.piped("ann", b"four\n")
        bo.wait_for(rb"four\n", "out")
        self.assertEqual(bo.out, b"[ann] three\n[ann] four\n")
        time.sleep(0.5)  # for the place of what was shown to be kept
        self.kill(bo)
        self.assertEqual(self.piped("bo")[1], [])

    def test_what_one_said_oneself_is_not_missed(self):
        self.piped("ann", b"one\n")
        self.piped("bo", b"two\n")
        self.assertEqual(self.piped("ann", b"three\n")[1], ["[bo] two"])
        self.assertEqual(self.piped("ann")[1], [])
        self.assertEqual(self.piped("ann", b"", "--backlog", "2")[1], ["[bo] two", "[ann] three"])

    def test_a_killed_reader_shows_everything_and_hardly_anything_twice(self):
        dice = random.Random(5)
        bo = self.chat("bo")
        bo.end_input()
        bo.finish()
        ann = self.chat("ann")
        shown = []
        for round_ in range(4):
            bo = self.chat("bo", "--follow", "-v")
            bo.wait_for(rb"\* joined ")
            ann.write(b"".join(b"%d.\n" % (round_ * 50 + index) for index in range(50)))
            end = time.monotonic() + dice.uniform(0.01, 0.2)
            while time.monotonic() < end:
                bo._pump(0.01)
            self.kill(bo)
            shown.append([int(number) for number in re.findall(rb"(\d+)\.\n", bo.out)])
        ann.end_input()
        self.assertEqual(ann.finish(), 0)
        shown.append([int(line.split()[1][:-1]) for line in self.piped("bo")[1]])
        highest = -1
        for part in shown:
            if not part:
                continue
            self.assertEqual(part, list(range(part[0], part[-1] + 1)), "no hole, nothing twice within one chat")
            self.assertLessEqual(part[0], highest + 1, "no hole between chats")
            highest = max(highest, part[-1])
        self.assertEqual(highest, 199)

    # The file.

    def test_the_file_is_private(self):
        self.piped("ann", b"hello\n")
        self.assertEqual(stat.S_IMODE(os.stat(self.file_of("ann")).st_mode), 0o600)

    def test_without_a_store_nothing_is_left_behind(self):
        status, _, err = self.piped("ann", b"hello\n", "--no-store")
        self.assertEqual(status, 0, err)
        self.assertFalse(os.path.exists(self.file_of("ann")))

    def test_where_nothing_can_be_kept_it_says_so_and_goes_on(self):
        for damage in ("folder", "nonsense"):
            with self.subTest(damage):
                name = "with-" + damage
                file = self.file_of(name)
                os.makedirs(file if damage == "folder" else os.path.dirname(file))
                if damage == "nonsense":
                    with open(file, "wb") as out:
                        out.write(b"\x00\xffnonsense" * 1000)
                status, _, err = self.piped(name, b"hello\n")
                self.assertEqual(status, 0, err)
                self.assertRegex(err, rb"(?m)^tern chat: cannot open \S+client\.db: .*; from here on a message is lost")
                self.assertEqual(err.count(b"cannot open"), 1)
        self.assertEqual(self.history(), ["hello", "hello"])

    def chat_on_a_small_disk(self, name, prepare, *words):
        """A chat whose data folder is on a tmpfs of its own, after the command `prepare`."""
        env = self.user(name)
        os.makedirs(env["XDG_DATA_HOME"])
        mounted = ("unshare", "-Urm", "sh", "-c", 'mount -t tmpfs -o size=200k tmpfs "$0" && sh -c "$1" && shift && exec "$@"',
                   env["XDG_DATA_HOME"])
        if run(*mounted, "true", "true", env=env)[0] != 0:
            self.skipTest("no user namespace with a mount here")
        program = Program(*mounted, prepare, TERN, "chat", "--plain", *words, self.relay.address, env=env)
        self.addCleanup(program.__exit__)
        return program

    def test_a_full_disk_stops_the_keeping_and_nothing_else(self):
        chat = self.chat_on_a_small_disk("ann", "true", "-v")
        chat.wait_for(rb"\* joined ")
        self.relay.program.signal(signal.SIGSTOP)
        lines = [f"{index} " + "x" * 4000 for index in range(60)]
        for line in lines:
            chat.write(line.encode() + b"\n")
        chat.wait_for(rb"tern chat: cannot write \S+client\.db: database or disk is full; from here on")
        self.relay.program.signal(signal.SIGCONT)
        chat.end_input()
        self.assertEqual(chat.finish(), 0, chat.err)
        self.assertEqual(chat.err.count(b"cannot"), 1)
        self.assertEqual(self.history(), lines)

    def test_a_folder_that_cannot_be_written_to_is_told(self):
        # The relay is known before: whom to trust has to be written down.
        chat = self.chat_on_a_small_disk(
            "ann", f'{TERN} send "{self.relay.address}" hi && mount -o remount,ro "$XDG_DATA_HOME"')
        chat.write(b"hello\n")
        chat.end_input()
        self.assertEqual(chat.finish(), 0, chat.err)
        self.assertRegex(chat.err, rb"(?m)^tern chat: cannot open \S+client\.db: .*; from here on a message is lost")
        self.assertEqual(self.history(), ["hi", "hello"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
