"""The CSV export of the Gateway to Research portal, read by its header.

Lines are decoded and joined to rows here, not by the `csv` module, so that a
quote that is never closed costs one row and not the rest of the file. The
columns that name people are never read.
"""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Iterator
from typing import BinaryIO

from graphkit.loaders import Loader
from graphkit.loaders import gtr_values as values
from graphkit.loaders.gtr_values import line, names
from graphkit.loaders.intake import Intake
from graphkit.loaders.reading import decode_text, lines
from graphkit.model import Organisation, Participation, Project, Record

_READ = names(
    "FundingOrgName ProjectReference LeadROName Department ProjectCategory Title StartDate "
    "EndDate AwardPounds ExpenditurePounds Region Status GTRProjectUrl ProjectId FundingOrgId "
    "LeadROId"
)
_PEOPLE = names(
    "PISurname PIFirstName PIOtherNames StudentSurname StudentFirstName StudentOtherNames "
    "PIId StudentId"
) | {"PI ORCID iD", "Student ORCID iD"}
# Names that stand in no other format's header.
_MARKS = (_READ | _PEOPLE) - {"Title", "Department", "StartDate", "EndDate", "Region", "Status"}
_MAX_LINES = 64
_MAX_ROW = 1 << 20
_OPEN = "unexpected end of data"

_Line = tuple[int, str]


def _recognises(head: bytes) -> bool:
    header = head.partition(b"\n")[0].decode("utf-8", "replace").split(",")
    return sum(name.strip().strip('"') in _MARKS for name in header) >= 2


def _parse(text: str) -> tuple[list[str], str]:
    """The cells of one row, or none and what is wrong with it."""
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        return [], str(error)
    return (rows[0], "") if len(rows) == 1 else ([], "not one row")


class _Rows:
    """Rows of a CSV stream with the number of their first line."""

    def __init__(self, stream: BinaryIO, intake: Intake) -> None:
        self._source = lines(stream, intake)
        self._ahead: deque[_Line] = deque()
        self._intake = intake

    def _line(self) -> _Line | None:
        if self._ahead:
            return self._ahead.popleft()
        for number, data in self._source:
            return number, decode_text(data, self._intake)
        return None

    def read(self, width: int, identifier: int) -> Iterator[tuple[int, list[str]]]:
        """Rows of `width` cells (0: the first row, whatever its width); others are rejected."""
        while (first := self._line()) is not None:
            number, text = first
            if not text.strip():
                continue
            cells, fault = ([], "a NUL character") if "\0" in text else _parse(text)
            if fault == _OPEN and width:
                cells, fault = self._continue(text, width, identifier)
            elif not fault and width and len(cells) != width:
                fault = f"{len(cells)} cells where the header has {width}"
            if fault:
                fault = "a quote that is not closed" if fault == _OPEN else fault
                # The text of a row may name people: it stays out of the report.
                self._intake.reject(f"line {number}", "", fault)
                continue
            yield number, cells
            if not width:
                return

    def _continue(self, text: str, width: int, identifier: int) -> tuple[list[str], str]:
        """Join the lines of a cell that holds line breaks; give them back if that fails."""
        taken: list[_Line] = []
        while (
            len(taken) < _MAX_LINES
            and len(text) < _MAX_ROW
            and (further := self._line()) is not None
        ):
            taken.append(further)
            if "\0" in further[1]:
                break
            alone, fault = _parse(further[1])
            if not fault and len(alone) == width and values.guid(alone[identifier]):
                break  # a sound row of its own: the quote before it was never closed
            text += further[1]
            if '"' not in further[1]:
                continue  # the cell is still open
            cells, fault = _parse(text)
            if fault == _OPEN:
                continue
            if not fault and len(cells) == width:
                return cells, ""
            break
        self._ahead.extendleft(reversed(taken))
        return [], _OPEN


def _load(stream: BinaryIO, intake: Intake) -> Iterator[Record]:
    rows = _Rows(stream, intake)
    header = next(rows.read(0, 0), None)
    if header is None:
        intake.reject("line 1", "", "no header can be read")
        return
    columns: dict[str, int] = {}
    for position, cell in enumerate(header[1]):
        name = cell.strip()
        if name in columns:
            intake.warn(f"a column that comes twice, read once: {name}")
        elif name in _READ:
            columns[name] = position
        elif name not in _PEOPLE:
            intake.unknown_field(f"csv.{name or f'(column {position + 1})'}")
    if "ProjectId" not in columns:
        intake.reject(f"line {header[0]}", "ProjectId", "no such column; nothing can be read")
        return
    for number, cells in rows.read(len(header[1]), columns["ProjectId"]):
        row = {name: cells[position] for name, position in columns.items()}
        yield from _project(row, f"line {number}", intake)


def _project(row: dict[str, str], locator: str, intake: Intake) -> Iterator[Record]:
    key = values.guid(row["ProjectId"])
    if key is None:
        intake.reject(locator, "", "no usable project id", row["ProjectId"])
        return

    def text(name: str) -> str | None:
        return line(row.get(name), name, locator, intake)

    def guid(name: str) -> str | None:
        found = values.guid(row.get(name))
        if found is None and row.get(name, "").strip():
            intake.reject(locator, name, "no usable id", row[name])
        return found

    start = values.day(row.get("StartDate"), "StartDate", locator, intake)
    end = values.day(row.get("EndDate"), "EndDate", locator, intake)
    values.check_period(start, end, intake)
    name = text("LeadROName")
    lead = values.organisation_key(guid("LeadROId"), name)
    funder = guid("FundingOrgId")
    yield Project(
        locator=locator,
        key=key,
        title=text("Title"),
        reference=text("ProjectReference"),
        status=text("Status"),
        category=text("ProjectCategory"),
        start=start,
        end=end,
        amount=values.pounds(row.get("AwardPounds"), "AwardPounds", locator, intake),
        expenditure=values.pounds(
            row.get("ExpenditurePounds"), "ExpenditurePounds", locator, intake
        ),
        funder_name=text("FundingOrgName"),
        funder_key=f"gtr:{funder}" if funder else None,
        lead_department=text("Department"),
        region=values.region(text("Region")),
        roles=(Participation(organisation=lead, role="lead"),) if lead else (),
        url=values.page_url(row.get("GTRProjectUrl")),
    )
    if lead and name:
        yield Organisation(key=lead, name=name, locator=locator)


LOADER = Loader(
    name="gtr-csv",
    title="GtR portal CSV export",
    precedence=23,
    recognises=_recognises,
    load=_load,
)
"""Any selection and order of the export's columns that holds `ProjectId`."""
