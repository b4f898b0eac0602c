"""Counts by facet, against counting by hand."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_graph import SmallGraph

from graphkit.errors import UsageError
from graphkit.library import Library
from graphkit.relevance.stemming import stems
from graphkit.search import FACETS, SearchIndex, resolved_filters
from graphkit.snapshot import Snapshot

WORDS = ("roads", "rivers", "housing", "houses", "policies", "policy", "kelp", "generation")
PLACES = {
    "E92000001": ("England", "country", ()),
    "W92000004": ("Wales", "country", ()),
    "E12000005": ("West Midlands", "region", ("E92000001",)),
    "E08000025": ("Birmingham", "local-authority", ("E12000005",)),
    "W06000015": ("Cardiff", "local-authority", ("W92000004",)),
}
AROUND = {
    "E92000001": {"E92000001"},
    "W92000004": {"W92000004"},
    "E12000005": {"E12000005", "E92000001"},
    "E08000025": {"E08000025", "E12000005", "E92000001"},
    "W06000015": {"W06000015", "W92000004"},
}
CHOICES = {
    "kind": ["question", "project"],
    "department": ["d1", "d2", "d3"],
    "funder": ["f1", "f2", "m1"],
    "region": sorted(PLACES),
    "degree": ["full", "partial", "unstated", "none"],
    "aspect": ["capacity", "skills", "costs"],
    "year": ["2015", "2016", "2017"],
    "archived": ["yes", "no"],
}


@dataclass
class Thing:
    """A question or project as it should be found."""

    text: str
    values: dict[str, set[str]] = field(default_factory=lambda: {name: set() for name in FACETS})

    def has(self, words: list[str], filters: Mapping[str, Any]) -> bool:
        """Whether it has all words and fits all filters."""
        own = set(stems(self.text))
        return all(stems(word)[0] in own for word in words) and all(
            self.values[name] & set(values) for name, values in filters.items() if values
        )


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[SearchIndex, dict[str, Thing]]:
    """A graph of random things (always the same), and what should be found of each."""
    chance = random.Random(6)
    graph, things = SmallGraph(), {}
    for code, (name, kind, within) in PLACES.items():
        graph.place(code, name, kind, within)
    for key in CHOICES["department"]:
        graph.department(key, f"Body {key}")
    graph.funder("f1", "One Council")
    graph.funder("f2", "Two Council")
    graph.funder("m1", "A Fund", kind="programme")
    for code in PLACES:
        graph.organisation(f"o-{code}", f"College of {code}", (code,))
    for number in range(20):
        words = " ".join(chance.choices(WORDS, k=3))
        by, aspects = chance.choice(CHOICES["department"]), chance.sample(CHOICES["aspect"], 1)
        archived, where = chance.random() < 0.3, chance.sample(sorted(PLACES), 1)
        key = f"{100 + number}"
        graph.question(
            key, words, by=by, aspects=tuple(aspects), archived=archived, concerns=tuple(where)
        )
        thing = things[key] = Thing(words)
        thing.values |= {
            "kind": {"question"},
            "department": {by},
            "aspect": set(aspects),
            "archived": {"yes" if archived else "no"},
            "region": AROUND[where[0]],
        }
    for number in range(40):
        words, more = (" ".join(chance.choices(WORDS, k=2)) for _ in range(2))
        funder, year = chance.choice(CHOICES["funder"]), chance.choice(CHOICES["year"])
        places = chance.sample(sorted(PLACES), 2)
        key = f"P{100 + number}"
        given = {"programmes" if funder == "m1" else "funders": (funder,)}
        graph.project(
            key,
            words,
            abstract=more,
            start=date(int(year), 1, 1),
            lead=(f"o-{places[0]}",),
            concerns=(places[1],),
            **given,
        )
        thing = things[key] = Thing(f"{words} {more}")
        thing.values |= {
            "kind": {"project"},
            "funder": {funder},
            "year": {year},
            "archived": {"no"},
            "region": AROUND[places[0]] | AROUND[places[1]],
        }
    for question, project in {
        (f"{100 + chance.randrange(20)}", f"P{100 + chance.randrange(40)}") for _ in range(40)
    }:
        degree = chance.choice(CHOICES["degree"])
        covers = tuple(chance.sample(CHOICES["aspect"], 1))
        origin = chance.choice(["published-page", "computed"])
        graph.assessment(question, project, degree, covers=covers, origin=origin)
        asked, funded = things[question].values, things[project].values
        asked["degree"].add(degree)
        funded["degree"].add(degree)
        funded["aspect"].update(covers)
        if degree != "none":
            funded["department"] |= asked["department"]
            asked["funder"] |= funded["funder"]
    snapshot = graph.snapshot(tmp_path_factory.mktemp("made"))
    return SearchIndex.open(snapshot.search), things


SOME_FILTERS = st.fixed_dictionaries(
    {},
    optional={
        name: st.lists(st.sampled_from(values), max_size=2, unique=True)
        for name, values in CHOICES.items()
    },
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=1), SOME_FILTERS)
def test_hits_and_counts_are_those_of_counting_by_hand(
    made: tuple[SearchIndex, dict[str, Thing]],
    words: list[str],
    filters: dict[str, list[str]],
) -> None:
    index, things = made
    answer = index.search(" ".join(words), filters, size=1000, facet_size=1000)
    expected = {key for key, thing in things.items() if thing.has(words, filters)}
    assert {hit.key for hit in answer.hits} == expected
    assert answer.total == len(expected)
    for name, facet in answer.facets.items():
        others = {other: values for other, values in filters.items() if other != name}
        counts = Counter(
            value
            for thing in things.values()
            if thing.has(words, others)
            for value in thing.values[name]
            if name != "region" or value in ("E12000005", "W92000004", *filters.get(name, ()))
        )
        listed = {one.value: one.count for one in facet.values if one.count}
        assert listed == counts, name
        assert {one.value for one in facet.values if one.chosen} == set(filters.get(name, ()))


@settings(deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=2), SOME_FILTERS)
def test_choosing_a_value_finds_as_many_as_its_count_said(
    made: tuple[SearchIndex, dict[str, Thing]], words: list[str], filters: dict[str, list[str]]
) -> None:
    index, _ = made
    text = " ".join(words)
    before = index.search(text, filters)
    for facet in before.facets.values():
        for one in facet.values:
            if one.count:
                after = index.search(text, {**filters, facet.name: [one.value]}, size=0)
                assert after.total == one.count


# ---- what the facets hold ----


def counts(index: SearchIndex, name: str, text: str = "", **more: Any) -> dict[str, int]:
    """Value → count of one facet."""
    return {one.value: one.count for one in index.search(text, **more).facets[name].values}


def test_facets_stand_in_their_order_with_labels(index: SearchIndex) -> None:
    answer = index.search("")
    assert list(answer.facets) == list(FACETS)
    regions = answer.facets["region"].values
    assert [(one.value, one.label) for one in regions] == [
        ("E12000005", "West Midlands"),
        ("W92000004", "Wales"),
    ]
    assert regions[0].iri == "https://w3id.org/graphkit/id/place/E12000005"


def test_a_region_counts_what_is_run_from_it_and_what_is_about_it(index: SearchIndex) -> None:
    found = index.search("", {"region": ["E12000005"]})
    assert {hit.key for hit in found.hits} == {"P1", "P4"}


def test_any_place_is_a_filter_and_is_told_as_chosen(index: SearchIndex) -> None:
    found = index.search("", {"region": ["E08000025"]})
    assert {hit.key for hit in found.hits} == {"P1", "P4"}
    chosen = [one for one in found.facets["region"].values if one.chosen]
    assert [(one.value, one.label, one.count) for one in chosen] == [("E08000025", "Birmingham", 2)]


def test_degrees_of_both_origins_count(index: SearchIndex) -> None:
    assert counts(index, "degree") == {"partial": 2, "full": 2, "none": 2}


def test_a_project_has_the_departments_of_the_questions_it_addresses(index: SearchIndex) -> None:
    assert counts(index, "department", "houses") == {"heat": 1}
    assert counts(index, "department", "wear -wales") == {}


def test_projects_are_not_archived(index: SearchIndex) -> None:
    assert counts(index, "archived") == {"no": 7, "yes": 1}


def test_a_short_facet_says_how_many_values_it_leaves_out(index: SearchIndex) -> None:
    facet = index.search("", {"year": ["2016"]}, facet_size=1).facets["year"]
    assert [(one.value, one.chosen) for one in facet.values] == [("2024", False), ("2016", True)]
    assert facet.more == 2
    assert not index.search("", facet_size=0).facets["year"].values


@pytest.mark.parametrize(
    ("written", "years"),
    [
        ("2016", {"P1"}),
        ("2016-2018", {"P1", "P2"}),
        ("2017–", {"P2", "P3", "16604"}),
        ("-2018", {"P1", "P2"}),
        ("1900", set()),
        ("1900-1901", set()),
    ],
)
def test_years_are_written_singly_or_as_a_span(
    index: SearchIndex, written: str, years: set[str]
) -> None:
    assert {hit.key for hit in index.search("", {"year": [written]}).hits} == years


@pytest.mark.parametrize(
    ("name", "value", "hint"),
    [
        ("year", "soon", "2015-2018"),
        ("year", "2018-2015", "first"),
        ("year", "٢٠١٦", "2015-2018"),
        ("degree", "partly", "known: "),
        ("department", "heaty", "known: heat"),
        ("kind", "grant", "known: project, question"),
        ("archived", "maybe", "known: no, yes"),
        ("region", "", "known: "),
        ("funder", "\x00" * 10_000, "known: "),
    ],
)
def test_an_unknown_value_is_refused_with_a_hint(
    index: SearchIndex, name: str, value: str, hint: str
) -> None:
    with pytest.raises(UsageError) as caught:
        index.search("", {name: [value]})
    assert hint in caught.value.hint


def test_values_may_be_addresses_and_are_told_as_values(index: SearchIndex) -> None:
    answer = index.search("", {"department": ["https://w3id.org/graphkit/id/department/heat"]})
    assert answer.filters == {"department": ("heat",)}
    assert answer.total == 3


def test_names_become_filters_as_everywhere(searched: Snapshot, index: SearchIndex) -> None:
    resolver = Library(searched).resolver
    filters, remarks = resolved_filters(
        resolver,
        {
            "department": ["MoH"],
            "degree": ["partially"],
            "region": ["birmingham"],
            "year": ["2016"],
        },
    )
    assert [hit.key for hit in index.search("", filters).hits] == ["P1"]
    assert remarks == []
    with pytest.raises(UsageError, match="nearest"):
        resolved_filters(resolver, {"funder": ["Social Councl"]})
