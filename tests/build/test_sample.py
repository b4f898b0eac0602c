"""The sample, from its files to the answer of the headline question."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from graphkit.library import Library
from graphkit.uk_areas import COUNTRIES, REGIONS

HEADLINE = {"aspect": "capacity", "place": "West Midlands", "degree": "partial"}
ID = "https://w3id.org/graphkit/id/"
ANSWER = {
    "project": f"{ID}project/page-16604-2",
    "title": "West Midlands Innovation Programme phase 2",
    "funder": ["Innovate UK"],
    "lead_organisation": "WEST MIDLANDS COMBINED AUTHORITY",
    "place": ["West Midlands"],
    "match": ["concerns", "located"],
    "question": f"{ID}question/16604",
    "question_text": "What are the spatial drivers and distribution of R&D activity? Within that, "
    "what are the relevant roles of infrastructure, excellence and capacity?",
    "department": ["Department for Levelling Up, Housing and Communities"],
    "degree": "partial",
    "covers": ["capacity"],
    "misses": ["excellence", "infrastructure", "spatial drivers"],
    "origin": "published-page",
}
PUBLISHED = """
SELECT ?rank ?degree ?expertise ?covers ?misses WHERE {
  ?a gk:assessesQuestion <%squestion/16604> ; gk:rank ?rank ; gk:degree ?degree .
  OPTIONAL { ?a gk:statesExpertise ?expertise }
  OPTIONAL { SELECT ?a (GROUP_CONCAT(?c; separator=" ") AS ?covers)
    { SELECT ?a ?c { ?a gk:coversAspect/skos:prefLabel ?c } ORDER BY ?c } GROUP BY ?a }
  OPTIONAL { SELECT ?a (GROUP_CONCAT(?m; separator=" ") AS ?misses)
    { SELECT ?a ?m { ?a gk:missesAspect/skos:prefLabel ?m } ORDER BY ?m } GROUP BY ?a }
}"""


@pytest.fixture(scope="module")
def library(sample: Any) -> Library:
    return Library(sample.snapshot)


# ---- The headline question ----


def test_the_headline_question_has_one_answer_with_every_column(library: Library) -> None:
    result = library.run("projects-addressing-aspect", **HEADLINE)
    assert result.dicts() == [ANSWER]


def test_a_name_that_several_places_bear_is_said_to(library: Library) -> None:
    result = library.run("projects-addressing-aspect", **HEADLINE)
    assert len(result.remarks) == 1
    assert "the region E12000005 is meant" in result.remarks[0]
    assert "combined authority E47000007" in result.remarks[0]


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("aspect", "Capacity"),
        ("aspect", "capability and capacity"),
        ("aspect", "https://w3id.org/graphkit/id/aspect/capacity"),
        ("aspect", "<https://w3id.org/graphkit/id/aspect/capacity>"),
        ("degree", "PARTIAL"),
        ("degree", "partially"),
        ("degree", "https://w3id.org/graphkit/degree/partial"),
        ("place", "west midlands"),
        ("place", "E12000005"),
        ("place", "e12000005"),
        ("place", "region:West Midlands"),
        ("place", "combined authority:West Midlands"),
        ("place", "E47000007"),
        ("place", "England"),
        ("place", "E92000001"),
        ("place", "https://w3id.org/graphkit/id/place/E12000005"),
        ("place", "http://statistics.data.gov.uk/id/statistical-geography/E12000005"),
    ],
)
def test_each_parameter_takes_names_codes_and_addresses(
    library: Library, parameter: str, value: str
) -> None:
    result = library.run("projects-addressing-aspect", **{**HEADLINE, parameter: value})
    assert [row["project"] for row in result.dicts()] == [ANSWER["project"]]


@pytest.mark.parametrize(
    ("parameter", "value"),
    [("place", "London"), ("place", "E12000007"), ("degree", "full"), ("aspect", "excellence")],
)
def test_another_value_does_not_give_that_answer(
    library: Library, parameter: str, value: str
) -> None:
    result = library.run("projects-addressing-aspect", **{**HEADLINE, parameter: value})
    assert ANSWER["project"] not in [row["project"] for row in result.dicts()]


def test_without_place_and_degree_projects_anywhere_are_listed(library: Library) -> None:
    everywhere = library.run("projects-addressing-aspect", aspect="capacity").dicts()
    assert ANSWER["project"] in [row["project"] for row in everywhere]
    drivers = library.run("projects-addressing-aspect", aspect="spatial drivers").dicts()
    assert [row["title"] for row in drivers] == ["Regional Technology Foresight"]


@pytest.mark.parametrize(
    ("parameter", "value", "near"),
    [
        ("aspect", "infrastucture", "infrastructure"),
        ("place", "West Midland", "West Midlands"),
        ("place", "Birmingam", "Birmingham"),
        ("degree", "complete", "full, direct, partial"),
    ],
)
def test_an_unknown_value_is_answered_with_what_is_near(
    graphkit: Callable[..., Any], sample: Any, parameter: str, value: str, near: str
) -> None:
    pairs = [f"-p{key}={text}" for key, text in {**HEADLINE, parameter: value}.items()]
    answer = graphkit("query", "projects-addressing-aspect", *pairs, "--graph", sample.folder)
    assert answer.code == 2
    assert answer.out == ""
    assert answer.err.startswith(f"graphkit: no such {parameter}: {value}; ")
    assert near in answer.err
    assert answer.err.count("\n") == 1


# ---- What the sample holds ----


def test_the_sample_is_wide_enough_to_show_everything(sample: Any) -> None:
    assert sample.count("?q a gk:ResearchQuestion") >= 12
    assert len(set(sample.column("SELECT ?d { ?q gk:askedBy ?d }"))) >= 6
    assert sample.count("?p a gk:Project") >= 60
    assert len(set(sample.column("SELECT ?f { ?p gk:fundedBy ?f }"))) >= 8


def test_the_sample_has_a_project_in_each_region_and_nation(sample: Any) -> None:
    areas = {*REGIONS, *COUNTRIES} - {"E92000001"}
    found = sample.column("SELECT DISTINCT ?a { ?p a gk:Project ; gk:locatedIn/gk:within? ?a }")
    assert len(areas) == 12
    assert areas <= {iri.rpartition("/")[2] for iri in found}


def test_every_listed_project_has_an_assessment(sample: Any) -> None:
    assert sample.count("?p gk:addresses ?q") == 10
    assert not sample.select(
        "SELECT ?p { ?p gk:addresses ?q FILTER NOT EXISTS "
        "{ ?a gk:assessesProject ?p ; gk:assessesQuestion ?q } }"
    )
    ranks = sample.column(PUBLISHED % ID)
    assert sorted(map(int, ranks)) == list(range(1, 11))


def test_six_projects_are_known_from_the_page_alone(sample: Any) -> None:
    pages = [p for p in sample.column("SELECT ?p { ?p a gk:Project }") if "/page-" in p]
    assert len(pages) == 6
    known = {
        row[1]
        for page in pages
        for row in sample.select(f"SELECT ?p ?property {{ <{page}> ?property ?o BIND(1 AS ?p) }}")
    }
    missing = ("grantReference", "startDate", "endDate", "#award", "economic_value")
    assert not [name for name in known if name.endswith(missing)]
    assert any(name.endswith("fundedBy") for name in known)


def test_the_three_published_explanations_are_read(sample: Any) -> None:
    rows = {row[0]: row[1:] for row in sample.select(PUBLISHED % ID)}
    partial, unstated = "https://w3id.org/graphkit/degree/partial", "/degree/unstated"
    missed = "excellence infrastructure spatial drivers"
    assert rows["1"] == (partial, "true", "distribution spatial drivers", "")
    assert rows["2"] == (partial, "", "capacity", missed)
    assert rows["3"][0] == partial
    assert rows["3"][3] == missed
    assert all(rows[str(rank)][0].endswith(unstated) for rank in range(4, 11))
    assert all(rows[str(rank)][1:] == ("", "", "") for rank in range(4, 11))


def test_a_full_list_is_said_to_be_capped(sample: Any) -> None:
    assert sample.column(f"SELECT ?c {{ <{ID}question/16604> gk:listIsCapped ?c }}") == ["true"]


def test_joint_grants_and_transfers_of_the_sample_are_marked(sample: Any) -> None:
    name = "SELECT ?a ?b { ?p gk:%s ?q . ?p gk:grantReference ?a . ?q gk:grantReference ?b }"
    assert sample.select(name % "transferredFrom") == [("EP/F007604/2", "EP/F007604/1")]
    joint = sample.select(name % "jointWith")
    assert ("NE/E002366/1", "NE/E002307/1") in joint


def test_every_source_has_a_graph_with_licence_time_and_hash(sample: Any) -> None:
    rows = sample.select(
        "SELECT ?s ?l ?t ?h { ?s a gk:Source ; dct:license ?l ; prov:generatedAtTime ?t ;"
        " gk:sha256 ?h }"
    )
    assert len(rows) == 9
    assert all(re.fullmatch("[0-9a-f]{64}", row[3]) for row in rows)
    named = set(sample.column("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"))
    own = {"ontology", "catalogue", "derived", "identity", "register"}
    assert {graph.rpartition("/")[2] for graph in named} - own == {
        row[0].rpartition("/")[2] for row in rows
    } & {graph.rpartition("/")[2] for graph in named}


def test_every_statement_stands_once(sample: Any) -> None:
    assert len(set(sample.lines)) == len(sample.lines) == sample.snapshot.manifest.quads


def test_the_manifest_counts_what_is_there(sample: Any) -> None:
    classes = sample.snapshot.manifest.classes
    counted = {
        name: sample.count(f"?thing a gk:{name}")
        for name in classes
        if name not in ("Aspect", "Succession")
    }
    assert counted == {name: number for name, number in classes.items() if name in counted}


# ---- People ----


def test_no_person_stands_in_the_graph(sample: Any) -> None:
    text = sample.bytes.decode()
    addresses = set(re.findall(r"[\w.+-]+@[\w-]+\.[\w.-]+", text))
    assert addresses == {"psChiefScientificAdviser@levellingup.gov.uk"}
    for word in ("Surname", "orcid", "PI_PER", "principalInvestigator"):
        assert word.casefold() not in text.casefold()
