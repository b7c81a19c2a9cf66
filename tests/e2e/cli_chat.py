"""tern chat --plain against a real relay: what one types the others see, once, in order, whatever happens."""
import json
import os
import re
import signal
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from programs import TERN, Program, Terminal, environment, run, temporary_user  # noqa: E402
from relays import Relay  # noqa: E402

NO_LIMITS = ("--limit", "key-messages-rate=0", "--limit", "prefix-guest-messages-rate=0")


class ChatTest(unittest.TestCase):
    def setUp(self):
        self.folders = temporary_user()
        self.addCleanup(self.folders.cleanup)
        self.relay = self.start_relay()

    def start_relay(self, port=0, *more):
        relay = Relay(self.folders.name + "/relay", port, *NO_LIMITS, *more)
        self.addCleanup(relay.__exit__)
        return relay

    def user(self, name):
        folder = f"{self.folders.name}/{name}"
        os.makedirs(folder, exist_ok=True)
        return environment(folder, USER=name)

    def chat(self, name, *words, address=None):
        program = Program(TERN, "chat", "--plain", *words, address or self.relay.address, env=self.user(name))
        self.addCleanup(program.__exit__)
        return program

    def ready(self, name, *words, address=None):
        """A chat that has joined, and has its name, so that others can write to it."""
        program = self.chat(name, "-v", *words, address=address)
        program.wait_for(rb"\* joined ")
        program.wait_for(rb"\* you are ")
        return program

    def tern(self, name, *words, stdin=b"", seconds=60):
        return run(TERN, *words, env=self.user(name), stdin=stdin, seconds=seconds)

    def piped(self, name, stdin, *words):
        return self.tern(name, "chat", "--plain", *words, self.relay.address, stdin=stdin)

    def history(self, room="lobby"):
        address = f"{self.relay.bare}/{room}#{self.relay.key}"
        status, out, err = self.tern("judge", "history", address, "--limit", "200", "--json")
        self.assertEqual(status, 0, err)
        return [record["text"] for record in map(json.loads, out.splitlines()) if record["type"] == "message"]

    def records(self, out):
        records = [json.loads(line) for line in out.splitlines()]
        self.assertEqual({record["schema"] for record in records}, {"tern.chat/1"})
        return records


class ConversationTest(ChatTest):
    def test_two_people_and_one_sender(self):
        ann = self.ready("ann")
        bo = self.ready("bo")
        bo.wait_for(rb"\* joined lobby at #0; here: ann\n")
        ann.wait_for(rb"\* bo (joined|is here)")
        ann.write(b"hello\n")
        bo.wait_for(rb"(?m)^\[ann\] hello\n", "out")
        bo.write("grüß dich\n".encode())
        ann.wait_for("\\[bo\\] grüß dich\n".encode(), "out")
        self.assertEqual(self.tern("cy", "send", self.relay.address, "from a script")[0], 0)
        ann.wait_for(rb"\] from a script\n", "out")
        bo.wait_for(rb"\] from a script\n", "out")
        ann.end_input()
        self.assertEqual(ann.finish(), 0)
        bo.wait_for(rb"\* ann left")
        bo.write(b"/quit\n")
        self.assertEqual(bo.finish(), 0)
        self.assertNotIn(b"[ann]", ann.out, "own lines are not repeated")

    def test_the_same_person_elsewhere_is_shown_and_the_order_is_the_rooms(self):
        here = self.ready("ann")
        there = self.ready("ann", "--follow")
        for number in range(20):
            here.write(b"here %d\n" % number)
            there.write(b"there %d\n" % number)
        here.end_input()
        self.assertEqual(here.finish(), 0)
        there.wait_for(rb"here 19\n", "out")
        there.end_input()
        there.signal(signal.SIGTERM)
        self.assertEqual(there.finish(), 143)
        whole = self.history()
        self.assertEqual(len(whole), 40)
        shown = re.findall(r"\] (.*)\n", there.out.decode())
        self.assertEqual(shown, [text for text in whole if text.startswith("here")])

    def test_the_end_of_input_waits_until_all_is_committed(self):
        lines = [f"line {number}" for number in range(150)]
        status, out, err = self.piped("ann", "\n".join(lines).encode())
        self.assertEqual((status, out), (0, b""), err)
        self.assertEqual(self.history(), lines)

    def test_a_taken_name_gets_a_suffix(self):
        self.ready("ann").end_input()
        other = self.chat("other", "--name", "ann")
        other.wait_for(rb"\* you cannot be ann: the name belongs to someone else\n\* you are ann-[0-9a-f]{4}\n")

    def test_others_cannot_control_the_screen(self):
        ann = self.ready("ann")
        self.tern("bo", "send", self.relay.address, "\x1b[2J\n[cy] forged")
        ann.wait_for(rb"\\x1b\[2J\n    \| \[cy\] forged\n", "out")

    def test_json_is_valid_and_says_when_the_chat_is_live(self):
        self.tern("bo", "send", self.relay.address, "before\nand more")
        bo = self.ready("bo")
        status, out, err = self.piped("ann", b"mine\n", "--json", "--backlog", "5")
        self.assertEqual(status, 0, err)
        records = self.records(out)
        self.assertEqual([record["text"] for record in records if record["type"] == "message"], ["before\nand more"])
        self.assertEqual([record["position"] for record in records if record["type"] == "committed"], [2])
        joined = [record for record in records if record["type"] == "joined"]
        self.assertEqual([(record["room"], record["position"]) for record in joined], [("lobby", 1)])
        self.assertEqual([person["name"] for person in joined[0]["people"]], ["bo"])
        self.assertEqual(records[-1]["type"], "result")
        self.assertEqual((records[-1]["committed"], records[-1]["received"]), (1, 1))
        bo.end_input()
        self.assertEqual(bo.finish(), 0)


