"""Columns and kinds, and what the formats that are made of tables have in common."""

from __future__ import annotations

import io
import resource
import sqlite3
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from export.table_values import narrowed
from hypothesis import given
from hypothesis import strategies as st

from graphkit.errors import UsageError
from graphkit.export.exporting import export
from graphkit.export.formats import format_named
from graphkit.export.tables import columns_of, fitted, one_kind
from graphkit.subgraph import Subgraph

TARGETS = {
    "csv": "net.csv", "tsv": "net.tsv", "parquet": "net.parquet", "sqlite": "net.sqlite",
    "excel": "net.xlsx", "cypher": "net.cypher", "neo4j-admin": "net",
}  # fmt: skip
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "string": st.text(),
    "integer": st.integers(-(2**53), 2**53),
    "float": st.floats(allow_nan=False, allow_infinity=False),
    "boolean": st.booleans(),
    "date": st.dates().map(str),
    "point": st.lists(st.floats(-90, 90), min_size=2, max_size=2),
}
KINDS = (*VALUES, *(f"{kind}[]" for kind in VALUES))


@given(st.data())
def test_a_value_comes_back_from_a_wider_column(data: st.DataObject) -> None:
    kind, other = (data.draw(st.sampled_from(KINDS)) for _ in range(2))
    single = VALUES[kind.removesuffix("[]")]
    value = data.draw(st.lists(single, min_size=1) if kind.endswith("[]") else single)
    wider = one_kind({kind, other})
    assert narrowed(fitted(value, kind, wider), wider, kind) == value


def test_headings_are_unique_whatever_the_letters() -> None:
    kinds = {key: Counter(string=1) for key in ("ID", "id", "iri", "name", "a", "provenance")}
    headings = [column.name for column in columns_of(kinds, ["id"])]
    assert headings == ["name", "ID_", "a", "id__", "iri", "provenance"]


@pytest.fixture
def small_files() -> Iterator[None]:
    """No file may grow beyond some thousand bytes, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8_192, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("form", TARGETS)
def test_where_the_disk_is_full_nothing_is_left_behind(
    form: str, whole: Subgraph, tmp_path: Path, small_files: None
) -> None:
    with pytest.raises(UsageError, match="cannot be written"):
        export(whole, str(tmp_path / TARGETS[form]), format_named(form))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("form", TARGETS)
def test_an_interrupted_write_leaves_nothing_behind(
    form: str, whole: Subgraph, tmp_path: Path
) -> None:
    asked = 0

    def relationships() -> Iterator[Any]:
        nonlocal asked
        asked += 1
        if asked == 1:  # the survey
            yield from whole.relationships()
            return
        for number, row in enumerate(whole.relationships()):
            if number == 3_000:
                raise KeyboardInterrupt
            yield row

    broken = Subgraph(
        whole.snapshot, whole.graph, whole.selection, whole.node_count, whole.relationship_count,
        whole.read_nodes, relationships,
    )  # fmt: skip
    with pytest.raises(KeyboardInterrupt):
        export(broken, str(tmp_path / TARGETS[form]), format_named(form))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("form", ["csv", "tsv", "parquet", "neo4j-admin"])
def test_what_has_several_files_is_not_for_standard_output(form: str, part: Subgraph) -> None:
    with pytest.raises(UsageError) as refused:
        export(part, "-", format_named(form))
    assert "-o" in (refused.value.hint or "")


@pytest.mark.parametrize("form", ["sqlite", "excel", "cypher"])
def test_standard_output_gets_the_same_bytes(
    form: str, part: Subgraph, written: Callable[..., Path], capfdbinary: Any
) -> None:
    export(part, "-", format_named(form))
    out = capfdbinary.readouterr().out
    if form == "excel":  # without going back in the file: lengths stand after each part
        with (
            zipfile.ZipFile(io.BytesIO(out)) as one,
            zipfile.ZipFile(written(part, form, "net.xlsx")) as other,
        ):
            assert one.namelist() == other.namelist()
            assert all(one.read(name) == other.read(name) for name in one.namelist())
        return
    assert out == written(part, form, "net.x").read_bytes()


@pytest.mark.parametrize("form", TARGETS)
def test_nodes_without_relationships_are_a_selection_too(
    form: str, part: Subgraph, tmp_path: Path
) -> None:
    alone = Subgraph(
        part.snapshot, part.graph, part.selection, part.node_count, 0, part.read_nodes,
        lambda: iter(()),
    )  # fmt: skip
    target = tmp_path / TARGETS[form]
    assert export(alone, str(target), format_named(form)).relationships == 0
    if form == "sqlite":
        database = sqlite3.connect(target)
        assert database.execute("SELECT count(*) FROM links").fetchone() == (0,)
        database.close()
    assert len(list(tmp_path.iterdir())) > 1
