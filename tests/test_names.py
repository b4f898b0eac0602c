"""Which kinds of things a text names, as a quick look tells."""

from __future__ import annotations

from typing import Any

import pytest

from graphkit.names import Resolver
from graphkit.ontology import Ontology
from graphkit.store import GraphStore

BASE = "https://w3id.org/graphkit/"


@pytest.fixture(scope="module")
def resolver(sample: Any) -> Resolver:
    """The resolver on the bundled sample."""
    return Resolver(GraphStore(sample.snapshot.store), Ontology.load(), BASE)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("West Midlands", {"place"}),
        ("  West Midlands ", {"place"}),
        ("E12000005", {"place"}),
        ("e12000005", {"place"}),
        (f"{BASE}id/place/E12000005", {"place"}),
        ("place:West Midlands", {"place"}),
        ("combined authority:West Midlands", {"place"}),
        ("capacity", {"aspect"}),
        ("absorptive capacity", {"aspect"}),
        ("DfT", {"department"}),
        ("16604", {"question"}),
        ("question:16604", {"question"}),
        ("question/16604", {"question"}),
        ("ES/R004625/1", {"project"}),
        ("University of Warwick", {"organisation"}),
        ("aspect:West Midlands", set()),
        ("west midlands", set()),
        ("Mordor", set()),
        ("", set()),
        ("\udcff", set()),
        ("http://", set()),
        ("http://not an address", set()),
        ("place:" * 200, set()),
        (":", set()),
    ],
)
def test_a_quick_look_tells_of_which_kinds_a_name_is(
    resolver: Resolver, text: str, kinds: set[str]
) -> None:
    assert resolver.kinds_of(text) == kinds


def test_what_a_quick_look_finds_can_be_resolved(resolver: Resolver) -> None:
    for text in ("E12000005", "DfT", "16604", "ES/R004625/1", "University of Warwick"):
        for kind in resolver.kinds_of(text):
            assert resolver.value(kind, text).term


def test_all_names_of_a_kind_are_told_other_names_among_them(resolver: Resolver) -> None:
    assert {"capacity", "capability"} <= set(resolver.labels("aspect"))
