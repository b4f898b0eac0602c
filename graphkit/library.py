"""The query library: named queries in files, with parameters that are bound.

A query file is plain SPARQL whose first comment lines, `#+`, are YAML: summary,
parameters with their types, columns with their meaning. A parameter `place` is
the variable `?_place` in the query; a value is bound to it, never pasted.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pyoxigraph as ox

from graphkit.binding import bind
from graphkit.errors import SnapshotError, UsageError
from graphkit.names import KINDS, Resolver
from graphkit.ontology import Ontology
from graphkit.snapshot import Snapshot
from graphkit.store import GraphStore
from graphkit.tabular import Result

HEADER = "#+"
TYPES = frozenset({*KINDS, "degree", "text", "date", "integer", "decimal", "boolean"})
SEPARATOR = "; "


class Parameter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One parameter. `default` null means that it may be left out; without default it is needed."""

    type: str
    summary: str
    example: str | None = None
    default: str | msgspec.UnsetType | None = msgspec.UNSET

    @property
    def required(self) -> bool:
        """Whether a value must be given."""
        return self.default is msgspec.UNSET


class Header(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a query file says of itself. `lists` are columns of several values."""

    summary: str
    columns: dict[str, str]
    description: str = ""
    parameters: dict[str, Parameter] = {}
    lists: list[str] = []
    order: str = ""
    ask: list[str] = []
    tags: list[str] = []


@dataclass(frozen=True)
class NamedQuery:
    """A query of the library."""

    name: str
    path: Path
    header: Header
    text: str


def query_folder() -> Path:
    """The query files: in the installed package, else in the repository."""
    packaged = Path(__file__).parent / "query_files"
    return packaged if packaged.is_dir() else Path(__file__).parents[1] / "queries"


class Library:
    """All named queries of a folder.

    >>> library = Library()
    >>> "projects-addressing-aspect" in library.names()
    True
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or query_folder()

    def names(self) -> list[str]:
        """Names of all queries, sorted."""
        return sorted(path.stem for path in self._folder.glob("*.rq"))

    def get(self, name: str) -> NamedQuery:
        """A query by name. Raises UsageError with the nearest names."""
        path = self._folder / f"{name}.rq"
        if name not in self.names():
            near = difflib.get_close_matches(name, self.names(), 3, 0.4)
            hint = f"nearest: {', '.join(near)}" if near else "see `graphkit queries`"
            raise UsageError(f"no such query: {name}", hint=hint)
        return read_query(path)


def read_query(path: Path) -> NamedQuery:
    """Read a query file. Raises UsageError with the file for a header that is wrong."""
    import yaml

    text = path.read_text("utf-8")
    lines = text.splitlines()
    header = "\n".join(
        line[len(HEADER) :].removeprefix(" ") for line in lines if line.startswith(HEADER)
    )
    try:
        loaded = yaml.load(header, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        parsed = msgspec.convert(loaded, Header)
    except (yaml.YAMLError, msgspec.ValidationError) as error:
        raise UsageError(f"{path}: the header cannot be read: {error}") from None
    for name, parameter in parsed.parameters.items():
        if parameter.type not in TYPES:
            raise UsageError(f"{path}: parameter {name} has no known type: {parameter.type}")
    return NamedQuery(path.stem, path, parsed, text)


@dataclass
class Bound:
    """A query with the terms for its parameters."""

    query: NamedQuery
    terms: dict[str, ox.NamedNode | ox.Literal] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    def show(self) -> str:
        """The query as it runs, values in place; it can be pasted into any SPARQL console."""
        return bind(self.query.text, self.terms).rstrip()


class Runner:
    """Runs library queries and free ones on one snapshot."""

    def __init__(self, snapshot: Snapshot, library: Library | None = None) -> None:
        self.snapshot = snapshot
        self.ontology = Ontology.load()
        self.store = GraphStore(snapshot.store)
        self.library = library or Library()
        self.resolver = Resolver(self.store, self.ontology, snapshot.manifest.base)

    def bind(self, name: str, values: Mapping[str, str]) -> Bound:
        """Resolve and bind the values. Raises UsageError for what is unknown or missing."""
        query = self.library.get(name)
        parameters = query.header.parameters
        for given in values:
            if given not in parameters:
                known = ", ".join(parameters) or "none"
                near = difflib.get_close_matches(given, parameters, 1)
                hint = f"did you mean {near[0]}? " if near else ""
                raise UsageError(f"{name} has no parameter {given}", hint=f"{hint}it has: {known}")
        bound = Bound(query)
        for key, parameter in parameters.items():
            value = values.get(key)
            if value is None and not parameter.required:
                value = parameter.default  # type: ignore[assignment]
            if value is None:
                if parameter.required:
                    example = (
                        f", for example -p {key}={parameter.example}" if parameter.example else ""
                    )
                    raise UsageError(f"{name} needs {key} ({parameter.summary}){example}")
                continue
            named = self.resolver.value(parameter.type, value)
            bound.terms[f"_{key}"] = named.term
            if named.remark:
                bound.remarks.append(named.remark)
        return bound

    def run(self, name: str, /, **values: str) -> Result:
        """Run a query of the library by name.

        Raises UsageError for an unknown query, parameter or value.
        """
        return self.execute(self.bind(name, values))

    def execute(self, bound: Bound, limit: int | None = None) -> Result:
        """Run a bound query."""
        header = bound.query.header
        solutions = self.store.select(bound.query.text, bound.terms)
        result = collect(solutions, limit)
        lists = frozenset(header.lists)
        rows = [
            tuple(
                SEPARATOR.join(sorted(value.split(SEPARATOR)))
                if column in lists and isinstance(value, str)
                else value
                for column, value in zip(result.columns, row, strict=True)
            )
            for row in result.rows
        ]
        return Result(result.columns, rows, tuple(bound.remarks), result.truncated)


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
