"""The statements behind a subgraph, as lines of N-Quads.

Those of the whole graph are the snapshot's own file, the ontology's named graph among them.
Those of a part are what its nodes and relationships stand for; what the ontology's named graph
says of them (of aspects, say) is among them too.

A relationship that an assessment, a similarity or a succession says more about (its degree, its
score, its origin) is one plain statement in RDF: the rest is said of the assessment. So that
nothing is lost the assessment comes along, with its two ends, even where it was not chosen
itself. What graphkit adds for readers is left out, as it is told by the rest: a shortened
`name`, and `location`, which is latitude and longitude.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from itertools import groupby
from pathlib import Path

from graphkit.errors import SnapshotError
from graphkit.export.survey import Survey
from graphkit.gzipped import DAMAGED, open_gzip
from graphkit.ontology import Ontology
from graphkit.property_graph.elements import RelationshipRow, Value, decoded
from graphkit.property_graph.schema import (
    NO_PARTICIPATION,
    ONE_WAY,
    OTHER_SOURCES,
    GraphSchema,
)
from graphkit.property_graph.statements import StatementWriter
from graphkit.rdf.nodes import ONTOLOGY_GRAPH
from graphkit.store import line_chunks
from graphkit.subgraph.subgraph import PROVENANCE, Subgraph

BLOCK_BYTES = 4 << 20
"""How much of a snapshot's file is looked at in one go."""
_ROWS = 2_000
_TABLE = """
PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-16384;
CREATE TABLE said (thing TEXT NOT NULL, lines TEXT NOT NULL);
"""
_BEHIND = "SELECT n, iri, content FROM node WHERE label = ? AND id = ?"
_LINKS_BEHIND = """
    SELECT r.type, e.iri, r.content FROM relationship r JOIN node e ON e.n = r."end"
    WHERE r.start = ? AND e.iri IN (?, ?) ORDER BY r.n
"""

Said = tuple[str, str]
"""A thing as a term, and lines about it and about what it alone has, as sums of money."""


def snapshot_chunks(quads: Path) -> Iterator[bytes]:
    """A snapshot's statements in blocks of whole lines. Raises SnapshotError on a damaged file."""
    try:
        with open_gzip(quads) as stream:
            yield from line_chunks(stream, BLOCK_BYTES)
    except DAMAGED as error:
        raise SnapshotError(f"{quads}: cannot be read: {error}", hint="build again") from None


def blocks(subgraph: Subgraph) -> Iterator[list[str]]:
    """All statements in blocks of lines about one thing, each line once in a block.

    Of a part, all that is said of a thing is in one block, and blocks come sorted by the things'
    addresses. Of the whole graph they come as the snapshot has them, where a thing may
    have more than one block.
    """
    if not subgraph.is_whole:
        yield from by_thing(subgraph)
        return
    last, lines = "", dict[str, None]()
    for chunk in snapshot_chunks(subgraph.snapshot.quads):
        for line in chunk.decode().split("\n"):
            if not line:
                continue
            subject = line[: line.index(" ")]
            if subject != last:
                if lines:
                    yield list(lines)
                last, lines = subject, {}
            lines[line] = None
    if lines:
        yield list(lines)


def by_thing(subgraph: Subgraph) -> Iterator[list[str]]:
    """All statements, everything on one thing together and sorted by the things' addresses.

    They are put in order on disk, so that memory does not grow with their number.
    """
    with closing(sqlite3.connect("")) as database:
        database.executescript(_TABLE)
        database.executemany("INSERT INTO said VALUES (?, ?)", said(subgraph))
        rows = database.execute("SELECT thing, lines FROM said ORDER BY thing, rowid")
        for _, group in groupby(rows, key=lambda row: str(row[0])):
            yield list(
                dict.fromkeys(line for _, lines in group for line in lines.split("\n") if line)
            )


def said(subgraph: Subgraph) -> Iterator[Said]:
    """What nodes and relationships stand for, what is behind them and what is left over."""
    writer = StatementWriter(subgraph.schema, subgraph.base, with_ontology=True)
    for row in subgraph.nodes():
        yield f"<{row.iri}>", "".join(writer.node(row.label, *decoded(row.content)))
    labels = subgraph.schema.labels
    behind = _Behind(subgraph, writer)
    for link in subgraph.relationships():
        if link.type not in labels[link.start_label].predicates:
            continue  # of a projection: `losses` tells it
        properties = decoded(link.content)[0]
        yield from _relationship(
            writer, link.type, link.start_label, link.start_iri, link.end_iri, properties
        )
        if link.key and not subgraph.is_whole:
            yield from behind.said(link)
    for line in subgraph.leftover():
        yield line[: line.index(" ")], line
    if subgraph.is_whole:
        yield from _of_the_ontology(subgraph)


