// A painter that writes SVG.

import { FONT } from "./canvas-painter.js";
import { outline, outlineText, round } from "./shapes.js";

export function svgPainter(theme) {
  const parts = [];
  const open = (tag, attributes) => {
    const told = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(String(value))}"`);
    parts.push(`<${tag}${told.join("")}`);
  };
  const shapeTag = (shape, x, y, radius, look) => {
    if (outline(shape)) open("polygon", { points: outlineText(shape, x, y, radius), ...look });
    else {
      const reach = shape === "dot" ? radius * 0.8 : radius;
      open("circle", { cx: round(x), cy: round(y), r: round(reach), ...look });
    }
    parts.push("/>\n");
  };
  const textTag = (text, x, y, size, bold, halo) => {
    const look = { x: round(x), y: round(y), "font-size": round(size), fill: theme.ink, "dominant-baseline": "central" };
    if (bold) look["font-weight"] = 600;
    if (halo) Object.assign(look, { stroke: theme.paper, "stroke-width": 3.5, "stroke-linejoin": "round", "paint-order": "stroke" });
    open("text", look);
    parts.push(`>${escaped(text)}</text>\n`);
  };
  let path = [];
  let dashed = {};
  return {
    beginLinks({ colour, opacity, width, dash }) {
      path = [];
      dashed = { fill: "none", stroke: colour, "stroke-opacity": round(opacity), "stroke-width": round(width) };
      if (dash.length) dashed["stroke-dasharray"] = dash.join(" ");
    },
    link({ ax, ay, bx, by, cx, cy, loop }) {
      const from = `M${round(ax)} ${round(ay)}`;
      const to = `${round(bx)} ${round(by)}`;
      if (loop) {
        path.push(`${from}C${round(ax + loop)} ${round(ay - loop)} ${round(ax - loop)} ${round(ay - loop)} ${to}`);
      } else if (cx === null) path.push(`${from}L${to}`);
      else path.push(`${from}Q${round(cx)} ${round(cy)} ${to}`);
    },
    pause() {},
    endLinks() {
      if (!path.length) return;
      open("path", { ...dashed, d: path.join("") });
      parts.push("/>\n");
    },
    node({ shape, colour, edge }, x, y, radius) {
      shapeTag(shape, x, y, radius, { fill: colour, stroke: edge, "stroke-width": round(Math.min(1, radius / 6)) });
    },
    ring(shape, x, y, radius, colour, width) {
      shapeTag(shape, x, y, radius, { fill: "none", stroke: colour, "stroke-width": width });
    },
    label({ x, y, text, size, bold }) {
      textTag(text, x, y, size, bold, true);
    },
    text(text, x, y, size, bold = false) {
      textTag(text, x, y, size, bold, false);
    },
    box(x, y, width, height) {
      open("rect", { x, y, width, height, fill: theme.paper });
      parts.push("/>\n");
    },
    finished(width, height, title, description) {
      return (
        `<?xml version="1.0" encoding="UTF-8"?>\n<svg xmlns="http://www.w3.org/2000/svg" ` +
        `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
        `font-family="${escaped(FONT)}">\n<title>${escaped(title)}</title>\n` +
        `<desc>${escaped(description)}</desc>\n${parts.join("")}</svg>\n`
      );
    },
  };
}

// Text for XML: its own signs escaped, and nothing that XML has no place for.
export function escaped(text) {
  return text
    .toWellFormed()
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd")
    .replace(/[&<>"]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign]);
}
