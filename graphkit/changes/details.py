"""What relationships tell about a question or a project: who asks, who leads, which topics.

They are laid down as fields of the thing that they begin at, so that a question that
moved to another department is one change and not a link lost and another one gained.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from graphkit.changes.pair import SIDES, Pair
from graphkit.changes.records import FieldChange
from graphkit.property_graph.elements import Value, decoded
from graphkit.property_graph.schema import (
    ID,
    IRI,
    MARKS,
    NAME,
    OTHER_SOURCES,
    PROPERTY_SOURCES,
    SOURCE,
)
from graphkit.subgraph.classes import ADDRESSES, PROJECT, QUESTION

SIMILAR_TO, AWARD, AWARDED = "SIMILAR_TO", "Award", "AWARDED"
_PROVENANCE = frozenset({SOURCE, OTHER_SOURCES, PROPERTY_SOURCES})
_PASSED = frozenset({ID, IRI, NAME}) | _PROVENANCE
_OWN_SECTION = (ADDRESSES, SIMILAR_TO)
_TOLD = f"""
SELECT t.start_iri, t.type, n.content FROM temp.{{table}} t
JOIN {{side}}.node n ON n.iri = t.end_iri
WHERE t.label IN ('{QUESTION}', '{PROJECT}') AND t.type NOT IN ('{ADDRESSES}', '{SIMILAR_TO}')
"""


def told(content: bytes | None) -> dict[str, Value]:
    """What a node says, without where it stands and what it is called by graphkit."""
    if content is None:
        return {}
    properties = decoded(content)[0]
    return {
        name: value
        for name, value in properties.items()
        if name not in _PASSED and not name.endswith(MARKS)
    }


def field_changes(
    old: Mapping[str, Value], new: Mapping[str, Value]
) -> Iterator[tuple[str, Value | None, Value | None]]:
    """The fields that differ, by name, with what they held before and after."""
    for name in sorted(old.keys() | new.keys()):
        before, after = old.get(name), new.get(name)
        if before != after:
            yield name, before, after


def gather_details(pair: Pair, *, awards: bool = True) -> None:
    """Lay down what relationships and awards say of questions and projects: table `detail`."""
    run = pair.database.execute
    run("CREATE TEMP TABLE detail (thing TEXT, field TEXT, side INTEGER, value BLOB)")
    encode = msgspec.msgpack.Encoder().encode
    for side, table in enumerate(("lost", "gained")):
        rows = run(_TOLD.format(table=table, side=SIDES[side]))
        while some := rows.fetchmany(1_000):
            pair.database.executemany(
                "INSERT INTO temp.detail VALUES (?, ?, ?, ?)",
                (
                    (iri, type_.lower(), side, encode(decoded(content)[0].get(NAME, "")))
                    for iri, type_, content in some
                ),
            )
    if awards:
        _gather_awards(pair)
    run("CREATE INDEX temp.detail_thing ON detail (thing, field, side)")


def _gather_awards(pair: Pair) -> None:
    encode = msgspec.msgpack.Encoder().encode
    for iri, old, new in list_changed(pair, AWARD):
        project = pair.database.execute(
            f'SELECT s.iri FROM new.node e CROSS JOIN new.relationship r ON r."end" = e.n '
            f"JOIN new.node s ON s.n = r.start WHERE e.iri = ? AND r.type = '{AWARDED}'",
            (iri,),
        ).fetchone()
        if project is None:
            continue
        for name, before, after in field_changes(told(old), told(new)):
            for side, value in enumerate((before, after)):
                if value is not None:
                    pair.database.execute(
                        "INSERT INTO temp.detail VALUES (?, ?, ?, ?)",
                        (project[0], f"award {name}", side, encode(value)),
                    )


def list_changed(pair: Pair, label: str) -> Iterator[tuple[str, bytes, bytes]]:
    """The nodes of a label that both sides have and that differ in more than their source."""
    for iri, old, new in pair.differing(label):
        if old is not None and new is not None and told(old) != told(new):
            yield iri, old, new


def details(pair: Pair, thing: str) -> dict[str, FieldChange]:
    """What relationships told of a thing before and after, by field."""
    found: dict[str, tuple[list[Value], list[Value]]] = {}
    query = "SELECT field, side, value FROM temp.detail WHERE thing = ? ORDER BY field, side"
    for name, side, data in pair.database.execute(query, (thing,)):
        found.setdefault(name, ([], []))[side].append(msgspec.msgpack.decode(data))
    return {name: change for name, sides in found.items() if (change := _change(name, *sides))}


def _change(name: str, old: list[Value], new: list[Value]) -> FieldChange | None:
    before, after = sorted(old, key=str), sorted(new, key=str)
    if before == after:  # another thing of the same name
        return None
    return FieldChange(field=name, old=_plain(before), new=_plain(after), names=True)


def _plain(values: list[Value]) -> Value | None:
    if not values:
        return None
    return values[0] if len(values) == 1 else list(values)


def with_details(pair: Pair, label: str) -> Iterator[str]:
    """Things of a label that only relationships make different, sorted by IRI."""
    rows = pair.database.execute(
        "SELECT DISTINCT d.thing FROM temp.detail d JOIN new.node n ON n.iri = d.thing "
        "JOIN old.node o ON o.iri = d.thing AND o.label = n.label "
        "WHERE n.label = ? AND n.digest = o.digest ORDER BY 1",
        (label,),
    )
    for (iri,) in rows:
        yield iri
