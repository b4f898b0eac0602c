// Outlines of the classes' shapes, around (0, 0), with about the area of a circle of radius 1.

const corners = (count, turn, radius) =>
  Array.from({ length: count }, (_, index) => {
    const angle = turn + (index * 2 * Math.PI) / count;
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  });

const UP = -Math.PI / 2;
const thick = 0.42;

const OUTLINES = {
  square: corners(4, Math.PI / 4, 1.25),
  diamond: corners(4, UP, 1.32),
  hexagon: corners(6, 0, 1.1),
  pentagon: corners(5, UP, 1.16),
  triangle: corners(3, UP, 1.45),
  wedge: corners(3, -UP, 1.45),
  star: corners(10, UP, 1).map(([x, y], index) => (index % 2 ? [x * 0.72, y * 0.72] : [x * 1.4, y * 1.4])),
  bar: [[-1.4, -0.65], [1.4, -0.65], [1.4, 0.65], [-1.4, 0.65]],
  slab: [[-0.65, -1.4], [0.65, -1.4], [0.65, 1.4], [-0.65, 1.4]],
  plus: [
    [-thick, -1.2], [thick, -1.2], [thick, -thick], [1.2, -thick], [1.2, thick], [thick, thick],
    [thick, 1.2], [-thick, 1.2], [-thick, thick], [-1.2, thick], [-1.2, -thick], [-thick, -thick],
  ],
  hourglass: [[-1.1, -1.2], [1.1, -1.2], [0.3, 0], [1.1, 1.2], [-1.1, 1.2], [-0.3, 0]],
};
OUTLINES.cross = OUTLINES.plus.map(([x, y]) => [(x - y) * Math.SQRT1_2, (x + y) * Math.SQRT1_2]);

// The corners of a shape, or null where it is round: "circle" and "dot".
export function outline(shape) {
  return OUTLINES[shape] ?? null;
}

export function outlineText(shape, x, y, radius) {
  return outline(shape)
    .map(([across, down]) => `${round(x + across * radius)},${round(y + down * radius)}`)
    .join(" ");
}

export function round(number) {
  return Math.round(number * 100) / 100;
}
