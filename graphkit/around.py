"""One thing with everything around it: statements on it, and statements that name it."""

from __future__ import annotations

import pyoxigraph as ox

from graphkit.errors import UsageError
from graphkit.library import Runner, python_value
from graphkit.names import KINDS, Named
from graphkit.tabular import Result
from graphkit.vocabulary import PREFIXES, curie

_OUT = """SELECT ?property ?value ?label ?source WHERE {
  GRAPH ?source { ?_thing ?property ?value }
  OPTIONAL { ?value skos:prefLabel|dct:title|schema:text ?label }
}"""
_IN = """SELECT ?property ?value ?label ?source WHERE {
  GRAPH ?source { ?value ?property ?_thing }
  OPTIONAL { ?value skos:prefLabel|dct:title|schema:text ?label }
}"""
COLUMNS = ("direction", "property", "value", "label", "source")


def find_thing(runner: Runner, text: str) -> Named:
    """The thing that a user means by an address, `kind:name`, `kind/key`, reference or number.

    Raises UsageError with what could be tried.
    """
    text = text.strip().strip("<>")
    base = runner.snapshot.manifest.base
    for address in (text, f"{base}id/{text}") if "/" in text else ():
        try:
            node = ox.NamedNode(address)
        except ValueError:
            continue
        if runner.store.run("ASK { ?_thing ?p ?o }", {"_thing": node}):
            return Named(node)
    kind, colon, rest = text.partition(":")
    if colon and kind in KINDS:
        return runner.resolver.value(kind, rest)
    misses = []
    for guess in ("question", "project", "place", "department", "funder", "aspect", "organisation"):
        try:
            return runner.resolver.value(guess, text)
        except UsageError as error:
            if not error.message.startswith("no such"):
                raise
            misses.append(error)
    raise UsageError(
        f"nothing here is called {text}", hint=f"say of what kind: {', '.join(KINDS)}, as kind:name"
    )


def around(runner: Runner, text: str) -> Result:
    """Everything that is said of a thing, each statement with the graph that says it.

    Rows are sorted by direction, property and value.
    """
    named = find_thing(runner, text)
    rows: set[tuple[str, ...]] = set()
    for direction, query in (("out", _OUT), ("in", _IN)):
        for row in runner.store.run(query, {"_thing": named.term}, PREFIXES):
            rows.add(
                (
                    direction,
                    curie(row["property"].value),
                    str(python_value(row["value"])),
                    str(python_value(row["label"]) or ""),
                    row["source"].value.rpartition("/graph/")[2],
                )
            )
    ordered = sorted(rows, key=lambda row: (row[0] == "in", *row[1:]))
    remarks = (f"{named.term.value}", *((named.remark,) if named.remark else ()))
    return Result(COLUMNS, list(ordered), remarks)
