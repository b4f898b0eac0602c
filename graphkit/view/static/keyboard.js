// Keys on the picture and on the page; the window "Keys" tells them to the reader.

import { linksOf, otherEnd } from "./graph.js";
import { toPlane } from "./camera.js";

const STEP = 60;
const MOVES = { ArrowLeft: [STEP, 0], ArrowRight: [-STEP, 0], ArrowUp: [0, STEP], ArrowDown: [0, -STEP] };

// `actions`: open(kind, place), close(), help(), search(), say(text).
export function followKeys(stage, picture, actions) {
  stage.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const done = pressed(event.key, picture, actions);
    if (done) event.preventDefault();
  });
  stage.addEventListener("blur", () => picture.mark({ focused: -1 }));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const typing = event.target.closest?.("input, select, textarea, dialog");
    if (event.key === "Escape" && !event.target.closest?.("dialog")) actions.close();
    else if (event.key === "/" && !typing) actions.search();
    else if (event.key === "?" && !typing) actions.help();
    else return;
    event.preventDefault();
  });
}

function pressed(key, picture, actions) {
  if (MOVES[key]) picture.move(...MOVES[key]);
  else if (key === "+" || key === "=") picture.zoom(1.3);
  else if (key === "-" || key === "_") picture.zoom(1 / 1.3);
  else if (key === "0" || key === "Home") picture.fit();
  else if (key === "." || key === ",") step(picture, actions, key === "." ? 1 : -1);
  else if (key === "Enter") {
    const node = picture.marks.focused >= 0 ? picture.marks.focused : nearestToMiddle(picture.scene);
    if (node >= 0) actions.open("thing", node);
  } else return false;
  return true;
}

// The next thing in order of links; among the neighbours of the open thing where one is open.
function step(picture, actions, by) {
  const { graph, visible } = picture.scene;
  const { chosen, focused } = picture.marks;
  const ring = chosen >= 0 ? neighbours(graph, chosen) : [...graph.order];
  const list = ring.filter((node) => visible.nodes[node]);
  if (!list.length) return;
  const at = list.indexOf(focused);
  const next = list[at < 0 ? (by > 0 ? 0 : list.length - 1) : (at + by + list.length) % list.length];
  picture.mark({ focused: next });
  bringIntoView(picture, next);
  const name = graph.classes[graph.nodes.class[next]].name;
  actions.say(`${graph.nodes.name[next]}, ${name}, ${list.indexOf(next) + 1} of ${list.length}`);
}

function neighbours(graph, node) {
  const found = new Set();
  for (const link of linksOf(graph, node)) found.add(otherEnd(graph, link, node));
  found.delete(node);
  return [...found].sort((one, other) => graph.degree[other] - graph.degree[one] || one - other);
}

function bringIntoView(picture, node) {
  const { graph, camera } = picture.scene;
  const [left, top] = toPlane(camera, camera.width * 0.1, camera.height * 0.1);
  const [right, bottom] = toPlane(camera, camera.width * 0.9, camera.height * 0.9);
  const [x, y] = [graph.x[node], graph.y[node]];
  if (x < left || x > right || y < top || y > bottom) picture.centre(node);
}

function nearestToMiddle({ graph, visible, camera }) {
  let [found, least] = [-1, Infinity];
  for (let node = 0; node < graph.count; node += 1) {
    if (!visible.nodes[node]) continue;
    const distance = Math.hypot(graph.x[node] - camera.x, graph.y[node] - camera.y);
    if (distance < least) [found, least] = [node, distance];
  }
  return found;
}
