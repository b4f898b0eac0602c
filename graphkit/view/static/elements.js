// Elements of the page. Whatever comes from data enters as text, never as HTML.

const SVG = "http://www.w3.org/2000/svg";

// An element with attributes and children; functions become listeners, strings become text.
export function element(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

export function svgElement(name, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, name), attributes, children);
}

function filled(made, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(key, value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== undefined && value !== null) made.setAttribute(key, value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return made;
}

export function byId(id) {
  return document.getElementById(id);
}

// Text of unknown direction, kept from turning what stands around it.
export function isolated(text) {
  return element("bdi", {}, text);
}

// A link to a page of the web; any other address stays text, so that none can run a script.
export function webLink(address, text = address) {
  if (!isWebAddress(address)) return isolated(text);
  return element("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, isolated(text));
}

export function isWebAddress(address) {
  if (!/^https?:\/\/\S+$/i.test(address)) return false;
  try {
    return ["http:", "https:"].includes(new URL(address).protocol);
  } catch {
    return false;
  }
}

export function counted(number, one, many = `${one}s`) {
  return `${number.toLocaleString("en-GB")} ${number === 1 ? one : many}`;
}
