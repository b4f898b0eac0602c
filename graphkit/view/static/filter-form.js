// The legend, which is also the form of the filters.

import { byId, counted, element } from "./elements.js";
import { noFilters, tallies } from "./filters.js";
import { placedLook } from "./look.js";
import { classSwatch, linkSwatch } from "./swatches.js";

// Builds the form; `changed(filters)` is called whenever it says something else.
// Gives a function that brings the counts up to date.
export function makeFilterForm(graph, changed) {
  const form = byId("filter-form");
  let filters = noFilters(graph);
  const counters = { classes: new Map(), types: new Map(), degrees: new Map(), origins: new Map() };
  const everything = { nodes: new Uint8Array(graph.count).fill(1), links: new Uint8Array(graph.size).fill(1) };
  const totals = tallies(graph, everything);

  function tell() {
    changed(filters);
  }

  function boxes(set, legend, items, swatch, name) {
    const present = items.map((item, place) => ({ item, place })).filter(({ place }) => totals[set].has(place));
    if (!present.length) return null;
    present.sort((one, other) => (set === "degrees" || set === "origins" ? 0 : totals[set].get(other.place) - totals[set].get(one.place)));
    const rows = present.map(({ item, place }) => {
      const count = element("span", { class: "count" }, totals[set].get(place).toLocaleString("en-GB"));
      counters[set].set(place, count);
      const box = element("input", { type: "checkbox", checked: true, change: () => {
        if (box.checked) filters[set].add(place);
        else filters[set].delete(place);
        tell();
      } });
      return element("label", { class: "choice" }, box, swatch(item, place), element("span", { class: "name" }, name(item)), count);
    });
    return element("fieldset", { class: set }, element("legend", {}, legend), rows, rows.length > 2 ? switches(set, rows) : null);
  }

  // "All" and "None" for a group of boxes.
  function switches(set, rows) {
    const all = (checked) => () => {
      for (const row of rows) row.querySelector("input").checked = checked;
      filters[set] = new Set(checked ? noFilters(graph)[set] : set === "degrees" || set === "origins" ? [-1] : []);
      tell();
    };
    const what = { classes: "classes", types: "relations", degrees: "degrees", origins: "origins" }[set];
    return element("p", { class: "switches" },
      element("button", { type: "button", "aria-label": `Show all ${what}`, click: all(true) }, "All"),
      element("button", { type: "button", "aria-label": `Show no ${what}`, click: all(false) }, "None"));
  }

  function number(id, label, value, least, most, set) {
    const input = element("input", { id, type: "number", min: least, max: most, value, inputmode: "numeric", input: () => {
      set(input.value === "" ? Number(value) : Number(input.value));
      tell();
    } });
    return element("label", { class: "field", for: id }, label, input);
  }

  function years() {
    const known = [...graph.nodes.from, ...graph.nodes.to].filter(Boolean);
    if (!known.length) return null;
    const least = known.reduce((one, other) => Math.min(one, other));
    const most = known.reduce((one, other) => Math.max(one, other));
    if (least === most) return null;
    return element("fieldset", { class: "years" }, element("legend", {}, "Years"),
      element("div", { class: "pair" },
        number("from-year", "from", least, least, most, (year) => { filters.from = year; }),
        number("to-year", "to", most, least, most, (year) => { filters.to = year; })),
      element("p", { class: "hint" }, "Things without a year stay."));
  }

  function funders() {
    if (graph.funders.length < 2) return null;
    const tally = new Map();
    for (const list of Object.values(graph.nodes.funders)) for (const one of list) tally.set(one, (tally.get(one) ?? 0) + 1);
    const select = element("select", { id: "funder", change: () => {
      filters.funder = Number(select.value);
      tell();
    } }, element("option", { value: -1 }, "All funders"), graph.funders.map((name, place) => element("option", { value: place }, name)));
    return element("fieldset", { class: "funder" }, element("legend", {}, "Funder"),
      element("label", { class: "unseen", for: "funder" }, "Funder of projects"), select);
  }

  function more() {
    const most = graph.count ? graph.degree[graph.order[0]] : 0;
    const slider = element("input", { id: "least-links", type: "range", min: 0, max: Math.min(most, 30), value: 0, input: () => {
      filters.links = Number(slider.value);
      told.textContent = slider.value;
      tell();
    } });
    const told = element("span", {}, "0");
    const lonely = element("input", { type: "checkbox", change: () => {
      filters.lonely = lonely.checked;
      tell();
    } });
    return element("fieldset", { class: "more" }, element("legend", {}, "More"),
      most > 1 ? element("label", { class: "field", for: "least-links" }, element("span", {}, "links at least ", told), slider) : null,
      element("label", { class: "choice" }, lonely, element("span", { class: "name" }, "Keep things whose links are all filtered away")),
      element("button", { type: "button", id: "reset", click: () => {
        filters = noFilters(graph);
        fill();
        tell();
        byId("reset").focus();
      } }, "Show everything again"));
  }

  function fill() {
    const none = (_, place) => linkSwatch(placedLook(graph, place, -1));
    form.replaceChildren(...[
      boxes("classes", "Things", graph.classes, classSwatch, ({ name }) => capital(name)),
      boxes("degrees", "Degree of a link", graph.degrees, (_, place) => linkSwatch(placedLook(graph, -1, place)), ({ name }) => name),
      boxes("types", "Relations", graph.types, none, ({ name }) => name),
      boxes("origins", "Origin of a link", graph.origins, () => null, ({ name }) => name),
      funders(), years(), more(),
    ].filter(Boolean));
  }

  form.addEventListener("submit", (event) => event.preventDefault());
  fill();
  return (visible) => {
    const now = tallies(graph, visible);
    for (const [set, spans] of Object.entries(counters)) {
      for (const [place, span] of spans) {
        const [shown, all] = [now[set].get(place) ?? 0, totals[set].get(place)];
        span.textContent = shown === all ? all.toLocaleString("en-GB") : `${shown.toLocaleString("en-GB")} of ${all.toLocaleString("en-GB")}`;
      }
    }
    return `${counted(visible.nodeCount, "thing")} of ${graph.count.toLocaleString("en-GB")}, ${counted(visible.linkCount, "link")} of ${graph.size.toLocaleString("en-GB")} shown`;
  };
}

export function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
