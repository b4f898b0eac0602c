// The editor with JavaScript: YASQE in place of the text field, the answer on the same page.
"use strict";

addEventListener("DOMContentLoaded", () => {
  const terms = JSON.parse(document.getElementById("terms").textContent);
  const form = document.getElementById("query-form");
  const field = document.getElementById("query");
  const format = document.getElementById("format");
  const share = document.getElementById("share");
  const results = document.getElementById("results");
  const status = document.getElementById("status");
  const answer = document.getElementById("answer");
  const SHOWN = 1000;
  let running = null;

  // ---- The editor ----

  // YASQE would ask other hosts for prefixes and terms; here everything is in the page.
  const complete = (from, name, words) =>
    Yasqe.forkAutocompleter(from, { name, persistenceId: null, bulk: false, get: words });
  const starting = (words) => (_, token) => {
    const begun = (token && (token.autocompletionString || token.string)) || "";
    return words.filter((word) => word.startsWith(begun)).slice(0, 100);
  };
  let yasqe = null;
  if (window.Yasqe) {
    const declared = Object.entries(terms.prefixes).map(([name, iri]) => `${name}: <${iri}>`);
    complete("prefixes", "graphkit-prefixes", starting(declared));
    complete("class", "graphkit-classes", starting(terms.classes));
    complete("property", "graphkit-properties", starting(terms.properties));
    Yasqe.defaults.autocompleters = ["graphkit-prefixes", "graphkit-classes", "graphkit-properties", "variables"];
    const place = document.createElement("div");
    field.after(place);
    yasqe = new Yasqe(place, {
      value: field.value,
      persistenceId: null,
      consumeShareLink: null,
      createShareableLink: null,
      showQueryButton: false,
      resizeable: false,
      editorHeight: "auto",
      lineWrapping: true,
      viewportMargin: Infinity, // as high as the text: nothing to scroll without a mouse
      requestConfig: { endpoint: terms.endpoint },
      extraKeys: {
        ...Yasqe.defaults.extraKeys,
        "Ctrl-Enter": () => run(),
        "Cmd-Enter": () => run(),
        "Ctrl-S": () => {},
        Tab: false,
        "Shift-Tab": false,
      },
    });
    field.hidden = true;
    field.required = false;
    const input = yasqe.getInputField();
    input.setAttribute("aria-labelledby", "query-label");
    document.getElementById("query-label").addEventListener("click", () => yasqe.focus());
    document.getElementById("keys").hidden = false;
    yasqe.on("change", () => {
      field.value = yasqe.getValue();
      linked();
    });
  }
  field.addEventListener("input", () => linked());
  const address = () => `${terms.editor}?query=${encodeURIComponent(field.value.trim())}`;
  const linked = () => {
    share.href = address();
  };
  linked();
  share.addEventListener("click", async (event) => {
    if (!navigator.clipboard) return;
    event.preventDefault();
    try {
      await navigator.clipboard.writeText(new URL(address(), location.href).href);
      history.replaceState(null, "", address());
      share.textContent = "Link copied";
    } catch {
      location.href = address();
    }
  });

  // ---- Running ----

  form.addEventListener("submit", (event) => {
    if (format.value !== "html") return; // the browser saves the file
    event.preventDefault();
    run();
  });

  const run = async () => {
    running?.abort();
    const mine = (running = new AbortController());
    const began = performance.now();
    const seconds = () => `${((performance.now() - began) / 1000).toFixed(2)} s`;
    results.hidden = false;
    answer.replaceChildren();
    status.textContent = "Running …";
    try {
      const response = await fetch(terms.endpoint, {
        method: "POST",
        body: new URLSearchParams({ query: field.value }),
        headers: { Accept: "application/sparql-results+json, text/turtle;q=0.9, application/problem+json;q=0.8" },
        signal: mine.signal,
      });
      const kind = response.headers.get("Content-Type") || "";
      if (!response.ok) {
        refuse(kind.includes("json") ? await response.json() : { detail: await response.text() });
      } else if (kind.includes("json")) {
        tell(await response.json(), seconds);
      } else {
        const text = await response.text();
        status.textContent = `Statements in Turtle, ${text.length.toLocaleString("en-GB")} characters, ${seconds()}`;
        answer.append(made("pre", text.length > 200000 ? `${text.slice(0, 200000)}\n… the file has all` : text));
        answer.lastChild.tabIndex = 0;
      }
      results.scrollIntoView({ block: "nearest" });
    } catch (error) {
      if (error.name !== "AbortError") status.textContent = `The server could not be reached: ${error.message}`;
    }
  };

  const refuse = (problem) => {
    status.textContent = "";
    const note = made("div", "");
    note.className = "note warn";
    note.append(made("p", problem.detail || problem.title || "The query was refused."));
    if (problem.hint) note.append(made("p", problem.hint));
    answer.append(note);
    if (yasqe && problem.line) {
      yasqe.setCursor({ line: problem.line - 1, ch: Math.max(0, (problem.column || 1) - 1) });
    }
  };

  const tell = (result, seconds) => {
    if ("boolean" in result) {
      status.textContent = `${result.boolean ? "Yes" : "No"} (${seconds()})`;
      return;
    }
    const names = result.head.vars;
    const rows = result.results.bindings;
    const shown = rows.length > SHOWN ? `; the first ${SHOWN.toLocaleString("en-GB")} are shown, a file has all` : "";
    status.textContent = `${rows.length.toLocaleString("en-GB")} row${rows.length === 1 ? "" : "s"}, ${seconds()}${shown}`;
    if (!rows.length) return;
    const table = made("table", "");
    const head = table.createTHead().insertRow();
    for (const name of names) {
      const cell = made("th", name);
      cell.scope = "col";
      head.append(cell);
    }
    const body = table.createTBody();
    for (const row of rows.slice(0, SHOWN)) {
      const line = body.insertRow();
      for (const name of names) written(line.insertCell(), row[name]);
    }
    const scrolls = made("div", "");
    scrolls.className = "scrolls";
    scrolls.tabIndex = 0;
    scrolls.setAttribute("role", "region");
    scrolls.setAttribute("aria-label", "Rows");
    scrolls.append(table);
    answer.append(scrolls);
  };

  const written = (cell, term) => {
    if (!term) return;
    if (term.type === "uri") {
      const link = made("a", shortened(term.value));
      const own = terms.base && term.value.startsWith(`${terms.base}id/`);
      const path = own ? terms.root + term.value.slice(terms.base.length) : `${terms.resource}?iri=${encodeURIComponent(term.value)}`;
      link.href = path;
      link.title = term.value;
      cell.append(link);
    } else if (term.type === "bnode") {
      cell.append(`_:${term.value}`);
    } else if (term.type === "triple") {
      cell.append(JSON.stringify(term.value));
    } else {
      const text = made("span", term.value);
      text.dir = "auto";
      cell.append(text);
      const kind = term["xml:lang"] || (term.datatype && shortened(term.datatype));
      if (kind && !["xsd:string", "xsd:integer", "xsd:decimal", "xsd:date", "xsd:boolean"].includes(kind)) {
        const said = made("span", ` ${kind}`);
        said.className = "kind-of-value";
        cell.append(said);
      }
      if (term.datatype && /(integer|decimal|double|float)$/.test(term.datatype)) cell.className = "number";
    }
  };

  const shortened = (iri) => {
    let best = "";
    for (const [name, start] of Object.entries(terms.prefixes)) {
      if (iri.startsWith(start) && start.length > best.length) best = start;
    }
    if (!best) return terms.base && iri.startsWith(terms.base) ? iri.slice(terms.base.length) : iri;
    const name = Object.keys(terms.prefixes).find((one) => terms.prefixes[one] === best);
    return `${name}:${iri.slice(best.length)}`;
  };

  const made = (name, text) => {
    const element = document.createElement(name);
    element.textContent = text;
    return element;
  };
});
