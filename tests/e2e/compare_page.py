"""The page of tern compare in a headless Chromium: what a person would see is there, and inside its axes.

With TERN_SCREENSHOTS=FOLDER the pictures are kept for somebody to look at.
"""
import os
import pathlib
import sys
import tempfile
import unittest

from browser import Browser, why_impossible
from comparisons import compare

MODES = ("udp-raw", "reliable-unordered", "reliable-ordered", "tcp-raw")
NARROW, WIDE = 360, 1280
RIGHT, DOWN = "\ue014", "\ue015"

# Every element that a chart draws, with its area: [chart, dataset, x, y, width, height, area].
GEOMETRY = """
const found = [];
for (const [id, chart] of charts) {
  const {left, right, top, bottom} = chart.chartArea;
  chart.data.datasets.forEach((dataset, i) => chart.getDatasetMeta(i).data.forEach((drawn, k) => {
    const raw = dataset.data[k];
    if (raw === null || raw === undefined || raw.y === null) return;
    const p = drawn.getProps(["x", "y", "base", "width", "height"], true);
    const isBar = chart.getDatasetMeta(i).type === "bar";
    const x = isBar ? Math.min(p.x, p.base) : p.x, width = isBar ? Math.abs(p.x - p.base) : 0;
    const y = isBar ? p.y - p.height / 2 : p.y, height = isBar ? p.height : 0;
    found.push({id, label: dataset.label, isBar, x, y, width, height, left, right, top, bottom});
  }));
}
return found;
"""


class PageTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="tern-page.")
        cls.file = os.path.join(cls.folder.name, "page.html")
        words = ("--link", "loopback", "--losses", "0%,20%", "--delay", "10ms", "--messages", "100", "--interval", "5ms", "--repeat", "1",
                 "--seed", "3", "--modes", ",".join(MODES), "--html", cls.file)
        status, _, err = compare(*words)
        assert status == 0, err
        cls.browser = Browser()

    @classmethod
    def tearDownClass(cls):
        cls.browser.close()
        cls.folder.cleanup()

    def open(self, name, **how):
        self.browser.open(self.file, **how)
        if os.environ.get("TERN_SCREENSHOTS"):
            self.browser.screenshot(os.path.join(os.environ["TERN_SCREENSHOTS"], name + ".png"))
        self.assertEqual(self.browser.complaints(), [])

    def test_the_file_needs_nothing_else(self):
        text = pathlib.Path(self.file).read_text(encoding="utf-8")
        self.assertNotIn("http://", text)
        self.open("wide")
        loaded = self.browser.run("return performance.getEntriesByType('resource').map((each) => each.name)")
        self.assertEqual([name for name in loaded if not name.startswith("data:")], [])

    def assert_charts_are_seen(self, at_least):
        drawn = self.browser.run(GEOMETRY)
        self.assertGreater(len(drawn), 400)
        for each in drawn:
            self.assertGreaterEqual(each["x"], each["left"] - 1, each)
            self.assertLessEqual(each["x"] + each["width"], each["right"] + 1, each)
            self.assertGreaterEqual(each["y"], each["top"] - 1, each)
            self.assertLessEqual(each["y"] + each["height"], each["bottom"] + 1, each)
            if each["isBar"] and each["label"] == "messages":
                self.assertGreater(min(each["width"], each["height"]), 1, each)
        canvases = self.browser.run("""return [...document.querySelectorAll("canvas")].map((canvas) => {
          const {x, width, height} = canvas.getBoundingClientRect();
          const pixels = new Set(new Uint32Array(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.buffer));
          return {id: canvas.id, x, width, height, colours: pixels.size};
        })""")
        self.assertEqual(len(canvases), 1 + len(MODES) + 2 + 2 + 2)
        for canvas in canvases:
            self.assertGreaterEqual(canvas["width"], at_least, canvas)
            self.assertGreater(canvas["height"], 200, canvas)
            self.assertGreater(canvas["colours"], 8, canvas)

    def assert_nothing_is_cut_off(self, width):
        self.assertLessEqual(self.browser.run("return document.documentElement.scrollWidth"), width)

    def contrast(self):
        return self.browser.run("""
          const luminance = (text) => text.match(/[\\d.]+/g).slice(0, 3).map((c) => c / 255)
            .map((c) => (c <= 0.03928 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4)))
            .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
          const style = getComputedStyle(document.body);
          const [ink, ground] = [luminance(style.color), luminance(style.backgroundColor)];
          return [ground, (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05)];""")

    def test_wide_and_light(self):
        self.open("light", width=WIDE)
        self.assert_charts_are_seen(500)
        self.assert_nothing_is_cut_off(WIDE)
        ground, contrast = self.contrast()
        self.assertGreater(ground, 0.8)
        self.assertGreater(contrast, 7)

    def test_dark(self):
        self.open("dark", width=WIDE, dark=True)
        self.assert_charts_are_seen(500)
        ground, contrast = self.contrast()
        self.assertLess(ground, 0.1)
        self.assertGreater(contrast, 7)

    def test_narrow(self):
        self.open("narrow", width=NARROW, height=740)
        self.assert_charts_are_seen(280)
        self.assert_nothing_is_cut_off(NARROW)

    def test_what_waited_comes_out_with_the_one_it_waited_for(self):
        self.open("line")
        waiting = self.browser.run("""
          const course = data.courses.find((each) => each.name === "reliable-ordered@20%");
          const {due, took, waited} = course.messages;
          return waited.map((w, i) => [w, due[i] + (took[i] ?? 0), i]).filter(([w]) => w > 0)
            .map(([w, at, i]) => at - Math.max(...due.slice(0, i).map((d, k) => d + (took[k] ?? 0))));""")
        self.assertGreater(len(waiting), 0)
        for gap in waiting:
            self.assertTrue(-0.01 <= gap <= 2.01, gap)

    def test_a_late_message_has_a_longer_bar_than_one_in_time(self):
        self.open("bars")
        bars = [each for each in self.browser.run(GEOMETRY) if each["id"] == "line-2" and each["isBar"]]
        widths = sorted(each["width"] for each in bars)
        self.assertGreater(widths[-1], 1.5 * widths[0])

    def test_what_was_taken_for_lost_is_marked_above_the_bars(self):
        self.open("marks")
        drawn = [each for each in self.browser.run(GEOMETRY) if each["id"] == "line-2"]
        marks = [each["y"] for each in drawn if each["label"] == "taken for lost"]
        self.assertGreater(len(marks), 0)
        self.assertLess(max(marks) + 5, min(each["y"] for each in drawn if each["isBar"]))

    def test_everything_is_in_tables_and_has_a_name(self):
        self.open("tables")
        self.assertEqual(self.browser.run("return document.querySelectorAll('#figures tbody tr').length"), len(MODES))
        for label in self.browser.run("return [...document.querySelectorAll('canvas')].map((each) => each.ariaLabel)"):
            self.assertGreater(len(label or ""), 40)
        rows = self.browser.run("return [...document.querySelectorAll('figure')].map((each) => each.querySelectorAll('tbody tr').length)")
        self.assertTrue(all(count > 0 for count in rows), rows)
        unnamed = self.browser.run("""return [...document.querySelectorAll("button, select, input, [tabindex='0']")]
          .filter((each) => !(each.ariaLabel || each.textContent.trim() || each.labels?.length)).length""")
        self.assertEqual(unnamed, 0)

    def test_the_keyboard_walks_through_a_chart_and_what_it_meets_is_said(self):
        self.open("keyboard")
        self.browser.keys("#latency-chart", RIGHT)
        first = self.browser.run("return document.getElementById('live').textContent")
        self.browser.keys("#latency-chart", RIGHT + RIGHT + DOWN)
        second = self.browser.run("return document.getElementById('live').textContent")
        self.assertIn("within", first)
        self.assertIn("within", second)
        self.assertNotEqual(first, second)

    def test_a_mode_can_be_taken_out_and_another_loss_chosen(self):
        self.open("choices")
        count = "return charts.get('latency-chart').data.datasets.length"
        self.assertEqual(self.browser.run(count), len(MODES))
        self.browser.click("#modes button:first-child")
        self.assertEqual(self.browser.run(count), len(MODES) - 1)
        self.browser.click("#loss option:first-child")
        self.assertEqual(self.browser.run("return chosen.loss"), 0)
        self.assertIn("delivered all 100", self.browser.run("return document.getElementById('findings-list').textContent"))


if __name__ == "__main__":
    REASON = why_impossible()
    if REASON:
        print(REASON)
        sys.exit(77)
    unittest.main(verbosity=2)
