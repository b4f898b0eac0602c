"""The snapshot's RDF store: made by a bulk load, then only ever read."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import IO, Any, BinaryIO

import pyoxigraph as ox

from graphkit.binding import bind
from graphkit.delta import Delta
from graphkit.errors import SnapshotError, UsageError
from graphkit.query_errors import syntax_error
from graphkit.query_safety import MAX_DEPTH, Graphs, check, check_graphs
from graphkit.tabular import Result

CHUNK_BYTES = 64 << 20
"""How much N-Quads text is loaded at a time: bounds the memory of a build (docs/benchmarks.md)."""


def line_chunks(stream: BinaryIO, size: int) -> Iterator[bytes]:
    """Cut a stream into blocks of about `size` bytes that end at a line end."""
    rest = b""
    while data := stream.read(size):
        end = data.rfind(b"\n") + 1
        if not end:
            rest += data
            continue
        yield rest + data[:end]
        rest = data[end:]
    if rest:
        yield rest


def build_store(quads: BinaryIO, folder: Path) -> None:
    """Load N-Quads text into a new store.

    `lenient` skips a second check of what our own writer has just produced.
    """
    _load(ox.Store(str(folder)), quads)


def _load(store: ox.Store, quads: BinaryIO) -> None:
    for chunk in line_chunks(quads, CHUNK_BYTES):
        store.bulk_load(input=chunk, format=ox.RdfFormat.N_QUADS, lenient=True)
        del chunk
    # No `optimize`: it costs a tenth of a build, more than its share of a large
    # one, and the library's queries gain nothing from it (docs/benchmarks.md).
    store.flush()


def extend_store(
    old: Path, folder: Path, quads: Iterable[BinaryIO], dropped: Iterable[tuple[str, str]]
) -> None:
    """Make a new store of an old one and more N-Quads text.

    `dropped` holds graph and predicate of statements that are left out.
    """
    store = _taken_over(old, folder)
    for graph, predicate in dropped:
        found = store.quads_for_pattern(None, ox.NamedNode(predicate), None, ox.NamedNode(graph))
        for quad in list(found):
            store.remove(quad)
    for stream in quads:
        _load(store, stream)


def update_store(old: Path, folder: Path, delta: Delta) -> None:
    """Make a new store of an old one and what differs from it."""
    store = _taken_over(old, folder)
    removed = "".join(delta.removed).encode()
    for quad in ox.parse(input=removed, format=ox.RdfFormat.N_QUADS, lenient=True):
        store.remove(quad)
    _load(store, BytesIO("".join(delta.added).encode()))


def _taken_over(old: Path, folder: Path) -> ox.Store:
    """A copy of a store, to be changed.

    The large files of a store are never changed once written, so they are linked where the file
    system can.
    """
    folder.mkdir()
    for path in sorted(old.iterdir()):
        target = folder / path.name
        if path.suffix == ".sst":
            with suppress(OSError):
                os.link(path, target)
                continue
        if path.name != "LOCK":
            shutil.copyfile(path, target)
    return ox.Store(str(folder))


class GraphStore:
    """A snapshot's store, opened read-only; queries without GRAPH see all graphs."""

    def __init__(self, folder: Path) -> None:
        try:
            self._store = ox.Store.read_only(str(folder))
        except (OSError, ValueError, RuntimeError) as error:
            raise SnapshotError(
                f"{folder}: the store cannot be opened: {error}", hint="build again"
            ) from None

    def select(
        self, query: str, bindings: Mapping[str, ox.NamedNode | ox.Literal] | None = None
    ) -> ox.QuerySolutions:
        """Run a SELECT with values bound to variables (never pasted into the text)."""
        result = self.run(query, bindings)
        if not isinstance(result, ox.QuerySolutions):
            raise UsageError("a SELECT query is needed here")
        return result

    def run(
        self,
        query: str,
        bindings: Mapping[str, ox.NamedNode | ox.Literal] | None = None,
        prefixes: Mapping[str, str] | None = None,
        *,
        graphs: Graphs | None = None,
        union: bool = True,
        base: str | None = None,
        max_depth: int = MAX_DEPTH,
    ) -> Any:
        """Run any query.

        `graphs` is the data set to ask, in place of what the query says in `FROM`; where
        neither says anything, a query reads all graphs as one, or with `union` off the
        default graph. `base` completes relative IRIs.

        Raises UsageError: TooLargeError, ElsewhereError and QuerySyntaxError (with the parser's
        words) among them.
        """
        asked = check(query, base=base or "", max_depth=max_depth)
        if graphs is not None:
            asked = graphs
        if asked is not None:
            union = False
            check_graphs(asked, self.names)
        try:
            return self._store.query(
                bind(query, bindings or {}),
                base_iri=base,
                use_default_graph_as_union=union,
                default_graph=_nodes(graphs.default) if graphs else None,
                named_graphs=_nodes(graphs.named) if graphs else None,
                prefixes=dict(prefixes) if prefixes else None,
            )
        except SyntaxError as error:
            raise syntax_error(query, str(error), base, prefixes) from None
        except RuntimeError as error:
            raise UsageError(f"the query cannot be run: {error}") from None
        except OSError as error:
            raise SnapshotError(f"the store cannot be read: {error}", hint="build again") from None

    @cached_property
    def sizes(self) -> Mapping[str, Mapping[str, int]]:
        """Statements by graph and predicate; the default graph is the empty text.

        It takes a pass over the store: half a second for a million statements.
        """
        found: dict[str, dict[str, int]] = {}
        named = "SELECT ?g ?p (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ?p"
        default = "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p"
        for row in self.select(named):
            found.setdefault(row["g"].value, {})[row["p"].value] = int(row["n"].value)
        solutions = self.run(default, union=False)
        for row in solutions:
            found.setdefault("", {})[row["p"].value] = int(row["n"].value)
        return found

    @cached_property
    def names(self) -> frozenset[str]:
        """IRIs of all named graphs."""
        return frozenset(self.graphs())

    def graphs(self) -> list[str]:
        """IRIs of all named graphs, sorted."""
        names = self._store.named_graphs()
        return sorted(name.value for name in names if isinstance(name, ox.NamedNode))

    def quads(
        self,
        subject: ox.NamedNode | ox.BlankNode | ox.Triple | None = None,
        predicate: ox.NamedNode | None = None,
        value: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None = None,
        graph: ox.NamedNode | ox.BlankNode | ox.DefaultGraph | None = None,
    ) -> Iterator[ox.Quad]:
        """Statements with these parts, in any graph unless one is given; always in one order."""
        return self._store.quads_for_pattern(subject, predicate, value, graph)

    def size(self, graph: str) -> int:
        """Statements of a named graph."""
        query = "SELECT (COUNT(*) AS ?n) { GRAPH ?_graph { ?s ?p ?o } }"
        [row] = self.select(query, {"_graph": ox.NamedNode(graph)})
        return int(row["n"].value)

    def dump_graph(
        self, file: IO[bytes], written: ox.RdfFormat, graph: str, prefixes: Mapping[str, str]
    ) -> None:
        """Write the statements of a named graph into a file, without its name."""
        node = ox.NamedNode(graph)
        self._store.dump(file, written, from_graph=node, prefixes=dict(prefixes))

    def dump(self, file: IO[bytes], written: ox.RdfFormat, prefixes: Mapping[str, str]) -> None:
        """Write all statements with their graphs into a file, in constant memory."""
        self._store.dump(file, written, prefixes=dict(prefixes))

    def objects(self, subject: str, predicate: str) -> list[Any]:
        """Objects of all statements with this subject and predicate, in any graph."""
        pattern = self._store.quads_for_pattern(
            ox.NamedNode(subject), ox.NamedNode(predicate), None, None
        )
        return [quad.object for quad in pattern]

    def literals(self, predicate: str) -> Iterator[tuple[str, str]]:
        """Subject and text of all statements with this predicate and a literal, in any graph.

        Reading them so takes a tenth of the time that a query takes.
        """
        for quad in self._store.quads_for_pattern(None, ox.NamedNode(predicate), None, None):
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.Literal):
                yield quad.subject.value, quad.object.value

    def links(self, predicate: str) -> Iterator[tuple[str, str]]:
        """Subject and object of all statements with this predicate and an IRI, in any graph."""
        for quad in self._store.quads_for_pattern(None, ox.NamedNode(predicate), None, None):
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode):
                yield quad.subject.value, quad.object.value

    def subjects(self, predicate: str, value: ox.Literal | str) -> list[str]:
        """IRIs of all subjects of statements with this predicate and value, in any graph.

        A value that is text stands for an IRI; one that is none has no subjects.
        """
        try:
            term = ox.NamedNode(value) if isinstance(value, str) else value
        except ValueError:
            return []
        pattern = self._store.quads_for_pattern(None, ox.NamedNode(predicate), term, None)
        return [quad.subject.value for quad in pattern if isinstance(quad.subject, ox.NamedNode)]


