"""Turtle, and TriG, which is Turtle with named graphs.

Terms are those of N-Quads, of which Turtle is a superset, and so are their escapes; only what
repeats itself is shortened: predicates, classes and datatypes with a prefix, things by their
place under the base.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from graphkit.export.format import Export, Format
from graphkit.export.output import Output
from graphkit.export.rdf_about import about_lines, dataset
from graphkit.export.rdf_statements import blocks, losses, named_graphs
from graphkit.export.survey import Survey
from graphkit.property_graph.schema import RDF_TYPE_TERM
from graphkit.vocabulary import PREFIXES

_LOCAL = re.compile(r"[A-Za-z][A-Za-z0-9_]*").fullmatch
_FOLDER = re.compile(r"https?://[A-Za-z0-9._~:/-]*/").fullmatch
# Two or three steps without a dot before a letter: nothing that resolves to another place.
_PLACE = re.compile(r"[a-z-]+/(?:[a-z-]+/)?[A-Za-z0-9_~-][A-Za-z0-9._~%-]*").fullmatch
_OWN_WORDS = f"<{PREFIXES['gk']}", f"<{PREFIXES['xsd']}"
_REMEMBERED = 20_000
"""How many IRIs are remembered with their short forms: topics and funders return often."""
_HELD = 1 << 20
"""Characters of a graph that are held before they go to disk."""
_HELD_IN_ALL = 32 << 20

Things = dict[str, dict[str, dict[str, None]]]
"""Objects by subject and predicate, each once."""


class Shortening:
    """Terms of N-Quads as a person would write them in Turtle.

    >>> short = Shortening("https://example.org/kb/")
    >>> short.term("<https://example.org/kb/id/question/7>")
    '<id/question/7>'
    >>> short.term('"2026-01-31"^^<http://www.w3.org/2001/XMLSchema#date>')
    '"2026-01-31"^^xsd:date'
    >>> short.name("<http://purl.org/dc/terms/title>")
    'dct:title'
    """

    def __init__(self, base: str) -> None:
        self.base = base if _FOLDER(base) else ""
        self._start = f"<{self.base}" if self.base else "<>"
        self._names: dict[str, str] = {RDF_TYPE_TERM: "a"}
        self._iris: dict[str, str] = {}

    @property
    def head(self) -> str:
        """What has to stand before everything else."""
        lines = [f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items()]
        return (f"@base <{self.base}> .\n" if self.base else "") + "".join(lines) + "\n"

    def name(self, term: str) -> str:
        """A predicate, class or datatype."""
        name = self._names.get(term)
        if name is None:
            name = self._names[term] = self._named(term)
        return name

    def _named(self, term: str) -> str:
        for prefix, namespace in PREFIXES.items():
            local = term[len(namespace) + 1 : -1]
            if term.startswith(f"<{namespace}") and _LOCAL(local):
                return f"{prefix}:{local}"
        return term

    def term(self, term: str) -> str:
        """A subject, object or named graph."""
        if term[-1] != ">":
            return term
        if term[0] != "<":
            close = term.rindex('"') + 3
            return f"{term[:close]}{self.name(term[close:])}"
        found = self._iris.get(term)
        if found is None:
            if len(self._iris) >= _REMEMBERED:
                self._iris.clear()
            found = self._iris[term] = self._iri(term)
        return found

    def _iri(self, term: str) -> str:
        if term.startswith(_OWN_WORDS):
            return self.name(term)
        place = term[len(self._start) : -1] if term.startswith(self._start) else ""
        return f"<{place}>" if _PLACE(place) else term


def things_of(lines: Iterable[str]) -> Things:
    """Lines of N-Quads without their graphs, by subject and predicate."""
    things: Things = {}
    for line in lines:
        subject, predicate, rest = line.split(" ", 2)
        value = rest[: rest.rindex(" <")]
        predicates = things.get(subject)
        if predicates is None:
            predicates = things[subject] = {}
        values = predicates.get(predicate)
        if values is None:
            predicates[predicate] = {value: None}
        else:
            values[value] = None
    return things


def turtle(lines: Iterable[str], short: Shortening) -> Iterator[str]:
    """Lines of N-Quads as Turtle, one text a subject."""
    term, name = short.term, short.name
    for subject, predicates in things_of(lines).items():
        said = []
        for predicate, values in predicates.items():
            written = name if predicate == RDF_TYPE_TERM else term
            objects = [value if value[-1] == '"' else written(value) for value in values]
            said.append(f"{name(predicate)} {', '.join(objects)}")
        joined = " ;\n    ".join(said)
        yield f"{term(subject)} {joined} .\n"


def write_turtle(export: Export, output: Output) -> None:
    """Write everything without named graphs, subject by subject."""
    out = output.text()
    short = Shortening(export.subgraph.base)
    out.write(short.head)
    out.writelines(turtle(about_lines(export), short))
    out.write("\n")
    for lines in blocks(export.subgraph):
        out.writelines(turtle(lines, short))


def write_trig(export: Export, output: Output) -> None:
    """Write everything, graph by graph: first the one on the export, then the others by name."""
    out = output.binary()
    short = Shortening(export.subgraph.base)
    out.write(short.head.encode())
    with tempfile.TemporaryDirectory(prefix="graphkit-") as folder:
        graphs = _Graphs(Path(folder))
        for lines in chain([about_lines(export)], blocks(export.subgraph)):
            graphs.add(lines, short)
        graphs.write(out, short, first=f"<{dataset(export.about)}>")


class _Graphs:
    """Text of many named graphs at once, each kept in a file of its own until all is known."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[str, Path] = {}
        self._held: defaultdict[str, list[str]] = defaultdict(list)
        self._sizes: defaultdict[str, int] = defaultdict(int)
        self._total = 0

    def add(self, lines: list[str], short: Shortening) -> None:
        """Put the statements on a thing aside, each in its graph."""
        graphs: dict[str, list[str]] = {}
        for line in lines:
            text = line.rstrip("\n")
            graphs.setdefault(text[text.rindex("<") : -2], []).append(text)
        for graph, some in graphs.items():
            for text in turtle(some, short):
                self._held[graph].append(text)
                self._sizes[graph] += len(text)
                self._total += len(text)
            if self._sizes[graph] > _HELD:
                self._put(graph)
        if self._total > _HELD_IN_ALL:
            for graph in list(self._held):
                self._put(graph)

    def _put(self, graph: str) -> None:
        path = self._files.setdefault(graph, self._folder / str(len(self._files)))
        with path.open("a", encoding="utf-8", newline="") as file:
            file.writelines(self._held.pop(graph))
        self._total -= self._sizes.pop(graph)

    def write(self, out: BinaryIO, short: Shortening, first: str) -> None:
        """Write all graphs."""
        for graph in list(self._held):
            self._put(graph)
        for graph in sorted(self._files, key=lambda one: (one != first, one)):
            out.write(f"\n{short.term(graph)} {{\n".encode())
            with self._files[graph].open("rb") as file:
                shutil.copyfileobj(file, out, 1 << 20)
            out.write(b"}\n")


def _turtle_losses(survey: Survey) -> list[str]:
    return [*named_graphs("Turtle", survey), *losses(survey)]


TURTLE = Format("turtle", "Turtle", ("ttl",), write_turtle, _turtle_losses)
TRIG = Format("trig", "TriG", ("trig",), write_trig, losses)
