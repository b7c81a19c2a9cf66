"""tern-link measured against itself: what was asked for is what probes over the link see and what it counts.

Every bound on something random is a binomial (or normal) interval that a right link misses once in 100,000 runs, and
every run says its seed.
"""
import json
import math
import os
import pathlib
import shutil
import sys
import tempfile
import time
import unittest

from links import LINK, NOBODY, main, reason_against_ordinary_users
from programs import TERN, Program, environment, run

PROBE = f"{sys.executable} {pathlib.Path(__file__).with_name('link_probe.py')}"
FAR = "100.64.1.1"
Z = 4.42  # two-sided, 1 in 100,000


def binomial_bounds(count, share):
    spread = Z * math.sqrt(count * share * (1 - share)) + 1
    return count * share - spread, count * share + spread


class Measurement:
    """One way over a link: the datagrams that came, and the link's own counters."""

    def __init__(self, folder, options, count=500, interval=0.001, size=100, settle=0.3):
        records = os.path.join(folder, "records")
        report = os.path.join(folder, "report")
        inside = (f"until [ -e {records}.ready ]; do sleep 0.02; done; "
                  f"{PROBE} send {FAR} {count} {interval} {size}; sleep {settle}; rm {records}.ready")
        status, out, err = run(LINK, *options, "--report", report, "--far", f"exec {PROBE} receive {records}", "--",
                               "sh", "-c", inside, seconds=60)
        if status != 0:
            raise AssertionError(f"{options}: {status} {out!r} {err!r}")
        with open(records, encoding="ascii") as file:
            self.records = json.load(file)
        with open(report, encoding="utf-8") as file:
            self.report = json.load(file)
        self.count = count
        self.up = self.report["up"]
        print(f"{' '.join(options)}: seed {self.report['seed']}, {len(self.records)} of {count} came, "
              f"device {self.report['device']}", flush=True)

    def numbers(self):
        return [each["number"] for each in self.records]

    def delays(self):
        return sorted(each["delay"] for each in self.records)

    def lost_runs(self):
        """Lengths of the runs of datagrams that did not come."""
        came = set(self.numbers())
        runs, length = [], 0
        for number in range(self.count):
            if number in came:
                if length:
                    runs.append(length)
                length = 0
            else:
                length += 1
        return runs


class LinkCase(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="tern-link.")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        os.chmod(self.folder, 0o777)

    def measure(self, *options, **how):
        return Measurement(self.folder, options, **how)

    def assert_within(self, value, bounds):
        self.assertGreaterEqual(value, bounds[0])
        self.assertLessEqual(value, bounds[1])


