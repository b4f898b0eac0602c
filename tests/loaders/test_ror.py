"""The loader of the Research Organization Registry."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.loaders import ror
from graphkit.loaders.intake import Intake
from graphkit.model import Address, Organisation

SHARED = Path(__file__).parents[3] / "shared" / "data"


def record(**changes: Any) -> dict[str, Any]:
    whole: dict[str, Any] = {
        "admin": {},
        "domains": [],
        "id": "https://ror.org/012345678",
        "names": [
            {"lang": "en", "types": ["ror_display", "label"], "value": "Northmoor University"},
            {"lang": None, "types": ["acronym"], "value": "NMU"},
            {"lang": "cy", "types": ["label"], "value": "Prifysgol Northmoor"},
        ],
        "types": ["education", "funder"],
        "status": "active",
        "established": 1901,
        "links": [
            {"type": "wikipedia", "value": "http://example.org/w"},
            {"type": "website", "value": "https://northmoor.example"},
        ],
        "locations": [
            {
                "geonames_id": 1,
                "geonames_details": {
                    "name": "Northmoor",
                    "country_subdivision_name": "England",
                    "country_name": "United Kingdom",
                    "country_code": "GB",
                    "lat": 54.5,
                    "lng": -2,
                },
            }
        ],
        "external_ids": [
            {"type": "fundref", "preferred": "20", "all": ["10", "20"]},
            {"type": "isni", "preferred": None, "all": ["0000 0001"]},
        ],
        "relationships": [{"type": "Successor", "label": "X", "id": "https://ror.org/087654321"}],
    }
    return {**whole, **changes}


def load(*records: Any, array: bool = False) -> tuple[list[Organisation], Intake]:
    intake = Intake("ror.json")
    text = json.dumps(list(records)) if array else "\n".join(json.dumps(one) for one in records)
    return list(ror.LOADER.load(io.BytesIO(text.encode()), intake)), intake  # type: ignore[arg-type]


def only(**changes: Any) -> tuple[Organisation, Intake]:
    found, intake = load(record(**changes))
    assert len(found) == 1
    return found[0], intake


def test_a_record_is_read_whole() -> None:
    organisation, intake = only()
    assert organisation == Organisation(
        locator="line 1",
        key="ror:012345678",
        name="Northmoor University",
        names=("Prifysgol Northmoor", "NMU"),
        address=Address(city="Northmoor", region="England", country="United Kingdom"),
        website="https://northmoor.example",
        kinds=("education", "funder"),
        status="active",
        established=1901,
        latitude=54.5,
        longitude=-2.0,
        external_ids=(("fundref", "20"), ("fundref", "10"), ("isni", "0000 0001")),
        related=(("successor", "ror:087654321"),),
    )
    assert not intake.rejects
    assert not intake.drift


def test_a_list_gives_the_same_as_lines() -> None:
    lines, _ = load(record(), record())
    array, intake = load(record(), record(), array=True)
    assert [one.locator for one in array] == ["item 1", "item 2"]
    assert [one.key for one in array] == [one.key for one in lines]
    assert not intake.rejects


def test_the_caller_keeps_its_stream() -> None:
    stream = io.BytesIO(json.dumps(record()).encode())
    assert list(ror.LOADER.load(stream, Intake("x")))
    assert not stream.closed


def test_version_one_is_refused_by_name() -> None:
    old = {"id": "https://ror.org/012345678", "name": "Northmoor University", "aliases": []}
    found, intake = load(old, record())
    assert len(found) == 1
    assert "version 1" in intake.rejects[0].reason
    assert intake.rejects[0].locator == "line 1"


def test_unknown_fields_are_drift_and_underscored_ones_are_not() -> None:
    organisation, intake = only(
        mood="good",
        _seen="today",
        _note="checked by hand",
        names=[{"types": ["ror_display"], "value": "A", "script": "Latn"}],
    )
    assert dict(intake.drift) == {"mood": 1, "names.script": 1}
    assert organisation.note == "checked by hand"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("established", "1901"),
        ("established", True),
        ("established", 190100),
        ("status", 3),
        ("types", "education"),
        ("links", {}),
        ("external_ids", [1]),
        ("relationships", [{"type": "child", "id": "https://example.org/1"}]),
        ("locations", [{"geonames_details": []}]),
        ("locations", [{"geonames_details": {"name": "A", "lat": 91, "lng": 0}}]),
        ("locations", [{"geonames_details": {"name": "A", "lat": "1", "lng": 0}}]),
        ("links", [{"type": "website", "value": "javascript:alert(1)"}]),
    ],
)
def test_a_faulty_field_costs_that_field_alone(field: str, value: object) -> None:
    organisation, intake = only(**{field: value})
    assert organisation.name == "Northmoor University"
    assert len(intake.rejects) == 1
    assert intake.rejects[0].field.startswith(field)


@pytest.mark.parametrize("identifier", [None, 5, "", "https://ror.org/xyz", "https://example.org"])
def test_a_record_without_an_id_is_refused(identifier: object) -> None:
    found, intake = load(record(id=identifier))
    assert not found
    assert intake.rejects[0].field == "id"


def test_without_a_display_name_the_first_label_is_used_and_said() -> None:
    organisation, intake = only(
        names=[{"types": ["alias"], "value": "B"}, {"types": ["label"], "value": "A"}]
    )
    assert (organisation.name, organisation.names) == ("A", ("B",))
    assert intake.rejects[0].field == "names"


def test_a_line_that_is_no_json_costs_that_line() -> None:
    intake = Intake("x")
    text = b'{"id": \n[1]\n' + json.dumps(record()).encode()
    assert len(list(ror.LOADER.load(io.BytesIO(text), intake))) == 1
    assert [one.locator for one in intake.rejects] == ["line 1", "line 2"]


def test_only_ror_is_recognised() -> None:
    assert ror.recognises(json.dumps(record()).encode())
    assert ror.recognises(b"[\n" + json.dumps(record()).encode())
    assert not ror.recognises(b'{"projectComposition": {"url": "https://ror.org/012345678"}}')
    assert not ror.recognises(b"id,name\nhttps://ror.org/012345678,x\n")


@given(st.binary(max_size=300))
def test_no_bytes_raise(data: bytes) -> None:
    list(ror.LOADER.load(io.BytesIO(data), Intake("x")))
    ror.recognises(data)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(record())), json_values)
def test_no_mutated_record_raises(field: str, value: object) -> None:
    found, intake = load(record(**{field: value}))
    assert found or intake.rejects


@pytest.mark.real_data
@pytest.mark.skipif(not SHARED.exists(), reason="shared data absent")
def test_the_british_subset_is_read_whole() -> None:
    intake = Intake("ror_gb_v2.jsonl")
    with (SHARED / "organisations" / "ror_gb_v2.jsonl").open("rb") as stream:
        found = list(ror.LOADER.load(stream, intake))
    assert len(found) == 1281
    assert len({one.key for one in found}) == 1281  # type: ignore[attr-defined]
    assert not intake.rejects
    assert not intake.drift
