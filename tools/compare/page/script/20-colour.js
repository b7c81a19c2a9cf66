// A colour, a dash and a point for each mode, told apart without colours too. Okabe and Ito's
// palette, which people with any kind of colour vision can read, on light and on dark.
const palettes = {
  light: ["#6b7280", "#c26a00", "#0072b2", "#00795c", "#b0417f", "#7a5195", "#8a6d00", "#2d7f9d"],
  dark: ["#a4adb9", "#f0a04b", "#56b4e9", "#2fbf93", "#e58cc0", "#b79be0", "#d8c24a", "#7fd3ee"],
};
const dashes = [[2, 3], [6, 4], [], [10, 3], [8, 3, 2, 3], [3, 2], [12, 4, 2, 4], [1, 2]];
const points = ["crossRot", "triangle", "circle", "rect", "rectRot", "star", "cross", "rectRounded"];
const darkness = window.matchMedia("(prefers-color-scheme: dark)");

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const modeIndex = (mode) => modes.indexOf(mode) % dashes.length;
const colourOf = (mode) => palettes[darkness.matches ? "dark" : "light"][modeIndex(mode)];
const dashOf = (mode) => dashes[modeIndex(mode)];
const pointOf = (mode) => points[modeIndex(mode)];

// Stripes, so that the bars that waited differ in more than colour.
function stripes(colour) {
  const tile = element("canvas", {width: 6, height: 6}).getContext("2d");
  tile.strokeStyle = colour;
  tile.lineWidth = 2.5;
  for (const offset of [-3, 3, 9]) {
    tile.beginPath();
    tile.moveTo(offset - 3, 6);
    tile.lineTo(offset + 3, 0);
    tile.stroke();
  }
  return tile.createPattern(tile.canvas, "repeat");
}
