"""Parts of the linked sample, chosen as users choose them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from conftest import Graph

from graphkit.errors import UsageError
from graphkit.library import Library
from graphkit.property_graph.elements import decoded
from graphkit.subgraph import Selection, Subgraph, choose

Choose = Callable[..., Subgraph]


@pytest.fixture(scope="module")
def chosen(linked: Graph) -> Choose:
    """Chooses from the linked sample."""
    library = Library.open(linked.folder)

    def run(*seeds: str, **more: Any) -> Subgraph:
        return choose(library, Selection(seeds=seeds, **more))

    return run


def keys(subgraph: Subgraph, label: str = "") -> set[str]:
    return {subgraph.key(row.iri) for row in subgraph.nodes() if label in ("", row.label)}


def labels(subgraph: Subgraph) -> set[str]:
    return {row.label for row in subgraph.nodes()}


def links(subgraph: Subgraph, *types: str) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (subgraph.key(row.start_iri), subgraph.key(row.end_iri), decoded(row.content)[0])
        for row in subgraph.relationships()
        if not types or row.type in types
    ]


def test_one_step_reaches_what_a_question_is_tied_to(chosen: Choose, linked: Graph) -> None:
    found = chosen("question:16604")
    question = f"{linked.snapshot.manifest.base}id/question/16604"
    projects = linked.column(f"SELECT DISTINCT ?p {{ ?p gk:addresses <{question}> }}")
    assert keys(found, "Project") == {found.key(iri) for iri in projects}
    aspects = linked.column(f"SELECT ?a {{ <{question}> gk:hasAspect ?a }}")
    assert keys(found, "Aspect") == {found.key(iri) for iri in aspects}
    assert labels(found) == {"ResearchQuestion", "Project", "Aspect", "Department"}
    assert found.node_count == len(keys(found))


def test_every_link_has_both_its_ends(chosen: Choose) -> None:
    found = chosen("question:16604", hops=2)
    nodes = keys(found)
    assert all(start in nodes and end in nodes for start, end, _ in links(found))
    assert len(links(found)) == found.relationship_count


def test_steps_go_on_from_questions_and_projects_alone(chosen: Choose, linked: Graph) -> None:
    found = chosen("question:16604", hops=2)
    assert "Organisation" in labels(found)
    asked = linked.column(
        "SELECT ?q { ?q gk:askedBy ?d . ?o gk:askedBy ?d ; dct:identifier '16604' }"
    )
    linked_to = {end for _, end, _ in links(found, "ADDRESSES", "SIMILAR_TO")}
    assert not ({found.key(iri) for iri in asked} - linked_to) & keys(found)
    assert any("--through" in remark for remark in found.remarks)
    further = chosen("question:16604", hops=2, through=("department",))
    assert keys(found) < keys(further)


def test_records_are_left_out_until_they_are_asked_for(chosen: Choose) -> None:
    assert "Assessment" not in labels(chosen("question:16604", hops=2))
    found = chosen("question:16604", hops=2, also=("Assessment", "Evidence"))
    assert {"Assessment", "Evidence", "Project"} <= labels(found)


def test_classes_and_relationships_narrow(chosen: Choose) -> None:
    found = chosen("question:16604", hops=2, classes=("project", "question"))
    assert labels(found) == {"Project", "ResearchQuestion"}
    found = chosen("question:16604", hops=2, follow=("addresses", "led by"))
    assert {row.type for row in found.relationships()} == {"ADDRESSES", "LED_BY"}


def test_degree_and_origin_choose_links(chosen: Choose) -> None:
    found = chosen("question:16604", degree=("partially",), origin=("published-page",))
    told = links(found, "ADDRESSES")
    assert told
    assert {(one["degree"], one["origin"]) for *_, one in told} == {("partial", "published-page")}
    assert keys(found, "Project") == {start for start, *_ in told}


def test_a_score_chooses_links_that_have_one(chosen: Choose) -> None:
    every = [one.get("score") for *_, one in links(chosen("all"), "ADDRESSES")]
    least = sorted(score for score in every if score is not None)[-3]
    found = links(chosen("all", min_score=least), "ADDRESSES")
    assert len(found) == sum(score is not None and score >= least for score in every) >= 3
    assert all(one["score"] >= least for *_, one in found)


def test_the_whole_graph_is_everything(chosen: Choose, linked: Graph) -> None:
    found = chosen("all")
    assert found.is_whole
    assert found.node_count == sum(found.graph.node_counts().values())
    with pytest.raises(UsageError, match="nothing is left"):
        chosen("all", degree=("none",))
    degree = chosen("all", degree=("partial",))
    assert {one["degree"] for *_, one in links(degree, "ADDRESSES")} == {"partial"}
    said = [decoded(row.content)[0] for row in degree.nodes() if row.label == "Assessment"]
    assert {one["degree"] for one in said} == {"partial"}
    assert degree.node_count < found.node_count


def test_dates_funders_and_places_choose_projects(chosen: Choose, linked: Graph) -> None:
    found = chosen("all", since="2014", until="2016-06-30")
    started = linked.column(
        "SELECT ?p { ?p a gk:Project ; schema:startDate ?d "
        "FILTER(?d >= '2014-01-01'^^xsd:date && ?d <= '2016-06-30'^^xsd:date) }"
    )
    assert keys(found, "Project") == {found.key(iri) for iri in started}
    paid = chosen("all", funder=("EPSRC",))
    funded = linked.column("SELECT ?p { ?p a gk:Project ; gk:fundedBy/gk:acronym 'EPSRC' }")
    assert keys(paid, "Project") == {found.key(iri) for iri in funded}
    led = chosen("all", place=("Wales",))
    located = linked.column(
        "SELECT DISTINCT ?p { ?p a gk:Project ; gk:locatedIn/gk:within? ?w . "
        "?w skos:notation 'W92000004' }"
    )
    assert keys(led, "Project") == {led.key(iri) for iri in located}


def test_a_place_stands_for_all_places_in_it(chosen: Choose, linked: Graph) -> None:
    found = chosen("place:West Midlands")
    located = linked.column(
        "SELECT DISTINCT ?p { ?p a gk:Project ; gk:locatedIn/gk:within ?w . "
        "?w skos:notation 'E12000005' }"
    )
    assert {found.key(iri) for iri in located} <= keys(found, "Project")
    assert any("combined authority" in remark for remark in found.remarks)
    ends = {end for *_, end in ((s, e) for s, e, _ in links(found, "WITHIN"))}
    assert ends == {"place/E12000005"}


def test_a_search_gives_seeds_and_says_what_it_cut(chosen: Choose) -> None:
    found = chosen("search:innovation", hops=0, max_seeds=3)
    assert found.node_count == 3
    [cut] = found.cuts
    assert "--max-seeds" in cut
    with pytest.raises(UsageError, match="finds nothing"):
        chosen("search:xyzzyplugh")


def test_the_rows_of_a_query_give_seeds(chosen: Choose, linked: Graph) -> None:
    parameters = {"aspect": "capacity", "degree": "partial"}
    rows = Library.open(linked.folder).run("projects-addressing-aspect", **parameters).dicts()
    found = chosen("query:projects-addressing-aspect", parameters=parameters, hops=0)
    assert {row["project"] for row in rows} <= {row.iri for row in found.nodes()}
    with pytest.raises(UsageError, match="no things"):
        chosen("query:awards-by-year")
    with pytest.raises(UsageError, match="parameters are for queries"):
        chosen("question:16604", parameters=parameters)


def test_a_community_is_the_questions_that_share_projects(chosen: Choose, linked: Graph) -> None:
    found = chosen("community:16604", hops=0)
    same = linked.column(
        "SELECT ?q { ?q gk:community ?c . ?one gk:community ?c . ?one dct:identifier '16604' }"
    )
    assert keys(found) == {found.key(iri) for iri in same}


def test_the_shortest_ways_lead_to_a_thing(chosen: Choose) -> None:
    found = chosen("question:16604", to="funder:EPSRC")
    assert labels(found) == {"ResearchQuestion", "Project", "Funder"}
    types = Counter(row.type for row in found.relationships())
    assert types["FUNDED_BY"] == len(keys(found, "Project"))
    with pytest.raises(UsageError, match="--through"):
        chosen("topic/gtr-subject-agri-environmental-science", to="department:Cabinet Office")


def test_at_most_so_many_things_the_nearest_first(chosen: Choose) -> None:
    near = keys(chosen("question:16604", hops=1))
    found = chosen("question:16604", hops=2, max_nodes=len(near) + 2)
    assert near < keys(found)
    assert found.node_count == len(near) + 2
    assert any("--max-nodes" in cut for cut in found.cuts)


@pytest.mark.parametrize(
    ("seeds", "more", "told"),
    [
        ((), {}, "nothing is selected"),
        (("question:0",), {}, "no such question"),
        (("funder:EPSCR",), {}, "EPSRC"),
        (("query:no-such",), {}, "no such query"),
        (("question:16604",), {"classes": ("projekt",)}, "did you mean project"),
        (("question:16604",), {"follow": ("adresses",)}, "did you mean addresses"),
        (("question:16604",), {"degree": ("rather",)}, "no such degree"),
        (("question:16604",), {"since": "soon"}, "no date: soon"),
        (("question:16604",), {"hops": 11}, "between 0 and 10"),
        (("question:16604",), {"max_nodes": 0}, "at least 1"),
        (("all",), {"projection": "things"}, "known: questions"),
        (("all",), {"to": "question:16604"}, "not at `all`"),
        (("question:16604",), {"to": "all"}, "leads to one thing"),
        (("question:16604",), {"to": "search:heat"}, "leads to one thing"),
        (("question:16604",), {"since": "2020", "until": "2015"}, "the first date comes first"),
        (("question:16604",), {"since": "2020-13-45"}, "no date: 2020-13-45"),
        (("question:16604",), {"min_score": float("nan")}, "from 0 to 1"),
        (("question:16604",), {"min_score": float("inf")}, "from 0 to 1"),
        (("search: ",), {}, "without a word"),
        (("x" * 20_000,), {}, "give the thing's address"),
        (("https://example.org/no such",), {}, "nothing here has the address"),
        (("all",), {"projection": "questions", "classes": ("project",)}, "leave --class"),
        (("all",), {"projection": ""}, "no such projection"),
        (("question:16604",), {"projection": "questions", "hops": 0}, "nothing of the selection"),
        (("all",), {"since": "2090"}, "nothing is left"),
        (("https://w3id.org/graphkit/ontology#Project",), {}, "vocabulary"),
    ],
)  # fmt: skip
def test_what_cannot_be_chosen_is_told(
    chosen: Choose, seeds: tuple[str, ...], more: dict[str, Any], told: str
) -> None:
    with pytest.raises(UsageError) as caught:
        chosen(*seeds, **more)
    assert told in str(caught.value)


def test_a_text_is_one_value_and_not_its_letters(chosen: Choose, linked: Graph) -> None:
    selection = Selection(seeds=" question:16604\n", degree="partial")  # type: ignore[arg-type]
    found = choose(linked.folder, selection)
    assert keys(found) == keys(chosen("question:16604", degree=("partial",)))
    assert chosen("ALL").is_whole


def test_networkx_and_pandas_hold_all_of_it(chosen: Choose) -> None:
    found = chosen("question:16604", hops=2)
    graph = found.to_networkx()
    assert set(graph) == keys(found)
    assert graph.number_of_edges() == found.relationship_count
    days = {values["start_date"] for _, values in graph.nodes(data=True) if "start_date" in values}
    assert all(day.year > 1990 for day in days)
    assert days
    nodes, relationships = found.to_pandas()
    assert set(nodes.index) == keys(found)
    assert len(relationships) == found.relationship_count
    assert nodes.attrs["snapshot"] == found.snapshot.manifest.id
