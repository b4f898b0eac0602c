// A painter on a canvas.

import { outline } from "./shapes.js";

// Thin lines are drawn fastest with some dozens in a path, wide ones each by itself: measured.
const TOGETHER = 100;
export const FONT = 'system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';

export function canvasPainter(context, theme, flushing = false) {
  let lines = 0;
  let together = TOGETHER;
  const stroke = () => {
    if (lines) context.stroke();
    context.beginPath();
    lines = 0;
  };
  return {
    beginLinks({ colour, opacity, width, dash }) {
      context.strokeStyle = colour;
      context.globalAlpha = opacity;
      context.lineWidth = width;
      together = width > 1 ? 1 : TOGETHER;
      context.setLineDash(dash);
      context.beginPath();
    },
    link({ ax, ay, bx, by, cx, cy, loop }) {
      context.moveTo(ax, ay);
      if (loop) context.bezierCurveTo(ax + loop, ay - loop, ax - loop, ay - loop, bx, by);
      else if (cx === null) context.lineTo(bx, by);
      else context.quadraticCurveTo(cx, cy, bx, by);
      lines += 1;
      if (lines === together) stroke();
    },
    // Reading a pixel makes the browser draw now what it has only noted down so far.
    pause() {
      stroke();
      if (flushing) context.getImageData(0, 0, 1, 1);
    },
    endLinks() {
      stroke();
      context.setLineDash([]);
      context.globalAlpha = 1;
    },
    node({ shape, colour, edge }, x, y, radius) {
      context.fillStyle = colour;
      context.beginPath();
      trace(context, shape, x, y, radius);
      context.fill();
      if (radius < 3) return;
      context.strokeStyle = edge;
      context.lineWidth = Math.min(1, radius / 6);
      context.stroke();
    },
    ring(shape, x, y, radius, colour, width) {
      context.strokeStyle = colour;
      context.lineWidth = width;
      context.beginPath();
      trace(context, shape, x, y, radius);
      context.stroke();
    },
    label({ x, y, text, size, bold }) {
      context.font = `${bold ? "600 " : ""}${size}px ${FONT}`;
      context.textBaseline = "middle";
      context.lineJoin = "round";
      context.lineWidth = 3.5;
      context.strokeStyle = theme.paper;
      context.strokeText(text, x, y);
      context.fillStyle = theme.ink;
      context.fillText(text, x, y);
    },
    text(text, x, y, size, bold = false) {
      context.font = `${bold ? "600 " : ""}${size}px ${FONT}`;
      context.textBaseline = "middle";
      context.fillStyle = theme.ink;
      context.fillText(text, x, y);
    },
    box(x, y, width, height) {
      context.fillStyle = theme.paper;
      context.fillRect(x, y, width, height);
    },
  };
}

function trace(context, shape, x, y, radius) {
  const corners = outline(shape);
  if (!corners) {
    context.arc(x, y, shape === "dot" ? radius * 0.8 : radius, 0, 2 * Math.PI);
    return;
  }
  context.moveTo(x + corners[0][0] * radius, y + corners[0][1] * radius);
  for (let index = 1; index < corners.length; index += 1) {
    context.lineTo(x + corners[index][0] * radius, y + corners[index][1] * radius);
  }
  context.closePath();
}

// A function that tells how wide a text is; what it measured once it remembers.
export function measurer() {
  const context = document.createElement("canvas").getContext("2d");
  const known = new Map();
  return (text, size, bold) => {
    if (!context) return text.length * size * 0.55;
    if (!known.has(text)) {
      context.font = `10px ${FONT}`;
      known.set(text, context.measureText(text).width / 10);
    }
    return known.get(text) * size * (bold ? 1.06 : 1);
  };
}
