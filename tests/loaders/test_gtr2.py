"""The GtR-2 API: pages and single records of projects, funds and organisations."""

from __future__ import annotations

import io
import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.loaders import gtr_csv
from graphkit.loaders.gtr2 import LOADER
from graphkit.loaders.gtr_portal import JSON_LOADER
from graphkit.loaders.gtr_portal_xml import XML_LOADER
from graphkit.loaders.intake import Intake
from graphkit.loaders.reading import open_stream
from graphkit.model import Address, Fund, Organisation, Participation, Project, Record, Topic


def key(end: int) -> str:
    return f"0A1B2C3D-0000-4000-8000-{end:012d}"


HOSTS = ("http://gtr.ukri.org:80", "https://gtr.ukri.org", "http://internal-lb-17.eu.example:8080")


def link(rel: str, kind: str, end: int, /, **more: Any) -> dict[str, Any]:
    host = HOSTS[end % len(HOSTS)]
    return {"href": f"{host}/gtr/api/{kind}/{key(end)}", "rel": rel, **more}


def project(end: int = 1, /, *links: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "links": {"link": [*links, link("PI_PER", "persons", 90)]},
        "id": key(end),
        "href": f"http://gtr.ukri.org/gtr/api/projects/{key(end)}",
        "identifiers": {"identifier": [{"value": f"10{end}", "type": "RCUK"}]},
        "title": "Kilns that waste less",
        "status": "Active",
        "grantCategory": "Collaborative R&D",
        "leadFunder": "Innovate UK",
        "leadOrganisationDepartment": "Kilns",
        "abstractText": "We line kilns with a new clay and measure the heat they lose.",
        **more,
    }


def fund(end: int = 5, /, **more: Any) -> dict[str, Any]:
    return {
        "links": {
            "link": [link("FUNDER", "organisations", 7), link("FUNDED", "projects", 1)],
        },
        "id": key(end),
        "valuePounds": {"currencyCode": "GBP", "amount": 2500},
        "start": 1217545200000,
        "end": "2010-07-31",
        "type": "INCOME_ACTUAL",
        "category": "Grant",
        **more,
    }


def organisation(end: int = 8, /, **more: Any) -> dict[str, Any]:
    address = {"line1": "2 Clay Road", "postCode": "ST1 1AA", "region": "West Midlands"}
    return {
        "links": {"link": []},
        "id": key(end),
        "name": "Clay & Sons",
        "addresses": {
            "address": [{"line1": "a hut", "type": "OTHER"}, {**address, "type": "MAIN_ADDRESS"}]
        },
        **more,
    }


def page(kind: str, *records: Any) -> dict[str, Any]:
    return {"page": 1, "size": 20, "totalPages": 1, "totalSize": len(records), kind: list(records)}


def load(value: Any) -> tuple[list[Record], Intake]:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    intake = Intake("test.json")
    return list(LOADER.load(open_stream(io.BytesIO(data), intake), intake)), intake


def one(*links: dict[str, Any], **more: Any) -> tuple[Project, Intake]:
    records, intake = load(project(1, *links, **more))
    assert isinstance(records[0], Project)
    return records[0], intake


def keys(records: list[Record]) -> list[str]:
    return [r.key for r in records if isinstance(r, Project | Fund | Organisation)]


def test_a_project_is_read_with_its_links_whatever_their_hosts() -> None:
    found, intake = one(
        link("PARTICIPANT_ORG", "organisations", 3),
        link("LEAD_ORG", "organisations", 2),
        link("PP_ORG", "organisations", 3),
        link("COLLAB_ORG", "organisations", 4),
        link("COFUND_ORG", "organisations", 5),
        link("FELLOW_ORG", "organisations", 6),
        link("FUND", "funds", 9, start=1217545200000, end=1280530800000),
        link("PUBLICATION", "outcomes/publications", 10),
    )
    assert (found.key, found.reference) == (key(1), "101")
    assert found.roles == tuple(
        Participation(organisation=f"gtr:{key(end)}", role=role)
        for end, role in (
            (2, "lead"),
            (3, "participant"),
            (3, "partner"),
            (4, "collaborator"),
            (5, "cofunder"),
            (6, "fellow"),
        )
    )
    assert found.fund_keys == (key(9),)
    assert (found.start, found.end) == (date(2008, 8, 1), date(2010, 7, 31))
    assert (found.funder_name, found.funder_key) == ("Innovate UK", None)
    assert found.lead_department == "Kilns"
    assert found.amount is None
    assert not intake.rejects
    assert not intake.drift


