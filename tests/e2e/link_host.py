"""From inside a link to the host: its loopback's servers are at $TERN_LINK_HOST, TCP and UDP, impaired in between."""
import os
import shutil
import socket
import sys
import threading
import unittest

from links import LINK, NOBODY, main, reason_against_ordinary_users
from programs import TERN, BIN, Program, environment, run, temporary_user
from relays import Relay

CLIENT = """
import hashlib, os, socket, sys
kind, host, port = sys.argv[1], sys.argv[2], int(sys.argv[3])
family = socket.AF_INET6 if ":" in host else socket.AF_INET
if kind == "tcp":
    size = int(sys.argv[4])
    with socket.create_connection((host, port)) as talk:
        data = os.urandom(size)
        import threading
        def send():
            talk.sendall(data)
            talk.shutdown(socket.SHUT_WR)
        threading.Thread(target=send).start()
        back = b""
        while True:
            more = talk.recv(1 << 16)
            if not more: break
            back += more
    print(len(back), hashlib.sha256(back).digest() == hashlib.sha256(data).digest())
else:
    import time
    talk = socket.socket(family, socket.SOCK_DGRAM)
    talk.connect((host, port))
    talk.settimeout(0.3)
    came = 0
    for number in range(int(sys.argv[4])):
        try:
            talk.send(b"%d" % number)
            came += talk.recv(100) == b"%d" % number
        except ConnectionRefusedError:
            print("refused"); sys.exit()
        except socket.timeout:
            pass
        time.sleep(float(sys.argv[5]))
    print(came)
"""


class HostServer:
    """Echoes TCP and UDP on a port of the loopback, and remembers who came."""

    def __init__(self, address="127.0.0.1"):
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.listener = socket.socket(family, socket.SOCK_STREAM)
        self.listener.bind((address, 0))
        self.listener.listen()
        self.port = self.listener.getsockname()[1]
        self.datagrams = socket.socket(family, socket.SOCK_DGRAM)
        self.datagrams.bind((address, self.port))
        self.connections = 0
        self.sources = []
        for what in (self.accept, self.answer):
            threading.Thread(target=what, daemon=True).start()

    def close(self):
        for each in (self.listener, self.datagrams):
            each.close()

    def accept(self):
        while True:
            try:
                talk, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self.echo, args=(talk,), daemon=True).start()

    @staticmethod
    def echo(talk):
        with talk:
            while True:
                data = talk.recv(1 << 16)
                if not data:
                    return
                talk.sendall(data)

    def answer(self):
        while True:
            try:
                data, source = self.datagrams.recvfrom(65535)
                if source not in self.sources:
                    self.sources.append(source)
                self.datagrams.sendto(data, source)
            except OSError:
                return


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class HostCase(unittest.TestCase):
    def setUp(self):
        self.server = HostServer()
        self.addCleanup(self.server.close)

    def inside(self, options, *words):
        status, out, err = run(LINK, "-q", *options, "--", sys.executable, "-c", CLIENT, *map(str, words), seconds=60)
        return status, out.decode().strip(), err.decode()


