"""Questions to the whole property graph, for many things at once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

_RELATIONSHIPS = """
    SELECT a.place, r.type, e.label, e.iri, e.content
    FROM temp.asked a JOIN relationship r ON r.start = a.n JOIN node e ON e.n = r."end"
    WHERE r.type IN ({marks}) ORDER BY a.place, r.type, e.label, e.id
"""


class Asked:
    """Things of the whole graph that questions are asked about, by places of the asker's own."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def contents(self) -> Iterator[tuple[int, str, bytes]]:
        """Place, IRI and content of each."""
        yield from self._database.execute(
            "SELECT a.place, n.iri, n.content FROM temp.asked a JOIN node n ON n.n = a.n "
            "ORDER BY a.place"
        )

    def neighbours(self, *types: str) -> Iterator[tuple[int, str, str, str, bytes]]:
        """Where relationships of these types lead: place, type; label, IRI, content of the end."""
        marks = ", ".join("?" * len(types))
        yield from self._database.execute(_RELATIONSHIPS.format(marks=marks), types)


@contextmanager
def asked_by_iri(
    database: sqlite3.Connection, things: Iterable[tuple[int, str]]
) -> Iterator[Asked]:
    """Ask about things given as (place, IRI)."""
    with _asked(database, "iri = ?2", things) as found:
        yield found


@contextmanager
def asked_by_id(
    database: sqlite3.Connection, label: str, things: Iterable[tuple[int, str]]
) -> Iterator[Asked]:
    """Ask about things of a label given as (place, id)."""
    rows = ((place, identifier, label) for place, identifier in things)
    with _asked(database, "label = ?3 AND id = ?2", rows) as found:
        yield found


@contextmanager
def _asked(
    database: sqlite3.Connection, where: str, rows: Iterable[tuple[object, ...]]
) -> Iterator[Asked]:
    database.execute("CREATE TEMP TABLE asked (place INTEGER, n INTEGER)")
    try:
        database.executemany(f"INSERT INTO temp.asked SELECT ?1, n FROM node WHERE {where}", rows)
        yield Asked(database)
    finally:
        database.commit()
        database.execute("DROP TABLE temp.asked")