def test_a_transfer_from_comes_from_the_linked_project_and_a_transfer_goes_on_to_it() -> None:
    found, _ = one(
        link("TRANSFER_FROM", "projects", 3),
        link("TRANSFER", "projects", 2),
        link("STUDENTSHIP_FROM", "projects", 4),
    )
    assert found.transfers == ((key(1), key(2)), (key(3), key(1)))


def test_links_that_name_no_record_are_rejected_and_unknown_ones_are_drift() -> None:
    found, intake = one(
        {"href": "http://gtr.ukri.org/gtr/api/organisations/x", "rel": "LEAD_ORG"},
        {"rel": "LEAD_ORG"},
        {"href": 5, "rel": "FUND"},
        link("ORACLE", "organisations", 2),
        link("LEAD_ORG", "organisations", 3, mood="good"),
    )
    assert [part.organisation for part in found.roles] == [f"gtr:{key(3)}"]
    assert len(intake.rejects) == 3
    assert sorted(intake.drift) == ["project.links.link.mood", "project.links.link.rel=ORACLE"]


def test_participants_bring_costs_and_offers_to_the_linked_roles() -> None:
    participants = [
        {
            "organisationId": key(2),
            "organisationName": "Clay & Sons",
            "role": "LEAD_PARTICIPANT",
            "projectCost": 100,
            "grantOffer": "60",
        },
        {"organisationName": "CLAY and sons", "role": "PARTICIPANT", "grantOffer": 5.0},
        {"organisationName": "Heat Ltd", "role": "PARTICIPANT", "projectCost": 50, "grantOffer": 0},
    ]
    records, intake = load(
        project(
            1,
            link("LEAD_ORG", "organisations", 2),
            participantValues={"participant": participants},
        )
    )
    found = records[0]
    assert isinstance(found, Project)
    assert found.roles == (
        Participation(organisation=f"gtr:{key(2)}", role="lead", cost=100.0, offer=65.0),
        Participation(organisation="name:heat ltd", role="participant", cost=50.0, offer=0.0),
    )
    assert found.amount == 65.0
    assert [(r.key, r.name) for r in records if isinstance(r, Organisation)] == [
        (f"gtr:{key(2)}", "Clay & Sons"),
        (f"gtr:{key(2)}", "CLAY and sons"),
        ("name:heat ltd", "Heat Ltd"),
    ]
    assert not intake.rejects


def test_participants_that_cannot_be_used_are_reported() -> None:
    participants = [
        {"role": "PARTICIPANT"},
        {"organisationName": "Heat Ltd", "role": "ORACLE"},
        {"organisationName": "Heat Ltd", "role": "PARTICIPANT", "grantOffer": -1, "mood": 1},
        {"organisationName": "Heat Ltd", "role": "PARTICIPANT", "organisationId": "?"},
        "Heat",
    ]
    found, intake = one(participantValues={"participant": participants})
    assert found.amount is None
    assert found.roles == (Participation(organisation="name:heat ltd", role="participant"),)
    assert sorted(r.field.removeprefix("project.participantValues") for r in intake.rejects) == [
        "",
        "",
        ".grantOffer",
        ".organisationId",
    ]
    assert sorted(intake.drift) == [
        "project.participantValues.mood",
        "project.participantValues.role=ORACLE",
    ]


def test_topics_filler_and_other_references_are_read_as_in_the_portal() -> None:
    found, _ = one(
        researchSubjects={"researchSubject": [{"id": key(3), "text": "Clay", "percentage": 100}]},
        researchTopics={"researchTopic": {"id": key(4), "text": "Unclassified"}},
        identifiers={
            "identifier": [{"value": "Z1", "type": "OLD"}, {"value": "T/1", "type": "RCUK"}]
        },
        abstractText="Abstracts are not currently available in GtR for all funded research.",
        techAbstractText="Ask pat.clay@example.org how the clay is fired.",
    )
    assert found.topics == (
        Topic(scheme="gtr-subject", label="Clay", key=key(3), percentage=100.0),
    )
    assert (found.reference, found.other_references) == ("T/1", ("Z1",))
    assert found.abstract is None
    assert found.technical_abstract == "Ask [e-mail address removed] how the clay is fired."


