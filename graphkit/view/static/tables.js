// The same data as tables, for readers of the screen and for sorting. Rows come as they are
// needed: some at first, more on scrolling down or by the button.

import { byId, counted, element, isolated } from "./elements.js";
import { capital } from "./filter-form.js";
import { linkLook } from "./look.js";
import { classSwatch, linkSwatch } from "./swatches.js";

const ROWS = 60;

// `columns`: [{ name, value(place), cell(place), numeric }]; `places()` are the rows' places.
function makeTable(section, caption, columns, places) {
  const body = element("tbody");
  const told = element("caption", {}, caption);
  const more = element("button", { type: "button", class: "more", click: () => {
    const first = body.rows.length;
    add();
    body.rows[first]?.querySelector("button")?.focus();
  } }, "Show more rows");
  let order = { column: null, down: false };
  let rows = [];
  let stale = true;

  const heads = columns.map((column) => {
    const button = element("button", { type: "button", click: () => sort(column) }, column.name, element("span", { class: "arrow", "aria-hidden": "true" }));
    return element("th", { scope: "col", class: column.numeric ? "numeric" : null, "aria-sort": "none" }, button);
  });
  section.replaceChildren(element("div", { class: "table" , tabindex: 0, role: "region", "aria-label": caption },
    element("table", {}, told, element("thead", {}, element("tr", {}, heads)), body), more));

  function sort(column) {
    order = { column, down: order.column === column ? !order.down : Boolean(column.numeric) };
    heads.forEach((head, index) => {
      const mine = columns[index] === column;
      head.setAttribute("aria-sort", mine ? (order.down ? "descending" : "ascending") : "none");
    });
    refill();
  }

  function refill() {
    stale = false;
    rows = places();
    told.textContent = `${caption}: ${rows.length.toLocaleString("en-GB")}`;
    if (order.column) {
      const { value } = order.column;
      const keys = new Map(rows.map((place) => [place, value(place)]));
      const compare = (one, other) => (typeof one === "number" ? one - other : collator.compare(one, other));
      const sign = order.down ? -1 : 1;
      rows.sort((one, other) => sign * compare(keys.get(one), keys.get(other)) || one - other);
    }
    body.replaceChildren();
    add();
  }

  function add() {
    const next = rows.slice(body.rows.length, body.rows.length + ROWS);
    body.append(...next.map((place) => element("tr", {}, columns.map((column, index) =>
      element(index ? "td" : "th", { scope: index ? null : "row", class: column.numeric ? "numeric" : null }, column.cell(place))))));
    more.hidden = body.rows.length >= rows.length;
  }

  new IntersectionObserver((entries) => {
    if (!section.hidden && entries.some((entry) => entry.isIntersecting)) add();
  }, { rootMargin: "300px" }).observe(more);

  return {
    // Rows are made when the table is looked at, and made anew when the filters have changed.
    update() {
      stale = true;
      if (!section.hidden) refill();
    },
    open() {
      if (stale) refill();
    },
  };
}

const collator = new Intl.Collator("en-GB", { numeric: true });

export function makeTables(graph, shownNow, open) {
  const kind = (node) => graph.classes[graph.nodes.class[node]];
  const years = (node) => {
    const [from, to] = [graph.nodes.from[node], graph.nodes.to[node]];
    return !from ? "" : from === to ? String(from) : `${from}–${to}`;
  };
  const thing = (node) => element("button", { type: "button", class: "thing", click: () => open("thing", node) }, classSwatch(kind(node)), isolated(graph.nodes.name[node]));
  const things = makeTable(byId("things"), "Things", [
    { name: "Name", value: (node) => graph.nodes.name[node], cell: thing },
    { name: "Class", value: (node) => kind(node).name, cell: (node) => capital(kind(node).name) },
    { name: "Years", value: (node) => graph.nodes.from[node], cell: years, numeric: true },
    { name: "Links", value: (node) => graph.degree[node], cell: (node) => graph.degree[node].toLocaleString("en-GB"), numeric: true },
  ], () => chosenPlaces(shownNow().nodes, graph.order));

  const { degree, origin, score, type } = graph.links;
  const degreeName = (link) => (degree[link] < 0 ? "" : graph.degrees[degree[link]].name);
  const originName = (link) => (origin[link] < 0 ? "" : graph.origins[origin[link]].name);
  const weight = (link) => graph.links.weight[link];
  const why = (link) => element("button", { type: "button", class: "why", "aria-label": `Why: ${graph.nodes.name[graph.start[link]]} ${graph.types[type[link]].name} ${graph.nodes.name[graph.end[link]]}`, click: () => open("link", link) }, linkSwatch(linkLook(graph, link)), "why");
  const links = makeTable(byId("links"), "Links", [
    { name: "From", value: (link) => graph.nodes.name[graph.start[link]], cell: (link) => thing(graph.start[link]) },
    { name: "Relation", value: (link) => graph.types[type[link]].name, cell: (link) => graph.types[type[link]].name },
    { name: "To", value: (link) => graph.nodes.name[graph.end[link]], cell: (link) => thing(graph.end[link]) },
    { name: "Degree", value: (link) => (degree[link] < 0 ? 99 : degree[link]), cell: degreeName },
    { name: "Origin", value: originName, cell: originName },
    { name: "Score", value: (link) => score[link], cell: (link) => (score[link] < 0 ? "" : (score[link] / 100).toFixed(2)), numeric: true },
    ...(graph.links.weight ? [{ name: "Weight", value: weight, cell: (link) => String(weight(link) || ""), numeric: true }] : []),
    { name: "Why", value: (link) => link, cell: why },
  ], () => chosenPlaces(shownNow().links));
  return { things, links };
}

function chosenPlaces(chosen, order = null) {
  const found = [];
  if (order) {
    for (const place of order) if (chosen[place]) found.push(place);
  } else chosen.forEach((one, place) => { if (one) found.push(place); });
  return found;
}

export function counts(visible) {
  return { things: counted(visible.nodeCount, "thing"), links: counted(visible.linkCount, "link") };
}
