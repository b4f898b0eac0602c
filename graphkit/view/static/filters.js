// Which things and links are shown.

export function noFilters(graph) {
  return {
    classes: new Set(graph.classes.keys()),
    types: new Set(graph.types.keys()),
    degrees: new Set([-1, ...graph.degrees.keys()]),
    origins: new Set([-1, ...graph.origins.keys()]),
    funder: -1,
    from: 0,
    to: 9999,
    links: 0,
    lonely: false,
  };
}

// A link is shown if its own filters and both ends let it through. A thing is shown if its own
// filters let it through; one whose links are all filtered away goes with them, unless
// `lonely` asks for it. Hiding a class is no such filter: the other end of its links stays.
export function shown(graph, filters) {
  const nodes = new Uint8Array(graph.count);
  const links = new Uint8Array(graph.size);
  const ofClass = Uint8Array.from(graph.nodes.class, (place) => (filters.classes.has(place) ? 1 : 0));
  for (let node = 0; node < graph.count; node += 1) {
    nodes[node] = ofClass[node] && passes(graph, filters, node) ? 1 : 0;
  }
  const had = new Uint8Array(graph.count);
  const has = new Uint8Array(graph.count);
  for (let link = 0; link < graph.size; link += 1) {
    const [start, end] = [graph.start[link], graph.end[link]];
    if (ofClass[start] && ofClass[end]) had[start] = had[end] = 1;
    if (
      nodes[start] && nodes[end] &&
      filters.types.has(graph.links.type[link]) &&
      filters.degrees.has(graph.links.degree[link]) &&
      filters.origins.has(graph.links.origin[link])
    ) {
      links[link] = 1;
      has[start] = has[end] = 1;
    }
  }
  if (!filters.lonely) {
    for (let node = 0; node < graph.count; node += 1) if (had[node] && !has[node]) nodes[node] = 0;
  }
  return { nodes, links, nodeCount: sum(nodes), linkCount: sum(links) };
}

function passes(graph, filters, node) {
  if (graph.degree[node] < filters.links) return false;
  const first = graph.nodes.from[node];
  if (first && (graph.nodes.to[node] < filters.from || first > filters.to)) return false;
  if (filters.funder >= 0) {
    const funders = graph.nodes.funders[node];
    if (funders && !funders.includes(filters.funder)) return false;
  }
  return true;
}

function sum(bytes) {
  let total = 0;
  for (const byte of bytes) total += byte;
  return total;
}

// How many shown things each class has, and shown links each type, degree and origin.
export function tallies(graph, visible) {
  const tally = { classes: new Map(), types: new Map(), degrees: new Map(), origins: new Map() };
  const add = (map, key) => map.set(key, (map.get(key) ?? 0) + 1);
  for (let node = 0; node < graph.count; node += 1) {
    if (visible.nodes[node]) add(tally.classes, graph.nodes.class[node]);
  }
  for (let link = 0; link < graph.size; link += 1) {
    if (!visible.links[link]) continue;
    add(tally.types, graph.links.type[link]);
    add(tally.degrees, graph.links.degree[link]);
    add(tally.origins, graph.links.origin[link]);
  }
  return tally;
}
