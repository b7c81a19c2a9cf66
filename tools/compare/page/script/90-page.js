// Puts everything in its place, and again when a choice or the colours change.
function drawFindings() {
  byId("findings-list").replaceChildren(...rowsOfLoss().map((course) =>
    element("li", {}, element("strong", {}, course.mode), ": " + finding(course))));
  table(byId("figures"),
    ["Mode", "delivered", "lost", "late", "twice", "reordered", "p50 ms", "p90 ms", "p99 ms", "max ms", "stalls", "longest stall ms", "goodput", "B a message", "\u00b5s CPU a message", "dropped by link", "dropped here"],
    rowsOfLoss().map((course) => {
      const f = course.figures;
      const latency = ["p50", "p90", "p99", "max"].map((name) => latencyText(course, f.latency_ms[name], digits));
      const stalls = course.order ? [number(f.stalls.count), number(f.stalls.longest_ms)] : [missing, missing];
      return [course.mode, `${number(f.delivered)} of ${number(f.due)}`, number(f.lost), number(f.late), number(f.duplicates), number(f.reordered), ...latency,
        ...stalls, bits(f.goodput_mbit), number(f.wire_bytes_per_message), number(f.cpu_us_per_message),
        number(f.network_lost), number(f.socket_drops + (f.emulator_missed ?? 0))];
    }));
  [...byId("figures").tBodies[0].rows].forEach((row, i) => row.style.setProperty("--mode", colourOf(rowsOfLoss()[i].mode)));
  byId("figures-note").textContent = (summary.repeat > 1 ? `Medians of ${summary.repeat} seeds; the charts below show the first of them. ` : "") +
    "A stall is a delivery that waited for an earlier message. Reordered as in RFC 4737. Bytes both ways, with IP headers. " +
    "The link drops packets of both directions, acknowledgements too. Dropped here, by this machine and not by the link: what found a receive buffer full, or came faster than the emulator took it.";
}

function drawControls() {
  byId("modes").replaceChildren(...modes.map((mode) => {
    const button = element("button", {type: "button", "aria-pressed": String(chosen.modes.has(mode))}, mode);
    button.style.setProperty("--mode", colourOf(mode));
    button.addEventListener("click", () => {
      if (!chosen.modes.delete(mode)) chosen.modes.add(mode);
      button.setAttribute("aria-pressed", String(chosen.modes.has(mode)));
      drawCharts();
    });
    return button;
  }));
}

function drawParameters() {
  byId("lead").textContent = `${workloadText()}, over ${data.losses.length ? "links of " + data.losses.map(percent).join(", ") + " loss" : "one link"}` +
    `${summary.link.options ? ` (${summary.link.options})` : ""}. Latency counts from the time when a message was due.`;
  byId("command").textContent = summary.command + (/--seed\b/.test(summary.command) ? "" : ` --seed ${summary.seed}`);
  const work = summary.workload;
  table(byId("parameters"), ["Parameter", "Value"], [
    ["Link", summary.link.text], ["Impairments, each way", summary.link.options || "none"],
    ...(data.losses.length ? [["Losses", data.losses.map(percent).join(", ")]] : []),
    ["Messages", workloadText()], ["Late after", time(work.limit_ms)],
    ["Seed", String(summary.seed) + (summary.repeat > 1 ? ` and the ${summary.repeat - 1} after it` : "")],
    ["Version", summary.version], ...data.courses.filter((course) => course.loss === chosen.loss).map((course) => [course.mode, course.description]),
  ]);
}

function drawCharts() {
  drawLatency();
  drawLine();
  drawProgress();
  drawLoss();
  drawCost();
}

function drawAll() {
  Chart.defaults.font.family = getComputedStyle(document.documentElement).fontFamily;
  Chart.defaults.color = css("--ink");
  drawControls();
  drawFindings();
  drawParameters();
  drawCharts();
}

if (data.losses.length) {
  byId("loss-choice").hidden = false;
  byId("loss").append(...data.losses.map((loss) => element("option", {value: String(loss)}, percent(loss))));
  byId("loss").value = String(chosen.loss);
  byId("loss").addEventListener("change", () => {
    chosen.loss = Number(byId("loss").value);
    chosen.first = longestWait();
    drawAll();
  });
}
byId("window").addEventListener("submit", (event) => event.preventDefault());
byId("first").addEventListener("input", () => { chosen.first = Number(byId("first").value); drawLine(); });
byId("longest").addEventListener("click", () => { chosen.first = longestWait(); drawLine(); });
darkness.addEventListener("change", drawAll);
chosen.first = longestWait();
drawAll();
