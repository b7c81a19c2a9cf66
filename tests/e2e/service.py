"""The relay as a service: what it tells the service manager, sockets that it is given, its units."""
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from programs import BIN, PATIENCE, TERN, Program, environment, run, temporary_user, wait_until_bound  # noqa: E402

RELAY = os.path.join(BIN, "tern-relay")
BUILD = os.path.dirname(BIN)


class Manager:
    """Listens to what a service says of itself; `name` is a path, or @ and an abstract name."""

    def __init__(self, name):
        self.name = name
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind("\0" + name[1:] if name.startswith("@") else name)
        self.socket.settimeout(PATIENCE)

    def next(self):
        """The variables of the next datagram."""
        lines = self.socket.recv(4096).decode().splitlines()
        return dict(line.split("=", 1) for line in lines)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()


class ServiceTest(unittest.TestCase):
    def setUp(self):
        self.home = temporary_user()
        self.addCleanup(self.home.cleanup)
        self.env = environment(self.home.name)
        self.data = self.home.name + "/relay"

    def start(self, *words, listen=True, **variables):
        place = ("--listen", "127.0.0.1:0") if listen else ()
        program = Program(*words, RELAY, "--data", self.data, *place, env={**self.env, **variables})
        self.addCleanup(program.__exit__)
        return program

    def send(self, port, *words):
        return run(TERN, "send", "--trust", "accept-new", *words, f"tern://127.0.0.1:{port}/lobby", "hello",
                   env=self.env)


class NotifyTest(ServiceTest):
    def listen(self, name):
        with Manager(name) as manager:
            relay = self.start(NOTIFY_SOCKET=name)
            ready = manager.next()
            self.assertEqual(ready["READY"], "1")
            self.assertIn("relaying", ready["STATUS"])

            before = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
            relay.signal(signal.SIGHUP)
            reloading = manager.next()
            self.assertEqual(reloading["RELOADING"], "1")
            self.assertLessEqual(before, int(reloading["MONOTONIC_USEC"]))
            self.assertLessEqual(int(reloading["MONOTONIC_USEC"]), time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000)
            self.assertEqual(manager.next()["READY"], "1")

            relay.signal(signal.SIGTERM)
            self.assertEqual(manager.next()["STOPPING"], "1")
            self.assertEqual(relay.finish(), 0, relay.err)

    def test_it_says_when_it_is_ready_reloads_and_stops(self):
        self.listen(self.home.name + "/notify")

    def test_it_says_so_to_a_socket_in_the_abstract_namespace(self):
        self.listen(f"@tern-test-{os.getpid()}")

    def test_it_says_that_it_is_alive_as_often_as_it_is_asked_to(self):
        with Manager(self.home.name + "/notify") as manager:
            self.start(NOTIFY_SOCKET=manager.name, WATCHDOG_USEC="200000")
            self.assertEqual(manager.next()["READY"], "1")
            for _ in range(4):
                self.assertEqual(manager.next(), {"WATCHDOG": "1"})

    def test_it_relays_where_nobody_listens(self):
        for name in (self.home.name + "/nobody", "@nobody", "relative", "/" + "x" * 300):
            relay = self.start(NOTIFY_SOCKET=name)
            self.assertEqual(self.send(relay.port())[0], 0)
            relay.signal(signal.SIGTERM)
            self.assertEqual(relay.finish(), 0, relay.err)


