"""Running named queries on a snapshot, in one engine or another."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from graphkit.binding import bind
from graphkit.errors import UsageError
from graphkit.library.answers import conform
from graphkit.library.files import NamedQuery, QueryFolder
from graphkit.library.header import Header, Parameter
from graphkit.names import KINDS, Resolver, Term
from graphkit.ontology import Ontology
from graphkit.progress import Progress, silent
from graphkit.snapshot import Snapshot
from graphkit.store import GraphStore, collect, python_value
from graphkit.tabular import Result

if TYPE_CHECKING:
    from graphkit.embedded.answering import OpenedGraph
    from graphkit.neo4j.connection import Connection

ENGINES = ("sparql", "cypher", "neo4j")


@dataclass(frozen=True)
class Bound:
    """A query with the terms for its parameters; None for one that is left out."""

    query: NamedQuery
    terms: Mapping[str, Term | None]
    base: str
    remarks: list[str] = field(default_factory=list)

    @property
    def header(self) -> Header:
        """What the query says of itself."""
        return self.query.header

    @property
    def sparql(self) -> str:
        """The SPARQL text with the values in their places."""
        given = {f"_{key}": term for key, term in self.terms.items() if term is not None}
        return bind(self.query.sparql, given, self.defaults)

    @property
    def defaults(self) -> frozenset[str]:
        """Variables whose `VALUES` line in the file gives way to what is bound."""
        return frozenset(f"_{key}" for key, term in self.terms.items() if term is not None)

    @property
    def cypher_parameters(self) -> dict[str, Any]:
        """The values as the Cypher text takes them: ids of things, codes, literals, null."""
        return {
            key: self._cypher_value(self.header.parameters[key], term)
            for key, term in self.terms.items()
        }

    def _cypher_value(self, parameter: Parameter, term: Term | None) -> Any:
        if not isinstance(term, ox.NamedNode):
            value = python_value(term)
            return float(value) if parameter.type == "decimal" and value is not None else value
        if parameter.type == "thing":
            return term.value
        if parameter.type not in KINDS:  # a code of a closed list
            return term.value.rpartition("/")[2]
        for path in KINDS[parameter.type].path:
            prefix = f"{self.base}id/{path}/"
            key = term.value.removeprefix(prefix)
            if key != term.value and ":" not in key:
                return key
        return term.value

    def show(self, engine: str = "sparql") -> str:
        """The query as it runs; it can be pasted into any console of its language.

        SPARQL has the values in place; Cypher has a line for Neo4j Browser that sets them.
        """
        if engine == "sparql":
            return self.sparql.rstrip()
        values = ", ".join(
            f"{key}: {json.dumps(value, ensure_ascii=False)}"
            for key, value in self.cypher_parameters.items()
        )
        setting = f":params {{{values}}};\n\n" if values else ""
        return f"{setting}{self.query.cypher.rstrip()}"


class ParameterError(UsageError):
    """A query's parameter that is unknown, missing, or whose value cannot be read."""

    def __init__(self, parameter: str, error: UsageError) -> None:
        super().__init__(error.message, hint=error.hint, suggestions=error.suggestions)
        self.parameter = parameter


class Library:
    """The named queries, run on one snapshot.

    `neo4j` is the connection for the engine of that name; `queries` another folder of
    query files; `store` the snapshot's store where it is open already. The embedded Cypher
    engine is opened when it is first asked.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        queries: QueryFolder | None = None,
        *,
        neo4j: Connection | None = None,
        store: GraphStore | None = None,
        progress: Progress = silent,
    ) -> None:
        self.snapshot = snapshot
        self.base = snapshot.manifest.base
        self.queries = queries or QueryFolder()
        self.ontology = Ontology.load()
        self.store = store or GraphStore(snapshot.store)
        self.resolver = Resolver(self.store, self.ontology, self.base)
        self._neo4j = neo4j
        self._progress = progress
        self._embedded: OpenedGraph | None = None

    @classmethod
    def open(cls, graph: str | Path, **options: Any) -> Library:
        """The library on the snapshot in use in a folder. Raises SnapshotError if there is none."""
        return cls(Snapshot.current(Path(graph)), **options)

    def names(self) -> list[str]:
        """Names of all queries, sorted."""
        return self.queries.names()

    def bind(self, name: str, values: Mapping[str, Any]) -> Bound:
        """Resolve and bind the values. Raises ParameterError for what is unknown or missing.

        A value may be text, number, boolean or date; None is the same as leaving it out.
        """
        query = self.queries.get(name)
        parameters = query.header.parameters
        for given in values:
            if given not in parameters:
                known = ", ".join(parameters) or "none"
                near = difflib.get_close_matches(given, parameters, 1)
                hint = f"did you mean {near[0]}? " if near else ""
                error = UsageError(
                    f"{name} has no parameter {given}",
                    hint=f"{hint}it has: {known}",
                    suggestions=near,
                )
                raise ParameterError(given, error)
        terms: dict[str, Term | None] = {}
        remarks: list[str] = []
        for key, parameter in parameters.items():
            value = values.get(key)
            if value is None and not parameter.required:
                value = parameter.default
            if value is None:
                if parameter.required:
                    example = parameter.example
                    shown = f", for example -p {key}={json.dumps(example)}" if example else ""
                    error = UsageError(f"{name} needs {key} ({parameter.summary}){shown}")
                    raise ParameterError(key, error)
                terms[key] = None
                continue
            text = _text(key, value)
            try:
                named = self.resolver.value(parameter.type, text)
            except UsageError as error:
                raise ParameterError(key, error) from None
            terms[key] = named.term
            if named.remark:
                remarks.append(named.remark)
        return Bound(query, terms, self.base, remarks)

    def run(
        self, name: str, /, *, engine: str = "sparql", limit: int | None = None, **values: Any
    ) -> Result:
        """Run a query by name; parameters are keywords.

        `engine` is `sparql`, `cypher` (embedded) or `neo4j`; the rows are the same. Raises
        UsageError for an unknown query, parameter or value.
        """
        return self.execute(self.bind(name, values), engine, limit)

    def execute(self, bound: Bound, engine: str = "sparql", limit: int | None = None) -> Result:
        """Run a bound query; with `limit`, at most that many rows."""
        if engine == "sparql":
            solutions = self.store.run(bound.sparql)
            if not isinstance(solutions, ox.QuerySolutions):
                raise UsageError(f"{bound.query.sparql_path}: no SELECT query")
            found = collect(solutions, limit)
        elif engine == "cypher":
            found = self._run_embedded(bound, limit)
        elif engine == "neo4j":
            found = self._run_neo4j(bound, limit)
        else:
            raise UsageError(f"no such engine: {engine}", hint=f"known: {', '.join(ENGINES)}")
        return conform(found, bound.header, bound.remarks)

    def _run_embedded(self, bound: Bound, limit: int | None) -> Result:
        from graphkit.embedded.answering import OpenedGraph

        if self._embedded is None:
            self._embedded = OpenedGraph(self.snapshot, self._progress)
        return self._embedded.run(bound.query.cypher, bound.cypher_parameters, limit)

    def _run_neo4j(self, bound: Bound, limit: int | None) -> Result:
        from graphkit.neo4j.answering import run

        if self._neo4j is None:
            raise UsageError("no Neo4j server is named", hint="give the library a connection")
        return run(self._neo4j, bound.query.cypher, bound.cypher_parameters, limit=limit)


def _text(key: str, value: Any) -> str:
    """A value as a user would write it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()[:10]
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, str):
        return value
    raise UsageError(f"{key}: a {type(value).__name__} is no value", hint="give it as text")
