// How much was there when, and how much was on its way.
function progressChart(id, title, reading, pick, unit, extra = []) {
  const rows = shownRows();
  const marks = [0, 0.25, 0.5, 0.75, 1];
  const end = Math.max(1, ...rows.map((course) => course.progress.ms[course.progress.ms.length - 1]));
  return {
    id, title, reading,
    head: ["Mode", ...marks.map((mark) => (rows.length ? time(rows[0].progress.ms[Math.round(mark * (rows[0].progress.ms.length - 1))]) : ""))],
    rows: rows.map((course) => [course.mode, ...marks.map((mark) => number(pick(course)[Math.round(mark * (course.progress.ms.length - 1))]))]),
    config: {type: "line", data: {datasets: [...rows.map((course) => ({
      ...lineOf(course, course.progress.ms.map((ms, i) => ({x: ms, y: pick(course)[i]}))),
      pointRadius: somePoints(course.progress.ms.length), borderWidth: 1.75,
    })), ...extra]}, options: options({
      interaction: {mode: "nearest", axis: "x", intersect: false},
      scales: {x: axis("time since the start", {type: "linear", min: 0, max: end, ticks: timeTicks()}),
        y: axis(unit, {type: "linear", min: 0, grace: "6%", ticks: {precision: 0}})},
      plugins: {tooltip: {callbacks: {title: (items) => (items.length ? time(items[0].parsed.x) : ""),
        label: (item) => `${item.dataset.label}: ${number(item.parsed.y)}`}}},
    })},
  };
}

function drawProgress() {
  const rows = shownRows();
  const due = rows.length && !isSaturating ? [{label: "due", data: rows[0].progress.ms.map((ms, i) => ({x: ms, y: rows[0].progress.due[i]})),
    borderColor: css("--soft"), borderWidth: 1, borderDash: [2, 2], pointRadius: 0}] : [];
  draw(byId("progress"), progressChart("delivered-chart", "Delivered",
    "Steps are messages that were held back and then came together.", (course) => course.progress.delivered, "messages", due));
  const crowd = rows.map((course) => [Math.max(...course.progress.in_flight), course.mode]).sort((a, b) => b[0] - a[0])[0];
  draw(byId("progress"), progressChart("flight-chart", "In flight",
    crowd ? `Handed over and not delivered yet; most with ${crowd[1]}: ${digits(crowd[0])} at once.` : "",
    (course) => course.progress.in_flight, "messages"));
}