class Impairments(LinkCase):
    def test_a_perfect_link_loses_nothing_and_keeps_the_order(self):
        seen = self.measure(count=2000, interval=0.0002)
        self.assertEqual(seen.numbers(), list(range(2000)))
        self.assertEqual((seen.up["offered"], seen.up["delivered"]), (2000, 2000))
        self.assertEqual(seen.report["down"]["offered"], 0)

    def test_delay_is_the_delay_asked_for(self):
        delays = self.measure("--delay", "40ms").delays()
        self.assertGreaterEqual(delays[0], 0.040)
        self.assertLess(delays[len(delays) // 2], 0.042)

    def test_jitter_fills_its_range_and_keeps_the_order(self):
        seen = self.measure("--delay", "10ms", "--jitter", "20ms", interval=0.005, count=300)
        self.assertGreaterEqual(seen.delays()[0], 0.010)
        # At nine tenths of the range, 28 ms.
        self.assert_within(seen.delays()[-30], (0.024, 0.034))
        self.assertEqual(seen.numbers(), list(range(300)))

    def test_loss_is_within_its_binomial_bounds(self):
        seen = self.measure("--loss", "10%", count=3000)
        self.assert_within(3000 - len(seen.records), binomial_bounds(3000, 0.1))
        self.assertEqual(seen.up["delivered"], len(seen.records))
        self.assertEqual(seen.up["lost"], 3000 - len(seen.records))

    def test_the_same_seed_loses_the_same_packets(self):
        first = self.measure("--loss", "20%", "--seed", "7")
        second = self.measure("--loss", "20%", "--seed", "7")
        self.assertEqual(first.numbers(), second.numbers())

    def test_bursts_have_the_length_asked_for(self):
        seen = self.measure("--bursts", "10%,4", count=6000, interval=0.0005)
        runs = seen.lost_runs()
        # Geometric with mean 4: its variance is 12.
        self.assert_within(sum(runs) / len(runs), (4 - Z * math.sqrt(12 / len(runs)), 4 + Z * math.sqrt(12 / len(runs))))
        self.assertEqual(seen.up["burst_lost"], 6000 - len(seen.records))

    def test_a_rate_spaces_packets_and_a_queue_drops_the_rest(self):
        seen = self.measure("--rate", "1Mbit", "--queue", "80", count=150, interval=0, size=1000, settle=1)
        # One on the wire and 80 that wait; what left the wire while the burst came in made room.
        self.assert_within(len(seen.records), (81, 90))
        self.assertEqual(seen.up["queue_dropped"], 150 - len(seen.records))
        took = seen.records[-1]["at"] - seen.records[0]["at"]
        expected = (len(seen.records) - 1) * 1000 * 8 / 1e6
        self.assert_within(took / expected, (0.96, 1.04))

    def test_duplicates_and_late_packets_come_as_often_as_asked_for(self):
        seen = self.measure("--duplicate", "10%", "--reorder", "20%,20ms", count=1000)
        self.assert_within(len(seen.records) - 1000, binomial_bounds(1000, 0.1))
        late = sum(1 for each in seen.records if each["delay"] > 0.018)
        self.assert_within(late, binomial_bounds(len(seen.records), 0.2))

    def test_damaged_packets_do_not_pass_the_checksum(self):
        seen = self.measure("--corrupt", "20%,bits,1", count=1000)
        self.assert_within(seen.up["corrupted"], binomial_bounds(1000, 0.2))
        # One flipped bit is always seen by the checksums of IP and UDP.
        self.assertEqual(1000 - len(seen.records), seen.up["corrupted"])

    def test_longer_packets_than_the_mtu_are_dropped(self):
        self.assertEqual(len(self.measure("--mtu", "1000", count=20, size=1000).records), 20)
        seen = self.measure("--mtu", "1000", count=20, size=1001)
        self.assertEqual((len(seen.records), seen.up["mtu_dropped"]), (0, 20))

    def test_blackouts_are_dark_when_they_should_be(self):
        seen = self.measure("--blackout", "1500ms,400ms", count=280, interval=0.01)
        runs = seen.lost_runs()
        self.assertEqual(len(runs), 1)
        self.assert_within(runs[0], (33, 47))

    def test_directions_can_differ(self):
        status, _, err = run(LINK, "--down-loss", "100%", "--far", f"exec {PROBE} echo", "--report",
                             self.folder + "/report", "--", "sh", "-c", f"{PROBE} ask {FAR} udp 0.6")
        self.assertEqual(status, 0, err)
        with open(self.folder + "/report", encoding="utf-8") as file:
            report = json.load(file)
        self.assertGreater(report["up"]["delivered"], 0)
        self.assertEqual(report["up"]["lost"], 0)
        self.assertEqual(report["down"]["lost"], report["down"]["offered"])
        self.assertGreater(report["down"]["lost"], 0)


class Middleboxes(LinkCase):
    def asked(self, *options):
        _, out, err = run(LINK, *options, "--no-host", "--far", f"exec {PROBE} echo", "--", "sh", "-c",
                          f"{PROBE} ask {FAR} tcp 5; {PROBE} ask {FAR} udp 0.7")
        self.assertIn(b"tern-link", err)
        self.said = err.decode()
        return out.split()

    def test_udp_can_be_blocked_while_tcp_passes(self):
        self.assertEqual(self.asked(), [b"yes", b"yes"], self.said)
        self.assertEqual(self.asked("--block-udp"), [b"yes", b"no"], self.said)

    def test_udp_is_blocked_for_a_while(self):
        seen = self.measure("--block-udp", "1500ms,400ms", count=280, interval=0.01)
        self.assertEqual(len(seen.lost_runs()), 1)
        self.assert_within(seen.lost_runs()[0], (33, 47))
        self.assertEqual(seen.up["udp_blocked"], seen.lost_runs()[0])

    def sources(self, *options):
        seen = self.measure(*options, count=250, interval=0.01)
        self.assertEqual(len(seen.records), 250)
        changes = []
        for each in seen.records:
            if not changes or changes[-1] != each["source"]:
                changes.append(each["source"])
        return changes, seen.report["rebindings"]

    def test_a_nat_moves_the_port_each_period(self):
        sources, rebindings = self.sources("--rebind-port", "500ms")
        self.assertGreaterEqual(len(sources), 4)
        self.assertEqual(len({port for _, port in sources}), len(sources))
        self.assertEqual({address for address, _ in sources}, {"100.64.1.2"})
        self.assertGreaterEqual(rebindings, len(sources) - 1)

    def test_a_nat_moves_the_address(self):
        sources, _ = self.sources("--rebind-address", "500ms")
        self.assertEqual(len({address for address, _ in sources}), len(sources))
        self.assertGreaterEqual(len(sources), 4)

    def test_a_nat_moves_the_port_once(self):
        sources, rebindings = self.sources("--rebind-after", "1500ms")
        self.assertEqual((len(sources), rebindings), (2, 1))

    def test_answers_come_back_through_the_nat(self):
        self.assertEqual(self.asked("--rebind-port", "100ms"), [b"yes", b"yes"], self.said)


@unittest.skipUnless(shutil.which("iperf3"), "iperf3 is not installed")
class Iperf(LinkCase):
    """Somebody else's measurement, with the kernel's own TCP."""

    def iperf(self, options, *words):
        results = os.path.join(self.folder, "results")
        inside = f"until iperf3 --json -c {FAR} {' '.join(words)} > {results}; do sleep 0.1; done"
        status, out, err = run(LINK, "-q", "--seed", "1", *options, "--far", "exec iperf3 -s > /dev/null 2>&1", "--", "sh",
                               "-c", inside, seconds=60)
        self.assertEqual(status, 0, (out, err))
        with open(results, encoding="utf-8") as file:
            return json.load(file)["end"]

    def test_tcp_gets_what_the_rate_leaves(self):
        end = self.iperf(["--rate", "20Mbit", "--queue", "100ms", "--delay", "10ms"], "-t", "3", "-O", "1")
        # 1448 of 1500 octets are payload.
        self.assert_within(end["sum_received"]["bits_per_second"] / 20e6, (0.85, 0.98))

    def test_udp_loses_what_the_link_loses(self):
        end = self.iperf(["--loss", "5%"], "-u", "-b", "8M", "-l", "500", "-t", "2")["sum"]
        self.assertGreater(end["packets"], 3000)
        self.assert_within(end["lost_packets"], binomial_bounds(end["packets"], 0.05))


class Command(LinkCase):
    def test_the_exit_status_is_the_command_s(self):
        self.assertEqual(run(LINK, "-q", "--", "sh", "-c", "exit 7")[0], 7)
        self.assertEqual(run(LINK, "-q", "--", "sh", "-c", "kill -TERM $$")[0], 128 + 15)

    def test_tern_link_is_the_same_program(self):
        self.assertEqual(run(TERN, "link", "-q", "--", "sh", "-c", "exit 9")[0], 9)

    def test_a_missing_command_is_127(self):
        status, _, err = run(LINK, "-q", "--", "no-such-command")
        self.assertEqual((status, err), (127, b"tern-link: cannot run no-such-command: No such file or directory\n"))

    def test_wrong_options_are_one_line_and_2(self):
        for words, said in ((["--delay", "5"], b"--delay: '5' is not a duration"),
                            (["--down-loss", "0.1"], b"--down-loss: '0.1' is not a share"),
                            (["--profile", "moon"], b"--profile moon: there is no such link"),
                            (["--queue", "10"], b"--queue: nothing waits without a --rate"),
                            (["--bursts", "90%,2"], b"--bursts: "),
                            (["bash"], b"write `--` before the command")):
            status, out, err = run(LINK, *words, "--", "true")
            self.assertEqual((status, out), (2, b""), err)
            self.assertIn(said, err)
            self.assertEqual(err.count(b"\n"), 2)

    def test_a_report_that_cannot_be_written_is_said_before(self):
        status, out, err = run(LINK, "--report", self.folder + "/missing/report", "--", "echo", "ran")
        self.assertEqual((status, out), (1, b""))
        self.assertEqual(err, b"tern-link: " + self.folder.encode() + b"/missing/report: No such file or directory\n")

    def test_where_namespaces_are_forbidden_it_says_so(self):
        inside = f"echo 0 > /proc/sys/user/max_net_namespaces; echo 0 > /proc/sys/user/max_user_namespaces; {LINK} -- true"
        status, out, err = run("unshare", "-Ur", "sh", "-c", inside)
        if b"unshare" in err:
            self.skipTest(err.decode())
        self.assertEqual((status, out), (1, b""))
        self.assertIn(b"tern-link: user namespaces are not allowed here", err)
        self.assertEqual(err.count(b"\n"), 1)

    def test_signals_reach_the_command_and_its_children(self):
        with Program(LINK, "-q", "--", "sh", "-c",
                     "trap 'echo told; exit 3' TERM; sh -c 'trap \"echo child told; exit\" TERM; echo ready; "
                     "while :; do sleep 0.05; done' & wait") as link:
            link.wait_for(b"ready", "out")
            link.signal(15)
            self.assertEqual(link.finish(), 3)
            self.assertIn(b"told", link.out)
            self.assertIn(b"child told", link.out)

    def test_json_is_the_last_line(self):
        status, out, _ = run(LINK, "-q", "--json", "--seed", "5", "--", "echo", "from the command")
        first, last = out.decode().splitlines()
        self.assertEqual((status, first), (0, "from the command"))
        report = json.loads(last)
        self.assertEqual((report["schema"], report["seed"], report["status"]), ("tern.link/1", 5, 0))

    def test_links_nest(self):
        inner = f"{LINK} -q --delay 20ms --far 'exec {PROBE} echo' -- {PROBE} ask 100.64.2.1 udp 3"
        began = time.monotonic()
        status, out, err = run(LINK, "-q", "--", "sh", "-c", inner)
        self.assertEqual((status, out), (0, b"yes\n"), err)
        self.assertLess(time.monotonic() - began, 3)

    def test_nothing_is_left_behind(self):
        with Program(LINK, "-q", "--far", "exec sleep 1000", "--", "sh", "-c", "exec sleep 1000") as link:
            time.sleep(0.3)
            children = pathlib.Path(f"/proc/{link.process.pid}/task/{link.process.pid}/children").read_text().split()
            self.assertEqual(len(children), 2)
            link.process.kill()
            link.process.wait()
            end = time.monotonic() + 5
            while any(os.path.exists(f"/proc/{pid}") and self.state(pid) != "Z" for pid in children):
                self.assertLess(time.monotonic(), end)
                time.sleep(0.02)

    @staticmethod
    def state(pid):
        try:
            return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except FileNotFoundError:
            return "Z"

    @unittest.skipUnless(os.geteuid() == 0, "already an ordinary user")
    def test_an_ordinary_user_needs_no_root(self):
        reason = reason_against_ordinary_users()
        if reason:
            self.skipTest(reason)
        link, tern = (shutil.copy(program, self.folder) for program in (LINK, TERN))  # where anyone may read
        status, out, err = run(*NOBODY, link, "--delay", "10ms", "--loss", "5%", "--far", f"exec {tern} echo :7100", "--",
                               "sh", "-c", f"id -u; until {tern} send tcp://{FAR}:7100 stream; do sleep 0.05; done; "
                               f"until {tern} send --wait 1s udp://{FAR}:7100 datagram | grep .; do :; done",
                               env=environment(self.folder))
        self.assertEqual((status, out), (0, b"65534\nstreamdatagram\n"), err)


if __name__ == "__main__":
    main()
