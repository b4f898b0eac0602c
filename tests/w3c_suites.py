"""The W3C's SPARQL 1.1 test suites, read from their manifests."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pyoxigraph as ox
from rdflib import BNode, Graph, Literal, Namespace, URIRef, Variable
from rdflib.compare import isomorphic
from rdflib.query import Result

SUITES = Path(__file__).resolve().parents[2] / "shared" / "data" / "w3c-sparql11"
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")
RDF = Namespace("http://www.w3.org/1999/02/22-rdf-syntax-ns#")
RS = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/result-set#")
RDFS = Namespace("http://www.w3.org/2000/01/rdf-schema#")
XSD = "http://www.w3.org/2001/XMLSchema#"


@dataclass(frozen=True)
class Case:
    """One test of query evaluation or of syntax."""

    suite: str
    name: str
    kind: str
    query: Path
    data: tuple[Path, ...] = ()
    graphs: tuple[Path, ...] = ()
    result: Path | None = None

    @property
    def id(self) -> str:
        return f"{self.suite}/{self.name}"


@dataclass(frozen=True)
class Sent:
    """A request of a protocol test and what its answer must be."""

    method: str
    address: str
    headers: dict[str, str]
    body: bytes
    statuses: tuple[str, ...]
    form: str = ""
    truth: bool | None = None


@dataclass(frozen=True)
class Conversation:
    """A test of a protocol."""

    name: str
    requests: list[Sent]
    data: dict[str, Path] = field(default_factory=dict)


@cache
def manifest(path: str) -> Graph:
    return Graph().parse(SUITES / path, format="turtle", publicID=(SUITES / path).as_uri())


def entries(graph: Graph) -> Iterator[Any]:
    for head in graph.objects(None, MF.entries):
        yield from graph.items(head)


def fragment(node: Any) -> str:
    return str(node).rpartition("#")[2]


def names(path: str) -> list[str]:
    """The names of all tests of a manifest, in its order."""
    return [fragment(node) for node in entries(manifest(path))] if SUITES.is_dir() else []


def _path(node: Any) -> Path:
    return Path(unquote(str(node).removeprefix("file://")))


def cases(suite: str) -> list[Case]:
    """The tests of a suite that ask a query."""
    if not SUITES.is_dir():
        return []
    graph = manifest(f"{suite}/manifest.ttl")
    found = []
    for node in entries(graph):
        kind = fragment(graph.value(node, RDF.type))
        action = graph.value(node, MF.action)
        query = graph.value(action, QT.query) or action
        result = graph.value(node, MF.result)
        found.append(
            Case(
                suite,
                fragment(node),
                kind,
                _path(query),
                tuple(_path(one) for one in graph.objects(action, QT.data)),
                tuple(_path(one) for one in graph.objects(action, QT.graphData)),
                _path(result) if isinstance(result, URIRef) else None,
            )
        )
    return found


def conversations(path: str) -> dict[str, Conversation]:
    """The tests of a protocol, by name."""
    if not SUITES.is_dir():
        return {}
    graph = manifest(path)
    found = {}
    for node in entries(graph):
        heads = graph.objects(graph.value(node, MF.action), HT.requests)
        requests = [_sent(graph, one) for head in heads for one in graph.items(head)]
        data = {
            str(graph.value(one, RDFS.label)): _path(graph.value(one, UT.graph))
            for one in graph.objects(node, UT.graphData)
        }
        found[fragment(node)] = Conversation(fragment(node), requests, data)
    return found


def _sent(graph: Graph, node: Any) -> Sent:
    def headers(owner: Any) -> dict[str, str]:
        return {
            str(graph.value(one, HT.fieldName)).lower(): str(graph.value(one, HT.fieldValue))
            for one in graph.items(graph.value(owner, HT.headers))
        }

    body = graph.value(node, HT.body)
    text = str(graph.value(body, CNT.chars) or "")
    coding = str(graph.value(body, CNT.characterEncoding) or "UTF-8")
    response = graph.value(node, HT.resp)
    truth = graph.value(response, MF.expectedBoolean)
    return Sent(
        str(graph.value(node, HT.methodName)),
        str(graph.value(node, HT.absolutePath)),
        headers(node),
        text.encode(coding),
        tuple(sorted(fragment(one) for one in graph.objects(response, MF.expectedStatus))),
        str(graph.value(response, MF.expectedFormat) or ""),
        None if truth is None else str(truth) == "true",
    )


def store_of(case: Case, folder: Path) -> Path:
    """A store with the data of a test."""
    store = ox.Store(str(folder))
    for path in case.data:
        _load(store, path, None)
    for path in case.graphs:
        _load(store, path, ox.NamedNode(path.as_uri()))
    store.flush()
    return folder


def _load(store: ox.Store, path: Path, graph: ox.NamedNode | None) -> None:
    form = ox.RdfFormat.from_extension(path.suffix[1:])
    store.load(path.read_bytes(), form, base_iri=path.as_uri(), to_graph=graph)


Row = tuple[tuple[str, Any], ...]


def bindings(result: Result) -> list[dict[str, Any]]:
    """Rows of a result as rdflib has read it."""
    return [{str(key): value for key, value in row.items()} for row in result.bindings]


def value(term: Any) -> Any:
    """A term by its value where numbers are concerned, as the suites compare."""
    if isinstance(term, Literal) and term.datatype is not None:
        kind = str(term.datatype).removeprefix(XSD)
        if kind in ("integer", "decimal", "double", "float"):
            try:
                return (kind, float(term))
            except ValueError:
                return (kind, str(term))
        return (kind, str(term)) if kind != "string" else ("literal", str(term), "")
    if isinstance(term, Literal):
        return ("literal", str(term), (term.language or "").lower())
    return (type(term).__name__, str(term))


def _rows_as_graph(rows: Iterable[dict[str, Any]]) -> Graph:
    """Rows as a graph whose nodes they are: rows are alike where the graphs are isomorphic."""
    graph = Graph()
    same: Counter[Any] = Counter()
    for row in rows:
        plain = tuple(sorted((key, value(term)) for key, term in row.items() if not _blank(term)))
        shape = (plain, tuple(sorted((key, term) for key, term in row.items() if _blank(term))))
        same[shape] += 1
        node = BNode()
        graph.add((node, RDF.value, Literal(repr(plain))))
        graph.add((node, RDF.li, Literal(same[shape])))
        for key, term in row.items():
            if _blank(term):
                graph.add((node, URIRef(f"x:{key}"), term))
    return graph


def _blank(term: Any) -> bool:
    return isinstance(term, BNode)


def alike(one: list[dict[str, Any]], other: list[dict[str, Any]]) -> bool:
    """Whether two results are the same bag of rows, whatever blank nodes are called."""
    if len(one) != len(other):
        return False
    if not any(_blank(term) for row in one for term in row.values()):
        return Counter(map(_shape, one)) == Counter(map(_shape, other))
    return bool(isomorphic(_rows_as_graph(one), _rows_as_graph(other)))


def _shape(row: dict[str, Any]) -> Row:
    return tuple(sorted((key, value(term)) for key, term in row.items()))


def read_result(path: Path) -> Result | Graph:
    """The result that a test wants: rows, a graph or a truth."""
    suffix = path.suffix
    if suffix in (".srx", ".srj", ".tsv"):
        form = {".srx": "xml", ".srj": "json", ".tsv": "tsv"}[suffix]
        return Result.parse(io.BytesIO(path.read_bytes()), format=form)
    graph = Graph().parse(path, publicID=path.as_uri())
    tables = list(graph.subjects(RDF.type, RS.ResultSet))
    return _table(graph, tables[0]) if tables else graph


def _table(graph: Graph, table: Any) -> Result:
    """Rows that are written as a graph."""
    result = Result("SELECT")
    result.vars = [Variable(str(name)) for name in graph.objects(table, RS.resultVariable)]
    result.bindings = [
        {
            Variable(str(graph.value(one, RS.variable))): graph.value(one, RS.value)
            for one in graph.objects(solution, RS.binding)
        }
        for solution in graph.objects(table, RS.solution)
    ]
    return result


def read_csv(text: str) -> tuple[list[str], Counter[Any]]:
    """The columns of a CSV result in the order of their names, and its rows, as a bag.

    The order of the columns of `SELECT *` is left to the engine.
    """
    rows = list(csv.DictReader(io.StringIO(text)))
    columns = sorted(rows[0])
    return columns, Counter(tuple(row[name] for name in columns) for row in rows)


def parsed(data: bytes, form: str) -> Result:
    """An answer of the endpoint."""
    return Result.parse(io.BytesIO(data), format=form)


def same_csv(one: Counter[Any], other: Counter[Any]) -> bool:
    """Whether two bags of rows are the same but for the names of blank nodes."""
    return _unnamed(one) == _unnamed(other)


def _unnamed(rows: Counter[Any]) -> Counter[Any]:
    found: Counter[Any] = Counter()
    for row, number in rows.items():
        found[tuple(_cell(text) for text in row)] += number
    return found


def _cell(text: str) -> object:
    if text.startswith("_:"):
        return "_:"
    try:
        return float(text)  # the store keeps numbers by their value
    except ValueError:
        return text
