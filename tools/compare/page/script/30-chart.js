// A figure: title, one sentence to read it by, the chart, the same as a table. A chart that has
// the focus is walked through by the arrow keys; what is met is also said.
const charts = new Map();  // by the id of the canvas

function table(target, head, rows) {
  const line = (cells, name) => element("tr", {}, ...cells.map((cell, i) =>
    i === 0 && name === "td" ? element("th", {scope: "row"}, cell) : element(name, name === "th" ? {scope: "col"} : {}, cell)));
  target.replaceChildren(element("thead", {}, line(head, "th")), element("tbody", {}, ...rows.map((row) => line(row, "td"))));
}

// wanted: {id, title, reading, tall, config, head, rows}
function draw(parent, wanted) {
  charts.get(wanted.id)?.destroy();
  let figure = byId("figure-" + wanted.id);
  if (!figure) {
    figure = element("figure", {id: "figure-" + wanted.id},
      element("figcaption", {}, element("h3", {}), element("p", {class: "reading"})),
      element("div", {class: "frame" + (wanted.tall ? " tall" : "")}, element("canvas", {id: wanted.id, role: "img", tabindex: "0"})),
      element("details", {}, element("summary", {}, "The same as a table"),
        element("div", {class: "scroll", tabindex: "0", role: "region", "aria-label": wanted.title + ", as a table"}, element("table", {}))));
    parent.append(figure);
    figure.querySelector("canvas").addEventListener("keydown", (event) => walk(wanted.id, event));
  }
  figure.querySelector("h3").textContent = wanted.title;
  figure.querySelector(".reading").textContent = wanted.reading;
  table(figure.querySelector("table"), wanted.head, wanted.rows);
  const canvas = figure.querySelector("canvas");
  canvas.setAttribute("aria-label", `${wanted.title}. ${wanted.reading} Arrow keys walk through it; the same is in the table below.`);
  charts.set(wanted.id, new Chart(canvas, wanted.config));
}

function forget(parent, kept) {
  for (const figure of [...parent.children]) {
    const id = figure.querySelector("canvas").id;
    if (kept.includes(id)) continue;
    charts.get(id)?.destroy();
    charts.delete(id);
    figure.remove();
  }
}

const at = {};  // where the arrow keys are: dataset and index, by chart
function walk(id, event) {
  const step = {ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0]}[event.key];
  if (!step) return;
  event.preventDefault();
  const chart = charts.get(id);
  const sets = chart.data.datasets.map((_, i) => i).filter((i) => chart.isDatasetVisible(i) && chart.data.datasets[i].data.length);
  if (!sets.length) return;
  const [set, index] = at[id] ?? [0, -step[1]];
  const nextSet = Math.min(Math.max(set + step[0], 0), sets.length - 1);
  const count = chart.data.datasets[sets[nextSet]].data.length;
  const nextIndex = Math.min(Math.max(index + step[1], 0), count - 1);
  at[id] = [nextSet, nextIndex];
  const active = [{datasetIndex: sets[nextSet], index: nextIndex}];
  chart.setActiveElements(active);
  chart.tooltip.setActiveElements(active, {x: 0, y: 0});
  chart.update("none");
  const tip = chart.tooltip;
  byId("live").textContent = [...(tip.title ?? []), ...(tip.body ?? []).flatMap((part) => part.lines)].join(", ");
}

function axis(title, more = {}) {
  const {ticks, grid, ...rest} = more;
  return {title: {display: true, text: title, color: css("--soft")}, ticks: {color: css("--soft"), maxRotation: 0, ...ticks},
    grid: {color: css("--line"), borderColor: css("--line"), ...grid}, ...rest};
}

// Few enough for their labels, with what is left over at either end unlabelled.
const timeTicks = () => ({includeBounds: false, maxTicksLimit: window.innerWidth < 500 ? 4 : 6, callback: (value) => time(value)});

function options(more) {
  return {animation: false, responsive: true, maintainAspectRatio: false, ...more,
    plugins: {legend: {display: false}, decimation: {enabled: false}, ...more.plugins}};
}

function lineOf(course, points) {
  const colour = colourOf(course.mode);
  return {label: course.mode, data: points, borderColor: colour, backgroundColor: colour, borderDash: dashOf(course.mode),
    pointStyle: pointOf(course.mode), borderWidth: 2.5, pointRadius: 0, pointHitRadius: 8, pointHoverRadius: 6, tension: 0};
}
// So that lines can be told apart by shape as well.
const somePoints = (count) => (context) => (context.dataIndex % Math.max(1, Math.round(count / 8)) === 0 ? 4 : 0);
