"""An Excel workbook, read back by openpyxl and pandas."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from export.conftest import nodes_of, relationships_of
from export.table_values import narrowed, parsed
from hypothesis import given
from hypothesis import strategies as st

from graphkit.export import excel_cells, excel_workbook
from graphkit.export.excel import losses
from graphkit.export.excel_cells import cell_of_text, parts_of, units
from graphkit.export.excel_workbook import Heading, Workbook
from graphkit.export.survey import survey
from graphkit.subgraph import Subgraph

openpyxl = pytest.importorskip("openpyxl")

SUBGRAPHS = ("whole", "part", "hostile")
_ESCAPE = re.compile("_x([0-9A-F]{4})_")
FIXED = {"id", "source", "source name", "target", "target name", "key"}


def unescaped(text: Any) -> Any:
    """A text as Excel reads it."""
    return _ESCAPE.sub(lambda m: chr(int(m[1], 16)), text) if isinstance(text, str) else text


class Book:
    """A workbook, read by the rules that the module states."""

    def __init__(self, path: Path | BytesIO) -> None:
        self.book = openpyxl.load_workbook(path, rich_text=False)
        self.names = self.book.sheetnames
        self.rest = {
            (sheet, row, column): text
            for sheet, row, _, column, _, text in self.all_cells("Long texts")
        }
        self.columns = {
            (sheet, column): (key, kind, kinds)
            for sheet, column, key, kind, kinds, *_ in self.all_cells("Columns")
        }

    def sheets(self, of: str) -> list[str]:
        """The sheet of that name, and those in which it goes on."""
        return [one for one in self.names if one == of or re.fullmatch(rf"{of} \d+", one)]

    def all_cells(self, of: str) -> list[tuple[Any, ...]]:
        """The rows of a sheet and of those in which it goes on."""
        return [row for sheet in self.sheets(of) for row in self.cells(sheet)]

    def cells(self, sheet: str) -> list[tuple[Any, ...]]:
        """The rows below the headings."""
        rows = self.book[sheet].iter_rows(min_row=2, values_only=True)
        return [tuple(map(unescaped, row)) for row in rows]

    def rows(self, of: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
        """What stands in the fixed columns of a class or type, and the properties."""
        found = []
        for sheet in self.sheets(of):
            headings = next(self.book[sheet].iter_rows(max_row=1, values_only=True))
            for number, cells in enumerate(self.cells(sheet), 2):
                row = dict(zip(headings, cells, strict=True))
                fixed = {name: row.pop(name) for name in FIXED & row.keys()}
                values = {}
                for heading, value in row.items():
                    if value is not None:
                        key, kind, was = self.columns[of, heading]
                        rest = self.rest.get((sheet, number, heading), "")
                        values[key] = narrowed(self.value(value, kind, rest), kind, was)
                found.append((fixed, values))
        return found

    def value(self, value: Any, kind: str, rest: str) -> Any:
        if kind.endswith("[]") or kind == "point":
            return parsed(value + rest, kind)
        if kind in ("date", "datetime"):
            assert isinstance(value, datetime)
            return value.strftime("%Y-%m-%d" if kind == "date" else "%Y-%m-%dT%H:%M:%SZ")
        if kind == "integer" and isinstance(value, str):  # too large for Excel
            return int(value)
        wanted = {"boolean": bool, "integer": int, "float": (int, float)}.get(kind, str)
        assert isinstance(value, wanted)
        return value + rest if isinstance(value, str) else value


@pytest.mark.parametrize("name", SUBGRAPHS)
def test_openpyxl_reads_the_same_nodes_and_relationships(
    name: str, request: pytest.FixtureRequest, written: Callable[..., Path]
) -> None:
    subgraph: Subgraph = request.getfixturevalue(name)
    found = survey(subgraph)
    book = Book(written(subgraph, "excel", "net.xlsx"))
    nodes = {
        fixed["id"]: (label, values)
        for label in found.nodes
        for fixed, values in book.rows(label)
    }  # fmt: skip
    expected = nodes_of(subgraph)
    assert nodes == expected
    links = []
    for type_ in found.relationships:
        for fixed, values in book.rows(type_):
            start, end = fixed["source"], fixed["target"]
            assert fixed["source name"] == expected[start][1]["name"]
            assert fixed["target name"] == expected[end][1]["name"]
            links.append((type_, start, end, fixed["key"] or "", values))
    assert sorted(links, key=repr) == sorted(relationships_of(subgraph), key=repr)


def test_sheets_are_named_frozen_and_filtered(
    whole: Subgraph, written: Callable[..., Path]
) -> None:
    book = openpyxl.load_workbook(written(whole, "excel", "net.xlsx"))
    found = survey(whole)
    assert book.sheetnames == ["About", "Columns", *found.nodes, *found.relationships]
    for sheet in book:
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref == sheet.dimensions
        assert all(sheet.column_dimensions[letter].width > 8 for letter in "AB")
    about = {row[0]: row[1] for row in book["About"].iter_rows(values_only=True)}
    assert about["snapshot"] == whole.snapshot.manifest.id
    assert any(str(key).endswith(": licence") for key in about)
    assert all(row[-1] for row in book["Columns"].iter_rows(values_only=True))


def test_pandas_reads_dates_numbers_and_booleans(
    whole: Subgraph, written: Callable[..., Path]
) -> None:
    pandas = pytest.importorskip("pandas")
    sheets = pandas.read_excel(written(whole, "excel", "net.xlsx"), sheet_name=None)
    projects = sheets["Project"]
    assert projects["start_date"].dtype.kind == "M"
    assert projects["counted_amount"].dtype.kind == "f"
    assert sheets["ResearchQuestion"]["archived"].dtype == bool
    led = sheets["LED_BY"].merge(projects, left_on="source", right_on="id")
    assert (led["source name"] == led["name"]).all()


def test_nothing_is_a_formula_or_a_link(hostile: Subgraph, written: Callable[..., Path]) -> None:
    target = written(hostile, "excel", "net.xlsx")
    with zipfile.ZipFile(target) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            text = archive.read(name)
            ElementTree.fromstring(text)  # well-formed
            assert b"<f>" not in text
            assert b"<hyperlink" not in text
    book = openpyxl.load_workbook(target)
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                assert cell.hyperlink is None
                if isinstance(cell.value, str) and cell.value.startswith(("=", "+", "@")):
                    assert cell.quotePrefix  # stays a text when it is edited
    assert any("go on in the sheet `Long texts`" in one for one in losses(survey(hostile)))


def test_more_rows_than_a_sheet_holds_go_on_in_another(
    whole: Subgraph, written: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(excel_workbook, "MOST_ROWS", 50)
    book = Book(written(whole, "excel", "net.xlsx"))
    assert {"Project", "Project 2"} < set(book.names)
    assert "Project 3" not in book.names
    assert {fixed["id"] for fixed, _ in book.rows("Project")} == {
        key for key, (label, _) in nodes_of(whole).items() if label == "Project"
    }


def test_names_of_sheets_are_such_as_excel_takes() -> None:
    out = BytesIO()
    heading = [Heading("a", "string", 10)]
    with Workbook(out, "t", "2026-01-31T00:00:00Z") as book:
        for name in ("Project", "PROJECT", "a/b:c*[d]?\\", "History", "'x'", "y" * 40, "y" * 41):
            book.sheet(name, heading, iter(()))
    assert openpyxl.load_workbook(out).sheetnames == [
        "Project", "PROJECT 2", "a_b_c__d___", "History 2", "x", "y" * 31, f"{'y' * 29} 2",
    ]  # fmt: skip


def one_cell(value: Any, kind: str) -> Any:
    out = BytesIO()
    with Workbook(out, "t", "2026-01-31T00:00:00Z") as book:
        book.sheet("a", [Heading("a", kind, 10)], iter([(value,)]))
    sheet = openpyxl.load_workbook(out)["a"]
    return sheet["A2"].value


@pytest.mark.parametrize(
    ("value", "kind", "read"),
    [
        ("1900-03-01", "date", datetime(1900, 3, 1)),
        ("1900-02-28", "date", "1900-02-28"),
        ("9999-12-31", "date", datetime(9999, 12, 31)),
        ("2026-01-31T23:59:59Z", "datetime", datetime(2026, 1, 31, 23, 59, 59)),
        ("1800-01-31T23:59:59Z", "datetime", "1800-01-31T23:59:59Z"),
        (0.1 + 0.2, "float", 0.1 + 0.2),
        (1e300, "float", 1e300),
        (float("inf"), "float", "inf"),
        (2**53, "integer", 2**53),
        (2**53 + 1, "integer", str(2**53 + 1)),
        (True, "boolean", True),
        (False, "boolean", False),
        ("<r><t>x</t></r>", "string", "<r><t>x</t></r>"),
    ],
)
def test_a_value_is_read_as_what_it_is(value: Any, kind: str, read: Any) -> None:
    found = one_cell(value, kind)
    assert found == read
    assert type(found) is type(read)


@given(st.text(st.characters(exclude_categories=["Cs"])) | st.text("_x00415F\r\n\t\0<&]>"))
def test_every_text_comes_back(text: str) -> None:
    element = ElementTree.fromstring(cell_of_text("A1", text))
    assert unescaped("".join(element.itertext())) == text


@given(st.text("a🧪"), st.integers(1, 9))
def test_a_long_text_is_cut_between_characters(text: str, most: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(excel_cells, "MOST_CHARACTERS", most + 1)
        parts = list(parts_of(text))
    assert "".join(parts) == text
    assert all(units(part) <= most + 1 for part in parts)


def test_the_same_selection_gives_the_same_bytes(
    whole: Subgraph, written: Callable[..., Path]
) -> None:
    one, two = (written(whole, "excel", f"{name}.xlsx") for name in "ab")
    assert one.read_bytes() == two.read_bytes()
