"""Checks of query files by themselves: no graph and no server are asked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from graphkit.errors import UsageError
from graphkit.library.checking.cypher import CypherRules, check_cypher
from graphkit.library.checking.faults import Fault, QueryFile
from graphkit.library.checking.headers import check_asks, check_header, check_twins
from graphkit.library.checking.sparql import check_sparql
from graphkit.library.checking.sparql_terms import KnownTerms
from graphkit.library.files import NamedQuery, QueryFolder
from graphkit.library.header import CYPHER_MARK, SPARQL_MARK, Header
from graphkit.ontology import Ontology
from graphkit.property_graph.schema import GraphSchema


@dataclass(frozen=True)
class ReadQuery:
    """What could be read of a query's two files, and the faults that kept the rest from it."""

    name: str
    sparql: QueryFile | None
    cypher: QueryFile | None
    header: Header | None
    cypher_header: Header | None
    faults: tuple[Fault, ...]


def read_query(query: NamedQuery) -> ReadQuery:
    """Read a query's files; what is missing or broken becomes a fault."""
    faults: list[Fault] = []
    sparql = _file(query, "sparql", faults)
    cypher = _file(query, "cypher", faults)
    return ReadQuery(
        query.name,
        sparql,
        cypher,
        _header(sparql, lambda: query.header, faults),
        _header(cypher, lambda: query.cypher_header, faults),
        tuple(faults),
    )


def _file(query: NamedQuery, language: str, faults: list[Fault]) -> QueryFile | None:
    paths = {"sparql": query.sparql_path, "cypher": query.cypher_path}
    path, mark = paths[language], SPARQL_MARK if language == "sparql" else CYPHER_MARK
    if not path.exists():
        there = next(one for one in paths.values() if one != path)
        faults.append(Fault(there, 1, query.name, f"has no twin: {path.name} is missing"))
        return None
    try:
        text = query.sparql if language == "sparql" else query.cypher
    except UsageError as error:
        faults.append(QueryFile(query.name, path, mark, "").refused(error))
        return None
    return QueryFile(query.name, path, mark, text)


def _header(
    file: QueryFile | None, read: Callable[[], Header], faults: list[Fault]
) -> Header | None:
    if file is None:
        return None
    try:
        return read()
    except UsageError as error:
        faults.append(file.refused(error))
        return None


def read_queries(queries: QueryFolder) -> list[ReadQuery]:
    """What could be read of all queries of a folder, by name."""
    return [read_query(query) for query in queries.all()]


def check_files(
    queries: Sequence[ReadQuery], ontology: Ontology, names: Collection[str] = ()
) -> list[Fault]:
    """The faults of the named queries, or of all, by file and line.

    `queries` are all of the folder: what is at fault may be that two are too much alike.

    >>> queries = read_queries(QueryFolder())
    >>> check_files(queries, Ontology.load(), ["projects-addressing-aspect"])
    []
    """
    known, rules = KnownTerms.of(ontology), CypherRules.of(GraphSchema.of(ontology))
    chosen = {one.name for one in queries if not names or one.name in names}
    found = {fault for one in queries if one.name in chosen for fault in _faults(one, known, rules)}
    asked = [(one.sparql, one.header) for one in queries if one.sparql and one.header]
    return sorted(found | {fault for fault in check_asks(asked) if fault.query in chosen})


def _faults(one: ReadQuery, known: KnownTerms, rules: CypherRules) -> Iterator[Fault]:
    yield from one.faults
    if one.sparql:
        yield from check_sparql(one.sparql, one.header, known)
    if one.cypher:
        yield from check_cypher(one.cypher, one.cypher_header, rules)
    if one.sparql and one.header:
        yield from check_header(one.sparql, one.header)
    elif one.cypher and one.cypher_header:
        yield from check_header(one.cypher, one.cypher_header)
    if one.sparql and one.cypher and one.header and one.cypher_header:
        yield from check_twins(one.sparql, one.cypher, one.header, one.cypher_header)