def _relationship(
    writer: StatementWriter,
    type_: str,
    label: str,
    start: str,
    end: str,
    properties: Mapping[str, Value],
) -> Iterator[Said]:
    there, back = "", ""
    other = f"<{end}> "
    for line in writer.relationship(type_, label, start, end, properties):
        if line.startswith(other) and start != end:
            back += line
        else:
            there += line
    yield f"<{start}>", there
    if back:
        yield f"<{end}>", back


class _Behind:
    """Finds what says more about a relationship, in the whole graph."""

    def __init__(self, subgraph: Subgraph, writer: StatementWriter) -> None:
        self._qualified = subgraph.schema.qualified
        self._database = subgraph.graph.database
        self._writer = writer

    def said(self, link: RelationshipRow) -> Iterator[Said]:
        """The statements on it, and that it is about the two ends."""
        qualifier = self._qualified.get(link.type)
        if qualifier is None:
            return
        run = self._database.execute
        for number, iri, content in run(_BEHIND, (qualifier.label, link.key)).fetchall():
            yield f"<{iri}>", "".join(self._writer.node(qualifier.label, *decoded(content)))
            ends = link.start_iri, link.end_iri
            for type_, end, properties in run(_LINKS_BEHIND, (number, *ends)).fetchall():
                yield from _relationship(
                    self._writer, type_, qualifier.label, iri, end, decoded(properties)[0]
                )


def _of_the_ontology(subgraph: Subgraph) -> Iterator[Said]:
    """What the snapshot's file holds of the ontology: a property graph need not tell it."""
    ending = f" <{subgraph.base}graph/{ONTOLOGY_GRAPH}> ."
    for chunk in snapshot_chunks(subgraph.snapshot.quads):
        for line in chunk.decode().split("\n"):
            if line.endswith(ending):
                yield line[: line.index(" ")], line


def losses(survey: Survey) -> list[str]:
    """What has no statement, in words."""
    schema = GraphSchema.of(Ontology.load())
    found = []
    unknown = Counter[str]()
    for (label, type_, _), count in survey.patterns.items():
        if type_ not in schema.labels[label].predicates:
            unknown[type_] += count
    if unknown:
        found.append(
            f"RDF: {unknown.total():,} relationships of types that the ontology does not know "
            f"({', '.join(sorted(unknown))}) are left out, with their weights"
        )
    for label, columns in survey.nodes.items():
        strange = sorted(columns.keys() - schema.keys_of(label) - {PROVENANCE})
        if strange:
            found.append(
                f"RDF: the ontology has no property for {', '.join(strange)} of {label}: left out"
            )
    for type_, columns in survey.relationships.items():
        strange = sorted(columns.keys() - _told(schema, type_))
        if strange and type_ not in unknown:
            found.append(f"RDF: {', '.join(strange)} of {type_} cannot be said: left out")
    if survey.empty_lists:
        found.append(f"RDF: {survey.empty_lists:,} lists without a value are left out")
    return found


def _told(schema: GraphSchema, type_: str) -> set[str]:
    """The keys of relationships of a type that statements tell."""
    known = {PROVENANCE, OTHER_SOURCES, ONE_WAY}
    predicates = {
        predicate
        for one in schema.labels.values()
        for predicate, name in one.relationships.items()
        if name == type_
    }
    if predicates & schema.direct.keys():
        known.add(NO_PARTICIPATION)
        for name in schema.participation_sums.values():
            known |= {name, *(f"{name}_{key.name}" for key in schema.sum_extras)}
    qualifier = schema.qualified.get(type_)
    if qualifier is not None:
        keys = schema.labels[qualifier.label].keys.values()
        known |= {qualifier.key, *(key.name for key in keys if key.is_short)}
    return known


def named_graphs(title: str, survey: Survey) -> list[str]:
    """That a format has no named graphs."""
    count = len(survey.sources)
    return [f"{title}: named graphs are left out, so which of {count:,} sources says what"]