class CommandTest(ChatTest):
    def test_escapes_empty_lines_and_typos(self):
        bo = self.ready("bo")
        ann = self.ready("ann")
        ann.write(b"/jion x\n//not a command\n\n  \nsecond\r\n")
        bo.wait_for(rb"(?m)^\[ann\] /not a command\n\[ann\] second\n", "out")
        ann.wait_for(rb"there is no command /jion, perhaps /join; nothing was sent")
        ann.end_input()
        self.assertEqual(ann.finish(), 1, "a script learns that something was not sent")
        self.assertEqual(self.history(), ["/not a command", "second"])

    def test_questions_are_answered(self):
        self.ready("bo")
        ann = self.ready("ann")
        ann.write(b"first\n/who\n/rooms\n/stats\n/transport\n/help\n/history 5\n")
        ann.end_input()
        self.assertEqual(ann.finish(), 0, ann.err)
        self.assertRegex(ann.out, rb"(?s)here: bo \([\w-]{8}\)\n.*room: lobby \(2 here\)\n#1 \S+ \[ann\] first\n$")
        self.assertRegex(ann.err, rb"\* udp, round trip ")
        self.assertRegex(ann.err, rb"\* messages go over udp\n")
        self.assertRegex(ann.err, rb"/msg NAME TEXT")

    def test_names_and_rooms_can_be_changed(self):
        bo = self.ready("bo")
        ann = self.ready("ann")
        bo.wait_for(rb"\* ann (joined|is here)")
        ann.write(b"/nick anna\n")
        bo.wait_for(rb"\* ann is now anna")
        ann.write(b"/join other\nalone here\n")
        ann.wait_for(rb"\* joined other at #\d; here: nobody else\n")
        ann.write(b"/leave\nnowhere\n/leave\n/who\n")
        ann.wait_for(rb"you left other\n")
        ann.wait_for(rb"you are in no room, nothing was sent")
        ann.wait_for(rb"you are in no room\n")
        ann.write(b"/join lobby\nback\n")
        bo.wait_for(rb"\[anna\] back\n", "out")
        ann.end_input()
        self.assertEqual(ann.finish(), 1)
        self.assertEqual(self.history(), ["back"])
        self.assertEqual(self.history("other"), ["alone here"])

    def test_a_room_has_an_owner_who_rules_it(self):
        den = f"{self.relay.bare}/den#{self.relay.key}"
        ann = self.ready("ann", address=den)
        ann.write(b"mine\n/topic terns and gulls\n")
        ann.wait_for(rb"\* den: ann set the topic: terns and gulls\n")
        bo = self.ready("bo", "--json", address=den)
        bo.wait_for(rb'"topic": ?"terns and gulls"', "out")
        ann.wait_for(rb"\* bo (joined|is here)")
        bo.write(b"/topic mine\n")
        bo.wait_for(rb"not (allowed|permitted)|may not")
        ann.write(b"/mute bo 1h too loud\n")
        bo.wait_for(rb'"what": ?"mute"', "out")
        bo.write(b"can you hear me?\n")
        bo.wait_for(rb"you may not do that here")
        ann.write(b"/kick bo\n")
        bo.wait_for(rb"you cannot read den")
        ann.wait_for(rb"\* bo left")
        ann.write(b"/quit\n")
        self.assertEqual(ann.finish(), 0)
        self.assertEqual(self.history("den"), ["mine"])

    def test_a_script_is_obeyed_in_its_order(self):
        script = b"one\n/join a\ntwo\n/join b\n/leave a\nthree\n/leave\n/join a\nfour\n/history 9\n/who\n"
        script += b"/join c\n/leave\n/join c\nfive\n"
        status, out, err = self.piped("ann", script)
        self.assertEqual(status, 0, err)
        self.assertEqual([self.history(room) for room in ("lobby", "a", "b", "c")],
                         [["one"], ["two", "four"], ["three"], ["five"]])
        self.assertRegex(out, rb"^#1 .* two\n#2 .* four\nhere: ann ")

    def test_a_line_that_is_no_text_is_not_sent_and_counts(self):
        status, _, err = self.piped("ann", b"good\n\xff\xfe\n")
        self.assertEqual(status, 1)
        self.assertIn(b"not sent: the line is not valid UTF-8\n", err)
        self.assertEqual(self.history(), ["good"])


    def test_a_line_that_is_too_long_is_refused_whole(self):
        status, _, err = self.piped("ann", b"before\n" + b"a" * 300000 + b"\nafter\n")
        self.assertEqual(status, 1)
        self.assertEqual(err.count(b"not sent: the line is more than 256 KiB"), 1, err)
        self.assertEqual(self.history(), ["before", "after"])
        status, _, err = self.tern("ann", "send", "--lines", self.relay.address, stdin=b"last\n" + b"a" * 300000)
        self.assertEqual(status, 1)
        self.assertIn(b"a line is more than 256 KiB", err)
        self.assertEqual(self.history(), ["before", "after", "last"])

    def test_what_is_for_a_room_out_of_reach_goes_to_no_other(self):
        self.relay.kill()
        self.relay = self.start_relay(self.relay.port, "--limit", "rooms=1")
        ann = self.ready("ann")
        ann.write(b"here\n/join secret\n")
        ann.wait_for(rb"secret cannot be reached: the relay refused it: the room is full")
        ann.write(b"for the secret room only\n")
        ann.wait_for(rb"you are in no room, nothing was sent")
        ann.end_input()
        self.assertEqual(ann.finish(), 7)
        self.assertEqual(self.history(), ["here"])


