// Things and links as columns, and what follows from them: neighbours, parallels, importance.

export function makeGraph(data) {
  const { nodes, links } = data;
  const count = nodes.name.length;
  const size = links.start.length;
  const degree = new Uint32Array(count);
  for (let link = 0; link < size; link += 1) {
    degree[links.start[link]] += 1;
    if (links.start[link] !== links.end[link]) degree[links.end[link]] += 1;
  }
  return {
    ...data,
    count,
    size,
    degree,
    x: Float64Array.from(nodes.x),
    y: Float64Array.from(nodes.y),
    start: Uint32Array.from(links.start),
    end: Uint32Array.from(links.end),
    incident: incidence(count, size, links, degree),
    bend: bends(size, links),
    heaviest: (links.weight ?? []).reduce((one, other) => Math.max(one, other), 0),
    order: Uint32Array.from({ length: count }, (_, node) => node).sort(
      (one, other) => degree[other] - degree[one] || one - other,
    ),
  };
}

// The links of each thing: those of node n stand in `list` from at[n] to at[n + 1].
function incidence(count, size, links, degree) {
  const at = new Uint32Array(count + 1);
  for (let node = 0; node < count; node += 1) at[node + 1] = at[node] + degree[node];
  const next = at.slice(0, count);
  const list = new Uint32Array(at[count]);
  for (let link = 0; link < size; link += 1) {
    list[next[links.start[link]]++] = link;
    if (links.start[link] !== links.end[link]) list[next[links.end[link]]++] = link;
  }
  return { at, list };
}

// How far each link is bent, so that parallel links lie side by side: 0 is straight.
function bends(size, links) {
  const groups = new Map();
  for (let link = 0; link < size; link += 1) {
    const [low, high] = [links.start[link], links.end[link]].sort((one, other) => one - other);
    const pair = low * 67108864 + high;
    const group = groups.get(pair);
    if (group) group.push(link);
    else groups.set(pair, [link]);
  }
  const bend = new Float32Array(size);
  for (const group of groups.values()) {
    if (group.length === 1) continue;
    group.forEach((link, index) => {
      const side = links.start[link] <= links.end[link] ? 1 : -1;
      bend[link] = side * (index - (group.length - 1) / 2);
    });
  }
  return bend;
}

export function linksOf(graph, node) {
  return graph.incident.list.subarray(graph.incident.at[node], graph.incident.at[node + 1]);
}

export function otherEnd(graph, link, node) {
  return graph.start[link] === node ? graph.end[link] : graph.start[link];
}

// All links between the two ends of a link, itself among them.
export function parallels(graph, link) {
  const [start, end] = [graph.start[link], graph.end[link]];
  const from = graph.degree[start] <= graph.degree[end] ? start : end;
  const to = from === start ? end : start;
  return [...linksOf(graph, from)].filter((other) => otherEnd(graph, other, from) === to);
}
