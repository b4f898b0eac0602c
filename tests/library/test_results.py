"""Results in Python: rows, units, data frames, networks."""

from __future__ import annotations

import builtins
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from roads_and_rivers import roads_and_rivers

from graphkit.errors import SnapshotError, UsageError
from graphkit.library import Library


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return Library(roads_and_rivers().snapshot(tmp_path_factory.mktemp("results")))


def test_rows_come_with_columns_and_units(library: Library) -> None:
    result = library.run("place-years", place="London")
    assert result.columns == ("year", "grants", "pounds")
    assert result.units["pounds"] == "GBP"
    assert result.dicts()[0] == {"year": 2017, "grants": 1, "pounds": 30_000.0}


def test_a_result_becomes_a_data_frame_that_knows_its_units(library: Library) -> None:
    frame = library.run("place-years", place="London").to_pandas()
    assert frame["pounds"].sum() == 57_345.5
    assert frame.attrs["units"]["grants"] == "grants"


def test_without_pandas_it_says_what_to_install(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = builtins.__import__

    def missing(name: str, *rest: Any, **more: Any) -> Any:
        if name == "pandas":
            raise ImportError(name)
        return there(name, *rest, **more)

    result = library.run("place-years", place="London")
    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(UsageError, match="pip install"):
        result.to_pandas()


def test_rows_that_are_edges_become_a_network(library: Library) -> None:
    graph = library.run("aspects-together", min_questions=1).to_networkx()
    ends = {(one.rpartition("/")[2], other.rpartition("/")[2]) for one, other in graph.edges()}
    assert ends == {
        ("capacity", "cost"), ("capacity", "safety"), ("cost", "safety"), ("safety", "skills"),
    }  # fmt: skip
    assert {data["questions"] for _, _, data in graph.edges(data=True)} == {1, 2}


def test_rows_that_are_no_edges_are_refused(library: Library) -> None:
    with pytest.raises(UsageError, match="no network"):
        library.run("place-years", place="London").to_networkx()


def test_queries_whose_rows_are_edges_are_tagged_so(library: Library) -> None:
    edges = [query for query in library.queries.all() if query.header.network]
    assert len(edges) >= 10
    assert [query.name for query in edges if "network" not in query.header.tags] == []


def test_values_may_be_numbers_booleans_and_dates(library: Library) -> None:
    given = {"place": "London", "from": date(2019, 1, 1), "to": date(2019, 12, 31)}
    assert [row["title"] for row in library.run("place-projects", **given).dicts()] == [
        "Songs of the river"
    ]
    assert library.run("grants-largest", min_pounds=150_000).rows
    with pytest.raises(UsageError, match="a list is no value"):
        library.run("place-projects", place=["London"])


def test_a_limit_cuts_and_says_so_in_every_engine(library: Library) -> None:
    for engine in ("sparql", "cypher"):
        result = library.run("place-years", place="London", engine=engine, limit=1)
        assert (len(result.rows), result.truncated) == (1, True)


def test_an_unknown_engine_and_a_missing_graph_are_refused(
    library: Library, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="no such engine: sql"):
        library.run("place-years", place="London", engine="sql")
    with pytest.raises(UsageError, match="no Neo4j server"):
        library.run("place-years", place="London", engine="neo4j")
    with pytest.raises(SnapshotError, match="no graph here"):
        Library.open(tmp_path)


def test_the_example_in_the_documentation_runs(
    sample: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [code] = re.findall(r"```python\n(.*?)```", (ROOT / "docs/queries.md").read_text(), re.DOTALL)
    (tmp_path / "graph").symlink_to(sample.folder)
    monkeypatch.chdir(tmp_path)
    exec(compile(code, "docs/queries.md", "exec"), {})
