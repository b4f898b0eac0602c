"""The database back as RDF: the statements that its nodes and relationships stand for.

No snapshot is needed. Everything is read once, turned into lines of N-Quads, and
sorted through files, so that memory stays small and the same database gives the
same bytes. The ontology's own statements, which no node tells, are added from the
ontology's files.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from graphkit.errors import GraphkitError, UsageError
from graphkit.neo4j.connection import Connection
from graphkit.neo4j.line_sort import LineSorter
from graphkit.neo4j.marker import Marker, read_marker
from graphkit.neo4j.reading import FoundNode, FoundRelationship, Reader
from graphkit.neo4j.verify import UNFIT, DatabaseStatements
from graphkit.ontology import Ontology
from graphkit.progress import Progress, silent
from graphkit.property_graph.schema import IRI, SOURCE, GraphSchema
from graphkit.rdf.nodes import ONTOLOGY_GRAPH
from graphkit.rdf.terms import web_iri
from graphkit.rdf.writer import QuadWriter
from graphkit.vocabulary import PREFIXES

FORMATS = (".nq", ".nq.gz", ".nt", ".ttl", ".trig")
"""Extensions of the files that a pull writes."""
_STEP = 5_000
_FORGET = 500_000
"""Qualified relationships after which those already told are forgotten: this bounds memory,
and what is told twice the sort makes one again."""
_IRI = r"<[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]*>"
_LINE = re.compile(
    rf"(?:{_IRI}|_:[^\s<>\"]+) {_IRI} "
    rf"(?:{_IRI}|_:[^\s<>\"]+|\"[^\"\\\n\r]*(?:\\[tbnrf\"'\\uU][^\"\\\n\r]*)*\""
    rf"(?:@[A-Za-z]+(?:-[A-Za-z0-9]+)*|\^\^{_IRI})?) {_IRI} \.\n"
).fullmatch

ToRecord = Callable[[str, str], str]
"""What of a statement is sorted: given the IRI of the thing that it belongs to, and its line."""


@dataclass(frozen=True)
class Origin:
    """What is read: the terms, the base under which things are named, and the marker, if any."""

    ontology: Ontology
    schema: GraphSchema
    base: str
    marker: Marker | None

    @property
    def ontology_graph(self) -> str:
        """The IRI of the graph that holds the ontology."""
        return f"{self.base}graph/{ONTOLOGY_GRAPH}"

    def own_lines(self) -> Iterator[str]:
        """The ontology's statements, as a snapshot has them."""
        return self.ontology.statements(self.ontology_graph, self.base)


@dataclass
class Pulled:
    """What a pull read and wrote. `notes` are for the person who asked."""

    nodes: dict[str, int] = field(default_factory=dict)
    relationships: dict[str, int] = field(default_factory=dict)
    statements: int = 0
    left_out: int = 0
    """Nodes, relationships and statements that somebody's changes have made unfit for RDF."""
    first: str = ""
    """The first of them."""
    notes: list[str] = field(default_factory=list)

    def leave(self, what: str) -> None:
        """Count something that is left out."""
        self.left_out += 1
        self.first = self.first or what


def origin_of(connection: Connection, base: str | None = None) -> Origin:
    """What the database holds, from the marker of the last sync.

    Raises UsageError where there is no marker and no `base` is given.
    """
    ontology = Ontology.load()
    marker = read_marker(connection)
    if base is None and marker is None:
        raise UsageError(
            f"{connection.database} at {connection.settings.address} bears no mark of a finished "
            "`graphkit neo4j sync`, which tells under which address things are named",
            hint="run the sync to its end, or give --base IRI",
        )
    base = base or (marker.base if marker else "")
    if not base.endswith(("/", "#")) or web_iri(base) != f"<{base}>":
        raise UsageError(
            f"{base}: not usable as a base", hint="give an http(s) address that ends in a slash"
        )
    return Origin(ontology, GraphSchema.of(ontology), base, marker)


def statements(
    connection: Connection,
    origin: Origin,
    pulled: Pulled,
    progress: Progress = silent,
    node: Callable[[FoundNode], None] = lambda found: None,
) -> Iterator[tuple[str, str]]:
    """The statements in the database, in no order, with the IRI of what each belongs to.

    A few may come twice. `node` is shown every node. Raises UsageError where there is
    nothing, or a sync changed the database meanwhile.
    """
    reader = Reader(connection, origin.schema)
    nodes, relationships = reader.counts()
    if not nodes:
        raise UsageError(
            f"{connection.database} at {connection.settings.address} holds nothing of graphkit",
            hint="--database names another database",
        )
    _compare(origin, nodes, relationships, pulled)
    told = DatabaseStatements(origin.schema, origin.base)
    for label in sorted(nodes):
        for found in reader.nodes(label):
            node(found)
            iri = found.properties.get(IRI)
            if not isinstance(iri, str) or SOURCE not in found.properties:
                pulled.leave(f"{label} {found.id or 'without id'}, which lacks its iri or source")
                continue
            yield from _fit(iri, told.of_node(found), pulled, f"{label} {found.id}")
            _count(pulled.nodes, label, progress, "reading nodes")
    read = 0
    for type_ in sorted(relationships):
        for link in reader.relationships(type_):
            read += 1
            if read % _FORGET == 0:
                told = DatabaseStatements(origin.schema, origin.base)
            element = f"({link.start_label} {link.start})-[{type_}]->({link.end_label} {link.end})"
            if not _is_whole(link, origin.schema):
                pulled.leave(f"{element}, which lacks a source or joins what it should not")
                continue
            yield from _fit(
                str(link.start_iri),
                told.of_relationship(link),
                pulled,
                element,
                str(link.end_iri),
            )
            _count(pulled.relationships, type_, progress, "reading relationships")
    if origin.marker != read_marker(connection):
        raise UsageError(
            "a sync changed the database while it was read; nothing was written",
            hint="pull again when it has ended",
        )


