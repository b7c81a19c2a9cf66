"""tern compare everywhere: real sockets on loopback, the datagrams through the link model.

Delivery is judged, by counts; no absolute time is. TCP is unimpaired here and must say so.
"""
import json
import os
import tempfile
import time
import unittest

from comparisons import binomial_bounds, compare, summary_of, summarise
from programs import BIN, TERN, run

LOOPBACK = ("--link", "loopback")
SMALL = (*LOOPBACK, "--messages", "20", "--interval", "2ms", "--repeat", "1")


class CompareTest(unittest.TestCase):
    def test_raw_udp_loses_what_the_link_loses_and_reliable_modes_nothing(self):
        count, loss = 600, 0.1
        summary = summarise(self, *LOOPBACK, "--loss", "10%", "--messages", str(count), "--interval", "2ms", "--repeat", "1")
        modes = summary["modes"]
        least, most = binomial_bounds(count, loss)
        for name in ("udp-raw", "unreliable"):
            lost = modes[name]["lost"] - modes[name]["socket_drops"]
            self.assertTrue(least <= lost <= most, f"{name} lost {lost}, not {least:.0f} to {most:.0f}; seed {summary['seed']}")
        for name in ("reliable-unordered", "reliable-ordered", "tcp", "tcp-raw"):
            self.assertEqual((modes[name]["delivered"], modes[name]["late"]), (count, 0), (name, summary["seed"]))
            self.assertEqual(modes[name]["duplicates"], 0)
        self.assertEqual(modes["reliable-ordered"]["reordered"], 0)
        self.assertEqual(modes["reliable-unordered"]["stalls"]["count"], 0)
        self.assertEqual({name for name, mode in modes.items() if not mode["impaired"]}, {"tcp", "tcp-raw"})

    def test_several_lanes_and_long_messages_arrive_whole(self):
        summary = summarise(self, *SMALL, "--loss", "20%", "--lanes", "4", "--size", "5000B", "--modes",
                            "reliable-ordered,reliable-unordered,tcp,tcp-raw")
        for name, mode in summary["modes"].items():
            self.assertEqual(mode["delivered"], 20, (name, summary["seed"]))

    def test_saturating_modes_deliver_what_they_took(self):
        summary = summarise(self, *LOOPBACK, "--saturate", "200ms", "--repeat", "1", "--modes", "reliable-ordered,tcp,tcp-raw")
        for name, mode in summary["modes"].items():
            self.assertGreater(mode["due"], 0, name)
            self.assertEqual(mode["delivered"], mode["due"], name)

    def test_the_same_seed_loses_the_same_datagrams(self):
        lost = [summarise(self, *SMALL, "--loss", "50%", "--seed", "7", "--modes", "udp-raw")["modes"]["udp-raw"]["lost"]
                for _ in range(2)]
        self.assertEqual(lost[0], lost[1])
        self.assertGreater(lost[0], 0)

    def test_trials_take_the_next_seed_and_the_summary_the_medians(self):
        status, out, err = compare(*LOOPBACK, "--messages", "40", "--interval", "1ms", "--loss", "30%", "--repeat", "3", "--seed",
                                   "5", "--modes", "udp-raw", "--json")
        self.assertEqual(status, 0, err)
        trials = [record for record in map(json.loads, out.splitlines()) if record["record"] == "trial"]
        self.assertEqual([trial["seed"] for trial in trials], [5, 6, 7])
        median = sorted(trial["lost"] for trial in trials)[1]
        self.assertEqual(summary_of(out)["modes"]["udp-raw"]["lost"], median)

    def test_a_missed_threshold_is_status_10_and_says_which(self):
        holds = "modes.reliable-ordered.late==0"
        misses = "modes.udp-raw.lost<0"
        status, _, err = compare(*SMALL, "--modes", "udp-raw,reliable-ordered", "--fail-if", holds, "--fail-if", misses)
        self.assertEqual(status, 10)
        self.assertIn(misses, err)
        self.assertNotIn(holds, err)
        self.assertEqual(compare(*SMALL, "--modes", "reliable-ordered", "--fail-if", holds)[0], 0)

    def test_a_wrong_command_line_is_status_2_and_one_line(self):
        for words in (["--fail-if", "modes.quic.lost<=1"], ["--fail-if", "5"], ["--modes", "quic"], ["--loss", "5"],
                      ["--link", "loopback", "--rebind-port", "1s"], ["--messages", "-1"], ["--bogus"], ["bogus"]):
            began = time.monotonic()
            status, out, err = compare(*words)
            self.assertEqual((status, out), (2, ""), words)
            self.assertEqual(err.count("\n"), 1, err)
            self.assertLess(time.monotonic() - began, 5)

    def test_with_json_even_a_failure_is_a_record(self):
        status, out, _ = compare(*SMALL, "--rebind-port", "1s", "--json")
        self.assertEqual(status, 2)
        self.assertEqual(json.loads(out)["record"], "failure")

    def test_csv_has_a_line_for_each_mode(self):
        status, out, _ = compare(*SMALL, "--modes", "udp-raw,tcp-raw", "--csv")
        self.assertEqual(status, 0)
        lines = [line.split(",") for line in out.splitlines()]
        self.assertEqual([line[0] for line in lines], ["mode", "udp-raw", "tcp-raw"])
        self.assertEqual({len(line) for line in lines}, {len(lines[0])})

    def test_the_table_says_how_it_was_made(self):
        status, out, _ = compare(*SMALL, "--seed", "9", "--modes", "udp-raw,tcp-raw")
        self.assertEqual(status, 0)
        self.assertIn("seed 9", out)
        self.assertIn("as asked for", out)
        self.assertRegex(out, r"(?m)^tcp-raw \* +20 of 20 ")

    def test_a_link_that_lets_no_datagram_through_is_a_failed_trial(self):
        status, out, _ = compare(*SMALL, "--block-udp", "--limit", "1s", "--modes", "udp-raw", "--json")
        self.assertEqual(status, 0)
        self.assertEqual(summary_of(out)["modes"]["udp-raw"]["lost"], 20)

    def test_progress_is_only_shown_on_a_terminal_or_when_asked_for(self):
        self.assertEqual(compare(*SMALL, "--modes", "udp-raw")[2], "")
        self.assertIn("[1/1] udp-raw", compare(*SMALL, "--modes", "udp-raw", "--progress", "always")[2])
        self.assertEqual(compare(*SMALL, "--modes", "udp-raw", "--json", "-q")[2], "")

    def test_quick_needs_no_arguments_and_ends_within_half_a_minute(self):
        began = time.monotonic()
        status, out, err = run(TERN, "compare", "--quick", seconds=60)
        lasted = time.monotonic() - began
        self.assertEqual(status, 0, err)
        print(f"tern compare --quick: {lasted:.1f} s\n{out.decode()}", flush=True)
        self.assertLess(lasted, 30)

    def test_a_page_that_cannot_be_written_is_said_before_the_comparison(self):
        status, _, err = compare(*SMALL, "--html", "/nonexistent/page.html")
        self.assertEqual(status, 1)
        self.assertEqual(err.count("\n"), 1, err)

    def test_the_program_ends_at_once_when_interrupted(self):
        folder = tempfile.TemporaryDirectory(prefix="tern-compare.")
        self.addCleanup(folder.cleanup)
        status, _, _ = run("timeout", "-s", "INT", "0.5", os.path.join(BIN, "tern-compare"), *LOOPBACK, "--modes", "udp-raw",
                           "--messages", "10000", seconds=10)
        self.assertEqual(status, 124)


if __name__ == "__main__":
    unittest.main(verbosity=2)
