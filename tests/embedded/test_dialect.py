"""The embedded engine answers as Neo4j does, or says that it does not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, Graph
from embedded.dialect_queries import QUERIES as WRITTEN
from embedded.dialect_verdicts import MORE_LIBERAL, REFUSED

from graphkit.embedded import answering
from graphkit.embedded.answering import OpenedGraph
from graphkit.embedded.image import Progress
from graphkit.errors import UsageError
from graphkit.neo4j.answering import run as run_on_server
from graphkit.neo4j.connection import Connection, connect, read_settings
from graphkit.neo4j.sync import sync
from graphkit.property_graph.graph import PropertyGraph
from graphkit.snapshot import Snapshot
from graphkit.tabular import Result

DOCUMENTED = re.findall(
    r"```cypher\n(.*?)```", (ROOT / "docs" / "neo4j.md").read_text("utf-8"), re.DOTALL
)
QUERIES = (*WRITTEN, *((f"doc_{at}", query, {}) for at, query in enumerate(DOCUMENTED, 1)))
NAMES = [name for name, _, _ in QUERIES]


def canonical(value: Any, *, sorts: bool = False) -> str:
    """A value as text: floats to twelve digits, whole floats and integers told apart.

    `sorts` is for statements that leave the order of what they collect open.
    """
    if sorts and isinstance(value, list):
        return f"[{', '.join(sorted(map(canonical, value)))}]"
    if isinstance(value, tuple):
        return f"[{', '.join(canonical(one, sorts=sorts) for one in value)}]"
    if isinstance(value, float):
        return f"float {value:.12g}"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {canonical(value[key])}' for key in sorted(value))}}}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(canonical, value))}]"
    return repr(value)


def outcome(ask: Callable[[], Result], name: str) -> tuple[Any, str]:
    """The rows, in order where the name wants it; or None and why they were refused."""
    try:
        result = ask()
    except UsageError as error:
        return None, str(error)
    rows = [canonical(row, sorts=name.startswith("doc_")) for row in result.rows]
    return (result.columns if rows else (), rows if name.endswith("!") else Counter(rows)), ""


@pytest.fixture(scope="module", autouse=True)
def one_engine() -> Iterator[None]:
    """The image is looked for and opened once for all statements."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(answering, "Engine", cache(answering.Engine))
        images: dict[str, Path] = {}
        find = answering.image_of

        def image_of(snapshot: Snapshot, progress: Progress) -> Path:
            place = str(snapshot.store)
            if place not in images:
                images[place] = find(snapshot, progress)
            return images[place]

        patch.setattr(answering, "image_of", image_of)
        yield


@pytest.fixture(scope="module")
def server(may_be_emptied: Any, sample: Graph) -> Iterator[Connection]:
    may_be_emptied.empty()
    with connect(read_settings(environment=may_be_emptied.environment)) as connection:
        with PropertyGraph.of(sample.snapshot) as graph:
            sync(connection, sample.snapshot, graph, sample.folder)
        may_be_emptied.run("MATCH (n:GraphkitSync) DETACH DELETE n")  # the one thing not ours
        yield connection  # the next test of another module empties the server first


@pytest.fixture(scope="module")
def embedded(sample: Graph) -> OpenedGraph:
    """The embedded engine on the sample."""
    return OpenedGraph(sample.snapshot)


@pytest.mark.parametrize(("name", "query", "parameters"), QUERIES, ids=NAMES)
def test_a_statement_gives_the_same_rows_as_on_a_server_or_is_refused(
    server: Connection, embedded: OpenedGraph, name: str, query: str, parameters: dict[str, Any]
) -> None:
    expected, _ = outcome(lambda: run_on_server(server, query, parameters), name)
    given, refusal = outcome(lambda: embedded.run(query, parameters), name)
    if given is None:
        assert expected is None or name in REFUSED, f"refused, and nobody knew: {refusal}"
        assert expected is None or REFUSED[name] in refusal
        return
    assert name not in REFUSED, "it is answered now: take it off the list"
    assert given == expected or (expected is None and name in MORE_LIBERAL)


def test_all_ten_documented_questions_are_among_them() -> None:
    assert len(DOCUMENTED) == 10


def test_the_lists_name_statements_that_there_are() -> None:
    assert set(REFUSED) | set(MORE_LIBERAL) <= set(NAMES)
    assert len(NAMES) == len(set(NAMES))


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_is_refused_is_refused_without_a_server(embedded: OpenedGraph, name: str) -> None:
    query, parameters = next((q, p) for n, q, p in QUERIES if n == name)
    with pytest.raises(UsageError, match="--engine neo4j"):
        embedded.run(query, parameters)
