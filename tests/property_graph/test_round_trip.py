"""Statements become nodes and relationships, and come back: none lost, none invented."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from conftest import SHARED
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from property_graph.graphs import BASE, SCHEMA, made, restored, told

from graphkit.build.pipeline import build
from graphkit.property_graph import gathering
from graphkit.property_graph.elements import decoded
from graphkit.property_graph.graph import PropertyGraph
from graphkit.rdf.nodes import Namer
from graphkit.rdf.terms import XSD, escape
from graphkit.vocabulary import expand

NAMER = Namer(SCHEMA.ontology, BASE)
G1, G2 = NAMER.graph("one"), NAMER.graph("two")
TYPE = f"<{expand('rdf:type')}>"
PROJECT, AWARD = NAMER.thing("project", "P 1"), NAMER.thing("award", "P 1")
ORGANISATION, QUESTION = NAMER.organisation("name:acme ltd"), NAMER.thing("question", "7")
ASSESSMENT, PLACE = NAMER.thing("assessment", "7-P 1"), NAMER.thing("place", "W1")
PART = NAMER.participation(PROJECT, "lead", ORGANISATION)
COST, AMOUNT = NAMER.amount(PART, "cost"), NAMER.amount(AWARD, "amount")
ADDRESS = NAMER.address(ORGANISATION)


def says(subject: str, *pairs: tuple[str, str], graph: str = G1) -> list[str]:
    """Lines about a subject; predicates in short form, a class alone as a string."""
    return [
        f"{subject} {TYPE if name == 'a' else f'<{expand(name)}>'} {value} {graph} .\n"
        for name, value in pairs
    ]


def term(name: str) -> str:
    return f"<{expand(name)}>"


def typed(text: str, datatype: str) -> str:
    return f'"{text}"^^<{XSD}{datatype}>'


def money(iri: str, number: str, currency: str = "GBP") -> list[str]:
    return says(
        iri,
        ("a", term("schema:MonetaryAmount")),
        ("schema:value", typed(number, "decimal")),
        ("schema:currency", f'"{currency}"'),
    )


LEAD = "<https://w3id.org/graphkit/role/lead>"
WHOLE = [
    *says(
        PROJECT,
        ("a", term("gk:Project")),
        ("dct:title", '"Steel"'),
        ("schema:startDate", typed("2020-01-31", "date")),
        ("gk:leadOrganisation", ORGANISATION),
        ("dg:participant", PART),
        ("gk:award", AWARD),
        ("gk:addresses", QUESTION),
    ),
    *says(PROJECT, ("gk:addresses", QUESTION), graph=G2),
    *says(
        PART,
        ("a", term("gk:Participation")),
        ("dg:entity_taking_role", ORGANISATION),
        ("gk:role", LEAD),
        ("gk:cost", COST),
    ),
    *money(COST, "12.5"),
    *says(
        AWARD,
        ("a", term("gk:Award")),
        ("dg:finances", PROJECT),
        ("dg:economic_value", AMOUNT),
        ("frapo:hasGrantNumber", '"EP/1"'),
    ),
    *money(AMOUNT, "100", "EUR"),
    *says(
        ORGANISATION,
        ("a", term("gk:Organisation")),
        ("skos:prefLabel", '"Acme"'),
        ("skos:altLabel", '"ACME Ltd"'),
        ("skos:altLabel", '"Acme Limited"'),
        ("schema:address", ADDRESS),
        ("gk:locatedIn", PLACE),
    ),
    *says(
        ADDRESS,
        ("a", term("schema:PostalAddress")),
        ("schema:postalCode", '"LS1 1AA"'),
        ("schema:addressLocality", '"Leeds"'),
    ),
    *says(QUESTION, ("a", term("gk:ResearchQuestion")), ("schema:text", '"Why?"'), graph=G2),
    *says(
        ASSESSMENT,
        ("a", term("gk:Assessment")),
        ("gk:assessesProject", PROJECT),
        ("gk:assessesQuestion", QUESTION),
        ("gk:degree", "<https://w3id.org/graphkit/degree/partial>"),
        ("gk:score", typed("0.5", "decimal")),
    ),
    *says(
        PLACE,
        ("a", term("gk:Place")),
        ("skos:prefLabel", '"Leeds"@en'),
        ("wgs:lat", typed("53.8", "double")),
        ("wgs:long", typed("-1.5", "double")),
    ),
]

SUBJECTS = (
    PROJECT, AWARD, ORGANISATION, QUESTION, ASSESSMENT, PLACE, PART, COST, AMOUNT, ADDRESS,
    NAMER.thing("place", "P 1"), f"<{BASE}id/place/a/b>", "<https://w3id.org/graphkit/id/place/W1>",
    f"<{BASE}id/organisation/W1>", f"<{BASE}id/place/https://x.org/W1>", "<https://x.org/W1>",
    f"<{BASE}id/place/>", f"<{BASE}graph/one>", "_:b1", NAMER.thing("amount", "P 1-expenditure"),
)  # fmt: skip
PREDICATES = (
    TYPE, "<https://undeclared.example/p>",
    *(f"<{iri}>" for iri in sorted(SCHEMA.ontology.properties)),
)  # fmt: skip
GRAPHS = (
    G1, G2, NAMER.graph("derived"), "<https://elsewhere.example/g,1>", NAMER.graph("a:b"),
)  # fmt: skip
DATATYPES = [
    f"{XSD}{name}"
    for name in ("date", "dateTime", "gYear", "integer", "decimal", "double", "boolean", "anyURI")
] + ["xsd:odd", "https://odd.example/type"]
TEXTS = (
    "", " ", '"', "\\", "a\nb\r\t", "\u2028\u2029", "😀 déjà", "\0\x07\x7f", "-", "=[1]",
    "x" * 5_000,
    "2020-13-45", "2020-02-29", "12020-01-01", "0000-01-01", "2020-01-01T24:00:00Z",
    "2020-01-01T00:00:00Z", "2020-01-01T00:00:00+01:00", "1824", "0824", "1", "01", "-0", "0.50",
    "1e400", "nan", "inf", "INF", "1" * 40, "0." + "1" * 40, "1e22", "true", "TRUE", "91.5", "1.0",
)  # fmt: skip
CLASSES = [f"<{iri}>" for iri in sorted(SCHEMA.ontology.classes)]
CODES = [f"<{iri}>" for key in SCHEMA.ontology.schemes.values() for iri in (c.iri for c in key)]


def literals() -> st.SearchStrategy[str]:
    text = (st.sampled_from(TEXTS) | st.text(max_size=20)).map(escape)
    ending = st.sampled_from(["", "@en", "@zh-Hant-HK", *(f"^^<{one}>" for one in DATATYPES)])
    return st.builds(lambda value, end: f'"{value}"{end}', text, ending)


def strange() -> st.SearchStrategy[str]:
    """Any statement about anything, likely or not."""
    references = st.sampled_from([*SUBJECTS, *CLASSES, *CODES, "<https://nowhere.example/x>", LEAD])
    free = st.builds(
        lambda s, p, o, g: f"{s} {p} {o} {g} .\n",
        st.sampled_from(SUBJECTS),
        st.sampled_from(PREDICATES),
        references | literals(),
        st.sampled_from(GRAPHS),
    )
    classes = st.builds(
        lambda s, o, g: f"{s} {TYPE} {o} {g} .\n",
        st.sampled_from(SUBJECTS),
        st.sampled_from(CLASSES),
        st.sampled_from(GRAPHS),
    )
    return free | classes | moved()


def moved() -> st.SearchStrategy[str]:
    """A statement of the usual ones, in another graph or with another value."""

    def other(line: str, graph: str, value: str | None) -> str:
        subject, predicate, rest = line.split(" ", 2)
        old = rest.rsplit(" ", 2)[0]
        return f"{subject} {predicate} {value or old} {graph} .\n"

    values = st.none() | literals() | st.sampled_from(SUBJECTS)
    return st.builds(other, st.sampled_from(WHOLE), st.sampled_from(GRAPHS), values)


def sets_of_lines() -> st.SearchStrategy[list[str]]:
    """The usual statements, of which some are missing, with strange ones among them."""
    kept = st.lists(st.sampled_from(WHOLE), max_size=4, unique=True).map(
        lambda gone: [line for line in WHOLE if line not in gone]
    )
    return st.tuples(kept, st.lists(strange(), max_size=12)).map(lambda both: [*both[0], *both[1]])


def content_of(graph: PropertyGraph) -> tuple[str, set[str]]:
    return graph.digest, set(graph.leftover())


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def test_every_statement_of_the_sample_comes_back(sample: Any) -> None:
    with PropertyGraph.of(sample.snapshot) as graph:
        ontology = f"<{graph.base}graph/ontology> ."
        wanted = {f"{line}\n" for line in sample.lines if not line.endswith(ontology)}
        assert told(graph) == wanted
        assert list(graph.leftover()) == []


@pytest.mark.real_data
@pytest.mark.long
@pytest.mark.skipif(not SHARED.is_dir(), reason="the real data are not here")
def test_every_statement_of_the_real_data_comes_back(tmp_path: Path) -> None:
    from conftest import Graph

    build(tmp_path / "graph", [str(SHARED)])
    built = Graph(tmp_path / "graph")
    test_every_statement_of_the_sample_comes_back(built)


def test_what_is_as_usual_leaves_nothing_over(folder: Path) -> None:
    with made(folder, WHOLE) as graph:
        assert told(graph) == set(WHOLE)
        assert list(graph.leftover()) == []
        assert graph.relationship_counts() == {
            "ADDRESSES": 1, "ASSESSES_PROJECT": 1, "ASSESSES_QUESTION": 1, "AWARDED": 1,
            "LED_BY": 1, "LOCATED_IN": 1,
        }  # fmt: skip


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(lines=sets_of_lines())
def test_whatever_is_stated_comes_back_and_nothing_else(folder: Path, lines: list[str]) -> None:
    with made(folder, lines) as graph:
        assert restored(graph) == set(lines)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(lines=sets_of_lines(), order=st.randoms(use_true_random=False), window=st.integers(1, 9))
def test_the_order_of_the_statements_makes_no_difference(
    folder: Path, lines: list[str], order: random.Random, window: int
) -> None:
    with made(folder, lines) as graph:
        before = content_of(graph)
    shuffled = [*lines, *lines[:3]]
    order.shuffle(shuffled)
    with mock.patch.object(gathering, "WINDOW", window), made(folder, shuffled) as graph:
        assert content_of(graph) == before


def test_the_sample_in_any_order_is_the_same_graph(sample: Any, tmp_path: Path) -> None:
    with PropertyGraph.of(sample.snapshot) as graph:
        wanted, base = graph.digest, graph.base
    lines = [f"{line}\n" for line in sample.lines]
    random.Random(7).shuffle(lines)
    with (
        mock.patch.object(gathering, "WINDOW", 50),
        made(tmp_path, lines, base) as graph,
    ):
        assert content_of(graph) == (wanted, set())
        assert set(told(graph)) == {
            line for line in lines if not line.endswith(f"<{base}graph/ontology> .\n")
        }


def test_two_things_whose_addresses_end_alike_have_two_ids(folder: Path) -> None:
    places = [iri for iri in SUBJECTS if iri[0] == "<"]
    lines = [line for iri in places for line in says(iri, ("a", term("gk:Place")))]
    with made(folder, lines) as graph:
        ids = {one.iri: one.id for one in graph.nodes("Place")}
        assert len(set(ids.values())) == len(places)
        assert ids[PLACE[1:-1]] == "W1"
        assert ids["https://x.org/W1"] == "https://x.org/W1"


def properties_of(graph: PropertyGraph, iri: str) -> dict[str, Any]:
    return next(decoded(one.content)[0] for one in graph.nodes() if f"<{one.iri}>" == iri)


def test_a_qualified_relationship_carries_what_qualifies_it(folder: Path) -> None:
    with made(folder, WHOLE) as graph:
        (edge,) = graph.relationships("ADDRESSES")
        assert decoded(edge.content)[0] == {
            "assessment": "7-P%201", "degree": "partial", "score": 0.5, "source": "one",
            "other_sources": ["two"],
        }  # fmt: skip
        assert edge.key == "7-P%201"


def test_a_participation_stands_on_its_relationship_and_a_sum_on_its_owner(folder: Path) -> None:
    with made(folder, WHOLE) as graph:
        (edge,) = graph.relationships("LED_BY")
        assert decoded(edge.content)[0] == {"cost": 12.5, "source": "one"}
        award = properties_of(graph, AWARD)
        assert (award["amount"], award["amount_currency"]) == (100.0, "EUR")
        assert properties_of(graph, ORGANISATION)["address"] == "Leeds, LS1 1AA"


def test_a_direct_link_without_a_participation_says_so(folder: Path) -> None:
    lines = [line for line in WHOLE if PART not in line and COST not in line]
    with made(folder, lines) as graph:
        (edge,) = graph.relationships("LED_BY")
        assert decoded(edge.content)[0] == {"no_participation": True, "source": "one"}


def test_the_other_direction_in_another_graph_is_left_over(folder: Path) -> None:
    finances = says(AWARD, ("dg:finances", PROJECT))
    lines = [line for line in WHOLE if line not in finances]
    lines += says(AWARD, ("dg:finances", PROJECT), graph=G2)
    with made(folder, lines) as graph:
        (edge,) = graph.relationships("AWARDED")
        assert decoded(edge.content)[0]["one_way"] is True
        assert list(graph.leftover()) == says(AWARD, ("dg:finances", PROJECT), graph=G2)


def test_values_of_several_kinds_stand_in_one_list_of_texts(folder: Path) -> None:
    lines = [
        *says(
            PROJECT, ("a", term("gk:Project")), ("schema:startDate", typed("2020-01-31", "date"))
        ),
        *says(PROJECT, ("schema:startDate", typed("2020", "gYear")), graph=G2),
    ]
    with made(folder, lines) as graph:
        project = properties_of(graph, PROJECT)
        assert project["start_date"] == ["2020", "2020-01-31"]
        assert project["start_date__rdf"] == ["^^xsd:gYear", "^^xsd:date"]
        assert project["property_sources"] == ["start_date[0]=two"]


@pytest.mark.parametrize(
    ("latitude", "given"), [("53.8", True), ("90.0", True), ("90.5", False), ("1e300", False)]
)
def test_only_a_point_on_earth_becomes_a_location(folder: Path, latitude: str, given: bool) -> None:
    lines = says(
        PLACE,
        ("a", term("gk:Place")),
        ("wgs:lat", typed(latitude, "double")),
        ("wgs:long", typed("-1.5", "double")),
    )
    with made(folder, lines) as graph:
        assert ("location" in properties_of(graph, PLACE)) is given


def test_a_thing_without_a_name_is_named_by_its_id(folder: Path) -> None:
    lines = says(PLACE, ("a", term("gk:Place"))) + says(
        PROJECT, ("a", term("gk:Project")), ("dct:title", '" "')
    )
    with made(folder, lines) as graph:
        assert properties_of(graph, PLACE)["name"] == "W1"
        assert properties_of(graph, PROJECT)["name"] == "P%201"
