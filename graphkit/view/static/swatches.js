// Small pictures of a class's shape and of a link's line, for the legend and the tables.

import { svgElement } from "./elements.js";
import { outline, outlineText } from "./shapes.js";

export function classSwatch({ shape, colour, edge }) {
  const look = { fill: colour, stroke: edge, "stroke-width": 1 };
  const mark = outline(shape)
    ? svgElement("polygon", { points: outlineText(shape, 9, 9, 5.6), ...look })
    : svgElement("circle", { cx: 9, cy: 9, r: shape === "dot" ? 4 : 5.8, ...look });
  return svgElement("svg", { class: "swatch", viewBox: "0 0 18 18", width: 18, height: 18, "aria-hidden": "true" }, mark);
}

export function linkSwatch({ colour, width, dash }) {
  const line = svgElement("line", { x1: 1, y1: 9, x2: 29, y2: 9, "stroke-width": width, "stroke-dasharray": dash.join(" ") || null, class: `stroke-${colour}` });
  return svgElement("svg", { class: "swatch", viewBox: "0 0 30 18", width: 30, height: 18, "aria-hidden": "true" }, line);
}