def _nodes(iris: Iterable[str]) -> list[Any]:
    return [ox.NamedNode(iri) for iri in iris]


def collect(solutions: ox.QuerySolutions, limit: int | None = None) -> Result:
    """Rows of a SELECT as Python values; with `limit`, whether there were more."""
    columns = tuple(variable.value for variable in solutions.variables)
    rows: list[tuple[Any, ...]] = []
    try:
        for solution in solutions:
            if limit is not None and len(rows) >= limit:
                return Result(columns, rows, truncated=True)
            rows.append(tuple(python_value(solution[column]) for column in columns))
    except (OSError, RuntimeError) as error:
        raise SnapshotError(f"the store cannot be read: {error}", hint="build again") from None
    return Result(columns, rows)


_NUMBERS = {"integer": int, "decimal": float, "double": float, "float": float}


def python_value(term: Any) -> Any:
    """A term as a Python value: IRIs and other literals as text.

    >>> python_value(ox.Literal(3)), python_value(ox.NamedNode("http://x.org/a"))
    (3, 'http://x.org/a')
    """
    if term is None:
        return None
    if isinstance(term, ox.Literal):
        kind = term.datatype.value.rpartition("#")[2]
        if kind == "boolean":
            return term.value in ("true", "1")
        if kind in _NUMBERS:
            try:
                return _NUMBERS[kind](term.value)
            except ValueError:
                return term.value
        return term.value
    return term.value if hasattr(term, "value") else str(term)