def _is_whole(link: FoundRelationship, schema: GraphSchema) -> bool:
    ends = isinstance(link.start_iri, str) and isinstance(link.end_iri, str)
    return (
        ends
        and SOURCE in link.properties
        and link.type in schema.labels[link.start_label].predicates
    )


def _fit(
    owner: str, lines: Iterator[str], pulled: Pulled, element: str, other: str = ""
) -> Iterator[tuple[str, str]]:
    """The lines of one element with what each belongs to; without those that are no N-Quads."""
    opposite = f"<{other}> "
    try:
        for line in lines:
            if _LINE(line):
                yield (other if other and line.startswith(opposite) else owner), line
            else:
                pulled.leave(f"a statement on {element}, which would not be RDF")
    except UNFIT:
        # Values of kinds that graphkit never writes; what they were meant to say nobody can tell.
        pulled.leave(f"{element}, whose properties are not as graphkit writes them")


def _count(counts: dict[str, int], name: str, progress: Progress, what: str) -> None:
    counts[name] = counts.get(name, 0) + 1
    if counts[name] % _STEP == 0:
        progress(what, sum(counts.values()))


def _compare(
    origin: Origin, nodes: dict[str, int], relationships: dict[str, int], pulled: Pulled
) -> None:
    marker = origin.marker
    if marker is None:
        pulled.notes.append("no sync has ended here: what is pulled may be a part of a graph")
        return
    if (marker.nodes, marker.relationships) != (nodes, relationships):
        pulled.notes.append(
            f"the database was changed since snapshot {marker.snapshot} was written into it: "
            "what is pulled is what it holds now"
        )
    if marker.ontology != origin.ontology.version:
        pulled.notes.append(
            f"the database was written with ontology {marker.ontology} and is read with "
            f"{origin.ontology.version}: what has changed its name is not found"
        )


def format_of(output: str) -> str:
    """The extension of a file that a pull can write.

    Raises UsageError for any other.

    >>> format_of("backup.NQ.gz")
    '.nq.gz'
    """
    for extension in sorted(FORMATS, key=len, reverse=True):
        if output.lower().endswith(extension) and len(output) > len(extension):
            return extension
    raise UsageError(
        f"{output}: no format that a pull writes",
        hint=f"end the name in one of {', '.join(FORMATS)}, or in / for a snapshot in that folder",
    )


def pull_file(
    connection: Connection,
    origin: Origin,
    path: Path,
    progress: Progress = silent,
) -> Pulled:
    """Write everything into a file of the format of its extension; it appears whole or not at all.

    Lines are sorted by their bytes; a format without named graphs has each statement once.
    """
    form = format_of(path.name)
    to_record = {".nt": _triple, ".ttl": _triple, ".trig": _graph_first}.get(form, _line)
    pulled = Pulled()
    partial = path.with_name(f".{path.name}.part")
    try:
        with _work(path.parent) as work:
            sorter = LineSorter(work)
            sorter.add(to_record("", line).encode() for line in origin.own_lines())
            found = statements(connection, origin, pulled, progress)
            sorter.add(to_record(owner, line).encode() for owner, line in found)
            progress("writing", 0)
            lines = _counted(sorter.merged(), pulled)
            if form == ".nq.gz":
                with QuadWriter(partial) as writer:
                    for line in lines:
                        writer.add([line.decode()])
            elif form in (".nq", ".nt"):
                with partial.open("wb") as file:
                    file.writelines(lines)
            else:
                _serialise(lines, work / "sorted", partial, form)
        partial.replace(path)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror or error}") from None
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
    return pulled


@contextmanager
def _work(folder: Path) -> Iterator[Path]:
    """A folder for what is being sorted, where the file will be: there has to be room there."""
    with tempfile.TemporaryDirectory(
        prefix=".graphkit-pull-", dir=folder, ignore_cleanup_errors=True
    ) as work:
        yield Path(work)


def _counted(lines: Iterator[bytes], pulled: Pulled) -> Iterator[bytes]:
    for line in lines:
        pulled.statements += 1
        yield line


def _line(_: str, line: str) -> str:
    return line


def _triple(_: str, line: str) -> str:
    return f"{line.rsplit(' ', 2)[0]} .\n"


def _graph_first(_: str, line: str) -> str:
    triple, graph, _ = line.rsplit(" ", 2)
    return f"{graph} {triple}\n"


def _serialise(lines: Iterator[bytes], sorted_: Path, target: Path, form: str) -> None:
    """Turtle or TriG, with prefixes, out of sorted records."""
    with sorted_.open("wb") as file:
        if form == ".trig":
            for line in lines:
                graph, _, triple = line.rstrip(b"\n").partition(b" ")
                file.write(b"%s %s .\n" % (triple, graph))
        else:
            file.writelines(lines)
    turtle = form == ".ttl"
    read = ox.RdfFormat.N_TRIPLES if turtle else ox.RdfFormat.N_QUADS
    write = ox.RdfFormat.TURTLE if turtle else ox.RdfFormat.TRIG
    try:
        quads = ox.parse(path=str(sorted_), format=read)
        parsed = (quad.triple for quad in quads) if turtle else quads
        ox.serialize(parsed, output=str(target), format=write, prefixes=dict(PREFIXES))
    except SyntaxError as error:
        raise GraphkitError(
            f"the database holds what {form[1:]} cannot say: {error}",
            hint="pull it as .nq, and mend the line",
        ) from None
