// What is on screen as a file: SVG, or PNG at twice the size, with a legend and its sources.

import { canvasPainter } from "./canvas-painter.js";
import { capital } from "./filter-form.js";
import { placedLook } from "./look.js";
import { lineOf, paint } from "./scene.js";
import { svgPainter } from "./svg-painter.js";

const ROW = 22;
const TALL = 16384; // pixels a canvas may have across or down, in every browser

function painted(picture, painter, drawn) {
  const { scene } = picture;
  const { width, height } = scene.camera;
  const rows = legend(scene, width, drawn);
  const whole = height + 34 + rows.length * ROW + 16;
  painter.box(0, 0, width, whole);
  const bright = picture.brightened();
  for (const _ of paint(scene, painter));
  if (bright) marked(scene, painter, bright);
  for (const label of picture.labels([picture.marks.chosen].filter((node) => node >= 0))) painter.label(label);
  painter.box(0, height, width, whole - height);
  painter.text(scene.graph.title, 14, height + 18, 13, true);
  rows.forEach((row, index) => row.forEach((item) => item(painter, height + 44 + index * ROW)));
  return { width, height: whole };
}

function marked(scene, painter, bright) {
  for (const { look, links } of scene.styles) {
    painter.beginLinks({ colour: scene.theme[look.colour], opacity: 1, width: look.width + 1.2, dash: look.dash });
    for (const link of links) if (bright.links.has(link)) painter.link(lineOf(scene, link));
    painter.endLinks();
  }
}

// The legend in rows that fit: every class and degree that is shown, then the credit.
function legend(scene, width, drawn) {
  const { graph, visible } = scene;
  const classes = new Set();
  visible.nodes.forEach((one, node) => one && classes.add(graph.nodes.class[node]));
  const degrees = new Set();
  visible.links.forEach((one, link) => one && graph.links.degree[link] >= 0 && degrees.add(graph.links.degree[link]));
  const rows = [[]];
  let x = 14;
  const add = (text, mark, space) => {
    const across = space + drawn(text, 12, false) + 22;
    if (x + across > width && rows.at(-1).length) {
      rows.push([]);
      x = 14;
    }
    const left = x;
    rows.at(-1).push((painter, y) => {
      mark(painter, left, y);
      painter.text(text, left + space, y, 12);
    });
    x += across;
  };
  graph.classes.forEach((kind, place) => {
    if (classes.has(place)) add(capital(kind.name), (painter, left, y) => painter.node(kind, left + 6, y, 5.5), 18);
  });
  graph.degrees.forEach(({ name }, place) => {
    if (!degrees.has(place)) return;
    const look = placedLook(graph, -1, place);
    add(`${name} (degree)`, (painter, left, y) => {
      painter.beginLinks({ colour: scene.theme[look.colour], opacity: 1, width: look.width, dash: look.dash });
      painter.link({ ax: left, ay: y, bx: left + 26, by: y, cx: null, cy: null, loop: 0 });
      painter.endLinks();
    }, 32);
  });
  rows.push([]);
  x = 14;
  add(graph.credit, () => {}, 0);
  return rows;
}

export function savedSvg(picture) {
  const painter = svgPainter(picture.scene.theme);
  const { width, height } = painted(picture, painter, picture.measure);
  const { nodeCount, linkCount } = picture.scene.visible;
  const description = `${nodeCount} things and ${linkCount} links. ${picture.scene.graph.credit}`;
  return new Blob([painter.finished(width, height, picture.scene.graph.title, description)], { type: "image/svg+xml" });
}

export function savedPng(picture) {
  const sheet = document.createElement("canvas");
  const { width, height } = picture.scene.camera;
  const ratio = Math.min(2, TALL / (width + 400), TALL / (height + 400));
  // The legend's height is known once it is laid out, which needs no canvas of its size.
  const rows = legend(picture.scene, width, picture.measure).length;
  sheet.width = Math.round(width * ratio);
  sheet.height = Math.round((height + 50 + rows * ROW) * ratio);
  const context = sheet.getContext("2d");
  context.scale(ratio, ratio);
  painted(picture, canvasPainter(context, picture.scene.theme), picture.measure);
  return new Promise((resolve) => sheet.toBlob(resolve, "image/png"));
}

// Lets the browser save a file; its name comes from the title.
export function download(blob, title, ending) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `${fileName(title)}.${ending}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

export function fileName(title) {
  const words = title.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.join("-").slice(0, 60) || "network";
}
