"""What a check finds in a SPARQL file, and what it leaves alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from query_files import SPARQL, changed, faults

from graphkit.library.checking.sparql_groups import read
from graphkit.library.checking.sparql_terms import KnownTerms
from graphkit.library.checking.sparql_tokens import tokens_of
from graphkit.library.checking.sparql_triples import everything, patterns_of
from graphkit.ontology import Ontology

DEGREE = "      VALUES ?_degree { <https://w3id.org/graphkit/degree/partial> }\n"
WHOLE = "?project dct:title ?title ."
PLACE_KINDS = "combined-authority, country, county, itl1, itl2, itl3, local-authority, region"

Find = Callable[[str, str], list[str]]


@pytest.fixture
def find(tmp_path: Path) -> Find:
    """Exchanges one text of the SPARQL file for another, and gives the faults of the file."""

    def found(old: str, new: str) -> list[str]:
        lines = faults(tmp_path / "queries", changed("rq", old, new))
        assert all(line.startswith("small.rq:") for line in lines)
        return [line.removeprefix("small.rq:") for line in lines]

    return found


# ---- Reading, and columns ----


def test_a_text_that_is_no_sparql_is_told_with_its_line(find: Find) -> None:
    [line] = find("FILTER(?questions >= ?_least)", "FILTER(?questions >= ?_least")
    assert line.startswith("33: the query cannot be read: error at 33:3: expected one of")
    [line] = find("SELECT ?project ?title\n", "SELECT ?project ?title ?payer\n")
    assert line.startswith("38: the query cannot be read: error at 38:1: The SELECT contains a")


def test_what_the_store_refuses_is_told(find: Find) -> None:
    refused = "16: refused by the store: "
    [line] = find("VALUES ?_least", "SERVICE <http://x.org/> { ?a ?b 1 } VALUES ?_least")
    assert line == f"{refused}SERVICE is not run here"
    [line] = find("FILTER(?questions", f"FILTER({'(' * 101}1{')' * 101} = ?questions")
    assert line.startswith(f"{refused}the query is nested deeper than 100 brackets")


def test_a_text_that_is_no_query_with_values_in_it_is_told(find: Find) -> None:
    [line] = find("GROUP BY ?project\n", "GROUP BY ?project ?_degree\n")
    assert line.startswith("30: with values for its parameters, the query cannot be read: ")


def test_columns_are_the_variables_of_the_select(find: Find) -> None:
    assert find('"\\n") AS ?funder)', '"\\n") AS ?payers)') == [
        '9: the column funder holds several values: GROUP_CONCAT(…; separator="\\n")',
        "9: the column funder is no variable of the SELECT",
        "20: the SELECT gives ?payers, which is no column of the header",
    ]


def test_an_answer_is_neither_cut_nor_of_another_kind(find: Find) -> None:
    assert find("?title ?project\n", "?title ?project LIMIT 10\n") == [
        "37: LIMIT cuts the answer; bound it by a parameter"
    ]
    assert find("    GROUP BY ?project\n", "    GROUP BY ?project OFFSET 1\n") == [
        "29: OFFSET cuts the answer; bound it by a parameter"
    ]
    assert "16: no SELECT query" in find(SPARQL, "ASK { ?project a ?title }")


# ---- Parameters ----


def test_parameters_are_used_and_declared(find: Find) -> None:
    assert find("!BOUND(?_place) || EXISTS { ?project gk:locatedIn ?_place }", "true") == [
        "4: the parameter place is not used: no ?_place"
    ]
    assert find("?questions >= ?_least", "?questions >= $_most + ?_least") == [
        "32: ?_most is no parameter of the header"
    ]
    assert find("?questions >= ?_least)", '?questions >= ?_least && "?_a" != "") # ?_b') == []


def test_what_always_has_a_value_has_one_in_the_file(find: Find) -> None:
    assert find(DEGREE, "") == ["24: no VALUES ?_degree { … }: degree is needed"]
    assert find("  VALUES ?_least { 1 }\n", "") == [
        "31: no VALUES ?_least { … }: least has a default"
    ]
    assert find("VALUES ?_least", "VALUES ?_place { <http://x.org/> } VALUES ?_least") == [
        "31: VALUES ?_place: place may be left out, so it has no value here"
    ]


def test_the_value_in_the_file_is_that_of_the_header(find: Find) -> None:
    assert find("VALUES ?_least { 1 }", "VALUES ?_least { 2 }") == [
        "31: VALUES ?_least is not the default of the header: 1"
    ]
    assert find("VALUES ?_least { 1 }", 'VALUES ?_least { "1"^^<http://a.b/c> }') == []
    assert find("degree/partial>", "degree/full>") == [
        "24: VALUES ?_degree is not the example of the header: partial"
    ]
    assert find("VALUES ?_least { 1 }", "VALUES ?_least { 1 2 }") == [
        "31: VALUES ?_least gives one value, to it alone"
    ]
    together = "VALUES (?_least ?more) { (1 2) }"
    assert "31: VALUES ?_least gives one value, to it alone" in find(
        "VALUES ?_least { 1 }", together
    )


def test_a_value_stands_in_the_group_that_uses_it(find: Find) -> None:
    told = "?_degree has no value here: its VALUES stands outside of the group"
    sub_select = find(
        DEGREE + "      ?assessment gk:degree ?_degree ;",
        DEGREE
        + "      { SELECT ?assessment { ?assessment gk:degree ?_degree } }\n      ?assessment",
    )
    assert sub_select == [f"25: {told}"]
    bound = find(
        "FILTER(!BOUND", "{ BIND(?_degree AS ?one) } UNION { FILTER(false) }\n FILTER(!BOUND"
    )
    assert bound == [f"27: {told}"]
    # An OPTIONAL and an EXISTS do see what stands around them, and so does the clause.
    for group in ("OPTIONAL { ?project dct:title ?t FILTER(?_degree != ?t) }",
                  "FILTER EXISTS { ?project dct:title ?t FILTER(?_degree != ?t) }",
                  "{ ?assessment gk:degree ?_degree }"):  # fmt: skip
        assert find("FILTER(!BOUND", f"{group} FILTER(!BOUND") == []
    clause = find(
        "(COUNT(DISTINCT ?question) AS", "(COUNT(DISTINCT IF(?_degree = 1, 1, ?question)) AS"
    )
    assert clause == []


# ---- Lists and order ----


def test_lists_are_joined_by_line_feeds(find: Find) -> None:
    listed = '9: the column funder holds several values: GROUP_CONCAT(…; separator="\\n")'
    assert find('; separator="\\n")', ")") == [listed]
    assert find('separator="\\n")', 'separator=", ")') == [listed]
    assert find('GROUP_CONCAT(DISTINCT ?name; separator="\\n")', "SAMPLE(?name)") == [listed]
    assert find(
        '(GROUP_CONCAT(DISTINCT ?name; separator="\\n") AS ?funder)',
        '(COALESCE(GROUP_CONCAT(?name; separator="\\n"), "") AS ?funder)',
    ) == []  # fmt: skip
    alone = find("?title\n", '(GROUP_CONCAT(?t; separator="\\n") AS ?title)\n')
    assert "19: the column title is a list, and not called many" in alone


def test_a_list_that_a_sub_select_makes_is_one(tmp_path: Path) -> None:
    files = changed(
        "rq",
        "OPTIONAL { ?project gk:fundedBy ?payer . ?payer skos:prefLabel ?name }",
        "OPTIONAL { SELECT ?project (GROUP_CONCAT(?n; separator='\\n') AS ?name)\n"
        "    { ?project gk:fundedBy/skos:prefLabel ?n } GROUP BY ?project }",
    )
    rq = files["small.rq"].replace(
        '(GROUP_CONCAT(DISTINCT ?name; separator="\\n") AS ?funder)', "(SAMPLE(?name) AS ?funder)"
    )
    assert faults(tmp_path / "queries", files | {"small.rq": rq}) == []


def test_rows_are_ordered_as_the_header_says(find: Find) -> None:
    wrong = "37: ORDER BY is not the order of the header: ['-questions', 'title', 'project']"
    order = "ORDER BY DESC(?questions) ?title ?project"
    assert find(order, "") == ["11: the header has an order, and no ORDER BY"]
    assert find(order, "ORDER BY ?questions ?title ?project") == [wrong]
    assert find(order, "ORDER BY DESC(?questions) ?title") == [wrong]
    assert find(order, "ORDER BY DESC(?questions) ?project ?title") == [wrong]
    assert find(order, "ORDER BY DESC(?questions) LCASE(?title) ASC(?project)") == []


# ---- Terms ----


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("gk:fundedBy", "gk:fundedby",
         ["34: the ontology has no term gk:fundedby; nearest is gk:fundedBy"]),
        ("gk:fundedBy", "<https://w3id.org/graphkit/ontology#fundedby>",
         ["34: the ontology has no term gk:fundedby; nearest is gk:fundedBy"]),
        ("gk:fundedBy", "gk:fundedBy/gk:fundetBy",
         ["34: the ontology has no term gk:fundetBy; nearest is gk:fundedBy"]),
        ("skos:prefLabel", "skos:prefLable",
         ["34: the ontology has no term skos:prefLable; nearest is skos:prefLabel"]),
        ("PREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n", "",
         ["33: no PREFIX says what skos: is; PREFIX skos: <http://www.w3.org/2004/02/skos/core#>"]),
        ("core#>\n", "core>\n",
         ["18: the prefix skos stands for <http://www.w3.org/2004/02/skos/core#> in graphkit"]),
        ("?name }", "?name FILTER(?payer != <https://w3id.org/graphkit/degree/partly>) }",
         ["34: no degree is called partly; nearest is partial"]),
        ("?name }", "?name FILTER(?payer != <https://w3id.org/graphkit/place-kind/zone>) }",
         [f"34: no place kind is called zone; there are {PLACE_KINDS}"]),
        ("?name }", "?name FILTER(?payer != <https://w3id.org/graphkit/topic-scheme/tags>) }",
         ["34: no scheme of topics is called tags; nearest is tag"]),
        ("?name }", '?name FILTER(?name != "gk:by" && ?name != "<http://schema.org/x>") }', []),
        ("?name }", "?name } # gk:fundedby", []),
        ("?name }", "?name . ?payer a/rdfs:label 1 ; gk:relationshipType 2 ; a skos:Concept }",
         ["34: no PREFIX says what rdfs: is; PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>"]),
        ("?name }", "?name FILTER(<http://www.w3.org/2001/XMLSchema#string>(?payer) = 1) }", []),
        ("?name }", "?name FILTER(?payer != <https://example.org/x#y>) }", []),
        ("?name }", "?name . ?payer gk:relationshipType 2 ; a skos:Concept }", []),
    ],
)  # fmt: skip
def test_terms_are_those_of_the_ontology(
    find: Find, old: str, new: str, expected: list[str]
) -> None:
    assert find(old, new) == expected


def test_every_declared_term_is_known() -> None:
    ontology = Ontology.load()
    known = KnownTerms.of(ontology)
    terms = [*ontology.classes, *ontology.properties, *ontology.schemes]
    concepts = [one.iri for scheme in ontology.schemes.values() for one in scheme]
    assert [iri for iri in (*terms, *concepts) if known.fault(iri)] == []


# ---- Reading everything ----


@pytest.mark.parametrize(
    ("pattern", "is_told"),
    [
        ("?a ?b ?c .", True),
        ("?a ?b ?c ; ?d ?e .", True),
        ("[] ?b ?c .", True),
        ("[] a gk:Place . [] ?b ?c .", True),
        ("[ ?b ?c ] .", True),
        ("GRAPH ?g { ?a ?b ?c }", True),
        ("{ SELECT (COUNT(*) AS ?n) { ?project ?b ?c } }", True),
        ("MINUS { ?a ?b ?c }", True),
        ("?project ?b ?c .", False),
        ("?a ?b ?project .", False),
        ("?a ?b ?_least .", False),
        ("?a ?b 1 .", False),
        ("?a dct:title ?c .", False),
        ("[ ?b ?c ] dct:title ?t .", False),
        ("?a ?b ?c . ?b gk:relationshipType ?d .", False),
        ("?a dct:title|^dct:title ?c .", False),
        ("VALUES ?b { dct:title } ?a ?b ?c .", False),
        ('BIND("x" AS ?c) ?a ?b ?c .', False),
        ("GRAPH <https://w3id.org/graphkit/graph/catalogue> { ?a ?b ?c }", False),
        ("OPTIONAL { ?project ?b ?c }", False),
    ],
)
def test_a_pattern_of_three_unknowns_is_told_unless_the_query_is_heavy(
    find: Find, tmp_path: Path, pattern: str, is_told: bool
) -> None:
    told = ["33: reads every statement: name a property, or say why under heavy"]
    found = find(WHOLE, f"{WHOLE} {pattern}")
    assert sorted(set(found)) == (told if is_told else [])
    files = changed("both", "tags: [projects]", "tags: [projects]\n+ heavy: it must")
    heavy = {name: text.replace("\n+ heavy", f"\n{'#' if name[-1] == 'q' else '//'}+ heavy")
             .replace(WHOLE, f"{WHOLE} {pattern}") for name, text in files.items()}  # fmt: skip
    assert faults(tmp_path / "queries", heavy) == []


def test_triples_are_told_from_what_stands_between_them() -> None:
    query = read("""SELECT ?x (1 AS ?y) {
        ?a ?b ?c, "x"@en, "1"^^<t:t> ; !(a|^<p:q>)/<p:r>* -1.5 . [ ?d _:e ] a true ; .
        FILTER(?f > ?g && EXISTS { ?h ?i ?j }) BIND(COALESCE(?k, 1) AS ?l)
        VALUES (?m ?n) { (1 2) } (?o ?p) ?q ?r OPTIONAL { ?s <p:t> ?u } ?v <p:w> ?w
    } ORDER BY ?x""")
    [where] = query.top.inner
    found = [(one.subject, one.predicate, one.object) for one in patterns_of(where)]
    assert found == [
        ("a", "b", "c"), ("a", "b", None), ("a", "b", None), ("a", None, None),
        ("[87]", "d", "_:e"), ("[87]", None, None), (None, "q", "r"), ("v", None, "w"),
    ]  # fmt: skip
    [exists, optional] = where.inner
    assert [one.variables for one in patterns_of(exists)] == [{"h", "i", "j"}]
    assert [one.variables for one in patterns_of(optional)] == [{"s", "u"}]
    assert list(everything(query.top, set())) == [3]


PIECES = (
    "", "{", "}}", "VALUES", "VALUES ?x", "VALUES ?x {", "SELECT (", "SELECT * { ?a", "{ ?a ?b",
    "{ [ ?a", "ORDER BY", "PREFIX a:", "{ a/", "{ ?s ^", "ORDER BY DESC", "FILTER", "(AS ?x)", '"',
    "GRAPH {", "{ BIND", "{ ?a ?b ?c",
)  # fmt: skip


@pytest.mark.parametrize("text", PIECES)
def test_whatever_stands_in_a_file_is_taken_apart(text: str) -> None:
    query = read(text)
    lines = [line for group in query.top.all() for line in everything(group, set())]
    assert set(lines) <= {1}
    assert query.order in (None, [], [(None, True)])
    assert all(text.startswith(token.text, token.start + n) for token in tokens_of(text)
               for n in [token.kind == "variable"])  # fmt: skip
