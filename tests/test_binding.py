"""Values are bound, never pasted: nothing that a value holds becomes syntax."""

from __future__ import annotations

import re
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from graphkit.binding import bind
from graphkit.errors import UsageError
from graphkit.library import Library

NAME = "projects-addressing-aspect"
HEADLINE = {"aspect": "capacity", "place": "West Midlands", "degree": "partial"}
HOSTILE = (
    '"',
    "'",
    '"""',
    "'''",
    "\\",
    '\\"',
    "}",
    "{",
    "#",
    ">",
    "<",
    "\n",
    "\r",
    "?_aspect",
    "?project",
    "$place",
    "BOUND(?_place)",
    "capacity",
    "> } ; DROP ALL #",
    '" } UNION { ?s ?p ?o } #',
    "https://w3id.org/graphkit/id/aspect/capacity",
    "<https://w3id.org/graphkit/id/aspect/capacity> } #",
    "http://x/> ?p ?o . ?s <http://x/",
    "\\u0022",
    "\\u003E",
    "\u202e",
    "\x00",
    "\ud800",
    "é𝄞",
    " ",
    ":",
    "/",
    "region:",
    "%22",
    "VALUES ?x { 1 }",
)
VALUES = st.one_of(
    st.lists(st.sampled_from(HOSTILE), min_size=1, max_size=5).map("".join),
    st.text(max_size=30),
)
SLOW = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def library(sample: Any) -> Library:
    return Library(sample.snapshot)


def store() -> ox.Store:
    data = '<http://x/s> <http://x/p> "one" .\n<http://x/s2> <http://x/p> "two" .'
    found = ox.Store()
    found.load(data.encode(), format=ox.RdfFormat.N_TRIPLES)
    return found


DATA = store()
QUERY = """# who says ?_value
SELECT ?s ("?_value" AS ?text) ('''?_value " ' \\''' ''' AS ?long) {
  ?s <http://x/p> ?o . # ?_value
  FILTER(?o = ?_value || ?s = $_value) FILTER(BOUND(?_value) && !BOUND(?_other))
}"""


@given(VALUES)
@example("one")
@example('one" || true || "')
@settings(max_examples=250, deadline=None)
def test_a_literal_stays_a_literal_whatever_it_holds(text: str) -> None:
    clean = text.encode("utf-8", "replace").decode()
    rows = list(DATA.query(bind(QUERY, {"_value": ox.Literal(clean)})))
    assert [row["s"].value for row in rows] == (["http://x/s"] if clean == "one" else []) + (
        ["http://x/s2"] if clean == "two" else []
    )
    for row in rows:
        assert row["text"].value == "?_value"
        assert row["long"].value == "?_value \" ' ''' "


@given(VALUES)
@settings(max_examples=200, deadline=None)
def test_an_address_stays_an_address_or_is_refused_by_the_engine(text: str) -> None:
    try:
        node = ox.NamedNode(f"http://x/{text.encode('utf-8', 'replace').decode()}")
    except ValueError:
        return
    rows = list(DATA.query(bind(QUERY, {"_value": node})))
    assert [row["s"] for row in rows] == (
        [node] if node.value in ("http://x/s", "http://x/s2") else []
    )


@given(
    st.lists(
        st.sampled_from(["?_v", '"a"', "'b'", '"""c"""', "<http://x/y>", "# z\n", " ", "?w", "}"]),
        max_size=8,
    )
)
@settings(max_examples=150, deadline=None)
def test_only_the_variable_itself_is_exchanged(pieces: list[str]) -> None:
    text = " ".join(pieces)
    bound = bind(text, {"_v": ox.Literal("N")})
    outside = re.sub(r"#[^\n]*|\"[^\"]*\"|'[^']*'", "", text)
    assert bound.count('"N"') == len(re.findall(r"\?_v\b", outside))
    assert bind(text, {}) == text
    assert bind(text, {"_other": ox.Literal("N")}) == text


def test_a_longer_name_that_begins_the_same_is_another_variable() -> None:
    assert bind("?_place ?_places $_place", {"_place": ox.Literal("x")}) == '"x" ?_places "x"'


# ---- Through the library ----


def refused(error: UsageError) -> None:
    """A value was refused before it could come near the engine's parser."""
    assert not re.search(r"expected|error at \d|cannot be read", str(error))


@pytest.mark.parametrize("parameter", sorted(HEADLINE))
@SLOW
@given(text=VALUES)
def test_no_value_of_a_parameter_is_ever_syntax_or_gives_more_rows(
    library: Library, parameter: str, text: str
) -> None:
    try:
        bound = library.bind(NAME, {**HEADLINE, parameter: text})
    except UsageError as error:
        refused(error)
        return
    result = library.execute(bound)
    assert len(result.rows) <= 1
    term = bound.terms[parameter]
    assert isinstance(term, ox.NamedNode)
    known = library.store.objects(term.value, "http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    assert known


@SLOW
@given(text=VALUES)
def test_anything_can_be_asked_for_by_show(library: Library, text: str) -> None:
    from graphkit.around import around

    try:
        found = around(library, text)
    except UsageError as error:
        refused(error)
        return
    assert found.remarks
    assert found.remarks[0].startswith("https://")


@SLOW
@given(text=VALUES, kind=st.sampled_from(["text", "date", "integer", "decimal", "boolean"]))
@example(text="1e999999999", kind="decimal")
@example(text="٣", kind="integer")
@example(text="9" * 5000, kind="integer")
@example(text="2024-02-30", kind="date")
def test_literal_parameters_are_of_their_type_or_refused(
    library: Library, kind: str, text: str
) -> None:
    try:
        term = library.resolver.value(kind, text).term
    except UsageError:
        return
    assert isinstance(term, ox.Literal)
    if kind == "text":
        assert term.value == text.strip()
    assert len(term.value) <= max(100, len(text))
    assert DATA.query(bind("ASK { FILTER(?_x = ?_x) }", {"_x": term}))


def test_the_bound_query_can_be_shown_and_run_as_it_is(library: Library) -> None:
    shown = library.bind(NAME, HEADLINE).show()
    code = "\n".join(line for line in shown.splitlines() if not line.startswith("#"))
    assert not re.search(r"\?_\w+", code)
    assert len(list(library.store.select(shown))) == 1


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, 'needs aspect .*for example -p aspect="capacity"'),
        ({**HEADLINE, "plaice": "Leeds"}, "no parameter plaice; did you mean place"),
        ({**HEADLINE, "place": " "}, "an empty value is no place"),
        ({**HEADLINE, "aspect": "\udcff"}, "not readable as text"),
    ],
)
def test_missing_and_unknown_parameters_are_refused(
    library: Library, values: dict[str, str], said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        library.bind(NAME, values)
    with pytest.raises(UsageError, match="nearest: projects-addressing-aspect"):
        library.bind("projects-adressing-aspects", HEADLINE)
