"""Whatever a value holds, its N-Quads text means that value to two parsers."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import example, given, settings
from hypothesis import strategies as st

from graphkit.ontology import Ontology
from graphkit.rdf.nodes import Namer
from graphkit.rdf.terms import boolean, day, decimal, double, integer, moment, string, web_iri, year

# rdflib warns about its own use of itself.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")

LINE = "<http://x.org/s> <http://x.org/p> %s <http://x.org/g> .\n"
# Any text at all, surrogates too, with what is special in N-Quads more often than chance has it.
TEXTS = st.text(
    st.one_of(
        st.characters(codec=None, exclude_categories=()),
        st.sampled_from(
            '"\\\n\r\t\x00\x7f\x85\u2028\u2029\ufeff\ufffe\uffff\ud800\udfffé𝄞{}<>^@_ u'
        ),
    ),
    max_size=40,
)


def in_oxigraph(term: str) -> ox.Literal | ox.NamedNode:
    [quad] = ox.parse((LINE % term).encode(), format=ox.RdfFormat.N_QUADS)
    assert quad.graph_name == ox.NamedNode("http://x.org/g")
    return quad.object


def in_rdflib(term: str) -> rdflib.term.Node:
    dataset = rdflib.Dataset()
    dataset.parse(data=LINE % term, format="nquads")
    [(_, _, value, _)] = list(dataset.quads())
    return value


@given(TEXTS)
@example('say "hi"\\')
@example("\\u0041")
@example("\r\n\x0b\x0c\x1c\x85\u2028")
@example("\ud83d\ude00")
@settings(max_examples=250, deadline=None)
def test_any_text_comes_back_equal_from_both_parsers(text: str) -> None:
    expected = re.sub("[\ud800-\udfff]", "\ufffd", text)
    term = string(text)
    assert "\n" not in term
    assert len((LINE % term).splitlines()) == 1
    assert in_oxigraph(term).value == expected
    assert str(in_rdflib(term)) == expected


@given(st.text(max_size=60))
@example("http://x.org/%zz")
@example("http://x.org/[a]?b=[c]")
@example("http://a:port/")
@example("http://x.org/#a#b")
@example("http://x.org/\ue000\U000e0001")
@example("http://me@you@x.org/")
@example("http://[::1]:80/a b")
@example("http://[")
@example("https://x.org/\ud800")
@settings(max_examples=300, deadline=None)
def test_a_web_address_becomes_an_iri_or_nothing(text: str) -> None:
    for address in (text, f"http://{text}", f"https://x.org/{text}", f"https://x.org/a?q={text}"):
        term = web_iri(address)
        if term is not None:
            assert ox.NamedNode(term[1:-1]).value.casefold().startswith("http")
            assert in_oxigraph(term).value == term[1:-1]
            assert str(in_rdflib(term)) == term[1:-1]


@given(st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=30))
@settings(max_examples=100, deadline=None)
def test_an_address_with_a_host_is_never_lost(path: str) -> None:
    assert web_iri(f"https://example.org/{path}") is not None


@pytest.mark.parametrize(
    "address",
    ["", "x", "ftp://x.org/", "javascript:alert(1)", "http:", "http://", "//x.org", "mailto:a@b.c"],
)
def test_what_is_no_web_address_becomes_nothing(address: str) -> None:
    assert web_iri(address) is None


@given(st.text(min_size=1, max_size=30))
@settings(max_examples=150, deadline=None)
def test_any_key_makes_an_iri_that_no_other_key_makes(key: str) -> None:
    namer = Namer(Ontology.load()) if not KEPT else KEPT[0]
    KEPT[:] = [namer]
    clean = key.encode("utf-8", "replace").decode()
    iri = namer.thing("topic", clean)
    assert in_oxigraph(iri).value == iri[1:-1]
    assert "/" not in iri.removeprefix("<https://w3id.org/graphkit/id/topic/")
    assert namer.thing("topic", clean + "x") != iri


KEPT: list[Namer] = []


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15))
@settings(max_examples=150, deadline=None)
def test_money_comes_back_to_the_penny(amount: float) -> None:
    value = in_oxigraph(decimal(amount))
    assert abs(float(value.value) - amount) <= 0.005 + abs(amount) * 1e-15
    assert re.fullmatch(r"-?\d+(\.\d{1,2})?", value.value)
    assert value.value != "-0"
    assert float(in_rdflib(decimal(amount)).toPython()) == float(value.value)


@pytest.mark.parametrize(
    ("term", "value"),
    [
        (boolean(False), False),
        (integer(-7), -7),
        (day(date(1815, 6, 18)), date(1815, 6, 18)),
        (double(-1.25), -1.25),
        (
            moment(datetime(2026, 7, 1, 12, 30, tzinfo=UTC)),
            datetime(2026, 7, 1, 12, 30, tzinfo=UTC),
        ),
    ],
)
def test_other_values_come_back_with_their_type(term: str, value: object) -> None:
    assert in_rdflib(term).toPython() == value
    assert str(in_oxigraph(term)) == term


@pytest.mark.parametrize(("make", "number"), [(year, 800), (year, 1992)])
def test_years_have_four_digits(make: Callable[[int], str], number: int) -> None:
    assert in_oxigraph(make(number)).value == f"{number:04d}"
