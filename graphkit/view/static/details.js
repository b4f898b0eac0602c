// The panel beside the picture: the facts of a thing, and why a link is there.

import { byId, counted, element, isolated, isWebAddress, webLink } from "./elements.js";
import { addressOf, allFacts } from "./facts.js";
import { capital } from "./filter-form.js";
import { linksOf, otherEnd, parallels } from "./graph.js";
import { linkLook } from "./look.js";
import { classSwatch, linkSwatch } from "./swatches.js";

const LONG = 160; // characters, from which a text stands below its name and not beside it
const MOST_NEIGHBOURS = 30; // listed before "Show more"

// `open(kind, place)` opens another thing or link.
export async function thingDetails(graph, visible, node, open) {
  const facts = await allFacts();
  const thing = facts.things[node];
  const kind = graph.classes[graph.nodes.class[node]];
  const address = addressOf(facts, thing.key);
  return [
    element("p", { class: "kind-line" }, classSwatch(kind), capital(kind.name)),
    heading(thing.name ?? graph.nodes.name[node]),
    element("p", { class: "addresses" },
      webLink(address, "Its address"),
      thing.page && thing.page !== address ? webLink(thing.page, "Upstream page") : null),
    said(facts, thing.said),
    neighbours(graph, visible, node, open),
    sourcesOf(facts, thing.source),
  ];
}

export async function linkDetails(graph, visible, link, open) {
  const facts = await allFacts();
  const others = parallels(graph, link);
  return [
    element("p", { class: "kind-line" }, linkSwatch(linkLook(graph, link)), others.length > 1 ? counted(others.length, "link") + " between the two" : "Link"),
    heading("Why this link is there"),
    // The link that was asked for comes first, then those beside it.
    [link, ...others.filter((other) => other !== link)].map((one) => reason(graph, facts, one, open)),
  ];
}

function heading(text) {
  return element("h2", { id: "details-heading", tabindex: -1 }, isolated(text));
}

function reason(graph, facts, link, open) {
  const own = facts.contents[facts.links[link]];
  const why = facts.reasons[link];
  const merged = { ...own.said, ...why?.said };
  const byName = new Map(Object.entries(merged).map(([place, value]) => [facts.names[place], value]));
  const explained = ["Explanation", "Reason"].filter((name) => byName.has(name)).map((name) => {
    const value = byName.get(name);
    byName.delete(name);
    return element("p", { class: "explained" }, isolated(text(value)));
  });
  const degree = graph.links.degree[link];
  if (degree >= 0) byName.delete("Degree");
  const origin = graph.links.origin[link];
  if (origin >= 0) byName.delete("Origin");
  return element("article", { class: "reason" },
    sentence(graph, link, open),
    element("p", { class: "badges" },
      degree >= 0 ? element("span", { class: `badge degree-${graph.degrees[degree].code}` }, `Degree: ${graph.degrees[degree].name}`) : null,
      origin >= 0 ? element("span", { class: "badge" }, originWords(graph.origins[origin])) : null,
      graph.links.score[link] >= 0 ? element("span", { class: "badge" }, `Score ${(graph.links.score[link] / 100).toFixed(2)}`) : null),
    explained,
    Object.entries(why?.related ?? {}).map(([place, names]) =>
      element("div", { class: "related" }, element("h3", {}, facts.names[place]), element("ul", { class: "chips" }, names.map((name) => element("li", {}, isolated(name)))))),
    why?.evidence ? evidence(why.evidence) : null,
    description([...byName.entries()].filter(([name]) => name !== "Score")),
    why ? element("p", { class: "addresses" }, webLink(addressOf(facts, why.key), `Address of the ${why.kind}`)) : null,
    sourcesOf(facts, [...new Set([...own.source, ...(why?.source ?? [])])]));
}

function originWords({ code, name }) {
  return { "published-page": "Published on a page", "published-link": "Published link", computed: "Computed" }[code] ?? name;
}

function sentence(graph, link, open) {
  const end = (node) => element("button", { type: "button", class: "thing", click: () => open("thing", node) },
    classSwatch(graph.classes[graph.nodes.class[node]]), isolated(graph.nodes.name[node]));
  return element("p", { class: "sentence" }, end(graph.start[link]), element("strong", {}, graph.types[graph.links.type[link]].name), end(graph.end[link]));
}

