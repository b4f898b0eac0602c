// The picture on the page: a finished drawing, wider than what is seen, that is copied to the
// screen for every frame and drawn anew in small pieces elsewhere; upon it names and whatever
// is chosen. (A canvas that style sheets scale is thirty times as slow without a GPU.)

import { canvasPainter, measurer } from "./canvas-painter.js";
import { fitting, moved, toScreen, zoomed } from "./camera.js";
import { growth, radii, styledLinks } from "./look.js";
import { labels, lineOf, paint, radiusOf } from "./scene.js";
import { nameStamps } from "./name-stamps.js";
import { linksOf, otherEnd, parallels } from "./graph.js";
import { theme } from "./theme.js";

const MARGIN = 0.3; // of the width and height, drawn beyond each edge of what is seen
const PIECE_TIME = 6; // milliseconds of drawing in a frame while something moves
const REST = 120; // milliseconds without movement after which drawing takes more of each frame
const MOST_MARKED = 1500; // links drawn anew in every frame around a chosen thing

export function makePicture(stage, graph, visible) {
  const measure = measurer();
  const drawings = [0, 1].map(() => document.createElement("canvas"));
  const screen = document.createElement("canvas");
  stage.append(screen);
  const scene = { graph, visible, styles: styledLinks(graph), theme: theme(), camera: null };
  let front = null; // { canvas, camera }
  let job = null; // { canvas, camera, steps }
  let stale = true;
  let touched = 0;
  let frame = 0;
  let named = null;
  const marks = { chosen: -1, link: -1, hovered: -1, focused: -1 };
  let stampName = stamps();

  function stamps() {
    return nameStamps((context) => canvasPainter(context, scene.theme), measure);
  }

  function request() {
    frame ||= requestAnimationFrame(tick);
  }

  function tick() {
    frame = 0;
    if (!front || needed()) advance();
    drawScreen();
    if (job || needed() || front.camera.scale !== scene.camera.scale) request();
  }

  // While someone zooms, the drawing is only made larger or smaller, if not by too much.
  function resting() {
    return performance.now() - touched > REST;
  }

  function needed() {
    if (stale || !front) return true;
    const drawn = front.camera;
    const grown = scene.camera.scale / drawn.scale;
    if (grown !== 1 && (grown > 1.7 || grown < 0.75 || resting())) return true;
    const [x, y] = toScreen(scene.camera, drawn.x, drawn.y);
    const off = [x - scene.camera.width / 2, y - scene.camera.height / 2];
    return Math.abs(off[0]) > drawn.edge * 0.5 || Math.abs(off[1]) > drawn.edge * 0.5;
  }

  // Draw on the canvas that is not shown, as long as a frame allows, and show it when done.
  function advance() {
    if (!job || (stale && job.started !== stale)) job = begin();
    const limit = !front ? Infinity : resting() ? 40 : PIECE_TIME;
    const until = performance.now() + limit;
    do {
      if (job.steps.next().done) {
        flush(job.canvas);
        front = { canvas: job.canvas, camera: job.camera };
        if (stale === job.started) stale = false;
        job = null;
        return;
      }
    } while (performance.now() < until);
  }

  function begin() {
    const { width, height } = scene.camera;
    const [across, down] = [Math.round(width * MARGIN), Math.round(height * MARGIN)];
    const target = drawings.find((one) => one !== front?.canvas);
    const ratio = window.devicePixelRatio || 1;
    sized(target, width + 2 * across, height + 2 * down, ratio);
    const context = target.getContext("2d", { alpha: false, willReadFrequently: true });
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.fillStyle = scene.theme.paper;
    context.fillRect(0, 0, width + 2 * across, height + 2 * down);
    context.translate(across, down);
    const camera = { ...scene.camera, edge: Math.min(across, down), across, down };
    // What lies in the margin is drawn too: the camera of the drawing sees further.
    const steps = paint({ ...scene, camera: { ...camera, edge: Math.max(across, down) } }, canvasPainter(context, scene.theme, true));
    return { canvas: target, camera, steps, started: stale };
  }

  // The finished drawing where the camera now sees it; on whole pixels, so that it is copied.
  function place(context, ratio) {
    const { camera } = front;
    const grown = scene.camera.scale / camera.scale;
    const [x, y] = toScreen(scene.camera, camera.x, camera.y);
    const left = Math.round((x - (camera.width / 2 + camera.across) * grown) * ratio);
    const top = Math.round((y - (camera.height / 2 + camera.down) * grown) * ratio);
    const { canvas } = front;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.fillStyle = scene.theme.paper;
    context.fillRect(0, 0, screen.width, screen.height);
    context.imageSmoothingEnabled = false;
    context.drawImage(canvas, left, top, canvas.width * grown, canvas.height * grown);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
  }

  function drawScreen() {
    const ratio = window.devicePixelRatio || 1;
    sized(screen, scene.camera.width, scene.camera.height, ratio);
    const context = screen.getContext("2d", { alpha: false });
    place(context, ratio);
    const painter = canvasPainter(context, scene.theme);
    const first = drawMarks(context, painter);
    // Names stay with their things while the picture moves; they are chosen anew when it rests.
    const list = labels({ ...scene, labelled: named ?? undefined }, measure, first);
    for (const label of list) stampName(context, label, ratio);
  }

  // The veil over everything but what is chosen. Gives the things whose names come first.
  function drawMarks(context, painter) {
    const bright = brightened();
    if (bright) {
      context.fillStyle = scene.theme.veil;
      context.fillRect(0, 0, scene.camera.width, scene.camera.height);
      for (const { look, links } of scene.styles) {
        painter.beginLinks({ colour: scene.theme[look.colour], opacity: 0.95, width: look.width + 0.6, dash: look.dash });
        for (const link of links) if (bright.links.has(link)) painter.link(lineOf(scene, link));
        painter.endLinks();
      }
      if (marks.link >= 0) {
        painter.beginLinks({ colour: scene.theme.focus, opacity: 1, width: 5, dash: [] });
        painter.link(lineOf(scene, marks.link));
        painter.endLinks();
      }
      for (const node of bright.nodes) drawNode(painter, node);
    }
    for (const node of [...graph.seeds, marks.chosen, marks.hovered, marks.focused]) {
      if (node < 0 || !scene.visible.nodes[node]) continue;
      drawNode(painter, node);
      const [x, y] = toScreen(scene.camera, graph.x[node], graph.y[node]);
      const { shape } = graph.classes[graph.nodes.class[node]];
      painter.ring(shape, x, y, radiusOf(scene, node) + 4, scene.theme.focus, 3);
    }
    const ends = marks.link >= 0 ? [graph.start[marks.link], graph.end[marks.link]] : [];
    const near = bright && marks.chosen >= 0 ? [...bright.nodes].slice(0, 24) : [];
    named = bright ? [...bright.nodes] : null;
    return [marks.focused, marks.hovered, marks.chosen, ...ends, ...(near.length <= 10 ? near : []), ...graph.seeds].filter((node) => node >= 0);
  }

  function brightened() {
    if (marks.link >= 0) {
      const links = new Set(parallels(graph, marks.link).filter((link) => scene.visible.links[link]));
      return { links, nodes: new Set([graph.start[marks.link], graph.end[marks.link]].filter((node) => scene.visible.nodes[node])) };
    }
    if (marks.chosen < 0 || !scene.visible.nodes[marks.chosen]) return null;
    const links = new Set();
    const nodes = new Set([marks.chosen]);
    for (const link of linksOf(graph, marks.chosen)) {
      if (!scene.visible.links[link]) continue;
      if (links.size >= MOST_MARKED) break;
      links.add(link);
      nodes.add(otherEnd(graph, link, marks.chosen));
    }
    return { links, nodes };
  }

  function drawNode(painter, node) {
    const [x, y] = toScreen(scene.camera, graph.x[node], graph.y[node]);
    painter.node(graph.classes[graph.nodes.class[node]], x, y, radiusOf(scene, node));
  }

  function see(camera) {
    scene.camera = camera;
    touched = performance.now();
    request();
  }

  function fit() {
    see(fitting(graph, scene.visible, scene.camera.width, scene.camera.height));
  }

  function resize() {
    const { clientWidth: width, clientHeight: height } = stage;
    if (!width || !height) return;
    const whole = fitting(graph, { nodeCount: 0 }, width, height);
    scene.radius = radii(graph, width, height);
    scene.fitted = whole.scale;
    scene.camera = scene.camera ? { ...scene.camera, width, height } : whole;
    stale = {};
    see(scene.camera);
  }

  const limits = () => ({ least: scene.fitted / 4, most: Math.max(scene.fitted * 200, 2) });

  resize();
  tick();
  new ResizeObserver(resize).observe(stage);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", recolour);

  function recolour() {
    scene.theme = theme();
    stampName = stamps();
    stale = {};
    request();
  }

  return {
    scene,
    marks,
    fit,
    request,
    resize,
    isReady: () => Boolean(front) && !needed(),
    show(next) {
      scene.visible = next;
      stale = {};
      request();
    },
    mark(changes) {
      Object.assign(marks, changes);
      request();
    },
    move(right, down) {
      see(moved(scene.camera, right, down));
    },
    zoom(factor, left = scene.camera.width / 2, top = scene.camera.height / 2) {
      see(zoomed(scene.camera, factor, left, top, limits()));
    },
    // Put a thing in the middle, near enough to read the names around it.
    centre(node) {
      const scale = Math.max(scene.camera.scale, scene.fitted * Math.min(6, 1 + graph.count / 400));
      see({ ...scene.camera, x: graph.x[node], y: graph.y[node], scale });
    },
    // See both ends of a link, if they are not in view already.
    seeLink(link) {
      const { camera } = scene;
      const ends = [graph.start[link], graph.end[link]].map((node) => [graph.x[node], graph.y[node]]);
      const inView = ends.every((end) => {
        const [left, top] = toScreen(camera, ...end);
        return left > 20 && top > 20 && left < camera.width - 20 && top < camera.height - 20;
      });
      if (inView) return;
      const [[ax, ay], [bx, by]] = ends;
      const room = Math.min((camera.width * 0.7) / (Math.abs(ax - bx) || 1), (camera.height * 0.7) / (Math.abs(ay - by) || 1));
      see({ ...camera, x: (ax + bx) / 2, y: (ay + by) / 2, scale: Math.min(camera.scale, room) });
    },
    measure,
    labels: (first) => labels(scene, measure, first),
    brightened,
    growth: () => growth(scene.camera.scale, scene.fitted),
  };
}

function flush(canvas) {
  canvas.getContext("2d").getImageData(0, 0, 1, 1);
}

function sized(target, width, height, ratio) {
  const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (target.width === across && target.height === down) return;
  target.width = across;
  target.height = down;
  target.style.width = `${width}px`;
  target.style.height = `${height}px`;
}
