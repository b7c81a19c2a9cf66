// Bytes on the wire and processor time of a message delivered.
function costChart(id, title, reading, unit, pick, parts) {
  const rows = shownRows().filter((course) => pick(course) !== null);
  return {
    id, title, reading,
    head: ["Mode", ...parts.map((part) => part.name)],
    rows: rows.map((course) => [course.mode, ...parts.map((part) => number(part.of(course)) + "\u00a0" + unit)]),
    config: {type: "bar", data: {labels: rows.map((course) => course.mode), datasets: parts.map((part, i) => ({
      label: part.name, data: rows.map(part.of), maxBarThickness: 34,
      backgroundColor: rows.map((course) => (i === 0 ? colourOf(course.mode) : colourOf(course.mode) + "66")),
      borderColor: rows.map((course) => colourOf(course.mode)), borderWidth: i === 0 ? 0 : 1,
    }))}, options: options({
      indexAxis: "y",
      scales: {x: axis(unit, {type: "linear", min: 0, stacked: true}), y: axis("", {stacked: true, grid: {display: false}})},
      plugins: {tooltip: {callbacks: {label: (item) => `${item.dataset.label}: ${number(item.parsed.x)} ${unit}`}}},
    })},
  };
}

function drawCost() {
  const payload = summary.workload.message_bytes;
  const wire = (course) => course.figures.wire_bytes_per_message;
  draw(byId("cost"), costChart("wire-chart", "Bytes on the wire a message",
    "Both ways, IP headers included, without setting up: the message itself (solid), and everything around it.", "B", wire, [
      {name: "message", of: (course) => Math.min(payload, wire(course))},
      {name: "overhead", of: (course) => Math.max(0, wire(course) - payload)},
    ]));
  const share = (side) => (course) => 1000 * course.figures.cpu_ms[side] / course.figures.delivered;
  draw(byId("cost"), costChart("cpu-chart", "Processor time a message", "User and system time of the sender (solid) and the receiver.",
    "\u00b5s", (course) => course.figures.cpu_us_per_message, [
      {name: "sender", of: share("sender")}, {name: "receiver", of: share("receiver")},
    ]));
}
