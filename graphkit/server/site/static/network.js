// The network with JavaScript: closer and farther, moving, filters, and why a tie is there.
"use strict";

addEventListener("DOMContentLoaded", () => {
  const svg = document.getElementById("network");
  const filters = document.getElementById("filters");
  const picked = document.getElementById("picked");
  const whole = svg.viewBox.baseVal;
  const all = { x: whole.x, y: whole.y, width: whole.width, height: whole.height };
  let view = { ...all };
  svg.classList.add("scripted");
  filters.hidden = false;

  // ---- Moving and zooming ----

  const show = () => svg.setAttribute("viewBox", `${view.x} ${view.y} ${view.width} ${view.height}`);
  const zoom = (factor, x = view.x + view.width / 2, y = view.y + view.height / 2) => {
    const width = Math.min(all.width * 1.5, Math.max(all.width / 8, view.width * factor));
    const by = width / view.width;
    view = { x: x - (x - view.x) * by, y: y - (y - view.y) * by, width, height: view.height * by };
    show();
  };
  const at = (event) => {
    const box = svg.getBoundingClientRect();
    return [
      view.x + ((event.clientX - box.left) / box.width) * view.width,
      view.y + ((event.clientY - box.top) / box.height) * view.height,
    ];
  };
  for (const button of filters.querySelectorAll("[data-zoom]")) {
    button.addEventListener("click", () => {
      if (button.dataset.zoom === "all") view = { ...all };
      else zoom(button.dataset.zoom === "in" ? 0.75 : 1 / 0.75);
      show();
    });
  }
  svg.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.metaKey) return; // the wheel alone scrolls the page
      event.preventDefault();
      zoom(event.deltaY > 0 ? 1.15 : 1 / 1.15, ...at(event));
    },
    { passive: false },
  );
  let held = null;
  let moved = false;
  svg.addEventListener("pointerdown", (event) => {
    if (event.button || event.pointerType === "touch") return;
    held = { x: event.clientX, y: event.clientY, view: { ...view } };
    moved = false;
  });
  addEventListener("pointermove", (event) => {
    if (!held) return;
    const box = svg.getBoundingClientRect();
    const [dx, dy] = [event.clientX - held.x, event.clientY - held.y];
    if (Math.abs(dx) + Math.abs(dy) > 5) moved = true;
    if (!moved) return;
    svg.classList.add("moving");
    view.x = held.view.x - (dx / box.width) * view.width;
    view.y = held.view.y - (dy / box.height) * view.height;
    show();
  });
  addEventListener("pointerup", () => {
    held = null;
    svg.classList.remove("moving");
  });
  svg.addEventListener("dragstart", (event) => event.preventDefault());

  // ---- Filters ----

  const hide = (element, hidden) => element.toggleAttribute("data-hidden", hidden);
  const filter = () => {
    const off = (name) =>
      new Set([...filters.querySelectorAll(`[data-${name}]:not(:checked)`)].map((box) => box.dataset[name]));
    const kinds = off("kind");
    const degrees = off("degree");
    for (const node of svg.querySelectorAll(".node")) {
      hide(node, kinds.has(node.dataset.kind) && !node.classList.contains("focus"));
    }
    for (const edge of svg.querySelectorAll(".edge")) {
      const { from, to, degree, edge: number } = edge.dataset;
      const gone = degrees.has(degree) || kinds.has(from) || kinds.has(to);
      hide(edge, gone);
      document.getElementById(`tie-${number}`).hidden = gone;
    }
  };
  filters.addEventListener("change", filter);
  filter(); // a browser may have kept boxes unticked

  // ---- Why a tie is there ----

  svg.addEventListener("click", (event) => {
    if (moved) {
      event.preventDefault();
      moved = false;
      return;
    }
    const edge = event.target.closest(".edge");
    if (!edge) return;
    for (const other of svg.querySelectorAll(".edge.picked")) other.classList.remove("picked");
    edge.classList.add("picked");
    const cells = document.getElementById(`tie-${edge.dataset.edge}`).cells;
    picked.replaceChildren();
    for (const cell of cells) {
      const line = document.createElement("p");
      for (const part of cell.childNodes) line.append(part.cloneNode(true));
      picked.append(line);
    }
    picked.hidden = false;
    picked.scrollIntoView({ block: "nearest" });
  });
});
