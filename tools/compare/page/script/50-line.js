// The head of the line: a bar a message, one chart a mode, all with the same axes.
const barsShown = 32;
// Above the least latency of the trial by so much, a message was late; as in head_of_line.hpp.
const lateFrom = 5;

function least(course) {
  return course.messages.took.reduce((a, b) => (b !== null && b < a ? b : a), Infinity);
}

function fateOf(course, i, base) {
  if (course.messages.took[i] === null) return course.delivery ? "not there in time" : "never came";
  if (course.messages.waited[i] > 0) return "waited";
  return course.messages.took[i] > base + lateFrom ? "late" : "in time";
}

function windowEnd(rows, first) {
  let end = 0;
  for (const course of rows) {
    const {due, took} = course.messages;
    for (let i = first; i < Math.min(first + barsShown, due.length); ++i) end = Math.max(end, due[i] + (took[i] ?? 0));
  }
  return end;
}

function barChart(course, first, begin, end) {
  const {due, took, waited} = course.messages;
  const base = least(course);
  const numbers = due.slice(first, first + barsShown).map((_, i) => first + i);
  const fates = numbers.map((i) => fateOf(course, i, base));
  const pattern = stripes(css("--waited"));
  const fill = {"in time": css("--punctual"), late: css("--late"), waited: pattern};
  const datasets = [{
    type: "bar", label: "messages", indexAxis: "y", data: numbers.map((i) => (took[i] === null ? null : [due[i], due[i] + took[i]])),
    backgroundColor: fates.map((fate) => fill[fate]), borderColor: fates.map((fate) => (fate === "waited" ? css("--waited") : "transparent")),
    borderWidth: {left: 1, right: 1}, borderSkipped: false, barPercentage: 0.8, categoryPercentage: 1, minBarLength: 2,
  }, {
    type: "scatter", label: "never came", indexAxis: "x", pointStyle: "crossRot", radius: 4, borderWidth: 2, borderColor: css("--ink"),
    data: numbers.filter((i) => took[i] === null).map((i) => ({x: due[i], y: i})),
  }, {
    type: "scatter", label: "taken for lost", indexAxis: "x", pointStyle: "triangle", rotation: 180, radius: 5, yAxisID: "marks",
    backgroundColor: css("--late"), borderColor: css("--late"),
    data: course.repetitions.filter(([ms]) => ms >= begin && ms <= end).map(([ms]) => ({x: ms, y: 1})),
  }];
  const count = (fate) => fates.filter((each) => each === fate).length;
  const gone = numbers.length - fates.filter((fate) => fill[fate]).length;
  return {
    id: "line-" + modeIndex(course.mode), title: course.mode + (course.impaired ? "" : " (not impaired)"), tall: true,
    reading: `Messages ${first} to ${first + numbers.length - 1}: ` + [[count("in time"), "in time"], [count("late"), "late by itself"],
      [count("waited"), "waited"], [gone, course.delivery ? "not there in time" : "never came"]]
      .filter(([many]) => many > 0).map(([many, what]) => `${many} ${what}`).join(", ") + ".",
    head: ["Message", "due", "took", "fate", "waited"],
    rows: numbers.map((i, k) => [String(i), time(due[i]), time(took[i]), fates[k], waited[i] > 0 ? time(waited[i]) : missing]),
    config: {data: {labels: numbers, datasets}, options: options({
      indexAxis: "y",
      layout: {padding: {right: 6}},
      scales: {
        x: axis("time since the start", {type: "linear", min: begin, max: end, ticks: timeTicks()}),
        y: axis("message", {type: "category", stack: "down", stackWeight: 14, ticks: {autoSkip: true, maxTicksLimit: 13}, grid: {display: false}}),
        marks: {type: "linear", axis: "y", min: 0, max: 2, stack: "down", stackWeight: 1, ticks: {display: false}, grid: {display: false}},
      },
      plugins: {tooltip: {callbacks: {
        title: (items) => (items[0]?.datasetIndex === 2 ? "the sender" : `message ${items[0]?.label ?? ""}`),
        label: (item) => tipOf(course, numbers, fates, item),
      }}},
    })},
  };
}

function tipOf(course, numbers, fates, item) {
  if (item.datasetIndex === 2) return `took a packet for lost at ${time(item.parsed.x)}`;
  if (item.datasetIndex === 1) return course.delivery ? "not there in time" : "never came";
  const i = numbers[item.dataIndex];
  const waited = course.messages.waited[i];
  return `${fates[item.dataIndex]}: ${time(course.messages.took[i])}` + (waited > 0 ? `, of which ${time(waited)} behind another` : "");
}

function drawLine() {
  const rows = shownRows();
  const count = Math.max(0, ...rows.map((course) => course.messages.due.length));
  const first = Math.min(chosen.first, Math.max(0, count - barsShown));
  byId("first").max = String(Math.max(0, count - barsShown));
  byId("first").value = String(first);
  byId("first-shown").textContent = `${first} to ${Math.min(first + barsShown, count) - 1}`;
  const begin = Math.min(...rows.map((course) => course.messages.due[first] ?? Infinity));
  const end = windowEnd(rows, first);
  const wanted = rows.filter((course) => course.messages.due.length > first).map((course) => barChart(course, first, begin, end));
  forget(byId("line"), wanted.map((each) => each.id));
  for (const each of wanted) draw(byId("line"), each);
}

// A little before the message that waited longest, or was latest.
function longestWait() {
  let worst = [-1, 0];
  for (const course of shownRows()) {
    course.messages.waited.forEach((waited, i) => { if (waited > worst[0]) worst = [waited, i]; });
  }
  return Math.max(0, worst[1] - Math.round(barsShown / 3));
}
