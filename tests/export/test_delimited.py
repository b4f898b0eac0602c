"""CSV and TSV tables, read back by Python, DuckDB, pandas and Polars."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from export.conftest import nodes_of, relationships_of
from export.table_values import narrowed, parsed
from hypothesis import given
from hypothesis import strategies as st

from graphkit.export.delimited import cell, losses
from graphkit.export.survey import survey
from graphkit.subgraph import Subgraph

duckdb = pytest.importorskip("duckdb")

DELIMITERS = {"csv": ",", "tsv": "\t"}
SUBGRAPHS = ("whole", "part", "hostile")
_GUARDED = re.compile("'+[=+\\-@\t\r]").match


def rows(path: Path, form: str, missing: bool = True) -> list[dict[str, Any]]:
    """Rows as DuckDB reads them: all text, None where there is nothing."""
    relation = duckdb.read_csv(
        str(path), delimiter=DELIMITERS[form], header=True, all_varchar=True, quotechar='"',
        escapechar='"', allow_quoted_nulls=not missing, max_line_size=10_000_000,
        strict_mode=True, sample_size=1,
    )  # fmt: skip
    return [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]


def unguarded(text: Any) -> Any:
    """A text without the apostrophe that keeps spreadsheets from running it."""
    return text[1:] if text is not None and _GUARDED(text) else text


class Tables:
    """The three files, read by the rules that the module states."""

    def __init__(self, target: Path) -> None:
        self.form = target.suffix[1:]
        self.paths = {
            part: target.with_name(f"{target.stem}.{part}{target.suffix}")
            for part in ("nodes", "relationships", "columns")
        }
        self.columns = {
            (one["table"], one["of"], one["column"]): one
            for one in rows(self.paths["columns"], self.form)
        }

    def values(self, table: str, of: str, row: dict[str, Any]) -> dict[str, Any]:
        """The properties of a row."""
        found = {}
        for heading, text in row.items():
            if text is not None:
                column = self.columns[table, of, heading]
                kind = column["kind"]
                value = unguarded(text) if kind == "string" else parsed(text, kind)
                found[column["property"]] = narrowed(value, kind, column["values"])
        return found

    def nodes(self) -> dict[str, tuple[str, dict[str, Any]]]:
        found = {}
        for row in rows(self.paths["nodes"], self.form):
            key, of = unguarded(row.pop("id")), row.pop("class")
            found[key] = of, self.values("nodes", of, row)
        return found

    def relationships(self) -> list[Any]:
        found = []
        for row in rows(self.paths["relationships"], self.form):
            source, target = row.pop("source"), row.pop("target")
            kind, key = row.pop("kind"), row.pop("key") or ""
            found.append((kind, source, target, key, self.values("relationships", kind, row)))
        return found


@pytest.mark.parametrize("form", ["csv", "tsv"])
@pytest.mark.parametrize("name", SUBGRAPHS)
def test_duckdb_reads_the_same_nodes_and_relationships(
    name: str, form: str, request: pytest.FixtureRequest, written: Callable[..., Path]
) -> None:
    subgraph: Subgraph = request.getfixturevalue(name)
    tables = Tables(written(subgraph, form, f"net.{form}"))
    assert tables.nodes() == nodes_of(subgraph)
    assert sorted(tables.relationships(), key=repr) == sorted(relationships_of(subgraph), key=repr)


@pytest.mark.parametrize("form", ["csv", "tsv"])
@pytest.mark.parametrize("name", SUBGRAPHS)
def test_pandas_python_and_polars_read_the_same_cells(
    name: str, form: str, request: pytest.FixtureRequest, written: Callable[..., Path]
) -> None:
    pandas = pytest.importorskip("pandas")
    polars = pytest.importorskip("polars")
    target = written(request.getfixturevalue(name), form, f"net.{form}")
    for part in ("nodes", "relationships"):
        path = target.with_name(f"net.{part}.{form}")
        csv.field_size_limit(10_000_000)
        with path.open(encoding="utf-8", newline="") as file:
            header, *expected = csv.reader(file, delimiter=DELIMITERS[form], strict=True)
        frame = pandas.read_csv(
            path, sep=DELIMITERS[form], dtype=str, keep_default_na=False, na_values=[]
        )
        assert list(frame.columns) == header
        assert frame.to_numpy().tolist() == expected
        other = polars.read_csv(path, separator=DELIMITERS[form], infer_schema=False)
        assert [["" if v is None else v for v in row] for row in other.rows()] == expected


def test_importers_find_the_headings_that_they_look_for(
    part: Subgraph, written: Callable[..., Path]
) -> None:
    target = written(part, "csv", "net.csv")
    nodes = target.with_name("net.nodes.csv").read_text("utf-8").partition("\n")[0].split(",")
    links = target.with_name("net.relationships.csv").read_text("utf-8").partition("\n")[0]
    assert nodes[:3] == ["id", "label", "class"]
    assert links.split(",")[:4] == ["source", "target", "kind", "key"]
    assert "type" not in links.split(",")  # Gephi would take it for the direction
    assert not target.exists()


def test_networkx_makes_a_graph_of_the_relationships(
    part: Subgraph, written: Callable[..., Path]
) -> None:
    pandas, networkx = pytest.importorskip("pandas"), pytest.importorskip("networkx")
    target = written(part, "csv", "net.csv")
    frame = pandas.read_csv(target.with_name("net.relationships.csv"), low_memory=False)
    graph = networkx.from_pandas_edgelist(frame, edge_attr=True, create_using=networkx.MultiDiGraph)
    assert graph.number_of_edges() == part.relationship_count
    assert {kind for *_, kind in graph.edges(data="kind")} == {
        row.type for row in part.relationships()
    }


def test_no_cell_can_be_taken_for_a_formula(
    hostile: Subgraph, written: Callable[..., Path]
) -> None:
    target = written(hostile, "csv", "net.csv")
    numbers = 0
    for row in rows(target.with_name("net.nodes.csv"), "csv"):
        for heading, text in row.items():
            if text and text[0] in "=+-@\t\r":
                float(text)
                assert heading in {"counted_amount", "amount"}
                numbers += 1
    assert numbers  # a negative number stays one
    assert any("texts begin like a formula" in one for one in losses("CSV", survey(hostile)))


@given(st.text(st.characters(exclude_categories=["Cs"])) | st.text("'=+-@\t\r\n\", ab"))
def test_every_text_comes_back(text: str) -> None:
    for delimiter in DELIMITERS.values():
        field = cell(text, delimiter)
        (read,) = csv.reader(
            io.StringIO(f"a{delimiter}{field}{delimiter}b", newline=""), delimiter=delimiter
        )
        assert read[0::2] == ["a", "b"]
        assert unguarded(read[1]) == text
        assert not read[1].startswith(tuple("=+-@\t\r"))


def test_the_same_selection_gives_the_same_bytes(
    whole: Subgraph, written: Callable[..., Path]
) -> None:
    one, two = (written(whole, "csv", f"{name}.csv") for name in "ab")
    for part in ("nodes", "relationships", "columns"):
        first, second = (path.with_name(f"{path.stem}.{part}.csv") for path in (one, two))
        assert first.read_bytes() == second.read_bytes()


def test_the_list_of_columns_says_what_they_mean(
    whole: Subgraph, written: Callable[..., Path]
) -> None:
    tables = Tables(written(whole, "csv", "net.csv"))
    missing = [key for key, column in tables.columns.items() if not column["meaning"]]
    assert missing == []
