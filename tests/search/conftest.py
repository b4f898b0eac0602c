"""A small graph made to be searched."""

from __future__ import annotations

from datetime import date

import pytest
from small_graph import SmallGraph

from graphkit.search import SearchIndex
from graphkit.snapshot import Snapshot


@pytest.fixture(scope="session")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """A snapshot of two departments' questions and some projects. Only to be read."""
    graph = SmallGraph()
    graph.place("E92000001", "England", "country")
    graph.place("W92000004", "Wales", "country")
    graph.place("E12000005", "West Midlands", "region", ("E92000001",))
    graph.place("E08000025", "Birmingham", "local-authority", ("E12000005",))
    graph.department("heat", "Ministry of Heat", "MoH")
    graph.department("roads", "Ministry of Roads")
    graph.funder("esrc", "Social Council", "ESRC")
    graph.funder("spf", "Priorities Fund", kind="programme")
    graph.organisation("bham", "University of Birmingham", ("E08000025",), other="Brum Uni")
    graph.question(
        "16604",
        "How does AI change the capacity of firms?",
        by="heat",
        aspects=("capacity",),
        issued=date(2024, 5, 1),
        background="The ministry wants to know whether machines help.\n\nIt asks again in 2026.",
    )
    graph.question("16605", "Which heat pumps are cheap?", by="heat", archived=True)
    graph.question("16606", "Why do roads wear out in Wales?", by="roads", concerns=("W92000004",))
    graph.project(
        "P1",
        "Heat pumps in old houses",
        abstract="Ground source heat pumps were fitted in 40 houses. Their effects were measured.",
        reference="EP/K000128/1",
        funders=("esrc",),
        start=date(2016, 1, 1),
        lead=("bham",),
    )
    graph.project(
        "P2",
        "Aided learning",
        abstract="Pumps that heat: aided by R&D, café owners learn well-being.",
        programmes=("spf",),
        start=date(2018, 2, 1),
    )
    graph.project("P3", "Pumps", abstract="Heat. Pumps. Heat pump.", start=date(2020, 1, 1))
    graph.project("P4", "<script>alert(1)</script> & “quotes”", concerns=("E08000025",))
    graph.project("P5", "Wear of roads", abstract="Nothing here.")
    graph.assessment("16605", "P1", "partial", covers=("skills",))
    graph.assessment("16605", "P1", "full", origin="computed", score=0.9)
    graph.assessment("16606", "P5", "none")
    return graph.snapshot(tmp_path_factory.mktemp("searched"))


@pytest.fixture(scope="session")
def index(searched: Snapshot) -> SearchIndex:
    """Its index."""
    return SearchIndex.open(searched.search)
