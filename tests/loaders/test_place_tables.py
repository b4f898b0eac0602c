"""The tables of places, and the CSV reading that they share."""

from __future__ import annotations

import io
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.loaders import Loader, places
from graphkit.loaders.intake import Intake
from graphkit.loaders.itl_editions import EDITIONS
from graphkit.loaders.tables import Columns, rows
from graphkit.model import Place, PlaceNames, Record

SHARED = Path(__file__).parents[3] / "shared" / "data" / "places"

HIERARCHY = "itl1,itl1name,itl2,itl2name,itl3,itl3name\n"
ROW_2021 = "TLC,North East,TLC1,Tees Valley and Durham,TLC13,Darlington\n"
ROW_2025 = "TLC,North East,TLC3,Tees Valley,TLC33,Darlington\n"
ROW_BOTH = "TLG,West Midlands,TLG3,West Midlands,TLG31,Birmingham\n"
AUTHORITIES = (
    "itl1,itl1name,itl2,itl2name,itl3,itl3name,LAU125CD,LAU125NM,LAD24CD,LAD24NM,ObjectId\n"
)
COMBINED = "la,laname,mca,mcaname\n"
MYSOCIETY = (
    "local-authority-code,official-name,nice-name,gss-code,nation,region,local-authority-type,"
    "county-la,combined-authority,alt-names,current-authority,replaced-by,lat,long\n"
)
BIRMINGHAM = (
    "BIR,Birmingham City Council,Birmingham,E08000025,England,West Midlands,MD,,WMCA,"
    '"Birmingham,birmingham district",True,,52.5,-1.9\n'
)


def load(loader: Loader, text: str | bytes) -> tuple[list[Record], Intake]:
    data = text.encode() if isinstance(text, str) else text
    assert loader.recognises(data)
    intake = Intake("table.csv")
    return list(loader.load(io.BytesIO(data), intake)), intake


def codes(records: list[Record]) -> list[str]:
    return [record.code for record in records if isinstance(record, Place)]


def test_each_table_is_recognised_by_one_loader_in_any_order_of_columns() -> None:
    heads = [HIERARCHY, AUTHORITIES, COMBINED, MYSOCIETY, "la-name,local-authority-code\n"]
    for head in heads:
        turned = ",".join(reversed(head.strip().split(","))) + "\n"
        for form in (head, turned, head.replace("\n", "\r\n")):
            found = [loader.name for loader in places.LOADERS if loader.recognises(form.encode())]
            assert len(found) == 1, (form, found)


def test_a_hierarchy_of_one_edition_belongs_to_it_in_all_rows() -> None:
    found, intake = load(places.ITL_HIERARCHY, HIERARCHY + ROW_2021 + ROW_BOTH)
    assert all(code.startswith("itl2021-") for code in codes(found))
    found, _ = load(places.ITL_HIERARCHY, HIERARCHY + ROW_BOTH + ROW_2025)
    assert all(code.startswith("itl2025-") for code in codes(found))
    assert not intake.warnings


def test_a_mixture_keeps_each_row_under_its_edition_and_says_so() -> None:
    text = HIERARCHY + ROW_2021 + ROW_2025 + ROW_BOTH + ROW_BOTH
    found, intake = load(places.ITL_HIERARCHY, text)
    assert "itl2021-TLC13" in codes(found)
    assert "itl2025-TLC33" in codes(found)
    assert "itl2025-TLC13" not in codes(found)
    assert {"itl2021-TLG31", "itl2025-TLG31"} <= set(codes(found))
    assert len(codes(found)) == len(set(codes(found)))
    assert intake.warnings["repeated rows, read once"] == 1
    assert intake.warnings["rows that fit both ITL editions, kept under both"] == 1


def test_a_changed_name_tells_the_edition_where_codes_do_not() -> None:
    old = "TLH,East of England,TLH3,Essex,TLH31,Southend-on-Sea\n"
    found, _ = load(places.ITL_HIERARCHY, HIERARCHY + ROW_2021 + ROW_2025 + old)
    assert "itl2021-TLH31" in codes(found)
    assert "itl2025-TLH31" not in codes(found)


def test_areas_are_within_one_another() -> None:
    found, _ = load(places.ITL_HIERARCHY, HIERARCHY + ROW_2025)
    assert [(p.code, p.kind, p.within) for p in found if isinstance(p, Place)] == [
        ("itl2025-TLC", "itl1", ()),
        ("itl2025-TLC3", "itl2", ("itl2025-TLC",)),
        ("itl2025-TLC33", "itl3", ("itl2025-TLC3",)),
    ]


