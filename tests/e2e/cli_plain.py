"""The classic socket exercises: tern with udp:// and tcp:// against nc, telnet and itself."""
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from programs import PATIENCE, TERN, Program, environment, run, temporary_user, wait_until_bound  # noqa: E402


def free_port(kind=socket.SOCK_STREAM):
    """A port that was free a moment ago, for programs that cannot choose one themselves."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class PlainTest(unittest.TestCase):
    def setUp(self):
        self.user = temporary_user()
        self.addCleanup(self.user.cleanup)
        self.env = environment(self.user.name)

    def tern(self, *words, stdin=b"", seconds=PATIENCE):
        return run(TERN, *words, env=self.env, stdin=stdin, seconds=seconds)

    def start(self, *words, stdin=subprocess.PIPE):
        program = Program(*words, env=self.env, stdin=stdin)
        self.addCleanup(program.__exit__)
        return program

    def assert_one_line(self, text):
        self.assertEqual(text.count(b"\n"), 1, text)
        self.assertTrue(text.endswith(b"\n"), text)


class SendTest(PlainTest):
    def test_a_datagram_reaches_nc_and_its_reply_is_printed(self):
        port = free_port(socket.SOCK_DGRAM)
        nc = self.start("nc", "-u", "-l", "127.0.0.1", str(port))
        wait_until_bound(port, "udp")
        sender = self.start(TERN, "send", f"udp://127.0.0.1:{port}", "hi", "there", "--wait", "10s")
        nc.wait_for(rb"^hi there$", "out")
        nc.write(b"back\n")
        self.assertEqual(sender.finish(), 0)
        self.assertEqual(sender.out, b"back\n")
        self.assertRegex(sender.err, rb"sent 8 bytes from 127\.0\.0\.1:\d+ to 127\.0\.0\.1:%d \(udp\)" % port)
        self.assertRegex(sender.err, rb"reply from 127\.0\.0\.1:%d \(5 bytes\)" % port)

    def test_without_wait_a_datagram_is_done_when_handed_over(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
            silent.bind(("127.0.0.1", 0))
            silent.settimeout(PATIENCE)
            port = silent.getsockname()[1]
            status, out, _ = self.tern("send", f"udp://127.0.0.1:{port}", stdin=b"from stdin\n")
            self.assertEqual((status, out), (0, b""))
            self.assertEqual(silent.recv(100), b"from stdin\n")
            self.assertEqual(self.tern("send", f"udp://127.0.0.1:{port}", "")[0], 0)
            self.assertEqual(silent.recv(100), b"")
            self.assertEqual(self.tern("send", f"udp://127.0.0.1:{port}", "--lines", stdin=b"one\ntwo\n")[0], 0)
            self.assertEqual([silent.recv(100), silent.recv(100)], [b"one", b"two"])
            self.assertEqual(self.tern("send", f"udp://127.0.0.1:{port}", "--", "--weird", "-x")[0], 0)
            self.assertEqual(silent.recv(100), b"--weird -x")
            self.assertEqual(self.tern("send", f"udp://127.0.0.1:{port}", b"\xff\xfe\0"[:2])[0], 0)
            self.assertEqual(silent.recv(100), b"\xff\xfe")

    def test_every_address_of_a_name_is_tried_in_turn(self):
        port = free_port(socket.SOCK_DGRAM)
        nc = self.start("nc", "-4", "-u", "-l", "127.0.0.1", str(port))
        wait_until_bound(port, "udp")
        status, _, err = self.tern("send", f"udp://localhost:{port}", "hi")
        self.assertEqual(status, 0, err)
        nc.wait_for(rb"^hi$", "out")

    def test_tcp_sends_half_closes_and_prints_until_the_peer_closes(self):
        port = free_port()
        nc = self.start("nc", "-N", "-l", "127.0.0.1", str(port))
        wait_until_bound(port, "tcp")
        nc.write(b"from the server\n")
        sender = self.start(TERN, "send", f"tcp://127.0.0.1:{port}", "Hello, world!", stdin=subprocess.DEVNULL)
        nc.wait_for(rb"Hello, world!", "out")
        nc.end_input()
        self.assertEqual(sender.finish(), 0)
        self.assertEqual(sender.out, b"from the server\n")
        self.assertRegex(sender.err, rb"connected to 127\.0\.0\.1:%d from 127\.0\.0\.1:\d+ \(tcp\)" % port)
        self.assertEqual(nc.finish(), 0)

    def test_no_input_only_reads(self):
        port = free_port()
        self.start("nc", "-N", "-l", "127.0.0.1", str(port)).write(b"Hello, world!\n")
        wait_until_bound(port, "tcp")
        reader = self.start(TERN, "send", "--no-input", f"tcp://127.0.0.1:{port}")
        reader.wait_for(rb"Hello, world!\n", "out")
        reader.signal(signal.SIGINT)
        self.assertEqual(reader.finish(5), 130)

    def test_large_messages_pass_whole_in_both_directions(self):
        echo = self.start(TERN, "echo", "tcp://127.0.0.1:0")
        data = os.urandom(8 * 1024 * 1024)
        status, out, err = self.tern("send", f"tcp://127.0.0.1:{echo.port()}", stdin=data, seconds=60)
        self.assertEqual(status, 0, err)
        self.assertTrue(out == data)

    def test_crlf(self):
        port = free_port()
        nc = self.start("nc", "-l", "127.0.0.1", str(port))
        wait_until_bound(port, "tcp")
        self.tern("send", f"tcp://127.0.0.1:{port}", "--crlf", "--wait", "100ms", stdin=b"a\nb\r\n")
        nc.wait_for(rb"^a\r\nb\r\n$", "out")

    def test_json_is_valid_and_ends_with_a_result(self):
        echo = self.start(TERN, "echo", "udp://127.0.0.1:0")
        status, out, _ = self.tern("send", f"udp://127.0.0.1:{echo.port()}", b"\xff hi", "--wait", "10s", "--json")
        records = [json.loads(line) for line in out.decode().splitlines()]
        self.assertEqual(status, 0)
        self.assertEqual([r["type"] for r in records], ["sent", "reply", "result"])
        self.assertEqual({r["schema"] for r in records}, {"tern.send/1"})
        self.assertEqual(records[1]["base64url"], "_yBoaQ")


class RefusalTest(PlainTest):
    def test_closed_ports_are_exit_4_in_one_line(self):
        for scheme in ("udp", "tcp"):
            port = free_port(socket.SOCK_DGRAM if scheme == "udp" else socket.SOCK_STREAM)
            for more in ([], ["--wait", "5s"]):
                status, out, err = self.tern("send", f"{scheme}://127.0.0.1:{port}", "hi", *more)
                self.assertEqual((status, out), (4, b""), (scheme, more, err))
                self.assert_one_line(err)
                self.assertIn(b"refused", err)
            status, out, err = self.tern("chat", f"{scheme}://127.0.0.1:{port}", stdin=b"hi\n")
            self.assertEqual((status, out), (4, b""), (scheme, err))
            self.assertIn(b"refused", err)

    def test_bound_but_not_listening_is_exit_4(self):
        with socket.socket() as bound:
            bound.bind(("127.0.0.1", 0))
            status, _, err = self.tern("send", f"tcp://127.0.0.1:{bound.getsockname()[1]}", "hi")
            self.assertEqual(status, 4)
            self.assert_one_line(err)

    def test_port_in_use_is_exit_1(self):
        with socket.socket() as tcp, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            tcp.bind(("127.0.0.1", 0))
            tcp.listen()
            port = tcp.getsockname()[1]
            udp.bind(("127.0.0.1", 0))
            udp_port = udp.getsockname()[1]
            for words in (["listen", f"tcp://127.0.0.1:{port}"], ["listen", f"udp://127.0.0.1:{udp_port}"],
                          ["echo", f"127.0.0.1:{port}"], ["echo", f"127.0.0.1:{udp_port}"]):
                status, out, err = self.tern(*words)
                self.assertEqual((status, out), (1, b""), words)
                self.assertIn(b"in use", err)
                self.assert_one_line(err.splitlines(True)[-1])

    def test_names_that_do_not_exist(self):
        status, _, err = self.tern("send", "tcp://no.such.host.invalid:80", "hi", seconds=60)
        self.assertEqual(status, 4)
        self.assert_one_line(err)
        status, _, err = self.tern("send", "tcp://127.0.0.1:nosuchservice", "hi")
        self.assertEqual(status, 2)
        self.assertIn(b"no tcp service named 'nosuchservice'", err)

    def test_silence_ends_with_the_timeout(self):
        with socket.socket() as listening:
            listening.bind(("127.0.0.1", 0))
            listening.listen(0)
            fillers = []  # the queue of connections that nobody accepts is soon full
            for _ in range(4):
                filler = socket.socket()
                filler.setblocking(False)
                filler.connect_ex(listening.getsockname())
                fillers.append(filler)
            status, _, err = self.tern("send", f"tcp://127.0.0.1:{listening.getsockname()[1]}", "hi", "--timeout",
                                       "300ms")
            for filler in fillers:
                filler.close()
            self.assertEqual(status, 4)
            self.assertIn(b"no answer in time", err)

    def test_oversized_messages_are_refused_before_sending(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
            peer.bind(("127.0.0.1", 0))
            peer.setblocking(False)
            status, _, err = self.tern("send", f"udp://127.0.0.1:{peer.getsockname()[1]}", stdin=b"x" * 65508)
            self.assertEqual(status, 1)
            self.assert_one_line(err)
            self.assertIn(b"nothing was sent", err)
            self.assertRaises(BlockingIOError, peer.recv, 100)
            peer.setblocking(True)
            peer.settimeout(PATIENCE)
            self.assertEqual(self.tern("send", f"udp://127.0.0.1:{peer.getsockname()[1]}", stdin=b"x" * 65507)[0], 0)
            self.assertEqual(len(peer.recv(70000)), 65507)

    def test_wrong_words_are_exit_2_with_a_hint(self):
        for words, hint in ((["send", "7777", "hi"], b"127.0.0.1:7777"), (["send"], b"ADDRESS is missing"),
                            (["send", "udp://::1:7", "x"], b"[::1]:7"), (["send", "udp://h", "x"], b"HOST:PORT"),
                            (["send", "udp://127.0.0.1:9", "x", "--wait", "5"], b"250ms"),
                            (["send", "udp://127.0.0.1:9", "x", "--crlf"], b"means nothing with udp"),
                            (["sned", "x"], b"did you mean 'tern send'"), (["chat", "a://b"], b"not known"),
                            (["send", "-4", "-6", "udp://127.0.0.1:9", "x"], b"exclude")):
            status, out, err = self.tern(*words)
            self.assertEqual((status, out), (2, b""), words)
            self.assertIn(hint, err)
            self.assert_one_line(err)

    def test_json_tells_failures_too(self):
        status, out, _ = self.tern("send", f"tcp://127.0.0.1:{free_port()}", "hi", "--json")
        record = json.loads(out.decode().splitlines()[-1])
        self.assertEqual(status, 4)
        self.assertEqual((record["ok"], record["exit"], record["reason"]), (False, 4, "refused"))
        status, out, _ = self.tern("send", "udp://127.0.0.1:9", "--cuont", "--json")
        self.assertEqual((status, json.loads(out)["exit"]), (2, 2))


class ClosedDescriptorTest(PlainTest):
    def closed(self, redirect, *words):
        line = " ".join(["exec", '"$0"', '"$@"', redirect])
        return run("sh", "-c", line, TERN, *words, env=self.env)

    def test_closed_standard_input(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
            peer.bind(("127.0.0.1", 0))
            address = f"udp://127.0.0.1:{peer.getsockname()[1]}"
            status, _, err = self.closed("<&-", "send", address)
            self.assertEqual(status, 1)
            self.assertIn(b"standard input: it is closed", err)
            self.assertEqual(self.closed("<&-", "send", address, "hi")[0], 0)
            self.assertEqual(self.closed("<&- >&- 2>&-", "send", address, "hi")[0], 0)

    def test_closed_or_full_standard_output(self):
        echo = self.start(TERN, "echo", "udp://127.0.0.1:0")
        for redirect in (">&-", ">/dev/full"):
            status, _, err = self.closed(redirect, "send", f"udp://127.0.0.1:{echo.port()}", "hi", "--wait", "10s")
            self.assertEqual(status, 1)
            self.assertIn(b"cannot write to standard output", err)

    def test_a_reader_that_leaves_is_no_crash(self):
        listener = self.start("sh", "-c", '"$0" "$@" | head -n 1', TERN, "listen", "udp://127.0.0.1:0")
        port = listener.port()
        for _ in range(3):
            self.tern("send", f"udp://127.0.0.1:{port}", "hi")
            time.sleep(0.1)
        listener.finish()
        self.assertIn(b"cannot write to standard output", listener.err)


class ListenTest(PlainTest):
    def test_datagrams_from_nc_are_printed_with_their_sender_and_answered(self):
        listener = self.start(TERN, "listen", "udp://127.0.0.1:0", "--reply", "pong", "--count", "1")
        port = listener.port()
        nc = self.start("nc", "-u", "127.0.0.1", str(port))
        nc.write(b"ping\n")
        nc.wait_for(rb"^pong$", "out")
        self.assertEqual(listener.finish(), 0)
        self.assertRegex(listener.out, rb"^\d\d:\d\d:\d\d 127\.0\.0\.1:\d+ ping\n$")

    def test_greets_and_answers_nc_over_tcp(self):
        listener = self.start(TERN, "listen", "tcp://127.0.0.1:0", "--greet", "Hello, world!", "--reply", "got it",
                              "--count", "2")
        port = listener.port()
        nc = self.start("nc", "127.0.0.1", str(port))
        nc.wait_for(rb"^Hello, world!\n", "out")
        nc.write(b"one\r\ntw")
        nc.write(b"o\n")
        nc.wait_for(rb"got it\ngot it\n", "out")
        self.assertEqual(listener.finish(), 0)
        self.assertRegex(listener.out, rb"^\S+ 127\.0\.0\.1:\d+ one\n\S+ 127\.0\.0\.1:\d+ two\n$")
        self.assertRegex(listener.err, rb"127\.0\.0\.1:\d+ connected")

    def test_server_first_to_a_client_that_only_reads(self):
        for client in (["nc", "127.0.0.1", "{port}"], [TERN, "send", "--no-input", "tcp://127.0.0.1:{port}"]):
            listener = self.start(TERN, "listen", "tcp://127.0.0.1:0", "--greet", "Hello, world!", "--count", "1")
            port = str(listener.port())
            reader = self.start(*[word.replace("{port}", port) for word in client], stdin=subprocess.DEVNULL)
            self.assertEqual(reader.finish(), 0, client)
            self.assertEqual(reader.out, b"Hello, world!\n")
            self.assertEqual(listener.finish(), 0)

    @unittest.skipUnless(shutil.which("telnet"), "telnet is not installed")
    def test_telnet_is_served(self):
        listener = self.start(TERN, "listen", "tcp://127.0.0.1:0", "--reply", "heard", "--crlf", "--count", "1")
        telnet = self.start("telnet", "127.0.0.1", str(listener.port()))
        telnet.wait_for(rb"Escape character", "out")
        telnet.write(b"hello\n")
        self.assertEqual(listener.finish(), 0)
        self.assertRegex(listener.out, rb" hello\n$")
        telnet.wait_for(rb"heard", "out")

    def test_a_message_cannot_forge_another_or_control_the_screen(self):
        listener = self.start(TERN, "listen", "udp://127.0.0.1:0", "--count", "1")
        self.tern("send", f"udp://127.0.0.1:{listener.port()}", "a\n12:00:00 1.2.3.4:5 forged \x1b[2J\xff")
        self.assertEqual(listener.finish(), 0)
        lines = listener.out.split(b"\n")
        self.assertEqual(lines[1][:6], b"    | ")
        self.assertNotIn(b"\x1b", listener.out)

    def test_raw_is_byte_for_byte(self):
        listener = self.start(TERN, "listen", "udp://127.0.0.1:0", "--count", "1", "--raw")
        self.tern("send", f"udp://127.0.0.1:{listener.port()}", stdin=b"\x1b\0\xff\n")
        self.assertEqual(listener.finish(), 0)
        self.assertEqual(listener.out, b"\x1b\0\xff\n")

    def test_the_timeout_ends_it(self):
        for scheme in ("udp", "tcp"):
            status, _, err = self.tern("listen", f"{scheme}://127.0.0.1:0", "--timeout", "100ms")
            self.assertEqual(status, 1)
            self.assertIn(b"nothing more came for 100 ms", err)

    def test_interrupt_ends_at_once_with_130(self):
        listener = self.start(TERN, "listen", "tcp://127.0.0.1:0", "--json")
        listener.wait_for(rb'"type":"listening"', "out")
        started = time.monotonic()
        listener.signal(signal.SIGINT)
        self.assertEqual(listener.finish(), 130)
        self.assertLess(time.monotonic() - started, 2)
        self.assertEqual(json.loads(listener.out.splitlines()[-1])["reason"], "interrupted")

    def test_ipv4_and_ipv6_reach_a_listener_without_host(self):
        listener = self.start(TERN, "listen", "udp://:0", "--count", "2")
        port = listener.port()
        for host in ("127.0.0.1", "[::1]"):
            self.assertEqual(self.tern("send", f"udp://{host}:{port}", "hi")[0], 0)
        self.assertEqual(listener.finish(), 0)
        self.assertRegex(listener.out, rb" 127\.0\.0\.1:\d+ hi\n\S+ \[::1\]:\d+ hi\n")


class EchoTest(PlainTest):
    def test_a_hundred_clients_at_once(self):
        echo = self.start(TERN, "echo", "127.0.0.1:0")
        port = echo.port()
        echo.wait_for(rb"listening udp")
        wrong = []

        def talk(number):
            with socket.create_connection(("127.0.0.1", port), PATIENCE) as stream:
                for turn in range(20):
                    text = b"client %d turn %d\n" % (number, turn)
                    stream.sendall(text)
                    back = b""
                    while len(back) < len(text):
                        back += stream.recv(1000)
                    if back != text:
                        wrong.append((number, back))
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
                datagrams.settimeout(PATIENCE)
                datagrams.connect(("127.0.0.1", port))
                datagrams.send(b"datagram %d" % number)
                if datagrams.recv(1000) != b"datagram %d" % number:
                    wrong.append(number)

        clients = [threading.Thread(target=talk, args=(number,)) for number in range(100)]
        for client in clients:
            client.start()
        for client in clients:
            client.join()
        self.assertEqual(wrong, [])
        echo.signal(signal.SIGTERM)
        self.assertEqual(echo.finish(), 143)

    def test_nc_gets_its_bytes_back(self):
        echo = self.start(TERN, "echo", "127.0.0.1:0")
        status, out, _ = run("nc", "-N", "127.0.0.1", str(echo.port()), stdin=b"one\ntwo")
        self.assertEqual((status, out), (0, b"one\ntwo"))

    def test_both_transports_share_a_free_port(self):
        echo = self.start(TERN, "echo", ":0")
        tcp = echo.wait_for(rb"listening tcp \S+:(\d+)\n").group(1)
        self.assertEqual(echo.wait_for(rb"listening udp \S+:(\d+)\n").group(1), tcp)

    @unittest.skipIf(os.geteuid() == 0, "root may listen on port 7")
    def test_without_rights_it_hints_at_another_port(self):
        status, _, err = self.tern("echo")
        self.assertEqual(status, 1)
        self.assertIn(b":7007", err)


class ChatTest(PlainTest):
    def test_against_nc_until_the_peer_hangs_up(self):
        port = free_port()
        nc = self.start("nc", "-N", "-l", "127.0.0.1", str(port))
        wait_until_bound(port, "tcp")
        chat = self.start(TERN, "chat", f"tcp://127.0.0.1:{port}")
        chat.write(b"hello\n")
        nc.wait_for(rb"^hello\n", "out")
        nc.write(b"hi yourself\n")
        chat.wait_for(rb"^hi yourself\n", "out")
        nc.end_input()
        self.assertEqual(chat.finish(), 0)
        self.assertIn(b"hung up", chat.err)

    def test_bye_ends_it_from_either_side(self):
        port = free_port()
        nc = self.start("nc", "-l", "127.0.0.1", str(port))
        wait_until_bound(port, "tcp")
        chat = self.start(TERN, "chat", f"tcp://127.0.0.1:{port}")
        chat.write(b"bye\n")
        self.assertEqual(chat.finish(5), 0)
        nc.wait_for(rb"^bye\n", "out")
        port = free_port()
        nc = self.start("nc", "-l", "127.0.0.1", str(port))
        wait_until_bound(port, "tcp")
        chat = self.start(TERN, "chat", f"tcp://127.0.0.1:{port}")
        chat.wait_for(rb"connected")
        nc.write(b"bye\n")
        self.assertEqual(chat.finish(5), 0)

    def test_the_end_of_input_waits_for_what_still_comes(self):
        echo = self.start(TERN, "echo", "127.0.0.1:0")
        port = echo.port()
        echo.wait_for(rb"listening udp")
        for scheme in ("tcp", "udp"):
            status, out, err = self.tern("chat", f"{scheme}://127.0.0.1:{port}", stdin=b"one\ntwo\nthree")
            self.assertEqual(status, 0, err)
            self.assertEqual(sorted(out.splitlines()), [b"one", b"three", b"two"])

    def test_udp_against_nc_by_name(self):
        port = free_port(socket.SOCK_DGRAM)
        nc = self.start("nc", "-u", "-l", "127.0.0.1", str(port))
        wait_until_bound(port, "udp")
        chat = self.start(TERN, "chat", f"udp://localhost:{port}")
        chat.write(b"hello\n")
        nc.wait_for(rb"^hello\n", "out")
        nc.write(b"hi\n")
        chat.wait_for(rb"^hi\n", "out")
        chat.write(b"bye\n")
        self.assertEqual(chat.finish(), 0)

    def test_standard_input_stays_blocking(self):
        read_end, write_end = os.pipe()
        echo = self.start(TERN, "echo", "tcp://127.0.0.1:0")
        chat = self.start(TERN, "chat", f"tcp://127.0.0.1:{echo.port()}", stdin=read_end)
        os.write(write_end, b"hello\n")
        chat.wait_for(rb"^hello\n", "out")
        self.assertTrue(os.get_blocking(read_end), "another program on the same terminal would break")
        os.close(write_end)
        os.close(read_end)
        self.assertEqual(chat.finish(), 0)

    def test_interrupt(self):
        echo = self.start(TERN, "echo", "tcp://127.0.0.1:0")
        chat = self.start(TERN, "chat", f"tcp://127.0.0.1:{echo.port()}")
        chat.wait_for(rb"connected")
        chat.signal(signal.SIGINT)
        self.assertEqual(chat.finish(3), 130)


class ResolveTest(PlainTest):
    def test_names_services_and_back(self):
        status, out, _ = self.tern("resolve", "127.0.0.1", "echo")
        self.assertEqual(status, 0)
        self.assertRegex(out, rb"^127\.0\.0\.1:7 tcp udp")
        status, out, _ = self.tern("resolve", "-4", "localhost")
        self.assertEqual((status, out.split()[0]), (0, b"127.0.0.1"))
        status, out, _ = self.tern("resolve", "[::1]", "7007")
        self.assertRegex(out, rb"^\[::1\]:7007 tcp udp")
        status, out, _ = self.tern("resolve", "127.0.0.1")
        self.assertEqual(out.split(), [b"127.0.0.1", b"localhost"])

    def test_what_is_not_there(self):
        status, out, err = self.tern("resolve", "no.such.host.invalid", seconds=60)
        self.assertEqual((status, out), (4, b""))
        self.assert_one_line(err)
        status, out, err = self.tern("resolve", "127.0.0.1", "nosuchservice")
        self.assertEqual((status, out), (4, b""))
        self.assertIn(b"no service 'nosuchservice'", err)


class KeyTest(PlainTest):
    def test_fifty_processes_at_once_have_one_key(self):
        programs = [self.start(TERN, "id") for _ in range(50)]
        keys = set()
        for program in programs:
            self.assertEqual(program.finish(), 0)
            keys.add(program.out)
        self.assertEqual(len(keys), 1)
        mode = os.stat(self.user.name + "/data/tern/identity.key").st_mode & 0o777
        self.assertEqual(mode, 0o600)

    def test_a_broken_configuration_is_exit_6(self):
        os.makedirs(self.user.name + "/config/tern")
        with open(self.user.name + "/config/tern/config.toml", "w", encoding="utf-8") as file:
            file.write("timeout = 5s\n")
        status, _, err = self.tern("id")
        self.assertEqual(status, 6)
        self.assertIn(b"config.toml: line 1", err)

    def test_what_is_about_tern_itself_works_whatever_the_configuration_is(self):
        os.makedirs(self.user.name + "/config/tern")
        config = self.user.name + "/config/tern/config.toml"
        with open(config, "w", encoding="utf-8") as file:
            file.write("timeout = 5s\n")
        for words in (("help",), ("help", "send"), ("version",), ("--version",)):
            self.assertEqual(self.tern(*words)[0], 0, words)
        os.remove(config)
        os.mkfifo(config)
        self.assertEqual(self.tern("version")[0], 0)
        status, _, err = self.tern("id")
        self.assertEqual(status, 6)
        self.assertIn(b"config.toml: is a pipe", err)
        self.assert_one_line(err)

    def test_no_time_at_all_is_a_mistake_and_not_an_unreachable_host(self):
        for words in (("--timeout", "0s"), ("--timeout", "0"), ("--deadline", "0ms")):
            status, _, err = self.tern("send", "tern://127.0.0.1:9/lobby", "hi", *words)
            self.assertEqual(status, 2, err)
            self.assertIn(b"leaves no time", err)
            self.assert_one_line(err)
        status, _, err = self.tern("send", "tern://127.0.0.1:9/lobby", "hi", "--timeout", "400d")
        self.assertEqual(status, 2)
        self.assertIn(b"'400d' is too long; 365d is the most", err)

    def test_a_data_folder_out_of_reach_is_exit_6(self):
        self.env["XDG_DATA_HOME"] = "/dev/null/x"
        status, _, err = self.tern("id")
        self.assertEqual(status, 6)
        self.assert_one_line(err)


if __name__ == "__main__":
    if not shutil.which("nc"):
        print("nc is not installed")
        sys.exit(77)
    unittest.main(verbosity=2)
