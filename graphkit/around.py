"""One thing with everything around it: statements on it, and statements that name it."""

from __future__ import annotations

from graphkit.library import Library
from graphkit.store import python_value
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


def around(library: Library, text: str) -> Result:
    """Everything that is said of a thing, each statement with the graph that says it.

    Rows are sorted by direction, property and value.
    """
    named = library.resolver.thing(text)
    rows: set[tuple[str, ...]] = set()
    for direction, query in (("out", _OUT), ("in", _IN)):
        for row in library.store.run(query, {"_thing": named.term}, PREFIXES):
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