@pytest.mark.parametrize(
    "row",
    [
        "TLC,North East,TLC1,A,TLC33,B\n",
        "TLC,North East,TLC9,A,TLC99,B\n",
        "TLC,North East,TLD1,A,TLD11,B\n",
        "XXX,North East,XXX1,A,XXX11,B\n",
        "TLC,,TLC3,A,TLC33,B\n",
    ],
)
def test_rows_of_no_edition_are_refused(row: str) -> None:
    found, intake = load(places.ITL_HIERARCHY, HIERARCHY + row)
    assert not found
    assert [reject.locator for reject in intake.rejects] == ["line 2"]


def test_an_authority_in_two_areas_is_kept_in_both_with_a_warning() -> None:
    table = (
        AUTHORITIES
        + "TLM,Scotland,TLM2,Highlands and Islands,TLM20,Highlands and Islands,S30000034,Arran,"
        "S12000021,North Ayrshire,1\n"
        "TLM,Scotland,TLM9,Southern Scotland,TLM93,North Ayrshire and East Ayrshire,S30000018,"
        "Mainland,S12000021,North Ayrshire,2\n"
    )
    found, intake = load(places.AUTHORITIES_ITL, table)
    held = [p.within for p in found if isinstance(p, Place) and p.code == "S12000021"]
    assert held == [("itl2025-TLM20",), ("itl2025-TLM93",)]
    assert any("S12000021 lies in 2" in text for text in intake.warnings)


def test_combined_authorities_and_those_in_none() -> None:
    table = (
        COMBINED + "E06000001,Hartlepool,E47000006,Tees Valley\nE06000007,Warrington,,\nbad,X,,\n"
    )
    found, intake = load(places.COMBINED_AUTHORITIES, table)
    assert [(p.code, p.kind, p.within) for p in found if isinstance(p, Place)] == [
        ("E47000006", "combined-authority", ()),
        ("E06000001", "local-authority", ("E47000006",)),
        ("E06000007", "local-authority", ()),
    ]
    assert intake.rejects[0].field == "la"


def test_the_register_passes_codes_on_as_register_codes() -> None:
    found, intake = load(places.LOCAL_AUTHORITIES, MYSOCIETY + BIRMINGHAM)
    place = found[0]
    assert isinstance(place, Place)
    assert place.within == ("E12000005", "register:WMCA")
    assert place.names == ("Birmingham City Council", "birmingham district", "register:BIR")
    assert (place.latitude, place.longitude, place.abolished) == (52.5, -1.9, False)
    assert not intake.rejects


def test_a_comma_inside_a_name_does_not_split_it() -> None:
    row = (
        "BST,Bristol City Council,Bristol,E06000023,England,South West,UA,,,"
        '"Bristol, City of,bristol ua",True,,,\n'
    )
    found, _ = load(places.LOCAL_AUTHORITIES, MYSOCIETY + row)
    assert isinstance(found[0], Place)
    assert "Bristol, City of" in found[0].names
    assert "Bristol" not in found[0].names


def test_a_combined_authority_is_called_by_its_official_name_and_put_in_no_region() -> None:
    row = (
        "HYC,Hull and East Yorkshire Mayoral Combined Authority,Yorkshire and The Humber MCA,"
        "E47000016,England,Yorkshire and The Humber,COMB,,,,True,,,\n"
    )
    found, _ = load(places.LOCAL_AUTHORITIES, MYSOCIETY + row)
    assert isinstance(found[0], Place)
    assert found[0].name == "Hull and East Yorkshire"
    assert found[0].kind == "combined-authority"
    assert found[0].within == ("E92000001",)


def test_an_abolished_district_lies_in_its_only_successor() -> None:
    row = "CAR,Carlisle City Council,Carlisle,E07000028,England,North West,NMD,CMA,,,False,{},,\n"
    one, _ = load(places.LOCAL_AUTHORITIES, MYSOCIETY + row.format("CBD"))
    two, _ = load(places.LOCAL_AUTHORITIES, MYSOCIETY + row.format('"CBD,WAF"'))
    assert isinstance(one[0], Place)
    assert one[0].within == ("E12000002", "register:CMA", "register:CBD")
    assert isinstance(two[0], Place)
    assert two[0].within == ("E12000002", "register:CMA")
    assert one[0].abolished


def test_a_row_without_a_gss_code_gives_its_names_alone() -> None:
    row = "NIR-A,Derry City Council,Derry City,,Northern Ireland,Northern Ireland,NID,,,,False,,,\n"
    found, intake = load(places.LOCAL_AUTHORITIES, MYSOCIETY + row)
    assert found == [
        PlaceNames(
            locator="line 2", register_code="NIR-A", names=("Derry City Council", "Derry City")
        )
    ]
    assert len(intake.warnings) == 1


def test_faulty_fields_of_the_register_cost_those_fields() -> None:
    row = "AAA,A Council,A,E08000025,Albion,Mercia,MD,??,,,Perhaps,,95,nan\n"
    found, intake = load(places.LOCAL_AUTHORITIES, MYSOCIETY + row)
    assert isinstance(found[0], Place)
    assert found[0].within == ()
    assert found[0].latitude is None
    assert sorted(reject.field for reject in intake.rejects) == sorted(
        ["nation", "region", "county-la", "current-authority", "lat", "long"]
    )


