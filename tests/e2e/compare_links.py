"""UDP against TCP on the same work over the emulated link, in namespaces: 200 messages, 20 a second, at five losses.

What must hold at any speed of machine: who loses what, who makes messages wait for others, and whose latencies are above
whose in the same run. What is not in after 120 s is late.
"""
import unittest
from concurrent.futures import ThreadPoolExecutor

from comparisons import binomial_bounds, summarise
from links import main

COUNT = 200
LOSSES = (0, 0.01, 0.05, 0.1, 0.2)
MODES = ("udp-raw", "reliable-unordered", "reliable-ordered", "tcp", "tcp-raw")
IN_ORDER = MODES[2:]


class CompareLinksTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        # Twenty messages a second cost nothing: the five losses can be tried at once.
        with ThreadPoolExecutor(len(LOSSES)) as pool:
            cls.summaries = dict(zip(LOSSES, pool.map(cls.try_loss, LOSSES)))
        for loss, row in ((loss, row) for loss in LOSSES for row in cls.summaries[loss]["modes"].values()):
            print(f"{row['mode']:<20}{loss:>6} delivered {row['delivered']:>4.0f} stalls {row['stalls']['count']:>4.0f} "
                  f"p50 {row['latency_ms']['p50']} p99 {row['latency_ms']['p99']}", flush=True)

    @classmethod
    def try_loss(cls, loss):
        words = ("--link", "tun", "--delay", "25ms", "--loss", f"{100 * loss:g}%", "--messages", str(COUNT), "--interval",
                 "50ms", "--limit", "120s", "--repeat", "1", "--modes", ",".join(MODES))
        return summarise(cls(), *words, seconds=560)

    def row(self, mode, loss):
        return self.summaries[loss]["modes"][mode]

    def test_raw_udp_loses_what_the_link_loses(self):
        for loss in LOSSES:
            least, most = binomial_bounds(COUNT, loss)
            row = self.row("udp-raw", loss)
            lost = row["lost"] - row["socket_drops"]
            self.assertTrue(least <= lost <= most, f"{lost} at {loss}; seed {self.summaries[loss]['seed']}")
            self.assert_accounted(lost, row["network_lost"])

    def test_what_the_link_damages_and_what_this_machine_drops_are_told_apart(self):
        words = ("--link", "tun", "--repeat", "1", "--modes", "udp-raw")
        damaged = summarise(self, *words, "--corrupt", "20%", "--messages", "200", "--interval", "2ms")["modes"]["udp-raw"]
        least, most = binomial_bounds(200, 0.2)
        self.assertTrue(least <= damaged["network_lost"] <= most, damaged["network_lost"])
        self.assert_accounted(damaged["lost"], damaged["network_lost"])
        self.assertEqual(damaged["socket_drops"], 0)
        flood = summarise(self, *words, "--saturate", "300ms")["modes"]["udp-raw"]
        self.assert_accounted(flood["lost"], flood["socket_drops"] + flood["emulator_missed"])
        self.assertEqual(flood["network_lost"], 0)

    def assert_accounted(self, lost, counted):
        """The system's own packets (router and neighbour solicitations) cross the link too, and may be lost."""
        self.assertTrue(0 <= counted - lost <= 3, f"{lost} lost, {counted} counted")

    def test_reliable_modes_and_tcp_lose_nothing(self):
        for loss in LOSSES:
            for mode in MODES[1:]:
                row = self.row(mode, loss)
                self.assertEqual((row["delivered"], row["late"], row["duplicates"]), (COUNT, 0, 0), (mode, loss))

    def test_only_what_keeps_order_makes_messages_wait(self):
        for loss in LOSSES:
            self.assertEqual(self.row("reliable-unordered", loss)["stalls"]["count"], 0)
            for mode in IN_ORDER:
                self.assertEqual(self.row(mode, loss)["reordered"], 0)
        for mode in IN_ORDER:
            self.assertGreater(self.row(mode, 0.2)["stalls"]["count"], self.row(mode, 0)["stalls"]["count"], mode)
        self.assertGreater(self.row("reliable-unordered", 0.2)["reordered"], 0)

    def test_head_of_line_blocking_shows_in_the_latencies(self):
        free = self.row("reliable-unordered", 0.2)["latency_ms"]
        for mode in ("tcp", "tcp-raw"):
            blocked = self.row(mode, 0.2)["latency_ms"]
            self.assertLess(free["p50"], blocked["p90"], mode)
            self.assertLess(free["p90"], blocked["p99"], mode)
            self.assertLess(self.row(mode, 0)["latency_ms"]["p50"], blocked["p90"], mode)


if __name__ == "__main__":
    main()