def test_a_fund_joins_a_funder_to_a_project() -> None:
    records, intake = load(fund())
    assert records == [
        Fund(
            locator="document",
            key=key(5),
            project_key=key(1),
            funder_key=f"gtr:{key(7)}",
            amount=2500.0,
            start=date(2008, 8, 1),
            end=date(2010, 7, 31),
            award_type="INCOME_ACTUAL",
            category="Grant",
        )
    ]
    assert not intake.rejects
    assert not intake.drift


@pytest.mark.parametrize(
    "value", [{"amount": -1}, {"amount": "lots"}, {"amount": 1, "currencyCode": "EUR"}, -5]
)
def test_money_that_is_no_amount_in_pounds_is_rejected(value: Any) -> None:
    records, intake = load(fund(valuePounds=value))
    assert isinstance(records[0], Fund)
    assert records[0].amount is None
    assert [r.field for r in intake.rejects] == ["fund.valuePounds"]


def test_the_main_address_of_an_organisation_is_chosen() -> None:
    records, intake = load(organisation(website="https://clay.example"))
    expected = Address(lines=("2 Clay Road",), postcode="ST1 1AA", region="West Midlands")
    assert records == [
        Organisation(
            locator="document",
            key=f"gtr:{key(8)}",
            name="Clay & Sons",
            address=expected,
            website="https://clay.example",
        )
    ]
    assert not intake.drift
    first = {"address": [{"line1": "a hut", "region": "Unknown"}, {"line1": "b"}]}
    found = load(organisation(addresses=first))[0][0]
    assert isinstance(found, Organisation)
    assert found.address == Address(lines=("a hut",))


def test_an_organisation_without_a_name_is_rejected() -> None:
    records, intake = load(page("organisation", organisation(name=None), organisation(9)))
    assert keys(records) == [f"gtr:{key(9)}"]
    assert [r.locator for r in intake.rejects] == ["item 1 of organisation"]


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize(
    ("kind", "make"), [("project", project), ("fund", fund), ("organisation", organisation)]
)
def test_pages_of_each_kind_are_read_even_when_cut(kind: str, make: Any, indent: Any) -> None:
    data = json.dumps(page(kind, make(11), make(12)), indent=indent).encode()
    records, intake = load(data)
    assert [k[-2:] for k in keys(records)] == (["11", "12"])
    assert records[1].locator == f"item 2 of {kind}"
    assert not intake.rejects
    assert not intake.drift
    records, intake = load(data[:-60])
    assert [k[-2:] for k in keys(records)] == ["11"]
    assert len(intake.rejects) == 1


def test_a_list_of_one_without_brackets_is_read() -> None:
    records, _ = load({"page": 1, "totalPages": 1, "totalSize": 1, "fund": fund(11)})
    assert keys(records) == [key(11)]


@pytest.mark.parametrize("single", [False, True])
def test_people_are_dropped_wholly_with_a_warning(single: bool) -> None:
    person = {"id": key(90), "firstName": "Pat", "surname": "Clay", "links": {"link": []}}
    records, intake = load(person if single else page("person", person, {**person, "x": 1}))
    assert not records
    assert not intake.rejects
    assert not intake.drift
    assert "Clay" not in repr((intake.warnings, intake.drift))
    assert sum(intake.warnings.values()) == (1 if single else 2)


def test_lines_of_single_records_and_pages_are_read() -> None:
    values = [project(11), fund(12), page("organisation", organisation(13)), organisation(14)]
    data = b"\n".join(json.dumps(value).encode() for value in values)
    records, intake = load(data + b'\n{"id": \n' + json.dumps(fund(15)).encode())
    found = [k[-2:] for k in keys(records)]
    # The second organisation has the name of the first, but another id.
    assert found == ["11", "12", "13", "14", "15"]
    assert [r.locator for r in records[:3]] == [
        "line 1",
        "line 2",
        "line 3, item 1 of organisation",
    ]
    assert len(intake.rejects) == 1


