"""Finding a store's endpoints: one address is given, and the usual places are looked at."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from urllib.parse import quote, urlunsplit

from graphkit.errors import UsageError
from graphkit.publishing.connection import Connection, Reply, shown
from graphkit.publishing.refusals import RefusedError

RESULTS = "application/sparql-results+json"
_TRIPLES = "application/n-triples"
_ENDS = ("query", "sparql", "update", "store", "data", "get", "statements", "rdf-graphs/service")


@dataclass(frozen=True)
class Endpoints:
    """Where a store is asked, changed and given graphs."""

    query: str
    update: str
    store: str


def usual_places(base: str) -> list[Endpoints]:
    """Where stores have their endpoints, under an address or beside it.

    >>> [found.store for found in usual_places("http://x/ds/query")][:2]
    ['http://x/ds/store', 'http://x/ds/data']
    """
    path = base.rstrip("/")
    roots = [path.removesuffix(f"/{end}") for end in _ENDS if path.endswith(f"/{end}")] or [path]
    return [
        Endpoints(f"{root}{query}", f"{root}{update}", f"{root}{store}")
        for root in roots
        for query, update, store in (
            ("/query", "/update", "/store"),  # Oxigraph
            ("/query", "/update", "/data"),  # Jena Fuseki
            ("/sparql", "/update", "/data"),  # Jena Fuseki, set up by hand
            ("/sparql", "/update", "/store"),
            ("", "/statements", "/rdf-graphs/service"),  # RDF4J, GraphDB
        )
    ]


def with_parameter(url: str, name: str, value: str = "") -> str:
    """An address with one more parameter; without a value, only its name.

    >>> with_parameter("http://x/data?a=b", "graph", "http://y/?z")
    'http://x/data?a=b&graph=http%3A%2F%2Fy%2F%3Fz'
    """
    text = f"{name}={quote(value, safe='')}" if value else name
    return f"{url}{'&' if '?' in url else '?'}{text}"


class _Prober:
    """Asks each address once and remembers what came of it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.seen: dict[str, str] = {}

    def answers_queries(self, url: str) -> bool:
        """Whether SPARQL queries are answered here."""
        asked = with_parameter(url, "query", "ASK {}")
        send = partial(self._connection.send, "GET", asked, accept=RESULTS)
        return self._fits(url, send, _is_yes)

    def keeps_graphs(self, url: str) -> bool:
        """Whether the Graph Store Protocol is spoken here."""
        asked = with_parameter(url, "default")
        send = partial(self._connection.send, "HEAD", asked, accept=_TRIPLES, expected=(405, 501))
        return self._fits(url, send, lambda reply: "html" not in reply.media_type)

    def _fits(self, url: str, send: partial[Reply], test: Callable[[Reply], bool]) -> bool:
        if url not in self.seen:
            try:
                reply = send()
            except RefusedError as refused:
                if refused.status in (401, 403):
                    raise
                self.seen[url] = f"HTTP {refused.status}"
                return False
            page = "html" in reply.media_type
            self.seen[url] = "" if test(reply) else "a web page" if page else "no answer of a store"
        return not self.seen[url]


def _is_yes(reply: Reply) -> bool:
    """Whether a reply is what `ASK {}` must have."""
    try:
        found = json.loads(reply.body)
    except (ValueError, RecursionError):
        return False
    return isinstance(found, dict) and found.get("boolean") is True


def find_endpoints(
    connection: Connection, *, query: str = "", update: str = "", store: str = ""
) -> Endpoints:
    """The endpoints of the store at a connection's address; those given are taken as they are.

    Nothing is written. Raises UsageError, with what was found instead, where one is missing;
    UnreachableError where nobody answers.
    """
    for url in filter(None, (query, update, store)):
        connection.address(url)
    if query and update and store:
        return Endpoints(query, update, store)
    parts = connection.parts
    to = urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
    prober = _Prober(connection)
    answering = ""
    for place in usual_places(to):
        asked = query or place.query
        if not query and not prober.answers_queries(asked):
            continue
        answering = answering or asked
        if store or prober.keeps_graphs(place.store):
            return Endpoints(asked, update or place.update, store or place.store)
    seen = "; ".join(f"{shown(url)}: {what}" for url, what in prober.seen.items() if what)
    if answering and not query:
        raise UsageError(
            f"{shown(to)} answers queries at {shown(answering)}, and no Graph Store Protocol was "
            f"found ({seen})",
            hint="--store names its address; a store without it cannot be published to",
        )
    raise UsageError(
        f"{shown(to)} is no SPARQL store that can be written ({seen})",
        hint="give the address of the store or of its data set, as http://localhost:7878/ for "
        "Oxigraph, http://localhost:3030/DATASET for Fuseki; or name its endpoints with --query, "
        "--update and --store",
    )
