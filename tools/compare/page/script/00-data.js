"use strict";
// What was measured, and what the person has chosen to see.
const data = JSON.parse(document.getElementById("data").textContent);
const summary = data.summary;
const modes = [...new Set(data.courses.map((course) => course.mode))];
const chosen = {modes: new Set(modes), loss: data.losses.length ? data.losses[data.losses.length - 1] : null, first: 0};

const byId = (id) => document.getElementById(id);
// The rows of the loss that is chosen, in the order of the modes.
const rowsOfLoss = () => data.courses.filter((course) => course.loss === chosen.loss);
const shownRows = () => rowsOfLoss().filter((course) => chosen.modes.has(course.mode) && course.messages);
const isSaturating = summary.workload.saturating_ms !== null;

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}
