"""The file of an Excel workbook (ECMA-376, SpreadsheetML), written row by row.

Written here, and not by a library, because those that were tried change what they are given:
XlsxWriter 3.3 takes a text between <r> and </r> for markup and writes 16 digits of a
number, openpyxl 3.1 refuses control characters and stamps the file with the time of the day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import IO, Any, BinaryIO
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from graphkit.export.excel_cells import (
    HEADER,
    cell_of,
    cell_of_text,
    letters_of,
    parts_of,
    writable,
)
from graphkit.export.survey import INTEGER, STRING
from graphkit.export.tables import text_of

MOST_ROWS = 1_048_576
MOST_BYTES = 1 << 30
"""Of the text of a sheet, before it is compressed; then it goes on in another."""
LONG_TEXTS = "Long texts"
_NAME_LENGTH = 31
_LEVEL = 1
"""Of compression: higher ones take twice the time for a tenth of the size."""
_TOGETHER = 500
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_STYLES = f"""\
<styleSheet xmlns="{_MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>\
<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts>\
<fonts count="2"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font>\
<font><b/><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts>\
<fills count="2"><fill><patternFill patternType="none"/></fill>\
<fill><patternFill patternType="gray125"/></fill></fills>\
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>\
<cellXfs count="5"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>\
<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>\
<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>\
<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>\
<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1"/></cellXfs>\
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>"""


@dataclass(frozen=True)
class Heading:
    """A column of a sheet: the kind of its values, and its width in characters."""

    name: str
    kind: str
    width: int


@dataclass
class Workbook:
    """A workbook that grows by one sheet after the other."""

    out: BinaryIO
    title: str
    created: str
    names: list[str] = field(default_factory=list)
    corners: list[str] = field(default_factory=list)
    """The last cell of each sheet."""
    overlong: list[tuple[str, int, str, str, int, str]] = field(default_factory=list)
    """What did not fit: sheet, row, its first cell, column, number of the part, text."""

    def __post_init__(self) -> None:
        self.archive = ZipFile(self.out, "w", ZIP_DEFLATED, compresslevel=_LEVEL)
        self._taken = {"history"}  # Excel keeps this name for itself
        self._part("_rels/.rels", _relations(_ROOT_PARTS))
        self._part("docProps/core.xml", self._properties())
        self._part("xl/styles.xml", _STYLES)

    def sheet(self, name: str, headings: Sequence[Heading], rows: Iterator[Sequence[Any]]) -> None:
        """Write a sheet, and further ones where the rows are more than one holds."""
        waiting: Sequence[Any] | None = next(rows, None)
        while True:
            waiting = self._sheet(self._free(name), headings, rows, waiting)
            if waiting is None:
                return

    def _sheet(
        self,
        name: str,
        headings: Sequence[Heading],
        rows: Iterator[Sequence[Any]],
        waiting: Sequence[Any] | None,
    ) -> Sequence[Any] | None:
        """One sheet; gives back the first row that it had no place for."""
        self.names.append(name)
        letters = [letters_of(number) for number in range(len(headings))]
        cells = [cell_of(heading.kind) for heading in headings]
        number, size = 1, 0
        with self._open(f"xl/worksheets/sheet{len(self.names)}.xml") as part:
            part.write(self._sheet_head(headings).encode())
            header = "".join(
                cell_of_text(f"{letter}1", heading.name, HEADER)
                for letter, heading in zip(letters, headings, strict=True)
            )
            made = [f'<row r="1">{header}</row>']
            while waiting is not None and number < MOST_ROWS and size < MOST_BYTES:
                number += 1
                row = [f'<row r="{number}">']
                for letter, cell, value, heading in zip(
                    letters, cells, waiting, headings, strict=True
                ):
                    if value is None:
                        continue
                    made_cell = cell(f"{letter}{number}", value)
                    if made_cell is None:
                        first = self._first_part(name, number, waiting, heading, value)
                        made_cell = cell_of(STRING)(f"{letter}{number}", first) or ""
                    row.append(made_cell)
                row.append("</row>")
                made.append("".join(row))
                if number % _TOGETHER == 0:
                    size += part.write("".join(made).encode())
                    made = []
                waiting = next(rows, None)
            area = f"A1:{letters[-1]}{number}"
            made.append(f'</sheetData><autoFilter ref="{area}"/></worksheet>')
            part.write("".join(made).encode())
        self.corners.append(f"${letters[-1]}${number}")
        return waiting

    def _first_part(
        self, name: str, number: int, row: Sequence[Any], heading: Heading, value: Any
    ) -> str:
        """What a cell holds of an overlong text; the rest is kept for a sheet of its own."""
        first, *others = parts_of(text_of(value, heading.kind))
        for part, text in enumerate(others, 2):
            self.overlong.append((name, number, str(row[0])[:1000], heading.name, part, text))
        return first

    def __enter__(self) -> Workbook:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self._finish()
        finally:
            with suppress(OSError, ValueError):  # after a failure, so that it lets go of the file
                self.archive.close()

    def _finish(self) -> None:
        """Write what the cells did not hold, and then what the package consists of."""
        if self.overlong:
            headings = [
                Heading(name, kind, width)
                for name, kind, width in (
                    ("sheet", STRING, 24), ("row", INTEGER, 8), ("first cell", STRING, 30),
                    ("column", STRING, 20), ("part", INTEGER, 8), ("text", STRING, 80),
                )
            ]  # fmt: skip
            self.sheet(LONG_TEXTS, headings, iter(self.overlong))
        sheets = "".join(
            f'<sheet name={quoteattr(name)} sheetId="{number}" r:id="rId{number}"/>'
            for number, name in enumerate(self.names, 1)
        )
        areas = "".join(
            f'<definedName name="_xlnm._FilterDatabase" localSheetId="{number}" hidden="1">'
            f"{escape(_quoted(name))}!$A$1:{corner}</definedName>"
            for number, (name, corner) in enumerate(zip(self.names, self.corners, strict=True))
        )
        self._part(
            "xl/workbook.xml",
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets>'
            f"<definedNames>{areas}</definedNames></workbook>",
        )
        numbers = range(1, len(self.names) + 1)
        parts = [(f"{_OFFICE}/worksheet", f"worksheets/sheet{n}.xml") for n in numbers]
        relations = _relations([*parts, (f"{_OFFICE}/styles", "styles.xml")])
        self._part("xl/_rels/workbook.xml.rels", relations)
        self._part("[Content_Types].xml", _content_types(len(self.names)))
        self.archive.close()

    def _free(self, name: str) -> str:
        """A name for a sheet that Excel takes and no other sheet has."""
        plain = _FORBIDDEN.sub("_", name).strip("'") or "Sheet"
        found, number = plain[:_NAME_LENGTH], 1
        while found.lower() in self._taken:
            number += 1
            found = f"{plain[: _NAME_LENGTH - len(str(number)) - 1]} {number}"
        self._taken.add(found.lower())
        return found

    def _sheet_head(self, headings: Sequence[Heading]) -> str:
        selected = ' tabSelected="1"' if len(self.names) == 1 else ""
        columns = "".join(
            f'<col min="{number}" max="{number}" width="{heading.width}" customWidth="1"/>'
            for number, heading in enumerate(headings, 1)
        )
        return (
            f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews>'
            f'<sheetView{selected} workbookViewId="0">'
            '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
            '</sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/>'
            f"<cols>{columns}</cols><sheetData>"
        )

    def _properties(self) -> str:
        terms = "http://purl.org/dc/terms/"
        return (
            f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
            f'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="{terms}" '
            'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
            f"<dc:title>{escape(writable(self.title))}</dc:title><dc:creator>graphkit</dc:creator>"
            f'<dcterms:created xsi:type="dcterms:W3CDTF">{escape(self.created)}</dcterms:created>'
            "</cp:coreProperties>"
        )

    def _part(self, name: str, text: str) -> None:
        with self._open(name) as part:
            part.write((text if text.startswith("<?xml") else _HEAD + text).encode())

    def _open(self, name: str) -> IO[bytes]:
        info = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
        info.compress_type = ZIP_DEFLATED
        info._compresslevel = _LEVEL  # type: ignore[attr-defined]
        return self.archive.open(info, "w")


# ---- The package ----

_ROOT_PARTS = [
    (f"{_OFFICE}/officeDocument", "xl/workbook.xml"),
    (f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
]


def _relations(parts: Sequence[tuple[str, str]]) -> str:
    listed = "".join(
        f'<Relationship Id="rId{number}" Type="{type_}" Target="{target}"/>'
        for number, (type_, target) in enumerate(parts, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'


def _content_types(sheets: int) -> str:
    parts = [
        ("/xl/workbook.xml", f"{_TYPE}.sheet.main+xml"),
        ("/xl/styles.xml", f"{_TYPE}.styles+xml"),
        ("/docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml"),
        *(
            (f"/xl/worksheets/sheet{number}.xml", f"{_TYPE}.worksheet+xml")
            for number in range(1, sheets + 1)
        ),
    ]
    listed = "".join(
        f'<Override PartName="{name}" ContentType="{type_}"/>' for name, type_ in parts
    )
    return (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{listed}</Types>'
    )


def _quoted(name: str) -> str:
    return "'{}'".format(name.replace("'", "''"))