class Reach(HostCase):
    def test_tcp_comes_through_whole_and_ends_in_both_directions(self):
        status, out, err = self.inside(["--loss", "1%", "--delay", "2ms", "--seed", "1"], "tcp", "100.64.1.1",
                                       self.server.port, 1_000_000)
        self.assertEqual((status, out), (0, "1000000 True"), err)

    def test_a_connection_request_that_comes_twice_is_one_connection(self):
        for _ in range(3):
            status, out, err = self.inside(["--duplicate", "100%"], "tcp", "100.64.1.1", self.server.port, 1000)
            self.assertEqual((status, out), (0, "1000 True"), err)
        self.assertEqual(self.server.connections, 3)

    def test_udp_comes_and_goes(self):
        status, out, err = self.inside([], "udp", "100.64.1.1", self.server.port, 50, 0)
        self.assertEqual((status, out), (0, "50"), err)
        self.assertEqual(len(self.server.sources), 1)

    def test_ipv6_too(self):
        try:
            server = HostServer("::1")
        except OSError as problem:
            self.skipTest(f"no IPv6 here: {problem}")
        self.addCleanup(server.close)
        for words, expected in ((("tcp", 1000), "1000 True"), (("udp", 20, 0), "20")):
            status, out, err = self.inside([], words[0], "fd74:6572:6e:1::1", server.port, *words[1:])
            self.assertEqual((status, out), (0, expected), err)

    def test_other_addresses_of_the_host_are_reached_by_their_name(self):
        # 127.0.0.1 is the inside's own; the host's other addresses are not.
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.connect(("192.0.2.1", 9))  # sends nothing; says which address we have towards others
            except OSError:
                self.skipTest("this host has no address but the loopback's")
            own = probe.getsockname()[0]
        server = HostServer(own)
        self.addCleanup(server.close)
        self.assertEqual(self.inside([], "tcp", own, server.port, 1000)[1], "1000 True")
        self.assertEqual(self.inside([], "udp", own, server.port, 5, 0)[1], "5")

    def test_where_nobody_listens_is_refused(self):
        status, out, err = self.inside([], "tcp", "100.64.1.1", free_port(), 10)
        self.assertEqual((status, out), (1, ""))
        self.assertIn("ConnectionRefusedError", err)
        self.assertEqual(self.inside([], "udp", "100.64.1.1", free_port(), 10, 0.05)[1], "refused")

    def test_a_refusal_comes_back_through_a_nat(self):
        self.assertEqual(self.inside(["--rebind-after", "1ms"], "udp", "100.64.1.1", free_port(), 10, 0.05)[1], "refused")

    def test_without_host_there_is_only_the_far_end(self):
        self.assertIn("ConnectionRefusedError", self.inside(["--no-host"], "tcp", "100.64.1.1", self.server.port, 1)[2])
        self.assertEqual(self.server.connections, 0)

    def test_a_server_at_the_far_end_comes_first(self):
        port = self.server.port
        with temporary_user() as folder:
            status, out, err = run(LINK, "-q", "--far", f"exec {TERN} listen udp://0.0.0.0:{port} --reply far 2> {folder}/said",
                                   "--", "sh", "-c", f"until grep listening {folder}/said; do sleep 0.02; done; "
                                   f"{TERN} send --wait 2s udp://100.64.1.1:{port} x")
        self.assertEqual((status, self.server.sources), (0, []), err)
        self.assertIn(b"far", out)

    def test_the_host_sees_a_rebinding(self):
        self.inside(["--rebind-port", "200ms"], "udp", "100.64.1.1", self.server.port, 40, 0.02)
        self.assertGreaterEqual(len({port for _, port in self.server.sources}), 3)
        self.assertEqual({address for address, _ in self.server.sources}, {"127.0.0.1"})

    def test_the_host_sees_another_address(self):
        self.inside(["--rebind-address", "200ms"], "udp", "100.64.1.1", self.server.port, 40, 0.02)
        self.assertGreaterEqual(len({address for address, _ in self.server.sources}), 3)

    def test_a_link_in_a_link_reaches_the_outermost_host(self):
        status, out, err = run(LINK, "-q", "--delay", "5ms", "--", LINK, "-q", "--delay", "5ms", "--", sys.executable, "-c",
                               CLIENT, "tcp", "100.64.1.1", str(self.server.port), "1000")
        self.assertEqual((status, out.strip()), (0, b"1000 True"), err)


class Chat(unittest.TestCase):
    """The sentence in the documentation: a chat behind a link that loses 10 %, the relay outside."""

    def chat_inside(self, prefix, tern, link, folder):
        with temporary_user() as relay_folder, Relay(relay_folder) as relay:
            address = f"tern://100.64.1.1:{relay.port}/lobby#{relay.key}"
            with Program(*prefix, link, "--loss", "10%", "--delay", "10ms", "--seed", "11", "--", tern, "chat", "--plain",
                         address, env=environment(folder)) as chat:
                for number in range(5):
                    chat.write(b"line %d\n" % number)
                chat.end_input()
                self.assertEqual(chat.finish(), 0, chat.err)
            _, out, err = run(TERN, "history", relay.address, env=environment(relay_folder))
            self.assertEqual([line.rsplit(b"] ", 1)[1] for line in out.splitlines()],
                             [b"line %d" % number for number in range(5)], err)

    def test_chat_over_a_lossy_link(self):
        with temporary_user() as folder:
            self.chat_inside((), TERN, LINK, folder)

    def test_chat_over_a_lossy_link_as_an_ordinary_user(self):
        reason = reason_against_ordinary_users()
        if reason:
            self.skipTest(reason)
        with temporary_user() as folder:
            os.chmod(folder, 0o777)
            tern, link = (shutil.copy(os.path.join(BIN, name), folder) for name in ("tern", "tern-link"))
            self.chat_inside(NOBODY, tern, link, folder)


if __name__ == "__main__":
    main()
