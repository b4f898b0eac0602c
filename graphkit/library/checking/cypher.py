"""Checks of a query's Cypher file, by its text alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphkit.embedded.guard import check
from graphkit.embedded.keys import Keys
from graphkit.embedded.tokens import PARAMETER
from graphkit.errors import UsageError
from graphkit.library.checking.cypher_reading import Reading
from graphkit.library.checking.cypher_terms import KnownNames
from graphkit.library.checking.faults import Fault, QueryFile
from graphkit.library.checking.headers import fits, typed
from graphkit.library.header import Header
from graphkit.property_graph.schema import GraphSchema


@dataclass(frozen=True)
class CypherRules:
    """What Cypher files are checked against: names of the property graph, keys of dates."""

    names: KnownNames
    keys: Keys

    @classmethod
    def of(cls, schema: GraphSchema) -> CypherRules:
        """The rules that a schema gives."""
        return cls(KnownNames.of(schema), Keys.of(schema))


def check_cypher(file: QueryFile, header: Header | None, rules: CypherRules) -> Iterator[Fault]:
    """Faults of a Cypher file; without its header, only those that need none."""
    try:
        reading = Reading(file.text)
    except UsageError as error:
        yield file.refused(error)
        return
    for line, message in rules.names.in_statement(reading):
        yield file.fault(line, message)
    for at in range(len(reading.tokens)):
        if reading.word(at) in ("LIMIT", "SKIP"):
            yield file.fault(
                reading.line(at), f"{reading.word(at)} cuts the answer; bound it by a parameter"
            )
    if header is None:
        return
    yield from _parameters(file, header, reading)
    yield from _columns(file, header, reading)
    yield from _order(file, header, reading)
    try:
        checked = check(file.text, examples(header, reading), rules.keys)
    except UsageError as error:
        yield file.refused(error, file.first_line)
        return
    if words := _unreadable(checked.text, checked.parameters):
        yield file.refused(UsageError(words), file.first_line)


def examples(header: Header, reading: Reading) -> dict[str, Any]:
    """A value for each parameter that a statement uses, of the type that it will have."""
    used = {token.text for token in reading.tokens if token.kind == PARAMETER}
    return {
        name: typed(header.parameters[name]) if name in header.parameters else None
        for name in sorted(used)
    }


def _unreadable(text: str, parameters: Mapping[str, Any]) -> str:
    """Why the embedded engine cannot read a statement, as an empty graph shows; else empty."""
    import kglite

    kglite.set_query_warning_policy("silent")
    try:
        kglite.KnowledgeGraph().cypher(text, params=dict(parameters))
    except kglite.CypherSyntaxError as error:
        return str(error).strip().splitlines()[0]
    except (kglite.KgError, ValueError, TypeError, OverflowError):
        return ""  # there is nothing in the graph that it could be right about
    return ""


def _parameters(file: QueryFile, header: Header, reading: Reading) -> Iterator[Fault]:
    used = {
        token.text: reading.line(at)
        for at, token in reversed(list(enumerate(reading.tokens)))
        if token.kind == PARAMETER
    }
    for key in header.parameters:
        if key not in used:
            yield file.fault(
                file.line_of("parameters", key), f"the parameter {key} is not used: no ${key}"
            )
    for name, line in used.items():
        if name not in header.parameters:
            yield file.fault(line, f"${name} is no parameter of the header")


def _columns(file: QueryFile, header: Header, reading: Reading) -> Iterator[Fault]:
    if not reading.returned:
        yield file.fault(file.first_line, "the query does not RETURN anything")
    for items in reading.returned:
        names = [item.name for item in items]
        if "*" in names:
            yield file.fault(reading.line(items[0].at), "RETURN *: name the columns")
            continue
        for name in header.columns:
            if name not in names:
                yield file.fault(
                    file.line_of("columns", name), f"the column {name} is not in the RETURN"
                )
        for item in items:
            if item.name not in header.columns:
                yield file.fault(
                    reading.line(item.at),
                    f"the RETURN gives {item.name}, which is no column of the header",
                )


def _order(file: QueryFile, header: Header, reading: Reading) -> Iterator[Fault]:
    found = reading.order
    if found is None:
        if header.order:
            yield file.fault(file.line_of("order"), "the header has an order, and no ORDER BY")
    elif header.order and not fits(header.order, found):
        lines = [
            reading.line(at) for at in range(len(reading.tokens)) if reading.word(at) == "ORDER"
        ]
        yield file.fault(lines[-1], f"ORDER BY is not the order of the header: {header.order}")
