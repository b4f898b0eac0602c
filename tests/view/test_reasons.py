"""Why a link is there: what the page says, against what the graph's statements say."""

from __future__ import annotations

from collections import defaultdict

from conftest import Graph
from view.conftest import Written, unpacked

from graphkit.subgraph import Subgraph
from graphkit.view.drawn import drawn
from graphkit.view.funders import funders
from graphkit.view.reasons import reasons
from graphkit.view.wording import Words


def test_every_link_with_an_assessment_says_what_it_covers_and_misses(
    whole: Subgraph, linked: Graph
) -> None:
    chosen = drawn(whole, Words(whole.schema), 10_000, 50_000)
    found = reasons(whole, chosen.links)
    told = {
        (one.iri, relation, name)
        for one in found.values()
        for relation in ("COVERS_ASPECT", "MISSES_ASPECT")
        for name in one.related.get(relation, ())
    }
    rows = linked.select(
        """SELECT ?a ?how ?name {
             { ?a gk:coversAspect ?x BIND("COVERS_ASPECT" AS ?how) }
             UNION { ?a gk:missesAspect ?x BIND("MISSES_ASPECT" AS ?how) }
             ?x skos:prefLabel ?name }"""
    )
    assert told == set(rows)
    assert len(rows) > 100


def test_evidence_is_quoted_word_for_word_with_what_it_shows(
    whole: Subgraph, linked: Graph
) -> None:
    chosen = drawn(whole, Words(whole.schema), 10_000, 50_000)
    quotes = {
        (one.iri, piece.quote, aspect)
        for one in reasons(whole, chosen.links).values()
        for piece in one.evidence
        for aspect in piece.aspects or ("",)
    }
    rows = linked.select(
        """SELECT ?a ?quote ?name { ?a gk:evidence ?e . ?e gk:quote ?quote
             OPTIONAL { ?e gk:showsAspect/skos:prefLabel ?name } }"""
    )
    assert quotes == set(rows)
    assert len(rows) > 50


def test_a_similarity_gives_its_reason_on_the_page(
    whole: Subgraph, linked: Graph, written: Written
) -> None:
    facts = unpacked(written(whole), "facts")
    place = str(facts["names"].index("Reason"))
    told = {
        f"{facts['base']}{one['key']}": one["said"][place]
        for one in facts["reasons"].values()
        if one["kind"] == "similarity"
    }
    rows = linked.select("SELECT ?s ?reason { ?s a gk:Similarity ; gk:reason ?reason }")
    assert told == dict(rows)


def test_parallel_links_keep_reasons_of_their_own(whole: Subgraph) -> None:
    chosen = drawn(whole, Words(whole.schema), 10_000, 50_000)
    found = reasons(whole, chosen.links)
    groups = defaultdict(list)
    for place, link in enumerate(chosen.links):
        if link.row.type == "ADDRESSES":
            groups[link.start, link.end].append(found[place].iri)
    assert any(len(group) > 1 for group in groups.values())
    for group in groups.values():
        assert len(set(group)) == len(group)


def test_funders_of_projects_are_known_though_they_are_not_drawn(
    part: Subgraph, linked: Graph
) -> None:
    chosen = drawn(part, Words(part.schema), 10_000, 50_000)
    projects = [row for row in chosen.nodes if row.label == "Project"]
    names, funded = funders(part, projects)
    told = {(projects[place].iri, names[one]) for place, some in funded.items() for one in some}
    rows = linked.select(
        "SELECT DISTINCT ?p ?name { ?p a gk:Project ; gk:fundedBy/skos:prefLabel ?name }"
    )
    assert told == set(rows)
