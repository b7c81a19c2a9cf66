"""What a relay tells those who watch it: /metrics in Prometheus' format, /healthz."""
import http.client
import math
import os
import re
import signal
import socket
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from programs import PATIENCE, Program, run  # noqa: E402
from relay_chat import NO_RATES, RELAY, RelayTest  # noqa: E402

NAME = re.compile(r"[a-z][a-z0-9_]*")
SAMPLE = re.compile(r'([a-z][a-z0-9_]*)(?:\{(.*)\})? (\S+)')
LABELS = re.compile(r'([a-z][a-z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)')


def parse(text):
    """Samples by (name, labels), after checking what promtool would (text format 0.0.4)."""
    assert text.endswith("\n")
    kinds, helps, samples, current = {}, {}, {}, None
    for line in text.splitlines():
        if line.startswith("# HELP "):
            _, _, name, words = line.split(" ", 3)
            assert name not in helps and words.endswith("."), line
            helps[name] = words
            continue
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert name in helps and name not in kinds and NAME.fullmatch(name), line
            assert kind in ("counter", "gauge", "histogram"), line
            assert name.startswith("tern_relay_"), line
            assert name.endswith("_total") == (kind == "counter"), line
            assert not re.search(r"_(ms|us|kib|mib|milliseconds)(_|$)", name), line
            kinds[name], current = kind, name
            continue
        found = SAMPLE.fullmatch(line)
        assert found, line
        name, labels, value = found.groups()
        base = name
        if kinds[current] == "histogram":
            base = re.sub(r"_(bucket|sum|count)$", "", name)
        assert base == current, f"{line} stands under {current}"
        assert LABELS.sub("", labels or "") == "", line
        key = (name, tuple(sorted(LABELS.findall(labels or ""))))
        assert key not in samples, line
        samples[key] = float(value)
        assert kinds[current] != "counter" or samples[key] >= 0, line
    for name, kind in kinds.items():
        if kind == "histogram":
            check_histogram(name, samples)
    return samples


def check_histogram(name, samples):
    buckets = sorted((float(dict(labels)["le"]), value) for (sample, labels), value in samples.items()
                     if sample == name + "_bucket")
    assert [value for _, value in buckets] == sorted(value for _, value in buckets), buckets
    assert buckets[-1] == (math.inf, samples[name + "_count", ()]), buckets
    assert samples[name + "_sum", ()] >= 0


