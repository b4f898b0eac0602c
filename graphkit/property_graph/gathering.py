"""The statements about each thing, out of a stream of quads.

The writer of a snapshot puts what belongs together next to each other, so a
window of recent things is enough to gather everything (`in_order`). Quads in
any other order come to the same graph more slowly, through a table (`scattered`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import groupby, islice
from typing import BinaryIO

import msgspec

from graphkit.property_graph.projection import Projected, Projector, Statement, Statements, line
from graphkit.store import line_chunks

WINDOW = 4_000
"""How many things are kept at hand. A project with all its parts has at most some hundred."""
_CHUNK_BYTES = 1 << 20
_PACK = msgspec.msgpack.Encoder()
_UNPACK = msgspec.msgpack.Decoder(list[tuple[str, str, str]])

Batch = tuple[list[Projected], list[str]]
"""What was projected, and lines of N-Quads that have no place."""


class OutOfOrderError(Exception):
    """The statements about some thing do not stand together."""


class _Window:
    """Recent things with their statements, the oldest first."""

    def __init__(self) -> None:
        self.things: dict[str, Statements] = {}

    def fill(self, quads: BinaryIO) -> Iterator[list[str]]:
        """Read quads to the end; gives the things to be dealt with whenever there are many.

        Whoever gets a batch takes its things out of `things`. Lines are as the snapshot's
        writer makes them, with one space between two terms.
        """
        things = self.things
        last, statements = "", []
        for chunk in line_chunks(quads, _CHUNK_BYTES):
            for text in chunk.decode("utf-8").split("\n"):
                if not text:
                    continue
                subject, predicate, rest = text.split(" ", 2)
                value, graph, _ = rest.rsplit(" ", 2)
                if subject != last:
                    last = subject
                    found = things.get(subject)
                    if found is None:
                        if len(things) >= WINDOW:
                            yield list(islice(things, max(WINDOW // 2, 1)))
                        found = things[subject] = []
                    statements = found
                statements.append((predicate, value, graph))
        yield list(things)


def statement_of(text: str) -> tuple[str, Statement]:
    """The subject of a line of N-Quads, and what is said of it.

    >>> statement_of('<a:s> <a:p> "o o" <a:g> .\\n')
    ('<a:s>', ('<a:p>', '"o o"', '<a:g>'))
    """
    subject, predicate, rest = text.split(" ", 2)
    value, graph, _ = rest.rsplit(" ", 2)
    return subject, (predicate, value, graph)


def in_order(
    quads: BinaryIO, projector: Projector, database: sqlite3.Connection
) -> Iterator[Batch]:
    """Project quads of which those about one thing stand close together.

    Raises OutOfOrderError where anything may have been met in part only: a thing that
    nobody folded, or one that its owner cannot find. A second node for one IRI
    is for the caller to notice, and a node for anything in the table `term`: that has
    statements in the ontology's graph alone.
    """
    window = _Window()
    things = window.things
    ontology, own = projector.ontology_graph, f"<{projector.base}id/"

    def lookup(iri: str) -> Statements:
        if iri not in things:
            raise OutOfOrderError(iri)
        return things[iri]

    for batch in window.fill(quads):
        projected: list[Projected] = []
        others: list[str] = []
        for subject in batch:
            if subject not in things:
                continue  # folded into one that came before
            one = projector.project(subject, things[subject], lookup)
            if one is None:
                others.append(subject)
                continue
            projected.append(one)
            del things[subject]
            for iri in one.folded:
                things.pop(iri, None)
        terms: list[tuple[str]] = []
        for subject in others:
            statements = things.pop(subject, None)
            if statements is None:
                continue
            if subject.startswith(own) or any(graph != ontology for _, _, graph in statements):
                raise OutOfOrderError(subject)
            terms.append((subject[1:-1],))
        database.executemany("INSERT INTO term VALUES (?)", terms)
        yield projected, []


def scattered(
    quads: BinaryIO, projector: Projector, database: sqlite3.Connection
) -> Iterator[Batch]:
    """Project quads in any order: they are put in order in a table first."""
    run = database.execute
    run("CREATE TEMP TABLE piece (subject TEXT, statements BLOB)")
    run("CREATE TEMP TABLE other (subject TEXT)")
    run("CREATE TEMP TABLE folded (subject TEXT PRIMARY KEY) WITHOUT ROWID")
    window = _Window()
    for batch in window.fill(quads):
        pieces = [(subject, _PACK.encode(window.things.pop(subject))) for subject in batch]
        database.executemany("INSERT INTO piece VALUES (?, ?)", pieces)
    run("CREATE INDEX temp.piece_subject ON piece (subject)")

    def lookup(iri: str) -> Statements | None:
        rows = run("SELECT statements FROM piece WHERE subject = ?", (iri,))
        return _together(data for (data,) in rows) or None

    projected: list[Projected] = []
    rows = run("SELECT subject, statements FROM piece ORDER BY subject")
    for subject, group in groupby(rows, key=lambda row: str(row[0])):
        one = projector.project(subject, _together(data for _, data in group), lookup)
        if one is None:
            run("INSERT INTO other VALUES (?)", (subject,))
            continue
        projected.append(one)
        folded = [(iri,) for iri in one.folded]
        database.executemany("INSERT OR IGNORE INTO folded VALUES (?)", folded)
        if len(projected) >= WINDOW:
            yield projected, []
            projected = []
    yield projected, []
    alone = run("SELECT subject FROM other WHERE subject NOT IN (SELECT subject FROM folded)")
    for (subject,) in alone:
        yield (
            [],
            [
                line(subject, one)
                for one in lookup(subject) or ()
                if one[2] != projector.ontology_graph
            ],
        )


def _together(pieces: Iterator[bytes]) -> Statements:
    return sorted({one for data in pieces for one in _UNPACK.decode(data)})