class TerminalTest(ChatTest):
    def terminal(self, name, *words):
        program = Terminal(TERN, "chat", *words, self.relay.bare, env=self.user(name))
        self.addCleanup(program.__exit__)
        program.wait_for(rb"\* joined ")
        return program

    def test_typing_reading_and_leaving(self):
        bo = self.ready("bo")
        ann = self.terminal("ann")
        ann.write(b"hello\n/jion x\n")
        bo.wait_for(rb"\[ann\] hello\n", "out")
        bo.write(b"hi\n")
        ann.wait_for(rb"\[bo\] hi\r\n")
        ann.wait_for(rb"there is no command /jion")
        ann.write(b"\x04")
        self.assertEqual(ann.finish(), 0, "who types has seen the typo")
        self.assertEqual(ann.out.count(b"hello"), 1, "the echo of the terminal, nothing else")

    def test_control_c(self):
        ann = self.terminal("ann", "-v")
        ann.write(b"last words\n")
        ann.wait_for(rb"committed lobby #1 ")
        ann.write(b"\x03")
        self.assertEqual(ann.finish(), 130)
        self.assertEqual(self.history(), ["last words"])


class DirectMessageTest(ChatTest):
    def address_of(self, name):
        return f"{self.relay.bare}/@{name}#{self.relay.key}"

    def leave(self, person):
        person.end_input()
        self.assertEqual(person.finish(), 0, person.err)

    def visit(self, name, expected):
        """Who comes, reads and goes is shown exactly this."""
        person = self.ready(name)
        if expected:
            person.wait_for(expected[-1].encode() + rb"\n", "out")
        else:
            time.sleep(0.3)
        self.leave(person)
        self.assertEqual(re.findall(r"(?m)^privately: \[.*\] (\w+)$", person.out.decode()), expected)
        return person

    def say(self, *texts):
        for text in texts:
            self.assertEqual(self.tern("ann", "send", self.address_of("bo"), text)[0], 0)

    def test_between_two_who_are_there(self):
        ann = self.ready("ann")
        bo = self.ready("bo")
        ann.write(b"/msg bo just for you\n")
        bo.wait_for(rb"(?m)^privately: \[ann\] just for you\n", "out")
        bo.write(b"/msg @ann thanks\n")
        ann.wait_for(rb"(?m)^privately: \[bo\] thanks\n", "out")
        self.assertEqual(self.history(), [])

    def test_a_chat_with_one_person(self):
        bo = self.ready("bo")
        status, _, err = self.tern("ann", "chat", "-v", self.address_of("bo"), stdin=b"one\ntwo\n")
        self.assertEqual(status, 0, err)
        self.assertIn(b"* you talk to @bo alone\n", err)
        bo.wait_for(rb"privately: \[ann\] one\nprivately: \[ann\] two\n", "out")

    def test_they_wait_for_the_absent_and_are_shown_once(self):
        self.visit("bo", [])
        self.say("one", "two")
        self.visit("bo", ["one", "two"])
        self.visit("bo", [])
        self.say("three")
        bo = self.ready("bo")
        bo.wait_for(rb"three\n", "out")
        self.say("four")
        bo.wait_for(rb"four\n", "out")
        time.sleep(0.2)  # for the place of what was shown to be kept
        bo.signal(signal.SIGKILL)
        bo.process.wait()
        self.visit("bo", [])

    def test_a_relay_that_began_anew_is_read_from_its_beginning(self):
        self.visit("bo", [])
        self.say("one", "two", "three")
        self.visit("bo", ["one", "two", "three"])
        self.relay.kill()
        data = self.folders.name + "/relay/data/tern-relay"
        for name in os.listdir(data):
            if name.startswith("relay.db"):
                os.unlink(f"{data}/{name}")
        self.relay = self.start_relay(self.relay.port)
        bo = self.visit("bo", [])
        self.assertIn(b"* the log of inbox is another one now", bo.err)
        self.say("four")
        bo = self.visit("bo", ["four"])
        self.assertNotIn(b"another one now", bo.err)

    def test_a_damaged_file_is_a_warning_and_shows_them_again(self):
        self.visit("bo", [])
        self.say("one")
        self.visit("bo", ["one"])
        places = self.folders.name + "/bo/data/tern/client.db"
        self.assertEqual(os.stat(places).st_mode & 0o777, 0o600)
        with open(places, "wb") as file:
            file.write(b"\x00\xffnonsense\n" * 500)
        bo = self.visit("bo", ["one"])
        self.assertRegex(bo.err, rb"(?m)^tern chat: cannot open .*client\.db: file is not a database .* again next time\n")

    def test_nobody_has_that_name(self):
        ann = self.ready("ann")
        ann.write(b"/msg nobody-at-all hello\n")
        ann.wait_for(rb"not sent: .*no such")
        ann.end_input()
        self.assertEqual(ann.finish(), 7)


