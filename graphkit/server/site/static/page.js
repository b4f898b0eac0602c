// What pages do better with JavaScript; each works without it.
"use strict";

// A link into a folded part opens it, so that the reader sees what was linked to.
const unfold = () => {
  const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let part = target; part; part = part.parentElement) {
    if (part.localName === "details") part.open = true;
  }
};
addEventListener("hashchange", unfold);
addEventListener("DOMContentLoaded", unfold);

// What is folded is printed, too.
addEventListener("beforeprint", () => {
  for (const part of document.querySelectorAll("details:not([open]):not(.behind details)")) {
    part.open = true;
    part.dataset.printed = "";
  }
});
addEventListener("afterprint", () => {
  for (const part of document.querySelectorAll("details[data-printed]")) {
    part.open = false;
    delete part.dataset.printed;
  }
});