function evidence(pieces) {
  return element("div", { class: "evidence" }, element("h3", {}, "Evidence"),
    pieces.map(([quote, from, aspects, score]) =>
      element("figure", {}, element("blockquote", {}, isolated(quote)),
        element("figcaption", {}, [
          from ? `from the ${from}` : "", aspects.length ? `shows ${aspects.join(", ")}` : "",
          typeof score === "number" ? `score ${score.toFixed(2)}` : "",
        ].filter(Boolean).join("; ")))));
}

function said(facts, values) {
  return description(Object.entries(values).map(([place, value]) => [facts.names[place], value]));
}

// Short facts first, long texts below them, as names and values.
function description(entries) {
  if (!entries.length) return null;
  const isLong = ([, value]) => text(value).length > LONG && !Array.isArray(value);
  const ordered = [...entries.filter((entry) => !isLong(entry)), ...entries.filter(isLong)];
  return element("dl", { class: "facts" }, ordered.map((entry) =>
    element("div", { class: isLong(entry) ? "long" : "short" }, element("dt", {}, entry[0]), element("dd", {}, valueOf(entry[1])))));
}

function text(value) {
  return Array.isArray(value) ? value.join(", ") : value;
}

function valueOf(value) {
  if (!Array.isArray(value)) return isWebAddress(value) ? webLink(value) : isolated(value);
  return element("ul", {}, value.map((one) => element("li", {}, valueOf(one))));
}

// The neighbours of a thing by relation and direction; each leads to the thing and to the link.
function neighbours(graph, visible, node, open) {
  const groups = new Map();
  for (const link of linksOf(graph, node)) {
    const outwards = graph.start[link] === node;
    const key = `${graph.links.type[link]}${outwards ? ">" : "<"}`;
    if (!groups.has(key)) groups.set(key, { type: graph.links.type[link], outwards, links: [] });
    groups.get(key).links.push(link);
  }
  if (!groups.size) return element("p", { class: "hint" }, "No links in this selection.");
  return [...groups.values()].map(({ type, outwards, links }) => {
    const list = element("ul", { class: "neighbours" });
    const name = graph.types[type].name;
    const add = (from) => {
      list.append(...links.slice(from, from + MOST_NEIGHBOURS).map((link) => neighbour(graph, visible, node, link, open)));
      const rest = links.length - from - MOST_NEIGHBOURS;
      if (rest > 0) {
        const more = element("li", {}, element("button", { type: "button", class: "more", click: () => {
          more.remove();
          add(from + MOST_NEIGHBOURS);
        } }, `Show more (${rest.toLocaleString("en-GB")} left)`));
        list.append(more);
      }
    };
    add(0);
    return element("section", { class: "relation" },
      element("h3", {}, outwards ? `${capital(name)} →` : `← ${capital(name)}`, element("span", { class: "unseen" }, outwards ? " (from here)" : " (towards here)"),
        element("span", { class: "count" }, ` ${links.length.toLocaleString("en-GB")}`)), list);
  });
}

function neighbour(graph, visible, node, link, open) {
  const other = otherEnd(graph, link, node);
  const name = graph.nodes.name[other];
  const hidden = !visible.nodes[other] || !visible.links[link];
  return element("li", { class: hidden ? "filtered" : null },
    element("button", { type: "button", class: "thing", click: () => open("thing", other) },
      classSwatch(graph.classes[graph.nodes.class[other]]), isolated(name)),
    element("button", { type: "button", class: "why", "aria-label": `Why: ${name}`, click: () => open("link", link) },
      linkSwatch(linkLook(graph, link)), "why"));
}

function sourcesOf(facts, places) {
  if (!places.length) return null;
  return element("section", { class: "sources" }, element("h3", {}, places.length > 1 ? "Sources" : "Source"),
    element("ul", {}, places.map((place) => {
      const one = facts.sources[place];
      return element("li", {}, webLink(one.address, one.title),
        one.publisher ? [", ", isolated(one.publisher)] : null,
        one.licenceName ? [". ", webLink(one.licence, one.licenceName)] : null,
        one.retrieved ? `. Retrieved ${one.retrieved}` : null);
    })));
}

// Puts content into the panel and shows it; `focus` moves the reader there.
export function showDetails(content, focus) {
  const panel = byId("details");
  byId("details-content").replaceChildren(...content.flat(3).filter(Boolean));
  panel.hidden = false;
  panel.scrollTop = 0;
  if (focus) byId("details-heading").focus({ preventScroll: true });
}