class EndTest(ChatTest):
    def test_signals_drain_first(self):
        ann = self.ready("ann", "--follow")
        ann.write(b"last words\n")
        ann.end_input()
        time.sleep(0.2)
        ann.signal(signal.SIGTERM)
        self.assertEqual(ann.finish(), 143)
        self.assertEqual(self.history(), ["last words"])

    def test_what_no_relay_takes_is_told(self):
        ann = self.ready("ann", "--timeout", "2s")
        self.relay.kill()
        ann.write(b"into the void\n")
        time.sleep(0.2)
        ann.signal(signal.SIGINT)
        ann.wait_for(rb"\* waiting for the relay to take what is left")
        self.assertEqual(ann.finish(), 130)
        self.assertIn(b"no commit was seen of 1 message: it is kept, and the next chat here sends it, once\n", ann.err)

    def test_closed_standard_input(self):
        status, _, err = run("sh", "-c", 'exec "$0" chat --plain "$1" <&-', TERN, self.relay.address,
                             env=self.user("ann"))
        self.assertEqual(status, 1)
        self.assertEqual(err.count(b"cannot read standard input: it is closed\n"), 1, err)

    def test_closed_standard_output(self):
        self.tern("bo", "send", self.relay.address, "hello")
        status, _, err = run("sh", "-c", 'exec "$0" chat --plain --backlog 1 --follow "$1" >&-', TERN,
                             self.relay.address, env=self.user("ann"))
        self.assertEqual(status, 1)
        self.assertEqual(err.count(b"cannot write to standard output: it is closed\n"), 1, err)

    def test_the_reader_of_standard_output_goes(self):
        for text in ("one", "two"):
            self.tern("bo", "send", self.relay.address, text)
        pipeline = '"$0" chat --plain --backlog 2 --follow "$1" | head -n 1'
        status, out, err = run("bash", "-o", "pipefail", "-c", pipeline, TERN, self.relay.address, env=self.user("ann"))
        self.assertEqual(status, 1)
        self.assertRegex(out, rb"^\[guest-.*\] one\n$")
        self.assertEqual(err.count(b"cannot write to standard output"), 1, err)

    def test_a_relay_that_comes_back_with_another_key_is_a_hard_stop(self):
        ann = self.ready("ann", "--follow")
        ann.end_input()
        self.relay.kill()
        os.unlink(self.folders.name + "/relay/data/tern-relay/relay.key")
        self.relay = self.start_relay(self.relay.port)
        ann.wait_for(rb"the key of the relay .* is not the one expected")
        self.assertEqual(ann.finish(), 5)

    def test_a_name_server_that_does_not_answer_holds_up_nothing(self):
        # In a network and a file system of its own: a socket that never answers is the only name server.
        silence = ("import socket, subprocess, sys; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); "
                   "s.bind(('127.0.0.1', 53)); sys.exit(subprocess.call(sys.argv[1:]))")
        resolver = self.folders.name + "/resolv.conf"
        with open(resolver, "w", encoding="ascii") as file:
            file.write("nameserver 127.0.0.1\noptions timeout:10\n")
        shell = f'ip link set lo up && mount --bind {resolver} /etc/resolv.conf && exec "$0" "$@"'
        isolated = ("unshare", "--map-root-user", "--mount", "--net", "sh", "-c", shell)
        if run(*isolated, "true")[0] != 0:
            self.skipTest("no user namespaces, or no ip command")
        start = time.monotonic()
        status, _, err = run(*isolated, sys.executable, "-c", silence, TERN, "chat", "--timeout", "1s",
                             "tern://nowhere.example", env=self.user("ann"))
        self.assertEqual(status, 4, err)
        self.assertLess(time.monotonic() - start, 5, err)

    def test_a_relay_that_is_not_there(self):
        self.relay.kill()
        status, _, err = self.piped("ann", b"hi\n", "--timeout", "2s")
        self.assertEqual(status, 4, err)
        self.assertEqual(err.count(b"\n"), 1, err)


class KilledRelayTest(ChatTest):
    MESSAGES = 400

    def test_a_chat_goes_on_when_the_relay_is_killed_and_comes_back(self):
        bo = self.ready("bo", "--follow")
        ann = self.ready("ann")
        lines = [f"message {number}" for number in range(self.MESSAGES)]
        half = self.MESSAGES // 2
        ann.write(("\n".join(lines[:half]) + "\n").encode())
        bo.wait_for(b"message %d\n" % (half // 2), "out")
        self.relay.kill()
        ann.write(("\n".join(lines[half:]) + "\n").encode())
        self.relay = self.start_relay(self.relay.port)
        ann.end_input()
        self.assertEqual(ann.finish(90), 0, ann.err)
        bo.wait_for(b"message %d\n" % (self.MESSAGES - 1), "out")
        self.assertEqual(re.findall(r"\] (.*)\n", bo.out.decode()), lines)
        self.assertEqual(ann.out, b"")
        self.assertEqual(self.history(), lines[-200:])
        # A relay that is back at once tells that it knows the connection no more: there may be nothing to wait for.
        if b"trying again" in bo.err:
            bo.wait_for(rb"\* connected again\n")


if __name__ == "__main__":
    unittest.main(verbosity=2)
