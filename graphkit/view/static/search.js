// Finding a thing by its name, with suggestions while one types.

import { byId, element, isolated } from "./elements.js";

const MOST = 12;

// Letters without accents and in one case, words apart by single spaces.
export function folded(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}

// Things whose names hold every word that was typed: names that begin with it first, then those
// in which a word begins with it, the most linked first in each.
export function found(graph, names, typed, most = MOST) {
  const wanted = folded(typed);
  if (!wanted) return [];
  const words = wanted.split(" ");
  const groups = [[], [], []];
  for (const node of graph.order) {
    const name = names[node];
    if (!words.every((word) => name.includes(word))) continue;
    const group = name.startsWith(wanted) ? 0 : words.every((word) => ` ${name}`.includes(` ${word}`)) ? 1 : 2;
    if (groups[group].length < most) groups[group].push(node);
    if (groups[0].length === most) break;
  }
  return groups.flat().slice(0, most);
}

export function followSearch(graph, choose, say) {
  const input = byId("search");
  const list = byId("suggestions");
  let names = null;
  let nodes = [];
  let active = -1;

  function close() {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function suggest() {
    names ??= graph.nodes.name.map(folded);
    nodes = found(graph, names, input.value);
    active = -1;
    list.replaceChildren(
      ...nodes.map((node, index) =>
        element("li", { role: "option", id: `suggestion-${index}`, "aria-selected": "false", pointerdown: (event) => {
          event.preventDefault();
          take(node);
        } }, isolated(graph.nodes.name[node]), element("span", { class: "kind" }, graph.classes[graph.nodes.class[node]].name)),
      ),
    );
    list.hidden = !nodes.length;
    input.setAttribute("aria-expanded", String(nodes.length > 0));
    input.removeAttribute("aria-activedescendant");
    if (input.value.trim()) say(nodes.length ? `${nodes.length} found` : "Nothing found by this name");
  }

  function point(index) {
    active = (index + nodes.length) % nodes.length;
    [...list.children].forEach((item, place) => item.setAttribute("aria-selected", String(place === active)));
    list.children[active].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", `suggestion-${active}`);
  }

  function take(node) {
    input.value = graph.nodes.name[node];
    close();
    choose(node);
  }

  input.addEventListener("input", suggest);
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !list.hidden) close();
    else if (event.key === "Enter") {
      if (list.hidden) suggest();
      if (nodes.length) take(nodes[Math.max(active, 0)]);
    } else if (["ArrowDown", "ArrowUp"].includes(event.key)) {
      if (list.hidden) suggest();
      if (nodes.length) point(event.key === "ArrowDown" ? active + 1 : Math.max(active, 0) - 1);
    } else return;
    event.preventDefault();
  });
}
