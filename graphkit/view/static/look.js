// How things and links look: sizes, colours, widths, dashes. Canvas and SVG both ask here.

// Of degrees of links, by their codes. Colour, width and dashes say the same.
const DEGREE_LOOKS = {
  full: { colour: "full", width: 3, dash: [] },
  direct: { colour: "direct", width: 2.4, dash: [] },
  partial: { colour: "partial", width: 2, dash: [7, 3] },
  indirect: { colour: "indirect", width: 1.6, dash: [2, 3] },
  unstated: { colour: "unstated", width: 1.4, dash: [1, 4] },
};
const SIMILAR = { colour: "similar", width: 1.8, dash: [10, 3, 2, 3] };
const PLAIN = { colour: "line", width: 1, dash: [] };

const STRENGTHS = [1, 0.65, 0.42, 0.28];

const WEIGHED = [1.2, 2, 3.2, 4.6].map((width) => ({ ...PLAIN, width }));

export function linkLook(graph, link) {
  const weight = graph.links.weight?.[link];
  if (weight) return WEIGHED[Math.min(3, Math.floor(4 * Math.sqrt(weight / graph.heaviest)))];
  return placedLook(graph, graph.links.type[link], graph.links.degree[link]);
}

export function placedLook(graph, type, degree) {
  const code = degree >= 0 ? graph.degrees[degree].code : "";
  if (DEGREE_LOOKS[code]) return DEGREE_LOOKS[code];
  return graph.types[type]?.type === "SIMILAR_TO" ? SIMILAR : PLAIN;
}

// The links of hubs are paler: 0 is the strongest of STRENGTHS.
function paleness(graph, link) {
  const most = Math.max(graph.degree[graph.start[link]], graph.degree[graph.end[link]]);
  return most < 12 ? 0 : most < 40 ? 1 : most < 150 ? 2 : 3;
}

// Links sorted by look and strength, so that many are drawn with one stroke; plain ones first,
// so that what has a degree lies above them.
export function styledLinks(graph) {
  const crowd = graph.size > 20000 ? 0.3 : graph.size > 4000 ? 0.6 : 1;
  const styles = new Map();
  const looks = [PLAIN, ...WEIGHED, SIMILAR, ...Object.values(DEGREE_LOOKS).reverse()];
  for (let link = 0; link < graph.size; link += 1) {
    const look = linkLook(graph, link);
    const pale = paleness(graph, link);
    const key = looks.indexOf(look) * STRENGTHS.length + (STRENGTHS.length - 1 - pale);
    if (!styles.has(key)) {
      const base = look.colour === "line" ? 0.75 * crowd : 0.9 * Math.sqrt(crowd);
      styles.set(key, { look, opacity: base * STRENGTHS[pale], links: [] });
    }
    styles.get(key).links.push(link);
  }
  return [...styles.entries()].sort(([one], [other]) => one - other).map(([, style]) => style);
}

// The radius of every thing at the scale at which all is seen; it grows with the root of the
// number of links, and so that all things together cover a twentieth of the picture.
export function radii(graph, width, height) {
  const raw = Float32Array.from({ length: graph.count }, (_, node) => {
    const size = graph.classes[graph.nodes.class[node]].size / 60;
    return size * (1 + 0.55 * Math.sqrt(Math.min(graph.degree[node], 2500)));
  });
  let area = 0;
  for (const radius of raw) area += Math.PI * radius * radius;
  const unit = Math.min(4.2, Math.max(0.8, Math.sqrt((0.05 * width * height) / (area || 1))));
  const most = Math.min(width, height) / 24;
  return raw.map((radius) => Math.min(most, Math.max(1.4, unit * radius)));
}

// Things grow more slowly than the picture when it is zoomed.
export function growth(scale, fitted) {
  return Math.min(5, Math.max(0.45, (scale / fitted) ** 0.5));
}
