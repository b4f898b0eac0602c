// Mouse and fingers on the picture: what lies under them, dragging, zooming.

import { toScreen } from "./camera.js";
import { lineOf, radiusOf } from "./scene.js";

const REACH = 4; // pixels beside a thing that still count as on it
const LINK_REACH = 6;
const STILL = 4; // pixels of movement that are still a click

// The shown thing at a point, or -1; the least linked of several, which lies on top.
export function nodeAt(scene, left, top) {
  const { graph, visible, camera } = scene;
  let found = -1;
  let best = Infinity;
  for (let node = 0; node < graph.count; node += 1) {
    if (!visible.nodes[node]) continue;
    const across = (graph.x[node] - camera.x) * camera.scale + camera.width / 2 - left;
    if (across > 60 || across < -60) continue;
    const [, y] = toScreen(camera, graph.x[node], graph.y[node]);
    const distance = Math.hypot(across, y - top) - radiusOf(scene, node);
    if (distance <= REACH && distance < best) [found, best] = [node, distance];
  }
  return found;
}

// The shown link at a point, or -1.
export function linkAt(scene, left, top) {
  let found = -1;
  let best = LINK_REACH;
  for (let link = 0; link < scene.graph.size; link += 1) {
    if (!scene.visible.links[link]) continue;
    const distance = distanceTo(lineOf(scene, link), left, top, best);
    if (distance < best) [found, best] = [link, distance];
  }
  return found;
}

function distanceTo(line, left, top, best) {
  const reach = best + Math.abs(line.loop) + 40;
  if (left < Math.min(line.ax, line.bx) - reach || left > Math.max(line.ax, line.bx) + reach) return Infinity;
  if (top < Math.min(line.ay, line.by) - reach || top > Math.max(line.ay, line.by) + reach) return Infinity;
  const points = pointsOf(line);
  let least = Infinity;
  for (let index = 1; index < points.length; index += 1) {
    least = Math.min(least, toSegment(points[index - 1], points[index], left, top));
  }
  return least;
}

function pointsOf({ ax, ay, bx, by, cx, cy, loop }) {
  if (cx === null) return [[ax, ay], [bx, by]];
  const at = (t) => {
    const s = 1 - t;
    if (!loop) return [s * s * ax + 2 * s * t * cx + t * t * bx, s * s * ay + 2 * s * t * cy + t * t * by];
    return [ax + loop * 3 * s * t * (s - t), ay - loop * 3 * s * t];
  };
  return Array.from({ length: 13 }, (_, index) => at(index / 12));
}

function toSegment([ax, ay], [bx, by], left, top) {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const share = length ? Math.min(1, Math.max(0, ((left - ax) * dx + (top - ay) * dy) / length)) : 0;
  return Math.hypot(left - ax - share * dx, top - ay - share * dy);
}

// `open(kind, place)` is called with "thing" or "link", or with "nothing".
export function followPointer(stage, picture, open) {
  const fingers = new Map();
  let travelled = 0;
  const spot = (event) => {
    const { left, top } = stage.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  };
  stage.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    stage.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, spot(event));
    if (fingers.size === 1) travelled = 0;
  });
  stage.addEventListener("pointermove", (event) => {
    const now = spot(event);
    const before = fingers.get(event.pointerId);
    if (!before) {
      const node = nodeAt(picture.scene, ...now);
      if (node !== picture.marks.hovered) picture.mark({ hovered: node });
      stage.classList.toggle("over", node >= 0);
      return;
    }
    const [right, down] = [now[0] - before[0], now[1] - before[1]];
    travelled += Math.hypot(right, down);
    if (fingers.size === 2) {
      const [other] = [...fingers].filter(([id]) => id !== event.pointerId).map(([, place]) => place);
      const apart = (place) => Math.hypot(place[0] - other[0], place[1] - other[1]) || 1;
      picture.zoom(apart(now) / apart(before), (now[0] + other[0]) / 2, (now[1] + other[1]) / 2);
      picture.move(right / 2, down / 2);
    } else if (travelled > STILL) {
      stage.classList.add("moving");
      picture.move(right, down);
    }
    fingers.set(event.pointerId, now);
  });
  const lift = (event) => {
    if (!fingers.delete(event.pointerId)) return;
    stage.classList.remove("moving");
    if (event.type !== "pointerup" || travelled > STILL || fingers.size) return;
    const place = spot(event);
    const node = nodeAt(picture.scene, ...place);
    if (node >= 0) return open("thing", node);
    const link = linkAt(picture.scene, ...place);
    return link >= 0 ? open("link", link) : open("nothing", -1);
  };
  stage.addEventListener("pointerup", lift);
  stage.addEventListener("pointercancel", lift);
  stage.addEventListener("pointerleave", () => picture.mark({ hovered: -1 }));
  stage.addEventListener("dblclick", (event) => {
    if (nodeAt(picture.scene, ...spot(event)) < 0) picture.zoom(2, ...spot(event));
  });
  stage.addEventListener("wheel", (event) => {
    event.preventDefault();
    const lines = event.deltaMode === 1 ? 30 : event.deltaMode === 2 ? 400 : 1;
    picture.zoom(Math.exp(-Math.max(-300, Math.min(300, event.deltaY * lines)) / 500), ...spot(event));
  }, { passive: false });
}
