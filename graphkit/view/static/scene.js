// What is drawn of a graph with a camera, told to a painter: a canvas or an SVG text.
//
// `scene`: { graph, visible, camera, radius, fitted, styles, theme }. Functions are generators
// that pause between pieces of work, so that a picture of 50,000 links never holds up a drag.

import { toScreen } from "./camera.js";
import { growth } from "./look.js";

// Work between two pauses. A line no wider than a pixel is 1; a wider one takes some five times
// as long to draw without a GPU, a thing's shape twice.
const PIECE = 600;
const WIDE = 5;
const SHAPE = 2;
const CROWD = 5000; // links in view, from which all are drawn as thin lines

export function* paint(scene, painter) {
  yield* paintLinks(scene, painter);
  yield* paintNodes(scene, painter);
}

function* paintLinks(scene, painter) {
  const { graph, visible, camera } = scene;
  const thicker = Math.min(2, Math.max(1, growth(camera.scale, scene.fitted)));
  const inView = linksInView(scene);
  const crowded = inView > CROWD;
  let work = 0;
  for (const { look, opacity, links } of scene.styles) {
    const width = crowded ? 1 : look.width > 1 || inView < CROWD / 4 ? look.width * thicker : 1;
    painter.beginLinks({ colour: scene.theme[look.colour], opacity, width, dash: crowded ? [] : look.dash });
    for (const link of links) {
      if (!visible.links[link]) continue;
      const line = lineOf(scene, link);
      if (!inside(camera, line)) continue;
      painter.link(line);
      work += width > 1 ? WIDE : 1;
      if (work < PIECE) continue;
      work = 0;
      painter.pause();
      yield;
    }
    painter.endLinks();
  }
}

function linksInView({ graph, visible, camera }) {
  const edge = camera.edge ?? 0;
  const [across, down] = [(camera.width / 2 + edge) / camera.scale, (camera.height / 2 + edge) / camera.scale];
  let count = 0;
  for (let link = 0; link < graph.size; link += 1) {
    if (!visible.links[link]) continue;
    const [start, end] = [graph.start[link], graph.end[link]];
    const [ax, ay, bx, by] = [graph.x[start] - camera.x, graph.y[start] - camera.y, graph.x[end] - camera.x, graph.y[end] - camera.y];
    if ((ax < -across && bx < -across) || (ax > across && bx > across)) continue;
    if ((ay < -down && by < -down) || (ay > down && by > down)) continue;
    count += 1;
  }
  return count;
}

// A link on the screen: its two ends and, where it is bent, the point that bends it.
export function lineOf(scene, link) {
  const { graph, camera } = scene;
  const [start, end] = [graph.start[link], graph.end[link]];
  const [ax, ay] = toScreen(camera, graph.x[start], graph.y[start]);
  const [bx, by] = toScreen(camera, graph.x[end], graph.y[end]);
  if (start === end) {
    const reach = radiusOf(scene, start) * 3.5 + 4 * Math.abs(graph.bend[link]);
    return { ax, ay, bx, by, cx: ax, cy: ay, loop: reach };
  }
  const bend = graph.bend[link];
  if (!bend) return { ax, ay, bx, by, cx: null, cy: null, loop: 0 };
  const length = Math.hypot(bx - ax, by - ay) || 1;
  const reach = bend * Math.min(28, 6 + length * 0.12);
  return {
    ax, ay, bx, by, loop: 0,
    cx: (ax + bx) / 2 - ((by - ay) / length) * reach,
    cy: (ay + by) / 2 + ((bx - ax) / length) * reach,
  };
}

function inside(camera, { ax, ay, bx, by }) {
  const edge = camera.edge ?? 0;
  return !(
    (ax < -edge && bx < -edge) || (ay < -edge && by < -edge) ||
    (ax > camera.width + edge && bx > camera.width + edge) ||
    (ay > camera.height + edge && by > camera.height + edge)
  );
}

