"""Networks of one kind of thing, compared with what SPARQL counts."""

from __future__ import annotations

import itertools
from collections import defaultdict

import pytest
from conftest import Graph

from graphkit.figures.columns import ROLES
from graphkit.library import Library
from graphkit.property_graph.elements import decoded
from graphkit.subgraph import PROJECTIONS, Selection, Subgraph, choose


def projected(graph: Graph, name: str, *seeds: str) -> Subgraph:
    selection = Selection(seeds=seeds or ("all",), projection=name)
    return choose(Library.open(graph.folder), selection)


def ties(subgraph: Subgraph) -> dict[tuple[str, str], dict[str, object]]:
    return {
        (row.start_iri, row.end_iri): decoded(row.content)[0] for row in subgraph.relationships()
    }


def by_sharing(pairs: list[tuple[str, ...]]) -> dict[tuple[str, str], tuple[int, float]]:
    """Things and what they share, as pairs of shared and thing: count and Newman's weight."""
    groups: defaultdict[str, set[str]] = defaultdict(set)
    for shared, thing in pairs:
        groups[shared].add(thing)
    found: defaultdict[tuple[str, str], tuple[int, float]] = defaultdict(lambda: (0, 0.0))
    for things in groups.values():
        for a, b in itertools.combinations(sorted(things), 2):
            count, weight = found[a, b]
            found[a, b] = count + 1, weight + 1 / (len(things) - 1)
    return {pair: (count, round(weight, 6)) for pair, (count, weight) in found.items()}


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("questions", "?a gk:addresses ?b"),
        ("organisations", f"?a {'|'.join(ROLES.values())} ?b"),
    ],
)
def test_shared_projects_are_counted_and_weighed(linked: Graph, name: str, pattern: str) -> None:
    expected = by_sharing(linked.select(f"SELECT DISTINCT ?a ?b {{ {pattern} }}"))
    found = ties(projected(linked, name))
    assert {pair: (one["projects"], one["weight"]) for pair, one in found.items()} == expected


def test_departments_are_tied_by_similar_questions(linked: Graph) -> None:
    rows = linked.select(
        "SELECT DISTINCT ?one ?two ?d ?e { ?one gk:similarTo ?two . ?one gk:askedBy ?d . "
        "?two gk:askedBy ?e FILTER(?d != ?e) }"
    )
    pairs = {(frozenset((one, two)), *sorted((d, e))) for one, two, d, e in rows}
    expected: defaultdict[tuple[str, str], int] = defaultdict(int)
    for _, d, e in pairs:
        expected[d, e] += 1
    found = ties(projected(linked, "departments"))
    assert {pair: one["similar_questions"] for pair, one in found.items()} == expected


def test_regions_are_tied_to_aspects_of_their_projects(linked: Graph) -> None:
    rows = linked.select(
        "SELECT DISTINCT ?region ?aspect ?p { ?x gk:assessesProject ?p ; gk:coversAspect ?aspect . "
        "?p gk:addresses ?q . ?x gk:assessesQuestion ?q . "
        "?p gk:locatedIn/gk:within? ?region . "
        "?region gk:placeKind ?kind . ?region skos:notation ?code "
        "FILTER(STRSTARTS(?code, 'E12') || ?code IN ('S92000003', 'W92000004', 'N92000002')) }"
    )
    expected: defaultdict[tuple[str, str], int] = defaultdict(int)
    for region, aspect, _ in rows:
        expected[region, aspect] += 1
    found = ties(projected(linked, "places-aspects"))
    assert {pair: one["projects"] for pair, one in found.items()} == expected


@pytest.mark.parametrize("name", PROJECTIONS)
def test_a_projection_says_what_its_numbers_mean(linked: Graph, name: str) -> None:
    found = projected(linked, name)
    told = {line.partition(":")[0] for line in found.projected}
    numbers = {key for one in ties(found).values() for key in one} - {"source"}
    assert numbers <= told
    assert found.relationship_count == len(ties(found))
    ends = {end for pair in ties(found) for end in pair}
    assert {row.iri for row in found.nodes()} == ends


def test_relationships_and_sizes_are_held_to_in_a_projection(linked: Graph) -> None:
    def chosen(**more: object) -> Subgraph:
        selection = Selection(seeds=("all",), projection="organisations", **more)  # type: ignore[arg-type]
        return choose(Library.open(linked.folder), selection)

    pairs = linked.select(
        "SELECT DISTINCT ?a ?b { ?a gk:leadOrganisation|gk:partnerOrganisation ?b }"
    )
    found = ties(chosen(follow=("LED_BY", "PARTNERED_BY")))
    assert {pair: (one["projects"], one["weight"]) for pair, one in found.items()} == by_sharing(
        pairs
    )
    few = chosen(max_nodes=5)
    assert few.node_count <= 5
    assert any("--max-nodes" in cut for cut in few.cuts)
    whole = chosen()
    strength: defaultdict[str, float] = defaultdict(float)
    for pair, one in ties(whole).items():
        for end in pair:
            strength[end] += float(str(one["weight"]))
    strongest = sorted(strength.values())[-5] - 1e-6
    assert all(strength[row.iri] >= strongest for row in few.nodes())


def test_a_projection_of_a_part_counts_the_part_alone(linked: Graph) -> None:
    part = projected(linked, "organisations", "place:Wales")
    whole = ties(projected(linked, "organisations"))
    assert set(ties(part)) < set(whole)
