"""No value of any parameter of any query is ever syntax, on any engine."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from asking_all import ROADS_AND_RIVERS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from neo4j_server import Neo4jServer
from roads_and_rivers import roads_and_rivers
from test_binding import HOSTILE, VALUES

from graphkit.errors import UsageError
from graphkit.library import Bound, Library, QueryFolder
from graphkit.library.comparing import differences
from graphkit.library.header import Parameter
from graphkit.names import CODES, KINDS
from graphkit.neo4j.connection import connect, read_settings
from graphkit.neo4j.sync import sync
from graphkit.property_graph.graph import PropertyGraph
from graphkit.rdf.terms import XSD
from graphkit.text import is_unicode

QUERIES = QueryFolder()
TAKING = [name for name in QUERIES.names() if QUERIES.get(name).header.parameters]
SYNTAX = re.compile(r"expected|error at \d|cannot be read|column \d|Invalid input", re.IGNORECASE)
SLOW = settings(
    max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return Library(roads_and_rivers().snapshot(tmp_path_factory.mktemp("hostile")))


@pytest.mark.parametrize("name", TAKING)
@SLOW
@given(data=st.data())
def test_whatever_a_user_gives_is_refused_plainly_or_answered_alike(
    library: Library, name: str, data: st.DataObject
) -> None:
    parameters = library.queries.get(name).header.parameters
    hostile = data.draw(st.sampled_from(sorted(parameters)))
    values = {
        key: data.draw(VALUES) if key == hostile else ROADS_AND_RIVERS[one.type][0]
        for key, one in parameters.items()
    }
    try:
        bound = library.bind(name, values)
    except UsageError as error:
        refusal = str(error)
    else:
        refusal = ""
    assert not SYNTAX.search(refusal)
    if refusal:
        return
    assert differences(library.execute(bound), library.execute(bound, "cypher")) == []


def forced(parameter: Parameter, text: str) -> ox.NamedNode | ox.Literal | None:
    """A value that no resolver would let through, as a term of the parameter's kind."""
    if parameter.type in CODES:
        return ox.NamedNode(f"https://w3id.org/graphkit/{parameter.type}/{quote(text, safe='')}")
    if parameter.type in KINDS or parameter.type == "thing":
        path = KINDS[parameter.type].path[0] if parameter.type in KINDS else "thing"
        try:
            return ox.NamedNode(f"https://w3id.org/graphkit/id/{path}/{text}")
        except ValueError:
            return ox.NamedNode(f"https://w3id.org/graphkit/id/{path}/{quote(text, safe='')}")
    if parameter.type == "text":
        return ox.Literal(text)
    lexical = {"date": "2020-01-01", "integer": "1", "decimal": "1.0", "boolean": "true"}
    kind = parameter.type
    return ox.Literal(lexical[kind], datatype=ox.NamedNode(XSD + kind))


def hostile_bounds(library: Library, name: str) -> list[Bound]:
    query = library.queries.get(name)
    return [
        Bound(
            query,
            {key: forced(one, text) for key, one in query.header.parameters.items()},
            library.base,
        )
        for text in HOSTILE
        if is_unicode(text) and "\0" not in text and text.strip()
    ]


@pytest.mark.parametrize("name", TAKING)
def test_what_gets_past_the_resolver_is_a_value_all_the_same(library: Library, name: str) -> None:
    for bound in hostile_bounds(library, name):
        assert differences(library.execute(bound), library.execute(bound, "cypher")) == []


def test_the_same_holds_on_a_server(
    library: Library, tmp_path: Any, empty_neo4j: Neo4jServer
) -> None:
    with connect(read_settings(environment=empty_neo4j.environment)) as connection:
        with PropertyGraph.of(library.snapshot) as graph:
            sync(connection, library.snapshot, graph, tmp_path)
        asked = Library(library.snapshot, neo4j=connection)
        for name in TAKING:
            for bound in hostile_bounds(library, name)[::4]:
                assert differences(asked.execute(bound), asked.execute(bound, "neo4j")) == []
