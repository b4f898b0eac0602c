"""Every query gives the same rows in SPARQL, in embedded Cypher and on a real Neo4j."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from asking_all import ROADS_AND_RIVERS, Values, assignments
from neo4j_server import Neo4jServer
from roads_and_rivers import roads_and_rivers

from graphkit.build.pipeline import build
from graphkit.errors import UsageError
from graphkit.library import Library, QueryFolder
from graphkit.library.answers import conform
from graphkit.library.comparing import differences
from graphkit.neo4j.connection import connect, read_settings
from graphkit.neo4j.sync import sync
from graphkit.property_graph.graph import PropertyGraph
from graphkit.store import collect

QUERIES = QueryFolder().all()
NAMES = [query.name for query in QUERIES]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """The library on the graph of roads and rivers."""
    return Library(roads_and_rivers().snapshot(tmp_path_factory.mktemp("roads-and-rivers")))


@pytest.fixture(scope="module")
def sample_library(sample: Any) -> Library:
    """The library on the bundled sample."""
    return Library(sample.snapshot)


def disagreement(library: Library, name: str, values: Values, engine: str) -> list[str]:
    """What an engine says otherwise than SPARQL."""
    bound = library.bind(name, values)
    return differences(library.execute(bound), library.execute(bound, engine))


@pytest.mark.parametrize("name", NAMES)
def test_sparql_and_cypher_give_the_same_rows_in_the_same_order(
    library: Library, name: str
) -> None:
    found = {
        str(values): lines
        for values in assignments(library.queries.get(name), ROADS_AND_RIVERS)
        if (lines := disagreement(library, name, values, "cypher"))
    }
    assert found == {}


@pytest.mark.parametrize("name", NAMES)
def test_there_are_values_for_which_a_query_finds_something(library: Library, name: str) -> None:
    query = library.queries.get(name)
    assert any(library.run(name, **values).rows for values in assignments(query, ROADS_AND_RIVERS))


@pytest.mark.parametrize("name", NAMES)
def test_the_examples_hold_for_the_sample_in_both_languages(
    sample_library: Library, name: str
) -> None:
    examples = sample_library.queries.get(name).header.examples()
    assert disagreement(sample_library, name, examples, "cypher") == []


@pytest.mark.parametrize("name", NAMES)
def test_a_sparql_file_as_it_stands_answers_as_with_its_examples_and_defaults(
    sample_library: Library, name: str
) -> None:
    """Any console can run the file: what has to be given is given in it."""
    query = sample_library.queries.get(name)
    needed = {
        key: parameter.example
        for key, parameter in query.header.parameters.items()
        if parameter.required
    }
    raw = collect(sample_library.store.select(query.sparql))
    assert conform(raw, query.header).rows == sample_library.run(name, **needed).rows


@pytest.mark.parametrize("name", NAMES)
def test_rows_are_sorted_as_the_header_says(library: Library, name: str) -> None:
    query = library.queries.get(name)
    order = [(one.removeprefix("-"), one.startswith("-")) for one in query.header.order]
    assert order
    for values in assignments(query, ROADS_AND_RIVERS):
        rows = library.run(name, **values).dicts()
        expected = list(rows)
        for column, falling in reversed(order):
            expected.sort(key=lambda row: row[column], reverse=falling)
        assert rows == expected


@pytest.fixture(scope="module")
def served(library: Library, may_be_emptied: Neo4jServer) -> Iterator[Library]:
    """The same graph on a real server."""
    may_be_emptied.empty()
    with connect(read_settings(environment=may_be_emptied.environment)) as connection:
        with PropertyGraph.of(library.snapshot) as graph:
            sync(connection, library.snapshot, graph, library.snapshot.folder)
        yield Library(library.snapshot, neo4j=connection)


@pytest.mark.parametrize("name", NAMES)
def test_neo4j_gives_the_same_rows_in_the_same_order(served: Library, name: str) -> None:
    for values in assignments(served.queries.get(name), ROADS_AND_RIVERS):
        assert disagreement(served, name, values, "neo4j") == []


def test_a_column_that_the_header_does_not_name_is_an_error(library: Library) -> None:
    query = library.queries.get("projects-addressing-aspect")
    raw = collect(library.store.select("SELECT ?project ?more { ?project a ?more } LIMIT 1"))
    with pytest.raises(UsageError, match="not declared more"):
        conform(raw, query.header)


@pytest.mark.real_data
@pytest.mark.long
def test_the_examples_agree_on_the_real_data(real_data: Path, tmp_path: Path) -> None:
    """On all of the shared data; without made-up links, many find nothing."""
    sources = ("ari", "gtr/projects.jsonl.gz", "organisations", "places")
    build(tmp_path / "graph", [str(real_data / source) for source in sources])
    library = Library.open(tmp_path / "graph")
    agreed = 0
    for query in library.queries.all():
        try:
            bound = library.bind(query.name, query.header.examples())
        except UsageError:  # a thing of the sample that is not in these data under that name
            continue
        assert differences(library.execute(bound), library.execute(bound, "cypher")) == []
        agreed += 1
    assert agreed > len(NAMES) * 0.9


@pytest.mark.real_data
def test_the_examples_agree_on_two_thousand_real_projects(real_data: Path, tmp_path: Path) -> None:
    build(
        tmp_path / "graph",
        [
            str(real_data / "gtr/projects-2k.jsonl.gz"),
            str(real_data / "ari/page-16604.txt"),
            str(real_data / "ari/api/page-01.json"),
            str(real_data / "places"),
        ],
    )
    library = Library.open(tmp_path / "graph")
    found = 0
    for query in library.queries.all():
        try:
            bound = library.bind(query.name, query.header.examples())
        except UsageError:
            continue
        rows = library.execute(bound)
        assert differences(rows, library.execute(bound, "cypher")) == []
        found += bool(rows.rows)
    assert found > 30
