// The colours of the picture, taken from the style sheet so that light and dark are told once.

const NAMES = [
  "paper", "ink", "muted", "line", "focus", "veil",
  "full", "direct", "partial", "indirect", "unstated", "similar",
];

export function theme() {
  const style = getComputedStyle(document.documentElement);
  const probe = document.createElement("span");
  probe.hidden = true;
  document.body.append(probe);
  const found = {};
  for (const name of NAMES) {
    // A probe resolves light-dark(), which a custom property by itself keeps unresolved.
    probe.style.color = style.getPropertyValue(`--${name}`);
    found[name] = getComputedStyle(probe).color;
  }
  probe.remove();
  return found;
}
