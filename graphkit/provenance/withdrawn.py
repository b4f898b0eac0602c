"""Whether a thing is withdrawn: its sources had it once, and have it no more."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pyoxigraph as ox

from graphkit.provenance.reasons import Withdrawal
from graphkit.rdf.nodes import WITHDRAWN_GRAPH
from graphkit.snapshot import SourceEntry
from graphkit.store import GraphStore
from graphkit.vocabulary import NAMESPACE, RDF_TYPE, expand

CLASS, DAY, WAS = (f"{NAMESPACE}{name}" for name in ("Withdrawn", "withdrawn", "withdrawnClass"))


def withdrawal(
    store: GraphStore, thing: str, base: str, sources: Collection[str]
) -> Withdrawal | None:
    """What is known of a thing's withdrawal; None where its sources have it. One look-up.

    `sources` are the IRIs of the named graphs of sources. It was last known from those that it is
    said to be derived from, which may be gone, else from those that still hold statements on it.
    """
    node = ox.NamedNode(thing)
    marks = {quad.object for quad in store.quads(node, ox.NamedNode(RDF_TYPE))}
    if ox.NamedNode(CLASS) not in marks:
        return None
    days, was, named, held = set(), set(), set(), set()
    for quad in store.quads(node):
        value = getattr(quad.object, "value", "")
        graph = getattr(quad.graph_name, "value", "")
        if quad.predicate.value == DAY:
            days.add(value)
        elif quad.predicate.value == WAS:
            was.add(value)
        elif quad.predicate.value == expand("prov:wasDerivedFrom"):
            named.add(value)
        if graph in sources and graph != f"{base}graph/{WITHDRAWN_GRAPH}":
            held.add(graph)
    return Withdrawal(
        thing=thing,
        day=min(days, default=""),
        was=tuple(sorted(was)),
        sources=tuple(sorted(named or held)),
    )


def in_words(found: Withdrawal, sources: Mapping[str, SourceEntry]) -> str:
    """A withdrawal as one sentence.

    >>> in_words(Withdrawal(thing="https://example.org/id/project/1", day="2026-11-26"), {})
    'withdrawn on 2026-11-26: no source has its record any more'
    """
    text = f"withdrawn{f' on {found.day}' if found.day else ''}: no source has its record any more"
    names = [
        f"{entry.title or entry.format} ({entry.file})"
        if (entry := sources.get(graph))
        else graph.rpartition("/graph/")[2]
        for graph in found.sources
    ]
    return f"{text}; last known from {' and '.join(names)}" if names else text
