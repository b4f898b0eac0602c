// What part of the plane is seen: the point in the middle, and pixels for each unit.

export function toScreen(camera, x, y) {
  return [
    (x - camera.x) * camera.scale + camera.width / 2,
    (y - camera.y) * camera.scale + camera.height / 2,
  ];
}

export function toPlane(camera, left, top) {
  return [
    (left - camera.width / 2) / camera.scale + camera.x,
    (top - camera.height / 2) / camera.scale + camera.y,
  ];
}

// A camera that sees all shown things, or all things where none is shown.
export function fitting(graph, visible, width, height) {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let node = 0; node < graph.count; node += 1) {
    if (visible.nodeCount && !visible.nodes[node]) continue;
    left = Math.min(left, graph.x[node]);
    right = Math.max(right, graph.x[node]);
    top = Math.min(top, graph.y[node]);
    bottom = Math.max(bottom, graph.y[node]);
  }
  if (left > right) [left, top, right, bottom] = [0, 0, 1, 1];
  const margin = Math.min(60, width / 8, height / 8);
  const across = Math.max(right - left, 200);
  const down = Math.max(bottom - top, 200);
  const scale = Math.min((width - 2 * margin) / across, (height - 2 * margin) / down);
  return { x: (left + right) / 2, y: (top + bottom) / 2, scale, width, height };
}

export function zoomed(camera, factor, left, top, limits) {
  const scale = Math.min(limits.most, Math.max(limits.least, camera.scale * factor));
  const [x, y] = toPlane(camera, left, top);
  return {
    ...camera,
    scale,
    x: x - (left - camera.width / 2) / scale,
    y: y - (top - camera.height / 2) / scale,
  };
}

export function moved(camera, right, down) {
  return { ...camera, x: camera.x - right / camera.scale, y: camera.y - down / camera.scale };
}
