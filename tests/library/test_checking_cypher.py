"""What a check finds in a Cypher file, and what it leaves alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from query_files import CYPHER, changed, faults

from graphkit.library.checking.cypher_reading import Reading
from graphkit.library.checking.cypher_terms import KnownNames
from graphkit.ontology import Ontology
from graphkit.property_graph.schema import MARKS, GraphSchema

Find = Callable[[str, str], list[str]]


@pytest.fixture
def find(tmp_path: Path) -> Find:
    """Exchanges one text of the Cypher file for another, and gives the faults of the file."""

    def found(old: str, new: str) -> list[str]:
        lines = faults(tmp_path / "queries", changed("cypher", old, new))
        assert all(line.startswith("small.cypher:") for line in lines)
        return [line.removeprefix("small.cypher:") for line in lines]

    return found


@pytest.fixture(scope="module")
def known() -> KnownNames:
    return KnownNames.of(GraphSchema.of(Ontology.load()))


# ---- Reading, parameters, columns ----


def test_a_text_that_is_no_cypher_is_told_with_its_line(find: Find) -> None:
    [line] = find("WITH p, questions,", "WITH p, questions 'x,")
    assert line.startswith("22: the query cannot be read: line 22, column 19: a string begins")
    [line] = find("WHERE questions >= $least", "WHERE questions >= $least AND")
    assert line.startswith("21: Cypher syntax error at line 21, col")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("(f)\n", "(f) SET f.name = 'x'\n", "21: SET (line 21, column "),
        ("f.name)", "f.type)", "22: the embedded engine would answer this differently"),
        ("[:LOCATED_IN]", "[:LOCATED_IN*]", "18: the embedded engine would answer this differ"),
        ("f.name)", "apoc.text.join(f.name))", "22: apoc.text.join() (line 22, column "),
    ],
)
def test_what_the_embedded_engine_refuses_is_told_with_its_line(
    find: Find, old: str, new: str, expected: str
) -> None:
    assert [line for line in find(old, new) if line.startswith(expected)]


def test_parameters_are_used_and_declared(find: Find) -> None:
    place = "WHERE $place IS NULL OR EXISTS { (p)-[:LOCATED_IN]->(:Place {id: $place}) }\n"
    assert find(place, "") == ["4: the parameter place is not used: no $place"]
    assert find(">= $least", ">= $least + $most // $more") == [
        "20: $most is no parameter of the header"
    ]
    assert find(">= $least", ">= $least AND '$most' <> '' /* $more */") == []


def test_columns_are_what_is_returned(find: Find) -> None:
    assert find("p.title AS title,", "p.title,") == [
        "8: the column title is not in the RETURN",
        "23: the RETURN gives p.title, which is no column of the header",
    ]
    assert find("RETURN p.iri AS project", "RETURN DISTINCT p.iri AS `project`") == []
    assert find("funder, questions\nORDER", "[x IN funder | x] AS funder, questions\nORDER") == []
    assert "23: RETURN *: name the columns" in find(
        "RETURN p.iri AS project, p.title AS title, funder, questions", "RETURN *"
    )
    assert "16: the query does not RETURN anything" in find("RETURN", "WITH")
    first = CYPHER[: CYPHER.index("ORDER BY")].replace("questions\n", "questions UNION ALL\n")
    lines = find(CYPHER, first.replace("p.iri AS project", "p.iri AS plan") + CYPHER)
    assert lines[:2] == [
        "7: the column project is not in the RETURN",
        "23: the RETURN gives plan, which is no column of the header",
    ]


def test_an_answer_is_not_cut(find: Find) -> None:
    assert find("title, project\n", "title, project\nSKIP 1 LIMIT 10\n") == [
        "25: LIMIT cuts the answer; bound it by a parameter",
        "25: SKIP cuts the answer; bound it by a parameter",
    ]


def test_rows_are_ordered_as_the_header_says(find: Find) -> None:
    wrong = "24: ORDER BY is not the order of the header: ['-questions', 'title', 'project']"
    order = "ORDER BY questions DESC, title, project"
    assert find(order, "") == ["11: the header has an order, and no ORDER BY"]
    assert find(order, "ORDER BY questions, title, project") == [wrong]
    assert find(order, "ORDER BY questions DESC, title") == [wrong]
    assert find(order, "ORDER BY questions DESC, project, title") == [wrong]
    assert find(order, "ORDER BY questions DESCENDING, toLower(title), p.iri ASC;") == []


# ---- Names ----


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("MATCH (p:Projekt) RETURN p", "no class has the label Projekt; nearest is Project"),
        ("MATCH (:Award|Projekt&!Funder) RETURN 1",
         "no class has the label Projekt; nearest is Project"),
        ("MATCH (n) WHERE n:Projekt OR n:Award RETURN n",
         "no class has the label Projekt; nearest is Project"),
        ("MATCH ()-[:LEAD_BY]->() RETURN 1",
         "no relationship has the type LEAD_BY; nearest is LED_BY"),
        ("MATCH ()<-[r:LED_BY|FOUNDED_BY*1..2]-() RETURN r",
         "no relationship has the type FOUNDED_BY; nearest is FUNDED_BY"),
        ("MATCH ()-[r]-() WHERE r:LEAD_BY RETURN r",
         "no relationship has the type LEAD_BY; nearest is LED_BY"),
        ("MATCH (p:Project) RETURN p.titel", "Project has no key titel; nearest is title"),
        ("MATCH (p:Project) RETURN p.degree", "Project has no key degree; docs/data-model.md has"),
        ("MATCH (p:Project|Award) WHERE p.titel = 1 RETURN p",
         "Award or Project has no key titel; nearest is title"),
        ("MATCH (n) RETURN n.titel", "no node has the key titel; nearest is title"),
        ("MATCH ()-[r:ADDRESSES]->() RETURN r.degre",
         "no relationship has the key degre; nearest is degree"),
        ("MATCH (p:Project {titel: 1}) RETURN p", "Project has no key titel; nearest is title"),
        ("MATCH (:Project {title: 1, titel: 2}) RETURN 1",
         "Project has no key titel; nearest is title"),
        ("MATCH (:Project)-[:ADDRESSES {degre: 1}]->() RETURN 1",
         "no relationship has the key degre; nearest is degree"),
        ("MATCH (p:Project) RETURN p {.title, .titel, own: p.iri}",
         "Project has no key titel; nearest is title"),
        ("MATCH (p:Project) RETURN p {own: p.titel}", "Project has no key titel; nearest is title"),
        ("MATCH (p:Project) RETURN p.start_date.yeer", "nothing has the key yeer; nearest is year"),
        ("MATCH (p:Project) WITH p AS x RETURN x.titel",
         "nothing has the key titel; nearest is title"),
        ("MATCH (p:Project) RETURN [(p)-[:LED_BY]->(o:Organisation) | o.titel]",
         "Organisation has no key titel"),
        ("MATCH (p:Project) WHERE EXISTS { (p)-[:LED_BY]->(:Organization) } RETURN 1",
         "no class has the label Organization; nearest is Organisation"),
        ("MATCH (p:Project) CALL (p) { MATCH (p)-->(a:Award) RETURN a } RETURN a.titel",
         "Award has no key titel"),
        ("MATCH (a:Award) RETURN a.id AS x UNION MATCH (a) RETURN a.amonut AS x",
         "no node has the key amonut; nearest is amount"),
        ("MATCH p = shortestPath((a:Award)-[:FUNDED_BI*]-(b)) RETURN p",
         "no relationship has the type FUNDED_BI; nearest is FUNDED_BY"),
    ],
)  # fmt: skip
def test_unknown_names_are_told_with_the_nearest(
    known: KnownNames, text: str, expected: str
) -> None:
    [(line, message)] = known.in_statement(Reading(f"// p.nonsense\n{text}"))
    assert line == 2
    assert message.startswith(expected)


@pytest.mark.parametrize(
    "text",
    [
        "MATCH (p:Project) RETURN {titel: p.title, deep: {more: 1}} AS m",
        "MATCH (p:Project) WITH {titel: p.title} AS m RETURN m.titel",
        "MATCH (p:Project) WITH collect({first: p.id}) AS all UNWIND all AS p RETURN p.first",
        "MATCH (p:Project) RETURN date.truncate('year', p.start_date).year AS y",
        "MATCH (p:Project) RETURN p.start_date.year, date().month, duration({days: 1}).days",
        "MATCH (p:Project) RETURN p.title__rdf, p.iri, p.source, p.other_sources, p.location",
        "MATCH (p:Place) RETURN p.location.latitude, point({latitude: 1, longitude: 2}).longitude",
        "MATCH (a:Award) RETURN a.amount_currency",
        "MATCH ()-[r]->() RETURN r.degree, r.origin, r.score, r.rank, r.assessment, r.similarity",
        "MATCH ()-[r:LED_BY]->() RETURN r.cost, r.offer, r.start_date, r.no_participation",
        "MATCH (n) WHERE n:Project RETURN n.name",
        "MATCH (n) RETURN CASE WHEN n:Project THEN n.title ELSE n.text END",
        "MATCH (p:Project) RETURN [x IN [1] WHERE p:Project | x] AS many",
        "MATCH (p:Project) RETURN [x IN collect(p) | x.title], [(p)-->(o:Topic) | o.name]",
        "MATCH (p:Project) RETURN 'p.nonsense', \"(:Nonsense)\", `a.b` /* p.nonsense */",
        "MATCH (p:Project) WITH p.title AS p RETURN p AS nonsense",
        "MATCH (p:Project) RETURN p.title[0..2], $p.nonsense, $map['x']",
        "MATCH (a:Award) RETURN a.id AS x UNION MATCH (a:Project) RETURN a.title AS x",
        "CALL { MATCH (a:Award) RETURN a.amount AS x UNION MATCH (a:Topic) RETURN a.name AS x }",
        "MATCH (p:Project) WHERE any(x IN p.other_reference WHERE x = 'a') RETURN 1",
        "MATCH (p:Project)-[:JOINT_WITH]->{1,3}(o:Project) RETURN o.title",
        "MATCH (p:Project) RETURN p {.*, .title} AS p",
        "MATCH (p:Project) RETURN reduce(t = 0, x IN [1] | t + x) AS s",
    ],
)  # fmt: skip
def test_known_names_and_names_of_ones_own_are_left_alone(known: KnownNames, text: str) -> None:
    assert list(known.in_statement(Reading(text))) == []


def test_every_key_of_the_schema_is_known(known: KnownNames) -> None:
    schema = GraphSchema.of(Ontology.load())
    for label, node in schema.labels.items():
        keys = ", ".join(f"n.{key}, n.{key}{MARKS}" for key in node.by_key)
        text = f"MATCH (n:{label}) RETURN n.id, {keys or 'n.iri'}"
        assert list(known.in_statement(Reading(text))) == []
    types = "|".join(schema.types)
    assert list(known.in_statement(Reading(f"MATCH ()-[:{types}]->() RETURN 1"))) == []


PIECES = ("", ")", "((", "MATCH (", "MATCH (p:", "RETURN", "RETURN ,", "ORDER BY", "p.", "{", "[:",
          "RETURN a ORDER BY", "(a {", "x {.", "UNION", "CALL (", "MATCH (p {a:", "a:b", ":", ".a",
          "RETURN AS a", "a.b.c.", "[x IN y WHERE x:A |")  # fmt: skip


@pytest.mark.parametrize("text", PIECES)
def test_whatever_stands_in_a_file_is_taken_apart(known: KnownNames, text: str) -> None:
    reading = Reading(text)
    assert all(line == 1 for line, _ in known.in_statement(reading))
    assert isinstance(reading.returned, list)
    assert reading.order is None or isinstance(reading.order, list)
