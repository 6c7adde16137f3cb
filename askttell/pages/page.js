"use strict";
// Texts under the pointer are named by the number of their trial. Colours are named in the pictures as "--name" and taken from the style sheet, so that they follow light and dark.
const { pictures, hovers } = JSON.parse(document.getElementById("pictures").textContent);
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const settings = {
  responsive: true,
  displaylogo: false,
  plotlyServerURL: "", // nothing is sent anywhere
  modeBarButtonsToRemove: ["sendChartToCloud", "lasso2d", "select2d"],
};

function filled(value, style, key = "") {
  if (key === "hovertext" && typeof value === "number") return hovers[value];
  if (typeof value === "string") return /color(scale)?$/.test(key) && value.startsWith("--") ? style.getPropertyValue(value).trim() : value;
  if (Array.isArray(value)) return value.map((part) => filled(part, style, key));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, filled(part, style, name)]));
}

function draw() {
  const style = getComputedStyle(document.documentElement);
  for (const { id, data, layout } of pictures) {
    Plotly.react(id, filled(data, style), filled(layout, style), settings);
  }
}

function sortBy(table, column, down) {
  const key = (row) => row.cells[column].textContent;
  const number = (text) => (text === "" ? NaN : Number(text));
  const order = (a, b) => {
    const [x, y] = [number(key(a)), number(key(b))];
    if (Number.isNaN(x) !== Number.isNaN(y)) return Number.isNaN(x) ? 1 : -1;
    return (Number.isNaN(x) ? key(a).localeCompare(key(b)) : x - y) * (down ? -1 : 1);
  };
  table.tBodies[0].append(...Array.from(table.tBodies[0].rows).sort(order));
}

for (const table of document.querySelectorAll("table")) {
  for (const [column, head] of Array.from(table.tHead.rows[0].cells).entries()) {
    head.addEventListener("click", () => {
      const down = head.dataset.sorted === "up";
      for (const other of table.tHead.rows[0].cells) delete other.dataset.sorted;
      head.dataset.sorted = down ? "down" : "up";
      sortBy(table, column, down);
    });
  }
}

draw();
dark.addEventListener("change", draw);
document.documentElement.dataset.drawn = String(pictures.length);