class SocketTest(ServiceTest):
    def setUp(self):
        super().setUp()
        # So that sockets get higher numbers than those that they are passed as.
        for _ in range(4):
            self.addCleanup(os.close, os.open("/dev/null", os.O_RDONLY))

    def bound(self, kind):
        end = socket.socket(socket.AF_INET, kind)
        self.addCleanup(end.close)
        end.bind(("127.0.0.1", 0))
        return end

    def pair(self):
        while True:
            streams = self.bound(socket.SOCK_STREAM)
            datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self.addCleanup(datagrams.close)
            try:
                datagrams.bind(streams.getsockname())
            except OSError:
                continue
            streams.listen(64)
            return datagrams, streams

    def start_with(self, *sockets, listen=False):
        """As a service manager does: descriptors from 3 on, and whom they are meant for."""
        passing = " ".join(f"{3 + index}<&{end.fileno()}" for index, end in enumerate(sockets))
        script = f'exec env LISTEN_FDS={len(sockets)} LISTEN_PID=$$ "$@" {passing}'
        place = ("--listen", "127.0.0.1:0") if listen else ()
        # None may stand where another is to go.
        for end in sockets:
            self.assertGreater(end.fileno(), 2 + len(sockets))
        program = Program("bash", "-c", script, "bash", RELAY, "--data", self.data, *place, env=self.env,
                          pass_fds=[end.fileno() for end in sockets])
        self.addCleanup(program.__exit__)
        return program

    def activated(self, protocol, *options):
        if shutil.which("systemd-socket-activate") is None:
            self.skipTest("no systemd-socket-activate here")
        with self.bound(socket.SOCK_DGRAM if protocol == "udp" else socket.SOCK_STREAM) as free:
            port = free.getsockname()[1]
        relay = Program("systemd-socket-activate", *options, "-l", f"127.0.0.1:{port}", RELAY, "--data", self.data,
                        env=self.env)
        self.addCleanup(relay.__exit__)
        wait_until_bound(port, protocol)
        status, _, err = self.send(port, "-v", "--transport", protocol)
        self.assertEqual(status, 0, err + relay.err)
        self.assertRegex(err, rb"committed lobby #1 .*%s" % protocol.encode())
        relay.wait_for(rb"listening %s 127\.0\.0\.1:%d\n" % (protocol.encode(), port))
        relay.signal(signal.SIGTERM)
        self.assertEqual(relay.finish(), 0, relay.err)

    def test_systemd_socket_activate_hands_it_a_udp_socket(self):
        self.activated("udp", "--datagram")

    def test_systemd_socket_activate_hands_it_a_tcp_socket(self):
        self.activated("tcp")

    def test_sockets_of_the_same_port_are_one_place_and_outlive_the_relay(self):
        datagrams, streams = self.pair()
        port = streams.getsockname()[1]
        relay = self.start_with(datagrams, streams)
        relay.wait_for(rb"/lobby#", "out")
        self.assertEqual(relay.out.count(b"tern chat"), 1, relay.out)
        for protocol in ("udp", "tcp"):
            self.assertEqual(self.send(port, "--transport", protocol)[0], 0)
        relay.signal(signal.SIGTERM)
        self.assertEqual(relay.finish(), 0, relay.err)
        # Nobody answers, but nobody is refused either.
        waiting = [Program(TERN, "send", "-v", "--transport", protocol, f"tern://127.0.0.1:{port}/lobby", protocol,
                           env=self.env) for protocol in ("udp", "tcp")]
        for program in waiting:
            self.addCleanup(program.__exit__)
        time.sleep(0.3)
        self.start_with(datagrams, streams)
        for program in waiting:
            self.assertEqual(program.finish(), 0, program.err)

    def test_sockets_that_are_passed_are_beside_those_that_are_asked_for(self):
        relay = self.start_with(*self.pair(), listen=True)
        relay.wait_for(rb"(?s)/lobby#.*/lobby#", "out")
        relay.signal(signal.SIGTERM)
        self.assertEqual(relay.finish(), 0, relay.err)

    def test_a_socket_of_another_kind_is_refused_in_one_line(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as local:
            relay = self.start_with(local)
            self.assertEqual(relay.finish(), 1)
            self.assertRegex(relay.err, rb"\Atern-relay: the socket .* descriptor 3 is neither UDP nor .*\n\Z")

    def test_a_socket_without_a_port_is_refused_in_one_line(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as unbound:
            relay = self.start_with(unbound)
            self.assertEqual(relay.finish(), 1)
            self.assertEqual(relay.err, b"tern-relay: the socket that the service manager passed as descriptor 3 is "
                                        b"bound to no port\n")

    def test_a_connected_socket_is_refused_in_one_line(self):
        datagrams = self.bound(socket.SOCK_DGRAM)
        datagrams.connect(("127.0.0.1", 9))
        relay = self.start_with(datagrams)
        self.assertEqual(relay.finish(), 1)
        self.assertRegex(relay.err, rb"\Atern-relay: the socket .* descriptor 3 is connected to one peer: .*\n\Z")

    def test_a_number_of_sockets_that_is_none_is_refused_in_one_line(self):
        for wrong in ("-1", "two", ""):
            relay = Program("bash", "-c", f'LISTEN_FDS={wrong} LISTEN_PID=$$ exec "$@"', "bash", RELAY, "--data",
                            self.data, env=self.env)
            self.addCleanup(relay.__exit__)
            self.assertEqual(relay.finish(), 1)
            self.assertEqual(relay.err.decode(), f"tern-relay: LISTEN_FDS={wrong}: not a number of sockets\n")

    def test_sockets_for_another_process_are_not_touched(self):
        relay = self.start(LISTEN_FDS="1", LISTEN_PID="1")
        self.assertEqual(self.send(relay.port())[0], 0)


class UnitTest(ServiceTest):
    def test_the_units_are_installed_and_right(self):
        prefix = self.home.name + "/usr"
        cmake = [os.environ.get("CMAKE", "cmake"), f"-DCMAKE_INSTALL_PREFIX={prefix}", "-P",
                 BUILD + "/relay/systemd/cmake_install.cmake"]
        status, _, err = run(*cmake)
        self.assertEqual(status, 0, err)
        os.makedirs(prefix + "/bin")
        os.symlink(RELAY, prefix + "/bin/tern-relay")
        service = prefix + "/lib/systemd/system/tern-relay.service"
        with open(service, encoding="ascii") as unit:
            text = unit.read()
        self.assertNotIn("@TERN", text)
        config = re.search(rf"ExecStart={prefix}/bin/tern-relay --config (\S+)", text).group(1)
        with open(config, "a", encoding="ascii") as settings:
            settings.write("\nrooms = 5\n")
        self.assertEqual(run(*cmake)[0], 0)
        with open(config, encoding="ascii") as settings:
            self.assertIn("rooms = 5", settings.read(), "settings that are there stay")
        relay = Program(RELAY, "--config", config, "--listen", "127.0.0.1:0", "--data", self.data, env=self.env)
        self.addCleanup(relay.__exit__)
        self.assertEqual(self.send(relay.port())[0], 0)

        if shutil.which("systemd-analyze") is None:
            self.skipTest("no systemd-analyze here")
        status, out, err = run("systemd-analyze", "verify", "--man=no", service,
                               prefix + "/lib/systemd/system/tern-relay.socket")
        self.assertEqual((status, out + err), (0, b""))
        # Tenths; 20 is 2.0, "OK".
        status, out, err = run("systemd-analyze", "security", "--offline=true", "--threshold=20", service)
        self.assertEqual(status, 0, out + err)


if __name__ == "__main__":
    unittest.main(verbosity=2)