def test_damaged_names_are_left_out() -> None:
    table = "la-name,local-authority-code\nYnys Mï¿½n,AGY\nYnys Môn,AGY\n,AGY\nX,?\n"
    found, intake = load(places.LOCAL_AUTHORITY_NAMES, table)
    assert [record.names for record in found if isinstance(record, PlaceNames)] == [("Ynys Môn",)]
    assert intake.warnings["names with lost characters, left out"] == 1
    assert [reject.field for reject in intake.rejects] == ["la-name", "local-authority-code"]


def read(data: bytes) -> tuple[list[tuple[str, dict[str, str]]], Intake]:
    intake = Intake("x.csv")
    return list(rows(io.BytesIO(data), Columns(frozenset({"a", "b"})), intake)), intake


def test_line_numbers_are_true_behind_quoted_newlines_and_bad_lines() -> None:
    found, intake = read(b'a,b\n1,"x\ny"\n\n1\n1,2,3\n\0,1\n5,6,\n')
    assert [where for where, _ in found] == ["line 2", "line 8"]
    assert [reject.locator for reject in intake.rejects] == ["line 5", "line 6", "line 7"]


def test_a_runaway_quote_does_not_take_the_whole_file() -> None:
    found, intake = read(b'a,b\n1,"x' + b"\n1,2" * 60_000 + b"\n3,4\n")
    assert intake.rejects
    assert found[-1][1] == {"a": "3", "b": "4"}


def test_windows_1252_is_read_with_a_warning() -> None:
    found, intake = read("a,b\nYnys Môn,2\n".encode("cp1252"))
    assert found[0][1]["a"] == "Ynys Môn"
    assert intake.warnings == Counter({"not UTF-8: read as windows-1252": 1})


def test_unknown_columns_are_drift_and_missing_or_double_ones_end_the_table() -> None:
    _, intake = read(b"a,b,colour,_mine\n")
    assert dict(intake.drift) == {"colour": 1}
    for head in (b"a\n1\n", b"a,b,a\n1,2,3\n"):
        found, intake = read(head)
        assert not found
        assert intake.rejects[0].locator == "line 1"


def test_the_lists_of_editions_are_complete() -> None:
    count = {e: Counter(map(len, listed)) for e, listed in EDITIONS.items()}
    assert count["2021"] == {3: 12, 4: 41, 5: 179}
    assert count["2025"] == {3: 12, 4: 46, 5: 182}


@settings(max_examples=120, deadline=None)
@given(
    st.sampled_from(places.LOADERS),
    st.sampled_from([HIERARCHY, AUTHORITIES, COMBINED, MYSOCIETY, ""]),
    st.binary(max_size=200),
)
def test_no_bytes_raise(loader: Loader, head: str, data: bytes) -> None:
    list(loader.load(io.BytesIO(head.encode() + data), Intake("x")))
    loader.recognises(data)


@settings(max_examples=120, deadline=None)
@given(st.integers(0, 13), st.text(max_size=12))
def test_no_mutated_row_raises(position: int, value: str) -> None:
    for loader, head, row in (
        (places.LOCAL_AUTHORITIES, MYSOCIETY, BIRMINGHAM),
        (places.ITL_HIERARCHY, HIERARCHY, ROW_BOTH),
    ):
        cells = row.strip().replace('"', "").split(",")
        cells[position % len(cells)] = value
        list(
            loader.load(
                io.BytesIO((head + ",".join(cells)).encode("utf-8", "replace")), Intake("x")
            )
        )


@pytest.mark.real_data
@pytest.mark.skipif(not SHARED.exists(), reason="shared data absent")
@pytest.mark.parametrize(
    ("file", "name", "number"),
    [
        ("itlmapping.csv", "ons-itl-hierarchy", 232),
        ("itlmapping-updated.csv", "ons-itl-hierarchy", 453),
        ("la-itlmapping.csv", "ons-itl-2025-authorities", 602),
        ("mcamapping.csv", "ons-combined-authorities", 390),
        ("uk_local_authorities_current.csv", "local-authorities", 470),
        ("lookup_name_to_registry.csv", "local-authority-names", 1772),
    ],
)
def test_the_real_tables_are_read_whole(file: str, name: str, number: int) -> None:
    data = (SHARED / file).read_bytes().removeprefix(b"\xef\xbb\xbf")
    loader = next(one for one in places.LOADERS if one.recognises(data[: 64 << 10]))
    assert loader.name == name
    intake = Intake(file)
    found = list(loader.load(io.BytesIO(data), intake))
    assert len(found) == number
    assert not intake.rejects
    assert not intake.drift
