// What is said of things and links; unpacked when someone first asks.

import { unpacked } from "./unpacking.js";

let waiting = null;

export function allFacts() {
  waiting ??= unpacked("facts-data");
  return waiting;
}

// The address of a thing from its key; a key with a colon is an address already.
export function addressOf(facts, key) {
  return key.includes(":") ? key : facts.base + key;
}
