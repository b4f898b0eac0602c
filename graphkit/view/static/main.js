// Brings the page's parts together.

import { linkDetails, showDetails, thingDetails } from "./details.js";
import { byId, counted } from "./elements.js";
import { makeFilterForm } from "./filter-form.js";
import { noFilters, shown } from "./filters.js";
import { makeGraph } from "./graph.js";
import { followKeys } from "./keyboard.js";
import { makePicture } from "./picture.js";
import { followPointer } from "./pointing.js";
import { download, savedPng, savedSvg } from "./saving.js";
import { followSearch } from "./search.js";
import { makeTables } from "./tables.js";
import { unpacked } from "./unpacking.js";

const TABS = ["picture", "things", "links"];

async function start() {
  const graph = makeGraph(await unpacked("picture-data"));
  let visible = shown(graph, noFilters(graph));
  const tables = makeTables(graph, () => visible, open);
  const picture = canDraw() ? makePicture(byId("drawing"), graph, visible) : null;
  let opener = null;

  const say = (text) => {
    byId("status").textContent = text;
  };

  const tell = makeFilterForm(graph, (filters) => {
    visible = shown(graph, filters);
    picture?.show(visible);
    tables.things.update();
    tables.links.update();
    say(tell(visible));
  });
  say(tell(visible));

  async function open(kind, place, focus = true) {
    if (kind === "nothing") return close();
    if (byId("details").hidden) opener = document.activeElement;
    const content = kind === "thing"
      ? await thingDetails(graph, visible, place, open)
      : await linkDetails(graph, visible, place, open);
    picture?.mark({ chosen: kind === "thing" ? place : -1, link: kind === "link" ? place : -1 });
    showDetails(content, focus);
    if (kind === "link" && focus && !byId("picture").hidden) picture?.seeLink(place);
    return undefined;
  }

  function close() {
    if (byId("details").hidden) return;
    const inside = byId("details").contains(document.activeElement);
    byId("details").hidden = true;
    picture?.mark({ chosen: -1, link: -1 });
    if (inside) (opener?.isConnected ? opener : byId("stage")).focus();
  }

  function choose(node) {
    if (!visible.nodes[node]) say(`${graph.nodes.name[node]} is filtered away: its facts are in the panel`);
    if (!byId("picture").hidden) picture?.centre(node);
    open("thing", node, false);
  }

  function look(name) {
    for (const tab of TABS) {
      const mine = tab === name;
      byId(tab).hidden = !mine;
      byId(`${tab}-tab`).setAttribute("aria-selected", String(mine));
      byId(`${tab}-tab`).tabIndex = mine ? 0 : -1;
    }
    if (name === "picture") picture?.resize();
    else tables[name].open();
  }

  for (const [index, tab] of TABS.entries()) {
    const button = byId(`${tab}-tab`);
    button.addEventListener("click", () => look(tab));
    button.addEventListener("keydown", (event) => {
      const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!by) return;
      event.preventDefault();
      const next = TABS[(index + by + TABS.length) % TABS.length];
      look(next);
      byId(`${next}-tab`).focus();
    });
  }
  document.querySelector(".skip").addEventListener("click", () => look("things"));

  followSearch(graph, choose, say);
  byId("close-details").addEventListener("click", close);
  const help = () => byId("help").showModal();
  byId("open-help").addEventListener("click", help);

  if (!picture) {
    complain("This browser cannot draw on a canvas, so there is no picture; the tables below hold the same data.");
    look("things");
  } else {
    const stage = byId("stage");
    stage.setAttribute("aria-label", `Network of ${counted(graph.count, "thing")} and ${counted(graph.size, "link")}`);
    followPointer(stage, picture, (kind, place) => open(kind, place, false));
    followKeys(stage, picture, { open, close, help, say, search: () => byId("search").focus() });
    byId("zoom-in").addEventListener("click", () => picture.zoom(1.4));
    byId("zoom-out").addEventListener("click", () => picture.zoom(1 / 1.4));
    byId("fit").addEventListener("click", picture.fit);
    byId("save-svg").addEventListener("click", () => download(savedSvg(picture), graph.title, "svg"));
    byId("save-png").addEventListener("click", async () => download(await savedPng(picture), graph.title, "png"));
  }
  if (matchMedia("(max-width: 46rem)").matches) byId("filter-details").open = false;
  // For whoever measures or tests the page: ready is when the picture has been on screen.
  window.graphkitView = { graph, picture, shown: () => visible };
  requestAnimationFrame(() => requestAnimationFrame(() => {
    performance.mark("ready");
    document.documentElement.dataset.ready = "yes";
  }));
}

function canDraw() {
  return Boolean(document.createElement("canvas").getContext?.("2d"));
}

function complain(text) {
  byId("notice").textContent = text;
  byId("notice").hidden = false;
}

start().catch((error) => {
  complain(`The page could not be opened: ${error.message}. It needs a browser of 2023 or later.`);
  throw error;
});
