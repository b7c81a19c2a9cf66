// Latency by percentile. Across: nines, so that the rare slow messages have room.
const nines = (share) => -Math.log10(1 - share);
const ninesTicks = [0, 0.5, 0.9, 0.99, 0.999, 0.9999];

function drawLatency() {
  const rows = shownRows().filter((course) => course.percentiles.shares.length > 1);
  const datasets = rows.map((course) => ({
    ...lineOf(course, course.percentiles.shares.map((share, i) => ({x: nines(share), y: course.percentiles.ms[i]}))),
    pointRadius: somePoints(course.percentiles.shares.length),
  }));
  const most = Math.max(1, ...rows.map((course) => nines(course.percentiles.shares[course.percentiles.shares.length - 1])));
  const read = (course, share) => {
    const at = course.percentiles.shares.findIndex((each) => each >= share - 1e-9);
    return at < 0 ? missing : latencyText(course, course.percentiles.ms[at]);
  };
  const impaired = rows.filter((course) => course.impaired);
  const slowest = impaired.reduce((a, b) => ((b.figures.latency_ms.p99 ?? Infinity) > (a?.figures.latency_ms.p99 ?? (a ? Infinity : -1)) ? b : a), null);
  draw(byId("latency"), {
    id: "latency-chart", title: "How long messages took", tall: true,
    reading: slowest ? `The slowest hundredth is slowest with ${slowest.mode}: 99 % took ${latencyText(slowest, slowest.figures.latency_ms.p99)} or less.` : "",
    head: ["Mode", ...["0 %", "50 %", "90 %", "95 %", "99 %", "99.9 %"]],
    rows: rows.map((course) => [course.mode, ...[0, 0.5, 0.9, 0.95, 0.99, 0.999].map((share) => read(course, share))]),
    config: {type: "line", data: {datasets}, options: options({
      interaction: {mode: "nearest", axis: "x", intersect: false},
      scales: {
        x: axis("messages that took no longer", {type: "linear", min: 0, max: most,
          afterBuildTicks: (scale) => { scale.ticks = ninesTicks.map(nines).filter((value) => value <= most).map((value) => ({value})); },
          ticks: {callback: shareTick}}),
        y: axis("latency", {type: "logarithmic", ticks: {callback: logTick}}),
      },
      plugins: {tooltip: {callbacks: {
        title: (items) => (items.length ? percent(1 - Math.pow(10, -items[0].parsed.x)) + " of the messages" : ""),
        label: (item) => `${item.dataset.label}: within ${time(item.parsed.y)}`,
      }}},
    })},
  });
}

// Where it is narrow, 0 % and 50 % have no room beside each other.
function shareTick(value) {
  return value === 0 && this.chart.width < 500 ? "" : +(100 * (1 - Math.pow(10, -value))).toFixed(2) + " %";
}

function logTick(value) {
  const first = value / Math.pow(10, Math.floor(Math.log10(value) + 1e-9));
  return [1, 2, 5].includes(Math.round(first * 1e6) / 1e6) ? time(value) : "";
}
