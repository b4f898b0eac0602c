"""Checks of what a query says of itself, and of twins that should say the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from graphkit.library.checking.faults import Fault, QueryFile
from graphkit.library.header import Header, Parameter

_SLOT = re.compile(r"\{([^{}]*)\}")


def check_header(file: QueryFile, header: Header) -> Iterator[Fault]:
    """Faults of a header in itself: examples, order, ask patterns."""
    for key, parameter in header.parameters.items():
        if not parameter.example:
            line = file.line_of("parameters", key)
            yield file.fault(line, f"the parameter {key} has no example")
    if not header.order:
        yield file.fault(1, "the header has no order: rows would come as it happens")
    for one in header.order:
        if header.columns[one.removeprefix("-")].many:
            yield file.fault(
                file.line_of("order"),
                f"rows cannot be ordered by {one}, which holds several values",
            )
    for pattern in header.ask:
        for message in _ask(pattern, header):
            yield file.fault(file.line_with("ask", pattern), f"ask: {pattern}: {message}")


def _ask(pattern: str, header: Header) -> Iterator[str]:
    slots = _SLOT.findall(pattern)
    if re.search(r"[{}]", _SLOT.sub("", pattern)):
        yield "a brace is open or too many"
    for slot in slots:
        if slot not in header.parameters:
            yield f"no parameter is called {slot}"
        if slots.count(slot) > 1:
            yield f"{slot} stands in it twice"
            break
    for key, parameter in header.parameters.items():
        if parameter.required and key not in slots:
            yield f"{key} is needed and has no place in it"


def check_twins(
    sparql: QueryFile, cypher: QueryFile, one: Header, other: Header
) -> Iterator[Fault]:
    """Where the header of the Cypher file says something else than that of the SPARQL file."""
    for field in Header.__struct_fields__:
        left, right = getattr(one, field), getattr(other, field)
        if left == right and (not isinstance(left, dict) or list(left) == list(right)):
            continue
        for name in _differing(left, right) if isinstance(left, dict) else [""]:
            shown = f"{field}.{name}" if name else field
            yield cypher.fault(
                cypher.line_of(field, name), f"{shown} is not the same as in {sparql.path.name}"
            )


def _differing(one: Mapping[str, object], other: Mapping[str, object]) -> list[str]:
    """Keys whose values differ; an empty one where only their order does."""
    return [key for key in {**other, **one} if one.get(key) != other.get(key)] or [""]


def check_asks(asked: Iterable[tuple[QueryFile, Header]]) -> Iterator[Fault]:
    """Patterns that two queries have in common, or one has twice: nobody could tell them apart.

    Slots count by the type of their parameter, as a place is a place whatever it is called.
    """
    owners: dict[str, list[tuple[QueryFile, str]]] = {}
    for file, header in asked:
        for pattern in header.ask:
            owners.setdefault(_shape(pattern, header), []).append((file, pattern))
    for found in owners.values():
        for file, pattern in found if len(found) > 1 else ():
            others = sorted({one.query for one, _ in found if one.query != file.query})
            what = f"the same pattern as in {', '.join(others)}" if others else "stands there twice"
            yield file.fault(file.line_with("ask", pattern), f"ask: {pattern}: {what}")


def _shape(pattern: str, header: Header) -> str:
    def typed(match: re.Match[str]) -> str:
        parameter = header.parameters.get(match[1])
        return f"{{{parameter.type if parameter else match[1]}}}"

    return " ".join(_SLOT.sub(typed, pattern).casefold().split())


def has_value(parameter: Parameter) -> bool:
    """Whether a parameter always has a value: it is needed, or has a default that is not null."""
    return parameter.required or isinstance(parameter.default, str)


def typed(parameter: Parameter) -> str | int | float | bool | None:
    """The example of a parameter as Cypher takes it, as near as can be told without a graph.

    >>> typed(Parameter(type="integer", summary="how many", example="3"))
    3
    """
    text = parameter.example
    try:
        if text is not None and parameter.type == "integer":
            return int(text)
        if text is not None and parameter.type == "decimal":
            return float(text)
    except ValueError:
        return text
    return text == "true" if parameter.type == "boolean" else text


def fits(order: list[str], found: list[tuple[str | None, bool]]) -> bool:
    """Whether what ORDER BY names is the order of a header; expressions (None) fit any column.

    >>> fits(["-n", "name"], [("n", True), (None, False)]), fits(["n"], [("n", True)])
    (True, False)
    """
    if len(order) != len(found):
        return False
    return all(
        (name is None or name == one.removeprefix("-")) and falls == one.startswith("-")
        for one, (name, falls) in zip(order, found, strict=True)
    )