def test_an_end_before_the_start_is_kept_with_a_warning() -> None:
    found, intake = one(start="2020-01-02", end="2019-01-02")
    assert (found.start, found.end) == (date(2020, 1, 2), date(2019, 1, 2))
    assert intake.warnings


def test_a_record_without_id_or_of_no_known_kind_is_rejected() -> None:
    for value in ({"id": key(1), "links": {"link": []}}, {**project(), "id": "1"}, {}):
        records, intake = load(value)
        assert not records
        assert [r.field for r in intake.rejects] == [""]


def test_unknown_fields_are_drift() -> None:
    _, intake = load(page("project", project(1, mood="good")) | {"weather": "fair"})
    assert sorted(intake.drift) == ["list.weather", "project.mood"]


def test_only_its_own_format_is_recognised_however_short_the_head() -> None:
    values = [project(1), fund(), organisation()]
    values += [
        page("project", project()),
        page("fund", fund()),
        page("organisation", organisation()),
    ]
    values += [page("person", {"id": key(9), "firstName": "Pat"})]
    for value in values:
        data = json.dumps(value).encode()
        assert all(LOADER.recognises(data[:cut]) for cut in range(min(200, len(data)), len(data)))
        for other in (JSON_LOADER, XML_LOADER, gtr_csv.LOADER):
            assert not any(other.recognises(data[:cut]) for cut in range(150, len(data)))
    for foreign in (
        b'{"data": [{"url": "https://gtr.ukri.org/gtr/api/projects/x"}], "total_pages": 1}',
        b'{"projectComposition": {"links": {"link": []}}}',
        b'[{"id": "https://ror.org/01abc", "addresses": [{}], "links": [{"type": "website"}]}]',
        b'"links": {"link": []}',
    ):
        assert not LOADER.recognises(foreign)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


def paths(value: Any, so_far: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The places of all values inside a JSON value."""
    pairs: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        pairs = list(value.items())
    elif isinstance(value, list):
        pairs = list(enumerate(value))
    return [
        path for step, inner in pairs for path in ((*so_far, step), *paths(inner, (*so_far, step)))
    ]


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_no_mutation_of_a_record_raises_or_harms_its_neighbours(data: st.DataObject) -> None:
    rich = project(
        1,
        link("LEAD_ORG", "organisations", 2),
        link("FUND", "funds", 3),
        link("TRANSFER", "projects", 4),
        participantValues={
            "participant": [{"organisationName": "Heat", "role": "PARTICIPANT", "grantOffer": 1}]
        },
        researchTopics={"researchTopic": [{"id": key(4), "text": "Clay", "percentage": 5}]},
    )
    value = data.draw(st.sampled_from([rich, fund(), organisation()]))
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(paths(value) or [()]))
        if not path:
            break
        holder = value
        for step in path[:-1]:
            holder = holder[step]
        if data.draw(st.booleans()) and isinstance(holder, dict):
            del holder[path[-1]]
        else:
            holder[path[-1]] = data.draw(JSON_VALUES)
    good = fund(77)
    by_line = b"\n".join(json.dumps(v).encode() for v in (good, value, good))
    assert keys(load(by_line)[0]).count(key(77)) >= 2
    assert key(77) in keys(load(page("fund", good, value))[0])
    assert key(77) in keys(load(page("fund", value, good))[0])


WHOLE = json.dumps(page("fund", fund(11), fund(12), fund(13))).encode()
STARTS = [WHOLE.index(b'{"links"') + n * len(json.dumps(fund(11)) + ", ") for n in range(3)]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(WHOLE)))
def test_what_stands_before_a_cut_is_read(cut: int) -> None:
    length = len(json.dumps(fund(11)))
    records, intake = load(WHOLE[:cut])
    assert len(keys(records)) == sum(start + length <= cut for start in STARTS)
    assert len(intake.rejects) == (cut < len(WHOLE))


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300) | st.text(alphabet='{}[]":, \n\\project').map(str.encode))
def test_no_bytes_raise(data: bytes) -> None:
    LOADER.recognises(data)
    load(data)
    load(b'{"page": 1, "project": [' + data)