class MetricsTest(RelayTest):
    def watch(self, *options):
        self.start_relay("--metrics", "127.0.0.1:0", *NO_RATES, *options)
        self.watched = int(self.relay.wait_for(rb"listening metrics 127\.0\.0\.1:(\d+)\n").group(1))

    def ask(self, path, method="GET"):
        connection = http.client.HTTPConnection("127.0.0.1", self.watched, timeout=PATIENCE)
        self.addCleanup(connection.close)
        connection.request(method, path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode(), answer.getheader("Content-Type")

    def numbers(self):
        status, text, kind = self.ask("/metrics")
        self.assertEqual(status, 200, text)
        self.assertEqual(kind, "text/plain; version=0.0.4; charset=utf-8")
        return parse(text)

    def test_the_numbers_are_those_of_what_happened(self):
        self.watch("--limit", "message-bytes=100")
        before = self.numbers()
        if not before:
            self.skipTest("built without TERN_METRICS")
        reader = self.chat("reader", "--follow", "--transport", "tcp")
        reader.wait_for(rb"you are reader")
        for index in range(5):
            self.assertEqual(self.send(self.address(), f"message {index}")[0], 0)
        self.assertEqual(self.send(self.address(), "x" * 200)[0], 7)
        reader.wait_for(rb"message 4", "out")
        after = self.numbers()
        self.assertEqual(after["tern_relay_messages_committed_total", ()], 5)
        self.assertGreaterEqual(after["tern_relay_messages_delivered_total", ()], 5)
        self.assertEqual(after["tern_relay_commit_duration_seconds_count", ()], 5)
        self.assertGreater(after["tern_relay_commit_duration_seconds_sum", ()], 0)
        self.assertLess(after["tern_relay_commit_duration_seconds_sum", ()], 60)
        self.assertEqual(after["tern_relay_refusals_total", (("limit", "say-too-big"),)], 1)
        self.assertGreaterEqual(after["tern_relay_connections", ()], 1)
        self.assertEqual(after["tern_relay_draining", ()], 0)
        self.assertEqual(after["tern_relay_healthy", ()], 1)
        self.assertGreater(after["tern_relay_log_bytes", ()], 0)
        self.assertGreater(after["tern_relay_disk_free_bytes", ()], 0)
        for transport in ("udp", "tcp"):
            self.assertGreater(after["tern_relay_received_bytes_total", (("transport", transport),)], 0)
        for key, value in before.items():
            if key[0].endswith("_total"):
                self.assertGreaterEqual(after[key], value, key)

    def test_it_is_well_until_it_drains(self):
        self.watch()
        self.assertEqual(self.ask("/healthz")[:2], (200, "ok\n"))
        silent = self.chat("silent", "--follow")
        silent.wait_for(rb"you are silent")
        silent.signal(signal.SIGSTOP)  # so that taking leave takes its second
        self.relay.signal(signal.SIGTERM)
        self.relay.wait_for(rb" drain ")
        status, why, _ = self.ask("/healthz")
        self.assertEqual(status, 503)
        self.assertIn("draining", why)
        self.assertEqual(self.relay.finish(), 0)

    def test_a_full_disk_is_no_health_until_there_is_room(self):
        disk = self.home.name + "/disk"
        os.mkdir(disk)
        mounted = ("unshare", "-Urm", "sh", "-c", 'mount -t tmpfs -o size=2m tmpfs "$0" && exec "$@"', disk)
        if run(*mounted, "true")[0] != 0:
            self.skipTest("no user namespace with a mount here")
        # Beside the relay, in its namespace: takes the disk's room, and gives it back.
        script = ('"$@" & pid=$!; while read -r do; do case $do in fill) cat /dev/zero > "$0/ballast"; echo full >&2;; '
                  'free) rm "$0/ballast"; echo freed >&2;; esac; done; kill $pid; wait $pid')
        self.relay = Program(*mounted, "sh", "-c", script, disk, RELAY, "--listen", "127.0.0.1:0", "--data",
                             disk + "/relay", "--metrics", "127.0.0.1:0", env=self.env)
        self.addCleanup(self.relay.__exit__)
        self.watched = int(self.relay.wait_for(rb"listening metrics 127\.0\.0\.1:(\d+)\n").group(1))
        self.assertEqual(self.ask("/healthz")[0], 200)
        self.relay.write(b"fill\n")
        self.relay.wait_for(rb"full")
        self.wait_for_health(503, "the disk is full\n")
        self.relay.write(b"free\n")
        self.relay.wait_for(rb"freed")
        self.wait_for_health(200, "ok\n")
        self.relay.end_input()
        self.assertEqual(self.relay.finish(), 0, self.relay.err)

    def wait_for_health(self, status, text):
        """What was found out holds for a second, and connections that were closed are held for a moment."""
        end = time.monotonic() + PATIENCE
        answer = None
        while answer != (status, text):
            self.assertLess(time.monotonic(), end, answer)
            try:
                answer = self.ask("/healthz")[:2]
            except (OSError, http.client.HTTPException) as turned_away:
                answer = turned_away
            time.sleep(0.05)

    def test_what_is_no_question_gets_a_short_answer_or_none(self):
        self.watch()
        self.assertEqual(self.ask("/")[0], 404)
        self.assertEqual(self.ask("/healthz", "POST")[0], 405)
        self.assertEqual(self.ask("/healthz", "HEAD")[:2], (200, ""))
        for hostile in (b"\x00" * 100_000, b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 100_000, b"hello\n\n", b""):
            with socket.create_connection(("127.0.0.1", self.watched), PATIENCE) as stream:
                try:
                    stream.sendall(hostile)
                    stream.shutdown(socket.SHUT_WR)
                    answer = stream.recv(4096)
                    self.assertTrue(answer == b"" or answer.startswith(b"HTTP/1.1 400 "), answer)
                except OSError:  # closed on us: reset, a broken pipe, or not connected any more
                    pass
        idle = [socket.create_connection(("127.0.0.1", self.watched), PATIENCE) for _ in range(16)]
        self.assertEqual(self.ask("/healthz")[:2], (200, "ok\n"), "for the seventeenth the oldest gives way")
        self.assertEqual(idle[0].recv(1), b"")
        for stream in idle:
            stream.close()
        self.assertEqual(self.send(self.address(), "still here")[0], 0)


class ParserTest(unittest.TestCase):
    def test_it_refuses_what_is_wrong(self):
        good = "# HELP tern_relay_x_total It is.\n# TYPE tern_relay_x_total counter\ntern_relay_x_total{a=\"b\"} 1\n"
        self.assertEqual(parse(good), {("tern_relay_x_total", (("a", "b"),)): 1})
        for wrong in (good[:-1], good.replace("counter", "gauge"), good.replace("is.", "is"),
                      good.replace('"b"', "b"), good + good.splitlines()[-1] + "\n", good.replace("} 1", "} one"),
                      good.replace("x_total{", "y_total{"), good.replace("} 1", "} -1")):
            with self.assertRaises((AssertionError, ValueError), msg=wrong):
                parse(wrong)


if __name__ == "__main__":
    unittest.main(verbosity=2)
