"""Rows of a property graph that take the place of others, at the place that is theirs."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from graphkit.property_graph.building import NODE_GAP, RELATIONSHIP_GAP
from graphkit.property_graph.elements import sum_of, weight_of_node, weight_of_relationship
from graphkit.property_graph.neighbourhood import Before, NodeBefore, NotFollowedError

_NODE_AFTER = """
SELECT n, label, id FROM node WHERE (label, id) > (?, ?) ORDER BY label, id LIMIT 1
"""
_NODE_BEFORE = "SELECT MAX(n) FROM node WHERE n < ?"
_ROW_FROM = """
SELECT n, type, start, "end", key FROM relationship WHERE n >= ? ORDER BY n LIMIT 1
"""
_ROW_BEFORE = "SELECT MAX(n) FROM relationship WHERE n < ?"
_STARTING = """
SELECT s.iri, r.type, e.iri, r.key, r.identity, r.content
FROM relationship r JOIN node s ON s.n = r.start JOIN node e ON e.n = r."end"
"""

_Row = tuple[str, int, int, str]
"""Type, start, end and key: the order of relationships."""


@dataclass(frozen=True, slots=True)
class _Link:
    """A relationship as it is now, between IRIs."""

    type: str
    start: str
    end: str
    key: str
    identity: bytes
    content: bytes


@dataclass
class _Changes:
    """What is to be written, and by how much the sum of all elements changes."""

    total: int = 0
    nodes_gone: list[int] = field(default_factory=list)
    nodes_new: list[tuple[str, str, str, bytes, bytes]] = field(default_factory=list)
    """Label, id, IRI, digest and content."""
    nodes_changed: list[tuple[bytes, bytes, int]] = field(default_factory=list)
    links_gone: list[int] = field(default_factory=list)
    links_new: list[_Link] = field(default_factory=list)
    links_changed: list[tuple[bytes, int]] = field(default_factory=list)


def replace(
    database: sqlite3.Connection,
    before: Mapping[str, Before],
    parts: Mapping[str, Before],
    now: sqlite3.Connection,
) -> None:
    """Put the rows that a small graph has of things where the whole graph's were.

    `parts` have no node, and statements left over at most. Raises NotFollowedError where
    there is no number left between two rows.
    """
    changes = _changes(before, now)
    run, many = database.execute, database.executemany
    many("DELETE FROM relationship WHERE n = ?", ((n,) for n in changes.links_gone))
    many("DELETE FROM node WHERE n = ?", ((n,) for n in changes.nodes_gone))
    many("UPDATE node SET digest = ?, content = ? WHERE n = ?", changes.nodes_changed)
    many("UPDATE relationship SET content = ? WHERE n = ?", changes.links_changed)
    many("INSERT INTO node VALUES (?, ?, ?, ?, ?, ?)", _numbered_nodes(database, changes.nodes_new))
    many(
        "INSERT INTO relationship VALUES (?, ?, ?, ?, ?, ?, ?)",
        _numbered_links(database, changes.links_new),
    )
    _leave(database, {**parts, **before}, now)
    ((digest,),) = run("SELECT value FROM meta WHERE name = 'digest'")
    total = sum_of(int(digest, 16) + changes.total)
    run("UPDATE meta SET value = ? WHERE name = 'digest'", (total,))


def _changes(before: Mapping[str, Before], now: sqlite3.Connection) -> _Changes:
    changes = _Changes()
    columns = "iri, label, id, digest, content"
    nodes = {row[0]: row for row in now.execute(f"SELECT {columns} FROM node")}
    links: dict[str, dict[bytes, _Link]] = {}
    for start, type_, end, *rest in now.execute(_STARTING):
        one = _Link(type_, start, end, *rest)
        links.setdefault(start, {})[one.identity] = one
    moved = set()
    for term, old in before.items():
        iri = term[1:-1]
        if _is_moved(changes, old.node, nodes.get(iri)):
            moved.add(iri)
    for term, old in before.items():
        iri = term[1:-1]
        _compare_links(changes, old, links.get(iri, {}) if iri in nodes else {}, iri, moved)
    return changes


def _is_moved(
    changes: _Changes, old: NodeBefore | None, row: tuple[str, str, str, bytes, bytes] | None
) -> bool:
    """Note what becomes of a node; whether it has another place, or none, or had none."""
    if old is not None:
        changes.total -= weight_of_node(old.label, old.id, old.digest)
    if row is not None:
        iri, label, identifier, digest, content = row
        changes.total += weight_of_node(label, identifier, digest)
        if old is not None and (old.label, old.id) == (label, identifier):
            if old.content != content:
                changes.nodes_changed.append((digest, content, old.n))
            return False
        changes.nodes_new.append((label, identifier, iri, digest, content))
    if old is not None:
        changes.nodes_gone.append(old.n)
    return True


def _compare_links(
    changes: _Changes, old: Before, links: dict[bytes, _Link], iri: str, moved: set[str]
) -> None:
    left = dict(links)
    for row in old.relationships:
        changes.total -= weight_of_relationship(row.identity, row.content)
        one = left.get(row.identity)
        if one is None or iri in moved or one.end in moved:
            changes.links_gone.append(row.n)
            continue
        del left[row.identity]
        changes.total += weight_of_relationship(one.identity, one.content)
        if one.content != row.content:
            changes.links_changed.append((one.content, row.n))
    for one in left.values():
        changes.total += weight_of_relationship(one.identity, one.content)
        changes.links_new.append(one)


def _leave(
    database: sqlite3.Connection, before: Mapping[str, Before], now: sqlite3.Connection
) -> None:
    """Keep what is left over of things now, and no more of them."""
    gone = [(text,) for one in before.values() for text in one.leftover]
    database.executemany("DELETE FROM leftover WHERE line = ?", gone)
    rows = now.execute("SELECT line FROM leftover").fetchall()
    left = [row for row in rows if row[0].partition(" ")[0] in before]
    database.executemany("INSERT INTO leftover VALUES (?)", left)


def spread(low: int, high: int | None, count: int, gap: int) -> list[int]:
    """So many numbers between two, as far apart as `gap` where there is room.

    Raises NotFollowedError where there is none at all.

    >>> spread(1024, 2048, 3, 1024)
    [1280, 1536, 1792]
    >>> spread(1024, None, 2, 1024)
    [2048, 3072]
    """
    step = gap if high is None else min(gap, (high - low) // (count + 1))
    if step < 1:
        raise NotFollowedError
    return [low + step * (number + 1) for number in range(count)]


def _numbered_nodes(
    database: sqlite3.Connection, rows: list[tuple[str, str, str, bytes, bytes]]
) -> list[tuple[int, str, str, str, bytes, bytes]]:
    """Rows with numbers that put them in the order of label and id."""
    numbered: list[tuple[int, str, str, str, bytes, bytes]] = []
    rows = sorted(rows)
    while rows:
        after = database.execute(_NODE_AFTER, rows[0][:2]).fetchone()
        some = rows if after is None else [row for row in rows if row[:2] < tuple(after[1:])]
        numbers = _between(database, _NODE_BEFORE, after and after[0], len(some), NODE_GAP)
        numbered += [(n, *row) for n, row in zip(numbers, some, strict=True)]
        rows = rows[len(some) :]
    return numbered


def _between(
    database: sqlite3.Connection, before: str, high: int | None, count: int, gap: int
) -> list[int]:
    limit = (1 << 63) - 1 if high is None else high
    ((low,),) = database.execute(before, (limit,))
    return spread(low or 0, high, count, gap)


def _numbered_links(
    database: sqlite3.Connection, links: list[_Link]
) -> list[tuple[int, str, int, int, str, bytes, bytes]]:
    """Rows with numbers that put them in the order of type, start, end and key."""
    ends = _numbers(database, {iri for one in links for iri in (one.start, one.end)})
    rows = sorted(
        ((one.type, ends[one.start], ends[one.end], one.key), one.identity, one.content)
        for one in links
    )
    numbered: list[tuple[int, str, int, int, str, bytes, bytes]] = []
    ((last,),) = database.execute("SELECT MAX(n) FROM relationship")
    at, low = 0, 0
    while at < len(rows):
        low, after = _row_after(database, rows[at][0], low, (last or 0) + 1)
        end = at + 1
        while end < len(rows) and (after is None or rows[end][0] < after):
            end += 1
        high = None if after is None else low
        numbers = _between(database, _ROW_BEFORE, high, end - at, RELATIONSHIP_GAP)
        for n, (row, identity, content) in zip(numbers, rows[at:end], strict=True):
            numbered.append((n, *row, identity, content))
        at = end
    return numbered


def _numbers(database: sqlite3.Connection, iris: Iterable[str]) -> dict[str, int]:
    query = "SELECT n FROM node WHERE iri = ?"
    return {iri: database.execute(query, (iri,)).fetchone()[0] for iri in iris}


def _row_after(
    database: sqlite3.Connection, wanted: _Row, low: int, high: int
) -> tuple[int, _Row | None]:
    """The number of the first relationship after a place in the order, and its place.

    It is looked for between two numbers. Where all come before it, the place is None.
    """
    while low < high:
        middle = (low + high) // 2
        row = database.execute(_ROW_FROM, (middle,)).fetchone()
        if row is None or tuple(row[1:]) > wanted:
            high = middle
        else:
            low = row[0] + 1
    row = database.execute(_ROW_FROM, (low,)).fetchone()
    return (low, None) if row is None else (row[0], tuple(row[1:]))
