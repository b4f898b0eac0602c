"""The portal's CSV export, with every fault that a spreadsheet can put into it."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.loaders import gtr2
from graphkit.loaders.gtr_csv import LOADER
from graphkit.loaders.gtr_portal import JSON_LOADER
from graphkit.loaders.gtr_portal_xml import XML_LOADER
from graphkit.loaders.intake import Intake
from graphkit.loaders.reading import open_stream
from graphkit.model import Organisation, Participation, Project, Record

HEADER = (
    "FundingOrgName,ProjectReference,LeadROName,Department,ProjectCategory,PISurname,PIFirstName,"
    "PIOtherNames,PI ORCID iD,StudentSurname,StudentFirstName,StudentOtherNames,Student ORCID iD,"
    "Title,StartDate,EndDate,AwardPounds,ExpenditurePounds,Region,Status,GTRProjectUrl,ProjectId,"
    "FundingOrgId,LeadROId,PIId"
)
COLUMNS = HEADER.split(",")


def key(end: int) -> str:
    return f"0A1B2C3D-0000-4000-8000-{end:012d}"


def row(end: int = 1, /, **more: str) -> dict[str, str]:
    values = {
        "FundingOrgName": "ESRC",
        "ProjectReference": "ES/X00001/1",
        "LeadROName": "University of Weir",
        "Department": "Sociology",
        "ProjectCategory": "Research Grant",
        "PISurname": "Secretname",
        "PIFirstName": "Jo",
        "Title": "Who mends the roads?",
        "StartDate": "01/02/2016",
        "EndDate": "31/12/2018",
        "AwardPounds": "120000",
        "ExpenditurePounds": "0",
        "Region": "Yorkshire and the Humber",
        "Status": "Closed",
        "GTRProjectUrl": "http://gtr.ukri.org:80/projects?ref=ES%2FX00001%2F1",
        "ProjectId": key(end),
        "FundingOrgId": key(50),
        "LeadROId": key(60),
        "PIId": key(70),
    }
    return {name: {**values, **more}.get(name, "") for name in COLUMNS}


def written(*rows: dict[str, str], columns: list[str] | None = None) -> bytes:
    target = io.StringIO()
    writer = csv.DictWriter(target, columns or COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return target.getvalue().encode()


def load(data: bytes) -> tuple[list[Record], Intake]:
    intake = Intake("test.csv")
    return list(LOADER.load(open_stream(io.BytesIO(data), intake), intake)), intake


def keys(data: bytes) -> tuple[list[str], list[str]]:
    """The keys of the projects (their last two digits) and the places of the rejects."""
    records, intake = load(data)
    projects = [record.key[-2:] for record in records if isinstance(record, Project)]
    return projects, [reject.locator for reject in intake.rejects]


def one(**more: str) -> tuple[Project, Intake]:
    records, intake = load(written(row(1, **more)))
    assert isinstance(records[0], Project)
    return records[0], intake


def test_a_row_becomes_a_project_and_its_lead() -> None:
    records, intake = load(written(row(), row(2)))
    project, lead, second, again = records
    assert isinstance(project, Project)
    assert project == Project(
        locator="line 2",
        key=key(1),
        title="Who mends the roads?",
        reference="ES/X00001/1",
        status="Closed",
        category="Research Grant",
        start=date(2016, 2, 1),
        end=date(2018, 12, 31),
        amount=120000.0,
        expenditure=0.0,
        funder_name="ESRC",
        funder_key=f"gtr:{key(50)}",
        lead_department="Sociology",
        region="Yorkshire and The Humber",
        roles=(Participation(organisation=f"gtr:{key(60)}", role="lead"),),
        url="https://gtr.ukri.org/projects?ref=ES%2FX00001%2F1",
    )
    assert lead == Organisation(locator="line 2", key=f"gtr:{key(60)}", name="University of Weir")
    assert isinstance(second, Project)
    assert again.name == lead.name
    assert not intake.rejects
    assert not intake.drift


def test_people_leave_no_trace() -> None:
    records, intake = load(written(row()) + b"Secretname,short\n")
    assert "Secretname" not in repr((records, intake.rejects, intake.drift, intake.warnings))


def test_columns_may_stand_in_any_order_and_be_missing() -> None:
    columns = ["ProjectId", "Title", "AwardPounds"]
    data = written({name: row()[name] for name in columns}, columns=columns)
    records, intake = load(b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n"))
    assert records == [
        Project(locator="line 2", key=key(1), title="Who mends the roads?", amount=120000.0)
    ]
    assert not intake.rejects


def test_unknown_and_repeated_columns_are_reported() -> None:
    lines = written(row()).decode().splitlines()
    data = f"{lines[0]},Mood,,Title\n{lines[1]},good,,Another\n".encode()
    records, intake = load(data)
    assert isinstance(records[0], Project)
    assert records[0].title == "Who mends the roads?"
    assert sorted(intake.drift) == ["csv.(column 27)", "csv.Mood"]
    assert len(intake.warnings) == 1


def test_without_the_column_of_ids_nothing_is_read() -> None:
    records, intake = load(b"Title,ProjectReference\nx,y\n")
    assert not records
    assert [(r.locator, r.field) for r in intake.rejects] == [("line 1", "ProjectId")]


@pytest.mark.parametrize(
    ("written_as", "expected"), [("\u00a31,250.50", 1250.5), ("0", 0.0), ("", None), (" 7 ", 7.0)]
)
def test_amounts_are_read_as_people_write_them(written_as: str, expected: float | None) -> None:
    project, intake = one(AwardPounds=written_as)
    assert project.amount == expected
    assert not intake.rejects


@pytest.mark.parametrize("value", ["-5", "lots", "1,2", "nan", "inf", "1e999"])
def test_amounts_that_are_none_are_rejected(value: str) -> None:
    project, intake = one(AwardPounds=value)
    assert project.amount is None
    assert [(r.locator, r.field) for r in intake.rejects] == [("line 2", "AwardPounds")]


@pytest.mark.parametrize("value", ["31/02/2016", "2016", "13/13/2016", "01/01/0001", "1/2/16"])
def test_dates_that_are_none_are_rejected(value: str) -> None:
    project, intake = one(StartDate=value)
    assert project.start is None
    assert project.end == date(2018, 12, 31)
    assert [r.field for r in intake.rejects] == ["StartDate"]


def test_an_end_before_the_start_is_kept_with_a_warning() -> None:
    project, intake = one(StartDate="01/01/2020", EndDate="01/01/2019")
    assert project.end == date(2019, 1, 1)
    assert intake.warnings


def test_a_lead_without_id_is_known_by_its_name() -> None:
    project, intake = one(LeadROId="")
    assert project.roles[0].organisation == "name:university of weir"
    assert not intake.rejects
    project, intake = one(LeadROId="?")
    assert project.roles[0].organisation == "name:university of weir"
    assert [r.field for r in intake.rejects] == ["LeadROId"]


def test_rows_without_a_usable_id_are_rejected() -> None:
    assert keys(written(row(1), {**row(), "ProjectId": "42"}, row(3))) == (["01", "03"], ["line 3"])


def test_short_and_long_rows_are_rejected_with_their_lines() -> None:
    lines = written(row(1), row(2), row(3)).decode().splitlines()
    lines[1:1] = ["a,b,c", "", lines[1] + ",more"]
    assert keys("\n".join(lines).encode()) == (["01", "02", "03"], ["line 2", "line 4"])


def test_a_quote_that_is_never_closed_costs_one_row() -> None:
    lines = written(*(row(end) for end in range(1, 9))).decode().splitlines()
    lines[3] = lines[3].replace("Who", '"Who')
    lines[6] = lines[6].replace("Who", '"Who')
    lines[7] = lines[7].replace("Who", '"Who')
    found = keys("\n".join(lines).encode())
    assert found == (["01", "02", "04", "05", "08"], ["line 4", "line 7", "line 8"])


def test_a_title_may_hold_quotes_commas_and_line_breaks() -> None:
    title = 'Roads, "mended"\nand not\n\nmended'
    records, intake = load(written(row(1, Title=title), row(2)))
    project = records[0]
    assert isinstance(project, Project)
    assert project.title == 'Roads, "mended" and not mended'
    assert [r.locator for r in records if isinstance(r, Project)] == ["line 2", "line 6"]
    assert not intake.rejects


def test_only_line_ends_end_lines() -> None:
    project, intake = one(Title="Roads\x85and\u2028rails\x0bby night")
    assert project.title is not None
    assert project.title.startswith("Roads")
    assert not intake.rejects


def test_quotes_that_are_never_closed_cost_no_time() -> None:
    hostile = b'"x\n' + b"y\n" * 20_000
    assert keys(written(row(1)) + hostile * 2 + written(row(2)).split(b"\n", 1)[1])[0] == [
        "01",
        "02",
    ]


def test_a_field_longer_than_the_csv_limit_is_rejected() -> None:
    assert keys(written(row(1), row(2, Title="o" * 200_000), row(3))) == (["01", "03"], ["line 3"])


def test_a_nul_is_rejected() -> None:
    data = written(row(1), row(2, Title="Who\0mends"), row(3))
    assert keys(data) == (["01", "03"], ["line 3"])
    assert keys(b"\0" + data)[0] == []


def test_lines_that_are_not_utf_8_are_read_as_windows_1252() -> None:
    lines = written(row(1, Title="Caf\u00e9"), row(2, Title="Caf\u00e9")).splitlines()
    lines[2] = lines[2].decode().encode("cp1252")
    records, intake = load(b"\n".join(lines))
    assert [r.title for r in records if isinstance(r, Project)] == ["Caf\u00e9", "Caf\u00e9"]
    assert sum(intake.warnings.values()) == 1


def test_only_its_own_format_is_recognised_however_short_the_head() -> None:
    data = written(row())
    assert all(LOADER.recognises(data[:cut]) for cut in range(200, len(data)))
    backwards = ",".join(reversed(COLUMNS)).encode()
    assert all(LOADER.recognises(backwards[:cut]) for cut in range(200, len(backwards)))
    for other in (JSON_LOADER, XML_LOADER, gtr2.LOADER):
        assert not any(other.recognises(data[:cut]) for cut in range(200, len(data)))
    for foreign in (
        b'{"data": [{"ProjectReference": 1, "LeadROName": 2}]}',
        b"Title,StartDate,EndDate,Region,Status\n",
        b"code,name,kind\nE12000001,North East,region\n",
        b"",
    ):
        assert not LOADER.recognises(foreign)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.sampled_from(COLUMNS), st.text(max_size=20), max_size=5))
def test_no_cell_raises_or_harms_its_neighbours(cells: dict[str, str]) -> None:
    safe = {name: cell.encode("utf-8", "replace").decode() for name, cell in cells.items()}
    found, _ = keys(written(row(91), row(1, **safe), row(92)))
    assert found[0] == "91"
    assert found[-1] == "92"


ROWS = written(row(91), row(92), row(93))
ENDS = [n for n, byte in enumerate(ROWS) if byte == 0x0A][1:]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(ROWS)))
def test_what_stands_before_a_cut_is_read(cut: int) -> None:
    found, _ = keys(ROWS[:cut])
    assert len(found) >= sum(end < cut for end in ENDS)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=30), st.integers(ENDS[0] + 1, len(ROWS)))
def test_bytes_thrown_in_harm_nothing_before_them(thrown: bytes, at: int) -> None:
    found, _ = keys(ROWS[:at] + thrown + ROWS[at:])
    assert len(found) >= sum(end < at for end in ENDS)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300) | st.text(alphabet='ab,"\n\r ').map(str.encode))
def test_no_bytes_raise(data: bytes) -> None:
    LOADER.recognises(data)
    load(data)
    load(HEADER.encode() + b"\n" + data)
