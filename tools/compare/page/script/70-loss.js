// Several losses: what becomes of goodput and of the slow messages.
function lossChart(id, title, reading, unit, pick, text, type) {
  const shown = modes.filter((mode) => chosen.modes.has(mode));
  const at = (mode, loss) => data.courses.find((course) => course.mode === mode && course.loss === loss);
  return {
    id, title, reading,
    head: ["Mode", ...data.losses.map(percent)],
    rows: shown.map((mode) => [mode, ...data.losses.map((loss) => text(pick(at(mode, loss))))]),
    config: {type: "line", data: {labels: data.losses.map(percent), datasets: shown.map((mode) => ({
      ...lineOf(at(mode, data.losses[0]), data.losses.map((loss) => pick(at(mode, loss)))), pointRadius: 5,
    }))}, options: options({
      interaction: {mode: "nearest", axis: "x", intersect: false},
      scales: {x: axis("loss on the link, each way", {type: "category"}),
        y: axis(unit, type === "logarithmic" ? {type, ticks: {callback: logTick}} : {type, min: 0})},
      plugins: {tooltip: {callbacks: {label: (item) => `${item.dataset.label}: ${text(item.parsed.y)}`}}},
    })},
  };
}

function drawLoss() {
  if (data.losses.length < 2) return;
  byId("loss-section").hidden = false;
  draw(byId("against-loss"), lossChart("goodput-chart", "Goodput", "Message bytes delivered, from the first due to the last delivered.",
    "kbit/s", (course) => (course.figures.goodput_mbit === null ? null : course.figures.goodput_mbit * 1000),
    (value) => number(value, "\u00a0kbit/s"), "linear"));
  draw(byId("against-loss"), lossChart("tail-chart", "Latency of the slowest hundredth", "99 of 100 messages took no longer.",
    "p99", (course) => course.figures.latency_ms.p99, time, "logarithmic"));
}
