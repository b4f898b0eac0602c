"""A property graph that followed a change is the one that is made of everything."""

from __future__ import annotations

import gzip
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from property_graph.graphs import BASE, SCHEMA
from property_graph.test_round_trip import WHOLE, sets_of_lines, strange

from graphkit.delta import Delta
from graphkit.property_graph.following import update_property_graph
from graphkit.property_graph.graph import FILE, PropertyGraph, write_property_graph
from graphkit.store import GraphStore

ONTOLOGY = SCHEMA.ontology


class Memory(GraphStore):
    """A store of lines that lies in memory."""

    def __init__(self, lines: list[str]) -> None:
        self._store = ox.Store()
        self._store.bulk_load("".join(lines).encode(), ox.RdfFormat.N_QUADS, lenient=True)


def full(folder: Path, lines: list[str], name: str, base: str = BASE) -> Path:
    """The folder of a property graph made of all lines; `name` stands for their hash."""
    folder.mkdir(exist_ok=True)
    quads = folder / "quads.nq.gz"
    quads.write_bytes(gzip.compress("".join(lines).encode(), 1))
    write_property_graph(folder, quads, name, base, ONTOLOGY)
    return folder


def follows(
    old: Path, folder: Path, before: list[str], after: list[str], base: str = BASE
) -> bool:
    """Whether the change from some lines to others was followed, from one folder to another."""
    folder.mkdir(exist_ok=True)
    delta = Delta.between(before, after)
    return update_property_graph(
        old, folder, Memory(after), delta, str(len(before)), str(len(after)), base, ONTOLOGY
    )


def content(folder: Path, base: str = BASE) -> dict[str, Any]:
    """All that a property graph tells its readers, in the order in which they get it."""
    with PropertyGraph(folder / FILE, SCHEMA, base) as graph:
        numbered = graph.database.execute("SELECT iri FROM node ORDER BY n")
        return {
            "digest": graph.digest,
            "nodes": list(graph.nodes()),
            "relationships": list(graph.relationships()),
            "leftover": list(graph.leftover()),
            "numbers": [iri for (iri,) in numbered],
        }


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def steps() -> st.SearchStrategy[list[tuple[list[int], list[str]]]]:
    """Changes one after the other: numbers of the lines that go, and lines that come."""
    gone = st.lists(st.integers(0, 10_000), max_size=6)
    come = st.lists(strange() | st.sampled_from(WHOLE), max_size=6)
    return st.lists(st.tuples(gone, come), min_size=1, max_size=4)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(lines=sets_of_lines(), changes=steps())
def test_whatever_changes_is_followed_step_by_step(
    folder: Path, lines: list[str], changes: list[tuple[list[int], list[str]]]
) -> None:
    before = list(dict.fromkeys(lines))
    at = full(folder / "0", before, str(len(before)))
    for number, (gone, come) in enumerate(changes, 1):
        dropped = {before[one % len(before)] for one in gone if before}
        after = list(dict.fromkeys([*(one for one in before if one not in dropped), *come]))
        assert follows(at, folder / str(number), before, after)
        before, at = after, folder / str(number)
        assert content(at) == content(full(folder / "whole", after, "whole"))
