"""tern-bench runs, and says what it promises to say. No figure is judged."""
import json
import os
import subprocess
import unittest

BENCH = os.path.join(os.environ["TERN_BIN_DIR"], "tern-bench")
PATIENCE = 300
COMMITS = {("commit-" + durability, 100) for durability in ("strict", "relaxed", "memory")}
ROWS = {"raw-udp", "tcp", "tcp-coalesced", "tern-unordered", "tern-ordered"}


def bench(*words):
    return subprocess.run([BENCH, *words], capture_output=True, text=True, timeout=PATIENCE, check=False)


def records(output, kind):
    return [record for record in map(json.loads, output.splitlines()) if record["record"] == kind]


class BenchTest(unittest.TestCase):
    def test_json_lines_hold_every_row_and_end_with_the_schema(self):
        done = bench("--json", "--seconds", "0.05", "--repeat", "2", "--size", "64,1000")
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        end = records(done.stdout, "end")
        self.assertEqual([record["schema"] for record in end], ["tern-bench/1"])
        self.assertEqual(json.loads(done.stdout.splitlines()[-1]), end[0])
        self.assertIn("limits_raised", end[0])
        rows = records(done.stdout, "row")
        self.assertEqual(len(rows), end[0]["rows"])
        self.assertEqual(len(records(done.stdout, "sample")), 2 * len(rows))
        measured = {(row["row"], row["message_bytes"]) for row in rows}
        self.assertLessEqual({(row, size) for row in ROWS for size in (64, 1000)} | {("raw-full", 1200)} | COMMITS, measured)
        for row in rows:
            self.assertIsNone(row["failure"], row)
            self.assertEqual(row["trials"], 2, row)
            self.assertGreater(row["messages_per_second"], 0, row)
            self.assertGreater(row["cpu_seconds_per_million"], 0, row)
            self.assertIsNotNone(row["share_of_limit"], row)
            if (row["row"], row["message_bytes"]) in COMMITS:
                self.assertLessEqual(row["latency_p50_ms"], row["latency_p99_ms"], row)

    def test_what_arrives_in_order_is_what_was_sent(self):
        done = bench("--json", "--seconds", "0.05", "--repeat", "1", "--size", "200", "--only", "tern-ordered,tcp")
        samples = records(done.stdout, "sample")
        self.assertEqual([sample["row"] for sample in samples], ["tcp", "tern-ordered"])
        for sample in samples:
            self.assertEqual(sample["out_of_order"], 0, sample)
            self.assertLessEqual(sample["delivered"], sample["sent"], sample)

    def test_the_table_has_a_line_for_each_row(self):
        done = bench("--seconds", "0.02", "--repeat", "1", "--size", "100", "--only", "raw-udp,tern-unordered")
        self.assertEqual(done.returncode, 0, done.stderr)
        for row in ("raw-udp", "tern-unordered"):
            self.assertRegex(done.stdout, rf"(?m)^{row} +100 +\d+ ")
        self.assertIn("ENet: ", done.stdout)

    def test_a_wrong_command_line_is_status_2_and_one_line(self):
        for words in (["--only", "nothing"], ["--size", "7"], ["--seconds", "0"], ["--repeat", "0"], ["--what"], ["word"]):
            done = bench(*words)
            self.assertEqual((done.returncode, done.stdout), (2, ""), words)
            self.assertEqual(done.stderr.count("\n"), 1, done.stderr)


if __name__ == "__main__":
    unittest.main()