function* paintNodes(scene, painter) {
  const { graph, visible, camera } = scene;
  const edge = (camera.edge ?? 0) + 40;
  // From the most linked to the least: a small thing is never hidden beneath a hub.
  let work = 0;
  for (const node of graph.order) {
    if (!visible.nodes[node]) continue;
    const [x, y] = toScreen(camera, graph.x[node], graph.y[node]);
    if (x < -edge || y < -edge || x > camera.width + edge || y > camera.height + edge) continue;
    painter.node(graph.classes[graph.nodes.class[node]], x, y, radiusOf(scene, node));
    work += SHAPE;
    if (work < PIECE) continue;
    work = 0;
    painter.pause();
    yield;
  }
}

export function radiusOf(scene, node) {
  return scene.radius[node] * growth(scene.camera.scale, scene.fitted);
}

// Which names are written, the most linked things first, none over another.
// `first` are things whose names come before all others. Gives [node, x, y, text, size, bold].
export function labels(scene, measure, first = []) {
  const { graph, visible, camera } = scene;
  const taken = new Map();
  const placed = [];
  const done = new Set();
  const only = scene.labelled;
  const place = (node, bold) => {
    if (done.has(node) || !visible.nodes[node]) return;
    done.add(node);
    const [x, y] = toScreen(camera, graph.x[node], graph.y[node]);
    if (x < 0 || y < 0 || x > camera.width || y > camera.height) return;
    const radius = radiusOf(scene, node);
    const size = bold ? 13 : Math.round(Math.min(14, 10.5 + radius / 9));
    const text = shortName(graph.nodes.name[node], bold ? 60 : 36);
    const width = measure(text, size, bold);
    const beyond = radius + 5;
    for (const [left, middle] of [
      [x + beyond, y], [x - beyond - width, y],
      [x - width / 2, y + beyond + size * 0.4], [x - width / 2, y - beyond - size * 0.4],
    ]) {
      const box = [left - 1, middle - size * 0.6, left + width + 1, middle + size * 0.6];
      if (!bold && (box[0] < 0 || box[2] > camera.width || overlaps(taken, box))) continue;
      occupy(taken, box);
      placed.push({ node, x: left, y: middle, text, size, bold });
      return;
    }
  };
  const inView = thingsInView(scene);
  const most = inView.length > MOST_OBSTACLES ? 32 : 80;
  if (inView.length <= MOST_OBSTACLES) for (const box of inView) occupy(taken, box);
  for (const node of first) place(node, true);
  let tried = 0;
  for (const node of only ?? graph.order) {
    if (placed.length >= most || tried > 4000) break;
    tried += 1;
    place(node, false);
  }
  return placed;
}

// The boxes of things in view, over which no name is written.
function thingsInView(scene) {
  const { graph, visible, camera } = scene;
  const boxes = [];
  for (let node = 0; node < graph.count; node += 1) {
    if (!visible.nodes[node]) continue;
    const [x, y] = toScreen(camera, graph.x[node], graph.y[node]);
    if (x < 0 || y < 0 || x > camera.width || y > camera.height) continue;
    const reach = radiusOf(scene, node) * 0.9;
    boxes.push([x - reach, y - reach, x + reach, y + reach]);
    if (boxes.length > MOST_OBSTACLES) break;
  }
  return boxes;
}

export function shortName(name, most) {
  if (name.length <= most) return name;
  const kept = name.slice(0, most);
  return `${kept.slice(0, Math.max(kept.lastIndexOf(" "), most / 2)).trimEnd()}…`;
}

const CELL = 40;
const MOST_OBSTACLES = 400;

function* cells([left, top, right, bottom]) {
  for (let across = Math.floor(left / CELL); across <= right / CELL; across += 1) {
    for (let down = Math.floor(top / CELL); down <= bottom / CELL; down += 1) {
      yield across * 4096 + down;
    }
  }
}

function overlaps(taken, box) {
  for (const cell of cells(box)) {
    for (const other of taken.get(cell) ?? []) {
      if (box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3]) return true;
    }
  }
  return false;
}

function occupy(taken, box) {
  for (const cell of cells(box)) {
    if (!taken.has(cell)) taken.set(cell, []);
    taken.get(cell).push(box);
  }
}
