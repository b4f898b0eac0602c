"""The small reference tables."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.loaders import Loader, reference_tables
from graphkit.loaders.intake import Intake
from graphkit.model import (
    Address,
    BodyDetails,
    FunderDetails,
    Organisation,
    Record,
    TopicLabel,
)

SHARED = Path(__file__).parents[3] / "shared" / "data"
GUID = "3A5E126D-C175-4730-9B7B-E6D8CF447F83"
DEPARTMENTS = "octopus_id,name,ror,url,default_topic,ari_department_labels\n"
ORGANISATIONS = (
    "id,name,typeInd,line1,line2,line3,line4,line5,postCode,region,country,projects_led,"
    "role_mentions,roles\n"
)
UK_FUNDERS = "acronym,name,ror,crossref_funder_ids,gtr_org_id,schema\n"


def load(loader: Loader, text: str) -> tuple[list[Record], Intake]:
    assert loader.recognises(text.encode())
    intake = Intake("table.csv")
    return list(loader.load(io.BytesIO(text.encode()), intake)), intake


def test_a_department_loses_the_mark_of_its_country_and_keeps_its_labels() -> None:
    table = DEPARTMENTS + (
        "o1,Ministry of Tides (UK),https://ror.org/01xdnwc75,https://tides.example,Sea,"
        "Tides Ministry|Ministry of Tides\no2,HMT (UK),nonsense,ftp://x,Money,HMT\no3,(UK),,,,\n"
    )
    found, intake = load(reference_tables.ARI_DEPARTMENTS, table)
    assert found[0] == BodyDetails(
        locator="line 2",
        name="Ministry of Tides",
        names=("Tides Ministry",),
        ror="ror:01xdnwc75",
        url="https://tides.example",
    )
    assert found[1] == BodyDetails(locator="line 3", name="HMT")
    assert sorted(reject.field for reject in intake.rejects) == ["name", "ror", "url"]


def test_topics_are_given_once() -> None:
    table = (
        "ari_topic,octopus_topic_id,octopus_topic_title,isMapped\nTides,x,,true\nTides,,,\n,x,,\n"
    )
    found, intake = load(reference_tables.ARI_TOPICS, table)
    assert found == [TopicLabel(locator="line 2", label="Tides")]
    assert intake.warnings["topic labels given more than once"] == 1
    assert intake.rejects[0].locator == "line 4"


def test_both_tables_of_funders_are_read() -> None:
    table = UK_FUNDERS + (
        f"TRC,Tides Research Council,https://ror.org/03n0ht308,10.13039/501|10.13039/502|x,{GUID},v1\n"
    )
    found, intake = load(reference_tables.FUNDERS, table)
    assert found == [
        FunderDetails(
            locator="line 2",
            name="Tides Research Council",
            acronym="TRC",
            ror="ror:03n0ht308",
            gtr_key=GUID,
            crossref_ids=("10.13039/501", "10.13039/502"),
        )
    ]
    assert intake.rejects[0].field == "crossref_funder_ids"
    found, intake = load(reference_tables.FUNDERS, f"id,name,projects\n{GUID.lower()},TRC,3\n")
    assert found == [FunderDetails(locator="line 2", name="TRC", acronym="TRC", gtr_key=GUID)]
    assert not intake.drift


def test_an_organisation_keeps_the_lines_that_are_not_empty() -> None:
    table = ORGANISATIONS + (
        f"{GUID.lower()},Northmoor University,RO,Long Lane,,,Northmoor,,NM1 1AA,North East,"
        "United Kingdom,3,4,LEAD_RO\n"
        f"{GUID},Bare Ltd,,,,,,,,,,0,0,\n"
        f"no-guid,X,,,,,,,,,,,,\n{GUID},,,,,,,,,,,,,\n,Y,,,,,,,,,,,,\n"
    )
    found, intake = load(reference_tables.GTR_ORGANISATIONS, table)
    assert found == [
        Organisation(
            locator="line 2",
            key=f"gtr:{GUID}",
            name="Northmoor University",
            address=Address(
                lines=("Long Lane", "Northmoor"),
                postcode="NM1 1AA",
                region="North East",
                country="United Kingdom",
            ),
            kinds=("RO",),
        ),
        Organisation(locator="line 3", key=f"gtr:{GUID}", name="Bare Ltd"),
    ]
    assert [reject.field for reject in intake.rejects] == ["id", "name", "id"]


def test_each_head_is_recognised_by_one_loader() -> None:
    for head in (
        DEPARTMENTS,
        ORGANISATIONS,
        UK_FUNDERS,
        "id,name,projects\n",
        "ari_topic,isMapped\n",
    ):
        assert sum(one.recognises(head.encode()) for one in reference_tables.LOADERS) == 1


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(reference_tables.LOADERS),
    st.sampled_from([DEPARTMENTS, ORGANISATIONS, UK_FUNDERS, "id,name,projects\n", ""]),
    st.binary(max_size=200) | st.text(max_size=100).map(lambda t: t.encode("utf-8", "replace")),
)
def test_no_bytes_raise(loader: Loader, head: str, data: bytes) -> None:
    list(loader.load(io.BytesIO(head.encode() + data), Intake("x")))
    loader.recognises(data)


@pytest.mark.real_data
@pytest.mark.skipif(not SHARED.exists(), reason="shared data absent")
@pytest.mark.parametrize(
    ("file", "name", "number"),
    [
        ("ari/ari_departments.csv", "ari-departments", 26),
        ("ari/ari_topics.csv", "ari-topics", 552),
        ("organisations/uk_funders.csv", "funders", 9),
        ("organisations/gtr_funders.csv", "funders", 8),
        ("organisations/gtr_organisations.csv", "gtr-organisations", 20811),
    ],
)
def test_the_real_tables_are_read_whole(file: str, name: str, number: int) -> None:
    data = (SHARED / file).read_bytes()
    [loader] = [one for one in reference_tables.LOADERS if one.recognises(data[: 64 << 10])]
    assert loader.name == name
    intake = Intake(file)
    assert len(list(loader.load(io.BytesIO(data), intake))) == number
    assert not intake.rejects
    assert not intake.drift
