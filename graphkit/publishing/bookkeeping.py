"""What a store says was published to it: a graph of its own, `{base}graph/published`.

Each published graph has the hash of its statements there, their number, the snapshot and the
time. A graph without a hash was being replaced when a publication ended: it is ours, and what
it holds is not known.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pyoxigraph as ox

from graphkit.binding import bind
from graphkit.errors import UsageError
from graphkit.publishing.connection import Connection, shown
from graphkit.publishing.endpoints import RESULTS, Endpoints, with_parameter
from graphkit.vocabulary import PREFIXES

_PREFIXES = "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in ("gk", "void", "dct", "owl"))
_ENTRIES = """
SELECT ?graph ?sha256 ?statements WHERE {
  GRAPH ?_published {
    ?graph a void:Dataset
    OPTIONAL { ?graph gk:sha256 ?sha256 ; void:triples ?statements }
  }
}"""
_THERE = "SELECT ?yes WHERE { GRAPH ?_graph { ?s ?p ?o } BIND(1 AS ?yes) } LIMIT 1"
_COUNT = "SELECT (COUNT(*) AS ?statements) WHERE { GRAPH ?_graph { ?s ?p ?o } }"
# One operation each, so that no reader and no end of this process comes between.
_BEGUN = """
DELETE { GRAPH ?_published { ?_graph ?p ?o } }
INSERT { GRAPH ?_published { ?_graph a void:Dataset } }
WHERE { OPTIONAL { GRAPH ?_published { ?_graph ?p ?o } } }"""
_DONE = """
DELETE { GRAPH ?_published { ?_graph ?p ?o } }
INSERT {
  GRAPH ?_published {
    ?_graph a void:Dataset ; gk:sha256 ?_sha256 ; void:triples ?_statements ;
      owl:versionInfo ?_snapshot ; dct:modified ?_now
  }
}
WHERE { OPTIONAL { GRAPH ?_published { ?_graph ?p ?o } } }"""
_FORGOTTEN = "DELETE WHERE { GRAPH ?_published { ?_graph ?p ?o } }"
_SHA256 = re.compile(r"[0-9a-f]{64}").fullmatch
_INTEGER, _TIME = (ox.NamedNode(f"{PREFIXES['xsd']}{name}") for name in ("integer", "dateTime"))


@dataclass(frozen=True)
class Entry:
    """What is noted of one graph. `sha256` is empty where its publication was not finished."""

    graph: str
    sha256: str = ""
    statements: int = 0


class RemoteStore:
    """A store's graphs, and what is noted of them there. `base` is that of the snapshot."""

    def __init__(self, connection: Connection, endpoints: Endpoints, base: str) -> None:
        self._connection = connection
        self.endpoints = endpoints
        self.prefix = f"{base}graph/"
        self.published = f"{self.prefix}published"

    def entries(self) -> dict[str, Entry]:
        """What is noted, by the graphs' IRIs; graphs outside of the base do not count as ours."""
        found: dict[str, Entry] = {}
        for row in self._select(_ENTRIES):
            graph, digest = row.get("graph", ""), row.get("sha256", "")
            if not graph.startswith(self.prefix) or graph == self.published:
                continue
            count = row.get("statements", "")
            whole = _SHA256(digest) and count.isdigit() and count.isascii() and graph not in found
            found[graph] = Entry(graph, digest, int(count)) if whole else Entry(graph)
        return found

    def holds(self, graph: str) -> bool:
        """Whether a graph has statements."""
        return bool(self._select(_THERE, _graph=ox.NamedNode(graph)))

    def count(self, graph: str) -> int:
        """How many statements a graph has."""
        rows = self._select(_COUNT, _graph=ox.NamedNode(graph))
        try:
            return int(rows[0]["statements"])
        except (LookupError, ValueError):
            raise self._no_answer() from None

    def begin(self, graph: str) -> None:
        """Note that a graph is ours and being replaced."""
        self._update(_BEGUN, _graph=ox.NamedNode(graph))

    def done(self, entry: Entry, snapshot: str) -> None:
        """Note what a graph now holds."""
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        self._update(
            _DONE,
            _graph=ox.NamedNode(entry.graph),
            _sha256=ox.Literal(entry.sha256),
            _statements=ox.Literal(str(entry.statements), datatype=_INTEGER),
            _snapshot=ox.Literal(snapshot),
            _now=ox.Literal(now, datatype=_TIME),
        )

    def forget(self, graph: str) -> None:
        """Note nothing of a graph any more."""
        self._update(_FORGOTTEN, _graph=ox.NamedNode(graph))

    def drop(self, graph: str) -> None:
        """Remove a graph; one that is not there is fine."""
        url = self.address(graph)
        self._connection.send("DELETE", url, what=f"graph {graph}", expected=(404,))

    def address(self, graph: str) -> str:
        """Where a graph is in the Graph Store Protocol."""
        return with_parameter(self.endpoints.store, "graph", graph)

    def _select(self, query: str, **terms: ox.NamedNode | ox.Literal) -> list[dict[str, str]]:
        text = _PREFIXES + bind(query, {"_published": ox.NamedNode(self.published), **terms})
        reply = self._connection.send(
            "POST",
            self.endpoints.query,
            body=urlencode({"query": text}).encode("ascii"),
            content_type="application/x-www-form-urlencoded",
            accept=RESULTS,
            what="the query of what was published",
        )
        try:
            rows: list[dict[str, Any]] = json.loads(reply.body)["results"]["bindings"]
            return [{name: str(cell["value"]) for name, cell in row.items()} for row in rows]
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
            raise self._no_answer() from None

    def _update(self, update: str, **terms: ox.NamedNode | ox.Literal) -> None:
        bound: Mapping[str, ox.NamedNode | ox.Literal] = {
            "_published": ox.NamedNode(self.published),
            **terms,
        }
        self._connection.send(
            "POST",
            self.endpoints.update,
            body=(_PREFIXES + bind(update, bound)).encode(),
            content_type="application/sparql-update",
            what="the note of what is published",
        )

    def _no_answer(self) -> UsageError:
        return UsageError(
            f"{shown(self.endpoints.query)} answers a query with what is no SPARQL result in JSON",
            hint="is it the address of a SPARQL store? --query names another",
        )
